"""The catalogue of sentences is whole, every code is used, and notes survive being saved."""

from __future__ import annotations

import ast
import json
import math
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Formatter

import jinja2
import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ecolib import texts
from ecolib.texts import LANGS, Amount, Name, Note, Source, Words, area, areas, catalogue

ROOT = Path(__file__).parents[1]
#: What a note is told besides the arguments of its sentence.
NO_ARGUMENTS = {"code", "severity", "about", "source"}
#: An argument for tables of remarks, which show what was found where the sentence need not.
SHOWN = {"shown"}
#: What a function completes all notes of a package with: `checks.claims.finding`.
COMPLETED = {"ecolib/checks/": {"printed", "year"}}
#: So many letters an f-string must have of its own, or it would spell any code.
TELLING = 3


# --- what the library says ------------------------------------------------------------------------


def sources() -> dict[str, str]:
    """Every module and every code cell of a notebook, by where it stands."""
    found = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "ecolib").rglob("*.py"))
    }
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for at, cell in enumerate(cells):
            lines = "".join(cell["source"]).splitlines()
            if cell["cell_type"] == "code":
                code = "\n".join(line for line in lines if not line.startswith(("%", "!")))
                found[f"{path.name} [{at}]"] = code
    return found


def templates() -> dict[str, jinja2.nodes.Template]:
    """Every template of pages, parsed; they ask for sentences by `t(code, …)`."""
    return {
        str(path.relative_to(ROOT)): jinja2.Environment().parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "ecolib").rglob("*.j2"))
    }


TREES = {where: ast.parse(source) for where, source in sources().items()}
NODES = [(where, node) for where, tree in TREES.items() for node in ast.walk(tree)]
LITERALS = {
    node.value
    for _, node in NODES
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
}
TEMPLATES = templates()
LITERALS |= {
    const.value
    for tree in TEMPLATES.values()
    for const in tree.find_all(jinja2.nodes.Const)
    if isinstance(const.value, str)
}
#: The list of open points spells its codes itself.
LITERALS |= set(pd.read_csv(files("ecolib.standards") / "OPEN_POINTS.csv")["point"])


#: An f-string, and what a template puts together by `~`.
Built = ast.JoinedStr | jinja2.nodes.Concat


def parts(node: Built) -> list[str | None]:
    """The texts that are put together, None for what is known only when it runs."""
    members = node.nodes if isinstance(node, jinja2.nodes.Concat) else node.values
    fixed = ast.Constant | jinja2.nodes.Const
    return [str(m.value) if isinstance(m, fixed) else None for m in members]


def pattern(node: Built) -> re.Pattern:
    """What it can come to: `f"number.{why}"` as `number\\.(\\w+)`."""
    return re.compile("".join(r"([\w.]+)" if p is None else re.escape(p) for p in parts(node)))


def letters(node: Built) -> int:
    return len(re.findall("[a-z]", "".join(filter(None, parts(node)))))


F_STRINGS = [node for _, node in NODES if isinstance(node, ast.JoinedStr)]
F_STRINGS += [n for tree in TEMPLATES.values() for n in tree.find_all(jinja2.nodes.Concat)]
PATTERNS = {pattern(node) for node in F_STRINGS if letters(node) >= TELLING}
#: The rules of the codes that stand in the sources; another wording may be put together from one.
RULES = {code.partition(".")[0] for code in LITERALS & catalogue().keys()}


@cache
def written(code: str) -> bool:
    """Whether the sources spell a code: as a text, or as an f-string of texts."""
    if code in LITERALS:
        return True
    matches = filter(None, (each.fullmatch(code) for each in PATTERNS))
    return any(all(map(spelt, match.groups())) for match in matches)


def spelt(name: str) -> bool:
    """Whether a name stands in the sources, as one text or as several joined by `_`."""
    ends = (at.start() for at in re.finditer("_", name))
    whole = name in RULES or written(name)
    return whole or any(spelt(name[:at]) and name[at + 1 :] in LITERALS for at in ends)


def calls(*names: str):
    """Calls of functions of these names, with their first argument where it is a text."""
    for where, node in NODES:
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names and node.args:
            place, first = f"{where}:{node.lineno}", node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield place, node, first.value
            elif isinstance(first, ast.JoinedStr):
                yield place, node, pattern(first)


def asked_in_templates():
    """Calls of `t` with their first argument: a code, or the pattern of one."""
    for where, tree in TEMPLATES.items():
        for call in tree.find_all(jinja2.nodes.Call):
            if "t" in (getattr(call.node, "name", ""), getattr(call.node, "attr", "")):
                first = call.args[0]
                exact = isinstance(first, jinja2.nodes.Const)
                yield f"{where}:{call.lineno}", call, first.value if exact else pattern(first)


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


