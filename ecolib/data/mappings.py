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

from pydantic import BeforeValidator, Field

from ecolib.data import dictionary
from ecolib.data.dictionary import Table
from ecolib.data.headings import Meaning, bare, factor, mapped, outside, split_unit
from ecolib.data.keys import Code, Strict, TableName, chosen, problem, read_entries
from ecolib.data.yaml_file import few
from ecolib.errors import DataError, hint
from ecolib.texts import Name, Note

FILE = "mappings.yml"


def _named(given: object) -> object:
    """A list of stations keeps their names."""
    if not isinstance(given, list) or not all(isinstance(name, str | int) for name in given):
        return given
    return {str(name): str(name) for name in given}


Kind = Literal["item", "station", "question", "year"]
Count = Literal["satisfied", "other", "refused"]
Counts = Annotated[Count, chosen("counts", Count)]


class Column(Strict):
    """What a heading stands for, and the unit of its numbers where the heading does not say."""

    column: Code = Field(examples=["pm25"])
    unit: str = Field(default="", examples=["mg/m3"])


class Mapping(Strict):
    """One entry: how the files (and sheets) of a name are to be read.

    `columns` says of headings, and of the values of a column of pollutants, what they stand for: a
    column, an item, a survey, or `skip`; `set` gives columns that the file lacks the same value in
    every row; of a file with many stations only `stations` are read, by code or by the name to be
    used; `answers` says what each answer counts as.
    """

    file: Code = Field(min_length=1, examples=["空气日报*.xlsx"])
    sheet: Code = Field(default="*", examples=["日报"])
    table: TableName = Field(default="", examples=["空气日均值"])
    columns: dict[Code, Code | Column] = Field(
        default={}, examples=["{O3: o3, 颗粒物: {column: pm25, unit: mg/m3}}"]
    )
    wide: Annotated[Kind, chosen("wide", Kind)] | None = Field(default=None, examples=["station"])
    set: dict[str, Code | float] = Field(default={}, examples=["{station: 县政府站}"])
    stations: Annotated[dict[Code, Code], BeforeValidator(_named)] = Field(
        default={}, examples=["{1345A: 县政府站}"]
    )
    answers: dict[Code, Counts] = Field(default={}, examples=["{满意: satisfied, 一般: other}"])

    def fits(self, file: str, sheet: str) -> bool:
        """Whether it speaks of this sheet of this file."""
        return self.of_file(file) and fnmatchcase(sheet, self.sheet)

    def of_file(self, file: str) -> bool:
        return fnmatchcase(file.casefold(), self.file.casefold())

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
        return {e.table for e in self.entries if e.of_file(file)}


def load_mappings(path: Path) -> Mappings:
    """The entries of a file; none without it.

    Raises
    ------
    DataError
        With every problem: entry, key, what was found, what would be right.
    """
    entries, problems = read_entries(path, "mappings", Mapping)
    for name, entry in entries:
        problems += _problems(name, entry)
    if problems:
        raise DataError(few(problems))
    return Mappings(tuple(entry for _, entry in entries))


def _problems(name: str, entry: Mapping) -> Iterator[Note]:
    """What cannot be right about an entry whatever the files hold."""
    if not entry.table:
        for key in ("columns", "set", "wide"):
            if getattr(entry, key):
                yield problem(f"{name}: {key}", "mapping.needs_table", key=key)
        return
    if entry.table not in dictionary.table_names():
        near = hint(entry.table, dictionary.table_titles())
        yield problem(f"{name}: table", "mapping.unknown", value=entry.table, near=near)
        return
    table = dictionary.table(entry.table)
    known = outside(table.name)
    for heading, to in entry.columns.items():
        column, unit = (to, "") if isinstance(to, str) else (to.column, to.unit)
        where = f"{name}: columns.{heading}"
        if mapped(column, table) is None:
            near = hint(column, (*table.headings, *known.parts))
            yield problem(where, "mapping.unknown", value=column, near=near)
        if unit and factor(unit, unit) is None:
            yield problem(where, "mapping.unknown", value=unit, near="")
    for key in entry.set:
        if table.column(key) is None and key not in known.parts:
            near = hint(key, table.headings)
            yield problem(f"{name}: set.{key}", "mapping.unknown", value=key, near=near)
    shown = Name("table", table.name)
    if entry.wide and entry.wide != known.wide:
        yield problem(f"{name}: wide", "mapping.no_wide", table=shown, value=entry.wide)
    for key, needed in (("answers", "counts"), ("stations", "station")):
        if getattr(entry, key) and needed not in table.by_name:
            yield problem(f"{name}: {key}", "mapping.not_here", table=shown, key=key)
