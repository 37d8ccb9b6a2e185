"""The warm process of a run: it imports everything once and forks a fresh process for each call.

Nearly all the time of a small notebook goes into importing pandas, matplotlib, scipy and nbconvert
and into compiling patterns, templates and schemas. This process does that once, in one thread,
reads the tables of the county-year, and then forks: a child has all of it at no cost, and nothing
of what a child does (globals, rcParams, random state, environment) reaches another.

The third-party packages come first; this project is imported last and for one run only. The
process ends with its run, so that a change of code always counts; what it imported is hashed and
told to the run, which refuses another state than the one it planned with (`ecolib.runner.stamp`).

Orders come over stdin and answers go over stdout, as frames of a length and a pickle. When stdin
ends, its parent is gone or done: every child is killed and the process leaves. A child leads a group
of its own, so that whatever it started ends with it, and it watches a pipe that closes when this
process is lost.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import pickle
import resource
import selectors
import signal
import sys
import threading
import time
import traceback
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

from ecolib.runner import stamp
from ecolib.runner.frames import content, drain, read_frame, write_frame
from ecolib.runner.warm import answer, prepare

#: What a process may write into one file or print past Python; more is a notebook gone wild.
LARGEST_FILE = 2**28
#: Seconds a process has to tell where it was before it is killed for good.
LAST_WORDS = 1.0


@dataclass
class Child:
    """A forked process, what it has answered so far, and until when it may run."""

    number: int
    answers: int
    deadline: float
    answer: bytearray = field(default_factory=bytearray)
    timed_out: bool = False


class Server:
    """One loop over orders, answers and deaths; no threads, as it forks."""

    def __init__(self, orders: int, answers: int, at_once: int):
        self._orders, self._answers, self._at_once = orders, answers, at_once
        self._waiting: deque[tuple] = deque()
        self._children: dict[int, Child] = {}
        self._alive, self._held_open = os.pipe()  # ends for every child when this process ends
        deaths, wake = os.pipe()
        os.set_blocking(deaths, False)
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake)
        self._own_ends = (orders, answers, self._held_open, deaths, wake)
        self._selector = selectors.DefaultSelector()
        self._selector.register(orders, selectors.EVENT_READ, self._order)
        self._selector.register(deaths, selectors.EVENT_READ, lambda fd: drain(fd))

    def serve(self) -> None:
        """Until the orders end."""
        while True:
            for key, _ in self._selector.select(self._patience()):
                if key.data(key.fd) is False:
                    return
            self._bury()
            self._end_late()
            while self._waiting and len(self._children) < self._at_once:
                self._fork(*self._waiting.popleft())

    def stop(self) -> None:
        """Kill what runs."""
        for pid in self._children:
            kill(pid)

    def _patience(self) -> float | None:
        ends = [child.deadline for child in self._children.values()]
        return max(0.0, min(ends) - time.monotonic()) if ends else None

    def _order(self, fd: int) -> bool:
        frame = read_frame(fd)
        if frame is None:
            return False
        self._waiting.append(pickle.loads(frame))
        return True

    def _fork(self, number: int, call: bytes, timeout: float, memory_mb: int | None, log: str):
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            self._become_child(ours, theirs, call, memory_mb, log)
        os.close(theirs)
        os.set_blocking(ours, False)
        child = Child(number, ours, time.monotonic() + timeout)
        self._children[pid] = child
        self._selector.register(ours, selectors.EVENT_READ, lambda fd: self._hear(fd, child))

    def _become_child(self, ours, theirs, call: bytes, memory_mb, log: str) -> None:
        """In the child: answer the call and leave; never return."""
        try:
            self._selector.close()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for fd in (*self._own_ends, ours, *(c.answers for c in self._children.values())):
                os.close(fd)
            os.setsid()
            threading.Thread(target=end_with, args=[self._alive], daemon=True).start()
            redirect(log)
            limit(memory_mb)
            write_frame(theirs, pickle.dumps(answer(call)))
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)

    def _hear(self, fd: int, child: Child) -> bool:
        child.answer += drain(fd)
        return True

    def _bury(self) -> None:
        """Answer for every child that has ended, whatever ended it."""
        for pid in list(self._children):
            found, status, usage = os.wait4(pid, os.WNOHANG)
            if not found:
                continue
            child = self._children.pop(pid)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)  # what it may have started
            self._selector.unregister(child.answers)
            child.answer += drain(child.answers)
            os.close(child.answers)
            told = {
                "number": child.number,
                "answer": content(child.answer),
                "exit": os.waitstatus_to_exitcode(status),
                "timed_out": child.timed_out,
                "cpu": usage.ru_utime + usage.ru_stime,
                "memory_mb": usage.ru_maxrss / 1024,
            }
            write_frame(self._answers, pickle.dumps(told))

    def _end_late(self) -> None:
        """A call past its time first says where it is (`faulthandler`), then is killed."""
        now = time.monotonic()
        for pid, child in self._children.items():
            if child.deadline > now:
                continue
            if child.timed_out:
                kill(pid)
                child.deadline = now + 60
            else:
                child.timed_out = True
                child.deadline = now + LAST_WORDS
                os.kill(pid, signal.SIGABRT)


def redirect(log: str) -> None:
    """What a library prints past Python, and a crash's last words, go into a file."""
    for fd, path, flags in ((0, os.devnull, os.O_RDONLY), (1, log, os.O_WRONLY | os.O_CREAT)):
        opened = os.open(path, flags | os.O_APPEND, 0o666)
        os.dup2(opened, fd)
        os.close(opened)
    os.dup2(1, 2)
    faulthandler.enable(file=sys.__stderr__, all_threads=False)


def limit(memory_mb: int | None) -> None:
    """Bound the address space and the size of files; `None` leaves memory alone."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    bounds = {resource.RLIMIT_FSIZE: LARGEST_FILE}
    if memory_mb is not None:
        bounds[resource.RLIMIT_AS] = memory_mb * 2**20
    for what, most in bounds.items():
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, hard))


def end_with(alive: int) -> None:
    """Wait for the end of the warm process, then end all that belongs to this one."""
    os.read(alive, 1)
    os.killpg(0, signal.SIGKILL)


def kill(pid: int) -> None:
    """End a child that has not been waited for, with all it started."""
    for end in (os.killpg, os.kill):
        # The group does not exist before the child has called setsid.
        with suppress(ProcessLookupError, PermissionError):
            end(pid, signal.SIGKILL)


def main() -> None:
    """Get ready for the county-year of the first frame, say so, and serve until stdin ends."""
    orders, answers = os.dup(0), os.dup(1)
    os.dup2(2, 1)  # nothing that a library prints may get between the answers
    root, county, year, at_once = pickle.loads(read_frame(orders))
    prepare(root, county, year)
    if threading.active_count() > 1:
        names = [thread.name for thread in threading.enumerate()]
        raise SystemExit(f"a forked process would miss these threads: {names}")
    gc.collect()
    gc.freeze()  # collections in the children then leave the shared pages alone
    server = Server(orders, answers, at_once)
    try:
        write_frame(answers, pickle.dumps(stamp.key(root, county, year)))
        server.serve()
    finally:
        server.stop()
