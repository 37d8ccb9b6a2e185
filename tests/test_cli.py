"""The command line as a user meets it: real processes, real exit codes."""

import subprocess
import sys

import pytest
from counties import LIANSHAN, NATIONAL

COMMAND = [sys.executable, "-c", "from ecolib.cli import main; main()"]


def ecolib(*arguments, cwd, env=None):
    return subprocess.run(
        [*COMMAND, *arguments], cwd=cwd, capture_output=True, text=True, encoding="utf-8", env=env
    )


def test_list_names_every_indicator(root):
    done = ecolib("list", "--lang", "en", cwd=root)
    assert done.returncode == 0
    # Under the document a line for each.
    assert len(done.stdout.strip().splitlines()) == 1 + len(NATIONAL)
    assert "hazardous_waste_rate" in done.stdout


def test_check_counts_rows_and_changes_nothing(root):
    done = ecolib("check", "lianshan", "2019", "--lang", "en", cwd=root)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 refused" in done.stdout


def test_audit_tells_every_claim_of_the_year_with_its_arithmetic(root):
    done = ecolib("audit", "lianshan", "2019", "--lang", "en", cwd=root)
    assert done.returncode == 0, done.stderr
    # 66.12 / (67.517 + 3.193) = 93.51 %, where 100 % is printed.
    assert "93.51 %" in done.stdout
    assert "≠ contradicted" in done.stdout and "? cannot be checked" in done.stdout
    # 228.1 of 2017 exceeds 227.3: a claim of another year.
    assert "227.3" not in done.stdout
    every = ecolib("audit", "lianshan", "2019", "--all-years", cwd=root)
    assert "227.3" in every.stdout and "要使印出的成立" in every.stdout
    # The copied series of 27 and 30 touches ten claims and is told once.
    assert every.stdout.count("逐位相同，至少一处") == 1


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("run", "lianshen", "2019"), "did you mean 'lianshan'"),
        (("run", "../lianshan", "2019"), "no county"),
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


@pytest.mark.parametrize(("lang", "reason"), [("zh", "尚未完成过"), ("en", "never finished")])
def test_a_dry_run_says_what_would_run_and_why(root, tmp_path, lang, reason):
    for name in ("params", "data", "notebooks"):
        (tmp_path / name).symlink_to(root / name)
    done = ecolib("run", "lianshan", "2019", "--dry-run", "--lang", lang, cwd=tmp_path)
    assert done.returncode == 0
    why = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert len(why) == len(LIANSHAN.top_level) + 2
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
        [*COMMAND, "check", "lianshan", "2019"], cwd=root, capture_output=True, env=env
    )
    assert done.returncode == 0, done.stderr
    assert "读入" in done.stdout.decode("gbk")


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
        ("en_GB.UTF-8", (), "no county"),
        ("en_GB.UTF-8", ("--lang", "zh"), "没有县"),
        ("zh_CN.UTF-8", ("--lang=en",), "no county"),
    ],
)
def test_an_error_is_said_once_in_the_language_asked_for(root, locale, more, said):
    done = spoken(locale, "check", "lianshen", "2019", *more, cwd=root)
    assert done.returncode == 2
    assert said in done.stderr and len(done.stderr.splitlines()) == 1
    assert ("没有县" in done.stderr) != ("no county" in done.stderr)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--help",), "用法："),
        (("run", "--help"), "[选项] 县 年份"),
        (("run",), "缺少参数 '县'"),
        (("runn",), "没有命令 runn"),
        (("check", "lianshan", "2019", "--foo"), "没有选项 --foo"),
        (("check", "lianshan", "2019", "2020"), "多了参数 2020"),
        (("check", "2019", "lianshan"), "参数顺序是 县 年份"),
        (("check", "lianshan", "2O19"), "年份应为 2000—2100 的整数"),
        (("check", "Lian Shan", "2019"), "只能用 a–z、0–9 和 _"),
        (("run", "lianshan", "2019", "--only", "99"), "没有指标“"),
        (("run", "lianshan", "2019", "--only", "水质达标率"), "没有指标“"),
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


def test_outside_a_project_it_says_so(tmp_path):
    done = spoken("zh", "check", "lianshan", "2019", cwd=tmp_path)
    assert done.returncode == 2 and "请先 cd 到项目文件夹" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("check", "demo", "2022"), ("audit", "demo", "2022"), ("run", "demo", "2022", "--dry-run")],
)
def test_a_year_without_a_folder_is_told(root, arguments):
    done = spoken("zh", *arguments, cwd=root)
    told = done.stdout + done.stderr
    assert told.count("没有 2022 年的文件夹") == 1 and "2019、2020）" in told


def test_the_list_of_a_county_and_year(root):
    done = ecolib("list", "lianshan", "2019", "--lang", "en", cwd=root)
    assert "  22  organic_certified_area" in done.stdout and not done.stderr
    later = ecolib("list", "lianshan", "2021", cwd=root)
    assert (
        "353号" in later.stderr and "2024" not in later.stderr
    )  # of 2024 nothing is known in 2021
    assert ecolib("list", "lianshan", cwd=root).returncode == 2
