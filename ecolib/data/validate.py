"""Rows checked against the data dictionary: what fits is kept, what does not is listed.

A wrong cell becomes missing; a row is refused only when a cell it cannot do without is wrong.
Nothing is repaired silently, and rows read = rows used + rows refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Annotated, Any

import pandas as pd
from pydantic import BeforeValidator, TypeAdapter, ValidationError, create_model

from ecolib.data.cells import parser_of
from ecolib.data.dictionary import Column, Table
from ecolib.data.headings import at_headings, filled_in, match_header
from ecolib.data.issues import COUNTS, Checked, Issue, columns_of, folded
from ecolib.data.quantities import settle
from ecolib.data.readers.sheet import Sheet, is_blank
from ecolib.data.whole_sheet import remarks_of, repeats, years_outside

#: Of a long cell, a remark shows this many characters.
SHOWN = 200


def validate(
    sheet: Sheet,
    table: Table,
    *,
    known: Mapping[str, Collection[str]],
    unit_of: Mapping[str, str],
    handed_in: int | None = None,
) -> Checked:
    """Check one sheet against its table.

    Parameters
    ----------
    known
        For the column types "item" and "indicator", the codes that exist; under "item titles" and
        "indicator titles", the codes by the names that people write instead.
    unit_of
        The unit each item is kept in; figures in another unit of its kind are converted.
    handed_in
        The year of the folder the sheet lies in; later years in it are remarked upon.
    """
    sheet = at_headings(sheet, table)
    issues: list[Issue] = []
    places = match_header(sheet, table, issues)
    rows = filled_in(sheet, places)
    usable = {c for c in table.columns if c.required} <= places.keys()
    checker = _Checker(sheet, table, places, known, unit_of)
    kept = list(checker.kept(rows)) if usable else []
    frame = pd.DataFrame(kept, columns=[*columns_of(table), "file", "sheet", "row"])
    repeated, told = repeats(frame, table, sheet)
    frame = frame[~repeated]
    issues += checker.issues + told
    issues += remarks_of(sheet, frame, places)
    if handed_in is not None:
        issues += years_outside(sheet, table, frame, places, handed_in)
    read, used = len(rows), len(frame)
    counts = pd.DataFrame([(sheet.file, sheet.name, table.name, read, used, read - used)])
    return Checked(frame, tuple(folded(issues)), counts.set_axis(COUNTS, axis=1))


@dataclass
class _Checker:
    """Checks the rows of one sheet, one after the other, and collects what is wrong."""

    sheet: Sheet
    table: Table
    places: Mapping[Column, int]
    known: Mapping[str, Collection[str]]
    unit_of: Mapping[str, str]
    issues: list[Issue] = field(default_factory=list)
    number: int = 0

    def kept(self, rows: list[tuple[int, tuple]]) -> Iterator[dict]:
        """The rows that can be used, typed and in the units they are kept in."""
        origin = {"file": self.sheet.file, "sheet": self.sheet.name}
        places = [(c.name, i) for c, i in self.places.items()]
        for number, cells in rows:
            self.number, width = number, len(cells)
            raw = {name: cells[i] if i < width else None for name, i in places}
            if self.own_source and is_blank(raw["position"]):
                raw["position"] = f"{self.sheet.name} {number}"
            row = self.typed(raw)
            if row is not None:
                settle(row, raw, self.table, self.unit_of, self.report)
                yield row | origin | {"row": number}

    @cached_property
    def own_source(self) -> bool:
        """Whether an empty source means the row itself: a template comes from the bureau that owes it."""
        needed = any(c.name == "position" and c.required for c in self.places)
        return bool(self.sheet.ids) and needed

    @cached_property
    def model(self) -> TypeAdapter:
        return _model(self.table.name, self.table)

    def typed(self, raw: dict) -> dict | None:
        """The typed row, or None when a required cell is wrong or empty."""
        wrong: set[str] = self.merged_numbers(raw) if self.sheet.merged else set()
        given = {name: value for name, value in raw.items() if name not in wrong}
        try:
            row = self.model.validate_python(given, context=self.known).__dict__.copy()
        except ValidationError as error:
            wrong |= {self.told(problem, raw) for problem in error.errors()}
            given = {name: value for name, value in raw.items() if name not in wrong}
            row = self.model.validate_python(given, context=self.known).__dict__.copy()
        lacking = [c for c in self.table.columns if c.required and row[c.name] is None]
        for column in lacking:
            if column.name not in wrong:
                zh, en = f"“{column.zh}”不能为空", f"'{column.en}' must not be empty"
                self.report(column, "required", "error", None, zh, en)
        return None if lacking else row

    def told(self, problem: Mapping, raw: dict) -> str:
        """Report what a parser found; returns the name of the column."""
        name, context = problem["loc"][0], problem.get("ctx", {})
        column = next(c for c in self.table.columns if c.name == name)
        zh, en = context.get("zh", problem["msg"]), context.get("en", problem["msg"])
        self.report(column, problem["type"], "error", raw.get(name), zh, en)
        return name

    def merged_numbers(self, raw: dict) -> set[str]:
        """Numbers in cells merged over several rows: which row they belong to is not known."""
        found = set()
        for column, position in self.places.items():
            if column.type == "number" and (self.number, position) in self.sheet.merged:
                found.add(column.name)
                self.report(
                    column,
                    "merged",
                    "error",
                    raw[column.name],
                    "数值所在的单元格合并了几行，属于哪一行不明，未采用；请取消合并，逐行填写",
                    "the figure stands in a cell merged over several rows and may belong to any; "
                    "it was not used; undo the merge and fill in each row",
                )
        return found

    def report(self, column: Column, rule: str, severity: str, value: Any, zh: str, en: str):
        sheet, position = self.sheet, self.places.get(column)
        cell = "" if position is None else sheet.cell(self.number, position)
        whole = "" if value is None else str(value)
        shown = whole if len(whole) <= SHOWN else f"{whole[:SHOWN]}…"
        zh, en = (text.replace(whole, shown) if whole else text for text in (zh, en))
        self.issues.append(
            Issue(sheet.file, sheet.name, cell, column.zh, rule, severity, shown, zh, en)
        )


@cache
def _model(name: str, table: Table) -> TypeAdapter:
    fields = {c.name: (Annotated[Any, BeforeValidator(parser_of(c))], None) for c in table.columns}
    return TypeAdapter(create_model(name, **fields))
