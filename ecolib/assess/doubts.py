"""What casts doubt on a verdict: what was submitted and could not be used, and what looks wrong.

What was left unread can only lower a verdict. It is met only when nothing that might speak against
it was left unread. Where even the worst that the unread cells can hold would leave the target met, it
is met on the condition that they are mended; where that cannot be said, nothing can. A target that is
missed stays missed, unless what was left unread might have met it.

Each remark of `ecolib.checks.figures` says what looks wrong. Here it is put right, in every way that
would explain it, and the indicator judged again: the doubt is `decisive` where another verdict comes
out, and has no effect where none does. A uniform error of unit leaves a share as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product

from ecolib.assess.case import Case
from ecolib.assess.history import history_of
from ecolib.assess.judge import judge, reading_of
from ecolib.assess.lineage import items_of, touched_by, years_of
from ecolib.assess.result import Verdict
from ecolib.data import dictionary
from ecolib.data.checked import Unread
from ecolib.data.cross_checks import READ_BY
from ecolib.data.dictionary import relations, units
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.indicators.targets import NoLoss, NotWorse, has_form
from ecolib.standards.derived import Derivation, derivation_of
from ecolib.texts import Name, Note

#: By table, the items that count something, and how much one cell can change them at the most: it
#: belongs to one day of the county; a source that could not be judged is not counted as good.
AT_MOST = {
    "air_daily": {"good_air_days": 1.0},
    "air_hourly": {"good_air_days": 1.0},
    "drinking_source_samples": {"sources_good": 1.0},
}
#: The only columns of a table that these items rest on.
RESTS_ON = {"pm25_mean": ("pm25",)}
#: What a row of a table that serves several of them calls the indicator or the derivation.
CALLED = {"ecological_redline": "redline", "nature_reserves": "protected"}
#: The target is met, as far as what was submitted can be read.
HOLDS = {"met", "conditional"}
#: So many cells are named.
SHOWN = 3
#: Other figures by item and year; NaN takes one away.
Figures = Mapping[tuple[str, int], float]
Status = Callable[[Indicator, Case], str]


def lowered(verdict: Verdict, entry: Indicator, case: Case) -> Verdict:
    """A verdict that is met or not, held against what was left unread and might change it."""
    if verdict.status in ("not_evaluable", "declared"):  # a paper that could not be read is no none
        papers = case.submitted.unread("documents") or case.unknown_requirements()
        left = [u for u in left_of(entry, case) if u.table == "documents"] if papers else []
        said = any(note.code == "left_unread" for note in verdict.notes)
        return verdict.because(told(left)) if left and not said else verdict
    if verdict.status in ("conflict", "not_applicable") or not (left := left_of(entry, case)):
        return verdict
    if verdict.status == "conditional" and all(u.year not in (None, case.year) for u in left):
        return verdict.because(told(left))  # another year's is owed as if it were missing
    met = verdict.status in HOLDS
    at_worst_or_best = _judged_with(entry, case, left, -1 if met else 1)
    by_others = _judged_by_others(entry, case)
    if not met and by_others - {"not_met"}:
        return Verdict("not_evaluable", (*verdict.notes, told(left)))
    sums = {u.table for u in left if u.table in entry.inputs} - {"documents"}
    if not met and at_worst_or_best not in HOLDS and not sums:
        # Garbling a cell must not hide a failure, nor does another paper undo what one denies.
        return verdict
    # Whichever of two figures holds, the target is met: which one, is all that is to be told.
    either = by_others and by_others <= HOLDS and {u.note.code for u in left} == {"restated.apart"}
    status = "conditional" if met and (either or at_worst_or_best in HOLDS) else "not_evaluable"
    return Verdict(status, (*verdict.notes, told(left)))


def _judged_with(entry: Indicator, case: Case, left: list[Unread], sign: int) -> str:
    """The verdict if every unread cell takes away (-1) or gives (1) the most it can; "" where that
    is not known."""
    most: dict[str, float] = {}
    for u in left:
        known = {n: v for n, v in AT_MOST.get(u.table, {}).items() if n in entry.inputs}
        if not known or u.year != case.year:
            return ""
        for name, by in known.items():
            most[name] = most.get(name, 0.0) + by * u.count
    moved = {
        (name, case.year): case.series(name).at(case.year) + sign * by for name, by in most.items()
    }
    return _judged_by(entry, case.assuming(moved))


def _judged_by(entry: Indicator, case: Case) -> str:
    return judge(entry.target, reading_of(entry, case, history_of(entry, case))).status


def _judged_by_others(entry: Indicator, case: Case) -> set[str]:
    """The verdicts by each of the figures that differ in one folder, whichever was read last."""
    names = set(items_of(entry))
    ends = case.submitted.disputed
    told = {key: of for key, of in ends.items() if key[0] in names and key not in case.assumed}
    each = (_counted(dict(zip(told, of, strict=True)), case) for of in product(*told.values()))
    return {_judged_by(entry, case.assuming(f)) for f in each} if told else set()


def left_unread(entry: Indicator, case: Case) -> Note | None:
    """What was left unread of the rows that an indicator may rest on; None where nothing was."""
    left = left_of(entry, case)
    return told(left) if left else None


def told(left: list[Unread]) -> Note:
    """The first of the cells with what is wrong with them, and how many there are; what may have
    been meant is told with the remark itself."""
    said = [u.note.but(near="") if "near" in u.note.args else u.note for u in left[:SHOWN]]
    cells = tuple(
        Note("unread_cell", where=str(n.source), said=n) if str(n.source) else n for n in said
    )
    return Note("left_unread", cells=cells, count=sum(u.count for u in left))


def left_of(entry: Indicator, case: Case) -> list[Unread]:
    """What might speak of the indicator in a year that its verdict looks at, each thing once."""
    return list({u.note: u for u in _found(entry, case)}.values())


def _found(entry: Indicator, case: Case) -> Iterator[Unread]:
    years = years_looked_at(entry, case)
    names = {name for name in items_of(entry) if (name, case.year) not in case.assumed}
    for left in case.submitted.unread("items"):
        if names.intersection(left.subjects) and _of(left, years):
            yield left
    for left in case.submitted.unread("documents"):
        if entry.id in left.subjects and _of(left, years):
            yield left
    for indicator, year, note in case.unknown_requirements():
        if indicator == entry.id and (year is None or year in years):
            yield Unread("documents", year, (indicator,), "requirement", note)
    for name in entry.inputs:
        if name in dictionary.table_names() and name != "documents":
            for left in case.submitted.unread(name):
                if _speaks_of(left, entry.id) and (left.year is None or left.year <= case.year):
                    yield left
        elif name in names and (derivation := derivation_of(name)) is not None:
            yield from _raw(name, derivation, years, case)


def _raw(item: str, derivation: Derivation, years: Collection[int], case: Case) -> Iterator[Unread]:
    """What was left unread of raw monitoring data, or judged as unread by their standard."""
    for table in derivation.tables:
        columns = RESTS_ON.get(item, tuple(dictionary.table(table).by_name))
        for left in case.submitted.unread(table):
            column = dictionary.table(table).by_name.get(left.column)
            judged = column is not None and column.type in READ_BY
            rests = left.column in ("", *columns) and _speaks_of(left, derivation.name)
            if rests and not judged and _of(left, years):
                yield left
    derived, tables = case.derived_from(item), map(dictionary.table, derivation.tables)
    judged = next((t.name for t in tables if any(c.type in READ_BY for c in t.columns)), None)
    for year, note in () if derived is None else derived.unread:
        if year in years:
            yield Unread(judged or derivation.tables[-1], year, (), "", note)


def _speaks_of(left: Unread, name: str) -> bool:
    return not left.subjects or CALLED.get(name, name) in left.subjects


def _of(left: Unread, years: Collection[int]) -> bool:
    return left.year is None or left.year in years


def years_looked_at(entry: Indicator, case: Case) -> set[int]:
    """The years whose figures the verdict of the case's year looks at."""
    years = {*years_of(entry, case), case.year}
    assigned = case.params.assignment(entry.id, case.year)
    back = has_form(entry.target, NotWorse, NoLoss, assigned=assigned is not None)
    if back or (assigned is not None and assigned.measure == "decline"):
        years |= {case.year - 1, case.params.county.base_year}
    return years


