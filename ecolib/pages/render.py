"""From a template to a page: one Jinja environment a language, and the `Page` it gives.

Every text is escaped. What a template prints is also made fit for readers of the page: on an English
page Chinese words (names of files, sites and documents, what somebody wrote) are marked as Chinese,
so that a screen reader changes its voice. Within an attribute the filter `plain` leaves that out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup, escape

from ecolib.errors import check_lang
from ecolib.indicators.catalogue import Indicator
from ecolib.pages.style import EVIDENCE_MARKS, FINDING_MARKS, MARKS, PLAN_MARKS, PLAN_TONES
from ecolib.pages.wording import sentence
from ecolib.texts import LANGS, amount, name_of, show, text, word

#: How a page names its language in `lang`.
HTML_LANGS = {"zh": "zh-CN", "en": "en"}
CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
#: Chinese with the signs, figures and blanks between its characters: one stretch, one mark.
STRETCH = re.compile(
    rf"[《“‘（〔【]?{CHINESE.pattern}(?:[\s\w.,:;·、，。：；！？《》〈〉“”‘’（）〔〕【】—～%/()-]*"
    rf"{CHINESE.pattern})*[》”’）〕】。]*"
)
SYMBOLS = re.compile(r"(?<![A-Za-z])(PM(?=2\.5|10)|[NS]?O(?=[23]))(2\.5|10|[23])(?![\dA-Za-z])")
HEADING = re.compile(r'<h2\b[^>]*\bid="([^"]+)"[^>]*>(.*?)</h2>', re.DOTALL)
TAGS = re.compile(r"<[^>]+>")
GLYPHS = re.compile(r'<path id="(glyph-[\w-]+)"[^>]*?/>\s*', re.DOTALL)
ROOT = re.compile(r'<div class="ecolib" lang="[^"]*" data-title="([^"]*)" data-place="([^"]*)">')
#: A page within JupyterLab keeps its look to itself.
BEGIN, END = "<style>@scope (.ecolib) {\n", "}</style>\n"
#: The kind of output under which a notebook carries the files of a page.
FILES = "application/vnd.ecolib.files+json"


@dataclass(frozen=True)
class Page:
    """A page as HTML with its look, and as plain text for who sees no HTML."""

    html: str
    css: str
    text: str
    #: What belongs beside the page, by its address from there; the runner writes it.
    files: Mapping[str, str] = field(default_factory=dict, repr=False)

    def _repr_html_(self) -> str:
        return f"{BEGIN}{self.css}{END}{self.html}"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        files = {FILES: dict(self.files)} if self.files else {}
        return {"text/html": self._repr_html_(), "text/plain": self.text, **files}

    def __repr__(self) -> str:
        return self.text


def page(
    template: str,
    lang: str,
    *,
    title: str,
    place: str,
    said: Iterable[str] = (),
    styles: Iterable[str] = (),
    brings: Mapping[str, str] | None = None,
    **context: Any,
) -> Page:
    """Fill in a template.

    Parameters
    ----------
    template
        `report` for `templates/report.html.j2`, which extends `page.html.j2`.
    title
        Names the page in a browser's tab and at the head of each sheet of paper.
    place
        County and year, for the head of each sheet.
    said
        Sentences for who sees no HTML; the title goes before them.
    styles
        Style sheets beside `page.css`, in their order; one named `*.j2` is filled in as well.
    brings
        Texts that belong beside the page, by their address from there.
    """
    ours = environment(check_lang(lang))
    context |= {"title": title, "place": place}
    html = share_glyphs(ours.get_template(f"{template}.html.j2").render(context))
    css = "".join(
        ours.get_template(name).render(context) if name.endswith(".j2") else style_sheet(name)
        for name in ("page", *styles)
    )
    return Page(html, css, "\n".join((title, *said)), brings or {})


@cache
def environment(lang: str) -> jinja2.Environment:
    """Templates in a language: `t(code, …)` and `word(set, name)` say what the catalogue says."""
    found = jinja2.Environment(
        loader=jinja2.PackageLoader("ecolib.pages", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: shown(value, lang),
    )
    found.globals |= {
        "lang": lang,
        "html_lang": HTML_LANGS[lang],
        "t": lambda code, **args: text(code, lang, **args),
        "word": lambda kind, name: word(kind, name, lang),
        "verdict": lambda status: verdict(status, lang),
        "name": lambda kind, code: name_of(kind, code, lang),
        "amount": lambda value, unit="": amount(value, unit, lang),
        "show": lambda value: show(value, lang),
        "gap": {"zh": "", "en": " "}[lang],
        "MARKS": MARKS,
        "FINDING_MARKS": FINDING_MARKS,
        "EVIDENCE_MARKS": EVIDENCE_MARKS,
        "PLAN_MARKS": PLAN_MARKS,
        "PLAN_TONES": PLAN_TONES,
        "contents": contents,
    }
    found.filters |= {
        "plain": lambda value: Markup(escape(value)),
        "say": lambda note: note.text(lang),
        "anchor": anchor,
        "sentence": sentence,
        "kind": lambda piece: type(piece).__name__,
    }
    return found


def verdict(status: str, lang: str) -> str:
    """The word of a verdict; also for an indicator without a saved result."""
    return text("page.no_result", lang) if status == "no_result" else word("status", status, lang)


def shown(value: Any, lang: str) -> Any:
    """What a template prints, for readers; finished HTML as it is."""
    if value is None:
        return ""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    # A plain text, as a `Markup` would escape what is put into it.
    said = str(escape(value))
    if "O" in said or "PM" in said:
        said = SYMBOLS.sub(r"\1<sub>\2</sub>", said)
    if lang != "zh" and not said.isascii():
        said = STRETCH.sub(r'<span lang="zh-CN">\g<0></span>', said)
    return Markup(said)


def page_of(entry: Indicator, lang: str) -> str:
    """The page of an indicator, seen from the report; a part stands on the page of its group."""
    name = "analysis.html" if lang == "zh" else f"analysis.{lang}.html"
    part = f"#part-{entry.number}" if entry.group else ""
    return f"indicators/{entry.group or entry.id}/{name}{part}"


def anchor(said: str) -> str:
    """A text as a name within the page."""
    return re.sub(r"[^0-9A-Za-z_\u4e00-\u9fff]+", "-", said).strip("-")


def contents(html: str) -> list[tuple[str, str]]:
    """The main headings that can be jumped to: id and text, in order."""
    return [(name, unescape(TAGS.sub("", said)).strip()) for name, said in HEADING.findall(html)]


def share_glyphs(html: str) -> str:
    """Outlines of characters that several figures draw, once, before them all."""
    kept: dict[str, str] = {}
    for found in GLYPHS.finditer(html):
        kept.setdefault(found[1], found[0].strip())
    if not kept:
        return html
    outlines = f"<defs>{''.join(kept.values())}</defs>"
    shared = f'<svg width="0" height="0" class="hidden" aria-hidden="true">{outlines}</svg>'
    return GLYPHS.sub("", html).replace("<main ", f"{shared}<main ", 1)


@cache
def style_sheet(name: str) -> str:
    """A file of `templates/*.css`."""
    return (files("ecolib.pages") / "templates" / f"{name}.css").read_text(encoding="utf-8")


def title_and_place(html: str) -> tuple[str, str]:
    """What a page says of itself in its outermost element, still escaped; empty for no page."""
    found = ROOT.search(html)
    return (found[1], found[2]) if found else ("", "")


def warm_up() -> None:
    """Templates are compiled once; all pages share them."""
    for lang in LANGS:
        for name in environment(lang).list_templates(extensions=["j2"]):
            environment(lang).get_template(name)
