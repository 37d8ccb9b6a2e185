"""Known errors of the data: what is done about which cell, why, and who said so.

`data/<county>/corrections.yml` holds the entries, which are checked as a whole before any is
applied. They are carried out on a sheet before it is checked, so that a cell nobody can read is
mended too; the files submitted are never touched.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from ecolib.data import dictionary
from ecolib.data.detect import match_header
from ecolib.data.dictionary import KINDS, Column, Names, Table, units
from ecolib.data.figures import printed_number
from ecolib.data.ids import filled_in
from ecolib.data.keys import Named, Strict, TableName, Text, also, chosen, problem, read_entries
from ecolib.data.numbers import Unreadable, as_printed, figure_of
from ecolib.data.parse import as_text, parser_of
from ecolib.data.sheet import Sheet, is_blank
from ecolib.data.yaml_file import few
from ecolib.errors import DataError, hint
from ecolib.texts import Amount, Name, Note, Source, Words

#: Conditions that place a row in its file rather than speak of what it says.
PLACES = ("file", "sheet", "row")
Action = Literal["drop", "set", "scale", "flag"]


def _cell(given: object) -> object:
    if given is not None and not isinstance(given, bool | int | float | str | datetime.date):
        raise PydanticCustomError("cell", "must be what one cell holds")
    return given


def _places(given: object) -> object:
    if not isinstance(given, dict):
        return given
    named = {name: code for name, code in also().items() if code in PLACES}
    return {named.get(key, key): value for key, value in given.items()}


def _day(given: object) -> object:
    """A day as people write it: 2020/7/1, 2020年7月1日."""
    try:
        moment = parser_of(Column("date", "", "", "date"), Names({}, ()))(given)
    except Unreadable:
        raise PydanticCustomError("date_parsing", "must be a day, such as 2020-07-01") from None
    return moment.date() if moment is not None else given


Cell = Annotated[Any, BeforeValidator(_cell)]


class Correction(Strict):
    """One entry: in the rows of `table` that fit `rows`, `column` must say `expect`; then `do`.

    What could not be read is expected as it stands there, "约86".
    `drop` leaves the rows out; `set` puts `value` in the cell, in the row's own unit; `scale`
    multiplies the number by `value`; `flag` keeps the cell and adds a warning.
    """

    table: TableName = Field(examples=["统计项"])
    rows: Annotated[dict[str, Cell], BeforeValidator(_places)] = Field(
        examples=["{统计项: 危险废物产生量, 年份: 2019}"]
    )
    column: Text = Field(examples=["数值"])
    do: Annotated[Action, chosen("correction", Action)] = Field(examples=["set"])
    value: Cell = Field(default=None, examples=["67.5"])
    expect: Cell = Field(examples=["675"])
    reason: Named = Field(examples=["应为吨"])
    source: Named = Field(examples=["县生态环境局复函"])
    date: Annotated[datetime.date, BeforeValidator(_day)] = Field(examples=["2020-07-01"])


#: An entry with the name it goes by in messages, "corrections.yml #1".
Entry = tuple[str, Correction]


@dataclass(frozen=True)
class Applied:
    """One correction of one row: `was` and `now` as they stand in the row's own `unit`.

    `subjects` are the item or indicator the row spoke of before and after, `what` the first of
    them and the column, unless it is the figure itself.
    """

    correction: Correction
    file: str
    sheet: str
    row: int
    cell: str
    column: Column
    subjects: tuple[str, ...]
    what: Note
    was: str
    now: str
    unit: str

    def issue(self) -> Note:
        """The correction as a remark on the data: was, is, why, who and when."""
        entry = self.correction
        flagged = entry.do == "flag"
        return Note(
            "flagged" if flagged else "corrected",
            severity="warning" if flagged else "note",
            about=self.subjects[0] if self.subjects else f"{entry.table}.{self.column.name}",
            source=Source(self.file, self.sheet, self.cell),
            shown=self.was,
            change=self.change(),
            reason=Words(entry.reason.zh, entry.reason.en),
            said_by=Words(entry.source.zh, entry.source.en),
            date=entry.date.isoformat(),
        )

    def change(self) -> Note:
        """What was done, in a few words."""
        was, now = self._amount(self.was), self._amount(self.now)
        return Note(f"change.{self.correction.do}", what=self.what, was=was, now=now)

    def _amount(self, cell: str) -> Amount:
        """A cell with the unit of its row, unless it brings its own."""
        return Amount(cell, "" if (found := figure_of(cell)) and found[1] else self.unit)


# --- the entries ----------------------------------------------------------------------------------


def load_corrections(path: Path, names: Names) -> dict[str, tuple[Entry, ...]]:
    """The entries of a file by table, in order; {} without a file.

    Raises
    ------
    DataError
        With every problem: entry, key, what was found, what would be right.
    """
    entries, problems = read_entries(path, "corrections", Correction)
    by_table: dict[str, tuple[Entry, ...]] = {}
    for name, correction in entries:
        problems += _problems(name, correction, names)
        by_table[correction.table] = (*by_table.get(correction.table, ()), (name, correction))
    if problems:
        raise DataError(few(problems))
    return by_table


def no_such_row(entry: Entry) -> Note:
    """What to say of an entry that fits no row of any year."""
    name, correction = entry
    said = ", ".join(f"{key}: {value}" for key, value in correction.rows.items())
    table = Name("table", correction.table)
    return problem(f"{name}: rows", "correction.no_such_row", table=table, rows=said)


def _problems(name: str, entry: Correction, names: Names) -> Iterator[Note]:
    """What cannot be right about an entry whatever the data say."""
    tables = {n: Words(f"{dictionary.table(n).zh}（{n}）", n) for n in dictionary.table_names()}
    if entry.table not in tables:
        unknown = _unknown(f"{name}: table", entry.table, dictionary.table_titles())
        yield unknown.but(code="correction.unknown_table", allowed=tuple(tables.values()))
        return
    if not entry.rows:
        yield problem(f"{name}: rows", "correction.no_rows")
        return
    table = dictionary.table(entry.table)
    for key in entry.rows:
        if key not in PLACES and table.column(key) is None:
            yield _unknown(f"{name}: rows.{key}", key, [*table.headings, *PLACES])
    cells = {f"rows.{key}": (table.column(key), v) for key, v in entry.rows.items()}
    column = table.column(entry.column)
    if column is None:
        yield _unknown(f"{name}: column", entry.column, table.headings)
    else:
        if isinstance(entry.expect, bool) or entry.do == "scale":
            cells["expect"] = (column, entry.expect)
        if entry.do == "set":
            cells["value"] = (column, entry.value)
        yield from _value_problems(name, entry, column)
    for key, (of, cell) in cells.items():
        if isinstance(cell, bool) and of is not None and of.type != "yesno":
            yield problem(f"{name}: {key}", "correction.truth")
        elif of is not None:
            try:
                parser_of(of, names)(cell)
            except Unreadable as unreadable:
                yield unreadable.note.but(severity="error", source=Source(f"{name}: {key}"))


def _value_problems(name: str, entry: Correction, column: Column) -> Iterator[Note]:
    value = entry.value
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if entry.do in ("drop", "flag") and value is not None:
        yield problem(f"{name}: value", "correction.takes_no_value", do=entry.do)
    elif entry.do == "set" and value is None:
        yield problem(f"{name}: value", "correction.needs_a_value")
    elif entry.do == "scale" and column.type != "number":
        heading = Name("column", f"{entry.table}.{column.name}")
        yield problem(f"{name}: column", "correction.no_number", column=heading)
    elif entry.do == "scale" and entry.expect is None:
        yield problem(f"{name}: expect", "correction.expects_no_number")
    elif entry.do == "scale" and not (number and 0 < value < 1e18):
        yield problem(f"{name}: value", "correction.no_factor", value=repr(value))


def _unknown(where: str, name: str, names: Collection[str]) -> Note:
    return problem(where, "correction.unknown", value=name, near=hint(name, names))


# --- carried out ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mended:
    """A sheet as corrected: `done` with the name of the entry, `dropped` rows left out of it.

    `problems` are entries that a row fits and that do not hold there; `fitted` names every entry
    that fits a row.
    """

    sheet: Sheet
    done: tuple[tuple[str, Applied], ...] = ()
    dropped: int = 0
    problems: tuple[Note, ...] = ()
    fitted: frozenset[str] = frozenset()

    def unusable(self, issues: Sequence[Note]) -> Iterator[Note]:
        """A problem for each cell that even as corrected cannot be used; `issues` of the sheet."""
        wrong = {i.source.cell: i for i in issues if i.severity == "error" and i.source.cell}
        for name, applied in self.done:
            if applied.correction.do in ("set", "scale") and applied.cell in wrong:
                place = _place(name, self.sheet, applied.cell)
                yield wrong[applied.cell].but(source=place)


def mend(entries: Sequence[Entry], sheet: Sheet, table: Table, names: Names) -> Mended:
    """Carry out the entries of one table in one sheet, one after the other."""
    if not entries:
        return Mended(sheet)
    work = _Work(sheet, table, names)
    for name, entry in entries:
        work.carry_out(name, entry)
    return Mended(
        work.now,
        tuple(work.done),
        len(sheet.rows) - len(work.rows),
        tuple(work.problems),
        frozenset(work.fitted),
    )


class _Work:
    """A sheet while it is being corrected."""

    def __init__(self, sheet: Sheet, table: Table, names: Names):
        self.sheet, self.table, self.names = sheet, table, names
        self.places, _ = match_header(sheet, table)
        self.rows = dict(sheet.rows)
        self.done: list[tuple[str, Applied]] = []
        self.problems: list[Note] = []
        self.fitted: set[str] = set()
        self.parsers = {column.name: parser_of(column, names) for column in table.columns}

    @property
    def now(self) -> Sheet:
        """The sheet with the rows as they are by now."""
        return replace(self.sheet, rows=tuple(self.rows.items()))

    def carry_out(self, name: str, entry: Correction) -> None:
        if not self._may_fit(entry):
            return
        said = ((key, value) for key, value in entry.rows.items() if key not in PLACES)
        wanted = [(self.table.column(key), value) for key, value in said]
        for number, cells in filled_in(self.now, self.places).rows:
            row = self.sheet.place(number, 0)[0]
            if entry.rows.get("row", row) == row and all(
                self._says(column, self._at(cells, column), value) for column, value in wanted
            ):
                self.fitted.add(name)
                self._change(name, entry, number, cells)

    def _may_fit(self, entry: Correction) -> bool:
        """Whether the entry speaks of this file and sheet."""
        file, sheet = entry.rows.get("file"), entry.rows.get("sheet")
        return (file is None or f"/{self.sheet.file}".endswith(f"/{file}")) and (
            "sheet" not in entry.rows or sheet == self.sheet.name
        )

    def _change(self, name: str, entry: Correction, number: int, cells: tuple) -> None:
        column = self.table.column(entry.column)
        assert column is not None
        cell = self._at(cells, column)
        if not self._says(column, cell, entry.expect):
            self.problems.append(self._repaired(name, entry, column, number, cell))
            return
        after = cells
        if entry.do == "drop":
            del self.rows[number]
        elif entry.do != "flag":
            after = self._put(number, cells, column, _changed(cell, entry))
        self.done.append((name, self._applied(entry, column, number, cells, after)))

    def _applied(
        self, entry: Correction, column: Column, number: int, before: tuple, after: tuple
    ) -> Applied:
        subjects = [self._subject(cells) for cells in (before, after)]
        return Applied(
            correction=entry,
            file=self.sheet.file,
            sheet=self.sheet.name,
            row=self.sheet.place(number, 0)[0],
            cell=self._cell(number, column),
            column=column,
            subjects=tuple(dict.fromkeys(code for _, code in filter(None, subjects))),
            what=self._what(subjects[0], column),
            was=_shown(self._at(before, column)),
            now="" if entry.do == "drop" else _shown(self._at(after, column)),
            unit=self._unit(before) if column is self.table.figure else "",
        )

    def _unit(self, cells: tuple) -> str:
        """The unit that a row gives for its figure; empty where it cannot be read."""
        column = self.table.first("unit")
        unit = self._read(column, self._at(cells, column))
        return unit if unit in units() else ""

    def _subject(self, cells: tuple) -> tuple[str, str] | None:
        """The column and the code of the item or indicator that a row speaks of."""
        for name in KINDS:
            column = self.table.column(name)
            if column is not None and (code := self._read(column, self._at(cells, column))):
                return name, str(code)
        return None

    def _what(self, subject: tuple[str, str] | None, column: Column) -> Note:
        """The item or indicator of a row, and the column unless it is the figure itself."""
        heading = Name("column", f"{self.table.name}.{column.name}")
        if subject is None:
            return Note("corrected_cell.column", column=heading)
        kind, code = subject
        codes, _ = self.names.of(kind)
        named = Name(kind, code) if code in codes else code
        if column.name == "value":
            return Note("corrected_cell.figure", subject=named)
        return Note("corrected_cell.row", subject=named, column=heading)

    def _repaired(
        self, name: str, entry: Correction, column: Column, number: int, cell: object
    ) -> Note:
        heading = Name("column", f"{self.table.name}.{column.name}")
        expected = {"column": heading, "expected": _shown(entry.expect), "found": _shown(cell)}
        note = problem("", "correction.repaired", **expected)
        return note.but(source=_place(name, self.sheet, self._cell(number, column)))

    def _put(self, number: int, cells: tuple, column: Column, value: object) -> tuple:
        """The row with another value in this column, which is added where the sheet has none."""
        if column.name not in self.places:
            position = max(len(self.sheet.header), len(self.sheet.ids))
            header = (*self.sheet.header, *[""] * (position - len(self.sheet.header)), column.name)
            self.sheet = replace(self.sheet, header=header)
            self.places[column.name] = position
        position = self.places[column.name]
        row = [*cells, *[None] * (position + 1 - len(cells))]
        row[position] = value
        self.rows[number] = tuple(row)
        # Whatever the cell was merged with: now it is known what this row says.
        self.sheet = replace(self.sheet, merged=self.sheet.merged - {(number, position)})
        return self.rows[number]

    def _at(self, cells: tuple, column: Column) -> object:
        position = self.places.get(column.name, len(cells))
        return cells[position] if position < len(cells) else None

    def _cell(self, number: int, column: Column) -> str:
        return self.sheet.cell(number, self.places.get(column.name, 0))

    def _says(self, column: Column, cell: object, wanted: object) -> bool:
        return _same(self._read(column, cell), self._read(column, wanted))

    def _read(self, column: Column, cell: object) -> Any:
        """A cell as the checks will read it; where they cannot, the text that stands there."""
        try:
            return self.parsers[column.name](cell)
        except Unreadable:
            return _shown(cell)


def _place(name: str, sheet: Sheet, cell: str) -> Source:
    return Source(f"{name}: {sheet.file}", sheet.name, cell)


def _changed(cell: object, entry: Correction) -> object:
    """What `set` or `scale` puts into the cell, written as in the file."""
    if entry.do == "set":
        return entry.value
    shown = as_printed(cell)
    # A power of ten moves the last known digit along.
    scaled = printed_number(shown) * Decimal(str(entry.value)).normalize()
    return f"{scaled}{figure_of(shown)[1]}"


def _shown(cell: object) -> str:
    """A cell as it shows; of none, NaN and NaT a dash."""
    return "—" if is_blank(cell) or cell != cell else as_text(cell)


def _same(found: Any, wanted: Any) -> bool:
    """Equal as read; 0.1 + 0.2 is 0.3, and nothing equals nothing."""
    number = (int, float, np.number)
    if isinstance(found, number) and isinstance(wanted, number):
        return bool(np.isclose(found, wanted, rtol=1e-9, atol=0))
    return bool(found == wanted)
