"""The figures handed in, by item and year, and how a remark speaks of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from ecolib.data import Issue, Item, units
from ecolib.data.figures import printed_number
from ecolib.indicators.targets import amount


class Figure(NamedTuple):
    """One figure of an item and year in the kept unit, as printed in its own, and where it stands.

    `printed` is empty where figures by place were combined.
    """

    item: str
    year: int
    value: float
    half: float
    undated: bool
    printed: str
    unit: str
    file: str
    sheet: str
    cell: str

    @property
    def digits(self) -> int:
        """How many significant digits are printed; the zeros that end a whole number are none."""
        if not self.printed:
            return 0
        _, digits, exponent = printed_number(self.printed).as_tuple()
        shown = "".join(map(str, digits)).lstrip("0")
        return len(shown if int(exponent) < 0 else shown.rstrip("0"))


@dataclass(frozen=True)
class Figures:
    """Every figure by item and year, with the items they are of."""

    by_item: Mapping[str, Mapping[int, Figure]]
    items: Mapping[str, Item]

    @classmethod
    def of(cls, figures: pd.DataFrame, items: Mapping[str, Item]) -> Figures:
        by_item: dict[str, dict[int, Figure]] = {}
        for row in figures[list(Figure._fields)].itertuples(index=False, name=None):
            figure = Figure(*row)
            by_item.setdefault(figure.item, {})[figure.year] = figure
        return cls(by_item, items)

    def at(self, item: str, year: int) -> Figure | None:
        return self.by_item.get(item, {}).get(year)

    def all_at(self, items: tuple[str, ...], year: int) -> list[Figure]:
        """The figures of these items that there are for a year."""
        return [f for item in items if (f := self.at(item, year)) is not None]

    def years(self, items: tuple[str, ...]) -> list[int]:
        """Every year in which one of these items has a figure."""
        return sorted({year for item in items for year in self.by_item.get(item, {})})

    def dimension(self, item: str) -> str:
        return units()[self.items[item].unit].dimension

    def said(self, figure: Figure, lang: str) -> str:
        """`“危险废物产生量”67.517 万吨`, `'Hazardous waste generated' (67.517 10⁴ t)`."""
        item, amount = self.items[figure.item], self.amount(figure, lang)
        return f"“{item.zh}”{amount}" if lang == "zh" else f"'{item.en}' ({amount})"

    def amount(self, figure: Figure, lang: str) -> str:
        """The figure with its unit, as printed where it is."""
        if figure.printed:
            return f"{figure.printed} {getattr(units()[figure.unit], lang)}".rstrip()
        return amount(figure.value, self.items[figure.item].unit, lang)


def remark(figure: Figure, rule: str, severity: str, zh: str, en: str) -> Issue:
    """A remark placed to the cell of a figure."""
    place = (figure.file, figure.sheet, figure.cell)
    value = figure.printed or f"{figure.value:g}"
    return Issue(*place, figure.item, rule, severity, value, zh, en)
