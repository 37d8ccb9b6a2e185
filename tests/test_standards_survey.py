"""Surveys: shares, intervals, weights, sample sizes."""

import json
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from ecolib.errors import DataError
from ecolib.standards.estimates import raking_weights, required_sample, wilson_interval
from ecolib.standards.survey import Scale, method, scales, survey_result

SATISFACTION = scales()["satisfaction"]

SHARED = Path(__file__).parents[1].parent / "shared" / "reference" / "standards"
BOUNDED = settings(deadline=None, derandomize=True, max_examples=40)
YES, NO = "满意", "不满意"
sampled = st.lists(
    st.tuples(
        st.sampled_from([YES, "非常满意", NO, "一般", "", "弃权"]),
        st.sampled_from([YES, NO, None]),
        st.sampled_from(["青年", "老年"]),
    ),
    min_size=1,
    max_size=25,
)


def one_question(*counts):
    """Answers to one question from (answer, age, how many) triples."""
    rows = [(answer, age) for answer, age, times in counts for _ in range(times)]
    table = pd.DataFrame(rows, columns=["answer", "age"])
    return table.assign(respondent=range(len(table)), question="总体")


def two_questions(people):
    """Answers from (answer to A, answer to B, age) triples, one a respondent."""
    rows = [
        (i, question, answer, age)
        for i, (a, b, age) in enumerate(people)
        for question, answer in (("A", a), ("B", b))
    ]
    return pd.DataFrame(rows, columns=["respondent", "question", "answer", "age"])


class TestWilson:
    @pytest.mark.parametrize(
        ("hits", "n", "low", "high"),
        # Newcombe (1998), Statistics in Medicine 17:857, Table I, method 3
        [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0000, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ],
    )
    def test_published(self, hits, n, low, high):
        found = wilson_interval(hits / n, n)
        assert [float(x) for x in found] == pytest.approx([low, high], abs=0.00006)

    @given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
    @BOUNDED
    def test_same_as_an_independent_library_and_holds_the_share(self, case):
        hits, n = case
        low, high = wilson_interval(hits / n, n)
        level = 2 * norm.cdf(1.96) - 1
        theirs = binomtest(hits, n).proportion_ci(level, method="wilson")
        assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
        assert 0 <= low <= hits / n <= high <= 1

    def test_no_answers_no_interval(self):
        low, high = wilson_interval([np.nan, 0.5], [0, 10])
        assert np.isnan([low[0], high[0]]).all() and not np.isnan([low[1], high[1]]).any()


class TestSampleSize:
    @pytest.mark.parametrize(
        ("margin", "population", "design_effect", "n"),
        [
            (0.05, None, 1.0, 385),  # Cochran: 1.96^2 * 0.25 / 0.05^2 = 384.16
            (0.05, 2000, 1.0, 323),  # 384.16 / (1 + 383.16/2000) = 322.3955
            (0.03, None, 1.0, 1068),  # 1067.11
            # 384.16 * 1.5 = 576.24; rounding 384.16 up first would give 578
            (0.05, None, 1.5, 577),
            (0.05, 2000, 2.0, 645),  # 322.3955 * 2 = 644.7909
            (0.98, None, 1.0, 1),  # 3.8416 * 0.25 / 0.9604, in binary perhaps a bit more
            (0.05, 10, 2.0, 10),  # everybody
        ],
    )
    def test_rounded_up_once(self, margin, population, design_effect, n):
        found = required_sample(margin, population=population, design_effect=design_effect)
        assert found == n

    def test_worked_and_derived_examples(self):
        if not (SHARED / "worked_examples.csv").exists():
            pytest.skip(f"{SHARED} is not there")
        worked = pd.read_csv(SHARED / "worked_examples.csv")
        worked = worked[(worked["category"] == "survey") & (worked["recomputed"] == "yes")]
        derived = pd.read_csv(SHARED / "derived_vectors.csv")
        derived = derived[derived["topic"].str.startswith("sample_size")]
        assert len(worked) == 1 and len(derived) == 2
        for row in [*worked.itertuples(), *derived.itertuples()]:
            asked, expected = json.loads(row.inputs_json), json.loads(row.expected_json)
            assert (asked["p"], asked["z"]) == (0.5, 1.96)
            n = required_sample(asked["e"], population=asked.get("N"), design_effect=1.0)
            assert n == math.ceil(expected.get("n_min", expected.get("n0_unrounded")))


