"""Sen's slope: by hand, against all pairs, and for long series."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import linregress, siegelslopes, theilslopes

from ecolib.errors import ParamsError
from ecolib.trends import least_squares, mann_kendall, pairs, sen_slope, siegel_slope
from ecolib.trends.null_distribution import law_of_s
from ecolib.trends.pairs import all_slopes, list_inversions, ranked_slopes
from ecolib.trends.result import told_slope


def test_gaps_in_time_count():
    # 2010: 1, 2011: 2, 2014: 8. Slopes 1, 7/4, 2: the median is 7/4.
    result = sen_slope((2010, 2011, 2014), (1, 2, 8))
    assert result.slope == 7 / 4
    # median(y) - slope * median(t) = 2 - 1.75 * 2011 = -3517.25;
    # y - slope * t is -3516.5, -3517.25, -3516.5 with the median -3516.5.
    assert (result.intercept, result.intercept_sen) == (-3517.25, -3516.5)
    assert result.at(2012) == 1.75 * 2012 - 3516.5
    assert math.isnan(result.low) and math.isnan(result.high)  # 95 % is out of reach with three


def test_one_time_only_has_no_slope():
    result = sen_slope((2010, 2010), (1, 5))
    assert math.isnan(result.slope)
    assert sen_slope((2010, 2010, 2011), (1, 5, 4)).slope == (3 + -1) / 2


def test_scipys_slope():
    rng = np.random.default_rng(5)
    for n in (5, 30, 101):
        years = np.sort(rng.choice(np.arange(1800, 2020), n, replace=False))
        values = rng.normal(size=n)
        theirs = theilslopes(values, years)
        ours = sen_slope(years, values)
        assert ours.slope == pytest.approx(theirs.slope, rel=1e-12)
        assert ours.intercept == pytest.approx(theirs.intercept, rel=1e-9)


def test_exact_limits_cover_as_they_promise():
    # With C from the exact law, P(low < true slope < high) = 1 - 2 P(S >= C + 2) >= 95 %.
    n, trials = 9, 2000
    law = law_of_s([1] * n)
    c = law.quantile(0.025)
    promised = 1 - 2 * law.upper(c)
    values = np.random.default_rng(1).normal(size=(trials, n))
    held = 0
    for row in values:
        result = sen_slope(range(n), row, limits="exact")
        held += result.low < 0 < result.high
    assert promised >= 0.95
    assert abs(held / trials - promised) < 4 * math.sqrt(promised * (1 - promised) / trials)


def test_exact_limits_exclude_zero_just_when_the_test_rejects():
    for seed in range(200):
        values = np.random.default_rng(seed).normal(size=12) + 0.2 * np.arange(12)
        limits = sen_slope(range(12), values, limits="exact")
        assert (limits.low > 0 or limits.high < 0) == (mann_kendall(range(12), values).p <= 0.05)


def test_limits_word():
    with pytest.raises(ParamsError):
        sen_slope(range(5), range(5), limits="exakt")


def kinds(n):
    rng = np.random.default_rng(n)
    years = np.arange(n) + 1900.0
    yield "normal", years, rng.normal(size=n)
    yield "heavy tails", years, rng.standard_cauchy(size=n)
    yield "few values", years, rng.integers(0, 3, n) * 1.0
    yield "decimals", years, rng.normal(size=n).round(1) + 1e4
    yield "line", years, 0.1 * years
    yield "line with steps", years, 0.1 * years + (rng.random(n) > 0.9)
    yield "constant", years, np.full(n, 7.7)
    yield "walk", years, np.cumsum(rng.normal(size=n))
    yield "steep", years, np.exp(np.linspace(0, 30, n))
    again = np.sort(rng.integers(1990, 2000, n)) * 1.0
    values = rng.normal(size=n)
    order = np.lexsort((values, again))
    yield "years repeated", again[order], values[order]


@pytest.mark.parametrize("n", [20, 300, 1500])
def test_selection_finds_what_sorting_all_pairs_finds(n, monkeypatch):
    monkeypatch.setattr(pairs, "_ALL_PAIRS_UP_TO", 1)
    for name, years, values in kinds(n):
        slopes = np.sort(all_slopes(years, values))
        last = len(slopes) - 1
        ranks = sorted({0, last // 50, last // 2, last // 2 + 1, last - last // 40, last})
        scale = np.abs(slopes).mean()
        found = ranked_slopes(years, values)(ranks)
        assert found == pytest.approx(slopes[ranks], rel=1e-9, abs=1e-11 * scale), name


def test_long_series_recovers_its_slope():
    n = 20_000
    rng = np.random.default_rng(0)
    result = sen_slope(range(n), 0.003 * np.arange(n) + rng.normal(size=n))
    # The limits hold the true slope; their half width is 1.96 sd sqrt(12 / n^3) * 1.02 here.
    assert result.low < 0.003 < result.high
    assert result.high - result.low < 4 * 1.96 * math.sqrt(12 / n**3)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.permutations(range(37)))
def test_listed_inversions(order):
    ranks = np.array(order, dtype=np.int32)
    larger, smaller = list_inversions(ranks)
    found = set(zip(larger.tolist(), smaller.tolist(), strict=True))
    assert len(found) == len(larger)
    assert found == {(a, b) for i, a in enumerate(order) for b in order[i:] if a > b}


def test_a_slope_is_told_no_finer_than_its_limits():
    # Between −0.306 and 0.365 lie 0.67, whose third digit is 0.001; between 1 and 40, one of 0.1.
    assert told_slope(0.0022931, -0.30612, 0.36491) == (0.002, -0.306, 0.365)
    assert told_slope(12.3456, 1.0234, 40.0678) == (12.3, 1.0, 40.1)
    # Without limits nothing is known of it.
    assert told_slope(0.0022931, math.nan, math.nan)[0] == 0.0022931
    assert told_slope(5.0, 5.0, 5.0) == (5.0, 5.0, 5.0)


class TestLeastSquares:
    def test_white_error_by_hand(self):
        # x = -1, 0, 1; y = 1, 2, 6: slope 2.5, residuals 0.5, -1, 0.5.
        # Sum of (x e)^2 = 0.5; times 3/1; root 1.2247; over Sxx = 2.
        result = least_squares((1, 2, 3), (1, 2, 6), lags=0)
        assert (result.slope, result.intercept) == (2.5, pytest.approx(-2.0))
        assert result.error == pytest.approx(math.sqrt(1.5) / 2)

    def test_lag_by_hand(self):
        # x e = -0.5, 0, 0.5: the product at lag 1 is 0, at lag 2 -0.25, its weight 1 - 2/3.
        result = least_squares((1, 2, 3), (1, 2, 6), lags=2)
        assert result.error == pytest.approx(math.sqrt((0.5 - 2 * 0.25 / 3) * 3) / 2)

    def test_edges(self):
        assert math.isnan(least_squares((1, 2), (1, 2)).slope)
        assert least_squares(range(9), [4.0] * 9).p == 1.0
        line = least_squares(range(9), [2 * k + 0.1 for k in range(9)])
        assert (line.slope, line.p < 1e-50) == (pytest.approx(2), True)
        assert least_squares(range(9), [1, 2, None, 4, 5, 6, 8, 8, 9]).missing == 1

    def test_share_explained(self):
        # Mean 3, squares 4 + 1 + 9 = 14; the line 0.5 + 1.5 ... : slope 2.5, rest 0.5, -1, 0.5: 1.5.
        assert least_squares((1, 2, 3), (1, 2, 6)).r2 == pytest.approx(1 - 1.5 / 14)
        rng = np.random.default_rng(7)
        years, values = rng.normal(size=40), rng.normal(size=40)
        expected = linregress(years, values).rvalue ** 2
        assert least_squares(years, values).r2 == pytest.approx(expected, rel=1e-9)
        assert math.isnan(least_squares(range(9), [4.0] * 9).r2)


class TestRepeatedMedians:
    def test_by_hand(self):
        # 0, 1, 2, 30 at 0, 1, 2, 3: medians of the slopes from each are 1, 1, 1 and
        # median(10, 14.5, 28) = 14.5; their median is 1.
        assert siegel_slope(range(4), (0, 1, 2, 30)).slope == 1.0

    @pytest.mark.parametrize("n", [2, 5, 30, 101])
    def test_scipys_slope(self, n):
        rng = np.random.default_rng(n)
        years, values = rng.choice(np.arange(1800, 2020), n, replace=False), rng.normal(size=n)
        theirs, ours = siegelslopes(values, years), siegel_slope(years, values)
        assert (ours.slope, ours.intercept_sen) == (
            pytest.approx(theirs.slope, rel=1e-9),
            pytest.approx(theirs.intercept, rel=1e-9),
        )

    def test_nothing_to_fit(self):
        assert math.isnan(siegel_slope([2020, 2020], [1, 2]).slope)
        assert siegel_slope([2019, 2020, 2021], [1, None, 2]).missing == 1
