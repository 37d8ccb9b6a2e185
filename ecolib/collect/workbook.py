"""The workbook of one unit, drawn with XlsxWriter: the same forms give the same bytes.

It begins with instructions; a hidden sheet says whose it is and how its columns were issued. Text is
written as text, whatever it begins with: nothing from a data file can become a formula or a link.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from ecolib.collect.asking import Field, Form, Line, Round
from ecolib.collect.cells import Looks, entry_rule, height, width
from ecolib.data.detect import VERSION
from ecolib.data.sheet import MARKS, TEXT_ID
from ecolib.indicators.catalogue import indicators

#: Says that a hidden sheet is one of ours, and of which edition.
SIGNATURE = "ecolib template"
#: Title, what the table is, the legend; then the hidden row of ids, the headings, the lines.
IDS_ROW, HEADING_ROW, FIRST_ROW = 3, 4, 5
#: The last row of a sheet, from 0.
LAST_ROW = 1_048_575
#: Nothing in a text is taken for a formula, a link or a number.
AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
#: The sheet of instructions: widths of its columns, and the blanks to be filled in by hand.
WIDTHS = (30, 62, 16)
CONTACT = ("deadline", "filled_by", "phone", "checked_by", "filled_on")
#: Characters that Excel allows in the name of a sheet.
LONGEST_NAME = 31


def workbook(asking: Round, owner: str, forms: Sequence[Form]) -> bytes:
    """The finished .xlsx of one unit."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **AS_TEXT})
    # A date of the year asked for, not of today, so that two runs give the same bytes.
    book.set_properties({"created": datetime(asking.case.year, 1, 1), "author": "ecolib"})
    looks = Looks(book)
    _add_instructions(book, looks, asking, owner, forms)
    lists = _add_marks(book, asking, owner, forms)
    for form in forms:
        sheet = book.add_worksheet(_name(asking, form))
        _Drawing(sheet, looks, asking, owner, form, lists).draw()
    book.close()
    return buffer.getvalue()


def _name(asking: Round, form: Form) -> str:
    """The name of a sheet: that of its table."""
    return asking.name("table", form.table.name)[:LONGEST_NAME]


def _title(asking: Round, what: str) -> str:
    county = asking.case.params.county.name(asking.lang)
    return asking.text("template.title", county=county, year=asking.case.year, what=what)


def _set_page(sheet: Worksheet) -> None:
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


# --- the instructions: who fills in what, and how


def _add_instructions(
    book: xlsxwriter.Workbook, looks: Looks, asking: Round, owner: str, forms: Sequence[Form]
) -> None:
    """Add the first sheet; its hidden row says that it holds no data."""
    sheet = book.add_worksheet(asking.text("template.instructions"))
    for place, room in enumerate(WIDTHS):
        sheet.set_column(place, place, room)
        sheet.write_string(0, place, TEXT_ID)
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.set_row(1, 36)
    title = _title(asking, asking.text("template.of_the_assessment"))
    sheet.write_string(1, 0, title, looks.title)
    row = _add_contact(sheet, looks, asking, owner, 2)
    row = _add_contents(sheet, looks, asking, forms, row + 1)
    for number, rule in enumerate(asking.text("template.rules").splitlines(), start=1):
        told = f"{number}. {rule}"
        sheet.set_row(row + number, height([told], [sum(WIDTHS)]))
        sheet.merge_range(row + number, 0, row + number, 2, "", looks.plain)
        sheet.write_string(row + number, 0, told, looks.plain)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    _set_page(sheet)
    sheet.activate()


def _add_contact(sheet: Worksheet, looks: Looks, asking: Round, owner: str, row: int) -> int:
    """The unit, and blanks for the deadline and the people; returns the row below."""
    for name in ("owner", *CONTACT):
        sheet.set_row(row, 22)
        sheet.write_string(row, 0, asking.text(f"template.{name}"), looks.label)
        if name == "owner":
            sheet.write_string(row, 1, asking.owner(owner), looks.locked)
        else:
            sheet.write_blank(row, 1, None, looks.open)
        row += 1
    return row


def _add_contents(
    sheet: Worksheet, looks: Looks, asking: Round, forms: Sequence[Form], row: int
) -> int:
    """The sheets with what they are for; returns the row below."""
    for place, name in enumerate(("sheet", "content", "rows")):
        sheet.write_string(row, place, asking.text(f"template.{name}"), looks.strong)
    for form in forms:
        row += 1
        about = asking.about(form.table)
        sheet.set_row(row, height([about], [WIDTHS[1]]))
        sheet.write_string(row, 0, _name(asking, form), looks.label)
        sheet.write_string(row, 1, about, looks.locked)
        shown = str(form.required) if form.required else asking.text("template.any")
        sheet.write_string(row, 2, shown, looks.locked)
    return row + 1


# --- the hidden sheet


