"""Which table a sheet holds, where its headings stand, and which column each is.

A template says so by ids, whatever was renamed or moved; everything else by its names and headings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from ecolib.data.dictionary import Column, Table, table, table_names
from ecolib.data.sheet import Sheet, heading, is_blank, trimmed
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


def table_of(sheet: Sheet) -> str | None:
    """The table of a sheet, by its ids, its name or its file's: `items-housing`, `统计项_住建`."""
    if sheet.ids:
        return table_by_id(sheet)
    labels = filter(None, (sheet.name, Path(sheet.file).stem))
    return next((name for label in labels if (name := _named(label))), None)


def may_hold(path: Path, name: str) -> bool:
    """Whether a file can hold the table, told from its name without opening it."""
    return path.suffix.lower() in WORKBOOKS or _named(path.stem) == name


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


def unknown_table(sheet: Sheet) -> Note:
    """The remark on a sheet whose name is that of no table; its headings may tell which is meant."""
    label = sheet.name or Path(sheet.file).stem
    names = table_names()
    fits = {name: _headings_found(sheet, table(name)) for name in names}
    fitting = [name for name in names if 0 < fits[name] == max(fits.values())]
    meant = hint(label, [title for name in names for title in (name, table(name).zh)])
    if len(fitting) == 1:
        meant = Note("headings_fit", table=_as_named(fitting[0]))
    return Note(
        "unknown_table",
        severity="error",
        source=sheet.source(),
        shown=label,
        tables=tuple(map(_as_named, names)),
        meant=meant,
    )


def _as_named(name: str) -> Words:
    """What a sheet of the table can be called, in Chinese and as its code."""
    return Words(table(name).zh, name)


# --- by headings ----------------------------------------------------------------------------------


def at_headings(sheet: Sheet, table: Table) -> Sheet:
    """The sheet with the titles above its headings left out.

    The headings are in the first of the first rows that holds most headings of the table; as long
    as none holds two of them, or all that are required, the first row stays what it is.
    """
    if sheet.ids:
        return sheet
    candidates = [(sheet.header_row, sheet.header)]
    candidates += [(number, heading(cells)) for number, cells in sheet.head]
    known = [_columns_in(header, table) for _, header in candidates]
    best = max(range(len(candidates)), key=lambda i: len(known[i]))
    if best == 0 or (len(known[best]) < 2 and not table.required <= known[best]):
        return sheet
    row, header = candidates[best]
    last = candidates[best - 1][0]
    above = f"{sheet.header_row}-{last}" if last > sheet.header_row else str(last)
    told = Note("titles", severity="note", source=sheet.source(), shown=above, row=row)
    remarks = (*sheet.remarks, told)
    return replace(sheet, header=header, header_row=row, rows=sheet.rows[best:], remarks=remarks)


def _columns_in(header: Sequence[str], table: Table) -> set[str]:
    return {column.name for text in header if (column := table.column(text)) is not None}


def _headings_found(sheet: Sheet, table: Table) -> int:
    """How many of the table's headings the sheet has; 0 unless all required ones are there."""
    known = _columns_in(at_headings(sheet, table).header, table)
    return len(known) if table.required <= known else 0


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
        column = table.column(text)
        if column is not None and column.name not in places:
            places[column.name] = position
        elif text:
            unknown.append(_unknown_column(sheet, table, position, text))
    rest = unknown[NAMED:]
    notes = unknown[:NAMED]
    if rest:
        cell, shown = rest[0].source.cell, str(len(rest))
        notes.append(rest[0].but(code="unknown_column.more", about="", shown=shown, cell=cell))
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
