"""Rounding by GB/T 8170 (half to even) and upwards, exact at the edges.

Binary floats cannot hold 0.85, so rounding them directly goes wrong just where a limit is decided.
Here a number is first read as a decimal of six places and held as an integer; every comparison and
division after that is between integers.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from ecolib.errors import DataError, Problem

PLACES = 6
ONE = 10**PLACES
LARGEST = 1e9  # 1e9 * ONE * 1000 still fits 64 bits; no concentration comes near


def fixed(values: ArrayLike) -> np.ndarray:
    """`values` as integers in millionths.

    Raises
    ------
    DataError
        When a value is not a number or is too large to be a measurement.
    """
    values = np.asarray(values, dtype=float)
    if not (np.abs(values) <= LARGEST).all():
        raise DataError(
            Problem(
                "values",
                f"数值须为不超过 {LARGEST:g} 的有限数",
                f"values must be finite numbers up to {LARGEST:g}",
            )
        )
    return np.rint(values * ONE).astype(np.int64)


def half_even(values: ArrayLike, decimals: ArrayLike = 0) -> np.ndarray:
    """Round half to even at `decimals` (0 to 3) places; NaN stays NaN.

    Examples
    --------
    >>> half_even([0.5, 1.5, 2.51]).tolist()
    [0.0, 2.0, 3.0]
    """
    return half_even_ratio(values, np.ones(1), decimals)


def half_even_ratio(
    numerator: ArrayLike, denominator: ArrayLike, decimals: ArrayLike
) -> np.ndarray:
    """`numerator / denominator` rounded half to even without forming the inexact quotient."""
    return _ratio(numerator, denominator, decimals, divide_half_even)


def half_up_ratio(numerator: ArrayLike, denominator: ArrayLike, decimals: ArrayLike) -> np.ndarray:
    """`numerator / denominator` with halves rounded up, in the same exact way."""
    return _ratio(numerator, denominator, decimals, divide_half_up)


def _ratio(
    numerator: ArrayLike, denominator: ArrayLike, decimals: ArrayLike, divide: Callable
) -> np.ndarray:
    top, bottom, places = np.broadcast_arrays(
        np.asarray(numerator, float), np.asarray(denominator, float), np.asarray(decimals)
    )
    out = np.full(top.shape, np.nan)
    known = np.isfinite(top) & np.isfinite(bottom)
    scale = 10 ** places[known].astype(np.int64)
    out[known] = divide(fixed(top[known]) * scale, fixed(bottom[known])) / scale
    return out


def divide_half_up(numerator: np.ndarray, denominator: np.ndarray | int) -> np.ndarray:
    """Integer quotient, halves upwards."""
    return (2 * numerator + denominator) // (2 * denominator)


def divide_half_even(numerator: np.ndarray, denominator: np.ndarray | int) -> np.ndarray:
    """Integer quotient, halves to the even neighbour."""
    quotient, rest = np.divmod(numerator, denominator)
    twice = 2 * rest
    return quotient + ((twice > denominator) | ((twice == denominator) & (quotient % 2 == 1)))


def divide_up(numerator: np.ndarray, denominator: np.ndarray | int) -> np.ndarray:
    """Integer quotient, any remainder upwards."""
    return -(-numerator // denominator)
