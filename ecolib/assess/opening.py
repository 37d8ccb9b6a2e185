"""Opening a county and year: the door to this floor, and the case as the rules of `ecolib.checks` see it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np

from ecolib.assess.assessment import assess, judged
from ecolib.assess.case import Case, Rules
from ecolib.assess.comparing import compare
from ecolib.assess.frames import results_frame
from ecolib.assess.history import history_of, measured
from ecolib.assess.judge import bound_of, judge, reading_of
from ecolib.assess.lineage import years_of
from ecolib.assess.needs import conditions, missing_inputs
from ecolib.assess.reaching import reach
from ecolib.checks.claims import Claim
from ecolib.checks.context import Context, Figure, Judged, Level
from ecolib.checks.planned import Plan, plan_of
from ecolib.data.county import County
from ecolib.data.keys import problem
from ecolib.data.params import Params, check_county, check_year, chosen_lists
from ecolib.errors import ParamsError
from ecolib.files import project_root
from ecolib.indicators.catalogue import Indicator, names
from ecolib.indicators.declaring import declared
from ecolib.indicators.lists import load_list
from ecolib.texts import Name, Note

ANSWERED = ("value", "computed", "reported", "rounding", "low", "high", "coverage")


@dataclass(frozen=True)
class CaseContext(Context):
    """See `ecolib.checks.context.Context` for what each answers."""

    case: Case
    indicator: Indicator | None = None
    claim: Claim | None = None
    claims: tuple[Claim, ...] = ()

    year = property(attrgetter("case.year"))
    params = property(attrgetter("case.params"))
    list = property(attrgetter("case.list"))
    assumed = property(attrgetter("case.assumed"))
    once = property(attrgetter("case.once"))

    @property
    def plan(self) -> Plan:
        return self.once("plan", "", lambda: plan_of(self.case.rows))

    @property
    def figures(self) -> Mapping[str, Mapping[int, Figure]]:
        return self.once("figures", "", self._figures)

    def _figures(self) -> Mapping[str, Mapping[int, Figure]]:
        places = ("printed", "unit", "file", "sheet", "cell")
        return {
            item: {
                row["year"]: Figure(
                    item, row["year"], row["value"], row["rounding"], *map(row.get, places)
                )
                for row in figures.rows
            }
            for item, figures in self.case.submitted.figures.items()
        }

    def at(self, year: int, by: int = 0) -> CaseContext:
        there = self.case.in_year(year, by)
        return self if there is self.case else replace(self, case=there)

    def monitored_inputs(self) -> list[str]:
        return [item for item in self.inputs if self.case.derived_from(item) is not None]

    def monitored(self, item: str, year: int) -> tuple[float, float, float] | None:
        if (derived := self.case.derived_from(item)) is None:
            return None
        known = derived.items.get(item, {}).get(year, math.nan)
        if math.isnan(known):
            ends = derived.ends.get(item, {}).get(year)
            return ends and (*ends, math.nan)
        exact = derived.exact.get(item, {}).get(year, known)
        return min(known, exact), max(known, exact), known

    def finished(self) -> tuple[float, float]:
        return self.case.series(self.indicator.id).range_of(self.year)

    def left_by_monitoring(self) -> tuple[float, float, float] | None:
        found = {i: self.monitored(i, self.year) for i in self.monitored_inputs()}
        open_ = {i: ends for i, ends in found.items() if ends and math.isnan(ends[2])}
        if not open_:
            return None
        # What is silent is all bad, all good, or there without being good.
        picks = [0] * len(open_), [1] * len(open_), [0, *[1] * (len(open_) - 1)]
        corners = [
            {(i, self.year): ends[k] for (i, ends), k in zip(open_.items(), pick, strict=True)}
            for pick in picks
        ]
        found = (history_of(self.indicator, self.case.assuming(c)).series for c in corners)
        values = [series.at(self.year, "computed") for series in found]
        return None if any(map(math.isnan, values)) else (min(values), max(values), math.nan)

    def series(self, item: str) -> Mapping[int, Level]:
        return self.once("known", item, lambda: self._known(item))

    def _known(self, item: str) -> Mapping[int, Level]:
        series = self.case.series(item)
        columns = (c.tolist() for c in (series.years, series.value, series.rounding))
        rows = (*zip(*columns, strict=True), *self.case.later(item))
        return {
            year: Level(value, rounding=half, basis="declared" * series.is_undated(year))
            for year, value, half in rows
            if value == value
        }

    def places(self, item: str) -> set[str]:
        return self.case.places(item, self.year)

    def areas(self) -> Sequence[tuple[float, str]]:
        rows = (row for row in self.case.rows("areas") if row["year"] == self.year)
        return [(row["area"], row["unit"]) for row in rows if row["area"] is not None]

    def history(self) -> Mapping[int, Level]:
        return self.once("levels", self.indicator.id, self._levels)

    def _levels(self) -> Mapping[int, Level]:
        series = history_of(self.indicator, self.case).series
        return {year: Level(*row) for year, *row in series.rows(*ANSWERED)}

    def recomputed(self, year: int, figures: Sequence[tuple[str, int, float]]) -> np.ndarray:
        """One call of the formula, with a column for each of the figures."""
        inputs = self.case.inputs(self.indicator.id)
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
        measure = measured(self.indicator, wide)
        inside = measure is not None and years[0] <= year <= years[-1]
        return measure.value[year - years[0]] if inside else np.full(len(figures), np.nan)

    def years_used(self) -> tuple[int, ...]:
        return years_of(self.indicator, self.case)

    def missing(self) -> tuple[Note, ...]:
        return conditions(missing_inputs(self.indicator, self.case), self.case)

    def bound(self, since: int | None = None) -> tuple[str, float]:
        series = history_of(self.indicator, self.case).series
        if since is not None:
            series = series.on(np.arange(since, self.year + 1))
        bound = bound_of(self.indicator, self.params, series)
        return ("", math.nan) if bound is None else (bound.sign, bound.at(self.year))

    def judged(self) -> Judged:
        found = judged(self.indicator, self.case)
        reason = Note("reasons", reasons=found.verdict.notes)
        return Judged(found.verdict.status, found.basis, reason)

    def status_below(self, high: float) -> str:
        history = history_of(self.indicator, self.case)
        reading = reading_of(self.indicator, self.case, history)
        return judge(self.indicator.target, reading.at_most(high)).status


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
    base, year = project_root(root), check_year(year)
    if isinstance(county, str) and (county, year, base) in _KEPT:
        return _KEPT[county, year, base]
    name = check_county(county, base)
    asked_in = f"{name}.yml: list"
    lists = {n: load_list(n, base, asked_in=asked_in) for n in chosen_lists(name, base)}
    found = County(name, base, names(lists.values()))
    if wrong := list(_directions(name, found.params)):  # told at the door
        raise ParamsError(wrong)
    return Case(found, year, RULES, lists)


def _directions(name: str, params: Params) -> Iterator[Note]:
    """What is wrong with assigned bounds on the side on which a value is better."""
    for indicator, by_year in params.assigned.items():
        entry = declared()[indicator]
        for year, given in by_year.items():
            right = "at_least" if given.measure == "decline" else entry.sense
            if given.value is not None and given.sense != right:
                named = {"right": Name("sense", right), "given": Name("sense", given.sense)}
                where = f"{name}.yml: assigned.{indicator}.{year}.sense"
                of = Name("indicator", indicator)
                yield problem(where, "assigned.direction", indicator=of, **named)


RULES = Rules(
    assess=assess, context=CaseContext, results=results_frame, reach=reach, compare=compare
)
