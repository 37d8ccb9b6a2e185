"""The annual summary: what the saved results of one county and year say, from top to bottom.

Every function takes what was saved and a language and returns what one notebook cell shows.
"""

from __future__ import annotations

import pandas as pd

from ecolib.assess.annual import Annual
from ecolib.report import check_lang, pick
from ecolib.texts import show, word, words
from ecolib.views.audit import by_finding, contradictions
from ecolib.views.output import Html, Pieces, element, joined, pieces, section
from ecolib.views.phrases import comma, in_year, list_banner, numbered
from ecolib.views.summary_figures import distance, histories
from ecolib.views.summary_method import provenance, rules
from ecolib.views.summary_table import (
    NATIONAL,
    NO_RESULT,
    ORDER,
    cards,
    counts_table,
    indicator_table,
    page_of,
    status_badge,
    stylesheet,
    tally,
    tone,
)
from ecolib.views.summary_work import doubts, missing_data, obstacles, unfinished

__all__ = [
    "figures",
    "heading",
    "headline",
    "matrix",
    "method",
    "indicator_table",
    "unfinished",
    "work",
]


def heading(annual: Annual, lang: str) -> Html:
    """County and year as the one h1; a fictional county says so."""
    case = annual.case
    name = case.params.county.name(check_lang(lang))
    title = pick(
        (f"{name} {case.year} 年度评估", f"{name}: assessment of {case.year}"),
        lang,
    )
    listed = case.list.top_level
    count, own = len(listed), sum(entry.kind == "local" for entry in listed)
    document, national = case.list.national.document, count - own
    zh = f"国家生态文明建设示范县 {count} 项指标（{document.zh} {national} 项"
    en = (
        f"{count} indicators of a National Ecological Civilization Demonstration County: "
        f"{national} of the national list ({document.en})"
    )
    if own:
        zh, en = f"{zh}，本县自设 {own} 项", f"{en}, {own} of the county's own"
    about = pick((f"{zh}）", en), lang)
    return joined(
        stylesheet(),
        element("h1", title),
        element("p", about, class_="place"),
        *list_banner(case, lang),
    )


def headline(annual: Annual, lang: str) -> Html:
    """One paragraph that the numbers write, and the counts behind it."""
    sentences = [*_national(annual, lang), *_local(annual, lang), *_printed(annual, lang)]
    sentences += _without_result(annual, lang)
    gap = "" if lang == "zh" else " "
    return joined(
        section(pick(("总体结论", "In short"), lang), "headline"),
        element("p", element("strong", _conclusion(annual, lang)), class_="lead"),
        element("p", gap.join(sentences)),
        cards(annual, lang),
        counts_table(annual, lang),
    )


def _national(annual: Annual, lang: str) -> list[str]:
    rows = tally(annual)
    rows = rows[rows["kind"].isin(NATIONAL)]
    n = (
        rows["status"]
        .value_counts()
        .reindex(
            [status for status in ORDER if status != NO_RESULT],
            fill_value=0,
        )
    )
    met = rows[rows["status"] == "met"]
    bases = met["basis"].value_counts()
    computed, reported = (int(bases.get(b, 0)) for b in ("computed", "reported"))
    by_kind = {k: rows[rows["kind"] == k]["status"] for k in NATIONAL}
    of_kind = {k: (int((s == "met").sum()), len(s)) for k, s in by_kind.items()}
    (binding, bindings), (reference, references) = of_kind["binding"], of_kind["reference"]
    year = annual.case.year
    zh = [
        f"{year} 年，{len(rows)} 项国家指标中有 {n.met} 项达标，其中 {computed} 项由基础数计算得出，"
        f"{reported} 项采用填报的成品值、未能复算。",
        f"另有 {n.conditional} 项附条件达标，{n.not_met} 项未达标，{n.conflict} 项数据矛盾，"
        f"{n.not_evaluable} 项无法评估，{n.declared} 项仅申报，{n.not_applicable} 项不适用。",
        f"约束性指标 {bindings} 项中达标 {binding} 项，参考性指标 {references} 项中达标 {reference} 项。",
    ]
    en = [
        f"In {year}, {n.met} of the {len(rows)} indicators of the national list are met: {computed} "
        f"computed from the figures handed in, {reported} by the finished value as reported, which "
        "could not be recomputed.",
        f"Besides, {n.conditional} met on conditions, {n.not_met} not met, {n.conflict} with "
        f"conflicting data, {n.not_evaluable} not evaluable, {n.declared} only declared and "
        f"{n.not_applicable} not applicable.",
        f"Of {bindings} binding indicators {binding} are met, of {references} reference ones "
        f"{reference}.",
    ]
    return zh if lang == "zh" else en


