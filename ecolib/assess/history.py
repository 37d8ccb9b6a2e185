"""The values of an indicator by year: computed where all inputs are there, else as reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ecolib.assess.case import Case
from ecolib.assess.documents import WITHOUT
from ecolib.assess.series import Series, front
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.indicators.declaring import CONTEXT
from ecolib.indicators.formulas import Measure, Values
from ecolib.indicators.targets import requirements_of
from ecolib.standards.derived import Derived, YearNote
from ecolib.texts import Name, Note


@dataclass(frozen=True)
class History:
    """The series of one indicator with what led to it.

    `from_monitoring` says whether raw monitoring data stand behind an input; `gaps` why they give
    no figure for a year, `notes` what else they show; `halves` are those of the measure.
    """

    series: Series
    detail: dict[str, pd.DataFrame] = field(default_factory=dict)
    from_monitoring: bool = False
    halves: Sequence[tuple[tuple[str, ...], float, float]] = ()
    gaps: Sequence[YearNote] = ()
    notes: Sequence[YearNote] = ()


def history_of(entry: Indicator, case: Case) -> History:
    """Worked out once a case."""
    return case.once("histories", entry.id, lambda: _worked_out(entry, case))


def measured(entry: Indicator, inputs: Mapping[str, object]) -> Measure | None:
    """The formula's answer; None while something it cannot do without is missing."""
    given = [name for name in inputs if name not in CONTEXT]
    if not given or any(name not in inputs for name in entry.needs):
        return None
    with np.errstate(all="ignore"):
        answer = entry.formula(**{name: inputs[name] for name in entry.inputs if name in inputs})
    return answer if answer is None or isinstance(answer, Measure) else Measure(answer)


def _worked_out(entry: Indicator, case: Case) -> History:
    inputs, reported = case.inputs(entry.id), case.series(entry.id)
    measure = measured(entry, inputs)
    years = max(inputs["years"][_start(measure, inputs) :], reported.years, key=len)
    reported = reported.on(years)
    columns = [measure and getattr(measure, n) for n in ("value", "low", "high", "coverage")]
    computed, low, high, coverage = (front(column, len(years)) for column in columns)
    told = _within(low, high, coverage, reported)
    apart = [year for year in years.tolist() if scopes_differ(entry, case, year)]
    told |= np.isin(years, apart)
    computed, low, high = (np.where(told, np.nan, column) for column in (computed, low, high))
    value = np.where(np.isnan(computed), reported.value, computed)
    low, high = _range(low, high, coverage, computed, reported)
    undated = _undated(entry, case, inputs, years)
    sources = _sources(entry, case)
    limits = {f"sample_{end}": _at_limit(entry, inputs, sources, end) for end in ("low", "high")}
    series = replace(
        reported,
        value=value,
        low=low,
        high=high,
        coverage=coverage,
        computed=computed,
        reported=_beyond(computed, reported),
        undated=undated,
        basis=_basis(entry, inputs, computed, value, undated),
        **{name: front(limit, len(years)) for name, limit in limits.items()},
    )
    detail = _tables(sources, case.year) | (measure.detail if measure else {})
    gaps, notes = (_said(sources, kind, case.year) for kind in ("gaps", "notes"))
    gaps += (measure.gaps if measure else ()) + tuple(
        (y, Note("scopes_differ", needs=tuple(Name("item", n) for n in scopes_of(entry, case, y))))
        for y in apart
    )
    return History(series, detail, bool(sources), measure.halves if measure else (), gaps, notes)


def scopes_of(entry: Indicator, case: Case, year: int) -> dict[str, set[str]]:
    """The places that the figures of each input speak of in a year, "" alone where there is one of
    the whole county; a county that has nothing has nothing anywhere in it."""
    given = {n: case.places(n, year) for n in entry.inputs if n in known_items()}
    return {
        name: {""} if "" in places else places
        for name, places in given.items()
        if places and not ("" in places and case.series(name).at(year) == 0)
    }


def scopes_differ(entry: Indicator, case: Case, year: int) -> bool:
    """Whether the inputs of a year speak of different places, so that nothing follows from them."""
    return len({frozenset(places) for places in scopes_of(entry, case, year).values()}) > 1


def _start(measure: Measure | None, inputs: Mapping[str, object]) -> int:
    """Where on the axis of the inputs the computed values begin: without any, behind its end; where
    there are tables, not in the years in which they speak of other things only."""
    if measure is None:
        return len(inputs["years"])
    tables = any(isinstance(given, pd.DataFrame) for given in inputs.values())
    known = ~np.isnan(measure.value)
    return (int(np.argmax(known)) if known.any() else len(known)) if tables else 0


