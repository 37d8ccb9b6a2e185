"""The survey page: shares with their intervals, who was reached, how many would be needed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ecolib.assess.case import Case
from ecolib.assess.result import Result
from ecolib.pages import plots, tables
from ecolib.pages.style import svg
from ecolib.pages.wording import Figure, Heading, Text, alt, is_missing, method, remarks, told
from ecolib.standards.estimates import NOT_STATED
from ecolib.texts import show, text, word


def blocks(result: Result, lang: str, case: Case) -> list[Any]:
    """Everything single answers say; nothing without them."""
    overall = tables.detail(result, "survey_overall", of_year=True)
    if overall.empty:
        return []
    return [
        *_intervals(result, lang),
        *_questions(result, bool(overall["weighted"].iloc[0]), lang),
        *_coverage(result, lang),
        *_sample(result, lang),
        *remarks(result, lang),
        *method(result, ("survey_method",), lang),
    ]


def _intervals(result: Result, lang: str) -> list[Any]:
    """All shares against the target: overall, by question, by group of people."""
    frame = tables.intervals(result)
    whole = frame.iloc[0]
    kind = "unsure" if whole["unsure"] else "title"
    title = text(
        f"survey.{kind}", lang, name=result.entry.words(lang).title, share=f"{whole['share']:.1f}",
        low=f"{whole['low']:.1f}", high=f"{whole['high']:.1f}", n=int(whole["n"]),
    )  # fmt: skip
    shown = frame.drop(columns=["target", "unsure"]).assign(
        label=[label or text("survey.overall", lang) for label in frame["label"]]
    )
    one = {name: lambda v: f"{v:.1f}" for name in ("share", "low", "high")}
    forms = {"block": lambda b: plots.block_name(b, lang), **one}
    table = told(shown, lang, text("survey.intervals", lang), forms=forms)
    drawn = svg(plots.intervals(frame, lang=lang), alt(title, table, lang, rows=30))
    heading = Heading(text("heading.intervals", lang), "survey-intervals")
    return [heading, Figure(drawn, title, table), Text(text("survey.reading", lang), "source")]


def _percent(value: float) -> str:
    return f"{100 * float(value):.1f}%"


def _between(row: Any, lang: str) -> str:
    low, high = _percent(row.low), _percent(row.high)
    return text("survey.between", lang, low=low, high=high)


def _questions(result: Result, weighted: bool, lang: str) -> list[Any]:
    """Answers by question, with those left out and what they said."""
    rows = tables.detail(result, "survey_questions", of_year=True)
    rows = rows.sort_values("share", ascending=False)
    invalid = tables.detail(result, "survey_invalid", of_year=True)
    frame = rows[["question", "satisfied", "valid"]].assign(
        share=[_percent(v) for v in rows["share"]],
        interval=[_between(row, lang) for row in rows.itertuples()],
        invalid=[_invalid(invalid[invalid["question"] == q], lang) for q in rows["question"]],
    )
    caption = text("survey.weighted" if weighted else "survey.unweighted", lang, year=result.year)
    return [
        Heading(text("heading.questions", lang), "survey-questions"),
        told(frame, lang, caption),
    ]


def _invalid(rows: pd.DataFrame, lang: str) -> str:
    blank = text("survey.blank", lang)
    said = tuple(f"{row.answer or blank} {row.count}" for row in rows.itertuples(index=False))
    return text("said.list", lang, names=said) if said else "0"


def _coverage(result: Result, lang: str) -> list[Any]:
    """Respondents by group beside the population they stand for."""
    rows = tables.detail(result, "survey_coverage", of_year=True)
    if rows.empty:
        return []
    unstated = rows["group"] == NOT_STATED
    rows = pd.concat([rows[~unstated], rows[unstated]])
    frame = rows[["variable", "group", "respondents"]].assign(
        of_sample=[_percent(v) for v in rows["sample_share"]],
        of_population=[None if is_missing(v) else _percent(v) for v in rows["population_share"]],
        reached=[_reached(row) for row in rows.to_dict("records")],
    )
    forms = {
        "variable": lambda v: word("survey_variable", v, lang),
        "group": lambda g: text("survey.not_stated", lang) if g == NOT_STATED else g,
        "reached": lambda code: text(f"survey.{code}", lang),
    }
    heading = Heading(text("heading.coverage", lang), "survey-coverage")
    return [heading, told(frame, lang, text("survey.reached", lang), forms=forms)]


def _reached(row: dict) -> str:
    if row["group"] == NOT_STATED:
        return ""
    return "nobody" if not row["covered"] else "few" if row["small"] else "enough_people"


def _sample(result: Result, lang: str) -> list[Any]:
    """How many respondents each precision asks for, beside how many there were."""
    rows = tables.detail(result, "survey_sample", of_year=True)
    if rows.empty:
        return []
    enough = rows["had"] >= rows["needed"]
    frame = rows[["margin", "needed", "had"]].assign(
        margin=[text("survey.margin", lang, margin=show(100 * m, lang)) for m in rows["margin"]],
        enough=[text("survey.enough" if yes else "survey.short", lang) for yes in enough],
    )
    first = rows.iloc[0]
    size = first["population"]
    known = {} if is_missing(size) else {"population": show(float(size), lang)}
    code = "survey.sample_of" if known else "survey.sample"
    caption = text(code, lang, effect=f"{first['design_effect']:.2f}", **known)
    counts = dict.fromkeys(("needed", "had"), lambda n: show(float(n), lang))
    heading = Heading(text("heading.sample", lang), "survey-sample")
    return [heading, told(frame, lang, caption, forms=counts)]
