"""The top of a page: which indicator of which county and year, what it means, who answers for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latex2mathml.converter import convert

from ecolib.assess.result import Result
from ecolib.indicators.catalogue import Indicator, find, parts_of
from ecolib.indicators.targets import is_assigned
from ecolib.report.words import check_lang, pick
from ecolib.texts import word
from ecolib.views.output import Html, Pieces, element, facts, joined, pieces, section
from ecolib.views.phrases import comma, in_year, numbered

if TYPE_CHECKING:
    from ecolib.assess.case import Case

NATIONAL = (
    "国家生态文明建设示范县指标（环生态〔2019〕76号）",
    "national indicator list (环生态〔2019〕76号)",
)
OWN = ("本县规划自设", "set by the county's own plan")


def heading(result: Result, lang: str, *, case: Case) -> Html:
    """The h1 with number and title, county and year, and what the indicator means."""
    entry = find(result.indicator)
    words = entry.words(check_lang(lang))
    number = element("span", entry.number, class_="number")
    place = f"{case.params.county.name(lang)} · {in_year(result.year, lang)}"
    return joined(
        element("h1", number, f" {words.title}"),
        element("p", place, class_="place"),
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
    if entry.standards:
        pairs.append((word("label", "standards", lang), comma(lang).join(entry.standards)))
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
    own = pick(OWN if entry.kind == "local" else NATIONAL, lang)
    given = case.params.assignment(entry.id, result.year)
    if given is not None:
        place = given.position and pick((f"（{given.position}）", f" ({given.position})"), lang)
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
    for part, outcome in zip(parts_of(find(result.indicator)), result.parts, strict=True):
        pairs = [
            (pick(("含义", "Meaning"), lang), part.words(lang).definition),
            (pick(("计算", "Formula"), lang), _formula(part, lang)),
            (word("label", "target", lang), outcome.target.text(lang)),
            (pick(("目标由谁规定", "Target set by"), lang), _set_by(part, outcome, lang, case)),
        ]
        shown += [element("h3", numbered(part, lang), id=f"part-{part.number}"), facts(pairs)]
    return pieces(joined(*shown))
