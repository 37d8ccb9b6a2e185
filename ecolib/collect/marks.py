"""The hidden sheet of a template: whose it is, for which county and year, and its columns as issued."""

from __future__ import annotations

from collections.abc import Sequence

import xlsxwriter

from ecolib.collect.form import Form, Round
from ecolib.data.detect import VERSION
from ecolib.data.sheet import MARKS
from ecolib.indicators.catalogue import indicators

#: Says that a hidden sheet is one of ours, and of which edition.
SIGNATURE = "ecolib template"


def add_marks(
    book: xlsxwriter.Workbook, asking: Round, owner: str, forms: Sequence[Form]
) -> dict[str, str]:
    """Add the hidden sheet; returns, by column type, where on it the long lists to choose from stand."""
    sheet = book.add_worksheet(MARKS)
    case, lang = asking.case, asking.lang
    said = {"county": case.county, "year": case.year, "owner": owner, "lang": lang}
    rows = [("what", "is"), (SIGNATURE, VERSION), *said.items()]
    rows += [
        ("column", form.title(lang), field.id(form.table), field.heading)
        for form in forms
        for field in form.fields
    ]
    titles = [entry.words(lang).title for entry in indicators().values()]
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            sheet.write(number, place, value)
    for number, title in enumerate(titles):
        sheet.write_string(number, len(rows[-1]) + 1, title)
    sheet.hide()
    sheet.protect()
    column = chr(ord("A") + len(rows[-1]) + 1)
    return {"indicator": f"={MARKS}!${column}$1:${column}${len(titles)}"}
