"""What all pairs of the values of a series say: inversions and slopes, of one series or of many.

Two values of a permutation are inverted if the larger comes first; the inversions of the ranks are
the discordant pairs. Ordered by y - a t, two points stand in reversed order exactly if their slope
is below a. So the number of slopes below a is a count of inversions, and the slopes in [a, b) are
the pairs whose order differs between a and b. A random sample of pairs gives a first bracket around
the wanted rank, counting corrects and narrows it, and the few slopes left inside are listed and
sorted; the result does not depend on the sample. All takes O(n log n) time and O(n) memory: no pairs are listed.
(Matousek 1991, "Randomized optimal algorithm for slope selection".)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from math import inf, sqrt

import numpy as np

_COMPARED = 32  # numbers of a group small enough to compare each with each
MATRIX_UP_TO = 200
"""Values of a series short enough for that."""
EARLIER = np.triu(np.ones((MATRIX_UP_TO, MATRIX_UP_TO), dtype=bool), 1)
"""Where the row stands before the column."""
_ALL_PAIRS_UP_TO = 600
_SAMPLED_PER_POINT, _SAMPLED_AT_MOST = 20, 100_000
_LISTED_PER_POINT = 4
_SIGMAS = 4.0
_ROUNDS = 100


def stable_order(values: np.ndarray) -> np.ndarray:
    """`np.argsort(values, kind="stable")`; without ties the much faster unstable sort does."""
    order = np.argsort(values)
    ordered = values[order]
    if (ordered[1:] == ordered[:-1]).any():
        return np.argsort(values, kind="stable")
    return order


def ranks_of(order: np.ndarray) -> np.ndarray:
    """The place of each value in an order, from 0."""
    ranks = np.empty(len(order), dtype=np.int32)
    ranks[order] = np.arange(len(order), dtype=np.int32)
    return ranks


def count_inversions(ranks: np.ndarray) -> int:
    """Inversions of a permutation of 0..n-1."""
    groups, total = _one_group(ranks), 0
    while groups.shape[1] > _COMPARED:
        groups, _, _, ones_before = _split(groups)
        total += int(ones_before.sum())
    size = groups.shape[1]
    larger_first = groups[:, :, None] > groups[:, None, :]
    return total + int(np.count_nonzero(larger_first & EARLIER[:size, :size]))


def list_inversions(ranks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two numbers of every inverted pair of a permutation, larger and smaller."""
    groups, larger, smaller = _one_group(ranks), [], []
    while groups.shape[1] > 1:
        groups, zeros, ones, ones_before = _split(groups)
        some = np.flatnonzero(ones_before)
        repeats = ones_before[some]
        first = (some // groups.shape[1]) * groups.shape[1]
        within = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        larger.append(ones[np.repeat(first, repeats) + within])
        smaller.append(np.repeat(zeros[some], repeats))
    return (np.concatenate(larger), np.concatenate(smaller)) if larger else (ranks, ranks)


def _one_group(ranks: np.ndarray) -> np.ndarray:
    """A permutation of 0..n-1 as one row, filled up to a power of 2.

    The larger numbers appended at the end add no inversion.
    """
    n = len(ranks)
    row = np.arange(1 << int(n - 1).bit_length() if n else 1, dtype=np.int32)
    row[:n] = ranks
    return row[None, :]


def _split(groups: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Split groups of 2h numbers that agree in all bits above h by that bit, keeping their order.

    Two numbers of a group are inverted at this bit if a 1 stands before a 0.

    Returns
    -------
    groups : ndarray
        Rows of h numbers.
    zeros, ones : ndarray
        The numbers whose bit is 0 or 1, group by group, h of each in a group.
    ones_before : ndarray
        For each of `zeros`, how many ones of its group stand before it.
    """
    half = groups.shape[1] // 2
    row = groups.reshape(-1)
    is_one = (row & half).astype(bool)
    places = np.flatnonzero(~is_one)
    zeros, ones = row[places], row[is_one]
    # The i-th zero of its group stands at place p within it: p - i ones precede.
    ones_before = (places & (2 * half - 1)) - (np.arange(len(places)) & (half - 1))
    parts = np.stack([zeros.reshape(-1, half), ones.reshape(-1, half)], axis=1)
    return parts.reshape(-1, half), zeros, ones, ones_before


def ranked_slopes(times: np.ndarray, values: np.ndarray) -> Callable[[Sequence[int]], np.ndarray]:
    """A function giving the slopes between pairs of different times that stand at 0-based ranks.

    `times` ascend, `values` ascend within equal times.
    """
    if len(times) <= _ALL_PAIRS_UP_TO:
        ordered = np.sort(all_slopes(times, values))
        return lambda ranks: ordered[list(ranks)]
    search = _Search(times, values)
    return lambda ranks: np.array([search.slope(rank) for rank in ranks])


def all_slopes(times: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Slopes between all pairs of different times."""
    rise, run = _around(values), _around(times)
    if not run.all():
        apart = run != 0
        rise, run = rise[apart], run[apart]
    return np.divide(rise, run, out=rise)


def _around(numbers: np.ndarray) -> np.ndarray:
    """Differences of all pairs, taken around a circle: 1, 2, ..., n // 2 places apart.

    Some are later minus earlier and some the reverse, which does not matter for a slope. The rows
    are full, so that no pair has to be picked; with even n half of the last row occurs twice.
    """
    n = len(numbers)
    if n < 2:
        return np.zeros(0)
    twice = np.concatenate([numbers, numbers])
    ahead = np.lib.stride_tricks.sliding_window_view(twice, n)[1 : n // 2 + 1]
    return (ahead - numbers).reshape(-1)[: n * (n - 1) // 2]


class _Search:
    """Finds slopes of given rank in one series; remembers what was counted."""

    def __init__(self, times: np.ndarray, values: np.ndarray):
        # Centred, so that y - a t loses few digits.
        self.t, self.y = times - times[len(times) // 2], values - np.median(values)
        self.n = len(times)
        self.few = _LISTED_PER_POINT * self.n
        self.sample = self._sampled_slopes()
        self.counted = {-inf: 0, inf: self._below(inf)}
        self.listed: tuple[float, float, np.ndarray] | None = None

    def slope(self, rank: int) -> float:
        """The slope with `rank` slopes below it (ties counted as the sorted order has them)."""
        if self.listed is not None:
            low, high, inside = self.listed
            if self.counted[low] <= rank < self.counted[high]:
                return float(inside[rank - self.counted[low]])
        low, high = self._bracket(rank)
        if self.counted[high] - self.counted[low] > self.few:
            return self._common_value(low, high)
        inside = np.sort(self._between(low, high))
        self.listed = low, high, inside
        return float(inside[rank - self.counted[low]])

    def _bracket(self, rank: int) -> tuple[float, float]:
        """Slopes a < b with few slopes in [a, b), among them that of this rank."""
        self._try(*self._guess_from_sample(rank))
        for round_ in range(_ROUNDS):
            low = max(a for a, count in self.counted.items() if count <= rank)
            high = min(a for a, count in self.counted.items() if count > rank)
            inside = self.counted[high] - self.counted[low]
            if inside <= self.few or high - low <= self._rounding(low, high):
                break
            self._try(*self._guess_between(low, high, rank, halve=round_ % 3 == 2))
        return low, high

    def _guess_from_sample(self, rank: int) -> tuple[float, float]:
        m, share = len(self.sample), (rank + 0.5) / self.counted[inf]
        margin = _SIGMAS * sqrt(share * (1 - share) * m) + 1
        low, high = int(share * m - margin), int(share * m + margin) + 1
        a = self.sample[low] if low >= 0 else -inf
        b = self.sample[high] if high < m else inf
        # A slope that many pairs share is caught between two bounds that rounding cannot reach.
        return a - self._rounding(a, a), b + self._rounding(b, b)

    def _guess_between(
        self, low: float, high: float, rank: int, *, halve: bool
    ) -> tuple[float, float]:
        if low == -inf or high == inf:
            step = abs(self.sample[-1] - self.sample[0]) + self._rounding(0.0, 0.0)
            return (high - step,) * 2 if low == -inf else (low + step,) * 2
        if halve:
            return ((low + high) / 2,) * 2
        inside = self.counted[high] - self.counted[low]
        share, margin = (rank - self.counted[low] + 0.5) / inside, _SIGMAS / sqrt(inside)
        width = high - low
        return low + width * max(0.0, share - margin), low + width * min(1.0, share + margin)

    def _try(self, *bounds: float) -> None:
        for a in bounds:
            if a not in self.counted:
                self.counted[a] = self._below(a)

    def _rounding(self, low: float, high: float) -> float:
        """Width below which y - a t cannot tell slopes apart."""
        size = max((abs(a) for a in (low, high) if abs(a) < inf), default=0.0)
        spread = (self.y.max() - self.y.min()) / (self.t[-1] - self.t[0])
        return 1e-12 * (size + spread)

    def _common_value(self, low: float, high: float) -> float:
        """Too many slopes between two bounds that rounding cannot separate: they are one value."""
        inside = self.sample[(self.sample >= low) & (self.sample < high)]
        return float(inside[len(inside) // 2]) if len(inside) else (low + high) / 2

    def _sampled_slopes(self) -> np.ndarray:
        # The seed is fixed only to make the running time repeatable.
        size = min(_SAMPLED_PER_POINT * self.n, _SAMPLED_AT_MOST)
        rng = np.random.default_rng(0)
        i, j = rng.integers(0, self.n, (2, size), dtype=np.int32)
        run, rise = self.t[j] - self.t[i], self.y[j] - self.y[i]
        apart = run != 0
        return np.sort(rise[apart] / run[apart])

    def _order(self, a: float) -> np.ndarray:
        return stable_order(self.y - a * self.t)

    def _below(self, a: float) -> int:
        if a == inf:
            # Every pair of different times: order by falling time, keeping equal times as they are.
            return count_inversions(ranks_of(np.argsort(-self.t, kind="stable")))
        return count_inversions(ranks_of(self._order(a)))

    def _between(self, low: float, high: float) -> np.ndarray:
        """All slopes in [low, high)."""
        before = np.arange(self.n) if low == -inf else self._order(low)
        after = np.argsort(-self.t, kind="stable") if high == inf else self._order(high)
        earlier, later = list_inversions(ranks_of(after)[before])
        i, j = after[earlier], after[later]
        return (self.y[j] - self.y[i]) / (self.t[j] - self.t[i])


def scores_of_columns(layers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """S and the number of pairs with different values, for each column of (n, series).

    The rows are in order of time. A missing value (NaN) differs from nothing and adds nothing.
    """
    layers = np.ascontiguousarray(layers)
    n, cells = layers.shape
    s, differing = np.zeros(cells, dtype=np.int32), np.zeros(cells, dtype=np.int32)
    for i in range(n - 1):
        # At most 127 rows at a time fit the small integers that make this fast.
        for j in range(i + 1, n, 127):
            later = layers[j : j + 127]
            up = np.greater(later, layers[i]).view(np.int8)
            down = np.less(later, layers[i]).view(np.int8)
            s += np.add.reduce(up - down, axis=0, dtype=np.int8)
            differing += np.add.reduce(up | down, axis=0, dtype=np.int8)
    return s, differing


def slopes_of_columns(times: np.ndarray, layers: np.ndarray, out: np.ndarray) -> None:
    """Write the slopes between all pairs of each column of (n, series) to `out`, (series, pairs).

    `out` is given because new memory for every block would cost more than the slopes.
    """
    n, cells = layers.shape
    loop = compiled()
    if loop is not None:
        loop(times, np.ascontiguousarray(layers.T), out)
        return
    slopes = np.empty((out.shape[1], cells))
    start = 0
    for lag in range(1, n):
        part = slopes[start : start + n - lag]
        np.subtract(layers[lag:], layers[:-lag], out=part)
        part /= (times[lag:] - times[:-lag])[:, None]
        start += n - lag
    out[:] = slopes.T


@cache
def compiled() -> Callable[[np.ndarray, np.ndarray, np.ndarray], None] | None:
    """`_fill_slopes` compiled by numba (extra `fast`), which takes a second to import; or None.

    It does the same operations on the same numbers, so that the results are identical.
    """
    try:
        from numba import njit
    except ImportError:
        return None
    return njit(nogil=True, cache=True, error_model="numpy")(_fill_slopes)


def _fill_slopes(times: np.ndarray, rows: np.ndarray, slopes: np.ndarray) -> None:
    """Slopes between all pairs of each row of (series, n).

    Pairs are taken around a circle, each step from every place, so that the inner loop has one
    length; (a - b) / (s - t) is the same number from both ends.
    """
    cells, n = rows.shape
    half = (n - 1) // 2
    run = np.empty((half + 1, n))
    for lag in range(1, half + 2):
        for i in range(n):
            run[lag - 1, i] = times[(i + lag) % n] - times[i]
    around = np.empty(2 * n)
    for k in range(cells):
        for i in range(n):
            around[i] = rows[k, i]
            around[i + n] = rows[k, i]
        for lag in range(1, half + 1):
            start = (lag - 1) * n
            for i in range(n):
                slopes[k, start + i] = (around[i + lag] - around[i]) / run[lag - 1, i]
        for i in range(n // 2 if n % 2 == 0 else 0):
            slopes[k, half * n + i] = (around[i + half + 1] - around[i]) / run[half, i]
