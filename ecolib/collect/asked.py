"""What each responsible unit is asked for: its items, the proofs of its indicators, its tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecolib.assess.documents import states
from ecolib.assess.lineage import items_of
from ecolib.collect import words
from ecolib.collect.form import Field, Form, Line, Round, table_field
from ecolib.collect.last_year import (
    described,
    document_text,
    figure_text,
    last_figures,
    last_rows,
    shown,
    unit_name,
)
from ecolib.data import Item, Table, dictionary, units
from ecolib.indicators.catalogue import Indicator, indicators, known_items
from ecolib.indicators.targets import requirements_of
from ecolib.standards.derived import derivation_of

#: Tables that have forms of their own.
OWN_FORMS = ("items", "documents")
#: Kinds of figure that may be below zero; an amount cannot.
SIGNED = ("share", "index", "share difference")
#: Empty lines below those begun.
SPARE = 100


def owners_asked(asking: Round) -> list[str]:
    """The units that are asked for anything, in the order of the data dictionary."""
    return [owner for owner in dictionary.owners() if forms(asking, owner)]


def forms(asking: Round, owner: str) -> tuple[Form, ...]:
    """The sheets of one unit; empty when nothing is asked of it."""
    own = [dictionary.table(n) for n in dictionary.table_names() if n not in OWN_FORMS]
    made = [
        _items(asking, owner),
        _documents(asking, owner),
        *(_rows(asking, table) for table in own if table.owner == owner),
    ]
    return tuple(form for form in made if form.lines)


def _applicable(asking: Round) -> list[Indicator]:
    """The indicators that this county is judged by; a group that does not apply takes its parts along."""
    excused = set(asking.case.params.not_applicable)
    excused |= {indicators()[i].number for i in excused}
    return [i for i in indicators().values() if not i.is_group and not {i.id, i.parent} & excused]


def _heading(asking: Round, name: str) -> str:
    return words.say(words.HEADINGS[name], asking.lang, year=asking.before.year)


def _people(asking: Round, *names: str) -> list[Field]:
    return [Field(name, _heading(asking, name), "people") for name in names]


def _handed_in_by(asking: Round, owner: str) -> str:
    """Where a figure stands, as far as is known: it came from this unit, in its return for the year."""
    name = asking.case.owner(owner, asking.lang)
    return words.say(words.FILLED_BY, asking.lang, owner=name, year=asking.case.year)


def _items(asking: Round, owner: str) -> Form:
    table, lang = dictionary.table("items"), asking.lang
    lines = [
        line
        for item in known_items().values()
        if item.owner == owner and (need := _need(asking, item))
        for line in _item_lines(asking, item, need)
    ]
    by_place = any(line.values["place"] for line in lines)
    fields = [
        *_people(asking, "name", "need", "last_year"),
        table_field(table, "value", "ask", lang),
        table_field(table, "unit", "offered", lang),
        table_field(table, "place", "given", lang, hidden=not by_place),
        *(table_field(table, name, "ask", lang) for name in ("title", "number", "date", "note")),
        *(table_field(table, n, "given", lang, hidden=True) for n in ("item", "year", "position")),
    ]
    return Form(table, tuple(fields), tuple(lines))


def _need(asking: Round, item: Item) -> str:
    """How much an item is needed; empty when nothing that applies rests on it."""
    applicable = _applicable(asking)
    if item.item not in dictionary.items():
        entry = indicators()[item.item]
        same_name = any(other.zh == item.zh for other in dictionary.items().values())
        useful = entry in applicable and entry.unit != "requirements" and not same_name
        return "finished" if useful else ""
    resting = [i for i in indicators().values() if item.item in items_of(i)]
    if not resting:
        return "optional"  # it only holds others in check
    resting = [i for i in resting if i in applicable]
    if not resting:
        return ""
    if derivation_of(item.item) is not None:
        return "monitoring"
    return "required" if any(item.item in i.needs for i in resting) else "optional"


def _item_lines(asking: Round, item: Item, need: str) -> list[Line]:
    """A line for the whole county, and one for each place that had a figure last year."""
    lang, last = asking.lang, last_figures(asking, item.item)
    name, meaning = (
        asking.pick(item.zh, item.en),
        asking.pick(item.definition_zh, item.definition_en),
    )
    if need == "finished":
        number = indicators()[item.item].number
        name = words.say(words.FINISHED, lang, name=name, number=number)
    lines = []
    for place in dict.fromkeys(["", *last]):
        row = last.get(place)
        values = {
            "name": name,
            "need": words.say(words.NEEDS[need if not place else "optional"], lang),
            "last_year": "" if row is None else figure_text(row, lang),
            "unit": unit_name(item.unit if row is None else row.unit, lang),
            "place": place,
            "item": item.item,
            "year": asking.case.year,
            "position": _handed_in_by(asking, item.owner),
        }
        offered = {"unit": _same_kind(item.unit, lang)}
        note = words.say(words.DEFINITION, lang) + meaning
        lines.append(Line(values, note, offered, _bounds(item)))
    return lines


def _same_kind(unit: str, lang: str) -> tuple[str, ...]:
    dimension = units()[unit].dimension
    return tuple(unit_name(u.unit, lang) for u in units().values() if u.dimension == dimension)


def _bounds(item: Item) -> tuple[float | None, float | None]:
    """What a figure cannot lie outside of, in any unit of its kind."""
    if units()[item.unit].dimension not in SIGNED:
        return 0, None
    entry = indicators().get(item.item)
    share = entry is not None and entry.bounds == (0, 100)
    return (0, 100) if share else (None, None)


def _documents(asking: Round, owner: str) -> Form:
    table, lang = dictionary.table("documents"), asking.lang
    lines = [
        line
        for entry in _applicable(asking)
        if entry.owner[0] == owner
        for key, names in requirements_of(entry.target).items()
        for line in _document_lines(asking, entry, key, asking.pick(*names))
    ]
    fields = [
        *_people(asking, "name", "demand", "need", "last_year"),
        *(
            table_field(table, name, "ask", lang)
            for name in ("holds", "statement", "title", "number", "date")
        ),
        table_field(table, "year", "offered", lang),
        *(table_field(table, name, "ask", lang) for name in ("valid_from", "valid_to", "note")),
        *(
            table_field(table, name, "given", lang, hidden=True)
            for name in ("indicator", "requirement", "position")
        ),
    ]
    return Form(table, tuple(fields), tuple(lines))


def _document_lines(asking: Round, entry: Indicator, key: str, demand: str) -> list[Line]:
    """Two lines a requirement, as a second document may prove it too."""
    lang, year = asking.lang, asking.case.year
    rows = asking.before.table("documents")
    rows = rows[rows["indicator"] == entry.id]
    own = asking.before.documents(entry)
    stands = states(own, [key], np.array([year]))[key][0] == "documented"
    values = {
        "name": entry.words(lang).title,
        "demand": demand,
        "year": year,
        "indicator": entry.id,
        "requirement": key,
        "position": _handed_in_by(asking, entry.owner[0]),
    }
    first = {
        "need": words.say(words.NEEDS["standing" if stands else "required"], lang),
        "last_year": document_text(asking, rows[rows["requirement"] == key]),
    }
    second = {"need": words.say(words.NEEDS["more"], lang), "last_year": ""}
    note = words.say(words.DEFINITION, lang) + entry.words(lang).definition
    return [Line(values | first, note), Line(values | second)]


def _rows(asking: Round, table: Table) -> Form:
    """A table of rows: where it tells things apart by name, those of last year are given."""
    lang, offered = asking.lang, _offered(asking, table)
    keys = [
        c.name for c in table.columns if c.name in table.key and c.type == "text" and c.required
    ]
    last = last_rows(asking, table) if "year" in table.key else pd.DataFrame()
    begun = [_row_line(asking, table, row, keys, offered) for _, row in last.iterrows()]
    # A table of one row a year needs that row alone.
    once = table.key == ("year",)
    blank = Line(offered, choices=_unit_choices(table, lang))
    empty = [] if once and begun else [blank] * (1 if once else SPARE)
    given = [table_field(table, name, "given", lang) for name in keys if begun]
    people = _people(asking, "need", "last_year") if begun else []
    rest = [
        table_field(table, c.name, "offered" if c.name in offered else "ask", lang)
        for c in table.columns
        if c.name not in {f.name for f in given}
    ]
    return Form(table, (*given, *people, *rest), (*begun, *empty), endless=not once)


def _offered(asking: Round, table: Table) -> dict[str, str | int]:
    """The year, the unit that numbers are kept in, and the bureau itself as the source where one is
    required; nothing where samples are handed in, as these come by the hundred and are pasted."""
    names = {c.name: c for c in table.columns}
    if "position" not in names:
        return {}
    offered: dict[str, str | int] = {"year": asking.case.year} if "year" in names else {}
    if kept := _kept_unit(table):
        offered["unit"] = unit_name(kept, asking.lang)
    if names["position"].required:
        offered["position"] = _handed_in_by(asking, table.owner)
    return offered


def _kept_unit(table: Table) -> str:
    """The unit of a table's numbers, where it has a column to say another."""
    if not any(c.type == "unit" for c in table.columns):
        return ""
    return next((c.unit for c in table.columns if c.type == "number"), "")


def _row_line(asking: Round, table: Table, row: pd.Series, keys: list[str], offered) -> Line:
    by_name = {c.name: c for c in table.columns}
    values = {name: shown(by_name[name], row[name], asking.lang) for name in keys}
    told = [c for c in table.columns if c.name not in (*table.key, "position", "note")]
    values |= {
        "need": words.say(words.NEEDS["required"], asking.lang),
        "last_year": described(row, told, asking.lang),
    }
    return Line(values | offered, choices=_unit_choices(table, asking.lang))


def _unit_choices(table: Table, lang: str) -> dict[str, tuple[str, ...]]:
    kept = _kept_unit(table)
    return {"unit": _same_kind(kept, lang)} if kept else {}
