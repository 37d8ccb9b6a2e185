"""Rules for printed changes: against the levels of the years."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

from ecolib.checks import alternatives
from ecolib.checks.claims import Claim, Finding, compare, finding, said, wording
from ecolib.checks.context import Context, Level
from ecolib.checks.document import whole_is_zero
from ecolib.checks.values import (
    another_quantity,
    item_in_year,
    not_a_number,
    other_scope,
    reported_value,
    value_of_inputs,
)
from ecolib.data.dictionary import convert
from ecolib.data.figures import half_digit
from ecolib.indicators.catalogue import known_items
from ecolib.indicators.targets import same
from ecolib.texts import Amount, Name, Note

#: Changes in words (`wording.csv`): the sign of their steps (0: the indicator's own better way) and
#: whether a year without change is one too.
DIRECTIONS = {
    "not_worse": (0, True),
    "not_falling": (1, True),
    "improving": (0, False),
    "rising": (1, False),
    "falling": (-1, False),
}


def steady_levels(context: Context) -> Finding | None:
    """A level said to be that of the year before, or of the base year."""
    claim, known = context.claim, _known(context)
    years = [year for year in (base_of(claim), claim.year) if year in known]
    if not said("steady", claim.printed) or len(years) < 2:
        return None
    apart = abs(known[years[1]].value - known[years[0]].value)
    same = apart <= max(_half(context, year, known[year]) for year in years)
    outcome = "cannot_check" if same else "contradicts"
    return _of_levels(context, outcome, "same" if same else "differs", years)


def _of_levels(
    context: Context, outcome: str, how: str, years: Iterable[int], printed: str = ""
) -> Finding:
    """A change in words beside the levels of these years: they agree, differ, or are the same."""
    levels = tuple(_level_in(context, year) for year in years)
    printed = printed or context.claim.printed
    note = Note(f"direction_of_levels.{how}", levels=levels, printed=printed)
    return finding(context.claim, outcome, note)


def direction_of_levels(context: Context, only: Collection[int] = ()) -> Finding | None:
    """A change told in words ("rising every year", "improving") against all levels submitted, or
    those of two years."""
    claim = context.claim
    told = (way for name, way in DIRECTIONS.items() if said(name, claim.printed))
    sign, flat = next(told, (None, None))
    if sign is None:
        return None
    if not sign and claim.subject:  # which way an item is better is not known
        return None
    sign = sign or (1 if claim.entry.better == "up" else -1)
    every = said("every_year", claim.printed)
    known = {y: x for y, x in _known(context).items() if y >= (claim.base or y)}
    ends = {*only} or {claim.base or min(known, default=claim.year), claim.year}
    through = every or any(said(w, claim.printed) for w in ("in_all", "steadily"))
    if only or said("overall", claim.printed) or (claim.base and not through):
        known = {y: x for y, x in known.items() if y in ends}  # whatever was between
    gaps = every and len(known) <= max(known, default=0) - min(known, default=0)
    unknown = finding(claim, "cannot_check", Note("no_levels.words", printed=claim.printed))
    if len(known) < 2 or not ends <= {*known}:
        return unknown
    partly = any(level.low < level.high for level in known.values())
    pairs = pairwise(level.value for level in known.values())
    steps = [0.0 if same(now, before) else now - before for before, now in pairs]
    if flat and not any(steps):
        return _of_levels(context, "cannot_check", "same", known)
    # "Every year" leaves no year without a step.
    moves = all(steps) if every else any(steps)
    if all(sign * step >= 0 for step in steps) and (flat or moves):
        found = unknown if gaps else _of_levels(context, "agrees", "agrees", known)
    else:
        outcome = "cannot_check" if partly else "contradicts"
        found = _of_levels(context, outcome, "differs", known)
    return found.adding(Note("only_least_levels") if partly else None)


def figures_in_words(context: Context) -> Finding | None:
    """A change told in words with its figures: of how much, up to which level, or from which to which
    ("由2015年的80.2%提高到2019年的91.2%")."""
    claim, known = context.claim, _known(context)
    told = [] if claim.is_number else wording()["figure_in_words"].findall(claim.printed)
    if not told or len(told) > 2 or not math.isnan(claim.ends[0]):
        return None
    told = [(year or of, figure or number) for year, figure, number, of in told]
    if len(told) == 1 and not said("up_to", claim.printed):
        unit = claim.unit or ("pp" if said("points", claim.printed) else "%")
        asked = replace(context, claim=replace(claim, printed=told[0][1], unit=unit))
        return change_of_levels(asked) or no_levels(asked)

    def fits(year: int, figure: str) -> bool:
        half = half_digit(figure) + _half(context, year, known[year])
        return abs(known[year].value - float(figure)) <= half + 1e-9

    base = claim.base or next((y for y in known if y < claim.year and fits(y, told[0][1])), 0)
    usual = (base, claim.year)[-len(told) :]
    levels = {int(year or of): x for (year, x), of in zip(told, usual, strict=True)}
    if not {*levels} <= {*known} or len(levels) < len(told):
        note = Note(
            "no_levels.words" if 0 not in levels else "no_levels.base", printed=claim.printed
        )
        return finding(claim, "cannot_check", note)
    if all(fits(year, figure) for year, figure in levels.items()):
        # Which way it went is told in words.
        return direction_of_levels(context, levels if len(levels) > 1 else ())
    return _of_levels(context, "contradicts", "differs", levels)


def change_as_value(context: Context) -> Finding | None:
    """A rise or fall in % that is printed as the value of an indicator kept in another unit."""
    claim, unit = context.claim, context.indicator.unit
    told = said("fell", claim.text) or said("rising", claim.text)
    if not told or not claim.is_number or claim.subject or claim.unit != "%":
        return None
    return None if convert(1.0, claim.unit, unit) is not None else change_of_levels(context)


def other_base(context: Context) -> Finding | None:
    """A rise or fall since another year than the indicator, itself a rise or fall, is taken from."""
    claim, entry = context.claim, context.indicator
    own = entry.id.endswith(("_decline", "_gain")) and not claim.subject
    if not own or claim.base in (None, *context.years_used()):
        return None
    if len(context.inputs) == 1:  # the change of what the indicator is a change of
        asked = replace(context, claim=replace(claim, subject=context.inputs[0]))
        return change_of_levels(asked) or no_levels(asked)
    return finding(claim, "cannot_check", Note("another_quantity.base", base=claim.base))


def change_of_a_change(context: Context) -> Finding | None:
    """An indicator that is itself a rise or fall: the claim is its value, not a change of it."""
    entry = context.indicator
    told = entry.id.endswith(("_decline", "_gain")) and not context.claim.subject
    if not told or context.claim.unit != entry.unit:
        return None
    return other_base(context) or value_of_inputs(context) or reported_value(context)


def change_of_levels(context: Context) -> Finding | None:
    """A change in percentage points or in % against the levels of the year and the year before."""
    claim = context.claim
    if not claim.bases and any(said(w, claim.clause) for w in ("in_all", "a_year")):
        note = Note("no_levels.base")
        found = finding(claim, "cannot_check", note)
        return found.adding(alternatives.told(_other_bases(context, ())))
    bases = claim.bases or (claim.year - 1,)
    tried = [found for base in bases if (found := _against(context, base)) is not None]
    if not tried:
        return None
    found = next((f for f in tried if f.outcome == "agrees"), tried[0])
    if found.outcome != "contradicts":
        return found
    return found.adding(alternatives.told(_other_changes(context, bases)))


def base_of(claim: Claim) -> int:
    """The year that a printed change is measured from: the one it names, else the year before."""
    return claim.base or claim.year - 1


def finished_decline(context: Context) -> Finding | None:
    """A printed yearly fall in % against the one that was submitted as such (item `<id>_decline`)."""
    claim, item = context.claim, f"{context.claim.entry.id}_decline"
    known = context.series(item).get(claim.year) if item in known_items() else None
    if known is None or claim.unit != "%":
        return None
    worked = item_in_year(context, item)
    fall = known.value if falls(claim) else -known.value
    found = compare(claim, fall, rounding=known.rounding, rule="item_differs", worked=worked)
    return found if found.outcome == "contradicts" else None


def no_levels(context: Context) -> Finding:
    claim, last_year = context.claim, base_of(context.claim)
    if claim.subject not in {"", *known_items()} or {claim.year, last_year} <= {*_known(context)}:
        return another_quantity(context) or finding(claim, "cannot_check", Note("no_levels.unit"))
    note = Note("no_levels.change", last_year=last_year)
    needed = _level_before(context)
    if math.isnan(needed):
        return finding(claim, "cannot_check", note)
    level = Amount(needed, _unit(context))
    told = Note("level_needed", last_year=last_year, level=level)
    return finding(claim, "cannot_check", note).adding(told)


def _against(context: Context, base: int, unit: str = "") -> Finding | None:
    """The printed change, read in its own or another unit, against the levels of two years."""
    claim, kept, known = context.claim, _unit(context), _known(context)
    claim = replace(claim, unit=unit or claim.unit)
    before, now = known.get(base, Level()), known.get(claim.year, Level())
    if math.isnan(before.value) or math.isnan(now.value) or not before.value:
        return None
    years = claim.year - base if said("a_year", claim.clause) else 1
    in_percent = claim.unit == "%"
    factor = 1.0 if (claim.unit, kept) == ("pp", "%") else convert(1.0, kept, claim.unit)
    if not in_percent and factor is None or in_percent and not before.value * now.value > 0:
        return None

    def change(of: float, to: float) -> float:
        return 100 * ((to / of) ** (1 / years) - 1) if in_percent else (to - of) * factor / years

    computed = change(before.value, now.value)
    halves = (_half(context, base, before), _half(context, claim.year, now))
    moved = (
        change(before.value + halves[0], now.value),
        change(before.value, now.value + halves[1]),
    )
    levels = {"now": Amount(now.value, kept), "before": Amount(before.value, kept)}
    sums = Note("in_percent" if in_percent else "in_points", **levels)
    if years > 1:
        code = "in_percent.a_year" if in_percent else "in_points.a_year"
        sums = Note(code, years=years, **levels)
    worked = Note(
        "change_of_levels",
        base=base,
        year=claim.year,
        sums=sums,
        way=way_of(computed),
        moved=claim.amount(abs(computed)),
    )
    found = compare(
        claim,
        -computed if falls(claim) else computed,
        rounding=sum(abs(x - computed) for x in moved),
        rule="change_of_levels",
        worked=worked,
    )
    if not (before.low < before.high or now.low < now.high):
        return found
    # Not everything was submitted: what the change may be at the least and at the most.
    ends = [x if x.low < x.high else x._replace(low=x.value, high=x.value) for x in (before, now)]
    least, most = change(ends[0].high, ends[1].low), change(ends[0].low, ends[1].high)
    printed = sorted(-x if falls(claim) else x for x in claim.ends)
    if least <= printed[1] and printed[0] <= most and found.outcome != "agrees":
        found = replace(found, outcome="cannot_check")
    return found.adding(Note("only_least_levels"))


def _half(context: Context, year: int, level: Level) -> float:
    return level.rounding if context.claim.subject else context.rounding(year)


def _other_bases(context: Context, but: tuple[int, ...]) -> list[Note]:
    """The base years from which the printed change would be right."""
    years = [year for year in _known(context) if year < context.claim.year and year not in but]
    against = {base: _against(context, base) for base in years}
    right = (base for base, found in against.items() if found and found.outcome == "agrees")
    return [Note("measured_from", base=base) for base in right]


def _other_changes(context: Context, bases: tuple[int, ...]) -> list[Note]:
    """Another base year, points for per cent, or the level that the base year had to have."""
    claim, unit, found = context.claim, _unit(context), _other_bases(context, bases)
    other, own = {"%": "pp", "pp": "%"}.get(claim.unit), bases[0]
    swapped = other and _against(context, own, other)
    if swapped and swapped.outcome == "agrees":
        found.append(Note("meant_in", unit=Name("unit", other)))
    needed = _level_before(context)
    if math.isnan(needed):
        return found
    level = Note(
        "level_were",
        last_year=own,
        needed=Amount(needed, unit),
        level=Amount(_known(context)[own].value, unit),
    )
    return [*found, level]


def _level_before(context: Context) -> float:
    """The level that the base year must have had for the printed change to be right."""
    claim, unit = context.claim, _unit(context)
    now = _known(context).get(claim.year, Level()).value
    change = -claim.value if falls(claim) else claim.value
    years = claim.year - base_of(claim) if said("a_year", claim.clause) else 1
    if claim.unit == "%":
        return now / (1 + change / 100) ** years if change > -100 else math.nan
    off = change if (claim.unit, unit) == ("pp", "%") else convert(change, claim.unit, unit)
    return math.nan if off is None else now - off * years


def falls(claim: Claim) -> bool:
    """Most changes are printed without a sign; then the wording says which way."""
    if claim.value < 0:
        return False
    if re.search(rf"(?<![\d年])[-−]\s*{re.escape(claim.printed)}", claim.text):
        return True
    own = any(said(way, claim.clause) for way in ("fell", "rising"))
    if not own and said("improving", claim.clause):
        item = known_items().get(claim.subject)  # of what is measured in the air, less is better
        return item.unit == "ug/m3" if item else claim.entry.better == "down"
    return said("fell", claim.clause if own else claim.text) is not None


def times_of_levels(context: Context) -> Finding | None:
    """A level told as a multiple of an earlier one: doubled, 1.5 times, 1.5 times more."""
    claim = context.claim
    printed = f"{claim.printed}倍" if claim.unit in ("倍", "times") else claim.printed
    number, doubled = wording()["times"].fullmatch(printed), said("doubled", printed)
    levels = [_known(context).get(year, Level()) for year in (base_of(claim), claim.year)]
    if not (number or doubled) or not all(x.value > 0 and not x.low < x.high for x in levels):
        return None
    ratio = levels[1].value / levels[0].value
    if number:
        more = said("rising", claim.clause) and not said("up_to", claim.clause)
        right = abs(ratio - float(number[1]) - bool(more)) <= half_digit(number[1]) * (1 + 1e-9)
    else:
        right = round(ratio, 1) >= (4 if doubled["two"] else 2)
    outcome, how = ("agrees", "agrees") if right else ("contradicts", "differs")
    return _of_levels(context, outcome, how, (base_of(claim), claim.year), printed)


def _known(context: Context) -> Mapping[int, Level]:
    """What the claim speaks of by year: an item where it names one, else the indicator."""
    if context.claim.subject in known_items():
        return context.series(context.claim.subject)
    known = {} if context.claim.subject else context.history()
    return {year: level for year, level in known.items() if not math.isnan(level.value)}


def _unit(context: Context) -> str:
    """The unit of `_known`."""
    item = known_items().get(context.claim.subject)
    return item.unit if item else context.indicator.unit


def _level_in(context: Context, year: int) -> Note:
    level = Amount(_known(context)[year].value, _unit(context))
    return Note("level_in_year", year=year, level=level)


def way_of(change: float) -> Note:
    return Note("a_fall") if change < 0 else Note("a_rise")


CHANGE_RULES = (
    whole_is_zero, other_scope, times_of_levels, steady_levels, figures_in_words, direction_of_levels, not_a_number,
    change_of_a_change, change_of_levels, finished_decline, no_levels,
)  # fmt: skip
