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
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import count, pairwise
from pathlib import Path
from typing import Any

from ecolib.data.dictionary import parsed
from ecolib.data.formats import BUILT_IN, format_of, raised, struck
from ecolib.data.sheet import (
    MAX_TEXT,
    MAX_TEXTS_MB,
    MAX_UNPACKED_MB,
    ColumnRows,
    Grid,
    Origins,
    Sheet,
    check_cells,
    check_megabytes,
    heading,
    sheet_of,
)
from ecolib.data.xlsx import read_xlsx, unsigned
from ecolib.errors import DataError
from ecolib.files import MAX_MB, entries_of, not_a_file
from ecolib.texts import Note, Source, Words, quoted, visible

#: How the two kinds of workbook begin. Names lie: many an export called .xls is something else.
ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: The marks a text may begin with, and what it then is in.
MARKED = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"\x84\x31\x95\x33": "gb18030",
}
#: UTF-8 first because it refuses what is not UTF-8; GB18030 (of which GBK is a part) takes nearly all.
UNMARKED = ("utf-8", "gb18030")
#: Commas and semicolons of both widths, tabs and strokes; of equals the first is taken.
DELIMITERS = (",", "\t", ";", "|", "，", "；")
#: By how many rows and characters at the head of a text its delimiter is found.
DIALECT_ROWS, HEAD = 50, 1_000_000
#: The line by which Excel is told the delimiter.
SEPARATOR = re.compile('"?sep=(.)"?', re.I)
#: A cell that a program wrote as a formula, so that Excel leaves it as it is.
AS_TEXT = re.compile('^="([^"]*)"$')
#: Rows of a Parquet file that are read before it is asked how large they are.
BATCH = 10_000
#: Line breaks and tabs in the name of a file.
LINES = str.maketrans("\r\n\t", "□□□")


def data_files(folder: Path) -> list[Path]:
    """The data files of a folder, in the order of their names.

    Lock files of Excel are left out, links that lead out of the folder's parent, and what is no
    file: folders, pipes, devices.

    Raises
    ------
    DataError
        When the folder cannot be looked into.
    """
    found = (p for p in entries_of(folder) if kind_of(p) in KINDS and not is_passing(p))
    return [p for p in found if not leads_out(p) and not_a_file(p) is None]


def kind_of(path: Path) -> str:
    """The ending that tells the kind of a file, `.csv` or `.csv.gz`."""
    ending = "".join(path.suffixes[-2:]).lower()
    return ending if ending in KINDS else path.suffix.lower()


def is_passing(path: Path) -> bool:
    """Whether a file is none of the bureaus': lock files of Excel, hidden files, those of Windows."""
    return path.name.startswith(("~$", ".")) or path.name.lower() in ("thumbs.db", "desktop.ini")


def leads_out(path: Path) -> bool:
    """Whether a file is a link to nowhere, or to somewhere outside the folders of the county."""
    if not (path.is_symlink() or path.parent.is_symlink()):
        return False
    home = os.path.realpath(path.parent.parent)
    return not (path.exists() and Path(os.path.realpath(path)).is_relative_to(home))


def shown_name(path: Path, root: Path) -> str:
    """How a file is called in remarks: from the project on, with forward slashes.

    What is no text in it, as archives in another encoding leave behind, is shown as □.
    """
    return visible(path.relative_to(root).as_posix()).translate(LINES)


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
        if (why := not_a_file(path)) is not None:
            raise DataError(why.but(severity="error"))
        check_megabytes("unreadable.large_file", path.stat().st_size, MAX_MB)
        sheets = [sheet_of(shown, grid) for grid in reader(path)]
    except DataError as error:
        raise DataError(note.but(source=Source(shown)) for note in error.problems) from None
    except (KeyboardInterrupt, SystemExit):
        raise
    except PermissionError as error:
        raise DataError(_refusal("unreadable.denied", source=shown)) from error
    except BaseException as error:  # parsers raise many kinds, Rust panics too: all mean "damaged"
        kind = type(error).__name__
        what = Words(kind, quoted(f"{kind}: {error}", 200))  # they may quote a whole cell
        raise DataError(_refusal("unreadable.damaged", source=shown, what=what)) from error
    return [sheet for sheet in sheets if sheet is not None]


