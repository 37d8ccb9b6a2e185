"""What a document claims in print, and the rules that hold it against the figures handed in.

A claim is never data. A rule takes a claim and the case of the claim's year and either finds
something or passes; the first rule of its kind that finds something decides. What nothing can be
held against is `cannot_check`, which is not agreement. To add a rule, write the function and put
it into `RULES` before the more general ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ecolib.catalog import find
from ecolib.claims import changes, values, verdicts
from ecolib.claims.claim import FINDINGS, Claim, Finding, unit_code

if TYPE_CHECKING:
    from ecolib.case import Case

__all__ = ["FINDINGS", "RULES", "Claim", "Finding", "claims_of", "examine"]

Rule = Callable[[Claim, "Case"], Finding | None]

RULES: dict[str, tuple[Rule, ...]] = {
    "verdict": (verdicts.verdict,),
    "value": (
        values.not_a_number,
        values.share_of_county,
        values.group_without_value,
        values.another_quantity,
        values.value_of_inputs,
        values.reported_value,
        values.no_figure,
    ),
    "change": (
        values.not_a_number,
        changes.change_of_a_change,
        changes.change_of_levels,
        changes.no_levels,
    ),
    "count": (verdicts.no_list,),
    "rank": (verdicts.no_others,),
}


def claims_of(case: Case) -> list[Claim]:
    """The claims handed in, by indicator and year; within these in the order of the files."""
    found = [
        Claim(
            entry=(entry := find(row.indicator)),
            year=int(row.year),
            kind=row.kind,
            printed=str(row.printed),
            unit=unit_code(row.unit, entry.unit if row.kind == "value" else ""),
            text=str(row.claim),
            position=str(row.position),
        )
        for row in case.table("claims").itertuples()
    ]
    return sorted(found, key=lambda claim: (claim.entry.sort_key, claim.year))


def examine(claim: Claim, case: Case) -> Finding:
    """The finding of the first rule that has something to say; `case` is of the claim's year."""
    findings = (rule(claim, case) for rule in RULES[claim.kind])
    return next(found for found in findings if found is not None)
