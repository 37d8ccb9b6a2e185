"""Which table a sheet holds, where its headings stand, and which column each is.

A template says so by ids, whatever was renamed or moved; everything else by its names and headings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from ecolib.data.dictionary import Column, Table, table, table_names
from ecolib.data.headings import outside
from ecolib.data.mappings import Mapping, Mappings
from ecolib.data.recognition import likely_table, tables_of
from ecolib.data.sheet import Sheet, is_blank, trimmed
from ecolib.errors import hint
from ecolib.texts import Name, Note, Words

#: A workbook can hold several tables, one a sheet; every other file holds one and is named for it.
WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".et"}
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


def named_for(path: Path) -> str | None:
    """The table that the name of a file names."""
    return _named(path.stem)


@cache
def _named(label: str) -> str | None:
    label = trimmed(label)
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
