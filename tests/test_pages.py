"""The ground of all pages: escaping, languages, figures as SVG, and the file made of a notebook."""

import re

import jinja2
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from ecolib.assess.result import STATUSES
from ecolib.errors import ParamsError
from ecolib.pages.notebook import page_html
from ecolib.pages.render import BEGIN, Page, check_lang, environment, share_glyphs, style_sheet
from ecolib.pages.style import COLOURS, MARKS, subplots, svg

PAGE = """{% extends 'page.html.j2' %}{% import 'macros.html.j2' as m with context %}
{% block main %}<h1>{{ title }}</h1><section><h2 id="a">{{ said }}</h2>
{{ m.table(frame, 'Table') }}</section>{% endblock %}"""


def filled(source: str, lang: str, **context) -> str:
    return environment(lang).from_string(source).render(**context)


def page(lang="zh", **context) -> Page:
    given = {"title": "甲<i>", "place": '乙"丙', "said": "丁 & <b>"} | context
    html = filled(PAGE, lang, frame=pd.DataFrame({"x": ["<u>"], "y": [None]}), **given)
    return Page(html, style_sheet("page"), "甲")


def notebook(*cells):
    return new_notebook(cells=list(cells))


def cell(shown, source="pages.x()", tags=()):
    data = {"text/html": shown._repr_html_(), "text/plain": repr(shown)}
    output = new_output("execute_result", data=data)
    return new_code_cell(source, outputs=[output], metadata={"tags": list(tags)} if tags else {})


class TestWhatATemplatePrints:
    def test_text_is_escaped_and_html_is_not_twice(self):
        assert filled(
            "{{ x }}{{ y }}", "zh", x="<b>&", y=jinja2.utils.markupsafe.Markup("<i>")
        ) == ("&lt;b&gt;&amp;<i>")

    def test_chinese_on_an_english_page_is_marked_whole(self):
        shown = filled("{{ x }}", "en", x="see 《某方案（2018年）》 of 2018")
        assert shown == 'see <span lang="zh-CN">《某方案（2018年）》</span> of 2018'
        assert filled("{{ x }}", "zh", x="见《某方案》") == "见《某方案》"

    def test_within_an_attribute_nothing_is_marked(self):
        assert filled('<a title="{{ x | plain }}">', "en", x='某"县') == '<a title="某&#34;县">'

    def test_particles_stand_lower(self):
        assert filled("{{ x }}", "zh", x="2015年PM2.5和PM10，PM100") == (
            "2015年PM<sub>2.5</sub>和PM<sub>10</sub>，PM100"
        )

    def test_what_a_template_does_not_know_is_a_mistake(self):
        with pytest.raises(jinja2.UndefinedError):
            filled("{{ nowhere }}", "zh")

    def test_an_unknown_language_is_refused_with_the_nearest(self):
        with pytest.raises(ParamsError, match="en"):
            check_lang("enn")


class TestVerdicts:
    def test_each_has_a_sign_of_its_own_and_a_tone_on_the_page(self):
        assert set(MARKS) == {*STATUSES, "no_result"}
        assert len(set(MARKS.values())) == len(MARKS)
        css = style_sheet("page")
        assert all(re.search(rf"\.{status}\b", css) for status in MARKS)

    @pytest.mark.parametrize("status", MARKS)
    def test_a_badge_says_sign_and_word(self, status):
        source = "{% import 'macros.html.j2' as m with context %}{{ m.badge(s) }}"
        shown = filled(source, "en", s=status)
        assert f'<b aria-hidden="true">{MARKS[status]}</b>' in shown
        assert re.sub("<[^>]*>", "", shown).replace(MARKS[status], "", 1).strip()

    def test_tones_are_the_same_on_paper_and_in_figures(self):
        css = style_sheet("page")
        bare = {
            "no_result",
            "not_applicable",
            "not_evaluable",
        }  # these are white, whatever they lie on
        assert {"ink", "line", "accent", *MARKS} - COLOURS.keys() == bare
        for name, colour in COLOURS.items():
            assert _hex(re.search(rf"--{re.escape(name)}: (#[0-9a-f]+);", css)[1]) == colour

    @pytest.mark.parametrize("scheme", [0, 1])
    def test_words_can_be_read_on_their_tones(self, scheme):
        # WCAG 2.2, 1.4.3: 4.5 to 1; the second block holds the dark screen.
        blocks = re.findall(r":scope \{(.*?)\}", style_sheet("page"), re.DOTALL)
        tones = {n: _hex(c) for n, c in re.findall(r"--([\w-]+): (#[0-9a-f]+);", blocks[scheme])}
        pairs = [(tones[f"{s}-ink"], tones[s]) for s in MARKS if f"{s}-ink" in tones and s in tones]
        pairs += [(tones[n], tones[p]) for n in ("ink", "ink2", "accent") for p in ("bg", "soft")]
        assert len(pairs) == 12
        assert min(_contrast(*pair) for pair in pairs) >= 4.5


