"""Results as an analyst wants them: one tidy table over indicators, parts, counties and years."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

from ecolib.assess.case import Case
from ecolib.assess.needs import needs
from ecolib.assess.result import Result
from ecolib.texts import name_of

COLUMNS = (
    "county", "county_name", "year", "number", "indicator", "name", "group", "system", "kind",
    "value", "unit", "low", "high", "basis", "target", "bound", "verdict", "verdict_word", "reason",
    "change", "change_base", "trend", "needs", "owner",
)  # fmt: skip


def results_frame(results: Sequence[Result], case: Case, lang: str) -> pd.DataFrame:
    """One row an indicator or part, with the columns `COLUMNS`; see `ecolib.results`."""
    rows = [_row(part, case, lang, group) for part, group in _with_parts(results)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _with_parts(results: Iterable[Result]) -> Iterator[tuple[Result, str]]:
    """Every result and its parts, each with the id of the group that it is a part of."""
    for result in results:
        yield result, ""
        yield from ((part, result.indicator) for part in result.parts)


def _row(result: Result, case: Case, lang: str, group: str) -> dict[str, Any]:
    entry, year, series = result.entry, result.year, result.series
    low, high = (math.nan, math.nan) if series is None else series.range_of(year)
    change = {
        since: moved.shown if (moved := result.change.get(since)) and moved.is_told else math.nan
        for since in ("last_year", "base_year")
    }
    return {
        "county": result.county,
        "county_name": case.params.county.name(lang),
        "year": year,
        "number": result.number,
        "indicator": result.indicator,
        "name": entry.words(lang).title,
        "group": group,
        "system": entry.system,
        "kind": result.kind,
        "value": result.value,
        "unit": name_of("unit", result.unit, lang),
        "low": low,
        "high": high,
        "basis": result.basis,
        "target": result.target.text(lang),
        "bound": math.nan if result.bound is None else result.bound.at(year),
        "verdict": result.verdict.status,
        "verdict_word": name_of("status", result.verdict.status, lang),
        "reason": result.verdict.reason(lang),
        "change": change["last_year"],
        "change_base": change["base_year"],
        "trend": result.trend.status if result.trend else "undetermined",
        "needs": len(needs(result.owner_parts)),
        "owner": "、".join(case.owner(name, lang) for name in entry.owner),
    }
