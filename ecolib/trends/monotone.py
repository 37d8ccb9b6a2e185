"""The Mann-Kendall test for a monotone trend."""

from __future__ import annotations

from math import erfc, sqrt

from numpy.typing import ArrayLike

from ecolib.trends.kendall import KendallScore, kendall_score
from ecolib.trends.law import EXACT_UP_TO, KendallLaw, law_of_s
from ecolib.trends.result import BETTER, TrendResult, judge, sign_word
from ecolib.trends.series import check_choice, check_share, observe
from ecolib.trends.slope import fit_slope

ALTERNATIVES = ("two-sided", "greater", "less")


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
    check_share("alpha", alpha)
    check_choice("better", better, BETTER)
    check_choice("alternative", alternative, ALTERNATIVES)
    check_choice("law", law, ("auto", "exact", "normal"))
    seen = observe(years, values)
    score = kendall_score(seen.times, seen.values)
    exact = exact_law(score, longest=EXACT_UP_TO if law == "auto" else None)
    if law == "normal":
        exact = None
    p = exact_p(exact, score.s, alternative) if exact else normal_p(score.z, alternative)
    smallest = smallest_p(score, exact, alternative)
    direction = sign_word(score.s)
    status, reason = judge(
        n=seen.n, p=p, direction=direction, alpha=alpha, smallest_p=smallest, better=better
    )
    slope = fit_slope(seen, score, level=1 - alpha)
    return TrendResult(
        status=status,
        direction=direction,
        n=seen.n,
        missing=seen.missing,
        first=seen.first,
        last=seen.last,
        s=score.s,
        var_s=score.var_s,
        z=score.z,
        p=p,
        tau=score.tau_b,
        tau_a=score.tau_a,
        method="mann_kendall_exact" if exact else "mann_kendall_normal",
        alpha=alpha,
        alternative=alternative,
        smallest_p=smallest,
        slope=slope.slope,
        slope_low=slope.low,
        slope_high=slope.high,
        better=better,
        reason=reason,
    )


def exact_law(score: KendallScore, *, longest: int | None) -> KendallLaw | None:
    """The law of S, or None if the series is too long or tied in both variables."""
    if longest is not None and score.value_ties.sum() > longest:
        return None
    if not score.times_tied:
        return law_of_s(score.value_ties)
    return None


def exact_p(law: KendallLaw, s: int, alternative: str) -> float:
    if alternative == "two-sided":
        return law.two_sided(s)
    return law.upper(s if alternative == "greater" else -s)


def normal_p(z: float, alternative: str) -> float:
    """From the survival function, so that 1e-211 is a number and not 0."""
    if alternative == "two-sided":
        return erfc(abs(z) / sqrt(2))
    return erfc((z if alternative == "greater" else -z) / sqrt(2)) / 2


def smallest_p(score: KendallScore, law: KendallLaw | None, alternative: str) -> float:
    """p of the most orderly sequence of the same values."""
    if law is not None:
        return exact_p(law, law.largest, "two-sided" if alternative == "two-sided" else "greater")
    if score.var_s <= 0:
        return 1.0
    top = (min(score.comparable, score.differing) - 1) / sqrt(score.var_s)
    return normal_p(top, "two-sided" if alternative == "two-sided" else "greater")
