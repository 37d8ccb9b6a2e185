"""Grades of HJ 192-2015 and of the later ecological quality index, and what lowers a grade."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from ecolib.errors import DataError, Problem, near
from ecolib.standards import standard


def grade(values: pd.Series, kind: str, *, on: dt.date | str) -> pd.DataFrame:
    """Code, `zh` and `en` of the band each value falls in; missing for NaN.

    `kind` is one of ei_grade, ei_improvement, ei_decline, ei_fluctuation (sizes of a change, not
    its sign) and eqi_grade. A band holds its lower limit and not its upper one.

    Raises
    ------
    StandardError
        When no edition is in force on the day.
    DataError
        Unknown kind, with the nearest one.
    """
    table = standard("ecology_grades", on=on)
    bands = table[table["kind"] == kind].fillna({"lower": -np.inf}).sort_values("lower")
    if bands.empty:
        zh, en = near(kind, table["kind"])
        raise DataError(Problem("ecology_grades", f"没有分级“{kind}”{zh}", f"no '{kind}'{en}"))
    place = np.searchsorted(bands["lower"], values.to_numpy(float), side="right") - 1
    found = bands[["code", "zh", "en"]].iloc[place].set_axis(values.index)
    return found.astype({"code": "Int64"}).where(values.notna() & (place >= 0))


def restricted_grade(ei: pd.Series, events: pd.DataFrame | None, *, on: dt.date | str) -> pd.Series:
    """Grade codes by year after restriction events, each year by its gravest event.

    A provincial event lowers the grade by one, a national one also to fair (3) at best.
    """
    code = ei_code(ei, on=on)
    if events is None or events.empty:
        return code
    rules = standard("ecology_restrictions", on=on)
    kinds = dict(zip(rules["event_zh"], rules["event"], strict=True))
    named = events.assign(event=events["event"].replace(kinds))
    unknown = sorted(set(named["event"].dropna().astype(str)) - set(rules["event"]))
    if unknown or named["event"].isna().any():
        raise DataError(_unknown_event(name, rules) for name in unknown or ["nan"])
    years = named.join(rules.set_index("event")[["best_grade", "drop"]], on="event")
    worst = years.groupby("year")[["best_grade", "drop"]].max().reindex(ei.index)
    lowered = pd.concat([code + worst["drop"], worst["best_grade"]], axis=1).max(axis=1)
    bottom = grade(pd.Series([0.0]), "ei_grade", on=on)["code"].iloc[0]
    return (
        lowered.clip(upper=bottom).astype("Int64").where(worst["drop"].notna() & ei.notna(), code)
    )


def _unknown_event(name: str, rules: pd.DataFrame) -> Problem:
    zh, en = near(name, [*rules["event"], *rules["event_zh"]])
    known = "、".join(rules["event_zh"]), ", ".join(rules["event"])
    return Problem(
        "events", f"“{name}”不是限制事件级别（{known[0]}）{zh}", f"'{name}' is not {known[1]}{en}"
    )


def ei_code(ei: pd.Series, *, on: dt.date | str) -> pd.Series:
    """Grade codes of EI, 1 (excellent) to 5 (bad)."""
    return grade(ei, "ei_grade", on=on)["code"]


def top_of_grade(code: pd.Series, *, on: dt.date | str) -> pd.Series:
    """The highest EI that a lowered grade leaves, one step below the grade above it."""
    table = standard("ecology_grades", on=on)
    upper = table[table["kind"] == "ei_grade"].set_index("code")["upper"]
    step = standard("ecology_coefficients", on=on).set_index("term")["value"]["cap_step"]
    return code.map(upper).astype(float) - step
