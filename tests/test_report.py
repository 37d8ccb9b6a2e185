"""Pages: self-contained, well built, in the right language, with nothing let through unescaped."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from counties import LIANSHAN, opened
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from ecolib import views
from ecolib.errors import ParamsError
from ecolib.report import check_lang, render
from ecolib.texts import words

OWN = {
    "annual_series": (views.drivers,),
    "air_quality": (views.counts,),
    "water_classes": (views.counts,),
    "ecological_index": (views.sub_indices, views.drivers),
    "area_change": (views.drivers,),
    "evidence": (views.drivers,),
    "survey": (views.counts,),
}
VOID = {"img", "meta", "link", "br", "hr", "input", "col", "source"}


class Page(HTMLParser):
    """What the tests ask of a page, collected while reading it."""

    def __init__(self, html: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.headings: list[int] = []
        self.text: list[str] = []
        self.cells: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "td":
            self.cells.append("")

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)
        if "td" in self.open:
            self.cells[-1] += data

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag in names]


def outputs(*shown) -> list:
    """Outputs as the kernel would store them."""
    flat = [p for v in shown for p in (v.pieces if isinstance(v, views.Pieces) else [v])]
    data = [
        {"text/html": p.html, "text/plain": repr(p)}
        if isinstance(p, views.Html)
        else p._repr_mimebundle_()
        for p in flat
    ]
    return [new_output("display_data", data=d) for d in data]


def every_view(case, name: str, lang: str) -> list:
    return views_of(case.evaluate(name), case, lang)


def views_of(result, case, lang: str) -> list:
    return outputs(
        views.heading(result, lang, case=case),
        views.verdict_card(result, lang),
        views.parts(result, lang, case=case),
        views.history(result, lang, case=case),
        *(view(result, lang, case=case) for view in OWN[LIANSHAN.find(result.indicator).notebook]),
        views.findings(result, lang),
        views.requirements(result, lang, case=case),
        views.change_and_trend(result, lang, case=case),
        views.inputs(result, lang, case=case),
        views.provenance(result, lang, case=case),
    )


def html_of(cells: list, folder, lang: str = "zh", **given) -> str:
    target = folder / "deep/page.html"
    render(new_notebook(cells=cells), target, lang=lang, title="t <i>", **given)
    return target.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def cases():
    return {"demo": opened("demo", 2020), "lianshan": opened("lianshan", 2019)}


# One indicator of each kind of notebook, with values and without.
PAGES = [
    ("demo", "29"),
    ("demo", "16"),
    ("demo", "17"),
    ("lianshan", "7"),
    ("lianshan", "9"),
    ("lianshan", "12"),
    ("lianshan", "16"),
    ("lianshan", "22"),
    ("lianshan", "25"),
    ("lianshan", "35"),
]


@pytest.fixture(scope="module")
def pages(cases, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    made = {}
    for county, number in PAGES:
        result = cases[county].evaluate(number)
        for lang in ("zh", "en"):
            cell = new_code_cell("x", outputs=views_of(result, cases[county], lang))
            made[county, number, lang] = Page(html_of([cell], folder, lang))
    return made


@pytest.fixture(params=[(*p, lang) for p in PAGES for lang in ("zh", "en")], ids="-".join)
def page(request, pages) -> Page:
    return pages[request.param]


class TestEveryPage:
    def test_nothing_is_asked_of_the_network(self, page):
        assert not page.all("script", "link", "iframe", "object", "embed", "form", "base")
        addresses = [v for _, a in page.tags for k, v in a.items() if k in ("src", "href")]
        assert addresses
        assert all(re.match(r"data:|#|[\w./-]+$", address) for address in addresses)
        assert not [k for _, a in page.tags for k in a if k.startswith("on")]

    def test_styles_load_nothing(self, page, pages):
        text = "".join(v or "" for _, a in page.tags for k, v in a.items() if k == "style")
        assert "url(" not in text

    def test_one_h1_and_headings_in_order(self, page):
        assert page.headings.count(1) == 1
        assert page.headings[0] == 1
        steps = [b - a for a, b in zip(page.headings, page.headings[1:], strict=False)]
        assert max(steps) == 1

    def test_every_link_within_the_page_leads_somewhere(self, page):
        ids = [a["id"] for _, a in page.tags if "id" in a]
        assert max(Counter(ids).values()) == 1
        inner = {a["href"] for a in page.all("a") if a["href"].startswith("#")}
        assert len(inner) > 5
        assert {address[1:] for address in inner} <= set(ids)

    def test_every_picture_says_what_it_shows_in_numbers(self, page):
        for picture in page.all("img"):
            assert len(picture["alt"]) > 30
            assert len(re.findall(r"\d+", picture["alt"])) >= 3

    def test_landmarks(self, page):
        for name in ("header", "nav", "main", "footer"):
            assert len(page.all(name)) == 1, name


@pytest.mark.parametrize(("lang", "expected"), [("zh", "zh-CN"), ("en", "en")])
def test_the_page_says_its_language(pages, lang, expected):
    assert pages["demo", "29", lang].all("html")[0]["lang"] == expected


def numbers(texts) -> Counter:
    # 10⁴ t and 万吨 are the same unit.
    joined = " | ".join(texts).replace("10⁴", "")
    return Counter(re.findall(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", joined))


@pytest.mark.parametrize(("county", "number"), PAGES)
def test_both_languages_show_the_same_numbers(pages, county, number):
    zh, en = (pages[county, number, lang] for lang in ("zh", "en"))
    assert numbers(zh.cells) == numbers(en.cells)
    pictures = [numbers([i["alt"]]) for page in (zh, en) for i in page.all("img")]
    half = len(pictures) // 2
    assert pictures[:half] == pictures[half:]


def test_the_page_shows_the_number_of_the_result(cases, pages):
    result = cases["demo"].evaluate("29")
    text = "".join(pages["demo", "29", "en"].text)
    assert f"{result.value:.2f} %" in text


class TestRender:
    def test_same_bytes_again(self, tmp_path, cases):
        cell = new_code_cell("x", outputs=every_view(cases["demo"], "29", "zh"))
        assert html_of([cell], tmp_path) == html_of([cell], tmp_path)

    def test_cells_for_the_notebook_only_stay_there(self, tmp_path):
        hidden = new_markdown_cell("secret", metadata={"tags": ["notebook-only"]})
        html = html_of([hidden, new_markdown_cell("shown")], tmp_path)
        assert "secret" not in html and "shown" in html

    def test_the_notebook_itself_is_left_as_it_was(self, tmp_path):
        notebook = new_notebook(
            cells=[new_markdown_cell("x", metadata={"tags": ["notebook-only"]})]
        )
        render(notebook, tmp_path / "p.html", lang="zh", title="t")
        assert len(notebook.cells) == 1

    def test_code_messages_and_errors_are_escaped(self, tmp_path):
        bad = "<script>alert(1)</script>"
        shown = [
            new_output("stream", name="stderr", text=bad),
            new_output("stream", name="stdout", text=bad),
            new_output("error", ename=bad, evalue=bad, traceback=[f"\x1b[31m{bad}\x1b[0m"]),
            new_output("execute_result", data={"text/plain": bad}),
            new_output("display_data", data={"image/svg+xml": "<svg/>", "text/plain": f'"{bad}'}),
        ]
        page = Page(html_of([new_code_cell(bad, outputs=shown)], tmp_path, links={bad: "a.html"}))
        assert not page.all("script")
        # Code, two streams, name, value and trace of the error, the result, the text of the link.
        assert "".join(page.text).count(bad) == 8
        assert page.all("img")[0]["alt"] == f'"{bad}'

    def test_a_picture_is_carried_in_the_page(self, tmp_path):
        svg = "<svg xmlns='http://www.w3.org/2000/svg'><text>é</text></svg>"
        data = {"image/svg+xml": svg, "text/plain": "alt"}
        cell = new_code_cell("x", outputs=[new_output("display_data", data=data)])
        (image,) = Page(html_of([cell], tmp_path)).all("img")
        kind, _, encoded = image["src"].partition(",")
        assert kind == "data:image/svg+xml;base64"
        assert base64.b64decode(encoded).decode() == svg

    def test_links_are_shown_as_given(self, tmp_path):
        page = Page(html_of([], tmp_path, links={"English": "analysis.en.html"}))
        assert "analysis.en.html" in [a["href"] for a in page.all("a")]

    def test_an_unknown_language_is_refused(self, tmp_path):
        with pytest.raises(ParamsError, match="zh, en"):
            html_of([], tmp_path, lang="zh-CN")


HOSTILE = """<script>alert("1")</script> & '$x_1$'"""


@pytest.fixture
def hostile(tiny):
    name = json.dumps(HOSTILE)
    params = f"owners: {{housing: {{zh: {name}, en: {name}}}}}\n"
    items = [("urban_sewage_rate", y, v, "%", HOSTILE) for y, v in ((2018, 91), (2019, 92))]
    documents = [("urban_sewage_rate", "sludge", 2019, "是", HOSTILE, HOSTILE, "1")]
    areas = [("redline", HOSTILE, y, 10, "ha") for y in (2018, 2019)]
    return tiny(2019, params=params, items=items, documents=documents, areas=areas)


@pytest.mark.parametrize("number", ["27", "16"])
def test_hostile_names_and_notes_do_no_harm(hostile, tmp_path, number):
    cell = new_code_cell("x", outputs=every_view(hostile, number, "zh"))
    page = Page(html_of([cell], tmp_path))
    assert not page.all("script")
    assert "".join(page.text).count(HOSTILE) >= 3


class TestWords:
    def test_statuses_are_the_closed_set(self):
        from ecolib.assess.result import STATUSES

        assert set(words("status")) == set(STATUSES)

    def test_a_slip_is_told_with_the_nearest(self, hostile):
        with pytest.raises(ParamsError, match="did you mean 'en'"):
            check_lang("enn")
        assert check_lang("en") == "en"
        # What an analyst enters as the language meets the heading first.
        with pytest.raises(ParamsError, match="must be one of zh, en"):
            views.heading(hostile.evaluate("27"), "fr", case=hostile)
