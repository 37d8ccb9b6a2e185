"""One cell as people write it, turned into a typed value; what cannot be read says why.

A parser gives the value, None for nothing there, or raises an error with a stable code and a
sentence in both languages.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Any

from ecolib.data.dictionary import Column, units
from ecolib.data.faults import clean, fail, refuse_without_value
from ecolib.data.numbers import as_printed, parse_number
from ecolib.data.readers.sheet import Percent
from ecolib.errors import near

YES, NO = {"是", "yes", "true", "1", "y"}, {"否", "no", "false", "0", "n"}
#: 2020-01-31, 2020/1/31, 2020年1月31日, alone or with 13:00, 13:00:00, 13 or 13时.
MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})"
    r"(?:日?|(?:日 ?|[ T])(\d{1,2})(?::(\d{2})(?::00(?:\.0+)?)?|时)?)"
)


#: Characters that no one types and no page shows.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def _text(column: Column):
    def parse(value):
        text = _as_text(value)
        if CONTROL.search(text):
            shown = CONTROL.sub("□", text)
            fail(
                "control",
                f"“{shown}”含有看不见的控制字符（□ 处），请重新输入",
                f"'{shown}' holds invisible control characters (at □); type it again",
            )
        # A title "无" is no title; where a text must be there, whatever stands there is shown.
        if not text or (not column.required and clean(value) is None):
            return None
        text = column.choices("zh").get(text, text)
        if column.allowed and text not in column.allowed:
            zh, en = near(text, column.allowed)
            fail(
                "allowed",
                f"“{text}”不在可选值 {'、'.join(column.allowed)} 之内{zh}",
                f"'{text}' is not one of {', '.join(column.allowed)}{en}",
            )
        return text

    return parse


def _as_text(value: object) -> str:
    """A cell as it shows: a whole number without ".0", a day without a clock, a percentage with %."""
    if value is None:
        return ""
    if isinstance(value, Percent):
        return as_printed(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value).strip()


def _number(column: Column):
    if column.min is None and column.max is None:
        return parse_number

    def parse(value):
        number = parse_number(value)
        if number is None:
            return None
        if column.min is not None and number < column.min:
            fail("range", f"{value} 小于 {column.min:g}", f"{value} is below {column.min:g}")
        if column.max is not None and number > column.max:
            fail("range", f"{value} 大于 {column.max:g}", f"{value} is above {column.max:g}")
        return number

    return parse


def _year(column: Column):
    def parse(value):
        text = clean(value)
        if text is None:
            return None
        text = text.removesuffix("年").removesuffix(".0")
        if not re.fullmatch(r"(19|20|21)\d\d", text):
            fail("year", f"“{value}”不是四位年份", f"'{value}' is not a four-digit year")
        return int(text)

    return parse


def _date(column: Column):
    def parse(value):
        moment = _moment(value)
        if moment is not None and moment.time() != time():
            fail(
                "date", f"“{value}”应为日期，不带时刻", f"'{value}' should be a day without a time"
            )
        return moment

    return parse


def _time(column: Column):
    return _moment


def _moment(value: Any) -> datetime | None:
    """A day or a clock time without a zone; 24:00 is 00:00 of the next day."""
    if isinstance(value, datetime):
        return value if value.tzinfo is None else _no_moment(value)
    if isinstance(value, date):
        return datetime.combine(value, time())
    text = clean(value)
    if text is None:
        return None
    found = MOMENT.fullmatch(text)
    if found is None:
        return _no_moment(value)
    year, month, day, hour, minute = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day) + _clock(hour, minute)
    except (ValueError, OverflowError):
        return _no_moment(value)


def _clock(hour: int, minute: int) -> timedelta:
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise ValueError
    return timedelta(hours=hour, minutes=minute)


def _no_moment(value: Any):
    fail(
        "moment",
        f"“{value}”不是日期或时间，应写作 2020-01-31 或 2020-01-31 13:00",
        f"'{value}' is no date or time; write 2020-01-31 or 2020-01-31 13:00",
    )


def _yesno(column: Column):
    def parse(value):
        text = clean(value)
        if text is None:
            return None
        folded = text.casefold().removesuffix(".0")  # Excel hands out 1 as 1.0
        if folded not in YES | NO:
            fail("yesno", f"“{value}”应为 是 或 否", f"'{value}' should be yes or no")
        return folded in YES

    return parse


def _name(column: Column):
    def parse(value, info):
        text = _text(column)(value)
        context = info.context or {}
        names, titles = context.get(column.type, ()), context.get(f"{column.type} titles", {})
        text = titles.get(text, text)
        if text is not None and names and text not in names:
            zh, en = near(text, [*names, *titles])
            fail(f"unknown_{column.type}", f"没有“{text}”{zh}", f"there is no '{text}'{en}")
        return text

    return parse


def _unit(column: Column):
    def parse(value):
        text = _text(column)(value)
        if text is None or text in units():
            return text
        # NFKC so that ％, ㎡ and m³ are found however they were typed.
        plain = unicodedata.normalize("NFKC", text)
        found = [
            u.unit
            for u in units().values()
            if plain in {unicodedata.normalize("NFKC", n) for n in (u.unit, u.zh, u.en)}
        ]
        if not found:
            zh, en = near(text, [n for u in units().values() for n in (u.unit, u.zh)])
            fail("unknown_unit", f"没有单位“{text}”{zh}", f"there is no unit '{text}'{en}")
        return found[0]

    return parse


def parser_of(column: Column):
    """The function that reads a cell of this column; of names, with the known ones as context."""
    parse = _KINDS[column.type](column)

    def with_context(value, info):
        refuse_without_value(value)
        return parse(value, info)

    def alone(value):
        refuse_without_value(value)
        return parse(value)

    return with_context if column.type in ("item", "indicator") else alone


_KINDS = {
    "text": _text,
    "number": _number,
    "year": _year,
    "date": _date,
    "time": _time,
    "yesno": _yesno,
    "item": _name,
    "indicator": _name,
    "unit": _unit,
}
