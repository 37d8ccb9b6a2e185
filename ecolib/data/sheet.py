"""What a file holds: sheets of rows below one heading row, and how much of them is read at most."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from itertools import groupby, takewhile, zip_longest
from typing import Any

import numpy as np

from ecolib.errors import DataError
from ecolib.texts import FORMAT, Note, Source, visible

#: A template names its columns in a hidden row: `items.value@1`, with `!` where the cells were filled
#: in beforehand; the table `_` holds what is for people only.
COLUMN_ID = re.compile(r"([a-z_][a-z0-9_]*)\.([a-z_][a-z0-9_]*)@(\d{1,4})(!?)")
#: The id of a sheet of instructions, and the name of the sheet with a template's own marks.
TEXT_ID, MARKS = "_.text@1", "_ecolib"
#: Titles and instructions may stand above the headings, but not more than this many rows.
HEAD_ROWS = 20
#: A year of hourly values of ten stations, the largest table there is, has under a million cells.
MAX_CELLS = 4_000_000
#: A cell of Excel holds at most this many characters.
MAX_TEXT = 32767
#: What takes no room at the ends of a text, with the blanks among it; and anywhere.
ENDS, NO_ROOM = re.compile(rf"^[\s{FORMAT}]+|[\s{FORMAT}]+$"), re.compile(f"[{FORMAT}]")
#: How a heading is told that is struck through.
LINED = re.compile("~~(.*)~~", re.S)
#: What stands in the cell of a result.
RESULT = re.compile(r"\d|检出|ND")
#: Of the comments of a sheet only this many are told, and of each so many characters.
COMMENTS, COMMENT = 50, 200
#: Of what a zipped file unpacks to, and of its texts where cells refer to one again and again.
MAX_UNPACKED_MB, MAX_TEXTS_MB = 400, 1000


class Shown(str):
    """What a cell shows where that is not the number or day that it stores: "98.5%" for 0.985."""

    __slots__ = ("stored",)
    stored: float | date


class Unclear(str):
    """A stored number whose `format` shows nobody knows what."""

    format: str

    def __new__(cls, text: str, format: str = ""):
        self = super().__new__(cls, text)
        self.format = format
        return self


class Formula(str):
    """A formula whose value the file does not hold."""


class Struck(str):
    """What is struck through: whoever did so may have meant that it counts no longer."""


class ColumnRows(Sequence):
    """The rows of a file that holds columns, made only when they are asked for.

    Numbers and moments may come as arrays, NaN and NaT where there is nothing.
    """

    def __init__(self, columns: Sequence[Sequence], first: int):
        self.columns, self.numbers = columns, range(first, first + len(columns[0]))

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, index):
        return self._rows[index]

    def __iter__(self) -> Iterator[tuple[int, tuple]]:
        return iter(self._rows)

    def __eq__(self, other: object) -> bool:
        return self._rows == other

    @cached_property
    def _rows(self) -> tuple[tuple[int, tuple], ...]:
        cells = zip(*map(listed, self.columns), strict=True)
        return tuple(zip(self.numbers, cells, strict=True))


def listed(values: Sequence) -> list:
    """The values of a column as plain ones, None for NaN and NaT."""
    if not isinstance(values, np.ndarray):
        return list(values)
    plain = (values.astype("M8[us]") if values.dtype.kind == "M" else values).tolist()
    return [None if gone else v for v, gone in zip(plain, np.isnan(values).tolist(), strict=True)]


@dataclass(frozen=True)
class Origins:
    """Where the cells of a sheet stand in its file, when it was laid out otherwise than the file.

    By position, the column in the file (from 0) and the number of the row, each one for all rows or
    an array over the rows, which are numbered from 2 on, with the place of the heading, row 1, behind
    them where that is asked for; None for rows that kept their numbers.
    """

    columns: Sequence[int | np.ndarray]
    rows: Sequence[np.ndarray | None]

    def place(self, row: int, column: int) -> tuple[int, int]:
        """Row number and column in the file; of a column that was added, as it is counted here."""
        if column >= len(self.columns):
            return (self.place(row, 0)[0] if self.columns else row), column
        at, rows = self.columns[column], self.rows[column]
        k = row - 2
        return (
            row if rows is None else int(rows[k]),
            int(at[k]) if isinstance(at, np.ndarray) else at,
        )


@dataclass(frozen=True)
class Sheet:
    """Rows below a heading row.

    `rows` holds (row number, cells), `ids` the column ids of a template, `merged` the (row number,
    position) of cells merged over several rows, `across` the (row number, first, last position) of
    results merged over several columns, `remarks` what the reader has to say, `origins` where its
    cells stand in the file if not where they are counted here.
    """

    file: str
    name: str
    header: tuple[str, ...]
    rows: Sequence[tuple[int, tuple]]
    header_row: int = 1
    ids: tuple[str, ...] = ()
    merged: frozenset[tuple[int, int]] = frozenset()
    across: tuple[tuple[int, int, int], ...] = ()
    remarks: tuple[Note, ...] = ()
    origins: Origins | None = None

    def place(self, row: int, column: int) -> tuple[int, int]:
        """The row number and the column from 0 at which a cell stands in the file."""
        return self.origins.place(row, column) if self.origins else (row, column)

    def cell(self, row: int, column: int) -> str:
        """The spreadsheet name of a cell in the file, `B17`; `column` counts from 0."""
        row, column = self.place(row, column)
        return f"{letters(column)}{row}"

    def source(self, cell: str = "") -> Source:
        return Source(self.file, self.name, cell)

    def note(self, code: str, severity: str, cell: str = "", /, **args: Any) -> Note:
        """A remark on the sheet, or on a cell of it."""
        return Note(code, severity=severity, source=self.source(cell), **args)

    @cached_property
    def id_parts(self) -> tuple[re.Match | None, ...]:
        """The ids taken apart: table, column, version, and `!` where filled in beforehand."""
        return tuple(COLUMN_ID.fullmatch(text) for text in self.ids)

    @property
    def holds_data(self) -> bool:
        """False for the sheets of a template that are for people or for the program alone."""
        return self.name != MARKS and TEXT_ID not in self.ids

    @property
    def head(self) -> list[tuple[int, tuple]]:
        """The rows among which the headings may stand."""
        if isinstance(self.rows, ColumnRows):  # the names of its columns are the headings
            return []
        return list(takewhile(lambda row: row[0] <= HEAD_ROWS, self.rows))

    def columns(self) -> tuple[Sequence[int], Sequence[Sequence]]:
        """The row numbers, and the cells by column; None where a row is shorter than others."""
        if isinstance(self.rows, ColumnRows):
            return self.rows.numbers, self.rows.columns
        if not self.rows:
            return (), ()
        numbers, cells = zip(*self.rows, strict=True)
        return numbers, tuple(zip_longest(*cells))


@lru_cache(maxsize=4096)
def letters(column: int) -> str:
    """The spreadsheet name of a column counted from 0: A, B, ..., Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def heading(cells: Sequence) -> tuple[str, ...]:
    """The cells of a heading row as text; what is struck through heads nothing, `~~2018年~~`."""

    def text(cell: object) -> str:
        shown = f"{cell:.15g}" if isinstance(cell, float) else str(cell)
        return f"~~{shown}~~" if isinstance(cell, Struck) else shown.strip()

    return tuple("" if is_blank(cell) else text(cell) for cell in cells)


