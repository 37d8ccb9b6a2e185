"""Indicators 19 to 24, each worked by hand."""

from __future__ import annotations

import math

import pytest
from series import by_year, on_series

from ecolib.indicators import economy

energy_per_gdp = on_series(economy.energy_per_gdp)
industrial_solid_waste_use = on_series(economy.industrial_solid_waste_use)
land_per_gdp_decline = on_series(economy.land_per_gdp_decline)
manure_use_rate = on_series(economy.manure_use_rate)
mulch_film_recovery = on_series(economy.mulch_film_recovery)
organic_certified_area = on_series(economy.organic_certified_area)
straw_use_rate = on_series(economy.straw_use_rate)
water_per_gdp = on_series(economy.water_per_gdp)


class TestEnergyPerGdp:
    def test_energy_over_gdp(self):
        # 70,800 tce / 300,000 (10^4 yuan) = 0.236
        assert energy_per_gdp(by_year({2018: 70800}), by_year({2018: 300000}))[2018] == 0.236

    def test_no_gdp(self):
        assert math.isnan(energy_per_gdp(by_year({2019: 1}), by_year({2019: 0}))[2019])

    def test_gdp_in_yi_yuan_and_energy_in_10_4_tce(self, tiny):
        # 7.08 * 10^4 tce / (30 * 10^8 yuan = 300,000 * 10^4 yuan) = 0.236
        items = [("energy", 2018, "7.08", "万吨标准煤"), ("gdp", 2018, "30", "亿元")]
        assert tiny(2018, items=items).evaluate("19").value == pytest.approx(0.236)

    @pytest.mark.parametrize(
        ("now", "wanted", "status"),
        [
            ("0.2266", 3.9, "met"),  # 1 - 0.2266 / 0.236 = 3.98 %
            ("0.2266", 4.0, "not_met"),
            ("0.319", 3.9, "not_met"),  # a rise of 35.17 %
        ],
    )
    def test_an_assigned_decline(self, tiny, now, wanted, status):
        items = [
            ("energy_per_gdp", 2018, "0.236", "tce/10k yuan"),
            ("energy_per_gdp", 2019, now, "tce/10k yuan"),
        ]
        bound = f"{{sense: at_least, value: {wanted}, measure: decline, document: 文件}}"
        params = f"assigned: {{energy_per_gdp: {{2019: {bound}}}}}\n"
        assert tiny(2019, items=items, params=params).evaluate("19").verdict.status == status

    def test_a_met_target_does_not_excuse_getting_worse(self, tiny):
        # 0.240 is below the assigned 0.250 but above the 0.236 of the year before.
        items = [
            ("energy_per_gdp", 2018, "0.236", "tce/10k yuan"),
            ("energy_per_gdp", 2019, "0.240", "tce/10k yuan"),
        ]
        bound = "{sense: at_most, value: 0.25, document: 文件}"
        params = f"assigned: {{energy_per_gdp: {{2019: {bound}}}}}\n"
        assert tiny(2019, items=items, params=params).evaluate("19").verdict.status == "not_met"


class TestWaterPerGdp:
    def test_water_over_gdp(self):
        # 63,120,000 m3 / 300,000 = 210.4 m3 per 10^4 yuan
        found = water_per_gdp(by_year({2018: 63.12e6}), by_year({2018: 300000}))
        assert found[2018] == pytest.approx(210.4)

    def test_a_missing_year(self):
        found = water_per_gdp(by_year({2017: 1.0, 2019: 1.0}), by_year({2018: 1.0, 2019: 2.0}))
        assert found.isna().to_dict() == {2017: True, 2018: True, 2019: False}

    @pytest.mark.parametrize(
        ("year", "value", "limit", "status"),
        [
            (2017, "228.1", 227.3, "not_met"),
            (2018, "210.4", 210.4, "met"),  # printed exactly at its limit
            (2019, "92.6", 92.5, "not_met"),
        ],
    )
    def test_the_limits_handed_down(self, tiny, year, value, limit, status):
        items = [
            ("water_per_gdp", year - 1, "300", "m3/10k yuan"),
            ("water_per_gdp", year, value, "m3/10k yuan"),
        ]
        bound = f"{{sense: at_most, value: {limit}, document: 清府办函〔2016〕193号}}"
        params = f"assigned: {{water_per_gdp: {{{year}: {bound}}}}}\n"
        assert tiny(year, items=items, params=params).evaluate("20").verdict.status == status


