"""The tables of a county as handed in up to a year: read, checked and corrected, each once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from pathlib import Path

import pandas as pd

from ecolib.data import Checked, Issue, dictionary, gather
from ecolib.data.corrections import Applied, Correction, load_corrections, mend, no_such_row
from ecolib.data.headings import at_headings, match_header
from ecolib.data.naming import may_hold, table_of, unknown_table
from ecolib.data.readers import Sheet, data_files
from ecolib.data.received import Received, receive, remarks_on
from ecolib.data.validate import validate
from ecolib.data.versions import restated, superseded
from ecolib.errors import DataError, Problem
from ecolib.indicators.catalogue import indicators, known_items, titles

Files = tuple[tuple[int, Path], ...]
Entries = tuple[tuple[str, Correction], ...]


@dataclass(frozen=True)
class Outcome:
    """The sheets of a table, corrected and checked; what was done, what stood in the way."""

    checked: tuple[Checked, ...]
    applied: tuple[Applied, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class HandedIn:
    """The raw files of a county (`data/<county>`) and what they hold; nothing is read unasked."""

    root: Path
    county: str
    year: int

    @cached_property
    def files(self) -> Files:
        """Every data file of this year or an earlier one, with the year of its folder."""
        return tuple(found for found in self._all_files if found[0] <= self.year)

    @cached_property
    def _all_files(self) -> Files:
        """Without the returned templates that a later version of the same unit replaces."""
        files = [(int(f.name), path) for f in self._years for path in data_files(f)]
        return tuple(found for found in files if found[1] not in self._superseded)

    @cached_property
    def _superseded(self) -> dict[Path, Path]:
        return {o: n for f in self._years for o, n in superseded(data_files(f)).items()}

    @cached_property
    def _years(self) -> list[Path]:
        return sorted((self._folder / "raw").glob("[0-9][0-9][0-9][0-9]"))

    @property
    def _folder(self) -> Path:
        return self.root / "data" / self.county

    def table(self, name: str) -> Checked:
        """One table over all files; only those that can hold it are opened.

        Raises
        ------
        DataError
            When a correction does not fit what was handed in; all that do not are told.
        """
        if name not in self._tables:
            outcome = self._corrected(name)
            if outcome.problems:
                raise DataError(chain(*(self._corrected(n).problems for n in self._entries)))
            self._applied[name] = outcome.applied
            self._tables[name] = gather(dictionary.table(name), outcome.checked)
        return self._tables[name]

    def corrections(self, *names: str) -> tuple[Applied, ...]:
        """Every correction made in the tables of these names, or in all of them."""
        wanted = [name for name in self._entries if not names or name in names]
        for name in wanted:
            self.table(name)
        return tuple(chain(*(self._applied[name] for name in wanted)))

    def issues(self) -> tuple[Issue, ...]:
        """Every remark on the files and their cells, the corrections among them."""
        folders = [folder for folder in self._years if int(folder.name) <= self.year]
        received = [self._received(path) for _, path in self.files]
        whole = [issue for one in received for issue in one.issues]
        sheets = [sheet for one in received for sheet in one.sheets]
        unknown = [unknown_table(sheet) for sheet in sheets if table_of(sheet) is None]
        found = [i for name in dictionary.table_names() for i in self.table(name).issues]
        changed = [
            issue
            for older, newer in self._superseded.items()
            if int(newer.parent.name) <= self.year
            for issue in restated(older, newer, self.root)
        ]
        files = (*remarks_on(folders, self.root), *whole, *unknown, *changed)
        return (*files, *found, *(done.issue() for done in self.corrections()))

    def counts(self) -> pd.DataFrame:
        """Rows read, used and refused by file, sheet and table."""
        counts = [self.table(name).counts for name in dictionary.table_names()]
        return pd.concat(counts, ignore_index=True).sort_values(["file", "sheet"])

    def _corrected(self, name: str) -> Outcome:
        """The sheets of a table, corrected and checked; an entry that fits no row is a problem."""
        entries = self._entries.get(name, ())
        pairs = []
        for year, sheet in self._sheets(name, self.files):
            mended = mend(entries, sheet, dictionary.table(name), _known())
            checked = self._check(name, year, mended.sheet).leaving_out(mended.dropped)
            pairs.append((mended, checked))
        fitted = {fit for mended, _ in pairs for fit in mended.fitted}
        problems = [
            *(problem for mended, _ in pairs for problem in mended.problems),
            *(problem for mended, found in pairs for problem in mended.unusable(found.issues)),
            *self._fitting_nowhere(name, entries, fitted),
        ]
        applied = chain(*(mended.applied for mended, _ in pairs))
        return Outcome(tuple(checked for _, checked in pairs), tuple(applied), tuple(problems))

    def _fitting_nowhere(self, name: str, entries: Entries, fitted: set[str]) -> Iterator[Problem]:
        """A problem for each entry that fits no row, of a later year either."""
        left = tuple(entry for entry in entries if entry[0] not in fitted)
        # What a later year handed in is corrected in the case of that year.
        for _, sheet in self._sheets(name, self._all_files[len(self.files) :]) if left else ():
            later = mend(left, sheet, dictionary.table(name), _known()).fitted
            left = tuple(entry for entry in left if entry[0] not in later)
        return map(no_such_row, left)

    def _sheets(self, name: str, files: Files) -> Iterator[tuple[int, Sheet]]:
        """The sheets of a table in these files, each with the year of its folder."""
        for year, path in files:
            if may_hold(path, name):
                yield from (
                    (year, sheet)
                    for sheet in self._received(path).sheets
                    if table_of(sheet) == name
                )

    def _check(self, name: str, handed_in: int, sheet: Sheet) -> Checked:
        """The rows of one sheet, each with the year of its folder and the cell of its figure."""
        table = dictionary.table(name)
        checked = validate(sheet, table, known=_known(), unit_of=_unit_of(), handed_in=handed_in)
        rows = checked.rows.assign(handed_in=handed_in)
        if (column := table.column("value")) is not None:
            place = match_header(at_headings(sheet, table), table, []).get(column, 0)
            rows["cell"] = [sheet.cell(row, place) for row in rows["row"]]
        return replace(checked, rows=rows)

    def _received(self, path: Path) -> Received:
        if path not in self._read:
            self._read[path] = receive(path, self.root)
        return self._read[path]

    @cached_property
    def _entries(self) -> dict[str, Entries]:
        return load_corrections(self._folder / "corrections.yml", _known())

    @cached_property
    def _tables(self) -> dict[str, Checked]:
        return {}

    @cached_property
    def _applied(self) -> dict[str, tuple[Applied, ...]]:
        return {}

    @cached_property
    def _read(self) -> dict[Path, Received]:
        return {}


def _known() -> Mapping[str, Collection[str]]:
    """The names that cells may hold, as `validate` wants them."""
    return {"item": known_items(), "indicator": indicators(), **titles()}


def _unit_of() -> Mapping[str, str]:
    return {code: item.unit for code, item in known_items().items()}
