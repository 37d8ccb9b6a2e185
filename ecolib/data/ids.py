"""The ids that a template has above its headings: they say what a column is, whatever was renamed or
moved, and which cells are for a bureau to fill in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ecolib.data.dictionary import Column, Table, table_names
from ecolib.data.numbers import clean, unit_named
from ecolib.data.sheet import Sheet, is_blank

#: The edition of the templates; raised when a column changes its meaning.
VERSION = 1
#: The "table" of columns that are for people only, such as last year's value.
FOR_PEOPLE = "_"
#: What they were told stands once more out of sight, in columns whose names begin so.
ISSUED = "issued_"


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
    return table.by_name.get(part[2]) if part is not None and part[1] == table.name else None


def is_for_people(sheet: Sheet, position: int) -> bool:
    """Whether the column is marked as holding no data."""
    part = _part(sheet, position)
    return part is not None and part[1] == FOR_PEOPLE


def is_input(sheet: Sheet, position: int) -> bool:
    """Whether the cells of the column are for the bureau to fill in."""
    part = _part(sheet, position)
    return part is None or not part[4]


def _part(sheet: Sheet, position: int) -> re.Match | None:
    return sheet.id_parts[position] if position < len(sheet.ids) else None


def filled_in(sheet: Sheet, places: dict[str, int]) -> Sheet:
    """The sheet with the rows submitted: of a template, those in which the bureau wrote anything."""
    if not sheet.ids or not places:
        return sheet
    return replace(
        sheet, rows=rows_written(sheet, [i for i in places.values() if is_input(sheet, i)])
    )


def rows_written(sheet: Sheet, inputs: Sequence[int]) -> tuple[tuple[int, tuple], ...]:
    """The rows in which a cell at these positions is filled in, or one is written over."""
    over = written_over(sheet)
    return tuple(
        (number, cells)
        for number, cells in sheet.rows
        if number in over or any(i < len(cells) and not is_blank(cells[i]) for i in inputs)
    )


def written_over(sheet: Sheet) -> dict[int, list[int]]:
    """By the number of its row, the cells of a template's line in which something else stands than was
    issued; what was a unit is none any more."""
    parts = [(i, part) for i, part in enumerate(sheet.id_parts) if part]
    shown = {part[2]: i for i, part in parts if part[1] == FOR_PEOPLE}
    told = [(i, shown[ISSUED + name]) for name, i in shown.items() if ISSUED + name in shown]
    units = [i for i, part in parts if part[1] != FOR_PEOPLE and part[2] == "unit" and part[4]]
    found: dict[int, list[int]] = {}
    for number, row in sheet.rows if told or units else ():
        cells = [*row, *[None] * (len(sheet.ids) - len(row))]
        line = any(not is_blank(cells[at]) for _, at in told)
        over = [i for i, at in told if line and clean(cells[i]) not in (None, clean(cells[at]))]
        over += [i for i in units if (text := clean(cells[i])) and unit_named(text) is None]
        if over:
            found[number] = over
    return found
