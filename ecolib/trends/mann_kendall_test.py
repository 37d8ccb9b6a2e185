"""The Mann-Kendall test for a monotone trend."""

from __future__ import annotations

from math import sqrt

from numpy.typing import ArrayLike

from ecolib.trends.null_distribution import EXACT_UP_TO, NullDistribution, law_of_s
from ecolib.trends.result import TestSpec, TrendResult, build_result
from ecolib.trends.series import KendallScore, TimeSeries, check_choice, read_series
from ecolib.trends.theil_sen import fit_slope

LAWS = ("auto", "exact", "normal")


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
    Mann 1945; Kendall 1970, "Rank correlation methods". Exact law: see
    `ecolib.trends.null_distribution`.
    """
    spec = TestSpec(alpha, alternative, better)
    check_choice("law", law, LAWS)
    return kendall_test(read_series(years, values), spec, law=law)


def kendall_test(series: TimeSeries, spec: TestSpec, *, law: str = "auto") -> TrendResult:
    """`mann_kendall` of a series that has been read already, which its outlook can share."""
    score = series.score
    exact = choose_law(score, law)
    p, smallest_p = p_of_score(spec, score, exact)
    return build_result(
        spec,
        series,
        fit_slope(series, level=1 - spec.alpha),
        method="mann_kendall_exact" if exact else "mann_kendall_normal",
        p=p,
        smallest_p=smallest_p,
        **score.fields,
    )


def choose_law(score: KendallScore, law: str) -> NullDistribution | None:
    """The exact law of S, or None for the normal approximation."""
    if score.differing == 0:
        return law_of_s(score.value_ties)  # a constant series: S is 0 and p is 1
    short = score.value_ties.sum() <= EXACT_UP_TO
    if law == "normal" or score.times_tied or (law == "auto" and not short):
        return None
    return law_of_s(score.value_ties)


def p_of_score(
    spec: TestSpec, score: KendallScore, law: NullDistribution | None
) -> tuple[float, float]:
    """p of a score, and that of the most orderly sequence of the same values."""
    top = spec.most_orderly
    if law is not None:
        return law.p(score.s, spec.alternative), law.p(top * law.largest, spec.alternative)
    if score.var_s <= 0:
        return spec.normal_p(score.z), 1.0
    largest = min(score.comparable, score.differing)
    return spec.normal_p(score.z), spec.normal_p(top * (largest - 1) / sqrt(score.var_s))
