"""What the items demand of each other by definition, and of a county by reason.

The rows stand in `at_most.csv`, `balances.csv` and `ceilings.csv`; whoever compares figures or printed claims
reads them from here, so that one list serves all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated

from pydantic import BeforeValidator

from ecolib.data.dictionary import Entry, rows_of
from ecolib.texts import names_of

Items = Annotated[tuple[str, ...], BeforeValidator(str.split)]


class AtMost(Entry):
    """The sum of `parts` of a year is at most the sum of `whole`, `lag` years earlier."""

    parts: Items
    whole: Items
    lag: int
    zh: str
    en: str

    @property
    def key(self) -> str:
        return f"{' + '.join(self.parts)} <= {' + '.join(self.whole)}"


class Balance(Entry):
    """`stock` = `stock` a year before + the sum of `inflow` - the sum of `outflow`."""

    stock: str
    inflow: Items
    outflow: Items
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


class Ceiling(Entry):
    """More of `item` than `per_km2` (in its kept unit) is hardly true of a county; and why."""

    item: str
    per_km2: float
    zh: str
    en: str


@cache
def ceilings() -> tuple[Ceiling, ...]:
    """Generous limits of a few items, each with its source or its reasoning."""
    return tuple(Ceiling(**row) for row in rows_of("ceilings.csv"))


@cache
def relations() -> Relations:
    """The relations that the definitions in `items.csv` support."""
    return Relations(
        tuple(AtMost(**row) for row in rows_of("at_most.csv")),
        tuple(Balance(**row) for row in rows_of("balances.csv")),
    )


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
