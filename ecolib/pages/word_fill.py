"""A Word template filled in: an office's own or that of the library, with what no template can say.

The same template and content give the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecolib.errors import RunError, hint
from ecolib.pages.wordml import NO_DATE, W, packed, rendered
from ecolib.texts import Note, text

if TYPE_CHECKING:
    from docx.document import Document
    from docxtpl import DocxTemplate

WORD = f"{{{W}}}"


@dataclass(frozen=True)
class Properties:
    """What a file says of itself: its title, its language, who hands it in and its year."""

    title: str
    lang: str
    author: str = ""
    year: int = NO_DATE[0]


def fill(
    template: Path, content: Callable[[DocxTemplate], Mapping[str, Any]], properties: Properties
) -> bytes:
    """The filled template as the bytes of a .docx.

    Parameters
    ----------
    content
        Gives what stands for each placeholder; pictures need the template that they go into.

    Raises
    ------
    RunError
        When docxtpl is not installed, or the template cannot be read, or names what is not there.
    """
    try:
        from docxtpl import DocxTemplate
        from lxml.etree import XMLSyntaxError
    except ImportError:
        raise RunError(Note("export.no_docxtpl")) from None
    try:
        # A copy in memory, so that a file open in Word does not matter.
        filled = DocxTemplate(io.BytesIO(template.read_bytes()))
        filled.init_docx()
    except FileNotFoundError:
        raise RunError(Note("export.template_missing", source=str(template))) from None
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, XMLSyntaxError) as error:
        raise RunError(Note("export.template_unreadable", source=str(template))) from error
    _render(filled, dict(content(filled)), str(template))
    _finish(filled.docx, properties)
    buffer = io.BytesIO()
    filled.docx.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        return packed({name: archive.read(name) for name in sorted(archive.namelist())})


def _render(filled: DocxTemplate, content: dict[str, Any], source: str) -> None:
    """Put the content in; what the template asks for and is not there is named."""
    from jinja2 import StrictUndefined, TemplateError, UndefinedError
    from jinja2.sandbox import SandboxedEnvironment, SecurityError
    from lxml.etree import XMLSyntaxError

    def unknown(name: str) -> Note:
        return Note("export.no_placeholder", source=source, name=name, hint=hint(name, content))

    # Sandboxed, because a template comes from somebody else.
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        if names := filled.get_undeclared_template_variables(environment, content):
            raise RunError(map(unknown, sorted(names)))
        filled.render(content, environment, autoescape=True)
    except UndefinedError as error:
        name = re.search(r"'([^']+)' is undefined|no attribute '([^']+)'", str(error))
        raise RunError(
            unknown(next(filter(None, name.groups())) if name else str(error))
        ) from error
    except (TemplateError, SecurityError, XMLSyntaxError, TypeError) as error:
        why = " ".join(str(error).split())
        raise RunError(Note("export.template_faulty", source=source, why=why)) from error


# --- after filling --------------------------------------------------------------------------------


def _finish(document: Document, about: Properties) -> None:
    """What no template can say: alternative texts, East Asian fonts, blanks in yellow, contents."""
    from datetime import datetime

    body = document.element.body
    styles = {s.find(f"{WORD}name").get(f"{WORD}val"): s.get(f"{WORD}styleId")
              for s in document.styles.element.iter(f"{WORD}style")}  # fmt: skip
    _mark_blanks(body, text("export.blank", about.lang), styles.get("To fill in"))
    if about.lang == "zh":
        _hint(body)
    _describe(body)
    _drop_empty_section(body)
    _write_contents(body, styles, about.lang)
    properties = document.core_properties
    properties.title, properties.author = about.title, about.author
    properties.language = {"zh": "zh-CN", "en": "en-GB"}[about.lang]
    properties.created = properties.modified = datetime(about.year, 12, 31)
    properties.last_modified_by, properties.revision = "ecolib", 1


def _mark_blanks(body, blank: str, style: str | None) -> None:
    """Parts that a person fills in become runs of their own, in yellow."""
    from copy import deepcopy

    from docx.enum.text import WD_COLOR_INDEX

    for t in [t for t in body.iter(f"{WORD}t") if blank in (t.text or "")]:
        run = t.getparent()
        for piece in filter(None, re.split(f"({re.escape(blank)})", t.text)):
            own = deepcopy(run)
            own.find(f"{WORD}t").text = piece
            if piece == blank and style:
                own.style = style
            elif piece == blank:
                own.get_or_add_rPr().highlight_val = WD_COLOR_INDEX.YELLOW
            run.addprevious(own)
        run.getparent().remove(run)


def _hint(body) -> None:
    """Quotation marks and dashes take the Chinese font."""
    for run in body.iter(f"{WORD}r"):
        if run.t_lst and run.get_or_add_rPr().rFonts is None:
            run.rPr.get_or_add_rFonts().set(f"{WORD}hint", "eastAsia")


def _describe(body) -> None:
    """A picture's alternative text is the title below it."""
    drawing = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
    for at, picture in enumerate(body.iter(drawing), 1):
        paragraph = next(picture.iterancestors(f"{WORD}p"))
        below = paragraph.getnext()
        said = "" if below is None else "".join(t.text or "" for t in below.iter(f"{WORD}t"))
        picture.set("descr", said)
        picture.set("name", f"{at}")


