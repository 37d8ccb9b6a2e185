"""Hours to days, and stations to the county: 24 h means, the ozone maxima, and which are valid."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecolib.errors import DataError
from ecolib.standards import moments_of, with_columns
from ecolib.standards.air.index import POLLUTANTS, by_day, concentrations, half_even
from ecolib.texts import Note

MEANS = ("pm25", "pm10", "so2", "no2", "co")
WINDOW_HOURS = 8
FIRST_WINDOW_ENDS = 8  # windows end at 08:00 ... 24:00 of the same day: 17 of them
OZONE_1H_HOURS = 20  # no standard gives the hours needed for the daily maximum 1 h
#: Of a county's stations at work so many must be valid (HJ 663-2013, clause recalled, not read).
STATION_SHARE, STATION_SHARE_OF_FEW, FEW_STATIONS = 0.75, 0.5, 4
BLOCK = 50_000  # station-days at a time, so that ozone windows need little memory


def daily_air(hourly: pd.DataFrame) -> pd.DataFrame:
    """Daily values of every station, with the count of valid hours and whether each is valid.

    A 24 h mean needs 20 valid hours (GB 3095 Table 4). Ozone is the largest of the 17 moving 8 h
    means that end at 08:00 to 24:00 (MDA8); a window needs 6 valid hours and a day 14 valid
    windows, fewer only where the maximum is above the class 2 limit (HJ 663-2013). The same is
    asked of the daily maximum 1 h with `OZONE_1H_HOURS`.

    Parameters
    ----------
    hourly
        `station`, `time` (local clock, full hours; the moment an hour ends, so that 00:00 belongs
        to the day before) and any of `pm25, pm10, so2, no2, o3` in ug/m3 and `co` in mg/m3. A
        missing, negative or infinite value is not a valid hour.

    Returns
    -------
    DataFrame
        A row for each station and day that has a row in `hourly`, in their order: `station`,
        `date`; for each pollutant X the value `X` (NaN unless valid; `o3` is MDA8, `o3_1h` the
        daily maximum 1 h) and `X_hours`; and `o3_windows`.

    Raises
    ------
    DataError
        For times that are not full hours, rows without a station, and two rows for one station and
        hour.
    """
    hourly = _of_stations(hourly, "time")
    days, cell = _lay_out(hourly)
    columns: dict[str, object] = dict(days)
    for item in MEANS:
        grid = _grid(concentrations(hourly, item), cell, len(days))
        needed = _needed(item, days["date"])
        valid = ~np.isnan(grid)
        count = valid.sum(axis=1)
        mean = np.where(valid, grid, 0).sum(axis=1) / np.maximum(count, 1)
        columns |= _judged(item, mean, count, count >= needed)
    grid = _grid(concentrations(hourly, "o3"), cell, len(days))
    return pd.DataFrame(columns | _ozone(grid, days["date"]))


def invalid_days(daily: pd.DataFrame) -> pd.DataFrame:
    """Every invalid pollutant-day of `daily_air`, with what was found and what is needed.

    Columns: `station`, `date`, `pollutant`, `reason` ("few_hours"; of ozone "few_windows", which
    count only up to the limit), `found` and `needed`, in the order of the pollutants.
    """
    counted = {item: f"{item}_hours" for item in MEANS} | {"o3": "o3_windows"}
    item, row = np.nonzero(daily[list(counted)].isna().to_numpy().T)
    needed = np.array([_needed(item, daily["date"]) for item in counted])
    pollutant = np.array(list(counted))[item]
    return pd.DataFrame(
        {
            **{name: daily[name].take(row).array for name in ("station", "date")},
            "pollutant": pollutant,
            "reason": np.where(pollutant == "o3", "few_windows", "few_hours"),
            "found": daily[list(counted.values())].to_numpy()[row, item].astype(int),
            "needed": needed[item, row].astype(int),
        }
    )


def county_daily(daily: pd.DataFrame) -> pd.DataFrame:
    """Mean of the stations' daily values, pollutant by pollutant.

    The concentrations are averaged first and the index follows from them, as HJ 663-2013 does for
    a city (clause recalled, not read); ozone is the mean of the stations' MDA8. A day counts when
    enough of the stations at work in that calendar year are valid, see `STATION_SHARE`.

    Parameters
    ----------
    daily
        As from `daily_air`: `station`, `date`, pollutant columns.

    Returns
    -------
    DataFrame
        `date`, `stations` (at work that year); for each pollutant X the mean `X` (NaN with too few
        valid stations) and `X_stations` (how many were valid).

    Raises
    ------
    DataError
        For rows without a station, and two rows for one station and day.
    """
    daily = _of_stations(daily, "date")
    refuse_twice(daily, "air_day_twice", "station", "date")
    items = [*POLLUTANTS, *(["o3_1h"] if "o3_1h" in daily else [])]
    values = pd.DataFrame({item: concentrations(daily, item) for item in items})
    year = daily["date"].dt.year
    at_work = daily["station"].groupby(year).nunique()
    by = values.groupby([daily["date"].to_numpy(), at_work[year].to_numpy()])
    mean, valid = by.mean(), by.count()
    mean.index.names = valid.index.names = ["date", "stations"]
    network = mean.index.get_level_values("stations").to_numpy()
    share = np.where(network < FEW_STATIONS, STATION_SHARE_OF_FEW, STATION_SHARE)
    enough = valid.ge(share * network, axis=0) & valid.ge(1)
    return mean.where(enough).join(valid.add_suffix("_stations")).reset_index()


def _of_stations(table: pd.DataFrame, when: str) -> pd.DataFrame:
    """The table, with moments of the local clock in the column `when`; every row has a station."""
    table = with_columns(table, "station", when)
    if nameless := int(table["station"].isna().sum()):
        raise DataError(Note("place_left_empty", about="station", count=nameless))
    return table.assign(**{when: moments_of(table, when)})


def refuse_twice(table: pd.DataFrame, code: str, *columns: str) -> None:
    """Raises `DataError` where two rows agree in the columns: a day or hour would count twice."""
    twice = table.loc[table.duplicated([*columns]), [*columns]].head(20).astype(str)
    if len(twice):
        raise DataError(Note(code, source=" ".join(row)) for row in twice.to_numpy())


def _needed(item: str, days: pd.Series) -> np.ndarray:
    """The valid hours that a daily value needs on each day, for ozone the valid windows."""
    statistic, rule = ("mda8", "min_windows") if item == "o3" else ("24h", "min_hours")
    where = {"pollutant": item, "statistic": statistic, "rule": rule}
    return by_day("air_validity", days, column="value", **where)


def _lay_out(hourly: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """The station-days that occur, and the cell of their 24 columns that each row belongs to."""
    station, stations = pd.factorize(hourly["station"], sort=True)
    began = _hour_began(hourly["time"])
    day, hour = np.divmod(began, 24)
    first, span = (day.min(), np.ptp(day) + 1) if len(day) else (0, 0)
    key = station * span + (day - first)
    present = np.zeros(len(stations) * span, dtype=bool)
    present[key] = True
    row = np.cumsum(present) - 1
    cell = row[key] * 24 + hour
    if len(cell) and np.bincount(cell).max() > 1:
        refuse_twice(hourly, "air_hour_twice", "station", "time")
    where = np.flatnonzero(present)
    dates = (where % span + first).astype("datetime64[D]").astype("datetime64[s]")
    return pd.DataFrame({"station": stations.take(where // span), "date": dates}), cell


def _grid(values: np.ndarray, cell: np.ndarray, days: int) -> np.ndarray:
    """`values` as one row of 24 hours a station-day; hours without a row are NaN."""
    grid = np.full(days * 24, np.nan)
    grid[cell] = values
    return grid.reshape(-1, 24)


def _hour_began(time: pd.Series) -> np.ndarray:
    """Hours since 1970 at which each averaging hour began, local clock."""
    clock = time.to_numpy()
    hours = clock.astype("datetime64[h]")
    if (odd := clock != hours).any():
        raise DataError(Note("air_not_a_full_hour", source="time", found=str(clock[odd][0])))
    return hours.astype(np.int64) - 1


def _judged(
    item: str, value: np.ndarray, count: np.ndarray, valid: np.ndarray
) -> dict[str, np.ndarray]:
    """The columns of one item: its value where valid, and its valid hours."""
    return {item: np.where(valid, value, np.nan), f"{item}_hours": count.astype(np.int8)}


def _ozone(grid: np.ndarray, days: pd.Series) -> dict[str, np.ndarray]:
    hours = (~np.isnan(grid)).sum(axis=1)
    where = {"pollutant": "o3", "statistic": "8h", "rule": "min_hours"}
    in_window = by_day("air_validity", days, column="value", **where)
    blocks = [slice(i, i + BLOCK) for i in range(0, max(1, len(grid)), BLOCK)]
    largest, windows = map(
        np.concatenate, zip(*(_mda8(grid[b], in_window[b]) for b in blocks), strict=True)
    )
    valid = (windows >= _needed("o3", days)) | _above_limit(largest, days, "8h")
    columns = _judged("o3", largest, hours, valid)
    columns["o3_windows"] = windows.astype(np.int8)
    highest = np.fmax.reduce(grid, axis=1)
    valid = (hours >= OZONE_1H_HOURS) | _above_limit(highest, days, "1h")
    return columns | _judged("o3_1h", highest, hours, valid)


def _mda8(grid: np.ndarray, in_window: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Largest valid 8 h mean of each day (NaN without any), and how many windows were valid."""
    known = ~np.isnan(grid)
    sums, counts = _moving_sum(np.where(known, grid, 0)), _moving_sum(known.astype(np.int8))
    valid = counts >= in_window[:, None]
    means = np.where(valid, sums / np.maximum(counts, 1), np.nan)
    return np.fmax.reduce(means, axis=1), valid.sum(axis=1)


def _moving_sum(grid: np.ndarray) -> np.ndarray:
    running = np.zeros((len(grid), 25), dtype=grid.dtype)
    np.cumsum(grid, axis=1, out=running[:, 1:])
    return running[:, FIRST_WINDOW_ENDS:] - running[:, :-WINDOW_HOURS]


def _above_limit(values: np.ndarray, days: pd.Series, period: str) -> np.ndarray:
    limit = by_day(
        "air_limits", days, column="limit", pollutant="o3", period=period, **{"class": 2}
    )
    return half_even(values) > limit
