"""From raw monitoring tables to the yearly items that formulas take.

A derivation is a function whose arguments are table names (or "county"); it is called once a case
and gives one or several `Derived`, each with its own items. Raw data go before a figure submitted
for the same item and year; where both are there and differ, the indicator is in conflict. What
decided (which day, which section) travels in `detail`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.resources import files
from operator import itemgetter

import pandas as pd

from ecolib.errors import EcolibError
from ecolib.texts import Note

#: What a row of a table says beside what it is judged by.
ADMINISTRATIVE = ["position", "note", "file", "sheet", "row", "submitted"]
YearNote = tuple[int, Note]


@dataclass(frozen=True)
class Derived:
    """Yearly figures and what led to them.

    Attributes
    ----------
    items
        Series by year, in the unit the data dictionary gives for the item. A year that was
        observed too thinly is NaN and has a note.
    detail
        Tables for the pages, under the names the views look for. One with a `date` column is
        shown for the year of assessment only. A column may hold notes.
    notes
        Pairs of a year and what was invalid, missing or assumed in it.
    gaps
        Pairs of a year and why it has no figure, with what would be needed.
    unread
        Pairs of a year and what was submitted for it and could not be used: whatever the figures
        of that year say, they do not say it for sure. With a severity it is told of the data, too.
    limits
        For items that come from a sample: `low` and `high` by year, the 95 % confidence limits in
        the item's unit. The verdict then says whether the target lies between them.
    exact
        For items that are rounded as their standard has it: what they were rounded from. A figure
        submitted with more digits agrees with that.
    ends
        For items without a figure in a year: the least and the most that it can be by what was
        measured, by year. A figure submitted in its stead must lie between them.
    """

    items: dict[str, pd.Series]
    detail: dict[str, pd.DataFrame] = field(default_factory=dict)
    notes: Sequence[YearNote] = ()
    gaps: Sequence[YearNote] = ()
    unread: Sequence[YearNote] = ()
    limits: dict[str, pd.DataFrame] = field(default_factory=dict)
    exact: dict[str, pd.Series] = field(default_factory=dict)
    ends: dict[str, dict[int, tuple[float, float]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Derivation:
    """A derivation as registered: what it gives, and the tables it reads (any one suffices).

    The `function` may give several derivations at once, as a dict by their names.
    """

    name: str
    gives: tuple[str, ...]
    tables: tuple[str, ...]
    wants_county: bool
    function: Callable[..., Derived | dict[str, Derived]]


_REGISTRY: dict[str, Derivation] = {}


def derives(*items: str, **named: tuple[str, ...]) -> Callable[[Callable], Callable]:
    """Register the decorated function as the one that gives these items.

    With names, `@derives(air_days=("good_air_days",), annual_air=("pm25_mean",))`, the function
    returns a dict with a `Derived` under each name: for figures that share their way.
    """

    def register(function: Callable) -> Callable:
        names = tuple(inspect.signature(function).parameters)
        tables = tuple(n for n in names if n != "county")
        for name, given in (named or {function.__name__: items}).items():
            _REGISTRY[name] = Derivation(name, given, tables, "county" in names, function)
        return function

    return register


@cache
def derivations() -> dict[str, Derivation]:
    """Every derivation by name: of the media beside this file, each a module, or a package that
    ends in `derive`."""
    for entry in sorted(files(__package__).iterdir(), key=lambda entry: entry.name):
        if (entry / "derive.py").is_file():
            import_module(f"{__package__}.{entry.name}.derive")
        elif entry.name.endswith(".py") and entry.name != "__init__.py":
            import_module(f"{__package__}.{entry.name.removesuffix('.py')}")
    return dict(_REGISTRY)


@cache
def derivation_of(item: str) -> Derivation | None:
    """The derivation that can give an item, if there is one."""
    return next((d for d in derivations().values() if item in d.gives), None)


# --- what has to be said on the way ---------------------------------------------------------------


@dataclass(frozen=True)
class Remarks:
    """Collects notes by year; `said` gives the notes, gaps and unread things of a `Derived`."""

    notes: list[YearNote] = field(default_factory=list)
    gaps: list[YearNote] = field(default_factory=list)
    unread: list[YearNote] = field(default_factory=list)

    def add(self, year: int, note: Note) -> None:
        """Something to know about the figure of a year."""
        self.notes.append((int(year), note))

    def gap(self, year: int, note: Note) -> None:
        """Why there is no figure for a year."""
        self.gaps.append((int(year), note))

    def unsure(self, year: int, note: Note) -> None:
        """What was submitted for a year and could not be used; told among the notes too."""
        self.add(year, note)
        self.unread.append((int(year), note))

    def refuse(self, year: int, error: EcolibError) -> None:
        """Why the data of a year contradict each other, so that there is no figure for it."""
        for problem in error.problems:
            where = str(problem.source) or problem.about
            self.gap(year, Note("at_place", where=where, said=problem) if where else problem)
            self.unread.append((int(year), problem.but(severity="error")))

    def refusal(self, error: EcolibError, years: Iterable[int]) -> Derived:
        """No figure at all, for data that contradict each other; every year says why."""
        for year in years:
            self.refuse(year, error)
        return Derived({}, {}, **self.said())

    def said(self) -> dict[str, tuple[YearNote, ...]]:
        """The arguments `notes`, `gaps` and `unread` of a `Derived`, by year."""
        given = {"notes": self.notes, "gaps": self.gaps, "unread": self.unread}
        return {name: tuple(sorted(rows, key=itemgetter(0))) for name, rows in given.items()}

    def latest(self, rows: pd.DataFrame, key: list[str], value: str) -> pd.DataFrame:
        """Rows with a `year`, of which those submitted again count once: as submitted last."""
        if rows.index.is_unique and not rows.duplicated(key).any():
            return rows.sort_index().reset_index(drop=True)
        ordered = rows.sort_values(["submitted", "file", "row"], kind="stable")
        again = ordered[ordered.duplicated(key, keep=False)]
        differ = again.groupby(key, dropna=False)[value].transform("nunique") > 1
        for year, group in again[differ].groupby("year"):
            self.add(year, Note("handed_in_again", count=len(group.drop_duplicates(key))))
        return ordered.drop_duplicates(key, keep="last").sort_index().reset_index(drop=True)