class TestLandPerGdpDecline:
    PRINTED = {2016: 0.1280, 2017: 0.1279, 2018: 0.1280}

    def test_the_printed_intensities(self):
        # 2017: 1 - 0.1279 / 0.1280 = 0.0781 %; 2018: 1 - 0.1280 / 0.1279 = -0.0782 %,
        # although the plan prints a decline of 9.4 %.
        found = land_per_gdp_decline(land_per_gdp=by_year(self.PRINTED))
        assert math.isnan(found[2016])
        assert found[2017] == pytest.approx(0.0781, abs=5e-5)
        assert found[2018] == pytest.approx(-0.0782, abs=5e-5)

    def test_from_land_and_gdp(self):
        # 40,000 / 200,000 = 0.2, 39,900 / 210,000 = 0.19: 1 - 0.19 / 0.2 = 5 %
        found = land_per_gdp_decline(
            by_year({2018: 40000, 2019: 39900}), by_year({2018: 200000, 2019: 210000})
        )
        assert found[2019] == pytest.approx(5)

    def test_land_and_gdp_go_before_a_finished_intensity(self):
        # 2018 from land and GDP 0.2 (not 0.5), 2019 only finished: 1 - 0.19 / 0.2 = 5 %
        found = land_per_gdp_decline(
            by_year({2018: 40000}), by_year({2018: 200000}), by_year({2018: 0.5, 2019: 0.19})
        )
        assert found[2019] == pytest.approx(5)

    def test_one_of_land_and_gdp_is_not_enough(self):
        assert land_per_gdp_decline(built_land=by_year({2018: 1, 2019: 1})) is None
        assert land_per_gdp_decline() is None

    def test_a_gap_is_not_bridged(self):
        found = land_per_gdp_decline(land_per_gdp=by_year({2016: 0.128, 2018: 0.110}))
        assert found.isna().all()

    @pytest.mark.parametrize(("now", "status"), [("0.0955", "met"), ("0.0956", "not_met")])
    def test_4_5_percent_is_enough(self, tiny, now, status):
        # 0.1 -> 0.0955 is exactly 4.5 %, 0.1 -> 0.0956 is 4.4 %.
        items = [
            ("land_per_gdp", 2018, "0.1000", "mu/10k yuan"),
            ("land_per_gdp", 2019, now, "mu/10k yuan"),
        ]
        assert tiny(2019, items=items).evaluate("21").verdict.status == status

    def test_a_rise_is_not_met_and_no_contradiction(self, tiny):
        items = [("land_per_gdp", y, str(v), "mu/10k yuan") for y, v in self.PRINTED.items()]
        result = tiny(2018, items=items).evaluate("21")
        assert result.value < 0
        assert result.verdict.status == "not_met"


class TestOrganicCertifiedArea:
    def test_everything_known(self):
        # 8,000 + 5,000 + 2,000 - 1,500 = 13,500 mu
        found = organic_certified_area(*(by_year({2019: v}) for v in (8000, 5000, 2000, 1500)))
        assert (found.value[2019], found.low[2019], found.high[2019]) == (13500, 13500, 13500)

    def test_without_the_overlap_it_lies_between_the_largest_and_the_sum(self):
        found = organic_certified_area(*(by_year({2019: v}) for v in (8000, 5000, 2000)))
        assert (found.low[2019], found.high[2019]) == (8000, 15000)

    def test_organic_alone_is_the_least_it_can_be(self):
        found = organic_certified_area(by_year({2019: 12670.95}))
        assert (found.low[2019], found.high[2019]) == (12670.95, math.inf)

    @pytest.mark.parametrize(
        ("year", "organic", "status"),
        [
            (2017, "10011.15", "not_evaluable"),  # green and pollution-free land may add to it
            (2018, "11711.4", "not_evaluable"),
            (2019, "12670.95", "met"),  # enough whatever is added
            (2020, "12000", "met"),
        ],
    )
    def test_the_printed_areas(self, tiny, year, organic, status):
        result = tiny(year, items=[("organic_area", year, organic, "mu")]).evaluate("22")
        assert result.value == float(organic)
        assert result.verdict.status == status

    def test_no_overlap_can_be_submitted_as_zero(self, tiny):
        # 6,000 + 5,000 + 999.9 - 0 = 11,999.9 mu
        items = [
            ("organic_area", 2019, "6000", "mu"),
            ("green_food_area", 2019, "5000", "mu"),
            ("pollution_free_area", 2019, "999.9", "mu"),
            ("certified_overlap", 2019, "0", "mu"),
        ]
        assert tiny(2019, items=items).evaluate("22").verdict.status == "not_met"
        without = tiny(2019, items=items[:3]).evaluate("22")
        assert without.verdict.status == "not_met"  # 11,999.9 at the very most

    def test_wan_mu_and_hectares_become_mu(self, tiny):
        # 1.2 * 10^4 mu and 800 ha = 12,000 mu alike (15 mu to the hectare)
        for value, unit in (("1.2", "万亩"), ("800", "公顷")):
            result = tiny(2019, items=[("organic_area", 2019, value, unit)]).evaluate("22")
            assert result.value == pytest.approx(12000, rel=1e-12)
            assert result.verdict.status == "met"


