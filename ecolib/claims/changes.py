"""Rules for printed changes: against the levels of the two years."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from ecolib.claims.claim import Claim, Finding, cannot_check, compare
from ecolib.claims.values import reported_value, value_of_inputs
from ecolib.contradictions import rounding_error
from ecolib.history import History, history_of
from ecolib.targets import amount

if TYPE_CHECKING:
    from ecolib.case import Case

#: Changes are printed without a sign; the wording says which way.
FALLS = re.compile(r"下降|降低|减少|降幅|\bf[ae]ll|declin|decreas|lower|reduc", re.IGNORECASE)


def change_of_a_change(claim: Claim, case: Case) -> Finding | None:
    """An indicator that is itself a rise or fall: the claim is its value, not a change of it."""
    if not claim.entry.id.endswith(("_decline", "_gain")) or claim.unit != claim.entry.unit:
        return None
    return value_of_inputs(claim, case) or reported_value(claim, case)


def change_of_levels(claim: Claim, case: Case) -> Finding | None:
    """A change in percentage points or in % against the levels of the year and the year before."""
    history = history_of(claim.entry, case)
    before, now = (history.at(year, "value") for year in (claim.year - 1, claim.year))
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
        for slope, year in zip(per_level, (claim.year - 1, claim.year), strict=True)
    )
    falls = bool(FALLS.search(claim.text))
    return compare(
        claim,
        -computed if falls else computed,
        rounding=rounding,
        rule="change_of_levels",
        zh=_worked(claim, before, now, computed, "zh"),
        en=_worked(claim, before, now, computed, "en"),
    )


def no_levels(claim: Claim, case: Case) -> Finding:
    return cannot_check(
        "no_levels",
        f"{claim.year - 1} 年和 {claim.year} 年的数没有都填报，{claim.shown('zh')} 的变化无从核对",
        f"the levels of {claim.year - 1} and {claim.year} were not both handed in, so a change of "
        f"{claim.shown('en')} cannot be checked",
    )


def _half(claim: Claim, case: Case, history: History, year: int) -> float:
    """The rounding that a level of a year carries."""
    if not math.isnan(history.at(year, "computed")):
        return rounding_error(claim.entry, case, year)
    return history.at(year, "half")


def _worked(claim: Claim, before: float, now: float, computed: float, lang: str) -> str:
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
        return f"{claim.year - 1} 年到 {claim.year} 年：{sums}，{way} {moved}"
    way = "fall" if computed < 0 else "rise"
    return f"{claim.year - 1} to {claim.year}: {sums}, a {way} of {moved}"
