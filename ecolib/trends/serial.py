"""Mann-Kendall tests for series whose neighbouring values resemble each other.

All of them, and those of `ecolib.trends.whitening`, need values at even steps without gaps: a lag
is a number of steps. A series with gaps gets the status `undetermined` and says so.

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
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from ecolib.trends.autocorrelation import (
    LIBERAL,
    autocorrelations,
    detrended,
    evenly_spaced,
    lag_one,
    refuse,
    score_and_slope,
)
from ecolib.trends.kendall import KendallScore
from ecolib.trends.monotone import smallest_p
from ecolib.trends.pairs import scores_of_columns
from ecolib.trends.ranks import mid_ranks
from ecolib.trends.result import Question, TrendResult, conclude
from ecolib.trends.series import Observed, observe
from ecolib.trends.slope import SlopeResult

_SIGNIFICANT = 1.959963984540054  # of sqrt(n) r_k, two-sided 5 %


def hamed_rao(
    years: ArrayLike,
    values: ArrayLike,
    *,
    lags: int | None = None,
    alpha: float = 0.05,
    better: str | None = None,
    alternative: str = "two-sided",
) -> TrendResult:
    """Mann-Kendall test with the variance of S corrected by Hamed & Rao (1998).

    The correction sums the autocorrelations of the ranks of the detrended values that differ from
    0 at 5 %, over all lags or the first `lags`. Short series rarely show a significant lag, and then
    nothing is corrected: the test is too liberal (noted in the result).
    """
    ask = Question(alpha, alternative, better)
    seen = observe(years, values)
    if not evenly_spaced(seen):
        return refuse(ask, seen, "hamed_rao", "uneven_times")
    score, slope = score_and_slope(ask, seen)
    n = seen.n
    ranks = mid_ranks(_rest(seen, slope))
    r = autocorrelations(ranks, min(n - 1, lags or n - 1))
    r[np.abs(r) <= _SIGNIFICANT / sqrt(n)] = 0
    left = n - np.arange(1, len(r) + 1)
    weight = left * (left - 1) * (left - 2) @ r
    factor = 1 + 2 * weight / (n * (n - 1) * (n - 2))
    return _with_factor(ask, seen, score, slope, factor, "hamed_rao")


def yue_wang(
    years: ArrayLike,
    values: ArrayLike,
    *,
    alpha: float = 0.05,
    better: str | None = None,
    alternative: str = "two-sided",
) -> TrendResult:
    """Mann-Kendall test with the variance of S corrected by Yue & Wang (2004) for AR(1).

    n / n* = 1 + 2 sum (1 - k/n) r1^k with the lag-1 autocorrelation r1 of the detrended values.
    The variant that sums the sample autocorrelations of all lags is not offered: it rejects half
    of all trendless series.
    """
    ask = Question(alpha, alternative, better)
    seen = observe(years, values)
    if not evenly_spaced(seen):
        return refuse(ask, seen, "yue_wang", "uneven_times")
    score, slope = score_and_slope(ask, seen)
    r1 = lag_one(_rest(seen, slope))
    k = np.arange(1, seen.n)
    factor = 1 + 2 * float(((1 - k / seen.n) * r1**k).sum())
    return _with_factor(ask, seen, score, slope, factor, "yue_wang")


def block_bootstrap(
    years: ArrayLike,
    values: ArrayLike,
    *,
    block: int | None = None,
    draws: int = 2000,
    seed: int = 0,
    alpha: float = 0.05,
    better: str | None = None,
    alternative: str = "two-sided",
) -> TrendResult:
    """Mann-Kendall test whose null law comes from moving blocks of the values.

    `block` is the block length in steps; by default one more than the number of leading lags
    that differ from 0 at 5 % (Onoz & Bayazit 2012). p = (1 + hits) / (1 + draws) with `draws`
    seeded resamples. Short blocks break part of the dependence: too liberal (noted).
    """
    ask = Question(alpha, alternative, better)
    seen = observe(years, values)
    if not evenly_spaced(seen):
        return refuse(ask, seen, "block_bootstrap", "uneven_times")
    score, slope = score_and_slope(ask, seen)
    length = block or _block_length(seen.values)
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, seen.n - length + 1, (-(-seen.n // length), draws))
    places = (starts[:, None, :] + np.arange(length)[None, :, None]).reshape(-1, draws)
    drawn = scores_of_columns(seen.values[places[: seen.n]])[0]

    def share(hits: np.ndarray) -> float:
        return (1 + int(np.count_nonzero(hits))) / (1 + draws)

    p = ask.pick(
        both=share(np.abs(drawn) >= abs(score.s)),
        greater=share(drawn >= score.s),
        less=share(drawn <= score.s),
    )
    constant = score.differing == 0
    return conclude(
        ask,
        seen,
        slope,
        method="block_bootstrap",
        s=score.s,
        p=p,
        smallest_p=1.0 if constant else 1 / (1 + draws),
        var_s=float(drawn.var()),
        tau=score.tau_b,
        tau_a=score.tau_a,
        notes=LIBERAL,
    )


def _with_factor(
    ask: Question,
    seen: Observed,
    score: KendallScore,
    slope: SlopeResult,
    factor: float,
    method: str,
) -> TrendResult:
    """The normal test with var S multiplied by a factor; the slope limits stay uncorrected."""
    if factor <= 0:
        return refuse(ask, seen, method, "variance_not_positive")
    z = score.z / sqrt(factor)
    return conclude(
        ask,
        seen,
        slope,
        method=method,
        s=score.s,
        p=ask.normal_p(z),
        smallest_p=smallest_p(ask, score, None),
        var_s=score.var_s * factor,
        z=z,
        tau=score.tau_b,
        tau_a=score.tau_a,
        notes=LIBERAL,
    )


def _rest(seen: Observed, slope: SlopeResult) -> np.ndarray:
    return detrended(seen.times - seen.times[0], seen.values, slope.slope)


def _block_length(values: np.ndarray) -> int:
    r = autocorrelations(values, max(1, len(values) // 3))
    small = np.abs(r) <= _SIGNIFICANT / sqrt(len(values))
    return int(np.argmax(small)) + 1 if small.any() else len(small)