def _hex(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(2 * c for c in colour[1:])


def _contrast(one: str, other: str) -> float:
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def drawn(alt="甲：1、2"):
    figure, axis = subplots(figsize=(3, 2))
    axis.plot([1, 2], label="甲")
    axis.legend()
    return svg(figure, alt)


class TestFigures:
    def test_the_same_bytes_every_time_and_described(self):
        assert drawn() == drawn()
        assert 'role="img" aria-label="a &#34;b&#34;"' in drawn('a "b"')
        assert "var(--ink" in drawn() and "<metadata" not in drawn()

    def test_two_of_them_share_outlines_and_no_other_id(self):
        html = share_glyphs(f"<div><main id='x'>{drawn()}{drawn('另一个')}</main></div>".replace(
            "<main id", "<main class='' id"))  # fmt: skip
        ids = re.findall(r'\bid="([^"]+)"', html)
        assert len(set(ids)) == len(ids)
        used = set(re.findall(r'href="#([^"]+)"', html)) | set(re.findall(r"url\(#([^)]+)\)", html))
        assert used and used <= set(ids)


class TestTheFile:
    def test_head_title_margins_and_page(self):
        html = page_html(notebook(cell(page())), lang="zh", title="other", links={"另": "a&b.html"})
        assert html.startswith("<!DOCTYPE html>") and '<html lang="zh-CN">' in html
        assert "<title>甲&lt;i&gt; · 国家生态文明建设示范县</title>" in html
        # What would end the text of a style sheet is left out of it.
        assert '@top-left { content: "乙丙"' in html and 'content: "甲i>"' in html
        assert 'counter(pages) "页"' in html and BEGIN not in html
        assert '<a href="a&amp;b.html">另</a>' in html
        assert html.count("<main ") == html.count("<h1>") == 1
        assert "&lt;u&gt;" in html and "<td>—</td>" in html

    def test_contents_lead_to_the_headings(self):
        assert '<a href="#a">丁 &amp; &lt;b&gt;</a>' in page().html

    def test_cells_for_people_in_jupyterlab_stay_out(self):
        cells = [cell(page(said="留下")), cell(page(said="不要"), "secret", ["notebook-only"])]
        html = page_html(notebook(*cells), lang="zh", title="t")
        assert "留下" in html and "不要" not in html and "secret" not in html

    def test_a_notebook_without_a_page_is_shown_as_it_is(self):
        told = new_output("stream", name="stdout", text="<print>")
        own = notebook(new_markdown_cell("# 甲"), new_code_cell("x", outputs=[told]))
        html = page_html(own, lang="en", title="A <b>")
        assert "<title>A &lt;b&gt; · " in html and "&lt;print&gt;" in html
        assert html.count("<main ") == 1

    def test_no_script_no_request_same_bytes(self):
        made = [page_html(notebook(cell(page())), lang="zh", title="t") for _ in range(2)]
        assert made[0] == made[1]
        assert not re.search(r"<script|<link|https?://(?!www\.w3)", made[0])
