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

from ecolib.errors import DataError, StandardError, check_kind, hint
from ecolib.texts import Note

_DOUBT = "1 source|1 page|recalled|not read|assumed|practice|conflict"
OPEN_START, OPEN_END = pd.Timestamp("1900-01-01"), pd.Timestamp("2199-12-31")


def standard(name: str, *, on: dt.date | str) -> pd.DataFrame:
    """Rows of the standard `name` that are in force on the day `on`.

    Raises
    ------
    StandardError
        When there is no such standard, or no edition of it covers the day; also for what is no day:
        pandas takes "1/2/2012", "today" and the nanoseconds of a number.
    """
    try:
        day = pd.Timestamp(dt.datetime.fromisoformat(str(on)).date())
    except ValueError:
        raise StandardError(Note("no_day", about="on", value=str(on))) from None
    number = np.searchsorted(_edges(str(name)), day.to_datetime64(), side="right")
    return _in_force(name, int(number), day)


def with_columns(frame: pd.DataFrame, *needed: str) -> pd.DataFrame:
    """The table itself, of whoever calls; raises `DataError` where a column is missing from it, and
    `ParamsError` where it is no table."""
    check_kind("table", frame, "DataFrame")
    if lacking := tuple(name for name in needed if name not in frame):
        known = tuple(map(str, frame)) or Note("said.none")
        raise DataError(Note("frame_lacks", columns=lacking, known=known))
    return frame


def moments_of(frame: pd.DataFrame, column: str) -> pd.Series:
    """Dates or moments of a table, with a time zone by their own clock.

    Raises
    ------
    DataError
        For what is none: of a number pandas would count nanoseconds.
    """
    given = frame[column]
    if isinstance(given.dtype, pd.PeriodDtype):
        given = given.dt.start_time
    found = pd.to_datetime(given, errors="coerce")
    if len(wrong := given[found.isna() | (given.dtype.kind in "biufc")]):
        raise DataError(Note("no_day", about=column, value=str(wrong.iloc[0])))
    return found.dt.tz_localize(None)


def by_edition(name: str, days: pd.Series) -> Iterator[tuple[np.ndarray, pd.DataFrame]]:
    """Split `days` by the edition of `name` in force: pairs of (boolean mask, its rows).

    Masks are disjoint and together cover every day that is not missing.
    """
    for mask, first_day in editions(name, days):
        yield mask, standard(name, on=first_day)


def editions(name: str, days: pd.Series) -> Iterator[tuple[np.ndarray, pd.Timestamp]]:
    """Like `by_edition`, with the first day of the edition, by which its limits can be cached."""
    edges = _edges(name)
    days = (days if days.dtype.kind == "M" else pd.to_datetime(days)).to_numpy(dtype=edges.dtype)
    slot = np.where(np.isnat(days), -1, np.searchsorted(edges, days, side="right"))
    for number in range(max(slot.min(initial=0), 0), slot.max(initial=-1) + 1):
        mask = slot == number
        if mask.any():
            _in_force(name, number, days[mask].min())
            yield mask, pd.Timestamp(edges[number - 1])


def _in_force(name: str, number: int, day: np.datetime64 | pd.Timestamp) -> pd.DataFrame:
    rows = _edition(name, number)
    if rows.empty:
        first = _table(name)["valid_from"].min()
        days = {"day": f"{pd.Timestamp(day):%Y-%m-%d}", "first": f"{first:%Y-%m-%d}"}
        raise StandardError(Note("no_edition_in_force", source=f"{name}.csv", **days))
    return rows.copy(deep=False)  # what a caller assigns to it stays with the caller


@cache
def _edges(name: str) -> np.ndarray:
    """The days on which a row of a table comes into force, or is no longer in force."""
    first, last = (_table(name)[column].to_numpy() for column in ("valid_from", "valid_to"))
    return np.unique(np.concatenate([first, last + np.timedelta64(1, "D")]))


@cache
def _edition(name: str, number: int) -> pd.DataFrame:
    """The rows in force from one edge to the next; `number` counts the edges up to the day."""
    edges, table = _edges(name), _table(name)
    day = edges[number - 1] if number else edges[0] - np.timedelta64(1, "D")
    first, last = (table[column].to_numpy() for column in ("valid_from", "valid_to"))
    return table[(first <= day) & (day <= last)].reset_index(drop=True)


@cache
def sources() -> pd.DataFrame:
    """Every standard document: key, number, title in both languages, edition."""
    return read_table("SOURCES").set_index("document")


def names() -> list[str]:
    """The tables that exist."""
    tables = (f.name[:-4] for f in files(__package__).iterdir() if f.name.endswith(".csv"))
    return sorted(name for name in tables if name.islower())


def open_points(year: int = OPEN_END.year) -> pd.DataFrame:
    """Open points of method: what no primary text settles, and what that could change.

    They stand here and nowhere else; those that begin only after the year are left out. A point is
    about rows of a table whose `confidence` says so (see `doubtful`), or about a rule without a table.

    Returns
    -------
    DataFrame
        `number` of the document, `point` and `effect` (notes), and `rows`, the rows of the
        standards it is about (0 for a rule).
    """
    listed = read_table("OPEN_POINTS")
    listed = listed[~(pd.to_datetime(listed["since"]).dt.year > year)]
    listed["rows"] = [
        0 if pd.isna(name) else int((doubtful(name)["document"] == document).sum())
        for name, document in zip(listed["table"], listed["document"], strict=True)
    ]
    points = listed.groupby(["document", "point"], sort=False)["rows"].sum().reset_index()
    return pd.DataFrame(
        {
            "number": points["document"].map(sources()["number"]),
            "point": [Note(f"open_point.{code}") for code in points["point"]],
            "effect": [Note(f"open_effect.{code}") for code in points["point"]],
            "rows": points["rows"],
        }
    )


def doubtful(name: str) -> pd.DataFrame:
    """Rows of a table, of all editions, that rest on one copy, on memory, practice or conflict."""
    table = _table(name)
    return table[table["confidence"].str.contains(_DOUBT)]


@cache
def _table(name: str) -> pd.DataFrame:
    if name not in names():
        known = {"names": tuple(names()), "hint": hint(name, names())}
        raise StandardError(Note("no_such_standard", source=name, **known))
    table = read_table(name)
    for column, open_ in (("valid_from", OPEN_START), ("valid_to", OPEN_END)):
        table[column] = pd.to_datetime(table[column], format="%Y-%m-%d").fillna(open_)
    return table


def read_table(name: str) -> pd.DataFrame:
    """A table beside this file as it stands."""
    with (files(__package__) / f"{name}.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file)
