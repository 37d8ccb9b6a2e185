"""What is measured in water: codes, names and units of items, as the standards have them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache, partial
from itertools import chain

import pandas as pd

from ecolib.standards import OPEN_END, by_edition, standard
from ecolib.texts.sentences import names_of, word, words

#: The tables that name what is measured in water; the first one to name an item is followed.
NAMED_IN = ("surface_water_items", "groundwater_items", "source_water")


@cache
def _names_now(*tables: str) -> Mapping[str, Mapping[str, str]]:
    """Names by language and code, of the newest editions."""
    names: dict[str, dict[str, str]] = {"zh": {}, "en": {}}
    for table in tables:
        rows = standard(table, on=OPEN_END)
        for lang, known in names.items():
            for code, said in zip(rows["item"], rows[lang], strict=True):
                known.setdefault(code, said)
    return names


@names_of("water_item")
def _item_name(item: str, lang: str) -> str:
    """What an item is called in surface water, else in groundwater or drinking sources."""
    if (name := _names_now(*NAMED_IN)[lang].get(item)) is not None:
        return name
    return word("also_measured", item, lang) if item in words("also_measured") else item


@names_of("groundwater_item")
def _groundwater_name(item: str, lang: str) -> str:
    return _names_now("groundwater_items")[lang].get(item, item)


@cache
def unit_of(code: str, standard_name: str = "surface_water") -> str:
    """The unit in which an item is judged by a standard; "" where none names it."""
    first = f"{standard_name}_items"
    for table in sorted(NAMED_IN, key=lambda name: name != first):
        rows = standard(table, on=OPEN_END)
        found = rows.loc[rows["item"] == code, "unit"]
        if len(found):
            return str(found.iloc[0])
    return ""


@cache
def _codes_by_name() -> Mapping[str, str]:
    """The code of an item by its names in either language, of every edition."""
    days = pd.Series(["2018-04-30", "2018-05-01"])  # the last and first day of two editions
    editions = [rows for table in NAMED_IN for _, rows in by_edition(table, days)]
    named = [zip(rows["item"], rows["zh"], rows["en"], strict=True) for rows in editions]
    named.append((code, said["zh"], said["en"]) for code, said in words("also_measured").items())
    found: dict[str, str] = {}
    for code, *said in chain.from_iterable(named):
        found |= {plain(name): found.get(plain(name), code) for name in said}
    return found | {plain(code): code for code in found.values()}


def every_name() -> list[str]:
    """Every code and name that an item goes by."""
    return list(_codes_by_name())


def code_of(name: str) -> str | None:
    """The code of an item, from its code or a name of the standards; None for an unknown one."""
    return _codes_by_name().get(plain(name))


names_of("control_level")(partial(word, "control_level"))
names_of("waters")(partial(word, "waters"))


@lru_cache(maxsize=4096)
def plain(name: object) -> str:
    """A name in one way of typing it, without the sign of a limit that standards print behind it."""
    return unicodedata.normalize("NFKC", str(name)).rstrip(" ≤≥").strip().casefold()
