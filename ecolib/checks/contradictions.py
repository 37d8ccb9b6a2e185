"""Figures of one indicator that cannot all be true, each giving the verdict `conflict`; and copied digits.

The same digits are looked for where nobody would expect them: in another series, another year, the
target itself. What counts as the same stands here once; which digits are telling each rule asks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Mapping
from itertools import combinations

from ecolib.checks.context import Context, Figure, Remarks, dimension
from ecolib.data.dictionary import convert, relations
from ecolib.data.figures import significant_digits
from ecolib.data.params import Params
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.texts import Amount, Name, Note, ranged

#: So many identical figures, none of them a round 0 or 100, are no coincidence.
TWIN_YEARS = 2
#: So many significant digits are hardly met twice by chance, and so many surely not.
TELLING_DIGITS, MANY_DIGITS = 3, 4
#: All or nothing is met by chance.
ROUND = (0.0, 100.0)

Values = Mapping[int, Hashable]


def same_years(
    one: Values, other: Values, tells: Callable[[int], bool] = lambda year: True
) -> tuple[int, ...]:
    """The telling years in which two series have the very same figures.

    Empty unless they agree in every year they share, and in telling years have at least
    `TWIN_YEARS` different figures.
    """
    shared = sorted(one.keys() & other.keys())
    if any(one[year] != other[year] for year in shared):
        return ()
    told = tuple(year for year in shared if tells(year))
    return told if len({one[year] for year in told}) >= TWIN_YEARS else ()


def are_twins(one: Values, other: Values, *, round_figures: tuple = ROUND) -> bool:
    """Whether two series have the same years and the same figures, not just round ones."""
    if one.keys() != other.keys():
        return False
    return bool(same_years(one, other, lambda year: one[year] not in round_figures))


def digits_of(value: float) -> int:
    """The significant digits of a number that was worked out or is kept in another unit."""
    return significant_digits(f"{value:.10g}")


def is_assigned(
    params: Params, indicator: str, year: int, value: float, *, measure: str = "level"
) -> bool:
    """Whether a value is the one handed down for the indicator and year, to the last digit."""
    given = params.assignment(indicator, year)
    return given is not None and given.measure == measure and value == given.value


# --- rules on the figures submitted

#: Small whole numbers, scores and days repeat by nature.
REPEATING = ("count", "days", "index", "requirements", "year")


def is_telling(figure: Figure) -> bool:
    return figure.value not in ROUND and figure.digits >= TELLING_DIGITS


def same_as_another(context: Context) -> Remarks:
    """Two items with the same figures in every year they share, two at least; told at both."""
    related = {frozenset(pair) for group in _related() for pair in combinations(group, 2)}
    values = {
        item: {year: figure.value for year, figure in figures.items()}
        for item, figures in context.figures.items()
        if dimension(item) not in REPEATING and any(map(is_telling, figures.values()))
    }
    for one, other in combinations(values, 2):
        if frozenset((one, other)) in related:
            continue
        if known_items()[one].unit != known_items()[other].unit:
            continue
        own, twin = context.figures[one], context.figures[other]
        years = same_years(values[one], values[other], lambda y, own=own: is_telling(own[y]))
        if years:
            yield _same(own[years[-1]], other, years)
            yield _same(twin[years[-1]], one, years)


def _same(last: Figure, twin: str, years: tuple[int, ...]) -> Note:
    return last.remark(
        "same_as_another",
        "warning",
        item=Name("item", last.item),
        years=years,
        twin=Name("item", twin),
    )


def _related() -> Iterator[tuple[str, ...]]:
    """Items that may agree by nature: a part can be the whole of it."""
    for relation in relations().at_most:
        yield (*relation.parts, *relation.whole)
    for balance in relations().balances:
        yield (balance.stock, *balance.inflow, *balance.outflow)


def equal_to_target(context: Context) -> Remarks:
    """A finished value that is its assigned target to the last of four digits or more."""
    for item, figures in context.figures.items():
        indicator = item.removesuffix("_decline")
        measure = "level" if indicator == item else "decline"
        for year, figure in figures.items():
            same = is_assigned(context.params, indicator, year, figure.value, measure=measure)
            if same and figure.digits >= MANY_DIGITS:
                yield figure.remark("equals_target", "note", year=year, figure=figure.said)


# --- figures that cannot be true together ---------------------------------------------------------


def contradictions(context: Context) -> tuple[Note, ...]:
    """Every contradiction of an indicator in the year of its context."""
    notes = (note for rule in RULES if (note := rule(context)) is not None)
    return context.once("contradictions", context.indicator.id, lambda: tuple(notes))


def monitoring_differs(context: Context) -> Note | None:
    """A figure submitted for an input, or the finished value, against what the raw monitoring data
    give, or leave open."""
    inputs = context.monitored_inputs()
    if not inputs:
        return None
    entry, level = context.indicator, context.level()
    held = [
        (year, Name("item", item), known_items()[item].unit, figure.value, figure.rounding, ends)
        for year in (context.year, *context.years_used())
        for item in inputs
        if (figure := context.figure(item, year)) and (ends := context.monitored(item, year))
    ]
    if math.isnan(level.computed) and (ends := context.left_by_monitoring()):
        least, most = context.finished()  # a bound may hold for what is nearest to the data
        value = min(max(least, ends[0]), most)
        name = Name("indicator", entry.id)
        held.append((context.year, name, entry.unit, value, level.rounding, ends))
    for year, name, unit, value, rounding, (low, high, raw) in held:
        nearest = min(max(value, low), high)
        if not abs(nearest - value) > rounding * (1 + 1e-9):
            continue
        open_ = math.isnan(raw) and low < high
        given = Amount(nearest if math.isnan(raw) else raw, unit)
        return Note(
            "monitoring_differs.beyond" if open_ else "monitoring_differs",
            about=entry.id,
            year=year,
            item=name,
            submitted=Amount(value, unit),
            monitored=_told(low, high, nearest, unit) if open_ else given,
        )
    return None


def reported_differs(context: Context) -> Note | None:
    """The finished value and what the inputs give, or the range they leave, beyond the rounding of
    both."""
    level, unit = context.level(), context.indicator.unit
    low, high = (level.computed if math.isnan(x) else x for x in (level.low, level.high))
    if math.isnan(low) or math.isnan(level.reported):
        return None
    nearest = min(max(level.reported, low), high)
    allowed = level.rounding + context.rounding()
    if abs(nearest - level.reported) <= allowed * (1 + 1e-9) + 1e-12:
        return None
    return Note(
        "reported_differs" if low == high else "reported_differs.beyond",
        about=context.indicator.id,
        year=context.year,
        reported=Amount(level.reported, unit),
        computed=_told(low, high, nearest, unit),
    )


def _told(low: float, high: float, nearest: float, unit: str) -> Note | Amount:
    """A value, or of a range the end beyond which a figure lies."""
    ends = (low, high) if low == high else (low, math.inf) if nearest == low else (-math.inf, high)
    return ranged(*ends, unit)


def out_of_bounds(context: Context) -> Note | None:
    """A value its definition rules out, or more observed than there was to observe."""
    entry, level = context.indicator, context.level()
    if level.coverage > 1 + 1e-9:
        share = Amount(100 * level.coverage, "%")
        return Note("observed_beyond_all", about=entry.id, year=context.year, share=share)
    bounds, area = entry.bounds, context.params.county.area_km2
    # Areas of a coastal county may lie in the sea, those of another only within it.
    inland = "natural_coastline_rate" in context.params.not_applicable
    if inland and area and (most := convert(area, "km2", entry.unit)) is not None:
        bounds = 0.0, most
    if bounds is None or math.isnan(level.value):
        return None
    low, high = bounds
    # A part that exceeds its whole may first show in the most the value could be, if that is known.
    ends = level.value, level.high
    outside = [v for v in ends if v < low - 1e-9 or high + 1e-9 < v < math.inf]
    # 1001 t of 1000 t are too much, as is 103.6 t of 0.0103 10k t; 103.4 t may be a part of them.
    half = context.rounding() if outside else 0.0
    if all(max(low - v, v - high) <= half * (high / v if v > high else 1) for v in outside):
        return None
    return Note(
        "out_of_bounds",
        about=entry.id,
        year=context.year,
        value=Amount(outside[0], entry.unit, high if outside[0] > high else low),
        low=float(low),
        high=float(high),
    )


def part_of_none(context: Context) -> Note | None:
    """A part that is more than nothing, of a whole that is nothing: there is no share of it.

    Nor is there a finished one, but for 0 or 100 %, which may stand for "nothing to be done".
    """
    entry, level, inputs = context.indicator, context.level(), {*context.inputs}
    if not math.isnan(level.computed):
        return None
    known = not any(math.isnan(context.value(item, context.year)) for item in inputs)
    finished = known and entry.unit == "%" and level.reported not in ROUND
    for relation in relations().at_most:
        if relation.lag or not inputs.issuperset(relation.whole):
            continue
        if any(context.value(item, context.year) for item in relation.whole):
            continue
        parts = {i: context.value(i, context.year) for i in relation.parts if i in inputs}
        for item, value in (parts | ({entry.id: level.reported} if finished else {})).items():
            if value > 0:
                return Note(
                    "part_of_none",
                    about=entry.id,
                    year=context.year,
                    part=Name("item", item),
                    value=Amount(value, known_items()[item].unit),
                    whole=Name("item", relation.whole[0]),
                )
    return None


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
    others = (o for o in context.list.values() if o.id != entry.id and o.unit == entry.unit)
    return [o for o in others if are_twins(own, _finished(context, o))] if own else []


def _finished(context: Context, entry: Indicator) -> dict[int, float]:
    """The finished values reported up to the year."""

    def found() -> dict[int, float]:
        values = context.values(entry.id)
        return {year: value for year, value in sorted(values.items()) if year <= context.year}

    return context.once("finished", entry.id, found)


RULES = (
    monitoring_differs, reported_differs, out_of_bounds, part_of_none, decline_differs, copied_from,
)  # fmt: skip
