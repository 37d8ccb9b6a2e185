"""The README's first command in a project of its own: both reports, every page, no request."""

import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser

import pandas as pd
import pytest
from counties import LIANSHAN

ECOLIB = [sys.executable, "-c", "from ecolib.cli import main; main()"]
COMMAND = [*ECOLIB, "run"]


class Page(HTMLParser):
    """What a browser would load, and what a reader would miss."""

    def __init__(self, text: str):
        super().__init__()
        self.references, self.tags, self.alts, self.lang = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags.append(tag)
        self.references += [given[n] for n in ("src", "href", "srcset", "data") if given.get(n)]
        if tag == "html":
            self.lang = given.get("lang", "")
        if tag == "img":
            self.alts.append(given.get("alt", ""))


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A copy of the project without outputs, after `ecolib run lianshan 2019`."""
    from conftest import ROOT

    copy = tmp_path_factory.mktemp("project")
    for name in ("params", "data", "notebooks"):
        shutil.copytree(ROOT / name, copy / name)
    before = sorted((p, p.stat().st_mtime_ns) for p in copy.rglob("*") if p.is_file())
    finished = subprocess.run(
        [*COMMAND, "lianshan", "2019"], cwd=copy, capture_output=True, text=True, encoding="utf-8"
    )
    assert finished.returncode == 0, finished.stderr
    after = sorted(
        (p, p.stat().st_mtime_ns)
        for p in copy.rglob("*")
        if p.is_file() and "outputs" not in p.parts
    )
    assert after == before, "a run must not touch its inputs"
    return copy / "outputs/lianshan/2019", finished


def pages(out):
    return sorted(out.rglob("*.html"))


def test_both_reports_and_a_page_for_every_indicator(done):
    out, finished = done
    for lang in ("zh", "en"):
        assert (out / f"report.{lang}.html").is_file()
        assert f"report.{lang}.html" in finished.stdout
    for entry in LIANSHAN.top_level:
        folder = out / "indicators" / entry.id
        for name in ("result.json", "analysis.html", "analysis.en.html", "analysis.ipynb"):
            assert (folder / name).is_file(), (entry.id, name)


def test_no_request_leaves_a_page(done):
    for path in pages(done[0]):
        text = path.read_text(encoding="utf-8")
        page = Page(text)
        assert "script" not in page.tags, path.name
        for reference in page.references:
            assert not re.match(r"(https?:)?//", reference), (path.name, reference)
        assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import", text), path.name


def test_links_between_pages_lead_somewhere(done):
    for path in pages(done[0]):
        for reference in Page(path.read_text(encoding="utf-8")).references:
            if reference.startswith(("#", "data:")):
                continue
            assert (path.parent / reference.partition("#")[0]).is_file(), (path.name, reference)


def test_language_heading_and_alternative_text(done):
    for path in pages(done[0]):
        page = Page(path.read_text(encoding="utf-8"))
        english = path.name.endswith(".en.html")
        assert page.lang == ("en" if english else "zh-CN")
        assert page.tags.count("h1") == 1
        assert {"main", "nav", "header", "footer"} <= set(page.tags)
        assert all(len(alt) > 15 for alt in page.alts), path.name


def test_both_languages_print_the_same_numbers(done):
    def values(lang):
        text = (done[0] / f"report.{lang}.html").read_text(encoding="utf-8")
        body = re.sub(r"<style.*?</style>|<[^>]+>", " ", text, flags=re.S)
        return set(re.findall(r"\d[\d,]*\.\d+ ?%", body))

    def squeezed(lang):
        return {v.replace(" ", "") for v in values(lang)}

    assert len(squeezed("zh")) > 20
    assert squeezed("zh") == squeezed("en")


def test_tables_beside_the_report(done):
    results = pd.read_csv(done[0] / "results.csv", encoding="utf-8-sig")
    assert len(results) == len(LIANSHAN)
    row = results.set_index("indicator").loc["hazardous_waste_rate"]
    assert row["verdict"] == "not_met"
    assert row["value"] == pytest.approx(93.51, abs=0.005)
    audit = pd.read_csv(done[0] / "audit.csv", encoding="utf-8-sig")
    assert {"agrees", "contradicts", "cannot_check"} == set(audit["finding"])
    assert (done[0] / "issues.csv").is_file()


def test_nothing_changed_means_nothing_to_do(done):
    root = done[0].parents[2]
    stamps = {p: p.stat().st_mtime_ns for p in done[0].rglob("*") if p.is_file()}
    again = subprocess.run([*COMMAND, "lianshan", "2019"], cwd=root, capture_output=True)
    assert again.returncode == 0
    assert {p: p.stat().st_mtime_ns for p in done[0].rglob("*") if p.is_file()} == stamps


@pytest.mark.slow
def test_another_folder_and_environment_and_one_core_give_the_same_bytes(done, request, tmp_path):
    """Pages, pictures, tables and the bureaus' workbooks alike."""
    root = done[0].parents[2]
    for name in ("params", "data", "notebooks"):
        shutil.copytree(root / name, tmp_path / name)
    subprocess.run([*ECOLIB, "collect", "lianshan", "2019"], cwd=root, check=True)
    request.getfixturevalue("one_core")
    env = {**os.environ, "PYTHONHASHSEED": "5", "TZ": "Asia/Tokyo", "LANG": "C", "LC_ALL": "C"}
    for command in ("run", "collect"):
        given = [*ECOLIB, command, "lianshan", "2019"]
        subprocess.run(given, cwd=tmp_path, env=env, check=True)

    def content(out):
        files = [p for p in out.rglob("*") if p.is_file() and p.name != "run.json"]
        return {p.relative_to(out): p.read_bytes() for p in files}

    there = content(tmp_path / "outputs/lianshan/2019")
    assert there == content(done[0])
    assert len([p for p in there if p.suffix == ".xlsx"]) > 10
