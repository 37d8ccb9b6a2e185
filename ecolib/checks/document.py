"""A document against itself: its periods, steps, authorities, sources, scopes and words.

Nothing here needs a figure; what contradicts is that two places of one document, or a place and a
dated register, cannot both be right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from ecolib.checks.claims import Claim, Finding, finding, left_open, said, whole_of, wording
from ecolib.checks.context import Context
from ecolib.data.dictionary import convert, issuers, owner_names, units
from ecolib.data.figures import beyond
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.indicators.targets import NotWorse, has_form, same
from ecolib.texts import Amount, Name, Note

# --- periods and steps


def not_a_date(context: Context) -> Finding | None:
    claim = context.claim
    if claim.span is not None or (claim.kind == "act" and not claim.date):
        return None
    return finding(claim, "cannot_check", Note("not_a_date", shown=claim.date))


def periods_overlap(context: Context) -> Finding | None:
    """A period and the next one beside it: they share days, or leave days out."""
    claim, own = context.claim, context.claim.span
    later = [c for c in _periods(context) if c.part_of == claim.part_of and c.span > own]
    if not claim.part_of or not later:
        return None
    after = min(later, key=lambda c: c.span)
    if after.span.first <= own.last:
        code = "periods_overlap"
    elif own.last + timedelta(1) < after.span.first:
        code = "periods_gap"
    else:
        return None
    note = Note(code, **_two(claim, after))
    found = finding(claim, "contradicts", note, cause=_plan(context, claim))
    within = not_filled(context)
    return found.adding(*within.notes) if within and within.outcome == "contradicts" else found


def not_filled(context: Context) -> Finding | None:
    """A period whose parts end before it or begin after it, or reach beyond it."""
    claim = context.claim
    parts = [c for c in _periods(context) if c.part_of and c.part_of == claim.subject]
    if not parts:
        return None
    first, last = min(c.span.first for c in parts), max(c.span.last for c in parts)
    if (claim.span.first in (date.min, first)) and claim.span.last == last:
        note = Note("periods_fit", parts=tuple(c.subject for c in parts))
        return finding(claim, "agrees", note)
    ends = {"first": _day(first), "last": _day(last)}
    note = Note("not_filled", subject=claim.subject, shown=claim.printed, **ends)
    return finding(claim, "contradicts", note, cause=_plan(context, claim))


def due_too_late(context: Context) -> Finding | None:
    """What must be done before is due only after the step that needs it."""
    claim = context.claim
    if claim.span is None:
        return None
    late = [
        Note("due_too_late", needed=name, **_two(claim, other))
        for name in claim.requires
        for other in context.claims
        if other.subject == name and other.span and claim.span.last < other.span.last
    ]
    if not late:
        return None
    found = finding(claim, "contradicts", late[0], cause=f"late:{claim.subject}")
    return found.adding(*late[1:])


def _periods(context: Context) -> list[Claim]:
    return [c for c in context.claims if c.kind == "period" and c.span is not None]


def _plan(context: Context, claim: Claim) -> str:
    """The plan that a period belongs to in the end: what is wrong in it has one cause."""
    return f"periods:{whole_of(claim.subject, _periods(context))}"


def _two(claim: Claim, other: Claim) -> dict[str, str]:
    return {
        "subject": claim.subject,
        "shown": claim.date,
        "other": other.subject,
        "other_shown": other.date or other.printed,
        "other_position": other.position,
    }


def _day(day: date) -> str:
    return "…" if day in (date.min, date.max) else day.isoformat()


# --- authorities


def issuer_gone(context: Context) -> Finding | None:
    """An authority that no longer existed on the first day told (by the dated register)."""
    claim = context.claim
    if claim.span is None or said("former", claim.printed):
        return None
    gone = (i for i in issuers() if claim.printed.endswith(i.name) and i.until < claim.span.first)
    issuer = next(gone, None)
    if issuer is None or said("of_today", claim.printed.removesuffix(issuer.name)):
        return None
    note = Note(
        "issuer_gone",
        shown=claim.printed,
        date=claim.date,
        until=issuer.until.isoformat(),
        successor=issuer.successor,
        origin=issuer.source,
        confidence=Name("confidence", issuer.confidence),
    )
    return finding(claim, "contradicts", note, cause=f"issuer:{issuer.name}")


def two_actors(context: Context) -> Finding | None:
    """One deed, done by two different authorities."""
    claim = context.claim
    same = (c for c in context.claims if c.kind == "act" and c.subject == claim.subject)
    others = {c.printed: c for c in same if claim.subject and c.printed != claim.printed}
    if not others:
        return None
    told = tuple(Note("actor_at", actor=c.printed, position=c.position) for c in others.values())
    note = Note("two_actors", subject=claim.thing, shown=claim.printed, others=told)
    return finding(claim, "contradicts", note, cause=f"act:{claim.subject}")


def source_without_role(context: Context) -> Finding:
    """A unit named as the source of data that neither leads nor supports the indicator."""
    claim = context.claim
    own = ((name, code) for code, of in context.params.owners.items() for name in (of.zh, of.en))
    code = (owner_names() | dict(own)).get(claim.printed)
    if code is None:
        note = Note("source_unknown", shown=claim.printed)
        return finding(claim, "cannot_check", note)
    entries = (claim.entry, *context.list.parts_of(claim.entry))
    roles = {role for e in entries for role in (*e.owner, *e.supports)}
    if "leading_group" in roles:
        roles.update(*(cell.split(";") for cell in context.plan.members))
    if code in roles:
        return finding(claim, "agrees", Note("source_has_role", shown=claim.printed))
    if "leading_group" in roles and not context.plan.members:
        return finding(claim, "cannot_check", Note("source_of_group", shown=claim.printed))
    named = tuple(Name("owner", role) for e in entries for role in e.owner)
    note = Note("source_without_role", shown=claim.printed, owners=tuple(dict.fromkeys(named)))
    return finding(claim, "contradicts", note, cause=f"source:{claim.number}:{code}")


# --- words and scopes


def all_yet_less(context: Context) -> Finding | None:
    """Words of completeness beside a share under 100 %, in one clause.

    "All of it" says that the number is 100 %; "90 % of all" does not, nor what is only striven for.
    """
    claim = context.claim
    if claim.unit != "%" or not claim.value < 100:
        return None
    clauses = [c for c in wording()["clause_end"].split(claim.text) if claim.printed in c]
    done = [c for c in clauses if not said("not_yet", c)]
    words = next(filter(None, (said("all", c) for c in done)), None)
    if words is None:
        return None
    note = Note("all_yet_less", shown=words[0], text=claim.text)
    return finding(claim, "contradicts", note, cause=f"all:{claim.position}:{claim.subject}")


def two_scopes(context: Context) -> Finding | None:
    """One thing told in two places with two words of scope: alike or not, which holds is open."""
    claim = context.claim
    others = (
        c
        for c in context.claims
        if c.scope and c.scope != claim.scope and claim.scope
        if claim.subject and (c.kind, c.subject) == (claim.kind, claim.subject)
        if (c.unit, c.year) == (claim.unit, claim.year)
    )
    other = next(others, None)
    if other is None:
        return None
    note = Note(
        "two_scopes.same" if other.value == claim.value else "two_scopes.differs",
        subject=claim.thing,
        scope=claim.scope,
        other_scope=other.scope,
        other=other.shown,
        position=other.position,
    )
    return finding(claim, "cannot_check", note, cause=f"scope:{claim.subject}:{claim.year}")


def same_thing_twice(context: Context) -> Finding | None:
    """The same thing of the same year printed in two places of the document."""
    claim, others = context.claim, []
    for c in context.claims:
        factor = convert(1.0, c.unit, claim.unit)
        if c is claim or factor is None or math.isnan(c.value):
            continue
        same = (c.kind, c.year, c.subject) == (claim.kind, claim.year, claim.subject)
        if same and not (c.scope and claim.scope and c.scope != claim.scope):
            others.append((c, c.value * factor, rounding(c) * factor))
    if not others:
        return None
    differing = [o for o in others if beyond(o[1] - claim.value, o[2] + rounding(claim))]
    other, value, _ = (differing or others)[0]
    args = {"position": other.position, "other": other.shown}
    if not differing:
        note = Note("same_thing_twice.agrees", **args)
        return finding(claim, "cannot_check", note, recomputed=value)
    subject = claim.thing or Name("indicator", claim.entry.id)
    note = Note("same_thing_twice.differs", subject=subject, text=other.text, **args)
    return finding(claim, "contradicts", note, recomputed=value)


def rounding(claim: Claim) -> float:
    """What was counted one by one carries no rounding, tens of thousands do."""
    unit = units().get(claim.unit)
    one_by_one = claim.kind == "count" and not claim.decimals and (not unit or unit.factor == 1)
    return 0.0 if one_by_one else claim.rounding


def value_printed_twice(context: Context) -> Finding | None:
    """Two values of one thing and year in the document, of which no figure says which holds."""
    claim = context.claim
    if claim.subject:
        known = claim.subject in known_items() and claim.year in context.series(claim.subject)
        alike = context.claims
    else:
        known = not math.isnan(context.level().value)
        alike = [c for c in context.claims if c.entry == claim.entry]
    if known or not claim.dated:
        return None
    asked = replace(context, claims=tuple(c for c in alike if c.dated))
    found = same_thing_twice(asked)
    return found if found and found.outcome == "contradicts" else None


# --- k of n


def partly_done(context: Context) -> Finding:
    """What is done of a number of things, beside a printed "met" and without one."""
    claim, whole = context.claim, _counted(context)
    if whole is None or not claim.is_number:
        return finding(claim, "cannot_check", Note("no_list"))
    args = {"k": claim.printed, "n": whole.printed, "subject": claim.part_of}
    if claim.value > whole.value:
        return finding(claim, "contradicts", Note("more_than_all_done", **args))
    if claim.value == whole.value:
        return finding(claim, "agrees", Note("all_done", **args))
    met = [c for c in context.claims if c.kind == "verdict" and c.year == claim.year]
    met = [c for c in met if c.entry == claim.entry and c.verdict == "met"]
    if not met:
        return finding(claim, "cannot_check", Note("partly_done.open", **args))
    note = Note("partly_done", verdict=met[0].printed, **args)
    return finding(claim, "contradicts", note, cause=_undone(claim))


def met_yet_undone(context: Context) -> Finding | None:
    """A printed "met" beside k of n done, by the same document."""
    claim = context.claim
    if claim.verdict != "met":
        return None
    for other in context.claims:
        if other.kind != "done" or (other.entry, other.year) != (claim.entry, claim.year):
            continue
        found = partly_done(replace(context, indicator=other.entry, claim=other))
        if found.rule == "partly_done" and found.outcome == "contradicts":
            told = found.notes[0]
            cause = _undone(other)
            return finding(claim, "contradicts", told, rule="verdict_undone", cause=cause)
    return None


def _undone(claim: Claim) -> str:
    return f"done:{claim.entry.id}:{claim.part_of}"


def _counted(context: Context) -> Claim | None:
    """The count of what the claim is a part of."""
    claim = context.claim
    counts = (c for c in context.claims if c.kind == "count" and c.is_number)
    return next((c for c in counts if claim.part_of and c.subject == claim.part_of), None)


# --- shares of nothing, shares that cannot come out, surveys without a sample


def whole_is_zero(context: Context) -> Finding | None:
    """A share or a change of something of which there is nothing."""
    claim, entry = context.claim, context.indicator
    void = entry.void_when
    if void and context.value(void, claim.year) == 0 and not claim.subject:
        outcome = "cannot_check" if claim.kind == "part" else "contradicts"
        return finding(claim, outcome, Note("whole_is_zero", whole=Name("item", void)))
    whole = _counted(context)
    if whole is None or whole.value != 0:
        return None
    outcome = "contradicts" if claim.kind == "value" else "cannot_check"
    return finding(claim, outcome, Note("whole_is_zero", whole=whole.subject))


def impossible_value(context: Context) -> Finding | None:
    """A printed share that no whole number of days or things can give.

    Where it is not known of how many, a year has so many days at the most: the share then holds for
    fewer, which would have to be told.
    """
    claim, whole = context.claim, _counted(context)
    if claim.unit != "%" or not claim.is_number or not 0 <= claim.value <= 100:
        return None
    if whole is not None:
        if not whole.value.is_integer() or whole.value < 1 or claim.comes_out(int(whole.value)):
            return None
        note = Note("impossible_value", n=whole.printed, of=whole.subject)
        return finding(claim, "contradicts", note)
    if "valid_air_days" not in context.inputs or claim.subject:
        return None
    days = context.value("valid_air_days", claim.year)
    known = not math.isnan(days)
    n = int(days) if known else (date(claim.year, 12, 31) - date(claim.year, 1, 1)).days + 1
    if n < 1 or claim.comes_out(n):
        return None
    if known:
        note = Note("impossible_value", n=f"{n}", of=Name("item", "valid_air_days"))
        return finding(claim, "contradicts", note)
    fits = next((m for m in range(n, 0, -1) if claim.comes_out(m)), n)
    note = Note("impossible_value.year", n=float(n), fits=float(fits))
    return finding(claim, "cannot_check", note)


def no_sample_size(context: Context) -> Finding | None:
    """The result of a survey of which nobody says how many were asked."""
    claim, entry = context.claim, context.indicator
    valid = [item for item in context.inputs if item.endswith("_valid")]
    if entry.notebook != "survey" or claim.subject or not valid:
        return None
    if any(claim.year in context.series(item) for item in valid):
        return None
    told = (c for c in context.claims if c.kind == "count" and c.entry == claim.entry)
    if any(c.year == claim.year for c in told):
        return None
    return finding(claim, "cannot_check", Note("no_sample_size"))


# --- targets handed down


def as_assigned(context: Context) -> Finding:
    """A target handed down as printed, against the parameters and the year before."""
    claim, entry = context.claim, context.indicator
    given = context.params.assignment(entry.id, claim.year)
    unit = entry.unit if given is None or given.measure == "level" else "%"
    printed = convert(claim.value, claim.unit or unit, unit)
    if given is None or not claim.is_number or printed is None:
        return finding(claim, "cannot_check", Note("not_assigned"))
    if not same(given.value, printed):
        note = Note("as_assigned.differs", given=Amount(given.value, unit))
        return finding(claim, "contradicts", note, recomputed=given.value)
    before = context.params.assignment(entry.id, claim.year - 1)
    if before is not None and (before.sense, before.measure) == (given.sense, given.measure):
        sign = 1 if given.sense == "at_least" else -1
        stable = has_form(entry.target, NotWorse, assigned=True)
        if sign * (given.value - before.value) < 0 and stable:
            last = {"last_year": claim.year - 1, "before": claim.amount(before.value)}
            note = Note("weaker_target", **last)
            cause = f"weaker:{entry.id}"
            return finding(claim, "contradicts", note, recomputed=before.value, cause=cause)
    return finding(claim, "agrees", Note("as_assigned"))


# --- what a verdict of several parts or years says of each


def of_several(claims: Sequence[Claim], context: Context) -> list[Claim]:
    """The claims, each verdict of several years also as that of each, and as that of each part that
    no figure of its year speaks for; a year with a verdict of its own keeps it."""
    own = {(c.entry.id, c.year) for c in claims if c.kind == "verdict"}
    asked: list[Claim] = []
    for claim in claims:
        asked.append(claim)
        if claim.kind != "verdict":
            continue
        told = [claim.year]
        if claim.span is not None:
            years = range(claim.span.first.year, claim.span.last.year + 1)
            told += [year for year in years if (claim.entry.id, year) not in own]
        asked += [replace(claim, year=year) for year in told[1:]]
        for year in told:
            parts = (
                part
                for part in context.list.parts_of(claim.entry)
                if _unproven(context, part, claims, year)
            )
            asked += [replace(claim, year=year, entry=part, kind="part") for part in parts]
    return asked


def _unproven(context: Context, part: Indicator, claims: Sequence[Claim], year: int) -> bool:
    """Whether a part that is judged by figures has none at all, or is a share of nothing."""
    if part.unit == "requirements" or part.id in context.params.not_applicable:
        return False
    there = context.at(year).of(part)
    if part.void_when and there.value(part.void_when, year) == 0:
        return True
    if any((c.entry, c.year, c.kind) == (part, year, "value") for c in claims):
        return False
    known = (year in there.series(item) for item in there.inputs)
    return math.isnan(there.level().value) and not any(known)


def part_without_figure(context: Context) -> Finding:
    """A verdict printed for the whole says nothing of a part of which there is no figure."""
    claim = context.claim
    note = Note("part_without_figure", shown=claim.printed, number=claim.entry.number)
    return finding(claim, "cannot_check", note)


PERIOD_RULES = (not_a_date, periods_overlap, not_filled, due_too_late, left_open("no_calendar"))
ACT_RULES = (not_a_date, issuer_gone, due_too_late, two_actors, left_open("no_calendar"))
PART_RULES = (whole_is_zero, part_without_figure)
DONE_RULES = (due_too_late, partly_done)
SOURCE_RULES = (source_without_role,)
ASSIGNED_RULES = (as_assigned,)
