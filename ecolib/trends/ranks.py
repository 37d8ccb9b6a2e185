"""Ranks in which equal values share the mean of their places."""

from __future__ import annotations

import numpy as np


def mid_ranks(values: np.ndarray) -> np.ndarray:
    """Mean rank of each value, from 1."""
    ordered = np.sort(values)
    below, up_to = (np.searchsorted(ordered, values, side) for side in ("left", "right"))
    return (below + up_to + 1) / 2


def doubled_mid_ranks(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Twice the mean rank of each value in its row, 0 where it is missing; values in each row."""
    missing = np.isnan(rows)
    order = np.argsort(rows, axis=1)
    ordered = np.take_along_axis(rows, order, axis=1)
    place = np.arange(rows.shape[1])
    edge = np.ones((len(rows), 1), dtype=bool)
    changes = ordered[:, 1:] != ordered[:, :-1]
    first = np.maximum.accumulate(np.where(np.hstack([edge, changes]), place, 0), axis=1)
    ends = np.where(np.hstack([changes, edge]), place, rows.shape[1])
    last = np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1]
    doubled = np.empty(rows.shape, dtype=np.int64)
    np.put_along_axis(doubled, order, first + last + 2, axis=1)
    doubled[missing] = 0
    return doubled, rows.shape[1] - missing.sum(axis=1)
