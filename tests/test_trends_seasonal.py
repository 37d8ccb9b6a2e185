"""Seasonal and regional Kendall tests."""

from itertools import permutations, product

import numpy as np
import pytest

from ecolib.errors import DataError, ParamsError
from ecolib.trends import mann_kendall, regional_kendall, seasonal_kendall


def grid(rows):
    rows = np.array(rows, dtype=float)
    years, seasons = (axis.ravel() for axis in np.indices(rows.shape))
    return years + 2010, rows.ravel(), seasons + 1


def test_by_hand():
    # Season 1: 1, 2, 3 (S = 3, var 11/3); season 2: 5, 4, 6 (S = 1, var 11/3).
    result = seasonal_kendall(*grid([[1, 5], [2, 4], [3, 6]])[:2], seasons=[1, 2] * 3)
    assert (result.trend.s, result.s.tolist()) == (4, [3, 1])
    assert result.trend.var_s == pytest.approx(22 / 3)
    # Slopes 1, 1, 1 and -1, 0.5, 2: the median of all six is 1.
    assert result.trend.slope == 1.0
    assert result.slope.tolist() == [1.0, 0.5]
    # z = 3 / sqrt(11/3) and 1 / sqrt(11/3): chi2 = (9 + 1) 3/11 - 2 (2 sqrt(3/11))^2 = 6/11.
    assert (result.chi2, result.df) == (pytest.approx(6 / 11), 1)


def test_exact_law_by_enumeration():
    # Seasons of 3 and 4 years: all 3! * 4! pairs of orders are equally likely.
    def score(order):
        return sum(
            np.sign(order[j] - order[i])
            for i in range(len(order))
            for j in range(i + 1, len(order))
        )

    first, second = (1, 2, 3), (4, 1, 2, 5)
    found = score(first) + score(second)
    law = [score(a) + score(b) for a, b in product(permutations(first), permutations(second))]
    years = (2010, 2011, 2012, 2010, 2011, 2012, 2013)
    for alternative, hits in (
        ("two-sided", np.abs(law) >= abs(found)),
        ("greater", np.array(law) >= found),
        ("less", np.array(law) <= found),
    ):
        result = seasonal_kendall(
            years, first + second, seasons=[1] * 3 + [2] * 4, law="exact", alternative=alternative
        )
        assert result.trend.p == pytest.approx(np.mean(hits), rel=1e-12)
        assert result.trend.method == "seasonal_kendall_exact"


def test_one_season_is_mann_kendall():
    values = (3, 1, 4, 1, 5, 9, 2, 6)
    one = seasonal_kendall(range(8), values, seasons=[7] * 8, law="exact").trend
    plain = mann_kendall(range(8), values)
    assert (one.s, one.var_s, one.slope) == (plain.s, plain.var_s, plain.slope)
    assert one.p == pytest.approx(plain.p, rel=1e-12)


def test_one_gap_does_not_turn_the_sign():
    # Eleven seasons rise and one value of one year is missing; leaving out the whole year would
    # leave only the fall from 2011 to 2012 in all seasons.
    rows = np.array([[1.0] * 6, [5.0] * 6, [4.0] * 6]) + np.arange(6) * 10
    rows[0, 2] = np.nan
    years, values, seasons = grid(rows)
    for law in ("independent", "correlated", "exact"):
        result = seasonal_kendall(years, values, seasons=seasons, law=law).trend
        # Five seasons with S = +1 (1 < 5, 1 < 4, 5 > 4), one with S = -1.
        assert (result.s, result.missing) == (4, 1)


def test_identical_seasons_are_one_season_when_correlated():
    # Four copies of one season: S is 4 S1 and its variance 16 var S1, so that z without continuity
    # is that of one season.
    values = np.array([3.0, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5])
    years, all_values, seasons = grid(np.repeat(values[:, None], 4, axis=1))
    many = seasonal_kendall(years, all_values, seasons=seasons, law="correlated").trend
    one = mann_kendall(range(11), values)
    assert many.s == 4 * one.s
    assert many.var_s == pytest.approx(16 * one.var_s)


def test_level_with_correlated_seasons():
    # Seasons share a yearly shock: the sum of variances rejects too often, the corrected does not.
    rng = np.random.default_rng(3)
    years, _, seasons = grid(np.zeros((20, 4)))
    hits = {"independent": 0, "correlated": 0}
    for _ in range(400):
        rows = rng.normal(size=(20, 4)) + 2 * rng.normal(size=(20, 1))
        for law in hits:
            trend = seasonal_kendall(years, rows.ravel(), seasons=seasons, law=law).trend
            hits[law] += trend.p <= 0.05
    # Binomial: 20 of 400 expected, 4 standard errors are 17.
    assert hits["correlated"] < 37
    assert hits["independent"] > 60


def test_regional_and_order_of_rows():
    years, values, sites = grid(np.random.default_rng(1).normal(size=(8, 3)))
    a = regional_kendall(years, values, sites=sites, better="up")
    mixed = np.random.default_rng(2).permutation(len(years))
    b = regional_kendall(years[mixed], values[mixed], sites=sites[mixed], better="up")
    assert repr(a) == repr(b)
    assert a.trend.method == "regional_kendall"


def test_bad_input():
    with pytest.raises(DataError, match="more than one value"):
        seasonal_kendall((2010, 2010), (1, 2), seasons=(1, 1))
    with pytest.raises(DataError, match="must be of equal length"):
        seasonal_kendall((2010, 2011), (1, 2), seasons=(1,))
    with pytest.raises(ParamsError, match="did you mean “exact”"):
        seasonal_kendall((2010, 2011), (1, 2), seasons=(1, 1), law="exakt")


def test_constant_groups():
    result = seasonal_kendall(*grid(np.ones((6, 3)))[:2], seasons=[1, 2, 3] * 6)
    assert (result.trend.p, result.trend.status) == (1.0, "no_clear_trend")
    assert np.isnan(result.p_heterogeneity)
