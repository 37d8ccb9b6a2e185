"""The page of the plan of work: where it stands on a day, by programme, unit and row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from ecolib.checks.plan import plan_remarks
from ecolib.errors import check_lang
from ecolib.pages import planned
from ecolib.pages.pieces import Figure, Table, figure, told
from ecolib.pages.planned import heads, listing, worst_first
from ecolib.pages.render import Page, page
from ecolib.texts import Note, amount, name_of, spelt_date, text
from ecolib.workplan.archive import STANDINGS, archive
from ecolib.workplan.monthly import LEDGER
from ecolib.workplan.state import (
    DOUBTFUL,
    DUE_DAYS,
    PlanState,
    Standing,
    plan_day,
    plan_state,
    state,
)

if TYPE_CHECKING:
    from ecolib.assess.case import Case

#: Of each state that is named under the conclusion, so many rows.
LONGEST = 4
#: The columns of its lists.
DUE = ("deadline", "task", "lead", "share", "state", "serves", "position")
CRITICAL = ("state", "task", "fact", "why", "serves", "lead", "position")
LED = ("state", "task", "quantity", "deadline", "share", "serves", "position")
GOALS = ("state", "goal", "quantity", "term", "value", "judged", "position")
#: What the checks find of the units to which an indicator's tasks are assigned.
ASSIGNED = "plan_assigned"


class Count(NamedTuple):
    """How many rows of one programme or unit are in each state."""

    name: str
    anchor: str
    states: Counter
    most: int

    @property
    def total(self) -> int:
        return self.states.total()


def work_plan(case: Case, lang: str, on: date | None = None) -> Page:
    """The plan of work of a county on a day, by default `plan_day`.

    A county without a plan gets a page that says so.
    """
    county = case.params.county.name(check_lang(lang))
    plan = plan_state(case) if on in (None, plan_day(case)) else state(case, on)
    counts, lead, leads = plan.states, counted(plan), _counts(plan, case, lang, "lead")
    goals = [s for s in plan.rows if s.row.table == "goals" and s.row.measure]

    def listed(rows: Iterable[Standing], title: str, columns: Sequence[str]) -> Table:
        return listing(rows, case, lang, text(title, lang, days=DUE_DAYS), columns)

    def led_by(unit: Count) -> list[Standing]:
        return worst_first(s for s in plan.rows if unit.anchor in (s.row.lead or ("",)))

    return page(
        "work_plan",
        lang,
        title=text("plan.title", lang, county=county),
        place=text("plan.place", lang, county=county, on=plan.on),
        said=[note.text(lang) for note in lead],
        styles=["report", "work_plan"],
        plan=plan,
        on=spelt_date(plan.on.isoformat(), lang),
        warning=case.list.warning(case.year),
        lead=lead,
        counts=counts,
        total=counts.total(),
        named=[(of, plan.of(of), _named(plan.of(of), lang)) for of in LEDGER if counts[of]],
        programmes=_counts(plan, case, lang, "programme"),
        leads=leads,
        timeline=_timeline(plan, lang),
        shares=_shares(plan, case, lang),
        due=listed(plan.within(), "plan.due", DUE),
        critical=listed(worst_first(plan.critical), "plan.critical", CRITICAL),
        units=[(each, listing(led_by(each), case, lang, each.name, LED)) for each in leads],
        goals=listed(worst_first(goals), "plan.goals", GOALS),
        **_findings(plan, case, lang),
        **_evidence(case, lang),
    )


def counted(plan: PlanState) -> tuple[Note, Note]:
    """How many rows need attention, and what else is to be known of them."""
    counts, due = plan.states, plan.within()
    among = Note("plan.among", states=planned.state_counts(Counter(s.state for s in due)))
    first = Note("plan.banner", total=counts.total(), late=counts["late"],
                 due=len(due), days=DUE_DAYS, among=among if due else "")  # fmt: skip
    more = Note("plan.banner_more", contradicted=counts["contradicted"], behind=len(plan.behind),
                silent=counts["no_report"], critical=len(plan.critical), undated=counts["no_date"])  # fmt: skip
    return first, more


def _named(standings: Iterable[Standing], lang: str) -> str:
    """The worst rows with their facts, and how many more there are."""
    rows = sorted(standings, key=lambda s: (not s.critical, s.row.deadline or date.max))
    said = tuple(Note("plan.named", what=s.row.name, fact=planned.fact(s)) for s in rows[:LONGEST])
    if len(rows) > LONGEST:
        said += (Note("plan.more", n=len(rows) - LONGEST),)
    return text("report.sentences", lang, sentences=said)


def _counts(plan: PlanState, case: Case, lang: str, by: str) -> list[Count]:
    """A row each, those with most that needs attention first; what belongs nowhere last."""
    found = plan.counts(by)
    most = max((c.total() for c in found.values()), default=1)

    def name(key: str) -> str:
        if by == "programme":
            return plan.plan.by_code[key].name if key else text("plan.rest", lang)
        return case.owner(key, lang) if key else text("plan.no_lead", lang)

    rows = (Count(name(key), key, states, most) for key, states in found.items())
    return sorted(rows, key=lambda c: (not c.anchor, -sum(c.states[of] for of in LEDGER)))


# --- figures --------------------------------------------------------------------------------------


def _timeline(plan: PlanState, lang: str) -> Figure | None:
    frame = planned.timeline(plan)
    if frame["end"].isna().all():
        return None
    counts = plan.states
    told_ = {"total": counts.total(), "undated": counts["no_date"], "late": counts["late"]}
    title = text("plan.timeline", lang, **told_)
    rows = frame.assign(
        name=[n or text("plan.no_programme", lang) for n in frame["name"]],
        kind=[text(f"plan.line.{k}", lang) for k in frame["kind"]],
        begin=[b.isoformat() if b else "" for b in frame["begin"]],
        end=[e.isoformat() if e else "" for e in frame["end"]],
    )
    rows, caption = rows.drop(columns=["group", "depth"]), text("plan.timeline_data", lang)
    table = told(rows, lang, caption, heads=heads(rows, lang))
    axes = planned.plot_timeline(frame, plan.on, lang=lang)
    return figure(axes, title, table, lang, wide=True)


def _shares(plan: PlanState, case: Case, lang: str) -> Figure | None:
    frame = planned.shares(plan, case, lang)
    if frame.empty:
        return None
    told_ = {"rows": int(frame["rows"].sum()), "units": len(frame)}

    def ends(row: pd.Series) -> Note:
        alike = int((frame["share"] == row["share"]).sum())
        told_ = {"unit": row["unit"], "share": amount(row["share"], "%", lang)}
        if alike == 1:
            return Note("plan.of_unit", **told_)
        return Note("plan.of_units", n=alike, **told_)

    most, least = ends(frame.iloc[-1]), ends(frame.iloc[0])
    title = text("plan.shares", lang, most=most, least=least, **told_)
    table = told(frame.iloc[::-1], lang, text("plan.shares_data", lang), heads=heads(frame, lang))
    return figure(planned.plot_shares(frame, lang=lang), title, table, lang)


# --- what was found -------------------------------------------------------------------------------


def _findings(plan: PlanState, case: Case, lang: str) -> dict[str, Any]:
    """What the checks of the plan against itself and against its reports found, warnings first; apart
    from these what two places of it assign differently."""
    notes = plan_remarks(case.context)
    others = [note for note in notes if note.code != ASSIGNED]
    others += [
        s.row.remark("plan.named", fact=note)
        for s in plan.rows for note in s.notes if note.code in DOUBTFUL
    ]  # fmt: skip
    others.sort(key=lambda note: ("error", "warning", "note").index(note.severity))
    return {
        "assigned": [note.text(lang) for note in notes if note.code == ASSIGNED],
        "findings": [(n.severity, n.text(lang), str(n.source)) for n in others],
    }


def _evidence(case: Case, lang: str) -> dict[str, Any]:
    """What is asked for as proof and how it stands, by indicator and in all."""
    found = archive(case)
    by_indicator: dict[str, Counter] = {}
    for asked in found.asked:
        by_indicator.setdefault(asked.indicator.id, Counter())[asked.standing] += 1
    rows = [
        {"number": case.list[i].number, "indicator": name_of("indicator", i, lang),
         "asked": counts.total(), **{of: counts[of] for of in STANDINGS},
         "owner": case.owner(case.list[i].owner[0], lang)}
        for i, counts in by_indicator.items()
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    total = Counter(asked.standing for asked in found.asked)
    lead = text(
        "plan.evidence_lead", lang, asked=total.total(), **{of: total[of] for of in STANDINGS}
    )
    table = told(frame, lang, text("plan.evidence", lang), heads=heads(frame, lang))
    return {"evidence": table, "evidence_lead": lead}
