"""A verdict, what a rule may look at, and which verdict decides for a whole."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import pandas as pd

if TYPE_CHECKING:
    from ecolib.data.params import Assignment, County

#: From the one that decides first to the one that decides last; parts that do not apply are left out.
PRECEDENCE = ("not_met", "conflict", "not_evaluable", "declared", "met")
STATUSES = (*PRECEDENCE, "not_applicable")


@dataclass(frozen=True)
class Verdict:
    """One of `STATUSES`, with the reason in both languages."""

    status: str
    reason_zh: str
    reason_en: str

    def reason(self, lang: str) -> str:
        return self.reason_zh if lang == "zh" else self.reason_en


@dataclass(frozen=True)
class Reading:
    """What a target may look at: the indicator's value by year and what surrounds it."""

    year: int
    series: pd.Series
    unit: str
    better: str
    county: County
    low: float = math.nan
    high: float = math.nan
    coverage: float = math.nan
    assignment: Assignment | None = None
    documents: pd.DataFrame = field(default_factory=pd.DataFrame)
    nature_changes: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def value(self) -> float:
        return float(self.series.get(self.year, math.nan))

    @property
    def best(self) -> float:
        """The most favourable value that what was not observed would allow."""
        end = self.high if self.better == "up" else self.low
        return self.value if math.isnan(end) else end


class Target(Protocol):
    """A rule; `a & b` asks for both, `a | b` for either.

    `text` tells the rule; `handed_down` are the words for what a higher authority assigned.
    """

    def judge(self, reading: Reading) -> Verdict: ...
    def text(
        self, lang: str, county: County | None = None, unit: str = "", handed_down: str = ""
    ) -> str: ...


def worst(verdicts: list[Verdict]) -> Verdict | None:
    """The verdict that decides for a whole with these parts; None when no part applies."""
    judged = [v for v in verdicts if v.status != "not_applicable"]
    return min(judged, key=lambda v: PRECEDENCE.index(v.status)) if judged else None


def joined(verdicts: list[Verdict]) -> Verdict:
    """The deciding verdict of several rules, with the reasons of all that decide alike."""
    decisive = worst(verdicts).status
    deciding = [v for v in verdicts if v.status == decisive]
    return Verdict(
        decisive,
        "；".join(dict.fromkeys(v.reason_zh for v in deciding)),
        "; ".join(dict.fromkeys(v.reason_en for v in deciding)),
    )
