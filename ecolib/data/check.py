"""Sheets checked against the data dictionary, by column: what fits is kept, what does not is told.

A wrong cell becomes missing; a row is refused only when a cell it cannot do without is wrong.
Nothing is repaired silently, and rows read = rows used + rows refused. Of a column each *distinct*
cell is parsed once: the same station, day or answer stands in thousands of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ecolib.data.detect import filled_in, match_header
from ecolib.data.dictionary import Column, Names, Table, column_heading, convert, units
from ecolib.data.parse import Share, Unreadable, as_printed, parser_of
from ecolib.data.recognition import at_headings
from ecolib.data.sheet import Percent, Sheet, is_blank, listed
from ecolib.texts import Name, Note

#: Of a long cell, a remark shows this many characters.
SHOWN = 200
#: Of remarks of one kind on one column of a sheet, only this many are listed one by one.
LISTED = 1000
#: Tables that speak of other years by their nature: claims of goals to come.
OF_ANY_YEAR = ("claims",)
#: Where a row of a checked table stands, and the year of the folder it was submitted in.
PLACE = ("file", "sheet", "row", "submitted")


@dataclass(frozen=True)
class Checked:
    """What is left of a sheet: the rows that fit its table, by column, and the remarks.

    Attributes
    ----------
    columns
        Those of `columns_of`, as lists with None where there is nothing or as arrays with NaN or
        NaT, all of the same length.
    read
        How many rows there were.
    """

    table: Table
    file: str
    sheet: str
    columns: Mapping[str, Sequence]
    issues: tuple[Note, ...]
    read: int

    @property
    def used(self) -> int:
        return len(self.columns["row"])

    @property
    def refused(self) -> int:
        return self.read - self.used

    @cached_property
    def frame(self) -> pd.DataFrame:
        return pd.DataFrame(dict(self.columns))

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The same one by one, as plain values, None where there is nothing."""
        values = zip(*map(listed, self.columns.values()), strict=True)
        return [dict(zip(self.columns, row, strict=True)) for row in values]


def columns_of(table: Table) -> tuple[str, ...]:
    """The columns of a checked table, its own first.

    Where it has a `value`, `printed` is the figure as it was written and `cell` where it stands.
    """
    own = tuple(table.by_name)
    return (*own, "printed", *PLACE, "cell") if "value" in own else (*own, *PLACE)


def check(sheet: Sheet, table: Table, names: Names, *, submitted: int | None = None) -> Checked:
    """Check one sheet against its table.

    Parameters
    ----------
    names
        What cells may name; a figure of an item is converted to the unit the item is kept in.
    submitted
        The year of the folder the sheet lies in; later years in it are remarked upon.
    """
    sheet = at_headings(sheet, table)
    places, issues = match_header(sheet, table)
    work = _Work(filled_in(sheet, places), table, places, names)
    rows: Sequence[int] = ()
    if table.required <= places.keys():
        work.parse()
        rows, repeated = work.without_repeats()
        issues += [*work.told(), *repeated]
    columns = work.columns(rows, submitted)
    issues += [*sheet.remarks, *work.shown_in_percent(rows)]
    if submitted is not None and table.name not in OF_ANY_YEAR:
        issues += work.of_other_years(rows, columns, submitted)
    read = len(work.numbers)
    return Checked(table, sheet.file, sheet.name, columns, tuple(_folded(issues)), read)


def issue_row(note: Note) -> dict[str, str]:
    """A remark on the data as a row of `issues.csv`."""
    return {
        "file": note.source.file,
        "sheet": note.source.sheet,
        "cell": note.source.cell,
        "column": column_heading(note.about, "zh"),
        "rule": note.rule,
        "severity": note.severity,
        "value": note.args.get("shown", ""),
        "message_zh": note.text("zh"),
        "message_en": note.text("en"),
    }


def _folded(issues: Sequence[Note]) -> list[Note]:
    """The remarks of a sheet, a flood of one kind ended by a remark on how many more there are."""
    if len(issues) <= LISTED:
        return list(issues)
    kept: list[Note] = []
    floods: dict[tuple[str, str], list[Note]] = {}
    for issue in issues:
        flood = floods.setdefault((issue.rule, issue.about), [])
        flood.append(issue)
        if len(flood) <= LISTED:
            kept.append(issue)
    return kept + [_rest(flood[LISTED:]) for flood in floods.values() if len(flood) > LISTED]


