"""Files from outside laid out as our tables are: our headings, our units, one row a record.

`laid_out` stands between reading a sheet and everything else, so that corrections and checks know one
form only. The cells keep their place in the file. Nothing is guessed: what a heading may mean besides
is told and not read, until `mappings.yml` says what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from ecolib.data.beside import rows_above
from ecolib.data.columns import NAMED, moment_column, shown_with, units_below
from ecolib.data.detect import at_headings, is_ours, laid_below, meanings
from ecolib.data.dictionary import Table
from ecolib.data.headings import (
    SAMPLES,
    bare,
    meaning,
    pattern,
    split_unit,
    standard_name,
    summaries,
)
from ecolib.data.ids import column_by_id
from ecolib.data.mappings import Mapping as Entry
from ecolib.data.numbers import WRITTEN
from ecolib.data.sheet import LINED, ColumnRows, Sheet, heading, is_blank, standing
from ecolib.data.wide import YEAR, Layout
from ecolib.texts import Note

DOUBTED = re.compile(WRITTEN["doubted"])


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
    above = [standing(row) for _, row in rows_above(sheet, at)]
    doubts = doubted(sheet, chain(*above))
    at = replace(at, remarks=(*at.remarks, *_without_heading(at, own), *doubts))
    titles = [text for text in chain(*above) if pattern("stated").search(text)]
    ours = is_ours(at, own) and (own.name not in SAMPLES or _usual_items(at, own))
    united = own.figure is None or any(own.exactly(text) == own.first("unit") for text in at.header)
    other = _other_than_measured(sheet, above) if entry is None and moment_column(own) else ""
    if entry is None and ours and united and not (titles or units_below(at) or other):
        return _records(at)
    # Where rows have a moment, those without one are looked at more closely.
    at = _records(at, alone=moment_column(own) is None)
    made = Layout(laid_below(sheet, at, own, entry), own, entry, year, titles).sheet()
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
