"""What came out: one `Result` an indicator, saved as JSON so that reports only ever read it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
import pandas as pd

from ecolib.assess.series import Series
from ecolib.errors import DataError
from ecolib.indicators.catalogue import Indicator, declared
from ecolib.texts import (
    Amount,
    Name,
    Note,
    amount,
    joined,
    name_of,
    plain,
    restored,
    show,
    small_table,
    spoken_here,
    text,
)
from ecolib.trends import TrendResult

#: From the one that decides first to the one that decides last; parts that do not apply are left out.
PRECEDENCE = ("not_met", "conflict", "not_evaluable", "declared", "conditional", "met")
STATUSES = (*PRECEDENCE, "not_applicable")


#: What is said in place of a sentence that lists what is missing; nothing for the conditions.
SHORT = {"hangs_on": "", "exact_value_needed": "", "no_value_needed": "no_value_else"}


@dataclass(frozen=True)
class Verdict:
    """One of `STATUSES`, and what it rests on."""

    status: str
    notes: tuple[Note, ...] = ()

    def reason(self, lang: str, *, conditions: bool = True) -> str:
        """Why; without the `conditions` for who shows them beside it."""
        told = (
            self.notes
            if conditions
            else [n.but(code=SHORT.get(n.code, n.code)) for n in self.notes]
        )
        return joined((n for n in told if n.code), lang)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        lang, status = spoken_here(), Name("status", self.status)
        printer.text(text("shown.verdict", lang, status=status, reason=self.reason(lang)))

    def because(self, *notes: Note) -> Verdict:
        """The same verdict with further notes."""
        return Verdict(self.status, (*self.notes, *notes))


def worst(verdicts: Iterable[Verdict]) -> Verdict | None:
    """The verdict that decides for a whole with these parts; None when no part applies."""
    judged = [v for v in verdicts if v.status != "not_applicable"]
    return min(judged, key=lambda v: PRECEDENCE.index(v.status)) if judged else None


def best(*verdicts: Verdict) -> Verdict:
    """The outcome that counts where either will do."""
    return max(verdicts, key=lambda v: PRECEDENCE.index(v.status))


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """The deciding verdict of several rules, with the notes of all that decide alike; a conditional
    one also tells what is met without condition."""
    verdicts = list(verdicts)
    decisive = worst(verdicts).status
    told = {decisive, "met"} if decisive == "conditional" else {decisive}
    notes = (note for v in verdicts if v.status in told for note in v.notes)
    return Verdict(decisive, tuple(dict.fromkeys(notes)))


BASES = ("computed", "documented", "reported", "declared")


@dataclass(frozen=True)
class Need:
    """One thing that is missing, the unit that owes it, and what it is for.

    Attributes
    ----------
    kind
        "figure", "dating" (a figure without a year), "earlier_area", "document", "target" (what the
        higher authority hands down), "result" (how it judged the year, where it hands none down),
        "rest" (of a figure that speaks of a part only), "report" (of a survey) or "unread" (a cell
        to be mended).
    what
        An item, a table or a requirement; for a target and an earlier area the indicator.
    decisive
        Whether a verdict hangs on it; else it would only let a value be recomputed.
    """

    owner: str
    kind: str
    what: Name
    unit: str
    year: int
    decisive: bool
    indicators: tuple[str, ...]

    @property
    def reason(self) -> str:
        """The word for `decisive`."""
        return "to_judge" if self.decisive else "to_recompute"

    def name(self, lang: str) -> str:
        return self.what.text(lang)


@dataclass(frozen=True)
class Latest:
    """The latest known value of an indicator without one for the year, and its verdict there; a
    value that is only bounded is NaN, between its ends."""

    year: int
    value: float
    status: str
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True)
class Change:
    """The value against an earlier year.

    Attributes
    ----------
    direction
        "improving", "worsening", "stable", "not_comparable", or "" where it cannot be told. Without
        one, or where the figures cannot be compared, nothing may be called better or worse, in words
        or by a line.
    note
        Why that is so; or within which tolerance a value counts as stable.
    """

    year: int
    before: float
    difference: float
    direction: str
    note: Note | None = None

    @property
    def is_told(self) -> bool:
        return self.direction in ("improving", "worsening", "stable")

    @property
    def shown(self) -> float:
        """The difference with no more decimals than the two values have where they are shown."""
        values = (self.before, self.before + self.difference)
        decimals = max(len(show(value).partition(".")[2]) for value in values)
        return round(self.difference, decimals) or self.difference


@dataclass(frozen=True)
class Bound:
    """Where the line of a target runs: `values` by year, NaN where there is none; sign ≥ or ≤."""

    years: np.ndarray
    values: np.ndarray
    sign: str

    @property
    def constant(self) -> bool:
        return bool(len(self.values)) and len(set(self.values.tolist())) == 1

    def known(self) -> list[tuple[int, float]]:
        """The years with a bound, in order."""
        pairs = zip(self.years.tolist(), self.values.tolist(), strict=True)
        return [(year, value) for year, value in pairs if value == value]

    def at(self, year: int) -> float:
        return dict(self.known()).get(year, math.nan)


@dataclass(frozen=True, eq=False)
class Result:
    """One indicator of one county and year.

    Attributes
    ----------
    number, kind, list, list_status
        What the list that it was judged by says of it; the name of that list, and whether the year
        lies within its validity ("in_force"), "before" or "after" it.
    target
        What is asked, with the value handed down for the year and its document.
    bound
        Where its line runs on the series; None where no number bounds it.
    series
        The history up to `year`; None for a group.
    breaks
        The years whose figures have another scope than those before: no line, no word across.
    outlook
        When the target is reached if the trend goes on; empty where that cannot be said.
    detail
        Intermediate tables: what decided.
    interval
        The 95 % confidence limits of the value where it comes from a sample, else None.
    issues
        Remarks on the rows that the indicator rests on.
    warnings
        Doubts about the figures and targets it rests on, each with its `effect` on the verdict:
        "decisive" where another verdict comes out once the doubt is put right, else "none".
    lineage
        Every figure and document used, with file, sheet, cell and position.
    needs
        What is missing; of a conditional verdict the decisive ones are its conditions. A group has
        those of its parts.
    latest
        The latest known value where the year has none of its own.
    """

    indicator: str
    number: str
    county: str
    year: int
    unit: str
    verdict: Verdict
    target: Note
    kind: str = ""
    list: str = ""
    list_status: str = ""
    value: float = math.nan
    basis: str = ""
    coverage: float = math.nan
    bound: Bound | None = None
    series: Series | None = None
    change: Mapping[str, Change] = field(default_factory=dict)
    breaks: tuple[int, ...] = ()
    trend: TrendResult | None = None
    outlook: tuple[Note, ...] = ()
    parts: tuple[Result, ...] = ()
    detail: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    issues: tuple[Note, ...] = ()
    warnings: tuple[Note, ...] = ()
    interval: tuple[float, float] | None = None
    lineage: tuple[Mapping[str, Any], ...] = ()
    needs: tuple[Need, ...] = ()
    latest: Latest | None = None
    #: The case that it was worked out in; None where it was read from a file.
    case: Any = field(default=None, repr=False, metadata={"saved": False})

    @property
    def ends(self) -> tuple[float, float]:
        """Between which numbers, as they are printed, the value lies: 85 and up for ">85", which is
        kept as the number next to it."""
        found = (math.nan, math.nan) if self.series is None else self.series.range_of(self.year)
        low, high = (end if end == self.value else float(f"{end:.15g}") for end in found)
        return low, high

    @property
    def notes(self) -> tuple[Note, ...]:
        """What the verdict rests on, and what was noticed beside it."""
        return (*self.verdict.notes, *self.issues)

    @property
    def entry(self) -> Indicator:
        """What was measured, under the number and kind it was judged by."""
        return replace(declared()[self.indicator], number=self.number, kind=self.kind)

    @property
    def owner_parts(self) -> tuple[Result, ...]:
        """The parts of a group, or the result itself: what can be looked at one by one."""
        return self.parts or (self,)

    def frame(self) -> pd.DataFrame:
        """The history as a table: year, value, basis, low, high, bound."""
        empty = pd.DataFrame(columns=["year", "value", "basis", "low", "high"])
        frame = empty if self.series is None else self.series.frame()
        known = {} if self.bound is None else dict(self.bound.known())
        return frame.assign(bound=frame["year"].map(known).astype(float))

    def reach(self, lang: str = "zh") -> pd.DataFrame:
        """Which input would have to be what for the target: one row an input, see `reaching.reach`.

        Raises
        ------
        DataError
            When the result was read from a file: then `case.evaluate(…)` first.
        """
        if self.case is None:
            raise DataError(Note("reach.saved", indicator=Name("indicator", self.indicator)))
        return self.case.rules.reach(self, lang)

    def __repr__(self) -> str:
        return self._line().text(spoken_here())

    def _line(self) -> Note:
        shown = Amount(self.value, self.unit)
        value = Note("shown.value", value=shown, basis=Name("basis", self.basis))
        return Note(
            "shown.result",
            number=self.number,
            name=Name("indicator", self.indicator),
            year=self.year,
            value="" if math.isnan(self.value) else value,
            verdict=Name("status", self.verdict.status),
            target=Note("shown.target", target=self.target),
        )

    def _repr_html_(self) -> str:
        lang = spoken_here()
        rows = {
            "verdict": name_of("status", self.verdict.status, lang),
            "value": amount(self.value, self.unit, lang),
            "basis": name_of("basis", self.basis, lang),
            "target": self.target.text(lang),
            "reason": self.verdict.reason(lang),
        }
        title = f"{self.number} {self.entry.words(lang).title} {self.year}"
        return small_table(title, rows, lang)


def to_json(result: Result) -> str:
    """The result as JSON text; the same result always gives the same bytes."""
    return json.dumps(_plain(result), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def from_json(text: str) -> Result:
    return _restored(Result, json.loads(text))


def load(path: Path) -> Result:
    return from_json(path.read_text(encoding="utf-8"))


def _plain(value: Any) -> Any:
    """Anything a result holds as data that JSON can hold; NaN as null, infinity as text."""
    match value:
        case Note() | Name():
            return plain(value)
        case pd.DataFrame():
            return {"columns": [str(c) for c in value.columns], "rows": _cells(value)}
        case np.ndarray():
            return [_plain(v) for v in value.tolist()]
        case float():
            finite = float(value) if math.isfinite(value) else str(float(value))
            return None if math.isnan(value) else finite
        case tuple() | list():
            return [_plain(v) for v in value]
        case dict():
            return {name: _plain(v) for name, v in value.items()}
        case _ if is_dataclass(value):
            return {name: _plain(getattr(value, name)) for name in _saved(type(value))}
    return value.item() if hasattr(value, "item") else value


def _cells(table: pd.DataFrame) -> list[list]:
    cells = table.astype(object).where(table.notna(), None)
    return [[_cell(v) for v in row] for row in cells.itertuples(index=False, name=None)]


def _cell(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() else value.isoformat()
    return plain(value) if isinstance(value, tuple) else _plain(value)


@cache
def _saved(kind: type) -> dict[str, Any]:
    """The types of the fields of a dataclass that are written."""
    hints = get_type_hints(kind)
    return {f.name: hints[f.name] for f in fields(kind) if f.metadata.get("saved", True)}


def _restored(kind: Any, data: Any) -> Any:
    """What `_plain` was given, by its type."""
    if kind is float:
        return math.nan if data is None else float(data) if isinstance(data, str) else data
    if data is None:
        return None
    if kind is np.ndarray:
        return np.array([_restored(float, v) for v in data])
    if kind is pd.DataFrame:
        rows = [restored(row) for row in data["rows"]]
        return pd.DataFrame(rows, columns=data["columns"])
    if is_dataclass(kind) and kind not in (Note, Name):
        return kind(**{name: _restored(of, data[name]) for name, of in _saved(kind).items()})
    origin, inner = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return _restored(inner[0], data)
    if origin is Mapping:
        return {name: _restored(inner[1], v) for name, v in data.items()}
    if origin is tuple:
        return tuple(_restored(inner[0], v) for v in data)
    return restored(data)