def _local(annual: Annual, lang: str) -> list[str]:
    shown = []
    for row in tally(annual).query("kind == 'local'").itertuples():
        name = numbered(annual.case.list.find(row.number), lang)
        status = (
            pick(("没有结果", "no result"), lang)
            if row.status == NO_RESULT
            else word("status", row.status, lang)
        )
        basis = word("basis", row.basis, lang)
        zh = f"本县自设的指标 {name} 另计：{status}（{basis}）。"
        en = f"The county's own indicator {name} is counted apart: {status} ({basis})."
        shown.append(pick((zh, en), lang))
    return shown


def _printed(annual: Annual, lang: str) -> list[str]:
    """What became of the verdicts that the county's own document prints for this year."""
    claims = annual.claims
    said = claims[claims["rule"].str.startswith("verdict") & (claims["year"] == annual.case.year)]
    if said.empty:
        return []
    agrees, against, unknown = by_finding(said)
    zh = (
        f"自评文件对 {len(said)} 项指标写有结论，与数据相符 {agrees} 项，与数据不符 {against} 项，"
        f"无法核对 {unknown} 项；文中的“达标”本身不作为达标的依据。"
    )
    en = (
        f"The county's document prints a verdict on {len(said)} indicators: {agrees} agree with the "
        f"data, {against} contradict them, {unknown} cannot be checked; a printed 'met' is no "
        "proof by itself."
    )
    return [pick((zh, en), lang)]


def _conclusion(annual: Annual, lang: str) -> str:
    """What follows for the list as a whole, by its pass rule and as far as that goes."""
    rows, rule = tally(annual), annual.case.list.file.pass_rule
    rows = rows[rows["kind"].isin(NATIONAL) & (rows["status"] != "not_applicable")]
    open_ = int((rows["status"] != "met").sum())
    if open_ == 0:
        zh = "全部适用的国家指标均已达标。"
        return pick((zh, "Every national indicator that applies is met."), lang)
    if rule is None:
        zh = f"本份指标没有写明整体通过的规则；适用的国家指标中还有 {open_} 项没有定论或未达标。"
        en = (
            "The list states no rule by which it is met as a whole; "
            f"{open_} of the national indicators that apply are not met or undecided."
        )
        return pick((zh, en), lang)
    binding = rows[rows["kind"] == "binding"]
    failed = binding[binding["status"] == "not_met"]["number"]
    if len(failed):
        names = comma(lang).join(numbered(annual.case.list.find(n), lang) for n in failed)
        zh = (
            f"未达到国家指标要求：约束性指标须全部达标，现有 {len(failed)} 项确定未达标（{names}），"
            f"其他指标结论如何都不能改变；另有 {open_ - len(failed)} 项没有定论或未达标。"
        )
        en = (
            f"The list is not met: it asks for every binding indicator, and {len(failed)} of them "
            f"definitely {'is' if len(failed) == 1 else 'are'} not met ({names}), whatever becomes "
            f"of the others; {open_ - len(failed)} more are not met or undecided."
        )
        return pick((zh, en), lang)
    undecided = int((binding["status"] != "met").sum())
    if undecided:
        zh = f"按现有数据还不能认定达到国家指标要求：约束性指标须全部达标，还有 {undecided} 项没有定论。"
        en = (
            "On the present data the list as a whole cannot be called met: it asks for every "
            f"binding indicator, and {undecided} of them are undecided."
        )
        return pick((zh, en), lang)
    return _by_reference(rows[rows["kind"] == "reference"]["status"], rule.reference, lang)


