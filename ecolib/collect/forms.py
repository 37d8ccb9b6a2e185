"""The sheets of each responsible unit: its items, the proofs of its indicators, its tables, each line
with what was submitted for the year before.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files

import numpy as np
import yaml

from ecolib.assess.documents import states
from ecolib.assess.lineage import items_of
from ecolib.checks.planned import COLLECTIVE
from ecolib.collect.asking import OWN_FORMS, Bounds, Field, Form, Line, Round, Row
from ecolib.data import dictionary
from ecolib.data.dictionary import Column, Item, Table, units
from ecolib.indicators.catalogue import Indicator, declared, known_items
from ecolib.standards.derived import derivation_of
from ecolib.texts import Words, amount
from ecolib.workplan.state import Standing

#: Kinds of figure that may be below zero; an amount cannot.
SIGNED = ("share", "index", "share difference")
#: Names of several units together: nobody fills in a sheet for them.
UNASKED = COLLECTIVE - {"towns", "creation_office"}
#: What people are told in a line; the rest says how much it is needed.
TOLD = ("name", "demand", "last_year", "quantity", "due")
#: Empty lines below those begun.
SPARE = 100


def forms(asking: Round, owner: str) -> tuple[Form, ...]:
    """The sheets of one unit; empty when nothing is asked of it."""
    own = [dictionary.table(n) for n in dictionary.table_names() if n not in OWN_FORMS]
    made = [
        _items(asking, owner),
        _by_place(asking, owner),
        _documents(asking, owner),
        _progress(asking, owner),
        _evidence(asking, owner),
        *(_rows(asking, table) for table in own if table.owner == owner),
    ]
    return tuple(form for form in made if form.lines)


@cache
def _layouts() -> dict[str, list[list[str]]]:
    source = (files(__package__) / "forms.yml").read_text(encoding="utf-8")
    return yaml.safe_load(source)


def _laid_out(asking: Round, table: Table, layout: Iterable[Iterable[str]]) -> tuple[Field, ...]:
    """The columns of a layout, see `forms.yml`; out of sight once more what people are told in them, so
    that it shows on return what somebody wrote over."""
    fields = [_field(asking, table, mode, n) for mode, *names in layout for n in names]
    told = (replace(f, hidden=True) for f in fields if f.mode == "people" and f.name in TOLD)
    return (*fields, *told)


def _form(asking: Round, layout: str, lines: Iterable[Line], **how: bool) -> Form:
    """The form of a table, or a second one, as `forms.yml` lays it out."""
    table = dictionary.table(layout.partition(".")[0])
    return Form(table, _laid_out(asking, table, _layouts()[layout]), tuple(lines), **how)


def _field(asking: Round, table: Table, mode: str, name: str) -> Field:
    """A column under the heading of the data dictionary, so that it is found without ids too."""
    if mode == "people":
        return Field(name, asking.text(f"template.{name}", year=asking.before.year), mode)
    heading = asking.name("column", f"{table.name}.{name}")
    hidden = mode == "hidden"
    return Field(name, heading, "given" if hidden else mode, table.by_name[name], hidden)


# --- items


def _items(asking: Round, owner: str) -> Form:
    asked = _asked_of(asking, owner)
    lines = [line for item, need in asked.items() for line in _item_lines(asking, item, need)]
    form = _form(asking, "items", lines)
    if any(line.values["place"] for line in lines):
        return form
    fields = (replace(f, hidden=f.hidden or f.name == "place") for f in form.fields)
    return replace(form, fields=tuple(fields))


def _asked_of(asking: Round, owner: str) -> dict[Item, str]:
    """The items that a unit is asked for, each with how much it is needed."""
    own = (item for item in known_items().values() if item.owner == owner)
    return {item: need for item in own if (need := item_need(item, asking.applicable))}


def _adds_up(item: Item) -> bool:
    """Whether towns' figures make up that of the county: amounts do, finished values do not."""
    return bool(item.across) and item.item in dictionary.items()


def _by_place(asking: Round, owner: str) -> Form:
    """Empty lines for figures of places, of the items that can be put together from them."""
    parted = [item for item in _asked_of(asking, owner) if _adds_up(item)]
    units_of = [_units_like(asking, item.unit)["unit"] for item in parted]
    choices = {
        "item": tuple(asking.name("item", item.item) for item in parted),
        "unit": tuple(dict.fromkeys(unit for units in units_of for unit in units)),
    }
    given = {"year": asking.case.year, "position": asking.position(owner)}
    lines = (Line(given, choices=choices),) * (SPARE if parted else 0)
    return _form(asking, "items.by_place", lines, endless=True, by_place=True)