class TestShares:
    def test_one_question_by_hand(self):
        found = survey_result(one_question((YES, "a", 81), (NO, "b", 182)), SATISFACTION)
        assert found.overall.share == pytest.approx(81 / 263)
        # Newcombe (1998), as above
        assert (found.overall.low, found.overall.high) == pytest.approx((0.2553, 0.3662), abs=6e-5)
        assert found.overall.n == 263 and found.overall.effective == 263

    def test_mean_of_questions(self):
        # A: 3 of 4; B: 1 of 2 valid, two invalid; mean (0.75 + 0.5)/2, on the smaller sample
        people = [(YES, YES, "x"), (YES, NO, "x"), ("非常满意", "?", "x"), ("一般", None, "x")]
        found = survey_result(two_questions(people), SATISFACTION)
        assert found.questions["share"].tolist() == [0.75, 0.5]
        assert found.questions.loc["B", ["satisfied", "valid", "invalid"]].tolist() == [1, 2, 2]
        assert found.overall.share == 0.625
        assert found.overall.n == 2 and found.overall.effective == 2
        assert found.invalid.to_dict("records") == [
            {"question": "B", "answer": "", "count": 1},
            {"question": "B", "answer": "?", "count": 1},
        ]

    def test_which_answers_count_is_told_by_the_scale(self):
        taking_part = Scale(satisfied=("经常", "偶尔"), other=("从不",))
        answers = one_question(("经常", "x", 5), ("偶尔", "x", 3), ("从不", "x", 2), (YES, "x", 1))
        found = survey_result(answers, taking_part)
        assert found.overall.share == 0.8 and found.questions["invalid"].item() == 1

    def test_nobody_valid(self):
        found = survey_result(one_question(("?", "x", 3)), SATISFACTION)
        assert math.isnan(found.overall.share) and math.isnan(found.overall.low)
        assert found.silent == 3 and found.invalid["count"].tolist() == [3]
        assert math.isnan(survey_result(one_question(), SATISFACTION).overall.share)

    def test_a_question_nobody_answered_leaves_the_mean_open(self):
        found = survey_result(two_questions([(YES, "", "x"), (NO, None, "x")]), SATISFACTION)
        assert found.questions["share"].tolist()[0] == 0.5 and math.isnan(found.overall.share)

    def test_refuses_contradictions(self):
        answers = two_questions([(YES, NO, "x")])
        with pytest.raises(DataError, match="answered twice: 0 / A"):
            survey_result(pd.concat([answers, answers.iloc[:1]]), SATISFACTION)
        with pytest.raises(DataError, match="more than one age for one respondent: 0"):
            survey_result(answers.assign(age=["x", "y"]), SATISFACTION)

    @given(sampled, st.randoms(use_true_random=False))
    @BOUNDED
    def test_every_answer_is_counted_and_order_does_not_matter(self, people, random):
        answers = two_questions(people)
        found = survey_result(answers, SATISFACTION)
        assert found.questions[["valid", "invalid"]].to_numpy().sum() == len(answers)
        assert found.invalid["count"].sum() == found.questions["invalid"].sum()
        assert len(found.weights) + found.silent == len(people)
        known = found.questions.dropna()
        assert ((known["low"] <= known["share"]) & (known["share"] <= known["high"])).all()
        shuffled = answers.iloc[random.sample(range(len(answers)), len(answers))]
        again = survey_result(shuffled, SATISFACTION)
        pd.testing.assert_frame_equal(again.groups, found.groups)
        assert again.overall == found.overall or math.isnan(found.overall.share)


