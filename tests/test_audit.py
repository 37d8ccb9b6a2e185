"""Printed claims against the figures: every fault here is planted, every sum worked by hand."""

import math

import pytest
from counties import LIANSHAN
from hypothesis import given, settings
from hypothesis import strategies as st

from ecolib.assess.opening import open_case
from ecolib.checks.audit import COLUMNS, audit
from ecolib.checks.claims import Claim, compare, unit_code
from ecolib.texts import Note

# 100 * 66.12 / (67.517 + 3.193) = 6612 / 70.71 = 93.5087 %.
HAZARDOUS = [
    ("hw_generated", 2019, "67.517", "10k t"),
    ("hw_used_disposed", 2019, "66.12", "10k t"),
    ("hw_prior_used_disposed", 2019, "3.193", "10k t"),
]
FOREST = [("forest_grass_cover", 2018, "85.42", "%"), ("forest_grass_cover", 2019, "85.88", "%")]
ENERGY = [
    ("energy_per_gdp", 2018, "0.236", "tce/10k yuan"),
    ("energy_per_gdp", 2019, "0.319", "tce/10k yuan"),
]


def only(case):
    """The one row of an audit of one claim."""
    table = audit(case)
    assert len(table) == 1
    return table.iloc[0]


def value(printed, unit="%", indicator="hazardous_waste_rate", year=2019):
    return (indicator, year, "value", printed, unit, f"printed: {printed}")


def change(printed, unit, claim, indicator):
    return (indicator, 2019, "change", printed, unit, claim)


def verdict(printed, indicator="hazardous_waste_rate"):
    return (indicator, 2019, "verdict", printed, "", f"verdict: {printed}")


class TestValues:
    # Rounding of the inputs: 0.005 / 70.71 + 2 * 0.0005 * 66.12 / 70.71^2, in all 0.0084 points.
    @pytest.mark.parametrize(
        ("printed", "finding"),
        [
            ("100", "contradicts"),  # 6.49 apart, 0.508 allowed
            ("94", "agrees"),  # 0.491 apart, 0.508 allowed
            ("93.5", "agrees"),
            ("93.51", "agrees"),
            ("93.52", "agrees"),  # 0.0113 apart, 0.005 + 0.0084 allowed
            ("93.53", "contradicts"),  # 0.0213 apart
            ("93.4", "contradicts"),  # 0.109 apart, 0.0584 allowed
        ],
    )
    def test_tolerance_is_half_the_last_digit_and_the_rounding_of_the_inputs(
        self, tiny, printed, finding
    ):
        row = only(tiny(2019, items=HAZARDOUS, claims=[value(printed)]))
        assert (row.finding, row.rule) == (finding, "value_of_inputs")
        assert float(row.recomputed) == pytest.approx(6612 / 70.71)

    def test_the_arithmetic_is_told_in_both_languages(self, tiny):
        row = only(tiny(2019, items=HAZARDOUS, claims=[value("100")]))
        for text in (row.explanation_zh, row.explanation_en):
            # Digit for digit as handed in, in 10^4 t.
            for number in ("67.517", "66.12", "3.193", "93.51%", "100%", "6.49"):
                assert number in text

    def test_the_finished_value_printed_again_is_no_check(self, tiny):
        items = [("straw_use_rate", 2019, "91.47", "%")]
        row = only(tiny(2019, items=items, claims=[value("91.47", indicator="straw_use_rate")]))
        assert (row.finding, row.rule) == ("cannot_check", "repeats_reported")

    def test_another_finished_value_contradicts(self, tiny):
        items = [("straw_use_rate", 2019, "91.47", "%")]
        row = only(tiny(2019, items=items, claims=[value("92", indicator="straw_use_rate")]))
        # 0.53 apart, 0.5 + 0.005 allowed.
        assert (row.finding, row.rule) == ("contradicts", "reported_value")

    def test_the_one_input_printed_again_is_no_check(self, tiny):
        claim = value("12,670.95", "mu", "organic_certified_area")
        items = [("organic_area", 2019, "12670.95", "mu")]
        row = only(tiny(2019, items=items, claims=[claim]))
        assert (row.finding, row.rule) == ("cannot_check", "repeats_input")

    @pytest.mark.parametrize(
        ("printed", "finding"),
        # 361 of 365 days are 98.9 %, the least it can be while valid days are not known.
        [("98.9", "agrees"), ("99.7", "cannot_check"), ("97", "contradicts")],
    )
    def test_partly_observed_leaves_room(self, tiny, printed, finding):
        claim = value(printed, indicator="good_air_days_ratio")
        row = only(tiny(2019, items=[("good_air_days", 2019, "361", "d")], claims=[claim]))
        assert row.finding == finding

    def test_another_quantity_beside_the_indicator_cannot_be_checked(self, tiny):
        row = only(tiny(2019, items=HAZARDOUS, claims=[value("4.59", "10k t")]))
        assert (row.finding, row.rule) == ("cannot_check", "another_quantity")

    @pytest.mark.parametrize(("printed", "rule"), [("66", "no_figure"), ("many", "not_a_number")])
    def test_nothing_to_hold_it_against(self, tiny, printed, rule):
        row = only(tiny(2019, claims=[value(printed)]))
        assert (row.finding, row.rule, row.recomputed) == ("cannot_check", rule, "")

    @pytest.mark.parametrize(
        ("printed", "finding"),
        # 23,035 ha are 230.35 km2; of 1218.43 km2 that is 18.9055 %.
        [("18.9", "agrees"), ("18.91", "agrees"), ("18.8", "contradicts")],
    )
    def test_share_of_the_county(self, tiny, printed, finding):
        claim = value(printed, indicator="nature_reserves")
        case = tiny(2019, areas=[("protected", "all", 2019, "23035", "ha")], claims=[claim])
        path = case.root / "params/trial.yml"
        text = path.read_text(encoding="utf-8").replace("base_year", "area_km2: 1218.43, base_year")
        path.write_text(text, encoding="utf-8")
        row = only(open_case("trial", 2019, root=case.root))
        assert (row.finding, row.rule) == (finding, "share_of_county")


