"""The values of an indicator by year: computed where all inputs are there, else as reported."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecolib.assess import evidence
from ecolib.data import dictionary
from ecolib.indicators.catalogue import CONTEXT, Indicator, known_items
from ecolib.indicators.formulas import Measure
from ecolib.standards.derived import Derived, year_remarks

if TYPE_CHECKING:
    from ecolib.assess.case import Case


@dataclass(frozen=True)
class History:
    """Values of one indicator by year, with their basis and the range they must lie in.

    `table` has the columns value, basis, low, high, coverage, computed, reported, half, and
    sample_low and sample_high: the confidence limits where the value comes from a sample. `gaps`
    says why raw monitoring data give no figure for a year.
    """

    table: pd.DataFrame
    detail: dict[str, pd.DataFrame]
    gaps: pd.DataFrame

    def at(self, year: int, column: str) -> float:
        return float(self.table[column].get(year, math.nan))

    def basis(self, year: int) -> str:
        return self.table["basis"].get(year, "")

    def interval(self, year: int) -> tuple[float, float] | None:
        """The confidence limits of the year; None where the value is no estimate from a sample."""
        low, high = (self.at(year, f"sample_{end}") for end in ("low", "high"))
        return None if math.isnan(low) or math.isnan(high) else (low, high)


def inputs_of(entry: Indicator, case: Case) -> dict[str, object]:
    """Inputs by argument name; those of which nothing was handed in are left out."""
    found: dict[str, object] = {}
    for name in entry.inputs:
        if name == "county":
            found[name] = case.params.county
        elif name == "documents":
            found[name] = states_of(entry, case)
        elif name in dictionary.table_names():
            table = case.table(name)
            if len(table):
                found[name] = table[table["year"] <= case.year]
        else:
            series = case.series(name)["value"]
            series = series[series.index <= case.year]
            if len(series):
                found[name] = series
    return found


def history_of(entry: Indicator, case: Case) -> History:
    """Computed values where all inputs are there, else what was reported; worked out once a case."""
    if entry.id not in case.histories:
        case.histories[entry.id] = _worked_out(entry, case)
    return case.histories[entry.id]


def _worked_out(entry: Indicator, case: Case) -> History:
    inputs = inputs_of(entry, case)
    measure = _measure(entry, inputs)
    reported = case.series(entry.id)
    reported = reported[reported.index <= case.year]
    years = pd.RangeIndex(0)
    if len(measure.value) or len(reported):
        known = [*measure.value.index, *reported.index]
        years = pd.RangeIndex(min(known), case.year + 1, name="year")
    table = pd.DataFrame(index=pd.Index(years, name="year"))
    table["computed"] = measure.value.reindex(years).astype(float)
    table["reported"] = reported["value"].reindex(years).astype(float)
    table["half"] = reported["half"].reindex(years).astype(float)
    table["value"] = table["computed"].fillna(table["reported"])
    table["coverage"] = _aligned(measure.coverage, years)
    table["low"] = _aligned(measure.low, years)
    table["high"] = _aligned(measure.high, years)
    _range_of_partly_observed(table)
    table["basis"] = _basis(entry, case, inputs, table)
    sources = _sources(entry, case)
    for end in ("low", "high"):
        table[f"sample_{end}"] = _aligned(_at_limit(entry, inputs, sources, end), years)
    detail = {**_monitoring(sources, case.year), **_plain_index(measure.detail)}
    return History(table, detail, _remarks(sources, ("gaps",), case.year))


def _measure(entry: Indicator, inputs: dict[str, object]) -> Measure:
    """The formula's answer; an empty one while something it cannot do without is missing."""
    empty = Measure(pd.Series(dtype=float, index=pd.Index([], dtype=int)))
    given = [name for name in inputs if name not in CONTEXT]
    if not given or any(name not in inputs for name in entry.needs):
        return empty
    answer = entry.formula(**inputs)
    if answer is None:
        return empty
    return answer if isinstance(answer, Measure) else Measure(answer)


