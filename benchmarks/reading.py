"""Files from outside beside pandas alone: a year of national hours, and a wide laboratory sheet.

    uv run python benchmarks/reading.py [--days 365] [--rounds 3]

The hours are made up in the form in which years of them circulate: a file a day, a row for each hour
and pollutant, a column for each of 1,600 stations. Ours goes from the files to checked rows of the
two stations that a mapping names; pandas alone reads their columns and turns them into rows. The
time in which the disk gives the bytes is told beside it. The workbook has 20,000 x 20 cells.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl import Workbook

from ecolib.data import dictionary
from ecolib.data.check import check
from ecolib.data.county import County
from ecolib.data.dictionary import Names
from ecolib.data.headings import measures
from ecolib.data.layout import laid_out
from ecolib.data.readers import read_file

STATIONS, ROWS, YEAR = 1600, 20_000, 2019
CODES = [f"{1001 + i}A" for i in range(STATIONS)]
OURS = {CODES[700]: "甲站", CODES[701]: "乙站"}
POLLUTANTS = {"PM2.5": 90, "PM10": 150, "SO2": 30, "NO2": 60, "CO": 3, "O3": 160}
RUNNING = (
    "AQI",
    "PM2.5_24h",
    "PM10_24h",
    "SO2_24h",
    "NO2_24h",
    "O3_24h",
    "O3_8h",
    "O3_8h_24h",
    "CO_24h",
)
NAMES = Names({}, ())


def invent_hours(root: Path, days: int) -> None:
    """A year of files; what stations measured is the same every day, as only the form matters."""
    random = np.random.default_rng(7)
    kinds = [*POLLUTANTS, *RUNNING]
    high = np.array([POLLUTANTS.get(kind, 100) for kind in kinds])
    cells = random.integers(1, np.tile(high, 24)[:, None] + 1, (24 * len(kinds), STATIONS)).astype(
        str
    )
    cells[random.random(cells.shape) < 0.03] = ""
    ends = [
        f",{i // len(kinds)},{kinds[i % len(kinds)]}," + ",".join(c) for i, c in enumerate(cells)
    ]
    folder = root / f"data/trial/raw/{YEAR}"
    folder.mkdir(parents=True)
    heading = ",".join(["date", "hour", "type", *CODES])
    for day in (date(YEAR, 1, 1) + timedelta(days=i) for i in range(days)):
        lines = [heading, *(f"{day:%Y%m%d}{end}" for end in ends), ""]
        (folder / f"china_sites_{day:%Y%m%d}.csv").write_text("\n".join(lines), encoding="utf-8")
    (root / "data/trial/mappings.yml").write_text(
        "mappings:\n- {file: china_sites_*.csv, table: air_hourly, stations: "
        + "{" + ", ".join(f"{code}: {name}" for code, name in OURS.items()) + "}}\n",
        encoding="utf-8",
    )  # fmt: skip


def ours(root: Path) -> int:
    return len(County("trial", root, NAMES).at(YEAR).frame("air_hourly"))


def pandas_alone(root: Path) -> int:
    days = []
    for path in sorted((root / f"data/trial/raw/{YEAR}").glob("*.csv")):
        rows = pd.read_csv(path, usecols=["date", "hour", "type", *OURS])
        rows["time"] = pd.to_datetime(rows["date"].astype(str), format="%Y%m%d") + pd.to_timedelta(
            rows["hour"], "h"
        )
        rows = rows.melt(["time", "type"], list(OURS), var_name="station")
        rows = rows[rows["type"].isin(list(POLLUTANTS))]
        days.append(rows.pivot(index=["station", "time"], columns="type", values="value"))
    return len(pd.concat(days))


def disk(root: Path) -> int:
    return sum(len(p.read_bytes()) for p in (root / f"data/trial/raw/{YEAR}").glob("*.csv"))


def invent_samples(path: Path) -> None:
    """A sheet of a laboratory: place, day and eighteen items."""
    items = [m.names[0] for m in measures().values() if m.units["surface"] == ("mg/L",)][:18]
    random = np.random.default_rng(7)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("地表水监测")
    sheet.append(["断面名称", "采样时间", *(f"{item}(mg/L)" for item in items)])
    for i in range(ROWS):
        day = f"{2000 + i // 7300}-{i // 365 % 12 + 1:02d}-{i % 28 + 1:02d}"
        sheet.append([f"断面{i}", day, *random.random(18).round(3).tolist()])
    book.save(path)


def sheet_of_ours(path: Path) -> int:
    (sheet,) = read_file(path, path.parent)
    table = dictionary.table("water_samples")
    return check(laid_out(sheet, table), table, NAMES).used


def sheet_of_pandas(path: Path) -> int:
    rows = pd.read_excel(path, engine="calamine")
    return len(rows.melt(["断面名称", "采样时间"]).dropna())


def timed(work: dict[str, Callable[[], int]], rounds: int) -> None:
    seconds: dict[str, list[float]] = {what: [] for what in work}
    for _ in range(rounds):
        for what, call in work.items():
            begun = time.perf_counter()
            count = call()
            seconds[what].append(time.perf_counter() - begun)
            print(f"  {what}: {count:,} in {seconds[what][-1]:.2f} s", flush=True)
    unit = statistics.median(next(times for what, times in seconds.items() if "pandas" in what))
    for what, times in seconds.items():
        median = statistics.median(times)
        print(f"| {what} | {median:.2f} s | {median / unit:.2f} |")


def run(days: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        invent_hours(root, days)
        calls = {"bytes from the disk": disk, "pandas alone": pandas_alone, "ecolib, checked": ours}
        timed({what: lambda call=call: call(root) for what, call in calls.items()}, rounds)
        path = root / "samples.xlsx"
        invent_samples(path)
        sheets = {"pandas alone, calamine": sheet_of_pandas, "ecolib, checked": sheet_of_ours}
        timed({what: lambda call=call: call(path) for what, call in sheets.items()}, rounds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    run(asked.days, asked.rounds)
