"""Excel workbooks: values by calamine, and what it does not tell by one pass over the XML.

The pass also measures each sheet beforehand: calamine lays out the whole area between the first and
the last cell, and two cells in far corners would end the process (calamine issue 693).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import join, normpath
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile

from ecolib.data.sheet import (
    MAX_TEXTS_MB,
    MAX_UNPACKED_MB,
    Formula,
    Grid,
    Percent,
    check_cells,
    check_megabytes,
)

#: Number formats 9 and 10 of every workbook are 0% and 0.00%.
PERCENT_FORMATS = {"9", "10"}


def read_xlsx(path: Path) -> list[Grid]:
    """The sheets of a workbook with values, error values, percentages and what is hidden."""
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
    percent: list[tuple[int, int]] = field(default_factory=list)
    #: Error values and formulas without a value, neither of which calamine hands out.
    instead: dict[tuple[int, int], str] = field(default_factory=dict)

    def mark(self, cells: list[list]) -> None:
        """Put what the look knows into the values."""
        for row, column in self.percent:
            value = cells[row][column] if row < len(cells) and column < len(cells[row]) else None
            if isinstance(value, int | float) and not isinstance(value, bool):
                cells[row][column] = Percent(value)
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
        percent = _percent_styles(book)
        looks = {}
        for name, part in _sheet_parts(book).items():
            with book.open(part, mode="r") as file:
                looks[name] = _SheetPass(name, percent).look(file)
        texts = sum(look.texts for look in looks.values())
        check_megabytes("unreadable.large_texts", _longest_text(book) * texts, MAX_TEXTS_MB)
    return looks


class _SheetPass:
    """One pass over the XML of a sheet. Kept to a few operations a cell, as there may be millions."""

    def __init__(self, name: str, percent: set[str]):
        self.name, self.percent = name, percent
        self.found = _Look()
        self.columns: dict[str, int] = {}
        self.row = self.column = -1
        self.style = self.kind = ""
        self.formula = False
        self.text: dict[str, str] = {}
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
        elif name == "v" or name == "is":
            self.enter_value()
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
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes["min"]), int(attributes["max"])
            self.found.hidden_columns.update(range(first - 1, min(last, 16384)))

    def enter_value(self) -> None:
        self.inside = "v"
        self.reach()
        if self.style in self.percent:
            self.found.percent.append((self.row, self.column))

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
        elif self.kind == "e":
            self.parser.CharacterDataHandler = self.characters

    def leave_row(self) -> None:
        self.leave_cell()
        check_cells(self.name, self.found.rows, self.found.columns)

    def characters(self, text: str) -> None:
        self.text[self.inside] = self.text.get(self.inside, "") + text

    def leave_cell(self) -> None:
        """Note an error value, or a formula without a value; most cells are neither."""
        if self.formula or self.kind == "e":
            self.note_error_or_formula()
            self.formula = False

    def note_error_or_formula(self) -> None:
        self.reach()
        value = self.text.get("v", "").strip()
        if self.kind == "e":
            self.found.instead[self.row, self.column] = value or "#N/A"
        elif not value and self.kind != "str":  # a formula may well give an empty text
            self.found.instead[self.row, self.column] = Formula(f"={self.text.get('f', '')}")
        self.text, self.kind = {}, ""
        self.parser.CharacterDataHandler = None


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


def _percent_styles(book: ZipFile) -> set[str]:
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


def _longest_text(book: ZipFile) -> int:
    """How many characters the longest text has that cells refer to."""
    part = next((n for n in book.namelist() if n.lower() == "xl/sharedstrings.xml"), None)
    if part is None:
        return 0
    lengths = [0]

    def start(name: str, _) -> None:
        if _bare(name) == "si":
            lengths.append(0)

    def characters(text: str) -> None:
        lengths[-1] += len(text)

    parser = _safe_parser()
    parser.StartElementHandler, parser.CharacterDataHandler = start, characters
    with book.open(part, mode="r") as file:
        parser.ParseFile(file)
    return max(lengths)
