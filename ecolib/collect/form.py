"""A sheet to be filled in, before it is drawn: its columns, and the lines already begun.

A line is a row of the sheet; `Field` says who fills its cells in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from ecolib.assess.case import Case
from ecolib.collect.words import ABOUT, NEEDS, say
from ecolib.data import Column, Table
from ecolib.data.detect import FOR_PEOPLE, VERSION, column_id

#: "ask": the bureau fills it in. "given": filled in and locked, open where a line leaves it empty.
#: "offered": filled in, the bureau may write something else. "people": to read only, never data.
Mode = Literal["ask", "given", "offered", "people"]


@dataclass(frozen=True)
class Round:
    """One round of asking: the county-year asked for, the year before, the language of the sheets."""

    case: Case
    before: Case
    lang: str

    @classmethod
    def of(cls, case: Case, lang: str) -> Round:
        """The round of a case's own year."""
        return cls(case, replace(case, year=case.year - 1), lang)

    def pick(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en


@dataclass(frozen=True)
class Field:
    """One column of a sheet; `column` is that of the table, None for what only people read."""

    name: str
    heading: str
    mode: Mode
    column: Column | None = None
    hidden: bool = False

    def id(self, table: Table) -> str:
        """What the hidden row holds, `items.value@1`; `!` where a cell does not come from the bureau."""
        if self.column is None:
            return f"{FOR_PEOPLE}.{self.name}@{VERSION}"
        return column_id(table, self.column) + ("!" if self.mode in ("given", "offered") else "")


@dataclass(frozen=True)
class Line:
    """One row: what its cells hold already, by field name, and what may be put into the others.

    Attributes
    ----------
    note
        The definition, shown as a note on the first cell.
    choices
        By field name, what the cell offers to choose from instead of what its column offers.
    bounds
        Least and greatest number, None where there is none.
    """

    values: Mapping[str, str | int]
    note: str = ""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bounds: tuple[float | None, float | None] = (None, None)


@dataclass(frozen=True)
class Form:
    """One sheet; below the lines of an `endless` one, more may be filled in down to any row."""

    table: Table
    fields: tuple[Field, ...]
    lines: tuple[Line, ...]
    endless: bool = False

    def __post_init__(self):
        # What is hidden stands to the right, out of the way of people and of the print.
        object.__setattr__(self, "fields", tuple(sorted(self.fields, key=lambda f: f.hidden)))

    @property
    def required(self) -> int:
        """How many lines must be filled in."""
        return sum(line.values.get("need") in NEEDS["required"] for line in self.lines)

    def about(self, lang: str) -> str:
        """One sentence on what belongs into the sheet."""
        words_of = self.table.about
        return say(ABOUT.get(self.table.name, (words_of.zh, words_of.en)), lang)

    def title(self, lang: str) -> str:
        """The name of the sheet: that of its table, as long as Excel allows."""
        return (self.table.zh if lang == "zh" else self.table.en)[:31]


def heading(column: Column, lang: str) -> str:
    """The heading of a column as the data dictionary has it, so that it is found without ids too."""
    return column.zh if lang == "zh" else column.en


def table_field(table: Table, name: str, mode: Mode, lang: str, *, hidden: bool = False) -> Field:
    """The field of a table's column."""
    column = next(c for c in table.columns if c.name == name)
    return Field(name, heading(column, lang), mode, column, hidden)
