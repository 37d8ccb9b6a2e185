"""Trend tests of many series at once: a stack of yearly maps, or a table of sections, is one call.

Among many series few patterns of ties occur, so that null distribution, variance and ranks, which
depend on nothing else, are worked out once for each pattern.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from math import prod, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import erfc, ndtri

from ecolib.trends.null_distribution import EXACT_UP_TO, law_of_s
from ecolib.trends.pairs import scores_of_columns, slopes_of_columns
from ecolib.trends.result import MIN_VALUES, TestSpec
from ecolib.trends.series import (
    LARGEST,
    as_array,
    as_numbers,
    as_years,
    bad_data,
    check_choice,
    check_whole,
    run_lengths,
    unmasked,
    variance_of_s,
)
from ecolib.trends.slopes import normal_width, ranks_of_limits

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
        rising_is_better = {"up": 1, "down": -1, None: 0}[self.better]
        rules = (
            (self.n < MIN_VALUES, "undetermined"),
            (np.isnan(self.slope), "undetermined"),  # no two times to compare
            ((self.s == 0) & (self.smallest_p >= 1), "no_clear_trend"),
            (self.smallest_p > self.alpha, "undetermined"),
            ((self.p > self.alpha) | (self.s == 0), "no_clear_trend"),
            (np.full(self.s.shape, self.better is None), "undetermined"),
            (np.sign(self.s) == rising_is_better, "improving"),
        )
        return np.select(*zip(*rules, strict=True), "worsening")


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
        Array with any number of axes; NaN or masked is missing, for each cell by itself.
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
    spec = TestSpec(alpha, alternative, better)
    times, layers, shape = _read_stack(years, values, axis)
    cells = layers.shape[1]
    out = {name: np.empty(cells, dtype) for name, dtype in _TYPES.items()}
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(lambda part: _test(spec, times, layers, out, part), _parts(cells)))
    arrays = {name: array.reshape(shape) for name, array in out.items()}
    return TrendStack(**arrays, alpha=alpha, alternative=alternative, better=better)


def _read_stack(
    years: ArrayLike, values: ArrayLike, axis: int
) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
    """Years, values as (n, cells) ordered by time, and the shape of the cells.

    Raises
    ------
    DataError
        If there is not one year for each layer or a year occurs twice.
    """
    times, cube = as_years(years), np.atleast_1d(as_array(unmasked(values), "values"))
    if cube.dtype not in (np.float32, np.float64):
        cube = as_numbers(cube)
    check_whole("axis", axis, -cube.ndim, cube.ndim - 1)
    steps = cube.shape[axis]
    if times.shape != (steps,) or len(np.unique(times)) < steps:
        raise bad_data("years, values", "layers", years=times.size, layers=steps)
    # Time first without copying a stack of maps (axis 0) or a table of series (axis -1).
    last = axis in (-1, cube.ndim - 1)
    cells = cube if last else np.moveaxis(cube, axis, 0)
    shape = cells.shape[:-1] if last else cells.shape[1:]
    count = prod(shape)
    layers = cells.reshape(count, steps).T if last else cells.reshape(steps, count)
    order = np.argsort(times)
    if (order[1:] < order[:-1]).any():
        times, layers = times[order], layers[order]
    return times, layers, shape


def _finite(numbers: np.ndarray) -> np.ndarray:
    if (np.abs(numbers) >= LARGEST).any():
        raise bad_data("values", "infinite")
    return numbers


_TYPES = {f.name: np.float64 for f in fields(TrendStack)[:10]} | {
    "n": np.int32,
    "s": np.int32,
    "exact": np.bool_,
}


def _parts(cells: int) -> Iterator[slice]:
    return (slice(start, min(start + _CHUNK, cells)) for start in range(0, cells, _CHUNK))


def _test(spec: TestSpec, times: np.ndarray, layers: np.ndarray, out: dict, part: slice) -> None:
    chunk = _finite(np.array(layers[:, part], dtype=np.float64, order="C"))
    s, differing = scores_of_columns(chunk)
    facts, p_of = _facts(spec, chunk, differing)
    var_s = facts["var_s"]
    z = np.divide(s - np.sign(s), np.sqrt(var_s), where=var_s > 0, out=np.zeros(len(s)))
    size = np.sqrt(facts["pairs"].astype(float)) * np.sqrt(differing)
    out["s"][part], out["z"][part] = s, z
    for name in ("n", "var_s", "smallest_p", "exact"):
        out[name][part] = facts[name]
    out["p"][part] = np.where(facts["exact"], p_of(s), spec.normal_p(z, erfc))
    out["tau"][part] = np.divide(s, size, where=size > 0, out=np.full(len(s), np.nan))
    picked = _slopes_at(times, chunk, facts["ranks"])
    out["slope"][part] = (picked[:, 0] + picked[:, 1]) / 2
    for k, name in ((2, "slope_low"), (3, "slope_high")):
        out[name][part] = np.where(facts["limited"], picked[:, k], np.nan)


def _slopes_at(times: np.ndarray, chunk: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """(series, 4): slopes of these ranks; sorting puts the slopes of missing values (NaN) last."""
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
        picked[rows] = np.take_along_axis(slopes, ranks[rows], axis=1)
    return picked


_FACTS = np.dtype(
    [
        ("n", np.int32),
        ("pairs", np.int64),
        ("largest", np.int64),
        ("var_s", np.float64),
        ("smallest_p", np.float64),
        ("exact", np.bool_),
        # 0-based ranks of the two middle slopes and of the two limits, if `limited`.
        ("ranks", np.int64, 4),
        ("limited", np.bool_),
    ]
)


def _facts(
    spec: TestSpec, layers: np.ndarray, differing: np.ndarray
) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
    """Facts of each column of (n, series), `differing` being its pairs of different values.

    Returns an array of `_FACTS` and a function from S to the exact p, which means nothing where
    there is none.
    """
    n = len(layers) - np.isnan(layers).sum(axis=0, dtype=np.int32)
    tied = np.flatnonzero(n * (n - 1) // 2 != differing)
    keys = n.astype(np.uint64)
    keys[tied] = _keys_of_tied(layers[:, tied], n[tied])
    if (keys == keys[0]).all():
        first, which = np.zeros(1, dtype=int), np.zeros(len(keys), dtype=int)
    else:
        _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    patterns, tables = zip(*(_pattern(spec, _ties_of(layers[:, i])) for i in first), strict=True)
    patterns = np.array(list(patterns), dtype=_FACTS)
    starts = np.cumsum([0, *map(len, tables)])[:-1]
    facts, origin = patterns[which], (starts + patterns["largest"])[which]
    table = np.concatenate([*tables, np.ones(1)])
    return facts, lambda s: table[np.where(facts["exact"], origin + s, 0)]


def _ties_of(column: np.ndarray) -> tuple[int, ...]:
    return tuple(sorted(run_lengths(np.sort(column[~np.isnan(column)])).tolist()))


@lru_cache(maxsize=65536)
def _pattern(spec: TestSpec, ties: tuple[int, ...]) -> tuple[tuple, np.ndarray]:
    """`_FACTS` of a pattern of ties, and its exact p for S = -largest..largest, if it has them."""
    n = sum(ties)
    pairs = n * (n - 1) // 2
    largest = pairs - sum(t * (t - 1) for t in ties) // 2
    var_s = variance_of_s(n, np.array(ties, dtype=int), np.ones(n, dtype=int))
    exact = n <= EXACT_UP_TO or not largest
    table = law_of_s(ties).p_table(spec.alternative) if exact else np.zeros(0)
    best = 0 if spec.alternative == "less" else -1
    smallest_p = table[best] if exact else spec.smallest_p(largest, var_s)
    ranks = ranks_of_limits(pairs, normal_width(1 - spec.alpha) * sqrt(var_s)) if pairs else []
    picked, limited = tuple((ranks + [0] * 4)[:4]), len(ranks) == 4
    return (n, pairs, largest, var_s, smallest_p, exact, picked, limited), table


def _keys_of_tied(layers: np.ndarray, n: np.ndarray) -> np.ndarray:
    """A number for each column that is the same for the same pattern of ties.

    The sum of 64-bit random numbers, one for each value that equals its predecessor in order, by
    the length of the run so far: two of the few patterns of one call collide with a probability
    below 1e-12.
    """
    length, cells = layers.shape
    weights = np.random.default_rng(0).integers(1, 2**63, (2, length + 1), dtype=np.uint64)
    weights[0, 0] = 0
    rows = np.sort(layers.T, axis=1)
    same = np.ascontiguousarray((rows[:, 1:] == rows[:, :-1]).T)
    run, keys = np.zeros(cells, dtype=np.int32), weights[1][n]
    for equal in same:
        run = (run + 1) * equal
        keys += weights[0][run]
    return keys


# --- seasons of many series ----------------------------------------------------------------------


def seasonal_kendall_stack(
    years: ArrayLike,
    values: ArrayLike,
    *,
    law: str = "independent",
    alpha: float = 0.05,
    better: str | None = None,
) -> TrendStack:
    """Seasonal Kendall test (Hirsch, Slack & Smith 1982) of each of many series, two-sided.

    The numbers are those of `seasonal_kendall` of each.

    Parameters
    ----------
    years
        Different whole years; the slope is per year.
    values
        Of shape (series, years, seasons); NaN or masked where there is none.
    law
        "independent" or "correlated" seasons.

    Raises
    ------
    ParamsError, DataError

    Returns
    -------
    TrendStack
        Arrays with one entry a series.
    """
    check_choice("law", law, ("independent", "correlated"))
    spec = TestSpec(alpha, better=better)
    times, table = as_years(years), _finite(as_numbers(values))
    whole = len(np.unique(np.floor(times))) == times.size
    if table.ndim != 3 or table.shape[1:2] != times.shape or not whole:
        layers = "×".join(map(str, table.shape))
        raise bad_data("years, values", "layers", years=times.size, layers=layers)
    known = ~np.isnan(table)
    first, second = np.triu_indices(len(times), 1)
    rises = table[:, second] - table[:, first]
    run = (times[second] - times[first])[:, None]
    turns = np.nansum(np.sign(rises) * np.sign(run), axis=2)  # of all seasons, by pair of years
    s = turns.sum(axis=1)
    pairs, differing = (~np.isnan(rises)).sum(axis=1), (np.abs(rises) > 0).sum(axis=1)
    if law == "correlated":
        # `_three_covariances` summed over all pairs of seasons: the mid-ranks drop out.
        ends = np.eye(len(times))[second] - np.eye(len(times))[first]
        var_s = ((turns**2).sum(axis=1) + ((turns @ ends) ** 2).sum(axis=1)) / 3
    else:
        var_s = _variance_of_s(table, known.sum(axis=1))
    sd = np.sqrt(var_s)
    varies = var_s > 0
    largest = differing.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(varies, (s - np.sign(s)) / sd, 0.0)
        smallest_p = np.where(varies, spec.normal_p((largest - 1) / sd, erfc), 1.0)
        tau = s / (np.sqrt(pairs) * np.sqrt(differing)).sum(axis=1)
    slope, low, high = _row_limits(
        (rises / run).reshape(len(table), pairs.shape[1] * len(first)), -ndtri(alpha / 2) * sd
    )
    return TrendStack(
        n=known.sum(axis=(1, 2)),
        s=s,
        var_s=var_s,
        z=z,
        p=np.where(varies, spec.normal_p(z, erfc), 1.0),
        tau=tau,
        slope=slope,
        slope_low=low,
        slope_high=high,
        smallest_p=smallest_p,
        exact=np.zeros(len(table), dtype=bool),
        alpha=alpha,
        alternative="two-sided",
        better=better,
    )


def _variance_of_s(table: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Variance of S of each series, ties within a season taken out (Kendall 1970, eq. 4.4)."""
    alike = (table[:, :, None] == table[:, None]).sum(axis=2)  # as many as itself; 0 where missing
    ties = np.where(alike > 0, (alike - 1) * (2 * alike + 5), 0).sum(axis=1)
    return ((n * (n - 1) * (2 * n + 5) - ties) / 18).sum(axis=1)


def _row_limits(slopes: np.ndarray, width: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Median of each row, and the limits at the 1-based ranks (N - C)/2 and (N + C)/2 + 1."""
    slopes = np.pad(slopes, ((0, 0), (0, 1)), constant_values=np.nan)  # there may be none at all
    ordered, count = np.sort(slopes, axis=1), (~np.isnan(slopes)).sum(axis=1)  # NaN comes last
    lower = np.rint((count - width) / 2).astype(int) - 1
    upper = np.rint((count + width) / 2).astype(int)
    inside = (lower >= 0) & (upper < count)

    def at(rank: np.ndarray) -> np.ndarray:
        rank = np.clip(rank, 0, ordered.shape[1] - 1)
        return np.take_along_axis(ordered, rank[:, None], axis=1)[:, 0]

    median = (at((count - 1) // 2) + at(count // 2)) / 2
    return median, np.where(inside, at(lower), np.nan), np.where(inside, at(upper), np.nan)
