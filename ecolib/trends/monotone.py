"""Tests for a monotone trend beside that of Mann and Kendall, which stands alone.

Spearman's rank correlation with time (Daniel), the signs of Cox & Stuart, and Kendall's test of
values of which some are only known to lie below a detection limit.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from itertools import permutations
from math import comb, copysign, exp, inf, lgamma, log, nan, sqrt
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr

from ecolib.errors import ParamsError
from ecolib.texts import Note
from ecolib.trends.null_distribution import RANK_SUM_UP_TO, law_of_rank_sum, orders_within
from ecolib.trends.result import SpecOptions, TestSpec, TrendResult, build_result
from ecolib.trends.series import (
    TimeSeries,
    as_numbers,
    bad_data,
    check_choice,
    mid_ranks,
    read_series,
    shapes,
)

LEVELS = (0.05, 0.01)
_FAR_OUT = 1e-4
"""Below this p Student's t is far off: for 11 values with one swap of neighbours a hundredfold."""
_COUNTED_UP_TO, _STATES = 30, 1000  # within half a second


def spearman(
    years: ArrayLike,
    values: ArrayLike | None = None,
    *,
    law: str = "auto",
    **options: Unpack[SpecOptions],
) -> TrendResult:
    """Spearman's rank correlation with time; `s` of the result is the coefficient.

    Parameters
    ----------
    years, values
        As in `mann_kendall`.
    law
        "auto": exact, ties included, up to 10 values, and up to 30 where the order is nearly
        perfect; otherwise Student's t, but no p below that of a perfect order. "table": as the Chinese
        standards decide (HJ 663-2013, Annex B): r = 1 - 6 sum d^2 / (n^3 - n) with mean ranks is
        significant if |r| exceeds the critical value for alpha 0.05 or 0.01, N = 4 to 30. The
        table is one-sided, which the result notes; p is given for information.
    options
        `alpha`, `better`, `alternative` as in `mann_kendall`.

    Raises
    ------
    ParamsError, DataError
    """
    spec = TestSpec(**options)
    check_choice("law", law, ("auto", "table"))
    series = read_series(years, values)
    ranks, times = mid_ranks(series.values), mid_ranks(series.times)
    rho = _correlation(ranks, times)
    p, smallest_p, method = _rank_p(spec, series, ranks, rho)
    outcome = {"method": method, "p": p, "smallest_p": smallest_p}
    if law == "table":
        if rho == rho:  # the formula gives 0.5 for a constant series
            d = ranks - times
            rho = 1 - 6 * float(d @ d) / (series.n**3 - series.n)
        critical = _critical(series.n, spec.alpha)
        outcome |= {
            "method": "spearman_table",
            "critical": critical,
            "reason": "" if critical < 1 else "no_critical_value",
            "notes": ("table_is_one_sided",),
        }
    return build_result(spec, series, s=rho if rho == rho else 0.0, **outcome)


def _student_p(spec: TestSpec, rho: float, n: int) -> float:
    """Student's t with n - 2 degrees of freedom, but not less than one order has of all."""
    left = (1 - rho) * (1 + rho)
    t = rho * sqrt((n - 2) / left) if left > 0 else copysign(inf, rho)
    both, greater, less = stdtr(n - 2, [-abs(t), -t, t])
    p = spec.pick(both=2 * both, greater=greater, less=less)
    return max(float(p), spec.sides * exp(-lgamma(n + 1)))


def _rank_p(
    spec: TestSpec, series: TimeSeries, ranks: np.ndarray, rho: float
) -> tuple[float, float, str]:
    n, side = series.n, spec.alternative
    if n < 2 or rho != rho:
        return 1.0, 1.0, "spearman_exact"
    doubled = np.rint(2 * ranks).astype(int)
    if not (np.diff(series.times) > 0).all():
        return _student_p(spec, rho, n), 0.0, "spearman_t"
    if n > RANK_SUM_UP_TO:
        return _far_p(spec, doubled, rho)
    law = law_of_rank_sum(tuple(sorted(doubled.tolist())))
    found = 2 * int(np.arange(1, n + 1) @ doubled) - (n + 1) * int(doubled.sum())
    return law.p(found, side), law.p(spec.most_orderly * law.largest, side), "spearman_exact"


