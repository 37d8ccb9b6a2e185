"""Kendall's S, its variance and tau, in O(n log n) time and O(n) memory."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

_MATRIX_UP_TO = 200
_COMPARED = 32  # numbers of a group small enough to compare each with each
_EARLIER = np.triu(np.ones((_COMPARED, _COMPARED), dtype=bool), 1)


@dataclass(frozen=True)
class KendallScore:
    """S = concordant - discordant pairs, with what its law depends on."""

    s: int
    var_s: float
    pairs: int
    comparable: int
    """Pairs that differ in time; fewer than `pairs` if a time occurs more than once."""
    differing: int
    """Pairs that differ in value."""
    value_ties: np.ndarray
    """Sizes of the groups of equal values."""
    times_tied: bool

    @property
    def tau_a(self) -> float:
        return self.s / self.pairs if self.pairs else float("nan")

    @property
    def tau_b(self) -> float:
        """NaN if all values are equal: there is no order to correlate."""
        size = sqrt(self.comparable) * sqrt(self.differing)
        return self.s / size if size else float("nan")

    @property
    def z(self) -> float:
        """Standardised S with continuity correction; 0 when nothing varies."""
        if self.s == 0 or self.var_s <= 0:
            return 0.0
        return (self.s - (1 if self.s > 0 else -1)) / sqrt(self.var_s)


def kendall_score(times: np.ndarray, values: np.ndarray) -> KendallScore:
    """Score a series that is ordered by time, and by value within equal times."""
    n = len(values)
    pairs = n * (n - 1) // 2
    order = stable_order(values)
    value_ties = run_lengths(values[order])
    time_ties = run_lengths(times)
    tied_in_value, tied_in_time = _tied_pairs(value_ties), _tied_pairs(time_ties)
    tied_in_both = _tied_pairs(run_lengths(times, values)) if tied_in_time else 0
    untied = pairs - tied_in_value - tied_in_time + tied_in_both
    return KendallScore(
        s=untied - 2 * _discordant(values, order),
        var_s=variance_of_s(n, value_ties, time_ties),
        pairs=pairs,
        comparable=pairs - tied_in_time,
        differing=pairs - tied_in_value,
        value_ties=value_ties,
        times_tied=bool(tied_in_time),
    )


def variance_of_s(n: int, value_ties: np.ndarray, time_ties: np.ndarray) -> float:
    """Variance of S under the null, ties in either variable (Kendall 1970, eq. 4.4)."""

    def moments(ties: np.ndarray) -> tuple[int, int, int]:
        t = ties[ties > 1].astype(np.int64)
        return tuple(
            int(x.sum()) for x in (t * (t - 1) * (2 * t + 5), t * (t - 1) * (t - 2), t * (t - 1))
        )

    v5, v3, v2 = moments(value_ties)
    u5, u3, u2 = moments(time_ties)
    plain = n * (n - 1) * (2 * n + 5) - v5 - u5
    if not (v2 and u2):
        return plain / 18
    if n == 2:
        return 0.0
    # Whole numbers over one denominator, so that no variance is 0 or below by rounding.
    orders = n * (n - 1) * (n - 2)
    return (plain * orders + 9 * (n - 2) * v2 * u2 + 2 * v3 * u3) / (18 * orders)


def run_lengths(*ordered: np.ndarray) -> np.ndarray:
    """Lengths of the runs of equal entries in one or more sequences ordered together."""
    n = len(ordered[0])
    if n == 0:
        return np.zeros(0, dtype=int)
    changes = np.zeros(n - 1, dtype=bool)
    for sequence in ordered:
        changes |= sequence[1:] != sequence[:-1]
    edges = np.flatnonzero(changes)
    return np.diff(edges, prepend=-1, append=n - 1)


def _tied_pairs(ties: np.ndarray) -> int:
    return int((ties * (ties - 1)).sum()) // 2


def _discordant(values: np.ndarray, order: np.ndarray) -> int:
    """Pairs i < j with values[i] > values[j]; `order` is the stable sorting order."""
    n = len(values)
    if n <= _MATRIX_UP_TO:
        return int(np.count_nonzero(np.tril(values[:, None] < values)))
    ranks = np.empty(n, dtype=np.int32)
    ranks[order] = np.arange(n, dtype=np.int32)
    return count_inversions(ranks)


def stable_order(values: np.ndarray) -> np.ndarray:
    """`np.argsort(values, kind="stable")`; without ties the much faster unstable sort does."""
    order = np.argsort(values)
    ordered = values[order]
    if (ordered[1:] == ordered[:-1]).any():
        return np.argsort(values, kind="stable")
    return order


def count_inversions(ranks: np.ndarray) -> int:
    """Inversions of a permutation of 0..n-1."""
    groups, total = one_group(ranks), 0
    while groups.shape[1] > _COMPARED:
        groups, _, _, ones_before = split(groups)
        total += int(ones_before.sum())
    size = groups.shape[1]
    larger_first = groups[:, :, None] > groups[:, None, :]
    return total + int(np.count_nonzero(larger_first & _EARLIER[:size, :size]))


def one_group(ranks: np.ndarray) -> np.ndarray:
    """A permutation of 0..n-1 as one row, filled up to a power of 2.

    The larger numbers appended at the end add no inversion.
    """
    n = len(ranks)
    row = np.arange(1 << int(n - 1).bit_length() if n else 1, dtype=np.int32)
    row[:n] = ranks
    return row[None, :]


def split(groups: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
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
