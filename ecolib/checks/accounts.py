"""Rules for printed stocks and parts: the account of a stock, a part within its whole."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ecolib.checks import alternatives
from ecolib.checks.claims import Finding, compare, finding
from ecolib.checks.context import Context, chained
from ecolib.data.dictionary import AtMost, convert, relations
from ecolib.indicators.catalogue import known_items
from ecolib.texts import Name, Note


def is_item(context: Context) -> bool:
    item = known_items().get(context.claim.subject)
    return item is not None and convert(1.0, context.claim.unit, item.unit) is not None


def in_claim_unit(context: Context, item: str, year: int) -> float:
    return convert(context.value(item, year), known_items()[item].unit, context.claim.unit)


def balance(context: Context) -> Finding | None:
    """A printed closing stock: opening stock plus what came in less what went out."""
    claim = context.claim
    account = next((b for b in relations().balances if b.stock == claim.subject), None)
    if account is None or not is_item(context):
        return None
    terms = [
        (1, account.stock, claim.year - 1),
        *((1, name, claim.year) for name in account.inflow),
        *((-1, name, claim.year) for name in account.outflow),
    ]
    missing = tuple(
        Note("item_of_year", item=Name("item", item), year=year)
        for _, item, year in terms
        if year not in context.series(item)
    )
    if missing:
        return finding(claim, "cannot_check", Note("balance.missing", missing=missing))
    given = [sign * in_claim_unit(context, item, year) for sign, item, year in terms]
    computed = sum(given)
    rounding = sum(
        convert(context.series(item)[year].rounding, known_items()[item].unit, claim.unit)
        for _, item, year in terms
    )
    worked = Note("account", terms=_account(context, terms), result=claim.amount(computed))
    found = compare(claim, computed, rounding=rounding, rule="balance", worked=worked)
    if found.outcome == "agrees":
        return found
    others = [
        *_opening(context, terms[0], given[0], computed),
        *_left_of_the_year(context, sum(given[1:]), rounding),
    ]
    return found.adding(alternatives.told(others))


def part_of_whole(context: Context) -> Finding | None:
    """A printed part that exceeds its whole, or what is taken from a stock that was smaller."""
    claim = context.claim
    if not is_item(context):
        return None
    held = []
    for relation in (r for r in relations().at_most if r.parts == (claim.subject,)):
        whole, half = _whole(context, relation)
        if math.isnan(whole):
            continue
        held.append(relation)
        if claim.value > whole + half + claim.rounding:
            return _beyond(context, relation, whole)
    fitting = tuple(Name("relation", relation.key) for relation in held)
    fits = Note("fits_relations", relations=fitting) if held else ""
    item = Name("item", claim.subject)
    note = Note("repeats_input.part", item=item, fits=fits)
    return finding(claim, "cannot_check", note)


def _account(context: Context, terms: Sequence[tuple[int, str, int]]) -> Note:
    """The terms of an account in a row: opening stock + in − out."""
    told = [
        Note(
            "item_in_year",
            year=year,
            item=Name("item", item),
            amount=context.claim.amount(in_claim_unit(context, item, year)),
        )
        for _, item, year in terms
    ]
    account = told[0]
    for (sign, _, _), term in zip(terms[1:], told[1:], strict=True):
        account = Note("sum_of" if sign > 0 else "difference_of", one=account, other=term)
    return account


def _opening(
    context: Context, opening: tuple[int, str, int], given: float, computed: float
) -> list[Note]:
    """The number the opening stock would have to be."""
    claim, (_, item, year) = context.claim, opening
    needed = given + claim.value - computed
    if not math.isfinite(needed) or needed < 0:
        return []
    amounts = {"needed": claim.amount(needed), "given": claim.amount(given)}
    return [Note("opening_were", year=year, item=Name("item", item), **amounts)]


def _left_of_the_year(context: Context, flows: float, rounding: float) -> list[Note]:
    """What is left of the year's own amount alone, where the printed number is that."""
    claim = context.claim
    lagged = (r for r in relations().at_most if r.lag == 1 and r.whole == (claim.subject,))
    used = next((r.parts for r in lagged), ())
    if not used or any(claim.year not in context.series(item) for item in used):
        return []
    left = flows + sum(in_claim_unit(context, item, claim.year) for item in used)
    if abs(left - claim.value) > claim.rounding + rounding:
        return []
    return [Note("only_of_the_year", used=_sum_of(used), left=claim.amount(left))]


def _sum_of(items: Sequence[str]) -> Note | Name:
    return chained("sum_of", [Name("item", item) for item in items])


def _whole(context: Context, relation: AtMost) -> tuple[float, float]:
    """The whole in the unit of the claim, and its rounding; NaN where a figure is missing."""
    year = context.claim.year - relation.lag
    known = [context.series(item).get(year) for item in relation.whole]
    if None in known:
        return math.nan, math.nan
    unit = known_items()[relation.whole[0]].unit  # the items of a whole are kept in one unit
    sums = (sum(k.value for k in known), sum(k.rounding for k in known))
    value, half = (convert(x, unit, context.claim.unit) for x in sums)
    return value, half


def _beyond(context: Context, relation: AtMost, whole: float) -> Finding:
    claim = context.claim
    before = claim.year - relation.lag
    note = Note(
        "part_of_whole",
        before=before,
        wholes=_sum_of(relation.whole),
        whole=claim.amount(whole),
        item=Name("item", claim.subject),
        relation=Name("relation", relation.key),
    )
    # More can be taken from a stock than was printed only if that was not all of it.
    older = [Note("older_stock", year=before)] if relation.lag else []
    found = finding(claim, "contradicts", note, recomputed=whole)
    return found.adding(alternatives.told(older))
