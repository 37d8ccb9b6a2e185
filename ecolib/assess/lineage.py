"""Where a result comes from: the rows used, and remarks on them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ecolib.assess.case import Case, is_table
from ecolib.data.corrections import Applied
from ecolib.data.dictionary import relations
from ecolib.grouping import grouped
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.standards.derived import derivation_of
from ecolib.texts import Name, Note, show

Row = Mapping[str, Any]


def items_of(entry: Indicator) -> tuple[str, ...]:
    """The items that an indicator can rest on: its inputs, its finished value, its decline."""
    known = known_items()
    names = (*entry.inputs, entry.id, f"{entry.id}_decline")
    return tuple(n for n in names if n in known)


def touched_by(entry: Indicator) -> set[str]:
    """These items, and the stocks that follow from them."""
    names = set(items_of(entry))
    return names | {b.stock for b in relations().balances if names & {*b.inflow, *b.outflow}}


def tables_of(entry: Indicator) -> set[str]:
    """Tables that the formula takes itself, and raw ones that its items derive from."""
    derived = {t for name in entry.inputs if (d := derivation_of(name)) for t in d.tables}
    return derived | set(filter(is_table, entry.inputs))


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
    names, was = set(items_of(entry)), _corrected_from(case)
    found = []
    for r in (r for r in case.rows("items") if r["item"] in names):
        # The document that proves a figure before the place it was copied from.
        proof = " · ".join(filter(None, (_document(r), r["position"])))
        found.append(_row(r, was, r["item"], r["printed"], r["unit"], r["place"], proof))
    for r in case.rows("areas") if "areas" in entry.inputs else ():
        found.append(_row(r, was, r["site"], r["area"], "ha", r["kind"], r["position"]))
    found += [
        _row(r, was, r["requirement"], r["statement"], "", _document(r), r["position"])
        for r in case.documents(entry)
    ]
    return (*found, *_from_monitoring(entry, case))


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


def _corrected_from(case: Case) -> dict[tuple[str, str, int], list[Note]]:
    """What corrected cells of a row said before."""

    def found() -> dict[tuple[str, str, int], list[Note]]:
        changed = (d for d in case.corrections("items", "areas", "documents") if d.now != d.was)
        said = (((d.file, d.sheet, d.row), Note("corrected_from", was=d.was)) for d in changed)
        return grouped(said)

    return case.once("corrected", "rows", found)


def _from_monitoring(entry: Indicator, case: Case) -> Iterator[dict[str, Any]]:
    """A row for each figure that raw monitoring data gave, with the files of its year."""
    for name in items_of(entry):
        derived = case.derived_from(name)
        if derived is None or name not in derived.items:
            continue
        tables = derivation_of(name).tables
        files = case.once("files", tables, lambda tables=tables: _files(case, tables))
        unit = known_items()[name].unit
        for year, value in derived.items[name].dropna().items():
            # A folder may hold earlier years too: then any file up to it can be meant.
            listed = "; ".join(sorted(files.get(int(year)) or set().union(*files.values())))
            row = {"year": year, "file": listed, "sheet": "", "row": "", "note": ""}
            told = _row(row, {}, name, show(float(value)), unit, "", listed)
            yield told | {"cell": "", "notes": (Note("from_monitoring"),)}


def _files(case: Case, tables: tuple[str, ...]) -> dict[int, set[str]]:
    """The files that hold these tables, by the year of their folder."""
    found: dict[int, set[str]] = {}
    for name in tables:
        pairs = case.table(name)[["submitted", "file"]].drop_duplicates()
        for year, file in pairs.itertuples(index=False):
            found.setdefault(int(year), set()).add(file)
    return found


def item_remarks(entry: Indicator, case: Case) -> tuple[Note, ...]:
    """Remarks on the items that the indicator rests on, and on stocks that follow from them."""
    names = touched_by(entry)
    items = case.rows_by("items", "item")
    rows = {(r["file"], str(r["row"])) for name in names for r in items.get(name, ())}
    placed = (((n.source.file, re.sub(r"\D", "", n.source.cell)), n) for n in case.item_issues)
    return tuple(note for place, note in placed if note.about in names or place in rows)


def issues_of(entry: Indicator, case: Case, computed: float) -> tuple[Note, ...]:
    """Remarks on the rows the indicator rests on, and on optional inputs that are not there."""
    on_rows = item_remarks(entry, case)
    absent = [n for n in entry.optional if n in known_items()] if computed == computed else []
    absent = [n for n in absent if math.isnan(case.series(n).at(case.year))]
    corrected = (done.issue() for done in corrections_of(entry, case))
    about = {"severity": "note", "shown": "", "year": case.year}
    return (
        *dict.fromkeys((*on_rows, *corrected)),
        *(Note("optional_missing", about=n, item=Name("item", n), **about) for n in absent),
    )


def _text(value: Any) -> str:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else str(value)


def years_of(entry: Indicator, case: Case, year: int | None = None) -> tuple[int, ...]:
    """The years whose figures the formula looks at for the value of a year, by default the assessed
    one: the base year or the year before where it does."""
    year = case.year if year is None else year
    if "county" in entry.inputs:
        return case.params.county.base_year, year
    return (year - 1, year) if entry.id.endswith("_decline") else (year,)
