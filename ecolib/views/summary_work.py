"""What is left to do, by responsible unit: obstacles, missing data, notebooks that did not finish."""

from __future__ import annotations

from collections.abc import Iterable

from ecolib.assess.annual import Annual, Failure
from ecolib.assess.needs import needs
from ecolib.assess.result import Need, Result
from ecolib.data.dictionary import unit_name
from ecolib.report import pick
from ecolib.texts import word
from ecolib.views.output import Html, absent, element, joined, section
from ecolib.views.phrases import comma, numbered, semicolon
from ecolib.views.summary_table import linked, scrolling, status_badge, table_head


def obstacles(annual: Annual, lang: str) -> Html:
    """Each indicator or part that is not met or not decided: why, and what to do about it."""
    open_ = [
        p
        for r in annual.results
        for p in r.owner_parts
        if p.verdict.status not in ("met", "not_applicable")
    ]
    title = section(pick(("差在哪里", "What stands in the way"), lang), "obstacles")
    if not open_:
        none = (
            "已保存的结果中，没有未达标或没有定论的指标。",
            "Among the saved results none is unmet or undecided.",
        )
        return joined(title, absent(pick(none, lang)))
    heads = [
        word("label", "indicator", lang),
        word("label", "verdict", lang),
        word("label", "reason", lang),
        pick(("怎么办", "What to do"), lang),
    ]
    by_unit: dict[tuple[str, ...], list[Result]] = {}
    for result in open_:
        by_unit.setdefault(result.entry.owner, []).append(result)
    blocks = [
        _unit_block(
            comma(lang).join(annual.case.owner(o, lang) for o in owners),
            [_obstacle(r, annual, lang) for r in results],
            columns=len(heads),
            lang=lang,
        )
        for owners, results in _longest_first(by_unit)
    ]
    lead = pick(
        (
            f"按牵头单位列出 {len(open_)} 项（含分项）没有达标或没有定论的原因和办法。",
            f"{len(open_)} indicators and parts that are not met or undecided, by leading unit.",
        ),
        lang,
    )
    caption = pick(
        (
            f"{annual.case.year} 年没有达标或没有定论的指标",
            f"Not met or undecided in {annual.case.year}",
        ),
        lang,
    )
    body = scrolling(caption, table_head(heads), *blocks, style="dense obstacles")
    return joined(title, element("p", lead), body)


def _obstacle(result: Result, annual: Annual, lang: str) -> Html:
    return element(
        "tr",
        element("th", linked(annual.case.list[result.indicator], lang), scope="row"),
        element("td", status_badge(result.verdict.status, lang)),
        element("td", result.verdict.reason(lang)),
        element("td", action(result, result.needs, lang)),
    )


def action(result: Result, missing: Iterable[Need], lang: str) -> str:
    """What would bring the indicator further, in one line."""
    steps = []
    if result.verdict.status == "not_met":
        steps.append(
            pick(
                (
                    "核对基础数；确未达标的，提出整改措施和完成时限",
                    "check the figures; if they stand, say what will be done and by when",
                ),
                lang,
            )
        )
    if result.verdict.status == "conflict":
        steps.append(
            pick(
                (
                    "对照原始台账确认哪个数正确，书面更正另一个",
                    "find in the original records which figure is right and correct the other in "
                    "writing",
                ),
                lang,
            )
        )
    for kind, lead in _STEPS.items():
        named = _named([n for n in missing if n.kind == kind], result.year, lang)
        if named:
            steps.append(f"{pick(lead, lang)}{comma(lang).join(named)}")
    return semicolon(lang).join(steps) or pick(("见理由", "see the reason"), lang)


def _named(missing: list[Need], year: int, lang: str) -> list[str]:
    """What is missing by name; with its years where it is not the assessed year alone."""
    years: dict[str, list[int]] = {}
    for need in missing:
        years.setdefault(need.name(lang), []).append(need.year)
    told = {name: comma(lang).join(map(str, y)) for name, y in years.items()}
    return [
        name
        if years[name] == [year] or missing[0].kind == "earlier_area"
        else pick((f"{name}（{told[name]} 年）", f"{name} ({told[name]})"), lang)
        for name in years
    ]


_STEPS = {
    "figure": ("补报：", "hand in: "),
    "dating": ("写明年份：", "state the year of: "),
    "earlier_area": ("补报更早年份的面积：", "hand in the area of an earlier year: "),
    "document": ("补交文件，证明：", "hand in documents that prove: "),
    "target": ("补报上级下达的目标值：", "hand in the assigned target of: "),
    "rest": ("补报其余部分的数：", "hand in the figures of the rest: "),
    "report": ("附调查报告：", "add the report of the survey: "),
    "unread": ("更正未能采用的内容：", "mend what could not be used: "),
}


