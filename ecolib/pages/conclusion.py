"""What follows from the verdicts for the list as a whole, by its pass rule and as far as that goes."""

from __future__ import annotations

import pandas as pd

from ecolib.assess.annual import Annual
from ecolib.assess.doubts import is_decisive
from ecolib.indicators.catalogue import Indicator
from ecolib.pages.listings import NATIONAL, with_parts
from ecolib.pages.render import verdict
from ecolib.texts import Name, Note, word, words

#: Indicators whose notebook left no result are counted too, so that the sums are whole.
NO_RESULT = "no_result"
#: Reasons that a conclusion tells in full.
FEW = 3


def verdicts(annual: Annual) -> pd.DataFrame:
    """One row an indicator of the list: indicator, number, kind, system, status, basis."""
    results = with_parts(annual.results)
    rows = []
    for entry in annual.case.list.top_level:
        result = results.get(entry.id)
        said = (result.verdict.status, result.basis) if result else (NO_RESULT, "")
        rows.append((entry.id, entry.number, entry.kind, entry.system, *said))
    return pd.DataFrame(rows, columns=["indicator", "number", "kind", "system", "status", "basis"])


def national(annual: Annual) -> pd.DataFrame:
    """Those of the national list."""
    rows = verdicts(annual)
    return rows[rows["kind"].isin(NATIONAL)]


def conclusion(annual: Annual) -> tuple[str, Note, tuple[Note, ...]]:
    """What follows for the list as a whole.

    Returns
    -------
    tuple
        The verdict whose tone it takes, what is concluded, and why; which indicators a good
        conclusion owes to doubtful figures.
    """
    status, concluded, why = _concluded(annual)
    rows = national(annual)
    met = set(rows.loc[rows["status"] == "met", "indicator"])
    doubted = tuple(
        numbered(result.entry)
        for result in annual.results
        if result.indicator in met
        and any(is_decisive(note) for part in result.owner_parts for note in part.warnings)
    )
    if doubted and concluded.code in ("conclusion.met", "conclusion.binding_met"):
        why = (*why, Note("conclusion.doubted", indicators=doubted))
    case = annual.case
    if all(year != case.year for year, _ in case.raw_files):
        why = (Note("conclusion.not_submitted", year=case.year), *why)
    return status, concluded, why


def _concluded(annual: Annual) -> tuple[str, Note, tuple[Note, ...]]:
    rows = national(annual)
    rows = rows[rows["status"] != "not_applicable"]
    if rows.empty:
        return "not_evaluable", Note("conclusion.open"), (Note("conclusion.nothing"),)
    met, binding = rows["status"] == "met", rows["kind"] == "binding"
    if met.all():
        return "met", Note("conclusion.met"), (Note("conclusion.all_met", n=len(rows)),)
    pass_rule = annual.case.list.file.pass_rule
    if pass_rule is None:
        why = Note("conclusion.no_rule", n=int((~met).sum()))
        return "not_evaluable", Note("conclusion.open"), (why,)
    failed = rows[binding & (rows["status"] == "not_met")]["indicator"]
    if len(failed):
        # More than a few are told below the verdicts; here their names do.
        reasons = tuple(_reason(annual, name) for name in failed if len(failed) <= FEW)
        named = tuple(numbered(annual.case.list[name]) for name in failed)
        why = Note("conclusion.failed_why", indicators=named)
        return "not_met", Note("conclusion.failed"), (*reasons, why)
    n, n_met = int(binding.sum()), int((binding & met).sum())
    if n_met < n:
        why = Note("conclusion.open_why", m=n, met=n_met, open=n - n_met)
        return "not_evaluable", Note("conclusion.open"), (why,)
    return _by_reference(rows[~binding]["status"], pass_rule.reference)


def _by_reference(statuses: pd.Series, share: float | None) -> tuple[str, Note, tuple[Note, ...]]:
    """The conclusion where every binding indicator is met: it hangs on the reference ones."""
    met, count = int((statuses == "met").sum()), len(statuses)
    counts = {"m": count, "met": met}
    if share is None:
        why = Note("conclusion.no_share", **counts)
        return "not_evaluable", Note("conclusion.binding_met"), (why,)
    at_best = met + int((~statuses.isin(["met", "not_met"])).sum())
    why = (Note("conclusion.share", **counts, share=float(share)),)
    if 100 * met >= share * count:
        return "met", Note("conclusion.met"), why
    if 100 * at_best < share * count:
        return "not_met", Note("conclusion.failed"), why
    return "not_evaluable", Note("conclusion.open"), why


def numbered(entry: Indicator) -> Note:
    """`27 城镇污水处理率`."""
    return Note("report.numbered", number=entry.number, title=Name("indicator", entry.id))


def _reason(annual: Annual, name: str) -> Note:
    """Number and name of an indicator, and the notes of its verdict."""
    said = Note("reasons", reasons=with_parts(annual.results)[name].verdict.notes)
    return Note("report.indicator_reason", indicator=numbered(annual.case.list[name]), reason=said)


def rule(annual: Annual, lang: str) -> list[str]:
    """The pass rule with its source, what conditional means, and what the met ones rest on."""
    given, said = annual.case.list.file.pass_rule, []
    if given is None:
        said.append(Note("rule.none"))
    else:
        said.append(Note("rule.binding"))
        share = given.reference
        said.append(Note("rule.no_share") if share is None else Note("rule.share", share=share))
        gates = tuple(getattr(gate, lang) for gate in given.gates)
        said.append(Note("rule.gates", gates=gates) if gates else Note("rule.no_gates"))
        sure = word("confidence", given.confidence, lang)
        said.append(Note("rule.source", origin=getattr(given.source, lang), sure=sure))
    said.append(Note("rule.conditional"))
    rows = verdicts(annual)
    met = rows[rows["kind"].isin(NATIONAL) & (rows["status"] == "met")]["basis"].value_counts()
    if len(met):
        told = tuple(
            Note("rule.basis_count", basis=word("basis", basis, lang), n=int(met[basis]))
            for basis in words("basis")
            if basis in met
        )
        said.append(Note("rule.met", n=int(met.sum()), bases=told))
    said += (
        Note("rule.local", indicator=numbered(annual.case.list[row.indicator]),
             verdict=verdict(row.status, lang))
        for row in rows[rows["kind"] == "local"].itertuples()
    )  # fmt: skip
    return [note.text(lang) for note in said]
