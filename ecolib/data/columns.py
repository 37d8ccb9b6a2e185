"""The columns of a sheet from outside: what each is and in which unit, and what there is to say of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import numpy as np

from ecolib.data.detect import NAMED, meanings, measured
from ecolib.data.dictionary import Table, unit_name
from ecolib.data.headings import (
    Meaning,
    bare,
    column_unit,
    factor,
    meaning,
    outside,
    pattern,
    split_unit,
    standard_name,
    summaries,
    units_of,
)
from ecolib.data.mappings import Mapping as Entry
from ecolib.data.numbers import (
    MULTIPLES,
    Quantity,
    Unreadable,
    as_printed,
    clean,
    figure_of,
    parse_number,
)
from ecolib.data.sheet import ColumnRows, Sheet, Shown, heading, is_blank, listed
from ecolib.grouping import grouped
from ecolib.texts import Name, Note

#: A number with a mark of a bound before it or the L of laboratories behind.
CONVERTIBLE = re.compile(r"([<>≤≥＜＞]?\s*)(\d+(?:\.\d*)?|\.\d+)(\s*L?)")
DAY = re.compile(r"(\d{4})(\d\d)(\d\d)(?:\.0)?")
#: An hour alone, as it stands beside a day.
CLOCK = re.compile(r"\d{1,2}[:：]\d\d(?:[:：]\d\d)?|\d{1,2}[时点](?:\d{1,2}分)?")
HOUR = re.compile(r"(\d{1,2})(?:\.0|[:：]00(?:[:：]00)?|时|点)?")
#: In how many rows the index must be the largest of what stands in the place of concentrations to tell
#: that these are no concentrations.
TELLING_ROWS, NEARLY_ALL = 10, 0.9


class Columns:
    """The columns of one sheet: `found` what each means, `cells` what stands below it.

    They are settled step by step; `notes` takes what there is to say.
    """

    def __init__(
        self, sheet: Sheet, own: Table, entry: Entry | None, year: int | None, titles: list[str]
    ):
        self.own, self.entry, self.year = own, entry, year
        self.given = replace(sheet, header=tuple(" ".join(text.split()) for text in sheet.header))
        self.notes: list[Note] = []
        self.stated: list[tuple[Meaning, str]] = []
        self.found = meanings(sheet.header, own, entry)
        said = ((own.column(key), value) for key, value in (entry.set if entry else {}).items())
        self.constants: dict[str, Any] = {c.name: value for c, value in said if c is not None}
        self._read_units(titles)
        numbers, cells = self.given.columns()
        self.numbers = list(numbers)
        empty = [None] * len(self.numbers)
        self.cells = [cells[i] if i < len(cells) else empty for i in range(len(self.found))]
        if entry:  # of two headings alike, one is named by its cell
            said = (entry.meaning(self.cell(i), own) for i in range(len(self.found)))
            self.found = [m or found for m, found in zip(said, self.found, strict=True)]

    def cell(self, position: int) -> str:
        """The cell of a heading."""
        return self.given.cell(self.given.header_row, position)

    def tell(self, code: str, severity: str, position: int | None = None, **args) -> None:
        """Say something of the sheet, or of the heading at a position."""
        cell, shown = "", ""
        if position is not None:
            cell, shown = self.cell(position), self.given.header[position]
        self.notes.append(self.given.note(code, severity, cell, **{"shown": shown} | args))

    def _read_units(self, titles: list[str]) -> None:
        """Take in a row of units below the headings, or one unit stated above them for all."""
        if units := units_below(self.given):
            self.given = replace(self.given, rows=self.given.rows[1:])
            pairs = zip(self.found, [*units, *[""] * len(self.found)], strict=False)
            self.found = [replace(m, unit=m.unit or unit) for m, unit in pairs]
        self.stated = [found for title in titles for found in self._stated(title)]
        self.found = [replace(m, unit=m.unit or self._unit_of(m)) for m in self.found]

    def _stated(self, title: str) -> Iterator[tuple[Meaning, str]]:
        """The units that a title states, each with what it is for, `μg/m³（CO为mg/m³，pH除外）`."""
        named: list[Meaning] = []
        for part in pattern("parts").split(title):
            base, unit = split_unit(f"x({part})")
            if unit and base == "x":  # of 表1 the number is no unit
                yield from ((m, unit) for m in named or [Meaning()])
                named = []
            elif (m := meaning(pattern("apart").sub("", part), self.own.name)).kind:
                if pattern("apart").search(part):
                    yield m, ""
                else:
                    named.append(m)

    def _unit_of(self, found: Meaning) -> str:
        """The unit that a title states for a heading, by its name or else for all that can be in it."""
        own = [unit for m, unit in self.stated if (m.kind, m.name) == (found.kind, found.name)]
        of_all = {unit: None for m, unit in self.stated if not m.kind}
        if own or self._is_figure(found):
            return own[0] if own else (*of_all, "")[0] if len(of_all) == 1 else ""
        fitting = [u for u in of_all for to in self.expected(found)[:1] if factor(u, to)]
        return ", ".join(fitting)  # of two that fit nobody knows which

    def _is_figure(self, found: Meaning) -> bool:
        """Whether a heading is that of the figures that have their unit beside them."""
        figure = self.own.figure
        return figure is not None and (
            found.kind == "year" or (found.kind, found.name) == ("column", figure.name)
        )

    def expected(self, found: Meaning) -> tuple[str, ...]:
        """The units of what a heading stands for; empty where it has none."""
        if found.kind == "year":
            found = Meaning("column", measured(self.own)[0])
        if found.kind == "item":
            return units_of(found.name, self.own.name)
        if found.kind == "column" and self.own.by_name[found.name].type == "number":
            return tuple(filter(None, [column_unit(self.own, found.name)]))
        return ()

    def about(self, position: int) -> str:
        """The column of the table a heading stands for, or else the heading, as a remark names it."""
        found = self.found[position]
        column = f"{self.own.name}.{found.name}"
        return column if found.kind == "column" else self.given.header[position]

    def drop(self, position: int) -> None:
        """Leave a column out: what there is to say of it has been said."""
        self.found[position] = Meaning("passed", "told")

    def refuse_beside(self) -> None:
        """Leave out months, days and hours side by side that could not be laid out."""
        for position, found in enumerate(self.found):
            if found.kind == "beside":
                told = {"table": Name("table", self.own.name), "about": self.given.header[position]}
                self.tell("unknown_column.period", "error", position, **told)
                self.drop(position)

    def settle_names(self) -> None:
        """Leave out names of several meanings, and what stands twice."""
        texts = [text for text, m in zip(self.given.header, self.found, strict=True) if m.kind]
        ours = all(text in self.own.by_name for text in texts)
        for position, found in enumerate(self.found):
            if found.kind == "asked":
                if ours and self.given.header[position] == found.name:
                    self.found[position] = Meaning("column", found.name)
                    continue
                self.ask(self.given.header[position], found, self.cell(position))
                self.drop(position)
        self._settle_clocks()
        told = ((i, m) for i, m in enumerate(self.found) if m.kind in ("column", "item", "part"))
        places = grouped(((m.kind, m.name), i) for i, m in told)
        for (_, name), same in places.items():
            if name == "station" and self.entry and self.entry.stations:
                self._only_named_stations(same)
            rank = min(self.found[i].rank for i in same)
            meant = [i for i in same if self.found[i].rank == rank]
            meant = meant[:1] if name == "note" else meant
            for position in (i for i in same if i not in meant):
                self.found[position] = Meaning("passed")
            if len(meant) > 1:
                cells = tuple(map(self.cell, meant))
                texts = tuple(dict.fromkeys(self.given.header[i] for i in meant))
                said = {"cells": cells, "headings": texts, "last": cells[-1]}
                self.tell("heading_twice", "error", meant[0], about=self.about(meant[0]), **said)
                for position in meant:
                    self.drop(position)

    def _settle_clocks(self) -> None:
        """A column of clock times beside one of days is the hour; of samples it is not needed."""
        name = moment_column(self.own)
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

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these rows only."""
        self.cells = [[cells[k] for k in rows] for cells in map(listed, self.cells)]
        self.numbers = [self.numbers[k] for k in rows]
        # Rows of columns are numbered one by one: with gaps they are rows like any others.
        self.given = replace(self.given, rows=())

    def leave_out_remarks(self) -> None:
        """Leave out rows of no moment that hold a mean, a limit or a note on the table."""
        names = [("column", moment_column(self.own)), ("part", "day"), ("part", "submitted")]
        at = next((i for kind, name in names if (i := self.at(kind, name or "")) is not None), None)
        if at is None or isinstance(self.cells[at], np.ndarray):
            return
        found = {}
        for k, cell in enumerate(self.cells[at]):
            if isinstance(cell, str) and cell and not cell[0].isdigit():  # 年均值 for the day
                texts = [cell.strip()]
            elif is_blank(cell):
                texts = [str(cells[k]).strip() for cells in self.cells if not is_blank(cells[k])]
            else:
                continue
            aside = len(texts) == 1 and pattern("aside").match(texts[0])
            if aside or (texts and bare(texts[0]) in summaries()):
                found[k] = texts[0]
        if found:
            places = {self.given.place(self.numbers[k], 0)[0]: text for k, text in found.items()}
            rows = tuple(f"{number}（{text[:20]}）" for number, text in places.items())
            self.tell("rows_passed_over", "note", rows=rows[:NAMED], count=len(rows))
            self.keep([k for k in range(len(self.numbers)) if k not in found])

    def tell_decisive(self) -> None:
        """Tell of columns nothing is made of, where they decide whether, or how much, a row counts."""
        for position, text in enumerate(self.given.header):
            said = outside(self.own.name).decisive.items()
            fine = next((fine for name, fine in said if re.fullmatch(name, bare(text))), None)
            if fine is None or (self.entry and self.entry.meaning(text, self.own)):
                continue
            shown = (clean(cell) or "" for cell in listed(self.cells[position]))
            cells = filter(None, (cell.removesuffix(".0") for cell in shown))
            odd = [cell for cell in cells if not re.fullmatch(fine, cell.casefold())]
            if odd:
                self.tell("column_decides", "error", position, count=len(odd), example=odd[0])
            self.drop(position)

    def refuse_indices(self) -> None:
        """Leave out what stands in the place of concentrations where it is their sub-indices: of
        these the largest is the index itself."""
        called = pattern("index").fullmatch
        index = next((i for i, text in enumerate(self.given.header) if called(bare(text))), None)
        names = measured(self.own)
        own = [i for i, m in enumerate(self.found) if m.kind == "column" and m.name in names]
        if index is None or len(own) < 2:
            return
        aqi, *rows = (_numbers(self.cells[i]) for i in (index, *own))
        largest = np.nan_to_num(np.array(rows), nan=-1.0).max(axis=0)
        seen = ~np.isnan(aqi) & (largest >= 0)
        same = seen & (largest == aqi)
        if seen.sum() >= TELLING_ROWS and same.sum() >= NEARLY_ALL * seen.sum():
            self.tell("index_values", "error", index)
            for position in own:
                self.drop(position)

    def settle_item_units(self) -> None:
        """Take the units behind the names of items, `危险废物产生量（吨）`, where no column holds them."""
        at = self.at("column", "item")
        stated = any(self._is_figure(m) and m.unit for m in self.found)
        if at is None or not self.own.figure or stated or self.at("column", "unit") is not None:
            return
        cells = listed(self.cells[at])
        parts = [split_unit(cell) if isinstance(cell, str) else (cell, "") for cell in cells]
        if "unit" not in self.constants and any(unit for _, unit in parts):
            self.cells[at] = [
                name if unit else c for c, (name, unit) in zip(cells, parts, strict=True)
            ]
            self.cells.append([unit or None for _, unit in parts])
            self.found.append(Meaning("column", "unit"))
            self.given = replace(
                self.given, header=(*self.given.header, self.own.by_name["unit"].zh)
            )

    def settle_units(self) -> None:
        """Bring the columns whose headings name another unit into ours; what cannot be is left out."""
        for position, found in enumerate(self.found):
            units = self.expected(found)
            if found.unit and self._is_figure(found):
                # Its unit stands in each row, against which that of the heading is held.
                none = self.at("column", "unit") is None
                if none and self.constants.setdefault("unit", found.unit) == found.unit:
                    continue
                plain = listed(self.cells[position])
                self.cells[position] = [shown_with(cell, found.unit) for cell in plain]
                continue
            if not found.unit or not units:
                continue
            factors = {factor(found.unit, unit) for unit in units}
            names = {"found": found.unit, "expected": units[0]}
            said = {key: Name("unit", unit) for key, unit in names.items()}
            said["about"] = self.about(position)
            if None in factors:
                self.tell("heading_unit", "error", position, **said)
                self.drop(position)
            elif factors != {Decimal(1)}:
                several = len(factors) > 1
                by = None if several else factors.pop()
                cells = self.cells[position]
                plain = cells.tolist() if isinstance(cells, np.ndarray) else cells
                self.cells[position] = [in_unit(cell, by, found.unit) for cell in plain]
                code = "heading_unit_kept" if several else "heading_converted"
                self.tell(code, "note", position, **said)

    def settle_results(self) -> None:
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
            units = units_of(found.name, self.own.name) if found.name else ()
            # The unit of all is no unit of pH or of what is counted.
            apart = any(u.startswith("1") and not factor(of_all, u) for u in units)
            common = "" if apart else of_all
            written = stated[k] or found.unit or common or self._unit_of(found)
            if found.unit not in ("", written) and factor(written, found.unit) != 1:
                written = f"{found.unit}≠{written}"  # 氨氮（μg/L） beside mg/L: nobody knows which
            factors = {factor(written, to) for to in units} if written else {Decimal(1)}
            if factors != {Decimal(1)}:
                by = factors.pop() if len(factors) == 1 else None
                values[k] = in_unit(values[k], by, written)
        self.cells[item], self.cells[value] = items, values

    def tell_names(self) -> None:
        """What was read by another name than ours, and what was passed over, a note each."""
        pairs = list(zip(self.given.header, self.found, strict=True))
        read = [
            Note("heading_read", shown=text, column=Name("column", f"{self.own.name}.{m.name}"))
            for text, m in pairs
            if m.kind == "column" and bare(text) not in map(bare, self.own.by_name[m.name].names())
        ]
        if read and self.entry is None:
            self.tell("headings_read", "note", read=tuple(read[:NAMED]))
        passed = [text for text, m in pairs if m.kind == "passed" and not m.name]
        if passed and not (self.entry and self.entry.stations):
            names = tuple(passed[:NAMED]) + (("…",) if len(passed) > NAMED else ())
            self.tell("passed_over", "note", names=names, count=len(passed))

    def at(self, kind: str, name: str) -> int | None:
        """The position of a column, an item or a part."""
        same = (i for i, m in enumerate(self.found) if (m.kind, m.name) == (kind, name))
        return next(same, None)

    def moments(self) -> tuple[int, list] | None:
        """Day and hour as one moment in the place of the last of them, where no column is it alone."""
        name = moment_column(self.own)
        if name is None or self.at("column", name) is not None:
            return None
        day = self._days()
        hour = self.at("part", "hour") if name == "time" else None
        if day is None or hour is None:  # the day may hold the hour itself
            return day
        pairs = list(zip(day[1], listed(self.cells[hour]), strict=True))
        known = {pair: _moment(*pair) for pair in set(pairs)}
        return hour, [known[pair] for pair in pairs]

    def _days(self) -> tuple[int, list] | None:
        """The days, or the months where there are none, and the position of the last part of them."""
        day, year, month = (self.at("part", name) for name in ("day", "year", "month"))
        if year is None or month is None:
            return None if day is None else (day, listed(self.cells[day]))
        of_month = next((i for i in (self.at("part", "monthday"), day) if i is not None), None)
        parts = [year, month, *([] if of_month is None else [of_month])]
        cells = zip(*(map(_digits, listed(self.cells[i])) for i in parts), strict=True)
        return parts[-1], ["-".join(texts) if all(texts) else None for texts in cells]

    def ask(self, text: str, found: Meaning, cell: str) -> None:
        """Ask which of its meanings a name has, that nothing is made of before."""
        about = f"{self.own.name}.{found.name}"
        said = {"shown": text, "about": about, "column": Name("column", about), "to": found.name}
        self.notes.append(self.given.note("heading_asked", "error", cell, **said))


