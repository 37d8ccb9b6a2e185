"""The ids by which a template's columns come home, whatever was renamed or moved."""

from __future__ import annotations

from ecolib.data.dictionary import Column, Table, table_names
from ecolib.data.readers import Sheet

#: The edition of the templates; raised when a column changes its meaning.
VERSION = 1
#: The "table" of columns that are for people only, such as last year's value.
FOR_PEOPLE = "_"


def column_id(table: Table, column: Column) -> str:
    """The id of a column, `items.value@1`; a template adds `!` where it fills the cells in."""
    return f"{table.name}.{column.name}@{VERSION}"


def table_by_id(sheet: Sheet) -> str | None:
    """The table that the ids of a sheet name; None where they name none, or there are no ids."""
    named = (part[1] for part in sheet.id_parts if part)
    return next((name for name in named if name in table_names()), None)


def column_by_id(sheet: Sheet, position: int, table: Table) -> Column | None:
    """The column of the table that the id at this position names."""
    part = _part(sheet, position)
    if part is None or part[1] != table.name:
        return None
    return next((c for c in table.columns if c.name == part[2]), None)


def is_for_people(sheet: Sheet, position: int) -> bool:
    """Whether the column is marked as holding no data."""
    part = _part(sheet, position)
    return part is not None and part[1] == FOR_PEOPLE


def is_input(sheet: Sheet, position: int) -> bool:
    """Whether the cells of the column are for the bureau to fill in."""
    part = _part(sheet, position)
    return part is None or not part[4]


def newer_id(sheet: Sheet) -> int | None:
    """The position of the first id of an edition that is not known yet."""
    parts = enumerate(sheet.id_parts)
    return next((i for i, part in parts if part and int(part[3]) > VERSION), None)


def _part(sheet: Sheet, position: int):
    return sheet.id_parts[position] if position < len(sheet.ids) else None
