"""How a call is sent to an interpreter of its own, and what its end, whichever it is, means."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ecolib.errors import Problem

PACKAGE_HOME = str(Path(__file__).parents[2])
#: Results must not depend on the machine's habits, and a BLAS pool would hang after a fork.
ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "TZ": "UTC",
}


@dataclass(frozen=True)
class Answer:
    """What became of a call; `error` is empty when it ended, `log` what was printed past Python."""

    value: object = None
    error: Problem | None = None
    log: str = ""
    cpu: float = 0.0
    memory_mb: float = 0.0


def interpreter(module: str, function: str) -> list[str]:
    """This interpreter on one function; a file in the current folder must not hide a module."""
    code = (
        f"import sys; sys.path.append({PACKAGE_HOME!r}); from {module} import {function}; "
        f"{function}()"
    )
    return [sys.executable, "-P", "-c", code]


def cold(call: bytes, timeout: float) -> Answer:
    """The answer of a call (a pickle of function and arguments) in a new interpreter."""
    try:
        done = subprocess.run(
            interpreter("ecolib.runner.warm", "answer_once"),
            input=call,
            capture_output=True,
            timeout=timeout,
            env={**os.environ, **ENVIRONMENT},
        )
    except subprocess.TimeoutExpired as late:
        return Answer(error=_late(timeout), log=(late.stderr or b"").decode(errors="replace"))
    log = done.stderr.decode(errors="replace")
    if done.returncode:
        return Answer(error=_lost(done.returncode), log=log)
    return _opened(done.stdout, log)


def answer_of(told: dict, timeout: float, log: Path) -> Answer:
    """What the warm process told of the end of a call."""
    words = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
    used = {"cpu": told["cpu"], "memory_mb": told["memory_mb"]}
    if told["answer"] is not None:
        return _opened(told["answer"], words, **used)
    error = _late(timeout) if told["timed_out"] else _lost(told["exit"])
    return Answer(error=error, log=words, **used)


def _opened(answer: bytes, log: str, **used: float) -> Answer:
    succeeded, value = pickle.loads(answer)
    error = None if succeeded else Problem("worker", value, value)
    return Answer(value if succeeded else None, error, log, **used)


def _late(timeout: float) -> Problem:
    return Problem(
        "worker",
        f"超过 {timeout:g} 秒仍未完成，已终止",
        f"not finished after {timeout:g} seconds, so it was stopped",
    )


def _lost(exitcode: int) -> Problem:
    if exitcode < 0:
        name = signal.Signals(-exitcode).name
        return Problem(
            "worker",
            f"进程被信号 {name} 终止，没有留下结果",
            f"the process was ended by signal {name} and left no result",
        )
    return Problem(
        "worker",
        f"进程提前退出（代码 {exitcode}），没有留下结果",
        f"the process ended early (exit code {exitcode}) and left no result",
    )
