"""Public surveys: from single answers to the share satisfied or taking part, with its interval.

The items are counts of answers. Where the population is given, the answers that express
satisfaction are weighted to it, so that the share is that of the population and no whole number.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from ecolib.errors import DataError
from ecolib.standards.derived import Derived, derives
from ecolib.standards.remarks import Remarks
from ecolib.standards.survey.estimates import NOT_STATED, Z, required_sample
from ecolib.standards.survey.responses import (
    AGE_FROM,
    GROUPINGS,
    PARTICIPATION,
    SATISFACTION,
    SMALL_GROUP,
    Scale,
    Survey,
    survey_result,
)
from ecolib.texts import Name, Note

#: Half-widths of the interval for which the respondents needed are shown.
MARGINS = (0.05, 0.04, 0.03, 0.02)


@derives("survey_satisfied", "survey_satisfaction_valid")
def satisfaction(survey_answers: pd.DataFrame, survey_population: pd.DataFrame) -> Derived:
    """The satisfaction survey; detail as in `_by_year`."""
    answers = survey_answers[survey_answers["survey"] == "satisfaction"]
    items = "survey_satisfied", "survey_satisfaction_valid"
    return _by_year(answers, survey_population, items=items, scale=SATISFACTION)


@derives("survey_participating", "survey_participation_valid")
def participation(survey_answers: pd.DataFrame, survey_population: pd.DataFrame) -> Derived:
    """The participation survey; detail as in `_by_year`."""
    answers = survey_answers[survey_answers["survey"] == "participation"]
    items = "survey_participating", "survey_participation_valid"
    return _by_year(answers, survey_population, items=items, scale=PARTICIPATION)


def _by_year(
    answers: pd.DataFrame, population: pd.DataFrame, *, items: tuple[str, str], scale: Scale
) -> Derived:
    """A survey a year; shares are fractions.

    Detail, each with `year`: `survey_overall` (one row), `survey_questions`, `survey_groups`,
    `survey_coverage`, `survey_invalid` as in `Survey`, and `survey_sample` (respondents needed);
    besides, `survey_method`.
    """
    remarks = Remarks()
    surveys: dict[int, Survey] = {}
    people: dict[int, pd.DataFrame] = {}
    for year, rows in answers.groupby("year"):
        people[year] = population[population["year"] == year]
        try:
            found = survey_result(rows, scale, _shares(rows, people[year]))
        except DataError as error:
            for problem in error.problems:
                remarks.gap(year, problem)
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
        items={items[0]: ends["share"] * valid, items[1]: valid},
        limits={items[0]: pd.DataFrame({end: ends[end] * valid for end in ("low", "high")})},
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
        (m, required_sample(m, population=known, design_effect=effect).n, overall.n, known, effect)
        for m in MARGINS
    ]
    columns = ["margin", "needed", "had", "population", "design_effect"]
    return pd.DataFrame(rows, columns=columns)
