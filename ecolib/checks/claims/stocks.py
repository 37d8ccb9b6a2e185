"""Rules for a figure printed beside the indicator that is an item of its own: its balance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ecolib.checks.claims import readings
from ecolib.checks.claims.claim import Claim, Finding, cannot_check, compare, number_text
from ecolib.data.dictionary import convert
from ecolib.data.relations import AtMost, relations
from ecolib.indicators.catalogue import known_items
from ecolib.report.words import LANGS

if TYPE_CHECKING:
    from ecolib.assess.case import Case


def balance(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding | None:
    """A printed closing stock: opening stock plus what came in less what went out."""
    accounts = {b.stock: b for b in relations().balances}
    account = accounts.get(claim.subject)
    if account is None or not _is_item(claim):
        return None
    terms = [
        (1, account.stock, claim.year - 1),
        *((1, name, claim.year) for name in account.inflow),
        *((-1, name, claim.year) for name in account.outflow),
    ]
    missing = [
        (known_items()[name], year)
        for _, name, year in terms
        if year not in case.series(name).index
    ]
    if missing:
        zh = "、".join(f"{year} 年{i.zh}" for i, year in missing)
        en = ", ".join(f"{i.en} of {year}" for i, year in missing)
        return cannot_check(
            "balance",
            f"没有填报{zh}，收支平衡无法核对",
            f"{en} was not handed in, so the balance cannot be checked",
        )
    figures = [(sign, name, year, case.series(name).loc[year]) for sign, name, year in terms]
    computed = sum(
        sign * convert(f["value"], known_items()[n].unit, claim.unit) for sign, n, _, f in figures
    )
    rounding = sum(convert(f["half"], known_items()[n].unit, claim.unit) for _, n, _, f in figures)
    found = compare(
        claim,
        computed,
        rounding=rounding,
        rule="balance",
        zh=_worked(claim, figures, computed, "zh"),
        en=_worked(claim, figures, computed, "en"),
    )
    if found.finding == "agrees":
        return found
    left = _left_of_the_year(claim, case, figures, rounding)
    return found.adding(*readings.joined(_opening(claim, figures, computed) + left))


def part_of_whole(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding | None:
    """A printed part that exceeds its whole, or what is taken from a stock that was smaller."""
    if not _is_item(claim):
        return None
    item = known_items()[claim.subject]
    related = [r for r in relations().at_most if r.parts == (claim.subject,)]
    wholes = [(r, *_whole(claim, r, case)) for r in related]
    wholes = [(r, whole, half) for r, whole, half in wholes if not math.isnan(whole)]
    for relation, whole, half in wholes:
        if claim.value > whole + half + claim.half:
            return _beyond(claim, relation, whole)
    fits_zh = f"；与以下不矛盾：{'；'.join(r.zh for r, _, _ in wholes)}" if wholes else ""
    fits_en = f"; it fits this: {'; '.join(r.en for r, _, _ in wholes)}" if wholes else ""
    return cannot_check(
        "repeats_input",
        f"没有别的数可与“{item.zh}”{claim.shown('zh')} 核对{fits_zh}",
        f"there is no other figure to hold '{item.en}' {claim.shown('en')} against{fits_en}",
    )


def _whole(claim: Claim, relation: AtMost, case: Case) -> tuple[float, float]:
    """The whole in the unit of the claim, and its rounding; NaN where a figure is missing."""
    year = claim.year - relation.lag
    series = [case.series(name) for name in relation.whole]
    if any(year not in s.index for s in series):
        return math.nan, math.nan
    unit = known_items()[relation.whole[0]].unit  # the items of a whole are kept in one unit
    value, half = (sum(float(s.loc[year, c]) for s in series) for c in ("value", "half"))
    return convert(value, unit, claim.unit), convert(half, unit, claim.unit)


def _beyond(claim: Claim, relation: AtMost, whole: float) -> Finding:
    item, year = known_items()[claim.subject], claim.year - relation.lag
    zh, en = (" + ".join(getattr(known_items()[n], lang) for n in relation.whole) for lang in LANGS)
    return Finding(
        "contradicts",
        "part_of_whole",
        f"{year} 年{zh}为 {claim.amount(whole, 'zh')}，{claim.year} 年{item.zh}却印作 "
        f"{claim.shown('zh')}；{relation.zh}",
        f"{en}: {claim.amount(whole, 'en')} in {year}, yet {claim.shown('en')} is printed for "
        f"{claim.year} ({item.en}). {relation.en}",
        number_text(whole),
    ).adding(*readings.joined(_older_stock(relation, year)))


def _older_stock(relation: AtMost, year: int) -> list[tuple[str, str]]:
    """More can be taken from a stock than was printed only if that was not all of it."""
    if not relation.lag:
        return []
    return [
        (
            f"{year} 年印出的不是全部存量，另有更早的存量没有计入",
            f"what is printed for {year} were not the whole stock, older stock being left out",
        )
    ]


def _is_item(claim: Claim) -> bool:
    item = known_items().get(claim.subject)
    return item is not None and convert(1.0, claim.unit, item.unit) is not None


def _worked(claim: Claim, figures: list, computed: float, lang: str) -> str:
    """The account in words: opening stock + in − out = closing stock."""
    terms = []
    for sign, name, year, figure in figures:
        item = known_items()[name]
        value = claim.amount(convert(figure["value"], item.unit, claim.unit), lang)
        shown = f"{year} 年{item.zh} {value}" if lang == "zh" else f"{item.en} {value} in {year}"
        terms.append(f"{'−' if sign < 0 else '+'} {shown}")
    account = " ".join(terms).removeprefix("+ ")
    return f"{account} = {claim.amount(computed, lang)}"


def _opening(claim: Claim, figures: list, computed: float) -> list[tuple[str, str]]:
    """The number the opening stock would have to be."""
    sign, name, year, figure = figures[0]
    item = known_items()[name]
    given = convert(figure["value"], item.unit, claim.unit)
    needed = given + sign * (claim.value - computed)
    if not math.isfinite(needed) or needed < 0:
        return []
    return [
        (
            f"{year} 年{item.zh}为 {claim.amount(needed, 'zh')}（所填 {claim.amount(given, 'zh')}）",
            f"{item.en} of {year} were {claim.amount(needed, 'en')} "
            f"({claim.amount(given, 'en')} was handed in)",
        )
    ]


def _left_of_the_year(
    claim: Claim, case: Case, figures: list, rounding: float
) -> list[tuple[str, str]]:
    """What is left of the year's own amount alone, where the printed number is that."""
    used = next(
        (r.parts for r in relations().at_most if r.lag == 1 and r.whole == (claim.subject,)),
        (),
    )
    series = [case.series(name)["value"] for name in used]
    if not used or any(claim.year not in s.index for s in series):
        return []
    unit = known_items()[used[0]].unit
    from_stock = convert(sum(float(s[claim.year]) for s in series), unit, claim.unit)
    flows = sum(
        sign * convert(f["value"], known_items()[name].unit, claim.unit)
        for sign, name, _, f in figures[1:]
    )
    left = flows + from_stock
    if abs(left - claim.value) > claim.half + rounding:
        return []
    zh, en = (" + ".join(getattr(known_items()[n], lang) for n in used) for lang in LANGS)
    return [
        (
            f"所说的只是当年新增而未处置的部分（加回“{zh}”、不计上年末存量，"
            f"得 {claim.amount(left, 'zh')}），不是年末存量",
            f"only what was left of the year's own amount were meant ('{en}' added back and the "
            f"opening stock not counted: {claim.amount(left, 'en')}), not the stock at the year's "
            "end",
        )
    ]
