"""What has to be submitted, and by whom, so that more can be judged or recomputed.

The one list of what is missing: pages, templates and reminders read it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ecolib.assess.case import Case
from ecolib.assess.lineage import is_table
from ecolib.assess.result import Result
from ecolib.data import dictionary
from ecolib.indicators.catalogue import Indicator, find, known_items
from ecolib.texts import Name, name_of

#: Why something is asked for: the verdict hangs on it, or it would only let us recompute a value.
REASONS = ("to_judge", "to_recompute")
OPEN = ("not_met", "conflict", "not_evaluable", "declared")


@dataclass(frozen=True)
class Need:
    """One figure or document that is missing, the unit that owes it and what it is for.

    `kind` is "figure", "dating" (a figure without a year), "earlier_area" or "document"; `what`
    an item, a table, a requirement, or for an earlier area the indicator.
    """

    owner: str
    kind: str
    what: Name
    unit: str
    year: int
    reason: str
    indicators: tuple[str, ...]

    def name(self, lang: str) -> str:
        return name_of(self.what.kind, self.what.code, lang)


def needs(results: Iterable[Result], case: Case) -> list[Need]:
    """Everything missing for these results, each figure named once, what is urgent first."""
    found: dict[tuple, Need] = {}
    for result in results:
        for part in result.owner_parts:
            for need in needs_of(part, case):
                # Two indicators may ask for a thing of the same name: that is one thing.
                key = (need.owner, need.kind, need.name("zh"), need.year)
                known = found.get(key)
                found[key] = need if known is None else _merged(known, need)
    return sorted(found.values(), key=lambda n: REASONS.index(n.reason))


def _merged(known: Need, other: Need) -> Need:
    """The same thing asked for twice serves both indicators, and the stronger reason counts."""
    reason = min(known.reason, other.reason, key=REASONS.index)
    both = dict.fromkeys((*known.indicators, *other.indicators))
    return replace(known, reason=reason, indicators=tuple(both))


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


def _figures(entry: Indicator, case: Case, result: Result, reason: str) -> list[Need]:
    known = known_items()
    # Where the value is known but not surely enough, what may be left out is what would settle it.
    partly = result.verdict.status == "not_evaluable" and not math.isnan(result.value)
    names = [*entry.needs, *(entry.optional if partly else _optional_missing(result))]
    found = [
        _item(name, "figure", year, reason, entry)
        for name in names
        if name in known
        for year in years_of(entry, case)
        if math.isnan(case.series(name).at(year))
    ]
    for name in filter(is_table, names):
        if not (case.table(name)["year"] == case.year).any():
            owner = dictionary.table(name).owner
            found.append(
                Need(owner, "figure", Name("table", name), "", case.year, reason, (entry.id,))
            )
    if "areas" in entry.needs and result.series is not None and len(result.series.years) == 1:
        area = Name("indicator", entry.id)
        found.append(
            Need(entry.owner[0], "earlier_area", area, "ha", case.year - 1, reason, (entry.id,))
        )
    if found or entry.needs or not math.isnan(result.value):
        return found
    # Every input is optional, so any of them would do: the finished value is the least to ask for.
    return [_item(entry.id, "figure", case.year, reason, entry)]


def _item(name: str, kind: str, year: int, reason: str, entry: Indicator) -> Need:
    item = known_items()[name]
    return Need(item.owner, kind, Name("item", name), item.unit, year, reason, (entry.id,))


def _optional_missing(result: Result) -> list[str]:
    return [i.about for i in result.issues if i.rule == "optional_missing"]


def _documents(entry: Indicator, result: Result) -> list[Need]:
    wanted = result.detail.get("requirements")
    if wanted is None:
        return []
    return [
        Need(
            entry.owner[0],
            "document",
            Name("requirement", f"{entry.id}.{row.requirement}"),
            "",
            result.year,
            "to_judge",
            (result.indicator,),
        )
        for row in wanted.itertuples()
        if row.state in ("absent", "stated")
    ]


def _undated(entry: Indicator, case: Case) -> list[Need]:
    names = (name for name in (*entry.inputs, entry.id) if name in known_items())
    return [
        _item(name, "dating", case.year, "to_judge", entry)
        for name in names
        if case.series(name).is_undated(case.year)
    ]
