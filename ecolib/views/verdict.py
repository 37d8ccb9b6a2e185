"""The verdict: a mark and a word, what it rests on, why, and the value against the target."""

from __future__ import annotations

import math

from ecolib.assess.result import Result
from ecolib.indicators.catalogue import find
from ecolib.report.words import pick
from ecolib.texts import word
from ecolib.views.output import Html, element, joined, section
from ecolib.views.phrases import badge, in_year, numbered, range_of, spread, value_in_words
from ecolib.views.style import VERDICT_COLOURS


def verdict_card(result: Result, lang: str) -> Html:
    """The verdict of the indicator and, for a group, of each of its parts."""
    shown = [section(word("heading", "verdict", lang), "verdict"), _card(result, lang)]
    if result.parts:
        cards = [_card(part, lang, numbered(find(part.indicator), lang)) for part in result.parts]
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
    year = f"（{in_year(result.year, lang)}）" if lang == "zh" else f" ({result.year})"
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
