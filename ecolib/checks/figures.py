"""Figures that may well be wrong: looked at beside each other, beside other years, beside reason.

Nothing here changes a value or a verdict: what cannot be true together is a matter for
`ecolib.checks.contradictions`. Each remark is placed to the cell it speaks of.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from ecolib.checks.context import Context, Figure, Remarks, chained, dimension, others_like
from ecolib.checks.contradictions import (
    MANY_DIGITS,
    REPEATING,
    equal_to_target,
    is_telling,
    same_as_another,
)
from ecolib.data.dictionary import AtMost, Balance, Ceiling, ceilings, relations, units
from ecolib.data.figures import printed_number
from ecolib.grouping import grouped
from ecolib.indicators.catalogue import declared, known_items
from ecolib.texts import Amount, Name, Note


def plausibility(context: Context) -> tuple[Note, ...]:
    """Every remark on the figures submitted, rule by rule."""
    return tuple(note for rule in RULES for note in rule(context))


# --- beyond what the area of a county can hold


def beyond_reason(context: Context) -> Remarks:
    """One remark an item, at its latest figure, for all years beyond the ceiling of `ceilings.csv`."""
    for ceiling in ceilings():
        beyond = [
            figure
            for figure in context.figures.get(ceiling.item, {}).values()
            if (area := _area(context, figure.year)) and figure.value > ceiling.per_km2 * area
        ]
        if beyond:
            yield _beyond(ceiling, beyond, _area(context, beyond[-1].year))


def _area(context: Context, year: int) -> float:
    """The area of the county in km2, as its parameters or else its figures say; 0 if unknown."""
    figure = context.figures.get("land_area", {}).get(year)
    return context.params.county.area_km2 or (0.0 if figure is None else max(figure.value, 0.0))


def _beyond(ceiling: Ceiling, beyond: list[Figure], area: float) -> Note:
    last = beyond[-1]
    unit, smaller = known_items()[last.item].unit, _smaller_unit(last, ceiling, area)
    return last.remark(
        "beyond_reason",
        "warning",
        years=tuple(figure.year for figure in beyond),
        figure=last.said,
        year=last.year,
        density=Amount(round(last.value / area, 1), unit),
        limit=Amount(ceiling.per_km2, unit),
        why=Name("ceiling", ceiling.item),
        suspected=_rather(smaller, last.unit) if smaller else "",
    )


def _rather(unit: str, written: str) -> Note:
    """A unit that is suspected in the place of the one written; "" for a fraction of one."""
    likely = Name("unit", unit) if unit else Note("a_fraction")
    return Note("unit_rather", likely=likely, written=Name("unit", written))


def _smaller_unit(figure: Figure, ceiling: Ceiling, area: float) -> str:
    """The next smaller unit of the kind in which the figure would be within reason."""
    smaller = [(u.factor / units()[figure.unit].factor, u.unit) for u in others_like(figure.unit)]
    smaller = sorted((pair for pair in smaller if pair[0] < 1), reverse=True)
    fits = (unit for by, unit in smaller if figure.value * by <= ceiling.per_km2 * area)
    return next(fits, "")


# --- parts against their wholes, stocks against their flows


def parts_beyond_wholes(context: Context) -> Remarks:
    """A part that exceeds its whole by more than the rounding of both.

    Parts that were not submitted can only add to the sum, so those that were are enough.
    """
    for relation in relations().at_most:
        for year in _years(context, relation.parts):
            parts = _all_of(context, relation.parts, year)
            whole = _all_of(context, relation.whole, year - relation.lag)
            difference = _sum(parts) - _sum(whole)
            if len(whole) == len(relation.whole) and difference > _rounding([*parts, *whole]):
                yield _exceeds(relation, parts, whole)


def _exceeds(relation: AtMost, parts: list[Figure], whole: list[Figure]) -> Note:
    return parts[0].remark(
        "part_exceeds_whole.earlier" if relation.lag else "part_exceeds_whole",
        "warning",
        year=parts[0].year,
        parts=chained("plus", [part.said for part in parts]),
        whole=chained("plus", [figure.said for figure in whole]),
        **({"before": whole[0].year} if relation.lag else {}),
        definition=Name("definition", relation.key),
    )


class _Closing(NamedTuple):
    """A closing stock, last year's and the flows, and what follows from these in the base unit."""

    balance: Balance
    stock: Figure
    terms: list[Figure]
    follows: float

    @property
    def adds_up(self) -> bool:
        """Whether the stock is what follows, within rounding."""
        return abs(_sum([self.stock]) - self.follows) <= _rounding([self.stock, *self.terms])


