"""The workbook of one unit, drawn with XlsxWriter: the same forms give the same bytes.

It begins with instructions; a hidden sheet says whose it is and how its columns were issued. Text is
written as text, whatever it begins with: nothing from a data file can become a formula or a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from ecolib.collect.asking import Field, Form, Line, Round
from ecolib.data.dictionary import Column
from ecolib.data.ids import VERSION
from ecolib.data.sheet import MARKS, TEXT_ID, letters
from ecolib.pages.excel import LONGEST_CELL, height, new_book
from ecolib.texts import text, words

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

#: Says that a hidden sheet is one of ours, and of which edition.
SIGNATURE = "ecolib template"
#: Title, what the table is, the legend; then the hidden row of ids, the headings, the lines.
IDS_ROW, HEADING_ROW, FIRST_ROW = 3, 4, 5
#: The last row of a sheet, from 0.
LAST_ROW = 1_048_575
#: The sheet of instructions: widths of its columns, and the blanks to be filled in by hand.
COVER_WIDTHS = (30, 62, 16)
CONTACT = ("deadline", "filled_by", "phone", "checked_by", "filled_on")
#: Characters that Excel allows in the name of a sheet.
LONGEST_NAME = 31


def workbook(asking: Round, owner: str, forms: Sequence[Form]) -> bytes:
    """The finished .xlsx of one unit."""
    with new_book(datetime(asking.case.year, 1, 1)) as (book, buffer):
        looks = Looks(book)
        _add_instructions(book, looks, asking, owner, forms)
        lists = _add_marks(book, asking, owner, forms)
        for form in forms:
            sheet = book.add_worksheet(_name(asking, form))
            _Drawing(sheet, looks, asking, owner, form, lists).draw()
    return buffer.getvalue()


def _name(asking: Round, form: Form) -> str:
    """The name of a sheet, as long as Excel allows."""
    return asking.sheet(form)[:LONGEST_NAME]


def _title(asking: Round, what: str) -> str:
    county = asking.case.params.county.name(asking.lang)
    return asking.text("template.title", county=county, year=asking.case.year, what=what)


#: Of more characters than these across nothing can be read on A4.
WIDEST_A4 = 240


def set_page(sheet: Worksheet, across: float = 0) -> None:
    """A4 across, or A3 for a list of so many characters, as wide as the page."""
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(8 if across > WIDEST_A4 else 9)  # A3, A4
    sheet.fit_to_pages(1, 0)


def set_table(
    sheet: Worksheet, heading: int, last: int, widths: Sequence[float], lang: str
) -> None:
    """A page for a table: its headings above each, its number below, no more than is in use."""
    set_page(sheet, sum(widths))
    sheet.repeat_rows(heading)
    sheet.print_area(0, 0, max(heading, last), len(widths) - 1)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.set_footer(f"&C{text('template.page', lang)}")
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def write_cell(sheet: Worksheet, row: int, column: int, value: object, look: Format) -> None:
    """A whole number, a text, or an empty cell with its look."""
    if value in (None, ""):
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, look)
    else:
        sheet.write_string(row, column, value[:LONGEST_CELL], look)


def write_above(sheet: Worksheet, columns: int, told: Iterable[tuple[str, Format, float]]) -> None:
    """What stands above a table, a line each over all its columns, with its look and height."""
    for row, (line, look, tall) in enumerate(told):
        sheet.set_row(row, tall)
        sheet.merge_range(row, 0, row, columns - 1, "", look)
        sheet.write_string(row, 0, line, look)


# --- the instructions: who fills in what, and how


def _add_instructions(
    book: xlsxwriter.Workbook, looks: Looks, asking: Round, owner: str, forms: Sequence[Form]
) -> None:
    """Add the first sheet; its hidden row says that it holds no data."""
    sheet = book.add_worksheet(asking.text("template.instructions"))
    for place, room in enumerate(COVER_WIDTHS):
        sheet.set_column(place, place, room)
        sheet.write_string(0, place, TEXT_ID)
    sheet.set_row(0, None, None, {"hidden": True})
    for row, (tall, *cells) in enumerate(_instructions(looks, asking, owner, forms), start=1):
        if tall is not None:
            sheet.set_row(row, tall)
        for place, (told, look) in enumerate(cells):
            if look is looks.plain:
                sheet.merge_range(row, 0, row, len(COVER_WIDTHS) - 1, "", look)
            write_cell(sheet, row, place, told, look)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    set_page(sheet)
    sheet.activate()


def _instructions(
    looks: Looks, asking: Round, owner: str, forms: Sequence[Form]
) -> Iterator[tuple]:
    """The rows of the first sheet, each with its height and its cells: the unit, blanks for the
    deadline and the people, the sheets with what they are for, the rules."""
    said = asking.text
    yield 36, (_title(asking, said("template.of_the_assessment")), looks.title)
    yield 22, (said("template.owner"), looks.label), (asking.owner(owner), looks.locked)
    for name in CONTACT:
        yield 22, (said(f"template.{name}"), looks.label), ("", looks.open)
    yield (None,)
    yield None, *((said(f"template.{n}"), looks.strong) for n in ("sheet", "content", "rows"))
    for form in forms:
        about, count = asking.about(form), str(form.required or said("template.any"))
        tall = height([about], [COVER_WIDTHS[1]])
        yield tall, (_name(asking, form), looks.label), (about, looks.locked), (count, looks.locked)
    yield (None,)
    for number, rule in enumerate(said("template.rules").splitlines(), start=1):
        told = f"{number}. {rule}"
        yield height([told], [sum(COVER_WIDTHS)]), (told, looks.plain)


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
    lists = {"indicator": [asking.name("indicator", name) for name in asking.case.list]}
    for form in forms:
        if form.by_place:
            lists["item"] = list(form.lines[0].choices["item"])
    found = {}
    for place, (kind, titles) in enumerate(lists.items(), start=len(rows[-1]) + 1):
        for number, title in enumerate(titles):
            sheet.write_string(number, place, title)
        column = letters(place)
        found[kind] = f"={MARKS}!${column}$1:${column}${len(titles)}"
    sheet.hide()
    sheet.protect()
    return found


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
        what = f"{asking.sheet(self.form)} · {asking.owner(self.owner)}"
        about = asking.about(self.form)
        told = (
            (_title(asking, what), self.looks.title, 30),
            (about, self.looks.about, height([about], [sum(map(width, visible))])),
            (asking.text("template.legend"), self.looks.about, 20),
        )
        write_above(self.sheet, max(len(visible), 2), told)
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
            write_cell(self.sheet, number, place, value, look)
        if line.note:
            options = {"x_scale": 2.2, "y_scale": 0.9, "font_size": 10}
            self.sheet.write_comment(number, 0, line.note, options)

    def _rules(self) -> None:
        """What may be entered; cell by cell where the lines differ, else down the whole column."""
        end = LAST_ROW if self.form.endless else FIRST_ROW + len(self.form.lines) - 1
        for place, field in enumerate(self.form.fields):
            if field.mode == "people" or field.hidden:
                continue
            if self.form.table.name == "items" and not self.form.by_place:
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
        last = FIRST_ROW + len(self.form.lines) - 1
        set_table(sheet, HEADING_ROW, last, [*map(width, self._visible())], self.asking.lang)


# --- the cells: how they look, and how large they must be -----------------------------------------

#: On every Windows; elsewhere the program takes what it has.
FONT = "微软雅黑"
INK, PALE_INK, GREEN = "#222222", "#5F6B66", "#1F6F5C"
ASKED, FILLED, EDGE = "#FFF8DC", "#F3F5F4", "#C9D1CD"
BASE = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}
INDENTED = {"align": "left", "indent": 1}
BOXED = {"border": 1, "border_color": EDGE, "text_wrap": True}
#: Text columns take what is typed as it is: a code keeps its zeros, `1-2` does not become a date.
NUMBER_FORMATS = {"text": "@", "date": "yyyy-mm-dd", "time": "yyyy-mm-dd hh:mm", "year": "0"}
ALIGNED = {"number": "right", "yesno": "center", "year": "center", "unit": "center"}
FIELD_WIDTHS = {
    "name": 40, "demand": 24, "need": 20, "last_year": 28, "value": 15, "statement": 30, "title": 32,
    "number": 18, "claim": 40, "indicator": 28, "note": 20, "position": 24, "site": 28,
}  # fmt: skip
#: Other columns, by type.
TYPE_WIDTHS = {"text": 18, "number": 13, "year": 9, "date": 13, "time": 18, "yesno": 9, "unit": 14}

#: Longest list that fits into a rule itself; a longer one stands on the hidden sheet.
LONGEST_LIST = 255
#: Excel shows at most this many characters of the title of a prompt.
LONGEST_TITLE = 32
#: How Excel calls what it accepts in a column, and between which ends, by the type of the column.
VALIDATED = {"number": "decimal", "year": "integer", "date": "date", "time": "date"}
DAYS = datetime(1990, 1, 1), datetime(2100, 12, 31)
ENDS = {"year": (1990, 2100), "date": DAYS, "time": DAYS}
Rule = dict[str, object]


class Looks:
    """The cell formats of one workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook):
        self._made = cache(lambda key: book.add_format(dict(key)))
        self.title = self._format(bold=True, font_size=15, font_color=GREEN)
        self.about = self._format(font_color=PALE_INK, text_wrap=True)
        self.plain = self._format(text_wrap=True)
        self.boxed = self._format(**BOXED, **INDENTED)
        self.label = self._format(bold=True, **BOXED, **INDENTED)
        self.locked = self._format(bg_color=FILLED, **BOXED, **INDENTED)
        self.open = self._format(bg_color=ASKED, num_format="@", locked=False, **BOXED, **INDENTED)
        self.strong = self._format(
            bold=True, font_color="#FFFFFF", bg_color=GREEN, align="center", **BOXED
        )
        self._pale = self._format(
            bold=True, font_color=GREEN, bg_color="#DCE9E4", align="center", **BOXED
        )

    def _format(self, **settings) -> Format:
        return self._made(tuple(sorted((BASE | settings).items())))

    def heading(self, field: Field) -> Format:
        """Strong where the bureau writes, pale where it only reads."""
        return self.strong if field.mode in ("ask", "offered") else self._pale

    def cell(self, field: Field, *, filled: bool) -> Format:
        """Tinted and open where the bureau writes, grey and locked where it cannot."""
        locked = field.mode == "people" or (field.mode == "given" and filled)
        tint = FILLED if locked else ASKED
        return self._format(bg_color=tint, locked=locked, **_type_format(field), **BOXED)

    def free(self, field: Field) -> Format:
        """Open but without tint: the rows below the lines of an endless sheet."""
        return self._format(locked=False, **_type_format(field))


