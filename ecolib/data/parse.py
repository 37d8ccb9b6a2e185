"""One cell as people write it, turned into a typed value; what cannot be read says why.

A parser gives the value, None for nothing there, or raises `Unreadable` with a note that says what
would be right. Of numbers nothing is guessed: a bound (≥85) or a rounded figure (约86) is not the
figure itself.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, NoReturn

from ecolib.data.dictionary import Column, Names, units
from ecolib.data.sheet import Formula, Percent
from ecolib.errors import hint
from ecolib.texts import Note

MISSING_MARKS = {"", "-", "--", "—", "——", "－", "/", "／", "无", "n/a", "na", "nan"}
#: What Excel shows where a formula has no result.
ERROR_VALUES = {
    "#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!",
    "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!",
}  # fmt: skip
#: Full-width characters to plain ones. Not NFKC, which turns the footnote in "93.5①" into a digit.
NARROW = {0x3000: " "} | {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
#: Characters that no one types and no page shows.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
YES, NO = {"是", "yes", "true", "1", "y"}, {"否", "no", "false", "0", "n"}
#: 2020-01-31, 2020/1/31, 2020年1月31日, alone or with 13:00, 13:00:00, 13 or 13时.
MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})"
    r"(?:日?|(?:日 ?|[ T])(\d{1,2})(?::(\d{2})(?::00(?:\.0+)?)?|时)?)"
)
YEAR = re.compile(r"(19|20|21)\d\d")
#: The classes of water, as people write them.
CLASSES = {
    name: number
    for names in (("I", "II", "III", "IV", "V"), "一二三四五", "12345")
    for number, name in enumerate(names, start=1)
}
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$")
#: What most cells of text files hold, and needs no more looking at.
PLAIN_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?")
#: Only whole groups of three: "1,5" may be 1.5 to whoever wrote it, and "2018 2019" is no number.
GROUPED = re.compile(r"[+-]?\d{1,3}([,\s]\d{3})+(\.\d*)?$")
#: Why something is no number, the first that fits; read width-normalised.
NO_NUMBER = (
    (
        "number.bound",
        r"[<>≥≤≧≦]|^(不低于|不少于|不小于|不高于|不超过|不大于|大于|小于|高于|低于|超过)",
    ),
    ("number.approximate", r"^(约|大约|近|将近|ca?\.|~|≈)|(左右|上下|余|多)$"),
    ("number.span", r"^\d[\d.,%]*\s*([-~—–至到]|--)\s*\d[\d.,%]*$"),
    ("number.comma", r"^[+-]?\d+,\d{1,2}$"),
    ("number.marked", r"^[+-]?\d[\d.,]*\s*(\(\s*[A-Za-z0-9*#]{1,3}\s*\)|[A-Z*#▲△†]{1,2})$"),
    ("number.unit_inside", r"^[+-]?[\d.,]+\s*[A-Za-zμ°℃㎡㎥一-鿿][^\d()①-⑳]*$"),
    ("number.other", ""),
)


class Unreadable(ValueError):
    """A cell that cannot be read; `note` says why, without its place."""

    def __init__(self, note: Note):
        self.note = note
        super().__init__(note.code)


class Share(float):
    """A number in % that was written with its sign: 98.5 for "98.5%"."""


def parser_of(column: Column, names: Names) -> Callable[[Any], Any]:
    """The function that reads a cell of this column.

    Raises
    ------
    Unreadable
        By the function given, when something stands there that the column cannot hold.
    """
    parse = _KINDS[column.type]
    kind = partial(parse, column, names) if parse is _name else partial(parse, column)

    def read(cell: Any) -> Any:
        _refuse_without_value(cell)
        return kind(cell)

    return read


def _fail(code: str, **args) -> NoReturn:
    raise Unreadable(Note(code, **args))


def _refuse_without_value(cell: Any) -> None:
    """Refuse what stands where Excel could not compute, or did not store, a value."""
    if not isinstance(cell, str):
        return
    if isinstance(cell, Formula):
        _fail("formula", value=str(cell))
    if cell.strip() in ERROR_VALUES:
        _fail("error_value", value=cell)


def clean(cell: Any) -> str | None:
    """Text to parse, width-normalised; None for the ways of writing that nothing is there."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    text = str(cell).translate(NARROW).strip()
    return None if text.casefold() in MISSING_MARKS else text


# --- text and names -------------------------------------------------------------------------------


def _text(column: Column, cell: Any) -> str | None:
    text = _as_text(cell)
    if CONTROL.search(text):
        _fail("control", value=CONTROL.sub("□", text))
    # A title "无" is no title; where a text must be there, whatever stands there is shown.
    if not text or (not column.required and clean(cell) is None):
        return None
    if not column.allowed:
        return text
    text = column.choices("zh").get(text, text)
    if text not in column.allowed:
        _fail("allowed", value=text, allowed=column.allowed, near=hint(text, column.allowed))
    return text


