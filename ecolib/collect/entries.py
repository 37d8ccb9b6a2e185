"""What a cell of a template accepts, with the prompt and the refusal in words."""

from __future__ import annotations

from datetime import datetime

from ecolib.collect import words
from ecolib.collect.form import Field, Line, Round
from ecolib.collect.last_year import unit_name
from ecolib.data import Column

#: Longest list that fits into a rule itself; a longer one stands on the hidden sheet.
LONGEST_LIST = 255
YEARS, DAYS = (1990, 2100), (datetime(1990, 1, 1), datetime(2100, 12, 31))


def entry_rule(
    asking: Round, field: Field, line: Line, lists: dict[str, str]
) -> dict[str, object] | None:
    """The data validation of a cell; None for free text.

    Parameters
    ----------
    lists
        By column type, where on the hidden sheet its long list stands.
    """
    column = field.column
    choices = line.choices.get(field.name) or _choices(column, asking.lang)
    if choices or column.type in lists:
        listed = _listed(choices, field, lists)
        return listed | _messages(asking, field, words.say(words.PROMPTS["list"], asking.lang))
    accepted = _accepted(column, line)
    if accepted is None:
        return None
    prompt = words.say(words.PROMPTS[column.type], asking.lang, year=asking.case.year)
    return accepted | _messages(asking, field, _in_unit(asking, column, accepted) + prompt)


def _choices(column: Column, lang: str) -> tuple[str, ...]:
    if column.type == "yesno":
        return words.YES_NO[0 if lang == "zh" else 1]
    return tuple(column.choices(lang))


def _listed(choices: tuple[str, ...], field: Field, lists: dict[str, str]) -> dict[str, object]:
    fits = choices and len(",".join(choices)) <= LONGEST_LIST
    return {"validate": "list", "source": list(choices) if fits else lists[field.column.type]}


def _accepted(column: Column, line: Line) -> dict[str, object] | None:
    if column.type == "number":
        low, high = line.bounds if line.bounds != (None, None) else (column.min, column.max)
        return {"validate": "decimal"} | _range(low, high)
    if column.type == "year":
        return {"validate": "integer"} | _range(*YEARS)
    if column.type in ("date", "time"):
        return {"validate": "date"} | _range(*DAYS)
    return None


def _range(low, high) -> dict[str, object]:
    if low is not None and high is not None:
        return {"criteria": "between", "minimum": low, "maximum": high}
    if high is not None:
        return {"criteria": "<=", "value": high}
    # A rule needs a bound; without one any number will do.
    return {"criteria": ">=", "value": -1e15 if low is None else low}


def _in_unit(asking: Round, column: Column, accepted: dict[str, object]) -> str:
    """The unit that the numbers of a column are in, and the bounds a number must keep."""
    said, lang = "", asking.lang
    if column.unit:
        said += words.say(words.PROMPTS["unit"], lang, unit=unit_name(column.unit, lang))
    if column.type == "number" and accepted["criteria"] == "between":
        low, high = accepted["minimum"], accepted["maximum"]
        said += words.say(words.PROMPTS["between"], lang, low=f"{low:g}", high=f"{high:g}")
    elif column.type == "number" and accepted["value"] == 0:
        said += words.say(words.PROMPTS["from"], lang, low=0)
    return said


def _messages(asking: Round, field: Field, text: str) -> dict[str, str]:
    """Excel shows at most 32 characters of a title."""
    return {
        "input_title": field.heading[:32],
        "input_message": text,
        "error_title": words.say(words.REFUSED, asking.lang),
        "error_message": text,
        "error_type": "stop",
    }
