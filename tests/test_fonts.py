"""Every character that a figure can print has an outline in the fonts that travel with it."""

from __future__ import annotations

import ast
import sys
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from counties import LIANSHAN

from ecolib.data import dictionary
from ecolib.indicators.catalogue import known_items
from ecolib.indicators.targets import described, requirements_of
from ecolib.pages.style import FAMILIES, FONT_FILE, MARKS
from ecolib.texts import LANGS, catalogue
from ecolib.texts.sentences import area

ROOT = Path(__file__).parents[1]


@cache
def fonts():
    from matplotlib.font_manager import findfont
    from matplotlib.ft2font import FT2Font

    own = str(files("ecolib.pages") / "fonts" / FONT_FILE)
    return [FT2Font(own), *(FT2Font(findfont(name)) for name in FAMILIES[1:])]


@cache
def has_outline(character: str) -> bool:
    from matplotlib.ft2font import LoadFlags

    for font in fonts():
        if font.get_char_index(ord(character)):
            font.load_char(ord(character), flags=LoadFlags.NO_HINTING)
            if len(font.get_path()[0]):
                return True
    return False


def without_outline(texts) -> set[str]:
    return {c for text in texts for c in str(text) if not c.isspace() and not has_outline(c)}


def assert_drawn(texts) -> None:
    """The subset holds no more than was needed; a new character needs another subset, or word."""
    missing = "".join(sorted(without_outline(texts)))
    assert not missing, (
        f"no outline for {missing}: use another word, or take a subset of Noto Sans SC with these "
        f"characters besides those of ecolib/pages/fonts/{FONT_FILE}"
    )


def literals(path: Path) -> list[str]:
    """Every string in a module: labels of figures are written there."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def pairs(entries) -> list[str]:
    return [text for entry in entries for text in (entry.zh, entry.en)]


def texts_of_catalogue() -> list[str]:
    found = [w for i in LIANSHAN.values() for words in (i.zh, i.en) for w in words]
    for entry in LIANSHAN.values():
        found += [t for pair in requirements_of(entry.target).values() for t in pair]
        target = described(entry.target, entry.id, entry.unit)
        found += [target.text(lang) for lang in LANGS]
    return found


TEXTS = {
    "catalogue": texts_of_catalogue,
    "items": lambda: pairs(known_items().values()),
    "units": lambda: pairs(dictionary.units().values()),
    "owners": lambda: pairs(dictionary.owners().values()),
    "words": lambda: [
        said[lang]
        for names in area("words.yml").values()
        for said in names.values()
        for lang in LANGS
    ],
    "sentences": lambda: [said[lang] for said in catalogue().values() for lang in LANGS],
    "marks": MARKS.values,
}


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_can_be_drawn(name):
    assert_drawn(TEXTS[name]())


@pytest.mark.parametrize("path", sorted((ROOT / "ecolib/pages").glob("*.py")), ids=lambda p: p.name)
def test_every_label_in_a_page_can_be_drawn(path):
    assert_drawn(literals(path))


@pytest.mark.parametrize("path", sorted((ROOT / "params").glob("*.yml")), ids=lambda p: p.name)
def test_every_name_in_the_parameters_can_be_drawn(path):
    county = yaml.safe_load(path.read_text(encoding="utf-8")).get("county", {})
    assert_drawn([county.get("zh", ""), county.get("en", "")])


def test_a_character_without_an_outline_is_noticed():
    # U+2FFF and U+E000 (private use) are in neither font.
    assert without_outline("达标\ue000") == {"\ue000"}


def test_the_script_of_the_subset_asks_for_what_figures_print():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        wanted = __import__("font_subset").wanted()
    finally:
        sys.path.pop(0)
    printed = {c for name in ("words", "sentences") for said in TEXTS[name]() for c in said}
    assert {c for c in printed if not c.isspace()} <= wanted
    # The first and the last character of level 2 of GB/T 2312.
    assert {"亍", "齄"} <= wanted


def test_a_character_that_no_font_has_is_marked_and_told(monkeypatch):
    from matplotlib import pyplot

    from ecolib.pages import style

    # As where the system has no Chinese font: U+3D72 is in none of ours.
    monkeypatch.setattr(style, "characters", lambda: frozenset("阳河〓:+0123456789U"))
    figure, axis = style.subplots()
    title = axis.set_title("㵲阳河")
    style.mark_absent(figure)
    assert title.get_text() == "〓阳河"
    assert figure.get_supxlabel() == "〓: U+3D72"
    pyplot.close(figure)


def test_a_dollar_sign_is_an_ordinary_character():
    from matplotlib import pyplot

    from ecolib.pages import style

    figure, axis = style.subplots()
    assert not axis.set_title("$x_1$ 县").get_parse_math()
    pyplot.close(figure)
