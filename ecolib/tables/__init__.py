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
from ecolib.tables.relations import AtMost, Balance, Relations, relations
from ecolib.tables.validate import validate

__all__ = [
    "AtMost",
    "Balance",
    "Checked",
    "Column",
    "Issue",
    "Item",
    "Relations",
    "Table",
    "Unit",
    "gather",
    "items",
    "owners",
    "relations",
    "table",
    "table_names",
    "units",
    "validate",
]
