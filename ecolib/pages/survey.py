"""The survey page: shares with their intervals, who was reached, how many would be needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ecolib.assess.case import Case
from ecolib.assess.result import Result
from ecolib.pages import drawing, tables
from ecolib.pages.pieces import Text, figure, heading, percent, remarks, told
from ecolib.pages.style import ACCENT, INK, MUTED
from ecolib.standards.estimates import NOT_STATED
from ecolib.texts import show, text, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Rows of air between two blocks of the intervals.
BETWEEN = 1.3


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
        *remarks(result, ("survey_method",), lang),
    ]


def _intervals(result: Result, lang: str) -> list[Any]:
    """All shares against the target: overall, by question, by group of people."""
    frame = tables.intervals(result)
    whole, shares = frame.iloc[0], ["share", "low", "high"]
    title = text(
        "survey.unsure" if whole["unsure"] else "survey.title", lang, n=int(whole["n"]),
        name=result.entry.words(lang).title, **{name: f"{whole[name]:.1f}" for name in shares},
    )  # fmt: skip
    shown = frame.drop(columns=["target", "unsure"])
    forms = {"block": lambda block: block_name(block, lang)}
    forms |= dict.fromkeys(shares, lambda value: f"{value:.1f}")
    shown["label"] = [name or text("survey.overall", lang) for name in frame["label"]]
    table = told(shown, lang, text("survey.intervals", lang), forms=forms)
    drawn = figure(intervals(frame, lang=lang), title, table, lang, lines=table.lines(30))
    reading = Text(text("survey.reading", lang), "source")
    return [heading("survey_intervals", lang), drawn, reading]


def intervals(frame: pd.DataFrame, ax: Axes | None = None, *, lang: str = "zh") -> Axes:
    """Shares of a survey with their intervals (`tables.intervals`), hollow where the target lies
    within."""
    blocks = list(frame.groupby("block", sort=False))
    axis = drawing.axes_of(ax, 0.8 + 0.225 * (len(frame) + BETWEEN * len(blocks)))
    at, ticks = 0.0, {}
    for block, rows in blocks:
        drawing.margin(axis, block_name(block, lang), at, -6, color=ACCENT)
        for row in rows.itertuples():
            at += 1
            colour = MUTED if row.unsure else ACCENT
            axis.plot([row.low, row.high], [at, at], color=colour, linewidth=1.6, zorder=2)
            axis.plot(
                row.share, at, marker="o", markersize=6, color=colour, markeredgewidth=1.4, zorder=3,
                markerfacecolor="#ffffff" if row.unsure else colour,
            )  # fmt: skip
            said = f"{row.share:.1f}%  n={row.n}"
            drawing.margin(axis, said, at, 5, fontsize=drawing.SMALLER)
            ticks[at] = row.label or text("survey.overall", lang)
        at += BETWEEN
    axis.set_yticks(list(ticks), ticks.values())
    axis.set_ylim(at - 0.4, -0.7)
    axis.set_xlim(max(0, 10 * (frame["low"].min() // 10)), 100)
    axis.tick_params(axis="y", labelcolor=INK, labelsize=drawing.SMALL, length=0)
    axis.grid(visible=False, axis="y")
    axis.set_xlabel("%", fontsize=drawing.SMALL)
    target = frame["target"].iloc[0]
    if target == target:
        axis.axvline(target, **drawing.DASHED)
        said = text("drawn.target", lang, sign="≥", value=show(target, lang))
        style = {"xycoords": ("data", "axes fraction"), "va": "baseline", "color": MUTED}
        drawing.label(axis, said, (target, 1), (0, 4), **style)
    return axis


def block_name(block: str, lang: str) -> str:
    """What a block of the intervals shows."""
    if block in ("overall", "questions"):
        return text(f"survey.block_{block}", lang)
    return text("survey.block", lang, variable=word("survey_variable", block, lang))


def _questions(result: Result, weighted: bool, lang: str) -> list[Any]:
    """Answers by question, with those left out and what they said."""
    rows = tables.detail(result, "survey_questions", of_year=True)
    rows = rows.sort_values("share", ascending=False)
    invalid = tables.detail(result, "survey_invalid", of_year=True)
    share, low, high = (100 * rows[name].astype(float) for name in ("share", "low", "high"))
    ends = zip(low.map(percent), high.map(percent), strict=True)
    frame = rows[["question", "satisfied", "valid"]].assign(
        share=share,
        interval=[text("survey.between", lang, low=low, high=high) for low, high in ends],
        invalid=[_invalid(invalid[invalid["question"] == q], lang) for q in rows["question"]],
    )
    caption = text("survey.weighted" if weighted else "survey.unweighted", lang, year=result.year)
    table = told(frame, lang, caption, forms={"share": "{:.1f}".format})
    return [heading("survey_questions", lang), table]


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
        of_sample=100 * rows["sample_share"].astype(float),
        of_population=100 * rows["population_share"].astype(float),
        variable=[word("survey_variable", variable, lang) for variable in rows["variable"]],
        group=rows["group"].replace(NOT_STATED, text("survey.not_stated", lang)),
        reached=[_reached(row, lang) for row in rows.itertuples()],
    )
    forms = dict.fromkeys(("of_sample", "of_population"), percent)
    table = told(frame, lang, text("survey.reached", lang), forms=forms)
    return [heading("survey_coverage", lang), table]


def _reached(row: Any, lang: str) -> str:
    if row.group == NOT_STATED:
        return ""
    code = "nobody" if not row.covered else "few" if row.small else "enough_people"
    return text(f"survey.{code}", lang)


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
    effect, size = f"{rows['design_effect'].iloc[0]:.2f}", rows["population"].iloc[0]
    caption = text("survey.sample", lang, effect=effect)
    if not pd.isna(size):
        population = show(float(size), lang)
        caption = text("survey.sample_of", lang, effect=effect, population=population)
    counts = dict.fromkeys(("needed", "had"), lambda n: show(float(n), lang))
    return [heading("survey_sample", lang), told(frame, lang, caption, forms=counts)]