def unsupported(path: Path) -> Note:
    """That files of this kind are not read, and which are; a note where they are plainly no data."""
    own, said = {path.suffix.lower(), path.name.lower()}, parsed("unread.yml").items()
    code = next((code for code, endings in said if own.intersection(endings)), "kind")
    told = {"suffix": path.suffix or path.name, "kinds": tuple(KINDS)}
    severity = "note" if code == "no_data" else "error"
    return Note(f"unreadable.{code}", severity=severity, **told)


def _refusal(code: str, **args) -> Note:
    return Note(code, severity="error", **args)


# --- comma, semicolon and tab separated text, in the encodings that Chinese Excel writes -------------


def _read_text(path: Path) -> list[Grid]:
    """The rows of a text file; cells stay as they are written."""
    text = _decoded(_bytes_of(path)).rstrip("\x1a\r\n ")  # Ctrl-Z ended files of DOS
    delimiter = _delimiter(text)
    first, _, rest = text.partition("\n")
    if named := SEPARATOR.fullmatch(first.strip()):  # a line for Excel, not of the table
        text, delimiter = rest, named[1]
    csv.field_size_limit(MAX_TEXT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    cells, width, as_text = [], 0, '="' in text
    try:
        for number in count(1):
            row = next(reader, None)
            if row is None:
                return [Grid("", cells)]
            if as_text:  # ="0012": so that Excel takes it for a text
                row = [AS_TEXT.sub(r"\1", cell) for cell in row]
            cells.append(row)
            if len(row) > width or number % 10_000 == 0:
                width = max(width, len(row))
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
            text = data.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            if encoding != UNMARKED[0]:
                line = data.count(b"\n", 0, error.start) + 1
                raise DataError(_refusal("unreadable.encoding", line=line)) from None
            if (line := _foreign_line(data)) is not None:
                raise DataError(_refusal("unreadable.two_encodings", line=line)) from None
            continue
        if "\0" not in text:  # no text holds it, but UTF-16 without its mark, read as UTF-8, does
            return text
    raise DataError(_refusal("unreadable.encoding", line=data[: data.find(0)].count(b"\n") + 1))


def _foreign_line(data: bytes) -> int | None:
    """The first line in another encoding than those before it, where two files were put into one."""
    seen: set[bool] = set()
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.isascii() and (ours := _is_utf_8(line)) is not None:
            seen.add(ours)
        if len(seen) == 2:
            return number
    return None


def _is_utf_8(data: bytes) -> bool | None:
    """Whether a text is UTF-8; None where that makes no difference, or nobody can tell.

    Two bytes of GBK may look like one Latin letter of UTF-8, but hardly like Chinese.
    """
    try:
        return True if max(data.decode("utf-8")) >= "\u0800" else None
    except UnicodeDecodeError:
        return False


def _delimiter(text: str) -> str:
    """The mark in most rows at the head; of equals the one that splits them most alike, into most.

    Of a remark above the table, or a note inside it, that is true of no mark but the table's own.
    """
    head = "\n".join(text[:HEAD].split("\n", DIALECT_ROWS)[:DIALECT_ROWS])
    return max(DELIMITERS, key=lambda mark: _fit(head, mark))


def _fit(head: str, mark: str) -> tuple[int, int, int]:
    """In how many rows a mark stands, how many of these have the usual width, and that width."""
    if mark not in head:
        return 0, 0, 0
    csv.field_size_limit(len(head) + 1)
    rows = csv.reader(io.StringIO(head, newline=""), delimiter=mark)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    alike, width = max(((n, width) for width, n in widths.items()), default=(0, 0))
    return widths.total(), alike, width


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
    try:
        book = xlrd.open_workbook(path, formatting_info=True, logfile=log)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise DataError(_refusal("unreadable.password")) from None
        raise
    with book:
        codes = {key: found.format_str for key, found in book.format_map.items()}
        shown = {key: format_of(code) for key, code in (BUILT_IN | codes).items() if code}
        lined = [font.struck_out for font in book.font_list]
        styles = {
            i: struck if lined[style.font_index] else shown.get(style.format_key)
            for i, style in enumerate(book.xf_list)
        }
        return [_grid_of_xls(book, sheet, styles, lined) for sheet in book.sheets()]


def _grid_of_xls(
    book, sheet, styles: Mapping[int, Callable[[Any], Any] | None], lined: Sequence[bool]
) -> Grid:
    check_cells(sheet.name, sheet.nrows, sheet.ncols)
    notes = {place: unsigned(n.text, (n.author,)) for place, n in sheet.cell_note_map.items()}
    cells = [[_xls_value(book, cell, styles) for cell in sheet.row(i)] for i in range(sheet.nrows)]
    for (row, column), runs in sheet.rich_text_runlist_map.items():
        text = cells[row][column]
        for (start, font), (end, _) in pairwise((*runs, (len(text), 0))):
            if book.font_list[font].escapement == 1:
                text = text[:start] + raised(text[start:end]) + text[end:]
        cells[row][column] = struck(text) if any(lined[font] for _, font in runs) else text
    return Grid(
        sheet.name,
        cells,
        merged=[(top, left, end - 1, right - 1) for top, end, left, right in sheet.merged_cells],
        hidden_rows={i for i, row in sheet.rowinfo_map.items() if row.hidden},
        hidden_columns={i for i, column in sheet.colinfo_map.items() if column.hidden},
        hidden=sheet.visibility != 0,
        comments=notes,
    )


def _xls_value(book, cell, styles: Mapping[int, Callable[[Any], Any] | None]):
    import xlrd

    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#N/A")
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    value = cell.value
    if cell.ctype == xlrd.XL_CELL_DATE:
        moment = xlrd.xldate_as_datetime(value, book.datemode)
        value = moment if value % 1 else moment.date()
    show = styles.get(cell.xf_index)
    counts = show is struck or cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE)
    return show(value) if show and counts else value


