"""What a file from outside means where nobody can know it: said once, used every year.

`data/<county>/mappings.yml` holds the entries, each for the files whose names fit a pattern. They
are checked as a whole before any file is read by them; the files themselves are never touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ecolib.data import dictionary
from ecolib.data.dictionary import Table
from ecolib.data.headings import Meaning, bare, factor, mapped, outside, split_unit
from ecolib.data.params import problems_of, read_yaml
from ecolib.errors import DataError, ParamsError, hint
from ecolib.texts import Name, Note

FILE = "mappings.yml"


def _text(given: object) -> object:
    """A code of digits is a name all the same."""
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else given


def _named(given: object) -> object:
    """A list of stations keeps their names."""
    return {name: name for name in map(_text, given)} if isinstance(given, list) else given


def _counts(given: object) -> object:
    return dictionary.table("survey_answers").by_name["counts"].choices("zh").get(given, given)


def _table_code(given: object) -> object:
    titles = {dictionary.table(name).zh: name for name in dictionary.table_names()}
    return titles.get(given, given)


Text = Annotated[str, BeforeValidator(_text)]
Counts = Annotated[Literal["satisfied", "other", "refused"], BeforeValidator(_counts)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Strict):
    """What a heading stands for, and the unit of its numbers where the heading does not say."""

    column: Text
    unit: str = ""


class Mapping(_Strict):
    """One entry: how the files (and sheets) of a name are to be read.

    `columns` says of headings, and of the values of a column of pollutants, what they stand for: a
    column, an item, a survey, or `skip`; `set` gives columns that the file lacks the same value in
    every row; of a file with many stations only `stations` are read, by code or by the name to be
    used; `answers` says what each answer counts as.
    """

    file: Text = Field(min_length=1)
    sheet: Text = "*"
    table: Annotated[str, BeforeValidator(_table_code)] = ""
    columns: dict[Text, Text | Column] = {}
    wide: Literal["", "item", "station", "question"] = ""
    set: dict[str, Text | float] = {}
    stations: Annotated[dict[Text, Text], BeforeValidator(_named)] = {}
    answers: dict[Text, Counts] = {}

    def fits(self, file: str, sheet: str) -> bool:
        """Whether it speaks of this sheet of this file."""
        return fnmatchcase(file.casefold(), self.file.casefold()) and fnmatchcase(sheet, self.sheet)

    def meaning(self, heading: str, table: Table) -> Meaning | None:
        """What it says of a heading; None for nothing."""
        said = self._columns.get(bare(heading))
        if said is None:
            return None
        to, unit = (said, "") if isinstance(said, str) else (said.column, said.unit)
        found = mapped(to, table)
        unit = unit or split_unit(heading)[1]
        return Meaning(found.kind, found.name, unit=unit) if found else None

    @cached_property
    def _columns(self) -> dict[str, str | Column]:
        return {bare(heading): to for heading, to in self.columns.items()}


@dataclass(frozen=True)
class Mappings:
    """The entries of a county, in order; of several that fit a sheet the first one counts."""

    entries: tuple[Mapping, ...] = ()

    def of(self, file: str, sheet: str) -> Mapping | None:
        return next((entry for entry in self.entries if entry.fits(file, sheet)), None)

    def tables_of(self, file: str) -> set[str]:
        """The tables that entries give to sheets of a file; "" where one leaves it open."""
        return {e.table for e in self.entries if fnmatchcase(file.casefold(), e.file.casefold())}


def load_mappings(path: Path) -> Mappings:
    """The entries of a file; none without it.

    Raises
    ------
    DataError
        With every problem: entry, key, what was found, what would be right.
    """
    if not path.is_file():
        return Mappings()
    try:
        data = read_yaml(path)
    except ParamsError as error:
        raise DataError(error.problems) from None
    problems = [
        _problem(f"{path.name}: {key}", "mapping.only_mappings")
        for key in data
        if key != "mappings"
    ]
    given = data.get("mappings") or []
    if not isinstance(given, list):
        problems.append(_problem(path.name, "mapping.no_list"))
        given = []
    entries = []
    for number, entry in enumerate(given, start=1):
        name = f"{path.name} #{number}"
        try:
            entries.append(Mapping.model_validate(entry))
        except ValidationError as error:
            keys = [*Mapping.model_fields, *Column.model_fields]
            problems += problems_of(f"{name}: ", error, keys)
            continue
        problems += _problems(name, entries[-1])
    if problems:
        raise DataError(problems)
    return Mappings(tuple(entries))


def _problem(where: str, code: str, **args) -> Note:
    return Note(code, severity="error", source=where, **args)


def _problems(name: str, entry: Mapping) -> Iterator[Note]:
    """What cannot be right about an entry whatever the files hold."""
    if not entry.table:
        for key in ("columns", "set", "wide"):
            if getattr(entry, key):
                yield _problem(f"{name}: {key}", "mapping.needs_table", key=key)
        return
    if entry.table not in dictionary.table_names():
        titles = [dictionary.table(n).zh for n in dictionary.table_names()]
        near = hint(entry.table, [*dictionary.table_names(), *titles])
        yield _problem(f"{name}: table", "mapping.unknown", value=entry.table, near=near)
        return
    table = dictionary.table(entry.table)
    headings = [text for column in table.columns for text in column.names()]
    for heading, to in entry.columns.items():
        column, unit = (to, "") if isinstance(to, str) else (to.column, to.unit)
        where = f"{name}: columns.{heading}"
        if mapped(column, table) is None:
            near = hint(column, [*headings, *outside(table.name).parts])
            yield _problem(where, "mapping.unknown", value=column, near=near)
        if unit and factor(unit, unit) is None:
            yield _problem(where, "mapping.unknown", value=unit, near="")
    for key in entry.set:
        if table.column(key) is None and key not in outside(table.name).parts:
            near = hint(key, headings)
            yield _problem(f"{name}: set.{key}", "mapping.unknown", value=key, near=near)
    if entry.wide and entry.wide != outside(table.name).wide:
        shown = Name("table", table.name)
        yield _problem(f"{name}: wide", "mapping.no_wide", table=shown, value=entry.wide)
    for key, needed in (("answers", "counts"), ("stations", "station")):
        if getattr(entry, key) and needed not in table.by_name:
            shown = Name("table", table.name)
            yield _problem(f"{name}: {key}", "mapping.not_here", table=shown, key=key)