# --- single cells -----------------------------------------------------------------------------------


def in_unit(cell: Any, by: Decimal | None, unit: str) -> Any:
    """A cell in another unit, its digits kept; what is no plain number or bound is given its unit."""
    text = clean(cell)
    if text is None:
        return cell
    number = isinstance(cell, int | float) and not isinstance(cell, bool)
    shown = as_printed(cell) if number else text
    if by is not None and (found := CONVERTIBLE.fullmatch(shown)):
        return f"{found[1]}{Decimal(found[2]) * by:f}{found[3]}"
    behind = (figure_of(shown) or ("", ""))[1]
    if factor(behind, unit) is not None:  # it has a unit of its own
        return cell
    if behind in MULTIPLES:
        return f"{shown}{unit_name(unit, 'zh')}"
    return f"{shown} {unit}" if re.search(r"\d", shown) else cell


def shown_with(cell: Any, unit: str) -> Any:
    """A figure as it shows below a heading with its unit; what is no plain number as it stands."""
    try:
        number = parse_number(cell)
    except Unreadable:
        return cell
    if number is None or isinstance(number, Quantity):
        return cell
    shown = Shown(as_printed(cell) + unit_name(unit, "zh"))
    shown.stored = number
    return shown


def units_below(sheet: Sheet) -> list[str]:
    """The units in the row below the headings; empty where that is a row like any other."""
    if isinstance(sheet.rows, ColumnRows) or not sheet.rows:
        return []
    first = heading(sheet.rows[0][1])
    units = [split_unit(f"x({text})")[1] if text else "" for text in first]
    above = [*sheet.header, *[""] * len(first)]
    told = sum(map(bool, units)) > 1 and all(map(_may_be_unit, first, units, above))
    return units if told else []


def _may_be_unit(text: str, unit: str, above: str) -> bool:
    """Whether a cell of a row of units is one, or nothing, or the heading merged with it."""
    return bool(unit) or text in ("", "单位", "无量纲", "-", "—", "/", above)


def _numbers(cells: Sequence) -> np.ndarray:
    """Cells as numbers, NaN for what is none."""
    plain = (str(cell).strip() for cell in listed(cells))
    return np.array([float(t) if re.fullmatch(r"\d+(\.\d+)?", t) else np.nan for t in plain])


def numeric(cells: Sequence) -> bool:
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


def moment_column(own: Table) -> str | None:
    """The column of a table that says when something was measured."""
    return next((name for name in ("time", "date") if name in own.required), None)


def _digits(cell: Any) -> str:
    """The whole number in a cell such as 2019, 3.0 or `3月`; else the text as it stands."""
    return str(clean(cell) or "").removesuffix(".0").rstrip("年月日号").strip()
