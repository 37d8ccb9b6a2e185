"""Which table a sheet holds, where its headings stand, and which column each is.

A template says so by ids, whatever was renamed or moved; everything else by its names and headings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import accumulate, pairwise, zip_longest
from pathlib import Path

from ecolib.data.beside import below_each_other
from ecolib.data.dictionary import Table, table, table_codes, table_names, table_titles
from ecolib.data.headings import SAMPLES, Meaning, close, is_another, meaning, outside, pattern
from ecolib.data.ids import VERSION, column_by_id, is_for_people, table_by_id
from ecolib.data.listing import more
from ecolib.data.mappings import Mapping as Entry
from ecolib.data.mappings import Mappings
from ecolib.data.sheet import Sheet, heading, is_blank, trimmed
from ecolib.errors import hint
from ecolib.texts import Name, Note, Words

#: Headings of tables in which each year, month, day or hour has a column, and from how many on they
#: are taken for one.
PERIOD = re.compile(
    r"(?:19|20)\d\d(?:[-/.年]?(?:\d{1,2}(?:[-/.月]\d{1,2})?)?[月日]?)?(?: 00:00:00)?"
    r"|\d{1,2}月份?|第?[一二三四1-4]季度|\d{1,2}(?:[时点]|:00)"
)
PERIODS = 2
#: The hours of a day where bare numbers or spans, 1小时, head their columns.
HOURS = [*range(24)], [*range(1, 25)]
#: A workbook can hold several tables, one a sheet; every other file holds one and is named for it.
WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".et"}
#: Of headings that no table has, that are passed over or read by other names, only this many are named.
NAMED = 20
#: Of the cells of a row only so many are looked at when the headings are sought, and so many rows
#: when what stands below them is to tell the table.
LOOKED_AT, LOOKED_THROUGH, LOOKED_DOWN = 200, 50, 3

# --- by names -------------------------------------------------------------------------------------


def table_of(sheet: Sheet, entry: Entry | None = None) -> str | None:
    """The table of a sheet by its ids, a mapping, its name or its file's: `items-housing`."""
    if sheet.ids:
        return table_by_id(sheet)
    if entry is not None and entry.table:
        return entry.table
    labels = filter(None, (sheet.name, stem(sheet.file)))
    return next((name for label in labels if (name := named_by(label))), None)


def recognised(sheet: Sheet, entry: Entry | None = None) -> tuple[Sheet, str | None]:
    """A sheet with its table; where no name tells it, by its headings, which is remarked upon.

    The table is None where the headings leave it open as well; the last remark says so.
    """
    name = table_of(sheet, entry)
    said = name is not None and not _called_otherwise(sheet, entry, name)
    fitting = () if said or sheet.ids else tables_of(sheet, entry)
    if said or (name is not None and len(fitting) != 1) or fitting == (name,):
        return sheet, name
    label = sheet.name or stem(sheet.file)
    if len(fitting) == 1:
        (name,) = fitting
        told = sheet.note("guessed_table", "note", shown=label, table=Name("table", name))
    elif fitting:
        among = {"tables": _as_named(fitting), "candidates": fitting}
        told = sheet.note("ambiguous_table", "error", shown=label, **among)
    else:
        told = _unknown_table(sheet, label)
    return replace(sheet, remarks=(*sheet.remarks, told)), name


def _called_otherwise(sheet: Sheet, entry: Entry | None, name: str) -> bool:
    """Whether a sheet that has its table from its file's name is called like one of another table."""
    if not sheet.name or sheet.ids or (entry and entry.table) or named_by(sheet.name):
        return False
    return any(w in sheet.name for n in table_names() if n != name for w in outside(n).called)


def may_hold(path: Path, name: str, mappings: Mappings) -> bool:
    """Whether a file may hold the table, told without opening it."""
    if path.suffix.lower() in WORKBOOKS:
        return True
    mapped = mappings.tables_of(path.name) - {""}
    said = mapped or {named_by(stem(path.name))} - {None}
    return name in said if said else True


def stem(file: str) -> str:
    """The name of a file without folder and ending."""
    return Path(file.removesuffix(".gz")).stem


