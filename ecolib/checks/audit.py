"""Every printed claim held against the figures submitted, and a document against itself.

A rule takes a claim in the context of its own year and either finds something or passes; the first
rule of its kind that finds something decides. What nothing can be held against is `cannot_check`,
which is not agreement. The rules here ask for parts and for things printed twice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Protocol

import pandas as pd

from ecolib.checks.changes import CHANGE_RULES, change_as_value, other_base
from ecolib.checks.claims import Claim, Finding, claims_of, finding, left_open, whole_of
from ecolib.checks.context import Context
from ecolib.checks.document import (
    ACT_RULES,
    ASSIGNED_RULES,
    DONE_RULES,
    PART_RULES,
    PERIOD_RULES,
    SOURCE_RULES,
    of_several,
    rounding,
    same_thing_twice,
    two_scopes,
)
from ecolib.checks.goals import GOAL_RULES
from ecolib.checks.values import VALUE_RULES, item_differs, not_a_number
from ecolib.checks.verdicts import VERDICT_RULES
from ecolib.errors import check_kind
from ecolib.texts import LANGS, Note

# --- counts and ranks


def sum_of_parts(context: Context) -> Finding | None:
    """A printed whole against the sum of the parts that each place of the document lists."""
    claim = context.claim
    lists = _lists(context)
    if not lists:
        return None
    rows = [(place, parts, float(sum(p.value for p in parts))) for place, parts in lists.items()]
    each = [tuple(Note("part_listed", part=p.thing, n=p.shown) for p in of) for _, of, _ in rows]
    told = tuple(
        Note("parts_listed", position=place, parts=parts, total=total)
        for (place, _, total), parts in zip(rows, each, strict=True)
    )
    differing = [
        total
        for _, parts, total in rows
        if abs(total - claim.value) > sum(map(rounding, parts)) + rounding(claim)
    ]
    if not differing:
        note = Note("sum_of_parts.agrees", lists=told)
        return finding(claim, "agrees", note, recomputed=rows[0][2])
    note = Note("sum_of_parts.differs", lists=told, position=claim.position, subject=claim.thing)
    return finding(claim, "contradicts", note, recomputed=differing[0])


def two_ranks(context: Context) -> Finding | None:
    """Two different ranks of one thing in one year, of one area as far as both name theirs."""
    claim, own = context.claim, context.claim.rank
    for other in context.claims if own else ():
        alike = (c.kind == "rank" and (c.entry.id, c.year, c.subject) for c in (claim, other))
        theirs = other.rank
        if theirs is None or len({*alike}) > 1 or theirs[1] == own[1]:
            continue
        if claim.scope == other.scope and ("" in (own[0], theirs[0]) or own[0] == theirs[0]):
            note = Note(
                "two_ranks", rank=claim.printed, other=other.printed, position=other.position
            )
            return finding(claim, "contradicts", note, cause=f"rank:{claim.number}:{claim.year}")
    return None


def _lists(context: Context) -> dict[str, list[Claim]]:
    """What each place of the document lists as parts of what was counted.

    Places that name a single part each make one list; one part alone is none ("of them 3 national"),
    nor is what is done so far, unless it is all there is, or more.
    """
    claim = context.claim
    numbers = (c for c in context.claims if c.is_number)
    alike = [c for c in numbers if (c.unit, c.year) == (claim.unit, claim.year)]
    places = dict.fromkeys([claim.position, *(c.position for c in alike)])
    found = {place: parts for place in places if (parts := _parts(claim.subject, place, alike))}
    lists = {place: parts for place, parts in found.items() if len(parts) > 1}
    single = {p.subject: p for parts in found.values() for p in parts if p.kind != "done"}
    if not lists and len(single) > 1:
        lists = {"; ".join(p.position for p in single.values()): [*single.values()]}

    def counts(parts: list[Claim]) -> bool:
        listed = len(parts) > 1 and all(p.kind != "done" for p in parts)
        return listed or sum(p.value for p in parts) >= claim.value

    return {place: parts for place, parts in (lists or found).items() if counts(parts)}


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


COUNT_RULES = (
    not_a_number, item_differs, sum_of_parts, two_scopes, same_thing_twice, left_open("no_list"),
)  # fmt: skip
RANK_RULES = (two_ranks, left_open("no_others"))


# --- every claim by the rules of its kind ---------------------------------------------------------

#: The columns of `audit.csv`.
COLUMNS = (
    "number", "indicator", "year", "claim", "printed", "recomputed", "finding", "rule",
    "explanation_zh", "explanation_en", "position", "cause",
)  # fmt: skip

#: By kind of claim, the more general rules last; to add one, put it into the list of its module.
RULES: dict[str, tuple[Callable[[Context], Finding | None], ...]] = {
    "verdict": VERDICT_RULES,
    "value": (change_as_value, other_base, *VALUE_RULES),
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
    check_kind("case", case, "Case")
    return audit_table(audit_findings(case, all_years=all_years))


def audit_findings(case: Audited, *, all_years: bool = True) -> list[Finding]:
    """What is found about each claim, in the order of the official list."""
    claims, context = claims_of(case.rows("claims"), case.list), case.context
    asked = [c for c in of_several(claims, context) if all_years or c.year == context.year]
    asked.sort(key=lambda claim: (claim.entry.sort_key, claim.year))
    return [examine(claim, context, claims) for claim in asked]


def examine(claim: Claim, context: Context, claims: tuple[Claim, ...]) -> Finding:
    """What the first rule that has something to say finds, `claims` being all of the document."""
    asked = replace(context, claims=claims).about(claim)
    findings = filter(None, (rule(asked) for rule in RULES[claim.kind]))
    found = next(findings)
    if found.rule in ("identical_series", "two_scopes"):
        # What the document says elsewhere does not excuse it from the figures of this very claim.
        figures = next((f for f in findings if f.rule != "identical_series"), found)
        found = figures if figures.outcome == "contradicts" else found
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
MUTUAL = (
    "two_terms", "two_ranks", "same_thing_twice", "two_actors", "issuer_gone", "verdict_undone",
)  # fmt: skip
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
