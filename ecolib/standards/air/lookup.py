"""Reading the dated air tables for many days at once, and checking what was handed in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ecolib.errors import DataError, Problem, StandardError, near
from ecolib.standards import by_edition
from ecolib.standards.air.settings import POLLUTANTS


def by_day(name: str, days: pd.Series, *, column: str, **where: Any) -> np.ndarray:
    """The one number of `column` in force on each of `days`, among the rows that fit `where`."""
    found = np.full(len(days), np.nan)
    for mask, rows in by_edition(name, days):
        for key, wanted in where.items():
            rows = rows[rows[key] == wanted]
        if len(rows) != 1:
            raise StandardError(
                Problem(
                    f"{name}.csv",
                    f"{where} 应恰有一行，找到 {len(rows)} 行",
                    f"{where} should fit one row but fits {len(rows)}",
                )
            )
        found[mask] = rows[column].iloc[0]
    return found


def match(
    name: str, days: pd.Series, table: pd.DataFrame, *, on: list[str], column: str
) -> np.ndarray:
    """`column` of the row in force on each of `days` that agrees with `table` in the columns `on`.

    NaN where the table `name` has no such row.
    """
    found = np.full(len(table), np.nan)
    for mask, rows in by_edition(name, days):
        wanted = pd.MultiIndex.from_frame(table.loc[mask, on])
        known = pd.Series(rows[column].to_numpy(), pd.MultiIndex.from_frame(rows[on]))
        found[mask] = known.reindex(wanted)
    return found


def place_columns(table: pd.DataFrame) -> list[str]:
    """The columns that say where: county, station, both or (one place only) none."""
    return [c for c in ("county", "station") if c in table.columns]


def concentrations(table: pd.DataFrame, item: str) -> np.ndarray:
    """Values of `item` as floats; absent, infinite and negative ones are NaN, that is missing."""
    if item not in table.columns:
        return np.full(len(table), np.nan)
    values = table[item].to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(values) & (values >= 0), values, np.nan)


def check_columns(table: pd.DataFrame, required: tuple[str, ...]) -> None:
    """Raise DataError unless `table` has the `required` columns and any pollutant."""
    problems = []
    for name in required:
        if name not in table.columns:
            zh, en = near(name, table.columns)
            problems.append(Problem(name, f"缺少该列{zh}", f"this column is missing{en}"))
    if not set(POLLUTANTS) & set(table.columns):
        known = ", ".join(POLLUTANTS)
        problems.append(
            Problem("columns", f"没有任何污染物列（{known}）", f"no pollutant column ({known})")
        )
    if problems:
        raise DataError(problems)


def listed(flags: dict[str, np.ndarray]) -> pd.api.extensions.ExtensionArray:
    """The names whose flag is up, joined by commas, row by row."""
    names = list(flags)
    bits = sum(flag.astype(np.int64) << i for i, flag in enumerate(flags.values()))
    joined = [
        ",".join(n for i, n in enumerate(names) if code >> i & 1) for code in range(1 << len(names))
    ]
    return pd.array(np.array(joined, dtype=object)[bits], dtype="str")
