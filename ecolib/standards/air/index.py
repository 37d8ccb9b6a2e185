"""IAQI, AQI, primary and exceeding pollutants, level and colour (HJ 633), and what all steps rest on.

The last is the dated tables for many days at once, checked input, and rounding. Rounding is by
GB/T 8170 (half to even) or upwards, and exact at the edges: binary floats cannot hold 0.85, so
rounding them directly goes wrong just where a limit is decided. Here a number is first read as a
decimal of six places and held as an integer; every comparison and division after that is between
integers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ecolib.errors import DataError, StandardError
from ecolib.standards import by_edition, editions, moments_of, standard, with_columns
from ecolib.texts import Note
from ecolib.trends.series import as_numbers

#: How pollutants are written on a page, in any language.
SYMBOLS = {"pm25": "PM2.5", "pm10": "PM10", "so2": "SO2", "no2": "NO2", "co": "CO", "o3": "O3"}
POLLUTANTS = tuple(SYMBOLS)
PLACES = 6
ONE = 10**PLACES
LARGEST = 1e9  # 1e9 * ONE * 1000 still fits 64 bits; no concentration comes near


def by_day(name: str, days: pd.Series, *, column: str, **where: Any) -> np.ndarray:
    """The one number of `column` in force on each of `days`, in the row that fits `where`."""
    found, key = np.full(len(days), np.nan), tuple(where.values())
    for mask, first_day in editions(name, days):
        known = _numbers(name, first_day, tuple(where), column)
        if key not in known:
            raise _not_one_row(name, tuple(where), key, found=0)
        found[mask] = known[key]
    return found


def by_key(
    name: str, days: pd.Series, keys: Iterable[tuple], *, on: tuple[str, ...], column: str
) -> np.ndarray:
    """`column` of the row in force on each of `days` whose cells in the columns `on` are the key.

    NaN where the table `name` has no such row.
    """
    found, keys = np.full(len(days), np.nan), np.fromiter(keys, dtype=object, count=len(days))
    for mask, first_day in editions(name, days):
        known = _numbers(name, first_day, on, column)
        found[mask] = [known.get(key, np.nan) for key in keys[mask]]
    return found


@cache
def _numbers(name: str, day: pd.Timestamp, on: tuple[str, ...], column: str) -> dict[tuple, float]:
    """`column` in force on the day by the cells in the columns `on`."""
    rows = standard(name, on=day)
    keys = list(zip(*(rows[c].tolist() for c in on), strict=True))
    for key, count in Counter(keys).items():
        if count > 1:
            raise _not_one_row(name, on, key, found=count)
    return dict(zip(keys, rows[column].tolist(), strict=True))


def _not_one_row(name: str, on: tuple[str, ...], key: tuple, *, found: int) -> StandardError:
    asked = str(dict(zip(on, key, strict=True)))
    return StandardError(Note("air_not_one_row", source=f"{name}.csv", asked=asked, found=found))


def concentrations(table: pd.DataFrame, item: str) -> np.ndarray:
    """Values of `item` as floats; absent, infinite and negative ones are NaN, that is missing.

    The column may be called by its code or its symbol: `pm25`, `PM2.5`.
    """
    named = [c for c in table.columns if str(c).replace(".", "").lower() == item]
    if not named:
        return np.full(len(table), np.nan)
    if len(named) > 1:
        raise DataError(Note("air_column_twice", source=item, columns=tuple(map(str, named))))
    values = as_numbers(table[named[0]], item)
    return np.where(np.isfinite(values) & (values >= 0), values, np.nan)


def listed(flags: dict[str, np.ndarray]) -> pd.api.extensions.ExtensionArray:
    """The names whose flag is up, joined by commas, row by row."""
    names = list(flags)
    bits = sum(flag.astype(np.int64) << i for i, flag in enumerate(flags.values()))
    joined = [
        ",".join(n for i, n in enumerate(names) if code >> i & 1) for code in range(1 << len(names))
    ]
    return pd.array(np.array(joined, dtype=object)[bits], dtype="str")


def flags_of(names_listed: pd.Series) -> dict[str, np.ndarray]:
    """What `listed` was given: for each pollutant, whether each row names it."""
    code, texts = pd.factorize(names_listed)
    named = [text.split(",") for text in texts]
    return {p: np.array([p in names for names in named], dtype=bool)[code] for p in POLLUTANTS}


def fixed(values: ArrayLike) -> np.ndarray:
    """`values` as integers in millionths.

    Raises
    ------
    DataError
        When a value is not a number or is too large to be a measurement.
    """
    values = np.asarray(values, dtype=float)
    if not (np.abs(values) <= LARGEST).all():
        raise DataError(Note("air_not_finite", source="values", largest=LARGEST))
    return np.rint(values * ONE).astype(np.int64)


def half_even(values: ArrayLike, decimals: ArrayLike = 0) -> np.ndarray:
    """Round half to even at `decimals` (0 to 3) places; NaN stays NaN.

    A number that lies within half a millionth of a tie counts as the tie (see the module): no mean
    of 24 hours does unless it is one.

    Examples
    --------
    >>> half_even([0.5, 1.5, 2.51]).tolist()
    [0.0, 2.0, 3.0]
    """
    return half_even_ratio(values, np.ones(1), decimals)


def half_even_ratio(
    numerator: ArrayLike, denominator: ArrayLike, decimals: ArrayLike
) -> np.ndarray:
    """`numerator / denominator` rounded half to even without forming the inexact quotient."""
    top, bottom, places = np.broadcast_arrays(
        np.asarray(numerator, float), np.asarray(denominator, float), np.asarray(decimals)
    )
    out = np.full(top.shape, np.nan)
    known = np.isfinite(top) & np.isfinite(bottom)
    scale = 10 ** places[known].astype(np.int64)
    out[known] = divide_half_even(fixed(top[known]) * scale, fixed(bottom[known])) / scale
    return out


def divide_half_even(numerator: np.ndarray, denominator: np.ndarray | int) -> np.ndarray:
    """Integer quotient, halves to the even neighbour."""
    quotient, rest = np.divmod(numerator, denominator)
    twice = 2 * rest
    return quotient + ((twice > denominator) | ((twice == denominator) & (quotient % 2 == 1)))


# --- the index ------------------------------------------------------------------------------------

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
        `o3_1h` (daily maximum 1 h, counted under the 2012 edition); `PM2.5` and the like will do. A
        missing, negative or infinite value is missing. A time zone is left aside: the day is that of the clock.

    Returns
    -------
    DataFrame
        With the index of `daily`: `date`, `X_iaqi` of each pollutant, `aqi` (NaN when not
        evaluable), `level` (1 to 6, the words "air_level") and its colour `hex`, `primary` and
        `exceeding` (codes joined by commas; primary only above 50, exceeding is IAQI above 100, a
        term that the 2026 edition no longer defines), `missing`, `complete` and `document`.

    Raises
    ------
    DataError, ParamsError, StandardError
        No table, no dates, something that is no number; a day before the first edition.

    Notes
    -----
    2012: AQI is the largest of the IAQI there are (4.4.1); whether such a day counts as valid is
    decided in `good_days`. 2026: with a pollutant missing, AQI is given only above 100 (5.3.1).
    Where the table has no IAQI for a value (ozone 8 h above 800 in 2012, Table 1 note 3, without
    the 1 h value that stands in for it), AQI is NaN rather than the largest of the rest.
    """
    return _index(daily, "date", report="daily")


