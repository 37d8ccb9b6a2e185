"""A series as every trend test sees it: values at real times, in order, with Kendall's S."""

from __future__ import annotations

from collections.abc import Callable, MappingView, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from math import nan, sqrt
from numbers import Integral, Real

import numpy as np
from numpy.typing import ArrayLike

from ecolib.errors import DataError, ParamsError, hint
from ecolib.texts import Note
from ecolib.trends.pairs import (
    EARLIER,
    MATRIX_UP_TO,
    count_inversions,
    ranked_slopes,
    ranks_of,
    stable_order,
)

EPSILON = np.finfo(float).eps
LARGEST = 1e150  # squares of larger numbers overflow
ONE_YEAR = np.timedelta64(1, "Y")


@dataclass(frozen=True, eq=False)
class TimeSeries:
    """The values that exist, sorted by time and then by value; `missing` values were NaN.

    What several tests ask of one series is worked out once, at the first question.
    """

    times: np.ndarray
    values: np.ndarray
    missing: int

    @property
    def n(self) -> int:
        return len(self.values)

    @property
    def first(self) -> float:
        return float(self.times[0]) if self.n else nan

    @property
    def last(self) -> float:
        return float(self.times[-1]) if self.n else nan

    @cached_property
    def score(self) -> KendallScore:
        return kendall_score(self.times, self.values)

    @cached_property
    def slopes_at(self) -> Callable[[Sequence[int]], np.ndarray]:
        """The slopes between pairs of different times that stand at 0-based ranks."""
        return ranked_slopes(self.times, self.values)

    @cached_property
    def middle(self) -> tuple[float, float]:
        """Medians of times and values."""
        return (median(self.times), median(self.values)) if self.n else (nan, nan)

    def minus_line(self, slope: float, *, size: float | None = None) -> np.ndarray:
        """Values minus a line; what only rounding left of a straight one is level.

        Rounding is what is below 1e-12 of `size`, by default of the largest of these numbers. Of
        whole values at whole times, all that only rounding tells apart are equal; decimals are
        taken as the binary numbers they are, as R's modifiedmk does.
        """
        # Times count from the first, so that slope * time keeps its digits.
        rest = self.values - slope * (self.times - self.times[0])
        size = np.abs(rest).max() if size is None else size
        if all((numbers == np.rint(numbers)).all() for numbers in (self.times, self.values)):
            return with_ties(rest, max(1e-12 * size, 8 * EPSILON * np.abs(self.values).max()))
        level = median(rest)
        rest[np.abs(rest - level) < 1e-12 * size] = level
        return rest


def read_series(years: ArrayLike, values: ArrayLike | None = None) -> TimeSeries:
    """Pair years with values; drop and count the missing; order by time.

    Raises
    ------
    DataError
        If the lengths differ, a year is missing, or a value is infinite or from `LARGEST` on.

    Notes
    -----
    Years and values are paired by position; an index of pandas is looked at only where a Series
    comes alone.
    """
    if values is None:
        years, values = indexed(years)
    times, numbers = as_years(years), as_numbers(values)
    if numbers.ndim != 1 or times.shape != numbers.shape:
        raise bad_data("years, values", "lengths", **shapes(years=times, values=numbers))
    known = np.abs(numbers) < LARGEST
    if not known.all():
        if not np.isnan(numbers[~known]).all():
            raise bad_data("values", "infinite")
        times, numbers = times[known], numbers[known]
    if not (times[1:] > times[:-1]).all():
        order = np.lexsort((numbers, times))
        times, numbers = times[order], numbers[order]
    return TimeSeries(times, numbers, len(known) - len(times))


def indexed(series: ArrayLike) -> tuple[ArrayLike, ArrayLike]:
    """The times and the values of a Series of pandas, whose index holds years or dates.

    Raises
    ------
    DataError
        If it has no such index.
    """
    index = getattr(series, "index", None)
    # A list has a method of this name; counting from nothing is what pandas does without an index.
    if index is None or callable(index) or getattr(index, "start", None) == 0:
        raise bad_data("values", "no_times")
    return index, series


