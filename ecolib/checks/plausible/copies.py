"""The same digits where nobody would expect them: another year, another item, the target itself."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from statistics import median

from ecolib.checks.plausible.figures import Figure, Figures, remark
from ecolib.data import Issue, relations
from ecolib.data.params import Params

#: So many printed digits are not met twice by chance.
DIGITS = 4
#: With so many digits, it takes this many years.
FEWER_DIGITS, YEARS = 3, 3
#: An item that usually moves by fewer last digits than this may well print the same again.
STEPS = 20
#: Small whole numbers, scores and days repeat by nature.
REPEATING = ("count", "days", "index", "requirements", "year")
#: What is surveyed once, or set by a decision, and stays until the next one.
STEADY = (
    "land_area", "water_area", "shore_total", "shore_strict", "shore_retained", "bank_total",
    "bank_protected", "bank_reserved", "nature_reserves", "ecological_redline",
)  # fmt: skip
ROUND = (0.0, 100.0)


def repeated_years(figures: Figures) -> Iterator[Issue]:
    """Years of one item with the same figure to the last digit: one remark a figure."""
    for item, by_year in figures.by_item.items():
        if item in STEADY or figures.dimension(item) in REPEATING:
            continue
        alike: dict[float, list[Figure]] = {}
        for figure in by_year.values():
            if figure.value not in ROUND and figure.digits >= FEWER_DIGITS:
                alike.setdefault(figure.value, []).append(figure)
        for same in alike.values():
            enough = len(same) >= YEARS or (len(same) > 1 and same[0].digits >= DIGITS)
            if enough and not _creeps(list(by_year.values()), same[0]):
                yield _repeated(figures, sorted(same, key=lambda f: f.year))


def _creeps(all_years: list[Figure], figure: Figure) -> bool:
    """Whether the item usually moves by so few last digits that a repeat is no surprise."""
    ordered = sorted(all_years, key=lambda f: f.year)
    moves = [abs(b.value - a.value) for a, b in zip(ordered, ordered[1:], strict=False)]
    moved = [move for move in moves if move > 0]
    last_digit = 2 * figure.half or 1.0
    return bool(moved) and median(moved) < STEPS * last_digit


def _repeated(figures: Figures, same: list[Figure]) -> Issue:
    years = [str(f.year) for f in same]
    return remark(
        same[-1],
        "repeated_figure",
        "warning" if len(same) >= YEARS else "note",
        f"{figures.said(same[-1], 'zh')}，{'、'.join(years)} 年逐位相同，疑为照抄",
        f"{figures.said(same[-1], 'en')} stands to the last digit in {', '.join(years)}; "
        "it may have been copied",
    )


def same_as_another(figures: Figures) -> Iterator[Issue]:
    """Two items with the same figures in every year they share, two at least; told at both."""
    related = {frozenset(pair) for group in _related() for pair in combinations(group, 2)}
    known = {item: years for item in figures.by_item if (years := _telling(figures, item))}
    for one, other in combinations(known, 2):
        if frozenset((one, other)) in related or not _same_unit(figures, one, other):
            continue
        shared = figures.by_item[one].keys() & figures.by_item[other].keys()
        equal = all(
            figures.by_item[one][y].value == figures.by_item[other][y].value for y in shared
        )
        telling = shared & known[one]
        if equal and len({figures.by_item[one][y].value for y in telling}) >= 2:
            yield _twins(figures, one, other, sorted(telling))
            yield _twins(figures, other, one, sorted(telling))


def _related() -> Iterator[tuple[str, ...]]:
    """Items that may agree by nature: a part can be the whole of it."""
    for relation in relations().at_most:
        yield (*relation.parts, *relation.whole)
    for balance in relations().balances:
        yield (balance.stock, *balance.inflow, *balance.outflow)


def _telling(figures: Figures, item: str) -> set[int]:
    """Years whose figure has enough digits to be told from another's."""
    if figures.dimension(item) in REPEATING:
        return set()
    by_year = figures.by_item[item]
    return {y for y, f in by_year.items() if f.digits >= FEWER_DIGITS and f.value not in ROUND}


def _same_unit(figures: Figures, one: str, other: str) -> bool:
    return figures.items[one].unit == figures.items[other].unit


def _twins(figures: Figures, own: str, other: str, years: list[int]) -> Issue:
    last, twin = figures.by_item[own][years[-1]], figures.items[other]
    shown = "、".join(map(str, years))
    return remark(
        last,
        "same_as_another",
        "warning",
        f"“{figures.items[own].zh}”{shown} 年的数与“{twin.zh}”逐位相同，疑有一处误抄",
        f"'{figures.items[own].en}' has the very figures of '{twin.en}' in "
        f"{shown.replace('、', ', ')}; one may have been copied by mistake",
    )


def equal_to_target(figures: Figures, params: Params) -> Iterator[Issue]:
    """A finished value that is its assigned target to the last of four digits or more."""
    for item, by_year in figures.by_item.items():
        indicator = item.removesuffix("_decline")
        measure = "level" if indicator == item else "decline"
        for figure in by_year.values():
            given = params.assignment(indicator, figure.year)
            if given is None or given.measure != measure or figure.digits < DIGITS:
                continue
            if figure.value == given.value:
                yield remark(
                    figure,
                    "equals_target",
                    "note",
                    f"{figure.year} 年{figures.said(figure, 'zh')}，与下达的目标值逐位相同，请核实是否"
                    "为实际数",
                    f"{figures.said(figure, 'en')} in {figure.year} is the assigned target to the "
                    "last digit; check that it was measured",
                )
