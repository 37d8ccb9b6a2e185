"""Corrections carried out on checked rows; every value keeps the file and row it came from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import pandas as pd

from ecolib.corrections.entries import PLACES, Correction, figure_column, typed
from ecolib.errors import Problem
from ecolib.figures import printed_number
from ecolib.params import Named
from ecolib.tables import Checked, Column, Issue, Table, units
from ecolib.tables.dictionary import convert
from ecolib.tables.numbers import as_printed

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
class Outcome:
    """The sheets as corrected, what was done, what stood in the way, and what fitted no row."""

    checked: tuple[Checked, ...]
    applied: tuple[Applied, ...]
    problems: tuple[Problem, ...]
    unmatched: tuple[tuple[str, Correction], ...]


@dataclass(frozen=True)
class _Table:
    """A table with what is needed to read its cells as they stand in the file."""

    table: Table
    known: Mapping[str, Collection[str]]
    unit_of: Mapping[str, str]

    @property
    def figure(self) -> Column | None:
        return figure_column(self.table)

    @property
    def unit(self) -> str:
        return next(c.name for c in self.table.columns if c.type == "unit")

    def kept_unit(self, row: Mapping) -> str:
        assert self.figure is not None
        return self.figure.unit or self.unit_of.get(row.get("item", ""), row[self.unit])

    def in_file(self, row: Mapping, column: Column):
        """A cell as it stands in the file: the figure goes back into the row's own unit."""
        value = row[column.name]
        if column == self.figure and not _missing(value):
            return convert(value, self.kept_unit(row), row[self.unit])
        return value

    def shown(self, row: Mapping, column: Column) -> str:
        value = self.in_file(row, column)
        if _missing(value):
            return "—"
        if column.name == "value" and not _missing(row.get("printed")):
            return row["printed"]
        return f"{value:.12g}" if isinstance(value, float) else str(value)

    def name(self, row: Mapping, column: Column, lang: str) -> str:
        """The item or indicator a row speaks of, and the column unless it is the figure itself."""
        subject = next(((k, row[k]) for k in SUBJECTS if isinstance(row.get(k), str)), None)
        names = [] if subject and column.name == "value" else [getattr(column, lang)]
        if subject:
            kind, code = subject
            words = getattr(self.known[kind][code], lang) if code in self.known[kind] else code
            names.insert(0, words if isinstance(words, str) else words.title)
        return " · ".join(names)

    def matches(self, rows: pd.DataFrame, entry: Correction) -> pd.Series:
        fit = pd.Series(True, index=rows.index)
        for key, wanted in entry.rows.items():
            if key == "file":
                ends = rows["file"].astype(str)
                fit &= (ends == wanted) | ends.str.endswith(f"/{wanted}")
            elif key in PLACES:
                fit &= rows[key] == wanted
            else:
                column = self.table.column(key)
                value = typed(column, wanted, self.known)
                cells = rows[column.name]
                if column == self.figure:
                    cells = [self.in_file(row, column) for row in rows.to_dict("records")]
                fit &= np.array([_same(cell, value) for cell in cells], dtype=bool)
        return fit


def apply(
    entries: Sequence[tuple[str, Correction]],
    checked: Sequence[Checked],
    table: Table,
    *,
    known: Mapping[str, Collection[str]],
    unit_of: Mapping[str, str],
) -> Outcome:
    """Carry out the entries of one table, in their order, sheet by sheet.

    Parameters
    ----------
    known, unit_of
        As for `tables.validate`.
    """
    cells = _Table(table, known, unit_of)
    sheets, applied, problems, unmatched = list(checked), [], [], []
    for name, entry in entries:
        found = False
        for place, sheet in enumerate(sheets):
            rows = sheet.rows[cells.matches(sheet.rows, entry)] if len(sheet.rows) else sheet.rows
            for index in rows.index:
                found = True
                done = _apply_one(name, entry, sheets[place].rows.loc[index], cells)
                if isinstance(done, Problem):
                    problems.append(done)
                    continue
                told, row = done
                applied.append(told)
                sheets[place] = _with_row(sheets[place], index, row)
        if not found:
            unmatched.append((name, entry))
    return Outcome(tuple(sheets), tuple(applied), tuple(problems), tuple(unmatched))


