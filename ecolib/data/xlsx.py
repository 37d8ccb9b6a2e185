"""Excel workbooks: values by calamine, and what it does not tell by one pass over the XML.

The pass also measures each sheet beforehand: calamine lays out the whole area between the first and
the last cell, and two cells in far corners would end the process (calamine issue 693).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import join, normpath
from typing import IO, Any
from xml.parsers import expat
from zipfile import ZipFile

from ecolib.data.formats import BUILT_IN, format_of, raised, struck
from ecolib.data.sheet import (
    MAX_TEXT,
    MAX_TEXTS_MB,
    MAX_UNPACKED_MB,
    Formula,
    Grid,
    check_cells,
    check_megabytes,
)

#: What a stored value looks like in a cell of a style; styles that show it as it is are left out.
Styles = Mapping[str, Callable[[Any], Any]]


def read_xlsx(path: Path) -> list[Grid]:
    """The sheets of a workbook with values as shown, error values, comments and what is hidden."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    looks = _looks(path)
    grids = []
    # Given the open file, calamine goes by what it is and not by how it is called.
    with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
        for sheet in book.sheets_metadata:
            if sheet.typ is not SheetTypeEnum.WorkSheet:
                continue
            page, look = book.get_sheet_by_name(sheet.name), looks[sheet.name]
            grid = Grid(sheet.name, page.to_python(skip_empty_area=False))
            merged = page.merged_cell_ranges or []
            grid.merged = [(*start, *end) for start, end in merged]
            grid.hidden_rows, grid.hidden_columns = look.hidden_rows, look.hidden_columns
            grid.hidden = sheet.visible is not SheetVisibleEnum.Visible
            grid.comments = look.comments
            look.mark(grid.cells)
            grids.append(grid)
    return grids


def sheet_names(path: Path) -> list[str]:
    """The names of the worksheets, without reading any."""
    with ZipFile(path) as book:
        _check_unpacked(book)
        return list(_sheet_parts(book))


@dataclass
class _Look:
    """What the XML of a sheet says beside its values; rows and columns count from 0."""

    rows: int = 0
    columns: int = 0
    #: Cells that refer to a text stored elsewhere, and may all refer to the same.
    texts: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    #: Cells of the styles that show something else than the value.
    styled: list[tuple[int, int, str]] = field(default_factory=list)
    styles: Styles = field(default_factory=dict)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    #: Error values, formulas without a value and texts of several looks: calamine hands out none.
    instead: dict[tuple[int, int], str] = field(default_factory=dict)

    def mark(self, cells: list[list]) -> None:
        """Put what the look knows into the values."""
        for row, column, style in self.styled:
            if row < len(cells) and column < len(cells[row]):
                cells[row][column] = self.styles[style](cells[row][column])
        for (row, column), text in self.instead.items():
            cells += [[] for _ in range(row + 1 - len(cells))]
            cells[row] += [""] * (column + 1 - len(cells[row]))
            cells[row][column] = text


def _check_unpacked(book: ZipFile) -> None:
    size = sum(part.file_size for part in book.infolist())
    check_megabytes("unreadable.large_unpacked", size, MAX_UNPACKED_MB)


def _looks(path: Path) -> dict[str, _Look]:
    with ZipFile(path) as book:
        _check_unpacked(book)
        styles = _styles(book)
        longest, special = _texts(book)
        looks = {}
        for name, part in _sheet_parts(book).items():
            with book.open(part, mode="r") as file:
                looks[name] = _SheetPass(name, styles, special).look(file)
            looks[name].comments = dict(_comments(book, part))
        texts = sum(look.texts for look in looks.values())
        check_megabytes("unreadable.large_texts", longest * texts, MAX_TEXTS_MB)
    return looks


