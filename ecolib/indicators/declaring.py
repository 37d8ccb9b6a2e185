"""What is measured: every indicator declared once, by the `indicator` decorator.

The function's name is the id, its module is the system, its argument names are the inputs. An
argument with a default may be left out by the county; all others are needed for the formula. Which
of them count, under which number and when they are met, a list says: see `ecolib.indicators.lists`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from string import ascii_lowercase
from typing import Any, NamedTuple

from ecolib.data import dictionary
from ecolib.errors import DataError, hint
from ecolib.indicators.targets import Parts, Target
from ecolib.texts import LANGS, Note, listed, name_of, small_table, spoken_here, text, words

NOTEBOOKS = (
    "annual_series", "air_quality", "water_classes", "ecological_index", "area_change",
    "evidence", "survey",
)  # fmt: skip
#: For percentages that may lie outside 0 to 100: rises, falls, ratios to a baseline.
UNBOUNDED = (float("-inf"), float("inf"))
#: How a LaTeX formula names an item of the data dictionary.
ITEM = re.compile(r"\\item\{(\w+)\}")
#: The formula of a share in % of two items, where no other is given.
SHARE = r"\frac{\item{%s}}{\item{%s}}\times 100\%%"
#: Arguments that are neither an item nor a table.
CONTEXT = ("county", "years")


class Words(NamedTuple):
    """What an indicator is called and means, in one language; `formula` in words."""

    title: str
    definition: str
    formula: str


@dataclass(frozen=True)
class Indicator:
    """One indicator, or one part of a group (number "7a").

    Attributes
    ----------
    number, kind, target, group
        What a list says of it, empty where none is asked; `group` is the id of what it is part of.
    needs, optional
        Inputs without and with a default: item codes, table names or "county".
    bounds
        Values outside contradict the definition (a share above 100 %).
    void_when
        Item whose zero means that there is nothing to judge (no black and odorous water body).
    asks, asked_of
        What a county is asked for, where that is not simply what the formula needs; who is asked for
        the finished value, where that is not the leading unit.
    """

    id: str
    system: str
    formula: Callable
    needs: tuple[str, ...]
    optional: tuple[str, ...]
    zh: Words
    en: Words
    unit: str
    owner: tuple[str, ...]
    bounds: tuple[float, float] | None
    better: str = "up"
    notebook: str = NOTEBOOKS[0]
    supports: tuple[str, ...] = ()
    tex: str = ""
    void_when: str | None = None
    asks: tuple[str, ...] = ()
    asked_of: str = ""
    #: What documents can prove, by key: in Chinese and English.
    requirements: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    #: Who has the document of a requirement, where that is not the leading unit.
    kept_by: Mapping[str, str] = field(default_factory=dict)
    number: str = ""
    kind: str = ""
    target: Target | None = None
    group: str | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        return self.needs + self.optional

    @property
    def asked(self) -> tuple[str, ...]:
        """What a county is asked for so that there is a value."""
        return self.asks or self.needs

    def keeper_of(self, requirement: str) -> str:
        """The unit that hands in the document of a requirement."""
        return self.kept_by.get(requirement, self.owner[0])

    @property
    def is_finished(self) -> bool:
        """Whether a county is given the finished value, a year late: only others can make it."""
        return self.asks == (self.id,)

    @property
    def is_group(self) -> bool:
        return isinstance(self.target, Parts)

    @property
    def sense(self) -> str:
        """What a bound of its value can be: "at_least" where more is better, else "at_most"."""
        return "at_least" if self.better == "up" else "at_most"

    @property
    def sort_key(self) -> tuple[int, str]:
        digits = self.number.rstrip(ascii_lowercase)
        return int(digits), self.number[len(digits) :]

    def words(self, lang: str) -> Words:
        return self.zh if lang == "zh" else self.en

    def __repr__(self) -> str:
        name, unit = self.words(spoken_here()).title, name_of("unit", self.unit, spoken_here())
        return text("shown.indicator", spoken_here(), number=self.number, name=name, unit=unit)

    def _repr_html_(self) -> str:
        lang = spoken_here()
        words = self.words(lang)
        rows = {
            "definition": words.definition,
            "formula": words.formula,
            "inputs": ", ".join(self.inputs),
            "owner": listed((name_of("owner", owner, lang) for owner in self.owner), lang),
        }
        return small_table(repr(self), rows, lang)

    def formula_tex(self, lang: str) -> str:
        r"""The formula as LaTeX, each `\item{code}` in it by its name in the language."""
        named = dictionary.items()
        return ITEM.sub(lambda m: rf"\text{{{getattr(named[m[1]], lang)}}}", self.tex)


_CATALOGUE: dict[str, Indicator] = {}


def indicator(
    *,
    zh: tuple[str, str, str],
    en: tuple[str, str, str],
    unit: str,
    owner: str | tuple[str, ...],
    bounds: tuple[float, float] | None = None,
    tex: str = "",
    **more: Any,
) -> Callable[[Callable], Callable]:
    """Declare the decorated formula as an indicator; everything is checked on import.

    `zh` and `en` are its `Words`; `more` are other fields of an `Indicator`. A share in % lies within
    0 and 100 where no other `bounds` are given; of two items it is the first of the second where no
    other `tex` is.
    """

    def declare(formula: Callable) -> Callable:
        signature = inspect.signature(formula).parameters.values()
        needs = tuple(p.name for p in signature if p.default is p.empty)
        is_share = unit == "%" and len(signature) == len(needs) == 2
        entry = Indicator(
            id=formula.__name__,
            system=formula.__module__.rpartition(".")[2],
            formula=formula,
            needs=needs,
            optional=tuple(p.name for p in signature if p.default is not p.empty),
            zh=Words(*zh),
            en=Words(*en),
            unit=unit,
            owner=(owner,) if isinstance(owner, str) else owner,
            bounds=bounds if bounds or unit != "%" else (0, 100),
            tex=tex or (SHARE % needs if is_share else ""),
            **more,
        )
        problems = list(_mistakes(entry))
        if problems:
            raise DataError(problems)
        _CATALOGUE[entry.id] = entry
        return formula

    return declare


def _mistakes(entry: Indicator):
    closed = {
        "system": (entry.system, words("system")),
        "notebook": (entry.notebook, NOTEBOOKS),
        "better": (entry.better, ("up", "down")),
        "unit": (entry.unit, dictionary.units()),
    }
    owners = (*entry.owner, *entry.supports, entry.asked_of, *entry.kept_by.values())
    closed |= {f"owner {owner}": (owner, dictionary.owners()) for owner in filter(None, owners)}
    known = (*dictionary.items(), *dictionary.table_names(), *CONTEXT)
    inputs = (*entry.inputs, entry.void_when, *ITEM.findall(entry.tex))
    closed |= {f"input {name}": (name, known) for name in filter(None, inputs)}
    for what, (value, allowed) in closed.items():
        if value not in allowed:
            yield Note(
                "not_known", about=entry.id, what=what, shown=value, hint=hint(value, allowed)
            )
    for name in set(entry.inputs) & set(dictionary.table_names()):
        if "year" not in dictionary.table(name).by_name:
            yield Note("table_without_year", about=entry.id, table=name)
    for lang in LANGS:
        if not all(entry.words(lang)):
            yield Note("words_incomplete", about=entry.id, lang=lang)
    if entry.id in _CATALOGUE:
        yield Note("declared_twice", about=entry.id)


@cache
def declared() -> Mapping[str, Indicator]:
    """Every indicator by id, in the order of the systems and of their declaration."""
    for system in words("system"):
        import_module(f"ecolib.indicators.{system}")
    order = list(words("system"))
    return dict(sorted(_CATALOGUE.items(), key=lambda pair: order.index(pair[1].system)))
