"""The annual report: what the saved results of a county and year say, from the verdict to the files.

It computes nothing. `report` gathers what `templates/report.html.j2` puts in its place; what an
analyst asks for too is a table of its own: `verdicts`, `distance.distances`, `units.sheets`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from ecolib.assess.annual import Annual, Failure, input_files, parameter_files
from ecolib.assess.doubts import is_decisive
from ecolib.assess.result import Result
from ecolib.fingerprint import computing
from ecolib.grouping import grouped
from ecolib.indicators.catalogue import Indicator
from ecolib.indicators.cited import cited
from ecolib.pages.audit import causes, corrections, counts_of
from ecolib.pages.compare import section as since_last_year
from ecolib.pages.conclusion import NO_RESULT, conclusion, national, numbered, rule, verdicts
from ecolib.pages.distance import POINTS, apart, bars, courses, distances
from ecolib.pages.listings import NATIONAL, value_of, with_parts
from ecolib.pages.planned import listing, owed, worst_first
from ecolib.pages.render import Page, page, page_of
from ecolib.pages.style import EVIDENCE_MARKS, MARKS
from ecolib.pages.tables import silent
from ecolib.pages.units import OPEN, hangs_on, sheets
from ecolib.pages.wording import brief, export_name
from ecolib.pages.work_plan import counted
from ecolib.standards import open_points
from ecolib.texts import Name, Note, amount, listed, show, spelt_date, text, word, words
from ecolib.workplan.archive import archive
from ecolib.workplan.state import plan_state

#: Verdicts that are named one by one under the conclusion, with their reasons or without.
NAMED = (NO_RESULT, "not_met", "conflict", "not_evaluable", "declared", "conditional")


def report(annual: Annual, lang: str) -> Page:
    """The annual report of a county and year as a page."""
    case, county = annual.case, annual.case.params.county.name(lang)
    status, concluded, why = conclusion(annual)
    units = sheets(annual, lang)
    return page(
        "report",
        lang,
        title=text("report.title", lang, county=county, year=case.year),
        place=text("report.place", lang, county=county, year=case.year),
        said=[note.text(lang) for note in (concluded, *why)],
        styles=["report", "filter.css.j2"],
        annual=annual,
        case=case,
        saved={result.indicator for result in annual.results},
        href=lambda entry: page_of(entry, lang),
        warning=case.list.warning(case.year),
        facts=facts(annual, lang),
        status=status,
        concluded=concluded,
        why=why,
        rule=rule(annual, lang),
        failures=_failures(annual),
        **_counted(annual, lang),
        sheets=units,
        open_count=len({task.entry.id for sheet in units for task in sheet.led}),
        open_statuses=OPEN,
        since=since_last_year(annual, lang),
        **_each(annual, lang),
        **_distance(annual, lang),
        **_checked(annual, lang),
        **_plan(annual, {sheet.owner for sheet in units}, lang),
        **_years(annual, lang),
        **_method(annual, lang),
    )


# --- the head -------------------------------------------------------------------------------------


def facts(annual: Annual, lang: str) -> list[tuple[str, str]]:
    """Terms of the title block and what is said of them; empty where the parameters do not say."""
    case, county, own = annual.case, annual.case.params.county, annual.case.params.report
    listed = case.list.top_level
    local = sum(entry.kind == "local" for entry in listed)
    national = len(listed) - local
    document = case.list.national.document
    list_said = Note("report.list", document=document, n=national)
    if local:
        list_said = Note("report.list_and_own", document=document, n=national, own=local)
    plan = Note("report.base_year", year=county.base_year)
    if county.goal_year:
        plan = Note("report.plan", year=county.base_year, goal=county.goal_year)
    pairs = {
        "code": county.code,
        "year": Note("report.year", year=case.year),
        "list": list_said,
        "version": version(annual),
        "issuer": "" if own.issuer is None else getattr(own.issuer, lang),
        "data_until": _date(own.data_until.get(case.year), lang),
        "base_year": plan,
        "issued": _date(own.issued.get(case.year), lang),
    }
    return [
        (text(f"report.fact.{name}", lang), said.text(lang) if isinstance(said, Note) else said)
        for name, said in pairs.items()
    ]


def _date(day, lang: str) -> str:
    return spelt_date(day.isoformat(), lang) if day else ""


def version(annual: Annual) -> str:
    """Eight characters that stand for everything the report says."""
    rows = annual.table.to_csv(index=False, lineterminator="\n")
    return hashlib.sha256(rows.encode()).hexdigest()[:8]


# --- the verdicts ---------------------------------------------------------------------------------


def _counted(annual: Annual, lang: str) -> dict[str, Any]:
    """The national indicators of each kind, the worst first, their verdicts counted and named."""
    rows = national(annual)
    worst = rows.sort_values("status", key=lambda s: s.map(list(MARKS).index), kind="stable")
    kinds: dict[str, list[tuple[Indicator, str]]] = {kind: [] for kind in NATIONAL}
    for row in worst.itertuples():
        kinds[row.kind].append((annual.case.list[row.indicator], row.status))
    return {
        "kinds": kinds,
        "tally": rows["status"].value_counts(),
        "n_own": len(verdicts(annual)) - len(rows),
        "named": _named(annual, lang),
    }


def _named(annual: Annual, lang: str) -> list[tuple[str, list[tuple[Indicator, str]]]]:
    """For each verdict but met: its national indicators, with the reason where it fits a line, or
    what a conditional one hangs on."""
    results, rows = with_parts(annual.results), national(annual)

    def said(name: str, status: str) -> str:
        if status not in ("not_met", "conflict", "conditional"):
            return ""
        lines = ""
        if status == "conditional":
            lines = listed(hangs_on(results[name], lang), lang)
        return lines or results[name].verdict.reason(lang)

    found = {status: rows[rows["status"] == status]["indicator"] for status in NAMED}
    return [
        (status, [(annual.case.list[name], said(name, status)) for name in names])
        for status, names in found.items()
        if len(names)
    ]


def _failures(annual: Annual) -> list[Failure]:
    """The notebooks that did not come to their end, and the indicators without a saved result."""
    failed = {failure.entry.id for failure in annual.failures}
    return [*annual.failures, *(Failure(e) for e in annual.unsaved if e.id not in failed)]


# --- indicator by indicator -----------------------------------------------------------------------


class Row(NamedTuple):
    """An indicator or part as the matrix and the table of all of them show it."""

    entry: Indicator
    status: str
    value: str
    target: str
    change: str
    earlier: str
    doubts: tuple[str, ...]
    basis: str
    owners: tuple[str, ...]

    @property
    def moved(self) -> bool:
        """Whether `change` tells of a number."""
        return self.change[:1] in ("+", "−")


def _rows(annual: Annual, lang: str) -> dict[str, list[Row]]:
    """By system: the indicators of the list, each followed by its parts."""
    results = with_parts(annual.results)
    before = with_parts(annual.earlier.get(annual.case.year - 1, ()))
    listed = annual.case.list.values()
    rows = grouped((e.system, _row(e, results.get(e.id), before, annual, lang)) for e in listed)
    return {system: rows[system] for system in words("system") if system in rows}


def _row(
    entry: Indicator, result: Result | None, before: Mapping, annual: Annual, lang: str
) -> Row:
    owners = tuple(annual.case.owner(owner, lang) for owner in entry.owner)
    if result is None:
        return Row(entry, NO_RESULT, "", "", "", "", (), "", owners)
    status, last = result.verdict.status, before.get(entry.id)
    moved = last is not None and not silent(last) and last.verdict.status != status
    return Row(
        entry,
        status,
        value_of(result, lang),
        _target(result, lang),
        change_of(result, lang),
        last.verdict.status if moved else "",
        tuple(word("doubt", rule, lang) for rule in _doubted(result)),
        word("basis", result.basis, lang) if result.basis else "",
        owners,
    )


def _doubted(result: Result) -> list[str]:
    """The rules behind the warnings of an indicator, what its verdict hangs on first."""
    warnings = [note for part in result.owner_parts for note in part.warnings]
    return list(dict.fromkeys(n.rule for n in sorted(warnings, key=is_decisive, reverse=True)))


def change_of(result: Result, lang: str) -> str:
    """By how much the value moved since last year, where the two can be compared."""
    change = result.change.get("last_year")
    if change is None or result.parts or result.unit == "requirements":
        return ""
    if result.verdict.status == "conflict":
        return text("report.disputed", lang)
    told = change.direction in ("improving", "worsening", "stable")
    if not told or any(end != end for end in (change.before, change.difference)):
        return text("report.not_comparable", lang)
    if change.difference == 0:
        return text("report.unchanged", lang)
    sign = "+" if change.difference > 0 else "−"
    apart = abs(change.shown)
    if result.unit in POINTS:
        by = text("report.points", lang, n=f"{sign}{show(apart, lang)}")
    else:
        by = f"{sign}{amount(apart, result.unit, lang)}"
    return text("report.moved", lang, by=by, direction=Name("direction", change.direction))


def _target(result: Result, lang: str) -> str:
    """What is asked, in a few characters: how many documents; the document that assigned a target
    and the names of the requirements stand on the indicator's page."""
    if result.unit == "requirements" and "requirements" in result.detail:
        return text("report.asked", lang, n=len(result.detail["requirements"]))
    return brief(result.target).text(lang)


