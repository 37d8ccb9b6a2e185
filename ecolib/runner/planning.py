"""What has to be run, and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ecolib import provenance
from ecolib.assess.case import Case
from ecolib.errors import Problem, RunError, near
from ecolib.indicators.catalogue import find, top_level
from ecolib.runner import stamp

LANGS = ("zh", "en")
PARAMETERS = {"county", "year", "indicator", "lang"}
#: Reports and the page each of them becomes; the summary reads all results, so it comes last.
REPORTS = {"data_audit": "audit", "annual_summary": "report"}
#: Why a task runs, in both languages; the keys stand in `Task.why` and in `run.json`.
REASONS = {
    "forced": ("要求重算", "asked for"),
    "never finished": ("尚未完成过", "never finished"),
    "marker damaged": ("完成标记已损坏", "its marker is damaged"),
    "failed before": ("上次运行失败", "it failed last time"),
    "changed": ("数据、参数、代码或软件版本有变化", "inputs, settings, code or versions changed"),
    "page missing": ("缺少页面", "a page is missing"),
    "another language": ("需要另一种语言的页面", "a page in another language is asked for"),
    "results below": ("它所汇总的结果有更新", "results it reads are new"),
}


@dataclass(frozen=True)
class Task:
    """One notebook to run in one or two languages; `stage` 1 waits for every task of stage 0.

    `why` is a key of `REASONS`, empty when nothing has to be done; `skipped` means that it was never
    run and is not asked for now. `langs` are those asked for and those that are there already, so
    that no page is left behind by a newer one in the other language. `state` is what
    `ecolib.runner.stamp.key` says of everything the run stands on.
    """

    name: str
    stage: int
    county: str
    year: int
    root: Path
    notebook: Path
    folder: Path
    page: str
    title: tuple[str, str]
    langs: tuple[str, ...]
    parameters: tuple[str, ...]
    fingerprint: str
    state: str
    timeout: int
    memory_mb: int
    why: str
    skipped: bool = False


def plan(
    case: Case,
    *,
    only: Sequence[str] = (),
    force: bool = False,
    langs: Sequence[str] = LANGS,
) -> list[Task]:
    """The tasks of a county-year, in the order of the list, audit and summary last.

    Parameters
    ----------
    only
        Ids or numbers; a part stands for its group. Empty: all. What is not asked for but has been
        run before is brought up to date as well, because the summary reads it.
    force
        Run even what is up to date.

    Raises
    ------
    RunError
        When a notebook is missing or does not take the parameters it is given.
    """
    wanted = {_top(name) for name in only} or {entry.id for entry in top_level()}
    state = stamp.key(case.root, case.county, case.year)
    base = provenance.base(case)
    tasks = []
    for entry in top_level():
        notebook = provenance.notebook_of(entry.id, case)
        _check_parameters(notebook, PARAMETERS)
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
            fingerprint=provenance.indicator_fingerprint(base, entry, case, notebook),
            **_common(case, state, langs),
        )
        tasks.append(_decided(task, forced=force, wanted=entry.id in wanted))
    return tasks + _reports(case, base, tasks, force, langs)


def _reports(case: Case, base: str, results: Sequence[Task], force: bool, langs) -> list[Task]:
    tasks: list[Task] = []
    below = [t.fingerprint for t in results]
    for stage, (name, page) in enumerate(REPORTS.items()):
        notebook = provenance.notebook_of(name, case)
        _check_parameters(notebook, PARAMETERS - {"indicator"})
        task = Task(
            name=name,
            stage=stage,
            notebook=notebook,
            folder=case.out / f".{name}",
            page=page,
            title=tuple(f"{case.params.county.name(lang)} {case.year}" for lang in LANGS),
            parameters=tuple(sorted(PARAMETERS - {"indicator"})),
            fingerprint=provenance.summary_fingerprint(base, case, notebook, below),
            **_common(case, state=results[0].state, langs=langs),
        )
        tasks.append(_decided(task, forced=force, wanted=True))
    audit, summary = tasks
    if not summary.why and any(t.why for t in (*results, audit)):
        summary = replace(summary, why="results below")
    if summary.why and not audit.why:  # the summary reads what the audit has just found
        audit = replace(audit, why=summary.why)
    return [audit, summary]


def _common(case: Case, state: str, langs: Sequence[str]) -> dict[str, object]:
    return {
        "county": case.county,
        "year": case.year,
        "root": case.root,
        "langs": tuple(langs),
        "state": state,
        "timeout": case.settings.timeout,
        "memory_mb": case.settings.memory_mb,
        "why": "",
    }


def page_name(page: str, lang: str) -> str:
    """File name of a page: `analysis.html` and `analysis.en.html`, but `report.zh.html`."""
    if page == "analysis":
        return "analysis.html" if lang == "zh" else f"analysis.{lang}.html"
    return f"{page}.{lang}.html"


def _top(name: str) -> str:
    entry = find(name)
    return find(entry.parent).id if entry.parent else entry.id


def _decided(task: Task, *, forced: bool, wanted: bool) -> Task:
    """The task with its reason and its languages, by what the marker of the last run says."""
    marker = task.folder / "run.json"
    if not marker.is_file():
        return replace(task, why="never finished" if wanted else "", skipped=not wanted)
    try:
        record = json.loads(marker.read_text(encoding="utf-8"))
        there = set(record["langs"])
        status, fingerprint = record["status"], record["fingerprint"]
    except (ValueError, KeyError, TypeError):
        return replace(task, why="marker damaged")
    langs = tuple(lang for lang in LANGS if lang in there.union(task.langs))
    place = task.folder.parent if task.name in REPORTS else task.folder
    pages = [(place / page_name(task.page, lang)).is_file() for lang in sorted(there)]
    if forced and wanted:
        why = "forced"
    elif status != "ok":
        why = "failed before"
    elif fingerprint != task.fingerprint:
        why = "changed"
    elif not all(pages):
        why = "page missing"
    else:
        why = "" if set(task.langs) <= there or not wanted else "another language"
    return replace(task, why=why, langs=langs)


def _check_parameters(notebook: Path, given: set[str]) -> None:
    """papermill only logs a parameter a notebook does not know; here it is refused."""
    if not notebook.is_file():
        raise RunError(Problem(notebook.name, "没有这个笔记本", "there is no such notebook"))
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    tagged = [c for c in cells if "parameters" in c["metadata"].get("tags", [])]
    if len(tagged) != 1:
        raise RunError(
            Problem(
                notebook.name,
                f"应有且只有一个 parameters 单元格，实有 {len(tagged)} 个",
                f"needs exactly one cell tagged 'parameters', has {len(tagged)}",
            )
        )
    lines = "".join(tagged[0]["source"]).splitlines()
    known = {line.partition("=")[0].strip() for line in lines if "=" in line}
    problems = [
        Problem(
            notebook.name,
            f"没有参数“{name}”{near(name, known)[0]}",
            f"has no parameter '{name}'{near(name, known)[1]}",
        )
        for name in sorted(given - known)
    ]
    if problems:
        raise RunError(problems)
