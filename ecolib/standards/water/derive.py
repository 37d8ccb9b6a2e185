"""Water: from laboratory results to counts of good and bad sections, wells and sources.

A year counts only when every assessed place of its list could be judged: a share of the places
that happen to have data would be another quantity. Of drinking sources one that was not judged
is not good.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pandas as pd

from ecolib.errors import DataError
from ecolib.standards.derived import Derived, Remarks, derives
from ecolib.standards.water.classes import GOOD, ItemClasses, judge
from ecolib.standards.water.county import (
    FEW_SECTIONS,
    MARKED_CHANGE,
    SOME_CHANGE,
    CountyGrade,
    assessed_sections,
    compare_periods,
    compare_sections,
    grade_periods,
    main_pollutants,
)
from ecolib.standards.water.readings import (
    Values,
    listed_samples,
    parse_values,
    read_samples,
    remark_on_readings,
)
from ecolib.standards.water.sections import (
    MONTHS_IN_YEAR,
    monthly_means,
    period_classes,
    period_means,
    samples_needed,
    state_evaluable,
    with_silent,
)
from ecolib.standards.water.sources import REFERENCE_ITEMS, SAMPLES_IN_YEAR, source_quality
from ecolib.texts import Name, Note
from ecolib.trends import monthly_law, seasonal_kendall_stack

#: The items whose monthly course tells most, and which way is better.
FOLLOWED = {"do": "up", "cod_mn": "down", "nh3n": "down", "tp": "down"}
MONTHS = 12
QUARTERS = range(1, 5)
COUNTS = ("total", "class3", "below5")
#: The least and the most of each count by what was judged.
Ends = dict[str, tuple[float, float]]
UNKNOWN: Ends = dict.fromkeys(COUNTS, (np.nan, np.nan))
#: Columns of sections and wells by year, and of sections alone.
SHOWN = ["year", "class", "deciding", "items", "months", "samples", "below", "coarse"]
SHOWN += ["not_judged", "evaluable", "reasons"]
ABOUT_SECTIONS = ["level", "target", "assessed", "water", "main_pollutants"]
#: What is assumed of every result, whatever the water.
RESULTS_METHOD = (
    Note("below_detection_is_half"),
    Note("no_detection_limit_is_left_out"),
    Note("edition_of_the_day"),
)
WATER_METHOD = (
    *RESULTS_METHOD,
    Note("lake_nitrogen_apart"),
    Note("months_in_year", months=MONTHS_IN_YEAR),
    Note("well_year_is_mean"),
    Note("samples_in_well_year", samples=1),
    Note("few_sections", sections=FEW_SECTIONS),
    Note("some_change", points=SOME_CHANGE),
    Note("marked_change", points=MARKED_CHANGE),
)
SOURCE_METHOD = (
    *RESULTS_METHOD,
    Note("source_year_is_worst"),
    Note("samples_in_source_year", samples=SAMPLES_IN_YEAR),
    Note(
        "source_reference_items", items=tuple(Name("water_item", item) for item in REFERENCE_ITEMS)
    ),
)


@derives("surface_sections_total", "surface_sections_class3", "surface_sections_below5")
def surface_water(water_sections, water_samples):
    """Sections of the highest control level present, by the class of their yearly means.

    GB 3838-2002 table 1, Huanban 2011 no. 22, and note 2 of indicator 8 on the control levels.
    """
    remarks = Remarks()
    listed = remarks.latest(water_sections, ["year", "section"], "level")
    samples = listed_samples(water_samples, listed, "section", remarks)
    parsed = parse_values(samples["value"], samples["item"], "surface_water")
    try:
        readings = read_samples(samples, "section", "surface_water", parsed)
    except DataError as error:  # a river in one list and a lake in another
        return remarks.refusal(error, sorted(listed["year"].unique()))
    assessed = {int(year): assessed_sections(own) for year, own in listed.groupby("year")}
    lists = {year: set(own["section"]) for year, own in assessed.items()}
    _remark_on_lists(lists, "surface_water", remarks)
    counts = dict.fromkeys(assessed, UNKNOWN)
    counted = []
    for year, own in assessed.items():
        if own.empty:
            remarks.gap(year, Note("no_section_to_assess", year=year))
        elif not (samples["year"] == year).any():
            remarks.gap(year, Note("list_without_results.sections", year=year))
        else:
            counted.append(year)
    detail = {}
    if counted:
        months = monthly_means(readings)
        county = _county(months, {year: assessed[year] for year in counted}, samples)
        for year, classes in county.sections.groupby("year"):
            level = Name("control_level", assessed[int(year)]["level"].iloc[0])
            remarks.add(year, Note("sections_assessed", level=level, count=len(classes)))
            counts[int(year)] = _counts(classes, remarks, worst=6)
        detail = _surface_detail(months, listed[listed["year"].isin(counted)], county, assessed)
        few = detail["section_years"]
        for row in few[few["evaluable"] & (few["months"] < MONTHS)].itertuples():
            remarks.add(row.year, Note("few_months", section=row.section, months=row.months))
    _remark_on_ph(readings, "surface_water", remarks)
    remark_on_readings(samples["year"], parsed, "surface_water", remarks)
    return Derived(**_by_year(counts, "surface_sections"), detail=detail, **remarks.said())


@derives("groundwater_points_total", "groundwater_points_class3", "groundwater_points_below5")
def groundwater(groundwater_points, groundwater_samples):
    """Wells by the class of GB/T 14848; class V, the worst one, counts as below V."""
    remarks = Remarks()
    listed = remarks.latest(groundwater_points, ["year", "well"], "target")
    samples = listed_samples(groundwater_samples, listed, "well", remarks)
    parsed = parse_values(samples["value"], samples["item"], "groundwater")
    sampled = set(samples["year"])
    lists = {int(year): set(own) for year, own in listed.groupby("year")["well"]}
    _remark_on_lists(lists, "groundwater", remarks)
    counts = dict.fromkeys(sorted(int(year) for year in set(listed["year"])), UNKNOWN)
    for year in counts:
        if year not in sampled:
            remarks.gap(year, Note("list_without_results.wells", year=year))
    counted = listed[listed["year"].isin(sampled)]
    detail = {}
    if len(counted):
        readings = read_samples(samples, "well", "groundwater", parsed)
        _remark_on_ph(readings, "groundwater", remarks)
        months = monthly_means(readings)
        judged = judge(period_means(months, "year"), "groundwater")
        counted = counted.sort_values("year", kind="stable")
        wells = _listed_classes(judged, months, counted, "well", "groundwater")
        for year, classes in wells.groupby("year"):
            counts[int(year)] = _counts(classes, remarks, worst=5)
        wells = wells.assign(**{n: counted[n].to_numpy() for n in ("layer", "target")})
        detail = {
            "well_years": wells[["well", *SHOWN, "layer", "target"]],
            "well_items": _exceeding(judged, "well"),
            "water_method": pd.DataFrame({"note": WATER_METHOD}),
        }
    remark_on_readings(samples["year"], parsed, "groundwater", remarks)
    return Derived(**_by_year(counts, "groundwater_points"), detail=detail, **remarks.said())


@derives("sources_total", "sources_monitored", "sources_good")
def drinking_water(drinking_sources, drinking_source_samples):
    """Sources listed, judged and good by year; one that was not judged is not good.

    GB 3838-2002 (tables 1 to 3) for surface sources, GB/T 14848 for groundwater.
    """
    remarks = Remarks()
    listed = remarks.latest(drinking_sources, ["year", "source"], "kind")
    samples = listed_samples(drinking_source_samples, listed, "source", remarks)
    if listed.empty:
        return Derived({}, {}, **remarks.said())
    by = np.where(samples["kind"] == "groundwater", "groundwater", "surface_water")
    parsed = parse_values(samples["value"], samples["item"], by)
    try:
        sources, items = source_quality(listed[["source", "kind", "year"]], samples, parsed)
    except DataError as error:  # a river in one list and a lake in another
        return remarks.refusal(error, sorted(listed["year"].unique()))
    sources = sources.merge(listed[["source", "year", "type"]], on=["source", "year"])
    quarters = _quarters(sources, items)
    _remark_on_silence(sources, quarters, remarks)
    remark_on_readings(samples["year"], parsed, "drinking_sources", remarks)
    by_year = sources.assign(total=True).groupby("year")
    counts = by_year[["total", "evaluable", "good"]].sum().astype(float)
    given = {"sources_total": "total", "sources_monitored": "evaluable", "sources_good": "good"}
    detail = {
        "source_years": _source_years(sources, quarters),
        "source_quarters": quarters,
        "source_items": _over_limit(items),
        "source_method": pd.DataFrame({"note": SOURCE_METHOD}),
    }
    return Derived({name: counts[n] for name, n in given.items()}, detail, **remarks.said())


# --- sections and wells -------------------------------------------------------


def _remark_on_lists(lists: Mapping[int, Set[str]], waters: str, remarks: Remarks) -> None:
    """Places that came or went between two lists: a share may have moved by them alone."""
    for since, year in pairwise(sorted(lists)):
        moved = {"added": lists[year] - lists[since], "dropped": lists[since] - lists[year]}
        told = (Note(f"list_moved.{how}", places=tuple(sorted(p))) for how, p in moved.items() if p)
        if told := tuple(told):
            remarks.add(
                year, Note("list_moved", waters=Name("waters", waters), since=since, moved=told)
            )


def _remark_on_ph(readings: Values, standard_name: str, remarks: Remarks) -> None:
    """Single pH results worse than class III in a year whose mean is good.

    pH has limits on both sides, so that a mean hides what lies beyond either.
    """
    ph = readings.at(readings.items[readings.item] == "ph")
    if not len(ph):
        return
    single, own = judge(ph, standard_name), ph.year
    yearly = judge(period_means(monthly_means(ph), "year"), standard_name)
    means = yearly.values
    good = set(
        zip(means.place[~yearly.over].tolist(), means.year[~yearly.over].tolist(), strict=True)
    )
    beyond = pd.DataFrame({"place": ph.place, "year": own, "value": ph.value})[single.over]
    for (place, year), values in beyond.groupby(["place", "year"])["value"]:
        if (place, year) in good:
            range_ = {"low": float(values.min()), "high": float(values.max())}
            name = str(ph.names[place])
            remarks.add(year, Note("ph_beyond", place=name, count=len(values), **range_))


def _county(
    months: Values, assessed: dict[int, pd.DataFrame], samples: pd.DataFrame
) -> CountyGrade:
    """The county's grade of each year by the sections assessed in it."""
    sampled = set(zip(samples["section"], samples["year"], strict=True))
    wanted, sections = [], set()
    for year, own in assessed.items():
        pairs = zip(own["section"], own["lake"], strict=True)
        # A point of a lake without results of its own stands as a section without results.
        places = (
            lake if pd.notna(lake) and (name, year) in sampled else name for name, lake in pairs
        )
        wanted += [(place, str(year)) for place in dict.fromkeys(places)]
        sections |= {(name, year) for name in own["section"]}
    points = zip(months.names[months.point], months.year.tolist(), strict=True)
    own = months.at(np.array([point in sections for point in points], dtype=bool))
    grade = grade_periods(own, wanted)
    levels = [own["level"].iloc[0] for own in assessed.values()]
    return replace(grade, table=grade.table.assign(control=levels))


