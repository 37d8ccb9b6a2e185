"""Which input would have to be what for a target to hold: the formula turned round.

The value that the target asks for is its bound, or found by halving where the target is no fixed
number (not worse than last year). The input that gives this value is solved exactly where the value
is linear in it or in its reciprocal, as shares and intensities are; else by Brent's method in the
bracket nearest to the present figure (R. P. Brent 1973, `scipy.optimize.brentq`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from ecolib.assess.case import Case
from ecolib.assess.history import history_of
from ecolib.assess.judge import Reading, bound_of, judge, reading_of
from ecolib.assess.needs import conditions, missing_inputs
from ecolib.assess.result import Result
from ecolib.data.dictionary import convert, units
from ecolib.data.figures import COUNTED, NO_FIGURES
from ecolib.errors import check_lang
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.indicators.targets import Both, InPlace, Target, WhereGiven, same
from ecolib.texts import Note, joined, name_of

COLUMNS = (
    "number", "item", "name", "now", "sense", "needed", "change", "unit", "then", "note",
)  # fmt: skip
#: Powers of two away from the present figure within which an input is looked for.
FARTHEST = 60
#: Digits to which a solution is given, where the target still holds there.
DIGITS = 12

Formula = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Found:
    """An input and the figure at which the target begins to hold, in the unit it is kept in.

    `needed` is NaN where there is none, and the note says why; `above` whether the target holds
    above it or below.
    """

    item: str
    now: float = math.nan
    needed: float = math.nan
    above: bool = True
    note: Note | None = None


def reach(result: Result, lang: str = "zh") -> pd.DataFrame:
    """Which input would have to be what for the target, one row an input, all else as it is.

    Returns
    -------
    DataFrame
        `now` and `needed` in the unit in which the figure was submitted, `sense` "≥" or "≤",
        `change` their difference, `then` what the verdict would be, with all that documents and
        contradictions do to it. Where the target holds already, `needed` is the figure down to
        which, or up to which, it does. Without a solution `needed` is NaN and `note` says why.
    """
    case: Case = result.case
    check_lang(lang)
    rows = []
    for part in result.owner_parts:
        entry = case.list[part.indicator]
        rows += [_row(entry, case, found, lang) for found in _inputs(entry, case, result)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(entry: Indicator, case: Case, found: Found, lang: str) -> dict[str, object]:
    item = known_items().get(found.item)
    row = dict.fromkeys(COLUMNS, "") | {"number": entry.number, "item": found.item}
    row |= {"now": math.nan, "needed": math.nan, "change": math.nan}
    notes = [found.note] if found.note is not None else []
    if item is None:
        kind = "table" if found.item in entry.inputs else "indicator"
        row["name"] = name_of(kind, found.item, lang)
    else:
        unit = _submitted_unit(found.item, case)
        now, needed = (convert(x, item.unit, unit) for x in (found.now, found.needed))
        # The unit leaves binary noise: 707100 t are 70.71 × 10⁴ t.
        now, needed = (float(f"{x:.15g}") for x in (now, needed))
        change = float(f"{needed - now:.{DIGITS}g}")
        row |= {"name": getattr(item, lang), "unit": name_of("unit", unit, lang)}
        row |= {"now": now, "needed": needed, "change": change}
    if not math.isnan(found.needed):
        then = case.assuming({(found.item, case.year): found.needed}).evaluate(entry.id)
        row |= {"sense": "≥" if found.above else "≤", "then": then.verdict.status}
        if then.verdict.status != "met":
            notes.append(Note("reach.then", reasons=then.verdict.notes))
    return row | {"note": joined(notes, lang)}


def _submitted_unit(item: str, case: Case) -> str:
    """The unit in which the last figure was submitted; the item's own where none was."""
    rows = case.submitted.figures.get(item, NO_FIGURES).rows
    given = (row["unit"] for row in reversed(rows) if row["unit"])
    return next(given, known_items()[item].unit)


