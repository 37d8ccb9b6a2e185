"""The command line as a user meets it: real processes, real exit codes."""

import os
import signal
import subprocess
import sys
from datetime import date

import click
import pytest
from commands import COLD as COMMAND
from commands import HEARING, ecolib
from counties import LIANSHAN, NATIONAL, opened
from trial import project
from workbooks import rewritten

from ecolib import cli, screen
from ecolib.errors import RunError


def test_list_names_every_indicator(root):
    done = ecolib("list", "--lang", "en", cwd=root)
    assert done.returncode == 0
    # Under the document a line for each.
    assert len(done.stdout.strip().splitlines()) == 1 + len(NATIONAL)
    assert "hazardous_waste_rate" in done.stdout


def test_check_counts_rows_and_changes_nothing(root):
    done = ecolib("check", "lianshan", "2019", "--lang", "en", cwd=root)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "not used: 0" in done.stdout


def test_audit_tells_every_claim_of_the_year_with_its_arithmetic(root):
    done = ecolib("audit", "lianshan", "2019", "--lang", "en", cwd=root)
    assert done.returncode == 0, done.stderr
    # 66.12 / (67.517 + 3.193) = 93.51%, where 100% is printed.
    assert "93.51%" in done.stdout
    assert "≠ contradicted" in done.stdout and "? cannot be checked" in done.stdout
    # 228.1 of 2017 exceeds 227.3: a claim of another year.
    assert "227.3" not in done.stdout
    every = ecolib("audit", "lianshan", "2019", "--all-years", "--lang", "zh", cwd=root)
    assert "227.3" in every.stdout and "如所载属实" in every.stdout
    # The copied series of 27 and 30 touches ten claims and is told once.
    assert every.stdout.count("逐位相同，至少一处") == 1


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("run", "lianshen", "2019"), "did you mean “lianshan”"),
        (("run", "../lianshan", "2019"), "no parameter file"),
        (("run", "lianshan", "1019"), "from 2000 to 2100"),
        (("run", "lianshan", "2019", "--only", "hazardous_waste"), "hazardous_waste_rate"),
        (("run", "lianshan", "soon"), "soon"),
    ],
)
def test_what_cannot_start_says_why_and_exits_with_2(root, arguments, hint):
    done = ecolib(*arguments, cwd=root)
    assert done.returncode == 2
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("lang", "reason"), [("zh", "此前未完成"), ("en", "it has not finished before")]
)
def test_a_dry_run_says_what_would_run_and_why(root, tmp_path, lang, reason):
    for name in ("params", "data", "notebooks"):
        (tmp_path / name).symlink_to(root / name)
    done = ecolib("run", "lianshan", "2019", "--dry-run", "--lang", lang, cwd=tmp_path)
    assert done.returncode == 0
    why = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert len(why) == len(LIANSHAN.top_level) + 3  # audit, plan of work, annual report
    assert set(why.values()) == {reason}
    assert not (tmp_path / "outputs").exists()


def test_help_imports_nothing_heavy(root):
    code = "import sys, ecolib, ecolib.cli; print(sorted({m.split('.')[0] for m in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60
    )
    loaded = done.stdout
    for heavy in ("pandas", "numpy", "matplotlib", "papermill", "nbconvert", "scipy"):
        assert f"'{heavy}'" not in loaded


def test_a_gbk_console_does_not_break_it(root):
    import os

    env = {**os.environ, "PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [*COMMAND, "check", "lianshan", "2019", "--lang", "zh"],
        cwd=root,
        capture_output=True,
        env=env,
    )
    assert done.returncode == 0, done.stderr
    assert "读入" in done.stdout.decode("gbk")


def test_what_a_gbk_console_has_not_stays_what_it_means():
    from ecolib.terminal import PLAINLY

    said = "✓ 1.5×10⁴ m³，−3 km²，🙂"
    assert said.encode("gbk", PLAINLY).decode("gbk") == "√ 1.5×10^4 m3，-3 km2，?"


def test_why_the_system_refused_is_in_the_language_of_the_rest(tmp_path):
    from ecolib.files import locked, reason

    folder = tmp_path / ("很长的名字" * 60)  # 900 bytes in one name
    with pytest.raises(RunError) as caught, locked(folder):
        pass
    assert "路径或文件名过长" in caught.value.text("zh") and "File name" not in caught.value.text(
        "zh"
    )
    assert "too long" in caught.value.text("en")
    strange = OSError(None, "something new")  # what is not known is passed on
    assert (reason(strange).zh, reason(strange).en) == ("something new",) * 2


