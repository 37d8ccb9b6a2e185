"""Whether a target is met: one judge over every form a target can take.

Comparison follows the full-value method of GB/T 8170-2008 clause 4.3.2: figures are compared as
they are printed or computed, without rounding first; a value at its limit meets it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ecolib.assess.case import Case
from ecolib.assess.documents import STATES
from ecolib.assess.history import History
from ecolib.assess.result import Bound, Verdict, best, together
from ecolib.assess.series import Series
from ecolib.data.params import Assignment, County, Params
from ecolib.grouping import grouped
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.indicators.formulas import decline
from ecolib.indicators.targets import (
    Assigned,
    Both,
    ByClimate,
    ByTerrain,
    Either,
    InPlace,
    Limit,
    NoLoss,
    NotWorse,
    Target,
    WhereGiven,
    beyond,
    meets,
    none_assigned,
    same,
)
from ecolib.texts import Amount, Name, Note, ranged

#: The confidence limits of a value from a sample.
Interval = tuple[float, float]


@dataclass(frozen=True)
class Reading:
    """What a target may look at: the indicator's series and what surrounds it.

    `states` are those of its requirements in the year, `documented` says whether a document with its
    number or date is named for the indicator as a whole; `finished_decline` is the yearly decline in %
    that was submitted as such, `nature_changes` are the sites of an area whose
    nature changed, as `formulas.area_of` lists them.
    """

    indicator: str
    year: int
    series: Series
    unit: str
    better: str
    county: County
    assignment: Assignment | None = None
    none_assigned: Assignment | None = None
    states: Mapping[str, str] | None = None
    documented: bool = False
    finished_decline: float = math.nan
    nature_changes: pd.DataFrame | None = None
    #: Whether no value of the year before could be better: at its best, or there was nothing then.
    settled: bool = False

    @property
    def value(self) -> float:
        return self.series.at(self.year)

    def best(self, year: int) -> float:
        """The most favourable value that what was not observed in a year would allow."""
        low, high = self.series.range_of(year)
        return high if self.better == "up" else low

    def at_most(self, high: float) -> Reading:
        """The same if the value of the year could be no more than that."""
        here = self.series.years == self.year
        return replace(self, series=replace(self.series, high=np.where(here, high, np.nan)))

    def with_value(self, value: float) -> Reading:
        """The same but for the value of the year, which is exact."""
        return replace(self, series=self.series.with_value(self.year, value))


def reading_of(entry: Indicator, case: Case, history: History) -> Reading:
    """What the target of an indicator may look at in a case."""
    void, limits = entry.void_when, entry.bounds or (math.nan, math.nan)
    best_value = limits[1] if entry.better == "up" else limits[0]
    return Reading(
        indicator=entry.id,
        year=case.year,
        series=history.series,
        unit=entry.unit,
        better=entry.better,
        county=case.params.county,
        assignment=case.params.assignment(entry.id, case.year),
        none_assigned=case.params.none_assigned(entry.id, case.year),
        states={key: str(column[-1]) for key, column in case.states(entry).items()},
        documented=case.is_documented(entry),
        finished_decline=_finished_decline(entry, case),
        nature_changes=history.detail.get("nature_changes"),
        settled=history.series.at(case.year) == best_value
        or (void is not None and case.series(void).at(case.year - 1) == 0),
    )


def _finished_decline(entry: Indicator, case: Case) -> float:
    item = f"{entry.id}_decline"
    if item not in known_items() or case.series(item).is_undated(case.year):
        return math.nan
    return case.series(item).at(case.year)


def judge(target: Target, reading: Reading) -> Verdict:
    """The verdict of a target on a reading, from the value and what may be read beside it."""
    match target:
        case Limit(sense, bound, unit):
            return _against(reading, sense, bound, unit or reading.unit)
        case ByTerrain() | ByClimate():
            bound = target.bound(reading.county)
            if bound is None:
                return Verdict("not_evaluable", (Note("terrain_unknown"),))
            return _against(reading, "at_least", bound, reading.unit)
        case Assigned(otherwise):
            return _assigned(reading, otherwise)
        case NotWorse(tolerance):
            return _not_worse(reading, tolerance)
        case NoLoss(since):
            return together([_area(reading, since), *_changed(reading)])
        case InPlace(requirements):
            return _in_place(reading, requirements)
        case WhereGiven(inner):
            if math.isnan(reading.value):
                return Verdict("not_applicable", (Note("not_given"),))
            return judge(inner, reading)
        case Both(first, second):
            return together(_each(judge(first, reading), judge(second, reading)))
        case Either(first, second):
            return best(judge(first, reading), judge(second, reading))
    raise TypeError(f"no reading tells whether this is met: {target!r}")


def _against(
    reading: Reading, sense: str, bound: float, unit: str, *, document: str = "", of: str = ""
) -> Verdict:
    """Compare the value, or the range it must lie in, with a bound."""
    year, value = reading.year, reading.value
    low, high = reading.series.range_of(year)
    if math.isnan(value) and math.isnan(low):
        return _no_value(reading)
    named = {"document": document} if document else {}
    required = Note(
        f"required_{of or sense}_by" if document else f"required_{sense}",
        bound=Amount(bound, unit, None if math.isnan(value) else value),
        **named,
    )
    ends = {meets(end, sense, bound) for end in (low, high)}
    if math.isnan(value) and (low if sense == "at_most" else high) == _before(bound, sense):
        ends = {False}  # "<80" where 80 are asked
    coverage = reading.series.at(year, "coverage")
    part = low == high  # of two halves the one that is known, exactly
    told = ranged(low, high, unit, bound)
    observed = Note("only_observed", share=Amount(100 * coverage, "%")) if coverage < 1 else ""
    said = {"year": year, "observed": observed, "range": told, "required": required}
    if len(ends) == 2:
        if 0 < coverage < 1 and meets(_of_observed(value, low, coverage), sense, bound):
            # All that was observed is good: what is missing is the rest, and nothing else.
            return Verdict("conditional", (Note("observed_part_meets", **said),))
        return Verdict("not_evaluable", (Note("range_straddles_bound", **said),))
    if math.isnan(value):
        met = ends == {True}
        # All was observed and the value can only lie beyond the bound: it need not be known.
        sure = met and coverage == 1
        code = "bound_alone" if met else "bound_alone_misses"
        note = Note(f"{code}.part" if part else code, **said)
        return Verdict("met" if sure else "conditional" if met else "not_met", (note,))
    if low < high and ends == {True} and not of:
        return Verdict("met", (Note("range_meets_bound", **said),))
    said = {"year": year, "value": Amount(value, unit, bound), "required": required}
    what = "decline" if of else "value"
    if ends == {True}:
        how = "at" if same(value, bound) else "meets"
        return Verdict("met", (Note(f"{what}_{how}_bound", **said),))
    gap = Amount(abs(value - bound), "pp" if unit == "%" else unit)
    return Verdict("not_met", (Note(f"{what}_misses_bound", **said, gap=gap),))


def _each(one: Verdict, other: Verdict) -> list[Verdict]:
    """Two verdicts; of bounds on the same side that one value meets, or misses, the one that asks
    more."""
    told = {v: v.notes[0].args for v in (one, other) if v.notes[0].code.startswith("value_")}
    sides = {args["required"].code.removesuffix("_by") for args in told.values()}
    if len(told) < 2 or len(sides) > 1 or one.status != other.status:
        return [one, other]
    room = {v: abs(a["value"].value - a["required"].args["bound"].value) for v, a in told.items()}
    return [(min if one.status == "met" else max)(told, key=room.get)]


def _of_observed(value: float, low: float, coverage: float) -> float:
    """The value of the observed part alone, where the rest was counted as bad."""
    return low / coverage if value == low else value


def _no_value(reading: Reading) -> Verdict:
    return Verdict("not_evaluable", (Note("no_value", year=reading.year),))


def _before(bound: float, sense: str) -> float:
    """The nearest number that does not reach a bound: the open end of what was written as "<80"."""
    return math.nextafter(bound, -math.inf if sense == "at_least" else math.inf)


def _assigned(reading: Reading, otherwise: Target | None) -> Verdict:
    given = reading.assignment
    if given is None:
        if otherwise is not None:
            return judge(otherwise, reading)
        if reading.none_assigned is not None:
            # There is nothing that the value could fall short of, and nothing that it meets.
            note = none_assigned(reading.none_assigned, reading.year)
            known = not math.isnan(reading.value)
            return Verdict("conditional" if known else "not_evaluable", (note,))
        return Verdict("not_evaluable", (Note("nothing_assigned", year=reading.year),))
    unit = reading.unit
    if given.measure == "decline":
        # A decline has bounds of its own; the range of the level does not apply to it.
        level, reading, unit = reading.value, _declines(reading), "%"
        if math.isnan(reading.value) and not math.isnan(level):
            note = Note("no_decline", year=reading.year, last_year=reading.year - 1)
            return Verdict("not_evaluable", (note,))
    of = f"decline_{given.sense}" if given.measure == "decline" else ""
    return _against(reading, given.sense, given.value, unit, document=given.document, of=of)


def _declines(reading: Reading) -> Reading:
    series = reading.series
    bare = Series(series.years, decline(series.value), series.rounding, series.undated)
    found = replace(reading, series=bare)
    if math.isnan(found.value) and not math.isnan(reading.finished_decline):
        return found.with_value(reading.finished_decline)
    return found


def _not_worse(reading: Reading, tolerance: float) -> Verdict:
    year, value, base_year = reading.year, reading.value, reading.county.base_year
    sign = 1 if reading.better == "up" else -1
    bounded = math.isnan(value)
    if bounded:  # of a bound alone, the end that is worst
        value = reading.series.range_of(year)[0 if sign > 0 else 1]
        if not math.isfinite(value):
            return _no_value(reading)
    earlier = {y: reading.series.at(y) for y in (year - 1, base_year) if y < year}
    # Of a bound alone ("over 85") it is known what the year was at the least.
    least = {y: reading.series.range_of(y)[0 if sign > 0 else 1] for y in earlier}
    least = {y: x for y, x in least.items() if math.isnan(earlier[y]) and math.isfinite(x)}
    earlier = {y: before for y, before in earlier.items() if not math.isnan(before)}

    def holds(now: float, before: float) -> bool:
        return not beyond(sign * (before - now), tolerance) or same(now, before)

    worse = {y: before for y, before in (least | earlier).items() if not holds(value, before)}
    if not (earlier or worse):
        code = "nothing_earlier" if base_year < year - 1 else "no_last_year"
        note = Note(code, last_year=year - 1, base_year=base_year)
        return Verdict("not_evaluable", (note,))
    if worse and (bounded or all(holds(reading.best(year), before) for before in worse.values())):
        return Verdict("not_evaluable", (Note("perhaps_worse", year=year, years=tuple(worse)),))
    shown = tuple(
        Note("value_in_year", year=y, value=ranged(*ends, reading.unit, value))
        for y, before in (worse or earlier).items()
        for ends in [reading.series.range_of(y) if y in least else (before, before)]
    )
    if worse:
        now = Amount(value, reading.unit, next(iter(worse.values())))
        note = Note("worse_than", earlier=shown, value=now)
        return Verdict("not_met", (note,))
    # Of an earlier year, too, only the least favourable value may be known.
    unsure = tuple(y for y in earlier if not holds(value, reading.best(y)))
    if unsure:
        note = Note("not_worse_if_exact", earlier=shown, years=unsure)
        return Verdict("conditional", (note,))
    if year - 1 not in earlier and not (reading.settled or reading.finished_decline >= 0):
        # The year before may have been better: what is left out must not make it easier.
        return Verdict("conditional", (Note("not_worse_but", earlier=shown, last_year=year - 1),))
    note = Note("not_worse_than", earlier=shown)
    if any(beyond(sign * (before - value), 0.0) for before in earlier.values()):
        note = Note("not_worse_within", earlier=shown, tolerance=Amount(tolerance, reading.unit))
    return Verdict("conditional" if bounded else "met", (note,))


def _changed(reading: Reading) -> list[Verdict]:
    """One failure for each site whose nature changed, whatever a document says of it."""
    changes = reading.nature_changes
    return [
        Verdict(
            "not_met", (Note("nature_changed", site=row.site, before=row.before, after=row.after),)
        )
        for row in (() if changes is None else changes.itertuples())
        if row.year == reading.year
    ]


def _area(reading: Reading, since: int | None) -> Verdict:
    known = dict(reading.series.known())
    if reading.year not in known:
        return Verdict("not_evaluable", (Note("no_area", year=reading.year),))
    first = since if since in known else min(known)
    if first >= reading.year:
        return Verdict("not_evaluable", (Note("single_area", year=reading.year),))
    kept = meets(reading.value, "at_least", known[first])
    pair = reading.value, known[first]
    now, before = (Amount(pair[i], reading.unit, pair[1 - i]) for i in (0, 1))
    note = Note("area_kept" if kept else "area_reduced", since=first, now=now, before=before)
    return Verdict("met" if kept else "not_met", (note,))


def _in_place(reading: Reading, requirements: Iterable[str]) -> Verdict:
    """All requirements together; what is merely stated beside a document with its number or date
    hangs on one more paper each."""
    proved = reading.documented or "documented" in reading.states.values()
    named = ((key, Name("requirement", f"{reading.indicator}.{key}")) for key in requirements)
    alike = grouped((reading.states[key], name) for key, name in named)
    each = [
        Verdict(STATES[state], (Note(f"requirement_{state}", requirements=tuple(names)),))
        for state, names in alike.items()
    ]
    if reading.documented and "documented" not in reading.states.values():
        # What raises the statements beside it, though it names none of the requirements.
        each.append(Verdict("conditional", (Note("whole_documented"),)))
    return together(
        replace(v, status="conditional") if proved and v.status == "declared" else v for v in each
    )


# --- where the line of a target runs


def bound_of(entry: Indicator, params: Params, series: Series) -> Bound | None:
    """The bound of an indicator in the years of its series; None where no number bounds it."""
    found = _bound(entry.target, entry, params, series)
    return found if found is not None and not np.isnan(found.values).all() else None


def _bound(target: Target, entry: Indicator, params: Params, series: Series) -> Bound | None:
    match target:
        case Limit(sense, limit, None):
            return _level(limit, series, sense)
        case ByTerrain() | ByClimate():
            limit = target.bound(params.county)
            return None if limit is None else _level(limit, series)
        case InPlace(requirements) if entry.unit == "requirements":
            return _level(len(requirements), series)
        case NoLoss(since):
            known = dict(series.known())
            first = since if since in known else min(known, default=0)
            # A single year has nothing earlier to be held against.
            return _level(known[first], series) if known and max(known) > first else None
        case Assigned(otherwise):
            given = [params.assignment(entry.id, year) for year in series.years.tolist()]
            levels = [g for g in given if g is not None and g.measure == "level"]
            if levels:
                values = [g.value if g in levels else math.nan for g in given]
                return Bound(series.years, np.array(values, float), _sign(levels[0].sense))
            if otherwise is None or any(given):
                return None
            return _bound(otherwise, entry, params, series)
        case Both(first, second) | Either(first, second):
            pair = (_bound(t, entry, params, series) for t in (first, second))
            return next((b for b in pair if b is not None), None)
        case WhereGiven(inner):
            return _bound(inner, entry, params, series)
    return None


def _level(bound: float, series: Series, sense: str = "at_least") -> Bound:
    return Bound(series.years, np.full(len(series.years), float(bound)), _sign(sense))


def _sign(sense: str) -> str:
    return "≥" if sense == "at_least" else "≤"


# --- what a confidence interval adds: the verdict stays what the value says, the reason tells
# whether the whole interval says the same


def straddles(entry: Indicator, reading: Reading, interval: Interval) -> bool:
    """Whether the two ends of an interval would be judged differently."""
    ends = (judge(entry.target, reading.with_value(end)) for end in interval)
    return len({verdict.status for verdict in ends}) > 1


def with_interval(
    verdict: Verdict, entry: Indicator, reading: Reading, interval: Interval
) -> Verdict:
    """The verdict, met or not met, with a sentence on its interval; any other as it is."""
    if verdict.status not in ("met", "not_met"):
        return verdict
    if straddles(entry, reading, interval):
        code = "interval_straddles_target"
    else:
        code = "interval_all_met" if verdict.status == "met" else "interval_none_met"
    return verdict.because(Note(code, **_ends(interval, reading)))


def sample_remarks(
    entry: Indicator, reading: Reading, interval: Interval | None
) -> tuple[Note, ...]:
    """A warning when the target lies inside the interval."""
    if interval is None or not straddles(entry, reading, interval):
        return ()
    ends = _ends(interval, reading)
    subject = {"severity": "warning", "about": entry.id, "shown": ""}
    return (Note("interval_straddles", year=reading.year, **subject, **ends),)


def _ends(interval: Interval, reading: Reading) -> dict[str, object]:
    return {"low": Amount(interval[0], reading.unit), "high": Amount(interval[1], reading.unit)}
