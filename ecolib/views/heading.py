"""The top of a page, the verdict, and how the value moved since last year and the base year."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from latex2mathml.converter import convert

from ecolib.assess.result import Change, Result
from ecolib.indicators.catalogue import Indicator
from ecolib.indicators.cited import cited
from ecolib.indicators.targets import is_assigned
from ecolib.report import check_lang, pick
from ecolib.texts import amount, word
from ecolib.texts import joined as joined_notes
from ecolib.views.output import (
    VERDICT_COLOURS,
    Html,
    Pieces,
    element,
    facts,
    joined,
    pieces,
    section,
)
from ecolib.views.phrases import (
    badge,
    bracketed,
    colon,
    comma,
    in_year,
    list_banner,
    numbered,
    range_of,
    spread,
    value_in_words,
)

if TYPE_CHECKING:
    from ecolib.assess.case import Case


def heading(result: Result, lang: str, *, case: Case) -> Html:
    """The h1 with number and title, county and year, and what the indicator means."""
    entry = case.list[result.indicator]
    words = entry.words(check_lang(lang))
    number = element("span", entry.number, class_="number")
    place = f"{case.params.county.name(lang)} · {in_year(result.year, lang)}"
    return joined(
        element("h1", number, f" {words.title}"),
        element("p", place, class_="place"),
        *list_banner(case, lang),
        element("p", words.definition, class_="lead"),
        facts(_facts(entry, result, lang, case)),
    )


def _facts(entry: Indicator, result: Result, lang: str, case: Case) -> list[tuple[str, str | Html]]:
    kind = f"{word('kind', entry.kind, lang)} · {word('system', entry.system, lang)}"
    pairs = [
        (pick(("计算", "Formula"), lang), _formula(entry, lang)),
        (word("label", "target", lang), result.target.text(lang)),
        (pick(("目标由谁规定", "Target set by"), lang), _set_by(entry, result, lang, case)),
        (word("label", "kind", lang), kind),
        (word("label", "owner", lang), _owners(entry.owner, lang, case)),
    ]
    if entry.supports:
        pairs.append((word("label", "supports", lang), _owners(entry.supports, lang, case)))
    if documents := cited(entry.id, case.year):
        pairs.append((word("label", "standards", lang), comma(lang).join(documents)))
    return pairs


def _formula(entry: Indicator, lang: str) -> Html:
    """The formula in words, then in signs; the namespace is left out, as HTML has it anyway."""
    words = element("span", entry.words(lang).formula)
    if not entry.tex:
        return words
    math = convert(entry.formula_tex(lang)).replace(
        ' xmlns="http://www.w3.org/1998/Math/MathML"', "", 1
    )
    return Html(f"{words.html}{math}", words.text)


def _owners(keys: tuple[str, ...], lang: str, case: Case) -> str:
    return comma(lang).join(case.owner(key, lang) for key in keys)


def _set_by(entry: Indicator, result: Result, lang: str, case: Case) -> str:
    if entry.kind == "local":
        own = pick(("本县规划自设", "set by the county's own plan"), lang)
    else:
        named = bracketed(case.list.national.document.text(lang), lang)
        own = pick(("国家生态文明建设示范县指标", "national indicator list"), lang) + named
    given = case.params.assignment(entry.id, result.year)
    if given is not None:
        place = given.position and bracketed(given.position, lang)
        return pick(("上级下达", "the higher authority"), lang) + place
    if not is_assigned(entry.target):
        return own
    missing = (
        f"{own}；由上级下达，但参数文件没有 {result.year} 年的目标值",
        f"{own}; to be assigned by the higher authority, but the parameters hold no value for "
        f"{result.year}",
    )
    return pick(missing, lang)


def parts(result: Result, lang: str, *, case: Case) -> Pieces:
    """For a group: each part with its meaning, formula and target; nothing for a plain indicator."""
    if not result.parts:
        return Pieces(())
    shown = [section(pick(("各分项", "The parts"), lang), "parts")]
    for part, outcome in zip(case.list.parts_of(result.entry), result.parts, strict=True):
        pairs = [
            (pick(("含义", "Meaning"), lang), part.words(lang).definition),
            (pick(("计算", "Formula"), lang), _formula(part, lang)),
            (word("label", "target", lang), outcome.target.text(lang)),
            (pick(("目标由谁规定", "Target set by"), lang), _set_by(part, outcome, lang, case)),
        ]
        shown += [element("h3", numbered(part, lang), id=f"part-{part.number}"), facts(pairs)]
    return pieces(joined(*shown))


def verdict_card(result: Result, lang: str) -> Html:
    """The verdict of the indicator and, for a group, of each of its parts."""
    shown = [section(word("heading", "verdict", lang), "verdict"), _card(result, lang)]
    if result.parts:
        cards = [_card(part, lang, numbered(part.entry, lang)) for part in result.parts]
        shown.append(element("div", *cards, class_="cards"))
    return joined(*shown)


def _card(result: Result, lang: str, title: str = "") -> Html:
    tone = f"--tone:{VERDICT_COLOURS[result.verdict.status]}"
    title_line = [element("h3", title)] if title else []
    value_lines = [] if result.parts else _value_lines(result, lang)
    reason = (f"理由：{result.verdict.reason('zh')}", f"Reason: {result.verdict.reason('en')}")
    badge_line = element("p", badge(result.verdict.status, lang))
    lines = [*title_line, badge_line, *value_lines, element("p", pick(reason, lang))]
    return element("div", *lines, class_="card", style=tone)


def _value_lines(result: Result, lang: str) -> list[Html]:
    value = element("b", value_in_words(result, lang))
    year = bracketed(in_year(result.year, lang), lang)
    between = spread(*range_of(result), result.unit, lang)
    known = "" if math.isnan(result.value) else f" · {word('basis', result.basis, lang)}"
    target = (f"目标：{result.target.text('zh')}", f"Target: {result.target.text('en')}")
    lines = [element("p", value, year + known, class_="value"), element("p", pick(target, lang))]
    if between:
        text = (
            f"按交来的数只能确定范围：{between}",
            f"What was handed in only gives a range: {between}",
        )
        lines.insert(1, element("p", pick(text, lang), class_="quiet"))
    return lines


def change_and_trend(result: Result, lang: str, *, case: Case) -> Html:
    """Change in plain words and the reading of the trend test, for each part."""
    shown = [section(word("heading", "change", lang), "change")]
    for part in result.owner_parts:
        if result.parts:
            shown.append(element("h3", numbered(part.entry, lang)))
        shown.append(facts(_change_lines(part, lang, case.params.county.base_year)))
    return joined(*shown)


def _change_lines(result: Result, lang: str, base_year: int) -> list[tuple[str, str]]:
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
    before = amount(change.before, result.unit, lang)
    if change.direction == "stable" and change.note is None:
        same = (
            f"与 {change.year} 年（{before}）相同。",
            f"The same as in {change.year} ({before}).",
        )
        return pick(same, lang)
    # A difference of percentages is told in points: "up 3 %" would mean something else.
    unit = "pp" if result.unit == "%" else result.unit
    by = amount(abs(change.shown), unit, lang)
    verb = ("上升", "up") if change.difference > 0 else ("下降", "down")
    how = change.note.text(lang) if change.note else word("direction", change.direction, lang)
    zh = f"比 {change.year} 年（{before}）{verb[0]} {by}，{how}。"
    en = f"{by} {verb[1]} on {change.year} ({before}): {how}."
    return pick((zh, en), lang)


def _trend(result: Result, lang: str) -> Html | str:
    if result.trend is None:
        return pick(
            ("没有任何数值，谈不上趋势。", "There is no value, so no trend to speak of."), lang
        )
    strong = element("strong", word("trend", result.trend.status, lang))
    text = colon(lang) + result.trend.explain(lang)
    return Html(f"{strong.html}{element('span', text).html}", strong.text + text)