@pytest.mark.parametrize(
    ("formula", "number", "items"),
    [
        (straw_use_rate, "23a", ("straw_used", "straw_total")),
        (manure_use_rate, "23b", ("manure_used", "manure_total")),
        (mulch_film_recovery, "23c", ("film_recovered", "film_used")),
    ],
)
class TestFarmWaste:
    def test_used_of_produced(self, formula, number, items):
        # 183 / 200 = 91.5 %
        assert formula(by_year({2019: 183}), by_year({2019: 200}))[2019] == 91.5

    def test_nothing_produced(self, formula, number, items):
        assert math.isnan(formula(by_year({2019: 0}), by_year({2019: 0}))[2019])

    def test_used_without_produced(self, formula, number, items):
        assert formula(by_year({2019: 5}), by_year({2018: 5})).isna().all()

    def test_more_used_than_produced_is_a_conflict(self, formula, number, items, tiny):
        # 208 / 200 = 104 %
        rows = [(items[0], 2019, "208", "t"), (items[1], 2019, "200", "t")]
        result = tiny(2019, items=rows).evaluate(number)
        assert (result.value, result.verdict.status) == (104, "conflict")

    def test_its_own_limit(self, formula, number, items, tiny):
        limit = {"23a": 90, "23b": 75, "23c": 80}[number]
        for used, status in ((limit, "met"), (limit - 1, "not_met")):
            rows = [(items[0], 2019, str(used), "t"), (items[1], 2019, "100", "t")]
            assert tiny(2019, items=rows).evaluate(number).verdict.status == status


class TestAgriWasteUse:
    def test_the_printed_rates_of_2019(self, tiny):
        # 91.47 >= 90, 78.7 >= 75, 97.6 >= 80
        rates = {
            "straw_use_rate": "91.47",
            "manure_use_rate": "78.7",
            "mulch_film_recovery": "97.6",
        }
        items = [(code, 2019, value, "%") for code, value in rates.items()]
        result = tiny(2019, items=items).evaluate("23")
        assert (result.verdict.status, result.basis) == ("met", "reported")

    def test_a_missing_part_leaves_the_group_open(self, tiny):
        items = [("manure_use_rate", 2018, "77.7", "%"), ("mulch_film_recovery", 2018, "96.6", "%")]
        verdict = tiny(2018, items=items).evaluate("23").verdict
        assert verdict.status == "not_evaluable"
        assert verdict.reason("en").startswith("indicator 23a")


class TestIndustrialSolidWasteUse:
    def test_the_stock_counts_below_the_line_and_within_what_was_used(self):
        # 93 / (95 + 5) = 93 %
        found = industrial_solid_waste_use(*(by_year({2019: v}) for v in (93, 95, 5)))
        assert found[2019] == 93

    def test_a_missing_stock_is_not_zero(self):
        found = industrial_solid_waste_use(
            by_year({2019: 93}), by_year({2019: 95}), by_year({2018: 5})
        )
        assert math.isnan(found[2019])

    def test_no_waste(self):
        assert math.isnan(industrial_solid_waste_use(*(by_year({2019: 0}) for _ in range(3)))[2019])

    @pytest.mark.parametrize(("rate", "status"), [("80", "met"), ("79.9", "not_met")])
    def test_80_percent_is_enough(self, tiny, rate, status):
        items = [("industrial_solid_waste_use", 2019, rate, "%")]
        assert tiny(2019, items=items).evaluate("24").verdict.status == status
