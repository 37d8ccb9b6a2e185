"""One county, one year: what had been submitted by then, as series on one axis of years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ecolib.assess.documents import RESULT, states, unasked
from ecolib.assess.result import Result, to_json
from ecolib.assess.series import Series, front, placed
from ecolib.checks.audit import audit
from ecolib.checks.context import Context
from ecolib.checks.figures import plausibility
from ecolib.checks.plan import plan_remarks
from ecolib.data import dictionary
from ecolib.data.corrections import Applied
from ecolib.data.county import County, Submitted
from ecolib.data.figures import NO_FIGURES, read_figure
from ecolib.data.papers import paper_remarks
from ecolib.data.params import Params, check_year
from ecolib.errors import DataError, check_kind, check_lang, hint
from ecolib.files import keep, task_folder
from ecolib.grouping import grouped
from ecolib.indicators.catalogue import Indicator, declared, find_item, known_items
from ecolib.indicators.formulas import Values
from ecolib.indicators.lists import IndicatorList
from ecolib.indicators.targets import requirements_of
from ecolib.standards.derived import Derived, derivation_of, derivations
from ecolib.texts import (
    LANGS,
    Name,
    Note,
    Words,
    joined,
    quoted,
    small_table,
    spoken_here,
    text,
    words,
)

#: What was worked out of tables that other figures of items leave as they are.
UNMOVED = ("derived", "rows", "corrected", "figures", "unknown")
#: Tables from which no standard derives anything; to load the standards takes a while.
NOTHING_DERIVED = {None, "items", "documents", "areas", "claims", "evidence", *dictionary.PLAN}


@dataclass(frozen=True)
class Rules:
    """What is asked of a case by modules that know cases; `open_case` brings them."""

    assess: Callable[[Indicator, Case], Result]
    context: Callable[[Case], Context]
    results: Callable[[Sequence[Result], Case, str], pd.DataFrame]
    reach: Callable[[Result, str], pd.DataFrame]
    compare: Callable[[Case, Case, str], Any]


@dataclass(frozen=True)
class Case:
    """Open it with `open_case`. Nothing is read before it is asked for."""

    data: County
    year: int
    rules: Rules = field(repr=False)
    #: Every list that the county names, by name.
    lists: Mapping[str, IndicatorList] = field(repr=False)
    #: The year whose folder is the last that counts, where that is a later one than the case's own.
    by: int = 0
    #: Figures by item and year in place of what was submitted; NaN takes one away.
    assumed: Mapping[tuple[str, int], float] = field(default_factory=dict)
    #: What was worked out once, by its name and by what it is of; see `once`.
    kept: dict = field(default_factory=dict, repr=False, compare=False)

    def once(self, name: str, of: Hashable, work: Callable[[], Any]) -> Any:
        """What was worked out under a name of one thing, and is when it is asked for first."""
        kept = self.kept.setdefault(name, {})
        if of not in kept:
            kept[of] = work()
        return kept[of]

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

    @cached_property
    def list(self) -> IndicatorList:
        """The indicators that count in the year, their numbers, kinds and targets."""
        return self.lists[self.params.list_in(self.year)]

    @property
    def settings(self):
        return self.params.settings

    @cached_property
    def submitted(self) -> Submitted:
        """What had been submitted up to the year, checked and corrected."""
        return self.data.at(max(self.year, self.by))

    @property
    def raw_files(self) -> tuple[tuple[int, Path], ...]:
        """Every data file submitted for this year or an earlier one, with the year of its folder."""
        return self.submitted.files

    def table(self, name: str) -> pd.DataFrame:
        """The checked and corrected rows of a table, by its code or name, over all folders up to the
        year. Raises `DataError` where there is none."""
        code = dictionary.table_codes().get(str(name)) or _tables().get(str(name))
        if code is None:
            near = hint(name, self._names)
            raise DataError(Note("nothing_called", name=quoted(str(name)), hint=near))
        return self.submitted.frame(code)

    def rows(self, name: str) -> list[dict]:
        """The same rows one by one, None where a cell is empty."""
        return self.submitted.rows(name)

    def rows_by(self, name: str, column: str) -> Mapping[str, list[dict]]:
        """The same rows by what stands in a column."""
        rows = self.rows(name)
        return self.once("rows", (name, column), lambda: grouped((r[column], r) for r in rows))

    def corrections(self, *names: str) -> tuple[Applied, ...]:
        """Every correction made in the tables of these names, or in all of them."""
        return self.submitted.corrections(*names)

    def issues(self) -> tuple[Note, ...]:
        """Every remark on the data of this case, over all tables, and on the list it is judged by."""
        warning = self.list.warning(self.year)
        every = all(folder.year <= self.submitted.year for folder in self.data.folders)
        unknown = (*self.unknown_requirements("documents"), *self.unknown_requirements("evidence"))
        return (
            *(() if warning is None else (warning,)),
            *self.submitted.issues,
            *(note for *_, note in unknown),
            *paper_remarks(self.root, self.county, self.rows("evidence"), every=every),
            *self._on_monitoring(),
            *self._on_figures,
            *plan_remarks(self.context),
        )

    def _on_monitoring(self) -> Iterator[Note]:
        """Why raw monitoring data contradict each other, each thing once."""
        held = {table for _, path in self.raw_files for _, table in self.data.file(path).sheets}
        if held <= NOTHING_DERIVED:
            return
        derived = (self.derived_from(derivation.gives[0]) for derivation in derivations().values())
        unread = (pair for found in derived if found is not None for pair in found.unread)
        yield from dict.fromkeys(n for year, n in unread if n.severity and year <= self.year)

    @cached_property
    def item_issues(self) -> tuple[Note, ...]:
        """The remarks on the items table alone."""
        return (*self.submitted.table_issues("items"), *self._on_figures)

    @cached_property
    def _on_figures(self) -> tuple[Note, ...]:
        return (*self.submitted.figure_issues, *plausibility(self.context))

    @cached_property
    def context(self) -> Context:
        """The case as the rules of `ecolib.checks` see it."""
        return self.rules.context(self)

    def files(self) -> pd.DataFrame:
        """Rows read, used and refused by file, sheet and table."""
        return self.submitted.counts()

    def owner(self, key: str, lang: str) -> str:
        """The name of a responsible unit in this county."""
        return self.owner_words(key).text(lang)

    def owner_words(self, key: str) -> Words:
        own = self.params.owners.get(key) or dictionary.owners().get(key)
        return Words(own.zh, own.en) if own else Words(key, key)  # a town goes by its own name

    # --- series

    def series(self, item: str) -> Series:
        """The figures of one item up to the year.

        What follows from raw monitoring data goes before what was submitted as a figure.

        Raises
        ------
        DataError
            When there is no item of this code or name.
        """
        code = item if str(item) in declared() else find_item(item).item
        return self.once("series", code, lambda: self._assumed(code))

    def _assumed(self, item: str) -> Series:
        """The figures of an item with those that are assumed in their place."""
        found = self._series(item)
        for (name, year), value in self.assumed.items():
            if name == item and year <= self.year:
                found = found.with_value(year, value, self.year)
        return found

    def reported(self, item: str) -> Series:
        """The figures submitted for one item, whatever raw monitoring data say."""
        figures = self.submitted.figures.get(item, NO_FIGURES)
        columns = (figures.years, figures.value, figures.rounding, figures.undated)
        years, values, *rest = (column[figures.years <= self.year] for column in columns)
        found = placed(years, values, self.year, *rest)
        ends = self.submitted.bounds.get(item, {})
        return found.between({y: of for y, of in ends.items() if y <= self.year}, self.year)

    def places(self, item: str, year: int) -> set[str]:
        """The places that the figures of a year speak of, "" for the whole county."""
        if (item, year) in self.assumed:
            return {""}
        rows = self.rows_by("items", "item").get(item, ())
        return {row["place"] or "" for row in rows if (row["year"] or row["submitted"]) == year}

    def later(self, item: str) -> list[tuple[int, float, float]]:
        """Figures submitted by the year of the case for years after it, with their rounding."""
        figures = self.submitted.figures.get(item, NO_FIGURES)
        columns = (c.tolist() for c in (figures.years, figures.value, figures.rounding))
        return [row for row in zip(*columns, strict=True) if row[0] > self.year]

    def _series(self, item: str) -> Series:
        reported, derived = self.reported(item), self.derived_from(item)
        if derived is None or item not in derived.items:
            return reported
        values = derived.items[item].dropna().sort_index()
        years = values.index.to_numpy(int)
        within = years <= self.year
        raw = placed(years[within], values.to_numpy(float)[within], self.year)
        axis = max(raw.years, reported.years, key=len)
        raw, reported = raw.on(axis), reported.on(axis)
        known = ~np.isnan(raw.value)
        return replace(
            reported,
            value=np.where(known, raw.value, reported.value),
            rounding=np.where(known, 0.0, reported.rounding),
            undated=reported.undated & ~known,
        )

    def derived_from(self, item: str) -> Derived | None:
        """What raw monitoring data say about an item; None when there are none."""
        derivation = derivation_of(item)
        if derivation is None:
            return None
        derived = self.kept.setdefault("derived", {})
        if derivation.name not in derived:
            if not any(map(self.submitted.holds, derivation.tables)):
                derived[derivation.name] = None
            else:
                tables = {name: self.table(name) for name in derivation.tables}
                county = {"county": self.params.county} if derivation.wants_county else {}
                found = derivation.function(**tables, **county)
                derived.update(found if isinstance(found, dict) else {derivation.name: found})
        return derived[derivation.name]

    def documents(self, entry: Indicator) -> list[dict]:
        """The rows of the documents table for one indicator, and those for its group as a whole."""
        rows = self.rows_by("documents", "indicator")
        whole = (row for row in rows.get(entry.group, ()) if row["requirement"] is None)
        return [*rows.get(entry.id, ()), *whole]

    def states(self, entry: Indicator) -> dict[str, Values]:
        """The state of each requirement, from the first row submitted to the year."""
        rows = self.documents(entry)
        first = min((int(row["submitted"]) for row in rows), default=self.year)
        first = min(first, self.year)
        years = np.arange(first, self.year + 1)
        return states(rows, requirements_of(entry.target), years)

    def is_documented(self, entry: Indicator) -> bool:
        """Whether a document with its number or date is in force for the indicator as a whole."""
        whole = [row for row in self.documents(entry) if row["requirement"] is None]
        own = [{**row, "requirement": "whole"} for row in whole]
        return states(own, ["whole"], np.array([self.year]))["whole"][0] == "documented"

    def result_of_authority(self, entry: Indicator) -> str:
        """The state of the statement that the assigned target was fulfilled in the year."""
        rows = [{**row, "requirement": "result"} for row in self.documents(entry)
                if row["requirement"] in RESULT]  # fmt: skip
        of_year = [row for row in rows if (row["year"] or row["submitted"]) == self.year]
        return states(of_year, ["result"], np.array([self.year]))["result"][0]

    def unknown_requirements(
        self, table: str = "documents"
    ) -> tuple[tuple[str, int | None, Note], ...]:
        """Rows for requirements that their indicator has not: indicator, year and a remark."""
        rows, among = self.rows(table), self.list
        return self.once("unknown", table, lambda: tuple(unasked(table, rows, among)))

    def inputs(self, indicator: str) -> dict[str, object]:
        """What the formula of an indicator is given, by argument; what is not known is left out.

        Items are arrays on the axis `years`, which is always there; `documents` holds the states
        of the requirements on it; tables are those rows of theirs up to the year.
        """
        entry = self.list.find(indicator)
        items = {name: self.series(name) for name in entry.inputs if name in known_items()}
        items = {name: series for name, series in items.items() if len(series.years)}
        states = self.states(entry) if "documents" in entry.inputs else {}
        tables = {name: self.table(name) for name in entry.inputs if is_table(name)}
        tables = {n: table[table["year"] <= self.year] for n, table in tables.items() if len(table)}
        starts = [int(series.years[0]) for series in items.values()]
        starts += [self.year + 1 - len(column) for column in states.values()]
        starts += [int(table["year"].min()) for table in tables.values() if len(table)]
        years = np.arange(min(starts, default=self.year), self.year + 1)
        found: dict[str, object] = {n: series.on(years).value for n, series in items.items()}
        if "documents" in entry.inputs:
            found["documents"] = {key: front(c, len(years), "") for key, c in states.items()}
        found |= {**tables, "county": self.params.county}
        return {name: found[name] for name in entry.inputs if name in found} | {"years": years}

    def what_if(self, **items: float | str) -> Case:
        """The same case with other figures for the year; nothing on disk changes.

        Parameters
        ----------
        items
            Figures by item, by its code or name: a number in the unit of the item, or a text with
            the unit it is in, "70.71 万吨".

        Raises
        ------
        DataError
            With every item that there is not, and every figure that is none.
        """
        coded: dict[str, float] = {}
        problems: list[Note] = []
        for name, value in items.items():
            try:
                item = find_item(name)
                coded[item.item] = read_figure(value, item)
            except DataError as error:
                problems += error.problems
        if problems:
            raise DataError(problems)
        return self.assuming({(name, self.year): value for name, value in coded.items()})

    def assuming(self, figures: Mapping[tuple[str, int], float]) -> Case:
        """The same case with other figures by item code and year, possible or not; NaN takes a
        figure away."""
        kept = {name: self.kept[name] for name in UNMOVED if name in self.kept}
        return replace(self, assumed={**self.assumed, **figures}, kept=kept)

    def in_year(self, year: int, by: int = 0) -> Case:
        """The same county in another year, opened once: what a year before is asked for again by
        every year after it. With `by`, what was submitted later counts too, up to that year."""
        if not isinstance(year, Integral):
            check_year(year)  # says what a year is
        year, by = int(year), max(by, self.by)
        opened = self.kept.setdefault("years", {(self.year, max(self.year, self.by)): self})
        there = {"year": year, "by": by, "kept": {"years": opened}}
        return self.once("years", (year, max(year, by)), lambda: replace(self, **there))

    # --- results

    def evaluate(self, indicator: str) -> Result:
        """Compute, judge and explain one indicator (id or number)."""
        entry = self.list.find(indicator)
        return self.once("results", entry.id, lambda: self.rules.assess(entry, self))

    def evaluate_all(self) -> list[Result]:
        """All of the list, in its order; groups carry their parts."""
        return [self.evaluate(entry.id) for entry in self.list.top_level]

    def results(self, lang: str = "zh") -> pd.DataFrame:
        """All of the list as a table, one row an indicator or part; see `ecolib.results`."""
        return self.rules.results(self.evaluate_all(), self, lang)

    def compare(self, year: int, lang: str = "zh"):
        """What turned since another year, and why; see `ecolib.assess.comparing.Comparison`."""
        return self.rules.compare(self.in_year(check_year(year)), self, lang)

    def audited(self) -> pd.DataFrame:
        """Every printed claim held against the data, in all languages; see `ecolib.audit`."""
        return self.once("audit", "", lambda: audit(self))

    def audit(self, lang: str = "zh") -> pd.DataFrame:
        """The same, its explanation in a language."""
        found = self.audited().rename(columns={f"explanation_{check_lang(lang)}": "explanation"})
        return found.drop(columns=[f"explanation_{other}" for other in LANGS if other != lang])

    def __getitem__(self, name: str) -> Result | pd.DataFrame:
        """The result of an indicator, the figures of an item or the rows of a table, by code or name.

        Raises
        ------
        DataError
            When there is nothing of that name.
        """
        for found in (self.evaluate, lambda item: self.series(item).frame()):
            with suppress(DataError):
                return found(name)
        return self.table(name)

    @property
    def _names(self) -> list[str]:
        """Everything that can be asked for between brackets."""
        entries = [n for i in self.list.values() for n in (i.id, i.number, i.zh.title)]
        items = [n for i in dictionary.items().values() for n in (i.item, i.zh)]
        return [*entries, *items, *_tables()]

    def _ipython_key_completions_(self) -> list[str]:
        return self._names

    def __repr__(self) -> str:
        lang = spoken_here()
        county, document = self.params.county.name(lang), self.list.document
        return text("shown.case", lang, county=county, year=self.year, document=document)

    def _repr_html_(self) -> str:
        lang = spoken_here()
        counted = Counter(result.verdict.status for result in self.evaluate_all())
        verdicts = [Note("shown.count", what=Name("status", status), n=n)
                    for status in words("status") if (n := counted[status])]  # fmt: skip
        submitted = [year for year, _ in self.raw_files]
        years = submitted or [self.year]
        span = str(max(years)) if len(set(years)) == 1 else f"{min(years)}—{max(years)}"
        rows = {
            "verdicts": joined(verdicts, lang, ","),
            "submitted": text("shown.files", lang, n=len(submitted), years=span),
        }
        return small_table(repr(self), rows, lang)

    # --- outputs

    @property
    def out(self) -> Path:
        """Where results of this county and year go; may be deleted at any time."""
        return self.root / "outputs" / self.county / str(self.year)

    def folder(self, entry: Indicator) -> Path:
        """Where the results of one indicator go."""
        return task_folder() or self.out / "indicators" / entry.id

    @property
    def report_folder(self) -> Path:
        """Where the tables of the annual report go."""
        return task_folder() or self.out

    def save(self, result: Result) -> None:
        """Write `result.json`, before anything is drawn; raises `RunError` where it cannot be."""
        check_kind("result", result, "Result")
        keep(self.folder(self.list[result.indicator]) / "result.json", to_json(result))


@cache
def _tables() -> dict[str, str]:
    """The codes of the tables by all that these are called."""
    tables = map(dictionary.table, dictionary.table_names())
    return {called: table.name for table in tables for called in (table.name, table.zh, table.en)}


def is_table(name: str) -> bool:
    """Whether an input is a table with rows by year."""
    return name in dictionary.table_names() and name != "documents"
