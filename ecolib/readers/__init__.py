"""CSV, Excel and Parquet in; every value keeps the file, sheet and cell it came from.

Nothing is interpreted here: cells come out as they stand (text from CSV, typed values from Excel
and Parquet), and no input file is ever written to.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from ecolib.errors import DataError, Problem
from ecolib.readers.sheet import Sheet, sheet_of

__all__ = ["Sheet", "data_files", "read_file", "read_folder"]

# UTF-8 first because it refuses what is not UTF-8; GB18030 (of which GBK is a part) accepts nearly all.
ENCODINGS = ("utf-8-sig", "gb18030")


def data_files(folder: Path) -> list[Path]:
    """The data files of a folder, in the order of their names; lock files of Excel left out."""
    return sorted(
        (
            path
            for path in folder.iterdir()
            if path.suffix.lower() in _READERS and not path.name.startswith(("~$", "."))
        ),
        key=lambda path: path.name,
    )


def read_folder(folder: Path, root: Path) -> list[Sheet]:
    """Every sheet of every data file of `folder`."""
    return [sheet for path in data_files(folder) for sheet in read_file(path, root)]


def read_file(path: Path, root: Path) -> list[Sheet]:
    """The sheets of one file; its name is kept relative to `root`.

    Raises
    ------
    DataError
        When the file is of another kind, damaged, or in no known encoding.
    """
    shown = path.relative_to(root).as_posix()
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise DataError(
            Problem(
                shown,
                f"不支持“{path.suffix}”文件，请用 {'、'.join(_READERS)}",
                f"'{path.suffix}' files are not supported; use one of {', '.join(_READERS)}",
            )
        )
    try:
        sheets = [sheet_of(shown, name, grid) for name, grid in reader(path)]
        return [sheet for sheet in sheets if sheet is not None and sheet.holds_data]
    except DataError:
        raise
    except Exception as error:  # the parsers raise many kinds; all of them mean "damaged"
        raise DataError(
            Problem(
                shown,
                f"文件打不开，可能已损坏（{type(error).__name__}）",
                f"the file cannot be opened; it may be damaged ({type(error).__name__}: {error})",
            )
        ) from error


def _read_csv(path: Path) -> list[tuple[str, list[list]]]:
    data = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
            return [("", list(csv.reader(io.StringIO(text, newline=""))))]
        except UnicodeDecodeError:
            continue
    raise DataError(
        Problem(
            path.name, "编码无法识别，请存为 UTF-8", "the encoding is not known; save it as UTF-8"
        )
    )


def _read_excel(path: Path) -> list[tuple[str, list[list]]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    return [
        (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
        for name in book.sheet_names
    ]


def _read_parquet(path: Path) -> list[tuple[str, list[list]]]:
    from pyarrow import parquet

    table = parquet.read_table(path)
    columns = [column.to_pylist() for column in table.columns]
    return [("", [table.column_names, *map(list, zip(*columns, strict=True))])]


_READERS = {
    ".csv": _read_csv,
    ".xlsx": _read_excel,
    ".xls": _read_excel,
    ".parquet": _read_parquet,
}
