"""What has to be submitted so that each indicator can be judged, and of whom.

The one list of what is missing: sentences of verdicts, pages, templates and reminders read it. What a
target still lacks is found form by form; when all of it is submitted, the verdict is decided.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ecolib.assess.case import Case
from ecolib.assess.documents import WITHOUT, proves
from ecolib.assess.doubts import left_of, years_looked_at
from ecolib.assess.history import History, history_of, measured, scopes_differ, scopes_of
from ecolib.assess.judge import Reading, straddles
from ecolib.assess.lineage import is_table, years_of
from ecolib.assess.result import Need, Result, Verdict
from ecolib.data import dictionary
from ecolib.data.figures import NO_FIGURES
from ecolib.grouping import grouped
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.indicators.targets import (
    Assigned,
    Both,
    Either,
    InPlace,
    NoLoss,
    NotWorse,
    Target,
    WhereGiven,
    has_form,
)
from ecolib.standards.derived import derivation_of
from ecolib.texts import Name, Note

#: Verdicts of which something is asked so that they can be decided.
UNDECIDED = ("conflict", "not_evaluable", "declared", "conditional")
#: Needs of things whose names are set in quotation marks.
QUOTED = ("document", "unread")


def needs(results: Iterable[Result]) -> list[Need]:
    """Everything missing for these results, each thing named once, what is decisive first."""
    return merged(need for result in results for need in result.needs)


def merged(found: Iterable[Need]) -> list[Need]:
    """The same thing asked for twice serves both indicators, and is decisive if it is for one."""
    once: dict[tuple, Need] = {}
    for need in found:
        # Two indicators may ask for a thing of the same name: that is one thing.
        key = (need.owner, need.kind, need.name("zh"), need.year)
        if (known := once.get(key)) is not None:
            both = tuple(dict.fromkeys((*known.indicators, *need.indicators)))
            need = replace(known, decisive=known.decisive or need.decisive, indicators=both)
        once[key] = need
    return sorted(once.values(), key=lambda n: not n.decisive)


def needs_of(
    entry: Indicator, case: Case, history: History, reading: Reading, verdict: Verdict
) -> tuple[Need, ...]:
    """What is missing for one indicator without parts, after its verdict."""
    if verdict.status == "not_applicable":
        return ()
    asking = _Asking(entry, case, history, reading)
    inputs = asking.to_recompute()
    if verdict.status not in UNDECIDED:
        return tuple(merged(inputs))
    if verdict.status == "conflict":
        # Of figures that contradict each other the inputs say which is right.
        inputs = [replace(need, decisive=True) for need in inputs]
    lacks = (*asking.lacks(entry.target), *asking.undated(), *asking.unread(verdict))
    return tuple(merged([*lacks, *inputs]))


def alike(missing: Iterable[Need]) -> list[list[Need]]:
    """Those of one unit and kind and of the same years together, to be told in one phrase."""
    years = grouped(((n.owner, n.kind, n.what), n) for n in missing)
    found = grouped(
        ((*key[:2], *sorted(n.year for n in own)), need)
        for key, own in years.items()
        for need in own
    )
    return list(found.values())


def told(missing: Sequence[Need], year: int = 0, what: Name | Note | None = None) -> Note:
    """What is missing, of one kind and the same years, in words: in every place in these.

    A year that the reader knows of, as that of the page, is left out; `what` tells the things in
    other words than their names.
    """
    kind, years = missing[0].kind, tuple(sorted({need.year for need in missing}))
    things = dict.fromkeys([what] if what else [need.what for need in missing])
    if kind in QUOTED:
        things = [Note("need.quoted", what=thing) for thing in things]
    of = "" if years == (year,) else Note("need.years", years=years)
    return Note(f"need.{kind}", what=tuple(things), of=of, years=years)


def conditions(missing: Iterable[Need], case: Case) -> tuple[Note, ...]:
    """The decisive ones in words, each with the unit that owes it."""
    return tuple(
        Note("need.by", what=told(own, case.year), owner=case.owner_words(own[0].owner))
        for own in alike(need for need in missing if need.decisive)
    )


def missing_inputs(entry: Indicator, case: Case) -> list[Need]:
    """What would let the value of the year be computed; where nothing else is missing its finished
    value, unless that is there."""
    asking = _Asking(entry, case)
    return asking.inputs(entry.asked) or asking.inputs([entry.id])


def places_of(entry: Indicator, case: Case) -> dict[str, set[str]]:
    """The places of each input, or of the finished value in their stead, that has no figure of the
    whole county in the year."""
    finished = math.isnan(history_of(entry, case).series.at(case.year, "computed"))
    own = case.places(entry.id, case.year)
    places = {entry.id: own} if finished and own else scopes_of(entry, case, case.year)
    return {n: named for n, named in places.items() if "" not in named}


def survey_after(entry: Indicator, case: Case) -> tuple[int, float] | None:
    """The value of a survey made within twelve months after the year, with its year: people are
    asked once for the year that is assessed."""
    after = case.year + 1
    asked = [n for n in entry.inputs if (d := derivation_of(n)) and "survey_answers" in d.tables]
    counts = {n: dict(row[:2] for row in case.later(n)) for n in asked}
    for name in asked:
        if (derived := case.derived_from(name)) is not None:
            counts[name].update(derived.items.get(name, {}))
    raw = measured(entry, {n: np.array([of.get(after, math.nan)]) for n, of in counts.items()})
    if raw is not None and not math.isnan(raw.value[0]):
        return after, float(raw.value[0])
    found = (row[:2] for row in case.later(entry.id) if row[0] == after)
    return next(found, None) if asked else None


def is_reported_on(item: str, year: int, case: Case) -> bool:
    """Whether the row of a figure names its document with a number or a date."""
    rows = case.submitted.figures.get(item, NO_FIGURES).rows
    return any(proves(row) for row in rows if row["year"] == year)


@dataclass(frozen=True)
class _Asking:
    """One indicator in its case, and what can be asked of it."""

    entry: Indicator
    case: Case
    history: History | None = None
    reading: Reading | None = None

    # --- what a target lacks

    def lacks(self, target: Target) -> Iterator[Need]:
        """What keeps a target from being decided; nothing where it is."""
        match target:
            case Both(first, second) | Either(first, second):
                yield from self.lacks(first)
                yield from self.lacks(second)
            case WhereGiven(inner):
                apart = scopes_differ(self.entry, self.case, self.case.year)
                if apart or not math.isnan(self.reading.value):
                    yield from self.lacks(inner)
            case InPlace(requirements):
                yield from self._documents(requirements)
            case NoLoss():
                yield from self._areas()
            case NotWorse():
                yield from self._value()
                yield from self._before()
            case Assigned(otherwise) if self.reading.assignment is None:
                indicator = Name("indicator", self.entry.id)
                if otherwise is not None:
                    yield from self.lacks(otherwise)
                elif self.reading.none_assigned is not None:
                    # No value can meet what was not set: only who would have set it can say.
                    yield self._need("result", indicator)
                else:
                    yield self._need("target", indicator)
                    yield from self._value()
            case Assigned():
                yield from self._value()
                if self.reading.assignment.measure == "decline":
                    yield from self._figures(self.case.year - 1)
            case _:
                yield from self._value()

    def _value(self) -> Iterator[Need]:
        """What is missing of the value of the year, or of what makes it exact."""
        year, case, entry = self.case.year, self.case, self.entry
        if (later := survey_after(entry, case)) is not None:
            yield self._item(entry.id, "report", later[0])
            return
        partial = places_of(entry, case)
        apart = scopes_differ(entry, case, year) and entry.id not in partial
        union = set().union(*(scopes_of(entry, case, year) if apart else partial).values())
        rest = [n for n, named in partial.items() if named != union or len(union) == 1]
        if math.isnan(self.reading.value) and (entry.is_finished or rest == [entry.id]):
            rest = []  # a finished value that is not there, or a bound: it is asked for itself
        if rest:
            yield from (self._item(name, "rest", year) for name in rest)
            # Beside the rest of these there may be others of which there is nothing.
            others = () if apart else self._exact(year)
            yield from (n for n in others if n.year != year or n.what.code not in rest)
            return
        coverage = self.history.series.at(year, "coverage")
        low, high = self.history.series.range_of(year)
        partly = low != high and self._is_observed(coverage)
        if partly:
            yield self._need("rest", Name("indicator", entry.id))
        if not partly or math.isnan(low):
            yield from self._exact(year)

    def _exact(self, year: int) -> Iterator[Need]:
        """What the exact value of a year lacks."""
        low, high = self.history.series.range_of(year)
        if self.history.halves and year == self.case.year:
            if math.isnan(self.reading.value):
                found = self._halves(self.history)
                if not found and not self._is_decided(low, high):
                    found = [self._item(self.entry.id, "figure", year)]
                yield from found
        elif math.isnan(low):
            yield from self._figures(year)
        elif low != high:
            # The range is that of what is not there; what the formula cannot do without is. Of a
            # finished value that is a bound the value itself is asked for.
            bounds = self.case.series(self.entry.id).range_of(year)
            inputs = [n for n in self.entry.optional if n in known_items()]
            open_ = years_of(self.entry, self.case, year)
            names = [] if self.entry.asks or bounds[0] < bounds[1] else [
                n for n in inputs if any(self._missing(n, of) for of in open_)
            ]  # fmt: skip
            if not names:
                yield self._item(self.entry.id, "figure", year)
            yield from (
                self._item(name, "figure", of)
                for name in names
                for of in open_
                if self._missing(name, of)
            )

    def _is_observed(self, coverage: float) -> bool:
        """Whether only a part of the things that count was observed, and the inputs say so."""
        names = (n for n in self.entry.needs if n in known_items())
        return (
            coverage < 1
            and not any(self._missing(n, self.case.year) for n in names)
            and ("county" not in self.entry.inputs)
        )

    def _is_decided(self, low: float, high: float) -> bool:
        """Whether the verdict is the same at both ends."""
        return not math.isnan(low) and not straddles(self.entry, self.reading, (low, high))

    def _before(self) -> Iterator[Need]:
        """The value of the year before, and what is not exact of that of the base year."""
        series, year = self.history.series, self.case.year
        earlier = [y for y in (year - 1, self.case.params.county.base_year) if y < year]
        if self.reading.settled:
            # Of nothing there is nothing to be asked, and nothing is asked before there is something.
            earlier = [] if math.isnan(self.reading.value) else [y for y in earlier if y < year - 1]
        for y in dict.fromkeys(earlier):
            if y == earlier[0] or not math.isnan(series.at(y)):
                yield from self._exact(y)

    def _figures(self, year: int) -> Iterator[Need]:
        """What the value of a year is made of; its finished value where nothing else can be asked."""
        entry, found = self.entry, []
        if not math.isnan(self.history.series.at(year)):
            return
        figures = [n for n in entry.inputs if n in known_items()]
        years = years_of(entry, self.case, year)
        found += self.inputs(entry.asked, years)
        nothing = any(self.case.series(n).at(of) == 0 for n in figures for of in years)
        if (entry.optional or nothing) and not any(is_table(n.what.code) for n in found):
            given = {(n.what.code, n.year): 1.0 for n in found}
            then = history_of(entry, self.case.assuming(given))
            low, high = then.series.range_of(year)
            if then.halves:
                found += self._halves(then)
            elif math.isnan(low):
                found = []  # there is no share of nothing
            elif low != high:
                found += self._inputs(entry.optional, year)
        yield from found or [self._item(entry.id, "figure", year)]

    def _halves(self, history: History) -> list[Need]:
        """What is missing of the halves that leave the verdict open."""
        names = [of for of, *ends in history.halves if not self._is_decided(*ends)]
        return [need for own in names for need in self.inputs(own)]

    def inputs(self, names: Iterable[str], years: Iterable[int] = ()) -> list[Need]:
        """Those of the items and tables without a figure of the years, by default of those that the
        value of the year looks at."""
        years = years or years_of(self.entry, self.case)
        return [need for year in years for need in self._inputs(names, year)]

    def _inputs(self, names: Iterable[str], year: int) -> list[Need]:
        instead = set(self.entry.optional) - set(names) if self.entry.asks else set()
        if any(n in known_items() and not self._missing(n, year) for n in instead):
            return []
        found = [
            self._item(n, "figure", year) for n in names
            if n in known_items() and self._missing(n, year)
        ]  # fmt: skip
        for name in filter(is_table, names):
            if name != "areas" and not (self.case.table(name)["year"] == year).any():
                owner = dictionary.table(name).owner
                found.append(self._need("figure", Name("table", name), owner=owner, year=year))
        return found

    def _missing(self, item: str, year: int) -> bool:
        return math.isnan(self.case.series(item).at(year))

    def _areas(self) -> Iterator[Need]:
        known = [year for year, _ in self.history.series.known()]
        area = Name("indicator", self.entry.id)
        if self.case.year not in known:
            yield self._need("figure", area, unit=self.entry.unit)
        if not any(year < self.case.year for year in known):
            unit, year = self.entry.unit, self.case.year - 1
            yield self._need("earlier_area", area, unit=unit, year=year)

    def _documents(self, requirements: Iterable[str]) -> Iterator[Need]:
        for key in requirements:
            if self.reading.states[key] in (*WITHOUT, "stated", "named"):
                what = Name("requirement", f"{self.entry.id}.{key}")
                yield self._need("document", what, owner=self.entry.keeper_of(key))

    # --- what else is missing

    def undated(self) -> Iterator[Need]:
        """Figures that bear no year."""
        for name in (*self.entry.inputs, self.entry.id):
            for year in sorted(years_looked_at(self.entry, self.case)):
                if name in known_items() and self.case.series(name).is_undated(year):
                    yield self._item(name, "dating", year)

    def unread(self, verdict: Verdict) -> Iterator[Need]:
        """What was submitted and could not be read, where the verdict says that it hangs on it."""
        gaps = (n for note in verdict.notes for n in note.args.get("gaps", ()))
        hangs = any(note.code == "left_unread" for note in verdict.notes)
        if not hangs and not any(note.code == "left_unread" for note in gaps):
            return
        for left in left_of(self.entry, self.case):
            if not hangs and left.table in ("items", "documents"):
                continue  # that figure or paper is asked for itself
            table = dictionary.table(left.table)
            items = [known_items()[s] for s in left.subjects if s in known_items()]
            owner = items[0].owner if items else table.owner
            year = left.year or self.case.year
            yield self._need("unread", Name("table", table.name), owner=owner, year=year)

    def to_recompute(self) -> list[Need]:
        """What would let a finished value be recomputed, or a bound be settled."""
        entry, year, series = self.entry, self.case.year, self.history.series
        known = not math.isnan(series.at(year))
        if not known and has_form(entry.target, WhereGiven):
            # A share that is judged only where it is given: one half of it calls for the other.
            missing = self._inputs(entry.asked, year)
            halved = len(missing) < len(entry.asked)
            return [replace(need, decisive=False) for need in missing] if halved else []
        if not known or entry.is_finished or "areas" in entry.inputs:
            return []
        computed = not math.isnan(series.at(year, "computed"))
        names = entry.optional if computed else dict.fromkeys((*entry.asked, *entry.optional))
        if entry.asks:
            names = () if computed else entry.asked
        return [replace(need, decisive=False) for need in self.inputs(tuple(names))]

    def _item(self, name: str, kind: str, year: int) -> Need:
        item = known_items()[name]
        return self._need(kind, Name("item", name), owner=item.owner, unit=item.unit, year=year)

    def _need(
        self, kind: str, what: Name, *, owner: str = "", unit: str = "", year: int | None = None
    ) -> Need:
        owner, year = owner or self.entry.owner[0], year or self.case.year
        return Need(owner, kind, what, unit, year, True, (self.entry.id,))
