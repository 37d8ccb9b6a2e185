"""The catalogue of sentences is whole, every code is used, and notes survive being saved."""

from __future__ import annotations

import ast
import json
import math
import re
from datetime import date
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
from ecolib.data.dictionary import items, parsed, units
from ecolib.indicators.catalogue import declared
from ecolib.texts import (
    LANGS,
    Amount,
    Name,
    Note,
    Source,
    Words,
    amount,
    catalogue,
    listed,
    sentences,
    show,
)
from ecolib.texts.sentences import area, areas

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


@cache
def templates() -> dict[str, jinja2.nodes.Template]:
    """Every template of pages, parsed; they ask for sentences by `t(code, …)`."""
    return {
        str(path.relative_to(ROOT)): jinja2.Environment().parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "ecolib").rglob("*.j2"))
    }


@cache
def nodes() -> list[tuple[str, ast.AST]]:
    return [(where, n) for where, code in sources().items() for n in ast.walk(ast.parse(code))]


@cache
def literals() -> set[str]:
    """Every text that is spelt somewhere, in code, in templates and in the lists that name codes."""
    constants = [node for _, node in nodes() if isinstance(node, ast.Constant)]
    constants += [c for tree in templates().values() for c in tree.find_all(jinja2.nodes.Const)]
    found = {each.value for each in constants if isinstance(each.value, str)}
    # The list of open points spells its codes itself.
    found |= set(pd.read_csv(files("ecolib.standards") / "OPEN_POINTS.csv")["point"])
    # So do the lists of why something is no number, and of files that are not read.
    found |= parsed("written.yml")["no_number"].keys() | parsed("unread.yml").keys()
    # So do the tables of the Word template with their headings.
    forms = files("ecolib.pages") / "templates/report.yml"
    forms = yaml.safe_load(forms.read_text(encoding="utf-8"))
    found |= {column.split()[0] for form in forms.values() for column in form["columns"]} | {*forms}
    found |= {code for kind in ("changed", "slips") for code in parsed("slips.yml")[kind]}
    return found | set(parsed("slips.yml")["syntax"].values())


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


@cache
def patterns() -> set[re.Pattern]:
    built = [node for _, node in nodes() if isinstance(node, ast.JoinedStr)]
    built += [n for tree in templates().values() for n in tree.find_all(jinja2.nodes.Concat)]
    return {pattern(node) for node in built if letters(node) >= TELLING}


@cache
def rules() -> set[str]:
    """The rules of the codes that are spelt; another wording may be put together from one."""
    return {code.partition(".")[0] for code in literals() & catalogue().keys()}


@cache
def written(code: str) -> bool:
    """Whether the sources spell a code: as a text, or as an f-string of texts."""
    if code in literals():
        return True
    matches = filter(None, (each.fullmatch(code) for each in patterns()))
    return any(all(map(spelt, match.groups())) for match in matches)


def spelt(name: str) -> bool:
    """Whether a name stands in the sources, as one text or as several joined by `_`."""
    ends = (at.start() for at in re.finditer("_", name))
    whole = name in rules() or written(name)
    return whole or any(spelt(name[:at]) and name[at + 1 :] in literals() for at in ends)


def calls(*names: str):
    """Calls of functions of these names, with their first argument where it is a text."""
    for where, node in nodes():
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names and node.args:
            place, first = f"{where}:{node.lineno}", node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield place, node, first.value
            elif isinstance(first, ast.JoinedStr):
                yield place, node, pattern(first)


def asked_in_templates():
    """Calls of `t` with their first argument: a code, or the pattern of one."""
    for where, tree in templates().items():
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
        wrong = [c for c, said in catalogue().items() if re.search("[，。；：、（）]", said["en"])]
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
        monkeypatch.setattr(sentences, "areas", lambda: ["errors.yml", "errors.yml"])
        with pytest.raises(KeyError, match="errors.yml: codes that another area has"):
            catalogue.__wrapped__()

    def test_every_code_is_used(self):
        assert [code for code in catalogue() if not written(code)] == []


