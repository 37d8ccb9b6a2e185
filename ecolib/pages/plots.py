"""Figures of the tables of `ecolib.pages.tables`, each on matplotlib `Axes` of its own or on given ones.

`plot(frame, ax=None, lang=...)` gives the Axes it drew on; an analyst goes on from there. Marks and
colours mean the same in all of them: a hollow mark is a disputed value, the shape of a mark what the
value rests on, a dashed line a target, green and dark red what counts as good and as bad. What is
drawn of one medium alone stands with its page: `air.calendar`, `air.months`, `water.stacked_months`,
`areas.sites`, `survey.intervals`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from ecolib.assess.result import Result
from ecolib.errors import check_kind, check_lang
from ecolib.pages import drawing, tables
from ecolib.pages.pieces import decimals
from ecolib.pages.style import ACCENT, BANDS, COLOURS, INK, MARKS, MUTED
from ecolib.pages.wording import width
from ecolib.texts import name_of, show, text, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Points that a number takes above or below its mark.
LABEL = 24
#: Widths of digits that a title has above one of two panels beside each other.
HALF = 36
#: What a value rests on; a disputed one is hollow, whatever it rests on.
BASIS_MARKERS = {"computed": "o", "reported": "s", "documented": "^", "declared": "D"}
#: Bands by what they mean.
MEANINGS = {
    "good": {"facecolor": COLOURS["met"]},
    "bad": {"facecolor": COLOURS["not_met"]},
    "other": {"facecolor": COLOURS["line"]},
    "unknown": {"facecolor": "#ffffff", "edgecolor": COLOURS["line2"], "hatch": "////"},
}

# --- values by year -------------------------------------------------------------------------------


def history(of: Result | pd.DataFrame, ax: Axes | None = None, *, lang: str = "zh") -> Any:
    """Values of a result, or of `tables.history`, by year with ranges, target and verdicts.

    Returns
    -------
    Axes
        One for each part of the frame, as a list, where there are several.
    """
    check_lang(lang)
    frame = _rows(of)
    parts = [own for _, own in frame.groupby("part", sort=False) if own["value"].notna().any()]
    if not parts:
        return drawing.axes_of(ax)
    alone = len(parts) == 1 or ax is not None
    drawn = [drawing.axes_of(ax)] * len(parts) if alone else drawing.panels(len(parts), 2.35)
    for axis, own in zip(drawn, parts, strict=True):
        _history(axis, own, lang)
    drawing.legend(drawn[0].figure, _handles(frame[frame["value"].notna()], lang))
    return drawn[0] if len(drawn) == 1 else drawn


def _history(axis: Axes, own: pd.DataFrame, lang: str) -> None:
    unit, known = own["unit"].iloc[0], own[own["value"].notna()]
    axis.plot(*_joined(own), color=ACCENT, linewidth=1.6, zorder=2)
    _marks(axis, known)
    ranges(axis, own)
    target(axis, own, lang)
    shown = pd.concat([own[name] for name in ("value", "low", "high", "target")]).astype(float)
    drawing.make_room(axis, shown[shown.abs() < math.inf], 0.28, 0.3)
    _values(axis, known, lang)
    signs = {row.year: MARKS.get(row.status, "") for row in own.itertuples()}
    drawing.year_ticks(axis, own["year"], most=12, beyond=0.6, below=signs)
    named = name_of("indicator", own["indicator"].iloc[0], lang)
    drawing.set_title(axis, named, name_of("unit", unit, lang), lang)
    drawing.number_ticks(axis.yaxis, lang, whole=unit == "requirements")
    # No tick above 100 % or below nothing where no value is.
    (low, high), seen = axis.get_ylim(), own[["value", "low", "target"]].min().min()
    highest = 100 if unit == "%" and own[["value", "target"]].max().max() <= 100 else high
    lowest = max(low, 0) if seen >= 0 else low
    axis.set_yticks([tick for tick in axis.get_yticks() if lowest <= tick <= highest])


def _joined(own: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The line through what can be compared: not to a disputed value or the end of a range, nor
    across a change of scope."""
    # A year of another scope stands twice, first without its value.
    line = own.loc[own.index.repeat(1 + own["broken"])]
    gap = line["broken"] & ~line.index.duplicated()
    value, end = line["value"], line[["low", "high"]].eq(line["value"], axis=0).any(axis=1)
    unsure = end & (line["low"] != line["high"]) | (line["status"] == "conflict")
    return line["year"], value.mask(gap | unsure)