def _each(annual: Annual, lang: str) -> dict[str, Any]:
    """All rows by system, and what the table of them can be filtered by."""
    rows = _rows(annual, lang)
    whole = [row for own in rows.values() for row in own if row.entry.group is None]
    owners = dict.fromkeys(owner for row in whole for owner in row.entry.owner)
    kinds, statuses = ({row.entry.kind for row in whole}, {row.status for row in whole})
    return {
        "rows": rows,
        "n_parts": sum(map(len, rows.values())) - len(whole),
        "shown_owners": list(owners),
        "shown_kinds": [kind for kind in (*NATIONAL, "local") if kind in kinds],
        "shown_statuses": [status for status in MARKS if status in statuses],
    }


def _distance(annual: Annual, lang: str) -> dict[str, Any]:
    """Shares that bind, other shares, and what has other units and another scale; the states of
    the requirements of each indicator that asks for documents."""
    frame = distances(annual.results, lang)
    shares, binding = frame["unit"].isin(POINTS), frame["kind"] == "binding"
    groups = (frame[shares & binding], frame[shares & ~binding], frame[~shares])
    parts = [p for r in annual.results for p in r.owner_parts if "requirements" in p.detail]
    parts = [p for p in parts if p.verdict.status != "not_applicable"]
    order = list(EVIDENCE_MARKS).index
    evidence = [(p, sorted(p.detail["requirements"]["state"], key=order)) for p in parts]
    asked = archive(annual.case).asked
    filed = Counter(
        a.indicator.id for a in asked if (a.kind, a.standing) == ("requirement", "on_file")
    )
    return {
        "frame": frame,
        "distance_of": apart,
        "values": {p.indicator: value_of(p, lang) for r in annual.results for p in r.owner_parts},
        "below": int((frame["distance"] < 0).sum()),
        "bars": [(group, bars(group)) for group in groups if len(group)],
        "evidence": evidence,
        "filed": filed,
        "complete": sum(set(states) == {"documented"} for _, states in evidence),
    }


