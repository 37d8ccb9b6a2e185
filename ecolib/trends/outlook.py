"""When will a target be reached if the present trend goes on?"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, inf, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike

from ecolib.errors import ParamsError, Problem
from ecolib.trends.kendall import kendall_score
from ecolib.trends.monotone import choose_law
from ecolib.trends.outlook_words import explain_outlook
from ecolib.trends.result import MIN_VALUES
from ecolib.trends.series import Observed, check_choice, check_share, observe
from ecolib.trends.slope import SlopeResult, fit_slope

_LIKELY = 2 / 3


@dataclass(frozen=True)
class Outlook:
    """What the trend so far means for a target.

    Attributes
    ----------
    status : {"reached", "likely", "open", "unlikely", "undetermined"}
        "reached": the trend line already meets the target at the last observation; otherwise from
        the confidence (2/3 and 1/3 divide), "undetermined" with fewer than 5 values.
    year, earliest, latest : float
        When the line meets the target with Sen's slope and with its limits; infinite if the line
        does not lead there, NaN if there is no such slope.
    confidence : float
        Confidence that the trend is at least as steep as needed to reach the target by `by_year`.
    expected, low, high : float
        The line at `by_year`, with the slope and its two limits.
    needed : float
        Slope that would just reach the target by `by_year`.
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

    def explain(self, lang: str = "zh") -> str:
        """Two sentences: where the trend leads, and how far that can be trusted."""
        return explain_outlook(self, lang)


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
    seen = observe(years, values)
    if seen.n and by_year < seen.last:
        raise ParamsError(
            Problem(
                "by_year",
                f"不应早于最后一个观测年 {seen.last:g}，实际为 {by_year:g}",
                f"must not lie before the last observation, {seen.last:g}, found {by_year:g}",
            )
        )
    score = kendall_score(seen.times, seen.values)
    slope = fit_slope(seen, score, level=level)
    sign = 1 if better == "up" else -1
    middle = (float(np.median(seen.times)), float(np.median(seen.values))) if seen.n else (nan, nan)
    needed = (target - middle[1]) / (by_year - middle[0]) if by_year > middle[0] else nan
    confidence = _confidence(seen, needed, sign)
    # Sorted, because a line that met the target in the past met it later if it is steeper.
    earliest, latest = sorted(
        _meets(middle, b, target, sign, seen.last) for b in (slope.low, slope.high)
    )
    now = middle[1] + slope.slope * (seen.last - middle[0])
    return Outlook(
        status=_status(seen.n, sign * (now - target), confidence),
        target=target,
        by_year=by_year,
        better=better,
        year=_meets(middle, slope.slope, target, sign, seen.last),
        earliest=earliest,
        latest=latest,
        confidence=confidence,
        expected=middle[1] + slope.slope * (by_year - middle[0]),
        low=middle[1] + slope.low * (by_year - middle[0]),
        high=middle[1] + slope.high * (by_year - middle[0]),
        needed=needed,
        slope=slope,
    )


def _meets(
    middle: tuple[float, float], slope: float, target: float, sign: int, last: float
) -> float:
    """When the line through the middle reaches the target, coming from the worse side."""
    if slope != slope:
        return nan
    if sign * slope <= 0:
        # A line that leads away meets the target only if it still does at the last observation.
        now = middle[1] + slope * (last - middle[0])
        return middle[0] if sign * (now - target) >= 0 else inf
    return middle[0] + (target - middle[1]) / slope


def _confidence(seen: Observed, needed: float, sign: int) -> float:
    if needed != needed or seen.n < 2:
        return nan
    rest = sign * (seen.values - needed * (seen.times - seen.times[0]))
    rest[np.abs(rest - np.median(rest)) < 1e-12 * np.abs(rest).max()] = np.median(rest)
    order = np.lexsort((rest, seen.times))
    score = kendall_score(seen.times, rest[order])
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