def _range(
    low: Values, high: Values, coverage: Values, computed: Values, reported: Series
) -> tuple[Values, Values]:
    """Finished values that are written as a bound give a range; and a share reported for the
    observed part says nothing of the rest: it widens to one."""
    given = np.isnan(computed) & ~np.isnan(reported.low)
    low, high = np.where(given, reported.low, low), np.where(given, reported.high, high)
    partly = np.isnan(computed) & ~np.isnan(reported.value) & (coverage < 1)
    low = np.where(partly, reported.value * coverage, low)
    return low, np.where(partly, low + 100 * (1 - coverage), high)


def _within(low: Values, high: Values, coverage: Values, reported: Series) -> Values:
    """The years in which the inputs leave a range and the finished value lies in it: it counts, but
    where it may speak of what was observed alone."""
    half = reported.rounding
    inside = (low <= reported.value + half) & (reported.value - half <= high)
    return (low < high) & inside & ~(coverage < 1)


def _beyond(computed: Values, reported: Series) -> Values:
    """Finished values; of one that is a bound, its end where the computed value lies beyond it."""
    ends = np.where(computed < reported.low, reported.low, np.nan)
    ends = np.where(computed > reported.high, reported.high, ends)
    return np.where(np.isnan(reported.value), ends, reported.value)


def _undated(
    entry: Indicator, case: Case, inputs: Mapping[str, object], years: Values
) -> np.ndarray:
    """The years in which a figure that the value may rest on bore none."""
    undated = np.zeros(len(years), dtype=bool)
    for name in (*inputs, entry.id) if len(years) else ():
        if name in known_items():
            undated |= case.series(name).on(years).undated
    return undated


def _basis(
    entry: Indicator,
    inputs: Mapping[str, object],
    computed: Values,
    value: Values,
    undated: np.ndarray,
) -> tuple[str, ...]:
    if "documents" in entry.needs:
        # A document with its number or date is documented, though nobody has inspected it here.
        wanted = len(requirements_of(entry.target))
        table = np.array(list(inputs["documents"].values()))
        silent = front(np.isin(table, (*WITHOUT, "")).all(axis=0), len(value), True)
        words = np.where(silent, "", np.where(value == wanted, "documented", "declared"))
        return tuple(words.tolist())
    finished = np.isnan(computed) | _is_one_figure(inputs, computed)
    words = np.where(undated, "declared", np.where(finished, "reported", "computed"))
    return tuple(np.where(np.isnan(value), "", words).tolist())


def _is_one_figure(inputs: Mapping[str, object], computed: Values) -> Values:
    """The years in which the value is nothing but the one figure submitted: no computation."""
    if not len(computed):
        return np.zeros(0, dtype=bool)
    given = [v for n, v in inputs.items() if n in known_items() and isinstance(v, np.ndarray)]
    tables = [t for t in inputs.values() if isinstance(t, pd.DataFrame)]
    if len(tables) == 1 and not given:
        rows = tables[0].groupby("year").size() if "year" in tables[0] else pd.Series(dtype=int)
        alone = rows.reindex(inputs["years"][-len(computed) :], fill_value=0).to_numpy() == 1
        return front(alone, len(computed), False).astype(bool)
    if not given:
        return np.zeros(len(computed), dtype=bool)
    stacked = np.stack([front(v, len(computed)) for v in given])
    alone = (~np.isnan(stacked)).sum(axis=0) == 1
    with np.errstate(invalid="ignore"):
        return alone & np.isclose(np.nansum(stacked, axis=0), computed)


def _sources(entry: Indicator, case: Case) -> dict[str, Derived]:
    """What raw monitoring data say about the inputs, by item."""
    derived = {n: case.derived_from(n) for n in entry.inputs if n in known_items()}
    return {name: found for name, found in derived.items() if found is not None}


def _at_limit(
    entry: Indicator, inputs: Mapping[str, object], sources: Mapping[str, Derived], end: str
) -> Values | None:
    """The formula at one confidence limit of the inputs that come from a sample."""
    limits = {n: d.limits[n][end] for n, d in sources.items() if n in d.limits and n in inputs}
    if not limits:
        return None
    years = inputs["years"]
    moved = {name: limit.reindex(years).to_numpy(float) for name, limit in limits.items()}
    measure = measured(entry, {**inputs, **moved})
    return None if measure is None else measure.value


def _tables(sources: Mapping[str, Derived], year: int) -> dict[str, pd.DataFrame]:
    """The tables of the raw monitoring data behind the inputs, of days those of the year."""
    detail = {name: table for derived in sources.values() for name, table in derived.detail.items()}
    found = {n: table.reset_index() if table.index.name else table for n, table in detail.items()}
    return {
        name: table[pd.to_datetime(table["date"]).dt.year == year] if "date" in table else table
        for name, table in found.items()
    }


def _said(sources: Mapping[str, Derived], kind: str, year: int) -> tuple[YearNote, ...]:
    """Gaps or notes up to the year; what is said of several inputs is said once."""
    said: list[YearNote] = []
    for derived in sources.values():
        said += [pair for pair in getattr(derived, kind) if pair[0] <= year and pair not in said]
    return tuple(said)
