"""Where the line of a target runs on a figure: the bound by year, as far as it is a number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ecolib.indicators.catalogue import Indicator
from ecolib.indicators.targets import (
    Assigned,
    Both,
    ByClimate,
    ByTerrain,
    Either,
    InPlace,
    Limit,
    NoLoss,
    Target,
    WhereGiven,
)

if TYPE_CHECKING:
    from ecolib.data.params import Params


@dataclass(frozen=True)
class Bound:
    """Bounds by year (NaN where there is none); `sign` is ≥ or ≤."""

    by_year: pd.Series
    sign: str

    @property
    def constant(self) -> bool:
        return self.by_year.notna().all() and self.by_year.nunique() == 1


def bound_of(entry: Indicator, params: Params, values: pd.Series) -> Bound | None:
    """The bound of an indicator in the years of `values`; None where no number bounds it."""
    found = _bound(entry.target, entry, params, values)
    return found if found is not None and found.by_year.notna().any() else None


def _bound(target: Target, entry: Indicator, params: Params, values: pd.Series) -> Bound | None:
    match target:
        case Limit(sense, limit, None):
            return _level(limit, values, sense)
        case ByClimate(bounds):
            return _level(bounds[params.county.climate], values)
        case ByTerrain():
            limit = target.bound(params.county)
            return None if limit is None else _level(limit, values)
        case InPlace(requirements) if entry.unit == "requirements":
            return _level(len(requirements), values)
        case NoLoss(since):
            known = values.dropna()
            first = since if since in known.index else known.index.min()
            # A single year has nothing earlier to be held against.
            return (
                _level(known[first], values) if len(known) and known.index.max() > first else None
            )
        case Assigned():
            return _assigned(target, entry, params, values)
        case Both() | Either():
            pair = (_bound(t, entry, params, values) for t in (target.first, target.second))
            return next((b for b in pair if b is not None), None)
        case WhereGiven(inner):
            return _bound(inner, entry, params, values)
        case _:
            return None


def _level(bound: float, values: pd.Series, sense: str = "at_least") -> Bound:
    return Bound(pd.Series(float(bound), index=values.index), _sign(sense))


def _assigned(
    target: Assigned, entry: Indicator, params: Params, values: pd.Series
) -> Bound | None:
    given = {year: params.assignment(entry.id, year) for year in values.index}
    levels = {year: g for year, g in given.items() if g is not None and g.measure == "level"}
    if levels:
        bounds = [levels[y].value if y in levels else math.nan for y in values.index]
        return Bound(
            pd.Series(bounds, index=values.index), _sign(next(iter(levels.values())).sense)
        )
    if target.otherwise is None or any(given.values()):
        return None
    return _bound(target.otherwise, entry, params, values)


def _sign(sense: str) -> str:
    return "≥" if sense == "at_least" else "≤"
