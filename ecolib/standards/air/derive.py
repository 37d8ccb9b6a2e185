"""Ambient air: from station hours and days to the county's good days and its yearly PM2.5.

Hourly values go before daily ones of the same station and day. The county's concentration is the
mean of its stations, the index follows from it (HJ 663-2013, HJ 633); what no text settles is said
in `AirSettings`.
"""

from __future__ import annotations

import pandas as pd

from ecolib.errors import DataError
from ecolib.standards.air import (
    POLLUTANTS,
    AirSettings,
    air_index,
    annual_evaluation,
    annual_statistics,
    concentration_fall,
    county_daily,
    good_days,
    method_notes,
)
from ecolib.standards.air.months import months
from ecolib.standards.air.station_days import calendar_days, station_days
from ecolib.standards.derived import Derived, derives, year_remarks
from ecolib.standards.remarks import Remarks
from ecolib.standards.water.seasons import season_trend

SETTINGS = AirSettings()


@derives("good_air_days", "valid_air_days")
def air_days(air_hourly: pd.DataFrame, air_daily: pd.DataFrame) -> Derived:
    """Good and valid days of each year (HJ 633), and what every day was like.

    Detail: `air_days` by day (see `calendar_days`), `air_classes` (days by year and level, those
    without a valid value under level 0), `air_primary` (days by year and pollutant on which it was
    primary or exceeded), `air_years` (as from `good_days`) and `air_method` (sentences).
    """
    try:
        stations = station_days(air_hourly, air_daily)
    except DataError as error:
        return Remarks().refusal(error, _years_of(air_hourly, air_daily))
    index = air_index(county := county_daily(stations, settings=SETTINGS), settings=SETTINGS)
    years = good_days(index, settings=SETTINGS)
    days = calendar_days(index, county, stations, settings=SETTINGS)
    good = years.set_index("year")
    counts = good[["good_days", "valid_days"]].astype(float).where(good["valid"])
    return Derived(
        items={"good_air_days": counts["good_days"], "valid_air_days": counts["valid_days"]},
        detail={
            "air_days": days,
            "air_classes": _classes(days),
            "air_primary": _by_pollutant(days),
            "air_years": years,
            "air_method": _method(),
        },
        notes=year_remarks(_on_days(years, stations)),
        gaps=_gaps(years),
    )


@derives("pm25_mean")
def yearly_air(air_hourly: pd.DataFrame, air_daily: pd.DataFrame, county) -> Derived:
    """Annual mean PM2.5 as printed by HJ 663, with the statistics of all six pollutants.

    Detail: `air_statistics` (as from `annual_statistics`), `air_evaluation` (as from
    `annual_evaluation`), `pm25_months` and `pm25_trend` (see `season_trend`).
    """
    try:
        days = county_daily(station_days(air_hourly, air_daily), settings=SETTINGS)
    except DataError as error:
        return Remarks().refusal(error, _years_of(air_hourly, air_daily))
    statistics = annual_statistics(days, settings=SETTINGS)
    fine = statistics.query("pollutant == 'pm25' and statistic == 'mean'")
    by_month = months(days, "pm25", settings=SETTINGS)
    fall = concentration_fall(statistics, base_year=county.base_year, settings=SETTINGS)
    return Derived(
        items={"pm25_mean": fine.set_index("year")["rounded"]},
        detail={
            "air_statistics": statistics,
            "air_evaluation": annual_evaluation(statistics, settings=SETTINGS),
            "pm25_months": by_month,
            "pm25_trend": season_trend(by_month),
        },
        notes=year_remarks(
            (r.year, r.note_zh, r.note_en) for r in fall.dropna().itertuples() if r.note_zh
        ),
        gaps=_gaps(fine),
    )


def _years_of(air_hourly: pd.DataFrame, air_daily: pd.DataFrame) -> list[int]:
    moments = pd.concat([air_hourly["time"], air_daily["date"]])
    return sorted(pd.to_datetime(moments).dt.year.unique())


def _classes(days: pd.DataFrame) -> pd.DataFrame:
    level = days["level"].where(days["counted"], 0).astype(int)
    counts = days.groupby([days["year"], level]).size()
    return counts.rename("days").reset_index()


def _by_pollutant(days: pd.DataFrame) -> pd.DataFrame:
    """Days of each pollutant; on a day with two primary pollutants both are counted."""
    counted = days[days["counted"]]
    parts = [
        counted.groupby("year").agg(
            primary=("primary", lambda names, p=p: _names(names, p)),
            exceeding=("exceeding", lambda names, p=p: _names(names, p)),
        )
        for p in POLLUTANTS
    ]
    table = pd.concat(parts, keys=POLLUTANTS, names=["pollutant"])
    return table.reset_index().sort_values(["year", "pollutant"], ignore_index=True)


def _names(listed: pd.Series, pollutant: str) -> int:
    return int(listed.str.split(",").map(lambda names: pollutant in names).sum())


def _on_days(years: pd.DataFrame, stations: pd.DataFrame) -> list[tuple[int, str, str]]:
    at_work = stations.groupby(stations["date"].dt.year)["station"].nunique()
    from_hours = stations.groupby(stations["date"].dt.year)["hourly"].mean()
    notes = []
    for row in years.itertuples():
        left = row.calendar_days - row.valid_days
        source = {1.0: ("小时值", "hourly values"), 0.0: ("日均值", "daily means")}.get(
            from_hours[row.year], ("小时值和日均值", "hourly values and daily means")
        )
        notes.append(
            (
                row.year,
                f"{at_work[row.year]} 个站点的{source[0]}；{row.calendar_days} 天中有效 "
                f"{row.valid_days} 天，{left} 天无效，不计入分母",
                f"{source[1]} of {at_work[row.year]} stations; {row.valid_days} of "
                f"{row.calendar_days} days are valid, {left} are not and stay out of the share",
            )
        )
    return notes


def _gaps(years: pd.DataFrame) -> pd.DataFrame:
    short = years[~years["valid"].astype(bool)]
    return year_remarks((r.year, r.reason_zh, r.reason_en) for r in short.itertuples())


def _method() -> pd.DataFrame:
    """The sentences of the settings, for the method section of the page."""
    return pd.DataFrame({lang: method_notes(SETTINGS, lang) for lang in ("zh", "en")})