def _far_p(spec: TestSpec, doubled: np.ndarray, rho: float) -> tuple[float, float, str]:
    """Student's t, or what the few orders as near to a perfect one as this have by count."""
    n = len(doubled)
    _, ties = np.unique(doubled, return_counts=True)
    # The share of a perfect order; equal ranks may change places within it.
    one = exp(sum(lgamma(t + 1) for t in ties) - lgamma(n + 1))
    smallest = spec.sides * one
    p = _student_p(spec, rho, n)
    if p < _FAR_OUT and n <= _COUNTED_UP_TO:
        # Reversed ranks are as far from the perfect order as these from the reverse one.
        upwards = doubled if rho > 0 else 2 * (n + 1) - doubled
        distance = int(((2 * np.arange(1, n + 1) - upwards) ** 2).sum())
        orders = orders_within(tuple(upwards.tolist()), distance, _STATES)
        if orders is not None:
            share = exp(log(orders) - lgamma(n + 1))
            return spec.sides * share, smallest, "spearman_exact"
    return max(p, smallest), smallest, "spearman_t"


def _correlation(first: np.ndarray, second: np.ndarray) -> float:
    if len(first) == 0:
        return nan
    a, b = first - first.mean(), second - second.mean()
    size = sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / size if size else nan


def _critical(n: int, alpha: float) -> float:
    if alpha not in LEVELS:
        raise ParamsError(Note("trend_input.no_table", about="alpha", alpha=str(alpha)))
    return _critical_values(alpha).get(n, inf)


@cache
def _critical_values(alpha: float) -> dict[int, float]:
    """By N: HJ 663-2013, Annex B, whose printed table has even N from 10 on; odd N are filled from the
    series of Olds (1938), on which that table rests."""
    with (files(__package__) / "spearman.csv").open(encoding="utf-8", newline="") as file:
        return {int(row["n"]): float(row[f"at_{alpha}"]) for row in csv.DictReader(file)}


def cox_stuart(
    years: ArrayLike, values: ArrayLike | None = None, **options: Unpack[SpecOptions]
) -> TrendResult:
    """Do the values of the second half exceed their partners of the first (Cox & Stuart 1955)?

    The middle value of an odd number is left out; equal partners say nothing. `s` is the number of
    rises minus the number of falls, whose variance is the number of both, p the exact binomial
    probability. A simple test with little power: `mann_kendall` uses all pairs, and explains the
    options.

    Raises
    ------
    ParamsError, DataError
    """
    spec = TestSpec(**options)
    series = read_series(years, values)
    half = series.n // 2
    change = series.values[series.n - half :] - series.values[:half]
    rises, falls = int(np.count_nonzero(change > 0)), int(np.count_nonzero(change < 0))
    pairs = rises + falls
    greater, less = _at_least(rises, pairs), _at_least(falls, pairs)
    return build_result(
        spec,
        series,
        method="cox_stuart",
        s=rises - falls,
        p=spec.pick(both=min(1.0, 2 * min(greater, less)), greater=greater, less=less),
        smallest_p=min(1.0, spec.sides / 2**pairs),
        var_s=float(pairs),
        reason="many_at_once" if (np.diff(series.times) == 0).any() else "",
    )


def _at_least(hits: int, pairs: int) -> float:
    """P(X >= hits) for X binomial(pairs, 1/2), from exact integers."""
    return sum(comb(pairs, k) for k in range(hits, pairs + 1)) / 2**pairs


# --- values below a detection limit ---------------------------------------------------------------

_ENUMERATED_UP_TO = 8
_LONGEST = 5000  # all pairs are held at once


def censored_kendall(
    years: ArrayLike, values: ArrayLike, *, below: ArrayLike, **options: Unpack[SpecOptions]
) -> TrendResult:
    """Kendall's test and the Akritas-Theil-Sen slope for values below detection limits.

    Parameters
    ----------
    years, values
        As in `mann_kendall`; where `below` is true the value is the detection limit.
    below
        True for "less than the value". Limits may differ. A pair whose order is not certain counts
        as tied; nothing is replaced by half the limit.
    options
        `alpha`, `better`, `alternative` as in `mann_kendall`.

    Raises
    ------
    ParamsError
    DataError
        If the lengths differ, a value has no mark, or there are more than 5000 values.

    Notes
    -----
    p is exact up to 8 values (all orders), then normal with the variance of S over all orders
    (Kendall 1970, ch. 5, for general scores) and continuity correction. The slope is where S of
    the residuals turns from positive to negative (Akritas, Murphy & LaValley 1995; Helsel 2012,
    ch. 12). It has no limits, which the result notes.
    """
    spec = TestSpec(**options)
    places, y, censored = _read_censored(years, values, below)
    signs = _certain_order(y, censored)
    turns = np.sign(places.times[None, :] - places.times[:, None])
    s, largest = int((signs * turns).sum() / 2), int(np.abs(signs).sum() / 2)
    var_s = _censored_variance(signs, turns)
    z = float(s - np.sign(s)) / sqrt(var_s) if var_s > 0 else 0.0
    if var_s <= 0:
        p, smallest = 1.0, 1.0
    elif places.n <= _ENUMERATED_UP_TO:
        p, smallest = _enumerated(spec, signs, turns, s)
    else:
        p, smallest = spec.normal_p(z), spec.smallest_p(largest, var_s)
    return build_result(
        spec,
        places,
        slope=(_censored_slope(places.times, y, censored), nan, nan),
        method="censored_kendall",
        s=s,
        var_s=var_s,
        z=z,
        p=p,
        smallest_p=smallest,
        reason="nothing_detected" if censored.any() and largest == 0 else "",
        notes=("no_slope_limits",),
    )


