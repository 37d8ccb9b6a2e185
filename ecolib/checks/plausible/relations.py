"""Parts held against their wholes, and stocks against their flows; see `tables.relations`."""

from __future__ import annotations

from collections.abc import Iterator

from ecolib.checks.plausible.figures import Figure, Figures, remark
from ecolib.data import AtMost, Balance, Issue, relations, units
from ecolib.data.figures import printed_number


def parts_beyond_wholes(figures: Figures) -> Iterator[Issue]:
    """A part that exceeds its whole by more than the rounding of both.

    Parts that were not handed in can only add to the sum, so those that were are enough.
    """
    for relation in relations().at_most:
        for year in figures.years(relation.parts):
            parts = figures.all_at(relation.parts, year)
            whole = figures.all_at(relation.whole, year - relation.lag)
            if len(whole) == len(relation.whole) and _excess(figures, parts, whole) > 0:
                yield _beyond(figures, relation, parts, whole)


def _excess(figures: Figures, parts: list[Figure], whole: list[Figure]) -> float:
    """By how much the parts exceed the whole beyond rounding, in the base unit of both."""
    difference = _sum(figures, parts) - _sum(figures, whole)
    return difference - _rounding(figures, [*parts, *whole])


def _sum(figures: Figures, of: list[Figure]) -> float:
    return sum(f.value * _factor(figures, f) for f in of)


def _rounding(figures: Figures, of: list[Figure]) -> float:
    # A little more than half the last digits, for what binary numbers leave behind.
    size = sum(abs(f.value) * _factor(figures, f) for f in of)
    return sum(f.half * _factor(figures, f) for f in of) * (1 + 1e-9) + 1e-12 * size


def _factor(figures: Figures, figure: Figure) -> float:
    return units()[figures.items[figure.item].unit].factor


def _beyond(figures: Figures, relation: AtMost, parts: list[Figure], whole: list[Figure]) -> Issue:
    year, before = parts[0].year, whole[0].year
    when_zh = f" {before} 年" if relation.lag else ""
    when_en = f" of {before}" if relation.lag else ""
    return remark(
        parts[0],
        "part_exceeds_whole",
        "warning",
        f"{year} 年{_listed(figures, parts, 'zh')}，大于{when_zh}{_listed(figures, whole, 'zh')}；"
        f"按定义，{relation.zh}",
        f"{_listed(figures, parts, 'en')} in {year} exceeds {_listed(figures, whole, 'en')}"
        f"{when_en}; by definition: {_lower(relation.en)}",
    )


def _listed(figures: Figures, some: list[Figure], lang: str) -> str:
    plus = " 加" if lang == "zh" else " plus "
    return plus.join(figures.said(f, lang) for f in some)


def _lower(sentence: str) -> str:
    """A sentence that goes on after a colon; EIA and EI stay as they are."""
    return sentence if sentence[1:2].isupper() else sentence[0].lower() + sentence[1:]


def off_balance(figures: Figures) -> Iterator[Issue]:
    """A closing stock that does not follow from last year's and the flows, beyond rounding."""
    for balance in relations().balances:
        for year in figures.years((balance.stock,)):
            closing, opening = (figures.at(balance.stock, y) for y in (year, year - 1))
            inflow, outflow = (figures.all_at(f, year) for f in (balance.inflow, balance.outflow))
            flows = [*inflow, *outflow]
            complete = len(flows) == len(balance.inflow) + len(balance.outflow)
            if closing is None or opening is None or not complete:
                continue
            follows = _sum(figures, [opening, *inflow]) - _sum(figures, outflow)
            stated = _sum(figures, [closing])
            if abs(stated - follows) > _rounding(figures, [closing, opening, *flows]):
                yield _unbalanced(figures, balance, closing, [opening, *flows], follows)


def _unbalanced(
    figures: Figures, balance: Balance, closing: Figure, from_: list[Figure], follows: float
) -> Issue:
    """`follows` is the stock that the figures `from_` make, in the base unit of the dimension."""
    unit = closing.unit or figures.items[closing.item].unit
    decimals = max(0, -int(printed_number(closing.printed or "0").as_tuple().exponent))
    made = f"{follows / units()[unit].factor:.{decimals}f}"
    zh = "、".join(f"{f.year} 年{figures.said(f, 'zh')}" for f in from_)
    en = ", ".join(f"{figures.said(f, 'en')} of {f.year}" for f in from_)
    return remark(
        closing,
        "balance",
        "warning",
        f"{closing.year} 年{figures.said(closing, 'zh')}，但由 {zh}推得 {made} {units()[unit].zh}；"
        f"按定义，{balance.zh}",
        f"{figures.said(closing, 'en')} of {closing.year} does not follow from {en}, which make "
        f"{made} {units()[unit].en}; by definition: {_lower(balance.en)}",
    )
