"""Hourly values to daily ones: 24 h means, the ozone maxima, and which of them are valid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ecolib.errors import DataError, Problem
from ecolib.standards.air.lookup import by_day, check_columns, concentrations
from ecolib.standards.air.rounding import half_even
from ecolib.standards.air.settings import DEFAULT, LABELS, AirSettings

MEANS = ("pm25", "pm10", "so2", "no2", "co")
WINDOW_HOURS = 8
FIRST_WINDOW_ENDS = 8  # windows end at 08:00 ... 24:00 of the same day: 17 of them
BLOCK = 50_000  # station-days at a time, so that ozone windows need little memory
REASONS = {
    "few_hours": ("有效小时数 {found}，少于 {needed}", "{found} valid hours, {needed} needed"),
    "few_windows": (
        "有效 8 小时滑动窗口 {found} 个，少于 {needed}，且最大值未超过限值",
        "{found} valid 8 h windows, {needed} needed, and their maximum is not above the limit",
    ),
}


def daily_air(hourly: pd.DataFrame, *, settings: AirSettings = DEFAULT) -> pd.DataFrame:
    """Daily values of every station, with the count of valid hours and whether each is valid.

    A 24 h mean needs 20 valid hours (GB 3095 Table 4). Ozone is the largest of the 17 moving 8 h
    means that end at 08:00 to 24:00 (MDA8); a window needs 6 valid hours and a day 14 valid
    windows, fewer only where the maximum is above the class 2 limit (HJ 663-2013).

    Parameters
    ----------
    hourly
        `station`, `time` (local clock, full hours) and any of `pm25, pm10, so2, no2, o3` in ug/m3
        and `co` in mg/m3. A missing, negative or infinite value is not a valid hour.

    Returns
    -------
    DataFrame
        A row for each station and day that has a row in `hourly`, in their order: `station`,
        `date`; for each pollutant X the value `X` (NaN unless valid; `o3` is MDA8, `o3_1h` the
        daily maximum 1 h), `X_hours`, `X_valid` and `X_reason` (a key of `REASONS`, or empty);
        and `o3_windows`.

    Raises
    ------
    DataError
        For missing columns, rows without station or time, times that are not full hours or carry
        a zone, and two rows for one station and hour.
    """
    check_columns(hourly, ("station", "time"))
    hours = _lay_out(hourly, settings)
    daily = hours.days
    for item in MEANS:
        grid = hours.grid(concentrations(hourly, item))
        needed = by_day(
            "air_validity",
            daily["date"],
            column="value",
            pollutant=item,
            statistic="24h",
            rule="min_hours",
        )
        valid = ~np.isnan(grid)
        count = valid.sum(axis=1)
        mean = np.where(valid, grid, 0).sum(axis=1) / np.maximum(count, 1)
        _keep(daily, item, mean, count=count, valid=count >= needed, reason="few_hours")
    _add_ozone(daily, hours.grid(concentrations(hourly, "o3")), settings)
    return daily


def invalid_days(daily: pd.DataFrame) -> pd.DataFrame:
    """Every invalid pollutant-day of `daily_air` with a sentence in `reason_zh` and `reason_en`.

    Columns: `station`, `date`, `pollutant`, `found`, `needed`, `reason_zh`, `reason_en`.
    """
    parts = []
    for item in (*MEANS, "o3"):
        bad = daily[~daily[f"{item}_valid"]]
        where = {"statistic": "24h", "rule": "min_hours"}
        if item == "o3":
            where = {"statistic": "mda8", "rule": "min_windows"}
        found = bad["o3_windows" if item == "o3" else f"{item}_hours"].to_numpy()
        needed = by_day("air_validity", bad["date"], column="value", pollutant=item, **where)
        part = bad[["station", "date"]].assign(
            pollutant=item, found=found, needed=needed.astype(int)
        )
        for column, lang in enumerate(("zh", "en")):
            part[f"reason_{lang}"] = [
                f"{LABELS[lang][item]}: " + REASONS[key][column].format(found=has, needed=need)
                for key, has, need in zip(
                    bad[f"{item}_reason"], part["found"], part["needed"], strict=True
                )
            ]
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True)
class _Hours:
    """The station-days that occur, and the cell of their 24 columns that each row belongs to."""

    days: pd.DataFrame
    cell: np.ndarray

    def grid(self, values: np.ndarray) -> np.ndarray:
        """`values` as one row of 24 hours a station-day; hours without a row are NaN."""
        grid = np.full(len(self.days) * 24, np.nan)
        grid[self.cell] = values
        return grid.reshape(-1, 24)


def _lay_out(hourly: pd.DataFrame, settings: AirSettings) -> _Hours:
    station, stations = pd.factorize(hourly["station"], sort=True)
    began = _hour_began(hourly["time"], settings)
    if (station < 0).any() or (began == _NO_TIME).any():
        raise DataError(
            Problem("station, time", "有行缺少站点或时间", "some rows have no station or no time")
        )
    if not len(began):
        raise DataError(Problem("hourly", "没有任何数据行", "there are no rows"))
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
    days = pd.DataFrame({"station": stations.take(where // span), "date": dates})
    return _Hours(days, cell)


_NO_TIME = np.iinfo(np.int64).min


def _hour_began(time: pd.Series, settings: AirSettings) -> np.ndarray:
    """Hours since 1970 at which each averaging hour began, local clock."""
    time = pd.to_datetime(time)
    if time.dt.tz is not None:
        raise DataError(
            Problem("time", "时间应为不带时区的当地时间", "times must be local, without a zone")
        )
    clock = time.to_numpy()
    hours = clock.astype("datetime64[h]")
    odd = (clock != hours) & ~np.isnat(clock)
    if odd.any():
        raise DataError(
            Problem(
                "time",
                f"应为整点时间，发现 {clock[odd][0]}",
                f"full hours are expected, found {clock[odd][0]}",
            )
        )
    began = hours.astype(np.int64)
    known = began != _NO_TIME
    return np.where(known, began - (settings.hour_label == "closes"), _NO_TIME)


def _refuse_duplicates(hourly: pd.DataFrame, cell: np.ndarray, days: int) -> None:
    seen = np.zeros(days * 24, dtype=bool)
    seen[cell] = True
    if seen.sum() == len(cell):
        return
    twice = hourly.loc[pd.Series(cell).duplicated().to_numpy(), ["station", "time"]]
    raise DataError(
        [
            Problem(
                f"{station} {time}",
                "同一站点同一小时有两行",
                "two rows for one station and hour",
            )
            for station, time in twice.head(20).itertuples(index=False)
        ]
    )


def _keep(
    daily: pd.DataFrame,
    item: str,
    value: np.ndarray,
    *,
    count: np.ndarray,
    valid: np.ndarray,
    reason: str,
) -> None:
    daily[item] = np.where(valid, value, np.nan)
    daily[f"{item}_hours"] = count.astype(np.int8)
    daily[f"{item}_valid"] = valid
    daily[f"{item}_reason"] = pd.Categorical.from_codes(
        np.where(valid, 0, 1 + list(REASONS).index(reason)), categories=["", *REASONS]
    )


def _add_ozone(daily: pd.DataFrame, grid: np.ndarray, settings: AirSettings) -> None:
    days = daily["date"]
    hours = (~np.isnan(grid)).sum(axis=1)
    in_window = by_day(
        "air_validity", days, column="value", pollutant="o3", statistic="8h", rule="min_hours"
    )
    needed = by_day(
        "air_validity", days, column="value", pollutant="o3", statistic="mda8", rule="min_windows"
    )
    blocks = [slice(i, i + BLOCK) for i in range(0, len(grid), BLOCK)]
    largest, windows = map(
        np.concatenate, zip(*(_mda8(grid[b], in_window[b]) for b in blocks), strict=True)
    )
    valid = (windows >= needed) | _above_limit(largest, days, "8h")
    _keep(daily, "o3", largest, count=hours, valid=valid, reason="few_windows")
    daily["o3_windows"] = windows.astype(np.int8)
    highest = np.fmax.reduce(grid, axis=1)
    valid = (hours >= settings.o3_1h_min_hours) | _above_limit(highest, days, "1h")
    _keep(daily, "o3_1h", highest, count=hours, valid=valid, reason="few_hours")


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