def spoken(lang, *arguments, cwd):
    import os

    env = {
        **os.environ,
        "LANGUAGE": "",
        "LC_ALL": "",
        "LANG": {"zh": "zh_CN.UTF-8"}.get(lang, lang),
    }
    return ecolib(*arguments, cwd=cwd, env=env)


@pytest.mark.parametrize(
    ("locale", "more", "said"),
    [
        ("zh_CN.UTF-8", (), "没有县"),
        ("", (), "没有县"),
        ("C.UTF-8", (), "没有县"),
        ("en_GB.UTF-8", (), "no parameter file"),
        ("en_GB.UTF-8", ("--lang", "zh"), "没有县"),
        ("zh_CN.UTF-8", ("--lang=en",), "no parameter file"),
    ],
)
def test_an_error_is_said_once_in_the_language_asked_for(root, locale, more, said):
    done = spoken(locale, "check", "lianshen", "2019", *more, cwd=root)
    assert done.returncode == 2
    assert said in done.stderr and len(done.stderr.splitlines()) == 1
    assert ("没有县" in done.stderr) != ("no parameter file" in done.stderr)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("中文", "没有县"),
        ("zh-CN", "没有县"),
        ("English", "no parameter file"),
        ("en_GB", "no param"),
    ],
)
def test_a_language_as_people_call_it(root, written, said):
    done = spoken("en_GB.UTF-8", "list", "lianshen", "2019", "--lang", written, cwd=root)
    assert done.returncode == 2 and said in done.stderr


def test_a_new_county_in_the_language_asked_for(root):
    done = spoken("zh_CN.UTF-8", "new", "shan", "--lang", "en", cwd=root)
    assert "county.base_year: required" in done.stderr  # and nothing is written


@pytest.mark.parametrize(
    ("month", "day"),
    [("2020年5月", "2020年6月3日"), ("2020-5", "2020/6/3"), ("202005", "2020.6.3")],
)
def test_a_month_and_a_day_as_people_write_them(month, day):
    assert cli._day(month, "month_of") == date(2020, 5, 1)
    assert cli._day(day, "moment_of") == date(2020, 6, 3)
    with pytest.raises(click.UsageError):
        cli._day(day, "month_of")


@pytest.mark.parametrize(
    "named",
    [("13,29",), ("13，29",), ("13、29",), ("13", "29"), ("危险废物利用处置率，29",)],
)
def test_several_indicators_in_one_word(tiny, monkeypatch, named):
    case, asked = project(tiny), {}
    monkeypatch.chdir(case.root)
    monkeypatch.setattr(screen, "_show_plan", lambda tasks, _: asked.update(tasks=tasks))
    assert screen.run("trial", 2019, only=named, dry_run=True) == 0
    todo = {task.name for task in asked["tasks"] if task.why}
    assert todo - {"annual_summary"} == {"hazardous_waste_rate", "rural_toilet_rate"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--help",), "用法："),
        (("run", "--help"), "[选项] 县 年份"),
        (("run",), "缺少参数 '县'"),
        (("runn",), "没有命令“runn” （是否应为'run'？）"),
        (("check", "lianshan", "2019", "--foo"), "没有选项“--foo”"),
        (("check", "lianshan", "2019", "2020"), "多余的参数：2020"),
        (("check", "2019", "lianshan"), "参数顺序为“县 年份”"),
        (("check", "lianshan", "2O19"), "应为2000至2100的整数"),
        (("check", "Lian Shan", "2019"), "只能用小写字母、数字和下划线"),
        (("run", "lianshan", "2019", "--only", "99", "--dry-run"), "没有“99”这一指标"),
        (("map", "x.xlsx"), "x.xlsx不存在"),
        (("map", "params"), "是文件夹，不是文件"),
        (
            ("run", "lianshan", "2019", "--only", "水质达标率", "--dry-run"),
            "没有“水质达标率”这一指标",
        ),
    ],
)
def test_the_command_line_speaks_chinese(root, arguments, said):
    done = spoken("zh", *arguments, cwd=root)
    told = done.stdout + done.stderr
    assert said in told
    for english in ("Usage", "Options", "Error", "Try ", "Show this", "did you mean", "“9”"):
        assert english not in told