def hourly_air_index(hourly: pd.DataFrame) -> pd.DataFrame:
    """Real-time AQI of each row; like `air_index`, with `time` in place of `date`.

    `time` is the moment an hour ends, as in `daily_air`: 00:00 is judged by the edition of the day
    before, to which it belongs. Gases use the 1 h break points, PM10 and PM2.5 the 24 h ones with
    their 1 h value (2026: 4.2.4; 2012: practice, the text has 24 h sliding means). SO2 above 800
    ug/m3 has no 1 h IAQI under the 2012 edition (Table 1 note 2): the AQI of such an hour is NaN.
    """
    return _index(hourly, "time", report="hourly")


def _index(table: pd.DataFrame, when: str, *, report: str) -> pd.DataFrame:
    began = moments_of(with_columns(table, when), when)
    began -= pd.Timedelta(hours=1 if report == "hourly" else 0)
    days = began.dt.normalize()
    values = {item: concentrations(table, item) for item in (*POLLUTANTS, "o3_1h")}
    iaqi, beyond, document = _all_iaqi(values, days, report=report)
    given = {p: ~np.isnan(values[p]) for p in POLLUTANTS}
    aqi = np.fmax.reduce([iaqi[p] for p in POLLUTANTS])
    aqi[np.any([beyond[p] for p in POLLUTANTS], axis=0)] = np.nan
    complete = np.all(list(given.values()), axis=0)
    aqi[(document == ALL_NEEDED_SINCE) & ~complete & ~(aqi > 100)] = np.nan
    level, colour = _levels(aqi, days)
    columns = {
        when: table[when],
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
        inside = marks[segment] - (-rise * (exact - edges[segment]) // run)  # any rest upwards
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
