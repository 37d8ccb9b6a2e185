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
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, partial
from typing import Any, NoReturn

from ecolib.data.dictionary import Column, Names, owner_names, units
from ecolib.data.moments import moment_of, month_of, without_noise
from ecolib.data.sheet import Formula, Shown, Unclear
from ecolib.errors import hint
from ecolib.standards import land
from ecolib.standards.water import names as substances
from ecolib.texts import INVISIBLE, Amount, Name, Note, Words, visible

MISSING_MARKS = {"", "-", "--", "—", "——", "－", "/", "／", "无", "n/a", "na", "nan"}
#: What people write where a number was not measured.
NOT_MEASURED = {
    "缺测", "缺失", "未测", "未监测", "未检测", "无数据", "无监测数据", "停产", "停运", "断流", "干涸", "---", "–", "―",
}  # fmt: skip
#: What Excel shows where a formula has no result.
ERROR_VALUES = {
    "#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!",
    "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!",
}  # fmt: skip
#: Full-width characters to plain ones. Not NFKC, which turns the footnote in "93.5①" into a digit.
NARROW = {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
NARROW |= {0x3000: " ", 0x2212: "-", 0xFE63: "-"}  # a blank, and two signs of minus
YES, NO = {"是", "yes", "true", "1", "y"}, {"否", "no", "false", "0", "n"}
YEAR = re.compile(r"(19|20|21)\d\d")
#: A number as people write it: whole groups of three ("1,5" may be 1.5 to whoever wrote it), a power
#: of ten, and a unit.
FIGURE = re.compile(
    r"([+-]?(?:\d{1,3}(?:[,\s]\d{3})+(?:\.\d*)?(?![\d,])|\d+\.?\d*|\.\d+))"
    r"(?:[eE]([+-]?\d{1,6})|\s*[×xX*]\s*10(?:\^([+-]?\d{1,6})|([⁺⁻]?[⁰¹²³⁴-⁹]{1,6})))?\s*(.*)",
    re.S,
)
#: What stands between the members of a cell that names several.
SEVERAL = re.compile(r"\s*[、;；]\s*")
#: A town, a village or their offices, which go by their own names.
TOWN = re.compile("(?:[镇乡村]|街道)(?:人民政府|办事处|村?委会)$|村委会$")
#: Powers of ten that stand before a unit, or for it.
MULTIPLES = {"万": 4, "亿": 8}
RAISED = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
#: The classes of water, as people write them.
CLASSES = {
    name: number
    for names in (("I", "II", "III", "IV", "V"), "一二三四五", "12345")
    for number, name in enumerate(names, start=1)
}
#: What most cells of text files hold, and needs no more looking at.
PLAIN_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?")
#: Why something is no number, the first that fits; read width-normalised.
NO_NUMBER = (
    (
        "number.bound",
        r"[<>≥≤≧≦]|^(不低于|不少于|不小于|不高于|不超过|不大于|大于|小于|高于|低于|超过)|(以上|以下|以内)$",
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


class Quantity(float):
    """A number that was written with a unit behind it: 98.5 for "98.5%", 1.2 for "1.2万吨".

    `unit` is the unit as written; `万` and `亿` alone stand for multiples of the unit it should be in.
    """

    unit: str

    def __new__(cls, number: float | str, unit: str):
        self = super().__new__(cls, number)
        self.unit = unit
        return self


@dataclass(frozen=True)
class Remarked:
    """A value, and the code of what must be told, once a column, of how its cell was read."""

    value: Any
    code: str


def parser_of(column: Column, names: Names) -> Callable[[Any], Any]:
    """The function that reads a cell of this column.

    Raises
    ------
    Unreadable
        By the function given, when something stands there that the column cannot hold.
    """
    read = reader_of(column, names)

    def parse(cell: Any) -> Any:
        found = read(cell)
        return found.value if isinstance(found, Remarked) else found

    return parse


def reader_of(column: Column, names: Names) -> Callable[[Any], Any]:
    """The same, but a value of which something must be told is `Remarked`.

    Raises
    ------
    Unreadable
        By the function given, when something stands there that the column cannot hold.
    """
    parse = _KINDS[column.type]
    kind = partial(parse, column, names) if parse in _BY_NAME else partial(parse, column)

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
    if isinstance(cell, Unclear):
        _fail("format", value=str(cell), format=cell.format)
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
    text = as_text(cell)
    if INVISIBLE.search(text):
        _fail("control", value=visible(text))
    # A title "无" is no title; where a text must be there, whatever stands there is shown.
    if not text or (not column.required and clean(cell) is None):
        return None
    if not column.allowed:
        return text
    choices = column.choices("zh")
    text = choices.get(text, text)
    if text not in column.allowed:
        allowed = tuple(map(Words, choices, column.allowed))
        _fail("allowed", value=text, allowed=allowed, near=hint(text, (*choices, *column.allowed)))
    return text


def as_text(cell: Any) -> str:
    """A cell as it shows: a whole number without ".0", a day without a clock."""
    if cell is None:
        return ""
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
        _fail(code, value=text, near=hint(text, names.known[column.type]))
    return text


def _indicators(column: Column, names: Names, cell: Any) -> str | None:
    """Codes of indicators, with semicolons between."""
    one = replace(column, type="indicator")
    found = [_name(one, names, part) for part in _listed(column, cell)]
    return ";".join(dict.fromkeys(filter(None, found))) or None


def _owners(column: Column, names: Names, cell: Any) -> str | None:
    """Codes of responsible units, with semicolons between; a town or village is its own."""
    known = {**owner_names(), **names.owner_titles}
    found = []
    for text in _listed(column, cell):
        if text not in known and not TOWN.search(text):
            _fail("unknown_owner", value=text, near=hint(text, known))
        found.append(known.get(text, text))
    return ";".join(dict.fromkeys(found)) or None


def _listed(column: Column, cell: Any) -> list[str]:
    """The members of a cell that names several."""
    return [part for part in SEVERAL.split(_text(column, cell) or "") if part]


def _substance(column: Column, cell: Any) -> str | None:
    """The code or name of an item of a water standard, as it was written."""
    text = _text(column, cell)
    if text is not None and substances.code_of(text) is None:
        _fail("unknown_substance", value=text, near=hint(text, substances.every_name()))
    return text


def _land(column: Column, cell: Any) -> str | None:
    """A type or subtype of land, as it was written."""
    text = _text(column, cell)
    if text is not None and not land.is_known(text):
        _fail("unknown_land", value=text, near=hint(text, land.known_names()))
    return text


def _unit(column: Column, cell: Any) -> str | None:
    text = _text(column, cell)
    if text is None or text in units():
        return text
    if (named := unit_named(text)) is not None:
        return named
    near = hint(text, [name for unit in units().values() for name in (unit.unit, unit.zh)])
    _fail("unknown_unit", value=text, near=near)


def unit_named(text: str) -> str | None:
    """The unit of this code or name, however its characters are typed; None where there is none."""
    return _units_by_name().get(_plain(text))


@cache
def _units_by_name() -> dict[str, str]:
    own = ((u, name) for u in units().values() for name in (u.unit, u.zh, u.en, *u.also))
    named = ((name, unit.unit) for unit, name in own if name)
    return {_plain(name): unit for name, unit in reversed(list(named))}


def _plain(text: str) -> str:
    """With NFKC ％, ㎡ and m³ are found as %, m2 and m3; never to be shown."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def unit_meant(written: str, own: str) -> str | None:
    """The unit that a figure was written in, whose own should be `own`.

    万 and 亿 alone are multiples of that: 1.2万 in the unit 吨, and in the unit 万吨, is 1.2万吨.
    """
    if written in MULTIPLES and own in units():
        return unit_named(written + units()[own].zh.removeprefix(written))
    return unit_named(written)


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
    if isinstance(cell, float) and abs(cell - round(cell, 0)) < 1e-6:  # 2018.9999999 by a formula
        cell = round(cell)
    text = clean(cell)
    if text is None:
        return _told_nan(cell)
    text = text.removesuffix("年").removesuffix(".0")
    if not YEAR.fullmatch(text):
        _fail("year", value=str(cell))
    return int(text)


def _date(column: Column, cell: Any) -> datetime | Remarked | None:
    if column.month and (month := _month(cell)) is not None:
        return month if column.month == "meant" else Remarked(month, "month_only")
    moment = _moment(cell, month=column.month == "meant")
    if moment is None or moment.time() == time():
        return moment
    if column.month == "enough":  # a sample taken at that time of the day
        return datetime.combine(moment.date(), time())
    _fail("date", value=str(cell))


def _time(column: Column, cell: Any) -> datetime | None:
    moment = _moment(cell)
    if (
        column.whole == "hour"
        and moment
        and moment != moment.replace(minute=0, second=0, microsecond=0)
    ):
        _fail("whole_hour", value=str(cell))
    return moment


def _moment(cell: Any, *, month: bool = False) -> datetime | None:
    """A day or a clock time without a zone; `month` where a month was to be written."""
    if isinstance(cell, datetime) and cell.tzinfo is None:
        return without_noise(cell)
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return datetime.combine(cell, time())
    text = clean(cell)
    if text is None:
        return None
    try:
        return moment_of(text.removesuffix(".0"))
    except (ValueError, OverflowError):
        _fail("moment.month" if month else "moment", value=str(cell))


def _month(cell: Any) -> datetime | None:
    """The first day of a month written without a day; None where something else is written."""
    text = "" if isinstance(cell, date) else (clean(cell) or "").removesuffix(".0")
    # Of the number 2019.1 nobody knows whether it was written 2019.10.
    return None if isinstance(cell, float) and text.endswith(".1") else month_of(text)


# --- numbers --------------------------------------------------------------------------------------


def _number(column: Column, cell: Any) -> float | Remarked | None:
    number = parse_number(_class(cell) if column.classes else cell)
    if number is None:
        return _told_nan(cell)
    if not isinstance(number, Quantity):
        check_range(column, number, cell)
    if isinstance(cell, Shown) and number != cell.stored:
        return Remarked(number, "percent.as_shown" if cell.endswith("%") else "as_shown")
    return number


def check_range(column: Column, number: float, cell: Any) -> None:
    """Raise `Unreadable` where a number in the unit of its column is outside what that may hold."""
    if column.min is not None and number < column.min:
        _fail("range.below", value=str(cell), limit=column.min)
    if column.max is not None and number > column.max:
        if not column.unit:
            _fail("range.above", value=str(cell), limit=column.max)
        own = {"unit": Name("unit", column.unit), "limit": column.max}
        _fail("range.impossible", value=str(cell), **own, meant=_other_unit(column, number))


def _other_unit(column: Column, number: float) -> Note | str:
    """The smaller unit of its kind in which a number that is too large would be possible."""
    own = units()[column.unit]
    smaller = (
        u for u in units().values() if u.dimension == own.dimension and u.factor < own.factor
    )
    for unit in smaller:
        value = number * unit.factor / own.factor
        if value <= column.max:
            return Note(
                "other_unit_meant", unit=Name("unit", unit.unit), value=Amount(value, own.unit)
            )
    return ""


def _told_nan(cell: Any) -> Remarked | None:
    """That a program wrote "nan" where it had no number, which may hide a mistake."""
    return Remarked(None, "nan") if isinstance(cell, str) and "nan" in cell.casefold() else None


def _class(cell: Any) -> Any:
    """The number of a class written in Roman or Chinese numerals, `Ⅱ类`; else the cell as it is."""
    plain = unicodedata.normalize("NFKC", str(cell)).strip().upper()
    plain = plain.removesuffix("标准").removesuffix("水质").removesuffix("类").strip()
    return CLASSES.get(plain, cell)


def parse_number(cell: Any) -> float | None:
    """The number in a cell, None for nothing there; a `Quantity` when a unit stands behind it.

    Raises
    ------
    Unreadable
        When there is something else, or a number that is not finite.
    """
    if type(cell) is float and math.isfinite(cell):  # most cells of a workbook
        return cell
    plain = type(cell) is str and PLAIN_NUMBER.fullmatch(cell)
    if plain or (isinstance(cell, int | float) and not isinstance(cell, bool)):
        number = float(cell)
    else:
        text = clean(cell)
        if text is None or text in NOT_MEASURED:
            return None
        number = _from_text(text, cell)
    if math.isnan(number):
        return None
    if math.isinf(number):
        _fail("number.infinite", value=str(cell))
    return number


def figure_of(text: str) -> tuple[Decimal, str] | None:
    """The digits of a figure as written, and the unit behind it; None for what begins with none."""
    found = FIGURE.fullmatch(str(text).translate(NARROW).strip())
    if found is None:
        return None
    digits, e, power, raised, unit = found.groups()
    exponent = int(e or power or (raised or "0").translate(RAISED))
    if unit[:1] in MULTIPLES and not unit_named(unit) and unit_named(unit[1:]):
        exponent, unit = (
            exponent + MULTIPLES[unit[0]],
            unit[1:],
        )  # 1.2亿吨, where no such unit is known
    digits = re.sub(r"[,\s]", "", digits)
    return Decimal(f"{digits}E{exponent}"), unit


#: A bound as people write it, of a figure that lies above or below it.
BOUND = re.compile(
    r"(?:(?P<above>>=?|≥|≧|不低于|不少于|不小于|大于|高于|超过)"
    r"|(?P<below><=?|≤|≦|不高于|不超过|不大于|小于|低于))?\s*"
    r"(?P<figure>\d.*?)\s*(?:(?P<up>以上)|(?P<down>以下|以内))?"
)


def bound_of(text: str) -> tuple[float, float] | None:
    """The ends between which a figure lies that is written as a bound: (85, inf) for "≥85"; None
    for anything else, and where a unit other than % stands behind it."""
    found = BOUND.fullmatch(str(text).translate(NARROW).strip())
    sides = [found[name] is not None for name in ("above", "below", "up", "down")] if found else []
    figure = figure_of(found["figure"]) if sum(sides) == 1 else None
    if figure is None or figure[1] not in ("", "%"):
        return None
    number = float(figure[0])
    return (number, math.inf) if sides[0] or sides[2] else (-math.inf, number)


def _from_text(text: str, cell: Any) -> float:
    if found := figure_of(text):
        number, unit = found
        if not unit:
            return float(number)
        if unit in MULTIPLES or unit_named(unit):
            return Quantity(number, unit)
    code = next(code for code, pattern in NO_NUMBER if re.search(pattern, text))
    _fail(code, value=str(cell))


def as_printed(value: Any) -> str:
    """The figure as the file shows it, so that its decimals are known."""
    return value.strip() if isinstance(value, str) else f"{value:.15g}"


_KINDS: dict[str, Callable] = {
    "text": _text,
    "result": _text,
    "answer": _text,
    "substance": _substance,
    "land": _land,
    "number": _number,
    "year": _year,
    "date": _date,
    "time": _time,
    "yesno": _yesno,
    "item": _name,
    "indicator": _name,
    "indicators": _indicators,
    "owners": _owners,
    "unit": _unit,
}
#: Those that are asked what cells may name.
_BY_NAME = (_name, _indicators, _owners)