def _type_format(field: Field) -> dict[str, str]:
    if field.column is None:
        return {"align": "center"} if field.name == "need" else INDENTED
    kind = field.column.type
    align = {"align": ALIGNED[kind]} if kind in ALIGNED else INDENTED
    return {"num_format": NUMBER_FORMATS.get(kind, "General"), **align}


def width(field: Field) -> int:
    """Characters of half width that a column takes."""
    kind = field.column.type if field.column else ""
    return FIELD_WIDTHS.get(field.name) or TYPE_WIDTHS.get(kind, 18)


# --- what a cell accepts


def entry_rule(asking: Round, field: Field, line: Line, lists: Mapping[str, str]) -> Rule | None:
    """The data validation of a cell, with the prompt and the refusal; None for free text.

    Parameters
    ----------
    lists
        By column type, where on the hidden sheet its long list stands.
    """
    column = field.column
    choices = line.choices.get(field.name) or _choices(column, asking.lang)
    if choices or column.type in lists:
        fits = choices and len(",".join(choices)) <= LONGEST_LIST
        rule = {"validate": "list", "source": list(choices) if fits else lists[column.type]}
        prompt = asking.text("prompt.list")
    else:
        rule = _accepted(column, line)
        if rule is None:
            return None
        prompt = _limits(asking, column, rule)
        prompt += asking.text(f"prompt.{column.type}", year=asking.case.year)
    return rule | {
        "input_title": field.heading[:LONGEST_TITLE],
        "input_message": prompt,
        "error_title": asking.text("prompt.refused"),
        "error_message": prompt,
        "error_type": "stop",
    }


