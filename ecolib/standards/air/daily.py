"""Hours to days, and stations to the county: 24 h means, the ozone maxima, and which are valid."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecolib.errors import DataError
from ecolib.standards.air.index import (
    POLLUTANTS,
    by_day,
    check_columns,
    concentrations,
    half_even,
)
from ecolib.texts import Note

MEANS = ("pm25", "pm10", "so2", "no2", "co")
WINDOW_HOURS = 8
FIRST_WINDOW_ENDS = 8  # windows end at 08:00 ... 24:00 of the same day: 17 of them
OZONE_1H_HOURS = 20  # no standard gives the hours needed for the daily maximum 1 h
#: Of a county's stations at work so many must be valid (HJ 663-2013, clause recalled, not read).
STATION_SHARE, STATION_SHARE_OF_FEW, FEW_STATIONS = 0.75, 0.5, 4
#: Why a value is not valid; of ozone too few windows count only up to the limit.
REASONS = ("few_hours", "few_windows")
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
        daily maximum 1 h), `X_hours`, `X_valid` and `X_reason` (one of `REASONS`, or empty);
        and `o3_windows`.

    Raises
    ------
    DataError
        For missing columns, rows without station or time, times that are not full hours or carry
        a zone, and two rows for one station and hour.
    """
    check_columns(hourly, ("station", "time"))
    days, cell = _lay_out(hourly)
    columns: dict[str, object] = dict(days)
    for item in MEANS:
        grid = _grid(concentrations(hourly, item), cell, len(days))
        needed = _needed(item, days["date"])
        valid = ~np.isnan(grid)
        count = valid.sum(axis=1)
        mean = np.where(valid, grid, 0).sum(axis=1) / np.maximum(count, 1)
        columns |= _judged(item, mean, count, count >= needed, reason="few_hours")
    grid = _grid(concentrations(hourly, "o3"), cell, len(days))
    return pd.DataFrame(columns | _ozone(grid, days["date"]))


def invalid_days(daily: pd.DataFrame) -> pd.DataFrame:
    """Every invalid pollutant-day of `daily_air`, with what was found and what is needed.

    Columns: `station`, `date`, `pollutant`, `reason` (one of `REASONS`), `found` and `needed`
    (valid hours, for ozone valid windows), in the order of the pollutants.
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
        As from `daily_air`: `station`, `date`, pollutant columns; with a `county` column, each
        county by itself.

    Returns
    -------
    DataFrame
        `county` (if given), `date`, `stations` (at work that year); for each pollutant X the mean
        `X` (NaN with too few valid stations) and `X_stations` (how many were valid).
    """
    check_columns(daily, ("station", "date"))
    items = [*POLLUTANTS, *(["o3_1h"] if "o3_1h" in daily else [])]
    values = pd.DataFrame({item: concentrations(daily, item) for item in items})
    county = ["county"] if "county" in daily else []
    where = daily[[*county, "date"]].reset_index(drop=True)
    where["stations"] = _stations_at_work(daily, county)
    by = values.groupby([where[c] for c in where], observed=True, dropna=False)
    mean, valid = by.mean(), by.count()
    network = mean.index.get_level_values("stations").to_numpy()
    share = np.where(network < FEW_STATIONS, STATION_SHARE_OF_FEW, STATION_SHARE)
    enough = valid.ge(share * network, axis=0) & valid.ge(1)
    return mean.where(enough).join(valid.add_suffix("_stations")).reset_index()


