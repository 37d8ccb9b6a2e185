"""The workbook of one unit, drawn with XlsxWriter: the same forms give the same bytes.

Text is written as text, whatever it begins with: nothing from a data file can become a formula or
a link.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from ecolib.collect import words
from ecolib.collect.entries import entry_rule
from ecolib.collect.form import Field, Form, Line, Round
from ecolib.collect.instructions import add_instructions
from ecolib.collect.looks import Looks, height, width
from ecolib.collect.marks import add_marks

#: Title, what the table is, the legend; then the hidden row of ids, the headings, the lines.
IDS_ROW, HEADING_ROW, FIRST_ROW = 3, 4, 5
#: The last row of a sheet, from 0.
LAST_ROW = 1_048_575
#: Nothing in a text is taken for a formula, a link or a number.
AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(asking: Round, owner: str, forms: Sequence[Form]) -> bytes:
    """The finished .xlsx of one unit."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **AS_TEXT})
    # A date of the year asked for, not of today, so that two runs give the same bytes.
    book.set_properties({"created": datetime(asking.case.year, 1, 1), "author": "ecolib"})
    looks = Looks(book)
    add_instructions(book, looks, asking, owner, forms)
    lists = add_marks(book, asking, owner, forms)
    for form in forms:
        sheet = book.add_worksheet(form.title(asking.lang))
        _Drawing(sheet, looks, asking, owner, form, lists).draw()
    book.close()
    return buffer.getvalue()


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
        lang, case, last = self.asking.lang, self.asking.case, len(self._visible()) - 1
        name, table = case.params.county.name(lang), self.form.table
        what = f"{self.asking.pick(table.zh, table.en)} · {case.owner(self.owner, lang)}"
        title = words.say(words.TITLE, lang, county=name, year=case.year, what=what)
        about = self.form.about(lang)
        total = sum(width(field) for field in self._visible())
        for row, text, look, tall in (
            (0, title, self.looks.title, 30),
            (1, about, self.looks.about, height([about], [total])),
            (2, words.say(words.LEGEND, lang), self.looks.about, 20),
        ):
            self.sheet.set_row(row, tall)
            self.sheet.merge_range(row, 0, row, max(last, 1), "", look)
            self.sheet.write_string(row, 0, text, look)
        self.sheet.set_row(IDS_ROW, None, None, {"hidden": True})
        headings = [field.heading for field in self.form.fields]
        self.sheet.set_row(HEADING_ROW, height(headings, map(width, self.form.fields)) + 6)
        for place, field in enumerate(self.form.fields):
            self.sheet.write_string(IDS_ROW, place, field.id(self.form.table), self.looks.plain)
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
        sheet, last = self.sheet, len(self._visible()) - 1
        sheet.protect("", {"insert_rows": True, "format_columns": True, "format_rows": True})
        sheet.freeze_panes(FIRST_ROW, 1)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEADING_ROW)
        sheet.print_area(0, 0, FIRST_ROW + len(self.form.lines) - 1, last)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_footer(f"&C{words.say(words.PAGE, self.asking.lang)}")
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
