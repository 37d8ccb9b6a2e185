"""How long 1,600 station-years of hourly air data take, and how much memory.

uv run python benchmarks/air.py [station-years]
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
import pandas as pd

from ecolib.standards.air.annual import annual_evaluation, annual_statistics
from ecolib.standards.air.daily import county_daily, daily_air
from ecolib.standards.air.index import air_index
from ecolib.standards.air.years import good_days

TYPICAL = {"pm25": 35.0, "pm10": 60.0, "so2": 8.0, "no2": 28.0, "co": 0.8, "o3": 70.0}
MISSING = 0.03
HOURS = 8760


def invent(station_years: int) -> pd.DataFrame:
    """Hourly rows of one year for so many stations, with gaps."""
    rng = np.random.default_rng(7)
    rows = station_years * HOURS
    names = [f"S{n:04d}" for n in range(station_years)]
    codes = np.repeat(np.arange(station_years, dtype=np.int16), HOURS)
    hours = pd.date_range("2019-01-01 01:00", periods=HOURS, freq="h")
    table = {
        "station": pd.Categorical.from_codes(codes, categories=names),
        "time": np.tile(hours.to_numpy(), station_years),
    }
    for pollutant, scale in TYPICAL.items():
        values = (scale * rng.gamma(3, 1 / 3, rows)).round(1)
        values[rng.random(rows) < MISSING] = np.nan
        table[pollutant] = values
    return pd.DataFrame(table)


def timed(what: str, work: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Run `work` for its seconds, then once more for the peak of memory it adds."""
    begun = time.perf_counter()
    work()
    seconds = time.perf_counter() - begun
    # tracing slows small calls down, so it has a run of its own
    tracemalloc.start()
    result = work()
    peak = tracemalloc.get_traced_memory()[1] / 2**30
    tracemalloc.stop()
    print(f"{what:20s} {seconds * 1000:10.1f} ms  peak +{peak:5.2f} GiB  {len(result):>10,} rows")
    return result


def run(station_years: int) -> None:
    hourly = invent(station_years)
    size = hourly.memory_usage().sum() / 2**30
    print(f"\n{station_years} station-years, {len(hourly):,} rows, {size:.2f} GiB")
    daily = timed("daily_air", lambda: daily_air(hourly))
    timed("air_index", lambda: air_index(daily))
    county = timed("county_daily", lambda: county_daily(daily))
    index = timed("air_index (county)", lambda: air_index(county))
    statistics = timed("annual_statistics", lambda: annual_statistics(county))
    timed("annual_evaluation", lambda: annual_evaluation(statistics))
    timed("good_days", lambda: good_days(index))


if __name__ == "__main__":
    for amount in [int(a) for a in sys.argv[1:]] or [1, 1, 1600]:  # the first reads the tables
        run(amount)
