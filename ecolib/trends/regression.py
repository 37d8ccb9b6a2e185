"""Least squares with errors that allow for serial dependence, for comparison with Sen's slope."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from ecolib.trends.series import check_share, observe


@dataclass(frozen=True)
class LeastSquares:
    """A straight line by least squares; the slope is per unit of time.

    `error` is the standard error of the slope (Newey & West), `t` and `p` test slope 0 with n - 2
    degrees of freedom, `low` and `high` are the limits at `level`, `lags` the lags allowed for.
    Numbers that do not exist (fewer than 3 values or one time only) are NaN.
    """

    slope: float
    intercept: float
    error: float
    t: float
    p: float
    low: float
    high: float
    level: float
    lags: int
    n: int
    missing: int


def least_squares(
    years: ArrayLike, values: ArrayLike, *, lags: int | None = None, level: float = 0.95
) -> LeastSquares:
    """Least squares on real times with heteroscedasticity and autocorrelation consistent errors.

    Parameters
    ----------
    years, values
        As in `mann_kendall`.
    lags
        Lags with Bartlett weights 1 - k / (lags + 1), counted in observations; by default the
        whole part of 4 (n / 100)^(2/9) (Newey & West 1994). 0 leaves the error of White.
    level
        Confidence level of the limits.

    Raises
    ------
    ParamsError, DataError

    Notes
    -----
    Newey & West 1987, with the small-sample factor n / (n - 2). Unlike Sen's slope it is moved by
    single outlying values.
    """
    check_share("level", level)
    seen = observe(years, values)
    n = seen.n
    lags = floor(4 * (n / 100) ** (2 / 9)) if lags is None else lags
    if n < 3 or np.ptp(seen.times) == 0:
        return LeastSquares(*(nan,) * 7, level, lags, n, seen.missing)
    x = seen.times - seen.times.mean()
    size = float(x @ x)
    slope = float(x @ seen.values) / size
    intercept = float(seen.values.mean() - slope * seen.times.mean())
    residuals = seen.values - seen.values.mean() - slope * x
    error = sqrt(max(0.0, _long_run(x * residuals, lags) * n / (n - 2))) / size
    straight = error <= 1e-12 * abs(slope) or (error == 0 and slope == 0)
    t = (slope / error) if not straight else nan
    half = -float(stdtrit(n - 2, (1 - level) / 2)) * error
    return LeastSquares(
        slope=slope,
        intercept=intercept,
        error=error,
        t=t,
        p=2 * float(stdtr(n - 2, -abs(t))) if not straight else (0.0 if slope else 1.0),
        low=slope - half,
        high=slope + half,
        level=level,
        lags=lags,
        n=n,
        missing=seen.missing,
    )


def _long_run(scores: np.ndarray, lags: int) -> float:
    """Sum of squares of the scores plus their weighted products at the lags."""
    total = float(scores @ scores)
    for k in range(1, min(lags, len(scores) - 1) + 1):
        total += 2 * (1 - k / (lags + 1)) * float(scores[k:] @ scores[:-k])
    return total
