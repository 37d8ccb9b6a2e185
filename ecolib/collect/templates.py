"""One workbook a responsible unit, below outputs/<county>/<year>/templates."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from ecolib import tables
from ecolib.case import Case
from ecolib.collect.asked import forms
from ecolib.collect.form import Round
from ecolib.collect.workbook import workbook


def write_templates(case: Case, *, lang: str = "zh") -> list[Path]:
    """Write the workbook of every unit that is asked for figures of the case's year.

    The same data give the same bytes. All workbooks are made before the first is written, and
    each appears whole or not at all.

    Parameters
    ----------
    lang
        The language of the sheets, "zh" or "en".

    Raises
    ------
    DataError
        When last year's data cannot be read.
    RunError
        When the folder cannot be written to.
    """
    asking = Round(case, replace(case, year=case.year - 1), lang)
    books = {
        owner: workbook(asking, owner, asked)
        for owner in tables.owners()
        if (asked := forms(asking, owner))
    }
    folder = case.out / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(folder / f"{owner}.xlsx", data) for owner, data in books.items()]


def _write(path: Path, data: bytes) -> Path:
    begun = path.with_name(f".{path.name}.part")
    with begun.open("wb") as file:
        file.write(data)
        os.fsync(file.fileno())
    os.replace(begun, path)
    return path
