"""What is left to do, a sheet for each unit: the problem of each indicator beside what to submit."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from ecolib.assess.annual import Annual
from ecolib.assess.case import Case
from ecolib.assess.needs import alike, needs, told
from ecolib.assess.result import Need, Result, worst
from ecolib.data.dictionary import unit_name
from ecolib.grouping import grouped
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.pages.style import MARKS
from ecolib.pages.wording import sentence
from ecolib.texts import Note, text

#: Verdicts that leave something to do.
OPEN = ("not_met", "conflict", "not_evaluable", "declared", "conditional")
#: Kinds of needs in the order in which a unit should look at them.
KINDS = (
    "target", "result", "figure", "earlier_area", "rest", "dating", "unread", "document", "report",
)  # fmt: skip
#: What has to be done about a verdict besides submitting what is missing.
ACTIONS = ("not_met", "conflict")


@dataclass(frozen=True)
class Demand:
    """One thing to submit: its sentence, the needs it stands for (one a year), and what was noted."""

    said: str
    needs: tuple[Need, ...]
    noted: str

    @property
    def kind(self) -> str:
        return self.needs[0].kind


@dataclass(frozen=True)
class UnitTask:
    """An indicator, or those of its parts that a unit leads or owes something for.

    `lead` is empty where the unit leads it; else who does.
    """

    entry: Indicator
    status: str
    problem: str
    lines: tuple[Demand, ...]
    action: str = ""
    lead: str = ""


@dataclass(frozen=True)
class UnitSheet:
    """All that one unit has to do; `advised` would let values be recomputed."""

    owner: str
    name: str
    tasks: tuple[UnitTask, ...]
    advised: tuple[Demand, ...]

    @property
    def led(self) -> tuple[UnitTask, ...]:
        return tuple(task for task in self.tasks if not task.lead)

    @property
    def things(self) -> int:
        return sum(len(line.needs) for task in self.tasks for line in task.lines)

    @property
    def long(self) -> bool:
        """Whether it takes the width of the page."""
        return len(self.tasks) > 1

    def count(self, kind: str) -> int:
        """Indicators of a kind that the unit leads."""
        return sum(task.entry.kind == kind for task in self.led)

    @property
    def leads_binding(self) -> bool:
        """Whether what it leads decides for the list."""
        return self.count("binding") > 0

    def of(self, status: str) -> int:
        """Indicators with a verdict that the unit leads."""
        return sum(task.status == status for task in self.led)


def sheets(annual: Annual, lang: str) -> list[UnitSheet]:
    """A sheet for each unit that has something to do or to submit, the longest first.

    Every need stands on the sheet of its owner and nowhere else: with the indicator that the owner
    leads, or under one that another unit leads, or among what is advised.
    """
    case, left = annual.case, needs(annual.results)
    tasks: dict[str, list[UnitTask]] = {}

    def taken(owner: str, parts: Iterable[Result]) -> list[Need]:
        """The decisive needs of a unit for these parts, which no other task asks for again."""
        hung = {(n.kind, n.what, n.year) for part in parts for n in part.needs if n.decisive}
        own = (n for n in left if n.owner == owner and n.decisive)
        mine = [n for n in own if (n.kind, n.what, n.year) in hung]
        left[:] = [n for n in left if n not in mine]
        return mine

    for result in annual.results:
        for owner, parts in _led(result).items():
            mine = taken(owner, parts)
            tasks.setdefault(owner, []).append(_task(result, parts, mine, annual, lang))
    for result in annual.results:
        for owner in dict.fromkeys(n.owner for n in left if n.decisive):
            if mine := taken(owner, result.owner_parts):
                tasks.setdefault(owner, []).append(_asked(result, mine, annual, lang))
    found = []
    for owner in dict.fromkeys((*tasks, *(need.owner for need in left))):
        mine = tuple(sorted(tasks.get(owner, ()), key=_urgency))
        advised = [n for n in left if n.owner == owner]
        more = lines(advised, case, lang, "report.need_for")
        found.append(UnitSheet(owner, case.owner(owner, lang), mine, more))
    return sorted(found, key=lambda sheet: (-len(sheet.led), -len(sheet.tasks)))


def _led(result: Result) -> dict[str, list[Result]]:
    """The parts that leave something to do, by the unit that leads them."""
    return grouped((p.entry.owner[0], p) for p in result.owner_parts if p.verdict.status in OPEN)


def hangs_on(result: Result, lang: str) -> tuple[str, ...]:
    """What the verdict of an indicator hangs on, whoever owes it."""
    wanted = [need for need in needs([result]) if need.decisive]
    return tuple(told(own, result.year).text(lang) for own in alike(wanted))


def _urgency(task: UnitTask) -> tuple:
    """What the unit leads before what others lead, binding first, then by verdict."""
    kinds = ("binding", "reference", "local")
    return bool(task.lead), kinds.index(task.entry.kind), list(MARKS).index(task.status)


def _task(result: Result, parts: list[Result], mine: list, annual: Annual, lang: str) -> UnitTask:
    status = worst(part.verdict for part in parts).status
    said = [part.verdict.reason(lang, conditions=False) for part in parts]
    if result.parts:
        alike = grouped((reason, p.number) for p, reason in zip(parts, said, strict=True))
        said = [text("report.part_reason", lang, parts=n, reason=s) for s, n in alike.items()]
    here = {part.indicator for part in parts}
    return UnitTask(
        annual.case.list[result.indicator],
        status,
        sentence(text("report.sentences", lang, sentences=tuple(said))),
        lines(mine, annual.case, lang, "report.need_also_for", here),
        text(f"report.action.{status}", lang) if status in ACTIONS else "",
    )


def _asked(result: Result, mine: list, annual: Annual, lang: str) -> UnitTask:
    """What a unit owes for an indicator that another one leads."""
    entry = annual.case.list[result.indicator]
    leads = tuple(annual.case.owner_words(owner) for owner in entry.owner)
    names = text("report.listed", lang, items=leads)
    return UnitTask(entry, result.verdict.status, "", lines(mine, annual.case, lang), lead=names)


def lines(
    needs: Iterable[Need], case: Case, lang: str, code: str = "", here: Container[str] = ()
) -> tuple[Demand, ...]:
    """A line for each thing, its years together; under `code` with the indicators it is for, beside
    those that are `here`."""
    ordered = sorted(needs, key=lambda need: (not need.decisive, KINDS.index(need.kind)))
    by_thing = grouped(((n.owner, n.decisive, n.kind, n.what, n.indicators), n) for n in ordered)
    found = []
    for (*_, indicators), years in by_thing.items():
        said = need_said(years, lang)
        numbers = tuple(case.list[i].number for i in indicators if i not in here)
        if code and numbers:
            said = text(code, lang, numbers=numbers, said=said)
        found.append(Demand(said, tuple(years), _noted(years[0], case, lang)))
    return tuple(found)


def need_said(years: Sequence[Need], lang: str) -> str:
    """What is asked for, with its unit and the years that it is asked for; that 0 is an answer where
    its definition says so."""
    need = years[0]
    unit = unit_name(need.unit, lang)
    what = Note("drawn.title", name=need.what, unit=unit) if unit else need.what
    said = sentence(told(years, what=what).text(lang))
    item, zero = known_items().get(need.what.code), text("report.need.zero", lang)
    if need.kind == "figure" and item and getattr(item, f"definition_{lang}").endswith(zero):
        return text("said.clauses", lang, clauses=(said, zero))
    return said


def _noted(need: Need, case: Case, lang: str) -> str:
    """What was written beside the figures of the year of which the rest is asked for."""
    if need.kind != "rest":
        return ""
    whole = need.what.kind == "indicator"
    items = case.list[need.what.code].needs if whole else (need.what.code,)
    rows = (row for name in items for row in case.submitted.figures[name].rows)
    notes = tuple(dict.fromkeys(r["note"] for r in rows if r["note"] and r["year"] == need.year))
    return text("report.need.noted", lang, notes=notes) if notes else ""
