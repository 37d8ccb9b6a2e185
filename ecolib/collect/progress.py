"""What is written of a month: the bulletin as page and Word file, and the ledger as a workbook."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from ecolib.assess.case import Case
from ecolib.collect.filing import keep_others, marked, writing
from ecolib.collect.returning import Row, list_book, list_of
from ecolib.files import file_name, write_bytes
from ecolib.pages import planned
from ecolib.pages.bulletin import bulletin, bulletin_docx
from ecolib.pages.notebook import page_file
from ecolib.texts import Note, text, word
from ecolib.workplan.monthly import Entry, Month, ledger, problem

#: What stands of a row of the plan (`planned.cell`) under a heading of the ledger.
SHOWN = {
    "number": "serves", "matter": "name", "goal": "quantity", "lead": "lead", "support": "support",
    "due": "deadline", "share": "share", "proof": "proof", "position": "position",
}  # fmt: skip


def write_month(case: Case, month: Month, lang: str) -> list[Path]:
    """Write the bulletin of a month (HTML and Word) and the ledger as it stood on its day, below
    `outputs/<county>/<year>/progress`.

    Raises
    ------
    RunError
        When a run holds the county and year, the folder cannot be written to, or somebody has filled
        in or changed one of the files.
    """
    called = (text("bulletin.name", lang), text("ledger", lang))
    told, entries = (file_name(f"{name}_{month.month:%Y-%m}") for name in called)
    files = {
        f"{told}.html": page_file(bulletin(case, month, lang), lang).encode(),
        f"{told}.docx": bulletin_docx(case, month, lang),
        f"{entries}.xlsx": _ledger(case, month, lang),
    }
    folder = case.out / "progress"
    with writing(case):
        folder.mkdir(exist_ok=True)
        keep_others(folder, files)  # people fill in the ledger
        made = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
        with marked(folder, made, beside=True):
            for name, data in files.items():
                write_bytes(folder / name, data)
    return [folder / name for name in files]


def _ledger(case: Case, month: Month, lang: str) -> bytes:
    rows = (_entry(case, entry, lang) for entry in ledger(case, month.now.on))
    about = text("ledger.about", lang, on=month.now.on)
    return list_book(case, [list_of(case, "ledger", rows, lang, about=about)], lang)


def _entry(case: Case, entry: Entry, lang: str) -> Row:
    report = entry.standing.report
    told = {name: planned.cell(of, entry.standing, case, lang) for name, of in SHOWN.items()}
    return told | {
        "source": text("ledger.source", lang),
        "found_on": entry.found.isoformat(),
        "problem": problem(entry.kind, entry.standing).text(lang),
        "problem_kind": word("plan_state", entry.kind, lang),
        "progress": f"{report.reported} {report.told}".strip() if report else "",
        "closed_on": entry.closed.isoformat() if entry.closed else "",
        "state": word("ledger_state", _state(entry), lang),
    }


def _state(entry: Entry) -> str:
    if entry.closed:
        return "closed"
    finished = entry.standing.state == "done"
    return "to_accept" if finished else "under_way" if entry.standing.report else "not_begun"


def bulletin_lines(case: Case, month: Month, lang: str) -> Iterator[Note]:
    """What the command shows of a month: three sentences, who was silent, what is late, what was
    finished."""
    yield from month.sentences
    for unit in month.silent:
        if unit.when is None:
            yield Note("month.silent", unit=unit.name, rows=unit.rows)
        else:
            when = unit.when.isoformat()
            yield Note("month.told_late", unit=unit.name, when=when, days=unit.days_late)
    for standing in month.late:
        units = tuple(map(case.owner_words, standing.row.lead)) or "—"
        yield Note("month.late", what=standing.row.name, units=units, days=-standing.days)
    for standing in month.finished:
        yield Note("month.finished", what=standing.row.name)
