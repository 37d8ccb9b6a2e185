"""How numbers are set for people: as fine as they tell something, on their side of a bound."""

from __future__ import annotations

import math

#: Decimals beyond which a number is binary noise, such as 4.1e-15 for 0.
SMALLEST = 9


def show(value: float, lang: str = "en", against: float | None = None) -> str:
    """A number for people: as printed when it is short, else to 2 decimals (4 below 1).

    Where it lies on one side of the bound `against`, so does what is shown: 84.996 beside 85 is not
    "85.00" (GB/T 8170-2008, 4.3.2: figures are held to a limit unrounded).
    """
    if math.isnan(value):
        return "—"
    if math.isinf(value):
        return "∞"
    decimals = _decimals(value) + (0 if against is None else _finer(value, against))
    shown = f"{value:{',' if lang == 'en' else ''}.{decimals}f}"
    printed = float(shown.replace(",", ""))
    if math.isclose(value, printed, rel_tol=1e-12, abs_tol=1e-12):
        shown = shown.rstrip("0").rstrip(".") if decimals else shown
    return minus(shown) if printed else shown.lstrip("-")


def minus(number: str) -> str:
    """A number with the sign that is set in print, U+2212."""
    return "−" + number[1:] if number[:1] == "-" else number


def _decimals(value: float) -> int:
    """Two; four below 1, or as many as show three digits of a small number."""
    size = abs(value)
    if size >= 1 or not size:
        return 2
    return min(SMALLEST, max(4, 2 - math.floor(math.log10(size))))


def _finer(value: float, bound: float) -> int:
    """How many more decimals keep a number, as shown, on its side of a bound, as shown."""
    if math.isinf(bound) or math.isclose(value, bound, rel_tol=1e-12, abs_tol=1e-12):
        return 0

    def shown(more: int) -> float:
        value_, bound_ = (round(x, _decimals(x) + more) for x in (value, bound))
        return value_ - bound_

    return next((more for more in range(SMALLEST) if shown(more) * (value - bound) > 0), SMALLEST)
