"""Every printed claim beside what the figures handed in give: `audit.csv`."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from ecolib.claims import Claim, Finding, claims_of, examine

if TYPE_CHECKING:
    from ecolib.case import Case

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