@cache
def named_by(label: str) -> str | None:
    """The table that the name of a sheet or file begins with, as code or title."""
    label = trimmed(label)
    for named in (table_codes, table_titles):  # most by code: then no table is read for its title
        for title, name in named().items():
            rest = label.removeprefix(title)
            if rest != label and (not rest or rest[0] in "-_ （("):
                return name
    return None


def _unknown_table(sheet: Sheet, label: str) -> Note:
    """The remark on a sheet whose name and headings are those of no table."""
    meant: Note | object = hint(label, table_titles())
    if not sheet.ids and (likely := likely_table(sheet)) is not None:
        name, lacking = likely
        columns = tuple(Name("column", f"{name}.{column}") for column in lacking)
        meant = Note("headings_like", table=Name("table", name), columns=columns)
    rows = [sheet.header, *(heading(cells) for _, cells in sheet.head)]
    if any(sum(map(bool, map(PERIOD.fullmatch, row))) >= PERIODS for row in rows):
        meant = Note("headings_periods")
    known = _as_named(table_names())
    # One text below the other is no table, but what somebody says of the others.
    severity = "error" if any(sum(map(bool, row)) > 1 for row in rows) else "note"
    told = {"tables": known, "meant": meant, "candidates": _of_results(sheet)}
    return sheet.note("unknown_table", severity, shown=label, **told)


def _of_results(sheet: Sheet) -> tuple[str, ...]:
    """The tables that a sheet may speak of which names what laboratories measure, an item a row or a
    heading, in a layout that is not known."""
    cells = [*sheet.header, *(cell for _, cells in sheet.head for cell in cells[:LOOKED_DOWN])]
    found = [meaning(cell, n) for n in SAMPLES for cell in cells if isinstance(cell, str) and cell]
    heads = {m.name for m in found if m.kind == "column"} >= {"item"}
    if sheet.ids or len({m.name for m in found if m.kind == "item"}) < (1 if heads else 3):
        return ()
    called = [
        n for n in SAMPLES if any(word in sheet.name + sheet.file for word in outside(n).called)
    ]
    return tuple(called or SAMPLES)


def _as_named(names: Sequence[str]) -> tuple[Words, ...]:
    """What sheets of these tables can be called, in Chinese and as codes."""
    return tuple(Words(table(name).zh, name) for name in names)


# --- by headings: where they stand ----------------------------------------------------------------


def meanings(header: Sequence[str], own: Table, entry: Entry | None) -> list[Meaning]:
    """What each heading stands for, by the mapping or else by its usual meaning."""
    found = []
    for text in header:
        said = entry.meaning(text, own) if entry and text else None
        found.append(said or (meaning(text, own.name) if text else Meaning()))
    spans = {
        i: int(m[1]) for i, t in enumerate(header) if (m := pattern("span").fullmatch(close(t)))
    }
    if "hour" in outside(own.name).beside and [*spans.values()] in HOURS:
        for i in spans:
            found[i] = Meaning("beside", "hour")
    return found


