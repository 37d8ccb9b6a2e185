"""The two things a notebook cell can show: a piece of HTML, or a picture with its description."""

from __future__ import annotations

import io
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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


def picture(figure: Figure, alt: str) -> Picture:
    """Turn a matplotlib figure into a `Picture` and close it; the bytes depend on nothing else."""
    from matplotlib import pyplot

    from ecolib.views.style import SVG_METADATA

    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata=SVG_METADATA)
    pyplot.close(figure)
    return Picture(buffer.getvalue(), alt)


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
    return Html(
        f'<div class="scroll"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>",
        f"{caption}\n{frame.to_string(index=False)}",
    )


def _right(column: object, numbers: tuple[str, ...]) -> str:
    return ' class="number"' if column in numbers else ""


def _cell(value: object) -> str:
    if isinstance(value, Html):
        return value.html
    if value is None or value != value:  # NaN is not equal to itself
        return "—"
    return escape(str(value))
