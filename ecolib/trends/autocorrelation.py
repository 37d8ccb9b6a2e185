"""Trends of series whose neighbouring values resemble each other.

The variants of the Mann-Kendall test take `alpha`, `better` and `alternative` as `mann_kendall` does.
They need values at even steps without gaps: a lag is a number of steps. Equal numbers of days or of
months are even steps. A series with gaps gets the status `undetermined` and says so.

Only `pre_whitening` keeps its level for AR(1) series of any length; the others reject trendless
series too often and say so in their result. Rejections at the 5 % level among 600 trendless series
with r1 = 0.6, for n = 20, 50, 100, 200 (simulated; the uncorrected test: 27, 30, 30, 33 %):

================================= =================
yue_wang                          13, 9, 7, 6 %
hamed_rao, lags=3                 24, 14, 10, 9 %
hamed_rao                         26, 20, 18, 18 %
pre_whitening                     6, 5, 7, 5 %
trend_free_pre_whitening          34, 38, 38, 41 %
wang_swail                        19, 11, 9, 7 %
block_bootstrap                   21, 14, 12, 12 %
================================= =================

`least_squares` with errors that allow for serial dependence stands here for comparison.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import floor, nan, sqrt
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from ecolib.trends.mann_kendall_test import LAWS, choose_law, kendall_test, p_of_score
from ecolib.trends.pairs import scores_of_columns
from ecolib.trends.result import SpecOptions, TestSpec, TrendResult, build_result
from ecolib.trends.series import (
    EPSILON,
    ONE_YEAR,
    TimeSeries,
    check_choice,
    check_share,
    check_whole,
    mid_ranks,
    read_series,
    size_of,
    with_ties,
)
from ecolib.trends.slopes import fit_slope

_SIGNIFICANT = 1.959963984540054  # of sqrt(n) r_k, two-sided 5 %
_LIBERAL = ("liberal_level",)
_LAST_YEAR = 9999  # numbers beyond are no years of a calendar


def hamed_rao(
    years: ArrayLike,
    values: ArrayLike | None = None,
    *,
    lags: int | None = None,
    **options: Unpack[SpecOptions],
) -> TrendResult:
    """Mann-Kendall test with the variance of S corrected by Hamed & Rao (1998).

    The correction sums the autocorrelations of the ranks of the detrended values that differ from
    0 at 5 %, over all lags or the first `lags` (0 corrects nothing). Short series rarely show a
    significant lag, and then nothing is corrected: the test is too liberal (noted in the result).
    """

    def factor(rest: np.ndarray) -> float:
        n = len(rest)
        r = _autocorrelations(mid_ranks(rest), n - 1 if lags is None else min(n - 1, lags))
        r[np.abs(r) <= _SIGNIFICANT / sqrt(n)] = 0
        left = n - np.arange(1, len(r) + 1)
        weight = left * (left - 1) * (left - 2) @ r
        return 1 + 2 * weight / (n * (n - 1) * (n - 2))

    spec = TestSpec(**options)
    if lags is not None:
        check_whole("lags", lags, 0)
    return _test_corrected(spec, read_series(years, values), factor, "hamed_rao")


def yue_wang(
    years: ArrayLike, values: ArrayLike | None = None, **options: Unpack[SpecOptions]
) -> TrendResult:
    """Mann-Kendall test with the variance of S corrected by Yue & Wang (2004) for AR(1).

    n / n* = 1 + 2 sum (1 - k/n) r1^k with the lag-1 autocorrelation r1 of the detrended values.
    The variant that sums the sample autocorrelations of all lags is not offered: it rejects half
    of all trendless series.
    """

    def factor(rest: np.ndarray) -> float:
        r1, k = _lag_one(rest), np.arange(1, len(rest))
        return 1 + 2 * float(((1 - k / len(rest)) * r1**k).sum())

    return _test_corrected(TestSpec(**options), read_series(years, values), factor, "yue_wang")


def pre_whitening(
    years: ArrayLike,
    values: ArrayLike | None = None,
    *,
    law: str = "auto",
    **options: Unpack[SpecOptions],
) -> TrendResult:
    """Mann-Kendall test of y_t - r1 y_(t-1) (von Storch 1995).

    Keeps its level, but takes part of a trend for autocorrelation: the slope is that of the
    whitened values and too flat, and weak trends are missed.
    """

    def whiten(series: TimeSeries) -> np.ndarray:
        return _whitened(series.values, _lag_one(series.values))

    spec, series = TestSpec(**options), read_series(years, values)
    return _test_whitened(spec, series, whiten, "pre_whitening", law)


def trend_free_pre_whitening(
    years: ArrayLike,
    values: ArrayLike | None = None,
    *,
    law: str = "auto",
    **options: Unpack[SpecOptions],
) -> TrendResult:
    """Trend-free pre-whitening (Yue et al. 2002): detrend, whiten, put the trend back.

    Putting the trend back makes the test too liberal (noted in the result).
    """

    def whiten(series: TimeSeries) -> np.ndarray:
        slope = _sen(series.times, series.values)
        rest = _detrended(series, slope)
        return _whitened(rest, _lag_one(rest)) + slope * series.times[1:]

    spec, series = TestSpec(**options), read_series(years, values)
    return _test_whitened(spec, series, whiten, "trend_free_pre_whitening", law, _LIBERAL)


def wang_swail(
    years: ArrayLike,
    values: ArrayLike | None = None,
    *,
    law: str = "auto",
    **options: Unpack[SpecOptions],
) -> TrendResult:
    """Iterated pre-whitening (Zhang et al. 2000; Wang & Swail 2001).

    Slope and autocorrelation are estimated in turn until both stand still; the whitened values
    (y_t - r1 y_(t-1)) / (1 - r1) keep the trend. Values with r1 < 0.05 are tested as they are.
    """

    def whiten(series: TimeSeries) -> np.ndarray:
        times, values = series.times, series.values
        r1 = _lag_one(values)
        if r1 < 0.05:
            return values
        slope = _sen(times[1:], _whitened(values, r1))
        for _ in range(500):
            before, last = slope, r1
            r1 = _lag_one(values - slope * times)
            if r1 < 0.05 and abs(r1 - last) <= 1e-4:
                return _whitened(values, last) / (1 - last)
            slope = _sen(times[1:], _whitened(values, r1) / (1 - r1))
            if abs(slope - before) <= 1e-3 * abs(slope) and abs(r1 - last) <= 1e-4:
                break
        return _whitened(values, r1) / (1 - r1)

    spec, series = TestSpec(**options), read_series(years, values)
    return _test_whitened(spec, series, whiten, "wang_swail", law, _LIBERAL)


def block_bootstrap(
    years: ArrayLike,
    values: ArrayLike | None = None,
    *,
    block: int | None = None,
    draws: int = 2000,
    seed: int = 0,
    **options: Unpack[SpecOptions],
) -> TrendResult:
    """Mann-Kendall test whose null law comes from moving blocks of the values.

    `block` is the block length in steps; by default one more than the number of leading lags
    that differ from 0 at 5 % (Onoz & Bayazit 2012). p = (1 + hits) / (1 + draws) with `draws`
    seeded resamples. Short blocks break part of the dependence: too liberal (noted).
    """
    spec = TestSpec(**options)
    check_whole("draws", draws, 1)
    check_whole("seed", seed, 0)
    series = read_series(years, values)
    if block is not None:
        check_whole("block", block, 1, max(1, series.n))
    if not _evenly_spaced(series):
        return _refuse(spec, series, "block_bootstrap", "uneven_times")
    score, length = series.score, block or _block_length(series.values)
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, series.n - length + 1, (-(-series.n // length), draws))
    places = (starts[:, None, :] + np.arange(length)[None, :, None]).reshape(-1, draws)
    drawn = scores_of_columns(series.values[places[: series.n]])[0]
    hits = np.count_nonzero(spec.as_extreme(drawn, score.s))
    return build_result(
        spec,
        series,
        method="block_bootstrap",
        s=score.s,
        p=(1 + int(hits)) / (1 + draws),
        smallest_p=1 / (1 + draws) if score.differing else 1.0,
        var_s=float(drawn.var()),
        tau=score.tau_b,
        tau_a=score.tau_a,
        notes=_LIBERAL,
    )


@dataclass(frozen=True)
class LeastSquares:
    """A straight line by least squares; the slope is per unit of time.

    `r2` is the share of the variance of the values that the line explains (NaN if they do not
    vary). `error` is the standard error of the slope (Newey & West), `t` and `p` test slope 0 with
    n - 2 degrees of freedom, `low` and `high` are the limits at `level`, `lags` the lags allowed
    for. Numbers that do not exist (fewer than 3 values or one time only) are NaN.
    """

    slope: float
    intercept: float
    r2: float
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
    years: ArrayLike,
    values: ArrayLike | None = None,
    *,
    lags: int | None = None,
    level: float = 0.95,
) -> LeastSquares:
    """Least squares on real times with heteroscedasticity and autocorrelation consistent errors.

    Parameters
    ----------
    years, values
        As in `mann_kendall`.
    lags
        Lags with Bartlett weights 1 - k / (lags + 1), counted in observations; by default the
        whole part of 4 (n / 100)^(2/9) (Newey & West 1994). 0 leaves the error of White. Fewer
        than there are values.
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
    series = read_series(years, values)
    n = series.n
    if lags is None:
        lags = floor(4 * (n / 100) ** (2 / 9))
    else:
        check_whole("lags", lags, 0, max(0, n - 1))
    if n < 3 or np.ptp(series.times) == 0:
        return LeastSquares(*(nan,) * 8, level, lags, n, series.missing)
    x = series.times - series.times.mean()
    size, unit = float(x @ x), size_of(series.values)
    values = series.values / unit
    slope = float(x @ values) / size
    intercept = float(values.mean() - slope * series.times.mean())
    centred = values - values.mean()
    residuals = centred - slope * x
    total = float(centred @ centred) if np.ptp(values) else 0.0
    error = sqrt(max(0.0, _long_run(x * residuals, lags) * n / (n - 2))) / size
    straight = error <= 1e-12 * abs(slope) or (error == 0 and slope == 0)
    t = (slope / error) if not straight else nan
    half = -float(stdtrit(n - 2, (1 - level) / 2)) * error
    return LeastSquares(
        slope=slope * unit,
        intercept=intercept * unit,
        r2=1 - float(residuals @ residuals) / total if total else nan,
        error=error * unit,
        t=t,
        p=2 * float(stdtr(n - 2, -abs(t))) if not straight else (0.0 if slope else 1.0),
        low=(slope - half) * unit,
        high=(slope + half) * unit,
        level=level,
        lags=lags,
        n=n,
        missing=series.missing,
    )


