"""The Mann-Kendall test for a monotone trend, and the outlook along its line."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, erfc, inf, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike

from ecolib.errors import ParamsError
from ecolib.texts import Note
from ecolib.trends.null_distribution import EXACT_UP_TO, NullDistribution, law_of_s
from ecolib.trends.result import (
    MIN_VALUES,
    TestSpec,
    Told,
    TrendResult,
    build_result,
    time_word,
    told_slope,
)
from ecolib.trends.series import (
    KendallScore,
    TimeSeries,
    as_numbers,
    as_years,
    check_choice,
    check_share,
    kendall_score,
    read_series,
    single,
)
from ecolib.trends.slopes import SlopeResult, fit_slope

LAWS = ("auto", "exact", "normal")


def mann_kendall(
    years: ArrayLike,
    values: ArrayLike | None = None,
    *,
    alpha: float = 0.05,
    better: str | None = None,
    alternative: str = "two-sided",
    law: str = "auto",
) -> TrendResult:
    """Mann-Kendall test for a monotone trend, with Sen's slope.

    Parameters
    ----------
    years, values
        Real times (numbers or dates) and values, any order, paired by position; NaN values are missing: they are left
        out, counted and mentioned. A Series of pandas with years or dates as its index may come
        alone, here and in every test of one series.
    alpha
        Significance level; the slope limits have confidence 1 - alpha.
    better
        "up" or "down": which direction is an improvement.
    alternative
        "two-sided", "greater" (rising) or "less" (falling).
    law
        "exact", "normal", or "auto": the exact law, ties included, up to 60 values, beyond that the
        normal approximation with continuity and tie correction. A time that occurs more than once
        together with equal values always means "normal".

    Raises
    ------
    ParamsError, DataError

    Notes
    -----
    Mann 1945; Kendall 1970, "Rank correlation methods". Exact law: see
    `ecolib.trends.null_distribution`.
    """
    spec = TestSpec(alpha, alternative, better)
    check_choice("law", law, LAWS)
    return kendall_test(read_series(years, values), spec, law=law)


def kendall_test(series: TimeSeries, spec: TestSpec, *, law: str = "auto") -> TrendResult:
    """`mann_kendall` of a series that has been read already, which its outlook can share."""
    score = series.score
    exact = choose_law(score, law)
    p, smallest_p = p_of_score(spec, score, exact)
    return build_result(
        spec,
        series,
        method="mann_kendall_exact" if exact else "mann_kendall_normal",
        p=p,
        smallest_p=smallest_p,
        **score.fields,
    )


def choose_law(score: KendallScore, law: str) -> NullDistribution | None:
    """The exact law of S, or None for the normal approximation."""
    if score.differing == 0:
        return law_of_s(score.value_ties)  # a constant series: S is 0 and p is 1
    short = score.value_ties.sum() <= EXACT_UP_TO
    if law == "normal" or score.times_tied or (law == "auto" and not short):
        return None
    return law_of_s(score.value_ties)


def p_of_score(
    spec: TestSpec, score: KendallScore, law: NullDistribution | None
) -> tuple[float, float]:
    """p of a score, and that of the most orderly sequence of the same values."""
    if law is not None:
        best = spec.most_orderly * law.largest
        return law.p(score.s, spec.alternative), law.p(best, spec.alternative)
    largest = min(score.comparable, score.differing)
    return spec.normal_p(score.z), spec.smallest_p(largest, score.var_s)


# --- when a target will be reached if the trend goes on -------------------------------------------

_LIKELY = 2 / 3


@dataclass(frozen=True)
class Outlook(Told):
    """What the trend so far means for a target.

    Attributes
    ----------
    status : {"reached", "likely", "open", "unlikely", "undetermined"}
        "reached": the trend line already meets the target at the last observation; otherwise from
        the confidence (2/3 and 1/3 divide), "undetermined" with fewer than 5 values.
    target, by_year, better
        As asked for.
    year, earliest, latest : float
        When the line meets the target with Sen's slope and with its limits; infinite if the line
        does not lead there, NaN if there is no such slope.
    confidence : float
        Confidence that the trend is at least as steep as needed to reach the target by `by_year`.
    expected, low, high : float
        The line at `by_year`, with the slope and its two limits.
    needed : float
        Slope that would just reach the target by `by_year`.
    slope : SlopeResult
    """

    status: str
    target: float
    by_year: float
    better: str
    year: float
    earliest: float
    latest: float
    confidence: float
    expected: float
    low: float
    high: float
    needed: float
    slope: SlopeResult

    @property
    def note(self) -> Note:
        """Two sentences: where the trend leads, and how far that can be trusted."""
        if self.status == "undetermined":
            return Note("outlook.undetermined", n=self.slope.n)
        line = {"slope": told_slope(*self.slope.numbers)[0], "target": self.target}
        by = time_word(self.by_year)
        if self.status == "reached":
            kept = (1 if self.better == "up" else -1) * (self.expected - self.target) >= 0
            return Note(f"outlook.{'kept' if kept else 'lost'}", **line, by=by)
        return Note(
            "outlook.ahead",
            where=self._where(line, by),
            percent=100 * self.confidence,
            verdict=Note(f"outlook_verdict.{self.status}"),
        )

    def _where(self, line: dict[str, float], by: str) -> Note:
        """Where the line leads; a level beyond the target is not told, as it may not even exist."""
        if self.year <= self.by_year:
            limits = {"earliest": _year(self.earliest), "latest": _year(self.latest)}
            level = 100 * self.slope.level
            return Note("outlook_line.meets", **line, year=ceil(self.year), level=level, **limits)
        short = line | {"by": by, "expected": self.expected}
        if self.year == inf:
            return Note("outlook_line.never", **short)
        return Note("outlook_line.later", **short, year=ceil(self.year))


def outlook(
    years: ArrayLike,
    values: ArrayLike,
    target: float,
    *,
    by_year: float,
    better: str,
    level: float = 0.95,
) -> Outlook:
    """Extend Sen's line to a target.

    Parameters
    ----------
    years, values
        As in `mann_kendall`.
    target
        The value to reach: at least this if `better` is "up", at most if it is "down".
    by_year
        When it should be reached; not before the last observation.
    better
        "up" or "down".
    level
        Confidence level of the slope limits.

    Raises
    ------
    ParamsError, DataError

    Notes
    -----
    The line passes through the medians of times and values (Conover). The confidence belongs to
    the slope alone: Kendall's S of the values minus the needed line, against its null law, half of
    P(S = s) counted on each side. It says nothing of single years, nor of trends that change.
    """
    check_share("level", level)
    check_choice("better", better, ("up", "down"))
    target = single(as_numbers([target], "target"), "target")
    by_year = single(as_years([by_year]), "by_year")
    series = read_series(years, values)
    return extend_line(series, target, by_year=by_year, better=better, level=level)


def extend_line(
    series: TimeSeries, target: float, *, by_year: float, better: str, level: float = 0.95
) -> Outlook:
    """`outlook` of a series that has been read already, which its trend test can share."""
    if series.n and by_year < series.last:
        years = {"last": f"{series.last:g}", "found": f"{by_year:g}"}
        raise ParamsError(Note("trend_input.too_early", about="by_year", **years))
    slope = fit_slope(series, level=level)
    sign = 1 if better == "up" else -1
    time, value = series.middle
    needed = (target - value) / (by_year - time) if by_year > time else nan
    confidence = _confidence(series, needed, sign)
    # Sorted, because a line that met the target in the past met it later if it is steeper.
    earliest, latest = sorted(_meets(series, b, target, sign) for b in (slope.low, slope.high))
    now = value + slope.slope * (series.last - time)
    return Outlook(
        status=_status(series.n, sign * (now - target), confidence),
        target=target,
        by_year=by_year,
        better=better,
        year=_meets(series, slope.slope, target, sign),
        earliest=earliest,
        latest=latest,
        confidence=confidence,
        expected=value + slope.slope * (by_year - time),
        low=value + slope.low * (by_year - time),
        high=value + slope.high * (by_year - time),
        needed=needed,
        slope=slope,
    )


def _meets(series: TimeSeries, slope: float, target: float, sign: int) -> float:
    """When the line through the middle reaches the target, coming from the worse side."""
    if slope != slope:
        return nan
    time, value = series.middle
    if sign * slope <= 0:
        # A line that leads away meets the target only if it still does at the last observation.
        now = value + slope * (series.last - time)
        return time if sign * (now - target) >= 0 else inf
    return time + (target - value) / slope


def _confidence(series: TimeSeries, needed: float, sign: int) -> float:
    if needed != needed or series.n < 2:
        return nan
    rest = sign * series.minus_line(needed)
    if series.score.times_tied:
        rest = rest[np.lexsort((rest, series.times))]
    score = kendall_score(series.times, rest)
    law = choose_law(score, "auto")
    if law is not None:
        return (law.upper(-score.s) + 1 - law.upper(score.s)) / 2
    if score.var_s <= 0:  # one time only
        return nan
    return 1 - erfc(score.s / sqrt(2 * score.var_s)) / 2


def _status(n: int, ahead: float, confidence: float) -> str:
    if n < MIN_VALUES or confidence != confidence:
        return "undetermined"
    if ahead >= 0:
        return "reached"
    if confidence >= _LIKELY:
        return "likely"
    return "unlikely" if confidence <= 1 - _LIKELY else "open"


def _year(t: float) -> Note | int:
    if t != t:
        return Note("outlook_year.unknown")
    return Note("outlook_year.never") if t == inf else ceil(t)
