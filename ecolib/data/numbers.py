"""Numbers as people write them, with units, bounds and powers of ten; what is none says why.

Of numbers nothing is guessed: a bound (≥85) or a rounded figure (约86) is not the figure itself.
"""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal
from functools import cache
from typing import Any, NoReturn

from ecolib.data.dictionary import parsed, units
from ecolib.grouping import grouped
from ecolib.texts import Note

#: What is written in cells besides what is meant, see the file.
WRITTEN = parsed("written.yml")
NOTHING, NOT_MEASURED = frozenset(WRITTEN["nothing"]), frozenset(WRITTEN["not_measured"])
PAPER_NUMBER = re.compile(WRITTEN["paper_number"])
#: What the rows of the whole county are called, and those of other sums and of means.
SUMS = {kind: re.compile(WRITTEN[kind]) for kind in ("whole", "sums")}
#: How far printed figures may be from their printed sum.
ROUNDED = 1e-3
#: Full-width characters to plain ones. Not NFKC, which turns the footnote in "93.5①" into a digit.
NARROW = {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
NARROW |= {0x3000: " ", 0x2212: "-", 0xFE63: "-"}  # a blank, and two signs of minus
#: A number as people write it: whole groups of three ("1,5" may be 1.5 to whoever wrote it), a power
#: of ten, and a unit.
FIGURE = re.compile(
    r"([+-]?(?:\d{1,3}(?:[,\s]\d{3})+(?:\.\d*)?(?![\d,])|\d+\.?\d*|\.\d+))"
    r"(?:[eE]([+-]?\d{1,6})|\s*[×xX*]\s*10(?:\^([+-]?\d{1,6})|([⁺⁻]?[⁰¹²³⁴-⁹]{1,6})))?\s*(.*)",
    re.S,
)
#: Powers of ten that stand before a unit, or for it.
MULTIPLES = WRITTEN["multiples"]
APPROXIMATE = re.compile(WRITTEN["no_number"]["approximate"])
RAISED = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
#: What most cells of text files hold, and needs no more looking at.
PLAIN_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?")
BOUND = re.compile(WRITTEN["bound"])
#: The bound itself is none of the numbers that it leaves.
STRICT = re.compile(WRITTEN["strict_bound"])


class Unreadable(ValueError):
    """A cell that cannot be read; `note` says why, without its place."""

    def __init__(self, note: Note):
        self.note = note
        super().__init__(note.code)


class Quantity(float):
    """A number that was written with a unit behind it: 98.5 for "98.5%", 1.2 for "1.2万吨".

    `unit` is the unit as written; `万` and `亿` alone stand for multiples of the unit it should be in.
    """

    unit: str

    def __new__(cls, number: float | str, unit: str):
        self = super().__new__(cls, number)
        self.unit = unit
        return self


def fail(code: str, **args) -> NoReturn:
    raise Unreadable(Note(code, **args))


def clean(cell: Any) -> str | None:
    """Text to parse, width-normalised; None for the ways of writing that nothing is there."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    text = str(cell).translate(NARROW).strip()
    return None if text.casefold() in NOTHING else text


@cache
def is_numbered(text: str | None) -> bool:
    """Whether a cell holds the number that a paper was issued under, not just any digits."""
    return bool(PAPER_NUMBER.search(text or ""))


@cache
def summed(place: str | None) -> str:
    """ "whole" where a place is the whole county, "sums" where it adds up or averages others, or ""."""
    plain = "".join((place or "").split())
    return next((kind for kind, called in SUMS.items() if called.fullmatch(plain)), "")


def as_printed(value: Any) -> str:
    """The figure as the file shows it, so that its decimals are known."""
    return value.strip() if isinstance(value, str) else f"{value:.15g}"


# --- units ----------------------------------------------------------------------------------------


def unit_named(text: str) -> str | None:
    """The unit of this code or name, however its characters are typed; None where there is none."""
    plain = _plain(text)
    # KM and HA are often typed so; of a single letter that may be a mark of the laboratory.
    loosely = {} if len(plain) < 2 else _units_by_folded_name()
    return _units_by_name().get(plain) or loosely.get(plain.casefold())


@cache
def _units_by_folded_name() -> dict[str, str]:
    meant = grouped((name.casefold(), unit) for name, unit in _units_by_name().items())
    return {name: same[0] for name, same in meant.items() if len(set(same)) == 1}


@cache
def _units_by_name() -> dict[str, str]:
    own = ((u, name) for u in units().values() for name in (u.unit, u.zh, u.en, *u.also))
    named = ((name, unit.unit) for unit, name in own if name)
    return {_plain(name): unit for name, unit in reversed(list(named))}


def _plain(text: str) -> str:
    """With NFKC ％, ㎡ and m³ are found as %, m2 and m3; never to be shown."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def unit_meant(written: str, own: str) -> str | None:
    """The unit that a figure was written in, whose own should be `own`.

    万 and 亿 alone are multiples of that: 1.2万 in the unit 吨, and in the unit 万吨, is 1.2万吨.
    """
    if written in MULTIPLES and own in units():
        return unit_named(written + units()[own].zh.removeprefix(written))
    return unit_named(written)


# --- numbers --------------------------------------------------------------------------------------


def parse_number(cell: Any) -> float | None:
    """The number in a cell, None for nothing there; a `Quantity` when a unit stands behind it.

    Raises
    ------
    Unreadable
        When there is something else, or a number that is not finite.
    """
    if type(cell) is float and math.isfinite(cell):  # most cells of a workbook
        return cell
    plain = type(cell) is str and PLAIN_NUMBER.fullmatch(cell)
    if plain or (isinstance(cell, int | float) and not isinstance(cell, bool)):
        number = float(cell)
    else:
        text = clean(cell)
        if text is None or text in NOT_MEASURED:
            return None
        number = _from_text(text, cell)
    if math.isnan(number):
        return None
    if math.isinf(number):
        fail("number.infinite", value=str(cell))
    return number


def _from_text(text: str, cell: Any) -> float:
    if found := figure_of(text):
        number, unit = found
        if not unit:
            return float(number)
        if unit in MULTIPLES or unit_named(unit):
            return Quantity(number, unit)
    why = next(why for why, no in WRITTEN["no_number"].items() if re.search(no, text))
    fail(f"number.{why}", value=str(cell))


def figure_of(text: str) -> tuple[Decimal, str] | None:
    """The digits of a figure as written, and the unit behind it; None for what begins with none."""
    found = FIGURE.fullmatch(str(text).translate(NARROW).strip())
    if found is None:
        return None
    digits, e, power, raised, unit = found.groups()
    exponent = int(e or power or (raised or "0").translate(RAISED))
    if unit[:1] in MULTIPLES and not unit_named(unit) and unit_named(unit[1:]):
        exponent, unit = exponent + MULTIPLES[unit[0]], unit[1:]  # 1.2亿吨, where that is no unit
    digits = re.sub(r"[,\s]", "", digits)
    return Decimal(f"{digits}E{exponent}"), unit


def bound_of(text: str) -> tuple[float, float] | None:
    """The ends between which a figure lies that is written as a bound: (85, inf) for "≥85", and from
    the next number on for ">85"; None for anything else, and where a unit other than % stands
    behind it."""
    plain = str(text).translate(NARROW).strip()
    found = BOUND.fullmatch(plain)
    sides = [found[name] is not None for name in ("above", "below", "up", "down")] if found else []
    figure = figure_of(found["figure"]) if sum(sides) == 1 else None
    if figure is None or figure[1] not in ("", "%"):
        return None
    number, upwards = float(figure[0]), sides[0] or sides[2]
    if STRICT.match(plain):
        number = math.nextafter(number, math.inf if upwards else -math.inf)
    return (number, math.inf) if upwards else (-math.inf, number)
