"""What a page depends on, as one hash: same fingerprint, same page, nothing to do again.

All that can change a page is listed here once: every file of this library, the libraries that
compute, read, draw and word, notebooks, parameters and data. Only files are hashed and versions asked
for; nothing heavy is imported, so that an unchanged county-year costs a fraction of a second.
"""

from __future__ import annotations

import hashlib
import json
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

#: What figures are computed with; their versions are shown on the pages.
COMPUTING = ("numpy", "pandas", "scipy", "matplotlib")
#: Everything whose version can change a page: arithmetic, drawing, reading, wording, rendering.
LIBRARIES = (
    *COMPUTING,
    "numba",
    "seaborn",
    "openpyxl",
    "pyarrow",
    "python-calamine",
    "xlrd",
    "pydantic",
    "pyyaml",
    "latex2mathml",
    "papermill",
    "ipykernel",
    "ipython",
    "nbformat",
    "nbconvert",
    "jinja2",
    "beautifulsoup4",
)


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
    return digest(json.dumps(versions()), *_contents(paths, package))


def county_year(root: Path, county: str, year: int) -> str:
    """Hash over all that a run of a county-year stands on; without it, a run has nothing to do."""
    data = root / "data" / county
    folders = [p for p in (data / "raw").glob("[0-9][0-9][0-9][0-9]") if int(p.name) <= year]
    paths = [p for folder in (data, *folders) if folder.is_dir() for p in folder.iterdir()]
    paths += [root / "params" / "defaults.yml", root / "params" / f"{county}.yml"]
    paths += (root / "notebooks").glob("*.ipynb")
    return digest(library(), *_contents([p for p in paths if p.is_file()], root))


def source_of(notebook: Path) -> str:
    """The sources of a notebook's cells, without outputs and metadata."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return json.dumps(
        [[c["cell_type"], "".join(c["source"]), c["metadata"].get("tags", [])] for c in cells]
    )


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
    """Name and bytes of each file, in an order that no file system decides."""
    named = sorted((path.relative_to(base).as_posix(), path) for path in paths)
    return [part for name, path in named for part in (name, path.read_bytes())]
