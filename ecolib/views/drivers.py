"""Small figures by year: the inputs that move an indicator, and the counts within a whole."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess.result import Result
from ecolib.data.dictionary import unit_name
from ecolib.indicators.catalogue import known_items
from ecolib.report import Pair, pick
from ecolib.texts import show
from ecolib.views.output import (
    ACCENT,
    BANDS,
    INK,
    Picture,
    Pieces,
    absent,
    picture,
    pieces,
    section,
    subplots,
)
from ecolib.views.phrases import bracketed, colon, comma, in_year, numbered, semicolon, stop

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ecolib.assess.case import Case


def drivers(result: Result, lang: str, *, case: Case) -> Pieces:
    """The inputs of the formula by year: which of them moved the value?

    Nothing is shown for indicators that rest on tables or documents alone.
    """
    wanted = {name for part in result.owner_parts for name in part.entry.inputs}
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
        for name in part.entry.inputs:
            if name in known_items() and name in given:
                found[name] = pd.Series(given[name], index=given["years"]).dropna()
    return {name: series for name, series in found.items() if len(series)}


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
            CALENDAR: ("其余：不是优良，或没有有效数据", "others: not good, or not valid"),
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
    return Panel(numbered(result.entry, lang), pick(unit, lang), bands)


def _calendar(years: list[int]) -> pd.Series:
    return pd.Series([366.0 if isleap(year) else 365.0 for year in years], index=years)


#: Up to so many years the bands carry their numbers.
MANY_YEARS = 8


@dataclass(frozen=True)
class Panel:
    """One small figure: named series by year, in one unit."""

    title: str
    unit: str
    series: Mapping[str, pd.Series]


def draw_lines(panels: Sequence[Panel], lang: str) -> Picture:
    """A line for each panel; panels hold one series each."""
    return _draw_panels(panels, lang, _line, columns=min(2, len(panels)), height=1.9)


def draw_stacks(panels: Sequence[Panel], lang: str) -> Picture:
    """Stacked bars by year; the key beside each panel names the bands from the bottom up."""
    return _draw_panels(panels, lang, _stack, columns=1, height=2.4)


def _draw_panels(
    panels: Sequence[Panel],
    lang: str,
    draw: Callable[[Axes, Panel], None],
    *,
    columns: int,
    height: float,
) -> Picture:
    rows = -(-len(panels) // columns)
    figure, axes = subplots(
        rows, columns, figsize=(8, 0.3 + height * rows), squeeze=False, sharex=True
    )
    for axis, panel in zip(axes.flat, panels, strict=False):
        draw(axis, panel)
        axis.set_title(
            panel.title + (bracketed(panel.unit, lang) if panel.unit else ""),
            loc="left",
            fontsize=10,
        )
        axis.grid(visible=False, axis="x")
        axis.tick_params(labelbottom=True)
        axis.yaxis.set_major_formatter(lambda value, _: show(value))
    for axis in axes.flat[len(panels) :]:
        axis.set_visible(False)
    _whole_years(axes.flat[0], panels)
    return picture(figure, " ".join(_in_words(panel, lang) for panel in panels))


def _line(axis: Axes, panel: Panel) -> None:
    (series,) = panel.series.values()
    axis.plot(series.index, series, color=ACCENT, marker="o", markersize=4.5, linewidth=1.4)
    known = series.dropna()
    for year in dict.fromkeys((known.index[0], known.index[-1])):
        axis.annotate(
            show(known[year]), (year, known[year]), xytext=(0, 7), textcoords="offset points",
            ha="center", fontsize=8.5, color=INK,
        )  # fmt: skip
    low, high = known.min(), known.max()
    room = max(high - low, 0.02 * abs(high)) or 1.0
    axis.set_ylim(low - 0.25 * room, high + 0.45 * room)


def _stack(axis: Axes, panel: Panel) -> None:
    below = 0.0
    for (label, series), band in zip(panel.series.items(), BANDS, strict=False):
        bars = axis.bar(
            series.index, series, bottom=below, label=label, width=0.62, edgecolor="white", **band
        )
        if len(series) <= MANY_YEARS:
            # A band too thin for its number goes without; the table below has it.
            thin = 0.025 * sum(s.fillna(0) for s in panel.series.values()).max()
            shown = [show(v) if v > thin else "" for v in series.fillna(0)]
            axis.bar_label(
                bars, shown, label_type="center", fontsize=8.5, color=INK,
                bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none",
                      "alpha": 0.8},
            )  # fmt: skip
        below = series.fillna(0) + below
    handles, labels = axis.get_legend_handles_labels()
    # From the top down, as the bands lie.
    axis.legend(
        handles[::-1], labels[::-1], loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False,
        fontsize=9,
    )  # fmt: skip


def _whole_years(axis: Axes, panels: Sequence[Panel]) -> None:
    years = pd.concat([pd.Series(s.index) for p in panels for s in p.series.values()])
    first, last = int(years.min()), int(years.max())
    step = 1 + (last - first) // 6
    ticks = list(range(last, first - 1, -step))
    axis.set_xticks(ticks, [str(t) for t in ticks])
    room = 0.5 + 0.05 * (last - first)
    axis.set_xlim(first - room, last + room)


def _in_words(panel: Panel, lang: str) -> str:
    said = []
    for name, series in panel.series.items():
        known = series.dropna()
        ends = dict.fromkeys((known.index[0], known.index[-1])) if len(known) else ()
        values = comma(lang).join(
            f"{in_year(y, lang)} {show(known[y])} {panel.unit}".strip() for y in ends
        )
        none = pick(("没有数值", "no value"), lang)
        label = f"{name} " if name != panel.title else ""
        said.append(f"{label}{values or none}")
    return f"{panel.title}{colon(lang)}{semicolon(lang).join(said)}{stop(lang)}"