def _apply_one(name: str, entry: Correction, before: pd.Series, cells: _Table):
    """What was done and the new row (None: dropped), or what stands in the way."""
    row = before.to_dict()
    column = cells.table.column(entry.column)
    was = cells.shown(row, column)
    # Where the figure stands is known; of another column, the row is.
    cell = row["cell"] if column.name == "value" else f"A{row['row']}"
    place = f"{name}: {row['file']} {row['sheet']} {cell}".replace("  ", " ")
    expected = typed(column, entry.expect, cells.known)
    if not _same(cells.in_file(row, column), expected):
        wanted = "—" if expected is None else entry.expect
        return Problem(
            place,
            f"“{column.zh}”应仍为 {wanted}，现为 {was}；原文件如已改正，请删去这条更正",
            f"'{column.en}' should still be {wanted} but is {was}; if the source has been "
            "repaired, remove this correction",
        )
    after = None if entry.do == "drop" else _changed(row, entry, column, cells)
    if isinstance(after, tuple):
        return Problem(place, *after)
    is_figure = column == cells.figure
    subjects = [r.get(s) for r in (row, after or row) for s in SUBJECTS if s in row]
    told = Applied(
        correction=entry,
        file=row["file"],
        sheet=row["sheet"],
        row=int(row["row"]),
        cell=cell,
        column=column,
        subjects=tuple(dict.fromkeys(subjects)),
        what=Named(zh=cells.name(row, column, "zh"), en=cells.name(row, column, "en")),
        was=was,
        now="" if after is None else cells.shown(after, column),
        unit=row[cells.unit] if is_figure else "",
    )
    return told, after


def _changed(row: dict, entry: Correction, column: Column, cells: _Table) -> dict | tuple[str, str]:
    """The row after `set`, `scale` or `flag`; two sentences when the new unit does not fit."""
    if entry.do == "flag":
        return row
    figure = cells.figure
    in_file = {c.name: cells.in_file(row, c) for c in cells.table.columns}
    if entry.do == "set":
        in_file[column.name] = typed(column, entry.value, cells.known)
        printed = as_printed(entry.value)
    else:
        in_file[column.name] *= entry.value
        printed = _scaled(row.get("printed"), entry.value)
    after = row | in_file
    if column.name == "value":
        after["printed"] = printed
    if figure is not None and not _missing(after[figure.name]):
        unit, kept = after[cells.unit], cells.kept_unit(after)
        after[figure.name] = convert(after[figure.name], unit, kept)
        if after[figure.name] is None:
            return f"单位“{unit}”换算不成“{kept}”", f"'{unit}' cannot be turned into '{kept}'"
    return after


def _scaled(printed, factor: float) -> str | None:
    """The printed figure times a factor; a power of ten moves the last known digit along."""
    if _missing(printed):
        return None
    return str(printed_number(printed) * Decimal(str(factor)).normalize())


def _with_row(sheet: Checked, index: int, row: dict | None) -> Checked:
    """The sheet with one row changed, or left out and counted as refused."""
    rows = sheet.rows.copy()
    if row is None:
        counts = sheet.counts.assign(used=sheet.counts["used"] - 1)
        counts["refused"] += 1
        return replace(sheet, rows=rows.drop(index), counts=counts)
    for name in rows.columns:
        if not _same(rows.at[index, name], row[name]):
            rows[name] = rows[name].astype(object).where(rows.index != index, row[name])
            rows[name] = rows[name].infer_objects()
    return replace(sheet, rows=rows)


def _missing(value) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value))


def _same(found, wanted) -> bool:
    """Equal as cells: units leave binary noise behind, and nothing equals nothing."""
    if _missing(found) or _missing(wanted):
        return _missing(found) and _missing(wanted)
    number = (int, float, np.number)
    if isinstance(found, number) and isinstance(wanted, number):
        return bool(np.isclose(found, wanted, rtol=1e-9, atol=0))
    return bool(found == wanted)