def _stations_at_work(daily: pd.DataFrame, county: list[str]) -> np.ndarray:
    """For each row, how many stations its county and calendar year have."""
    year = pd.to_datetime(daily["date"]).dt.year.rename("year")
    by = [*(daily[c] for c in county), year]
    group = year.groupby(by, observed=True, dropna=False).ngroup().to_numpy()
    station, stations = pd.factorize(daily["station"])
    named = station >= 0
    pairs = np.unique(group[named] * len(stations) + station[named])
    return np.bincount(pairs // len(stations), minlength=group.max(initial=0) + 1)[group]


def _needed(item: str, days: pd.Series) -> np.ndarray:
    """The valid hours that a daily value needs on each day, for ozone the valid windows."""
    statistic, rule = ("mda8", "min_windows") if item == "o3" else ("24h", "min_hours")
    where = {"pollutant": item, "statistic": statistic, "rule": rule}
    return by_day("air_validity", days, column="value", **where)


def _lay_out(hourly: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """The station-days that occur, and the cell of their 24 columns that each row belongs to."""
    station, stations = pd.factorize(hourly["station"], sort=True)
    began = _hour_began(hourly["time"])
    if (station < 0).any() or (began == _NO_TIME).any():
        raise DataError(Note("air_no_station_or_time", source="station, time"))
    if not len(began):
        raise DataError(Note("air_no_rows", source="hourly"))
    day, hour = np.divmod(began, 24)
    first, span = day.min(), np.ptp(day) + 1
    key = station * span + (day - first)
    present = np.zeros(len(stations) * span, dtype=bool)
    present[key] = True
    row = np.cumsum(present) - 1
    cell = row[key] * 24 + hour
    _refuse_duplicates(hourly, cell, row[-1] + 1)
    where = np.flatnonzero(present)
    dates = (where % span + first).astype("datetime64[D]").astype("datetime64[s]")
    return pd.DataFrame({"station": stations.take(where // span), "date": dates}), cell


def _grid(values: np.ndarray, cell: np.ndarray, days: int) -> np.ndarray:
    """`values` as one row of 24 hours a station-day; hours without a row are NaN."""
    grid = np.full(days * 24, np.nan)
    grid[cell] = values
    return grid.reshape(-1, 24)


_NO_TIME = np.iinfo(np.int64).min


def _hour_began(time: pd.Series) -> np.ndarray:
    """Hours since 1970 at which each averaging hour began, local clock."""
    time = pd.to_datetime(time)
    if time.dt.tz is not None:
        raise DataError(Note("air_time_with_zone", source="time"))
    clock = time.to_numpy()
    hours = clock.astype("datetime64[h]")
    odd = (clock != hours) & ~np.isnat(clock)
    if odd.any():
        raise DataError(Note("air_not_a_full_hour", source="time", found=str(clock[odd][0])))
    ended = hours.astype(np.int64)
    return np.where(ended == _NO_TIME, _NO_TIME, ended - 1)


def _refuse_duplicates(hourly: pd.DataFrame, cell: np.ndarray, days: int) -> None:
    seen = np.zeros(days * 24, dtype=bool)
    seen[cell] = True
    if seen.sum() == len(cell):
        return
    twice = hourly.loc[pd.Series(cell).duplicated().to_numpy(), ["station", "time"]]
    raise DataError(
        Note("air_hour_twice", source=f"{station} {time}")
        for station, time in twice.head(20).itertuples(index=False)
    )


def _judged(
    item: str, value: np.ndarray, count: np.ndarray, valid: np.ndarray, *, reason: str
) -> dict[str, object]:
    """The columns of one item: its value where valid, valid hours, and why it is not."""
    codes = np.where(valid, 0, 1 + REASONS.index(reason))
    return {
        item: np.where(valid, value, np.nan),
        f"{item}_hours": count.astype(np.int8),
        f"{item}_valid": valid,
        f"{item}_reason": pd.Categorical.from_codes(codes, categories=["", *REASONS]),
    }


def _ozone(grid: np.ndarray, days: pd.Series) -> dict[str, object]:
    hours = (~np.isnan(grid)).sum(axis=1)
    where = {"pollutant": "o3", "statistic": "8h", "rule": "min_hours"}
    in_window = by_day("air_validity", days, column="value", **where)
    blocks = [slice(i, i + BLOCK) for i in range(0, len(grid), BLOCK)]
    largest, windows = map(
        np.concatenate, zip(*(_mda8(grid[b], in_window[b]) for b in blocks), strict=True)
    )
    valid = (windows >= _needed("o3", days)) | _above_limit(largest, days, "8h")
    columns = _judged("o3", largest, hours, valid, reason="few_windows")
    columns["o3_windows"] = windows.astype(np.int8)
    highest = np.fmax.reduce(grid, axis=1)
    valid = (hours >= OZONE_1H_HOURS) | _above_limit(highest, days, "1h")
    return columns | _judged("o3_1h", highest, hours, valid, reason="few_hours")


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
