"""Surface water and groundwater: from laboratory results to counts of good and bad places.

A year counts only when every assessed place of its list could be judged: a share of the places
that happen to have data would be another quantity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ecolib.errors import DataError
from ecolib.standards.derived import Derived, derives
from ecolib.standards.remarks import Remarks
from ecolib.standards.settings import sentences
from ecolib.standards.water import (
    CLASS_NAMES,
    WaterSettings,
    assessed_sections,
    compare_periods,
    compare_sections,
    county_grade,
    section_classes,
    section_means,
)
from ecolib.standards.water.laboratory import (
    item_names,
    listed_samples,
    remark_on_readings,
    with_names,
)
from ecolib.standards.water.pollutants import by_multiple, named
from ecolib.standards.water.seasons import season_trend
from ecolib.standards.water.sections import samples_needed, with_silent

SURFACE = "surface_water"
GROUND = "groundwater"
LEVEL_WORDS = {
    "national": ("国控", "national"),
    "provincial": ("省控", "provincial"),
    "city": ("市控", "city"),
}
#: The settings that matter for surface water and groundwater, for the method section of the page.
METHOD = [
    "below_detection",
    "nd_without_limit",
    "edition_on",
    "lake_tn_decides",
    "months_in_year",
    "well_year",
    "samples_in_well_year",
    "few_sections",
    "some_change",
    "marked_change",
]
#: The items whose monthly course tells most, and which way is better.
FOLLOWED = {"do": "up", "cod_mn": "down", "nh3n": "down", "tp": "down"}
MONTHS = 12
SETTINGS = WaterSettings()
COUNTS = ("total", "class3", "below5")
UNKNOWN = dict.fromkeys(COUNTS, np.nan)


@derives(
    "surface_sections_total",
    "surface_sections_class3",
    "surface_sections_below5",
)
def surface_water(water_sections, water_samples):
    """Sections of the highest control level present, by the class of their yearly means.

    GB 3838-2002 table 1, Huanban 2011 no. 22, and note 2 of indicator 8 on the control levels.
    """
    remarks = Remarks()
    listed = remarks.latest(water_sections, ["year", "section"], "level")
    samples = listed_samples(water_samples, listed, "section", remarks)
    try:
        judged = _Judged.of(samples, SURFACE)
    except DataError as error:  # a river in one list and a lake in another
        return remarks.refusal(error, sorted(listed["year"].unique()))
    counts, county, sections = {}, [], []
    for year, list_of_year in listed.groupby("year"):
        own = samples[samples["year"] == year]
        assessed = assessed_sections(list_of_year)
        counts[year] = UNKNOWN
        if not _can_be_counted(int(year), own, assessed, remarks, ("断面", "sections")):
            continue
        table, counts[year] = _assessed(own, assessed, remarks)
        county.append(table)
        sections.append(_section_years(judged, list_of_year, set(assessed["section"]), remarks))
    remark_on_readings(samples, ("地表水", "surface water"), remarks)
    detail = _surface_detail(samples, judged, county, sections) if county else {}
    return Derived(_by_year(counts, "surface_sections"), detail, **remarks.said())


@derives(
    "groundwater_points_total",
    "groundwater_points_class3",
    "groundwater_points_below5",
)
def groundwater(groundwater_points, groundwater_samples):
    """Wells by the class of GB/T 14848; class V, the worst one, counts as below V."""
    remarks = Remarks()
    listed = remarks.latest(groundwater_points, ["year", "well"], "target")
    samples = listed_samples(groundwater_samples, listed, "well", remarks)
    judged = _Judged.of(samples, GROUND)
    counts, wells = {}, []
    for year, list_of_year in listed.groupby("year"):
        own = samples[samples["year"] == year]
        counts[year] = UNKNOWN
        if not _can_be_counted(int(year), own, list_of_year, remarks, ("监测井", "wells")):
            continue
        classes = judged.of_year(int(year), list_of_year["well"])
        counts[year] = _counts(classes, remarks, worst=5)
        wells.append(classes.merge(list_of_year[["well", "layer", "target"]], on="well"))
    remark_on_readings(samples, ("地下水", "groundwater"), remarks)
    detail = {}
    if wells:
        names = item_names(samples["date"])
        detail = {
            "well_years": with_names(_slim(pd.concat(wells), "well"), "deciding", names),
            "well_items": judged.exceeding(),
            "water_method": _method(),
        }
    return Derived(_by_year(counts, "groundwater_points"), detail, **remarks.said())


@dataclass(frozen=True)
class _Judged:
    """Classes and means of every place and year, computed once."""

    standard_name: str
    classes: pd.DataFrame
    means: pd.DataFrame

    @classmethod
    def of(cls, samples: pd.DataFrame, standard_name: str) -> _Judged:
        """Empty samples are judged too: they give empty tables."""
        how = {"settings": SETTINGS}
        classes = section_classes(samples, standard_name, **how)
        return cls(standard_name, classes, section_means(samples, standard_name, **how))

    def of_year(self, year: int, places: pd.Series) -> pd.DataFrame:
        """The classes of the listed places of a year, those without data included."""
        return with_silent(
            self.classes[self.classes["year"] == year],
            places=places,
            periods=[str(year)],
            needed=samples_needed(self.standard_name, "year", settings=SETTINGS),
        )

    def exceeding(self) -> pd.DataFrame:
        """Yearly means worse than class III, with the multiple by which they exceed it."""
        over = named(
            self.means[self.means["decides"] & (self.means["class"] > 3)], self.standard_name
        )
        over["class_name"] = over["class"].map(CLASS_NAMES)
        columns = [self.classes.columns[0], "year", "item", "zh", "en", "value", "class_limit3"]
        return over[[*columns, "exceedance", "class", "class_name", "months", "n_below"]]


def _can_be_counted(
    year: int, own: pd.DataFrame, places: pd.DataFrame, remarks: Remarks, what: tuple[str, str]
) -> bool:
    if places.empty:
        remarks.gap(
            year,
            f"{year} 年名单中没有国控、省控或市控{what[0]}，无考核对象",
            f"the list of {year} has no national, provincial or city {what[1]} to assess",
        )
    elif own.empty:
        remarks.gap(
            year,
            f"{year} 年有{what[0]}名单，但没有可用的监测结果",
            f"there is a list of {what[1]} for {year}, but no results that can be used",
        )
    return not (places.empty or own.empty)


def _assessed(
    own: pd.DataFrame, assessed: pd.DataFrame, remarks: Remarks
) -> tuple[pd.DataFrame, dict[str, float]]:
    """The county's grade of one year and the counts behind indicator 8."""
    grade = county_grade(own, assessed["section"], settings=SETTINGS)
    level = assessed["level"].iloc[0]
    zh, en = LEVEL_WORDS[level]
    year = int(own["year"].iloc[0])
    count = len(grade.sections)
    remarks.add(
        year,
        f"考核断面为{zh}断面，共 {count} 个（先国控，再省控，再市控）",
        f"the {en} sections are assessed, {count} of them (national, else provincial, else city)",
    )
    return grade.table.assign(control=level), _counts(grade.sections, remarks, worst=6)


