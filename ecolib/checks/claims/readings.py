"""What other reading would make a printed number true: another figure, another base, another unit.

A reading is told only where it exists; it explains a contradiction and never takes it away.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq

from ecolib.assess.history import inputs_of
from ecolib.assess.needs import years_of
from ecolib.checks.claims.claim import Claim, unit_name
from ecolib.checks.contradictions import value_at
from ecolib.data.dictionary import convert, units
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.indicators.targets import amount
from ecolib.report.words import LANGS, OTHER_READING

if TYPE_CHECKING:
    from ecolib.assess.case import Case

#: Beyond ten times the figure handed in, a reading explains nothing.
REACH = 10.0
Sentence = tuple[str, str]
NONE: Sentence = ("", "")


def joined(readings: list[Sentence]) -> Sentence:
    """Several readings as one sentence in each language."""
    if not readings:
        return NONE
    zh, en = OTHER_READING
    return zh + "；或".join(r[0] for r in readings), en + "; or if ".join(r[1] for r in readings)


def of_inputs(claim: Claim, case: Case) -> list[Sentence]:
    """The number each figure that went in would have to be, one at a time."""
    wanted = convert(claim.value, claim.unit, claim.entry.unit)
    readings = []
    for name, year, needed in needed_figures(claim.entry, case, wanted):
        item, unit = known_items()[name], unit_used(case, name, year)
        a, b = (amount(convert(needed, item.unit, unit), unit, lang) for lang in LANGS)
        c, d = (as_handed_in(case, name, year, lang) for lang in LANGS)
        readings.append(
            (
                f"{year} 年{item.zh}为 {a}（所填 {c}）",
                f"{item.en} were {b} in {year} ({d} was handed in)",
            )
        )
    return readings


def unit_used(case: Case, name: str, year: int) -> str:
    """The unit in which a figure was handed in; the kept one where it was worked out."""
    return _printed(case, name, year)[1] or known_items()[name].unit


def as_handed_in(case: Case, name: str, year: int, lang: str) -> str:
    """A figure with its unit, digit for digit as it was handed in where it was."""
    printed, unit = _printed(case, name, year)
    if printed and not case.assumed:
        return f"{printed} {unit_name(unit, lang)}".strip()
    return amount(case.series(name)["value"][year], known_items()[name].unit, lang)


def _printed(case: Case, name: str, year: int) -> tuple[str, str]:
    figures = case.figures_and_issues[0]
    rows = figures[(figures["item"] == name) & (figures["year"] == year)]
    return next(rows[["printed", "unit"]].itertuples(index=False, name=None), ("", ""))


def needed_figures(entry: Indicator, case: Case, wanted: float) -> list[tuple[str, int, float]]:
    """Item, year and the figure that would be needed for the formula to give `wanted`."""
    inputs = inputs_of(entry, case)
    found = []
    for name in (n for n in inputs if n in known_items()):
        for year in years_of(entry, case):
            given = float(inputs[name].get(year, math.nan))
            if not given > 0:
                continue

            def off(x: float, name=name, year=year) -> float:
                changed = inputs[name].astype(float).copy()
                changed[year] = x
                return value_at(entry, {**inputs, name: changed}, case.year) - wanted

            needed = root(off, given / REACH, given * REACH)
            if not math.isnan(needed):
                found.append((name, year, needed))
    return found


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function of one positive number crosses zero, NaN where it does not."""
    grid = np.geomspace(low, high, 41)
    values = np.array([function(x) for x in grid])
    crossings = np.flatnonzero(np.sign(values[:-1]) * np.sign(values[1:]) <= 0)
    if not len(crossings) or np.isnan(values).any():
        return math.nan
    i = crossings[0]
    return float(brentq(function, grid[i], grid[i + 1]))


def of_units(claim: Claim, computed: float, rounding: float) -> list[Sentence]:
    """The unit in which the printed number would agree, where the printed one is a slip."""
    known = units().get(claim.unit)
    if known is None:
        return []
    found = []
    for other in (u for u in units().values() if u.dimension == known.dimension and u != known):
        # A digit of a larger unit is a larger step: 1.27 of 10⁴ mu stand for 12,650 to 12,750 mu.
        value, half = (convert(x, other.unit, claim.unit) for x in (claim.value, claim.half))
        if abs(value - computed) <= half + rounding:
            found.append(
                (
                    f"单位是{unit_name(other.unit, 'zh')}而不是{unit_name(claim.unit, 'zh')}",
                    f"the unit were {unit_name(other.unit, 'en')} and not "
                    f"{unit_name(claim.unit, 'en')}",
                )
            )
    return found


def of_observed(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> list[Sentence]:
    """What was left unobserved, where the document counts out a part of just that size."""
    inputs = inputs_of(claim.entry, case)
    counts = {
        name: float(inputs[name].get(case.year, math.nan))
        for name in inputs
        if name in known_items() and known_items()[name].unit == "count"
    }
    gaps = {abs(a - b) for a in counts.values() for b in counts.values() if a != b}
    return [
        (f"不计其中的{c.subject} {c.printed} 个", f"{c.subject} ({c.printed}) were left out")
        for c in beside
        if c.kind == "count"
        and (c.entry, c.year) == (claim.entry, claim.year)
        and c.part_of
        and c.value in gaps
    ]
