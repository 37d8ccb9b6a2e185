"""Run tasks through an executor: two at a time by default, one failure never stopping the rest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, as_completed
from itertools import groupby

from ecolib.runner.execute import Outcome, execute, record_loss
from ecolib.runner.plan import Task
from ecolib.runner.workers import FreshProcesses

WORKERS = 2


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
    if executor is not None:
        outcomes = _stages(tasks, executor, seen)
    else:
        limit = max((task.timeout * len(task.langs) for task in tasks), default=None)
        with FreshProcesses(WORKERS, timeout=limit) as pool:
            outcomes = _stages(tasks, pool, seen)
    if tasks:
        _record(tasks, outcomes)
    return outcomes


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


def _record(tasks: Sequence[Task], outcomes: Sequence[Outcome]) -> None:
    """`run.json` of the county-year: how long each task took and how it ended."""
    reports = tasks[-1].folder.parent
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
    reports.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"tasks": entries}, ensure_ascii=False, indent=1) + "\n"
    (reports / "run.json").write_text(text, encoding="utf-8", newline="\n")
