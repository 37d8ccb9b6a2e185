"""Cells of a checked sheet held against each other: what no cell alone shows.

Each tells what is wrong and takes out or refuses what cannot be used.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import numpy as np

from ecolib.data.dictionary import Column, convert
from ecolib.data.figures import beyond, rounding
from ecolib.data.ids import is_input, written_over
from ecolib.data.moments import year_of
from ecolib.data.numbers import ROUNDED, WRITTEN, is_numbered, summed
from ecolib.data.parse import as_text
from ecolib.data.sheet import is_blank, listed
from ecolib.data.work import Work
from ecolib.grouping import grouped
from ecolib.standards import survey
from ecolib.standards.water import results
from ecolib.texts import Amount, Name, Note

#: What a row is called that adds up those beside it.
ADDED = re.compile(r"[合总]计|总和|汇总|总数|(?i:total)")
#: So many measurements show whether a column is in its unit.
ENOUGH = 10
#: What instruments write where they have no number, and may have measured once but not twice.
MARK = 999.0
#: Texts that a standard reads, each with the column that says how: what it cannot read is told here.
READ_BY = {"result": ("item", results.objection), "answer": ("survey", survey.objection)}
#: Kinds of column that hold moments, and how these are shown.
MOMENTS = {"date": "%Y-%m-%d", "time": "%Y-%m-%d %H:%M"}
#: Days of a row of which the second is never the earlier, by what is told where it is.
FOLLOWING = {"ends_first": ("begin", "deadline"), "told_too_early": ("month", "reported")}
#: Whoever reports so many days after a month began most often mistook the year.
LAG = 366
#: What cells say against their own rows, by table and column, see the file.
DISCLAIMED = {
    table: {name: re.compile(pattern) for name, pattern in said.items()}
    for table, said in WRITTEN["disclaimed"].items()
}


def hold_dates(work: Work, column: Column) -> None:
    """Refuse rows of a day before there was a standard, which most often is a slip of the pen."""
    values = work.values[column.name]
    if column.type == "year":
        early = [k for k, year in enumerate(values) if year and year < column.since.year]
    else:  # the hour that ends at midnight is of the day before
        first = np.datetime64(column.since) + np.timedelta64(int(column.type == "time"), "s")
        early = np.flatnonzero(np.array(values, dtype="M8[us]") < first).tolist()
    for k in early:
        work.refused.add(k)
        cell = work.raw[column.name][k]
        note = Note("before_standard", value=as_text(cell), since=column.since)
        work.tell(k, 1, column.name, note, cell)


def hold_names(work: Work) -> None:
    """Refuse rows of a template that call an item by the name of another: sorted in part, or
    changed by hand, the figures beside them are of nobody knows which."""
    at = next((i for i, p in enumerate(work.sheet.id_parts) if p and p[2] == "name"), None)
    if at is None or "item" not in work.values or not work.numbers:
        return
    for k, (item, cell) in enumerate(
        zip(work.values["item"], work.sheet.columns()[1][at], strict=True)
    ):
        meant = work.names.item_titles.get(str(cell).strip(), item)
        if item is not None and meant != item:
            work.refused.add(k)
            said = {"value": str(cell), "item": Name("item", item)}
            work.tell(k, 1, "item", Note("other_name", **said), cell)


def hold_issued(work: Work) -> None:
    """Refuse rows of a template in which somebody wrote over what people are told there; a figure of
    last year that was changed beside one of this year concerns last year alone."""
    sheet = work.sheet
    over = written_over(sheet)
    inputs = [work.raw[name] for name, i in work.places.items() if is_input(sheet, i)]
    for k, number in enumerate(work.numbers):
        for i in over.get(number, ()):
            name = sheet.id_parts[i][2]
            if name in work.raw or k in work.refused:  # told by its column, or as another name
                continue
            if name != "last_year" or all(is_blank(cells[k]) for cells in inputs):
                work.refused.add(k)
            said = as_text(sheet.columns()[1][i][k])
            told = {"shown": said, "value": said, "heading": sheet.header[i]}
            note = sheet.note("written_over", "error", sheet.cell(number, i), **told)
            work._told.append((k, 1, name, note))


def hold_disclaimed(work: Work) -> None:
    """Refuse rows of which a cell, or a comment on one, says that nothing can rest on them."""
    said = DISCLAIMED.get(work.table.name)
    if not said:
        return
    kinds = ("yesno",) if "holds" in work.table.by_name else ("number", "result", "answer")
    said_of = [c.name for c in work.table.columns if c.type in kinds and c.name in work.values]
    code = "disclaimed.document" if "yesno" in kinds else "disclaimed.figure"
    cells = [
        (k, name, cell, pattern)
        for name, pattern in said.items()
        for k, cell in enumerate(work.raw.get(name, ()))
        if cell
    ]
    if comments := [note for note in work.sheet.remarks if note.code == "comment"]:
        rows = enumerate(work.numbers)
        places = {work.cell(n, name): (k, name) for k, n in rows for name in work.raw}
        cells += [
            (*places[note.source.cell], note.args["shown"], said["note"])
            for note in comments
            if note.source.cell in places
        ]
    for k, name, cell, pattern in cells:
        found = pattern.search(as_text(cell))
        if found is None or found.groupdict().get("year") == str(work.year(k)):
            continue
        held = chain(*(listed(work.values[n][k : k + 1]) for n in said_of))
        if any(value is not None and value is not False for value in held):
            work.refused.add(k)
            work.tell(k, 4, name, Note(code, value=as_text(cell)), cell)


def hold_spans(work: Work) -> None:
    """Tell documents that ended before they began or before the year that they are to prove, or are
    of long after it, numbers that no paper bears, and rows of the plan whose days cannot follow each other."""
    for code, names in FOLLOWING.items():
        if all(name in work.raw for name in names):
            early, late = (np.array(work.values[name], dtype="M8[D]") for name in names)
            wrong = [(code, k) for k in np.flatnonzero(early > late).tolist()]
            if code == "told_too_early":
                slips = np.flatnonzero(late - early > np.timedelta64(LAG, "D")).tolist()
                wrong += [("told_long_after", k) for k in slips]
            for found, k in wrong:
                days = {"first": early[k].item(), "last": late[k].item()}
                work.tell(k, 4, names[1], Note(found, **days), work.raw[names[1]][k])
    for k, number in enumerate(work.values.get("number", ())):
        if number is not None and not is_numbered(number):
            work.tell(k, 4, "number", Note("no_paper_number", value=number), number, "warning")
    if work.table.name != "documents":
        return
    names = ("year", "valid_from", "valid_to", "date")
    for k, (year, first, last, day) in enumerate(zip(*map(work.values.get, names), strict=True)):
        if year and (year_of(day) or year) > year + 1:  # what proves a year is of the next at most
            note = Note("of_later_year", year=year, value=day)
            work.tell(k, 4, "date", note, work.raw["date"][k])
        if last and max(filter(None, (year, first)), default=last) > last:
            said = {"year": year or "—", "first": first or "—", "last": last}
            work.tell(k, 4, "valid_to", Note("expired", **said), work.raw["valid_to"][k])


def hold_sums(work: Work) -> None:
    """Leave out rows that add up or average others of the sheet, which say it all without them;
    alone they stand for all of them."""
    for column in (c for c in work.table.columns if c.sums and c.required):
        values, groups = work.values[column.name], [[()] * len(work.numbers)]
        if not any(map(summed, set(values))):
            continue
        others = (work.table.by_name[n] for n in work.table.key if n != column.name)
        groups += [work.values[c.name] for c in others if c.type not in ("date", "time")]
        of = list(zip(*groups, strict=True))
        parts = {key for key, v in zip(of, values, strict=True) if v and not summed(v)}
        for k, (key, value) in enumerate(zip(of, values, strict=True)):
            if summed(value) and key in parts:
                work.refused.add(k)
                cell = work.raw[column.name][k]
                own = [j for j, at in enumerate(of) if at == key and not summed(values[j])]
                differs = _not_the_sum(work, k, own) if summed(value) == "whole" else None
                note, severity = differs or Note("sum_row", value=str(cell)), "error"
                work.tell(k, 4, column.name, note, cell, severity if differs else "warning")


def _not_the_sum(work: Work, k: int, parts: Sequence[int]) -> Note | None:
    """That a total of areas is not the sum of its parts, by more than their rounding."""
    if "area" not in work.values:
        return None
    rows = zip(work.values["area"], work.values["unit"], strict=True)
    areas = [convert(area, unit, "ha") if area and unit else math.nan for area, unit in rows]
    total, found = areas[k], sum(areas[j] for j in parts)
    if math.isnan(total) or math.isnan(found) or math.isclose(total, found, rel_tol=ROUNDED):
        return None
    said = {"total": Amount(total, "ha"), "sum": Amount(found, "ha")}
    return Note("sum_differs", value=str(work.raw["site"][k]), **said)


def hold_totals(work: Work) -> None:
    """Tell totals of items that are not the sum of the places beside them, beyond rounding; a figure
    of the county is no such total, as not all places need stand beside it."""
    if work.table.name != "items" or "place" not in work.raw:
        return
    names = ("item", "year", "value", "unit", "printed", "place")
    rows = list(zip(*map(work.values.get, names), strict=True))
    of = grouped((row[:2], k) for k, row in enumerate(rows) if row[2] is not None and row[3])
    for k, (item, year, value, unit, printed, place) in enumerate(rows):
        cell, kept = work.raw["place"][k], work.names.items.get(item)
        parts = [rows[j] for j in of.get((item, year), ()) if rows[j][5]]
        if place or value is None or not unit or not parts or not ADDED.search(as_text(cell)):
            continue
        if kept is None or kept.across != "sum":
            continue
        within = sum(rounding(p[4], p[3], kept.unit) for p in [*parts, rows[k]])
        found = sum(p[2] for p in parts)
        if beyond(value - found, within + 1e-9 * abs(value)):
            said = {"total": Amount(printed, unit), "sum": Amount(found, kept.unit)}
            work.tell(k, 5, "value", Note("places.total_differs", value=str(cell), **said), cell)


def hold_within(work: Work, column: Column) -> None:
    """Take out two columns of which the lesser is mostly the larger: they stand for each other."""
    names = (column.name, column.within)
    part, whole = (np.array(work.values[name], dtype=float) for name in names)
    both = ~np.isnan(part) & ~np.isnan(whole)
    if both.sum() < ENOUGH or 2 * (part > whole)[both].sum() <= both.sum():
        return
    columns = [Name("column", f"{work.table.name}.{name}") for name in names]
    note = Note("range.exchanged", part=columns[0], whole=columns[1])
    for name, values in zip(names, (part, whole), strict=True):
        for k in np.flatnonzero(both).tolist():
            work.tell(k, 4, name, note, work.raw[name][k])
        work.values[name] = np.where(both, np.nan, values)


def doubt(work: Work, column: Column) -> None:
    """Take out measurements that are so small that they are in another unit, and marks."""
    values = np.array(work.values[column.name], dtype=float)
    values[list(work.refused)] = np.nan
    known = ~np.isnan(values)
    unit, doubts = Name("unit", column.unit), []
    if known.sum() >= ENOUGH and np.median(values[known]) < column.usual:
        doubts = [(known, Note("range.too_small", unit=unit, limit=column.usual))]
    else:
        # No mean of a day is 0, as one of an hour may be.
        for mark, least in ((MARK, 2), (0.0, 1 if work.table.first("date") else math.inf)):
            if (count := int((values == mark).sum())) >= least:
                doubts += [(values == mark, Note("range.mark", value=f"{mark:g}", count=count))]
    for doubted, note in doubts:
        for k in np.flatnonzero(doubted).tolist():
            work.tell(k, 4, column.name, note, work.raw[column.name][k])
        work.values[column.name] = values = np.where(doubted, np.nan, values)


def objections(work: Work) -> None:
    """Tell texts that the standard which judges them cannot read; each different one is asked
    about once."""
    for column in (c for c in work.table.columns if c.type in READ_BY and c.name in work.raw):
        by, objection = READ_BY[column.type]
        said = work.values.get("counts") or [None] * len(work.numbers)
        known: dict[tuple, Note | None] = {}
        rows = zip(work.values[column.name], work.values[by], said, strict=True)
        for k, (text, how, counts) in enumerate(rows):
            if text is None or how is None or counts is not None or k in work.refused:
                continue
            if (text, how) not in known:
                known[text, how] = objection(text, how)
            if (note := known[text, how]) is not None:
                work.tell(k, 5, column.name, note, text)


def of_other_years(
    work: Work, rows: Sequence[int], columns: Mapping[str, Sequence], submitted: int
) -> Iterator[Note]:
    """Warnings of years after the folder's, and of days in another year than the folder's."""
    for name in work.places:
        kind, values = work.table.by_name[name].type, columns[name]
        opening: list[int] = []
        if kind == "year" and name == "year":
            # A template asks for the year of its folder.
            first = submitted if work.sheet.ids else 0
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
                cell = work.cell(work.numbers[rows[found[0]]], name)
                told = {"shown": shown, "folder": year, "count": len(found)}
                about = f"{work.table.name}.{name}"
                yield work.sheet.note(code, severity, cell, about=about, **told)
