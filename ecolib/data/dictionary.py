"""Items, tables, units and owners as checked objects, read once from the files beside this one."""

from __future__ import annotations

import csv
from functools import cache, cached_property
from importlib.resources import files
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict

from ecolib.texts import names_of

ColumnType = Literal["text", "number", "year", "date", "time", "yesno", "item", "indicator", "unit"]


class Entry(BaseModel):
    """One row or file of the data dictionary; a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Unit(Entry):
    """A measuring unit; `factor` turns it into the base unit of its dimension.

    `min` is the least a figure in it can be: amounts and counts are not negative, changes may be.
    """

    unit: str
    dimension: str
    factor: float
    min: Annotated[float | None, BeforeValidator(lambda text: text or None)]
    zh: str
    en: str


class Owner(Entry):
    """A responsible bureau, by its usual name; a county's parameters may name it otherwise."""

    owner: str
    zh: str
    en: str


class Item(Entry):
    """One yearly statistic. `across` says how figures by place combine ('' = they do not)."""

    item: str
    zh: str
    en: str
    unit: str
    owner: str
    across: Literal["", "sum", "mean", "min", "max"]
    definition_zh: str
    definition_en: str


class Column(Entry):
    """One column of a table; `unit` is the unit its numbers are kept in.

    `allowed_zh` are the allowed values as people write them in Chinese, in the same order.
    """

    name: str
    zh: str
    en: str
    type: ColumnType
    required: bool = False
    allowed: tuple[str, ...] = ()
    allowed_zh: tuple[str, ...] = ()
    unit: str = ""
    min: float | None = None
    max: float | None = None

    def names(self) -> tuple[str, str, str]:
        return self.name, self.zh, self.en

    def choices(self, lang: str) -> dict[str, str]:
        """The allowed values as people choose them in a language, and what each is kept as."""
        shown = self.allowed_zh if lang == "zh" and self.allowed_zh else self.allowed
        return dict(zip(shown, self.allowed, strict=True))


class Words(Entry):
    zh: str
    en: str


class Table(Entry):
    """Rows of one kind: samples, areas, documents, claims, items."""

    name: str
    zh: str
    en: str
    owner: str
    about: Words
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def column(self, heading: str) -> Column | None:
        """The column with this heading in any of its names; blanks and case do not matter."""
        return self._by_heading.get(_bare(heading))

    @cached_property
    def _by_heading(self) -> dict[str, Column]:
        return {_bare(name): c for c in reversed(self.columns) for name in c.names()}


def _bare(heading: str) -> str:
    return "".join(heading.split()).casefold()


@cache
def units() -> dict[str, Unit]:
    return {row["unit"]: Unit(**row) for row in rows_of("units.csv")}


@cache
def owners() -> dict[str, Owner]:
    return {row["owner"]: Owner(**row) for row in rows_of("owners.csv")}


@cache
def items() -> dict[str, Item]:
    return {row["item"]: Item(**row) for row in rows_of("items.csv")}


@cache
def table_names() -> tuple[str, ...]:
    here = files(__package__).iterdir()
    return tuple(sorted(f.name[:-4] for f in here if f.name.endswith(".yml")))


@cache
def table(name: str) -> Table:
    text = (files(__package__) / f"{name}.yml").read_text(encoding="utf-8")
    return Table(name=name, **yaml.safe_load(text))


def convert(value, unit: str, to: str):
    """Turn `value` from one unit into another of the same dimension; None when they differ in kind."""
    if unit == to:
        return value
    source, target = units().get(unit), units().get(to)
    if source is None or target is None or source.dimension != target.dimension:
        return None
    return value * source.factor / target.factor


def rows_of(name: str) -> list[dict]:
    """The rows of a csv file of the data dictionary, by column."""
    with (files(__package__) / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@names_of("unit")
def unit_name(unit: str, lang: str) -> str:
    """The unit as people write it; an unknown one as it was submitted."""
    return getattr(units()[unit], lang) if unit in units() else unit


@names_of("owner")
def _owner_name(owner: str, lang: str) -> str:
    return getattr(owners()[owner], lang) if owner in owners() else owner


@names_of("table")
def _table_name(name: str, lang: str) -> str:
    return getattr(table(name), lang)
