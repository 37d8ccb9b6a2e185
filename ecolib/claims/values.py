"""Rules for printed values: against the inputs, against the finished value, as a share of the county."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ecolib.catalog import known_items
from ecolib.claims.claim import Claim, Finding, cannot_check, compare, unit_name
from ecolib.contradictions import rounding_error
from ecolib.history import History, history_of
from ecolib.needs import years_of
from ecolib.tables.dictionary import convert, units
from ecolib.targets import amount, show

if TYPE_CHECKING:
    from ecolib.case import Case


def not_a_number(claim: Claim, case: Case) -> Finding | None:
    if not math.isnan(claim.value):
        return None
    return cannot_check(
        "not_a_number",
        f"“{claim.printed}”不是可以核对的数",
        f"'{claim.printed}' is not a number that can be checked",
    )


def share_of_county(claim: Claim, case: Case) -> Finding | None:
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
    return compare(
        claim,
        computed,
        rounding=rounding,
        rule="share_of_county",
        zh=f"{claim.year} 年 {show(area)} km² ÷ 全县 {show(whole)} km² × 100% = {result}",
        en=f"{show(area)} km² in {claim.year} / {show(whole)} km² of the county × 100 % = {result}",
    )


def group_without_value(claim: Claim, case: Case) -> Finding | None:
    entry = claim.entry
    if not entry.is_group:
        return None
    return cannot_check(
        "another_quantity",
        f"指标 {entry.number} 由分项判定，本身没有可与 {claim.shown('zh')} 核对的数值",
        f"indicator {entry.number} is judged by its parts and has no value of its own to hold "
        f"{claim.shown('en')} against",
    )


def another_quantity(claim: Claim, case: Case) -> Finding | None:
    """A figure printed beside the indicator in a unit that the indicator's value cannot have."""
    if convert(1.0, claim.unit, claim.entry.unit) is not None:
        return None
    own_zh, own_en = (unit_name(claim.entry.unit, lang) for lang in ("zh", "en"))
    return cannot_check(
        "another_quantity",
        f"印出的 {claim.shown('zh')} 不是本指标的量（本指标单位为 {own_zh}），也没有填报可与之核对的数",
        f"{claim.shown('en')} is not the quantity of this indicator, which is in {own_en}, and "
        "nothing was handed in to hold it against",
    )


def value_of_inputs(claim: Claim, case: Case) -> Finding | None:
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
    return found


def reported_value(claim: Claim, case: Case) -> Finding | None:
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
        return found
    seen = history.at(claim.year, "coverage")
    seen_zh = f"；而且只观测了应观测对象的 {show(100 * seen)} %" if seen < 1 else ""
    seen_en = f"; moreover only {show(100 * seen)} % was observed" if seen < 1 else ""
    return cannot_check(
        "repeats_reported",
        f"只是重复填报的 {claim.year} 年成品值 {zh}，没有基础数可以复算{seen_zh}",
        f"merely repeats the finished value reported for {claim.year}, {en}; there are no inputs "
        f"to recompute it from{seen_en}",
    )


def no_figure(claim: Claim, case: Case) -> Finding:
    return cannot_check(
        "no_figure",
        f"没有填报 {claim.year} 年的数，{claim.shown('zh')} 无从核对",
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
    item = known_items()[name]
    value = amount(case.series(name)["value"][year], item.unit, lang)
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