def missing_data(annual: Annual, lang: str) -> Html:
    """The to-do list: first what a verdict hangs on, then what would let values be recomputed."""
    wanted = needs(annual.results)
    title = section(pick(("待补数据", "Data to hand in"), lang), "missing")
    if not wanted:
        none = ("已保存的结果不缺数据。", "Nothing is missing for the saved results.")
        return joined(title, absent(pick(none, lang)))
    parts = [title, element("p", pick(_HOW_TO_HAND_IN, lang))]
    for reason, caption in _CAPTIONS.items():
        rows = [n for n in wanted if n.reason == reason]
        if rows:
            parts.append(_needs_table(rows, annual, pick(caption, lang), lang))
    return joined(*parts)


_HOW_TO_HAND_IN = (
    "按应报单位列出。“文件”须写明名称、文号和日期；“写明年份”是数已填报但没有年份。",
    "By the unit that owes it. A document needs its title, number and date; 'state the year' means "
    "that the figure is there but bears no year.",
)
_CAPTIONS = {
    "to_judge": (
        "补齐后才能下结论",
        "Needed before a verdict is possible",
    ),
    "to_recompute": (
        "补齐后成品值可以复算、下限可以确定",
        "Would let reported values be recomputed and lower bounds be settled",
    ),
}


def _needs_table(wanted: list[Need], annual: Annual, caption: str, lang: str) -> Html:
    heads = [
        pick(("要补什么", "What to hand in"), lang),
        word("label", "kind", lang),
        word("label", "unit", lang),
        word("label", "year", lang),
        pick(("用于指标", "For indicator"), lang),
    ]
    by_unit: dict[str, dict[tuple, list[Need]]] = {}
    for need in wanted:
        key = (need.kind, need.what, need.indicators)
        by_unit.setdefault(need.owner, {}).setdefault(key, []).append(need)
    blocks = [
        _unit_block(
            annual.case.owner(owner, lang),
            [_need_row(years, annual, lang) for years in grouped.values()],
            columns=len(heads),
            lang=lang,
        )
        for owner, grouped in _longest_first(by_unit)
    ]
    return scrolling(caption, table_head(heads), *blocks, style="dense needs")


def _need_row(years: list[Need], annual: Annual, lang: str) -> Html:
    need = years[0]
    tick = element("span", class_="tick", aria_hidden="true")
    links = [linked(annual.case.list[name], lang) for name in need.indicators]
    between = [part for link in links for part in (comma(lang), link)][1:]
    return element(
        "tr",
        element("th", tick, need.name(lang), scope="row"),
        element("td", word("need_kind", need.kind, lang)),
        element("td", unit_name(need.unit, lang) or "—"),
        element("td", _years(years, lang)),
        element("td", *between),
    )


def _years(years: list[Need], lang: str) -> str:
    told = comma(lang).join(str(n.year) for n in years)
    if years[0].kind == "earlier_area":
        return pick((f"{told} 年或更早", f"{told} or earlier"), lang)
    return told


def unfinished(annual: Annual, lang: str) -> Html | None:
    """Notebooks that failed, with cell and traceback, and indicators without a saved result."""
    failed = {f.entry.id for f in annual.failures}
    silent = [e for e in annual.unsaved if e.id not in failed]
    if not annual.failures and not silent:
        return None
    title = pick(("没有完成的笔记本", "Notebooks that did not finish"), lang)
    shown = [section(title, "failures")]
    shown += [_failure(f, lang) for f in annual.failures]
    if silent:
        names = comma(lang).join(numbered(e, lang) for e in silent)
        zh = f"还没有运行、没有保存结果的指标：{names}。"
        en = f"Not run yet, without a saved result: {names}."
        shown.append(absent(pick((zh, en), lang)))
    return joined(*shown)


def _failure(failure: Failure, lang: str) -> Html:
    cell = pick((f"第 {failure.cell} 个单元格", f"cell {failure.cell}"), lang)
    unread = pick((f"{failure.damaged} 读不出来", f"{failure.damaged} cannot be read"), lang)
    told = [
        numbered(failure.entry, lang),
        cell if failure.cell else "",
        unread if failure.damaged else failure.error,
    ]
    summary = element("summary", " · ".join(filter(None, told)))
    return element("details", summary, element("pre", failure.traceback), class_="error")


def _unit_block(name: str, rows: list[Html], *, columns: int, lang: str) -> Html:
    """The rows of one unit under its name."""
    told = pick((f"{name}（{len(rows)} 条）", f"{name} ({len(rows)})"), lang)
    head = element("th", told, scope="rowgroup", colspan=str(columns))
    return element("tbody", element("tr", head), *rows, class_="unit")


def _longest_first(by_unit: dict) -> list:
    """Units with the most to do first; otherwise in the order of the list."""
    return sorted(by_unit.items(), key=lambda pair: -len(pair[1]))
