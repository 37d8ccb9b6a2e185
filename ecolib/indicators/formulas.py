"""Arithmetic that several indicators share: arrays on one axis of years in, an array out.

All arrays of a call have the same years, in order and without a gap, along their first axis; a
further axis holds variants (a column a candidate), so that one call answers for all of them. A year
in which an input is missing, or a denominator is zero, gives NaN, never a number. Nothing is
rounded or clipped: a share of 104 % stays 104 % and is reported as a contradiction later. Inputs
are never written to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ecolib.data.numbers import ROUNDED, summed
from ecolib.standards.derived import YearNote
from ecolib.standards.land import CHECKED, Site, checked_sites
from ecolib.texts import Amount, Note

Values = np.ndarray


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
    halves
        Where the smaller of several values counts: the inputs of each, and its ends in the last year.
    detail
        Intermediate tables under the names the notebooks look for, years as a column.
    gaps
        Pairs of a year and why it has no value although its inputs are there.
    """

    value: Values
    low: Values | None = None
    high: Values | None = None
    coverage: Values | None = None
    halves: tuple[tuple[tuple[str, ...], float, float], ...] = ()
    detail: dict[str, pd.DataFrame] = field(default_factory=dict)
    gaps: tuple[YearNote, ...] = ()


def share(part: Values, whole: Values) -> Values:
    """100 * part / whole, in %; NaN where the whole is zero or either is missing."""
    # Multiplied first, so that 29 of 100 is 29 and not 28.999999999999996; as floats, for a hundred
    # times a list is a longer list, and a hundred times a small integer may not fit.
    return ratio(100 * np.asarray(part, dtype=float), np.asarray(whole, dtype=float))


def share_given(part: Values | None, whole: Values | None, *, sign: int = 1) -> Values | None:
    """The same with a sign; None where a column was not submitted at all."""
    return None if part is None or whole is None else sign * share(part, whole)


def ratio(numerator: Values, denominator: Values) -> Values:
    """numerator / denominator; NaN where the denominator is zero or either is missing."""
    return numerator / np.where(denominator == 0, np.nan, denominator)


def total(*parts: Values | None) -> Values:
    """Sum of the parts that were submitted; NaN in years in which one of those is missing."""
    first, *others = (p for p in parts if p is not None)
    return sum(others, start=first + 0.0)


def decline(values: Values) -> Values:
    """Fall against the year before, in % of it: 100 * (1 - a[t] / a[t-1]); NaN after a gap."""
    before = np.full_like(values, np.nan, dtype=float)
    before[1:] = values[:-1]
    return share(before - values, before)


def decline_since(values: Values, years: Values, base_year: int) -> Values:
    """Fall against the base year, in % of it; NaN throughout when the base year is missing."""
    base = in_year(values, years, base_year)
    return share(base - values, base)


def gain_since(values: Values, years: Values, base_year: int) -> Values:
    """Rise against the base year, in the unit of the values."""
    return values - in_year(values, years, base_year)


def in_year(values: Values, years: Values, year: int) -> Values:
    """The value of one year (a row where there are variants); NaN outside the axis."""
    place = year - int(years[0])
    inside = 0 <= place < len(years)
    return values[place] if inside else np.full(values.shape[1:], np.nan)[()]


def prefer(first: Values | None, second: Values | None) -> Values | None:
    """Each year from `first` where it has a value, else from `second`."""
    if first is None or second is None:
        return second if first is None else first
    return np.where(np.isnan(first), second, first)


def of_calendar_days(days: Values, valid: Values | None, years: Values) -> Measure:
    """Share of the valid days; calendar days stand in where those are missing (a lower bound)."""
    leap = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))
    calendar = np.where(leap, 366.0, 365.0).reshape(-1, *[1] * (days.ndim - 1))
    calendar = np.where(np.isnan(days), np.nan, calendar)
    known = calendar * np.nan if valid is None else np.where(np.isnan(days), np.nan, valid)
    value = share(days, prefer(known, calendar))
    high = np.where(~np.isnan(known) | np.isnan(value), value, 100.0)
    return Measure(value, low=value, high=high, coverage=known / calendar)


