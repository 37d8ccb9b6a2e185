"""Run one task: its notebook in each language, in fresh processes, into a folder beside its own.

Nothing here touches what was there before; the run that holds the lock puts the folder in place
(`ecolib.runner.running`), on this machine or when the task ran on another.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ecolib.errors import Problem, RunError
from ecolib.runner import workers
from ecolib.runner.answers import Answer
from ecolib.runner.folders import flush, new_folder
from ecolib.runner.notebook import described, run_language
from ecolib.runner.planning import Task

#: Where IPython says which cell it is in, in the last words of a crash.
CELL = re.compile(r"<ipython-input-(\d+)-")
#: What stock kernels always say, of no use to anybody here.
NOISE = re.compile(r"TCP without encryption|frozen modules|PYDEVD|^Extension modules:")


@dataclass(frozen=True)
class Outcome:
    """What became of a task; `cell` and `traceback` tell of a failure, `log` what was printed past
    Python, `cpu` seconds and `memory_mb` the largest process."""

    name: str
    status: str
    seconds: float
    why: str = ""
    cell: int | None = None
    error: str = ""
    traceback: str = ""
    log: str = ""
    cpu: float = 0.0
    memory_mb: float = 0.0


def execute(task: Task) -> tuple[Outcome, Path]:
    """The outcome of a task and the folder with what it made; a failure is an outcome too.

    Raises
    ------
    RunError, OSError
        When no folder can be made, or the processes were closed meanwhile.
    """
    started = time.perf_counter()
    scratch = new_folder(task.folder.parent, task.name)
    opened = workers.processes(task.root, task.county, task.year, task.state)

    def in_language(lang: str) -> Answer:
        return opened.call(
            run_language,
            task,
            lang,
            scratch / lang,
            timeout=task.timeout,
            memory_mb=task.memory_mb,
            log=scratch / f"{lang}.log",
        )

    with ThreadPoolExecutor(len(task.langs)) as threads:
        answers = list(threads.map(in_language, task.langs))
    failures = dict(zip(task.langs, map(_failure, answers), strict=True))
    failure = next(filter(None, failures.values()), {})
    try:
        for lang, failed in failures.items():
            _gather(scratch, lang, _readable_result if failed else _everything)
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


def _failure(answer: Answer) -> dict[str, object]:
    if answer.error is None:
        return answer.value
    words = _told(answer.log)
    cell = CELL.search(words)
    text = " · ".join(dict.fromkeys((answer.error.en, answer.error.zh)))
    return {
        "cell": int(cell[1]) if cell else None,
        "error": text[:500],
        "traceback": (words or text)[-20_000:],
    }


def _gather(scratch: Path, lang: str, keep: Callable[[Path], bool]) -> None:
    """Bring the files of a language to those of the others; what both saved must be the same."""
    own = scratch / lang
    for path in sorted(p for p in own.rglob("*") if p.is_file() and keep(p)):
        target = scratch / path.relative_to(own)
        if target.is_file() and target.read_bytes() != path.read_bytes():
            raise RunError(
                Problem(
                    target.name,
                    "两种语言存下的结果不同",
                    "the two languages saved different results",
                )
            )
        target.parent.mkdir(exist_ok=True)
        os.replace(path, target)
    shutil.rmtree(own, ignore_errors=True)
    (scratch / f"{lang}.log").unlink(missing_ok=True)


def _everything(path: Path) -> bool:
    return True


def _readable_result(path: Path) -> bool:
    """A notebook that failed may have saved its result before; anything else may be half written."""
    try:
        return path.name == "result.json" and bool(json.loads(path.read_text(encoding="utf-8")))
    except ValueError:
        return False


def _told(log: str) -> str:
    return "\n".join(line for line in log.splitlines() if line.strip() and not NOISE.search(line))
