"""Doubts about figures and targets that a result rests on, and whether the verdict hangs on them.

Each remark of `ecolib.checks.figures` says what looks wrong. Here it is put right, in every way that
would explain it, and the indicator judged again: the doubt is `decisive` where another verdict comes
out, and has no effect where none does. A uniform error of unit leaves a share as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from ecolib.assess.case import Case
from ecolib.assess.history import history_of
from ecolib.assess.judge import judge, reading_of
from ecolib.assess.lineage import items_of
from ecolib.data.dictionary import relations, units
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.texts import Name, Note

#: Other figures by item and year; NaN takes one away.
Figures = Mapping[tuple[str, int], float]
Status = Callable[[Indicator, Case], str]


def doubts_of(entry: Indicator, case: Case, status_of: Status) -> tuple[Note, ...]:
    """The remarks that touch an indicator, each with its `effect` on the verdict of the year.

    Parameters
    ----------
    status_of
        The status of an indicator in a case, here with other figures.
    """
    names = set(items_of(entry))
    touched = names | {b.stock for b in relations().balances if names & {*b.inflow, *b.outflow}}
    found = []
    for note in dict.fromkeys(case.item_issues):
        if note.rule == "target_jump" and note.about == entry.id:
            decisive = _hangs_on_target(note, entry, case)
        elif note.rule in MENDED and note.about in touched:
            status = status_of(entry, case)
            mended = (_counted(f, case) for f in MENDED[note.rule](note, entry, case))
            decisive = any(f and status_of(entry, case.assuming(f)) != status for f in mended)
        else:
            continue
        found.append(note.but(effect=Name("effect", "decisive" if decisive else "none")))
    return tuple(found)


def is_decisive(doubt: Note) -> bool:
    return doubt.args["effect"].code == "decisive"


def _counted(figures: Figures, case: Case) -> Figures:
    """Without those of later years, and those that raw monitoring data go before."""
    monitored = case.context.monitored
    return {
        (item, year): value
        for (item, year), value in figures.items()
        if year <= case.year and math.isnan((monitored(item, year) or (math.nan,))[-1])
    }


def _hangs_on_target(note: Note, entry: Indicator, case: Case) -> bool:
    """Whether the target of the year before would be judged otherwise."""
    if note.args["year"] != case.year:
        return False
    reading = reading_of(entry, case, history_of(entry, case))
    before = case.params.assignment(entry.id, case.year - 1)
    statuses = (
        judge(entry.target, r).status for r in (reading, replace(reading, assignment=before))
    )
    return len(set(statuses)) > 1


# --- what would put a figure right, by the rule that doubts it


def _all_in_other_unit(note: Note, entry: Indicator, case: Case) -> Iterator[Figures]:
    """Who mistakes a unit mistakes it for all that stand beside each other in it."""
    if not note.args["suspected"]:
        yield {(note.about, year): math.nan for year in note.args["years"]}
        return
    unit, factor = _written(note), _factor(note)
    yield {
        (item, figure.year): figure.value * factor
        for item in items_of(entry)
        for figure in case.context.figures.get(item, {}).values()
        if figure.unit == unit
    }


def _one_in_other_unit(note: Note, entry: Indicator, case: Case) -> Iterator[Figures]:
    place = note.about, note.args["year"]
    yield {place: _value(case, *place) * _factor(note)}


def _written(note: Note) -> str:
    return note.args["suspected"].args["written"].code


def _factor(note: Note) -> float:
    likely = note.args["suspected"].args["likely"]
    if isinstance(likely, Note):  # a fraction written for a share in %
        return 100.0
    return units()[likely.code].factor / units()[_written(note)].factor


def _parts_or_whole(note: Note, entry: Indicator, case: Case) -> Iterator[Figures]:
    """A part smaller by what it exceeds its whole, or the whole larger by it."""
    key, year = note.args["definition"].code, note.args["year"]
    relation = next(r for r in relations().at_most if r.key == key)
    parts = [(item, year) for item in relation.parts]
    whole = [(item, year - relation.lag) for item in relation.whole]
    beyond = _total(case, parts) - _total(case, whole)
    yield from _moved(case, parts, -beyond)
    yield from _moved(case, whole, beyond)


def _balanced(note: Note, entry: Indicator, case: Case) -> Iterator[Figures]:
    """Each figure of the account in turn as the others make it."""
    balance = next(b for b in relations().balances if b.stock == note.about)
    year = note.args["year"]
    gains = [(balance.stock, year - 1), *((item, year) for item in balance.inflow)]
    losses = [(balance.stock, year), *((item, year) for item in balance.outflow)]
    off = _total(case, losses) - _total(case, gains)
    yield from _moved(case, gains, off)
    yield from _moved(case, losses, -off)


def _moved(case: Case, places: list[tuple[str, int]], by: float) -> Iterator[Figures]:
    """Each figure alone moved by so much of the base unit, as far as nothing gets below 0."""
    for place in places:
        value = _value(case, *place) + by / units()[known_items()[place[0]].unit].factor
        if value >= 0:
            yield {place: value}


def _total(case: Case, places: list[tuple[str, int]]) -> float:
    known = ((item, _value(case, item, year)) for item, year in places)
    return sum(v * units()[known_items()[i].unit].factor for i, v in known if not math.isnan(v))


def _value(case: Case, item: str, year: int) -> float:
    figure = case.context.figure(item, year)
    return math.nan if figure is None else figure.value


def _as_before(note: Note, entry: Indicator, case: Case) -> Iterator[Figures]:
    """As large as the year before that has a figure; or that one as large as the year's."""
    year = note.args["year"]
    before = note.args.get("last_year", year - 1)
    yield {(note.about, year): _value(case, note.about, before)}
    yield {(note.about, before): _value(case, note.about, year)}


def _not_there(note: Note, entry: Indicator, case: Case) -> Iterator[Figures]:
    yield {(note.about, note.args["year"]): math.nan}


def _each_not_there(note: Note, entry: Indicator, case: Case) -> Iterator[Figures]:
    """Which of the years is the copy nobody knows."""
    for year in note.args["years"]:
        yield {(note.about, year): math.nan}


def _none_there(note: Note, entry: Indicator, case: Case) -> Iterator[Figures]:
    yield {(note.about, year): math.nan for year in note.args["years"]}


def _before_not_there(note: Note, entry: Indicator, case: Case) -> Iterator[Figures]:
    """Without the figures of another scope."""
    years = case.context.figures[note.about]
    yield {(note.about, year): math.nan for year in years if year < note.args["year"]}


MENDED: Mapping[str, Callable[[Note, Indicator, Case], Iterator[Figures]]] = {
    "beyond_reason": _all_in_other_unit,
    "unit_suspected": _one_in_other_unit,
    "part_exceeds_whole": _parts_or_whole,
    "balance": _balanced,
    "scope_changed": _before_not_there,
    "jump": _as_before,
    "year_suspected": _not_there,
    "repeated_figure": _each_not_there,
    "same_as_another": _none_there,
    "equals_target": _not_there,
}
