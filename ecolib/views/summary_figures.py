"""Where people would rather look: how far each indicator is from its target, and its history."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from ecolib.assess.annual import Annual
from ecolib.assess.judge import bound_of
from ecolib.assess.result import Bound, Result
from ecolib.data.dictionary import unit_name
from ecolib.report import pick
from ecolib.texts import amount, show, word, words
from ecolib.views.history import BASIS_MARKS, of_one_scope, values_by_year
from ecolib.views.output import (
    ACCENT,
    INK,
    MUTED,
    TARGET,
    VERDICT_COLOURS,
    VERDICT_MARKS,
    Picture,
    Pieces,
    absent,
    element,
    joined,
    picture,
    pieces,
    section,
    subplots,
)
from ecolib.views.phrases import bracketed, colon, comma, numbered, range_of, semicolon, spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes


#: Beyond this many per cent of the target a point stands at the edge, with its number.
EDGE = 160
COLUMNS = 3


@dataclass(frozen=True)
class Distance:
    """One indicator against its target: `reached` in %, 100 where the target is just met.

    `between` is the range it must lie in where not all was observed.
    """

    result: Result
    sign: str
    bound: float
    reached: float
    between: tuple[float, float]


def distance(annual: Annual, lang: str) -> Pieces:
    """How much of each target was reached, worst on top; binding apart from the others."""
    results = [p for r in annual.results for p in r.owner_parts]
    results = [r for r in results if r.verdict.status != "not_applicable"]
    found = {r.indicator: d for r in results if (d := _distance(r, annual)) is not None}
    shown = [section(pick(("离目标多远", "Distance to target"), lang), "distance")]
    shown.append(element("p", pick(_HOW_TO_READ, lang)))
    drawn = []
    for title, kinds in _GROUPS.items():
        group = [d for d in found.values() if d.result.entry.kind in kinds]
        if group:
            title = pick(title, lang)
            drawn.append(_draw_distances(group, title, annual.case.year, lang))
    left_out = [r for r in results if r.indicator not in found]
    return pieces(joined(*shown), *drawn, _left_out(left_out, lang) if left_out else None)


_GROUPS = {
    ("约束性", "Binding"): ("binding",),
    ("参考性和地方", "Reference and local"): ("reference", "local"),
}
_HOW_TO_READ = (
    "横轴是达到目标的百分比：“不低于”的目标为 数值 ÷ 目标，“不高于”的目标为 目标 ÷ 数值；"
    "100% 的竖线右边为达到目标值，灰线为观测不全时的可能范围。结论还看其他条件，以右侧标记为准。",
    "The axis is the share of the target that was reached: value / target for 'at least', target / "
    "value for 'at most'; right of the line at 100 % the target value is reached, and a grey line is "
    "the possible range where not all was observed. Verdicts may rest on further conditions; the "
    "mark on the right tells them.",
)


def _distance(result: Result, annual: Annual) -> Distance | None:
    """None where there is no value, no bound that is a number, or no ratio to speak of."""
    if math.isnan(result.value):
        return None
    of_year = result.series.since(result.year)
    bound = bound_of(annual.case.list[result.indicator], annual.case.params, of_year)
    if bound is None:
        return None
    limit = bound.at(result.year)
    if limit <= 0 or (bound.sign == "≤" and result.value <= 0):
        return None
    low, high, value = (
        100 * (v / limit if bound.sign == "≥" else limit / v)
        for v in (*range_of(result), result.value)
    )
    return Distance(result, bound.sign, limit, value, (min(low, high), max(low, high)))


def _left_out(results: list[Result], lang: str):
    names = comma(lang).join(numbered(r.entry, lang) for r in results)
    zh = f"不在图中（没有数值，或目标不是一个大于 0 的数）：{names}。"
    en = f"Not in the figure (no value, or a target that is no number above 0): {names}."
    return element("p", pick((zh, en), lang), class_="quiet")


def _draw_distances(group: list[Distance], title: str, year: int, lang: str) -> Picture:
    rows = sorted(group, key=lambda d: (d.reached, d.result.entry.sort_key))
    figure, axis = subplots(figsize=(8.6, 1.1 + 0.33 * len(rows)))
    for place, row in enumerate(rows):
        _draw_distance(axis, place, row)
    axis.axvline(100, color=TARGET, linewidth=1.3, linestyle="--", zorder=1)
    axis.set_xlim(-4, EDGE + 6)
    axis.set_xticks([0, 50, 100, 150])
    label = pick(("达到目标的百分比（%）", "share of the target reached (%)"), lang)
    axis.set_xlabel(label, fontsize=9, color=MUTED)
    axis.set_yticks(range(len(rows)), [_shortened(d, lang) for d in rows], fontsize=9, color=INK)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")
    _label_values(axis, rows, lang)
    axis.tick_params(axis="y", length=0)
    heading = pick((f"{title}指标（{year} 年）", f"{title} indicators, {year}"), lang)
    axis.set_title(heading, loc="left", fontsize=10.5, color=INK)
    return picture(figure, _distances_in_words(rows, title, year, lang))


def _draw_distance(axis: Axes, place: int, row: Distance) -> None:
    colour = VERDICT_COLOURS[row.result.verdict.status]
    end = min(max(row.reached, 0), EDGE)
    axis.plot([100, end], [place, place], color=colour, linewidth=2.4, alpha=0.45, zorder=2)
    low, high = (min(max(e, 0), EDGE) for e in row.between)
    if low < high:
        axis.plot([low, high], [place, place], color=MUTED, linewidth=1.1, marker="|", zorder=2)
    beyond = ">" if row.reached > EDGE else "<" if row.reached < 0 else "o"
    axis.plot([end], [place], marker=beyond, color=colour, markersize=6.5, zorder=3)
    if row.reached > EDGE or row.reached < 0:
        side = "right" if row.reached > EDGE else "left"
        axis.annotate(
            f"{show(round(row.reached))} %", (end, place), ha=side, va="center", fontsize=8.5,
            xytext=(-8 if side == "right" else 8, 0), textcoords="offset points", color=INK,
            bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none"},
        )  # fmt: skip


def _label_values(axis: Axes, rows: list[Distance], lang: str) -> None:
    """Verdict, value and target at the right edge, where the layout keeps room for tick labels."""
    right = axis.twinx()
    right.set_ylim(axis.get_ylim())
    labels = [
        f"{VERDICT_MARKS[d.result.verdict.status]} {_told(d, lang)} / {d.sign} {show(d.bound)}"
        for d in rows
    ]
    right.set_yticks(range(len(rows)), labels, fontsize=9, color=INK)
    right.grid(visible=False)
    right.tick_params(length=0)


def _told(row: Distance, lang: str) -> str:
    """The value, or the range it must lie in."""
    result = row.result
    return spread(*range_of(result), result.unit, lang) or amount(result.value, result.unit, lang)


def _shortened(row: Distance, lang: str) -> str:
    name = numbered(row.result.entry, lang)
    return textwrap.shorten(name, 50, placeholder=" …") if lang == "en" else name


def _distances_in_words(rows: list[Distance], title: str, year: int, lang: str) -> str:
    listed = semicolon(lang).join(
        f"{numbered(d.result.entry, lang)} {show(round(d.reached, 1))} % "
        f"({_told(d, lang)}, {d.sign} {show(d.bound)}, "
        f"{word('status', d.result.verdict.status, lang)})"
        for d in rows
    )
    zh = f"{title}指标 {year} 年达到目标的百分比，从低到高：{listed}。"
    en = f"Share of the target reached in {year}, {title} indicators, lowest first: {listed}."
    return pick((zh, en), lang)


def histories(annual: Annual, lang: str) -> Pieces:
    """Small figures of all years, a picture a system; a panel needs two values at least."""
    shown = [section(pick(("历年变化", "History"), lang), "history")]
    shown.append(element("p", pick(_HOW_TO_READ_HISTORY, lang)))
    drawn, short = [], []
    for system in words("system"):
        parts = [p for r in annual.results for p in r.owner_parts]
        parts = [p for p in parts if p.entry.system == system]
        known = [p for p in parts if values_by_year(p).notna().sum() > 1]
        short += [p for p in parts if p not in known]
        if known:
            drawn.append(_draw_histories(known, word("system", system, lang), annual, lang))
    if not drawn:
        none = ("没有两年以上的数值。", "There is no indicator with values for two years or more.")
        drawn.append(absent(pick(none, lang)))
    return pieces(joined(*shown), *drawn, _too_short(short, lang) if short else None)


_HOW_TO_READ_HISTORY = (
    "每格一项指标，单位写在标题里；纵轴各不相同，只供看走向。实心圆为由基础数计算，空心方块为填报成品值，"
    "菱形为仅有陈述；虚线为目标。",
    "A panel an indicator, its unit in the title; the scales differ and only show the course. "
    "Filled circles are computed, open squares reported, diamonds declared; dashed lines are "
    "targets.",
)


def _too_short(results: list[Result], lang: str):
    names = comma(lang).join(numbered(r.entry, lang) for r in results)
    zh, en = f"不足两年数值、没有图：{names}。", f"Fewer than two values, so no panel: {names}."
    return element("p", pick((zh, en), lang), class_="quiet")


def _draw_histories(results: list[Result], system: str, annual: Annual, lang: str) -> Picture:
    lines = math.ceil(len(results) / COLUMNS)
    figure, axes = subplots(lines, COLUMNS, figsize=(8.6, 0.45 + 1.75 * lines), squeeze=False)
    for axis in axes.flat[len(results) :]:
        axis.set_axis_off()
    bounds = [r.bound for r in results]
    for axis, result, bound in zip(axes.flat, results, bounds, strict=False):
        _draw_panel(axis, result, bound, lang)
    figure.suptitle(system, x=0.01, ha="left", fontsize=11, color=INK)
    alt = " ".join(_history_in_words(r, lang) for r in results)
    return picture(figure, f"{system}{colon(lang)}{alt}")


def _draw_panel(axis: Axes, result: Result, bound: Bound | None, lang: str) -> None:
    rows = result.frame().astype({"value": float})
    for alike in of_one_scope(result, rows):
        axis.plot(alike["year"], alike["value"], color=ACCENT, linewidth=1.2, zorder=2)
    for basis, marks in BASIS_MARKS.items():
        points = rows[(rows["basis"] == basis) & rows["value"].notna()]
        axis.plot(
            points["year"], points["value"], linestyle="", color=ACCENT, markersize=4, zorder=3,
            markeredgewidth=1.1, **marks,
        )  # fmt: skip
    if bound is not None:
        years, given = np.array(bound.known()).T
        axis.hlines(given, years - 0.5, years + 0.5, color=TARGET, linewidth=1.1, linestyle="--")
    last = rows[rows["value"].notna()].iloc[-1]
    axis.annotate(
        show(last["value"]), (last["year"], last["value"]), xytext=(0, 5), fontsize=8, ha="right",
        textcoords="offset points", color=INK, zorder=4,
        bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none",
              "alpha": 0.8},
    )  # fmt: skip
    unit = unit_name(result.unit, lang)
    name = numbered(result.entry, lang)
    title = name + bracketed(unit, lang)
    axis.set_title(_wrapped(title, lang), loc="left", fontsize=8.2, color=INK)
    first = int(rows["year"].min())
    axis.set_xticks([first, result.year])
    axis.set_xlim(first - 0.7, result.year + 0.7)
    _widen(axis)
    axis.tick_params(labelsize=7.5, colors=MUTED)
    axis.locator_params(axis="y", nbins=3)
    axis.grid(visible=False, axis="x")


def _wrapped(title: str, lang: str) -> str:
    """Chinese breaks anywhere, English between words."""
    if lang == "en":
        return "\n".join(textwrap.wrap(title, 36))
    # A Latin letter or a digit takes about half the room of a Chinese character.
    widths = accumulate(1.0 if ord(character) > 0x2E80 else 0.55 for character in title)
    fits = sum(width <= 20 for width in widths)
    if fits == len(title):
        return title
    # The unit stays in one piece where it is what does not fit.
    unit = title.rfind("（")
    cut = unit if 0 < unit <= fits else fits
    return f"{title[:cut]}\n{title[cut:]}"


def _widen(axis: Axes) -> None:
    """Room above and below, and never a scale so fine that a steady value seems to jump."""
    low, high = axis.dataLim.y0, axis.dataLim.y1
    room = max(high - low, 0.05 * max(abs(low), abs(high)), 1e-9)
    axis.set_ylim(low - 0.3 * room, high + 0.4 * room)


def _history_in_words(result: Result, lang: str) -> str:
    values = values_by_year(result).dropna()
    first, last = ((values.index[i], amount(values.iloc[i], result.unit, lang)) for i in (0, -1))
    name = numbered(result.entry, lang)
    zh = f"{name} {first[0]} 年 {first[1]}，{last[0]} 年 {last[1]}。"
    return pick((zh, f"{name}: {first[1]} in {first[0]}, {last[1]} in {last[0]}."), lang)
