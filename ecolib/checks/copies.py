"""The same digits where nobody would expect them: another series, another year, the target itself.

What counts as the same stands here once; which digits are telling is asked by each rule.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import combinations, pairwise
from statistics import median

from ecolib.checks.context import Context, Figure, Remarks, dimension
from ecolib.data.figures import significant_digits
from ecolib.data.params import Params
from ecolib.data.relations import relations
from ecolib.indicators.catalogue import known_items
from ecolib.texts import Name, Note

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

#: With fewer than many digits, a figure repeats by chance unless it stands in so many years.
YEARS = 3
#: An item that usually moves by fewer last digits than this may well print the same again.
STEPS = 20
#: Small whole numbers, scores and days repeat by nature.
REPEATING = ("count", "days", "index", "requirements", "year")
#: What is surveyed once, or set by a decision, and stays until the next one.
STEADY = (
    "land_area", "water_area", "shore_total", "shore_strict", "shore_retained", "bank_total",
    "bank_protected", "bank_reserved", "nature_reserves", "ecological_redline"
)  # fmt: skip


def repeated_years(context: Context) -> Remarks:
    """Years of one item with the same figure to the last digit: one remark a figure."""
    for item, figures in context.figures.items():
        if item in STEADY or dimension(item) in REPEATING:
            continue
        alike: dict[float, list[Figure]] = {}
        for figure in figures.values():
            if _is_telling(figure):
                alike.setdefault(figure.value, []).append(figure)
        for same in alike.values():
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


def _is_telling(figure: Figure) -> bool:
    return figure.value not in ROUND and figure.digits >= TELLING_DIGITS


def _creeps(figures: Iterable[Figure], figure: Figure) -> bool:
    """Whether the item usually moves by so few last digits that a repeat is no surprise."""
    moves = [abs(b.value - a.value) for a, b in pairwise(figures) if a.value != b.value]
    last_digit = 2 * figure.rounding or 1.0
    return bool(moves) and median(moves) < STEPS * last_digit


def same_as_another(context: Context) -> Remarks:
    """Two items with the same figures in every year they share, two at least; told at both."""
    related = {frozenset(pair) for group in _related() for pair in combinations(group, 2)}
    values = {
        item: {year: figure.value for year, figure in figures.items()}
        for item, figures in context.figures.items()
        if dimension(item) not in REPEATING and any(map(_is_telling, figures.values()))
    }
    for one, other in combinations(values, 2):
        if frozenset((one, other)) in related:
            continue
        if known_items()[one].unit != known_items()[other].unit:
            continue
        own, twin = context.figures[one], context.figures[other]
        years = same_years(values[one], values[other], lambda y, own=own: _is_telling(own[y]))
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
