"""Mann-Kendall tests of pre-whitened series; see `ecolib.trends.serial` for what they need."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from ecolib.trends.autocorrelation import (
    LIBERAL,
    detrended,
    evenly_spaced,
    lag_one,
    refuse,
    score_and_slope,
)
from ecolib.trends.kendall import kendall_score
from ecolib.trends.monotone import choose_law, exact_p, kendall_test, smallest_p
from ecolib.trends.result import Question, TrendResult, conclude
from ecolib.trends.series import Observed, check_choice, observe
from ecolib.trends.slope import fit_slope


def pre_whitening(
    years: ArrayLike,
    values: ArrayLike,
    *,
    alpha: float = 0.05,
    better: str | None = None,
    alternative: str = "two-sided",
    law: str = "auto",
) -> TrendResult:
    """Mann-Kendall test of y_t - r1 y_(t-1) (von Storch 1995).

    Keeps its level, but takes part of a trend for autocorrelation: the slope is that of the
    whitened values and too flat, and weak trends are missed.
    """

    def whiten(times: np.ndarray, values: np.ndarray) -> np.ndarray:
        return _whitened(values, lag_one(values))

    ask = Question(alpha, alternative, better)
    return _test_whitened(ask, observe(years, values), whiten, "pre_whitening", law, ())


def trend_free_pre_whitening(
    years: ArrayLike,
    values: ArrayLike,
    *,
    alpha: float = 0.05,
    better: str | None = None,
    alternative: str = "two-sided",
    law: str = "auto",
) -> TrendResult:
    """Trend-free pre-whitening (Yue et al. 2002): detrend, whiten, put the trend back.

    Putting the trend back makes the test too liberal (noted in the result).
    """

    def whiten(times: np.ndarray, values: np.ndarray) -> np.ndarray:
        slope = _sen(times, values)
        rest = detrended(times, values, slope)
        return _whitened(rest, lag_one(rest)) + slope * times[1:]

    ask = Question(alpha, alternative, better)
    seen = observe(years, values)
    return _test_whitened(ask, seen, whiten, "trend_free_pre_whitening", law, LIBERAL)


def wang_swail(
    years: ArrayLike,
    values: ArrayLike,
    *,
    alpha: float = 0.05,
    better: str | None = None,
    alternative: str = "two-sided",
    law: str = "auto",
) -> TrendResult:
    """Iterated pre-whitening (Zhang et al. 2000; Wang & Swail 2001).

    Slope and autocorrelation are estimated in turn until both stand still; the whitened values
    (y_t - r1 y_(t-1)) / (1 - r1) keep the trend. Values with r1 < 0.05 are tested as they are.
    """
    ask = Question(alpha, alternative, better)
    seen = observe(years, values)
    return _test_whitened(ask, seen, _iterated, "wang_swail", law, LIBERAL)


def _test_whitened(
    ask: Question,
    seen: Observed,
    whiten: Callable[[np.ndarray, np.ndarray], np.ndarray],
    method: str,
    law: str,
    notes: tuple[str, ...],
) -> TrendResult:
    check_choice("law", law, ("auto", "exact", "normal"))
    if not evenly_spaced(seen):
        return refuse(ask, seen, method, "uneven_times")
    if np.ptp(seen.values) == 0:
        return kendall_test(ask, seen, law=law)
    # Times count from the first, so that slope * time keeps its digits.
    white = whiten(seen.times - seen.times[0], seen.values)
    tested = Observed(seen.times[-len(white) :], white, seen.missing)
    score, slope = score_and_slope(ask, tested)
    exact = choose_law(score, law)
    return conclude(
        ask,
        seen,
        slope,
        method=method,
        s=score.s,
        p=exact_p(ask, exact, score.s) if exact else ask.normal_p(score.z),
        smallest_p=smallest_p(ask, score, exact),
        var_s=score.var_s,
        z=score.z,
        tau=score.tau_b,
        tau_a=score.tau_a,
        notes=notes,
    )


def _iterated(times: np.ndarray, values: np.ndarray) -> np.ndarray:
    r1 = lag_one(values)
    if r1 < 0.05:
        return values
    slope = _sen(times[1:], _whitened(values, r1))
    for _ in range(500):
        before, last = slope, r1
        r1 = lag_one(values - slope * times)
        if r1 < 0.05 and abs(r1 - last) <= 1e-4:
            return _whitened(values, last) / (1 - last)
        slope = _sen(times[1:], _whitened(values, r1) / (1 - r1))
        if abs(slope - before) <= 1e-3 * abs(slope) and abs(r1 - last) <= 1e-4:
            break
    return _whitened(values, r1) / (1 - r1)


def _sen(times: np.ndarray, values: np.ndarray) -> float:
    seen = Observed(times, values, 0)
    return fit_slope(seen, kendall_score(times, values), level=0.95).slope


def _whitened(values: np.ndarray, r1: float) -> np.ndarray:
    return values[1:] - r1 * values[:-1]
