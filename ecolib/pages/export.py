"""What an office hands in, as a file: `ecolib export`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ecolib.assess.annual import Annual, load_annual
from ecolib.errors import RunError
from ecolib.files import keep_out, reason, write_bytes
from ecolib.pages import excel, plan_word, word
from ecolib.pages.listings import Dossier
from ecolib.pages.pdf import pdf
from ecolib.pages.wording import export_name
from ecolib.texts import Note

if TYPE_CHECKING:
    from ecolib.assess.case import Case

KINDS = ("docx", "xlsx", "pdf")
#: What is told of the plan of work: its report, the table of its tasks.
OF_PLAN = {"plan": plan_word.plan_report, "tasks": plan_word.task_table}


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
        told = {"source": str(target), "why": reason(error)}
        raise RunError(Note("export.cannot_write", **told)) from error
    return target


def export(
    case: Case,
    kind: str,
    lang: str,
    target: Path,
    what: str = "indicators",
    *,
    saved: bool,
    template: Path | None = None,
) -> Path:
    """Write one of `KINDS`: the results as a run `saved` them, where they are whole, else evaluated
    now; the annual report that it has written, as PDF; or what is about the plan of work.

    Raises
    ------
    RunError
        When the county has no plan, the file cannot be made, or its place cannot be written to.
    """
    if what in OF_PLAN and not case.context.plan.rows:
        raise RunError(Note("export.no_plan", source=case.county))

    def made() -> bytes:
        if what in OF_PLAN:
            return OF_PLAN[what](case, lang, template)
        if kind == "pdf":
            return pdf(case.out / f"report.{lang}.html", year=case.year)
        annual = load_annual(case) if saved else Annual(case, (), (), {})
        results = annual.results if not annual.unsaved else tuple(case.evaluate_all())
        dossier = Dossier(case, results, annual.claims, lang)
        return excel.workbook(dossier) if kind == "xlsx" else word.report(dossier, template)

    return write(target, made)
