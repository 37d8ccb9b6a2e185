"""What every step rests on: the dated tables for many days at once, checked input, rounding.

Rounding is by GB/T 8170 (half to even) or upwards, and exact at the edges: binary floats cannot
hold 0.85, so rounding them directly goes wrong just where a limit is decided. Here a number is
first read as a decimal of six places and held as an integer; every comparison and division after
that is between integers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ecolib.errors import DataError, StandardError, hint
from ecolib.standards import editions, standard
from ecolib.texts import Note

POLLUTANTS = ("pm25", "pm10", "so2", "no2", "co", "o3")
#: How pollutants are written on a page, in any language.
SYMBOLS = {"pm25": "PM2.5", "pm10": "PM10", "so2": "SO2", "no2": "NO2", "co": "CO", "o3": "O3"}
PLACES = 6
ONE = 10**PLACES
LARGEST = 1e9  # 1e9 * ONE * 1000 still fits 64 bits; no concentration comes near


def by_day(name: str, days: pd.Series, *, column: str, **where: Any) -> np.ndarray:
    """The one number of `column` in force on each of `days`, in the row that fits `where`."""
    found, key = np.full(len(days), np.nan), tuple(where.values())
    for mask, first_day in editions(name, days):
        known = _numbers(name, first_day, tuple(where), column)
        if key not in known:
            raise _not_one_row(name, tuple(where), key, found=0)
        found[mask] = known[key]
    return found


def by_key(
    name: str, days: pd.Series, keys: Iterable[tuple], *, on: tuple[str, ...], column: str
) -> np.ndarray:
    """`column` of the row in force on each of `days` whose cells in the columns `on` are the key.

    NaN where the table `name` has no such row.
    """
    found, keys = np.full(len(days), np.nan), np.fromiter(keys, dtype=object, count=len(days))
    for mask, first_day in editions(name, days):
        known = _numbers(name, first_day, on, column)
        found[mask] = [known.get(key, np.nan) for key in keys[mask]]
    return found


@cache
def _numbers(name: str, day: pd.Timestamp, on: tuple[str, ...], column: str) -> dict[tuple, float]:
    """`column` in force on the day by the cells in the columns `on`."""
    rows = standard(name, on=day)
    keys = list(zip(*(rows[c].tolist() for c in on), strict=True))
    for key, count in Counter(keys).items():
        if count > 1:
            raise _not_one_row(name, on, key, found=count)
    return dict(zip(keys, rows[column].tolist(), strict=True))


def _not_one_row(name: str, on: tuple[str, ...], key: tuple, *, found: int) -> StandardError:
    asked = str(dict(zip(on, key, strict=True)))
    return StandardError(Note("air_not_one_row", source=f"{name}.csv", asked=asked, found=found))


def place_columns(table: pd.DataFrame) -> list[str]:
    """The columns that say where: county, station, both or (one place only) none."""
    return [c for c in ("county", "station") if c in table.columns]


def concentrations(table: pd.DataFrame, item: str) -> np.ndarray:
    """Values of `item` as floats; absent, infinite and negative ones are NaN, that is missing."""
    if item not in table.columns:
        return np.full(len(table), np.nan)
    values = table[item].to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(values) & (values >= 0), values, np.nan)


def check_columns(table: pd.DataFrame, required: tuple[str, ...]) -> None:
    """Raise DataError unless `table` has the `required` columns and any pollutant."""
    problems = [
        Note("air_no_column", source=name, hint=hint(name, table.columns))
        for name in required
        if name not in table.columns
    ]
    if not set(POLLUTANTS) & set(table.columns):
        problems.append(Note("air_no_pollutant", source="columns", known=", ".join(POLLUTANTS)))
    if problems:
        raise DataError(problems)


def listed(flags: dict[str, np.ndarray]) -> pd.api.extensions.ExtensionArray:
    """The names whose flag is up, joined by commas, row by row."""
    names = list(flags)
    bits = sum(flag.astype(np.int64) << i for i, flag in enumerate(flags.values()))
    joined = [
        ",".join(n for i, n in enumerate(names) if code >> i & 1) for code in range(1 << len(names))
    ]
    return pd.array(np.array(joined, dtype=object)[bits], dtype="str")


def flags_of(names_listed: pd.Series) -> dict[str, np.ndarray]:
    """What `listed` was given: for each pollutant, whether each row names it."""
    code, texts = pd.factorize(names_listed)
    named = [text.split(",") for text in texts]
    return {p: np.array([p in names for names in named], dtype=bool)[code] for p in POLLUTANTS}


def fixed(values: ArrayLike) -> np.ndarray:
    """`values` as integers in millionths.

    Raises
    ------
    DataError
        When a value is not a number or is too large to be a measurement.
    """
    values = np.asarray(values, dtype=float)
    if not (np.abs(values) <= LARGEST).all():
        raise DataError(Note("air_not_finite", source="values", largest=LARGEST))
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
    top, bottom, places = np.broadcast_arrays(
        np.asarray(numerator, float), np.asarray(denominator, float), np.asarray(decimals)
    )
    out = np.full(top.shape, np.nan)
    known = np.isfinite(top) & np.isfinite(bottom)
    scale = 10 ** places[known].astype(np.int64)
    out[known] = divide_half_even(fixed(top[known]) * scale, fixed(bottom[known])) / scale
    return out


def divide_half_even(numerator: np.ndarray, denominator: np.ndarray | int) -> np.ndarray:
    """Integer quotient, halves to the even neighbour."""
    quotient, rest = np.divmod(numerator, denominator)
    twice = 2 * rest
    return quotient + ((twice > denominator) | ((twice == denominator) & (quotient % 2 == 1)))


def divide_up(numerator: np.ndarray, denominator: np.ndarray | int) -> np.ndarray:
    """Integer quotient, any remainder upwards."""
    return -(-numerator // denominator)
