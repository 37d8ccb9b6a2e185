"""A case as the checks see it: `ecolib.checks.context.Facts` over a `Case`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecolib.assess.bounds import bound_of
from ecolib.assess.history import history_of, inputs_of
from ecolib.assess.judging import judge, reading_of
from ecolib.assess.lineage import missing_inputs
from ecolib.assess.needs import years_of
from ecolib.checks.context import Figure, Judged, Known, Level
from ecolib.indicators.catalogue import Indicator
from ecolib.indicators.formulas import Measure
from ecolib.texts import Words

if TYPE_CHECKING:
    from ecolib.assess.case import Case
    from ecolib.data.params import Params


class CaseFacts:
    """See `ecolib.checks.context.Facts` for what each answers."""

    def __init__(self, case: Case, others: dict[int, CaseFacts] | None = None):
        self._case = case
        # Each other year is opened once, whichever year asks for it.
        self._others = {} if others is None else others
        self._others[case.year] = self
        self._series: dict[str, Mapping[int, Known]] = {}
        self._histories: dict[str, Mapping[int, Level]] = {}

    @property
    def year(self) -> int:
        return self._case.year

    @property
    def params(self) -> Params:
        return self._case.params

    @property
    def assumed(self) -> Mapping[str, float]:
        return self._case.assumed

    def at(self, year: int) -> CaseFacts:
        if year not in self._others:
            self._others[year] = CaseFacts(replace(self._case, year=year), self._others)
        return self._others[year]

    def submitted(self) -> Mapping[str, Mapping[int, Figure]]:
        return self._submitted

    @cached_property
    def _submitted(self) -> Mapping[str, Mapping[int, Figure]]:
        return figures_by_item(self._case.figures)

    def monitored(self, item: str) -> Mapping[int, float]:
        derived = self._case.derived_from(item)
        found = {} if derived is None else derived.items.get(item, {})
        return dict(found)

    def series(self, item: str) -> Mapping[int, Known]:
        if item not in self._series:
            rows = self._case.series(item)
            columns = (rows[name].tolist() for name in ("value", "half"))
            known = (Known(*pair) for pair in zip(*columns, strict=True))
            self._series[item] = dict(zip(rows.index.tolist(), known, strict=True))
        return self._series[item]

    def places(self, item: str) -> set[str]:
        return self._places.get(item, set())

    @cached_property
    def _places(self) -> dict[str, set[str]]:
        rows = self._case.table("items")
        rows = rows[rows["year"] == self.year]
        found: dict[str, set[str]] = {}
        for item, place in zip(rows["item"], rows["place"].fillna(""), strict=True):
            found.setdefault(item, set()).add(place)
        return found

    def areas(self) -> Sequence[tuple[float, str]]:
        rows = self._case.table("areas")
        rows = rows[(rows["year"] == self.year) & rows["area"].notna()]
        return list(zip(rows["area"], rows["unit"], strict=True))

    def history(self, indicator: Indicator) -> Mapping[int, Level]:
        if indicator.id not in self._histories:
            table = history_of(indicator, self._case).table
            columns = [table[name].tolist() for name in Level._fields]
            levels = (Level(*row) for row in zip(*columns, strict=True))
            self._histories[indicator.id] = dict(zip(table.index.tolist(), levels, strict=True))
        return self._histories[indicator.id]

    def recomputed(
        self, indicator: Indicator, year: int, figures: Sequence[tuple[str, int, float]]
    ) -> np.ndarray:
        inputs = inputs_of(indicator, self._case)
        nothing = history_of(indicator, self._case).table["value"] * math.nan
        answers = []
        for item, moved_year, value in figures:
            moved = inputs.get(item, nothing).astype(float).copy()
            moved[moved_year] = value
            answer = indicator.formula(**{**inputs, item: moved})
            series = answer.value if isinstance(answer, Measure) else answer
            answers.append(float(series.get(year, math.nan)))
        return np.array(answers)

    def years_of(self, indicator: Indicator) -> tuple[int, ...]:
        return years_of(indicator, self._case)

    def missing(self, indicator: Indicator) -> Mapping[str, Any]:
        return {m.name: Words(m.zh, m.en) for m in missing_inputs(indicator, self._case)}

    def bound(self, indicator: Indicator, since: int | None = None) -> tuple[str, float]:
        values = history_of(indicator, self._case).table["value"]
        if since is not None:
            values = values.reindex(range(since, self.year + 1))
        bound = bound_of(indicator, self.params, values)
        if bound is None:
            return "", math.nan
        return bound.sign, float(bound.by_year.get(self.year, math.nan))

    def judged(self, indicator: Indicator) -> Judged:
        judged = judge(indicator, self._case)
        reason = Words(judged.verdict.reason_zh, judged.verdict.reason_en)
        return Judged(judged.verdict.status, judged.basis, reason)

    def status_below(self, indicator: Indicator, high: float) -> str:
        reading = reading_of(indicator, self._case, history_of(indicator, self._case))
        return indicator.target.judge(replace(reading, high=high)).status


def figures_by_item(rows: pd.DataFrame) -> dict[str, dict[int, Figure]]:
    """The rows of `ecolib.data.figures.combine` by item and year."""
    found: dict[str, dict[int, Figure]] = {}
    for row in rows[list(Figure._fields)].itertuples(index=False, name=None):
        figure = Figure(*row)
        found.setdefault(figure.item, {})[int(figure.year)] = figure
    return found