def _inputs(entry: Indicator, case: Case, result: Result) -> Iterator[Found]:
    """What can be said of each input of an indicator."""
    if result.verdict.status == "not_applicable":
        yield Found(entry.id, note=Note("reach.not_applicable"))
        return
    target = _of_figures(entry.target)
    if target is None:
        yield Found("documents", note=Note("reach.documents"))
        return
    history = history_of(entry, case)
    reading = reading_of(entry, case, history)
    # The range is that of the present figures.
    bare = replace(reading.series, low=None, high=None, coverage=None)
    reading = replace(reading, series=bare)
    wanted = _wanted(entry, target, case, reading)
    figures = [name for name in entry.inputs if name in known_items()]
    computed = not math.isnan(history.series.at(case.year, "computed"))
    if not computed and not math.isnan(history.series.at(case.year, "reported")):
        figures = [entry.id]
    for name in entry.inputs:
        if name not in known_items() and name not in ("county", "years"):
            yield Found(name, note=Note("reach.rows"))
    apart = [n for y, n in history.gaps if y == case.year and n.code == "scopes_differ"]
    if apart and figures != [entry.id]:
        yield from (Found(n, case.series(n).at(case.year), note=apart[0]) for n in figures)
        return
    for name in figures:
        now = case.series(name).at(case.year)
        if math.isnan(wanted):
            yield Found(name, now, note=Note("reach.no_level"))
            continue
        yield _solved(entry, case, partial(_met, target, reading), name, wanted)


def _of_figures(target: Target) -> Target | None:
    """The target without what only documents can prove; None where nothing else is left."""
    match target:
        case InPlace():
            return None
        case Both(first, second):
            kept = [t for t in map(_of_figures, (first, second)) if t is not None]
            return Both(*kept) if len(kept) == 2 else next(iter(kept), None)
        case WhereGiven(inner):
            return _of_figures(inner)
    return target


def _met(target: Target, reading: Reading, value: float) -> bool:
    return judge(target, reading.with_value(value)).status == "met"


def _wanted(entry: Indicator, target: Target, case: Case, reading: Reading) -> float:
    """The value of the indicator at which the target begins to hold; NaN where none is known."""
    met = partial(_met, target, reading)
    series = reading.with_value(0.0).series
    bound = bound_of(replace(entry, target=target), case.params, series)
    if bound is not None and met(bound.at(case.year)):
        return bound.at(case.year)
    known = [abs(value) for _, value in reading.series.known() if value]
    scale = max(known, default=1.0)
    steps = scale * np.array([0.0, *(2.0**k for k in range(-20, 21))])
    values = np.unique(np.concatenate([-steps, steps]))
    holds = [met(float(value)) for value in values]
    turn = next((k for k in range(len(values) - 1) if holds[k] != holds[k + 1]), None)
    if turn is None:
        return math.nan
    good, bad = (turn, turn + 1) if holds[turn] else (turn + 1, turn)
    return _halved(met, float(values[good]), float(values[bad]))


def _halved(met: Callable[[float], bool], good: float, bad: float) -> float:
    """Where a condition begins to hold between a number for which it does and one for which not."""
    while (middle := (good + bad) / 2) not in (good, bad):
        good, bad = (middle, bad) if met(middle) else (good, middle)
    return _neat(good, met)


def _neat(number: float, met: Callable[[float], bool]) -> float:
    """The number with so many digits as it has but for binary noise, where that will do."""
    for digits in range(1, DIGITS + 1):
        neat = float(f"{number:.{digits}g}")
        if math.isclose(neat, number, rel_tol=1e-11) and met(neat):
            return neat
    return number