def _aligned(series: pd.Series | None, years: pd.Index) -> pd.Series:
    if series is None:
        return pd.Series(np.nan, index=years)
    return series.reindex(years).astype(float)


def _range_of_partly_observed(table: pd.DataFrame) -> None:
    """A share reported for the observed part says nothing of the rest: it widens to a range."""
    partly = table["computed"].isna() & (table["coverage"] < 1)
    table.loc[partly, "low"] = table["reported"] * table["coverage"]
    table.loc[partly, "high"] = table["low"] + 100 * (1 - table["coverage"])


def _basis(entry: Indicator, case: Case, inputs: dict, table: pd.DataFrame) -> pd.Series:
    if "documents" in entry.needs:
        # A document that is named is reported, not inspected; a bare statement is declared.
        wanted = len(evidence.requirements_of(entry.target))
        silent = (inputs["documents"] == "absent").all(axis=1).reindex(table.index)
        return pd.Series(
            np.select([silent, table["value"] == wanted], ["", "reported"], "declared"),
            index=table.index,
        )
    undated = pd.Series(False, index=table.index)
    for name in (*inputs, entry.id):
        if name in known_items():
            marks = case.series(name)["undated"]
            undated |= marks.reindex(table.index, fill_value=False).astype(bool)
    basis = pd.Series(
        np.select(
            [table["value"].isna(), undated, table["computed"].notna()],
            ["", "declared", "computed"],
            "reported",
        ),
        index=table.index,
    )
    return basis


def states_of(entry: Indicator, case: Case) -> pd.DataFrame:
    """The state of each requirement by year, from the first row handed in to the year."""
    rows = documents_of(entry, case)
    first = int(rows["submitted"].min()) if len(rows) else case.year
    return evidence.states(
        rows, evidence.requirements_of(entry.target), range(first, case.year + 1)
    )


def documents_of(entry: Indicator, case: Case) -> pd.DataFrame:
    """The rows of the documents table for one indicator."""
    rows = case.table("documents")
    return rows[rows["indicator"] == entry.id]


def _sources(entry: Indicator, case: Case) -> dict[str, Derived]:
    """What raw monitoring data say about the inputs, by item."""
    derived = {n: case.derived_from(n) for n in entry.inputs if n in known_items()}
    return {name: found for name, found in derived.items() if found is not None}


def _at_limit(
    entry: Indicator, inputs: dict[str, object], sources: dict[str, Derived], end: str
) -> pd.Series | None:
    """The formula at one confidence limit of the inputs that come from a sample."""
    limits = {n: d.limits[n][end] for n, d in sources.items() if n in d.limits and n in inputs}
    if not limits:
        return None
    moved = {name: limit.reindex(inputs[name].index) for name, limit in limits.items()}
    return _measure(entry, {**inputs, **moved}).value


def _monitoring(sources: dict[str, Derived], year: int) -> dict[str, pd.DataFrame]:
    """The tables of the raw monitoring data behind the inputs, and what had to be noted."""
    if not sources:
        return {}
    found: dict[str, pd.DataFrame] = {}
    for derived in sources.values():
        found.update(_plain_index(derived.detail))
    for name, table in found.items():
        if "date" in table:
            found[name] = table[pd.to_datetime(table["date"]).dt.year == year]
    return found | {"monitoring_notes": _remarks(sources, ("gaps", "notes"), year)}


def _remarks(sources: dict[str, Derived], kinds: tuple[str, ...], year: int) -> pd.DataFrame:
    """Gaps or notes up to the year; what is said of several inputs is said once."""
    given = [getattr(derived, kind) for derived in sources.values() for kind in kinds]
    tables = [
        g
        if isinstance(g, pd.DataFrame)
        else year_remarks((year, note.text("zh"), note.text("en")) for year, note in g)
        for g in given
    ]
    if not tables:
        return year_remarks([])
    said = pd.concat(tables, ignore_index=True).drop_duplicates()
    return said[said["year"] <= year]


def _plain_index(detail: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Detail tables with years as a column, as they are saved."""
    return {
        name: table.reset_index() if table.index.name else table for name, table in detail.items()
    }
