"""How much is read at most, so that no file, damaged or hostile, eats up the machine."""

from __future__ import annotations

from pathlib import Path

from ecolib.errors import DataError, Problem

#: A year of hourly values of ten stations, the largest table there is, has under a million cells.
MAX_CELLS = 4_000_000
#: Of a file, of what a zipped one unpacks to, and of its texts where cells refer to one again and again.
MAX_MB, MAX_UNPACKED_MB, MAX_TEXTS_MB = 100, 400, 1000


def check_file_size(path: Path) -> None:
    """Refuse a file that is larger than any table."""
    check_megabytes(path.stat().st_size, MAX_MB, "文件", "the file")


def check_megabytes(size: int, limit: int, zh: str, en: str) -> None:
    """Refuse `size` bytes above `limit` MB (10⁶ bytes)."""
    if size > limit * 1_000_000:
        raise DataError(
            Problem(
                "",
                f"{zh}有 {size / 1e6:.0f} MB，上限 {limit} MB；请拆成几个文件",
                f"{en} has {size / 1e6:.0f} MB, the limit is {limit} MB; split it into several files",
            )
        )


def check_cells(sheet: str, rows: int, columns: int) -> None:
    """Refuse a sheet whose filled area is too large to hold."""
    if rows * columns > MAX_CELLS:
        area, where = f"{rows} × {columns}", f"{sheet}: " if sheet else ""
        raise DataError(
            Problem(
                "",
                f"{where}数据区有 {area} 个单元格，上限 {MAX_CELLS}；请删去表外的零散内容，或拆成几个文件",
                f"{where}the filled area has {area} cells, the limit is {MAX_CELLS}; "
                "delete what stands far outside the table, or split the file",
            )
        )
