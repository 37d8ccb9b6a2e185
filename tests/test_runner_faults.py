"""What goes wrong while running: real kills, locks, limits; a resume equals an undisturbed run."""

import hashlib
import json
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import psutil
import pytest
from commands import HEARING
from conftest import NO_FORK, forks
from trial import GOOD, project, write_notebook

from ecolib import plan, run
from ecolib.assess.annual import input_files
from ecolib.errors import RunError
from ecolib.files import locked

COMMAND = [sys.executable, "-c", "from ecolib.cli import main; main()", "run", "trial", "2019"]
#: Enough for a kill to fall before, into and between notebooks.
SOME = [word for number in ("1", "7", "9", "13", "23", "34") for word in ("--only", number)]
posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
#: What takes long waits for the mark; the others run with every other test.
faults = pytest.mark.faults


@pytest.fixture
def case(tiny):
    return project(tiny)


def outcomes_of(case, *only):
    return {o.name: o for o in run(plan(case, only=only, langs=("zh",)))}


def digest(out):
    """Every result and page by its bytes; times stand in run.json only."""
    files = [p for p in out.rglob("*") if p.is_file() and p.name not in ("run.json", ".lock")]
    return {
        p.relative_to(out).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files
    }


def start(case, stderr=subprocess.DEVNULL, **env):
    return subprocess.Popen(
        [*COMMAND, *SOME, "--lang", "zh"],
        cwd=case.root,
        env={**os.environ, **env},
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        start_new_session=True,
        **HEARING,
    )


def finish(case, **env):
    """Run until done; returns what the outputs then are."""
    assert start(case, **env).wait(timeout=240) == 0
    assert not list(case.out.glob("**/.task-*")) and not list(case.out.glob("**/.old-*"))
    return digest(case.out)


def whole_results(out):
    """Every marker that says "ok" stands beside all that its task makes."""
    for marker in out.glob("indicators/*/run.json"):
        if json.loads(marker.read_text(encoding="utf-8"))["status"] == "ok":
            names = {p.name for p in marker.parent.iterdir()}
            assert {"result.json", "analysis.html", "analysis.ipynb"} <= names, marker
            json.loads((marker.parent / "result.json").read_text(encoding="utf-8"))


@posix
@pytest.mark.parametrize(
    "kills",
    [pytest.param(3, marks=faults), pytest.param(100, marks=pytest.mark.slow)],
    ids=lambda k: f"{k}-kills",
)
def test_a_killed_run_resumes_to_the_same_bytes(case, tmp_path_factory, kills):
    began = time.monotonic()
    undisturbed = finish(case)
    length = time.monotonic() - began
    kept = tmp_path_factory.mktemp("kept")
    case.out.rename(kept / "out")
    chance = random.Random(20190605)
    for number in range(kills):
        process = start(case)
        try:
            process.wait(chance.uniform(0.1, 1.1) * length)
            case.out.rename(kept / f"{number}")  # it was done: begin from nothing again
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            whole_results(case.out)
    assert finish(case) == undisturbed


@faults
@forks
def test_whoever_kills_the_warm_process_fails_alone(case):
    kill = "import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(60)"
    write_notebook(case.root / "notebooks/evidence.ipynb", [kill])
    outcomes = outcomes_of(case, "1", "9", "13")
    assert "killed twice" in outcomes["eco_plan"].error
    assert {o.name for o in outcomes.values() if o.status == "failed"} == {"eco_plan"}


def test_what_stood_aside_when_a_run_was_killed_comes_back(case):
    aside = case.out / "indicators/.old-eco_plan"
    aside.mkdir(parents=True)
    (aside / "result.json").write_text("{}", encoding="utf-8")
    (case.out / "indicators/.task-eco_plan-1").mkdir()
    (case.out / ".task-run.json").write_text("{", encoding="utf-8")
    (case.out / ".old-").mkdir()  # of nobody: it stays and stops nobody
    with locked(case.out):
        assert (case.out / "indicators/eco_plan/result.json").is_file()
    assert not list(case.out.glob("**/.task-*")) and not aside.exists()


