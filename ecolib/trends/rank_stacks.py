"""Rank tests of many series at once: Spearman's correlation with time and Pettitt's test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ecolib.trends.ranks import doubled_mid_ranks
from ecolib.trends.result import Question
from ecolib.trends.series import infinite, observe_stack
from ecolib.trends.spearman import EXACT_UP_TO, exact_table, student_p


@dataclass(frozen=True)
class RankStack:
    """Arrays of the shape of the cells.

    Attributes
    ----------
    n : ndarray of int
        Values used; the others were NaN.
    statistic, p : ndarray
        Spearman's rho (NaN where nothing varies) or Pettitt's U, and its p.
    before, after : ndarray
        Pettitt: times of the last value before and the first after the (first) change, NaN where
        nothing varies. Spearman: NaN.
    """

    n: np.ndarray
    statistic: np.ndarray
    p: np.ndarray
    before: np.ndarray
    after: np.ndarray


def spearman_stack(
    years: ArrayLike, values: ArrayLike, *, axis: int = -1, alternative: str = "two-sided"
) -> RankStack:
    """`spearman` of every series along an axis: exact up to 10 values, Student's t beyond.

    Raises
    ------
    ParamsError, DataError
    """
    ask = Question(alternative=alternative)
    _, rows, shape = _rows(years, values, axis)
    doubled, n = doubled_mid_ranks(rows)
    places = np.cumsum(doubled > 0, axis=1) * (doubled > 0)
    # Centred and four times, as in the exact law.
    centred = 2 * (places * doubled).sum(axis=1) - (n + 1) * doubled.sum(axis=1)
    spread = _sum_of_squares(places, n) * _sum_of_squares(doubled, n)
    rho = np.divide(centred / 2, np.sqrt(spread), where=spread > 0, out=np.full(len(n), np.nan))
    p = np.where(spread > 0, student_p(ask, rho, n), 1.0)
    for length in range(2, EXACT_UP_TO + 1):
        some = np.flatnonzero((n == length) & (spread > 0))
        patterns = np.sort(doubled[some], axis=1)[:, doubled.shape[1] - length :]
        kinds, which = np.unique(patterns, axis=0, return_inverse=True)
        for k, kind in enumerate(kinds):
            cells = some[which.reshape(-1) == k]
            table, largest = exact_table(ask, tuple(kind.tolist()))
            p[cells] = table[centred[cells] + largest]
    nan = np.full(shape, np.nan)
    return RankStack(n.reshape(shape), rho.reshape(shape), p.reshape(shape), nan, nan)


def pettitt_stack(years: ArrayLike, values: ArrayLike, *, axis: int = -1) -> RankStack:
    """`pettitt` of every series along an axis, p by the approximation for every length.

    Raises
    ------
    DataError
    """
    times, rows, shape = _rows(years, values, axis)
    doubled, n = doubled_mid_ranks(rows)
    there = doubled > 0
    curve = np.abs(np.cumsum(np.where(there, doubled - (n + 1)[:, None], 0), axis=1))
    u = curve.max(axis=1, initial=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(u > 0, np.minimum(1, 2 * np.exp(-6.0 * u**2 / (n**3.0 + n**2))), 1.0)
    # The maximum first appears at the last value of the first part, never at a missing one.
    first = curve.argmax(axis=1) if curve.shape[1] else np.zeros(len(n), dtype=int)
    later = there & (np.arange(rows.shape[1]) > first[:, None])
    before, after = (np.full(len(n), np.nan) for _ in range(2))
    changed = u > 0
    before[changed] = times[first[changed]]
    after[changed] = times[later.argmax(axis=1)[changed]]
    return RankStack(*(x.reshape(shape) for x in (n, u, p, before, after)))


def _rows(
    years: ArrayLike, values: ArrayLike, axis: int
) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
    times, layers, shape = observe_stack(years, values, axis)
    rows = np.ascontiguousarray(layers.T, dtype=np.float64)
    if np.isinf(rows).any():
        raise infinite()
    return times, rows, shape


def _sum_of_squares(numbers: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Sum of squared deviations from the mean of the n numbers that are not 0."""
    total = numbers.sum(axis=1).astype(float)
    return (numbers.astype(float) ** 2).sum(axis=1) - total**2 / np.maximum(n, 1)
