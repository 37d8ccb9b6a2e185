"""What a notebook cell can show, HTML or pictures, and how figures look.

A subset of Noto Sans SC travels with the package (fonts/, SIL Open Font License), so figures need
no font of the system. `apply_style` sets the fonts last, because `seaborn.set_theme` resets them.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FONT_FILE = "NotoSansSC-subset.ttf"
FAMILIES = ["Noto Sans SC", "DejaVu Sans"]
#: No date, so that the same figure gives the same bytes.
SVG_METADATA = {"Date": None, "Creator": None}

#: Colours that stay apart for colour-blind readers; a mark and a word always stand beside them.
VERDICT_COLOURS = {
    "met": "#1a7f5a",
    "not_met": "#c0392b",
    "conflict": "#8e44ad",
    "not_evaluable": "#7f6b00",
    "declared": "#2c6fbb",
    "conditional": "#0e7490",
    "not_applicable": "#6b7280",
}
VERDICT_MARKS = {
    "met": "✓",
    "not_met": "✗",
    "conflict": "≠",
    "not_evaluable": "?",
    "declared": "○",
    "conditional": "△",
    "not_applicable": "–",
}
#: Bands of stacked bars: told apart by shade and hatching, not by hue alone.
BANDS = (
    {"facecolor": "#5b8db8"},
    {"facecolor": "#d9a441", "hatch": "//"},
    {"facecolor": "#cfd6dd", "hatch": ".."},
    {"facecolor": "#8fb98b"},
    {"facecolor": "#b79bc4", "hatch": "\\\\"},
    {"facecolor": "#7f8c99"},
)
INK, MUTED, GRID, ACCENT, TARGET = "#1f2933", "#52606d", "#e2e8f0", "#21618c", "#c0392b"


@dataclass(frozen=True)
class Html:
    """HTML for a page or JupyterLab; `text` is what a terminal or a screen without HTML gets."""

    html: str
    text: str = ""

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text or "Html"


@dataclass(frozen=True)
class Picture:
    """A figure as SVG with text drawn as outlines, so that it needs no font, and its description."""

    svg: str
    alt: str

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"image/svg+xml": self.svg, "text/plain": self.alt}

    def __repr__(self) -> str:
        return self.alt


@dataclass(frozen=True)
class Pieces:
    """Several pieces below each other; each becomes an output of its own."""

    pieces: tuple[Html | Picture, ...]

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(*self.pieces)

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.pieces))


def pieces(*parts: Html | Picture | Pieces | None) -> Pieces:
    """Parts one below the other; what is None is left out."""
    flat: list[Html | Picture] = []
    for part in parts:
        flat.extend(part.pieces if isinstance(part, Pieces) else [part] if part else [])
    return Pieces(tuple(flat))


def element(name: str, *content: str | Html, **attributes: str) -> Html:
    """One HTML element; text and attributes are escaped, `Html` content is put in as it stands.

    A trailing underscore (`class_`) keeps an attribute apart from a Python word.
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    return Html(
        f"<{name}{given}>{''.join(_cell(part) for part in content)}</{name}>",
        " ".join(filter(None, (p.text if isinstance(p, Html) else p for p in content))),
    )


def joined(*parts: Html) -> Html:
    """Pieces of HTML one after the other, as one output."""
    return Html("\n".join(p.html for p in parts), "\n".join(p.text for p in parts))


def section(text: str, name: str) -> Html:
    """A section heading (h2) that can be jumped to by its `name`."""
    return element("h2", text, id=name)


def absent(text: str) -> Html:
    """A plain sentence where a figure or a table would stand if there were data for it."""
    return element("p", text, class_="absent")


def facts(pairs: Iterable[tuple[str, str | Html]]) -> Html:
    """Terms and what is said of each, one below the other."""
    rows = [part for term, said in pairs for part in (element("dt", term), element("dd", said))]
    return element("dl", *rows, class_="facts")


def table(frame: pd.DataFrame, *, caption: str, numbers: tuple[str, ...] = ()) -> Html:
    """An HTML table with caption and column headers; every cell is escaped.

    Cells that already are `Html` are put in as they stand. `numbers` are right-aligned columns.
    """
    head = "".join(
        f'<th scope="col"{_right(c, numbers)}>{escape(str(c))}</th>' for c in frame.columns
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{_right(c, numbers)}>{_cell(v)}</td>"
            for c, v in zip(frame.columns, row, strict=True)
        )
        + "</tr>"
        for row in frame.itertuples(index=False, name=None)
    )
    # A box of its own, so that a wide table scrolls inside it and can be reached by the keyboard.
    return Html(
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>",
        f"{caption}\n{frame.to_string(index=False)}",
    )


#: Tables up to so many rows stand open; longer ones are folded, never cut.
LONG = 12


def folded(body: Html, summary: str, rows: int) -> Html:
    """A table behind its summary where it is long; as it is where it is short."""
    return body if rows <= LONG else element("details", element("summary", summary), body)


def _right(column: object, numbers: tuple[str, ...]) -> str:
    return ' class="number"' if column in numbers else ""


def _cell(value: object) -> str:
    if isinstance(value, Html):
        return value.html
    if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA:
        return "—"
    return escape(str(value))


@cache
def _register() -> None:
    from matplotlib import font_manager

    with as_file(files("ecolib.pages") / "fonts" / FONT_FILE) as path:
        font_manager.fontManager.addfont(str(path))


def apply_style() -> None:
    """Set the style for every figure drawn afterwards; safe to call again."""
    import matplotlib
    import seaborn

    _register()
    seaborn.set_theme(
        style="whitegrid",
        rc={
            "axes.edgecolor": GRID,
            "axes.labelcolor": INK,
            "axes.spines.right": False,
            "axes.spines.top": False,
            "grid.color": GRID,
            "text.color": INK,
            "xtick.color": MUTED,
            "ytick.color": MUTED,
        },
    )
    matplotlib.rcParams.update(
        {
            "font.family": FAMILIES,
            "font.size": 10,
            "xtick.labelsize": 9.5,
            "ytick.labelsize": 9.5,
            "axes.unicode_minus": False,
            "figure.figsize": (8, 3.6),
            "figure.constrained_layout.use": True,
            "svg.fonttype": "path",
            "svg.hashsalt": "ecolib",
            # A dollar sign would switch to mathtext, which knows no Chinese.
            "text.parse_math": False,
        }
    )


def subplots(*args: Any, **options: Any) -> tuple[Figure, Any]:
    """`pyplot.subplots` in the style of the pages; `picture` closes the figure again."""
    from matplotlib import pyplot

    apply_style()
    return pyplot.subplots(*args, **options)


def picture(figure: Figure, alt: str) -> Picture:
    """Turn a matplotlib figure into a `Picture` and close it; the bytes depend on nothing else."""
    from matplotlib import pyplot
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.StringIO()
    # `savefig` would draw twice: once for the layout alone, which drawing does by itself.
    FigureCanvasSVG(figure).print_svg(buffer, metadata=SVG_METADATA)
    pyplot.close(figure)
    return Picture(buffer.getvalue(), alt)


def warm_up() -> None:
    """The first figure opens fonts and backend, which all figures share."""
    from matplotlib import rc_context

    with rc_context():
        figure, axis = subplots()
        axis.plot([0, 1], label="指标 Indicator")
        axis.legend()
        picture(figure, "")
