"""What a page depends on: every library that can change one, every file of the library, the data."""

import importlib.metadata
import re
import shutil

import pytest
from trial import project

from ecolib import fingerprint, plan, run
from ecolib.fingerprint import LIBRARIES, county_year, digest, results_of

#: Dependencies that no page can tell from another version of themselves.
INVISIBLE = {"click", "filelock", "psutil", "tqdm", "xlsxwriter"}


@pytest.fixture
def another_version(monkeypatch):
    """`another_version("seaborn")`: as if that library had just been upgraded."""
    known = importlib.metadata.version

    def upgraded(name):
        monkeypatch.setattr(fingerprint, "version", lambda n: "999" if n == name else known(n))
        fingerprint.versions.cache_clear()
        fingerprint.library.cache_clear()

    yield upgraded
    monkeypatch.undo()
    fingerprint.versions.cache_clear()
    fingerprint.library.cache_clear()


def test_every_dependency_counts_or_is_known_to_be_invisible():
    required = importlib.metadata.requires("ecolib")
    names = {re.match(r"[\w-]+", line)[0] for line in required if "extra ==" not in line}
    assert names - set(LIBRARIES) == INVISIBLE


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_new_version_of_any_library_counts(root, another_version, name):
    before = county_year(root, "lianshan", 2019)
    another_version(name)
    assert county_year(root, "lianshan", 2019) != before


def test_a_new_seaborn_makes_all_pages_again(tiny, another_version):
    case = project(tiny)
    run(plan(case, only=["13", "data_audit"], langs=("zh",)))
    assert not any(t.why for t in plan(case, only=["13", "data_audit"], langs=("zh",)))
    another_version("seaborn")
    why = {t.name: t.why for t in plan(case, only=["13", "data_audit"], langs=("zh",))}
    assert why["hazardous_waste_rate"] == why["data_audit"] == why["annual_summary"] == "changed"


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("params/trial.yml", True),
        ("params/defaults.yml", True),
        ("params/other.yml", False),
        ("notebooks/evidence.ipynb", True),
        ("data/trial/corrections.yml", True),
        ("data/trial/evidence/2019/paper.pdf", True),
        ("data/trial/raw/2018/items.csv", True),
        ("data/trial/raw/2020/items.csv", False),
    ],
)
def test_which_files_count(tiny, path, counts):
    case = project(tiny)
    before = [standing(case.root, "trial", 2019) for standing in (county_year, results_of)]
    file = case.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as opened:
        opened.write("\n")
    assert (county_year(case.root, "trial", 2019) != before[0]) is counts
    # No notebook changes a result.
    counts = counts and not path.startswith("notebooks")
    assert (results_of(case.root, "trial", 2019) != before[1]) is counts


def test_a_moved_project_is_the_same(tiny, tmp_path_factory):
    case = project(tiny)
    moved = tmp_path_factory.mktemp("moved") / "project"
    shutil.copytree(case.root, moved)
    assert county_year(moved, "trial", 2019) == county_year(case.root, "trial", 2019)


def test_parts_are_kept_apart():
    assert digest("ab", "c") != digest("a", "bc")
