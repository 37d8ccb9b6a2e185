"""The first sheet of a template: who fills in what, and how."""

from __future__ import annotations

from collections.abc import Sequence

import xlsxwriter

from ecolib.collect import words
from ecolib.collect.form import Form, Round
from ecolib.collect.looks import Looks, height
from ecolib.data.sheet import TEXT_ID

WIDTHS = (30, 62, 16)


def add_instructions(
    book: xlsxwriter.Workbook, looks: Looks, asking: Round, owner: str, forms: Sequence[Form]
) -> None:
    """Add the sheet; its hidden row says that it holds no data."""
    lang, case = asking.lang, asking.case
    sheet = book.add_worksheet(words.say(words.INSTRUCTIONS, lang))
    for place, room in enumerate(WIDTHS):
        sheet.set_column(place, place, room)
        sheet.write_string(0, place, TEXT_ID)
    sheet.set_row(0, None, None, {"hidden": True})
    name, what = case.params.county.name(lang), words.say(words.BOOK, lang)
    title = words.say(words.TITLE, lang, county=name, year=case.year, what=what)
    sheet.set_row(1, 36)
    sheet.write_string(1, 0, title, looks.title)
    row = _contact(sheet, looks, asking, owner, 2)
    row = _contents(sheet, looks, asking, forms, row + 1)
    for number, rule in enumerate(words.RULES, start=1):
        text = f"{number}. {words.say(rule, lang)}"
        sheet.set_row(row + number, height([text], [sum(WIDTHS)]))
        sheet.merge_range(row + number, 0, row + number, 2, "", looks.plain)
        sheet.write_string(row + number, 0, text, looks.plain)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.hide_gridlines(2)
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.activate()


def _contact(sheet, looks: Looks, asking: Round, owner: str, row: int) -> int:
    """The unit, and blanks for the deadline and the people; returns the row below."""
    sheet.set_row(row, 22)
    sheet.write_string(row, 0, words.say(words.OWNER, asking.lang), looks.label)
    sheet.write_string(row, 1, asking.case.owner(owner, asking.lang), looks.locked)
    for pair in words.CONTACT.values():
        row += 1
        sheet.set_row(row, 22)
        sheet.write_string(row, 0, words.say(pair, asking.lang), looks.label)
        sheet.write_blank(row, 1, None, looks.open)
    return row + 1


def _contents(sheet, looks: Looks, asking: Round, forms: Sequence[Form], row: int) -> int:
    """The sheets with what they are for; returns the row below."""
    lang = asking.lang
    for place, text in enumerate(words.SHEETS[0 if lang == "zh" else 1]):
        sheet.write_string(row, place, text, looks.strong)
    for form in forms:
        row += 1
        about = form.about(lang)
        sheet.set_row(row, height([about], [WIDTHS[1]]))
        sheet.write_string(row, 0, form.title(lang), looks.label)
        sheet.write_string(row, 1, about, looks.locked)
        shown = str(form.required) if form.required else words.say(words.ANY, lang)
        sheet.write_string(row, 2, shown, looks.locked)
    return row + 1
