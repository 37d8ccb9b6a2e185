"""Rules for printed changes and verdicts: against the levels of the years, and against ours."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

from ecolib.checks import alternatives
from ecolib.checks.claims import Claim, Finding, compare, finding, said, wording
from ecolib.checks.context import Context, Level
from ecolib.checks.contradictions import contradictions, twins
from ecolib.checks.document import met_yet_undone, whole_is_zero
from ecolib.checks.values import (
    another_quantity,
    copies,
    inputs_alike,
    item_in_year,
    not_a_number,
    reported_value,
    value_is_target,
    value_of_inputs,
)
from ecolib.data.dictionary import convert, units
from ecolib.data.figures import COUNTED, half_digit
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.indicators.targets import same
from ecolib.texts import Amount, Name, Note, Words

#: Changes in words (`wording.csv`): the sign of their steps (0: the indicator's own better way) and
#: whether a year without change is one too.
DIRECTIONS = {
    "not_worse": (0, True),
    "not_falling": (1, True),
    "improving": (0, False),
    "rising": (1, False),
    "falling": (-1, False),
}


# --- printed changes


def steady_levels(context: Context) -> Finding | None:
    """A level said to be that of the year before, or of the base year."""
    claim, known = context.claim, _known(context)
    years = [year for year in (_base(claim), claim.year) if year in known]
    if not said("steady", claim.printed) or len(years) < 2:
        return None
    apart = abs(known[years[1]].value - known[years[0]].value)
    same = apart <= max(_half(context, year, known[year]) for year in years)
    outcome = "cannot_check" if same else "contradicts"
    return _of_levels(context, outcome, "same" if same else "differs", years)


def _of_levels(
    context: Context, outcome: str, how: str, years: Iterable[int], printed: str = ""
) -> Finding:
    """A change in words beside the levels of these years: they agree, differ, or are the same."""
    levels = tuple(_level_in(context, year) for year in years)
    printed = printed or context.claim.printed
    note = Note(f"direction_of_levels.{how}", levels=levels, printed=printed)
    return finding(context.claim, outcome, note)


def direction_of_levels(context: Context) -> Finding | None:
    """A change told in words ("rising every year", "improving") against all levels submitted."""
    claim = context.claim
    told = (way for name, way in DIRECTIONS.items() if said(name, claim.printed))
    sign, flat = next(told, (None, None))
    if sign is None:
        return None
    if not sign and claim.subject:  # which way an item is better is not known
        return None
    sign = sign or (1 if claim.entry.better == "up" else -1)
    every = said("every_year", claim.printed)
    known = {y: x for y, x in _known(context).items() if y >= (claim.base or y)}
    ends = {claim.base or min(known, default=claim.year), claim.year}
    if claim.base and not (every or any(said(w, claim.printed) for w in ("in_all", "steadily"))):
        known = {y: x for y, x in known.items() if y in ends}  # whatever was between
    gaps = every and len(known) <= max(known, default=0) - min(known, default=0)
    unknown = finding(claim, "cannot_check", Note("no_levels.words", printed=claim.printed))
    if len(known) < 2 or not ends <= {*known}:
        return unknown
    partly = any(level.low < level.high for level in known.values())
    pairs = pairwise(level.value for level in known.values())
    steps = [0.0 if same(now, before) else now - before for before, now in pairs]
    if flat and not any(steps):
        return _of_levels(context, "cannot_check", "same", known)
    # "Every year" leaves no year without a step.
    moves = all(steps) if every else any(steps)
    if all(sign * step >= 0 for step in steps) and (flat or moves):
        found = unknown if gaps else _of_levels(context, "agrees", "agrees", known)
    else:
        outcome = "cannot_check" if partly else "contradicts"
        found = _of_levels(context, outcome, "differs", known)
    return found.adding(Note("only_least_levels") if partly else None)


def change_as_value(context: Context) -> Finding | None:
    """A rise or fall in % that is printed as the value of an indicator kept in another unit."""
    claim, unit = context.claim, context.indicator.unit
    told = said("fell", claim.text) or said("rising", claim.text)
    if not told or not claim.is_number or claim.subject or claim.unit != "%":
        return None
    return None if convert(1.0, claim.unit, unit) is not None else change_of_levels(context)


def other_base(context: Context) -> Finding | None:
    """A rise or fall since another year than the indicator, itself a rise or fall, is taken from."""
    claim, entry = context.claim, context.indicator
    own = entry.id.endswith(("_decline", "_gain")) and not claim.subject
    if not own or claim.base in (None, *context.years_used()):
        return None
    if len(context.inputs) == 1:  # the change of what the indicator is a change of
        asked = replace(context, claim=replace(claim, subject=context.inputs[0]))
        return change_of_levels(asked) or no_levels(asked)
    return finding(claim, "cannot_check", Note("another_quantity.base", base=claim.base))


def change_of_a_change(context: Context) -> Finding | None:
    """An indicator that is itself a rise or fall: the claim is its value, not a change of it."""
    entry = context.indicator
    told = entry.id.endswith(("_decline", "_gain")) and not context.claim.subject
    if not told or context.claim.unit != entry.unit:
        return None
    return other_base(context) or value_of_inputs(context) or reported_value(context)


def change_of_levels(context: Context) -> Finding | None:
    """A change in percentage points or in % against the levels of the year and the year before."""
    claim = context.claim
    if not claim.bases and any(said(w, claim.clause) for w in ("in_all", "a_year")):
        note = Note("no_levels.base")
        found = finding(claim, "cannot_check", note)
        return found.adding(alternatives.told(_other_bases(context, ())))
    bases = claim.bases or (claim.year - 1,)
    tried = [found for base in bases if (found := _against(context, base)) is not None]
    if not tried:
        return None
    found = next((f for f in tried if f.outcome == "agrees"), tried[0])
    if found.outcome != "contradicts":
        return found
    return found.adding(alternatives.told(_other_changes(context, bases)))


def _base(claim: Claim) -> int:
    """The year that a printed change is measured from: the one it names, else the year before."""
    return claim.base or claim.year - 1


def finished_decline(context: Context) -> Finding | None:
    """A printed yearly fall in % against the one that was submitted as such (item `<id>_decline`)."""
    claim, item = context.claim, f"{context.claim.entry.id}_decline"
    known = context.series(item).get(claim.year) if item in known_items() else None
    if known is None or claim.unit != "%":
        return None
    worked = item_in_year(context, item)
    fall = known.value if _falls(claim) else -known.value
    found = compare(claim, fall, rounding=known.rounding, rule="item_differs", worked=worked)
    return found if found.outcome == "contradicts" else None


def no_levels(context: Context) -> Finding:
    claim, last_year = context.claim, _base(context.claim)
    if claim.subject not in {"", *known_items()} or {claim.year, last_year} <= {*_known(context)}:
        return another_quantity(context) or finding(claim, "cannot_check", Note("no_levels.unit"))
    note = Note("no_levels.change", last_year=last_year)
    needed = _level_before(context)
    if math.isnan(needed):
        return finding(claim, "cannot_check", note)
    level = Amount(needed, _unit(context))
    told = Note("level_needed", last_year=last_year, level=level)
    return finding(claim, "cannot_check", note).adding(told)


def _against(context: Context, base: int, unit: str = "") -> Finding | None:
    """The printed change, read in its own or another unit, against the levels of two years."""
    claim, kept, known = context.claim, _unit(context), _known(context)
    claim = replace(claim, unit=unit or claim.unit)
    before, now = known.get(base, Level()), known.get(claim.year, Level())
    if math.isnan(before.value) or math.isnan(now.value) or not before.value:
        return None
    years = claim.year - base if said("a_year", claim.clause) else 1
    in_percent = claim.unit == "%"
    factor = 1.0 if (claim.unit, kept) == ("pp", "%") else convert(1.0, kept, claim.unit)
    if not in_percent and factor is None or in_percent and not before.value * now.value > 0:
        return None

    def change(of: float, to: float) -> float:
        return 100 * ((to / of) ** (1 / years) - 1) if in_percent else (to - of) * factor / years

    computed = change(before.value, now.value)
    halves = (_half(context, base, before), _half(context, claim.year, now))
    moved = (
        change(before.value + halves[0], now.value),
        change(before.value, now.value + halves[1]),
    )
    levels = {"now": Amount(now.value, kept), "before": Amount(before.value, kept)}
    sums = Note("in_percent" if in_percent else "in_points", **levels)
    if years > 1:
        code = "in_percent.a_year" if in_percent else "in_points.a_year"
        sums = Note(code, years=years, **levels)
    worked = Note(
        "change_of_levels",
        base=base,
        year=claim.year,
        sums=sums,
        way=_way(computed),
        moved=claim.amount(abs(computed)),
    )
    found = compare(
        claim,
        -computed if _falls(claim) else computed,
        rounding=sum(abs(x - computed) for x in moved),
        rule="change_of_levels",
        worked=worked,
    )
    if not (before.low < before.high or now.low < now.high):
        return found
    # Not everything was submitted: what the change may be at the least and at the most.
    ends = [x if x.low < x.high else x._replace(low=x.value, high=x.value) for x in (before, now)]
    least, most = change(ends[0].high, ends[1].low), change(ends[0].low, ends[1].high)
    printed = sorted(-x if _falls(claim) else x for x in claim.ends)
    if least <= printed[1] and printed[0] <= most and found.outcome != "agrees":
        found = replace(found, outcome="cannot_check")
    return found.adding(Note("only_least_levels"))


def _half(context: Context, year: int, level: Level) -> float:
    return level.rounding if context.claim.subject else context.rounding(year)


def _other_bases(context: Context, but: tuple[int, ...]) -> list[Note]:
    """The base years from which the printed change would be right."""
    years = [year for year in _known(context) if year < context.claim.year and year not in but]
    against = {base: _against(context, base) for base in years}
    right = (base for base, found in against.items() if found and found.outcome == "agrees")
    return [Note("measured_from", base=base) for base in right]


def _other_changes(context: Context, bases: tuple[int, ...]) -> list[Note]:
    """Another base year, points for per cent, or the level that the base year had to have."""
    claim, unit, found = context.claim, _unit(context), _other_bases(context, bases)
    other, own = {"%": "pp", "pp": "%"}.get(claim.unit), bases[0]
    swapped = other and _against(context, own, other)
    if swapped and swapped.outcome == "agrees":
        found.append(Note("meant_in", unit=Name("unit", other)))
    needed = _level_before(context)
    if math.isnan(needed):
        return found
    level = Note(
        "level_were",
        last_year=own,
        needed=Amount(needed, unit),
        level=Amount(_known(context)[own].value, unit),
    )
    return [*found, level]


def _level_before(context: Context) -> float:
    """The level that the base year must have had for the printed change to be right."""
    claim, unit = context.claim, _unit(context)
    now = _known(context).get(claim.year, Level()).value
    change = -claim.value if _falls(claim) else claim.value
    years = claim.year - _base(claim) if said("a_year", claim.clause) else 1
    if claim.unit == "%":
        return now / (1 + change / 100) ** years if change > -100 else math.nan
    off = change if (claim.unit, unit) == ("pp", "%") else convert(change, claim.unit, unit)
    return math.nan if off is None else now - off * years


def _falls(claim: Claim) -> bool:
    """Most changes are printed without a sign; then the wording says which way."""
    if claim.value < 0:
        return False
    if re.search(rf"(?<![\d年])[-−]\s*{re.escape(claim.printed)}", claim.text):
        return True
    own = any(said(way, claim.clause) for way in ("fell", "rising"))
    if not own and said("improving", claim.clause):
        item = known_items().get(claim.subject)  # of what is measured in the air, less is better
        return item.unit == "ug/m3" if item else claim.entry.better == "down"
    return said("fell", claim.clause if own else claim.text) is not None


def times_of_levels(context: Context) -> Finding | None:
    """A level told as a multiple of an earlier one: doubled, 1.5 times, 1.5 times more."""
    claim = context.claim
    printed = f"{claim.printed}倍" if claim.unit in ("倍", "times") else claim.printed
    number, doubled = wording()["times"].fullmatch(printed), said("doubled", printed)
    levels = [_known(context).get(year, Level()) for year in (_base(claim), claim.year)]
    if not (number or doubled) or not all(x.value > 0 and not x.low < x.high for x in levels):
        return None
    ratio = levels[1].value / levels[0].value
    if number:
        more = said("rising", claim.clause) and not said("up_to", claim.clause)
        right = abs(ratio - float(number[1]) - bool(more)) <= half_digit(number[1]) * (1 + 1e-9)
    else:
        right = round(ratio, 1) >= (4 if doubled["two"] else 2)
    outcome, how = ("agrees", "agrees") if right else ("contradicts", "differs")
    return _of_levels(context, outcome, how, (_base(claim), claim.year), printed)


def _known(context: Context) -> Mapping[int, Level]:
    """What the claim speaks of by year: an item where it names one, else the indicator."""
    if context.claim.subject in known_items():
        return context.series(context.claim.subject)
    known = {} if context.claim.subject else context.history()
    return {year: level for year, level in known.items() if not math.isnan(level.value)}


def _unit(context: Context) -> str:
    """The unit of `_known`."""
    item = known_items().get(context.claim.subject)
    return item.unit if item else context.indicator.unit


def _level_in(context: Context, year: int) -> Note:
    level = Amount(_known(context)[year].value, _unit(context))
    return Note("level_in_year", year=year, level=level)


def _way(change: float) -> Note:
    return Note("a_fall") if change < 0 else Note("a_rise")


CHANGE_RULES = (
    whole_is_zero, times_of_levels, steady_levels, direction_of_levels, not_a_number,
    change_of_a_change, change_of_levels, finished_decline, no_levels,
)  # fmt: skip


# --- printed verdicts

#: What each verdict of ours makes of a printed one.
OUTCOMES = {
    "met": {"met": "agrees", "not_met": "contradicts", "conflict": "contradicts"},
    "not_met": {"met": "contradicts", "not_met": "agrees"},
}


def implied_by_change(context: Context) -> Finding | None:
    """A printed "met" for a year that a change printed for the next year rules out.

    A share cannot exceed 100 %: where the next year is said to be 3.3 points higher, this year was
    96.7 % at the most, however little of it was observed.
    """
    claim = context.claim
    if claim.verdict != "met":
        return None
    for entry in context.list.parts_of(claim.entry) or (claim.entry,):
        asked = (entry, "change", claim.year + 1, "pp")
        for change in context.claims:
            if change.subject or (change.entry, change.kind, change.year, change.unit) != asked:
                continue
            if _base(change) == claim.year and not _falls(change):
                found = _ruled_out(context.of(entry), change)
                if found is not None:
                    return found
    return None


def _ruled_out(context: Context, change: Claim) -> Finding | None:
    claim, entry = context.claim, context.indicator
    if entry.bounds is None or math.isnan(change.value):
        return None
    high = context.at(change.year).level().high
    top = entry.bounds[1] if math.isnan(high) else high
    most, level = top - change.value + change.rounding, context.level()
    if math.isnan(level.low) or not level.low <= most < level.high:
        return None
    status, (_, limit) = context.status_below(most), context.bound()
    if status != "not_met" or not most < limit:
        return None
    note = Note(
        "verdict_implied",
        number=entry.number,
        next_year=change.year,
        top=Amount(top, entry.unit),
        text=change.text,
        most=Amount(most, entry.unit),
        limit=Amount(limit, entry.unit),
    )
    return finding(claim, "contradicts", note, recomputed=status)


def verdict(context: Context) -> Finding:
    """A printed verdict against ours; what could not be decided does not confirm it."""
    claim, ours = context.claim, context.judged()
    status = Name("status", ours.status)
    if ours.status == "met":
        status = Note("on_basis", status=status, basis=Name("basis", ours.basis))
    outcome = OUTCOMES.get(claim.verdict, {}).get(ours.status, "cannot_check")
    if outcome == "contradicts" and (twin := _only_copied(context)):
        note = Note("verdict_of_copies", printed=_as_said(claim), reason=ours.reason)
        cause = copies(claim.entry.number, twin.number)
        return finding(claim, "cannot_check", note, recomputed=ours.status, cause=cause)
    unverified = outcome == "agrees" and ours.basis == "reported"
    note = Note("verdict", printed=_as_said(claim), status=status, reason=ours.reason)
    rule = "verdict_reported" if unverified else "verdict"
    found = finding(claim, outcome, note, rule=rule, recomputed=ours.status)
    for entry in context.list.parts_of(claim.entry) or (claim.entry,):
        there = context.of(entry)
        if outcome == "agrees":
            place = there.only_place()
            counted = Note("only_place_counted", place=place) if place else None
            found = found.adding(inputs_alike(there), value_is_target(there), counted)
        elif outcome == "cannot_check":
            found = found.adding(_distance(there), alternatives.told(_input_needed(there)))
    return found


def _only_copied(context: Context) -> Indicator | None:
    """The indicator whose figures these are as well, where nothing else is wrong with them and they
    reach the bounds of both: whosever they are, that does not contradict a "met"."""
    notes = contradictions(context) if not context.indicator.is_group else ()
    if {note.code for note in notes} != {"copied_from"}:
        return None
    twin, value = twins(context)[0], context.level().value
    bounds = (context.bound(), context.of(twin).bound())
    reached = (value >= limit if sign == "≥" else value <= limit for sign, limit in bounds)
    return twin if all(reached) else None


def _distance(context: Context) -> Note | None:
    """How far the latest known value lies from this year's bound, where this year has none."""
    this_year, unit = context.year, context.indicator.unit
    sign, limit = context.bound(since=this_year - 3)
    known = {y: v for y, v in context.levels().items() if this_year - 3 <= y <= this_year}
    if not known or this_year in known or not limit > 0:
        return None
    year, value = list(known.items())[-1]
    if value <= 0 or (value >= limit if sign == "≥" else value <= limit):
        return None
    change = 100 * (limit / value - 1)
    return Note(
        "latest_value",
        year=year,
        value=Amount(value, unit),
        this_year=this_year,
        way=_way(change),
        change=abs(change),
    )


