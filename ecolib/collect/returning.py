"""The remarks on the data as `ecolib check` lists them, and as lists that go back to the bureaus.

A list is drawn like the templates, and the same data give the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml

from ecolib.assess.absence import absences
from ecolib.assess.case import Case
from ecolib.collect.filing import cannot_write
from ecolib.collect.workbook import LONGEST_NAME, Looks, height, set_table, write_above, write_cell
from ecolib.data import dictionary
from ecolib.data.listing import (
    counted,
    counts,
    record,
    subject,
    subjects,
    to_send,
    whole_list,
    work_list,
)
from ecolib.data.versions import owner_of_file
from ecolib.errors import RunError
from ecolib.files import keep_out, write_bytes
from ecolib.pages.excel import new_book
from ecolib.texts import Name, Note, catalogue, text, word

#: What Excel allows in no name of a sheet.
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
#: Title, what the list is, headings; then the rows.
HEADING_ROW, FIRST_ROW = 2, 3
Cell = str | int
Row = Mapping[str, Cell]
#: The columns of `Case.files` that are no counts.
PLACES = ("file", "sheet", "table")


def remarks(case: Case, *, whole: bool = False) -> list[Note]:
    """The remarks on the data of a case, as `ecolib check` lists them; all of them where `whole`."""
    notes = (*absences(case), *case.issues())
    if whole:
        return whole_list(notes)
    earlier = any(year < case.year for year in case.data.years)
    return work_list(notes, case.in_year(case.year - 1).issues() if earlier else ())


# --- whose a remark is ----------------------------------------------------------------------------


def by_owner(case: Case, notes: Iterable[Note]) -> dict[str, list[Note]]:
    """The remarks to send by the unit that can mend them, in the order of the data dictionary; ""
    where that is not known."""
    found: dict[str, list[Note]] = {owner: [] for owner in (*dictionary.owners(), "")}
    for owner, _, note in _placed(case, to_send(notes)):
        found[owner].append(note)
    return {owner: own for owner, own in found.items() if own}


def _placed(case: Case, notes: Iterable[Note]) -> Iterator[tuple[str, str, Note]]:
    """Each remark with the unit that can mend it and the table of its sheet, as far as known."""
    places = case.files()[list(PLACES)].itertuples(index=False)
    tables = {(file, sheet): table for file, sheet, table in places}
    for note in notes:
        table = tables.get((note.source.file, note.source.sheet), "")
        yield _owner(case, note, table), table, note


def _owner(case: Case, note: Note, table: str) -> str:
    """Who filed the workbook; else who owes what the row speaks of, or the table; else who is named
    by the file."""
    if owner := owner_of_file(note.source.file):
        return owner
    known = case.data.names.items
    for of in subjects(note, case.data.names):
        if isinstance(of, Name) and of.code in known:
            return known[of.code].owner
    table = note.about.partition(".")[0] if "." in note.about else table
    if table in dictionary.table_names() and table not in ("items", "documents"):
        return dictionary.table(table).owner
    place = f"{note.source.file} {note.source.sheet}"
    called = ((owner, case.owner(owner, "zh").removeprefix("县")) for owner in dictionary.owners())
    return next((owner for owner, name in called if name.strip() and name in place), "")


# --- the list on the screen, and for programs -----------------------------------------------------


def closing(case: Case, notes: Sequence[Note]) -> Iterator[Note]:
    """What stands below the list: rows and cells used, remarks by severity, the next command."""
    sums = _sums(case)
    yield Note("cli.check.rows", **{name: sums[name] for name in ("read", "used", "refused")})
    yield Note("cli.check.cells", cells=sums["cells"], unread=sums["unread"])
    found, command = counted(notes), f"ecolib run {case.county} {case.year}"
    if found[0].args["n"]:
        yield Note("cli.check.mend", counts=found, command=command)
    else:
        yield Note("cli.check.next", counts=found[1:], command=command)


def as_json(case: Case, notes: Sequence[Note]) -> str:
    """The same as one JSON document."""
    names = case.data.names
    said = {"county": case.county, "year": case.year, "counts": _sums(case) | counts(notes)}
    placed = _placed(case, notes)
    said["issues"] = [
        record(note, names, table) | {"owner": owner} for owner, table, note in placed
    ]
    return json.dumps(said, ensure_ascii=False, indent=2)


def _sums(case: Case) -> dict[str, int]:
    counted = case.files()
    return {name: int(counted[name].sum()) for name in counted if name not in PLACES}


# --- what to mend ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """One sheet: its name, what stands above the table, the columns with their widths, the rows."""

    name: str
    title: str
    about: str
    columns: dict[str, int]
    rows: Sequence[Sequence[Cell]]


@cache
def _columns() -> dict[str, dict[str, int]]:
    return yaml.safe_load((files(__package__) / "lists.yml").read_text(encoding="utf-8"))


def list_of(
    case: Case,
    code: str,
    rows: Iterable[Row],
    lang: str,
    *,
    owner: str = "",
    about: str = "",
    name: str = "",
) -> Listed:
    """A sheet that is called by the words of a code and has its columns in `lists.yml`.

    Parameters
    ----------
    rows
        What stands in each column; "no" is counted, and what only people can fill in stays empty.
    owner
        The unit whose list it is.
    about, name
        Other words than those of the code and of `<code>.about`.
    """
    county, what, columns = case.params.county.name(lang), text(code, lang), _columns()[code]
    title = text("template.title", lang, county=county, year=case.year, what=what)
    rows = [
        [number if name == "no" else row.get(name, "") for name in columns]
        for number, row in enumerate(rows, start=1)
    ]
    return Listed(
        name or what,
        f"{owner} · {title}" if owner else title,
        about or text(f"{code}.about", lang),
        columns,
        rows,
    )


def write_checklist(case: Case, notes: Sequence[Note], path: Path, lang: str) -> None:
    """Write the workbook of everything to be mended, a sheet for each unit.

    Raises
    ------
    RunError
        When the file cannot be written, or would go among the data of counties.
    """
    keep_out(path, case.root)
    own = by_owner(case, notes)
    sheets = [to_mend(case, owner, its, lang) for owner, its in own.items()]
    empty = to_mend(case, "", (), lang, text("listing.to_mend", lang))
    try:
        write_bytes(path, list_book(case, sheets or [empty], lang))
    except OSError as error:
        raise RunError(cannot_write(error)) from error


def to_mend(case: Case, owner: str, notes: Sequence[Note], lang: str, name: str = "") -> Listed:
    unit = case.owner(owner, lang) if owner else text("listing.no_owner", lang)
    found = counts(notes).items()
    told = [f"{word('severity', severity, lang)} {count}" for severity, count in found]
    about = text("listing.to_mend.about" if notes else "listing.nothing", lang, counts=tuple(told))
    rows = (_mended(case, note, lang) for note in notes)
    return list_of(case, "listing.to_mend", rows, lang, owner=unit, about=about, name=name or unit)


def _mended(case: Case, note: Note, lang: str) -> Row:
    # A bureau knows neither our folders, of which year and name are enough, nor our parameters.
    file, own = note.source.file, f"bureau.{note.code}"
    said = Note(own, **note.args) if own in catalogue() else note
    return {
        "file": "" if file.startswith("params") else file.removeprefix(f"data/{case.county}/raw/"),
        "sheet": note.source.sheet,
        "cell": note.source.cell,
        "of": subject(note, case.data.names, lang),
        "found": note.found(lang),
        "problem": said.text(lang),
        "remedy": remedy(note, lang),
        "severity": word("severity", note.severity, lang),
    }


def remedy(note: Note, lang: str) -> str:
    """What a bureau is asked to do about a remark."""
    own = f"remedy.{note.rule}"
    known = own in catalogue() and note.severity != "note"
    return text(own if known else f"remedy.{note.severity}", lang)


# --- drawn ----------------------------------------------------------------------------------------


def list_book(case: Case, sheets: Iterable[Listed], lang: str) -> bytes:
    taken: set[str] = set()
    with new_book(datetime(case.year, 1, 1)) as (book, buffer):
        looks = Looks(book)
        for listed in sheets:
            _draw(book.add_worksheet(_sheet_name(listed.name, taken)), looks, listed, lang)
    return buffer.getvalue()


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel allows and that no other sheet has."""
    plain = NOT_IN_A_NAME.sub("_", name).strip(" '") or "_"
    found, number = plain[:LONGEST_NAME], 1
    while found.casefold() in taken:
        number += 1
        found = f"{plain[: LONGEST_NAME - 3]}_{number:02}"
    taken.add(found.casefold())
    return found


def _draw(sheet, looks: Looks, listed: Listed, lang: str) -> None:
    widths = list(listed.columns.values())
    last = FIRST_ROW + len(listed.rows) - 1
    for place, (name, room) in enumerate(listed.columns.items()):
        sheet.set_column(place, place, room)
        sheet.write_string(HEADING_ROW, place, word("list_column", name, lang), looks.strong)
    told = (listed.title, looks.title, 30), (listed.about, looks.about, 20)
    write_above(sheet, len(widths), told)
    sheet.set_row(HEADING_ROW, 24)
    for number, row in enumerate(listed.rows, start=FIRST_ROW):
        sheet.set_row(number, height(map(str, row), widths))
        for place, cell in enumerate(row):
            write_cell(sheet, number, place, cell, looks.boxed)
    if listed.rows:
        sheet.autofilter(HEADING_ROW, 0, last, len(widths) - 1)
    sheet.freeze_panes(FIRST_ROW, 0)
    set_table(sheet, HEADING_ROW, last, widths, lang)
