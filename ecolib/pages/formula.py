"""Formulas of the indicators for Word: LaTeX to OMML, and plain arithmetic worked out.

latex2mathml gives MathML; the few elements that the indicators use are put into Office's own
mathematics. The style sheet that comes with Office may not be passed on.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, fromstring

from latex2mathml.converter import convert
from markupsafe import Markup, escape

from ecolib.pages.wording import width

SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/math"
LETTERS = (
    '<w:rPr><w:rFonts w:ascii="Cambria Math" w:hAnsi="Cambria Math" w:eastAsia="仿宋_GB2312" '
    'w:hint="eastAsia"/><w:sz w:val="24"/></w:rPr>'
)
#: The size of those letters and the least, in half points; how many of them fit, two for a Chinese one.
SIZE, LEAST, FITTING = 24, 18, 60
#: A share of sums, the only form that is worked out with figures.
SHARE = re.compile(r"\\frac\{([\d.+−]+)\}\{([\d.+−]+)\}\\times 100\\%")


def omml(latex: str) -> Markup:
    """A formula on a line of its own, to stand where a template says `{{r … }}`."""
    root = fromstring(convert(latex, display="block"))
    inner = _of(root)
    fractions = [part for node in root.iter() if _name(node) == "mfrac" for part in node]
    widest = max((width("".join(part.itertext())) for part in fractions), default=0)
    if widest > FITTING:
        # Not every program breaks a fraction that is too long for its line.
        size = max(LEAST, SIZE * FITTING // widest)
        inner = inner.replace(f'<w:sz w:val="{SIZE}"/>', f'<w:sz w:val="{size}"/>')
    return Markup(f'<m:oMathPara xmlns:m="{SPACE}"><m:oMath>{inner}</m:oMath></m:oMathPara>')


def evaluated(latex: str) -> float | None:
    """What a share of sums of numbers comes to, in %; None for any other formula."""
    found = SHARE.fullmatch(latex)
    if found is None:
        return None
    part, whole = (
        sum(map(float, re.findall(r"-?[\d.]+", s.replace("−", "-")))) for s in found.groups()
    )
    return 100 * part / whole if whole else None


def _run(said: str, kind: str) -> str:
    style = {"text": "<m:nor/>", "upright": '<m:sty m:val="p"/>'}.get(kind, "")
    properties = f"<m:rPr>{style}</m:rPr>" if style else ""
    return f"<m:r>{properties}{LETTERS}<m:t>{escape(said)}</m:t></m:r>"


def _name(node: Element) -> str:
    """The name of an element without its namespace."""
    return node.tag.rpartition("}")[2]


def _of(node: Element) -> str:
    name, inside = _name(node), list(node)
    match name:
        case "math" | "mrow" | "mstyle":
            return _row(inside)
        case "mfrac":
            return f"<m:f><m:num>{_of(inside[0])}</m:num><m:den>{_of(inside[1])}</m:den></m:f>"
        case "msub":
            return f"<m:sSub><m:e>{_of(inside[0])}</m:e><m:sub>{_of(inside[1])}</m:sub></m:sSub>"
        case "mover":
            bar = '<m:barPr><m:pos m:val="top"/></m:barPr>'
            return f"<m:bar>{bar}<m:e>{_of(inside[0])}</m:e></m:bar>"
        case "mspace":
            return _run("　", "text")
    said = (node.text or "").strip()
    kind = {"mtext": "text", "mi": "letter"}.get(name, "upright")
    return _run(said, "upright" if said == "%" else kind)


def _row(inside: list) -> str:
    """What stands side by side; a sum takes what follows it as its body."""
    out = ""
    for at, node in enumerate(inside):
        if _name(node) == "munderover":
            look = '<m:naryPr><m:chr m:val="∑"/><m:limLoc m:val="undOvr"/></m:naryPr>'
            ends = f"<m:sub>{_of(node[1])}</m:sub><m:sup>{_of(node[2])}</m:sup>"
            return f"{out}<m:nary>{look}{ends}<m:e>{_row(inside[at + 1 :])}</m:e></m:nary>"
        out += _of(node)
    return out
