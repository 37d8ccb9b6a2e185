"""From an executed notebook to one self-contained file: no script, no request, stable bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

from ecolib.errors import check_lang
from ecolib.pages import render
from ecolib.texts import text

if TYPE_CHECKING:
    from nbformat import NotebookNode

#: Cells with this tag are for people in JupyterLab and do not go to the page.
NOTEBOOK_ONLY = "notebook-only"
STYLE = re.compile(f"{re.escape(render.BEGIN)}(.*?){re.escape(render.END)}", re.DOTALL)
#: Where look and page stand in the file before they are put in.
STYLE_HERE, PAGE_HERE = "/* style */", "<!-- page -->"
HERE = Path(__file__).parent
TEMPLATE = "file"


def take_files(notebook: NotebookNode) -> dict[str, str]:
    """The files that its pages bring, by their address from the page; the notebook keeps none."""
    outputs = (o for cell in notebook.cells for o in cell.get("outputs", ()))
    found: dict[str, str] = {}
    for output in outputs:
        found |= output.get("data", {}).pop(render.FILES, {})
    return found


def page_html(
    node: NotebookNode, *, lang: str, title: str, links: Mapping[str, str] | None = None
) -> str:
    """The file of an executed notebook, which is left without what does not go there.

    Its last cell gives a `Page`, whose look goes into the head of the file and whose title and place
    onto the margins of the paper. What other cells show goes below it.

    Parameters
    ----------
    title
        The plain-text title of a notebook that gives no page.
    links
        Relative addresses by their text, shown at the top: the report, the other language.
    """
    check_lang(lang)
    node.cells = [c for c in node.cells if NOTEBOOK_ONLY not in c.metadata.get("tags", ())]
    pages, css = [], render.style_sheet("page")
    for cell in node.cells:
        for output in cell.get("outputs", ()):
            html = output.get("data", {}).get("text/html", "")
            if found := STYLE.match(html):
                css = found[1]
                pages.append(html[found.end() :])
                output.data["text/html"] = ""
    own, place = render.title_and_place(pages[0]) if pages else ("", "")
    sheet = {
        "lang": lang,
        "html_lang": render.HTML_LANGS[lang],
        "has_page": bool(pages),
        "style_here": STYLE_HERE,
        "page_here": PAGE_HERE,
        # Escaped already where it comes from the page.
        "title": own or render.environment(lang).filters["plain"](title),
        "place": place,
        "margin": {name: _in_css(said) for name, said in (("place", place), ("title", own))},
        # The number is put in by the printer.
        "sheets": text("page.sheet", lang, pages='" counter(pages) "').join('""'),
        "links": dict(links or {}),
        "shown": lambda said: render.shown(said, lang),
        "t": lambda code, **args: text(code, lang, **args),
    }
    html, _ = _exporter().from_notebook_node(node, resources={"page": sheet})
    # The page goes in last: nbconvert parses whatever it makes and writes it anew.
    return html.replace(STYLE_HERE, css, 1).replace(PAGE_HERE, "\n".join(pages), 1)


def page_file(page: render.Page, lang: str) -> str:
    """The file of a page that no notebook gives."""
    return page_html(_notebook(page._repr_html_()), lang=lang, title="")


def _notebook(html: str) -> NotebookNode:
    """One that shows a piece of HTML."""
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    output = new_output("execute_result", {"text/html": html})
    return new_notebook(cells=[new_code_cell(outputs=[output])])


def _in_css(said: str) -> str:
    """A text of the page between the quotation marks of a style sheet."""
    return re.sub(r'["\\\\<\n]', "", unescape(said))


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

    notebook = _notebook('<h2 id="a">a</h2><p>a</p>')
    nbformat.writes(notebook)
    page_html(notebook, lang="zh", title="")
