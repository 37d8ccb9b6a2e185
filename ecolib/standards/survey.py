"""Public surveys: from single answers to the share satisfied or taking part, with its interval.

The items are counts of answers. Where the population is given, the answers that express
satisfaction are weighted to it, so that the share is that of the population and no whole number.
Textbook methods, as no rule document prescribes one: see `ecolib.standards.estimates`. Shares are
fractions between 0 and 1.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from ecolib.errors import DataError
from ecolib.standards import read_table, with_columns
from ecolib.standards.derived import Derived, Remarks, derives
from ecolib.standards.estimates import (
    AGE_FROM,
    NOT_STATED,
    Population,
    Share,
    Z,
    age_group,
    ages_grouped,
    population_shares,
    raking_weights,
    required_sample,
    wilson_interval,
)
from ecolib.texts import Name, Note

GROUPINGS = ("age", "education", "occupation")
#: Groups of fewer respondents are marked small.
SMALL_GROUP = 30


#: As what an answer can count: in the numerator, in the denominator alone, in neither.
COUNTS = ("satisfied", "other", "refused")


@dataclass(frozen=True)
class Scale:
    """Answers that count as satisfied (or taking part), others that are valid, and those that are
    no answer; all as `plain_answer` leaves them."""

    satisfied: tuple[str, ...]
    other: tuple[str, ...]
    refused: tuple[str, ...] = ()

    def counts(self, answer: str) -> str | None:
        """As what an answer counts, one of `COUNTS`; None for one that is in no list."""
        plain = plain_answer(answer)
        lists = zip(COUNTS, (self.satisfied, self.other, ("", *self.refused)), strict=True)
        return next((counts for counts, known in lists if plain in known), None)


@cache
def scales() -> dict[str, Scale]:
    """The scale of each survey (`ANSWERS.csv`)."""
    rows = read_table("ANSWERS")
    answers = rows["answers"].str.split("|").map(tuple)
    by_survey = answers.groupby([rows["survey"], rows["counts"]], sort=False).first().unstack()
    return {survey: Scale(**own) for survey, own in by_survey.to_dict("index").items()}


#: `A.满意`, `A满意`, `①满意`, `（2）满意`; `满意（5分）`; and `5（满意）`, where the words stand in the brackets.
_OPTION = re.compile(
    r"(?:\(?[a-h0-9]{1,2}[).、:,\s]+|[①-⑳]|[a-h](?=[一-鿿]))(.+)|(.+)\((?:[a-h]|\d{1,3}分?)\)"
    r"|[a-h0-9]{1,2}\s*\((.+)\)|\(([^()]+)\)"
)


@cache
def plain_answer(answer: str) -> str:
    """An answer without its option letter or number, punctuation, blanks and width of signs."""
    circled = "".join(c for c in answer if unicodedata.category(c) != "Cf").strip()
    text = circled if "①" <= circled[:1] <= "⑳" else unicodedata.normalize("NFKC", circled)
    text = text.casefold().strip(" .。,，;；!！:：、\"'“”")
    if found := _OPTION.fullmatch(text):
        text = next(part for part in found.groups() if part)
    return "".join(text.split()).strip(".。,，;；!！:：、")


def objection(answer: str, survey: str) -> Note | None:
    """Why an answer cannot be counted; None where it can."""
    scale = scales()[survey]
    if scale.counts(str(answer)) is not None:
        return None
    return Note("answer_unknown", value=str(answer), satisfied=scale.satisfied, other=scale.other)


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
    unread
        Those of them that are in no list, not even that of refusals: as what they count is not
        known, so that the shares say nothing for sure.
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
    unread: pd.DataFrame
    weights: pd.Series
    silent: int


def survey_result(
    answers: pd.DataFrame, scale: Scale, population: Population | None = None
) -> Survey:
    """Shares satisfied, their intervals and the coverage of groups, from single answers.

    The overall result is the plain mean of the questions' shares.

    Parameters
    ----------
    answers
        `respondent`, `question`, `answer`, `counts` (one of `COUNTS`, where the questionnaire says
        as what an answer counts) and any of `age` (years or group), `education`, `occupation`; an
        empty cell is a group of its own, "not stated".
    population
        Shares (or counts) of the population by group, for any of these variables, e.g.
        ``{"age": {"18-39": 0.4, "40+": 0.6}}``. Without it nobody is weighted.

    Raises
    ------
    DataError
        A row without a respondent or question, a question answered twice by one respondent, a
        respondent in two groups, groups the population does not know, weights that cannot be found.
    """
    population = population or {}
    answers = with_columns(answers, "respondent", "question", "answer", *population)
    respondent, question = (pd.Categorical(answers[c]) for c in ("respondent", "question"))
    _refuse_answers(answers, respondent, question)
    answer = pd.Categorical(_texts(answers["answer"], "").str.strip())
    counted = np.array([scale.counts(a) or "" for a in answer.categories], object)[answer.codes]
    if "counts" in answers:
        counted = answers["counts"].where(answers["counts"].notna(), counted).to_numpy(object)
    satisfied, valid = counted == "satisfied", np.isin(counted, COUNTS[:2])
    if "age" in population:
        population = population | {"age": {age_group(g): n for g, n in population["age"].items()}}
        answers = answers.assign(age=ages_grouped(answers["age"], population["age"]))
    elif "age" in answers:
        answers = answers.assign(age=ages_grouped(answers["age"], ()))
    groups = {v: pd.Categorical(_texts(answers[v], NOT_STATED)) for v in GROUPINGS if v in answers}
    # The groups of a respondent are those given with the first valid answer.
    which = np.flatnonzero(valid)
    known, first = np.unique(respondent.codes[which], return_index=True)
    people = pd.DataFrame(
        {v: np.asarray(group[which[first]], dtype=object) for v, group in groups.items()},
        index=pd.Index(respondent.categories[known], name="respondent"),
    )
    weights = raking_weights(people, population)
    by_respondent = np.zeros(len(respondent.categories))
    by_respondent[known] = weights
    weight = np.where(valid, by_respondent[respondent.codes], 0.0)
    marks = satisfied, valid
    asked = len(question.categories)
    questions = _tally(question.codes, asked, *marks, weight)
    even = _tally(question.codes, asked, *marks, valid.astype(float))
    return Survey(
        overall=_overall_share(questions),
        unweighted=_overall_share(even),
        questions=questions.set_axis(pd.Index(question.categories, name="question")),
        groups=_groups(groups, question, *marks, weight),
        coverage=_coverage(people, population),
        invalid=_tally_of(question, answer, ~valid),
        unread=_tally_of(question, answer, counted == ""),
        weights=weights,
        silent=len(respondent.categories) - len(people),
    )


def _texts(column: pd.Series, blank: str) -> pd.Series:
    """A column as texts, with `blank` for empty cells."""
    return column.astype(object).where(column.notna(), blank).map(str)


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


def _overall_share(tally: pd.DataFrame) -> Share:
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
    groups: dict[str, pd.Categorical],
    question: pd.Categorical,
    satisfied: np.ndarray,
    valid: np.ndarray,
    weight: np.ndarray,
) -> pd.DataFrame:
    rows, questions = [], len(question.categories)
    for variable, group in groups.items():
        cells = group.codes.astype(int) * questions + question.codes
        tally = _tally(cells, len(group.categories) * questions, satisfied, valid, weight)
        for at, name in enumerate(group.categories):
            own = _overall_share(tally.iloc[at * questions : (at + 1) * questions])
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


def _tally_of(question: pd.Categorical, answer: pd.Categorical, rows: np.ndarray) -> pd.DataFrame:
    """How often each answer was given to each question in some of the rows."""
    counts = Counter(zip(question[rows], answer[rows], strict=True))
    given = [(*pair, count) for pair, count in sorted(counts.items())]
    return pd.DataFrame(given, columns=["question", "answer", "count"])


def _refuse_answers(
    answers: pd.DataFrame, respondent: pd.Categorical, question: pd.Categorical
) -> None:
    pairs = pd.DataFrame({"respondent": respondent, "question": question})
    empty = pairs.isna().sum()
    problems = [Note("place_left_empty", about=c, count=int(n)) for c, n in empty.items() if n]
    problems += [
        Note("survey_twice", source="answers", respondent=one, question=asked)
        for one, asked in pairs[pairs.duplicated()].dropna().itertuples(index=False)
    ]
    for variable in (v for v in GROUPINGS if v in answers):
        of_one = answers[variable].groupby(respondent, observed=True).nunique()
        if several := ", ".join(map(str, of_one.index[of_one > 1])):
            two = Note("survey_two_groups", variable=variable, respondents=several)
            problems.append(two.but(source="answers"))
    if problems:
        raise DataError(problems)


# --- the yearly items -----------------------------------------------------------------------------

#: Half-widths of the interval for which the respondents needed are shown.
MARGINS = (0.05, 0.04, 0.03, 0.02)


#: The answers in the numerator and in the denominator of each survey.
ITEMS = {
    "satisfaction": ("survey_satisfied", "survey_satisfaction_valid"),
    "participation": ("survey_participating", "survey_participation_valid"),
}


@derives(**ITEMS)
def surveys(survey_answers: pd.DataFrame, survey_population: pd.DataFrame) -> dict[str, Derived]:
    """Each survey; detail as in `_by_year`."""
    return {name: _by_year(name, survey_answers, survey_population) for name in ITEMS}


def _by_year(survey: str, answers: pd.DataFrame, population: pd.DataFrame) -> Derived:
    """A survey a year; shares are fractions.

    Detail, each with `year`: `survey_overall` (one row), `survey_questions`, `survey_groups`,
    `survey_coverage`, `survey_invalid` as in `Survey`, and `survey_sample` (respondents needed);
    besides, `survey_method`.
    """
    remarks, scale, (yes, all_) = Remarks(), scales()[survey], ITEMS[survey]
    answers = answers[answers["survey"] == survey]
    aged = [age_group(g) if v == "age" else g for v, g in population[["variable", "group"]].values]
    population = population.assign(group=aged)
    surveys: dict[int, Survey] = {}
    people: dict[int, pd.DataFrame] = {}
    for year, rows in answers.groupby("year"):
        people[year] = population[population["year"] == year]
        try:
            found = survey_result(rows, scale, _shares(rows, people[year]))
        except DataError as error:
            remarks.refuse(year, error)
            continue
        if len(found.unread):
            words = found.unread.groupby("answer", sort=False)["count"].sum()
            told = tuple(Note("answer_count", answer=a, count=int(n)) for a, n in words.items())
            remarks.gap(year, Note("survey_unread", answers=told))
            remarks.unread.append((int(year), Note("survey_unread", answers=told)))
            continue
        if math.isnan(found.overall.share):
            remarks.gap(year, Note("survey_no_valid"))
            continue
        surveys[year] = found
        _remark(year, found, people[year], remarks)
    index = pd.Index(list(surveys), dtype=int, name="year")
    valid = pd.Series([s.questions["valid"].sum() for s in surveys.values()], index, dtype=float)
    ends = {
        end: pd.Series([getattr(s.overall, end) for s in surveys.values()], index, dtype=float)
        for end in ("share", "low", "high")
    }
    return Derived(
        items={yes: ends["share"] * valid, all_: valid},
        limits={yes: pd.DataFrame({end: ends[end] * valid for end in ("low", "high")})},
        detail=_detail(surveys, people) | {"survey_method": method(scale)},
        **remarks.said(),
    )


def method(scale: Scale) -> pd.DataFrame:
    """How the questionnaire was read: choices that the indicator's text leaves to the survey."""
    notes = {
        "satisfied": Note("survey_method.satisfied", answers=scale.satisfied),
        "other": Note("survey_method.other", answers=scale.other),
        "overall": Note("survey_method.overall"),
        "z": Note("survey_method.interval", z=Z),
        "small_group": Note("survey_method.small_group", people=SMALL_GROUP),
        "age_from": Note("survey_method.age_from", ages=AGE_FROM),
    }
    return pd.DataFrame(notes.items(), columns=["setting", "note"])


