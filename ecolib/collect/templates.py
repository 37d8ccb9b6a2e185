"""One workbook a responsible unit, below outputs/<county>/<year>/templates."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ecolib.assess.case import Case
from ecolib.collect.asked import forms
from ecolib.collect.form import Round
from ecolib.collect.workbook import workbook
from ecolib.data import dictionary
from ecolib.data.readers import read_file
from ecolib.data.versions import filled_rows
from ecolib.errors import DataError, Problem, RunError
from ecolib.files import locked, write_bytes


def write_templates(case: Case, *, lang: str = "zh") -> list[Path]:
    """Write the workbook of every unit that is asked for figures of the case's year.

    The same data give the same bytes. All workbooks are made before the first is written, each
    appears whole or not at all, and one that somebody has begun to fill in is not overwritten.

    Parameters
    ----------
    lang
        The language of the sheets, "zh" or "en".

    Raises
    ------
    DataError
        When last year's data cannot be read.
    RunError
        When the folder cannot be written to, or holds workbooks that are filled in.
    """
    asking = Round.of(case, lang)
    folder = case.out / "templates"
    books = {
        folder / f"{owner}.xlsx": workbook(asking, owner, asked)
        for owner in dictionary.owners()
        if (asked := forms(asking, owner))
    }
    with locked(case.out):
        _keep_what_is_filled_in(books)
        try:
            folder.mkdir(exist_ok=True)
            for path, data in books.items():
                write_bytes(path, data)
        except OSError as error:
            raise RunError(cannot_write(error)) from error
    return list(books)


def _keep_what_is_filled_in(paths: Iterable[Path]) -> None:
    begun = [path for path in paths if path.is_file() and _is_filled_in(path)]
    if begun:
        raise RunError(
            Problem(
                path.name,
                "已有人填写，不会覆盖；请先把它移到别处",
                "somebody has filled it in, so it is not overwritten; move it elsewhere first",
            )
            for path in begun
        )


def _is_filled_in(path: Path) -> bool:
    try:
        return any(filled_rows(sheet) for sheet in read_file(path, path.parent))
    except DataError:
        return False  # a damaged file holds nothing that could be lost


def cannot_write(error: OSError) -> Problem:
    """Which file could not be written, and what people can do about it."""
    return Problem(
        str(error.filename2 or error.filename),
        f"无法写入（{error.strerror}）；若正在 Excel 中打开，请先关闭",
        f"cannot be written to ({error.strerror}); close it first if it is open in Excel",
    )
