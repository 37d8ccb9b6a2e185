"""Rules for printed values: against the inputs, the finished value, other figures of the county.

Below them stands what makes a claim doubtful though the arithmetic holds.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations

from ecolib.checks import alternatives
from ecolib.checks.accounts import balance, in_claim_unit, is_item, part_of_whole
from ecolib.checks.claims import Claim, Finding, compare, finding, said
from ecolib.checks.context import Context, chained, dimension
from ecolib.checks.contradictions import (
    TELLING_DIGITS,
    are_twins,
    digits_of,
    is_assigned,
    same_years,
)
from ecolib.checks.document import (
    all_yet_less,
    impossible_value,
    no_sample_size,
    two_scopes,
    value_printed_twice,
    whole_is_zero,
)
from ecolib.data.dictionary import convert, relations
from ecolib.data.figures import half_digit
from ecolib.data.numbers import as_printed, summed
from ecolib.indicators.catalogue import known_items
from ecolib.texts import Amount, Name, Note, ranged

#: What of one year adds to that of another; lengths, areas and heads may be the same ones again.
FLOWS = ("days", "mass", "volume", "energy", "money")


def not_a_number(context: Context) -> Finding | None:
    claim = context.claim
    if claim.is_number or (claim.kind == "change" and not math.isnan(claim.ends[0])):
        return None
    return finding(claim, "cannot_check", Note("not_a_number", printed=claim.printed))


def of_several_years(context: Context) -> Finding | None:
    """A sum or a mean over several years is not the value of one; a sum of what begins anew each year
    is held against the figures of the years."""
    claim, item, named = context.claim, context.claim.subject, said("since", context.claim.clause)
    if not said("over_years", claim.clause):
        return None
    flow = item in known_items() and dimension(item) in FLOWS
    years = range(int(named[3]), claim.year + 1) if flow and named and named[3] else ()
    known = [context.series(item).get(year) for year in years]
    factor = convert(1.0, known_items()[item].unit, claim.unit) if flow else None
    stocks = {balance.stock for balance in relations().balances}
    if not known or None in (*known, factor) or item in stocks or not said("in_sum", claim.clause):
        return finding(claim, "cannot_check", Note("another_quantity.years", text=claim.clause))
    total, half = (factor * sum(x) for x in ([k.value for k in known], [k.rounding for k in known]))
    terms = chained("sum_of", [item_in_year(context, item, year) for year in years])
    worked = Note("account", terms=terms, result=claim.amount(total))
    return compare(claim, total, rounding=half, rule="sum_of_years", worked=worked)


def other_scope(context: Context) -> Finding | None:
    """A figure of a part of the county, which those of the whole say nothing of."""
    claim, entry, county = context.claim, context.claim.entry, context.params.county
    named = {"", county.zh, county.en, context.only_place(), *context.places(entry.id)}
    whole = claim.scope in named or summed(claim.scope) or claim.scope in entry.zh.title
    if claim.subject or whole:
        return None
    return finding(claim, "cannot_check", Note("another_quantity.scope", scope=claim.scope))


# --- a figure printed beside the indicator that is an item of its own


def item_differs(context: Context) -> Finding | None:
    """A printed figure of an item, of the whole county, against the one that was submitted."""
    claim = context.claim
    if claim.scope or not is_item(context) or context.places(claim.subject) - {""}:
        return None
    if (known := context.series(claim.subject).get(claim.year)) is None:
        return None
    unit = known_items()[claim.subject].unit
    value, half = (convert(x, unit, claim.unit) for x in (known.value, known.rounding))
    worked = item_in_year(context, claim.subject)
    found = compare(claim, value, rounding=half, rule="item_differs", worked=worked)
    return found if found.outcome == "contradicts" else None


def share_of_items(context: Context) -> Finding | None:
    """A printed share of an item in the one that it is a part of."""
    claim, whole = context.claim, share_whole(context.claim)
    known = [context.series(item).get(claim.year) for item in (claim.subject, whole) if whole]
    if len(known) < 2 or None in known or not known[1].value or claim.scope:
        return None
    (part, half), (of, other) = ((k.value, k.rounding) for k in known)
    computed = 100 * part / of
    shown = {"part": item_in_year(context, claim.subject), "whole": item_in_year(context, whole)}
    worked = Note("share_of_items", **shown, result=claim.amount(computed))
    rounding = 100 * (half + part * other / of) / of
    return compare(claim, computed, rounding=rounding, rule="value_of_inputs", worked=worked)


def share_whole(claim: Claim) -> str | None:
    """The one item that the subject of a claim is a part of, where the claim is their share."""
    related = relations().at_most if claim.unit == "%" else ()
    wholes = (r.whole for r in related if claim.subject in r.parts and not r.lag)
    return next((whole[0] for whole in wholes if len(whole) == 1), None)


def item_in_year(context: Context, item: str, year: int | None = None) -> Note:
    year = context.claim.year if year is None else year
    amount = context.shown(item, year)
    return Note("item_in_year", year=year, item=Name("item", item), amount=amount)


def value_as_bound(context: Context) -> Finding | None:
    """A value printed as a bound ("85 or more"), or one of which only a bound was submitted."""
    claim, level, unit = context.claim, context.level(), context.indicator.unit
    ends = claim.ends
    low, high = (level.value if math.isnan(x) else x for x in (level.low, level.high))
    if claim.subject or math.isnan(ends[0]) or math.isnan(low):
        return None
    if claim.is_number and not math.isnan(level.value):
        return None
    within = [convert(x, claim.unit or unit, unit) for x in ends]
    if None in within:
        return None
    if low == high:  # 63.99999999999999 is 64; the open end of a bound stays where it is
        low = high = round(low, 9)
    shown = Note("level_in_year", year=claim.year, level=ranged(low, high, unit))
    if within[0] <= low and high <= within[1]:
        return finding(claim, "agrees", Note("value_as_bound.agrees", level=shown))
    if high < within[0] or within[1] < low:
        return finding(claim, "contradicts", Note("value_as_bound.differs", level=shown))
    return finding(claim, "cannot_check", Note("value_as_bound.open", level=shown))


# --- a share of the county, and what is not the indicator


def share_of_county(context: Context) -> Finding | None:
    """A printed share of the county against the areas submitted and the area of the county."""
    claim, entry, whole = context.claim, context.indicator, context.params.county.area_km2
    if claim.unit != "%" or "areas" not in entry.inputs or not whole:
        return None
    area = convert(context.level().value, entry.unit, "km2")
    if area is None or math.isnan(area):
        return None
    computed = 100 * area / whole
    # As typed; trailing zeros of a file are not known.
    halves = (
        convert(half_digit(as_printed(round(convert(ha, "ha", unit), 9))), unit, "km2")
        for ha, unit in context.areas()
    )
    rounding = (100 * sum(halves) + computed * half_digit(as_printed(whole))) / whole
    worked = Note(
        "share_of_county", year=claim.year, area=area, whole=whole, result=claim.amount(computed)
    )
    found = compare(claim, computed, rounding=rounding, rule="share_of_county", worked=worked)
    if found.outcome == "agrees":
        return found
    others = [
        Note("area_were", area=claim.value * whole / 100),
        Note("county_were", area=100 * area / claim.value),
    ]
    return found.adding(alternatives.told(others))


def another_quantity(context: Context) -> Finding | None:
    """A figure printed beside the indicator: of something else, in a unit it cannot have, or of a
    group, which has no value."""
    claim, entry = context.claim, context.indicator
    if claim.subject:
        note = Note("another_quantity.subject", subject=claim.thing)
    elif convert(1.0, claim.unit, entry.unit) is None:
        note = Note("another_quantity.unit", unit=Name("unit", entry.unit))
    elif entry.is_group:
        note = Note("another_quantity.group", number=entry.number)
    else:
        return None
    return impossible_value(context) or finding(claim, "cannot_check", note)


# --- the value itself


def value_of_inputs(context: Context) -> Finding | None:
    """A printed value against the one that the inputs of its year give."""
    claim, level = context.claim, context.level()
    if math.isnan(level.computed):
        return None
    computed, low, high = (_converted(context, x) for x in (level.computed, level.low, level.high))
    worked = _worked(context, computed)
    if _repeats_an_input(context, computed):
        note = Note("repeats_input.value", worked=worked)
        return finding(claim, "cannot_check", note, recomputed=computed)
    rounding = _converted(context, context.rounding())
    found = compare(claim, computed, rounding=rounding, rule="value_of_inputs", worked=worked)
    if found.outcome == "contradicts":
        if low <= claim.value <= high:
            range_ = ranged(low, high, claim.unit)
            note = Note("partly_observed", worked=worked, range=range_)
            return finding(claim, "cannot_check", note, recomputed=computed)
        units_slipped = alternatives.of_units(context, computed, rounding)
        return found.adding(alternatives.told(units_slipped or alternatives.of_inputs(context)))
    if scope := context.only_place():
        note = Note("part_observed.place", worked=worked, place=scope)
        found = finding(claim, "cannot_check", note, recomputed=computed)
    else:
        found = _hidden_rest(context, found, computed, rounding)
    return found.adding(inputs_alike(context))


def identical_series(context: Context) -> Finding | None:
    """The same figures, to the last digit, printed for several years of another indicator."""
    claim = context.claim
    printed: dict[str, dict[int, str]] = {}
    for c in context.claims:
        if c.kind == "value" and not c.subject and c.unit == claim.unit:
            printed.setdefault(c.entry.id, {})[c.year] = c.printed
    own = printed.pop(claim.entry.id, {})
    same = (n for n, other in printed.items() if are_twins(own, other, round_figures=ROUND_PRINTED))
    twin = next(same, None)
    if twin is None:
        return None
    note = Note(
        "identical_series",
        years=tuple(own),
        figures=tuple(own.values()),
        number=context.list[twin].number,
        twin=Name("indicator", twin),
    )
    cause = copies(claim.entry.number, context.list[twin].number)
    return finding(claim, "cannot_check", note, cause=cause)


def copies(one: str, other: str) -> str:
    """The cause of all that two indicators with one series of figures give rise to."""
    return "copies:" + "=".join(sorted((one, other)))


#: All or nothing, as printed.
ROUND_PRINTED = ("0", "100")


def reported_value(context: Context) -> Finding | None:
    """Only the finished value was submitted: the same figure printed twice proves nothing."""
    claim, level = context.claim, context.level()
    if math.isnan(level.reported):
        return None
    reported, half = (_converted(context, x) for x in (level.reported, level.rounding))
    value = claim.amount(reported)
    worked = Note("reported_value", year=claim.year, value=value)
    found = compare(claim, reported, rounding=half, rule="reported_value", worked=worked)
    if found.outcome == "contradicts":
        return found.adding(alternatives.told(alternatives.of_units(context, reported, half)))
    if level.coverage < 1:
        share = Amount(100 * level.coverage, "%")
        note = Note("part_observed.finished", value=value, share=share)
        found = finding(claim, "cannot_check", note)
        return found.adding(alternatives.told(alternatives.of_observed(context)))
    if unsized := no_sample_size(context):
        return unsized
    note = Note("repeats_reported", value=value, asked=_asked_for(context))
    return finding(claim, "cannot_check", note).adding(repeats_last_year(context))


def no_figure(context: Context) -> Finding:
    return finding(context.claim, "cannot_check", Note("no_figure", asked=_asked_for(context)))


def _asked_for(context: Context) -> Note | str:
    missing = context.missing()
    return Note("asked_for", missing=missing) if missing else ""


def _converted(context: Context, value: float) -> float:
    return convert(value, context.indicator.unit, context.claim.unit)


def _repeats_an_input(context: Context, computed: float) -> bool:
    """Whether the claim, the computed value and one figure submitted are the same number."""
    claim = context.claim
    if abs(claim.value - computed) > claim.rounding:
        return False
    for item in context.inputs:
        figure = in_claim_unit(context, item, claim.year)
        if figure is not None and math.isclose(figure, computed, rel_tol=1e-9):
            return True
    return False


def _worked(context: Context, computed: float) -> Note:
    """The figures that went in, the formula in words, and what comes out."""
    figures = tuple(
        item_in_year(context, item, y)
        for item in context.inputs
        for y in context.years_used()
        if y in context.series(item)
    )
    formula = Name("formula", context.indicator.id)
    result = context.claim.amount(computed)
    if not figures:
        return Note("worked.alone", formula=formula, result=result)
    return Note("worked", figures=figures, formula=formula, result=result)


# --- what makes a claim doubtful though the arithmetic holds


def _hidden_rest(context: Context, found: Finding, computed: float, rounding: float) -> Finding:
    """100 % printed without decimals says "all of it"; rounding hides that a rest is left.

    Where the document prints that rest as a stock beside it, the two contradict each other.
    """
    claim, rest = context.claim, 100 - computed
    if claim.unit != "%" or claim.value != 100 or rest <= rounding:
        return found
    told = found.adding(Note("rest_rounded_away", rest=claim.difference(rest)))
    stocks = {b.stock for b in relations().balances}
    for c in context.claims:
        beside = (c.entry, c.year) == (claim.entry, claim.year)
        if beside and c.subject in stocks and c.value > 0:
            rounded = Note("printed.rounded", **found.notes[0].args)
            told = replace(told, outcome="contradicts", notes=(rounded, *told.notes[1:]))
            return told.adding(Note("rest_printed", text=c.text))
    return told


def inputs_alike(context: Context) -> Note | None:
    """Two inputs with the same telling figures year after year: the ratio says nothing."""
    for one, other in combinations(context.inputs, 2):
        if years := same_years(context.values(one), context.values(other)):
            items = {"one": Name("item", one), "other": Name("item", other)}
            return Note("inputs_alike", **items, years=years)
    return None


def repeats_last_year(context: Context) -> Note | None:
    """A finished value that is last year's to the last of three digits or more."""
    item, year = context.indicator.id, context.year
    value, before = context.value(item, year), context.value(item, year - 1)
    if value != before or digits_of(value) < TELLING_DIGITS:
        return None
    return Note("repeats_last_year", year=year - 1)


def value_is_target(context: Context) -> Note | None:
    """A value that is the target handed down, to the last of three digits or more."""
    item, year = context.indicator.id, context.year
    value = context.value(item, year)
    same = is_assigned(context.params, item, year, value)
    return Note("value_is_target") if same and digits_of(value) >= TELLING_DIGITS else None


VALUE_RULES = (
    all_yet_less, other_scope, value_as_bound, not_a_number, of_several_years, two_scopes, whole_is_zero,
    item_differs, share_of_items, value_printed_twice, balance, part_of_whole, share_of_county,
    another_quantity, value_of_inputs, identical_series, impossible_value,
    reported_value, no_sample_size, no_figure,
)  # fmt: skip
