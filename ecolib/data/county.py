"""A county: its parameters and everything submitted, every file read and checked once for all years.

`County.at(year)` is what had been submitted by then: a filter, not a new reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ecolib.data import dictionary
from ecolib.data.corrections import Applied
from ecolib.data.figures import combine
from ecolib.data.params import Params, load_params
from ecolib.data.submissions import HandedIn
from ecolib.indicators.catalogue import indicators, known_items
from ecolib.texts import Note

# INTERFACE VERSION: names and shapes hold, the inside is the old reading. Two things still differ
# from what will be: remarks are `Issue` (to be `Note`), and County will be given what may be named
# (`County(name, root, names)`), as this floor must not know the indicators.


class County:
    """One county of a project: `params/<name>.yml` and `data/<name>/`. Nothing is read unasked.

    Parameters
    ----------
    name
        The name of its parameter file.
    root
        The project folder, which holds `params/` and `data/`.
    """

    def __init__(self, name: str, root: Path):
        self.name, self.root = name, root
        self._at: dict[int, Submitted] = {}

    @cached_property
    def params(self) -> Params:
        """Everything `params/<name>.yml` and `params/defaults.yml` say.

        Raises
        ------
        ParamsError
            With every problem, when a file is not right.
        """
        return load_params(
            self.name, self.root, indicators=indicators(), owners=dictionary.owners()
        )

    @property
    def years(self) -> tuple[int, ...]:
        """The years in whose folders something was submitted, the earliest first."""
        folders = (self.root / "data" / self.name / "raw").glob("[0-9][0-9][0-9][0-9]")
        return tuple(sorted(int(folder.name) for folder in folders))

    def at(self, year: int) -> Submitted:
        """What had been submitted in the folders of this year and earlier ones."""
        if year not in self._at:
            self._at[year] = Submitted(self, year)
        return self._at[year]


_KEPT: dict[tuple[str, Path], County] = {}


def open_county(name: str, root: Path) -> County:
    """The county; the one kept by `keep_open` where there is one."""
    return _KEPT.get((name, root)) or County(name, root)


def keep_open(county: County) -> None:
    """For the rest of this process, and those forked from it, give this county when it is opened.

    Only for a process that lives as long as one run: what changes on disk is not seen any more.
    """
    _KEPT[county.name, county.root] = county


@dataclass(frozen=True)
class Figures:
    """The figures of one item, by year: one a year, places combined, restated ones as restated.

    Attributes
    ----------
    years, value
        The years (int), in order, and the figures in the unit the item is kept in.
    rounding
        Half a unit of the last printed digit, in that unit; 0 for what was counted one by one.
    undated
        Whether the figure bears no year and is taken as of its folder's.
    rows
        A row a year: printed and unit (both "" where places were combined), place, position, note,
        title, number, date, file, sheet, row, cell, submitted (the year of the folder).
    """

    years: np.ndarray
    value: np.ndarray
    rounding: np.ndarray
    undated: np.ndarray
    rows: tuple[Mapping[str, Any], ...]


class Submitted:
    """What a county had submitted up to a year: checked, corrected, as last restated."""

    def __init__(self, county: County, year: int):
        self.county, self.year = county, year
        self._old = HandedIn(county.root, county.name, year)

    @property
    def files(self) -> tuple[tuple[int, Path], ...]:
        """Every data file, with the year of its folder; superseded templates left out."""
        return self._old.files

    def frame(self, table: str) -> pd.DataFrame:
        """The rows of a table: its columns (`printed` beside `value`), and where each stands.

        `submitted` is the year of the folder, `file`, `sheet`, `row` the place, `cell` that of the
        figure in tables with a `value`.

        Raises
        ------
        DataError
            When a correction does not fit what was submitted; all that do not are told.
        """
        return self._old.table(table).rows.rename(columns={"handed_in": "submitted"})

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The same rows as plain values, None where there is nothing; made once, not to be changed."""
        frame = self.frame(table).astype(object)
        return frame.where(frame.notna(), None).to_dict("records")

    def table_issues(self, table: str) -> tuple[Note, ...]:
        """The remarks on the cells and rows of one table."""
        return self._old.table(table).issues

    def issues(self) -> tuple[Note, ...]:
        """Every remark on files, cells and rows, and the corrections; not those on `figures`."""
        return self._old.issues()

    def corrections(self, *names: str) -> tuple[Applied, ...]:
        """Every correction made in the tables of these names, or in all of them."""
        return self._old.corrections(*names)

    def counts(self) -> pd.DataFrame:
        """Rows read, used and refused by file, sheet and table."""
        return self._old.counts()

    @property
    def figures(self) -> Mapping[str, Figures]:
        """The figures of every item of which there are any."""
        return self._figures_and_issues[0]

    @property
    def figure_issues(self) -> tuple[Note, ...]:
        """The remarks made when figures were restated or put together from places."""
        return self._figures_and_issues[1]

    @cached_property
    def _figures_and_issues(self):
        frame, issues = combine(self._old.table("items").rows, known_items())
        found = {}
        for item, rows in frame.groupby("item"):
            found[item] = Figures(
                rows["year"].to_numpy(int),
                rows["value"].to_numpy(float),
                rows["half"].to_numpy(float),
                rows["undated"].to_numpy(bool),
                tuple(rows.to_dict("records")),
            )
        return found, issues
