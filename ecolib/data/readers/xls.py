"""Workbooks of Excel before 2007. xlrd, as calamine tells neither their errors nor their formats."""

from __future__ import annotations

import io
from pathlib import Path

from ecolib.data.readers.grid import Grid
from ecolib.data.readers.limits import check_cells
from ecolib.data.readers.package import is_percent
from ecolib.data.readers.sheet import Percent


def read_xls(path: Path) -> list[Grid]:
    """The sheets of a workbook with values, error values, percentages and what is hidden."""
    import xlrd

    log = io.StringIO()  # its warnings are for programmers
    with xlrd.open_workbook(path, formatting_info=True, logfile=log) as book:
        percent = {
            i
            for i, style in enumerate(book.xf_list)
            if style.format_key in book.format_map
            and is_percent(book.format_map[style.format_key].format_str)
        }
        return [_grid(book, sheet, percent) for sheet in book.sheets()]


def _grid(book, sheet, percent: set[int]) -> Grid:
    check_cells(sheet.name, sheet.nrows, sheet.ncols)
    return Grid(
        sheet.name,
        [[_value(book, cell, percent) for cell in sheet.row(i)] for i in range(sheet.nrows)],
        merged=[(top, left, end - 1, right - 1) for top, end, left, right in sheet.merged_cells],
        hidden_rows={i for i, row in sheet.rowinfo_map.items() if row.hidden},
        hidden_columns={i for i, column in sheet.colinfo_map.items() if column.hidden},
        hidden=sheet.visibility != 0,
    )


def _value(book, cell, percent: set[int]):
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        moment = xlrd.xldate_as_datetime(cell.value, book.datemode)
        return moment if cell.value % 1 else moment.date()
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#N/A")
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_NUMBER and cell.xf_index in percent:
        return Percent(cell.value)
    return cell.value
