"""Calls in fresh processes: from a warm one that forks them, or started cold where none can fork.

Why a warm process: a kernel for each notebook costs three seconds of imports, a forked process a
few milliseconds, and both start clean. Why not `multiprocessing`'s fork server: it cannot be used
below a daemonic process, such as a dask worker; it lives as long as its parent, so that it may
never import this project, whose code may change; and it does not tell what a child used.
`ecolib.runner.server` is the other end of the pipe, one for each county-year that is being run.

Where there is no `fork` (Windows), or a thread would not live on after it, each call starts
an interpreter of its own: slower, the same results.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ecolib.errors import Problem, RunError
from ecolib.runner.frames import read_frame, write_frame

LOG = logging.getLogger("ecolib.runner")
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
#: What a notebook needs beside what it shares with the others, and the most at once.
NEED_MB, MOST = 300, 32
#: Seconds until a process that was asked to end is killed.
GRACE = 1.0


@dataclass(frozen=True)
class Answer:
    """What became of a call; `error` is empty when it ended, `log` what was printed past Python."""

    value: object = None
    error: Problem | None = None
    log: str = ""
    cpu: float = 0.0
    memory_mb: float = 0.0


class Processes:
    """Fresh processes for the calls of one county-year; several threads may call at once.

    Parameters
    ----------
    state
        What `ecolib.runner.stamp.key` gave when the run was planned. A warm process that finds
        code, data or versions in another state refuses every call.
    """

    def __init__(self, root: Path, county: str, year: int, state: str):
        self._state = state
        self._lock = threading.Lock()
        self._asked: dict[int, Future] = {}
        self._found: Future = Future()  # the state the warm process found; None if there is none
        self._at_once = threading.Semaphore(capacity())
        self._closed = False
        self._warm = None
        if not hasattr(os, "fork"):
            self._found.set_result(None)
            return
        self._last_words = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the process)
        self._warm = subprocess.Popen(
            _interpreter("ecolib.runner.server", "main"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._last_words,
            env={**os.environ, **ENVIRONMENT},
            start_new_session=True,  # Ctrl-C is for the run, which ends this process in order
        )
        self._send(pickle.dumps((root, county, year, capacity())))
        threading.Thread(target=self._listen, daemon=True).start()

    def call(
        self, function: Callable, *args, timeout: float, memory_mb: int | None, log: Path
    ) -> Answer:
        """Wait for the answer of one call, whatever ends it.

        Parameters
        ----------
        timeout
            Seconds after which the process is ended.
        memory_mb
            Address space it may take, where the system can limit it.
        log
            The file for what is printed past Python.

        Raises
        ------
        RunError
            When code, data or versions are not those the run was planned with, or the processes
            were closed meanwhile.
        """
        found = self._found.result()
        if self._closed:
            raise RunError(_closed(""))
        if found is None:
            with self._at_once:
                return _cold(function, args, timeout=timeout)
        if found != self._state:
            raise RunError(_another_state())
        call = pickle.dumps((function, args))
        with self._lock:
            number = len(self._asked)
            self._asked[number] = answered = Future()
            self._send(pickle.dumps((number, call, timeout, memory_mb, str(log))))
        return _answer(answered.result(), timeout, log)

    @property
    def idle(self) -> bool:
        return all(future.done() for future in self._asked.values())

    def close(self) -> None:
        """End the warm process and all its children; calls that wait fail."""
        self._closed = True
        if self._warm is None:
            return
        with suppress(OSError):
            self._warm.stdin.close()
        try:
            self._warm.wait(GRACE)
        except subprocess.TimeoutExpired:  # it is still importing, or stuck
            self._warm.kill()
            self._warm.wait()

    def _send(self, data: bytes) -> None:
        try:
            write_frame(self._warm.stdin.fileno(), data)
        except (OSError, ValueError):
            raise RunError(_closed("")) from None

    def _listen(self) -> None:
        """Hand each answer to the call that waits for it, until the warm process ends."""
        while (frame := read_frame(self._warm.stdout.fileno())) is not None:
            told = pickle.loads(frame)
            if isinstance(told, str):
                self._found.set_result(told)
            else:
                self._asked[told["number"]].set_result(told)
        self._last_words.seek(0)
        words = self._last_words.read().decode(errors="replace").strip()[-2000:]
        if not self._found.done():
            if not self._closed:
                LOG.warning("no warm process, notebooks start cold: %s", words)
            self._found.set_result(None)
        with self._lock:
            for waiting in self._asked.values():
                if not waiting.done():
                    waiting.set_exception(RunError(_closed(words)))


def capacity() -> int:
    """How many notebooks this machine can run at once, by its cores and its free memory."""
    import psutil

    usable = getattr(os, "sched_getaffinity", None)
    cores = len(usable(0)) if usable else os.cpu_count() or 1
    free = psutil.virtual_memory().available // (NEED_MB * 2**20)
    return max(1, min(cores, free, MOST))


_OPEN: dict[tuple, Processes] = {}
_OPENING = threading.Lock()


def processes(root: Path, county: str, year: int, state: str) -> Processes:
    """The processes of a county-year in this state, opened when asked for first.

    Those of another state or county-year are closed when nothing runs in them: a dask worker would
    otherwise keep one for every county it has met.
    """
    key = (root, county, year, state)
    with _OPENING:
        if key not in _OPEN:
            for other in [k for k, opened in _OPEN.items() if opened.idle]:
                _OPEN.pop(other).close()
            _OPEN[key] = Processes(*key)
        return _OPEN[key]


def close(root: Path, county: str, year: int) -> None:
    """End the processes of a county-year, and what runs in them."""
    with _OPENING:
        for key in [k for k in _OPEN if k[:3] == (root, county, year)]:
            _OPEN.pop(key).close()


def _interpreter(module: str, function: str) -> list[str]:
    """This interpreter on one function; a file in the current folder must not hide a module."""
    code = (
        f"import sys; sys.path.append({PACKAGE_HOME!r}); from {module} import {function}; "
        f"{function}()"
    )
    return [sys.executable, "-P", "-c", code]


def _cold(function: Callable, args: tuple, *, timeout: float) -> Answer:
    try:
        done = subprocess.run(
            _interpreter("ecolib.runner.warm", "answer_once"),
            input=pickle.dumps((function, args)),
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


def _answer(told: dict, timeout: float, log: Path) -> Answer:
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


def _closed(words: str) -> Problem:
    return Problem("run", f"运行已结束 {words}".strip(), f"the run was ended {words}".strip())


def _another_state() -> Problem:
    return Problem(
        "run",
        "程序、笔记本、数据或软件版本与计划时不同，请重新运行",
        "code, notebooks, data or library versions are not those the run was planned with; "
        "run it again",
    )