@posix
def test_a_killed_worker_fails_its_notebook_alone(case):
    write_notebook(
        case.root / "notebooks/evidence.ipynb",
        ["import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"],
    )
    outcomes = outcomes_of(case, "1", "9")
    assert "SIGKILL" in outcomes["eco_plan"].error
    assert outcomes["eco_index_ei"].status == "ok"


@faults
@posix
def test_a_crash_in_c_is_told_with_its_cell(case):
    write_notebook(case.root / "notebooks/evidence.ipynb", ["import ctypes\nctypes.string_at(0)"])
    outcome = outcomes_of(case, "1")["eco_plan"]
    assert "SIGSEGV" in outcome.error
    # Cells are counted as in Jupyter: parameters, injected parameters, then this one.
    assert outcome.cell == 3 and "string_at" in outcome.traceback


@faults
@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("import sys\nsys.exit(0)", "运行至该单元格前已退出"),
        ("import sys\nsys.exit(3)", "SystemExit"),
        ("while True: print('x' * 100_000)", "characters of output"),
    ],
)
def test_a_notebook_that_misbehaves_fails(case, cell, told):
    write_notebook(case.root / "notebooks/evidence.ipynb", [cell, "print('never')"])
    assert told in outcomes_of(case, "1")["eco_plan"].error


@faults
@posix
def test_memory_is_limited(tiny):
    case = project(tiny)
    (case.root / "params/defaults.yml").write_text("memory_mb: 4000\n", encoding="utf-8")
    write_notebook(case.root / "notebooks/evidence.ipynb", ["x = bytearray(8 * 2**30)"])
    from ecolib import open_case

    limited = open_case("trial", 2019, root=case.root)
    # Where nothing is forked, memory is not limited but measured from outside, as on Windows.
    told = "MemoryError" if hasattr(os, "fork") else "took more than 4000 MB"
    assert told in outcomes_of(limited, "1")["eco_plan"].error


@faults
def test_an_endless_notebook_is_ended(case):
    # Where nothing is forked, starting counts too: three seconds would end the good one as well.
    limit = 3 if hasattr(os, "fork") else 20
    (case.root / "params/defaults.yml").write_text(f"timeout: {limit}\n", encoding="utf-8")
    write_notebook(case.root / "notebooks/evidence.ipynb", ["while True: pass"])
    from ecolib import open_case

    outcomes = outcomes_of(open_case("trial", 2019, root=case.root), "1", "hazardous_waste_rate")
    assert f"within {limit} s" in outcomes["eco_plan"].error
    assert outcomes["hazardous_waste_rate"].status == "ok"


@faults
@posix
def test_ctrl_c_ends_at_once_and_keeps_what_is_finished(case):
    write_notebook(case.root / "notebooks/survey.ipynb", ["import time\ntime.sleep(600)"])
    process = start(case)
    finished = case.out / "indicators/agri_waste_use/run.json"
    deadline = time.monotonic() + 60
    while not finished.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    # Long before the notebook would have ended; how long it takes depends on the disk as well.
    assert process.wait(timeout=30) == 130
    assert finished.is_file()
    assert not list(case.out.glob("**/.task-*"))


def test_a_second_run_of_the_same_year_is_refused(case):
    with locked(case.out), pytest.raises(RunError, match="another process is writing"):
        outcomes_of(case, "13")


@faults
@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root writes anywhere")
def test_a_read_only_folder_is_told(case):
    case.root.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(RunError, match="cannot be written"):
            outcomes_of(case, "13")
    finally:
        case.root.chmod(stat.S_IRWXU)