def at_headings(sheet: Sheet, own: Table, entry: Entry | None = None) -> Sheet:
    """The sheet with the titles above its headings left out.

    The headings are in the first of the first rows that holds most headings of the table; as long
    as none holds two of them, or all that are required, the first row stays what it is. A heading
    that is merged over two rows stands in the upper one of them, one over two columns (`O3`) with
    what stands below it (`1小时`, `8小时`).
    """
    if sheet.ids or (is_ours(sheet, own) and "" not in sheet.header):
        return sheet
    candidates, parted = [(sheet.header_row, sheet.header)], [False]
    for number, cells in sheet.head:
        below = heading(cells)
        above = _without_spanning(candidates[-1][1], below, own)
        header = _joined(above, below, own, entry)
        parted.append(header != below or above != candidates[-1][1])
        candidates[-1] = candidates[-1][0], above
        named = _named_in(header, own, entry)
        parted[-1] |= any(kind == "beside" and text for kind, text in named)
        if parted[-1] or len(named) > 1 or ("beside", "") in named:
            known = [
                t if m.kind not in ("", "beside") else ""
                for t, m in zip(above, meanings(above, own, entry), strict=True)
            ]
            header = tuple(t or k for t, k in zip_longest(header, known, fillvalue=""))
        candidates.append((number, header))
    known = [_named_in(header, own, entry) for _, header in candidates]
    # Of as many headings, 检测项目 is one above items rather than an item itself.
    of_items = [own.name in SAMPLES and ("column", "item") in named for named in known]
    best = max(range(len(candidates)), key=lambda i: (len(known[i]), of_items[i], parted[i]))
    enough = len(known[best]) > 1 or own.required <= {n for _, n in known[best]}
    # One of them is enough where places or items stand beside it.
    one = {("column", "item"), ("column", outside(own.name).beside.get("place", ""))}
    items = own.name in SAMPLES and one & known[best] and not parted[best]
    if best == 0 or not (enough or items):
        return sheet
    row, header = candidates[best]
    last = candidates[best - 1][0]
    above = f"{sheet.header_row}-{last}" if last > sheet.header_row else str(last)
    remarks = (*sheet.remarks, sheet.note("titles", "note", shown=above, row=row))
    return replace(sheet, header=header, header_row=row, rows=sheet.rows[best:], remarks=remarks)


def _without_spanning(above: tuple[str, ...], below: Sequence[str], own: Table) -> tuple[str, ...]:
    """The upper of two rows of headings without 检测结果, merged over the places below it."""
    ends = zip(above, [*above[1:], "-"], [*below[1:], *[""] * len(above)], strict=False)
    over = {
        i
        for i, (text, after, under) in enumerate(ends)
        if text and not after and under and meaning(text, own.name).name == "value"
    }
    rest = (
        b in ("", a)
        for i, (a, b) in enumerate(zip(above, below, strict=False))
        if a and i not in over
    )
    return (
        tuple("" if i in over else t for i, t in enumerate(above)) if over and all(rest) else above
    )


def laid_below(sheet: Sheet, at: Sheet, own: Table, entry: Entry | None = None) -> Sheet:
    """The sheet, of which `at` begins at its headings, with what stands side by side one below the
    other."""
    if not outside(own.name).beside or at.ids:
        return at
    said = (own.column(key) for key in (entry.set if entry else ()))
    given = {*(entry.set if entry else ()), *(c.name for c in said if c is not None)}
    return below_each_other(sheet, at, own, meanings(at.header, own, entry), given)


def _joined(
    above: Sequence[str], below: tuple[str, ...], own: Table, entry: Entry | None
) -> tuple[str, ...]:
    """The lower of two rows of headings, each below a merged one with the words of that before it."""
    if not any(b and not a for a, b in zip(above, below, strict=False)):
        return below
    wide = [*accumulate(above[:LOOKED_AT], lambda left, text: text or left)][: len(below)]
    both = [
        (f"{w} {b}" if (w[-1] + b[0]).isascii() else w + b)
        if w and b and not b[-1].isdigit()
        else ""
        for w, b in zip(wide, below[: len(wide)], strict=True)
    ]
    found = zip(meanings(both, own, entry), meanings(below[: len(both)], own, entry), strict=True)
    # A year above is mostly one of the title, and a word above a question its group.
    loose = ("year", "question")
    joined = [bool(m.kind) and not (m.kind in loose and alone.kind) for m, alone in found]
    return tuple(both[i] if i < len(both) and joined[i] else b for i, b in enumerate(below))


def _named_in(header: Sequence[str], own: Table, entry: Entry | None) -> set[tuple[str, str]]:
    """What is named in a row, of the first of its cells: a wider one is of stations or damaged."""
    header = ["" if pattern("stated").match(text) else text for text in header[:LOOKED_AT]]
    found = meanings(header, own, entry)
    named = {
        (m.kind, m.name) for m in found if m.kind in ("column", "item", "part", "year", "asked")
    }
    # Next to each other: a day beside a place is a cell of a row, and so may two days be.
    times = (i for i, (a, b) in enumerate(pairwise(found)) if a.kind == "beside" and a == b)
    return named | {("beside", "" if found[i].name == "moment" else header[i]) for i in times}


