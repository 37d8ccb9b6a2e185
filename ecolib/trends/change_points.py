"""When did the level of a series change? Pettitt, Buishand and SNHT.

Values of one time have no order: a change lies between two different times.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike

from ecolib.errors import ParamsError
from ecolib.texts import Note
from ecolib.trends.null_distribution import (
    EXACT_UP_TO,
    PETTITT_UP_TO,
    bound_of_orders,
    share_of_orders,
)
from ecolib.trends.result import MIN_VALUES, Told, p_note, time_word
from ecolib.trends.series import (
    TimeSeries,
    check_choice,
    check_share,
    check_whole,
    mid_ranks,
    read_series,
    size_of,
)

_CHUNK = 2_000_000  # numbers drawn at a time

Statistic = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Takes partial sums (n - 1, samples) of standardised values; gives the statistic of every sample
and the curve whose maximum is the date."""


@dataclass(frozen=True)
class ChangePoint(Told):
    """Outcome of a change-point test.

    Attributes
    ----------
    method, p_by : str
        Name of the test, and how p was found: "exact", "bound", "approximation", "permutation" or
        "normal".
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

    @property
    def note(self) -> Note:
        """Two sentences: what was found, and how far that can be trusted."""
        if not self.k:
            return Note("change_point.none")
        if self.n < MIN_VALUES:
            meaning = Note("change_meaning.too_few")
        else:
            kind = "significant" if self.significant else "chance"
            test = {"test": Note(f"change_test.{self.method}"), "by": Note(f"p_by.{self.p_by}")}
            meaning = Note(f"change_meaning.{kind}", p=p_note(self.p), **test)
        return Note(
            "change_point.found",
            before=time_word(self.before),
            after=time_word(self.after),
            first=self.mean_before,
            second=self.mean_after,
            n=self.n,
            missing=self.missing,
            meaning=meaning,
        )


def pettitt(
    years: ArrayLike,
    values: ArrayLike | None = None,
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
        (up to 18 values). "approximation": 2 exp(-6 U^2 / (n^3 + n^2)), at most 1. "bound": the
        exact shares of orders in which the first 1, 2, ... values alone give such a statistic,
        added up, at most 1: never too small, and close where p is small (up to 60 values).
        "permutation": (1 + hits) / (1 + draws) over seeded random orders. "auto": exact up to 18
        values, then the smaller of bound and approximation.

    Raises
    ------
    ParamsError, DataError
    """
    check_choice("p_by", p_by, ("auto", "exact", "bound", "approximation", "permutation"))
    check_whole("draws", draws, 1)
    series = read_series(years, values)
    for limited, most in (("exact", PETTITT_UP_TO), ("bound", EXACT_UP_TO)):
        if p_by == limited and series.n > most:
            raise ParamsError(Note("trend_input.too_long", about="p_by", most=most, n=series.n))
    # With mid-ranks, sum over pairs of sign(y_j - y_i) is a sum of centred ranks; whole numbers.
    centred = np.rint(2 * mid_ranks(series.values) - (series.n + 1)).astype(np.int64)
    curve = np.abs(np.cumsum(centred))[:-1] * _between_times(series)[:, 0]
    u = int(curve.max()) if series.n > 1 else 0
    near = min(1.0, 2 * exp(-6 * u**2 / (series.n**3 + series.n**2))) if series.n else 1.0
    bound = near
    if p_by in ("auto", "bound") and PETTITT_UP_TO < series.n <= EXACT_UP_TO or p_by == "bound":
        bound = bound_of_orders(centred, u)
    if p_by == "auto":
        p_by = "bound" if bound < near else "approximation"
        p_by = "exact" if series.n <= PETTITT_UP_TO else p_by
    if p_by in ("approximation", "bound"):
        p = {"approximation": near, "bound": bound}[p_by]
    elif p_by == "exact":
        p = share_of_orders(centred, u)
    else:
        sample = _orders_of(centred)
        most = _largest_partial_sum
        p = _share_of_samples(sample, most, u / sqrt(series.n), series, draws, seed) if u else 1.0
    return _result("pettitt", p_by, u, p, curve, series, alpha)


def buishand_range(years: ArrayLike, values: ArrayLike | None = None, **options) -> ChangePoint:
    """Buishand's range (1982): (max - min of the adjusted partial sums) / (sd sqrt(n)).

    `options` as in `buishand_u`.
    """
    return _homogeneity("buishand_range", _range, years, values, **options)


