"""What was reported in a month: who was in time, what is late, what was finished; and the ledger of
what had to be put right, from the first report to the day.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from ecolib.assess.case import Case
from ecolib.checks.context import Context
from ecolib.checks.planned import COLLECTIVE, Plan, day_of
from ecolib.data.params import check_year
from ecolib.errors import DataError
from ecolib.grouping import grouped
from ecolib.texts import Name, Note, Words
from ecolib.workplan.state import (
    CONTRADICTING,
    PlanState,
    Report,
    Standing,
    month_after,
    reports_until,
    state,
)

#: The day of the following month by which a month is told of where the plan names none.
DUE_DAY = 5
#: Who reports nothing under its own name: those behind it do, or it is the office that is reported to.
UNASKED = COLLECTIVE - {"towns"}
#: What a ledger speaks of.
LEDGER = ("late", "contradicted", "stopped", "no_report")


@dataclass(frozen=True)
class Reporting:
    """Whether a unit that leads open rows told of a month: `when` is the day of its first report,
    None where there was none by the day; `days_late` counts from the day due."""

    unit: str
    name: Words | Name
    rows: int
    told: int
    when: date | None
    days_late: int


@dataclass(frozen=True)
class Month:
    """One month of the campaign as it was known on the day `now.on`.

    Attributes
    ----------
    month
        Its first day; it had to be told of by `due`.
    now, before
        The plan on the day, and on the day on which the month before had to be told of.
    """

    month: date
    due: date
    now: PlanState
    before: PlanState
    reporting: tuple[Reporting, ...]

    @property
    def silent(self) -> tuple[Reporting, ...]:
        """Who had told nothing by the day due; nobody before that day."""
        if self.now.on < self.due:
            return ()
        return tuple(r for r in self.reporting if r.when is None or r.days_late > 0)

    @property
    def late(self) -> tuple[Standing, ...]:
        """What is late, the longest first."""
        return tuple(sorted(self.now.of("late"), key=lambda s: s.days))

    @property
    def finished(self) -> tuple[Standing, ...]:
        """What was done by now and not yet a month before."""
        before = self.before.by_code
        return tuple(s for s in self.now.of("done") if before[s.row.code].state != "done")

    @cached_property
    def sentences(self) -> tuple[Note, Note, Note]:
        """What the numbers say: how many rows are in which state, what changed, who was silent."""
        now, before = self.now.states, self.before.states
        apart = now["late"] - before["late"]
        way = "more" if apart > 0 else "fewer" if apart else "same"
        changed = Note(
            "plan_month.change",
            finished=len(self.finished),
            late=Note(f"plan_month.{way}", count=abs(apart)),
            longest=_longest(self.late[0]) if self.late else Note("plan_month.none_late"),
        )
        unread = self.now.unread and Note("plan_month.unread", count=self.now.unread)
        behind = self.now.behind and Note("plan_month.behind", count=len(self.now.behind))
        halted = now["stopped"] and Note("plan_month.halted", count=now["stopped"])
        more = {"halted": halted or "", "behind": behind or "", "unread": unread or ""}
        whole = Note("plan_month.total", on=self.now.on, **more, **self.now.sizes)
        return whole, changed, self._told()

    def _told(self) -> Note:
        """How many of those that were asked told of the month by the day due."""
        counts = {"due": self.due, "asked": len(self.reporting)}
        if self.now.on < self.due:
            told = sum(r.when is not None for r in self.reporting)
            return Note("plan_month.not_due", told=told, **counts)
        in_time = len(self.reporting) - len(self.silent)
        if self.silent and not in_time:
            return Note("plan_month.none_told", **counts)
        silent = Note("plan_month.silent", units=tuple(r.name for r in self.silent))
        who = silent if self.silent else Note("plan_month.all_told")
        return Note("plan_month.told", told=in_time, who=who, **counts)


def _longest(standing: Standing) -> Note:
    told = {"deadline": standing.row.deadline, "days": -standing.days}
    return Note("plan_month.longest", what=standing.row.name, **told)


def monthly(case: Case, month: date, on: date | None = None) -> Month:
    """A month as it was known on a day, by default the day by which it had to be told of.

    Raises
    ------
    DataError
        When no plan had been submitted by the year of the case, the day is before the month, or
        nothing submitted is of the month's year or later: nobody knows then who was silent.
    """
    month = month.replace(day=1)
    check_year((on or month).year)
    plan = case.context.plan
    if not plan.rows:
        years = tuple(year for year in case.data.years if case.in_year(year).context.plan.rows)
        code = "absent.plan" if years else "absent.plans"
        raise DataError(Note(code, source=f"data/{case.county}/raw", year=case.year, years=years))
    if on and on < month:
        raise DataError(Note("plan_month.too_early", on=on, month=month))
    months = filter(None, (day_of(row["month"]) for row in case.rows("progress")))
    if (last := max((*months, date(case.data.years[-1], 12, 1)))) < month:
        raise DataError(Note("plan_month.no_data", month=month, last=last))
    due = due_day(plan, month)
    on = on or due
    before = state(case, min(due_day(plan, month_after(month, -1)), on))
    now = state(case, on)
    reports = reports_until(case, on)
    told = _reporting(case.context, before, reports, month, due)
    return Month(month, due, now, before, tuple(told))


def due_day(plan: Plan, month: date) -> date:
    """The day by which a month has to be told of: that of the duty, in the month after."""
    after = month_after(month)
    day = plan.reporting.day if plan.reporting else DUE_DAY
    return after.replace(day=min(day, calendar.monthrange(after.year, after.month)[1]))


def _reporting(
    context: Context, before: PlanState, reports: dict[str, list[Report]], month: date, due: date
) -> Iterator[Reporting]:
    """Every unit that led a row that was not done when the month before had been told of."""
    last = due_day(context.plan, month_after(month, -1))
    open_ = (s.row for s in before.rows if s.state != "done" and not s.row.measure)
    begun = (row for row in open_ if row.begin is None or row.begin <= last)
    led = grouped((unit, row.code) for row in begun for unit in row.lead if unit not in UNASKED)
    for unit, codes in led.items():
        days = [
            min(r.reported for r in of_month)
            for code in codes
            if (of_month := [r for r in reports.get(code, ()) if r.month == month and _by(r, unit)])
        ]
        when = min(days, default=None)
        late = max((when - due).days, 0) if when else 0
        yield Reporting(unit, context.owner(unit), len(codes), len(days), when, late)


def _by(report: Report, unit: str) -> bool:
    """Whether a unit told it; where nobody is named, any that leads the row."""
    return not report.who or unit in report.who


# --- the ledger -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One matter that had to be put right; it stays when it is closed.

    Attributes
    ----------
    kind
        Of `LEDGER`.
    found
        The day on which it was found: the first day on which a month had to be told of.
    closed
        The day on which it was seen to be in order; None while it is open. What was late is closed
        by a paper that proves it done.
    """

    kind: str
    found: date
    standing: Standing
    closed: date | None = None


