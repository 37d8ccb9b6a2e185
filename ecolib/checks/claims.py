"""What a document claims in print, what a rule finds about it, and the comparison all rules share.

A claim is never data: it is held against the figures submitted, and nothing is computed from it.
"""

from __future__ import annotations

import csv
import math
import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, NamedTuple

from ecolib.data.dictionary import items
from ecolib.data.figures import half_digit
from ecolib.data.moments import FIGURES, in_figures
from ecolib.data.numbers import APPROXIMATE, NARROW, bound_of, unit_named
from ecolib.indicators.catalogue import Indicator
from ecolib.indicators.lists import IndicatorList
from ecolib.texts import Amount, Name, Note

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?$")
#: The kinds of claims that are of the indicator itself where they name no other thing.
MEASURED = ("value", "change", "goal")


@cache
def wording() -> dict[str, re.Pattern]:
    """What documents say in words, in either language: patterns by their names in `wording.csv`."""
    source = (files(__package__) / "wording.csv").read_text(encoding="utf-8")
    rows = (list(row.values()) for row in csv.DictReader(source.splitlines()))
    return {name: re.compile("|".join(filter(None, of)), re.IGNORECASE) for name, *of in rows}


def said(name: str, text: str) -> re.Match | None:
    """Where a text says what a pattern of `wording.csv` stands for."""
    return wording()[name].search(text)


def in_plain(printed: str) -> str:
    """A share told in words in figures: 百分之九十一点二 is 91.2%, 超九成 is 超过90%. 九成 alone is about
    90 %: nobody counts in tenths what is known to the per cent."""
    text = printed.translate(NARROW).strip()
    if wording()["counted"].fullmatch(text):
        return in_figures(text)
    if told := wording()["per_cent"].search(text):
        figures = in_figures(told[1]).replace("百", "100").replace("点", ".")
        return text.replace(told[0], f"{figures}%")
    if not (told := wording()["tenths"].search(text)):
        return text
    text = text.replace(
        told[0], f"{(told[1] or '5').translate(FIGURES)}{(told[2] or '0').translate(FIGURES)}%"
    )
    alone = NUMBER.match(text.rstrip("%"))
    return f"约{text}" if alone else wording()["beyond"].sub("超过", text)


class Span(NamedTuple):
    """The first and the last day of a time told; an open end is the first or last day there is."""

    first: date
    last: date


def span_of(text: str) -> Span | None:
    """`2018`, `2018-10`, `2018-10-31`, or from/to with one end open; None for anything else.

    `2018年10月` and `2018年10月至2019年3月` are taken as well.
    """
    begin, *ends = (part.strip() for part in wording()["until"].split(text, maxsplit=1))
    end = next(iter(ends), "")
    first = _days(begin) if begin or not ends else Span(date.min, date.min)
    last = first if not ends else _days(end) if end else Span(date.max, date.max)
    if first is None or last is None or first.first > last.last or not (begin or end):
        return None
    return Span(first.first, last.last)


def _days(text: str) -> Span | None:
    if (told := wording()["day"].match(text)) is None:
        return None
    year, month, day = (int(part) if part else 0 for part in told.groups())
    try:
        if day:
            return Span(date(year, month, day), date(year, month, day))
        first, last = date(year, month or 1, 1), month or 12
        return Span(first, date(year, last, monthrange(year, last)[1]))
    except ValueError:
        return None


