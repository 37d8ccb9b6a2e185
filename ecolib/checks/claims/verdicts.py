"""Rules for printed verdicts: against ours, year by year, and against what other claims imply."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from ecolib.assess.bounds import bound_of
from ecolib.assess.history import history_of, inputs_of
from ecolib.assess.judging import judge, reading_of
from ecolib.checks.claims import doubts, readings
from ecolib.checks.claims.claim import Claim, Finding
from ecolib.checks.contradictions import value_at
from ecolib.data import units
from ecolib.data.figures import COUNTED
from ecolib.indicators.catalogue import Indicator, known_items, parts_of
from ecolib.indicators.targets import amount
from ecolib.report.words import LANGS, word

if TYPE_CHECKING:
    from ecolib.assess.case import Case

#: How a document words a verdict, and what each verdict of ours makes of it.
MET, NOT_MET = ("达标", "已达标", "met"), ("未达标", "不达标", "not met", "not_met")
OUTCOMES = {
    **dict.fromkeys(MET, {"met": "agrees", "not_met": "contradicts", "conflict": "contradicts"}),
    **dict.fromkeys(NOT_MET, {"met": "contradicts", "not_met": "agrees"}),
}


def implied_by_change(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding | None:
    """A printed "met" for a year that a change printed for the next year rules out.

    A share cannot exceed 100 %: where the next year is said to be 3.3 points higher, this year was
    96.7 % at the most, however little of it was observed.
    """
    if claim.printed.strip().lower() not in MET:
        return None
    for entry in parts_of(claim.entry) or (claim.entry,):
        for change in beside:
            if (change.entry, change.kind, change.year, change.unit) != (
                entry, "change", claim.year + 1, "pp",
            ):  # fmt: skip
                continue
            found = _ruled_out(claim, entry, change, case)
            if found is not None:
                return found
    return None


def _ruled_out(claim: Claim, entry: Indicator, change: Claim, case: Case) -> Finding | None:
    if entry.bounds is None or math.isnan(change.value):
        return None
    later = history_of(entry, replace(case, year=change.year))
    top = later.at(change.year, "high")
    top = entry.bounds[1] if math.isnan(top) else top
    reading = reading_of(entry, case, history_of(entry, case))
    most = top - change.value + change.half
    if math.isnan(reading.low) or not reading.low <= most < reading.high:
        return None
    judged = entry.target.judge(replace(reading, high=most))
    bound = bound_of(entry, case.params, history_of(entry, case).table["value"])
    limit = math.nan if bound is None else float(bound.by_year.get(claim.year, math.nan))
    if judged.status != "not_met" or not most < limit:
        return None
    (top_zh, most_zh, limit_zh), (top_en, most_en, limit_en) = (
        [amount(x, entry.unit, lang) for x in (top, most, limit)] for lang in LANGS
    )
    return Finding(
        "contradicts",
        "verdict_implied",
        f"{entry.number} {change.year} 年至多 {top_zh}，又印有“{change.text}”，所以 {claim.year} 年"
        f"无论如何不高于 {most_zh}，达不到要求的 {limit_zh}",
        f"{entry.number}: at most {top_en} in {change.year}, and the document prints "
        f"'{change.text}', so whatever was not handed in, {claim.year} cannot exceed {most_en}, "
        f"which misses the {limit_en} required",
        judged.status,
    )


def verdict(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding:
    """A printed verdict against ours; what could not be decided does not confirm it."""
    judged = judge(claim.entry, case)
    ours = judged.verdict
    outcome = OUTCOMES.get(claim.printed.strip().lower(), {})
    said = [word("status", ours.status, lang) for lang in LANGS]
    if ours.status == "met":
        basis = [word("basis", judged.basis, lang) for lang in LANGS]
        said = [f"{said[0]}（{basis[0]}）", f"{said[1]} ({basis[1]})"]
    finding = outcome.get(ours.status, "cannot_check")
    unverified = finding == "agrees" and judged.basis == "reported"
    found = Finding(
        finding,
        "verdict_reported" if unverified else "verdict",
        f"文中结论为“{claim.printed}”；按 {claim.year} 年数据为{said[0]}：{ours.reason_zh}",
        f"the document says '{_in_english(claim)}'; by the data of {claim.year} it is {said[1]}: "
        f"{ours.reason_en}",
        ours.status,
    )
    entries = parts_of(claim.entry) or (claim.entry,)
    for entry in entries:
        if found.finding == "agrees":
            for doubt in (doubts.same_figures(entry, case), doubts.equals_target(entry, case)):
                found = found.adding(*doubt)
            if scope := doubts.only_place(entry, case):
                found = found.adding(
                    f"但只统计了{scope}，其余没有数",
                    f"But only {scope} was counted; of the rest there are no figures",
                )
        elif found.finding == "cannot_check":
            found = found.adding(*_distance(entry, case))
            found = found.adding(*readings.joined(_needed(entry, case)))
    return found


def _distance(entry: Indicator, case: Case) -> readings.Sentence:
    """How far the latest known value lies from this year's bound, where this year has none."""
    known = history_of(entry, case).table["value"].reindex(range(case.year - 3, case.year + 1))
    bound = bound_of(entry, case.params, known)
    latest = known.dropna()
    limit = math.nan if bound is None else float(bound.by_year.get(case.year, math.nan))
    if latest.empty or not math.isnan(known[case.year]) or not limit > 0:
        return readings.NONE
    year, value = int(latest.index[-1]), float(latest.iloc[-1])
    if value <= 0 or (value >= limit if bound.sign == "≥" else value <= limit):
        return readings.NONE
    change = 100 * (limit / value - 1)
    way_zh, way_en = ("上升", "rise") if change > 0 else ("下降", "fall")
    zh, en = (amount(value, entry.unit, lang) for lang in ("zh", "en"))
    return (
        f"最近的 {year} 年为 {zh}，要达到 {case.year} 年的目标须{way_zh} {abs(change):.1f} %",
        f"The latest value, {en} in {year}, would have to {way_en} by {abs(change):.1f} % to reach "
        f"the target of {case.year}",
    )


