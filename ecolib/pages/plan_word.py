"""规划实施完成情况自评估报告 and 任务分解表: what an office hands in about its plan, as Word files.

Every number comes from the plan on `plan_day`; what the plan does not print is said to be not printed,
and what only people can write stands as a yellow blank.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ecolib.checks.plan import latest, plan_remarks
from ecolib.pages import planned
from ecolib.pages.document import Grid, Part, docx
from ecolib.pages.listings import shown_value
from ecolib.pages.planned import state_counts, worst_first
from ecolib.pages.wording import brief
from ecolib.texts import Amount, Name, Note, amount, show, text, word
from ecolib.workplan.monthly import monthly
from ecolib.workplan.state import DUE_DAYS, Standing, month_due, plan_state

if TYPE_CHECKING:
    from ecolib.assess.case import Case

#: Of each kind of problem so many rows are named in the text; the tables have them all.
NAMED = 6
#: How many years of data stand beside a goal.
YEARS = 3
STATES = ("done", "on_track", "due", "late", "no_report", "contradicted", "no_date")


class _Words:
    """What both documents need to say anything."""

    def __init__(self, case: Case, lang: str):
        self.case, self.lang = case, lang
        self.plan = plan_state(case)
        self.county = case.params.county.name(lang)

    def say(self, code: str, **args) -> str:
        return text(f"plan_report.{code}", self.lang, **args)

    def columns(self, shares: Mapping[str, float]) -> dict[str, float]:
        return {self.say(f"column.{name}"): share for name, share in shares.items()}

    def state(self, standing: Standing) -> str:
        return word("plan_state", standing.state, self.lang)

    def numbers(self, standing: Standing) -> str:
        items = planned.numbers(standing.row, self.case)
        return text("report.listed", self.lang, items=items) if items else "—"

    def units(self, keys: Sequence[str]) -> str:
        return planned.units(keys, self.case, self.lang) or "—"

    def share(self, standing: Standing) -> str:
        return planned.shown_share(standing, self.lang) or "—"

    def term(self, standing: Standing) -> str:
        return standing.row.term or self.say("no_term")


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


class _PlanReport(_Words):
    @property
    def parts(self) -> list[Part]:
        chapters = {
            "about": self._about,
            "goals": self._goals,
            "tasks": self._tasks,
            "projects": self._projects,
            "safeguards": self._safeguards,
            "problems": self._problems,
            "next": self._next,
            "conclusion": self._conclusion,
        }
        return [Part(self.say(f"chapter.{name}"), *said()) for name, said in chapters.items()]

    @property
    def annexes(self) -> list[Part]:
        grids = (self._goal_table(), self._project_table())
        return [Part("", grids=[grid]) for grid in grids if grid.rows]

    def _of(self, table: str) -> list[Standing]:
        return [s for s in self.plan.rows if s.row.table == table]

    def _counts(self, standings: Sequence[Standing]) -> tuple[Note, ...]:
        return state_counts(Counter(s.state for s in standings), self.lang)

    def _about(self) -> tuple[list[str], list[Grid]]:
        sizes = {
            table: len(self._of(table)) for table in ("projects", "tasks", "goals", "milestones")
        }
        return [
            self.say("about", county=self.county, **sizes),
            self.say("method", on=self.plan.on, year=self.case.params.county.base_year),
        ], []

    def _goals(self) -> tuple[list[str], list[Grid]]:
        goals = self._of("goals")
        judged = [s for s in goals if s.row.measure]
        said = [self.say("goals", n=len(goals), judged=len(judged), states=self._counts(goals))]
        return [*said, text("plan.no_phase_table", self.lang)], []

    def _tasks(self) -> tuple[list[str], list[Grid]]:
        found = self.plan.counts("programme")
        shares = self.plan.shares("programme")
        said, rows = [], []
        for key, counts in found.items():
            row = self.plan.plan.by_code.get(key)
            name = row.name if row else text("plan.no_programme", self.lang)
            states = state_counts(counts, self.lang)
            said.append(self.say("programme", name=name, n=counts.total(), states=states))
            share = amount(round(100 * shares[key], 1), "%", self.lang) if key in shares else "—"
            rows.append((name, str(counts.total()), *(str(counts[of]) for of in STATES), share))
        columns = self.columns({"programme": 4.4, "total": 1.2})
        columns |= {word("plan_state", of, self.lang): 1.5 for of in STATES}
        columns |= self.columns({"share": 1.7})
        return said, [Grid(self.say("table.programmes"), columns, rows, self.say("note.share"))]

    def _projects(self) -> tuple[list[str], list[Grid]]:
        projects = self._of("projects")
        said = [self.say("projects", n=len(projects), states=self._counts(projects))]
        money = [row["money"] for row in self.case.rows("projects") if row["money"] == row["money"]]
        money = [value for value in money if value is not None]
        if money:
            said.append(self.say("money", n=len(money), sum=Amount(sum(money), "10k yuan")))
        else:
            said.append(self.say("no_money"))
        return said, []

    def _safeguards(self) -> tuple[list[str], list[Grid]]:
        plan = self.plan.plan
        units = {unit for cell in plan.members for unit in cell.split(";") if unit}
        said = [self.say("group", posts=len(plan.members), units=len(units),
                         duties=len(plan.of("duties")))]  # fmt: skip
        month = month_due(plan, self.plan.on)
        if month:
            told = monthly(self.case, month, self.plan.on).sentences[2]
            said.append(self.say("reports", month=month, told=told))
        return [*said, self.say("by_hand", blank=Note("export.blank"))], []

    def _problems(self) -> tuple[list[str], list[Grid]]:
        said = []
        for state in ("late", "contradicted", "no_report"):
            rows = worst_first(self.plan.of(state))
            rows.sort(key=lambda s: not s.critical)
            if rows:
                named = tuple(
                    Note("plan_report.row", what=planned.plain(s), units=self.units(s.row.lead),
                         fact=planned.fact(s)) for s in rows[:NAMED]
                )  # fmt: skip
                more = Note("plan_report.more", n=len(rows) - NAMED) if len(rows) > NAMED else ""
                name = word("plan_state", state, self.lang)
                said.append(self.say("problem", state=name, n=len(rows), rows=named, more=more))
        found = [n for n in plan_remarks(self.case.context) if n.severity != "note"]
        if found:
            said.append(self.say("findings", n=len(found)))
            said += (self.say("finding", n=n, note=note) for n, note in enumerate(found, 1))
        return said or [self.say("no_problem")], []

    def _next(self) -> tuple[list[str], list[Grid]]:
        due, critical = self.plan.within(), self.plan.critical
        said = []
        if due:
            names = tuple(map(planned.quoted, due[:NAMED]))
            more = Note("plan.others") if len(due) > NAMED else ""
            said.append(self.say("due", days=DUE_DAYS, n=len(due), names=names, more=more))
        if critical:
            said.append(self.say("critical", n=len(critical)))
        return [*said, self.say("changes", blank=Note("export.blank"))], []

    def _conclusion(self) -> tuple[list[str], list[Grid]]:
        counts = self.plan.counts().get("", Counter())
        total, done = counts.total(), counts["done"]
        share = Amount(round(100 * done / total, 1) if total else 0.0, "%")
        code = "all_done" if done == total else "not_done"
        states = state_counts({of: n for of, n in counts.items() if of != "done"}, self.lang)
        return [
            self.say(code, on=self.plan.on, total=total, done=done, share=share, states=states)
        ], []

    # --- its tables

    def _goal_table(self) -> Grid:
        years = [self.case.year - at for at in range(YEARS - 1, -1, -1)]
        base = self.case.params.county.base_year
        columns = self.columns({"no": 1, "goal": 5.5, "number": 1.4, "target": 2, "term": 2.6})
        columns |= {self.say("base", year=base): 1.7}
        columns |= {self.say("year", year=year): 1.7 for year in years if year != base}
        columns |= self.columns({"state": 2.2, "lead": 4, "position": 3})
        years = [base, *(year for year in years if year != base)]
        rows = []
        for n, standing in enumerate(self._of("goals"), 1):
            row = standing.row
            values = [self._value(standing, year) for year in years]
            rows.append((str(n), row.name, self.numbers(standing),
                         planned.quantity(row, self.lang) or "—", self.term(standing), *values,
                         self.state(standing), self.units(row.lead), row.position))  # fmt: skip
        return Grid(self.say("table.goals"), columns, rows, self.say("note.goals"))

    def _value(self, standing: Standing, year: int) -> str:
        found, value = latest(self.case.context, standing.row, year)
        return show(value, "zh") if found == year and value == value else "—"

    def _project_table(self) -> Grid:
        columns = self.columns({
            "no": 1, "project": 5, "place": 2.2, "quantity": 2, "term": 2.6, "money": 1.8,
            "lead": 3.6, "number": 1.4, "share": 1.7, "state": 2, "position": 2.8,
        })  # fmt: skip
        money = {row["code"]: row["money"] for row in self.case.rows("projects")}
        rows: list[Sequence[str] | str] = []
        before: object = self
        for n, standing in enumerate(self._of("projects"), 1):
            row = standing.row
            top = self.plan.plan.programme(row)
            if top is not before:
                rows.append(top.name if top else text("plan.no_programme", self.lang))
                before = top
            value = money.get(row.code)
            spent = show(value, "zh") if value is not None and value == value else "—"
            rows.append((str(n), row.name, row.place or "—", planned.quantity(row, self.lang) or "—",
                         self.term(standing), spent, self.units(row.lead), self.numbers(standing),
                         self.share(standing), self.state(standing), row.position))  # fmt: skip
        return Grid(self.say("table.projects"), columns, rows, self.say("note.projects"))


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


class _TaskTable(_Words):
    @property
    def grid(self) -> Grid:
        """The tasks under the indicator that they serve, in the order of the list."""
        columns = self.columns(
            {
                "no": 1,
                "task": 8.5,
                "lead": 4,
                "support": 5.5,
                "term": 2.4,
                "state": 2,
                "position": 3,
            }
        )
        rows: list[Sequence[str] | str] = []
        n = 0
        for indicator, standings in self._by_indicator().items():
            rows.append(self._band(indicator))
            for n, standing in enumerate(standings, n + 1):  # noqa: B020
                row = standing.row
                rows.append((str(n), row.name, self.units(row.lead), self.units(row.support),
                             self.term(standing), self.state(standing), row.position))  # fmt: skip
        note = self.say("note.tasks", year=self.case.year, on=self.plan.on)
        return Grid("", columns, rows, note)

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
        told = {"kind": Name("kind", entry.kind), "number": entry.number}
        if result.parts:
            return self.say("band_of_parts", name=Name("indicator", indicator), **told)
        value = shown_value(result, self.case.year, self.lang)
        target = brief(result.target)
        return self.say(
            "band", name=Name("indicator", indicator), value=value, target=target, **told
        )