def problem(kind: str, standing: Standing) -> Note | Words:
    """What is wrong with a row, in one sentence; `kind` is of `LEDGER`."""
    match kind:
        case "late":
            days = -min(standing.days, -1)
            return Note("plan_ledger.late", deadline=standing.row.deadline, days=days)
        case "stopped" if standing.report and standing.report.state == "stopped":
            return Note("plan_ledger.stopped", month=standing.report.month)
        case "stopped":
            return Note("plan_ledger.resumed")
        case "no_report" if standing.report is None:
            return Note("plan_ledger.never")
        case "no_report":
            return Note("plan_ledger.silent", month=standing.report.month)
    found = (note for note in standing.notes if note.code in CONTRADICTING)
    return next(found, Note("plan_ledger.mended"))


def ledger(case: Case, on: date) -> tuple[Entry, ...]:
    """Every matter found since the first report, on the days on which a month had to be told of, and
    on the day itself; open ones first, each with its last standing."""
    entries: dict[tuple[str, str], Entry] = {}
    for day in _days(case, on):
        seen = state(case, day)
        for standing in seen.rows:
            if standing.state in LEDGER:
                key = standing.row.code, standing.state
                known = entries.get(key)
                found = day if known is None or known.closed else known.found
                entries[key] = Entry(standing.state, found, standing)
        for (code, kind), entry in entries.items():
            if entry.closed is None:
                standing = seen.by_code[code]
                closed = day if _in_order(kind, standing) else None
                entries[code, kind] = replace(entry, standing=standing, closed=closed)

    def place(entry: Entry) -> tuple:
        return entry.closed is not None, LEDGER.index(entry.kind), entry.found

    return tuple(sorted(entries.values(), key=place))


def _in_order(kind: str, standing: Standing) -> bool:
    if kind == "late":
        return standing.state == "done" and bool(standing.proof)
    return standing.state != kind and not (
        kind in ("no_report", "stopped") and standing.state == "late"
    )


def _days(case: Case, on: date) -> Sequence[date]:
    """The days on which a month had to be told of, from the first report on, and the day itself."""
    plan = case.context.plan
    month = min((reports[0].month for reports in reports_until(case, on).values()), default=on)
    days: list[date] = []
    while (day := due_day(plan, month)) < on:
        days.append(day)
        month = month_after(month)
    return [*days, on]
