"""The sign test of Cox & Stuart (1955) for a trend."""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import ArrayLike

from ecolib.trends.kendall import kendall_score
from ecolib.trends.result import Question, TrendResult, conclude
from ecolib.trends.series import observe
from ecolib.trends.slope import fit_slope


def cox_stuart(
    years: ArrayLike,
    values: ArrayLike,
    *,
    alpha: float = 0.05,
    better: str | None = None,
    alternative: str = "two-sided",
) -> TrendResult:
    """Do the values of the second half exceed their partners of the first half?

    The middle value of an odd number is left out; equal partners say nothing. `s` is the number of
    rises minus the number of falls, p the exact binomial probability. A simple test with little
    power: `mann_kendall` uses all pairs.

    Raises
    ------
    ParamsError, DataError
    """
    ask = Question(alpha, alternative, better)
    seen = observe(years, values)
    half = seen.n // 2
    change = seen.values[seen.n - half :] - seen.values[:half]
    rises, falls = int(np.count_nonzero(change > 0)), int(np.count_nonzero(change < 0))
    pairs = rises + falls
    greater, less = _at_least(rises, pairs), _at_least(falls, pairs)
    return conclude(
        ask,
        seen,
        fit_slope(seen, kendall_score(seen.times, seen.values), level=1 - alpha),
        method="cox_stuart",
        s=rises - falls,
        p=ask.pick(both=min(1.0, 2 * min(greater, less)), greater=greater, less=less),
        smallest_p=min(1.0, ask.pick(both=2, greater=1, less=1) / 2**pairs),
        var_s=float(pairs),
    )


def _at_least(hits: int, pairs: int) -> float:
    """P(X >= hits) for X binomial(pairs, 1/2), from exact integers."""
    return sum(comb(pairs, k) for k in range(hits, pairs + 1)) / 2**pairs
