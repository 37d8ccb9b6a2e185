"""Which table a sheet holds, where its headings stand, which column each is, and which version counts.

A template says so by ids, whatever was renamed or moved; everything else by its names and headings.

Returned templates are filed as `housing.xlsx`, `housing_02.xlsx`, ...; the last one holds for the
whole workbook, so that a figure can be taken back as well as changed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache
from pathlib import Path

from ecolib.data.dictionary import Column, Table, owners, table, table_names
from ecolib.data.headings import outside
from ecolib.data.mappings import Mapping, Mappings
from ecolib.data.parse import as_printed
from ecolib.data.readers import read_file
from ecolib.data.recognition import likely_table, tables_of
from ecolib.data.sheet import MARKS, Sheet, is_blank
from ecolib.data.xlsx import sheet_names
from ecolib.errors import hint
from ecolib.texts import Name, Note, Source, Words

#: A workbook can hold several tables, one a sheet; every other file holds one and is named for it.
WORKBOOKS = {".xlsx", ".xlsm", ".xls"}
#: The edition of the templates; raised when a column changes its meaning.
VERSION = 1
#: The "table" of columns that are for people only, such as last year's value.
FOR_PEOPLE = "_"
#: Of more headings that no table has, only this many are named one by one.
NAMED = 20

# --- by ids ---------------------------------------------------------------------------------------


def column_id(table: Table, column: Column) -> str:
    """The id of a column, `items.value@1`; a template adds `!` where it fills the cells in."""
    return f"{table.name}.{column.name}@{VERSION}"


def table_by_id(sheet: Sheet) -> str | None:
    """The table that the ids of a sheet name; None where they name none, or there are no ids."""
    named = (part[1] for part in sheet.id_parts if part)
    return next((name for name in named if name in table_names()), None)


def column_by_id(sheet: Sheet, position: int, table: Table) -> Column | None:
    """The column of the table that the id at this position names."""
    part = _part(sheet, position)
    return table.by_name.get(part[2]) if part is not None and part[1] == table.name else None


def is_for_people(sheet: Sheet, position: int) -> bool:
    """Whether the column is marked as holding no data."""
    part = _part(sheet, position)
    return part is not None and part[1] == FOR_PEOPLE


def is_input(sheet: Sheet, position: int) -> bool:
    """Whether the cells of the column are for the bureau to fill in."""
    part = _part(sheet, position)
    return part is None or not part[4]


def _part(sheet: Sheet, position: int):
    return sheet.id_parts[position] if position < len(sheet.ids) else None


# --- by names -------------------------------------------------------------------------------------


def table_of(sheet: Sheet, entry: Mapping | None = None) -> str | None:
    """The table of a sheet by its ids, a mapping, its name or its file's: `items-housing`."""
    if sheet.ids:
        return table_by_id(sheet)
    if entry is not None and entry.table:
        return entry.table
    labels = filter(None, (sheet.name, stem(sheet.file)))
    return next((name for label in labels if (name := _named(label))), None)


def recognised(sheet: Sheet, entry: Mapping | None = None) -> tuple[Sheet, str | None]:
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
        table = Name("table", fitting[0])
        place = {"severity": "note", "source": sheet.source()}
        told, name = Note("guessed_table", **place, shown=label, table=table), fitting[0]
    elif fitting:
        place = {"severity": "error", "source": sheet.source(), "shown": label}
        told = Note("ambiguous_table", **place, tables=_as_named(fitting), candidates=fitting)
    else:
        told = _unknown_table(sheet, label)
    return replace(sheet, remarks=(*sheet.remarks, told)), name


def _called_otherwise(sheet: Sheet, entry: Mapping | None, name: str) -> bool:
    """Whether a sheet that has its table from its file's name is called like one of another table."""
    if not sheet.name or sheet.ids or (entry and entry.table) or _named(sheet.name):
        return False
    return any(w in sheet.name for n in table_names() if n != name for w in outside(n).called)


def may_hold(path: Path, name: str, mappings: Mappings) -> bool:
    """Whether a file may hold the table, told without opening it."""
    if path.suffix.lower() not in WORKBOOKS:
        mapped = mappings.tables_of(path.name) - {""}
        said = mapped or {_named(stem(path.name))} - {None}
        return name in said if said else True
    return True


