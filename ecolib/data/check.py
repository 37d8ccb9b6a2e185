"""Sheets checked against the data dictionary, by column: what fits is kept, what does not is told.

A wrong cell becomes missing; a row is refused only when a cell it cannot do without is wrong.
Nothing is repaired silently, and rows read = rows used + rows refused. Of a column each *distinct*
cell is parsed once: the same station, day or answer stands in thousands of rows.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ecolib.data.checked import Checked, Unread, columns_of, taken
from ecolib.data.detect import at_headings, filled_in, match_header
from ecolib.data.dictionary import PLAN, Column, Names, Table, convert, items, units
from ecolib.data.listing import folded
from ecolib.data.numbers import WRITTEN, Quantity, Unreadable, as_printed, bound_of, unit_meant
from ecolib.data.parse import as_text, check_range, read_column, year_of
from ecolib.data.sheet import Sheet, Shown, is_blank, listed
from ecolib.standards import survey
from ecolib.standards.water import results
from ecolib.texts import Name, Note

#: Of a long cell, a remark shows this many characters.
SHOWN = 200
#: Of remarks of one kind on one column of a sheet, only this many are listed one by one.
LISTED = 1000
#: So many measurements show whether a column is in its unit.
ENOUGH = 10
#: What instruments write where they have no number, and may have measured once but not twice.
MARK = 999.0
#: Texts that a standard reads, each with the column that says how: what it cannot read is told here.
READ_BY = {"result": ("item", results.objection), "answer": ("survey", survey.objection)}
#: Kinds of column that hold moments, and how these are shown.
MOMENTS = {"date": "%Y-%m-%d", "time": "%Y-%m-%d %H:%M"}
#: The kinds of text that say what a row speaks of.
NAMING = ("text", "substance")
#: Days of a row of which the second is never the earlier, by what is told where it is.
FOLLOWING = {"ends_first": ("begin", "deadline"), "told_too_early": ("month", "reported")}
#: What the rows of sums and means are called.
SUMS = {*WRITTEN["whole"], *WRITTEN["sums"]}
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
    work = _Work(filled_in(sheet, places), table, places, names)
    rows: Sequence[int] = ()
    # What is wrong with the headings concerns everything in the sheet.
    wrong = [note for note in issues if note.severity == "error"][:1]
    said = work.named() if wrong else ()
    unread = [Unread(table.name, submitted, said, "", note, folder=submitted) for note in wrong]
    if table.needed <= places.keys():
        work.parse()
        rows = work.without_repeats()
        unread += work.unread(submitted)
        issues += work.told()
    columns = work.columns(rows, submitted)
    issues += [i for i in sheet.remarks if i.code != "longer_row"] + [*work.remarks(rows)]
    if submitted is not None and table.name not in OF_ANY_YEAR:
        issues += work.of_other_years(rows, columns, submitted)
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


class _Work:
    """The columns of one sheet while they are checked; `k` counts its rows from 0."""

    def __init__(self, sheet: Sheet, table: Table, places: Mapping[str, int], names: Names):
        self.sheet, self.table, self.places, self.names = sheet, table, places, names
        self.numbers, cells = sheet.columns()
        nothing = [None] * len(self.numbers)
        self.raw = {n: cells[i] if i < len(cells) else nothing for n, i in places.items()}
        self.values: dict[str, Sequence] = {}
        self.refused: set[int] = set()
        #: The rows of finished values that are written as a bound.
        self.bounds: set[int] = set()
        #: By column and code, the rows whose cells were read in a way that must be told.
        self.marked: dict[tuple[str, str], list[int]] = {}
        self._told: list[tuple[int, int, str, Note]] = []

    def told(self) -> list[Note]:
        """What was told, row by row; of a row in the order of the steps and their columns."""
        told = [note for *_, note in sorted(self._told, key=lambda told: told[:2])]
        if self.sheet.origins is None:
            return told
        # One cell of a wide table stands in many rows.
        return list({(note.code, note.source): note for note in reversed(told)}.values())[::-1]

    def subject(self, k: int) -> tuple[Name | str, ...]:
        """What a row speaks of: the name of its item or indicator, and its place."""
        found: list[Name | str] = []
        for column in self.table.columns:
            values = self.values.get(column.name)
            if values is None or values[k] is None:
                continue
            if column.type in ("item", "indicator"):
                known = self.names.of(column.type)[0]
                found.append(Name(column.type, values[k]) if values[k] in known else values[k])
            elif column.name in self.table.key and column.type in NAMING and not column.allowed:
                found.append(values[k][:SHOWN])
        return tuple(found)

    def unread(self, folder: int | None) -> list[Unread]:
        """What was told as an error, by the year and the subjects of its row."""
        found: dict[tuple, tuple[Note, int]] = {}
        for k, _, name, note in self._told:
            used = k not in self.refused
            if note.severity != "error" or (used and not (name and self.is_judged(name))):
                continue
            # Of a row that is not used nothing is; of another one the cell.
            # Each unknown name may mean something else.
            called = note.args["value"] if note.code.startswith("unknown_") else ""
            year = folder if note.code == "before_standard" else self.year(k)
            key = year, self.subjects(k), name if used else "", self.unit(k), called
            first, count = found.get(key, (note, 0))
            found[key] = first, count + 1
        return [
            Unread(self.table.name, *key[:3], *rest, folder, key[3]) for key, rest in found.items()
        ]

    def unit(self, k: int) -> str:
        """The unit of a figure whose item is not known."""
        items = self.values.get("item")
        known = items is None or items[k] is not None or "unit" not in self.values
        return "" if known else self.values["unit"][k] or ""

    def year(self, k: int) -> int | None:
        """The year a row speaks of; None where it does not say or cannot be read."""
        for column in self.table.columns:
            if column.name in self.values and column.type in ("year", "date", "time"):
                value = listed(self.values[column.name][k : k + 1])[0]
                if value is not None:
                    return value if isinstance(value, int) else value.year
        return None

    def named(self) -> tuple[str, ...]:
        """The items or indicators that stand anywhere in a sheet whose headings are not understood."""
        kind = self.table.by_name[self.table.subject].type if self.table.subject else ""
        codes, titles = self.names.of(kind) if kind in ("item", "indicator") else ((), {})
        texts = {str(cell).strip() for column in self.sheet.columns()[1] for cell in listed(column)}
        return tuple(
            dict.fromkeys(titles.get(t, t) for t in sorted(texts) if t in titles or t in codes)
        )

    def subjects(self, k: int) -> tuple[str, ...]:
        values = self.values.get(self.table.subject)
        return () if values is None or values[k] is None else (str(values[k]),)

    def filled_cells(self) -> int:
        """How many cells of known columns have something in them."""
        empty = (
            int(np.isnan(cells).sum())
            if isinstance(cells, np.ndarray)
            else sum(map(is_blank, cells))
            for cells in self.raw.values()
        )
        return len(self.raw) * len(self.numbers) - sum(empty)

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
        cell, about = self.cell(self.numbers[k], name), f"{self.table.name}.{name}"
        told = self.sheet.note(note.code, severity, cell, about=about, shown=shown, **args)
        self._told.append((k, step, name, told))

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
        self.refuse_longer()
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
                self.tell(k, 1, name, note, cells[k])
        for column in (c for c in self.table.columns if c.since and c.name in self.raw):
            self.hold_dates(column)
        self.hold_names()
        self.hold_spans()
        self.hold_sums()
        for name in (c.name for c in self.table.columns if c.required):
            for k in _missing(self.values[name]):
                self.refused.add(k)
                if k not in wrong[name]:
                    required = Note("required", column=Name("column", f"{self.table.name}.{name}"))
                    self.tell(k, 2, name, required, None)
        self.settle()
        for column in (c for c in self.table.columns if c.usual is not None):
            self.doubt(column)
        for column in (c for c in self.table.columns if c.within):
            self.hold_within(column)
        self.object()
        self._told = [(*at, note.but(of=self.subject(at[0]))) for *at, note in self._told]

    def hold_dates(self, column: Column) -> None:
        """Refuse rows of a day before there was a standard, which most often is a slip of the pen."""
        values = self.values[column.name]
        if column.type == "year":
            early = [k for k, year in enumerate(values) if year and year < column.since.year]
        else:  # the hour that ends at midnight is of the day before
            first = np.datetime64(column.since) + np.timedelta64(int(column.type == "time"), "s")
            early = np.flatnonzero(np.array(values, dtype="M8[us]") < first).tolist()
        for k in early:
            self.refused.add(k)
            cell = self.raw[column.name][k]
            note = Note("before_standard", value=as_text(cell), since=column.since)
            self.tell(k, 1, column.name, note, cell)

    def hold_names(self) -> None:
        """Refuse rows of a template that call an item by the name of another: sorted in part, or
        changed by hand, the figures beside them are of nobody knows which."""
        at = next((i for i, p in enumerate(self.sheet.id_parts) if p and p[2] == "name"), None)
        if at is None or "item" not in self.values or not self.numbers:
            return
        for k, (item, cell) in enumerate(
            zip(self.values["item"], self.sheet.columns()[1][at], strict=True)
        ):
            meant = self.names.item_titles.get(str(cell).strip(), item)
            if item is not None and meant != item:
                self.refused.add(k)
                said = {"value": str(cell), "item": Name("item", item)}
                self.tell(k, 1, "item", Note("other_name", **said), cell)

    def hold_spans(self) -> None:
        """Tell documents that ended before they began or before the year that they are to prove, or are
        of long after it, and rows of the plan whose days cannot follow each other."""
        for code, names in FOLLOWING.items():
            if all(name in self.raw for name in names):
                early, late = (np.array(self.values[name], dtype="M8[D]") for name in names)
                for k in np.flatnonzero(early > late).tolist():
                    days = {"first": early[k].item(), "last": late[k].item()}
                    self.tell(k, 4, names[1], Note(code, **days), self.raw[names[1]][k])
        if self.table.name != "documents":
            return
        names = ("year", "valid_from", "valid_to", "date")
        for k, (year, first, last, day) in enumerate(
            zip(*map(self.values.get, names), strict=True)
        ):
            if (
                year and (year_of(day) or year) > year + 1
            ):  # what proves a year is of the next at most
                note = Note("of_later_year", year=year, value=day)
                self.tell(k, 4, "date", note, self.raw["date"][k])
            if last and max(filter(None, (year, first)), default=last) > last:
                said = {"year": year or "—", "first": first or "—", "last": last}
                self.tell(k, 4, "valid_to", Note("expired", **said), self.raw["valid_to"][k])

    def hold_sums(self) -> None:
        """Leave out rows that add up or average others of the sheet, which say it all without them;
        alone they stand for all of them."""
        for column in (c for c in self.table.columns if c.sums and c.required):
            values, groups = self.values[column.name], [[()] * len(self.numbers)]
            if SUMS.isdisjoint(values):
                continue
            others = (self.table.by_name[n] for n in self.table.key if n != column.name)
            groups += [self.values[c.name] for c in others if c.type not in ("date", "time")]
            of = list(zip(*groups, strict=True))
            parts = {key for key, v in zip(of, values, strict=True) if v and v not in SUMS}
            for k, (key, value) in enumerate(zip(of, values, strict=True)):
                if value in SUMS and key in parts:
                    self.refused.add(k)
                    cell = self.raw[column.name][k]
                    self.tell(k, 4, column.name, Note("sum_row", value=value), cell, "warning")

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

    def object(self) -> None:
        """Tell texts that the standard which judges them cannot read; each different one is asked
        about once."""
        for column in (c for c in self.table.columns if c.type in READ_BY and c.name in self.raw):
            by, objection = READ_BY[column.type]
            said = self.values.get("counts") or [None] * len(self.numbers)
            known: dict[tuple, Note | None] = {}
            rows = zip(self.values[column.name], self.values[by], said, strict=True)
            for k, (text, how, counts) in enumerate(rows):
                if text is None or how is None or counts is not None or k in self.refused:
                    continue
                if (text, how) not in known:
                    known[text, how] = objection(text, how)
                if (note := known[text, how]) is not None:
                    self.tell(k, 5, column.name, note, text)

    def doubt(self, column: Column) -> None:
        """Take out measurements that are so small that they are in another unit, and marks."""
        values = np.array(self.values[column.name], dtype=float)
        values[list(self.refused)] = np.nan
        known = ~np.isnan(values)
        unit, doubts = Name("unit", column.unit), []
        if known.sum() >= ENOUGH and np.median(values[known]) < column.usual:
            doubts = [(known, Note("range.too_small", unit=unit, limit=column.usual))]
        else:
            # No mean of a day is 0, as one of an hour may be.
            for mark, least in ((MARK, 2), (0.0, 1 if self.table.first("date") else math.inf)):
                if (count := int((values == mark).sum())) >= least:
                    doubts += [(values == mark, Note("range.mark", value=f"{mark:g}", count=count))]
        for doubted, note in doubts:
            for k in np.flatnonzero(doubted).tolist():
                self.tell(k, 4, column.name, note, self.raw[column.name][k])
            self.values[column.name] = values = np.where(doubted, np.nan, values)

    def hold_within(self, column: Column) -> None:
        """Take out two columns of which the lesser is mostly the larger: they stand for each other."""
        names = (column.name, column.within)
        part, whole = (np.array(self.values[name], dtype=float) for name in names)
        both = ~np.isnan(part) & ~np.isnan(whole)
        if both.sum() < ENOUGH or 2 * (part > whole)[both].sum() <= both.sum():
            return
        columns = [Name("column", f"{self.table.name}.{name}") for name in names]
        note = Note("range.exchanged", part=columns[0], whole=columns[1])
        for name, values in zip(names, (part, whole), strict=True):
            for k in np.flatnonzero(both).tolist():
                self.tell(k, 4, name, note, self.raw[name][k])
            self.values[name] = np.where(both, np.nan, values)

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

    def without_repeats(self) -> Sequence[int]:
        """The rows that are used, the first of each key; every other one is told."""
        rows: Sequence[int] = range(len(self.numbers))
        if self.refused:
            rows = [k for k in rows if k not in self.refused]
        keys = [taken(listed(self.values[name]), rows) for name in self.table.key]
        if not keys or len(set(zip(*keys, strict=True))) == len(rows):
            return rows
        first: dict[tuple, int] = {}
        for k, key in zip(rows, zip(*keys, strict=True), strict=True):
            if (kept := first.setdefault(key, k)) != k:
                shown = tuple(as_text(part) for part in key if part is not None)
                cell, of = self.sheet.cell(self.numbers[k], 0), self.subject(k)
                told = self.sheet.note("repeated", "error", cell, shown=shown, of=of)
                self._told.append((k, 6, "", told))
                # Of rows that say the same nothing is lost; of others nobody knows which one holds.
                if any(self.said(k, name) != self.said(kept, name) for name in self.values):
                    self.refused.add(k)
        return list(first.values())

    def said(self, k: int, name: str) -> Any:
        """One value of a row, None for what no verdict looks at."""
        return listed(self.values[name][k : k + 1])[0] if self.is_judged(name) else None

    def is_judged(self, name: str) -> bool:
        column = self.table.by_name.get(name)  # None for what was read beside them
        return column is None or column.is_judged

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

    def remarks(self, rows: Sequence[int]) -> Iterator[Note]:
        """A note for each way in which cells of a column were read otherwise than they are stored."""
        used = set(rows)
        for (name, code), marked in self.marked.items():
            told = [
                k
                for k in marked
                if k in used and (code in ("nan", "as_bound") or self.values[name][k] is not None)
            ]
            if told:
                raw, count = self.raw[name][told[0]], len(told)
                stored = getattr(raw, "stored", raw)
                cell = self.cell(self.numbers[told[0]], name)
                args = {"shown": str(raw), "count": count, "cell": cell, "first": str(raw)}
                if isinstance(stored, int | float):
                    args["stored"] = as_printed(stored)
                about = f"{self.table.name}.{name}"
                yield self.sheet.note(code, "note", cell, about=about, **args)

    def of_other_years(
        self, rows: Sequence[int], columns: Mapping[str, Sequence], submitted: int
    ) -> Iterator[Note]:
        """Warnings of years after the folder's, and of days in another year than the folder's."""
        for name in self.places:
            kind, values = self.table.by_name[name].type, columns[name]
            opening: list[int] = []
            if kind == "year" and name == "year":
                # A template asks for the year of its folder.
                first = submitted if self.sheet.ids else 0
                outside = [k for k, y in enumerate(values) if y and not first <= y <= submitted]
            elif kind in MOMENTS:
                # The hour that ends at midnight of New Year belongs to the old year.
                ends = np.timedelta64(1 if kind == "time" else 0, "s")
                written = np.array(values, dtype="M8[us]")
                moments = written - ends
                year = np.datetime64(str(submitted), "Y")
                other = (moments.astype("M8[Y]") != year) & ~np.isnat(moments)
                opening = np.flatnonzero(other & (written == year)).tolist()
                outside = np.flatnonzero(other & (written != year)).tolist()
            else:
                continue
            for code, severity, found, year in (
                ("last_hour", "note", opening, submitted - 1),
                ("outside_year", "warning", outside, submitted),
            ):
                if found:
                    said = listed(values[found[0] : found[0] + 1])[0]
                    shown = said.strftime(MOMENTS[kind]) if kind in MOMENTS else str(said)
                    cell = self.cell(self.numbers[rows[found[0]]], name)
                    told = {"shown": shown, "folder": year, "count": len(found)}
                    about = f"{self.table.name}.{name}"
                    yield self.sheet.note(code, severity, cell, about=about, **told)
