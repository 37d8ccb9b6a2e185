"""No page says two things: the text of every page of both counties, in both languages.

Held against words alone, whatever the pages are built of: the cells of the notebooks are run as they
stand, and what they show is read as a reader would.
"""

from __future__ import annotations

import ast
import json
import math
import os
import re
from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import ROOT
from reading import unwritten

from ecolib.assess.opening import keep_open, open_case

COUNTIES = (("lianshan", 2019), ("demo", 2020))
#: Elements that stand within a line; all others part one sentence from the next.
INLINE = {
    "a",
    "b",
    "strong",
    "em",
    "i",
    "span",
    "small",
    "sub",
    "sup",
    "abbr",
    "mark",
    "code",
    "time",
}
UNSEEN = {"style", "script", "math", "svg"}


class Text(HTMLParser):
    """What a page says, a line for each block, with the words that stand for its figures."""

    def __init__(self, html: str):
        super().__init__()
        self.said: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self._hidden += tag in UNSEEN
        given = dict(attributes)
        if told := given.get("alt") or given.get("aria-label"):
            self.said.append(f"\n{told}\n")
        if tag not in INLINE:
            self.said.append("\n")

    def handle_endtag(self, tag):
        self._hidden -= tag in UNSEEN
        if tag not in INLINE:
            self.said.append("\n")

    def handle_data(self, data):
        if not self._hidden:
            self.said.append(data)

    def lines(self, theirs: Sequence[str]) -> list[str]:
        """What others wrote in their data is taken out: those are their words."""
        text = "\n".join(" ".join(line.split()) for line in "".join(self.said).split("\n"))
        for written in theirs:
            text = text.replace(written, "…")
        return [line for line in text.split("\n") if line]


def shown_by(notebook: str, monkeypatch, **given) -> str:
    """The HTML that the cells of a notebook show, run with these parameters."""
    cells = json.loads((ROOT / "notebooks" / f"{notebook}.ipynb").read_text("utf-8"))["cells"]
    names: dict = {}
    pieces: list[str] = []
    monkeypatch.setattr("IPython.display.display", lambda *all_: pieces.extend(map(html_of, all_)))
    for cell in cells:
        tags = cell["metadata"].get("tags", ())
        if cell["cell_type"] != "code" or "notebook-only" in tags and "parameters" not in tags:
            continue
        *body, last = ast.parse("".join(cell["source"])).body
        shows = isinstance(last, ast.Expr)
        exec(compile(ast.Module(body if shows else [*body, last], []), notebook, "exec"), names)
        if shows:
            value = eval(compile(ast.Expression(last.value), notebook, "eval"), names)
            if hasattr(value, "_ipython_display_"):
                value._ipython_display_()
            else:
                pieces.append(html_of(value))
        if "parameters" in tags:
            names |= given
    return "\n".join(pieces)


