"""Rules for printed verdicts: against ours."""

from __future__ import annotations

import math

from ecolib.checks import alternatives
from ecolib.checks.changes import base_of, falls, way_of
from ecolib.checks.claims import Claim, Finding, finding
from ecolib.checks.context import Context
from ecolib.checks.contradictions import contradictions, twins
from ecolib.checks.document import met_yet_undone
from ecolib.checks.values import copies, inputs_alike, value_is_target
from ecolib.data.dictionary import units
from ecolib.data.figures import COUNTED
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.texts import Amount, Name, Note, Words

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
            if base_of(change) == claim.year and not falls(change):
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
    if outside := context.list.warning(claim.year):  # another list decides what is met then
        outcome = "cannot_check"
    unverified = outcome == "agrees" and ours.basis == "reported"
    note = Note("verdict", printed=_as_said(claim), status=status, reason=ours.reason)
    rule = "verdict_reported" if unverified else "verdict"
    found = finding(claim, outcome, note, rule=rule, recomputed=ours.status).adding(outside)
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
        way=way_of(change),
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
