"""What is asked of a trend test, and what it says: numbers, a status, and notes to be worded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import erfc, floor, inf, log10, nan, sqrt
from typing import Any, TypedDict

import numpy as np
from numpy.typing import ArrayLike

from ecolib.texts import LANGS, Name, Note, Words, show, small_table, spoken_here, word
from ecolib.trends.series import TimeSeries, check_choice, check_share
from ecolib.trends.slopes import fit_slope

MIN_VALUES = 5
"""With fewer values a trend is `undetermined`, whatever alpha is."""

CANNOT_SAY = (
    "too_few_values", "alpha_unreachable", "uneven_times", "variance_not_positive",
    "no_critical_value", "nothing_detected", "no_pairs", "many_at_once",
)  # fmt: skip
"""Reasons for which p is no answer."""

# IPCC AR5/AR6 guidance note on the treatment of uncertainties; the lower bound belongs to the term.
_LIKELIHOOD = (
    (0.99, "virtually_certain"),
    (0.95, "extremely_likely"),
    (0.90, "very_likely"),
    (2 / 3, "likely"),
    (0.0, "even"),
)


class SpecOptions(TypedDict, total=False):
    """What may be asked of any trend test, as described at `mann_kendall`."""

    alpha: float
    better: str | None
    alternative: str


@dataclass(frozen=True)
class TestSpec:
    """What is asked of a test: level, side, and which direction is an improvement.

    Raises
    ------
    ParamsError
    """

    alpha: float = 0.05
    alternative: str = "two-sided"
    better: str | None = None

    def __post_init__(self) -> None:
        check_share("alpha", self.alpha)
        check_choice("alternative", self.alternative, ("two-sided", "greater", "less"))
        check_choice("better", self.better, ("up", "down", None))

    def normal_p(self, z: ArrayLike, erfc: Callable[[ArrayLike], Any] = erfc) -> Any:
        """From the survival function, so that 1e-211 is a number and not 0; `erfc` that of z."""
        if self.alternative == "two-sided":
            return erfc(abs(z) / sqrt(2))
        return erfc((z if self.alternative == "greater" else -z) / sqrt(2)) / 2

    def smallest_p(self, largest: int, var_s: float) -> float:
        """The normal p of the most orderly sequence, whose statistic is `largest`."""
        return self.normal_p(self.most_orderly * (largest - 1) / sqrt(var_s)) if var_s > 0 else 1.0

    @property
    def most_orderly(self) -> int:
        """Sign of the statistic of an order that gives the smallest p."""
        return -1 if self.alternative == "less" else 1

    @property
    def sides(self) -> int:
        """How many tails of the null law count."""
        return 2 if self.alternative == "two-sided" else 1

    def as_extreme(self, law: np.ndarray, s: float) -> np.ndarray:
        """Which values of a null law are as extreme as s."""
        return self.pick(both=abs(law) >= abs(s), greater=law >= s, less=law <= s)

    def pick(self, *, both: Any, greater: Any, less: Any) -> Any:
        """The one of three that belongs to the alternative."""
        return {"two-sided": both, "greater": greater, "less": less}[self.alternative]


class Told:
    """What a test found, with a `note` that says it."""

    def explain(self, lang: str = "zh") -> str:
        """`note` in words.

        Raises
        ------
        ParamsError
            If there is no such language.
        """
        check_choice("lang", lang, LANGS)
        return self.note.text(lang)


@dataclass(frozen=True, kw_only=True)
class TrendResult(Told):
    """Outcome of a monotone trend test.

    Attributes
    ----------
    status : {"improving", "worsening", "no_clear_trend", "undetermined"}
    direction : {"up", "down", "none"}
        Sign of the statistic, significant or not.
    n, missing : int
        Values used, and values that were NaN.
    first, last : float
        Times of the first and the last value.
    s, var_s, z, p, tau, tau_a : float
        Kendall's S (or the statistic of the named method), its null variance, the standardised
        statistic, the p value, tau-b and tau-a.
    method : str
        Name of the method, `trend_test.<method>` in the catalogue of texts.
    alpha, alternative, better
        As asked for.
    smallest_p : float
        The smallest p that any order of these values could give.
    slope, slope_low, slope_high : float
        Sen's slope per unit of time and its limits at confidence 1 - alpha.
    reason : str
        Why the status is what it is, `trend_reason.<reason>` in the catalogue; empty if p says all.
    critical : float
        The critical value of a method that decides by a table, otherwise NaN.
    notes : tuple of str
        What else a reader should know of the method, `trend_caveat.<note>` in the catalogue.
    """

    status: str
    direction: str
    n: int
    missing: int
    first: float
    last: float
    s: float
    var_s: float = nan
    z: float = nan
    p: float
    tau: float = nan
    tau_a: float = nan
    method: str
    alpha: float
    alternative: str
    smallest_p: float
    slope: float
    slope_low: float
    slope_high: float
    better: str | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()
    critical: float = nan

    @property
    def significant(self) -> bool:
        if self.reason in CANNOT_SAY:
            return False
        return is_significant(self.s, self.p, self.alpha, self.critical)

    @property
    def confidence(self) -> float:
        """Confidence that the direction is as found: 1 - p/2 (Snelder et al. 2021)."""
        one_sided = self.p / 2 if self.alternative == "two-sided" else self.p
        return 1 - one_sided

    @property
    def note(self) -> Note:
        """Two sentences: what the series does, and how far that can be trusted."""
        parts = {"seen": _seen(self), "meaning": _meaning(self)}
        if not self.notes:
            return Note("trend.plain", **parts)
        caveats = tuple(Note(f"trend_caveat.{code}") for code in self.notes)
        return Note("trend.with_caveats", **parts, caveats=caveats)

    @property
    def likelihood_note(self) -> Note:
        """The direction with the calibrated wording of the IPCC, e.g. "very likely rising"."""
        if self.reason in CANNOT_SAY or self.p != self.p:
            return Note("trend_likelihood.unknown")
        if self.direction == "none":
            return Note("trend_likelihood.none")
        term = next(term for bound, term in _LIKELIHOOD if self.confidence >= bound)
        direction = Note(f"trend_direction.{self.direction}")
        return Note(f"trend_likelihood.{term}", direction=direction)

    def __repr__(self) -> str:
        told = {"slope": float(self.slope), "p": p_note(self.p), "n": self.n}
        status = Name("trend", self.status)
        if self.reason == "better_unknown":  # what it does is known, not whether that is good
            status = Note(f"shown.{self.direction}")
        return Note("shown.trend", status=status, **told).text(spoken_here())

    def _repr_html_(self) -> str:
        lang = spoken_here()
        rows = {
            "status": word("trend", self.status, lang),
            "meaning": self.explain(lang),
            "n": self.n,
            "slope": show(self.slope),
            "limits": f"{show(self.slope_low)} … {show(self.slope_high)}",
            "p": p_note(self.p).text(lang),
            "method": Note(f"trend_test.{self.method}").text(lang),
        }
        title = f"{time_word(self.first)}–{time_word(self.last)}"
        return small_table(title, rows, lang)


def build_result(
    spec: TestSpec,
    series: TimeSeries,
    *,
    slope: tuple[float, float, float] | None = None,
    reason: str = "",
    **outcome: Any,
) -> TrendResult:
    """Put the outcome of a test together with its status and a slope with its limits, by default Sen's.

    `outcome` are fields of `TrendResult`: `method`, `s`, `p` and `smallest_p` at least. A given
    `reason` says that p is no answer.
    """
    slope = slope or fit_slope(series, level=1 - spec.alpha).numbers
    s, p = outcome["s"], outcome["p"]
    if not reason and series.n and series.first == series.last:
        reason = "no_pairs"
    direction = "up" if s > 0 else "down" if s < 0 else "none"
    significant = is_significant(s, p, spec.alpha, outcome.get("critical", nan))
    status = "undetermined"
    if not reason or series.n < MIN_VALUES:
        status, reason = _judge(
            spec, series.n, direction, outcome["smallest_p"], significant=significant
        )
    return TrendResult(
        status=status,
        direction=direction,
        n=series.n,
        missing=series.missing,
        first=series.first,
        last=series.last,
        alpha=spec.alpha,
        alternative=spec.alternative,
        **dict(zip(("slope", "slope_low", "slope_high"), slope, strict=True)),
        better=spec.better,
        reason=reason,
        **outcome,
    )


def _judge(
    spec: TestSpec, n: int, direction: str, smallest_p: float, *, significant: bool
) -> tuple[str, str]:
    """Status and reason code from the outcome of a test."""
    if n < MIN_VALUES:
        return "undetermined", "too_few_values"
    if direction == "none" and smallest_p >= 1:
        return "no_clear_trend", "constant"
    if smallest_p > spec.alpha:
        return "undetermined", "alpha_unreachable"
    if not significant or direction == "none":
        return "no_clear_trend", ""
    if spec.better is None:
        return "undetermined", "better_unknown"
    return ("improving" if direction == spec.better else "worsening"), ""


def is_significant(statistic: float, p: float, alpha: float, critical: float) -> bool:
    """By the critical value if the method has one, otherwise by p."""
    return abs(statistic) > critical if critical == critical else p <= alpha


def time_word(t: float, decimals: int = 2) -> str:
    """A year, or a decimal year; a dash for none."""
    if t != t:
        return "—"
    return f"{t:.0f}" if t == round(t) else f"{t:.{decimals}f}"


def p_word(p: float) -> str:
    """p with two digits that count; a dash for none."""
    if p != p:
        return "—"
    return f"{p:.2g}" if p < 0.1 else f"{p:.2f}"


def told_slope(slope: float, low: float, high: float) -> tuple[float, ...]:
    """A slope and its limits to the place of the third digit of what lies between these: no finer
    one means anything."""
    width = high - low
    places = 2 - floor(log10(width)) if 0 < width < inf else 15
    # Adding zero turns a negative zero into zero.
    return tuple(round(end, places) + 0.0 for end in (slope, low, high))


def p_note(p: float) -> Note:
    """What a test gives, with its sign of relation; nobody reads digits below 0.001."""
    return Note("p_value.small") if p < 0.001 else Note("p_value", p=p_word(p))


def _seen(r: TrendResult) -> Note:
    if r.n == 0:
        return Note("trend_seen.nothing")
    decimals = 2 if r.last - r.first >= 0.1 else 4  # days and hours apart
    first, last = (time_word(t, decimals) for t in (r.first, r.last))
    known = {
        "span": first if first == last else Words(f"{first}—{last}", f"{first}–{last}"),
        "n": r.n,
        "gaps": Note("trend_seen.gaps", missing=r.missing) if r.missing else "",
    }
    if r.reason == "constant":
        return Note("trend_seen.constant", **known)
    if r.slope != r.slope:
        return Note("trend_seen.no_slope", **known)
    slope, low, high = told_slope(r.slope, r.slope_low, r.slope_high)
    limits = Note("trend_seen.limits", level=100 * (1 - r.alpha), low=low, high=high)
    move = "rise" if slope > 0 else "fall" if slope < 0 else "flat"
    limits = limits if low == low else ""
    return Note(f"trend_seen.{move}", **known, slope=abs(slope), limits=limits)


def _meaning(r: TrendResult) -> Note:
    code = f"trend_meaning.{r.reason}"
    if r.reason == "too_few_values":
        told = r.n > 1 and r.smallest_p == r.smallest_p
        best = Note("trend_meaning.smallest_p", n=r.n, p=p_word(r.smallest_p)) if told else ""
        return Note(code, best=best)
    if r.reason == "alpha_unreachable":
        return Note(code, p=p_word(r.smallest_p), alpha=r.alpha)
    if r.reason in CANNOT_SAY:
        return Note("trend_meaning.cannot_say", reason=Note(f"trend_reason.{r.reason}"))
    if r.reason == "constant":
        return Note(code)
    test = {"p": p_note(r.p), "test": Note(f"trend_test.{r.method}")}
    if not r.significant:
        return Note("trend_meaning.chance", **test)
    kind = r.status if r.status in ("improving", "worsening") else "changing"
    return Note(f"trend_meaning.{kind}", **test, likelihood=r.likelihood_note)
