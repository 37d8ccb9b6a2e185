"""What goes into every trend test: values at real times, with what is missing counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ecolib.errors import DataError, ParamsError, Problem, near


@dataclass(frozen=True)
class Observed:
    """The values that exist, sorted by time and then by value; `missing` values were NaN."""

    times: np.ndarray
    values: np.ndarray
    missing: int

    @property
    def n(self) -> int:
        return len(self.values)

    @property
    def first(self) -> float:
        return float(self.times[0]) if self.n else float("nan")

    @property
    def last(self) -> float:
        return float(self.times[-1]) if self.n else float("nan")


def observe(years: ArrayLike, values: ArrayLike) -> Observed:
    """Pair years with values; drop and count the missing; order by time.

    Raises
    ------
    DataError
        If the lengths differ, a year is missing, or a value is infinite.
    """
    times, numbers = as_years(years), as_numbers(values)
    if numbers.ndim != 1 or times.shape != numbers.shape:
        raise DataError(
            Problem(
                "years, values",
                f"年份与数值应为等长的一维序列，实际为 {times.shape} 与 {numbers.shape}",
                f"years and values must be two sequences of one length, found {times.shape} "
                f"and {numbers.shape}",
            )
        )
    if np.isinf(numbers).any():
        raise infinite()
    there = ~np.isnan(numbers)
    times, numbers = times[there], numbers[there]
    if len(times) > 1 and not (np.diff(times) > 0).all():
        order = np.lexsort((numbers, times))
        times, numbers = times[order], numbers[order]
    return Observed(times, numbers, int(len(there) - len(times)))


def observe_stack(
    years: ArrayLike, values: ArrayLike, axis: int
) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
    """Years, values as (n, cells) ordered by time, and the shape of the cells.

    Raises
    ------
    DataError
        If there is not one year for each layer, a year occurs twice, or a value is infinite.
    """
    times, cube = as_years(years), np.asarray(values)
    if cube.dtype not in (np.float32, np.float64):
        cube = cube.astype(float)
    steps = cube.shape[axis]
    if times.shape != (steps,) or len(np.unique(times)) < steps:
        raise DataError(
            Problem(
                "years, values",
                f"每一层应有一个不重复的年份：{times.size} 个年份，{steps} 层",
                f"each layer needs one year of its own: {times.size} years for {steps} layers",
            )
        )
    # Time first without copying a stack of maps (axis 0) or a table of series (axis -1).
    last = axis in (-1, cube.ndim - 1)
    cells = cube if last else np.moveaxis(cube, axis, 0)
    shape = cells.shape[:-1] if last else cells.shape[1:]
    layers = cells.reshape(-1, steps).T if last else cells.reshape(steps, -1)
    order = np.argsort(times)
    if (order[1:] < order[:-1]).any():
        times, layers = times[order], layers[order]
    return times, layers, shape


def as_years(years: ArrayLike) -> np.ndarray:
    """Numbers as they are; dates as decimal years (2020-07-01 is 2020.497)."""
    times = np.asarray(years)
    if np.issubdtype(times.dtype, np.datetime64):
        days = times.astype("datetime64[D]")
        start = days.astype("datetime64[Y]")
        length = (start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")
        whole = start.astype(float) + 1970
        times = whole + (days - start).astype(float) / length.astype(float)
        times[np.isnat(days)] = np.nan
    times = as_numbers(times, "years")
    if not np.isfinite(times).all():
        raise DataError(
            Problem("years", "有缺失或无效的年份", "a year is missing or is not a finite number")
        )
    return times


def as_numbers(values: ArrayLike, name: str = "values") -> np.ndarray:
    """An array of floats; None and the missing values of pandas become NaN.

    Raises
    ------
    DataError
        If something is not a number.
    """
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError) as problem:
        raise DataError(
            Problem(name, f"含有非数值：{problem}", f"not all are numbers: {problem}")
        ) from problem


def check_share(name: str, value: float) -> None:
    """`alpha` and `level` lie strictly between 0 and 1.

    Raises
    ------
    ParamsError
    """
    if not 0 < value < 1:
        raise ParamsError(
            Problem(
                name,
                f"应在 0 与 1 之间，实际为 {value}",
                f"must lie between 0 and 1, found {value}",
            )
        )


def check_choice(name: str, value: object, choices: tuple) -> None:
    """`value` is one of `choices`.

    Raises
    ------
    ParamsError
    """
    if value not in choices:
        words = [str(c) for c in choices]
        zh, en = near(str(value), words)
        raise ParamsError(
            Problem(
                name,
                f"应为 {'、'.join(words)} 之一，实际为 {value}{zh}",
                f"must be one of {', '.join(words)}, found {value}{en}",
            )
        )


def infinite() -> DataError:
    return DataError(Problem("values", "数值中有无穷大", "a value is infinite"))
