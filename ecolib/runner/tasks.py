"""What there is to do, what became of it, and how its pages are called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ecolib.texts import LANGS

#: Reports and the page each of them becomes; the summary reads all results, so it comes last.
REPORTS = {"data_audit": "audit", "annual_summary": "report"}


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
    why: str
    skipped: bool = False

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


def page_name(page: str, lang: str) -> str:
    """File name of a page: `analysis.html` and `analysis.en.html`, but `report.zh.html`."""
    if page == "analysis":
        return "analysis.html" if lang == LANGS[0] else f"analysis.{lang}.html"
    return f"{page}.{lang}.html"
