"""One county, one year: the data handed in up to that year, the parameters, and where results go."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from ecolib.assess.facts import CaseFacts
from ecolib.assess.history import History, inputs_of
from ecolib.assess.judging import assess
from ecolib.assess.result import Result, to_json
from ecolib.checks.context import Context
from ecolib.checks.figures import plausibility
from ecolib.data import Submitted, dictionary, open_county
from ecolib.data.corrections import Applied
from ecolib.data.params import Params, check_year, load_params
from ecolib.errors import DataError, Problem, near
from ecolib.indicators.catalogue import (
    Indicator,
    find,
    indicators,
    known_items,
    names,
    top_level,
)
from ecolib.project import project_root
from ecolib.standards.derived import Derived, derivation_of
from ecolib.texts import Note

COLUMNS = [
    "item", "year", "value", "rounding", "undated", "printed", "unit", "file", "sheet", "cell",
]  # fmt: skip
#: The series of an item of which nothing was handed in.
NO_SERIES = pd.DataFrame(
    {
        "value": pd.Series(dtype=float),
        "half": pd.Series(dtype=float),
        "undated": pd.Series(dtype=bool),
    },
    index=pd.Index([], dtype="int64", name="year"),
)
#: Set by the runner for the time of one task: a folder that is put in the place of the task's own
#: when it is finished.
FOLDER_VARIABLE = "ECOLIB_TASK_FOLDER"


@dataclass(frozen=True)
class Case:
    """Open it with `open_case`. Nothing is read before it is asked for."""

    county: str
    year: int
    root: Path
    params: Params
    assumed: Mapping[str, float] = field(default_factory=dict)

    @property
    def settings(self):
        return self.params.settings

    @property
    def out(self) -> Path:
        """Where results of this county and year go; may be deleted at any time."""
        return self.root / "outputs" / self.county / str(self.year)

    @cached_property
    def data(self) -> Submitted:
        """The tables as handed in up to the year, checked and corrected."""
        return open_county(self.county, self.root, names()).at(self.year)

    @property
    def raw_files(self) -> tuple[tuple[int, Path], ...]:
        """Every data file handed in for this year or an earlier one, with the year of its folder."""
        return self.data.files

    def table(self, name: str) -> pd.DataFrame:
        """The checked and corrected rows of one table, over all folders up to the year."""
        return self.data.frame(name)

    def corrections(self, *names: str) -> tuple[Applied, ...]:
        """Every correction made in the tables of these names, or in all of them."""
        return self.data.corrections(*names)

    def issues(self) -> tuple[Note, ...]:
        """Every remark on the data of this case, over all tables."""
        return (*self.data.issues(), *self.figures_and_issues[1])

    def item_issues(self) -> tuple[Note, ...]:
        """The remarks on the items table alone."""
        return self.data.table_issues("items") + self.figures_and_issues[1]

    def files(self) -> pd.DataFrame:
        """Rows read, used and refused by file, sheet and table."""
        return self.data.counts()

    @cached_property
    def figures_and_issues(self) -> tuple[pd.DataFrame, tuple[Note, ...]]:
        """One figure an item and year, see `ecolib.data.figures`, and every remark on them."""
        figures, issues = self._combined
        return figures, (*issues, *plausibility(self.context))

    @property
    def figures(self) -> pd.DataFrame:
        """One figure an item and year, see `ecolib.data.figures`."""
        return self._combined[0]

    @cached_property
    def _combined(self) -> tuple[pd.DataFrame, tuple[Note, ...]]:
        rows = [row for found in self.data.figures.values() for row in found.rows]
        frame = pd.DataFrame(rows, columns=COLUMNS).rename(columns={"rounding": "half"})
        return frame, self.data.figure_issues

    @cached_property
    def context(self) -> Context:
        """The case as the rules of `ecolib.checks` see it."""
        return Context(CaseFacts(self))

    def series(self, item: str) -> pd.DataFrame:
        """The history of one item by year: value, half (of the last printed digit), undated.

        What follows from raw monitoring data goes before what was handed in as a figure.
        """
        handed_in = self.handed_in(item)
        derived = self.derived_from(item)
        if derived is None or item not in derived.items or item in self.assumed:
            return handed_in
        values = derived.items[item].dropna()
        exact = pd.DataFrame({"value": values, "half": 0.0, "undated": False})
        return pd.concat([handed_in.drop(values.index, errors="ignore"), exact]).sort_index()

    def handed_in(self, item: str) -> pd.DataFrame:
        """The figures handed in for one item, by year."""
        figures = self._series.get(item, NO_SERIES)
        if item not in self.assumed:
            return figures
        exact = pd.DataFrame(
            {"value": self.assumed[item], "half": 0.0, "undated": False}, [self.year]
        )
        return pd.concat([figures.drop(self.year, errors="ignore"), exact]).sort_index()

    @cached_property
    def _series(self) -> dict[str, pd.DataFrame]:
        columns = list(NO_SERIES.columns)
        return {i: rows.set_index("year")[columns] for i, rows in self.figures.groupby("item")}

    def what_if(self, **items: float) -> Case:
        """The same case with other figures for the year; nothing on disk changes.

        Raises
        ------
        DataError
            When there is no such item.
        """
        known = known_items()
        problems = [
            Problem(name, f"没有这个统计项{zh}", f"no such item{en}")
            for name in items
            if name not in known
            for zh, en in [near(name, known)]
        ]
        if problems:
            raise DataError(problems)
        return replace(self, assumed={**self.assumed, **items})

    def derived_from(self, item: str) -> Derived | None:
        """What raw monitoring data say about an item; None when there are none."""
        derivation = derivation_of(item)
        if derivation is None:
            return None
        if derivation.name not in self._derived:
            tables_given = {n: self.table(n) for n in derivation.tables}
            if all(table.empty for table in tables_given.values()):
                self._derived[derivation.name] = None
            else:
                county = {"county": self.params.county} if derivation.wants_county else {}
                found = derivation.function(**tables_given, **county)
                many = found if isinstance(found, dict) else {derivation.name: found}
                self._derived.update(many)
        return self._derived[derivation.name]

    @cached_property
    def _derived(self) -> dict[str, Derived | None]:
        return {}

    @cached_property
    def histories(self) -> dict[str, History]:
        """The histories worked out so far, by indicator; see `ecolib.assess.history`."""
        return {}

    def inputs(self, indicator: str) -> dict[str, object]:
        """What the formula of an indicator would be given; absent inputs are left out."""
        return inputs_of(find(indicator), self)

    def evaluate(self, indicator: str) -> Result:
        """Compute, judge and explain one indicator (id or number)."""
        return assess(find(indicator), self)

    def evaluate_all(self) -> list[Result]:
        """All 35, in the order of the list; groups carry their parts."""
        return [self.evaluate(entry.id) for entry in top_level()]

    def owner(self, key: str, lang: str) -> str:
        """The name of a responsible unit in this county."""
        return getattr(self.params.owners.get(key) or dictionary.owners()[key], lang)

    def folder(self, entry: Indicator) -> Path:
        """Where the results of one indicator go."""
        return self._task_folder or self.out / "indicators" / entry.id

    @property
    def report_folder(self) -> Path:
        """Where the tables of the annual report go."""
        return self._task_folder or self.out

    @property
    def _task_folder(self) -> Path | None:
        own = os.environ.get(FOLDER_VARIABLE)
        return Path(own) if own else None

    def save(self, result: Result) -> None:
        """Write `result.json`, before anything is drawn."""
        path = self.folder(find(result.indicator)) / "result.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(to_json(result), encoding="utf-8", newline="\n")


#: Cases that `open_case` gives without reading them again; see `keep_open`.
_KEPT: dict[tuple[str, int, Path], Case] = {}


def keep_open(case: Case) -> None:
    """For the rest of this process, and those forked from it, give this case when it is opened.

    Only for a process that lives as long as one run: what changes on disk is not seen any more.
    """
    _KEPT[case.county, case.year, case.root] = case


def open_case(county: str, year: int, *, root: Path | str | None = None) -> Case:
    """Open a county and year.

    Parameters
    ----------
    root
        The project folder; by default the nearest folder upwards that holds `params/`.

    Raises
    ------
    ParamsError
        When the county, the year or the parameter files are not right.
    """
    base = project_root() if root is None else Path(root).resolve()
    year = check_year(year)
    if (county, year, base) in _KEPT:
        return _KEPT[county, year, base]
    params = load_params(county, base, indicators=indicators(), owners=dictionary.owners())
    return Case(county, year, base, params)
