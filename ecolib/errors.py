"""What can go wrong, said in the user's language.

An error carries every problem found, not only the first, so that one round of mending is enough.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from ecolib.texts import Note


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where it stands and what would be right, in both languages."""

    where: str
    zh: str
    en: str

    def text(self, lang: str) -> str:
        return f"{self.where}: {self.zh if lang == 'zh' else self.en}"

    line = text


class EcolibError(Exception):
    """Base of all errors of this library; `problems` lists everything that was found."""

    def __init__(self, problems: Problem | Note | Iterable[Problem | Note]):
        one = isinstance(problems, Problem | Note)
        self.problems = (problems,) if one else tuple(problems)
        super().__init__("\n".join(p.line("en") for p in self.problems))

    def text(self, lang: str) -> str:
        """All problems, a line each, in `lang` ("zh" or "en")."""
        return "\n".join(p.line(lang) for p in self.problems)

    def __reduce__(self):
        return type(self), (self.problems,)


class ParamsError(EcolibError):
    """A parameter file or an argument cannot be used."""


class DataError(EcolibError):
    """A data file cannot be read or does not fit the data dictionary."""


class StandardError(EcolibError):
    """A technical standard has no rule for what was asked."""


class RunError(EcolibError):
    """Notebooks could not be run, or their results could not be kept."""


def near(name: str, known: Iterable[str]) -> tuple[str, str]:
    """A "did you mean" clause in Chinese and English; empty when nothing comes close."""
    found = _nearest(str(name), tuple(map(str, known)))
    return (f"，是否为“{found}”？", f"; did you mean '{found}'?") if found else ("", "")


def hint(name: str, known: Iterable[str]) -> Note | str:
    """The clause "did you mean …?", to be filled into a sentence; empty when nothing comes close."""
    found = _nearest(str(name), tuple(map(str, known)))
    return Note("did_you_mean", near=found) if found else ""


@lru_cache(maxsize=4096)  # the same mistake often stands in every row
def _nearest(name: str, known: tuple[str, ...]) -> str:
    plain = {text.casefold(): text for text in reversed(known)}
    # Of a Chinese word of two or three characters one wrong character is a typing error.
    cutoff = 0.5 if len(name) <= 3 and not name.isascii() else 0.6
    match = get_close_matches(name.casefold(), list(plain), n=1, cutoff=cutoff)
    return plain[match[0]] if match else ""
