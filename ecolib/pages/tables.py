"""What pages show, as tables for an analyst: codes, plain numbers and no word of any language.

Each function gives a `pandas.DataFrame` with a row a thing; `ecolib.pages.plots` draws them, and
`ecolib.pages.pieces` says them in a language. A part of a group stands in the column `part`, by
its number.
"""

from __future__ import annotations

import math
from calendar import isleap
from collections.abc import Iterable
from importlib.resources import files

import pandas as pd
import yaml

from ecolib.assess.annual import years_before
from ecolib.assess.case import Case
from ecolib.assess.result import Result
from ecolib.indicators.catalogue import known_items
from ecolib.indicators.targets import requirements_of
from ecolib.standards.ecology import ei_change, ei_from_sub_indices
from ecolib.standards.estimates import NOT_STATED
from ecolib.texts import words

# --- values by year -------------------------------------------------------------------------------


def history(result: Result, case: Case | None = None) -> pd.DataFrame:
    """Values by year: part, indicator, unit, year, value, basis, low, high, target, sign, status.

    `low` and `high` are the ends between which the value must lie, NaN where it is sure; `target`
    is the bound of the year with its `sign` (≥ or ≤); `status` the verdict, of earlier years where
    a case is given; `broken` says that the scope of a figure is not that of the year before,
    `undated` that it was submitted without a year.
    """
    judged = verdicts(result, case).set_index(["part", "year"])["status"]
    frames = []
    for part in result.owner_parts:
        frame = part.frame().astype({"value": float, "low": float, "high": float})
        unsure, years = frame["low"] != frame["high"], frame["year"]
        frame[["low", "high"]] = frame[["low", "high"]].where(unsure)
        frame = frame.rename(columns={"bound": "target"}).assign(
            sign=part.bound.sign if part.bound else "",
            status=[judged.get((part.number, year), "") for year in years],
            broken=years.isin(part.breaks),
            undated=[part.series.is_undated(year) for year in years],
        )
        frame.insert(0, "part", part.number)
        frame.insert(1, "indicator", part.indicator)
        frame.insert(2, "unit", part.unit)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def silent(result: Result) -> bool:
    """Whether nothing at all was submitted for an indicator in its year."""
    parts = [p for p in result.owner_parts if p.verdict.status != "not_applicable"]
    return bool(parts) and all(p.verdict.status == "not_evaluable" and not p.basis for p in parts)


def verdicts(result: Result, case: Case | None = None) -> pd.DataFrame:
    """The verdict of the year and, with a case, of the years before: part, year, status, value.

    An earlier year is judged as it would have been then, if anything was submitted. A group has a
    row of its own, too.
    """
    found = [result]
    for then in map(case.in_year, years_before(case)) if case else ():
        if result.indicator in then.list:
            found.append(then.evaluate(result.indicator))
    rows = [
        (each.number, each.year, "" if old and silent(each) else each.verdict.status, each.value)
        for old, whole in enumerate(found)
        for each in (whole, *whole.parts)
    ]
    frame = pd.DataFrame(rows, columns=["part", "year", "status", "value"])
    return frame.sort_values("year", kind="stable", ignore_index=True)


# --- what moved a value ---------------------------------------------------------------------------


def drivers(result: Result, case: Case) -> pd.DataFrame:
    """The yearly figures that the formula takes, each item once: item, unit, year, value, and
    whether it was submitted without a year (`undated`)."""
    rows, seen = [], set()
    for part in result.owner_parts:
        given = case.inputs(part.indicator)
        for name in part.entry.inputs:
            if name in known_items() and name in given and name not in seen:
                seen.add(name)
                unit, undated = known_items()[name].unit, case.series(name).is_undated
                pairs = zip(given["years"].tolist(), given[name].tolist(), strict=True)
                rows += [(name, unit, y, value, undated(y)) for y, value in pairs if value == value]
    return pd.DataFrame(rows, columns=["item", "unit", "year", "value", "undated"])


#: Not an item: every day of the year.
CALENDAR = "calendar_days"
#: By indicator the unit of what is counted, and the bands within the whole (`nested.yml`).
NESTED = yaml.safe_load((files(__package__) / "nested.yml").read_text(encoding="utf-8"))


def counts(result: Result, case: Case) -> pd.DataFrame:
    """What a count within a whole is made of: part, indicator, year, band, meaning, unit, value.

    `meaning` is "good", "bad", "other" or "unknown": one colour each, on every page. Where the next
    smaller count is missing, a band bears the name of its item and is all of it, not its rest.
    """
    given = drivers(result, case).pivot(index="year", columns="item", values="value")
    rows = [row for part in result.owner_parts for row in _bands(part, given)]
    columns = ["part", "indicator", "year", "band", "meaning", "unit", "value"]
    return pd.DataFrame(rows, columns=columns)