class _SheetPass:
    """One pass over the XML of a sheet. Kept to a few operations a cell, as there may be millions."""

    def __init__(self, name: str, styles: Styles, special: Mapping[str, str]):
        self.name, self.styles, self.special = name, styles, special
        self.found = _Look(styles=styles)
        self.columns: dict[str, int] = {}
        self.row = self.column = -1
        self.style = self.kind = ""
        self.formula = False
        self.text: dict[str, str] = {}
        self.runs: _Runs | None = None  # of a text that stands in the cell
        self.inside = ""

    def look(self, file: IO[bytes]) -> _Look:
        self.parser = _safe_parser()
        self.parser.StartElementHandler = self.start
        self.parser.ParseFile(file)
        self.leave_row()
        return self.found

    def start(self, name: str, attributes: dict) -> None:
        if name == "c":
            self.leave_cell()
            self.enter_cell(attributes)
        elif name == "v":
            self.enter_value()
        elif name == "is":
            self.enter_value()
            self.runs = _Runs()
            self.parser.CharacterDataHandler = self.runs.characters
        elif ":" in name:
            self.start(_bare(name), attributes)
        elif name == "f":
            self.formula, self.inside = True, "f"
            self.parser.CharacterDataHandler = self.characters
        elif name == "row":
            self.leave_row()
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1
            if attributes.get("hidden") in ("1", "true"):
                self.found.hidden_rows.add(self.row)
        elif self.runs is not None:
            self.runs.start(name, attributes)
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            span = range(int(attributes["min"]) - 1, min(int(attributes["max"]), 16384))
            # A column stands in one span; the same ones again and again would take minutes.
            if span and not self.found.hidden_columns >= {span[0], span[-1]}:
                self.found.hidden_columns.update(span)

    def enter_value(self) -> None:
        self.inside = "v"
        self.reach()
        if self.style in self.styles:
            self.found.styled.append((self.row, self.column, self.style))

    def reach(self) -> None:
        """Let the filled area reach this cell."""
        if self.row >= self.found.rows:
            self.found.rows = self.row + 1
        if self.column >= self.found.columns:
            self.found.columns = self.column + 1

    def enter_cell(self, attributes: dict) -> None:
        reference = attributes.get("r")
        if reference is None:
            self.column += 1
        else:
            name = reference.rstrip("0123456789")
            if name not in self.columns:
                self.columns[name] = _column_number(name)
            self.column = self.columns[name]
            self.row = int(reference[len(name) :]) - 1
            if self.row < 0 or self.column < 0:
                raise ValueError(f"a cell {reference}")
        self.style = attributes.get("s", "")
        self.kind = attributes.get("t", "")
        if self.kind == "s":
            self.found.texts += 1
            if self.special:
                self.parser.CharacterDataHandler = self.characters
        elif self.kind == "e":
            self.parser.CharacterDataHandler = self.characters

    def leave_row(self) -> None:
        self.leave_cell()
        check_cells(self.name, self.found.rows, self.found.columns)

    def characters(self, text: str) -> None:
        self.text[self.inside] = _longer(self.text.get(self.inside, ""), text)

    def leave_cell(self) -> None:
        """Note an error value, or a formula without a value; most cells are neither."""
        if self.formula or self.kind == "e":
            self.note_error_or_formula()
            self.formula = False
        elif self.runs is not None or (self.kind == "s" and self.special):
            shown = self.runs.shown() if self.runs else self.special.get(self.text.get("v", ""))
            if shown is not None:
                self.found.instead[self.row, self.column] = shown
            self.text, self.kind, self.runs = {}, "", None
            self.parser.CharacterDataHandler = None

    def note_error_or_formula(self) -> None:
        self.reach()
        value = self.text.get("v", "").strip()
        if self.kind == "e":
            self.found.instead[self.row, self.column] = value or "#N/A"
        elif not value and self.kind != "str":  # a formula may well give an empty text
            self.found.instead[self.row, self.column] = Formula(f"={self.text.get('f', '')}")
        self.text, self.kind = {}, ""
        self.parser.CharacterDataHandler = None


def _longer(text: str, more: str) -> str:
    """A text with what comes behind it; to put ever more behind one of megabytes would take minutes."""
    return text + more if len(text) < MAX_TEXT else text


