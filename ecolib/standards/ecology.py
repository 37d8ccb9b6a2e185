"""Ecological environment status index EI of HJ 192-2015: sub-indices, value, grade, what moved it.

EI = 0.35 B + 0.25 V + 0.15 W + 0.15 (100 - L) + 0.10 (100 - P) + E, with the sub-indices
biological richness, vegetation cover, water network density, land stress, pollution load and
environmental restriction. The text of the standard was not read; each coefficient says in its own
row how sure it is, and `METHOD` says what was chosen where the text leaves room.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ecolib.errors import DataError, EcolibError, check_kind
from ecolib.standards import standard, with_columns
from ecolib.standards.derived import ADMINISTRATIVE, Derived, Remarks, YearNote, derives
from ecolib.standards.land import (
    AREA_GAP,
    NOISE_DECIMALS,
    complete_cover,
    cover_by_subtype,
    cover_by_year,
    land_changes,
    land_transitions,
)
from ecolib.texts import Name, Note
from ecolib.trends.series import check_choice

SUB_INDICES = (
    "biological_richness", "vegetation_cover", "water_density", "land_stress", "pollution_load",
)  # fmt: skip
STRESSES = ("land_stress", "pollution_load")
#: A sub-index above this counts as this, and is rounded to so many decimals before EI.
CAP, DECIMALS = 100.0, 2
NDVI_SCALE = 10_000
DENOMINATORS = {"area": ("area_km2",), "rain": ("area_km2", "rain_mm")}

METHOD = {
    "cap": Note("ei_method.cap", cap=CAP),
    "decimals": Note("ei_method.decimals", decimals=DECIMALS),
    "missing_biodiversity": Note("ei_method.missing_biodiversity"),
    "wet_years": Note("ei_method.wet_years"),
    "restriction": Note("ei_method.restriction"),
    "area_gap": Note("ei_method.area_gap", gap=AREA_GAP),
    "tonnes": Note("ei_method.tonnes"),
}


@dataclass(frozen=True)
class EcologicalStatus:
    """EI by year.

    Attributes
    ----------
    table
        By year: the sub-indices as they entered EI, `restriction`, `ei` and its `grade` (1 best).
    points
        By year: what each sub-index adds to EI; a row sums to `ei`.
    notes
        What was capped or lowered; each is about one sub-index or the restriction.
    """

    table: pd.DataFrame
    points: pd.DataFrame
    notes: tuple[YearNote, ...]


@dataclass(frozen=True)
class EiChange:
    """EI of one year less that of an earlier one.

    `contributions` gives the points each sub-index moved EI by and sums to `change`. `grade` is the
    size of the change, 0 (none) to 3, within its `kind`, "ei_improvement" or "ei_decline"; missing
    without both years.
    """

    change: float
    kind: str
    grade: int | None
    contributions: pd.Series


def sub_indices(
    cover: pd.DataFrame, yearly: pd.DataFrame, *, on: dt.date | str
) -> tuple[pd.DataFrame, list[YearNote]]:
    """The five sub-indices of HJ 192-2015 by year, from raw inputs, before the cap; NaN where one is
    missing. With notes, each about one sub-index, on what is missing or assumed.

    Parameters
    ----------
    cover
        `year`, `type`, `subtype` (names of the standard), `area_km2`.
    yearly
        Indexed by year: `area_km2` of the county; `ndvi` (mean May-September of the monthly
        maximum, -1 to 1); `biodiversity` (BI, 0-100, optional); `river_km`, `water_area_km2`,
        `water_resources_hm3` (10^6 m3); `severe_erosion_km2`, `moderate_erosion_km2`,
        `other_stress_km2`; `rain_mm`; `cod_t`, `nh3n_t`, `so2_t`, `dust_t`, `nox_t`,
        `solid_waste_t`.
    on
        Day whose edition is used, for every year alike: two editions in one series would mix a
        change of method with a change of nature.

    Raises
    ------
    DataError
        Unknown land cover, with the nearest name; a year of `yearly` that occurs twice.
    """
    cover = with_columns(cover, "year", "type", "subtype", "area_km2")
    if with_columns(yearly).index.has_duplicates:
        raise DataError(Note("trend_input.year_twice", about="yearly"))
    rows = standard("ecology_coefficients", on=on)
    years = yearly.index.union(pd.Index(cover["year"].unique()), sort=True)
    needed = dict.fromkeys([*rows["term"], "area_km2", "rain_mm", "biodiversity"])
    known = yearly.reindex(years).reindex(columns=list(needed)).astype(float)
    complete, notes = complete_cover(cover_by_year(cover, on=on), known["area_km2"])
    known[complete.columns] = complete.reindex(years)
    inputs = {name: known[name].to_numpy() for name in needed}
    ndvi = rows.loc[rows["term"] == "ndvi", "value"].item()
    terms = _terms(rows)
    found = {
        "biological_richness": _biological_richness(known),
        "vegetation_cover": ndvi * NDVI_SCALE * inputs["ndvi"],
        "water_density": _normalised(inputs, terms["water_density"]) / 3,
        "land_stress": _normalised(inputs, terms["land_stress"]),
        "pollution_load": _normalised(inputs, terms["pollution_load"]),
    }
    values = pd.DataFrame(found, index=years).rename_axis("year")
    notes += _missing(inputs, values, terms) + _without_biodiversity(known, values)
    return values, notes


def _terms(rows: pd.DataFrame) -> dict[str, dict[tuple[str, str], dict[str, float]]]:
    """By sub-index, and by term and what it is divided by: `normaliser` and, if any, `weight`."""
    found: dict[str, dict[tuple[str, str], dict[str, float]]] = {}
    columns = ["sub_index", "term", "per", "kind", "value"]
    for sub_index, term, per, kind, value in rows[columns].to_numpy(object).tolist():
        found.setdefault(sub_index, {}).setdefault((term, per), {})[kind] = value
    return found


def _biological_richness(inputs: pd.DataFrame) -> pd.Series:
    """(BI + HQ) / 2; in years without BI it moves as HQ does, from the nearest year with one."""
    above = (inputs["biodiversity"] - inputs["habitat"]) / 2
    if above.isna().all():
        return inputs["habitat"]
    return inputs["habitat"] + above.ffill().bfill()


def _normalised(
    inputs: Mapping[str, np.ndarray], terms: dict[tuple[str, str], dict[str, float]]
) -> np.ndarray:
    """Sum over a sub-index's terms of weight (1 where none) * normaliser * input / denominator."""
    parts = [
        given.get("weight", 1.0) * given["normaliser"] * inputs[term] / _denominator(inputs, per)
        for (term, per), given in sorted(terms.items())
    ]
    return sum(parts[1:], parts[0])


