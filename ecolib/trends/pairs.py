"""All pairs of the values of many series: their signs and their slopes.

If numba is installed (extra `fast`), the slopes come from a compiled loop. It does the same
operations on the same numbers, so that the results are identical.
"""

from __future__ import annotations

from functools import cache
from types import ModuleType

import numpy as np


@cache
def compiled() -> ModuleType | None:
    """The compiled loop; looked for at the first call because numba takes a second to import."""
    try:
        from ecolib.trends import pairs_compiled
    except ImportError:
        return None
    return pairs_compiled


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
        loop.fill_slopes(times, np.ascontiguousarray(layers.T), out)
        return
    slopes = np.empty((out.shape[1], cells))
    start = 0
    for lag in range(1, n):
        part = slopes[start : start + n - lag]
        np.subtract(layers[lag:], layers[:-lag], out=part)
        part /= (times[lag:] - times[:-lag])[:, None]
        start += n - lag
    out[:] = slopes.T
