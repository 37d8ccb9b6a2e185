"""What may be said of a change: better, worse, unchanged, or nothing.

One rule for sentences, tables and figures. A word is given only where it follows from all that is
known: beyond the tolerance of the target, whatever was not observed, and outside the confidence
interval of a sample. Figures that are disputed, bear no year or speak of something else than those
before give none.
"""

from __future__ import annotations

import math
from itertools import pairwise

from ecolib.assess.case import Case
from ecolib.assess.judge import Reading
from ecolib.assess.result import Change
from ecolib.checks.contradictions import contradictions
from ecolib.checks.figures import same_scope
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.indicators.targets import NotWorse, beyond, forms_of, same
from ecolib.texts import Amount, Name, Note, ranged


def changes_of(entry: Indicator, case: Case, reading: Reading) -> dict[str, Change]:
    """The value against last year's and against that of the base year, as far as they are known."""
    if math.isnan(reading.value):
        return {}
    found = {}
    for name, year in (("last_year", case.year - 1), ("base_year", reading.county.base_year)):
        before = reading.series.at(year)
        if math.isnan(before) or year >= case.year:
            continue
        found[name] = Change(
            year, before, reading.value - before, *_told(entry, case, reading, year)
        )
    return found


def breaks_of(entry: Indicator, case: Case) -> tuple[int, ...]:
    """The years in which a figure of the indicator has another scope than the one before it."""
    found = set()
    for item in _items(entry, case):
        for before, figure in pairwise(case.context.figures[item].values()):
            if not same_scope(before, figure) and figure.year <= case.year:
                found.add(figure.year)
    return tuple(sorted(found))


def _items(entry: Indicator, case: Case) -> list[str]:
    """The items behind the values of the indicator that figures were submitted for."""
    names = (*entry.inputs, entry.id)
    return [n for n in names if n in known_items() and n in case.context.figures]


def _told(entry: Indicator, case: Case, reading: Reading, year: int) -> tuple[str, Note | None]:
    """The direction since a year, and why there is none."""
    figures = case.context.figures
    for item in _items(entry, case):
        pair = [figures[item].get(y) for y in (year, case.year)]
        if None not in pair and not same_scope(*pair):
            return "not_comparable", Note("change_of_scope", item=Name("item", item))
    for y in (case.year, year):
        if reading.series.is_undated(y):
            return "", Note("change_undated", year=y)
        if is_disputed(entry, case, y):
            return "", Note("change_disputed", year=y)
    tolerance = max(
        (f.tolerance for f in forms_of(entry.target) if isinstance(f, NotWorse)), default=0
    )
    direction = direction_since(reading, year, tolerance)
    if not direction:
        return "", _not_told_apart(reading, year)
    if direction == "stable" and not same(reading.value, reading.series.at(year)):
        return "stable", Note("change_within_tolerance", tolerance=Amount(tolerance, entry.unit))
    return direction, None


def direction_since(reading: Reading, year: int, tolerance: float = 0) -> str:
    """Improving, worsening or stable, if that follows from all the values may be; else ""."""
    least, most = _gains(reading, year)
    if beyond(least, tolerance):
        return "improving"
    if beyond(-most, tolerance):
        return "worsening"
    return "" if beyond(-least, tolerance) or beyond(most, tolerance) else "stable"


def is_disputed(entry: Indicator, case: Case, year: int) -> bool:
    """Whether the figures of a year contradict each other, those of another indicator, or those of
    another file."""
    if any((item, year) in case.submitted.disputed for item in _items(entry, case)):
        return True
    context = case.context.of(entry)
    if year != case.year and any(case.derived_from(item) for item in context.inputs):
        # Monitoring data are derived for all years at once: what they say stands in this year's.
        return False
    return bool(contradictions(context.at(year)))


def _gains(reading: Reading, year: int) -> tuple[float, float]:
    """The least and the most by which the value may have become better since a year.

    Of two samples: the 95 % interval of the difference from the intervals of both (Newcombe 1998,
    Statistics in Medicine 17, 873-890, method 10: the distances to the limits add as squares).
    """
    series, now, before = reading.series, reading.value, reading.series.at(year)
    samples = [series.interval(y) for y in (reading.year, year)]
    if any(samples):
        (low, high), (low_then, high_then) = (
            limits or (value, value) for limits, value in zip(samples, (now, before), strict=True)
        )
        moved = now - before
        ends = (
            moved - math.hypot(now - low, high_then - before),
            moved + math.hypot(high - now, before - low_then),
        )
    else:
        (low, high), (low_then, high_then) = (series.range_of(y) for y in (reading.year, year))
        ends = _between(high_then, low), _between(low_then, high)
    return ends if reading.better == "up" else (-ends[1], -ends[0])


def _between(before: float, now: float) -> float:
    return 0.0 if same(now, before) else now - before


def _not_told_apart(reading: Reading, year: int) -> Note:
    years = reading.year, year
    if any(reading.series.interval(y) for y in years):
        return Note("change_within_interval")
    now, then = (ranged(*reading.series.range_of(y), reading.unit) for y in years)
    return Note("change_within_ranges", year=reading.year, now=now, before=year, then=then)
