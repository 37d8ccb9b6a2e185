"""What the fictional self-assessment prints: every indicator met, and some values."""

from __future__ import annotations

from dataclasses import dataclass

from ecolib.data.dictionary import units
from ecolib.indicators.catalogue import Indicator, default_list, find

YEAR = 2020


@dataclass(frozen=True)
class Value:
    """A value as printed, in the indicator's unit; `note` says where it is planted to be wrong."""

    indicator: str
    printed: str
    note: str = ""


VALUES = (
    Value("eco_share_of_appraisal", "24"),
    Value("good_air_days_ratio", "95.3"),
    Value("pm25_decline", "18.2"),
    Value("water_class3_gain", "12.5"),
    Value("black_odor_elimination", "100"),
    Value("eco_index_ei", "77.3"),
    Value("natural_coastline_rate", "37.5"),
    # rests on a figure that was not handed in
    Value("river_bank_protection_rate", "76.8"),
    Value("energy_per_gdp", "0.51"),
    Value("land_per_gdp_decline", "4.6", "虚构：故意与填报数不符"),
    Value("village_water_hygiene", "100.0", "虚构：故意与填报数不符"),
    Value("urban_sewage_rate", "92.3"),
    Value("rural_toilet_rate", "94.1"),
    Value("public_satisfaction", "84.9"),
)

#: What the report says of its own goals and lists; each note tells what is planted.
OTHERS = (
    {
        "indicator": "urban_sewage_rate",
        "kind": "goal",
        "year": "2022",
        "printed": "90",
        "unit": "%",
        "claim": "到2022年城镇污水处理率力争达到90%",
        "note": "虚构：故意低于已报出的现状",
    },
    {
        "indicator": "nature_reserves",
        "kind": "count",
        "printed": "6",
        "unit": "count",
        "subject": "自然保护地",
        "claim": "自然保护地共6处",
        "note": "虚构：故意与分项之和不符",
    },
    {
        "indicator": "nature_reserves",
        "kind": "count",
        "printed": "2",
        "unit": "count",
        "subject": "自然保护区",
        "part_of": "自然保护地",
        "claim": "其中自然保护区2处",
    },
    {
        "indicator": "nature_reserves",
        "kind": "count",
        "printed": "3",
        "unit": "count",
        "subject": "自然公园",
        "part_of": "自然保护地",
        "claim": "其中自然公园3处",
    },
)


def rows(year: int) -> list[dict[str, str]]:
    """The claims of the self-assessment; it was printed once."""
    if year != YEAR:
        return []
    claims = [*map(_verdict, default_list().top_level), *map(_value, VALUES), *OTHERS]
    return [
        # The whole and its parts stand in one list, so they share a position.
        {"year": str(year), **claim, "position": _position(claim, line)}
        for line, claim in enumerate(claims, start=1)
    ]


def _position(claim: dict[str, str], line: int) -> str:
    return "虚构自评报告 附表1" if claim.get("subject") else f"虚构自评报告 第{line}条"


def _verdict(entry: Indicator) -> dict[str, str]:
    return {
        "indicator": entry.id,
        "kind": "verdict",
        "printed": "达标",
        "claim": f"指标{entry.number} {entry.zh.title}：达标",
    }


def _value(claimed: Value) -> dict[str, str]:
    entry = find(claimed.indicator)
    return {
        "indicator": entry.id,
        "kind": "value",
        "printed": claimed.printed,
        "unit": entry.unit,
        "claim": f"{YEAR}年{entry.zh.title}为{claimed.printed}{units()[entry.unit].zh}",
        "note": claimed.note,
    }