def _closings(context: Context) -> Iterator[_Closing]:
    for balance in relations().balances:
        stocks = context.figures.get(balance.stock, {})
        for stock in stocks.values():
            opening = stocks.get(stock.year - 1)
            inflow = _all_of(context, balance.inflow, stock.year)
            outflow = _all_of(context, balance.outflow, stock.year)
            complete = len([*inflow, *outflow]) == len(balance.inflow) + len(balance.outflow)
            if opening is not None and complete:
                follows = _sum([opening, *inflow]) - _sum(outflow)
                yield _Closing(balance, stock, [opening, *inflow, *outflow], follows)


def _settled(context: Context, *, adds_up: bool = True) -> set[tuple[str, int]]:
    """The stocks, by item and year, that are what follows from their flows, or are not."""
    closings = (c for c in _closings(context) if c.adds_up == adds_up)
    return {(c.stock.item, c.stock.year) for c in closings}


def off_balance(context: Context) -> Remarks:
    """A closing stock that does not follow from last year's and the flows, beyond rounding."""
    for balance, stock, terms, follows in (c for c in _closings(context) if not c.adds_up):
        unit = stock.unit or known_items()[stock.item].unit
        decimals = max(0, -int(printed_number(stock.printed or "0").as_tuple().exponent))
        yield stock.remark(
            "balance",
            "warning",
            year=stock.year,
            stock=stock.said,
            figures=tuple(Note("figure_of_year", year=f.year, figure=f.said) for f in terms),
            follows=Amount(f"{follows / units()[unit].factor:.{decimals}f}", unit),
            definition=Name("definition", balance.key),
        )


def _years(context: Context, items: Iterable[str]) -> list[int]:
    """Every year in which one of these items has a figure."""
    return sorted({year for item in items for year in context.figures.get(item, {})})


def _all_of(context: Context, items: Iterable[str], year: int) -> list[Figure]:
    """The figures of these items that there are for a year."""
    found = (context.figures.get(item, {}).get(year) for item in items)
    return [figure for figure in found if figure is not None]


def _sum(figures: Iterable[Figure]) -> float:
    """In the base unit of their dimension."""
    return sum(figure.value * _factor(figure) for figure in figures)


def _rounding(figures: list[Figure]) -> float:
    # A little more than half the last digits, for what binary numbers leave behind.
    size = sum(abs(figure.value) * _factor(figure) for figure in figures)
    return sum(f.rounding * _factor(f) for f in figures) * (1 + 1e-9) + 1e-12 * size


def _factor(figure: Figure) -> float:
    return units()[known_items()[figure.item].unit].factor


# --- the same figure year after year

#: With fewer than many digits, a figure repeats by chance unless it stands in so many years.
YEARS = 3
#: An item that usually moves by fewer last digits than this may well print the same again.
STEPS = 20
#: What is surveyed once, or set by a decision, and stays until the next one.
STEADY = (
    "land_area", "water_area", "shore_total", "shore_strict", "shore_retained", "bank_total",
    "bank_protected", "bank_reserved", "nature_reserves", "ecological_redline"
)  # fmt: skip


def repeated_years(context: Context) -> Remarks:
    """Years of one item with the same figure to the last digit: one remark a figure.

    A stock that its flows have left as it was is no copy.
    """
    settled = _settled(context)
    for item, figures in context.figures.items():
        if item in STEADY or dimension(item) in REPEATING:
            continue
        alike = grouped((f.value, f) for f in figures.values() if is_telling(f))
        for first, *others in alike.values():
            same = [first, *(f for f in others if (item, f.year) not in settled)]
            often = len(same) >= YEARS
            if not often and (len(same) == 1 or same[0].digits < MANY_DIGITS):
                continue
            if not _creeps(figures.values(), same[0]):
                yield same[-1].remark(
                    "repeated_figure",
                    "warning" if often else "note",
                    figure=same[-1].said,
                    years=tuple(figure.year for figure in same),
                )


def _creeps(figures: Iterable[Figure], figure: Figure) -> bool:
    """Whether the item usually moves by so few last digits that a repeat is no surprise."""
    moves = [abs(b.value - a.value) for a, b in pairwise(figures) if a.value != b.value]
    last_digit = 2 * figure.rounding or 1.0
    return bool(moves) and median(moves) < STEPS * last_digit


# --- years that do not speak of the same


