"""The parts of a Word file: styles, numbering, paragraphs, tables, sections, and the zip around them.

What the template of the report and the documents without a template are built of.
"""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import Path

import yaml
from markupsafe import escape

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
BUILT_IN = ("Normal", "heading", "toc", "header", "footer", "caption", "Hyperlink")


# --- styles ---------------------------------------------------------------------------------------


@cache
def _looks() -> dict[str, dict]:
    """Fonts and paragraph styles: `templates/styles.yml`."""
    return yaml.safe_load((FOLDER / "styles.yml").read_text(encoding="utf-8"))


def _letters(style: dict) -> str:
    names = (f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{style["font"]}" '
             f'w:cs="{LATIN}"/>')  # fmt: skip
    heavy = "<w:b/><w:bCs/>" * style.get("bold", False)
    color = f'<w:color w:val="{style["color"]}"/>' if "color" in style else ""
    half = int(style["size"] * 2)
    return f'<w:rPr>{names}{heavy}{color}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr>'


def _shape(style: dict) -> str:
    """The properties of a paragraph, in the order that Word asks for."""

    def if_any(name: str, xml: str) -> str:
        return xml if name in style else ""

    listed, level = style.get("number", (0, 0))
    line, rule = (style["exact"], "exact") if "exact" in style else (240, "auto")
    space = {side: int(style.get(side, 0) * 20) for side in ("before", "after")}
    first = 'w:firstLine="0"'
    if "indent" in style:
        first = f'w:firstLineChars="200" w:firstLine="{style["indent"]}"'
    return (
        "<w:pPr>"
        + if_any("keep", "<w:keepNext/><w:keepLines/>")
        + if_any("new_page", "<w:pageBreakBefore/>")
        + "<w:widowControl/>"
        + if_any(
            "number", f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{listed}"/></w:numPr>'
        )
        + if_any(
            "ruled",
            '<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="auto"/></w:pBdr>',
        )
        + if_any(
            "dots",
            f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{int(15.7 * CM)}"/></w:tabs>',
        )
        + f'<w:snapToGrid w:val="0"/><w:spacing w:before="{space["before"]}" '
        f'w:after="{space["after"]}" w:line="{line}" w:lineRule="{rule}"/>'
        f'<w:ind w:left="{style.get("left", 0)}" {first}/>'
        f'<w:jc w:val="{style.get("align", "left")}"/>'
        + if_any("outline", f'<w:outlineLvl w:val="{style.get("outline")}"/>')
        + "</w:pPr>"
    )


def _styles(lang: str) -> str:
    spoken = f'<w:lang w:val="{"en-GB" if lang == "en" else "en-US"}" w:eastAsia="zh-CN"/>'
    styles = _looks()["styles"]
    default = _letters(styles["Normal"]).replace("</w:rPr>", f"{spoken}</w:rPr>")
    out = f"<w:docDefaults><w:rPrDefault>{default}</w:rPrDefault></w:docDefaults>"
    for key, style in styles.items():
        own = "" if style["name"].startswith(BUILT_IN) else ' w:customStyle="1"'
        first = ' w:default="1"' * (key == "Normal")
        follow = key if key.startswith(("Table", "Cover", "TOC")) else "Normal"
        out += (
            f'<w:style w:type="paragraph"{first}{own} w:styleId="{key}">'
            f'<w:name w:val="{style["name"]}"/><w:next w:val="{follow}"/><w:uiPriority w:val="1"/>'
            f"<w:qFormat/>{_shape(style)}{_letters(style)}</w:style>"
        )
    out += (
        '<w:style w:type="character" w:customStyle="1" w:styleId="ToFill"><w:name w:val="To fill in"/>'
        '<w:qFormat/><w:rPr><w:shd w:val="clear" w:color="auto" w:fill="FFFF00"/></w:rPr></w:style>'
    )
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="{8 if side in ("top", "bottom") else 4}" w:space="0" '
        'w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = '<w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/>'
    for key, name, borders in (
        ("ReportTable", "Report table", f"<w:tblBorders>{sides}</w:tblBorders>"),
        ("LayoutTable", "Layout table", ""),
    ):
        out += (
            f'<w:style w:type="table" w:customStyle="1" w:styleId="{key}"><w:name w:val="{name}"/>'
            f'<w:tblPr><w:jc w:val="center"/>{borders}<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
            '<w:tcPr><w:vAlign w:val="center"/></w:tcPr></w:style>'
        )
    return f'{HEAD}<w:styles xmlns:w="{W}">{out}</w:styles>'


#: How headings 1 to 4 and annexes are numbered: kind of number and text, with what follows it.
NUMBERS = {
    "zh": (
        ("chineseCountingThousand", "第%1章", "space"), ("chineseCountingThousand", "%2、", "nothing"),
        ("chineseCountingThousand", "（%3）", "nothing"), ("decimal", "%4.", "nothing"),
    ),
    "en": (
        ("decimal", "Chapter %1", "space"), ("decimal", "%1.%2", "space"),
        ("decimal", "%1.%2.%3", "space"), ("decimal", "(%4)", "space"),
    ),
}  # fmt: skip


def _numbering(lang: str) -> str:
    hint = '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'

    def level(at: int, kind: str, shown: str, after: str, style: str) -> str:
        return (
            f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
            f'<w:pStyle w:val="{style}"/><w:suff w:val="{after}"/><w:lvlText w:val="{shown}"/>'
            f'<w:lvlJc w:val="left"/>{hint}</w:lvl>'
        )

    levels = "".join(
        level(at, *numbered, f"Heading{at + 1}") for at, numbered in enumerate(NUMBERS[lang])
    )
    annex = level(0, "decimal", f"{text('export.word.annex', lang)}%1", "space", "AnnexTitle")
    lists = (("multilevel", levels), ("singleLevel", annex))
    return (
        f'{HEAD}<w:numbering xmlns:w="{W}">'
        + "".join(
            f'<w:abstractNum w:abstractNumId="{n}"><w:multiLevelType w:val="{kind}"/>{body}'
            "</w:abstractNum>"
            for n, (kind, body) in enumerate(lists, 1)
        )
        + "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (1, 2))
        + "</w:numbering>"
    )


def _font_table() -> str:
    out = ""
    for name, (instead, family, shape) in _looks()["fonts"].items():
        other = f'<w:altName w:val="{instead}"/>' * bool(instead)
        out += (
            f'<w:font w:name="{name}">{other}<w:panose1 w:val="{shape}"/>'
            f'<w:charset w:val="{"86" if instead else "00"}"/><w:family w:val="{family}"/>'
            '<w:pitch w:val="variable"/></w:font>'
        )
    return f'{HEAD}<w:fonts xmlns:w="{W}">{out}</w:fonts>'


def _settings() -> str:
    """Contents are made up to date on opening; line breaking as in Chinese offices."""
    word = "http://schemas.microsoft.com/office/word"
    return (
        f'{HEAD}<w:settings {SPACES}><w:defaultTabStop w:val="420"/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:updateFields w:val="true"/>'
        "<w:compat><w:balanceSingleByteDoubleByteWidth/><w:useFELayout/>"
        f'<w:compatSetting w:name="compatibilityMode" w:uri="{word}" w:val="15"/></w:compat>'
        '<m:mathPr><m:mathFont m:val="Cambria Math"/><m:dispDef/></m:mathPr></w:settings>'
    )


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
        "styles": ("styles", _styles(lang)),
        "numbering": ("numbering", _numbering(lang)),
        "settings": ("settings", _settings()),
        "fontTable": ("fontTable", _font_table()),
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
