"""IAQI, AQI, primary and exceeding pollutants, level and colour (HJ 633)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecolib.standards import by_edition
from ecolib.standards.air.lookup import check_columns, concentrations, listed, place_columns
from ecolib.standards.air.rounding import ONE, divide_half_even, divide_up, fixed
from ecolib.standards.air.settings import DEFAULT, POLLUTANTS, AirSettings

ALL_NEEDED_SINCE = "hj633-2026"  # 5.3.1: without every pollutant an AQI stands only above 100
LEVEL_COLUMNS = ("level_zh", "name_zh", "name_en", "colour_zh", "colour_en", "hex")


def air_index(daily: pd.DataFrame, *, settings: AirSettings = DEFAULT) -> pd.DataFrame:
    """Daily AQI of each row, by the edition of HJ 633 in force on its date.

    Concentrations are rounded half-even first (CO to one decimal, the others to integers), IAQI is
    linear between break points and rounded up, AQI is the largest IAQI (2012: 4.2, 4.4, 6.2; 2026:
    4.2). All of it in integer arithmetic, so a value on a limit never slips past it.

    Parameters
    ----------
    daily
        `date` and any of `pm25, pm10, so2, no2, o3` (ug/m3; `o3` is MDA8), `co` (mg/m3) and
        `o3_1h` (daily maximum 1 h, counted under the 2012 edition); `county` and `station` are
        carried along. A missing, negative or infinite value is missing.

    Returns
    -------
    DataFrame
        With the index of `daily`: place, `date`, `X_iaqi` of each pollutant, `aqi` (NaN when not
        evaluable), `level` (1 to 6), its names and colour, `primary` and `exceeding` (codes joined
        by commas; primary only above 50, exceeding is IAQI above 100, a term that the 2026 edition
        no longer defines), `missing`, `complete` and `document`.

    Notes
    -----
    2012: AQI is the largest of the IAQI there are (4.4.1); whether such a day counts as valid is
    decided in `good_days`. 2026: with a pollutant missing, AQI is given only above 100 (5.3.1).
    Where the table has no IAQI for a value (ozone 8 h above 800 in 2012, Table 1 note 3, without
    the 1 h value that stands in for it), AQI is NaN rather than the largest of the rest.
    """
    check_columns(daily, ("date",))
    return _index(daily, "date", report="daily", settings=settings)


def hourly_air_index(hourly: pd.DataFrame, *, settings: AirSettings = DEFAULT) -> pd.DataFrame:
    """Real-time AQI of each row; like `air_index`, with `time` in place of `date`.

    Gases use the 1 h break points, PM10 and PM2.5 the 24 h ones with their 1 h value (2026: 4.2.4;
    2012: practice, the text has 24 h sliding means). SO2 above 800 ug/m3 has no 1 h IAQI under the
    2012 edition (Table 1 note 2): the AQI of such an hour is NaN.
    """
    check_columns(hourly, ("time",))
    return _index(hourly, "time", report="hourly", settings=settings)


def _index(table: pd.DataFrame, when: str, *, report: str, settings: AirSettings) -> pd.DataFrame:
    days = pd.to_datetime(table[when]).dt.normalize()
    iaqi, beyond = _all_iaqi(table, days, report=report, settings=settings)
    given = {p: ~np.isnan(concentrations(table, p)) for p in POLLUTANTS}
    monitored = [p for p in POLLUTANTS if p not in settings.not_monitored]
    aqi = np.fmax.reduce([iaqi[p] for p in POLLUTANTS])
    aqi[np.any([beyond[p] for p in POLLUTANTS], axis=0)] = np.nan
    complete = np.all([given[p] for p in monitored], axis=0)
    document = _documents(days)
    aqi[(document == ALL_NEEDED_SINCE) & ~complete & ~(aqi > 100)] = np.nan
    out = table[[*place_columns(table), when]].copy()
    for p in POLLUTANTS:
        out[f"{p}_iaqi"] = iaqi[p]
    out["aqi"] = aqi
    _add_levels(out, days)
    out["primary"] = listed({p: (aqi > 50) & (iaqi[p] == aqi) for p in POLLUTANTS})
    out["exceeding"] = listed({p: iaqi[p] > 100 for p in POLLUTANTS})
    out["missing"] = listed({p: ~given[p] for p in monitored})
    out["complete"] = complete
    out["document"] = document
    return out


def _all_iaqi(
    table: pd.DataFrame, days: pd.Series, *, report: str, settings: AirSettings
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """IAQI of each pollutant, and where it has a value for which the table has no IAQI."""
    items = (*POLLUTANTS, "o3_1h")
    iaqi = {item: np.full(len(table), np.nan) for item in items}
    beyond = {item: np.zeros(len(table), dtype=bool) for item in items}
    values = {item: concentrations(table, item) for item in items}
    for mask, rows in by_edition("air_iaqi", days):
        rows = rows[rows["report"] == report]
        for item, breaks in rows.groupby("item"):
            known = mask & ~np.isnan(values[item])
            iaqi[item][known] = _iaqi(values[item][known], breaks, settings)
            beyond[item] |= known & np.isnan(iaqi[item])
    if report == "daily":
        _let_1h_stand_in(iaqi, beyond, settings)
    return iaqi, beyond


def _iaqi(values: np.ndarray, breaks: pd.DataFrame, settings: AirSettings) -> np.ndarray:
    """IAQI of `values`, rounded up; NaN above the last break point where the table has none."""
    exact = fixed(values)
    decimals = int(breaks["decimals"].iloc[0])
    free = breaks["document"].iloc[0] == "hj633-2012"
    if not (free and settings.concentration_rounding_2012 == "none"):
        unit = ONE // 10**decimals
        exact = divide_half_even(exact, unit) * unit
    edges = fixed(breaks["concentration"])
    marks = breaks["iaqi"].to_numpy(dtype=np.int64)
    above = float(breaks["above"].iloc[-1])
    if above == 500 and settings.above_top == "not_evaluable":
        above = np.nan
    segment = np.clip(np.searchsorted(edges, exact, side="left") - 1, 0, len(edges) - 2)
    rise, run = np.diff(marks)[segment], np.diff(edges)[segment]
    inside = marks[segment] + divide_up(rise * (exact - edges[segment]), run)
    return np.where(exact > edges[-1], above, inside)


def _let_1h_stand_in(
    iaqi: dict[str, np.ndarray], beyond: dict[str, np.ndarray], settings: AirSettings
) -> None:
    """Merge the daily maximum 1 h ozone into `o3`.

    Above the 8 h table it stands in for the 8 h value. As a maximum it cannot be lower than that
    mean: one below the top of the table contradicts it and settles nothing.
    """
    one_hour = iaqi["o3_1h"]
    stands_in = beyond["o3"] & (one_hour > 300)
    counts = stands_in if settings.o3_1h == "only_above_800" else stands_in | ~beyond["o3"]
    iaqi["o3"] = np.where(counts, np.fmax(iaqi["o3"], one_hour), iaqi["o3"])
    beyond["o3"] &= ~stands_in
    beyond["o3"] |= beyond["o3_1h"] & counts


def _add_levels(out: pd.DataFrame, days: pd.Series) -> None:
    aqi = out["aqi"].to_numpy()
    known = ~np.isnan(aqi)
    level = np.full(len(out), np.nan)
    words = {column: np.full(len(out), None, dtype=object) for column in LEVEL_COLUMNS}
    for mask, levels in by_edition("air_levels", days):
        mask = mask & known
        row = np.searchsorted(levels["aqi_to"].iloc[:-1], aqi[mask], side="left")
        level[mask] = levels["level"].to_numpy()[row]
        for column, word in words.items():
            word[mask] = levels[column].to_numpy(dtype=object)[row]
    out["level"] = level
    for column, word in words.items():
        out[column] = pd.array(word, dtype="str")


def _documents(days: pd.Series) -> np.ndarray:
    found = np.full(len(days), None, dtype=object)
    for mask, rows in by_edition("air_iaqi", days):
        found[mask] = rows["document"].iloc[0]
    return found
