"""Which days make a year: counting valid days by month, and the day a year is judged on."""

from __future__ import annotations

import calendar
from typing import Any

import numpy as np
import pandas as pd

from ecolib.errors import DataError, Problem
from ecolib.standards import by_edition
from ecolib.standards.air.lookup import place_columns
from ecolib.standards.air.settings import AirSettings

FEBRUARY = 2


def place_year_month(daily: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Place columns and year of each row, and its month; a fresh index on both.

    Raises
    ------
    DataError
        When a place has two rows for one day, or a row has no date.
    """
    where = daily[place_columns(daily)].reset_index(drop=True)
    date = pd.to_datetime(daily["date"]).reset_index(drop=True)
    if date.isna().any():
        raise DataError(Problem("date", "有行缺少日期", "some rows have no date"))
    twice = where.assign(date=date).duplicated()
    if twice.any():
        raise DataError(
            [
                Problem(f"{day:%Y-%m-%d}", "同一地点同一日有两行", "two rows for one place and day")
                for day in date[twice].head(20)
            ]
        )
    return where.assign(year=date.dt.year), date.dt.month.rename("month")


def judging_day(year: pd.Series, settings: AirSettings) -> pd.Series:
    """The day whose limits a year is judged by."""
    day = "-12-31" if settings.year_limits == "last_day" else "-01-01"
    return pd.to_datetime(year.astype(str) + day)


def enough_days(counts: pd.Series, pollutant: str, *, settings: AirSettings) -> pd.DataFrame:
    """Whether the valid days suffice for a year, from their `counts` by place, year and month.

    Returns
    -------
    DataFrame
        By place and year: `valid_days`, `calendar_days`, `valid`, `reason_zh`, `reason_en`.
    """
    months = counts.unstack("month", fill_value=0).reindex(columns=range(1, 13), fill_value=0)
    year = months.index.get_level_values("year")
    on = judging_day(pd.Series(year), settings)
    a_year, a_month = np.zeros(len(year), dtype=int), np.zeros((len(year), 12))
    for mask, rows in by_edition("air_validity", on):
        rows = rows[(rows["pollutant"] == pollutant) & (rows["statistic"] == "annual")]
        needed = rows.set_index("rule")["value"]
        a_year[mask] = needed["min_days_year"]
        a_month[mask] = needed["min_days_month"]
        a_month[mask, FEBRUARY - 1] = needed["min_days_february"]
    total, short = months.sum(axis=1).to_numpy(), months.to_numpy() < a_month
    valid = (total >= a_year) & ~short.any(axis=1)
    out = pd.DataFrame(
        {"valid_days": total, "calendar_days": 365 + year.map(calendar.isleap), "valid": valid},
        index=months.index,
    )
    said = [
        ("", "")
        if good
        else _reason(has, need, dict(zip(months.columns[few], row[few], strict=True)))
        for good, has, need, few, row in zip(
            valid, total, a_year, short, months.to_numpy(), strict=True
        )
    ]
    out["reason_zh"], out["reason_en"] = [s[0] for s in said], [s[1] for s in said]
    return out


def _reason(has: int, need: int, short: dict[int, Any]) -> tuple[str, str]:
    """Why a year is not valid, in both languages: its total, then the months that fall short."""
    zh = [f"全年有效日 {has}，少于 {need}"] if has < need else []
    en = [f"{has} valid days in the year, {need} needed"] if has < need else []
    if short:
        zh.append("有效日不足的月份：" + "、".join(f"{m} 月 {n} 日" for m, n in short.items()))
        en.append(
            "months with too few valid days: "
            + ", ".join(f"month {m} has {n}" for m, n in short.items())
        )
    return "；".join(zh), "; ".join(en)