# --- Parquet --------------------------------------------------------------------------------------


def _read_parquet(path: Path) -> list[Grid]:
    import pyarrow as pa
    from pyarrow import parquet, types

    names = [f.name for f in parquet.read_schema(path) if types.is_string(f.type)]
    # A text stored once stays once in memory, in however many rows it stands.
    with parquet.ParquetFile(path, read_dictionary=names) as file:
        told = file.metadata
        check_cells("", told.num_rows, told.num_columns)
        size = sum(told.row_group(i).total_byte_size for i in range(told.num_row_groups))
        check_megabytes("unreadable.large_unpacked", size, MAX_UNPACKED_MB)
        batches, texts, others = [], 0, 0
        for batch in file.iter_batches(batch_size=BATCH):
            for column in batch.columns:
                if types.is_dictionary(column.type):
                    texts += _characters(column)
                else:
                    others += column.nbytes
            check_megabytes("unreadable.large_texts", texts, MAX_TEXTS_MB)
            check_megabytes("unreadable.large_unpacked", others, MAX_UNPACKED_MB)
            batches.append(batch)
        table = pa.Table.from_batches(batches, file.schema_arrow)
    names, columns = table.column_names, [_column_of(column) for column in table.columns]
    # Where a column has a cell in every row there is no empty row, and no need to look at each.
    if any("@" in name for name in names) or not any(map(_is_full, table.columns)):
        lists = [column.to_pylist() for column in table.columns]
        return [Grid("", [names, *map(list, zip(*lists, strict=True))])]
    return [Grid("", [names], columns)]


def _characters(column) -> int:
    """How long the texts of a column are altogether (UTF-8), each as often as it stands there."""
    from pyarrow import compute, types

    if not (types.is_string(column.dictionary.type) or types.is_binary(column.dictionary.type)):
        return 0
    lengths = compute.binary_length(column.dictionary).to_numpy(zero_copy_only=False)
    counts = compute.value_counts(column.indices.drop_null())
    codes, times = (counts.field(i).to_numpy(zero_copy_only=False) for i in (0, 1))
    return int((lengths[codes] * times).sum())


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
    if types.is_dictionary(column.type):  # few different texts, as a rule: stations, items
        coded = column.unify_dictionaries().combine_chunks()
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
    ".et": _read_workbook,  # of WPS, which is that of Excel 97-2003 as a rule
    ".parquet": _read_parquet,
}
#: Those that are text.
TEXTS = tuple(kind for kind, reader in KINDS.items() if reader is _read_text)
