"""The plan of work as its rows tell it: what is to be done, by whom, until when, and what needs what.

Programmes, projects, tasks, goals, milestones and duties are one kind of row here; the code of each
is its own in the whole plan. What is not printed is empty: no date or unit is taken from elsewhere.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from ecolib.checks.claims import said
from ecolib.data.checked import source_of
from ecolib.data.dictionary import owners
from ecolib.grouping import grouped
from ecolib.indicators.catalogue import declared
from ecolib.texts import Note, Source

#: What a row is called, by its table.
TITLES = {
    "programmes": "programme", "projects": "project", "tasks": "task", "goals": "goal",
    "milestones": "step", "duties": "duty",
}  # fmt: skip
#: Words by which a goal says on which side of its number it is met.
SENSES = {"no_less": "at_least", "no_more": "at_most"}
#: What is finished once; programmes are made of these, and duties come again.
ONCE = ("projects", "tasks", "goals", "milestones")
#: Names that stand for several units, or for the campaign itself: none of them can be a member.
COLLECTIVE = {
    "leading_group", "responsible_units", "river_chief_members", "towns", "villages", "institute",
    "creation_office", "government",
}  # fmt: skip


@dataclass(frozen=True)
class Planned:
    """One row of the plan.

    Attributes
    ----------
    quantity
        How much is to be done, in `unit`; of a goal the number to be reached. NaN where none is
        printed.
    sense
        Of a goal "at_least" or "at_most", else "".
    measure
        The item or indicator whose series judges a goal.
    requires
        The codes of what must be done before.
    every, day
        Of a duty how often it comes, and the day of the month.
    """

    table: str
    code: str
    name: str
    part_of: str
    begin: date | None
    deadline: date | None
    term: str
    lead: tuple[str, ...]
    support: tuple[str, ...]
    indicators: tuple[str, ...]
    position: str
    source: Source
    quantity: float = math.nan
    unit: str = ""
    place: str = ""
    sense: str = ""
    measure: str = ""
    requires: tuple[str, ...] = ()
    every: str = ""
    day: int = 0

    def remark(self, code: str, severity: str = "warning", **args: Any) -> Note:
        """A remark placed to the row, which it names as `what`."""
        about = f"{self.table}.code"
        return Note(
            code, severity=severity, about=about, source=self.source, shown=self.code,
            what=self.name, **args,
        )  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """Every row of the plan, the units of the leading group, and which codes were named elsewhere.

    Attributes
    ----------
    members
        The unit of each post, "" where only an office of the county is named.
    named
        Codes that progress and evidence name, each with where it stands.
    """

    rows: tuple[Planned, ...]
    members: tuple[str, ...] = ()
    named: tuple[tuple[str, Source], ...] = ()

    @cached_property
    def by_code(self) -> Mapping[str, Planned]:
        return {row.code: row for row in self.rows}

    @cached_property
    def parts(self) -> Mapping[str, tuple[Planned, ...]]:
        """The rows that are part of each, in their order; none is part of itself."""
        parts = (row for row in self.rows if row.part_of and row not in self.above(row))
        found = grouped((row.part_of, row) for row in parts)
        return {code: tuple(rows) for code, rows in found.items()}

    def of(self, *tables: str) -> tuple[Planned, ...]:
        return tuple(row for row in self.rows if row.table in tables)

    def is_period(self, row: Planned) -> bool:
        """Whether a milestone is a phase, which has steps or phases of its own."""
        steps = (part.table == "milestones" for part in self.parts.get(row.code, ()))
        return row.table == "milestones" and any(steps)

    def above(self, row: Planned) -> tuple[Planned, ...]:
        """What a row is part of, the nearest first."""
        found: list[Planned] = []
        while (next_ := self.by_code.get(row.part_of)) is not None and next_ not in found:
            found.append(next_)
            row = next_
        return tuple(found)

    def programme(self, row: Planned) -> Planned | None:
        """The programme of the highest level that a row belongs to."""
        chain = [r for r in (row, *self.above(row)) if r.table == "programmes"]
        return chain[-1] if chain else None

    @cached_property
    def needed_by(self) -> Mapping[str, tuple[Planned, ...]]:
        """The rows that require each code."""
        found = grouped((code, row) for row in self.rows for code in row.requires)
        return {code: tuple(rows) for code, rows in found.items()}

    def waits_for_itself(self, row: Planned) -> bool:
        """Whether what a row requires requires, in the end, the row."""
        found, open_ = set(), [*row.requires]
        while open_:
            if (code := open_.pop()) in self.by_code and code not in found:
                found.add(code)
                open_ += self.by_code[code].requires
        return row.code in found

    @property
    def reporting(self) -> Planned | None:
        """The duty to report every month by a day."""
        return next((d for d in self.of("duties") if d.every == "monthly" and d.day), None)


def plan_of(rows: Callable[[str], Sequence[Mapping[str, Any]]]) -> Plan:
    """The plan from the rows of its tables, as `rows(name)` gives them."""
    found = [_planned(table, row) for table in TITLES for row in rows(table)]
    members = tuple(row["unit"] or "" for row in rows("members"))
    others = (row for table in ("progress", "evidence") for row in rows(table))
    named = tuple((row["code"], source_of(row)) for row in others if row["code"])
    return Plan(tuple(found), members, named)


def _planned(table: str, row: Mapping[str, Any]) -> Planned:
    quantity = row.get("target" if table == "goals" else "quantity")
    one = row.get("indicator")
    return Planned(
        table=table,
        code=row["code"],
        name=row[TITLES[table]],
        part_of=row.get("part_of") or "",
        begin=day_of(row["begin"]),
        deadline=day_of(row.get("deadline")),
        term=row.get("term") or "",
        lead=members(row["lead"]),
        support=members(row.get("support")),
        indicators=members(row.get("indicators")) or ((one,) if one else ()),
        position=row["position"],
        source=source_of(row),
        quantity=math.nan if quantity is None else float(quantity),
        unit=row.get("unit") or "",
        place=row.get("place") or "",
        sense=row.get("sense") or (_sense(row) if table == "goals" else ""),
        measure=row.get("measure") or "",
        requires=members(row.get("requires")),
        every=row.get("every") or "",
        day=int(row.get("day") or 0),
    )


def _sense(row: Mapping[str, Any]) -> str:
    """On which side of its number a goal is met where no cell says so: as its words do, else on the
    one on which the indicator that judges it is better."""
    entry = declared().get(row["measure"])
    return sense_of(row["goal"]) or ("at_least" if entry is None else entry.sense)


def sense_of(text: str) -> str:
    """On which side of its number a goal is met by its words; "" where they do not say."""
    return next((sense for name, sense in SENSES.items() if said(name, text)), "")


def day_of(value: Any) -> date | None:
    """A day as the tables hold it; None where there is none."""
    return value.date() if value is not None and value == value else None


def members(text: str | None) -> tuple[str, ...]:
    """The members of a cell that holds several codes, each once."""
    parts = (part.strip() for part in re.split("[;；、,，]", text or ""))
    return tuple(dict.fromkeys(part for part in parts if part))


def units(rows: Iterable[Planned]) -> dict[str, Planned]:
    """Every single unit that leads or supports, with the first row that names it."""
    named = grouped((unit, row) for row in rows for unit in (*row.lead, *row.support))
    return {unit: found[0] for unit, found in named.items() if unit not in COLLECTIVE}


def is_town(unit: str) -> bool:
    """Whether a unit is a town or a village, which goes by its own name."""
    return unit not in owners()
