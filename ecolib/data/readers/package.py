"""What a workbook's package says of its sheets and styles, without opening any sheet."""

from __future__ import annotations

import re
from posixpath import join, normpath
from xml.parsers import expat
from zipfile import ZipFile

#: Number formats 9 and 10 of every workbook are 0% and 0.00%.
PERCENT_FORMATS = {"9", "10"}


def safe_parser() -> expat.XMLParserType:
    """A parser that takes no document type, where entities that grow or fetch are declared."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_doctype
    return parser


def _no_doctype(*_) -> None:
    raise ValueError("a document type declaration, which no workbook has")


def _elements(book: ZipFile, part: str) -> list[tuple[str, dict]]:
    """Every element of a part, in order, as (name, attributes)."""
    found: list[tuple[str, dict]] = []
    parser = safe_parser()
    parser.StartElementHandler = lambda name, attributes: found.append((bare(name), attributes))
    parser.Parse(book.read(part), True)
    return found


def bare(name: str) -> str:
    """An element's name without its prefix."""
    return name.rpartition(":")[2]


def sheet_parts(book: ZipFile) -> dict[str, str]:
    """The part of the package that holds each worksheet, by the name of the sheet."""
    root = _related(book, "_rels/.rels", "")
    workbook = next(target for kind, target in root.values() if kind == "officeDocument")
    folder, _, name = workbook.rpartition("/")
    parts = _related(book, join(folder, "_rels", f"{name}.rels"), folder)
    sheets = [attributes for name, attributes in _elements(book, workbook) if name == "sheet"]
    ids = {s["name"]: next(s[key] for key in s if key.endswith(":id")) for s in sheets}
    return {name: parts[i][1] for name, i in ids.items() if parts[i][0] == "worksheet"}


def _related(book: ZipFile, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """The relations of a part: id -> (kind, target)."""
    found = [attributes for name, attributes in _elements(book, part) if name == "Relationship"]
    return {
        r["Id"]: (r["Type"].rpartition("/")[2], normpath(join("/", folder, r["Target"])).lstrip("/"))
        for r in found
    }  # fmt: skip


def percent_styles(book: ZipFile) -> set[str]:
    """The style numbers of cells that show a number as a percentage."""
    styles = next((n for n in book.namelist() if n.lower() == "xl/styles.xml"), None)
    if styles is None:
        return set()
    elements = _elements(book, styles)
    percent = PERCENT_FORMATS | {
        a["numFmtId"] for name, a in elements if name == "numFmt" and is_percent(a["formatCode"])
    }
    names = [name for name, _ in elements]
    if "cellXfs" not in names:
        return set()
    cell_styles = elements[names.index("cellXfs") + 1 :]
    formats = []
    for name, attributes in cell_styles:
        if name == "cellStyles":
            break
        if name == "xf":
            formats.append(attributes.get("numFmtId"))
    return {str(i) for i, number in enumerate(formats) if number in percent}


def is_percent(code: str) -> bool:
    """Whether a number format shows a percentage; quoted and escaped signs are only text."""
    return "%" in re.sub(r'"[^"]*"|\\.', "", code)


def longest_text(book: ZipFile) -> int:
    """How many characters the longest text has that cells refer to."""
    part = next((n for n in book.namelist() if n.lower() == "xl/sharedstrings.xml"), None)
    if part is None:
        return 0
    lengths = [0]

    def start(name: str, _) -> None:
        if bare(name) == "si":
            lengths.append(0)

    def characters(text: str) -> None:
        lengths[-1] += len(text)

    parser = safe_parser()
    parser.StartElementHandler, parser.CharacterDataHandler = start, characters
    with book.open(part, mode="r") as file:
        parser.ParseFile(file)
    return max(lengths)