def _checked(annual: Annual, lang: str) -> dict[str, Any]:
    """Each doubt once, with the indicators it touches and its effect, what decides first; and the
    printed claims that the data contradict."""
    results = {p.indicator: p for result in annual.results for p in result.owner_parts}
    warned = ((part, note) for part in results.values() for note in part.warnings)
    said = grouped(((note.text(lang), note.args["effect"].code), part) for part, note in warned)
    # The doubts about the same indicators stand together.
    alike = (
        ((tuple(p.indicator for p in of), effect), note) for (note, effect), of in said.items()
    )
    found = grouped(alike)
    doubts = [([results[i] for i in ids], notes, effect) for (ids, effect), notes in found.items()]
    touched = causes(annual.claims, annual.case, lang)
    return {
        "doubts": sorted(doubts, key=lambda row: row[2] != "decisive"),
        "n_doubts": len(said),
        "n_decisive": sum(effect == "decisive" for _, effect in said),
        "claims": counts_of(annual.claims),
        "causes": touched,
        "n_causes": sum(len(each.causes) for each in touched),
    }


def _plan(annual: Annual, units: set[str], lang: str) -> dict[str, Any]:
    """The plan of work on the day in short, what needs attention behind a fold, and what each unit
    owes by it; nothing for a county without a plan."""
    case = annual.case
    if not case.context.plan.rows:
        return {"plan": None, "plan_owed": {}, "plan_only": 0}
    plan = plan_state(case)
    rows = worst_first(s for s in plan.rows if s.critical or s.state in ("late", "contradicted"))
    banner, more = counted(plan)
    title = text("plan.critical_fold", lang, n=len(rows))
    columns = ("state", "task", "fact", "serves", "lead", "position")
    owed_by = owed(plan, lang)
    return {
        "plan": listing(rows, case, lang, title, columns),
        "plan_counts": plan.states,
        "plan_lead": text("plan.in_report", lang, on=plan.on, banner=banner, more=more),
        "plan_owed": owed_by,
        "plan_only": len(owed_by.keys() - units),
    }


