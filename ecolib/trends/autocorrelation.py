"""What all tests for serially dependent series share: even steps and autocorrelations."""

from __future__ import annotations

from math import nan

import numpy as np

from ecolib.trends.kendall import KendallScore, kendall_score
from ecolib.trends.result import Question, TrendResult, conclude
from ecolib.trends.series import Observed
from ecolib.trends.slope import SlopeResult, fit_slope

LIBERAL = ("liberal_level",)


def evenly_spaced(seen: Observed) -> bool:
    """Whether all steps are equal: gaps inside a series make lags meaningless."""
    steps = np.diff(seen.times)
    return seen.n >= 3 and steps[0] > 0 and bool(np.allclose(steps, steps[0], rtol=1e-6))


def refuse(ask: Question, seen: Observed, method: str, reason: str) -> TrendResult:
    score, slope = score_and_slope(ask, seen)
    return conclude(
        ask, seen, slope, method=method, s=score.s, p=nan, smallest_p=nan,
        tau=score.tau_b, tau_a=score.tau_a, reason=reason,
    )  # fmt: skip


def score_and_slope(ask: Question, seen: Observed) -> tuple[KendallScore, SlopeResult]:
    score = kendall_score(seen.times, seen.values)
    return score, fit_slope(seen, score, level=1 - ask.alpha)


def lag_one(values: np.ndarray) -> float:
    return float(autocorrelations(values, 1)[0])


def autocorrelations(values: np.ndarray, lags: int) -> np.ndarray:
    """Sample autocorrelations at lags 1..lags; 0 for a constant series."""
    if np.ptp(values) == 0:  # the mean of equal numbers may differ from them by rounding
        return np.zeros(lags)
    d = values - values.mean()
    full = np.correlate(d, d, "full")[len(d) : len(d) + lags]
    return full / (d @ d)


def detrended(times: np.ndarray, values: np.ndarray, slope: float) -> np.ndarray:
    """Detrended values; what only rounding left of a straight line is level, not dependence."""
    rest = values - slope * times
    level = np.median(rest)
    rest[np.abs(rest - level) < 1e-12 * np.ptp(values)] = level
    return rest