def _shares(rows: pd.DataFrame, population: pd.DataFrame) -> dict[str, dict[str, float]]:
    """People by group for each variable that the questionnaire asked."""
    return {
        variable: dict(zip(groups["group"], groups["people"], strict=True))
        for variable, groups in population.groupby("variable")
        if rows[variable].notna().any()
    }


def _remark(year: int, survey: Survey, population: pd.DataFrame, remarks: Remarks) -> None:
    respondents = Note(
        "survey_respondents",
        people=len(survey.weights),
        questions=len(survey.questions),
        invalid=int(survey.invalid["count"].sum()),
        silent=survey.silent,
    )
    remarks.add(year, respondents)
    given = set(population["variable"])
    weighted = Note(
        "survey_weighted",
        variables=tuple(Name("survey_variable", v) for v in GROUPINGS if v in given),
        plain=100 * survey.unweighted.share,
        effective=survey.overall.effective,
    )
    remarks.add(year, weighted if given else Note("survey_weighted.not"))
    for variable, groups in survey.coverage.groupby("variable", sort=False):
        groups = groups[groups["group"] != NOT_STATED]
        about = Name("survey_variable", variable)
        if missed := tuple(groups.loc[~groups["covered"], "group"]):
            remarks.add(year, Note("survey_groups.nobody", variable=about, groups=missed))
        if few := tuple(groups.loc[groups["small"] & groups["covered"], "group"]):
            remarks.add(year, Note("survey_groups.few", variable=about, groups=few))


