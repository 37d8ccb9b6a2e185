"""Opinion surveys: satisfied shares from single answers, with what the sample can bear.

Textbook methods (no rule document prescribes one): Wilson (1927) score interval; weights by
raking (Deming and Stephan 1940), which is post-stratification when one variable is given; Kish
(1965) effective sample size. Shares are fractions between 0 and 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from ecolib.errors import DataError
from ecolib.standards.survey.estimates import (
    NOT_STATED,
    Population,
    Share,
    population_shares,
    raking_weights,
    wilson_interval,
)
from ecolib.texts import Note

GROUPINGS = ("age", "education", "occupation")
#: Ages given as numbers are grouped from these ages on.
AGE_FROM = (18, 35, 60)
#: Groups of fewer respondents are marked small.
SMALL_GROUP = 30


@dataclass(frozen=True)
class Scale:
    """Answers that count as satisfied (or taking part), and others that are valid."""

    satisfied: tuple[str, ...]
    other: tuple[str, ...]


SATISFACTION = Scale(
    satisfied=("非常满意", "很满意", "满意", "比较满意"),
    other=("一般", "不太满意", "不满意", "很不满意", "非常不满意"),
)
PARTICIPATION = Scale(
    satisfied=("经常", "有时", "经常参与", "有时参与", "参与", "是"),
    other=("很少", "从不", "很少参与", "从不参与", "未参与", "否"),
)


@dataclass(frozen=True)
class Survey:
    """What a survey says and how well it can say it.

    Attributes
    ----------
    overall, unweighted
        The result (weighted when a population was given), and the same without weights.
    questions
        By question: `satisfied`, `valid`, `invalid` answers, `share`, `effective`, `low`, `high`.
    groups
        By `variable` and `group`: `n`, `share`, `low`, `high`, `effective` of the overall result,
        for an interval plot.
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


@dataclass(frozen=True)
class _Coded:
    """A column of answers as codes into its sorted names."""

    codes: np.ndarray
    names: list


def survey_result(
    answers: pd.DataFrame, scale: Scale, population: Population | None = None
) -> Survey:
    """Shares satisfied, their intervals and the coverage of groups, from single answers.

    The overall result is the plain mean of the questions' shares.

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
        A question answered twice by one respondent, a respondent in two groups, groups the
        population does not know, weights that cannot be found.
    """
    population = population or {}
    respondent, question = _coded(answers["respondent"]), _coded(answers["question"])
    _refuse_answers(answers, respondent, question)
    answer = _texts(answers["answer"].str.strip(), "")
    satisfied = np.isin(np.array(answer.names), scale.satisfied)[answer.codes]
    valid = satisfied | np.isin(np.array(answer.names), scale.other)[answer.codes]
    asked = [v for v in GROUPINGS if v in answers]
    groups = {v: _texts(_ages(answers[v]) if v == "age" else answers[v], NOT_STATED) for v in asked}
    # The groups of a respondent are those given with the first valid answer.
    which = np.flatnonzero(valid)
    known, first = np.unique(respondent.codes[which], return_index=True)
    people = pd.DataFrame(
        {v: np.array(g.names, object)[g.codes[which[first]]] for v, g in groups.items()},
        index=pd.Index([respondent.names[code] for code in known], name="respondent"),
    )
    weights = raking_weights(people, population)
    by_respondent = np.zeros(len(respondent.names))
    by_respondent[known] = weights
    weight = np.where(valid, by_respondent[respondent.codes], 0.0)
    marks = satisfied, valid
    questions = _tally(question.codes, len(question.names), *marks, weight)
    even = _tally(question.codes, len(question.names), *marks, valid.astype(float))
    return Survey(
        overall=_overall(questions),
        unweighted=_overall(even),
        questions=questions.set_axis(pd.Index(question.names, name="question")),
        groups=_groups(groups, question, *marks, weight),
        coverage=_coverage(people, population),
        invalid=_invalid(question, answer, valid),
        weights=weights,
        silent=len(respondent.names) - len(people),
    )


def _coded(column: pd.Series) -> _Coded:
    codes, names = pd.factorize(column, sort=True)
    return _Coded(codes, list(names))


def _texts(column: pd.Series, blank: str) -> _Coded:
    """A column as texts, with `blank` for empty cells."""
    codes, names = pd.factorize(column)
    written = np.array([*map(str, names), blank], object)
    known, places = np.unique(written[np.unique(codes)], return_inverse=True)
    at = np.zeros(len(written), int)
    at[np.unique(codes)] = places
    return _Coded(at[codes], list(known))


def _ages(ages: pd.Series) -> pd.Series:
    """Ages as groups where all are numbers; else as written."""
    codes, given = pd.factorize(ages)
    texts = [str(age).removesuffix("岁") for age in given]
    years = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce")
    if years.isna().any():
        return ages
    groups = [*(age_group(year) for year in years), None]
    return pd.Series([groups[code] for code in codes], dtype=object)