def as_years(years: ArrayLike) -> np.ndarray:
    """Numbers as they are; dates and moments as decimal years (2020-07-01 is 2020.497).

    Dates may be those of numpy, of pandas (a period counts from its beginning) or of the standard
    library; with a time zone they count by their own clock.
    """
    times = as_moments(years)
    if times.dtype.kind == "M":
        clock = times.astype("datetime64[us]")
        start = clock.astype("datetime64[Y]")
        begin, end = (year.astype("datetime64[us]") for year in (start, start + ONE_YEAR))
        times = start.astype(float) + 1970 + (clock - begin) / (end - begin)
        times[np.isnat(clock)] = np.nan
    times = as_numbers(times, "years")
    if np.ma.is_masked(years) or not np.isfinite(times).all():
        raise bad_data("years", "year_missing")
    return times


def as_moments(years: ArrayLike) -> np.ndarray:
    """Dates of any kind as those of numpy, by their own clock; anything else as an array."""
    objects = as_array(years, "years")
    if objects.dtype.kind != "O":
        return objects
    known = [getattr(t, "start_time", t) for t in np.atleast_1d(objects).tolist()]
    if not any(isinstance(t, date) for t in known):
        return objects
    moments = np.full(len(known), "NaT", dtype="datetime64[us]")
    for at, t in enumerate(known):
        if isinstance(t, date) and t == t:
            moments[at] = t.replace(tzinfo=None) if isinstance(t, datetime) else t
    return moments


def as_array(values: ArrayLike, name: str) -> np.ndarray:
    """`np.asarray`; lists of different lengths within a list are told as `DataError`."""
    try:
        return np.asarray(_listed(values))
    except ValueError as problem:
        raise bad_data(name, "no_number", problem=str(problem)) from None


def _listed(values: ArrayLike) -> ArrayLike:
    return list(values) if isinstance(values, MappingView) else values


def as_numbers(values: ArrayLike, name: str = "values") -> np.ndarray:
    """An array of floats; None, what is masked and the missing values of pandas become NaN.

    Raises
    ------
    DataError
        If something is not a number.
    """
    values = _listed(values)
    try:
        kind = np.asarray(values).dtype
        if kind.kind in "cmM":  # numpy would drop a part, or count nanoseconds
            raise TypeError(str(kind))
        return np.asarray(unmasked(values), dtype=float)
    except (TypeError, ValueError, OverflowError) as problem:
        raise bad_data(name, "no_number", problem=str(problem)) from problem


def single(numbers: np.ndarray, name: str) -> float:
    """The one number, not too large, of an array that was made of a list of one.

    Raises
    ------
    DataError
    """
    if numbers.shape != (1,) or not abs(numbers[0]) < LARGEST:
        raise bad_data(name, "no_number", problem=str(numbers.tolist()[0]))
    return float(numbers[0])


def unmasked(values: ArrayLike) -> ArrayLike:
    """A masked array, as readers of grids hand them out, with NaN for what is masked."""
    if not isinstance(values, np.ma.MaskedArray):
        return values
    return values.astype(values.dtype if values.dtype.kind == "f" else float).filled(nan)


def size_of(numbers: np.ndarray) -> float:
    """The power of 2 above them all: numbers over it are not rounded, and their squares exist."""
    return float(np.ldexp(1.0, np.frexp(np.abs(numbers).max(initial=0.0))[1]))


def with_ties(numbers: np.ndarray, rounding: float) -> np.ndarray:
    """Numbers that lie no further apart than `rounding` are made equal."""
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    apart = np.diff(ordered, prepend=-np.inf) > rounding
    equal = np.empty_like(numbers)
    equal[order] = ordered[apart][np.cumsum(apart) - 1]
    return equal


def check_whole(name: str, value: object, least: int, most: int | None = None) -> None:
    """A number of draws, lags or steps is whole and lies within its bounds.

    Raises
    ------
    ParamsError
    """
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not (whole and least <= value and (most is None or value <= most)):
        bounds = f"{least}…" if most is None else f"{least}…{most}"
        raise ParamsError(Note("trend_input.whole", about=name, bounds=bounds, value=str(value)))


