"""What depends only on how many values there are and which of them are equal.

Among many series few patterns of ties occur, so that law, variance and ranks are worked out once
for each pattern.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np
from scipy.special import ndtri

from ecolib.trends.kendall import run_lengths, variance_of_s
from ecolib.trends.law import EXACT_UP_TO, law_of_s
from ecolib.trends.result import Question
from ecolib.trends.slope import ranks_of_limits

_SINGLES = np.zeros(0, dtype=int)


@dataclass(frozen=True)
class _Pattern:
    """Numbers of one tie pattern; `table[s + largest]` is the exact p, empty if p is normal."""

    n: int
    pairs: int
    largest: int
    var_s: float
    smallest_p: float
    table: np.ndarray
    ranks: tuple[int, int, int, int]
    limited: bool


@dataclass(frozen=True)
class Facts:
    """The numbers of each column's pattern, as arrays over the columns."""

    n: np.ndarray
    pairs: np.ndarray
    var_s: np.ndarray
    smallest_p: np.ndarray
    exact: np.ndarray
    ranks: np.ndarray
    """(columns, 4): 0-based ranks of the two middle slopes and of the two limits."""
    limited: np.ndarray
    """Whether there are limits; if not, their ranks mean nothing."""
    _tables: np.ndarray
    _origin: np.ndarray

    def exact_p(self, s: np.ndarray) -> np.ndarray:
        """p by the exact law; without meaning where `exact` is False."""
        return self._tables[np.where(self.exact, self._origin + s, 0)]


def facts_of_columns(ask: Question, layers: np.ndarray, differing: np.ndarray) -> Facts:
    """Facts of each column of (n, series), `differing` being its pairs of different values."""
    n = len(layers) - np.isnan(layers).sum(axis=0, dtype=np.int32)
    tied = np.flatnonzero(n * (n - 1) // 2 != differing)
    keys = n.astype(np.uint64)
    keys[tied] = _keys_of_tied(layers[:, tied], n[tied])
    if (keys == keys[0]).all():
        first, which = np.zeros(1, dtype=int), np.zeros(len(keys), dtype=int)
    else:
        _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    patterns = [_pattern(ask, _ties_of(layers[:, i])) for i in first]
    sizes = np.array([len(p.table) for p in patterns])
    starts = np.cumsum(sizes) - sizes
    origin = starts + np.array([p.largest for p in patterns])

    def spread(name: str) -> np.ndarray:
        return np.array([getattr(p, name) for p in patterns])[which]

    return Facts(
        n=n,
        pairs=spread("pairs"),
        var_s=spread("var_s"),
        smallest_p=spread("smallest_p"),
        exact=(sizes > 0)[which],
        ranks=spread("ranks"),
        limited=spread("limited"),
        _tables=np.concatenate([p.table for p in patterns] + [np.ones(1)]),
        _origin=origin[which],
    )


def _ties_of(column: np.ndarray) -> tuple[int, ...]:
    return tuple(sorted(run_lengths(np.sort(column[~np.isnan(column)])).tolist()))


@lru_cache(maxsize=65536)
def _pattern(ask: Question, ties: tuple[int, ...]) -> _Pattern:
    n = sum(ties)
    pairs = n * (n - 1) // 2
    largest = pairs - sum(t * (t - 1) for t in ties) // 2
    var_s = variance_of_s(n, np.array(ties, dtype=int), _SINGLES)
    table = _table(ask, ties) if n <= EXACT_UP_TO or not largest else np.zeros(0)
    if len(table):
        smallest = table[0] if ask.alternative == "less" else table[-1]
    else:
        top = (largest - 1) / sqrt(var_s) if var_s > 0 else 0.0
        smallest = ask.normal_p(-top if ask.alternative == "less" else top)
    ranks = ranks_of_limits(pairs, -ndtri(ask.alpha / 2) * sqrt(var_s)) if pairs else []
    limited = len(ranks) == 4
    return _Pattern(
        n, pairs, largest, var_s, smallest, table, tuple((ranks + [0] * 4)[:4]), limited
    )


def _table(ask: Question, ties: tuple[int, ...]) -> np.ndarray:
    law = law_of_s(ties)
    s = range(-law.largest, law.largest + 1)
    if ask.alternative == "two-sided":
        # An S of the other parity cannot occur; what stands there is never read.
        return np.array([law.two_sided(k) for k in s])
    sign = 1 if ask.alternative == "greater" else -1
    return np.array([law.upper(sign * k) for k in s])


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
