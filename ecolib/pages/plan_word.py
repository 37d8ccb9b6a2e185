"""规划实施完成情况自评估报告 and 任务分解表: what an office hands in about its plan, as Word files.

Every number comes from the plan on `plan_day`; what the plan does not print is said to be not printed,
and what only people can write stands as a yellow blank.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecolib.checks.plan import latest, plan_remarks
from ecolib.pages import planned
from ecolib.pages.document import STATES, Grid, Part, Told, docx, numbered
from ecolib.pages.listings import value_of
from ecolib.pages.planned import state_counts, worst_first
from ecolib.pages.wording import brief, sentence
from ecolib.texts import Amount, Name, Note, amount, show, text
from ecolib.workplan.monthly import LEDGER, monthly
from ecolib.workplan.state import DUE_DAYS, Standing, month_due, plan_state

if TYPE_CHECKING:
    from ecolib.assess.case import Case

#: Of each kind of problem so many rows are named in the text; the tables have them all.
NAMED = 6
#: How many years of data stand beside a goal.
YEARS = 3
#: The columns of the tables and their shares of the width.
PROGRAMMES = {"programme": 4.4, "total": 1.2, **dict.fromkeys(STATES, 1.5), "share": 1.7}
GOALS = {"no": 1, "goal": 5.5, "number": 1.4, "target": 2, "term": 2.6}
GOALS_END = {"state": 2.2, "lead": 4, "position": 3}
PROJECTS = {
    "no": 1, "project": 5, "place": 2.2, "quantity": 2, "term": 2.6, "money": 1.8, "lead": 3.6,
    "number": 1.4, "share": 1.7, "state": 2, "position": 2.8,
}  # fmt: skip
TASKS = {"no": 1, "task": 8.5, "lead": 4, "support": 5.5, "term": 2.4, "state": 2, "position": 3}


class _PlanWords(Told):
    """What both documents need to say anything."""

    shown = {
        "goal": "name",
        "project": "name",
        "task": "name",
        "target": "quantity",
        "number": "serves",
    }

    def __init__(self, case: Case, lang: str):
        super().__init__(case, lang)
        self.plan = plan_state(case)

    def say(self, code: str, **args: Any) -> str:
        return text(f"plan_report.{code}", self.lang, **args)

    def cells(self, columns: Sequence[str], standing: Standing, **own: str) -> list[str]:
        """A row of a table, before it is numbered."""
        return self.row([c for c in columns if c != "no"], standing, **own)


# --- the report on the plan -----------------------------------------------------------------------


def plan_report(case: Case, lang: str, template: Path | None = None) -> bytes:
    """规划实施完成情况自评估报告 as the bytes of a .docx, in an office's own template if there is one."""
    own = _PlanReport(case, lang)
    title = own.say("title")
    return docx(
        lang,
        header=own.say("header", county=own.county, title=title),
        title=[
            ("CoverOffice", text("bulletin.of", lang, county=own.county)),
            ("CoverTitle", title),
            ("CoverDate", own.say("as_of", on=own.plan.on)),
        ],
        parts=own.parts,
        signed=[text("export.blank", lang)],
        annexes=own.annexes,
        template=template,
    )