def _choices(column: Column, lang: str) -> tuple[str, ...]:
    if column.type == "yesno":
        return tuple(said[lang] for said in words("yes_no").values())
    return tuple(column.choices(lang))


def _accepted(column: Column, line: Line) -> Rule | None:
    """A number, year or day between its ends; None for free text."""
    if column.type == "number":
        low, high = line.bounds if line.bounds != (None, None) else (column.min, column.max)
    elif column.type in ENDS:
        low, high = ENDS[column.type]
    else:
        return None
    validate = {"validate": VALIDATED[column.type]}
    if low is not None and high is not None:
        return validate | {"criteria": "between", "minimum": low, "maximum": high}
    if high is not None:
        return validate | {"criteria": "<=", "value": high}
    # A rule needs a bound; without one any number will do.
    return validate | {"criteria": ">=", "value": -1e15 if low is None else low}


def _limits(asking: Round, column: Column, rule: Rule) -> str:
    """The unit that the numbers of a column are in, and the bounds a number must keep."""
    said = asking.text("prompt.unit", unit=asking.unit(column.unit)) if column.unit else ""
    if column.type != "number":
        return said
    if rule["criteria"] == "between":
        low, high = rule["minimum"], rule["maximum"]
        said += asking.text("prompt.between", low=f"{low:g}", high=f"{high:g}")
    elif rule["value"] == 0:
        said += asking.text("prompt.from", low=0)
    return said
