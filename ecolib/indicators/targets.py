"""When is an indicator met? The forms a target can take, as data; `assess.judge` holds values to them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecolib.texts import Amount, Name, Note

if TYPE_CHECKING:
    from ecolib.data.params import Assignment, County


@dataclass(frozen=True)
class Target:
    """Any form of a target."""


@dataclass(frozen=True)
class Limit(Target):
    """A fixed bound; `sense` is "at_least" or "at_most"; `unit` where it is not the indicator's."""

    sense: str
    bound: float
    unit: str | None = None


@dataclass(frozen=True)
class ByTerrain(Target):
    """A lower bound that depends on the terrain; mixed terrain gets the area-weighted bound (note
    to indicator 10 of the national list: when shares differ by no more than 20 points)."""

    bounds: Mapping[str, float]

    def bound(self, county: County) -> float | None:
        """The bound for this county; None where its terrain is not known."""
        shares = {k: v for k, v in county.terrain.items() if v}  # a landform of 0 % is none
        if not shares or not set(shares) <= set(self.bounds):
            return None
        # Weighted only where no landform dominates; otherwise the largest one decides, of equally
        # large ones the strictest.
        ranked = sorted(shares.values(), reverse=True)
        if len(ranked) > 1 and ranked[0] - ranked[-1] <= 20:
            return sum(self.bounds[k] * v for k, v in shares.items()) / sum(ranked)
        return self.bounds[max(shares, key=lambda k: (shares[k], self.bounds[k]))]


@dataclass(frozen=True)
class ByClimate(Target):
    """A lower bound that depends on whether the county is arid (200 to 400 mm of rain a year)."""

    bounds: Mapping[str, float]

    def bound(self, county: County) -> float:
        return self.bounds[county.climate]


@dataclass(frozen=True)
class Assigned(Target):
    """The bound that the higher authority set for this county and year, from the parameters;
    `otherwise` holds where it may set none."""

    otherwise: Target | None = None


@dataclass(frozen=True)
class NotWorse(Target):
    """Stable or improving: not worse than last year and not worse than the base year.

    Met without a value of the base year, but only on condition without one of last year. A change
    smaller than the `tolerance` counts as stable (EI: below 1 point, HJ 192-2015).
    """

    tolerance: float = 0.0


@dataclass(frozen=True)
class NoLoss(Target):
    """An area that has not shrunk since `since` (or the earliest year known), and of which no
    site is stated to have another nature than before."""

    since: int | None = None


@dataclass(frozen=True)
class InPlace(Target):
    """Named requirements by key, each of which a document must prove; their names in Chinese and
    English are the indicator's own words."""

    requirements: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class WhereGiven(Target):
    """A target that counts only in years with a value."""

    target: Target


@dataclass(frozen=True)
class Parts(Target):
    """Every part of a group is met."""


@dataclass(frozen=True)
class Both(Target):
    """Two targets at once."""

    first: Target
    second: Target


@dataclass(frozen=True)
class Either(Target):
    """Either of two targets; the better outcome counts."""

    first: Target
    second: Target


def forms_of(target: Target, *, assigned: bool = False) -> list[Target]:
    """A target and every target within it, outermost first; where a bound is `assigned`, without
    those that hold only where none is."""
    within: tuple[Target, ...] = ()
    match target:
        case Both(first, second) | Either(first, second):
            within = first, second
        case WhereGiven(inner):
            within = (inner,)
        case Assigned(Target() as inner) if not assigned:
            within = (inner,)
    return [target, *(form for each in within for form in forms_of(each, assigned=assigned))]


def has_form(target: Target, *kinds: type[Target], assigned: bool = False) -> bool:
    """Whether any of these forms stands in a target; see `forms_of`."""
    return any(isinstance(form, kinds) for form in forms_of(target, assigned=assigned))


def requirements_of(target: Target) -> Mapping[str, tuple[str, str]]:
    """The requirements named anywhere in a target, in order."""
    named = [form.requirements for form in forms_of(target) if isinstance(form, InPlace)]
    return {key: words for requirements in named for key, words in requirements.items()}


def without_comparison(target: Target) -> Target:
    """What a target asks of the year alone, where it also asks that nothing got worse."""
    match target:
        case Both(first, NotWorse()) | Both(NotWorse(), first):
            return without_comparison(first)
    return target


def is_assigned(target: Target) -> bool:
    """Whether a higher authority sets the bound, or one of the bounds."""
    return has_form(target, Assigned)


def described(
    target: Target,
    indicator: str,
    unit: str,
    *,
    county: County | None = None,
    given: Assignment | None = None,
) -> Note:
    """A target in words: what it asks of a county, or of any; `given` is what was assigned."""

    def inner(within: Target) -> Note:
        return described(within, indicator, unit, county=county, given=given)

    match target:
        case Limit(sense, bound, own):
            return Note(f"target_{sense}", bound=Amount(bound, own or unit))
        case ByTerrain(bounds) | ByClimate(bounds):
            own = None if county is None else target.bound(county)
            if own is not None:
                return Note("target_at_least", bound=Amount(own, unit))
            each = (
                Note(
                    "target_on_landform",
                    landform=Name("landform", k),
                    bound=Note("target_at_least", bound=Amount(b, unit)),
                )
                for k, b in bounds.items()
            )
            return Note("target_by_landform", bounds=tuple(each))
        case Assigned(otherwise):
            if given is not None and given.value is None:
                return Note("target_none_assigned", document=given.document)
            if given is not None:
                return assigned_bound(given, unit)
            if otherwise is None:
                return Note("target_assigned")
            return Note("target_assigned_or", otherwise=inner(otherwise))
        case NotWorse():
            return Note("target_not_worse")
        case NoLoss():
            return Note("target_no_loss")
        case InPlace(requirements):
            names = (Name("requirement", f"{indicator}.{key}") for key in requirements)
            return Note("target_in_place", requirements=tuple(names))
        case WhereGiven(within):
            return Note("target_where_given", target=inner(within))
        case Both(first, second):
            return Note("target_both", first=inner(first), second=inner(second))
        case Either(first, second):
            return Note("target_either", first=inner(first), second=inner(second))
        case Parts():
            return Note("target_parts")
    raise TypeError(f"no such target: {target!r}")


def assigned_bound(given: Assignment, unit: str) -> Note:
    """A bound handed down for a year, with its document."""
    falls = given.measure == "decline"
    bound = Note(f"target_{given.sense}", bound=Amount(given.value, "%" if falls else unit))
    code = "target_assigned_decline" if falls else "target_assigned_level"
    return Note(code, bound=bound, document=given.document)


def none_assigned(stated: Assignment, year: int) -> Note:
    """That a document says that no bound was handed down for a year."""
    return Note("none_assigned", year=year, document=stated.document)


def same(a: float, b: float) -> bool:
    """Equal but for binary noise such as 97.00000000000001, far finer than any printed decimal."""
    return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)


def beyond(change: float, tolerance: float) -> bool:
    """Whether a change reaches a tolerance, at which the next class begins; without one, any does."""
    return change > tolerance or (tolerance > 0 and same(change, tolerance))


def meets(value: float, sense: str, bound: float) -> bool:
    """Whether a value meets a bound; at its limit it does (GB/T 8170-2008, clause 4.3.2: figures
    are compared as they are, without rounding first)."""
    beyond = value > bound if sense == "at_least" else value < bound
    return beyond or same(value, bound)
