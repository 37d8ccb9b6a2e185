"""Mann-Kendall test given a covariate."""

from __future__ import annotations

from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike

from ecolib.errors import DataError, Problem
from ecolib.trends.kendall import kendall_score
from ecolib.trends.result import Question, TrendResult, conclude
from ecolib.trends.series import as_numbers, observe
from ecolib.trends.slope import fit_slope


def partial_kendall(
    years: ArrayLike,
    values: ArrayLike,
    *,
    covariate: ArrayLike,
    alpha: float = 0.05,
    better: str | None = None,
    alternative: str = "two-sided",
) -> TrendResult:
    """Is there a trend beyond what the trend of a covariate explains?

    S is the score of the values minus its regression on the score of the covariate, with
    tie-aware covariances (Dietz & Killeen 1981; Libiseller & Grimvall 2002). Years with one of the
    two missing are left out and counted. Normal law, no continuity correction because S is no
    whole number. The slope is Sen's slope of the values, not adjusted for the covariate.

    Raises
    ------
    ParamsError
    DataError
        If the lengths differ or a year occurs twice.
    """
    ask = Question(alpha, alternative, better)
    values, other = as_numbers(values), as_numbers(covariate, "covariate")
    if values.shape != other.shape:
        raise DataError(
            Problem(
                "covariate",
                f"应与数值等长：{other.shape} 与 {values.shape}",
                f"must have one entry for each value: {other.shape} and {values.shape}",
            )
        )
    known = ~np.isnan(other)
    seen = observe(years, np.where(known, values, nan))
    beside = observe(years, np.where(np.isnan(values), nan, other))
    if (np.diff(seen.times) == 0).any():
        raise DataError(Problem("years", "年份重复", "a year occurs twice"))
    score = kendall_score(seen.times, seen.values)
    s_other = kendall_score(beside.times, beside.values)
    covariance = _covariance(seen.values, beside.values)
    share = covariance / s_other.var_s if s_other.var_s > 0 else 0.0
    s = score.s - share * s_other.s
    var_s = score.var_s - share * covariance
    # Equal orders leave nothing but rounding.
    nothing_left = var_s <= 1e-9 * max(score.var_s, 1.0)
    z = 0.0 if nothing_left else s / sqrt(var_s)
    return conclude(
        ask,
        seen,
        fit_slope(seen, score, level=1 - alpha),
        method="partial_kendall",
        s=s,
        var_s=var_s,
        z=z,
        p=nan if nothing_left else ask.normal_p(z),
        smallest_p=0.0,
        reason="variance_not_positive" if nothing_left else "",
    )


def _covariance(first: np.ndarray, second: np.ndarray) -> float:
    """Null covariance of the two scores of series over the same times."""
    n = len(first)
    concordance, sums = 0.0, np.zeros((n, 2))
    for lag in range(1, n):
        a, b = np.sign(first[lag:] - first[:-lag]), np.sign(second[lag:] - second[:-lag])
        concordance += a @ b
        signs = np.column_stack([a, b])
        sums[lag:] += signs
        sums[:-lag] -= signs
    ranks = (n + 1 + sums) / 2
    return float(concordance + 4 * ranks[:, 0] @ ranks[:, 1] - n * (n + 1) ** 2) / 3
