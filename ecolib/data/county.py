"""A county: its parameters and everything submitted, every file read and checked once for all years.

`County.at(year)` is what had been submitted by then: a filter, not a new reading. One bad file does
not hide the rest: that it cannot be read is a remark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from itertools import chain
from operator import itemgetter
from pathlib import Path

import pandas as pd

from ecolib.data import dictionary
from ecolib.data.check import check
from ecolib.data.checked import Unread, source_of
from ecolib.data.corrections import Applied, Entry, load_corrections, mend, no_such_row
from ecolib.data.detect import may_hold, named_by, stem
from ecolib.data.dictionary import Names, Table, units
from ecolib.data.figures import Figures, Row, bounds, combined
from ecolib.data.folder import File, Folder, astray, opened
from ecolib.data.layout import laid_out
from ecolib.data.mappings import FILE, Mappings, load_mappings
from ecolib.data.merged import Merged, Part
from ecolib.data.params import Params, load_params
from ecolib.data.work import Work
from ecolib.errors import DataError, hint
from ecolib.files import entries_of
from ecolib.grouping import grouped
from ecolib.texts import Name, Note

YEAR = re.compile("[0-9]{4}")
#: Of rows under unknown names, only so many are held against the known ones.
NAMELESS = 200
COUNTS = ["file", "sheet", "table", "read", "used", "refused", "cells", "unread"]


class County:
    """One county of a project: `params/<name>.yml` and `data/<name>/`. Nothing is read unasked.

    Parameters
    ----------
    name
        The name of its parameter file.
    root
        The project folder, which holds `params/` and `data/`.
    names
        The items and indicators that parameters and cells may name.
    """

    def __init__(self, name: str, root: Path, names: Names):
        self.name, self.root, self.names = name, root, names
        self._at: dict[int, Submitted] = {}
        self._files: dict[Path, File] = {}
        self._parts: dict[tuple[str, Path], list[Part]] = {}

    @cached_property
    def params(self) -> Params:
        """Everything `params/<name>.yml` and `params/defaults.yml` say.

        Raises
        ------
        ParamsError
            With every problem, when a file is not right.
        """
        owners = dictionary.owners()
        names = dictionary.owner_names().items()
        called = {n: owner for name, owner in names for n in (name.removeprefix("县"), name)}
        titles = called | dict(self.names.indicator_titles) | dict(self.names.numbers)
        known = {"indicators": self.names.indicators, "owners": owners, "titles": titles}
        return load_params(self.name, self.root, **known)

    @property
    def years(self) -> tuple[int, ...]:
        """The years in whose folders something was submitted, the earliest first."""
        return tuple(folder.year for folder in self.folders)

    def at(self, year: int) -> Submitted:
        """What had been submitted in the folders of this year and earlier ones."""
        if year not in self._at:
            self._at[year] = Submitted(self, year)
        return self._at[year]

    @property
    def raw(self) -> Path:
        return self.root / "data" / self.name / "raw"

    @cached_property
    def folders(self) -> tuple[Folder, ...]:
        """The folders of the years, the earliest first.

        Raises
        ------
        DataError
            When what was submitted cannot be looked into.
        """
        found = entries_of(self.raw)
        return tuple(Folder(path, self.root) for path in found if YEAR.fullmatch(path.name))

    @cached_property
    def entries(self) -> dict[str, tuple[Entry, ...]]:
        """The corrections by table, see `load_corrections`."""
        path = self.root / "data" / self.name / "corrections.yml"
        return load_corrections(path, self.names)

    @cached_property
    def mappings(self) -> Mappings:
        """What is said of files from outside, see `load_mappings`."""
        return load_mappings(self.root / "data" / self.name / FILE)

    def uncorrected(self) -> County:
        """The same county with its data as they were submitted; no file is read again."""
        bare = County(self.name, self.root, self.names)
        bare._files, bare.entries, bare.mappings = self._files, {}, self.mappings
        bare.params = self.params
        return bare

    def file(self, path: Path) -> File:
        """The sheets of a file; that it cannot be read, or holds nothing, is a remark."""
        if path not in self._files:
            self._files[path] = opened(path, self.root, self.mappings)
        return self._files[path]

    def may_hold(self, path: Path, table: str) -> bool:
        """Whether a file may hold rows of the table, told without opening it."""
        return may_hold(path, table, self.mappings)

    def parts(self, table: str, folder: Folder) -> Iterator[Part]:
        """The sheets of a table in the files of a folder; only those that can hold it are opened."""
        for path in folder.files:
            if (table, path) not in self._parts:
                held = self._checked(table, path, folder.year) if self.may_hold(path, table) else ()
                self._parts[table, path] = list(held)
            yield from self._parts[table, path]

    @cached_property
    def own_names(self) -> Names:
        """What cells may name, with the county and the units under the names that it gives them."""
        own, county = self.params.owners.items(), self.params.county
        titles = {n: code for code, o in own for n in (o.zh, o.en)}
        named = {"".join(n.split()) for n in (county.zh, county.en) if n}
        if county.zh.endswith("自治县"):  # 连山壮族瑶族自治县 is 连山县
            named |= {f"{county.zh[:length]}县" for length in (2, 3)}
        return replace(self.names, owner_titles=titles, county=named)

    def _checked(self, name: str, path: Path, year: int) -> Iterator[Part]:
        table, entries = dictionary.table(name), self.entries.get(name, ())
        for sheet, held in self.file(path).sheets:
            if held == name:
                entry = self.mappings.of(path.name, sheet.name)
                sheet = laid_out(sheet, table, entry, year)
                mended = mend(entries, sheet, table, self.names)
                names = self.own_names
                yield Part(mended, check(mended.sheet, table, names, submitted=year), names)


class Submitted:
    """What a county had submitted up to a year: checked, corrected, as last restated."""

    def __init__(self, county: County, year: int):
        self.county, self.year = county, year
        self._folders = [folder for folder in county.folders if folder.year <= year]
        self._tables: dict[str, Merged] = {}
        self._frames: dict[str, pd.DataFrame] = {}
        self._unread: dict[str, tuple[Unread, ...]] = {}

    @property
    def files(self) -> tuple[tuple[int, Path], ...]:
        """Every data file, with the year of its folder; superseded templates left out."""
        return tuple((folder.year, path) for folder in self._folders for path in folder.files)

    def frame(self, table: str) -> pd.DataFrame:
        """The rows of a table: its columns (`printed` beside `value`), and where each stands.

        `submitted` is the year of the folder, `file`, `sheet`, `row` the place, `cell` that of the
        figure in tables with a `value`.

        Raises
        ------
        DataError
            When a correction does not fit what was submitted; all that do not are told.
        """
        if table not in self._frames:
            self._frames[table] = pd.DataFrame(self._merged(table).columns())
        return self._frames[table]

    def rows(self, table: str) -> list[Row]:
        """The same rows as plain values, None where there is nothing; not to be changed."""
        return self._merged(table).rows

    def holds(self, table: str) -> bool:
        """Whether there is any row of a table, told without making its frame."""
        return any(map(len, self._merged(table).used))

    def table_issues(self, table: str) -> tuple[Note, ...]:
        """The remarks on the cells and rows of one table."""
        return (*self._merged(table).issues, *self._off_register(dictionary.table(table)))

    def _off_register(self, table: Table) -> Iterator[Note]:
        """A warning for each place with results that is not on the register of its year."""
        if not table.register:
            return
        place = table.key[0]
        known = {(row[place], row["year"]) for row in self.rows(table.register)}
        rows = (((row[place], row["date"].year), row) for row in self.rows(table.name))
        found = grouped((key, row) for key, row in rows if key not in known)
        for (name, year), rows in found.items():
            where = {"about": f"{table.name}.{place}", "source": source_of(rows[0]), "of": (name,)}
            told = {"shown": name, "year": year, "count": len(rows)}
            told["register"] = Name("table", table.register)
            told["near"] = hint(name, [at for at, of in known if of == year])
            yield Note("not_on_register", severity="warning", **where, **told)

    def unread(self, table: str) -> tuple[Unread, ...]:
        """What was submitted for a table and not used, unless a later folder says it anew."""
        if table not in self._unread:
            self._unread[table] = tuple(self._left_unread(table))
        return self._unread[table]

    def _left_unread(self, table: str) -> Iterator[Unread]:
        parts = self._merged(table).parts
        yield from self._merged(table).contradicted
        nameless = 0
        for part in parts:
            for left in part.checked.unread:
                if left.note.code in ("unknown_item", "unknown_indicator"):
                    nameless += 1
                    # A sheet of wrong names alone means nothing by them; comparing takes long.
                    meant = self._meant(left) if nameless <= NAMELESS else left.subjects
                    yield replace(left, subjects=meant)
                elif not self._said_anew(left, parts):
                    yield left
        yield from self._unopened(table)
        for note in self.figure_issues if table == "items" else ():
            if note.code in ("restated.apart", "places.exceed"):
                yield Unread(table, note.args["year"], (note.about,), "", note)

    def _unopened(self, table: str) -> Iterator[Unread]:
        """Files that nobody can open, of the table they are named for; sheets that fit several tables,
        of each; those that fit none, of the items they name."""
        for folder in self._folders:
            for path in folder.files:
                file = self.county.file(path)
                notes = [n for n in file.notes if named_by(stem(path.name)) == table]
                own = dictionary.table(table)
                left = [(note, self._subjects(own)) for note in notes]
                for sheet in (sheet for sheet, held in file.sheets if held is None):
                    if table in sheet.remarks[-1].args.get("candidates", ()):
                        left.append((sheet.remarks[-1], self._subjects(own)))
                    elif table == "items" and (
                        named := Work(sheet, own, {}, self.county.names).named()
                    ):
                        left.append((sheet.remarks[-1], named))
                for note, of in left:
                    if note.severity == "error":
                        yield Unread(table, folder.year, of, "", note, folder=folder.year)

    def _subjects(self, table: Table) -> tuple[str, ...]:
        """Everything that a table may speak of, where there are names for it."""
        subject = table.by_name.get(table.subject)
        named = subject is not None and subject.type in dictionary.KINDS
        return tuple(self.county.names.of(subject.type)[0]) if named else ()

    def _meant(self, left: Unread) -> tuple[str, ...]:
        """What a row under an unknown name can be of: the nearest name, or else the items that have
        a figure in a year beside it, in a unit of its kind, and none in its own."""
        if near := left.note.args["near"].nearest:
            kind = left.note.code.removeprefix("unknown_")
            return (self.county.names.of(kind)[1].get(near, near),)
        if left.unit not in units():
            return ()
        kind, year = units()[left.unit].dimension, left.year or left.folder
        items = self.county.names.items
        years = {item: set(found.years.tolist()) for item, found in self.figures.items()}
        return tuple(
            item
            for item, known in years.items()
            if year not in known
            and known & {year - 1, year + 1}
            and units()[items[item].unit].dimension == kind
        )

    def _said_anew(self, left: Unread, parts: Sequence[Part]) -> bool:
        """Whether a later folder gives the figure that an earlier one left unread."""
        later = (p for p in parts if p.checked.folder and p.checked.folder > (left.folder or 0))
        return left.table == "items" and any(
            (row["item"],) == left.subjects and row["year"] == left.year
            for part in later
            for row in part.figures
        )

    @cached_property
    def issues(self) -> tuple[Note, ...]:
        """Every remark on files, cells and rows, and the corrections; not those on `figures`."""
        files = [self.county.file(path) for _, path in self.files]
        sheets = [found for file in files for found in file.sheets]
        years = [folder.path for folder in self.county.folders]
        return (
            *astray(self.county.raw, years, self.county.root),
            *chain(*(folder.remarks for folder in self._folders)),
            *chain(*(file.notes for file in files)),
            *(sheet.remarks[-1] for sheet, table in sheets if table is None),
            *chain(*(folder.restated for folder in self._folders)),
            *self._unused_mappings(files),
            *chain(*map(self.table_issues, dictionary.table_names())),
            *(done.issue() for done in self.corrections()),
        )

    def _unused_mappings(self, files: Sequence[File]) -> Iterator[Note]:
        """A warning for each mapping by which no sheet is read, nor a file of a later year."""
        mappings, later = self.county.mappings, self.county.folders[len(self._folders) :]
        names = {(Path(s.file).name, s.name) for file in files for s, _ in file.sheets}
        used = {id(mappings.of(*name)) for name in names}
        coming = [path.name for folder in later for path in folder.files]
        unread = {path.name for _, path in self.files} - {name for name, _ in names}
        for number, entry in enumerate(mappings.entries, start=1):
            if id(entry) not in used and not any(map(entry.of_file, (*coming, *unread))):
                told = {"file": entry.file, "sheet": entry.sheet}
                where = f"data/{self.county.name}/{FILE} #{number}"
                yield Note("mapping.unused", severity="warning", source=where, **told)

    def corrections(self, *names: str) -> tuple[Applied, ...]:
        """Every correction made in the tables of these names, or in all of them."""
        wanted = [name for name in self.county.entries if not names or name in names]
        parts = chain(*(self._merged(name).parts for name in wanted))
        return tuple(applied for part in parts for _, applied in part.mended.done)

    def counts(self) -> pd.DataFrame:
        """Rows read, used and refused by file, sheet and table; those left out count as refused."""
        rows = []
        for name in dictionary.table_names():
            for part in self._merged(name).parts:
                found, dropped = part.checked, part.mended.dropped
                counted = (found.read + dropped, found.used, found.refused + dropped)
                counted += (found.cells, sum(left.count for left in found.unread))
                rows.append((found.file, found.sheet, name, *counted))
        return pd.DataFrame(sorted(rows, key=lambda row: row[:2]), columns=COUNTS)

    @property
    def figures(self) -> Mapping[str, Figures]:
        """The figures of every item of which there are any."""
        return self._combined[0]

    @cached_property
    def bounds(self) -> Mapping[str, Mapping[int, tuple[float, float]]]:
        """By item and year the ends of figures that were written as a bound."""
        return bounds(self.rows("items"), self.county.names.items)

    @property
    def figure_issues(self) -> tuple[Note, ...]:
        """The remarks made when figures were restated or put together from places."""
        return self._combined[1]

    @cached_property
    def _combined(self) -> tuple[dict[str, Figures], tuple[Note, ...]]:
        return combined(self._dated, self.county.names.items)

    @property
    def _dated(self) -> Iterator[Row]:
        return chain(*(part.figures for part in self._merged("items").parts))

    @cached_property
    def disputed(self) -> Mapping[tuple[str, int], tuple[float, float]]:
        """By item and year the least and the most of what one folder says of a figure in several
        rows that cannot all be true."""
        apart = [note for note in self.figure_issues if note.code == "restated.apart"]
        if not apart:
            return {}

        def at(pick: Callable) -> dict[tuple[str, int], float]:
            which = partial(pick, key=itemgetter("value"))
            figures = combined(self._dated, self.county.names.items, which)[0]
            return {(i, row["year"]): row["value"] for i, of in figures.items() for row in of.rows}

        least, most = at(min), at(max)
        keys = dict.fromkeys((note.about, note.args["year"]) for note in apart)
        return {key: (least[key], most[key]) for key in keys if key in least}

    def _merged(self, name: str) -> Merged:
        if name not in self._tables:
            parts = [part for f in self._folders for part in self.county.parts(name, f)]
            if any(self._problems(name, parts)):
                tables = self.county.entries
                raise DataError(chain(*map(self._problems, tables)))
            self._tables[name] = Merged(dictionary.table(name), parts, self.county.names)
        return self._tables[name]

    def _problems(self, name: str, parts: Sequence[Part] | None = None) -> Iterator[Note]:
        """What stands in the way of the corrections of a table."""
        if parts is None:
            parts = [part for f in self._folders for part in self.county.parts(name, f)]
        yield from chain(*(part.mended.problems for part in parts))
        yield from chain(*(part.mended.unusable(part.checked.issues) for part in parts))
        fitted = set(chain(*(part.mended.fitted for part in parts)))
        entries = self.county.entries.get(name, ())
        # What a later year submitted is corrected at that year.
        for folder in self.county.folders[len(self._folders) :]:
            if all(entry in fitted for entry, _ in entries):
                return
            fitted |= set(chain(*(p.mended.fitted for p in self.county.parts(name, folder))))
        yield from (no_such_row(entry) for entry in entries if entry[0] not in fitted)
