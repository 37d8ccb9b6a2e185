"""What was submitted and could not be used: it can only lower a verdict.

A verdict is met only when nothing that might speak against it was left unread. Where even the worst
that the unread cells can hold would leave the target met, it is met on the condition that they are
mended; where that cannot be said, nothing can. A target that is missed stays missed, unless what
was left unread might have met it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ecolib.assess import lineage
from ecolib.assess.case import Case
from ecolib.assess.history import history_of
from ecolib.assess.judge import judge, reading_of
from ecolib.assess.result import Verdict
from ecolib.data import dictionary
from ecolib.data.checked import Unread
from ecolib.data.cross_checks import READ_BY
from ecolib.indicators.catalogue import Indicator
from ecolib.indicators.targets import Both, Either, NoLoss, NotWorse, Target, WhereGiven
from ecolib.standards.derived import Derivation, derivation_of
from ecolib.texts import Note

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
#: So many cells are named.
SHOWN = 3


def lowered(verdict: Verdict, entry: Indicator, case: Case) -> Verdict:
    """A verdict that is met or not, held against what was left unread and might change it."""
    if verdict.status in ("not_evaluable", "declared"):  # a paper that could not be read is no none
        papers = case.submitted.unread("documents") or case.unknown_requirements()
        left = [u for u in left_of(entry, case) if u.table == "documents"] if papers else []
        said = any(note.code == "left_unread" for note in verdict.notes)
        return verdict.because(told(left)) if left and not said else verdict
    if verdict.status in ("conflict", "not_applicable") or not (left := left_of(entry, case)):
        return verdict
    if verdict.status == "conditional":
        return verdict.because(told(left))
    met = verdict.status == "met"
    at_worst_or_best = _judged_with(entry, case, left, -1 if met else 1)
    if not met and at_worst_or_best != "met" and not any(u.table in entry.inputs for u in left):
        # Garbling a cell must not hide a failure. A sum of areas that lacks a row is another thing.
        return verdict
    status = "conditional" if met and at_worst_or_best == "met" else "not_evaluable"
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
    other = case.assuming(moved)
    return judge(entry.target, reading_of(entry, other, history_of(entry, other))).status


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
    names = {name for name in lineage.items_of(entry) if (name, case.year) not in case.assumed}
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
    years = {*lineage.years_of(entry, case), case.year}
    assigned = case.params.assignment(entry.id, case.year)
    if _looks_back(entry.target) or (assigned is not None and assigned.measure == "decline"):
        years |= {case.year - 1, case.params.county.base_year}
    return years


def _looks_back(target: Target) -> bool:
    match target:
        case NotWorse() | NoLoss():
            return True
        case Both(first, second) | Either(first, second):
            return _looks_back(first) or _looks_back(second)
        case WhereGiven(inner):
            return _looks_back(inner)
    return False
