"""Run one task in this process: execute its notebook, render its pages, swap its folder in.

Everything is written into a temporary folder on the same file system and renamed into place, the
marker `run.json` last written: a folder without a good marker is unfinished and is done again.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ecolib import provenance
from ecolib.case import FOLDER_VARIABLE
from ecolib.errors import Problem, RunError
from ecolib.project import ROOT_VARIABLE
from ecolib.runner.folders import flush, new_folder, swap_in
from ecolib.runner.plan import REPORTS, Task, page_name
from ecolib.runner.workers import in_fresh_process

#: The environment belongs to the process, so an executor with threads runs one notebook at a time
#: in each process, through papermill's own engine.
ONE_AT_A_TIME = threading.Lock()
REPORT_NAMES = {"report": ("年度报告", "Annual report"), "audit": ("数据核查", "Data audit")}
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Outcome:
    """What became of a task; `cell` and `traceback` tell of a failure."""

    name: str
    status: str
    seconds: float
    why: str = ""
    cell: int | None = None
    error: str = ""
    traceback: str = ""


def execute(task: Task) -> Outcome:
    """Run the notebook of a task in each of its languages; a failure is an outcome, not an error."""
    started = time.perf_counter()
    scratch = new_folder(task.folder.parent, task.name)
    failure: dict[str, object] = {}
    try:
        for lang in task.langs:
            _run_language(task, lang, scratch)
    except Exception as error:  # whatever a notebook does, the other notebooks go on
        failure = _describe(error)
    seconds = time.perf_counter() - started
    outcome = Outcome(task.name, "failed" if failure else "ok", seconds, task.why, **failure)
    _finish(task, scratch, outcome)
    return outcome


def _run_language(task: Task, lang: str, scratch: Path) -> None:
    import papermill

    from ecolib.report import render

    values = {"county": task.county, "year": task.year, "indicator": task.name, "lang": lang}
    fresh = in_fresh_process()
    with ONE_AT_A_TIME, _environment(task, scratch):
        notebook = papermill.execute_notebook(
            str(task.notebook),
            None,
            parameters={name: values[name] for name in task.parameters},
            engine_name="ecolib" if fresh else None,
            progress_bar=False,
            log_output=False,
            **({} if fresh else {"execution_timeout": task.timeout}),
        )
    _check_complete(notebook)
    page = page_name(task.page, lang)
    _clean(notebook)
    if task.name not in REPORTS:
        _write_notebook(notebook, (scratch / page).with_suffix(".ipynb"))
        _write_figures(notebook, scratch / "figures", lang)
    title = task.title[0 if lang == "zh" else 1]
    render(notebook, scratch / page, lang=lang, title=title, links=_links(task, lang))


def _links(task: Task, lang: str) -> dict[str, str]:
    """From a page to the report, the audit and itself in the other language."""
    up = "" if task.name in REPORTS else "../../"
    pages = {
        REPORT_NAMES[page][lang == "en"]: f"{up}{page_name(page, lang)}"
        for page in ("report", "audit")
        if page != task.page
    }
    others = {other: page_name(task.page, other) for other in task.langs if other != lang}
    return pages | {LANGUAGE_NAMES[other]: page for other, page in others.items()}


@contextmanager
def _environment(task: Task, scratch: Path) -> Iterator[None]:
    """Tell the notebook, through the environment, where it reads and writes."""
    before = {name: os.environ.get(name) for name in (ROOT_VARIABLE, FOLDER_VARIABLE)}
    os.environ |= {ROOT_VARIABLE: str(task.root), FOLDER_VARIABLE: str(scratch)}
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _check_complete(notebook) -> None:
    """papermill lets a notebook that left through `sys.exit(0)` pass; here every cell must run."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None:
            raise RunError(
                Problem(
                    cell.id,
                    "笔记本在这个单元格之前就退出了",
                    "the notebook ended before this cell was run",
                )
            )


def _clean(notebook) -> None:
    """Take out what differs from run to run: times, durations, random ids, paths."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"


def _write_notebook(notebook, path: Path) -> None:
    import nbformat

    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")


def _write_figures(notebook, folder: Path, lang: str) -> None:
    folder.mkdir(exist_ok=True)
    outputs = [o for c in notebook.cells for o in c.get("outputs", ()) if "data" in o]
    pictures = [o["data"]["image/svg+xml"] for o in outputs if "image/svg+xml" in o["data"]]
    for number, svg in enumerate(pictures, start=1):
        path = folder / f"{number:02d}.{lang}.svg"
        path.write_text("".join(svg), encoding="utf-8", newline="\n")


def _describe(error: Exception) -> dict[str, object]:
    """Cell and traceback of a failed notebook; of anything else, our own traceback."""
    cell = getattr(error, "exec_count", None)
    lines = getattr(error, "traceback", None)
    text = "\n".join(lines) if lines else "".join(traceback.format_exception(error))
    name = getattr(error, "ename", type(error).__name__)
    message = getattr(error, "evalue", str(error))
    return {
        "cell": cell,
        "error": f"{name}: {message}"[:500],
        "traceback": ANSI.sub("", text)[-20_000:],
    }


def record_loss(task: Task, outcome: Outcome) -> None:
    """Leave the marker of a failure for a task whose process was lost, so that it is reported."""
    for leftover in task.folder.parent.glob(f".task-{task.name}-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    scratch = new_folder(task.folder.parent, task.name)
    _finish(task, scratch, outcome)


def _finish(task: Task, scratch: Path, outcome: Outcome) -> None:
    record = {
        "status": outcome.status,
        "fingerprint": task.fingerprint,
        "langs": list(task.langs),
        "seconds": round(outcome.seconds, 3),
        "versions": provenance.versions(),
    }
    if outcome.status == "failed":
        record |= {"cell": outcome.cell, "error": outcome.error, "traceback": outcome.traceback}
    if task.name in REPORTS:
        # Without its marker a report that is replaced half-way counts as unfinished.
        shutil.rmtree(task.folder, ignore_errors=True)
        _publish(scratch, task.folder.parent)
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    (scratch / "run.json").write_text(text, encoding="utf-8", newline="\n")
    swap_in(scratch, task.folder)


def _publish(scratch: Path, target: Path) -> None:
    """Pages and tables of a report belong beside the indicators, not into a folder of their own."""
    flush(scratch)
    for path in sorted(scratch.iterdir()):
        os.replace(path, target / path.name)