def _counts(classes: pd.DataFrame, remarks: Remarks, *, worst: int) -> dict[str, float]:
    """Counts of one year; unknown while a single place could not be judged."""
    place = classes.columns[0]
    year = int(classes["year"].iloc[0])
    for row in classes[~classes["evaluable"]].itertuples():
        name = getattr(row, place)
        remarks.gap(year, f"“{name}”{row.reason_zh}", f"'{name}': {row.reason_en}")
    if not classes["evaluable"].all():
        missing = int((~classes["evaluable"]).sum())
        remarks.gap(
            year,
            f"{len(classes)} 个中有 {missing} 个无法评价，{year} 年的比例不计算",
            f"{missing} of {len(classes)} cannot be judged, so there is no share for {year}",
        )
        return UNKNOWN
    return {
        "total": float(len(classes)),
        "class3": float((classes["class"] <= 3).sum()),
        "below5": float((classes["class"] == worst).sum()),
    }


def _section_years(
    judged: _Judged, listed: pd.DataFrame, assessed: set[str], remarks: Remarks
) -> pd.DataFrame:
    """Every listed section of one year with its class, those outside the assessment too."""
    year = int(listed["year"].iloc[0])
    about = listed.assign(assessed=listed["section"].isin(assessed))
    about = about.assign(section=about["lake"].fillna(about["section"]))
    about = about.drop_duplicates("section")[["section", "water", "level", "target", "assessed"]]
    classes = judged.of_year(year, about["section"])
    for row in classes[classes["evaluable"] & (classes["months"] < MONTHS)].itertuples():
        remarks.add(
            year,
            f"“{row.section}”只有 {row.months} 个月有监测结果，按这些月份评价",
            f"'{row.section}' has results in {row.months} months only and is judged by these",
        )
    means = judged.means[judged.means["year"] == year]
    main = by_multiple(means, ["section"], settings=SETTINGS)
    return classes.merge(about, on="section").join(main, on="section")


