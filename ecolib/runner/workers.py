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
import subprocess
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

from ecolib.errors import Problem, RunError
from ecolib.runner.answers import ENVIRONMENT, Answer, answer_of, cold, interpreter
from ecolib.runner.frames import read_frame, write_frame

LOG = logging.getLogger("ecolib.runner")
#: What a notebook needs beside what it shares with the others, and the most at once.
NEED_MB, MOST = 300, 32
#: Seconds until a process that was asked to end is killed.
GRACE = 1.0


class WarmProcess:
    """Our end of the pipe to one warm process; several threads may ask at once."""

    def __init__(self, root: Path, county: str, year: int):
        self._lock = threading.Lock()
        self._asked: dict[int, Future] = {}
        self.state: Future = Future()  # of code and data as it found them; None if it cannot fork
        self._last_words = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the process)
        self._process = subprocess.Popen(
            interpreter("ecolib.runner.server", "main"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._last_words,
            env={**os.environ, **ENVIRONMENT},
            start_new_session=True,  # Ctrl-C is for the run, which ends this process in order
        )
        write_frame(self._process.stdin.fileno(), pickle.dumps((root, county, year, capacity())))
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, call: bytes, timeout: float, memory_mb: int | None, log: Path) -> dict:
        """What became of a call; raises `LostError` when the warm process is gone."""
        with self._lock:
            number = len(self._asked)
            self._asked[number] = answered = Future()
            order = pickle.dumps((number, call, timeout, memory_mb, str(log)))
            try:
                write_frame(self._process.stdin.fileno(), order)
            except (OSError, ValueError):
                raise LostError from None
        return answered.result()

    @property
    def idle(self) -> bool:
        return all(future.done() for future in self._asked.values())

    def close(self) -> None:
        """End the process and all its children."""
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:  # it is still importing, or stuck
            self._process.kill()
            self._process.wait()

    def _listen(self) -> None:
        """Hand each answer to the call that waits for it, until the process ends."""
        while (frame := read_frame(self._process.stdout.fileno())) is not None:
            told = pickle.loads(frame)
            if isinstance(told, str):
                self.state.set_result(told)
            else:
                self._asked[told["number"]].set_result(told)
        if not self.state.done():
            self._last_words.seek(0)
            LOG.info("no warm process: %s", self._last_words.read().decode(errors="replace"))
            self.state.set_result(None)
        with self._lock:
            for waiting in self._asked.values():
                if not waiting.done():
                    waiting.set_exception(LostError())


class LostError(Exception):
    """The warm process is gone, and the calls that ran in it with it."""


class Processes:
    """Fresh processes for the calls of one county-year.

    Parameters
    ----------
    state
        What `ecolib.runner.stamp.key` gave when the run was planned. A warm process that finds
        code, data or versions in another state refuses every call.
    """

    def __init__(self, root: Path, county: str, year: int, state: str):
        self._county_year, self._state = (root, county, year), state
        self._lock = threading.Lock()
        self._at_once = threading.Semaphore(capacity())
        self._closed = False
        self._all: list[WarmProcess] = []
        self._warm = self._opened() if hasattr(os, "fork") else None

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
        call = pickle.dumps((function, args))
        warm = self._warm
        try:
            return self._asked_of(warm, call, timeout, memory_mb, log)
        except LostError:
            self._replace(warm)
        # Once more alone: whoever has killed the warm process then kills nobody else's.
        alone = self._opened()
        try:
            return self._asked_of(alone, call, timeout, memory_mb, log)
        except LostError:
            return Answer(error=NO_WARM_PROCESS)
        finally:
            alone.close()

    def _asked_of(
        self,
        warm: WarmProcess | None,
        call: bytes,
        timeout: float,
        memory_mb: int | None,
        log: Path,
    ) -> Answer:
        found = warm.state.result() if warm else None
        if self._closed:
            raise RunError(CLOSED)
        if found is None:
            with self._at_once:
                return cold(call, timeout)
        if found != self._state:
            raise RunError(ANOTHER_STATE)
        return answer_of(warm.ask(call, timeout, memory_mb, log), timeout, log)

    @property
    def idle(self) -> bool:
        return all(warm.idle for warm in self._all)

    def close(self) -> None:
        """End all processes; calls that wait fail."""
        with self._lock:
            self._closed = True
            for warm in self._all:
                warm.close()

    def _replace(self, lost: WarmProcess) -> None:
        """A new warm process for everybody where one is gone."""
        if self._warm is lost:
            self._warm = self._opened()

    def _opened(self) -> WarmProcess:
        with self._lock:
            if self._closed:
                raise RunError(CLOSED)
            self._all.append(warm := WarmProcess(*self._county_year))
            return warm


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


CLOSED = Problem("run", "运行已被中断", "the run was interrupted")
NO_WARM_PROCESS = Problem(
    "worker",
    "启动笔记本的进程先后两次被终止，没有留下结果",
    "the process that starts notebooks was ended twice and left no result",
)
ANOTHER_STATE = Problem(
    "run",
    "程序、笔记本、数据或软件版本与计划时不同，请重新运行",
    "code, notebooks, data or library versions are not those the run was planned with; run it again",
)
