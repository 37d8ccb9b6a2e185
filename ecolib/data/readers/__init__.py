"""CSV, Excel and Parquet in; every value keeps the file, sheet and cell it came from.

Nothing is interpreted here: cells come out as they stand (text from CSV, typed values from Excel
and Parquet), and no input file is ever written to.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from ecolib.data.readers.grid import Grid, sheet_of
from ecolib.data.readers.limits import (
    MAX_UNPACKED_MB,
    check_cells,
    check_file_size,
    check_megabytes,
)
from ecolib.data.readers.sheet import Sheet
from ecolib.data.readers.text import read_text
from ecolib.data.readers.xls import read_xls
from ecolib.data.readers.xlsx import read_xlsx
from ecolib.errors import DataError, Problem

__all__ = [
    "KINDS",
    "Sheet",
    "data_files",
    "is_passing",
    "leads_out",
    "read_all",
    "read_file",
    "read_folder",
    "shown_name",
    "unsupported",
]

#: How the two kinds of workbook begin. Names lie: many an export called .xls is something else.
ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Control characters, and bytes of a file name that are no text.
NO_TEXT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def data_files(folder: Path) -> list[Path]:
    """The data files of a folder, in the order of their names.

    Lock files of Excel are left out, and links that lead out of the folder's parent.
    """
    return sorted((p for p in folder.iterdir() if is_data_file(p)), key=lambda path: path.name)


def is_data_file(path: Path) -> bool:
    return path.suffix.lower() in KINDS and not is_passing(path) and not leads_out(path)


def is_passing(path: Path) -> bool:
    """Whether a file is none of the bureaus': lock files of Excel and hidden files."""
    return path.name.startswith(("~$", "."))


def leads_out(path: Path) -> bool:
    """Whether a file is a link to nowhere, or to somewhere outside the folders of the county."""
    home = os.path.realpath(path.parent.parent)
    return not (path.exists() and Path(os.path.realpath(path)).is_relative_to(home))


def shown_name(path: Path, root: Path) -> str:
    """How a file is called in remarks: from the project on, with forward slashes.

    Names that are no text, as archives in another encoding leave them behind, are shown with �.
    """
    return NO_TEXT.sub("�", path.relative_to(root).as_posix())


def read_folder(folder: Path, root: Path) -> list[Sheet]:
    """Every sheet of every data file of `folder`."""
    return [sheet for path in data_files(folder) for sheet in read_file(path, root)]


def read_file(path: Path, root: Path) -> list[Sheet]:
    """The sheets of one file that hold data; its name is kept relative to `root`.

    Raises
    ------
    DataError
        As `read_all`.
    """
    return [sheet for sheet in read_all(path, root) if sheet.holds_data]


def read_all(path: Path, root: Path) -> list[Sheet]:
    """Every sheet of one file, those of a template that are for people or the program too.

    Raises
    ------
    DataError
        When the file is of another kind, damaged, too large, locked by a password, or in no known
        encoding.
    """
    shown = shown_name(path, root)
    try:
        reader = KINDS.get(path.suffix.lower())
        if reader is None:
            raise DataError(unsupported(path))
        check_file_size(path)
        sheets = [sheet_of(shown, grid) for grid in reader(path)]
    except DataError as error:
        raise DataError(Problem(shown, p.zh, p.en) for p in error.problems) from None
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # parsers raise many kinds, Rust panics too: all mean "damaged"
        raise DataError(
            Problem(
                shown,
                f"文件打不开，可能已损坏（{type(error).__name__}）",
                f"the file cannot be opened; it may be damaged ({type(error).__name__}: {error})",
            )
        ) from error
    return [sheet for sheet in sheets if sheet is not None]


def unsupported(path: Path) -> Problem:
    """That files of this kind are not read, and which are."""
    return Problem(
        "",
        f"不支持“{path.suffix}”文件，未读取；请用 {'、'.join(KINDS)}",
        f"'{path.suffix}' files are not supported and not read; use one of {', '.join(KINDS)}",
    )


def _read_workbook(path: Path) -> list[Grid]:
    """A workbook by what it is, whatever it is called."""
    with path.open("rb") as file:
        data = file.read(len(COMPOUND))
    if data.startswith(ZIP):
        return read_xlsx(path)
    if not data.startswith(COMPOUND):
        raise DataError(
            Problem(
                "",
                "文件打不开：不是 Excel 工作簿，或已损坏；请用 Excel 打开后另存为 .xlsx",
                "the file cannot be opened: it is no Excel workbook, or damaged; "
                "open it in Excel and save it as .xlsx",
            )
        )
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        raise DataError(
            Problem(
                "",
                "文件有密码，请取消密码后重新保存",
                "the file is locked by a password; save it without one",
            )
        )
    return read_xls(path)


def _read_parquet(path: Path) -> list[Grid]:
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        told = file.metadata
        check_cells("", told.num_rows, told.num_columns)
        size = sum(told.row_group(i).total_byte_size for i in range(told.num_row_groups))
        check_megabytes(size, MAX_UNPACKED_MB, "解压后", "unpacked it")
        table = file.read()
    columns = [column.to_pylist() for column in table.columns]
    return [Grid("", [table.column_names, *map(list, zip(*columns, strict=True))])]


#: The kinds of file that are read, by the ending of their names.
KINDS = {
    ".csv": read_text,
    ".txt": read_text,
    ".xlsx": _read_workbook,
    ".xlsm": _read_workbook,
    ".xls": _read_workbook,
    ".parquet": _read_parquet,
}
