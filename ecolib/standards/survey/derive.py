"""Public surveys: from single answers to the share satisfied or taking part, with its interval.

The items are counts of answers. Where the population is given, the answers that express
satisfaction are weighted to it, so that the share is that of the population and no whole number.
"""

from __future__ import annotations

import math

import pandas as pd

from ecolib.errors import DataError
from ecolib.standards.derived import Derived, derives
from ecolib.standards.remarks import Remarks
from ecolib.standards.settings import sentences
from ecolib.standards.survey.responses import (
    GROUPINGS,
    Survey,
    SurveySettings,
    required_sample,
    survey_result,
)
from ecolib.standards.survey.weights import NOT_STATED

SATISFACTION = SurveySettings(
    satisfied=("非常满意", "很满意", "满意", "比较满意"),
    other=("一般", "不太满意", "不满意", "很不满意", "非常不满意"),
)
PARTICIPATION = SurveySettings(
    satisfied=("经常", "有时", "经常参与", "有时参与", "参与", "是"),
    other=("很少", "从不", "很少参与", "从不参与", "未参与", "否"),
)
#: Half-widths of the interval for which the respondents needed are shown.
MARGINS = (0.05, 0.04, 0.03, 0.02)
GROUP_WORDS = {
    "age": ("年龄", "age"),
    "education": ("学历", "education"),
    "occupation": ("职业", "occupation"),
}


@derives("survey_satisfied", "survey_satisfaction_valid")
def satisfaction(survey_answers: pd.DataFrame, survey_population: pd.DataFrame) -> Derived:
    """The satisfaction survey; detail as in `_by_year`."""
    answers = survey_answers[survey_answers["survey"] == "satisfaction"]
    items = "survey_satisfied", "survey_satisfaction_valid"
    return _by_year(answers, survey_population, items=items, settings=SATISFACTION)


@derives("survey_participating", "survey_participation_valid")
def participation(survey_answers: pd.DataFrame, survey_population: pd.DataFrame) -> Derived:
    """The participation survey; detail as in `_by_year`."""
    answers = survey_answers[survey_answers["survey"] == "participation"]
    items = "survey_participating", "survey_participation_valid"
    return _by_year(answers, survey_population, items=items, settings=PARTICIPATION)


def _by_year(
    answers: pd.DataFrame,
    population: pd.DataFrame,
    *,
    items: tuple[str, str],
    settings: SurveySettings,
) -> Derived:
    """A survey a year; shares are fractions.

    Detail, each with `year`: `survey_overall` (one row), `survey_questions`, `survey_groups`,
    `survey_coverage`, `survey_invalid` as in `Survey`, and `survey_sample` (respondents needed);
    besides, `survey_method` (sentences).
    """
    remarks = Remarks()
    surveys: dict[int, Survey] = {}
    people: dict[int, pd.DataFrame] = {}
    for year, rows in answers.groupby("year"):
        people[year] = population[population["year"] == year]
        try:
            found = survey_result(
                _with_ages(rows), settings=settings, population=_shares(rows, people[year])
            )
        except DataError as error:
            for problem in error.problems:
                remarks.gap(year, problem.zh, problem.en)
            continue
        if math.isnan(found.overall.share):
            remarks.gap(year, "至少一道题没有有效答案", "a question without a single valid answer")
            continue
        surveys[year] = found
        _remark(year, found, people[year], remarks)
    valid = pd.Series(
        {y: float(s.questions["valid"].sum()) for y, s in surveys.items()}, dtype=float
    )
    ends = pd.DataFrame(
        {
            y: {e: getattr(s.overall, e) for e in ("share", "low", "high")}
            for y, s in surveys.items()
        },
        index=["share", "low", "high"],
    ).T
    counts = ends.mul(valid, axis=0).rename_axis("year")
    return Derived(
        items={items[0]: counts["share"], items[1]: valid.rename_axis("year")},
        limits={items[0]: counts[["low", "high"]]},
        detail=_detail(surveys, people) | {"survey_method": sentences(settings)[["zh", "en"]]},
        **remarks.said(),
    )


def _with_ages(rows: pd.DataFrame) -> pd.DataFrame:
    """Ages as numbers where all are, so that they can be grouped; else as written."""
    ages = pd.to_numeric(rows["age"].astype("str").str.removesuffix("岁"), errors="coerce")
    all_numbers = bool(ages.notna().eq(rows["age"].notna()).all())
    return rows.assign(age=ages) if all_numbers else rows


def _shares(rows: pd.DataFrame, population: pd.DataFrame) -> dict[str, dict[str, float]]:
    """People by group for each variable that the questionnaire asked."""
    return {
        variable: dict(zip(groups["group"], groups["people"], strict=True))
        for variable, groups in population.groupby("variable")
        if rows[variable].notna().any()
    }