def age_group(years: float, starts: Sequence[int] = AGE_FROM) -> str | None:
    """The group of an age in years, which begin at `starts`: "<18", "18-34", ..., "60+"."""
    inner = [f"{a}-{b - 1}" for a, b in pairwise(starts)]
    labels = [f"<{starts[0]}", *inner, f"{starts[-1]}+"]
    at = int(np.searchsorted(starts, years, side="right"))
    return labels[at] if 0 <= years < math.inf else None


def _tally(
    codes: np.ndarray, groups: int, satisfied: np.ndarray, valid: np.ndarray, weight: np.ndarray
) -> pd.DataFrame:
    """Counts, share and interval for every code, whether answered or not; weights 0 if invalid."""
    counts = {
        "satisfied": np.bincount(codes[satisfied], minlength=groups),
        "valid": np.bincount(codes[valid], minlength=groups),
        "invalid": np.bincount(codes[~valid], minlength=groups),
    }
    weighted = {"w": weight, "satisfied": weight * satisfied, "squared": weight**2}
    sums = pd.DataFrame(weighted).groupby(codes).sum().reindex(range(groups), fill_value=0.0)
    total, w_satisfied, squared = sums.to_numpy().T
    some = np.where(total > 0, total, np.nan)
    share = (w_satisfied / some).clip(0.0, 1.0)  # sums in binary fractions may pass 1
    # Kish (1965): n equally weighted answers would be as sure as (sum w)^2 / sum w^2.
    effective = np.divide(some**2, squared, out=np.zeros(groups), where=total > 0)
    low, high = wilson_interval(share, effective)
    return pd.DataFrame(counts | dict(share=share, effective=effective, low=low, high=high))


def _overall(tally: pd.DataFrame) -> Share:
    """The mean of the questions' shares, one row a question.

    It takes the smallest sample of its questions: the spread of a mean of shares is never more
    than that of their mean share in the smallest sample, however answers go together.
    """
    if tally.empty:
        return Share(math.nan, math.nan, math.nan, 0, 0.0)
    share = float(np.mean(tally["share"].to_numpy()))
    effective = float(tally["effective"].min())
    low, high = wilson_interval(share, effective)
    return Share(share, float(low), float(high), int(tally["valid"].min()), effective)


def _groups(
    groups: dict[str, _Coded],
    question: _Coded,
    satisfied: np.ndarray,
    valid: np.ndarray,
    weight: np.ndarray,
) -> pd.DataFrame:
    rows, questions = [], len(question.names)
    for variable, group in groups.items():
        cells = group.codes * questions + question.codes
        tally = _tally(cells, len(group.names) * questions, satisfied, valid, weight)
        for at, name in enumerate(group.names):
            own = _overall(tally.iloc[at * questions : (at + 1) * questions])
            rows.append((variable, name, own.n, own.share, own.low, own.high, own.effective))
    columns = ["variable", "group", "n", "share", "low", "high", "effective"]
    return pd.DataFrame(rows, columns=columns)


def _coverage(people: pd.DataFrame, population: Population) -> pd.DataFrame:
    rows = []
    for variable in people.columns:
        counts = people[variable].value_counts()
        shares = population_shares(population, variable)
        for group in counts.index.union(shares.index):
            count = counts.get(group, 0)
            of_sample = count / len(people) if len(people) else math.nan
            of_population = shares.get(group, math.nan)
            small = count < SMALL_GROUP
            rows.append((variable, group, count, of_sample, of_population, count > 0, small))
    columns = ["variable", "group", "respondents", "sample_share", "population_share"]
    return pd.DataFrame(rows, columns=[*columns, "covered", "small"])


def _invalid(question: _Coded, answer: _Coded, valid: np.ndarray) -> pd.DataFrame:
    """How often each invalid answer was given to each question."""
    cells, counts = np.unique(
        question.codes[~valid] * len(answer.names) + answer.codes[~valid], return_counts=True
    )
    at_question, at_answer = np.divmod(cells, max(len(answer.names), 1))
    return pd.DataFrame(
        {
            "question": [question.names[at] for at in at_question],
            "answer": [answer.names[at] for at in at_answer],
            "count": counts,
        }
    )


def _refuse_answers(answers: pd.DataFrame, respondent: _Coded, question: _Coded) -> None:
    problems = []
    cells = respondent.codes * len(question.names) + question.codes
    for at in np.flatnonzero(pd.Series(cells).duplicated()):
        again = {"respondent": respondent.names[respondent.codes[at]]}
        again |= {"question": question.names[question.codes[at]]}
        problems.append(Note("survey_twice", source="answers", **again))
    for variable in (v for v in GROUPINGS if v in answers):
        codes, groups = pd.factorize(answers[variable])
        pairs = np.unique((respondent.codes * len(groups) + codes)[codes >= 0])
        of_one, counts = np.unique(pairs // max(len(groups), 1), return_counts=True)
        if several := ", ".join(str(respondent.names[code]) for code in of_one[counts > 1]):
            two = Note("survey_two_groups", variable=variable, respondents=several)
            problems.append(two.but(source="answers"))
    if problems:
        raise DataError(problems)
