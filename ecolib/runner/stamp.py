"""A quick look whether anything changed at all since the last complete run.

It hashes files and asks for versions, nothing more, so that an unchanged county-year costs a
fraction of a second: pandas is not even imported. Any doubt leads to the full plan.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

#: Everything a result is computed or drawn with; the first five are also part of a fingerprint.
LIBRARIES = (
    "numpy",
    "pandas",
    "scipy",
    "matplotlib",
    "seaborn",
    "nbconvert",
    "latex2mathml",
    "pyarrow",
    "python-calamine",
    "xlrd",
)
NAME = ".stamp.json"


def unchanged(root: Path, county: str, year: int, langs: Sequence[str]) -> bool:
    """Whether the last complete run of this county-year is still what a run would give."""
    out = root / "outputs" / county / str(year)
    try:
        stamp = json.loads((out / NAME).read_text(encoding="utf-8"))
        markers = {
            name: json.loads((out / name / "run.json").read_text(encoding="utf-8"))["fingerprint"]
            for name in stamp["markers"]
        }
    except (OSError, ValueError, KeyError):
        return False
    return (
        set(langs) <= set(stamp["langs"])
        and markers == stamp["markers"]
        and all((out / name).is_file() for name in stamp["pages"])
        and stamp["key"] == key(root, county, year)
    )


def key(root: Path, county: str, year: int) -> str:
    """One hash over library, notebooks, parameters, data up to the year, and versions."""
    package = Path(__file__).parents[1]
    raw = root / "data" / county / "raw"
    folders = [p for p in raw.glob("[0-9][0-9][0-9][0-9]") if int(p.name) <= year]
    files = [
        *(p for p in package.rglob("*") if p.is_file() and "__pycache__" not in p.parts),
        *(root / "notebooks").glob("*.ipynb"),
        root / "params" / "defaults.yml",
        root / "params" / f"{county}.yml",
        *(p for folder in folders for p in folder.iterdir() if p.is_file()),
        *(p for p in [root / "data" / county / "corrections.yml"] if p.is_file()),
    ]
    found = hashlib.sha256(json.dumps([platform.python_version(), *_versions()]).encode())
    for path in sorted(files):
        data = path.read_bytes()
        found.update(f"{path.relative_to(_base(path, root, package)).as_posix()}\0".encode())
        found.update(len(data).to_bytes(8, "big") + data)
    return found.hexdigest()


def _base(path: Path, root: Path, package: Path) -> Path:
    return package if path.is_relative_to(package) else root


def _versions() -> Iterable[str]:
    for name in LIBRARIES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield name
