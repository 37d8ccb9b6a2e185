"""What has to be run, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ecolib.assess.case import Case
from ecolib.assess.lineage import corrections_of, item_remarks, items_of, tables_of
from ecolib.checks.contradictions import twins
from ecolib.data.papers import evidence_folder
from ecolib.errors import RunError, check_kind, check_lang, hint, several
from ecolib.files import DAMAGED, file_hash, hashes_of, read_json
from ecolib.fingerprint import cells_of, county_year, digest, library, source_of
from ecolib.indicators.catalogue import Indicator
from ecolib.runner.notebook import REPORTS, Task, complete
from ecolib.texts import LANGS, Note
from ecolib.workplan.archive import archive
from ecolib.workplan.state import plan_day

#: The reports that `only` leaves out unless they are named; the second is one of counties with a plan.
AUDIT, WORK_PLAN = LEFT_OUT = ("data_audit", "work_plan")
PARAMETERS = {"county", "year", "indicator", "lang"}


def plan(
    case: Case,
    *,
    only: Sequence[str] | str = (),
    force: bool = False,
    langs: Sequence[str] | str = LANGS,
) -> list[Task]:
    """The tasks of a county-year, in the order of the list, audit and summary last.

    Parameters
    ----------
    only
        Ids or numbers; a part stands for its group, "data_audit" for itself. Empty: all. What is
        not asked for but has been run before is brought up to date as well, because the summary
        reads it.
    force
        Run even what is up to date.

    Raises
    ------
    RunError
        When a notebook is missing or does not take the parameters it is given.
    """
    check_kind("case", case, "Case")
    only, langs = several(only), [check_lang(lang) for lang in several(langs)]
    named = [case.list.find(name) for name in only if name not in LEFT_OUT]
    wanted = {entry.group or entry.id for entry in named}
    wanted |= set() if only else {e.id for e in case.list.top_level}
    common = {
        "county": case.county,
        "year": case.year,
        "root": case.root,
        "langs": tuple(langs),
        "state": county_year(case.root, case.county, case.year),
        "timeout": case.settings.timeout,
        "memory_mb": case.settings.memory_mb,
        "notice": case.list.warning(case.year),
        "reports": reports_of(case),
    }
    shared, tasks = shared_by_all(case), []
    for entry in case.list.top_level:
        notebook = _notebook(entry.notebook, case, PARAMETERS)
        titles = tuple(
            f"{entry.number} {entry.words(lang).title} · {case.params.county.name(lang)} {case.year}"
            for lang in LANGS
        )
        task = Task(
            name=entry.id,
            stage=0,
            notebook=notebook,
            folder=case.out / "indicators" / entry.id,
            page="analysis",
            title=titles,
            parameters=tuple(sorted(PARAMETERS)),
            fingerprint=page_fingerprint(shared, entry, case, notebook),
            **common,
        )
        tasks.append(_decided(task, forced=force, wanted=entry.id in wanted))
    return tasks + _reports(case, shared, common, tasks, force, only)


def reports_of(case: Case) -> tuple[str, ...]:
    """The reports of a county-year: that of the plan of work where there is one."""
    return tuple(name for name in REPORTS if name != WORK_PLAN or case.context.plan.rows)


def _reports(
    case: Case, shared: str, common: dict, results: list[Task], force: bool, only: Sequence[str]
) -> list[Task]:
    tasks, names = [], common["reports"]
    # The summary and the audit depend on all data and on every result below them.
    below = [path.name + file_hash(path) for _, path in case.raw_files]
    below += [*map(repr, case.corrections()), *(t.fingerprint for t in results)]
    given = PARAMETERS - {"indicator"}
    below.append(json.dumps(hashes_of(evidence_folder(case.root, case.county))))
    for name in names:
        notebook = _notebook(name, case, given)
        task = Task(
            name=name,
            stage=int(name == names[-1]),
            notebook=notebook,
            folder=case.out / f".{name}",
            page=REPORTS[name],
            title=tuple(f"{case.params.county.name(lang)} {case.year}" for lang in LANGS),
            parameters=tuple(sorted(given)),
            fingerprint=digest(shared, source_of(notebook), str(case.year), *below),
            **common,
        )
        asked = not only or name in only or name not in LEFT_OUT
        tasks.append(_decided(task, forced=force, wanted=asked))
    audit, *others, summary = tasks
    if not summary.why and any(t.why for t in (*results, audit)):
        summary = replace(summary, why="results below")
    if summary.why and not audit.why and not audit.skipped:
        # The summary reads what the audit has just found.
        audit = replace(audit, why=summary.why)
    return [audit, *others, summary]


def _decided(task: Task, *, forced: bool, wanted: bool) -> Task:
    """The task with its reason and its languages, by what the marker of the last run says."""
    marker = task.folder / "run.json"
    if not marker.is_file():
        return replace(task, why="never finished" if wanted else "", skipped=not wanted)
    try:
        record = read_json(marker)
        there = set(record["langs"])
        status, fingerprint = record["status"], record["fingerprint"]
    except DAMAGED:
        return replace(task, why="marker damaged")
    langs = tuple(lang for lang in LANGS if lang in there.union(task.langs))
    if forced and wanted:
        why = "forced"
    elif status != "ok":
        why = "failed before"
    elif fingerprint != task.fingerprint:
        why = "changed"
    elif not complete(task.place, record):
        why = "file missing"
    else:
        why = "" if set(task.langs) <= there or not wanted else "another language"
    return replace(task, why=why, langs=langs)


def _notebook(name: str, case: Case, given: set[str]) -> Path:
    """A notebook; papermill only logs a parameter it does not know, here it is refused."""
    path = case.root / "notebooks" / f"{name}.ipynb"
    if not path.is_file():
        raise RunError(Note("notebook.missing", source=path.name))
    tagged = [source for _, source, tags in cells_of(path) if "parameters" in tags]
    if len(tagged) != 1:
        raise RunError(Note("notebook.parameter_cells", source=path.name, count=len(tagged)))
    lines = tagged[0].splitlines()
    known = {line.partition("=")[0].strip() for line in lines if "=" in line}
    problems = [
        Note("notebook.no_parameter", source=path.name, name=name, hint=hint(name, known))
        for name in sorted(given - known)
    ]
    if problems:
        raise RunError(problems)
    return path


def shared_by_all(case: Case) -> str:
    """What every page of a case depends on: library, versions, parameters, lists."""
    lists = [file_hash(path) for listed in case.lists.values() for path in listed.files]
    return digest(library(), case.params.model_dump_json(), *lists)


def page_fingerprint(shared: str, entry: Indicator, case: Case, notebook: Path) -> str:
    """Everything the page of one indicator depends on, on top of what is `shared_by_all`."""
    own = (*_read_by(entry, case), *_planned_for(entry, case))
    return digest(shared, source_of(notebook), entry.id, str(case.year), *own)


def _planned_for(entry: Indicator, case: Case) -> Iterator[str]:
    """The rows of the plan that serve an indicator with what was reported of them and the figures
    that judge them, and its papers; which reports its page leads to."""
    yield repr(reports_of(case))
    plan, papers = case.context.plan, archive(case).papers
    family = {member.id for member in (entry, *case.list.parts_of(entry))}
    for one in sorted(family):
        yield from (repr((p.requirement, p.title, p.sha256)) for p in papers.get(one, ()))
    own = [row for row in plan.rows if family & {*row.indicators}]
    if own:
        yield repr((plan_day(case), plan.rows))
        codes = {row.code for row in own}
        measured = {item for row in own if row.measure for item in _items(row.measure, case)}
        yield from (repr(row) for row in case.rows("progress") if row["code"] in codes)
        yield from (repr(row) for row in case.rows("items") if row["item"] in measured)


def _items(measure: str, case: Case) -> set[str]:
    return {measure, *(items_of(case.list[measure]) if measure in case.list else ())}


def _read_by(entry: Indicator, case: Case) -> Iterator[str]:
    """The rows an indicator reads, and which others have the same finished values."""
    family = (entry, *case.list.parts_of(entry))
    names = {name for i in family for name in items_of(i)}
    names |= {i.void_when for i in family if i.void_when}
    yield json.dumps([[twin.id for twin in twins(case.context.of(i))] for i in family])
    items, documents = case.table("items"), case.table("documents")
    for rows in (
        items[items["item"].isin(names)],
        documents[documents["indicator"].isin([i.id for i in family])],
    ):
        yield rows.to_csv(index=False, lineterminator="\n")
    for told in (item_remarks, corrections_of):
        yield from (repr(one) for member in family for one in told(member, case))
    county = case.submitted.county
    for table in sorted(set().union(*map(tables_of, family))):
        yield repr(county.mappings)
        yield from (file_hash(path) for _, path in case.raw_files if county.may_hold(path, table))
