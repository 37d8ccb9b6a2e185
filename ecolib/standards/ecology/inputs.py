"""From land cover, water, erosion and emissions to the five sub-indices of HJ 192-2015.

The text of the standard was not read; each coefficient says in its own row how sure it is, and
each rule that could not be verified is a field of `EcologySettings`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from ecolib.errors import DataError, Problem
from ecolib.standards import standard
from ecolib.standards.ecology.land import (
    complete_cover,
    cover_by_year,
    refuse_negative,
    refuse_twice,
)
from ecolib.standards.ecology.settings import EcologySettings

NDVI_MONTHS = range(5, 10)
NDVI_SCALE = 10_000
DENOMINATORS = {"area": ("area_km2",), "rain": ("area_km2", "rain_mm")}
NAMES = {
    "area_km2": ("行政区面积", "the county's area"),
    "rain_mm": ("年降水量", "annual rain"),
    "water_resources_mean_hm3": ("多年平均水资源量", "long-term mean water resources"),
    "biodiversity": ("生物多样性指数", "biodiversity index"),
}


@dataclass(frozen=True)
class SubIndices:
    """Sub-indices by year, before the cap, and in words what is missing or assumed.

    `notes` has the columns `year`, `about` (the sub-index), `zh`, `en`.
    """

    values: pd.DataFrame
    notes: pd.DataFrame


def growing_season_ndvi(monthly: pd.DataFrame) -> pd.Series:
    """Mean over May to September of the county's mean monthly maximum NDVI, by year.

    `monthly` has `year`, `month` and `ndvi` (-1 to 1). A year that lacks one of the five months
    is NaN: the mean of four months is another quantity.

    Raises
    ------
    DataError
        When a month is there twice.
    """
    season = monthly[monthly["month"].isin(NDVI_MONTHS)]
    refuse_twice(season, ["year", "month"], "ndvi")
    table = season.pivot(index="year", columns="month", values="ndvi")
    return table.reindex(columns=NDVI_MONTHS).mean(axis=1, skipna=False).rename("ndvi")


def sub_indices(
    land_cover: pd.DataFrame,
    yearly: pd.DataFrame,
    *,
    on: dt.date | str,
    settings: EcologySettings | None = None,
) -> SubIndices:
    """The five sub-indices of HJ 192-2015 by year, from raw inputs; NaN where one is missing.

    Parameters
    ----------
    land_cover
        `year`, `type`, `subtype` (names of the standard), `area_km2`.
    yearly
        Indexed by year: `area_km2` of the county; `ndvi` (mean May-September of the monthly
        maximum, -1 to 1); `biodiversity` (BI, 0-100, optional); `river_km`, `water_area_km2`,
        `water_resources_hm3` (10^6 m3) and, to damp wet years, `water_resources_mean_hm3`;
        `severe_erosion_km2`, `moderate_erosion_km2`, `other_stress_km2`; `rain_mm`; `cod_t`,
        `nh3n_t`, `so2_t`, `dust_t`, `nox_t`, `solid_waste_t` (unit: `EcologySettings.tonnes`).
    on
        Day whose edition is used, for every year alike: two editions in one series would mix a
        change of method with a change of nature.

    Raises
    ------
    DataError
        Unknown land cover (with the nearest name), rows or years twice, negative
        values, NDVI outside -1..1.
    """
    settings = settings or EcologySettings()
    _refuse_values(yearly)
    rows = standard("ecology_coefficients", on=on)
    years = yearly.index.union(pd.Index(land_cover["year"].unique()), sort=True)
    known = yearly.reindex(years).reindex(columns=dict.fromkeys([*rows["term"], *NAMES]))
    cover, notes = complete_cover(cover_by_year(land_cover, on=on), known["area_km2"], settings)
    inputs = known.drop(columns=cover.columns).join(cover).astype(float)
    inputs = inputs.assign(water_resources_hm3=_water_resources(inputs, settings))
    ndvi = rows.loc[rows["term"] == "ndvi", "value"].item()
    values = pd.DataFrame(
        {
            "biological_richness": _biological_richness(inputs, settings),
            "vegetation_cover": ndvi * NDVI_SCALE * inputs["ndvi"],
            "water_density": _normalised(inputs, rows, "water_density") / 3,
            "land_stress": _normalised(inputs, rows, "land_stress"),
            "pollution_load": settings.tonnes * _normalised(inputs, rows, "pollution_load"),
        }
    ).rename_axis("year")
    notes += _gaps(inputs, values, rows, settings) + _carried(inputs, values)
    return SubIndices(values, pd.DataFrame(notes, columns=["year", "about", "zh", "en"]))


def _biological_richness(inputs: pd.DataFrame, settings: EcologySettings) -> pd.Series:
    """(BI + HQ) / 2; in years without BI it moves as HQ does, from the nearest year with one."""
    above = (inputs["biodiversity"] - inputs["habitat"]) / 2
    if above.isna().all() and settings.missing_biodiversity == "habitat_quality":
        above = above.fillna(0.0)
    return inputs["habitat"] + above.ffill().bfill()


def _water_resources(inputs: pd.DataFrame, settings: EcologySettings) -> pd.Series:
    measured = inputs["water_resources_hm3"]
    if settings.wet_years == "as_measured":
        return measured
    mean = inputs["water_resources_mean_hm3"]
    ratio = measured / mean.where(mean > 0)
    damped = mean * (2.4 - ratio).clip(lower=0)
    return damped.mask(ratio <= 1.4, measured).where(ratio.notna())


def _normalised(inputs: pd.DataFrame, rows: pd.DataFrame, sub_index: str) -> pd.Series:
    """Sum over a sub-index's terms of weight (1 where none) * normaliser * input / denominator."""
    table = rows[rows["sub_index"] == sub_index].pivot(
        index=["term", "per"], columns="kind", values="value"
    )
    weights = table.get("weight", pd.Series(1.0, table.index))
    terms = [
        weights[term, per] * normaliser * inputs[term] / _denominator(inputs, per)
        for (term, per), normaliser in table["normaliser"].items()
    ]
    return pd.concat(terms, axis=1).sum(axis=1, skipna=False)


