"""Rules for goals that the document sets itself: against the levels it reports."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ecolib.assess.history import history_of
from ecolib.checks.claims.claim import Claim, Finding, cannot_check, number_text
from ecolib.checks.claims.readings import NONE, Sentence
from ecolib.data.dictionary import convert
from ecolib.data.relations import relations
from ecolib.indicators.catalogue import known_items
from ecolib.report.words import LANGS

if TYPE_CHECKING:
    from ecolib.assess.case import Case

#: What is striven for, or is reached only then, has not been reached before.
STRIVING = re.compile(
    r"力争|争取|努力达到|届时|方可|\bstrive|\bonly then|\bwill then", re.IGNORECASE
)

#: "达100%以上" asks for more than there is.
MORE_THAN = re.compile(r"100\s*[%％]\s*以上|超过\s*100|more than 100|above 100", re.IGNORECASE)


def two_terms(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding | None:
    """The same goal for the same thing, due in two different years."""
    same = [
        c
        for c in beside
        if c.kind == "goal" and c.subject and c.subject == claim.subject
        if c.value == claim.value and c.dated and claim.dated and c.year != claim.year
    ]
    if not same:
        return None
    other = same[0]
    return Finding(
        "contradicts",
        "two_terms",
        f"同一目标（{claim.subject} {claim.shown('zh')}）在{claim.position}定于 {claim.year} 年，"
        f"在{other.position}定于 {other.year} 年（“{other.text}”），期限不一",
        f"the same goal ({claim.subject}: {claim.shown('en')}) is due in {claim.year} at "
        f"{claim.position} and in {other.year} at {other.position} ('{other.text}')",
        str(other.year),
    )


def beyond_all(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding | None:
    """More than all of something cannot be reached."""
    more = MORE_THAN.search(claim.text)
    if claim.unit != "%" or claim.value < 100 or (claim.value == 100 and not more):
        return None
    if not claim.subject and claim.entry.bounds != (0, 100):
        return None
    return Finding(
        "contradicts",
        "impossible_share",
        f"比例不可能超过 100 %，“{claim.text}”无法实现",
        f"a share cannot exceed 100 %, so '{claim.text}' cannot be reached",
    )


def impossible_share(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding | None:
    """A share in % of things that can be counted: with so many of them it cannot come out."""
    whole = _whole(claim)
    if whole is None or claim.unit != "%":
        return None
    counts = case.series(whole)["value"]
    counts = counts[counts.index <= claim.year]
    if counts.empty or not 0 < counts.iloc[-1] < 1000:
        return None
    n, year = int(counts.iloc[-1]), int(counts.index[-1])
    if _comes_out(claim, n):
        return None
    others = [m for m in range(1, 101) if _comes_out(claim, m)][:2]
    item = known_items()[whole]
    fits_zh = fits_en = ""
    if others:
        shown = "、".join(f"{round(claim.value * m / 100)}/{m}" for m in others)
        fits_zh = (
            f"；总数为 {'、'.join(map(str, others))} 等时才可能（{shown}），疑为更大范围的目标"
        )
        fits_en = (
            f"; it would hold for {' or '.join(map(str, others))} of them "
            f"({shown.replace('、', ', ')}): perhaps the goal of a larger territory"
        )
    possible = [number_text(round(100 * k / n, claim.decimals)) for k in range(n + 1)]
    told = "、".join(possible if n < 4 else [*possible[:2], "…", possible[-1]])
    return Finding(
        "contradicts",
        "impossible_share",
        f"{year} 年{item.zh}为 {n}，比例只可能是 {told} %，不会是 {claim.shown('zh')}{fits_zh}",
        f"with {n} in {year} ({item.en}) the share can only be {told.replace('、', ', ')} %, never "
        f"{claim.shown('en')}{fits_en}",
    )


def level_reached(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding:
    """A goal against the level of its year, or the latest before it."""
    levels = _levels(claim, case, beside)
    if not levels:
        latest = max((c.year for c in beside if c.kind == "value"), default=claim.year)
        past = claim.dated and claim.year < latest
        return cannot_check(
            "no_level",
            f"没有报出可与目标 {claim.shown('zh')} 相比的现状数"
            + (f"，而期限 {claim.year} 年已过" if past else ""),
            f"no present level is reported to hold the goal of {claim.shown('en')} against"
            + (f", though its term, {claim.year}, is over" if past else ""),
        )
    due = claim.year if claim.dated else max(levels)
    earlier = {y: v for y, v in levels.items() if y < due and _meets(claim, v)}
    year = max((y for y in levels if y <= due), default=max(levels))
    if STRIVING.search(claim.text) and earlier:
        return _exceeded(claim, earlier, year, levels[year])
    if not _meets(claim, levels[year]):
        return _short_of(claim, year, levels[year])
    zh, en = (claim.amount(levels[year], lang) for lang in LANGS)
    found = Finding(
        "agrees",
        "goal_reached",
        f"{year} 年为 {zh}，已达到目标 {claim.shown('zh')}",
        f"{en} in {year} reaches the goal of {claim.shown('en')}",
        number_text(levels[year]),
    ).adding(*_reached_before(claim, earlier))
    if claim.subject and _whole(claim) is None:
        # A level that the document prints and nobody handed in proves nothing.
        return replace(found, finding="cannot_check").adding(
            "这个现状数只是文中所印，没有填报，无法核对",
            "That level is only printed; nothing was handed in to check it by",
        )
    return found


def _exceeded(claim: Claim, earlier: dict[int, float], year: int, level: float) -> Finding:
    """What is to be reached only then was reported before."""
    first = min(earlier)
    zh, en = (claim.amount(earlier[first], lang) for lang in LANGS)
    level_zh, level_en = (claim.amount(level, lang) for lang in LANGS)
    return Finding(
        "contradicts",
        "goal_exceeded",
        f"文中说到 {claim.year} 年才达到 {claim.shown('zh')}，却报出 {first} 年已是 {zh}"
        f"（最近的 {year} 年 {level_zh}）：目标与现状数难以同时成立",
        f"{claim.shown('en')} is to be reached only by {claim.year}, yet {en} is reported for "
        f"{first} already (latest: {level_en} in {year}); goal and level hardly go together",
        number_text(level),
    )


def _short_of(claim: Claim, year: int, level: float) -> Finding:
    """Not reached: a contradiction at its term, an open goal before it."""
    zh, en = (claim.amount(level, lang) for lang in LANGS)
    gap_zh, gap_en = (claim.difference(abs(level - claim.value), lang) for lang in LANGS)
    if claim.dated and year == claim.year:
        return Finding(
            "contradicts",
            "goal_missed",
            f"{year} 年为 {zh}，没有达到目标 {claim.shown('zh')}，差 {gap_zh}",
            f"{en} in {year} misses the goal of {claim.shown('en')} by {gap_en}",
            number_text(level),
        )
    term_zh, term_en = (
        (f"期限 {claim.year} 年未到", f"due in {claim.year}")
        if claim.dated
        else ("没有写期限", "without a term")
    )
    return cannot_check(
        "goal_open",
        f"{year} 年为 {zh}，距目标 {claim.shown('zh')} 还差 {gap_zh}；{term_zh}",
        f"{en} in {year}, {gap_en} short of the goal of {claim.shown('en')}, {term_en}",
        computed=level,
    )


def _reached_before(claim: Claim, earlier: dict[int, float]) -> Sentence:
    """A goal that was reached before its term asks nothing, or the level was reported too soon."""
    if not claim.dated or not earlier:
        return NONE
    first = min(earlier)
    if earlier[first] == claim.value:
        return (
            f"但目标到 {claim.year} 年才到期，{first} 年就已报达到：如属实则目标已无意义，否则是现状报早了，请核实",
            f"But it is due only in {claim.year} and was reported as reached for {first}: either "
            "the goal asks nothing any more, or the level was reported too soon; check both",
        )
    zh, en = (claim.amount(earlier[first], lang) for lang in ("zh", "en"))
    return (
        f"但早在 {first} 年就已报出 {zh}，目标低于已报的现状，请核实目标或现状数",
        f"But {en} was reported for {first} already, so that the goal lies below the level reported; "
        "check both",
    )


def _levels(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> dict[int, float]:
    """Levels by year in the unit of the goal: as computed or handed in, else as printed."""
    printed = {
        c.year: c.value
        for c in beside
        if c.kind == "value"
        and (c.entry, c.subject, c.unit) == (claim.entry, claim.subject, claim.unit)
        and not math.isnan(c.value)
    }
    if claim.subject and (whole := _whole(claim)) is None:
        return printed
    if claim.subject:
        part, whole = case.series(claim.subject)["value"], case.series(whole)["value"]
        return {int(y): float(v) for y, v in (100 * part / whole).dropna().items()}
    values = history_of(claim.entry, case).table["value"].dropna()
    known = {int(y): convert(float(v), claim.entry.unit, claim.unit) for y, v in values.items()}
    return printed | {y: v for y, v in known.items() if v is not None}


def _whole(claim: Claim) -> str | None:
    """The one item that the subject of the claim is a part of."""
    related = relations().at_most
    wholes = (r.whole for r in related if claim.subject in r.parts and not r.lag)
    return next((whole[0] for whole in wholes if len(whole) == 1), None)


def _comes_out(claim: Claim, n: int) -> bool:
    nearest = round(claim.value * n / 100)
    return abs(100 * nearest / n - claim.value) <= claim.half * (1 + 1e-9)


def _meets(claim: Claim, level: float) -> bool:
    sign = 1 if claim.entry.better == "up" else -1
    return sign * (level - claim.value) >= -1e-9