def _by_reference(statuses: pd.Series, share: float | None, lang: str) -> str:
    """The conclusion where every binding indicator is met: it hangs on the reference ones."""
    met, count = int((statuses == "met").sum()), len(statuses)
    zh = f"约束性指标均已达标；参考性指标 {count} 项中达标 {met} 项"
    en = f"Every binding indicator is met, and {met} of {count} reference ones"
    if share is None:
        zh += "，须达标多少没有可靠的出处，不作整体结论。"
        en += "; how many of these are needed no source says, so nothing is concluded for the list."
        return pick((zh, en), lang)
    at_best = met + int((~statuses.isin(["met", "not_met"])).sum())
    needed = pick((f"须达标 {show(share)}%", f"{show(share)} % are needed"), lang)
    if 100 * met >= share * count:
        said = ("达到国家指标要求", "the list is met")
    elif 100 * at_best < share * count:
        said = ("未达到国家指标要求", "the list is not met")
    else:
        said = ("还不能认定", "it cannot be said yet whether the list is met")
    return pick((f"{zh}，{needed}：{said[0]}。", f"{en}; {needed}: {said[1]}."), lang)


def _without_result(annual: Annual, lang: str) -> list[str]:
    if not annual.unsaved:
        return []
    n = len(annual.unsaved)
    zh = f"有 {n} 项没有保存的结果，见“没有完成的笔记本”。"
    return [pick((zh, f"{n} have no saved result; see 'Notebooks that did not finish'."), lang)]


def matrix(annual: Annual, lang: str) -> Html:
    """A tile an indicator, by system, each leading to its page."""
    status = dict(tally(annual)[["number", "status"]].itertuples(index=False, name=None))
    blocks = []
    for system in words("system"):
        entries = [e for e in annual.case.list.top_level if e.system == system]
        tiles = [element("li", _tile(e, status[e.number], annual, lang)) for e in entries]
        met = sum(status[e.number] == "met" for e in entries)
        told = pick((f"{len(entries)} 项，达标 {met} 项", f"{met} of {len(entries)} met"), lang)
        title = element("h3", word("system", system, lang), " ", element("small", told))
        blocks.append(element("div", title, element("ul", *tiles, class_="tiles")))
    title = pick(("各系统状态", "Status by system"), lang)
    lead = pick(
        (
            f"{in_year(annual.case.year, lang)} {len(status)} 项指标的结论，点开可看详情。",
            f"The verdicts on the {len(status)} indicators in {annual.case.year}; each tile leads "
            "to its page.",
        ),
        lang,
    )
    return joined(section(title, "matrix"), element("p", lead, class_="quiet"), *blocks)


def _tile(entry, status: str, annual: Annual, lang: str) -> Html:
    number = element("span", entry.number, class_="tile-number")
    name = element("span", entry.words(lang).title, class_="tile-name")
    kind = [] if entry.kind != "local" else [element("small", word("kind", "local", lang))]
    body = [number, name, *kind, status_badge(status, lang)]
    if status == NO_RESULT:
        return element("span", *body, class_="tile", style=tone(status))
    return element("a", *body, class_="tile", style=tone(status), href=page_of(entry, lang))


def work(annual: Annual, lang: str) -> Pieces:
    """What is left to do: obstacles by unit, claims that do not hold, data to hand in."""
    views = (obstacles, doubts, contradictions, missing_data)
    return pieces(*(view(annual, lang) for view in views))


def figures(annual: Annual, lang: str) -> Pieces:
    """Distance to target and history, where people would rather look than read."""
    return pieces(distance(annual, lang), histories(annual, lang))


def method(annual: Annual, lang: str) -> Pieces:
    """The rules and standards, the files that were read, the software."""
    return pieces(rules(annual, lang), provenance(annual, lang))
