"""One laboratory result as it is written: a number, `<0.01`, `0.01L`, `ND`, `>24000`, 无 and 有."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from ecolib.standards.water.names import code_of, unit_of
from ecolib.texts import Note
from ecolib.units import factor, of_kind

#: Judged by 无 (absent) or 有 (present); these two words are no result for any other item.
PRESENCE_ITEMS = frozenset({"odour", "visible_matter"})
#: What nothing measured reaches: an instrument's mark, or another unit.
IMPOSSIBLE = {"ph": (0.0, 14.0), "do": (0.0, 50.0), "water_temp": (-5.0, 60.0)}
LARGEST = 1e9

_PLAIN = r"[0-9]+(?:\.[0-9]*)?(?:e[-+]?[0-9]+)?|\.[0-9]+(?:e[-+]?[0-9]+)?"
_NUMBER = re.compile(rf"({_PLAIN})")
_ND = r"(?:n\.?d\.?|[未不]检出|未檢出|[低小]于检出限|<(?:检出限|lod|m?dl)|检出限以下|不得检出)"
_LIMIT = rf"({_PLAIN})"
#: A result below detection with its limit, however the two are put together.
_BELOW = re.compile(
    rf"(?:[<〈≤]=?|小于|低于|不高于|不大于)\s*{_LIMIT}\s*l?\s*(?P<u1>[^\d.].*)?"
    rf"|(?:l\s*(?!\.){_LIMIT}|{_LIMIT}\s*\(?l\)?|{_LIMIT}\s*l?\s*\(?{_ND}\)?"
    rf"|{_ND}[\s(<:,]*(?:检出限)?[\s为:]*{_LIMIT}\s*l?\)?)(?P<u2>\s+\S*/\S+)?"
)
_NOT_DETECTED = re.compile(rf"{_ND}|l")
_ABOVE = re.compile(
    rf"(?:[>〉≥]=?|大于|高于|超过|不小于|不低于)\s*{_LIMIT}\s*(?P<u>[^\d.].*)?|{_LIMIT}(?P<v>\D*?)以上"
)
_RESULT = re.compile(rf"(-?(?:{_PLAIN}))\s*([^\d.(*]*|[^\d.(*e][^(*]*)")
_EMPTY = re.compile(
    r"-+|—+|/|\\|\*|nan|none|<na>|缺测|未测|未监测|未采样|未检测|未检|停测|断流|无数据|无水|冰封|"
)
_PRESENCE = {"无": 0.0, "有": 1.0}
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
#: The number of a note behind a figure, which NFKC would make a digit of it.
_NOTE = re.compile(r"(?<=\d)\s*[²³¹⁰⁴-⁹₀-₉①-⒛⓪-⓿❶-➓㈠-㈩]")
_POWER = re.compile(r"\s*[×x*·]\s*10\^?([-+]?[0-9]+)")
#: A unit in brackets behind the number; a mark of the laboratory, as in `0.5(H)`, is none.
_BRACKETED = re.compile(r"\(([^()\d]+/[^()\d]+)\)$")
#: What stands behind a number and is no unit: a second number, a span, a bound.
NO_UNIT = re.compile(r"[\d,;~±以]")
DECIMAL_COMMA = re.compile(r"\d+[,，]\d+")
#: Four nines or more stand for no result in the files of instruments.
_MARK = re.compile(r"9{4,}(?:\.0*)?|9{5,}\.9+")


@dataclass(frozen=True)
class LabResult:
    """One laboratory result: its `value`, or the `limit` below which it is, or what it is `above` of.

    `unit` is the one written behind the number, "" where there is none. Nothing of all this where
    it cannot be read.
    """

    value: float = math.nan
    limit: float = math.nan
    above: float = math.nan
    below: bool = False
    presence: bool = False
    empty: bool = False
    unit: str = ""

    @property
    def unreadable(self) -> bool:
        return not (self.below or self.empty) and math.isnan(self.value) and math.isnan(self.above)


@lru_cache(maxsize=65536)
def read_result(written: str) -> LabResult:
    """Read one laboratory result: a number, `<0.01`, `0.01L`, `ND`, `>24000`, `0.5mg/L`, 无, 有."""
    text = _plain_number(written)
    if _EMPTY.fullmatch(text):
        return LabResult(empty=True)
    if text in _PRESENCE:
        return LabResult(value=_PRESENCE[text], presence=True)
    if found := _BELOW.fullmatch(text):
        limit = next(float(part) for part in found.groups() if part and _NUMBER.fullmatch(part))
        return LabResult(limit=limit, below=True, unit=(found["u1"] or found["u2"] or "").strip())
    if _NOT_DETECTED.fullmatch(text):
        return LabResult(below=True)
    if found := _ABOVE.fullmatch(text):
        number = next(float(part) for part in found.groups() if part and _NUMBER.fullmatch(part))
        return LabResult(above=number, unit=(found["u"] or found["v"] or "").strip())
    found = _RESULT.fullmatch(text)
    if found and not math.isinf(number := float(found[1])):
        return LabResult(value=number, unit=found[2].strip())
    return LabResult()


def _plain_number(written: str) -> str:
    """The text with one way of writing minus, powers of ten, thousands and blanks."""
    powers = re.sub(r"10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", lambda m: f"10^{m[1].translate(_SUPERSCRIPT)}", written)
    marked = _NOTE.sub("*", powers)
    kept = "".join(c for c in marked if unicodedata.category(c) != "Cf")
    text = unicodedata.normalize("NFKC", kept).strip().casefold().replace("−", "-")
    text = _BRACKETED.sub(r"\1", _POWER.sub(r"e\1", text))
    return text.replace(",", "") if re.match(r"[<>≤≥]?\d{1,3}(,\d{3})+(?!\d)", text) else text


def objection(written: str, item: str) -> Note | None:
    """Why a result of an item, by its code or name in a standard, cannot be understood; None where
    it can."""
    code = code_of(item)
    if code is None:
        return None  # the item itself is told
    text = str(written)
    unit, read = unit_of(code), read_result(text)
    if DECIMAL_COMMA.fullmatch(text.strip()):
        return Note("number.comma", value=text)
    if read.unit and factor(read.unit, unit) is None:
        if NO_UNIT.search(read.unit):
            return Note("result.unreadable", value=text)
        return Note("result.unit", value=text, unit=unit, known=of_kind(unit))
    if read.unreadable or (read.presence and code not in PRESENCE_ITEMS):
        return Note("result.unreadable", value=text)
    if not is_possible(code, read, text):
        return Note("result.impossible", value=text, unit=unit)
    return None


def is_possible(code: str, read: LabResult, text: str) -> bool:
    """Whether an item can have the result at all."""
    low, high = IMPOSSIBLE.get(code, (0.0, LARGEST))
    possible = math.isnan(read.value) or low <= read.value <= high
    return possible and not _MARK.fullmatch(text.strip())