def _bands(part: Result, given: pd.DataFrame) -> Iterable[tuple]:
    unit, bands = NESTED.get(part.indicator, ("", {}))
    held = given[[name for name in bands if name in given]].dropna(how="all")
    if held.empty or (held.shape[1] < 2 and CALENDAR not in bands):
        return
    for year, row in held.iterrows():
        counted = {**row, CALENDAR: 366.0 if isleap(year) else 365.0}
        inner, known = 0.0, True
        for name, (band, meaning) in bands.items():
            outer = counted.get(name, math.nan)
            rest = ("other_days", meaning) if name == CALENDAR else (name, "other")
            if outer == outer:
                told = (band, meaning) if known else rest
                yield part.number, part.indicator, year, *told, unit, outer - inner
                inner = outer
            known = outer == outer


# --- requirements ---------------------------------------------------------------------------------


def requirements(result: Result, case: Case) -> pd.DataFrame:
    """The state of each requirement by year: part, indicator, requirement, year, state."""
    rows = []
    for part in result.owner_parts:
        entry = case.list[part.indicator]
        if requirements_of(entry.target):
            for name, states in case.states(entry).items():
                years = range(case.year - len(states) + 1, case.year + 1)
                pairs = zip(years, states, strict=True)
                rows += [(part.number, part.indicator, name, *pair) for pair in pairs]
    return pd.DataFrame(rows, columns=["part", "indicator", "requirement", "year", "state"])


def documents(result: Result, case: Case) -> pd.DataFrame:
    """The documents and statements in force in the year: part, indicator, requirement, statement,
    document, position; a requirement that the list does not ask for is left empty."""
    rows = []
    for part in result.owner_parts:
        entry = case.list[part.indicator]
        wanted = requirements_of(entry.target)
        for row in case.documents(entry) if wanted else ():
            if row["year"] in (None, result.year):
                given = (row[name] for name in ("title", "number", "date"))
                named = tuple(name for name in given if isinstance(name, str) and name)
                key = row["requirement"] if row["requirement"] in wanted else ""
                told = (row["statement"] or "", named, row["position"] or "")
                rows.append((part.number, part.indicator, key, *told))
    columns = ["part", "indicator", "requirement", "statement", "document", "position"]
    return pd.DataFrame(rows, columns=columns)


# --- intermediate tables --------------------------------------------------------------------------


def detail(result: Result, name: str, *, of_year: bool = False) -> pd.DataFrame:
    """A table of the result, or of the first part that has rows of it; empty where there is none.

    One without rows keeps its columns. `of_year` leaves the rows of the year of assessment.
    """
    found = [part.detail[name] for part in result.owner_parts if name in part.detail]
    rows = next((table for table in found if len(table)), next(iter(found), pd.DataFrame()))
    return rows[rows["year"] == result.year] if of_year and "year" in rows else rows


def air_days(result: Result) -> pd.DataFrame:
    """Every day of the year: date, counted, aqi, level, hex, primary, exceeding, concentrations."""
    days = detail(result, "air_days")
    if days.empty:
        return days
    kinds = {"counted": bool, "aqi": float, "level": float}
    return days.assign(date=pd.to_datetime(days["date"])).astype(kinds)


def pm25_months(result: Result) -> pd.DataFrame:
    """PM2.5 by month with the mean of its year: year, month, value, mean (µg/m³)."""
    months = detail(result, "pm25_months")
    if months.empty:
        return months
    fine = detail(result, "air_statistics")
    fine = fine[(fine["pollutant"] == "pm25") & (fine["statistic"] == "mean")]
    yearly = fine.set_index("year")["rounded"].astype(float)
    return months.assign(value=months["value"].astype(float), mean=months["year"].map(yearly))


def classes_by_month(result: Result) -> pd.DataFrame:
    """Assessed sections by class in every month with samples, of two years: period, class, count."""
    years, months = detail(result, "section_years"), detail(result, "section_months")
    if years.empty or months.empty:
        return pd.DataFrame(columns=["period", "class", "count"])
    assessed = years.loc[years["assessed"].astype(bool), ["section", "year"]]
    months = months.merge(assessed, on=["section", "year"])
    months = months[months["class"].notna() & (months["year"] > result.year - 2)]
    counted = months.astype({"class": int}).groupby(["period", "class"]).size()
    return counted.rename("count").reset_index()


#: Items of the data dictionary that are sub-indices of EI.
PREFIX = "ei_"


