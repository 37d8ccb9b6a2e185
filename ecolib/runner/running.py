"""Run tasks through an executor and put what they made in place; one failure stops no other."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from ecolib import provenance
from ecolib.runner import stamp, workers
from ecolib.runner.execute import Outcome, execute
from ecolib.runner.folders import locked, new_folder, swap_in, write_text
from ecolib.runner.notebook import described
from ecolib.runner.planning import REPORTS, Task, page_name

#: Ctrl-C is noticed in between, also where waiting for a lock cannot be interrupted (Windows).
PATIENCE = 0.5


def run(
    tasks: Sequence[Task],
    *,
    executor: Executor | None = None,
    seen: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """Run what has to be run, stage by stage, and return an outcome for every task.

    Parameters
    ----------
    executor
        Where tasks run: by default this machine, as many at once as its cores and memory allow.
        Another one (`distributed.Client.get_executor()`) must reach the same files and library.
        Each notebook gets a fresh process in any case.
    seen
        Called with each outcome as it comes in.

    Raises
    ------
    RunError
        When another run holds the county-year, or the outputs cannot be written to.
    """
    if not tasks:
        return []
    out = tasks[-1].folder.parent
    with locked(out):
        if any(task.why for task in tasks):
            (out / stamp.NAME).unlink(missing_ok=True)  # not complete until it is again
        pool = executor or ThreadPoolExecutor(workers.capacity())
        try:
            outcomes = _stages(tasks, pool, seen)
        finally:
            workers.close(tasks[0].root, tasks[0].county, tasks[0].year)
            if executor is None:
                pool.shutdown(cancel_futures=True)
        outcomes += _record(out, tasks, outcomes)
    return outcomes


def _stages(tasks: Iterable[Task], pool: Executor, seen: Callable) -> list[Outcome]:
    outcomes = {t.name: Outcome(t.name, "unchanged", 0.0) for t in tasks if not t.why}
    for _, stage in groupby(sorted(tasks, key=lambda t: t.stage), key=lambda t: t.stage):
        # Reports take longest; begun first, none is left alone at the end.
        todo = sorted((t for t in stage if t.why), key=lambda t: t.name not in REPORTS)
        waiting = {pool.submit(execute, task): task for task in todo}
        try:
            while waiting:
                done, _ = wait(waiting, timeout=PATIENCE, return_when=FIRST_COMPLETED)
                for future in done:
                    task = waiting.pop(future)
                    outcomes[task.name] = _published(task, future)
                    seen(outcomes[task.name])
        finally:
            for future in waiting:
                future.cancel()
    return [outcomes[task.name] for task in tasks]


def _published(task: Task, future: Future) -> Outcome:
    """Put what a task made in place; if that cannot be done, or it was lost, that is its failure."""
    try:
        outcome, scratch = future.result()
        _publish(task, scratch, outcome)
        return outcome
    except Exception as error:  # also what an executor says of a machine it has lost
        lost = error
    outcome = Outcome(task.name, "failed", 0.0, task.why, **described(lost))
    try:
        _publish(task, new_folder(task.folder.parent, task.name), outcome)
    except OSError as error:
        return replace(outcome, error=f"{outcome.error}; {error}")
    return outcome


def _publish(task: Task, scratch: Path, outcome: Outcome) -> None:
    """Swap a finished folder in, its marker written last."""
    record = {
        "status": outcome.status,
        "fingerprint": task.fingerprint,
        "langs": list(task.langs),
        "seconds": round(outcome.seconds, 3),
        "cpu": round(outcome.cpu, 3),
        "memory_mb": round(outcome.memory_mb),
        "versions": provenance.versions(),
    }
    if outcome.status == "failed":
        record |= {"cell": outcome.cell, "error": outcome.error, "traceback": outcome.traceback}
    if task.name in REPORTS:
        record["files"] = _publish_report(task, scratch)
    write_text(scratch / "run.json", json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    swap_in(scratch, task.folder)


def _publish_report(task: Task, scratch: Path) -> list[str]:
    """Put pages and tables of a report beside the indicators and tell their names.

    The marker and the files of the last run go first and the new pages come last, so that a run
    killed in between leaves no page beside tables of another run, and the report as unfinished.
    """
    out = task.folder.parent
    old = [*_files_of(task.folder), *(p.name for p in out.glob(page_name(task.page, "*")))]
    shutil.rmtree(task.folder, ignore_errors=True)
    for name in old:
        (out / name).unlink(missing_ok=True)
    new = sorted(scratch.iterdir(), key=lambda p: (p.suffix == ".html", p.name))
    for path in new:
        os.replace(path, out / path.name)
    return [path.name for path in new]


def _files_of(folder: Path) -> list[str]:
    """What the last run of a report published, as its marker says."""
    try:
        return json.loads((folder / "run.json").read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError):
        return []


def _record(out: Path, tasks: Sequence[Task], outcomes: Sequence[Outcome]) -> list[Outcome]:
    """`run.json` of the county-year: how each task ended, how long it took, what it used."""
    entries = [
        {
            "name": o.name,
            "status": o.status,
            "why": o.why,
            "seconds": round(o.seconds, 3),
            "cpu": round(o.cpu, 3),
            "memory_mb": round(o.memory_mb),
            "fingerprint": t.fingerprint,
        }
        for t, o in zip(tasks, outcomes, strict=True)
    ]
    complete = all(o.status != "failed" for o in outcomes) and not any(t.skipped for t in tasks)
    try:
        text = json.dumps({"tasks": entries}, ensure_ascii=False, indent=1) + "\n"
        write_text(out / "run.json", text)
        if complete:
            _stamp(out, tasks)
        else:
            (out / stamp.NAME).unlink(missing_ok=True)
    except OSError as error:  # a full disk; the results stand, their record does not
        return [Outcome("run.json", "failed", 0.0, **described(error))]
    return []


def _stamp(out: Path, tasks: Sequence[Task]) -> None:
    places = {t.name: out if t.name in REPORTS else t.folder for t in tasks}
    pages = [places[t.name] / page_name(t.page, lang) for t in tasks for lang in t.langs]
    record = {
        "key": tasks[0].state,
        "langs": sorted(set.intersection(*(set(t.langs) for t in tasks))),
        "markers": {t.folder.relative_to(out).as_posix(): t.fingerprint for t in tasks},
        "pages": sorted(path.relative_to(out).as_posix() for path in pages),
    }
    write_text(out / stamp.NAME, json.dumps(record, ensure_ascii=False, indent=1) + "\n")
