"""The Mann-Kendall test for a monotone trend."""

from __future__ import annotations

from math import sqrt

from numpy.typing import ArrayLike

from ecolib.trends.kendall import KendallScore, kendall_score
from ecolib.trends.law import EXACT_UP_TO, KendallLaw, law_of_s
from ecolib.trends.result import Question, TrendResult, conclude
from ecolib.trends.series import Observed, check_choice, observe
from ecolib.trends.slope import fit_slope


def mann_kendall(
    years: ArrayLike,
    values: ArrayLike,
    *,
    alpha: float = 0.05,
    better: str | None = None,
    alternative: str = "two-sided",
    law: str = "auto",
) -> TrendResult:
    """Mann-Kendall test for a monotone trend, with Sen's slope.

    Parameters
    ----------
    years, values
        Real times (numbers or dates) and values, any order; NaN values are missing: they are left
        out, counted and mentioned.
    alpha
        Significance level; the slope limits have confidence 1 - alpha.
    better
        "up" or "down": which direction is an improvement.
    alternative
        "two-sided", "greater" (rising) or "less" (falling).
    law
        "exact", "normal", or "auto": the exact law, ties included, up to 60 values, beyond that the
        normal approximation with continuity and tie correction. A time that occurs more than once
        together with equal values always means "normal".

    Raises
    ------
    ParamsError, DataError

    Notes
    -----
    Mann 1945; Kendall 1970, "Rank correlation methods". Exact law: see `ecolib.trends.law`.
    """
    ask = Question(alpha, alternative, better)
    check_choice("law", law, ("auto", "exact", "normal"))
    seen = observe(years, values)
    return kendall_test(ask, seen, law=law)


def kendall_test(
    ask: Question, seen: Observed, *, law: str, notes: tuple[str, ...] = ()
) -> TrendResult:
    """`mann_kendall` of a series that has been read already."""
    score = kendall_score(seen.times, seen.values)
    exact = choose_law(score, law)
    return conclude(
        ask,
        seen,
        fit_slope(seen, score, level=1 - ask.alpha),
        method="mann_kendall_exact" if exact else "mann_kendall_normal",
        s=score.s,
        var_s=score.var_s,
        z=score.z,
        p=exact_p(ask, exact, score.s) if exact else ask.normal_p(score.z),
        tau=score.tau_b,
        tau_a=score.tau_a,
        smallest_p=smallest_p(ask, score, exact),
        notes=notes,
    )


def choose_law(score: KendallScore, law: str) -> KendallLaw | None:
    """The exact law of S, or None for the normal approximation."""
    if score.differing == 0:
        return law_of_s(score.value_ties)  # a constant series: S is 0 and p is 1
    short = score.value_ties.sum() <= EXACT_UP_TO
    if law == "normal" or score.times_tied or (law == "auto" and not short):
        return None
    return law_of_s(score.value_ties)


def exact_p(ask: Question, law: KendallLaw, s: int) -> float:
    if ask.alternative == "two-sided":
        return law.two_sided(s)
    return law.upper(s if ask.alternative == "greater" else -s)


def smallest_p(ask: Question, score: KendallScore, law: KendallLaw | None) -> float:
    """p of the most orderly sequence of the same values."""
    top = -1 if ask.alternative == "less" else 1
    if law is not None:
        return exact_p(ask, law, top * law.largest)
    if score.var_s <= 0:
        return 1.0
    largest = min(score.comparable, score.differing)
    return ask.normal_p(top * (largest - 1) / sqrt(score.var_s))
