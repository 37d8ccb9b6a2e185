"""One cell as people write it, turned into a typed value; what cannot be read says why.

A parser gives the value, None for nothing there, or raises `Unreadable` with a note that says what
would be right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache, partial
from typing import Any

import numpy as np

from ecolib.data.dictionary import KINDS, Column, Names, Table, owner_names, units
from ecolib.data.moments import moment_of, month_of, serial_moment, term_of, without_noise
from ecolib.data.numbers import (
    WRITTEN,
    Quantity,
    Unreadable,
    as_printed,
    clean,
    fail,
    parse_number,
    summed,
    unit_named,
)
from ecolib.data.sheet import Formula, Shown, Struck, Unclear, listed
from ecolib.errors import hint
from ecolib.standards import land
from ecolib.standards.water import names as substances
from ecolib.texts import INVISIBLE, Amount, Name, Note, Words, visible

#: What Excel shows where a formula has no result.
ERRORS = frozenset(WRITTEN["errors"])
YES_NO = {name: so for so, names in WRITTEN["answers"].items() for name in names}
CLASSES = {name: number for number, names in WRITTEN["classes"].items() for name in names}
YEAR, YEARLY = re.compile(r"(19|20|21)\d\d"), re.compile("年[度末底]?$")
#: The same of arrays.
FIRST, LAST = np.datetime64("1900"), np.datetime64("2200")
#: What stands before a name in a table that is numbered.
NUMBERED = re.compile(WRITTEN["numbered"])
#: What has no end; and the day itself, by which something is to be done.
ENDLESS, BY_DAY = re.compile(WRITTEN["endless"]), re.compile("日[之以]?前(?:完成)?$")
#: What the county as a whole is called.
WHOLE = "全县"
#: What stands between the members of a cell that names several.
SEVERAL = re.compile(r"\s*[、;；]\s*")
#: What may stand between units as well, in a text of at most so many characters.
BETWEEN, LONGEST = re.compile(r"[,，/／\s]+|[和及与]"), 1000


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
    read = _reader_of(column, names)

    def parse(cell: Any) -> Any:
        found = read(cell)
        return found.value if isinstance(found, Remarked) else found

    return parse


def _reader_of(column: Column, names: Names) -> Callable[[Any], Any]:
    """The same, but a value of which something must be told is `Remarked`."""
    parse = _KINDS[column.type]
    kind = partial(parse, column, names) if parse in _BY_NAME else partial(parse, column)

    def read(cell: Any) -> Any:
        _refuse_without_value(cell)
        if isinstance(cell, Struck) and column.is_judged:
            fail("struck", value=as_text(cell))
        if column.sums and names.county:
            plain = "".join(as_text(cell).split())
            called = (plain.replace(name, WHOLE) for name in names.county if name in plain)
            cell = WHOLE if "whole" in map(summed, called) else cell
        return kind(cell)

    return read


def _refuse_without_value(cell: Any) -> None:
    """Refuse what stands where Excel could not compute, or did not store, a value."""
    if not isinstance(cell, str):
        return
    if isinstance(cell, Formula):
        fail("formula", value=as_text(cell))
    if isinstance(cell, Unclear):
        fail("format", value=as_text(cell), format=cell.format)
    if cell.strip() in ERRORS:
        fail("error_value", value=cell)


def called(table: Table, key: Sequence, names: Names) -> tuple[Name | Words | str, ...]:
    """What tells a row from others, in the words of people."""
    found: list[Name | Words | str] = []
    for name, part in zip(table.key, key, strict=True):
        column = table.by_name[name]
        if column.type in KINDS and part in names.of(column.type)[0]:
            found.append(Name(column.type, part))
        elif column.type == "owners" and part:
            found += [Name("owner", owner) for owner in part.split(";")]
        elif part in column.allowed:
            titles = column.allowed_zh or column.allowed
            found.append(Words(titles[column.allowed.index(part)], part))
        elif part is not None:
            found.append(as_text(part))
    return tuple(found)


# --- text and names -------------------------------------------------------------------------------


def _text(column: Column, cell: Any) -> str | None:
    text = as_text(cell)
    if INVISIBLE.search(text):
        fail("control", value=visible(text))
    # A title "无" is no title; where a text must be there, whatever stands there is shown.
    if not text or (not column.required and clean(cell) is None):
        return None
    if column.type == "text" and not column.required and text.casefold() in WRITTEN["to_come"]:
        return None
    if column.is_judged and text.casefold() in WRITTEN["ditto"]:
        fail("ditto", value=text)
    if (column.sums or column.type == "land") and text.startswith("其中"):
        fail("part_row", value=text)
    if column.sums and not column.required:  # a place that need not be named
        if (kind := summed(text)) == "whole":
            return None  # as where no place is named
        if kind:
            fail("sum_row", value=text)
    if not column.allowed:
        return text
    choices = column.choices("zh")
    text = choices.get(text, text)
    if text not in column.allowed:
        allowed = tuple(map(Words, choices, column.allowed))
        shown = tuple(zip(column.allowed, allowed, strict=True))  # to a reader of Chinese the word
        near = hint(text, (*choices, *column.allowed), shown)
        fail("allowed", value=text, allowed=allowed, near=near)
    return text


def as_text(cell: Any) -> str:
    """A cell as it shows: a whole number without ".0", a day without a clock, "" for nothing."""
    if cell is None:
        return ""
    if isinstance(cell, datetime) and cell.tzinfo is None and cell.time() == time():
        return cell.date().isoformat()
    return as_printed(cell) if isinstance(cell, float) else str(cell).strip()


def _name(column: Column, names: Names, cell: Any) -> str | None:
    """A code of an item or an indicator, or the title that people write for it."""
    text = _text(column, cell)
    codes, titles = names.of(column.type)
    text = titles.get(text, text)
    if text is not None and codes and text not in codes:
        text = _unnumbered(text, names.plain[column.type])
    if text is not None and codes and text not in codes:
        code = "unknown_item" if column.type == "item" else "unknown_indicator"
        # The number of an indicator is that of another one in another list.
        meant = text if column.type == "item" else names.numbers.get(text, text)
        fail(code, value=text, near=hint(meant, names.known[column.type]))
    return text


def _unnumbered(text: str, known: Mapping[str, str]) -> str:
    """The code of a name typed with blanks or behind its number, `（一）秸秆产生总量`; else the text."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).casefold()
    return known.get(plain) or known.get(NUMBERED.sub("", plain), text)


