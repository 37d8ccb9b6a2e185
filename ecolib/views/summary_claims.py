"""Where the county's document and the figures handed in contradict each other."""

from __future__ import annotations

import pandas as pd

from ecolib.assess.annual import Annual
from ecolib.indicators.catalogue import find
from ecolib.report.words import pick
from ecolib.texts import text, word
from ecolib.views.output import Html, absent, element, joined, section
from ecolib.views.summary_counts import scrolling
from ecolib.views.summary_table import linked


def contradictions(annual: Annual, lang: str) -> Html:
    """Every claim that the figures contradict, this year's first, with the arithmetic."""
    claims, year = annual.claims, annual.case.year
    title = section(pick(("文中结论与数据不符", "Claims against the figures"), lang), "claims")
    if claims.empty:
        none = pick(("没有登记文件中的结论。", "No printed claims were handed in."), lang)
        return joined(title, absent(none))
    page = pick(("数据核查页", "data audit"), lang)
    link = element("a", page, href=f"audit.{lang}.html")
    tail = pick(("全部列在", "All of them are in the "), lang)
    lead = element("p", _lead(claims, lang), " ", tail, link, pick(("。", "."), lang))
    wrong = claims[claims["finding"] == "contradicts"]
    if wrong.empty:
        return joined(title, lead)
    # A stable sort keeps the order of the list within this year and within earlier years.
    wrong = wrong.assign(earlier=wrong["year"] != year).sort_values("earlier", kind="stable")
    caption = pick(("与数据不符的结论", "Claims that the figures contradict"), lang)
    return joined(title, lead, claims_table(wrong, caption, lang))


def claims_table(claims: pd.DataFrame, caption: str, lang: str) -> Html:
    """Claims with what is printed, where, and what the figures say."""
    heads = [
        word("label", "indicator", lang),
        word("label", "year", lang),
        pick(("文中怎么写", "What is printed"), lang),
        pick(("数据怎么说", "What the figures say"), lang),
    ]
    head = element("thead", element("tr", *(element("th", h, scope="col") for h in heads)))
    body = element("tbody", *(_row(row, lang) for row in claims.itertuples()))
    return scrolling(caption, head, body, style="dense claims")


def _row(row, lang: str) -> Html:
    told = row.explanation_zh if lang == "zh" else row.explanation_en
    return element(
        "tr",
        element("th", linked(find(row.indicator), lang), scope="row"),
        element("td", str(row.year)),
        element("td", row.claim, element("small", row.position)),
        element("td", *_told(told, lang)),
    )


def _told(said: str, lang: str) -> list[str | Html]:
    """The finding itself, then other readings and the note of the entry, a line each."""
    rest: list[str | Html] = []
    for begin in (text("entry_note", lang, note=""), text("other_reading", lang, readings="")):
        said, mark, tail = said.partition(begin)
        if mark:
            rest.insert(0, element("small", mark + tail))
    return [said, *rest]


def _lead(claims: pd.DataFrame, lang: str) -> str:
    n = claims["finding"].value_counts()
    agrees, against, unknown = (int(n.get(f, 0)) for f in ("agrees", "contradicts", "cannot_check"))
    zh = (
        f"核对了文件中的 {len(claims)} 条结论（含以前年度）：相符 {agrees} 条，不符 {against} 条，"
        f"无法核对 {unknown} 条。无法核对不算相符。"
    )
    en = (
        f"{len(claims)} printed claims (earlier years included) were held against the figures: "
        f"{agrees} agree, {against} are contradicted, {unknown} cannot be checked, which is not "
        "agreement."
    )
    return pick((zh, en), lang)