# --- the catalogue --------------------------------------------------------------------------------


class TestCatalogue:
    def test_every_sentence_is_there_in_both_languages(self):
        odd = [
            code
            for code, said in catalogue().items()
            if set(said) != set(LANGS) or not all(isinstance(s, str) and s for s in said.values())
        ]
        assert odd == []

    def test_both_languages_take_the_same_arguments(self):
        differing = {
            code: sorted(placeholders(said["zh"]) ^ placeholders(said["en"]))
            for code, said in catalogue().items()
        }
        assert {code: names for code, names in differing.items() if names} == {}

    def test_arguments_are_named(self):
        told = {n for said in catalogue().values() for s in said.values() for n in placeholders(s)}
        assert [name for name in told if not name.isidentifier()] == []
        assert told & NO_ARGUMENTS == set()

    def test_english_has_no_chinese(self):
        wrong = [c for c, said in catalogue().items() if re.search("[，。；：、“”]", said["en"])]
        assert wrong == []

    @pytest.mark.parametrize("name", [*areas(), "words.yml"])
    def test_no_key_stands_twice_in_a_file(self, name):
        # YAML takes the last of them without a word.
        source = (files("ecolib.texts") / name).read_text(encoding="utf-8")
        mappings = [yaml.compose(source)]
        while mappings:
            node = mappings.pop()
            keys = [key.value for key, _ in node.value]
            assert sorted(set(keys)) == sorted(keys)
            mappings += [v for _, v in node.value if isinstance(v, yaml.MappingNode)]

    def test_no_code_stands_in_two_areas(self, monkeypatch):
        assert sum(len(area(name)) for name in areas()) == len(catalogue())
        monkeypatch.setattr(texts, "areas", lambda: ["errors.yml", "errors.yml"])
        with pytest.raises(KeyError, match="errors.yml: codes that another area has"):
            catalogue.__wrapped__()

    def test_every_code_is_used(self):
        assert [code for code in catalogue() if not written(code)] == []


class TestWords:
    def test_every_word_is_there_in_both_languages(self):
        # An unquoted `no` or `2` would be no text.
        for kind, named in area("words.yml").items():
            assert isinstance(kind, str) and named
            for name, said in named.items():
                assert isinstance(name, str), (kind, name)
                assert set(said) == set(LANGS), (kind, name)
                assert all(isinstance(s, str) and s for s in said.values()), (kind, name)

    def test_every_word_asked_for_is_known(self):
        asked = [(place, node.args[1], kind) for place, node, kind in calls("word")
                 if isinstance(kind, str) and len(node.args) > 1]  # fmt: skip
        unknown = [
            (place, kind, name.value)
            for place, name, kind in asked
            if isinstance(name, ast.Constant) and name.value not in area("words.yml").get(kind, ())
        ]
        assert unknown == [] and len(asked) > 50

    def test_every_set_asked_for_is_known(self):
        asked = [(place, kind) for place, _, kind in calls("word", "words") if kind in LITERALS]
        assert [each for each in asked if each[1] not in area("words.yml")] == []


class TestCalls:
    def test_every_code_called_for_is_known(self):
        called = list(calls("Note", "text"))
        exact = [(place, code) for place, _, code in called if isinstance(code, str)]
        put_together = [(place, code) for place, _, code in called if not isinstance(code, str)]
        assert [each for each in exact if each[1] not in catalogue()] == []
        assert [each for each in put_together if not any(map(each[1].fullmatch, catalogue()))] == []
        assert len(exact) > 200

    def test_every_code_of_a_template_is_known_and_gets_its_arguments(self):
        wrong = []
        for place, call, code in asked_in_templates():
            given = {keyword.key for keyword in call.kwargs}
            exact = isinstance(code, str)
            known = [code] if exact else [c for c in catalogue() if code.fullmatch(c)]
            if not known or not set(known) <= catalogue().keys():
                wrong.append((place, code))
            # What `**` adds can be seen only when it runs.
            elif (
                exact and call.dyn_kwargs is None and placeholders(catalogue()[code]["zh"]) != given
            ):
                wrong.append((place, code, sorted(given)))
        assert wrong == [] and any(asked_in_templates())

    def test_every_sentence_gets_its_arguments(self):
        wrong = []
        for place, node, code in calls("Note", "text"):
            given = {keyword.arg for keyword in node.keywords}
            # What `**` adds can be seen only when it runs.
            if isinstance(code, str) and None not in given:
                wanted = placeholders(catalogue()[code]["zh"])
                later = {
                    n for within, ns in COMPLETED.items() if place.startswith(within) for n in ns
                }
                missing, idle = wanted - given - later, given - wanted - NO_ARGUMENTS - SHOWN
                wrong += [(place, code, sorted(missing | idle))] * bool(missing | idle)
        assert wrong == []


