"""Order statistics of all pairwise slopes in O(n log n) time and O(n) memory.

Ordered by y - a t, two points stand in reversed order exactly if their slope is below a. So the
number of slopes below a is a count of inversions, and the slopes in [a, b) are the pairs whose
order differs between a and b. A random sample of pairs gives a first bracket around the wanted
rank, counting corrects and narrows it, and the few slopes left inside are listed and sorted; the
result does not depend on the sample.
(Matousek 1991, "Randomized optimal algorithm for slope selection".)
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, sqrt

import numpy as np

from ecolib.trends.kendall import count_inversions, one_group, split, stable_order

_ALL_PAIRS_UP_TO = 600
_SAMPLED_PER_POINT, _SAMPLED_AT_MOST = 20, 100_000
_LISTED_PER_POINT = 4
_SIGMAS = 4.0
_ROUNDS = 100


def slopes_of_rank(times: np.ndarray, values: np.ndarray, ranks: Sequence[int]) -> np.ndarray:
    """The slopes between pairs of different times that stand at these 0-based ranks.

    `times` ascend, `values` ascend within equal times.
    """
    if len(times) <= _ALL_PAIRS_UP_TO:
        return np.sort(all_slopes(times, values))[list(ranks)]
    search = _Search(times, values)
    return np.array([search.slope(rank) for rank in ranks])


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
            return count_inversions(_ranks(np.argsort(-self.t, kind="stable")))
        return count_inversions(_ranks(self._order(a)))

    def _between(self, low: float, high: float) -> np.ndarray:
        """All slopes in [low, high)."""
        before = np.arange(self.n) if low == -inf else self._order(low)
        after = np.argsort(-self.t, kind="stable") if high == inf else self._order(high)
        earlier, later = list_inversions(_ranks(after)[before])
        i, j = after[earlier], after[later]
        return (self.y[j] - self.y[i]) / (self.t[j] - self.t[i])


def list_inversions(ranks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two numbers of every inverted pair of a permutation, larger and smaller."""
    groups, larger, smaller = one_group(ranks), [], []
    while groups.shape[1] > 1:
        groups, zeros, ones, ones_before = split(groups)
        some = np.flatnonzero(ones_before)
        repeats = ones_before[some]
        first = (some // groups.shape[1]) * groups.shape[1]
        within = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        larger.append(ones[np.repeat(first, repeats) + within])
        smaller.append(np.repeat(zeros[some], repeats))
    return (np.concatenate(larger), np.concatenate(smaller)) if larger else (ranks, ranks)


def _ranks(order: np.ndarray) -> np.ndarray:
    ranks = np.empty(len(order), dtype=np.int32)
    ranks[order] = np.arange(len(order), dtype=np.int32)
    return ranks
