"""One block of rows below one heading row, as a file holds it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

#: A template names its columns in a hidden row: `items.value@1`, with `!` where the cells were filled
#: in beforehand; the table `_` holds what is for people only.
COLUMN_ID = re.compile(r"([a-z_][a-z0-9_]*)\.([a-z_][a-z0-9_]*)@(\d{1,4})(!?)")
#: The id of a sheet of instructions, and the name of the sheet with a template's own marks.
TEXT_ID, MARKS = "_.text@1", "_ecolib"


class Percent(float):
    """A number that the file shows as a percentage: 0.985 for 98.5 %."""


class Formula(str):
    """A formula whose value the file does not hold."""


@dataclass(frozen=True)
class Remark:
    """What a reader has to say of a sheet; `cell` is empty when no single one is meant."""

    cell: str
    rule: str
    value: str
    zh: str
    en: str


@dataclass(frozen=True)
class Sheet:
    """Rows below a heading row.

    `rows` holds (row number, cells), `ids` the column ids of a template, `merged` the (row number,
    position) of cells merged over several rows.
    """

    file: str
    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple], ...]
    header_row: int = 1
    ids: tuple[str, ...] = ()
    merged: frozenset[tuple[int, int]] = frozenset()
    remarks: tuple[Remark, ...] = ()

    def cell(self, row: int, column: int) -> str:
        """The spreadsheet name of a cell, `B17`; `row` counts from 1, `column` from 0."""
        return f"{letters(column)}{row}"

    @cached_property
    def id_parts(self) -> tuple[re.Match | None, ...]:
        """The ids taken apart: table, column, version, and `!` where filled in beforehand."""
        return tuple(COLUMN_ID.fullmatch(text) for text in self.ids)

    @property
    def holds_data(self) -> bool:
        """False for the sheets of a template that are for people or for the program alone."""
        return self.name != MARKS and TEXT_ID not in self.ids


def letters(column: int) -> str:
    """The spreadsheet name of a column counted from 0: A, B, ..., Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def heading(cells: tuple) -> tuple[str, ...]:
    """The cells of a heading row as text."""
    return tuple("" if is_blank(c) else str(c).strip() for c in cells)


def is_blank(cell: object) -> bool:
    return cell is None or cell == ""