def _input_needed(context: Context) -> list[Note]:
    """The number an input that was not submitted would have to be for the target to be met."""
    entry, year, level = context.indicator, context.year, context.level()
    sign, limit = context.bound()
    optional = [item for item in entry.optional if item in known_items()]
    absent = [item for item in optional if year not in context.series(item)]
    if len(absent) != 1 or not level.low < limit < level.high:
        return []
    item, unit = absent[0], known_items()[absent[0]].unit

    def off(values):
        return context.with_values(item, year, values) - limit

    needed = alternatives.root(off, 1e-3, 1e9)
    if math.isnan(needed):
        return []
    below, above = off([needed * 0.99, needed * 1.01])
    more = (above > below) == (sign == "≥")
    if units()[unit].dimension in COUNTED:  # there is no part of a day
        needed = math.ceil(needed) if more else math.floor(needed)
    told = {"year": year, "item": Name("item", item), "needed": Amount(float(needed), unit)}
    return [Note("input_at_least", **told) if more else Note("input_at_most", **told)]


def _as_said(claim: Claim) -> Words:
    """The verdict as printed, in English by what it means."""
    return Words(claim.printed, claim.verdict.replace("_", " ") or claim.printed)


VERDICT_RULES = (met_yet_undone, implied_by_change, verdict)