def _years(annual: Annual, lang: str) -> dict[str, Any]:
    """The verdicts of each indicator by year, "" where nothing was submitted, and all values."""
    by_year = dict(sorted({**annual.earlier, annual.case.year: annual.results}.items()))
    found: dict[str, dict[int, str]] = {}
    for year, results in by_year.items():
        for result in results:
            nothing = silent(result) and year != annual.case.year
            found.setdefault(result.indicator, {})[year] = "" if nothing else result.verdict.status
    entries = annual.case.list.top_level
    drawn, still = courses(annual.results, lang)
    return {
        "years": list(by_year),
        "history": [(e, [found.get(e.id, {}).get(year, "") for year in by_year]) for e in entries],
        "courses": drawn,
        "still_said": tuple(
            Note("courses.still_one", indicator=numbered(part.entry), value=value_of(part, lang))
            for part in still
        ),
    }


def _method(annual: Annual, lang: str) -> dict[str, Any]:
    """The list and the documents that its indicators rest on in the year, and the files read."""
    case = annual.case
    own = case.list
    counted = {name: text(f"method.{name}", lang) for name in ("read", "used", "refused")}
    names = counted | {"file": word("label", "file", lang)}
    return {
        "lists": [own] if own.national is own else [own, own.national],
        "later_lists": [getattr(each.document, lang) for each in own.file.successors],
        "standards": list(dict.fromkeys(d for entry in own for d in cited(entry, case.year))),
        "open_points": open_points(case.year),
        "corrections": corrections(case, lang),
        "files": input_files(case).rename(columns=names),
        "file_numbers": tuple(counted.values()),
        "parameters": parameter_files(case).rename(columns=names),
        "exports": tuple(export_name(case, kind, lang) for kind in ("docx", "xlsx", "pdf")),
        "export": f"ecolib export {case.county} {case.year} --to docx|xlsx|pdf --lang {lang}",
        "software": tuple(f"{name} {number}" for name, number in computing().items()),
    }
