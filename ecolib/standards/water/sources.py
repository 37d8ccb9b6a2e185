"""Drinking water sources (indicator 25): every source of the list, monitored or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ecolib.errors import DataError, Problem, near
from ecolib.standards import by_edition
from ecolib.standards.water.classes import SAME, judge
from ecolib.standards.water.readings import check_columns, read_samples
from ecolib.standards.water.sections import period_classes, period_values, state_evaluable
from ecolib.standards.water.settings import WaterSettings

ITEM_COLUMNS = ["source", "year", "date", "item", "value", "below", "unreadable", "coarse"]
ITEM_COLUMNS += ["class", "class_limit3", "exceedance", "decides", "limit", "document"]
KINDS = ("river", "lake", "groundwater")


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
        not evaluable), `evaluable` with the reasons.
    items
        Every value that was judged (a sample or a yearly mean) with its class, or with its
        `limit` of GB 3838 tables 2 and 3.
    """

    table: pd.DataFrame
    sources: pd.DataFrame
    items: pd.DataFrame


def source_quality(
    sources: pd.DataFrame, samples: pd.DataFrame, *, settings: WaterSettings | None = None
) -> SourceQuality:
    """Class of every drinking source by year and the share that is good.

    Parameters
    ----------
    sources
        The full list: `source`, `kind` ("river", "lake", "groundwater") and, where the list
        changed over time, `year`. Without `year` the list holds for every year of the samples.
    samples
        Long form: `source`, `date`, `item`, `value`.

    Notes
    -----
    A surface source is good at class III or better by GB 3838-2002 table 1 and within the limits
    of tables 2 and 3 for the items measured; a groundwater source at class III or better by
    GB/T 14848. See `WaterSettings.source_year` for how a year is judged.

    Raises
    ------
    DataError
        An unknown kind, or samples of a source that is not on the list (of their year).
    """
    settings = settings or WaterSettings()
    _check(sources, samples)
    kinds = sources.drop_duplicates("source").set_index("source")["kind"]
    samples = samples.assign(body=samples["source"].map(kinds))
    surface = _surface_years(samples[samples["body"] != "groundwater"], settings)
    ground = _ground_years(samples[samples["body"] == "groundwater"], settings)
    judged = pd.concat([surface[0], ground[0]]).drop(columns="body")
    years = _listed_years(sources, samples).merge(
        judged.rename(columns={"place": "source"}), on=["source", "year"], how="left"
    )
    years = _stated(years, settings)
    rows = [_year_row(year, part) for year, part in years.groupby("year")]
    items = pd.concat([surface[1], ground[1]]).rename(columns={"place": "source"})
    return SourceQuality(pd.DataFrame(rows), years, items[ITEM_COLUMNS].reset_index(drop=True))


