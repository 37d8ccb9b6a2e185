"""Small figures side by side: a line or stacked bars by year, a title and a unit each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ecolib.report.words import pick
from ecolib.texts import show
from ecolib.views.output import Picture, picture
from ecolib.views.phrases import comma, in_year, semicolon
from ecolib.views.style import ACCENT, BANDS, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
    return _draw(panels, lang, _line, columns=min(2, len(panels)), height=1.9)


def draw_stacks(panels: Sequence[Panel], lang: str) -> Picture:
    """Stacked bars by year; the key beside each panel names the bands from the bottom up."""
    return _draw(panels, lang, _stack, columns=1, height=2.4)


def _draw(
    panels: Sequence[Panel],
    lang: str,
    draw: Callable[[Axes, Panel], None],
    *,
    columns: int,
    height: float,
) -> Picture:
    from matplotlib import pyplot

    from ecolib.views.style import apply

    apply()
    rows = -(-len(panels) // columns)
    figure, axes = pyplot.subplots(
        rows, columns, figsize=(8, 0.3 + height * rows), squeeze=False, sharex=True
    )
    for axis, panel in zip(axes.flat, panels, strict=False):
        draw(axis, panel)
        unit = f"（{panel.unit}）" if lang == "zh" else f" ({panel.unit})"
        axis.set_title(panel.title + (unit if panel.unit else ""), loc="left", fontsize=10)
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
    colon, stop = ("：", "。") if lang == "zh" else (": ", ".")
    return f"{panel.title}{colon}{semicolon(lang).join(said)}{stop}"
