"""Indicators 1 to 6, each worked by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from series import by_year, on_series

from ecolib.indicators import institutions

eco_plan = on_series(institutions.eco_plan)
eco_share_of_appraisal = on_series(institutions.eco_share_of_appraisal)
env_info_disclosure_rate = on_series(institutions.env_info_disclosure_rate)
party_gov_deployment = on_series(institutions.party_gov_deployment)
plan_eia = on_series(institutions.plan_eia)
river_chief_system = on_series(institutions.river_chief_system)


def states(**by_requirement: str) -> pd.DataFrame:
    """States of requirements in 2019."""
    return pd.DataFrame({k: [v] for k, v in by_requirement.items()}, index=[2019])


class TestEcoPlan:
    def test_it_counts_what_a_document_proves(self):
        # Two of four are documented; a statement is no document.
        proofs = {"reviewed": "absent", "in_force": "stated"}
        found = eco_plan(states(approved="documented", promulgated="documented", **proofs))
        assert found[2019] == 2

    def test_a_plan_counts_from_its_approval_to_the_end_of_its_period(self, tiny):
        # Reviewed 2018-04-16, approved 2018-08-13, promulgated 2018-09-13, valid 2017 to 2025: before 2018 neither
        # approved nor promulgated, after 2025 nothing is in force.
        dates = {
            "reviewed": "2018-04-16",
            "approved": "2018-08-13",
            "promulgated": "2018-09-13",
            "in_force": "2018-09-13",
        }
        rows = [
            ("eco_plan", key, "", "是", "说", "规划", "人大〔2018〕1号", date, 2017, 2025)
            for key, date in dates.items()
        ]
        tiny(2017, documents=rows)
        status = {y: tiny(y).evaluate("1").verdict.status for y in (2017, 2018, 2025, 2026)}
        assert status == {
            2017: "not_evaluable",
            2018: "met",
            2025: "met",
            2026: "not_evaluable",
        }

    def test_a_statement_without_a_document_is_declared(self, tiny):
        rows = [
            ("eco_plan", key, 2019, "是", "规划已实施", "", "", "", "", "")
            for key in ("reviewed", "approved", "promulgated", "in_force")
        ]
        assert tiny(2019, documents=rows).evaluate("1").verdict.status == "declared"


class TestPartyGovDeployment:
    def test_it_counts_what_a_document_proves(self):
        found = party_gov_deployment(
            states(study="stated", deployment="absent", rectification="documented")
        )
        assert found[2019] == 1

    def test_one_requirement_that_does_not_hold_decides(self, tiny):
        paper = ("说", "纪要", "〔2019〕1号", "2019-03-01", "", "")
        rows = [
            ("party_gov_deployment", "study", 2019, "是", *paper),
            ("party_gov_deployment", "deployment", 2019, "是", *paper),
            ("party_gov_deployment", "rectification", 2019, "否", *paper),
        ]
        verdict = tiny(2019, documents=rows).evaluate("2").verdict
        assert verdict.status == "not_met"
        assert "rectified" in verdict.reason("en")


class TestEcoShareOfAppraisal:
    def test_share_of_the_points(self):
        # 29 of 100 points, as printed for 2017.
        assert eco_share_of_appraisal(by_year({2017: 29}), by_year({2017: 100}))[2017] == 29

    def test_the_lowest_class_of_towns_counts(self, tiny):
        # 2018: 35, 38 and 40 % for three classes of towns; the county is as good as its lowest.
        items = [
            ("eco_share_of_appraisal", 2018, value, "%", place)
            for value, place in (("35", "城镇"), ("38", "农业镇"), ("40", "保育镇"))
        ]
        result = tiny(2018, items=items).evaluate("3")
        assert result.value == 35
        assert result.verdict.status == "met"

    @pytest.mark.parametrize(("points", "status"), [("19.99", "not_met"), ("20", "met")])
    def test_20_percent_is_enough(self, tiny, points, status):
        items = [("eco_score", 2019, points, "points"), ("total_score", 2019, "100", "points")]
        assert tiny(2019, items=items).evaluate("3").verdict.status == status

    def test_no_points_at_all(self):
        assert math.isnan(eco_share_of_appraisal(by_year({2019: 5}), by_year({2019: 0}))[2019])


class TestRiverChiefSystem:
    def test_rivers_with_a_chief_of_those_in_the_register(self):
        # 146 of 146 rivers; with two more in the register 146 / 148 = 98.649 %.
        found = river_chief_system(by_year({2018: 146, 2019: 146}), by_year({2018: 148, 2019: 146}))
        assert found.to_dict() == pytest.approx({2018: 98.648648, 2019: 100})

    def test_more_chiefs_than_rivers_is_a_conflict(self, tiny):
        # 147 / 146 = 100.68 %
        items = [
            ("rivers_with_chief", 2019, "147", "count"),
            ("rivers_in_register", 2019, "146", "count"),
        ]
        assert tiny(2019, items=items).evaluate("4").verdict.status == "conflict"

    def test_all_rivers_without_plan_and_rules_is_not_enough(self, tiny):
        items = [
            ("rivers_with_chief", 2019, "146", "count"),
            ("rivers_in_register", 2019, "146", "count"),
        ]
        result = tiny(2019, items=items).evaluate("4")
        assert result.value == 100
        assert result.verdict.status == "not_evaluable"

    def test_without_the_register_there_is_no_share(self):
        assert river_chief_system(by_year({2019: 146}), by_year({2018: 146})).isna().all()


class TestEnvInfoDisclosureRate:
    def test_government_and_enterprises_together(self):
        # (28 + 10) / (28 + 12) = 38 / 40 = 95 %; the mean of 100 % and 83.3 % would be 91.7 %.
        found = env_info_disclosure_rate(
            by_year({2019: 28}), by_year({2019: 28}), by_year({2019: 10}), by_year({2019: 12})
        )
        assert found[2019] == 95

    def test_government_items_alone_are_not_enough(self):
        # 28 of 28 government items are printed; what enterprises published is not.
        nothing = by_year({2018: 1})
        found = env_info_disclosure_rate(by_year({2019: 28}), by_year({2019: 28}), nothing, nothing)
        assert math.isnan(found[2019])

    def test_no_enterprise_that_must_publish(self):
        # (27 + 0) / (28 + 0) = 96.43 %
        none = by_year({2019: 0})
        found = env_info_disclosure_rate(by_year({2019: 27}), by_year({2019: 28}), none, none)
        assert found[2019] == pytest.approx(96.4286, abs=5e-5)

    def test_nothing_required_of_anyone(self):
        none = by_year({2019: 0})
        assert math.isnan(env_info_disclosure_rate(none, none, none, none)[2019])


class TestPlanEia:
    def test_plans_with_an_assessment(self):
        # 3 of 4 plans
        assert plan_eia(by_year({2019: 3}), by_year({2019: 4}))[2019] == 75

    def test_no_plan_that_needs_one_does_not_apply(self, tiny):
        items = [("plans_requiring_eia", 2019, "0", "count")]
        assert tiny(2019, items=items).evaluate("6").verdict.status == "not_applicable"

    CARRIED_OUT = [
        ("plan_eia", "carried_out", 2019, "是", "说", "报告书", "", "2019-05-01", "", "")
    ]

    def test_counties_need_no_count_but_all_of_them_when_they_give_one(self, tiny):
        case = tiny(2019, documents=self.CARRIED_OUT)
        assert case.evaluate("6").verdict.status == "met"
        items = [
            ("plans_with_eia", 2019, "3", "count"),
            ("plans_requiring_eia", 2019, "4", "count"),
        ]
        case = tiny(2019, documents=self.CARRIED_OUT, items=items)
        assert case.evaluate("6").verdict.status == "not_met"
