"""What documents prove: the state of each requirement of an indicator, year by year.

`documented`: a row with a title and a number or date is in force; `stated`: only a row without;
`denied`: a row says that it does not hold; `absent`: no row at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

#: What the state of a requirement means for the verdict.
STATES = {
    "documented": "met",
    "stated": "declared",
    "absent": "not_evaluable",
    "denied": "not_met",
}
#: Note of a requirement in a state.
STATE_NOTES = {
    "documented": "requirement_documented",
    "stated": "requirement_stated",
    "absent": "requirement_absent",
    "denied": "requirement_denied",
}
Row = Mapping[str, object]


def states(rows: Sequence[Row], requirements: Iterable[str], years: np.ndarray) -> dict:
    """States by requirement, an array on the axis of years.

    A row with a year speaks for that year alone; one without from its date to its end.
    """
    found = {}
    for key in requirements:
        own = [(row, *_in_force(row)) for row in rows if row["requirement"] == key]
        found[key] = np.array([_state(own, year) for year in years.tolist()], dtype=object)
    return found


def _in_force(row: Row) -> tuple[float, float, float]:
    """The year a row speaks of, its first and its last year in force; NaN where there is none."""
    dated = str(row["date"] or "")[:4]
    begins = [float(y) for y in (dated if dated.isdigit() else None, row["valid_from"]) if y]
    year, end = (
        float("nan") if row[name] is None else float(row[name]) for name in ("year", "valid_to")
    )
    return year, max(begins, default=float(row["submitted"])), end


def _state(own: list[tuple[Row, float, float, float]], year: int) -> str:
    rows = [
        row
        for row, of, begins, ends in own
        if of == year or (of != of and begins <= year and not ends < year)
    ]
    if not rows:
        return "absent"
    if not all(row["holds"] for row in rows):
        return "denied"
    return "documented" if any(_proves(row) for row in rows) else "stated"


def _proves(row: Row) -> bool:
    return row["title"] is not None and (row["number"] is not None or row["date"] is not None)
