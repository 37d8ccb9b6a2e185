"""What a page depends on, as one hash: same fingerprint, same page, nothing to do again.

All that can change a page is listed here once: every file of this library, the libraries that
compute, read, draw and word, notebooks, parameters and data. Only files are hashed and versions asked
for; nothing heavy is imported, so that an unchanged county-year costs a fraction of a second.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ecolib.errors import RunError
from ecolib.files import DAMAGED, DATA_KINDS, MAX_MB, file_hash, hashes_of, read_json
from ecolib.texts import Note

#: What figures are computed with; their versions are shown on the pages.
COMPUTING = ("numpy", "pandas", "scipy", "matplotlib")
#: Everything whose version can change a page: arithmetic, drawing, reading, wording, rendering.
LIBRARIES = (
    *COMPUTING, "numba", "seaborn", "openpyxl", "pyarrow", "python-calamine", "xlrd", "pydantic",
    "pyyaml", "latex2mathml", "papermill", "ipykernel", "ipython", "nbformat", "nbconvert", "jinja2",
    "beautifulsoup4",
)  # fmt: skip
#: The files of a project whose contents a run may read.
READ = (*DATA_KINDS, ".yml", ".ipynb")
YEAR = re.compile("[0-9]{4}")


@cache
def versions() -> dict[str, str]:
    """The version of Python and of every library that is installed, by name."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # an optional one
            continue
    return found


def computing() -> dict[str, str]:
    """The versions that a reader is told: this library, Python and what computes."""
    told = versions()
    return {"ecolib": version("ecolib"), **{n: told[n] for n in ("python", *COMPUTING)}}


@cache
def library() -> str:
    """Hash over every file of this package (code, standards, texts, templates) and all versions."""
    package = Path(__file__).parent
    paths = [p for p in package.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    named = sorted((path.relative_to(package).as_posix(), file_hash(path)) for path in paths)
    return digest(json.dumps(versions()), *(part for pair in named for part in pair))


def county_year(root: Path, county: str, year: int) -> str:
    """Hash over all that a run of a county-year stands on; without it, a run has nothing to do."""
    notebooks = [p for p in _in(root / "notebooks") if p.suffix == ".ipynb"]
    return digest(results_of(root, county, year), *_contents(notebooks, root))


def results_of(root: Path, county: str, year: int) -> str:
    """Hash over all that the results of a county-year stand on: library, parameters and data.

    Of files that nothing reads, as maps, name and size are enough; papers of the archive are told
    with their hashes.
    """
    data = root / "data" / county
    folders = [p for p in _in(data / "raw") if YEAR.fullmatch(p.name) and int(p.name) <= year]
    paths = [p for folder in (data, *folders) for p in _in(folder)]
    paths += [root / "params" / "defaults.yml", root / "params" / f"{county}.yml"]
    paths += [p for p in _in(root / "params" / "lists") if p.suffix == ".yml"]
    papers = hashes_of(data / "evidence")
    return digest(library(), *_contents(paths, root), json.dumps(papers))


def standing(root: Path, county: str, year: int) -> str:
    """What a process that serves a county-year stands on; one that serves any of them ("") stands on
    the library alone, and each county-year is looked at by itself."""
    return county_year(root, county, year) if county else library()


def _in(folder: Path) -> list[Path]:
    """What lies in a folder; nothing in one that cannot be looked into, of which reading will tell."""
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def cells_of(notebook: Path) -> list[tuple[str, str, list[str]]]:
    """Kind, source and tags of each cell of a notebook.

    Raises
    ------
    RunError
        When the file cannot be read or is no notebook.
    """
    try:
        cells = read_json(notebook)["cells"]
        return [
            (c["cell_type"], "".join(c["source"]), c["metadata"].get("tags", [])) for c in cells
        ]
    except DAMAGED as error:
        raise RunError(Note("notebook.damaged", source=notebook.name)) from error


def source_of(notebook: Path) -> str:
    """The sources of a notebook's cells, without outputs and metadata."""
    return json.dumps([list(cell) for cell in cells_of(notebook)])


def digest(*parts: str | bytes) -> str:
    """One hash over texts and bytes, in this order."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        # The length keeps ("ab", "c") apart from ("a", "bc").
        found.update(len(data).to_bytes(8, "big"))
        found.update(data)
    return found.hexdigest()


def _contents(paths: list[Path], base: Path) -> list[str | bytes]:
    """Name and hash of each file, in an order that no file system decides."""
    named = sorted((p.relative_to(base).as_posix(), p) for p in paths if os.path.isfile(p))
    return [part for name, path in named for part in (os.fsencode(name), _content(path))]


def _content(path: Path) -> str:
    size = path.stat().st_size
    read = path.name.lower().endswith(READ) and size <= MAX_MB * 1_000_000
    return file_hash(path) if read else str(size)
