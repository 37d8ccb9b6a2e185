"""Days, months and moments as people and programs write them, in one form.

Nothing here knows of columns; `parse` says what a column takes of them, and what is told of the rest.
"""

from __future__ import annotations

import re
from calendar import monthrange
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from ecolib.data.numbers import WRITTEN, clean

#: Digits as old documents write years.
FIGURES = str.maketrans("〇○零一二三四五六七八九", "000123456789")
#: 2020-01-31, 2020/1/31, 2020年1月31日, alone or with 13:00, 13:00:00, 13, 13时 or 下午1:00.
MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})"
    r"(?:日?|(?:日 ?|[ T])(上午|下午|AM|PM)? ?(\d{1,2})(?::(\d{2})(?::(\d{2}(?:\.\d+)?))?|时(?:(\d{1,2})分)?)?)",
    re.I,
)
#: 20200131, alone or with the hour behind it.
COMPACT = re.compile(r"((?:19|20|21)\d\d)(\d\d)(\d\d)(\d\d)?(?=[ T]|$)")
#: Without a sign between them no year of the last century: 190805 is a day of 2019.
MONTH = re.compile(r"((?:19|20|21)\d\d(?=\D)|(?:20|21)\d\d)(?:[-/.年](\d{1,2})(?:月份?)?|(\d{2}))")
#: A day without its format, and the day from which Excel counts.
SERIAL, EPOCH = re.compile(r"\d{5}(?:\.\d+)?"), datetime(1899, 12, 30)
#: What a time made by a formula may be off the minute that Excel shows.
NOISE = timedelta(seconds=0.5)


def serial_moment(cell: Any) -> datetime | None:
    """The moment of a cell that lost its format, of 2000 to 2099: the days as Excel counts them."""
    text = "" if isinstance(cell, date) else clean(cell) or ""
    days = float(text) if SERIAL.fullmatch(text) else 0
    return without_noise(EPOCH + timedelta(days=days)) if 36526 <= days < 73051 else None


def moment_of(text: str) -> datetime:
    """The moment in a text of plain characters; 24:00 is 00:00 of the next day.

    Raises
    ------
    ValueError, OverflowError
        When there is none, or none that can be.
    """
    text = COMPACT.sub(r"\1-\2-\3 \4", text, count=1).strip()
    found = MOMENT.fullmatch(text.replace("  ", " "))
    if found is None:
        raise ValueError(text)
    year, month, day, half, hour, minute, second, minutes = found.groups()
    past = _clock(half, int(hour or 0), int(minute or minutes or 0), float(second or 0))
    return without_noise(datetime(int(year), int(month), int(day)) + past)


def month_of(text: str) -> datetime | None:
    """The first day of a month that is written without a day."""
    found = MONTH.fullmatch(text)
    month = int(found[2] or found[3]) if found else 0
    return datetime(int(found[1]), month, 1) if found and 1 <= month <= 12 else None


def in_figures(text: str) -> str:
    """The numbers of years, months and days in figures, of 二〇二〇年十二月三十日."""

    def tens(found: re.Match) -> str:
        return str(10 * int(found[1] or 1) + int(found[2] or 0))

    return re.sub(r"(\d?)十(\d?)", tens, text.translate(FIGURES))


def term_of(text: str, which: str) -> datetime | None:
    """The last day of a time in which something is to be done, `2020年上半年`; with `which` "begin" the
    first. None for anything else; the first of what has no beginning of its own, `2020年底`, is none."""
    found = re.fullmatch(WRITTEN["term"], in_figures(text))
    if found is None or (which == "begin" and (found["span"] or found["from"] or found["end"])):
        return None
    first, last = 1, 12
    if month := found["month"]:
        first = last = int(month)
    elif half := found["half"]:
        first, last = (1, 6) if half == "上" else (7, 12)
    elif quarter := found["quarter"]:
        first, last = 3 * int(quarter) - 2, 3 * int(quarter)
    year = int(found["year"])
    if not int(found["from"] or 1) <= last <= 12:
        return None
    day = date(year, first, 1) if which == "begin" else date(year, last, monthrange(year, last)[1])
    return datetime.combine(day, datetime.min.time())


def iso_of(text: str | None) -> str:
    """A day or month as documents print it, `2020年3月1日` and `2020年3月`, as `2020-03-01` and
    `2020-03`; anything else as it is."""
    plain = clean(text) or ""
    with suppress(ValueError, OverflowError):
        return moment_of(plain).date().isoformat()
    month = month_of(plain)
    return f"{month:%Y-%m}" if month else text or ""


def year_of(day: object) -> int | None:
    """The year of a day or month as documents print it, `二〇一八年九月` too; None for no such day."""
    found = re.match(
        r"\D*((?:19|20)\d\d)(?!\d{1,2}$)\D*(\d{1,2})?\D*(\d{1,2})?", in_figures(str(day or ""))
    )
    with suppress(ValueError):
        return found and date(*(int(part or 1) for part in found.groups())).year
    return None


def without_noise(moment: datetime) -> datetime:
    """The full minute that a time stands for which a formula made: 11:59:59.999 is 12:00."""
    if not (moment.second or moment.microsecond):
        return moment
    minute = (moment + timedelta(seconds=30)).replace(second=0, microsecond=0)
    return minute if abs(moment - minute) <= NOISE else moment


def _clock(half: str | None, hour: int, minute: int, second: float) -> timedelta:
    if hour > 24 or minute > 59 or second >= 60 or (hour == 24 and (minute or second)):
        raise ValueError
    if half:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if half.lower() in ("下午", "pm") else 0)
    return timedelta(hours=hour, minutes=minute, seconds=second)
