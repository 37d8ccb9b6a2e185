"""Plant a doubtful figure, see it told at its cell; and nothing told of figures in order."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from counties import evaluated, opened
from hypothesis import given, settings
from hypothesis import strategies as st

from ecolib.assess.case import Case
from ecolib.assess.opening import RULES, CaseContext
from ecolib.checks.figures import plausibility
from ecolib.data import dictionary
from ecolib.data.dictionary import ceilings, convert
from ecolib.data.figures import combined, dated
from ecolib.data.params import Params
from ecolib.indicators.catalogue import known_items
from ecolib.texts import Note
from tests.test_figures_of_items import rows

COUNTY = {"zh": "试县", "en": "Test", "base_year": 2015}


def told(*figures: tuple, params: dict | None = None, rule: str = "") -> list[Note]:
    """Remarks on figures given as (item, year, printed, unit)."""
    names = ("item", "year", "printed", "unit")
    table = rows(*(dict(zip(names, f, strict=True)) for f in figures))
    for row in table:
        row["value"] = convert(row["value"], row["unit"], known_items()[row["item"]].unit)
    checked = Params.model_validate({"county": COUNTY, **(params or {})})
    return [note for note in remarks(table, checked) if not rule or note.rule == rule]


def remarks(table: list[dict], params: Params) -> tuple[Note, ...]:
    figures, _ = combined(dated(table, known_items()), known_items())
    county = SimpleNamespace(params=params, at=lambda year: SimpleNamespace(figures=figures))
    return plausibility(CaseContext(Case(county, 2019, RULES, {})))


def series(item: str, unit: str, *printed: str, first: int = 2012) -> list[tuple]:
    return [(item, first + n, text, unit) for n, text in enumerate(printed)]


class TestRelations:
    def test_a_part_beyond_its_whole_is_told_at_the_part(self):
        (issue,) = told(("straw_used", 2019, "104", "t"), ("straw_total", 2019, "100", "t"))
        assert (issue.rule, issue.severity) == ("part_exceeds_whole", "warning")
        assert issue.source.cell == "C2"
        assert issue.text("zh") == (
            "2019年秸秆综合利用量104吨，大于秸秆产生总量100吨，分项不应大于总量；"
            "按定义，综合利用的秸秆是秸秆产生总量的一部分"
        )

    def test_rounding_excuses_and_no_more(self):
        # 10.5 +- 0.05 against 10 +- 0.5: 10.45 may lie below 10.5. 10.6 - 10 = 0.6 > 0.55.
        within = [("straw_used", 2019, "10.5", "t"), ("straw_total", 2019, "10", "t")]
        beyond = [("straw_used", 2019, "10.6", "t"), ("straw_total", 2019, "10", "t")]
        assert told(*within) == []
        assert len(told(*beyond)) == 1

    def test_parts_add_up_and_one_that_is_missing_excuses_nothing(self):
        total = ("bank_total", 2019, "100", "km")
        parts = [("bank_protected", 2019, "60", "km"), ("bank_reserved", 2019, "50", "km")]
        assert [i.rule for i in told(*parts, total)] == ["part_exceeds_whole"]
        assert told(parts[0], total) == []
        assert len(told(("bank_protected", 2019, "110", "km"), total)) == 1

    def test_areas_in_different_units_are_compared(self):
        # 3000 mu = 2 km2
        land = ("land_area", 2019, "1.9", "km2")
        assert len(told(("built_land", 2019, "3000", "mu"), land)) == 1
        assert told(("built_land", 2019, "2700", "mu"), land) == []

    def test_earlier_stock_may_be_used_up_but_not_beyond_it(self):
        stock = ("hw_stored", 2018, "5.0", "t")
        used = ("hw_used_disposed", 2019, "9.0", "t")
        assert told(stock, used, ("hw_prior_used_disposed", 2019, "5.0", "t")) == []
        (issue,) = told(stock, used, ("hw_prior_used_disposed", 2019, "5.2", "t"))
        assert "大于2018年危险废物年末贮存量5.0吨" in issue.text("zh")

    @pytest.mark.parametrize(("closing", "tells"), [("8.0", 0), ("8.1", 0), ("8.3", 1)])
    def test_a_stock_follows_from_its_flows_within_rounding(self, closing, tells):
        # 5.0 + 10.0 - 7.0 = 8.0, known to 4 * 0.05 = 0.2
        found = told(
            ("hw_stored", 2018, "5.0", "t"),
            ("hw_stored", 2019, closing, "t"),
            ("hw_generated", 2019, "10.0", "t"),
            ("hw_used_disposed", 2019, "7.0", "t"),
        )
        assert [i.rule for i in found] == ["balance"] * tells
        assert all("推算应为8.0吨" in i.text("zh") for i in found)

    @given(st.integers(0, 10**6), st.integers(0, 10**6))
    @settings(deadline=None, derandomize=True, max_examples=30)
    def test_counts_are_told_exactly_when_the_part_is_larger(self, part, whole):
        found = told(
            ("cadres_trained", 2019, str(part), "persons"),
            ("cadres_total", 2019, str(whole), "persons"),
        )
        assert len(found) == (part > whole)


class TestUnits:
    @pytest.mark.parametrize(
        ("item", "unit", "wrong", "right", "suggests"),
        [
            ("energy", "10k tce", "830000", "83", "tce instead of 10⁴ tce"),
            ("hw_generated", "t", "0.0512", "512", "10⁴ t instead of t"),
            ("hw_generated", "t", "512000", "512", "kg instead of t"),
            ("organic_area", "mu", "460", "6900", "ha instead of mu"),
            ("forest_area", "km2", "91200", "912", "ha instead of km²"),
            ("forest_area", "km2", "1368000", "912", "mu instead of km²"),
            ("urban_sewage_rate", "%", "0.915", "91.5", "a fraction instead of %"),
        ],
    )
    def test_a_ratio_to_other_years_near_a_unit_factor(self, item, unit, wrong, right, suggests):
        near = [f"{float(right) * f:.5g}" for f in (0.97, 1.02)]
        (issue,) = told(*series(item, unit, near[0], wrong, near[1], right))
        assert (issue.rule, issue.severity, issue.args["shown"]) == (
            "unit_suspected",
            "warning",
            wrong,
        )
        assert suggests in issue.text("en")
        assert issue.source.cell == "C3"  # the doubtful row, not the sound ones beside it

    @pytest.mark.parametrize(
        ("item", "printed", "meant"),
        # Of a share of which more is better 1 % is next to nothing; a decline may well be small.
        [("straw_use_rate", "0.95", "95"), ("straw_use_rate", "0.9147", "91.47"),
         ("straw_use_rate", "95", None), ("energy_per_gdp_decline", "0.95", None)],
    )  # fmt: skip
    def test_a_fraction_with_nothing_to_compare(self, item, printed, meant):
        found = told(*series(item, "%", printed))
        assert [n.args["meant"].value for n in found] == ([] if meant is None else [meant])
        assert {n.rule for n in found} <= {"fraction_suspected"}

    def test_two_years_do_not_say_which_of_them_is_wrong(self):
        found = told(*series("energy", "10k tce", "83", "830000"))
        assert [i.rule for i in found] == ["jump"]

    @given(st.lists(st.floats(0.75, 1.3), min_size=3, max_size=9))
    @settings(deadline=None, derandomize=True, max_examples=40)
    def test_years_of_one_size_suggest_nothing(self, sizes):
        printed = [f"{500 * s:.3f}" for s in sizes]
        assert told(*series("hw_generated", "t", *printed), rule="unit_suspected") == []


class TestJumps:
    @pytest.mark.parametrize(("now", "tells"), [("999", 0), ("1000", 1), ("10.1", 0), ("10", 1)])
    def test_a_tenfold_change_is_always_told(self, now, tells):
        found = told(*series("hw_generated", "t", "100", now))
        assert [i.rule for i in found] == ["jump"] * tells

    @pytest.mark.parametrize(
        ("used", "tells"), [("57.0", []), ("58.0", ["jump", "part_exceeds_whole"])]
    )
    def test_a_stock_that_follows_from_its_flows_does_not_jump(self, used, tells):
        # 40 + 60 - 43 = 57 is left, and 57 + 1 - 57 = 1 a year later.
        years = [
            ("hw_stored", 2016, "40.0", "t"), ("hw_stored", 2017, "57.0", "t"),
            ("hw_stored", 2018, "1.0", "t"),
            ("hw_generated", 2017, "60.0", "t"), ("hw_generated", 2018, "61.0", "t"),
            ("hw_used_disposed", 2017, "43.0", "t"), ("hw_used_disposed", 2018, "117.0", "t"),
            ("hw_prior_used_disposed", 2017, "3.0", "t"),
            ("hw_prior_used_disposed", 2018, used, "t"),
        ]  # fmt: skip
        assert sorted(i.rule for i in told(*years)) == tells

    def test_a_tenfold_change_is_told_over_a_gap(self):
        # 40 mg/m3 are 40,000 ug/m3.
        years = [("pm25_mean", 2015, "40000", "ug/m3"), ("pm25_mean", 2019, "36", "ug/m3")]
        (issue,) = told(*years)
        assert issue.code == "jump.since" and "2015年为" in issue.text("zh")

    def test_beyond_its_own_history(self):
        # Changes of 2 to 4 % a year, then 60 %.
        steady = ("100.0", "103.0", "105.5", "109.0", "112.0")
        assert told(*series("water_use", "10k m3", *steady)) == []
        (issue,) = told(*series("water_use", "10k m3", *steady, "179.2"))
        assert (issue.rule, issue.args["shown"]) == ("jump", "179.2")
        assert "比上年增加60%；此前各年变幅不超过3.3%" in issue.text("zh")  # 109.0 / 105.5

    def test_an_item_that_always_moves_much_may_do_so_again(self):
        wild = ("100.0", "170.0", "90.0", "150.0", "80.0", "140.0", "75.0")
        assert told(*series("water_use", "10k m3", *wild)) == []

    def test_three_earlier_years_say_nothing_of_a_change_below_tenfold(self):
        assert told(*series("water_use", "10k m3", "100.1", "103.2", "105.3", "300.4")) == []

    def test_after_an_outlier_the_return_is_no_jump(self):
        found = told(*series("water_use", "10k m3", "100.1", "103.2", "2000.3", "101.4"))
        assert [i.args["shown"] for i in found] == ["2000.3"]

    def test_after_a_step_the_new_level_is_not_told_again(self):
        found = told(*series("water_use", "10k m3", "100.1", "2000.3", "2010.4", "2020.5"))
        assert [i.args["shown"] for i in found] == ["2000.3"]

    def test_small_counts_and_zeros_are_left_alone(self):
        assert told(*series("rivers_with_chief", "count", "1", "15", "0", "9")) == []


class TestCeilings:
    LARGE = {"county": {**COUNTY, "area_km2": 1000}}

    def test_more_waste_than_an_area_makes_suggests_the_smaller_unit(self):
        # 30 * 10^4 t / 1000 km2 = 300 t/km2, beyond 200
        (issue,) = told(("hw_generated", 2019, "30", "10k t"), params=self.LARGE)
        assert (issue.rule, issue.severity) == ("beyond_reason", "warning")
        assert "折合每平方千米300吨" in issue.text("zh")
        assert issue.text("zh").endswith("疑应为吨而不是万吨")

    def test_within_the_ceiling_nothing_is_said(self):
        assert told(("hw_generated", 2019, "19.9", "10k t"), params=self.LARGE) == []

    def test_without_a_known_area_nothing_is_said(self):
        assert told(("hw_generated", 2019, "9999", "10k t")) == []

    def test_several_years_make_one_remark(self):
        figures = series("hw_generated", "10k t", "30.1", "31.2", "32.3")
        (issue,) = told(*figures, params=self.LARGE)
        assert issue.text("zh").startswith("2012—2014年：")
        assert issue.args["shown"] == "32.3"

    @pytest.mark.parametrize("ceiling", ceilings(), ids=lambda c: c.item)
    def test_each_is_of_an_item_that_grows_with_area_and_says_why(self, ceiling):
        item = dictionary.items()[ceiling.item]
        assert item.across == "sum"
        assert ceiling.zh and ceiling.en


class TestCopies:
    def test_four_digits_twice_make_a_note(self):
        (issue,) = told(*series("waste_generated", "t", "6297.02", "6824.86", "6297.02"))
        assert (issue.rule, issue.severity, issue.source.cell) == ("repeated_figure", "note", "C4")
        assert "2012年、2014年数值逐位相同" in issue.text("zh")

    @pytest.mark.parametrize(
        ("used", "rules"),
        [
            (None, {"repeated_figure"}),
            ("640", set()),  # 1031.5 + 640 - 640 = 1031.5
            ("600", {"repeated_figure", "balance"}),  # 1031.5 + 640 - 600 = 1071.5
        ],
    )
    def test_a_stock_that_its_flows_leave_as_it_was_is_no_copy(self, used, rules):
        figures = series("hw_stored", "t", "1031.5", "1031.5")
        if used:
            figures += [("hw_generated", 2013, "640", "t"), ("hw_used_disposed", 2013, used, "t")]
        assert {issue.rule for issue in told(*figures)} == rules

    def test_three_years_make_a_warning(self):
        (issue,) = told(*series("manure_use_rate", "%", "77.2", "77.2", "77.2"))
        assert (issue.rule, issue.severity) == ("repeated_figure", "warning")

    @pytest.mark.parametrize(
        ("item", "unit", "printed"),
        [
            ("manure_use_rate", "%", ("100", "100", "100")),
            ("manure_use_rate", "%", ("77.2", "77.2")),
            ("sources_total", "count", ("1234", "1234", "1234")),
            ("land_area", "km2", ("1903.6", "1903.6", "1903.6")),
            ("straw_total", "t", ("150000", "150000")),  # rounded: two digits are known
            ("land_per_gdp", "mu/10k yuan", ("0.1280", "0.1279", "0.1280")),  # it hardly moves
        ],
    )
    def test_what_may_well_repeat_is_left_alone(self, item, unit, printed):
        assert told(*series(item, unit, *printed)) == []

    def test_the_figures_of_another_indicator(self):
        found = told(
            *series("urban_sewage_rate", "%", "93.43", "92.15"),
            *series("green_building_share", "%", "93.43", "92.15"),
        )
        assert [(i.rule, i.about) for i in found] == [
            ("same_as_another", "green_building_share"),
            ("same_as_another", "urban_sewage_rate"),
        ]

    def test_a_part_that_is_all_of_its_whole_is_no_copy(self):
        assert told(*_pair("waste_generated", "waste_harmless", "t")) == []

    def test_one_year_that_differs_is_enough(self):
        found = told(
            *series("urban_sewage_rate", "%", "93.43", "92.15", "94.61"),
            *series("green_building_share", "%", "93.43", "92.15", "94.60"),
        )
        assert found == []

    def test_a_value_that_is_its_target_to_the_last_digit(self):
        assigned = {"sense": "at_most", "value": 210.4, "document": "文件"}
        params = {"assigned": {"water_per_gdp": {2018: assigned}}}
        (issue,) = told(("water_per_gdp", 2018, "210.4", "m3/10k yuan"), params=params)
        assert (issue.rule, issue.severity) == ("equals_target", "note")
        assert told(("water_per_gdp", 2018, "210.3", "m3/10k yuan"), params=params) == []
        assert told(("water_per_gdp", 2017, "210.4", "m3/10k yuan"), params=params) == []


def _pair(one: str, other: str, unit: str) -> list[tuple]:
    printed = ("6297.02", "6824.86", "6315.29")
    return [*series(one, unit, *printed), *series(other, unit, *printed)]


class TestYears:
    def test_a_year_long_before_the_base_year(self):
        # The base year is 2015.
        (issue,) = told(("waste_generated", 1999, "6297.02", "t"))
        assert (issue.rule, issue.severity) == ("year_suspected", "warning")
        assert told(("waste_generated", 2000, "6297.02", "t")) == []


class TestRealCounties:
    RULES = {
        "part_exceeds_whole", "balance", "jump", "unit_suspected", "beyond_reason",
        "repeated_figure", "same_as_another", "equals_target", "year_suspected",
    }  # fmt: skip

    def remarks(self, county: str, year: int) -> set[tuple[str, str]]:
        return {(i.rule, i.about) for i in opened(county, year).issues() if i.rule in self.RULES}

    def test_the_demo_county_shows_what_was_planted_and_no_more(self):
        assert self.remarks("demo", 2020) == {
            ("balance", "hw_stored"),
            ("repeated_figure", "pollution_free_area"),
        }

    def test_lianshan(self):
        # Hazardous waste: 67.517 * 10^4 t / 1218.43 km2 = 554 t/km2; 2018 stock 0.175 + 67.182 -
        # 64.18 = 3.177, not 3.193, and 0.191 taken of a stock of 0.175; the stocks grow 18- and
        # 17-fold. 93.43, 92.15, 94.61 stand under two indicators. 210.4 is the assigned 210.4.
        assert self.remarks("lianshan", 2019) == {
            ("beyond_reason", "hw_generated"),
            ("part_exceeds_whole", "hw_prior_used_disposed"),
            ("balance", "hw_stored"),
            ("jump", "hw_stored"),
            ("jump", "hw_prior_used_disposed"),
            ("same_as_another", "urban_sewage_rate"),
            ("same_as_another", "green_building_share"),
            ("equals_target", "water_per_gdp"),
        }

    def test_remarks_stand_on_the_page_of_the_indicator(self):
        told = {i.rule for i in evaluated("lianshan", 2019, "13").issues}
        assert {"beyond_reason", "balance", "part_exceeds_whole"} <= told


class TestScopes:
    def issues(self, *given):
        names = ("item", "year", "printed", "unit", "place")
        table = rows(*(dict(zip(names, g, strict=True)) for g in given))
        found = remarks(table, Params.model_validate({"county": COUNTY}))
        return [i for i in found if i.rule == "scope_changed"]

    def test_by_place_in_one_year_and_one_figure_in_the_next(self):
        share = "eco_share_of_appraisal"
        (issue,) = self.issues(
            (share, 2018, "35", "%", "towns"),
            (share, 2018, "40", "%", "villages"),
            (share, 2019, "66", "%", ""),
        )
        assert "2018" in issue.text("en") and "2019" in issue.text("en")

    def test_the_same_scope_in_both_years(self):
        share = "eco_share_of_appraisal"
        given = [(share, y, "35", "%", place) for y in (2018, 2019) for place in ("a", "b")]
        assert self.issues(*given) == []
