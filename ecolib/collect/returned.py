"""A workbook that came back: whether it is ours, whose it is, and what is still empty in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ecolib.assess.case import Case
from ecolib.collect import words
from ecolib.collect.marks import SIGNATURE
from ecolib.data import dictionary
from ecolib.data.detect import FOR_PEOPLE, VERSION
from ecolib.data.readers import read_all
from ecolib.data.sheet import MARKS, Sheet
from ecolib.data.versions import TEMPLATE_KIND, filled_rows
from ecolib.errors import DataError, Problem

#: Table and column of the id under which a template says what must be filled in.
NEED = (FOR_PEOPLE, "need")


@dataclass(frozen=True)
class Returned:
    """A template as it came back; `saved` is when the program that wrote it says so."""

    path: Path
    owner: str
    saved: datetime
    sheets: tuple[Sheet, ...]


def recognise(path: Path, case: Case) -> Returned:
    """Read a returned workbook and hold its marks against the county-year.

    Raises
    ------
    DataError
        When it is damaged, not one of our templates, for another county or year, of a newer
        edition, when columns of it are gone, or when nobody filled anything in.
    """
    if path.suffix.lower() != TEMPLATE_KIND:
        raise DataError(_not_ours(path, case))
    sheets = read_all(path, path.parent)
    said, columns = _marks(sheets)
    if SIGNATURE not in said:
        raise DataError(_not_ours(path, case))
    data = [sheet for sheet in sheets if sheet.holds_data]
    problems = _foreign(path, case, said) or _gone(path, columns, data) or _blank(path, data)
    if problems:
        raise DataError(problems)
    return Returned(path, str(said["owner"]), _saved(path), tuple(data))


def still_empty(sheets: Sequence[Sheet]) -> int:
    """How many rows that must be filled in nobody has begun."""
    return sum(
        len(_required(sheet) - {number for number, _ in filled_rows(sheet)}) for sheet in sheets
    )


def _required(sheet: Sheet) -> set[int]:
    place = next((i for i, p in enumerate(sheet.id_parts) if p and p.group(1, 2) == NEED), None)
    if place is None:
        return set()
    return {
        number
        for number, cells in sheet.rows
        if place < len(cells) and cells[place] in words.NEEDS["required"]
    }


def _marks(sheets: Sequence[Sheet]) -> tuple[dict[str, object], list[tuple[str, str, str]]]:
    """What the hidden sheet says, and the columns as issued: sheet, id, heading."""
    rows = [cells for sheet in sheets if sheet.name == MARKS for _, cells in sheet.rows]
    rows = [cells for cells in rows if len(cells) > 3]
    said = {str(cells[0]): cells[1] for cells in rows if cells[0] != "column"}
    columns = [(str(c[1]), str(c[2]), str(c[3])) for c in rows if c[0] == "column"]
    return said, columns


def _not_ours(path: Path, case: Case) -> Problem:
    place = f"data/{case.county}/raw/{case.year}/"
    return Problem(
        path.name,
        f"不是本程序发出的填报表（没有标识页 {MARKS}）。若是单位自己的表，请核对列名后自行放入 {place}"
        "（列名见 data/README.md），或请单位改用填报表；填报表要存为 .xlsx",
        f"is none of our templates (no sheet {MARKS}). If it is a table of the unit's own, see to its "
        f"headings (data/README.md) and put it into {place} yourself, or ask for the template, saved as .xlsx",
    )


def _foreign(path: Path, case: Case, marks: dict[str, object]) -> list[Problem]:
    problems = []

    def wrong(zh: str, en: str) -> None:
        problems.append(Problem(path.name, zh, en))

    version = marks[SIGNATURE]
    if not isinstance(version, int | float) or version > VERSION:
        shown = f"{version:g}" if isinstance(version, int | float) else str(version)
        wrong(
            f"填报表是第 {shown} 版，本程序只认识到第 {VERSION} 版，请更新程序",
            f"the template is of edition {shown}, this program knows edition {VERSION}; update it",
        )
        return problems
    county, year, owner = (marks.get(name) for name in ("county", "year", "owner"))
    if county != case.county:
        wrong(
            f"是“{county}”的填报表，这里收的是“{case.county}”",
            f"is a template of '{county}'; this is '{case.county}'",
        )
    if year != case.year:
        shown = f"{year:g}" if isinstance(year, int | float) else str(year)
        wrong(
            f"是 {shown} 年的填报表，这里收的是 {case.year} 年",
            f"is a template for {shown}; this is {case.year}",
        )
    if owner not in dictionary.owners():
        wrong(f"标识页里的填报单位“{owner}”不存在", f"its marks name no known unit: '{owner}'")
    return problems


def _gone(
    path: Path, columns: Sequence[tuple[str, str, str]], sheets: Sequence[Sheet]
) -> list[Problem]:
    """Columns as issued that are nowhere to be found: somebody deleted them, or the row of ids."""
    present = {text for sheet in sheets for text in sheet.ids}
    lost: dict[str, list[str]] = {}
    for sheet, identity, heading in columns:
        if identity not in present and not identity.startswith("_."):
            lost.setdefault(sheet, []).append(heading)
    return [
        Problem(
            f"{path.name} {sheet}",
            f"列“{'、'.join(headings)}”或隐藏的标识行被删除，请在原填报表上填写",
            f"the columns {', '.join(headings)}, or the hidden row of ids, were deleted; "
            "fill in the template as it was issued",
        )
        for sheet, headings in lost.items()
    ]


def _blank(path: Path, sheets: Sequence[Sheet]) -> list[Problem]:
    """An empty form must not take back what an earlier version said."""
    if any(filled_rows(sheet) for sheet in sheets):
        return []
    return [Problem(path.name, "一格也没有填，未归档", "nothing is filled in; it was not filed")]


def _saved(path: Path) -> datetime:
    """When the workbook was saved, as written in it; the distant past where it does not say."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    try:
        return (book.properties.modified or datetime.min).replace(tzinfo=None)
    finally:
        book.close()
