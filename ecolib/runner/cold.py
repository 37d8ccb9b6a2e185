"""One call in a new interpreter, where none can be forked: slower, the same results.

So on Windows, where a thread would not live on after a fork, and where the warm process could not
be started. The interpreter reads its call from a pipe that stays open as long as the run lives:
when it ends, the run is gone, and the interpreter ends with all it has started.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from ecolib.runner.calls import (
    LAST_WORDS,
    Answer,
    Ending,
    Order,
    answer,
    end_with,
    kill_started,
    opened,
    started,
)

#: Seconds between two looks at a running interpreter.
PATIENCE = 0.2
SIZE = 8


class ColdProcess:
    """A new interpreter on one call."""

    def __init__(self, order: Order):
        self._order = order
        self._answer = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the process)
        self._cpu = self._memory = 0.0
        with open(order.log, "wb") as words:
            pipes = {"stdin": subprocess.PIPE, "stdout": self._answer, "stderr": words}
            self._process = started("ecolib.runner.cold", "answer_once()", **pipes)
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
