"""Indicators 25 to 32, each worked by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from series import by_year, on_series

from ecolib.indicators import living

drinking_source_quality = on_series(living.drinking_source_quality)
green_building_share = on_series(living.green_building_share)
green_procurement = on_series(living.green_procurement)
rural_toilet_rate = on_series(living.rural_toilet_rate)
rural_waste_collection = on_series(living.rural_waste_collection)
urban_sewage_rate = on_series(living.urban_sewage_rate)
urban_waste_harmless_rate = on_series(living.urban_waste_harmless_rate)
urban_waste_sorting = on_series(living.urban_waste_sorting)
village_water_hygiene = on_series(living.village_water_hygiene)


def documents(indicator: str, *requirements: str, title: str = "文件") -> list[tuple]:
    """Rows that prove the requirements in 2019 (or only state them, without a title)."""
    return [
        (indicator, key, 2019, "是", "说", title, "〔2019〕1号" if title else "", "", "", "")
        for key in requirements
    ]


class TestDrinkingSourceQuality:
    def quality(self, everything, observed, good=None):
        series = [by_year({2019: v}) for v in (everything, observed)]
        return drinking_source_quality(*series, None if good is None else by_year({2019: good}))

    def test_one_of_twelve_was_not_monitored(self):
        # 11 good of 12 sources: at least 11/12 = 91.667 %, at most 12/12; coverage 11/12.
        found = self.quality(12, 11, 11)
        assert found.low[2019] == pytest.approx(91.667, abs=5e-4)
        assert found.high[2019] == pytest.approx(100)
        assert found.coverage[2019] == pytest.approx(11 / 12)

    def test_all_monitored_leaves_no_range(self):
        # 11 / 12 with the twelfth known to be worse
        found = self.quality(12, 12, 11)
        assert found.low[2019] == found.high[2019] == pytest.approx(91.667, abs=5e-4)

    @pytest.mark.parametrize(
        ("everything", "observed", "good", "status"),
        [
            ("12", "12", "12", "met"),
            ("12", "11", "11", "conditional"),  # it hangs on the twelfth alone
            ("12", "11", "10", "not_met"),  # one is bad, whatever the twelfth is
            ("12", "12", "11", "not_met"),
        ],
    )
    def test_verdicts(self, tiny, everything, observed, good, status):
        items = [
            ("sources_total", 2019, everything, "count"),
            ("sources_monitored", 2019, observed, "count"),
            ("sources_good", 2019, good, "count"),
        ]
        assert tiny(2019, items=items).evaluate("25").verdict.status == status

    def test_coverage_alone_is_no_share_but_bounds_a_reported_one(self, tiny):
        # 100 % of the 11 monitored are reported good: 11/12 = 91.67 % at least.
        items = [
            ("sources_total", 2019, "12", "count"),
            ("sources_monitored", 2019, "11", "count"),
            ("drinking_source_quality", 2019, "100", "%"),
        ]
        result = tiny(2019, items=items).evaluate("25")
        assert math.isnan(self.quality(12, 11).value[2019])
        assert result.verdict.status == "conditional"
        assert "91.67%" in result.verdict.reason("zh")

    def test_a_year_in_which_monitoring_is_unknown_stays_open(self):
        # 11 of 12 are known to be good, but not whether the twelfth was looked at.
        found = drinking_source_quality(
            by_year({2018: 12, 2019: 12}), by_year({2018: 12}), by_year({2018: 12, 2019: 11})
        )
        assert found.value[2018] == 100
        assert math.isnan(found.value[2019])

    def test_a_missing_count_of_monitored_sources_is_asked_for(self, tiny):
        items = [
            ("sources_total", 2019, "12", "count"),
            ("sources_monitored", 2018, "12", "count"),
            ("sources_good", 2019, "11", "count"),
        ]
        verdict = tiny(2019, items=items).evaluate("25").verdict
        assert verdict.status == "not_evaluable"
        assert "已监测水源地数" in verdict.reason("zh")

    def test_no_sources(self):
        assert math.isnan(self.quality(0, 0, 0).value[2019])


class TestVillageWaterHygiene:
    def test_people_of_residents(self):
        # 47,500 / 50,000 = 95 %
        assert village_water_hygiene(by_year({2019: 47500}), by_year({2019: 50000}))[2019] == 95

    def test_10_4_persons(self, tiny):
        items = [
            ("rural_pop_safe_water", 2019, "4.75", "万人"),
            ("rural_population", 2019, "50000", "人"),
        ]
        assert tiny(2019, items=items).evaluate("26").value == pytest.approx(95)

    def test_everyone_supplied_but_no_word_on_accidents(self, tiny):
        items = [
            ("rural_pop_safe_water", 2019, "50000", "人"),
            ("rural_population", 2019, "50000", "人"),
        ]
        assert tiny(2019, items=items).evaluate("26").verdict.status == "not_evaluable"
        proof = documents("village_water_hygiene", "no_accident")
        case = tiny(2019, items=items, documents=proof)
        assert case.evaluate("26").verdict.status == "met"

    def test_no_residents(self):
        assert math.isnan(village_water_hygiene(by_year({2019: 0}), by_year({2019: 0}))[2019])


class TestUrbanSewageRate:
    def test_plants_and_other_facilities_together(self):
        # (800,000 + 50,000) / 1,000,000 = 85 %
        found = urban_sewage_rate(*(by_year({2019: v}) for v in (8e5, 5e4, 1e6)))
        assert found[2019] == 85

    def test_a_missing_part_is_not_zero(self):
        found = urban_sewage_rate(by_year({2019: 8e5}), by_year({2018: 0}), by_year({2019: 1e6}))
        assert math.isnan(found[2019])

    def test_no_sewage(self):
        assert math.isnan(urban_sewage_rate(*(by_year({2019: 0}) for _ in range(3)))[2019])

    @pytest.mark.parametrize(("treated", "status"), [("80", "met"), ("79", "not_met")])
    def test_85_percent_with_the_sludge_disposed_of(self, tiny, treated, status):
        items = [
            ("sewage_plant_treated", 2019, treated, "万吨"),
            ("sewage_other_treated", 2019, "50000", "吨"),
            ("sewage_discharged", 2019, "100", "万吨"),
        ]
        proof = documents("urban_sewage_rate", "sludge")
        case = tiny(2019, items=items, documents=proof)
        assert case.evaluate("27").verdict.status == status

    def test_85_percent_without_a_word_on_the_sludge(self, tiny):
        case = tiny(2019, items=[("urban_sewage_rate", 2019, "94.61", "%")])
        assert case.evaluate("27").verdict.status == "not_evaluable"


class TestUrbanWasteHarmlessRate:
    def test_the_printed_tonnes(self):
        # 6297.02 / 6297.02, 6824.86 / 6824.86, 6315.29 / 6315.29: 100 % each
        tonnes = by_year({2017: 6297.02, 2018: 6824.86, 2019: 6315.29})
        assert urban_waste_harmless_rate(tonnes, tonnes).tolist() == [100, 100, 100]

    @pytest.mark.parametrize(("treated", "status"), [("80", "met"), ("79.99", "not_met")])
    def test_80_percent_is_enough(self, tiny, treated, status):
        items = [("waste_harmless", 2019, treated, "t"), ("waste_generated", 2019, "100", "t")]
        assert tiny(2019, items=items).evaluate("28").verdict.status == status

    def test_no_waste(self):
        assert math.isnan(urban_waste_harmless_rate(by_year({2019: 0}), by_year({2019: 0}))[2019])


class TestRuralToiletRate:
    def test_households_of_all(self):
        # 22,607 / 22,979 = 98.381 %
        found = rural_toilet_rate(by_year({2019: 22607}), by_year({2019: 22979}))
        assert found[2019] == pytest.approx(98.381, abs=5e-4)

    @pytest.mark.parametrize(("rate", "status"), [("98.38", "met"), ("97.99", "not_met")])
    def test_98_percent_as_handed_down(self, tiny, rate, status):
        bound = "{sense: at_least, value: 98, document: 厕所革命行动方案}"
        params = f"assigned: {{rural_toilet_rate: {{2019: {bound}}}}}\n"
        case = tiny(2019, items=[("rural_toilet_rate", 2019, rate, "%")], params=params)
        assert case.evaluate("29").verdict.status == status

    def test_no_households(self):
        assert math.isnan(rural_toilet_rate(by_year({2019: 0}), by_year({2019: 0}))[2019])


class TestGreenBuildingShare:
    def test_green_of_all_new_floor_area(self):
        # 3.2 / 6.4 (10^4 m2)
        assert green_building_share(by_year({2019: 3.2}), by_year({2019: 6.4}))[2019] == 50

    def test_a_year_without_new_buildings_does_not_apply(self, tiny):
        items = [
            ("green_building_area", 2019, "0", "10k m2"),
            ("new_building_area", 2019, "0", "10k m2"),
        ]
        assert tiny(2019, items=items).evaluate("30").verdict.status == "not_applicable"

    @pytest.mark.parametrize(("green", "status"), [("32000", "met"), ("31999", "not_met")])
    def test_50_percent_in_square_metres(self, tiny, green, status):
        items = [
            ("green_building_area", 2019, green, "㎡"),
            ("new_building_area", 2019, "6.4", "万m²"),
        ]
        assert tiny(2019, items=items).evaluate("30").verdict.status == status


class TestHouseholdWasteUse:
    PROOF = [
        *documents("urban_waste_sorting", "responsibility", "classes", "chain"),
        *documents("rural_waste_collection", "network", "supervision"),
    ]

    def test_the_parts_count_what_a_document_proves(self):
        table = pd.DataFrame(
            {"a": ["documented"], "b": ["documented"], "c": ["stated"]}, index=[2019]
        )
        assert urban_waste_sorting(table)[2019] == 2
        assert rural_waste_collection(table[["a", "c"]])[2019] == 1

    def test_everything_proved(self, tiny):
        assert tiny(2019, documents=self.PROOF).evaluate("31").verdict.status == "met"

    def test_one_of_the_three_full_coverages_missing(self, tiny):
        case = tiny(2019, documents=self.PROOF[1:])
        assert case.evaluate("31a").verdict.status == "not_evaluable"
        assert case.evaluate("31").verdict.status == "not_evaluable"

    def test_a_statement_alone_is_declared(self, tiny):
        stated = documents("rural_waste_collection", "network", "supervision", title="")
        case = tiny(2019, documents=[*self.PROOF[:3], *stated])
        assert case.evaluate("31").verdict.status == "declared"

    def test_a_statement_beside_a_document_hangs_on_one_more(self, tiny):
        stated = documents("rural_waste_collection", "supervision", title="")
        case = tiny(2019, documents=[*self.PROOF[:4], *stated])
        assert case.evaluate("31").verdict.status == "conditional"
        assert [n.what.code for n in case.evaluate("31").needs] == [
            "rural_waste_collection.supervision"
        ]

    def test_a_plan_for_both_is_material_for_each(self, tiny):
        named = [("household_waste_use", "", "", "yes", "said", "Plan")]
        result = tiny(2019, documents=named).evaluate("31")
        assert [part.verdict.status for part in result.parts] == ["declared", "declared"]


class TestGreenProcurement:
    def test_green_of_the_same_products(self):
        # 396 / 400 = 99 %
        assert green_procurement(by_year({2017: 396}), by_year({2017: 400}))[2017] == 99

    def test_nothing_bought(self):
        assert math.isnan(green_procurement(by_year({2019: 0}), by_year({2019: 0}))[2019])

    def test_more_green_than_bought_is_a_conflict(self, tiny):
        # 410 / 400 = 102.5 %
        items = [
            ("green_purchase", 2019, "410", "万元"),
            ("same_class_purchase", 2019, "400", "万元"),
        ]
        result = tiny(2019, items=items).evaluate("32")
        assert (result.value, result.verdict.status) == (102.5, "conflict")

    @pytest.mark.parametrize(("green", "status"), [("320", "met"), ("319", "not_met")])
    def test_80_percent_is_enough(self, tiny, green, status):
        # 320 / 400 = 80 %
        items = [
            ("green_purchase", 2019, green, "万元"),
            ("same_class_purchase", 2019, "0.04", "亿元"),
        ]
        assert tiny(2019, items=items).evaluate("32").verdict.status == status
