"""Yearly figures: every input of every indicator, 2010 to 2020."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import inf

import numpy as np

from made_up import SEED, YEARS, air, ei, survey

T = np.arange(len(YEARS))


@dataclass(frozen=True)
class Level:
    """Starts at `start`, changes by the fraction `drift` a year, scatters by the fraction `noise`."""

    start: float
    drift: float
    noise: float
    decimals: int
    unit: str

    def values(self, known: dict, noise: np.ndarray) -> np.ndarray:
        return self.start * (1 + self.drift) ** T * (1 + self.noise * noise)


@dataclass(frozen=True)
class Ratio:
    """`of` other items (summed), times a ratio: `start`, plus `drift` a year, plus `noise`."""

    of: str
    start: float
    drift: float
    noise: float
    decimals: int
    unit: str
    top: float = inf

    def values(self, known: dict, noise: np.ndarray) -> np.ndarray:
        ratio = np.minimum(self.start + self.drift * T + self.noise * noise, self.top)
        return sum(known[item] for item in self.of.split()) * ratio


@dataclass(frozen=True)
class Given:
    """A value for each year, as written."""

    written: str
    unit: str = "count"

    @property
    def decimals(self) -> int:
        return len(self.written.split()[0].partition(".")[2])

    def values(self, known: dict, noise: np.ndarray) -> np.ndarray:
        return np.array([float(v) for v in self.written.split()])


@dataclass(frozen=True)
class Derived:
    """Computed from items that stand above it; the first year may be unknown."""

    formula: Callable[[dict], np.ndarray]
    decimals: int
    unit: str

    def values(self, known: dict, noise: np.ndarray) -> np.ndarray:
        return self.formula(known)


def share(of: str, start: float, drift: float, noise: float, decimals: int, unit: str) -> Ratio:
    """A part of a whole: never more than all of it."""
    return Ratio(of, start, drift, noise, decimals, unit, top=1)


def _yearly_fall(known: dict) -> np.ndarray:
    level = known["energy"] / known["gdp"]
    return np.append(np.nan, 100 * (1 - level[1:] / level[:-1]))


# The columns: start, drift a year, noise, decimals, unit. A ratio names its whole first.
ITEMS = {
    # the county
    "land_area": Level(1903.6, 0, 0, 1, "km2"),
    # 2020 was a weak year: growth fell from 6.4 % to 2.3 %
    "gdp": Given(
        "85.30 92.29 99.68 107.45 115.40 123.71 132.37 141.37 150.70 160.35 164.04", "100m yuan"
    ),
    # institutions
    "total_score": Level(100, 0, 0, 0, "points"),
    "eco_score": Given("12 12 14 15 16 18 20 20 22 22 24", "points"),
    "rivers_in_register": Given("42 42 42 42 42 42 42 42 42 42 42"),
    "rivers_with_chief": Given("0 0 0 0 6 9 15 38 42 42 42"),
    "gov_items_required": Given("64 64 66 66 68 70 70 72 75 75 78"),
    "gov_items_disclosed": share("gov_items_required", 0.84, 0.018, 0.01, 0, "count"),
    "firm_items_required": Given("110 112 118 118 121 126 130 133 138 140 144"),
    "firm_items_disclosed": share("firm_items_required", 0.74, 0.030, 0.01, 0, "count"),
    # no plan of 2020 needed an assessment: nothing to judge
    "plans_requiring_eia": Given("2 3 1 2 4 5 4 3 2 3 0"),
    "plans_with_eia": Given("1 2 1 1 3 5 4 3 2 3 0"),
    # safety
    "valid_air_days": Given("346 351 355 352 358 360 362 359 361 362 364", "d"),
    "good_air_days": share("valid_air_days", 0.855, 0.0085, 0.004, 0, "d"),
    "pm25_mean": Level(42, -0.04, 0.015, 0, "ug/m3"),
    "surface_sections_total": Given("8 8 8 8 8 8 8 8 8 8 8"),
    "surface_sections_class3": Given("5 5 5 6 5 6 6 7 7 7 7"),
    "surface_sections_below5": Given("1 1 1 1 1 1 0 0 0 0 0"),
    "groundwater_points_total": Given("5 5 5 5 5 5 5 5 5 5 5"),
    "groundwater_points_class3": Given("3 3 3 3 4 4 4 4 4 5 5"),
    "groundwater_points_below5": Given("1 1 1 1 1 1 1 1 0 0 0"),
    "black_odor_total": Given("6 6 6 6 6 6 6 6 6 6 6"),
    "black_odor_eliminated": Given("0 0 0 1 1 2 3 4 5 6 6"),
    "ei_biological_richness": Level(67.8, 0, 0.004, 2, "index"),
    "ei_vegetation_cover": Level(88.2, 0, 0.003, 2, "index"),
    "ei_water_density": Level(51.6, 0, 0.010, 2, "index"),
    "ei_land_stress": Level(8.1, 0, 0.030, 2, "index"),
    "ei_pollution_load": Level(1.02, -0.034, 0.020, 2, "index"),
    "ei_restriction": Given("0 0 0 0 0 0 0 0 0 0 0", "index"),
    "forest_area": Level(912, 0.003, 0.0005, 1, "km2"),
    "grass_area": Level(6120, -0.002, 0.001, 0, "ha"),
    # 5.9 % of the land, so the water is left out of the land for indicator 10
    "water_area": Level(112.3, 0, 0, 1, "km2"),
    "listed_species": Given("38 38 38 38 38 39 39 39 39 39 39"),
    "protected_species": Given("35 35 35 36 36 37 37 37 38 38 38"),
    "aquatic_species_baseline": Given("14 14 14 14 14 14 14 14 14 14 14"),
    "aquatic_species": Given("13 13 12 13 13 13 13 14 14 14 14"),
    "shoreline_restored": Given("0.0 0.0 0.6 1.2 2.1 3.0 4.2 5.6 7.1 8.4 9.8", "km"),
    "coastal_wetland_restored_area": Given("0 0 5 9 16 24 35 48 61 74 86", "ha"),
    "hw_generated": Level(420, 0.040, 0.030, 2, "t"),
    "hw_prior_used_disposed": Given(
        "6.10 5.80 9.40 12.20 10.50 16.30 21.80 14.60 9.20 5.10 2.40", "t"
    ),
    "hw_used_disposed": share("hw_generated hw_prior_used_disposed", 0.915, 0.013, 0.005, 2, "t"),
    # space: approved sea uses take a little natural shoreline every year
    "shore_total": Level(128.4, 0, 0, 1, "km"),
    "shore_strict": Level(36.2, 0, 0, 1, "km"),
    "shore_retained": Given("14.3 14.3 14.0 13.8 13.8 13.4 13.1 12.9 12.4 12.2 11.9", "km"),
    "bank_total": Level(612.0, 0, 0, 1, "km"),
    "bank_protected": Level(262, 0.014, 0.003, 1, "km"),
    "bank_reserved": Level(148, 0.012, 0.003, 1, "km"),
    # economy; 10^8 yuan times tce (m3) per 10^4 yuan makes 10^4 tce (m3)
    "energy": Ratio("gdp", 0.70, -0.019, 0.001, 2, "10k tce"),
    "energy_per_gdp_decline": Derived(_yearly_fall, 1, "%"),
    "water_use": Ratio("gdp", 96, -3.6, 0.4, 1, "10k m3"),
    "built_land": Level(118000, 0.013, 0.001, 0, "mu"),
    "land_per_gdp": Derived(lambda k: k["built_land"] / (k["gdp"] * 1e4), 4, "mu/10k yuan"),
    "organic_area": Level(3180, 0.080, 0.020, 0, "mu"),
    "green_food_area": Level(5620, 0.040, 0.020, 0, "mu"),
    "pollution_free_area": Level(7840, -0.030, 0.010, 0, "mu"),
    "certified_overlap": share("green_food_area", 0.18, 0, 0.005, 0, "mu"),
    "straw_total": Level(156000, -0.004, 0.015, 0, "t"),
    "straw_used": share("straw_total", 0.80, 0.013, 0.006, 0, "t"),
    "manure_total": Level(284000, 0.005, 0.020, 0, "t"),
    "manure_used": share("manure_total", 0.66, 0.017, 0.006, 0, "t"),
    "film_used": Level(642, -0.012, 0.010, 1, "t"),
    "film_recovered": share("film_used", 0.70, 0.0135, 0.006, 1, "t"),
    # a new plant makes more ash than the brick works take
    "sw_generated": Level(38400, 0.035, 0.020, 0, "t"),
    "sw_prior_used": Level(620, -0.020, 0.050, 0, "t"),
    "sw_used": share("sw_generated sw_prior_used", 0.952, -0.010, 0.005, 0, "t"),
    # living
    "sources_total": Given("11 11 11 11 11 11 11 11 11 11 11"),
    "sources_monitored": Given("6 7 7 8 9 9 10 11 11 11 11"),
    "sources_good": Given("6 6 7 7 8 9 10 10 11 11 11"),
    "rural_population": Level(186000, -0.020, 0.002, 0, "persons"),
    "rural_pop_safe_water": share("rural_population", 0.865, 0.012, 0.002, 0, "persons"),
    "sewage_discharged": Level(820, 0.030, 0.010, 1, "10k t"),
    "sewage_plant_treated": share("sewage_discharged", 0.68, 0.018, 0.005, 1, "10k t"),
    "sewage_other_treated": share("sewage_discharged", 0.05, 0.002, 0.002, 1, "10k t"),
    "waste_generated": Level(52000, 0.025, 0.010, 0, "t"),
    "waste_harmless": share("waste_generated", 0.82, 0.017, 0.005, 0, "t"),
    "rural_households": Level(52400, -0.006, 0.001, 0, "households"),
    "households_harmless_toilet": share("rural_households", 0.58, 0.036, 0.004, 0, "households"),
    "new_building_area": Level(38, -0.010, 0.080, 2, "10k m2"),
    "green_building_area": share("new_building_area", 0.12, 0.050, 0.020, 2, "10k m2"),
    "same_class_purchase": Level(2600, 0.050, 0.030, 1, "10k yuan"),
    "green_purchase": share("same_class_purchase", 0.70, 0.014, 0.008, 1, "10k yuan"),
    # culture
    "cadres_total": Given("612 618 620 624 631 633 640 638 642 645 648", "persons"),
    "cadres_trained": share("cadres_total", 0.66, 0.036, 0.010, 0, "persons"),
    "survey_satisfaction_valid": Level(1180, 0, 0.030, 0, "count"),
    "survey_satisfied": share("survey_satisfaction_valid", 0.845, 0, 0.014, 0, "count"),
    "survey_participation_valid": Level(1160, 0, 0.030, 0, "count"),
    "survey_participating": share("survey_participation_valid", 0.70, 0.0135, 0.008, 0, "count"),
    # what is left of the hazardous waste of all years, with 40 t from before the first
    "hw_stored": Derived(
        lambda k: 40 + np.cumsum(k["hw_generated"] - k["hw_used_disposed"]), 2, "t"
    ),
}

# Faults put in on purpose, so that the remarks on the data have something to find.
PLANTED = {
    ("hw_stored", 2020): ("67.91", "虚构：故意颠倒数位，69.71 写作 67.91"),
    ("pollution_free_area", 2020): ("5983", "虚构：故意照抄上年的数"),
}

# Finished values handed in beside the figures they rest on: one agrees, one does not.
FINISHED = {
    ("urban_sewage_rate", 2020): ("92.3", "%", ""),
    ("green_procurement", 2020): ("91.2", "%", "虚构：故意与分项数不一致"),
}

# What nobody handed in.
MISSING = {
    ("survey_satisfaction_valid", 2013): "no survey was held",
    ("survey_satisfied", 2013): "no survey was held",
    ("bank_reserved", 2020): "the water bureau did not hand it in",
}

# What follows from raw tables of the same year is not handed in as a figure too.
FROM_RAW = {
    (item, year)
    for years, items in (
        (
            ei.YEARLY,
            "ei_biological_richness ei_vegetation_cover ei_water_density ei_land_stress "
            "ei_pollution_load",
        ),
        (air.YEARLY, "good_air_days valid_air_days pm25_mean"),
        (
            (survey.YEAR,),
            "survey_satisfied survey_satisfaction_valid survey_participating "
            "survey_participation_valid",
        ),
    )
    for item in items.split()
    for year in years
}


def rows(year: int) -> list[dict[str, str]]:
    """The figures of one year, finished values last."""
    figures = [
        (item, value, ITEMS[item].unit, note)
        for item, by_year in _written().items()
        if (text := by_year[year]) and (item, year) not in MISSING.keys() | FROM_RAW
        for value, note in [PLANTED.get((item, year), (text, ""))]
    ]
    figures += [(item, *finished) for (item, when), finished in FINISHED.items() if when == year]
    return [
        {
            "item": item,
            "year": str(year),
            "value": value,
            "unit": unit,
            "position": f"虚构填报表 第{line}行",
            "note": note,
        }
        for line, (item, value, unit, note) in enumerate(figures, start=2)
    ]


@cache
def _written() -> dict[str, dict[int, str]]:
    """Every figure as text by item and year; empty where it cannot be known."""
    known: dict[str, np.ndarray] = {}
    written = {}
    for item, made in ITEMS.items():
        texts = [f"{v:.{made.decimals}f}" for v in made.values(known, _noise(item))]
        # Parts are taken of the printed whole, so that rounding never lifts them above it.
        known[item] = np.array([float(t) for t in texts])
        written[item] = dict(zip(YEARS, ["" if t == "nan" else t for t in texts], strict=True))
    return written


def _noise(item: str) -> np.ndarray:
    # Seeded by name: a new item leaves the figures of all others as they are.
    return np.random.default_rng([SEED, zlib.crc32(item.encode())]).normal(size=len(YEARS))
