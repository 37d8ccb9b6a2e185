"""What a rule sees: one county-year, and the indicator or claim it is asked about.

Every rule is `rule(context)` and returns what it has to remark, or None. It asks the context alone.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from ecolib.checks.claims import Claim
from ecolib.checks.planned import Plan
from ecolib.data.dictionary import Unit, units
from ecolib.data.figures import significant_digits
from ecolib.data.params import Params
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.indicators.lists import IndicatorList
from ecolib.texts import Amount, Name, Note, Source, Words

Remarks = Iterator[Note]


class Figure(NamedTuple):
    """One figure as submitted, in the kept unit of its item, and the cell where it stands.

    `printed`, in `unit`, is the figure digit for digit; both are empty where figures by place were
    combined. `rounding` is half a unit of the last printed digit.
    """

    item: str
    year: int
    value: float
    rounding: float = 0.0
    printed: str = ""
    unit: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""

    @property
    def shown(self) -> Amount:
        """The figure with its unit, as printed where it is."""
        if self.printed:
            return Amount(self.printed, self.unit)
        return Amount(self.value, known_items()[self.item].unit)

    @property
    def said(self) -> Note:
        """`“危险废物产生量”67.517 万吨`, `'Hazardous waste generated' (67.517 10⁴ t)`."""
        return Note("figure", item=Name("item", self.item), amount=self.shown)

    @property
    def digits(self) -> int:
        """The significant digits printed; none where places were combined."""
        return significant_digits(self.printed) if self.printed else 0

    def remark(self, code: str, severity: str, **args: Any) -> Note:
        """A remark placed to the cell of the figure, with what stands there as `shown`."""
        return Note(
            code,
            severity=severity,
            about=self.item,
            source=Source(self.file, self.sheet, self.cell),
            shown=self.printed or f"{self.value:g}",
            **args,
        )


class Level(NamedTuple):
    """An item or indicator in one year, in its unit; NaN is what there is not.

    `value` is `computed` or else `reported`; `rounding` is half the last digit of what was submitted,
    of an item 0 where it is computed; `low` and `high` are the ends of what the value of an indicator
    may be where not everything was observed; of an item the basis only says that it bears no year.
    """

    value: float = math.nan
    computed: float = math.nan
    reported: float = math.nan
    rounding: float = math.nan
    low: float = math.nan
    high: float = math.nan
    coverage: float = math.nan
    basis: str = ""


class Judged(NamedTuple):
    """A verdict, the basis of its value, and the reason as an argument of a sentence."""

    status: str
    basis: str
    reason: Any


class Context(ABC):
    """A county-year with the indicator, the claim and all `claims` of the document, as far as a
    rule is asked about one; the indicator of a claim is its own.

    Whoever holds the data makes a dataclass of it. Series hold no year without a figure.
    """

    indicator: Indicator | None
    claim: Claim | None
    claims: tuple[Claim, ...]
    year: int
    params: Params
    #: The list that the county is judged by in the year.
    list: IndicatorList
    #: Figures assumed in place of those submitted, by item and year; NaN where there shall be none.
    assumed: Mapping[tuple[str, int], float]
    #: The plan of work, as submitted by the year.
    plan: Plan
    #: Every figure submitted, by item and year, both in order.
    figures: Mapping[str, Mapping[int, Figure]]

    # --- what is asked of the data

    @abstractmethod
    def at(self, year: int, by: int = 0) -> Context:
        """The same question in another year of the county, as submitted by then, or `by` later."""

    @abstractmethod
    def once(self, name: str, of: Hashable, work: Callable[[], Any]) -> Any:
        """What was worked out of the county-year under a name, of one thing."""

    @abstractmethod
    def monitored_inputs(self) -> list[str]:
        """The inputs of the indicator of which there are raw monitoring data, whatever they say."""

    @abstractmethod
    def monitored(self, item: str, year: int) -> tuple[float, float, float] | None:
        """What raw monitoring data give for an item: the least and the most that agrees with it, and
        the figure, NaN where they only leave a range; None where they say nothing."""

    @abstractmethod
    def finished(self) -> tuple[float, float]:
        """The ends of the finished value submitted for the indicator, NaN where there is none."""

    @abstractmethod
    def left_by_monitoring(self) -> tuple[float, float, float] | None:
        """The same of the indicator in a year of which raw monitoring data leave a range."""

    @abstractmethod
    def series(self, item: str) -> Mapping[int, Level]:
        """What counts of an item by year: assumed before monitored before submitted."""

    @abstractmethod
    def places(self, item: str) -> set[str]:
        """The places that the figures of the year speak of, "" for the whole county."""

    @abstractmethod
    def areas(self) -> Sequence[tuple[float, str]]:
        """The sites of the year: area in ha, and the unit it was submitted in."""

    @abstractmethod
    def history(self) -> Mapping[int, Level]:
        """The indicator by year, up to the year."""

    @abstractmethod
    def recomputed(self, year: int, figures: Sequence[tuple[str, int, float]]) -> np.ndarray:
        """What the formula gives for a year with one figure (item, year, value) in its place: an
        answer for each of the `figures`, NaN where it gives none."""

    @abstractmethod
    def years_used(self) -> tuple[int, ...]:
        """The years whose figures the formula looks at for the value of the year."""

    @abstractmethod
    def missing(self) -> tuple[Note, ...]:
        """What would have to be submitted to compute the value of the year, and by whom."""

    @abstractmethod
    def bound(self, since: int | None = None) -> tuple[str, float]:
        """The sign, ≥ or ≤, and the number that the target asks for in the year, as it follows from
        the years `since` one or from all; ("", NaN) where no number is asked."""

    @abstractmethod
    def judged(self) -> Judged:
        """The verdict of the year."""

    @abstractmethod
    def status_below(self, high: float) -> str:
        """The status by the target alone if the value could not be more than `high`."""

    # --- what follows from that

    def of(self, indicator: Indicator) -> Context:
        """The same county-year, asked about an indicator."""
        return replace(self, indicator=indicator)

    def about(self, claim: Claim) -> Context:
        """The county in the year of the claim, asked about it: as submitted by then, or with it."""
        return replace(self.at(claim.year, claim.submitted), indicator=claim.entry, claim=claim)

    def owner(self, unit: str) -> Words | Name:
        """A responsible unit as the county calls it."""
        own = self.params.owners.get(unit)
        return Words(own.zh, own.en) if own else Name("owner", unit)

    def figure(self, item: str, year: int) -> Figure | None:
        """The figure as submitted, or as assumed in its place."""
        assumed = self.assumed.get((item, year))
        if assumed is not None:
            return None if math.isnan(assumed) else Figure(item, year, assumed)
        return self.figures.get(item, {}).get(year)

    def values(self, item: str) -> dict[int, float]:
        return {year: known.value for year, known in self.series(item).items()}

    def value(self, item: str, year: int) -> float:
        """What counts of an item in a year; NaN where there is nothing."""
        known = self.series(item).get(year)
        return math.nan if known is None else known.value

    def shown(self, item: str, year: int) -> Amount:
        """A figure that counts with its unit, digit for digit as it was submitted where it was."""
        figure = self.figure(item, year)
        if figure is not None and figure.printed:
            return figure.shown
        return Amount(self.value(item, year), known_items()[item].unit)

    def only_place(self) -> str:
        """The one place that the inputs of the year speak of; empty where they speak of all."""
        places = set().union(*map(self.places, self.inputs))
        return places.pop() if len(places) == 1 else ""

    @property
    def inputs(self) -> list[str]:
        """The inputs of the indicator that are items."""
        return [name for name in self.indicator.inputs if name in known_items()]

    def level(self, year: int | None = None) -> Level:
        """The indicator in a year, by default the year of the context."""
        return self.history().get(year or self.year, Level())

    def levels(self) -> dict[int, float]:
        """The values of the indicator by year, as far as they are known."""
        known = self.history().items()
        return {year: level.value for year, level in known if not math.isnan(level.value)}

    def with_values(self, item: str, year: int, values: Sequence[float]) -> np.ndarray:
        """The value of the context's year with each of the values as the figure of an item."""
        return self.recomputed(self.year, [(item, year, value) for value in values])

    def rounding(self, year: int | None = None) -> float:
        """How far the level of a year can be off because figures carry few decimals.

        Half the last digit of a reported value. Of a computed one, to first order: each figure of
        the year, the one before and the base year is moved by half its last digit.
        """
        year = year or self.year
        level = self.level(year)
        if math.isnan(level.computed):
            return level.rounding
        years = (year - 1, year, self.params.county.base_year)
        moved = [
            (item, y, known.value + known.rounding)
            for item in self.inputs
            for y, known in self.series(item).items()
            if y in years and y <= self.year and known.rounding
        ]
        if not moved:
            return 0.0
        return float(np.nansum(np.abs(self.recomputed(year, moved) - level.computed)))


def chained(code: str, terms: Sequence[Note | Name]) -> Note | Name:
    """Several terms as one: the note `code` of the first as `one` and of all others as `other`."""
    first, *rest = terms
    return Note(code, one=first, other=chained(code, rest)) if rest else first


def others_like(unit: str) -> list[Unit]:
    """The other units of the dimension of one; none where it is not known."""
    own = units().get(unit)
    return [u for u in units().values() if own and u.dimension == own.dimension and u != own]


def dimension(item: str) -> str:
    """What kind of quantity an item is, "mass" or "share"."""
    return units()[known_items()[item].unit].dimension