def _remark(year: int, survey: Survey, population: pd.DataFrame, remarks: Remarks) -> None:
    overall, invalid = survey.overall, int(survey.invalid["count"].sum())
    remarks.add(
        year,
        f"有效受访者 {len(survey.weights)} 人，{len(survey.questions)} 道题；无效答案 {invalid} 个、"
        f"全部答案无效的受访者 {survey.silent} 人，均不进入分母",
        f"{len(survey.weights)} respondents with valid answers, {len(survey.questions)} questions; "
        f"{invalid} invalid answers and {survey.silent} respondents without a valid one stay out",
    )
    given = [v for v in GROUPINGS if v in set(population["variable"])]
    if given:
        zh, en = (
            "、".join(GROUP_WORDS[v][0] for v in given),
            ", ".join(GROUP_WORDS[v][1] for v in given),
        )
        plain = 100 * survey.unweighted.share
        remarks.add(
            year,
            f"按总体的{zh}结构加权；不加权为 {plain:.1f} %，加权后相当于 {overall.effective:.0f} 份等权样本",
            f"weighted to the population by {en}; without weights the share is {plain:.1f} %, and "
            f"the weighted sample is worth {overall.effective:.0f} respondents of equal weight",
        )
    else:
        remarks.add(
            year,
            "没有交来总体结构，结果未加权",
            "the population was not handed in, so the result is not weighted",
        )
    for variable, groups in survey.coverage.groupby("variable", sort=False):
        _remark_on_groups(year, GROUP_WORDS[variable], groups, remarks)


def _remark_on_groups(
    year: int, name: tuple[str, str], groups: pd.DataFrame, remarks: Remarks
) -> None:
    groups = groups[groups["group"] != NOT_STATED]
    missed = groups.loc[~groups["covered"], "group"]
    small = groups.loc[groups["small"] & groups["covered"], "group"]
    if len(missed):
        remarks.add(
            year,
            f"{name[0]}分组没有受访者：{'、'.join(missed)}",
            f"no respondent in these groups by {name[1]}: {', '.join(missed)}",
        )
    if len(small):
        remarks.add(
            year,
            f"{name[0]}分组样本少：{'、'.join(small)}",
            f"few respondents in these groups by {name[1]}: {', '.join(small)}",
        )


def _detail(surveys: dict[int, Survey], people: dict[int, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    if not surveys:
        return {}
    tables = {
        "survey_overall": {y: _overall(s, people[y]) for y, s in surveys.items()},
        "survey_questions": {y: s.questions.reset_index() for y, s in surveys.items()},
        "survey_groups": {y: _in_order(s.groups, people[y]) for y, s in surveys.items()},
        "survey_coverage": {y: _in_order(s.coverage, people[y]) for y, s in surveys.items()},
        "survey_invalid": {y: s.invalid for y, s in surveys.items()},
        "survey_sample": {y: _sample(s, people[y]) for y, s in surveys.items()},
    }
    return {
        name: pd.concat(by_year, names=["year"]).reset_index(level="year").reset_index(drop=True)
        for name, by_year in tables.items()
    }


def _in_order(groups: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Groups as the population table lists them, which knows that secondary precedes higher."""
    listed = population.set_index(["variable", "group"]).index.drop_duplicates()
    own = pd.MultiIndex.from_frame(groups[["variable", "group"]])
    place = pd.Series(listed.get_indexer(own), groups.index)
    variable = groups["variable"].map(list(GROUPINGS).index)
    order = pd.DataFrame({"variable": variable, "place": place.mask(place < 0, len(listed))})
    return groups.loc[order.sort_values(["variable", "place"], kind="stable").index]


def _overall(survey: Survey, population: pd.DataFrame) -> pd.DataFrame:
    columns = ["share", "low", "high", "n", "effective"]
    row = {c: getattr(survey.overall, c) for c in columns}
    row |= {"respondents": len(survey.weights), "silent": survey.silent}
    row |= {"unweighted": survey.unweighted.share, "weighted": bool(len(population))}
    return pd.DataFrame([row])


def _sample(survey: Survey, population: pd.DataFrame) -> pd.DataFrame:
    """Respondents needed for each margin, at the least favourable share of one half."""
    overall = survey.overall
    size = population.groupby("variable")["people"].sum()
    known = int(size.max()) if len(size) else None
    effect = overall.n / overall.effective
    rows = [
        (m, required_sample(m, population=known, design_effect=effect).n, overall.n)
        for m in MARGINS
    ]
    return pd.DataFrame(rows, columns=["margin", "needed", "had"]).assign(
        population=known, design_effect=effect
    )