def standing(cells: Iterable) -> list[str]:
    """The texts of a row, or of its `heading`, without what is struck through."""
    return [text for text in heading([*cells]) if text and not LINED.fullmatch(text)]


def is_blank(cell: object) -> bool:
    return cell is None or cell == ""


# --- from a grid of cells -------------------------------------------------------------------------


@dataclass
class Grid:
    """Cells from A1 on. Rows and columns count from 0; the ends of `merged` are included.

    Where a file holds columns, `cells` is the row of their names and `columns` what stands below.
    """

    name: str
    cells: list[list]
    columns: Sequence[Sequence] = ()
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: Collection[int] = ()
    hidden_columns: Collection[int] = ()
    hidden: bool = False
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)


def sheet_of(file: str, grid: Grid) -> Sheet | None:
    """The sheet in a grid of cells; None when all of them are empty.

    Characters that take no room are dropped at the ends of cells and of the sheet's name.
    """
    trimmed = tuple(_trim(file, grid))
    if grid.columns:
        rows = ColumnRows(grid.columns, first=2)
        return Sheet(file, grid.name, heading(grid.cells[0]), rows, remarks=trimmed)
    filled = [i for i, row in enumerate(grid.cells) if not all(map(is_blank, row))]
    merged = _spread(grid, set(filled)) if grid.merged else set()
    rows = [(i + 1, tuple(grid.cells[i])) for i in filled]
    ids: tuple[str, ...] = ()
    for position, (number, cells) in enumerate(rows):
        if number > HEAD_ROWS:
            break
        if found := _ids(cells):
            ids, rows = found, rows[position + 1 :]
            break
    if not rows:
        return Sheet(file, grid.name, (), (), ids=ids) if ids else None
    (first, cells), *below = rows
    over = frozenset(merged), tuple(_across(grid))
    sheet = Sheet(file, grid.name, heading(cells), tuple(below), first, ids, *over)
    return replace(sheet, remarks=(*trimmed, *_remarks(sheet, grid), *_comments(sheet, grid)))


