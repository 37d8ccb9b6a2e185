"""IAQI, AQI, primary and exceeding pollutants, level and colour (HJ 633)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from ecolib.standards import by_edition, editions, standard
from ecolib.standards.air.lookup import (
    ONE,
    POLLUTANTS,
    check_columns,
    concentrations,
    divide_half_even,
    divide_up,
    fixed,
    listed,
    place_columns,
)

ALL_NEEDED_SINCE = "hj633-2026"  # 5.3.1: without every pollutant an AQI stands only above 100


def air_index(daily: pd.DataFrame) -> pd.DataFrame:
    """Daily AQI of each row, by the edition of HJ 633 in force on its date.

    Concentrations are rounded half-even first (CO to one decimal, the others to integers; practice
    under the 2012 edition, which does not say), IAQI is linear between break points and rounded
    up, AQI is the largest IAQI (2012: 4.2, 4.4, 6.2; 2026: 4.2). Above the last break point IAQI
    is 500, as published practice has it. All of it in integer arithmetic, so a value on a limit
    never slips past it.

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
        evaluable), `level` (1 to 6, the words "air_level") and its colour `hex`, `primary` and
        `exceeding` (codes joined by commas; primary only above 50, exceeding is IAQI above 100, a
        term that the 2026 edition no longer defines), `missing`, `complete` and `document`.

    Notes
    -----
    2012: AQI is the largest of the IAQI there are (4.4.1); whether such a day counts as valid is
    decided in `good_days`. 2026: with a pollutant missing, AQI is given only above 100 (5.3.1).
    Where the table has no IAQI for a value (ozone 8 h above 800 in 2012, Table 1 note 3, without
    the 1 h value that stands in for it), AQI is NaN rather than the largest of the rest.
    """
    check_columns(daily, ("date",))
    return _index(daily, "date", report="daily")


def hourly_air_index(hourly: pd.DataFrame) -> pd.DataFrame:
    """Real-time AQI of each row; like `air_index`, with `time` in place of `date`.

    Gases use the 1 h break points, PM10 and PM2.5 the 24 h ones with their 1 h value (2026: 4.2.4;
    2012: practice, the text has 24 h sliding means). SO2 above 800 ug/m3 has no 1 h IAQI under the
    2012 edition (Table 1 note 2): the AQI of such an hour is NaN.
    """
    check_columns(hourly, ("time",))
    return _index(hourly, "time", report="hourly")


def _index(table: pd.DataFrame, when: str, *, report: str) -> pd.DataFrame:
    days = pd.to_datetime(table[when]).dt.normalize()
    values = {item: concentrations(table, item) for item in (*POLLUTANTS, "o3_1h")}
    iaqi, beyond, document = _all_iaqi(values, days, report=report)
    given = {p: ~np.isnan(values[p]) for p in POLLUTANTS}
    aqi = np.fmax.reduce([iaqi[p] for p in POLLUTANTS])
    aqi[np.any([beyond[p] for p in POLLUTANTS], axis=0)] = np.nan
    complete = np.all(list(given.values()), axis=0)
    aqi[(document == ALL_NEEDED_SINCE) & ~complete & ~(aqi > 100)] = np.nan
    level, colour = _levels(aqi, days)
    columns = {
        **{name: table[name] for name in (*place_columns(table), when)},
        **{f"{p}_iaqi": iaqi[p] for p in POLLUTANTS},
        "aqi": aqi,
        "level": level,
        "hex": pd.array(colour, dtype="str"),
        "primary": listed({p: (aqi > 50) & (iaqi[p] == aqi) for p in POLLUTANTS}),
        "exceeding": listed({p: iaqi[p] > 100 for p in POLLUTANTS}),
        "missing": listed({p: ~given[p] for p in POLLUTANTS}),
        "complete": complete,
        "document": document,
    }
    return pd.DataFrame(columns, index=table.index)


@dataclass(frozen=True)
class _Breaks:
    """The break points of one item: concentrations in millionths and the IAQI of each."""

    edges: np.ndarray
    marks: np.ndarray
    above: float  # the IAQI above the last point; NaN where the table has none
    unit: int  # what concentrations are rounded to, in millionths

    def iaqi(self, values: np.ndarray) -> np.ndarray:
        """IAQI of `values`, rounded up; NaN above the last point where the table has none."""
        exact = divide_half_even(fixed(values), self.unit) * self.unit
        edges, marks = self.edges, self.marks
        segment = np.clip(np.searchsorted(edges, exact, side="left") - 1, 0, len(edges) - 2)
        rise, run = np.diff(marks)[segment], np.diff(edges)[segment]
        inside = marks[segment] + divide_up(rise * (exact - edges[segment]), run)
        return np.where(exact > edges[-1], self.above, inside)


@cache
def _breaks(day: pd.Timestamp, report: str) -> dict[str, _Breaks]:
    """The break points of every item of a report, in the edition that begins on the day."""
    rows = standard("air_iaqi", on=day)
    return {
        item: _Breaks(
            edges=fixed(points["concentration"]),
            marks=points["iaqi"].to_numpy(dtype=np.int64),
            above=float(points["above"].iloc[-1]),
            unit=ONE // 10 ** int(points["decimals"].iloc[0]),
        )
        for item, points in rows[rows["report"] == report].groupby("item")
    }


def _all_iaqi(
    values: dict[str, np.ndarray], days: pd.Series, *, report: str
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], np.ndarray]:
    """IAQI of each item, where it has a value without an IAQI, and the document of each row."""
    iaqi = {item: np.full(len(days), np.nan) for item in values}
    beyond = {item: np.zeros(len(days), dtype=bool) for item in values}
    document = np.full(len(days), None, dtype=object)
    for mask, first_day in editions("air_iaqi", days):
        document[mask] = standard("air_iaqi", on=first_day)["document"].iloc[0]
        for item, breaks in _breaks(first_day, report).items():
            known = mask & ~np.isnan(values[item])
            iaqi[item][known] = breaks.iaqi(values[item][known])
            beyond[item] |= known & np.isnan(iaqi[item])
    if report == "daily":
        _let_1h_stand_in(iaqi, beyond)
    return iaqi, beyond, document


def _let_1h_stand_in(iaqi: dict[str, np.ndarray], beyond: dict[str, np.ndarray]) -> None:
    """Merge the daily maximum 1 h ozone into `o3`; the 2012 edition reports it (5.1.2).

    Above the 8 h table it stands in for the 8 h value. As a maximum it cannot be lower than that
    mean: one below the top of the table contradicts it and settles nothing.
    """
    one_hour = iaqi["o3_1h"]
    stands_in = beyond["o3"] & (one_hour > 300)
    counts = stands_in | ~beyond["o3"]
    iaqi["o3"] = np.where(counts, np.fmax(iaqi["o3"], one_hour), iaqi["o3"])
    beyond["o3"] &= ~stands_in
    beyond["o3"] |= beyond["o3_1h"] & counts


def _levels(aqi: np.ndarray, days: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Level and official colour of each AQI; NaN and None without one."""
    known = ~np.isnan(aqi)
    level, colour = np.full(len(aqi), np.nan), np.full(len(aqi), None, dtype=object)
    for mask, levels in by_edition("air_levels", days):
        mask = mask & known
        row = np.searchsorted(levels["aqi_to"].iloc[:-1], aqi[mask], side="left")
        level[mask] = levels["level"].to_numpy()[row]
        colour[mask] = levels["hex"].to_numpy(dtype=object)[row]
    return level, colour