def good_of_all(good: Values | None, observed: Values, everything: Values) -> Measure:
    """Share of the whole that was seen to be good; what was not observed may be either.

    NaN in a year in which it is not known how much was observed.
    """
    coverage = ratio(observed, everything)
    if good is None:
        return Measure(coverage * np.nan, coverage=coverage)
    value = np.where(np.isnan(coverage), np.nan, share(good, everything))
    return Measure(value, low=value, high=value + 100 * (1 - coverage), coverage=coverage)


def joint_gain(
    surface: Values,
    ground: Values | None,
    *,
    points: Values | None,
    years: Values,
    base_year: int,
    best: float,
    inputs: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
) -> Measure:
    """The smaller of two rises since the base year, made of these `inputs`; where there are no
    `points` of groundwater, the first one alone.

    A share that is at its `best` cannot have fallen, whatever it was. Without groundwater there is
    no value, and the range is that of the half that is known; where there are points in any year,
    those without a share may be of any class.
    """
    ground = np.full_like(surface, np.nan) if ground is None else ground
    points = np.full_like(surface, np.nan) if points is None else points
    void, exist = points == 0, (points > 0).any(axis=0)
    unseen = np.isnan(ground) & ~void
    low, high = _rise(surface, years, base_year, best)
    other_low, other_high = _rise(ground, years, base_year, best)
    alone = void | (unseen & ~exist)
    low = np.where(alone, low, np.minimum(low, np.where(unseen, -100.0, other_low)))
    high = np.where(alone, high, np.where(unseen, high, np.minimum(high, other_high)))
    value = np.where((low == high) & ~unseen, low, np.nan)
    coverage = np.where(np.isnan(low) | unseen, np.nan, 1.0)
    detail, halves = {}, ()
    if surface.ndim == 1:
        ends = (_rise(surface, years, base_year, best), (other_low, other_high))
        halves = tuple(
            (n, *(float(end[-1]) for end in e)) for n, e in zip(inputs, ends, strict=True)
        )
        halves = halves[:1] if void[-1] else halves
        shares = pd.DataFrame({"year": years, "surface": surface, "ground": ground})
        detail["shares"] = shares[shares[["surface", "ground"]].notna().any(axis=1)]
    return Measure(value, low=low, high=high, coverage=coverage, halves=halves, detail=detail)


def _rise(shares: Values, years: Values, base_year: int, best: float) -> tuple[Values, Values]:
    """The least and the most that a share can have risen since the base year, in points: whatever it
    was, it was no better than `best` and no more than 100 points worse."""
    rise = gain_since(shares, years, base_year)
    least = shares - best + 0.0  # no minus before a zero
    return prefer(rise, least), prefer(rise, least + 100.0)


def non_overlapping(first: Values, *others: Values | None, overlap: Values | None) -> Measure:
    """Sum of areas less what is counted twice, year by year; NaN without the first one.

    An area that was not submitted for a year can only add, so the sum is a lower bound without
    it; without the overlap of several areas all that is sure is the largest one.
    """
    nothing = np.full_like(first, np.nan)
    areas = np.stack([first, *(nothing if a is None else a for a in others)])
    areas = np.where(np.isnan(first), np.nan, areas)
    given = ~np.isnan(areas)
    twice = nothing if overlap is None else overlap
    at_least_twice = np.where(np.isnan(twice), 0, twice)
    twice = np.where(given.sum(axis=0) == 1, at_least_twice, twice)
    summed = np.where(given.any(axis=0), np.where(given, areas, 0).sum(axis=0), np.nan)
    largest, complete = np.fmax.reduce(areas), given.all(axis=0)
    value = prefer(summed - twice, largest)
    value = np.where(complete, value, np.fmax(value, largest))
    high = np.where(complete, summed - at_least_twice, np.inf)
    return Measure(value, low=value, high=np.where(np.isnan(value), np.nan, high))


