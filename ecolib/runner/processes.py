"""Calls in fresh processes: from a warm one that forks them, or started cold where none can fork.

Why a warm process: a kernel for each notebook costs three seconds of imports, a forked process a
few milliseconds, and both start clean. Why not `multiprocessing`'s fork server: a process has only
one, whose imports are settled when it starts, so that a second county-year, or this project's code
after a change, would be those of the first; it cannot be used below a daemonic process, such as a
dask worker; when it is killed its children live on, and what a killed child used it does not tell.
Its framing and pickling (`multiprocessing.connection`) are used on the pipe to our own, whose other
end is `ecolib.runner.warm`, one for each county-year that is being run.
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
from multiprocessing import Pipe
from pathlib import Path

from ecolib.errors import RunError
from ecolib.runner.calls import Answer, ColdProcess, Ending, Order, opened, started
from ecolib.texts import Note, spoken_here

LOG = logging.getLogger("ecolib.runner")
#: MB a notebook needs beside what it shares with the others, and the most notebooks at once.
NEED_MB, MOST = 300, 32
#: Seconds until a process that was asked to end is killed.
GRACE = 1.0


class WarmProcess:
    """Our end of the pipe to one warm process; several threads may ask at once."""

    def __init__(self, root: Path, county: str, year: int):
        self._lock = threading.Lock()
        self._asked: list[Future] = []
        self.state: Future = Future()  # of code and data as it found them; None if it cannot fork
        self._last_words = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the process)
        self._pipe, theirs = Pipe()
        with theirs:
            words = {"stdout": self._last_words, "stderr": self._last_words}
            pipes = {"stdin": subprocess.DEVNULL, **words, "pass_fds": [theirs.fileno()]}
            self._process = started("ecolib.runner.warm", f"main({theirs.fileno()})", **pipes)
        with suppress(OSError):  # it has ended already; the listener tells
            self._pipe.send((root, county, year, capacity()))
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, order: Order) -> Ending:
        """What became of an order; raises `LostError` when the warm process is gone."""
        with self._lock:
            self._asked.append(answered := Future())
            try:
                self._pipe.send(order._replace(number=len(self._asked) - 1))
            except OSError:
                raise LostError from None
        return answered.result()

    @property
    def idle(self) -> bool:
        return all(future.done() for future in self._asked)

    def last_words(self) -> str:
        """What it said before it ended without a state."""
        self._last_words.seek(0)
        return self._last_words.read().decode(errors="replace").strip()

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
    county, year
        What the calls are about; "" and 0 where each of them is about another.
    state
        What `ecolib.fingerprint.standing` gave when the run was planned. A warm process that finds
        code, data or versions in another state refuses every call.
    """

    def __init__(self, root: Path, county: str, year: int, state: str):
        self._county_year, self._state = (root, county, year), state
        self._lock, self._replacing = threading.Lock(), threading.Lock()
        self._at_once = threading.Semaphore(capacity())
        self._closed = self._tried_again = False
        self._all: list[WarmProcess] = []
        self._cold: set[ColdProcess] = set()
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
        order = Order(0, pickle.dumps((function, args, options)), timeout, memory_mb, str(log))
        warm = self._ready()
        try:
            return self._asked_of(warm, order)
        except LostError:
            with self._replacing:
                if self._warm is warm:
                    self._warm = self._opened()
        # Once more alone: whoever has killed the warm process then kills nobody else's.
        alone = self._opened()
        try:
            return self._asked_of(alone, order)
        except LostError:
            return Answer(error=Note("worker.lost_twice", source="worker"))
        finally:
            alone.close()

    def _ready(self) -> WarmProcess | None:
        """The warm process of everybody; None where every call has to start cold.

        One that ended before it was ready is replaced once.
        """
        while (warm := self._warm) is not None and warm.state.result() is None:
            with self._replacing:
                if self._closed:
                    return warm
                if self._warm is not warm:
                    continue
                if not self._tried_again:
                    self._tried_again, self._warm = True, self._opened()
                    continue
                why = warm.last_words().rpartition("\n")[2]
                LOG.warning("%s", Note("worker.slow", why=why).text(spoken_here()))
                self._warm = None
        return warm

    def _asked_of(self, warm: WarmProcess | None, order: Order) -> Answer:
        found = warm.state.result() if warm else None
        if self._closed:
            raise RunError(Note("run.interrupted", source="run"))
        if found is None:
            return self._cold_answer(order)
        if found != self._state:
            raise RunError(Note("run.another_state", source="run"))
        return opened(warm.ask(order), order, Path(order.log))

    def _cold_answer(self, order: Order) -> Answer:
        with self._at_once:
            with self._lock:
                if self._closed:
                    raise RunError(Note("run.interrupted", source="run"))
                self._cold.add(cold := ColdProcess(order))
            try:
                return cold.ended()
            finally:
                self._cold.discard(cold)

    @property
    def idle(self) -> bool:
        return not self._cold and all(warm.idle for warm in self._all)

    def close(self) -> None:
        """End all processes; calls that wait fail."""
        with self._lock:
            self._closed = True
            for warm in self._all:
                warm.close()
            for cold in list(self._cold):
                cold.kill()

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