#: Chinese letters and signs; the letters alone.
HAN, LETTER = "[\u4e00-\u9fff，。；：、（）“”《》]", "[\u4e00-\u9fff]"
#: What a reader at a ministry takes for spoken, foreign or careless, with the word to use instead.
BANNED_ZH = {
    "没有交来|交来": "未提交",
    "差在哪里": "存在问题",
    "怎么办|怎样改": "处理要求",
    "说不出来|谈不上": "无法判断",
    "成品值": "填报值",
    "基础数(?!据)": "基础数据",
    "印出|印作|印有": "所载",
    "仅有陈述|只有陈述": "仅有文字说明",
    "拒收": "未采用",
    "恶化": "变差",
    "抄错|照抄": "误抄",
    "相符|不符(?!合)": "一致",
    "凭记忆": "未见原文",
    "参数文件没有": "未收到",
    "看不见的": "不可见",
    "打回": "退回修改",
    "认可": "采信",
    "没有任何材料": "未提交",
    "截止(?!日期)": "截至",
}
BANNED_EN = {
    r"\bhand(ed|s)? (in|down)\b": "submit, assign",
    r"\bmend(ed)?\b": "correct, amend",
    r"\bmerely\b|\bvery likely one\b": "only",
    r"\bnobody knows\b": "is unclear",
    r"\bto the last digit\b": "digit for digit",
    r"\bfinished value": "reported value",
    r"\bplease note\b|!(?=\s|$)": "",
    r"\butilisation\b|\brecognis|\bcentralis|\bnormalis": "-ize",
}


def prose() -> dict[str, dict[str, str]]:
    """All that is said, but for what click says of itself and names of files as they are typed."""
    closed = {
        f"{kind}/{name}": said
        for kind, named in area("words.yml").items()
        if kind not in ("click", "land_subtype")
        for name, said in named.items()
    }
    return {**catalogue(), **closed}


