"""The parts of a Word file: styles, numbering, paragraphs, tables, sections, and the zip around them.

What the template of the report and the documents without a template are built of.
"""

from __future__ import annotations

import io
import zipfile

from markupsafe import escape

from ecolib.texts import text

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

SONG, FANG, HEI, KAI, BIAO = "宋体", "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"
LATIN = "Times New Roman"
#: What Word takes where a font is not installed, and its family and shape.
FONTS = {
    SONG: ("SimSun", "auto", "02010600030101010101"),
    HEI: ("SimHei", "modern", "02010609060101010101"),
    FANG: ("仿宋", "modern", "02010609060101010101"),
    KAI: ("楷体", "modern", "02010609060101010101"),
    BIAO: ("华文中宋", "auto", "02010600040101010101"),
    LATIN: ("", "roman", "02020603050405020304"),
    "Cambria Math": ("", "roman", "02040503050406030204"),
}


# --- styles ---------------------------------------------------------------------------------------


def _letters(font: str, size: float, *, bold: bool = False, extra: str = "") -> str:
    names = f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{font}" w:cs="{LATIN}"/>'
    heavy = "<w:b/><w:bCs/>" * bold
    half = int(size * 2)
    return f'<w:rPr>{names}{heavy}{extra}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr>'


def _shape(
    align: str = "left",
    before: float = 0,
    after: float = 0,
    *,
    exact: int = 0,
    indent: int = 0,
    left: int = 0,
    keep: bool = False,
    number: tuple[int, int] | None = None,
    outline: int | None = None,
    extra: str = "",
    top: str = "",
) -> str:
    """Paragraph properties: space in points, lines and indents in twips."""
    listed = (
        number and f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>'
    )
    lines = (exact, "exact") if exact else (240, "auto")
    first = f'w:firstLineChars="200" w:firstLine="{indent}"' if indent else 'w:firstLine="0"'
    return (
        f"<w:pPr>{'<w:keepNext/><w:keepLines/>' * keep}{top}<w:widowControl/>{listed or ''}{extra}"
        f'<w:snapToGrid w:val="0"/><w:spacing w:before="{int(before * 20)}" '
        f'w:after="{int(after * 20)}" w:line="{lines[0]}" w:lineRule="{lines[1]}"/>'
        f'<w:ind w:left="{left}" {first}/><w:jc w:val="{align}"/>'
        + (f'<w:outlineLvl w:val="{outline}"/>' if outline is not None else "")
        + "</w:pPr>"
    )


#: Line distance of the body: 26 points.
BODY = 520
NEW_PAGE = "<w:pageBreakBefore/>"
RULE = '<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="auto"/></w:pBdr>'
BUILT_IN = ("Normal", "heading", "toc", "header", "footer", "caption", "Hyperlink")


def _dots(left: int, lines: int) -> str:
    tab = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{int(15.7 * CM)}"/></w:tabs>'
    return _shape(exact=lines, left=left, extra=tab)


