"""Files from outside laid out as our tables are: our headings, our units, one row a record.

`laid_out` stands between reading a sheet and everything else, so that corrections and checks know one
form only. The cells keep their place in the file. Nothing is guessed: what a heading may mean besides
is told and not read, until `mappings.yml` says what it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import chain, starmap
from typing import Any

import numpy as np

from ecolib.data.beside import may_name, rows_above
from ecolib.data.columns import (
    NAMED,
    Columns,
    in_unit,
    moment_column,
    numeric,
    shown_with,
    units_below,
)
from ecolib.data.detect import at_headings, is_ours, laid_below, meanings, measured
from ecolib.data.dictionary import Table
from ecolib.data.headings import (
    SAMPLES,
    Meaning,
    bare,
    core,
    factor,
    meaning,
    outside,
    pattern,
    split_unit,
    standard_name,
    summaries,
)
from ecolib.data.ids import column_by_id
from ecolib.data.listing import folded
from ecolib.data.mappings import Mapping as Entry
from ecolib.data.moments import serial_moment
from ecolib.data.numbers import WRITTEN, clean
from ecolib.data.parse import as_text
from ecolib.data.sheet import LINED, ColumnRows, Origins, Sheet, heading, is_blank, listed, standing
from ecolib.texts import Name, Note

#: A county has fewer stations; a file with more is one of the whole country.
MOST_STATIONS = 50
#: The letter or number of an option.
LETTERED = re.compile(r"^(?:[A-Za-z]|\d{1,2})\s*[.、．:：)）]\s*")
DOUBTED = re.compile(WRITTEN["doubted"])
YEAR = re.compile(r"\s*((?:19|20)\d\d)(?!\d)")


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
        return _returned(_apart(sheet), own)
    at = _apart(at_headings(sheet, own, entry))
    at = replace(at, remarks=(*at.remarks, *_without_heading(at, own)))
    above = [standing(row) for _, row in rows_above(sheet, at)]
    titles = [text for row in above for text in row if pattern("stated").search(text)]
    ours = is_ours(at, own) and (own.name not in SAMPLES or _usual_items(at, own))
    united = own.figure is None or any(own.exactly(text) == own.first("unit") for text in at.header)
    doubts = tuple(doubted(sheet, (text for row in above for text in row)))
    at = replace(at, remarks=(*at.remarks, *doubts))
    other = _other_than_measured(sheet, above) if entry is None and moment_column(own) else ""
    if entry is None and ours and united and not (titles or units_below(at) or other):
        return _records(at)
    # Where rows have a moment, those without one are looked at more closely.
    at = _records(at, alone=moment_column(own) is None)
    made = _Layout(laid_below(sheet, at, own, entry), own, entry, year, titles).sheet()
    if not other:
        return made
    note = sheet.note("title_derived", "error", shown=other)
    return replace(made, rows=(), remarks=(note, *made.remarks))


def _apart(sheet: Sheet) -> Sheet:
    """The sheet, of which results that are merged over columns of several headings belong to none."""
    over = {(row, i) for row, i, last in sheet.across if any(sheet.header[i + 1 : last + 1])}
    return replace(sheet, merged=sheet.merged | over) if over else sheet


def _returned(sheet: Sheet, own: Table) -> Sheet:
    """A template that came back: a unit that was written into the heading of its figures belongs to
    each of them."""
    remarks = (*sheet.remarks, *_without_heading(sheet, own))
    at = [
        i for i in range(len(sheet.ids)) if own.figure and column_by_id(sheet, i, own) is own.figure
    ]
    unit = split_unit(sheet.header[at[0]])[1] if at else ""
    rows = sheet.rows if not unit else tuple(
        (number, tuple(shown_with(c, unit) if i in at else c for i, c in enumerate(cells)))
        for number, cells in sheet.rows
    )  # fmt: skip
    return replace(sheet, rows=rows, remarks=remarks)


def _records(sheet: Sheet, *, alone: bool = True) -> Sheet:
    """The sheet without rows that are no records: the headings again, who signed and, standing
    `alone`, the heading of a part or a remark."""
    if isinstance(sheet.rows, ColumnRows):
        return sheet
    left: dict[int, str] = {}
    doubts: list[Note] = []
    for number, cells in sheet.rows:
        first = next((c for c in cells if not is_blank(c)), None)
        if not isinstance(first, str) or not (
            first in sheet.header or bare(first) in summaries() or pattern("aside").match(first)
        ):
            continue
        texts = {i: str(c).strip() for i, c in enumerate(cells) if not is_blank(c)}
        doubts += doubted(sheet, texts.values())
        again = all(i < len(sheet.header) and sheet.header[i] == t for i, t in texts.items())
        signed = all(pattern("aside").match(t) or YEAR.match(t) for t in texts.values())
        if again or (alone if len(texts) == 1 else signed):
            left[number] = first
    sheet = replace(sheet, remarks=(*sheet.remarks, *doubts))
    if not left:
        return sheet
    shown = tuple(f"{number}（{text[:20]}）" for number, text in left.items())
    note = sheet.note(
        "rows_passed_over.aside", "note", shown="", rows=shown[:NAMED], count=len(left)
    )
    rows = tuple(row for row in sheet.rows if row[0] not in left)
    return replace(sheet, rows=rows, remarks=(*sheet.remarks, note))


def doubted(sheet: Sheet, texts: Iterable[str]) -> Iterator[Note]:
    """What a title, a line of remarks or a cover says against all figures of a sheet."""
    for text in (text for text in texts if DOUBTED.search(text)):
        yield sheet.note("disclaimed.sheet", "error", shown=text, value=text)


def _without_heading(sheet: Sheet, own: Table) -> Iterator[Note]:
    """What stands where there is no heading: a note beside the table, or what is worse, a row of a
    text that a comma within a figure has made longer than the headings, and shifted, or figures
    below a heading that was merged over several columns."""
    if isinstance(sheet.rows, ColumnRows):
        return
    for i, text in enumerate(sheet.header):
        if lined := LINED.fullmatch(text):
            plain = lined[1]
            severity = "warning" if meaning(plain, own.name).kind == "passed" else "error"
            cell = sheet.cell(sheet.header_row, i)
            yield sheet.note("struck", severity, cell, shown=plain, value=plain)
    width, places = len(sheet.header), []
    blank = [i for i, text in enumerate(sheet.header) if not text]
    for number, cells in sheet.rows:
        beyond = [i for i in range(width, len(cells)) if not is_blank(cells[i])]
        if beyond and not sheet.name:
            shown, cell = str(cells[beyond[0]]), sheet.cell(number, beyond[0])
            yield sheet.note("longer_row", "error", cell, shown=shown, row=number)
        else:
            places += [(number, i) for i in beyond]
        places += [(number, i) for i in blank if i < len(cells) and not is_blank(cells[i])]
    if places:
        of = next((t for t in reversed(sheet.header[: places[0][1]]) if t), "")
        figures = meaning(of, own.name).kind == "year" or own.exactly(of) == own.figure
        severity = "error" if own.figure and figures else "warning"
        yield sheet.note("no_heading", severity, sheet.cell(*places[0]), count=len(places))


def _usual_items(sheet: Sheet, own: Table) -> bool:
    """Whether the item of each row is called as the standards call it."""
    item = own.by_name["item"]
    at = next((i for i, text in enumerate(sheet.header) if own.exactly(text) == item), None)
    columns = sheet.columns()[1]
    return at is None or all(map(standard_name, set(columns[at] if at < len(columns) else ())))


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


def _other_than_measured(sheet: Sheet, above: Iterable[Sequence[str]]) -> str:
    """The title, or name of the sheet, by which the figures below it are ranks, changes, limits."""
    rows = ([text for text in row if not re.search("[:：]", text)] for row in above)
    titles = [*chain(*(row for row in rows if len(row) == 1)), sheet.name]
    return next((text for text in titles if pattern("derived").search(text)), "")


@dataclass
class _Long:
    """One column of a sheet that is laid out anew: its cells, and where they stand."""

    cells: Sequence
    rows: np.ndarray
    columns: int | np.ndarray


class _Layout(Columns):
    """A sheet on its way to the form of its table."""

    def sheet(self) -> Sheet:
        self.refuse_beside()
        self.settle_names()
        self.leave_out_remarks()
        self.tell_decisive()
        self.refuse_indices()
        self.settle_item_units()
        self.settle_units()
        self.wide = self._wide_by()
        self._keep_stations()
        if not self.wide and self.own.name in SAMPLES:
            self.settle_results()
        if self.wide:
            self.cells = list(map(listed, self.cells))
        made = getattr(self, f"_by_{self.wide}")() if self.wide else self._renamed()
        self.tell_names()
        if outside(self.own.name).wide == "station":
            made = self._measured(made)
        return replace(
            made, remarks=(*self.given.remarks, *folded(self.notes, NAMED, lambda note: note.code))
        )

    def _wide_by(self) -> str:
        """What has a column of its own in this sheet; "" where each row is a record."""
        kind = outside(self.own.name).wide
        if self.entry and self.entry.wide:
            return self.entry.wide
        columns = {m.name for m in self.found if m.kind == "column"}
        if kind == "item" and not columns & {"item", "value"}:
            return kind if any(m.kind == "item" for m in self.found) else ""
        of_value = self.at("part", "value") is not None
        if kind == "station" and (of_value or "station" not in {*columns, *self.constants}):
            named = self.at("part", "type") is not None or (self.entry and self.entry.stations)
            return kind if named else ""
        if kind == "year" and not columns & {"year", measured(self.own)[0]}:
            return kind if any(m.kind == "year" for m in self.found) else ""
        if kind == "question" and not columns & {"question", "answer"}:
            return kind if any(m.kind == "question" for m in self.found) else ""
        return ""

    def _renamed(self) -> Sheet:
        """The rows as they are below our own headings, with the columns that the mapping sets."""
        header = list(self.given.header)
        for position, found in enumerate(self.found):
            if found.kind in ("passed", "part"):
                if found.name in ("value", "unit") and outside(self.own.name).wide == "station":
                    self._unknown(position, self._severity_of(position))
                header[position] = ""
            elif found.kind == "column":
                header[position] = self.own.by_name[found.name].zh
        for name in self.constants:
            if (there := self.at("column", name)) is not None:
                column = Name("column", f"{self.own.name}.{name}")
                self.tell("mapping_not_needed", "warning", there, column=column)
        moment = self.moments()
        if moment is not None:
            hour, cells = moment
            name = moment_column(self.own)
            header[hour], self.cells[hour] = self.own.by_name[name].zh, cells
        added = {
            n: [v] * len(self.numbers)
            for n, v in self.constants.items()
            if self.at("column", n) is None
        }
        answer = self.at("column", "answer")
        if answer is not None and self._answers:
            added["counts"] = [self.counts(cell) for cell in self.cells[answer]]
        columns = [*self.cells, *added.values()]
        header += [self.own.by_name[name].zh for name in added]
        if isinstance(self.given.rows, ColumnRows):
            rows: Sequence = ColumnRows(columns, first=self.given.rows.numbers.start)
        else:
            rows = tuple(zip(self.numbers, zip(*columns, strict=True), strict=True))
        return replace(self.given, header=tuple(header), rows=rows)

    def _severity_of(self, position: int) -> str:
        """An error for units, of nobody knows which pollutant, that are not those of the table."""
        own = {unit for m in self.found for unit in self.expected(m)}
        units = {clean(cell) for cell in self.cells[position]} - {None}
        of_unit = self.found[position].name == "unit"
        odd = any(all(factor(unit, to) != 1 for to in own) for unit in units)
        return "error" if of_unit and odd else "warning"

    def counts(self, cell: object) -> str | None:
        """What an answer counts as by the mapping, with or without the letter before it, `A.满意`."""
        text = "" if is_blank(cell) else as_text(cell)
        return self._answers.get(bare(text)) or self._answers.get(bare(LETTERED.sub("", text)))

    @cached_property
    def _answers(self) -> dict[str, str]:
        said = self.entry.answers if self.entry else {}
        return {bare(text): counts for text, counts in said.items()}

    def _keep_stations(self) -> None:
        """Of a long file, keep the rows of the stations that the mapping names, by their names."""
        at = self.at("column", "station")
        if at is None or outside(self.own.name).wide != "station":
            return
        kept = self._to_be_read([str(cell).strip() for cell in self.cells[at]])
        if not kept or (self.entry and self.entry.stations):
            self.keep([k for k, _ in kept])
            self.cells[at] = [called for _, called in kept]

    def _to_be_read(self, names: Sequence[str]) -> list[tuple[int, str]]:
        """Where the stations stand that are to be read, and what each is called; all of them without
        a mapping, unless they are too many."""
        stations = self.entry.stations if self.entry else {}
        count = len(set(names))
        if not stations and count > MOST_STATIONS:
            self.tell("stations_many", "error", count=count, limit=MOST_STATIONS)
            return []
        if missing := tuple(sorted(stations.keys() - set(names))):
            self.tell("stations_missing", "warning", names=missing)
        called = stations or dict(zip(names, names, strict=True))
        return [(k, called[name]) for k, name in enumerate(names) if name in called]

    def _measured(self, made: Sheet) -> Sheet:
        """No row is accepted of a sheet in which nothing measured was recognised."""
        names = {self.own.by_name[n].zh for n in measured(self.own)}
        if names & set(made.header) or any(n.code == "stations_many" for n in self.notes):
            return made
        columns = tuple(Name("column", f"{self.own.name}.{n}") for n in measured(self.own))
        self.tell("nothing_measured", "error", columns=columns)
        return replace(made, rows=())

    def _by_item(self) -> Sheet:
        """A row for each result of each sample; an empty cell is none."""
        items: list[tuple[int, str]] = []
        for position, (found, text) in enumerate(zip(self.found, self.given.header, strict=True)):
            if found.kind == "item":
                items.append((position, found.name))
            elif not found.kind and text and (found.unit or numeric(self.cells[position])):
                items.append((position, text))
                self.tell("unknown_measure", "warning", position)
            elif not found.kind and text:
                self._unknown(position)
        if (made := self.moments()) is not None:  # the day stands in the last of its parts
            position, self.cells[made[0]] = made
            self.found[position] = Meaning("column", moment_column(self.own) or "")
        return self._unfolded(items, "item", "value")

    def _by_year(self) -> Sheet:
        """A row for each figure of a year; an empty cell is none."""
        for position, found in enumerate(self.found):
            if not found.kind and self.given.header[position]:
                self._unknown(position)
        years = [(position, m.name) for position, m in enumerate(self.found) if m.kind == "year"]
        return self._unfolded(years, "year", measured(self.own)[0])

    def _unfolded(self, headed: Sequence[tuple[int, str]], name: str, value: str) -> Sheet:
        """A row for each cell that is filled in, with what its column is of."""
        full = [[not (is_blank(c) or str(c).isspace()) for c in self.cells[p]] for p, _ in headed]
        k, q = np.nonzero(np.array(full, dtype=bool).reshape(len(headed), len(self.numbers)).T)
        columns = self._fixed(k)
        columns[name], columns[value] = self._below_each_other(headed, k, q)
        return self._long(columns, len(headed))

    def _by_question(self) -> Sheet:
        """A row for each answer; the survey by the words of the question or by the mapping."""
        surveys = {code: zh for zh, code in self.own.by_name["survey"].choices("zh").items()}
        questions: list[tuple[int, str]] = []
        for position, found in enumerate(self.found):
            if found.kind == "question" and (survey := self._survey(position)):
                questions.append((position, surveys.get(survey, survey)))
            elif found.kind == "question":
                self.tell("question_unclear", "error", position)
            elif not found.kind and self.given.header[position]:
                self._unknown(position)
        rows, of = len(self.numbers), len(questions)
        k, q = np.repeat(np.arange(rows), of), np.tile(np.arange(of), rows)
        self.constants.pop("survey", None)
        columns = self._fixed(k)
        survey, answer = self._below_each_other(questions, k, q)
        asked = [core(self.given.header[p]) for p, _ in questions]
        if len(set(asked)) < len(asked):  # only their numbers tell them apart
            asked = [self.given.header[p].strip() for p, _ in questions]
        question = replace(survey, cells=[asked[i] for i in q.tolist()])
        columns |= {"survey": survey, "question": question, "answer": answer}
        if self._answers:
            columns["counts"] = replace(answer, cells=list(map(self.counts, answer.cells)))
        if "respondent" not in columns:
            numbers = [str(self.numbers[row]) for row in k.tolist()]
            columns["respondent"] = replace(survey, cells=numbers)
            self.tell("respondents_numbered", "note")
        if "year" not in columns:
            columns["year"] = self._years(k, survey)
        return self._long(columns, of)

    def _below_each_other(
        self, headed: Sequence[tuple[int, str]], k: np.ndarray, q: np.ndarray
    ) -> tuple[_Long, _Long]:
        """Of columns, each with a name, the names and the cells: in the i-th row those of the column
        `q[i]` in the row `k[i]`."""
        at = np.array([p for p, _ in headed], dtype=int)[q]
        of = [headed[i] for i in q.tolist()]
        cells = [self.cells[p][row] for row, (p, _) in zip(k.tolist(), of, strict=True)]
        return self._of_cells([name for _, name in of], k, at), self._of_cells(cells, k, at)

    def _survey(self, position: int) -> str:
        """The survey of a question: by the mapping, or else by its words."""
        text = self.given.header[position]
        said = self.entry.meaning(text, self.own) if self.entry else None
        return (said and said.name) or self.constants.get("survey", "") or self.found[position].name

    def _years(self, k: np.ndarray, beside: _Long) -> _Long:
        """The year of each answer: when it was submitted, or else of the folder."""
        submitted = self.at("part", "submitted")
        if submitted is None:
            self.tell("year_of_folder", "note", year=str(self.year))
            return replace(beside, cells=[self.year] * len(k))
        years = [_year(cell) for cell in self.cells[submitted]]
        return self._of_cells([years[row] for row in k.tolist()], k, submitted)

    def _by_station(self) -> Sheet:
        """A row for each station and moment, from rows that each hold one pollutant."""
        moment = self.moments()
        name = moment_column(self.own)
        alone = self.at("column", name)
        when, moments = moment or (alone, self.cells[alone] if alone is not None else None)
        if moments is None:
            return self._renamed()
        value, at = self.at("part", "value"), self.at("column", "station")
        stations = self._station_columns() if value is None else [(value, "")]
        who = self.cells[at] if at is not None else [""] * len(moments)
        kind = self._pollutants([position for position, _ in stations])
        slots: dict[tuple, int] = {}
        rows_of: list[dict[str, int]] = []
        turns: Counter = Counter()
        for k, pollutant in enumerate(kind):
            if pollutant is None:
                continue
            # The same pollutant again at the same moment begins another row, which is told as such.
            turn = turns[who[k], moments[k], pollutant]
            turns[who[k], moments[k], pollutant] += 1
            slot = slots.setdefault((who[k], moments[k], turn), len(slots))
            if slot == len(rows_of):
                rows_of.append({})
            rows_of[slot][pollutant] = k
        count = len(rows_of)
        first = np.array([next(iter(found.values())) for found in rows_of], dtype=int)
        k = np.tile(first, len(stations))
        at = np.repeat(np.array([p for p, _ in stations], dtype=int), count)
        columns = self._fixed(k)
        columns[name] = self._of_cells([moments[row] for row in k.tolist()], k, when)
        if value is None:  # its name stands in the heading; a remark is more use in the row
            called = [station for _, station in stations for _ in range(count)]
            columns["station"] = self._of_cells(called, k, at)
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
        """The columns of the stations that are to be read, and what each is called."""
        header = [text.strip() for text in self.given.header]
        free = [i for i, m in enumerate(self.found) if not m.kind and header[i]]
        if not (self.entry and self.entry.stations):
            others = [i for i in free if not may_name(header[i])]
            free = [i for i in free if i not in others]
            for i in others:
                self._unknown(i, "warning" if free else "error")
        return [(free[k], called) for k, called in self._to_be_read([header[i] for i in free])]

    def _pollutants(self, figures: Collection[int]) -> list[str | None]:
        """The pollutant of each row by the column that names it; None where nothing is made of it.

        What stands in the columns of the figures is brought into the units of the table.
        """
        own, at = self.own.name, self.at("part", "type")
        if at is None:
            stated = str((self.entry.set if self.entry else {}).get("type", ""))
            texts = [stated] * len(self.numbers)
        else:
            texts = ["" if is_blank(cell) else str(cell).strip() for cell in self.cells[at]]
        if (beside := self.at("part", "unit")) is not None:
            units = map(clean, self.cells[beside])
            texts = [f"{t}（{u}）" if t and u else t for t, u in zip(texts, units, strict=True)]
        value = self.at("part", "value")
        of_all = "" if value is None else self.found[value].unit
        found: dict[str, str | None] = {"": None}
        passed, changed = [], {}
        first = dict(zip(reversed(texts), reversed(self.numbers), strict=True))
        for text in dict.fromkeys(filter(None, texts)):
            (m,) = meanings([text], self.own, self.entry)
            found[text] = None
            unit, to = m.unit or self._unit_of(m) or of_all, self.expected(m)[:1]
            by = factor(unit, *to) if unit and to else Decimal(1)
            cell = self.given.cell(first[text], at) if at is not None else ""
            told = {"shown": text, "found": unit, "expected": "".join(to)}
            told["about"] = f"{own}.{m.name}"
            if m.kind == "column" and to and by:
                found[text] = m.name
                if by != 1:
                    changed[text] = by, unit
                    self.notes.append(self.given.note("heading_converted", "note", cell, **told))
            elif m.kind == "passed":
                passed.append(text)
            else:
                # Nothing is made of the rows of a pollutant that is unknown or may be another.
                if m.kind == "asked":
                    self.ask(text, m, cell)
                elif m.kind == "column":
                    self.notes.append(self.given.note("heading_unit", "error", cell, **told))
                else:
                    self.notes.append(self.given.note("unknown_type", "warning", cell, shown=text))
        if passed and not (self.entry and self.entry.stations):
            self.tell("passed_over", "note", names=tuple(passed[:NAMED]), count=len(passed))
        for position in figures if changed else ():
            pairs = zip(texts, listed(self.cells[position]), strict=True)
            self.cells[position] = [
                in_unit(c, *changed[t]) if t in changed else c for t, c in pairs
            ]
        return [found[text] for text in texts]

    def _fixed(self, k: np.ndarray) -> dict[str, _Long]:
        """The columns of the sheet that stay what they are, repeated for each row; and constants."""
        found = {name: self._of_cells([v] * len(k), k, 0) for name, v in self.constants.items()}
        for position, m in enumerate(self.found):
            if m.kind == "column":
                cells = self.cells[position]
                found[m.name] = self._of_cells([cells[row] for row in k.tolist()], k, position)
        return found

    def _of_cells(self, cells: Sequence, k: np.ndarray, at: int | np.ndarray) -> _Long:
        """Cells of these rows of the sheet, counted from 0, at these positions."""
        rows = np.array(self.numbers, dtype=int)[k] if self.numbers else k
        if self.given.origins:
            pairs = zip(rows.tolist(), np.broadcast_to(at, len(k)).tolist(), strict=True)
            rows, at = np.array(list(starmap(self.given.place, pairs)), dtype=int).reshape(-1, 2).T
        return _Long(cells, rows, at)

    def _long(self, columns: Mapping[str, _Long], count: int) -> Sheet:
        """A sheet of these columns of the table, and where each cell stands in the file."""
        ordered = [c.name for c in self.own.columns if c.name in columns]
        made = [columns[name] for name in ordered]
        origins = Origins([m.columns for m in made], [m.rows for m in made])
        rows = ColumnRows([m.cells for m in made], first=2)
        if self.at("part", "value") is None:
            by = Name("wide", self.wide)
            self.tell("wide_read", "note", by=by, columns=count, rows=len(rows))
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

    def _unknown(self, position: int, severity: str = "warning") -> None:
        self.tell(
            "unknown_column", severity, position, table=Name("table", self.own.name), near="",
            about=self.given.header[position],
        )  # fmt: skip


def _year(cell: Any) -> int | None:
    """The year in which something was submitted."""
    if isinstance(cell := serial_moment(cell) or cell, datetime | date):
        return cell.year
    found = YEAR.match(str(clean(cell) or ""))
    return int(found[1]) if found else None
