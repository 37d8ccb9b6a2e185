"""What has to be handed in, and by whom, so that more can be judged or recomputed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ecolib.assess.result import Result
from ecolib.data import dictionary
from ecolib.indicators.catalogue import CONTEXT, Indicator, find, known_items

if TYPE_CHECKING:
    from ecolib.assess.case import Case

#: Why something is asked for: the verdict hangs on it, or it would only let us recompute a value.
REASONS = ("to_judge", "to_recompute")
OPEN = ("not_met", "conflict", "not_evaluable", "declared")


@dataclass(frozen=True)
class Need:
    """One figure or document that is missing, the unit that owes it and what it is for.

    `kind` is "figure", "dating" (a figure without a year), "earlier_area" or "document".
    """

    owner: str
    kind: str
    zh: str
    en: str
    unit: str
    year: int
    reason: str
    indicators: tuple[str, ...]

    def name(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


def needs(results: Iterable[Result], case: Case) -> list[Need]:
    """Everything missing for these results, each figure named once, what is urgent first."""
    found: dict[tuple, Need] = {}
    for result in results:
        for part in result.owner_parts:
            for need in needs_of(part, case):
                key = (need.owner, need.kind, need.zh, need.year)
                known = found.get(key)
                found[key] = need if known is None else _merged(known, need)
    return sorted(found.values(), key=lambda n: REASONS.index(n.reason))


def needs_of(result: Result, case: Case) -> list[Need]:
    """What is missing for one result without parts."""
    entry, status = find(result.indicator), result.verdict.status
    if status == "not_applicable":
        return []
    if status not in ("not_evaluable", "declared"):
        unsure = result.basis == "reported" or _optional_missing(result)
        reason = "to_judge" if status == "conflict" else "to_recompute"
        return _figures(entry, case, result, reason) if unsure else []
    found = _documents(entry, result)
    if math.isnan(result.value) or status == "not_evaluable":
        found += _figures(entry, case, result, "to_judge")
    return found + _undated(entry, case)


def years_of(entry: Indicator, case: Case) -> tuple[int, ...]:
    """The years whose figures the formula looks at: the base year or last year where it does."""
    if "county" in entry.inputs:
        return case.params.county.base_year, case.year
    if entry.id.endswith("_decline"):
        return case.year - 1, case.year
    return (case.year,)


def _merged(known: Need, other: Need) -> Need:
    """The same thing asked for twice serves both indicators, and the stronger reason counts."""
    reason = min(known.reason, other.reason, key=REASONS.index)
    both = dict.fromkeys((*known.indicators, *other.indicators))
    return replace(known, reason=reason, indicators=tuple(both))


def _figures(entry: Indicator, case: Case, result: Result, reason: str) -> list[Need]:
    known = known_items()
    # Where the value is known but not surely enough, what may be left out is what would settle it.
    partly = result.verdict.status == "not_evaluable" and not math.isnan(result.value)
    names = [*entry.needs, *(entry.optional if partly else _optional_missing(result))]
    found = [
        Need(
            known[n].owner,
            "figure",
            known[n].zh,
            known[n].en,
            known[n].unit,
            y,
            reason,
            (entry.id,),
        )
        for n in names
        if n in known
        for y in years_of(entry, case)
        if y not in case.series(n).index
    ]
    found += [_table(n, entry, case, reason) for n in names if _table_missing(n, case)]
    if "areas" in entry.needs and len(result.series) == 1:
        area = entry.zh.title, entry.en.title
        found.append(
            Need(entry.owner[0], "earlier_area", *area, "ha", case.year - 1, reason, (entry.id,))
        )
    if found or entry.needs or not math.isnan(result.value):
        return found
    # Every input is optional, so any of them would do: the finished value is the least to ask for.
    item = known[entry.id]
    return [Need(item.owner, "figure", item.zh, item.en, item.unit, case.year, reason, (entry.id,))]


def _table_missing(name: str, case: Case) -> bool:
    if name not in dictionary.table_names() or name in ("documents", *CONTEXT):
        return False
    return not (case.table(name)["year"] == case.year).any()


def _table(name: str, entry: Indicator, case: Case, reason: str) -> Need:
    table = dictionary.table(name)
    return Need(table.owner, "figure", table.zh, table.en, "", case.year, reason, (entry.id,))


def _optional_missing(result: Result) -> list[str]:
    return [i.about for i in result.issues if i.rule == "optional_missing"]


def _documents(entry: Indicator, result: Result) -> list[Need]:
    wanted = result.detail.get("requirements")
    if wanted is None:
        return []
    return [
        Need(
            entry.owner[0], "document", r.zh, r.en, "", result.year, "to_judge", (result.indicator,)
        )
        for r in wanted.itertuples()
        if r.state in ("absent", "stated")
    ]


def _undated(entry: Indicator, case: Case) -> list[Need]:
    known = known_items()
    marks = {n: case.series(n)["undated"] for n in (*entry.inputs, entry.id) if n in known}
    return [
        Need(
            known[n].owner,
            "dating",
            known[n].zh,
            known[n].en,
            known[n].unit,
            case.year,
            "to_judge",
            (entry.id,),
        )
        for n, undated in marks.items()
        if bool(undated.get(case.year, False))
    ]
