"""The exact law of Pettitt's statistic: over all orders of the given values, ties and all."""

from __future__ import annotations

from math import factorial

import numpy as np

EXACT_UP_TO = 18
"""2^18 sets of values; beyond, memory and time double with every value."""


def share_of_orders(items: np.ndarray, limit: int) -> float:
    """Share of all orders of whole numbers in which some partial sum reaches +-limit.

    A partial sum depends only on the set of items placed so far. So the orders that stay inside
    the limit are counted set by set: those of a set are those of the set without its last item.
    """
    n = len(items)
    if n < 2 or limit <= 0:
        return 1.0
    sums = np.zeros(1, dtype=np.int64)
    for item in items:
        sums = np.concatenate([sums, sums + int(item)])
    inside = np.abs(sums) < limit
    ways = np.zeros(1 << n, dtype=np.int64)
    ways[0] = 1
    sets = np.arange(1 << n)
    sizes = np.zeros(1, dtype=np.int8)
    for _ in range(n):
        sizes = np.concatenate([sizes, sizes + 1])
    for size in range(1, n + 1):
        now = sets[(sizes == size) & inside]
        for item in range(n):
            holding = now[(now >> item & 1).astype(bool)]
            ways[holding] += ways[holding ^ (1 << item)]
    return (factorial(n) - int(ways[-1])) / factorial(n)
