"""Templates out, returned workbooks in: every byte is filed as received, nothing is overwritten.

Templates are written below outputs/<county>/<year>/templates, a workbook a unit; what comes back is
filed below data/<county>/raw/<year>.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from ecolib.assess.case import Case
from ecolib.collect.asking import Form, Round
from ecolib.collect.forms import forms
from ecolib.collect.workbook import SIGNATURE, workbook
from ecolib.data import dictionary
from ecolib.data.detect import WORKBOOKS
from ecolib.data.ids import FOR_PEOPLE, VERSION
from ecolib.data.readers import data_files, is_passing, read_all, read_file
from ecolib.data.sheet import MARKS, Sheet
from ecolib.data.versions import (
    TEMPLATE_KIND,
    Difference,
    differences,
    filed_versions,
    filled_rows,
    is_template,
    marks_of,
)
from ecolib.errors import DataError, RunError, check_kind, check_lang, several
from ecolib.files import (
    DAMAGED,
    entries_of,
    file_hash,
    file_name,
    hashes_of,
    locked,
    new_folder,
    read_json,
    reason,
    swap_in,
    write_bytes,
    write_json,
)
from ecolib.grouping import grouped
from ecolib.texts import Note, Source, text

# --- a workbook that came back: whether it is ours, and whose --------------------------------------


@dataclass(frozen=True)
class Returned:
    """A template as it came back; `sha256` is that of the file that was read, `saved` is when the
    program that wrote it says so."""

    path: Path
    sha256: str
    owner: str
    saved: datetime
    sheets: tuple[Sheet, ...]


def recognise(path: Path, case: Case) -> Returned:
    """Read a returned workbook and hold its marks against the county-year.

    Raises
    ------
    DataError
        When it is damaged, not one of our templates, for another county or year, of a newer
        edition, when columns of it are gone, or when nobody filled anything in.
    """
    if path.suffix.lower() != TEMPLATE_KIND:
        raise DataError(_not_ours(path, case))
    sha256, sheets = file_hash(path), read_all(path, path.parent)
    said, columns = _marks(sheets)
    if SIGNATURE not in said:
        raise DataError(_not_ours(path, case))
    data = [sheet for sheet in sheets if sheet.holds_data]
    problems = _foreign(path, case, said) or _gone(path, columns, data)
    # An empty form must not take back what an earlier version said.
    if not problems and not any(map(filled_rows, data)):
        problems = [Note("returned.empty", source=path.name)]
    if problems:
        raise DataError(problems)
    return Returned(path, sha256, str(said["owner"]), _saved(path), tuple(data))


def _marks(sheets: Sequence[Sheet]) -> tuple[dict[str, object], list[tuple[str, str, str]]]:
    """What the hidden sheet says, and the columns as issued: sheet, id, heading."""
    rows = [cells for sheet in sheets if sheet.name == MARKS for _, cells in sheet.rows]
    columns = [tuple(map(str, c[1:4])) for c in rows if len(c) > 3 and c[0] == "column"]
    return marks_of(sheets), columns


def _not_ours(path: Path, case: Case) -> Note:
    folder, evidence = f"data/{case.county}/raw/{case.year}/", f"data/{case.county}/evidence/"
    told = {"marks": MARKS, "folder": folder, "evidence": evidence}
    kinds = {"saved_otherwise": WORKBOOKS - {TEMPLATE_KIND}, "packed": {".zip", ".rar", ".7z"}}
    why = next((why for why, of in kinds.items() if path.suffix.lower() in of), "not_ours")
    return Note(f"returned.{why}", source=path.name, kind=path.suffix, **told)


def _foreign(path: Path, case: Case, marks: dict[str, object]) -> list[Note]:
    """Marks of a newer edition, of another county or year, or of no unit."""
    name, version = path.name, marks[SIGNATURE]
    if not isinstance(version, int | float) or version > VERSION:
        return [Note("returned.newer", source=name, edition=_printed(version), known=VERSION)]
    county, year, owner = (marks.get(mark) for mark in ("county", "year", "owner"))
    wrong = []
    if county != case.county:
        wrong.append(
            Note("returned.other_county", source=name, county=str(county), here=case.county)
        )
    if year != case.year:
        wrong.append(Note("returned.other_year", source=name, year=_printed(year), here=case.year))
    if owner not in dictionary.owners():
        wrong.append(Note("returned.no_such_owner", source=name, owner=str(owner)))
    return wrong


def _printed(mark: object) -> str:
    """A number that Excel may have made a decimal of, as it was issued."""
    return f"{mark:g}" if isinstance(mark, int | float) else str(mark)


def _gone(
    path: Path, columns: Sequence[tuple[str, str, str]], sheets: Sequence[Sheet]
) -> list[Note]:
    """Columns as issued that are nowhere to be found: somebody deleted them, or the row of ids."""
    # Two sheets may hold one table; a sheet may have been renamed.
    present = Counter(text for sheet in sheets for text in sheet.ids)
    issued = Counter(identity for _, identity, _ in columns)
    named = {sheet.name: sheet.ids for sheet in sheets}
    lost = grouped(
        (sheet, heading)
        for sheet, identity, heading in columns
        if present[identity] < issued[identity]
        and identity not in named.get(sheet, ())
        and not identity.startswith(f"{FOR_PEOPLE}.")
    )
    return [
        Note("returned.columns_gone", source=Source(path.name, sheet), headings=tuple(headings))
        for sheet, headings in lost.items()
    ]


def _saved(path: Path) -> datetime:
    """When the workbook was saved, as written in it; the distant past where it does not say."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    try:
        return (book.properties.modified or datetime.min).replace(tzinfo=None)
    finally:
        book.close()


