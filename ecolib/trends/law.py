"""The exact null law of Kendall's S, ties included.

Without trend every arrangement of the values in time is equally likely. The number of
arrangements with i discordant pairs is the coefficient of q^i in the q-multinomial
[n]! / ([t1]! [t2]! ...), where t1, t2, ... are the sizes of the groups of equal values and
[k]! is the product of (1 - q^j) / (1 - q), j = 1..k. S is then (pairs that differ) - 2 i.
(MacMahon 1916, "Two applications of general theorems in combinatory analysis".)
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from math import factorial, prod

import numpy as np

EXACT_UP_TO = 60
"""Longest series for which the exact law is the default; a first call takes a few ms there."""


@dataclass(frozen=True)
class KendallLaw:
    """Exact law of S for one pattern of ties; all counts are exact integers."""

    largest: int
    """The largest S that can occur: the number of pairs with different values."""
    total: int
    """How many different arrangements there are."""
    cumulated: tuple[int, ...]
    """cumulated[i]: arrangements with at most i discordant pairs, up to half of `largest`."""

    def upper(self, s: int) -> float:
        """P(S >= s), correctly rounded."""
        if s > self.largest:
            return 0.0
        if s > 0:
            return self.cumulated[(self.largest - s) // 2] / self.total
        # P(S >= s) = 1 - P(S > -s), by symmetry.
        above = 2 - s if (self.largest - s) % 2 == 0 else 1 - s
        if above > self.largest:
            return 1.0
        return (self.total - self.cumulated[(self.largest - above) // 2]) / self.total

    def two_sided(self, s: int) -> float:
        """P(|S| >= |s|), correctly rounded."""
        if s == 0:
            return 1.0
        return min(1.0, 2 * self.cumulated[(self.largest - abs(s)) // 2] / self.total)

    def probabilities(self) -> np.ndarray:
        """P(S = s) for s = -largest, ..., largest, each correctly rounded."""
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


def law_of_s(ties: np.ndarray | list[int]) -> KendallLaw:
    """Law of S for groups of equal values of these sizes (a value that is alone counts as 1)."""
    return _law(tuple(sorted(int(t) for t in ties)))


@lru_cache(maxsize=4096)
def _law(groups: tuple[int, ...]) -> KendallLaw:
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
    return KendallLaw(largest, total, tuple(counts.cumsum().tolist()))


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
