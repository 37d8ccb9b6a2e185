"""The cells of a template: how they look, how large they must be, and what may be typed into them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache

import xlsxwriter
from xlsxwriter.format import Format

from ecolib.collect.asking import Bounds, Field, Line, Round
from ecolib.data import Column
from ecolib.texts import words

#: On every Windows; elsewhere the program takes what it has.
FONT = "微软雅黑"
INK, PALE_INK, GREEN = "#222222", "#5F6B66", "#1F6F5C"
ASKED, FILLED, EDGE = "#FFF8DC", "#F3F5F4", "#C9D1CD"
BASE = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}
INDENTED = {"align": "left", "indent": 1}
BOXED = {"border": 1, "border_color": EDGE, "text_wrap": True}
#: Text columns take what is typed as it is: a code keeps its zeros, `1-2` does not become a date.
NUMBER_FORMATS = {"text": "@", "date": "yyyy-mm-dd", "time": "yyyy-mm-dd hh:mm", "year": "0"}
ALIGNED = {"number": "right", "yesno": "center", "year": "center", "unit": "center"}
WIDTHS = {
    "name": 40, "demand": 24, "need": 20, "last_year": 28, "value": 15, "statement": 30, "title": 32,
    "number": 18, "claim": 40, "indicator": 28, "note": 20, "position": 24, "site": 28,
}  # fmt: skip
#: Other columns, by type.
TYPE_WIDTHS = {"text": 18, "number": 13, "year": 9, "date": 13, "time": 18, "yesno": 9, "unit": 14}

#: Longest list that fits into a rule itself; a longer one stands on the hidden sheet.
LONGEST_LIST = 255
#: Excel shows at most this many characters of the title of a prompt.
LONGEST_TITLE = 32
YEARS, DAYS = (1990, 2100), (datetime(1990, 1, 1), datetime(2100, 12, 31))
Rule = dict[str, object]


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
    kind = field.column.type
    align = {"align": ALIGNED[kind]} if kind in ALIGNED else INDENTED
    return {"num_format": NUMBER_FORMATS.get(kind, "General"), **align}


def width(field: Field) -> int:
    """Characters of half width that a column takes."""
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


# --- what a cell accepts


def entry_rule(asking: Round, field: Field, line: Line, lists: Mapping[str, str]) -> Rule | None:
    """The data validation of a cell, with the prompt and the refusal; None for free text.

    Parameters
    ----------
    lists
        By column type, where on the hidden sheet its long list stands.
    """
    column = field.column
    choices = line.choices.get(field.name) or _choices(column, asking.lang)
    if choices or column.type in lists:
        fits = choices and len(",".join(choices)) <= LONGEST_LIST
        rule = {"validate": "list", "source": list(choices) if fits else lists[column.type]}
        prompt = asking.text("prompt.list")
    else:
        rule = _accepted(column, line)
        if rule is None:
            return None
        prompt = _limits(asking, column, rule)
        prompt += asking.text(f"prompt.{column.type}", year=asking.case.year)
    return rule | {
        "input_title": field.heading[:LONGEST_TITLE],
        "input_message": prompt,
        "error_title": asking.text("prompt.refused"),
        "error_message": prompt,
        "error_type": "stop",
    }


def _choices(column: Column, lang: str) -> tuple[str, ...]:
    if column.type == "yesno":
        return tuple(said[lang] for said in words("yes_no").values())
    return tuple(column.choices(lang))


def _accepted(column: Column, line: Line) -> Rule | None:
    match column.type:
        case "number":
            return {"validate": "decimal"} | _range(*_bounds(column, line))
        case "year":
            return {"validate": "integer"} | _range(*YEARS)
        case "date" | "time":
            return {"validate": "date"} | _range(*DAYS)
    return None


def _bounds(column: Column, line: Line) -> Bounds:
    """The least and the greatest number of a cell: those of its line before those of its column."""
    if line.bounds != (None, None):
        return line.bounds
    low, high = (None if end is None else float(end) for end in (column.min, column.max))
    return low, high


def _range(low, high) -> Rule:
    if low is not None and high is not None:
        return {"criteria": "between", "minimum": low, "maximum": high}
    if high is not None:
        return {"criteria": "<=", "value": high}
    # A rule needs a bound; without one any number will do.
    return {"criteria": ">=", "value": -1e15 if low is None else low}


def _limits(asking: Round, column: Column, rule: Rule) -> str:
    """The unit that the numbers of a column are in, and the bounds a number must keep."""
    said = asking.text("prompt.unit", unit=asking.unit(column.unit)) if column.unit else ""
    if column.type != "number":
        return said
    if rule["criteria"] == "between":
        low, high = rule["minimum"], rule["maximum"]
        said += asking.text("prompt.between", low=f"{low:g}", high=f"{high:g}")
    elif rule["value"] == 0:
        said += asking.text("prompt.from", low=0)
    return said
