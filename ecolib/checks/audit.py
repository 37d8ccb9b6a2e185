"""Every printed claim held against the figures submitted.

A rule takes a claim in the context of its own year and either finds something or passes; the first
rule of its kind that finds something decides. What nothing can be held against is `cannot_check`,
which is not agreement.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import pandas as pd

from ecolib.checks.claims import Claim, Finding, claims_of
from ecolib.checks.context import Context
from ecolib.checks.document import COUNT_RULES, GOAL_RULES, RANK_RULES
from ecolib.checks.values import VALUE_RULES
from ecolib.checks.verdicts import CHANGE_RULES, VERDICT_RULES
from ecolib.texts import LANGS, Note

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

#: By kind of claim, the more general rules last; to add one, put it into the list of its module.
RULES: dict[str, tuple[Callable[[Context], Finding | None], ...]] = {
    "verdict": VERDICT_RULES,
    "value": VALUE_RULES,
    "change": CHANGE_RULES,
    "count": COUNT_RULES,
    "rank": RANK_RULES,
    "goal": GOAL_RULES,
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
        One row a claim with the columns `COLUMNS`, in the order of the official list. `finding` is
        "agrees", "contradicts" or "cannot_check"; `recomputed` is a number in the unit of the
        claim, a verdict, or empty.
    """
    return audit_table(audit_findings(case, all_years=all_years))


def audit_findings(case: Audited, *, all_years: bool = True) -> list[Finding]:
    """What is found about each claim, in the order of the official list."""
    claims, context = claims_of(case.rows("claims")), case.context
    asked = [c for c in claims if all_years or c.year == context.year]
    return [examine(claim, context, claims) for claim in asked]


def examine(claim: Claim, context: Context, claims: tuple[Claim, ...]) -> Finding:
    """What the first rule that has something to say finds, `claims` being all of the document."""
    asked = Context(context.facts, claims=claims).about(claim)
    findings = (rule(asked) for rule in RULES[claim.kind])
    found = next(found for found in findings if found is not None)
    note = claim.note.rstrip("。")
    return found.adding(Note("entry_note", note=note) if note else None)


def audit_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """The findings as a table with the columns `COLUMNS`, worded in both languages."""
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
        )
        for found in findings
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _recomputed(found: Finding) -> str:
    if isinstance(found.recomputed, str):
        return found.recomputed
    return "" if math.isnan(found.recomputed) else f"{found.recomputed:.10g}"
