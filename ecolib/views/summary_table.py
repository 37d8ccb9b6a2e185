"""How many indicators came to which verdict, and the table of all indicators and parts."""

from __future__ import annotations

import math
from importlib.resources import files

import pandas as pd

from ecolib.assess.annual import Annual
from ecolib.assess.result import STATUSES, Result
from ecolib.indicators.catalogue import Indicator
from ecolib.report import pick
from ecolib.texts import amount, word, words
from ecolib.views.output import VERDICT_COLOURS, Html, element, joined, section
from ecolib.views.phrases import badge, comma, range_of, spread, value_in_words

#: Indicators whose notebook left no result are counted too, so that the sums are whole.
NO_RESULT = "no_result"
#: In the order in which people ask: what is met, what is not, what cannot be said.
ORDER = (
    "met", "conditional", "not_met", "conflict", "not_evaluable", "declared", "not_applicable",
    NO_RESULT,
)  # fmt: skip
BASES = tuple(words("basis"))
NATIONAL = ("binding", "reference")

assert set(ORDER) == {*STATUSES, NO_RESULT}


def tally(annual: Annual) -> pd.DataFrame:
    """One row an indicator of the list: number, kind, status, basis."""
    results = {result.indicator: result for result in annual.results}
    rows = []
    for entry in annual.case.list.top_level:
        result = results.get(entry.id)
        status = result.verdict.status if result else NO_RESULT
        rows.append((entry.number, entry.kind, status, result.basis if result else ""))
    return pd.DataFrame(rows, columns=["number", "kind", "status", "basis"])


def status_badge(status: str, lang: str) -> Html:
    """The verdict as mark and word; also for an indicator without a result."""
    if status != NO_RESULT:
        return badge(status, lang)
    text = pick(("没有结果", "no result"), lang)
    return element("span", f"! {text}", class_="status")


def tone(status: str) -> str:
    """The colour of a verdict as a style attribute; it repeats what mark and word say."""
    return f"--tone:{VERDICT_COLOURS.get(status, '#1f2933')}"


def cards(annual: Annual, lang: str) -> Html:
    """A card a verdict for the national list: how many, and what they rest on."""
    rows = tally(annual)
    national = rows[rows["kind"].isin(NATIONAL)]
    shown = [
        _card(status, national[national["status"] == status], lang)
        for status in _occurring(national)
    ]
    return element("div", *shown, class_="counts")


def _card(status: str, rows: pd.DataFrame, lang: str) -> Html:
    unit = pick((" 项", ""), lang)
    bases = [
        element("li", f"{word('basis', basis, lang)} {count}{unit}")
        for basis in BASES
        if (count := int((rows["basis"] == basis).sum()))
    ]
    number = element("p", element("b", str(len(rows))), unit, class_="count")
    listed = [element("ul", *bases)] if bases else []
    body = [element("p", status_badge(status, lang)), number, *listed]
    return element("div", *body, class_="card", style=tone(status))


def counts_table(annual: Annual, lang: str) -> Html:
    """Counts by kind and basis; every indicator stands in exactly one cell."""
    rows = tally(annual)
    statuses = _occurring(rows)
    head = [pick(("类别", "Kind"), lang), word("label", "basis", lang)]
    head_cells = [element("th", text, scope="col") for text in head]
    head_cells += [
        element("th", status_badge(s, lang), scope="col", class_="number") for s in statuses
    ]
    head_cells.append(element("th", pick(("合计", "All"), lang), scope="col", class_="number"))
    body: list[Html] = []
    for kind in NATIONAL:
        body += _block(word("kind", kind, lang), rows[rows["kind"] == kind], statuses, lang)
    together = pick(("国家指标", "National list"), lang)
    body += _block(together, rows[rows["kind"].isin(NATIONAL)], statuses, lang)
    local = rows[rows["kind"] == "local"]
    if len(local):
        own = pick(("地方指标（另计）", "Local (counted apart)"), lang)
        body += _block(own, local, statuses, lang)
    caption = pick(
        (
            f"{annual.case.year} 年各类指标的项数，按结论和依据分列",
            f"Number of indicators in {annual.case.year} by verdict and basis",
        ),
        lang,
    )
    return scrolling(caption, element("thead", element("tr", *head_cells)), *body, style="dense")


def _block(name: str, rows: pd.DataFrame, statuses: list[str], lang: str) -> list[Html]:
    """The rows of one kind, a row a basis that occurs, and their sum."""
    bases = [basis for basis in BASES if (rows["basis"] == basis).any()]
    lines = [(word("basis", b, lang), rows[rows["basis"] == b], "") for b in bases]
    if len(lines) > 1:
        lines.append((pick(("小计", "sum"), lang), rows, "total"))
    shown = []
    for position, (label, part, style) in enumerate(lines):
        first = [element("th", name, scope="rowgroup", rowspan=str(len(lines)))]
        cells = [element("th", label, scope="row")]
        counts = [int((part["status"] == status).sum()) for status in statuses]
        cells += [_count(n) for n in (*counts, len(part))]
        shown.append(element("tr", *(first if position == 0 else []), *cells, class_=style))
    return [element("tbody", *shown)]


def _count(number: int) -> Html:
    return element("td", str(number), class_="number" if number else "number zero")


def scrolling(caption: str, *parts: Html, style: str = "") -> Html:
    """A table of finished parts in a box that scrolls by itself and can be reached by keyboard."""
    body = element("table", element("caption", caption), *parts, class_=style)
    return element("div", body, class_="scroll", tabindex="0", role="region", aria_label=caption)


def table_head(names: list[str]) -> Html:
    """The headers of such a table, where no column holds numbers."""
    return element("thead", element("tr", *(element("th", n, scope="col") for n in names)))


def stylesheet() -> Html:
    """How these tables, cards and tiles look; the first piece of a page that has them."""
    css = (files("ecolib.views") / "summary.css").read_text(encoding="utf-8")
    return Html(f"<style>{css}</style>")


def _occurring(rows: pd.DataFrame) -> list[str]:
    """The six verdicts always; "no result" only where it occurs."""
    return [s for s in ORDER if s != NO_RESULT or (rows["status"] == s).any()]


EMPTY = "—"


def page_of(entry: Indicator, lang: str) -> str:
    """The page of an indicator, seen from the report; a part stands on the page of its group."""
    page = "analysis.html" if lang == "zh" else "analysis.en.html"
    part = f"#part-{entry.number}" if entry.group else ""
    return f"indicators/{entry.group or entry.id}/{page}{part}"


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
        scrolling(caption, table_head(heads), element("tbody", *rows), style="dense indicators"),
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
    entry = annual.case.list[result.indicator]
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
    whole = annual.case.list[entry.group] if entry.group else None
    if whole and whole.owner == entry.owner:
        return pick((f"同 {whole.number}", f"as {whole.number}"), lang)
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
    by = amount(abs(change.shown), unit, lang).replace("percentage points", "pp")
    return [f"{sign}{by}", told]


def _trend(result: Result, lang: str) -> str:
    return word("trend", result.trend.status, lang) if result.trend else EMPTY
