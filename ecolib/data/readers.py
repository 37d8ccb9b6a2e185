"""CSV, Excel and Parquet in; every value keeps the file, sheet and cell it came from.

Nothing is interpreted here: cells come out as they stand (text from CSV, typed values from Excel
and Parquet), and no input file is ever written to.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import re
from collections.abc import Callable, Collection, Sequence
from itertools import count
from pathlib import Path

from ecolib.data.sheet import (
    MAX_MB,
    MAX_UNPACKED_MB,
    ColumnRows,
    Grid,
    Origins,
    Percent,
    Sheet,
    check_cells,
    check_megabytes,
    heading,
    sheet_of,
)
from ecolib.data.xlsx import is_percent, read_xlsx
from ecolib.errors import DataError
from ecolib.texts import Note, Source, Words

#: How the two kinds of workbook begin. Names lie: many an export called .xls is something else.
ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Control characters, and bytes of a file name that are no text.
NO_TEXT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
#: The marks a text may begin with, and what it then is in.
MARKED = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
#: UTF-8 first because it refuses what is not UTF-8; GB18030 (of which GBK is a part) takes nearly all.
UNMARKED = ("utf-8", "gb18030")
DELIMITERS = (",", "\t", ";")
#: A cell of Excel holds at most this many characters.
MAX_TEXT = 32767


def data_files(folder: Path) -> list[Path]:
    """The data files of a folder, in the order of their names.

    Lock files of Excel are left out, and links that lead out of the folder's parent.
    """
    found = (p for p in folder.iterdir() if kind_of(p) in KINDS and not is_passing(p))
    return sorted((p for p in found if not leads_out(p)), key=lambda path: path.name)


def kind_of(path: Path) -> str:
    """The ending that tells the kind of a file, `.csv` or `.csv.gz`."""
    ending = "".join(path.suffixes[-2:]).lower()
    return ending if ending in KINDS else path.suffix.lower()


def is_passing(path: Path) -> bool:
    """Whether a file is none of the bureaus': lock files of Excel and hidden files."""
    return path.name.startswith(("~$", "."))


def leads_out(path: Path) -> bool:
    """Whether a file is a link to nowhere, or to somewhere outside the folders of the county."""
    if not (path.is_symlink() or path.parent.is_symlink()):
        return False
    home = os.path.realpath(path.parent.parent)
    return not (path.exists() and Path(os.path.realpath(path)).is_relative_to(home))


def shown_name(path: Path, root: Path) -> str:
    """How a file is called in remarks: from the project on, with forward slashes.

    Names that are no text, as archives in another encoding leave them behind, are shown with �.
    """
    return NO_TEXT.sub("�", path.relative_to(root).as_posix())


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
        reader = KINDS.get(kind_of(path))
        if reader is None:
            raise DataError(unsupported(path))
        check_megabytes("unreadable.large_file", path.stat().st_size, MAX_MB)
        sheets = [sheet_of(shown, grid) for grid in reader(path)]
    except DataError as error:
        raise DataError(note.but(source=Source(shown)) for note in error.problems) from None
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # parsers raise many kinds, Rust panics too: all mean "damaged"
        kind = type(error).__name__
        what = Words(kind, f"{kind}: {error}")
        raise DataError(_refusal("unreadable.damaged", source=shown, what=what)) from error
    return [sheet for sheet in sheets if sheet is not None]


def unsupported(path: Path) -> Note:
    """That files of this kind are not read, and which are."""
    return _refusal("unreadable.kind", suffix=path.suffix, kinds=tuple(KINDS))


def _refusal(code: str, **args) -> Note:
    return Note(code, severity="error", **args)


# --- comma, semicolon and tab separated text, in the encodings that Chinese Excel writes -------------


