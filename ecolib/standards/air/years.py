"""Which days make a year: valid days by year and month, and the good ones among them."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ecolib.standards import moments_of, with_columns
from ecolib.standards.air.daily import refuse_twice
from ecolib.standards.air.index import by_day, half_even_ratio
from ecolib.texts import Note

GOOD_UP_TO = 100
FEBRUARY = 2


@dataclass(frozen=True)
class YearDays:
    """The `years` that the dates of a daily table lie in, in order; of each day its place among them
    and its month, 1 to 12."""

    years: np.ndarray
    row: np.ndarray
    month: np.ndarray

    @classmethod
    def of(cls, daily: pd.DataFrame) -> YearDays:
        """From the column `date`; raises `DataError` where a day occurs twice."""
        date = moments_of(with_columns(daily, "date"), "date")
        refuse_twice(date.dt.normalize().to_frame("date"), "air_day_twice", "date")
        years, row = np.unique(date.dt.year, return_inverse=True)
        return cls(years, row, date.dt.month.to_numpy())

    def per_year(self, flags: np.ndarray) -> np.ndarray:
        """How many days of each year have their flag up."""
        return np.bincount(self.row[flags], minlength=len(self.years))

    def enough_days(self, valid: np.ndarray, pollutant: str) -> dict[str, np.ndarray]:
        """Whether the days that are `valid` suffice for a year.

        The counts that GB 3095 Table 4 asks of an annual mean: 324 a year, 27 a month, 25 in
        February; the same serve the percentiles of CO and O3.

        Returns
        -------
        dict
            By year: `valid_days`, `calendar_days`, `valid` and `reason`, the `Note` why not or None.
        """
        needed = needed_days(pollutant, judging_day(self.years))
        month = 12 * self.row[valid] + self.month[valid] - 1
        by_month = np.bincount(month, minlength=12 * len(self.years)).reshape(-1, 12)
        total = self.per_year(valid)
        a_month = np.repeat(needed["min_days_month"][:, None], 12, axis=1)
        a_month[:, FEBRUARY - 1] = needed["min_days_february"]
        few, short = total < needed["min_days_year"], by_month < a_month
        thin = few | short.any(axis=1)
        reason = np.full(len(total), None, dtype=object)
        for row in np.flatnonzero(thin):
            months = {int(m) + 1: int(by_month[row, m]) for m in np.flatnonzero(short[row])}
            needed_total = int(needed["min_days_year"][row]) if few[row] else None
            reason[row] = _too_few_days(int(total[row]), needed_total, months)
        calendar_days = np.array([365 + calendar.isleap(year) for year in self.years], dtype=int)
        found = {"valid_days": total, "calendar_days": calendar_days, "valid": ~thin}
        return found | {"reason": reason}


def judging_day(year: ArrayLike) -> pd.Series:
    """The day whose limits and rounding a year is judged by: its last."""
    next_year = (np.asarray(year, dtype=np.int64) - 1970 + 1).astype("datetime64[Y]")
    return pd.Series(next_year.astype("datetime64[D]") - np.timedelta64(1, "D")).astype(
        "datetime64[s]"
    )


def needed_days(pollutant: str, on: pd.Series) -> dict[str, np.ndarray]:
    """The valid days that a year, a month and February need, by the edition in force on each day."""
    where = {"pollutant": pollutant, "statistic": "annual"}
    return {
        rule: by_day("air_validity", on, column="value", rule=rule, **where)
        for rule in ("min_days_year", "min_days_month", "min_days_february")
    }


def _too_few_days(found: int, needed: int | None, months: Mapping[int, int]) -> Note:
    """Why a year is not valid: its total where that is too low, the months that fall short."""
    listed_months = tuple(Note("air_month_has", month=m, days=n) for m, n in months.items())
    if needed is None:
        return Note("air_too_few_days.months", months=listed_months)
    if not months:
        return Note("air_too_few_days.year", found=found, needed=needed)
    return Note("air_too_few_days.both", found=found, needed=needed, months=listed_months)


def good_share(good: ArrayLike, valid: ArrayLike) -> np.ndarray:
    """100 good / valid at one decimal, half-even; NaN without a valid day."""
    valid = np.asarray(valid, dtype=float)
    return half_even_ratio(100 * np.asarray(good, float), np.where(valid > 0, valid, np.nan), 1)


def counted_days(index: pd.DataFrame) -> np.ndarray:
    """Whether each day of `air_index` is a valid one.

    It has every pollutant, or an AQI above 100 already (as HJ 633-2026, 5.3.1).
    """
    aqi = index["aqi"].to_numpy(dtype=float)
    return ~np.isnan(aqi) & (index["complete"].to_numpy(dtype=bool) | (aqi > GOOD_UP_TO))


def good_days(index: pd.DataFrame) -> pd.DataFrame:
    """Share of good days (AQI up to 100) among the valid days of each year.

    Which days are valid says `counted_days`. No standard says how many a year needs for this
    share: it is given where an annual mean of PM2.5 could be, see `YearDays.enough_days`.

    Parameters
    ----------
    index
        As from `air_index`. Days without a row count as days without a value.

    Returns
    -------
    DataFrame
        `year`, `good_days`, `valid_days`, `calendar_days`, `valid`, `reason` (a `Note` or
        None) and `share`, per cent, NaN unless `valid`.
    """
    years = YearDays.of(with_columns(index, "aqi", "complete"))
    valid = counted_days(index)
    good = years.per_year(valid & (index["aqi"].to_numpy(dtype=float) <= GOOD_UP_TO))
    days = years.enough_days(valid, "pm25")
    share = np.where(days["valid"], good_share(good, days["valid_days"]), np.nan)
    return pd.DataFrame({"year": years.years, "good_days": good, **days, "share": share})
