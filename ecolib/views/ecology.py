"""What the raw data behind EI say: events, land cover, what was assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess.result import Result
from ecolib.report.words import pick
from ecolib.texts import word
from ecolib.views.findings import findings
from ecolib.views.land import land
from ecolib.views.monitoring import detail_of, method, remarks
from ecolib.views.output import Html, Pieces, element, pieces, section, table

if TYPE_CHECKING:
    from ecolib.assess.case import Case


def ecology(result: Result, lang: str, *, case: Case) -> Pieces:
    """Land cover, restriction events, remarks and method; without raw data a plain sentence."""
    computed = detail_of(result, "ei_computed")
    if computed.empty:
        return findings(result, lang)
    return pieces(
        section(word("heading", "findings", lang), "findings"),
        _years(computed, lang),
        _events(detail_of(result, "ei_events"), result.year, lang),
        land(result, lang, case=case),
        *remarks(result, lang),
        *method(result, ("ei_method",), lang),
    )


def _years(computed: pd.DataFrame, lang: str) -> Html:
    """Which years rest on raw data; the others rest on sub-indices as handed in."""
    known = computed.loc[computed["ei"].notna(), "year"]
    years = pick(("、", ", "), lang).join(map(str, known))
    text = (
        f"由土地覆盖等原始数据算得分指数的年份：{years}；其余年份采用填报的分指数。",
        f"Sub-indices computed from land cover and other raw data: {years}; in the other years "
        "they are used as handed in.",
    )
    return element("p", pick(text, lang))


def _events(events: pd.DataFrame, year: int, lang: str) -> Html:
    own = events[events["year"] <= year] if len(events) else events
    if own.empty:
        text = (
            "没有填报环境限制事件，级别不因事件降低。",
            "No restriction event was handed in, so no grade is lowered.",
        )
        return element("p", pick(text, lang))
    frame = pd.DataFrame(
        {
            word("label", "year", lang): own["year"],
            pick(("级别", "Level"), lang): [word("ei_event", e, lang) for e in own["event"]],
            pick(("事件", "Event"), lang): own["statement"],
        }
    )
    caption = pick(
        ("环境限制事件（降低当年级别）", "Restriction events (they lower the grade of the year)"),
        lang,
    )
    return table(frame, caption=caption)
