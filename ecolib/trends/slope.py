"""Sen's slope: the median of the slopes between all pairs of values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from ecolib.trends.kendall import KendallScore, kendall_score
from ecolib.trends.law import EXACT_UP_TO, law_of_s
from ecolib.trends.selection import slopes_of_rank
from ecolib.trends.series import Observed, check_choice, check_share, observe


@dataclass(frozen=True)
class SlopeResult:
    """Sen's slope, its confidence limits and two lines through the data.

    Attributes
    ----------
    slope, low, high : float
        Per unit of time. NaN if there are not two different times; limits are NaN if the level
        cannot be reached with so few values.
    level : float
        Confidence level asked for.
    limits : {"exact", "normal"}
        Law of S from which the limits were taken.
    intercept, intercept_sen : float
        Value of the line at time 0: median(y) - slope * median(t) (Conover), and
        median(y - slope * t) (Sen).
    n, missing : int
        Values used, and values that were NaN.
    """

    slope: float
    low: float
    high: float
    level: float
    limits: str
    intercept: float
    intercept_sen: float
    n: int
    missing: int

    def at(self, year: float) -> float:
        """The line (Sen's intercept) at a time."""
        return self.intercept_sen + self.slope * year


def sen_slope(
    years: ArrayLike, values: ArrayLike, *, level: float = 0.95, limits: str = "normal"
) -> SlopeResult:
    """Sen's slope per unit of time with confidence limits.

    Parameters
    ----------
    years, values
        Real times (numbers or dates, which become decimal years), any order, gaps allowed; NaN
        values are missing and are counted.
    level
        Confidence level.
    limits
        "normal": ranks (N -+ z sd(S)) / 2, rounded, of the N sorted slopes (Gilbert 1987, 16.4.2).
        "exact": ranks from the exact law of S (Hollander & Wolfe 1999, 9.3); up to 60 values.

    Raises
    ------
    ParamsError, DataError

    Notes
    -----
    Theil 1950; Sen 1968, "Estimates of the regression coefficient based on Kendall's tau".
    """
    check_share("level", level)
    check_choice("limits", limits, ("normal", "exact"))
    seen = observe(years, values)
    return fit_slope(seen, kendall_score(seen.times, seen.values), level=level, limits=limits)


def fit_slope(
    seen: Observed, score: KendallScore, *, level: float, limits: str = "normal"
) -> SlopeResult:
    """`sen_slope` of a series whose S is known already."""
    exact = limits == "exact" and seen.n <= EXACT_UP_TO and not score.times_tied
    width = _half_width(score, level, exact=exact)
    slope, low, high = _slopes_at(seen, score.comparable, width)
    return SlopeResult(
        slope=slope,
        low=low,
        high=high,
        level=level,
        limits="exact" if exact else "normal",
        intercept=float(np.median(seen.values) - slope * np.median(seen.times)) if seen.n else nan,
        intercept_sen=float(np.median(seen.values - slope * seen.times)) if seen.n else nan,
        n=seen.n,
        missing=seen.missing,
    )


def _half_width(score: KendallScore, level: float, *, exact: bool) -> float:
    """C such that -C < S < C, with S of the detrended values, holds at the level."""
    if not exact:
        return -ndtri((1 - level) / 2) * sqrt(score.var_s)
    return law_of_s(score.value_ties).quantile((1 - level) / 2) - 2


def _slopes_at(seen: Observed, count: int, width: float) -> tuple[float, float, float]:
    """Median and limits of all slopes, which are not listed if they are many."""
    ranks = ranks_of_limits(count, width)
    return _median_and_limits(slopes_of_rank(seen.times, seen.values, ranks) if count else [])


def limits_of_slopes(slopes: np.ndarray, level: float, sd: float) -> tuple[float, float, float]:
    """Median and normal-theory limits of listed slopes, `sd` being the deviation of S."""
    ranks = ranks_of_limits(len(slopes), -ndtri((1 - level) / 2) * sd)
    return _median_and_limits(np.sort(slopes)[ranks] if len(slopes) else [])


def ranks_of_limits(count: int, width: float) -> list[int]:
    """0-based ranks of the median and, where there are such, of the two limits.

    The limits have the 1-based ranks (N - C)/2 and (N + C)/2 + 1.
    """
    lower, upper = round((count - width) / 2) - 1, round((count + width) / 2)
    middle = [(count - 1) // 2, count // 2]
    return middle + ([lower, upper] if lower >= 0 and upper < count else [])


def _median_and_limits(found: Sequence[float]) -> tuple[float, float, float]:
    slope = float(found[0] + found[1]) / 2 if len(found) else nan
    low, high = (float(found[2]), float(found[3])) if len(found) > 2 else (nan, nan)
    return slope, low, high