def _column_number(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1


# --- what the package says of its sheets and styles, without opening any sheet ----------------------


def _safe_parser() -> expat.XMLParserType:
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
    parser = _safe_parser()
    parser.StartElementHandler = lambda name, attributes: found.append((_bare(name), attributes))
    parser.Parse(book.read(part), True)
    return found


def _bare(name: str) -> str:
    """An element's name without its prefix."""
    return name.rpartition(":")[2]


def _sheet_parts(book: ZipFile) -> dict[str, str]:
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


def _styles(book: ZipFile) -> dict[str, Callable[[Any], Any]]:
    """By style number, what cells show, of the styles that show something else than the value."""
    part = next((n for n in book.namelist() if n.lower() == "xl/styles.xml"), None)
    elements = _elements(book, part) if part else []
    codes = {a["numFmtId"]: a["formatCode"] for name, a in elements if name == "numFmt"}
    looks: list[dict] = []
    lined: list[bool] = []  # by font, whether it strikes through
    inside = ""
    for name, attributes in elements:
        inside = name if name in ("fonts", "fills", "cellXfs", "cellStyles") else inside
        if inside == "cellXfs" and name == "xf":
            looks.append(attributes)
        elif inside == "fonts" and name == "font":
            lined.append(False)
        elif inside == "fonts" and name == "strike":
            lined[-1] = _is_on(attributes)
    built_in = {str(number): code for number, code in BUILT_IN.items()}
    shown = {n: format_of(code) for n, code in (built_in | codes).items()}
    struck_fonts = {str(n) for n, through in enumerate(lined) if through}
    found = {
        str(i): struck if look.get("fontId") in struck_fonts else shown.get(look.get("numFmtId"))
        for i, look in enumerate(looks)
    }
    return {style: show for style, show in found.items() if show}


def _is_on(attributes: Mapping[str, str]) -> bool:
    """Whether an element that switches something on does so."""
    return attributes.get("val", "1") in ("1", "true")


def _comments(book: ZipFile, part: str) -> Iterator[tuple[tuple[int, int], str]]:
    """The comments on the cells of a sheet and, after them, the threads that stand in their place."""
    folder, _, name = part.rpartition("/")
    rels = join(folder, "_rels", f"{name}.rels")
    if rels not in book.namelist():
        return
    related = sorted(_related(book, rels, folder).values())
    threads = [target for kind, target in related if kind == "threadedComment"]
    for target in [target for kind, target in related if kind == "comments"] + threads:
        found: dict[tuple[int, int], list[str]] = {}
        for reference, text in _comment_texts(book, target):
            column = reference.rstrip("0123456789")
            place = int(reference[len(column) :]) - 1, _column_number(column)
            found.setdefault(place, []).append(text)
        yield from ((place, "\n".join(texts)) for place, texts in found.items())


def _comment_texts(book: ZipFile, part: str) -> list[tuple[str, str]]:
    """The cell and the text of each comment; who wrote it is left out."""
    found: list[list[str]] = []
    authors = [""]
    inside = [""]

    def start(name: str, attributes: dict) -> None:
        inside[0] = _bare(name)
        if inside[0] in ("comment", "threadedComment"):
            found.append([attributes["ref"], ""])
        elif inside[0] == "author":
            authors.append("")

    def characters(text: str) -> None:
        if inside[0] in ("t", "text") and found:
            found[-1][1] = _longer(found[-1][1], text)
        elif inside[0] == "author":
            authors[-1] = _longer(authors[-1], text)

    def end(_) -> None:
        inside[0] = ""

    parser = _safe_parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = characters
    parser.Parse(book.read(part), True)
    names = set(authors)
    return [(cell, unsigned(text, names)) for cell, text in found]


def unsigned(text: str, authors: Container[str]) -> str:
    """A comment without the name that Excel puts in front of it."""
    head, colon, rest = text.partition(":")
    return (rest if colon and head.strip() and head.strip() in authors else text).strip()


class _Runs:
    """A text put together from its runs, which may look differently."""

    def __init__(self):
        self.parts: list[str] = []
        self.length = 0
        self.raised = self.lined = self.beside = self.special = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "r":
            self.raised = False
        elif name == "rPh":  # how it is pronounced
            self.beside = True
        elif name == "vertAlign":
            self.raised = attributes.get("val") == "superscript"
        elif name == "strike" and _is_on(attributes):
            self.lined = self.special = True

    def characters(self, text: str) -> None:
        if not self.beside:
            self.special |= self.raised
            self.length += len(text)
            self.parts.append(raised(text) if self.raised else text)

    def shown(self) -> str | None:
        """What a reader sees of it, where that is not its plain text."""
        text = "".join(self.parts) if self.special else None
        return struck(text) if self.lined else text


def _texts(book: ZipFile) -> tuple[int, Mapping[str, str]]:
    """How many characters the longest text has that cells refer to, and by its number each of which
    parts are raised or struck through."""
    part = next((n for n in book.namelist() if n.lower() == "xl/sharedstrings.xml"), None)
    if part is None:
        return 0, {}
    runs, longest, special, number = _Runs(), 0, {}, -1

    def ended() -> None:
        nonlocal longest, number
        longest, text = max(longest, runs.length), runs.shown()
        if text is not None:
            special[str(number)] = text
        number += 1

    def start(name: str, attributes: dict) -> None:
        nonlocal runs
        if _bare(name) == "si":
            ended()
            runs = _Runs()
            parser.CharacterDataHandler = runs.characters
        else:
            runs.start(_bare(name), attributes)

    parser = _safe_parser()
    parser.StartElementHandler = start
    with book.open(part, mode="r") as file:
        parser.ParseFile(file)
    ended()
    return longest, special
