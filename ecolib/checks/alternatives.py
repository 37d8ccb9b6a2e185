"""What else would make a printed number true: another figure, another unit, a part left out.

Each is told only where it exists; it explains a contradiction and never takes it away.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from ecolib.checks.context import Context, chained, others_like
from ecolib.data.dictionary import convert, units
from ecolib.data.figures import COUNTED
from ecolib.indicators.catalogue import known_items
from ecolib.texts import Amount, Name, Note

#: Beyond ten times the figure submitted, a reading explains nothing.
REACH = 10.0


def told(alternatives: Sequence[Note]) -> Note | None:
    """Several alternatives as one note; None for none."""
    if not alternatives:
        return None
    return Note("other_reading", readings=chained("either", alternatives))


def of_inputs(context: Context) -> list[Note]:
    """The number each figure that went in would have to be, one at a time."""
    claim, found = context.claim, []
    wanted = convert(claim.value, claim.unit, context.indicator.unit)
    for item in context.inputs:
        for year in context.years_used():
            given = context.value(item, year)
            if year > context.year or not given > 0:
                continue

            def off(values, item=item, year=year):
                return context.with_values(item, year, values) - wanted

            kept, needed = known_items()[item].unit, root(off, given / REACH, given * REACH)
            if units()[kept].dimension in COUNTED and not math.isnan(needed):
                needed = _whole_number(needed, off, context)
            if math.isnan(needed):
                continue
            shown, unit = context.shown(item, year), getattr(context.figure(item, year), "unit", "")
            were = Amount(convert(needed, kept, unit or kept), unit or kept)
            told = {"item": Name("item", item), "needed": were, "given": shown}
            found.append(Note("input_were", year=year, **told))
    return found


def _whole_number(
    needed: float, off: Callable[[np.ndarray], np.ndarray], context: Context
) -> float:
    """The whole number beside it that gives what is printed; NaN where none does: there is no part
    of a day."""
    near = [math.floor(needed), math.ceil(needed)]
    half = convert(context.claim.rounding, context.claim.unit, context.indicator.unit)
    fits = np.abs(off(near)) <= half * (1 + 1e-9)
    return float(near[int(np.argmax(fits))]) if fits.any() else math.nan


def root(function: Callable[[np.ndarray], np.ndarray], low: float, high: float) -> float:
    """Where a function of an array of positive numbers first crosses zero, NaN where it does not.

    A grid between the ends, then ever finer ones between the two points around the crossing.
    """
    grid = np.geomspace(low, high, 41)
    while True:
        values = function(grid)
        crossings = np.flatnonzero(np.sign(values[:-1]) * np.sign(values[1:]) <= 0)
        if not len(crossings) or np.isnan(values).any():
            return math.nan
        low, high = grid[crossings[0]], grid[crossings[0] + 1]
        if high - low <= 1e-12 * high:
            return float(low if values[crossings[0]] == 0 else high)
        grid = np.linspace(low, high, 41)


def of_units(context: Context, computed: float, rounding: float) -> list[Note]:
    """The unit in which the printed number would agree, where the printed one is a slip."""
    claim, found = context.claim, []
    for other in others_like(claim.unit):
        # A digit of a larger unit is a larger step: 1.27 of 10⁴ mu stand for 12,650 to 12,750 mu.
        value, half = (convert(x, other.unit, claim.unit) for x in (claim.value, claim.rounding))
        if abs(value - computed) <= half + rounding:
            names = {"unit": Name("unit", other.unit), "printed": Name("unit", claim.unit)}
            found.append(Note("unit_were", **names))
    if claim.unit == "%" and abs(100 * claim.value - computed) <= 100 * claim.rounding + rounding:
        found.append(Note("unit_were", unit=Note("a_fraction"), printed=Name("unit", "%")))
    return found


def of_observed(context: Context) -> list[Note]:
    """What was left unobserved, where the document counts out a part of just that size."""
    counted = [item for item in context.inputs if known_items()[item].unit == "count"]
    counts = [context.value(item, context.year) for item in counted]
    gaps = {abs(a - b) for a in counts for b in counts if a != b}
    return [
        Note("left_out", part=c.thing, n=c.printed)
        for c in context.claims
        if c.kind == "count"
        and (c.entry, c.year) == (context.indicator, context.year)
        and c.part_of
        and c.value in gaps
    ]