def _marks(axis: Axes, known: pd.DataFrame) -> None:
    """The shape of a mark says what a value rests on; a hollow one is disputed."""
    disputed = known["status"] == "conflict"
    for basis, marker in BASIS_MARKERS.items():
        for hollow, points in known[known["basis"] == basis].groupby(disputed):
            axis.plot(
                points["year"], points["value"], linestyle="", marker=marker, color=ACCENT, zorder=3,
                markersize=6, markeredgewidth=1.5, markerfacecolor="#ffffff" if hollow else ACCENT,
            )  # fmt: skip


def _values(axis: Axes, known: pd.DataFrame, lang: str) -> None:
    """Labels at all points, or where they would touch at the ends and extremes."""
    value, span = known["value"], max(int(known["year"].max() - known["year"].min()), 1) + 1.2
    said = {row.Index: show(row.value, lang) for row in known.itertuples()}
    points = 72 * (axis.figure.get_figwidth() - 1.3) / span
    apart = max(map(len, said.values())) * 0.6 * drawing.SMALL / points
    first = [known.index[-1], known.index[0], value.idxmax(), value.idxmin()]
    told: dict[Any, float] = {}
    for index in dict.fromkeys([*first, *known.index]):
        year = known.at[index, "year"]
        if all(abs(year - other) >= apart for other in told.values()):
            told[index] = year
    beside = pd.concat([value.shift(1), value.shift(-1)], axis=1).mean(axis=1)
    low, high = axis.get_ylim()
    height = 72 * axis.figure.get_figheight() / len(axis.figure.axes)
    for index in told:
        row = known.loc[index]
        below = row["value"] < beside[index]
        if row["low"] == row["low"]:
            # On the side of a whisker the label would hide it.
            below = row["low"] == row["value"] < row["high"]
        # A dash of the target that a label half hides would read as its sign.
        above = (row["target"] - row["value"]) * height / (high - low)
        below ^= 0 < (-above if below else above) < LABEL
        mark = f" {MARKS['conflict']}" if row["status"] == "conflict" else ""
        at, off = (row["year"], row["value"]), (0, -8 if below else 8)
        drawn = drawing.label(axis, said[index] + mark, at, off, zorder=4, bbox=drawing.WHITE_BOX)
        drawn.set_in_layout(False)


def _handles(known: pd.DataFrame, lang: str) -> list[Any]:
    """What the shapes mean; only those that occur."""
    from matplotlib.lines import Line2D

    def point(said: str, marker: str, fill: str = ACCENT) -> Line2D:
        style = {"linestyle": "", "color": ACCENT, "markerfacecolor": fill, "markeredgewidth": 1.5}
        return Line2D([], [], marker=marker, label=said, **style)

    bases = [b for b in BASIS_MARKERS if (known["basis"] == b).any()]
    handles = [point(word("basis", b, lang), BASIS_MARKERS[b]) for b in bases]
    if (known["status"] == "conflict").any():
        handles.append(point(text("drawn.disputed", lang), "o", "#ffffff"))
    if known[["low", "high"]].notna().any(axis=None):
        said = text("drawn.range", lang)
        handles.append(Line2D([], [], color=MUTED, marker="|", linestyle="-", label=said))
    return handles


# What is ours on any Axes with years and the values of one result; `of` is that result, or a frame
# of `tables.history`.


def target(ax: Axes, of: Result | pd.DataFrame, lang: str = "zh") -> Axes:
    """A dashed line where the target runs, with its number at the last year that has one; nothing
    without a bound."""
    check_lang(lang)
    own = _one_of(of)
    given = own[own["target"].notna()]
    if len(given):
        last = given.iloc[-1]
        if given["target"].nunique() == 1 and len(given) == len(own):
            ax.axhline(last["target"], **drawing.DASHED)
        else:
            ax.hlines(given["target"], given["year"] - 0.4, given["year"] + 0.4, **drawing.DASHED)
        said = text("drawn.target", lang, sign=last["sign"], value=show(last["target"], lang))
        drawing.margin(ax, said, last["target"], 5, color=MUTED)
    return _whole_years(ax)


