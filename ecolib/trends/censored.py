"""Trend of values some of which are only known to lie below a detection limit."""

from __future__ import annotations

from itertools import permutations
from math import nan, sqrt
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike

from ecolib.trends.result import SpecOptions, TestSpec, TrendResult, build_result
from ecolib.trends.series import TimeSeries, as_numbers, bad_data, read_series
from ecolib.trends.theil_sen import SlopeResult

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
        If the lengths differ or there are more than 5000 values.

    Notes
    -----
    p is exact up to 8 values (all orders), then normal with the variance of S over all orders
    (Kendall 1970, ch. 5, for general scores) and continuity correction. The slope is where S of
    the residuals turns from positive to negative (Akritas, Murphy & LaValley 1995; Helsel 2012,
    ch. 12). It has no limits, which the result notes.
    """
    spec = TestSpec(**options)
    places, y, censored = _read(years, values, below)
    signs = _certain_order(y, censored)
    turns = np.sign(places.times[None, :] - places.times[:, None])
    s, largest = int((signs * turns).sum() / 2), int(np.abs(signs).sum() / 2)
    var_s = _variance(signs, turns)
    z = float(s - np.sign(s)) / sqrt(var_s) if var_s > 0 else 0.0
    if var_s <= 0:
        p, smallest = 1.0, 1.0
    elif places.n <= _ENUMERATED_UP_TO:
        p, smallest = _enumerated(spec, signs, turns, s)
    else:
        top = (largest - 1) / sqrt(var_s)
        p, smallest = spec.normal_p(z), spec.normal_p(spec.most_orderly * top)
    slope = _slope(places.times, y, censored)
    return build_result(
        spec,
        places,
        SlopeResult(slope, nan, nan, 1 - spec.alpha, "normal", nan, nan, places.n, places.missing),
        method="censored_kendall",
        s=s,
        var_s=var_s,
        z=z,
        p=p,
        smallest_p=smallest,
        reason="nothing_detected" if censored.any() and largest == 0 else "",
        notes=("no_slope_limits",),
    )


def _read(
    years: ArrayLike, values: ArrayLike, below: ArrayLike
) -> tuple[TimeSeries, np.ndarray, np.ndarray]:
    """Times in order, with the values and the marks that belong to them."""
    below, values = np.asarray(below, dtype=bool), as_numbers(values)
    if below.shape != values.shape or len(values) > _LONGEST:
        shapes = {"below": str(below.shape), "values": str(values.shape)}
        raise bad_data("below", "marks", most=_LONGEST, **shapes)
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


def _variance(a: np.ndarray, b: np.ndarray) -> float:
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

    def p(value: float) -> float:
        return spec.pick(
            both=float(np.mean(np.abs(law) >= abs(value))),
            greater=float(np.mean(law >= value)),
            less=float(np.mean(law <= value)),
        )

    return p(s), p(law.min() if spec.alternative == "less" else law.max())


def _slope(times: np.ndarray, y: np.ndarray, below: np.ndarray) -> float:
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
