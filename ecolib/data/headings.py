"""Where the headings of a sheet stand, and which column of the table each of them is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ecolib.data.dictionary import Column, Table
from ecolib.data.ids import VERSION, column_by_id, is_for_people, is_input, newer_id
from ecolib.data.issues import Issue
from ecolib.data.readers.grid import HEAD_ROWS
from ecolib.data.readers.sheet import Remark, Sheet, heading, is_blank
from ecolib.errors import near

#: Of more headings that no table has, only this many are named one by one.
NAMED = 20


def at_headings(sheet: Sheet, table: Table) -> Sheet:
    """The sheet with the titles above its headings left out.

    The headings are in the first of the first rows that holds most headings of the table; as long
    as none holds two of them, or all that are required, the first row stays what it is.
    """
    if sheet.ids:
        return sheet
    candidates = [(sheet.header_row, sheet.header)]
    candidates += [(n, heading(cells)) for n, cells in sheet.rows if n <= HEAD_ROWS]
    known = [{table.column(h) for h in header} - {None} for _, header in candidates]
    best = max(range(len(candidates)), key=lambda i: len(known[i]))
    required = {c for c in table.columns if c.required}
    if best == 0 or (len(known[best]) < 2 and not required <= known[best]):
        return sheet
    row, header = candidates[best]
    last = candidates[best - 1][0]
    above = f"{sheet.header_row}-{last}" if last > sheet.header_row else str(last)
    told = Remark(
        "",
        "titles",
        above,
        f"列名在第 {row} 行；其上的第 {above} 行作为标题，未当作数据",
        f"the headings stand in row {row}; rows above it ({above}) were taken as titles",
    )
    remarks = (*sheet.remarks, told)
    return replace(sheet, header=header, header_row=row, rows=sheet.rows[best:], remarks=remarks)


def headings_found(sheet: Sheet, table: Table) -> int:
    """How many of the table's headings the sheet has; 0 unless all required ones are there."""
    known = {table.column(h) for h in at_headings(sheet, table).header} - {None}
    return len(known) if {c for c in table.columns if c.required} <= known else 0


def match_header(sheet: Sheet, table: Table, issues: list[Issue]) -> dict[Column, int]:
    """Where each column stands, by its id or else its heading; what is no column is told."""
    if (newer := newer_id(sheet)) is not None:
        issues.append(_newer_template(sheet, newer))
        return {}
    width = max(len(sheet.header), len(sheet.ids))
    header = [*sheet.header, *[""] * (width - len(sheet.header))]
    unknown: list[Issue] = []
    by_id = {c: i for i in reversed(range(width)) if (c := column_by_id(sheet, i, table))}
    places = dict(by_id)
    for position, text in enumerate(header):
        if position in by_id.values() or is_for_people(sheet, position):
            continue
        column = table.column(text)
        if column is not None and column not in places:
            places[column] = position
        elif text:
            unknown.append(_unknown_column(sheet, table, position, text))
    issues += unknown[:NAMED]
    if len(unknown) > NAMED:
        issues.append(_more_unknown(unknown[NAMED:]))
    issues += [
        _missing_column(sheet, column)
        for column in table.columns
        if column.required and column not in places
    ]
    return places


def filled_in(sheet: Sheet, places: Mapping[Column, int]) -> list[tuple[int, tuple]]:
    """The rows handed in: of a template, those in which the bureau filled in anything."""
    if not sheet.ids or not places:
        return list(sheet.rows)
    inputs = [i for i in places.values() if is_input(sheet, i)]
    return [
        (number, cells)
        for number, cells in sheet.rows
        if any(i < len(cells) and not is_blank(cells[i]) for i in inputs)
    ]


def _newer_template(sheet: Sheet, position: int) -> Issue:
    found = sheet.id_parts[position]
    return Issue(
        sheet.file,
        sheet.name,
        "",
        "",
        "template_version",
        "error",
        found[0],
        f"模板是第 {found[3]} 版，本程序只认识到第 {VERSION} 版，整张表未读取；请更新程序",
        f"the template is of edition {found[3]}, this program knows edition {VERSION}; "
        "the sheet was not read; update the program",
    )


def _unknown_column(sheet: Sheet, table: Table, position: int, text: str) -> Issue:
    zh, en = near(text, [n for c in table.columns for n in c.names()])
    return Issue(
        sheet.file,
        sheet.name,
        sheet.cell(sheet.header_row, position),
        text,
        "unknown_column",
        "warning",
        text,
        f"表“{table.zh}”没有“{text}”这一列，未读取{zh}",
        f"table '{table.en}' has no column '{text}'; it was not read{en}",
    )


def _more_unknown(rest: list[Issue]) -> Issue:
    count = len(rest)
    return replace(
        rest[0],
        column="",
        value=str(count),
        message_zh=f"另有 {count} 列（自 {rest[0].cell} 起）也不是这张表的列，未读取",
        message_en=f"{count} more columns (from {rest[0].cell} on) are not of this table; not read",
    )


def _missing_column(sheet: Sheet, column: Column) -> Issue:
    return Issue(
        sheet.file,
        sheet.name,
        "",
        column.zh,
        "missing_column",
        "error",
        "",
        f"缺少必需的列“{column.zh}”，整张表未采用",
        f"the required column '{column.en}' is missing; no row of the sheet was used",
    )
