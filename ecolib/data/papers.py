"""The files of a county's archive, which the evidence table names, below `data/<county>/evidence/`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ecolib.data.checked import source_of
from ecolib.data.readers import is_passing
from ecolib.errors import hint
from ecolib.files import MAX_MB, file_hash
from ecolib.texts import Note, quoted

#: Of files that no row names, so many are listed.
NAMED = 20

#: With so many names those of missing files are compared: a folder may hold thousands, and as many
#: rows miss theirs.
COMPARED = 20_000


def evidence_folder(root: Path, county: str) -> Path:
    """Where the files of the archive lie as they were submitted."""
    return root / "data" / county / "evidence"


def file_of(folder: Path, name: str | None) -> Path | None:
    """The file of this name; None where there is none, it is empty or must not be read, or the name or
    a link leads out of the folder."""
    path = _named(folder, name) if name else None
    there = path and _inside(path, folder) and os.path.isfile(path)
    return path if there and os.path.getsize(path) and os.access(path, os.R_OK) else None


def _named(folder: Path, name: str) -> Path:
    return folder / name.replace("\\", "/")  # as Windows writes it


def _inside(path: Path, folder: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def paper_remarks(
    root: Path, county: str, rows: Sequence[Mapping[str, Any]], *, every: bool
) -> Iterator[Note]:
    """What is wrong with the files that rows of the evidence table name; and where these are `every`
    row there is, which files none of them names."""
    folder = evidence_folder(root, county)
    names, left = _names(folder), COMPARED
    named = {str(_named(folder, row["attachment"])) for row in rows if row["attachment"]}
    idle = [name for name in names if str(folder / name) not in named] if every else ()
    if idle:
        place = folder.relative_to(root).as_posix()
        told = {"count": len(idle), "files": tuple(map(quoted, idle[:NAMED]))}
        yield Note("paper_unnamed", severity="note", source=place, **told)
    for row in rows:
        if not (name := row["attachment"]):
            continue
        path, severity, near = file_of(folder, name), "warning", ""
        if path is None and not _inside(_named(folder, name), folder):
            code, severity = "paper_outside", "error"
        elif path is None and os.path.isfile(_named(folder, name)):
            code = "paper_empty"
        elif path is None:
            code, left = "paper_missing", left - len(names)
            near = hint(name, names) if left > 0 else ""
        elif path.stat().st_size > MAX_MB * 1_000_000:
            code, severity = "paper_too_large", "note"
        elif row["sha256"] and row["sha256"].lower() != file_hash(path):
            code = "paper_altered"
        else:
            continue
        place = source_of(row)
        told = {"title": row["title"], "folder": folder.relative_to(root).as_posix(), "near": near}
        yield Note(
            code, severity=severity, about="evidence.attachment", source=place, shown=name,
            limit=MAX_MB, **told,
        )  # fmt: skip


def _names(folder: Path) -> tuple[str, ...]:
    """Every file of the archive, as a row would name it."""
    found = (path for path in folder.rglob("*") if path.is_file() and not is_passing(path))
    return tuple(sorted(path.relative_to(folder).as_posix() for path in found))
