"""A workbook that came back: whether it is ours, whose it is, and what is still empty in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ecolib.assess.case import Case
from ecolib.collect.asking import is_required
from ecolib.collect.workbook import SIGNATURE
from ecolib.data import dictionary
from ecolib.data.detect import FOR_PEOPLE, VERSION
from ecolib.data.readers import read_all
from ecolib.data.sheet import MARKS, Sheet
from ecolib.data.versions import TEMPLATE_KIND, filled_rows
from ecolib.errors import DataError
from ecolib.texts import Note, Source

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
    problems = _foreign(path, case, said) or _gone(path, columns, data)
    # An empty form must not take back what an earlier version said.
    if not problems and not any(map(filled_rows, data)):
        problems = [Note("returned.empty", source=path.name)]
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
        number for number, cells in sheet.rows if place < len(cells) and is_required(cells[place])
    }


def _marks(sheets: Sequence[Sheet]) -> tuple[dict[str, object], list[tuple[str, str, str]]]:
    """What the hidden sheet says, and the columns as issued: sheet, id, heading."""
    rows = [cells for sheet in sheets if sheet.name == MARKS for _, cells in sheet.rows]
    rows = [cells for cells in rows if len(cells) > 3]
    said = {str(cells[0]): cells[1] for cells in rows if cells[0] != "column"}
    columns = [(str(c[1]), str(c[2]), str(c[3])) for c in rows if c[0] == "column"]
    return said, columns


def _not_ours(path: Path, case: Case) -> Note:
    folder = f"data/{case.county}/raw/{case.year}/"
    return Note("returned.not_ours", source=path.name, marks=MARKS, folder=folder)


def _foreign(path: Path, case: Case, marks: dict[str, object]) -> list[Note]:
    """Marks of a newer edition, of another county or year, or of no unit."""
    name, version = path.name, marks[SIGNATURE]
    if not isinstance(version, int | float) or version > VERSION:
        return [Note("returned.newer", source=name, edition=_printed(version), known=VERSION)]
    county, year, owner = (marks.get(mark) for mark in ("county", "year", "owner"))
    wrong = []
    if county != case.county:
        wrong.append(
            Note("returned.other_county", source=name, county=str(county), here=case.county)
        )
    if year != case.year:
        wrong.append(Note("returned.other_year", source=name, year=_printed(year), here=case.year))
    if owner not in dictionary.owners():
        wrong.append(Note("returned.no_such_owner", source=name, owner=str(owner)))
    return wrong


def _printed(mark: object) -> str:
    """A number that Excel may have made a decimal of, as it was issued."""
    return f"{mark:g}" if isinstance(mark, int | float) else str(mark)


def _gone(
    path: Path, columns: Sequence[tuple[str, str, str]], sheets: Sequence[Sheet]
) -> list[Note]:
    """Columns as issued that are nowhere to be found: somebody deleted them, or the row of ids."""
    present = {text for sheet in sheets for text in sheet.ids}
    lost: dict[str, list[str]] = {}
    for sheet, identity, heading in columns:
        if identity not in present and not identity.startswith(f"{FOR_PEOPLE}."):
            lost.setdefault(sheet, []).append(heading)
    return [
        Note("returned.columns_gone", source=Source(path.name, sheet), headings=tuple(headings))
        for sheet, headings in lost.items()
    ]


def _saved(path: Path) -> datetime:
    """When the workbook was saved, as written in it; the distant past where it does not say."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    try:
        return (book.properties.modified or datetime.min).replace(tzinfo=None)
    finally:
        book.close()