def _surface_detail(
    samples: pd.DataFrame,
    judged: _Judged,
    county: list[pd.DataFrame],
    sections: list[pd.DataFrame],
) -> dict[str, pd.DataFrame]:
    names = item_names(samples["date"])
    years, grades = pd.concat(sections, ignore_index=True), pd.concat(county, ignore_index=True)
    months = section_classes(samples, SURFACE, by="month", settings=SETTINGS)
    means = section_means(samples, SURFACE, by="month", settings=SETTINGS)
    months = months[["section", "period", "year", "class", "class_name", "deciding", "below"]]
    extra = ["level", "target", "assessed", "water", "main_pollutants_zh", "main_pollutants_en"]
    return {
        "section_years": with_names(_slim(years, "section", *extra), "deciding", names),
        "section_months": with_names(months, "deciding", names),
        "section_items": judged.exceeding(),
        "section_trends": with_names(section_trends(means), "item", names),
        "section_changes": compare_sections(years),
        "county_water": grades,
        "county_changes": compare_periods(grades, settings=SETTINGS),
        "water_method": _method(),
    }


def section_trends(means: pd.DataFrame) -> pd.DataFrame:
    """Seasonal trend of the monthly means of each section, for the items in `FOLLOWED`."""
    month = pd.to_numeric(means["period"].str[5:7])
    monthly = means.assign(month=month)[["section", "item", "year", "month", "value"]]
    followed = monthly[monthly["item"].isin(FOLLOWED)]
    rows = [
        season_trend(rows, better=FOLLOWED[item]).assign(section=section, item=item)
        for (section, item), rows in followed.groupby(["section", "item"])
    ]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["section", "item"])


def _slim(classes: pd.DataFrame, place: str, *extra: str) -> pd.DataFrame:
    shown = [place, "year", "class", "class_name", "deciding", "items", "months", "samples"]
    shown += ["below", "coarse", "not_judged", "evaluable", "reason_zh", "reason_en"]
    return classes[[*shown, *(extra or ("layer", "target"))]].reset_index(drop=True)


def _method() -> pd.DataFrame:
    said = sentences(SETTINGS)
    return said[said["setting"].isin(METHOD)][["setting", "zh", "en"]]


def _by_year(counts: dict[int, dict[str, float]], prefix: str) -> dict[str, pd.Series]:
    table = pd.DataFrame.from_dict(counts, orient="index", columns=list(COUNTS))
    table.index = pd.Index(table.index.astype(int), name="year")
    return {f"{prefix}_{name}": table[name] for name in table}
