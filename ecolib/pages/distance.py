"""How far each value is from its target, and the values of all years: tables, plots, small drawings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ecolib.assess.result import Result
from ecolib.pages import drawing
from ecolib.pages.style import COLOURS, MARKS
from ecolib.pages.wording import limit_of, spread, width
from ecolib.texts import show, text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Units in which a distance is told in percentage points; of others, in % of the target.
POINTS = ("%", "pp")
#: A drawing shows no more than so many % on either side of its line; its width and margins.
EDGE, WIDE, MARGIN = 100.0, 232.0, 8
#: Years that a small drawing has room for, how wide a letter is in it, and how far below its point a
#: label may stand, the first choice first.
YEARS, LETTER, BESIDE = 6, 6.0, (-7, 15, -13, 21)


def distances(results: Iterable[Result], lang: str = "zh") -> pd.DataFrame:
    """How far the value of the year is from its target, worst first.

    Returns
    -------
    DataFrame
        indicator, number, title, kind, status, value, unit, sense ("≥" or "≤"), limit, and `distance`
        with its ends `low` and `high` where not all was observed: in percentage points for shares,
        else in % of the target; above 0 the target is exceeded.
    """
    rows = []
    for part in (part for result in results for part in result.owner_parts):
        limit, shares = limit_of(part), part.unit in POINTS
        asked = part.unit != "requirements" and part.verdict.status != "not_applicable"
        if not asked or math.isnan(part.value) or math.isnan(limit) or (limit <= 0 and not shares):
            continue
        sign, of = 1 if part.bound.sign == "≥" else -1, 1.0 if shares else limit / 100
        ends = (part.value, *part.series.range_of(part.year))
        distance, *ends = (sign * (end - limit) / of for end in ends)
        rows.append((
            part.indicator, part.number, part.entry.words(lang).title, part.kind, part.verdict.status,
            part.value, part.unit, part.bound.sign, limit, distance, min(ends), max(ends),
        ))  # fmt: skip
    columns = ["indicator", "number", "title", "kind", "status", "value", "unit", "sense", "limit",
               "distance", "low", "high"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values("distance", kind="stable", ignore_index=True)


def plot_distances(frame: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Bars to both sides of the target, in the tones of the verdicts."""
    import seaborn

    axis = drawing.axes_of(ax, 0.8 + 0.3 * len(frame), 8)
    named = frame.assign(name=frame["number"] + " " + frame["title"])
    colours = {status: COLOURS.get(status, COLOURS["line2"]) for status in MARKS}
    seaborn.barplot(
        named, x="distance", y="name", hue="status", palette=colours, dodge=False, ax=axis
    )
    axis.axvline(0, color=COLOURS["ink"], linewidth=1)
    axis.set(xlabel="", ylabel="")
    return axis


def apart(row: Any, lang: str) -> str:
    """The distance of a row as its cell says it: +13, −6.49, +5.59%; a range where not all was observed."""
    unit = "" if row.unit in POINTS else "%"
    ends = [f"{'+' if end > 0 else ''}{show(end, lang)}{unit}" for end in (row.low, row.high)]
    if row.low == row.high:
        return ends[0]
    side = "from" if math.isinf(row.high) else "to" if math.isinf(row.low) else "between"
    return text(f"signs_{side}", lang, low=ends[0], high=ends[1], end=ends[side == "to"])


def bars(frame: pd.DataFrame) -> list[NamedTuple]:
    """How each row is drawn, all on one scale: where its bar begins (`left`, at its line `zero` or
    before it), how long it is (`width`), its whisker (`low`, `high`), and whether it is `cut`."""
    ends = frame[["distance", "low", "high"]].clip(-EDGE, EDGE)
    least, most = min(ends.min().min(), 0.0), max(ends.max().max(), 0.0)
    scale = (WIDE - 2 * MARGIN) / (most - least) if most > least else 1.0
    zero = MARGIN - least * scale
    at = (zero + ends * scale).round(1)
    left, right = at["distance"].clip(upper=zero), at["distance"].clip(lower=zero)
    # What is not quite nothing is seen, too.
    thinnest = np.where(frame["distance"] == 0, 0.0, 1.5)
    drawn = at.assign(
        zero=round(zero, 1),
        left=left.round(1),
        width=np.maximum((right - left).round(1), thinnest),
        cut=frame["distance"].abs() > EDGE,
    )
    return list(drawn.itertuples(index=False))


