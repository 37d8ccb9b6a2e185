"""Comma, semicolon and tab separated text, in the encodings that Chinese Excel writes."""

from __future__ import annotations

import csv
import io
from itertools import count
from pathlib import Path

from ecolib.data.readers.grid import Grid
from ecolib.data.readers.limits import check_cells
from ecolib.errors import DataError, Problem

#: The marks a text may begin with, and what it then is in.
MARKED = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
#: UTF-8 first because it refuses what is not UTF-8; GB18030 (of which GBK is a part) takes nearly all.
UNMARKED = ("utf-8", "gb18030")
DELIMITERS = (",", "\t", ";")
#: A cell of Excel holds at most this many characters.
MAX_TEXT = 32767


def read_text(path: Path) -> list[Grid]:
    """The rows of a text file; cells stay as they are written."""
    text = _decoded(path.read_bytes())
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
            Problem(
                "",
                f"第 {len(cells) + 1} 行起引号不成对，或单元格超过 {MAX_TEXT} 字（{error}）",
                f"from row {len(cells) + 1} on quotes do not pair, or a cell is longer than "
                f"{MAX_TEXT} characters ({error})",
            )
        ) from None


def _decoded(data: bytes) -> str:
    marked = next((e for mark, e in MARKED.items() if data.startswith(mark)), None)
    for encoding in (marked,) if marked else UNMARKED:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:  # no text holds it, but UTF-16 without its mark, read as UTF-8, does
            return text
    raise DataError(
        Problem("", "编码无法识别，请存为 UTF-8", "the encoding is not known; save it as UTF-8")
    )


def _delimiter(text: str) -> str:
    """The mark that splits the first line with any of them into most cells."""
    lines = (line for line in text.splitlines() if any(mark in line for mark in DELIMITERS))
    first = next(lines, ",")
    return max(DELIMITERS, key=first.count)
