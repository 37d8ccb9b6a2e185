"""How long a workbook of 20 000 rows and 20 columns takes to read and to check, beside pandas.

uv run python benchmarks/read.py [rounds]
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from openpyxl import Workbook

from ecolib.data import dictionary
from ecolib.data.check import check
from ecolib.data.checked import Checked
from ecolib.data.dictionary import Names
from ecolib.data.readers import read_file

ROWS, TABLE = 20_000, "ei_yearly"  # the table of twenty columns


def invent(path: Path) -> Path:
    """A workbook of figures, a year and two texts a row; all but twenty rows repeat a year."""
    random.seed(7)
    cells = {
        "year": lambda i, c: 2001 + i % 20,
        "number": lambda i, c: round(random.random() * (c.max or 100), 3),
        "text": lambda i, c: f"第 {i} 行",
    }
    columns = dictionary.table(TABLE).columns
    book = Workbook(write_only=True)
    sheet = book.create_sheet(TABLE)
    sheet.append([c.zh for c in columns])
    for i in range(ROWS):
        sheet.append([cells[c.type](i, c) for c in columns])
    book.save(path)
    return path


def read_and_check(path: Path) -> Checked:
    (sheet,) = read_file(path, path.parent)
    return check(sheet, dictionary.table(TABLE), Names({}, ()))


def run(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = invent(Path(folder) / f"{TABLE}.xlsx")
        work: dict[str, Callable[[], object]] = {
            "ecolib, read": lambda: read_file(path, path.parent),
            "ecolib, read and check": lambda: read_and_check(path),
            "pandas, calamine": lambda: pd.read_excel(path, engine="calamine"),
            "pandas, openpyxl": lambda: pd.read_excel(path, engine="openpyxl"),
        }
        seconds: dict[str, list[float]] = {what: [] for what in work}
        for _ in range(rounds):
            for what, call in work.items():
                begun = time.perf_counter()
                call()
                seconds[what].append(time.perf_counter() - begun)
    for what, times in seconds.items():
        shown = f"{min(times):.2f} to {max(times):.2f}"
        print(f"| {what} | {statistics.median(times):.2f} s | {shown} |")


if __name__ == "__main__":
    run(int(sys.argv[1]) if sys.argv[1:] else 3)
