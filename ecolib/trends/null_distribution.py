"""Exact null distributions: every order of the given values in time is equally likely.

Kendall's S: the number of orders with i discordant pairs is the coefficient of q^i in the
q-multinomial [n]! / ([t1]! [t2]! ...), where t1, t2, ... are the sizes of the groups of equal
values and [k]! is the product of (1 - q^j) / (1 - q), j = 1..k. S is then (pairs that differ) - 2 i.
(MacMahon 1916, "Two applications of general theorems in combinatory analysis".)

Spearman's and Pettitt's statistics are counted set by set of the values already placed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import comb, factorial, prod

import numpy as np

EXACT_UP_TO = 60
"""Longest series for which that of S is the default; a first call takes a few ms there."""
RANK_SUM_UP_TO = 10
PETTITT_UP_TO = 18
"""2^18 sets of values; beyond, memory and time double with every value."""


@dataclass(frozen=True)
class NullDistribution:
    """Distribution of a whole number that is symmetric about 0 and moves in steps of 2.

    Counts are exact integers, so that each probability is correctly rounded.
    """

    largest: int
    """The largest value that can occur; for S the number of pairs with different values."""
    total: int
    """How many arrangements there are."""
    cumulated: tuple[int, ...]
    """cumulated[i]: arrangements of at most 2 i - `largest`, up to the middle."""

    def p(self, s: int, alternative: str) -> float:
        """The probability of a statistic as extreme as s."""
        if alternative == "two-sided":
            return min(1.0, 2 * self.upper(abs(s))) if s else 1.0
        return self.upper(s if alternative == "greater" else -s)

    def p_table(self, alternative: str) -> np.ndarray:
        """p for s = -largest, ..., largest; without meaning for an s that cannot occur."""
        return np.array([self.p(s, alternative) for s in range(-self.largest, self.largest + 1)])

    def upper(self, s: int) -> float:
        """P(S >= s)."""
        if s > self.largest:
            return 0.0
        if s > 0:
            return self.cumulated[(self.largest - s) // 2] / self.total
        # P(S >= s) = 1 - P(S > -s), by symmetry.
        above = 2 - s if (self.largest - s) % 2 == 0 else 1 - s
        if above > self.largest:
            return 1.0
        return (self.total - self.cumulated[(self.largest - above) // 2]) / self.total

    def probabilities(self) -> np.ndarray:
        """P(S = s) for s = -largest, ..., largest."""
        half = np.diff(np.array(self.cumulated, dtype=object), prepend=0) / self.total
        law = np.zeros(2 * self.largest + 1)
        law[0 : 2 * len(half) : 2] = half
        law[::-1][0 : 2 * len(half) : 2] = half
        return law

    def quantile(self, share: float) -> int:
        """The smallest s > 0 with P(S >= s) <= share; `largest` + 2 if there is none."""
        s = self.largest % 2 or 2
        while s <= self.largest and self.upper(s) > share:
            s += 2
        return s


def law_of_s(ties: Iterable[int]) -> NullDistribution:
    """Law of S for groups of equal values of these sizes (a value that is alone counts as 1)."""
    return _law_of_s(tuple(sorted(map(int, ties))))


@lru_cache(maxsize=4096)
def _law_of_s(groups: tuple[int, ...]) -> NullDistribution:
    n = sum(groups)
    total = factorial(n) // prod(factorial(t) for t in groups)
    largest = (n * (n - 1) - sum(t * (t - 1) for t in groups)) // 2
    # Arithmetic modulo 2**64 is exact for coefficients below 2**63; beyond, Python integers.
    counts = np.zeros(largest // 2 + 1, dtype=np.int64 if total < 2**63 else object)
    counts[0] = 1
    degree = 0
    for up, down in _factors(n, groups):
        if down == 1:
            # A polynomial so far: what lies beyond its degree need not be touched.
            degree += up - 1
            head = counts[: degree + 1]
            head[up:] -= head[:-up].copy()
            np.cumsum(head, out=head)
        else:
            counts = _over_one_minus_q(counts, down)
            counts[up:] -= counts[:-up].copy()
    return NullDistribution(largest, total, tuple(counts.cumsum().tolist()))


def _factors(n: int, groups: tuple[int, ...]) -> list[tuple[int, int]]:
    """Pairs (a, b): multiply by 1 - q^a, divide by 1 - q^b; what cancels is left out."""
    above = Counter(range(1, n + 1))
    below = Counter(j for t in groups for j in range(1, t + 1))
    ups = sorted((above - below).elements())
    downs = sorted((below - above).elements())
    return list(zip(ups, downs, strict=True))


def _over_one_minus_q(counts: np.ndarray, step: int) -> np.ndarray:
    """Divide a power series by 1 - q^step: running sums along every step-th coefficient."""
    size = len(counts)
    padded = np.zeros(-(-size // step) * step, dtype=counts.dtype)
    padded[:size] = counts
    return padded.reshape(-1, step).cumsum(axis=0).reshape(-1)[:size]


@lru_cache(maxsize=4096)
def law_of_rank_sum(doubled: tuple[int, ...]) -> NullDistribution:
    """Law of the centred sum of time times rank, four times, so that all numbers are whole.

    `doubled` are the ranks in order, times 2. The set of ranks placed decides the next place.
    """
    n = len(doubled)
    top = sum(place * rank for place, rank in enumerate(doubled, start=1))
    counts = np.zeros((1 << n, top + 1), dtype=np.int64)
    counts[0, 0] = 1
    for placed in range((1 << n) - 1):
        place = placed.bit_count() + 1
        for item, rank in enumerate(doubled):
            if not placed >> item & 1:
                step = place * rank
                counts[placed | 1 << item, step:] += counts[placed, : top + 1 - step]
    # The largest sum has the ranks in order; the smallest, as far below the mean, has them reversed.
    largest = 2 * top - (n + 1) * sum(doubled)
    lower_half = counts[-1][top - largest :][: largest // 2 + 1]
    return NullDistribution(largest, factorial(n), tuple(lower_half.cumsum().tolist()))


def orders_within(doubled: tuple[int, ...], limit: int, most_states: int) -> int | None:
    """How many orders of doubled ranks have a sum of (2 place - rank)^2 of at most `limit`.

    Near a perfect order few sets of ranks can fill the first places, so that this is quick where
    `law_of_rank_sum` is not; None if there are more than `most_states` of them.
    """
    ways = Counter({(0, 0): 1})  # the set of ranks placed and the sum so far
    for place in range(1, len(doubled) + 1):
        after: Counter = Counter()
        for (placed, so_far), count in ways.items():
            for item, rank in enumerate(doubled):
                total = so_far + (2 * place - rank) ** 2
                if total <= limit and not placed >> item & 1:
                    after[placed | 1 << item, total] += count
        if len(after) > most_states:
            return None
        ways = after
    return sum(ways.values())


def bound_of_orders(items: np.ndarray, limit: int) -> float:
    """At least the share of `share_of_orders`: that of each partial sum by itself, added up.

    The sum of the first k items is that of a random set of k; ways[k, s] counts the sets.
    """
    n = len(items)
    if n < 2 or limit <= 0:
        return 1.0
    span = int(np.abs(items).sum())
    ways = np.zeros((n + 1, 2 * span + 1), dtype=np.int64)
    ways[0, span] = 1
    for item in map(int, items):
        ways[1:] += np.roll(ways[:-1], item, axis=1)
    far = np.abs(np.arange(-span, span + 1)) >= limit
    return min(1.0, sum(int(ways[k, far].sum()) / comb(n, k) for k in range(1, n)))


def share_of_orders(items: np.ndarray, limit: int) -> float:
    """Share of all orders of whole numbers in which some partial sum reaches +-limit (Pettitt).

    A partial sum depends only on the set of items placed so far. So the orders that stay inside
    the limit are counted set by set: those of a set are those of the set without its last item.
    """
    n = len(items)
    if n < 2 or limit <= 0:
        return 1.0
    sums, sizes = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int8)
    for item in items:
        sums = np.concatenate([sums, sums + int(item)])
        sizes = np.concatenate([sizes, sizes + 1])
    inside = np.abs(sums) < limit
    ways, sets = np.zeros(1 << n, dtype=np.int64), np.arange(1 << n)
    ways[0] = 1
    for size in range(1, n + 1):
        now = sets[(sizes == size) & inside]
        for item in range(n):
            holding = now[(now >> item & 1).astype(bool)]
            ways[holding] += ways[holding ^ (1 << item)]
    return (factorial(n) - int(ways[-1])) / factorial(n)