def _denominator(inputs: Mapping[str, np.ndarray], per: str) -> np.ndarray:
    product = np.prod([inputs[name] for name in DENOMINATORS[per]], axis=0)
    return np.where(product > 0, product, np.nan)


def _missing(inputs: Mapping[str, np.ndarray], values: pd.DataFrame, terms) -> list[YearNote]:
    """For each sub-index and year without a value, the inputs that are missing or zero."""
    notes = []
    for sub_index, series in values.items():
        per = dict.fromkeys(per for _, per in terms[sub_index] if per in DENOMINATORS)
        below = [name for each in per for name in DENOMINATORS[each]]
        needed = dict.fromkeys([*(term for term, _ in terms[sub_index]), *below])
        for at in np.flatnonzero(series.isna()):
            gone = tuple(
                Name("ei_input", name)
                for name in needed
                if np.isnan(inputs[name][at]) or (name in below and inputs[name][at] == 0)
            )
            notes.append((series.index[at], Note("ei_missing", about=sub_index, inputs=gone)))
    return notes


def _without_biodiversity(inputs: pd.DataFrame, values: pd.DataFrame) -> list[YearNote]:
    """Years whose biological richness rests on habitat quality because BI is not there."""
    gone = inputs["biodiversity"].isna()
    code = f"ei_no_biodiversity.{'ever' if gone.all() else 'this_year'}"
    without = gone & values["biological_richness"].notna()
    return [(year, Note(code, about="biological_richness")) for year in inputs.index[without]]