def _listed_classes(
    judged: ItemClasses, months: Values, listed: pd.DataFrame, place: str, standard_name: str
) -> pd.DataFrame:
    """The class of every listed place in the year of its list, in the order of the list."""
    classes = period_classes(judged, months, place, "year")
    wanted = zip(listed[place], listed["year"].astype(str), strict=True)
    classes = with_silent(classes, wanted)
    return state_evaluable(classes, *samples_needed(standard_name, "year"))


def _counts(classes: pd.DataFrame, remarks: Remarks, *, worst: int) -> Ends:
    """Counts of one year; a place that could not be judged may be of any class."""
    place, year = classes.columns[0], int(classes["year"].iloc[0])
    silent = classes[~classes["evaluable"]]
    for name, reasons, left in zip(silent[place], silent["reasons"], silent["open"], strict=True):
        told = Note("place_not_judged", place=name, reason=reasons[0])
        remarks.gap(year, told)
        if left:
            remarks.unread.append((year, told.but(severity="warning")))
    if len(silent):
        said = {"count": len(classes), "missing": len(silent), "year": year}
        remarks.gap(year, Note("no_share_of_the_rest", **said))
    judged = classes.loc[classes["evaluable"], "class"]
    good, bad = float((judged <= GOOD).sum()), float((judged == worst).sum())
    total, open_ = float(len(classes)), float(len(silent))
    return {"total": (total, total), "class3": (good, good + open_), "below5": (bad, bad + open_)}


