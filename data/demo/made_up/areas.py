"""Areas of the fictional red line and protected areas, in ha; none shrinks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Site:
    """A site with its area from each year on in which that changed."""

    kind: str
    site: str
    nature: str
    level: str
    area: dict[int, float]

    def area_in(self, year: int) -> float | None:
        known = [y for y in self.area if y <= year]
        return self.area[max(known)] if known else None


SITES = (
    Site("redline", "望潮岭水源涵养红线区（虚构）", "水源涵养", "省级", {2010: 21640.5}),
    Site("redline", "青屿溪源头红线区（虚构）", "水土保持", "省级", {2010: 13872.0}),
    Site("redline", "云栖山生物多样性红线区（虚构）", "生物多样性维护", "省级", {2010: 11208.4}),
    Site("redline", "白鹭湾滨海湿地红线区（虚构）", "海岸防护", "省级", {2010: 4516.8}),
    Site("protected", "云栖山自然保护区（虚构）", "自然保护区", "省级", {2010: 9840.2}),
    Site("protected", "望潮岭森林公园（虚构）", "森林公园", "市级", {2010: 6275.0}),
    Site(
        "protected",
        "白鹭湾湿地公园（虚构）",
        "湿地公园",
        "县级",
        {2010: 1320.0, 2014: 1385.5, 2017: 1462.3, 2019: 1530.7},
    ),
    Site("protected", "石屿地质公园（虚构）", "地质公园", "市级", {2012: 884.6}),
)


def rows(year: int) -> list[dict[str, str]]:
    """The sites that exist in the year."""
    standing = [(s, area) for s in SITES if (area := s.area_in(year)) is not None]
    return [
        {
            "kind": site.kind,
            "site": site.site,
            "year": str(year),
            "area": f"{area:.1f}",
            "unit": "ha",
            "nature": site.nature,
            "level": site.level,
            "position": f"虚构面积台账 第{line}行",
        }
        for line, (site, area) in enumerate(standing, start=2)
    ]
