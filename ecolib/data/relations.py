"""What the items demand of each other by definition, and of a county by reason.

The rows stand in `at_most.csv`, `balances.csv` and `ceilings.csv`; whoever compares figures or printed claims
reads them from here, so that one list serves all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ecolib.data.dictionary import rows_of
from ecolib.texts import names_of


@dataclass(frozen=True)
class AtMost:
    """The sum of `parts` of a year is at most the sum of `whole`, `lag` years earlier."""

    parts: tuple[str, ...]
    whole: tuple[str, ...]
    lag: int
    zh: str
    en: str

    @property
    def key(self) -> str:
        return f"{' + '.join(self.parts)} <= {' + '.join(self.whole)}"


@dataclass(frozen=True)
class Balance:
    """`stock` = `stock` a year before + the sum of `inflow` - the sum of `outflow`."""

    stock: str
    inflow: tuple[str, ...]
    outflow: tuple[str, ...]
    zh: str
    en: str

    @property
    def key(self) -> str:
        return self.stock


@dataclass(frozen=True)
class Relations:
    """Every relation between items; amounts are compared in a common unit."""

    at_most: tuple[AtMost, ...]
    balances: tuple[Balance, ...]


@dataclass(frozen=True)
class Ceiling:
    """More of `item` than `per_km2` (in its kept unit) is hardly true of a county; and why."""

    item: str
    per_km2: float
    zh: str
    en: str


@cache
def ceilings() -> tuple[Ceiling, ...]:
    """Generous limits of a few items, each with its source or its reasoning."""
    rows = rows_of("ceilings.csv")
    return tuple(Ceiling(**row | {"per_km2": float(row["per_km2"])}) for row in rows)


@cache
def relations() -> Relations:
    """The relations that the definitions in `items.csv` support."""
    at_most = [_split(row, "parts", "whole") for row in rows_of("at_most.csv")]
    return Relations(
        tuple(AtMost(**row | {"lag": int(row["lag"])}) for row in at_most),
        tuple(Balance(**_split(row, "inflow", "outflow")) for row in rows_of("balances.csv")),
    )


def _split(row: dict, *names: str) -> dict:
    return row | {name: tuple(row[name].split()) for name in names}


@cache
def _by_key() -> dict[str, AtMost | Balance]:
    return {r.key: r for r in (*relations().at_most, *relations().balances)}


@names_of("relation")
def _relation_words(key: str, lang: str) -> str:
    return getattr(_by_key()[key], lang)


@names_of("definition")
def _relation_goes_on(key: str, lang: str) -> str:
    """The same words as they go on after a colon; EIA and EI stay as they are."""
    words = getattr(_by_key()[key], lang)
    return words if words[1:2].isupper() else words[0].lower() + words[1:]


@names_of("ceiling")
def _ceiling_words(item: str, lang: str) -> str:
    return next(getattr(c, lang) for c in ceilings() if c.item == item)
