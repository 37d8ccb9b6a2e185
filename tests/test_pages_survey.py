"""The survey page: intervals in words, groups, sample sizes, and no answers."""

from __future__ import annotations

import re

import pytest
from counties import evaluated
from reading import page_of

from ecolib.pages import tables


@pytest.fixture(scope="module")
def result():
    return evaluated("demo", 2020, "public_participation")


def page(lang):
    return page_of("demo", 2020, "40", lang)


def picture(lang: str) -> str:
    return next(alt for alt in page(lang).alts if "95%" in alt)


class TestIntervals:
    def test_hollow_dots_hold_the_target(self, result):
        frame = tables.intervals(result)
        held = (frame["low"] <= frame["target"]) & (frame["target"] <= frame["high"])
        # The target is 80 %; both kinds occur.
        assert set(frame["target"]) == {80} and frame["unsure"].equals(held) and sum(held) > 0
        assert not held.all()

    def test_shares_are_those_of_the_answers(self, result):
        whole = tables.intervals(result).iloc[0]
        overall = tables.detail(result, "survey_overall", of_year=True).iloc[0]
        assert whole["share"] == pytest.approx(100 * overall["share"])
        assert whole["low"] < whole["share"] < whole["high"]

    def test_both_languages_tell_the_same_numbers(self, result):
        zh, en = picture("zh"), picture("en")
        numbers = re.compile(r"\d+\.\d")
        assert numbers.findall(zh) == numbers.findall(en)
        overall = tables.detail(result, "survey_overall", of_year=True).iloc[0]
        assert f"{100 * overall['share']:.1f}%" in zh

    def test_every_group_is_drawn_but_those_who_did_not_say(self, result):
        stated = tables.detail(result, "survey_groups", of_year=True)
        stated = stated[stated["group"] != "not stated"]
        assert len(stated) > 5 and all(name in picture("en") for name in stated["group"])
        assert "not stated" not in picture("en")

    def test_groups_keep_the_order_of_the_population(self, result):
        frame = tables.intervals(result)
        education = frame[frame["block"] == "education"]["label"].tolist()
        assert education == ["初中及以下", "高中或中专", "大专及以上"]


class TestTables:
    def test_a_sample_too_small_for_a_margin_says_so(self):
        # 600 people of a design effect of 1.4 suffice for 5 points, not for 2.
        rows = {row[0]: row[-1] for row in page("zh").table("95%置信度")}
        assert rows["±5个百分点"] == "✓ 足够" and rows["±2个百分点"] == "✗ 不足"

    @pytest.mark.parametrize("head", ["比例（%）", "占样本", "占总体", "有效答案"])
    def test_shares_stand_below_each_other_as_counts_do(self, head):
        assert re.search(rf'class="n"[^>]*>{re.escape(head)}</th>', page("zh").html)

    def test_invalid_answers_are_shown_as_written(self, result):
        invalid = tables.detail(result, "survey_invalid", of_year=True)
        row = invalid[invalid["answer"] == "不清楚"].iloc[0]
        assert f"不清楚 {row['count']}" in page("zh").text

    @pytest.mark.parametrize(
        ("lang", "said"), [("zh", "未提交逐份答卷"), ("en", "No single answers")]
    )
    def test_without_answers_a_plain_sentence(self, lang, said):
        assert said in page_of("lianshan", 2019, "34", lang).section("findings")