def _detail(surveys: dict[int, Survey], people: dict[int, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    tables: dict[str, Callable[[Survey, pd.DataFrame], pd.DataFrame]] = {
        "survey_overall": _overall,
        "survey_questions": lambda survey, _: survey.questions.reset_index(),
        "survey_groups": lambda survey, population: _in_order(survey.groups, population),
        "survey_coverage": lambda survey, population: _in_order(survey.coverage, population),
        "survey_invalid": lambda survey, _: survey.invalid,
        "survey_sample": _sample,
    }
    found = {}
    for name, table in tables.items() if surveys else ():
        by_year = {year: table(survey, people[year]) for year, survey in surveys.items()}
        years = [year for year, rows in by_year.items() for _ in range(len(rows))]
        found[name] = pd.concat(list(by_year.values()), ignore_index=True)
        found[name].insert(0, "year", years)
    return found


def _in_order(groups: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Groups as the population table lists them, which knows that secondary precedes higher."""
    listed = dict.fromkeys(zip(population["variable"], population["group"], strict=True))
    place = {group: at for at, group in enumerate(listed)}
    keys = [
        (GROUPINGS.index(variable), place.get((variable, group), len(place)))
        for variable, group in zip(groups["variable"], groups["group"], strict=True)
    ]
    return groups.iloc[sorted(range(len(keys)), key=keys.__getitem__)]


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
        (m, required_sample(m, population=known, design_effect=effect), overall.n, known, effect)
        for m in MARGINS
    ]
    columns = ["margin", "needed", "had", "population", "design_effect"]
    return pd.DataFrame(rows, columns=columns)