def _drop_empty_section(body) -> None:
    """Without annexes the last section would be an empty page: the one before becomes the last."""
    ends = [p for p in body.findall(f"{WORD}p") if p.find(f"{WORD}pPr/{WORD}sectPr") is not None]
    if not ends:
        return
    after = list(ends[-1].itersiblings())
    filled = (e.tag == f"{WORD}tbl" or "".join(e.itertext()).strip() for e in after[:-1])
    if not after or any(filled):
        return
    body.replace(after[-1], ends[-1].find(f"{WORD}pPr/{WORD}sectPr"))
    for element in (ends[-1], *after[:-1]):
        body.remove(element)


def _write_contents(body, styles: dict[str, str], lang: str) -> None:
    """The lines of the contents inside their field, each with a link to its heading; Word puts the
    pages in when it opens the file. A template without contents is left as it is."""
    from docx.oxml.parser import OxmlElement, parse_xml

    order = next((t for t in body.iter(f"{WORD}instrText") if "TOC " in (t.text or "")), None)
    heads = list(_headings(body, {v: k for k, v in styles.items()}, lang))
    if order is None or not heads:
        return
    field = next(order.iterancestors(f"{WORD}p"))
    lines = []
    for at, (paragraph, level, shown) in enumerate(heads):
        mark = f"_Toc{90000001 + at}"
        lines.append({"mark": mark, "shown": shown, "style": styles.get(f"toc {level}", "")})
        number = {f"{WORD}id": str(at)}
        begin = OxmlElement("w:bookmarkStart", number | {f"{WORD}name": mark})
        paragraph.pPr.addnext(begin)
        paragraph.append(OxmlElement("w:bookmarkEnd", number))
    for line in parse_xml(rendered("contents", order=order.text.strip(), lines=lines)):
        field.addprevious(line)
    field.getparent().remove(field)


#: Chinese figures, for the numbers of headings as Word shows them.
DIGITS = "零一二三四五六七八九"


def _chinese(n: int) -> str:
    tens, ones = divmod(n, 10)
    shown = ("" if tens == 1 else DIGITS[tens]) + "十" if tens else ""
    return shown + (DIGITS[ones] if ones or not tens else "")


def _headings(body, names: dict[str, str], lang: str) -> Iterator[tuple[Any, int, str]]:
    """Headings 1 to 3 and annexes: paragraph, level, and the text with the number Word gives it."""
    at, annexes = [0, 0, 0], 0
    for paragraph in body.iter(f"{WORD}p"):
        name = names.get(paragraph.style, "")
        said = "".join(t.text or "" for t in paragraph.iter(f"{WORD}t"))
        if name == "Annex title":
            annexes += 1
            yield paragraph, 1, text("export.contents.annex", lang, n=annexes, title=said)
        elif re.fullmatch("heading [123]", name):
            level = int(name[-1])
            at = [*at[: level - 1], at[level - 1] + 1, *[0] * (3 - level)]
            n = _chinese(at[level - 1]) if lang == "zh" else ".".join(map(str, at[:level]))
            yield paragraph, level, text(f"export.contents.level{level}", lang, n=n, title=said)
