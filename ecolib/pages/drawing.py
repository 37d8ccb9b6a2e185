"""What all figures share: their sizes, and the labels, titles, ticks and keys of their axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ecolib.pages.style import INK, MUTED, subplots
from ecolib.pages.wording import width, with_unit
from ecolib.texts import show

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

#: Inches; text of 10 points is then 13 pixels beside a table and 10 on a telephone.
WIDTH, HEIGHT = 6.4, 2.9
#: Points of labels, and of numbers within and beside bars.
SMALL, SMALLER = 9, 8.5
WHITE_BOX = {"boxstyle": "round,pad=0.12", "facecolor": "#ffffff", "edgecolor": "none"}
DASHED = {"color": MUTED, "linewidth": 1.3, "linestyle": (0, (4, 3)), "zorder": 1}


def axes_of(ax: Axes | None, high: float = HEIGHT, wide: float = WIDTH) -> Axes:
    """The Axes themselves, or those of a new figure where there are none."""
    return ax if ax is not None else subplots(figsize=(wide, high))[1]


def panels(count: int, height: float, columns: int = 1, **options: Any) -> Sequence[Axes]:
    """So many Axes below (and beside) each other in one figure."""
    rows = -(-count // columns)
    size = (WIDTH, 0.35 + height * rows)
    figure, axes = subplots(rows, columns, figsize=size, squeeze=False, **options)
    for idle in axes.flat[count:]:
        figure.delaxes(idle)
    return list(axes.flat[:count])


def label(
    axis: Axes, said: str, at: tuple, off: tuple[float, float] = (0, 0), **style: Any
) -> Annotation:
    """A text so many points off a place, on the side to which it is moved; else centred on it."""
    sides = ("center", "left", "right"), ("center", "bottom", "top")
    ha, va = (names[(by > 0) - (by < 0)] for names, by in zip(sides, off, strict=True))
    looks = {"ha": ha, "va": va, "fontsize": SMALL, "color": INK} | style
    return axis.annotate(said, at, xytext=off, textcoords="offset points", **looks)


def margin(axis: Axes, said: str, at: float, by: float, **style: Any) -> Annotation:
    """A text so many points to the right of the axes at a height, or to the left of them."""
    return label(
        axis, said, (int(by > 0), at), (by, 0), xycoords=("axes fraction", "data"), **style
    )


def set_title(axis: Axes, name: str, unit: str, lang: str) -> None:
    axis.set_title(with_unit(name, unit, lang), loc="left", fontsize=10, color=MUTED)


def number_ticks(side: Axis, lang: str, *, whole: bool = False) -> None:
    """Ticks as the language writes numbers."""
    side.set_major_formatter(lambda value, _: show(value, lang))
    if whole:
        side.get_major_locator().set_params(integer=True)


def year_ticks(
    axis: Axes, span: pd.Series, *, most: int, beyond: float, below: Mapping[int, str] | None = None
) -> None:
    """Whole years, about so many at most, the last one among them, with a sign `below` some."""
    first, last = int(span.min()), int(span.max())
    step = 1 + (last - first) // most
    ticks = range(last - step * ((last - first) // step), last + 1, step)
    axis.set_xticks(ticks, [f"{t}\n{(below or {}).get(t, '')}".strip() for t in ticks])
    axis.set_xlim(first - beyond, last + beyond)
    axis.grid(visible=False, axis="x")


def make_room(axis: Axes, shown: pd.Series, under: float, over: float) -> None:
    """Room for labels, as a share of what is shown; never a scale so fine that nothing looks like a
    jump."""
    low, high = shown.min(), shown.max()
    span = max(high - low, 0.02 * abs(high)) or 1.0
    axis.set_ylim(low - under * span, high + over * span)


def named_rows(axis: Axes, names: Sequence[str], lang: str, *, whole: bool = False) -> None:
    """Names down the side of bars, their numbers along the foot."""
    axis.set_yticks(range(len(names)), names)
    axis.grid(visible=False, axis="y")
    number_ticks(axis.xaxis, lang, whole=whole)


def legend(figure: Figure, handles: Sequence[Any]) -> None:
    """Below the figure, in as many columns as there is room for."""
    longest = max((width(h.get_label()) for h in handles), default=1)
    fitting = int(figure.get_figwidth() * 72 / (0.55 * SMALL * (longest + 8)))
    lines = -(-len(handles) // max(1, fitting))
    columns = -(-len(handles) // lines) if lines else 1
    # matplotlib fills column by column; a reader goes along the rows.
    along = [handle for first in range(columns) for handle in handles[first::columns]]
    figure.legend(
        handles=along, loc="outside lower left", ncols=columns, frameon=False, fontsize=SMALL
    )
