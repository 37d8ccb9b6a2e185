"""Every printed claim held against the figures submitted, and a document against itself.

A rule takes a claim in the context of its own year and either finds something or passes; the first
rule of its kind that finds something decides. What nothing can be held against is `cannot_check`,
which is not agreement. The rules here ask for parts, things printed twice, goals and levels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Protocol

import pandas as pd

from ecolib.checks.claims import Claim, Finding, claims_of, finding, whole_of, wording
from ecolib.checks.context import Context
from ecolib.checks.document import (
    ACT_RULES,
    ASSIGNED_RULES,
    DONE_RULES,
    PART_RULES,
    PERIOD_RULES,
    SOURCE_RULES,
    all_yet_less,
    due_too_late,
    of_several,
    two_scopes,
)
from ecolib.checks.values import VALUE_RULES, not_a_number
from ecolib.checks.verdicts import CHANGE_RULES, VERDICT_RULES
from ecolib.data.dictionary import convert, relations
from ecolib.texts import LANGS, Amount, Name, Note

# --- counts and ranks


def sum_of_parts(context: Context) -> Finding | None:
    """A printed whole against the sum of the parts that each place of the document lists."""
    claim = context.claim
    alike = [c for c in context.claims if _alike(c, claim) and not math.isnan(c.value)]
    lists = {
        position: parts
        for position in dict.fromkeys([claim.position, *(c.position for c in alike)])
        if (parts := _parts(claim.subject, position, alike))
    }
    if not lists:
        return None
    totals = {position: sum(p.value for p in parts) for position, parts in lists.items()}
    told = tuple(
        Note(
            "parts_listed",
            position=position,
            parts=tuple(
                Note("part_listed", part=p.subject, n=Amount(p.printed, p.unit)) for p in parts
            ),
            total=float(totals[position]),
        )
        for position, parts in lists.items()
    )
    differing = [
        totals[position]
        for position, parts in lists.items()
        if abs(totals[position] - claim.value) > sum(map(_rounding, parts)) + _rounding(claim)
        # What is done so far is no list of all parts.
        if totals[position] > claim.value or all(part.kind != "done" for part in parts)
    ]
    if not differing:
        note = Note("sum_of_parts.agrees", lists=told)
        return finding(claim, "agrees", note, recomputed=next(iter(totals.values())))
    note = Note(
        "sum_of_parts.differs",
        lists=told,
        position=claim.position,
        subject=claim.subject,
    )
    return finding(claim, "contradicts", note, recomputed=differing[0])


def same_thing_twice(context: Context) -> Finding | None:
    """The same thing of the same year printed in two places of the document."""
    claim = context.claim
    others = [
        c
        for c in context.claims
        if c is not claim and c.kind == claim.kind
        if claim.subject and c.subject == claim.subject and _alike(c, claim)
        if not (c.scope and claim.scope and c.scope != claim.scope)
    ]
    if not others:
        return None
    allowed = _rounding(claim)
    differing = [c for c in others if abs(c.value - claim.value) > _rounding(c) + allowed]
    other = (differing or others)[0]
    args = {"position": other.position, "other": other.shown}
    if not differing:
        note = Note("same_thing_twice.agrees", **args)
        return finding(claim, "cannot_check", note, recomputed=other.value)
    note = Note(
        "same_thing_twice.differs",
        subject=claim.subject,
        text=other.text,
        **args,
    )
    return finding(claim, "contradicts", note, recomputed=other.value)


def no_list(context: Context) -> Finding:
    return finding(context.claim, "cannot_check", Note("no_list"))


def no_others(context: Context) -> Finding:
    return finding(context.claim, "cannot_check", Note("no_others", rank=context.claim.printed))


def _alike(one: Claim, other: Claim) -> bool:
    return one.unit == other.unit and one.year == other.year


def _rounding(claim: Claim) -> float:
    """What was counted one by one carries no rounding."""
    return 0.0 if claim.kind == "count" else claim.rounding


def _parts(
    subject: str, position: str, claims: Sequence[Claim], above: tuple[str, ...] = ()
) -> list[Claim]:
    """What one place of the document lists as parts of a subject, the finest it prints.

    Which is a part of which may be told anywhere in the document; the numbers are those of the
    place.
    """
    if not subject or subject in above:  # a thing said to be a part of itself ends here
        return []
    found: list[Claim] = []
    for name in dict.fromkeys(c.subject for c in claims if c.part_of == subject):
        own = [c for c in claims if c.subject == name and c.position == position]
        found += _parts(name, position, claims, (*above, subject)) or own[:1]
    return found


COUNT_RULES = (not_a_number, sum_of_parts, two_scopes, same_thing_twice, no_list)
RANK_RULES = (no_others,)


# --- goals that the document sets itself


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
        subject=claim.subject,
        position=claim.position,
        other_position=other.position,
        other_year=other.year,
        text=other.text,
    )
    return finding(claim, "contradicts", note, recomputed=other.year)


def beyond_all(context: Context) -> Finding | None:
    """More than all of something cannot be reached."""
    claim = context.claim
    more = wording()["more_than_all"].search(claim.text)
    if claim.unit != "%" or claim.value < 100 or (claim.value == 100 and not more):
        return None
    if not claim.subject and claim.entry.bounds != (0, 100):
        return None
    return finding(claim, "contradicts", Note("impossible_share.beyond_all", text=claim.text))


def impossible_share(context: Context) -> Finding | None:
    """A share in % of things that can be counted: with so many of them it cannot come out."""
    claim, whole = context.claim, _whole(context.claim)
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
    # What is striven for, or is reached only then, has not been reached before.
    if wording()["striving"].search(claim.text) and earlier:
        return _exceeded(claim, earlier, year, levels[year])
    if not _meets(claim, levels[year]):
        return _short_of(claim, year, levels[year])
    level = claim.amount(levels[year])
    note = Note("goal_reached", year=year, level=level)
    found = finding(claim, "agrees", note, recomputed=levels[year])
    found = found.adding(_reached_before(claim, earlier))
    if claim.subject and _whole(claim) is None:
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
    whole = _whole(claim)
    if claim.subject and whole is None:
        return printed
    if claim.subject:
        parts, wholes = context.values(claim.subject), context.values(whole)
        shared = (year for year in parts if wholes.get(year))
        return {year: 100 * parts[year] / wholes[year] for year in shared}
    known = {
        year: convert(value, claim.entry.unit, claim.unit)
        for year, value in context.levels().items()
    }
    return printed | {year: value for year, value in known.items() if value is not None}


def _whole(claim: Claim) -> str | None:
    """The one item that the subject of the claim is a part of."""
    related = relations().at_most
    wholes = (r.whole for r in related if claim.subject in r.parts and not r.lag)
    return next((whole[0] for whole in wholes if len(whole) == 1), None)


def _meets(claim: Claim, level: float) -> bool:
    sign = 1 if claim.entry.better == "up" else -1
    return sign * (level - claim.value) >= -1e-9


GOAL_RULES = (
    not_a_number,
    two_terms,
    due_too_late,
    all_yet_less,
    two_scopes,
    beyond_all,
    impossible_share,
    level_reached,
)


# --- every claim by the rules of its kind ---------------------------------------------------------

#: The columns of `audit.csv`.
COLUMNS = (
    "number",
    "indicator",
    "year",
    "claim",
    "printed",
    "recomputed",
    "finding",
    "rule",
    "explanation_zh",
    "explanation_en",
    "position",
    "cause",
)

#: By kind of claim, the more general rules last; to add one, put it into the list of its module.
RULES: dict[str, tuple[Callable[[Context], Finding | None], ...]] = {
    "verdict": VERDICT_RULES,
    "value": VALUE_RULES,
    "change": CHANGE_RULES,
    "count": COUNT_RULES,
    "rank": RANK_RULES,
    "goal": GOAL_RULES,
    "done": DONE_RULES,
    "assigned": ASSIGNED_RULES,
    "period": PERIOD_RULES,
    "act": ACT_RULES,
    "source": SOURCE_RULES,
    # Not printed for itself: what the verdict of a group says of a part.
    "part": PART_RULES,
}

#: What ends one sentence of an explanation and begins the next.
FULL_STOP = {"zh": "。", "en": ". "}


class Audited(Protocol):
    """What is audited: a county-year with its table of claims."""

    context: Context

    def rows(self, table: str) -> list[dict[str, Any]]: ...


def audit(case: Audited, *, all_years: bool = True) -> pd.DataFrame:
    """Every claim of the case against the data of the claim's own year.

    Parameters
    ----------
    all_years
        Claims about earlier and later years too; without them only those of the case's year.

    Returns
    -------
    DataFrame
        One row a claim, and one more for each year and part without figures that a verdict speaks
        of, with the columns `COLUMNS`, in the order of the official list. `finding` is
        "agrees", "contradicts" or "cannot_check"; `recomputed` is a number in the unit of the
        claim, a verdict, or empty. Rows with one number under `cause` have one cause, or are of
        one indicator and cannot be checked for one reason.
    """
    return audit_table(audit_findings(case, all_years=all_years))


def audit_findings(case: Audited, *, all_years: bool = True) -> list[Finding]:
    """What is found about each claim, in the order of the official list."""
    claims, context = claims_of(case.rows("claims"), case.list), case.context
    asked = [c for c in of_several(claims, context) if all_years or c.year == context.year]
    asked.sort(key=lambda claim: (claim.entry.sort_key, claim.year))
    return [examine(claim, context, claims) for claim in asked]


def examine(claim: Claim, context: Context, claims: tuple[Claim, ...]) -> Finding:
    """What the first rule that has something to say finds, `claims` being all of the document."""
    asked = Context(context.facts, claims=claims).about(claim)
    findings = (rule(asked) for rule in RULES[claim.kind])
    found = next(found for found in findings if found is not None)
    note = claim.note.rstrip("。")
    found = replace(found, cause=found.cause or _cause(found, claims))
    return found.adding(Note("entry_note", note=note) if note else None)


def _cause(found: Finding, claims: Iterable[Claim]) -> str:
    """What a finding comes from where its rule does not say so.

    A claim that the figures contradict, by the figures of its indicator and year: value, change,
    stock and verdict stand or fall together. Goals and counts by their subject.
    """
    claim = found.claim
    if found.outcome != "contradicts":
        return f"{found.outcome}:{found.rule}:{claim.number}"
    if claim.kind in ("goal", "count"):
        return f"{claim.kind}:{claim.number}:{whole_of(claim.subject, claims)}"
    return f"figures:{claim.number}:{claim.year}"


def audit_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """The findings as a table with the columns `COLUMNS`, worded in both languages."""
    numbers: dict[str, int] = {}
    rows = [
        (
            found.claim.entry.number,
            found.claim.entry.id,
            found.claim.year,
            found.claim.text,
            found.claim.printed,
            _recomputed(found),
            found.outcome,
            found.rule,
            *(FULL_STOP[lang].join(n.text(lang) for n in found.notes) for lang in LANGS),
            found.claim.position,
            numbers.setdefault(found.cause, len(numbers) + 1),
        )
        for found in findings
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


#: Rules that find the same at each claim they concern: the first tells it for all.
MUTUAL = ("two_terms", "same_thing_twice", "two_actors", "issuer_gone", "verdict_undone")
#: A verdict repeats what is told of its figures.
REPEATING = ("verdict", "verdict_undone")


def by_cause(table: pd.DataFrame, lang: str) -> list[tuple[pd.DataFrame, list[str]]]:
    """The rows of each cause with what is to be told of it, each sentence once.

    A verdict is silent beside the figures it rests on. Of what cannot be checked for one reason, the
    latest year is told.
    """
    told = []
    for _, rows in table.groupby("cause", sort=False):
        shown = rows[~rows["rule"].isin(REPEATING)]
        shown = rows if shown.empty else shown
        shown = shown[~(shown["rule"].isin(MUTUAL) & shown.duplicated("rule"))]
        if (rows["finding"] != "contradicts").all():
            shown = shown[shown["year"] == shown["year"].max()].tail(1)
        told.append((rows, list(dict.fromkeys(shown[f"explanation_{lang}"]))))
    return told


def _recomputed(found: Finding) -> str:
    if isinstance(found.recomputed, str):
        return found.recomputed
    return "" if math.isnan(found.recomputed) else f"{found.recomputed:.10g}"