def is_ours(sheet: Sheet, own: Table) -> bool:
    """Whether every heading is one of our own, written as we do, and none stands twice."""
    texts = [text for text in sheet.header if text]
    columns = [own.exactly(text) for text in texts]
    if None in columns or len(set(columns)) < len(columns) or not columns:
        return False
    # A code that means something else to others stands only among codes of our own.
    mistaken = own.name == "air_daily" and "o3" in texts
    return not mistaken or all(text in own.by_name for text in texts)


# --- by headings: of which table ------------------------------------------------------------------


def tables_of(sheet: Sheet, entry: Entry | None = None) -> tuple[str, ...]:
    """The tables that a sheet without the name of one may hold, by its headings.

    Where they leave several, the words of its name, its file's and its title decide, or the clock
    times in it.
    """
    found = {name: _fits(sheet, table(name), entry) for name in table_names()}
    most = max(found.values())
    if not most:
        return ()
    best = [name for name, count in found.items() if count == most]
    kinds = {outside(name).wide for name in best} - {""}
    fitting = [n for n, count in found.items() if count and (n in best or outside(n).wide in kinds)]
    title = "".join(sheet.header) if sum(map(bool, sheet.header)) == 1 else ""
    for label in (sheet.name, Path(sheet.file).stem, title):
        called = [n for n in fitting if any(word in label.casefold() for word in outside(n).called)]
        if len(called) == 1:
            return (called[0],)
    if set(fitting) == {"air_daily", "air_hourly"}:
        return ("air_hourly",) if _has_clock(sheet, entry) else ("air_daily",)
    return tuple(fitting)


def _fits(sheet: Sheet, own: Table, entry: Entry | None) -> int:
    """How many headings of the table the sheet has; 0 unless it could hold rows of it."""
    at = at_headings(sheet, own, entry)
    sheet = laid_below(sheet, at, own, entry)
    at = sheet if sheet.origins else at
    header = [text for text in at.header[:LOOKED_AT] if text]
    named, kind = _named_in(header, own, entry), outside(own.name).wide
    if kind in ("", "year") and 2 * len(named) < len(header):
        return 0
    columns = {name for of, name in named if of == "column"}
    parts = {name for of, name in named if of == "part"}
    needed = set(own.required) - set(entry.set if entry else ())
    if "day" in parts or {"year", "month"} <= parts:
        needed.discard("time")
    if {"year", "month"} <= parts:
        needed.discard("date")
    if kind == "year" and not columns & (of_year := {"year", measured(own)[0]}):
        needed -= of_year if any(of == "year" for of, _ in named) else set()
    if kind == "station" and not columns & set(measured(own)):
        if not any(m.name in measured(own) for m in _pollutants(sheet, own, entry)):
            return 0
        needed.discard("station")
    elif kind == "item" and "item" in columns and not _may_hold_items(sheet, own, entry):
        return int(needed <= columns)  # of this table only where it is of no other
    elif kind == "item" and not columns & {"item", "value"}:
        if not any(of == "item" for of, _ in named):
            return 0
        needed -= {"item", "value"}
    elif kind == "question" and not columns & {"question", "answer"}:
        asked = meanings(header, own, entry)
        called = any(word in sheet.name or word in sheet.file for word in outside(own.name).called)
        questions = sum(m.kind == "question" and (called or m.name != "") for m in asked)
        answered = questions and (columns | parts) & {"respondent", "submitted"}
        return len(named) + questions if answered else 0
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


def measured(own: Table) -> tuple[str, ...]:
    """The columns of numbers: the concentrations in the tables of air, the figure in others."""
    return tuple(c.name for c in own.columns if c.type == "number")


def _pollutants(sheet: Sheet, own: Table, entry: Entry | None) -> list[Meaning]:
    """What the first rows name in a column for pollutants."""
    cells = _first_cells(sheet, own, entry, lambda m: (m.kind, m.name) == ("part", "type"))
    return meanings([str(cell or "") for cell in cells], own, entry)


