"""From the inputs of an indicator to its `Result`: value, basis, verdict, change, trend."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ecolib.assess import lineage
from ecolib.assess.case import Case
from ecolib.assess.change import breaks_of, changes_of, is_disputed
from ecolib.assess.documents import STATES, WITHOUT
from ecolib.assess.doubts import doubts_of, is_decisive, left_unread, lowered, years_looked_at
from ecolib.assess.history import History, history_of, scopes_differ
from ecolib.assess.judge import Reading, bound_of, judge, reading_of, sample_remarks, with_interval
from ecolib.assess.needs import (
    conditions,
    is_reported_on,
    merged,
    needs_of,
    places_of,
    survey_after,
)
from ecolib.assess.result import BASES, Bound, Latest, Need, Result, Verdict, best, worst
from ecolib.assess.series import Series
from ecolib.checks.contradictions import contradictions
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.indicators.targets import (
    described,
    is_assigned,
    meets,
    none_assigned,
    requirements_of,
    without_comparison,
)
from ecolib.texts import Amount, Name, Note, Words
from ecolib.trends.mann_kendall_test import extend_line, kendall_test
from ecolib.trends.result import TestSpec
from ecolib.trends.series import TimeSeries, read_series

#: What is said of a figure that bears no year, in place of what is said of one of the year.
UNDATED = {
    f"{what}_{how}_bound": f"undated_{what}_{how}_bound"
    for what in ("value", "decline")
    for how in ("at", "meets", "misses")
}


@dataclass(frozen=True)
class Judged:
    """A verdict, the basis of the value it rests on, and what is missing."""

    verdict: Verdict
    basis: str
    needs: tuple[Need, ...] = ()


def assess(entry: Indicator, case: Case) -> Result:
    """One indicator of a case, with its parts when it is a group."""
    blank = Result(
        indicator=entry.id,
        number=entry.number,
        kind=entry.kind,
        list=case.list.name,
        list_status=case.list.status(case.year),
        county=case.county,
        year=case.year,
        unit=entry.unit,
        verdict=Verdict("not_evaluable"),
        target=_target(entry, case),
        case=case,
    )
    if entry.is_group:
        parts = tuple(assess(p, case) for p in case.list.parts_of(entry))
        group = _together(entry, case, {p.number: p for p in parts})
        return replace(blank, parts=parts, **vars(group))
    history = history_of(entry, case)
    reading = reading_of(entry, case, history)
    interval = history.series.interval(case.year)
    judged = _judged(entry, case, history, reading)
    shown = history.series.since(case.year - case.settings.history + 1)
    bound = bound_of(entry, case.params, shown)
    warnings = () if _not_applicable(entry, case) else doubts_of(entry, case, _status)
    breaks = breaks_of(entry, case)
    decisive = tuple(filter(is_decisive, warnings))
    disputed = judged.verdict.status == "conflict"
    verdict = judged.verdict
    if decisive and not disputed:  # a conflict has said already what cannot be believed
        verdict = verdict.because(Note("decisive_doubt", doubts=decisive))
    return replace(
        blank,
        value=reading.value,
        basis=judged.basis,
        coverage=history.series.at(case.year, "coverage"),
        verdict=verdict,
        bound=bound,
        series=shown,
        change=changes_of(entry, case, reading),
        breaks=breaks,
        **_trend_and_outlook(entry, case, shown, bound, breaks, disputed),
        detail={**history.detail, **_said(history), **_requirements(entry, reading)},
        interval=interval,
        issues=(
            *(n.but(severity="warning", shown="") for n in contradictions(case.context.of(entry))),
            *lineage.issues_of(entry, case, history.series.at(case.year, "computed")),
            *sample_remarks(entry, reading, interval),
        ),
        warnings=warnings,
        lineage=lineage.rows_of(entry, case),
        needs=judged.needs,
        latest=_latest(entry, case, history, judged),
    )


def _status(entry: Indicator, case: Case) -> str:
    return judged(entry, case).verdict.status


def judged(entry: Indicator, case: Case) -> Judged:
    """Verdict and basis alone: what `assess` says, without the series and rows behind it."""
    if entry.is_group:
        parts = {p.number: judged(p, case) for p in case.list.parts_of(entry)}
        return _together(entry, case, parts)
    history = history_of(entry, case)
    return _judged(entry, case, history, reading_of(entry, case, history))


def _judged(entry: Indicator, case: Case, history: History, reading: Reading) -> Judged:
    excused = verdict = _not_applicable(entry, case)
    if excused is None:
        verdict = _beside_the_result(_by_figures(entry, case, history, reading), entry, case)
        verdict = lowered(verdict, entry, case)
    interval = history.series.interval(case.year)
    if interval is not None:
        verdict = with_interval(verdict, entry, reading, interval)
    basis = history.series.basis_of(case.year) or _statement_basis(entry, case, reading, verdict)
    missing = needs_of(entry, case, history, reading, verdict)
    if verdict.status == "conditional":
        verdict = verdict.because(Note("hangs_on", conditions=conditions(missing, case)))
    return Judged(verdict, "" if excused else basis, missing)


def _together(entry: Indicator, case: Case, parts: Mapping[str, Judged | Result]) -> Judged:
    """The verdict that decides for a group, with the reasons of all parts that decide alike."""
    deciding = worst(p.verdict for p in parts.values())
    excused = _not_applicable(entry, case)
    if excused or deciding is None:
        return Judged(excused or next(iter(parts.values())).verdict, "")
    missing = tuple(merged(need for part in parts.values() for need in part.needs))
    alike = {n: p.verdict for n, p in parts.items() if p.verdict.status == deciding.status}
    notes = (Note("part_decides", number=n, reasons=v.notes) for n, v in alike.items())
    applied = (p.basis for p in parts.values() if p.verdict.status != "not_applicable")
    weakest = max(filter(None, applied), key=BASES.index, default="")
    return Judged(Verdict(deciding.status, tuple(notes)), weakest, missing)


def _not_applicable(entry: Indicator, case: Case) -> Verdict | None:
    """What excuses an indicator: it or its group is stated not to apply, or there is none of it."""
    said = case.params.not_applicable
    stated = said.get(entry.id) or said.get(entry.group)
    if stated is not None:
        verdict = Verdict("not_applicable", (Note("as_stated", words=Words(stated.zh, stated.en)),))
        series = None if entry.is_group else history_of(entry, case).series
        if series is None or not series.basis_of(case.year):
            return verdict
        value = Amount(series.at(case.year), entry.unit)
        return verdict.because(Note("as_stated.beside", year=case.year, value=value))
    if entry.void_when is None or case.series(entry.void_when).at(case.year) != 0:
        return None
    if contradictions(case.context.of(entry)):
        return None
    note = Note("void_in_year", year=case.year, item=Name("item", entry.void_when))
    return Verdict("not_applicable", (note,))


def _by_figures(entry: Indicator, case: Case, history: History, reading: Reading) -> Verdict:
    found = contradictions(case.context.of(entry))
    if found:
        left = left_unread(entry, case)
        return Verdict("conflict", found if left is None else (*found, left))
    verdict = judge(entry.target, reading)
    if math.isnan(reading.value) and scopes_differ(entry, case, case.year):
        # Figures were given, though none of the county.
        verdict = Verdict("not_evaluable", (Note("no_value", year=case.year),))
    if math.isnan(reading.value) and verdict.status == "not_evaluable":
        return _without_value(entry, case, history, reading, verdict)
    undated = []
    if not math.isnan(reading.series.range_of(case.year)[0]):
        verdict = _within_scope(verdict, entry, case)
    if history.series.is_undated(case.year):
        notes = tuple(n.but(code=UNDATED.get(n.code, n.code)) for n in verdict.notes)
        verdict = replace(verdict, notes=notes)
        undated.append(Note("but_undated"))
    years = sorted(years_looked_at(entry, case) - {case.year})
    if earlier := tuple(filter(history.series.is_undated, years)):
        undated.append(Note("earlier_undated", years=earlier))
    if verdict.status in ("met", "conditional") and undated:
        return Verdict("conditional", verdict.notes).because(*undated)
    return verdict


def _within_scope(verdict: Verdict, entry: Indicator, case: Case) -> Verdict:
    """Figures of one place alone say nothing of the rest, and those of different ones nothing."""
    partial = places_of(entry, case)
    places = set().union(*partial.values())
    if len(places) != 1 or verdict.status not in ("met", "not_met"):
        return verdict
    note = Note("only_of_place", place=next(iter(places)), needs=_names(partial))
    met = verdict.status == "met"
    return replace(verdict, status="conditional" if met else verdict.status).because(note)


def _beside_the_result(verdict: Verdict, entry: Indicator, case: Case) -> Verdict:
    """The verdict held against the yearly result of the authority that handed the target down.

    Its result decides where the figures do not; where they say otherwise the two contradict each
    other, openly. A result that no document proves is a statement like any other.
    """
    state = case.result_of_authority(entry)
    if state in WITHOUT or not is_assigned(entry.target):
        return verdict
    result = Note(f"result_{state}", year=case.year)
    by_result = STATES[state]
    decided = {verdict.status, by_result} & {"met", "not_met"}
    if len(decided) == 2:
        return Verdict("conflict", (*verdict.notes, result))
    beside = verdict.because(result)
    if verdict.status not in ("not_evaluable", "declared", "conditional"):
        return beside
    by_it = Verdict(by_result, (result, *verdict.notes))  # what decides stands first
    return by_it if by_result == "not_met" else best(by_it, beside)


def _names(items: Iterable[str]) -> tuple[Name, ...]:
    return tuple(Name("item", n) for n in items if n in known_items())


def _without_value(
    entry: Indicator, case: Case, history: History, reading: Reading, verdict: Verdict
) -> Verdict:
    found = _by_survey_of_next_year(entry, case, reading) or _by_bound(entry, case, reading)
    if found is not None:
        return found
    statements = tuple(row["statement"] or row["title"] for row in _statements(entry, case))
    if statements:
        return Verdict("declared", (Note("only_stated", statements=statements),))
    if all(note.code.startswith("requirement_") for note in verdict.notes):
        return verdict  # no value is missed
    known = tuple(
        Note("value_in_year", year=year, value=Amount(value, entry.unit))
        for year, value, *_ in (*history.series.known(), *case.later(entry.id))
    )
    earlier = [year for year, _ in history.series.known()]
    state = ""
    if earlier:
        status = Name("status", _state_in(entry, case, earlier[-1]))
        state = Note("state_in_year", year=earlier[-1], status=status)
    more = {
        "others": Note("other_years_only", values=known[-3:], state=state) if known else "",
        "target": ""
        if reading.assignment is None
        else Note("target_of_year", year=case.year, target=_target(entry, case)),
    }
    if (stated := reading.none_assigned) is not None:
        note = Note("no_value", year=case.year)
        return Verdict("not_evaluable", (none_assigned(stated, case.year), note))
    gaps = tuple(note for year, note in history.gaps if year == case.year)
    if (left := left_unread(entry, case)) is not None:
        gaps = (*(note for note in gaps if note not in left.args["cells"]), left)
    # Of a finished value that is only bounded it is told where it may lie.
    unsure = ("range_straddles_bound", "perhaps_worse", "nothing_earlier", "no_last_year")
    finished, years = case.series(entry.id), (case.year, case.year - 1)
    bounded = [y for y in years if not math.isnan(finished.at(y, "low"))]
    told = tuple(n for n in verdict.notes if case.year in bounded and n.code in unsure)
    code = "exact_value_needed" if bounded else "no_value_needed"
    none = [n for n in entry.needs if n in known_items() and case.series(n).at(case.year) == 0]
    others = {name: case.assuming({(name, case.year): 1.0}) for name in none}
    none = [n for n in none if not math.isnan(history_of(entry, others[n]).series.at(case.year))]
    if none:
        told += (Note("nothing_of_it", year=case.year, item=_names(none)),)
    if gaps:
        note = Note("no_value_because", year=case.year, gaps=gaps, **more)
    else:
        lacks = needs_of(entry, case, history, reading, Verdict("not_evaluable"))
        missing = conditions(lacks, case)
        note = Note(code, year=case.year, missing=missing, **more)
    return Verdict("not_evaluable", (*told, note))


def _by_survey_of_next_year(entry: Indicator, case: Case, reading: Reading) -> Verdict | None:
    """Met on the condition of its report, where a survey made within twelve months after the year
    meets the target: people are asked once for the year that is assessed. With its report, the
    survey decides."""
    if (later := survey_after(entry, case)) is None:
        return None
    year, value = later
    found = judge(entry.target, reading.with_value(value))
    said = {"year": case.year, "later": year, "value": Amount(value, entry.unit)}
    if is_reported_on(entry.id, year, case):
        if found.status == "met":
            return Verdict("met", (Note("survey_reported", **said),))
        required = found.notes[0].args["required"]
        return Verdict("not_met", (Note("survey_reported.misses", **said, required=required),))
    note = Note("survey_after_year", **said)
    return Verdict("conditional", (note,)) if found.status == "met" else None


def _by_bound(entry: Indicator, case: Case, reading: Reading) -> Verdict | None:
    """Met on the condition of its figures, where the year's bound meets the target, or the bound or
    value of the year before where that of the year does not exist yet.

    Bounds alone cannot show that nothing got worse; there a statement stands in.
    """
    years = (case.year, case.year - 1) if entry.is_finished else (case.year,)
    year = next((y for y in years if not math.isnan(reading.series.range_of(y)[0])), None)
    if year is None:
        return None
    there = replace(reading, year=year)
    whole, alone = judge(entry.target, there), judge(without_comparison(entry.target), there)
    stated = bool(_statements(entry, case, year)) and math.isnan(there.value)
    meets = alone if stated and whole.status == "not_evaluable" else whole
    if meets.status not in ("met", "conditional"):
        return None
    notes = meets.notes
    if year != case.year:
        notes = (Note("no_value", year=case.year), Note("latest_year", year=year), *notes)
    return Verdict("conditional", notes)


def _latest(entry: Indicator, case: Case, history: History, judged: Judged) -> Latest | None:
    """The latest value where the year has none: that of an earlier year with its verdict, or that of
    a survey after the year with the verdict it led to."""
    series = history.series
    if judged.verdict.status == "not_applicable" or not math.isnan(series.at(case.year)):
        return None
    if (later := survey_after(entry, case)) is not None:
        return Latest(*later, judged.verdict.status)
    years = [y for y in series.years.tolist() if not math.isnan(series.range_of(y)[0])]
    if not years:
        return None
    year = years[-1]
    value, (low, high) = series.at(year), series.range_of(year)
    ends = {} if value == low == high else {"low": low, "high": high}
    status = judged.verdict.status if year == case.year else _state_in(entry, case, year)
    return Latest(year, value, status, **ends)


def _state_in(entry: Indicator, case: Case, year: int) -> str:
    """The verdict of an earlier year on the figures known of it, whenever they were submitted."""
    there = case.in_year(year)
    known = {
        (name, y): value
        for name in lineage.items_of(entry)
        for y, value in case.series(name).known()
        if y <= year and there.series(name).at(y) != value
    }
    there = there.assuming(known) if known else there
    return judged(there.list.get(entry.id, entry), there).verdict.status


def _statements(entry: Indicator, case: Case, year: int | None = None) -> list[dict]:
    """Rows of the documents table that speak of the indicator as a whole, for a year."""
    rows = (row for row in case.documents(entry) if row["requirement"] is None)
    return [row for row in rows if (row["year"] or row["submitted"]) == (year or case.year)]


def _statement_basis(entry: Indicator, case: Case, reading: Reading, verdict: Verdict) -> str:
    if verdict.status == "met" and set(reading.states.values()) == {"documented"}:
        return "documented"
    result = case.result_of_authority(entry) if is_assigned(entry.target) else "absent"
    if result in ("documented", "denied"):
        return "documented"
    if survey_after(entry, case) is not None:
        return "reported"
    stated = bool(_statements(entry, case)) or result not in WITHOUT
    if stated or any(s not in WITHOUT for s in reading.states.values()):
        return "declared"
    if not math.isnan(case.series(entry.id).at(case.year, "low")):
        return "reported"
    # That a value is met whatever it is follows from the figures that leave it open.
    open_ = math.isnan(reading.series.range_of(case.year)[0])
    return "" if open_ or verdict.status not in ("met", "not_met", "conditional") else "computed"


def _target(entry: Indicator, case: Case) -> Note:
    """The target in words, with the value handed down for this year and its document."""
    params = case.params
    given = params.assignment(entry.id, case.year) or params.none_assigned(entry.id, case.year)
    county = case.params.county
    return described(entry.target, entry.id, entry.unit, county=county, given=given)


def _trend_and_outlook(
    entry: Indicator,
    case: Case,
    series: Series,
    bound: Bound | None,
    breaks: tuple[int, ...],
    disputed: bool,
) -> dict[str, object]:
    """The trend of the history, since its figures speak of the same; and when its line meets the
    target, where that can be said. A year whose figures are disputed is in neither."""
    series = series.since(breaks[-1]) if breaks else series
    years, values = series.years, series.told_apart()
    known = years[~np.isnan(values)].tolist()
    left_out = [y for y in known if y == case.year and disputed or is_disputed(entry, case, y)]
    values = np.where(np.isin(years, left_out), np.nan, values)
    if np.isnan(values).all():
        return {}
    read = read_series(years, values)
    trend = kendall_test(read, TestSpec(case.settings.alpha, better=entry.better))
    outlook = () if disputed else _outlook(entry, case, series, read, bound)
    return {"trend": trend, "outlook": outlook}


def _outlook(
    entry: Indicator, case: Case, series: Series, read: TimeSeries, bound: Bound | None
) -> tuple[Note, ...]:
    by_year = case.params.county.goal_year
    if by_year is None or by_year <= case.year or bound is None or entry.unit == "requirements":
        return ()
    limit, better = bound.at(case.year), "up" if bound.sign == "≥" else "down"
    if math.isnan(limit) or better != entry.better:
        return ()
    found = extend_line(read, limit, by_year=by_year, better=better, level=case.settings.level)
    met = meets(series.at(case.year), "at_least" if better == "up" else "at_most", limit)
    # A line that contradicts the year's own value says nothing a reader could use.
    if found.status == "undetermined" or met != (found.status == "reached"):
        return ()
    return (found.note,)


def _said(history: History) -> dict[str, pd.DataFrame]:
    """What raw monitoring data show beside their figures: gaps and notes, by year."""
    pairs = (*history.gaps, *history.notes)
    if not history.from_monitoring:
        return {}
    years = np.array([year for year, _ in pairs], dtype=int)
    return {"monitoring_notes": pd.DataFrame({"year": years, "note": [n for _, n in pairs]})}


def _requirements(entry: Indicator, reading: Reading) -> dict[str, pd.DataFrame]:
    wanted = requirements_of(entry.target)
    if not wanted:
        return {}
    rows = {"requirement": list(wanted), "state": [reading.states[key] for key in wanted]}
    return {"requirements": pd.DataFrame(rows)}
