"""Figures beyond what the area of a county can hold, by generous limits with their reasons.

`tables/ceilings.csv` lists them; the figure is only remarked upon, never changed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecolib.checks.plausible.figures import Figure, Figures, remark
from ecolib.data import Ceiling, Issue, ceilings, units
from ecolib.data.params import County
from ecolib.indicators.targets import show


def beyond_reason(figures: Figures, county: County) -> Iterator[Issue]:
    """One remark an item, at its latest figure, for all years beyond the ceiling."""
    for ceiling in ceilings():
        beyond = [
            figure
            for figure in figures.by_item.get(ceiling.item, {}).values()
            if (area := _area(figures, county, figure.year))
            and figure.value > ceiling.per_km2 * area
        ]
        if beyond:
            beyond.sort(key=lambda f: f.year)
            area = _area(figures, county, beyond[-1].year)
            yield _beyond(figures, ceiling, beyond, area or 1.0)


def _area(figures: Figures, county: County, year: int) -> float | None:
    """The area of the county in km2, as its parameters or else its figures say."""
    if county.area_km2:
        return county.area_km2
    figure = figures.at("land_area", year)
    return figure.value if figure is not None and figure.value > 0 else None


def _beyond(figures: Figures, ceiling: Ceiling, beyond: list[Figure], area: float) -> Issue:
    last = beyond[-1]
    unit = units()[figures.items[last.item].unit]
    years = [str(figure.year) for figure in beyond]
    per_km2, limit = show(round(last.value / area, 1)), show(ceiling.per_km2)
    smaller = _smaller_unit(last, ceiling, area)
    zh = f"；疑应为{units()[smaller].zh}而不是{units()[last.unit].zh}" if smaller else ""
    en = f"; suggests {units()[smaller].en} instead of {units()[last.unit].en}" if smaller else ""
    return remark(
        last,
        "beyond_reason",
        "warning",
        f"{'、'.join(years)} 年：{figures.said(last, 'zh')}（{last.year} 年），平均每 km² {per_km2} "
        f"{unit.zh}，超过宽松的上限 {limit} {unit.zh}（{ceiling.zh}）{zh}",
        f"{', '.join(years)}: {figures.said(last, 'en')} of {last.year} is {per_km2} {unit.en} per "
        f"km², beyond a generous {limit} {unit.en} ({ceiling.en}){en}",
    )


def _smaller_unit(figure: Figure, ceiling: Ceiling, area: float) -> str:
    """The next smaller unit of the kind in which the figure would be within reason."""
    own = units().get(figure.unit)
    if own is None:
        return ""
    smaller = [u for u in units().values() if u.dimension == own.dimension]
    smaller = sorted((u for u in smaller if u.factor < own.factor), key=lambda u: -u.factor)
    fits = (u for u in smaller if figure.value * u.factor / own.factor <= ceiling.per_km2 * area)
    return next((u.unit for u in fits), "")
