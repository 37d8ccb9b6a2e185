"""What a trend test says: numbers, a status, and words a reviewer understands."""

from __future__ import annotations

from dataclasses import dataclass

from ecolib.trends import words

MIN_VALUES = 5
"""With fewer values a trend is `undetermined`, whatever alpha is."""

BETTER = ("up", "down", None)


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

    @property
    def significant(self) -> bool:
        return self.reason not in words.CANNOT_SAY and self.p <= self.alpha

    @property
    def confidence(self) -> float:
        """Confidence that the direction is as found: 1 - p/2 (Snelder et al. 2021)."""
        one_sided = self.p / 2 if self.alternative == "two-sided" else self.p
        return 1 - one_sided

    def likelihood(self, lang: str = "zh") -> str:
        """The direction with the calibrated wording of the IPCC, e.g. "very likely rising"."""
        return words.likelihood(self, lang)

    def explain(self, lang: str = "zh") -> str:
        """Two sentences: what the series does, and how far that can be trusted."""
        return words.explain(self, lang)


def judge(
    *, n: int, p: float, direction: str, alpha: float, smallest_p: float, better: str | None
) -> tuple[str, str]:
    """Status and reason code from the outcome of a test."""
    if n < MIN_VALUES:
        return "undetermined", "too_few_values"
    if direction == "none" and smallest_p >= 1:
        return "no_clear_trend", "constant"
    if smallest_p > alpha:
        return "undetermined", "alpha_unreachable"
    if p > alpha or direction == "none":
        return "no_clear_trend", ""
    if better is None:
        return "undetermined", "better_unknown"
    return ("improving" if direction == better else "worsening"), ""


def sign_word(statistic: float) -> str:
    return "up" if statistic > 0 else "down" if statistic < 0 else "none"
