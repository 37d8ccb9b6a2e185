"""What a document claims in print, and the rules that hold it against the figures handed in.

A claim is never data. A rule takes a claim and the case of the claim's year and either finds
something or passes; the first rule of its kind that finds something decides. What nothing can be
held against is `cannot_check`, which is not agreement. To add a rule, write the function and put
it into `RULES` before the more general ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from ecolib.catalog import find
from ecolib.claims import changes, values, verdicts
from ecolib.claims.claim import FINDINGS, Claim, Finding, unit_code

if TYPE_CHECKING:
    from ecolib.case import Case

__all__ = ["COLUMNS", "FINDINGS", "RULES", "Claim", "Finding", "audit", "claims_of", "examine"]

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
)

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


def audit(case: Case) -> pd.DataFrame:
    """Every claim of the case against the data of the claim's own year.

    Returns
    -------
    DataFrame
        One row a claim with the columns `COLUMNS`, in the order of the official list. `finding` is
        "agrees", "contradicts" or "cannot_check"; `recomputed` is a number in the unit of the
        claim, a verdict, or empty.
    """
    case_of = cache(lambda year: case if year == case.year else replace(case, year=year))
    rows = [_row(claim, examine(claim, case_of(claim.year))) for claim in claims_of(case)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


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


def _row(claim: Claim, found: Finding) -> tuple:
    return (
        claim.entry.number,
        claim.entry.id,
        claim.year,
        claim.text,
        claim.printed,
        found.recomputed,
        found.finding,
        found.rule,
        found.zh,
        found.en,
        claim.position,
    )