def buishand_q(years: ArrayLike, values: ArrayLike | None = None, **options) -> ChangePoint:
    """Buishand's Q (1982): the largest adjusted partial sum / (sd sqrt(n)).

    `options` as in `buishand_u`.
    """
    return _homogeneity("buishand_q", _largest_partial_sum, years, values, **options)


def buishand_u(years: ArrayLike, values: ArrayLike | None = None, **options) -> ChangePoint:
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


def snht(years: ArrayLike, values: ArrayLike | None = None, **options) -> ChangePoint:
    """Standard normal homogeneity test (Alexandersson 1986): max k z1^2 + (n - k) z2^2.

    `options` as in `buishand_u`.
    """
    return _homogeneity("snht", _alexandersson, years, values, **options)


def _homogeneity(
    method: str,
    statistic: Statistic,
    years: ArrayLike,
    values: ArrayLike,
    *,
    p_by: str = "permutation",
    draws: int = 10_000,
    seed: int = 0,
    alpha: float = 0.05,
) -> ChangePoint:
    check_choice("p_by", p_by, ("permutation", "normal"))
    check_whole("draws", draws, 1)
    series = read_series(years, values)
    if series.n < 2 or np.ptp(series.values) == 0:
        return _result(method, p_by, 0.0, 1.0, np.zeros(0), series, alpha)
    scaled = _standardised(series.values[:, None])
    found, curve = statistic(np.cumsum(scaled, axis=0)[:-1] * _between_times(series))

    def normal(rng: np.random.Generator, size: int) -> np.ndarray:
        return _standardised(rng.standard_normal((series.n, size)))

    sample = normal if p_by == "normal" else _orders_of(scaled[:, 0])
    p = _share_of_samples(sample, statistic, found[0], series, draws, seed)
    return _result(method, p_by, float(found[0]), p, curve[:, 0], series, alpha)


def _between_times(series: TimeSeries) -> np.ndarray:
    """Which of the partial sums end between two different times, as a column."""
    return (np.diff(series.times) > 0)[:, None]


def _orders_of(items: np.ndarray) -> Callable[[np.random.Generator, int], np.ndarray]:
    """A function that draws random orders of the items, one a column."""
    return lambda rng, size: rng.permuted(np.repeat(items[:, None], size, axis=1), axis=0)


def _share_of_samples(
    sample: Callable[[np.random.Generator, int], np.ndarray],
    statistic: Statistic,
    found: float,
    series: TimeSeries,
    draws: int,
    seed: int,
) -> float:
    """(1 + hits) / (1 + draws) of samples at the times of a series; a hit may fall short by rounding."""
    check_whole("seed", seed, 0)
    rng, step = np.random.default_rng(seed), max(1, _CHUNK // series.n)
    hits, limit, between = 0, found * (1 - 1e-9), _between_times(series)
    for start in range(0, draws, step):
        sums = np.cumsum(sample(rng, min(step, draws - start)), axis=0)[:-1] * between
        hits += int(np.count_nonzero(statistic(sums)[0] >= limit))
    return (1 + hits) / (1 + draws)


def _standardised(values: np.ndarray) -> np.ndarray:
    # Counted from the first, so that small steps on a large number keep their digits.
    steps = values - values[:1]
    centred = steps - steps.mean(axis=0)
    centred /= size_of(centred)
    return centred / centred.std(axis=0, ddof=1)


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


def _result(
    method: str,
    p_by: str,
    statistic: float,
    p: float,
    curve: np.ndarray,
    series: TimeSeries,
    alpha: float,
) -> ChangePoint:
    check_share("alpha", alpha)
    top = curve.max() if len(curve) else 0
    k = tuple((np.flatnonzero(curve >= top * (1 - 1e-9)) + 1).tolist()) if top > 0 else ()
    first, second = (series.values[: k[0]], series.values[k[0] :]) if k else (None, None)
    return ChangePoint(
        method=method,
        p_by=p_by,
        statistic=statistic,
        p=p,
        significant=series.n >= MIN_VALUES and p <= alpha,
        k=k,
        before=float(series.times[k[0] - 1]) if k else nan,
        after=float(series.times[k[0]]) if k else nan,
        mean_before=float(first.mean()) if k else nan,
        mean_after=float(second.mean()) if k else nan,
        n=series.n,
        missing=series.missing,
        alpha=alpha,
    )
