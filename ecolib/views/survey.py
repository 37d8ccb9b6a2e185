"""The survey page: shares with their intervals, who was reached, how many would be needed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess.result import Result
from ecolib.report import pick
from ecolib.standards.estimates import NOT_STATED
from ecolib.texts import show, word
from ecolib.views.drivers import counts
from ecolib.views.findings import findings
from ecolib.views.output import (
    ACCENT,
    INK,
    MUTED,
    TARGET,
    Html,
    Picture,
    Pieces,
    element,
    picture,
    pieces,
    section,
    subplots,
    table,
)
from ecolib.views.phrases import (
    colon,
    comma,
    detail_of_year,
    method,
    number,
    remarks,
    semicolon,
    stop,
    subheading,
)

if TYPE_CHECKING:
    from ecolib.assess.case import Case


def survey(result: Result, lang: str, *, case: Case) -> Pieces:
    """Everything single answers say; without them, what the totals allow."""
    overall = detail_of_year(result, "survey_overall")
    if overall.empty:
        return pieces(counts(result, lang, case=case), findings(result, lang))
    return pieces(
        section(word("heading", "findings", lang), "findings"),
        *_intervals(result, overall, lang),
        *_questions(result, lang),
        *_coverage(result, lang),
        *_sample(result, lang),
        *remarks(result, lang),
        *method(result, ("survey_method",), lang),
    )


def _intervals(result: Result, overall: pd.DataFrame, lang: str) -> list[Html | Picture]:
    """All shares against the target: overall, by question, by group of people."""
    title = subheading("比例与置信区间", "Shares and intervals", "survey-intervals", lang)
    limit = result.bound.at(result.year) if result.bound else math.nan
    bound = None if math.isnan(limit) else limit
    blocks = {pick(("全体", "All"), lang): [_row(pick(("总体", "overall"), lang), overall.iloc[0])]}
    questions = detail_of_year(result, "survey_questions").sort_values("share", ascending=False)
    blocks[pick(("按题目", "By question"), lang)] = [
        _row(row["question"], row) for _, row in questions.iterrows()
    ]
    groups = detail_of_year(result, "survey_groups")
    # Who did not state a group is no group of people; the coverage table counts them.
    groups = groups[groups["group"] != NOT_STATED]
    for variable, rows in groups.groupby("variable", sort=False):
        name = word("survey_variable", variable, lang)
        heading = pick((f"按{name}", f"By {name}"), lang)
        blocks[heading] = [_row(row["group"], row) for _, row in rows.iterrows()]
    figure = intervals_picture(blocks, result.entry.words(lang).title, bound, lang)
    return [title, figure, element("p", _reading(lang), class_="quiet")]


def _row(label: str, row: pd.Series) -> Row:
    count = row["n"] if "n" in row else row["valid"]
    return Row(label, *(100 * float(row[c]) for c in ("share", "low", "high")), int(count))


def _group(name: str, lang: str) -> str:
    return pick(("未填", "not stated"), lang) if name == NOT_STATED else name


def _reading(lang: str) -> str:
    said = (
        "点为比例，横线为 95 % Wilson 置信区间，n 为有效样本数。空心点的横线跨过目标线，仅凭样本不能断定是否达到；"
        "人数少的分组区间很宽，只供参考。未填分组的人不画，见“样本覆盖”。题目和分组名称照问卷原文。",
        "A dot is the share, the line its 95 % Wilson interval, n the valid sample. Where the dot is "
        "open the line crosses the target: the sample alone cannot tell. Small groups have wide "
        "intervals. People who did not state their group are not drawn, see 'Who was reached'. "
        "Questions and groups are named as in the questionnaire.",
    )
    return pick(said, lang)


def _percent(value: object) -> str:
    return f"{100 * float(value):.1f} %"


def _between(row: dict) -> str:
    return f"{100 * row['low']:.1f}–{100 * row['high']:.1f} %"


def _questions(result: Result, lang: str) -> list[Html]:
    """Answers by question, with those left out and what they said."""
    title = subheading("各题结果", "Results by question", "survey-questions", lang)
    questions = detail_of_year(result, "survey_questions").sort_values("share", ascending=False)
    rows = questions.to_dict("records")
    invalid = detail_of_year(result, "survey_invalid")
    frame = pd.DataFrame(
        {
            pick(("题目", "Question"), lang): [r["question"] for r in rows],
            pick(("计入的答案", "Answers that count"), lang): [r["satisfied"] for r in rows],
            pick(("有效答案", "Valid answers"), lang): [r["valid"] for r in rows],
            pick(("比例", "Share"), lang): [_percent(r["share"]) for r in rows],
            pick(("95 % 区间", "95 % interval"), lang): [_between(r) for r in rows],
            pick(("无效答案", "Invalid answers"), lang): [
                _invalid(invalid[invalid["question"] == r["question"]], lang) for r in rows
            ],
        }
    )
    weighted = bool(detail_of_year(result, "survey_overall")["weighted"].iloc[0])
    caption = pick(
        (
            f"{result.year} 年各题{'（比例已按总体结构加权，个数未加权）' if weighted else ''}",
            f"Questions of {result.year}"
            + (" (shares weighted to the population, counts as given)" if weighted else ""),
        ),
        lang,
    )
    return [title, table(frame, caption=caption, numbers=tuple(frame)[1:5])]


def _invalid(rows: pd.DataFrame, lang: str) -> str:
    blank = pick(("空白", "blank"), lang)
    said = [f"{r.answer or blank} {r.count}" for r in rows.itertuples(index=False)]
    return comma(lang).join(said) or "0"


def _coverage(result: Result, lang: str) -> list[Html]:
    """Respondents by group beside the population they stand for."""
    rows = detail_of_year(result, "survey_coverage")
    if rows.empty:
        return []
    unstated = rows["group"] == NOT_STATED
    rows = pd.concat([rows[~unstated], rows[unstated]])
    title = subheading("样本覆盖", "Who was reached", "survey-coverage", lang)
    frame = pd.DataFrame(
        {
            pick(("分组方式", "Variable"), lang): [
                word("survey_variable", v, lang) for v in rows["variable"]
            ],
            pick(("分组", "Group"), lang): [_group(g, lang) for g in rows["group"]],
            pick(("受访者（人）", "Respondents"), lang): rows["respondents"],
            pick(("占样本", "Of the sample"), lang): [_percent(v) for v in rows["sample_share"]],
            pick(("占总体", "Of the population"), lang): [
                _percent(v) if pd.notna(v) else None for v in rows["population_share"]
            ],
            pick(("覆盖", "Reached"), lang): [_reached(r, lang) for r in rows.to_dict("records")],
        }
    )
    caption = pick(
        ("受访者与总体的结构（总体未知的为“—”）", "Respondents and population (— where not known)"),
        lang,
    )
    return [title, table(frame, caption=caption, numbers=tuple(frame)[2:5])]


def _reached(row: dict, lang: str) -> str:
    if row["group"] == NOT_STATED:
        return "—"
    if not row["covered"]:
        return pick(("✗ 没有受访者", "✗ nobody"), lang)
    return pick(("△ 样本少", "△ few") if row["small"] else ("✓ 已覆盖", "✓ reached"), lang)


def _sample(result: Result, lang: str) -> list[Html]:
    """How many respondents each precision asks for, beside how many there were."""
    rows = detail_of_year(result, "survey_sample").to_dict("records")
    if not rows:
        return []
    title = subheading("所需样本量", "Sample size needed", "survey-sample", lang)
    frame = pd.DataFrame(
        {
            pick(("允许误差", "Margin"), lang): [
                f"± {show(100 * r['margin'])} {pick(('个百分点', 'points'), lang)}" for r in rows
            ],
            pick(("至少需要（人）", "Needed"), lang): [f"{r['needed']:,}" for r in rows],
            pick(("本次（人）", "Had"), lang): [f"{r['had']:,}" for r in rows],
            pick(("够不够", "Enough"), lang): [
                pick(("✓ 够", "✓ yes") if r["had"] >= r["needed"] else ("✗ 不够", "✗ no"), lang)
                for r in rows
            ],
        }
    )
    return [title, table(frame, caption=_sample_caption(rows[0], lang), numbers=tuple(frame)[1:3])]


def _sample_caption(row: dict, lang: str) -> str:
    effect = number(row["design_effect"], 2)
    size = None if pd.isna(row["population"]) else f"{int(row['population']):,}"
    zh = f"95 % 置信度，按最不利的比例 50 % 计；设计效应 {effect}"
    en = f"95 % confidence at the least favourable share of 50 %; design effect {effect}"
    if size:
        zh, en = f"{zh}；总体 {size} 人", f"{en}; population {size}"
    return pick((zh, en), lang)


#: Rows of air between two blocks.
BETWEEN = 1.3


@dataclass(frozen=True)
class Row:
    """A share with its interval, per cent, from `count` respondents."""

    label: str
    share: float
    low: float
    high: float
    count: int

    def straddles(self, bound: float | None) -> bool:
        return bound is not None and self.low <= bound <= self.high


def intervals_picture(
    blocks: Mapping[str, Sequence[Row]], title: str, bound: float | None, lang: str
) -> Picture:
    """A line for each row, open dots where the interval holds the target."""
    lines = sum(len(rows) for rows in blocks.values()) + BETWEEN * len(blocks)
    figure, axis = subplots(figsize=(8, 0.7 + 0.235 * lines))
    at, ticks, labels = 0.0, [], []
    for heading, rows in blocks.items():
        axis.annotate(
            heading, (0, at), xycoords=("axes fraction", "data"), xytext=(-6, 0),
            textcoords="offset points", ha="right", va="center", fontsize=9.5, color=ACCENT,
        )  # fmt: skip
        for row in rows:
            at += 1
            _draw_row(axis, row, at, bound)
            ticks.append(at)
            labels.append(row.label)
        at += BETWEEN
    axis.set_yticks(ticks, labels)
    axis.set_ylim(at - 0.4, -0.7)
    lowest = min(row.low for rows in blocks.values() for row in rows)
    axis.set_xlim(max(0, 10 * (lowest // 10)), 100)
    axis.set_xlabel("%", fontsize=9)
    axis.tick_params(axis="y", labelcolor=INK, labelsize=9, length=0)
    axis.grid(visible=False, axis="y")
    if bound is not None:
        axis.axvline(bound, color=TARGET, linestyle="--", linewidth=1.3, zorder=1)
        said = pick((f"目标 ≥ {show(bound)} %", f"target ≥ {show(bound)} %"), lang)
        axis.annotate(
            said, (bound, 1), xycoords=("data", "axes fraction"), xytext=(0, 4),
            textcoords="offset points", ha="center", fontsize=9, color=TARGET,
        )  # fmt: skip
    return picture(figure, _intervals_in_words(blocks, title, bound, lang))


def _draw_row(axis, row: Row, at: float, bound: float | None) -> None:
    colour = MUTED if row.straddles(bound) else ACCENT
    fill = "white" if row.straddles(bound) else ACCENT
    axis.plot([row.low, row.high], [at, at], color=colour, linewidth=1.6, zorder=2)
    axis.plot(
        row.share, at, marker="o", markersize=6, color=colour, markerfacecolor=fill,
        markeredgewidth=1.4, zorder=3,
    )  # fmt: skip
    axis.annotate(
        f"{row.share:.1f}  n={row.count}", (1, at), xycoords=("axes fraction", "data"),
        xytext=(5, 0), textcoords="offset points", va="center", fontsize=8.5, color=INK,
    )  # fmt: skip


def _intervals_in_words(
    blocks: Mapping[str, Sequence[Row]], title: str, bound: float | None, lang: str
) -> str:
    said = []
    for heading, rows in blocks.items():
        values = semicolon(lang).join(
            f"{r.label} {r.share:.1f} % ({r.low:.1f}–{r.high:.1f})" for r in rows
        )
        said.append(f"{heading}{colon(lang)}{values}")
    end = pick(("。", ". "), lang)
    target = f"{pick(('目标', 'target'), lang)} ≥ {show(bound)} %{end}" if bound is not None else ""
    return f"{title}{colon(lang)}{target}{end.join(said)}{stop(lang)}"
