"""Rules for printed values: against the inputs, against the finished value, as a share of the county."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ecolib.assess.history import History, history_of
from ecolib.assess.lineage import missing_inputs
from ecolib.assess.needs import years_of
from ecolib.checks.claims import doubts, readings
from ecolib.checks.claims.claim import Claim, Finding, cannot_check, compare, unit_name
from ecolib.checks.contradictions import rounding_error
from ecolib.data.dictionary import convert, units
from ecolib.indicators.catalogue import known_items
from ecolib.indicators.targets import show

if TYPE_CHECKING:
    from ecolib.assess.case import Case


def not_a_number(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding | None:
    if not math.isnan(claim.value):
        return None
    return cannot_check(
        "not_a_number",
        f"“{claim.printed}”不是可以核对的数",
        f"'{claim.printed}' is not a number that can be checked",
    )


def share_of_county(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding | None:
    """A printed share of the county against the areas handed in and the area of the county."""
    entry, whole = claim.entry, case.params.county.area_km2
    if claim.unit != "%" or units()[entry.unit].dimension != "area" or not whole:
        return None
    if "areas" not in entry.inputs:
        return None
    area = convert(history_of(entry, case).at(claim.year, "value"), entry.unit, "km2")
    if math.isnan(area):
        return None
    computed = 100 * area / whole
    rounding = (100 * _half_area(claim, case) + computed * _half_digit(whole)) / whole
    result = claim.amount(computed, "zh")
    found = compare(
        claim,
        computed,
        rounding=rounding,
        rule="share_of_county",
        zh=f"{claim.year} 年 {show(area)} km² ÷ 全县 {show(whole)} km² × 100% = {result}",
        en=f"{show(area)} km² in {claim.year} / {show(whole)} km² of the county × 100 % = {result}",
    )
    if found.finding == "agrees":
        return found
    part, base = show(claim.value * whole / 100), show(100 * area / claim.value)
    reading = [
        (f"面积为 {part} km²", f"the area were {part} km²"),
        (f"全县面积按 {base} km² 计", f"the county were taken as {base} km²"),
    ]
    return found.adding(*readings.joined(reading))


def group_without_value(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding | None:
    entry = claim.entry
    if not entry.is_group:
        return None
    return cannot_check(
        "another_quantity",
        f"指标 {entry.number} 由分项判定，本身没有可与 {claim.shown('zh')} 核对的数值",
        f"indicator {entry.number} is judged by its parts and has no value of its own to hold "
        f"{claim.shown('en')} against",
    )


def another_quantity(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding | None:
    """A figure printed beside the indicator: of something else, or in a unit it cannot have."""
    if not claim.subject and convert(1.0, claim.unit, claim.entry.unit) is not None:
        return None
    if claim.subject:
        return cannot_check(
            "another_quantity",
            f"印出的 {claim.shown('zh')} 说的是{claim.subject}，不是本指标的值，也没有填报可与之核对的数",
            f"{claim.shown('en')} speaks of something else ({claim.subject}) than the indicator, "
            "and nothing was handed in to hold it against",
        )
    own_zh, own_en = (unit_name(claim.entry.unit, lang) for lang in ("zh", "en"))
    return cannot_check(
        "another_quantity",
        f"印出的 {claim.shown('zh')} 不是本指标的量（本指标单位为 {own_zh}），也没有填报可与之核对的数",
        f"{claim.shown('en')} is not the quantity of this indicator, which is in {own_en}, and "
        "nothing was handed in to hold it against",
    )


def value_of_inputs(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding | None:
    """A printed value against the one that the inputs of its year give."""
    entry, history = claim.entry, history_of(claim.entry, case)
    computed, low, high = (_in_unit(claim, history, c) for c in ("computed", "low", "high"))
    if math.isnan(computed):
        return None
    zh, en = (_worked(claim, case, computed, lang) for lang in ("zh", "en"))
    if _repeats_an_input(claim, case, computed):
        return cannot_check(
            "repeats_input",
            f"{zh}；这只是填报的同一个数，没有别的数可与 {claim.shown('zh')} 核对",
            f"{en}; that is the very figure handed in, and there is no other to hold "
            f"{claim.shown('en')} against",
            computed=computed,
        )
    rounding = convert(rounding_error(entry, case, case.year), entry.unit, claim.unit)
    found = compare(claim, computed, rounding=rounding, rule="value_of_inputs", zh=zh, en=en)
    if found.finding == "contradicts" and low <= claim.value <= high:
        return cannot_check(
            "partly_observed",
            f"{zh}；但填报不全，实际值可为 {_range(claim, low, high, 'zh')}，"
            f"印出的 {claim.shown('zh')} 在此之内，不能判断",
            f"{en}; but not everything was handed in and the value may be "
            f"{_range(claim, low, high, 'en')}, which {claim.shown('en')} as printed lies within",
            computed=computed,
        )
    if found.finding == "contradicts":
        other = readings.of_units(claim, computed, rounding) or readings.of_inputs(claim, case)
        return found.adding(*readings.joined(other))
    if found.finding == "agrees" and (scope := doubts.only_place(entry, case)):
        return cannot_check(
            "part_observed",
            f"{zh}；但这只是{scope}的数，不能说明全部",
            f"{en}; but these are the figures of one place alone ({scope}), which say nothing of "
            "the whole",
            computed=computed,
        ).adding(*doubts.same_figures(entry, case))
    return doubts.of_all(claim, found, computed, rounding, beside).adding(
        *doubts.same_figures(entry, case)
    )


def reported_value(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding | None:
    """Only the finished value was handed in: the same figure printed twice proves nothing."""
    history = history_of(claim.entry, case)
    reported, half = (_in_unit(claim, history, c) for c in ("reported", "half"))
    if math.isnan(reported):
        return None
    zh, en = (claim.amount(reported, lang) for lang in ("zh", "en"))
    found = compare(
        claim,
        reported,
        rounding=half,
        rule="reported_value",
        zh=f"填报的 {claim.year} 年成品值为 {zh}",
        en=f"the finished value reported for {claim.year} is {en}",
    )
    if found.finding == "contradicts":
        return found.adding(*readings.joined(readings.of_units(claim, reported, half)))
    seen = history.at(claim.year, "coverage")
    if seen < 1:
        return cannot_check(
            "part_observed",
            f"填报的 {claim.year} 年成品值 {zh} 只是已观测部分的：只观测了应观测对象的 {show(100 * seen)} %，"
            f"不能说明全部",
            f"the finished value reported for {claim.year}, {en}, is that of the observed part: "
            f"only {show(100 * seen)} % was observed, which says nothing of the whole",
        ).adding(*readings.joined(readings.of_observed(claim, case, beside)))
    missing = missing_inputs(claim.entry, case)
    needed = [m for m in missing if m.name != claim.entry.id]
    ask_zh = f"，需补：{'、'.join(m.zh for m in needed)}" if needed else ""
    ask_en = f" without: {', '.join(m.en for m in needed)}" if needed else ""
    return cannot_check(
        "repeats_reported",
        f"{claim.year} 年只给出结果数 {zh}，没有可复算的基础数{ask_zh}",
        f"only the finished value is given for {claim.year}, {en}; it cannot be recomputed{ask_en}",
    ).adding(*doubts.repeated(claim.entry, case))


def no_figure(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding:
    return cannot_check(
        "no_figure",
        f"没有填报 {claim.year} 年的数，{claim.shown('zh')} 无法核对",
        f"no figure was handed in for {claim.year} to hold {claim.shown('en')} against",
    )


def _in_unit(claim: Claim, history: History, column: str) -> float:
    value = history.at(claim.year, column)
    return value if claim.entry.unit == claim.unit else convert(value, claim.entry.unit, claim.unit)


def _repeats_an_input(claim: Claim, case: Case, computed: float) -> bool:
    """Whether the claim, the computed value and one figure handed in are the same number."""
    if abs(claim.value - computed) > claim.half:
        return False
    for name in claim.entry.inputs:
        item = known_items().get(name)
        if item is None or claim.year not in case.series(name).index:
            continue
        figure = convert(case.series(name)["value"][claim.year], item.unit, claim.unit)
        if figure is not None and math.isclose(figure, computed, rel_tol=1e-9):
            return True
    return False


def _worked(claim: Claim, case: Case, computed: float, lang: str) -> str:
    """The figures that went in, the formula in words, and what comes out."""
    figures = [
        _figure(name, year, case, lang)
        for name in claim.entry.inputs
        if name in known_items()
        for year in years_of(claim.entry, case)
        if year in case.series(name).index
    ]
    formula = claim.entry.words(lang).formula
    result = claim.amount(computed, lang)
    if lang == "zh":
        given = f"{'、'.join(figures)}；" if figures else ""
        return f"{given}{formula} = {result}"
    given = f"{', '.join(figures)}; " if figures else ""
    return f"{given}{formula} = {result}"


def _figure(name: str, year: int, case: Case, lang: str) -> str:
    item, value = known_items()[name], readings.as_handed_in(case, name, year, lang)
    return f"{year} 年{item.zh} {value}" if lang == "zh" else f"{item.en} {value} in {year}"


def _range(claim: Claim, low: float, high: float, lang: str) -> str:
    if math.isinf(high):
        least = claim.amount(low, lang)
        return f"{least}以上" if lang == "zh" else f"{least} or more"
    joint = "至" if lang == "zh" else "to"
    return f"{claim.amount(low, lang)} {joint} {claim.amount(high, lang)}"


def _half_area(claim: Claim, case: Case) -> float:
    """Rounding of the areas that were summed, in km²; trailing zeros of a file are not known."""
    rows = case.table("areas").query("year == @claim.year").dropna(subset=["area"])
    halves = [
        convert(_half_digit(round(convert(r.area, "ha", r.unit), 9)), r.unit, "km2")
        for r in rows.itertuples()
    ]
    return sum(halves)


def _half_digit(value: float) -> float:
    """Half a unit of the last digit of a number as it was typed."""
    whole = float(value).is_integer()
    return 0.5 if whole else 0.5 * 10.0 ** -len(repr(float(value)).partition(".")[2])
