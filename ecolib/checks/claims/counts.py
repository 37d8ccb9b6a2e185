"""Rules for one thing printed twice, for a whole and its printed parts, for counts and ranks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ecolib.checks.claims.claim import Claim, Finding, cannot_check, number_text

if TYPE_CHECKING:
    from ecolib.assess.case import Case


def sum_of_parts(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding | None:
    """A printed whole against the sum of the parts that each place of the document lists."""
    alike = [c for c in beside if _alike(c, claim) and not math.isnan(c.value)]
    lists = {
        position: parts
        for position in dict.fromkeys([claim.position, *(c.position for c in alike)])
        if (parts := _parts(claim.subject, position, alike))
    }
    if not lists:
        return None
    told, differing = [], []
    for position, parts in lists.items():
        total = sum(p.value for p in parts)
        listed = "、".join(f"{p.subject} {p.printed}" for p in parts)
        told.append(
            (
                f"{position}列出{listed}，合计 {number_text(total)}",
                f"{position} lists {listed}: {number_text(total)} in all",
            )
        )
        if abs(total - claim.value) > sum(map(_half, parts)) + _half(claim):
            differing.append(total)
    zh, en = "；".join(t[0] for t in told), "; ".join(t[1] for t in told)
    if not differing:
        whole = number_text(sum(p.value for p in next(iter(lists.values()))))
        return Finding(
            "agrees",
            "sum_of_parts",
            f"{zh}，与印出的 {claim.shown('zh')} 相符",
            f"{en}, which agrees with {claim.shown('en')} as printed",
            whole,
        )
    return Finding(
        "contradicts",
        "sum_of_parts",
        f"{zh}；但{claim.position}印出的{claim.subject}是 {claim.shown('zh')}",
        f"{en}; but {claim.shown('en')} is printed at {claim.position} for {claim.subject}",
        number_text(differing[0]),
    )


def same_thing_twice(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding | None:
    """The same thing of the same year printed in two places of the document."""
    others = [
        c
        for c in beside
        if c is not claim and c.kind == claim.kind
        if claim.subject and c.subject == claim.subject and _alike(c, claim)
    ]
    if not others:
        return None
    differing = [c for c in others if abs(c.value - claim.value) > _half(c) + _half(claim)]
    other = (differing or others)[0]
    if differing:
        return Finding(
            "contradicts",
            "same_thing_twice",
            f"同一件事（{claim.subject}）另印有“{other.text}”（{other.position}），即 {other.shown('zh')}，"
            f"与这里的 {claim.shown('zh')} 不一，至少一处有误",
            f"of the same thing ({claim.subject}) '{other.text}' is printed as well "
            f"({other.position}): {other.shown('en')} there and {claim.shown('en')} here; at least "
            "one is wrong",
            number_text(other.value),
        )
    return cannot_check(
        "same_thing_twice",
        f"与{other.position}印出的 {other.shown('zh')} 一致，但没有名单或清单可核对",
        f"the same as {other.shown('en')} printed at {other.position}, but no list was handed in "
        "to count it from",
        computed=other.value,
    )


def no_list(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding:
    return cannot_check(
        "no_list",
        f"没有名单或清单，印出的 {claim.shown('zh')} 无法核对",
        f"no list was handed in to count {claim.shown('en')} from",
    )


def no_others(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding:
    return cannot_check(
        "no_others",
        f"没有其他地区的数，第 {claim.printed} 名无法核对",
        f"the figures of the others were not handed in, so rank {claim.printed} cannot be checked",
    )


def _alike(one: Claim, other: Claim) -> bool:
    return one.unit == other.unit and one.year == other.year


def _half(claim: Claim) -> float:
    """What was counted one by one carries no rounding."""
    return 0.0 if claim.kind == "count" else claim.half


def _parts(
    subject: str, position: str, claims: list[Claim], above: tuple[str, ...] = ()
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