def _solved(
    entry: Indicator, case: Case, met: Callable[[float], bool], name: str, wanted: float
) -> Found:
    """The figure of one input for which the value is the one wanted."""
    now = case.series(name).at(case.year)
    value = partial(_value, entry, case, name)
    if name != entry.id and not math.isfinite(value(np.array([now if now == now else 1.0]))[0]):
        own = (name, case.year), (entry.id, case.year)
        missing = [n for n in missing_inputs(entry, case) if (n.what.code, n.year) not in own]
        if missing:
            told = Note("reach.missing", missing=conditions(missing, case))
            return Found(name, now, note=told)
        if now == now:
            return Found(name, now, note=Note("reach.earlier"))
    grid = _grid(now, units()[known_items()[name].unit].min)
    values = value(grid)
    grid, values = grid[np.isfinite(values)], values[np.isfinite(values)]
    holds = np.array([met(float(v)) for v in values], dtype=bool)
    turns = np.flatnonzero(holds[1:] != holds[:-1])
    near = grid[0] if math.isnan(now) else now

    def holds_at(x: float) -> bool:
        return met(float(value(np.array([x]))[0]))

    already = not math.isnan(now) and holds_at(now)
    for at in sorted(turns, key=lambda k: min(abs(grid[k] - near), abs(grid[k + 1] - near))):
        above, ends = bool(holds[at + 1]), (float(grid[at]), float(grid[at + 1]))
        needed = _whole(_root(value, wanted, ends, holds_at, above=above), name, above=above)
        if _possible(entry, float(value(np.array([needed]))[0])):
            note = Note("reach.margin") if already else None
            return Found(name, now, needed, above, note)
    return Found(name, now, note=Note("reach.always" if already or holds.all() else "reach.never"))


def _possible(entry: Indicator, value: float) -> bool:
    """Whether the definition allows a value; a denominator that crosses zero gives any."""
    low, high = entry.bounds or (-math.inf, math.inf)
    return (low < value or same(low, value)) and (value < high or same(value, high))


def _value(entry: Indicator, case: Case, name: str, figures: np.ndarray) -> np.ndarray:
    """The value of the indicator in the year for each of the figures of one input."""
    if name == entry.id:
        return figures
    found = case.context.of(entry).with_values(name, case.year, figures.tolist())
    return np.asarray(found, dtype=float)


def _grid(now: float, least: float | None) -> np.ndarray:
    """Figures around the present one, each twice the one before."""
    scale = abs(now) if now == now and now else 1.0
    steps = scale * 2.0 ** np.arange(-FARTHEST, FARTHEST + 1)
    grid = np.concatenate([[0.0], steps])
    return grid if least is not None else np.unique(np.concatenate([-steps, grid]))


def _root(
    value: Formula,
    wanted: float,
    ends: tuple[float, float],
    holds_at: Callable[[float], bool],
    *,
    above: bool,
) -> float:
    """Where the value is the one wanted, or as near as makes the target hold."""
    from scipy.optimize import brentq

    low, high = ends
    at_low, at_high = value(np.array(ends)).tolist()

    def linear(f_low: float, f_high: float, f: float) -> float:
        return low + (f - f_low) * (high - low) / (f_high - f_low) if f_high != f_low else math.nan

    tried = [linear(at_low, at_high, wanted)]
    if at_low and at_high and wanted and low > 0:
        # A reciprocal: what stands below the line of a fraction.
        tried.append(linear(1 / at_low, 1 / at_high, 1 / wanted))
    for x in tried:
        if low <= x <= high and same(float(value(np.array([x]))[0]), wanted):
            return _neat(x, holds_at)
    off = (at_low - wanted) * (at_high - wanted)
    if off < 0:
        x = brentq(lambda x: float(value(np.array([x]))[0]) - wanted, low, high, xtol=1e-300)
        if holds_at(neat := _neat(x, holds_at)):
            return neat
    good, bad = (high, low) if above else (low, high)
    return _halved(holds_at, good, bad)


def _whole(figure: float, item: str, *, above: bool) -> float:
    """What is counted one by one is whole."""
    unit = units()[known_items()[item].unit]
    if unit.dimension not in COUNTED or unit.factor != 1 or same(figure, round(figure)):
        return figure
    return float(math.ceil(figure) if above else math.floor(figure))