def stem(file: str) -> str:
    """The name of a file without folder and ending."""
    return Path(file.removesuffix(".gz")).stem


@cache
def _named(label: str) -> str | None:
    for name in table_names():
        for title in (name, table(name).zh):
            rest = label.removeprefix(title)
            if rest != label and (not rest or rest[0] in "-_ （("):
                return name
    return None


def _unknown_table(sheet: Sheet, label: str) -> Note:
    """The remark on a sheet whose name and headings are those of no table."""
    names = table_names()
    meant = hint(label, [title for name in names for title in (name, table(name).zh)])
    if not sheet.ids and (likely := likely_table(sheet)) is not None:
        name, lacking = likely
        columns = tuple(Name("column", f"{name}.{column}") for column in lacking)
        meant = Note("headings_like", table=Name("table", name), columns=columns)
    return Note(
        "unknown_table",
        severity="error",
        source=sheet.source(),
        shown=label,
        tables=_as_named(names),
        meant=meant,
    )


def _as_named(names: Sequence[str]) -> tuple[Words, ...]:
    """What sheets of these tables can be called, in Chinese and as codes."""
    return tuple(Words(table(name).zh, name) for name in names)


# --- by headings ----------------------------------------------------------------------------------


def match_header(sheet: Sheet, table: Table) -> tuple[dict[str, int], list[Note]]:
    """Where each column stands, by its id or else its heading; and what is no column."""
    parts = (part for part in sheet.id_parts if part and int(part[3]) > VERSION)
    if (newer := next(parts, None)) is not None:
        return {}, [_newer_template(sheet, newer)]
    width = max(len(sheet.header), len(sheet.ids))
    header = [*sheet.header, *[""] * (width - len(sheet.header))]
    ids = [column_by_id(sheet, i, table) for i in range(width)] if sheet.ids else []
    by_id = {ids[i].name: i for i in reversed(range(len(ids))) if ids[i] is not None}
    places, unknown = dict(by_id), []
    for position, text in enumerate(header):
        if position in by_id.values() or is_for_people(sheet, position):
            continue
        column = table.exactly(text) or table.column(text)
        if column is not None and column.name not in places:
            places[column.name] = position
        elif text:
            unknown.append((position, text))
    notes = [_unknown_column(sheet, table, *found) for found in unknown[:NAMED]]
    if rest := unknown[NAMED:]:
        first = _unknown_column(sheet, table, *rest[0])
        more = {"shown": str(len(rest)), "cell": first.source.cell}
        notes.append(first.but(code="unknown_column.more", about="", **more))
    lacking = [c for c in table.columns if c.required and c.name not in places]
    return places, notes + [_missing_column(sheet, table, column) for column in lacking]


def filled_in(sheet: Sheet, places: dict[str, int]) -> Sheet:
    """The sheet with the rows submitted: of a template, those in which the bureau filled in anything."""
    if not sheet.ids or not places:
        return sheet
    inputs = [i for i in places.values() if is_input(sheet, i)]
    return replace(sheet, rows=rows_with_any(sheet, inputs))


def rows_with_any(sheet: Sheet, positions: Sequence[int]) -> tuple[tuple[int, tuple], ...]:
    """The rows in which any cell at these positions is filled in."""
    return tuple(
        (number, cells)
        for number, cells in sheet.rows
        if any(i < len(cells) and not is_blank(cells[i]) for i in positions)
    )


def _newer_template(sheet: Sheet, part) -> Note:
    return Note(
        "template_version",
        severity="error",
        source=sheet.source(),
        shown=part[0],
        edition=part[3],
        known=VERSION,
    )


def _unknown_column(sheet: Sheet, table: Table, position: int, text: str) -> Note:
    return Note(
        "unknown_column",
        severity="warning",
        about=text,
        source=sheet.source(sheet.cell(sheet.header_row, position)),
        shown=text,
        table=Name("table", table.name),
        near=hint(text, [name for column in table.columns for name in column.names()]),
    )


