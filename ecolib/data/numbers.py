"""A number as people write it; what is none is refused with a sentence that says what would be right.

Nothing is guessed: a bound (≥85) or a rounded figure (约86) is not the figure itself.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

from ecolib.data.faults import clean, fail
from ecolib.data.readers.sheet import Percent

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$")
#: Only whole groups of three: "1,5" may be 1.5 to whoever wrote it, and "2018 2019" is no number.
GROUPED = re.compile(r"[+-]?\d{1,3}([,\s]\d{3})+(\.\d*)?$")

#: Why something is no number and what would be right, the first that fits; read width-normalised.
ADVICE = (
    (r"[<>≥≤≧≦]|^(不低于|不少于|不小于|不高于|不超过|不大于|大于|小于|高于|低于|超过)",
     "是界限，不是数值；请填实际的数，如 85.2", "is a bound, no figure; give the figure itself, such as 85.2"),
    (r"^(约|大约|近|将近|ca?\.|~|≈)|(左右|上下|余|多)$",
     "是约数；请填确切的数，如 86.3", "is an approximation; give the exact figure, such as 86.3"),
    (r"^\d[\d.,%]*\s*([-~—–至到]|--)\s*\d[\d.,%]*$",
     "是区间；请只填一个数", "is a range; give one number"),
    (r"^[+-]?\d+,\d{1,2}$",
     "不是数字；小数点请用“.”，逗号只作千分位", "is not a number; write '.' for decimals, ',' only parts thousands"),
    (r"^[+-]?[\d.,]+\s*[A-Za-zμ°℃㎡㎥一-鿿][^\d()①-⑳]*$",
     "不是数字；单位请填在单位列，此处只填数字", "is not a number; put the unit into its own column"),
)  # fmt: skip


class Share(float):
    """A number in % that was written with its sign: 98.5 for "98.5%"."""


def parse_number(value: object) -> float | None:
    """The number in a cell, None for nothing there; `Share` when it is a percentage.

    Raises
    ------
    PydanticCustomError
        When there is something else, or a number that is not finite.
    """
    if type(value) is float and math.isfinite(value):  # most cells of a workbook
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = in_percent(value) if isinstance(value, Percent) else float(value)
    else:
        text = clean(value)
        if text is None:
            return None
        number = _from_text(text, value)
    if math.isnan(number):
        return None
    if math.isinf(number):
        fail("number", f"“{value}”不是有限的数", f"'{value}' is not a finite number")
    return number


def in_percent(value: Percent) -> Share:
    """98.5 for 0.985, shifted in decimals: 0.57 * 100 would be 56.99999999999999."""
    return Share(Decimal(repr(float(value))).scaleb(2))


def _from_text(text: str, value: object) -> float:
    body = text.removesuffix("%").rstrip()
    bare = re.sub(r"[,\s]", "", body) if GROUPED.match(body) else body
    if NUMBER.match(bare):
        return float(bare) if body == text else Share(bare)
    for pattern, zh, en in ADVICE:
        if re.search(pattern, text):
            fail("number", f"“{value}”{zh}", f"'{value}' {en}")
    fail("number", f"“{value}”不是数字", f"'{value}' is not a number")


def as_printed(value: object) -> str:
    """The figure as the file shows it, so that its decimals are known."""
    if isinstance(value, Percent):
        return f"{in_percent(value):.15g}%"
    return str(value).strip() if isinstance(value, str) else f"{value:.15g}"
