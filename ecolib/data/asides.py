"""What stands around and among the records of a sheet: titles, remarks, who signed, struck headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from ecolib.data.detect import NAMED
from ecolib.data.dictionary import Table
from ecolib.data.headings import bare, meaning, pattern, summaries
from ecolib.data.numbers import WRITTEN
from ecolib.data.sheet import LINED, ColumnRows, Sheet, is_blank
from ecolib.texts import Note

DOUBTED = re.compile(WRITTEN["doubted"])
YEAR = re.compile(r"\s*((?:19|20)\d\d)(?!\d)")


def apart(sheet: Sheet) -> Sheet:
    """The sheet, of which results that are merged over columns of several headings belong to none."""
    over = {(row, i) for row, i, last in sheet.across if any(sheet.header[i + 1 : last + 1])}
    return replace(sheet, merged=sheet.merged | over) if over else sheet


def records(sheet: Sheet, *, alone: bool = True) -> Sheet:
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


def without_heading(sheet: Sheet, own: Table) -> Iterator[Note]:
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


def other_than_measured(sheet: Sheet, above: Iterable[Sequence[str]]) -> str:
    """The title, or name of the sheet, by which the figures below it are ranks, changes, limits."""
    rows = ([text for text in row if not re.search("[:：]", text)] for row in above)
    titles = [*chain(*(row for row in rows if len(row) == 1)), sheet.name]
    return next((text for text in titles if pattern("derived").search(text)), "")
