"""The values of an indicator by year: computed where all inputs are there, else as reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ecolib.assess.case import Case
from ecolib.assess.series import Series
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.indicators.declaring import CONTEXT
from ecolib.indicators.formulas import Measure, Values
from ecolib.indicators.targets import requirements_of
from ecolib.standards.derived import Derived, YearNote


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
    histories = case.kept.setdefault("histories", {})
    if entry.id not in histories:
        histories[entry.id] = _worked_out(entry, case)
    return histories[entry.id]


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
    years = inputs["years"]
    measure = measured(entry, inputs)
    if measure is not None and any(isinstance(given, pd.DataFrame) for given in inputs.values()):
        measure, years = _from_first(measure, years)
    if measure is None:
        measure, years = Measure(np.full(len(reported.years), np.nan)), reported.years
    elif len(reported.years) > len(years):
        measure, years = _earlier(measure, len(reported.years) - len(years)), reported.years
    reported = reported.on(years)
    value = np.where(np.isnan(measure.value), reported.value, measure.value)
    low, high = _range(measure, reported)
    undated = _undated(entry, case, inputs, years)
    series = replace(
        reported,
        value=value,
        low=low,
        high=high,
        coverage=measure.coverage,
        computed=measure.value,
        reported=reported.value,
        undated=undated,
        basis=_basis(entry, inputs, measure.value, value, undated),
    )
    sources = _sources(entry, case)
    for end in ("low", "high"):
        limit = _at_limit(entry, inputs, sources, end)
        if limit is not None:
            series = replace(series, **{f"sample_{end}": _front(limit, len(years), np.nan)})
    detail = {**_tables(sources, case.year), **measure.detail}
    gaps, notes = (_said(sources, kind, case.year) for kind in ("gaps", "notes"))
    return History(series, detail, bool(sources), measure.halves, gaps, notes)


def _from_first(measure: Measure, years: Values) -> tuple[Measure, Values]:
    """Without the years in which a table speaks of other things only."""
    known = ~np.isnan(measure.value)
    first = int(np.argmax(known)) if known.any() else len(years)
    return replace(measure, value=measure.value[first:]), years[first:]


def _earlier(measure: Measure, before: int) -> Measure:
    """The measure on an axis that begins so many years earlier."""
    ends = {
        name: None
        if (column := getattr(measure, name)) is None
        else _front(column, before + len(column), np.nan)
        for name in ("value", "low", "high", "coverage")
    }
    return replace(measure, **ends)


def _front(column: Values, length: int, fill: float) -> Values:
    return np.concatenate([np.full(length - len(column), fill), column])


def _range(measure: Measure, reported: Series) -> tuple[Values | None, Values | None]:
    """A share reported for the observed part says nothing of the rest: it widens to a range."""
    if reported.low is not None:  # finished values that are written as a bound
        given = np.isnan(measure.value) & ~np.isnan(reported.low)
        nothing = np.full(len(given), np.nan)
        ends = ((measure.low, reported.low), (measure.high, reported.high))
        measure = replace(
            measure,
            **{
                name: np.where(given, own, nothing if computed is None else computed)
                for name, (computed, own) in zip(("low", "high"), ends, strict=True)
            },
        )
    if measure.coverage is None:
        return measure.low, measure.high
    partly = np.isnan(measure.value) & ~np.isnan(reported.value) & (measure.coverage < 1)
    nothing = np.full(len(measure.value), np.nan)
    low, high = (nothing if end is None else end for end in (measure.low, measure.high))
    low = np.where(partly, reported.value * measure.coverage, low)
    return low, np.where(partly, low + 100 * (1 - measure.coverage), high)


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
        silent = _front(np.isin(table, ("absent", "lapsed", "")).all(axis=0), len(value), True)
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
        return _front(alone, len(computed), False).astype(bool)
    if not given:
        return np.zeros(len(computed), dtype=bool)
    length = len(computed)
    stacked = np.stack([_front(v, max(length, len(v)), np.nan)[-length:] for v in given])
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
    found: dict[str, pd.DataFrame] = {}
    for derived in sources.values():
        for name, table in derived.detail.items():
            found[name] = table.reset_index() if table.index.name else table
    for name, table in found.items():
        if "date" in table:
            found[name] = table[pd.to_datetime(table["date"]).dt.year == year]
    return found


def _said(sources: Mapping[str, Derived], kind: str, year: int) -> tuple[YearNote, ...]:
    """Gaps or notes up to the year; what is said of several inputs is said once."""
    said: list[YearNote] = []
    for derived in sources.values():
        said += [pair for pair in getattr(derived, kind) if pair[0] <= year and pair not in said]
    return tuple(said)
