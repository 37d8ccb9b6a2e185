"""Formulas take arrays on one axis of years; a test writes its few years as a Series."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps

import numpy as np
import pandas as pd

from ecolib.assess.series import Series, placed
from ecolib.indicators.formulas import Measure


def by_year(values: dict[int, float]) -> pd.Series:
    return pd.Series(values, dtype=float)


def table(series: Series) -> pd.DataFrame:
    """The figures of a series with their rounding and whether they are undated, by year."""
    columns = {name: getattr(series, name) for name in ("value", "rounding", "undated")}
    return pd.DataFrame(columns, index=series.years).dropna(subset="value")


def placed_by_year(values: dict[int, float]) -> Series:
    """A series of exact figures up to the last of these years."""
    return placed(
        np.array([*values], dtype=int), np.array([*values.values()]), max(values, default=0)
    )


def on_series(formula: Callable) -> Callable:
    """The formula for arguments by year: put on one axis, and its answer read in the given years."""
    parameters = inspect.signature(formula).parameters

    @wraps(formula)
    def called(*args, **named):
        given = [a for a in (*args, *named.values()) if isinstance(a, pd.Series)]
        tables = [a for a in (*args, *named.values()) if isinstance(a, pd.DataFrame)]
        known = sorted(
            {y for a in given for y in a.index}
            | {y for t in tables for y in t.get("year", t.index)}
        )
        years = np.arange(known[0], known[-1] + 1) if known else np.array([2019])

        def on_axis(argument):
            if isinstance(argument, pd.Series):
                if argument.dtype == bool:
                    return argument.reindex(years, fill_value=False).to_numpy()
                return argument.reindex(years).to_numpy(float)
            if isinstance(argument, pd.DataFrame) and "year" not in argument:
                states = argument.reindex(years).astype(object)
                return {key: states[key].fillna("").to_numpy(object) for key in states}
            return argument

        def read(answer):
            return None if answer is None else pd.Series(answer, index=years).reindex(known)

        given = {name: on_axis(argument) for name, argument in named.items()}
        if "years" in parameters:
            given["years"] = years
        positional = [name for name in parameters if name != "years"]
        if any(p.kind is p.VAR_POSITIONAL for p in parameters.values()):
            answer = formula(*map(on_axis, args), **given)
        else:
            answer = formula(**dict(zip(positional, map(on_axis, args), strict=False)), **given)
        if not isinstance(answer, Measure):
            return read(answer)
        ends = (read(getattr(answer, name)) for name in ("value", "low", "high", "coverage"))
        return Measure(*ends, detail=answer.detail)

    return called