def _test_corrected(
    spec: TestSpec, series: TimeSeries, factor_of: Callable[[np.ndarray], float], method: str
) -> TrendResult:
    """The normal test with var S multiplied by a factor that the detrended values give.

    The limits of the slope stay uncorrected.
    """
    if not _evenly_spaced(series):
        return _refuse(spec, series, method, "uneven_times")
    score = series.score
    factor = factor_of(_detrended(series, fit_slope(series, level=1 - spec.alpha).slope))
    if factor <= 0:
        return _refuse(spec, series, method, "variance_not_positive")
    z = score.z / sqrt(factor)
    corrected = {"var_s": score.var_s * factor, "z": z, "p": spec.normal_p(z), "notes": _LIBERAL}
    smallest_p = p_of_score(spec, score, None)[1]
    outcome = score.fields | corrected
    return build_result(spec, series, method=method, smallest_p=smallest_p, **outcome)


def _test_whitened(
    spec: TestSpec,
    series: TimeSeries,
    whiten: Callable[[TimeSeries], np.ndarray],
    method: str,
    law: str,
    notes: tuple[str, ...] = (),
) -> TrendResult:
    check_choice("law", law, LAWS)
    if not _evenly_spaced(series):
        return _refuse(spec, series, method, "uneven_times")
    if np.ptp(series.values) == 0:
        return kendall_test(series, spec, law=law)
    # Times count from the first, so that slope * time keeps its digits.
    white = whiten(TimeSeries(series.times - series.times[0], series.values, 0))
    white = with_ties(white, _rounding(series.values))
    tested = TimeSeries(series.times[-len(white) :], white, series.missing)
    p, smallest_p = p_of_score(spec, tested.score, choose_law(tested.score, law))
    told = {"method": method, "p": p, "smallest_p": smallest_p, "notes": notes}
    slope = fit_slope(tested, level=1 - spec.alpha).numbers
    return build_result(spec, series, slope=slope, **told, **tested.score.fields)


