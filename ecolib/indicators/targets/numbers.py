"""Comparing numbers without tripping over binary noise."""

from __future__ import annotations

import math

from ecolib.texts import amount, show

__all__ = ["amount", "meets", "same", "show"]


def same(a: float, b: float) -> bool:
    # Only to absorb binary noise such as 97.00000000000001; far finer than any printed decimal.
    return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)


def meets(value: float, sense: str, bound: float) -> bool:
    beyond = value > bound if sense == "at_least" else value < bound
    return beyond or same(value, bound)
