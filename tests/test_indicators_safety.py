"""Indicators 7 to 15, each worked by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest
from counties import LIANSHAN
from series import by_year, on_series

from ecolib.assess.history import history_of
from ecolib.assess.judge import judge, reading_of
from ecolib.data.params import County
from ecolib.indicators import safety
from ecolib.indicators.formulas import Measure

black_odor_elimination = on_series(safety.black_odor_elimination)
coastal_wetland_restored = on_series(safety.coastal_wetland_restored)
eco_index_ei = on_series(safety.eco_index_ei)
emergency_mechanism = on_series(safety.emergency_mechanism)
forest_grass_cover = on_series(safety.forest_grass_cover)
good_air_days_ratio = on_series(safety.good_air_days_ratio)
hazardous_waste_rate = on_series(safety.hazardous_waste_rate)
indicator_aquatic_species = on_series(safety.indicator_aquatic_species)
invasive_species = on_series(safety.invasive_species)
land_risk_register = on_series(safety.land_risk_register)
natural_shoreline_restored = on_series(safety.natural_shoreline_restored)
pm25_decline = on_series(safety.pm25_decline)
protected_species_rate = on_series(safety.protected_species_rate)
water_class3_gain = on_series(safety.water_class3_gain)
water_class5minus_decline = on_series(safety.water_class5minus_decline)

COUNTY = County(zh="试县", en="Test", base_year=2015)


class TestGoodAirDaysRatio:
    PRINTED = {2017: 339, 2018: 349, 2019: 361}

    def test_printed_days_over_calendar_days(self):
        # 339 / 365 = 92.877, 349 / 365 = 95.616, 361 / 365 = 98.904 %
        found = good_air_days_ratio(by_year(self.PRINTED))
        assert found.value.to_dict() == pytest.approx(
            {2017: 92.877, 2018: 95.616, 2019: 98.904}, abs=5e-4
        )
        assert (found.low == found.value).all()
        assert (found.high == 100).all()

    def test_printed_change_of_3_3_points_is_that_of_a_365_day_year(self):
        # (361 - 349) / 365 = 12 / 365 = 3.288 points, printed as 3.3.
        found = good_air_days_ratio(by_year(self.PRINTED)).value
        assert found[2019] - found[2018] == pytest.approx(3.288, abs=5e-4)

    def test_a_leap_year(self):
        # 361 / 366 = 98.634 %
        assert good_air_days_ratio(by_year({2020: 361})).value[2020] == pytest.approx(
            98.634, abs=5e-4
        )

    def test_over_valid_days(self):
        # 339 / 350 = 96.857 %; 350 of 365 days were valid.
        found = good_air_days_ratio(by_year({2017: 339}), by_year({2017: 350}))
        assert found.value[2017] == pytest.approx(96.857, abs=5e-4)
        assert found.high[2017] == found.value[2017]
        assert found.coverage[2017] == pytest.approx(350 / 365)

    def test_more_good_than_valid_days_is_a_conflict(self, tiny):
        items = [("good_air_days", 2019, "361", "d"), ("valid_air_days", 2019, "350", "d")]
        result = tiny(2019, items=items).evaluate("7a")
        # 361 / 350 = 103.14 %
        assert result.value == pytest.approx(103.14, abs=5e-3)
        assert result.verdict.status == "conflict"


class TestPm25Decline:
    def test_against_the_base_year(self):
        # (35 - 28) / 35 = 20 %
        assert pm25_decline(by_year({2015: 35, 2019: 28}), COUNTY)[2019] == 20

    def test_worse_air_is_a_negative_decline(self):
        # (35 - 42) / 35 = -20 %
        assert pm25_decline(by_year({2015: 35, 2019: 42}), COUNTY)[2019] == -20

    def test_without_the_base_year_there_is_none(self):
        assert pm25_decline(by_year({2016: 35, 2019: 28}), COUNTY).isna().all()

    def test_a_negative_decline_is_no_contradiction_but_not_met(self, tiny):
        items = [("pm25_mean", 2015, "35", "ug/m3"), ("pm25_mean", 2019, "42", "ug/m3")]
        params = "assigned: {pm25_decline: {2019: {sense: at_least, value: -30, document: 文件}}}\n"
        assert tiny(2019, items=items, params=params).evaluate("7b").verdict.status == "not_met"


class TestWaterClass3Gain:
    def gain(self, surface: dict, ground: dict) -> Measure:
        """From {year: (points at class III or better, all points)}."""
        columns = [
            by_year({y: pair[i] for y, pair in of.items()})
            for of in (surface, ground)
            for i in (0, 1)
        ]
        return water_class3_gain(*columns, county=COUNTY)

    def test_the_smaller_gain_counts(self):
        # Surface 3/5 -> 4/5 is +20 points, groundwater 1/4 -> 2/4 is +25 points.
        found = self.gain({2015: (3, 5), 2019: (4, 5)}, {2015: (1, 4), 2019: (2, 4)})
        assert found.value[2019] == pytest.approx(20)

    def test_a_loss_in_groundwater_is_not_hidden_by_a_gain_in_surface_water(self):
        # Surface 0 -> 100 points, groundwater 2/4 -> 1/4 is -25.
        found = self.gain({2015: (0, 1), 2019: (1, 1)}, {2015: (2, 4), 2019: (1, 4)})
        assert found.value[2019] == -25

    def test_a_county_without_groundwater_points_rests_on_surface_water(self):
        # One section, class II in 2015 and 2019: 100 % -> 100 %, a gain of 0.
        found = self.gain({2015: (1, 1), 2019: (1, 1)}, {2015: (0, 0), 2019: (0, 0)})
        assert found.value[2019] == 0

    def test_groundwater_that_is_new_has_no_base_to_gain_on(self):
        found = self.gain({2015: (1, 1), 2019: (1, 1)}, {2015: (0, 0), 2019: (2, 4)})
        assert math.isnan(found.value[2019])

    def test_a_year_in_which_groundwater_was_not_submitted_stays_open(self):
        found = self.gain({2015: (1, 1), 2019: (1, 1)}, {2015: (1, 1)})
        assert math.isnan(found.value[2019])

    def test_without_the_base_year_there_is_no_gain(self):
        found = self.gain({2016: (1, 2), 2019: (2, 2)}, {2016: (0, 0), 2019: (0, 0)})
        assert found.value.isna().all()

    def test_the_shares_behind_it_are_kept(self):
        found = self.gain({2015: (3, 5), 2019: (4, 5)}, {2015: (1, 4), 2019: (2, 4)})
        shares = found.detail["shares"]
        last = shares.iloc[-1].to_dict()
        assert last == {"year": 2019, "surface": 80, "ground": 50}

    def test_a_gain_that_is_met_whatever_it_is_rests_on_the_figures_that_say_so(self, tiny):
        # All sections of class Ⅲ or better: whatever the base year had, the share has not fallen.
        items = [("surface_sections_total", 2019, "2", "count"),
                 ("surface_sections_class3", 2019, "2", "count"),
                 ("groundwater_points_total", 2019, "0", "count")]  # fmt: skip
        result = tiny(2019, items=items).evaluate("8a")
        assert (result.verdict.status, result.basis, result.needs) == ("met", "computed", ())


class TestWaterClass5minusDecline:
    def fall(self, surface: dict, ground: dict) -> pd.Series:
        columns = [
            by_year({y: pair[i] for y, pair in of.items()})
            for of in (surface, ground)
            for i in (0, 1)
        ]
        return water_class5minus_decline(*columns, county=COUNTY).value

    def test_the_smaller_fall_counts(self):
        # Surface 2/5 -> 0/5 falls 40 points, groundwater 1/4 -> 0/4 falls 25.
        found = self.fall({2015: (2, 5), 2019: (0, 5)}, {2015: (1, 4), 2019: (0, 4)})
        assert found[2019] == 25

    def test_a_rise_is_negative(self):
        # Surface 0/5 -> 1/5 rises 20 points.
        found = self.fall({2015: (0, 5), 2019: (1, 5)}, {2015: (0, 0), 2019: (0, 0)})
        assert found[2019] == -20

    def test_never_any_is_a_fall_of_zero(self):
        found = self.fall({2015: (0, 1), 2019: (0, 1)}, {2015: (0, 0), 2019: (0, 0)})
        assert found[2019] == 0

    def test_without_the_base_year_there_is_none(self):
        found = self.fall({2016: (1, 5), 2019: (0, 5)}, {2016: (0, 0), 2019: (0, 0)})
        assert found.isna().all()


class TestBlackOdorElimination:
    def test_eliminated_of_confirmed(self):
        # 3 of 4
        assert black_odor_elimination(by_year({2019: 3}), by_year({2019: 4}))[2019] == 75

    def test_none_confirmed_is_no_share(self):
        found = black_odor_elimination(by_year({2019: 0}), by_year({2019: 0}))
        assert math.isnan(found[2019])

    def test_none_confirmed_does_not_apply(self, tiny):
        items = [("black_odor_total", 2019, "0", "count")]
        assert tiny(2019, items=items).evaluate("8c").verdict.status == "not_applicable"

    def test_none_in_another_year_does_not_excuse_this_one(self, tiny):
        items = [("black_odor_total", 2018, "0", "count")]
        assert tiny(2019, items=items).evaluate("8c").verdict.status == "not_evaluable"


class TestEcoIndexEi:
    PARTS = {
        "ei_biological_richness": 80,
        "ei_vegetation_cover": 90,
        "ei_water_density": 40,
        "ei_land_stress": 10,
        "ei_pollution_load": 5,
        "ei_restriction": 0,
    }

    def ei(self, **changed: float) -> float:
        parts = {k: by_year({2019: v}) for k, v in {**self.PARTS, **changed}.items()}
        return eco_index_ei(**parts)[2019]

    def test_the_weighted_sum(self):
        # 0.35*80 + 0.25*90 + 0.15*40 + 0.15*(100 - 10) + 0.10*(100 - 5) + 0
        # = 28 + 22.5 + 6 + 13.5 + 9.5 = 79.5
        assert self.ei() == pytest.approx(79.5)

    @pytest.mark.parametrize(
        ("part", "points"),
        [
            ("ei_biological_richness", 3.5),
            ("ei_vegetation_cover", 2.5),
            ("ei_water_density", 1.5),
            ("ei_land_stress", -1.5),
            ("ei_pollution_load", -1.0),
            ("ei_restriction", 10.0),
        ],
    )
    def test_ten_more_of_one_part_moves_ei_by_its_weight(self, part, points):
        moved = self.ei(**{part: self.PARTS[part] + 10}) - self.ei()
        assert moved == pytest.approx(points)

    def test_the_best_possible_is_100_and_the_worst_0(self):
        # 35 + 25 + 15 + 15 + 10 = 100
        best = dict(zip(self.PARTS, (100, 100, 100, 0, 0, 0), strict=True))
        worst = dict(zip(self.PARTS, (0, 0, 0, 100, 100, 0), strict=True))
        assert self.ei(**best) == pytest.approx(100)
        assert self.ei(**worst) == pytest.approx(0)

    def test_one_missing_part_leaves_it_open(self):
        assert math.isnan(self.ei(ei_restriction=math.nan))

    @pytest.mark.parametrize(("now", "status"), [("84.01", "met"), ("84", "not_met")])
    def test_a_fall_of_less_than_one_point_counts_as_stable(self, tiny, now, status):
        # HJ 192-2015: |change| < 1 is no obvious change, from 1 on it is a slight one.
        items = [("eco_index_ei", 2018, "85", "index"), ("eco_index_ei", 2019, now, "index")]
        assert tiny(2019, items=items).evaluate("9").verdict.status == status


class TestForestGrassCover:
    def cover(self, forest, grass, land, water=None) -> float:
        series = [by_year({2019: v}) for v in (forest, grass, land)]
        return forest_grass_cover(*series, None if water is None else by_year({2019: water}))[2019]

    @pytest.mark.parametrize(
        ("water", "expected"),
        [
            (0, 84.0),  # (800 + 40) / 1000
            (49.9, 84.0),  # 4.99 % of the land: below 5 %, stays in
            (50.0, 84000 / 950),  # exactly 5 % ("以上" includes it): 840 / 950 = 88.421 %
            (50.1, 84000 / 949.9),  # 840 / 949.9 = 88.430 %
        ],
    )
    def test_water_leaves_the_land_from_5_percent(self, water, expected):
        assert self.cover(800, 40, 1000, water) == pytest.approx(expected, rel=1e-12)

    def test_without_a_water_area_the_whole_land_counts(self):
        assert self.cover(800, 40, 1000) == 84

    def test_5_percent_of_an_awkward_land_area(self):
        # 60.9215 is exactly 5 % of 1218.43; 1040 / (1218.43 - 60.9215) = 89.848 %
        assert self.cover(1000, 40, 1218.43, 60.9215) == pytest.approx(89.848, abs=5e-4)

    def test_no_land_or_nothing_but_water(self):
        assert math.isnan(self.cover(1, 1, 0))
        assert math.isnan(self.cover(0, 0, 100, 100))

    def test_a_missing_area_leaves_it_open(self):
        found = forest_grass_cover(
            by_year({2019: 800}), by_year({2018: 40}), by_year({2018: 1000, 2019: 1000})
        )
        assert found.isna().all()

    @pytest.mark.parametrize(
        ("terrain", "target"),
        [
            ({"mountain": 100}, 60),
            ({"hill": 100}, 40),
            ({"plain": 100}, 18),
            ({"mountain": 70, "hill": 30}, 60),  # one dominates
            # 35 - 30 <= 20: weighted, 0.35*60 + 0.35*40 + 0.30*18 = 21 + 14 + 5.4 = 40.4
            ({"mountain": 35, "hill": 35, "plain": 30}, 40.4),
            # 60 - 40 = 20, no more than 20: weighted, 0.6*60 + 0.4*40 = 52
            ({"mountain": 60, "hill": 40}, 52),
            # 61 - 39 = 22: mountains alone
            ({"mountain": 61, "hill": 39}, 60),
        ],
    )
    def test_the_target_follows_the_terrain(self, tiny, terrain, target):
        for value, status in ((target, "met"), (target - 0.01, "not_met")):
            case = tiny(2019, items=[("forest_grass_cover", 2019, f"{value:.2f}", "%")])
            county = case.params.county.model_copy(update={"terrain": terrain})
            entry = LIANSHAN.find("10")
            reading = reading_of(entry, case, history_of(entry, case))
            assert judge(entry.target, replace(reading, county=county)).status == status


class TestProtectedSpeciesRate:
    def test_animals_and_plants_together(self):
        # 31 animals and 15 plants of grades I and II; with 44 protected 44 / 46 = 95.652 %.
        found = protected_species_rate(by_year({2019: 44}), by_year({2019: 31 + 15}))
        assert found[2019] == pytest.approx(95.652, abs=5e-4)

    def test_more_protected_than_there_are_is_not_clipped(self):
        # 47 / 46 = 102.174 %
        found = protected_species_rate(by_year({2019: 47}), by_year({2019: 46}))
        assert found[2019] == pytest.approx(102.174, abs=5e-4)

    @pytest.mark.parametrize(("protected", "status"), [("95", "met"), ("94", "not_met")])
    def test_95_percent_is_enough(self, tiny, protected, status):
        items = [
            ("protected_species", 2019, protected, "count"),
            ("listed_species", 2019, "100", "count"),
        ]
        assert tiny(2019, items=items).evaluate("11a").verdict.status == status

    def test_no_listed_species_does_not_apply(self, tiny):
        items = [("listed_species", 2019, "0", "count")]
        assert tiny(2019, items=items).evaluate("11a").verdict.status == "not_applicable"


class TestInvasiveSpecies:
    def test_it_counts_what_a_document_proves(self):
        table = pd.DataFrame(
            {"survey": ["documented"], "no_harm": ["stated"], "control_plan": ["documented"]},
            index=[2019],
        )
        assert invasive_species(table)[2019] == 2


class TestIndicatorAquaticSpecies:
    def test_found_of_the_baseline(self):
        # 12 of 16 species of the baseline
        found = indicator_aquatic_species(by_year({2019: 12}), by_year({2019: 16}))
        assert found[2019] == 75

    def test_more_than_the_baseline_is_no_contradiction(self, tiny):
        # 17 / 16 = 106.25 %: a species was added.
        items = [
            ("aquatic_species", 2019, "17", "count"),
            ("aquatic_species_baseline", 2019, "16", "count"),
        ]
        result = tiny(2019, items=items).evaluate("11c")
        assert (result.value, result.verdict.status) == (106.25, "met")

    def test_no_baseline_species_does_not_apply(self, tiny):
        items = [("aquatic_species_baseline", 2019, "0", "count")]
        assert tiny(2019, items=items).evaluate("11c").verdict.status == "not_applicable"

    def test_no_survey_at_all_is_not_the_same(self, tiny):
        assert tiny(2019, items=[]).evaluate("11c").verdict.status == "not_evaluable"


class TestCoast:
    def test_what_was_restored_is_handed_on(self):
        length, area = by_year({2018: 7.0, 2019: 8.2}), by_year({2019: 88})
        assert natural_shoreline_restored(length).to_dict() == {2018: 7.0, 2019: 8.2}
        assert coastal_wetland_restored(area).to_dict() == {2019: 88}

    def test_restoration_is_judged_by_what_was_assigned(self, tiny):
        items = [("shoreline_restored", 2019, "8.2", "km")]
        none = tiny(2019, items=items).evaluate("12a")
        assert none.verdict.status == "not_evaluable"
        params = (
            "assigned: {natural_shoreline_restored: "
            "{2019: {sense: at_least, value: 8.2, document: 文件}}}\n"
        )
        assert tiny(2019, items=items, params=params).evaluate("12a").verdict.status == "met"

    def test_metres_become_kilometres(self, tiny):
        # 8200 m = 8.2 km
        result = tiny(2019, items=[("shoreline_restored", 2019, "8200", "m")]).evaluate("12a")
        assert result.value == pytest.approx(8.2)

    def test_without_a_coast_the_group_does_not_apply(self, tiny):
        params = "not_applicable: {coast_restoration: {zh: 不临海, en: no coast}}\n"
        assert tiny(2019, params=params).evaluate("12").verdict.status == "not_applicable"


class TestHazardousWasteRate:
    def test_the_printed_figures(self):
        # 2017: 68.87 / (69.025 + 0.02)  = 68.87 / 69.045 = 99.75 %
        # 2018: 64.18 / (67.182 + 0.191) = 64.18 / 67.373 = 95.26 %
        # 2019: 66.12 / (67.517 + 3.193) = 66.12 / 70.71  = 93.51 %
        # The plan prints 100 % for all three.
        found = hazardous_waste_rate(
            by_year({2017: 68.87, 2018: 64.18, 2019: 66.12}),
            by_year({2017: 69.025, 2018: 67.182, 2019: 67.517}),
            by_year({2017: 0.02, 2018: 0.191, 2019: 3.193}),
        )
        assert found.to_dict() == pytest.approx({2017: 99.75, 2018: 95.26, 2019: 93.51}, abs=5e-3)

    def test_the_stock_counts_above_and_below_the_line(self):
        # 10 generated and 2 taken from stock, all 12 used: 12 / 12, not 12 / 10.
        args = (by_year({2019: v}) for v in (12, 10, 2))
        assert hazardous_waste_rate(*args)[2019] == 100

    def test_a_missing_stock_is_not_a_stock_of_zero(self):
        found = hazardous_waste_rate(by_year({2019: 10}), by_year({2019: 10}), by_year({2018: 1}))
        assert math.isnan(found[2019])

    def test_the_unit_does_not_matter_to_the_rate(self, tiny):
        # Printed in 万吨, probably t: the rate is the same.
        rates = []
        for unit in ("t", "万吨"):
            items = [
                ("hw_generated", 2019, "67.517", unit),
                ("hw_used_disposed", 2019, "66.12", unit),
                ("hw_prior_used_disposed", 2019, "3.193", unit),
            ]
            rates.append(tiny(2019, items=items).evaluate("13").value)
        assert rates[0] == pytest.approx(rates[1], rel=1e-12)

    def test_no_waste_at_all(self):
        args = (by_year({2019: 0}) for _ in range(3))
        assert math.isnan(hazardous_waste_rate(*args)[2019])


@pytest.mark.parametrize(("formula", "count"), [(land_risk_register, 3), (emergency_mechanism, 4)])
class TestRegisterAndEmergency:
    def test_every_requirement_is_counted_once(self, formula, count):
        table = pd.DataFrame({str(i): ["documented"] for i in range(count)}, index=[2019])
        assert formula(table)[2019] == count

    def test_none_of_them(self, formula, count):
        table = pd.DataFrame({str(i): ["stated"] for i in range(count)}, index=[2019])
        assert formula(table)[2019] == 0