class _PlanReport(_PlanWords):
    @property
    def parts(self) -> list[Part]:
        chapters = {
            "about": self._about(),
            "goals": self._goals(),
            "tasks": self._tasks(),
            "projects": self._projects(),
            "safeguards": self._safeguards(),
            "problems": self._problems(),
            "next": self._next(),
            "conclusion": self._conclusion(),
        }
        grids = {"tasks": [self._programme_table()]}
        return [
            Part(self.say(f"chapter.{name}"), list(said), grids.get(name, ()))
            for name, said in chapters.items()
        ]

    @property
    def annexes(self) -> list[Part]:
        grids = (self._goal_table(), self._project_table())
        return [Part("", grids=[grid]) for grid in grids if grid.rows]

    def _of(self, table: str) -> list[Standing]:
        return [s for s in self.plan.rows if s.row.table == table]

    def _counts(self, standings: Sequence[Standing]) -> tuple[Note, ...]:
        return state_counts(Counter(s.state for s in standings))

    def _about(self) -> Iterator[str]:
        tables = ("projects", "tasks", "goals", "milestones")
        sizes = {table: len(self._of(table)) for table in tables}
        yield self.say("about", county=self.county, **sizes)
        yield self.say("method", on=self.plan.on, year=self.case.params.county.base_year)

    def _goals(self) -> Iterator[str]:
        goals = self._of("goals")
        judged = sum(bool(s.row.measure) for s in goals)
        yield self._listed("goals", goals, judged=judged)
        yield text("plan.no_phase_table", self.lang)

    def _listed(self, table: str, rows: Sequence[Standing], **more: int) -> str:
        """How many rows of a table there are, by state; that there are none."""
        if not rows:
            return self.say("nothing", table=Name("table", table))
        return self.say(table, n=len(rows), states=self._counts(rows), **more)

    def _tasks(self) -> Iterator[str]:
        for name, counts, _ in self._programmes():
            yield self.say("programme", name=name, n=counts.total(), states=state_counts(counts))

    def _programmes(self) -> Iterator[tuple[str, Counter, str]]:
        """Each programme with its rows by state and the share of them that is done."""
        shares = self.plan.shares("programme")
        for key, counts in self.plan.counts("programme").items():
            row = self.plan.plan.by_code.get(key)
            name = row.name if row else text("plan.rest", self.lang)
            share = amount(round(100 * shares[key], 1), "%", self.lang) if key in shares else "—"
            yield name, counts, share

    def _projects(self) -> Iterator[str]:
        yield self._listed("projects", self._of("projects"))
        known = {code: value for code, value in self._money().items() if not math.isnan(value)}
        above = self.plan.plan.above
        parts = {r.code for r in self.plan.plan.rows if known.keys() & {a.code for a in above(r)}}
        money = [value for code, value in known.items() if code not in parts]
        total = Amount(sum(money), "10k yuan")
        yield self.say("money", n=len(money), sum=total) if money else self.say("no_money")

    def _money(self) -> dict[str, float]:
        """By project, what the plan says it costs; NaN where it does not."""
        rows = self.case.rows("projects")
        return {r["code"]: math.nan if r["money"] is None else float(r["money"]) for r in rows}

    def _safeguards(self) -> Iterator[str]:
        plan = self.plan.plan
        units = {unit for cell in plan.members for unit in cell.split(";") if unit}
        duties = len(plan.of("duties"))
        if plan.members:
            yield self.say("group", posts=len(plan.members), units=len(units), duties=duties)
        else:
            yield self.say("nothing", table=Name("table", "members"))
        if month := month_due(plan, self.plan.on):
            told = monthly(self.case, month, self.plan.on).sentences[2]
            yield self.say("reports", month=month, told=told)
        yield self.say("by_hand", blank=Note("export.blank"))

    def _problems(self) -> list[str]:
        said = list(filter(None, map(self._problem, LEDGER)))
        found = [n for n in plan_remarks(self.case.context) if n.severity != "note"]
        if found:
            said.append(self.say("findings", n=len(found)))
            told = (sentence(note.text(self.lang)) for note in found)
            said += (self.say("finding", n=n, note=note) for n, note in enumerate(told, 1))
        return said or [self.say("no_problem")]

    def _problem(self, state: str) -> str:
        """The rows in a state, what matters most by name; "" where there are none."""
        rows = sorted(worst_first(self.plan.of(state)), key=lambda s: not s.critical)
        if not rows:
            return ""
        named = tuple(
            Note("plan_report.row", what=planned.plain(s), fact=planned.fact(s),
                 units=self.cell("lead", s) or Note("plan.no_lead")) for s in rows[:NAMED]
        )  # fmt: skip
        more = Note("plan_report.more", n=len(rows) - NAMED) if len(rows) > NAMED else ""
        of = Name("plan_state", state)
        return self.say("problem", state=of, n=len(rows), rows=named, more=more)

    def _next(self) -> Iterator[str]:
        if due := self.plan.within():
            yield self.say("due", days=DUE_DAYS, **planned.named(due, NAMED))
        if critical := self.plan.critical:
            yield self.say("critical", n=len(critical))
        yield self.say("changes", blank=Note("export.blank"))

    def _conclusion(self) -> Iterator[str]:
        sizes = self.plan.sizes
        code = "all_done" if sizes["done"] == sizes["total"] else "not_done"
        left = {of: n for of, n in self.plan.states.items() if of != "done"}
        yield self.say(code, on=self.plan.on, **sizes | {"states": state_counts(left)})

    # --- its tables

    def _programme_table(self) -> Grid:
        rows = [
            (name, str(counts.total()), *(str(counts[of]) for of in STATES), share)
            for name, counts, share in self._programmes()
        ]
        heads = self.heads(PROGRAMMES)
        return Grid(self.say("table.programmes"), heads, rows, self.say("note.share"))

    def _goal_table(self) -> Grid:
        base, year = self.case.params.county.base_year, self.case.year
        years = [base, *(y for y in range(year - YEARS + 1, year + 1) if y != base)]
        named = {self.say("base" if y == base else "year", year=y): 1.7 for y in years}
        heads = self.heads(GOALS) | named | self.heads(GOALS_END)
        rows = (
            (*self.cells(GOALS, s), *(self._value(s, y) for y in years), *self.cells(GOALS_END, s))
            for s in self._of("goals")
        )
        return Grid(self.say("table.goals"), heads, numbered(rows), self.say("note.goals"))

    def _value(self, standing: Standing, year: int) -> str:
        found, value = latest(self.case.context, standing.row, year)
        return show(value, "zh") if found == year and value == value else ""

    def _project_table(self) -> Grid:
        rows, heads = numbered(self._by_programme()), self.heads(PROJECTS)
        return Grid(self.say("table.projects"), heads, rows, self.say("note.projects"))

    def _by_programme(self) -> Iterator[Sequence[str] | str]:
        money = self._money()
        programme = self.plan.plan.programme
        for top, own in groupby(self._of("projects"), key=lambda s: programme(s.row)):
            yield top.name if top else text("plan.no_programme", self.lang)
            for standing in own:
                value = money.get(standing.row.code, math.nan)
                spent = "" if math.isnan(value) else show(value, "zh")
                yield self.cells(PROJECTS, standing, money=spent)


