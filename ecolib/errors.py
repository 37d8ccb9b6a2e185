"""What can go wrong, said in the user's language.

An error carries every problem found, not only the first, so that one round of mending is enough.
"""

from __future__ import annotations

import os
import reprlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache

from ecolib.texts import LANGS, Clause, Note, Words, spoken_here


class EcolibError(Exception):
    """Base of all errors of this library; `problems` lists everything that was found."""

    def __init__(self, problems: Note | Iterable[Note]):
        self.problems = (problems,) if isinstance(problems, Note) else tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return self.text(spoken_here())

    def text(self, lang: str) -> str:
        """All problems, a line each, in `lang` ("zh" or "en")."""
        return "\n".join(p.line(lang) for p in self.problems)

    def __reduce__(self):
        return type(self), (self.problems,)

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: what is wrong and what would be right, not where it was noticed."""
        return [f"{type(self).__name__}: {self}"]


class ParamsError(EcolibError):
    """A parameter file or an argument cannot be used."""


class DataError(EcolibError):
    """A data file cannot be read or does not fit the data dictionary."""


class StandardError(EcolibError):
    """A technical standard has no rule for what was asked."""


class RunError(EcolibError):
    """Notebooks could not be run, or their results could not be kept."""


@dataclass(frozen=True)
class Hint(Clause):
    """The clause "did you mean …?"; empty, and false, when nothing comes close.

    It is looked for when it is asked for: of 10⁵ wrong names only the first are ever worded.
    """

    name: str
    known: tuple[str, ...] = field(repr=False)
    #: What codes among them are called, where a sentence should not show the code.
    called: tuple[tuple[str, Words], ...] = field(default=(), repr=False)

    @property
    def nearest(self) -> str:
        """The nearest of the known names; "" when none comes close."""
        return _nearest(self.name, self.known)

    def __bool__(self) -> bool:
        return bool(self.nearest)

    def settled(self) -> Note | str:
        near = dict(self.called).get(self.nearest, self.nearest)
        return Note("did_you_mean", near=near) if self.nearest else ""


def hint(name: str, known: Iterable[str], called: tuple[tuple[str, Words], ...] = ()) -> Hint:
    """The clause that names the nearest of the known names, to be filled into a sentence."""
    return Hint(str(name), known if isinstance(known, tuple) else tuple(map(str, known)), called)


@lru_cache(maxsize=4096)  # the same mistake often stands in every row
def _nearest(name: str, known: tuple[str, ...]) -> str:
    plain = {text.casefold(): text for text in reversed(known)}
    # Of a Chinese word of two or three characters one wrong character is a typing error.
    cutoff = 0.5 if len(name) <= 3 and not name.isascii() else 0.6
    match = get_close_matches(name.casefold(), list(plain), n=1, cutoff=cutoff)
    if match:
        return plain[match[0]]
    whole = (text for folded, text in plain.items() if is_short_of(name.casefold(), folded))
    return min(whole, key=len, default="")


def is_short_of(short: str, text: str) -> bool:
    """Whether a Chinese short form leaves characters of a text out: 危废处置率, 危险废物利用处置率."""
    rest = iter(text)
    return len(short) > 2 and not short.isascii() and all(char in rest for char in short)


def check_kind(about: str, value: object, kind: str) -> None:
    """An argument is an object of a class, named so that no floor imports one above it.

    Raises
    ------
    ParamsError
    """
    if kind not in (one.__name__ for one in type(value).__mro__):
        found = f"{type(value).__name__} {' '.join(reprlib.repr(value).split())}"
        raise ParamsError(Note("wrong_kind", about=about, kind=kind, found=found))


def several(asked: object) -> list:
    """Those that were asked for; a text, or what cannot be gone through, is one."""
    try:
        return [asked] if isinstance(asked, str) else list(asked)
    except TypeError:
        return [asked]


def speak(lang: str) -> None:
    """From here on errors, and what objects show of themselves in a notebook, are in "zh" or "en".

    Without it they are in the language of the locale.

    Raises
    ------
    ParamsError
        For any other language.
    """
    os.environ["LANGUAGE"] = check_lang(lang)


def check_lang(lang: str) -> str:
    """The language itself, where it is one of those that all is said in.

    Raises
    ------
    ParamsError
        For a language that is not known, with the nearest one.
    """
    if not isinstance(lang, str) or lang not in LANGS:
        near, allowed = hint(lang, LANGS), ", ".join(LANGS)
        raise ParamsError(Note("not_a_choice", source=str(lang), allowed=allowed, hint=near))
    return lang