def ei_from_sub_indices(
    values: pd.DataFrame, *, on: dt.date | str, events: pd.DataFrame | None = None
) -> EcologicalStatus:
    """EI by year from finished sub-indices; a year that lacks one has no EI.

    Parameters
    ----------
    values
        Indexed by year: `biological_richness`, `vegetation_cover`, `water_density`,
        `land_stress`, `pollution_load` (0-100) and, if there is one, `restriction` (points).
    events
        Restriction events: `year`, `event` ("national" or "provincial").

    Raises
    ------
    DataError
        Negative sub-indices.
    """
    check_kind("values", values, "DataFrame")
    rows = standard("ecology_coefficients", on=on)
    rows = rows[rows["sub_index"] == "ei"]
    weights = pd.Series(rows["value"].to_numpy(), rows["term"].tolist())
    parts = values.reindex(columns=weights.index).astype(float).rename_axis("year")
    restriction = values.get("restriction", pd.Series(0.0, values.index)).astype(float)
    _refuse_negative(parts)
    used = parts.clip(upper=CAP).round(DECIMALS)
    points = used.assign(**{name: 100 - used[name] for name in STRESSES}) * weights
    points = points.assign(restriction=restriction).round(NOISE_DECIMALS)
    ei = _total(points)
    code = restricted_grade(ei, events, on=on)
    notes = [
        (year, Note("ei_capped", about=name, value=float(parts.at[year, name]), cap=CAP))
        for year, name in (parts > CAP).stack().loc[lambda over: over].index
    ]
    lowered = (code != grade(ei, "ei_grade", on=on)).fillna(False)
    notes += [(y, Note("ei_grade_lowered", about="restriction")) for y in ei.index[lowered]]
    table = used.assign(restriction=points["restriction"], ei=ei, grade=code)
    return EcologicalStatus(table, points, tuple(notes))


def _total(points: pd.DataFrame) -> pd.Series:
    return points.sum(axis=1, skipna=False).round(NOISE_DECIMALS)


def _refuse_negative(parts: pd.DataFrame) -> None:
    """A sub-index lies between 0 and 100; below that something was submitted wrongly."""
    if (parts < 0).any(axis=None):
        raise DataError(
            Note("ei_negative", source=f"{name} {year}", value=float(value))
            for (year, name), value in parts[parts < 0].stack().dropna().items()
        )


def ei_change(points: pd.DataFrame, before: int, after: int, *, on: dt.date | str) -> EiChange:
    """Change of EI between two years, its grade by |dEI|, and each sub-index's part in it.

    `points` as `ei_from_sub_indices` gives them: what each sub-index adds to EI, by year.
    """
    points = with_columns(points).reindex([before, after])
    ei = _total(points)
    change = float(round(ei[after] - ei[before], NOISE_DECIMALS))
    kind = "ei_decline" if change < 0 else "ei_improvement"
    size = grade(pd.Series([abs(change)]), kind, on=on).iloc[0]
    return EiChange(
        change=change,
        kind=kind,
        grade=None if pd.isna(size) else int(size),
        contributions=(points.loc[after] - points.loc[before]).round(NOISE_DECIMALS),
    )


def grade(values: pd.Series, kind: str, *, on: dt.date | str) -> pd.Series:
    """Code of the band each value falls in; missing for NaN.

    `kind` is one of ei_grade, ei_improvement, ei_decline, ei_fluctuation (sizes of a change, not
    its sign) and eqi_grade, the later ecological quality index. A band holds its lower limit and
    not its upper one. The closed set of that name tells what the codes are called.

    Raises
    ------
    ParamsError, StandardError
        No Series, or no such kind in force on the day; no edition at all.
    """
    check_kind("values", values, "Series")
    table = standard("ecology_grades", on=on)
    check_choice("kind", kind, tuple(table["kind"].unique()))
    bands = table[table["kind"] == kind].fillna({"lower": -np.inf}).sort_values("lower")
    place = np.searchsorted(bands["lower"], values.to_numpy(float), side="right") - 1
    found = pd.Series(bands["code"].to_numpy()[place], values.index, dtype="Int64")
    return found.where(values.notna() & (place >= 0))


