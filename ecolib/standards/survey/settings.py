"""How a questionnaire is read: choices that the indicator's text leaves to the survey."""

from __future__ import annotations

from dataclasses import dataclass

from ecolib.errors import ParamsError, Problem
from ecolib.standards.settings import setting

MEAN = "mean"


@dataclass(frozen=True)
class SurveySettings:
    """How a questionnaire is read, and how sure a statement has to be."""

    satisfied: tuple[str, ...] = setting(
        ("非常满意", "满意"),
        zh="计为满意（参与）的答案：{value}。",
        en="Answers that count as satisfied (or taking part): {value}.",
    )
    other: tuple[str, ...] = setting(
        ("一般", "不满意", "非常不满意"),
        zh="有效但不计为满意（参与）的答案：{value}；其余答案均为无效，单独计数，不进入分母。",
        en="Valid answers that do not count as satisfied: {value}; any other answer is invalid, "
        "is counted apart and stays out of the denominator.",
    )
    overall: str = setting(
        MEAN,
        zh="总体结果的口径：{value}（mean 为各题满意比例的算术平均，否则为所列总体题目）。",
        en="Overall result: {value} (mean: the plain mean of the questions' shares; otherwise the "
        "one overall question named).",
    )
    z: float = setting(
        1.96,
        zh="区间为 Wilson 计分区间，z = {value:g}（1.96 即双侧 95%）；"
        "总体均值的样本量取各题中最小者，偏于保守。",
        en="Intervals are Wilson score intervals with z = {value:g} (1.96: 95 % two-sided); the "
        "overall mean takes the smallest sample of its questions, which is cautious.",
    )
    small_group: int = setting(
        30,
        zh="有效样本少于 {value} 人的分组标为“样本少”（惯例，非规范要求）。",
        en="Groups of fewer than {value} respondents are marked small (custom, not a rule).",
    )

    age_from: tuple[int, ...] = setting(
        (18, 35, 60),
        zh="以数字填报的年龄按下列起始年龄分组：{value}；以文字填报的分组照用。",
        en="Ages given as numbers are grouped from these ages on: {value}; groups given as text "
        "are kept.",
    )

    def __post_init__(self):
        both = sorted(set(self.satisfied) & set(self.other))
        if both or not self.satisfied:
            zh = f"既计为满意又不计：{'、'.join(both)}" if both else "没有计为满意的答案"
            en = f"both satisfied and not: {', '.join(both)}" if both else "nothing is satisfied"
            raise ParamsError(Problem("SurveySettings.satisfied", zh, en))
