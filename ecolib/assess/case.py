"""One county, one year: what had been submitted by then, as series on one axis of years."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from ecolib.assess.documents import states
from ecolib.assess.result import Result
from ecolib.assess.series import Series
from ecolib.data import dictionary
from ecolib.data.corrections import Applied
from ecolib.data.county import County, Submitted
from ecolib.data.params import Params
from ecolib.errors import DataError, hint
from ecolib.indicators.catalogue import Indicator, find, known_items, top_level
from ecolib.indicators.formulas import Values
from ecolib.indicators.targets import requirements_of
from ecolib.standards.derived import Derived, derivation_of
from ecolib.texts import Note, Words

#: Set by the runner for the time of one task: a folder that is put in the place of the task's own
#: when it is finished.
FOLDER_VARIABLE = "ECOLIB_TASK_FOLDER"


@dataclass(frozen=True)
class Rules:
    """What is asked of a case on the floors above it; `open_case` brings them."""

    assess: Callable[[Indicator, Case], Result]
    #: Remarks on the figures of a case that can hardly be right.
    doubts: Callable[[Case], tuple[Note, ...]]


@dataclass(frozen=True)
class Case:
    """Open it with `open_case`. Nothing is read before it is asked for."""

    data: County
    year: int
    rules: Rules = field(repr=False)
    assumed: Mapping[str, float] = field(default_factory=dict)
    #: What was worked out once: results, series and histories by what they are of.
    kept: dict = field(default_factory=dict, repr=False, compare=False)

    # --- the county and its files

    @property
    def county(self) -> str:
        return self.data.name

    @property
    def root(self) -> Path:
        return self.data.root

    @property
    def params(self) -> Params:
        return self.data.params

    @property
    def settings(self):
        return self.params.settings

    @cached_property
    def submitted(self) -> Submitted:
        """What had been submitted up to the year, checked and corrected."""
        return self.data.at(self.year)

    @property
    def raw_files(self) -> tuple[tuple[int, Path], ...]:
        """Every data file submitted for this year or an earlier one, with the year of its folder."""
        return self.submitted.files

    def table(self, name: str) -> pd.DataFrame:
        """The checked and corrected rows of one table, over all folders up to the year."""
        return self.submitted.frame(name)

    def rows(self, name: str) -> list[dict]:
        """The same rows one by one, None where a cell is empty."""
        return self.submitted.rows(name)

    def corrections(self, *names: str) -> tuple[Applied, ...]:
        """Every correction made in the tables of these names, or in all of them."""
        return self.submitted.corrections(*names)

    def issues(self) -> tuple[Note, ...]:
        """Every remark on the data of this case, over all tables."""
        return (*self.submitted.issues(), *self._on_figures)

    @cached_property
    def item_issues(self) -> tuple[Note, ...]:
        """The remarks on the items table alone."""
        return (*self.submitted.table_issues("items"), *self._on_figures)

    @cached_property
    def _on_figures(self) -> tuple[Note, ...]:
        return (*self.submitted.figure_issues, *self.rules.doubts(self))

    def files(self) -> pd.DataFrame:
        """Rows read, used and refused by file, sheet and table."""
        return self.submitted.counts()

    def owner(self, key: str, lang: str) -> str:
        """The name of a responsible unit in this county."""
        return self.owner_words(key).text(lang)

    def owner_words(self, key: str) -> Words:
        own = self.params.owners.get(key) or dictionary.owners()[key]
        return Words(own.zh, own.en)

    # --- series

    @cached_property
    def years(self) -> Values:
        """The axis of all series: from the first year of which anything is known to the year."""
        known = {int(y) for figures in self.submitted.figures.values() for y in figures.years[:1]}
        known |= {row["year"] for row in self.rows("areas") if row["year"] is not None}
        known |= {row["submitted"] for row in self.rows("documents")}
        for name in dictionary.table_names():
            if any(name in d.tables for d in self._raw_derivations):
                frame = self.table(name)
                known |= set(_years_of(frame))
        first = min((year for year in known if year <= self.year), default=self.year)
        return np.arange(first, self.year + 1)
