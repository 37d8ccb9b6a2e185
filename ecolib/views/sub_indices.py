"""EI and its grade by year, what each sub-index adds, and which of them moved it (HJ 192-2015)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess.result import Result
from ecolib.indicators.catalogue import known_items
from ecolib.report.words import pick
from ecolib.standards.ecology import ei_change, ei_from_sub_indices
from ecolib.texts import show, word
from ecolib.views.drivers import yearly_inputs
from ecolib.views.multiples import Panel, draw_stacks
from ecolib.views.output import Html, Picture, Pieces, absent, picture, pieces, section, table
from ecolib.views.phrases import comma, semicolon
from ecolib.views.style import ACCENT, INK, TARGET

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ecolib.assess.case import Case

PREFIX = "ei_"


def sub_indices(result: Result, lang: str, *, case: Case) -> Pieces:
    """The points each sub-index adds to EI by year, the grades, and how both changed."""
    title = section(pick(("各分指数的贡献", "What each sub-index adds"), lang), "sub-indices")
    given = yearly_inputs(result, case)
    values = pd.DataFrame({name.removeprefix(PREFIX): series for name, series in given.items()})
    events = result.detail.get("ei_events")
    day = f"{result.year}-12-31"
    status = ei_from_sub_indices(values, on=day, events=events) if given else None
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
    return pieces(
        title,
        figure,
        _grades(status.table.dropna(subset="ei"), points, result.year, lang),
        _moved_picture(points, years, result.year, names, lang),
        _moved(points, years, result.year, names, lang),
    )


def _grades(known: pd.DataFrame, points: pd.DataFrame, year: int, lang: str) -> Html:
    """EI and grade of every year, and what the change on the year before is called."""
    rows = []
    for at, row in known.iterrows():
        change = (
            ei_change(points, at - 1, at, on=f"{year}-12-31") if at - 1 in known.index else None
        )
        rows.append(
            {
                word("label", "year", lang): at,
                "EI": f"{row['ei']:.2f}",
                pick(("级别", "Grade"), lang): word("ei_grade", str(row["grade"]), lang),
                pick(("比上年（分）", "On the year before (points)"), lang): (
                    "—" if change is None else _points(change.change)
                ),
                pick(("变化程度", "Size of the change"), lang): (
                    "—" if change is None else word(change.kind, str(change.grade), lang)
                ),
            }
        )
    frame = pd.DataFrame(rows[::-1])
    caption = pick(("历年 EI、级别和变化程度", "EI, grade and size of the change by year"), lang)
    return table(frame, caption=caption, numbers=("EI", tuple(frame)[3]))


def _moved_picture(
    points: pd.DataFrame, years: list[int], year: int, names: dict[str, str], lang: str
) -> Picture | None:
    """How many points each sub-index moved EI by: a panel for each year compared with."""
    from matplotlib import pyplot

    from ecolib.views.style import apply

    years = [y for y in dict.fromkeys(years) if y != year]
    if not years or year not in points.index:
        return None
    apply()
    figure, axes = pyplot.subplots(
        1, len(years), figsize=(8, 2.7), sharex=True, sharey=True, squeeze=False
    )
    said = []
    for axis, before in zip(axes[0], years, strict=True):
        change = ei_change(points, before, year, on=f"{year}-12-31")
        moved = change.contributions.rename(names)[::-1]
        _draw_moved(axis, moved)
        title = pick((f"比 {before} 年：EI {_points(change.change)} 分",
                      f"since {before}: EI {_points(change.change)} points"), lang)  # fmt: skip
        axis.set_title(title, loc="left", fontsize=10)
        each = comma(lang).join(f"{name} {_points(value)}" for name, value in moved[::-1].items())
        said.append(f"{title}{pick(('：', ': '), lang)}{each}")
    end = pick(("。", "."), lang)
    return picture(figure, semicolon(lang).join(said) + end)


def _draw_moved(axis: Axes, moved: pd.Series) -> None:
    """Bars to the right raised EI, bars to the left lowered it."""
    axis.barh(moved.index, moved, height=0.55, color=[ACCENT if v >= 0 else TARGET for v in moved])
    for name, value in moved.items():
        side = -1 if value < 0 else 1
        axis.annotate(
            _points(value), (value, name), xytext=(4 * side, 0),
            textcoords="offset points", va="center", ha="left" if side > 0 else "right",
            fontsize=8.5, color=INK,
        )  # fmt: skip
    axis.axvline(0, color=INK, linewidth=0.8)
    axis.margins(x=0.3)
    axis.locator_params(axis="x", nbins=5)
    axis.grid(visible=False, axis="y")


def _moved(
    points: pd.DataFrame, years: list[int], year: int, names: dict[str, str], lang: str
) -> Html | None:
    """Points of change by sub-index since each of the years; the last row is their sum."""
    years = [y for y in dict.fromkeys(years) if y != year]
    if not years or year not in points.index:
        return None
    columns = {pick(("分指数", "Sub-index"), lang): [*names.values(), "EI"]}
    for before in years:
        change = ei_change(points, before, year, on=f"{year}-12-31")
        moved = [*(change.contributions[name] for name in names), change.change]
        heading = pick((f"比 {before} 年（分）", f"since {before} (points)"), lang)
        columns[heading] = [_signed(v) for v in moved]
    caption = pick(("是哪个分指数让 EI 变了", "Which sub-index moved EI"), lang)
    return table(pd.DataFrame(columns), caption=caption, numbers=tuple(columns)[1:])


def _points(value: float) -> str:
    """With its sign and two decimals; what rounds to nothing is +0.00, never -0.00."""
    return f"{round(value, 2) + 0.0:+.2f}"


def _signed(value: float) -> str:
    return f"+{show(value)}" if value > 0 else show(value)
