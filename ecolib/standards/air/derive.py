"""Ambient air: from station hours and days to the county's good days and its yearly PM2.5.

Hourly values go before daily ones of the same station and day. The county's concentration is the
mean of its stations, the index follows from it (HJ 663-2013, HJ 633); what no text settles stands
beside its rule and is told in `METHOD`."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ecolib.errors import DataError
from ecolib.standards.air.annual import (
    annual_evaluation,
    annual_statistics,
    monthly_means,
    same_state,
)
from ecolib.standards.air.daily import (
    OZONE_1H_HOURS,
    STATION_SHARE,
    STATION_SHARE_OF_FEW,
    county_daily,
    daily_air,
    invalid_days,
)
from ecolib.standards.air.index import POLLUTANTS, SYMBOLS, air_index, flags_of
from ecolib.standards.air.years import counted_days, good_days
from ecolib.standards.derived import Derived, Remarks, derives
from ecolib.texts import Note
from ecolib.trends.seasonal import monthly_law, seasonal_kendall

ALPHA = 0.05
TREND_COLUMNS = ["status", "n", "p", "slope", "slope_low", "slope_high"]
VALUES = [*POLLUTANTS, "o3_1h"]
#: What `invalid_days` tells a thin day by.
COUNTS = [*(f"{p}_hours" for p in POLLUTANTS), "o3_windows"]
#: How a page says the reasons of `invalid_days`.
TOO_FEW = {"few_hours": "air_few_hours", "few_windows": "air_few_windows"}
#: What was assumed where no text settles it, for the method section of the page.
METHOD = (
    Note("air_method.hour_closes"),
    Note("air_method.rounding_2012"),
    Note("air_method.above_top"),
    Note("air_method.ozone_1h"),
    Note("air_method.ozone_1h_hours", hours=OZONE_1H_HOURS),
    Note("air_method.county_mean", share=STATION_SHARE),
    Note("air_method.few_stations", share=STATION_SHARE_OF_FEW),
    Note("air_method.valid_day"),
    Note("air_method.days_of_percentiles"),
    Note("air_method.limits_of_year"),
    Note("air_method.composite"),
    Note("air_method.good_share"),
    Note("air_method.fall"),
    Note("air_method.issue"),
)


@derives(air_days=("good_air_days", "valid_air_days"), yearly_air=("pm25_mean",))
def air(air_hourly: pd.DataFrame, air_daily: pd.DataFrame, county) -> dict[str, Derived]:
    """Good and valid days of each year, what every day was like, and the annual mean of PM2.5.

    `air_days` has the details `air_days` by day (see `calendar_days`), `air_classes` (days by year
    and level, those without a valid value under level 0), `air_primary` (days by year and pollutant
    on which it was primary or exceeded), `air_years` (as from `good_days`) and `air_method`.
    `yearly_air`, the mean as printed by HJ 663, has `air_statistics` and `air_evaluation` (as from
    `annual_statistics` and `annual_evaluation`), `pm25_months` and `pm25_trend` (see
    `season_trend`).
    """
    try:
        stations = station_days(air_hourly, air_daily)
        days = county_daily(stations)
    except DataError as error:
        refused = Remarks().refusal(error, _years_of(air_hourly, air_daily))
        return {"air_days": refused, "yearly_air": refused}
    if stations.empty:
        gaps = tuple((year, Note("air_no_day")) for year in _years_of(air_hourly, air_daily))
        return dict.fromkeys(("air_days", "yearly_air"), Derived({}, gaps=gaps))
    return {"air_days": _air_days(stations, days), "yearly_air": _yearly_air(days, county)}


def _air_days(stations: pd.DataFrame, county: pd.DataFrame) -> Derived:
    index = air_index(county)
    years = good_days(index)
    days = calendar_days(index, county, stations)
    good = years.set_index("year")
    counts = good[["good_days", "valid_days"]].astype(float).where(good["valid"])
    # Days without a value may be good ones, those that were bad stay so.
    thin = good[~good["valid"].astype(bool)]
    silent = thin["calendar_days"] - thin["valid_days"]
    ends = {n: {y: (d, d + silent[y]) for y, d in thin[n].items()} for n in counts}
    return Derived(
        items={"good_air_days": counts["good_days"], "valid_air_days": counts["valid_days"]},
        detail={
            "air_days": days,
            "air_classes": _classes(days),
            "air_primary": _by_pollutant(days),
            "air_years": years,
            "air_method": pd.DataFrame({"note": METHOD}, dtype=object),
        },
        notes=_on_days(years, stations),
        gaps=_gaps(years),
        ends={"good_air_days": ends["good_days"], "valid_air_days": ends["valid_days"]},
    )


def _yearly_air(county_days: pd.DataFrame, county) -> Derived:
    statistics = annual_statistics(county_days)
    fine = statistics[(statistics["pollutant"] == "pm25") & (statistics["statistic"] == "mean")]
    by_month = monthly_means(county_days, "pm25")
    base, known = county.base_year, fine.loc[fine["rounded"].notna(), "year"].tolist()
    # The days without a value can only add to a sum.
    year = county_days["date"].dt.year
    least = (
        county_days["pm25"].groupby(year).sum() / statistics.groupby("year")["calendar_days"].max()
    )
    thin = fine.loc[fine["rounded"].isna(), "year"].tolist()
    told = [year for year in known if base in known and not same_state(year, base)]
    return Derived(
        items={"pm25_mean": fine.set_index("year")["rounded"]},
        exact={"pm25_mean": fine.set_index("year")["value"]},
        detail={
            "air_statistics": statistics,
            "air_evaluation": annual_evaluation(statistics),
            "pm25_months": by_month,
            "pm25_trend": season_trend(by_month),
        },
        notes=tuple((year, Note("air_other_state")) for year in told),
        gaps=_gaps(fine),
        ends={"pm25_mean": {year: (least[year], math.inf) for year in thin}},
    )


def station_days(air_hourly: pd.DataFrame, air_daily: pd.DataFrame) -> pd.DataFrame:
    """Daily values of every station: from its hours where there are any, else as submitted.

    Returns
    -------
    DataFrame
        `station`, `date`, a column for each pollutant and `o3_1h`, `hourly` (whether from hours)
        and the valid hours and windows as in `daily_air`, NaN for days as submitted.
    """
    parts = []
    if len(air_hourly):
        parts.append(_from_hours(air_hourly))
    if len(air_daily):
        submitted = air_daily[["station", "date", *VALUES]].assign(hourly=False)
        parts.append(submitted.astype({"date": "datetime64[s]"}))
    both = pd.concat(parts).reindex(columns=["station", "date", *VALUES, "hourly", *COUNTS])
    # Hours come first, so that of two rows for one day theirs is kept.
    days = both.drop_duplicates(["station", "date"], keep="first")
    return days.sort_values(["station", "date"], ignore_index=True)


def _from_hours(hourly: pd.DataFrame) -> pd.DataFrame:
    daily = daily_air(hourly)
    # The 00:00 a file begins with belongs to the day before, which the file does not mean to give.
    first = daily["date"] == daily.groupby("station")["date"].transform("min")
    stray = first & (_longest(daily) <= 1)
    return daily.loc[~stray, ["station", "date", *VALUES, *COUNTS]].assign(hourly=True)


def _longest(daily: pd.DataFrame) -> pd.Series:
    """The valid hours of the pollutant that has most."""
    return daily[[f"{p}_hours" for p in POLLUTANTS]].max(axis=1)


def calendar_days(
    index: pd.DataFrame, county: pd.DataFrame, stations: pd.DataFrame
) -> pd.DataFrame:
    """Every day of every year with data: its index, and whether and why not it counts.

    Returns
    -------
    DataFrame
        `year`, `date`, `counted`, `aqi`, `level` and its colour `hex`, `primary`, `exceeding`, the
        county's concentrations, and `reason` (for a day that does not count, a `Note` on each
        station; else None).
    """
    known = index.assign(counted=counted_days(index)).merge(
        county[["date", *POLLUTANTS]], on="date"
    )
    first, last = known["date"].dt.year.min(), known["date"].dt.year.max()
    calendar = pd.date_range(f"{first}-01-01", f"{last}-12-31", unit="s")
    calendar = calendar[calendar.year.isin(known["date"].dt.year.unique())]
    days = pd.DataFrame({"year": calendar.year, "date": calendar}).merge(known, "left", on="date")
    texts = ["primary", "exceeding"]
    days = days.assign(counted=days["counted"].eq(True), **days[texts].fillna(""))
    columns = ["year", "date", "counted", "aqi", "level", "hex", *texts, *POLLUTANTS]
    return days[columns].assign(reason=_why_not(days, stations))


def _why_not(days: pd.DataFrame, stations: pd.DataFrame) -> np.ndarray:
    """For each day that does not count, what each station at work in its year lacks."""
    left = days[~days["counted"]]
    given = stations[stations["date"].isin(left["date"])]
    lacking = _lacking(given)
    year = stations["date"].dt.year
    at_work = stations["station"].groupby(year).unique()
    reasons = np.full(len(days), None, dtype=object)
    nothing = (Note("air_no_data"),)
    for row, date, in_year in zip(left.index, left["date"], left["year"], strict=True):
        reasons[row] = tuple(
            Note("air_at_station", station=name, said=lacking.get((name, date), nothing))
            for name in at_work[in_year]
        )
    return reasons


def _lacking(days: pd.DataFrame) -> dict[tuple[str, pd.Timestamp], tuple[Note, ...]]:
    """What is wrong with each station-day; pollutants with the same count are named together."""
    hourly = days["hourly"].to_numpy(dtype=bool)
    groups: dict[tuple, dict[tuple, list[str]]] = {}
    for row in invalid_days(days[hourly]).itertuples():
        reasons = groups.setdefault((row.station, row.date), {})
        reasons.setdefault((row.reason, row.found, row.needed), []).append(SYMBOLS[row.pollutant])
    said = {
        day: tuple(
            Note(TOO_FEW[reason], names=tuple(names), found=found, needed=needed)
            for (reason, found, needed), names in reasons.items()
        )
        for day, reasons in groups.items()
    }
    silent, valid = (Note("air_silent"),), (Note("air_valid"),)
    symbols = np.array(list(SYMBOLS.values()), dtype=object)
    absent = days[list(POLLUTANTS)].isna().to_numpy()
    quiet = hourly & (_longest(days) == 0).to_numpy()
    keys = zip(days["station"], days["date"], strict=True)
    for day, from_hours, without_hours, missing in zip(keys, hourly, quiet, absent, strict=True):
        if without_hours:
            said[day] = silent
        elif not from_hours and missing.any():
            said[day] = (Note("air_not_handed_in", names=tuple(symbols[missing])),)
        else:
            said.setdefault(day, valid)
    return said


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
    years, row = np.unique(counted["year"], return_inverse=True)
    order = sorted(POLLUTANTS)
    table = pd.DataFrame({"pollutant": order * len(years), "year": np.repeat(years, len(order))})
    for column in ("primary", "exceeding"):
        named = flags_of(counted[column])
        counts = [np.bincount(row[named[p]], minlength=len(years)) for p in order]
        table[column] = np.ravel(counts, order="F")
    return table


def _on_days(years: pd.DataFrame, stations: pd.DataFrame) -> tuple[tuple[int, Note], ...]:
    """For each year, what its days rest on and how many of them are valid."""
    year = stations["date"].dt.year
    at_work = stations.groupby(year)["station"].nunique()
    from_hours = stations["hourly"].groupby(year).mean()
    kinds = {1.0: Note("air_values.hourly"), 0.0: Note("air_values.daily")}
    return tuple(
        (
            int(row.year),
            Note(
                "air_days_valid",
                values=kinds.get(from_hours[row.year], Note("air_values.both")),
                stations=int(at_work[row.year]),
                days=int(row.calendar_days),
                valid=int(row.valid_days),
                left=int(row.calendar_days - row.valid_days),
            ),
        )
        for row in years.itertuples()
    )


def _gaps(years: pd.DataFrame) -> tuple[tuple[int, Note], ...]:
    short = years[~years["valid"].astype(bool)]
    return tuple((int(row.year), row.reason) for row in short.itertuples())


def season_trend(by_month: pd.DataFrame) -> pd.DataFrame:
    """Seasonal Kendall test of monthly values; no row without values.

    Months resemble their neighbours: the law is that of Hirsch & Slack 1984 where there are years
    enough, otherwise that of independent months, which the note then says (`monthly_law`).

    Parameters
    ----------
    by_month
        Columns `year`, `month`, `value`, of which less is better; months without a value are NaN
        or absent.

    Returns
    -------
    DataFrame
        One row: `status`, `n`, `p`, `slope`, `slope_low`, `slope_high` (a year), `first`, `last`
        (years), `explained` (a note).
    """
    known = by_month.dropna(subset="value")
    if known.empty:
        return pd.DataFrame(columns=TREND_COLUMNS)
    trend = seasonal_kendall(
        known["year"],
        known["value"],
        seasons=known["month"],
        law=str(monthly_law(known["year"].nunique())),
        alpha=ALPHA,
        better="down",
    ).trend
    row = {name: getattr(trend, name) for name in TREND_COLUMNS}
    row |= {"first": known["year"].min(), "last": known["year"].max()}
    return pd.DataFrame([row | {"explained": trend.note}])