# --- what fills a sentence ------------------------------------------------------------------------


class TestWording:
    @pytest.fixture(autouse=True)
    def catalogue(self, monkeypatch):
        """Sentences of this test instead of those of the library."""
        said = {
            "plain": "{x}",
            "listed": "{x}, {x:;}",
            "count": "{n:day|days}",
            "exact": "{p:.3f}",
        }
        entries = {code: dict.fromkeys(LANGS, sentence) for code, sentence in said.items()}
        monkeypatch.setattr(texts, "catalogue", lambda: entries)

    @pytest.mark.parametrize(
        ("value", "zh", "en"),
        [
            ("a {b}", "a {b}", "a {b}"),
            (3, "3", "3"),
            (1234.5, "1,234.5", "1,234.5"),
            (1 / 3, "0.3333", "0.3333"),
            (math.nan, "—", "—"),
            (-math.inf, "∞", "∞"),
            (True, "True", "True"),
            (Name("status", "met"), "达标", "met"),
            (Words("甲", "a"), "甲", "a"),
            (("a", Name("status", "not_met"), 2.5), "a、未达标、2.5", "a, not met, 2.5"),
            (Note("plain", x=Note("plain", x="b")), "b", "b"),
        ],
    )
    def test_an_argument_decides_how_it_is_written(self, value, zh, en):
        note = Note("plain", x=value)
        assert (note.text("zh"), note.text("en")) == (zh, en)

    def test_lists_counts_and_formats(self):
        assert Note("listed", x=("a", "b")).text("zh") == "a、b, a；b"
        assert Note("listed", x=("a", "b")).text("en") == "a, b, a; b"
        assert [Note("count", n=n).text("en") for n in (1, 2, 0)] == ["1 day", "2 days", "0 days"]
        assert Note("exact", p=0.12345).text("zh") == "0.123"

    def test_an_argument_that_is_missing_is_a_mistake(self):
        with pytest.raises(KeyError):
            Note("plain").text("zh")


# --- notes as JSON --------------------------------------------------------------------------------

words_ = st.text(max_size=8)
names = st.sampled_from(["x", "value", "shown", "件"])
floats = st.floats(width=64)
scalars = st.one_of(
    words_,
    st.integers(),
    st.booleans(),
    floats,
    st.builds(Amount, floats | words_, words_),
    st.builds(Name, words_, words_),
    st.builds(Words, words_, words_),
)


def notes(arguments):
    return st.builds(
        lambda code, severity, about, source, args: Note(
            code, severity=severity, about=about, source=source, **args
        ),
        code=st.text(min_size=1, max_size=8),
        severity=st.sampled_from(["", "note", "warning", "error"]),
        about=words_,
        source=st.builds(Source, words_, words_, words_) | st.none(),
        args=st.dictionaries(names, arguments, max_size=3),
    )


arguments = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3).map(tuple) | notes(inner), max_leaves=8
)


class TestJson:
    @given(notes(arguments))
    @settings(deadline=None, derandomize=True, max_examples=200)
    def test_a_note_comes_back_as_it_was(self, note):
        saved = json.dumps(note.to_json(), ensure_ascii=False, allow_nan=False)
        again = Note.from_json(json.loads(saved))
        # Not a number is not equal to itself, but looks the same.
        assert repr(again) == repr(note)

    @pytest.mark.parametrize("value", [np.float64(1.5), np.int64(3), np.bool_(True)])
    def test_scalars_of_numpy_are_saved_as_numbers(self, value):
        again = texts.restored(json.loads(json.dumps(texts.plain(value))))
        assert again == value and type(again) in (float, int, bool)

    @pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float64("nan")])
    def test_what_json_has_no_number_for(self, value):
        again = texts.restored(json.loads(json.dumps(texts.plain(value), allow_nan=False)))
        assert repr(again) == repr(float(value))

    def test_another_wording_of_a_note_keeps_the_rest(self):
        note = Note("a", severity="error", about="b", source=Source("f", cell="B2"), x=1)
        other = note.but(code="c", x=2)
        assert other.to_json() == {**note.to_json(), "code": "c", "args": {"x": 2}}
        assert str(other.source) == "f B2"
