"""The workbook of a county and year, drawn with XlsxWriter: the same results give the same bytes.

Text is written as text, whatever it begins with: nothing from a data file can become a formula.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ecolib.data.dictionary import items
from ecolib.pages import listings
from ecolib.pages.listings import TABLES, Dossier
from ecolib.pages.wording import width
from ecolib.texts import words
from ecolib.texts.numbers import SMALLEST

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

#: Nothing in a text is taken for a formula, a link or a number.
AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
#: Characters that Excel holds in a cell.
LONGEST_CELL = 32_767
#: Title, what the sheet is, then the headings and the rows.
HEADING_ROW = 2
#: Columns that stay on the screen while the others are scrolled.
FROZEN = 3
#: Widths by column, in characters of one byte; the others are as wide as their cells ask for.
WIDTHS = {
    "reason": 60, "target": 36, "explanation": 64, "claim": 46, "note": 40, "title": 50, "what": 36,
    "about": 70, "proves": 40, "figure": 30,
}  # fmt: skip
#: A column is no narrower and no wider than that, and so much wider than its texts.
NARROWEST, WIDEST, MARGIN = 7, 26, 3
#: Paper: A3 for a sheet wider than so many characters.
A4, A3, WIDE = 9, 8, 200
#: A number as people read it, and its decimals.
SHOWN = re.compile(r"−?[\d,]+(?:\.(\d+))?")
#: Formats of numbers by column; of all others as many decimals are shown as there are, up to four.
FORMATS = {"coverage": "0.0%", "value_full": "General", "year": "0", "cause": "0"}
INK, PALE, HEAD, GRID = "#1F2A2E", "#5B6B70", "#1F5C4D", "#B8C4C0"


def workbook(dossier: Dossier) -> bytes:
    """The finished .xlsx: overview, results, needs, claims, inputs, evidence, corrections, words."""
    title = dossier.say("export.workbook", county=dossier.county, year=dossier.case.year)
    with new_book(datetime(dossier.case.year, 12, 31), title=title) as (book, buffer):
        looks = _looks(book)
        for name, rows in (TABLES | {"words": _dictionary}).items():
            sheet = book.add_worksheet(dossier.say(f"export.sheet.{name}"))
            top = _counts(dossier) if name == "overview" else []
            _draw(sheet, looks, dossier, name, list(rows(dossier)), top)
    return buffer.getvalue()


@contextmanager
def new_book(created: datetime, **about: str) -> Iterator[tuple[xlsxwriter.Workbook, io.BytesIO]]:
    """A workbook to be drawn, and where its bytes are when it is done; it was made on a day of its
    year, not on that of the clock, so that two runs give the same bytes."""
    import xlsxwriter  # whoever draws none need not wait for it

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **AS_TEXT}) as book:
        book.set_properties({"created": created, "author": "ecolib", **about})
        yield book, buffer


def _looks(book: xlsxwriter.Workbook) -> dict[str, Any]:
    base = {"font_size": 10, "font_color": INK, "valign": "top", "text_wrap": True}
    boxed = {**base, "border": 1, "border_color": GRID}
    strong = {"bold": True, "font_color": "#FFFFFF", "bg_color": HEAD, "valign": "vcenter"}
    number = {**boxed, "align": "right", "text_wrap": False}
    return {
        "title": book.add_format({"bold": True, "font_size": 15, "font_color": HEAD}),
        "about": book.add_format({"font_size": 10, "font_color": PALE}),
        "head": book.add_format({**boxed, **strong, "align": "center"}),
        "text": book.add_format(boxed),
        "centre": book.add_format({**boxed, "align": "center"}),
        "number": book.add_format({**number, "num_format": "0.00##"}),
        "whole": book.add_format({**number, "num_format": "0"}),
        **{name: book.add_format({**number, "num_format": f}) for name, f in FORMATS.items()},
        **{
            decimals: book.add_format({**number, "num_format": f"0.{'0' * decimals}".rstrip(".")})
            for decimals in range(SMALLEST + 1)
        },
    }


def _draw(
    sheet: Worksheet,
    looks: dict,
    dossier: Dossier,
    name: str,
    rows: list[dict],
    top: Sequence[Sequence],
) -> None:
    """Title, a table on top of it where there is one, headings, rows; frozen and with a filter."""
    codes = list(rows[0]) if rows else []
    headings = [listings.heading(dossier, code) for code in codes]
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P / &N")
    # Printed numbers in a column of texts are no mistake.
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    title = dossier.say("export.workbook", county=dossier.county, year=dossier.case.year)
    sheet.write_string(0, 0, f"{title} · {dossier.say(f'export.sheet.{name}')}", looks["title"])
    empty = "" if rows else dossier.say("export.nothing")
    sheet.write_string(1, 0, empty or dossier.say(f"export.sheet_about.{name}"), looks["about"])
    head = HEADING_ROW + len(top) + bool(top)
    widths = [_width(code, heading, rows) for code, heading in zip(codes, headings, strict=True)]
    for at, row in enumerate(top, HEADING_ROW):
        for place, cell in enumerate(row, 1):  # the first column is too narrow for a name
            look = looks["head" if at == HEADING_ROW else "centre" if place > 1 else "text"]
            sheet.write(at, place, cell, look)
        sheet.set_row(at, height(row, widths[1 : len(row) + 1]))
    sheet.set_paper(A3 if sum(widths) > WIDE else A4)
    for place, (heading, wide) in enumerate(zip(headings, widths, strict=True)):
        sheet.set_column(place, place, wide)
        sheet.write_string(head, place, heading, looks["head"])
    for at, row in enumerate(rows, head + 1):
        for place, (code, cell) in enumerate(row.items()):
            _write(sheet, at, place, cell, looks, code)
        sheet.set_row(at, height(row.values(), widths))
    if rows:
        sheet.autofilter(head, 0, head + len(rows), len(codes) - 1)
        sheet.repeat_rows(head)
        sheet.freeze_panes(head + 1, min(FROZEN, len(codes) - 1))


def _write(sheet, row: int, place: int, cell: Any, looks: dict, code: str) -> None:
    """A number as a number in its format, anything else as text."""
    if code.isdigit() and (shown := SHOWN.fullmatch(cell)):
        # The value of a year, in as many decimals as it is shown in.
        value = float(cell.replace(",", "").replace("−", "-"))
        sheet.write_number(row, place, value, looks[len(shown[1] or "")])
        return
    if isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell):
        number = looks.get(code) if code in FORMATS else None
        whole = float(cell).is_integer()
        sheet.write_number(row, place, cell, number or looks["whole" if whole else "number"])
    else:
        text = "" if cell is None or cell != cell else str(cell)
        sheet.write_string(row, place, text[:LONGEST_CELL], looks["text"])


def _width(code: str, heading: str, rows: list[dict]) -> float:
    widest = max((width(str(row[code])) for row in rows if row[code] is not None), default=0)
    return WIDTHS.get(code, min(max(widest, width(heading) + 3, NARROWEST), WIDEST)) + MARGIN


def height(cells: Iterable[Any], widths: Iterable[float]) -> float:
    """Points that a row needs for its texts to be wrapped whole, at most what Excel allows."""
    lines = (
        sum(math.ceil(max(1, width(part)) / max(wide - MARGIN, 1)) for part in cell.split("\n"))
        for cell, wide in zip(cells, widths, strict=False)
        if isinstance(cell, str)
    )
    return min(409, 15 * max((1, *lines)) + 7)


def _counts(dossier: Dossier) -> list[list]:
    """The count of verdicts by kind, above the overview."""
    counted = listings.counts(dossier)
    head = [listings.heading(dossier, code) for code in counted.columns]
    return [head, *counted.values.tolist()]


def _dictionary(dossier: Dossier) -> Any:
    """What sheets, columns, verdicts and items are called and mean."""

    def entry(kind: str, name: str, about: str) -> dict[str, str]:
        return {"entry": dossier.say(f"export.entry.{kind}"), "name": name, "about": about}

    shown = {code: None for rows in TABLES.values() for code in next(iter(rows(dossier)), {})}
    for code in shown:
        if not code.isdigit():
            about = dossier.say(f"export.about.{code}")
            yield entry("column", listings.heading(dossier, code), about)
    for status in words("status"):
        about = dossier.say(f"export.verdict.{status}")
        yield entry("verdict", dossier.word("status", status), about)
    for basis in filter(None, words("basis")):
        about = dossier.say(f"export.basis.{basis}")
        yield entry("basis", dossier.word("basis", basis), about)
    used = {row["what"] for r in dossier.parts.values() for row in r.lineage}
    for item in items().values():
        if item.item in used:
            owner, unit = dossier.owners([item.owner]), listings.unit(item.unit, dossier.lang)
            name = getattr(item, dossier.lang)
            yield entry("item", name, dossier.say("export.item", unit=unit, owner=owner))
