"""Short texts that several views put together: amounts, names, badges, remarks of the year."""

from __future__ import annotations

import math

import pandas as pd

from ecolib.assess.case import Case
from ecolib.assess.result import Result
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.report import pick
from ecolib.texts import amount, name_of, show, word
from ecolib.views.output import VERDICT_COLOURS, VERDICT_MARKS, Html, element

#: Not from the locale of the machine.
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def badge(status: str, lang: str) -> Html:
    """A verdict as a mark and a word; the colour only repeats what they say."""
    name = word("status", status, lang)
    mark = element("span", VERDICT_MARKS[status], class_="mark", aria_hidden="true")
    body = element(
        "span", mark, f" {name}", class_="status", style=f"color:{VERDICT_COLOURS[status]}"
    )
    return Html(body.html, f"{VERDICT_MARKS[status]} {name}")


def numbered(entry: Indicator, lang: str) -> str:
    """`27 城镇污水处理率`."""
    return f"{entry.number} {entry.words(lang).title}"


def list_banner(case: Case, lang: str) -> list[Html]:
    """What every page says where the year lies outside the validity of the list; else nothing."""
    warning = case.list.warning(case.year)
    if warning is None:
        return []
    said = element("strong", warning.text(lang))
    return [element("p", "⚠ ", said, class_="banner", role="note")]


def in_year(year: int, lang: str) -> str:
    return f"{year} 年" if lang == "zh" else str(year)


def semicolon(lang: str) -> str:
    return "；" if lang == "zh" else "; "


def comma(lang: str) -> str:
    return "、" if lang == "zh" else ", "


def colon(lang: str) -> str:
    return "：" if lang == "zh" else ": "


def stop(lang: str) -> str:
    return "。" if lang == "zh" else "."


def bracketed(said: object, lang: str) -> str:
    """What follows a name in brackets: `（个）`, ` (number)`."""
    return f"（{said}）" if lang == "zh" else f" ({said})"


def signed(value: float) -> str:
    """A difference with its sign; none for zero."""
    return f"+{show(value)}" if value > 0 else show(value)


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
            (f"不少于 {amount(low, unit, lang)}", f"{amount(low, unit, lang)} or more"), lang
        )
    ends = (show(low), amount(high, unit, lang))
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
    return amount(result.value, result.unit, lang)


def input_name(what: str, entry: Indicator, lang: str) -> str:
    """The name of an item or requirement; a site keeps the name that was handed in."""
    if what in known_items():
        return getattr(known_items()[what], lang)
    wanted = entry.requirements
    return pick(wanted[what], lang) if what in wanted else what


def subheading(zh: str, en: str, name: str, lang: str) -> Html:
    """A heading (h3) within a section, that can be jumped to."""
    return element("h3", pick((zh, en), lang), id=name)


def detail_of(result: Result, name: str) -> pd.DataFrame:
    """A table of the result or of the first part that has rows of it; empty where there is none.

    One without rows keeps its columns, as a page asks for them all the same.
    """
    found = [part.detail[name] for part in result.owner_parts if name in part.detail]
    return next((table for table in found if len(table)), next(iter(found), pd.DataFrame()))


def detail_of_year(result: Result, name: str) -> pd.DataFrame:
    """The rows of such a table that speak of the year of assessment."""
    rows = detail_of(result, name)
    return rows[rows["year"] == result.year] if "year" in rows else rows


def remarks(result: Result, lang: str) -> list[Html]:
    """Gaps, invalid data and assumptions of the year, as sentences."""
    tables = [
        p.detail["monitoring_notes"] for p in result.owner_parts if "monitoring_notes" in p.detail
    ]
    said = [
        note.text(lang)
        for notes in tables
        for note in notes.loc[notes["year"] == result.year, "note"]
    ]
    if not said:
        return []
    title = subheading("监测数据说明", "Remarks on the monitoring data", "monitoring-notes", lang)
    items = [element("li", sentence) for sentence in dict.fromkeys(said)]
    return [title, element("ul", *items, class_="remarks")]


def method(result: Result, names: tuple[str, ...], lang: str) -> list[Html]:
    """The rules applied where a standard leaves a choice, folded."""
    tables = [detail_of(result, name) for name in names]
    said = [sentence for table in tables if len(table) for sentence in sentences_of(table, lang)]
    if not said:
        return []
    items = [element("li", sentence) for sentence in dict.fromkeys(said)]
    summary = element("summary", pick(("评价方法与取舍", "Method and choices made"), lang))
    return [element("details", summary, element("ul", *items, class_="remarks"))]


def sentences_of(table: pd.DataFrame, lang: str) -> list[str]:
    """What a table of notes says in a language."""
    return [note.text(lang) for note in table["note"]]


def named(kind: str, codes: str, lang: str) -> str:
    """What the things are called that a column lists as `cod, tp`; empty where it lists none."""
    listed = codes.split(", ") if codes else []
    return comma(lang).join(name_of(kind, code, lang) for code in listed)


def number(value: object, decimals: int) -> str | None:
    """A figure with so many decimals; None where there is none."""
    known = value is not None and value is not pd.NA and not math.isnan(value)
    return f"{float(value):.{decimals}f}" if known else None
