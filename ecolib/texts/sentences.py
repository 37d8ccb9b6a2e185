"""Every sentence, label and name, in Chinese and English side by side.

The sentences stand in the `.yml` files beside this one, an area each; a code is known once in all of
them. `words.yml` holds the closed sets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


def word(kind: str, name: str, lang: str) -> str:
    """One word of a closed set, as `word("status", "met", "zh")` gives 达标."""
    return words(kind)[name][lang]


def words(kind: str) -> Mapping[str, Mapping[str, str]]:
    """A closed set: name -> language -> word, in the order in which a reader should look."""
    return area("words.yml")[kind]


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every sentence: code -> language -> text."""
    found: dict[str, Mapping[str, str]] = {}
    for name in areas():
        entries = area(name)
        if twice := found.keys() & entries.keys():
            raise KeyError(f"{name}: codes that another area has: {sorted(twice)}")
        found |= entries
    return found


@cache
def area(name: str) -> Mapping[str, Any]:
    """One file of the catalogue, for who needs no others and is in a hurry."""
    source = (files(__package__) / name).read_text(encoding="utf-8")
    return yaml.load(source, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}


def warm_up() -> None:
    """Read everything; the files are parsed once and for all."""
    catalogue(), area("words.yml")


def areas() -> list[str]:
    """The files of the catalogue; `words.yml` holds the closed sets instead."""
    here = (file.name for file in files(__package__).iterdir())
    return sorted(name for name in here if name.endswith(".yml") and name != "words.yml")


# What things are called is known on upper floors, which tell it here when they are imported.
_NAMES: dict[str, Callable[[str, str], str]] = {}


def names_of(kind: str) -> Callable[[Callable[[str, str], str]], Callable[[str, str], str]]:
    """Register the decorated function of a code and a language as what `Name(kind, …)` says."""

    def register(function: Callable[[str, str], str]) -> Callable[[str, str], str]:
        _NAMES[kind] = function
        return function

    return register


def name_of(kind: str, code: str, lang: str) -> str:
    """What a thing is called in a language; a member of a closed set by its word."""
    return _NAMES[kind](code, lang) if kind in _NAMES else words(kind)[code][lang]