def html_of(value) -> str:
    """As a notebook would show it: HTML, or the words that stand for a picture."""
    if hasattr(value, "_repr_html_"):
        return value._repr_html_()
    if hasattr(value, "_repr_mimebundle_"):
        bundle = value._repr_mimebundle_()
        bundle = bundle[0] if isinstance(bundle, tuple) else bundle
        return bundle.get("text/html") or f"<p>{escape(bundle['text/plain'])}</p>"
    return ""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Every page as (county, name, language, its result, its lines)."""
    found = []
    patch = pytest.MonkeyPatch()
    for county, year in COUNTIES:
        copy = tmp_path_factory.mktemp(county)
        for name in ("params", "data"):
            (copy / name).symlink_to(ROOT / name)
        here = Path.cwd()
        os.chdir(copy)
        unwritten(patch)
        try:
            case = open_case(county, year)
            keep_open(case)
            written = theirs(case)
            for lang in ("zh", "en"):
                given = {"county": county, "year": year, "lang": lang}
                for entry in case.list.top_level:
                    html = shown_by(entry.notebook, patch, indicator=entry.id, **given)
                    lines = Text(html).lines(written)
                    found.append((case, entry.id, lang, case.evaluate(entry.id), lines))
                for name in ("data_audit", "work_plan", "annual_summary"):
                    lines = Text(shown_by(name, patch, **given)).lines(written)
                    found.append((case, name, lang, None, lines))
        finally:
            os.chdir(here)
            patch.undo()
    return found


def spoken(pages, lang=None):
    for case, name, spoken_in, result, lines in pages:
        if lang in (None, spoken_in):
            for line in lines:
                yield f"{case.county} {name}.{spoken_in}", result, line


def theirs(case) -> list[str]:
    """What stands in the data with a parenthesis, the longest first."""
    rows = (r for table in ("items", "documents", "areas", "claims") for r in case.rows(table))
    texts = {v for row in rows for v in row.values() if isinstance(v, str)}
    texts |= {g.document for by in case.params.assigned.values() for g in by.values()}
    return sorted((t for t in texts if re.search("[（(]", t)), key=len)[::-1]


#: What no sentence may hold, and why.
NEVER = {
    "an empty parenthesis": r"（\s*）|\(\s*\)",
    "a parenthesis upon a parenthesis": r"[）)]\s?[（(]",
    "a number that is none": r"\b(nan|NaN|None|inf)\b",
    "two numbers beside each other": r"\d 10[⁴⁵⁶⁷⁸]",
    "a hyphen for the sign of a number": r"(?:(?<=[\s（(：:，,=至])|^)-\d",
    "markup that is shown": r"</?(?:span|label|b|sub|input)\b|&(?:lt|amp);",
    "a capital within a sentence": r"(?:[Tt]he year|target|report|result of \d+) (?:of|on|for) [A-Z][a-z]",
    "a share in days or pieces": r"(?:比例|率|占比|幅度|[Ss]hare|[Rr]ate|[Rr]atio)[（( ]+(?:天|个|处|d|days?)[)）]",
}


@pytest.mark.parametrize("why", NEVER)
def test_what_no_page_says(pages, why):
    found = {
        f"{page}: {line[:200]}" for page, _, line in spoken(pages) if re.search(NEVER[why], line)
    }
    assert not found, "\n".join(sorted(found)[:20])


#: A year with its number, "2018 年 95.62" or "95.62 % in 2018", as the sentences of changes have it.
ANCHORS = {
    "zh": re.compile(r"(?P<year>\d{4}) ?年(?:（| |为)?(?P<value>[−\d.,]*\d)"),
    "en": re.compile(
        r"(?P<value>[−\d.,]*\d)[^\d.;]{0,24}? in (?P<year>\d{4})|(?P<y>\d{4}) \((?P<v>[−\d.,]*\d)"
    ),
}
NOT_WORSE = {"zh": re.compile("未变差|没有变差"), "en": re.compile("n(?:o|ot) worse")}
WORSE = {"zh": re.compile("变差"), "en": re.compile(r"\bworse(?:ning|ned)?\b|\bworsening\b")}


def anchors(sentence: str, lang: str) -> set[tuple[str, str]]:
    return {
        (m.group("year") or m.group("y"), m.group("value") or m.group("v"))
        if lang == "en"
        else (m.group("year"), m.group("value"))
        for m in ANCHORS[lang].finditer(sentence)
    }


@pytest.mark.parametrize("lang", ("zh", "en"))
def test_a_change_is_not_called_worse_and_not_worse(pages, lang):
    by_page: dict[str, tuple[set, set]] = {}
    for page, result, line in spoken(pages, lang=lang):
        for sentence in re.split("[；。]|; |\\. ", line) if result is not None else ():
            denied = NOT_WORSE[lang].search(sentence)
            if denied or WORSE[lang].search(sentence):
                by_page.setdefault(page, (set(), set()))[not denied].update(anchors(sentence, lang))
    assert any(not_worse for not_worse, _ in by_page.values()), "the sentences are not found"
    assert not {page: both for page, (a, b) in by_page.items() if (both := a & b)}


def test_the_sentences_of_a_change_are_found():
    zh = "与 2019 年 77.56、2015 年 77.23 相比未变差"
    assert anchors(zh, "zh") == {("2019", "77.56"), ("2015", "77.23")}
    assert anchors("比 2019 年（77.56）下降 0.3，变差", "zh") == {("2019", "77.56")}
    assert anchors("no worse than 77.56 in 2019, 77.23 in 2015", "en") == anchors(zh, "zh")
    assert anchors("0.3 down on 2019 (77.56): worse.", "en") == {("2019", "77.56")}


NO_REMARK = "没有发现需要提示的问题|没有需要提示的问题|[Nn]othing to remark"
ASKED = "没有填报|补报|需要：|without a figure for|hand in"


def test_a_conflict_is_never_without_a_remark(pages):
    conflicts = {(p, line) for p, r, line in spoken(pages)
                 if r and any(x.verdict.status == "conflict" for x in (r, *r.parts))
                 and re.search(NO_REMARK, line)}  # fmt: skip
    assert not conflicts


def test_nothing_is_asked_of_what_does_not_apply(pages):
    asked = {(p, line) for p, r, line in spoken(pages)
             if r and r.verdict.status == "not_applicable" and re.search(ASKED, line)}  # fmt: skip
    assert not asked


def test_a_year_is_said_to_be_only_what_bears_that_year(pages):
    wrong = set()
    for page, result, line in spoken(pages, lang="zh"):
        for year in re.findall(r"(\d{4}) ?年为", line) if result is not None else ():
            series = [p.series for p in result.owner_parts if p.series is not None]
            dated = (
                not math.isnan(s.at(int(year))) and not s.is_undated(int(year)) for s in series
            )
            inputs = (row["year"] == int(year) for p in result.owner_parts for row in p.lineage)
            if not any(dated) and not any(inputs):
                wrong.add((page, line[:160]))
    assert not wrong


def test_no_later_year_among_the_earlier_ones(pages):
    for case, name, lang, result, lines in pages:
        later = result is not None and any(
            row["year"] is not None and row["year"] > case.year
            for part in result.owner_parts
            for row in part.lineage
        )
        if later:
            assert not re.search("更早年份|earlier years", "\n".join(lines)), (name, lang)
