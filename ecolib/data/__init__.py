"""What a county submits: the data dictionary, readers, checks, corrections, and the county itself."""

from ecolib.data.check import Checked, check, issue_row
from ecolib.data.county import County, Submitted, keep_open, open_county
from ecolib.data.dictionary import (
    Column,
    Item,
    Names,
    Table,
    Unit,
    items,
    owners,
    table,
    table_names,
    units,
)
from ecolib.data.figures import Figures
from ecolib.data.relations import AtMost, Balance, Ceiling, Relations, ceilings, relations

__all__ = [
    "AtMost",
    "Balance",
    "Ceiling",
    "Checked",
    "Column",
    "County",
    "Figures",
    "Item",
    "Names",
    "Relations",
    "Submitted",
    "Table",
    "Unit",
    "ceilings",
    "check",
    "issue_row",
    "items",
    "keep_open",
    "open_county",
    "owners",
    "relations",
    "table",
    "table_names",
    "units",
]
