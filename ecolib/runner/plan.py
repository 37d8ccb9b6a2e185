"""What has to be run, and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ecolib import provenance
from ecolib.case import Case
from ecolib.catalog import find, top_level
from ecolib.errors import Problem, RunError, near

LANGS = ("zh", "en")
PARAMETERS = {"county", "year", "indicator", "lang"}
#: Reports and the page each of them becomes; the summary reads all results, so it comes last.
REPORTS = {"data_audit": "audit", "annual_summary": "report"}


@dataclass(frozen=True)
class Task:
    """One notebook to run in one or two languages; `stage` 1 waits for every task of stage 0.

    `why` is empty when nothing has to be done; `skipped` when it was not asked for.
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
        Ids or numbers; a part stands for its group. Empty: all.
    force
        Run even what is up to date.

    Raises
    ------
    RunError
        When a notebook is missing or does not take the parameters it is given.
    """
    wanted = {_top(name) for name in only} or {entry.id for entry in top_level()}
    tasks = []
    for entry in top_level():
        notebook = provenance.notebook_of(entry.id, case)
        _check_parameters(notebook, PARAMETERS)
        fingerprint = provenance.indicator_fingerprint(entry, case, notebook)
        folder = case.out / "indicators" / entry.id
        skipped = entry.id not in wanted
        why = "" if skipped else _why(folder, fingerprint, "analysis", langs, force)
        titles = tuple(
            f"{entry.number} {entry.words(lang).title} · {case.params.county.name(lang)} {case.year}"
            for lang in LANGS
        )
        tasks.append(
            replace(
                _task(case, entry.id, 0, notebook, folder, "analysis", titles, langs, fingerprint),
                why=why,
                skipped=skipped,
            )
        )
    below = [t.fingerprint for t in tasks]
    ran = any(t.why for t in tasks)
    for stage, (name, page) in enumerate(REPORTS.items()):
        notebook = provenance.notebook_of(name, case)
        _check_parameters(notebook, PARAMETERS - {"indicator"})
        fingerprint = provenance.summary_fingerprint(case, notebook, below)
        marker = case.out / f".{name}"
        why = _why(marker, fingerprint, "", langs, force)
        if not why and ran and stage:
            why = "results below it are new"
        titles = tuple(f"{case.params.county.name(lang)} {case.year}" for lang in LANGS)
        task = _task(case, name, stage, notebook, marker, page, titles, langs, fingerprint)
        tasks.append(replace(task, why=why))
    return tasks


def _task(case, name, stage, notebook, folder, page, title, langs, fingerprint) -> Task:
    parameters = PARAMETERS if name not in REPORTS else PARAMETERS - {"indicator"}
    return Task(
        name=name,
        stage=stage,
        county=case.county,
        year=case.year,
        root=case.root,
        notebook=notebook,
        folder=folder,
        page=page,
        title=title,
        langs=tuple(langs),
        parameters=tuple(sorted(parameters)),
        fingerprint=fingerprint,
        timeout=case.settings.timeout,
        memory_mb=case.settings.memory_mb,
        why="",
    )


def page_name(page: str, lang: str) -> str:
    """File name of a page: `analysis.html` and `analysis.en.html`, but `report.zh.html`."""
    if page == "analysis":
        return "analysis.html" if lang == "zh" else f"analysis.{lang}.html"
    return f"{page}.{lang}.html"


def _top(name: str) -> str:
    entry = find(name)
    return find(entry.parent).id if entry.parent else entry.id


def _why(folder: Path, fingerprint: str, page: str, langs: Sequence[str], force: bool) -> str:
    marker = folder / "run.json"
    if force:
        return "asked for"
    if not marker.is_file():
        return "never finished"
    try:
        record = json.loads(marker.read_text(encoding="utf-8"))
    except ValueError:
        return "marker damaged"
    if record.get("status") != "ok":
        return "failed last time"
    if record.get("fingerprint") != fingerprint:
        return "inputs, code or settings changed"
    if page and not all((folder / page_name(page, lang)).is_file() for lang in langs):
        return "a page is missing"
    return "" if set(langs) <= set(record.get("langs", ())) else "another language"


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
