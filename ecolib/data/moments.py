"""Days, clock times and months as people write them, turned into moments."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

#: 2020-01-31, 2020/1/31, 2020年1月31日, alone or with 13:00, 13:00:00, 13, 13时 or 下午1:00.
MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})"
    r"(?:日?|(?:日 ?|[ T])(上午|下午|AM|PM)? ?(\d{1,2})(?::(\d{2})(?::(\d{2}(?:\.\d+)?))?|时(?:(\d{1,2})分)?)?)",
    re.I,
)
#: 20200131, alone or with the hour behind it.
COMPACT = re.compile(r"((?:19|20|21)\d\d)(\d\d)(\d\d)(\d\d)?(?=[ T]|$)")
MONTH = re.compile(r"((?:19|20|21)\d\d)(?:[-/.年](\d{1,2})月?|(\d{2}))")
#: What a time made by a formula may be off the minute that Excel shows.
NOISE = timedelta(seconds=0.5)


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
