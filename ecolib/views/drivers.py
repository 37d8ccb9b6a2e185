"""The yearly figures that move an indicator, each in its own small panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess.result import Result
from ecolib.indicators.catalogue import find, known_items
from ecolib.report.words import pick
from ecolib.views.multiples import Panel, draw_lines
from ecolib.views.output import Pieces, absent, pieces, section
from ecolib.views.phrases import unit_name

if TYPE_CHECKING:
    from ecolib.assess.case import Case


def drivers(result: Result, lang: str, *, case: Case) -> Pieces:
    """The inputs of the formula by year: which of them moved the value?

    Nothing is shown for indicators that rest on tables or documents alone.
    """
    wanted = {name for part in result.owner_parts for name in find(part.indicator).inputs}
    if not wanted & set(known_items()):
        return Pieces(())
    title = section(pick(("是哪个数在变", "Which figure moved"), lang), "drivers")
    panels = [
        Panel(getattr(item, lang), unit_name(item.unit, lang), {getattr(item, lang): series})
        for name, series in yearly_inputs(result, case).items()
        for item in [known_items()[name]]
    ]
    if not panels:
        text = (
            "没有交来计算用的基础数，因此看不出是分子还是分母在变。",
            "No figures to compute from were handed in, so it cannot be seen which of them moved.",
        )
        return pieces(title, absent(pick(text, lang)))
    return pieces(title, draw_lines(panels, lang))


def yearly_inputs(result: Result, case: Case) -> dict[str, pd.Series]:
    """Every yearly item that the indicator or its parts take, by item, where there is any."""
    found = {}
    for part in result.owner_parts:
        given = case.inputs(part.indicator)
        for name in find(part.indicator).inputs:
            if name in known_items() and name in given:
                found[name] = pd.Series(given[name], index=given["years"]).dropna()
    return {name: series for name, series in found.items() if len(series)}
