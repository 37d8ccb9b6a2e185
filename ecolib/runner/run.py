"""Run tasks through an executor: two at a time by default, one failure never stopping the rest."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, as_completed
from itertools import groupby
from pathlib import Path

from ecolib.runner import stamp
from ecolib.runner.execute import Outcome, execute, record_loss
from ecolib.runner.folders import locked
from ecolib.runner.plan import REPORTS, Task, page_name
from ecolib.runner.workers import FreshProcesses

#: Each takes about half a gigabyte.
MOST_WORKERS = 8


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
        Where tasks run; by default two fresh processes at a time on this machine. Processes, not
        threads: running a notebook touches the environment of the whole process.
    seen
        Called with each outcome as it comes in.
    """
    if not tasks:
        return []
    out = tasks[-1].folder.parent
    with locked(out):
        if executor is not None:
            outcomes = _stages(tasks, executor, seen)
        else:
            with _processes(tasks) as pool:
                outcomes = _stages(tasks, pool, seen)
        _record(out, tasks, outcomes)
    return outcomes


def _processes(tasks: Sequence[Task]) -> Executor:
    longest = max(task.timeout * len(task.langs) for task in tasks)
    workers = min(os.cpu_count() or 1, MOST_WORKERS)
    return FreshProcesses(workers, timeout=longest, memory_mb=tasks[0].memory_mb)


def _stages(tasks: Iterable[Task], pool: Executor, seen: Callable) -> list[Outcome]:
    outcomes: dict[str, Outcome] = {}
    for _, stage in groupby(sorted(tasks, key=lambda t: t.stage), key=lambda t: t.stage):
        waiting = {}
        for task in stage:
            if task.why:
                waiting[pool.submit(execute, task)] = task
            else:
                outcomes[task.name] = Outcome(task.name, "unchanged", 0.0)
        for future in as_completed(waiting):
            outcome = _outcome(future, waiting[future])
            outcomes[outcome.name] = outcome
            seen(outcome)
    return [outcomes[task.name] for task in tasks]


def _outcome(future, task: Task) -> Outcome:
    error = future.exception()
    if error is None:
        return future.result()
    outcome = Outcome(task.name, "failed", 0.0, task.why, error=str(error), traceback=str(error))
    record_loss(task, outcome)
    return outcome


def _record(out: Path, tasks: Sequence[Task], outcomes: Sequence[Outcome]) -> None:
    """`run.json` of the county-year: how long each task took and how it ended."""
    entries = [
        {
            "name": o.name,
            "status": o.status,
            "why": o.why,
            "seconds": round(o.seconds, 3),
            "fingerprint": t.fingerprint,
        }
        for t, o in zip(tasks, outcomes, strict=True)
    ]
    text = json.dumps({"tasks": entries}, ensure_ascii=False, indent=1) + "\n"
    (out / "run.json").write_text(text, encoding="utf-8", newline="\n")
    if all(o.status != "failed" for o in outcomes) and not any(t.skipped for t in tasks):
        stamp.write(
            tasks[0].root,
            tasks[0].county,
            tasks[0].year,
            langs=tasks[0].langs,
            markers={t.folder.relative_to(out).as_posix(): t.fingerprint for t in tasks},
            pages=[
                (folder / page_name(t.page, lang)).relative_to(out).as_posix()
                for t in tasks
                for folder in [out if t.name in REPORTS else t.folder]
                for lang in t.langs
            ],
        )
    else:
        (out / stamp.NAME).unlink(missing_ok=True)
