"""Figures of one indicator that cannot all be true; each found gives the verdict `conflict`."""

from __future__ import annotations

import math

from ecolib.checks.context import Context
from ecolib.checks.copies import are_twins
from ecolib.indicators.catalogue import Indicator, indicators, known_items
from ecolib.texts import Amount, Name, Note


def contradictions(context: Context) -> tuple[Note, ...]:
    """Every contradiction of an indicator in the year of its context."""
    return tuple(found for rule in RULES if (found := rule(context)) is not None)


def monitoring_differs(context: Context) -> Note | None:
    """A figure submitted for an input against what the raw monitoring data give."""
    for item in context.inputs:
        raw, figure = context.monitored(item, context.year), context.figure(item, context.year)
        if figure is None or math.isnan(raw):
            continue
        if abs(raw - figure.value) > figure.rounding * (1 + 1e-9):
            unit = known_items()[item].unit
            return Note(
                "monitoring_differs",
                about=context.indicator.id,
                year=context.year,
                item=Name("item", item),
                submitted=Amount(figure.value, unit),
                monitored=Amount(raw, unit),
            )
    return None


def reported_differs(context: Context) -> Note | None:
    """The finished value and the value computed from the inputs, beyond the rounding of both."""
    level, unit = context.level(), context.indicator.unit
    if math.isnan(level.computed) or math.isnan(level.reported):
        return None
    allowed = level.rounding + context.rounding()
    if abs(level.computed - level.reported) <= allowed * (1 + 1e-9) + 1e-12:
        return None
    return Note(
        "reported_differs",
        about=context.indicator.id,
        year=context.year,
        reported=Amount(level.reported, unit),
        computed=Amount(level.computed, unit),
    )


def out_of_bounds(context: Context) -> Note | None:
    """A value its definition rules out, or more observed than there was to observe."""
    entry, level = context.indicator, context.level()
    if level.coverage > 1 + 1e-9:
        share = Amount(100 * level.coverage, "%")
        return Note("observed_beyond_all", about=entry.id, year=context.year, share=share)
    if entry.bounds is None or math.isnan(level.value):
        return None
    low, high = entry.bounds
    # A part that exceeds its whole may first show in the most the value could be.
    outside = [v for v in (level.value, level.high) if v < low - 1e-9 or v > high + 1e-9]
    if not outside:
        return None
    return Note(
        "out_of_bounds",
        about=entry.id,
        year=context.year,
        value=Amount(outside[0], entry.unit),
        low=float(low),
        high=float(high),
    )


def decline_differs(context: Context) -> Note | None:
    """A reported yearly decline (item `<id>_decline`) against the levels of the two years."""
    entry, year = context.indicator, context.year
    item = f"{entry.id}_decline"
    reported = context.series(item).get(year) if item in known_items() else None
    before, now = context.level(year - 1), context.level(year)
    if reported is None or math.isnan(before.value) or math.isnan(now.value) or not before.value:
        return None
    computed = 100 * (before.value - now.value) / before.value
    halves = [0.0 if math.isnan(level.rounding) else level.rounding for level in (before, now)]
    size = abs(before.value)
    rounding = 100 * (halves[1] / size + halves[0] * abs(now.value) / size**2)
    if abs(computed - reported.value) <= reported.rounding + rounding:
        return None
    return Note(
        "decline_differs.rise" if computed < 0 else "decline_differs.fall",
        about=entry.id,
        year=year,
        last_year=year - 1,
        reported=Amount(reported.value, "%"),
        before=Amount(before.value, entry.unit),
        now=Amount(now.value, entry.unit),
        moved=Amount(abs(computed), "%"),
    )


def copied_from(context: Context) -> Note | None:
    """The same finished values, to the last digit, in several years of another indicator."""
    found = twins(context) if context.level().basis == "reported" else []
    if not found:
        return None
    own = _finished(context, context.indicator)
    return Note(
        "copied_from",
        about=context.indicator.id,
        years=tuple(own),
        values=tuple(own.values()),
        number=found[0].number,
        twin=Name("indicator", found[0].id),
    )


def twins(context: Context) -> list[Indicator]:
    """Indicators of the same unit whose finished values are those of this one in every year."""
    entry = context.indicator
    own = _finished(context, entry)
    others = (o for o in indicators().values() if o.id != entry.id and o.unit == entry.unit)
    return [o for o in others if are_twins(own, _finished(context, o))] if own else []


def _finished(context: Context, entry: Indicator) -> dict[int, float]:
    """The finished values reported up to the year."""
    values = context.values(entry.id)
    return {year: value for year, value in sorted(values.items()) if year <= context.year}


RULES = (monitoring_differs, reported_differs, out_of_bounds, decline_differs, copied_from)
