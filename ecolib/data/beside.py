"""Sheets in which months, days, hours or places stand side by side, laid out as a row for each figure.

`outside.yml` says under `beside` what of a table may, `headings.yml` how it is written. What the
headings leave open is taken from the titles and the name of the sheet where these name it once;
where it stays open nothing is laid out anew, and the sheet is told as it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np

from ecolib.data.dictionary import Table
from ecolib.data.headings import (
    GROUP,
    NOTED,
    SAMPLES,
    UNIT_LIKE,
    Meaning,
    bare,
    close,
    meaning,
    outside,
    pattern,
    split_unit,
    summaries,
)
from ecolib.data.moments import in_figures
from ecolib.data.numbers import NOT_MEASURED, clean
from ecolib.data.sheet import LINED, ColumnRows, Origins, Sheet, heading, is_blank, standing
from ecolib.texts import Name, Note

YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=\D|$|\d\d(?!\d))")

#: 甲断面1, 甲断面.1, 甲断面 (2).
COPY = re.compile(r"(.*[^\d._ (（-])[._ (（-]*\d[)）]?")


def below_each_other(
    sheet: Sheet, at: Sheet, own: Table, found: Sequence[Meaning], given: Collection[str]
) -> Sheet:
    """The sheet with what stands side by side in it in a column of its own; any other as it is.

    Parameters
    ----------
    at, found
        The sheet without the titles above its headings, and what these mean.
    given
        The columns and parts that a mapping gives a value.
    """
    layout = _Layout(sheet, at, own, found, given)
    known = layout.find_heads() and layout.find_rows() and layout.complete()
    return layout.laid_out() if known else at


class _Layout:
    """A sheet on its way to a row for each figure; a step that leaves something open answers False."""

    def __init__(
        self,
        sheet: Sheet,
        at: Sheet,
        own: Table,
        found: Sequence[Meaning],
        given: Collection[str],
    ):
        self.sheet, self.at, self.own, self.found = sheet, at, own, found
        self.header = list(at.header)
        self.sums = [i for i, text in enumerate(at.header) if _sums_up(text)]
        self.passed = [at.header[i] for i in self.sums]
        self.named = {
            m.name: i
            for i, m in reversed([*enumerate(found)])
            if m.kind in ("column", "part") and i not in self.sums
        }
        if own.name in SAMPLES and "item" not in self.named:
            # 采样点位 stands above the names of the items.
            for name in [n for n, i in self.named.items() if _holds_items(at, own, i)]:
                self.named["item"] = self.named.pop(name)
                self.header[self.named["item"]] = own.by_name["item"].zh
        self.have = {*self.named, *given}
        place = outside(own.name).beside["place"]
        self.place = "" if place in self.have else place
        #: The columns of what stands side by side, and what their headings say by column of the table.
        self.heads: list[int] = []
        self.fields: dict[str, Sequence[str]] = {}

    def find_heads(self) -> bool:
        """Which headings are times or places, and of what."""
        heads = [i for i, m in enumerate(self.found) if m.kind == "beside"]
        if "value" in self.named or len({self.found[i].name for i in heads}) > 1:
            return False
        self.times = bool(heads) and self.found[heads[0]].name != "moment"
        known = self._times(heads) if heads else self._places()
        if not known or not self.heads:
            return False
        # 甲断面 may be merged over more than one column.
        beyond = (i + 1 for i in self.heads if "" in self.at.header[i + 1 : i + 2])
        return not any(_holds(self.at, i, pattern("result").search) for i in beyond)

    def _times(self, heads: Sequence[int]) -> bool:
        kind, at, own = self.found[heads[0]].name, self.at, self.own
        time = outside(own.name).beside[kind]
        if self.have & ({time} if time == "hour" else {time, "date", "day", "time"}):
            return False
        over = dict(zip(heads, _above(self.sheet, at, heads), strict=True))
        left = [i for i, t in over.items() if _sums_up(t) or meaning(t, own.name).kind == "passed"]
        self.passed += [over[i] for i in left]
        self.sums += left
        self.heads = [i for i in heads if i not in left]
        rest = (close(text) for i, text in enumerate(at.header) if i not in self.sums)
        spans = filter(None, map(pattern("months").match, rest))
        within = {month for m in spans for month in range(int(m[1]), int(m[2]) + 1)}
        if kind == "month" and within - {int(_written(at.header[i])) for i in self.heads}:
            return False  # 1月, 1-2月, 1-3月: each holds what those before it do
        self.fields[time] = [_written(at.header[i]) for i in self.heads]
        if all(names := [over[i] for i in self.heads]):
            of = [own.by_name.get(meaning(name, own.name).name) for name in names]
            if "type" not in self.have and all(c is not None and c.type == "number" for c in of):
                self.fields["type"] = names
            elif self.place and all(may_name(t) and not meaning(t, own.name).kind for t in names):
                self.fields[self.place] = names
        return True

    def _places(self) -> bool:
        at, place = self.at, self.place
        if not place or "item" not in self.named:
            return False
        if (dated := _dated(at.header)) and not {"date", "day"} & self.have:
            self.heads = [*dated]
            moment = outside(self.own.name).beside["moment"]
            self.fields[place], self.fields[moment] = zip(*dated.values(), strict=True)
            return True
        may = [i for i, m in enumerate(self.found) if not m.kind and may_name(at.header[i])]
        results = [i for i in may if _holds(at, i, pattern("result").search)]
        if len(results) == 1 and self.own.by_name[place].zh not in at.header[results[0]]:
            return False  # one unknown word may be anything
        self.heads = [i for i in may if i in results or not _holds(at, i, _is_measured)]
        self.fields[place] = [at.header[i] for i in self.heads]
        return not copies(self.fields[place])

    def find_rows(self) -> bool:
        """Which rows have figures; those that say where, when or in which unit are taken out."""
        at, own, named = self.at, self.own, self.named
        item = named.get("item", named.get("type"))
        self.rows: list[tuple[int, tuple]] = []
        for number, cells in at.rows:
            text = str(cells[item] or "").strip() if item is not None and item < len(cells) else ""
            first = next((c for c in cells if not is_blank(c)), "")
            m = meaning(text or str(first).strip(), own.name)
            words = [str(c) for c in _taken(cells, self.heads) if not is_blank(c)]
            if words and not text and not m.kind and not self.rows:
                if all(map(UNIT_LIKE.fullmatch, words)):
                    m = Meaning("part", "unit")
                elif "item" in named and not any(map(pattern("result").search, words)):
                    return False  # headings below the others
            names = {"": first, **{n: cells[i] for n, i in named.items() if i < len(cells)}}
            if all(
                is_blank(c) or str(c).strip() == t for c, t in zip(cells, self.header, strict=False)
            ):
                continue  # the headings again
            if "item" in named and (m.kind == "column" or m == Meaning("part", "unit")):
                # Where or when, or the unit, in a row of its own.
                again = m.name in {*self.have, *self.fields}
                if self.rows or again or m.name not in {*own.required, "unit"}:
                    return False
                self.fields[m.name] = heading(_taken(cells, self.heads))
            elif m.kind == "passed" or any(
                _sums_up(str(c)) for n, c in names.items() if n != "note"
            ):
                self.passed.append(text or str(first))
            else:
                self.rows.append((number, cells))
        #: Each figure by its row and its place among those side by side.
        self.full = [
            (k, q)
            for k, (_, cells) in enumerate(self.rows)
            for q, cell in enumerate(_taken(cells, self.heads))
            if not (is_blank(cell) or str(cell).isspace())
        ]
        return bool(self.full) and self._is_clear()

    def _is_clear(self) -> bool:
        """Whether each column is of another place or time, and months, days or hours do not run over
        the end of a year, a month or a day: of those behind it nobody knows which one."""
        named = [*zip(*self.fields.values(), strict=True)]
        order = [(*over, int(time)) for time, *over in named] if self.times else []
        later = all(a[-1] < b[-1] for a, b in pairwise(order) if a[:-1] == b[:-1])
        return later and len(named) == len(set(named))

    def complete(self) -> bool:
        """Whether the titles say, once, what the columns do not."""
        said = _said(self.sheet, self.at, self.own)
        filled = {k for k, _ in self.full}
        others = (c for k, (_, c) in enumerate(self.rows[: self.full[-1][0]]) if k not in filled)
        between = [*filter(_is_title, others)]
        if between and said != _said(self.sheet, self.at, self.own, between):
            return False  # tables below each other
        self.have |= self.fields.keys()
        asked = [name for name in (*self.own.required, "day") if name != "value"]
        asked += ["type", "unit"] if "type" not in self.have and "type" in said else []
        lacking = [n for n in asked if n not in self.have and n in said]
        parts = _parts_lacking({*self.have, *lacking}, self.own, self.named, self.rows)
        lacking += [n for n in parts if n not in self.have]
        if not all(n in said for n in lacking):
            return False
        self.stated = {name: said[name] for name in lacking}
        return True

    def laid_out(self) -> Sheet:
        """A row for each figure, whose cells are told where they stand."""
        at, rows, full, heads = self.at, self.rows, self.full, self.heads
        kept = [i for i, t in enumerate(self.header) if t and i not in (*heads, *self.sums)]
        below = list(zip(*(_taken(rows[k][1], [*kept, *heads]) for k, _ in full), strict=True))
        columns = [
            *below[: len(kept)],
            *([texts[q] for _, q in full] for texts in self.fields.values()),
            *([text] * len(full) for text in self.stated.values()),
            [rows[k][1][heads[q]] for k, q in full],
        ]
        names = [self.header[i] for i in kept]
        names += [_head(n, self.own) for n in (*self.fields, *self.stated, "value")]
        # The place of the heading of a column stands behind those of its cells.
        numbers = np.array([*(rows[k][0] for k, _ in full), at.header_row], dtype=int)
        of_heads = np.array([*(heads[q] for _, q in full), heads[0]], dtype=int)
        places = [*kept, *[of_heads] * (len(columns) - len(kept))]
        merged = {n + 2 for n, (k, q) in enumerate(full) if (rows[k][0], heads[q]) in at.merged}
        return replace(
            at, header=tuple(names), rows=ColumnRows(columns, first=2), header_row=1,
            merged=frozenset((n, len(columns) - 1) for n in merged), remarks=(*at.remarks, *self._told()),
            origins=Origins(places, [numbers] * len(columns)),
        )  # fmt: skip

    def _told(self) -> Iterator[Note]:
        at, fields = self.at, self.fields
        by = Name("wide", next(iter(fields)))
        told = {"by": by, "columns": len(self.heads), "rows": len(self.full)}
        yield at.note("wide_read", "note", shown="", **told)
        if self.place in fields:
            called = tuple(dict.fromkeys(fields[self.place]))
            yield at.note("places_read", "note", shown="", names=called)
        if "0" in fields.get("hour", ()):
            cell = at.cell(at.header_row, self.heads[fields["hour"].index("0")])
            yield at.note("hours_end", "warning", cell, shown=cell)
        for lined in filter(None, map(LINED.fullmatch, dict.fromkeys(self.passed))):
            yield at.note("struck", "error", "", shown=lined[1], value=lined[1])
        if passed := [text for text in self.passed if not LINED.fullmatch(text)]:
            told = {"names": tuple(dict.fromkeys(passed)), "count": len(passed)}
            yield at.note("passed_over", "note", shown="", **told)


def _sums_up(text: str) -> bool:
    """Whether something is called as means and limits are, 平均值, 甲断面平均 or 平均（年）."""
    plain = bare(text)
    ways = plain.rstrip(")]"), GROUP.sub("", plain)
    return any(way in summaries() or pattern("summed").search(way) for way in ways)


def _holds_items(at: Sheet, own: Table, position: int) -> bool:
    cells = [cells[position] for _, cells in at.head if position < len(cells)]
    return sum(meaning(c, own.name).kind == "item" for c in cells if isinstance(c, str)) > 1


def _holds(at: Sheet, position: int, wanted: Callable[[str], object]) -> bool:
    return any(wanted(str(cells[position] or "")) for _, cells in at.rows if position < len(cells))


def _is_measured(text: str) -> bool:
    return (clean(text) or "无数据") not in NOT_MEASURED


def _dated(header: Sequence[str]) -> dict[int, tuple[str, str]]:
    """The columns with a place and its day in one heading, 甲断面（2019-01-05）."""
    parts = re.compile(rf"(.+?)[\s(（]+({pattern('moment').pattern})[)）]?")
    found = {i: m.groups() for i, text in enumerate(header) if (m := parts.fullmatch(text))}
    return {i: (name, day) for i, (name, day) in found.items() if may_name(name)}


def _above(sheet: Sheet, at: Sheet, heads: Sequence[int]) -> list[str]:
    """What is named in the row above, each over the columns from its own to the next."""
    rows = [heading(cells) for number, cells in rows_above(sheet, at)]
    texts = [*accumulate(rows[-1], lambda left, text: text or left)] if rows else []
    over = [texts[i] if i < len(texts) else "" for i in heads]
    first = rows and heads[0] < len(rows[-1]) and rows[-1][heads[0]]
    return over if first else [""] * len(heads)


def rows_above(sheet: Sheet, at: Sheet) -> list[tuple[int, tuple]]:
    """The rows of a sheet above those at which its headings stand."""
    rows = [(sheet.header_row, sheet.header), *sheet.head]
    return [row for row in rows if row[0] < at.header_row]


def _taken(cells: Sequence, heads: Sequence[int]) -> list:
    return [cells[i] if i < len(cells) else None for i in heads]


def may_name(text: str) -> bool:
    """Whether a heading may be the name of a place."""
    of_unit = split_unit(text)[1] or pattern("no_place").search(text)
    return bool(text) and not _sums_up(text) and not of_unit


def copies(names: Collection[str]) -> set[str]:
    """Those that are called as another one with a number behind, as programs call what stands twice."""
    found = {name: COPY.fullmatch(name) for name in names}
    return {name for name, m in found.items() if m and m[1] in names}


def _written(text: str) -> str:
    """What a heading says of its month, day or hour."""
    kinds = ("month", "hour", "monthday", "span")
    text = NOTED.sub("", text)
    found = next((m for kind in kinds if (m := pattern(kind).fullmatch(close(text)))), None)
    return in_figures(found[1] if found else text).lstrip("0") or "0"


def _head(name: str, own: Table) -> str:
    return own.by_name[name].zh if name in own.by_name else outside(own.name).parts[name][0]


def _parts_lacking(
    have: Collection[str], own: Table, named: Mapping[str, int], rows: Sequence[tuple[int, tuple]]
) -> Iterator[str]:
    """What belongs to a month, a day or an hour, so that it is known which one it is."""
    of_sheet = "date" in own.required and not {"date", "month"} & {*have}
    day = named.get("day", -1)
    days = (str(cells[day]) for _, cells in rows if 0 <= day < len(cells) and cells[day])
    of_month = "monthday" in have or re.fullmatch(r"\d{1,2}(?:\.0)?[日号]?", next(days, ""))
    if ("month" in have and "day" not in have) or of_month or of_sheet:
        yield "year"
    if of_month or of_sheet:
        yield "month"


def _is_title(cells: Sequence) -> bool:
    """Whether a row says something of those below it."""
    texts = standing(cells)
    return len(texts) == 1 or any(re.search(r"\D[:：]", text) for text in texts)


def _said(sheet: Sheet, at: Sheet, own: Table, between: Iterable[Sequence] = ()) -> dict[str, str]:
    """What the titles and the name of the sheet say once: `断面：甲`, a year, a month, a pollutant."""
    found: dict[str, set[str]] = defaultdict(set)
    also = outside(own.name).columns
    # What is passed over, PM2.5分指数, is another than what it begins with.
    names = {bare(name): "" for name in outside(own.name).passed_over if re.search("[A-Z]", name)}
    names |= {
        bare(name): column.name
        for column in own.columns if column.type == "number"
        for name in (column.zh, *also.get(column.name, {}).get("also", ()))
    }  # fmt: skip
    longest = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    called = re.compile(rf"(?<![a-z0-9])(?:{longest})(?![a-z0-9])")
    rows = [*(row for _, row in rows_above(sheet, at)), *between]
    lines = [" ".join(standing(row)) for row in rows]
    for text in (
        line
        for line in (*lines, sheet.name or Path(sheet.file).stem)
        if not pattern("aside").match(line)
    ):
        plain = pattern("undated").sub("", text)
        found["year"] |= set(YEAR.findall(plain))
        found["month"] |= set(pattern("month_named").findall(plain))
        for part in re.split(r"[\s，,；;]+", re.sub(r"\s*[:：]\s*", ":", text)):
            key, _, value = part.partition(":")
            m = meaning(re.split(r"[（(]", key)[-1], own.name)
            if value and not _sums_up(value) and m.kind in ("column", "part") and m.name != "unit":
                found[m.name].add(value if re.search(r"[（(]", value) else value.rstrip("）)"))
        found["type"] |= {names[name] for name in called.findall(bare(text)) if name}
        found["unit"] |= {unit for unit in split_unit(text)[1:] if UNIT_LIKE.fullmatch(unit)}
    if len(found["unit"]) > 1 or "" in found["type"]:
        found["type"].clear()
    if not found["year"]:
        found["year"] |= set(YEAR.findall(pattern("undated").sub("", Path(sheet.file).stem)))
    return {name: min(values) for name, values in found.items() if len(values) == 1}