def scopes_changed(context: Context) -> Remarks:
    """A remark at each figure whose scope, one for all or by place, is not that of the one before."""
    for figures in context.figures.values():
        for before, figure in pairwise(figures.values()):
            if not same_scope(before, figure):
                yield figure.remark(
                    "scope_changed",
                    "warning",
                    item=Name("item", figure.item),
                    before=before.year,
                    then=_scope(before),
                    year=figure.year,
                    now=_scope(figure),
                )


def same_scope(one: Figure, other: Figure) -> bool:
    """Whether both are one figure for all, or both combined from figures by place."""
    return bool(one.printed) == bool(other.printed)


def _scope(figure: Figure) -> Note:
    return Note("scope_of_figure.whole") if figure.printed else Note("scope_of_figure.places")


#: A history may begin before the base year, but hardly by more years than this.
BEFORE_BASE_YEAR = 15


def long_before(context: Context) -> Remarks:
    """Figures of a year long before the base year of the county."""
    base_year = context.params.county.base_year
    for figures in context.figures.values():
        for figure in figures.values():
            if figure.year < base_year - BEFORE_BASE_YEAR:
                yield figure.remark(
                    "year_suspected",
                    "warning",
                    figure=figure.said,
                    year=figure.year,
                    base_year=base_year,
                    years=base_year - figure.year,
                )


# --- targets handed down


def targets_that_jump(context: Context) -> Remarks:
    """A target that left last year's and what is known of the indicator by more than `LEAST`."""
    for indicator, by_year in context.params.assigned.items():
        entry = declared()[indicator]
        given = [(y, g.value) for y, g in sorted(by_year.items()) if g.measure == "level"]
        for (last_year, before), (year, value) in pairwise(given):
            if _is_change(indicator, entry.unit) or _counts(entry.unit):
                continue
            if year != last_year + 1 or year > context.year or min(before, value) <= 0:
                continue
            if _apart(value / before, LEAST) and not _follows(context.of(entry), year, value):
                yield Note(
                    "target_jump",
                    severity="warning",
                    about=indicator,
                    source=f"params: assigned.{indicator}.{year}",
                    shown=f"{value:g}",
                    indicator=Name("indicator", indicator),
                    year=year,
                    value=Amount(value, entry.unit),
                    before=Amount(before, entry.unit),
                    moved=_moved(value / before),
                )


def _follows(context: Context, year: int, target: float) -> bool:
    """Whether the latest level before the year is near its target, as with goals that are built up."""
    known = [level for y, level in context.levels().items() if y < year and level > 0]
    return bool(known) and not _apart(target / known[-1], LEAST)


# --- jumps, and units mistaken for others

#: A change by such a factor in one year is remarked upon whatever the history.
ALWAYS = 10.0
#: Less than this factor is no jump, however smooth the history was.
LEAST = 1.5
#: So many earlier values say what a usual change is; fewer say nothing.
EARLIER = 4
#: Beyond the usual size of a change by so many of its spreads (median absolute deviation, as a normal's).
SPREADS = 6.0
#: Changes are not known finer than this, so a spread is taken to be at least as wide (5 %).
LEAST_SPREAD = 0.05
#: The other years say what size an item has if they lie within this factor of each other ...
AGREE = 3.0
#: ... and a figure in another unit meets that size if it then lies within this one.
MEETS = 1.5
NORMAL = 1.4826
#: Whole numbers below this may well double from one year to the next.
FEW = 20
#: These are changes or balances themselves; a ratio of two of them says nothing.
CHANGES = ("share difference",)


def jumps_and_units(context: Context) -> Remarks:
    """A remark for each figure that is out of line; one that suggests a unit says which.

    A stock that follows from its flows may be anything, and so may what was taken from last year's
    stock, unless that does not follow from its own.
    """
    settled, unsettled = _settled(context), _settled(context, adds_up=False)
    for item, figures in context.figures.items():
        if _is_change(item, known_items()[item].unit):
            continue
        positive = [figure for figure in figures.values() if figure.value > 0]
        sound: list[Figure] = []
        before: Figure | None = None
        for figure in positive:
            found = _mistaken_unit(figure, [f.value for f in positive if f is not figure])
            found = found or _fraction(figure)
            stock = _stock_taken_from(context, figure)
            free = (item, figure.year) in settled or (stock and stock not in unsettled)
            if found is None and before is not None and not free:
                found = _jump(figure, before, sound)
            if found is None:
                sound.append(figure)
            else:
                yield found
            before = figure


