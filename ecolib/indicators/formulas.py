"""Arithmetic that several indicators share: Series by year in, Series by year out.

A year in which an input is missing, or a denominator is zero, gives NaN, never a number. Nothing
is rounded or clipped: a share of 104 % stays 104 % and is reported as a contradiction later.
"""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ecolib.standards.areas import check_sites


@dataclass(frozen=True)
class Measure:
    """Values of an indicator by year, with what led to them.

    Attributes
    ----------
    value
        The value by year, in the indicator's unit.
    low, high
        What the value could be at the least and at the most where something was not observed;
        equal to `value` (or absent) where everything was.
    coverage
        Observed share of what should have been observed, 0 to 1.
    detail
        Intermediate tables under the names the notebooks look for.
    """

    value: pd.Series
    low: pd.Series | None = None
    high: pd.Series | None = None
    coverage: pd.Series | None = None
    detail: dict[str, pd.DataFrame] = field(default_factory=dict)


def share(part: pd.Series, whole: pd.Series) -> pd.Series:
    """100 * part / whole, in %; NaN where the whole is zero or either is missing."""
    # Multiplied first, so that 29 of 100 is 29 and not 28.999999999999996.
    return ratio(100 * part, whole)


def ratio(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """numerator / denominator; NaN where the denominator is zero or either is missing."""
    numerator, denominator = numerator.align(denominator)
    return numerator / denominator.where(denominator != 0)


def total(*parts: pd.Series | None) -> pd.Series:
    """Sum of the parts that were handed in; NaN in years in which one of those is missing."""
    given = [p for p in parts if p is not None]
    return pd.concat(given, axis=1).sum(axis=1, skipna=False)


def decline(series: pd.Series) -> pd.Series:
    """Fall against the year before, in % of it: 100 * (1 - a[t] / a[t-1]); NaN after a gap."""
    before = _year_before(series)
    return share(before - series, before)


def decline_since(series: pd.Series, base_year: int) -> pd.Series:
    """Fall against the base year, in % of it; NaN throughout when the base year is missing."""
    base = series.get(base_year, np.nan)
    return 100 * (base - series) / base if base else series * np.nan


def gain_since(series: pd.Series, base_year: int) -> pd.Series:
    """Rise against the base year, in the unit of the series."""
    return series - series.get(base_year, np.nan)


def prefer(first: pd.Series | None, second: pd.Series | None) -> pd.Series | None:
    """Each year from `first` where it has a value, else from `second`."""
    if first is None or second is None:
        return second if first is None else first
    return first.combine_first(second)


def of_calendar_days(days: pd.Series, valid: pd.Series | None) -> Measure:
    """Share of the valid days; calendar days stand in where those are missing (a lower bound)."""
    calendar = pd.Series([366 if isleap(y) else 365 for y in days.index], days.index, dtype=float)
    known = calendar * np.nan if valid is None else valid.reindex(days.index)
    value = share(days, known.fillna(calendar))
    return Measure(
        value,
        low=value,
        high=value.where(known.notna() | value.isna(), 100.0),
        coverage=known / calendar,
    )


def good_of_all(good: pd.Series | None, observed: pd.Series, everything: pd.Series) -> Measure:
    """Share of the whole that was seen to be good; what was not observed may be either.

    NaN in a year in which it is not known how much was observed.
    """
    coverage = ratio(observed, everything)
    if good is None:
        return Measure(coverage * np.nan, coverage=coverage)
    value = share(good, everything)
    value = value.where(coverage.reindex(value.index).notna())
    return Measure(value, low=value, high=value + 100 * (1 - coverage), coverage=coverage)


def joint_gain(
    surface: pd.Series, ground: pd.Series, *, void: pd.Series, base_year: int
) -> Measure:
    """The smaller of two rises since the base year; where `void`, the first one alone."""
    rises = pd.DataFrame(
        {"surface": gain_since(surface, base_year), "ground": gain_since(ground, base_year)}
    )
    ground_or_none = rises["ground"].mask(void.reindex(rises.index, fill_value=False), np.inf)
    value = pd.concat([rises["surface"], ground_or_none], axis=1).min(axis=1, skipna=False)
    return Measure(value, detail={"shares": pd.DataFrame({"surface": surface, "ground": ground})})


def non_overlapping(
    first: pd.Series, *others: pd.Series | None, overlap: pd.Series | None
) -> Measure:
    """Sum of areas less what is counted twice, year by year; NaN without the first one.

    An area that was not handed in for a year can only add, so the sum is a lower bound without
    it; without the overlap of several areas all that is sure is the largest one.
    """
    none = pd.Series(dtype=float)
    areas = pd.concat([none if a is None else a for a in (first, *others)], axis=1)
    areas = areas.where(areas.iloc[:, 0].notna(), np.nan)
    twice = (none if overlap is None else overlap).reindex(areas.index)
    twice = twice.mask(areas.notna().sum(axis=1) == 1, twice.fillna(0))
    summed = areas.sum(axis=1, min_count=1)
    value = (summed - twice).fillna(areas.max(axis=1))
    high = (summed - twice.fillna(0)).mask(areas.isna().any(axis=1), np.inf)
    return Measure(value, low=value, high=high.where(value.notna()))


def area_of(areas: pd.DataFrame, kind: str) -> Measure:
    """Sum by year of the areas of one kind; NaN in a year in which a site has no figure.

    The detail holds the areas of the `sites`, the `site_checks` of the last year and, where there
    are any, `nature_changes`.
    """
    rows = areas[areas["kind"] == kind]
    sites = rows.pivot(index="site", columns="year", values="area").astype(float)
    by_year = rows.groupby("year")["area"].agg(lambda a: a.sum(skipna=False))
    detail = {"sites": sites.reset_index(), "site_checks": site_checks(rows)}
    if "nature" in rows and len(changes := nature_changes(rows)):
        detail["nature_changes"] = changes
    return Measure(by_year.astype(float), detail=detail)


def site_checks(rows: pd.DataFrame) -> pd.DataFrame:
    """The last year against the earliest one and against the one before: a row a site and year
    `since`, with the columns of `standards.areas.check_sites`; empty with a single year."""
    years = sorted(rows["year"].unique())
    typed = rows.rename(columns={"nature": "type"})
    now = typed[typed["year"] == max(years, default=0)].set_index("site")
    found = [
        check_sites(typed, since, years[-1]).assign(since=since, year=years[-1])
        for since in dict.fromkeys((*years[:1], *years[-2:-1]))
        if since != years[-1]
    ]
    checks = pd.concat(found) if found else pd.DataFrame()
    return checks.join(now.reindex(columns=["type"])).reset_index() if found else checks


def nature_changes(rows: pd.DataFrame) -> pd.DataFrame:
    """Sites and years with another nature than the first one stated: site, year, before, after."""
    stated = rows[rows["nature"].notna()].sort_values("year", kind="stable")
    stated = stated.assign(before=stated.groupby("site")["nature"].transform("first"))
    changed = stated[stated["nature"].str.strip() != stated["before"].str.strip()]
    changed = changed.rename(columns={"nature": "after"})
    return changed[["site", "year", "before", "after"]].reset_index(drop=True)


def documented(states: pd.DataFrame) -> pd.Series:
    """How many requirements a document proves, by year, from their states by year."""
    return (states == "documented").sum(axis=1).astype(float)


def _year_before(series: pd.Series) -> pd.Series:
    return pd.Series(series.to_numpy(), index=series.index + 1).reindex(series.index)