def _surface_detail(
    months: Values, listed: pd.DataFrame, county: CountyGrade, assessed: dict[int, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    judged = judge(period_means(months, "year"), "surface_water")
    by_month = judge(period_means(months, "month"), "surface_water")
    years = _section_years(judged, months, listed, assessed)
    classes = period_classes(by_month, months, "section", "month")
    means = by_month.frame("section", month=by_month.values.month % MONTHS + 1)
    return {
        "section_years": years[["section", *SHOWN, *ABOUT_SECTIONS]],
        "section_months": classes[["section", "period", "year", "class", "deciding", "below"]],
        "section_items": _exceeding(judged, "section"),
        "section_trends": section_trends(means),
        "section_changes": compare_sections(years),
        "county_water": county.table,
        "county_changes": compare_periods(county.table),
        "water_method": pd.DataFrame({"note": WATER_METHOD}),
    }


def _section_years(
    judged: ItemClasses, months: Values, listed: pd.DataFrame, assessed: dict[int, pd.DataFrame]
) -> pd.DataFrame:
    """Every listed section of the years with its class, those outside the assessment too."""
    counting = {(name, year) for year, own in assessed.items() for name in own["section"]}
    keys = zip(listed["section"], listed["year"], strict=True)
    about = listed.assign(
        assessed=[key in counting for key in keys], section=listed["lake"].fillna(listed["section"])
    )
    about = about.drop_duplicates(["section", "year"]).sort_values("year", kind="stable")
    classes = _listed_classes(judged, months, about, "section", "surface_water")
    for name in ("level", "target", "assessed", "water"):
        classes[name] = about[name].to_numpy()
    own = judged.values
    main = main_pollutants(judged, lambda at: (own.names[own.place[at]], int(own.year[at])))
    keys = zip(classes["section"], classes["year"], strict=True)
    return classes.assign(main_pollutants=[main.get(key, ()) for key in keys])


def _exceeding(judged: ItemClasses, place: str) -> pd.DataFrame:
    """Yearly means worse than class III, with the multiple by which they exceed it."""
    over = judged.at(judged.over)
    return over.frame(place, months=over.values.months, n_below=over.values.n_below)


def section_trends(means: pd.DataFrame) -> pd.DataFrame:
    """Seasonal trend of the monthly means of each section, for the items in `FOLLOWED`.

    Parameters
    ----------
    means
        `section`, `item`, `year`, `month` (1 to 12) and `value`.

    Returns
    -------
    DataFrame
        `section`, `item`, `law` (see `monthly_law`), `status`, `n`, `p`, `slope`, `slope_low`,
        `slope_high` (a year), and the years `first` and `last` with a value.
    """
    followed = means[means["item"].isin(FOLLOWED) & means["value"].notna()]
    series = followed.groupby(["section", "item"])
    table = series.size().index.to_frame(index=False)
    years, year = np.unique(followed["year"], return_inverse=True)
    values = np.full((len(table), len(years), MONTHS), np.nan)
    values[series.ngroup(), year, followed["month"] - 1] = followed["value"]
    seen = ~np.isnan(values).all(axis=2)
    table["law"] = monthly_law(seen.sum(axis=1))
    better_of = table["item"].map(FOLLOWED).to_numpy(dtype=object)
    for better, law in product(("up", "down"), ("independent", "correlated")):
        at = (better_of == better) & (table["law"] == law).to_numpy()
        trends = seasonal_kendall_stack(years, values[at], law=law, better=better)
        for name in ("status", "n", "p", "slope", "slope_low", "slope_high"):
            table.loc[at, name] = getattr(trends, name)
    if len(table):
        last = len(years) - 1 - seen[:, ::-1].argmax(axis=1)
        table = table.assign(first=years[seen.argmax(axis=1)], last=years[last])
    return table


def _by_year(counts: dict[int, Ends], prefix: str) -> dict[str, dict]:
    """`items` and `ends`: the counts that are sure in their years, and the ends of the others."""
    index = pd.Index(list(counts), dtype=int, name="year")
    items, ends = {}, {}
    for name in COUNTS:
        own = {year: found[name] for year, found in counts.items()}
        values = [low if low == high else np.nan for low, high in own.values()]
        items[f"{prefix}_{name}"] = pd.Series(values, index, dtype=float)
        ends[f"{prefix}_{name}"] = {y: (low, high) for y, (low, high) in own.items() if low < high}
    return {"items": items, "ends": ends}


# --- drinking sources ---------------------------------------------------------


def _quarters(sources: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Worst class of each quarter: a row for every listed source, NA where nothing was judged."""
    judged = items[items["decides"]]
    keys = judged["source"], judged["year"], judged["date"].dt.quarter
    worst = judged["class"].groupby(list(keys)).max().to_dict()
    listed = zip(sources["source"], sources["year"], strict=True)
    grid = [(source, year, quarter) for source, year in listed for quarter in QUARTERS]
    table = pd.DataFrame(grid, columns=["source", "year", "quarter"])
    return table.assign(**{"class": pd.array([worst.get(key, pd.NA) for key in grid], "Int64")})


def _source_years(sources: pd.DataFrame, quarters: pd.DataFrame) -> pd.DataFrame:
    known = quarters["class"].notna().to_numpy().reshape(len(sources), len(QUARTERS)).sum(axis=1)
    shown = ["source", "year", "kind", "type", "monitored", "samples", "quarters", "class"]
    shown += ["deciding", "over_limit", "good", "evaluable", "below", "reasons"]
    return sources.assign(quarters=known)[shown]


def _over_limit(items: pd.DataFrame) -> pd.DataFrame:
    """Single results worse than class III or above a limit of GB 3838 tables 2 and 3."""
    over = (items["decides"] & (items["class"] > GOOD)) | items["beyond"]
    columns = ["source", "date", "item", "value", "class_limit3", "limit", "exceedance"]
    return items.loc[over, columns].reset_index(drop=True)


def _remark_on_silence(sources: pd.DataFrame, quarters: pd.DataFrame, remarks: Remarks) -> None:
    """Sources without a result in a year, or in some of its quarters."""
    for row in sources[~sources["evaluable"]].itertuples():
        told = Note("place_not_judged", place=row.source, reason=row.reasons[0])
        remarks.add(row.year, told)
        if row.open:
            remarks.unread.append((row.year, told.but(severity="warning")))
    known = set(
        zip(*(sources.loc[sources["evaluable"], n] for n in ("year", "source")), strict=True)
    )
    silent = quarters[quarters["class"].isna()]
    for (year, source), group in silent.groupby(["year", "source"]):
        if (year, source) in known:
            named = tuple(Note("quarter", number=number) for number in group["quarter"].tolist())
            remarks.add(year, Note("silent_quarters", place=source, quarters=named))
