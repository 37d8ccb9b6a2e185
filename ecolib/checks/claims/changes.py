"""Rules for printed changes: against the levels of the two years."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ecolib.assess.history import History, history_of
from ecolib.checks.claims import readings
from ecolib.checks.claims.claim import Claim, Finding, cannot_check, compare, unit_name
from ecolib.checks.claims.values import reported_value, value_of_inputs
from ecolib.checks.contradictions import rounding_error
from ecolib.indicators.targets import amount

if TYPE_CHECKING:
    from ecolib.assess.case import Case

#: Changes in words: the sign of their steps (0: the indicator's own better way) and whether a
#: year without change is one too.
DIRECTIONS = (
    (re.compile(r"[未不](?:减少|降低|下降)|not (?:fall|decreas)", re.IGNORECASE), 1, True),
    (re.compile(r"改善|好转|improv", re.IGNORECASE), 0, False),
    (re.compile(r"提高|上升|递增|增加|增长|\bris|increas", re.IGNORECASE), 1, False),
    (re.compile(r"下降|降低|递减|减少|\bfall|decreas", re.IGNORECASE), -1, False),
)
#: "Every year" leaves no year without a step.
EVERY_YEAR = re.compile(r"逐年|每年|连年|every year|each year|year by year", re.IGNORECASE)
#: Changes are printed without a sign; the wording says which way.
FALLS = re.compile(r"下降|降低|减少|降幅|\bf[ae]ll|declin|decreas|lower|reduc", re.IGNORECASE)


def change_of_a_change(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding | None:
    """An indicator that is itself a rise or fall: the claim is its value, not a change of it."""
    if not claim.entry.id.endswith(("_decline", "_gain")) or claim.unit != claim.entry.unit:
        return None
    return value_of_inputs(claim, case, beside) or reported_value(claim, case, beside)


def change_of_levels(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding | None:
    """A change in percentage points or in % against the levels of the year and the year before."""
    history = history_of(claim.entry, case)
    found = _against(claim, case, history, claim.year - 1)
    if found is None:
        return None
    if found.finding == "agrees":
        return found.adding(*_of_lower_bounds(claim, history))
    return found.adding(*readings.joined(_other_readings(claim, case, history)))


def _of_lower_bounds(claim: Claim, history: History) -> readings.Sentence:
    """The levels may be but the least that they can be, as not everything was handed in."""
    years = (claim.year - 1, claim.year)
    if not any(history.at(y, "low") < history.at(y, "high") for y in years):
        return readings.NONE
    return (
        "但两年的数都只是按现有填报算得的下限，实际的变化仍未可知",
        "But both levels are only the least that they can be, as not everything was handed in; the "
        "change itself is not known",
    )


def direction_of_levels(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding | None:
    """A change told in words ("rising every year", "improving") against all levels handed in."""
    found = next(
        ((sign, flat) for words, sign, flat in DIRECTIONS if words.search(claim.printed)), None
    )
    if found is None:
        return None
    sign, flat = found
    sign = sign or (1 if claim.entry.better == "up" else -1)
    levels = history_of(claim.entry, case).table["value"].dropna()
    if len(levels) < 2:
        return cannot_check(
            "no_levels",
            f"没有各年的数值，无法核对“{claim.printed}”",
            f"the yearly values are not given, so '{claim.printed}' cannot be checked",
        )
    steps = levels.diff().dropna()
    told_zh, told_en = (
        ("、" if lang == "zh" else ", ").join(
            f"{y} 年 {amount(v, claim.entry.unit, lang)}"
            if lang == "zh"
            else f"{amount(v, claim.entry.unit, lang)} in {y}"
            for y, v in levels.items()
        )
        for lang in ("zh", "en")
    )
    if flat and (steps == 0).all():
        return cannot_check(
            "direction_of_levels",
            f"{told_zh}：各年是同一个数，没有别的数可核对“{claim.printed}”",
            f"{told_en}: one and the same figure, and no other to hold '{claim.printed}' against",
        )
    moves = (steps != 0).all() if EVERY_YEAR.search(claim.printed) else (steps != 0).any()
    agrees = bool((sign * steps >= 0).all() and (flat or moves))
    end = ("相符", "agrees") if agrees else ("不符", "does not agree")
    return Finding(
        "agrees" if agrees else "contradicts",
        "direction_of_levels",
        f"{told_zh}；与“{claim.printed}”{end[0]}",
        f"{told_en}; this {end[1]} with '{claim.printed}'",
    )


def no_levels(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding:
    found = cannot_check(
        "no_levels",
        f"{claim.year - 1} 年和 {claim.year} 年的数没有都填报，{claim.shown('zh')} 的变化无法核对",
        f"the levels of {claim.year - 1} and {claim.year} were not both handed in, so a change of "
        f"{claim.shown('en')} cannot be checked",
    )
    needed = _level_before(claim, history_of(claim.entry, case))
    if math.isnan(needed):
        return found
    zh, en = (amount(needed, claim.entry.unit, lang) for lang in ("zh", "en"))
    return found.adding(
        f"照此反推，{claim.year - 1} 年应为 {zh}",
        f"By it, the level of {claim.year - 1} would have been {en}",
    )


def _against(claim: Claim, case: Case, history: History, base: int) -> Finding | None:
    """The printed change against the levels of the year and of a base year."""
    before, now = (history.at(year, "value") for year in (base, claim.year))
    if math.isnan(before) or math.isnan(now) or not before:
        return None
    if claim.unit == "pp" and claim.entry.unit == "%":
        computed = now - before
        per_level = (1.0, 1.0)
    elif claim.unit == "%":
        computed = 100 * (now / before - 1)
        per_level = (100 * abs(now) / before**2, 100 / abs(before))
    else:
        return None
    rounding = sum(
        slope * _half(claim, case, history, year)
        for slope, year in zip(per_level, (base, claim.year), strict=True)
    )
    return compare(
        claim,
        -computed if FALLS.search(claim.text) else computed,
        rounding=rounding,
        rule="change_of_levels",
        zh=_worked(claim, base, before, now, computed, "zh"),
        en=_worked(claim, base, before, now, computed, "en"),
    )


def _other_readings(claim: Claim, case: Case, history: History) -> list[tuple[str, str]]:
    """Another base year, points for per cent, or the level that the year before had to have."""
    found = []
    for base in (y for y in history.table.index if y < claim.year - 1):
        against = _against(claim, case, history, base)
        if against is not None and against.finding == "agrees":
            found.append((f"以 {base} 年为基数", f"it were measured from {base}"))
    other = {"%": "pp", "pp": "%"}.get(claim.unit)
    swapped = other and _against(replace(claim, unit=other), case, history, claim.year - 1)
    if swapped is not None and swapped.finding == "agrees":
        zh, en = unit_name(other, "zh"), unit_name(other, "en")
        found.append((f"所说的是{zh}", f"it were meant in {en}"))
    needed = _level_before(claim, history)
    a, b = (amount(needed, claim.entry.unit, lang) for lang in ("zh", "en"))
    before = history.at(claim.year - 1, "value")
    c, d = (amount(before, claim.entry.unit, lang) for lang in ("zh", "en"))
    level = (
        f"{claim.year - 1} 年为 {a}（现为 {c}）",
        f"the level of {claim.year - 1} were {b} (it is {d})",
    )
    return [*found, level]


def _level_before(claim: Claim, history: History) -> float:
    """The level that the year before must have had for the printed change to be right."""
    now = history.at(claim.year, "value")
    change = -claim.value if FALLS.search(claim.text) else claim.value
    if claim.unit == "pp":
        return now - change
    return now / (1 + change / 100) if claim.unit == "%" and change != -100 else math.nan


def _half(claim: Claim, case: Case, history: History, year: int) -> float:
    """The rounding that a level of a year carries."""
    if not math.isnan(history.at(year, "computed")):
        return rounding_error(claim.entry, case, year)
    return history.at(year, "half")


def _worked(claim: Claim, base: int, before: float, now: float, computed: float, lang: str) -> str:
    then, today = (amount(level, claim.entry.unit, lang) for level in (before, now))
    moved = claim.amount(abs(computed), lang)
    sums = {
        ("zh", "pp"): f"{today} − {then}",
        ("en", "pp"): f"{today} − {then}",
        ("zh", "%"): f"（{today} ÷ {then} − 1）× 100%",
        ("en", "%"): f"({today} / {then} − 1) × 100 %",
    }[lang, claim.unit]
    if lang == "zh":
        way = "下降" if computed < 0 else "上升"
        return f"{base} 年到 {claim.year} 年：{sums}，为{way} {moved}"
    way = "fall" if computed < 0 else "rise"
    return f"{base} to {claim.year}: {sums}, a {way} of {moved}"
