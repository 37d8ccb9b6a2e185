"""One block of rows below one heading row, as a file holds it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

#: A template names its columns in a hidden row: `items.value@1`, with `!` where the cells were filled
#: in beforehand; the table `_` holds what is for people only.
COLUMN_ID = re.compile(r"([a-z_][a-z0-9_]*)\.([a-z_][a-z0-9_]*)@(\d{1,4})(!?)")
#: Titles and instructions may stand above the headings, but not more than this many rows.
HEAD_ROWS = 20
#: The id of a sheet of instructions, and the name of the sheet with a template's own marks.
TEXT_ID, MARKS = "_.text@1", "_ecolib"


@dataclass(frozen=True)
class Sheet:
    """Rows below a heading row. `rows` holds (row number, cells); `ids` a template's column ids."""

    file: str
    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple], ...]
    header_row: int = 1
    ids: tuple[str, ...] = ()

    def cell(self, row: int, column: int) -> str:
        """The spreadsheet name of a cell, `B17`; `row` counts from 1, `column` from 0."""
        letters = ""
        column += 1
        while column:
            column, rest = divmod(column - 1, 26)
            letters = chr(65 + rest) + letters
        return f"{letters}{row}"

    @cached_property
    def id_parts(self) -> tuple[re.Match | None, ...]:
        """The ids taken apart: table, column, version, and `!` where filled in beforehand."""
        return tuple(COLUMN_ID.fullmatch(text) for text in self.ids)

    @property
    def holds_data(self) -> bool:
        """False for the sheets of a template that are for people or for the program alone."""
        return self.name != MARKS and TEXT_ID not in self.ids


def sheet_of(file: str, name: str, grid: list[list]) -> Sheet | None:
    """The sheet in a grid of cells; None when all of them are empty."""
    rows = [(i, tuple(r)) for i, r in enumerate(grid, start=1) if any(not is_blank(c) for c in r)]
    ids: tuple[str, ...] = ()
    for position, (number, cells) in enumerate(rows):
        if number > HEAD_ROWS:
            break
        if found := _ids(cells):
            ids, rows = found, rows[position + 1 :]
            break
    if not rows:
        return Sheet(file, name, (), (), ids=ids) if ids else None
    return Sheet(file, name, heading(rows[0][1]), tuple(rows[1:]), rows[0][0], ids)


def heading(cells: tuple) -> tuple[str, ...]:
    """The cells of a heading row as text."""
    return tuple("" if is_blank(c) else str(c).strip() for c in cells)


def is_blank(cell: object) -> bool:
    return cell is None or cell == ""


def _ids(cells: tuple) -> tuple[str, ...]:
    """The ids in a row, "" where there is none; empty when the row is not one of ids."""
    texts = [text.strip() if isinstance(text, str) else "" for text in cells]
    ids = tuple(text if COLUMN_ID.fullmatch(text) else "" for text in texts)
    count = sum(map(bool, ids))
    alone = count == 1 and sum(not is_blank(c) for c in cells) == 1
    return ids if count > 1 or alone else ()