def basis_marks(ax: Axes, of: Result | pd.DataFrame, lang: str = "zh") -> Axes:
    """A mark on every value, whose shape says what it rests on, and a key of those that occur."""
    check_lang(lang)
    own = _one_of(of)
    known = own[own["value"].notna()]
    _marks(ax, known)
    if len(known):
        unranged = known.assign(low=math.nan, high=math.nan)  # `ranges` draws those
        ax.legend(handles=_handles(unranged, lang), fontsize=drawing.SMALL)
    return _whole_years(ax)


def ranges(ax: Axes, of: Result | pd.DataFrame) -> Axes:
    """Whiskers from the least to the greatest possible value; an arrow where nothing bounds it."""
    own = _one_of(of)
    for row in own[own["low"].notna() | own["high"].notna()].itertuples():
        if math.isinf(row.low) or math.isinf(row.high):
            end, edge = (row.low, 1) if math.isinf(row.high) else (row.high, 0)
            ax.annotate(
                "", (row.year, edge), (row.year, end), xycoords=("data", "axes fraction"),
                textcoords="data", arrowprops={"arrowstyle": "->", "color": MUTED, "lw": 1.3},
            )  # fmt: skip
        else:
            ax.vlines(row.year, row.low, row.high, color=MUTED, linewidth=1.3, zorder=1)
            ends = ([row.year] * 2, [row.low, row.high])
            ax.plot(*ends, linestyle="", marker="_", color=MUTED, markersize=9, zorder=1)
    return _whole_years(ax)


def _rows(of: Result | pd.DataFrame) -> pd.DataFrame:
    if isinstance(of, pd.DataFrame):
        return of
    check_kind("of", of, "Result")
    return tables.history(of)


def _one_of(of: Result | pd.DataFrame) -> pd.DataFrame:
    """The rows of one result; of a group, or of a frame of several, those of the first."""
    found = _rows(of)
    return found[found["part"] == found["part"].iloc[0]] if len(found) else found


def _whole_years(ax: Axes) -> Axes:
    """No half years on the axis, unless its ticks were set by hand."""
    from matplotlib.ticker import MaxNLocator

    if isinstance(locator := ax.xaxis.get_major_locator(), MaxNLocator):
        locator.set_params(integer=True)
    return ax


def drivers(frame: pd.DataFrame, ax: Axes | None = None, *, lang: str = "zh") -> Any:
    """The items of `tables.drivers` by year, a small panel each; one on given Axes.

    Returns
    -------
    list of Axes
    """
    items = list(frame.groupby("item", sort=False))
    names = {
        item: (name_of("item", item, lang), name_of("unit", own["unit"].iloc[0], lang))
        for item, own in items
    }
    # Two beside each other where the longest title has room.
    longest = max(width("".join(both)) + 4 for both in names.values())
    columns = min(2, len(items)) if longest <= HALF else 1
    drawn = [ax] if ax is not None else drawing.panels(len(items), 1.75, columns, sharex=True)
    span = frame["year"].max() - frame["year"].min()
    for axis, (item, own) in zip(drawn, items, strict=True):
        at, value = list(own["year"]), list(own["value"])
        axis.plot(at, value, color=ACCENT, marker="o", markersize=4, linewidth=1.5)
        for place, beside, side in ((0, value[:2][-1], "left"), (-1, value[-2:][0], "right")):
            # On the side that the line does not come from.
            off = (-5 if side == "left" else 5, -6 if beside > value[place] else 6)
            said, here = show(value[place], lang), (at[place], value[place])
            drawing.label(axis, said, here, off, ha=side, fontsize=drawing.SMALLER)
        drawing.make_room(axis, own["value"], 0.45, 0.45)
        drawing.year_ticks(axis, frame["year"], most=6, beyond=0.5 + 0.08 * span)
        drawing.set_title(axis, *names[item], lang)
        drawing.number_ticks(axis.yaxis, lang)
        whole = bool((own["value"] % 1 == 0).all())
        axis.yaxis.get_major_locator().set_params(nbins=4, integer=whole)
        axis.tick_params(labelbottom=True)
    return drawn