def restricted_grade(ei: pd.Series, events: pd.DataFrame | None, *, on: dt.date | str) -> pd.Series:
    """Grade codes of EI by year after restriction events, each year by its gravest event.

    1 is excellent, 5 bad. A provincial event lowers the grade by one, a national one also to fair
    (3) at best. Another event raises `ParamsError`.
    """
    code = grade(ei, "ei_grade", on=on)
    if events is None or events.empty:
        return code
    rules = standard("ecology_restrictions", on=on).set_index("event")[["best_grade", "drop"]]
    for event in with_columns(events, "year", "event")["event"]:
        check_choice("event", event, tuple(rules.index))
    worst = events.join(rules, on="event").groupby("year")[["best_grade", "drop"]].max()
    worst = worst.reindex(ei.index)
    lowered = pd.concat([code + worst["drop"], worst["best_grade"]], axis=1).max(axis=1)
    bottom = grade(pd.Series([0.0]), "ei_grade", on=on).iloc[0]
    after = lowered.clip(upper=bottom).astype("Int64")
    return after.where(worst["drop"].notna() & ei.notna(), code)


# --- from land cover and yearly inputs to the items -----------------------------------------------


@derives(*(f"ei_{name}" for name in SUB_INDICES), "ei_restriction")
def ecological_index(land_cover, ei_yearly, ei_events, county):
    """The five sub-indices by year, rounded and capped as they enter EI (HJ 192-2015).

    The restriction term follows only for years with an event; that there was none has to be
    submitted as the item `ei_restriction` = 0, because an empty table says nothing.

    Detail: `ei_computed` by year (the sub-indices, `ei`, its `grade` after events), `ei_events`,
    `ei_method`; and of the land cover `land_changes` and `land_transitions`, as the functions of
    these names give them.
    """
    remarks = Remarks()
    cover = cover_by_subtype(land_cover)
    land = {
        "land_changes": land_changes(cover, county.base_year),
        "land_transitions": land_transitions(land_cover),
    }
    yearly = ei_yearly.astype({"year": int}).set_index("year")
    yearly = yearly.drop(columns=ADMINISTRATIVE, errors="ignore").astype(float)
    events = ei_events[["year", "event"]].astype({"year": int})
    years = sorted({*cover["year"], *yearly.index})
    day = f"{max(years, default=2015)}-12-31"
    try:
        values, notes = sub_indices(cover, yearly, on=day)
        status = ei_from_sub_indices(values, on=day, events=events)
    except EcolibError as error:
        return replace(remarks.refusal(error, years), detail=land)
    _remark((*notes, *status.notes), status.table.isna(), remarks)
    given = {f"ei_{name}": status.table[name] for name in SUB_INDICES}
    with_event = status.table.index.isin(events["year"])
    given["ei_restriction"] = status.table["restriction"].where(with_event)
    detail = {
        "ei_computed": status.table[[*SUB_INDICES, "ei", "grade"]],
        "ei_events": ei_events[["year", "event", "statement"]],
        "ei_method": pd.DataFrame(METHOD.items(), columns=["setting", "note"]),
    }
    return Derived(given, detail | land, **remarks.said())


def _remark(notes: Iterable[YearNote], missing: pd.DataFrame, remarks: Remarks) -> None:
    """What keeps a sub-index from being computed is a gap; what was assumed or capped is a note."""
    for year, said in notes:
        about = f"ei_{said.about}"
        tell = remarks.gap if missing.at[year, said.about] else remarks.add
        tell(year, Note("ei_about", about=about, item=Name("item", about), said=said))
