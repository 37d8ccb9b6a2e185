"""Indicators 33 to 35, each worked by hand."""

from __future__ import annotations

import math

import pytest
from series import by_year, on_series

from ecolib.indicators import culture

cadre_training_share = on_series(culture.cadre_training_share)
public_participation = on_series(culture.public_participation)
public_satisfaction = on_series(culture.public_satisfaction)


class TestCadreTrainingShare:
    def test_trained_of_all(self):
        # 297 / 300 = 99 %
        assert cadre_training_share(by_year({2019: 297}), by_year({2019: 300}))[2019] == 99

    def test_all_of_them_are_required(self, tiny):
        # 299 / 300 = 99.67 % prints as 100 % without decimals, and is still not all.
        for trained, status in (("300", "met"), ("299", "not_met"), ("301", "conflict")):
            items = [
                ("cadres_trained", 2019, trained, "人"),
                ("cadres_total", 2019, "300", "人"),
            ]
            assert tiny(2019, items=items).evaluate("33").verdict.status == status

    def test_no_cadres(self):
        assert math.isnan(cadre_training_share(by_year({2019: 0}), by_year({2019: 0}))[2019])


@pytest.mark.parametrize(
    ("formula", "number", "said", "valid"),
    [
        (public_satisfaction, "34", "survey_satisfied", "survey_satisfaction_valid"),
        (public_participation, "35", "survey_participating", "survey_participation_valid"),
    ],
)
class TestSurveys:
    def test_share_of_the_valid_answers(self, formula, number, said, valid):
        # 452 / 500 = 90.4 %
        assert formula(by_year({2020: 452}), by_year({2020: 500}))[2020] == 90.4

    def test_no_valid_answer(self, formula, number, said, valid):
        assert math.isnan(formula(by_year({2020: 0}), by_year({2020: 0}))[2020])

    def test_answers_of_another_year_do_not_count(self, formula, number, said, valid):
        assert formula(by_year({2019: 452}), by_year({2020: 500})).isna().all()

    def test_80_percent_is_enough(self, formula, number, said, valid, tiny):
        for yes, status in (("400", "met"), ("399", "not_met"), ("501", "conflict")):
            items = [(said, 2020, yes, "count"), (valid, 2020, "500", "count")]
            assert tiny(2020, items=items).evaluate(number).verdict.status == status
