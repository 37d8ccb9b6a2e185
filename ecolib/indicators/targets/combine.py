"""Rules made of rules: both, either, where a value is given, every part of a group."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecolib.indicators.targets.verdict import PRECEDENCE, Reading, Target, Verdict, joined

if TYPE_CHECKING:
    from ecolib.data.params import County


class Combinable:
    def __and__(self, other):
        return Both(self, other)

    def __or__(self, other):
        return Either(self, other)


@dataclass(frozen=True)
class WhereGiven(Combinable):
    """A rule that counts only in years with a value."""

    target: Target

    def judge(self, reading: Reading) -> Verdict:
        if math.isnan(reading.value):
            return Verdict("not_applicable", "没有填报数值", "no value handed in")
        return self.target.judge(reading)

    def text(
        self, lang: str, county: County | None = None, unit: str = "", handed_down: str = ""
    ) -> str:
        inner = self.target.text(lang, county, unit, handed_down)
        return f"填报数值的{inner}" if lang == "zh" else f"{inner} where handed in"


@dataclass(frozen=True)
class Parts(Combinable):
    """Judged by its parts: `not_met` beats `conflict` beats `not_evaluable` beats `declared`."""

    def judge(self, reading: Reading) -> Verdict:
        raise TypeError("a group is judged from the results of its parts, not from a reading")

    def text(
        self, lang: str, county: County | None = None, unit: str = "", handed_down: str = ""
    ) -> str:
        return {"zh": "各分项均达标", "en": "every part met"}[lang]


@dataclass(frozen=True)
class Both(Combinable):
    """Two rules at once; the one that decides is told, or both when both hold."""

    first: Target
    second: Target

    def judge(self, reading: Reading) -> Verdict:
        return joined([self.first.judge(reading), self.second.judge(reading)])

    def text(
        self, lang: str, county: County | None = None, unit: str = "", handed_down: str = ""
    ) -> str:
        joint = "；" if lang == "zh" else "; "
        return joint.join(
            (
                self.first.text(lang, county, unit, handed_down),
                self.second.text(lang, county, unit, handed_down),
            )
        )


@dataclass(frozen=True)
class Either(Combinable):
    """Either of two rules; the better outcome counts."""

    first: Target
    second: Target

    def judge(self, reading: Reading) -> Verdict:
        pair = [self.first.judge(reading), self.second.judge(reading)]
        return max(pair, key=lambda v: PRECEDENCE.index(v.status))

    def text(
        self, lang: str, county: County | None = None, unit: str = "", handed_down: str = ""
    ) -> str:
        joint = " 或 " if lang == "zh" else " or "
        return joint.join(
            (
                self.first.text(lang, county, unit, handed_down),
                self.second.text(lang, county, unit, handed_down),
            )
        )
