"""The runner on real notebooks and real kernels: results, failures, what runs again and why."""

import dataclasses
import json
import os
import shutil
import time

import pytest
from counties import LIANSHAN
from trial import GOOD, HAZARDOUS, PARAMETERS, project, write_notebook

from ecolib import plan, run
from ecolib.assess import opening
from ecolib.assess.assessment import assess
from ecolib.assess.case import Case
from ecolib.assess.lineage import items_of
from ecolib.assess.opening import open_case
from ecolib.checks import contradictions
from ecolib.errors import DataError, RunError
from ecolib.indicators.catalogue import known_items


@pytest.fixture
def case(tiny):
    return project(tiny)


def go(case, *only, langs=("zh",)):
    return {o.name: o for o in run(plan(case, only=only, langs=langs))}


@pytest.fixture(scope="module")
def kept():
    """What `finished` ran, for all tests of this module."""
    return {}


@pytest.fixture
def finished(case, kept, tmp_path_factory):
    """The case after a run of two indicators in both languages, and the outcomes of that run."""
    if kept:
        shutil.copytree(kept["out"], case.out)
    else:
        outcomes = go(case, "13", "23", langs=("zh", "en"))
        out = shutil.copytree(case.out, tmp_path_factory.mktemp("finished") / "out")
        kept.update(outcomes=outcomes, out=out)
    return case, kept["outcomes"]


def test_a_run_leaves_results_pages_and_markers(finished):
    case, outcomes = finished
    assert outcomes["hazardous_waste_rate"].status == "ok"
    folder = case.out / "indicators/hazardous_waste_rate"
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert result["verdict"]["status"] == "not_met"
    for name in ("analysis.html", "analysis.en.html", "analysis.ipynb", "run.json"):
        assert (folder / name).is_file()
    assert (case.out / "report.zh.html").is_file() and (case.out / "report.en.html").is_file()
    assert not list((case.out / "indicators").glob(".task-*"))

    # Nothing changed: nothing to do.
    assert {t.name: t.why for t in plan(case, only=["13"]) if t.why} == {}

    # One language after both: a change brings both up to date, neither page is left behind.
    write_notebook(case.root / "notebooks/annual_series.ipynb", [*GOOD, "'changed'"])
    again = {t.name: t for t in plan(case, only=["13"], langs=("en",))}
    assert again["hazardous_waste_rate"].langs == ("zh", "en")
    assert go(case, "13", langs=("en",))["annual_summary"].status == "ok"
    for name in ("analysis.html", "analysis.en.html"):
        assert "changed" in (folder / name).read_text(encoding="utf-8")
    assert (case.out / "report.zh.html").is_file() and (case.out / "report.en.html").is_file()


def test_only_what_reads_a_changed_figure_runs_again(finished, tiny):
    changed = tiny(2019, items=[*HAZARDOUS, ("straw_use_rate", 2019, "92", "%")])
    why = {t.name: t.why for t in plan(changed, only=["22", "23"], langs=("zh",))}
    assert why["agri_waste_use"] == "changed"
    assert why["organic_certified_area"] == "never finished"
    assert why["hazardous_waste_rate"] == ""
    assert why["annual_summary"] and not why["data_audit"]
    # The audit of all data is not part of what is asked for, unless it is named.
    asked = plan(changed, only=["22", "23", "data_audit"], langs=("zh",))
    assert {t.name: t.why for t in asked}["data_audit"]
    # What was run before and is not asked for now is not left out of date below the new report.
    why = {t.name: t.why for t in plan(changed, only=["13"], langs=("zh",))}
    assert why["agri_waste_use"] == "changed"
    assert why["organic_certified_area"] == ""