# --- the table of tasks ---------------------------------------------------------------------------


def task_table(case: Case, lang: str, template: Path | None = None) -> bytes:
    """任务分解表 as the bytes of a .docx, in an office's own template if there is one."""
    own = _TaskTable(case, lang)
    title = own.say("tasks_title")
    return docx(
        lang,
        header=own.say("header", county=own.county, title=title),
        title=[("ContentsTitle", own.say("header", county=own.county, title=title))],
        annexes=[Part("", grids=[own.grid])],
        template=template,
    )


class _TaskTable(_PlanWords):
    @property
    def grid(self) -> Grid:
        note = self.say("note.tasks", year=self.case.year, on=self.plan.on)
        return Grid("", self.heads(TASKS), numbered(self._rows()), note)

    def _rows(self) -> Iterator[Sequence[str] | str]:
        """The tasks under the indicator that they serve, in the order of the list."""
        for indicator, standings in self._by_indicator().items():
            yield self._band(indicator)
            yield from (self.cells(TASKS, standing) for standing in standings)

    def _by_indicator(self) -> dict[str, list[Standing]]:
        """Under the first indicator of each task; those that serve none last, under ""."""
        found: dict[str, list[Standing]] = {entry.id: [] for entry in self.case.list.values()}
        found[""] = []
        for standing in self.plan.rows:
            if standing.row.table == "tasks":
                known = (i for i in standing.row.indicators if i in found)
                found[next(known, "")].append(standing)
        return {indicator: own for indicator, own in found.items() if own}

    def _band(self, indicator: str) -> str:
        """Number and name, kind, value of the year and target of an indicator."""
        if not indicator:
            return self.say("general")
        entry = self.case.list[indicator]
        result = self.case.evaluate(indicator)
        told = {"kind": Name("kind", entry.kind), "number": entry.number,
                "name": Name("indicator", indicator)}  # fmt: skip
        if result.parts:
            return self.say("band_of_parts", **told)
        value = value_of(result, self.lang)
        return self.say("band", value=value, target=brief(result.target), **told)
