"""The catalogue: the indicators of a list, and everything that cells and sentences may name.

Where no list is given, the default one is meant. A case has its own: `case.list`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from functools import cache

import pandas as pd

from ecolib.data import dictionary
from ecolib.data.params import DEFAULT_LIST
from ecolib.errors import DataError, hint, is_short_of
from ecolib.indicators.declaring import Indicator, declared, indicator
from ecolib.indicators.lists import IndicatorList, load_list
from ecolib.indicators.targets import described
from ecolib.texts import LANGS, Note, quoted
from ecolib.texts.sentences import names_of

#: Of many names that a part fits, so many are told.
NEAREST = 4

__all__ = ["Indicator", "catalogue", "declared", "find", "indicator"]


@cache
def default_list() -> IndicatorList:
    """The list that holds where nothing else is said, as this library carries it."""
    return load_list(DEFAULT_LIST)


def find(name: str) -> Indicator:
    """The indicator of the default list with this id, number or name; see `IndicatorList.find`."""
    return default_list().find(name)


@cache
def known_items() -> Mapping[str, dictionary.Item]:
    """Every item code that may be submitted: the items, and each indicator's finished value."""
    finished = {
        i.id: dictionary.Item(
            item=i.id,
            zh=i.zh.title,
            en=i.en.title,
            unit=i.unit,
            owner=i.asked_of or i.owner[0],
            across="min" if i.better == "up" else "max",
            definition_zh=i.zh.definition,
            definition_en=i.en.definition,
        )
        for i in declared().values()
        if i.inputs
    }
    return {**dictionary.items(), **finished}


def find_item(name: str) -> dictionary.Item:
    """The item of this code or name, in either language; a part of a name, in English of whole
    words, will do where only one item has it.

    Raises
    ------
    DataError
        When there is none; the message names the nearest.
    """
    known = known_items()
    given = str(name).replace("_", " ").strip().casefold()
    if (item := known.get(str(name).strip())) is not None:
        return item
    titles = {title: i for i in reversed(known.values()) for title in (i.zh, i.en)}
    part = re.compile(rf"(?<![a-z]){re.escape(given)}(?![a-z])")
    within = {title: i for title, i in titles.items() if given and part.search(title.casefold())}
    exact = {i.item: i for title, i in within.items() if title.casefold() == given}
    # Of an item and the finished value of an indicator that share a name, the item is meant.
    plain = {i.item: i for i in within.values() if i.item in dictionary.items()}
    alone = next((found for found in (exact, plain) if len(found) == 1), None)
    if alone:
        return next(iter(alone.values()))
    near = sorted({*within, *(t for t in titles if is_short_of(given, t.casefold()))}, key=len)
    several = Note("did_you_mean", near=tuple(near[:NEAREST]))
    near = several if near else hint(str(name), [*known, *titles])
    raise DataError(Note("no_such_item", name=quoted(str(name)), hint=near))


@names_of("item")
def _item_name(item: str, lang: str) -> str:
    return getattr(known_items()[item], lang) if item in known_items() else item


@names_of("indicator")
def _indicator_name(indicator: str, lang: str) -> str:
    return declared()[indicator].words(lang).title


@names_of("requirement")
def _requirement_name(name: str, lang: str) -> str:
    """What a requirement is called; `name` is that of its indicator, a dot, and its key."""
    indicator, _, key = name.partition(".")
    return declared()[indicator].requirements[key][LANGS.index(lang)]


@names_of("formula")
def _formula_words(indicator: str, lang: str) -> str:
    return declared()[indicator].words(lang).formula


def names(lists: Collection[IndicatorList] = ()) -> dictionary.Names:
    """What cells may name: items and indicators, by code or by their names in both languages.

    Where an item and the finished value of an indicator share a name, the item is meant. A number
    that is not that of the same indicator in all of the `lists` names none.
    """
    named = [(i.id, i.zh.title, i.en.title) for i in declared().values()]
    items = [(i.item, i.zh, i.en) for i in reversed(known_items().values())]
    numbered = {(i.number, i.id) for each in lists or [default_list()] for i in each.values()}
    meanings = Counter(number for number, _ in numbered)
    return dictionary.Names(
        known_items(),
        declared(),
        {title: code for code, *titles in items for title in titles},
        {title: code for code, *titles in named for title in titles},
        {number: name for number, name in numbered if meanings[number] == 1},
        requirement_titles={
            i.id: {title: key for key, titles in i.requirements.items() for title in titles}
            for i in declared().values()
        },
    )


def catalogue(within: IndicatorList | None = None) -> pd.DataFrame:
    """The indicators of a list as a table, one row an indicator or part."""
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
        for i in (within or default_list()).values()
    )
