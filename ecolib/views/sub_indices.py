"""What each sub-index adds to EI, and which of them moved it (HJ 192-2015)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ecolib.catalog import known_items
from ecolib.report.words import pick
from ecolib.results import Result
from ecolib.standards.ecology import ei_change, ei_from_sub_indices
from ecolib.targets import show
from ecolib.views.drivers import yearly_inputs
from ecolib.views.multiples import Panel, draw_stacks
from ecolib.views.output import Html, Pieces, absent, pieces, section, table

if TYPE_CHECKING:
    from ecolib.case import Case

PREFIX = "ei_"


def sub_indices(result: Result, lang: str, *, case: Case) -> Pieces:
    """The points each sub-index adds to EI by year, and how they changed."""
    title = section(pick(("各分指数的贡献", "What each sub-index adds"), lang), "sub-indices")
    given = yearly_inputs(result, case)
    values = pd.DataFrame({name.removeprefix(PREFIX): series for name, series in given.items()})
    status = ei_from_sub_indices(values, on=f"{result.year}-12-31") if given else None
    if status is None or status.points.dropna().empty:
        text = (
            "没有交来齐全的六个分指数，因此说不出每个分指数贡献了多少。",
            "The six sub-indices were not all handed in, so it cannot be told what each one adds.",
        )
        return pieces(title, absent(pick(text, lang)))
    points = status.points.dropna()
    names = {name: getattr(known_items()[PREFIX + name], lang) for name in points}
    bands = {names[name]: points[name] for name in points if points[name].ne(0).any()}
    ei = pick(("EI 的构成", "What EI is made of"), lang)
    figure = draw_stacks([Panel(ei, pick(("分", "points"), lang), bands)], lang)
    years = [y for y in (case.params.county.base_year, result.year - 1) if y in points.index]
    return pieces(title, figure, _moved(status, years, result.year, names, lang))


def _moved(status, years: list[int], year: int, names: dict[str, str], lang: str) -> Html | None:
    """Points of change by sub-index since each of the years; the last row is their sum."""
    years = [y for y in dict.fromkeys(years) if y != year]
    if not years or year not in status.points.dropna().index:
        return None
    columns = {pick(("分指数", "Sub-index"), lang): [*names.values(), "EI"]}
    for before in years:
        change = ei_change(status, before, year, on=f"{year}-12-31")
        moved = [*(change.contributions[name] for name in names), change.change]
        heading = pick((f"比 {before} 年（分）", f"since {before} (points)"), lang)
        columns[heading] = [_signed(v) for v in moved]
    caption = pick(("是哪个分指数让 EI 变了", "Which sub-index moved EI"), lang)
    return table(pd.DataFrame(columns), caption=caption, numbers=tuple(columns)[1:])


def _signed(value: float) -> str:
    return f"+{show(value)}" if value > 0 else show(value)
