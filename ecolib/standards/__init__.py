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

    An edition is cut out once and handed to everyone: never write to it.

    Raises
    ------
    StandardError
        When there is no such standard, or no edition of it covers the day.
    """
    day = pd.Timestamp(on)
    rows = _edition(name, int(np.searchsorted(_changes(name), np.datetime64(day), side="right")))
    if rows.empty:
        raise _not_in_force(name, day)
    return rows


def by_edition(name: str, days: pd.Series) -> Iterator[tuple[np.ndarray, pd.DataFrame]]:
    """Split `days` by the edition of `name` in force: pairs of (boolean mask, its rows).

    Masks are disjoint and together cover every day that is not missing.
    """
    for mask, first_day in editions(name, days):
        yield mask, standard(name, on=first_day)


def editions(name: str, days: pd.Series) -> Iterator[tuple[np.ndarray, pd.Timestamp]]:
    """Like `by_edition`, with the first day of the edition, by which its limits can be cached."""
    changes = _changes(name)
    known_days = days if days.dtype.kind == "M" else pd.to_datetime(days)
    day = known_days.to_numpy(dtype=changes.dtype)
    number = np.where(np.isnat(day), -1, np.searchsorted(changes, day, side="right"))
    for edition in range(max(number.min(initial=0), 0), number.max(initial=-1) + 1):
        mask = number == edition
        if not mask.any():
            continue
        if _edition(name, edition).empty:
            raise _not_in_force(name, pd.Timestamp(day[mask].min()))
        yield mask, pd.Timestamp(changes[edition - 1])


def _not_in_force(name: str, day: pd.Timestamp) -> StandardError:
    first = f"{_table(name)['valid_from'].min():%Y-%m-%d}"
    return StandardError(
        Problem(
            f"{name}.csv",
            f"{day:%Y-%m-%d} 没有现行有效的条款，最早的一版自 {first} 起施行",
            f"no edition is in force on {day:%Y-%m-%d}; the first one starts on {first}",
        )
    )


@cache
def _changes(name: str) -> np.ndarray:
    """The days on which another edition begins, or the last one has ended."""
    first, last = (_table(name)[column].to_numpy() for column in ("valid_from", "valid_to"))
    return np.unique(np.concatenate([first, last + np.timedelta64(1, "D")]))


@cache
def _edition(name: str, number: int) -> pd.DataFrame:
    """The rows in force after so many changes."""
    table, changes = _table(name), _changes(name)
    day = changes[number - 1] if number else changes[0] - np.timedelta64(1, "D")
    first, last = (table[column].to_numpy() for column in ("valid_from", "valid_to"))
    return table[(first <= day) & (day <= last)].reset_index(drop=True)


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
    for column, open_ in (("valid_from", OPEN_START), ("valid_to", OPEN_END)):
        table[column] = pd.to_datetime(table[column], format="%Y-%m-%d").fillna(open_)
    return table


def _read(name: str) -> pd.DataFrame:
    with (files(__package__) / f"{name}.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file)
