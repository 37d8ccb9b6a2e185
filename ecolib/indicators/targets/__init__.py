"""When is an indicator met? Small rules that read a `Reading` and return a `Verdict`.

Comparison follows the full-value method of GB/T 8170-2008 clause 4.3.2: figures are compared as
they are printed or computed, without rounding first; a value at its limit meets it.
"""

from __future__ import annotations

from collections.abc import Mapping

from ecolib.indicators.targets.bounds import Assigned, ByClimate, ByTerrain, Limit
from ecolib.indicators.targets.changes import NoLoss, NotWorse
from ecolib.indicators.targets.combine import Both, Either, Parts, WhereGiven
from ecolib.indicators.targets.documents import InPlace
from ecolib.indicators.targets.numbers import amount, show
from ecolib.indicators.targets.verdict import PRECEDENCE, STATUSES, Reading, Target, Verdict, worst

__all__ = [
    "PRECEDENCE",
    "STATUSES",
    "Assigned",
    "Both",
    "ByClimate",
    "ByTerrain",
    "Either",
    "InPlace",
    "Limit",
    "NoLoss",
    "NotWorse",
    "Parts",
    "Reading",
    "Target",
    "Verdict",
    "WhereGiven",
    "amount",
    "assigned",
    "at_least",
    "at_most",
    "by",
    "in_place",
    "no_loss",
    "not_worse",
    "parts",
    "show",
    "where_given",
    "worst",
]


def at_least(bound: float, unit: str | None = None) -> Limit:
    return Limit("at_least", bound, unit)


def at_most(bound: float, unit: str | None = None) -> Limit:
    return Limit("at_most", bound, unit)


def assigned(otherwise: Target | None = None) -> Assigned:
    return Assigned(otherwise)


def where_given(target: Target) -> WhereGiven:
    return WhereGiven(target)


def not_worse(tolerance: float = 0.0) -> NotWorse:
    return NotWorse(tolerance)


def no_loss(since: int | None = None) -> NoLoss:
    return NoLoss(since)


def parts() -> Parts:
    return Parts()


def in_place(**requirements: tuple[str, str]) -> InPlace:
    """Requirements by key, each with its name in Chinese and English."""
    return InPlace(requirements)


def by(profile: str, bounds: Mapping[str, float]) -> ByTerrain | ByClimate:
    """A lower bound that depends on the county's "terrain" or "climate"."""
    return {"terrain": ByTerrain, "climate": ByClimate}[profile](bounds)
