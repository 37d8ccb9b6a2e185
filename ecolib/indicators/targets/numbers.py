"""Numbers for people, and comparing them without tripping over binary noise."""

from __future__ import annotations

import math


def show(value: float) -> str:
    """A number for people: as printed when it is short, else to 2 decimals (4 below 1)."""
    if math.isnan(value):
        return "—"
    if math.isinf(value):
        return "∞"
    decimals = 4 if abs(value) < 1 else 2
    if not same(value, round(value, decimals)):
        return f"{value:,.{decimals}f}"
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".")


def amount(value: float, unit: str, lang: str) -> str:
    """A number with its unit, `98.9 %` or `12,670.95 亩`."""
    from ecolib.data import units

    name = getattr(units()[unit], lang) if unit in units() else unit
    return f"{show(value)} {name}".strip()


def same(a: float, b: float) -> bool:
    # Only to absorb binary noise such as 97.00000000000001; far finer than any printed decimal.
    return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)


def meets(value: float, sense: str, bound: float) -> bool:
    beyond = value > bound if sense == "at_least" else value < bound
    return beyond or same(value, bound)
