"""The parts of a Word file: styles, numbering, paragraphs, tables, sections, and the zip around them.

What the template of the report and the documents without a template are built of.
"""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache
from pathlib import Path

import yaml
from jinja2 import Environment
from markupsafe import Markup, escape

from ecolib.texts import text

FOLDER = Path(__file__).parent / "templates"
#: Twips in a centimetre, and the size of A4 in twips.
CM = 567
A4 = (11906, 16838)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:m="{M}" xmlns:wp="{DRAWING}/wordprocessingDrawing" '
    f'xmlns:a="{DRAWING}/main" xmlns:pic="{DRAWING}/picture"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: A file in a zip must have a date; the earliest there is.
NO_DATE = (1980, 1, 1, 0, 0, 0)

LATIN = "Times New Roman"
BUILT_IN = re.compile("Normal|heading|toc|header|footer")


@cache
def _looks() -> dict[str, dict]:
    """Fonts and paragraph styles: `templates/styles.yml`."""
    return yaml.safe_load((FOLDER / "styles.yml").read_text(encoding="utf-8"))


def _part(name: str, lang: str) -> str:
    """A part of the file beside the text: `templates/word/<name>.xml.j2`."""
    environment = Environment(autoescape=True)
    source = (FOLDER / "word" / f"{name}.xml.j2").read_text(encoding="utf-8")
    filled = environment.from_string(source).render(
        **_looks(), W=W, spaces=Markup(SPACES), lang=lang, latin=LATIN, built_in=BUILT_IN,
        annex=text("export.word.annex", lang),
    )  # fmt: skip
    return HEAD + re.sub(r"\s*\n\s*", "", filled)


# --- pieces of the body ---------------------------------------------------------------------------

HINT = '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'


def run(words: str) -> str:
    return f'<w:r>{HINT}<w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def field(code: str, shown: str) -> str:
    def mark(kind: str) -> str:
        return f'<w:r>{HINT}<w:fldChar w:fldCharType="{kind}"/></w:r>'

    order = f'<w:r>{HINT}<w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
    return mark("begin") + order + mark("separate") + run(shown) + mark("end")


def para(style: str, *pieces: str, extra: str = "") -> str:
    body = "".join(piece if piece.startswith("<w:r>") else run(piece) for piece in pieces)
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>{body}</w:p>'


def tag(order: str) -> str:
    return para("Tag", f"{{%p {order} %}}")


def each(order: str, *body: str) -> str:
    """What is repeated, or there only on a condition."""
    return tag(order) + "".join(body) + tag(f"end{order.split()[0]}")


def cell(width: int, content: str, *, over: int = 1, grey: bool = False) -> str:
    span = f'<w:gridSpan w:val="{over}"/>' * (over > 1)
    fill = '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>' * grey
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{fill}</w:tcPr>{content}</w:tc>'


def row(*cells: str, head: bool = False) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' * head}</w:trPr>{''.join(cells)}</w:tr>"


class Table:
    """A table of fixed widths (in cm); rows stand in the order in which they are added."""

    def __init__(
        self, widths: list[float], *, small: bool = False, short: bool = False, bare: bool = False
    ):
        self.widths = [round(width * CM) for width in widths]
        self.style = "LayoutTable" if bare else "ReportTable"
        self.end = "S" * small
        # A short table stays on one page with the note below it.
        self.keep = "<w:keepNext/>" * short
        self.rows: list[str] = []

    def head(self, *names: str) -> Table:
        cells = (cell(w, para(f"TableHead{self.end}", n), grey=True)
                 for w, n in zip(self.widths, names, strict=True))  # fmt: skip
        self.rows.append(row(*cells, head=True))
        return self

    def _across(self, content: str, *, grey: bool = False) -> Table:
        whole = cell(sum(self.widths), content, over=len(self.widths), grey=grey)
        self.rows.append(row(whole))
        return self

    def tag(self, order: str) -> Table:
        return self._across(para("Tag", f"{{%tr {order} %}}"))

    def band(self, words: str) -> Table:
        return self._across(para("TableBand", words, extra=self.keep), grey=True)

    def line(self, *words: str, kinds: str) -> Table:
        """One row; kinds: t text, n number (centred), s a line to sign."""
        style = {"t": f"TableText{self.end}", "n": f"TableNumber{self.end}", "s": "SignText"}
        cells = (cell(w, para(style[k], words, extra=self.keep))
                 for w, words, k in zip(self.widths, words, kinds, strict=True))  # fmt: skip
        self.rows.append(row(*cells))
        return self

    def xml(self) -> str:
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in self.widths)
        return (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="{self.style}"/><w:tblW w:w="{sum(self.widths)}" '
            'w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
            '<w:tblLook w:val="0420" w:firstRow="1" w:noVBand="1"/></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{''.join(self.rows)}</w:tbl>"
        )


