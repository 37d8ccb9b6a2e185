"""Rules for printed verdicts, and for counts and ranks that nothing stands against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecolib.claims.claim import Claim, Finding, cannot_check
from ecolib.report.words import LANGS, word

if TYPE_CHECKING:
    from ecolib.case import Case

#: How a document words a verdict, and what each verdict of ours makes of it.
MET, NOT_MET = ("达标", "已达标", "met"), ("未达标", "不达标", "not met", "not_met")
OUTCOMES = {
    **dict.fromkeys(MET, {"met": "agrees", "not_met": "contradicts", "conflict": "contradicts"}),
    **dict.fromkeys(NOT_MET, {"met": "contradicts", "not_met": "agrees"}),
}


def verdict(claim: Claim, case: Case) -> Finding:
    """A printed verdict against ours; what could not be decided does not confirm it."""
    result = case.evaluate(claim.entry.id)
    ours = result.verdict
    outcome = OUTCOMES.get(claim.printed.strip().lower(), {})
    said = [word("status", ours.status, lang) for lang in LANGS]
    if ours.status == "met":
        basis = [word("basis", result.basis, lang) for lang in LANGS]
        said = [f"{said[0]}（{basis[0]}）", f"{said[1]} ({basis[1]})"]
    return Finding(
        outcome.get(ours.status, "cannot_check"),
        "verdict",
        f"文中结论为“{claim.printed}”；按 {claim.year} 年数据为{said[0]}：{ours.reason_zh}",
        f"the document says '{_in_english(claim)}'; by the data of {claim.year} it is {said[1]}: "
        f"{ours.reason_en}",
        ours.status,
    )


def _in_english(claim: Claim) -> str:
    said = claim.printed.strip().lower()
    return "met" if said in MET else "not met" if said in NOT_MET else claim.printed


def no_list(claim: Claim, case: Case) -> Finding:
    return cannot_check(
        "no_list",
        f"没有填报清单，印出的 {claim.shown('zh')} 无从清点",
        f"no list was handed in to count {claim.shown('en')} from",
    )


def no_others(claim: Claim, case: Case) -> Finding:
    return cannot_check(
        "no_others",
        f"没有其他地区的数，第 {claim.printed} 名无从核对",
        f"the figures of the others were not handed in, so rank {claim.printed} cannot be checked",
    )
