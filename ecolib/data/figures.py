"""From the rows of the items table to one figure an item and year.

Figures by place are combined as the data dictionary says; where a later folder restates a year, the
later figure counts and the difference is told.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from numbers import Real
from operator import itemgetter
from typing import Any

import numpy as np

from ecolib.data.dictionary import Item, convert, units
from ecolib.data.numbers import (
    MULTIPLES,
    Quantity,
    Unreadable,
    bound_of,
    figure_of,
    parse_number,
    unit_meant,
)
from ecolib.errors import DataError
from ecolib.grouping import grouped
from ecolib.texts import Amount, Name, Note, Source, quoted

Row = dict[str, Any]
#: A figure of these, printed in its plain unit, is exact.
COUNTED = ("count", "people", "households", "days")
_ACROSS = {"sum": sum, "mean": lambda v: sum(v) / len(v), "min": min, "max": max}


@dataclass(frozen=True)
class Figures:
    """The figures of one item, a row a year, the earliest first.

    Attributes
    ----------
    rows
        The row of the items table that each figure stands in, its `year` and `value` filled in,
        with `rounding` and `undated`. Where places were combined it is the first of them, and
        `printed` and `unit` are "".
    """

    rows: tuple[Row, ...]

    @cached_property
    def years(self) -> np.ndarray:
        return self._array("year", int)

    @cached_property
    def value(self) -> np.ndarray:
        """In the unit that the item is kept in."""
        return self._array("value", float)

    @cached_property
    def rounding(self) -> np.ndarray:
        """Half a unit of the last printed digit, in that unit; 0 for what was counted one by one."""
        return self._array("rounding", float)

    @cached_property
    def undated(self) -> np.ndarray:
        """Whether the figure bears no year and is taken to be of its folder's."""
        return self._array("undated", bool)

    def _array(self, name: str, kind: type) -> np.ndarray:
        array = np.array([row[name] for row in self.rows], dtype=kind)
        array.flags.writeable = False  # it is the same for whoever asks
        return array


#: Those of an item of which there are none.
NO_FIGURES = Figures(())


def dated(rows: Iterable[Mapping[str, Any]], items: Mapping[str, Item]) -> list[Row]:
    """The rows that hold a figure, each with its year, place, rounding and whether it is undated."""
    return [
        {
            **row,
            # What bears no year is taken as submitted for the year of its folder, and stays marked.
            "year": row["submitted"] if row["year"] is None else int(row["year"]),
            "undated": row["year"] is None,
            "place": row["place"] or "",
            "rounding": rounding(row["printed"], row["unit"], items[row["item"]].unit),
        }
        for row in rows
        if row["value"] is not None
    ]


def bounds(
    rows: Iterable[Mapping[str, Any]], items: Mapping[str, Item]
) -> dict[str, dict[int, tuple[float, float]]]:
    """By item and year the ends between which a figure lies that was written as a bound, in the unit
    of the item; what was submitted last counts, of one folder all that its bounds leave open."""
    found: dict[str, dict[int, tuple[float, float]]] = {}
    folder: dict[tuple[str, int], int] = {}
    for row in rows:
        ends = bound_of(row["printed"]) if row["value"] is None and row["printed"] else None
        if ends is not None and row["year"] is not None:
            unit = items[row["item"]].unit
            low, high = (convert(end, row["unit"], unit) for end in ends)
            if low is not None and high is not None:
                of, year = found.setdefault(row["item"], {}), int(row["year"])
                if year in of and folder[row["item"], year] == row["submitted"]:
                    low, high = min(low, of[year][0]), max(high, of[year][1])
                of[year] = low, high
                folder[row["item"], year] = row["submitted"]
    return found


def combined(
    rows: Iterable[Row],
    items: Mapping[str, Item],
    which: Callable[[Sequence[Row]], Row] = itemgetter(-1),
) -> tuple[dict[str, Figures], tuple[Note, ...]]:
    """The figures of each item, of rows as `dated` gives them, and what had to be said on the way.

    Of the rows of one figure the last counts; of those of one folder that differ, `which`.
    """
    # A figure that bears its year goes before one that is only taken to be of it, and of one folder
    # 89.6 before 90.
    order = sorted(
        rows, key=lambda r: (not r["undated"], r["submitted"], -r["rounding"], r["file"], r["row"])
    )
    said = grouped(((row["item"], row["year"], row["place"]), row) for row in order)
    notes = [_restated(said[key]) for key in sorted(said) if _differ(said[key])]
    last = [
        which([row for row in of if row["submitted"] == of[-1]["submitted"]])
        for of in said.values()
    ]
    places = sorted(grouped(((row["item"], row["year"]), row) for row in last).items())
    figures = grouped((item, _one_figure(of, items[item], notes)) for (item, _), of in places)
    known = {item: tuple(filter(None, found)) for item, found in figures.items()}
    return {item: Figures(found) for item, found in known.items() if found}, tuple(notes)


def _differ(rows: Sequence[Row]) -> bool:
    """Whether a figure was restated; units leave binary noise: 1.1 × 10⁴ t is 11000.000000000002 t."""
    first = rows[0]["value"]
    return any(abs(row["value"] - first) > 1e-12 * abs(first) for row in rows[1:])


