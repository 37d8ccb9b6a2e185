"""Twelve sections of fictional rivers and a lake and five wells, sampled in 2019 and 2020."""

from __future__ import annotations

from dataclasses import dataclass, field

from made_up.laboratory import GROUND, MONTHLY, PRESENCE, QUARTERLY, sample

SAMPLED = (2019, 2020)
MONTHS = range(1, 13)


@dataclass(frozen=True)
class Section:
    """A section; `factors` say by how much items differ from those of a clean river."""

    section: str
    water: str
    level: str
    target: int
    factors: dict[str, float] = field(default_factory=dict)
    body: str = "river"
    # From 2020 on, where works along the river changed it.
    since_2020: dict[str, float] | None = None

    def factors_in(self, year: int) -> dict[str, float]:
        return self.factors if self.since_2020 is None or year < 2020 else self.since_2020


CLEAN = {"cod_mn": 0.6, "cod": 0.8, "nh3n": 0.35, "tp": 0.35, "tn": 0.6, "coliform": 0.3}
TOWN = {"cod_mn": 1.35, "cod": 1.35, "bod5": 1.5, "nh3n": 2.0, "tp": 1.8, "tn": 1.6}
FARMED = {"cod_mn": 1.5, "cod": 1.6, "bod5": 1.8, "nh3n": 2.4, "tp": 3.1, "tn": 2.1, "do": 0.88}
FOUL = {"cod_mn": 2.6, "cod": 2.3, "bod5": 2.9, "nh3n": 5.2, "tp": 3.9, "tn": 3.0, "do": 0.62}
DREDGED = {**FOUL, "cod_mn": 1.9, "cod": 1.8, "bod5": 2.1, "nh3n": 3.4, "tp": 2.7, "do": 0.8}

# No national section: the eight provincial ones are assessed, the four of the city are not.
SECTIONS = (
    Section("青屿溪源头（虚构）", "青屿溪（虚构）", "provincial", 2, CLEAN),
    Section("青屿溪上石桥（虚构）", "青屿溪（虚构）", "provincial", 2, {"tp": 0.8, "nh3n": 0.8}),
    Section("青屿溪入海口（虚构）", "青屿溪（虚构）", "provincial", 3, TOWN),
    Section("望潮河望潮桥（虚构）", "望潮河（虚构）", "provincial", 3, {"tp": 1.2, "nh3n": 1.5}),
    Section("望潮河入海口（虚构）", "望潮河（虚构）", "provincial", 3, FARMED),
    Section("白鹭河三江口（虚构）", "白鹭河（虚构）", "provincial", 3, {"tp": 1.1}),
    Section("云栖水库坝前（虚构）", "云栖水库（虚构）", "provincial", 2, {**CLEAN, "tp": 0.2}, "lake"),
    Section(
        "石屿河石屿闸（虚构）", "石屿河（虚构）", "provincial", 3, {"cod": 1.2, "tp": 1.5},
        since_2020={"tp": 1.1},
    ),
    Section("城河东门（虚构）", "城河（虚构）", "city", 4, FOUL, since_2020=DREDGED),
    Section("白鹭河新圩（虚构）", "白鹭河（虚构）", "city", 3, TOWN),
    Section("南溪汇口（虚构）", "南溪（虚构）", "city", 3, {"tp": 1.3, "nh3n": 1.4}),
    Section("北港渠（虚构）", "北港渠（虚构）", "city", 4, FARMED),
)  # fmt: skip
# Months without a sample: the canal lay dry, a typhoon cut the road, the sluice was rebuilt.
NOT_SAMPLED = {
    ("北港渠（虚构）", 2019, 12),
    ("北港渠（虚构）", 2020, 1),
    ("北港渠（虚构）", 2020, 2),
    ("石屿河石屿闸（虚构）", 2020, 3),
    ("青屿溪上石桥（虚构）", 2019, 8),
}
# Written down in another way than the rest.
WRITTEN = {
    ("白鹭河三江口（虚构）", 2020, 4, "hg"): "未检出",
    ("望潮河望潮桥（虚构）", 2019, 7, "phenol"): "<0.0003",
    ("南溪汇口（虚构）", 2020, 10, "las"): "缺测",
}

WELLS = {
    "青屿镇1号井（虚构）": {},
    "望潮镇2号井（虚构）": {"fe": 1.6, "mn": 1.5},
    "白鹭镇3号井（虚构）": {"no3n": 2.6, "hardness": 1.5},
    "石屿镇4号井（虚构）": {"cl": 6.5, "na": 4.5, "tds": 2.2},
    "云栖村5号井（虚构）": {"hardness": 0.6, "no3n": 0.5},
}
WELL_MONTHS = (5, 11)
WELL_TARGET = 3


def sections(year: int) -> list[dict[str, str]]:
    """The list of the year."""
    if year not in SAMPLED:
        return []
    return [
        {
            "year": str(year),
            "section": s.section,
            "water": s.water,
            "body": s.body,
            "level": s.level,
            "target": str(s.target),
            "position": f"虚构断面名单 第{line}行",
        }
        for line, s in enumerate(SECTIONS, start=2)
    ]


def samples(year: int) -> list[dict[str, str]]:
    """Ten items every month, all 24 in the first month of a quarter."""
    if year not in SAMPLED:
        return []
    return [
        {
            "section": s.section,
            "date": date,
            "item": item,
            "value": WRITTEN.get((s.section, year, month, item), value),
        }
        for s in SECTIONS
        for month in MONTHS
        if (s.section, year, month) not in NOT_SAMPLED
        for date, item, value in sample(
            s.section,
            year,
            month,
            MONTHLY | QUARTERLY if month % 3 == 1 else MONTHLY,
            s.factors_in(year),
        )
    ]


def wells(year: int) -> list[dict[str, str]]:
    """The list of the year."""
    if year not in SAMPLED:
        return []
    return [
        {
            "year": str(year),
            "well": well,
            "layer": "潜水",
            "target": str(WELL_TARGET),
            "position": f"虚构地下水点位名单 第{line}行",
        }
        for line, well in enumerate(WELLS, start=2)
    ]


def well_samples(year: int) -> list[dict[str, str]]:
    """Twice a year; odour and visible matter are told as absent."""
    if year not in SAMPLED:
        return []
    rows = []
    for well, factors in WELLS.items():
        for month in WELL_MONTHS:
            measured = list(sample(well, year, month, GROUND, factors))
            seen = [(measured[0][0], item, word) for item, word in PRESENCE.items()]
            rows += [
                {"well": well, "date": date, "item": item, "value": value}
                for date, item, value in (*measured, *seen)
            ]
    return rows
