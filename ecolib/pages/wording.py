"""A result in words: its number and name, value, range, target and change in a language."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from typing import Any

from ecolib.assess.case import Case
from ecolib.assess.result import Change, Result
from ecolib.files import file_name
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.texts import Amount, Note, ends, ranged, text, word, words

#: So many years, the assessed one included, are told in words.
TOLD = 3


def width(said: str) -> int:
    """Widths of digits that a text takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in said)


def numbered(result: Result, lang: str) -> str:
    """`27 城镇污水处理率`."""
    return f"{result.number} {result.entry.words(lang).title}"


def called(what: Any, entry: Indicator, lang: str) -> str:
    """What a figure or document of a lineage is called: by its item or requirement; a site by the name
    that was submitted, and what no requirement asks for by the indicator."""
    if what in known_items():
        return getattr(known_items()[what], lang)
    if what in entry.requirements:
        return entry.requirements[what][lang == "en"]
    return what if isinstance(what, str) and what else entry.words(lang).title


def place_name(place: str, lang: str) -> str:
    """A kind of area by its word; another place as it was submitted."""
    return word("area_kind", place, lang) if place in words("area_kind") else place


def owners_of(keys: Iterable[str], case: Case, lang: str) -> str:
    """The names of units, as a list."""
    return text("said.list", lang, names=tuple(case.owner(key, lang) for key in keys))


def sentence(said: str) -> str:
    """With a capital where the language has them."""
    return said[:1].upper() + said[1:]


def with_unit(name: str, unit: str, lang: str) -> str:
    """A name with its unit in brackets, after a comma where the name ends in brackets itself."""
    if not unit:
        return name
    code = "drawn.title_after" if name.endswith(("）", ")")) else "drawn.title"
    return text(code, lang, name=name, unit=unit)


#: What the sentences on a trend give in the unit of the values: a year, and at one time.
RATES, LEVELS = ("slope",), ("target", "expected")


def measured(note: Note, unit: str) -> Note:
    """A sentence on a trend with the unit of the values; rates have three digits."""
    rate, args = "pp" if unit == "%" else unit, note.args
    told: dict[str, Any] = {}
    if isinstance(args.get("low"), float):
        told |= ends(*(float(f"{args[end]:.3g}") for end in ("low", "high")), rate)
    for name, given in args.items():
        if isinstance(given, Note):
            told[name] = measured(given, unit)
        elif isinstance(given, float) and name in RATES:
            told[name] = Amount(float(f"{given:.3g}"), rate)
        elif isinstance(given, float) and name in LEVELS:
            told[name] = Amount(given, unit)
    return note.but(**told)


def in_prose(target: Note) -> Note:
    """What is asked, with words in the place of signs: 不低于85%."""
    inner = {k: in_prose(arg) for k, arg in target.args.items() if isinstance(arg, Note)}
    inner |= {k: tuple(map(in_prose, v)) for k, v in target.args.items() if k == "bounds"}
    return target.but(code=target.code.replace("target_at_", "required_at_"), **inner)


def brief(target: Note) -> Note:
    """What is asked, without the document that asks it, which stands elsewhere on the page."""
    if "document" in target.args:
        return target.but(code=f"brief_{target.code}")
    inner = {name: brief(arg) for name, arg in target.args.items() if isinstance(arg, Note)}
    return target.but(**inner)


def spread(low: float, high: float, unit: str, lang: str, *, signs: bool = True) -> str:
    """The range a value must lie in where not all was observed, see `ranged`; empty where it is
    certain."""
    if math.isnan(low) or math.isnan(high) or low == high:
        return ""
    return ranged(low, high, unit, signs=signs).text(lang)


def limit_of(result: Result) -> float:
    """Where the line of the target runs in the year; NaN without one."""
    return math.nan if result.bound is None else result.bound.at(result.year)


def moved(change: Change, unit: str, lang: str) -> str:
    """`上升3.29个百分点，改善`; no word of better or worse where the change has none."""
    if change.direction == "not_comparable":
        return text("change.not_comparable", lang)
    if change.difference == 0:
        return text("change.same", lang)
    # A difference of percentages is told in points: "up 3 %" would mean something else.
    by, size = "pp" if unit == "%" else unit, abs(change.shown)
    # A share or an index rises, a quantity increases.
    risen, level = change.difference > 0, by in ("pp", "", "index") or "/" in by
    way = ("up" if risen else "down") if level else ("more" if risen else "less")
    said = text(f"change.{way}", lang, by=Amount(size, by))
    if not change.direction:
        return said
    judged = word("direction", change.direction, lang)
    return text("change.judged", lang, moved=said, direction=judged)


def export_name(case: Case, kind: str, lang: str, what: str = "") -> str:
    """What an exported file is called; `what` is of the plan of work."""
    code = kind if what in ("", "indicators") else what
    called = text(f"export.file.{code}", lang, county=case.params.county.name(lang), year=case.year)
    return f"{file_name(called)}.{kind}"
