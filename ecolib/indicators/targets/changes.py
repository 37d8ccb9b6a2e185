"""Rules on the history: stable or improving, an area not reduced."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecolib.indicators.targets.combine import Combinable
from ecolib.indicators.targets.numbers import amount, meets, same
from ecolib.indicators.targets.verdict import Reading, Verdict, joined

if TYPE_CHECKING:
    from ecolib.data.params import County


@dataclass(frozen=True)
class NotWorse(Combinable):
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
        return change >= -self.tolerance or same(now, before)

    def text(
        self, lang: str, county: County | None = None, unit: str = "", handed_down: str = ""
    ) -> str:
        return {"zh": "保持稳定或持续改善", "en": "stable or improving"}[lang]


@dataclass(frozen=True)
class NoLoss(Combinable):
    """An area that has not shrunk since `since` (or the earliest year known), and of which no
    site is stated to have another nature than before."""

    since: int | None = None

    def judge(self, reading: Reading) -> Verdict:
        return joined([self._judge_area(reading), *self._changed(reading)])

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
        kept = meets(reading.value, "at_least", float(known[first]))
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
