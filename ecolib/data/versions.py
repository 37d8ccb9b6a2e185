"""Versions of a workbook that was returned again: which counts, and what it says otherwise.

Returned templates are filed as `housing.xlsx`, `housing_02.xlsx`, ...; the last one holds for the
whole workbook, so that a figure can be taken back as well as changed. Versions are compared by what
their cells are read as: 1,820.5 and 1820.5, 2020年5月12日 and 2020-05-12 say the same.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecolib.data.dictionary import Column, Names, Table, owners, table
from ecolib.data.ids import FOR_PEOPLE, column_by_id, is_input, rows_written, table_by_id
from ecolib.data.numbers import Unreadable, clean
from ecolib.data.parse import as_text, parser_of
from ecolib.data.readers import read_file
from ecolib.data.sheet import MARKS, Sheet
from ecolib.data.xlsx import sheet_names
from ecolib.errors import DataError
from ecolib.texts import Name, Note, Source

#: How templates are issued and taken back.
TEMPLATE_KIND = ".xlsx"
#: Filled in beforehand, but open to be changed: these do not say what a row is about.
NEVER_ABOUT = ("year", "unit", "position")
FILED_NAME = re.compile(r"([a-z_]+?)(?:_(\d\d))?")
#: Cells are compared, not checked: any name of an item or an indicator will do.
ANY_NAME = Names({}, ())
A_DAY = Column("day", "", "", "date")


@dataclass(frozen=True)
class Difference:
    """One cell that two versions fill in otherwise; "" where one leaves it empty."""

    sheet: str
    cell: str
    row: str
    table: str
    column: Column
    was: str
    now: str

    def text(self, lang: str) -> str:
        """The cell and what it said before and says now."""
        empty = Note("left_empty")
        place = f"{self.sheet} {self.cell}".strip()
        said = {"was": self.was or empty, "now": self.now or empty}
        column = Name("column", self.about)
        return Note("changed_cell", place=place, row=self.row, column=column, **said).text(lang)

    def restated(self, older: str, file: str) -> Note:
        """The note that the later version is used; `older` is the name of the earlier one."""
        return Note(
            "restated.cell",
            severity="note",
            about=self.about,
            source=Source(file, self.sheet, self.cell),
            shown=self.now,
            row=self.row,
            column=Name("column", self.about),
            older=older,
            was=self.was or Note("left_empty"),
            now=self.now or Note("left_empty"),
        )

    @property
    def about(self) -> str:
        return f"{self.table}.{self.column.name}"


def filed_versions(files: Iterable[Path]) -> dict[str, list[Path]]:
    """By owner, the files named as returned templates are, the first version first."""
    found: dict[str, list[tuple[int, Path]]] = defaultdict(list)
    for path in files:
        name = FILED_NAME.fullmatch(path.stem)
        if name and name[1] in owners() and path.suffix.lower() == TEMPLATE_KIND:
            found[name[1]].append((int(name[2] or 1), path))
    return {owner: [path for _, path in sorted(paths)] for owner, paths in found.items()}


def owner_of_file(file: str) -> str:
    """The owner that a file is filed for; "" where it is not named as returned templates are."""
    path = Path(file)
    return next((owner for owner, paths in filed_versions([path]).items() if paths), "")


def superseded(files: Iterable[Path]) -> dict[Path, Path]:
    """Files of one folder that a later version replaces, each with the one that follows it."""
    pairs = {}
    for versions in filed_versions(files).values():
        if len(versions) > 1:
            ours = [path for path in versions if is_template(path)]
            pairs |= dict(zip(ours, ours[1:], strict=False))
    return pairs


def is_template(path: Path) -> bool:
    """Whether the workbook bears the marks of our own templates; a damaged one does not."""
    try:
        return MARKS in sheet_names(path)
    except Exception:  # damage has many names; reading the file will say what is wrong
        return False


def marks_of(sheets: Iterable[Sheet]) -> dict[str, Any]:
    """What the hidden sheet of a template says; nothing where there is none."""
    rows = (cells for sheet in sheets if sheet.name == MARKS for _, cells in sheet.rows)
    return {str(cells[0]): cells[1] for cells in rows if len(cells) > 3 and cells[0] != "column"}


def restated(older: Path, newer: Path, root: Path) -> Note:
    """The note that a later version replaces an earlier one; `cells` holds one for each cell that
    says something else now."""
    file = newer.relative_to(root).as_posix()
    try:
        found = differences(read_file(older, root), read_file(newer, root))
    except DataError:  # a later version that cannot be read is told as a file
        found = []
    place = {"severity": "note", "source": Source(file), "older": older.name}
    if not found:
        return Note("restated.same", shown="", **place)
    cells = tuple(difference.restated(older.name, file) for difference in found)
    count = len(cells)
    return Note("restated.file", shown=str(count), **place, count=count, cells=cells)


def differences(older: Sequence[Sheet], newer: Sequence[Sheet]) -> list[Difference]:
    """Where two versions of one workbook differ, in the order of the newer one's rows."""
    was, now = _cells(older), _cells(newer)
    in_both = {row for row, _ in was} & {row for row, _ in now}
    found = []
    for row, column in dict.fromkeys([*now, *was]):
        old, new = was.get((row, column), _NOTHING), now.get((row, column), _NOTHING)
        # What stands in a row of which nothing was filled in came with the template.
        if old.read != new.read and (row in in_both or old.asked or new.asked):
            at = old if new is _NOTHING else new
            place = (at.sheet, new.name, at.row, row[0])
            found.append(Difference(*place, column, old.shown, new.shown))
    return found


