"""The plan of work against itself and against the figures: what cannot be right, or cannot be followed.

A rule asks the `Context` and yields a remark for each doubtful row, or one for many rows of a kind.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import combinations

from ecolib.checks.claims import said
from ecolib.checks.context import Context, Remarks
from ecolib.checks.planned import ONCE, Planned, is_town, units
from ecolib.data.dictionary import convert
from ecolib.data.numbers import unit_named
from ecolib.errors import hint
from ecolib.indicators.catalogue import known_items
from ecolib.texts import Amount, Name, Note, Words

#: Of many rows with one fault this many are named.
NAMED = 8


def plan_remarks(context: Context) -> tuple[Note, ...]:
    """Every remark on the plan of work, rule by rule."""
    return tuple(note for rule in RULES for note in rule(context))


# --- codes and periods


def unknown_codes(context: Context) -> Remarks:
    """A code that two rows have; a row that is part of itself or requires itself, or is part of,
    requires, reports on or proves what no row is."""
    plan = context.plan
    for row in plan.rows:
        if (other := plan.by_code[row.code]) is not row:
            yield row.remark("plan_code_twice", "error", other=other.name, at=other.position)
        if row in plan.above(row):
            yield row.remark("plan_circle", "error")
        if plan.waits_for_itself(row):
            yield row.remark("plan_waits_for_itself", "error")
        for code in filter(None, (row.part_of, *row.requires)):
            if code not in plan.by_code:
                near = hint(code, plan.by_code)
                yield row.remark("plan_unknown_code", "error", named=code, near=near)
    for code, source in plan.named:
        if code not in plan.by_code:
            told = {"shown": code, "named": code, "near": hint(code, plan.by_code)}
            yield Note("plan_unknown_code.told", severity="error", source=source, **told)


def _periods(context: Context, parent: str) -> list[Planned]:
    """The dated parts of a milestone that have parts themselves."""
    own = (row for row in context.plan.parts.get(parent, ()) if row.deadline)
    return sorted((row for row in own if context.plan.is_period(row)), key=_span)


def _span(row: Planned) -> tuple[date, date]:
    return row.begin or date.min, row.deadline or date.max


def periods_meet(context: Context) -> Remarks:
    """Phases beside each other that share days, or leave days out."""
    for parent in context.plan.parts:
        periods = _periods(context, parent)
        for row, after in zip(periods, periods[1:], strict=False):
            begin = _span(after)[0]
            if begin <= row.deadline:
                yield _two(row, "plan_overlap", after)
            elif row.deadline + timedelta(1) < begin:
                yield _two(row, "plan_gap", after)


def periods_fill(context: Context) -> Remarks:
    """A phase whose parts begin after it or end before it."""
    for row in context.plan.of("milestones"):
        periods = _periods(context, row.code)
        if not periods or row.deadline is None:
            continue
        first, last = _span(periods[0])[0], max(p.deadline for p in periods)
        if last < row.deadline or (row.begin is not None and row.begin < first):
            ends = {"first": "…" if first == date.min else first, "last": last}
            yield row.remark("plan_not_filled", term=row.term, **ends)


def outside_parent(context: Context) -> Remarks:
    """A row that begins before or ends after what it is part of."""
    for row in context.plan.rows:
        above = context.plan.by_code.get(row.part_of)
        if above is None:
            continue
        early = row.begin and above.begin and row.begin < above.begin
        late = row.deadline and above.deadline and row.deadline > above.deadline
        if early or late:
            yield _two(row, "plan_outside", above)


def needed_too_late(context: Context) -> Remarks:
    """What must be done before is due only after the row that needs it.

    Of a time so wide that it begins before the row does, such as a whole year, nothing is said.
    """
    plan = context.plan
    for row in plan.rows:
        for code in row.requires:
            needed = plan.by_code.get(code)
            if needed is None or needed.deadline is None or row.deadline is None:
                continue
            wide = needed.begin and needed.begin < (row.begin or row.deadline)
            if needed.deadline > row.deadline and not wide:
                yield _two(row, "plan_due_too_late", needed)


def _two(row: Planned, code: str, other: Planned) -> Note:
    return row.remark(
        code,
        term=row.term or row.deadline or "…",
        other=other.name,
        other_term=other.term or other.deadline or "…",
        other_position=other.position,
    )


# --- goals


def goal_behind_data(context: Context) -> Remarks:
    """A goal that asks for less than what is reported already."""
    for row in context.plan.of("goals"):
        before = row.deadline.year - 1 if row.deadline else context.year
        year, value = latest(context, row, min(before, context.year))
        if reaches(row, value) and value != row.quantity:
            goal, value = Amount(row.quantity, row.unit), Amount(value, row.unit)
            yield row.remark("plan_goal_low", "note", goal=goal, year=year, value=value)


def latest(context: Context, row: Planned, until: int | None = None) -> tuple[int, float]:
    """The last year, up to `until`, in which what judges a goal is known, and its value in the unit of
    the goal; NaN where nothing is, or the one is no measure of the other."""
    if not row.measure:
        return 0, math.nan
    entry = context.list.get(row.measure)
    values = context.of(entry).levels() if entry else context.values(row.measure)
    last = min(until or context.year, row.deadline.year if row.deadline else context.year)
    year, value = max(
        (known for known in values.items() if known[0] <= last), default=(0, math.nan)
    )
    scale = factor(context, row)
    return (0, math.nan) if scale is None else (year, value * scale)


def factor(context: Context, row: Planned) -> float | None:
    """What turns what judges a goal into the unit of the goal; None where nothing does. A unit that
    nobody knows, such as of what is counted, is taken for the same."""
    own = _unit(context, row)
    return convert(1.0, own, unit_named(row.unit) or own)


def _unit(context: Context, row: Planned) -> str:
    return (context.list.get(row.measure) or known_items()[row.measure]).unit


def other_unit(context: Context) -> Remarks:
    """A goal in a unit into which that of the figures that judge it cannot be converted."""
    for row in context.plan.of("goals"):
        if row.measure and factor(context, row) is None:
            own = Name("unit", _unit(context, row))
            yield row.remark("plan_goal_unit", "error", unit=row.unit, own=own)


def reaches(row: Planned, value: float) -> bool:
    """Whether a value is what a goal asks for; never where either is not known."""
    return value <= row.quantity if row.sense == "at_most" else value >= row.quantity


def two_terms(context: Context) -> Remarks:
    """One goal of one size with two terms, or of two sizes with one term."""
    for row, other in combinations(context.plan.of("goals"), 2):
        if not (row.deadline and other.deadline) or row.name != other.name:
            continue
        alike = (row.sense, row.unit, row.place) == (other.sense, other.unit, other.place)
        if row.quantity == other.quantity and row.deadline != other.deadline:
            yield _two(row, "plan_two_terms", other)
        elif alike and row.deadline == other.deadline and abs(row.quantity - other.quantity) > 0:
            sizes = (Amount(goal.quantity, goal.unit) for goal in (row, other))
            told = dict(zip(("goal", "other"), sizes, strict=True))
            yield row.remark("plan_two_sizes", other_position=other.position, **told)


def all_yet_less(context: Context) -> Remarks:
    """A goal named as all of it, whose size is less."""
    for row in context.plan.of("goals"):
        told = None if said("not_yet", row.name) else said("all", row.name)
        if told and unit_named(row.unit) == "%" and row.sense != "at_most" and row.quantity < 100:
            goal = Amount(row.quantity, "%")
            yield row.remark("plan_all_yet_less", words=told[0], goal=goal)


# --- owners and dates


def without_date(context: Context) -> Remarks:
    """How many rows of a kind have no term, and how many no unit that answers for them."""
    for table in ONCE:
        rows = tuple(row for row in context.plan.of(table) if not context.plan.is_period(row))
        yield from _lacking("plan_without_date", rows, [r for r in rows if r.deadline is None])
        yield from _lacking("plan_without_lead", rows, [r for r in rows if not r.lead])


def _lacking(code: str, rows: tuple[Planned, ...], found: list[Planned]) -> Remarks:
    if found:
        table, codes = Name("table", rows[0].table), tuple(row.code for row in found[:NAMED])
        more = Note("plan_more") if len(found) > NAMED else ""
        yield found[0].remark(
            code, "note", table=table, count=len(found), total=len(rows), codes=codes, more=more
        )


def group_and_duties(context: Context) -> Remarks:
    """Units with work that are not in the leading group, and members of it without any work."""
    plan, named = context.plan, units(context.plan.rows)
    members = {unit: None for cell in plan.members for unit in cell.split(";") if unit}
    if not members:
        return
    outside = [unit for unit in named if unit not in members and not is_town(unit)]
    idle = [unit for unit in members if unit not in named and not is_town(unit)]
    if outside:
        told = _names(context, outside)
        yield named[outside[0]].remark("plan_not_in_group", units=told)
    if idle:
        told = _names(context, idle)
        yield Note("plan_group_idle", severity="note", about="members.unit", shown="", units=told)


def _names(context: Context, found: Iterable[str]) -> tuple[Words | Name, ...]:
    return tuple(map(context.owner, found))


def assigned_differently(context: Context) -> Remarks:
    """An indicator whose tasks two places of the plan assign to different units."""
    by_indicator: dict[str, dict[tuple, Planned]] = {}
    for row in context.plan.of("tasks"):
        for indicator in row.indicators:
            units_of = frozenset(row.lead), frozenset(row.support)
            by_indicator.setdefault(indicator, {}).setdefault(units_of, row)
    for indicator, found in by_indicator.items():
        rows = list({row.position: row for row in found.values()}.values())
        if len(found) > 1 and len(rows) > 1:
            told = tuple(_assigned(context, row) for row in rows)
            yield rows[0].remark("plan_assigned", indicator=Name("indicator", indicator), told=told)


def _assigned(context: Context, row: Planned) -> Note:
    lead, support = (_names(context, found) or "—" for found in (row.lead, row.support))
    return Note("plan_assigned.at", position=row.position, lead=lead, support=support)


# --- projects


def counted_twice(context: Context) -> Remarks:
    """Two projects of one quantity at one place that serve one indicator, neither part of one whole."""
    plan = context.plan
    sized = [row for row in plan.of("projects") if not math.isnan(row.quantity)]
    for row, other in combinations(sized, 2):
        related = row.part_of == other.part_of or {row, other} & {
            *plan.above(row),
            *plan.above(other),
        }
        same_unit = row.unit[:1] == other.unit[:1] and row.quantity == other.quantity
        same_place = not (row.place and other.place and row.place != other.place)
        if same_unit and same_place and not related and {*row.indicators} & {*other.indicators}:
            amount = Amount(row.quantity, row.unit)
            beside = {"other": other.name, "other_position": other.position}
            yield row.remark("plan_twice", amount=amount, **beside)


RULES = (
    unknown_codes, periods_meet, periods_fill, outside_parent, needed_too_late, goal_behind_data, other_unit,
    two_terms, all_yet_less, without_date, group_and_duties, assigned_differently, counted_twice,
)  # fmt: skip
