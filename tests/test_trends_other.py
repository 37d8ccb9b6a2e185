"""Spearman, Cox-Stuart, partial and censored tests."""

import math
from itertools import permutations

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr

from ecolib.errors import DataError, ParamsError
from ecolib.trends import censored_kendall, cox_stuart, mann_kendall, partial_kendall, spearman
from ecolib.trends.null_distribution import orders_within


class TestSpearman:
    @pytest.mark.parametrize("values", [(3, 1, 2, 5, 4), (2, 2, 1, 1, 3, 3), (1, 2, 2, 2, 9, 7, 8)])
    def test_exact_by_enumeration(self, values):
        n = len(values)
        # Every order has the same ranks, so that Pearson's r of them has one denominator.
        ranks = rankdata(list(permutations(values)), axis=1) - (n + 1) / 2
        times = np.arange(n) - (n - 1) / 2
        law = ranks @ times / np.sqrt((ranks[0] @ ranks[0]) * (times @ times))
        found = spearmanr(range(n), values).statistic
        for alternative, hits in (
            ("two-sided", np.abs(law) >= abs(found) - 1e-9),
            ("greater", law >= found - 1e-9),
            ("less", law <= found + 1e-9),
        ):
            result = spearman(range(n), values, alternative=alternative)
            assert result.method == "spearman_exact"
            assert result.p == pytest.approx(np.mean(hits), rel=1e-12)
            assert result.s == pytest.approx(found, abs=1e-12)

    def test_t_beyond(self):
        values = np.random.default_rng(0).normal(size=30).round(1)
        result, theirs = spearman(range(30), values), spearmanr(range(30), values)
        assert (result.s, result.p) == (
            pytest.approx(theirs.statistic, rel=1e-9),
            pytest.approx(theirs.pvalue, rel=1e-9),
        )
        line = spearman(range(30), range(30))
        # One order of 30! rises throughout, one falls: no p can be smaller.
        assert (line.p, line.significant) == (pytest.approx(2 / math.factorial(30)), True)

    def test_far_out_beyond_the_exact_range(self):
        # 11 values with one swap of neighbours: of 11! orders the perfect one and 10 such are as
        # near, as many falling.
        swap = [1, 0, *range(2, 11)]
        assert spearman(range(11), swap).p == pytest.approx(2 * 11 / math.factorial(11), rel=1e-9)
        falling = spearman(range(11), swap[::-1], alternative="less")
        assert falling.p == pytest.approx(11 / math.factorial(11), rel=1e-9)
        # Two equal values may change places: 2 of 12! orders rise.
        tied = [0, 0, *range(2, 12)]
        assert spearman(range(12), tied, alternative="greater").p == pytest.approx(
            2 / math.factorial(12), rel=1e-9
        )
        assert spearman(range(12), tied).smallest_p == pytest.approx(
            4 / math.factorial(12), rel=1e-9
        )

    def test_counted_orders_are_those_of_the_law(self):
        for doubled in ((2, 4, 6, 8, 10, 12), (3, 3, 6, 8, 11, 11)):
            distance = [
                sum((2 * place - rank) ** 2 for place, rank in enumerate(order, start=1))
                for order in permutations(doubled)
            ]
            for limit in (0, 2, 8, 30, 1000):
                expected = sum(d <= limit for d in distance)
                assert orders_within(doubled, limit, 10**6) == expected
        assert orders_within(tuple(range(2, 60, 2)), 10**6, 100) is None

    def test_critical_values_of_the_standard(self):
        # 8 values, critical value 0.643: sum of d^2 = 30 gives 1 - 180/504 = 0.6429, not above it;
        # sum of d^2 = 28 gives 0.6667.
        at = spearman(range(8), (4, 1, 2, 3, 8, 7, 5, 6), law="table", better="up")
        assert at.s == pytest.approx(1 - 6 * (9 + 1 + 1 + 1 + 9 + 1 + 4 + 4) / 504)
        assert at.status == "no_clear_trend"
        above = spearman(range(8), (4, 1, 2, 3, 7, 8, 5, 6), law="table", better="up")
        assert above.s == pytest.approx(1 - 6 * (9 + 1 + 1 + 1 + 4 + 4 + 4 + 4) / 504)
        assert (above.status, above.critical, above.significant) == ("improving", 0.643, True)
        assert "twice" in above.explain("en") and "HJ 663" in above.explain("zh")

    def test_table_formula_with_ties(self):
        # 40 42 41 41 44 45: ranks 1 4 2.5 2.5 5 6; d = 0 2 -0.5 -1.5 0 0; 1 - 6 * 6.5 / 210.
        result = spearman(range(6), (40, 42, 41, 41, 44, 45), law="table")
        assert result.s == pytest.approx(1 - 39 / 210)

    def test_table_has_limits(self):
        assert spearman(range(31), range(31), law="table").reason == "no_critical_value"
        # 5 values: the critical value for 1 % is 1, which nothing exceeds.
        result = spearman(range(5), range(5), law="table", alpha=0.01)
        assert (result.status, result.reason) == ("undetermined", "no_critical_value")
        with pytest.raises(ParamsError, match="0.05 and 0.01"):
            spearman(range(8), range(8), law="table", alpha=0.1)

    def test_constant(self):
        for law in ("auto", "table"):
            result = spearman(range(12), [3.0] * 12, law=law)
            assert (result.p, result.s, result.status) == (1.0, 0.0, "no_clear_trend")


