"""From an executed notebook to one self-contained page: no script, no request, stable bytes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ecolib.errors import ParamsError, hint
from ecolib.texts import LANGS, Note, word

if TYPE_CHECKING:
    from nbformat import NotebookNode

#: A Chinese and an English text, as the pages still hold them.
Pair = tuple[str, str]

#: How a page names its language in `<html lang>`.
HTML_LANGS = {"zh": "zh-CN", "en": "en"}
#: Cells with this tag are for people in JupyterLab and do not go to the page.
NOTEBOOK_ONLY = "notebook-only"
HERE = Path(__file__).parent
TEMPLATE = "template"


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


class Heading(NamedTuple):
    """A heading of the page that can be jumped to."""

    level: int
    id: str
    text: str


def render(
    notebook: NotebookNode,
    target: Path,
    *,
    lang: str,
    title: str,
    links: Mapping[str, str] | None = None,
) -> None:
    """Write the page of an executed notebook to `target`, whose folder is made."""
    import nbformat

    # A copy, because cells are taken out.
    node = nbformat.from_dict(notebook)
    html = page_html(node, lang=lang, title=title, links=links)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(html, encoding="utf-8", newline="\n")


def page_html(
    node: NotebookNode, *, lang: str, title: str, links: Mapping[str, str] | None = None
) -> str:
    """The page of an executed notebook.

    Parameters
    ----------
    title
        The plain-text title for the browser; the heading of the page comes from the notebook.
    links
        Relative addresses by their text, shown at the top: the report, the other language.
    """
    node.cells = [c for c in node.cells if NOTEBOOK_ONLY not in c.metadata.get("tags", ())]
    page = {
        "lang": check_lang(lang),
        "html_lang": HTML_LANGS[lang],
        "title": title,
        "links": dict(links or {}),
        "contents": _contents(node),
        "word": lambda name: word("page", name, lang),
    }
    html, _ = _exporter().from_notebook_node(node, resources={"page": page})
    return html


@cache
def _exporter():
    """One for all pages of a process; its templates are compiled once."""
    # Loaded here so that a notebook that only draws need not wait for nbconvert.
    from nbconvert import HTMLExporter

    return HTMLExporter(
        template_name=TEMPLATE,
        extra_template_basedirs=[str(HERE)],
        exclude_anchor_links=True,
        # None of them has anything to do here, and the notebook is checked again after each.
        default_preprocessors=[],
    )


def warm_up() -> None:
    """The first page compiles templates, schemas and patterns that all pages share."""
    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    shown = new_output("display_data", {"text/html": '<h2 id="a">a</h2><p>a</p>'})
    notebook = new_notebook(cells=[new_code_cell("a", outputs=[shown])])
    nbformat.writes(notebook)
    page_html(notebook, lang="zh", title="")


def _contents(node: NotebookNode) -> list[Heading]:
    """The h2 and h3 headings with an id, in order, from the HTML outputs."""
    found = _Headings()
    for cell in node.cells:
        for output in cell.get("outputs", ()):
            found.feed(output.get("data", {}).get("text/html", ""))
    return found.headings


class _Headings(HTMLParser):
    """Collects headings while reading HTML."""

    def __init__(self):
        super().__init__()
        self.headings: list[Heading] = []
        self._open: tuple[int, str] | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag, attrs):
        name = dict(attrs).get("id")
        if tag in ("h2", "h3") and name:
            self._open, self._text = (int(tag[1]), name), []

    def handle_data(self, data):
        if self._open:
            self._text.append(data)

    def handle_endtag(self, tag):
        if self._open and tag == f"h{self._open[0]}":
            self.headings.append(Heading(*self._open, " ".join("".join(self._text).split())))
            self._open = None
