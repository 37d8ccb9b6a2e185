"""How a template looks: fonts, tints, widths, and the height that wrapped text needs."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from functools import cache

import xlsxwriter
from xlsxwriter.format import Format

from ecolib.collect.form import Field

#: On every Windows; elsewhere the program takes what it has.
FONT = "微软雅黑"
INK, PALE_INK, GREEN = "#222222", "#5F6B66", "#1F6F5C"
ASKED, FILLED, EDGE = "#FFF8DC", "#F3F5F4", "#C9D1CD"
BASE = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}
INDENTED = {"align": "left", "indent": 1}
BOXED = {"border": 1, "border_color": EDGE, "text_wrap": True}
#: Text columns take what is typed as it is: a code keeps its zeros, `1-2` does not become a date.
NUMBER_FORMATS = {"text": "@", "date": "yyyy-mm-dd", "time": "yyyy-mm-dd hh:mm", "year": "0"}
WIDTHS = {
    "name": 40, "demand": 24, "need": 20, "last_year": 28, "value": 15, "statement": 30, "title": 32,
    "number": 18, "claim": 40, "indicator": 28, "note": 20, "position": 24, "site": 28,
}  # fmt: skip
#: Other columns, by type.
TYPE_WIDTHS = {"text": 18, "number": 13, "year": 9, "date": 13, "time": 18, "yesno": 9, "unit": 14}


class Looks:
    """The cell formats of one workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook):
        self._made = cache(lambda key: book.add_format(dict(key)))
        self.title = self._format(bold=True, font_size=15, font_color=GREEN)
        self.about = self._format(font_color=PALE_INK, text_wrap=True)
        self.plain = self._format(text_wrap=True)
        self.label = self._format(bold=True, **BOXED, **INDENTED)
        self.locked = self._format(bg_color=FILLED, **BOXED, **INDENTED)
        self.open = self._format(bg_color=ASKED, num_format="@", locked=False, **BOXED, **INDENTED)
        self.strong = self._format(
            bold=True, font_color="#FFFFFF", bg_color=GREEN, align="center", **BOXED
        )
        self._pale = self._format(
            bold=True, font_color=GREEN, bg_color="#DCE9E4", align="center", **BOXED
        )

    def _format(self, **settings) -> Format:
        return self._made(tuple(sorted((BASE | settings).items())))

    def heading(self, field: Field) -> Format:
        """Strong where the bureau writes, pale where it only reads."""
        return self.strong if field.mode in ("ask", "offered") else self._pale

    def cell(self, field: Field, *, filled: bool) -> Format:
        """Tinted and open where the bureau writes, grey and locked where it cannot."""
        locked = field.mode == "people" or (field.mode == "given" and filled)
        tint = FILLED if locked else ASKED
        return self._format(bg_color=tint, locked=locked, **_type_format(field), **BOXED)

    def free(self, field: Field) -> Format:
        """Open but without tint: the rows below the lines of an endless sheet."""
        return self._format(locked=False, **_type_format(field))


def _type_format(field: Field) -> dict[str, str]:
    if field.column is None:
        return {"align": "center"} if field.name == "need" else INDENTED
    shown = NUMBER_FORMATS.get(field.column.type, "General")
    align = {"number": "right", "yesno": "center", "year": "center", "unit": "center"}
    settings = {"num_format": shown}
    if field.column.type in align:
        return settings | {"align": align[field.column.type]}
    return settings | INDENTED


def width(field: Field) -> int:
    """Characters of half width that a column takes."""
    if field.name in WIDTHS and (field.column is None or field.column.type != "number"):
        return WIDTHS[field.name]
    return WIDTHS.get(field.name) or TYPE_WIDTHS.get(field.column.type, 18)


def height(texts: Iterable[str], widths: Iterable[float]) -> float:
    """Points that a row needs for its texts to be wrapped whole, at most what Excel allows."""
    lines = [
        sum(math.ceil(max(1, _length(part)) / (room - 3)) for part in text.split("\n"))
        for text, room in zip(texts, widths, strict=False)
    ]
    return min(409, 15 * max(lines, default=1) + 7)


def _length(text: str) -> int:
    """Chinese characters take the room of two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)
