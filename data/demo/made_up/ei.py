"""What HJ 192-2015 needs each year beside land cover, for the years of a land cover survey."""

from __future__ import annotations

# Columns of the table by year. The biodiversity survey was made in 2015 and 2020 only.
YEARLY = {
    2015: {
        "ndvi": "0.7286", "biodiversity": "72.40", "water_resources_hm3": "1226.5",
        "severe_erosion_km2": "40.8", "moderate_erosion_km2": "121.5", "other_stress_km2": "36.2",
        "rain_mm": "1652", "cod_t": "6420", "nh3n_t": "612", "so2_t": "1180", "dust_t": "2960",
        "nox_t": "4150", "solid_waste_t": "320",
    },
    2018: {
        "ndvi": "0.7258", "biodiversity": "", "water_resources_hm3": "1164.0",
        "severe_erosion_km2": "39.9", "moderate_erosion_km2": "119.8", "other_stress_km2": "35.7",
        "rain_mm": "1541", "cod_t": "5890", "nh3n_t": "548", "so2_t": "860", "dust_t": "2540",
        "nox_t": "3720", "solid_waste_t": "150",
    },
    2019: {
        "ndvi": "0.7311", "biodiversity": "", "water_resources_hm3": "1291.2",
        "severe_erosion_km2": "39.4", "moderate_erosion_km2": "118.9", "other_stress_km2": "35.9",
        "rain_mm": "1718", "cod_t": "5760", "nh3n_t": "529", "so2_t": "790", "dust_t": "2460",
        "nox_t": "3610", "solid_waste_t": "90",
    },
    2020: {
        "ndvi": "0.7279", "biodiversity": "72.10", "water_resources_hm3": "1238.7",
        "severe_erosion_km2": "39.1", "moderate_erosion_km2": "118.2", "other_stress_km2": "36.0",
        "rain_mm": "1630", "cod_t": "5630", "nh3n_t": "517", "so2_t": "720", "dust_t": "2390",
        "nox_t": "3480", "solid_waste_t": "60",
    },
}  # fmt: skip
EVERY_YEAR = {
    "area_km2": "1903.6",
    "river_km": "1452.6",
    "water_area_km2": "112.3",
    "water_resources_mean_hm3": "1230.0",
}


def rows(year: int) -> list[dict[str, str]]:
    """One row, in the years of a survey."""
    if year not in YEARLY:
        return []
    return [{"year": str(year), **EVERY_YEAR, **YEARLY[year], "position": "虚构生态状况台账 第2行"}]
