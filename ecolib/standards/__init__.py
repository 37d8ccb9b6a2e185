"""Technical standards as dated rows, and the lookup that every method goes through.

Each table is a CSV beside this file, one row per limit, with the columns `valid_from`, `valid_to`
(ISO dates, inclusive; empty = open), `document` (a key of `SOURCES.csv`), `clause` and
`confidence`. Limits change, so a table is never read without a date: a sample is judged by the
edition in force on its own day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from ecolib.errors import Problem, StandardError, near

OPEN_START, OPEN_END = pd.Timestamp("1900-01-01"), pd.Timestamp("2199-12-31")


def standard(name: str, *, on: dt.date | str) -> pd.DataFrame:
    """Rows of the standard `name` that are in force on the day `on`.

    Raises
    ------
    StandardError
        When there is no such standard, or no edition of it covers the day.
    """
    day = pd.Timestamp(on)
    table = _table(name)
    rows = table[(table["valid_from"] <= day) & (day <= table["valid_to"])]
    if rows.empty:
        raise StandardError(
            Problem(
                f"{name}.csv",
                f"{day:%Y-%m-%d} 没有现行有效的条款，最早的一版自 "
                f"{table['valid_from'].min():%Y-%m-%d} 起施行",
                f"no edition is in force on {day:%Y-%m-%d}; the first one starts on "
                f"{table['valid_from'].min():%Y-%m-%d}",
            )
        )
    return rows.reset_index(drop=True)


def by_edition(name: str, days: pd.Series) -> Iterator[tuple[np.ndarray, pd.DataFrame]]:
    """Split `days` by the edition of `name` in force: pairs of (boolean mask, its rows).

    Masks are disjoint and together cover every day that is not missing.
    """
    table, days = _table(name), pd.to_datetime(days)
    changes = pd.concat([table["valid_from"], table["valid_to"] + pd.Timedelta(days=1)])
    edges = np.sort(changes.unique())
    slot = np.searchsorted(edges, days.to_numpy(dtype=edges.dtype), side="right")
    known = days.notna().to_numpy()
    for number in np.unique(slot[known]):
        mask = known & (slot == number)
        yield mask, standard(name, on=days[mask].min())


@cache
def sources() -> pd.DataFrame:
    """Every standard document: key, number, title in both languages, edition."""
    return _read("SOURCES").set_index("document")


def names() -> list[str]:
    """The tables that exist."""
    here = files(__package__).iterdir()
    return sorted(f.name[:-4] for f in here if f.name.endswith(".csv") and f.name != "SOURCES.csv")


@cache
def _table(name: str) -> pd.DataFrame:
    if name not in names():
        zh, en = near(name, names())
        raise StandardError(Problem(name, f"没有这项标准{zh}", f"no such standard{en}"))
    table = _read(name)
    table["valid_from"] = pd.to_datetime(table["valid_from"]).fillna(OPEN_START)
    table["valid_to"] = pd.to_datetime(table["valid_to"]).fillna(OPEN_END)
    return table


def _read(name: str) -> pd.DataFrame:
    with (files(__package__) / f"{name}.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file)
