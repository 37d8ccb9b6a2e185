"""What an Excel number format shows of a number: how it is scaled, and the words beside it.

What a page shows is what was submitted: 6543210000 in the format `0!.0,"万元"` is 654321万元 and
0.985 in `0%` is 98.5%. Decimals that a format leaves out are kept. No library does this: those that
render formats round, and openpyxl only tells dates from numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from ecolib.data.sheet import Shown, Struck, Unclear

#: Formats that workbooks name by number alone and that show something else than what is stored: the
#: percentages of ECMA-376 18.8.30, and its months, of all languages (17) and of Chinese (the others).
BUILT_IN = {9: "0%", 10: "0.00%", 17: "mmm-yy"} | dict.fromkeys(
    (27, 36, 50, 52, 57), 'yyyy"年"m"月"'
)
#: The parts of a code: quoted text, an escaped character (`!` as in Chinese Excel), a blank of some
#: width, a filling, brackets, the word for no format, an exponent, or any one character.
PARTS = re.compile(
    r'"([^"]*)"?|[\\!](.)|_.|\*.|\[([^\]]*)\]|(General|G/通用格式)|E[+-]|(.)', re.I | re.S
)
CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
COMPARE = {"<=": le, ">=": ge, "<>": ne, "<": lt, ">": gt, "=": eq}
#: Signs of a currency, which say nothing of thousands and millions.
CURRENCY = re.compile("[¥￥$€£]")
RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
#: How negative numbers and zeros are marked where a format has a section of its own for them.
NEGATIVE, ZERO = "()-－−△▲", {"", "-", "－", "—", "–"}


@dataclass(frozen=True)
class _Section:
    """One of the parts between semicolons. `power` is that of ten by which the shown is the larger.

    `width` is to how many digits whole numbers are filled up with zeros, `letters` those of dates.
    `form` is set where words stand among the digits, as in `0000-00-00`: these, and None for a digit.
    """

    condition: tuple[str, float] | None
    before: str
    after: str
    digits: bool
    power: int
    width: int
    letters: str
    form: tuple[str | None, ...]

    @cached_property
    def plain(self) -> bool:
        """Whether it shows the stored number and nothing beside it."""
        beside = self.before + self.after
        return self.digits and not (beside or self.form or self.power or self.width > 1)

    def text(self, value: float) -> str:
        """What it shows of a number, "" where that is nothing or not known."""
        if not self.digits:
            return self.before + self.after
        if self.form:
            known = not self.power and float(value).is_integer() and 0 <= value < 1e15
            shown = _filled(self.form, f"{value:.0f}".zfill(self.width)) if known else ""
            return self.before + shown + self.after if known else ""
        shown = f"{float(Decimal(repr(value)).scaleb(self.power)):.15g}"
        if self.width > 1 and shown.isdigit():
            shown = shown.zfill(self.width)
        return self.before + shown + self.after


#: Characters that Excel takes for a number format.
LONGEST_CODE = 255


@cache
def format_of(code: str) -> Callable[[Any], Any] | None:
    """What makes of a stored number or moment what its cell shows; None for what shows it as it is.

    A number becomes `Shown`, or `Unclear` where the code is not understood; a day or moment of which
    only the month or the year is shown becomes that.
    """
    if len(code) > LONGEST_CODE:
        raise ValueError(f"a number format of {len(code)} characters, which no workbook has")
    sections = [_section(part, place) for place, part in enumerate(_split(code))]
    letters = "".join(section.letters for section in sections)
    if letters:
        if "d" in letters or "h" in letters or "s" in letters or not set(letters) & set("ym"):
            return None
        return _part_shown("{0.year}年{0.month}月" if "m" in letters else "{0.year}年")
    numbers = sections[:3]
    if all(section.plain for section in numbers):
        return None
    only = numbers[0] if len(numbers) == 1 and numbers[0].condition is None else None

    def show(value: Any) -> Any:
        if value.__class__ is not float and (isinstance(value, bool) or not isinstance(value, int)):
            return value
        section = only or _chosen(value, numbers)
        if section is not None and section.plain:
            return value
        text = "" if section is None else section.text(value)
        return _kept(Shown(text), value) if text else Unclear(f"{value:.15g}", code)

    return show


def raised(text: str) -> str:
    """A text in the characters that are raised themselves: the square of km, the number of a note."""
    return text.translate(RAISED)


def struck(value: Any) -> Any:
    """What a cell holds that is struck through."""
    if value in ("", None):
        return value
    return Struck(f"{value:.15g}" if isinstance(value, float) else value)


def _part_shown(part: str) -> Callable[[Any], Any]:
    """What makes of a day or moment the part of it that is shown."""
    return lambda v: _kept(Shown(part.format(v)), v) if isinstance(v, date) else v


def _kept(shown: Shown, stored: float | date) -> Shown:
    shown.stored = stored
    return shown


def _filled(form: tuple[str | None, ...], digits: str) -> str:
    """The digits of a whole number in their places among words; the first place takes what is over."""
    over = len(digits) - form.count(None)
    if over < 0:
        return digits
    given = iter([digits[: over + 1], *digits[over + 1 :]])
    return "".join(next(given) if word is None else word for word in form)


def _chosen(value: float, sections: Sequence[_Section]) -> _Section | None:
    """The section for a number; None where no condition holds."""
    if any(section.condition for section in sections):
        for section in sections:
            sign, limit = section.condition or ("=", value)
            if COMPARE[sign](value, limit):
                return section
        return None
    place = 1 if value < 0 and len(sections) > 1 else 2 if value == 0 and len(sections) > 2 else 0
    return sections[place]


def _split(code: str) -> list[list[tuple[str, str]]]:
    """The sections of a code as (kind, text) parts; kinds are "text", "[" and the character itself."""
    sections: list[list[tuple[str, str]]] = [[]]
    for part in PARTS.finditer(code):
        quoted, escaped, bracket, general, character = part.groups()
        if character == ";":
            sections.append([])
        elif quoted is not None or escaped is not None:
            sections[-1].append(("text", quoted if escaped is None else escaped))
        elif bracket is not None:
            sections[-1].append(("[", bracket))
        elif general is not None:
            sections[-1].append(("#", "#"))
        elif character is not None:
            sections[-1].append((character, character))
        elif part[0][0] in "eE":
            sections[-1].append(("E", ""))
    return sections


def _section(parts: list[tuple[str, str]], place: int) -> _Section:
    """What a section says; the second is that of negative numbers as a rule, the third of zeros."""
    condition, letters = None, ""
    kept: list[tuple[str, str]] = []
    for kind, text in parts:
        if kind == "[":
            if found := CONDITION.fullmatch(text):
                condition = found[1], float(found[2])
            elif text.startswith("$"):
                kept.append(("text", text[1:].partition("-")[0]))
            elif re.fullmatch("h+|m+|s+", text, re.I):
                letters += "h"  # hours and minutes that go on beyond a day
        elif kind.lower() in "ymdhseg" and kind != "E":
            letters += "y" if kind.lower() in "eg" else kind.lower()
        else:
            kept.append((kind, text))
    if (slash := next((i for i, (kind, _) in enumerate(kept) if kind == "/"), None)) is not None:
        # The denominator of a fraction; what stands behind it is left.
        rest = slash + 1
        while rest < len(kept) and kept[rest][0] in "0123456789#? ":
            rest += 1
        del kept[slash:rest]
    holders = [i for i, (kind, _) in enumerate(kept) if kind in ("0", "#", "?")]
    kinds = [kind for kind, _ in kept]
    first, last = (holders[0], holders[-1]) if holders else (len(kept), len(kept))
    if kinds[first - 1 : first] == ["."]:
        first -= 1
    power = 2 * kinds.count("%")
    for i in range(last + 1, len(kept)):  # commas behind the last digit divide by a thousand each
        if kinds[i] != ",":
            break
        power -= 3
    point = kinds.index(".", first) if "." in kinds[first:] else last + 1
    while point > first and kinds[point - 1 : point] == [","]:
        power -= 3 if point <= last else 0
        point -= 1
    words = False
    for i in range(first, last):
        kind, text = kept[i]
        if kind == "text" and text == "." and i < point and "." not in kinds[first:]:
            power -= sum(1 for h in holders if h > i)
        elif kind == "E":
            break  # of a power nothing but the number is shown
        elif kind not in ("0", "#", "?", ",", ".", " ") and text.strip(" ,'\xa0"):
            words = True
    between = kept[first : last + 1] if words else ()
    form = tuple(None if kind in ("0", "#", "?") else text for kind, text in between)
    before, after = (
        CURRENCY.sub("", "".join(text for kind, text in side if kind != ","))
        for side in (kept[:first], kept[last + 1 :])
    )
    after = re.split("[\r\n]", after)[0]  # the next line is outside the cell
    zeros = [h for h in holders if h < point and kinds[h] == "0"]
    width = sum(1 for h in holders if zeros[0] <= h < point) if zeros else 0
    marks = " \xa0" if place == 0 else " \xa0" + NEGATIVE
    before, after = before.strip(marks), after.strip(marks)
    # A text keeps its own section; a dash, or nothing, is how accounts show zero.
    text, zero = "@" in kinds, place == 2 and before + after in ZERO
    digits = bool(holders) or text or zero
    if text or (zero and not holders):
        before = after = ""
    return _Section(condition, before, after, digits, power, width, letters, form)
