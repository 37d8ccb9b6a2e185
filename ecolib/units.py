"""Units of measurements, as laboratories and stations write them: one table for all who read them.

`units.csv` beside this file has a row a unit: what it measures (several kinds where its name is
shared), its factor to the base unit of that, and names that `key` does not make alike by itself.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files

#: Words and signs of units with what they stand for, in the order in which they are replaced.
_WORDS = (
    ("毫克", "mg"), ("微克", "ug"), ("纳克", "ng"), ("毫升", "ml"), ("立方米", "m3"), ("贝克", "bq"),
    ("克", "g"), ("升", "l"), ("每", "/"), ("μ", "u"), ("⁻", "-"), ("−", "-"), ("·l-1", "/l"),
    ("·m-3", "/m3"), ("°c", "degc"),
)  # fmt: skip
#: What is counted goes without saying: individuals, most probable number, colonies.
_COUNTED = re.compile(r"^(?:个|mpn|cfu)(?=/)")


@dataclass(frozen=True)
class Unit:
    """A unit; `factor` turns a number in it into the base unit of each of its `dimensions`."""

    unit: str
    dimensions: frozenset[str]
    factor: Decimal

    def to(self, other: Unit) -> Decimal | None:
        """What a number is multiplied by to be in another unit; None where they differ in kind."""
        alike = self.dimensions & other.dimensions
        return (self.factor / other.factor).normalize() if alike else None


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """A unit in one way of writing it: 毫克/升, mg·L⁻¹ and ( mg/L ) are the same."""
    plain = unicodedata.normalize("NFKC", text).strip(" ()").casefold()
    plain = "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Cf")
    for written, meant in _WORDS:
        plain = plain.replace(written, meant)
    return _COUNTED.sub("1", plain)


@cache
def measured() -> dict[str, Unit]:
    """The units of the table by `key` of every name."""
    found: dict[str, Unit] = {}
    with (files(__package__) / "units.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kinds = frozenset(row["dimension"].split("|"))
            unit = Unit(row["unit"], kinds, Decimal(row["factor"]))
            for name in filter(None, (row["unit"], *row["names"].split("|"))):
                found.setdefault(key(name), unit)
    return found


@cache
def factor(unit: str, to: str) -> float | None:
    """What a number in one unit is multiplied by to be in another, both as people write them; None
    where the two are of another kind, or one is not known."""
    if key(unit) == key(to):
        return 1.0
    source, target = measured().get(key(unit)), measured().get(key(to))
    by = None if source is None or target is None else source.to(target)
    return None if by is None else float(by)


def of_kind(unit: str) -> tuple[str, ...]:
    """Every unit of the table that a number in this one can be turned into."""
    own = measured().get(key(unit))
    all_ = dict.fromkeys(measured().values())
    return tuple(u.unit for u in all_ if own is not None and u.to(own)) or (unit,)
