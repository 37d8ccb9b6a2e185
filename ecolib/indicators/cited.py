"""The standards and documents that an indicator rests on, each with the time it is in force.

`cited.csv` beside this file dates them; a year alone stands for its first or last day.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Cited(NamedTuple):
    """A document and the days it is in force; an empty end is none known."""

    document: str
    valid_from: str
    valid_to: str
    indicators: str
    source: str
    confidence: str


@cache
def documents() -> tuple[Cited, ...]:
    """Every document with its dates, its source and how sure that is, in the order of the file."""
    source = (files(__package__) / "cited.csv").read_text(encoding="utf-8")
    return tuple(Cited(**row) for row in csv.DictReader(source.splitlines()))


def cited(indicator: str, year: int) -> tuple[str, ...]:
    """The documents that an indicator rests on and that were in force on a day of the year."""
    return tuple(
        row.document
        for row in documents()
        if indicator in row.indicators.split(";")
        and row.valid_from[:4] <= str(year) <= (row.valid_to or "9999")[:4]
    )
