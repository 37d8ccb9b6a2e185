"""Figures by year: one schema from the tables to the pages."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
import pandas as pd


@dataclass(frozen=True, eq=False)
class Series:
    """What is known of an item or an indicator, year by year on one axis.

    Attributes
    ----------
    years
        Every year from the first one with a figure to the year of assessment (int); empty where
        nothing is known.
    value
        The figure, NaN where there is none.
    rounding
        Half a unit of the last printed digit: how far the figure may be off (0 where it is exact).
    undated
        Whether the figure bore no year and is only taken to be of the year of its folder.
    basis
        For an indicator: one of `result.BASES`, or "" where there is no value.
    low, high
        What the value could be at the least and at the most where not all was observed.
    coverage
        Observed share of what should have been observed, 0 to 1.
    computed, reported
        For an indicator: what the formula gives, and the finished value as submitted.
    sample_low, sample_high
        The 95 % confidence limits where the value comes from a sample.
    """

    years: np.ndarray
    value: np.ndarray
    rounding: np.ndarray
    undated: np.ndarray
    basis: tuple[str, ...] = ()
    low: np.ndarray = None
    high: np.ndarray = None
    coverage: np.ndarray = None
    computed: np.ndarray = None
    reported: np.ndarray = None
    sample_low: np.ndarray = None
    sample_high: np.ndarray = None

    def __post_init__(self):
        length = len(self.years)
        for name, column in vars(self).items():
            if column is None:
                object.__setattr__(self, name, unknown(length))
        if not self.basis:
            object.__setattr__(self, "basis", ("",) * length)

    def at(self, year: int, what: str = "value") -> float:
        """One figure of a year; NaN where there is none."""
        place = self._place(year)
        return math.nan if place is None else float(getattr(self, what)[place])

    def basis_of(self, year: int) -> str:
        place = self._place(year)
        return "" if place is None else self.basis[place]

    def is_undated(self, year: int) -> bool:
        place = self._place(year)
        return place is not None and bool(self.undated[place])

    def _place(self, year: int) -> int | None:
        place = year - int(self.years[0]) if len(self.years) else -1
        return place if 0 <= place < len(self.years) else None

    def range_of(self, year: int) -> tuple[float, float]:
        """The ends between which the value of a year must lie; the value itself where it is sure."""
        value = self.at(year)
        ends = (self.at(year, "low"), self.at(year, "high"))
        low, high = (value if math.isnan(end) else end for end in ends)
        return low, high

    def told_apart(self) -> np.ndarray:
        """The values as far as they tell years apart: of a range its middle, ranges that overlap made
        equal; NaN where a range has no end, or is wider than the years differ."""
        open_ = self.low < self.high
        low, high = (np.where(open_, end, self.value) for end in (self.low, self.high))
        middle = (low + high) / 2
        known = np.isfinite(middle) & ~np.isnan(self.value)
        apart = np.ptp(middle[known]) if known.any() else 0.0
        known &= ~open_ | (high - low <= apart)
        found = np.full(len(middle), np.nan)
        order = np.flatnonzero(known)[np.argsort(low[known], kind="stable")]
        reach = np.maximum.accumulate(high[order])
        for group in np.split(order, np.flatnonzero(low[order][1:] > reach[:-1]) + 1):
            if len(group):
                found[group] = (low[group].min() + high[group].max()) / 2
        return found

    def interval(self, year: int) -> tuple[float, float] | None:
        """The confidence limits of a year; None where the value is no estimate from a sample."""
        low, high = self.at(year, "sample_low"), self.at(year, "sample_high")
        return None if math.isnan(low) or math.isnan(high) else (low, high)

    def known(self) -> Iterator[tuple[int, float]]:
        """The years with a value, in order."""
        for year, value in zip(self.years.tolist(), self.value.tolist(), strict=True):
            if value == value:
                yield year, value

    def rows(self, *names: str) -> Iterator[tuple]:
        """Year by year, the year, what these columns say, and the basis."""
        columns = (getattr(self, name).tolist() for name in ("years", *names))
        return zip(*columns, self.basis, strict=True)

    @cached_property
    def first(self) -> int | None:
        """The first year with a value."""
        return next((year for year, _ in self.known()), None)

    def since(self, year: int) -> Series:
        """The part from a year on."""
        start = max(year - int(self.years[0]), 0) if len(self.years) else 0
        return Series(*(getattr(self, name)[start:] for name in self.__dataclass_fields__))

    def on(self, years: np.ndarray) -> Series:
        """The same figures on another axis that ends in the same year."""
        if len(years) == len(self.years):
            return self
        if len(years) < len(self.years):
            return self.since(int(years[0]))
        length = len(years)
        fill = {"undated": False, "rounding": 0.0}
        wide = {
            name: front(column, length, fill.get(name, np.nan))
            for name in self.__dataclass_fields__
            if isinstance(column := getattr(self, name), np.ndarray)
        }
        basis = ("",) * (length - len(self.years)) + self.basis
        return Series(**{**wide, "years": years, "basis": basis})

    def _reaching(self, first: int, last: int) -> Series:
        """The same series on an axis that goes back to a year, and ends in the last one."""
        return self.on(np.arange(min([first, *self.years[:1].tolist()]), last + 1))

    def with_value(self, year: int, value: float, last: int | None = None) -> Series:
        """The same series with another, exact value for one year, on an axis up to the last one, by
        default that year where nothing is known yet."""
        end = int(self.years[-1]) if len(self.years) else year
        wide = self._reaching(year, end if last is None else last)
        here = wide.years == year
        exact = {"value": value, "rounding": 0.0, "undated": False, "low": np.nan, "high": np.nan}
        columns = {n: np.where(here, to, getattr(wide, n)) for n, to in exact.items()}
        return replace(wide, **columns)

    def between(self, ends: Mapping[int, tuple[float, float]], last: int) -> Series:
        """The same series with the ends of years that have no value, on an axis up to the last one."""
        ends = {year: of for year, of in ends.items() if math.isnan(self.at(year))}
        if not ends:
            return self
        wide = self._reaching(min(ends), last)
        low, high = wide.low.copy(), wide.high.copy()
        for year, of in ends.items():
            place = wide._place(year)
            low[place], high[place] = of
        return replace(wide, low=low, high=high)

    def _repr_html_(self) -> str:
        return self.frame().to_html(border=0)

    def __repr__(self) -> str:
        return repr(self.frame())

    def frame(self) -> pd.DataFrame:
        """Columns year, value, basis, low, high, for a page or an analyst."""
        names = {"year": "years", "value": "value", "basis": "basis", "low": "low", "high": "high"}
        return pd.DataFrame({name: getattr(self, column) for name, column in names.items()})


@cache
def unknown(length: int) -> np.ndarray:
    """A column that says nothing of any year; the same for whoever asks."""
    nothing = np.full(length, np.nan)
    nothing.flags.writeable = False
    return nothing


def front(column: np.ndarray | None, length: int, fill: float = np.nan) -> np.ndarray:
    """A column on an axis of another length that ends in the same year."""
    if column is None or column is unknown(len(column)):
        return unknown(length)
    if len(column) >= length:
        return column[len(column) - length :]
    return np.concatenate([np.full(length - len(column), fill), column])


def placed(
    years: np.ndarray,
    values: np.ndarray,
    last: int,
    rounding: np.ndarray | float = 0.0,
    undated: np.ndarray | bool = False,
) -> Series:
    """Figures of some years, in order, on an axis from the first of them to the last one; empty
    where there is none."""
    if not len(years):
        return NOTHING
    axis = np.arange(years[0], last + 1)

    def spread(column: np.ndarray | float, fill: float) -> np.ndarray:
        wide = np.full(len(axis), fill)
        wide[years - axis[0]] = column
        return wide

    return Series(axis, spread(values, np.nan), spread(rounding, 0.0), spread(undated, False))


#: What is known of an item that nobody has submitted.
NOTHING = Series(
    np.array([], dtype=int), *(np.array([], dtype=kind) for kind in (float, float, bool))
)
