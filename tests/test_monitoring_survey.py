"""Single answers to a share with its interval, and what the verdict says of it."""

import math
from pathlib import Path

import pandas as pd
import pytest
from counties import opened

from ecolib.assess.result import from_json, to_json
from ecolib.standards.survey import surveys

ROOT = Path(__file__).parents[1]
NOBODY = pd.DataFrame(columns=["year", "variable", "group", "people", "position"])
HEADINGS = ["survey", "year", "respondent", "question", "answer", "age", "education", "occupation"]


def answers(*given, survey="satisfaction", question="总体", year=2020, age=None):
    """One respondent each; `age` may be a list as long as `given`."""
    ages = age or [None] * len(given)
    rows = [
        (survey, year, f"R{i}", question, answer, years, None, None)
        for i, (answer, years) in enumerate(zip(given, ages, strict=True))
    ]
    return pd.DataFrame(rows, columns=HEADINGS)


def satisfaction(given, population):
    return surveys(given, population)["satisfaction"]


def people(**groups):
    """People by age group; the label is given as `age_18_34`."""
    rows = [(2020, "age", name, count, "表") for name, count in groups.items()]
    return pd.DataFrame(rows, columns=NOBODY.columns)


class TestItems:
    def test_shares_of_valid_answers(self):
        # 8 of 10 valid answers; the Wilson interval of 8/10 at 95 % is 49.0 % to 94.3 %.
        given = ["满意"] * 5 + ["非常满意"] * 3 + ["一般", "不满意", "不清楚", None]
        found = satisfaction(answers(*given), NOBODY)
        assert found.items["survey_satisfied"].to_dict() == {2020: 8.0}
        assert found.items["survey_satisfaction_valid"].to_dict() == {2020: 10.0}
        limits = found.limits["survey_satisfied"].loc[2020] / 10
        assert limits["low"] == pytest.approx(0.4902, abs=5e-5)
        assert limits["high"] == pytest.approx(0.9433, abs=5e-5)
        invalid = found.detail["survey_invalid"].set_index("answer")["count"].to_dict()
        assert invalid == {"不清楚": 1, "": 1}

    def test_overall_is_the_mean_of_the_questions(self):
        # 4 of 4 and 1 of 4: (1 + 0.25) / 2 = 0.625; of 8 valid answers 5.
        both = pd.concat(
            [
                answers(*["满意"] * 4, question="空气"),
                answers("满意", "一般", "一般", "一般", question="水"),
            ]
        )
        found = satisfaction(both, NOBODY)
        assert found.items["survey_satisfied"][2020] == pytest.approx(5)
        assert found.items["survey_satisfaction_valid"][2020] == 8

    def test_the_population_weighs(self):
        # Six young all satisfied, four old none; as many old as young in the population: one half.
        given = ["满意"] * 6 + ["一般"] * 4
        table = answers(*given, age=["20"] * 6 + ["70"] * 4)
        found = satisfaction(table, people(**{"18-34": 5000, "60+": 5000}))
        assert found.items["survey_satisfied"][2020] == pytest.approx(5)
        assert found.detail["survey_overall"]["unweighted"].tolist() == pytest.approx([0.6])
        assert any("60.0%" in note.text("zh") for _, note in found.notes)

    def test_ages_in_years_are_grouped(self):
        # 34 is the last year of the first group, 35 the first of the next; 岁 is no part of it.
        table = answers("满意", "满意", "一般", "一般", age=["34岁", "18", "35", "60岁"])
        groups = satisfaction(table, NOBODY).detail["survey_coverage"]
        counts = groups[groups["variable"] == "age"].set_index("group")["respondents"]
        assert counts.to_dict() == {"18-34": 2, "35-59": 1, "60+": 1}

    def test_a_group_nobody_knows_of_gives_no_figure_but_its_name(self):
        table = answers("满意", "满意", age=["青年", "老年"])
        found = satisfaction(table, people(**{"青年": 10, "中年": 10}))
        assert found.items["survey_satisfied"].empty
        assert any("老年" in gap.text("zh") for _, gap in found.gaps)

    def test_no_valid_answer_is_no_share(self):
        found = satisfaction(answers("不清楚", None), NOBODY)
        assert found.items["survey_satisfied"].empty
        assert [(year, gap.code) for year, gap in found.gaps] == [(2020, "survey_no_valid")]

    def test_each_survey_reads_its_own_answers(self):
        both = pd.concat(
            [answers("满意", "一般"), answers("经常", "从不", "有时", survey="participation")]
        )
        assert satisfaction(both, NOBODY).items["survey_satisfaction_valid"].to_dict() == {2020: 2}
        found = surveys(both, NOBODY)["participation"]
        assert found.items["survey_participating"][2020] == pytest.approx(2)
        assert found.items["survey_participation_valid"][2020] == 3

    def test_groups_without_respondents_are_named(self):
        table = answers("满意", "一般", age=["20", "30"])
        found = satisfaction(table, people(**{"18-34": 50, "60+": 50}))
        assert any(
            note.code == "survey_groups.nobody" and note.args["groups"] == ("60+",)
            for _, note in found.notes
        )

    def test_population_alone_is_no_survey(self):
        nothing = pd.DataFrame(columns=HEADINGS)
        found = satisfaction(nothing, people(**{"18-34": 50}))
        assert all(series.empty for series in found.items.values())