def _stock_taken_from(context: Context, figure: Figure) -> tuple[str, int] | None:
    """Last year's stock, by item and year, that a figure is a part of and no more than."""
    for relation in relations().at_most:
        if relation.lag and figure.item in relation.parts:
            whole = _all_of(context, relation.whole, figure.year - relation.lag)
            if whole and _sum([figure]) - _sum(whole) <= _rounding([figure, *whole]):
                return whole[0].item, whole[0].year
    return None


def _is_change(name: str, unit: str) -> bool:
    return units()[unit].dimension in CHANGES or name.endswith("_decline")


def _mistaken_unit(figure: Figure, others: list[float]) -> Note | None:
    if len(others) < 2 or max(others) > AGREE * min(others) or not figure.unit:
        return None
    ratio = figure.value / median(others)
    if 1 / ALWAYS < ratio < ALWAYS:
        return None
    own = units()[figure.unit].factor
    others = [(unit.unit, unit.factor / own) for unit in others_like(figure.unit)]
    if figure.unit == "%":  # 0.985 written for 98.5 %, as cells formatted as percentages hold it
        others.append(("", 100.0))
    for unit, factor in others:
        if 1 / MEETS <= ratio * factor <= MEETS:
            return figure.remark(
                "unit_suspected",
                "warning",
                year=figure.year,
                figure=figure.said,
                times=_times(ratio),
                suspected=_rather(unit, figure.unit),
            )
    return None


def _fraction(figure: Figure) -> Note | None:
    """A share of which more is better, and hardly anything there: 0.95 written for 95 %."""
    entry = declared().get(figure.item)
    if figure.unit != "%" or figure.value > 1 or entry is None or entry.better != "up":
        return None
    meant = Amount(f"{printed_number(figure.printed).scaleb(2):f}", "%")
    said = {"year": figure.year, "figure": figure.said, "meant": meant}
    return figure.remark("fraction_suspected", "warning", **said)


def _jump(figure: Figure, before: Figure, sound: list[Figure]) -> Note | None:
    """Against last year, and against the last figure in line where last year's was not."""
    last = sound[-1] if sound else before
    if _is_small(figure, before):
        return None
    # A decimal point moved in what hardly changes is ten times as much, and no more.
    always = ALWAYS * (1 - 1e-9)
    if all(_apart(figure.value / value, always) for value in {before.value, last.value}):
        return _jumped(figure, before, "")
    if figure.year != before.year + 1:
        return None
    change = abs(math.log(figure.value / last.value))
    usual = [abs(math.log(b.value / a.value)) for a, b in pairwise(sound) if b.year == a.year + 1]
    if last is not before or len(usual) < EARLIER - 1 or not _apart(math.exp(change), LEAST):
        return None
    middle = median(usual)
    spread = max(NORMAL * median(abs(u - middle) for u in usual), LEAST_SPREAD)
    if change <= max(middle + SPREADS * spread, *usual):
        return None
    sign = 1 if figure.value > last.value else -1  # a fall by as much is fewer per cent
    most = round(100 * abs(math.exp(sign * max(usual)) - 1), 1)
    return _jumped(figure, before, Note("usual_change", most=Amount(most, "%")))


def _apart(ratio: float, factor: float) -> bool:
    return ratio > factor or ratio < 1 / factor


def _counts(unit: str) -> bool:
    return units()[unit].dimension in ("count", "requirements")


def _is_small(*pair: Figure) -> bool:
    return _counts(known_items()[pair[0].item].unit) and max(figure.value for figure in pair) < FEW


def _jumped(figure: Figure, before: Figure, usual: Note | str) -> Note:
    said = {"year": figure.year, "figure": figure.said, "before": before.shown}
    ratio = figure.value / before.value
    if before.year != figure.year - 1:
        return figure.remark(
            "jump.since", "warning", **said, times=_times(ratio), last_year=before.year
        )
    return figure.remark("jump", "warning", **said, moved=_moved(ratio), usual=usual)


def _times(ratio: float) -> Note:
    return Note("times.many", n=ratio) if ratio > 1 else Note("times.part", n=1 / ratio)


def _moved(ratio: float) -> Note:
    if ratio > ALWAYS:
        return Note("moved.times", n=ratio)
    percent = Amount(round(100 * abs(ratio - 1), 1), "%")
    return Note("moved.up", by=percent) if ratio > 1 else Note("moved.down", by=percent)


RULES = (
    beyond_reason, parts_beyond_wholes, off_balance, scopes_changed, targets_that_jump,
    jumps_and_units, long_before, repeated_years, same_as_another, equal_to_target,
)  # fmt: skip
