"""Corrections carried out on a sheet before it is checked, so that a cell nobody can read is mended too."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from ecolib.data import Column, Issue, Table, units
from ecolib.data.corrections.entries import PLACES, Correction, figure_column, typed
from ecolib.data.figures import printed_number
from ecolib.data.headings import at_headings, filled_in, match_header
from ecolib.data.numbers import as_printed
from ecolib.data.params import Named
from ecolib.data.readers import Sheet
from ecolib.data.readers.sheet import is_blank
from ecolib.errors import Problem

#: The columns whose name ties a row to items or indicators.
SUBJECTS = ("item", "indicator")
#: What was done, in words.
DONE = {
    "drop": ("不采用这一行", "the row is left out"),
    "set": ("改为", "is set to"),
    "scale": ("换算为", "is scaled to"),
    "flag": ("保留，存疑", "kept, but in doubt"),
}


@dataclass(frozen=True)
class Applied:
    """One correction of one row: `was` and `now` as they stand in the row's own `unit`.

    `subjects` are the item or indicator the row spoke of before and after, `what` the first of
    them and the column in words.
    """

    correction: Correction
    file: str
    sheet: str
    row: int
    cell: str
    column: Column
    subjects: tuple[str, ...]
    what: Named
    was: str
    now: str
    unit: str

    def issue(self) -> Issue:
        """The correction as a remark on the data: was, is, why, who and when."""
        entry = self.correction
        zh, en = self.change("zh"), self.change("en")
        return Issue(
            self.file,
            self.sheet,
            self.cell,
            self.subjects[0] if self.subjects else self.column.zh,
            "flagged" if entry.do == "flag" else "corrected",
            "warning" if entry.do == "flag" else "note",
            self.was,
            f"{zh}。原因：{entry.reason.zh}（{entry.source.zh}，{entry.date}）",
            f"{en}. Why: {entry.reason.en} ({entry.source.en}, {entry.date})",
        )

    def change(self, lang: str) -> str:
        """What was done, in a few words."""
        unit = f" {getattr(units()[self.unit], lang)}".rstrip() if self.unit else ""
        was, now, name = f"{self.was}{unit}", f"{self.now}{unit}", getattr(self.what, lang)
        done = DONE[self.correction.do][0 if lang == "zh" else 1]
        if self.correction.do in ("drop", "flag"):
            return f"“{name}”{was}，{done}" if lang == "zh" else f"'{name}' ({was}): {done}"
        return (
            f"“{name}”原为 {was}，{done} {now}"
            if lang == "zh"
            else f"'{name}' {done} {now}, was {was}"
        )


@dataclass(frozen=True)
class Mended:
    """A sheet as corrected: `done` by the name of the entry, `dropped` rows left out of it.

    `problems` are entries that a row fits and that do not hold there; `fitted` names every entry
    that fits a row.
    """

    sheet: Sheet
    done: tuple[tuple[str, Applied], ...]
    dropped: int
    problems: tuple[Problem, ...]
    fitted: frozenset[str]

    @property
    def applied(self) -> tuple[Applied, ...]:
        return tuple(applied for _, applied in self.done)

    def unusable(self, issues: Sequence[Issue]) -> Iterator[Problem]:
        """A problem for each cell that even as corrected cannot be used; `issues` of the sheet."""
        wrong = {issue.cell: issue for issue in issues if issue.severity == "error" and issue.cell}
        for name, applied in self.done:
            if applied.correction.do in ("set", "scale") and applied.cell in wrong:
                found = wrong[applied.cell]
                yield Problem(
                    _place(name, self.sheet, applied.cell), found.message_zh, found.message_en
                )


def mend(
    entries: Sequence[tuple[str, Correction]],
    sheet: Sheet,
    table: Table,
    known: Mapping[str, Collection[str]],
) -> Mended:
    """Carry out the entries of one table in one sheet, one after the other.

    Parameters
    ----------
    known
        As for `tables.validate`.
    """
    if not entries:
        return Mended(sheet, (), 0, (), frozenset())
    sheet = at_headings(sheet, table)
    work = _Work(sheet, table, known, dict(sheet.rows))
    for name, entry in entries:
        work.carry_out(name, entry)
    return Mended(
        work.now,
        tuple(work.done),
        len(sheet.rows) - len(work.rows),
        tuple(work.problems),
        frozenset(work.fitted),
    )


@dataclass
class _Work:
    """A sheet while it is being corrected."""

    sheet: Sheet
    table: Table
    known: Mapping[str, Collection[str]]
    rows: dict[int, tuple]
    done: list[tuple[str, Applied]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    fitted: set[str] = field(default_factory=set)

    @property
    def now(self) -> Sheet:
        """The sheet with the rows as they are by now."""
        return replace(self.sheet, rows=tuple(self.rows.items()))

    @cached_property
    def places(self) -> dict[Column, int]:
        return match_header(self.sheet, self.table, [])

    def carry_out(self, name: str, entry: Correction) -> None:
        if not self._may_fit(entry):
            return
        wanted = [
            (self.table.column(key), value)
            for key, value in entry.rows.items()
            if key not in PLACES
        ]
        numbers = {entry.rows["row"]} if "row" in entry.rows else None
        for number, cells in filled_in(self.now, self.places):
            if (numbers is None or number in numbers) and all(
                self._says(column, self._at(cells, column), value) for column, value in wanted
            ):
                self.fitted.add(name)
                self._change(name, entry, number, cells)

    def _may_fit(self, entry: Correction) -> bool:
        """Whether the entry speaks of this file and sheet."""
        file, sheet = entry.rows.get("file"), entry.rows.get("sheet")
        return (file is None or f"/{self.sheet.file}".endswith(f"/{file}")) and (
            "sheet" not in entry.rows or sheet == self.sheet.name
        )

    def _change(self, name: str, entry: Correction, number: int, cells: tuple) -> None:
        column = self.table.column(entry.column)
        assert column is not None
        cell = self._at(cells, column)
        if not self._says(column, cell, entry.expect):
            self.problems.append(self._repaired(name, entry, column, number, cell))
            return
        after = cells
        if entry.do == "drop":
            del self.rows[number]
        elif entry.do != "flag":
            after = self._put(number, cells, column, _changed(cell, entry))
        self.done.append((name, self._told(entry, column, number, cells, after)))

    def _told(
        self, entry: Correction, column: Column, number: int, before: tuple, after: tuple
    ) -> Applied:
        subjects = [self._subject(cells) for cells in (before, after)]
        return Applied(
            correction=entry,
            file=self.sheet.file,
            sheet=self.sheet.name,
            row=number,
            cell=self._cell(number, column),
            column=column,
            subjects=tuple(dict.fromkeys(code for _, code in filter(None, subjects))),
            what=Named(zh=self._name(before, column, "zh"), en=self._name(before, column, "en")),
            was=_shown(self._at(before, column)),
            now="" if entry.do == "drop" else _shown(self._at(after, column)),
            unit=self._unit(before) if column == figure_column(self.table) else "",
        )

    def _unit(self, cells: tuple) -> str:
        """The unit that a row gives for its figure; empty where it cannot be read."""
        column = next(c for c in self.table.columns if c.type == "unit")
        unit = self._read(column, self._at(cells, column))
        return unit if unit in units() else ""

    def _repaired(
        self, name: str, entry: Correction, column: Column, number: int, cell: object
    ) -> Problem:
        wanted, was = _shown(entry.expect), _shown(cell)
        return Problem(
            _place(name, self.sheet, self._cell(number, column)),
            f"“{column.zh}”应仍为 {wanted}，现为 {was}；原文件如已改正，请删去这条更正",
            f"'{column.en}' should still be {wanted} but is {was}; if the source has been "
            "repaired, remove this correction",
        )

    def _put(self, number: int, cells: tuple, column: Column, value: object) -> tuple:
        """The row with another value in this column, which is added where the sheet has none."""
        if column not in self.places:
            position = max(len(self.sheet.header), len(self.sheet.ids))
            header = (*self.sheet.header, *[""] * (position - len(self.sheet.header)), column.name)
            self.sheet = replace(self.sheet, header=header)
            self.places[column] = position
        position = self.places[column]
        row = [*cells, *[None] * (position + 1 - len(cells))]
        row[position] = value
        self.rows[number] = tuple(row)
        # Whatever the cell was merged with: now it is known what this row says.
        self.sheet = replace(self.sheet, merged=self.sheet.merged - {(number, position)})
        return self.rows[number]

    def _at(self, cells: tuple, column: Column | None) -> object:
        position = self.places.get(column, len(cells))
        return cells[position] if position < len(cells) else None

    def _cell(self, number: int, column: Column) -> str:
        return self.sheet.cell(number, self.places.get(column, 0))

    def _subject(self, cells: tuple) -> tuple[str, str] | None:
        """The column and the code of the item or indicator that a row speaks of."""
        for name in SUBJECTS:
            column = self.table.column(name)
            if column is not None and (code := self._read(column, self._at(cells, column))):
                return name, str(code)
        return None

    def _name(self, cells: tuple, column: Column, lang: str) -> str:
        """The item or indicator of a row, and the column unless it is the figure itself."""
        subject = self._subject(cells)
        names = [] if subject and column.name == "value" else [getattr(column, lang)]
        if subject:
            kind, code = subject
            words = getattr(self.known[kind][code], lang) if code in self.known[kind] else code
            names.insert(0, words if isinstance(words, str) else words.title)
        return " · ".join(names)

    def _says(self, column: Column, cell: object, wanted: object) -> bool:
        return _same(self._read(column, cell), self._read(column, wanted))

    def _read(self, column: Column, cell: object) -> Any:
        """A cell as the checks will read it; where they cannot, the text that stands there."""
        try:
            return typed(column, cell, self.known)
        except ValidationError:
            return _shown(cell)


def _place(name: str, sheet: Sheet, cell: str) -> str:
    return f"{name}: {' '.join(filter(None, (sheet.file, sheet.name, cell)))}"


def _changed(cell: object, entry: Correction) -> object:
    """What `set` or `scale` puts into the cell, written as in the file."""
    if entry.do == "set":
        return entry.value
    shown = as_printed(cell)
    # A power of ten moves the last known digit along.
    scaled = printed_number(shown) * Decimal(str(entry.value)).normalize()
    return f"{scaled}%" if shown.endswith(("%", "％")) else str(scaled)


def _shown(cell: object) -> str:
    if is_blank(cell) or cell is pd.NaT or (isinstance(cell, float) and np.isnan(cell)):
        return "—"
    number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return as_printed(cell) if number else str(cell).strip().removesuffix(" 00:00:00")


def _same(found: Any, wanted: Any) -> bool:
    """Equal as read; 0.1 + 0.2 is 0.3, and nothing equals nothing."""
    number = (int, float, np.number)
    if isinstance(found, number) and isinstance(wanted, number):
        return bool(np.isclose(found, wanted, rtol=1e-9, atol=0))
    return bool(found == wanted)