def _denominator(inputs: pd.DataFrame, per: str) -> pd.Series:
    product = inputs[list(DENOMINATORS[per])].prod(axis=1, skipna=False)
    return product.where(product > 0)


def _gaps(inputs, values, rows, settings) -> list[tuple]:
    """For each sub-index and year without a value, the inputs that are missing or zero."""
    notes, names = [], NAMES | _names(rows)
    for sub_index, series in values.items():
        own = rows[rows["sub_index"] == sub_index]
        below = [c for per in own["per"].dropna().unique() for c in DENOMINATORS[per]]
        needed = list(dict.fromkeys([*own["term"], *below]))
        if sub_index == "water_density" and settings.wet_years == "damped":
            needed.append("water_resources_mean_hm3")
        if (
            sub_index == "biological_richness"
            and settings.missing_biodiversity != "habitat_quality"
        ):
            needed.append("biodiversity")
        for year in series.index[series.isna()]:
            row = inputs.loc[year]
            gone = [c for c in needed if pd.isna(row[c]) or (c in below and row[c] == 0)]
            zh, en = ([names[c][k] for c in gone] for k in (0, 1))
            notes.append(
                (
                    year,
                    sub_index,
                    f"缺少或为零，未计算：{'、'.join(zh)}",
                    f"not computed, missing or zero: {', '.join(en)}",
                )
            )
    return notes


def _carried(inputs: pd.DataFrame, values: pd.DataFrame) -> list[tuple]:
    """Years whose biological richness rests on habitat quality because BI is not there."""
    without = inputs["biodiversity"].isna() & values["biological_richness"].notna()
    never = inputs["biodiversity"].isna().all()
    zh = "无 BI，取生境质量指数" if never else "当年无 BI，按生境质量指数的变化推算"
    en = "no BI: habitat quality" if never else "no BI this year: moved as habitat quality moved"
    return [(year, "biological_richness", zh, en) for year in inputs.index[without]]


def _names(rows: pd.DataFrame) -> dict[str, tuple[str, str]]:
    return dict(zip(rows["term"], zip(rows["term_zh"], rows["term_en"], strict=True), strict=True))


def _refuse_values(yearly: pd.DataFrame) -> None:
    refuse_twice(yearly.rename_axis("year").reset_index(), ["year"], "yearly")
    refuse_negative(yearly.drop(columns="ndvi", errors="ignore"), "yearly")
    if "ndvi" in yearly and (yearly["ndvi"].abs() > 1).any():
        worst = yearly["ndvi"].abs().max()
        raise DataError(
            Problem(
                "yearly.ndvi",
                f"NDVI 应在 -1 至 1 之间，实为 {worst:g}（不要乘以 {NDVI_SCALE}）",
                f"NDVI must lie between -1 and 1, found {worst:g} (do not scale by {NDVI_SCALE})",
            )
        )