class TestChanges:
    def test_a_printed_fall_over_a_rise(self, tiny):
        claim = change("14.72", "%", "能耗下降率为14.72%", "energy_per_gdp")
        row = only(tiny(2019, items=ENERGY, claims=[claim]))
        # 0.319 / 0.236 - 1 = +35.1695 %: a fall of -35.17 %.
        assert row.finding == "contradicts"
        assert float(row.recomputed) == pytest.approx(-35.16949, abs=1e-4)

    def test_a_rise_that_is_one(self, tiny):
        claim = change("35.2", "%", "energy per GDP rose by 35.2 %", "energy_per_gdp")
        assert only(tiny(2019, items=ENERGY, claims=[claim])).finding == "agrees"

    @pytest.mark.parametrize(
        # 85.88 - 85.42 = 0.46 points; 0.005 + 2 * 0.005 allowed.
        ("printed", "finding"),
        [("0.46", "agrees"), ("0.47", "agrees"), ("0.49", "contradicts"), ("0.64", "contradicts")],
    )
    def test_percentage_points(self, tiny, printed, finding):
        claim = change(printed, "个百分点", f"比上年提高{printed}个百分点", "forest_grass_cover")
        row = only(tiny(2019, items=FOREST, claims=[claim]))
        assert (row.finding, row.rule) == (finding, "change_of_levels")

    def test_one_level_is_not_enough(self, tiny):
        claim = change("0.46", "pp", "提高0.46个百分点", "forest_grass_cover")
        row = only(tiny(2019, items=FOREST[1:], claims=[claim]))
        assert (row.finding, row.rule) == ("cannot_check", "no_levels")

    def test_an_indicator_that_is_a_fall_itself_is_compared_by_its_value(self, tiny):
        items = [
            ("land_per_gdp", 2018, "0.1279", "mu/10k yuan"),
            ("land_per_gdp", 2019, "0.1280", "mu/10k yuan"),
        ]
        claim = change("9.4", "%", "下降率为9.4%", "land_per_gdp_decline")
        row = only(tiny(2019, items=items, claims=[claim]))
        # 100 * (1 - 0.1280 / 0.1279) = -0.0782 %.
        assert row.finding == "contradicts"
        assert float(row.recomputed) == pytest.approx(-0.0781861, abs=1e-6)


