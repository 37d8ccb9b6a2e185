"""Pairs of a Chinese and an English text, as the pages still hold them, and their language."""

from __future__ import annotations

from ecolib.errors import ParamsError, hint
from ecolib.texts import LANGS, Note

Pair = tuple[str, str]

#: How a page names its language in `<html lang>`.
HTML_LANGS = {"zh": "zh-CN", "en": "en"}
#: What an audit finds about a claim says itself by a mark as well.
FINDING_MARKS = {"contradicts": "≠", "cannot_check": "?", "agrees": "✓"}


def check_lang(lang: str) -> str:
    """The language itself, when pages exist in it.

    Raises
    ------
    ParamsError
        For a language that is not known, with the nearest one.
    """
    if lang not in LANGS:
        near, allowed = hint(lang, LANGS), ", ".join(LANGS)
        raise ParamsError(Note("not_a_choice", source=str(lang), allowed=allowed, hint=near))
    return lang


def pick(pair: Pair, lang: str) -> str:
    """The Chinese or the English text of a pair."""
    return pair[LANGS.index(check_lang(lang))]
