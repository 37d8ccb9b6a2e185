"""A call in a process of its own: how it is asked for, carried out, and what became of it.

`ecolib.runner.warm` forks such a process, `ColdProcess` starts an interpreter for it.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ecolib.texts import Note

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
#: Seconds a process past its time has to tell where it was before it is killed for good.
LAST_WORDS = 1.0
#: Bytes of what was printed past Python that are told, from its end.
MOST_WORDS = 20_000
#: Seconds between two looks at a running interpreter.
PATIENCE = 0.2
SIZE = 8


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


def started(module: str, call: str, **pipes: Any) -> subprocess.Popen:
    """This interpreter on one call; a file in the current folder must not hide a module."""
    home = f"import sys; sys.path.append({PACKAGE_HOME!r}); "
    return subprocess.Popen(
        [sys.executable, "-P", "-c", f"{home}import {module} as here; here.{call}"],
        env={**os.environ, **ENVIRONMENT},
        start_new_session=True,  # Ctrl-C is for the run, which ends this process in order
        **pipes,
    )


def answer(call: bytes) -> bytes:
    """A pickle of what a call gives, or of the text of its error."""
    try:
        function, args, options = pickle.loads(call)
        return pickle.dumps((True, function(*args, **options)))
    except BaseException:
        return pickle.dumps((False, traceback.format_exc()))


def opened(ending: Ending, order: Order, log: Path) -> Answer:
    """What a process has answered; where there is nothing, how it was lost."""
    told = {"log": words_of(log), "cpu": ending.cpu, "memory_mb": ending.memory_mb}
    if ending.exitcode or not ending.answer:
        return Answer(error=_lost(ending, order), **told)
    succeeded, value = pickle.loads(ending.answer)
    if not succeeded:
        return Answer(error=Note("worker.raised", source="worker", traceback=value), **told)
    return Answer(value, **told)


def _lost(ending: Ending, order: Order) -> Note:
    if ending.timed_out:
        return Note("worker.late", source="worker", seconds=order.timeout)
    if order.memory_mb is not None and ending.memory_mb > order.memory_mb:
        return Note("worker.memory", source="worker", memory=order.memory_mb)
    if ending.exitcode < 0:
        name = signal.Signals(-ending.exitcode).name
        return Note("worker.killed", source="worker", signal=name)
    return Note("worker.exited", source="worker", exit=ending.exitcode)


def words_of(log: Path) -> str:
    """The end of what was printed past Python; a flood of it is cut."""
    with suppress(OSError), log.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - MOST_WORDS))
        words = file.read().decode(errors="replace")
        return f"[…]{words}" if size > MOST_WORDS else words
    return ""


def end_with(pipe: int) -> None:
    """Wait for the other end of a pipe to go, then end this process and all that belongs to it."""
    os.read(pipe, 1)
    kill_started()
    if os.name == "posix":
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def kill_started(pid: int | None = None) -> None:
    """End all that a process (this one, unless told) has started, however far down."""
    import psutil

    with suppress(psutil.Error):
        for one in psutil.Process(pid).children(recursive=True):
            with suppress(psutil.Error):
                one.kill()


# --- a new interpreter ----------------------------------------------------------------------------


class ColdProcess:
    """A new interpreter on one call, where none can be forked: slower, the same results.

    So on Windows, where a thread would not live on after a fork, and where the warm process could not
    be started. It reads its call from a pipe that stays open as long as the run lives: when that ends,
    the run is gone, and the interpreter ends with all it has started.
    """

    def __init__(self, order: Order):
        self._order = order
        self._answer = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the process)
        self._cpu = self._memory = 0.0
        with open(order.log, "wb") as words:
            pipes = {"stdin": subprocess.PIPE, "stdout": self._answer, "stderr": words}
            self._process = started(__name__, "answer_once()", **pipes)
        with suppress(OSError):  # it has ended already; its exit tells
            self._process.stdin.write(len(order.call).to_bytes(SIZE, "big") + order.call)
            self._process.stdin.flush()

    def ended(self) -> Answer:
        """Wait for the answer, whatever ends the process."""
        timed_out = not self._waited(time.monotonic() + self._order.timeout)
        self.kill()
        self._answer.seek(0)
        found = self._answer.read()
        self._answer.close()
        code = self._process.returncode
        ending = Ending(self._order.number, found, code, timed_out, self._cpu, self._memory)
        return opened(ending, self._order, Path(self._order.log))

    def kill(self) -> None:
        """End the process, if it has not ended, and all it has started."""
        if self._process.poll() is None:
            kill_started(self._process.pid)
            self._process.kill()
        self._process.wait()
        with suppress(OSError):
            if os.name == "posix":  # what it had started when it crashed
                os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(OSError):
            self._process.stdin.close()

    def _waited(self, deadline: float) -> bool:
        """Whether the process came to its end in time; one that takes too much memory is ended."""
        while self._process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(PATIENCE)
                return True
            self._look()
            if self._order.memory_mb is not None and self._memory > self._order.memory_mb:
                return True
            if time.monotonic() > deadline:
                self._ask_where_it_is()
                return False
        return True

    def _look(self) -> None:
        """Measured from outside, as not every system can limit a process's memory."""
        import psutil

        with suppress(psutil.Error):
            process = psutil.Process(self._process.pid)
            family = (process, *process.children(recursive=True))
            used = sum(one.memory_info().rss for one in family) / 2**20
            self._memory = max(self._memory, used)
            self._cpu = sum(sum(one.cpu_times()[:2]) for one in family)

    def _ask_where_it_is(self) -> None:
        if os.name == "posix":
            self._process.send_signal(signal.SIGABRT)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(LAST_WORDS)


def answer_once() -> None:
    """In the interpreter: one call from stdin, one answer to stdout."""
    # What the call starts must not hold the pipe, nor print into the answer.
    run, out = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    faulthandler.enable(file=sys.__stderr__, all_threads=False)
    with open(run, "rb", closefd=False) as pipe:
        call = pipe.read(int.from_bytes(pipe.read(SIZE), "big"))
    threading.Thread(target=end_with, args=[run], daemon=True).start()
    with open(out, "wb") as given:
        given.write(answer(call))
    kill_started()