class Point(NamedTuple):
    """A year of a small drawing, 166 units wide and 104 high."""

    year: int
    x: float
    y: float
    low: float
    high: float
    label: str
    label_y: float


class Course(NamedTuple):
    """The values of an indicator over the years as a small drawing."""

    part: Result
    points: tuple[Point, ...]
    #: Pairs of neighbours that a line may join.
    lines: tuple[tuple[Point, Point], ...]
    target: str
    target_y: float
    alt: str


def courses(results: Iterable[Result], lang: str) -> tuple[list[Course], list[Result]]:
    """Small drawings of all values of two years and more, and those that never moved."""
    drawn, still = [], []
    parts = [part for result in results for part in result.owner_parts]
    for part in sorted(parts, key=lambda p: list(MARKS).index(p.verdict.status)):
        years = list(part.series.known())[-YEARS:] if part.series else []
        known = [(year, value, *part.series.range_of(year)) for year, value in years]
        if len(known) < 2 or part.unit == "requirements":
            continue
        ranged = any(low != high for *_, low, high in known)
        if len({value for _, value, *_ in known}) == 1 and not ranged:
            still.append(part)
        else:
            drawn.append(_course(part, known, lang))
    return drawn, still


def _course(part: Result, known: list, lang: str) -> Course:
    limit, first, last = limit_of(part), known[0][0], known[-1][0]
    numbers = [n for n in (limit, *(n for _, *three in known for n in three)) if math.isfinite(n)]
    least, most = min(numbers), max(numbers)

    def y(value: float) -> float:
        if not math.isfinite(value):
            return 18.0
        return round(74 - 50 * (value - least) / ((most - least) or 1), 1)

    shown = {
        year: spread(low, high, "", lang) or show(value, lang) for year, value, low, high in known
    }
    points = []
    for year, value, low, high in known:
        x = round(22 + 94 * (year - first) / ((last - first) or 1), 1)
        said = shown[year] if len(known) <= 3 or year in (first, last) else ""
        points.append(Point(year, x, y(value), y(low), y(high), said, 0.0))
    lines = _lines(part, points, known)
    told = tuple(f"{year}: {said}" for year, said in shown.items())
    alt = text("report.course_alt", lang, title=part.entry.words(lang).title, values=told)
    target, target_y = "", 0.0
    if not math.isnan(limit):
        target, target_y = f"{part.bound.sign}{show(limit, lang)}", y(limit)
        alt = text("report.course_target", lang, said=alt, target=target)
    return Course(part, _labelled(points, lines, target, target_y), lines, target, target_y, alt)


def _labelled(
    points: Sequence[Point], lines: Iterable[tuple], target: str, target_y: float
) -> tuple[Point, ...]:
    """The points with their labels, each where it lies upon the least of what is drawn."""
    drawn = [(p.x, p.y) for p in points]
    drawn += [at for p in points for at in _between((p.x, p.low), (p.x, p.high))]
    drawn += [at for a, b in lines for at in _between((a.x, a.y), (b.x, b.y))]
    if target:
        drawn += _between((6, target_y), (126 + LETTER * width(target), target_y))
    placed = []
    for point in points:
        half = LETTER * width(point.label) / 2
        feet = (point.y + down for down in BESIDE)
        foot = min(feet, key=lambda foot: _hits(drawn, point.x, foot, half))
        placed.append(point._replace(label_y=round(foot, 1)))
        if point.label:
            drawn += _between((point.x - half, foot - 4), (point.x + half, foot - 4))
    return tuple(placed)


def _hits(drawn: Sequence[tuple[float, float]], x: float, foot: float, half: float) -> int:
    """How many of the dots a label would cover; all of them where it would leave the drawing."""
    if not 9 <= foot <= 90:
        return len(drawn)
    return sum(abs(at - x) < half and foot - 10 < y < foot + 2 for at, y in drawn)


def _between(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    """Dots on the way from one place to another."""
    return [tuple(at) for at in np.linspace(start, end, 40)]


def _lines(part: Result, points: list[Point], known: list) -> tuple[tuple[Point, Point], ...]:
    """Neighbours are joined unless a figure is disputed, a range, or of another scope."""
    if part.verdict.status == "conflict":
        return ()
    sure = {year for year, _, low, high in known if low == high}
    same = sure - set(part.breaks)
    return tuple((a, b) for a, b in pairwise(points) if a.year in sure and b.year in same)
