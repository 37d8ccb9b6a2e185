"""The data dictionary: which items and tables exist, their headings, units and owners."""

from ecolib.tables.dictionary import (
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
from ecolib.tables.issues import Checked, Issue, gather
from ecolib.tables.relations import AtMost, Balance, Ceiling, Relations, ceilings, relations
from ecolib.tables.validate import validate

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