def _paragraph_styles() -> list[tuple[str, str, str, str]]:
    """Id, name, paragraph and letters of each style; change a style and the whole report follows."""
    small = {"": 10.5, "S": 9}
    tables = [
        style
        for end, size in small.items()
        for style in (
            (f"TableHead{end}", f"Table head{end}", _shape("center", 2, 2, keep=True), _letters(HEI, size)),
            (f"TableText{end}", f"Table text{end}", _shape("left", 2, 2), _letters(FANG, size)),
            (f"TableNumber{end}", f"Table number{end}", _shape("center", 2, 2), _letters(FANG, size)),
        )
    ]  # fmt: skip
    return [
        ("Normal", "Normal", _shape("both", exact=BODY, indent=560), _letters(FANG, 14)),
        ("Heading1", "heading 1",
         _shape("center", 12, 12, keep=True, top=NEW_PAGE, number=(1, 0), outline=0), _letters(HEI, 18)),
        ("Heading2", "heading 2",
         _shape("left", 10, 6, keep=True, number=(1, 1), outline=1), _letters(HEI, 16)),
        ("Heading3", "heading 3",
         _shape("left", 8, 4, keep=True, number=(1, 2), outline=2), _letters(KAI, 15)),
        ("Heading4", "heading 4",
         _shape("left", 4, 2, keep=True, number=(1, 3), outline=3, left=560, exact=BODY),
         _letters(FANG, 14, bold=True)),
        ("AnnexTitle", "Annex title",
         _shape("center", 6, 8, keep=True, top=NEW_PAGE, number=(2, 0), outline=0), _letters(HEI, 16)),
        ("ContentsTitle", "Contents title", _shape("center", 12, 18), _letters(HEI, 16)),
        ("TOC1", "toc 1", _dots(0, 480), _letters(HEI, 14)),
        ("TOC2", "toc 2", _dots(280, 440), _letters(FANG, 14)),
        ("TOC3", "toc 3", _dots(560, 400), _letters(FANG, 12)),
        ("Header", "header", _shape("center", extra=RULE), _letters(KAI, 9)),
        ("Footer", "footer", _shape("center"), _letters(SONG, 9)),
        ("CoverMark", "Cover mark", _shape("right"), _letters(HEI, 16)),
        ("CoverSpace", "Cover space", _shape("center", exact=2600), _letters(SONG, 14)),
        ("CoverTitle", "Cover title", _shape("center", 0, 12), _letters(BIAO, 26)),
        ("CoverYear", "Cover year", _shape("center", 14, 250), _letters(KAI, 16)),
        ("CoverOffice", "Cover office", _shape("center", 0, 10), _letters(HEI, 16)),
        ("CoverDate", "Cover date", _shape("center"), _letters(FANG, 16)),
        ("SignTitle", "Sign title", _shape("center", 60, 24, top=NEW_PAGE), _letters(HEI, 16)),
        ("SignText", "Sign text", _shape("left", 8, 8), _letters(FANG, 14)),
        ("Conclusion", "Conclusion",
         _shape("both", exact=BODY, indent=560), _letters(FANG, 14, bold=True)),
        ("TableTitle", "Table title", _shape("center", 8, 4, keep=True), _letters(HEI, 10.5)),
        ("TableUnit", "Table unit", _shape("right", 0, 2, keep=True), _letters(FANG, 9)),
        ("TableBand", "Table band", _shape("left", 2, 2, keep=True), _letters(HEI, 9)),
        ("TableNote", "Table note", _shape("left", 3, 8), _letters(SONG, 9)),
        *tables,
        ("Figure", "Figure", _shape("center", 8, 2, keep=True), _letters(SONG, 10.5)),
        ("FigureTitle", "Figure title", _shape("center", 2, 10), _letters(HEI, 10.5)),
        ("Formula", "Formula", _shape("center", 6, 6), _letters(FANG, 12)),
        ("Tag", "Tag", _shape("left"), _letters(SONG, 8, extra='<w:color w:val="7F7F7F"/>')),
    ]  # fmt: skip


def _styles(lang: str) -> str:
    spoken = f'<w:lang w:val="{"en-GB" if lang == "en" else "en-US"}" w:eastAsia="zh-CN"/>'
    default = _letters(FANG, 14).replace("</w:rPr>", f"{spoken}</w:rPr>")
    out = f"<w:docDefaults><w:rPrDefault>{default}</w:rPrDefault></w:docDefaults>"
    for key, name, shape, letters in _paragraph_styles():
        own = "" if name.startswith(BUILT_IN) else ' w:customStyle="1"'
        first = ' w:default="1"' * (key == "Normal")
        follow = key if key.startswith(("Table", "Cover", "TOC")) else "Normal"
        out += (
            f'<w:style w:type="paragraph"{first}{own} w:styleId="{key}"><w:name w:val="{name}"/>'
            f'<w:next w:val="{follow}"/><w:uiPriority w:val="1"/><w:qFormat/>{shape}{letters}</w:style>'
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
    for name, (instead, family, shape) in FONTS.items():
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