def _refuse(spec: TestSpec, series: TimeSeries, method: str, reason: str) -> TrendResult:
    fields = series.score.fields | {"var_s": nan, "z": nan, "p": nan, "smallest_p": nan}
    return build_result(spec, series, method=method, reason=reason, **fields)


def _evenly_spaced(series: TimeSeries) -> bool:
    """Whether all steps are equal: gaps inside a series make lags meaningless."""
    return series.n >= 3 and any(
        steps[0] > 0 and np.allclose(steps, steps[0], rtol=1e-6)
        for steps in map(np.diff, (series.times, *_by_calendar(series.times)))
    )


def _by_calendar(times: np.ndarray) -> tuple[np.ndarray, ...]:
    """Decimal years as days and, if all lie on one day of the month or on its last, as months.

    Days and months are of unequal length in years, and yet steps of a calendar.
    """
    if np.abs(times).max() > _LAST_YEAR:
        return ()
    start = (np.floor(times) - 1970).astype("datetime64[Y]")
    begin, end = (y.astype("datetime64[D]").astype(float) for y in (start, start + ONE_YEAR))
    days = begin + (times - np.floor(times)) * (end - begin)
    if not np.allclose(days, np.rint(days), rtol=0, atol=1e-5):
        return (days,)
    dates = np.rint(days).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    day = (dates - months.astype("datetime64[D]")).astype(int)
    following = (months + np.timedelta64(1, "M")).astype("datetime64[D]")
    last = dates + np.timedelta64(1, "D") == following
    return (days, months.astype(float)) if np.ptp(day) == 0 or last.all() else (days,)


