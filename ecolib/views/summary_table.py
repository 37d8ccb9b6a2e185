"""The table of all indicators and parts: value, target, verdict, change, trend, basis, owner."""

from __future__ import annotations

import math

from ecolib.assess.annual import Annual
from ecolib.assess.result import Result
from ecolib.indicators.catalogue import Indicator, find
from ecolib.report.words import pick
from ecolib.texts import amount, word
from ecolib.views.output import Html, element, joined, section
from ecolib.views.phrases import comma, range_of, spread, value_in_words
from ecolib.views.summary_counts import NO_RESULT, scrolling, status_badge

EMPTY = "—"


def page_of(entry: Indicator, lang: str) -> str:
    """The page of an indicator, seen from the report; a part stands on the page of its group."""
    whole = find(entry.parent) if entry.parent else entry
    page = "analysis.html" if lang == "zh" else "analysis.en.html"
    part = f"#part-{entry.number}" if entry.parent else ""
    return f"indicators/{whole.id}/{page}{part}"


def linked(entry: Indicator, lang: str) -> Html:
    """Number and name, leading to the indicator's page."""
    return element("a", f"{entry.number} {entry.words(lang).title}", href=page_of(entry, lang))


def indicator_table(annual: Annual, lang: str) -> Html:
    """One row an indicator and part, in the order of the list."""
    year, base_year = annual.case.year, annual.case.params.county.base_year
    heads = [
        word("label", "indicator", lang),
        pick((f"{year} 年数值", f"Value in {year}"), lang),
        pick(("目标与由谁规定", "Target and who set it"), lang),
        word("label", "verdict", lang),
        pick((f"比上年（{year - 1}）", f"On last year ({year - 1})"), lang),
        pick((f"比基准年（{base_year}）", f"On base year ({base_year})"), lang),
        word("label", "trend", lang),
        word("label", "basis", lang),
        word("label", "owner", lang),
    ]
    head = element("thead", element("tr", *(element("th", h, scope="col") for h in heads)))
    rows = []
    for result in annual.results:
        rows.append(_row(result, annual, lang, style="group" if result.parts else ""))
        rows += [_row(part, annual, lang, style="part") for part in result.parts]
    rows += [_unsaved(entry, lang, columns=len(heads)) for entry in annual.unsaved]
    caption = pick(
        (f"{year} 年各项指标和分项", f"Indicators and parts, {year}"),
        lang,
    )
    title = pick(("全部指标", "All indicators"), lang)
    return joined(
        section(title, "indicators"),
        scrolling(caption, head, element("tbody", *rows), style="dense indicators"),
        element("p", _reading(lang), class_="quiet"),
    )


def _reading(lang: str) -> str:
    zh = (
        "“比上年”“比基准年”是数值之差，百分比之差以百分点计；“趋势”是历年数值的检验结果，"
        "年份太少时为“无法判断”。"
    )
    en = (
        "Changes are differences of the values, those of percentages in percentage points (pp); the "
        "trend is a test on the values of all years, undetermined where these are too few."
    )
    return pick((zh, en), lang)


def _row(result: Result, annual: Annual, lang: str, *, style: str) -> Html:
    entry = find(result.indicator)
    cells = [
        element("td", *_value(result, lang)),
        element("td", *_target(entry, result, annual, lang)),
        element("td", status_badge(result.verdict.status, lang)),
        element("td", *_change(result, "last_year", lang)),
        element("td", *_change(result, "base_year", lang)),
        element("td", _trend(result, lang)),
        element("td", word("basis", result.basis, lang) if result.basis else EMPTY),
        element("td", _owner(entry, annual, lang)),
    ]
    return element("tr", element("th", linked(entry, lang), scope="row"), *cells, class_=style)


def _owner(entry: Indicator, annual: Annual, lang: str) -> str:
    """The leading units; a part led by the same units as its group says so."""
    if entry.parent and find(entry.parent).owner == entry.owner:
        return pick((f"同 {entry.parent}", f"as {entry.parent}"), lang)
    return comma(lang).join(annual.case.owner(o, lang) for o in entry.owner)


def _unsaved(entry: Indicator, lang: str, *, columns: int) -> Html:
    name = element("th", f"{entry.number} {entry.words(lang).title}", scope="row")
    return element(
        "tr", name, element("td", status_badge(NO_RESULT, lang), colspan=str(columns - 1))
    )


def _value(result: Result, lang: str) -> list[str | Html]:
    if math.isnan(result.value):
        return [EMPTY]
    between = spread(*range_of(result), result.unit, lang)
    note = pick((f"可能范围：{between}", f"may be {between}"), lang)
    return [value_in_words(result, lang), *([element("small", note)] if between else [])]


def _target(entry: Indicator, result: Result, annual: Annual, lang: str) -> list[str | Html]:
    given = annual.case.params.assignment(entry.id, result.year)
    text = result.target.text(lang)
    if given is not None:
        # The document is told once, in small print, so that the bound itself stays readable.
        text = text.replace(f"（{given.document}）", "").replace(f" ({given.document})", "")
        who = pick((f"上级下达：{given.document}", f"higher authority: {given.document}"), lang)
    elif entry.kind == "local":
        who = pick(("本县自设", "set by the county"), lang)
    else:
        who = pick(("国家指标", "national list"), lang)
    kind = word("kind", entry.kind, lang)
    return [text, element("small", f"{who} · {kind}")]


def _change(result: Result, name: str, lang: str) -> list[str | Html]:
    change = result.change.get(name)
    if change is None:
        return [EMPTY]
    unit = "pp" if result.unit == "%" else result.unit
    sign = "+" if change.difference > 0 else "−" if change.difference < 0 else "±"
    told = element("small", word("direction", change.direction, lang))
    # "pp" in English, because nine columns leave no room for "percentage points".
    by = amount(abs(change.difference), unit, lang).replace("percentage points", "pp")
    return [f"{sign}{by}", told]


def _trend(result: Result, lang: str) -> str:
    return word("trend", result.trend.status, lang) if result.trend else EMPTY
