"""Targets: limits and their edges, ranges, combinations, group precedence."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from counties import LIANSHAN
from hypothesis import given, settings
from hypothesis import strategies as st
from series import placed_by_year

from ecolib.assess.judge import Reading, bound_of, judge
from ecolib.assess.result import PRECEDENCE, Verdict, worst
from ecolib.assess.series import Series, placed
from ecolib.data.params import Assignment, County
from ecolib.indicators.targets import (
    Assigned,
    Both,
    ByTerrain,
    Either,
    InPlace,
    Limit,
    NoLoss,
    NotWorse,
    WhereGiven,
    described,
)
from ecolib.texts import show

#: What a reading may say of the value of its year.
ENDS = {"low", "high", "coverage"}
COUNTY = County(zh="试县", en="Test", base_year=2015, terrain={"mountain": 100})


def reading(series: dict, *, year=2019, better="up", unit="%", **more) -> Reading:
    values = placed(np.array([*series], int), np.array([*series.values()], float), year)
    ends = {k: np.where(values.years == year, more.pop(k), np.nan) for k in ENDS & more.keys()}
    county = more.pop("county", COUNTY)
    return Reading("plan", year, replace(values, **ends), unit, better, county, **more)


class TestLimits:
    @pytest.mark.parametrize(
        ("value", "status"),
        [(84.99, "not_met"), (85.0, "met"), (85.01, "met"), (math.nan, "not_evaluable")],
    )
    def test_at_least(self, value, status):
        assert judge(Limit("at_least", 85), reading({2019: value})).status == status

    @pytest.mark.parametrize(("value", "status"), [(92.5, "met"), (92.51, "not_met")])
    def test_at_most(self, value, status):
        assert judge(Limit("at_most", 92.5), reading({2019: value})).status == status

    def test_a_value_at_its_limit_says_so(self):
        verdict = judge(Limit("at_least", 85), reading({2019: 85.0}))
        assert "恰为限值" in verdict.reason("zh")
        assert "exactly at the limit" in verdict.reason("en")
        assert "limit" not in judge(Limit("at_least", 85), reading({2019: 85.2})).reason("en")

    def test_rounding_does_not_lift_a_value_over_its_limit(self):
        # 99.996 prints as 100.00, but GB/T 8170 full-value comparison keeps it below 100.
        assert judge(Limit("at_least", 100), reading({2019: 99.996})).status == "not_met"

    def test_binary_noise_is_no_difference(self):
        # 100 * (1 - 0.86) is 14.000000000000002 in binary, and 100 * 0.29 is 28.999999999999996.
        assert judge(Limit("at_most", 14), reading({2019: 100 * (1 - 0.86)})).status == "met"
        assert judge(Limit("at_least", 29), reading({2019: 100 * 0.29})).status == "met"


class TestRanges:
    """What was not observed may be anything: only a range that lies on one side decides."""

    @pytest.mark.parametrize(
        ("low", "high", "status"),
        [
            (98.9, 100, "met"),
            (92.9, 100, "not_evaluable"),
            (92.9, 96, "not_met"),
            (97, 100, "met"),
        ],
    )
    def test_against_97(self, low, high, status):
        verdict = judge(Limit("at_least", 97), reading({2019: low}, low=low, high=high))
        assert verdict.status == status

    def test_an_open_range_is_told_as_a_least_value(self):
        verdict = judge(Limit("at_least", 12), reading({2019: 10.0}, low=10.0, high=math.inf))
        assert verdict.status == "not_evaluable"
        assert "at least 10%" in verdict.reason("en")
        assert "∞" not in verdict.reason("zh")

    def test_a_range_without_a_lower_end_is_told_as_a_most(self):
        verdict = judge(Limit("at_most", 12), reading({2019: 13.0}, low=-math.inf, high=13.0))
        assert verdict.status == "not_evaluable"
        assert "at most 13%" in verdict.reason("en") and "不高于13%" in verdict.reason("zh")

    @given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100))
    @settings(deadline=None, derandomize=True)
    def test_a_range_decides_exactly_when_both_ends_agree(self, a, b, bound):
        low, high = sorted((a, b))
        verdict = judge(Limit("at_least", bound), reading({2019: low}, low=low, high=high))
        ends = {judge(Limit("at_least", bound), reading({2019: v})).status for v in (low, high)}
        assert verdict.status == (ends.pop() if len(ends) == 1 else "not_evaluable")


class TestAssigned:
    GIVEN = Assignment(sense="at_most", value=92.5, document="文件")

    def test_without_a_value_handed_down_it_cannot_be_judged(self):
        assert judge(Assigned(), reading({2019: 1.0})).status == "not_evaluable"

    def test_of_two_bounds_that_a_value_meets_the_one_that_asks_more_is_told(self):
        given = Assignment(sense="at_least", value=14, document="文件")
        target = Both(Assigned(), Limit("at_least", 0))
        met = judge(target, reading({2019: 18.0}, assignment=given)).reason("en")
        assert "at least 14%" in met and "at least 0%" not in met
        missed = judge(target, reading({2019: -1.0}, assignment=given)).reason("en")
        assert "at least 14%" in missed and "at least 0%" not in missed
        at = judge(target, reading({2019: 14.0}, assignment=given)).reason("en")
        assert "exactly at the limit" in at and "at least 0%" not in at
        # -1 misses both; 5 misses the one that asks more and meets the other.
        assert judge(target, reading({2019: 5.0}, assignment=given)).status == "not_met"

    def test_a_decline_is_called_one(self):
        given = Assignment(sense="at_least", value=2.5, measure="decline", document="文件")
        # 100 * (1 - 0.9 / 1) = 10 % less than the year before.
        verdict = judge(
            Assigned(), reading({2018: 1.0, 2019: 0.9}, better="down", assignment=given)
        )
        assert verdict.status == "met"
        assert verdict.reason("en").startswith("the 2019 decline of 10% meets")
        assert verdict.reason("zh").startswith("2019年的年度下降率为10%，符合")
        # 100 * (1 - 1.02 / 1) = -2; a level of 2019 alone has no decline, though it is a value.
        rose = reading({2018: 1.0, 2019: 1.02}, better="down", assignment=given)
        assert judge(Assigned(), rose).reason("en").startswith("the 2019 decline of −2% does not")
        alone = judge(Assigned(), reading({2019: 0.9}, better="down", assignment=given))
        assert alone.status == "not_evaluable" and "for 2018" in alone.reason("en")

    def test_the_document_is_named(self):
        verdict = judge(Assigned(), reading({2019: 92.5}, better="down", assignment=self.GIVEN))
        assert verdict.status == "met"
        assert "文件" in verdict.reason("zh")

    def test_a_decline_is_taken_against_the_year_before(self):
        # 0.50 -> 0.48 is a fall of 4 %.
        given = Assignment(sense="at_least", value=4.0, measure="decline", document="d")
        series = {2018: 0.50, 2019: 0.48}
        assert judge(Assigned(), reading(series, better="down", assignment=given)).status == "met"
        tighter = Assignment(sense="at_least", value=4.1, measure="decline", document="d")
        judged = judge(Assigned(), reading(series, better="down", assignment=tighter))
        assert judged.status == "not_met"
        gap = reading({2017: 0.50, 2019: 0.48}, better="down", assignment=given)
        assert judge(Assigned(), gap).status == "not_evaluable"

    def test_otherwise_holds_only_where_nothing_was_handed_down(self):
        target = Assigned(otherwise=Limit("at_least", 0))
        assert judge(target, reading({2019: 1.0})).status == "met"
        strict = Assignment(sense="at_least", value=2.0, document="d")
        assert judge(target, reading({2019: 1.0}, assignment=strict)).status == "not_met"


class TestNotWorse:
    @pytest.mark.parametrize("year", [2014, 2015, 2016])
    def test_the_base_year_is_no_worse_than_itself_says_nothing(self, year):
        # The base year is 2015; the year before it has nothing earlier either.
        known = reading({y: 1.0 for y in range(2014, year + 1)}, year=year)
        alone = reading({year: 1.0}, year=year)
        assert judge(NotWorse(), alone).status == "not_evaluable"
        assert judge(NotWorse(), known).status == ("not_evaluable" if year == 2014 else "met")

    @pytest.mark.parametrize(
        ("series", "better", "status"),
        [
            ({2018: 97.0, 2019: 97.0}, "up", "met"),
            ({2018: 97.0, 2019: 96.9}, "up", "not_met"),
            ({2018: 0.30, 2019: 0.31}, "down", "not_met"),
            ({2018: 0.30, 2019: 0.29}, "down", "met"),
            ({2015: 90.0, 2018: 95.0, 2019: 96.0}, "up", "met"),
            ({2015: 97.0, 2018: 95.0, 2019: 96.0}, "up", "not_met"),
            ({2019: 96.0}, "up", "not_evaluable"),
            ({2016: 96.0, 2019: 96.0}, "up", "not_evaluable"),
            ({2015: 90.0, 2019: 96.0}, "up", "conditional"),  # 2018 may have been 97
            ({2015: 97.0, 2019: 96.0}, "up", "not_met"),
        ],
    )
    def test_against_last_year_and_base_year(self, series, better, status):
        assert judge(NotWorse(), reading(series, better=better)).status == status

    @pytest.mark.parametrize(
        ("before", "now", "status"),
        [(86.0, 85.01, "met"), (86.0, 85.0, "not_met"), (78.26, 77.26, "not_met")],
    )
    def test_a_change_as_large_as_the_tolerance_is_one(self, before, now, status):
        # HJ 192-2015: |dEI| < 1 is no obvious change, 1 <= |dEI| < 3 a slight one.
        judged = judge(NotWorse(1.0), reading({2018: before, 2019: now}))
        assert judged.status == status
        # Less than before and yet no worse: the reason says why.
        assert ("视为稳定" in judged.reason("zh")) == (status == "met")

    def test_a_least_possible_value_below_last_year_decides_nothing(self):
        partly = reading({2018: 98.0, 2019: 93.0}, low=93.0, high=100.0)
        assert judge(NotWorse(), partly).status == "not_evaluable"


class TestTerrain:
    BOUNDS = {"mountain": 60, "hill": 40, "plain": 18}

    def county(self, **terrain):
        return County(zh="试", en="T", base_year=2015, terrain=terrain)

    def test_one_landform(self):
        target = ByTerrain(self.BOUNDS)
        judged = judge(target, reading({2019: 59.9}, county=self.county(mountain=100)))
        assert judged.status == "not_met"

    def test_mixed_terrain_is_weighted(self):
        # (60 * 35 + 40 * 35 + 18 * 30) / 100 = 21 + 14 + 5.4 = 40.4
        target = ByTerrain(self.BOUNDS)
        county = self.county(mountain=35, hill=35, plain=30)
        assert described(target, "x", "%", county=county).text("en") == "≥ 40.4%"
        assert judge(target, reading({2019: 40.4}, county=county)).status == "met"
        assert judge(target, reading({2019: 40.39}, county=county)).status == "not_met"

    def test_a_dominant_landform_decides_alone(self):
        # 70 - 10 = 60 points apart: no weighting, the mountain target holds.
        county = self.county(mountain=70, hill=20, plain=10)
        assert described(ByTerrain(self.BOUNDS), "x", "%", county=county).text("en") == "≥ 60%"

    def test_a_landform_that_is_not_there_changes_nothing(self):
        # 52 and 48 % differ by 4 points: 0.52 * 60 + 0.48 * 40 = 50.4, with a 0 written out or not.
        for rest in ({}, {"plain": 0}):
            county = self.county(mountain=52, hill=48, **rest)
            assert ByTerrain(self.BOUNDS).bound(county) == pytest.approx(50.4)

    def test_the_order_of_writing_decides_nothing(self):
        # 45 - 10 = 35 points apart, so not weighted; of the two largest the stricter one.
        one, other = (
            {"mountain": 45, "hill": 45, "plain": 10},
            {"hill": 45, "mountain": 45, "plain": 10},
        )
        assert [ByTerrain(self.BOUNDS).bound(self.county(**t)) for t in (one, other)] == [60, 60]

    def test_without_terrain_there_is_no_bound(self):
        judged = judge(ByTerrain(self.BOUNDS), reading({2019: 90.0}, county=self.county()))
        assert judged.status == "not_evaluable"


class TestNoLoss:
    @pytest.mark.parametrize(
        ("series", "status"),
        [
            ({2017: 10.0, 2019: 10.0}, "met"),
            ({2017: 10.0, 2018: 12.0, 2019: 10.5}, "met"),
            ({2017: 10.0, 2019: 9.99}, "not_met"),
            ({2019: 10.0}, "not_evaluable"),
            ({2017: 10.0}, "not_evaluable"),
        ],
    )
    def test_against_the_earliest_year(self, series, status):
        assert judge(NoLoss(), reading(series, unit="ha")).status == status


class TestInPlace:
    TARGET = InPlace({"plan": ("方案", "plan"), "rules": ("制度", "rules")})

    def states(self, plan, rules):
        return {"plan": plan, "rules": rules}

    @pytest.mark.parametrize(
        ("plan", "rules", "status"),
        [
            ("documented", "documented", "met"),
            ("documented", "stated", "conditional"),
            ("named", "stated", "declared"),
            ("stated", "absent", "not_evaluable"),
            ("absent", "denied", "not_met"),
        ],
    )
    def test_the_weakest_requirement_decides(self, plan, rules, status):
        documents = self.states(plan, rules)
        assert judge(self.TARGET, reading({}, states=documents)).status == status

    def test_only_what_decides_is_named(self):
        verdict = judge(self.TARGET, reading({}, states=self.states("named", "stated")))
        (note,) = verdict.notes
        assert note.code == "requirement_stated"
        assert [r.code for r in note.args["requirements"]] == ["plan.rules"]


class TestCombinations:
    def test_both(self):
        both = Both(Limit("at_least", 90), NotWorse())
        assert judge(both, reading({2018: 91.0, 2019: 92.0})).status == "met"
        assert judge(both, reading({2018: 95.0, 2019: 92.0})).status == "not_met"
        assert judge(both, reading({2019: 92.0})).status == "not_evaluable"
        assert judge(both, reading({2019: 80.0})).status == "not_met"

    def test_either(self):
        either = Either(Limit("at_least", 90), NotWorse())
        assert judge(either, reading({2018: 70.0, 2019: 80.0})).status == "met"
        assert judge(either, reading({2018: 85.0, 2019: 80.0})).status == "not_met"

    def test_where_given_is_left_out_without_a_value(self):
        both = Both(InPlace({"plan": ("方案", "plan")}), WhereGiven(Limit("at_least", 100)))
        documents = {"plan": "documented"}
        assert judge(both, reading({}, states=documents)).status == "met"
        assert judge(both, reading({2019: 99.0}, states=documents)).status == "not_met"


def verdict(status):
    return Verdict(status)


class TestPrecedence:
    def test_every_pair_and_triple(self):
        # not_met beats conflict beats not_evaluable beats declared beats met, whatever the order.
        for size in (2, 3):
            for statuses in itertools.product(PRECEDENCE, repeat=size):
                expected = next(s for s in PRECEDENCE if s in statuses)
                assert worst([verdict(s) for s in statuses]).status == expected

    def test_parts_that_do_not_apply_are_left_out(self):
        assert worst([verdict("not_applicable"), verdict("met")]).status == "met"
        assert worst([verdict("not_applicable")]) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (98.9041095890411, "98.90"),
        (97.0, "97"),
        (12670.95, "12,670.95"),
        (0.236, "0.236"),
        (0.078125, "0.0781"),
        (-0.0781860829, "−0.0782"),
        (math.nan, "—"),
        (100 * (1 - 0.86), "14"),
    ],
)
def test_numbers_for_people(value, text):
    assert show(value) == text


class TestBounds:
    """Where the line of a target runs over the years of a series."""

    def values(self, *years: int) -> Series:
        return placed_by_year(dict.fromkeys(years, 1.0))

    def test_a_fixed_limit_holds_every_year(self, tiny):
        bound = bound_of(LIANSHAN.find("27"), tiny(2019, items=[]).params, self.values(2018, 2019))
        assert (list(bound.values), bound.sign, bound.constant) == ([85, 85], "≥", True)

    def test_assigned_values_differ_by_year(self, tiny):
        one = "{sense: at_most, value: 80, document: a}"
        two = "{sense: at_most, value: 70, document: a}"
        params = f"assigned: {{water_per_gdp: {{2017: {one}, 2019: {two}}}}}\n"
        case = tiny(2019, items=[], params=params)
        bound = bound_of(LIANSHAN.find("20"), case.params, self.values(2017, 2018, 2019))
        assert bound.sign == "≤" and not bound.constant
        assert bound.known() == [(2017, 80), (2019, 70)]
        assert math.isnan(bound.at(2018))

    def test_an_assigned_decline_is_no_line_among_levels(self, tiny):
        one = "{sense: at_least, value: 3, measure: decline, document: a}"
        case = tiny(2019, items=[], params=f"assigned: {{energy_per_gdp: {{2019: {one}}}}}\n")
        assert bound_of(LIANSHAN.find("19"), case.params, self.values(2018, 2019)) is None

    def test_terrain_decides_for_forest_cover(self, tiny):
        bound = bound_of(LIANSHAN.find("10"), tiny(2019, items=[]).params, self.values(2019))
        assert list(bound.values) == [60]

    def test_an_unknown_terrain_gives_no_line(self, tiny):
        params = tiny(2019, items=[]).params
        county = params.county.model_copy(update={"terrain": {}})
        unknown = params.model_copy(update={"county": county})
        assert bound_of(LIANSHAN.find("10"), unknown, self.values(2019)) is None

    def test_an_area_is_held_against_its_earliest_year(self, tiny):
        params = tiny(2019, items=[]).params
        grown = placed_by_year({2017: 10.0, 2019: 12.0})
        assert list(bound_of(LIANSHAN.find("16a"), params, grown).values) == [10, 10, 10]
        assert bound_of(LIANSHAN.find("16a"), params, grown.since(2019)) is None
        assert bound_of(LIANSHAN.find("16a"), params, placed_by_year({})) is None

    def test_requirements_are_bounded_by_their_number(self, tiny):
        params = tiny(2019).params
        assert list(bound_of(LIANSHAN.find("15"), params, self.values(2019)).values) == [3]