def item_need(item: Item, applicable: Mapping[str, Indicator]) -> str:
    """How much a coming year's template needs an item: a word of `template_need`, "" when nothing
    that applies rests on it.

    This follows from the catalogue and from what applies to the county, before anything is
    submitted. What was submitted then lacks for a verdict is told by `ecolib.assess.needs`.
    """
    if item.item not in dictionary.items():
        entry = declared()[item.item]
        same_name = any(other.zh == item.zh for other in dictionary.items().values())
        useful = entry.id in applicable and entry.unit != "requirements" and not same_name
        return "finished" if useful else ""
    resting = [i for i in declared().values() if item.item in items_of(i)]
    if not resting:
        return "optional"  # it only holds others in check
    resting = [i for i in resting if i.id in applicable]
    if not resting:
        return ""
    if derivation_of(item.item) is not None:
        return "monitoring"
    return "required" if any(item.item in i.needs for i in resting) else "optional"


def _item_lines(asking: Round, item: Item, need: str) -> list[Line]:
    """A line for the whole county, and one for each place asked for or that had a figure last year.

    The unit is that of the data dictionary, whatever was chosen last year: a figure copied without
    looking at it would be ten thousand times too small.
    """
    last = asking.last_figures.get(item.item, {})
    name = asking.name("item", item.item)
    if need == "finished":
        number = asking.case.list[item.item].number
        name = asking.text("template.finished", item=name, number=number)
    meaning = Words(item.definition_zh, item.definition_en)
    note = asking.text("template.definition", definition=meaning)
    lines = []
    for place in dict.fromkeys(["", *last, *(asking.towns if _adds_up(item) else ())]):
        row = last.get(place)
        then = "" if row is None else amount(str(row["printed"]), row["unit"], asking.lang)
        values = {
            "name": name,
            "need": asking.name("template_need", "optional" if place else need),
            "last_year": then,
            "unit": asking.unit(item.unit),
            "place": place,
            "item": item.item,
            "year": asking.case.year,
            "position": asking.position(item.owner),
        }
        lines.append(Line(values, note, _units_like(asking, item.unit), _bounds(item)))
    return lines


def _units_like(asking: Round, unit: str) -> dict[str, tuple[str, ...]]:
    """The choice of a unit: all of one kind, as a figure is converted."""
    kind = units()[unit].dimension
    return {"unit": tuple(asking.unit(u.unit) for u in units().values() if u.dimension == kind)}


def _bounds(item: Item) -> Bounds:
    """What a figure cannot lie outside of, in any unit of its kind."""
    if units()[item.unit].dimension not in SIGNED:
        return 0, None
    entry = declared().get(item.item)
    share = entry is not None and entry.bounds == (0, 100)
    return (0, 100) if share else (None, None)


# --- documents


def _documents(asking: Round, owner: str) -> Form:
    lines = [
        line
        for entry in asking.applicable.values()
        for key in entry.requirements
        if entry.keeper_of(key) == owner
        for line in _document_lines(asking, entry, key)
    ]
    return _form(asking, "documents", lines)


def _document_lines(asking: Round, entry: Indicator, key: str) -> list[Line]:
    """Two lines a requirement, as a second document may prove it too."""
    year, rows = asking.case.year, asking.before.documents(entry)
    stands = states(rows, [key], np.array([year]))[key][0] == "documented"
    values = {
        "name": asking.name("indicator", entry.id),
        "demand": asking.name("requirement", f"{entry.id}.{key}"),
        "year": year,
        "indicator": entry.id,
        "requirement": key,
        "position": asking.position(entry.keeper_of(key)),
    }
    first = {
        "need": asking.name("template_need", "standing" if stands else "required"),
        "last_year": _last_document(asking, [r for r in rows if r["requirement"] == key]),
    }
    second = {"need": asking.name("template_need", "more"), "last_year": ""}
    meaning = entry.words(asking.lang).definition
    note = asking.text("template.definition", definition=meaning)
    return [Line(values | first, note), Line(values | second)]


def _last_document(asking: Round, rows: Iterable[Row]) -> str:
    """The document that spoke for the year before, of the rows on one requirement."""
    year = asking.before.year
    spoke = [
        row
        for row in rows
        if row["year"] == year or (row["year"] is None and (row["valid_to"] or year) >= year)
    ]
    if not spoke:
        return ""
    # One of the year itself goes before one that stands for several, the later before the earlier.
    row = sorted(spoke, key=lambda row: (row["year"] is not None, row["submitted"]))[-1]
    named = [str(row[n]) for n in ("title", "number", "date") if row[n] is not None]
    holds = asking.name("yes_no", "yes" if row["holds"] else "no")
    told = asking.text("template.comma").join([holds, *(named or [str(row["statement"])])])
    return told if row["year"] is not None else asking.text("template.standing", document=told)