def ei_points(result: Result, case: Case) -> pd.DataFrame:
    """The points each sub-index adds to EI by year: a row a year, a column a sub-index, then `ei`
    and `grade`; only years with all six."""
    given = drivers(result, case)
    given = given[given["item"].str.startswith(PREFIX)]
    if given.empty:
        return pd.DataFrame()
    values = given.pivot(index="year", columns="item", values="value")
    values.columns = [name.removeprefix(PREFIX) for name in values.columns]
    events = result.detail.get("ei_events")
    status = ei_from_sub_indices(values, on=f"{result.year}-12-31", events=events)
    points = status.points.dropna()
    return points.join(status.table[["ei", "grade"]], how="inner")


def ei_moves(result: Result, case: Case, points: pd.DataFrame) -> pd.DataFrame:
    """How many points each sub-index moved EI by since the base year and last year: since, sub_index,
    points; the row `ei` of each is their sum."""
    since = dict.fromkeys((case.params.county.base_year, result.year - 1))
    rows = []
    for before in since if result.year in points.index else ():
        if before in points.index and before != result.year:
            change = ei_move(points, before, result.year, on=result.year)
            rows += [(before, *pair) for pair in change.contributions.items()]
            rows.append((before, "ei", change.change))
    return pd.DataFrame(rows, columns=["since", "sub_index", "points"])


def ei_move(points: pd.DataFrame, before: int, year: int, *, on: int):
    """What HJ 192, as in force in the year `on`, says of the change of EI between two years."""
    return ei_change(points.drop(columns=["ei", "grade"]), before, year, on=f"{on}-12-31")


def land(result: Result, case: Case) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The last land survey up to the year against the base year's, or the earliest there is.

    Returns
    -------
    tuple
        Changes by type (type, since, year, before, after, change, change_pct, share; km² and %),
        and the matrix of what became of what (type before down, type after across, km²); empty
        where there is none.
    """
    derived = case.derived_from("ei_biological_richness")
    changes = pd.DataFrame() if derived is None else derived.detail["land_changes"]
    changes = changes[changes["year"] <= result.year] if len(changes) else changes
    if changes.empty:
        return pd.DataFrame(), pd.DataFrame()
    changes = changes[changes["year"] == changes["year"].max()].set_index("type")
    changes = changes.loc[[kind for kind in words("land") if kind in changes.index]].reset_index()
    overlaid = derived.detail["land_transitions"]
    span = ["since", "year"]
    same = (overlaid[span] == changes[span].iloc[0]).all(axis=1)
    matrix = overlaid[same].pivot(index="type_before", columns="type_after", values="area_km2")
    order = [kind for kind in words("land") if kind in matrix.index or kind in matrix.columns]
    matrix = matrix.reindex(index=order, columns=order).fillna(0.0) if order else pd.DataFrame()
    return changes, matrix


def sites(part: Result) -> pd.DataFrame:
    """The area of every site by year: site, and a column a year."""
    table = part.detail.get("sites", pd.DataFrame(columns=["site"]))
    years = {column: int(column) for column in table if str(column).isdigit()}
    return table.rename(columns=years).astype(dict.fromkeys(years.values(), float))


def site_checks(part: Result) -> pd.DataFrame:
    """Every site held against an earlier year: since, site, type, before, after, change, finding."""
    checks = part.detail.get("site_checks", pd.DataFrame(columns=["year", "since", "site"]))
    return checks[checks["year"] == part.year]


def intervals(result: Result) -> pd.DataFrame:
    """Survey shares with their intervals (%): block, label, n, share, low, high, target, unsure.

    `block` is "overall", "questions" or a variable of the respondents; `unsure` where the target
    lies within the interval, so that the sample alone cannot tell.
    """
    kinds = ("survey_overall", "survey_questions", "survey_groups")
    overall, questions, groups = (detail(result, kind, of_year=True) for kind in kinds)
    columns = ["block", "label", "n", "share", "low", "high"]
    blocks = [pd.DataFrame(columns=columns)]
    if len(overall):
        blocks.append(overall.assign(block="overall", label=""))
    if len(questions):
        asked = questions.sort_values("share", ascending=False)
        blocks.append(asked.assign(block="questions", label=asked["question"], n=asked["valid"]))
    if len(groups):
        # Who did not state a group is no group of people; the table of coverage counts them.
        stated = groups[groups["group"] != NOT_STATED]
        blocks.append(stated.assign(block=stated["variable"], label=stated["group"]))
    frame = pd.concat([block[columns] for block in blocks[1:] or blocks])
    shares = ["share", "low", "high"]
    frame[shares] = 100 * frame[shares].astype(float)
    frame["target"] = math.nan if result.bound is None else result.bound.at(result.year)
    frame["unsure"] = (frame["low"] <= frame["target"]) & (frame["target"] <= frame["high"])
    return frame.reset_index(drop=True)
