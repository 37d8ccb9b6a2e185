"""Land cover of the fictional county in four surveys, and what became of which land 2015-2020."""

from __future__ import annotations

# km2 in 2015, adding up to the 1903.6 km2 of the county.
COVER_2015 = {
    "林地": {"有林地": 798.4, "灌木林地": 151.2, "疏林地和其他林地": 86.7},
    "草地": {"高覆盖度草地": 30.6, "中覆盖度草地": 19.8, "低覆盖度草地": 10.2},
    "水域湿地": {"河流(渠)": 42.1, "湖泊(库)": 37.9, "滩涂湿地": 32.3},
    "耕地": {"水田": 352.6, "旱地": 241.4},
    "建设用地": {"城镇建设用地": 31.5, "农村居民点": 38.6, "其他建设用地": 13.8},
    "未利用地": {"裸土地": 5.2, "裸岩石砾": 8.1, "其他未利用地": 3.2},
}
# From, to, km2 between 2015 and 2020: towns grow on fields, slopes are planted with trees.
TRANSITIONS = (
    ("水田", "城镇建设用地", 2.4),
    ("旱地", "城镇建设用地", 1.1),
    ("旱地", "其他建设用地", 1.3),
    ("农村居民点", "水田", 0.3),
    ("旱地", "有林地", 3.6),
    ("疏林地和其他林地", "有林地", 5.8),
    ("灌木林地", "其他建设用地", 0.6),
    ("有林地", "其他建设用地", 0.9),
    ("低覆盖度草地", "疏林地和其他林地", 0.7),
    ("滩涂湿地", "湖泊(库)", 0.2),
    ("裸土地", "高覆盖度草地", 0.5),
)
# How much of that had happened by each survey.
DONE = {2015: 0.0, 2018: 0.6, 2019: 0.8, 2020: 1.0}
TYPE_OF = {subtype: kind for kind, areas in COVER_2015.items() for subtype in areas}


def rows(year: int) -> list[dict[str, str]]:
    """The survey of the year; that of 2020 was overlaid with that of 2015."""
    if year not in DONE:
        return []
    areas = _overlaid() if year == 2020 else [(s, "", a) for s, a in _cover(year).items()]
    return [
        {
            "year": str(year),
            "type": TYPE_OF[subtype],
            "subtype": subtype,
            "area_km2": f"{area:.2f}",
            "earlier_year": "2015" if earlier else "",
            "earlier_subtype": earlier,
            "position": f"虚构土地覆盖遥感解译 第{line}行",
        }
        for line, (subtype, earlier, area) in enumerate(areas, start=2)
    ]


def _cover(year: int) -> dict[str, float]:
    cover = {subtype: area for areas in COVER_2015.values() for subtype, area in areas.items()}
    for source, target, area in TRANSITIONS:
        cover[source] -= DONE[year] * area
        cover[target] += DONE[year] * area
    return cover


def _overlaid() -> list[tuple[str, str, float]]:
    """Subtype now, subtype before, area; what stayed first."""
    left = {subtype: area for areas in COVER_2015.values() for subtype, area in areas.items()}
    for source, _, area in TRANSITIONS:
        left[source] -= area
    stayed = [(subtype, subtype, area) for subtype, area in left.items()]
    return stayed + [(target, source, area) for source, target, area in TRANSITIONS]