@dataclass(frozen=True)
class _Cell:
    """A cell by its name: what its row is about, what it shows, what it is read as, whether only the
    bureau fills it in."""

    sheet: str
    name: str
    row: str
    shown: str
    read: Any
    asked: bool


_NOTHING = _Cell("", "", "", "", None, False)


def _cells(sheets: Sequence[Sheet]) -> dict[tuple[tuple, Column], _Cell]:
    """The cells of the rows filled in, by what these are about and their columns; equal rows are told
    apart by their order."""
    found: dict[tuple[tuple, Column], _Cell] = {}
    turns: Counter[tuple] = Counter()
    for sheet in sheets:
        name = table_by_id(sheet)
        if name is None:
            continue
        ids = range(len(sheet.ids))
        columns = {c: i for i in ids if (c := column_by_id(sheet, i, table(name)))}
        keys = _keys(sheet, table(name), columns)
        names = [i for i, part in enumerate(sheet.id_parts) if part and _names(part)] or keys
        for number, row in filled_rows(sheet):
            cells = [row[i] if i < len(row) else None for i in ids]
            about = (name, *(_read(c, cells[i]) for c, i in columns.items() if i in keys))
            label = " ".join(dict.fromkeys(filter(None, (as_text(cells[i]) for i in names))))
            for column, i in columns.items():
                if i not in keys:
                    said = as_text(cells[i]), _read(column, cells[i]), is_input(sheet, i)
                    cell = _Cell(sheet.name, sheet.cell(number, i), label, *said)
                    found[(*about, turns[about]), column] = cell
            turns[about] += 1
    return found


def _read(column: Column, cell: object) -> Any:
    """A cell as it is read; a day in a column of texts as a day."""
    read = _parsed(column, cell)
    return _parsed(A_DAY, read) if column.type == "text" and isinstance(read, str) else read


def _parsed(column: Column, cell: object) -> Any:
    """A cell as its column is read; as text where it cannot be."""
    try:
        return parser_of(column, ANY_NAME)(cell)
    except Unreadable:
        return clean(cell)


def _keys(sheet: Sheet, table: Table, columns: Mapping[Column, int]) -> list[int]:
    """Where the columns stand that say what a row is about."""
    if table.key:
        return [i for c, i in columns.items() if c.name in table.key]
    return [i for c, i in columns.items() if not is_input(sheet, i) and c.name not in NEVER_ABOUT]


def filled_rows(sheet: Sheet) -> tuple[tuple[int, tuple], ...]:
    """The rows of a template's sheet in which the bureau filled in anything."""
    parts = enumerate(sheet.id_parts)
    asked = [i for i, part in parts if part and part[1] != FOR_PEOPLE and is_input(sheet, i)]
    return rows_written(sheet, asked)


def _names(part: re.Match) -> bool:
    """Whether the column tells people what a row is about."""
    return part[1] == FOR_PEOPLE and part[2] in ("name", "demand")
