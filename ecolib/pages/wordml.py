"""A Word file of the library's own look: the parts of the package and the zip around them.

Each part is a Jinja template of `templates/word`; what a text is built of stands in `pieces.xml.j2`.
"""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from ecolib.texts import text

FOLDER = Path(__file__).parent / "templates"
#: Twips in a centimetre.
CM = 567
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
#: The files of the package, and the template of each; the text has one of its own.
PARTS = {
    "[Content_Types].xml": "content_types",
    "_rels/.rels": "relations",
    "word/_rels/document.xml.rels": "document_relations",
    "word/document.xml": "",  # one of its own
    "word/styles.xml": "styles",
    "word/numbering.xml": "numbering",
    "word/settings.xml": "settings",
    "word/fontTable.xml": "fontTable",
    "word/header1.xml": "header",
    "word/footer1.xml": "footer",
}
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: What the templates are set in lines by.
BETWEEN_TAGS = re.compile(r">\s*\n\s*<")
#: A file in a zip must have a date; the earliest there is.
NO_DATE = (1980, 1, 1, 0, 0, 0)


class TableForm(NamedTuple):
    """How a table looks.

    Attributes
    ----------
    widths
        Of the columns, in twips.
    kinds
        A letter a column: t text, n number (centred), s a line to sign.
    small
        Whether it is in small print.
    short
        Whether it stays on one page with the note below it.
    """

    widths: list[int]
    kinds: str = ""
    small: bool = False
    short: bool = False


@cache
def environment() -> Environment:
    """The templates of the parts, with fonts and paragraph styles (`templates/styles.yml`)."""
    loader = FileSystemLoader(FOLDER / "word")
    found = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    looks = yaml.safe_load((FOLDER / "styles.yml").read_text(encoding="utf-8"))
    found.globals |= looks | {"W": W, "spaces": Markup(SPACES), "text": text}
    return found


def rendered(part: str, **content: Any) -> str:
    """The XML of one template, without the lines that it is set in."""
    xml = environment().get_template(f"{part}.xml.j2").render(content)
    return BETWEEN_TAGS.sub("><", xml).strip()


def document(part: str, header: str, lang: str, **content: Any) -> bytes:
    """A .docx in the styles of the report; the same content gives the same bytes.

    Parameters
    ----------
    part
        The template of its text, which is filled with `content`.
    header
        The text at the head of each page.
    """
    content |= {"header": header, "lang": lang}
    return packed(
        {
            name: (HEAD + rendered(template or part, **content)).encode()
            for name, template in PARTS.items()
        }
    )


def packed(files: dict[str, bytes]) -> bytes:
    """Files as a zip without dates."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, NO_DATE), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
