"""Sheets checked against the data dictionary, by column: what fits is kept, what does not is told.

A wrong cell becomes missing; a row is refused only when a cell it cannot do without is wrong.
Nothing is repaired silently, and rows read = rows used + rows refused. Of a column each *distinct*
cell is parsed once: the same station, day or answer stands in thousands of rows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from ecolib.data.checked import Checked, Unread, taken
from ecolib.data.cross_checks import (
    doubt,
    hold_dates,
    hold_disclaimed,
    hold_issued,
    hold_names,
    hold_spans,
    hold_sums,
    hold_totals,
    hold_within,
    objections,
    of_other_years,
)
from ecolib.data.detect import at_headings, match_header
from ecolib.data.dictionary import PLAN, Column, Names, Table, convert, items, units
from ecolib.data.ids import filled_in
from ecolib.data.listing import folded
from ecolib.data.numbers import Quantity, Unreadable, as_printed, bound_of, unit_meant
from ecolib.data.parse import as_text, called, check_range, read_column
from ecolib.data.sheet import Sheet, Shown, is_blank, listed
from ecolib.data.work import Work
from ecolib.texts import Name, Note

#: Of remarks of one kind on one column of a sheet, only this many are listed one by one.
LISTED = 1000
#: Tables that speak of other years by their nature: claims of goals to come, the plan of work.
OF_ANY_YEAR = ("claims", "evidence", *PLAN)


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
    work = _Checking(filled_in(sheet, places), table, places, names)
    rows: Sequence[int] = ()
    # What is wrong with the headings, ours or of others, concerns everything in the sheet.
    heads = [note for note in sheet.remarks if note.code != "longer_row"]
    wrong = [note for note in (*issues, *heads) if note.severity == "error"][:1]
    said = work.named() if wrong else ()
    unread = [Unread(table.name, submitted, said, "", note, folder=submitted) for note in wrong]
    if table.needed <= places.keys():
        work.parse()
        rows = work.without_repeats()
        unread += work.unread(submitted)
        issues += work.told()
    columns = work.columns(rows, submitted)
    issues += [*heads, *work.remarks(rows)]
    if submitted is not None and table.name not in OF_ANY_YEAR:
        issues += of_other_years(work, rows, columns, submitted)
    told = tuple(folded(issues, LISTED, lambda note: (note.rule, note.about)))
    read, cells = len(work.numbers), work.filled_cells()
    place = table, sheet.file, sheet.name
    return Checked(*place, columns, told, read, cells, tuple(unread), submitted)


def _printed(cell: Any, value: Any) -> str:
    """A figure as the file shows it; a unit behind it is told elsewhere, but a % belongs to it."""
    written = isinstance(value, Quantity) and value.unit != "%"
    return as_printed(cell).removesuffix(value.unit).rstrip() if written else as_printed(cell)


def _wrong_unit(cell: Any, value: Quantity, unit: str | None, own: str) -> Note | None:
    """Why a figure is not used that bears another unit than its own; None where it can be converted."""
    if value.unit == "%":
        return Note("percent.no_share" if own else "percent.no_unit", value=str(cell))
    if not own:
        return Note("number.unit_inside", value=str(cell))
    if unit is None or convert(1.0, unit, own) is None:
        return Note("number.other_unit", value=str(cell), own=Name("unit", own))
    if isinstance(cell, Shown):
        return Note("number.shown_unit", value=str(cell), own=Name("unit", own))
    return None


def _missing(values: Sequence) -> list[int]:
    """The rows in which a column holds nothing."""
    if isinstance(values, np.ndarray):
        return np.flatnonzero(np.isnan(values)).tolist()
    return [k for k, value in enumerate(values) if value is None] if None in values else []


# --- one sheet ------------------------------------------------------------------------------------


class _Checking(Work):
    """A sheet whose cells are read, refused and brought into their units."""

    def parse(self) -> None:
        """Read every column, refuse rows, and bring figures into their units."""
        if self.sheet.ids and "position" in self.table.required:
            # A template comes from the bureau that owes it: the source of a row is the row itself.
            self.raw["position"] = [
                f"{self.sheet.name} {number}" if is_blank(cell) else cell
                for number, cell in zip(self.numbers, self.raw["position"], strict=True)
            ]
        self.refuse_longer()
        merged = self.merged_numbers() if self.sheet.merged else {}
        wrong: dict[str, Collection[int]] = {}
        sums: set[int] = set()
        for column in self.table.columns:
            name = column.name
            if name not in self.raw:
                self.values[name] = [None] * len(self.numbers)
                continue
            cells = self.raw[name]
            if name in merged:
                cells = [None if k in merged[name] else cell for k, cell in enumerate(cells)]
            self.values[name], faults, marked = read_column(column, self.names, cells)
            for k, code in marked.items():
                self.marked.setdefault((name, code), []).append(k)
            if name == "value" and self.table.name == "items":
                self.bounds = {k for k in faults if self.is_bound(k, cells[k])}
                for k in self.bounds:
                    faults.pop(k)
                    self.marked.setdefault((name, "as_bound"), []).append(k)
            wrong[name] = faults.keys() | merged.get(name, set())
            for k, note in faults.items():
                # An empty number is only missing; where anything else is empty it means something.
                if column.type != "number" and self.is_judged(name):
                    self.refused.add(k)
                # Nothing is lost with a sum of areas that stand beside it.
                lost = note.code != "sum_row" or column.type != "land"
                self.tell(k, 1, name, note, cells[k], "error" if lost else "warning")
                if not lost:
                    sums.add(k)
        if "requirement" in self.raw:
            pairs = zip(self.values["indicator"], self.values["requirement"], strict=True)
            known = self.names.requirement_titles
            self.values["requirement"] = [known.get(of, {}).get(t, t) for of, t in pairs]
        for code in ("term_end", "endless"):  # its words are kept
            for k in self.marked.get(("deadline", code), ()):
                self.values["term"][k] = self.values["term"][k] or as_text(self.raw["deadline"][k])
        for column in (c for c in self.table.columns if c.since and c.name in self.raw):
            hold_dates(self, column)
        hold_names(self)
        hold_issued(self)
        hold_disclaimed(self)
        hold_spans(self)
        hold_sums(self)
        self.fill_in_units()
        for column in (c for c in self.table.columns if c.required or c.unless):
            name, instead = column.name, self.values.get(column.unless)
            for k in _missing(self.values[name]):
                if instead is not None and instead[k] is not None:
                    continue
                self.refused.add(k)
                if k not in wrong[name] and k not in sums:
                    required = Note("required", column=Name("column", f"{self.table.name}.{name}"))
                    self.tell(k, 2, name, required, None)
        self.settle()
        hold_totals(self)
        for column in (c for c in self.table.columns if c.usual is not None):
            doubt(self, column)
        for column in (c for c in self.table.columns if c.within):
            hold_within(self, column)
        objections(self)
        self._told = [(*at, note.but(of=self.subject(at[0]))) for *at, note in self._told]

    def is_bound(self, k: int, cell: Any) -> bool:
        """Whether a row gives a bound of a finished value of a year: an input that is no number is
        none, and of which year it would be cannot be guessed."""
        item = self.values["item"][k] if self.values["year"][k] is not None else None
        finished = item in self.names.items and item not in items()
        return finished and bound_of(str(cell)) is not None

    def refuse_longer(self) -> None:
        """Rows with more cells than headings: which cell belongs to which column is not known."""
        notes = (note for note in self.sheet.remarks if note.code == "longer_row")
        if longer := {note.args["row"]: note for note in notes}:
            for k, number in enumerate(self.numbers):
                if (note := longer.get(self.sheet.place(number, 0)[0])) is not None:
                    self.refused.add(k)
                    self._told.append((k, 0, "", note))

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

    def fill_in_units(self) -> None:
        """An index has no unit, so that nothing need be written where its unit would stand."""
        if "item" in self.values and "unit" in self.raw:
            for k in _missing(self.values["unit"]):
                unit = self.names.unit_of(self.values["item"][k])
                if is_blank(self.raw["unit"][k]) and unit and units()[unit].dimension == "index":
                    self.values["unit"][k] = unit

    def settle(self) -> None:
        """Bring the numbers into the units they are kept in; what cannot be is missing."""
        if "value" in self.table.by_name:
            given = zip(
                self.values["value"], self.raw.get("value", self.values["value"]), strict=True
            )
            self.values["printed"] = [
                _printed(cell, value) if value is not None or k in self.bounds else None
                for k, (value, cell) in enumerate(given)
            ]
        for column in self.table.columns:
            values = self.values[column.name]
            if column.type == "number" and Quantity in set(map(type, values)):
                self.values[column.name] = self.in_own_units(column, values)
        if self.table.figure is not None:
            name = self.table.figure.name
            rows = zip(listed(self.values[name]), self.values["unit"], strict=True)
            self.values[name] = [
                value if value is None or k in self.refused else self.kept(k, value, unit)
                for k, (value, unit) in enumerate(rows)
            ]

    def in_own_units(self, column: Column, values: Sequence) -> list:
        """Numbers written with a unit as plain ones in the unit of their column, or of their row.

        A figure that brings its own unit keeps it, in the place of the row's.
        """
        plain, of_row = list(values), column is self.table.figure
        beside = self.values.get("unit", plain)  # of quantities as printed, in any word
        for k, value in enumerate(values):
            if not isinstance(value, Quantity) or k in self.refused:
                continue
            cell = self.raw[column.name][k]
            own = beside[k] if of_row else column.unit
            if not own and value.unit == beside[k]:
                plain[k] = float(value)
                continue
            unit = unit_meant(value.unit, own)
            found = convert(float(value), unit, own)
            note = _wrong_unit(cell, value, unit, own) if found is None or unit != own else None
            try:
                if note is None:
                    check_range(column, found, cell)
            except Unreadable as unreadable:
                note = unreadable.note
            if note is not None:
                self.tell(k, 3, column.name, note, cell)
            elif unit != own:
                self.marked.setdefault((column.name, "own_unit"), []).append(k)
                if of_row:
                    self.values["unit"][k], found = unit, float(value)
            plain[k] = found if note is None else None
        return plain

    def kept(self, k: int, printed: float, unit: str) -> float | None:
        """A figure in the unit it is kept in; None when it cannot be one."""
        item = self.values["item"][k] if "item" in self.values else ""
        figure = self.table.figure.name
        kept = self.table.figure.unit or self.names.unit_of(item) or unit
        value = convert(printed, unit, kept)
        if value is None:
            told = {"value": Name("unit", unit), "kept": Name("unit", kept)}
            self.tell(k, 4, "unit", Note("unit", **told), unit)
            return None
        least = units()[kept].min
        if least is not None and value < least:
            self.tell(k, 4, figure, Note("range.amount", limit=least), printed)
            return None
        # A decline may be negative: things got worse.
        if kept == "%" and not item.endswith("_decline") and not 0 <= value <= 100:
            self.tell(k, 4, figure, Note("share"), printed, "warning")
        return value

    def without_repeats(self) -> Sequence[int]:
        """The rows that are used, the first of each key; every other one is told."""
        rows: Sequence[int] = range(len(self.numbers))
        if self.refused:
            rows = [k for k in rows if k not in self.refused]
        # Rows of one figure that differ are held against each other as those of two files are.
        judged = filter(self.is_judged, self.values)
        names = judged if self.table.name == "items" else self.table.key
        keys = [taken(listed(self.values[name]), rows) for name in names]
        if not keys or len(set(zip(*keys, strict=True))) == len(rows):
            return rows
        first: dict[tuple, int] = {}
        for k, key in zip(rows, zip(*keys, strict=True), strict=True):
            if (kept := first.setdefault(key, k)) != k:
                said = [self.said(k, name) for name in self.table.key]
                shown = called(self.table, said, self.names)
                cell, of = self.sheet.cell(self.numbers[k], 0), self.subject(k)
                told = self.sheet.note("repeated", "error", cell, shown=shown, of=of)
                self._told.append((k, 6, "", told))
                # Of rows that say the same nothing is lost; of others nobody knows which one holds.
                differ = (self.said(k, name) != self.said(kept, name) for name in self.values)
                if self.table.counted or any(differ):
                    self.refused.add(k)
        return list(first.values())
