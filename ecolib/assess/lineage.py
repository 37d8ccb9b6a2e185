"""Where a result comes from: the rows used, what is missing and who owes it, remarks on the data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ecolib.data import dictionary
from ecolib.data.relations import relations
from ecolib.indicators.catalogue import CONTEXT, Indicator, known_items
from ecolib.indicators.targets import show
from ecolib.standards.derived import derivation_of
from ecolib.texts import Name, Note

if TYPE_CHECKING:
    from ecolib.assess.case import Case
    from ecolib.data.corrections import Applied

#: In both languages, as the notes of a source are shown as they stand.
FROM_MONITORING = "由原始监测数据算得 / computed from raw monitoring data"
COLUMNS = ["what", "year", "figure", "unit", "place", "file", "sheet", "cell", "position", "note"]


@dataclass(frozen=True)
class Missing:
    """An input without a figure for the year, and the unit that owes it."""

    name: str
    owner: str
    zh: str
    en: str


def items_of(entry: Indicator) -> tuple[str, ...]:
    """The items that an indicator can rest on: its inputs, its finished value, its decline."""
    known = known_items()
    names = (*entry.inputs, entry.id, f"{entry.id}_decline")
    return tuple(n for n in names if n in known)


def tables_of(entry: Indicator) -> set[str]:
    """Tables that the formula takes itself, and raw ones that its items derive from."""
    derived = {t for name in entry.inputs if (giver := derivation_of(name)) for t in giver.tables}
    return derived | (set(entry.inputs) & set(dictionary.table_names())) - {"documents"}


def corrections_of(entry: Indicator, case: Case) -> tuple[Applied, ...]:
    """The corrections of rows that the indicator rests on."""
    whole, subjects = tables_of(entry), {*items_of(entry), entry.id}
    return tuple(
        done
        for done in case.corrections("items", "documents", *sorted(whole))
        if done.correction.table in whole or subjects.intersection(done.subjects)
    )


def _document(row) -> str:
    """The document that a row names: title, number and date, as far as they are there."""
    return " ".join(str(v) for v in (row.title, row.number, row.date) if isinstance(v, str))


def _source(row) -> str:
    """Where a figure stands: the document that proves it before the place it was copied from."""
    return " · ".join(filter(None, (_document(row), row.position)))


def provenance(entry: Indicator, case: Case) -> pd.DataFrame:
    """Every row of figures, areas and documents that the indicator used or could have used."""
    items = case.table("items")
    items = items[items["item"].isin(items_of(entry))]
    documents = case.table("documents")
    documents = documents[documents["indicator"] == entry.id]
    rows = [
        (r.item, r.year, r.printed, r.unit, r.place, r, _source(r), r.note)
        for r in items.itertuples()
    ]
    if "areas" in entry.inputs:
        rows += [
            (r.site, r.year, r.area, "ha", r.kind, r, r.position, r.note)
            for r in case.table("areas").itertuples()
        ]
    rows += [
        (
            r.requirement,
            r.year,
            r.statement,
            "",
            _document(r),
            r,
            r.position,
            r.note,
        )
        for r in documents.itertuples()
    ]
    was = _corrected_from(case)
    used = [
        (what, _year(year), _text(figure), _text(unit), _text(place), r.file, r.sheet, f"A{r.row}")
        + (_text(position), _noted(note, was.get((r.file, r.sheet, r.row), [])))
        for what, year, figure, unit, place, r, position, note in rows
    ]
    return pd.DataFrame(used + _from_monitoring(entry, case), columns=COLUMNS)


def _corrected_from(case: Case) -> dict[tuple[str, str, int], list[str]]:
    """What corrected cells of a row said before, in both languages as notes are."""
    found: dict[tuple[str, str, int], list[str]] = {}
    for done in case.corrections("items", "areas", "documents"):
        if done.now != done.was:
            note = f"更正，原为 {done.was} / corrected, was {done.was}"
            found.setdefault((done.file, done.sheet, done.row), []).append(note)
    return found


def _noted(note, corrected: list[str]) -> str:
    return "; ".join(filter(None, (_text(note), *corrected)))


def _from_monitoring(entry: Indicator, case: Case) -> list[tuple]:
    """A row for each figure that raw monitoring data gave, with the files of its year."""
    rows = []
    for name in items_of(entry):
        derived = case.derived_from(name)
        if derived is None or name not in derived.items:
            continue
        raw = pd.concat([case.table(t)[["file", "submitted"]] for t in derivation_of(name).tables])
        unit = known_items()[name].unit
        for year, value in derived.items[name].dropna().items():
            # A folder may hold earlier years too: then any file up to it can be meant.
            own = raw[raw["submitted"] == year] if (raw["submitted"] == year).any() else raw
            files = "; ".join(sorted(own["file"].unique()))
            rows.append(
                (name, int(year), show(value), unit, "", files, "", "", files, FROM_MONITORING)
            )
    return rows


def missing_inputs(entry: Indicator, case: Case) -> list[Missing]:
    """What would have to be handed in so that the indicator can be computed for the year."""
    known = known_items()
    found = []
    for name in entry.needs:
        if name in known and case.year not in case.series(name).index:
            found.append(_missing(name, known[name], case))
        elif name in dictionary.table_names() and name not in ("documents", *CONTEXT):
            table = dictionary.table(name)
            if case.table(name).query("year == @case.year").empty:
                found.append(Missing(name, table.owner, table.zh, table.en))
    return found or [_missing(entry.id, known[entry.id], case)]


def _missing(name: str, item: dictionary.Item, case: Case) -> Missing:
    zh, en = (case.owner(item.owner, lang) for lang in ("zh", "en"))
    return Missing(name, item.owner, f"{item.zh}（{zh}）", f"{item.en} ({en})")


def item_remarks(entry: Indicator, case: Case) -> tuple[Note, ...]:
    """Remarks on the items that the indicator rests on, and on stocks that follow from them."""
    names = set(items_of(entry))
    names |= {b.stock for b in relations().balances if names & {*b.inflow, *b.outflow}}
    items = case.table("items")
    rows = {(r.file, r.row) for r in items[items["item"].isin(names)].itertuples()}
    return tuple(
        i
        for i in case.item_issues()
        if i.about in names or (i.source.cell and (i.source.file, _row(i.source.cell)) in rows)
    )


def issues_of(entry: Indicator, case: Case, computed: float) -> tuple[Note, ...]:
    """Remarks on the rows the indicator rests on, and on optional inputs that are not there."""
    on_rows = item_remarks(entry, case)
    known = known_items()
    absent = [
        known[n] for n in entry.optional if n in known and case.year not in case.series(n).index
    ]
    if math.isnan(computed):
        absent = []
    corrected = (done.issue() for done in corrections_of(entry, case))
    return (*dict.fromkeys((*on_rows, *corrected)), *(_not_handed_in(i, case) for i in absent))


def _not_handed_in(item: dictionary.Item, case: Case) -> Note:
    named = Name("item", item.item)
    return Note(
        "optional_missing", severity="note", about=item.item, shown="", year=case.year, item=named
    )


def _row(cell: str) -> int:
    digits = "".join(c for c in cell if c.isdigit())
    return int(digits) if digits else 0


def _year(value) -> int | None:
    return None if pd.isna(value) else int(value)


def _text(value) -> str:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else str(value)
