"""What an office hands in, as a file: `ecolib export`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ecolib.assess.annual import Annual, load_annual
from ecolib.errors import RunError
from ecolib.files import keep_out, write_bytes
from ecolib.pages import excel, plan_word, word
from ecolib.pages.listings import Dossier
from ecolib.pages.pdf import pdf
from ecolib.pages.wording import export_name
from ecolib.texts import Note

if TYPE_CHECKING:
    from ecolib.assess.case import Case

KINDS = ("docx", "xlsx", "pdf")


def dossier(case: Case, lang: str, *, saved: bool) -> Dossier:
    """The results as a run saved them, where they are `saved` and whole; else evaluated now."""
    annual = load_annual(case) if saved else Annual(case, (), (), {})
    results = annual.results if not annual.unsaved else tuple(case.evaluate_all())
    return Dossier(case, results, annual.claims, lang)


def target_of(case: Case, kind: str, lang: str, out: Path | None, what: str = "") -> Path:
    """Where a file goes: among the outputs of the year under a name that people know it by, into
    the folder that was named, or under the name that was.

    Raises
    ------
    RunError
        When it would go among the data of counties.
    """
    name = export_name(case, kind, lang, what)
    if out is None:
        return case.out / name
    keep_out(out, case.root)
    if out.is_dir():
        return out / name
    return out if out.suffix.lower() == f".{kind}" else out.with_name(f"{out.name}.{kind}")


def write(target: Path, made: Callable[[], bytes]) -> Path:
    """Make a file and put it in place, whole or not at all.

    Raises
    ------
    RunError
        When it cannot be made, or its place cannot be written to.
    """
    data = made()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(target, data)
    except OSError as error:
        why = error.strerror or str(error)
        raise RunError(Note("export.cannot_write", source=str(target), why=why)) from error
    return target


def workbook(case: Case, lang: str, target: Path, *, saved: bool) -> Path:
    return write(target, lambda: excel.workbook(dossier(case, lang, saved=saved)))


def report(
    case: Case, lang: str, target: Path, *, saved: bool, template: Path | None = None
) -> Path:
    return write(target, lambda: word.report(dossier(case, lang, saved=saved), template))


def plan(case: Case, lang: str, target: Path, what: str, template: Path | None = None) -> Path:
    """The report on the plan of work, or the table of its tasks.

    Raises
    ------
    RunError
        When the county has no plan, or the place cannot be written to.
    """
    if not case.context.plan.rows:
        raise RunError(Note("export.no_plan", source=case.county))
    made = {"plan": plan_word.plan_report, "tasks": plan_word.task_table}[what]
    return write(target, lambda: made(case, lang, template))


def page(case: Case, lang: str, target: Path) -> Path:
    """The annual report that a run has written, as PDF."""
    html = case.out / f"report.{lang}.html"
    return write(target, lambda: pdf(html, year=case.year))
