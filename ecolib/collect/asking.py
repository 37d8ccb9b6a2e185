"""What a unit is asked for, before it is drawn: a round of asking, its sheets, their lines and columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from ecolib.assess.case import Case
from ecolib.data.dictionary import Column, Table
from ecolib.data.ids import FOR_PEOPLE, ISSUED, VERSION, column_id
from ecolib.indicators.catalogue import Indicator
from ecolib.texts import name_of, text, words
from ecolib.workplan.archive import Archive, applicable, archive
from ecolib.workplan.state import Standing, state

#: Who fills the cells of a column in, see `forms.yml`.
Mode = Literal["ask", "given", "offered", "people"]
Row = Mapping[str, Any]
Bounds = tuple[float | None, float | None]

#: Tables that have forms of their own.
OWN_FORMS = ("items", "documents", "progress", "evidence")


@dataclass(frozen=True)
class Field:
    """One column of a sheet; `column` is that of the table, None for what only people read."""

    name: str
    heading: str
    mode: Mode
    column: Column | None = None
    hidden: bool = False

    def id(self, table: Table) -> str:
        """What the hidden row holds, `items.value@1`; `!` where a cell does not come from the bureau."""
        if self.column is None:
            return f"{FOR_PEOPLE}.{ISSUED * self.hidden}{self.name}@{VERSION}"
        return column_id(table, self.column) + ("!" if self.mode in ("given", "offered") else "")


@dataclass(frozen=True)
class Line:
    """One row: what its cells hold already, by field name, and what may be put into the others.

    Attributes
    ----------
    note
        The definition, shown as a note on the first cell.
    choices
        By field name, what the cell offers to choose from instead of what its column offers.
    bounds
        Least and greatest number, None where there is none.
    """

    values: Mapping[str, str | int]
    note: str = ""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bounds: Bounds = (None, None)


@dataclass(frozen=True)
class Form:
    """One sheet; below the lines of an `endless` one, more may be filled in down to any row.

    `by_place` is the second sheet of items: figures of towns and other places.
    """

    table: Table
    fields: tuple[Field, ...]
    lines: tuple[Line, ...]
    endless: bool = False
    by_place: bool = False

    def __post_init__(self):
        # What is hidden stands to the right, out of the way of people and of the print.
        object.__setattr__(self, "fields", tuple(sorted(self.fields, key=lambda f: f.hidden)))

    @property
    def required(self) -> int:
        """How many lines must be filled in."""
        return sum(is_required(line.values.get("need")) for line in self.lines)


@dataclass(frozen=True)
class Round:
    """One round of asking: the county-year asked for, the year before, the language of the sheets,
    and the places that are asked for figures of their own."""

    case: Case
    before: Case
    lang: str
    towns: tuple[str, ...] = ()

    @classmethod
    def of(cls, case: Case, lang: str, towns: Iterable[str] = ()) -> Round:
        """The round of a case's own year, in "zh" or "en"."""
        return cls(case, case.in_year(case.year - 1), lang, tuple(towns))

    def text(self, code: str, **args: Any) -> str:
        return text(code, self.lang, **args)

    def name(self, kind: str, code: str) -> str:
        return name_of(kind, code, self.lang)

    def unit(self, unit: str) -> str:
        """A unit as people write it; one without a name, such as that of an index, by its code."""
        return self.name("unit", unit) or unit

    def owner(self, owner: str) -> str:
        return self.case.owner(owner, self.lang)

    def position(self, owner: str) -> str:
        """Where a figure of a unit stands, as far as is known: in its return for the year."""
        return self.text("template.position", owner=self.owner(owner), year=self.case.year)

    def sheet(self, form: Form) -> str:
        """What a sheet is called: as its table, unless that has two."""
        own = self.name("table", form.table.name)
        return self.text("template.by_place") if form.by_place else own

    def about(self, form: Form) -> str:
        """One sentence on what belongs into a sheet."""
        table = form.table
        if form.by_place:
            return self.text("template.about.by_place")
        if table.name in OWN_FORMS:
            return self.text(f"template.about.{table.name}")
        return table.about.text(self.lang)

    @cached_property
    def applicable(self) -> dict[str, Indicator]:
        """The indicators that this county is judged by."""
        return {entry.id: entry for entry in applicable(self.case)}

    @cached_property
    def archive(self) -> Archive:
        """What the archive of the year holds and lacks."""
        return archive(self.case)

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """The rows of the plan of work as they stood when the year began."""
        return tuple(state(self.case, date(self.case.year - 1, 12, 31)).rows)

    @cached_property
    def last_figures(self) -> dict[str, dict[str, Row]]:
        """By item and place ("" the whole county), the row that held for the year before."""
        found: dict[str, dict[str, Row]] = {}
        for row in sorted(self.before.rows("items"), key=lambda row: row["submitted"]):
            year = row["submitted"] if row["year"] is None else row["year"]
            if row["value"] is not None and year == self.before.year:
                found.setdefault(row["item"], {})[row["place"] or ""] = row
        return found


def is_required(need: object) -> bool:
    """Whether the cell that says how much a line is needed, in either language, says that it must
    be filled in."""
    return need in words("template_need")["required"].values()
