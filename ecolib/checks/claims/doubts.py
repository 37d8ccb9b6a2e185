"""What makes a claim doubtful though the arithmetic holds: copies, one place for all, a hidden rest."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from ecolib.checks.claims.claim import Claim, Finding, cannot_check
from ecolib.checks.claims.readings import NONE, Sentence
from ecolib.checks.contradictions import TWIN_YEARS
from ecolib.data.relations import relations
from ecolib.indicators.catalogue import Indicator, find, known_items
from ecolib.report.words import LANGS

if TYPE_CHECKING:
    from ecolib.assess.case import Case

#: So many significant digits are not met twice by chance.
TELLING_DIGITS = 3


def identical_series(claim: Claim, case: Case, beside: tuple[Claim, ...]) -> Finding | None:
    """The same figures, to the last digit, printed for several years of another indicator."""
    printed: dict[str, dict[int, str]] = {}
    for c in beside:
        if c.kind == "value" and not c.subject and c.unit == claim.unit:
            printed.setdefault(c.entry.id, {})[c.year] = c.printed
    own = printed.pop(claim.entry.id, {})
    if len(set(own.values()) - {"0", "100"}) < TWIN_YEARS:
        return None
    same = [name for name, series in printed.items() if series == own]
    if not same:
        return None
    twin = find(same[0])
    years, figures = "、".join(map(str, own)), "、".join(own.values())
    return cannot_check(
        "identical_series",
        f"{years} 年印出的数（{figures}）与指标 {twin.number}“{twin.zh.title}”的逐位相同，"
        "至少一处系误抄，分不清哪一处",
        f"the figures printed for {years.replace('、', ', ')} ({figures.replace('、', ', ')}) are "
        f"the same to the last digit as those of {twin.number} '{twin.en.title}'; at least one was "
        "copied by mistake and it cannot be told which",
    )


def of_all(
    claim: Claim, found: Finding, computed: float, rounding: float, beside: tuple[Claim, ...]
) -> Finding:
    """100 % printed without decimals says "all of it"; rounding hides that a rest is left.

    Where the document prints that rest as a stock beside it, the two contradict each other.
    """
    rest = 100 - computed
    if found.finding != "agrees" or claim.unit != "%" or claim.value != 100 or rest <= rounding:
        return found
    stocks = {b.stock for b in relations().balances}
    left = [
        c
        for c in beside
        if (c.entry, c.year) == (claim.entry, claim.year) and c.subject in stocks and c.value > 0
    ]
    zh, en = (claim.difference(rest, lang) for lang in LANGS)
    told = found.adding(
        f"但只是四舍五入到印出的位数才相符：离全部还差 {zh}",
        f"But only because it was rounded as printed: {en} are missing to all of it",
    )
    if not left:
        return told
    return replace(told, finding="contradicts").adding(
        f"同处印有“{left[0].text}”：有余量就不是全部",
        f"'{left[0].text}' is printed beside it: where something is left, it was not all",
    )


def same_figures(entry: Indicator, case: Case) -> Sentence:
    """Two inputs with the same telling figures year after year: the ratio says nothing."""
    names = [n for n in entry.inputs if n in known_items()]
    for one, other in combinations(names, 2):
        a, b = case.series(one)["value"], case.series(other)["value"]
        years = list(a.index.intersection(b.index))
        if len(years) < TWIN_YEARS or not (a[years] == b[years]).all() or a[years].nunique() < 2:
            continue
        zh, en = ([getattr(known_items()[n], lang) for n in (one, other)] for lang in LANGS)
        shown = "、".join(map(str, years))
        return (
            f"但“{zh[0]}”与“{zh[1]}”{shown} 年逐位相同，很可能是同一个数填了两处，这个比例并没有量出什么",
            f"But '{en[0]}' and '{en[1]}' are identical in {shown.replace('、', ', ')}: very likely "
            "one figure entered twice, so that the ratio measures nothing",
        )
    return NONE


def only_place(entry: Indicator, case: Case) -> str:
    """The one place that the figures of the year speak of; empty where they speak of all."""
    names = [n for n in entry.inputs if n in known_items()]
    rows = case.table("items")
    rows = rows[rows["item"].isin(names) & (rows["year"] == case.year)]
    places = set(rows["place"].fillna(""))
    return places.pop() if len(places) == 1 else ""


def repeated(entry: Indicator, case: Case) -> Sentence:
    """A finished value that is last year's to the last of three digits or more."""
    values = case.series(entry.id)["value"]
    year = case.year
    if year not in values.index or year - 1 not in values.index or values[year] != values[year - 1]:
        return NONE
    if not _telling(values[year]):
        return NONE
    return (
        f"与 {year - 1} 年的数逐位相同，请核实是否照抄",
        f"It is identical to the value of {year - 1}; check that it was not copied",
    )


def equals_target(entry: Indicator, case: Case) -> Sentence:
    """A value that is the target handed down, to the last of three digits or more."""
    given = case.params.assignment(entry.id, case.year)
    value = case.series(entry.id)["value"].get(case.year)
    if given is None or given.measure != "level" or value != given.value or not _telling(value):
        return NONE
    return (
        "这个数与下达的目标值逐位相同，请核实是否为实际数",
        "The value is identical to the assigned target; check that it was measured",
    )


def _telling(value: float) -> bool:
    digits = re.sub(r"[^0-9]", "", f"{value:.10g}").strip("0")
    return len(digits) >= TELLING_DIGITS
