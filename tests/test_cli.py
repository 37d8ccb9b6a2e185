"""The command line as a user meets it: real processes, real exit codes."""

import subprocess
import sys

import pytest

from ecolib.indicators.catalogue import indicators, top_level

COMMAND = [sys.executable, "-c", "from ecolib.cli import main; main()"]


def ecolib(*arguments, cwd, env=None):
    return subprocess.run(
        [*COMMAND, *arguments], cwd=cwd, capture_output=True, text=True, encoding="utf-8", env=env
    )


def test_list_names_every_indicator(root):
    done = ecolib("list", "--lang", "en", cwd=root)
    assert done.returncode == 0
    assert len(done.stdout.strip().splitlines()) == len(indicators())
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
    assert len(why) == len(top_level()) + 2
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