def _surface_years(
    samples: pd.DataFrame, settings: WaterSettings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    read = read_samples(samples, "surface_water", settings=settings)
    how = {"by": "year", "mode": settings.source_year}
    reference = settings.source_reference_items
    values = period_values(read, **how)
    items = _add_limit(judge(values, "surface_water", settings=settings, reference=reference))
    over = items[items["value"] > items["limit"] * (1 + SAME)]
    names = over.groupby(["place", "year"])["item"].agg(lambda own: ", ".join(sorted(set(own))))
    limited = set(items.loc[items["limit"].notna(), "item"])
    classes = period_classes(
        read[~read["item"].isin(limited)],
        "surface_water",
        **how,
        settings=settings,
        reference=reference,
    )
    return classes.merge(names.rename("over_limit").reset_index(), how="left"), items


def _ground_years(
    samples: pd.DataFrame, settings: WaterSettings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    read = read_samples(samples, "groundwater", settings=settings)
    how = {"by": "year", "mode": settings.source_year}
    classes = period_classes(read, "groundwater", **how, settings=settings)
    items = judge(period_values(read, **how), "groundwater", settings=settings)
    return classes, items


def _add_limit(items: pd.DataFrame) -> pd.DataFrame:
    """Limits of GB 3838 tables 2 and 3, which know no classes, for the items that have one."""
    limit = pd.Series(np.nan, index=items.index)
    for mask, rows in by_edition("source_water", items["date"]):
        limit[mask] = items["item"][mask].map(rows.set_index("item")["high"]).astype(float)
    return items.assign(limit=limit)


def _listed_years(sources: pd.DataFrame, samples: pd.DataFrame) -> pd.DataFrame:
    if "year" in sources:
        return sources[["source", "kind", "year"]]
    years = pd.to_datetime(samples["date"]).dt.year.drop_duplicates()
    return sources[["source", "kind"]].merge(years.sort_values().rename("year"), how="cross")


def _stated(years: pd.DataFrame, settings: WaterSettings) -> pd.DataFrame:
    """Say what could not be judged, and whether the others are good."""
    texts = ["deciding", "exceeding", "below", "coarse", "unreadable", "not_judged", "over_limit"]
    years[texts] = years[texts].fillna("")
    years[["items", "months", "samples"]] = (
        years[["items", "months", "samples"]].fillna(0).astype(int)
    )
    years = state_evaluable(years, count="samples", needed=settings.samples_in_source_year)
    years["monitored"] = (years["samples"] > 0) | years["unreadable"].ne("")
    good = (years["class"] <= 3) & years["over_limit"].eq("")
    years["good"] = good.astype("boolean").where(years["evaluable"])
    return years.sort_values(["year", "source"]).reset_index(drop=True)


def _year_row(year: int, listed: pd.DataFrame) -> dict[str, object]:
    """One row of `SourceQuality.table`."""
    total, judged = len(listed), int(listed["evaluable"].sum())
    good = int(listed["good"].fillna(False).sum())
    silent = listed[~listed["monitored"]]
    thin = listed[listed["monitored"] & ~listed["evaluable"]]
    bad = listed[listed["good"].eq(False).fillna(False)]
    return {
        "year": int(year),
        "sources": total,
        "monitored": total - len(silent),
        "evaluable": judged,
        "good": good,
        "share": 100 * good / judged if judged else np.nan,
        "coverage": 100 * judged / total,
        "share_at_least": 100 * good / total,
        "share_at_most": 100 * (good + total - judged) / total,
        "unmonitored": ", ".join(silent["source"]),
        "not_evaluable": ", ".join(thin["source"]),
        "not_good": ", ".join(bad["source"]),
    }


def _check(sources: pd.DataFrame, samples: pd.DataFrame) -> None:
    check_columns(sources, ["source", "kind"], where="sources")
    check_columns(samples, ["source", "date"], where="samples")
    problems = []
    for kind in sorted(set(sources["kind"].fillna("?")) - set(KINDS)):
        zh, en = near(kind, KINDS)
        problems.append(
            Problem("sources.kind", f"未知类型“{kind}”{zh}", f"unknown kind '{kind}'{en}")
        )
    for name in sorted(set(samples["source"]) - set(sources["source"])):
        zh, en = near(name, sources["source"])
        problems.append(
            Problem(
                "samples.source",
                f"“{name}”不在水源地名单中{zh}",
                f"'{name}' is not on the list{en}",
            )
        )
    problems += _off_the_year_list(sources, samples)
    if problems:
        raise DataError(problems)


def _off_the_year_list(sources: pd.DataFrame, samples: pd.DataFrame) -> list[Problem]:
    """Samples of a year in which their source is not listed would otherwise vanish."""
    if "year" not in sources:
        return []
    years = pd.to_datetime(samples["date"], errors="coerce").dt.year.dropna()
    sampled = set(zip(samples["source"].loc[years.index], years.astype(int), strict=True))
    listed = set(zip(sources["source"], sources["year"], strict=True))
    return [
        Problem(
            "samples.source",
            f"“{name}”{year} 年有监测数据，但不在当年名单中",
            f"'{name}' has samples in {year} but is not on the list of that year",
        )
        for name, year in sorted(sampled - listed)
    ]
