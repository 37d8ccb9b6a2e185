"""Rules that no text settles, as named fields that speak for themselves.

Where a standard is silent, or its text was not read, the choice made is a field of a frozen
dataclass. Each field carries one sentence in Chinese and one in English, so that the method
section of a report can print what was assumed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ecolib.errors import ParamsError, Problem, near

Sentence = str | Mapping[Any, str]


def setting(default: Any, *, zh: Sentence, en: Sentence) -> Any:
    """A dataclass field with its sentences: a template with `{value}`, or one for each choice."""
    return dataclasses.field(default=default, metadata={"zh": zh, "en": en})


def sentences(settings: Any) -> pd.DataFrame:
    """The method section of `settings`: one row a field with `setting`, `value`, `zh`, `en`."""
    rows = [
        {
            "setting": field.name,
            "value": (value := getattr(settings, field.name)),
            "zh": _say(field.metadata["zh"], value, "、"),
            "en": _say(field.metadata["en"], value, ", "),
        }
        for field in dataclasses.fields(settings)
    ]
    return pd.DataFrame(rows, columns=["setting", "value", "zh", "en"])


def check_choices(settings: Any) -> None:
    """Refuse a value that is none of a field's choices.

    Raises
    ------
    ParamsError
        Names every such field, its choices and the nearest one.
    """
    problems = []
    for field in dataclasses.fields(settings):
        choices, value = field.metadata["zh"], getattr(settings, field.name)
        if isinstance(choices, Mapping) and value not in choices:
            known = "、".join(map(str, choices)), ", ".join(map(str, choices))
            zh, en = near(value, map(str, choices))
            problems.append(
                Problem(
                    f"{type(settings).__name__}.{field.name}",
                    f"“{value}”不在可选值之列（{known[0]}）{zh}",
                    f"'{value}' is not one of {known[1]}{en}",
                )
            )
    if problems:
        raise ParamsError(problems)


def _say(sentence: Sentence, value: Any, comma: str) -> str:
    if isinstance(sentence, Mapping):
        return sentence[value]
    if value is None:
        value = "无" if comma == "、" else "none"
    return sentence.format(value=comma.join(map(str, value)) if isinstance(value, tuple) else value)
