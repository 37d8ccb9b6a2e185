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
from ecolib.tables.validate import Checked, Issue, gather, validate

__all__ = [
    "Checked",
    "Column",
    "Issue",
    "Item",
    "Table",
    "Unit",
    "gather",
    "items",
    "owners",
    "table",
    "table_names",
    "units",
    "validate",
]
