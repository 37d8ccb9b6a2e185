"""`ecolib.trends.pairs`, compiled by numba: import fails where numba is not installed."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(nogil=True, cache=True, error_model="numpy")
def fill_slopes(times: np.ndarray, rows: np.ndarray, slopes: np.ndarray) -> None:
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
