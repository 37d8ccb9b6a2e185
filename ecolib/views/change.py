"""How the value moved since last year and the base year, and what can be said of a trend."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ecolib.assess.result import Change, Result
from ecolib.indicators.catalogue import find
from ecolib.report.words import pick
from ecolib.texts import joined as joined_notes
from ecolib.texts import word
from ecolib.views.output import Html, element, facts, joined, section
from ecolib.views.phrases import figure, numbered

if TYPE_CHECKING:
    from ecolib.assess.case import Case


def change_and_trend(result: Result, lang: str, *, case: Case) -> Html:
    """Change in plain words and the reading of the trend test, for each part."""
    shown = [section(word("heading", "change", lang), "change")]
    for part in result.owner_parts:
        if result.parts:
            shown.append(element("h3", numbered(find(part.indicator), lang)))
        shown.append(facts(_lines(part, lang, case.params.county.base_year)))
    return joined(*shown)


def _lines(result: Result, lang: str, base_year: int) -> list[tuple[str, str]]:
    last_year = pick(("比上年", "On last year"), lang)
    base = pick(("比基准年", "On the base year"), lang)
    lines = [(last_year, _moved(result, "last_year", result.year - 1, lang))]
    if base_year != result.year - 1:
        lines.append((base, _moved(result, "base_year", base_year, lang)))
    lines.append((word("label", "trend", lang), _trend(result, lang)))
    if result.outlook:
        lines.append((pick(("展望", "Outlook"), lang), joined_notes(result.outlook, lang, "")))
    return lines


def _moved(result: Result, name: str, year: int, lang: str) -> str:
    if name in result.change:
        return describe(result.change[name], result, lang)
    if year >= result.year:
        zh, en = f"{result.year} 年还没有到基准年之后", f"{result.year} is not after the base year"
    elif math.isnan(result.value):
        zh, en = f"{result.year} 年没有数值，无从比较", f"no value for {result.year} to compare"
    else:
        zh, en = f"{year} 年没有数值，无从比较", f"no value for {year} to compare with"
    return pick((f"{zh}。", f"{en.capitalize()}."), lang)


def describe(change: Change, result: Result, lang: str) -> str:
    """`比 2018 年（95.62 %）上升 3.29 个百分点，改善。`"""
    before = figure(change.before, result.unit, lang)
    if change.direction == "stable":
        same = (
            f"与 {change.year} 年（{before}）相同。",
            f"The same as in {change.year} ({before}).",
        )
        return pick(same, lang)
    # A difference of percentages is told in points: "up 3 %" would mean something else.
    unit = "pp" if result.unit == "%" else result.unit
    moved = abs(change.difference)
    # More than two decimals of a point say nothing, unless they are all there is.
    by = figure(round(moved, 2) if unit == "pp" and moved >= 0.01 else moved, unit, lang)
    verb = ("上升", "up") if change.difference > 0 else ("下降", "down")
    how = word("direction", change.direction, lang)
    zh = f"比 {change.year} 年（{before}）{verb[0]} {by}，{how}。"
    en = f"{by} {verb[1]} on {change.year} ({before}): {how}."
    return pick((zh, en), lang)


def _trend(result: Result, lang: str) -> Html | str:
    if result.trend is None:
        return pick(
            ("没有任何数值，谈不上趋势。", "There is no value, so no trend to speak of."), lang
        )
    strong = element("strong", word("trend", result.trend.status, lang))
    text = result.trend.explain(lang)
    colon = "：" if lang == "zh" else ": "
    return Html(f"{strong.html}{element('span', colon + text).html}", strong.text + colon + text)
