"""From a grid of cells, with what its file says of their looks, to a sheet."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import groupby

from ecolib.data.readers.sheet import COLUMN_ID, Remark, Sheet, heading, is_blank, letters

#: Titles and instructions may stand above the headings, but not more than this many rows.
HEAD_ROWS = 20


@dataclass
class Grid:
    """Cells from A1 on. Rows and columns of `merged` and `hidden_*` count from 0; ends included."""

    name: str
    cells: list[list]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: Collection[int] = ()
    hidden_columns: Collection[int] = ()
    hidden: bool = False


def sheet_of(file: str, grid: Grid) -> Sheet | None:
    """The sheet in a grid of cells; None when all of them are empty."""
    filled = [i for i, row in enumerate(grid.cells) if not all(map(is_blank, row))]
    merged = _spread(grid, set(filled))
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
    first, cells = rows[0]
    remarks = tuple(_remarks(grid, {number for number, _ in rows[1:]}, ids))
    return Sheet(
        file, grid.name, heading(cells), tuple(rows[1:]), first, ids, frozenset(merged), remarks
    )


def _ids(cells: tuple) -> tuple[str, ...]:
    """The ids in a row, "" where there is none; empty when the row is not one of ids."""
    texts = [text.strip() if isinstance(text, str) else "" for text in cells]
    ids = tuple(text if COLUMN_ID.fullmatch(text) else "" for text in texts)
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


def _remarks(grid: Grid, data_rows: set[int], ids: tuple[str, ...]) -> Iterable[Remark]:
    """What was read although a reader of the page would not see it."""
    if grid.hidden:
        yield Remark("", "hidden", "", "工作表被隐藏，也已读取", "the sheet is hidden; it was read")
    rows = sorted(data_rows & {row + 1 for row in grid.hidden_rows})
    if rows:
        yield _hidden("行", "rows", _ranges(rows, str))
    # A template hides columns of its own.
    columns = sorted(c for c in grid.hidden_columns if c >= len(ids) or not ids[c])
    used = [c for c in columns if any(c < len(r) and not is_blank(r[c]) for r in grid.cells)]
    if used:
        yield _hidden("列", "columns", _ranges(used, letters))


def _hidden(zh: str, en: str, ranges: str) -> Remark:
    return Remark(
        "", "hidden", ranges, f"隐藏的{zh} {ranges} 也已读取", f"hidden {en} {ranges} were read as well"
    )  # fmt: skip


def _ranges(numbers: list[int], name) -> str:
    """`4-6, 9`."""
    shown = []
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        shown.append(name(run[0]) if len(run) == 1 else f"{name(run[0])}-{name(run[-1])}")
    return ", ".join(shown)