def _missing_column(sheet: Sheet, table: Table, column: Column) -> Note:
    about = f"{table.name}.{column.name}"
    return Note(
        "missing_column",
        severity="error",
        about=about,
        source=sheet.source(),
        shown="",
        column=Name("column", about),
    )


# --- versions of a workbook that was returned again -----------------------------------------------

#: How templates are issued and taken back.
TEMPLATE_KIND = ".xlsx"
#: Filled in beforehand, but open to be changed: these do not say what a row is about.
NEVER_ABOUT = ("year", "unit", "position")
FILED_NAME = re.compile(r"([a-z_]+?)(?:_(\d\d))?")


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
        """The warning that the later version is used; `older` is the name of the earlier one."""
        return Note(
            "restated.cell",
            severity="warning",
            about=self.about,
            source=Source(file, self.sheet, self.cell),
            shown=self.now,
            row=self.row,
            column=Name("column", self.about),
            older=older,
            was=self.was,
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


def restated(older: Path, newer: Path, root: Path) -> list[Note]:
    """A warning for each cell that a later version changes; the earlier one is not used."""
    file = newer.relative_to(root).as_posix()
    found = differences(read_file(older, root), read_file(newer, root))
    return [difference.restated(older.name, file) for difference in found]


def differences(older: Sequence[Sheet], newer: Sequence[Sheet]) -> list[Difference]:
    """Where two versions of one workbook differ, in the order of the newer one's rows."""
    was, now = _rows(older), _rows(newer)
    found = []
    for key in dict.fromkeys([*now, *was]):
        before, after = was.get(key), now.get(key)
        shown = after or before
        for column in dict.fromkeys([*(after or shown).cells, *(before or shown).cells]):
            old = before.cells.get(column, ("", ""))[1] if before else ""
            cell, new = after.cells.get(column, ("", "")) if after else ("", "")
            if old != new:
                place = (shown.sheet, cell, shown.label, key[0])
                found.append(Difference(*place, column, old, new))
    return found


@dataclass(frozen=True)
class _Row:
    sheet: str
    label: str
    cells: dict[Column, tuple[str, str]]


def _rows(sheets: Sequence[Sheet]) -> dict[tuple, _Row]:
    """The rows filled in, by what they are about; equal ones are told apart by their order."""
    found: dict[tuple, _Row] = {}
    turns: Counter[tuple] = Counter()
    for sheet in sheets:
        name = table_by_id(sheet)
        if name is None:
            continue
        columns = {
            c: i for i in range(len(sheet.ids)) if (c := column_by_id(sheet, i, table(name)))
        }
        keys = _keys(sheet, table(name), columns)
        names = [i for i, part in enumerate(sheet.id_parts) if part and _names(part)] or keys
        for number, cells in filled_rows(sheet):
            texts = [_text(cells[i]) if i < len(cells) else "" for i in range(len(sheet.ids))]
            said = {
                c: (sheet.cell(number, i), texts[i]) for c, i in columns.items() if i not in keys
            }
            identity = (name, *(texts[i] for i in keys))
            label = " ".join(dict.fromkeys(texts[i] for i in names if texts[i]))
            found[(*identity, turns[identity])] = _Row(sheet.name, label, said)
            turns[identity] += 1
    return found


def _keys(sheet: Sheet, table: Table, columns: dict[Column, int]) -> list[int]:
    """Where the columns stand that say what a row is about."""
    if table.key:
        return [i for c, i in columns.items() if c.name in table.key]
    return [i for c, i in columns.items() if not is_input(sheet, i) and c.name not in NEVER_ABOUT]


def filled_rows(sheet: Sheet) -> tuple[tuple[int, tuple], ...]:
    """The rows of a template's sheet in which the bureau filled in anything."""
    parts = enumerate(sheet.id_parts)
    asked = [i for i, part in parts if part and part[1] != FOR_PEOPLE and is_input(sheet, i)]
    return rows_with_any(sheet, asked)


def _names(part: re.Match) -> bool:
    """Whether the column tells people what a row is about."""
    return part[1] == FOR_PEOPLE and part[2] in ("name", "demand")


def _text(cell: object) -> str:
    if is_blank(cell):
        return ""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return as_printed(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()