def _indicators(column: Column, names: Names, cell: Any) -> str | None:
    """Codes of indicators, with semicolons between."""
    one = replace(column, type="indicator")
    found = [_name(one, names, part) for part in _listed(column, cell)]
    return ";".join(dict.fromkeys(filter(None, found))) or None


def _owners(column: Column, names: Names, cell: Any) -> str | None:
    """Codes of responsible units, with semicolons between; a town or village is its own."""
    known = {**owner_names(), **names.owner_titles}

    def unit(text: str) -> list[str]:
        if text in known or not re.fullmatch(WRITTEN["town"], text):
            return [known[text]] if text in known else []
        for short, full in WRITTEN["town_office"].items():
            text = re.sub(short, full, text, count=1)
        return [text]

    @cache
    def units_in(text: str) -> list[str]:
        for between in BETWEEN.finditer(text) if text not in known else ():
            first = unit(text[: between.start()])  # 和 may be of a name: 住房和城乡建设局, 太和镇
            if first and (others := units_in(text[between.end() :])):
                return first + others
        return unit(text)

    found = []
    role = WRITTEN["role"].get(column.name, "(?!)")
    for text in (re.sub(role, "", text) for text in _listed(column, cell)):
        if len(text) > LONGEST or not (own := units_in(text)):
            fail("unknown_owner", value=text, near=hint(text, known))
        found += own
    return ";".join(dict.fromkeys(found)) or None


def _listed(column: Column, cell: Any) -> list[str]:
    """The members of a cell that names several."""
    return [part for part in SEVERAL.split(_text(column, cell) or "") if part]


