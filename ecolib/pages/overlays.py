"""What is ours on any Axes: the target of a result, what its values rest on, their ranges.

Each draws over a figure that an analyst has made, with years on the x axis and the values of the
result on the y axis, and gives the Axes back.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from ecolib.assess.result import BASES, Result
from ecolib.pages.style import ACCENT, COLOURS, MUTED
from ecolib.texts import show, spoken_here, text, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: The shape of a mark says what a value rests on.
MARKERS = dict(zip(BASES, "o^sD", strict=True))


def target(ax: Axes, result: Result, lang: str | None = None) -> Axes:
    """A dashed line where the target runs, with its number at the end; nothing without a bound."""
    known = [] if result.bound is None else result.bound.known()
    if not known:
        return ax
    years, bounds = zip(*known, strict=True)
    colour = COLOURS["not_met"]
    # Held through to the end, and drawn in one stroke where it never changes.
    if result.bound.constant:
        ax.axhline(bounds[-1], color=colour, linestyle="--", lw=1.3, zorder=1)
    else:
        ax.step(years, bounds, where="mid", color=colour, linestyle="--", lw=1.3, zorder=1)
    said = text(
        "plot.target", lang or spoken_here(), bound=f"{result.bound.sign} {show(bounds[-1])}"
    )
    ax.annotate(
        said, (1, bounds[-1]), xycoords=("axes fraction", "data"), xytext=(5, 0),
        textcoords="offset points", color=colour, fontsize=9, va="center",
    )  # fmt: skip
    return _by_year(ax)


def basis_marks(ax: Axes, result: Result, lang: str | None = None) -> Axes:
    """A mark on every value, whose shape says what it rests on, and a key of those that occur."""
    frame = result.frame().dropna(subset="value")
    for basis, rows in frame.groupby("basis", sort=False):
        ax.plot(
            rows["year"], rows["value"], linestyle="", marker=MARKERS.get(basis, "o"), color=ACCENT,
            markersize=7, zorder=3, label=word("basis", basis, lang or spoken_here()),
        )  # fmt: skip
    if len(frame):
        ax.legend(fontsize=9)
    return _by_year(ax)


def ranges(ax: Axes, result: Result) -> Axes:
    """Whiskers between the least and the greatest that a value can be; an arrow where nothing ends it."""
    for row in result.frame().dropna(subset="low").itertuples():
        if math.isinf(row.high):
            above = {"xycoords": ("data", "axes fraction"), "textcoords": "data"}
            arrow = {"arrowstyle": "->", "color": MUTED, "lw": 1.2}
            ax.annotate("", (row.year, 1), (row.year, row.low), arrowprops=arrow, **above)
        else:
            ends = [row.low, row.high]
            ax.plot([row.year] * 2, ends, color=MUTED, marker="_", markersize=9, lw=1.2, zorder=1)
    return _by_year(ax)


def _by_year(ax: Axes) -> Axes:
    """No half years on the axis, where its marks are not set already."""
    if isinstance(locator := ax.xaxis.get_major_locator(), MaxNLocator):
        locator.set_params(integer=True)
    return ax