def _as_text(cell: Any) -> str:
    """A cell as it shows: a whole number without ".0", a day without a clock, a percentage with %."""
    if cell is None:
        return ""
    if isinstance(cell, Percent):
        return as_printed(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell).strip()


def _name(column: Column, names: Names, cell: Any) -> str | None:
    """A code of an item or an indicator, or the title that people write for it."""
    text = _text(column, cell)
    codes, titles = names.of(column.type)
    text = titles.get(text, text)
    if text is not None and codes and text not in codes:
        code = "unknown_item" if column.type == "item" else "unknown_indicator"
        _fail(code, value=text, near=hint(text, [*codes, *titles]))
    return text


def _unit(column: Column, cell: Any) -> str | None:
    text = _text(column, cell)
    if text is None or text in units():
        return text
    # NFKC so that ％, ㎡ and m³ are found however they were typed.
    plain = unicodedata.normalize("NFKC", text)
    for unit in units().values():
        if plain in {unicodedata.normalize("NFKC", name) for name in (unit.unit, unit.zh, unit.en)}:
            return unit.unit
    near = hint(text, [name for unit in units().values() for name in (unit.unit, unit.zh)])
    _fail("unknown_unit", value=text, near=near)


def _yesno(column: Column, cell: Any) -> bool | None:
    text = clean(cell)
    if text is None:
        return None
    folded = text.casefold().removesuffix(".0")  # Excel hands out 1 as 1.0
    if folded not in YES | NO:
        _fail("yesno", value=str(cell))
    return folded in YES


# --- years, days and hours ------------------------------------------------------------------------


def _year(column: Column, cell: Any) -> int | None:
    text = clean(cell)
    if text is None:
        return None
    text = text.removesuffix("年").removesuffix(".0")
    if not YEAR.fullmatch(text):
        _fail("year", value=str(cell))
    return int(text)


def _date(column: Column, cell: Any) -> datetime | None:
    moment = _time(column, cell)
    if moment is not None and moment.time() != time():
        _fail("date", value=str(cell))
    return moment


def _time(column: Column, cell: Any) -> datetime | None:
    """A day or a clock time without a zone; 24:00 is 00:00 of the next day."""
    if isinstance(cell, datetime) and cell.tzinfo is None:
        return cell
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return datetime.combine(cell, time())
    text = clean(cell)
    if text is None:
        return None
    if found := MOMENT.fullmatch(text):
        year, month, day, hour, minute = (int(part or 0) for part in found.groups())
        try:
            return datetime(year, month, day) + _clock(hour, minute)
        except (ValueError, OverflowError):
            pass
    _fail("moment", value=str(cell))


def _clock(hour: int, minute: int) -> timedelta:
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise ValueError
    return timedelta(hours=hour, minutes=minute)


# --- numbers --------------------------------------------------------------------------------------


def _number(column: Column, cell: Any) -> float | None:
    number = parse_number(_class(cell) if column.classes else cell)
    if number is None:
        return None
    if column.min is not None and number < column.min:
        _fail("range.below", value=str(cell), limit=column.min)
    if column.max is not None and number > column.max:
        _fail("range.above", value=str(cell), limit=column.max)
    return number


def _class(cell: Any) -> Any:
    """The number of a class written in Roman or Chinese numerals, `Ⅱ类`; else the cell as it is."""
    plain = unicodedata.normalize("NFKC", str(cell)).strip().upper()
    plain = plain.removesuffix("标准").removesuffix("水质").removesuffix("类").strip()
    return CLASSES.get(plain, cell)


def parse_number(cell: Any) -> float | None:
    """The number in a cell, None for nothing there; `Share` when it is a percentage.

    Raises
    ------
    Unreadable
        When there is something else, or a number that is not finite.
    """
    if type(cell) is float and math.isfinite(cell):  # most cells of a workbook
        return cell
    if type(cell) is str and PLAIN_NUMBER.fullmatch(cell):
        number = float(cell)
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        number = in_percent(cell) if isinstance(cell, Percent) else float(cell)
    else:
        text = clean(cell)
        if text is None:
            return None
        number = _from_text(text, cell)
    if math.isnan(number):
        return None
    if math.isinf(number):
        _fail("number.infinite", value=str(cell))
    return number


def in_percent(value: Percent) -> Share:
    """98.5 for 0.985, shifted in decimals: 0.57 * 100 would be 56.99999999999999."""
    return Share(Decimal(repr(float(value))).scaleb(2))


def _from_text(text: str, cell: Any) -> float:
    body = text.removesuffix("%").rstrip()
    bare = re.sub(r"[,\s]", "", body) if GROUPED.match(body) else body
    if NUMBER.match(bare):
        return float(bare) if body == text else Share(bare)
    code = next(code for code, pattern in NO_NUMBER if re.search(pattern, text))
    _fail(code, value=str(cell))


def as_printed(value: Any) -> str:
    """The figure as the file shows it, so that its decimals are known."""
    if isinstance(value, Percent):
        return f"{in_percent(value):.15g}%"
    return str(value).strip() if isinstance(value, str) else f"{value:.15g}"


_KINDS: dict[str, Callable] = {
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
