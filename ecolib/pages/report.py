"""The annual report: what the saved results of a county and year say, from the verdict to the files.

It computes nothing. `report` gathers what `templates/report.html.j2` puts in its place; what an
analyst asks for too is a table of its own: `verdicts`, `distance.distances`, `sheets.sheets`.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from ecolib.assess.annual import Annual, input_files, parameter_files
from ecolib.assess.doubts import is_decisive
from ecolib.assess.result import Result
from ecolib.fingerprint import computing
from ecolib.indicators.catalogue import Indicator
from ecolib.indicators.cited import cited
from ecolib.indicators.lists import IndicatorList
from ecolib.pages.audit import causes, corrections, counts_of
from ecolib.pages.compare import section as since_last_year
from ecolib.pages.distance import POINTS, bars, courses, distances
from ecolib.pages.planned import listing, owed, worst_first
from ecolib.pages.render import Page, page, page_of, verdict
from ecolib.pages.style import EVIDENCE_MARKS, MARKS
from ecolib.pages.units import OPEN, hangs_on, sheets
from ecolib.pages.wording import brief, export_name, spread
from ecolib.pages.work_plan import counted
from ecolib.standards import open_points
from ecolib.texts import Name, Note, amount, show, spelt_date, text, word, words
from ecolib.workplan.archive import archive
from ecolib.workplan.state import plan_state

NATIONAL = ("binding", "reference")
#: Verdicts that are named one by one under the conclusion, with their reasons or without.
NAMED = ("no_result", "not_met", "conflict", "not_evaluable", "declared", "conditional")
#: Reasons that give the value of a survey made soon after the year.
SURVEYED_LATER = ("survey_after_year", "survey_reported")
#: Indicators whose notebook left no result are counted too, so that the sums are whole.
NO_RESULT = "no_result"


def report(annual: Annual, lang: str) -> Page:
    """The annual report of a county and year as a page."""
    case, county = annual.case, annual.case.params.county.name(lang)
    status, concluded, why = conclusion(annual)
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
        **_by_unit(annual, lang),
        since=since_last_year(annual, lang),
        **_each(annual, lang),
        **_distance(annual, lang),
        **_checked(annual, lang),
        **_plan(annual, lang),
        **_years(annual, lang),
        **_method(annual, lang),
    )


def verdicts(annual: Annual) -> pd.DataFrame:
    """One row an indicator of the list: indicator, number, kind, system, status, basis."""
    results = {result.indicator: result for result in annual.results}
    rows = []
    for entry in annual.case.list.top_level:
        result = results.get(entry.id)
        status = result.verdict.status if result else NO_RESULT
        basis = result.basis if result else ""
        rows.append((entry.id, entry.number, entry.kind, entry.system, status, basis))
    return pd.DataFrame(rows, columns=["indicator", "number", "kind", "system", "status", "basis"])


# --- the head, and what is concluded --------------------------------------------------------------


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


def conclusion(annual: Annual) -> tuple[str, Note, tuple[Note, ...]]:
    """What follows for the list as a whole, by its pass rule and as far as that goes.

    Returns
    -------
    tuple
        The verdict whose tone it takes, what is concluded, and why.
    """
    rows = _national(annual)
    rows = rows[rows["status"] != "not_applicable"]
    if (rows["status"] == "met").all():
        return "met", Note("conclusion.met"), (Note("conclusion.all_met", n=len(rows)),)
    pass_rule = annual.case.list.file.pass_rule
    if pass_rule is None:
        left = int((rows["status"] != "met").sum())
        return "not_evaluable", Note("conclusion.open"), (Note("conclusion.no_rule", n=left),)
    binding = rows[rows["kind"] == "binding"]
    met = int((binding["status"] == "met").sum())
    failed = binding[binding["status"] == "not_met"]["indicator"].tolist()
    if failed:
        named = tuple(_numbered(annual.case.list[name]) for name in failed)
        reasons = tuple(_reason(annual, name) for name in failed)
        why = Note("conclusion.failed_why", indicators=named)
        return "not_met", Note("conclusion.failed"), (*reasons, why)
    if met < len(binding):
        counts = {"m": len(binding), "met": met, "open": len(binding) - met}
        return "not_evaluable", Note("conclusion.open"), (Note("conclusion.open_why", **counts),)
    return _by_reference(rows[rows["kind"] == "reference"]["status"], pass_rule.reference)


def _by_reference(statuses: pd.Series, share: float | None) -> tuple[str, Note, tuple[Note, ...]]:
    """The conclusion where every binding indicator is met: it hangs on the reference ones."""
    met, count = int((statuses == "met").sum()), len(statuses)
    counts = {"m": count, "met": met}
    if share is None:
        why = Note("conclusion.no_share", **counts)
        return "not_evaluable", Note("conclusion.binding_met"), (why,)
    at_best = met + int((~statuses.isin(["met", "not_met"])).sum())
    why = (Note("conclusion.share", **counts, share=float(share)),)
    if 100 * met >= share * count:
        return "met", Note("conclusion.met"), why
    if 100 * at_best < share * count:
        return "not_met", Note("conclusion.failed"), why
    return "not_evaluable", Note("conclusion.open"), why


def _numbered(entry: Indicator) -> Note:
    return Note("report.numbered", number=entry.number, title=Name("indicator", entry.id))


def _reason(annual: Annual, name: str) -> Note:
    """Number and name of an indicator, and the notes of its verdict."""
    result = next(r for r in annual.results if r.indicator == name)
    said = Note("reasons", reasons=result.verdict.notes)
    return Note("report.indicator_reason", indicator=_numbered(annual.case.list[name]), reason=said)


def rule(annual: Annual, lang: str) -> list[str]:
    """The pass rule with its source, what conditional means, and what the met ones rest on."""
    given, said = annual.case.list.file.pass_rule, []
    if given is None:
        said.append(Note("rule.none"))
    else:
        said.append(Note("rule.binding"))
        share = given.reference
        said.append(Note("rule.no_share") if share is None else Note("rule.share", share=share))
        gates = tuple(getattr(gate, lang) for gate in given.gates)
        said.append(Note("rule.gates", gates=gates) if gates else Note("rule.no_gates"))
        sure = word("confidence", given.confidence, lang)
        said.append(Note("rule.source", origin=getattr(given.source, lang), sure=sure))
    said.append(Note("rule.conditional"))
    rows = _national(annual)
    met = rows[rows["status"] == "met"]["basis"].value_counts()
    if len(met):
        told = tuple(
            Note("rule.basis_count", basis=word("basis", basis, lang), n=int(met[basis]))
            for basis in words("basis")
            if basis in met
        )
        said.append(Note("rule.met", n=int(met.sum()), bases=told))
    rows = verdicts(annual)
    for row in rows[rows["kind"] == "local"].itertuples():
        entry = annual.case.list[row.indicator]
        said.append(
            Note("rule.local", indicator=_numbered(entry), verdict=verdict(row.status, lang))
        )
    return [note.text(lang) for note in said]


def _national(annual: Annual) -> pd.DataFrame:
    rows = verdicts(annual)
    return rows[rows["kind"].isin(NATIONAL)]


def _counted(annual: Annual, lang: str) -> dict[str, Any]:
    rows = _national(annual)
    return {
        "kinds": [_kind(kind, annual) for kind in NATIONAL],
        "tally": rows["status"].value_counts(),
        "n_own": len(verdicts(annual)) - len(rows),
        "named": _named(annual, lang),
    }


class Kind(NamedTuple):
    """The indicators of a kind, the worst first, and how many of them apply, are met, are not."""

    kind: str
    entries: tuple[tuple[Indicator, str], ...]
    applicable: int
    met: int
    failed: int


def _kind(kind: str, annual: Annual) -> Kind:
    rows = verdicts(annual)
    rows = rows[rows["kind"] == kind]
    pairs = [(annual.case.list[row.indicator], row.status) for row in rows.itertuples()]
    statuses = [status for _, status in pairs]
    worst_first = sorted(pairs, key=lambda pair: _order(pair[1]))
    counts = (len(pairs) - statuses.count("not_applicable"), statuses.count("met"))
    return Kind(kind, tuple(worst_first), *counts, statuses.count("not_met"))


def _order(status: str) -> int:
    return list(MARKS).index(status)


def _named(annual: Annual, lang: str) -> list[tuple[str, list[tuple[Indicator, str]]]]:
    """For each verdict but met: its national indicators, with the reason where it fits a line, or
    what a conditional one hangs on."""
    results = {result.indicator: result for result in annual.results}
    found = []
    for status in NAMED:
        rows, told = _national(annual), []
        rows = rows[rows["status"] == status]
        for name in rows["indicator"]:
            said = ""
            if status in ("not_met", "conflict"):
                said = results[name].verdict.reason(lang)
            elif status == "conditional":
                said = text("report.listed", lang, items=hangs_on(results[name], annual, lang))
                said = said or results[name].verdict.reason(lang)
            told.append((annual.case.list[name], said))
        if told:
            found.append((status, told))
    return found


class Unfinished(NamedTuple):
    """A notebook that did not come to its end, or an indicator without a saved result."""

    entry: Indicator
    cell: str
    error: str
    damaged: str
    traceback: str


def _failures(annual: Annual) -> list[Unfinished]:
    failed = [
        Unfinished(annual.case.list[f.entry.id], f.cell, f.error, f.damaged, f.traceback)
        for f in annual.failures
    ]
    named = {each.entry.id for each in failed}
    return failed + [Unfinished(e, "", "", "", "") for e in annual.unsaved if e.id not in named]


def _by_unit(annual: Annual, lang: str) -> dict[str, Any]:
    found = sheets(annual, lang)
    open_ = {task.entry.id for sheet in found for task in sheet.led}
    return {"sheets": found, "open_count": len(open_), "open_statuses": OPEN}


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
    results = {r.indicator: r for result in annual.results for r in (result, *result.parts)}
    before = _before(annual)
    rows: dict[str, list[Row]] = {}
    for entry in annual.case.list.values():
        row = _row(entry, results.get(entry.id), before, annual, lang)
        rows.setdefault(entry.system, []).append(row)
    return {system: rows[system] for system in words("system") if system in rows}


def _before(annual: Annual) -> Mapping[str, Result]:
    results = annual.earlier.get(annual.case.year - 1, ())
    return {r.indicator: r for result in results for r in (result, *result.parts)}


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


def value_of(result: Result, lang: str) -> str:
    """The value of the year in a few characters: with unit and range, or how many parts are met."""
    if result.verdict.status == "not_applicable":
        return "—"
    if result.parts:
        applicable = [p for p in result.parts if p.verdict.status != "not_applicable"]
        met = sum(part.verdict.status == "met" for part in applicable)
        return text("report.parts_met", lang, n=met, m=len(applicable))
    if result.unit == "requirements" and "requirements" in result.detail:
        wanted = len(result.detail["requirements"])
        proved = 0 if math.isnan(result.value) else int(result.value)
        return text("report.documents", lang, n=proved, m=wanted)
    low, high = (math.nan, math.nan)
    if result.series is not None:
        low, high = result.series.range_of(result.year)
    if math.isnan(low) and math.isnan(result.value):
        later = [n.args for n in result.verdict.notes if n.code in SURVEYED_LATER]
        return text("report.surveyed", lang, **later[0]) if later else text("report.missing", lang)
    if math.isinf(high):
        return text("report.no_less", lang, value=amount(low, result.unit, lang))
    said = spread(low, high, result.unit, lang) or amount(result.value, result.unit, lang)
    undated = result.series is not None and result.series.is_undated(result.year)
    return text("export.undated_value", lang, value=said) if undated else said


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


def silent(result: Result) -> bool:
    """Whether nothing at all was submitted for an indicator in its year."""
    parts = [p for p in result.owner_parts if p.verdict.status != "not_applicable"]
    return bool(parts) and all(p.verdict.status == "not_evaluable" and not p.basis for p in parts)


class System(NamedTuple):
    """The indicators of one of the six systems."""

    system: str
    rows: list[Row]
    applicable: int
    met: int


def _each(annual: Annual, lang: str) -> dict[str, Any]:
    """All rows for the table with its filters, those without parts for the matrix."""
    rows, systems = _rows(annual, lang), []
    for system, own in rows.items():
        whole = [row for row in own if row.entry.group is None]
        statuses = [row.status for row in whole]
        applicable = len(whole) - statuses.count("not_applicable")
        systems.append(System(system, whole, applicable, statuses.count("met")))
    each = [row for own in rows.values() for row in own]
    whole = [row for row in each if row.entry.group is None]
    owners = dict.fromkeys(owner for row in whole for owner in row.entry.owner)
    kinds = {row.entry.kind for row in whole}
    statuses = {row.status for row in whole}
    return {
        "rows": rows,
        "systems": systems,
        "n_parts": len(each) - len(whole),
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
        "below": int((frame["distance"] < 0).sum()),
        "bars": [(group, bars(group)) for group in groups if len(group)],
        "evidence": evidence,
        "filed": filed,
        "complete": sum(set(states) == {"documented"} for _, states in evidence),
    }


def _checked(annual: Annual, lang: str) -> dict[str, Any]:
    """Each doubt once, with the indicators it touches and its effect, what decides first; and the
    printed claims that the data contradict."""
    said: dict[tuple[str, str], list[Result]] = {}
    for part in (part for result in annual.results for part in result.owner_parts):
        for note in part.warnings:
            effect = note.args["effect"].code
            said.setdefault((note.text(lang), effect), []).append(part)
    # The doubts about the same indicators stand together.
    found: dict[tuple, list[str]] = {}
    for (note, effect), parts in said.items():
        found.setdefault((tuple(p.indicator for p in parts), effect), []).append(note)
    results = {p.indicator: p for result in annual.results for p in result.owner_parts}
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


def _plan(annual: Annual, lang: str) -> dict[str, Any]:
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
    units = {sheet.owner for sheet in sheets(annual, lang)}
    return {
        "plan": listing(rows, case, lang, title, columns),
        "plan_counts": plan.counts()[""],
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
            Note("courses.still_one", indicator=_numbered(part.entry), value=value_of(part, lang))
            for part in still
        ),
    }


def _method(annual: Annual, lang: str) -> dict[str, Any]:
    """The list and the documents that its indicators rest on in the year, and the files read."""
    case = annual.case
    own = case.list
    lists = (own,) if own.national is own else (own, own.national)
    said = [_list_said(each, lang) for each in lists]
    if own.file.successors:
        later = tuple(getattr(each.document, lang) for each in own.file.successors)
        said.append(text("method.successors", lang, documents=later))
    counted = {name: text(f"method.{name}", lang) for name in ("read", "used", "refused")}
    names = counted | {"file": word("label", "file", lang)}
    return {
        "list_said": said,
        "standards": list(dict.fromkeys(d for entry in own for d in cited(entry, case.year))),
        "open_points": open_points(),
        "corrections": corrections(case, lang),
        "files": input_files(case).rename(columns=names),
        "file_numbers": tuple(counted.values()),
        "parameters": parameter_files(case).rename(columns=names),
        "exports": tuple(export_name(case, kind, lang) for kind in ("docx", "xlsx", "pdf")),
        "export": f"ecolib export {case.county} {case.year} --to docx|xlsx|pdf --lang {lang}",
        "software": tuple(f"{name} {number}" for name, number in computing().items()),
    }


def _list_said(listed: IndicatorList, lang: str) -> str:
    file = listed.file
    told = {
        "document": listed.document,
        "first": file.valid_from,
        "origin": getattr(file.source, lang),
        "sure": word("confidence", file.confidence, lang),
    }
    if file.valid_to is None:
        return text("method.list_open", lang, **told)
    return text("method.list", lang, **told, last=file.valid_to)