@contextmanager
def disk(folder, size):
    """A file system of its own, real where root may mount one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no file system can be mounted here: {error}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def small_disk(tmp_path):
    with disk(tmp_path / "outputs", "300k") as folder:
        yield folder


@faults
@posix
def test_a_full_disk_fails_without_half_a_result(case, small_disk, one_core):
    # One after the other: at the same moment the big notebook would take the small one's room too.
    write_notebook(case.root / "notebooks/evidence.ipynb", [*GOOD, "print('x' * 1_000_000)"])
    arguments = [*COMMAND, "--lang", "zh", "--only", "1", "--only", "9"]
    done = subprocess.run(arguments, cwd=case.root, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "No space left" in done.stderr and "eco_plan" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (case.out / "indicators/eco_plan/analysis.html").exists()
    assert (case.out / "indicators/eco_index_ei/analysis.html").is_file()
    # Room again: running again gives what an undisturbed run gives.
    subprocess.run(["mount", "-o", "remount,size=100m", str(small_disk)], check=True)
    assert subprocess.run(arguments, cwd=case.root, capture_output=True).returncode == 0
    resumed = digest(case.out)
    shutil.rmtree(case.out)
    assert subprocess.run(arguments, cwd=case.root, capture_output=True).returncode == 0
    assert digest(case.out) == resumed


@faults
@posix
def test_a_read_only_disk_is_told(case, small_disk):
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(RunError, match=r"cannot be written \(the disk is read-only\)"):
        outcomes_of(case, "13")


@faults
@posix
def test_files_that_may_not_grow_fail_without_half_a_result(case):
    # As on a full disk, where no file system may be mounted: files may grow to 20 kB.
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000));"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);" + COMMAND[2]
    )
    write_notebook(case.root / "notebooks/evidence.ipynb", [*GOOD, "print('x' * 100_000)"])
    arguments = [sys.executable, "-c", code, *COMMAND[3:], "--lang", "zh", "--only", "1"]
    done = subprocess.run(arguments, cwd=case.root, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert not (case.out / "indicators/eco_plan/analysis.html").exists()


def family(pid):
    """A process and all below it."""
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def all_gone(processes, seconds):
    """Where nobody waits for an orphan, a zombie of it is left."""
    left = psutil.wait_procs(processes, timeout=seconds)[1]
    return all(p.status() == psutil.STATUS_ZOMBIE for p in left)


@posix
@faults
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL], ids=lambda s: s.name)
@pytest.mark.parametrize("forking", [pytest.param(True, marks=forks), False], ids=["warm", "cold"])
def test_a_run_that_is_ended_leaves_no_process_behind(case, sent, forking):
    asleep = case.root / "asleep"
    sleep = (
        "import pathlib, subprocess, time\n"
        "subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        f"pathlib.Path({str(asleep)!r}).touch()\ntime.sleep(600)"
    )
    write_notebook(case.root / "notebooks/evidence.ipynb", [sleep])
    process = start(case, **({} if forking else NO_FORK))
    deadline = time.monotonic() + 60
    while not asleep.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    everyone = family(process.pid)
    assert any(p.name() == "sleep" for p in everyone)
    process.send_signal(sent)
    process.wait(timeout=10)
    assert all_gone(everyone, 10), [p for p in everyone if p.is_running()]
    assert finish_without(case, "evidence")


def finish_without(case, name):
    """The run is taken up again once the notebook that slept is a good one."""
    write_notebook(case.root / f"notebooks/{name}.ipynb", GOOD)
    return finish(case)


@faults
@forks
def test_a_warm_process_lost_while_importing_leaves_with_the_run(case):
    process = start(case)
    deadline = time.monotonic() + 20
    while not (everyone := family(process.pid)[1:]) and time.monotonic() < deadline:
        time.sleep(0.005)
    process.kill()
    process.wait()
    assert all_gone(everyone, 1.5)


@faults
@forks
def test_a_warm_process_lost_while_importing_is_replaced(case):
    process = start(case, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 20
    while not (started := family(process.pid)[1:]) and time.monotonic() < deadline:
        time.sleep(0.005)
    started[0].kill()
    _, told = process.communicate(timeout=240)
    assert process.returncode == 0 and told == b""


@faults
@forks
def test_a_run_without_a_warm_process_says_that_it_is_slow(case, tmp_path):
    # What lies before the library on the path keeps every warm process from getting ready.
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nif 'ecolib.runner.warm' in ' '.join(sys.orig_argv): raise SystemExit('no room')",
        encoding="utf-8",
    )
    command = [*COMMAND, "--only", "1", "--lang", "en"]
    slow = subprocess.run(
        command,
        cwd=case.root,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert slow.returncode == 0, slow.stderr
    assert slow.stderr.count("but slower. Reason: SystemExit: no room") == 1
    cold = digest(case.out)
    shutil.rmtree(case.out)
    quick = subprocess.run(command, cwd=case.root, capture_output=True, text=True)
    assert quick.stderr == "" and digest(case.out) == cold


def test_a_marker_deletes_nothing_outside_its_folder(case):
    victims = [case.root / "victim", case.out.parent / "victim"]
    marker = case.out / ".data_audit/run.json"
    marker.parent.mkdir(parents=True)
    for victim in victims:
        victim.write_text("v", encoding="utf-8")
    names = ["../../../victim", "../victim", str(victims[0]), "..\\victim", "", "..", 7, None]
    marker.write_text(json.dumps({"files": names}), encoding="utf-8")
    assert outcomes_of(case, "13")["data_audit"].status == "ok"
    assert all(victim.is_file() for victim in victims)


def test_data_that_change_during_a_run_are_told(case):
    changed = next(path for _, path in case.raw_files)
    change = (
        f"from pathlib import Path\npath = Path({str(changed)!r})\n"
        "path.write_bytes(path.read_bytes() + b'\\n')"
    )
    write_notebook(case.root / "notebooks/evidence.ipynb", [*GOOD, change])
    command = [*COMMAND, "--only", "1", "--lang", "zh"]
    done = subprocess.run(command, cwd=case.root, capture_output=True, text=True)
    assert done.returncode == 1
    assert "changed during the run" in done.stderr
    assert not (case.out / ".stamp.json").exists()


def test_the_hash_told_of_a_file_is_that_of_the_bytes_read(case):
    case.table("items")
    path = next(path for _, path in case.raw_files)
    read = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(path.read_bytes() + b"\n")
    assert read in set(input_files(case)["sha256"])


@faults
@posix
def test_an_endless_recursion_is_told_as_one(case):
    deep = "def f(n):\n    return f(n + 1)\nf(0)"
    write_notebook(case.root / "notebooks/evidence.ipynb", [deep])
    outcome = outcomes_of(case, "1")["eco_plan"]
    assert outcome.error.startswith("RecursionError") and outcome.cell == 3
    assert outcome.seconds < 20


@faults
@posix
@pytest.mark.parametrize("names", [("HOME",), ("HOME", "TMPDIR")], ids=" ".join)
def test_a_full_home_puts_no_foreign_line_into_a_page(case, tmp_path, full_disk, names):
    command = [*COMMAND, "--only", "1", "--only", "9", "--lang", "zh"]
    quiet = {"cwd": case.root, "capture_output": True, "text": True}
    assert subprocess.run(command, **quiet).returncode == 0
    usual = digest(case.out)
    shutil.rmtree(case.out)
    full = {name: str(full_disk) for name in names}
    done = subprocess.run(command, env={**os.environ, **full}, timeout=240, **quiet)
    assert done.returncode == 0, done.stderr
    assert digest(case.out) == usual


@pytest.fixture
def full_disk(tmp_path):
    """One without a free byte."""
    with disk(tmp_path / "full", "64k") as folder:
        with suppress(OSError), (folder / "all").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        yield folder
