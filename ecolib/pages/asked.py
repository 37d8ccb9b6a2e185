"""What the page of an indicator shows of what is asked, missing and planned."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pandas as pd
from markupsafe import Markup

from ecolib.assess.case import Case
from ecolib.assess.documents import STATES
from ecolib.assess.needs import needs
from ecolib.assess.result import Result
from ecolib.pages import tables
from ecolib.pages.pieces import Checklist, Listing, Table, Text, told
from ecolib.pages.planned import listing, state_counts, worst_first
from ecolib.pages.render import shown
from ecolib.pages.units import ACTIONS, lines
from ecolib.pages.wording import TOLD, numbered
from ecolib.texts import name_of, text, word
from ecolib.workplan.archive import archive
from ecolib.workplan.state import plan_state

BOX = Markup('<label class="box"><input type="checkbox"><span>{}</span></label>')
#: So many characters of a hash tell a file from others.
HASH = 12
#: What a thing that is missing is for: to recompute a value, or to decide.
NEEDED = ("needs.helpful", "needs.decisive")


def requirements(result: Result, lang: str, case: Case) -> list[Any]:
    """Each requirement with its state, its documents and its states in earlier years."""
    frame, papers = tables.requirements(result, case), tables.documents(result, case)
    found: list[Any] = []
    for part in result.owner_parts:
        rows = frame[frame["part"] == part.number]
        if rows.empty or part.verdict.status == "not_applicable":
            continue
        items = [
            {
                "status": STATES[own["state"].iloc[-1]],
                "state": word("evidence", own["state"].iloc[-1], lang),
                "filed": "" if own["state"].iloc[-1] == "absent" else _filed(part, key, lang, case),
                "asked": name_of("requirement", f"{part.indicator}.{key}", lang),
                "said": _papers(
                    papers[(papers["part"] == part.number) & (papers["requirement"] == key)], lang
                ),
                "before": _states_before(own, lang),
            }
            for key, own in rows.groupby("requirement", sort=False)
        ]
        if result.parts:
            found.append(Text(numbered(part, lang), "caption"))
        found.append(Checklist(items))
        others = papers[(papers["part"] == part.number) & (papers["requirement"] == "")]
        if len(others):
            found.append(
                Listing(
                    _papers(others, lang),
                    summary=text("requirements.others", lang, count=len(others)),
                )
            )
    return found


def _filed(part: Result, requirement: str, lang: str, case: Case) -> str:
    """Whether what proves a requirement is on file, with its hash, or only cited; empty where
    nothing proves it."""
    asked = (a for a in archive(case).asked if a.indicator.id == part.indicator)
    found = next((a for a in asked if a.requirement == requirement), None)
    if found is None or found.standing == "missing":
        return ""
    hashes = tuple(paper.sha256[:HASH] for paper in found.papers if paper.path)
    return text(f"requirements.{found.standing}", lang, hashes=hashes)


def _papers(rows: pd.DataFrame, lang: str) -> list[str]:
    """What was submitted for a requirement: the document, the statement and its place."""
    found = []
    for row in rows.itertuples():
        document = text("said.list", lang, names=row.document)
        if row.document and row.statement:
            said = text("said.named", lang, name=document, said=row.statement)
        elif row.document:
            said = document
        else:
            said = text("requirements.statement", lang, statement=row.statement)
        place = row.position
        found.append(text("said.brackets", lang, name=said, said=place) if place else said)
    return found


def _states_before(own: pd.DataFrame, lang: str) -> str:
    before = own.iloc[-TOLD:-1]
    said = tuple(
        text("requirements.before", lang, year=int(r.year), state=word("evidence", r.state, lang))
        for r in before.itertuples()
        if r.state
    )
    return text("said.list", lang, names=said) if said else ""


def outstanding(result: Result, lang: str, case: Case) -> list[Table]:
    """What has to be done about the verdict and what is missing, with a box to tick."""
    actions = dict.fromkeys((p.verdict.status, p.entry.owner[0]) for p in result.owner_parts)
    rows = [
        (text(f"report.action.{status}", lang), owner, True)
        for status, owner in actions
        if status in ACTIONS
    ]
    for line in lines(needs(result.owner_parts), case, lang):
        told_ = tuple(filter(None, (line.said, line.noted)))
        said = text("said.sentences", lang, sentences=told_)
        rows.append((said, line.needs[0].owner, line.needs[0].decisive))
    rows = [
        (BOX.format(shown(said, lang)), case.owner(owner, lang), text(NEEDED[decisive], lang))
        for said, owner, decisive in rows
    ]
    # As objects: text columns of pandas would make plain text of finished HTML.
    frame = pd.DataFrame(rows, columns=["what", "owner", "decisive"], dtype=object)
    return [told(frame, lang, text("needs.caption", lang))] if rows else []


def tasks(result: Result, lang: str, case: Case) -> list[Any]:
    """The tasks, projects, goals and steps that serve an indicator, with their state on the day."""
    plan = plan_state(case)
    own = {part.indicator for part in (result, *result.parts)}
    rows = worst_first(s for s in plan.rows if own & {*s.row.indicators})
    if not rows:
        return []
    each = state_counts(Counter(s.state for s in rows))
    said = text("plan.of_indicator", lang, n=len(rows), states=each, on=plan.on)
    columns = ("state", "kind", "task", "quantity", "deadline", "share", "lead", "position")
    return [Text(said), listing(rows, case, lang, text("plan.list", lang, n=len(rows)), columns)]


def phases(result: Result, lang: str, case: Case) -> list[Any]:
    """The goals of the plan for what an indicator measures, by their terms, with what is known by
    then; a sentence where the data hold none."""
    plan, parts = plan_state(case), result.owner_parts
    rows = [
        standing
        for part in parts
        for standing in plan.rows
        if standing.row.table == "goals"
        and standing.row.measure == part.indicator
        and not math.isnan(standing.row.quantity)
    ]
    if rows:
        columns = ("term", "goal", "quantity", "value", "state", "position")
        return [listing(rows, case, lang, text("plan.phases", lang), columns)]
    silent = plan.rows and any(part.unit != "requirements" for part in parts)
    return [Text(text("plan.no_phases", lang), "source")] if silent else []