class TestCoxStuart:
    def test_by_hand(self):
        # 1 2 3 4 | (middle 9) | 5 6 7 3: three rises, one fall.
        values = (1, 2, 3, 4, 9, 5, 6, 7, 3)
        result = cox_stuart(range(9), values)
        assert (result.s, result.var_s) == (2, 4)
        assert result.p == 2 * 5 / 16
        assert cox_stuart(range(9), values, alternative="greater").p == 5 / 16

    def test_equal_partners_say_nothing(self):
        # One pair differs: its p is 1 whichever way, twice 1/2.
        result = cox_stuart(range(6), (1, 1, 1, 1, 1, 2))
        assert (result.var_s, result.p, result.reason) == (1, 1.0, "alpha_unreachable")

    def test_long(self):
        assert cox_stuart(range(2000), range(2000)).p == 2 / 2**1000


class TestPartial:
    def test_own_copy_explains_everything(self):
        result = partial_kendall(range(9), range(9), covariate=range(9))
        assert (result.status, result.reason) == ("undetermined", "variance_not_positive")

    def test_constant_covariate_explains_nothing(self):
        values = (3, 1, 4, 1, 5, 9, 2, 6)
        result = partial_kendall(range(8), values, covariate=[1.0] * 8)
        plain = mann_kendall(range(8), values)
        assert (result.s, result.var_s) == (plain.s, pytest.approx(plain.var_s))

    def test_missing_in_either_is_left_out_and_counted(self):
        values, other = [1, 2, math.nan, 4, 5, 7, 6, 8], [2, 1, 3, math.nan, 5, 4, 6, 7]
        result = partial_kendall(range(8), values, covariate=other)
        clean = partial_kendall(
            (0, 1, 4, 5, 6, 7), (1, 2, 5, 7, 6, 8), covariate=(2, 1, 5, 4, 6, 7)
        )
        assert (result.n, result.missing, result.p) == (6, 2, clean.p)

    def test_false_positives(self):
        # A trend that the covariate explains: values follow the covariate, and it the time.
        rng = np.random.default_rng(0)
        hits = 0
        for _ in range(500):
            other = 0.2 * np.arange(25) + rng.normal(size=25)
            hits += partial_kendall(range(25), rng.normal(size=25), covariate=other).p <= 0.05
        assert hits < 25 + 4 * math.sqrt(25 * 0.95)

    def test_bad_input(self):
        with pytest.raises(DataError):
            partial_kendall(range(3), range(3), covariate=range(2))
        with pytest.raises(DataError, match="twice"):
            partial_kendall((1, 1, 2), range(3), covariate=range(3))


