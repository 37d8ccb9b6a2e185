"""Excel workbooks: values by calamine, and what it does not tell by one pass over the XML.

The pass also measures each sheet beforehand: calamine lays out the whole area between the first and
the last cell, and two cells in far corners would end the process (calamine issue 693).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from zipfile import ZipFile

from ecolib.data.readers.grid import Grid
from ecolib.data.readers.limits import MAX_TEXTS_MB, MAX_UNPACKED_MB, check_cells, check_megabytes
from ecolib.data.readers.package import bare, longest_text, percent_styles, safe_parser, sheet_parts
from ecolib.data.readers.sheet import Formula, Percent


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
        return list(sheet_parts(book))


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
    check_megabytes(size, MAX_UNPACKED_MB, "解压后", "unpacked it")


def _looks(path: Path) -> dict[str, _Look]:
    with ZipFile(path) as book:
        _check_unpacked(book)
        percent = percent_styles(book)
        looks = {}
        for name, part in sheet_parts(book).items():
            with book.open(part, mode="r") as file:
                looks[name] = _SheetPass(name, percent).look(file)
        texts = sum(look.texts for look in looks.values())
        check_megabytes(longest_text(book) * texts, MAX_TEXTS_MB, "文字", "its text")
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
        self.parser = safe_parser()
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
            self.start(bare(name), attributes)
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
