"""Trend tests of many series at once: a stack of yearly maps is one call."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import erfc

from ecolib.trends.pairs import scores_of_columns, slopes_of_columns
from ecolib.trends.result import MIN_VALUES, Question
from ecolib.trends.series import infinite, observe_stack
from ecolib.trends.tie_patterns import Facts, facts_of_columns

_CHUNK = 16384  # series whose signs are counted together
_SLOPES = 50_000  # slopes sorted together; both sizes fit the processor's cache


@dataclass(frozen=True)
class TrendStack:
    """`TrendResult` for many series: each field is an array of the shape of the cells.

    `exact` says where p is from the exact law; the other fields mean what they mean there.
    """

    n: np.ndarray
    s: np.ndarray
    var_s: np.ndarray
    z: np.ndarray
    p: np.ndarray
    tau: np.ndarray
    slope: np.ndarray
    slope_low: np.ndarray
    slope_high: np.ndarray
    smallest_p: np.ndarray
    exact: np.ndarray
    alpha: float
    alternative: str
    better: str | None

    @cached_property
    def status(self) -> np.ndarray:
        """One word a cell, by the same rules as for a single series."""
        constant = (self.s == 0) & (self.smallest_p >= 1)
        rising_is_better = {"up": 1, "down": -1, None: 0}[self.better]
        return np.select(
            [
                self.n < MIN_VALUES,
                constant,
                self.smallest_p > self.alpha,
                (self.p > self.alpha) | (self.s == 0),
                np.full(self.s.shape, self.better is None),
                np.sign(self.s) == rising_is_better,
            ],
            [
                "undetermined",
                "no_clear_trend",
                "undetermined",
                "no_clear_trend",
                "undetermined",
                "improving",
            ],
            "worsening",
        )


def mann_kendall_stack(
    years: ArrayLike,
    values: ArrayLike,
    *,
    axis: int = -1,
    alpha: float = 0.05,
    better: str | None = None,
    alternative: str = "two-sided",
) -> TrendStack:
    """`mann_kendall` of every series along an axis, with Sen's slope and its limits.

    Parameters
    ----------
    years
        One different time for each step along `axis`.
    values
        Array with any number of axes; NaN is missing, for each cell by itself.
    axis
        The axis of time: 0 for a stack of maps, -1 for one series a row.
    alpha, better, alternative
        As in `mann_kendall`.

    Raises
    ------
    ParamsError, DataError

    Notes
    -----
    Threads share the work; with the extra `fast` the pairs are compiled. The results are the same.
    """
    ask = Question(alpha, alternative, better)
    times, layers, shape = observe_stack(years, values, axis)
    cells = layers.shape[1]
    out = {name: np.empty(cells, dtype) for name, dtype in _TYPES.items()}
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(lambda part: _test(ask, times, layers, out, part), _parts(cells)))
    arrays = {name: array.reshape(shape) for name, array in out.items()}
    return TrendStack(**arrays, alpha=alpha, alternative=alternative, better=better)


_TYPES = {f.name: np.float64 for f in fields(TrendStack)[:10]} | {
    "n": np.int32,
    "s": np.int32,
    "exact": np.bool_,
}


def _parts(cells: int) -> Iterator[slice]:
    return (slice(start, min(start + _CHUNK, cells)) for start in range(0, cells, _CHUNK))


def _test(ask: Question, times: np.ndarray, layers: np.ndarray, out: dict, part: slice) -> None:
    chunk = np.array(layers[:, part], dtype=np.float64, order="C")
    if np.isinf(chunk).any():
        raise infinite()
    s, differing = scores_of_columns(chunk)
    facts = facts_of_columns(ask, chunk, differing)
    z = np.divide(s - np.sign(s), np.sqrt(facts.var_s), where=facts.var_s > 0, out=np.zeros(len(s)))
    size = np.sqrt(facts.pairs.astype(float)) * np.sqrt(differing)
    out["n"][part], out["s"][part], out["var_s"][part], out["z"][part] = facts.n, s, facts.var_s, z
    out["p"][part] = np.where(facts.exact, facts.exact_p(s), _normal_p(ask, z))
    out["tau"][part] = np.divide(s, size, where=size > 0, out=np.full(len(s), np.nan))
    out["smallest_p"][part], out["exact"][part] = facts.smallest_p, facts.exact
    slopes = _slopes(times, chunk, facts)
    for name, column in zip(("slope", "slope_low", "slope_high"), slopes, strict=True):
        out[name][part] = column


def _normal_p(ask: Question, z: np.ndarray) -> np.ndarray:
    if ask.alternative == "two-sided":
        return erfc(np.abs(z) / np.sqrt(2))
    return erfc((z if ask.alternative == "greater" else -z) / np.sqrt(2)) / 2


def _slopes(
    times: np.ndarray, chunk: np.ndarray, facts: Facts
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Median and limits; sorting puts the slopes of missing values (NaN) last."""
    n, cells = chunk.shape
    picked = np.full((cells, 4), np.nan)
    pairs = n * (n - 1) // 2
    step = max(1, _SLOPES // max(1, pairs))
    memory = np.empty((step, pairs))
    for start in range(0, cells if pairs else 0, step):
        block = chunk[:, start : start + step]
        slopes = memory[: block.shape[1]]
        slopes_of_columns(times, block, slopes)
        slopes.sort(axis=1)
        rows = slice(start, start + len(slopes))
        picked[rows] = np.take_along_axis(slopes, facts.ranks[rows], axis=1)
    low, high = (np.where(facts.limited, picked[:, k], np.nan) for k in (2, 3))
    return (picked[:, 0] + picked[:, 1]) / 2, low, high
