"""Figures by year: one schema from the tables to the pages."""

from __future__ import annotations

import math
from collections.abc import Iterator
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
        Every year from the first one of the case to the year of assessment (int).
    value
        The figure, NaN where there is none.
    rounding
        Half a unit of the last printed digit: how far the figure may be off (0 where it is exact).
    undated
        Whether the figure bore no year and is only taken to be of the year of its folder.
    basis
        For an indicator: "computed", "reported", "declared" or "" where there is no value.
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
        place = year - int(self.years[0])
        column = getattr(self, what)
        return float(column[place]) if column is not None and 0 <= place < len(column) else math.nan

    def basis_of(self, year: int) -> str:
        place = year - int(self.years[0])
        return self.basis[place] if 0 <= place < len(self.basis) else ""

    def is_undated(self, year: int) -> bool:
        place = year - int(self.years[0])
        return bool(0 <= place < len(self.years) and self.undated[place])

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

    @cached_property
    def first(self) -> int | None:
        """The first year with a value."""
        return next((year for year, _ in self.known()), None)

    def since(self, year: int) -> Series:
        """The part from a year on."""
        start = max(year - int(self.years[0]), 0)
        cut = {
            name: column[start:]
            for name in self.__dataclass_fields__
            if (column := getattr(self, name)) is not None
        }
        return replace(self, **cut)

    def with_value(self, year: int, value: float) -> Series:
        """The same series with another, exact value for one year."""
        here = self.years == year
        return replace(
            self,
            value=np.where(here, value, self.value),
            rounding=np.where(here, 0.0, self.rounding),
            undated=self.undated & ~here,
        )

    def frame(self) -> pd.DataFrame:
        """Columns year, value, basis, low, high, for a page or an analyst."""
        columns = {"year": self.years, "value": self.value}
        columns["basis"] = list(self.basis) or [""] * len(self.years)
        nothing = np.full(len(self.years), np.nan)
        for end in ("low", "high"):
            given = getattr(self, end)
            columns[end] = nothing if given is None else given
        return pd.DataFrame(columns)
