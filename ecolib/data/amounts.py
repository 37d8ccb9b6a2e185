"""A figure as people write it down for a program: a number, or a text with the unit it is in."""

from __future__ import annotations

import numpy as np

from ecolib.data.dictionary import Item, convert, units
from ecolib.data.parse import Quantity, Unreadable, parse_number, unit_meant
from ecolib.errors import DataError
from ecolib.texts import Amount, Name, Note, quoted


def read_figure(value: object, item: Item) -> float:
    """A figure of an item in the unit that it is kept in: 707100 for "70.71 万吨".

    Raises
    ------
    DataError
        When it is no finite number that the item can have; the message says how to write one.
    """
    number, why = _number(value, item.unit) if isinstance(value, str) else (value, "")
    real = isinstance(number, int | float | np.number) and not isinstance(number, bool)
    least = units()[item.unit].min
    if real and np.isfinite(number) and not (least is not None and number < least):
        return float(number)
    own = Name("unit", item.unit)
    told = {"item": Name("item", item.item), "unit": own, "example": Amount("12.5", item.unit)}
    raise DataError(Note("no_figure_of_item", value=quoted(str(value)), why=why, **told))


def _number(text: str, unit: str) -> tuple[float | None, Note | str]:
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
