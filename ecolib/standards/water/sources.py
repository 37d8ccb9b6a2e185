"""Drinking water sources (indicator 25): every source of the list, monitored or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ecolib.errors import DataError
from ecolib.standards import by_edition
from ecolib.standards.water.classes import GOOD, SAME, grouped, judge, names_listed
from ecolib.standards.water.readings import (
    Values,
    check_columns,
    parse_values,
    read_samples,
    unknown,
)
from ecolib.standards.water.sections import (
    monthly_means,
    period_classes,
    state_evaluable,
    with_silent,
)
from ecolib.texts import Note

ITEM_COLUMNS = ["source", "year", "date", "item", "value", "below", "unreadable", "coarse"]
ITEM_COLUMNS += ["class", "class_limit3", "exceedance", "decides", "limit", "document"]
KINDS = ("river", "lake", "groundwater")
#: Items outside the single-factor class of a surface source (a provincial report's list).
REFERENCE_ITEMS = ("water_temp", "tn", "coliform", "cod")
#: Samples that a source needs in a year.
SAMPLES_IN_YEAR = 1


@dataclass(frozen=True)
class SourceQuality:
    """Drinking sources by year.

    Attributes
    ----------
    table
        One row a year: `sources` listed, `monitored`, `evaluable`, `good`; `share` good of the
        evaluable and `coverage` evaluable of the listed, both in percent; `share_at_least` and
        `share_at_most`, when every source that could not be judged is counted as not good or as
        good; `unmonitored` names the sources without a single sample, `not_evaluable` the others
        that could not be judged, `not_good` those worse than class III.
    sources
        One row a source and year: `kind`, `monitored`, `samples`, `class`, `class_name`,
        `deciding`, `over_limit` (items above a limit of GB 3838 tables 2 and 3), `good` (NA when
        not evaluable), `evaluable` with the `reasons`.
    items
        Every result with its class, or with its `limit` of GB 3838 tables 2 and 3.
    """

    table: pd.DataFrame
    sources: pd.DataFrame
    items: pd.DataFrame


def source_quality(
    sources: pd.DataFrame, samples: pd.DataFrame, *, parsed: pd.DataFrame | None = None
) -> SourceQuality:
    """Class of every drinking source by year and the share that is good.

    Parameters
    ----------
    sources
        The full list: `source`, `kind` ("river", "lake", "groundwater") and, where the list
        changed over time, `year`. Without `year` the list holds for every year of the samples.
    samples
        Long form: `source`, `date`, `item`, `value`.
    parsed
        What `parse_values` makes of the column `value`, where that is known already.

    Notes
    -----
    A surface source is good at class III or better by GB 3838-2002 table 1 and within the limits
    of tables 2 and 3 for the items measured; a groundwater source at class III or better by
    GB/T 14848. The class of a year is that of its worst sample: good only when every sample is.

    Raises
    ------
    DataError
        An unknown kind, or samples of a source that is not on the list (of their year).
    """
    _check(sources, samples)
    kinds = sources.drop_duplicates("source").set_index("source")["kind"]
    samples = samples.assign(body=samples["source"].map(kinds))
    ground = (samples["body"] == "groundwater").to_numpy()
    if parsed is None:
        judged_by = np.where(ground, "groundwater", "surface_water")
        parsed = parse_values(samples["value"], samples["item"], judged_by)
    parts = [
        _years(samples[rows], parsed[rows], name)
        for name, rows in (("surface_water", ~ground), ("groundwater", ground))
    ]
    years = _stated(_listed_years(sources, samples), [classes for classes, _ in parts])
    rows = [_year_row(year, part) for year, part in years.groupby("year")]
    items = pd.concat([items for _, items in parts], ignore_index=True)
    return SourceQuality(pd.DataFrame(rows), years, items)


def _years(
    samples: pd.DataFrame, parsed: pd.DataFrame, standard_name: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The worst class of each source and year, and every result, judged by one standard."""
    readings, _ = read_samples(samples, standard_name, parsed=parsed)
    surface = standard_name == "surface_water"
    judged = judge(readings, standard_name, reference=REFERENCE_ITEMS if surface else None)
    limit = _limits(readings) if surface else np.full(len(readings), np.nan)
    items = judged.frame("source", year=readings.year, limit=limit)[ITEM_COLUMNS]
    # What has a limit without classes is judged by that alone.
    limited = np.isin(readings.item, readings.item[~np.isnan(limit)])
    classed = judged.at(~limited)
    classes = period_classes(classed, monthly_means(classed.values), "source", "year")
    # What was not detected decides against no source, what is above a number is at least that.
    over = _named(readings, readings.lower > limit * (1 + SAME))
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


def _listed_years(sources: pd.DataFrame, samples: pd.DataFrame) -> pd.DataFrame:
    if "year" in sources:
        return sources[["source", "kind", "year"]]
    years = pd.to_datetime(samples["date"]).dt.year.drop_duplicates()
    return sources[["source", "kind"]].merge(years.sort_values().rename("year"), how="cross")


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


def _year_row(year: int, listed: pd.DataFrame) -> dict[str, object]:
    """One row of `SourceQuality.table`."""
    evaluable, monitored = listed["evaluable"].to_numpy(), listed["monitored"].to_numpy()
    is_good = listed["good"].fillna(False).to_numpy(dtype=bool)
    names = listed["source"].to_numpy(dtype=object)
    total, judged, good = len(listed), int(evaluable.sum()), int(is_good.sum())
    return {
        "year": int(year),
        "sources": total,
        "monitored": int(monitored.sum()),
        "evaluable": judged,
        "good": good,
        "share": 100 * good / judged if judged else np.nan,
        "coverage": 100 * judged / total,
        "share_at_least": 100 * good / total,
        "share_at_most": 100 * (good + total - judged) / total,
        "unmonitored": ", ".join(names[~monitored]),
        "not_evaluable": ", ".join(names[monitored & ~evaluable]),
        "not_good": ", ".join(names[evaluable & ~is_good]),
    }


def _check(sources: pd.DataFrame, samples: pd.DataFrame) -> None:
    check_columns(sources, ["source", "kind"], where="sources")
    check_columns(samples, ["source", "date"], where="samples")
    kinds = unknown(sources["kind"].fillna("?"), KINDS)
    problems = [Note("unknown_kind", about="sources.kind", **said) for said in kinds]
    off = unknown(samples["source"], sources["source"])
    problems += [Note("source_not_listed", about="samples.source", **said) for said in off]
    if "year" in sources:  # samples of a year in which their source is not listed would vanish
        years = pd.to_datetime(samples["date"], errors="coerce").dt.year
        sampled = set(zip(samples["source"], years, strict=True))
        listed = set(zip(sources["source"], sources["year"], strict=True))
        problems += [
            Note("source_not_listed_that_year", about="samples.source", name=name, year=int(year))
            for name, year in sorted(sampled - listed)
            if not np.isnan(year)
        ]
    if problems:
        raise DataError(problems)
