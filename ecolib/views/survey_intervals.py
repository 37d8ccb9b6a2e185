"""Shares with their confidence intervals, one below the other, against the target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ecolib.report.words import pick
from ecolib.texts import show
from ecolib.views.output import Picture, picture
from ecolib.views.phrases import semicolon
from ecolib.views.style import ACCENT, INK, MUTED, TARGET

#: Rows of air between two blocks.
BETWEEN = 1.3


@dataclass(frozen=True)
class Row:
    """A share with its interval, per cent, from `count` respondents."""

    label: str
    share: float
    low: float
    high: float
    count: int

    def straddles(self, bound: float | None) -> bool:
        return bound is not None and self.low <= bound <= self.high


def intervals_picture(
    blocks: Mapping[str, Sequence[Row]], title: str, bound: float | None, lang: str
) -> Picture:
    """A line for each row, open dots where the interval holds the target."""
    from matplotlib import pyplot

    from ecolib.views.style import apply

    apply()
    lines = sum(len(rows) for rows in blocks.values()) + BETWEEN * len(blocks)
    figure, axis = pyplot.subplots(figsize=(8, 0.7 + 0.235 * lines))
    at, ticks, labels = 0.0, [], []
    for heading, rows in blocks.items():
        axis.annotate(
            heading, (0, at), xycoords=("axes fraction", "data"), xytext=(-6, 0),
            textcoords="offset points", ha="right", va="center", fontsize=9.5, color=ACCENT,
        )  # fmt: skip
        for row in rows:
            at += 1
            _draw_row(axis, row, at, bound)
            ticks.append(at)
            labels.append(row.label)
        at += BETWEEN
    axis.set_yticks(ticks, labels)
    axis.set_ylim(at - 0.4, -0.7)
    lowest = min(row.low for rows in blocks.values() for row in rows)
    axis.set_xlim(max(0, 10 * (lowest // 10)), 100)
    axis.set_xlabel("%", fontsize=9)
    axis.tick_params(axis="y", labelcolor=INK, labelsize=9, length=0)
    axis.grid(visible=False, axis="y")
    if bound is not None:
        axis.axvline(bound, color=TARGET, linestyle="--", linewidth=1.3, zorder=1)
        said = pick((f"目标 ≥ {show(bound)} %", f"target ≥ {show(bound)} %"), lang)
        axis.annotate(
            said, (bound, 1), xycoords=("data", "axes fraction"), xytext=(0, 4),
            textcoords="offset points", ha="center", fontsize=9, color=TARGET,
        )  # fmt: skip
    return picture(figure, _in_words(blocks, title, bound, lang))


def _draw_row(axis, row: Row, at: float, bound: float | None) -> None:
    colour = MUTED if row.straddles(bound) else ACCENT
    fill = "white" if row.straddles(bound) else ACCENT
    axis.plot([row.low, row.high], [at, at], color=colour, linewidth=1.6, zorder=2)
    axis.plot(
        row.share, at, marker="o", markersize=6, color=colour, markerfacecolor=fill,
        markeredgewidth=1.4, zorder=3,
    )  # fmt: skip
    axis.annotate(
        f"{row.share:.1f}  n={row.count}", (1, at), xycoords=("axes fraction", "data"),
        xytext=(5, 0), textcoords="offset points", va="center", fontsize=8.5, color=INK,
    )  # fmt: skip


def _in_words(
    blocks: Mapping[str, Sequence[Row]], title: str, bound: float | None, lang: str
) -> str:
    said = []
    for heading, rows in blocks.items():
        values = semicolon(lang).join(
            f"{r.label} {r.share:.1f} % ({r.low:.1f}–{r.high:.1f})" for r in rows
        )
        said.append(f"{heading}{'：' if lang == 'zh' else ': '}{values}")
    stop, colon = ("。", "：") if lang == "zh" else (". ", ": ")
    target = (
        f"{pick(('目标', 'target'), lang)} ≥ {show(bound)} %{stop}" if bound is not None else ""
    )
    return f"{title}{colon}{target}{stop.join(said)}{stop.strip()}"
