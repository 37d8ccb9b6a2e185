"""A claim, what a rule finds about it, and the comparison that all rules share."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from ecolib.data.dictionary import units
from ecolib.indicators.catalogue import Indicator

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?$")


@dataclass(frozen=True)
class Claim:
    """One claim of a document; `value` and `half` (of its last printed digit) are in `unit`.

    `subject` is what it speaks of where that is not the indicator itself: an item code or a name;
    `part_of` the subject that this one is a part of. `dated` is false for a goal without a term.
    """

    entry: Indicator
    year: int
    kind: str
    printed: str
    unit: str
    text: str
    position: str
    subject: str = ""
    part_of: str = ""
    note: str = ""
    dated: bool = True

    @property
    def value(self) -> float:
        """The printed number; NaN when it is none."""
        return float(self._digits) if NUMBER.match(self._digits) else math.nan

    @property
    def decimals(self) -> int:
        return len(self._digits.partition(".")[2])

    @property
    def half(self) -> float:
        """Half a unit of the last printed digit: 0.05 for "98.0", 0.5 for "100"."""
        return 0.5 * 10.0**-self.decimals

    @property
    def _digits(self) -> str:
        return self.printed.replace(",", "").replace("，", "").strip().rstrip("%％ ")

    def shown(self, lang: str) -> str:
        """The number as printed, with its unit."""
        bare = self._digits if NUMBER.match(self._digits) else self.printed
        return f"{bare} {unit_name(self.unit, lang)}".strip()

    def amount(self, value: float, lang: str) -> str:
        """A number in the claim's unit, two digits finer than the claim was printed."""
        return f"{finer(value, self.decimals)} {unit_name(self.unit, lang)}".strip()

    def difference(self, value: float, lang: str) -> str:
        """A difference of two numbers in the claim's unit; two shares lie points apart."""
        unit = "pp" if self.unit == "%" else self.unit
        return f"{finer(value, max(0, self.decimals - 1))} {unit_name(unit, lang)}".strip()


@dataclass(frozen=True)
class Finding:
    """What a rule found; `recomputed` is a number in the claim's unit, a verdict, or empty."""

    finding: str
    rule: str
    zh: str
    en: str
    recomputed: str = ""

    def adding(self, zh: str, en: str) -> Finding:
        """The same finding with another sentence to its explanation."""
        return replace(self, zh=f"{self.zh}。{zh}", en=f"{self.en}. {en}") if zh else self


def compare(
    claim: Claim, computed: float, *, rounding: float, rule: str, zh: str, en: str
) -> Finding:
    """The claim against a number worked out as `zh` and `en` tell.

    They agree within half a unit of the claim's last printed digit plus the `rounding` that the
    figures behind the number carry.
    """
    allowed = claim.half + rounding
    away = abs(claim.value - computed)
    agrees = away <= allowed * (1 + 1e-9) + 1e-12
    if agrees:
        end_zh = f"；与印出的 {claim.shown('zh')} 相符"
        end_en = f"; this agrees with {claim.shown('en')} as printed"
    else:
        end_zh = (
            f"；印出的是 {claim.shown('zh')}，相差 {claim.difference(away, 'zh')}，"
            f"舍入只能解释 {claim.difference(allowed, 'zh')}"
        )
        end_en = (
            f"; {claim.shown('en')} is printed, {claim.difference(away, 'en')} apart, of which rounding "
            f"explains {claim.difference(allowed, 'en')}"
        )
    finding = "agrees" if agrees else "contradicts"
    return Finding(finding, rule, zh + end_zh, en + end_en, number_text(computed))


def cannot_check(rule: str, zh: str, en: str, *, computed: float = math.nan) -> Finding:
    """Nothing to decide it by; the sentences say what is missing."""
    return Finding("cannot_check", rule, zh, en, number_text(computed))


def number_text(value: float) -> str:
    """A number for `audit.csv`; empty when there is none."""
    return "" if math.isnan(value) else f"{value:.10g}"


def finer(value: float, decimals: int) -> str:
    """A number for people, two digits finer than `decimals`, without trailing zeros."""
    text = f"{value:,.{decimals + 2}f}"
    return text.rstrip("0").rstrip(".")


def unit_name(unit: str, lang: str) -> str:
    return getattr(units()[unit], lang) if unit in units() else unit


def unit_code(text: object, otherwise: str) -> str:
    """The code of a unit given by its code or by its name in either language."""
    if not isinstance(text, str) or not text.strip():
        return otherwise
    name = text.strip()
    codes = (u.unit for u in units().values() if name in (u.unit, u.zh, u.en))
    return next(codes, name)
