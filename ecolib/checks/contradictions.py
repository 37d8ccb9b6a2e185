"""Figures of one indicator that cannot all be true; each found gives the verdict `conflict`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess.history import History, inputs_of
from ecolib.errors import Problem
from ecolib.indicators.catalogue import Indicator, indicators, known_items
from ecolib.indicators.formulas import Measure, decline
from ecolib.indicators.targets import amount, show

if TYPE_CHECKING:
    from ecolib.assess.case import Case

#: So many identical figures in two indicators, none of them a round 0 or 100, are no coincidence.
TWIN_YEARS = 2


def contradictions(entry: Indicator, case: Case, history: History) -> list[Problem]:
    """Every contradiction in the year of the case, in both languages."""
    checks = (
        _handed_in_differs,
        _reported_differs,
        _out_of_bounds,
        _decline_differs,
        _same_as_another,
    )
    return [found for check in checks if (found := check(entry, case, history)) is not None]


def _handed_in_differs(entry: Indicator, case: Case, history: History) -> Problem | None:
    """A figure handed in for an input against what the raw monitoring data give."""
    known = known_items()
    for name in (n for n in entry.inputs if n in known):
        derived, figures = case.derived_from(name), case.handed_in(name)
        if derived is None or name not in derived.items or case.year not in figures.index:
            continue
        raw = float(derived.items[name].get(case.year, math.nan))
        figure = figures.loc[case.year]
        if math.isnan(raw) or abs(raw - figure["value"]) <= figure["half"] * (1 + 1e-9):
            continue
        item = known[name]
        return Problem(
            entry.id,
            f"{case.year} 年“{item.zh}”填报 {amount(figure['value'], item.unit, 'zh')}，"
            f"由原始监测数据算得 {amount(raw, item.unit, 'zh')}，两者不符",
            f"'{item.en}' for {case.year} was handed in as "
            f"{amount(figure['value'], item.unit, 'en')}, but the raw monitoring data give "
            f"{amount(raw, item.unit, 'en')}",
        )
    return None


def _reported_differs(entry: Indicator, case: Case, history: History) -> Problem | None:
    """The finished value and the value computed from the inputs, beyond the rounding of both."""
    computed, reported = (history.at(case.year, c) for c in ("computed", "reported"))
    if math.isnan(computed) or math.isnan(reported):
        return None
    allowed = history.at(case.year, "half") + rounding_error(entry, case, case.year)
    if abs(computed - reported) <= allowed * (1 + 1e-9) + 1e-12:
        return None
    a, b = (amount(computed, entry.unit, lang) for lang in ("zh", "en"))
    c, d = (amount(reported, entry.unit, lang) for lang in ("zh", "en"))
    return Problem(
        entry.id,
        f"{case.year} 年填报的成品值为 {c}，由填报的基础数算得 {a}，两者不符",
        f"the finished value reported for {case.year} is {d}, but the figures handed in give {b}",
    )


def rounding_error(entry: Indicator, case: Case, year: int) -> float:
    """How far the value computed for a year can be off because its inputs carry few decimals.

    First order: each figure of that year and the one before is moved by half its last digit.
    """
    inputs = inputs_of(entry, case)
    start = value_at(entry, inputs, year)
    error = 0.0
    for name in inputs:
        if name not in known_items():
            continue
        halves = case.series(name)["half"]
        for moved_year in (year - 1, year):
            if moved_year in halves.index and halves[moved_year]:
                moved = inputs[name].copy()
                moved[moved_year] += halves[moved_year]
                change = value_at(entry, {**inputs, name: moved}, year) - start
                error += 0.0 if math.isnan(change) else abs(change)
    return error


def value_at(entry: Indicator, inputs: dict, year: int) -> float:
    """What the formula gives for a year; NaN where it gives nothing."""
    answer = entry.formula(**inputs)
    series = answer.value if isinstance(answer, Measure) else answer
    return float(series.get(year, math.nan))


def _out_of_bounds(entry: Indicator, case: Case, history: History) -> Problem | None:
    """A value its definition rules out, or more observed than there was to observe."""
    value = history.at(case.year, "value")
    coverage = history.at(case.year, "coverage")
    if coverage > 1 + 1e-9:
        shown = show(100 * coverage)
        return Problem(
            entry.id,
            f"{case.year} 年观测到的是应观测总数的 {shown} %，超过全部，填报的数互相矛盾",
            f"{shown} % of what there was is said to have been observed in {case.year}, which is "
            "more than all of it, so the figures contradict each other",
        )
    if entry.bounds is None or math.isnan(value):
        return None
    low, high = entry.bounds
    # A part that exceeds its whole may first show in the most the value could be.
    ends = (value, history.at(case.year, "high"))
    outside = [v for v in ends if v < low - 1e-9 or v > high + 1e-9]
    if not outside:
        return None
    value = outside[0]
    return Problem(
        entry.id,
        f"{case.year} 年为 {amount(value, entry.unit, 'zh')}，按定义应在 {show(low)}—{show(high)} "
        "之间：部分大于整体，填报的数互相矛盾",
        f"{amount(value, entry.unit, 'en')} in {case.year} lies outside {show(low)} to "
        f"{show(high)}: a part exceeds its whole, so the figures contradict each other",
    )


def _decline_differs(entry: Indicator, case: Case, history: History) -> Problem | None:
    """A reported yearly decline (item `<id>_decline`) against the levels of the two years."""
    item = f"{entry.id}_decline"
    if item not in known_items() or case.year not in case.series(item).index:
        return None
    reported = case.series(item).loc[case.year]
    levels = history.table["value"]
    computed = float(decline(levels).get(case.year, math.nan))
    if math.isnan(computed):
        return None
    halves = history.table["half"].fillna(0)
    before, now = levels[case.year - 1], levels[case.year]
    rounding = 100 * (
        halves[case.year] / abs(before) + halves[case.year - 1] * abs(now) / before**2
    )
    if abs(computed - reported["value"]) <= reported["half"] + rounding:
        return None
    zh, en = (
        (amount(before, entry.unit, lang), amount(now, entry.unit, lang)) for lang in ("zh", "en")
    )
    moved_zh = "上升" if computed < 0 else "下降"
    moved_en = "a rise" if computed < 0 else "a fall"
    return Problem(
        entry.id,
        f"填报的 {case.year} 年下降率为 {show(reported['value'])} %，但 {case.year - 1} 年 {zh[0]}、"
        f"{case.year} 年 {zh[1]}，实为{moved_zh} {show(abs(computed))} %",
        f"the decline reported for {case.year} is {show(reported['value'])} %, but {en[0]} in "
        f"{case.year - 1} and {en[1]} in {case.year} make {moved_en} of {show(abs(computed))} %",
    )


def _same_as_another(entry: Indicator, case: Case, history: History) -> Problem | None:
    """The same finished values, to the last digit, in several years of another indicator."""
    found = twins(entry, case) if history.basis(case.year) == "reported" else []
    if not found:
        return None
    twin, own = found[0], case.series(entry.id)["value"]
    own = own[own.index <= case.year]
    years = "、".join(map(str, own.index))
    values = "、".join(show(v) for v in own)
    return Problem(
        entry.id,
        f"{years} 年的数（{values}）与指标 {twin.number}“{twin.zh.title}”逐位相同，"
        "至少一处系误抄，分不清哪一处",
        f"the figures of {years.replace('、', ', ')} ({values.replace('、', ', ')}) are the "
        f"same to the last digit as those of {twin.number} '{twin.en.title}'; at least one "
        "was copied by mistake and it cannot be told which",
    )


def twins(entry: Indicator, case: Case) -> list[Indicator]:
    """Indicators of the same unit whose finished values are those of this one in every year."""
    own = _finished(entry, case)
    if own is None:
        return []
    others = (o for o in indicators().values() if o.id != entry.id and o.unit == entry.unit)
    return [o for o in others if own.equals(_finished(o, case))]


def _finished(entry: Indicator, case: Case) -> pd.Series | None:
    """Reported finished values that are worth comparing: several, and not just 0 or 100."""
    values = case.series(entry.id)["value"]
    values = values[values.index <= case.year]
    telling = values[~values.isin([0.0, 100.0])].nunique()
    return values if len(values) >= TWIN_YEARS and telling >= TWIN_YEARS else None
