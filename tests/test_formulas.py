"""Shared arithmetic: years that lack something give NaN, nothing is clipped or filled."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from series import by_year, on_series

from ecolib.indicators import formulas
from ecolib.indicators.formulas import Measure

area_of = on_series(formulas.area_of)
decline = on_series(formulas.decline)
decline_since = on_series(formulas.decline_since)
documented = on_series(formulas.documented)
gain_since = on_series(formulas.gain_since)
good_of_all = on_series(formulas.good_of_all)
joint_gain = on_series(formulas.joint_gain)
non_overlapping = on_series(formulas.non_overlapping)
of_calendar_days = on_series(formulas.of_calendar_days)
prefer = on_series(formulas.prefer)
ratio = on_series(formulas.ratio)
share = on_series(formulas.share)
total = on_series(formulas.total)

ALL_INPUTS = settings(deadline=None, derandomize=True)
AMOUNTS = st.floats(1e-6, 1e9)


def same(found: pd.Series, wanted: dict[int, float]) -> None:
    """The same years, and the same values with NaN where NaN is wanted."""
    assert found.sort_index().to_dict() == pytest.approx(wanted, nan_ok=True)


class TestRatioAndShare:
    def test_a_share_is_in_percent(self):
        # 3 of 8 are 37.5 %.
        same(share(by_year({2019: 3}), by_year({2019: 8})), {2019: 37.5})

    def test_a_zero_denominator_gives_nothing(self):
        same(
            ratio(by_year({2018: 5, 2019: 0}), by_year({2018: 0, 2019: 0})),
            dict.fromkeys((2018, 2019), math.nan),
        )

    def test_nothing_out_of_something_is_zero(self):
        same(share(by_year({2019: 0}), by_year({2019: 4})), {2019: 0})

    def test_a_year_that_only_one_of_them_has_gives_nothing(self):
        found = share(by_year({2017: 1, 2018: 2}), by_year({2018: 4, 2019: 5}))
        same(found, {2017: math.nan, 2018: 50, 2019: math.nan})

    def test_a_part_larger_than_its_whole_is_not_clipped(self):
        # 104 / 100 stays 104 %, so that the contradiction can be found.
        same(share(by_year({2019: 104}), by_year({2019: 100})), {2019: 104})

    @given(AMOUNTS, st.floats(0, 1))
    @ALL_INPUTS
    def test_a_part_of_its_whole_lies_between_0_and_100(self, whole, fraction):
        found = share(by_year({2019: whole * fraction}), by_year({2019: whole}))[2019]
        assert 0 <= found <= 100 * (1 + 1e-12)

    @given(AMOUNTS, AMOUNTS, AMOUNTS)
    @ALL_INPUTS
    def test_a_ratio_of_like_amounts_does_not_depend_on_their_unit(self, a, b, factor):
        plain = ratio(by_year({2019: a}), by_year({2019: b}))[2019]
        scaled = ratio(by_year({2019: a * factor}), by_year({2019: b * factor}))[2019]
        assert scaled == pytest.approx(plain, rel=1e-12)

    @pytest.mark.parametrize("kind", [list, lambda x: np.array(x, dtype="int32")])
    def test_lists_and_small_integers(self, kind):
        # 100 times 30 million is beyond 2^31, a hundred times a list is a longer list.
        assert formulas.share(kind([30_000_000]), kind([60_000_000])).tolist() == [50.0]


class TestTotal:
    def test_one_missing_part_makes_the_sum_of_the_year_unknown(self):
        found = total(by_year({2018: 1, 2019: 2}), by_year({2019: 3}))
        same(found, {2018: math.nan, 2019: 5})

    def test_what_was_never_submitted_is_left_out(self):
        same(total(by_year({2019: 2}), None), {2019: 2})


class TestDecline:
    def test_against_the_year_before(self):
        # 0.50 -> 0.48 is 0.02 / 0.50 = 4 %; 0.48 -> 0.60 is a rise of 25 %.
        found = decline(by_year({2017: 0.50, 2018: 0.48, 2019: 0.60}))
        same(found, {2017: math.nan, 2018: 4, 2019: -25})

    def test_after_a_gap_there_is_none(self):
        # 0.50 in 2017 and 0.48 in 2019 say nothing of 2018, so nothing of the year's decline.
        same(decline(by_year({2017: 0.50, 2019: 0.48})), {2017: math.nan, 2019: math.nan})

    def test_a_missing_value_is_a_gap(self):
        found = decline(by_year({2017: 1, 2018: math.nan, 2019: 1}))
        assert found.isna().all()

    def test_from_zero_there_is_no_percentage(self):
        same(decline(by_year({2018: 0, 2019: 1})), {2018: math.nan, 2019: math.nan})

    @given(AMOUNTS, AMOUNTS, st.floats(1e-6, 1e6))
    @ALL_INPUTS
    def test_it_does_not_depend_on_the_unit(self, before, now, factor):
        series = by_year({2018: before, 2019: now})
        # Where now is a billion times before, the decline itself is in the billions: relative.
        assert decline(series * factor)[2019] == pytest.approx(
            decline(series)[2019], rel=1e-9, abs=1e-9
        )

    @given(st.integers(1, 10**6), st.integers(1, 10**6))
    @ALL_INPUTS
    def test_it_is_positive_exactly_when_the_value_fell(self, before, now):
        fall = decline(by_year({2018: before, 2019: now}))[2019]
        assert np.sign(fall) == np.sign(before - now)


class TestSinceABaseYear:
    def test_decline(self):
        # (40 - 32) / 40 = 20 %, (40 - 44) / 40 = -10 %, and against itself nothing.
        found = decline_since(by_year({2015: 40, 2018: 32, 2019: 44}), 2015)
        same(found, {2015: 0, 2018: 20, 2019: -10})

    @pytest.mark.parametrize("base", [{}, {2015: 0}, {2015: math.nan}])
    def test_decline_without_a_base_worth_the_name(self, base):
        assert decline_since(by_year({**base, 2019: 30}), 2015).isna().all()

    def test_gain_in_the_unit_of_the_series(self):
        same(gain_since(by_year({2015: 60, 2019: 75}), 2015), {2015: 0, 2019: 15})

    def test_gain_without_a_base_year(self):
        assert gain_since(by_year({2019: 75}), 2015).isna().all()


class TestPrefer:
    def test_year_by_year(self):
        found = prefer(by_year({2018: 1, 2019: math.nan}), by_year({2017: 7, 2018: 8, 2019: 9}))
        same(found, {2017: 7, 2018: 1, 2019: 9})

    def test_one_alone_or_none(self):
        only = by_year({2019: 1})
        same(prefer(only, None), {2019: 1})
        same(prefer(None, only), {2019: 1})
        assert prefer(None, None) is None


class TestOfCalendarDays:
    def test_a_leap_year_has_366_days(self):
        # 366 good days fill 2016 and 2020; 365 fill 2019; 1900 was no leap year, 2000 was.
        days = by_year({1900: 365, 2000: 366, 2016: 366, 2019: 365, 2020: 366})
        same(of_calendar_days(days, None).value, dict.fromkeys(days.index, 100))

    def test_calendar_days_give_the_least_and_100_the_most(self):
        # 361 / 365 = 98.904 %
        found = of_calendar_days(by_year({2019: 361}), None)
        assert found.low[2019] == pytest.approx(98.904, abs=5e-4)
        assert found.high[2019] == 100
        assert math.isnan(found.coverage[2019])

    def test_valid_days_decide_where_they_are_known(self):
        # 330 / 360 = 91.667 %; 2018 has no valid days, so 330 / 365 = 90.411 % or more.
        found = of_calendar_days(by_year({2018: 330, 2019: 330}), by_year({2019: 360}))
        same(found.value, {2018: 100 * 330 / 365, 2019: 100 * 330 / 360})
        same(found.high, {2018: 100, 2019: 100 * 330 / 360})
        same(found.coverage, {2018: math.nan, 2019: 360 / 365})

    def test_valid_days_alone_say_nothing(self):
        found = of_calendar_days(by_year({2018: 300}), by_year({2018: 300, 2019: 360}))
        same(found.value, {2018: 100, 2019: math.nan})

    def test_no_valid_day_is_no_share(self):
        assert math.isnan(of_calendar_days(by_year({2019: 0}), by_year({2019: 0})).value[2019])

    @given(st.integers(1, 365), st.data())
    @ALL_INPUTS
    def test_the_share_of_the_valid_days_lies_in_the_range_that_calendar_days_give(self, n, data):
        good = by_year({2019: data.draw(st.integers(0, n))})
        unknown = of_calendar_days(good, None)
        known = of_calendar_days(good, by_year({2019: n})).value[2019]
        assert unknown.low[2019] <= known + 1e-9
        assert known <= unknown.high[2019] + 1e-9


class TestGoodOfAll:
    @given(st.integers(1, 50), st.data())
    @ALL_INPUTS
    def test_whatever_the_unobserved_are_the_share_lies_in_the_range(self, everything, data):
        observed = data.draw(st.integers(0, everything))
        good = data.draw(st.integers(0, observed))
        hidden = data.draw(st.integers(0, everything - observed))
        found = good_of_all(*(by_year({2019: n}) for n in (good, observed, everything)))
        truth = 100 * (good + hidden) / everything
        assert found.low[2019] - 1e-9 <= truth <= found.high[2019] + 1e-9
        # and the range is no wider than that: both ends can be true
        assert found.high[2019] == pytest.approx(100 * (good + everything - observed) / everything)


class TestJointGain:
    BASE = 2015

    def gain(self, surface, ground, void=None) -> Measure:
        points = {year: 0.0 if none else math.nan for year, none in (void or {2015: False}).items()}
        return joint_gain(
            by_year(surface),
            by_year(ground),
            points=by_year(points),
            base_year=self.BASE,
            best=100.0,
        )

    def test_the_smaller_rise_counts(self):
        # Surface 80 -> 90 is +10, groundwater 50 -> 55 is +5.
        same(self.gain({2015: 80, 2019: 90}, {2015: 50, 2019: 55}).value, {2015: 0, 2019: 5})

    def test_where_void_the_first_counts_alone(self):
        found = self.gain({2015: 80, 2019: 90}, {2019: math.nan}, {2019: True})
        assert found.value[2019] == 10

    def test_a_missing_second_that_is_not_void_leaves_half_of_it_open(self):
        found = self.gain({2015: 80, 2019: 90}, {2015: 50})
        assert math.isnan(found.value[2019])
        assert (found.low[2019], found.high[2019]) == (10, 10)
        assert math.isnan(found.coverage[2019])  # nobody knows how much the other half is

    def test_points_that_are_there_without_a_share_leave_all_open(self):
        # Of two points nothing is known: the smaller rise is at most that of surface water.
        found = formulas.joint_gain(
            np.array([80.0, 90]), None, points=np.array([math.nan, 2]),
            years=np.array([2015, 2016]), base_year=2015, best=100.0,
        )  # fmt: skip
        assert (found.low[1], found.high[1]) == (-100, 10)

    def test_a_share_at_its_best_cannot_have_fallen(self):
        # 100 % in 2019: whatever 2015 was, the rise is between 0 and 100 points.
        found = self.gain({2019: 100}, {2019: math.nan}, {2019: True})
        assert (found.low[2019], found.high[2019], found.coverage[2019]) == (0, 100, 1)
        assert math.isnan(found.value[2019])

    def test_without_the_base_year_a_share_says_how_far_it_can_have_moved(self):
        # 90 % after anything from 100 % down to 0 %: from 10 points less to 90 points more.
        found = self.gain({2019: 90}, {2019: math.nan}, {2019: True})
        assert (found.low[2019], found.high[2019]) == (-10, 90)

    def test_a_missing_first_is_not_replaced_by_the_second(self):
        assert math.isnan(self.gain({2015: 80}, {2015: 50, 2019: 55}).value[2019])


class TestNonOverlapping:
    def test_with_everything_known_the_sum_less_the_overlap(self):
        # 100 + 60 + 40 - 30 = 170
        found = non_overlapping(
            by_year({2019: 100}),
            by_year({2019: 60}),
            by_year({2019: 40}),
            overlap=by_year({2019: 30}),
        )
        assert (found.value[2019], found.low[2019], found.high[2019]) == (170, 170, 170)

    def test_without_the_overlap_the_largest_to_the_sum(self):
        # All of it may lie inside the largest (100) or side by side (200).
        found = non_overlapping(
            by_year({2019: 100}), by_year({2019: 60}), by_year({2019: 40}), overlap=None
        )
        assert (found.low[2019], found.high[2019]) == (100, 200)

    def test_what_was_not_submitted_can_only_add(self):
        found = non_overlapping(by_year({2019: 100}), None, None, overlap=None)
        assert (found.low[2019], found.high[2019]) == (100, math.inf)

    def test_none_of_the_one_that_is_known_says_nothing_of_the_others(self):
        found = non_overlapping(by_year({2019: 0}), None, overlap=None)
        assert (found.low[2019], found.high[2019]) == (0, math.inf)

    def test_a_missing_year_is_not_an_open_range(self):
        found = non_overlapping(by_year({2018: 1}), by_year({2018: 1, 2019: 2}), None, overlap=None)
        assert math.isnan(found.value[2019])
        assert math.isnan(found.high[2019])

    @given(st.lists(st.floats(0, 1e6), min_size=1, max_size=3), st.floats(0, 1))
    @ALL_INPUTS
    def test_the_truth_lies_in_the_range_that_is_told_without_the_overlap(self, sizes, nested):
        # Any overlap between nothing and everything but the largest is possible.
        areas = [by_year({2019: size}) for size in sizes]
        possible = sum(sizes) - nested * (sum(sizes) - max(sizes))
        found = non_overlapping(*areas, overlap=None)
        assert found.low[2019] <= possible * (1 + 1e-9) + 1e-9
        assert possible <= found.high[2019] * (1 + 1e-9) + 1e-9


class TestAreaOf:
    ROWS = pd.DataFrame(
        {
            "kind": ["redline", "redline", "protected", "redline", "redline"],
            "site": ["A", "B", "A", "A", "B"],
            "year": [2018, 2018, 2018, 2019, 2019],
            "area": [10.0, 5.0, 99.0, 11.0, math.nan],
        }
    )

    def test_the_sum_of_one_kind_by_year(self):
        # 10 + 5 = 15 in 2018; the 99 ha are of another kind; 2019 lacks B.
        same(area_of(self.ROWS, "redline").value, {2018: 15, 2019: math.nan})

    def test_a_site_without_a_figure_is_not_shown_as_zero(self):
        sites = area_of(self.ROWS, "redline").detail["sites"].set_index("site")
        assert sites.loc["A"].tolist() == [10, 11]
        assert sites.loc["B", 2018] == 5
        assert math.isnan(sites.loc["B", 2019])

    def test_no_site_of_the_kind(self):
        found = area_of(self.ROWS[self.ROWS["kind"] == "protected"], "redline")
        assert found.value.isna().all()
        assert found.detail["sites"].empty

    def test_a_total_beside_its_sites_is_counted_once(self):
        def of(*sites):
            rows = [("redline", name, 2019, area) for name, area in sites]
            found = area_of(pd.DataFrame(rows, columns=self.ROWS.columns), "redline")
            return found.value[2019], found.detail["sites"]["site"].tolist()

        assert of(("合计", 23035)) == (23035, ["合计"])
        assert of(("A", 10000), ("B", 13035), ("合计", 23035)) == (23035, ["A", "B"])
        # Printed figures need not add up to the last digit: the printed total counts.
        assert of(("A", 10000.3), ("B", 13034.3), ("合计", 23035))[0] == 23035
        # 10000 + 12000 are no 23035: nobody knows which is right.
        assert math.isnan(of(("A", 10000), ("B", 12000), ("合计", 23035))[0])
        assert of(("A", 10000), ("小计", 10000)) == (10000, ["A"])


def test_only_documented_requirements_count():
    states = pd.DataFrame(
        {
            "a": ["documented", "stated"],
            "b": ["documented", "denied"],
            "c": ["absent", "documented"],
        },
        index=[2018, 2019],
    )
    assert documented(states).to_dict() == {2018: 2, 2019: 1}