def test_one_failure_does_not_stop_the_rest(case):
    write_notebook(case.root / "notebooks/annual_series.ipynb", [*GOOD, "1 / 0"])
    outcomes = go(case, "13", "9")
    failed = outcomes["hazardous_waste_rate"]
    assert failed.status == "failed"
    assert "ZeroDivisionError" in failed.error
    assert "1 / 0" in failed.traceback
    assert outcomes["eco_index_ei"].status == "ok"
    record = case.out / "indicators/hazardous_waste_rate/run.json"
    assert json.loads(record.read_text(encoding="utf-8"))["status"] == "failed"
    # The result was saved before the failing cell, and is kept.
    assert (record.parent / "result.json").is_file()
    # A failure is done again by running again.
    write_notebook(case.root / "notebooks/annual_series.ipynb", GOOD)
    assert go(case, "13")["hazardous_waste_rate"].status == "ok"


@pytest.mark.faults
def test_a_kernel_that_dies_fails_alone(case):
    write_notebook(case.root / "notebooks/evidence.ipynb", ["import os\nos._exit(1)"])
    outcomes = go(case, "1", "9")
    assert outcomes["eco_plan"].status == "failed"
    assert outcomes["eco_index_ei"].status == "ok"


def test_a_notebook_without_a_parameter_is_refused_before_anything_runs(case):
    misspelt = PARAMETERS.replace("indicator", "indicatr")
    write_notebook(case.root / "notebooks/survey.ipynb", GOOD, parameters=misspelt)
    with pytest.raises(RunError, match="indicatr"):
        plan(case)
    assert not case.out.exists()


def test_a_missing_notebook_is_refused(case):
    (case.root / "notebooks/survey.ipynb").unlink()
    with pytest.raises(RunError, match=r"survey\.ipynb"):
        plan(case)


def test_an_unknown_indicator_is_refused(case):
    with pytest.raises(DataError, match="hazardous_waste_rate"):
        plan(case, only=["hazardous_waste"])


def test_a_damaged_marker_means_unfinished(finished):
    case, _ = finished
    marker = case.out / "indicators/hazardous_waste_rate/run.json"
    result = marker.with_name("result.json")
    for saved, task in (
        (result, "hazardous_waste_rate"),
        (case.out / "report.zh.html", "annual_summary"),
    ):
        whole = saved.read_bytes()
        saved.unlink()
        assert {t.name: t.why for t in plan(case, only=["13"])}[task] == "file missing"
        saved.write_bytes(whole)
    page, whole = result.with_name("analysis.html"), result.read_bytes()
    for saved, damaged in (
        (result, whole[:99]),
        (result, whole.replace(b'"not_met"', b'"met"    ')),  # as readable as before
        (page, b""),
        (page, page.read_bytes()[:-9] + bytes(9)),
    ):
        before = saved.read_bytes()
        assert damaged != before
        saved.write_bytes(damaged)
        why = {t.name: t.why for t in plan(case, only=["13"])}
        assert why["hazardous_waste_rate"] == "file missing"
        saved.write_bytes(before)
    marker.write_text("{", encoding="utf-8")
    why = {t.name: t.why for t in plan(case, only=["13"])}
    assert why["hazardous_waste_rate"] == "marker damaged"
    shutil.rmtree(case.out)
    assert {t.why for t in plan(case, only=["13"]) if t.why} == {"never finished"}


@pytest.mark.parametrize(("county", "year"), [("demo", 2020), ("lianshan", 2019)])
def test_a_fingerprint_covers_what_an_indicator_reads(root, monkeypatch, county, year):
    case = open_case(county, year, root=root)
    read = set()
    series = Case.series

    def noted(self, item):
        read.add(item)
        return series(self, item)

    # What is remarked on figures is found for all at once; a page's fingerprint holds its own remarks.
    assert case.item_issues is not None
    # Twins are part of the fingerprint by what was found, not by the figures of all others.
    monkeypatch.setattr(contradictions, "twins", lambda context: [])
    monkeypatch.setattr(Case, "series", noted)
    for entry in case.list.top_level:
        read.clear()
        case.evaluate(entry.id)
        family = (entry, *case.list.parts_of(entry))
        covered = {name for one in family for name in items_of(one)}
        covered |= {one.void_when for one in family}
        # A name that the dictionary does not know can hold no figure.
        assert read & known_items().keys() <= covered, entry.id
        assert read, entry.id