class TestStyle:
    """As GB/T 15834 and 15835 and official usage have it, over the whole catalogue."""

    @staticmethod
    def lines(lang: str, unlike: str = "") -> dict[str, str]:
        """What is said in a language; `unlike` takes out what is typed and not read."""
        taken = {code: re.sub(unlike, "", said[lang]) if unlike else said[lang]
                 for code, said in prose().items()}  # fmt: skip
        return taken

    def told(self, lang: str, pattern: str, unlike: str = "") -> dict[str, str]:
        found = {c: re.findall(pattern, s) for c, s in self.lines(lang, unlike).items()}
        return {code: matches for code, matches in found.items() if matches}

    def test_no_space_between_chinese_and_anything_else(self):
        # Two arguments as they are typed, and a form of YAML, keep theirs.
        pattern = rf"{HAN} [\w{{<≥≤~.%]|[\w}}%>\]] {HAN}"
        assert self.told("zh", pattern, "“县 年份”") == {}

    def test_no_space_within_names_either(self):
        # GB/T 15834: nothing between Chinese and Latin letters or figures, but in a number of a standard.
        said = [words for item in items().values() for words in (item.zh, item.definition_zh)]
        for entry in declared().values():
            said += [entry.zh.title, entry.zh.definition, entry.zh.formula]
            said += [zh for zh, _ in entry.requirements.values()]
        assert [part for part in said if re.search(rf"{HAN} \w|[\w%] {HAN}", part)] == []

    def test_no_space_before_percent(self):
        assert self.told("zh", r"[\d}] [%％]") == {} and self.told("en", r"[\d}] [%％]") == {}

    def test_chinese_stops_are_full_width(self):
        # A half-width colon or comma stands only in what is to be typed: `键: 值`, `{sense: …}`.
        typed = r"\{\{.*\}\}|[\w.]+: (目标值|文件名)|键: 值|编码: 名称|\{shown\}: |“[,.: ]+”|\{zh: …, en: …\}"
        assert (
            self.told("zh", f"{LETTER}[,;:!?]|[,;:!?]{LETTER}|{LETTER}[(]|[)]{LETTER}", typed) == {}
        )

    @pytest.mark.parametrize("lang", LANGS)
    def test_no_stop_is_doubled(self, lang):
        assert self.told(lang, r"[，。；：、]{2}|,,|;;|\.\.(?!\.)|，；|。，", r"\.\.\.") == {}

    def test_ranges_and_years_have_their_own_signs(self):
        assert self.told("zh", r"\} ?[-–] ?\{|\d[–-]\d+ ?年|\} 至 \{") == {}

    def test_english_quotes_are_curly(self):
        assert self.told("en", r"(?<!\w)'[^' ]|[^\w ]'(?!\w)|\"", r"\w's?\b") == {}

    def test_both_end_in_a_stop_or_neither(self):
        odd = [c for c, said in prose().items()
               if said["zh"].rstrip().endswith("。") != said["en"].rstrip().endswith(".")
               and not said["en"].lower().endswith("no.")]  # fmt: skip
        assert odd == []

    @pytest.mark.parametrize("word", BANNED_ZH)
    def test_no_word_that_officials_do_not_write(self, word):
        assert self.told("zh", word) == {}, BANNED_ZH[word]

    @pytest.mark.parametrize("word", BANNED_EN)
    def test_no_word_that_the_terms_exclude(self, word):
        assert self.told("en", f"(?i){word}") == {}, BANNED_EN[word]


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
        asked = [(place, kind) for place, _, kind in calls("word", "words") if kind in literals()]
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
            "years": "{x:years}",
            "quoted": "“{x}”",
            "day": "{x:date}",
            "month": "{x:month}",
        }
        entries = {code: dict.fromkeys(LANGS, sentence) for code, sentence in said.items()}
        monkeypatch.setattr(texts, "catalogue", lambda: entries)

    @pytest.mark.parametrize(
        ("value", "zh", "en"),
        [
            ("a {b}", "a {b}", "a {b}"),
            (3, "3", "3"),
            (1234.5, "1234.5", "1,234.5"),
            (-1234.5, "−1234.5", "−1,234.5"),
            (-2, "−2", "−2"),
            (1 / 3, "0.3333", "0.3333"),
            (math.nan, "—", "—"),
            (-math.inf, "∞", "∞"),
            (True, "True", "True"),
            (Name("status", "met"), "达标", "met"),
            (Words("甲", "a"), "甲", "a"),
            (("a", Name("status", "not_met"), 2.5), "a、未达标、2.5", "a, not met, 2.5"),
            (Note("plain", x=Note("plain", x="b")), "b", "b"),
            (date(2019, 9, 1), "2019年9月1日", "1 September 2019"),
        ],
    )
    def test_an_argument_decides_how_it_is_written(self, value, zh, en):
        note = Note("plain", x=value)
        assert (note.text("zh"), note.text("en")) == (zh, en)

    def test_a_name_has_a_capital_only_where_a_sentence_begins(self):
        names = (Name("item", "built_land"), Name("item", "gdp"))
        said = Note("listed", x=Note("plain", x=names)).text("en")
        assert said == "Construction land, GDP at constant prices, " + (
            "construction land, GDP at constant prices"
        )
        assert Note("quoted", x=names[0]).text("en") == "“Construction land”"

    def test_lists_counts_and_formats(self):
        assert Note("listed", x=("a", "b")).text("zh") == "a、b, a；b"
        assert Note("listed", x=("a", "b")).text("en") == "a, b, a; b"
        assert [Note("count", n=n).text("en") for n in (1, 2, 0)] == ["1 day", "2 days", "0 days"]
        assert Note("exact", p=0.12345).text("zh") == "0.123"
        month = Note("month", x=date(2019, 9, 1))
        assert (month.text("zh"), month.text("en")) == ("2019年9月", "September 2019")
        assert Note.from_json(month.to_json()) == month

    @pytest.mark.parametrize(
        ("members", "zh", "en"),
        [
            # A comma of its own parts a member; one within brackets or quotation marks does not.
            (("甲，或乙", "丙"), "甲，或乙；丙", "甲，或乙, 丙"),
            (("2015, 2019", "b"), "2015, 2019、b", "2015, 2019; b"),
            (("甲（乙、丙）", "丁"), "甲（乙、丙）、丁", "甲（乙、丙）, 丁"),
            (("a (b, c)", "d"), "a (b, c)、d", "a (b, c), d"),
            # GB/T 15834, 4.5: nothing between titles or quotations, but with brackets behind them.
            (("《甲》", "《乙》"), "《甲》《乙》", "《甲》, 《乙》"),
            (("“甲，乙”", "“丙”"), "“甲，乙”“丙”", "“甲，乙”, “丙”"),
            (("《甲》（1号）", "《乙》"), "《甲》（1号）、《乙》", "《甲》（1号）, 《乙》"),
        ],
    )
    def test_what_parts_the_members_of_a_list(self, members, zh, en):
        assert [listed(members, lang) for lang in LANGS] == [zh, en]
        assert [Note("plain", x=members).text(lang) for lang in LANGS] == [zh, en]

    @pytest.mark.parametrize(
        ("inner", "said"),
        [
            ("没有“毒地”事件", "“没有‘毒地’事件”"),
            ("《关于“甲”的〈乙〉》", "“《关于‘甲’的〈乙〉》”"),
            ("《关于印发<甲>和《乙》的通知》", "“《关于印发〈甲〉和〈乙〉的通知》”"),
            ("a < b", "“a < b”"),
            ("甲“乙", "“甲“乙”"),  # unbalanced: as it was written
        ],
    )
    def test_marks_within_marks_are_the_inner_ones(self, inner, said):
        assert Note("quoted", x=inner).text("zh") == said

    @pytest.mark.parametrize(
        ("shown", "zh", "en"),
        [
            ("2019-03-31", "2019年3月31日", "31 March 2019"),
            ("2018-10", "2018年10月", "October 2018"),
            ("2020", "2020年", "2020"),
            ("2020-01/2020-03", "2020年1月—2020年3月", "January 2020–March 2020"),
            ("2019年1月", "2019年1月", "2019年1月"),
        ],
    )
    def test_days_and_periods_are_spelt(self, shown, zh, en):
        note = Note("day", x=shown)
        assert (note.text("zh"), note.text("en")) == (zh, en)

    @pytest.mark.parametrize(
        ("years", "zh", "en"),
        [
            ((2019,), "2019年", "2019"),
            ((2019, 2017), "2017年、2019年", "2017, 2019"),
            ((2017, 2018), "2017年、2018年", "2017, 2018"),
            ((2019, 2017, 2018), "2017—2019年", "2017–2019"),
            ((2012, 2014, 2015, 2016, 2016), "2012年、2014—2016年", "2012, 2014–2016"),
        ],
    )
    def test_years_in_a_row_are_one_span(self, years, zh, en):
        note = Note("years", x=years)
        assert (note.text("zh"), note.text("en")) == (zh, en)

    def test_an_argument_that_is_missing_is_a_mistake(self):
        with pytest.raises(KeyError):
            Note("plain").text("zh")


