"""A county-year by several ways, interleaved, on the same notebooks and data.

    uv run python benchmarks/run.py [--rounds 3] [--county lianshan] [--year 2019]

Peers: the papermill command in a shell loop followed by `jupyter nbconvert`; `execute_notebook` in
a loop; `execute_notebook` in two processes with one nbconvert call for all pages (a careful
user's way). Ours: from nothing, with one changed figure, and with nothing changed. Wall and CPU
seconds (children included) are medians over the rounds; peers run the indicator notebooks in one
language and are scaled by nothing.
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
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent


def tasks(county: str, year: int) -> list[tuple[str, Path]]:
    """The indicators and the notebook of each."""
    from ecolib.catalog import top_level

    return [(e.id, ROOT / f"notebooks/{e.notebook}.ipynb") for e in top_level()]


def shell_loop(project: Path, county: str, year: int) -> None:
    """`papermill` and `jupyter nbconvert`, a command each for every notebook."""
    for name, notebook in tasks(county, year):
        out = project / f"{name}.ipynb"
        given = ["-p", "county", county, "-p", "year", str(year), "-p", "indicator", name]
        _call([BIN / "papermill", notebook, out, *given, "--no-progress-bar"], project)
        _call([BIN / "jupyter-nbconvert", "--to", "html", out], project)


def notebook_loop(project: Path, county: str, year: int) -> None:
    """`papermill.execute_notebook` in a loop, then one nbconvert call."""
    done = [_execute(project, county, year, *task) for task in tasks(county, year)]
    _call([BIN / "jupyter-nbconvert", "--to", "html", *done], project)


def careful(project: Path, county: str, year: int) -> None:
    """`papermill.execute_notebook` in two processes, then one nbconvert call."""
    with ProcessPoolExecutor(2) as pool:
        waiting = [pool.submit(_execute, project, county, year, *t) for t in tasks(county, year)]
        done = [w.result() for w in waiting]
    _call([BIN / "jupyter-nbconvert", "--to", "html", *done], project)


def _execute(project: Path, county: str, year: int, name: str, notebook: Path) -> str:
    import papermill

    os.chdir(project)
    out = str(project / f"{name}.ipynb")
    given = {"county": county, "year": year, "indicator": name, "lang": "zh"}
    papermill.execute_notebook(str(notebook), out, given, progress_bar=False)
    return out


def ours(project: Path, county: str, year: int) -> None:
    """`ecolib run`, pages and reports included, in the same one language."""
    _call([BIN / "ecolib", "run", county, str(year), "--lang", "zh"], project)


def _call(command: list, project: Path) -> None:
    done = subprocess.run([str(c) for c in command], cwd=project, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])


def fresh_project(folder: Path) -> Path:
    """A copy of what a run needs, without outputs."""
    for name in ("params", "data", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def change_one_figure(project: Path, county: str, year: int, round_number: int) -> None:
    """Another harmless digit in the note of one row."""
    path = project / f"data/{county}/raw/{year}/items.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[1] = lines[1].rstrip("\n") + f" {round_number}\n"
    path.write_text("".join(lines), encoding="utf-8", newline="")


def measured(call: Callable[[], None]) -> tuple[float, float]:
    """Wall and CPU seconds, children included."""
    before, started = _cpu(), time.perf_counter()
    call()
    return time.perf_counter() - started, _cpu() - before


def _cpu() -> float:
    total = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(who)
        total += usage.ru_utime + usage.ru_stime
    return total


def one_round(number: int, county: str, year: int) -> dict[str, tuple[float, float]]:
    """Each way once, in turn, so that a slow minute of the machine hits all of them."""
    found = {}
    for name, way in (
        ("shell loop", shell_loop),
        ("execute_notebook loop", notebook_loop),
        ("two processes, one nbconvert", careful),
    ):
        with tempfile.TemporaryDirectory() as folder:
            project = fresh_project(Path(folder))
            found[name] = measured(lambda w=way, p=project: w(p, county, year))
    with tempfile.TemporaryDirectory() as folder:
        project = fresh_project(Path(folder))
        found["ours, from nothing"] = measured(lambda: ours(project, county, year))
        found["ours, nothing changed"] = measured(lambda: ours(project, county, year))
        change_one_figure(project, county, year, number)
        found["ours, one figure changed"] = measured(lambda: ours(project, county, year))
    return found


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--county", default="lianshan")
    arguments.add_argument("--year", type=int, default=2019)
    given = arguments.parse_args()
    rounds = [one_round(n, given.county, given.year) for n in range(given.rounds)]
    medians = {
        name: [statistics.median(r[name][i] for r in rounds) for i in (0, 1)] for name in rounds[0]
    }
    base = medians["shell loop"]
    print(
        "| way | wall s | CPU s | shell loop / this, wall | CPU |\n| --- | --- | --- | --- | --- |"
    )
    for name, (wall, cpu) in medians.items():
        print(f"| {name} | {wall:.2f} | {cpu:.2f} | {base[0] / wall:.1f} | {base[1] / cpu:.1f} |")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\nlargest single process: {peak:.0f} MiB")
    print(json.dumps(rounds))


if __name__ == "__main__":
    main()
