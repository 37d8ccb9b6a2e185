"""Short texts that several views put together: amounts, names of units and inputs, badges."""

from __future__ import annotations

import math

from ecolib.assess.result import Result
from ecolib.data.dictionary import units
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.indicators.targets import requirements_of
from ecolib.report.words import pick
from ecolib.texts import show, word
from ecolib.views.output import Html, element
from ecolib.views.style import VERDICT_COLOURS, VERDICT_MARKS


def badge(status: str, lang: str) -> Html:
    """A verdict as a mark and a word; the colour only repeats what they say."""
    name = word("status", status, lang)
    mark = element("span", VERDICT_MARKS[status], class_="mark", aria_hidden="true")
    body = element("span", mark, f" {name}", class_="status", style=_colour(status))
    return Html(body.html, f"{VERDICT_MARKS[status]} {name}")


def _colour(status: str) -> str:
    return f"color:{VERDICT_COLOURS[status]}"


def numbered(entry: Indicator, lang: str) -> str:
    """`27 城镇污水处理率`."""
    return f"{entry.number} {entry.words(lang).title}"


def unit_name(unit: str, lang: str) -> str:
    """The unit as people write it; an unknown one as it was handed in; none for a bare index."""
    if unit == "index":
        return ""
    return getattr(units()[unit], lang) if unit in units() else unit


def figure(value: float, unit: str, lang: str) -> str:
    """A number with its unit, where it has one."""
    return f"{show(value)} {unit_name(unit, lang)}".strip()


def in_year(year: int, lang: str) -> str:
    return f"{year} 年" if lang == "zh" else str(year)


def semicolon(lang: str) -> str:
    return "；" if lang == "zh" else "; "


def comma(lang: str) -> str:
    return "、" if lang == "zh" else ", "


def range_of(result: Result) -> tuple[float, float]:
    """The range the value of the year must lie in; NaN where it is not known to be uncertain."""
    if result.series is None:
        return math.nan, math.nan
    return result.series.at(result.year, "low"), result.series.at(result.year, "high")


def spread(low: float, high: float, unit: str, lang: str) -> str:
    """The range a value must lie in where not all was observed; empty where it is certain."""
    if math.isnan(low) or math.isnan(high) or low == high:
        return ""
    if math.isinf(high):
        return pick(
            (f"不少于 {figure(low, unit, lang)}", f"{figure(low, unit, lang)} or more"), lang
        )
    ends = (show(low), figure(high, unit, lang))
    return pick((f"{ends[0]} 至 {ends[1]}", f"{ends[0]} to {ends[1]}"), lang)


def value_in_words(result: Result, lang: str) -> str:
    """The value of the year with its unit; for requirements, how many of how many are proved."""
    if math.isnan(result.value):
        return word("basis", "", lang)
    if result.unit == "requirements" and "requirements" in result.detail:
        proved, wanted = show(result.value), len(result.detail["requirements"])
        return pick(
            (
                f"{wanted} 项要求中 {proved} 项有文件证明",
                f"{proved} of {wanted} requirements proved",
            ),
            lang,
        )
    return figure(result.value, result.unit, lang)


def input_name(what: str, entry: Indicator, lang: str) -> str:
    """The name of an item or requirement; a site keeps the name that was handed in."""
    if what in known_items():
        return getattr(known_items()[what], lang)
    wanted = requirements_of(entry.target)
    return pick(wanted[what], lang) if what in wanted else what