# --- what is said of it ---------------------------------------------------------------------------

#: Versions of one unit's return that can be told apart by name.
MOST_VERSIONS = 99
#: Differences shown of one workbook; `ecolib check --all` lists all of them.
SHOWN = 20


@dataclass(frozen=True)
class Filed:
    """What became of one file: `status` is "filed", "again" (filed before) or "refused".

    `differences` are those from the version that counted until now.
    """

    file: str
    status: str
    owner: str = ""
    filed_as: str = ""
    problems: tuple[Note, ...] = ()
    differences: tuple[Difference, ...] = ()

    def text(self, case: Case, lang: str) -> str:
        """What the command says of it, on one or several lines."""
        return "\n".join(self._lines(case, lang))

    def _lines(self, case: Case, lang: str) -> Iterator[str]:
        if self.status == "refused":
            yield from (f"✗ {problem.line(lang)}" for problem in self.problems)
            return
        owner = case.owner_words(self.owner)
        yield text(f"filed.{self.status}", lang, file=self.file, owner=owner, name=self.filed_as)
        count = len(self.differences)
        if count:
            yield text("filed.differs", lang, count=count)
            yield from (f"    {found.text(lang)}" for found in self.differences[:SHOWN])
        if count > SHOWN:
            yield text("filed.more", lang, count=count - SHOWN)


# --- templates out


def write_templates(case: Case, *, lang: str = "zh", towns: Sequence[str] | str = ()) -> list[Path]:
    """Write the workbook of every unit that is asked for figures of the case's year.

    The same data give the same bytes. All workbooks are made before the first is written, each
    appears whole or not at all, and one that somebody has begun to fill in is not overwritten.

    Parameters
    ----------
    lang
        The language of the sheets and of the names of the files, "zh" or "en".
    towns
        Places for each of which a figure is asked too, of the items that can be combined from them.

    Raises
    ------
    DataError
        When last year's data cannot be read.
    RunError
        When the folder cannot be written to, or holds workbooks that are filled in.
    """
    check_kind("case", case, "Case")
    asking, folder = Round.of(case, check_lang(lang), several(towns)), case.out / "templates"
    stems = file_stems(case, "template.file_name", lang)
    books = {
        folder / f"{stems[owner]}{TEMPLATE_KIND}": workbook(asking, owner, asked)
        for owner, asked in asked_of_all(asking)
    }
    with writing(case):
        _keep_what_is_filled_in(books)
        folder.mkdir(exist_ok=True)
        for path, data in books.items():
            write_bytes(path, data)
    return list(books)


def file_stems(case: Case, code: str, lang: str) -> dict[str, str]:
    """By unit, how a file for it is called: the sentence `code` of its name and the year."""
    found: dict[str, str] = {}
    for owner in dictionary.owners():
        stem = file_name(text(code, lang, owner=case.owner_words(owner), year=case.year))
        taken = stem.casefold() in map(str.casefold, found.values())  # two units of one name
        found[owner] = f"{stem}_{owner}" if taken else stem
    return found


def asked_of_all(asking: Round) -> Iterator[tuple[str, tuple[Form, ...]]]:
    """The units that are asked for anything, in the order of the data dictionary, with their sheets."""
    for owner in dictionary.owners():
        if asked := forms(asking, owner):
            yield owner, asked


def _keep_what_is_filled_in(paths: Iterable[Path]) -> None:
    begun = [path for path in paths if path.is_file() and _is_filled_in(path)]
    if begun:
        raise RunError(Note("template.begun", source=path.name) for path in begun)


def _is_filled_in(path: Path) -> bool:
    try:
        return any(filled_rows(sheet) for sheet in read_file(path, path.parent))
    except DataError:
        return False  # a damaged file holds nothing that could be lost