def _substance(column: Column, cell: Any) -> str | None:
    """The code or name of an item of a water standard, as it was written."""
    text = _text(column, cell)
    if text is not None and substances.code_of(text) is None:
        fail("unknown_substance", value=text, near=hint(text, substances.every_name()))
    return text


def _land(column: Column, cell: Any) -> str | None:
    """A type or subtype of land, as it was written."""
    text = _text(column, cell)
    if summed(text):
        fail("sum_row", value=text)
    if text is not None and not land.is_known(text):
        text = _unnumbered(text, {name: name for name in land.known_names()})
    if text is not None and not land.is_known(text):
        fail("unknown_land", value=text, near=hint(text, land.known_names()))
    return text


def _unit(column: Column, cell: Any) -> str | None:
    text = _text(column, cell)
    if text is None or text in units():
        return text
    if (named := unit_named(text)) is not None:
        return named
    near = hint(text, [name for unit in units().values() for name in (unit.unit, unit.zh)])
    fail("unknown_unit", value=text, near=near)


def _yesno(column: Column, cell: Any) -> bool | None:
    text = clean(cell)
    if text is None:
        return None
    folded = text.casefold().removesuffix(".0")  # Excel hands out 1 as 1.0
    if folded not in YES_NO:
        fail("yesno", value=as_text(cell))
    return YES_NO[folded]


# --- years, days and hours ------------------------------------------------------------------------


def _year(column: Column, cell: Any) -> int | None:
    if isinstance(cell, float) and abs(cell - round(cell, 0)) < 1e-6:  # 2018.9999999 by a formula
        cell = round(cell)
    text = clean(cell)
    if text is None:
        return _told_nan(cell)
    text = YEARLY.sub("", text).removesuffix(".0")
    if not YEAR.fullmatch(text):
        fail("year", value=as_text(cell))
    return int(text)


def _day(column: Column, cell: Any) -> datetime | Remarked | None:
    if (moment := serial_moment(cell)) is not None:
        return Remarked(_date(column, moment), "serial")
    return _date(column, cell)


def _date(column: Column, cell: Any) -> datetime | Remarked | None:
    if column.term and not isinstance(cell, date):
        text = BY_DAY.sub("日", clean(cell) or "")
        # Of the number 2019.1 nobody knows whether it was written 2019.10.
        plain = not isinstance(cell, float) or cell.is_integer()
        if plain and (day := term_of(text.removesuffix(".0"), column.term)) is not None:
            return Remarked(day, f"term_{column.term}")
        if ENDLESS.fullmatch(text):
            return Remarked(None, "endless")
        cell = cell if cell is None else text
    if column.month and (month := _month(cell)) is not None:
        return month if column.month == "meant" else Remarked(month, "month_only")
    moment = _moment(cell, month=column.month == "meant")
    if moment is None or moment.time() == time():
        return moment
    if column.month == "enough":  # a sample taken at that time of the day
        return datetime.combine(moment.date(), time())
    fail("date", value=as_text(cell))


def _time(column: Column, cell: Any) -> datetime | Remarked | None:
    if (serial := serial_moment(cell)) is not None:
        return Remarked(_time(column, serial), "serial")
    moment = _moment(cell)
    whole = moment and moment.replace(minute=0, second=0, microsecond=0)
    if column.whole == "hour" and moment != whole:
        fail("whole_hour", value=as_text(cell))
    return moment


def _moment(cell: Any, *, month: bool = False) -> datetime | None:
    """A day or a clock time without a zone; `month` where a month was to be written."""
    text = clean(cell)
    if text is None:
        return None
    try:
        if isinstance(cell, datetime) and cell.tzinfo is None:
            found = without_noise(cell)
        elif isinstance(cell, date) and not isinstance(cell, datetime):
            found = datetime.combine(cell, time())
        else:
            found = moment_of(text.removesuffix(".0"))
        if not YEAR.fullmatch(f"{found:%Y}"):  # the year 1 or 9999 is a slip
            raise ValueError(text)
        return found
    except (ValueError, OverflowError):
        fail("moment.month" if month else "moment", value=as_text(cell))


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
        fail("range.below", value=as_text(cell), limit=column.min)
    if column.max is not None and number > column.max:
        if not column.unit:
            fail("range.above", value=as_text(cell), limit=column.max)
        own = {"unit": Name("unit", column.unit), "limit": column.max}
        fail("range.impossible", value=as_text(cell), **own, meant=_other_unit(column, number))


