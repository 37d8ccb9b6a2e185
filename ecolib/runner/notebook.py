"""What there is to do, and one notebook in one language: execute, clean, write notebook and page."""

from __future__ import annotations

import os
import random
import re
import sys
import traceback
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecolib.errors import RunError
from ecolib.files import DAMAGED, FOLDER_VARIABLE, ROOT_VARIABLE, file_hash
from ecolib.fingerprint import cells_of
from ecolib.texts import LANGS, Note, word, words

#: Reports and the page each of them becomes; the summary reads all results, so it comes last.
REPORTS = {"data_audit": "audit", "work_plan": "work_plan", "annual_summary": "report"}


@dataclass(frozen=True)
class Task:
    """One notebook to run in one or two languages; `stage` 1 waits for every task of stage 0.

    `why` is one of the words `task_reason`, empty when nothing has to be done; `skipped` means that
    it was never run and is not asked for now. `langs` are those asked for and those that are there
    already, so that no page is left behind by a newer one in the other language. `state` is what
    `ecolib.fingerprint.county_year` says of everything the run stands on.
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
    why: str = ""
    skipped: bool = False
    #: The reports of the run, which every page leads to.
    reports: tuple[str, ...] = tuple(REPORTS)
    #: What has to be said of every verdict of the run.
    notice: Note | None = None

    @property
    def is_report(self) -> bool:
        return self.name in REPORTS

    @property
    def place(self) -> Path:
        """The folder of its pages: those of a report stand beside all indicators."""
        return self.folder.parent if self.is_report else self.folder


@dataclass(frozen=True)
class Outcome:
    """What became of a task; `cell` and `traceback` tell of a failure, `log` what was printed past
    Python, `cpu` seconds and `memory_mb` the largest process."""

    name: str
    status: str
    seconds: float
    why: str = ""
    cell: int | None = None
    error: str = ""
    traceback: str = ""
    log: str = ""
    cpu: float = 0.0
    memory_mb: float = 0.0

    @property
    def row(self) -> dict[str, object]:
        """What is told of it to programs."""
        told = {"name": self.name, "status": self.status, "why": self.why}
        failed = {"cell": self.cell, "error": self.error} if self.status == "failed" else {}
        return told | {"seconds": round(self.seconds, 3)} | failed


def languages(asked: str | None) -> tuple[str, ...]:
    """The languages of "zh", "en" or "both", which goes without saying."""
    return LANGS if asked in (None, "both") else (asked,)


def page_name(page: str, lang: str) -> str:
    """File name of a page: `analysis.html` and `analysis.en.html`, but `report.zh.html`."""
    if page == "analysis":
        return "analysis.html" if lang == LANGS[0] else f"analysis.{lang}.html"
    return f"{page}.{lang}.html"


def complete(place: Path, marker: Mapping[str, Any]) -> bool:
    """Whether all that was left, as its marker says, is in its place with the same bytes."""
    with suppress(*DAMAGED):
        files = ((place / name, told) for name, told in marker["files"].items())
        return all(path.is_file() and file_hash(path) == told for path, told in files)
    return False


# --- one notebook in one language -----------------------------------------------------------------

ANSI = re.compile(r"\x1b\[[0-9;]*m")
#: What only a kernel with a browser behind it can show.
NEEDS_KERNEL = re.compile(r"^\s*(import|from)\s+ipywidgets\b", re.MULTILINE)


def run_language(task: Task, lang: str, folder: Path) -> dict[str, object]:
    """Run the notebook of a task in one language and write what it gives into `folder`.

    Returns
    -------
    dict
        Empty when all went well; else the `cell`, `error` and `traceback` of the failure.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # This process ends with its notebook, so its environment is the notebook's own.
    os.environ |= {ROOT_VARIABLE: str(task.root), FOLDER_VARIABLE: str(folder)}
    os.environ["LANGUAGE"] = lang  # what goes wrong is said in that of the page, not of the screen
    seed(f"{task.name} {lang}")
    try:
        _show(task, lang, folder, _executed(task, lang))
    except Exception as error:  # whatever a notebook does, the other notebooks go on
        return described(error)
    return {}


def seed(text: str) -> None:
    """The same random numbers in every run; forked processes would otherwise share one state."""
    number = zlib.crc32(text.encode())
    random.seed(number)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(number)


def _executed(task: Task, lang: str):
    import papermill

    from ecolib.runner import engine

    with_kernel = any(NEEDS_KERNEL.search(source) for _, source, _ in cells_of(task.notebook))
    values = {"county": task.county, "year": task.year, "indicator": task.name, "lang": lang}
    notebook = papermill.execute_notebook(
        str(task.notebook),
        None,
        parameters={name: values[name] for name in task.parameters},
        engine_name=None if with_kernel else engine.NAME,
        progress_bar=False,
        log_output=False,
    )
    _check_complete(notebook)
    _clean(notebook)
    return notebook


def _show(task: Task, lang: str, folder: Path, notebook) -> None:
    import nbformat

    from ecolib.pages.notebook import page_html, take_files

    page, title = folder / page_name(task.page, lang), task.title[LANGS.index(lang)]
    _write_files(take_files(notebook), folder)
    if not task.is_report:
        written = nbformat.writes(notebook) + "\n"
        page.with_suffix(".ipynb").write_text(written, encoding="utf-8", newline="\n")
    html = page_html(notebook, lang=lang, title=title, links=_links(task, lang))
    _write_files({page.name: html}, folder)


def _links(task: Task, lang: str) -> dict[str, str]:
    """From a page to the report, the audit and itself in the other language."""
    up = "" if task.is_report else "../../"
    pages = {
        word("report_page", page, lang): f"{up}{page_name(page, lang)}"
        for page in words("report_page")
        if page != task.page and page in map(REPORTS.get, task.reports)
    }
    others = {other: page_name(task.page, other) for other in task.langs if other != lang}
    return pages | {word("language", other, other): page for other, page in others.items()}


def _check_complete(notebook) -> None:
    """papermill lets a notebook that left through `sys.exit(0)` pass; here every cell must run."""
    from ecolib.runner.engine import is_run

    for cell in notebook.cells:
        if is_run(cell) and cell.execution_count is None:
            raise RunError(Note("notebook.left_early", about=cell.id))


def _clean(notebook) -> None:
    """Take out what differs from run to run: times, durations, random ids, paths."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"


def _write_files(files: Mapping[str, str], folder: Path) -> None:
    """A page and what belongs beside it, by its address from there."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")


def described(error: Exception) -> dict[str, object]:
    """Cell and traceback of a failed notebook; of anything else, our own traceback."""
    lines = getattr(error, "traceback", None)
    text = "\n".join(lines) if lines else "".join(traceback.format_exception(error))
    name = getattr(error, "ename", type(error).__name__)
    message = getattr(error, "evalue", str(error))
    return {
        "cell": getattr(error, "exec_count", None),
        "error": f"{name}: {message}"[:500],
        "traceback": ANSI.sub("", text)[-20_000:],
    }
