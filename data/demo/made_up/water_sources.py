"""Eleven fictional drinking water sources, sampled every quarter of 2019 and 2020; all good."""

from __future__ import annotations

from made_up.laboratory import GROUND, MONTHLY, PRESENCE, QUARTERLY, SOURCE_ONLY, sample
from made_up.water import CLEAN, SAMPLED

MONTHS = (2, 5, 8, 11)
# Kind of water, type of source and by how much items differ.
SOURCES = {
    "云栖水库（虚构）": ("lake", "county", {**CLEAN, "tp": 0.2, "tn": 0.4}),
    "青屿溪县城取水口（虚构）": ("river", "county", CLEAN),
    "望潮镇水厂（虚构）": ("river", "town", CLEAN),
    "白鹭镇水厂（虚构）": ("river", "town", {"tp": 0.7, "nh3n": 0.8}),
    "石屿镇水厂（虚构）": ("river", "town", {"tp": 0.8}),
    "南溪镇水厂（虚构）": ("river", "town", CLEAN),
    "新圩镇山塘（虚构）": ("lake", "town", {**CLEAN, "tp": 0.3, "tn": 0.5}),
    "三江镇水库（虚构）": ("lake", "town", {**CLEAN, "tp": 0.25, "tn": 0.45}),
    "北港镇水井（虚构）": ("groundwater", "town", {"fe": 1.3}),
    "云栖乡水井（虚构）": ("groundwater", "town", {"hardness": 0.7}),
    "望潮岭备用水源（虚构）": ("lake", "standby", {**CLEAN, "tp": 0.25, "tn": 0.45}),
}
# The road to the pond was closed; the standby source was being dredged.
NOT_SAMPLED = {("新圩镇山塘（虚构）", 2020, 8), ("望潮岭备用水源（虚构）", 2019, 2)}


def sources(year: int) -> list[dict[str, str]]:
    """The list of the year."""
    if year not in SAMPLED:
        return []
    return [
        {
            "year": str(year),
            "source": source,
            "kind": kind,
            "type": level,
            "position": f"虚构水源地名录 第{line}行",
        }
        for line, (source, (kind, level, _)) in enumerate(SOURCES.items(), start=2)
    ]


def samples(year: int) -> list[dict[str, str]]:
    """Four samplings a year; a town source is sampled for fewer items in between."""
    if year not in SAMPLED:
        return []
    return [
        {"source": source, "date": date, "item": item, "value": value}
        for source, (kind, level, factors) in SOURCES.items()
        for month in MONTHS
        if (source, year, month) not in NOT_SAMPLED
        for date, item, value in _results(source, year, month, kind, level, factors)
    ]


def _results(source, year, month, kind, level, factors) -> list[tuple[str, str, str]]:
    if kind == "groundwater":
        measured = list(sample(source, year, month, GROUND, factors))
        return measured + [(measured[0][0], item, word) for item, word in PRESENCE.items()]
    every = MONTHLY | SOURCE_ONLY if level != "county" and month != 5 else None
    items = every or MONTHLY | QUARTERLY | SOURCE_ONLY
    return list(sample(source, year, month, items, factors))
