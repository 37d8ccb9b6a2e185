"""A page printed by a real browser, where there is one; where there is none, or it hangs, a sentence."""

import os
import stat
import sys
import time

import psutil
import pytest

from ecolib.errors import RunError
from ecolib.pages import pdf as printing
from ecolib.pages.pdf import browsers, pdf

PAGE = """<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>年度报告</title></head>
<body><h1>连山</h1><h2>结论</h2><p>93.51%</p><table><tr><th>甲</th></tr><tr><td>1</td></tr></table>
</body></html>"""
needs_browser = pytest.mark.skipif(
    next(browsers(), None) is None, reason="needs Chromium, Edge or Chrome"
)


@pytest.fixture()
def page(tmp_path):
    folder = tmp_path / "阳山县 2020"
    folder.mkdir()
    path = folder / "年度报告 #1.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def alone(monkeypatch, browser=None):
    """No browser of this machine; one that a test made, if any."""
    monkeypatch.setattr(printing, "COMMANDS", ())
    monkeypatch.setattr(printing, "APPLICATIONS", ())
    monkeypatch.setattr(printing, "PROGRAMS", ())
    monkeypatch.delenv(printing.VARIABLE, raising=False)
    if browser is not None:
        monkeypatch.setenv(printing.VARIABLE, str(browser))


def made(path, script):
    path.write_text(f"#!{sys.executable}\n{script}", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@needs_browser
class TestRealBrowser:
    def test_a_tagged_pdf_with_an_outline_from_a_chinese_path(self, page):
        data = pdf(page, year=2020)
        assert data.startswith(b"%PDF") and data.rstrip().endswith(b"%%EOF")
        assert b"/MarkInfo" in data and b"/StructTreeRoot" in data and b"/Outlines" in data
        assert b"(D:20201231000000" in data

    def test_the_same_page_gives_the_same_bytes(self, page):
        assert pdf(page, year=2020) == pdf(page, year=2020)


class TestWithout:
    def test_what_to_install_is_said(self, page, monkeypatch):
        alone(monkeypatch)
        with pytest.raises(RunError) as error:
            pdf(page, year=2020)
        assert "Chromium、Edge或Chrome" in error.value.text("zh")
        assert str(page) in error.value.text("en")

    @pytest.mark.skipif(os.name == "nt", reason="scripts that run by themselves")
    def test_one_that_says_why_it_cannot(self, page, monkeypatch, tmp_path):
        broken = made(tmp_path / "broken", "import sys; sys.exit('no display here')")
        alone(monkeypatch, broken)
        with pytest.raises(RunError, match="no display here"):
            pdf(page, year=2020)

    @pytest.mark.faults
    @pytest.mark.skipif(os.name == "nt", reason="scripts that run by themselves")
    def test_one_that_hangs_ends_with_all_it_started(self, page, monkeypatch, tmp_path):
        pids = tmp_path / "pids"
        script = (
            "import os, subprocess, sys, time\n"
            "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
            f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\ntime.sleep(60)\n"
        )
        alone(monkeypatch, made(tmp_path / "hanging", script))
        with pytest.raises(RunError, match="within 3 seconds"):
            pdf(page, year=2020, timeout=3)
        for pid in map(int, pids.read_text().split()):
            for _ in range(50):
                if not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie":
                    break
                time.sleep(0.1)
            else:
                raise AssertionError(f"{pid} is still there")

    def test_where_browsers_live_elsewhere(self, monkeypatch, tmp_path):
        edge = tmp_path / "Microsoft/Edge/Application/msedge.exe"
        edge.parent.mkdir(parents=True)
        edge.write_bytes(b"")
        monkeypatch.setattr(printing, "COMMANDS", ())
        monkeypatch.delenv(printing.VARIABLE, raising=False)
        monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path))
        assert str(edge) in list(browsers())
