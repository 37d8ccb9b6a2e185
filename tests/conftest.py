"""A tiny county that a test fills with the rows it needs."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from ecolib.assess.case import Case
from ecolib.assess.opening import open_case
from ecolib.data import dictionary

ROOT = Path(__file__).parents[1]
COLUMNS = {
    "items": ["item", "year", "value", "unit", "place", "position"],
    "documents": [
        "indicator",
        "requirement",
        "year",
        "holds",
        "statement",
        "title",
        "number",
        "date",
        "valid_from",
        "valid_to",
        "position",
    ],
    "areas": ["kind", "site", "year", "area", "unit", "position"],
    "claims": [
        "indicator",
        "year",
        "kind",
        "printed",
        "unit",
        "claim",
        "subject",
        "part_of",
        "position",
        "scope",
        "date",
        "requires",
    ],
}


#: The environment of an interpreter without `os.fork`, as on Windows.
NO_FORK = {"PYTHONPATH": str(ROOT / "tests/no_fork")}
#: What is about the warm process, which forks those that run notebooks.
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="without fork there is no warm process")
#: The longest first, so that no worker is left alone with one of them at the end.
LONGEST = (
    "test_pages_indicator", "test_pages_say_one_thing", "test_whole_run", "test_collect_round_trip",
    "test_runner", "test_engine", "test_plots", "test_batch",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    rank = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(rank)))


def pytest_configure(config) -> None:
    """Notebooks checked by nbval save their results into a temporary folder, not into outputs/."""
    # What errors are told in, whatever the locale; `LANGUAGE` changes nothing else.
    os.environ["LANGUAGE"] = "en"
    folder = tempfile.TemporaryDirectory()
    config.add_cleanup(folder.cleanup)
    os.environ["ECOLIB_TASK_FOLDER"] = folder.name
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        # Dozens of interpreters are started: each would compile pandas and all the rest anew.
        compiled = tempfile.TemporaryDirectory()
        config.add_cleanup(compiled.cleanup)
        os.environ["PYTHONPYCACHEPREFIX"] = compiled.name


@pytest.fixture(autouse=True)
def _own_folders(monkeypatch) -> None:
    """Tests themselves write where a user's call would."""
    monkeypatch.delenv("ECOLIB_TASK_FOLDER", raising=False)


@pytest.fixture
def root() -> Path:
    """The project folder."""
    return ROOT


@pytest.fixture
def tiny(tmp_path: Path) -> Callable[..., Case]:
    """`tiny(2019, items=[("hw_generated", 2019, "1.5", "t")], params="...")` -> Case."""
    return partial(trial_county, tmp_path)


def trial_county(
    root: Path, year: int, *, params: str = "", folder: int | None = None, **tables
) -> Case:
    """A county with these tables below a folder.

    It is judged by the list of Lianshan: its numbers are those that tests use. With
    `params="list: <name>"` it is judged by another file of `params/lists`.

    Rows may be shorter than the table; then the position is filled in. All go into one folder of the
    year, unless `folder` names another.
    """
    shutil.copytree(ROOT / "params/lists", root / "params/lists", dirs_exist_ok=True)
    defaults = "alpha: 0.05\nlist: lianshan\n"
    (root / "params/defaults.yml").write_text(defaults, encoding="utf-8")
    head = "county: {zh: 试县, en: Test County, base_year: 2015, terrain: {mountain: 100}}\n"
    (root / "params/trial.yml").write_text(head + params, encoding="utf-8")
    raw = root / "data/trial/raw" / str(folder or year)
    raw.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        _write(raw / f"{name}.csv", COLUMNS.get(name) or _columns(name), rows)
    return open_case("trial", year, root=root)


@pytest.fixture
def one_core() -> Iterator[None]:
    """One core means one notebook at a time, in every process started meanwhile."""
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system does not let a process choose its cores")
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(everywhere)[:1])
    yield
    os.sched_setaffinity(0, everywhere)


def _columns(name: str) -> list[str]:
    """Every column of a table in its own order, but for the note."""
    return [c.name for c in dictionary.table(name).columns if c.name != "note"]


def _write(path: Path, columns: list[str], rows: list[tuple]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            cells = [*map(str, row)]
            at = columns.index("position") if "position" in columns else len(columns) - 1
            if len(cells) <= at:
                cells += [""] * (at - len(cells)) + ["here"]
            writer.writerow([*cells, *[""] * (len(columns) - len(cells))])
