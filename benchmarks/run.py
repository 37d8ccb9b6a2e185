"""A county-year by several ways, interleaved, on the same notebooks and data.

    uv run python benchmarks/run.py [--rounds 3] [--alone]

Peers run the same year with the same outcome: every indicator, the data audit and the annual summary
in one language, each notebook executed and turned into HTML.

- the shell loop: the commands `papermill` and `jupyter nbconvert` for each notebook, one after another;
- a loop over `papermill.execute_notebook` in one process, then one `jupyter nbconvert` for all;
- a careful user: `papermill.execute_notebook` in two processes, then one `jupyter nbconvert` for all.

Ours: `ecolib run` from nothing, with one changed figure, with nothing changed, and from nothing where
no process can be forked. Differences: the peers' pages are nbconvert's own; they keep no markers,
tables of the audit and the summary are written by both. CPU seconds are those of all processes that
ended; memory is the largest sum over the processes that lived at once, shared pages counted once
(PSS). The last table splits our CPU seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
REPORTS = ("data_audit", "annual_summary")
COUNTY, YEAR = "lianshan", 2019
#: As on Windows, where each notebook starts an interpreter.
NO_FORK = {"PYTHONPATH": str(ROOT / "tests/no_fork")}


class Used(NamedTuple):
    """What one way took: seconds on the clock, CPU seconds, MiB at once."""

    wall: float
    cpu: float
    memory: float


def indicators() -> list[tuple[str, Path]]:
    """The indicators and the notebook of each."""
    from ecolib import open_case

    return [
        (e.id, ROOT / f"notebooks/{e.notebook}.ipynb")
        for e in open_case(COUNTY, YEAR).list.top_level
    ]


def reports() -> list[tuple[str, Path]]:
    return [(name, ROOT / f"notebooks/{name}.ipynb") for name in REPORTS]


def shell_loop(project: Path) -> None:
    for name, notebook in (*indicators(), *reports()):
        out = project / f"{name}.ipynb"
        given = [word for pair in values(name).items() for word in ("-p", *map(str, pair))]
        call([BIN / "papermill", notebook, out, *given, "--no-progress-bar"], project)
        call([BIN / "jupyter-nbconvert", "--to", "html", out], project)


def notebook_loop(project: Path) -> None:
    with ProcessPoolExecutor(1) as pool:
        tasks = (*indicators(), *reports())
        done = list(pool.map(execute, *zip(*[(project, *t) for t in tasks], strict=True)))
    call([BIN / "jupyter-nbconvert", "--to", "html", *done], project)


def careful(project: Path) -> None:
    with ProcessPoolExecutor(2) as pool:
        done = list(pool.map(execute, *zip(*[(project, *t) for t in indicators()], strict=True)))
        done += [pool.submit(execute, project, *task).result() for task in reports()]
    call([BIN / "jupyter-nbconvert", "--to", "html", *done], project)


def execute(project: Path, name: str, notebook: Path) -> str:
    import papermill

    os.chdir(project)
    out = str(project / f"{name}.ipynb")
    papermill.execute_notebook(str(notebook), out, values(name), progress_bar=False)
    return out


def values(name: str) -> dict[str, object]:
    """The parameters of a notebook."""
    common = {"county": COUNTY, "year": YEAR, "lang": "zh"}
    return common if name in REPORTS else common | {"indicator": name}


def ours(project: Path, **env: str) -> None:
    call([BIN / "ecolib", "run", COUNTY, YEAR, "--lang", "zh"], project, **env)


def call(command: list, project: Path, **env: str) -> None:
    words, environment = [str(c) for c in command], {**os.environ, **env}
    done = subprocess.run(words, cwd=project, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])


def fresh_project(folder: Path) -> Path:
    """A copy of what a run needs, without outputs."""
    for name in ("params", "data", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def change_one_figure(project: Path, number: int) -> None:
    """One more unit of hazardous waste: its indicator, the audit and the summary read it."""
    path = project / f"data/{COUNTY}/raw/{YEAR}/items.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if line.startswith("hw_generated,"))
    item, year, value, rest = lines[at].split(",", 3)
    lines[at] = ",".join((item, year, f"{float(value) + number + 1}", rest))
    path.write_text("".join(lines), encoding="utf-8", newline="")


def measured(way: Callable[[], None]) -> Used:
    watch = Watch()
    before, started = children_cpu(), time.perf_counter()
    way()
    wall = time.perf_counter() - started
    return Used(wall, children_cpu() - before, watch.stop())


def children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Watch(threading.Thread):
    """The most memory that all descendants of this process held at once, in MiB."""

    def __init__(self):
        super().__init__(daemon=True)
        self._most, self._over = 0, threading.Event()
        self.start()

    def run(self) -> None:
        while not self._over.wait(0.2):
            held = 0
            for process in psutil.Process().children(recursive=True):
                with suppress(psutil.Error):
                    held += process.memory_full_info().pss
            self._most = max(self._most, held)

    def stop(self) -> float:
        self._over.set()
        self.join()
        return self._most / 2**20


def one_round(number: int, peers: dict[str, Callable]) -> dict[str, Used]:
    """Each way once, in turn, so that a slow minute of the machine hits all of them."""
    found = {}
    for name, way in peers.items():
        with tempfile.TemporaryDirectory() as folder:
            project = fresh_project(Path(folder))
            found[name] = measured(lambda w=way, p=project: w(p))
    with tempfile.TemporaryDirectory() as folder:
        project = fresh_project(Path(folder))
        found["ours, from nothing"] = measured(lambda: ours(project))
        found["ours, nothing changed"] = measured(lambda: ours(project))
        change_one_figure(project, number)
        found["ours, one figure changed"] = measured(lambda: ours(project))
    with tempfile.TemporaryDirectory() as folder:
        project = fresh_project(Path(folder))
        found["ours, from nothing, no fork"] = measured(lambda: ours(project, **NO_FORK))
    return found


def split() -> dict[str, float]:
    """Our CPU seconds by what they went into, each notebook in a process forked as in a run."""
    code = "import json, sys; sys.path.insert(0, sys.argv[1]); import run; print(json.dumps(run.parts()))"
    with tempfile.TemporaryDirectory() as folder:
        project = fresh_project(Path(folder))
        from ecolib.runner.processes import ENVIRONMENT

        done = subprocess.run(
            [sys.executable, "-c", code, str(Path(__file__).parent)],
            cwd=project,
            env={**os.environ, **ENVIRONMENT},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return json.loads(done.stdout.splitlines()[-1])


def parts() -> dict[str, float]:
    """In the project of the current folder: what `split` tells."""
    from matplotlib.figure import Figure

    from ecolib.runner import notebook, warm

    found: dict[str, float] = {}
    evaluating = {"evaluate and audit": 0.0}
    clocked(warm, "evaluate", evaluating, "evaluate and audit")
    began = time.process_time()
    warm.prepare(Path.cwd(), COUNTY, YEAR)
    rest = time.process_time() - began - evaluating["evaluate and audit"]
    found["warm process: imports, texts, a figure, caches"] = rest
    found["warm process: read, evaluate, audit"] = evaluating["evaluate and audit"]
    from ecolib import open_case, plan

    began = time.process_time()
    tasks = plan(open_case(COUNTY, YEAR), langs=("zh",))
    found["plan"] = time.process_time() - began
    spent = dict.fromkeys(("draw", "render", "all"), 0.0)
    clocked(Figure, "draw", spent, "draw")
    clocked(notebook, "_show", spent, "render")
    clocked(notebook, "run_language", spent, "all")
    for task in tasks:
        spent.update(dict.fromkeys(spent, 0.0))
        times = forked(lambda t=task: (notebook.run_language(t, "zh", t.folder), spent)[1])
        prefix = "summary" if task.name == "annual_summary" else "notebooks"
        rest = times["all"] - times["draw"] - times["render"]
        for what, seconds in (
            ("fork and leave", times["process"] - times["all"]),
            ("show", rest),
            ("draw", times["draw"]),
            ("render the page", times["render"]),
        ):
            name = f"{prefix}: {what}"
            found[name] = found.get(name, 0.0) + seconds
        if task.name == "data_audit":
            with suppress(OSError):  # where the summary finds it
                shutil.copy(task.folder / "audit.json", task.folder.parent)
    return found


def clocked(owner: object, name: str, spent: dict[str, float], what: str) -> None:
    """Add the CPU seconds of every call of a function to `spent`."""
    function = getattr(owner, name)

    def timed(*args, **kwargs):
        began = time.process_time()
        try:
            return function(*args, **kwargs)
        finally:
            spent[what] += time.process_time() - began

    setattr(owner, name, timed)


def forked(work: Callable[[], dict]) -> dict[str, float]:
    """What `work` gives in a forked process, and the CPU seconds of that process."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(theirs, json.dumps(work()).encode())
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as file:
        told = json.load(file)
    usage = os.wait4(pid, 0)[2]
    return told | {"process": usage.ru_utime + usage.ru_stime}


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--alone", action="store_true", help="a quick look without the peers")
    given = arguments.parse_args()
    peers = {} if given.alone else PEERS
    rounds = [one_round(n, peers) for n in range(given.rounds)]
    medians = {
        name: Used(*(statistics.median(r[name][i] for r in rounds) for i in range(3)))
        for name in rounds[0]
    }
    columns = [f"{peer} / this, {what}" for peer in peers for what in ("wall", "CPU")]
    print("| " + " | ".join(["way", "wall s", "CPU s", "MiB at once", *columns]) + " |")
    print("|---|" + "---:|" * (3 + len(columns)))
    for name, used in medians.items():
        ratios = [medians[p][i] / used[i] for p in peers for i in (0, 1)]
        cells = [f"{used.wall:.2f}", f"{used.cpu:.2f}", f"{used.memory:.0f}"]
        print("| " + " | ".join([name, *cells, *(f"{r:.1f}" for r in ratios)]) + " |")
    print("\n| our CPU seconds, from nothing | s |\n|---|---:|")
    for what, seconds in split().items():
        print(f"| {what} | {seconds:.2f} |")
    print(json.dumps(rounds))


PEERS = {"shell loop": shell_loop, "notebook loop": notebook_loop, "careful user": careful}


if __name__ == "__main__":
    main()