def check_share(name: str, value: float) -> None:
    """`alpha` and `level` lie strictly between 0 and 1.

    Raises
    ------
    ParamsError
    """
    if not (isinstance(value, Real) and 0 < value < 1):
        raise ParamsError(Note("trend_input.share", about=name, value=str(value)))


def check_choice(name: str, value: object, choices: tuple) -> None:
    """`value` is one of `choices`.

    Raises
    ------
    ParamsError
    """
    if not (value is None or isinstance(value, str)) or value not in choices:
        names = tuple(map(str, choices))
        near = hint(str(value), names)
        raise ParamsError(
            Note("trend_input.choice", about=name, choices=names, value=str(value), near=near)
        )


def bad_data(about: str, what: str, **args: object) -> DataError:
    """The error that says what is wrong with an argument."""
    return DataError(Note(f"trend_input.{what}", about=about, **args))


def shapes(**arrays: np.ndarray) -> dict[str, str]:
    """How large each of these is, as an error tells it."""
    return {name: str(array.shape) for name, array in arrays.items()}


def median(numbers: np.ndarray) -> float:
    """`np.median` without NaN and for one axis only; ten times as fast for a short series."""
    ordered, half = np.sort(numbers), len(numbers) // 2
    middle = ordered[half] if len(numbers) % 2 else (ordered[half - 1] + ordered[half]) / 2
    return float(middle) + 0.0  # a negative zero becomes zero


@dataclass(frozen=True, eq=False)
class KendallScore:
    """S = concordant - discordant pairs, with what its null distribution depends on."""

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
        return self.s / self.pairs if self.pairs else nan

    @property
    def tau_b(self) -> float:
        """NaN if all values are equal: there is no order to correlate."""
        size = sqrt(self.comparable) * sqrt(self.differing)
        return self.s / size if size else nan

    @property
    def z(self) -> float:
        """Standardised S with continuity correction; 0 when nothing varies."""
        if self.s == 0 or self.var_s <= 0:
            return 0.0
        return (self.s - (1 if self.s > 0 else -1)) / sqrt(self.var_s)

    @property
    def fields(self) -> dict[str, float]:
        """What of it goes into a `TrendResult`."""
        return {"s": self.s, "var_s": self.var_s, "z": self.z, "tau": self.tau_b,
                "tau_a": self.tau_a}  # fmt: skip


def kendall_score(times: np.ndarray, values: np.ndarray) -> KendallScore:
    """Score a series that is ordered by time, and by value within equal times.

    Takes O(n log n) time and O(n) memory for a long series.
    """
    n = len(values)
    pairs = n * (n - 1) // 2
    if n <= MATRIX_UP_TO:
        ordered = np.sort(values)
        discordant = int(np.count_nonzero((values[:, None] > values) & EARLIER[:n, :n]))
    else:
        order = stable_order(values)
        ordered, discordant = values[order], count_inversions(ranks_of(order))
    value_ties, time_ties = run_lengths(ordered), run_lengths(times)
    tied_in_value, tied_in_time = _tied_pairs(value_ties, n), _tied_pairs(time_ties, n)
    tied_in_both = _tied_pairs(run_lengths(times, values), n) if tied_in_time else 0
    untied = pairs - tied_in_value - tied_in_time + tied_in_both
    return KendallScore(
        s=untied - 2 * discordant,
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
        if len(ties) == n:  # nothing is tied
            return 0, 0, 0
        t = ties[ties > 1].astype(np.int64 if n < 1_000_000 else object)  # a cube of n fits or not
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
    changes = ordered[0][1:] != ordered[0][:-1]
    for sequence in ordered[1:]:
        changes |= sequence[1:] != sequence[:-1]
    edges = np.concatenate([[-1], changes.nonzero()[0], [n - 1]])
    return edges[1:] - edges[:-1]


def _tied_pairs(ties: np.ndarray, n: int) -> int:
    return 0 if len(ties) == n else int((ties * (ties - 1)).sum()) // 2


def mid_ranks(values: np.ndarray) -> np.ndarray:
    """Rank of each value, from 1; equal values share the mean of their places."""
    ordered = np.sort(values)
    below, up_to = (np.searchsorted(ordered, values, side) for side in ("left", "right"))
    return (below + up_to + 1) / 2
