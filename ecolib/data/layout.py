"""Files from outside laid out as our tables are: our headings, our units, one row a record.

`laid_out` stands between reading a sheet and everything else, so that corrections and checks know one
form only. The cells keep their place in the file. Nothing is guessed: what a heading may mean besides
is told and not read, until `mappings.yml` says what it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ecolib.data.dictionary import Table, table, table_names
from ecolib.data.headings import (
    SAMPLES,
    Meaning,
    bare,
    column_unit,
    factor,
    meaning,
    outside,
    split_unit,
    standard_name,
    units_of,
)
from ecolib.data.mappings import Mapping as Entry
from ecolib.data.parse import as_printed, clean
from ecolib.data.sheet import ColumnRows, Origins, Sheet, heading, is_blank, listed
from ecolib.texts import Name, Note, Source

#: Of columns that are passed over or read by other names, only this many are named.
NAMED = 20
#: A county has fewer stations; a file with more is one of the whole country.
MOST_STATIONS = 50
#: The codes of our own that mean something else in files of others.
MISTAKEN = {"air_daily": "o3"}
#: A number with a mark of a bound before it or the L of laboratories behind.
CONVERTIBLE = re.compile(r"([<>≤≥＜＞]?\s*)(\d+(?:\.\d*)?|\.\d+)(\s*L?)")
DAY = re.compile(r"(\d{4})(\d\d)(\d\d)(?:\.0)?")
#: An hour alone, as it stands beside a day.
CLOCK = re.compile(r"\d{1,2}[:：]\d\d(?:[:：]\d\d)?|\d{1,2}[时点](?:\d{1,2}分)?")
HOUR = re.compile(r"(\d{1,2})(?:\.0|[:：]00(?:[:：]00)?|时|点)?")
YEAR = re.compile(r"\s*((?:19|20)\d\d)(?!\d)")


# --- where the headings are, and which table they are of --------------------------------------------


def meanings(header: Sequence[str], own: Table, entry: Entry | None) -> list[Meaning]:
    """What each heading stands for, by the mapping or else by its usual meaning."""
    found = []
    for text in header:
        said = entry.meaning(text, own) if entry and text else None
        found.append(said or (meaning(text, own.name) if text else Meaning()))
    return found


def at_headings(sheet: Sheet, own: Table, entry: Entry | None = None) -> Sheet:
    """The sheet with the titles above its headings left out.

    The headings are in the first of the first rows that holds most headings of the table; as long
    as none holds two of them, or all that are required, the first row stays what it is.
    """
    if sheet.ids or is_ours(sheet, own):
        return sheet
    candidates = [(sheet.header_row, sheet.header)]
    candidates += [(number, heading(cells)) for number, cells in sheet.head]
    known = [_named_in(header, own, entry) for _, header in candidates]
    best = max(range(len(candidates)), key=lambda i: len(known[i]))
    if best == 0 or (len(known[best]) < 2 and not own.required <= {n for _, n in known[best]}):
        return sheet
    row, header = candidates[best]
    last = candidates[best - 1][0]
    above = f"{sheet.header_row}-{last}" if last > sheet.header_row else str(last)
    told = Note("titles", severity="note", source=sheet.source(), shown=above, row=row)
    remarks = (*sheet.remarks, told)
    return replace(sheet, header=header, header_row=row, rows=sheet.rows[best:], remarks=remarks)


def _named_in(header: Sequence[str], own: Table, entry: Entry | None) -> set[tuple[str, str]]:
    found = meanings(header, own, entry)
    return {(m.kind, m.name) for m in found if m.kind in ("column", "item", "part", "asked")}


def is_ours(sheet: Sheet, own: Table) -> bool:
    """Whether every heading is one of our own, written as we do, and none stands twice."""
    texts = [text for text in sheet.header if text]
    columns = [own.exactly(text) for text in texts]
    if None in columns or len(set(columns)) < len(columns) or not columns:
        return False
    # A code that means something else to others stands only among codes of our own.
    return MISTAKEN.get(own.name) not in texts or all(text in own.by_name for text in texts)


def tables_of(sheet: Sheet, entry: Entry | None = None) -> tuple[str, ...]:
    """The tables that a sheet without the name of one may hold, by its headings.

    Where they leave several, the words of its name and its file's decide, or the clock times in it.
    """
    found = {name: _fits(sheet, table(name), entry) for name in table_names()}
    most = max(found.values())
    if not most:
        return ()
    best = [name for name, count in found.items() if count == most]
    kinds = {outside(name).wide for name in best} - {""}
    fitting = [n for n, count in found.items() if count and (n in best or outside(n).wide in kinds)]
    for label in (sheet.name, Path(sheet.file).stem):
        called = [n for n in fitting if any(word in label.casefold() for word in outside(n).called)]
        if len(called) == 1:
            return (called[0],)
    if set(fitting) == {"air_daily", "air_hourly"}:
        return ("air_hourly",) if _has_clock(sheet, entry) else ("air_daily",)
    return tuple(fitting)


def _fits(sheet: Sheet, own: Table, entry: Entry | None) -> int:
    """How many headings of the table the sheet has; 0 unless it could hold rows of it."""
    named = _named_in(at_headings(sheet, own, entry).header, own, entry)
    columns = {name for kind, name in named if kind == "column"}
    parts = {name for kind, name in named if kind == "part"}
    needed = set(own.required) - set(entry.set if entry else ())
    if "day" in parts or {"year", "month"} <= parts:
        needed.discard("time")
    if {"year", "month"} <= parts:
        needed.discard("date")
    kind = outside(own.name).wide
    if kind == "station":
        if not columns & set(measured(own)):
            if not _has_pollutants(sheet, own, entry):
                return 0
            needed.discard("station")
    elif kind == "item" and not columns & {"item", "value"}:
        if not any(kind == "item" for kind, _ in named):
            return 0
        needed -= {"item", "value"}
    elif kind == "question" and not columns & {"question", "answer"}:
        asked = meanings(at_headings(sheet, own, entry).header, own, entry)
        called = any(word in sheet.name or word in sheet.file for word in outside(own.name).called)
        questions = sum(m.kind == "question" and (called or m.name != "") for m in asked)
        if not questions or not (columns | parts) & {"respondent", "submitted"}:
            return 0
        return len(named) + questions
    return len(named) if needed <= columns else 0


def _has_pollutants(sheet: Sheet, own: Table, entry: Entry | None) -> bool:
    """Whether one of the first rows names a pollutant in a column for it."""
    sheet = at_headings(sheet, own, entry)
    found = meanings(sheet.header, own, entry)
    at = next((i for i, m in enumerate(found) if (m.kind, m.name) == ("part", "type")), None)
    rows = [row for _, row in sheet.rows[:50] if at is not None and at < len(row)]
    said = meanings([str(row[at] or "") for row in rows], own, entry)
    return any(m.name in measured(own) for m in said)


def measured(own: Table) -> tuple[str, ...]:
    """The columns of the concentrations in the tables of air."""
    return tuple(c.name for c in own.columns if c.type == "number")


def _has_clock(sheet: Sheet, entry: Entry | None) -> bool:
    """Whether the moments in the first rows have hours."""
    own = table("air_hourly")
    sheet = at_headings(sheet, own, entry)
    found = meanings(sheet.header, own, entry)
    if any(m.name == "hour" for m in found):
        return True
    at = next((i for i, m in enumerate(found) if m.name in ("time", "day")), None)
    cells = [row[at] for _, row in sheet.rows[:50] if at is not None and at < len(row)]
    return any(
        (isinstance(c, datetime) and (c.hour or c.minute))
        or re.search(r"[ T时]\d|\d时|:\d\d", str(c))
        for c in cells
        if isinstance(c, str | datetime) and not re.search(r"[ T]0?0:00(:00)?$", str(c))
    )


# --- laid out ---------------------------------------------------------------------------------------


def laid_out(
    sheet: Sheet, own: Table, entry: Entry | None = None, year: int | None = None
) -> Sheet:
    """The sheet with the table's own headings and units, one row a record.

    Parameters
    ----------
    entry
        What `mappings.yml` says of the sheet.
    year
        The year of the folder; of a questionnaire that names no year it is the year.
    """
    if sheet.ids:
        return sheet
    at = at_headings(sheet, own, entry)
    if entry is None and is_ours(at, own) and (own.name not in SAMPLES or _usual_items(at, own)):
        return at
    return _Layout(at, own, entry, year, titles=_titles(sheet, at)).sheet()


def _usual_items(sheet: Sheet, own: Table) -> bool:
    """Whether the item of each row is called as the standards call it."""
    numbers, columns = sheet.columns()
    at = next(i for i, text in enumerate(sheet.header) if own.exactly(text) == own.by_name["item"])
    return all(standard_name(cell) for cell in set(columns[at] if at < len(columns) else ()))


def station_columns(header: Sequence[str], own: Table, entry: Entry) -> list[int]:
    """The columns that a mapping makes something of, where each other column is a station.

    Empty where the first line is no heading with a column a station.
    """
    texts = heading(header)
    stations = [i for i, text in enumerate(texts) if text in entry.stations]
    rest = [i for i, text in enumerate(texts) if text not in entry.stations]
    if not stations:
        return []
    said = meanings([texts[i] for i in rest], own, entry)
    known = [i for i, m in zip(rest, said, strict=True) if m.kind]
    return stations + known if len(known) > 1 else []


def _titles(sheet: Sheet, at: Sheet) -> list[str]:
    """The texts above the headings."""
    rows = [sheet.header, *(cells for number, cells in sheet.head if number < at.header_row)]
    return [str(c) for row in rows for c in row if not is_blank(c)] if at is not sheet else []


@dataclass
class _Long:
    """One column of a sheet that is laid out anew: its cells, and where they stand."""

    cells: Sequence
    rows: np.ndarray
    columns: int | np.ndarray


class _Layout:
    """A sheet on its way: what its headings mean, and its columns as they become the table's."""

    def __init__(
        self, sheet: Sheet, own: Table, entry: Entry | None, year: int | None, titles: list[str]
    ):
        self.given, self.own, self.entry, self.year = sheet, own, entry, year
        self.notes: list[Note] = []
        self.wide = ""
        self.found = meanings(sheet.header, own, entry)
        self.constants: dict[str, Any] = {}
        for key, value in (entry.set if entry else {}).items():
            if (column := own.column(key)) is not None:
                self.constants[column.name] = value
        self._read_units(titles)
        numbers, cells = self.given.columns()
        self.numbers = list(numbers)
        empty = [None] * len(self.numbers)
        self.cells = [cells[i] if i < len(cells) else empty for i in range(len(self.found))]
        if entry:  # of two headings alike, one is named by its cell
            said = (entry.meaning(self.cell(i), own) for i in range(len(self.found)))
            self.found = [m or found for m, found in zip(said, self.found, strict=True)]

    # --- headings

    def place(self, position: int) -> int:
        """The column of the file in which a position stands."""
        return self.given.place(self.given.header_row, position)[1]

    def cell(self, position: int) -> str:
        """The cell of a heading."""
        return self.given.cell(self.given.header_row, position)

    def tell(self, code: str, severity: str, position: int | None = None, **args) -> None:
        at = self.cell(position) if position is not None else ""
        shown = {"shown": self.given.header[position]} if position is not None else {"shown": ""}
        about = args.pop("about", "")
        source = self.given.source(at)
        self.notes.append(Note(code, severity=severity, about=about, source=source, **shown | args))

    def _read_units(self, titles: list[str]) -> None:
        """Take in a row of units below the headings, or one unit stated above them for all."""
        rows = self.given.rows
        if isinstance(rows, ColumnRows) or not rows:
            return
        first = heading(rows[0][1])
        units = [split_unit(f"x({text})")[1] if text else "" for text in first]
        if sum(map(bool, units)) > 1 and all(map(self._may_be_unit, first, units)):
            self.given = replace(self.given, rows=rows[1:])
            pairs = zip(self.found, [*units, *[""] * len(self.found)], strict=False)
            self.found = [replace(m, unit=m.unit or unit) for m, unit in pairs]
        stated = {split_unit(f"x({t})")[1] for t in titles if re.match(r"\s*单位\s*[:：]", t)} - {
            ""
        }
        if len(stated) == 1:
            (unit,) = stated
            self.found = [
                replace(m, unit=unit)
                if not m.unit and self.expected(m) and factor(unit, self.expected(m)[0])
                else m
                for m in self.found
            ]

    @staticmethod
    def _may_be_unit(text: str, unit: str) -> bool:
        return bool(unit) or text in ("", "单位", "无量纲", "-", "—", "/")

    def expected(self, found: Meaning) -> tuple[str, ...]:
        """The units of what a heading stands for; empty where it has none."""
        if found.kind == "item":
            return units_of(found.name, self.own.name)
        if found.kind == "column" and self.own.by_name[found.name].type == "number":
            return tuple(filter(None, [column_unit(self.own, found.name)]))
        return ()

    def drop(self, position: int) -> None:
        """Leave a column out: what there is to say of it has been said."""
        self.found[position] = Meaning("passed", "told")

    def _settle_names(self) -> None:
        """Leave out names of several meanings, and what stands twice."""
        texts = [text for text, m in zip(self.given.header, self.found, strict=True) if m.kind]
        ours = all(text in self.own.by_name for text in texts)
        for position, found in enumerate(self.found):
            if found.kind == "asked":
                if ours and self.given.header[position] == found.name:
                    self.found[position] = Meaning("column", found.name)
                    continue
                text, source = self.given.header[position], self.given.source(self.cell(position))
                self.notes.append(self._asked(text, found, source))
                self.drop(position)
        self._settle_clocks()
        places: dict[tuple[str, str], list[int]] = {}
        for position, found in enumerate(self.found):
            if found.kind in ("column", "item", "part"):
                places.setdefault((found.kind, found.name), []).append(position)
        for (_, name), same in places.items():
            if name == "station" and self.entry and self.entry.stations:
                self._only_named_stations(same)
            rank = min(self.found[i].rank for i in same)
            meant = [i for i in same if self.found[i].rank == rank]
            for position in (i for i in same if i not in meant):
                self.found[position] = Meaning("passed")
            if len(meant) > 1:
                cells = tuple(map(self.cell, meant))
                texts = tuple(dict.fromkeys(self.given.header[i] for i in meant))
                said = {"cells": cells, "headings": texts, "last": cells[-1]}
                self.tell("heading_twice", "error", meant[0], **said)
                for position in meant:
                    self.drop(position)

    def _settle_clocks(self) -> None:
        """A column of clock times beside one of days is the hour; of samples it is not needed."""
        name = moment_of(self.own)
        moments = [i for i, m in enumerate(self.found) if (m.kind, m.name) == ("column", name)]
        clocks = [i for i in moments if _only_clocks(self.cells[i])]
        if len(moments) > len(clocks) or self.at("part", "day") is not None:
            hour = name == "time" and self.at("part", "hour") is None
            for position in clocks:
                self.found[position] = Meaning("part", "hour") if hour else Meaning("passed")

    def _only_named_stations(self, places: list[int]) -> None:
        """Of the columns that tell the station, keep the one in which the mapping's stand."""
        named = [len(self.entry.stations.keys() & set(map(str, self.cells[i]))) for i in places]
        if max(named):
            for position in places:
                if position != places[named.index(max(named))]:
                    self.found[position] = Meaning("passed")
            places[:] = [places[named.index(max(named))]]

    def _settle_units(self) -> None:
        """Bring the columns whose headings name another unit into ours; what cannot be is left out."""
        for position, found in enumerate(self.found):
            units = self.expected(found)
            if not found.unit or not units:
                continue
            factors = {factor(found.unit, unit) for unit in units}
            said = {"found": found.unit, "expected": units[0]}
            if None in factors:
                self.tell("heading_unit", "error", position, **said)
                self.drop(position)
            elif factors != {Decimal(1)}:
                several = len(factors) > 1
                by = None if several else factors.pop()
                cells = self.cells[position]
                plain = cells.tolist() if isinstance(cells, np.ndarray) else cells
                self.cells[position] = [_in_unit(cell, by, found.unit) for cell in plain]
                code = "heading_unit_kept" if several else "heading_converted"
                self.tell(code, "note", position, **said)

    def _settle_results(self) -> None:
        """Of results a row each: the items by their codes, the values in the units of the standard.

        A unit stands in a column of its own, behind the item, or in the heading of the values.
        """
        item, value = self.at("column", "item"), self.at("column", "value")
        if item is None or value is None:
            return
        of_all, unit = self.found[value].unit, self.at("part", "unit")
        rows = range(len(self.numbers))
        stated = (
            [clean(c) or "" for c in self.cells[unit]] if unit is not None else [""] * len(rows)
        )
        known = {text: meaning(str(text), self.own.name) for text in set(self.cells[item]) if text}
        items, values = listed(self.cells[item]), listed(self.cells[value])
        for k in rows:
            found = known.get(items[k], Meaning())
            if found.kind != "item":
                found = Meaning(unit=found.unit)
            elif not standard_name(items[k]):
                items[k] = found.name
            written = stated[k] or found.unit or of_all
            units = units_of(found.name, self.own.name) if found.name else ()
            factors = {factor(written, to) for to in units} if written else {Decimal(1)}
            if factors != {Decimal(1)}:
                by = factors.pop() if len(factors) == 1 else None
                values[k] = _in_unit(values[k], by, written)
        self.cells[item], self.cells[value] = items, values

    def _tell_names(self) -> None:
        """What was read by another name than ours, and what was passed over, a note each."""
        pairs = list(zip(self.given.header, self.found, strict=True))
        read = [
            Note("heading_read", shown=text, column=Name("column", f"{self.own.name}.{m.name}"))
            for text, m in pairs
            if m.kind == "column" and not self._is_own(text, m.name)
        ]
        if read and self.entry is None:
            self.tell("headings_read", "note", read=tuple(read[:NAMED]))
        passed = [text for text, m in pairs if m.kind == "passed" and not m.name]
        if passed and not (self.entry and self.entry.stations):
            names = tuple(passed[:NAMED]) + (("…",) if len(passed) > NAMED else ())
            self.tell("passed_over", "note", names=names, count=len(passed))

    def _is_own(self, text: str, name: str) -> bool:
        return bare(text) in map(bare, self.own.by_name[name].names())

    def at(self, kind: str, name: str) -> int | None:
        """The position of a column, an item or a part."""
        same = (i for i, m in enumerate(self.found) if (m.kind, m.name) == (kind, name))
        return next(same, None)

    # --- the sheet

    def sheet(self) -> Sheet:
        self._settle_names()
        self._settle_units()
        self.wide = self._wide_by()
        if self.wide != "station":
            self._keep_stations()
        if not self.wide and self.own.name in SAMPLES:
            self._settle_results()
        if self.wide:
            self.cells = list(map(listed, self.cells))
        made = getattr(self, f"_by_{self.wide}")() if self.wide else self._renamed()
        self._tell_names()
        if outside(self.own.name).wide == "station":
            made = self._measured(made)
        return replace(made, remarks=(*self.given.remarks, *self._told()))

    def _told(self) -> Iterator[Note]:
        """The remarks; of more than a few of one kind how many more there are."""
        floods: dict[str, list[Note]] = {}
        for note in self.notes:
            floods.setdefault(note.code, []).append(note)
        for flood in floods.values():
            yield from flood[:NAMED]
            if rest := flood[NAMED:]:
                yield rest[0].but(code="outside_more", shown=str(len(rest)), first=rest[0])

    def _wide_by(self) -> str:
        """What has a column of its own in this sheet; "" where each row is a record."""
        kind = outside(self.own.name).wide
        if self.entry and self.entry.wide:
            return self.entry.wide
        columns = {m.name for m in self.found if m.kind == "column"}
        if kind == "item" and not columns & {"item", "value"}:
            return kind if any(m.kind == "item" for m in self.found) else ""
        if kind == "station" and "station" not in {*columns, *self.constants}:
            named = self.at("part", "type") is not None or (self.entry and self.entry.stations)
            return kind if named else ""
        if kind == "question" and not columns & {"question", "answer"}:
            return kind if any(m.kind == "question" for m in self.found) else ""
        return ""

    def _renamed(self) -> Sheet:
        """The rows as they are below our own headings, with the columns that the mapping sets."""
        header = list(self.given.header)
        for position, found in enumerate(self.found):
            if found.kind in ("passed", "part"):
                header[position] = ""
            elif found.kind == "column":
                header[position] = self.own.by_name[found.name].zh
        moment = self._moments()
        if moment is not None:
            hour, cells = moment
            name = moment_of(self.own)
            header[hour], self.cells[hour] = self.own.by_name[name].zh, cells
        added = dict(self.constants)
        counts = self._counted(self.at("column", "answer"))
        for name in [n for n in added if self.at("column", n) is not None]:
            del added[name]
        columns = [*self.cells, *([value] * len(self.numbers) for value in added.values())]
        header += [self.own.by_name[name].zh for name in added]
        if counts is not None:
            columns, header = [*columns, counts], [*header, self.own.by_name["counts"].zh]
        if isinstance(self.given.rows, ColumnRows):
            rows: Sequence = ColumnRows(columns, first=self.given.rows.numbers.start)
        else:
            rows = tuple(zip(self.numbers, zip(*columns, strict=True), strict=True))
        return replace(self.given, header=tuple(header), rows=rows)

    def _moments(self) -> tuple[int, list] | None:
        """Day and hour as one moment in the place of the last of them, where no column is it alone."""
        name = moment_of(self.own)
        if name is None or self.at("column", name) is not None:
            return None
        day = self._days()
        hour = self.at("part", "hour") if name == "time" else None
        if day is None or hour is None:  # the day may hold the hour itself
            return day
        return hour, list(map(_moment, day[1], listed(self.cells[hour])))

    def _days(self) -> tuple[int, list] | None:
        """The days, or the months where there are none, and the position of the last part of them."""
        day, year, month = (self.at("part", name) for name in ("day", "year", "month"))
        if year is None or month is None:
            return None if day is None else (day, listed(self.cells[day]))
        of_month = next((i for i in (self.at("part", "monthday"), day) if i is not None), None)
        parts = [year, month, *([] if of_month is None else [of_month])]
        cells = zip(*(map(_digits, listed(self.cells[i])) for i in parts), strict=True)
        return parts[-1], ["-".join(texts) if all(texts) else None for texts in cells]

    def _counted(self, answer: int | None) -> list | None:
        """What each answer counts as by the mapping; None without one."""
        if answer is None or not self.entry or not self.entry.answers:
            return None
        return [self.counts(cell) for cell in self.cells[answer]]

    def counts(self, cell: object) -> str | None:
        return self._answers.get(bare("" if is_blank(cell) else str(cell)))

    @cached_property
    def _answers(self) -> dict[str, str]:
        return {
            bare(text): counts
            for text, counts in (self.entry.answers if self.entry else {}).items()
        }

    def _keep_stations(self) -> None:
        """Of a long file, keep the rows of the stations that the mapping names, by their names."""
        at = self.at("column", "station")
        if at is None or outside(self.own.name).wide != "station":
            return
        names = [str(cell).strip() for cell in self.cells[at]]
        if not (self.entry and self.entry.stations):
            self._refuse_many(len(set(names)))
            return
        stations = self.entry.stations
        kept = [k for k, name in enumerate(names) if name in stations]
        missing = tuple(sorted(stations.keys() - {names[k] for k in kept}))
        if missing:
            self.tell("stations_missing", "warning", names=missing)
        self.cells = [[cells[k] for k in kept] for cells in self.cells]
        self.numbers = [self.numbers[k] for k in kept]
        self.cells[at] = [stations[names[k]] for k in kept]
        # Rows of columns are numbered one by one: with gaps they are rows like any others.
        self.given = replace(self.given, rows=())

    def _refuse_many(self, count: int) -> None:
        if count > MOST_STATIONS:
            self.tell("stations_many", "error", count=count, limit=MOST_STATIONS)
            self.numbers, self.cells = [], [[] for _ in self.cells]
            self.given = replace(self.given, rows=())

    def _measured(self, made: Sheet) -> Sheet:
        """No row is accepted of a sheet in which nothing measured was recognised."""
        names = {self.own.by_name[n].zh for n in measured(self.own)}
        if names & set(made.header) or any(n.code == "stations_many" for n in self.notes):
            return made
        columns = tuple(Name("column", f"{self.own.name}.{n}") for n in measured(self.own))
        self.tell("nothing_measured", "error", columns=columns)
        return replace(made, rows=())

    # --- one column an item

    def _by_item(self) -> Sheet:
        """A row for each result of each sample; an empty cell is none."""
        items: list[tuple[int, str]] = []
        for position, found in enumerate(self.found):
            if found.kind == "item":
                items.append((position, found.name))
            elif not found.kind and self.given.header[position]:
                text = self.given.header[position]
                if found.unit or _numeric(self.cells[position]):
                    items.append((position, text))
                    self.tell("unknown_measure", "warning", position)
                else:
                    self._unknown(position)
        self._put_together()
        k, of = self._filled([position for position, _ in items])
        positions = np.array([position for position, _ in items], dtype=int)[of]
        names = [items[i][1] for i in of.tolist()]
        values = [self.cells[p][row] for p, row in zip(positions.tolist(), k.tolist(), strict=True)]
        columns = self._fixed(k)
        at = np.array([self.place(p) for p, _ in items], dtype=int)[of]
        columns |= {"item": self._of_cells(names, k, at), "value": self._of_cells(values, k, at)}
        return self._long(columns, len(items))

    def _put_together(self) -> None:
        """Where the parts of a day have columns of their own, the day stands in the last of them."""
        if (made := self._moments()) is not None:
            position, self.cells[made[0]] = made
            self.found[position] = Meaning("column", moment_of(self.own) or "")

    def _filled(self, positions: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """Row by row the filled cells at these positions: their rows, and which position each is of."""
        count = len(self.numbers)
        full = np.array(
            [[not (is_blank(c) or str(c).isspace()) for c in self.cells[p]] for p in positions],
            dtype=bool,
        ).reshape(len(positions), count)
        return np.nonzero(full.T)

    # --- one column a question

    def _by_question(self) -> Sheet:
        """A row for each answer; the survey by the words of the question or by the mapping."""
        questions: list[tuple[int, str]] = []
        for position, found in enumerate(self.found):
            if found.kind == "question":
                survey = self._survey(position)
                if survey:
                    questions.append((position, survey))
                else:
                    self.tell("question_unclear", "error", position)
            elif not found.kind and self.given.header[position]:
                self._unknown(position)
        rows, of = len(self.numbers), len(questions)
        k, q = np.repeat(np.arange(rows), of), np.tile(np.arange(of), rows)
        at = np.array([self.place(p) for p, _ in questions], dtype=int)[q]
        self.constants.pop("survey", None)
        columns = self._fixed(k)
        answers = [
            self.cells[questions[i][0]][row] for row, i in zip(k.tolist(), q.tolist(), strict=True)
        ]
        asked = [self.given.header[p].strip() for p, _ in questions]
        columns["survey"] = self._of_cells([questions[i][1] for i in q.tolist()], k, at)
        columns["question"] = self._of_cells([asked[i] for i in q.tolist()], k, at)
        columns["answer"] = self._of_cells(answers, k, at)
        if self._answers:
            columns["counts"] = self._of_cells([self.counts(c) for c in answers], k, at)
        if "respondent" not in columns:
            numbers = [str(self.numbers[row]) for row in k.tolist()]
            columns["respondent"] = self._of_cells(numbers, k, at)
            self.tell("respondents_numbered", "note")
        if "year" not in columns:
            columns["year"] = self._of_cells(*self._years(k, at))
        return self._long(columns, of)

    def _survey(self, position: int) -> str:
        """The survey of a question: by the mapping, or else by its words."""
        text = self.given.header[position]
        said = self.entry.meaning(text, self.own) if self.entry else None
        return (said and said.name) or self.constants.get("survey", "") or self.found[position].name

    def _years(self, k: np.ndarray, at: np.ndarray) -> tuple[list, np.ndarray, np.ndarray | int]:
        """The year of each answer: when it was submitted, or else of the folder."""
        submitted = self.at("part", "submitted")
        if submitted is None:
            self.tell("year_of_folder", "note", year=str(self.year))
            return [self.year] * len(k), k, at
        years = [_year(cell) for cell in self.cells[submitted]]
        return [years[row] for row in k.tolist()], k, self.place(submitted)

    # --- one column a station

    def _by_station(self) -> Sheet:
        """A row for each station and moment, from rows that each hold one pollutant."""
        moment = self._moments()
        time = moment_of(self.own)
        at_time = self.at("column", time)
        when, moments = moment or (at_time, self.cells[at_time] if at_time is not None else None)
        if moments is None:
            return self._renamed()
        stations = self._station_columns()
        kind = self._pollutants()
        slots: dict[tuple, int] = {}
        rows_of: list[dict[str, int]] = []
        turns: Counter = Counter()
        for k, pollutant in enumerate(kind):
            if pollutant is None:
                continue
            # The same pollutant again at the same moment begins another row, which is told as such.
            turn = turns[moments[k], pollutant]
            turns[moments[k], pollutant] += 1
            slot = slots.setdefault((moments[k], turn), len(slots))
            if slot == len(rows_of):
                rows_of.append({})
            rows_of[slot][pollutant] = k
        count = len(rows_of)
        first = np.array([next(iter(found.values())) for found in rows_of], dtype=int)
        k = np.tile(first, len(stations))
        at = np.repeat(np.array([self.place(p) for p, _ in stations], dtype=int), count)
        names = [name for _, name in stations for _ in range(count)]
        columns = {
            "station": _Long(names, np.full(len(k), self.given.header_row), at),
            time: self._of_cells([moments[row] for row in k.tolist()], k, self.place(when)),
        }
        for pollutant in dict.fromkeys(filter(None, kind)):
            of = [found.get(pollutant) for found in rows_of]
            cells = [
                None if row is None else self.cells[position][row]
                for position, _ in stations
                for row in of
            ]
            rows = np.array([f if row is None else row for row, f in zip(of, first, strict=True)])
            columns[pollutant] = self._of_cells(cells, np.tile(rows, len(stations)), at)
        return self._long(columns, len(stations))

    def _station_columns(self) -> list[tuple[int, str]]:
        """Where the stations stand that are to be read, and what each is called."""
        header = self.given.header
        free = [i for i, m in enumerate(self.found) if not m.kind and header[i].strip()]
        if not (self.entry and self.entry.stations):
            if len(free) > MOST_STATIONS:
                self.tell("stations_many", "error", count=len(free), limit=MOST_STATIONS)
                return []
            return [(i, header[i].strip()) for i in free]
        stations = self.entry.stations
        kept = [(i, stations[header[i].strip()]) for i in free if header[i].strip() in stations]
        if missing := tuple(sorted(stations.keys() - {header[i].strip() for i in free})):
            self.tell("stations_missing", "warning", names=missing)
        return kept

    def _pollutants(self) -> list[str | None]:
        """The pollutant of each row by the column that names it; None where nothing is made of it."""
        at = self.at("part", "type")
        if at is None:
            stated = str((self.entry.set if self.entry else {}).get("type", ""))
            texts = [stated] * len(self.numbers)
        else:
            texts = ["" if is_blank(cell) else str(cell).strip() for cell in self.cells[at]]
        found: dict[str, str | None] = {"": None}
        passed = []
        for text in dict.fromkeys(filter(None, texts)):
            (m,) = meanings([text], self.own, self.entry)
            found[text] = None
            if m.kind == "column" and m.unit in ("", *self.expected(m)):
                found[text] = m.name
            elif m.kind == "passed":
                passed.append(text)
            else:
                row = self.numbers[texts.index(text)]
                cell = self.given.cell(row, at) if at is not None else ""
                self._tell_type(text, m, self.given.source(cell))
        if passed and not (self.entry and self.entry.stations):
            self.tell("passed_over", "note", names=tuple(passed[:NAMED]), count=len(passed))
        return [found[text] for text in texts]

    def _tell_type(self, text: str, found: Meaning, source: Source) -> None:
        """That nothing is made of the rows of a pollutant, as it is unknown or may be another."""
        if found.kind == "asked":
            self.notes.append(self._asked(text, found, source))
        else:
            self.notes.append(Note("unknown_type", severity="warning", source=source, shown=text))

    def _asked(self, text: str, found: Meaning, source: Source) -> Note:
        about = f"{self.own.name}.{found.name}"
        said = {"shown": text, "column": Name("column", about), "to": found.name}
        return Note("heading_asked", severity="error", about=about, source=source, **said)

    # --- rows of their own

    def _fixed(self, k: np.ndarray) -> dict[str, _Long]:
        """The columns of the sheet that stay what they are, repeated for each row; and constants."""
        found = {name: self._of_cells([v] * len(k), k, 0) for name, v in self.constants.items()}
        for position, m in enumerate(self.found):
            if m.kind == "column":
                cells = self.cells[position]
                found[m.name] = self._of_cells(
                    [cells[row] for row in k.tolist()], k, self.place(position)
                )
        return found

    def _of_cells(self, cells: Sequence, k: np.ndarray, columns: int | np.ndarray) -> _Long:
        """Cells of these rows of the sheet, counted from 0, in columns of the file."""
        numbers = np.array(self.numbers, dtype=int)
        return _Long(cells, numbers[k] if len(numbers) else k, columns)

    def _long(self, columns: Mapping[str, _Long], count: int) -> Sheet:
        """A sheet of these columns of the table, and where each cell stands in the file."""
        ordered = [c.name for c in self.own.columns if c.name in columns]
        made = [columns[name] for name in ordered]
        origins = Origins([m.columns for m in made], [m.rows for m in made])
        rows = ColumnRows([m.cells for m in made], first=2)
        self.tell("wide_read", "note", by=Name("wide", self.wide), columns=count, rows=len(rows))
        header = tuple(self.own.by_name[name].zh for name in ordered)
        merged = self._merged(ordered, made) if self.given.merged else frozenset()
        return replace(self.given, header=header, rows=rows, merged=merged, origins=origins)

    def _merged(self, ordered: Sequence[str], made: Sequence[_Long]) -> frozenset[tuple[int, int]]:
        """Which of the cells are merged over several rows in the file."""
        places = ((p, c) for p, c in enumerate(made) if isinstance(c.columns, np.ndarray))
        return frozenset(
            (k + 2, p)
            for p, column in places
            for k, place in enumerate(
                zip(column.rows.tolist(), column.columns.tolist(), strict=True)
            )
            if place in self.given.merged
        )

    def _unknown(self, position: int) -> None:
        self.tell(
            "unknown_column", "warning", position, table=Name("table", self.own.name), near="",
            about=self.given.header[position],
        )  # fmt: skip


# --- single cells -----------------------------------------------------------------------------------


def _in_unit(cell: Any, by: Decimal | None, unit: str) -> Any:
    """A cell in another unit, its digits kept; what is no plain number or bound is given its unit."""
    text = clean(cell)
    if text is None:
        return cell
    number = isinstance(cell, int | float) and not isinstance(cell, bool)
    shown = as_printed(cell) if number else text
    if by is not None and (found := CONVERTIBLE.fullmatch(shown)):
        return f"{found[1]}{Decimal(found[2]) * by:f}{found[3]}"
    return f"{shown} {unit}" if re.search(r"\d", shown) else cell


def _numeric(cells: Sequence) -> bool:
    """Whether most cells with something in them are results: numbers, or bounds of them."""
    shown = [clean(cell) for cell in cells[:200]]
    filled = [text for text in shown if text is not None]
    return bool(filled) and 2 * sum(map(bool, map(CONVERTIBLE.fullmatch, filled))) > len(filled)


def _only_clocks(cells: Sequence) -> bool:
    """Whether the first cells are times of a day without the day."""
    filled = [cell for cell in cells[:50] if not is_blank(cell)]
    return bool(filled) and all(
        isinstance(cell, time) or (isinstance(cell, str) and CLOCK.fullmatch(cell.strip()))
        for cell in filled
    )


def _moment(day: Any, hour: Any) -> Any:
    """A day and an hour as one text; what is neither as it stands."""
    if isinstance(day, datetime | date):
        shown = f"{day:%Y-%m-%d}"
    else:
        text = str(clean(day) or "").removesuffix(" 00:00:00")
        shown = DAY.sub(r"\1-\2-\3", text) if DAY.fullmatch(text) else text
    if hasattr(hour, "hour"):
        return f"{shown} {hour.hour:02d}:{hour.minute:02d}"
    text = str(clean(hour) or "") if not is_blank(hour) else ""
    if not shown and not text:
        return None
    found = HOUR.fullmatch(text)
    return f"{shown} {int(found[1]):02d}:00" if found else f"{shown} {text}"


def moment_of(own: Table) -> str | None:
    """The column of a table that says when something was measured."""
    return next((name for name in ("time", "date") if name in own.required), None)


def _digits(cell: Any) -> str:
    """The whole number in a cell such as 2019, 3.0 or `3月`; else the text as it stands."""
    return str(clean(cell) or "").removesuffix(".0").rstrip("年月日号").strip()


def _year(cell: Any) -> int | None:
    """The year in which something was submitted."""
    if isinstance(cell, datetime | date):
        return cell.year
    found = YEAR.match(str(clean(cell) or ""))
    return int(found[1]) if found else None