def _other_unit(column: Column, number: float) -> Note | str:
    """The smaller unit of its kind in which a number that is too large would be possible."""
    own = units()[column.unit]
    for unit in (u for u in units().values() if u.dimension == own.dimension):
        value = number * unit.factor / own.factor
        if unit.factor < own.factor and value <= column.max:
            meant = {"unit": Name("unit", unit.unit), "value": Amount(value, own.unit)}
            return Note("other_unit_meant", **meant)
    return ""


def _told_nan(cell: Any) -> Remarked | None:
    """That a program wrote "nan" where it had no number, which may hide a mistake."""
    return Remarked(None, "nan") if isinstance(cell, str) and "nan" in cell.casefold() else None


def _class(cell: Any) -> Any:
    """The number of a class written in Roman or Chinese numerals, `Ⅱ类`; else the cell as it is."""
    plain = unicodedata.normalize("NFKC", str(cell)).strip().upper()
    plain = plain.removesuffix("标准").removesuffix("水质").removesuffix("类").strip()
    return CLASSES.get(plain, cell)


# --- a column ------------------------------------------------------------------------------------


def read_column(
    column: Column, names: Names, cells: Sequence
) -> tuple[Sequence, dict[int, Note], dict[int, str]]:
    """The values of a column; by row why a cell that gave none could not be read, and the code of what
    must be told of how it was. Each different cell is parsed once."""
    parse = _reader_of(column, names)
    if isinstance(cells, np.ndarray):
        if _fits(column, cells):
            return cells, {}, {}
        cells = listed(cells)
    kinds = set(map(type, cells))
    if column.type == "number" and kinds <= {float, type(None)}:  # as workbooks hold them
        values = np.array(cells, dtype=float)
        if _fits(column, values):
            return listed(values), {}, {}
    # 1, 1.0 and True are one key but not one cell.
    alike = len(kinds - {type(None)}) <= 1
    keys = cells if alike else [(cell.__class__, cell) for cell in cells]
    try:
        read = {key: _parsed(parse, key if alike else key[1]) for key in dict.fromkeys(keys)}
        values = list(map(read.__getitem__, keys))
        whole = not any(isinstance(value, Note | Remarked) for value in read.values())
    except TypeError:  # a cell that holds a list
        values, whole = [_parsed(parse, cell) for cell in cells], False
    if whole:
        return values, {}, {}
    faults = {k: value for k, value in enumerate(values) if isinstance(value, Note)}
    told = {k: value.code for k, value in enumerate(values) if isinstance(value, Remarked)}
    values = [value.value if k in told else value for k, value in enumerate(values)]
    return [None if k in faults else value for k, value in enumerate(values)], faults, told


def _parsed(parse: Callable[[Any], Any], cell: Any) -> Any:
    """The value of a cell, or the note on why there is none."""
    try:
        return parse(cell)
    except Unreadable as unreadable:
        return unreadable.note


def _fits(column: Column, values: np.ndarray) -> bool:
    """Whether an array holds nothing but what its column may hold, or nothing."""
    if values.dtype.kind == "M":
        if not ((values >= FIRST) & (values < LAST)).all():
            return False
        unit = "D" if column.type == "date" else "h" if column.whole else "m"
        whole = bool((values == values.astype(f"M8[{unit}]")).all())
        return column.type in ("date", "time") and whole and not np.isnat(values).any()
    if column.type != "number" or np.isinf(values).any():
        return False
    low, high = column.min, column.max
    return not (
        (low is not None and (values < low).any()) or (high is not None and (values > high).any())
    )


_KINDS: dict[str, Callable] = {
    "text": _text,
    "result": _text,
    "answer": _text,
    "substance": _substance,
    "land": _land,
    "number": _number,
    "year": _year,
    "date": _day,
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