@dataclass(frozen=True)
class Claim:
    """One claim of a document; `value` and `rounding` (half its last printed digit) are in `unit`.

    `subject` is what it speaks of where that is not the indicator itself: an item code or a name;
    `part_of` the subject that this one is a part of, `requires` the subjects that must be done
    before it. `dated` is false for a goal without a term.
    """

    entry: Indicator
    year: int
    kind: str
    printed: str
    unit: str
    text: str
    position: str
    subject: str = ""
    part_of: str = ""
    note: str = ""
    dated: bool = True
    scope: str = ""
    date: str = ""
    requires: tuple[str, ...] = ()
    submitted: int = 0

    @property
    def number(self) -> str:
        """The number of the official list, without the letter of a part."""
        return self.entry.number.rstrip("abc")

    @property
    def thing(self) -> Name | str:
        """What it speaks of where that is not the indicator itself, by its name."""
        return Name("item", self.subject) if self.subject in items() else self.subject

    @cached_property
    def clause(self) -> str:
        """The part of its sentence that prints the number; all of it where none does."""
        parts = wording()["part_end"].split(self.text)
        return next((part for part in parts if self.printed in part), self.text)

    @cached_property
    def bases(self) -> tuple[int, ...]:
        """The earlier years that a change may be said to be measured from, the likeliest first.

        What changed in 2016 to 2019 may be told from 2016, or from the end of 2015.
        """
        if said("on_last_year", self.clause):
            return (self.year - 1,)
        for part in (self.clause, self.text):
            if named := said("since", part):
                year = int(next(filter(None, named.groups())))
                years = (year, year - 1) if named[3] else (year,)
                return years if year < self.year else ()
            if named := said("plan_period", part):
                year = 2000 + 5 * (int(named[1].translate(FIGURES)) + bool(named[2]))
                return (year,) if year < self.year else ()
        return ()

    @property
    def base(self) -> int | None:
        """The earlier year that a change is said to be measured from; None where none is named."""
        return next(iter(self.bases), None)

    @property
    def span(self) -> Span | None:
        """The days that the claim tells; None where it tells none."""
        return span_of(self.date)

    @property
    def value(self) -> float:
        """The printed number; NaN when it is none."""
        return float(self._digits) if self.is_number else math.nan

    @property
    def is_number(self) -> bool:
        return NUMBER.match(self._digits) is not None

    @property
    def verdict(self) -> str:
        """The verdict printed: "met", "not_met", or "" where it is neither."""
        told = self.printed.strip()
        return next((name for name in ("met", "not_met") if wording()[name].fullmatch(told)), "")

    @property
    def rank(self) -> tuple[str, int] | None:
        """Of which area, and the rank printed; "the top three" and "last but one" are none."""
        if (found := wording()["rank"].fullmatch(self.printed.strip())) is None:
            return None
        of, *figures = (part and part.translate(FIGURES) for part in found.groups())
        of = of or (said("rank_area", self.clause) or ("",))[0]
        number, tens, ones, one = figures
        return of, int(number or one or 1) if tens is None else 10 * int(tens or 1) + int(ones or 0)

    @property
    def decimals(self) -> int:
        return len(self._digits.partition(".")[2]) if self.is_number else 0

    @property
    def rounding(self) -> float:
        """Half a unit of the last printed digit, NaN where there is no number."""
        return half_digit(self._digits) if self.is_number else math.nan

    @property
    def ends(self) -> tuple[float, float]:
        """What the number may be: as rounded, or as a bound, a range or "about 90" is printed; NaN for
        none."""
        if self.is_number:
            return self.value - self.rounding, self.value + self.rounding
        if told := wording()["range"].fullmatch(self._digits):
            return float(told[1]), float(told[2])
        about = APPROXIMATE.sub("", self._digits).strip("% ")
        if about != self._digits and NUMBER.match(about):  # to one of its last digit that is no 0
            step = 10.0 ** Decimal(about).normalize().as_tuple().exponent
            return float(about) - step, float(about) + step * (not said("nearly", self._digits))
        return bound_of(in_plain(self.printed)) or (math.nan, math.nan)

    def comes_out(self, n: int) -> bool:
        """Whether k of n things make the share printed, for any k: exact, a tie rounds either way.

        The GRIM test (N. J. L. Brown and J. A. J. Heathers, Soc. Psychol. Personal. Sci. 8, 2017).
        """
        share, half = Fraction(self._digits), Fraction(1, 2 * 10**self.decimals)
        below = share * n // 100
        return any(abs(Fraction(100 * k, n) - share) <= half for k in (below, below + 1) if k <= n)

    @cached_property
    def _digits(self) -> str:
        text = in_plain(self.printed).replace(",", "")
        for way in ("no_less", "no_more") if self.kind == "goal" else ():
            text = wording()[way].sub("", text).strip()
        return text.rstrip("% ")

    @property
    def shown(self) -> Amount:
        """The number as printed, with its unit."""
        if self.is_number:
            return Amount(self._digits, self.unit)
        return Amount(self.printed, "" if "%" in in_plain(self.printed) else self.unit)

    def amount(self, value: float) -> Amount:
        """A number in the claim's unit as pages show it, and as fine as the claim was printed."""
        return Amount(_decimal(value, max(2 if abs(value) >= 1 else 4, self.decimals)), self.unit)

    def difference(self, value: float) -> Amount:
        """A difference of two numbers in the claim's unit; two shares lie points apart."""
        unit = "pp" if self.unit == "%" else self.unit
        finer = 0 if value >= 1 else 1
        return Amount(_decimal(value, max(2, self.decimals + finer)), unit)


@dataclass(frozen=True)
class Finding:
    """What a rule found about a claim.

    Attributes
    ----------
    outcome
        "agrees", "contradicts" or "cannot_check", which is not agreement.
    rule
        The rule that decided, a key of the words for "rule".
    notes
        What it found, then what makes it doubtful and what would make it true.
    recomputed
        A number in the claim's unit (NaN where there is none), a year, or a verdict.
    cause
        What it comes from: findings of one cause are told once.
    """

    claim: Claim
    outcome: str
    rule: str
    notes: tuple[Note, ...]
    recomputed: float | str
    cause: str = ""

    def adding(self, *notes: Note | None) -> Finding:
        """The same finding with further notes; None is none."""
        return replace(self, notes=(*self.notes, *filter(None, notes)))


