"""Pages as a reader meets them: text without tags, tables by caption, figures by their description."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import unescape
from html.parser import HTMLParser

from counties import evaluated, opened
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from ecolib import pages

VOID = {"img", "meta", "link", "br", "hr", "input", "col", "source"}


class Html(HTMLParser):
    """What the tests ask of a page, collected while reading it; a tag left open is a mistake."""

    def __init__(self, html: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.headings: list[int] = []
        self.cells: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if {"td", "th"} & set(self.open):
            self.cells[-1] += data

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag in names]


@dataclass(frozen=True)
class Read:
    """One page of one result."""

    html: str
    files: dict[str, str]

    @property
    def text(self) -> str:
        """What is read, tags left out; the descriptions of figures are attributes and not in it."""
        return words(self.html)

    @property
    def alts(self) -> list[str]:
        """What the figures say to who does not see them."""
        return [unescape(alt) for alt in re.findall(r'role="img" aria-label="([^"]*)"', self.html)]

    @property
    def titles(self) -> list[str]:
        """The titles of the figures, with their numbers."""
        return [words(t) for t in re.findall("<figcaption>(.*?)</figcaption>", self.html, re.S)]

    def section(self, name: str) -> str:
        """The text of one section; empty where there is none."""
        found = re.search(rf'<section id="{name}-section".*?</section>', self.html, re.S)
        return words(found[0]) if found else ""

    def table(self, caption: str) -> list[list[str]]:
        """The rows of the table whose caption begins so, without its head."""
        for table in re.findall(r"<table.*?</table>", self.html, re.S):
            if words(re.search("<caption.*?</caption>", table, re.S)[0]).startswith(caption):
                rows = re.findall(r"<tr\b[^>]*>(.*?)</tr>", table, re.S)[1:]
                return [[words(c) for c in re.findall("<t[hd].*?</t[hd]>", r, re.S)] for r in rows]
        raise AssertionError(f"no table {caption}")


def words(html: str) -> str:
    """The text between tags; what only marks letters does not part them."""
    shown = re.sub(r"<svg.*?</svg>", " ", html, flags=re.S)
    shown = re.sub(r"</?(?:sub|span|b)\b[^>]*>", "", shown)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", shown)).split())


def unwritten(patch) -> list[Figure]:
    """Figures are drawn up and not written from here on, which takes the time; the list gathers them.

    `patch` is pytest's monkeypatch.
    """
    found: list[Figure] = []

    def keep(canvas, file, **more):
        found.append(canvas.figure)
        file.write('<svg viewBox="0 0 1 1"></svg>')

    patch.setattr(FigureCanvasSVG, "print_svg", keep)
    return found


def read(result, lang: str, case) -> Read:
    page = pages.indicator(result, lang, case=case)
    return Read(page.html, dict(page.files))


@cache
def page_of(county: str, year: int, number: str, lang: str) -> Read:
    """A page of one of the two counties, made once."""
    return read(evaluated(county, year, number), lang, opened(county, year))
