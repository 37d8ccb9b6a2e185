"""What a trend test says: numbers, a status, and words a reviewer understands."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, nan, sqrt

from ecolib.trends import words
from ecolib.trends.series import Observed, check_choice, check_share
from ecolib.trends.slope import SlopeResult

MIN_VALUES = 5
"""With fewer values a trend is `undetermined`, whatever alpha is."""


@dataclass(frozen=True)
class TrendResult:
    """Outcome of a monotone trend test.

    Attributes
    ----------
    status : {"improving", "worsening", "no_clear_trend", "undetermined"}
    direction : {"up", "down", "none"}
        Sign of the statistic, significant or not.
    n, missing : int
        Values used, and values that were NaN.
    s, var_s, z, p, tau, tau_a : float
        Kendall's S (or the statistic of the named method), its null variance, the standardised
        statistic, the p value, tau-b and tau-a.
    method : str
        Name of the method, see `ecolib.trends.words.METHODS`.
    alpha, alternative
        As asked for.
    smallest_p : float
        The smallest p that any order of these values could give.
    slope, slope_low, slope_high : float
        Sen's slope per unit of time and its limits at confidence 1 - alpha.
    reason : str
        Why the status is what it is, see `ecolib.trends.words.REASONS`; empty if p says it all.
    critical : float
        The critical value of a method that decides by a table, otherwise NaN.
    notes : tuple of str
        What else a reader should know of the method, see `ecolib.trends.words.NOTES`.
    """

    status: str
    direction: str
    n: int
    missing: int
    first: float
    last: float
    s: float
    var_s: float
    z: float
    p: float
    tau: float
    tau_a: float
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
        if self.reason in words.CANNOT_SAY:
            return False
        return is_significant(self.s, self.p, self.alpha, self.critical)

    @property
    def confidence(self) -> float:
        """Confidence that the direction is as found: 1 - p/2 (Snelder et al. 2021)."""
        one_sided = self.p / 2 if self.alternative == "two-sided" else self.p
        return 1 - one_sided

    def likelihood(self, lang: str = "zh") -> str:
        """The direction with the calibrated wording of the IPCC, e.g. "very likely rising"."""
        return words.likelihood(self, lang)

    def reason_text(self, lang: str = "zh") -> str:
        """`reason` as a clause; empty if there is none."""
        return words.reason_text(self.reason, lang)

    def explain(self, lang: str = "zh") -> str:
        """Two sentences: what the series does, and how far that can be trusted."""
        return words.explain(self, lang)


@dataclass(frozen=True)
class Question:
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

    def normal_p(self, z: float) -> float:
        """From the survival function, so that 1e-211 is a number and not 0."""
        if self.alternative == "two-sided":
            return erfc(abs(z) / sqrt(2))
        return erfc((z if self.alternative == "greater" else -z) / sqrt(2)) / 2

    def pick(self, *, both: float, greater: float, less: float) -> float:
        return {"two-sided": both, "greater": greater, "less": less}[self.alternative]


def conclude(
    ask: Question,
    seen: Observed,
    slope: SlopeResult,
    *,
    method: str,
    s: float,
    p: float,
    smallest_p: float,
    var_s: float = nan,
    z: float = nan,
    tau: float = nan,
    tau_a: float = nan,
    n: int | None = None,
    reason: str = "",
    notes: tuple[str, ...] = (),
    critical: float = nan,
) -> TrendResult:
    """Put the outcome of a test together with its status; a given `reason` says p is no answer."""
    n = seen.n if n is None else n
    direction = sign_word(s)
    status, why = (
        ("undetermined", reason)
        if reason and n >= MIN_VALUES
        else judge(
            ask, n, direction, smallest_p, significant=is_significant(s, p, ask.alpha, critical)
        )
    )
    return TrendResult(
        status=status,
        direction=direction,
        n=n,
        missing=seen.missing,
        first=seen.first,
        last=seen.last,
        s=s,
        var_s=var_s,
        z=z,
        p=p,
        tau=tau,
        tau_a=tau_a,
        method=method,
        alpha=ask.alpha,
        alternative=ask.alternative,
        smallest_p=smallest_p,
        slope=slope.slope,
        slope_low=slope.low,
        slope_high=slope.high,
        better=ask.better,
        reason=why,
        notes=notes,
        critical=critical,
    )


def judge(
    ask: Question, n: int, direction: str, smallest_p: float, *, significant: bool
) -> tuple[str, str]:
    """Status and reason code from the outcome of a test."""
    if n < MIN_VALUES:
        return "undetermined", "too_few_values"
    if direction == "none" and smallest_p >= 1:
        return "no_clear_trend", "constant"
    if smallest_p > ask.alpha:
        return "undetermined", "alpha_unreachable"
    if not significant or direction == "none":
        return "no_clear_trend", ""
    if ask.better is None:
        return "undetermined", "better_unknown"
    return ("improving" if direction == ask.better else "worsening"), ""


def is_significant(statistic: float, p: float, alpha: float, critical: float) -> bool:
    """By the critical value if the method has one, otherwise by p."""
    return abs(statistic) > critical if critical == critical else p <= alpha


def sign_word(statistic: float) -> str:
    return "up" if statistic > 0 else "down" if statistic < 0 else "none"