def _rest(rest: Sequence[Note]) -> Note:
    first, count = rest[0], len(rest)
    more = {"shown": str(count), "count": count, "cell": first.source.cell, "first": first}
    place = {"severity": first.severity, "about": first.about, "source": first.source}
    return Note(f"{first.rule}.more", **place, **more)


# --- one column -----------------------------------------------------------------------------------


def _read_column(
    column: Column, cells: Sequence, parse: Callable[[Any], Any]
) -> tuple[Sequence, dict[int, Note]]:
    """The values of a column, and by row why a cell that gave none could not be read."""
    if isinstance(cells, np.ndarray):
        if _fits(column, cells):
            return cells, {}
        cells = listed(cells)
    kinds = set(map(type, cells))
    if column.type == "number" and kinds <= {float, type(None)}:  # as workbooks hold them
        values = np.array(cells, dtype=float)
        if _fits(column, values):
            return listed(values), {}
    # 1, 1.0 and True are one key but not one cell.
    alike = len(kinds - {type(None)}) <= 1
    keys = cells if alike else [(cell.__class__, cell) for cell in cells]
    try:
        read = {key: _parsed(parse, key if alike else key[1]) for key in dict.fromkeys(keys)}
        values = list(map(read.__getitem__, keys))
        whole = not any(isinstance(value, Note) for value in read.values())
    except TypeError:  # a cell that holds a list
        values, whole = [_parsed(parse, cell) for cell in cells], False
    if whole:
        return values, {}
    faults = {k: value for k, value in enumerate(values) if isinstance(value, Note)}
    return [None if isinstance(value, Note) else value for value in values], faults


def _parsed(parse: Callable[[Any], Any], cell: Any) -> Any:
    """The value of a cell, or the note on why there is none."""
    try:
        return parse(cell)
    except Unreadable as unreadable:
        return unreadable.note


def _fits(column: Column, values: np.ndarray) -> bool:
    """Whether an array holds nothing but what its column may hold, or nothing."""
    if values.dtype.kind == "M":
        days = column.type == "date" and bool((values == values.astype("M8[D]")).all())
        return (column.type == "time" or days) and not np.isnat(values).any()
    if column.type != "number" or np.isinf(values).any():
        return False
    low, high = column.min, column.max
    return not (
        (low is not None and (values < low).any()) or (high is not None and (values > high).any())
    )


def _missing(values: Sequence) -> list[int]:
    """The rows in which a column holds nothing."""
    if isinstance(values, np.ndarray):
        return np.flatnonzero(np.isnan(values)).tolist()
    return [k for k, value in enumerate(values) if value is None] if None in values else []


def taken(values: Sequence, rows: Sequence[int]) -> Sequence:
    """The values of a column in these rows, of which none comes twice."""
    if len(rows) == len(values):
        return values
    return values[rows] if isinstance(values, np.ndarray) else [values[k] for k in rows]


# --- one sheet ------------------------------------------------------------------------------------