class TestWeights:
    def test_post_stratified_by_hand(self):
        # 80 young, 60 of them satisfied; 20 old, 5 of them. Half the population is old, so
        # 0.5 * 0.75 + 0.5 * 0.25; weights 0.5/0.8 and 0.5/0.2; (80*0.625 + 20*2.5)^2 /
        # (80*0.625^2 + 20*2.5^2) = 10000/156.25
        answers = one_question(
            (YES, "青年", 60), (NO, "青年", 20), (YES, "老年", 5), (NO, "老年", 15)
        )
        found = survey_result(answers, SATISFACTION, population={"age": {"青年": 500, "老年": 500}})
        assert found.overall.share == pytest.approx(0.5)
        assert found.unweighted.share == pytest.approx(0.65)
        assert found.overall.n == 100 and found.overall.effective == pytest.approx(64)
        # Wilson at p = 0.5: half width z / (2 sqrt(n + z^2)) = 0.98 / sqrt(67.8416)
        assert found.overall.high - 0.5 == pytest.approx(0.98 / math.sqrt(67.8416))
        assert found.unweighted.effective == 100

    def test_raking_meets_every_margin(self):
        people = pd.DataFrame(
            {
                "age": ["青年"] * 30 + ["老年"] * 20,
                "education": ["大学"] * 25 + ["小学"] * 15 + ["大学"] * 10,
            }
        )
        population = {"age": {"青年": 0.4, "老年": 0.6}, "education": {"大学": 0.2, "小学": 0.8}}
        weights = raking_weights(people, population)
        for variable, wanted in population.items():
            shares = weights.groupby(people[variable]).sum() / weights.sum()
            assert shares.to_dict() == pytest.approx(wanted, abs=1e-8)
        assert weights.mean() == pytest.approx(1)

    def test_raking_textbook_odds_ratio(self):
        """Raking changes margins and leaves the odds ratio of the table as it was."""
        people = pd.DataFrame(
            {"age": list("aabb"), "education": list("xyxy")}, index=list("1234")
        ).loc[lambda t: t.index.repeat([40, 30, 35, 50])]
        weights = raking_weights(
            people.reset_index(drop=True),
            {"age": {"a": 0.6, "b": 0.4}, "education": {"x": 0.5, "y": 0.5}},
        )
        keys = people.reset_index(drop=True)
        cells = weights.groupby([keys["age"], keys["education"]]).sum()
        odds = cells["a", "x"] * cells["b", "y"] / (cells["a", "y"] * cells["b", "x"])
        assert odds == pytest.approx(40 * 50 / (30 * 35))

    def test_not_stated_keeps_its_place(self):
        answers = one_question((YES, "青年", 6), (NO, "老年", 2), (YES, None, 2))
        found = survey_result(answers, SATISFACTION, population={"age": {"青年": 0.5, "老年": 0.5}})
        # 8 stated respondents share 8 evenly, the 2 others weigh 1 each: (4 + 2)/10
        assert found.overall.share == pytest.approx(0.6)
        assert found.weights.sum() == pytest.approx(10)

    def test_a_group_nobody_answered_for_shows(self):
        answers = one_question((YES, "青年", 40), (NO, "中年", 40))
        found = survey_result(
            answers, SATISFACTION, population={"age": {"青年": 3, "中年": 3, "老年": 4}}
        )
        coverage = found.coverage.set_index("group")
        assert coverage["covered"].to_dict() == {"中年": True, "老年": False, "青年": True}
        assert coverage.loc["老年", "population_share"] == pytest.approx(0.4)
        assert found.overall.share == pytest.approx(0.5)

    def test_refuses_what_the_population_does_not_know(self):
        answers = one_question((YES, "老年人", 1), (NO, "青年", 1))
        with pytest.raises(DataError, match="“老年人”; did you mean “老年”"):
            survey_result(answers, SATISFACTION, population={"age": {"老年": 1, "青年": 1}})
        with pytest.raises(DataError, match="all be zero"):
            survey_result(answers, SATISFACTION, population={"age": {"老年人": 0, "青年": 0}})

    def test_margins_that_nothing_can_meet(self):
        people = pd.DataFrame({"age": ["a", "b"], "education": ["x", "y"]})
        with pytest.raises(DataError, match="merge groups"):
            raking_weights(people, {"age": {"a": 0.5, "b": 0.5}, "education": {"x": 0.9, "y": 0.1}})

    @given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 99))
    @BOUNDED
    def test_weighting_never_adds_certainty(self, young, old, percent):
        answers = one_question((YES, "青年", young), (NO, "老年", old))
        found = survey_result(
            answers, SATISFACTION, population={"age": {"青年": percent, "老年": 100 - percent}}
        )
        assert found.overall.effective <= young + old + 1e-9
        assert found.overall.share == pytest.approx(percent / 100)


class TestGroups:
    def test_by_group(self):
        people = [(YES, YES, "青年"), (YES, NO, "青年"), (NO, NO, "老年")]
        groups = survey_result(two_questions(people), SATISFACTION).groups.set_index("group")
        assert groups["share"].to_dict() == {"老年": 0.0, "青年": 0.75}
        assert groups["n"].to_dict() == {"老年": 1, "青年": 2}
        # Wilson for 0 of 1: 0 to z^2 / (1 + z^2)
        assert groups.loc["老年", "high"] == pytest.approx(3.8416 / 4.8416)

    def test_coverage(self):
        answers = one_question((YES, "青年", 30), (NO, "老年", 29), ("?", "老年", 5))
        coverage = survey_result(answers, SATISFACTION).coverage.set_index("group")
        assert coverage["respondents"].to_dict() == {"老年": 29, "青年": 30}
        assert coverage["small"].to_dict() == {"老年": True, "青年": False}
        assert coverage["population_share"].isna().all()

    def test_ages_in_years(self):
        ages = [17, 18, 34, 35, 59, 60, 90, np.nan]
        answers = pd.DataFrame(
            {"respondent": range(8), "question": "总体", "answer": YES, "age": ages}
        )
        coverage = survey_result(answers, SATISFACTION).coverage.set_index("group")["respondents"]
        expected = {"18-34": 2, "35-59": 2, "60+": 2, "<18": 1, "not stated": 1}
        assert coverage.to_dict() == expected

    def test_without_groups(self):
        answers = one_question((YES, "x", 3)).drop(columns="age")
        found = survey_result(answers, SATISFACTION)
        assert found.groups.empty and found.coverage.empty and found.overall.share == 1


def test_the_method_is_told_in_both_languages():
    said = {row.setting: row.note for row in method(SATISFACTION).itertuples()}
    assert "非常满意、很满意、满意" in said["satisfied"].text("zh")
    assert "1.96" in said["z"].text("en") and "18、35、60" in said["age_from"].text("zh")
    assert all(re.search("[\u4e00-\u9fff]", note.text("zh")) for note in said.values())
