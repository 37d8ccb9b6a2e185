"""Figures by year: one schema from the tables to the pages."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

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
    low: np.ndarray | None = None
    high: np.ndarray | None = None
    coverage: np.ndarray | None = None
    computed: np.ndarray | None = None
    reported: np.ndarray | None = None
    sample_low: np.ndarray | None = None
    sample_high: np.ndarray | None = None

    def at(self, year: int, what: str = "value") -> float:
        """One figure of a year; NaN where there is none."""
        place, column = self._place(year), getattr(self, what)
        return math.nan if place is None or column is None else float(column[place])

    def basis_of(self, year: int) -> str:
        place = self._place(year)
        return "" if place is None or not self.basis else self.basis[place]

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
        """Year by year, what these columns say (NaN where there is none), and the basis."""
        nothing = [math.nan] * len(self.years)
        given = (getattr(self, name) for name in ("years", *names))
        columns = (nothing if column is None else column.tolist() for column in given)
        return zip(*columns, self.basis or [""] * len(self.years), strict=True)

    @cached_property
    def first(self) -> int | None:
        """The first year with a value."""
        return next((year for year, _ in self.known()), None)

    def since(self, year: int) -> Series:
        """The part from a year on."""
        start = max(year - int(self.years[0]), 0) if len(self.years) else 0
        cut = {
            name: column[start:]
            for name in self.__dataclass_fields__
            if (column := getattr(self, name)) is not None
        }
        return replace(self, **cut)

    def on(self, years: np.ndarray) -> Series:
        """The same figures on another axis that ends in the same year."""
        if len(years) == len(self.years):
            return self
        if len(years) < len(self.years):
            return self.since(int(years[0]))
        before = len(years) - len(self.years)
        fill = {"undated": False, "rounding": 0.0, "years": 0}
        wide = {
            name: np.concatenate([np.full(before, fill.get(name, np.nan)), column])
            for name in self.__dataclass_fields__
            if isinstance(column := getattr(self, name), np.ndarray)
        }
        basis = ("",) * before + self.basis if self.basis else ()
        return replace(self, **{**wide, "years": years, "basis": basis})

    def with_value(self, year: int, value: float) -> Series:
        """The same series with another, exact value for one year."""
        wide = self if self._place(year) is not None else self.on(np.array([year]))
        here = wide.years == year
        ends = {
            name: np.where(here, np.nan, end)
            for name in ("low", "high")
            if (end := getattr(wide, name)) is not None
        }
        return replace(
            wide,
            **ends,
            value=np.where(here, value, wide.value),
            rounding=np.where(here, 0.0, wide.rounding),
            undated=wide.undated & ~here,
        )

    def between(self, ends: Mapping[int, tuple[float, float]], last: int) -> Series:
        """The same series with the ends of years that have no value, on an axis up to the last one."""
        ends = {year: of for year, of in ends.items() if math.isnan(self.at(year))}
        if not ends:
            return self
        first = min([*ends, *self.years[:1].tolist()])
        wide = self.on(np.arange(first, last + 1))
        low, high = (np.full(len(wide.years), np.nan) for _ in range(2))
        for year, of in ends.items():
            low[year - first], high[year - first] = of
        return replace(wide, low=low, high=high)

    def _repr_html_(self) -> str:
        return self.frame().to_html(border=0)

    def __repr__(self) -> str:
        return repr(self.frame())

    def frame(self) -> pd.DataFrame:
        """Columns year, value, basis, low, high, for a page or an analyst."""
        columns = {"year": self.years, "value": self.value}
        columns["basis"] = list(self.basis) or [""] * len(self.years)
        nothing = np.full(len(self.years), np.nan)
        for end in ("low", "high"):
            given = getattr(self, end)
            columns[end] = nothing if given is None else given
        return pd.DataFrame(columns)


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