class TestCensored:
    def test_without_detection_limits_it_is_mann_kendall(self):
        values = np.random.default_rng(0).integers(0, 9, 7) * 1.0
        ours = censored_kendall(range(7), values, below=[False] * 7)
        plain = mann_kendall(range(7), values)
        for name in ("s", "slope", "status"):
            assert getattr(ours, name) == getattr(plain, name)
        assert (ours.var_s, ours.p) == (pytest.approx(plain.var_s), pytest.approx(plain.p))
        long = np.random.default_rng(1).normal(size=40).round(1)
        ours = censored_kendall(range(40), long, below=[False] * 40)
        plain = mann_kendall(range(40), long, law="normal")
        assert (ours.p, ours.slope) == (pytest.approx(plain.p), pytest.approx(plain.slope))

    def test_by_hand(self):
        # <5, 3, 6, 7, <4: certain pairs: <5 then 6, 7 (+2); 3 then 6, 7 (+2); 6, 7 (+1);
        # 6 and 7 then <4 (-2); 3 against <5 and <4 and the two limits: open.
        result = censored_kendall(range(5), (5, 3, 6, 7, 4), below=(1, 0, 0, 0, 1))
        assert result.s == 3

    def test_variance_by_enumeration(self):
        values, below = (5, 3, 6, 7, 4, 6), (1, 0, 0, 0, 1, 0)
        pairs = list(zip(values, below, strict=True))
        scores = [self.score(order) for order in permutations(pairs)]
        result = censored_kendall(range(6), values, below=below)
        assert result.s == self.score(pairs)
        assert result.var_s == pytest.approx(np.var(scores))
        assert result.p == pytest.approx(np.mean(np.abs(scores) >= abs(result.s)))

    @staticmethod
    def score(pairs):
        def certain(a, b):
            (x, x_below), (y, y_below) = a, b
            if x_below and y_below:
                return 0
            if x_below:
                return 1 if y >= x else 0
            if y_below:
                return -1 if x >= y else 0
            return int(y > x) - int(y < x)

        n = len(pairs)
        return sum(certain(pairs[i], pairs[j]) for i in range(n) for j in range(i + 1, n))

    def test_slope_balances_the_residuals(self):
        rng = np.random.default_rng(5)
        years = np.arange(30.0)
        true = 10 - 0.2 * years + rng.normal(size=30)
        below = true < 6
        values = np.where(below, 6.0, true)
        slope = censored_kendall(years, values, below=below).slope
        assert slope == pytest.approx(-0.2, abs=0.08)
        # Just below the slope S of the residuals is positive, just above negative.
        for step, sign in ((-1e-9, 1), (1e-9, -1)):
            rest = values - (slope + step) * years
            pairs = list(zip(rest, below, strict=True))
            assert sign * self.score(pairs) >= 0

    def test_all_below_is_undetermined(self):
        result = censored_kendall(range(9), [1.0] * 9, below=[True] * 9, better="down")
        assert (result.status, result.reason) == ("undetermined", "nothing_detected")
        assert math.isnan(result.slope)
        assert "below the detection limit" in result.explain("en")

    def test_order_of_rows_and_missing(self):
        years, values = (2013, 2010, 2012, 2011, 2014), (2, 5, math.nan, 4, 1)
        below = (True, False, False, False, True)
        a = censored_kendall(years, values, below=below)
        b = censored_kendall((2010, 2011, 2013, 2014), (5, 4, 2, 1), below=(0, 0, 1, 1))
        assert (a.s, a.p, a.slope, a.n, a.missing) == (b.s, b.p, b.slope, 4, 1)
        assert "confidence limits" in a.explain("en")

    def test_bad_input(self):
        with pytest.raises(DataError):
            censored_kendall(range(3), range(3), below=(True,))

    @pytest.mark.parametrize("mark", [math.nan, None, "L", "", 2])
    def test_what_is_no_mark_is_not_taken_for_one(self, mark):
        # An empty cell is true for Python: every measured value would lie below its limit.
        with pytest.raises(DataError):
            censored_kendall(range(3), (1, 2, 3), below=(True, mark, False))

    def test_a_value_that_is_missing_needs_no_mark(self):
        assert censored_kendall(range(3), (1, math.nan, 3), below=(False, math.nan, False)).s == 1


def test_cox_stuart_does_not_order_values_of_one_time():
    # Sorted within 2011, its lower five would be partners of 2012 and its upper five of 2010, and
    # any three years would rise.
    years, values = [2010] * 5 + [2011] * 10 + [2012] * 5, [*range(5), *range(-3, 7), *range(5)]
    result = cox_stuart(years, values, better="up")
    assert (result.status, result.reason) == ("undetermined", "many_at_once")