def finding(
    claim: Claim,
    outcome: str,
    note: Note,
    *,
    rule: str = "",
    recomputed: float | str = math.nan,
    cause: str = "",
) -> Finding:
    """A finding by the rule that the code of its note names, or by `rule`.

    The note is told what the claim has `printed` and of which `year`, unless it says otherwise.
    """
    told = Note(note.code, **{"printed": claim.shown, "year": claim.year, **note.args})
    return Finding(claim, outcome, rule or note.rule, (told,), recomputed, cause)


def left_open(code: str) -> Callable[[Any], Finding]:
    """The last rule: there is nothing, or no second place, that the claim could be held against."""
    return lambda context: finding(context.claim, "cannot_check", Note(code))


def compare(claim: Claim, computed: float, *, rounding: float, rule: str, worked: Note) -> Finding:
    """The claim against a number that was worked out as the note tells.

    They agree within half a unit of the claim's last printed digit plus the `rounding` that the
    figures behind the number carry.
    """
    low, high = claim.ends
    half = claim.rounding if claim.is_number else 0.0
    allowed = half + rounding
    away = half + max(low - computed, computed - high)
    # A tie may be printed either way; two printed figures that only touch are not the same.
    tie = 1e-9 if rounding <= 1e-6 * half else -1e-9
    if away <= allowed * (1 + tie) + (1e-12 if tie > 0 else 0):
        told = Note("printed.agrees", worked=worked)
        return finding(claim, "agrees", told, rule=rule, recomputed=computed)
    told = Note(
        "printed.differs",
        worked=worked,
        apart=claim.difference(away),
        explained=claim.difference(allowed),
    )
    return finding(claim, "contradicts", told, rule=rule, recomputed=computed)


def claims_of(rows: Iterable[Mapping[str, Any]], within: IndicatorList) -> tuple[Claim, ...]:
    """The rows of the claims table that speak of indicators of a list, by indicator and year; within
    these in the order of the files."""
    found = [
        Claim(
            entry=(entry := within[row["indicator"]]),
            year=int(row["year"] or row["submitted"]),
            kind=row["kind"],
            printed=row["printed"],
            unit=unit_code(row["unit"], _usual_unit(entry, row["kind"], row["printed"], thing)),
            text=row["claim"],
            position=row["position"],
            subject=thing,
            part_of=_thing(row["part_of"] or ""),
            note=row["note"] or "",
            dated=row["year"] is not None,
            scope=row["scope"] or "",
            date=row["date"] or "",
            submitted=int(row["submitted"]),
            requires=tuple(filter(None, re.split(r"\s*[;；]\s*", row["requires"] or ""))),
        )
        for row in rows
        if row["indicator"] in within
        for thing in [_thing(row["subject"] or "", within[row["indicator"]], row["kind"])]
    ]
    return tuple(sorted(found, key=lambda claim: (claim.entry.sort_key, claim.year)))


def _usual_unit(entry: Indicator, kind: str, printed: str, thing: str) -> str:
    """The unit of a number that is printed without one in a column of its own."""
    if kind in ("value", "change", "goal", "count") and "%" in in_plain(printed):
        return "%"
    if kind in ("value", "goal", "count") and thing in items():
        return items()[thing].unit
    return entry.unit if kind in ("value", "goal") else ""


def _thing(name: str, entry: Indicator | None = None, kind: str = "") -> str:
    """The code of an item by its name, nothing for the indicator itself, else the name as it is."""
    if entry and kind in MEASURED and name in (entry.id, entry.zh.title, entry.en.title):
        return ""
    return _codes().get(name, name)


@cache
def _codes() -> Mapping[str, str]:
    """Items by their names."""
    return {title: i.item for i in items().values() for title in (i.zh, i.en)}


def whole_of(subject: str, claims: Iterable[Claim]) -> str:
    """What a subject is a part of in the end."""
    above = {c.subject: c.part_of for c in claims if c.subject and c.part_of}
    seen: set[str] = set()
    while subject in above and subject not in seen:
        seen.add(subject)
        subject = above[subject]
    return subject


def unit_code(text: object, otherwise: str) -> str:
    """The code of a unit given by its code or by a name of it in either language."""
    name = str(text or "").strip()
    return (unit_named(name) or name) if name else otherwise


def _decimal(value: float, decimals: int) -> str:
    """A number for people, without trailing zeros."""
    return f"{value:,.{decimals}f}".rstrip("0").rstrip(".")
