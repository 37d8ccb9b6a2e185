"""The data dictionary: items, tables, units and owners, and what the items demand of each other.

A table is a file in `tables/`; the rest are the csv files beside this one. Relations of items are
read from here by whoever compares figures or printed claims, so that one list serves all.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, TypeVar, get_type_hints
from unicodedata import normalize

import yaml

from ecolib.texts import Words
from ecolib.texts.sentences import names_of
from ecolib.units import key, measured


@dataclass(frozen=True)
class Unit:
    """A unit of figures; `factor` turns it into the base unit of its dimension; of concentrations that
    stands in `ecolib.units`.

    `min` is the least a figure in it can be: amounts and counts are not negative, changes may be.
    `also` are other ways of writing it.
    """

    unit: str
    dimension: str
    factor: float
    min: float | None
    zh: str
    en: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Owner:
    """A responsible bureau, by its usual name; a county's parameters may name it otherwise.

    `also` are other names it goes by, those before a reform among them.
    """

    owner: str
    zh: str
    en: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """One yearly statistic.

    `across` says how figures by place combine: "sum", "mean", "min", "max", or "" where they do not.
    """

    item: str
    zh: str
    en: str
    unit: str
    owner: str
    across: str
    definition_zh: str
    definition_en: str


@dataclass(frozen=True)
class Column:
    """One column of a table; `unit` is the unit its numbers are kept in.

    `type` is "text", "number", "year", "date", "time", "yesno", "item", "indicator", "unit", several
    "indicators" or "owners", or a text that a standard reads: "substance" by its name, "result" of
    a laboratory, "answer" to a question, type or subtype of "land".
    No row is without what is `required`, nor, `unless` that other column is filled, without this one.
    `allowed_zh` are the allowed values as people write them in Chinese, in the same order.
    Of a date with `month: enough` the method needs no more, with `month: meant` it is a month; a
    time with `whole: hour` is a full hour. A date with `term: begin` or `term: end` may be a month or a
    longer time, of which the first or the last day counts.
    `classes` marks numbers that may be written as classes, `Ⅱ类`.
    Of a column of measurements half or more are at least `usual`; `within` is the column of what
    it is a part of, or a mean within, and never larger for long.
    Names in a column with `sums` are of parts of the county; a sum or mean of them is none of these.
    Before the day `since` no edition is known of the standard that judges the rows.
    `was` is a heading of ours that it had before, and is read as well.
    What is not `judged` is looked at by no verdict, so that a remark on it lowers nothing.
    """

    name: str
    zh: str
    en: str
    type: str
    required: bool = False
    unless: str = ""
    allowed: tuple[str, ...] = ()
    allowed_zh: tuple[str, ...] = ()
    unit: str = ""
    min: float | None = None
    max: float | None = None
    month: str = ""
    term: str = ""
    whole: str = ""
    classes: bool = False
    usual: float | None = None
    within: str = ""
    since: date | None = None
    sums: bool = False
    was: str = ""
    judged: bool = True

    @property
    def is_judged(self) -> bool:
        """Whether a verdict may look at it; at where a row comes from, and at remarks, none does."""
        return self.judged and self.name not in ("position", "note")

    def names(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.name, self.zh, self.en, self.was)))

    def choices(self, lang: str) -> dict[str, str]:
        """The allowed values as people choose them in a language, and what each is kept as."""
        shown = self.allowed_zh if lang == "zh" and self.allowed_zh else self.allowed
        return dict(zip(shown, self.allowed, strict=True))


@dataclass(frozen=True)
class Table:
    """Rows of one kind: samples, areas, documents, claims, items.

    `register` is the table that lists, year by year, the places that its rows may speak of, under
    the same name as the first column of its key. `subject` is the column that says which indicators
    a row is for, in tables that serve several. `counted` rows may say the same and yet be two.
    """

    name: str
    zh: str
    en: str
    owner: str
    about: Words
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    register: str = ""
    subject: str = ""
    counted: bool = False

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """All that its columns may be called, for near matches."""
        return tuple(name for column in self.columns for name in column.names())

    @cached_property
    def required(self) -> frozenset[str]:
        """The columns that no row can do without."""
        return frozenset(column.name for column in self.columns if column.required)

    @cached_property
    def needed(self) -> frozenset[str]:
        """The columns that the table as a whole cannot do without: a figure is what it is there for."""
        return self.required | ({self.figure.name} if self.figure else set())

    def column(self, heading: str) -> Column | None:
        """The column with this heading in any of its names; blanks and case do not matter."""
        return self._by_heading.get(_bare(heading))

    def exactly(self, heading: str) -> Column | None:
        """The column with this heading as it is written in our own lists."""
        return self._by_name.get(heading)

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {name: c for c in reversed(self.columns) for name in c.names()}

    @cached_property
    def _by_heading(self) -> dict[str, Column]:
        return {_bare(name): c for c in reversed(self.columns) for name in c.names()}

    def first(self, kind: str) -> Column | None:
        """The first column of a type."""
        return next((column for column in self.columns if column.type == kind), None)

    @cached_property
    def figure(self) -> Column | None:
        """The number that the table keeps in a unit of its own, where it has a unit column."""
        return self.first("number") if self.first("unit") else None


def _bare(heading: str) -> str:
    return "".join(heading.split()).casefold()


#: The tables of the plan of work, of which the rows but those of the last three have codes.
PLAN = (
    "programmes", "projects", "tasks", "goals", "milestones", "duties", "members", "progress",
)  # fmt: skip
#: What cells name besides units.
KINDS = ("item", "indicator")


@dataclass(frozen=True)
class Names:
    """What cells may name: items and indicators, by their codes or by the titles that people write.

    Where no items or no indicators are given, any name is taken.
    """

    items: Mapping[str, Item]
    indicators: Collection[str]
    item_titles: Mapping[str, str] = field(default_factory=dict)
    indicator_titles: Mapping[str, str] = field(default_factory=dict)
    #: The indicators by their number, as parameters may name them.
    numbers: Mapping[str, str] = field(default_factory=dict)
    #: The units by the names that the county gives them.
    owner_titles: Mapping[str, str] = field(default_factory=dict)
    #: By indicator, its requirements by the titles that people write.
    requirement_titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: The names of the county, without blanks.
    county: Collection[str] = ()

    def of(self, kind: str) -> tuple[Collection[str], Mapping[str, str]]:
        """The codes of a kind, "item" or "indicator", and the codes by title."""
        if kind == "item":
            return self.items, self.item_titles
        return self.indicators, self.indicator_titles

    @cached_property
    def known(self) -> Mapping[str, tuple[str, ...]]:
        """By kind the codes and the titles, for near matches."""
        return {kind: (*codes, *titles) for kind in KINDS for codes, titles in [self.of(kind)]}

    @cached_property
    def plain(self) -> Mapping[str, Mapping[str, str]]:
        """By kind the codes by title, however the characters of that are typed."""
        return {
            kind: {_bare(normalize("NFKC", t)): code for t, code in self.of(kind)[1].items()}
            for kind in KINDS
        }

    def unit_of(self, item: str) -> str | None:
        """The unit an item is kept in; None for an unknown one."""
        return self.items[item].unit if item in self.items else None


Kind = TypeVar("Kind")
#: How the cells of the csv files are read, by the type of the field; several texts stand between `|`.
_READ: dict[Any, Callable[[str], Any]] = {
    str: str, int: int, date: date.fromisoformat, float: lambda cell: float(cell or 0),
    float | None: lambda cell: float(cell) if cell else None,
    tuple[str, ...]: lambda cell: tuple(filter(None, cell.split("|"))),
}  # fmt: skip


def _all_of(kind: type[Kind], name: str) -> list[Kind]:
    """The things of a kind that a csv file lists, a column a field."""
    read = {field: _READ[type_] for field, type_ in get_type_hints(kind).items()}
    rows = rows_of(name)
    return [kind(**{field: read[field](cell) for field, cell in row.items()}) for row in rows]


@cache
def units() -> dict[str, Unit]:
    every = _all_of(Unit, "units.csv")
    known = ((u, u.factor or float(measured()[key(u.unit)].factor)) for u in every)
    return {u.unit: replace(u, factor=factor) for u, factor in known}


@cache
def owners() -> dict[str, Owner]:
    return {owner.owner: owner for owner in _all_of(Owner, "owners.csv")}


@cache
def owner_names() -> dict[str, str]:
    """The units by all their names; of two units with one name the first is meant."""
    every = list(owners().values())
    return {name: o.owner for o in reversed(every) for name in (*o.also, o.en, o.zh, o.owner)}


@cache
def items() -> dict[str, Item]:
    return {item.item: item for item in _all_of(Item, "items.csv")}


@cache
def table_names() -> tuple[str, ...]:
    folder = files(__package__) / "tables"
    return tuple(sorted(f.name[:-4] for f in folder.iterdir() if f.name.endswith(".yml")))


@cache
def table_codes() -> dict[str, str]:
    """The tables by their codes."""
    return {name: name for name in table_names()}


@cache
def table_titles() -> dict[str, str]:
    """The tables by their codes and Chinese titles."""
    return {title: name for name in table_names() for title in (name, table(name).zh)}


@cache
def table(name: str) -> Table:
    data = parsed(f"tables/{name}.yml")
    lists = ("allowed", "allowed_zh")
    columns = [
        Column(**column | {name: tuple(column[name]) for name in lists if name in column})
        for column in data["columns"]
    ]
    parts = {"about": Words(**data["about"]), "columns": tuple(columns), "key": tuple(data["key"])}
    return Table(name=name, **data | parts)


def convert(value, unit: str, to: str):
    """Turn `value` from one unit into another of the same dimension; None when they differ in kind."""
    if unit == to:
        return value
    source, target = units().get(unit), units().get(to)
    if source is None or target is None or source.dimension != target.dimension:
        return None
    return value * source.factor / target.factor


@cache
def parsed(name: str) -> dict[str, Any]:
    """What a yml file of the data dictionary holds; not to be changed."""
    source = (files(__package__) / name).read_text(encoding="utf-8")
    return yaml.load(source, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a csv file of the data dictionary, by column."""
    with (files(__package__) / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@names_of("unit")
def unit_name(unit: str, lang: str) -> str:
    """The unit as people write it; one that a plan writes in Chinese keeps its word there (座, 处)
    and is put into English; an unknown one stands as it was submitted."""
    if unit in units():
        return getattr(units()[unit], lang)
    named = (u.en for u in units().values() if lang == "en" and unit in (u.zh, *u.also))
    return next(named, unit)


@names_of("owner")
def _owner_name(owner: str, lang: str) -> str:
    return getattr(owners()[owner], lang) if owner in owners() else owner


@names_of("table")
def _table_name(name: str, lang: str) -> str:
    return getattr(table(name), lang)


@names_of("column")
def column_heading(column: str, lang: str) -> str:
    """The heading of a column named as `items.value`; any other text as it is."""
    name, _, code = column.partition(".")
    if name in table_names() and code in table(name).by_name:
        return getattr(table(name).by_name[code], lang)
    return column


# --- what items demand of each other by definition, and of a county by reason ---------------------


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


@dataclass(frozen=True)
class Issuer:
    """An authority whose name ends in `name` was gone after the day `until`, at the latest; what
    took its place, the source, and how sure that is ("high", "medium", "low")."""

    name: str
    until: date
    successor: str
    source: str
    confidence: str


@cache
def issuers() -> tuple[Issuer, ...]:
    """Authorities that a reform dissolved, by the last day that the reform left them."""
    return tuple(_all_of(Issuer, "issuers.csv"))


@cache
def ceilings() -> tuple[Ceiling, ...]:
    """Generous limits of a few items, each with its source or its reasoning."""
    return tuple(_all_of(Ceiling, "ceilings.csv"))


@cache
def relations() -> Relations:
    """The relations that the definitions in `items.csv` support."""
    found = _all_of(AtMost, "at_most.csv"), _all_of(Balance, "balances.csv")
    return Relations(*map(tuple, found))


@cache
def _by_key() -> dict[str, AtMost | Balance]:
    return {r.key: r for r in (*relations().at_most, *relations().balances)}


@names_of("relation")
def _relation_words(key: str, lang: str) -> str:
    return getattr(_by_key()[key], lang)


@names_of("definition")
def _relation_goes_on(key: str, lang: str) -> str:
    """The same words as they go on after a colon; EIA, EI and Ⅲ stay as they are."""
    words = getattr(_by_key()[key], lang)
    return words if words[1:2].isupper() or not words[0].isascii() else words[0].lower() + words[1:]


@names_of("ceiling")
def _ceiling_words(item: str, lang: str) -> str:
    return next(getattr(c, lang) for c in ceilings() if c.item == item)
