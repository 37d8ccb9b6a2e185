"""Real files as bureaus make them: workbooks new and old, text in every encoding of Excel."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import xlwt
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ecolib.data import dictionary
from ecolib.data.check import check
from ecolib.data.checked import Checked
from ecolib.data.detect import table_of
from ecolib.data.readers import read_file
from ecolib.indicators.catalogue import names

#: The columns of the items table that a bureau fills in.
HEADINGS = ("统计项", "年份", "数值", "单位", "出处")


def plain(_) -> None:
    """The look of a sheet to which nothing is done."""


def as_xlsx(
    path: Path, *rows, title: str = "统计项", look: Callable[[Worksheet], None] = plain
) -> Path:
    """A workbook of one sheet; `look` may change the sheet before it is saved."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    look(book.active)
    book.save(path)
    return path


def as_xls(
    path: Path, *rows, title: str = "统计项", look: Callable[[xlwt.Worksheet], None] = plain
) -> Path:
    """A workbook of Excel 97-2003."""
    book = xlwt.Workbook()
    sheet = book.add_sheet(title)
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            if value is not None:
                sheet.write(i, j, value)
    look(sheet)
    book.save(str(path))
    return path


def as_text(path: Path, *rows, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    lines = [delimiter.join("" if cell is None else str(cell) for cell in row) for row in rows]
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return path


def rewritten(path: Path, part: str, change: Callable[[str], str]) -> Path:
    """The workbook with one part of its package changed, as no honest program writes it."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts[part] = change(parts[part].decode("utf-8")).encode("utf-8")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name, data)
    return path


def checked(path: Path, *, submitted: int | None = None) -> Checked:
    """The one sheet of a file, read and checked as a county does it."""
    (sheet,) = read_file(path, path.parent)
    table = dictionary.table(table_of(sheet) or "items")
    return check(sheet, table, names(), submitted=submitted)


def told(found: Checked) -> set[tuple[str, str, str]]:
    """(rule, severity, cell) of every remark."""
    return {(i.rule, i.severity, i.source.cell) for i in found.issues}
