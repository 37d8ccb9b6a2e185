"""Seasonal Kendall tests of many series at once: a table of sections and items is one call."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import erfc, ndtri

from ecolib.trends.stacks import TrendStack


def seasonal_kendall_stack(
    years: ArrayLike, values: ArrayLike, *, alpha: float = 0.05, better: str | None = None
) -> TrendStack:
    """Seasonal Kendall test (Hirsch, Slack & Smith 1982) of each of many series, two-sided.

    The numbers are those of `seasonal_kendall` with independent seasons.

    Parameters
    ----------
    years
        Different years; the slope is per unit of them.
    values
        Of shape (series, years, seasons); NaN where there is none.

    Returns
    -------
    TrendStack
        Arrays with one entry a series.
    """
    times, table = np.asarray(years, dtype=float), np.asarray(values, dtype=float)
    known = ~np.isnan(table)
    first, second = np.triu_indices(len(times), 1)
    rises = table[:, second] - table[:, first]
    run = (times[second] - times[first])[:, None]
    s = np.nansum(np.sign(rises) * np.sign(run), axis=(1, 2))
    pairs, differing = (~np.isnan(rises)).sum(axis=1), (np.abs(rises) > 0).sum(axis=1)
    var_s = _variance_of_s(table, known.sum(axis=1))
    sd = np.sqrt(var_s)
    varies = var_s > 0
    largest = differing.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(varies, (s - np.sign(s)) / sd, 0.0)
        smallest_p = np.where(varies, erfc(np.abs(largest - 1) / sd / np.sqrt(2)), 1.0)
        tau = s / (np.sqrt(pairs) * np.sqrt(differing)).sum(axis=1)
    slope, low, high = _slopes((rises / run).reshape(len(table), -1), -ndtri(alpha / 2) * sd)
    return TrendStack(
        n=known.sum(axis=(1, 2)),
        s=s,
        var_s=var_s,
        z=z,
        p=np.where(varies, erfc(np.abs(z) / np.sqrt(2)), 1.0),
        tau=tau,
        slope=slope,
        slope_low=low,
        slope_high=high,
        smallest_p=smallest_p,
        exact=np.zeros(len(table), dtype=bool),
        alpha=alpha,
        alternative="two-sided",
        better=better,
    )


def _variance_of_s(table: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Variance of S of each series, ties within a season taken out (Kendall 1970, eq. 4.4)."""
    alike = (table[:, :, None] == table[:, None]).sum(axis=2)  # as many as itself; 0 where missing
    ties = np.where(alike > 0, (alike - 1) * (2 * alike + 5), 0).sum(axis=1)
    return ((n * (n - 1) * (2 * n + 5) - ties) / 18).sum(axis=1)


def _slopes(slopes: np.ndarray, width: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Median of each row, and the limits at the 1-based ranks (N - C)/2 and (N + C)/2 + 1."""
    ordered, count = np.sort(slopes, axis=1), (~np.isnan(slopes)).sum(axis=1)  # NaN comes last
    lower = np.rint((count - width) / 2).astype(int) - 1
    upper = np.rint((count + width) / 2).astype(int)
    inside = (lower >= 0) & (upper < count)

    def at(rank: np.ndarray) -> np.ndarray:
        rank = np.clip(rank, 0, max(0, ordered.shape[1] - 1))
        return np.take_along_axis(ordered, rank[:, None], axis=1)[:, 0]

    if not ordered.shape[1]:
        nothing = np.full(len(ordered), np.nan)
        return nothing, nothing, nothing
    median = (at((count - 1) // 2) + at(count // 2)) / 2
    return median, np.where(inside, at(lower), np.nan), np.where(inside, at(upper), np.nan)
