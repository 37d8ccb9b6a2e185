"""The days behind the air figures: one row a day of the calendar, and why a day does not count."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecolib.standards.air import LABELS, POLLUTANTS, AirSettings, daily_air, invalid_days
from ecolib.standards.air.good_days import counted_days

CONCENTRATIONS = [*POLLUTANTS, "o3_1h"]
NO_DATA = {"zh": "没有数据", "en": "no data"}
COUNTED = {
    "zh": {
        "hours": "{names} 有效小时 {found} 个（需 {needed}）",
        "windows": "{names} 有效 8 小时窗口 {found} 个（需 {needed}）",
    },
    "en": {
        "hours": "{names} {found} valid hours ({needed} needed)",
        "windows": "{names} {found} valid 8 h windows ({needed} needed)",
    },
}
SILENT = {"zh": "全天没有有效小时", "en": "not one valid hour"}
VALID = {"zh": "有效", "en": "valid"}


def station_days(air_hourly: pd.DataFrame, air_daily: pd.DataFrame) -> pd.DataFrame:
    """Daily values of every station: from its hours where there are any, else as handed in.

    Returns
    -------
    DataFrame
        `station`, `date`, a column for each pollutant and `o3_1h`, `hourly` (whether from hours),
        `reason_zh` and `reason_en` (why values of the day are missing).
    """
    parts = []
    if len(air_hourly):
        parts.append(_from_hours(air_hourly))
    if len(air_daily):
        parts.append(_as_handed_in(air_daily))
    both = pd.concat(parts, ignore_index=True)
    # Hours come first, so that of two rows for one day theirs is kept.
    days = both.drop_duplicates(["station", "date"], keep="first")
    return days.sort_values(["station", "date"], ignore_index=True)


def _from_hours(hourly: pd.DataFrame) -> pd.DataFrame:
    daily = daily_air(hourly)
    # The 00:00 a file begins with belongs to the day before, which the file does not mean to give.
    first = daily["date"] == daily.groupby("station")["date"].transform("min")
    hours = daily[[f"{p}_hours" for p in POLLUTANTS]].max(axis=1)
    stray = first & (hours <= 1)
    daily, hours = daily[~stray], hours[~stray]
    days = daily[["station", "date", *CONCENTRATIONS]].assign(hourly=True, silent=hours == 0)
    days = days.merge(_reasons(invalid_days(daily)), how="left", on=["station", "date"])
    for lang in ("zh", "en"):
        known = days[f"reason_{lang}"].astype("str").fillna("")
        days[f"reason_{lang}"] = known.mask(days["silent"], SILENT[lang])
    return days.drop(columns="silent")


def _as_handed_in(daily: pd.DataFrame) -> pd.DataFrame:
    days = daily[["station", "date", *CONCENTRATIONS]].assign(hourly=False)
    days["date"] = days["date"].astype("datetime64[s]")
    absent = days[list(POLLUTANTS)].isna()
    for lang, said in (("zh", "{} 未填报有效日均值"), ("en", "no valid mean of {} handed in")):
        names = _listed(absent, lang)
        days[f"reason_{lang}"] = np.where(names == "", "", [said.format(n) for n in names])
    return days


def _reasons(invalid: pd.DataFrame) -> pd.DataFrame:
    """One sentence a station and day; pollutants with the same count are named together."""
    what = np.where(invalid["pollutant"] == "o3", "windows", "hours")
    key = ["station", "date", "what", "found", "needed"]
    rows = invalid.assign(what=what).groupby(key, sort=False)["pollutant"].agg(list).reset_index()
    for lang, comma in (("zh", "、"), ("en", ", ")):
        rows[f"reason_{lang}"] = [
            COUNTED[lang][r.what].format(
                names=comma.join(_short(r.pollutant)), found=r.found, needed=r.needed
            )
            for r in rows.itertuples()
        ]
    zh = rows.groupby(["station", "date"])["reason_zh"].agg("，".join)
    en = rows.groupby(["station", "date"])["reason_en"].agg(", ".join)
    return pd.concat([zh, en], axis=1).reset_index()


def _short(pollutants: list[str]) -> list[str]:
    return [LABELS["en"][p] for p in pollutants]


def _listed(flags: pd.DataFrame, lang: str) -> np.ndarray:
    comma = "、" if lang == "zh" else ", "
    names = np.array(_short(list(flags.columns)), dtype=object)
    return np.array([comma.join(names[row]) for row in flags.to_numpy()], dtype=object)


def calendar_days(
    index: pd.DataFrame,
    county: pd.DataFrame,
    stations: pd.DataFrame,
    *,
    settings: AirSettings,
) -> pd.DataFrame:
    """Every day of every year with data: its index, and whether and why not it counts.

    Returns
    -------
    DataFrame
        `year`, `date`, `counted`, `aqi`, `level` and its names and colour, `primary`, `exceeding`,
        the county's concentrations, `reason_zh` and `reason_en` (empty for days that count).
    """
    known = index.assign(counted=counted_days(index, settings=settings)).merge(
        county[["date", *POLLUTANTS]], on="date"
    )
    first, last = known["date"].dt.year.min(), known["date"].dt.year.max()
    calendar = pd.date_range(f"{first}-01-01", f"{last}-12-31", unit="s")
    calendar = calendar[calendar.year.isin(known["date"].dt.year.unique())]
    days = pd.DataFrame({"year": calendar.year, "date": calendar}).merge(known, "left", on="date")
    days["counted"] = days["counted"].eq(True)
    texts = ["primary", "exceeding"]
    days[texts] = days[texts].fillna("")
    columns = ["year", "date", "counted", "aqi", "level", "name_zh", "name_en", "hex", *texts]
    return (
        days[[*columns, *POLLUTANTS]]
        .merge(_why_not(days, stations), "left", on="date")
        .fillna({"reason_zh": "", "reason_en": ""})
    )


def _why_not(days: pd.DataFrame, stations: pd.DataFrame) -> pd.DataFrame:
    """For each day that does not count, what each station lacks."""
    at_work = stations[["station"]].assign(year=stations["date"].dt.year).drop_duplicates()
    rows = days.loc[~days["counted"], ["year", "date"]].merge(at_work, on="year")
    rows = rows.merge(stations, "left", on=["station", "date"], indicator="given")
    for lang, colon in (("zh", "："), ("en", ": ")):
        said = rows[f"reason_{lang}"].mask(rows["given"] == "left_only", NO_DATA[lang])
        rows[f"reason_{lang}"] = rows["station"] + colon + said.replace("", VALID[lang])
    zh = rows.groupby("date")["reason_zh"].agg("；".join)
    en = rows.groupby("date")["reason_en"].agg("; ".join)
    return pd.concat([zh, en], axis=1).reset_index()
