"""Hours of two air stations, 2015 to 2020; until 2018 only their daily values were kept.

Concentrations follow a season, a time of day, a slow decline and weather that both stations share;
instruments fail, stations lose power, and storms put out both at once.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from ecolib.standards.air.daily import daily_air
from ecolib.standards.air.index import POLLUTANTS
from made_up import SEED

STATIONS = ("青屿新城站（虚构）", "白鹭湾站（虚构）")
FIRST, FIRST_HOURLY, LAST = 2015, 2019, 2020
YEARLY = range(FIRST, LAST + 1)
HOURS_A_YEAR = 8766
#: Both stations without power and line: day and hours.
STORMS = (
    ("2015-08-08", 52),
    ("2016-09-14", 60),
    ("2017-07-30", 34),
    ("2018-07-11", 40),
    ("2019-08-09", 57),
    ("2020-08-03", 46),
    ("2020-11-17", 22),
)


@dataclass(frozen=True)
class Pollutant:
    """Mean in the first year, yearly factor, winter excess, rise by day, scatter, decimals."""

    mean: float
    factor: float
    winter: float
    day: float
    weather: float
    scatter: float
    decimals: int


MADE = {
    "pm25": Pollutant(33.5, 0.958, 0.42, -0.08, 0.40, 0.22, 0),
    "pm10": Pollutant(58, 0.963, 0.35, -0.04, 0.36, 0.22, 0),
    "so2": Pollutant(13, 0.90, 0.20, 0.10, 0.22, 0.20, 0),
    "no2": Pollutant(24, 0.975, 0.30, -0.25, 0.28, 0.22, 0),
    "co": Pollutant(0.72, 0.975, 0.18, -0.10, 0.20, 0.15, 1),
    "o3": Pollutant(84, 0.972, -0.24, 0.46, 0.26, 0.12, 0),
}


def daily(year: int) -> list[dict[str, str]]:
    """Daily values of both stations, those valid by the standard, while no hours were kept."""
    if not FIRST <= year < FIRST_HOURLY:
        return []
    days = daily_air(_hours())
    days = days[days["date"].dt.year == year]
    return [
        {"station": day.station, "date": f"{day.date:%Y-%m-%d}"}
        | {p: _written(getattr(day, p), p) for p in (*POLLUTANTS, "o3_1h")}
        for day in days.itertuples()
    ]


def hourly(year: int) -> pd.DataFrame | None:
    """The hours of both stations that end within the year or on its last midnight."""
    if not FIRST_HOURLY <= year <= LAST:
        return None
    hours = _hours()
    began = hours["time"] - pd.Timedelta(hours=1)
    return hours[began.dt.year == year].reset_index(drop=True)


def _written(value: float, pollutant: str) -> str:
    decimals = MADE[pollutant.removesuffix("_1h")].decimals
    return "" if np.isnan(value) else f"{value:.{decimals}f}"


@cache
def _hours() -> pd.DataFrame:
    time = pd.date_range(f"{FIRST}-01-01 01:00", f"{LAST + 1}-01-01", freq="h", unit="s")
    stagnant, sunny = (_weather(name, time) for name in ("stagnant", "sunny 4"))
    parts = []
    for station in STATIONS:
        table = pd.DataFrame({"station": station, "time": time})
        for name, made in MADE.items():
            weather = sunny if name == "o3" else stagnant
            table[name] = _concentration(made, time, weather, f"{station} {name}")
            table.loc[_failures(f"{station} {name}", time, a_year=4, mean_hours=20), name] = np.nan
        table.loc[_failures(station, time, a_year=5, mean_hours=9), list(MADE)] = np.nan
        # Gas analysers are checked early on the first day of a week.
        checked = (time.day_of_week == 0) & (time.hour == 4)
        table.loc[checked, ["so2", "no2", "co", "o3"]] = np.nan
        for day, hours in STORMS:
            out = (time > pd.Timestamp(day)) & (
                time <= pd.Timestamp(day) + pd.Timedelta(hours, "h")
            )
            table.loc[out, list(MADE)] = np.nan
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


def _concentration(made: Pollutant, time, weather: np.ndarray, name: str) -> np.ndarray:
    years = np.arange(len(time)) / HOURS_A_YEAR
    season = 1 + made.winter * np.cos(2 * np.pi * (years - 15 / 365.25))
    hour = 1 + made.day * np.cos(2 * np.pi * (time.hour.to_numpy() - 15) / 24)
    spread = made.weather * weather + made.scatter * _slow(name, len(time), 7)
    mean = made.mean * made.factor**years * season * hour
    value = mean * np.exp(spread - (made.weather**2 + made.scatter**2) / 2)
    return np.maximum(value, 10.0**-made.decimals).round(made.decimals)


def _weather(name: str, time) -> np.ndarray:
    """Some days of one kind after the other; no year is better than another on the whole."""
    weather = pd.Series(_slow(name, len(time), 56))
    return (weather - weather.groupby(time.year).transform("mean")).to_numpy()


def _slow(name: str, hours: int, memory: float) -> np.ndarray:
    """Unit noise that remembers about `memory` hours."""
    from scipy.signal import lfilter

    keep = np.exp(-1 / memory)
    return lfilter([np.sqrt(1 - keep**2)], [1, -keep], _rng(name).normal(size=hours))


def _failures(name: str, time, *, a_year: float, mean_hours: float) -> np.ndarray:
    rng = _rng(f"{name} failures")
    out = np.zeros(len(time), dtype=bool)
    for start in rng.integers(0, len(time), size=int(a_year * len(time) / HOURS_A_YEAR)):
        out[start : start + 1 + int(rng.exponential(mean_hours))] = True
    return out


def _rng(name: str) -> np.random.Generator:
    return np.random.default_rng([SEED, zlib.crc32(f"air {name}".encode())])
