"""Bounds on the value: fixed, by terrain or climate, or handed down by a higher authority."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ecolib.indicators.formulas import decline
from ecolib.indicators.targets.combine import Combinable
from ecolib.indicators.targets.numbers import amount, meets, same
from ecolib.indicators.targets.verdict import Reading, Target, Verdict

if TYPE_CHECKING:
    from ecolib.data.params import County


@dataclass(frozen=True)
class Limit(Combinable):
    """A fixed bound; `sense` is "at_least" or "at_most"."""

    sense: str
    bound: float
    unit: str | None = None

    def judge(self, reading: Reading) -> Verdict:
        unit = self.unit or reading.unit
        return judge_bound(reading, self.sense, self.bound, unit, by=("", ""))

    def text(
        self, lang: str, county: County | None = None, unit: str = "", handed_down: str = ""
    ) -> str:
        sign = "≥" if self.sense == "at_least" else "≤"
        return f"{sign} {amount(self.bound, self.unit or unit, lang)}"


def judge_bound(
    reading: Reading, sense: str, bound: float, unit: str, *, by: tuple[str, str]
) -> Verdict:
    """Compare the value, or the range it must lie in, with a bound."""
    low = reading.value if math.isnan(reading.low) else reading.low
    high = reading.value if math.isnan(reading.high) else reading.high
    if math.isnan(reading.value):
        return Verdict(
            "not_evaluable", f"{reading.year} 年没有数值", f"no value for {reading.year}"
        )
    ends = {meets(end, sense, bound) for end in (low, high)}
    wanted_zh = (
        f"{'不低于' if sense == 'at_least' else '不高于'} {amount(bound, unit, 'zh')}{by[0]}"
    )
    wanted_en = (
        f"{'at least' if sense == 'at_least' else 'at most'} {amount(bound, unit, 'en')}{by[1]}"
    )
    value_zh, value_en = (amount(reading.value, unit, lang) for lang in ("zh", "en"))
    at_zh, at_en = (
        ("，恰在限值上，按达到计", ", exactly at the limit, which meets it")
        if same(reading.value, bound)
        else ("", "")
    )
    if len(ends) == 2:
        between_zh, between_en = (
            range_text(low, high, unit, "zh"),
            range_text(low, high, unit, "en"),
        )
        seen_zh = seen_en = ""
        if reading.coverage < 1:
            seen = amount(100 * reading.coverage, "%", "zh")
            seen_zh, seen_en = f"只观测了应观测的 {seen}，", f"only {seen} of it was observed, so "
        return Verdict(
            "not_evaluable",
            f"{reading.year} 年{seen_zh}已知部分只能说明该值{between_zh}，要求{wanted_zh}，无法判定",
            f"{seen_en}what is known for {reading.year} only says that the value is {between_en}; "
            f"{wanted_en} is required, which cannot be decided",
        )
    status = "met" if ends == {True} else "not_met"
    return Verdict(
        status,
        f"{reading.year} 年为 {value_zh}，要求{wanted_zh}{at_zh}",
        f"{value_en} in {reading.year}, {wanted_en} required{at_en}",
    )


def range_text(low: float, high: float, unit: str, lang: str) -> str:
    low_text = amount(low, unit, lang)
    if math.isinf(high):
        return f"至少为 {low_text}" if lang == "zh" else f"at least {low_text}"
    high_text = amount(high, unit, lang)
    if lang == "zh":
        return f"在 {low_text} 至 {high_text} 之间"
    return f"between {low_text} and {high_text}"


@dataclass(frozen=True)
class ByTerrain(Combinable):
    """A bound that depends on the terrain; mixed terrain gets the area-weighted bound (note to
    indicator 10 of the national list: when shares differ by no more than 20 points)."""

    bounds: Mapping[str, float]

    def bound(self, county: County) -> float | None:
        """The bound for this county; None where its terrain is not known."""
        shares = county.terrain
        if not shares or not set(shares) <= set(self.bounds):
            return None
        # Weighted only where no landform dominates; otherwise the largest one decides.
        ranked = sorted(shares.values(), reverse=True)
        if len(ranked) > 1 and ranked[0] - ranked[-1] <= 20:
            return sum(self.bounds[k] * v for k, v in shares.items()) / sum(ranked)
        return self.bounds[max(shares, key=shares.get)]

    def judge(self, reading: Reading) -> Verdict:
        bound = self.bound(reading.county)
        if bound is None:
            return Verdict(
                "not_evaluable",
                "参数文件没有写明地形（county.terrain），目标值无法确定",
                "the parameters do not state the terrain (county.terrain), so the bound is unknown",
            )
        return judge_bound(reading, "at_least", bound, reading.unit, by=("", ""))

    def text(
        self, lang: str, county: County | None = None, unit: str = "", handed_down: str = ""
    ) -> str:
        if county is not None and (bound := self.bound(county)) is not None:
            return f"≥ {amount(bound, unit, lang)}"
        return _bounds_text(self.bounds, lang, unit)


def _bounds_text(bounds: Mapping[str, float], lang: str, unit: str) -> str:
    joint = "；" if lang == "zh" else "; "
    return joint.join(f"{TERRAIN[lang][k]} ≥ {amount(v, unit, lang)}" for k, v in bounds.items())


TERRAIN = {
    "zh": {
        "mountain": "山区",
        "hill": "丘陵地区",
        "plain": "平原地区",
        "arid": "干旱半干旱地区",
        "plateau": "青藏高原地区",
        "other": "其他地区",
    },
    "en": {
        "mountain": "mountain",
        "hill": "hill",
        "plain": "plain",
        "arid": "arid and semi-arid",
        "plateau": "Qinghai-Tibet plateau",
        "other": "elsewhere",
    },
}


@dataclass(frozen=True)
class ByClimate(Combinable):
    """A bound that depends on whether the county is arid (200 to 400 mm of rain a year)."""

    bounds: Mapping[str, float]

    def judge(self, reading: Reading) -> Verdict:
        bound = self.bounds[reading.county.climate]
        return judge_bound(reading, "at_least", bound, reading.unit, by=("", ""))

    def text(
        self, lang: str, county: County | None = None, unit: str = "", handed_down: str = ""
    ) -> str:
        if county is not None:
            return f"≥ {amount(self.bounds[county.climate], unit, lang)}"
        return _bounds_text(self.bounds, lang, unit)


@dataclass(frozen=True)
class Assigned(Combinable):
    """The bound that the higher authority set for this county and year, from the parameters;
    `otherwise` holds where it may set none."""

    otherwise: Target | None = None

    def judge(self, reading: Reading) -> Verdict:
        given = reading.assignment
        if given is None and self.otherwise is not None:
            return self.otherwise.judge(reading)
        if given is None:
            return Verdict(
                "not_evaluable",
                f"参数文件没有上级下达的 {reading.year} 年目标值",
                f"the parameters hold no value assigned for {reading.year}",
            )
        by = (f"（{given.document}）", f" ({given.document})")
        if given.measure == "decline":
            fall = decline(reading.series).get(reading.year, math.nan)
            # A decline has bounds of its own; the range of the level does not apply to it.
            reading = Reading(
                reading.year,
                pd.Series({reading.year: fall}),
                "%",
                "up",
                reading.county,
            )
        return judge_bound(reading, given.sense, given.value, reading.unit, by=by)

    def text(
        self, lang: str, county: County | None = None, unit: str = "", handed_down: str = ""
    ) -> str:
        if handed_down:
            return handed_down
        text = {"zh": "完成上级下达的目标", "en": "as assigned by the higher authority"}[lang]
        if self.otherwise is None:
            return text
        joint = "（未下达的：{}）" if lang == "zh" else " (where none is: {})"
        return text + joint.format(self.otherwise.text(lang, county, unit, handed_down))
