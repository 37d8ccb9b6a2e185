"""The same run on a dask cluster: a scheduler and two workers, each a process of its own."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from test_batch import digest, provincial
from trial import project, write_notebook

from ecolib.assess import dataset

pytest.importorskip("distributed", reason="needs the extra cluster: uv sync --extra cluster")
pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(os.name != "posix", reason="ends processes by POSIX signals"),
]

DASK = [sys.executable, "-m", "dask"]
COMMAND = [sys.executable, "-c", "from ecolib.cli import main; main()", "run", "trial", "2019"]
SOME = [word for number in ("1", "7", "13", "23") for word in ("--only", number)]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """The address of a scheduler, and the processes of its two workers."""
    with started(tmp_path_factory.mktemp("dask"), workers=2) as (address, _, workers):
        yield address, workers


@contextmanager
def started(folder, *, workers, **env):
    """The address of a scheduler, its process, and those of so many workers."""
    file = folder / "scheduler.json"
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    quiet["env"] = {**os.environ, **env}
    where = ["--scheduler-file", str(file), "--no-dashboard"]
    scheduler = subprocess.Popen(
        [*DASK, "scheduler", *where, "--port", "0", "--host", "127.0.0.1"], **quiet
    )
    processes = [
        subprocess.Popen([*DASK, "worker", *where, "--nthreads", "1"], **quiet)
        for _ in range(workers)
    ]
    deadline = time.monotonic() + 60
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    yield json.loads(file.read_text())["address"], scheduler, processes
    for process in (*processes, scheduler):
        process.terminate()
    for process in (*processes, scheduler):
        process.wait(timeout=30)


def start(case, *options):
    return subprocess.Popen(
        [*COMMAND, *SOME, *options],
        cwd=case.root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process, case):
    _, told = process.communicate(timeout=240)
    assert process.returncode == 0, told
    files = [p for p in case.out.rglob("*") if p.is_file()]
    return {
        p.relative_to(case.out).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in files
        if p.name not in ("run.json", ".lock")
    }


@pytest.fixture
def case_and_local_run(tiny, tmp_path_factory):
    case = project(tiny)
    local = finish(start(case), case)
    case.out.rename(tmp_path_factory.mktemp("local") / "out")
    return case, local


def test_a_cluster_gives_the_same_bytes(case_and_local_run, cluster):
    case, local = case_and_local_run
    assert finish(start(case, "--dask", cluster[0]), case) == local
    assert not list(case.out.glob("**/.task-*"))


def test_a_worker_that_is_killed_takes_no_result_with_it(case_and_local_run, cluster):
    case, local = case_and_local_run
    address, workers = cluster
    process = start(case, "--dask", address)
    deadline = time.monotonic() + 60
    while not list(case.out.glob("**/.task-*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(workers.pop().pid, signal.SIGKILL)  # its nanny: the worker itself ends with it
    assert finish(process, case) == local


def test_no_scheduler_is_told_before_anything_runs(tiny):
    case = project(tiny)
    process = start(case, "--dask", "tcp://127.0.0.1:9")
    _, told = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "tcp://127.0.0.1:9" in told and "Traceback" not in told
    assert not (case.out / "run.json").exists()


def test_a_scheduler_without_workers_is_told(tiny, tmp_path):
    case = project(tiny)
    with started(tmp_path, workers=0) as (address, _, _):
        _, told = start(case, "--dask", address).communicate(timeout=120)
    assert told.count("\n") == 1 and "has no worker after 20 s" in told


def test_a_scheduler_that_is_killed_is_told_in_a_sentence(tiny, tmp_path):
    case = project(tiny)
    write_notebook(case.root / "notebooks/evidence.ipynb", ["import time\ntime.sleep(600)"])
    with started(tmp_path, workers=1) as (address, scheduler, _):
        process = start(case, "--dask", address)
        finished = case.out / "indicators/agri_waste_use/run.json"
        deadline = time.monotonic() + 120
        while not finished.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        scheduler.kill()
        _, told = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "✗ eco_plan: RunError: eco_plan: the connection to the cluster was lost" in told
    assert "Traceback" not in told and finished.is_file()
    assert not list(case.out.glob("**/.task-*"))


# --- a batch --------------------------------------------------------------------------------------


def batched(root, *options, code=0, **env):
    """What a batch of results says, and the bytes of its data set."""
    process = subprocess.Popen(
        [*COMMAND[:3], "batch", "--all", "--years", "2018-2019", "--results-only", *options],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **env},
    )
    out, told = process.communicate(timeout=240)
    assert process.returncode == code, told
    return out + told, digest(root) if code == 0 else {}


@pytest.fixture
def province(tiny):
    return provincial(project(tiny), [f"county{n:02}" for n in range(12)])


def test_a_batch_on_a_cluster_gives_the_same_bytes(province, cluster):
    _, local = batched(province)
    shutil.rmtree(province / "outputs")
    told, far = batched(province, "--dask", cluster[0])
    assert "24 county-years done, 0 up to date, 0 failed" in told
    assert far == local


def test_a_batch_outlives_a_worker_that_is_killed(province, tmp_path_factory):
    _, local = batched(province)
    shutil.rmtree(province / "outputs")
    parts = province / dataset.FOLDER.parent / "parts"
    dask = started(tmp_path_factory.mktemp("dask"), workers=2)
    with dask as (address, _, workers), ThreadPoolExecutor(1) as thread:
        running = thread.submit(batched, province, "--dask", address)
        while not list(parts.glob("*/*.arrow")) and not running.done():
            time.sleep(0.02)
        os.kill(workers.pop().pid, signal.SIGKILL)
        assert running.result()[1] == local


def test_workers_with_another_library_refuse_a_batch(province, tmp_path_factory):
    """The same folder and version, another content: a limit of a standard is not the same."""
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(Path(dataset.__file__).parents[1], other / "ecolib")
    limits = next((other / "ecolib/standards").rglob("*.csv"))
    limits.write_text(limits.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    folder = tmp_path_factory.mktemp("dask")
    with started(folder, workers=1, PYTHONPATH=str(other)) as (address, *_):
        told, _ = batched(province, "--dask", address, code=1)
    assert "code, notebooks, data or library versions differ from those planned" in told
    assert "Traceback" not in told and not (province / dataset.FOLDER).exists()
