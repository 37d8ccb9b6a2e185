"""The catalogue: every indicator declared once, by the `indicator` decorator.

The function's name is the id, its module is the system, its argument names are the inputs. An
argument with a default may be left out by the county; all others are needed for the formula.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import NamedTuple

import pandas as pd

from ecolib.data import dictionary
from ecolib.errors import DataError, hint
from ecolib.indicators.targets import Parts, Target, described, requirements_of
from ecolib.texts import LANGS, Note, names_of, quoted, words

NOTEBOOKS = (
    "annual_series",
    "air_quality",
    "water_classes",
    "ecological_index",
    "area_change",
    "evidence",
    "survey",
)
#: For percentages that may lie outside 0 to 100: rises, falls, ratios to a baseline.
UNBOUNDED = (float("-inf"), float("inf"))
#: How a LaTeX formula names an item of the data dictionary.
ITEM = re.compile(r"\\item\{(\w+)\}")
#: Arguments that are neither an item nor a table.
CONTEXT = ("county", "years")


class Words(NamedTuple):
    """What an indicator is called and means, in one language; `formula` in words."""

    title: str
    definition: str
    formula: str


@dataclass(frozen=True)
class Indicator:
    """One indicator, or one part of a group (number "7a", parent "7").

    Attributes
    ----------
    needs, optional
        Inputs without and with a default: item codes, table names or "county".
    bounds
        Values outside contradict the definition (a share above 100 %).
    void_when
        Item whose zero means that there is nothing to judge (no black and odorous water body).
    """

    number: str
    zh: Words
    en: Words
    unit: str
    kind: str
    target: Target
    better: str
    owner: tuple[str, ...]
    notebook: str
    formula: Callable
    id: str
    system: str
    parent: str | None
    needs: tuple[str, ...]
    optional: tuple[str, ...]
    supports: tuple[str, ...]
    tex: str
    bounds: tuple[float, float] | None
    void_when: str | None
    standards: tuple[str, ...]

    @property
    def inputs(self) -> tuple[str, ...]:
        return self.needs + self.optional

    @property
    def is_group(self) -> bool:
        return isinstance(self.target, Parts)

    @property
    def sort_key(self) -> tuple[int, str]:
        digits = self.number.rstrip("abc")
        return int(digits), self.number[len(digits) :]

    def words(self, lang: str) -> Words:
        return self.zh if lang == "zh" else self.en

    def formula_tex(self, lang: str) -> str:
        r"""The formula as LaTeX, each `\item{code}` in it by its name in the language."""
        named = dictionary.items()
        return ITEM.sub(lambda m: rf"\text{{{getattr(named[m[1]], lang)}}}", self.tex)


_CATALOGUE: dict[str, Indicator] = {}


def indicator(
    number: str,
    *,
    zh: tuple[str, str, str],
    en: tuple[str, str, str],
    unit: str,
    kind: str,
    target: Target,
    better: str,
    owner: str | tuple[str, ...],
    notebook: str,
    supports: tuple[str, ...] = (),
    tex: str = "",
    bounds: tuple[float, float] | None = None,
    void_when: str | None = None,
    standards: tuple[str, ...] = (),
) -> Callable[[Callable], Callable]:
    """Declare the decorated formula as an indicator; everything is checked on import."""

    def declare(formula: Callable) -> Callable:
        signature = inspect.signature(formula).parameters.values()
        entry = Indicator(
            number=number,
            zh=Words(*zh),
            en=Words(*en),
            unit=unit,
            kind=kind,
            target=target,
            better=better,
            owner=(owner,) if isinstance(owner, str) else owner,
            notebook=notebook,
            formula=formula,
            id=formula.__name__,
            system=formula.__module__.rpartition(".")[2],
            parent=number[:-1] if number[-1].isalpha() else None,
            needs=tuple(p.name for p in signature if p.default is p.empty),
            optional=tuple(p.name for p in signature if p.default is not p.empty),
            supports=supports,
            tex=tex,
            bounds=bounds if bounds or unit != "%" else (0, 100),
            void_when=void_when,
            standards=standards,
        )
        problems = list(_mistakes(entry))
        if problems:
            raise DataError(problems)
        _CATALOGUE[entry.id] = entry
        return formula

    return declare


def _mistakes(entry: Indicator):
    closed = {
        "kind": (entry.kind, words("kind")),
        "system": (entry.system, words("system")),
        "notebook": (entry.notebook, NOTEBOOKS),
        "better": (entry.better, ("up", "down")),
        "unit": (entry.unit, dictionary.units()),
    }
    for owner in entry.owner + entry.supports:
        closed[f"owner {owner}"] = (owner, dictionary.owners())
    known = {
        **dictionary.items(),
        **dict.fromkeys(dictionary.table_names()),
        **dict.fromkeys(CONTEXT),
    }
    for name in (*entry.inputs, *filter(None, [entry.void_when]), *ITEM.findall(entry.tex)):
        closed[f"input {name}"] = (name, known)
    for what, (value, allowed) in closed.items():
        if value not in allowed:
            yield Note(
                "not_known", about=entry.id, what=what, shown=value, hint=hint(value, allowed)
            )
    for lang in LANGS:
        if not all(entry.words(lang)):
            yield Note("words_incomplete", about=entry.id, lang=lang)
    if entry.id in _CATALOGUE:
        yield Note("declared_twice", about=entry.id)


@cache
def indicators() -> Mapping[str, Indicator]:
    """Every indicator by id, in the order of the official list, parts after their group."""
    for system in words("system"):
        import_module(f"ecolib.indicators.{system}")
    return dict(sorted(_CATALOGUE.items(), key=lambda pair: pair[1].sort_key))


def find(name: str) -> Indicator:
    """The indicator with this id, number or name ("urban_sewage_rate", "27", "7a", "空气质量").

    A part of the Chinese name will do, where only one indicator has it.

    Raises
    ------
    DataError
        When there is none; the message names the nearest.
    """
    known, given = indicators(), str(name).strip()
    entry = known.get(given) or _by_name().get(given.casefold())
    if entry is not None:
        return entry
    titles = [i.zh.title for i in known.values() if given in i.zh.title and not given.isascii()]
    if len(titles) == 1:
        return _by_name()[titles[0].casefold()]
    nearest = hint(given, [*known, *(i.zh.title for i in known.values())])
    near = Note("did_you_mean", near=tuple(titles)) if titles else nearest
    raise DataError(Note("no_such_indicator", about=quoted(given), hint=near))


@cache
def _by_name() -> Mapping[str, Indicator]:
    """By number and by title in either language; a group goes before a part of the same title."""
    named = reversed(indicators().values())
    return {name.casefold(): i for i in named for name in (i.zh.title, i.en.title, i.number)}


def parts_of(entry: Indicator) -> tuple[Indicator, ...]:
    """The parts of a group, in order; empty for a plain indicator."""
    return tuple(i for i in indicators().values() if i.parent == entry.number and entry.is_group)


def top_level() -> tuple[Indicator, ...]:
    """The 35 indicators of the list, without the parts."""
    return tuple(i for i in indicators().values() if i.parent is None)


@cache
def known_items() -> Mapping[str, dictionary.Item]:
    """Every item code that may be submitted: the items, and each indicator's finished value."""
    finished = {
        i.id: dictionary.Item(
            item=i.id,
            zh=i.zh.title,
            en=i.en.title,
            unit=i.unit,
            owner=i.owner[0],
            across="min" if i.better == "up" else "max",
            definition_zh=i.zh.definition,
            definition_en=i.en.definition,
        )
        for i in indicators().values()
        if not i.is_group
    }
    return {**dictionary.items(), **finished}


