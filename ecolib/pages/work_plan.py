"""The page of the plan of work: where it stands on a day, by programme, unit and row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from ecolib.checks.plan import latest, plan_remarks
from ecolib.pages import planned
from ecolib.pages.pieces import Figure, Table, figure, told
from ecolib.pages.planned import listing, worst_first
from ecolib.pages.render import Page, check_lang, page
from ecolib.texts import Note, amount, name_of, spelt_date, text, word
from ecolib.workplan.archive import STANDINGS, archive
from ecolib.workplan.state import DUE_DAYS, OPEN, PlanState, Standing, plan_day, plan_state, state

if TYPE_CHECKING:
    from ecolib.assess.case import Case

#: The states that are named one by one under the conclusion, and how many rows of each.
NAMED, LONGEST = ("late", "contradicted", "no_report"), 4
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
    counts = plan.counts().get("", Counter())
    lead = counted(plan)
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
        named=[(of, plan.of(of), _named(plan.of(of), lang)) for of in NAMED if counts[of]],
        programmes=_counts(plan, case, lang, "programme"),
        leads=_counts(plan, case, lang, "lead"),
        timeline=_timeline(plan, lang),
        shares=_shares(plan, case, lang),
        due=_due(plan, case, lang),
        critical=_critical(plan, case, lang),
        units=[*_units(plan, case, lang)],
        goals=_goals(plan, case, lang),
        **_findings(case, lang),
        **_evidence(case, lang),
    )


def counted(plan: PlanState) -> tuple[Note, Note]:
    """How many rows need attention, and what else is to be known of them."""
    counts = plan.counts().get("", Counter())
    first = Note("plan.banner", total=counts.total(), late=counts["late"],
                 due=len(plan.within()), days=DUE_DAYS)  # fmt: skip
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
    rows = []
    for key, states in found.items():
        if by == "programme":
            name = plan.plan.by_code[key].name if key else text("plan.no_programme", lang)
        else:
            name = case.owner(key, lang) if key else text("plan.no_lead", lang)
        rows.append(
            (key == "", -sum(states[of] for of in OPEN[:3]), Count(name, key, states, most))
        )
    return [row for *_, row in sorted(rows, key=lambda row: row[:2])]


# --- figures --------------------------------------------------------------------------------------


def _timeline(plan: PlanState, lang: str) -> Figure | None:
    frame = planned.timeline(plan)
    if frame["end"].isna().all():
        return None
    late = frame[(frame["kind"] == "due") & (frame["open"] > 0)]
    late = int(late.loc[[day < plan.on for day in late["end"]], "open"].sum())
    dated = len(plan.rows) - plan.counts()[""]["no_date"]
    title = text("plan.timeline", lang, dated=dated, total=len(plan.rows), late=late)
    rows = frame.assign(
        name=[n or text("plan.no_programme", lang) for n in frame["name"]],
        kind=[text(f"plan.line.{k}", lang) for k in frame["kind"]],
        begin=[b.isoformat() if b else "" for b in frame["begin"]],
        end=[e.isoformat() if e else "" for e in frame["end"]],
    )
    rows, caption = rows.drop(columns=["group", "depth"]), text("plan.timeline_data", lang)
    table = told(rows, lang, caption, heads=_heads(rows, lang))
    axes = planned.plot_timeline(frame, plan.on, lang=lang)
    return figure(axes, title, table, lang, wide=True)


def _shares(plan: PlanState, case: Case, lang: str) -> Figure | None:
    frame = planned.shares(plan, case, lang)
    if frame.empty:
        return None
    first, last = frame.iloc[-1], frame.iloc[0]
    told_ = {"rows": int(frame["rows"].sum()), "units": len(frame)}
    most, least = (
        Note("plan.of_unit", unit=row["unit"], share=amount(row["share"], "%", lang))
        for row in (first, last)
    )
    title = text("plan.shares", lang, most=most, least=least, **told_)
    table = told(frame.iloc[::-1], lang, text("plan.shares_data", lang), heads=_heads(frame, lang))
    return figure(planned.plot_shares(frame, lang=lang), title, table, lang)


def _heads(frame: pd.DataFrame, lang: str) -> dict[str, str]:
    return {name: word("plan_column", name, lang) for name in frame}


# --- lists ----------------------------------------------------------------------------------------

SHORT = ("state", "task", "fact", "deadline", "share", "serves", "lead", "position")


def _due(plan: PlanState, case: Case, lang: str) -> Table | None:
    rows = plan.within()
    columns = ("deadline", "task", "lead", "share", "state", "serves", "position")
    return (
        listing(rows, case, lang, text("plan.due", lang, days=DUE_DAYS), columns) if rows else None
    )


def _critical(plan: PlanState, case: Case, lang: str) -> Table | None:
    rows = worst_first(plan.critical)
    columns = ("state", "task", "fact", "why", "serves", "lead", "position")
    return listing(rows, case, lang, text("plan.critical", lang), columns) if rows else None


def _units(plan: PlanState, case: Case, lang: str) -> Iterable[tuple[Count, Table]]:
    """The rows that each unit leads, the unit with most that needs attention first."""
    columns = [name for name in planned.WHOLE if name != "lead"]
    for each in _counts(plan, case, lang, "lead"):
        rows = worst_first(s for s in plan.rows if each.anchor in (s.row.lead or ("",)))
        yield each, listing(rows, case, lang, each.name, columns)


def _goals(plan: PlanState, case: Case, lang: str) -> Table | None:
    """The goals that a series judges, with the last value known on the day."""
    rows = []
    ended = plan.on.year if (plan.on.month, plan.on.day) == (12, 31) else plan.on.year - 1
    for standing in worst_first(s for s in plan.rows if s.row.table == "goals" and s.row.measure):
        row = standing.row
        year, value = latest(case.context, row, min(ended, case.year))
        known = text("plan.value_of", lang, year=year, value=amount(value, row.unit, lang))
        cells = {
            "state": planned.badge(standing.state, lang),
            "goal": row.name,
            "quantity": planned.quantity(row, lang),
            "deadline": row.term,
            "value": known if value == value else "",
            "judged": name_of(
                "indicator" if row.measure in case.list else "item", row.measure, lang
            ),
            "position": row.position,
        }
        rows.append(cells)
    if not rows:
        return None
    frame = pd.DataFrame(rows, dtype=object)
    return told(frame, lang, text("plan.goals", lang), heads=_heads(frame, lang))


# --- what was found -------------------------------------------------------------------------------


def _findings(case: Case, lang: str) -> dict[str, Any]:
    """What the checks of the plan against itself found, warnings first; apart from these what two
    places of it assign differently."""
    notes = plan_remarks(case.context)
    severity = ("error", "warning", "note").index
    others = sorted((n for n in notes if n.code != ASSIGNED), key=lambda n: severity(n.severity))
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
         "owner": planned.units(case.list[i].owner[:1], case, lang)}
        for i, counts in by_indicator.items()
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    total = Counter(asked.standing for asked in found.asked)
    lead = text(
        "plan.evidence_lead", lang, asked=total.total(), **{of: total[of] for of in STANDINGS}
    )
    table = told(frame, lang, text("plan.evidence", lang), heads=_heads(frame, lang))
    return {"evidence": table, "evidence_lead": lead}
