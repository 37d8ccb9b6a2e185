"""Two classical tests: Spearman's rank correlation with time (Daniel), and the signs of Cox & Stuart."""

from __future__ import annotations

from math import comb, inf, nan, sqrt
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr

from ecolib.errors import ParamsError
from ecolib.texts import Note
from ecolib.trends.null_distribution import RANK_SUM_UP_TO, law_of_rank_sum
from ecolib.trends.result import SpecOptions, TestSpec, TrendResult, build_result
from ecolib.trends.series import TimeSeries, check_choice, mid_ranks, read_series
from ecolib.trends.theil_sen import fit_slope

# HJ 663-2013, Annex B: N -> critical values at 0.05 and 0.01. The printed table has even N from 10
# on; odd N are filled from the series of Olds (1938), on which that table rests.
CRITICAL = {
    4: (1.000, inf), 5: (0.900, 1.000), 6: (0.829, 0.943), 7: (0.714, 0.893), 8: (0.643, 0.833),
    9: (0.600, 0.783), 10: (0.564, 0.746), 11: (0.523, 0.736), 12: (0.506, 0.712),
    13: (0.475, 0.673), 14: (0.456, 0.645), 15: (0.441, 0.623), 16: (0.425, 0.601),
    17: (0.412, 0.582), 18: (0.399, 0.564), 19: (0.388, 0.549), 20: (0.377, 0.534),
    21: (0.368, 0.521), 22: (0.359, 0.508), 23: (0.351, 0.496), 24: (0.343, 0.485),
    25: (0.336, 0.475), 26: (0.329, 0.465), 27: (0.323, 0.456), 28: (0.317, 0.448),
    29: (0.311, 0.440), 30: (0.306, 0.432),
}  # fmt: skip
LEVELS = (0.05, 0.01)


def spearman(
    years: ArrayLike, values: ArrayLike, *, law: str = "auto", **options: Unpack[SpecOptions]
) -> TrendResult:
    """Spearman's rank correlation with time; `s` of the result is the coefficient.

    Parameters
    ----------
    years, values
        As in `mann_kendall`.
    law
        "auto": exact, ties included, up to 10 values, Student's t beyond. "table": as the Chinese
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
    p, smallest_p, method = _p(spec, series, ranks, rho)
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
    slope = fit_slope(series, level=1 - spec.alpha)
    return build_result(spec, series, slope, s=rho if rho == rho else 0.0, **outcome)


def student_p(spec: TestSpec, rho: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Student's t with n - 2 degrees of freedom."""
    left = (1 - rho) * (1 + rho)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(left > 0, rho * np.sqrt((n - 2) / left), np.sign(rho) * inf)
    return spec.pick(both=2 * stdtr(n - 2, -np.abs(t)), greater=stdtr(n - 2, -t),
                     less=stdtr(n - 2, t))  # fmt: skip


def _p(
    spec: TestSpec, series: TimeSeries, ranks: np.ndarray, rho: float
) -> tuple[float, float, str]:
    n, side = series.n, spec.alternative
    if n < 2 or rho != rho:
        return 1.0, 1.0, "spearman_exact"
    if n > RANK_SUM_UP_TO or not (np.diff(series.times) > 0).all():
        return float(student_p(spec, np.array(rho), np.array(n))), 0.0, "spearman_t"
    doubled = np.rint(2 * ranks).astype(int)
    law = law_of_rank_sum(tuple(sorted(doubled.tolist())))
    found = 2 * int(np.arange(1, n + 1) @ doubled) - (n + 1) * int(doubled.sum())
    return law.p(found, side), law.p(spec.most_orderly * law.largest, side), "spearman_exact"


def _correlation(first: np.ndarray, second: np.ndarray) -> float:
    if len(first) == 0:
        return nan
    a, b = first - first.mean(), second - second.mean()
    size = sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / size if size else nan


def _critical(n: int, alpha: float) -> float:
    if alpha not in LEVELS:
        raise ParamsError(Note("trend_input.no_table", about="alpha", alpha=str(alpha)))
    return CRITICAL.get(n, (inf, inf))[LEVELS.index(alpha)]


def cox_stuart(years: ArrayLike, values: ArrayLike, **options: Unpack[SpecOptions]) -> TrendResult:
    """Do the values of the second half exceed their partners of the first (Cox & Stuart 1955)?

    The middle value of an odd number is left out; equal partners say nothing. `s` is the number of
    rises minus the number of falls, p the exact binomial probability. A simple test with little
    power: `mann_kendall` uses all pairs, and explains the options.

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
        fit_slope(series, level=1 - spec.alpha),
        method="cox_stuart",
        s=rises - falls,
        p=spec.pick(both=min(1.0, 2 * min(greater, less)), greater=greater, less=less),
        smallest_p=min(1.0, spec.pick(both=2, greater=1, less=1) / 2**pairs),
        var_s=float(pairs),
    )


def _at_least(hits: int, pairs: int) -> float:
    """P(X >= hits) for X binomial(pairs, 1/2), from exact integers."""
    return sum(comb(pairs, k) for k in range(hits, pairs + 1)) / 2**pairs