@names_of("item")
def _item_name(item: str, lang: str) -> str:
    return getattr(known_items()[item], lang) if item in known_items() else item


@names_of("indicator")
def _indicator_name(indicator: str, lang: str) -> str:
    return find(indicator).words(lang).title


@names_of("requirement")
def _requirement_name(name: str, lang: str) -> str:
    """What a requirement is called; `name` is that of its indicator, a dot, and its key."""
    indicator, _, key = name.partition(".")
    return requirements_of(find(indicator).target)[key][LANGS.index(lang)]


@names_of("formula")
def _formula_words(indicator: str, lang: str) -> str:
    return find(indicator).words(lang).formula


@cache
def names() -> dictionary.Names:
    """What cells may name: items and indicators, by code or by their names in both languages.

    Where an item and the finished value of an indicator share a name, the item is meant.
    """
    named = [(i.id, i.zh.title, i.en.title) for i in indicators().values()]
    items = [(i.item, i.zh, i.en) for i in reversed(known_items().values())]
    return dictionary.Names(
        known_items(),
        indicators(),
        {title: code for code, *titles in items for title in titles},
        {title: code for code, *titles in named for title in titles},
        {i.number: i.id for i in indicators().values()},
    )


def catalogue() -> pd.DataFrame:
    """The catalogue as a table, one row an indicator or part."""
    return pd.DataFrame(
        {
            "number": i.number,
            "indicator": i.id,
            "name_zh": i.zh.title,
            "name_en": i.en.title,
            "system": i.system,
            "kind": i.kind,
            "unit": i.unit,
            "better": i.better,
            **{f"target_{lang}": described(i.target, i.id, i.unit).text(lang) for lang in LANGS},
            "owner": ";".join(i.owner),
            "inputs": ";".join(i.inputs),
            "notebook": i.notebook,
        }
        for i in indicators().values()
    )