def write(case, table, year=None):
    path = case.root / "data/trial/raw" / str(year or case.year) / "survey_answers.csv"
    table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


class TestVerdict:
    # Wilson at 95 % for 85 of 100: middle (0.85 + 3.8416 / 200) / 1.038416 = 0.8370, half
    # 1.96 sqrt(0.85 * 0.15 / 100 + 3.8416 / 40000) / 1.038416 = 0.0699: 76.7 to 90.7. In the same
    # way 95 gives 88.8 to 97.8, 75 gives 65.7 to 82.5, 60 gives 50.2 to 69.1. The target is 80.
    @pytest.mark.parametrize(
        ("satisfied", "status", "zh", "en", "warned"),
        [
            (95, "met", "全部符合考核要求", "the whole of the 95% confidence interval", False),
            (85, "met", "跨越限值", "straddles the limit", True),
            (75, "not_met", "跨越限值", "straddles the limit", True),
            (60, "not_met", "全部达不到考核要求", "no part of the 95% confidence interval", False),
        ],
    )
    def test_the_reason_tells_what_the_interval_says(self, tiny, satisfied, status, zh, en, warned):
        case = tiny(2020)
        write(case, answers(*["满意"] * satisfied, *["一般"] * (100 - satisfied)))
        result = case.evaluate("34")
        assert (result.verdict.status, result.value) == (status, pytest.approx(satisfied))
        assert zh in result.verdict.reason("zh") and en in result.verdict.reason("en")
        assert any(i.rule == "interval_straddles" for i in result.issues) == warned

    def test_the_interval_is_kept_with_the_result(self, tiny):
        case = tiny(2020)
        write(case, answers(*["满意"] * 85, *["一般"] * 15))
        result = case.evaluate("34")
        assert result.interval == pytest.approx((76.72, 90.69), abs=0.005)
        assert from_json(to_json(result)).interval == result.interval

    def test_a_figure_submitted_has_no_interval(self, tiny):
        items = [
            ("survey_satisfied", 2020, 85, "count"),
            ("survey_satisfaction_valid", 2020, 100, "count"),
        ]
        result = tiny(2020, items=items).evaluate("34")
        assert result.value == 85 and result.interval is None
        assert "置信区间" not in result.verdict.reason("zh")

    def test_an_earlier_survey_lends_this_year_no_interval(self, tiny):
        items = [
            ("survey_satisfied", 2021, 85, "count"),
            ("survey_satisfaction_valid", 2021, 100, "count"),
        ]
        case = tiny(2021, items=items)
        (case.root / "data/trial/raw/2020").mkdir()
        write(case, answers("满意", "一般"), year=2020)
        result = case.evaluate("34")
        assert result.interval is None and result.frame()["value"].tolist() == [50, 85]

    @pytest.mark.parametrize("others", ["满意", "不满意"])
    def test_one_number_for_all_respondents_leaves_nothing_met(self, tiny, others):
        case = tiny(2020)
        write(case, answers("满意", *[others] * 9).assign(respondent="1"))
        assert [note.code for note in case.issues()] == ["repeated"] * 9
        assert case.evaluate("34").verdict.status == "not_evaluable"

    def test_years_of_birth_are_no_ages(self):
        # Taken for ages all would be of 60 and more.
        table = answers("满意", "满意", age=["1985", "2001"])
        found = satisfaction(table, people(**{"18-34": 10, "60+": 10}))
        assert any("1985" in gap.text("zh") for _, gap in found.gaps)

    def test_answers_with_their_option(self):
        given = ["A满意", "满意（5分）", "满意(B)", "不满意（1分）"]
        found = satisfaction(answers(*given), NOBODY)
        assert found.items["survey_satisfied"].to_dict() == {2020: 3.0}
        assert found.items["survey_satisfaction_valid"].to_dict() == {2020: 4.0}


class TestDemo:
    def test_shares_without_weights_counted_another_way(self):
        path = ROOT / "data/demo/raw/2020/survey_answers.csv"
        raw = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
        case = opened("demo", 2020)
        counted = {
            "39": ("satisfaction", {"非常满意", "满意"}, {"一般", "不满意", "非常不满意"}),
            "40": ("participation", {"经常", "有时"}, {"很少", "从不"}),
        }
        for number, (survey, yes, no) in counted.items():
            rows = raw[raw["Survey"] == survey]
            valid = rows[rows["Answer"].isin(yes | no)]
            share = valid["Answer"].isin(yes).groupby(valid["Question"]).mean().mean()
            overall = case.evaluate(number).detail["survey_overall"]
            assert overall["unweighted"].iloc[0] == pytest.approx(share)
            assert 590 <= overall["n"].iloc[0] <= 620

    def test_one_survey_is_clear_and_one_is_not(self):
        case = opened("demo", 2020)
        clear, open_ = case.evaluate("39"), case.evaluate("40")
        assert clear.interval[0] > 80 < clear.value
        assert open_.interval[0] < 80 < open_.value
        assert not math.isnan(open_.value) and open_.verdict.status == "met"
