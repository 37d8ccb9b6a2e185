"""How far each project, task, goal and step is on a day.

What was reported later than the day is not known on it, nor are figures of a year that has not
ended; so the state on a past day comes out the same whenever it is asked for. A row has one state,
the first of `STATES` that holds.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from string import ascii_uppercase as LETTERS

import pandas as pd

from ecolib.assess.case import Case
from ecolib.checks.context import Context
from ecolib.checks.plan import factor, latest, reaches
from ecolib.checks.planned import ONCE, Plan, Planned, day_of, members
from ecolib.data.dictionary import PLAN
from ecolib.data.moments import iso_of
from ecolib.grouping import grouped
from ecolib.texts import Amount, Name, Note

#: From the one that decides first to the last; the words are those of "plan_state".
STATES = ("contradicted", "done", "late", "stopped", "no_date", "no_report", "due", "on_track")
#: What needs somebody's attention, the worst first.
OPEN = ("late", "contradicted", "stopped", "no_report", "due")
#: What was found of a row that contradicts what is reported of it.
CONTRADICTING = {
    "plan_goal_denied", "plan_goal_disputed", "plan_finished_yet_less", "plan_not_begun_yet_done",
    "plan_more_than_whole", "plan_goal_short",
}  # fmt: skip
#: What is doubtful in the reports of a row without contradicting them.
DOUBTFUL = {"plan_progress_fell", "plan_reports_differ", "plan_before_begin"}
#: A row is due when its deadline is at most so many days away.
DUE_DAYS = 60
#: A row is behind when its share done is so many points below the share of its time that has passed.
BEHIND_POINTS = 10


@dataclass(frozen=True)
class Report:
    """The last that was told of a row; `month` is the first day of the month told of."""

    month: date
    reported: date
    done: float
    state: str
    told: str
    who: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """How far one row of the plan is.

    Attributes
    ----------
    share
        The share done, 0 to 1: of its quantity, of its parts, or as reported; NaN where unknown.
    elapsed
        The share of its time that has passed; NaN where no beginning or no end is printed.
    days
        The days left to the deadline, negative where it has passed; None without one.
    report
        The last report known on the day.
    proof
        The papers that prove it done, by title.
    critical
        Why it matters now: "binding" for an indicator that must be met, "needed" for a later step;
        empty unless it needs attention.
    notes
        What was found beside the state.
    value
        Of a goal the last year with a value that was known on the day, and the value; else NaN.
    """

    row: Planned
    state: str
    share: float
    elapsed: float
    days: int | None
    report: Report | None
    proof: tuple[str, ...] = ()
    critical: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    value: tuple[int, float] = (0, math.nan)

    @property
    def points_behind(self) -> float:
        """How many points the share done is below the share of time; 0 unless it is `BEHIND_POINTS`
        or more."""
        below = 100 * (self.elapsed - self.share)
        return below if self.state not in ("done", "stopped") and below >= BEHIND_POINTS else 0.0


@dataclass(frozen=True)
class PlanState:
    """Every row of the plan on a day, in the order of the tables; phases are made of their steps and
    have no state of their own. `unread` is how much of the plan and of its reports was not used."""

    on: date
    plan: Plan
    rows: tuple[Standing, ...]
    unread: int = 0

    @cached_property
    def by_code(self) -> Mapping[str, Standing]:
        return {standing.row.code: standing for standing in self.rows}

    @cached_property
    def states(self) -> Counter:
        """How many rows are in each state."""
        return Counter(standing.state for standing in self.rows)

    @property
    def sizes(self) -> dict[str, int | Amount]:
        """What a sentence on all rows needs: `total`, how many are in each state, the `share` done."""
        total, done = len(self.rows), self.states["done"]
        share = Amount(round(100 * done / total, 1) if total else 0.0, "%")
        return {"total": total, "share": share, **{of: self.states[of] for of in STATES}}

    def of(self, *states: str) -> tuple[Standing, ...]:
        return tuple(standing for standing in self.rows if standing.state in states)

    @property
    def critical(self) -> tuple[Standing, ...]:
        """What needs attention and matters, the worst first."""
        found = (s for s in self.rows if s.critical)
        return tuple(sorted(found, key=lambda s: (STATES.index(s.state), s.days or 0)))

    @property
    def behind(self) -> tuple[Standing, ...]:
        """What is not late and well below the share of its time, the farthest first."""
        found = (s for s in self.of("due", "on_track", "no_report") if s.points_behind)
        return tuple(sorted(found, key=lambda s: -s.points_behind))

    def within(self, days: int = DUE_DAYS) -> tuple[Standing, ...]:
        """What is due in the coming days and not done, the nearest first."""
        found = (s for s in self.rows if s.state != "done" and s.days is not None)
        return tuple(sorted((s for s in found if 0 <= s.days <= days), key=lambda s: s.days))

    def counts(self, by: str = "") -> dict[str, Counter]:
        """How many rows are in each state, by "programme", "lead", "place" or "indicator", under ""
        for all; a row of several counts with each of them, one of none under ""."""
        states = grouped((key, s.state) for s in self.rows for key in self.keys(s.row, by))
        return {key: Counter(found) for key, found in states.items()}

    def shares(self, by: str = "") -> dict[str, float]:
        """The mean share done of the rows whose quantity is printed, grouped like `counts`."""
        printed = (
            s for s in self.rows if not math.isnan(s.row.quantity) and s.row.table != "goals"
        )
        found = grouped((k, _or_nothing(s.share)) for s in printed for k in self.keys(s.row, by))
        return {key: sum(shares) / len(shares) for key, shares in found.items()}

    def keys(self, row: Planned, by: str) -> tuple[str, ...]:
        """What a row counts with."""
        if by == "programme":
            top = self.plan.programme(row)
            return (top.code,) if top else ("",)
        own = {"lead": row.lead, "place": (row.place,), "indicator": row.indicators}
        return own.get(by) or ("",)

    def frame(self) -> pd.DataFrame:
        """One line a row: codes and numbers, no language."""
        rows = self.rows
        return pd.DataFrame(
            {
                "code": [s.row.code for s in rows],
                "table": [s.row.table for s in rows],
                "name": [s.row.name for s in rows],
                "programme": [self.keys(s.row, "programme")[0] for s in rows],
                "indicators": [";".join(s.row.indicators) for s in rows],
                "quantity": [s.row.quantity for s in rows],
                "unit": [s.row.unit for s in rows],
                "place": [s.row.place for s in rows],
                "begin": [s.row.begin for s in rows],
                "deadline": [s.row.deadline for s in rows],
                "lead": [";".join(s.row.lead) for s in rows],
                "support": [";".join(s.row.support) for s in rows],
                "state": [s.state for s in rows],
                "share": [s.share for s in rows],
                "elapsed": [s.elapsed for s in rows],
                "behind": [s.points_behind for s in rows],
                "days": [s.days for s in rows],
                "month": [s.report.month if s.report else None for s in rows],
                "critical": [";".join(s.critical) for s in rows],
                "position": [s.row.position for s in rows],
            }
        )


def state(case: Case, on: date) -> PlanState:
    """The plan of a county on a day.

    Parameters
    ----------
    case
        The plan and the reports are those submitted by its year; goals are judged by its series of
        the years that had ended by the day.
    """
    plan = case.context.plan
    reports, proofs = reports_until(case, on), _proofs(case, on)
    ended = on.year if (on.month, on.day) == (12, 31) else on.year - 1
    year = min(case.year, on.year)
    facts = case.context if year == case.year else case.in_year(year).context
    binding = {entry.id for entry in case.list.values() if entry.kind == "binding"}
    work = _Work(plan, on, reports, proofs, facts, min(ended, case.year), binding)
    found = {row.code: work.standing(row) for row in plan.of(*ONCE) if not plan.is_period(row)}
    rows = tuple(work.with_critical(standing, found) for standing in found.values())
    unread = sum(left.count for table in PLAN for left in case.submitted.unread(table))
    return PlanState(on, plan, rows, unread)


def plan_day(case: Case) -> date:
    """The day on which a case tells of its plan: up to which its data reach by the parameters, else
    the last of its year; never that of the clock."""
    return case.params.report.data_until.get(case.year) or date(case.year, 12, 31)


def plan_state(case: Case) -> PlanState:
    """The plan on `plan_day`, made once for all pages."""
    return case.once("plan state", "", lambda: state(case, plan_day(case)))


def reports_until(case: Case, on: date) -> dict[str, list[Report]]:
    """What had been reported by a day, by code, the oldest month first.

    Whose amount could not be read is not finished, whatever is said beside it.
    """
    notes = case.submitted.table_issues("progress")
    unread = {n.source for n in notes if n.about == "progress.done" and n.severity == "error"}
    unread = {(source.file, source.sheet, source.cell.lstrip(LETTERS)) for source in unread}
    found: dict[str, list[Report]] = {}
    for row in case.rows("progress"):
        month = day_of(row["month"])
        # What bears no date was known at the end of its folder's year, or of the month it tells of.
        known = max(date(row["submitted"], 12, 31), _last_day(month) if month else date.min)
        reported = day_of(row["reported"]) or known
        if max(reported, month or reported) <= on:  # nobody can tell of a month before it begins
            done = math.nan if row["done"] is None else float(row["done"])
            place = row["file"], row["sheet"], str(row["row"])
            state = "under_way" if place in unread else row["state"]
            told = (done, state, row["told"] or "", members(row["who"]))
            report = Report((month or reported).replace(day=1), reported, *told)
            found.setdefault(row["code"], []).append(report)
    for reports in found.values():
        # Of two units on one day the one that says less has the last word.
        reports.sort(key=_last_word)
    return found


def _last_word(report: Report) -> tuple:
    """The order of reports; of two units on one day the one that says less comes last."""
    least = 0.0 if math.isnan(report.done) else -report.done
    return report.month, report.reported, report.state != "finished", least


def _proofs(case: Case, on: date) -> dict[str, tuple[str, ...]]:
    """The papers that prove a row done, of those dated by the day; what bears no day was known at the
    end of its folder's year."""
    found: dict[str, list[str]] = {}
    for row in case.rows("evidence"):
        dated = iso_of(row["date"])
        known = dated if len(dated) == len("2020-01-31") else f"{row['submitted']}-12-31"
        if row["code"] and known <= on.isoformat():
            found.setdefault(row["code"], []).append(row["title"])
    return {code: tuple(dict.fromkeys(titles)) for code, titles in found.items()}


