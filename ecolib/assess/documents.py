"""What documents prove: the state of each requirement of an indicator, year by year.

`documented`: a row with a title and a number or date is in force; `named`: only one with a title and
neither; `stated`: only rows without a title; `denied`: a row says that it does not hold; `lapsed`:
documents are of other years, or not, or no longer, in force; `absent`: no document at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from ecolib.data.checked import source_of
from ecolib.data.moments import year_of
from ecolib.data.numbers import is_numbered
from ecolib.errors import hint
from ecolib.indicators.lists import IndicatorList
from ecolib.texts import Name, Note

#: What the state of a requirement means for the verdict.
STATES = {
    "documented": "met",
    "named": "conditional",
    "stated": "declared",
    "lapsed": "not_evaluable",
    "absent": "not_evaluable",
    "denied": "not_met",
}
#: States in which nothing that is in force speaks of a requirement.
WITHOUT = ("absent", "lapsed")
#: The requirement under which documents give the yearly result of the authority that assigned a target.
RESULT = ("result", "考核结果")
Row = Mapping[str, object]


def states(rows: Sequence[Row], requirements: Iterable[str], years: np.ndarray) -> dict:
    """States by requirement, an array on the axis of years.

    A row with a year speaks for that year alone, unless its document had ended by then; a document
    without one from its date to its end. A mere statement lasts until the year in whose folder it
    lies; that something does not hold, on and on.
    """
    dated = [(row, *_in_force(row)) for row in rows]
    whole = [row for row in dated if row[0]["requirement"] is None and row[0]["title"] is not None]
    found = {}
    for key in requirements:
        own = [row for row in dated if row[0]["requirement"] == key]
        titled = any(row["title"] is not None for row, *_ in own)
        states = [_state(own, year) for year in years.tolist()]
        states = ["lapsed" if s == "absent" and titled else s for s in states]
        # A document named for the indicator as a whole is material for what nothing else proves.
        named = [_state(whole, year) not in ("absent", "denied") for year in years.tolist()]
        stated = ["stated" if s in WITHOUT and n else s for s, n in zip(states, named, strict=True)]
        found[key] = np.array(stated, dtype=object)
    return found


def _in_force(row: Row) -> tuple[float, float, float]:
    """The year a row speaks of, its first and its last year in force; NaN where there is none."""
    begins = [float(y) for y in (year_of(row["date"]), row["valid_from"]) if y]
    year, end = (
        float("nan") if row[name] is None else float(row[name]) for name in ("year", "valid_to")
    )
    begin = max(begins, default=float(row["submitted"]))
    if row["title"] is None and row["holds"] and end != end and year != year:
        end = max(begin, float(row["submitted"]))
    return year, begin, end


def _state(own: list[tuple[Row, float, float, float]], year: int) -> str:
    rows = [
        row
        for row, of, begins, ends in own
        if not (ends < year and (of != of or row["holds"]))
        and (of == year or (of != of and begins <= year))
    ]
    if not rows:
        return "absent"
    if not all(row["holds"] for row in rows):
        return "denied"
    if any(map(proves, rows)):
        return "documented"
    return "named" if any(row["title"] is not None for row in rows) else "stated"


def proves(row: Row) -> bool:
    """Whether a row names a document by its title and its number or the day or year it bears; what
    is neither ("to follow", "last year", a telephone number) proves nothing."""
    return row["title"] is not None and bool(is_numbered(row["number"]) or year_of(row["date"]))


def unasked(
    table: str, rows: Iterable[Row], among: IndicatorList
) -> Iterator[tuple[str, int | None, Note]]:
    """Rows for requirements that their indicator has not: indicator, year and a remark."""
    for row in rows:
        entry, key = among.get(row["indicator"]), row["requirement"]
        if entry is None:
            continue
        # What the indicator speaks of, whether this list asks for it or not.
        known = (*entry.requirements, *RESULT)
        if table == "evidence":  # papers prove figures and assigned targets too
            known += ("target", entry.id, *entry.asked)
        if key is not None and key not in known:
            titles = (title for both in entry.requirements.values() for title in both)
            told = {"about": f"{table}.requirement", "source": source_of(row), "shown": key}
            told |= {"of": (Name("indicator", entry.id),), "near": hint(key, (*known, *titles))}
            note = Note("unknown_requirement", severity="error", value=key, **told)
            yield entry.id, row["year"], note
