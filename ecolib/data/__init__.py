"""The data dictionary: which items and tables exist, their headings, units and owners."""

from ecolib.data.dictionary import (
    Column,
    Item,
    Table,
    Unit,
    items,
    owners,
    table,
    table_names,
    units,
)
from ecolib.data.issues import Checked, Issue, gather
from ecolib.data.relations import AtMost, Balance, Ceiling, Relations, ceilings, relations
from ecolib.data.validate import validate

__all__ = [
    "AtMost",
    "Balance",
    "Ceiling",
    "Checked",
    "Column",
    "Issue",
    "Item",
    "Relations",
    "Table",
    "Unit",
    "ceilings",
    "gather",
    "items",
    "owners",
    "relations",
    "table",
    "table_names",
    "units",
    "validate",
]
