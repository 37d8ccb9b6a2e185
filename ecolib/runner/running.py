"""Run tasks and put what they made in place; one failure stops no other.

A task runs in fresh processes, a language each, into a folder beside its own. Nothing there touches
what was there before; the run that holds the lock swaps the folder in, on this machine or when the
task ran on another. Nothing heavy is imported here: the pages are made in other processes.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from ecolib.errors import EcolibError, RunError, check_kind, several
from ecolib.files import (
    DAMAGED,
    flush,
    hashes_of,
    locked,
    new_folder,
    read_json,
    swap_in,
    write_json,
)
from ecolib.fingerprint import county_year, versions
from ecolib.runner import processes
from ecolib.runner.calls import Answer
from ecolib.runner.notebook import (
    Outcome,
    Task,
    complete,
    described,
    languages,
    page_name,
    run_language,
)
from ecolib.texts import LANGS, Note

T = TypeVar("T")
#: Ctrl-C is noticed in between, also where waiting for a lock cannot be interrupted (Windows).
PATIENCE = 0.5
#: Seconds after which a plan is given up.
LONGEST_PLAN = 3600.0
#: What the last complete run of a county-year stood on.
STAMP = ".stamp.json"
#: Where IPython says which cell it is in, in the last words of a crash.
CELL = re.compile(r"<ipython-input-(\d+)-")
#: What leads out of a folder, on some system or other.
NO_NAME = re.compile(r"[/\\:\x00]")
#: What stock kernels always say, of no use to anybody here.
NOISE = re.compile(r"TCP without encryption|frozen modules|PYDEVD|^Extension modules:")


def unchanged(root: Path, county: str, year: int, langs: Sequence[str]) -> bool:
    """Whether the last complete run of this county-year is still what a run would give.

    A quick look that imports nothing heavy; any doubt leads to the full plan.
    """
    out = root / "outputs" / county / str(year)
    with suppress(*DAMAGED):
        stamp = read_json(out / STAMP)
        markers = {name: read_json(out / name / "run.json") for name in stamp["markers"]}
        return (
            set(langs) <= set(stamp["langs"])
            and {n: m["fingerprint"] for n, m in markers.items()} == stamp["markers"]
            and all(complete(out if n[0] == "." else out / n, m) for n, m in markers.items())
            and stamp["key"] == county_year(root, county, year)
        )
    return False


def notice(root: Path, county: str, year: int) -> Note | None:
    """What the last complete run of a county-year said of all its verdicts."""
    told = read_json(root / "outputs" / county / str(year) / STAMP).get("notice")
    return told and Note.from_json(told)


def planned(
    root: Path, county: str, year: int, *, lang: str | None, **options
) -> list[Task] | EcolibError:
    """The plan of a county-year, or why there is none; a call for a process that has read it.

    `lang` is "zh", "en" or "both"; None stands for what the county's settings say. The other
    options are those of `ecolib.runner.planning.plan`.
    """
    from ecolib.assess.opening import open_case
    from ecolib.runner.planning import plan

    try:
        case = open_case(county, year, root=root)
        return plan(case, langs=languages(lang or case.settings.language), **options)
    except EcolibError as error:
        return error


def tasks_of(root: Path, county: str, year: int, state: str, **asked) -> list[Task]:
    """The same, made where all is read already: in the warm process that a run from this state needs;
    without a state in this process.

    Raises
    ------
    EcolibError
        Why there is no plan.
    """
    if state:
        warm = processes.of(root, county, year, state)
        limits = {"timeout": LONGEST_PLAN, "memory_mb": None, "log": Path(os.devnull)}
        answer = warm.call(planned, root, county, year, **asked, **limits)
        found = RunError(answer.error) if answer.error else answer.value
    else:
        found = planned(root, county, year, **asked)
    if isinstance(found, EcolibError):
        raise found
    return found


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
    for task in (tasks := several(tasks)):
        check_kind("tasks", task, "Task")
    if not tasks:
        return []
    out = tasks[-1].place
    with locked(out):
        if any(task.why for task in tasks):
            (out / STAMP).unlink(missing_ok=True)  # not complete until it is again
        at = tasks[0].root, tasks[0].county, tasks[0].year
        with workers(executor, processes.capacity(), *at) as pool:
            outcomes = _stages(tasks, pool, seen)
        outcomes += _record(out, tasks, outcomes)
        outcomes += _changed_meanwhile(tasks[0])
    return outcomes


def _stages(tasks: Iterable[Task], pool: Executor, seen: Callable) -> list[Outcome]:
    outcomes = {t.name: Outcome(t.name, "unchanged", 0.0) for t in tasks if not t.why}
    for _, stage in groupby(sorted(tasks, key=lambda t: t.stage), key=lambda t: t.stage):
        # Reports take longest; begun first, none is left alone at the end.
        todo = sorted((t for t in stage if t.why), key=lambda t: not t.is_report)
        for future, task in ending({pool.submit(execute, task): task for task in todo}):
            outcomes[task.name] = _published(task, future)
            seen(outcomes[task.name])
    return [outcomes[task.name] for task in tasks]


@contextmanager
def workers(executor: Executor | None, at_once: int, *county_year) -> Iterator[Executor]:
    """What tasks are done by: the executor that is given, or else so many threads of this process.
    Processes of the county-year end with it."""
    pool = executor or ThreadPoolExecutor(at_once)
    try:
        yield pool
    finally:
        processes.close(*county_year)
        if executor is None:
            pool.shutdown(cancel_futures=True)


def ending(waiting: dict[Future, T]) -> Iterator[tuple[Future, T]]:
    """Each future as it ends, with what it is of; more may be added meanwhile. What still waits when
    nobody asks any more is called off."""
    try:
        while waiting:
            done, _ = wait(waiting, timeout=PATIENCE, return_when=FIRST_COMPLETED)
            for future in done:
                yield future, waiting.pop(future)
    finally:
        for future in waiting:
            future.cancel()


def execute(task: Task) -> tuple[Outcome, Path]:
    """The outcome of a task and the folder with what it made; a failure is an outcome too.

    Raises
    ------
    RunError, OSError
        When no folder can be made, or the processes were closed meanwhile.
    """
    started = time.perf_counter()
    scratch = new_folder(task.folder.parent, task.name)
    opened = processes.of(task.root, task.county, task.year, task.state)

    limits = {"timeout": task.timeout, "memory_mb": task.memory_mb}

    def in_language(lang: str) -> Answer:
        log = scratch / f"{lang}.log"
        return opened.call(run_language, task, lang, scratch / lang, log=log, **limits)

    with ThreadPoolExecutor(len(task.langs)) as threads:
        answers = list(threads.map(in_language, task.langs))
    failures = dict(zip(task.langs, map(failure_of, answers), strict=True))
    failure = next(filter(None, failures.values()), {})
    try:
        for lang, failed in failures.items():
            _gather(scratch, lang, _readable_result if failed else Path.is_file)
        flush(scratch)
    except (RunError, OSError) as error:
        failure = failure or described(error)
    outcome = Outcome(
        task.name,
        "failed" if failure else "ok",
        time.perf_counter() - started,
        task.why,
        log="\n".join(filter(None, (_told(a.log) for a in answers if a.error is None))),
        cpu=sum(a.cpu for a in answers),
        memory_mb=max(a.memory_mb for a in answers),
        **failure,
    )
    return outcome, scratch


def failure_of(answer: Answer) -> dict[str, object]:
    """What is told of a notebook that failed in a language; empty when it did not."""
    if answer.error is None:
        return answer.value
    words = _told(answer.log)
    cell = CELL.search(words)
    text = " · ".join(dict.fromkeys(answer.error.text(lang) for lang in reversed(LANGS)))
    return {
        "cell": int(cell[1]) if cell else None,
        "error": text[:500],
        "traceback": (words or text)[-20_000:],
    }


def _told(log: str) -> str:
    return "\n".join(line for line in log.splitlines() if line.strip() and not NOISE.search(line))


def _gather(scratch: Path, lang: str, keep: Callable[[Path], bool]) -> None:
    """Bring the files of a language to those of the others; what both saved must be the same."""
    own = scratch / lang
    for path in sorted(p for p in own.rglob("*") if keep(p)):
        target = scratch / path.relative_to(own)
        if target.is_file() and target.read_bytes() != path.read_bytes():
            raise RunError(Note("notebook.languages_differ", source=target.name))
        target.parent.mkdir(exist_ok=True)
        os.replace(path, target)
    shutil.rmtree(own, ignore_errors=True)
    (scratch / f"{lang}.log").unlink(missing_ok=True)


def _readable_result(path: Path) -> bool:
    """A notebook that failed may have saved its result before; anything else may be half written."""
    with suppress(*DAMAGED):
        return path.name == "result.json" and bool(read_json(path))
    return False


def _published(task: Task, future: Future) -> Outcome:
    """Put what a task made in place; if that cannot be done, or it was lost, that is its failure."""
    try:
        outcome, scratch = future.result()
        _publish(task, scratch, outcome)
        return outcome
    except Exception as error:  # also what an executor says of a machine it has lost
        lost = told_of(error, task.name)
    outcome = Outcome(task.name, "failed", 0.0, task.why, **described(lost))
    try:
        _publish(task, new_folder(task.folder.parent, task.name), outcome)
    except OSError as error:
        return replace(outcome, error=f"{outcome.error}; {error}")
    return outcome


def told_of(error: Exception, name: str) -> Exception:
    """What became of a task that an executor gives no outcome of; by some it is cancelled, and they
    say no more."""
    lost = isinstance(error, CancelledError)
    return RunError(Note("run.cluster_lost", source=name)) if lost else error


def _publish(task: Task, scratch: Path, outcome: Outcome) -> None:
    """Swap a finished folder in, its marker written last."""
    record = {
        "status": outcome.status,
        "fingerprint": task.fingerprint,
        "langs": list(task.langs),
        **_used(outcome),
        "versions": versions(),
    }
    if outcome.status == "failed":
        record |= {"cell": outcome.cell, "error": outcome.error, "traceback": outcome.traceback}
    record["files"] = hashes_of(scratch)
    if task.is_report:
        _publish_report(task, scratch)
    write_json(scratch / "run.json", record)
    swap_in(scratch, task.folder)


def _publish_report(task: Task, scratch: Path) -> None:
    """Put pages and tables of a report beside the indicators.

    The marker and the files of the last run go first and the new pages come last, so that a run
    killed in between leaves no page beside tables of another run, and the report as unfinished.
    """
    out = task.place
    old = [*_files_of(task.folder), *(p.name for p in out.glob(page_name(task.page, "*")))]
    shutil.rmtree(task.folder, ignore_errors=True)
    for name in old:
        (out / name).unlink(missing_ok=True)
    new = sorted(scratch.iterdir(), key=lambda p: (p.suffix == ".html", p.name))
    for path in new:
        os.replace(path, out / path.name)


def _files_of(folder: Path) -> list[str]:
    """What the last run of a report published, as its marker says.

    Whoever has written the marker, only files beside it are named: bare names, no paths.
    """
    with suppress(*DAMAGED):
        names = read_json(folder / "run.json")["files"]
        return [n for n in names if n not in ("", ".", "..") and not NO_NAME.search(n)]
    return []


def _record(out: Path, tasks: Sequence[Task], outcomes: Sequence[Outcome]) -> list[Outcome]:
    """`run.json` of the county-year: how each task ended, how long it took, what it used."""
    pairs = zip(tasks, outcomes, strict=True)
    entries = [o.row | _used(o) | {"fingerprint": t.fingerprint} for t, o in pairs]
    complete = all(o.status != "failed" for o in outcomes) and not any(t.skipped for t in tasks)
    try:
        write_json(out / "run.json", {"tasks": entries})
        if complete:
            _stamp(out, tasks)
        else:
            (out / STAMP).unlink(missing_ok=True)
    except OSError as error:  # a full disk; the results stand, their record does not
        return [Outcome("run.json", "failed", 0.0, **described(error))]
    return []


def _changed_meanwhile(task: Task) -> list[Outcome]:
    """What was changed during the run is not in its results, and the next run will see it."""
    if county_year(task.root, task.county, task.year) == task.state:
        return []
    error = RunError(Note("run.changed_meanwhile", source=f"data/{task.county}"))
    return [Outcome("data", "failed", 0.0, **described(error))]


def _stamp(out: Path, tasks: Sequence[Task]) -> None:
    record = {
        "key": tasks[0].state,
        "langs": sorted(set.intersection(*(set(t.langs) for t in tasks))),
        "markers": {t.folder.relative_to(out).as_posix(): t.fingerprint for t in tasks},
        "notice": tasks[0].notice and tasks[0].notice.to_json(),
    }
    write_json(out / STAMP, record)


def _used(outcome: Outcome) -> dict[str, float]:
    return {
        "seconds": round(outcome.seconds, 3),
        "cpu": round(outcome.cpu, 3),
        "memory_mb": round(outcome.memory_mb),
    }