# --- what looks wrong -----------------------------------------------------------------------------


def doubts_of(entry: Indicator, case: Case, status_of: Status) -> tuple[Note, ...]:
    """The remarks that touch an indicator, each with its `effect` on the verdict of the year.

    Parameters
    ----------
    status_of
        The status of an indicator in a case, here with other figures.
    """
    touched = touched_by(entry)
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
        yield _without(note, note.args["years"])
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


def _without(note: Note, years: Iterable[int]) -> Figures:
    return {(note.about, year): math.nan for year in years}


def _as_before(note: Note, entry: Indicator, case: Case) -> Iterator[Figures]:
    """As large as the year before that has a figure; or that one as large as the year's."""
    year = note.args["year"]
    before = note.args.get("last_year", year - 1)
    yield {(note.about, year): _value(case, note.about, before)}
    yield {(note.about, before): _value(case, note.about, year)}


def _not_there(note: Note, entry: Indicator, case: Case) -> Iterator[Figures]:
    yield _without(note, [note.args["year"]])


MENDED: Mapping[str, Callable[[Note, Indicator, Case], Iterable[Figures]]] = {
    "beyond_reason": _all_in_other_unit,
    "unit_suspected": _one_in_other_unit,
    "part_exceeds_whole": _parts_or_whole,
    "balance": _balanced,
    # Without the figures of another scope.
    "scope_changed": lambda note, entry, case: [
        _without(note, [y for y in case.context.figures[note.about] if y < note.args["year"]])
    ],
    "jump": _as_before,
    "year_suspected": _not_there,
    # Which of the years is the copy nobody knows.
    "repeated_figure": lambda note, *_: (_without(note, [year]) for year in note.args["years"]),
    "same_as_another": lambda note, *_: [_without(note, note.args["years"])],
    "equals_target": _not_there,
}
