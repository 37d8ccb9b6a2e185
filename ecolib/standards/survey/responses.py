"""Opinion surveys: satisfied shares from single answers, with what the sample can bear.

Textbook methods (no rule document prescribes one): Wilson (1927) score interval; weights by
raking (Deming and Stephan 1940), which is post-stratification when one variable is given; Kish
(1965) effective sample size; Cochran (1977) sample size with finite population correction.
Shares are fractions between 0 and 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from ecolib.errors import DataError, Problem, near
from ecolib.standards.survey.intervals import (
    SampleSize,
    Share,
    required_sample,
    wilson_interval,
)
from ecolib.standards.survey.settings import MEAN, SurveySettings
from ecolib.standards.survey.weights import (
    NOT_STATED,
    Population,
    age_groups,
    population_shares,
    raking_weights,
)

__all__ = [
    "SampleSize",
    "Share",
    "Survey",
    "SurveySettings",
    "raking_weights",
    "required_sample",
    "survey_result",
    "wilson_interval",
]

GROUPINGS = ("age", "education", "occupation")


@dataclass(frozen=True)
class Survey:
    """What a survey says and how well it can say it.

    Attributes
    ----------
    overall, unweighted
        The result (weighted when a population was given), and the same without weights.
    questions
        By question: `satisfied`, `valid`, `invalid` answers, `share`, `low`, `high`, `effective`.
    groups
        By `variable` and `group`: `respondents`, `share`, `low`, `high`, `effective` of the
        overall result, for an interval plot.
    coverage
        By `variable` and `group`: `respondents`, `sample_share`, `population_share` (NaN when
        not given), `covered`, `small`.
    invalid
        `question`, `answer` as written, `count`: answers left out of every share.
    weights
        By respondent with a valid answer, mean 1; all 1 without a population.
    silent
        Respondents without a single valid answer: in no share, no group and no weight.
    """

    overall: Share
    unweighted: Share
    questions: pd.DataFrame
    groups: pd.DataFrame
    coverage: pd.DataFrame
    invalid: pd.DataFrame
    weights: pd.Series
    silent: int


def survey_result(
    answers: pd.DataFrame,
    *,
    settings: SurveySettings | None = None,
    population: Population | None = None,
) -> Survey:
    """Shares satisfied, their intervals and the coverage of groups, from single answers.

    Parameters
    ----------
    answers
        `respondent`, `question`, `answer` and any of `age` (years or group), `education`,
        `occupation`; an empty cell is a group of its own, "not stated".
    population
        Shares (or counts) of the population by group, for any of these variables, e.g.
        ``{"age": {"18-39": 0.4, "40+": 0.6}}``. Without it nobody is weighted.

    Raises
    ------
    DataError
        A question answered twice by one respondent, a respondent in two groups, an overall
        question nobody was asked, groups the population does not know, weights that cannot be
        found.
    """
    settings, population = settings or SurveySettings(), population or {}
    _refuse_answers(answers, settings)
    marked = _marked(answers, settings)
    people = _people(marked)
    weights = raking_weights(people, population)
    marked = marked.assign(weight=marked["respondent"].map(weights))
    questions = _tally(marked, ["question"], settings)
    even = _tally(marked.assign(weight=1.0), ["question"], settings)
    invalid = marked[~marked["valid"]]
    return Survey(
        overall=_share(_overall(questions, [], settings)),
        unweighted=_share(_overall(even, [], settings)),
        questions=questions.set_index("question"),
        groups=_groups(marked, settings),
        coverage=_coverage(people, population, settings),
        invalid=invalid.groupby(["question", "answer"]).size().rename("count").reset_index(),
        weights=weights,
        silent=marked["respondent"].nunique() - len(people),
    )


def _marked(answers: pd.DataFrame, settings: SurveySettings) -> pd.DataFrame:
    """Answers with `valid` and `satisfied`, blanks as '' and groups not stated as such."""
    text = answers["answer"].fillna("").astype(str).str.strip()
    groups = {v: answers[v] for v in GROUPINGS if v in answers}
    if "age" in groups and pd.api.types.is_numeric_dtype(groups["age"]):
        groups["age"] = age_groups(groups["age"], settings.age_from)
    groups = {v: group.fillna(NOT_STATED).astype(str) for v, group in groups.items()}
    return answers[["respondent", "question"]].assign(
        answer=text,
        satisfied=text.isin(settings.satisfied),
        valid=text.isin([*settings.satisfied, *settings.other]),
        **groups,
    )


def _people(marked: pd.DataFrame) -> pd.DataFrame:
    """One row a respondent with a valid answer: the groups they belong to."""
    columns = [v for v in GROUPINGS if v in marked]
    people = marked[marked["valid"]].drop_duplicates("respondent").set_index("respondent")
    return people[columns].sort_index()


def _tally(marked: pd.DataFrame, by: list[str], settings: SurveySettings) -> pd.DataFrame:
    """Counts, share and interval for every combination of `by`, whether answered or not."""
    valid, weight = marked["valid"], marked["weight"].where(marked["valid"], 0.0)
    columns = marked[by].assign(
        satisfied=marked["satisfied"].astype(int),
        valid=valid.astype(int),
        invalid=(~valid).astype(int),
        w=weight,
        w_satisfied=weight * marked["satisfied"],
        w_squared=weight**2,
    )
    sums = columns.groupby(by).sum()
    if len(by) > 1:
        every = pd.MultiIndex.from_product(sums.index.levels, names=by)
        sums = sums.reindex(every, fill_value=0)
    some = sums["w"].where(sums["w"] > 0)
    # Kish (1965): n equally weighted answers would be as sure as (sum w)^2 / sum w^2.
    table = sums[["satisfied", "valid", "invalid"]].assign(
        share=(sums["w_satisfied"] / some).clip(0.0, 1.0),  # sums in binary may pass 1
        effective=(some**2 / sums["w_squared"]).fillna(0.0),
    )
    return _with_interval(table.reset_index(), settings)


def _overall(tally: pd.DataFrame, by: list[str], settings: SurveySettings) -> pd.DataFrame:
    """One row for each of `by`: the overall question, or the mean of the questions' shares.

    The mean takes the smallest sample of its questions: the spread of a mean of shares is never
    more than that of their mean share in the smallest sample, however answers go together.
    """
    if settings.overall != MEAN:
        return tally[tally["question"] == settings.overall].rename(columns={"valid": "n"})
    groups = tally.groupby(by) if by else tally.groupby(lambda _: 0)
    table = groups.agg(
        share=("share", lambda shares: shares.mean(skipna=False)),
        n=("valid", "min"),
        effective=("effective", "min"),
    )
    return _with_interval(table.reset_index(drop=not by), settings)


def _with_interval(table: pd.DataFrame, settings: SurveySettings) -> pd.DataFrame:
    low, high = wilson_interval(table["share"], table["effective"], z=settings.z)
    return table.assign(low=low, high=high)


def _share(overall: pd.DataFrame) -> Share:
    if overall.empty:
        return Share(math.nan, math.nan, math.nan, 0, 0.0)
    row = overall.iloc[0]
    share, low, high, effective = row[["share", "low", "high", "effective"]].astype(float).tolist()
    return Share(share, low, high, int(row["n"]), effective)


def _groups(marked: pd.DataFrame, settings: SurveySettings) -> pd.DataFrame:
    columns = ["variable", "group", "n", "share", "low", "high", "effective"]
    tables = [
        _overall(_tally(marked, [v, "question"], settings), [v], settings)
        .rename(columns={v: "group"})
        .assign(variable=v)[columns]
        for v in GROUPINGS
        if v in marked
    ]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)


def _coverage(people, population: Population, settings: SurveySettings) -> pd.DataFrame:
    tables = []
    for variable in people.columns:
        counts = people[variable].value_counts()
        shares = population_shares(population, variable)
        groups = counts.index.union(shares.index)
        counts = counts.reindex(groups, fill_value=0)
        tables.append(
            pd.DataFrame(
                {
                    "variable": variable,
                    "group": groups,
                    "respondents": counts,
                    "sample_share": counts / len(people) if len(people) else float("nan"),
                    "population_share": shares.reindex(groups),
                    "covered": counts > 0,
                    "small": counts < settings.small_group,
                }
            )
        )
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _refuse_answers(answers: pd.DataFrame, settings: SurveySettings) -> None:
    problems = []
    twice = answers[answers.duplicated(["respondent", "question"])]
    for respondent, question in twice[["respondent", "question"]].itertuples(index=False):
        found = f"{respondent} / {question}"
        problems.append(Problem("answers", f"同一题重复作答：{found}", f"answered twice: {found}"))
    columns = [v for v in GROUPINGS if v in answers]
    counts = answers.groupby("respondent")[columns].nunique()
    for variable in columns:
        several = ", ".join(map(str, counts.index[counts[variable] > 1]))
        if several:
            zh = f"同一受访者有两种 {variable}：{several}"
            problems.append(Problem("answers", zh, f"more than one {variable}: {several}"))
    if settings.overall not in {MEAN, *answers["question"]}:
        zh, en = near(settings.overall, answers["question"].astype(str).unique())
        where = "SurveySettings.overall"
        said = f"没有总体题目“{settings.overall}”{zh}", f"no question '{settings.overall}'{en}"
        problems.append(Problem(where, *said))
    if problems:
        raise DataError(problems)