def _rounding(values: np.ndarray) -> float:
    """Differences of whitened values that only rounding makes."""
    return max(1e-12 * np.ptp(values), 8 * EPSILON * np.abs(values).max())


def _detrended(series: TimeSeries, slope: float) -> np.ndarray:
    return series.minus_line(slope, size=np.ptp(series.values))


def _lag_one(values: np.ndarray) -> float:
    return float(_autocorrelations(values, 1)[0])


def _autocorrelations(values: np.ndarray, lags: int) -> np.ndarray:
    """Sample autocorrelations at lags 1..lags; 0 for a constant series."""
    if np.ptp(values) == 0:  # their mean may differ from them by rounding
        return np.zeros(lags)
    d = values - values.mean()
    d /= size_of(d)
    return np.correlate(d, d, "full")[len(d) : len(d) + lags] / (d @ d)


def _sen(times: np.ndarray, values: np.ndarray) -> float:
    return fit_slope(TimeSeries(times, values, 0), level=0.95).slope


def _whitened(values: np.ndarray, r1: float) -> np.ndarray:
    return values[1:] - r1 * values[:-1]


def _block_length(values: np.ndarray) -> int:
    r = _autocorrelations(values, max(1, len(values) // 3))
    small = np.abs(r) <= _SIGNIFICANT / sqrt(len(values))
    return int(np.argmax(small)) + 1 if small.any() else len(small)


def _long_run(scores: np.ndarray, lags: int) -> float:
    """Sum of squares of the scores plus their weighted products at the lags."""
    total = float(scores @ scores)
    for k in range(1, min(lags, len(scores) - 1) + 1):
        total += 2 * (1 - k / (lags + 1)) * float(scores[k:] @ scores[:-k])
    return total
