"""Change points: exact laws by enumeration, dates, constant series, repeatability."""

import math
from itertools import permutations

import numpy as np
import pytest

from ecolib.errors import ParamsError
from ecolib.trends import buishand_q, buishand_range, buishand_u, pettitt, snht
from ecolib.trends.null_distribution import bound_of_orders, share_of_orders

SCALED = (buishand_range, buishand_q, buishand_u, snht)


def largest_u(values):
    n = len(values)
    return max(
        abs(sum(np.sign(values[j] - values[i]) for i in range(t) for j in range(t, n)))
        for t in range(1, n)
    )


@pytest.mark.parametrize(
    "values",
    [(1, 2, 3), (2, 1, 3, 4), (1, 1, 2, 5, 4), (3, 3, 3, 1, 1), (1, 2, 2, 3, 3, 3), (5, 1, 4, 2, 6, 3)],
)  # fmt: skip
def test_exact_p_by_enumeration(values):
    found = largest_u(values)
    expected = np.mean([largest_u(order) >= found for order in permutations(values)])
    result = pettitt(range(len(values)), values)
    assert result.statistic == found
    assert (result.p_by, result.p) == ("exact", pytest.approx(expected, rel=1e-12))


def test_pettitt_of_one_two_three_is_one():
    assert pettitt((1, 2, 3), (1, 2, 3)).p == 1.0


def test_approximation_never_exceeds_one():
    # U = 2, n = 3: 2 exp(-6 * 4 / (27 + 9)) = 1.027.
    assert pettitt((1, 2, 3), (1, 2, 3), p_by="approximation").p == 1.0


def test_law_of_partial_sums_at_the_edges():
    assert share_of_orders(np.array([1, -1]), 1) == 1.0
    assert share_of_orders(np.array([1, -1]), 2) == 0.0
    # Of 4! orders of -3, -1, 1, 3 only those starting with -3 -1 or 3 1, in any order, reach 4:
    # {-3, -1} or {1, 3} first: 2 * 2! * 2! = 8.
    assert share_of_orders(np.array([-3, -1, 1, 3]), 4) == pytest.approx(8 / 24)


def test_permutation_agrees_with_the_exact_law():
    values = np.random.default_rng(8).normal(size=12) + (np.arange(12) > 6)
    exact, drawn = (pettitt(range(12), values, p_by=p) for p in ("exact", "permutation"))
    spread = math.sqrt(exact.p * (1 - exact.p) / 10_000)
    assert abs(exact.p - drawn.p) < 4 * spread + 1e-4


@pytest.mark.parametrize("test", [pettitt, *SCALED])
class TestAll:
    def test_finds_the_date(self, test):
        years = [y for y in range(1990, 2012) if y != 2000]
        values = [5.0 + 0.1 * (y % 3) + (4 if y > 2000 else 0) for y in years]
        values[0] = math.nan
        result = test(years, values)
        assert (result.before, result.after) == (1999, 2001)
        assert result.significant and result.p < 0.01
        assert (result.n, result.missing) == (20, 1)
        assert result.mean_after - result.mean_before == pytest.approx(4, abs=0.2)
        assert "1999" in result.explain("zh") and "2001" in result.explain("en")

    def test_constant_is_homogeneous(self, test):
        for n in (0, 1, 6, 40):
            result = test(range(n), [4.2] * n)
            assert (result.p, result.k, result.significant) == (1.0, (), False)
            assert "no change point" in result.explain("en")

    def test_too_few_values_are_never_significant(self, test):
        assert not test(range(4), (1, 1, 9, 9), alpha=0.9).significant

    def test_repeatable_and_bounded(self, test):
        values = np.random.default_rng(3).integers(0, 4, 25)
        assert test(range(25), values) == test(range(25), values)
        assert 0 < test(range(25), values).p <= 1

    def test_unit_and_reversal_change_nothing(self, test):
        values = np.random.default_rng(6).integers(0, 50, 15) * 1.0
        p = test(range(15), values)
        same = test(range(15), values * 4 + 32)
        assert same.statistic == pytest.approx(p.statistic, rel=1e-12)
        assert same.k == p.k
        backwards = test(range(15), values[::-1])
        assert backwards.statistic == pytest.approx(p.statistic, rel=1e-12)
        assert [15 - k for k in backwards.k[::-1]] == list(p.k)

    def test_word_for_p(self, test):
        with pytest.raises(ParamsError):
            test(range(6), range(6), p_by="table")


@pytest.mark.parametrize("test", SCALED)
def test_false_positives(test):
    # Permutation p of exchangeable data: at most 5 %, 500 trials, 4 standard errors are 19.
    rows = np.random.default_rng(10).exponential(size=(500, 12))
    assert sum(test(range(12), row, draws=400).p <= 0.05 for row in rows) < 25 + 20