def _read_text(path: Path) -> list[Grid]:
    """The rows of a text file; cells stay as they are written."""
    text = _decoded(_bytes_of(path))
    csv.field_size_limit(MAX_TEXT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    cells, width = [], 0
    try:
        for number in count(1):
            row = next(reader, None)
            if row is None:
                return [Grid("", cells)]
            cells.append(row)
            width = max(width, len(row))
            if number % 10_000 == 0:
                check_cells("", number, width)
    except csv.Error as error:
        raise DataError(
            _refusal("unreadable.quotes", row=len(cells) + 1, limit=MAX_TEXT, error=str(error))
        ) from None


def _bytes_of(path: Path) -> bytes:
    """What a file holds, unpacked where it is packed."""
    data = path.read_bytes()
    if path.suffix.lower() != ".gz":
        return data
    data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(MAX_UNPACKED_MB * 1_000_000 + 1)
    check_megabytes("unreadable.large_unpacked", len(data), MAX_UNPACKED_MB)
    return data


def read_columns(
    path: Path, root: Path, wanted: Callable[[Sequence[str]], Collection[int]]
) -> Sheet | None:
    """A text file in UTF-8, of its columns only those that are `wanted` by the first line.

    None where it cannot be read so: not in UTF-8, with quotes in its first line or with line breaks
    within cells.
    """
    from pyarrow import ArrowException, csv, string

    if kind_of(path) not in TEXTS:
        return None
    check_megabytes("unreadable.large_file", path.stat().st_size, MAX_MB)
    try:
        data = _bytes_of(path)
    except (OSError, EOFError):  # reading it whole says what is wrong
        return None
    line = data.partition(b"\n")[0].decode("utf-8", errors="replace").removeprefix("\ufeff")
    names = line.rstrip("\r").split(",")
    kept = sorted(wanted(names))
    if not kept or len(kept) == len(names) or len(set(names)) < len(names) or '"' in line:
        return None
    try:
        found = csv.read_csv(
            io.BytesIO(data),
            csv.ReadOptions(use_threads=False),
            csv.ParseOptions(ignore_empty_lines=False),
            csv.ConvertOptions(
                include_columns=[names[i] for i in kept],
                column_types={names[i]: string() for i in kept},
            ),
        )
    except ArrowException:
        return None
    rows = ColumnRows([column.to_pylist() for column in found.columns], first=2)
    origins = Origins(kept, [None] * len(kept))
    header = heading([names[i] for i in kept])
    return Sheet(shown_name(path, root), "", header, rows, origins=origins)


def _decoded(data: bytes) -> str:
    marked = next((e for mark, e in MARKED.items() if data.startswith(mark)), None)
    for encoding in (marked,) if marked else UNMARKED:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:  # no text holds it, but UTF-16 without its mark, read as UTF-8, does
            return text
    raise DataError(_refusal("unreadable.encoding"))


def _delimiter(text: str) -> str:
    """The mark that splits the first line with any of them into most cells."""
    lines = (line for line in text.splitlines() if any(mark in line for mark in DELIMITERS))
    first = next(lines, ",")
    return max(DELIMITERS, key=first.count)


# --- workbooks ------------------------------------------------------------------------------------


def _read_workbook(path: Path) -> list[Grid]:
    """A workbook by what it is, whatever it is called."""
    with path.open("rb") as file:
        data = file.read(len(COMPOUND))
    if data.startswith(ZIP):
        return read_xlsx(path)
    if not data.startswith(COMPOUND):
        raise DataError(_refusal("unreadable.no_workbook"))
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        raise DataError(_refusal("unreadable.password"))
    return _read_xls(path)


def _read_xls(path: Path) -> list[Grid]:
    """A workbook from before 2007: by xlrd, as calamine tells neither its errors nor its formats."""
    import xlrd

    log = io.StringIO()  # its warnings are for programmers
    with xlrd.open_workbook(path, formatting_info=True, logfile=log) as book:
        percent = {
            i
            for i, style in enumerate(book.xf_list)
            if style.format_key in book.format_map
            and is_percent(book.format_map[style.format_key].format_str)
        }
        return [_grid_of_xls(book, sheet, percent) for sheet in book.sheets()]


def _grid_of_xls(book, sheet, percent: set[int]) -> Grid:
    check_cells(sheet.name, sheet.nrows, sheet.ncols)
    return Grid(
        sheet.name,
        [[_xls_value(book, cell, percent) for cell in sheet.row(i)] for i in range(sheet.nrows)],
        merged=[(top, left, end - 1, right - 1) for top, end, left, right in sheet.merged_cells],
        hidden_rows={i for i, row in sheet.rowinfo_map.items() if row.hidden},
        hidden_columns={i for i, column in sheet.colinfo_map.items() if column.hidden},
        hidden=sheet.visibility != 0,
    )


def _xls_value(book, cell, percent: set[int]):
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


# --- Parquet --------------------------------------------------------------------------------------


def _read_parquet(path: Path) -> list[Grid]:
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        told = file.metadata
        check_cells("", told.num_rows, told.num_columns)
        size = sum(told.row_group(i).total_byte_size for i in range(told.num_row_groups))
        check_megabytes("unreadable.large_unpacked", size, MAX_UNPACKED_MB)
        table = file.read()
    names, columns = table.column_names, [_column_of(column) for column in table.columns]
    # Where a column has a cell in every row there is no empty row, and no need to look at each.
    if any("@" in name for name in names) or not any(map(_is_full, table.columns)):
        lists = [column.to_pylist() for column in table.columns]
        return [Grid("", [names, *map(list, zip(*lists, strict=True))])]
    return [Grid("", [names], columns)]


def _is_full(column) -> bool:
    from pyarrow import types

    kinds = (types.is_floating, types.is_integer, types.is_temporal)  # a text may be empty
    return len(column) > column.null_count == 0 and any(kind(column.type) for kind in kinds)


def _column_of(column) -> Sequence:
    """Numbers and moments as arrays, everything else as plain values."""
    from pyarrow import types

    moment = types.is_timestamp(column.type) and column.type.tz is None
    if types.is_float64(column.type):
        return column.to_numpy()
    if moment:
        return column.to_numpy().astype("M8[ns]" if column.type.unit == "ns" else "M8[us]")
    if types.is_string(column.type):  # few different ones, as a rule: stations, items
        coded = column.combine_chunks().dictionary_encode()
        texts = [*coded.dictionary.to_pylist(), None]
        codes = coded.indices.fill_null(len(texts) - 1).to_numpy(zero_copy_only=False)
        return [texts[code] for code in codes.tolist()]
    return column.to_pylist()


#: The kinds of file that are read, by the ending of their names.
KINDS = {
    ".csv": _read_text,
    ".csv.gz": _read_text,
    ".txt": _read_text,
    ".xlsx": _read_workbook,
    ".xlsm": _read_workbook,
    ".xls": _read_workbook,
    ".parquet": _read_parquet,
}
#: Those that are text.
TEXTS = tuple(kind for kind, reader in KINDS.items() if reader is _read_text)
