"""Tests for serially dependent series: refusals, straight lines, and the levels they claim."""

import math
from dataclasses import asdict

import numpy as np
import pytest

from ecolib.trends import (
    block_bootstrap,
    hamed_rao,
    mann_kendall,
    pre_whitening,
    trend_free_pre_whitening,
    wang_swail,
    yue_wang,
)

ALL = (
    hamed_rao,
    yue_wang,
    pre_whitening,
    trend_free_pre_whitening,
    wang_swail,
    block_bootstrap,
)


@pytest.mark.parametrize("test", ALL)
class TestAll:
    def test_gap_is_refused(self, test):
        for years, values in (
            ([1, 2, 3, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7]),
            (range(8), [1, 2, 3, math.nan, 5, 6, 7, 8]),
        ):
            result = test(years, values, better="up")
            assert (result.status, result.reason) == ("undetermined", "uneven_times")
            assert math.isnan(result.p)
            assert "uneven" in result.explain("en")

    def test_missing_at_the_ends_is_no_gap(self, test):
        values = [math.nan, *np.random.default_rng(1).normal(size=20), math.nan]
        result = test(range(22), values)
        assert (result.n, result.missing) == (20, 2)
        assert result.p == test(range(1, 21), values[1:-1]).p

    def test_straight_line_is_a_trend(self, test):
        result = test(range(1990, 2020), 0.1 * np.arange(30) + 3.7, better="up")
        assert result.status == "improving"
        assert result.p < 0.001

    def test_constant_is_no_trend(self, test):
        result = test(range(10), [2.5] * 10, better="up")
        assert (result.p, result.status, result.reason) == (1.0, "no_clear_trend", "constant")

    def test_too_few(self, test):
        for n in range(5):
            assert test(range(n), range(n), better="up").reason == "too_few_values"

    def test_liberal_tests_say_so(self, test):
        result = test(range(30), np.random.default_rng(2).normal(size=30))
        assert (result.notes == ("liberal_level",)) == (test is not pre_whitening)


def dependent(n, r1, trials, seed):
    rng = np.random.default_rng(seed)
    shocks = rng.normal(size=(n + 60, trials))
    for i in range(1, n + 60):
        shocks[i] += r1 * shocks[i - 1]
    return shocks[60:].T


def rejections(test, n, r1, trials=600):
    return sum(test(range(n), row).p <= 0.05 for row in dependent(n, r1, trials, seed=n))


@pytest.mark.parametrize(("n", "r1"), [(20, 0.3), (50, 0.6), (100, 0.3)])
def test_pre_whitening_keeps_its_level(n, r1):
    # 30 of 600 expected; 4 standard errors are 21. The uncorrected test rejects 86 to 180.
    assert rejections(pre_whitening, n, r1) < 51


def test_yue_wang_for_long_series():
    # Near its level only for long series, as its docstring says.
    assert rejections(yue_wang, 100, 0.3) < 51
    assert rejections(yue_wang, 20, 0.6) > 51


@pytest.mark.parametrize("test", [mann_kendall, trend_free_pre_whitening])
def test_what_is_called_liberal_is(test):
    assert rejections(test, 50, 0.6) > 100


def test_block_bootstrap_is_repeatable_and_permutes_with_blocks_of_one():
    values = np.random.default_rng(4).normal(size=15) + 0.15 * np.arange(15)
    a, b = (block_bootstrap(range(15), values, seed=9) for _ in range(2))
    np.testing.assert_equal(asdict(a), asdict(b))  # among them are NaN, which == calls unequal
    exact = mann_kendall(range(15), values).p
    drawn = block_bootstrap(range(15), values, block=1, draws=4000)
    # Drawing with replacement makes ties, so that the law is only near the exact one.
    assert drawn.p == pytest.approx(exact, abs=0.03)
    assert drawn.p >= 1 / 4001


def test_hamed_rao_without_significant_lags_is_mann_kendall():
    values = np.random.default_rng(11).normal(size=12)
    a, b = hamed_rao(range(12), values), mann_kendall(range(12), values, law="normal")
    assert (a.var_s, a.z, a.p) == (b.var_s, b.z, b.p)
