"""Results as tables, one row an indicator or part: that of `results.csv`, of the data set, and the
tidy one that an analyst gets in a language. All are made here, so that they cannot differ."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from ecolib.assess.needs import needs
from ecolib.assess.result import Result
from ecolib.errors import check_lang
from ecolib.texts import LANGS, listed, name_of

if TYPE_CHECKING:
    from ecolib.assess.case import Case

#: What is told of a result, and how it is kept: texts, numbers (NaN for none), whole numbers. Closed
#: sets are codes of `texts/words.yml`; what is worded stands there in each language.
RESULTS: Mapping[str, type] = {
    "county": str, "county_zh": str, "county_en": str, "year": int, "number": str, "indicator": str,
    "name_zh": str, "name_en": str, "group": str, "system": str, "kind": str, "list": str,
    "list_status": str, "value": float, "rounding": float, "low": float, "high": float, "unit": str,
    "basis": str, "verdict": str, "bound": float, "sign": str, "target_zh": str, "target_en": str,
    "reason_zh": str, "reason_en": str, "change": float, "direction": str, "change_base": float,
    "direction_base": str, "trend": str, "p": float, "slope": float, "n": int, "coverage": float,
    "needs": int, "owner": str, "owner_zh": str, "owner_en": str,
}  # fmt: skip
#: The columns of the tidy table (`worded`).
COLUMNS = (
    "county", "county_name", "year", "number", "indicator", "name", "group", "system", "kind",
    "value", "unit", "low", "high", "basis", "target", "bound", "verdict", "verdict_word", "reason",
    "change", "change_base", "trend", "needs", "owner",
)  # fmt: skip


def results_table(results: Iterable[Result], case: Case) -> pd.DataFrame:
    """One row an indicator or part, in the order given, with the columns `RESULTS`."""
    return pd.DataFrame(results_rows(results, case), columns=list(RESULTS))


def results_rows(results: Iterable[Result], case: Case) -> list[tuple]:
    return [_row(part, group, case) for result in results for part, group in with_parts(result)]


def results_frame(results: Iterable[Result], case: Case, lang: str) -> pd.DataFrame:
    """The tidy table of some results; see `ecolib.results`."""
    return worded(results_table(results, case), lang)


def worded(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """A table with the columns `RESULTS` as an analyst gets it in a language: `COLUMNS`."""
    own = {"county_name": f"county_{check_lang(lang)}"} | {
        name: f"{name}_{lang}" for name in ("name", "target", "reason", "owner")
    }
    found = table.assign(
        **{name: table[column] for name, column in own.items()},
        unit=[name_of("unit", unit, lang) for unit in table["unit"]],
        verdict_word=[name_of("status", status, lang) for status in table["verdict"]],
    )
    return found[list(COLUMNS)].astype({"year": int, "needs": int})


def with_parts(result: Result) -> Iterator[tuple[Result, str]]:
    """A result and its parts, each with the id of the group that it is a part of."""
    yield result, ""
    yield from ((part, result.indicator) for part in result.parts)


def _row(result: Result, group: str, case: Case) -> tuple[Any, ...]:
    entry, series, trend, year = result.entry, result.series, result.trend, result.year
    bound = result.bound
    words = [entry.words(lang).title for lang in LANGS]
    owners = [listed((case.owner(name, lang) for name in entry.owner), lang) for lang in LANGS]
    change = [told for since in ("last_year", "base_year") for told in _change(result, since)]
    return (
        result.county, *(case.params.county.name(lang) for lang in LANGS), year, result.number,
        result.indicator, *words, group, entry.system, result.kind, result.list, result.list_status,
        result.value, math.nan if series is None else series.at(year, "rounding"), *result.ends,
        result.unit, result.basis, result.verdict.status,
        math.nan if bound is None else bound.at(year), "" if bound is None else bound.sign,
        *(result.target.text(lang) for lang in LANGS),
        *(result.verdict.reason(lang) for lang in LANGS), *change,
        trend.status if trend else "undetermined", trend.p if trend else math.nan,
        trend.slope if trend else math.nan, trend.n if trend else 0, result.coverage,
        len(needs(result.owner_parts)), ";".join(entry.owner), *owners,
    )  # fmt: skip


def _change(result: Result, since: str) -> tuple[float, str]:
    """The difference and its direction; where nothing may be said of it there is no number."""
    moved = result.change.get(since)
    if moved is None:
        return math.nan, ""
    return (moved.shown if moved.is_told else math.nan), moved.direction
