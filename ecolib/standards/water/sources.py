"""Drinking water sources (indicator 25): every source of the list, monitored or not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecolib.standards import by_edition
from ecolib.standards.water.classes import GOOD, SAME, grouped, judge, names_listed
from ecolib.standards.water.readings import Values, read_samples
from ecolib.standards.water.sections import (
    monthly_means,
    period_classes,
    state_evaluable,
    with_silent,
)

KINDS = ("river", "lake", "groundwater")
#: Items outside the single-factor class of a surface source (a provincial report's list).
REFERENCE_ITEMS = ("water_temp", "tn", "coliform", "cod")
#: Samples that a source needs in a year.
SAMPLES_IN_YEAR = 1


def source_quality(
    listed: pd.DataFrame, samples: pd.DataFrame, parsed: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Class of every listed drinking source by year, and whether it is good.

    Parameters
    ----------
    listed
        The full list: `source`, `year` and `kind`, one of `KINDS`.
    samples
        As for `read_samples`, of listed sources alone, each with its `kind`.
    parsed
        What `parse_values` makes of their values.

    Returns
    -------
    sources
        One row a source and year: `kind`, `monitored`, `samples`, `class`, `deciding`,
        `over_limit` (items above a limit of GB 3838 tables 2 and 3), `good` (NA when
        not evaluable), `evaluable` with the `reasons`.
    items
        Every result with its class, or with its `limit` of GB 3838 tables 2 and 3.

    Notes
    -----
    A surface source is good at class III or better by GB 3838-2002 table 1 and within the limits
    of tables 2 and 3 for the items measured; a groundwater source at class III or better by
    GB/T 14848. The class of a year is that of its worst sample: good only when every sample is.
    """
    ground = (samples["kind"] == "groundwater").to_numpy()
    samples = samples.assign(body=samples["kind"])
    parts = [
        _years(samples[rows], parsed[rows], name)
        for name, rows in (("surface_water", ~ground), ("groundwater", ground))
    ]
    years = _stated(listed, [classes for classes, _ in parts])
    return years, pd.concat([items for _, items in parts], ignore_index=True)


def _years(
    samples: pd.DataFrame, parsed: pd.DataFrame, standard_name: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The worst class of each source and year, and every result, judged by one standard."""
    readings = read_samples(samples, "source", standard_name, parsed)
    surface = standard_name == "surface_water"
    judged = judge(readings, standard_name, reference=REFERENCE_ITEMS if surface else None)
    limit = _limits(readings) if surface else np.full(len(readings), np.nan)
    date = readings.day.astype("datetime64[us]")
    # What was not detected decides against no source, what is above a number is at least that.
    beyond = readings.lower > limit * (1 + SAME)
    items = judged.frame("source", date=date, limit=limit, decides=judged.decides, beyond=beyond)
    # What has a limit without classes is judged by that alone.
    limited = np.isin(readings.item, readings.item[~np.isnan(limit)])
    classed = judged.at(~limited)
    classes = period_classes(classed, monthly_means(classed.values), "source", "year")
    over = _named(readings, beyond)
    passed = readings.upper <= limit * (1 + SAME)
    half = readings.below & (readings.value <= limit * (1 + SAME))
    unsure = ~np.isnan(limit) & (readings.lower <= limit * (1 + SAME)) & ~passed & ~half
    unsure |= ~np.isnan(limit) & readings.unread
    left_open = _named(readings, unsure)
    keys = list(zip(classes["source"], classes["year"], strict=True))
    named = np.array([over.get(key, "") for key in keys], dtype=object)
    also = (left_open.get(key, "") for key in keys)
    open_items = [", ".join(filter(None, pair)) for pair in zip(classes["open"], also, strict=True)]
    return classes.assign(over_limit=named, open=open_items), items


def _limits(readings: Values) -> np.ndarray:
    """Limits of GB 3838 tables 2 and 3, which know no classes, for the items that have one."""
    limit = np.full(len(readings), np.nan)
    for at, rows in by_edition("source_water", pd.Series(readings.day)):
        high = dict(zip(rows["item"], rows["high"], strict=True))
        limit[at] = np.array([high.get(name, np.nan) for name in readings.items])[readings.item[at]]
    return limit


def _named(readings: Values, rows: np.ndarray) -> dict[tuple[str, int], str]:
    """The items of some rows by source and year."""
    own = readings.at(rows)
    first, group = grouped(own.place, own.year)
    names = names_listed(group, own.item, own.items, len(first))
    places, years = own.names[own.place[first]], own.year[first].tolist()
    return dict(zip(zip(places, years, strict=True), names, strict=True))


def _stated(listed: pd.DataFrame, parts: list[pd.DataFrame]) -> pd.DataFrame:
    """The listed sources; what could not be judged, and whether the others are good."""
    wanted = zip(listed["source"], listed["year"].astype(str), strict=True)
    years = with_silent(pd.concat(parts, ignore_index=True), wanted)
    years["over_limit"] = years["over_limit"].fillna("")
    # One item over its limit is enough: whatever is open cannot make such a source good.
    years["open"] = years["open"].where(years["over_limit"].eq(""), "")
    years = state_evaluable(years, "samples", SAMPLES_IN_YEAR, GOOD + 1)
    years["kind"] = listed["kind"].to_numpy()
    years["monitored"] = (years["samples"] > 0) | years["unreadable"].ne("")
    good = (years["class"] <= GOOD) & years["over_limit"].eq("")
    years["good"] = good.astype("boolean").where(years["evaluable"])
    return years.sort_values(["year", "source"]).reset_index(drop=True)