# --- parts of a whole, and what moved it ----------------------------------------------------------


def bands(
    frame: pd.DataFrame,
    names: Mapping[Any, str],
    ax: Axes | None = None,
    *,
    title: str = "",
    unit: str = "",
    styles: Mapping[Any, Mapping[str, Any]] | None = None,
    lang: str = "zh",
) -> Axes:
    """Stacked bars, one a row of the frame and a band a column, with their numbers.

    Parameters
    ----------
    frame
        Numbers by year (the index) and band (the columns).
    names
        What each band is called, from the inside out.
    styles
        How each band looks.
    """
    axis, wide = drawing.axes_of(ax, 1.1 + 0.34 * len(frame)), frame[list(names)].fillna(0)
    styles = styles or dict(zip(names, BANDS, strict=False))
    before = wide.cumsum(axis=1).shift(axis=1, fill_value=0)
    total, whole = wide.sum(axis=1).max() or 1.0, bool((wide % 1 == 0).all(axis=None))
    written = decimals(0 if whole else 2, lang)
    for band, name in names.items():
        style = {"edgecolor": "#ffffff", "linewidth": 0.8, **styles[band]}
        places, start = range(len(wide)), before[band]
        bars = axis.barh(places, wide[band], left=start, height=0.68, label=name, **style)
        # A band too thin for its number goes without; the table has it.
        fitting = ((value / total, written(value)) for value in wide[band])
        labels = [said if share > 0.017 * (len(said) + 1) else "" for share, said in fitting]
        look = {"fontsize": drawing.SMALLER, "color": ink_on(style["facecolor"])}
        if "hatch" in style:
            look |= {"color": INK, "bbox": drawing.WHITE_BOX}
        for drawn in axis.bar_label(bars, labels, label_type="center", **look):
            drawn.set_in_layout(False)
    drawing.named_rows(axis, list(map(str, wide.index)), lang, whole=whole)
    axis.invert_yaxis()
    axis.set_xlim(0, total)
    drawing.set_title(axis, title, unit, lang)
    if ax is None:
        drawing.legend(axis.figure, axis.containers)
    return axis


def ink_on(colour: str) -> str:
    """Black or white, whichever can be read on a colour (WCAG 2 relative luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    luminance = sum(map(float.__mul__, (0.2126, 0.7152, 0.0722), linear))
    return "#ffffff" if luminance < 0.179 else "#000000"


def moves(moved: pd.Series, ax: Axes | None = None, *, title: str = "", unit: str = "",
          lang: str = "zh") -> Axes:  # fmt: skip
    """Bars to the right for what rose, to the left for what fell, by name from the top down."""
    axis, known = drawing.axes_of(ax, 0.8 + 0.32 * len(moved)), moved.fillna(0).round(2)[::-1]
    written = decimals(2, lang, plus=True)  # a bar is as long as its number says
    colours = [ACCENT if value >= 0 else COLOURS["line2"] for value in known]
    axis.barh(range(len(known)), known, height=0.58, color=colours)
    for place, (name, value) in enumerate(known.items()):
        said = written(value) if moved[name] == moved[name] else "—"
        off = (-4 if value < 0 else 4, 0)
        drawing.label(axis, said, (value, place), off, fontsize=drawing.SMALLER)
    drawing.named_rows(axis, list(known.index), lang)
    axis.axvline(0, color=INK, linewidth=0.8)
    reach = known.abs().max() or 1.0
    axis.set_xlim(min(known.min(), 0) - 0.38 * reach, max(known.max(), 0) + 0.38 * reach)
    axis.locator_params(axis="x", nbins=5)
    drawing.set_title(axis, title, unit, lang)
    return axis


__all__ = ["bands", "basis_marks", "drivers", "history", "moves", "ranges", "target"]
