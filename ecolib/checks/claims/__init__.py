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

from ecolib.checks.claims import changes, counts, doubts, goals, stocks, values, verdicts
from ecolib.checks.claims.claim import Claim, Finding, unit_code
from ecolib.indicators.catalogue import find
from ecolib.report.words import ENTRY_NOTE

if TYPE_CHECKING:
    from ecolib.assess.case import Case

__all__ = ["COLUMNS", "RULES", "Claim", "Finding", "audit", "claims_of", "examine"]

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

#: A rule takes the claim, the case of its year, and every claim of the document beside it.
Rule = Callable[[Claim, "Case", tuple[Claim, ...]], Finding | None]

RULES: dict[str, tuple[Rule, ...]] = {
    "verdict": (verdicts.implied_by_change, verdicts.verdict),
    "value": (
        values.not_a_number,
        stocks.balance,
        stocks.part_of_whole,
        values.share_of_county,
        values.another_quantity,
        values.group_without_value,
        values.value_of_inputs,
        doubts.identical_series,
        values.reported_value,
        values.no_figure,
    ),
    "change": (
        changes.direction_of_levels,
        values.not_a_number,
        changes.change_of_a_change,
        changes.change_of_levels,
        changes.no_levels,
    ),
    "count": (values.not_a_number, counts.sum_of_parts, counts.same_thing_twice, counts.no_list),
    "rank": (counts.no_others,),
    "goal": (
        values.not_a_number,
        goals.two_terms,
        goals.beyond_all,
        goals.impossible_share,
        goals.level_reached,
    ),
}


def audit(case: Case, *, all_years: bool = True) -> pd.DataFrame:
    """Every claim of the case against the data of the claim's own year.

    Parameters
    ----------
    all_years
        Claims about earlier and later years too; without them only those of the case's year.

    Returns
    -------
    DataFrame
        One row a claim with the columns `COLUMNS`, in the order of the official list. `finding` is
        "agrees", "contradicts" or "cannot_check"; `recomputed` is a number in the unit of the
        claim, a verdict, or empty.
    """
    case_of = cache(lambda year: case if year == case.year else replace(case, year=year))
    claims = claims_of(case)
    asked = [c for c in claims if all_years or c.year == case.year]
    rows = [_row(claim, examine(claim, case_of(claim.year), claims)) for claim in asked]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def claims_of(case: Case) -> tuple[Claim, ...]:
    """The claims handed in, by indicator and year; within these in the order of the files."""
    found = [
        Claim(
            entry=(entry := find(row.indicator)),
            year=int(row.handed_in if pd.isna(row.year) else row.year),
            kind=row.kind,
            printed=str(row.printed),
            unit=unit_code(row.unit, entry.unit if row.kind in ("value", "goal") else ""),
            text=str(row.claim),
            position=str(row.position),
            subject=row.subject,
            part_of=row.part_of,
            note=row.note,
            dated=not pd.isna(row.year),
        )
        for row in case.table("claims")
        .fillna({"subject": "", "part_of": "", "note": ""})
        .itertuples()
    ]
    return tuple(sorted(found, key=lambda claim: (claim.entry.sort_key, claim.year)))


def examine(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding:
    """The finding of the first rule that has something to say; `case` is of the claim's year."""
    findings = (rule(claim, case, beside) for rule in RULES[claim.kind])
    found = next(found for found in findings if found is not None)
    note = claim.note.rstrip("。")
    return found.adding(*(begin + note for begin in ENTRY_NOTE)) if note else found


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
