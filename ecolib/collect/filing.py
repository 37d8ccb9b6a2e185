"""Filing what came back below data/<county>/raw/<year>: every byte as received, nothing overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ecolib.assess.case import Case
from ecolib.collect.asked import forms
from ecolib.collect.form import Round
from ecolib.collect.returned import Returned, recognise, still_empty
from ecolib.collect.templates import cannot_write
from ecolib.data import dictionary
from ecolib.data.readers import data_files, is_passing, read_file
from ecolib.data.versions import (
    TEMPLATE_KIND,
    Difference,
    differences,
    filed_versions,
    is_template,
)
from ecolib.errors import DataError, Problem, RunError
from ecolib.files import locked, write_bytes

#: Versions of one unit's return that can be told apart by name.
MOST_VERSIONS = 99


@dataclass(frozen=True)
class Filed:
    """What became of one file: `status` is "filed", "again" (filed before) or "refused".

    `differences` are those from the version that counted until now.
    """

    file: str
    status: str
    owner: str = ""
    filed_as: str = ""
    problems: tuple[Problem, ...] = ()
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Outstanding:
    """A unit's state: whether it returned anything, and how many required rows are empty."""

    owner: str
    returned: bool
    empty: int


def file_returned(case: Case, folder: Path) -> list[Filed]:
    """File every workbook in a folder or below it, the one saved first before the others.

    Raises
    ------
    RunError
        When a run is writing the results of this county and year, or the data folder cannot be
        written to.
    DataError
        When the folder is not there.
    """
    if not folder.is_dir():
        raise DataError(Problem(str(folder), "没有这个文件夹", "there is no such folder"))
    outcomes, accepted = [], []
    with locked(case.out):
        for path in _files(folder):
            try:
                accepted.append(recognise(path, case))
            except DataError as error:
                outcomes.append(Filed(path.name, "refused", problems=error.problems))
        accepted.sort(key=lambda returned: (returned.saved, returned.path.name))
        try:
            return outcomes + [_file(case, returned) for returned in accepted]
        except OSError as error:
            raise RunError(cannot_write(error)) from error


def raw_folder(case: Case) -> Path:
    """Where what was handed in for the year is kept."""
    return case.root / "data" / case.county / "raw" / str(case.year)


def outstanding(case: Case) -> list[Outstanding]:
    """Every unit that is asked for something, with what is still empty in its last version."""
    asking = Round.of(case, "zh")
    filed = _filed(case)
    states = []
    for owner in dictionary.owners():
        asked = forms(asking, owner)
        ours = [path for path in filed.get(owner, ()) if is_template(path)]
        if ours:
            states.append(Outstanding(owner, True, still_empty(read_file(ours[-1], case.root))))
        elif asked:
            states.append(Outstanding(owner, False, sum(form.required for form in asked)))
    return states


def _files(folder: Path) -> list[Path]:
    """Every file in the folder and below it; not what Excel and systems put beside them."""
    files = (path for path in folder.rglob("*") if path.is_file() and not is_passing(path))
    return sorted(files, key=lambda path: path.relative_to(folder).as_posix())


def _filed(case: Case) -> dict[str, list[Path]]:
    """What was filed for the year, by unit, the first version first."""
    folder = raw_folder(case)
    return filed_versions(data_files(folder)) if folder.is_dir() else {}


def _file(case: Case, returned: Returned) -> Filed:
    folder, name = raw_folder(case), returned.path.name
    versions = _filed(case).get(returned.owner, [])
    data = returned.path.read_bytes()
    same = next((path for path in versions if path.read_bytes() == data), None)
    if same is not None:
        return Filed(name, "again", returned.owner, same.name)
    number = _next_number(versions)
    if number > MOST_VERSIONS:
        return Filed(name, "refused", returned.owner, problems=(_too_many(name),))
    stem = returned.owner if number == 1 else f"{returned.owner}_{number:02}"
    target = folder / f"{stem}{TEMPLATE_KIND}"
    changed = _changes(case, versions, returned)
    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(target, data)
    return Filed(name, "filed", returned.owner, target.name, differences=changed)


def _next_number(versions: Sequence[Path]) -> int:
    numbers = [int(path.stem.rpartition("_")[2]) for path in versions if path.stem[-1].isdigit()]
    return max([len(versions), *numbers]) + 1


def _changes(case: Case, versions: Sequence[Path], returned: Returned) -> tuple[Difference, ...]:
    ours = [path for path in versions if is_template(path)]
    if not ours:
        return ()
    return tuple(differences(read_file(ours[-1], case.root), returned.sheets))


def _too_many(name: str) -> Problem:
    return Problem(
        name,
        f"同一单位已有 {MOST_VERSIONS} 个版本，请先整理",
        f"there are {MOST_VERSIONS} versions of this unit already; tidy them up first",
    )
