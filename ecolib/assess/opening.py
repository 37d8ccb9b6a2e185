"""Opening a county and year: the door to this floor, and the case as the rules of `ecolib.checks` see it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ecolib.assess.assessment import assess, judged
from ecolib.assess.case import Case, Rules
from ecolib.assess.comparing import compare
from ecolib.assess.frames import results_frame
from ecolib.assess.history import history_of, measured
from ecolib.assess.judge import bound_of, judge, reading_of
from ecolib.assess.lineage import missing_inputs, years_of
from ecolib.assess.reaching import reach
from ecolib.checks.context import Figure, Judged, Known, Level
from ecolib.checks.planned import Plan, plan_of
from ecolib.data.county import County
from ecolib.data.params import Params, check_county, check_year, chosen_lists
from ecolib.files import project_root
from ecolib.indicators.catalogue import Indicator, names
from ecolib.indicators.lists import IndicatorList, load_list
from ecolib.texts import Note

ANSWERED = ("value", "computed", "reported", "rounding", "low", "high", "coverage")


class CaseFacts:
    """See `ecolib.checks.context.Facts` for what each answers.

    Parameters
    ----------
    at
        Gives the facts of another year of the same county.
    """

    def __init__(self, case: Case, at: Callable[[int], CaseFacts]):
        self._case, self.at = case, at
        self._series: dict[str, Mapping[int, Known]] = {}
        self._histories: dict[str, Mapping[int, Level]] = {}

    @property
    def year(self) -> int:
        return self._case.year

    @property
    def params(self) -> Params:
        return self._case.params

    @property
    def list(self) -> IndicatorList:
        return self._case.list

    @property
    def assumed(self) -> Mapping[tuple[str, int], float]:
        return self._case.assumed

    @cached_property
    def plan(self) -> Plan:
        return plan_of(self._case.rows)

    def submitted(self) -> Mapping[str, Mapping[int, Figure]]:
        kept = self._case.kept
        if "figures" not in kept:
            kept["figures"] = self._submitted()
        return kept["figures"]

    def _submitted(self) -> Mapping[str, Mapping[int, Figure]]:
        found: dict[str, dict[int, Figure]] = {}
        for item, figures in self._case.submitted.figures.items():
            arrays = (figures.years, figures.value, figures.rounding)
            columns = (array.tolist() for array in arrays)
            found[item] = {
                year: Figure(item, year, value, rounding, *_printed(row))
                for year, value, rounding, row in zip(*columns, figures.rows, strict=True)
            }
        return found

    def monitored(self, item: str) -> Mapping[int, float]:
        derived = self._case.derived_from(item)
        return {} if derived is None else dict(derived.items.get(item, {}))

    def series(self, item: str) -> Mapping[int, Known]:
        if item not in self._series:
            series = self._case.series(item)
            rounding = dict(zip(series.years.tolist(), series.rounding.tolist(), strict=True))
            known = {year: Known(value, rounding[year]) for year, value in series.known()}
            known |= {year: Known(*figure) for year, *figure in self._case.later(item)}
            self._series[item] = known
        return self._series[item]

    def places(self, item: str) -> set[str]:
        return self._places.get(item, set())

    @cached_property
    def _places(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for row in self._case.rows("items"):
            if (row["year"] or row["submitted"]) == self.year:
                found.setdefault(row["item"], set()).add(row["place"] or "")
        return found

    def areas(self) -> Sequence[tuple[float, str]]:
        rows = (row for row in self._case.rows("areas") if row["year"] == self.year)
        return [(row["area"], row["unit"]) for row in rows if row["area"] is not None]

    def history(self, indicator: Indicator) -> Mapping[int, Level]:
        if indicator.id not in self._histories:
            series = history_of(indicator, self._case).series
            nothing = [math.nan] * len(series.years)
            given = (getattr(series, name) for name in ANSWERED)
            columns = [nothing if column is None else column.tolist() for column in given]
            basis = series.basis or ("",) * len(series.years)
            levels = (Level(*row) for row in zip(*columns, basis, strict=True))
            self._histories[indicator.id] = dict(zip(series.years.tolist(), levels, strict=True))
        return self._histories[indicator.id]

    def recomputed(
        self, indicator: Indicator, year: int, figures: Sequence[tuple[str, int, float]]
    ) -> np.ndarray:
        """One call of the formula, with a column for each of the figures."""
        inputs = self._case.inputs(indicator.id)
        axis = inputs["years"]
        moved = [moved_year for _, moved_year, _ in figures]
        years = np.arange(min(int(axis[0]), *moved), max(int(axis[-1]), *moved) + 1)
        place = slice(int(axis[0] - years[0]), int(axis[0] - years[0]) + len(axis))
        shape = (len(years), len(figures))
        wide: dict[str, Any] = {**inputs, "years": years}
        for name in {*inputs, *(item for item, _, _ in figures)} - {"years"}:
            given = inputs.get(name)
            if given is None or isinstance(given, np.ndarray):
                wide[name] = np.full(shape, np.nan)
                if given is not None:
                    wide[name][place] = given[:, None]
        for column, (item, moved_year, value) in enumerate(figures):
            wide[item][moved_year - years[0], column] = value
        measure = measured(indicator, wide)
        inside = measure is not None and years[0] <= year <= years[-1]
        return measure.value[year - years[0]] if inside else np.full(len(figures), np.nan)

    def years_of(self, indicator: Indicator) -> tuple[int, ...]:
        return years_of(indicator, self._case)

    def missing(self, indicator: Indicator) -> Mapping[str, Any]:
        return missing_inputs(indicator, self._case)

    def bound(self, indicator: Indicator, since: int | None = None) -> tuple[str, float]:
        series = history_of(indicator, self._case).series
        if since is not None:
            series = series.on(np.arange(since, self.year + 1))
        bound = bound_of(indicator, self.params, series)
        return ("", math.nan) if bound is None else (bound.sign, bound.at(self.year))

    def judged(self, indicator: Indicator) -> Judged:
        found = judged(indicator, self._case)
        reason = Note("reasons", reasons=found.verdict.notes)
        return Judged(found.verdict.status, found.basis, reason)

    def status_below(self, indicator: Indicator, high: float) -> str:
        reading = reading_of(indicator, self._case, history_of(indicator, self._case))
        return judge(indicator.target, reading.at_most(high)).status


def _printed(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in ("printed", "unit", "file", "sheet", "cell"))


# --- opening a county and year --------------------------------------------------------------------

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
    county
        Its id, the name of its file in `params/`, or its name as that file gives it.
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
    name = check_county(county, base)
    asked_in = f"{name}.yml: list"
    lists = {n: load_list(n, base, asked_in=asked_in) for n in chosen_lists(name, base)}
    found = County(name, base, names(lists.values()))
    found.params  # noqa: B018 - what is wrong with the parameters is told at the door
    return Case(found, year, RULES, lists)


def _facts(case: Case) -> CaseFacts:
    """The facts of a case, and on demand of the other years of its county."""
    return CaseFacts(case, lambda year: case.in_year(year).context.facts)


RULES = Rules(assess=assess, facts=_facts, results=results_frame, reach=reach, compare=compare)