@contextmanager
def writing(case: Case) -> Iterator[None]:
    """Hold a county-year while files of it are written.

    Raises
    ------
    RunError
        When a run holds it, or a file cannot be written.
    """
    try:
        with locked(case.out):
            yield
    except OSError as error:
        raise RunError(cannot_write(error)) from error


@contextmanager
def new_in_place(case: Case, name: str) -> Iterator[Path]:
    """A folder below the outputs of a year, to be filled: it takes the place of the one before as a
    whole. Raises what `writing` does, and `RunError` where people put files there, or changed some."""
    final = case.out / name
    with writing(case):
        keep_others(final)
        made = new_folder(case.out, name)
        yield made
        with marked(final, _hashes(made)):
            swap_in(made, final)


def keep_others(folder: Path, names: Collection[str] = ()) -> None:
    """Raise `RunError` where a folder of the outputs, or these files in it, hold what was not made here
    or was changed since. What nobody knows of, made before there were marks, is not held back."""
    found = _hashes(folder)
    known = _marked(folder) or found
    others = [
        f
        for f, sha in found.items()
        if (f not in known or sha not in known[f]) and (not names or f in names)
    ]
    if others:
        told = {"count": len(others), "files": tuple(others[:SHOWN])}
        raise RunError(Note("folder.has_others", source=str(folder), **told))


@contextmanager
def marked(folder: Path, made: Mapping[str, str], *, beside: bool = False) -> Iterator[None]:
    """Remember by its hash what was made in a folder: all that it holds, or these files `beside` those
    of before. Until they are in place both count as made here, as a run may be killed in between."""
    before = _marked(folder)
    there = before or _hashes(folder)
    either = {name: f"{there.get(name, '')} {made.get(name, '')}" for name in there | made}
    write_json(_marker(folder), either)
    yield
    write_json(_marker(folder), {**(before if beside else {}), **made})


def _marker(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.json")


def _marked(folder: Path) -> dict[str, str]:
    try:
        return dict(read_json(_marker(folder)))
    except DAMAGED:
        return {}


def _hashes(folder: Path) -> dict[str, str]:
    """The files of people below a folder, by their hashes."""
    return {name: sha for name, sha in hashes_of(folder).items() if not is_passing(Path(name))}


def cannot_write(error: OSError) -> Note:
    """Which file could not be written, and what people can do about it."""
    file = str(error.filename2 or error.filename)
    return Note("template.cannot_write", source=file, why=reason(error))


# --- workbooks in


def file_returned(case: Case, folder: Path) -> list[Filed]:
    """File every workbook in a folder or below it, the one saved first before the others.

    Raises
    ------
    RunError
        When a run is writing the results of this county and year, or the data folder cannot be
        written to.
    DataError
        When the folder is not there, or one in it cannot be looked into.
    """
    if not folder.is_dir():
        raise DataError(Note("returned.no_folder", source=str(folder)))
    outcomes, accepted = [], []
    for path in _files(folder):
        try:
            accepted.append(recognise(path, case))
        except DataError as error:
            outcomes.append(Filed(path.name, "refused", problems=error.problems))
    accepted.sort(key=lambda returned: (returned.saved, returned.path.name))
    with writing(case):
        return outcomes + [_file(case, returned) for returned in accepted]


def raw_folder(case: Case) -> Path:
    """Where what was submitted for the year is kept."""
    return case.root / "data" / case.county / "raw" / str(case.year)


def _files(folder: Path) -> list[Path]:
    """Everything in the folder and below it that is no folder; not what Excel and systems put beside.
    A folder that cannot be looked into raises `DataError`; a link to one is told as no workbook."""
    found = [path for path in entries_of(folder) if not is_passing(path)]
    below = [path for path in found if path.is_dir() and not path.is_symlink()]
    files = [path for path in found if path not in below]
    return sorted([*files, *chain.from_iterable(map(_files, below))])


def filed(case: Case) -> dict[str, list[Path]]:
    """What was filed for the year, by unit, the first version first."""
    folder = raw_folder(case)
    return filed_versions(data_files(folder)) if folder.is_dir() else {}


def _file(case: Case, returned: Returned) -> Filed:
    folder, name = raw_folder(case), returned.path.name
    versions = filed(case).get(returned.owner, [])
    data = returned.path.read_bytes()
    if hashlib.sha256(data).hexdigest() != returned.sha256:  # somebody saved it since it was read
        changed = Note("returned.changed", source=name)
        return Filed(name, "refused", returned.owner, problems=(changed,))
    same = next((path for path in versions if path.read_bytes() == data), None)
    if same is not None:
        return Filed(name, "again", returned.owner, same.name)
    number = _next_number(versions)
    if number > MOST_VERSIONS:
        too_many = Note("returned.too_many", source=name, count=MOST_VERSIONS)
        return Filed(name, "refused", returned.owner, problems=(too_many,))
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