def _may_hold_items(sheet: Sheet, own: Table, entry: Entry | None) -> bool:
    """Whether the first rows name an item that is known, in the column for items, or nothing."""
    cells = _first_cells(sheet, own, entry, lambda m: (m.kind, m.name) == ("column", "item"))
    named = [str(cell) for cell in cells if not is_blank(cell)]
    return not named or any(m.kind == "item" for m in meanings(named, own, entry))


def _has_clock(sheet: Sheet, entry: Entry | None) -> bool:
    """Whether the moments in the first rows have hours."""
    own = table("air_hourly")
    if any(m.name == "hour" for m in meanings(at_headings(sheet, own, entry).header, own, entry)):
        return True
    return any(
        (isinstance(c, datetime) and (c.hour or c.minute))
        or re.search(r"[ T时]\d|\d时|:\d\d", str(c))
        for c in _first_cells(sheet, own, entry, lambda m: m.name in ("time", "day"))
        if isinstance(c, str | datetime) and not re.search(r"[ T]0?0:00(:00)?$", str(c))
    )


def _first_cells(
    sheet: Sheet, own: Table, entry: Entry | None, wanted: Callable[[Meaning], bool]
) -> list[object]:
    """The cells of the first rows below the first heading of a wanted meaning."""
    sheet = at_headings(sheet, own, entry)
    found = meanings(sheet.header, own, entry)
    at = next((i for i, m in enumerate(found) if wanted(m)), len(found))
    return [row[at] for _, row in sheet.rows[:LOOKED_THROUGH] if at < len(row)]


# --- by headings: which column each is ------------------------------------------------------------


def match_header(sheet: Sheet, table: Table) -> tuple[dict[str, int], list[Note]]:
    """Where each column stands, by its id or else its heading; and what is no column."""
    newer = next((part for part in sheet.id_parts if part and int(part[3]) > VERSION), None)
    if newer is not None:
        told = {"shown": newer[0], "edition": newer[3], "known": VERSION}
        return {}, [sheet.note("template_version", "error", **told)]
    by_id = [column_by_id(sheet, i, table) for i in range(len(sheet.ids))]
    places = {by_id[i].name: i for i in reversed(range(len(by_id))) if by_id[i] is not None}
    known, unknown = set(places.values()), []
    for position, text in enumerate(sheet.header):
        if position in known or is_for_people(sheet, position):
            continue
        column = table.exactly(text) or table.column(text)
        if column is not None and column.name not in places:
            places[column.name] = position
        elif text:
            unknown.append((position, text))
    notes = [_unknown_column(sheet, table, places, *found) for found in unknown[:NAMED]]
    if rest := unknown[NAMED:]:
        notes.append(more(_unknown_column(sheet, table, places, *rest[0]), len(rest)))
    for name in (name for name in table.by_name if name in table.needed - places.keys()):
        column = {"about": f"{table.name}.{name}", "column": Name("column", f"{table.name}.{name}")}
        notes.append(sheet.note("missing_column", "error", shown="", **column))
    return places, notes


def _unknown_column(
    sheet: Sheet, table: Table, places: Mapping[str, int], position: int, text: str
) -> Note:
    """That a heading is none of ours; an error where it is probably one that a verdict looks at."""
    free = tuple(n for c in table.columns if c.name not in places for n in c.names())
    cell, meant = sheet.cell(sheet.header_row, position), hint(text, free)
    near = meant or hint(text, table.headings)
    if PERIOD.fullmatch(text):
        told = {"shown": text, "table": Name("table", table.name)}
        return sheet.note("unknown_column.period", "warning", cell, about=text, **told)
    # Beside the columns of a template, 修正数值 is another figure; elsewhere many a heading is near one.
    like = near if sheet.ids else meant
    doubted = bool(like) and table.column(like.nearest).is_judged
    of = [at for n, at in places.items() if table.by_name[n].type in ("number", "result")]
    cells = [row[position] for _, row in sheet.rows[:LOOKED_THROUGH] if row[position:]]
    doubted |= is_another(text, [sheet.header[at] for at in of], cells)
    told = {"shown": text, "table": Name("table", table.name), "near": near}
    return sheet.note("unknown_column", "error" if doubted else "warning", cell, about=text, **told)
