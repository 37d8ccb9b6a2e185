"""One rule for the words of change, and doubts that say what hangs on them."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from matplotlib import pyplot

from ecolib.assess.change import direction_since
from ecolib.assess.frames import results_table
from ecolib.assess.judge import Reading, judge
from ecolib.assess.opening import open_case
from ecolib.assess.series import Series
from ecolib.data.params import County
from ecolib.indicators.targets import NotWorse
from ecolib.pages import plots, tables

COUNTY = County.model_validate({"zh": "试县", "en": "Test", "base_year": 2018})


def reading(now, before, *, better="up", **ends) -> Reading:
    """2018 and 2019; `low=(2018, 2019)` and so on as a series has them."""
    columns = {name: np.array(pair, float) for name, pair in ends.items()}
    zeros = np.zeros(2)
    series = Series(
        np.array([2018, 2019]), np.array([before, now], float), zeros, zeros > 0, **columns
    )
    return Reading("trial", 2019, series, "%", better, COUNTY)


class TestDirection:
    def test_a_word_never_contradicts_the_verdict(self):
        levels, tolerances = (50.0, 50.5, 51.0, 52.0, math.nextafter(51, 52)), (0.0, 1.0)
        widths = (0.0, 0.4, 3.0)
        seen = set()
        for now, before, t, wide_now, wide_before, better in product(
            levels, levels, tolerances, widths, widths, ("up", "down")
        ):
            # What was not observed can only add to the value, as with days or areas.
            given = reading(
                now,
                before,
                better=better,
                low=(before, now),
                high=(before + wide_before, now + wide_now),
            )
            word, verdict = direction_since(given, 2018, t), judge(NotWorse(t), given).status
            seen.add(word)
            if word in ("improving", "stable"):
                assert verdict == "met", (now, before, t, wide_now, wide_before, better)
            if word == "worsening":
                assert verdict == "not_met", (now, before, t, wide_now, wide_before, better)
        assert seen == {"improving", "worsening", "stable", ""}

    def test_a_change_within_the_tolerance_is_none(self):
        assert direction_since(reading(77.26, 77.56), 2018, 1.0) == "stable"
        assert direction_since(reading(77.26, 77.56), 2018) == "worsening"
        assert direction_since(reading(76.5, 77.56), 2018, 1.0) == "worsening"

    def test_ranges_that_overlap_tell_nothing(self):
        # 349 and 361 good days of 365; how many days were valid was not submitted.
        given = reading(98.90, 95.62, low=(95.62, 98.90), high=(100, 100))
        assert direction_since(given, 2018) == ""
        given = reading(98.90, 95.62, low=(95.62, 98.90), high=(97, 100))
        assert direction_since(given, 2018) == "improving"

    @pytest.mark.parametrize("half, word", [(2.0, ""), (1.4, "improving")])
    def test_of_two_samples_the_interval_of_the_difference_decides(self, half, word):
        # 84.9 - 82.5 = 2.4 against sqrt(2) x half: 2.83 for 2.0, 1.98 for 1.4.
        ends = {"sample_low": (82.5 - half, 84.9 - half), "sample_high": (82.5 + half, 84.9 + half)}
        assert direction_since(reading(84.9, 82.5, **ends), 2018) == word


class TestChange:
    def change(self, case, number):
        return case.evaluate(number).change["last_year"]

    def test_of_another_scope(self):
        result = open_case("lianshan", 2019).evaluate("3")
        change = result.change["last_year"]
        assert (change.direction, change.note.code) == ("not_comparable", "change_of_scope")
        assert result.breaks == (2019,)
        # The table for people has no number either, that somebody would call better.
        assert math.isnan(results_table([result], result.case)["change"][0])

    def test_disputed_figures(self):
        result = open_case("lianshan", 2019).evaluate("27")
        change = result.change["last_year"]
        assert (change.direction, change.note.code) == ("", "change_disputed")
        assert result.trend.n == 1 and result.outlook == ()  # 2018 and 2019 are disputed, 2017 not

    def test_a_year_of_which_two_files_say_different_things_is_in_no_trend(self, tiny):
        straight = [("straw_use_rate", y, str(2 * (y - 2013) + 70), "%") for y in range(2013, 2020)]
        case = tiny(2019, items=[*straight, ("straw_use_rate", 2016, "50", "%")])
        trend = case.evaluate("23a").trend
        assert (trend.n, trend.slope) == (6, 2)

    def test_a_range_is_in_a_trend_with_its_middle_where_it_tells_years_apart(self):
        years = np.arange(2014, 2019)
        low = np.array([10.0, 20, 0, 30, 34])
        high = np.array([12.0, 24, 95, 31, 34])
        series = Series(years, low, low * 0, low > 99, low=low, high=high)
        assert series.told_apart().tolist()[:2] == [11, 22]
        assert math.isnan(series.told_apart()[2])  # 95 wide, where the others lie 23 apart
        alike = replace(series, high=np.array([21.0, 24, math.inf, 31, 34]))
        # 10-21 and 20-24 overlap: 17 is the middle of 10 and 24.
        assert alike.told_apart()[[0, 1, 3, 4]].tolist() == [17, 17, 30.5, 34]

    def test_lower_bounds_of_days(self):
        change = self.change(open_case("lianshan", 2019), "7a")
        assert (change.direction, change.note.code) == ("", "change_within_ranges")

    def test_undated(self, tiny):
        items = [("straw_use_rate", 2018, "80", "%"), ("straw_use_rate", "", "90", "%")]
        change = tiny(2019, items=items).evaluate("23a").change["last_year"]
        assert (change.direction, change.note.code) == ("", "change_undated")

    def test_the_index_follows_the_tolerance_of_its_target(self):
        case = open_case("demo", 2020)
        change = self.change(case, "10")
        # 77.26 - 77.56: no more decimals than the values have where they are shown.
        assert (change.direction, change.shown) == ("stable", -0.30)
        assert change.note.code == "change_within_tolerance"

    def test_a_trend_begins_where_the_scope_is_the_last_one(self, tiny):
        # Six rising years by place, then one figure: nothing is tested across.
        items = [("eco_share_of_appraisal", y, str(v), "%", place)
                 for y, v in zip(range(2013, 2019), range(20, 26), strict=True)
                 for place in ("一类镇", "二类镇")]  # fmt: skip
        items.append(("eco_share_of_appraisal", 2019, "60", "%", ""))
        result = tiny(2019, items=items).evaluate("3")
        assert (result.breaks, result.trend.n) == ((2019,), 1)


class TestDoubts:
    def doubts(self, result):
        return {d.code: d.args["effect"].code for d in result.warnings}

    def test_a_uniform_error_of_unit_leaves_a_share_as_it_is(self):
        assert self.doubts(open_case("lianshan", 2019).evaluate("13"))["beyond_reason"] == "none"

    def test_an_account_that_does_not_close_may_decide(self, tiny):
        # 10 + 100 - 100 = 10, not 12: if 98 were disposed of, or 102 generated, 100 % is missed.
        items = [
            ("hw_stored", 2018, "10.0", "t"),
            ("hw_stored", 2019, "12.0", "t"),
            ("hw_generated", 2019, "100.0", "t"),
            ("hw_prior_used_disposed", 2019, "0", "t"),
            ("hw_used_disposed", 2019, "100.0", "t"),
        ]
        result = tiny(2019, items=items).evaluate("13")
        assert result.verdict.status == "met"
        assert self.doubts(result)["balance"] == "decisive"
        assert [n.code for n in result.verdict.notes][-1] == "decisive_doubt"

    def test_the_same_account_far_below_the_target_does_not(self, tiny):
        # 10 + 100 - 50 = 60, not 62: 48 or 52 of 100 are not met either.
        items = [
            ("hw_stored", 2018, "10.0", "t"),
            ("hw_stored", 2019, "62.0", "t"),
            ("hw_generated", 2019, "100.0", "t"),
            ("hw_prior_used_disposed", 2019, "0", "t"),
            ("hw_used_disposed", 2019, "50.0", "t"),
        ]
        assert self.doubts(tiny(2019, items=items).evaluate("13"))["balance"] == "none"

    def test_a_jump_decides_where_last_years_figure_would_not_do(self, tiny):
        # 8 % and then 97 %, beyond 10 times: 95 % is asked (target of the list: at least 90).
        items = [("straw_use_rate", 2018, "8", "%"), ("straw_use_rate", 2019, "97", "%")]
        assert self.doubts(tiny(2019, items=items).evaluate("23a"))["jump"] == "decisive"

    def test_figures_of_another_indicator_decide_its_conflict(self):
        result = open_case("lianshan", 2019).evaluate("30")
        assert self.doubts(result)["same_as_another"] == "decisive"
        # The conflict has said it already.
        assert "decisive_doubt" not in [n.code for n in result.verdict.notes]

    def test_a_target_that_jumps(self):
        case = open_case("lianshan", 2019)
        (note,) = (i for i in case.issues() if i.code == "target_jump")
        # 92.5 / 210.4 - 1 = -56.04 %
        assert note.about == "water_per_gdp" and "56%" in note.text("zh")
        assert self.doubts(case.evaluate("20"))["target_jump"] == "none"
        assert not [i for i in open_case("demo", 2020).issues() if i.code == "target_jump"]

    def test_a_target_that_jumps_may_decide(self, tiny):
        # 120 is at most 210 but not 90.
        params = """assigned:
  water_per_gdp:
    2018: {sense: at_most, value: 210, document: 一号}
    2019: {sense: at_most, value: 90, document: 一号}
"""
        items = [("water_per_gdp", y, v, "m3/10k yuan") for y, v in ((2018, "180"), (2019, "160"))]
        result = tiny(2019, items=items, params=params).evaluate("20")
        assert (result.verdict.status, self.doubts(result)["target_jump"]) == (
            "not_met",
            "decisive",
        )

    def test_a_contradiction_is_a_remark_on_the_figures(self):
        for number in ("19", "27", "30"):
            result = open_case("lianshan", 2019).evaluate(number)
            told = {n.code for n in result.issues} & {n.code for n in result.verdict.notes}
            assert result.verdict.status == "conflict" and told


def test_no_line_runs_to_a_figure_of_another_scope():
    frame = tables.history(open_case("lianshan", 2019).evaluate("3"))
    _, ax = pyplot.subplots()
    plots.history(frame, ax)
    line = ax.lines[0]
    drawn, stretches = np.isfinite(line.get_ydata().astype(float)), [[]]
    for year, here in zip(line.get_xdata(), drawn, strict=True):
        stretches[-1].append(year) if here else stretches.append([])
    pyplot.close()
    assert stretches == [[2017, 2018], [2019]]
