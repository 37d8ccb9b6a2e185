"""Kendall tests of several series at once: the seasons of a year or the sites of a region."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from ecolib.errors import DataError, Problem
from ecolib.trends.kendall import KendallScore, kendall_score
from ecolib.trends.law import EXACT_UP_TO, law_of_s
from ecolib.trends.result import Question, TrendResult, conclude
from ecolib.trends.selection import all_slopes
from ecolib.trends.series import Observed, as_numbers, check_choice, observe
from ecolib.trends.slope import SlopeResult, limits_of_slopes

LAWS = ("independent", "correlated", "exact")


@dataclass(frozen=True)
class GroupedTrend:
    """A common trend of several groups, and what each group shows by itself.

    Attributes
    ----------
    trend : TrendResult
        S and var S are sums over the groups; the slope is the median of all slopes between values
        of one group.
    groups : tuple
        The labels of the seasons or sites, in order.
    s, var_s, z, slope : ndarray
        One value a group, z without continuity correction.
    chi2, df, p_heterogeneity : float
        Do the groups differ in trend? (van Belle & Hughes 1984); it assumes independent groups.
    """

    trend: TrendResult
    groups: tuple[Hashable, ...]
    s: np.ndarray
    var_s: np.ndarray
    z: np.ndarray
    slope: np.ndarray
    chi2: float
    df: int
    p_heterogeneity: float


def seasonal_kendall(
    years: ArrayLike,
    values: ArrayLike,
    *,
    seasons: ArrayLike,
    law: str = "independent",
    alpha: float = 0.05,
    better: str | None = None,
    alternative: str = "two-sided",
) -> GroupedTrend:
    """Seasonal Kendall test (Hirsch, Slack & Smith 1982).

    Parameters
    ----------
    years, values
        Year and value of each observation; the slope is per unit of `years`.
    seasons
        Season of each observation (any labels). One value for each year and season.
    law
        "independent": normal, var S is the sum over seasons. "correlated": normal, with the
        covariances between seasons (Hirsch & Slack 1984); a missing value gets the mid-rank and
        nothing else is left out; ask for at least 10 years. "exact": the exact law for independent
        seasons of up to 60 values each.

    Raises
    ------
    ParamsError
    DataError
        If a year and season occurs twice.
    """
    ask = Question(alpha, alternative, better)
    return _grouped(ask, years, values, seasons, "seasons", "seasonal_kendall", law)


def regional_kendall(
    years: ArrayLike,
    values: ArrayLike,
    *,
    sites: ArrayLike,
    law: str = "independent",
    alpha: float = 0.05,
    better: str | None = None,
    alternative: str = "two-sided",
) -> GroupedTrend:
    """Regional Kendall test (Helsel & Frans 2006): as `seasonal_kendall`, with sites for seasons.

    Sites near each other are correlated: law="correlated" is then the one to ask for.
    """
    ask = Question(alpha, alternative, better)
    return _grouped(ask, years, values, sites, "sites", "regional_kendall", law)


def _grouped(
    ask: Question,
    years: ArrayLike,
    values: ArrayLike,
    labels: ArrayLike,
    word: str,
    method: str,
    law: str,
) -> GroupedTrend:
    check_choice("law", law, LAWS)
    groups, series = _split(years, values, labels, word)
    scores = [kendall_score(one.times, one.values) for one in series]
    total = sum(score.s for score in scores)
    independent = sum(score.var_s for score in scores)
    var_s = _correlated_variance(series) if law == "correlated" else independent
    z = (total - np.sign(total)) / sqrt(var_s) if var_s > 0 else 0.0
    exact = law == "exact" and all(one.n <= EXACT_UP_TO for one in series)
    p, smallest = _exact_p(ask, scores, total) if exact else _normal_p(ask, scores, z, var_s)
    pooled = Observed(
        np.sort(np.concatenate([one.times for one in series])),
        np.concatenate([one.values for one in series]),
        sum(one.missing for one in series),
    )
    kind = law if law != "exact" or exact else "independent"
    trend = conclude(
        ask,
        pooled,
        _pooled_slope(ask, series, var_s),
        method=method if kind == "independent" else f"{method}_{kind}",
        s=total,
        var_s=var_s,
        z=float(z),
        p=p,
        smallest_p=smallest,
        tau=_ratio(total, sum(sqrt(k.comparable) * sqrt(k.differing) for k in scores)),
        tau_a=_ratio(total, sum(k.pairs for k in scores)),
    )
    return _with_heterogeneity(trend, groups, series, scores)


def _split(
    years: ArrayLike, values: ArrayLike, labels: ArrayLike, word: str
) -> tuple[tuple, list[Observed]]:
    years, values, labels = np.asarray(years), as_numbers(values), np.asarray(labels)
    if not years.shape == values.shape == labels.shape:
        raise DataError(
            Problem(
                f"years, values, {word}",
                f"三者应等长，实际为 {years.shape}、{values.shape}、{labels.shape}",
                f"must be of one length, found {years.shape}, {values.shape}, {labels.shape}",
            )
        )
    groups = np.unique(labels) if labels.size else np.array(["-"])
    series = [observe(years[labels == g], values[labels == g]) for g in groups]
    for group, one in zip(groups, series, strict=True):
        twice = one.times[1:][np.diff(one.times) == 0]
        if len(twice):
            raise DataError(
                Problem(
                    f"{word} {group}",
                    f"{twice[0]:g} 年有多个数值，请先取平均",
                    f"{twice[0]:g} has more than one value; average them first",
                )
            )
    return tuple(groups.tolist()), series


def _normal_p(
    ask: Question, scores: list[KendallScore], z: float, var_s: float
) -> tuple[float, float]:
    top = -1 if ask.alternative == "less" else 1
    largest = sum(k.differing for k in scores)
    if var_s <= 0:
        return 1.0, 1.0
    return ask.normal_p(z), ask.normal_p(top * (largest - 1) / sqrt(var_s))


def _exact_p(ask: Question, scores: list[KendallScore], total: int) -> tuple[float, float]:
    """p of the sum of independent S: probabilities over -largest..largest, convolved."""
    law = np.ones(1)
    for score in scores:
        law = np.convolve(law, law_of_s(score.value_ties).probabilities())
    s = np.arange(len(law)) - len(law) // 2
    both = law[np.abs(s) >= abs(total)].sum()
    p = ask.pick(both=both, greater=law[s >= total].sum(), less=law[s <= total].sum())
    return float(min(1.0, p)), float(ask.pick(both=2, greater=1, less=1) * law[0])


def _correlated_variance(series: list[Observed]) -> float:
    """Sum of all covariances (Hirsch & Slack 1984, eq. 9), tie-aware, mid-ranks for missing."""
    years = np.unique(np.concatenate([one.times for one in series]))
    table = np.full((len(years), len(series)), nan)
    for g, one in enumerate(series):
        table[np.searchsorted(years, one.times), g] = one.values
    n, counts = len(years), (~np.isnan(table)).sum(axis=0)
    concordance = np.zeros((len(series), len(series)))
    sums = np.zeros(table.shape)  # of sign(x_i - x_j) over all j
    for lag in range(1, n):
        signs = np.nan_to_num(np.sign(table[lag:] - table[:-lag]))
        concordance += signs.T @ signs
        sums[lag:] += signs
        sums[:-lag] -= signs
    ranks = (counts + 1 + sums) / 2
    covariance = concordance + 4 * ranks.T @ ranks - n * np.outer(counts + 1, counts + 1)
    return float(covariance.sum() / 3)


def _pooled_slope(ask: Question, series: list[Observed], var_s: float) -> SlopeResult:
    slopes = np.concatenate([all_slopes(one.times, one.values) for one in series])
    level = 1 - ask.alpha
    slope, low, high = limits_of_slopes(slopes, level, sqrt(max(0.0, var_s)))
    return SlopeResult(
        slope=slope,
        low=low,
        high=high,
        level=level,
        limits="normal",
        intercept=nan,
        intercept_sen=nan,
        n=sum(one.n for one in series),
        missing=sum(one.missing for one in series),
    )


def _with_heterogeneity(
    trend: TrendResult, groups: tuple, series: list[Observed], scores: list[KendallScore]
) -> GroupedTrend:
    s, var_s = (np.array([getattr(k, name) for k in scores], float) for name in ("s", "var_s"))
    varies = var_s > 0
    z = np.divide(s, np.sqrt(var_s), out=np.zeros(len(s)), where=varies)
    used = z[varies]
    chi2 = float((used**2).sum() - len(used) * used.mean() ** 2) if len(used) > 1 else nan
    df = max(0, len(used) - 1)
    medians = [np.median(all_slopes(o.times, o.values)) if o.n > 1 else nan for o in series]
    return GroupedTrend(
        trend=trend,
        groups=groups,
        s=s.astype(int),
        var_s=var_s,
        z=z,
        slope=np.array(medians, dtype=float),
        chi2=chi2,
        df=df,
        p_heterogeneity=float(chdtrc(df, chi2)) if df else nan,
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else nan