def month_due(plan: Plan, on: date) -> date | None:
    """The last month that had to be reported by a day; None where no monthly report is asked for."""
    duty = plan.reporting
    if duty is None:
        return None
    return month_after(on, -1 if on.day >= duty.day else -2)


def month_after(day: date, months: int = 1) -> date:
    """The first day of the month that lies so many after (or before) that of a day."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def _last_day(month: date) -> date:
    return month_after(month) - timedelta(1)


@dataclass(frozen=True)
class _Work:
    """What is known on the day while the rows are gone through."""

    plan: Plan
    on: date
    reports: Mapping[str, Sequence[Report]]
    proofs: Mapping[str, tuple[str, ...]]
    context: Context
    ended: int
    binding: set[str]

    def standing(self, row: Planned) -> Standing:
        told = self.reports.get(row.code, ())
        report = told[-1] if told else None
        value = latest(self.context, row, self.ended)
        share, notes = self._share(row, report, value), tuple(self._notes(row, told, value))
        days = None if row.deadline is None else (row.deadline - self.on).days
        if any(note.code in CONTRADICTING for note in notes):
            found = "contradicted"
            share = math.nan if row.table == "goals" else share  # what is disputed is no share done
        elif _is_finished(report) or share >= 1:
            found = "done"
        elif days is not None and days < 0:
            found = "late"
        elif report is not None and report.state == "stopped":
            found = "stopped"
        elif days is None:
            found = "no_date"
        elif self._silent(row, report, value[1]):
            found = "no_report"
        else:
            found = "due" if days <= DUE_DAYS else "on_track"
        proof = self.proofs.get(row.code, ())
        if found == "done" and not proof and report is not None:
            notes += (Note("plan_unproved" if _is_finished(report) else "plan_unproved.full"),)
        elapsed = self._elapsed(row)
        return Standing(row, found, share, elapsed, days, report, proof, notes=notes, value=value)

    def with_critical(self, standing: Standing, found: Mapping[str, Standing]) -> Standing:
        """The standing with why it matters, where it needs attention."""
        if standing.state not in OPEN and not standing.points_behind:
            return standing
        row = standing.row
        binding = bool(self.binding & {*row.indicators})
        needed = any(
            found[other.code].state != "done"
            if other.code in found
            else other.deadline is None or other.deadline >= self.on  # a phase that lies ahead
            for other in self.plan.needed_by.get(row.code, ())
        )
        return replace(standing, critical=("binding",) * binding + ("needed",) * needed)

    def _elapsed(self, row: Planned) -> float:
        if not row.begin or not row.deadline or row.deadline <= row.begin:
            return math.nan
        passed = (self.on - row.begin).days / (row.deadline - row.begin).days
        return min(max(passed, 0.0), 1.0)

    def _share(self, row: Planned, report: Report | None, value: tuple[int, float]) -> float:
        """The share done, by the series of a goal, else as reported, else as its parts are."""
        if row.table == "goals" and row.measure:
            return 1.0 if self._surely_reaches(row, value) else math.nan
        if report is not None and not math.isnan(report.done):
            if row.table == "goals" and not math.isnan(row.quantity):
                return 1.0 if reaches(row, report.done) else math.nan
            if _whole(row):
                return report.done / _whole(row)
        if report is None and math.isnan(row.quantity):
            parts = map(self.standing, self._parts(row))  # what is disputed is no share done
            shares = [math.nan if p.state == "contradicted" else p.share for p in parts]
            if shares and not all(map(math.isnan, shares)):
                return sum(map(_or_nothing, shares)) / len(shares)
        return 1.0 if _is_finished(report) else math.nan

    def _surely_reaches(self, row: Planned, value: tuple[int, float]) -> bool:
        """Whether a goal is reached whatever the value of the year may be; a figure that bears no
        year says nothing of one."""
        entry = self.context.list.get(row.measure)
        levels = self.context.of(entry).history() if entry else self.context.series(row.measure)
        if math.isnan(value[1]) or levels[value[0]].basis == "declared":
            return False
        end = getattr(levels[value[0]], "high" if row.sense == "at_most" else "low")
        scale = factor(self.context, row)
        return reaches(row, value[1] if math.isnan(end) else end * scale)

    def _parts(self, row: Planned) -> list[Planned]:
        return [part for part in self.plan.parts.get(row.code, ()) if part.table == row.table]

    def _notes(
        self, row: Planned, told: Sequence[Report], value: tuple[int, float]
    ) -> Iterable[Note]:
        """What the reports say that cannot be so."""
        unit = row.unit or "%"
        for before, after in zip(told, told[1:], strict=False):
            two_units = after.month == before.month and after.who != before.who
            if two_units and after.done != before.done:
                both = tuple(Amount(r.done, unit) for r in (before, after) if r.done == r.done)
                yield Note("plan_reports_differ", month=after.month, told=both)
            elif after.done < before.done:
                done = {"done": Amount(after.done, unit), "before": Amount(before.done, unit)}
                yield Note("plan_progress_fell", month=after.month, **done)
        for early in (r for r in told[:1] if row.begin and _last_day(r.month) < row.begin):
            if early.done > 0 or _is_finished(early):
                yield Note("plan_before_begin", month=early.month, begin=row.begin)
        known = {
            "year": value[0], "value": Amount(value[1], row.unit), "goal": Amount(row.quantity, row.unit),
        }  # fmt: skip
        entry = self.context.list.get(row.measure)
        if entry and reaches(row, value[1]):
            judged = self.context.of(entry).at(value[0]).judged()
            if judged.status == "conflict":  # what is disputed proves nothing
                yield Note("plan_goal_disputed", indicator=Name("indicator", entry.id), **known)
        if reaches(row, value[1]) and not self._surely_reaches(row, value):
            yield Note("plan_goal_unsure", **known)
        last = told[-1] if told else None
        if last is None:
            return
        if row.table == "goals":
            says_reached = _is_finished(last) or reaches(row, last.done)
            if says_reached and not math.isnan(value[1]) and not reaches(row, value[1]):
                yield Note("plan_goal_denied", **known)
            elif _is_finished(last) and not (
                math.isnan(last.done - row.quantity) or reaches(row, last.done)
            ):
                done, goal = Amount(last.done, row.unit), Amount(row.quantity, row.unit)
                yield Note("plan_goal_short", done=done, goal=goal)
        elif last.state == "not_begun" and last.done > 0:
            yield Note("plan_not_begun_yet_done", done=Amount(last.done, unit))
        elif math.isnan(row.quantity) and last.done > _whole(row):
            yield Note("plan_more_than_whole", done=Amount(last.done, unit))
        elif _is_finished(last) and last.done < _whole(row):
            amounts = {"done": Amount(last.done, unit), "quantity": Amount(_whole(row), unit)}
            yield Note("plan_finished_yet_less", **amounts)

    def _silent(self, row: Planned, report: Report | None, value: float) -> bool:
        """Whether the last month due was not reported, of a row that was to have begun by then."""
        month = month_due(self.plan, self.on)
        if not math.isnan(value) or (row.begin and month and row.begin > _last_day(month)):
            return False
        parts = self._parts(row) if report is None else ()
        if parts:  # who reports on every part has reported
            return any(self.standing(part).state == "no_report" for part in parts)
        return report is None or (month is not None and report.month < month)


def _is_finished(report: Report | None) -> bool:
    return report is not None and report.state == "finished"


def _whole(row: Planned) -> float:
    """What the amounts reported of a row add up to; 100 % where no quantity is printed."""
    return 100.0 if math.isnan(row.quantity) else row.quantity


def _or_nothing(share: float) -> float:
    return 0.0 if math.isnan(share) else min(share, 1.0)