def _needed(entry: Indicator, case: Case) -> list[tuple[str, str]]:
    """The number an input that was not handed in would have to be for the target to be met."""
    history = history_of(entry, case)
    bound = bound_of(entry, case.params, history.table["value"])
    low, high = history.at(case.year, "low"), history.at(case.year, "high")
    limit = math.nan if bound is None else float(bound.by_year.get(case.year, math.nan))
    inputs = inputs_of(entry, case)
    absent = [
        n for n in entry.optional if n in known_items() and case.year not in case.series(n).index
    ]
    if len(absent) != 1 or not low < limit < high:
        return []
    name, item = absent[0], known_items()[absent[0]]

    def off(x: float) -> float:
        given = inputs.get(name, history.table["value"] * math.nan).astype(float).copy()
        given[case.year] = x
        return value_at(entry, {**inputs, name: given}, case.year) - limit

    needed = readings.root(off, 1e-3, 1e9)
    if math.isnan(needed):
        return []
    rising = off(needed * 1.01) > off(needed * 0.99)
    more = rising == (bound.sign == "≥")
    if units()[item.unit].dimension in COUNTED:  # there is no part of a day
        needed = math.ceil(needed) if more else math.floor(needed)
    zh, en = (amount(needed, item.unit, lang) for lang in LANGS)
    return [
        (
            f"{case.year} 年{item.zh}不{'少' if more else '多'}于 {zh}（没有填报）",
            f"{item.en} were {'at least' if more else 'at most'} {en} in {case.year} "
            "(not handed in)",
        )
    ]


def _in_english(claim: Claim) -> str:
    said = claim.printed.strip().lower()
    return "met" if said in MET else "not met" if said in NOT_MET else claim.printed
