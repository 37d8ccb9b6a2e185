"""Where a result comes from (the rows used, and remarks on them), and what has to be submitted.

The one list of what is missing, and of whom it is asked: pages, templates and reminders read it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from ecolib.assess.case import Case
from ecolib.assess.result import Result
from ecolib.data import dictionary
from ecolib.data.corrections import Applied
from ecolib.data.dictionary import relations
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.indicators.declaring import CONTEXT
from ecolib.standards.derived import derivation_of
from ecolib.texts import Name, Note, name_of, show

Row = Mapping[str, Any]


def items_of(entry: Indicator) -> tuple[str, ...]:
    """The items that an indicator can rest on: its inputs, its finished value, its decline."""
    known = known_items()
    names = (*entry.inputs, entry.id, f"{entry.id}_decline")
    return tuple(n for n in names if n in known)


def tables_of(entry: Indicator) -> set[str]:
    """Tables that the formula takes itself, and raw ones that its items derive from."""
    derived = {t for name in entry.inputs if (d := derivation_of(name)) for t in d.tables}
    return derived | (set(entry.inputs) & set(dictionary.table_names())) - {"documents"}


def corrections_of(entry: Indicator, case: Case) -> tuple[Applied, ...]:
    """The corrections of rows that the indicator rests on."""
    whole, subjects = tables_of(entry), {*items_of(entry), entry.id}
    return tuple(
        done
        for done in case.corrections("items", "documents", *sorted(whole))
        if done.correction.table in whole or subjects.intersection(done.subjects)
    )


def rows_of(entry: Indicator, case: Case) -> tuple[dict[str, Any], ...]:
    """Every row of figures, areas and documents that the indicator used or could have used.

    Each has what, year, figure, unit, place, file, sheet, cell, position, the note that was
    submitted with it, and in `notes` what has to be said of it.
    """
    items = (row for name in items_of(entry) for row in _by_item(case).get(name, ()))
    was = _corrected_from(case)
    found = [
        _row(r, was, r["item"], r["printed"], r["unit"], r["place"], _proof(r))
        for r in sorted(items, key=lambda row: row["order"])
    ]
    if "areas" in entry.inputs:
        found += [
            _row(r, was, r["site"], r["area"], "ha", r["kind"], r["position"])
            for r in case.rows("areas")
        ]
    found += [
        _row(r, was, r["requirement"], r["statement"], "", _document(r), r["position"])
        for r in case.documents(entry)
    ]
    return (*found, *_from_monitoring(entry, case))


def _by_item(case: Case) -> dict[str, list[dict]]:
    """The rows of the items table by item, each with its place among them all."""
    if "items" not in case.kept:
        by_item: dict[str, list[dict]] = {}
        for order, row in enumerate(case.rows("items")):
            by_item.setdefault(row["item"], []).append({**row, "order": order})
        case.kept["items"] = by_item
    return case.kept["items"]


def _row(
    row: Row, was: Mapping, what: str, figure: Any, unit: str, place: str, position: str
) -> dict[str, Any]:
    where = {name: row[name] for name in ("file", "sheet")}
    return {
        "what": what,
        "year": None if row["year"] is None else int(row["year"]),
        "figure": _text(figure),
        "unit": _text(unit),
        "place": _text(place),
        **where,
        "cell": f"A{row['row']}",
        "position": _text(position),
        "note": _text(row["note"]),
        "notes": tuple(was.get((*where.values(), row["row"]), ())),
    }


def _document(row: Row) -> str:
    """The document that a row names: title, number and date, as far as they are there."""
    return " ".join(str(row[n]) for n in ("title", "number", "date") if isinstance(row[n], str))


def _proof(row: Row) -> str:
    """Where a figure stands: the document that proves it before the place it was copied from."""
    return " · ".join(filter(None, (_document(row), row["position"])))


def _corrected_from(case: Case) -> dict[tuple[str, str, int], list[Note]]:
    """What corrected cells of a row said before."""
    if "corrected" not in case.kept:
        found: dict[tuple[str, str, int], list[Note]] = {}
        for done in case.corrections("items", "areas", "documents"):
            if done.now != done.was:
                place = (done.file, done.sheet, done.row)
                found.setdefault(place, []).append(Note("corrected_from", was=done.was))
        case.kept["corrected"] = found
    return case.kept["corrected"]


def _from_monitoring(entry: Indicator, case: Case) -> Iterator[dict[str, Any]]:
    """A row for each figure that raw monitoring data gave, with the files of its year."""
    for name in items_of(entry):
        derived = case.derived_from(name)
        if derived is None or name not in derived.items:
            continue
        files = _files(case, derivation_of(name).tables)
        unit = known_items()[name].unit
        for year, value in derived.items[name].dropna().items():
            # A folder may hold earlier years too: then any file up to it can be meant.
            listed = "; ".join(sorted(files.get(int(year)) or set().union(*files.values())))
            yield {
                "what": name,
                "year": int(year),
                "figure": show(float(value)),
                "unit": unit,
                "place": "",
                "file": listed,
                "sheet": "",
                "cell": "",
                "position": listed,
                "note": "",
                "notes": (Note("from_monitoring"),),
            }


def _files(case: Case, tables: tuple[str, ...]) -> dict[int, set[str]]:
    """The files that hold these tables, by the year of their folder."""
    key = ("files", *tables)
    if key not in case.kept:
        found: dict[int, set[str]] = {}
        for name in tables:
            pairs = case.table(name)[["submitted", "file"]].drop_duplicates()
            for year, file in pairs.itertuples(index=False):
                found.setdefault(int(year), set()).add(file)
        case.kept[key] = found
    return case.kept[key]


def missing_inputs(entry: Indicator, case: Case) -> dict[str, Note | Name]:
    """What would have to be submitted so that the indicator can be computed for the year: by code,
    the name with the unit that owes it."""
    missing = {}
    for name in entry.asked:
        if name in known_items():
            absent = math.isnan(case.series(name).at(case.year))
            owed = Name("item", name), known_items()[name].owner
        else:
            absent = is_table(name) and not _has_year(case.table(name), case.year)
            owed = Name("table", name), None
        if absent:
            missing[name] = _owed(*owed, case)
    finished = _owed(Name("item", entry.id), known_items()[entry.id].owner, case)
    return missing or {entry.id: finished}


def _owed(what: Name, owner: str | None, case: Case) -> Note | Name:
    return what if owner is None else Note("owed_by", item=what, owner=case.owner_words(owner))


def is_table(name: str) -> bool:
    """Whether an input is a table with rows by year."""
    return name in dictionary.table_names() and name not in ("documents", *CONTEXT)


def _has_year(table: pd.DataFrame, year: int) -> bool:
    return bool((table["year"] == year).any())


def item_remarks(entry: Indicator, case: Case) -> tuple[Note, ...]:
    """Remarks on the items that the indicator rests on, and on stocks that follow from them."""
    names = set(items_of(entry))
    names |= {b.stock for b in relations().balances if names & {*b.inflow, *b.outflow}}
    rows = {(r["file"], r["row"]) for n in names for r in _by_item(case).get(n, ())}
    return tuple(
        i
        for i in case.item_issues
        if i.about in names
        or (i.source.cell and (i.source.file, _row_number(i.source.cell)) in rows)
    )


def issues_of(entry: Indicator, case: Case, computed: float) -> tuple[Note, ...]:
    """Remarks on the rows the indicator rests on, and on optional inputs that are not there."""
    on_rows = item_remarks(entry, case)
    absent = () if math.isnan(computed) else missing_optional(entry, case)
    corrected = (done.issue() for done in corrections_of(entry, case))
    once: list[Note] = []
    for note in (*on_rows, *corrected):
        if note not in once:
            once.append(note)
    about = {"severity": "note", "shown": "", "year": case.year}
    return (
        *once,
        *(Note("optional_missing", about=n, item=Name("item", n), **about) for n in absent),
    )


def missing_optional(entry: Indicator, case: Case) -> tuple[str, ...]:
    """The items that the formula could use and that have no figure for the year."""
    return tuple(
        name
        for name in entry.optional
        if name in known_items() and math.isnan(case.series(name).at(case.year))
    )


def _row_number(cell: str) -> int:
    digits = "".join(c for c in cell if c.isdigit())
    return int(digits) if digits else 0


def _text(value: Any) -> str:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else str(value)


# --- what has to be submitted, and by whom --------------------------------------------------------

#: Why something is asked for: the verdict hangs on it, or it would only let us recompute a value.
REASONS = ("to_judge", "to_recompute")
OPEN = ("not_met", "conflict", "not_evaluable", "declared", "conditional")


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
    entry, status = case.list[result.indicator], result.verdict.status
    if status == "not_applicable":
        return []
    if status not in ("not_evaluable", "declared", "conditional"):
        unsure = result.basis == "reported" or _optional_missing(result)
        reason = "to_judge" if status == "conflict" else "to_recompute"
        return _figures(entry, case, result, reason) if unsure else []
    found = _documents(entry, result)
    if math.isnan(result.value) or status in ("not_evaluable", "conditional"):
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
    status = result.verdict.status
    partly = status == "conditional" or (status == "not_evaluable" and not math.isnan(result.value))
    names = [*entry.asked, *(entry.optional if partly else _optional_missing(result))]
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
        if row.state in ("absent", "stated", "named")
    ]


def _undated(entry: Indicator, case: Case) -> list[Need]:
    names = (name for name in (*entry.inputs, entry.id) if name in known_items())
    return [
        _item(name, "dating", case.year, "to_judge", entry)
        for name in names
        if case.series(name).is_undated(case.year)
    ]