def test_statistics_by_hand():
    # 1, 1, 4: mean 2, deviations -1, -1, 2, sums -1, -2, 0; sd = sqrt(6/2) = sqrt 3.
    values = (1, 1, 4)
    assert buishand_q(range(3), values).statistic == pytest.approx(2 / math.sqrt(3) / math.sqrt(3))
    assert buishand_range(range(3), values).statistic == pytest.approx(2 / 3)
    assert buishand_u(range(3), values).statistic == pytest.approx((1 + 4) / 3 / (3 * 4))
    # k = 2: 2 * (1/sqrt 3)^2 + 1 * (2/sqrt 3)^2 = 2.
    assert snht(range(3), values).statistic == pytest.approx(2.0)
    assert snht(range(3), values).k == (2,)


class TestBeyondTheExactLaw:
    """Between 19 and 60 values the bound takes over where the approximation is far too large."""

    def test_bound_by_enumeration(self):
        # Orders of 1, 2, 3, 4 by the three first parts alone: |U_k| >= 4 only at k = 2, with {1, 2}
        # or {3, 4} first: 2 of 6 sets. At |U_k| >= 3 also the sets of one or three values that are
        # 1 or 4: 2 of 4 each; together more than 1.
        assert bound_of_orders(np.array([-3, -1, 1, 3]), 4) == pytest.approx(2 / 6)
        assert bound_of_orders(np.array([-3, -1, 1, 3]), 3) == 1.0

    @pytest.mark.parametrize("values", [(1, 1, 2, 5, 4), (3, 3, 3, 1, 1), (5, 1, 4, 2, 6, 3)])
    def test_never_below_the_exact_law(self, values):
        exact, bound = (pettitt(range(len(values)), values, p_by=p).p for p in ("exact", "bound"))
        assert exact <= bound + 1e-12

    def test_a_clean_step_loses_no_evidence_at_the_edge(self):
        # 19 values in order of rank: the first 9 or the first 10 are the lowest (or highest) with
        # a chance of 1 / C(19, 9) each, of both together 1/10 of that: 2 * 1.9 / 92378.
        step = pettitt(range(19), range(19))
        exact = 2 * 1.9 / math.comb(19, 9)
        assert (step.p_by, step.p) == ("bound", pytest.approx(2 * 2 / math.comb(19, 9)))
        assert exact <= step.p < 1.06 * exact
        assert pettitt(range(19), range(19), p_by="approximation").p == pytest.approx(
            2.386e-3, rel=1e-3
        )

    def test_the_approximation_stays_where_it_is_smaller(self):
        values = np.random.default_rng(3).normal(size=30)
        assert pettitt(range(30), values).p_by == "approximation"


class TestValuesOfOneTime:
    """They have no order: sorted by value, they would be a change by themselves."""

    @pytest.mark.parametrize("test", [pettitt, buishand_range, buishand_q, buishand_u, snht])
    def test_no_change_within_a_time(self, test):
        result = test([2020] * 10, [5, 3, 8, 1, 9, 2, 7, 4, 6, 10])
        assert (result.k, result.p, result.significant) == ((), 1.0, False)

    def test_pettitt_between_two_times_is_the_rank_sum(self):
        # U = |3 * 3 pairs that rise| = 9 where 2019 has 1, 2, 3 and 2020 has 4, 5, 6; of the 20
        # ways to share six values out, 2 give 9: drawn, p is near 2 / 20.
        result = pettitt([2019] * 3 + [2020] * 3, [3, 1, 2, 6, 4, 5], p_by="permutation")
        assert (result.statistic, result.k) == (9, (3,))
        assert result.p == pytest.approx(0.1, abs=0.01)

    def test_the_order_within_a_time_does_not_matter(self):
        years = [2019] * 5 + [2020] * 5
        first, second = (
            snht(years, v) for v in ([5, 3, 8, 1, 9, 2, 7, 4, 6, 0], [1, 3, 5, 8, 9, 7, 6, 4, 2, 0])
        )
        assert first == second
        # 5 z1^2 + 5 z2^2 with means 5.2 and 3.8 about 4.5 and s^2 = (285 - 10 * 4.5^2) / 9 = 82.5 / 9.
        assert first.statistic == pytest.approx(10 * 0.7**2 / (82.5 / 9))


@pytest.mark.parametrize("test", SCALED)
def test_a_large_number_beside_the_steps_changes_nothing(test):
    # 1e9 + 3 is exact: the series is the same but for where it counts from.
    values = np.array([3.0, 1, 4, 1, 5, 9, 2, 6, 5, 3])
    near, far = test(range(10), values, draws=300), test(range(10), values + 1e9, draws=300)
    assert (near.p, near.statistic) == (far.p, far.statistic)
