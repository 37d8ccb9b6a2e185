"""Counts within a whole by year: good days, classes of water, sources, answers."""

from __future__ import annotations

from calendar import isleap
from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess.result import Result
from ecolib.indicators.catalogue import find, known_items
from ecolib.report.words import Pair, pick
from ecolib.views.drivers import yearly_inputs
from ecolib.views.multiples import Panel, draw_stacks
from ecolib.views.output import Pieces, absent, pieces, section
from ecolib.views.phrases import numbered

if TYPE_CHECKING:
    from ecolib.assess.case import Case

#: Not an item: every day of the year.
CALENDAR = "calendar_days"
DAYS: Pair = ("天", "days")
PLACES: Pair = ("个", "number")
ANSWERS: Pair = ("份", "answers")

#: Items from the smallest to the whole, each with the name of what it adds to the one before it.
NESTED: dict[str, tuple[Pair, dict[str, Pair]]] = {
    "good_air_days_ratio": (
        DAYS,
        {
            "good_air_days": ("优良", "good"),
            "valid_air_days": ("有效，超过二级标准", "valid, beyond grade II"),
            CALENDAR: ("其余：没有有效数据，或没有填报", "others: not valid or not handed in"),
        },
    ),
    "water_class3_gain": (
        PLACES,
        {
            "surface_sections_class3": ("地表水Ⅲ类及以上", "surface, class III or better"),
            "surface_sections_total": ("其余地表水断面", "other surface sections"),
        },
    ),
    "water_class5minus_decline": (
        PLACES,
        {
            "surface_sections_below5": ("地表水劣Ⅴ类", "surface, worse than class V"),
            "surface_sections_total": ("其余地表水断面", "other surface sections"),
        },
    ),
    "black_odor_elimination": (
        PLACES,
        {
            "black_odor_eliminated": ("已消除", "eliminated"),
            "black_odor_total": ("尚未消除", "remaining"),
        },
    ),
    "drinking_source_quality": (
        PLACES,
        {
            "sources_good": ("优良", "good"),
            "sources_monitored": ("已监测，其余", "monitored, others"),
            "sources_total": ("未监测", "not monitored"),
        },
    ),
    "public_satisfaction": (
        ANSWERS,
        {
            "survey_satisfied": ("满意", "satisfied"),
            "survey_satisfaction_valid": ("其他有效答案", "other valid answers"),
        },
    ),
    "public_participation": (
        ANSWERS,
        {
            "survey_participating": ("参与", "taking part"),
            "survey_participation_valid": ("其他有效答案", "other valid answers"),
        },
    ),
}


def counts(result: Result, lang: str, *, case: Case) -> Pieces:
    """For each part that counts within a whole, its bands by year."""
    title = section(pick(("数目构成", "What the counts are made of"), lang), "counts")
    given = yearly_inputs(result, case)
    panels = [p for part in result.owner_parts if (p := _panel(part, given, lang))]
    if not panels:
        text = (
            "没有交来可以分解的数目，因此没有构成图。",
            "No counts were handed in that could be taken apart, so there is no figure of them.",
        )
        return pieces(title, absent(pick(text, lang)))
    return pieces(title, draw_stacks(panels, lang))


def _panel(result: Result, given: dict[str, pd.Series], lang: str) -> Panel | None:
    if result.indicator not in NESTED:
        return None
    unit, names = NESTED[result.indicator]
    whole = [given[name] for name in names if name in given]
    if not whole or (len(whole) < 2 and CALENDAR not in names):
        return None
    years = sorted(set.union(*(set(series.index) for series in whole)))
    bands, inner, smaller_known = {}, pd.Series(0.0, index=years), True
    for name, pair in names.items():
        outer = _calendar(years) if name == CALENDAR else given.get(name)
        if outer is not None:
            # Where the next smaller count is missing, the band is all of this one, not its rest.
            is_rest = smaller_known or name == CALENDAR
            label = pick(pair, lang) if is_rest else getattr(known_items()[name], lang)
            bands[label] = outer.reindex(years) - inner
            inner = outer.reindex(years).fillna(inner)
        smaller_known = outer is not None
    return Panel(numbered(find(result.indicator), lang), pick(unit, lang), bands)


def _calendar(years: list[int]) -> pd.Series:
    return pd.Series([366.0 if isleap(year) else 365.0 for year in years], index=years)
