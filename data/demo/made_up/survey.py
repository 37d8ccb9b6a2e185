"""Answers of some 600 people to the survey of 2020, and the population they stand for.

The questionnaire went round online, so the young and the well educated answered more often.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache

import numpy as np

from made_up import SEED

YEAR = 2020
ASKED = 618
#: People of the county by group, and how much likelier than others they were to answer.
AGES = {"18-34": (58300, 1.5), "35-59": (102600, 1.0), "60+": (59800, 0.55)}
EDUCATION = {
    "初中及以下": (112900, 0.7),
    "高中或中专": (61400, 1.1),
    "大专及以上": (46400, 1.6),
}
OCCUPATIONS = {
    "农林牧渔": (61200, 0.7),
    "企业职工": (70500, 1.1),
    "机关事业单位": (20600, 1.8),
    "个体经营": (34100, 0.9),
    "学生": (12800, 1.5),
    "离退休及其他": (21500, 0.8),
}
GROUPS = {"age": AGES, "education": EDUCATION, "occupation": OCCUPATIONS}
OLDEST = 82
UNCLEAR = "不清楚"


@dataclass(frozen=True)
class Question:
    """How many answer each way, from the best answer down; the old are this much less content."""

    text: str
    shares: tuple[float, ...]
    old: float = 0.0


SCALES = {
    "satisfaction": ("非常满意", "满意", "一般", "不满意", "非常不满意"),
    "participation": ("经常", "有时", "很少", "从不"),
}
QUESTIONS = {
    "satisfaction": (
        Question("空气质量", (0.38, 0.51, 0.08, 0.02, 0.01)),
        Question("水环境质量", (0.31, 0.53, 0.11, 0.04, 0.01)),
        Question("垃圾处理与环境卫生", (0.29, 0.53, 0.12, 0.05, 0.01)),
        Question("绿地与公园", (0.36, 0.51, 0.10, 0.02, 0.01), old=0.02),
        Question("生态文明建设总体", (0.33, 0.53, 0.10, 0.03, 0.01)),
    ),
    "participation": (
        Question("垃圾分类投放", (0.45, 0.41, 0.10, 0.04), old=0.04),
        Question("绿色出行", (0.49, 0.39, 0.09, 0.03), old=0.03),
        Question("节水节电", (0.61, 0.31, 0.06, 0.02)),
        Question("植树等公益活动", (0.29, 0.49, 0.15, 0.07), old=0.06),
        Question("关注或监督环境问题", (0.28, 0.45, 0.19, 0.08), old=0.06),
    ),
}


def answers(year: int) -> list[dict[str, str]]:
    """One row a person and question; a few skipped a question or did not know."""
    if year != YEAR:
        return []
    return [
        {"survey": survey, "year": str(year), "question": q.text, "answer": answer} | person
        for survey, questions in QUESTIONS.items()
        for q in questions
        for person, answer in zip(_people(), _answers(survey, q), strict=True)
    ]


def population(year: int) -> list[dict[str, str]]:
    """The grown-up population by group."""
    if year != YEAR:
        return []
    return [
        {
            "year": str(year),
            "variable": variable,
            "group": group,
            "people": str(people),
            "position": "虚构人口统计表",
        }
        for variable, groups in GROUPS.items()
        for group, (people, _) in groups.items()
    ]


@cache
def _people() -> tuple[dict[str, str], ...]:
    drawn = {variable: _draw(variable, groups) for variable, groups in GROUPS.items()}
    silent = _rng("silent").random((3, ASKED)) < 0.012
    within = _rng("years").random(ASKED)
    return tuple(
        {
            "respondent": f"Q{i + 1:04d}",
            "age": "" if silent[0, i] else _years(drawn["age"][i], within[i]),
            "education": "" if silent[1, i] else drawn["education"][i],
            "occupation": "" if silent[2, i] else drawn["occupation"][i],
        }
        for i in range(ASKED)
    )


def _years(group: str, within: float) -> str:
    first, _, last = group.removesuffix("+").partition("-")
    return str(int(first) + int(within * (int(last or OLDEST) - int(first) + 1)))


def _draw(variable: str, groups: dict[str, tuple[int, float]]) -> np.ndarray:
    chance = np.array([people * likelier for people, likelier in groups.values()])
    return _rng(variable).choice(list(groups), size=ASKED, p=chance / chance.sum())


def _answers(survey: str, question: Question) -> list[str]:
    rng = _rng(f"{survey} {question.text}")
    old = np.array([bool(p["age"]) and int(p["age"]) >= 60 for p in _people()])
    rank = rng.random(ASKED) + question.old * old
    scale = np.cumsum(question.shares)[:-1]
    given = [SCALES[survey][np.searchsorted(scale, r)] for r in rank]
    odd = rng.random(ASKED)
    return [
        "" if o < 0.008 else UNCLEAR if o < 0.02 else a for a, o in zip(given, odd, strict=True)
    ]


def _rng(name: str) -> np.random.Generator:
    return np.random.default_rng([SEED, zlib.crc32(f"survey {name}".encode())])
