"""The survey page: intervals in words, groups, sample sizes, and no answers."""

import re
from pathlib import Path

import pytest
from counties import opened

from ecolib.assess.result import from_json, to_json
from ecolib.views import survey
from ecolib.views.output import Html, Picture
from ecolib.views.survey import Row, intervals_picture

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def case():
    return opened("demo", 2020)


@pytest.fixture(scope="module")
def result(case):
    return case.evaluate("public_participation")


def picture_of(pieces):
    (picture,) = (p for p in pieces.pieces if isinstance(p, Picture))
    return picture


def html(pieces):
    return "".join(p.html for p in pieces.pieces if isinstance(p, Html))


class TestPicture:
    def test_words_tell_target_share_and_interval(self):
        rows = {"All": [Row("overall", 81.2, 77.2, 84.7, 603)]}
        alt = intervals_picture(rows, "Taking part", 80, "en").alt
        assert alt == "Taking part: target ≥ 80 %. All: overall 81.2 % (77.2–84.7)."

    @pytest.mark.parametrize(
        ("low", "high", "open_"),
        [(77, 84, True), (80, 84, True), (80.1, 84, False), (70, 79, False)],
    )
    def test_open_dots_hold_the_target(self, low, high, open_):
        assert Row("x", (low + high) / 2, low, high, 100).straddles(80) == open_

    def test_without_a_target_nothing_straddles(self):
        assert not Row("x", 80, 70, 90, 10).straddles(None)


class TestPage:
    def test_both_languages_tell_the_same_numbers(self, case, result):
        zh, en = (picture_of(survey(result, lang, case=case)).alt for lang in ("zh", "en"))
        numbers = re.compile(r"\d+\.\d")
        assert numbers.findall(zh) == numbers.findall(en)
        overall = result.detail["survey_overall"].iloc[0]
        assert f"{100 * overall['share']:.1f} %" in zh

    def test_every_group_is_drawn_but_those_who_did_not_say(self, case, result):
        alt = picture_of(survey(result, "en", case=case)).alt
        groups = result.detail["survey_groups"]
        stated = groups[groups["group"] != "not stated"]
        assert all(name in alt for name in stated["group"])
        assert "not stated" not in alt

    def test_groups_keep_the_order_of_the_population(self, result):
        groups = result.detail["survey_groups"]
        education = groups[groups["variable"] == "education"]["group"].tolist()
        assert education == ["初中及以下", "高中或中专", "大专及以上", "not stated"]

    def test_a_sample_too_small_for_a_margin_says_so(self, case, result):
        page = html(survey(result, "zh", case=case))
        # 600 people of a design effect of 1.4 suffice for 5 points, not for 2.
        assert re.search(r"± 5 个百分点.*?✓ 够", page, re.S)
        assert re.search(r"± 2 个百分点</td>.*?✗ 不够", page, re.S)

    def test_invalid_answers_are_shown_as_written(self, case, result):
        invalid = result.detail["survey_invalid"]
        row = invalid[invalid["answer"] == "不清楚"].iloc[0]
        assert f"不清楚 {row['count']}" in html(survey(result, "zh", case=case))

    def test_a_saved_result_shows_the_same(self, case, result):
        again = from_json(to_json(result))
        assert html(survey(again, "zh", case=case)) == html(survey(result, "zh", case=case))

    @pytest.mark.parametrize(
        ("lang", "said"), [("zh", "没有交来逐份答卷"), ("en", "No single answers")]
    )
    def test_without_answers_a_plain_sentence(self, lang, said):
        case = opened("lianshan", 2019)
        page = survey(case.evaluate("34"), lang, case=case)
        assert said in html(page)
