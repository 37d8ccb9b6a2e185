"""Rules for the goals that a document sets itself: terms, shares that cannot be, levels reached."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from ecolib.checks.claims import Claim, Finding, finding, said
from ecolib.checks.context import Context
from ecolib.checks.document import all_yet_less, due_too_late, two_scopes
from ecolib.checks.planned import sense_of
from ecolib.checks.values import not_a_number, other_scope, share_whole
from ecolib.data.dictionary import convert
from ecolib.indicators.catalogue import known_items
from ecolib.texts import Amount, Name, Note, ranged


def two_terms(context: Context) -> Finding | None:
    """The same goal for the same thing, due in two different years."""
    claim = context.claim
    same = (
        c
        for c in context.claims
        if c.kind == "goal" and c.subject and c.subject == claim.subject
        if c.value == claim.value and c.dated and claim.dated and c.year != claim.year
    )
    other = next(same, None)
    if other is None:
        return None
    note = Note(
        "two_terms",
        subject=claim.thing,
        position=claim.position,
        other_position=other.position,
        other_year=other.year,
        text=other.text,
    )
    return finding(claim, "contradicts", note, recomputed=other.year)


def beyond_all(context: Context) -> Finding | None:
    """More than all of something cannot be reached."""
    claim = context.claim
    more = said("more_than_all", claim.text)
    if claim.unit != "%" or claim.value < 100 or (claim.value == 100 and not more):
        return None
    if not claim.subject and claim.entry.bounds != (0, 100):
        return None
    return finding(claim, "contradicts", Note("impossible_share.beyond_all", text=claim.text))


def impossible_share(context: Context) -> Finding | None:
    """A share in % of things that can be counted: with so many of them it cannot come out."""
    claim, whole = context.claim, share_whole(context.claim)
    if whole is None or claim.unit != "%":
        return None
    counts = {y: n for y, n in context.values(whole).items() if y <= claim.year}
    year = max(counts, default=claim.year)
    if not 0 < counts.get(year, 0) < 1000 or claim.comes_out(n := int(counts[year])):
        return None
    others = [m for m in range(1, 101) if claim.comes_out(m)][:2]
    possible = [Amount(f"{round(100 * k / n, claim.decimals):.10g}", "%") for k in range(n + 1)]
    note = Note(
        "impossible_share",
        year=year,
        item=Name("item", whole),
        n=n,
        possible=tuple(possible if n < 4 else [*possible[:2], "…", possible[-1]]),
        fits=_fitting(claim, others) if others else "",
    )
    return finding(claim, "contradicts", note)


def _fitting(claim: Claim, counts: Sequence[int]) -> Note:
    """Of how many things the share would come out."""
    shares = tuple(f"{round(claim.value * m / 100)}/{m}" for m in counts)
    first, *rest = counts
    shown = Note("either_count", one=first, other=rest[0]) if rest else first
    return Note("share_would_fit", counts=shown, shares=shares)


def level_reached(context: Context) -> Finding:
    """A goal against the level of its year, or the latest before it."""
    claim, levels = context.claim, _levels(context)
    if not levels:
        latest = max((c.year for c in context.claims if c.kind == "value"), default=claim.year)
        past = claim.dated and claim.year < latest
        over = Note("term_over", year=claim.year) if past else ""
        return finding(claim, "cannot_check", Note("no_level", over=over))
    due = claim.year if claim.dated else max(levels)
    earlier = {y: v for y, v in levels.items() if y < due and _meets(claim, v)}
    year = max((y for y in levels if y <= due), default=max(levels))
    if not claim.subject and not _is_change(claim):
        ends = (context.level(year).low, context.level(year).high)
        if (
            ends[0] < ends[1]
            and len({_meets(claim, convert(end, claim.entry.unit, claim.unit)) for end in ends}) > 1
        ):
            shown = ranged(*ends, claim.entry.unit)
            level = Note("level_in_year", year=year, level=shown)
            return finding(claim, "cannot_check", Note("value_as_bound.open", level=level))
    # What is striven for, or is reached only then, has not been reached before.
    if said("striving", claim.text) and earlier:
        return _exceeded(claim, earlier, year, levels[year])
    if not _meets(claim, levels[year]):
        return _short_of(claim, year, levels[year])
    level = claim.amount(levels[year])
    note = Note("goal_reached", year=year, level=level)
    found = finding(claim, "agrees", note, recomputed=levels[year])
    found = found.adding(_reached_before(claim, earlier))
    if claim.subject and year not in _submitted(context):
        # A level that the document prints and nobody submitted proves nothing.
        return replace(found, outcome="cannot_check").adding(Note("level_only_printed"))
    return found


def _exceeded(claim: Claim, earlier: dict[int, float], year: int, level: float) -> Finding:
    """What is to be reached only then was reported before."""
    first = min(earlier)
    note = Note(
        "goal_exceeded",
        due=claim.year,
        first=first,
        reported=claim.amount(earlier[first]),
        year=year,
        level=claim.amount(level),
    )
    return finding(claim, "contradicts", note, recomputed=level)


def _short_of(claim: Claim, year: int, level: float) -> Finding:
    """Not reached: a contradiction at its term, an open goal before it."""
    args = {
        "year": year,
        "level": claim.amount(level),
        "gap": claim.difference(abs(level - claim.value)),
    }
    if claim.dated and year == claim.year:
        return finding(claim, "contradicts", Note("goal_missed", **args), recomputed=level)
    term = Note("term.due", year=claim.year) if claim.dated else Note("term.none")
    return finding(claim, "cannot_check", Note("goal_open", term=term, **args), recomputed=level)


def _reached_before(claim: Claim, earlier: dict[int, float]) -> Note | None:
    """A goal that was reached before its term asks nothing, or the level was reported too soon."""
    if not claim.dated or not earlier:
        return None
    first = min(earlier)
    if earlier[first] == claim.value:
        return Note("reached_before_term", due=claim.year, first=first)
    return Note("below_reported", first=first, reported=claim.amount(earlier[first]))


def _levels(context: Context) -> dict[int, float]:
    """Levels by year in the unit of the goal: as computed or submitted, else as printed."""
    claim = context.claim
    printed = {
        c.year: c.value
        for c in context.claims
        if c.kind == "value"
        and (c.entry, c.subject, c.unit) == (claim.entry, claim.subject, claim.unit)
        and not math.isnan(c.value)
    }
    return printed | _submitted(context)


def _submitted(context: Context) -> dict[int, float]:
    """Levels by year as computed or submitted, in the unit of the goal."""
    claim, whole = context.claim, share_whole(context.claim)
    item, values, unit = known_items().get(claim.subject), context.levels(), claim.entry.unit
    if whole is not None:
        parts, wholes = context.values(claim.subject), context.values(whole)
        values, unit = {y: 100 * parts[y] / wholes[y] for y in parts if wholes.get(y)}, "%"
    elif item is not None:
        values, unit = context.values(item.item), item.unit
    elif claim.subject:
        values = {}
    if whole is None and _is_change(claim, unit):
        finished = f"{claim.entry.id}_decline"
        values = _changes(claim, values)
        if finished in known_items() and not (claim.base or claim.subject):
            values |= context.values(finished)
        unit = claim.unit
    known = {year: convert(value, unit, claim.unit) for year, value in values.items()}
    return {year: value for year, value in known.items() if value is not None}


def _is_change(claim: Claim, unit: str = "") -> bool:
    """Whether a goal is a rise or fall in points or in % of what is kept in another unit."""
    unit = unit or claim.entry.unit
    points = (claim.unit, unit) == ("pp", "%")
    return points or (claim.unit == "%" and convert(1.0, "%", unit) is None)


def _changes(claim: Claim, levels: dict[int, float]) -> dict[int, float]:
    """The rise or fall of each year since the base that the goal names, else the year before.

    Where no word tells which, an indicator shall change its better way.
    """
    fall = said("fell", claim.clause) is not None
    if not fall and not said("rising", claim.clause):
        if claim.subject:
            return {}
        fall = claim.entry.better == "down"
    found = {}
    for year, now in levels.items():
        before = levels.get(claim.base or year - 1)
        if before and (claim.base or 0) < year:
            rise = now - before if claim.unit == "pp" else 100 * (now / before - 1)
            found[year] = -rise if fall else rise
    return found


def _meets(claim: Claim, level: float) -> bool:
    usual = "at_least" if _is_change(claim) else claim.entry.sense
    sign = 1 if (sense_of(claim.printed + claim.clause) or usual) == "at_least" else -1
    return sign * (level - claim.value) >= -1e-9


GOAL_RULES = (
    not_a_number, two_terms, due_too_late, all_yet_less, two_scopes, beyond_all,
    impossible_share, other_scope, level_reached,
)  # fmt: skip
