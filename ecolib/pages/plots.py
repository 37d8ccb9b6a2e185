"""Figures of the tables of `ecolib.pages.tables`, each on matplotlib `Axes` of its own or on given ones.

`plot(frame, ax=None, lang=...)` gives the Axes it drew on; an analyst goes on from there. Marks and
colours mean the same in all of them: a hollow mark is a disputed value, the shape of a mark what the
value rests on, a dashed line a target, green and dark red what counts as good and as bad.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ecolib.assess.result import Result
from ecolib.pages import tables
from ecolib.pages.style import ACCENT, BANDS, COLOURS, INK, MARKS, MUTED, subplots
from ecolib.pages.wording import decimals, width, with_unit
from ecolib.texts import name_of, show, text, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Inches; text of 10 points is then 13 pixels beside a table and 10 on a telephone.
WIDTH, HEIGHT = 6.4, 2.9
SMALL = 9
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
#: Classes of water after the colours of the assessment method, light enough for dark words.
CLASS_COLOURS = {
    1: ("#cfe6fb", INK),
    2: ("#9fcdf2", INK),
    3: ("#a8dba8", INK),
    4: ("#fbe98a", INK),
    5: ("#f6b26b", INK),
    6: ("#a93226", "#ffffff"),
}
WHITE_BOX = {"boxstyle": "round,pad=0.12", "facecolor": "#ffffff", "edgecolor": "none"}


def axes_of(ax: Axes | None, height: float = HEIGHT, width: float = WIDTH) -> Axes:
    return ax if ax is not None else subplots(figsize=(width, height))[1]


def panels(count: int, height: float, columns: int = 1, **options: Any) -> Sequence[Axes]:
    """So many Axes below (and beside) each other in one figure."""
    rows = -(-count // columns)
    size = (WIDTH, 0.35 + height * rows)
    figure, axes = subplots(rows, columns, figsize=size, squeeze=False, **options)
    for idle in axes.flat[count:]:
        figure.delaxes(idle)
    return list(axes.flat[:count])


# --- values by year -------------------------------------------------------------------------------


def history(frame: pd.DataFrame, ax: Axes | None = None, *, lang: str = "zh") -> Any:
    """Values of `tables.history` by year with ranges, target and verdicts.

    Returns
    -------
    Axes
        One for each part of the frame, as a list, where there are several.
    """
    parts = [rows for _, rows in frame.groupby("part", sort=False) if rows["value"].notna().any()]
    if not parts:
        return axes_of(ax)
    alone = len(parts) == 1 or ax is not None
    drawn = [axes_of(ax)] * len(parts) if alone else panels(len(parts), 2.35)
    for axis, rows in zip(drawn, parts, strict=True):
        _history(axis, rows, lang)
    _key_of_history(drawn[0].figure, frame[frame["value"].notna()], lang)
    return drawn[0] if len(drawn) == 1 else drawn


# What is ours on any Axes with years and the values of one result; `of` is that result, or a frame
# of `tables.history`.


def target(ax: Axes, of: Result | pd.DataFrame, lang: str = "zh") -> Axes:
    """A dashed line where the target runs, with its number; nothing without a bound."""
    _target(ax, _one_of(of), lang)
    return _whole_years(ax)


def basis_marks(ax: Axes, of: Result | pd.DataFrame, lang: str = "zh") -> Axes:
    """A mark on every value, whose shape says what it rests on, and a key of those that occur."""
    rows = _one_of(of)
    known = rows[rows["value"].notna()]
    _marks(ax, known)
    if len(known):
        unranged = known.assign(low=math.nan, high=math.nan)  # `ranges` draws those
        ax.legend(handles=_handles(unranged, lang), fontsize=SMALL)
    return _whole_years(ax)


def ranges(ax: Axes, of: Result | pd.DataFrame) -> Axes:
    """Whiskers from the least to the greatest possible value; an arrow where nothing bounds it."""
    rows = _one_of(of)
    _ranges(ax, rows)
    return _whole_years(ax)


def _one_of(of: Result | pd.DataFrame) -> pd.DataFrame:
    """The rows of one result; of a group, or of a frame of several, those of the first."""
    rows = of if isinstance(of, pd.DataFrame) else tables.history(of)
    return rows[rows["part"] == rows["part"].iloc[0]] if len(rows) else rows


def _whole_years(ax: Axes) -> Axes:
    """No half years on the axis, unless its ticks were set by hand."""
    from matplotlib.ticker import MaxNLocator

    if isinstance(locator := ax.xaxis.get_major_locator(), MaxNLocator):
        locator.set_params(integer=True)
    return ax


def _history(axis: Axes, rows: pd.DataFrame, lang: str) -> None:
    known = rows[rows["value"].notna()]
    axis.plot(*_joined(rows), color=ACCENT, linewidth=1.6, zorder=2)
    _marks(axis, known)
    _ranges(axis, rows)
    _target(axis, rows, lang)
    _limits(axis, rows)
    _values(axis, known, lang)
    _years(axis, rows)
    unit = name_of("unit", rows["unit"].iloc[0], lang)
    title = name_of("indicator", rows["indicator"].iloc[0], lang)
    _title(axis, title, unit, lang)
    _numbers(axis.yaxis, lang, whole=rows["unit"].iloc[0] == "requirements")
    _no_more_than_all(axis.yaxis, rows)


def _marks(axis: Axes, known: pd.DataFrame) -> None:
    """The shape of a mark says what a value rests on; a hollow one is disputed."""
    disputed = known["status"] == "conflict"
    for basis, marker in BASIS_MARKERS.items():
        for hollow, points in known[known["basis"] == basis].groupby(disputed):
            axis.plot(
                points["year"], points["value"], linestyle="", marker=marker, color=ACCENT, zorder=3,
                markersize=6, markeredgewidth=1.5, markerfacecolor="#ffffff" if hollow else ACCENT,
            )  # fmt: skip


def _joined(rows: pd.DataFrame) -> tuple[list, list]:
    """The line through what can be compared: not to a disputed value, nor across a change of scope."""
    years, values = [], []
    for row in rows.itertuples():
        if row.broken:
            years.append(row.year)
            values.append(math.nan)
        years.append(row.year)
        values.append(math.nan if row.status == "conflict" else row.value)
    return years, values


def _ranges(axis: Axes, rows: pd.DataFrame) -> None:
    """Whiskers from the least to the greatest possible value; an arrow where nothing bounds it."""
    for row in rows[rows["low"].notna() | rows["high"].notna()].itertuples():
        if math.isinf(row.low) or math.isinf(row.high):
            end, edge = (row.low, 1) if math.isinf(row.high) else (row.high, 0)
            axis.annotate(
                "", (row.year, edge), (row.year, end), xycoords=("data", "axes fraction"),
                textcoords="data", arrowprops={"arrowstyle": "->", "color": MUTED, "lw": 1.3},
            )  # fmt: skip
        else:
            axis.vlines(row.year, row.low, row.high, color=MUTED, linewidth=1.3, zorder=1)
            ends = ([row.year] * 2, [row.low, row.high])
            axis.plot(*ends, linestyle="", marker="_", color=MUTED, markersize=9, zorder=1)


def _target(axis: Axes, rows: pd.DataFrame, lang: str) -> None:
    """A dashed line where the target runs, with its value at the last year that has one."""
    given = rows[rows["target"].notna()]
    if given.empty:
        return
    style = {"color": MUTED, "linewidth": 1.3, "linestyle": (0, (4, 3)), "zorder": 1}
    last = given.iloc[-1]
    if given["target"].nunique() == 1 and len(given) == len(rows):
        axis.axhline(last["target"], **style)
    else:
        axis.hlines(given["target"], given["year"] - 0.4, given["year"] + 0.4, **style)
    said = text("drawn.target", lang, sign=last["sign"], value=show(last["target"], lang))
    axis.annotate(
        said, (1.0, last["target"]), xytext=(5, 0), xycoords=("axes fraction", "data"),
        textcoords="offset points", color=MUTED, fontsize=SMALL, va="center",
    )  # fmt: skip


def _limits(axis: Axes, rows: pd.DataFrame) -> None:
    """Room for the labels, and never a scale so fine that nothing looks like a jump."""
    shown = pd.concat([rows[name] for name in ("value", "low", "high", "target")]).astype(float)
    shown = shown[shown.notna() & (shown.abs() != math.inf)]
    low, high = shown.min(), shown.max()
    room = max(high - low, 0.02 * abs(high)) or 1.0
    axis.set_ylim(low - 0.28 * room, high + 0.3 * room)


def _values(axis: Axes, known: pd.DataFrame, lang: str) -> None:
    """Labels at all points, or where they would touch at the ends and extremes."""
    span = max(int(known["year"].max() - known["year"].min()), 1) + 1.2
    points = 72 * (axis.figure.get_figwidth() - 1.3) / span
    labels = {row.Index: show(row.value, lang) for row in known.itertuples()}
    room = max(map(len, labels.values())) * 0.6 * SMALL / points
    value = known["value"]
    first = [known.index[-1], known.index[0], value.idxmax(), value.idxmin()]
    low, high = axis.get_ylim()
    height = 72 * axis.figure.get_figheight() / len(axis.figure.axes)
    told: dict[Any, float] = {}
    for index in dict.fromkeys([*first, *known.index]):
        year = known.at[index, "year"]
        if all(abs(year - other) >= room for other in told.values()):
            told[index] = year
    for index in told:
        row = known.loc[index]
        beside = known.loc[known["year"] < row["year"], "value"].tail(1).tolist()
        beside += known.loc[known["year"] > row["year"], "value"].head(1).tolist()
        below = bool(beside) and row["value"] < sum(beside) / len(beside)
        if row["low"] == row["low"]:
            # On the side of a whisker the label would hide it.
            below = row["low"] == row["value"] < row["high"]
        # A dash of the target that a label half hides would read as its sign.
        apart = (row["target"] - row["value"]) * height / (high - low)
        below ^= 0 < (-apart if below else apart) < LABEL
        mark = f" {MARKS['conflict']}" if row["status"] == "conflict" else ""
        axis.annotate(
            labels[index] + mark, (row["year"], row["value"]), xytext=(0, -8 if below else 8),
            textcoords="offset points", ha="center", va="top" if below else "bottom",
            fontsize=SMALL, color=INK, zorder=4, bbox=WHITE_BOX,
        ).set_in_layout(False)  # fmt: skip


def _years(axis: Axes, rows: pd.DataFrame) -> None:
    """Whole years, and below those that were judged the mark of the verdict."""
    first, last = int(rows["year"].min()), int(rows["year"].max())
    step = 1 + (last - first) // 12
    status = dict(zip(rows["year"], rows["status"], strict=True)) if "status" in rows else {}
    ticks = range(last - step * ((last - first) // step), last + 1, step)
    axis.set_xticks(ticks, [f"{t}\n{MARKS.get(status.get(t, ''), '')}".strip() for t in ticks])
    axis.set_xlim(first - 0.6, last + 0.6)
    axis.grid(visible=False, axis="x")


def _title(axis: Axes, name: str, unit: str, lang: str) -> None:
    axis.set_title(with_unit(name, unit, lang), loc="left", fontsize=10, color=MUTED)


def _numbers(side: Any, lang: str, *, whole: bool = False) -> None:
    side.set_major_formatter(lambda value, _: show(value, lang))
    if whole:
        side.get_major_locator().set_params(integer=True)


def _no_more_than_all(side: Any, rows: pd.DataFrame) -> None:
    """No tick above 100 % where no value is."""
    most = rows[["value", "target"]].max().max()
    if rows["unit"].iloc[0] == "%" and most <= 100:
        low, high = side.get_view_interval()
        side.set_ticks([tick for tick in side.get_majorticklocs() if low <= tick <= 100])


def _key_of_history(figure: Figure, known: pd.DataFrame, lang: str) -> None:
    _legend(figure, _handles(known, lang))


def _handles(known: pd.DataFrame, lang: str) -> list[Any]:
    """What the shapes mean; only those that occur."""
    from matplotlib.lines import Line2D

    def point(label: str, marker: str, fill: str = ACCENT) -> Line2D:
        style = {"linestyle": "", "color": ACCENT, "markerfacecolor": fill, "markeredgewidth": 1.5}
        return Line2D([], [], marker=marker, label=label, **style)

    bases = [b for b in BASIS_MARKERS if (known["basis"] == b).any()]
    handles = [point(word("basis", b, lang), BASIS_MARKERS[b]) for b in bases]
    if (known["status"] == "conflict").any():
        handles.append(point(text("drawn.disputed", lang), "o", "#ffffff"))
    if known["low"].notna().any() or known["high"].notna().any():
        said = text("drawn.range", lang)
        handles.append(Line2D([], [], color=MUTED, marker="|", linestyle="-", label=said))
    return handles


def _legend(figure: Figure, handles: Sequence[Any]) -> None:
    """Below the figure, in as many columns as there is room for."""
    longest = max((width(h.get_label()) for h in handles), default=1)
    room = int(figure.get_figwidth() * 72 / (0.55 * SMALL * (longest + 8)))
    rows = -(-len(handles) // max(1, room))
    columns = -(-len(handles) // rows) if rows else 1
    # matplotlib fills column by column; a reader goes along the rows.
    along = [handle for first in range(columns) for handle in handles[first::columns]]
    figure.legend(
        handles=along, loc="outside lower left", ncols=columns, frameon=False, fontsize=SMALL
    )


def drivers(frame: pd.DataFrame, ax: Axes | None = None, *, lang: str = "zh") -> Any:
    """The items of `tables.drivers` by year, a small panel each; one on given Axes.

    Returns
    -------
    list of Axes
    """
    items = list(frame.groupby("item", sort=False))
    names = {
        item: (name_of("item", item, lang), name_of("unit", rows["unit"].iloc[0], lang))
        for item, rows in items
    }
    # Two beside each other where the longest title has room.
    longest = max(width("".join(both)) + 4 for both in names.values())
    columns = min(2, len(items)) if longest <= HALF else 1
    drawn = [ax] if ax is not None else panels(len(items), 1.75, columns, sharex=True)
    for axis, (item, rows) in zip(drawn, items, strict=True):
        axis.plot(
            rows["year"], rows["value"], color=ACCENT, marker="o", markersize=4, linewidth=1.5
        )
        at, known = list(rows["year"]), list(rows["value"])
        beside = known[:2][-1], known[-2:][0]
        for place, side, other in zip((0, -1), ("left", "right"), beside, strict=True):
            # On the side that the line does not come from.
            below = other > known[place]
            axis.annotate(
                show(known[place], lang), (at[place], known[place]),
                xytext=(-5 if side == "left" else 5, -6 if below else 6),
                textcoords="offset points", ha=side, va="top" if below else "bottom",
                fontsize=8.5, color=INK,
            )  # fmt: skip
        low, high = rows["value"].min(), rows["value"].max()
        room = max(high - low, 0.02 * abs(high)) or 1.0
        axis.set_ylim(low - 0.45 * room, high + 0.45 * room)
        _title(axis, *names[item], lang)
        _numbers(axis.yaxis, lang)
        whole = bool((rows["value"] % 1 == 0).all())
        axis.yaxis.get_major_locator().set_params(nbins=4, integer=whole)
        axis.tick_params(labelbottom=True)
    years = frame["year"]
    _few_years(drawn, int(years.min()), int(years.max()))
    return drawn


def _few_years(drawn: Sequence[Axes], first: int, last: int) -> None:
    step = 1 + (last - first) // 6
    ticks = range(last - step * ((last - first) // step), last + 1, step)
    for axis in drawn:
        axis.set_xticks(ticks, list(map(str, ticks)))
        axis.set_xlim(first - 0.5 - 0.08 * (last - first), last + 0.5 + 0.08 * (last - first))
        axis.grid(visible=False, axis="x")


# --- parts of a whole -----------------------------------------------------------------------------


def bands(
    frame: pd.DataFrame,
    ax: Axes | None = None,
    *,
    title: str = "",
    unit: str = "",
    styles: Mapping[Any, Mapping[str, Any]] | None = None,
    names: Mapping[Any, str] | None = None,
    lang: str = "zh",
) -> Axes:
    """Stacked bars, one a row of the frame and a band a column, with their numbers.

    Parameters
    ----------
    frame
        Numbers by year (the index) and band (the columns), from the inside out.
    styles, names
        How each band looks and what it is called.
    """
    from matplotlib.patches import Patch

    axis = axes_of(ax, 1.1 + 0.34 * len(frame))
    styles = styles or dict(zip(frame.columns, BANDS, strict=False))
    places, before = range(len(frame)), pd.Series(0.0, frame.index)
    total, handles = frame.sum(axis=1).max() or 1.0, []
    whole = bool((frame.fillna(0) % 1 == 0).all(axis=None))
    written = decimals(0 if whole else 2, lang)
    for band in frame:
        value, style = (
            frame[band].fillna(0),
            {"edgecolor": "#ffffff", "linewidth": 0.8, **styles[band]},
        )
        axis.barh(places, value, left=before, height=0.68, **style)
        name = names[band] if names else str(band)
        handles.append(Patch(label=name, **style))
        for place, (wide, start) in enumerate(zip(value, before, strict=True)):
            said = written(wide)
            # A band too thin for its number goes without; the table has it.
            if wide / total > 0.017 * (len(said) + 1):
                axis.annotate(
                    said, (start + wide / 2, place), ha="center", va="center", fontsize=8.5,
                    color=ink_on(style["facecolor"]),
                    bbox=WHITE_BOX if "hatch" in style else None,
                ).set_in_layout(False)  # fmt: skip
        before = before + value
    axis.set_yticks(places, [str(label) for label in frame.index])
    axis.invert_yaxis()
    axis.set_xlim(0, total)
    axis.grid(visible=False, axis="y")
    _numbers(axis.xaxis, lang, whole=whole)
    _title(axis, title, unit, lang)
    if ax is None:
        _legend(axis.figure, handles)
    return axis


def ink_on(colour: str) -> str:
    """Black or white, whichever can be read on a colour (WCAG 2 relative luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return (
        "#ffffff"
        if sum(map(float.__mul__, (0.2126, 0.7152, 0.0722), linear)) < 0.179
        else "#000000"
    )


def counts(frame: pd.DataFrame, ax: Axes | None = None, *, lang: str = "zh") -> Axes:
    """What the count of one part is made of (`tables.counts`), by year."""
    order = list(dict.fromkeys(frame["band"]))
    meaning = dict(zip(frame["band"], frame["meaning"], strict=True))
    wide = frame.pivot(index="year", columns="band", values="value")[order]
    indicator, unit = frame["indicator"].iloc[0], frame["unit"].iloc[0]
    return bands(
        wide, ax, title=text(f"counted.{indicator}", lang), unit=word("counted_in", unit, lang),
        styles={band: MEANINGS[meaning[band]] for band in order},
        names={band: band_name(band, lang) for band in order}, lang=lang,
    )  # fmt: skip


def band_name(band: str, lang: str) -> str:
    """A band by its word; one that is all of an item by the name of that."""
    from ecolib.texts import words

    return word("band", band, lang) if band in words("band") else name_of("item", band, lang)


def stacked_months(frame: pd.DataFrame, ax: Axes | None = None, *, lang: str = "zh") -> Axes:
    """Sections by class and month (`tables.classes_by_month`)."""
    from matplotlib.patches import Patch

    wide = frame.pivot(index="period", columns="class", values="count").fillna(0)
    axis, below = axes_of(ax, 3.0), pd.Series(0.0, wide.index)
    places, handles = range(len(wide)), []
    for code in sorted(wide):
        fill, ink = CLASS_COLOURS[code]
        bars = axis.bar(
            places, wide[code], bottom=below, width=0.86, color=fill, edgecolor="#ffffff"
        )
        axis.bar_label(
            bars, [class_name(code, lang) if v else "" for v in wide[code]], label_type="center",
            fontsize=7.5, color=ink,
        )  # fmt: skip
        handles.append(
            Patch(facecolor=fill, label=text("water_class", lang, name=class_name(code, lang)))
        )
        below = below + wide[code]
    axis.set_xticks(list(places), [str(int(period[5:])) for period in wide.index], fontsize=8.5)
    starts = {period[:4]: place for place, period in reversed(list(enumerate(wide.index)))}
    for year, place in starts.items():
        axis.annotate(
            text("said.year", lang, year=year), (place - 0.4, 0), xytext=(0, -27), xycoords="data",
            textcoords="offset points", color=MUTED, fontsize=SMALL, annotation_clip=False,
        )  # fmt: skip
    axis.set_xlabel(" ")
    axis.set_xlim(-0.7, len(wide) - 0.3)
    axis.grid(visible=False, axis="x")
    _numbers(axis.yaxis, lang, whole=True)
    _title(axis, text("drawn.sections", lang), word("counted_in", "count", lang), lang)
    _legend(axis.figure, handles)
    return axis


def class_name(code: int, lang: str) -> str:
    """Ⅰ to Ⅴ and what is worse than that."""
    return word("water_class", str(code), lang)


# --- air ------------------------------------------------------------------------------------------

MONTHS, LONGEST = 12, 31
NOT_VALID = {"facecolor": "#eef1f4", "edgecolor": "#9aa5b1", "hatch": "////", "linewidth": 0.4}


def calendar(days: pd.DataFrame, ax: Axes | None = None, *, lang: str = "zh") -> Axes:
    """The days of a year by level of AQI (`tables.air_days`): months down, days across."""
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Patch, Rectangle

    axis = axes_of(ax, 4.4, 9.2)
    for counted, own in days.groupby("counted"):
        boxes = [Rectangle((d.day - 0.46, d.month - 0.44), 0.92, 0.88) for d in own["date"]]
        style = {"facecolor": list(own["hex"]), "edgecolor": "none"} if counted else NOT_VALID
        axis.add_collection(PatchCollection(boxes, **style), autolim=False)
    for day in days.itertuples():
        axis.text(
            day.date.day, day.date.month, f"{day.aqi:.0f}" if day.counted else "×", ha="center",
            va="center", fontsize=7.4, color=ink_on(day.hex) if day.counted else INK,
        ).set_in_layout(False)  # fmt: skip
    axis.set_xlim(0.5, LONGEST + 0.5)
    axis.set_ylim(MONTHS + 0.5, 0.5)
    axis.set_xticks(range(1, LONGEST + 1))
    axis.set_yticks(
        range(1, MONTHS + 1), [word("month_name", str(m), lang) for m in range(1, MONTHS + 1)]
    )
    axis.tick_params(length=0, labelsize=8, labeltop=True, labelbottom=False)
    axis.grid(visible=False)
    axis.spines[:].set_visible(False)
    handles = []
    for level, colour, count in levels(days):
        style = {"facecolor": colour, "edgecolor": MUTED, "linewidth": 0.4} if colour else NOT_VALID
        label = text("drawn.days", lang, name=level_name(level, lang), days=count)
        handles.append(Patch(label=label, **style))
    _legend(axis.figure, handles)
    return axis


def levels(days: pd.DataFrame) -> list[tuple[int, str | None, int]]:
    """Level, colour and number of days of each level that occurs; 0 is what is not valid, last."""
    valid = days[days["counted"]]
    found = [(int(level), own["hex"].iloc[0], len(own)) for level, own in valid.groupby("level")]
    left = len(days) - len(valid)
    return found + ([(0, None, left)] if left else [])


def level_name(level: int, lang: str) -> str:
    """What HJ 633 calls a level of AQI, 1 to 6; 0 is a day that is not valid."""
    return word("air_level", str(level), lang) if level else text("air.not_valid", lang)


def months(frame: pd.DataFrame, ax: Axes | None = None, *, lang: str = "zh") -> Axes:
    """Monthly means as a line, annual means as steps (`tables.pm25_months`); a gap where too few
    days are valid."""
    axis, at = axes_of(ax), frame["year"] + (frame["month"] - 0.5) / 12
    label = text("drawn.monthly", lang)
    axis.plot(at, frame["value"], color=ACCENT, marker="o", markersize=3, linewidth=1, label=label)
    yearly = frame.groupby("year")["mean"].first().dropna()
    axis.hlines(
        yearly,
        yearly.index,
        yearly.index + 1,
        color=INK,
        linewidth=1.8,
        label=text("drawn.yearly", lang),
    )
    for year, mean in yearly.items():
        axis.annotate(
            show(mean, lang), (year + 0.5, mean), xytext=(0, 4), textcoords="offset points",
            ha="center", fontsize=SMALL, color=INK, bbox=WHITE_BOX,
        )  # fmt: skip
    years = sorted(frame["year"].unique())
    axis.set_xticks([y + 0.5 for y in years], [str(y) for y in years])
    axis.set_xlim(years[0], years[-1] + 1)
    axis.set_ylim(0, 1.1 * max(frame["value"].max(), yearly.max() if len(yearly) else 0))
    _numbers(axis.yaxis, lang)
    _title(axis, "PM2.5", "μg/m³", lang)
    _legend(axis.figure, axis.get_legend_handles_labels()[0])
    return axis


# --- changes, sites and samples -------------------------------------------------------------------


def moves(moved: pd.Series, ax: Axes | None = None, *, title: str = "", unit: str = "",
          lang: str = "zh") -> Axes:  # fmt: skip
    """Bars to the right for what rose, to the left for what fell, by name from the top down."""
    axis, known = axes_of(ax, 0.8 + 0.32 * len(moved)), moved.fillna(0)[::-1]
    written = decimals(2, lang, plus=True)
    colours = [ACCENT if value >= 0 else COLOURS["line2"] for value in known]
    axis.barh(range(len(known)), known, height=0.58, color=colours)
    for place, (name, value) in enumerate(known.items()):
        side = -1 if value < 0 else 1
        axis.annotate(
            written(value) if moved[name] == moved[name] else "—", (value, place), va="center",
            xytext=(4 * side, 0), textcoords="offset points", ha="left" if side > 0 else "right",
            fontsize=8.5, color=INK,
        )  # fmt: skip
    axis.set_yticks(range(len(known)), list(known.index))
    axis.axvline(0, color=INK, linewidth=0.8)
    reach = known.abs().max() or 1.0
    axis.set_xlim(min(known.min(), 0) - 0.38 * reach, max(known.max(), 0) + 0.38 * reach)
    axis.locator_params(axis="x", nbins=5)
    axis.grid(visible=False, axis="y")
    _numbers(axis.xaxis, lang)
    _title(axis, title, unit, lang)
    return axis


def sites(
    checks: pd.DataFrame, ax: Axes | None = None, *, unit: str = "", lang: str = "zh"
) -> Axes:
    """A bar for the area of a site now, a tick where it was before (`tables.site_checks`)."""
    axis, rows = axes_of(ax, 0.9 + 0.36 * len(checks)), checks[::-1]
    places = range(len(rows))
    lost = [COLOURS["not_met"] if row else ACCENT for row in rows["decreased"]]
    axis.barh(places, rows["after"].fillna(0), color=lost, height=0.5)
    since, year = int(rows["since"].iloc[0]), int(rows["year"].iloc[0])
    axis.plot(
        rows["before"], places, linestyle="", marker="|", markersize=16, markeredgewidth=2, color=INK,
    )  # fmt: skip
    for place, row in zip(places, rows.itertuples(), strict=True):
        end = max(v for v in (row.before, row.after, 0.0) if v == v)
        axis.annotate(
            site_label(row, lang), (end, place), xytext=(6, 0), textcoords="offset points",
            va="center", fontsize=SMALL, color=INK,
        )  # fmt: skip
    axis.set_yticks(list(places), list(rows["site"]))
    axis.set_xlim(0, 1.4 * (rows[["before", "after"]].max().max() or 1.0))
    axis.grid(visible=False, axis="y")
    axis.locator_params(axis="x", nbins=5)
    _numbers(axis.xaxis, lang)
    _title(axis, text("drawn.sites", lang, year=year, since=since), unit, lang)
    return axis


def site_label(row: Any, lang: str) -> str:
    if row.after != row.after:
        return text("site.not_reported", lang)
    if row.change != row.change:
        return text("site.new", lang, area=show(row.after, lang))
    if row.change == 0:
        return text("site.kept", lang, area=show(row.after, lang))
    change = f"{'+' if row.change > 0 else ''}{show(row.change, lang)}"
    return text("site.changed", lang, area=show(row.after, lang), change=change)


#: Rows of air between two blocks.
BETWEEN = 1.3


def intervals(frame: pd.DataFrame, ax: Axes | None = None, *, lang: str = "zh") -> Axes:
    """Shares of a survey with their intervals (`tables.intervals`), hollow where the target lies
    within."""
    blocks = list(frame.groupby("block", sort=False))
    axis = axes_of(ax, 0.8 + 0.225 * (len(frame) + BETWEEN * len(blocks)))
    at, ticks, labels = 0.0, [], []
    for block, rows in blocks:
        axis.annotate(
            block_name(block, lang), (0, at), xycoords=("axes fraction", "data"), xytext=(-6, 0),
            textcoords="offset points", ha="right", va="center", fontsize=SMALL, color=ACCENT,
        )  # fmt: skip
        for row in rows.itertuples():
            at += 1
            colour = MUTED if row.unsure else ACCENT
            axis.plot([row.low, row.high], [at, at], color=colour, linewidth=1.6, zorder=2)
            axis.plot(
                row.share, at, marker="o", markersize=6, color=colour, markeredgewidth=1.4, zorder=3,
                markerfacecolor="#ffffff" if row.unsure else colour,
            )  # fmt: skip
            axis.annotate(
                f"{row.share:.1f}%  n={row.n}", (1, at), xycoords=("axes fraction", "data"),
                xytext=(5, 0), textcoords="offset points", va="center", fontsize=8.5, color=INK,
            )  # fmt: skip
            ticks.append(at)
            labels.append(row.label or text("survey.overall", lang))
        at += BETWEEN
    axis.set_yticks(ticks, labels)
    axis.set_ylim(at - 0.4, -0.7)
    axis.set_xlim(max(0, 10 * (frame["low"].min() // 10)), 100)
    axis.tick_params(axis="y", labelcolor=INK, labelsize=SMALL, length=0)
    axis.grid(visible=False, axis="y")
    axis.set_xlabel("%", fontsize=SMALL)
    target = frame["target"].iloc[0]
    if target == target:
        axis.axvline(target, color=MUTED, linestyle=(0, (4, 3)), linewidth=1.3, zorder=1)
        axis.annotate(
            text("drawn.target", lang, sign="≥", value=show(target, lang)), (target, 1), xytext=(0, 4),
            xycoords=("data", "axes fraction"), textcoords="offset points", ha="center",
            fontsize=SMALL, color=MUTED,
        )  # fmt: skip
    return axis


def block_name(block: str, lang: str) -> str:
    """What a block of the intervals shows."""
    if block in ("overall", "questions"):
        return text(f"survey.block_{block}", lang)
    return text("survey.block", lang, variable=word("survey_variable", block, lang))


__all__ = [
    "bands", "calendar", "counts", "drivers", "history", "intervals", "months", "moves", "sites",
    "stacked_months",
]  # fmt: skip
