"""Slopes through a series that single wild values do not move: Sen's with its limits, and Siegel's.

Sen's slope is the median of the slopes between all pairs of values.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import nan, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from ecolib.trends.null_distribution import EXACT_UP_TO, law_of_s
from ecolib.trends.series import TimeSeries, check_choice, check_share, median, read_series


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
    limits : {"exact", "normal", "none"}
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

    @property
    def numbers(self) -> tuple[float, float, float]:
        """The slope and its limits."""
        return self.slope, self.low, self.high

    def at(self, year: float) -> float:
        """The line (Sen's intercept) at a time."""
        return self.intercept_sen + self.slope * year


def sen_slope(
    years: ArrayLike,
    values: ArrayLike | None = None,
    *,
    level: float = 0.95,
    limits: str = "normal",
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
    return fit_slope(read_series(years, values), level=level, limits=limits)


def fit_slope(series: TimeSeries, *, level: float, limits: str = "normal") -> SlopeResult:
    """`sen_slope` of a series that has been read already."""
    score = series.score
    exact = limits == "exact" and series.n <= EXACT_UP_TO and not score.times_tied
    if exact:
        width = law_of_s(score.value_ties).quantile((1 - level) / 2) - 2
    else:
        width = normal_width(level) * sqrt(score.var_s)
    ranks = ranks_of_limits(score.comparable, width)
    slope, low, high = median_and_limits(series.slopes_at(ranks) if score.comparable else ())
    return _through(series, slope, low, high, level, "exact" if exact else "normal")


def _through(
    series: TimeSeries, slope: float, low: float, high: float, level: float, limits: str
) -> SlopeResult:
    """A slope with the lines of it through the series."""
    intercept = series.middle[1] - slope * series.middle[0]
    sen = median(series.values - slope * series.times) if slope == slope else nan
    return SlopeResult(slope, low, high, level, limits, intercept, sen, series.n, series.missing)


@lru_cache
def normal_width(level: float) -> float:
    """C such that -C < z < C, with z standard normal, holds at the level."""
    return -NormalDist().inv_cdf((1 - level) / 2)


def ranks_of_limits(count: int, width: float) -> list[int]:
    """0-based ranks of the median of N slopes and, where there are such, of the two limits.

    With -C < S < C for the detrended values, the limits have the 1-based ranks (N - C)/2 and
    (N + C)/2 + 1; `width` is C.
    """
    lower, upper = round((count - width) / 2) - 1, round((count + width) / 2)
    middle = [(count - 1) // 2, count // 2]
    return middle + ([lower, upper] if lower >= 0 and upper < count else [])


def median_and_limits(found: np.ndarray | tuple[()]) -> tuple[float, float, float]:
    """Slope, low and high from the slopes that stand at `ranks_of_limits`."""
    # Adding zero turns a negative zero into zero.
    slope = float(found[0] + found[1]) / 2 + 0.0 if len(found) else nan
    low, high = (float(found[2]) + 0.0, float(found[3]) + 0.0) if len(found) > 2 else (nan, nan)
    return slope, low, high


def siegel_slope(years: ArrayLike, values: ArrayLike | None = None) -> SlopeResult:
    """Siegel's slope by repeated medians: the median over all values of the median slope to each.

    Up to half of the values may be wild, where Sen's slope stands 29 %. It has no limits (NaN).
    `years` and `values` as in `sen_slope`.

    Raises
    ------
    DataError

    Notes
    -----
    Siegel 1982, "Robust regression using repeated medians". Takes O(n^2) time and O(n) memory.
    """
    series = read_series(years, values)
    times, numbers = series.times, series.values
    medians = []
    for time, value in zip(times, numbers, strict=True):
        apart = times != time
        if apart.any():
            medians.append(median((numbers[apart] - value) / (times[apart] - time)))
    slope = median(np.array(medians)) if medians else nan
    return _through(series, slope, nan, nan, nan, "none")
