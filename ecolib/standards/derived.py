"""From raw monitoring tables to the yearly items that formulas take.

A derivation is a function whose arguments are table names (or "county"); it is called once a case
and gives one or several `Derived`, each with its own items. Raw data go before a figure handed in
for the same item and year; where both are there and differ, the indicator is in conflict. What
decided (which day, which section) travels in `detail`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.resources import files

import pandas as pd

from ecolib.texts import Note

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
    limits
        For items that come from a sample: `low` and `high` by year, the 95 % confidence limits in
        the item's unit. The verdict then says whether the target lies between them.
    """

    items: dict[str, pd.Series]
    detail: dict[str, pd.DataFrame] = field(default_factory=dict)
    notes: Sequence[YearNote] = ()
    gaps: Sequence[YearNote] = ()
    limits: dict[str, pd.DataFrame] = field(default_factory=dict)


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
    """Every derivation by name: those in the module `derive` of each package beside this file."""
    for package in sorted(files(__package__).iterdir(), key=lambda entry: entry.name):
        if (package / "derive.py").is_file():
            import_module(f"{__package__}.{package.name}.derive")
    return dict(_REGISTRY)


@cache
def derivation_of(item: str) -> Derivation | None:
    """The derivation that can give an item, if there is one."""
    return next((d for d in derivations().values() if item in d.gives), None)
