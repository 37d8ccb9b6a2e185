"""Kendall tests of several series at once: the seasons of a year, the sites of a region, a covariate."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from math import nan, sqrt
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from ecolib.trends.null_distribution import EXACT_UP_TO, law_of_s
from ecolib.trends.pairs import all_slopes
from ecolib.trends.result import SpecOptions, TestSpec, TrendResult, build_result
from ecolib.trends.series import (
    KendallScore,
    TimeSeries,
    as_array,
    as_moments,
    as_numbers,
    as_years,
    bad_data,
    check_choice,
    indexed,
    median,
    read_series,
    shapes,
)
from ecolib.trends.slopes import median_and_limits, normal_width, ranks_of_limits

LAWS = ("independent", "correlated", "exact")
MONTHLY_YEARS = 5
"""Years of monthly values from which "correlated" is to be asked for: in trendless AR(1) months with
r1 = 0.5 it then rejects 2 to 6 % at the 5 % level, "independent" 20 to 23 % (simulated)."""
_NO_LABEL = ("None", "nan", "NaT", "<NA>")


def monthly_law(years: ArrayLike) -> np.ndarray:
    """The law to ask for of series of so many years of monthly values."""
    return np.where(as_numbers(years, "years") >= MONTHLY_YEARS, "correlated", "independent")


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

    def explain(self, lang: str = "zh") -> str:
        """The common trend in words."""
        return self.trend.explain(lang)


def seasonal_kendall(
    years: ArrayLike,
    values: ArrayLike | None = None,
    *,
    seasons: ArrayLike | None = None,
    law: str | None = None,
    **options: Unpack[SpecOptions],
) -> GroupedTrend:
    """Seasonal Kendall test (Hirsch, Slack & Smith 1982).

    Parameters
    ----------
    years, values
        Year (a number, or a date) and value of each observation; the slope is per year. Dates
        and decimal years belong to the year they lie in. A Series of pandas with dates as its index
        may come alone.
    seasons
        Season of each observation (any labels); without them the months of the dates are the
        seasons, and `monthly_law` says the law. One value for each year and season. A value
        without a season is missing, and is counted.
    law
        "independent": normal, var S is the sum over seasons. "correlated": normal, with the
        covariances between seasons (Hirsch & Slack 1984); a missing value gets the mid-rank and
        nothing else is left out; ask for at least 5 years. "exact": the exact law for independent
        seasons of up to 60 values each. Monthly values are rarely independent: take "correlated";
        the others find trends too often then, which their result notes. "independent" by default.
    options
        `alpha`, `better`, `alternative` as in `mann_kendall`.

    Raises
    ------
    ParamsError
    DataError
        If a year and season occurs twice.
    """
    spec, why = TestSpec(**options), ()
    if values is None:
        years, values = indexed(years)
    if seasons is None:
        years, seasons = _months(years)
        if law is None:
            law = str(monthly_law(len(np.unique(years))))
            why = (f"months_{law}",)
    law = "independent" if law is None else law
    found = _grouped(spec, years, values, seasons, "seasons", "seasonal_kendall", law)
    return replace(found, trend=replace(found.trend, notes=(*found.trend.notes, *why)))


def _months(dates: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """The years and the months of dates."""
    moments = as_moments(dates)
    if moments.dtype.kind != "M":
        raise bad_data("seasons", "no_months")
    if np.isnat(moments).any():
        raise bad_data("years", "year_missing")
    months = moments.astype("datetime64[M]").astype(int)
    return 1970 + months // 12, months % 12 + 1


def regional_kendall(
    years: ArrayLike,
    values: ArrayLike,
    *,
    sites: ArrayLike,
    law: str = "independent",
    **options: Unpack[SpecOptions],
) -> GroupedTrend:
    """Regional Kendall test (Helsel & Frans 2006): as `seasonal_kendall`, with sites for seasons.

    Sites near each other are correlated: law="correlated" is then the one to ask for.
    """
    spec = TestSpec(**options)
    return _grouped(spec, years, values, sites, "sites", "regional_kendall", law)


def partial_kendall(
    years: ArrayLike, values: ArrayLike, *, covariate: ArrayLike, **options: Unpack[SpecOptions]
) -> TrendResult:
    """Is there a trend beyond what the trend of a covariate explains?

    S is the score of the values minus its regression on the score of the covariate, with
    tie-aware covariances (Dietz & Killeen 1981; Libiseller & Grimvall 2002). Years with one of the
    two missing are left out and counted. Normal law, no continuity correction because S is no
    whole number. The slope is Sen's slope of the values, not adjusted for the covariate. `options`
    as in `seasonal_kendall`.

    Raises
    ------
    ParamsError
    DataError
        If the lengths differ or a year occurs twice.
    """
    spec = TestSpec(**options)
    values, other = as_numbers(values), as_numbers(covariate, "covariate")
    if values.shape != other.shape:
        raise bad_data("covariate", "covariate", **shapes(covariate=other, values=values))
    series = read_series(years, np.where(np.isnan(other), nan, values))
    beside = read_series(years, np.where(np.isnan(values), nan, other))
    if (np.diff(series.times) == 0).any():
        raise bad_data("years", "year_twice")
    score = series.score
    both = np.column_stack([series.values, beside.values])
    covariance = float(_three_covariances(both)[0, 1]) / 3
    share = covariance / beside.score.var_s if beside.score.var_s > 0 else 0.0
    s, var_s = score.s - share * beside.score.s, score.var_s - share * covariance
    # Equal orders leave nothing but rounding.
    nothing_left = var_s <= 1e-9 * max(score.var_s, 1.0)
    z = 0.0 if nothing_left else s / sqrt(var_s)
    return build_result(
        spec,
        series,
        method="partial_kendall",
        s=s,
        var_s=var_s,
        z=z,
        p=nan if nothing_left else spec.normal_p(z),
        smallest_p=0.0,
        reason="variance_not_positive" if nothing_left else "",
    )


def _grouped(
    spec: TestSpec,
    years: ArrayLike,
    values: ArrayLike,
    labels: ArrayLike,
    word: str,
    method: str,
    law: str,
) -> GroupedTrend:
    check_choice("law", law, LAWS)
    labels, groups, unlabelled = _split(years, values, labels, word)
    scores = [one.score for one in groups]
    total = sum(score.s for score in scores)
    var_s = sum(score.var_s for score in scores)
    if law == "correlated":
        var_s = float(_three_covariances(_table(groups)).sum() / 3)
    z = (total - np.sign(total)) / sqrt(var_s) if var_s > 0 else 0.0
    exact = law == "exact" and all(one.n <= EXACT_UP_TO for one in groups)
    largest = sum(score.differing for score in scores)
    p, smallest = spec.normal_p(z) if var_s > 0 else 1.0, spec.smallest_p(largest, var_s)
    if exact:
        p, smallest = _exact_p(spec, scores, total)
    pooled = TimeSeries(
        np.sort(np.concatenate([one.times for one in groups])),
        np.concatenate([one.values for one in groups]),
        sum(one.missing for one in groups) + unlabelled,
    )
    slopes = [all_slopes(one.times, one.values) for one in groups]
    kind = law if law != "exact" or exact else "independent"
    trend = build_result(
        spec,
        pooled,
        slope=_pooled_slope(spec, np.concatenate(slopes), var_s),
        method=method if kind == "independent" else f"{method}_{kind}",
        s=total,
        var_s=var_s,
        z=float(z),
        p=p,
        smallest_p=smallest,
        reason="" if any(score.comparable for score in scores) else "no_pairs",
        notes=() if kind == "correlated" else ("independence_assumed",),
        tau=_ratio(total, sum(sqrt(k.comparable) * sqrt(k.differing) for k in scores)),
        tau_a=_ratio(total, sum(k.pairs for k in scores)),
    )
    medians = np.array([median(some) if len(some) else nan for some in slopes])
    return _with_heterogeneity(trend, labels, scores, medians)


def _split(
    years: ArrayLike, values: ArrayLike, labels: ArrayLike, word: str
) -> tuple[tuple[Hashable, ...], list[TimeSeries], int]:
    """The labels in order, the series of each, and how many values have no label."""
    years, values, labels = as_years(years), as_numbers(values), as_array(labels, word)
    if not years.shape == values.shape == labels.shape:
        found = shapes(years=years, values=values, labels=labels)
        raise bad_data(f"years, values, {word}", "group_lengths", **found)
    known = np.array([str(label) not in _NO_LABEL for label in labels.tolist()], dtype=bool)
    years, values, labels = years[known], values[known], labels[known]
    try:
        names = np.unique(labels) if len(labels) else np.array(["-"])
    except TypeError:
        kinds = ", ".join(sorted({type(label).__name__ for label in labels.tolist()}))
        raise bad_data(word, "mixed_labels", kinds=kinds) from None
    groups = [read_series(years[labels == name], values[labels == name]) for name in names]
    for name, one in zip(names, groups, strict=True):
        whole = np.floor(one.times)
        twice = whole[1:][np.diff(whole) == 0]
        if len(twice):
            raise bad_data(f"{word} {name}", "not_one_value", year=f"{twice[0]:g}")
    return tuple(names.tolist()), groups, int((~known).sum())


def _exact_p(spec: TestSpec, scores: list[KendallScore], total: int) -> tuple[float, float]:
    """p of the sum of independent S: probabilities over -largest..largest, convolved."""
    law = np.ones(1)
    for score in scores:
        law = np.convolve(law, law_of_s(score.value_ties).probabilities())
    s = np.arange(len(law)) - len(law) // 2
    return float(min(1.0, law[spec.as_extreme(s, total)].sum())), float(spec.sides * law[0])


def _table(groups: list[TimeSeries]) -> np.ndarray:
    """The values of all groups over the years of any; NaN where a group has none.

    Values of one year belong together, whatever their days: covariances are between them.
    """
    years = np.unique(np.floor(np.concatenate([one.times for one in groups])))
    table = np.full((len(years), len(groups)), nan)
    for column, one in enumerate(groups):
        table[np.searchsorted(years, np.floor(one.times)), column] = one.values
    return table


def _three_covariances(table: np.ndarray) -> np.ndarray:
    """Null covariances of the S of the columns, times 3 and then whole (Dietz & Killeen 1981).

    Tie-aware; a missing value has the mid-rank (Hirsch & Slack 1984, eq. 9).
    """
    n, counts = len(table), (~np.isnan(table)).sum(axis=0)
    concordance = np.zeros((len(counts), len(counts)))
    sums = np.zeros(table.shape)  # of sign(x_i - x_j) over all j
    for lag in range(1, n):
        signs = np.nan_to_num(np.sign(table[lag:] - table[:-lag]))
        concordance += signs.T @ signs
        sums[lag:] += signs
        sums[:-lag] -= signs
    ranks = (counts + 1 + sums) / 2
    return concordance + 4 * ranks.T @ ranks - n * np.outer(counts + 1, counts + 1)


def _pooled_slope(spec: TestSpec, slopes: np.ndarray, var_s: float) -> tuple[float, float, float]:
    width = normal_width(1 - spec.alpha) * sqrt(max(0.0, var_s))
    ranks = ranks_of_limits(len(slopes), width)
    return median_and_limits(np.sort(slopes)[ranks] if len(slopes) else ())


def _with_heterogeneity(
    trend: TrendResult, labels: tuple[Hashable, ...], scores: list[KendallScore], slopes: np.ndarray
) -> GroupedTrend:
    s, var_s = (np.array([getattr(k, name) for k in scores], float) for name in ("s", "var_s"))
    varies = var_s > 0
    z = np.divide(s, np.sqrt(var_s), out=np.zeros(len(s)), where=varies)
    used = z[varies]
    df = max(0, len(used) - 1)
    chi2 = float((used**2).sum() - len(used) * used.mean() ** 2) if df else nan
    p = float(chdtrc(df, chi2)) if df else nan
    return GroupedTrend(trend, labels, s.astype(int), var_s, z, slopes, chi2, df, p)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else nan
