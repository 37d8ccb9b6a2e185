"""Requirements that documents must prove: their state year by year, and the documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess.result import Result
from ecolib.indicators.catalogue import find
from ecolib.indicators.targets import requirements_of
from ecolib.report.words import pick
from ecolib.texts import word
from ecolib.views.output import Html, Pieces, absent, element, pieces, section, table
from ecolib.views.phrases import comma, numbered
from ecolib.views.style import VERDICT_COLOURS, VERDICT_MARKS

if TYPE_CHECKING:
    from ecolib.assess.case import Case

#: The state of a requirement looks like the verdict that follows from it.
LIKE = {"documented": "met", "stated": "declared", "absent": "not_evaluable", "denied": "not_met"}


def requirements(result: Result, lang: str, *, case: Case) -> Pieces:
    """Each requirement with its state by year and the documents; nothing where none is asked."""
    parts = [p for p in result.owner_parts if requirements_of(find(p.indicator).target)]
    if not parts:
        return Pieces(())
    title = section(word("heading", "requirements", lang), "requirements")
    shown = [
        piece for part in parts for piece in (_states(part, case, lang), _papers(part, case, lang))
    ]
    return pieces(title, *shown)


def mark(state: str, lang: str) -> Html:
    """The state of a requirement as a mark and a word."""
    name = f"{VERDICT_MARKS[LIKE[state]]} {word('evidence', state, lang)}"
    return element("span", name, class_="status", style=f"color:{VERDICT_COLOURS[LIKE[state]]}")


def _states(result: Result, case: Case, lang: str) -> Html:
    entry = find(result.indicator)
    states = {name: column[-5:] for name, column in case.states(entry).items()}
    count = max(map(len, states.values()))
    rows = [
        {word("label", "requirement", lang): pick(pair, lang)}
        | {
            str(year): mark(state, lang)
            for year, state in zip(
                range(case.year - count + 1, case.year + 1), states[name], strict=True
            )
        }
        for name, pair in requirements_of(entry.target).items()
    ]
    zh = f"{numbered(entry, 'zh')}：各项要求的状态（最近 {count} 年）"
    en = f"{numbered(entry, 'en')}: state of each requirement (last {count} years)"
    return table(pd.DataFrame(rows), caption=pick((zh, en), lang))


def _papers(result: Result, case: Case, lang: str) -> Html:
    """The documents and statements of the year, and those that are still in force without one."""
    entry = find(result.indicator)
    wanted = requirements_of(entry.target)
    rows = [row for row in case.documents(entry) if row["year"] in (None, result.year)]
    if not rows:
        zh = f"{numbered(entry, 'zh')}：没有交来 {result.year} 年的文件或陈述。"
        en = f"{numbered(entry, 'en')}: no document or statement was handed in for {result.year}."
        return absent(pick((zh, en), lang))
    frame = pd.DataFrame(
        {
            word("label", "requirement", lang): [
                pick(wanted[r["requirement"]], lang) if r["requirement"] in wanted else None
                for r in rows
            ],
            pick(("陈述", "Statement"), lang): [r["statement"] for r in rows],
            pick(("文件、文号、日期", "Document, number, date"), lang): [
                _named(r, lang) for r in rows
            ],
            word("label", "position", lang): [r["position"] for r in rows],
        }
    )
    zh = f"{numbered(entry, 'zh')}：交来的文件和陈述"
    en = f"{numbered(entry, 'en')}: documents and statements handed in"
    return table(frame, caption=pick((zh, en), lang))


def _named(row: dict, lang: str) -> str | None:
    given = [str(v) for v in (row["title"], row["number"], row["date"]) if isinstance(v, str) and v]
    return comma(lang).join(given) if given else pick(("没有列出文件", "no document named"), lang)