def area_of(areas: pd.DataFrame, kind: str, years: Values) -> Measure:
    """Sum by year of the areas of one kind, in ha; NaN in a year in which a site has no figure.

    A total beside its sites is no site; where it is not their sum, the area of the year is NaN.
    The detail holds the areas of the `sites`, the `site_checks` of the last year and, where there
    are any, `nature_changes`.
    """
    rows = areas[areas["kind"] == kind]
    natures = rows["nature"].tolist() if "nature" in rows else [None] * len(rows)
    columns = (rows[name].tolist() for name in ("site", "year", "area"))
    by_year: dict[int, dict[str, Site]] = {}
    for site, year, area, nature in zip(*columns, natures, strict=True):
        area = np.nan if area is None else float(area)
        own = by_year.setdefault(int(year), {})
        own[site] = Site(area, None if pd.isna(nature) else nature)
    total, gaps = np.full(len(years), np.nan), []
    for year, sites in by_year.items():
        stated = [s.area for n, s in sites.items() if summed(n) == "whole" and s.area == s.area]
        by_year[year] = sites = {n: s for n, s in sites.items() if not summed(n)} or sites
        area = np.sum([site.area for site in sites.values()])
        same = np.allclose(stated, area, rtol=ROUNDED)
        total[years == year] = np.append(stated, area)[0] if same else np.nan
        if not same and area == area:
            said = {"total": Amount(stated[0], "ha"), "sum": Amount(area, "ha")}
            gaps.append((year, Note("total_differs", **said)))
    detail = {"sites": _areas_of_sites(by_year), "site_checks": site_checks(by_year)}
    if "nature" in rows and len(changes := nature_changes(rows)):
        detail["nature_changes"] = changes
    return Measure(total, detail=detail, gaps=tuple(gaps))


def _areas_of_sites(by_year: Mapping[int, Mapping[str, Site]]) -> pd.DataFrame:
    """A row a site, a column a year."""
    names = sorted(set().union(*by_year.values()))
    columns = {y: [by_year[y].get(n, Site()).area for n in names] for y in sorted(by_year)}
    return pd.DataFrame({"site": names, **columns}).rename_axis(columns="year")


def site_checks(by_year: Mapping[int, Mapping[str, Site]]) -> pd.DataFrame:
    """The last year against the earliest one and against the one before: a row a site and year
    `since`, with what `checked_sites` says and the `type` of the site; empty with a single year."""
    years = sorted(by_year)
    last = max(years, default=0)
    now = by_year.get(last, {})
    rows = [
        (site, *checked, since, last, now.get(site, Site()).nature)
        for since in dict.fromkeys((*years[:1], *years[-2:-1]))
        if since != last
        for site, checked in checked_sites(by_year[since], now).items()
    ]
    return pd.DataFrame(rows, columns=["site", *CHECKED, "since", "year", "type"])


def nature_changes(rows: pd.DataFrame) -> pd.DataFrame:
    """Sites and years with another nature than the first one stated: site, year, before, after."""
    if len(set(rows["nature"].tolist())) == 1:
        return pd.DataFrame()
    stated = rows[rows["nature"].notna()].sort_values("year", kind="stable")
    stated = stated.assign(before=stated.groupby("site")["nature"].transform("first"))
    changed = stated[stated["nature"].str.strip() != stated["before"].str.strip()]
    changed = changed.rename(columns={"nature": "after"})
    return changed[["site", "year", "before", "after"]].reset_index(drop=True)


def documented(states: Mapping[str, Values]) -> Values:
    """How many requirements a document proves, by year, from their states by year.

    A state is "documented", "stated", "denied" or "absent", or empty in years before anything was
    submitted.
    """
    table = np.array(list(states.values()))
    return np.where((table == "").all(axis=0), np.nan, (table == "documented").sum(axis=0))
