"""Calls in fresh processes: from a warm one that forks them, or started cold where none can fork.

Why a warm process: a kernel for each notebook costs three seconds of imports, a forked process a
few milliseconds, and both start clean. Why not `multiprocessing`'s fork server: a process has only
one, whose imports are settled when it starts, so that a second county-year, or this project's code
after a change, would be those of the first; it cannot be used below a daemonic process, such as a
dask worker; when it is killed its children live on, and what a killed child used it does not tell.
Its framing and pickling (`multiprocessing.connection`) are used on the pipe to our own, whose other
end is `ecolib.runner.warm`, one for each county-year that is being run.

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
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from pathlib import Path
from typing import NamedTuple

from ecolib.errors import RunError
from ecolib.texts import Note

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
#: MB a notebook needs beside what it shares with the others, and the most notebooks at once.
NEED_MB, MOST = 300, 32
#: Seconds until a process that was asked to end is killed.
GRACE = 1.0


class Order(NamedTuple):
    """What the warm process is asked for; `call` is a pickle of a function and its arguments."""

    number: int
    call: bytes
    timeout: float
    memory_mb: int | None
    log: str


class Ending(NamedTuple):
    """How the process of a call ended; `answer` is whatever it had written by then."""

    number: int
    answer: bytes
    exitcode: int
    timed_out: bool
    cpu: float
    memory_mb: float


@dataclass(frozen=True)
class Answer:
    """What became of a call; `error` is empty when it ended, `log` what was printed past Python."""

    value: object = None
    error: Note | None = None
    log: str = ""
    cpu: float = 0.0
    memory_mb: float = 0.0


def interpreter(module: str, call: str) -> list[str]:
    """This interpreter on one call; a file in the current folder must not hide a module."""
    home = f"import sys; sys.path.append({PACKAGE_HOME!r}); "
    return [sys.executable, "-P", "-c", f"{home}import {module} as here; here.{call}"]


class WarmProcess:
    """Our end of the pipe to one warm process; several threads may ask at once."""

    def __init__(self, root: Path, county: str, year: int):
        self._lock = threading.Lock()
        self._asked: list[Future] = []
        self.state: Future = Future()  # of code and data as it found them; None if it cannot fork
        self._last_words = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the process)
        self._pipe, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                interpreter("ecolib.runner.warm", f"main({theirs.fileno()})"),
                stdin=subprocess.DEVNULL,
                stdout=self._last_words,
                stderr=self._last_words,
                pass_fds=[theirs.fileno()],
                env={**os.environ, **ENVIRONMENT},
                start_new_session=True,  # Ctrl-C is for the run, which ends this process in order
            )
        with suppress(OSError):  # it has ended already; the listener tells
            self._pipe.send((root, county, year, capacity()))
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, call: bytes, timeout: float, memory_mb: int | None, log: Path) -> Ending:
        """What became of a call; raises `LostError` when the warm process is gone."""
        with self._lock:
            self._asked.append(answered := Future())
            try:
                self._pipe.send(Order(len(self._asked) - 1, call, timeout, memory_mb, str(log)))
            except OSError:
                raise LostError from None
        return answered.result()

    @property
    def idle(self) -> bool:
        return all(future.done() for future in self._asked)

    def close(self) -> None:
        """End the process and all its children."""
        self._process.terminate()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _listen(self) -> None:
        """Hand each answer to the call that waits for it, until the process ends."""
        with suppress(EOFError, OSError):
            self.state.set_result(self._pipe.recv())
            while True:
                ending = self._pipe.recv()
                self._asked[ending.number].set_result(ending)
        if not self.state.done():
            self._last_words.seek(0)
            LOG.info("no warm process: %s", self._last_words.read().decode(errors="replace"))
            self.state.set_result(None)
        with self._lock:
            for waiting in self._asked:
                if not waiting.done():
                    waiting.set_exception(LostError())
            self._pipe.close()


class LostError(Exception):
    """The warm process is gone, and the calls that ran in it with it."""


class Processes:
    """Fresh processes for the calls of one county-year.

    Parameters
    ----------
    state
        What `ecolib.fingerprint.county_year` gave when the run was planned. A warm process that
        finds code, data or versions in another state refuses every call.
    """

    def __init__(self, root: Path, county: str, year: int, state: str):
        self._county_year, self._state = (root, county, year), state
        self._lock = threading.Lock()
        self._at_once = threading.Semaphore(capacity())
        self._closed = False
        self._all: list[WarmProcess] = []
        self._warm = self._opened() if hasattr(os, "fork") else None

    def call(
        self, function: Callable, *args, timeout: float, memory_mb: int | None, log: Path, **options
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
        call = pickle.dumps((function, args, options))
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
            return Answer(error=Note("worker.lost_twice", source="worker"))
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
            raise RunError(Note("run.interrupted", source="run"))
        if found is None:
            with self._at_once:
                return cold(call, timeout)
        if found != self._state:
            raise RunError(Note("run.another_state", source="run"))
        ending = warm.ask(call, timeout, memory_mb, log)
        words = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
        used = {"cpu": ending.cpu, "memory_mb": ending.memory_mb}
        lost = _late(timeout) if ending.timed_out else _lost(ending.exitcode)
        return _opened(ending.answer if ending.exitcode == 0 else b"", lost, words, **used)

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
                raise RunError(Note("run.interrupted", source="run"))
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


def of(root: Path, county: str, year: int, state: str) -> Processes:
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


def cold(call: bytes, timeout: float) -> Answer:
    """The answer of a call in a new interpreter."""
    try:
        done = subprocess.run(
            interpreter("ecolib.runner.processes", "answer_once()"),
            input=call,
            capture_output=True,
            timeout=timeout,
            env={**os.environ, **ENVIRONMENT},
        )
    except subprocess.TimeoutExpired as late:
        return Answer(error=_late(timeout), log=(late.stderr or b"").decode(errors="replace"))
    log = done.stderr.decode(errors="replace")
    return _opened(b"" if done.returncode else done.stdout, _lost(done.returncode), log)


def answer_once() -> None:
    """One call from stdin, one answer to stdout: a fresh process where none can be forked."""
    out, sys.stdout = sys.stdout.buffer, sys.stderr
    out.write(answer(sys.stdin.buffer.read()))
    out.flush()


def answer(call: bytes) -> bytes:
    """A pickle of what a call gives, or of the text of its error."""
    try:
        function, args, options = pickle.loads(call)
        return pickle.dumps((True, function(*args, **options)))
    except BaseException:
        return pickle.dumps((False, traceback.format_exc()))


def _opened(answer: bytes, lost: Note, log: str, **used: float) -> Answer:
    """What a process has answered; where there is nothing, how it was lost."""
    if not answer:
        return Answer(error=lost, log=log, **used)
    succeeded, value = pickle.loads(answer)
    error = None if succeeded else Note("worker.raised", source="worker", traceback=value)
    return Answer(value if succeeded else None, error, log, **used)


def _late(seconds: float) -> Note:
    return Note("worker.late", source="worker", seconds=seconds)


def _lost(exitcode: int) -> Note:
    if exitcode < 0:
        return Note("worker.killed", source="worker", signal=signal.Signals(-exitcode).name)
    return Note("worker.exited", source="worker", exit=exitcode)