def section(*, across: bool = False, numbers: str = "", bare: bool = False) -> str:
    """The end of a part of the document: its paper, its margins, how its pages are numbered."""
    refs = ('<w:headerReference w:type="default" r:id="rId10"/>'
            '<w:footerReference w:type="default" r:id="rId11"/>') * (not bare)  # fmt: skip
    width, height = reversed(A4) if across else A4
    turned = ' w:orient="landscape"' * across
    left, right = (1134, 1134) if across else (round(2.8 * CM), round(2.5 * CM))
    top = round(2.5 * CM)
    return (
        f'<w:sectPr>{refs}<w:type w:val="nextPage"/><w:pgSz w:w="{width}" w:h="{height}"{turned}/>'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{top}" w:left="{left}" '
        f'w:header="850" w:footer="850" w:gutter="0"/>{numbers}</w:sectPr>'
    )


def section_end(**how) -> str:
    line = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    return f'<w:p><w:pPr><w:pStyle w:val="Tag"/>{line}{section(**how)}</w:pPr></w:p>'


def page_numbers(kind: str, start: int = 1) -> str:
    return f'<w:pgNumType w:fmt="{kind}" w:start="{start}"/>'


# --- the file --------------------------------------------------------------------------------------


def document(body: str, header: str, lang: str) -> bytes:
    """A .docx in the styles of the report.

    Parameters
    ----------
    body
        Its part `document.xml`.
    header
        The text at the head of each page.
    """
    parts = {
        "document": ("document.main", body),
        "styles": ("styles", _part("styles", lang)),
        "numbering": ("numbering", _part("numbering", lang)),
        "settings": ("settings", _part("settings", lang)),
        "fontTable": ("fontTable", _part("fontTable", lang)),
        "header1": ("header", f"{HEAD}<w:hdr {SPACES}>{para('Header', header)}</w:hdr>"),
        "footer1": ("footer", f"{HEAD}<w:ftr {SPACES}>{para('Footer', field('PAGE', '1'))}</w:ftr>"),
    }  # fmt: skip
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{TYPES}.{kind}+xml"/>'
        for name, (kind, _) in parts.items()
    )
    relations = {"rId1": ("styles", "styles"), "rId2": ("numbering", "numbering"),
                 "rId3": ("settings", "settings"), "rId4": ("fontTable", "fontTable"),
                 "rId10": ("header", "header1"), "rId11": ("footer", "footer1")}  # fmt: skip
    links = "".join(
        f'<Relationship Id="{key}" Type="{R}/{kind}" Target="{name}.xml"/>'
        for key, (kind, name) in relations.items()
    )
    files = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{overrides}</Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{R}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{links}'
        "</Relationships>",
        **{f"word/{name}.xml": xml for name, (_, xml) in parts.items()},
    }
    return packed({name: xml.encode() for name, xml in files.items()})


def packed(files: dict[str, bytes]) -> bytes:
    """Files as a zip without dates."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, NO_DATE), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