def test_help_is_in_one_language(root):
    done = spoken("en_US.UTF-8", "--help", cwd=root)
    assert done.stdout.isascii() and "Usage:" in done.stdout


@pytest.mark.parametrize(
    ("county", "year"),
    [("连山壮族瑶族自治县", "2019年"), ("lianshan", "２０１９"), ("lianshan", " 2019 年")],
)
def test_county_and_year_as_people_write_them(root, county, year):
    done = ecolib("audit", county, year, cwd=root)
    assert done.returncode == 0, done.stderr
    assert "93.51" in done.stdout


@pytest.mark.parametrize("asked", ["check lianshan 2019", "batch --all --years 2019", "lab"])
def test_outside_a_project_it_says_so(tmp_path, asked):
    done = spoken("zh", *asked.split(), cwd=tmp_path)
    assert done.returncode == 2 and "请先进入项目文件夹" in done.stderr
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    "arguments",
    [("check", "demo", "2022"), ("audit", "demo", "2022"), ("run", "demo", "2022", "--dry-run")],
)
def test_a_year_without_a_folder_is_told(root, arguments):
    done = spoken("zh", *arguments, cwd=root)
    told = done.stdout + done.stderr
    assert told.count("没有2022文件夹") == 1 and "2020年）" in told


def test_the_list_of_a_county_and_year(root):
    done = ecolib("list", "lianshan", "2019", "--lang", "en", cwd=root)
    assert "  22  organic_certified_area" in done.stdout and not done.stderr
    later = ecolib("list", "lianshan", "2021", cwd=root)
    assert (
        "353号" in later.stderr and "2024" not in later.stderr
    )  # of 2024 nothing is known in 2021
    assert ecolib("list", "lianshan", cwd=root).returncode == 2


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_ctrl_c_while_it_is_imported_is_silent():
    code = """
import os, signal, sys

class Interrupted:
    def find_spec(self, name, *_):
        if name == "click":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupted())
from ecolib.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, b"", b"")


class TestExport:
    @pytest.fixture()
    def project(self, root, tmp_path):
        for name in ("params", "data", "notebooks"):
            (tmp_path / name).symlink_to(root / name)
        return tmp_path

    def test_what_is_not_evaluated_yet_is_evaluated_and_that_is_said(self, project):
        done = spoken("zh", "export", "连山壮族瑶族自治县", "2019", "--to", "xlsx", cwd=project)
        assert done.returncode == 0, done.stderr
        assert "没有最新的评估结果，已按现有数据重新评估" in done.stderr
        path = project / done.stdout.strip()
        assert path.parent == project / "outputs/lianshan/2019"
        assert (
            path.name == "连山壮族瑶族自治县2019年度评估结果.xlsx" and path.stat().st_size > 20_000
        )

    def test_where_it_goes(self, project, monkeypatch):
        pytest.importorskip("docxtpl", reason="needs the extra word")
        from ecolib.pages.export import target_of

        (project / "there").mkdir()
        options = ("--to", "docx", "--out", "there/report")
        done = ecolib("export", "lianshan", "2019", *options, cwd=project)
        assert done.returncode == 0, done.stderr
        assert [path.name for path in (project / "there").iterdir()] == ["report.docx"]
        case, there = opened("lianshan", 2019), project / "there"
        assert target_of(case, "docx", "zh", there / "report.docx") == there / "report.docx"
        inside = target_of(case, "docx", "zh", there)
        assert (inside.parent, inside.suffix) == (there, ".docx")
        with pytest.raises(RunError, match="submitted data"):
            target_of(case, "docx", "zh", case.root / "data/lianshan/raw/2019/items.docx")

    def test_a_place_that_cannot_be_written_to(self, project):
        (project / "taken.xlsx").mkdir()
        (project / "taken.xlsx/file").write_text("")
        (project / "none").write_text("")
        for out in ("none/results.xlsx",):
            done = spoken(
                "zh", "export", "lianshan", "2019", "--to", "xlsx", "--out", out, cwd=project
            )
            assert done.returncode == 2 and "无法写入" in done.stderr
            assert "Traceback" not in done.stderr

    def test_a_file_that_is_held_open_stays_as_it_was(self, tmp_path, monkeypatch):
        from ecolib.errors import RunError
        from ecolib.pages.export import write

        target = tmp_path / "结果.xlsx"
        target.write_bytes(b"old")

        def held(*_):
            raise PermissionError(13, "in use", str(target))

        monkeypatch.setattr("ecolib.files.os.replace", held)
        with pytest.raises(RunError, match="close it first"):
            write(target, lambda: b"new")
        assert [path.name for path in tmp_path.iterdir()] == ["结果.xlsx"]
        assert target.read_bytes() == b"old"

    def test_a_template_goes_with_word_only(self, project):
        (project / "t.docx").write_bytes(b"")
        options = ("--to", "pdf", "--template", "t.docx")
        done = spoken("zh", "export", "lianshan", "2019", *options, cwd=project)
        assert done.returncode == 2 and "--template只用于--to docx" in done.stderr

    def test_a_broken_template_ends_in_a_sentence(self, project):
        docx = pytest.importorskip("docx", reason="needs the extra word")
        options = ("--to", "docx", "--template", "模板.docx")
        (project / "模板.docx").write_bytes(b"no zip")
        for _ in range(2):
            done = spoken("zh", "export", "lianshan", "2019", *options, cwd=project)
            assert done.returncode == 2 and "无法作为Word模板读取" in done.stderr
            assert "模板.docx" in done.stderr and "Traceback" not in done.stderr
            docx.Document().save(project / "模板.docx")  # and one of which a part is no XML
            rewritten(project / "模板.docx", "word/document.xml", lambda xml: xml[:-9])


class TestOpen:
    def test_without_a_report_it_says_what_to_run(self, root, tmp_path):
        for name in ("params", "data"):
            (tmp_path / name).symlink_to(root / name)
        done = spoken("zh", "open", "lianshan", "2019", cwd=tmp_path)
        assert done.returncode == 2 and "请先运行：ecolib run lianshan 2019" in done.stderr

    def test_the_report_in_the_language_of_the_screen_is_opened(self, tmp_path):
        from ecolib import screen

        (tmp_path / "report.zh.html").write_text("")
        (tmp_path / "report.en.html").write_text("")
        opened = []
        found = screen.reports(tmp_path, ("en", "zh"))
        screen.launch(found[0], start=lambda path: opened.append(path) or 0)
        assert opened == [str(tmp_path / "report.en.html")]

    def test_where_nothing_opens_it_the_file_is_named(self, tmp_path):
        import click

        from ecolib import screen

        with pytest.raises(click.ClickException, match="report.zh.html"):
            screen.launch(tmp_path / "report.zh.html", start=lambda path: 1)


class TestCompletion:
    @pytest.mark.parametrize(
        ("words", "at", "found"),
        [
            ("ecolib exp", "1", {"export"}),
            ("ecolib export lian", "2", {"lianshan"}),
            ("ecolib export lianshan ", "3", {"2016", "2017", "2018", "2019"}),
            ("ecolib export lianshan 2019 --to ", "5", {"docx", "xlsx", "pdf"}),
        ],
    )
    def test_bash_is_told_what_could_follow(self, root, words, at, found):
        import os

        env = {
            **os.environ,
            "_ECOLIB_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": at,
        }
        done = ecolib(cwd=root, env=env)
        assert {line.partition(",")[2] for line in done.stdout.split()} == found

    def test_power_shell_too(self, root):
        import os

        env = {**os.environ, "_ECOLIB_COMPLETE": "powershell_complete", "COMP_CWORD": "lian"}
        done = ecolib(cwd=root, env={**env, "COMP_WORDS": "ecolib run lian"})
        assert done.stdout.split() == ["lianshan"]

    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
    def test_each_shell_gets_a_script(self, root, shell):
        done = ecolib("completion", shell, cwd=root)
        assert done.returncode == 0 and f"{shell}_complete" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("signal", ["SIGTERM", "SIGINT"])
def test_the_server_of_lab_ends_with_it(root, tmp_path, signal):
    import os
    import signal as signals
    import time

    import psutil

    # A server that says who it is and then waits, as JupyterLab does.
    package = tmp_path / "jupyterlab"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text(
        "import os, pathlib, sys, time\n"
        f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(f'{{os.getpid()}} {{sys.argv[1]}}')\n"
        "time.sleep(60)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    lab = subprocess.Popen(
        [*COMMAND, "lab"],
        cwd=root,
        env=env,
        stderr=subprocess.DEVNULL,
        **HEARING,
    )
    for _ in range(300):
        if (tmp_path / "pid").is_file() and (tmp_path / "pid").read_text():
            break
        time.sleep(0.1)
    pid, opened = (tmp_path / "pid").read_text().split()
    assert opened == "notebooks/00_start_here.ipynb"
    lab.send_signal(getattr(signals, signal))
    lab.wait(30)
    assert not psutil.pid_exists(int(pid))


class TestProgress:
    def watched(self, monkeypatch, *, tty):
        """What a run of three tasks writes to a screen, or to a file."""
        import io

        from ecolib import screen
        from ecolib.runner import running
        from ecolib.runner.notebook import Outcome

        class Screen(io.StringIO):
            def isatty(self):
                return tty

        class Task:
            why, is_report, notice = "changed", False, None

            def __init__(self, name):
                self.name = name
                self.title = (f"{name} 指标 · 试县 2019", f"{name} Indicator · Trial 2019")

        def run(tasks, *, executor, seen):
            for task in tasks:
                seen(Outcome(task.name, "ok", 0.1))
            return []

        monkeypatch.setattr(running, "run", run)
        written = Screen()
        monkeypatch.setattr(sys, "stderr", written)
        screen._outcomes([Task("7"), Task("13"), Task("27")], None, hidden=False)
        return written.getvalue()

    def test_a_terminal_is_told_what_is_done_and_how_long_it_will_take(self, monkeypatch):
        told = self.watched(monkeypatch, tty=True)
        assert "[1/3]" in told and "[3/3]" in told
        assert "7 Indicator … about 0:0" in told and "Trial" not in told

    def test_a_file_is_not(self, monkeypatch):
        assert self.watched(monkeypatch, tty=False) == ""


def test_a_run_for_programs(tiny):
    import json

    folder = project(tiny).root
    options = ("--only", "13", "--lang", "zh", "--json")
    done = ecolib("run", "trial", "2019", *options, cwd=folder)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    ran = {t["name"] for t in told["tasks"] if t["status"] == "ok"}
    # One indicator was asked for: no audit comes with it.
    assert ran == {"hazardous_waste_rate", "annual_summary"}
    assert [path.rsplit("/", 1)[1] for path in told["reports"]] == ["report.zh.html"]
    quiet = ecolib("run", "trial", "2019", "--only", "13", "--lang", "zh", "-q", cwd=folder)
    assert quiet.returncode == 0 and quiet.stdout == "" and quiet.stderr == ""
    asked = ("--only", "13", "--only", "data_audit", "--lang", "zh", "--dry-run")
    plan = ecolib("run", "trial", "2019", *asked, cwd=folder).stdout
    assert dict(line.split() for line in plan.splitlines())["data_audit"] == "此前未完成"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no full device")
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_what_is_shown_goes_to_a_full_disk(root, more):
    with open("/dev/full", "w") as full:
        command = [*COMMAND, "check", "lianshan", "2019", "--lang", "en", *more]
        done = subprocess.run(command, cwd=root, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert "the output (the disk is full)" in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("found", ["raise MemoryError", "import nothing_of_this_name"])
def test_a_library_that_cannot_be_loaded_is_a_sentence(root, tmp_path, found):
    (tmp_path / "pandas.py").write_text(found)
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [*COMMAND, "check", "lianshan", "2019"]
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True)
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and found.split()[1] in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="a shell closes the stream")
def test_nobody_listens(root):
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *COMMAND, "list"], cwd=root, stderr=subprocess.PIPE
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(os.name != "posix", reason="a shell closes the streams")
@pytest.mark.parametrize(
    ("closed", "asked", "code"),
    [
        ("<&- >&- 2>&-", ("batch", "trial", "--years", "2019", "--results-only"), 0),
        ("<&-", ("new", "other"), 2),  # nobody can answer: what is missing is named
    ],
)
def test_a_service_that_gives_no_streams(tiny, closed, asked, code):
    root = tiny(2019, items=[("hw_generated", 2019, "5", "t")]).root
    shell = ["sh", "-c", f'exec "$@" {closed}', "sh", *COMMAND, *asked]
    done = subprocess.run(shell, cwd=root, capture_output=True, text=True)
    assert done.returncode == code and "Traceback" not in done.stderr