def _trim(file: str, grid: Grid) -> Iterator[Note]:
    """Drop what takes no room at the ends of texts; the cells from which something was dropped."""
    name = grid.name
    grid.name = visible(trimmed(name))
    columns = [column if isinstance(column, list) else [] for column in grid.columns]
    texts = {t for line in (*grid.cells, *columns) for t in line if t.__class__ is str}
    changed = {t: plain for t in texts if NO_ROOM.search(t) and (plain := trimmed(t)) != t}
    places = []
    for below, lines in enumerate((grid.cells, columns)) if changed else ():
        for at, line in enumerate(lines):
            for k, text in enumerate(line):
                if text.__class__ is str and text in changed:
                    line[k] = changed[text]
                    places.append((k + 1, at) if below else (at, k))
    if places or grid.name != name:
        row, column = min(places, default=(0, 0))
        source = Source(file, grid.name, f"{letters(column)}{row + 1}" if places else "")
        shown = str(len(places) + (grid.name != name))
        yield Note("invisible", severity="note", source=source, shown=shown)


def trimmed(text: str) -> str:
    """A text without what takes no room at its ends, and without the blanks among that."""
    return ENDS.sub("", text) if NO_ROOM.search(text) else text


def _ids(cells: tuple) -> tuple[str, ...]:
    """The ids in a row, "" where there is none; empty when the row is not one of ids."""
    texts = [text.strip() if isinstance(text, str) else "" for text in cells]
    ids = tuple(text if "@" in text and COLUMN_ID.fullmatch(text) else "" for text in texts)
    count = sum(map(bool, ids))
    alone = count == 1 and sum(not is_blank(c) for c in cells) == 1
    return ids if count > 1 or alone else ()


def _spread(grid: Grid, filled: set[int]) -> set[tuple[int, int]]:
    """Put what is merged over several rows into each of them; returns the cells of such merges."""
    places = set()
    for top, left, bottom, _ in grid.merged:
        last = min(bottom, len(grid.cells) - 1)
        if last <= top or left >= len(grid.cells[top]):
            continue
        value = grid.cells[top][left]
        for row in filled.intersection(range(top, last + 1)):
            grid.cells[row][left] = value
            places.add((row + 1, left))
    return places


def _across(grid: Grid) -> Iterator[tuple[int, int, int]]:
    """Where a result is merged over several columns; of words no more is asked."""
    for top, left, bottom, right in grid.merged:
        cells = grid.cells[top] if top < len(grid.cells) else []
        if right > left < len(cells) and RESULT.search(str(cells[left])):
            yield from ((row + 1, left, right) for row in range(top, bottom + 1))


def _remarks(sheet: Sheet, grid: Grid) -> Iterator[Note]:
    """What was read although a reader of the page would not see it."""
    if grid.hidden:
        yield sheet.note("hidden.sheet", "note", shown="")
    rows = sorted({number for number, _ in sheet.rows} & {row + 1 for row in grid.hidden_rows})
    if rows:
        yield sheet.note("hidden.rows", "note", shown=_ranges(rows, str))
    # A template hides columns of its own.
    columns = (c for c in grid.hidden_columns if c >= len(sheet.ids) or not sheet.ids[c])
    used = [c for c in columns if any(c < len(r) and not is_blank(r[c]) for r in grid.cells)]
    if used:
        yield sheet.note("hidden.columns", "note", shown=_ranges(sorted(used), letters))


def _comments(sheet: Sheet, grid: Grid) -> Iterator[Note]:
    """What people wrote beside the cells; a template has comments of its own on what it says."""
    own = {column for column, text in enumerate(sheet.ids) if text.startswith("_.")}
    found = [
        (f"{letters(column)}{row + 1}", text)
        for (row, column), text in sorted(grid.comments.items())
        if text.strip() and column not in own
    ]
    for cell, text in found[:COMMENTS]:
        shown = text if len(text) <= COMMENT else f"{text[:COMMENT]}…"
        yield sheet.note("comment", "note", cell, shown=shown)
    if rest := found[COMMENTS:]:
        cell, count = rest[0][0], len(rest)
        yield sheet.note("comment.more", "note", cell, shown=str(count), count=count, cell=cell)


def _ranges(numbers: list[int], name) -> str:
    """`4-6, 9`."""
    shown = []
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        shown.append(name(run[0]) if len(run) == 1 else f"{name(run[0])}-{name(run[-1])}")
    return ", ".join(shown)


# --- how much is read at most, so that no file, damaged or hostile, eats up the machine --------------


def check_megabytes(code: str, size: int, limit: int) -> None:
    """Refuse `size` bytes above `limit` MB (10⁶ bytes), in the words of a code."""
    if size > limit * 1_000_000:
        raise DataError(Note(code, severity="error", size=size / 1e6, limit=limit))


def check_cells(sheet: str, rows: int, columns: int) -> None:
    """Refuse a sheet whose filled area is too large to hold."""
    if rows * columns > MAX_CELLS:
        where = f"{sheet}: " if sheet else ""
        large = {"where": where, "rows": rows, "columns": columns, "limit": MAX_CELLS}
        raise DataError(Note("unreadable.large_area", severity="error", **large))