class TestNumbers:
    """GB/T 15835-2011: how numbers stand beside their units; GB/T 8170-2008, 4.3.2: no rounding
    carries a value across its limit."""

    @pytest.mark.parametrize(
        ("value", "unit", "zh", "en"),
        [
            (93.51, "%", "93.51%", "93.51%"),
            (66.12, "10k t", "66.12万吨", "66.12 × 10⁴ t"),
            (12670.95, "mu", "12670.95亩", "12,670.95 mu"),
            (35.0, "ug/m3", "35 μg/m³", "35 μg/m³"),
            (-3.92, "pp", "−3.92个百分点", "−3.92 percentage points"),
            (82.9, "index", "82.9", "82.9"),
            ("81,552,000", "t", "81552000吨", "81,552,000 t"),
            ("约86", "%", "约86%", "约86%"),
            # As plans write them: GB 3838-2002 counts its classes in Roman numerals.
            (2.0, "类", "Ⅱ类", "class Ⅱ"),
            (35.0, "亩", "35亩", "35 mu"),
            (4.0, "座", "4座", "4"),
        ],
    )
    def test_a_number_and_its_unit(self, value, unit, zh, en):
        assert (amount(value, unit, "zh"), amount(value, unit, "en")) == (zh, en)

    @pytest.mark.parametrize("value", [0.0, -0.0, -1e-13, 4.1e-15])
    def test_nothing_has_no_sign(self, value):
        assert show(value) == "0"

    @pytest.mark.parametrize(
        ("value", "bound", "shown"),
        [
            (84.996, 85.0, "84.996"),
            (84.9999996, 85.0, "84.9999996"),
            (85.0, 85.0, "85"),
            (84.9, 85.0, "84.9"),
            (0.99996, 1.0, "0.99996"),
            (100.0, math.inf, "100"),
        ],
    )
    def test_more_decimals_beside_a_limit_that_rounding_would_reach(self, value, bound, shown):
        assert show(value, "zh", bound) == shown

    figures = st.floats(-1e7, 1e7).filter(lambda x: abs(x) > 1e-6)
    near = st.floats(-1e-2, 1e-2)

    @given(figures, near, st.sampled_from(LANGS))
    @settings(deadline=None, derandomize=True, max_examples=500)
    def test_rounding_never_crosses_the_bound_beside_it(self, bound, apart, lang):
        value = bound + apart
        read = [float(show(a, lang, b).replace(",", "").replace("−", "-"))
                for a, b in ((value, bound), (bound, value))]  # fmt: skip
        # Apart by less than any decimal shows, they are one; else they lie as they do.
        if abs(value - bound) > 1e-8 * max(1, abs(bound)):
            assert (read[0] < read[1], read[0] > read[1]) == (value < bound, value > bound)

    @given(figures, figures)
    @settings(deadline=None, derandomize=True, max_examples=300)
    def test_ends_of_a_range_keep_their_order(self, one, other):
        low, high = sorted((one, other))
        read = [float(show(x, "zh").replace("−", "-")) for x in (low, high)]
        assert read[0] <= read[1]

    @given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(LANGS))
    @settings(deadline=None, derandomize=True, max_examples=300)
    def test_no_number_shows_a_hyphen_or_a_signed_zero(self, value, lang):
        shown = show(value, lang)
        assert "-" not in shown and not re.fullmatch(r"−[0.,]+", shown)

    @given(figures | st.integers(-9999, 9999).map(float), st.sampled_from(sorted(units())))
    @settings(deadline=None, derandomize=True, max_examples=300)
    def test_no_space_before_percent_and_chinese_units(self, value, unit):
        shown = amount(value, unit, "zh")
        assert not re.search(f" ({LETTER}|%)", shown) and "," not in shown
        # Never two numbers side by side.
        assert not re.search(r"\d 10[⁴⁸]", amount(value, unit, "en"))


# --- notes as JSON --------------------------------------------------------------------------------

words_ = st.text(max_size=8)
names = st.sampled_from(["x", "value", "shown", "件"])
floats = st.floats(width=64)
scalars = st.one_of(
    words_,
    st.integers(),
    st.booleans(),
    floats,
    st.builds(Amount, floats | words_, words_, floats | st.none()),
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
