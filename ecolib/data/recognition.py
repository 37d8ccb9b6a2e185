"""Where the headings of a sheet stand, what each means, and which table they are of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

from ecolib.data.dictionary import Table, table, table_names
from ecolib.data.headings import Meaning, meaning, outside
from ecolib.data.mappings import Mapping as Entry
from ecolib.data.sheet import Sheet, heading
from ecolib.texts import Note

#: Of the cells of a row only so many are looked at when the headings are sought.
LOOKED_AT = 200
#: The codes of our own that mean something else in files of others.
MISTAKEN = {"air_daily": "o3"}


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
    as none holds two of them, or all that are required, the first row stays what it is. A heading
    that is merged over two rows stands in the upper one of them.
    """
    if sheet.ids or is_ours(sheet, own):
        return sheet
    candidates = [(sheet.header_row, sheet.header)]
    for number, cells in sheet.head:
        header = heading(cells)
        if len(_named_in(header, own, entry)) > 1:
            above = candidates[-1][1]
            known = [
                t if m.kind else "" for t, m in zip(above, meanings(above, own, entry), strict=True)
            ]
            header = tuple(t or k for t, k in zip_longest(header, known, fillvalue=""))
        candidates.append((number, header))
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
    """What is named in a row, of the first of its cells: a wider one is of stations or damaged."""
    found = meanings(header[:LOOKED_AT], own, entry)
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
    header = [text for text in at_headings(sheet, own, entry).header[:LOOKED_AT] if text]
    named = _named_in(header, own, entry)
    if not outside(own.name).wide and 2 * len(named) < len(header):
        return 0
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
        asked = meanings(header, own, entry)
        called = any(word in sheet.name or word in sheet.file for word in outside(own.name).called)
        questions = sum(m.kind == "question" and (called or m.name != "") for m in asked)
        if not questions or not (columns | parts) & {"respondent", "submitted"}:
            return 0
        return len(named) + questions
    return len(named) if needed <= columns else 0


def likely_table(sheet: Sheet) -> tuple[str, tuple[str, ...]] | None:
    """The table most of whose headings a sheet has that cannot hold it, and the columns it lacks."""
    found = {}
    for name in table_names():
        own = table(name)
        named = _named_in(at_headings(sheet, own).header, own, None)
        lacking = own.required - {n for kind, n in named if kind == "column"}
        found[name] = len(named), tuple(n for n in own.by_name if n in lacking)
    best = max(found, key=lambda name: (found[name][0], -len(found[name][1])))
    return (best, found[best][1]) if found[best][0] > 2 else None


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
