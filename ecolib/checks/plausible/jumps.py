"""Figures out of line with the item's other years: a jump, or a unit mistaken for another."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from statistics import median

from ecolib.checks.plausible.figures import Figure, Figures, remark
from ecolib.data import Issue, units
from ecolib.indicators.targets import show

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


def jumps_and_units(figures: Figures) -> Iterator[Issue]:
    """A remark for each figure that is out of line; one that suggests a unit says which."""
    for item, by_year in figures.by_item.items():
        if figures.dimension(item) in CHANGES or item.endswith("_decline"):
            continue
        positive = {year: f for year, f in sorted(by_year.items()) if f.value > 0}
        sound: list[Figure] = []
        before: Figure | None = None
        for figure in positive.values():
            found = _mistaken_unit(figures, figure, positive)
            if found is None and before is not None:
                found = _jump(figures, figure, before, sound)
            if found is None:
                sound.append(figure)
            else:
                yield found
            before = figure


def _mistaken_unit(figures: Figures, figure: Figure, by_year: Mapping[int, Figure]) -> Issue | None:
    others = [f.value for f in by_year.values() if f.year != figure.year]
    if len(others) < 2 or max(others) > AGREE * min(others) or not figure.unit:
        return None
    usual = median(others)
    if 1 / ALWAYS < figure.value / usual < ALWAYS:
        return None
    for unit, factor in _other_units(figures, figure):
        if 1 / MEETS <= figure.value * factor / usual <= MEETS:
            return _suggests(figures, figure, unit, usual)
    return None


def _other_units(figures: Figures, figure: Figure) -> Iterator[tuple[str, float]]:
    """What the figure would be multiplied by if it were in another unit of its dimension."""
    own = units()[figure.unit]
    for other in units().values():
        if other.dimension == own.dimension and other.unit != own.unit:
            yield other.unit, other.factor / own.factor
    if own.unit == "%":
        # 0.985 written for 98.5 %, as cells formatted as percentages hold it.
        yield "", 100.0


def _suggests(figures: Figures, figure: Figure, unit: str, usual: float) -> Issue:
    own, ratio = units()[figure.unit], figure.value / usual
    other_zh, other_en = (
        ("小数", "a fraction") if not unit else (units()[unit].zh, units()[unit].en)
    )
    times_zh = f"{show(ratio)} 倍" if ratio > 1 else f"1/{show(1 / ratio)}"
    times_en = f"{show(ratio)} times" if ratio > 1 else f"1/{show(1 / ratio)} of"
    return remark(
        figure,
        "unit_suspected",
        "warning",
        f"{figure.year} 年{figures.said(figure, 'zh')}，为其他年份的 {times_zh}；"
        f"疑应为{other_zh}而不是{own.zh}",
        f"{figures.said(figure, 'en')} in {figure.year} is {times_en} the other years; "
        f"suggests {other_en} instead of {own.en}",
    )


def _jump(figures: Figures, figure: Figure, before: Figure, sound: list[Figure]) -> Issue | None:
    """Against last year, and against the last figure in line where last year's was not."""
    if figure.year != before.year + 1 or _is_small(figures, figure, before):
        return None
    last = sound[-1] if sound else before
    references = {before.value, last.value}
    if all(_beyond(figure.value / value, ALWAYS) for value in references):
        return _jumped(figures, figure, before, "", "")
    change = abs(math.log(figure.value / last.value))
    usual = [
        abs(math.log(b.value / a.value))
        for a, b in zip(sound, sound[1:], strict=False)
        if b.year == a.year + 1
    ]
    if last is not before or len(usual) < EARLIER - 1 or not _beyond(math.exp(change), LEAST):
        return None
    middle = median(usual)
    spread = max(NORMAL * median(abs(u - middle) for u in usual), LEAST_SPREAD)
    if change <= max(middle + SPREADS * spread, *usual):
        return None
    most = 100 * (math.exp(max(usual)) - 1)
    return _jumped(
        figures,
        figure,
        before,
        f"；此前各年变化最多约 {show(round(most, 1))} %",
        f"; until then it changed by at most about {show(round(most, 1))} % a year",
    )


def _beyond(ratio: float, factor: float) -> bool:
    return ratio > factor or ratio < 1 / factor


def _is_small(figures: Figures, *pair: Figure) -> bool:
    counted = figures.dimension(pair[0].item) in ("count", "requirements")
    return counted and max(f.value for f in pair) < FEW


def _jumped(figures: Figures, figure: Figure, before: Figure, zh: str, en: str) -> Issue:
    ratio = figure.value / before.value
    percent = show(round(100 * abs(ratio - 1), 1))
    moved_zh, moved_en = ("增加", "more") if ratio > 1 else ("减少", "less")
    times_zh = f"是上年的 {show(ratio)} 倍" if ratio > ALWAYS else f"比上年{moved_zh} {percent} %"
    times_en = f"{show(ratio)} times" if ratio > ALWAYS else f"{percent} % {moved_en} than"
    return remark(
        figure,
        "jump",
        "warning",
        f"{figure.year} 年{figures.said(figure, 'zh')}，上年为 {figures.amount(before, 'zh')}，"
        f"{times_zh}{zh}；请核实",
        f"{figures.said(figure, 'en')} in {figure.year} is {times_en} the "
        f"{figures.amount(before, 'en')} of the year before{en}; please check",
    )