@pytest.mark.slow
def test_a_notebook_with_widgets_gets_a_kernel_of_its_own(case):
    # What needs a browser's other end goes through papermill's own engine.
    widgets = "try:\n    import ipywidgets\nexcept ImportError:\n    pass"
    kernel = "print(type(get_ipython().kernel).__name__)"
    write_notebook(case.root / "notebooks/annual_series.ipynb", [*GOOD, widgets, kernel])
    assert go(case, "13")["hazardous_waste_rate"].status == "ok"
    page = case.out / "indicators/hazardous_waste_rate/analysis.html"
    assert "IPythonKernel" in page.read_text(encoding="utf-8")


def test_a_run_tells_no_noise_and_what_is_asked_for(case):
    from commands import ecolib

    noisy = "import os, sys\nos.system('echo from C')\nprint('a real warning', file=sys.stderr)"
    write_notebook(case.root / "notebooks/annual_series.ipynb", [*GOOD, noisy])
    done = ecolib("run", "trial", "2019", "--only", "13", "--log-level", "info", cwd=case.root)
    assert done.returncode == 0
    told = done.stderr.splitlines()
    assert any(line.startswith("INFO hazardous_waste_rate: ok, ") for line in told)
    assert "it/s" not in done.stderr  # no bar where no terminal is
    page = case.out / "indicators/hazardous_waste_rate/analysis.html"
    assert "a real warning" in page.read_text(encoding="utf-8")
    # Printed past Python: no part of the notebook, but not lost either.
    assert any("from C" in line for line in told)
    quiet = ecolib("run", "trial", "2019", "--only", "1", cwd=case.root)
    assert quiet.stderr == ""


@pytest.fixture
def warm(monkeypatch):
    """The warm process's module; what it keeps open is forgotten afterwards."""
    if not hasattr(os, "fork"):
        pytest.skip("without fork there is no warm process")
    from ecolib.runner import warm

    monkeypatch.setattr("ecolib.assess.opening._KEPT", {})
    return warm


def test_pages_show_what_was_evaluated_before_they_were_forked(case):
    kept = "print('shown' if indicator in open_case(county, year).kept.get('results', ()) else 'alone')"
    write_notebook(case.root / "notebooks/annual_series.ipynb", [GOOD[0], kept, *GOOD[1:]])
    assert go(case, "13")["hazardous_waste_rate"].status == "ok"
    page = (case.out / "indicators/hazardous_waste_rate/analysis.html").read_text(encoding="utf-8")
    assert ("shown\n" in page) is hasattr(os, "fork")


def test_what_fails_beforehand_is_left_to_its_own_page(case, warm, monkeypatch):
    def breaks(entry, case):
        if entry.id == "eco_plan":
            raise ZeroDivisionError
        return assess(entry, case)

    rules = dataclasses.replace(opening.RULES, assess=breaks)
    monkeypatch.setattr(opening, "RULES", rules)
    warm.evaluate(case.root, case.county, case.year)
    opened = open_case(case.county, case.year, root=case.root)
    assert set(opened.kept["results"]) == {e.id for e in LIANSHAN.top_level} - {"eco_plan"}
    assert len(opened.kept["audit"][""]) == 0  # this county prints no claims
    with pytest.raises(ZeroDivisionError):
        opened.evaluate("eco_plan")


def test_what_takes_too_much_beforehand_is_given_up(warm):
    import resource

    limits = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(TimeoutError), warm.bounded(0.1, 8000):
        while True:
            pass
    with pytest.raises(MemoryError), warm.bounded(60, 4000):
        bytearray(8 * 2**30)
    assert resource.getrlimit(resource.RLIMIT_AS) == limits
    time.sleep(0.2)  # no alarm is left behind