def _read_censored(
    years: ArrayLike, values: ArrayLike, below: ArrayLike
) -> tuple[TimeSeries, np.ndarray, np.ndarray]:
    """Times in order, with the values and the marks that belong to them."""
    below, values = as_numbers(below, "below"), as_numbers(values)
    if below.shape != values.shape or len(values) > _LONGEST:
        raise bad_data("below", "marks", most=_LONGEST, **shapes(below=below, values=values))
    if not np.isin(below[~np.isnan(values)], (0, 1)).all():  # an empty cell says neither
        raise bad_data("below", "no_mark")
    below = below.astype(bool)
    read_series(years, values)  # an infinite value is refused there
    # Ordering values would part them from their marks: their places are ordered instead.
    places = read_series(
        years, np.where(np.isnan(values), nan, np.arange(len(values), dtype=float))
    )
    order = places.values.astype(int)
    return places, values[order], below[order]


def _certain_order(y: np.ndarray, below: np.ndarray) -> np.ndarray:
    """signs[i, j] = 1 if value j is certainly larger than value i, -1 if smaller, else 0."""
    sign = np.sign(y[None, :] - y[:, None])
    at_or_above = np.where(y[None, :] >= y[:, None], 1.0, 0.0)
    first, second = below[:, None], below[None, :]
    sign = np.where(first & ~second, at_or_above, sign)
    sign = np.where(~first & second, -at_or_above.T, sign)
    return np.where(first & second, 0.0, sign)


def _censored_variance(a: np.ndarray, b: np.ndarray) -> float:
    """Variance over all orders of half the sum of a[i, j] b[i, j], both antisymmetric."""
    n = len(a)
    if n < 3:
        return float(abs(a[0, 1] * b[0, 1])) if n == 2 else 0.0
    triples = [(x.sum(axis=1) ** 2).sum() - (x**2).sum() for x in (a, b)]
    pairs = (a**2).sum() * (b**2).sum()
    total = 4 * triples[0] * triples[1] / (n * (n - 1) * (n - 2)) + 2 * pairs / (n * (n - 1))
    return float(total) / 4


def _enumerated(spec: TestSpec, a: np.ndarray, b: np.ndarray, s: int) -> tuple[float, float]:
    orders = np.array(list(permutations(range(len(a)))), dtype=int)
    i, j = np.triu_indices(len(a), 1)
    law = np.rint((a[orders[:, i], orders[:, j]] * b[i, j]).sum(axis=1))

    most = law.min() if spec.alternative == "less" else law.max()
    return tuple(float(np.mean(spec.as_extreme(law, value))) for value in (s, most))


def _censored_slope(times: np.ndarray, y: np.ndarray, below: np.ndarray) -> float:
    """S of the residuals falls by 2 at the slope of two detected values, by 1 at one of a mixed
    pair; the slope is where it passes 0."""
    i, j = np.triu_indices(len(y), 1)
    apart = (times[j] > times[i]) & ~(below[i] & below[j])
    i, j = i[apart], j[apart]
    if len(i) == 0:
        return nan
    slopes = (y[j] - y[i]) / (times[j] - times[i])
    steps = np.where(below[i] | below[j], 1, 2)
    # A pair is certain for slopes on one side only if its later (earlier) value is censored.
    start = int((~below[i] & ~below[j]).sum() + (below[i] & ~below[j]).sum())
    order = np.argsort(slopes, kind="stable")
    left = start - np.cumsum(steps[order])
    first = int(np.argmax(left <= 0))
    if left[first] > 0:
        return nan  # S stays positive: every slope is possible
    at = slopes[order][first]
    return float(at if left[first] < 0 or first + 1 == len(left) else
                 (at + slopes[order][first + 1]) / 2)  # fmt: skip
