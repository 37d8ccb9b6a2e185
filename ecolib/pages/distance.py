"""How far each value is from its target, and the values of all years: tables, plots, small drawings."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from ecolib.assess.result import Result
from ecolib.indicators.catalogue import Indicator
from ecolib.pages.style import COLOURS, MARKS
from ecolib.texts import show, text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Units in which a distance is told in percentage points; of others, in % of the target.
POINTS = ("%", "pp")
#: A drawing shows no more than so many % on either side of its line.
EDGE = 100.0
#: Years that a small drawing has room for.
YEARS = 6


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
        limit = math.nan if part.bound is None else part.bound.at(part.year)
        shares = part.unit in POINTS
        asked = part.unit != "requirements" and part.verdict.status != "not_applicable"
        if not asked or math.isnan(part.value) or math.isnan(limit) or (limit <= 0 and not shares):
            continue
        sign = 1 if part.bound.sign == "≥" else -1
        of = 1.0 if shares else limit / 100
        ends = (part.value, *part.series.range_of(part.year))
        value, *ends = (sign * (end - limit) / of for end in ends)
        rows.append(
            {
                "indicator": part.indicator,
                "number": part.number,
                "title": part.entry.words(lang).title,
                "kind": part.kind,
                "status": part.verdict.status,
                "value": part.value,
                "unit": part.unit,
                "sense": part.bound.sign,
                "limit": limit,
                "distance": value,
                "low": min(ends),
                "high": max(ends),
            }
        )
    columns = ["indicator", "number", "title", "kind", "status", "value", "unit", "sense", "limit",
               "distance", "low", "high"]  # fmt: skip
    order = ["distance"]
    return pd.DataFrame(rows, columns=columns).sort_values(order, kind="stable", ignore_index=True)


def plot_distances(frame: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Bars to both sides of the target, in the tones of the verdicts."""
    import seaborn

    from ecolib.pages.style import subplots

    if ax is None:
        _, ax = subplots(figsize=(8, 0.8 + 0.3 * len(frame)))
    frame = frame.assign(name=frame["number"] + " " + frame["title"])
    colours = {status: COLOURS.get(status, COLOURS["line2"]) for status in MARKS}
    seaborn.barplot(
        frame, x="distance", y="name", hue="status", palette=colours, dodge=False, ax=ax
    )
    ax.axvline(0, color=COLOURS["ink"], linewidth=1)
    ax.set(xlabel="", ylabel="")
    return ax


class Bar(NamedTuple):
    """A bar of a drawing 232 units wide: where it begins, how long it is, and its whisker."""

    zero: float
    left: float
    width: float
    low: float
    high: float
    cut: bool


def bars(frame: pd.DataFrame) -> list[Bar]:
    """A bar for each row, all on one scale."""
    wide = 232.0
    ends = frame[["distance", "low", "high"]].clip(-EDGE, EDGE)
    least, most = min(ends.min().min(), 0.0), max(ends.max().max(), 0.0)
    room = wide - 16
    scale = room / (most - least) if most > least else 1.0
    zero = 8 - least * scale

    def at(value: float) -> float:
        return round(zero + value * scale, 1)

    found = []
    for row, inside in zip(frame.itertuples(), ends.itertuples(), strict=True):
        left, right = sorted((zero, at(inside.distance)))
        width = max(round(right - left, 1), 1.5 if row.distance else 0.0)
        cut = abs(row.distance) > EDGE
        found.append(
            Bar(round(zero, 1), round(left, 1), width, at(inside.low), at(inside.high), cut)
        )
    return found


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

    entry: Indicator
    status: str
    unit: str
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
        known = _known(part)
        if len(known) < 2 or part.unit == "requirements":
            continue
        ranged = any(low != high for *_, low, high in known)
        if len({value for _, value, *_ in known}) == 1 and not ranged:
            still.append(part)
        else:
            drawn.append(_course(part, known, lang))
    return drawn, still


def _known(part: Result) -> list[tuple[int, float, float, float]]:
    if part.series is None:
        return []
    known = [(y, v, *part.series.range_of(y)) for y, v in part.series.known()]
    return known[-YEARS:]


def _course(part: Result, known: list, lang: str) -> Course:
    limit = math.nan if part.bound is None else part.bound.at(part.year)
    numbers = [n for _, value, low, high in known for n in (value, low, high)]
    numbers = [n for n in (*numbers, limit) if math.isfinite(n)]
    least, most = min(numbers), max(numbers)
    first, last = known[0][0], known[-1][0]

    def y(value: float) -> float:
        if not math.isfinite(value):
            return 18.0
        return round(74 - 50 * (value - least) / ((most - least) or 1), 1)

    def x(year: int) -> float:
        return round(22 + 94 * (year - first) / ((last - first) or 1), 1)

    ends = {known[0][0], known[-1][0]}
    points = tuple(
        Point(
            year,
            x(year),
            y(value),
            y(low),
            y(high),
            show(value, lang) if len(known) <= 3 or year in ends else "",
            _label_y(y(value), y(limit)),
        )
        for year, value, low, high in known
    )
    sign = "" if part.bound is None else part.bound.sign
    target = "" if math.isnan(limit) else f"{sign}{show(limit, lang)}"
    said = tuple(f"{year}: {show(value)}" for year, value, *_ in known)
    alt = text("report.course_alt", lang, title=part.entry.words(lang).title, values=said)
    return Course(
        part.entry,
        part.verdict.status,
        part.unit,
        points,
        _lines(part, points, known),
        target,
        y(limit) if target else 0.0,
        alt if not target else text("report.course_target", lang, said=alt, target=target),
    )


def _label_y(at: float, target: float) -> float:
    """A label stands above its point unless the line of the target runs there."""
    return at + 15 if target < at <= target + 22 or at < 20 else at - 7


def _lines(part: Result, points: tuple, known: list) -> tuple:
    """Neighbours are joined unless a figure is disputed, a range, or of another scope."""
    breaks = set(part.breaks)
    if part.verdict.status == "conflict":
        return ()
    sure = {year for year, _, low, high in known if low == high}
    pairs = zip(points, points[1:], strict=False)
    return tuple((a, b) for a, b in pairs if {a.year, b.year} <= sure and b.year not in breaks)