def beyond(difference: float, rounding: float) -> bool:
    """Whether figures differ by more than their last digits leave open together.

    89.9 and 90.0 do: what is 89.95 is printed as one of them, not as both.
    """
    return abs(difference) > rounding * (1 - 1e-9)


def _restated(rows: Sequence[Row]) -> Note:
    """Later folders restate; of two files of one folder nobody knows which of them holds."""
    *earlier, last = rows
    apart = any(
        row["submitted"] == last["submitted"]
        and beyond(row["value"] - last["value"], row["rounding"] + last["rounding"])
        for row in earlier
    )
    code, severity = ("restated.apart", "error") if apart else ("restated.figure", "warning")
    units = {row["unit"] for row in rows}
    shown = (f"{r['printed']} {r['unit']}" if len(units) > 1 else r["printed"] for r in rows)
    return _note(code, severity, last, " → ".join(shown), year=last["year"])


def _one_figure(places: Sequence[Row], item: Item, notes: list[Note]) -> Row | None:
    """The figure for the whole county; None where its parts cannot be put together."""
    undated = all(row["undated"] for row in places)
    whole = [row for row in places if row["place"] == ""]
    parts = [row for row in places if row["place"]]
    first, shown = (parts or places)[0], tuple(row["place"] for row in parts)
    named = Name("item", item.item)
    if whole:
        more = sum(row["value"] for row in parts) - whole[-1]["value"]
        if item.across == "sum" and more > sum(row["rounding"] for row in (*parts, whole[-1])):
            said = {"item": named, "year": first["year"], "whole": whole[-1]["printed"]}
            notes.append(_note("places.exceed", "error", first, shown, **said))
        return whole[-1] | {"undated": undated}
    if not item.across:
        notes.append(_note("places.apart", "error", first, shown, item=named))
        return None
    across = Name("across", item.across)
    notes.append(_note("places.combined", "note", first, shown, item=named, across=across))
    value = _ACROSS[item.across]([row["value"] for row in places])
    within = (sum if item.across == "sum" else max)(row["rounding"] for row in places)
    together = {"value": value, "rounding": within, "undated": undated}
    return first | together | {"printed": "", "unit": ""}


def _note(code: str, severity: str, row: Row, shown: tuple[str, ...], **args: Any) -> Note:
    source = Source(row["file"], row["sheet"], row["cell"])
    return Note(code, severity=severity, about=row["item"], source=source, shown=shown, **args)


def printed_number(printed: str) -> Decimal:
    """A figure as printed, with all its digits: full-width forms, blanks, commas, units are read."""
    found = figure_of(printed)
    if found is None:
        raise ValueError(f"no figure: {printed!r}")
    number, unit = found
    return number.scaleb(MULTIPLES.get(unit, 0))


def half_digit(printed: str) -> float:
    """Half a unit of the last digit of a printed figure: 0.05 for "98.0", 0.5 for "100"."""
    return 0.5 * 10.0 ** int(printed_number(printed).as_tuple().exponent)


def significant_digits(printed: str) -> int:
    """How many significant digits are printed; the zeros that end a whole number are none."""
    _, digits, exponent = printed_number(printed).as_tuple()
    shown = "".join(map(str, digits)).lstrip("0")
    return len(shown if int(exponent) < 0 else shown.rstrip("0"))


def rounding(printed: str, unit: str, kept: str) -> float:
    """Half the last printed digit, in the kept unit; none for what was counted one by one."""
    if units()[unit].dimension in COUNTED and units()[unit].factor == 1:
        return 0.0
    return convert(half_digit(printed), unit, kept) or 0.0


# --- a figure as people write it down for a program ----------------------------------------------


def read_figure(value: object, item: Item) -> float:
    """A figure of an item in the unit that it is kept in: 707100 for "70.71 万吨".

    Raises
    ------
    DataError
        When it is no finite number that the item can have; the message says how to write one.
    """
    number, why = _as_number(value, item.unit) if isinstance(value, str) else (value, "")
    number = number.item() if isinstance(number, np.number) else number
    real = isinstance(number, Real) and not isinstance(number, bool)
    least = units()[item.unit].min
    if real and abs(number) <= sys.float_info.max and not (least is not None and number < least):
        return float(number)
    own = Name("unit", item.unit)
    told = {"item": Name("item", item.item), "unit": own, "example": Amount("12.5", item.unit)}
    raise DataError(Note("no_figure_of_item", value=quoted(str(value)), why=why, **told))


def _as_number(text: str, unit: str) -> tuple[float | None, Note | str]:
    """A text as a number in a unit; None, and why, where it is none."""
    try:
        number = parse_number(text)
    except Unreadable as unreadable:
        return None, Note("no_figure_because", why=unreadable.note)
    if not isinstance(number, Quantity):
        return number, ""
    meant = convert(float(number), unit_meant(number.unit, unit) or number.unit, unit)
    if meant is None:
        kind = Note("not_of_its_kind", unit=number.unit, own=Name("unit", unit))
        return None, Note("no_figure_because", why=kind)
    return float(f"{meant:.15g}"), ""  # 70.71 × 10⁴ leaves binary noise