def _add_marks(
    book: xlsxwriter.Workbook, asking: Round, owner: str, forms: Sequence[Form]
) -> dict[str, str]:
    """Add the hidden sheet; returns, by column type, where on it the long lists to choose from stand."""
    sheet = book.add_worksheet(MARKS)
    case, lang = asking.case, asking.lang
    said = {"county": case.county, "year": case.year, "owner": owner, "lang": lang}
    rows = [("what", "is"), (SIGNATURE, VERSION), *said.items()]
    rows += [
        ("column", _name(asking, form), field.id(form.table), field.heading)
        for form in forms
        for field in form.fields
    ]
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            sheet.write(number, place, value)
    titles = [asking.name("indicator", name) for name in indicators()]
    for number, title in enumerate(titles):
        sheet.write_string(number, len(rows[-1]) + 1, title)
    sheet.hide()
    sheet.protect()
    column = chr(ord("A") + len(rows[-1]) + 1)
    return {"indicator": f"={MARKS}!${column}$1:${column}${len(titles)}"}


# --- the sheets to be filled in


@dataclass(frozen=True)
class _Drawing:
    sheet: Worksheet
    looks: Looks
    asking: Round
    owner: str
    form: Form
    lists: dict[str, str]

    def draw(self) -> None:
        self._columns()
        self._head()
        for number, line in enumerate(self.form.lines, start=FIRST_ROW):
            self._line(number, line)
        self._rules()
        self._page()

    def _columns(self) -> None:
        for place, field in enumerate(self.form.fields):
            open_ = self.form.endless and field.mode != "people"
            cell = self.looks.free(field) if open_ else None
            self.sheet.set_column(place, place, width(field), cell, {"hidden": field.hidden})

    def _head(self) -> None:
        asking, table, visible = self.asking, self.form.table, self._visible()
        what = f"{asking.name('table', table.name)} · {asking.owner(self.owner)}"
        about = asking.about(table)
        for row, told, look, tall in (
            (0, _title(asking, what), self.looks.title, 30),
            (1, about, self.looks.about, height([about], [sum(map(width, visible))])),
            (2, asking.text("template.legend"), self.looks.about, 20),
        ):
            self.sheet.set_row(row, tall)
            self.sheet.merge_range(row, 0, row, max(len(visible) - 1, 1), "", look)
            self.sheet.write_string(row, 0, told, look)
        self.sheet.set_row(IDS_ROW, None, None, {"hidden": True})
        headings = [field.heading for field in self.form.fields]
        self.sheet.set_row(HEADING_ROW, height(headings, map(width, self.form.fields)) + 6)
        for place, field in enumerate(self.form.fields):
            self.sheet.write_string(IDS_ROW, place, field.id(table), self.looks.plain)
            self.sheet.write_string(HEADING_ROW, place, field.heading, self.looks.heading(field))

    def _visible(self) -> list[Field]:
        return [field for field in self.form.fields if not field.hidden]

    def _line(self, number: int, line: Line) -> None:
        texts = [str(line.values.get(field.name, "")) for field in self._visible()]
        self.sheet.set_row(number, height(texts, map(width, self._visible())))
        for place, field in enumerate(self.form.fields):
            value = line.values.get(field.name)
            look = self.looks.cell(field, filled=field.name in line.values or field.hidden)
            if value in (None, ""):
                self.sheet.write_blank(number, place, None, look)
            elif isinstance(value, int):
                self.sheet.write_number(number, place, value, look)
            else:
                self.sheet.write_string(number, place, value, look)
        if line.note:
            options = {"x_scale": 2.2, "y_scale": 0.9, "font_size": 10}
            self.sheet.write_comment(number, 0, line.note, options)

    def _rules(self) -> None:
        """What may be entered; cell by cell where the lines differ, else down the whole column."""
        end = LAST_ROW if self.form.endless else FIRST_ROW + len(self.form.lines) - 1
        for place, field in enumerate(self.form.fields):
            if field.mode == "people" or field.hidden:
                continue
            if self.form.table.name == "items":
                for number, line in enumerate(self.form.lines, start=FIRST_ROW):
                    self._rule(number, number, place, field, line)
            else:
                self._rule(FIRST_ROW, end, place, field, self.form.lines[0])

    def _rule(self, first: int, last: int, place: int, field: Field, line: Line) -> None:
        rule = entry_rule(self.asking, field, line, self.lists)
        if rule is not None:
            self.sheet.data_validation(first, place, last, place, rule)

    def _page(self) -> None:
        sheet = self.sheet
        sheet.protect("", {"insert_rows": True, "format_columns": True, "format_rows": True})
        sheet.freeze_panes(FIRST_ROW, 1)
        _set_page(sheet)
        sheet.repeat_rows(HEADING_ROW)
        last = FIRST_ROW + len(self.form.lines) - 1
        sheet.print_area(0, 0, last, len(self._visible()) - 1)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_footer(f"&C{self.asking.text('template.page')}")
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