# --- the plan of work


def _progress(asking: Round, owner: str) -> Form:
    """A line for each row of the plan that the unit leads and that was not done when the year began;
    a month told of is a line, so that further months go below."""
    begun = asking.standings if owner not in UNASKED else ()
    own = [s for s in begun if owner in s.row.lead and s.state != "done" and not s.row.measure]
    given = {"who": asking.owner(owner), "position": asking.position(owner)}
    lines = [Line(_row_of_plan(asking, standing) | given) for standing in own]
    lines += [Line(given)] * (SPARE if lines else 0)
    return _form(asking, "progress", lines, endless=True)


def _row_of_plan(asking: Round, standing: Standing) -> dict[str, str]:
    row = standing.row
    quantity = "" if math.isnan(row.quantity) else amount(row.quantity, row.unit, asking.lang)
    due = row.term or (row.deadline.isoformat() if row.deadline else "")
    return {"name": row.name, "quantity": quantity, "due": due, "code": row.code}


def _evidence(asking: Round, owner: str) -> Form:
    """A line for each paper that the unit owes to the archive or that is only named so far."""
    lines = [
        Line(
            {
                "name": asking.name("indicator", asked.indicator.id),
                "demand": asked.what.text(asking.lang),
                "standing_of": asking.name("paper_standing", asked.standing),
                "year": asking.case.year,
                "indicator": asked.indicator.id,
                "requirement": asked.requirement,
                "position": asking.position(owner),
            }
        )
        for asked in asking.archive.asked
        if asked.owner == owner and asked.standing != "on_file"
    ]
    lines += [Line({"position": asking.position(owner)})] * (SPARE if lines else 0)
    return _form(asking, "evidence", lines, endless=True)


# --- other tables


def _rows(asking: Round, table: Table) -> Form:
    """A table of rows: where it tells things apart by name, those of last year are given."""
    offered = _offered(asking, table)
    choices = _units_like(asking, table.figure.unit) if table.figure else {}
    keys = [
        c.name for c in table.columns if c.name in table.key and c.type == "text" and c.required
    ]
    rows = asking.before.rows(table.name) if "year" in table.key else ()
    last = (row for row in rows if row["year"] == asking.before.year)
    begun = [Line(_row_begun(asking, table, row, keys) | offered, choices=choices) for row in last]
    # A table of one row a year needs that row alone.
    once = table.key == ("year",)
    blank = Line(offered, choices=choices)
    empty = [] if once and begun else [blank] * (1 if once else SPARE)
    layout = [["given", *keys], ["people", "need", "last_year"]] if begun else []
    rest = (name for name in table.by_name if not begun or name not in keys)
    layout += [["offered" if name in offered else "ask", name] for name in rest]
    return Form(table, _laid_out(asking, table, layout), (*begun, *empty), endless=not once)


def _offered(asking: Round, table: Table) -> dict[str, str | int]:
    """The year, the unit that numbers are kept in, and the bureau itself as the source where one is
    required; nothing where samples are submitted, as these come by the hundred and are pasted."""
    if "position" not in table.by_name:
        return {}
    offered: dict[str, str | int] = {}
    if "year" in table.by_name:
        offered["year"] = asking.case.year
    if table.figure:
        offered["unit"] = asking.unit(table.figure.unit)
    if "position" in table.required:
        offered["position"] = asking.position(table.owner)
    return offered


def _row_begun(asking: Round, table: Table, row: Row, keys: list[str]) -> dict[str, str | int]:
    """What a row of the year before is called, and in one text, `面积 21640.5公顷；性质 水源涵养`,
    what it said."""
    told = []
    for column in table.columns:
        value = row[column.name]
        about = column.name in (*table.key, "position", "note") or column.type == "unit"
        if about or value is None:
            continue
        heading = asking.name("column", f"{table.name}.{column.name}")
        shown = _shown(asking, column, value)
        if column.unit:
            shown = amount(shown, column.unit, asking.lang)
        told.append(f"{heading} {shown}")
    return {
        **{name: _shown(asking, table.by_name[name], row[name]) for name in keys},
        "need": asking.name("template_need", "required"),
        "last_year": asking.text("template.cells", cells=told),
    }


def _shown(asking: Round, column: Column, value: object) -> str:
    """A kept value as people write it."""
    if column.type == "number":
        return f"{value:.10g}"
    kept = {code: label for label, code in column.choices(asking.lang).items()}
    return kept.get(value, str(value))