class TestVerdicts:
    @pytest.mark.parametrize(
        ("printed", "finding"),
        [
            ("达标", "contradicts"),
            ("met", "contradicts"),
            ("未达标", "agrees"),
            ("excellent", "cannot_check"),
        ],
    )
    def test_over_a_value_that_misses_its_target(self, tiny, printed, finding):
        row = only(tiny(2019, items=HAZARDOUS, claims=[verdict(printed)]))
        assert (row.finding, row.recomputed) == (finding, "not_met")

    def test_met_and_met(self, tiny):
        case = tiny(2019, items=FOREST, claims=[verdict("达标", "forest_grass_cover")])
        assert only(case).finding == "agrees"

    def test_undecided_is_not_agreement(self, tiny):
        row = only(tiny(2019, claims=[verdict("达标")]))
        assert (row.finding, row.recomputed) == ("cannot_check", "not_evaluable")

    def test_conflicting_figures_contradict_a_printed_met(self, tiny):
        items = [*ENERGY, ("energy_per_gdp_decline", 2019, "14.72", "%")]
        row = only(tiny(2019, items=items, claims=[verdict("达标", "energy_per_gdp")]))
        assert (row.finding, row.recomputed) == ("contradicts", "conflict")


class TestTheTable:
    def test_counts_and_ranks_are_not_confirmed(self, tiny):
        claims = [
            ("nature_reserves", 2019, "count", "16", "count", "16 areas"),
            ("good_air_days_ratio", 2019, "rank", "1", "", "first"),
        ]
        assert list(audit(tiny(2019, claims=claims))["finding"]) == ["cannot_check"] * 2

    def test_a_claim_is_judged_by_the_data_of_its_own_year(self, tiny):
        early = [("straw_use_rate", 2018, "91.0", "%")]
        tiny(2018, items=early, claims=[value("91.0", indicator="straw_use_rate", year=2018)])
        # A later restatement does not make what was printed then wrong then.
        case = tiny(2019, items=[("straw_use_rate", 2018, "85.0", "%")])
        assert only(case).rule == "repeats_reported"

    def test_columns_and_order(self, tiny):
        claims = [
            value("1", indicator="straw_use_rate"),
            value("93.5"),
            verdict("达标", "eco_plan"),
        ]
        table = audit(tiny(2019, items=HAZARDOUS, claims=claims))
        assert tuple(table.columns) == COLUMNS
        assert list(table["number"]) == ["1", "13", "23a"]

    def test_no_claims(self, tiny):
        table = audit(tiny(2019, items=HAZARDOUS))
        assert table.empty and tuple(table.columns) == COLUMNS


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
@settings(deadline=None, derandomize=True)
def test_a_value_rounded_as_printed_always_agrees(computed, decimals):
    claim = _claim(f"{computed:.{decimals}f}")
    found = compare(claim, computed, rounding=0.0, rule="", worked=Note("worked"))
    assert found.outcome == "agrees"


@given(st.floats(-1e4, 1e4), st.integers(0, 4), st.integers(1, 50))
@settings(deadline=None, derandomize=True)
def test_two_last_digits_off_always_contradict(computed, decimals, steps):
    printed = round(computed, decimals) + (steps + 1) * 10**-decimals
    claim = _claim(f"{printed:.{decimals}f}")
    found = compare(claim, computed, rounding=0.0, rule="", worked=Note("worked"))
    assert found.outcome == "contradicts"


@pytest.mark.parametrize(
    ("printed", "number", "half"),
    [
        ("98.0", 98, 0.05),
        ("100", 100, 0.5),
        ("12,670.95", 12670.95, 0.005),
        ("14.72%", 14.72, 0.005),
    ],
)
def test_reading_a_printed_number(printed, number, half):
    claim = _claim(printed)
    assert claim.value == number
    assert claim.rounding == pytest.approx(half)


def test_what_is_no_number():
    assert math.isnan(_claim("about 5").value)


def test_units_by_code_or_name():
    assert unit_code("个百分点", "") == "pp"
    assert unit_code("percentage points", "") == "pp"
    assert unit_code(None, "%") == "%"
    assert unit_code("furlong", "%") == "furlong"


def _claim(printed):
    return Claim(LIANSHAN.find("hazardous_waste_rate"), 2019, "value", printed, "%", "", "")
