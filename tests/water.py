"""Samples on their way to classes and grades, each step as a table.

`samples` are long, with `section`, `well` or `source`, `date`, `item`, `value` and, for surface
water, `body`; the standard is "surface_water" or "groundwater".
"""

from __future__ import annotations

import pandas as pd

from ecolib.standards.water.classes import judge
from ecolib.standards.water.county import grade_periods
from ecolib.standards.water.readings import parse_values, read_samples
from ecolib.standards.water.sections import (
    monthly_means,
    period_classes,
    period_means,
    samples_needed,
    state_evaluable,
)

PLACES = ("section", "well", "source")


def read(samples, name):
    samples = samples.assign(date=pd.to_datetime(samples["date"])).reset_index(drop=True)
    place = next(column for column in PLACES if column in samples)
    parsed = parse_values(samples["value"], samples["item"], name)
    return read_samples(samples, place, name, parsed), place


def item_classes(samples, name):
    """The class of every single result."""
    readings, place = read(samples.drop(columns="lake", errors="ignore"), name)
    return judge(readings, name).frame(place)


def section_means(samples, name, *, by="year"):
    """The mean of every item by place and period, with its class."""
    readings, place = read(samples, name)
    means = period_means(monthly_means(readings), by)
    counts = {n: getattr(means, n) for n in ("months", "samples", "below", "n_below")}
    return judge(means, name).frame(place, **counts)


def section_classes(samples, name, *, by="year"):
    """The class of every place and period, and whether it is evaluable."""
    readings, place = read(samples, name)
    months = monthly_means(readings)
    classes = period_classes(judge(period_means(months, by), name), months, place, by)
    return state_evaluable(classes, *samples_needed(name, by))


def county_grade(samples, sections, *, by="year"):
    """The grade of a county by the listed sections, in every period in which there is a sample."""
    listed = list(dict.fromkeys(sections))
    dates = pd.to_datetime(samples["date"])
    periods = sorted(set(dates.dt.strftime("%Y" if by == "year" else "%Y-%m")))
    own, _ = read(samples[samples["section"].isin(listed)], "surface_water")
    return grade_periods(monthly_means(own), [(s, p) for s in listed for p in periods], by)
