"""When is an indicator met? Small rules that read a `Reading` and return a `Verdict`.

Comparison follows the full-value method of GB/T 8170-2008 clause 4.3.2: figures are compared as
they are printed or computed, without rounding first; a value at its limit meets it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from ecolib.formulas import decline

if TYPE_CHECKING:
    from ecolib.params import Assignment, County

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


class _Combinable:
    def __and__(self, other):
        return Both(self, other)

    def __or__(self, other):
        return Either(self, other)


def show(value: float) -> str:
    """A number for people: as printed when it is short, else to 2 decimals (4 below 1)."""
    if math.isnan(value):
        return "—"
    if math.isinf(value):
        return "∞"
    decimals = 4 if abs(value) < 1 else 2
    if not _same(value, round(value, decimals)):
        return f"{value:,.{decimals}f}"
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".")


def amount(value: float, unit: str, lang: str) -> str:
    """A number with its unit, `98.9 %` or `12,670.95 亩`."""
    from ecolib.tables import units

    name = getattr(units()[unit], lang) if unit in units() else unit
    return f"{show(value)} {name}".strip()


def worst(verdicts: list[Verdict]) -> Verdict | None:
    """The verdict that decides for a whole with these parts; None when no part applies."""
    judged = [v for v in verdicts if v.status != "not_applicable"]
    return min(judged, key=lambda v: PRECEDENCE.index(v.status)) if judged else None


def _joined(verdicts: list[Verdict]) -> Verdict:
    """The deciding verdict of several rules, with the reasons of all that decide alike."""
    decisive = worst(verdicts).status
    deciding = [v for v in verdicts if v.status == decisive]
    return Verdict(
        decisive,
        "；".join(dict.fromkeys(v.reason_zh for v in deciding)),
        "; ".join(dict.fromkeys(v.reason_en for v in deciding)),
    )


@dataclass(frozen=True)
class Limit(_Combinable):
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
    ends = {_meets(end, sense, bound) for end in (low, high)}
    wanted_zh = (
        f"{'不低于' if sense == 'at_least' else '不高于'} {amount(bound, unit, 'zh')}{by[0]}"
    )
    wanted_en = (
        f"{'at least' if sense == 'at_least' else 'at most'} {amount(bound, unit, 'en')}{by[1]}"
    )
    value_zh, value_en = (amount(reading.value, unit, lang) for lang in ("zh", "en"))
    at_zh, at_en = (
        ("，恰在限值上，按达到计", ", exactly at the limit, which meets it")
        if _same(reading.value, bound)
        else ("", "")
    )
    if len(ends) == 2:
        between_zh, between_en = (
            _range_text(low, high, unit, "zh"),
            _range_text(low, high, unit, "en"),
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


def _range_text(low: float, high: float, unit: str, lang: str) -> str:
    low_text = amount(low, unit, lang)
    if math.isinf(high):
        return f"至少为 {low_text}" if lang == "zh" else f"at least {low_text}"
    high_text = amount(high, unit, lang)
    if lang == "zh":
        return f"在 {low_text} 至 {high_text} 之间"
    return f"between {low_text} and {high_text}"


def _same(a: float, b: float) -> bool:
    # Only to absorb binary noise such as 97.00000000000001; far finer than any printed decimal.
    return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)


def _meets(value: float, sense: str, bound: float) -> bool:
    beyond = value > bound if sense == "at_least" else value < bound
    return beyond or _same(value, bound)


@dataclass(frozen=True)
class ByTerrain(_Combinable):
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
class ByClimate(_Combinable):
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
class Assigned(_Combinable):
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


@dataclass(frozen=True)
class NotWorse(_Combinable):
    """Stable or improving: not worse than last year and not worse than the base year.

    `tolerance` is the change that still counts as stable (EI: 1 point, HJ 192-2015).
    """

    tolerance: float = 0.0

    def judge(self, reading: Reading) -> Verdict:
        if math.isnan(reading.value):
            return Verdict(
                "not_evaluable", f"{reading.year} 年没有数值", f"no value for {reading.year}"
            )
        earlier = {
            year: float(reading.series[year])
            for year in (reading.year - 1, reading.county.base_year)
            if year in reading.series.index and not math.isnan(reading.series[year])
        }
        if not earlier:
            return Verdict(
                "not_evaluable",
                f"{reading.year - 1} 年（上年）和 {reading.county.base_year} 年（基准年）都没有数值，"
                "无法判断是否保持稳定或改善",
                f"no value for {reading.year - 1} (last year) or {reading.county.base_year} (base "
                "year), so stable or improving cannot be judged",
            )
        sign = 1 if reading.better == "up" else -1
        worse = {y: v for y, v in earlier.items() if not self._holds(reading.value, v, sign)}
        if worse and all(self._holds(reading.best, v, sign) for v in worse.values()):
            years = "、".join(map(str, worse))
            return Verdict(
                "not_evaluable",
                f"{reading.year} 年只知道最低可能值，是否比 {years} 年变差无法判定",
                f"only the least possible value of {reading.year} is known, so whether it is worse "
                f"than in {years} cannot be decided",
            )
        shown = worse or earlier
        zh = "、".join(f"{y} 年 {amount(v, reading.unit, 'zh')}" for y, v in shown.items())
        en = ", ".join(f"{amount(v, reading.unit, 'en')} in {y}" for y, v in shown.items())
        now_zh, now_en = (amount(reading.value, reading.unit, lang) for lang in ("zh", "en"))
        if worse:
            return Verdict(
                "not_met", f"比 {zh} 变差（现为 {now_zh}）", f"worse than {en} ({now_en})"
            )
        return Verdict("met", f"与 {zh} 相比未变差", f"not worse than {en}")

    def _holds(self, now: float, before: float, sign: int) -> bool:
        change = sign * (now - before)
        return change >= -self.tolerance or _same(now, before)

    def text(
        self, lang: str, county: County | None = None, unit: str = "", handed_down: str = ""
    ) -> str:
        return {"zh": "保持稳定或持续改善", "en": "stable or improving"}[lang]


@dataclass(frozen=True)
class InPlace(_Combinable):
    """Named requirements, each of which a document must prove; see `ecolib.evidence`."""

    requirements: Mapping[str, tuple[str, str]]

    def judge(self, reading: Reading) -> Verdict:
        verdicts = []
        for key, (zh, en) in self.requirements.items():
            status, how_zh, how_en = EVIDENCE[reading.documents.at[reading.year, key]]
            verdicts.append(Verdict(status, f"{zh}：{how_zh}", f"{en}: {how_en}"))
        return _joined(verdicts)

    def text(
        self, lang: str, county: County | None = None, unit: str = "", handed_down: str = ""
    ) -> str:
        index = 0 if lang == "zh" else 1
        return ("；" if lang == "zh" else "; ").join(w[index] for w in self.requirements.values())


#: What the state of a requirement means; the states come from `evidence.states`.
EVIDENCE = {
    "documented": ("met", "有文件佐证", "proved by a document"),
    "stated": (
        "declared",
        "仅有陈述，没有可核对的文件",
        "only stated; no document that can be checked",
    ),
    "absent": ("not_evaluable", "没有任何材料", "nothing was handed in"),
    "denied": ("not_met", "材料表明不成立", "the documents say it does not hold"),
}


@dataclass(frozen=True)
class NoLoss(_Combinable):
    """An area that has not shrunk since `since` (or the earliest year known), and of which no
    site is stated to have another nature than before."""

    since: int | None = None

    def judge(self, reading: Reading) -> Verdict:
        return _joined([self._judge_area(reading), *self._changed(reading)])

    def _changed(self, reading: Reading) -> list[Verdict]:
        """One failure for each site whose nature changed, whatever a document says of it."""
        changes = reading.nature_changes
        return [
            Verdict(
                "not_met",
                f"“{row.site}”的性质由“{row.before}”变为“{row.after}”",
                f"the nature of '{row.site}' changed from '{row.before}' to '{row.after}'",
            )
            for row in changes.itertuples()
            if row.year == reading.year
        ]

    def _judge_area(self, reading: Reading) -> Verdict:
        known = reading.series.dropna()
        if reading.year not in known.index:
            return Verdict(
                "not_evaluable", f"{reading.year} 年没有面积", f"no area for {reading.year}"
            )
        first = self.since if self.since in known.index else known.index.min()
        if first >= reading.year:
            return Verdict(
                "not_evaluable",
                f"只有 {reading.year} 年一个面积，没有更早的年份可比",
                f"only {reading.year} has an area; there is no earlier year to compare with",
            )
        kept = _meets(reading.value, "at_least", float(known[first]))
        now, then = reading.value, float(known[first])
        zh, en = (
            f"{amount(now, reading.unit, lang)} / {amount(then, reading.unit, lang)}"
            for lang in ("zh", "en")
        )
        if kept:
            return Verdict(
                "met", f"面积比 {first} 年没有减少（{zh}）", f"no smaller than in {first} ({en})"
            )
        return Verdict(
            "not_met", f"面积比 {first} 年减少（{zh}）", f"smaller than in {first} ({en})"
        )

    def text(
        self, lang: str, county: County | None = None, unit: str = "", handed_down: str = ""
    ) -> str:
        return {"zh": "面积不减少", "en": "area not reduced"}[lang]


@dataclass(frozen=True)
class WhereGiven(_Combinable):
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
class Parts(_Combinable):
    """Judged by its parts: `not_met` beats `conflict` beats `not_evaluable` beats `declared`."""

    def judge(self, reading: Reading) -> Verdict:
        raise TypeError("a group is judged from the results of its parts, not from a reading")

    def text(
        self, lang: str, county: County | None = None, unit: str = "", handed_down: str = ""
    ) -> str:
        return {"zh": "各分项均达标", "en": "every part met"}[lang]


@dataclass(frozen=True)
class Both(_Combinable):
    """Two rules at once; the one that decides is told, or both when both hold."""

    first: Target
    second: Target

    def judge(self, reading: Reading) -> Verdict:
        return _joined([self.first.judge(reading), self.second.judge(reading)])

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
class Either(_Combinable):
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
