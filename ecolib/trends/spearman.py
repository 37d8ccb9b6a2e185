"""Daniel's trend test: Spearman's rank correlation of the values with time."""

from __future__ import annotations

from functools import lru_cache
from math import factorial, inf, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr

from ecolib.errors import ParamsError, Problem
from ecolib.trends.kendall import kendall_score
from ecolib.trends.ranks import mid_ranks
from ecolib.trends.result import Question, TrendResult, conclude
from ecolib.trends.series import Observed, check_choice, observe
from ecolib.trends.slope import fit_slope

EXACT_UP_TO = 10

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


def spearman(
    years: ArrayLike,
    values: ArrayLike,
    *,
    law: str = "auto",
    alpha: float = 0.05,
    better: str | None = None,
    alternative: str = "two-sided",
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

    Raises
    ------
    ParamsError, DataError
    """
    ask = Question(alpha, alternative, better)
    check_choice("law", law, ("auto", "table"))
    seen = observe(years, values)
    ranks = mid_ranks(seen.values), mid_ranks(seen.times)
    rho = _correlation(*ranks)
    p, smallest, method = _p(ask, seen, ranks[0], rho)
    critical, reason, notes = nan, "", ()
    if law == "table":
        method, notes = "spearman_table", ("table_is_one_sided",)
        if rho == rho:  # the formula gives 0.5 for a constant series
            d = ranks[0] - ranks[1]
            rho = 1 - 6 * float(d @ d) / (seen.n**3 - seen.n)
        critical = _critical(seen.n, alpha)
        reason = "" if critical < 1 else "no_critical_value"
    return conclude(
        ask,
        seen,
        fit_slope(seen, kendall_score(seen.times, seen.values), level=1 - alpha),
        method=method,
        s=rho if rho == rho else 0.0,
        p=p,
        smallest_p=smallest,
        reason=reason,
        notes=notes,
        critical=critical,
    )


def _p(ask: Question, seen: Observed, ranks: np.ndarray, rho: float) -> tuple[float, float, str]:
    n = seen.n
    if n < 2 or rho != rho:
        return 1.0, 1.0, "spearman_exact"
    if n <= EXACT_UP_TO and (np.diff(seen.times) > 0).all():
        return *_exact_p(ask, ranks), "spearman_exact"
    return float(student_p(ask, np.array(rho), np.array(n))), 0.0, "spearman_t"


def student_p(ask: Question, rho: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Student's t with n - 2 degrees of freedom."""
    left = (1 - rho) * (1 + rho)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(left > 0, rho * np.sqrt((n - 2) / left), np.sign(rho) * inf)
    return ask.pick(both=2 * stdtr(n - 2, -np.abs(t)), greater=stdtr(n - 2, -t),
                    less=stdtr(n - 2, t))  # fmt: skip


def _exact_p(ask: Question, ranks: np.ndarray) -> tuple[float, float]:
    doubled = np.rint(2 * ranks).astype(int)
    n = len(doubled)
    found = 2 * int(np.arange(1, n + 1) @ doubled) - (n + 1) * int(doubled.sum())
    table, largest = exact_table(ask, tuple(sorted(doubled.tolist())))
    return float(table[found + largest]), float(table[0 if ask.alternative == "less" else -1])


@lru_cache(maxsize=4096)
def exact_table(ask: Question, doubled: tuple[int, ...]) -> tuple[np.ndarray, int]:
    """Exact p for d = -largest..largest, d the centred sum of time times rank, four times.

    `doubled` are the ranks in order, times 2, so that all numbers are whole.
    """
    law = _law_of_rank_sum(doubled)
    n = len(doubled)
    centred = 2 * np.arange(len(law)) - (n + 1) * sum(doubled)
    largest = int(np.abs(centred[law > 0]).max())
    counts = np.zeros(2 * largest + 1, dtype=np.int64)
    counts[centred[law > 0] + largest] = law[law > 0]
    less = np.cumsum(counts)
    greater = factorial(n) - less + counts
    # The law is symmetric: reversing time turns every sign.
    both = np.minimum(2 * np.minimum(less, greater), factorial(n))
    both[largest] = factorial(n)
    return ask.pick(both=both, greater=greater, less=less) / factorial(n), largest


def _law_of_rank_sum(doubled: tuple[int, ...]) -> np.ndarray:
    """How many of the n! orders give each value of the sum of place (1..n) times rank.

    Built over sets of ranks already placed: the set decides the next place.
    """
    n = len(doubled)
    top = sum(place * rank for place, rank in enumerate(doubled, start=1))
    counts = np.zeros((1 << n, top + 1), dtype=np.int64)
    counts[0, 0] = 1
    for placed in range((1 << n) - 1):
        place = placed.bit_count() + 1
        for item, rank in enumerate(doubled):
            if not placed >> item & 1:
                step = place * rank
                counts[placed | 1 << item, step:] += counts[placed, : top + 1 - step]
    return counts[-1]


def _correlation(first: np.ndarray, second: np.ndarray) -> float:
    if len(first) == 0:
        return nan
    a, b = first - first.mean(), second - second.mean()
    size = sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / size if size else nan


def _critical(n: int, alpha: float) -> float:
    if alpha not in (0.05, 0.01):
        raise ParamsError(
            Problem(
                "alpha", f"临界值表只有 0.05 与 0.01，实际为 {alpha}",
                f"the table has 0.05 and 0.01 only, found {alpha}",
            )
        )  # fmt: skip
    return CRITICAL.get(n, (inf, inf))[(0.05, 0.01).index(alpha)]
