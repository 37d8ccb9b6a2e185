"""When did the level of a series change? Pettitt, Buishand and SNHT."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike

from ecolib.trends.change_words import explain_change
from ecolib.trends.prefix_law import EXACT_UP_TO, share_of_orders
from ecolib.trends.ranks import mid_ranks
from ecolib.trends.result import MIN_VALUES
from ecolib.trends.series import Observed, check_choice, check_share, observe

_CHUNK = 2_000_000  # numbers drawn at a time


@dataclass(frozen=True)
class ChangePoint:
    """Outcome of a change-point test.

    Attributes
    ----------
    method, p_by : str
        Name of the test, and how p was found: "exact", "approximation", "permutation" or "normal".
    statistic, p : float
    significant : bool
        False if there are fewer than 5 values, whatever p is.
    k : tuple of int
        Length of the first part; more than one if the maximum is reached more than once, empty if
        nothing varies.
    before, after : float
        Times of the last value before and the first value after the (first) change.
    mean_before, mean_after : float
    n, missing : int
    alpha : float
    """

    method: str
    p_by: str
    statistic: float
    p: float
    significant: bool
    k: tuple[int, ...]
    before: float
    after: float
    mean_before: float
    mean_after: float
    n: int
    missing: int
    alpha: float

    def explain(self, lang: str = "zh") -> str:
        """Two sentences: what was found, and how far that can be trusted."""
        return explain_change(self, lang)


def pettitt(
    years: ArrayLike,
    values: ArrayLike,
    *,
    p_by: str = "auto",
    draws: int = 10_000,
    seed: int = 0,
    alpha: float = 0.05,
) -> ChangePoint:
    """Pettitt's rank test (1979) for one change of level.

    Parameters
    ----------
    years, values
        As in `mann_kendall`.
    p_by
        "exact": the share of all orders of these values, ties and all, with a statistic as large
        (up to 18 values). "approximation": 2 exp(-6 U^2 / (n^3 + n^2)), at most 1. "permutation":
        (1 + hits) / (1 + draws) over seeded random orders. "auto": exact up to 18 values, then
        the approximation.

    Raises
    ------
    ParamsError, DataError
    """
    check_choice("p_by", p_by, ("auto", "exact", "approximation", "permutation"))
    seen = observe(years, values)
    # With mid-ranks, sum over pairs of sign(y_j - y_i) is a sum of centred ranks; whole numbers.
    centred = np.rint(2 * mid_ranks(seen.values) - (seen.n + 1)).astype(np.int64)
    if p_by == "auto":
        p_by = "exact" if seen.n <= EXACT_UP_TO else "approximation"
    curve = np.abs(np.cumsum(centred))[:-1]
    u = int(curve.max()) if seen.n > 1 else 0
    if p_by == "approximation":
        p = min(1.0, 2 * exp(-6 * u**2 / (seen.n**3 + seen.n**2))) if seen.n else 1.0
    elif p_by == "exact":
        p = share_of_orders(centred, u)
    else:
        p = _permuted(seen, centred, _largest_sum, u, draws, seed)
    return _result("pettitt", p_by, u, p, curve, seen, alpha)


def buishand_range(years: ArrayLike, values: ArrayLike, **options) -> ChangePoint:
    """Buishand's range (1982): (max - min of the adjusted partial sums) / (sd sqrt(n)).

    `options` as in `buishand_u`.
    """
    return _homogeneity("buishand_range", _range, years, values, **options)


def buishand_q(years: ArrayLike, values: ArrayLike, **options) -> ChangePoint:
    """Buishand's Q (1982): the largest adjusted partial sum / (sd sqrt(n)).

    `options` as in `buishand_u`.
    """
    return _homogeneity("buishand_q", _largest_partial_sum, years, values, **options)


def buishand_u(years: ArrayLike, values: ArrayLike, **options) -> ChangePoint:
    """Buishand's U (1984): sum of the squared adjusted partial sums / (sd^2 n (n + 1)).

    sd has the divisor n - 1, in the statistic as in its null law.

    Parameters
    ----------
    years, values
        As in `mann_kendall`.
    p_by
        "permutation" (default): seeded random orders of the values, no normality assumed.
        "normal": seeded normal samples of the same length, the null law of the published tables.
    draws, seed
        Number of samples, 10000 by default, and where they start.
    alpha

    Raises
    ------
    ParamsError, DataError
    """
    return _homogeneity("buishand_u", _sum_of_squares, years, values, **options)


def snht(years: ArrayLike, values: ArrayLike, **options) -> ChangePoint:
    """Standard normal homogeneity test (Alexandersson 1986): max k z1^2 + (n - k) z2^2.

    `options` as in `buishand_u`.
    """
    return _homogeneity("snht", _alexandersson, years, values, **options)


def _homogeneity(
    method: str,
    statistic: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]],
    years: ArrayLike,
    values: ArrayLike,
    *,
    p_by: str = "permutation",
    draws: int = 10_000,
    seed: int = 0,
    alpha: float = 0.05,
) -> ChangePoint:
    check_choice("p_by", p_by, ("permutation", "normal"))
    seen = observe(years, values)
    if seen.n < 2 or np.ptp(seen.values) == 0:
        return _result(method, p_by, 0.0, 1.0, np.zeros(0), seen, alpha)
    scaled = _standardised(seen.values[:, None])
    found, curve = statistic(np.cumsum(scaled, axis=0)[:-1])
    if p_by == "permutation":
        p = _permuted(seen, scaled[:, 0], statistic, found[0], draws, seed)
    else:
        p = _simulated(seen.n, statistic, found[0], draws, seed)
    return _result(method, p_by, float(found[0]), p, curve[:, 0], seen, alpha)


def _standardised(values: np.ndarray) -> np.ndarray:
    centred = values - values.mean(axis=0)
    return centred / centred.std(axis=0, ddof=1)


# Each takes partial sums (n - 1, samples) of standardised values; gives the statistic of every
# sample and the curve whose maximum is the date.


def _range(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    high, low = np.maximum(sums.max(axis=0), 0), np.minimum(sums.min(axis=0), 0)
    return (high - low) / sqrt(len(sums) + 1), np.abs(sums)


def _largest_partial_sum(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    curve = np.abs(sums)
    return curve.max(axis=0) / sqrt(len(sums) + 1), curve


def _sum_of_squares(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    n = len(sums) + 1
    return (sums**2).sum(axis=0) / (n * (n + 1)), np.abs(sums)


def _alexandersson(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    n = len(sums) + 1
    k = np.arange(1, n)[:, None]
    curve = sums**2 * (1 / k + 1 / (n - k))
    return curve.max(axis=0), curve


def _largest_sum(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    curve = np.abs(sums)
    return curve.max(axis=0), curve


def _permuted(
    seen: Observed, items: np.ndarray, statistic, found: float, draws: int, seed: int
) -> float:
    """(1 + hits) / (1 + draws); a hit may fall short by rounding."""
    rng = np.random.default_rng(seed)
    if np.ptp(items) == 0:
        return 1.0
    hits, limit = 0, found * (1 - 1e-9)
    for size in _sizes(len(items), draws):
        orders = rng.permuted(np.repeat(items[:, None], size, axis=1), axis=0)
        hits += int(np.count_nonzero(statistic(np.cumsum(orders, axis=0)[:-1])[0] >= limit))
    return (1 + hits) / (1 + draws)


def _simulated(n: int, statistic, found: float, draws: int, seed: int) -> float:
    rng = np.random.default_rng(seed)
    hits, limit = 0, found * (1 - 1e-9)
    for size in _sizes(n, draws):
        sums = np.cumsum(_standardised(rng.standard_normal((n, size))), axis=0)[:-1]
        hits += int(np.count_nonzero(statistic(sums)[0] >= limit))
    return (1 + hits) / (1 + draws)


def _sizes(n: int, draws: int) -> list[int]:
    step = max(1, _CHUNK // n)
    return [min(step, draws - start) for start in range(0, draws, step)]


def _result(
    method: str,
    p_by: str,
    statistic: float,
    p: float,
    curve: np.ndarray,
    seen: Observed,
    alpha: float,
) -> ChangePoint:
    check_share("alpha", alpha)
    top = curve.max() if len(curve) else 0
    k = tuple((np.flatnonzero(curve >= top * (1 - 1e-9)) + 1).tolist()) if top > 0 else ()
    first, second = (seen.values[: k[0]], seen.values[k[0] :]) if k else (None, None)
    return ChangePoint(
        method=method,
        p_by=p_by,
        statistic=statistic,
        p=p,
        significant=seen.n >= MIN_VALUES and p <= alpha,
        k=k,
        before=float(seen.times[k[0] - 1]) if k else nan,
        after=float(seen.times[k[0]]) if k else nan,
        mean_before=float(first.mean()) if k else nan,
        mean_after=float(second.mean()) if k else nan,
        n=seen.n,
        missing=seen.missing,
        alpha=alpha,
    )
