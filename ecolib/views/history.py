"""Values by year as a figure and as a table: what they rest on, their range, the target."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecolib.assess.result import Bound, Result
from ecolib.data.dictionary import unit_name
from ecolib.report import pick
from ecolib.texts import amount, show, word
from ecolib.views.output import (
    ACCENT,
    INK,
    MUTED,
    TARGET,
    Html,
    Picture,
    Pieces,
    absent,
    folded,
    picture,
    pieces,
    section,
    subplots,
    table,
)
from ecolib.views.phrases import bracketed, comma, in_year, numbered, semicolon, spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ecolib.assess.case import Case


def history(result: Result, lang: str, *, case: Case) -> Pieces:
    """Values up to the year: a panel for each part that has any, and all of them in a table."""
    known = [part for part in result.owner_parts if len(values_by_year(part).dropna())]
    return pieces(
        section(word("heading", "history", lang), "history"),
        compare([result], lang, case=case),
        _table(known, lang) if known else None,
    )


def compare(results: Iterable[Result], lang: str, *, case: Case) -> Pieces:
    """Histories of several indicators below each other, on their own scales."""
    parts = [part for result in results for part in result.owner_parts]
    known = [part for part in parts if len(values_by_year(part).dropna())]
    empty = [part for part in parts if part not in known]
    return pieces(
        draw_history(known, lang, case=case) if known else None,
        _without(empty, lang) if empty else None,
    )


def draw_history(results: list[Result], lang: str, *, case: Case) -> Picture:
    """One panel below the other for results that have values."""
    figure, axes = subplots(len(results), figsize=(8, 0.7 + 2.6 * len(results)), squeeze=False)
    bounds = [r.bound for r in results]
    base_year = case.params.county.base_year
    for axis, result, bound in zip(axes[:, 0], results, bounds, strict=True):
        _draw_panel(axis, result, bound, lang, base_year=base_year)
    _draw_key(figure, results, lang, with_target=any(b is not None for b in bounds))
    pairs = zip(results, bounds, strict=True)
    return picture(figure, " ".join(_in_words(r, b, lang) for r, b in pairs))


def values_by_year(result: Result) -> pd.Series:
    """The values of a result by year, NaN where there is none."""
    if result.frame().empty:
        return pd.Series(dtype=float)
    return result.frame().set_index("year")["value"].astype(float)


def _in_words(result: Result, bound: Bound | None, lang: str) -> str:
    """What the panel shows, in numbers, for those who cannot see it."""
    values = values_by_year(result).dropna()
    ends = values if len(values) <= 6 else values.iloc[[0, -2, -1]]
    listed = semicolon(lang).join(
        f"{in_year(year, lang)} {amount(value, result.unit, lang)}" for year, value in ends.items()
    )
    title = numbered(result.entry, lang)
    first, last = values.index.min(), values.index.max()
    smallest, largest = (amount(v, result.unit, lang) for v in (values.min(), values.max()))
    zh = f"{title}，{first}—{last} 年共 {len(values)} 个数值，最小 {smallest}，最大 {largest}：{listed}。"
    en = (
        f"{title}: {len(values)} values from {first} to {last}, smallest {smallest}, largest "
        f"{largest}: {listed}."
    )
    return pick((zh, en), lang) + _bound_in_words(result, bound, lang)


def _bound_in_words(result: Result, bound: Bound | None, lang: str) -> str:
    if bound is None:
        return pick(("没有数值目标线。", " No target line."), lang)
    year, last = bound.known()[-1]
    limit = f"{bound.sign} {amount(last, result.unit, lang)}"
    return pick((f"{year} 年目标线 {limit}。", f" Target line in {year}: {limit}."), lang)


def _without(results: list[Result], lang: str) -> Html:
    names = comma(lang).join(numbered(r.entry, lang) for r in results)
    year = results[0].year
    zh = f"{names}：截至 {year} 年没有任何数值，因此没有历年图。"
    en = f"{names}: there is no value up to {year}, so there is no figure of the years."
    return absent(pick((zh, en), lang))


def _table(results: list[Result], lang: str) -> Html:
    columns = {name: word("label", name, lang) for name in ("indicator", "year", "value", "basis")}
    columns["range"] = pick(("可能范围", "Range"), lang)
    rows = []
    for result in results:
        title = numbered(result.entry, lang)
        for row in result.frame().itertuples():
            low, high = float(row.low), float(row.high)
            between = spread(low, high, result.unit, lang) or None
            value = float(row.value)
            known = value == value
            rows.append(
                {
                    "indicator": title,
                    "year": row.year,
                    "value": amount(value, result.unit, lang) if known else None,
                    "basis": word("basis", row.basis if known else "", lang),
                    "range": between if known else None,
                }
            )
    frame = pd.DataFrame(rows)
    if len(results) == 1:
        frame = frame.drop(columns="indicator")
    if frame["range"].isna().all():
        frame = frame.drop(columns="range")
    caption = pick(("历年数值及其依据", "Values by year and what they rest on"), lang)
    return folded(table(frame.rename(columns=columns), caption=caption), caption, len(frame))


#: The shape says what a value rests on; filled is stronger than open.
BASIS_MARKS = {
    "computed": {"marker": "o", "markerfacecolor": ACCENT},
    "reported": {"marker": "s", "markerfacecolor": "white"},
    "documented": {"marker": "s", "markerfacecolor": "white"},
    "declared": {"marker": "D", "markerfacecolor": "white"},
}
#: With more values than this only the telling ones are labelled.
ALL_LABELLED = 12


def _draw_panel(
    axis: Axes, result: Result, bound: Bound | None, lang: str, *, base_year: int
) -> None:
    """Draw the values of one result by year."""
    rows = result.frame().astype({"value": float, "low": float, "high": float})
    known = rows[rows["value"].notna()]
    for alike in of_one_scope(result, rows):
        axis.plot(alike["year"], alike["value"], color=ACCENT, linewidth=1.4, zorder=2)
    for basis, marks in BASIS_MARKS.items():
        points = known[known["basis"] == basis]
        axis.plot(
            points["year"], points["value"], linestyle="", color=ACCENT, markersize=6.5,
            markeredgewidth=1.4, zorder=3, **marks,
        )  # fmt: skip
    _draw_ranges(axis, known)
    if bound is not None:
        _draw_bound(axis, bound)
    _set_limits(axis, known, bound)
    _label_values(axis, known)
    _label_years(axis, rows["year"], result.year, base_year, lang)
    unit = unit_name(result.unit, lang)
    name = numbered(result.entry, lang)
    title = name + bracketed(unit, lang)
    axis.set_title(title if unit else name, loc="left", fontsize=10.5, color=INK)
    axis.grid(visible=False, axis="x")
    axis.yaxis.set_major_formatter(lambda value, _: show(value))
    if result.unit == "requirements":
        axis.yaxis.get_major_locator().set_params(integer=True)


def of_one_scope(result: Result, rows: pd.DataFrame) -> list[pd.DataFrame]:
    """The years in stretches: no line runs from a figure to one of another scope."""
    stretch = np.searchsorted(result.breaks, rows["year"], side="right")
    return [alike for _, alike in rows.groupby(stretch)]


def _draw_ranges(axis: Axes, known: pd.DataFrame) -> None:
    """Bars from the least to the greatest possible value; an arrow where nothing bounds it."""
    for row in known.itertuples():
        if math.isnan(row.low) or row.low == row.high:
            continue
        if math.isinf(row.high):
            axis.annotate(
                "", (row.year, 1), (row.year, row.low), xycoords=("data", "axes fraction"),
                textcoords="data", arrowprops={"arrowstyle": "->", "color": MUTED, "lw": 1.2},
            )  # fmt: skip
        else:
            axis.errorbar(
                row.year, row.low, yerr=[[0], [row.high - row.low]], color=MUTED, capsize=4,
                linewidth=1.2, zorder=1,
            )  # fmt: skip


def _draw_bound(axis: Axes, bound: Bound) -> None:
    years, given = np.array(bound.known()).T
    if bound.constant:
        axis.axhline(given[0], color=TARGET, linewidth=1.3, linestyle="--", zorder=1)
    else:
        axis.hlines(given, years - 0.4, years + 0.4, color=TARGET, linewidth=1.3, linestyle="--")
    axis.annotate(
        f"{bound.sign} {show(given[-1])}", (1.0, given[-1]), xytext=(6, 0),
        xycoords=("axes fraction", "data"), textcoords="offset points", color=TARGET, fontsize=9,
        va="center",
    )  # fmt: skip


def _set_limits(axis: Axes, known: pd.DataFrame, bound: Bound | None) -> None:
    """Room above for the labels, and never a scale so fine that nothing looks like a jump."""
    shown = pd.concat([known["value"], known["low"], known["high"]])
    if bound is not None:
        shown = pd.concat([shown, pd.Series(bound.values)])
    shown = shown[shown.notna() & (shown.abs() != math.inf)]
    low, high = shown.min(), shown.max()
    room = max(high - low, 0.02 * abs(high)) or 1.0
    axis.set_ylim(low - 0.18 * room, high + 0.32 * room)


def _label_values(axis: Axes, known: pd.DataFrame) -> None:
    telling = known
    if len(known) > ALL_LABELLED:
        value = known["value"]
        ends = [known.index[0], known.index[-1], value.idxmin(), value.idxmax()]
        telling = known.loc[sorted(set(ends))]
    for row in telling.itertuples():
        axis.annotate(
            show(row.value), (row.year, row.value), xytext=(0, 8), textcoords="offset points",
            ha="center", fontsize=9, color=INK, zorder=4,
            bbox={"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none",
                  "alpha": 0.85},
        )  # fmt: skip


def _label_years(axis: Axes, years: pd.Series, year: int, base_year: int, lang: str) -> None:
    """Whole years; the base year and the year of assessment say what they are."""
    first, last = int(years.min()), int(years.max())
    step = 1 + (last - first) // 12
    ticks = sorted({*range(last, first - 1, -step), *({base_year} & set(range(first, last + 1)))})
    told = {
        base_year: pick(("基准年", "base year"), lang),
        year: pick(("评估年", "assessed"), lang),
    }
    labels = [f"{t}\n{told[t]}" if t in told else str(t) for t in ticks]
    axis.set_xticks(ticks, labels)
    axis.set_xlim(first - 0.6, last + 0.6)


def _draw_key(figure: Figure, results: list[Result], lang: str, *, with_target: bool) -> None:
    """What the shapes mean; only those that occur."""
    from matplotlib.lines import Line2D

    used = {r.series.basis_of(year) for r in results for year, _ in r.series.known()}
    handles = [
        Line2D([], [], linestyle="", color=ACCENT, label=word("basis", basis, lang), **marks)
        for basis, marks in BASIS_MARKS.items()
        if basis in used
    ]
    if with_target:
        name = word("label", "target", lang)
        handles.append(Line2D([], [], color=TARGET, linestyle="--", label=name))
    if any(_uncertain(r) for r in results):
        label = pick(("可能范围", "possible range"), lang)
        handles.append(Line2D([], [], color=MUTED, marker="|", linestyle="-", label=label))
    figure.legend(handles=handles, loc="outside lower left", ncols=4, frameon=False, fontsize=9)


def _uncertain(result: Result) -> bool:
    low, high = result.series.low, result.series.high
    return low is not None and bool((~np.isnan(low) & (low != high)).any())