class _Work:
    """The columns of one sheet while they are checked; `k` counts its rows from 0."""

    def __init__(self, sheet: Sheet, table: Table, places: Mapping[str, int], names: Names):
        self.sheet, self.table, self.places, self.names = sheet, table, places, names
        self.numbers, cells = sheet.columns()
        nothing = [None] * len(self.numbers)
        self.raw = {n: cells[i] if i < len(cells) else nothing for n, i in places.items()}
        self.values: dict[str, Sequence] = {}
        self.refused: set[int] = set()
        self._told: list[tuple[tuple[int, int], Note]] = []

    def told(self) -> list[Note]:
        """What was told, row by row; of a row in the order of the steps and their columns."""
        told = [note for _, note in sorted(self._told, key=lambda told: told[0])]
        if self.sheet.origins is None:
            return told
        # One cell of a wide table stands in many rows.
        return list({(note.code, note.source): note for note in reversed(told)}.values())[::-1]

    def tell(
        self, k: int, step: int, name: str, note: Note, value: Any, severity: str = "error"
    ) -> None:
        whole = "" if value is None else str(value)
        shown = whole if len(whole) <= SHOWN else f"{whole[:SHOWN]}…"
        args = dict(note.args)
        if shown != whole:
            args = {
                n: arg.replace(whole, shown) if isinstance(arg, str) else arg
                for n, arg in args.items()
            }
        cell = self.cell(self.numbers[k], name)
        about, source = f"{self.table.name}.{name}", self.sheet.source(cell)
        place = {"severity": severity, "about": about, "source": source}
        self._told.append(((k, step), Note(note.code, **place, shown=shown, **args)))

    def cell(self, number: int, name: str) -> str:
        return self.sheet.cell(number, self.places[name]) if name in self.places else ""

    def parse(self) -> None:
        """Read every column, refuse rows, and bring figures into their units."""
        if self.sheet.ids and "position" in self.table.required:
            # A template comes from the bureau that owes it: the source of a row is the row itself.
            self.raw["position"] = [
                f"{self.sheet.name} {number}" if is_blank(cell) else cell
                for number, cell in zip(self.numbers, self.raw["position"], strict=True)
            ]
        merged = self.merged_numbers() if self.sheet.merged else {}
        wrong: dict[str, Collection[int]] = {}
        for column in self.table.columns:
            name = column.name
            if name not in self.raw:
                self.values[name] = [None] * len(self.numbers)
                continue
            cells = self.raw[name]
            if name in merged:
                cells = [None if k in merged[name] else cell for k, cell in enumerate(cells)]
            self.values[name], faults = _read_column(column, cells, parser_of(column, self.names))
            wrong[name] = faults.keys() | merged.get(name, set())
            for k, note in faults.items():
                self.tell(k, 1, name, note, cells[k])
        for name in (c.name for c in self.table.columns if c.required):
            for k in _missing(self.values[name]):
                self.refused.add(k)
                if k not in wrong[name]:
                    required = Note("required", column=Name("column", f"{self.table.name}.{name}"))
                    self.tell(k, 2, name, required, None)
        self.settle()

    def merged_numbers(self) -> dict[str, set[int]]:
        """Numbers in cells merged over several rows: which row they belong to is not known."""
        found: dict[str, set[int]] = {}
        for name, position in self.places.items():
            if self.table.by_name[name].type != "number" and name != "value":
                continue
            for k, number in enumerate(self.numbers):
                if (number, position) in self.sheet.merged:
                    found.setdefault(name, set()).add(k)
                    self.tell(k, 0, name, Note("merged"), self.raw[name][k])
        return found

    def settle(self) -> None:
        """Bring the numbers into the units they are kept in; what cannot be is missing."""
        if "value" in self.table.by_name:
            raw = self.raw.get("value", ())
            self.values["printed"] = [
                None if value is None else as_printed(cell)
                for value, cell in zip(self.values["value"], raw, strict=False)
            ] or [None] * len(self.numbers)
        for column in self.table.columns:
            values = self.values[column.name]
            if column.type == "number" and Share in set(map(type, values)):
                self.values[column.name] = self.without_shares(column, values)
        if self.table.figure is not None:
            name = self.table.figure.name
            rows = zip(listed(self.values[name]), self.values["unit"], strict=True)
            self.values[name] = [
                value if value is None or k in self.refused else self.kept(k, value, unit)
                for k, (value, unit) in enumerate(rows)
            ]

    def without_shares(self, column: Column, values: Sequence) -> list:
        """Numbers written with % as plain ones, where their unit is a share; else nothing."""
        plain = list(values)
        for k, value in enumerate(values):
            if not isinstance(value, Share) or k in self.refused:
                continue
            shares = column is self.table.figure and (
                units()[self.values["unit"][k]].dimension == "share"
            )
            plain[k] = float(value) if shares else None
            if not shares:
                printed = as_printed(self.raw[column.name][k])
                self.tell(k, 3, column.name, Note("percent.no_share", value=printed), printed)
        return plain

    def kept(self, k: int, printed: float, unit: str) -> float | None:
        """A figure in the unit it is kept in; None when it cannot be one."""
        item = self.values["item"][k] if "item" in self.values else ""
        figure = self.table.figure.name
        kept = self.table.figure.unit or self.names.unit_of(item) or unit
        value = convert(printed, unit, kept)
        if value is None:
            self.tell(k, 4, "unit", Note("unit", value=unit, kept=kept), unit)
            return None
        least = units()[kept].min
        if least is not None and value < least:
            self.tell(k, 4, figure, Note("range.amount", limit=least), printed)
            return None
        # A decline may be negative: things got worse.
        if kept == "%" and not item.endswith("_decline") and not 0 <= value <= 100:
            self.tell(k, 4, figure, Note("share"), printed, "warning")
        return value

    def without_repeats(self) -> tuple[Sequence[int], list[Note]]:
        """The rows that are used, the first of each key, and a remark on every other one."""
        rows: Sequence[int] = range(len(self.numbers))
        if self.refused:
            rows = [k for k in rows if k not in self.refused]
        keys = [taken(listed(self.values[name]), rows) for name in self.table.key]
        if not keys or len(set(zip(*keys, strict=True))) == len(rows):
            return rows, []
        first: dict[tuple, int] = {}
        repeated = []
        for k, key in zip(rows, zip(*keys, strict=True), strict=True):
            if first.setdefault(key, k) != k:
                shown = "、".join(str(part) for part in key if part is not None)
                source = self.sheet.source(self.sheet.cell(self.numbers[k], 0))
                repeated.append(Note("repeated", severity="error", source=source, shown=shown))
        return list(first.values()), repeated

    def columns(self, rows: Sequence[int], submitted: int | None) -> dict[str, Sequence]:
        """The columns of these rows, with where each row stands."""
        numbers = taken(self.numbers, rows)
        of_all = {"file": self.sheet.file, "sheet": self.sheet.name, "submitted": submitted}
        made = {name: [value] * len(rows) for name, value in of_all.items()}
        made["row"] = (
            [self.sheet.place(n, 0)[0] for n in numbers] if self.sheet.origins else numbers
        )
        if "value" in self.table.by_name:
            value = self.places.get("value", 0)
            made["cell"] = [self.sheet.cell(number, value) for number in numbers]
        return {
            name: made[name] if name in made else taken(self.values[name], rows) if rows else []
            for name in columns_of(self.table)
        }

    def shown_in_percent(self, rows: Sequence[int]) -> list[Note]:
        """A note for each column of which cells were read in %, as the page shows them."""
        notes = []
        for name, cells in self.raw.items():
            if self.table.by_name[name].type != "number" or Percent not in set(map(type, cells)):
                continue
            values = self.values.get(name, ())
            shown = [k for k in rows if isinstance(cells[k], Percent) and values[k] is not None]
            if shown:
                cell = self.cell(self.numbers[shown[0]], name)
                place = {"about": f"{self.table.name}.{name}", "source": self.sheet.source(cell)}
                count = len(shown)
                args = {"shown": str(count), "count": count, "cell": cell}
                notes.append(Note("percent.as_shown", severity="note", **place, **args))
        return notes

    def of_other_years(
        self, rows: Sequence[int], columns: Mapping[str, Sequence], submitted: int
    ) -> list[Note]:
        """Warnings of years after the folder's, and of days in another year than the folder's."""
        notes = []
        for name in self.places:
            kind = self.table.by_name[name].type
            values = columns[name]
            opening: list[int] = []
            if kind == "year" and name == "year":
                outside = [k for k, year in enumerate(values) if year and year > submitted]
            elif kind in ("date", "time"):
                # The hour that ends at midnight of New Year belongs to the old year.
                ends = np.timedelta64(1 if kind == "time" else 0, "s")
                written = np.array(values, dtype="M8[us]")
                moments = written - ends
                year = np.datetime64(str(submitted), "Y")
                other = (moments.astype("M8[Y]") != year) & ~np.isnat(moments)
                last = other & (written == year)
                opening = np.flatnonzero(last).tolist()
                outside = np.flatnonzero(other & ~last).tolist()
            else:
                continue
            if opening:
                notes.append(self.of_year(rows, values, name, opening, "last_hour", submitted - 1))
            if outside:
                notes.append(self.of_year(rows, values, name, outside, "outside_year", submitted))
        return notes

    def of_year(
        self,
        rows: Sequence[int],
        values: Sequence,
        name: str,
        found: list[int],
        code: str,
        year: int,
    ) -> Note:
        """What there is to say of rows that are of this year, or not of it, with the first cell."""
        said = listed(values[found[0] : found[0] + 1])[0]
        forms = {"date": "%Y-%m-%d", "time": "%Y-%m-%d %H:%M"}
        kind = self.table.by_name[name].type
        return Note(
            code,
            severity="note" if code == "last_hour" else "warning",
            about=f"{self.table.name}.{name}",
            source=self.sheet.source(self.cell(self.numbers[rows[found[0]]], name)),
            shown=said.strftime(forms[kind]) if kind in forms else str(said),
            folder=year,
            count=len(found),
        )
