"""The warm process of a run: it gets everything ready once and forks a fresh process for each call.

Nearly all the time of a small notebook goes into importing pandas, matplotlib, scipy and nbconvert,
into compiling patterns, templates and schemas, and into evaluating what other notebooks evaluate
too. This process does that once, in one thread: it imports, reads the county-year, evaluates every
indicator and the audit, draws a figure that nobody sees, and then forks. A child has all of it at
no cost, and nothing of what a child does (globals, rcParams, random state, environment) reaches
another.

The third-party packages come first; this project is imported last and for one run only. The
process ends with its run, so that a change of code always counts; what it stands on is hashed and
told to the run, which refuses another state than the one it planned with.

Orders come and endings go over one pipe (`ecolib.runner.processes`). When it ends, the parent is
gone; on SIGTERM it is done: every child is killed and the process leaves. A child leads a group of
its own, so that whatever it started ends with it, and it watches a pipe that closes when this
process is lost.
"""

from __future__ import annotations

import ctypes
import faulthandler
import fcntl
import gc
import importlib
import os
import pkgutil
import resource
import signal
import socket
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import ModuleType

from ecolib.fingerprint import standing
from ecolib.runner.calls import LAST_WORDS, Ending, Order, answer, end_with, kill_started

READING = ("openpyxl", "pandas", "pyarrow.parquet", "pydantic", "python_calamine", "yaml")
#: What notebooks are run and pages made with. (Numba, whose threads would not live on after the fork,
#: is imported by its first use.)
SHOWING = (
    "IPython.core.completer", "IPython.core.logger", "bdb", "ipykernel.ipkernel",
    "ipykernel.zmqshell", "latex2mathml.converter", "matplotlib.backends.backend_svg",
    "matplotlib.pyplot", "matplotlib_inline.backend_inline", "nbconvert.exporters.html",
    "pandas.core.reshape.reshape", "pandas.io.formats.string", "papermill", "papermill.iorw",
    "psutil", "scipy.stats", "seaborn",
)  # fmt: skip
#: The packages that evaluating needs, without pages.
EVALUATING = ("assess", "checks", "data", "indicators", "standards", "texts", "trends")
#: What a process may write into one file or print past Python; more is a notebook gone wild.
LARGEST_FILE = 2**28
#: Of `prctl`: whoever loses its parent below this process becomes its child (Linux).
SUBREAPER = 36


def main(pipe: int) -> None:
    """Get ready for the county-year that is asked for first, say so, and serve until the end."""
    gc.disable()  # hardly anything made here is ever thrown away
    orders = Connection(pipe)
    root, county, year, at_once = orders.recv()
    with leaving_with(pipe):
        prepare(root, county, year)
    if threading.active_count() > 1:
        names = [thread.name for thread in threading.enumerate()]
        raise SystemExit(f"a forked process would miss these threads: {names}")
    gc.freeze()  # collections in the children then leave the shared pages alone
    server = Server(orders, at_once)
    try:
        orders.send(standing(root, county, year))
        server.serve()
    finally:
        server.kill_all()


@contextmanager
def leaving_with(pipe: int) -> Iterator[None]:
    """Leave as soon as the other end of the pipe is gone, even in the middle of an import."""
    theirs = socket.socket(fileno=os.dup(pipe))

    def look(*_) -> None:
        with suppress(BlockingIOError):
            if not theirs.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
                os._exit(0)

    before = fcntl.fcntl(pipe, fcntl.F_GETFL)
    signal.signal(signal.SIGIO, look)
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETFL, before | os.O_ASYNC)
    look()  # it may have gone before anybody listened
    yield
    fcntl.fcntl(pipe, fcntl.F_SETFL, before)
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    theirs.close()


def prepare(root: Path, county: str, year: int) -> None:
    """Import everything, evaluate the county-year, and fill the caches that any page fills; without a
    county, what evaluates any of them."""
    with _without_slow_grammar():
        for name in (*READING, *(SHOWING if county else ())):
            importlib.import_module(name)
    # Arrow's strings, the default, are slow one by one; no page tells the difference.
    importlib.import_module("pandas").options.mode.string_storage = "python"
    modules = _imported(None if county else EVALUATING)
    if county:
        with suppress(Exception):  # each notebook meets the same error again and reports it
            evaluate(root, county, year)
    for module in modules:
        # What is slow the first time and the same for all, a module does in `warm_up`.
        getattr(module, "warm_up", lambda: None)()


def _imported(packages: Collection[str] | None) -> list[ModuleType]:
    """Our own modules, all or those of some packages, without scripts."""
    import ecolib

    modules = []
    for module in pkgutil.walk_packages(ecolib.__path__, "ecolib."):
        script = module.name == "ecolib.cli" or module.name.endswith(".__main__")
        if not script and (packages is None or module.name.split(".")[1] in packages):
            with suppress(ImportError):  # an optional library is missing
                modules.append(importlib.import_module(module.name))
    return modules


def evaluate(root: Path, county: str, year: int) -> None:
    """Evaluate and audit the county-year, so that the children only show what was found.

    What fails or takes too long is left to the notebooks that ask for it: each of them fails alone.
    """
    from ecolib.assess.annual import earlier
    from ecolib.assess.opening import keep_open, open_case
    from ecolib.workplan.archive import archive
    from ecolib.workplan.state import plan_state

    case = open_case(county, year, root=root)
    keep_open(case)
    limits = case.settings.timeout, case.settings.memory_mb
    for entry in case.list.top_level:
        with suppress(Exception), bounded(*limits):
            case.evaluate(entry.id)  # the case keeps the result
    with suppress(Exception), bounded(*limits):
        case.audited()
    for further in (earlier, plan_state, archive):
        with suppress(Exception), bounded(*limits):
            further(case)


@contextmanager
def bounded(seconds: float, memory_mb: int) -> Iterator[None]:
    """What a notebook may take, for work of this process itself; more raises an error."""

    def too_late(*_):
        raise TimeoutError(f"more than {seconds} s")

    before = resource.getrlimit(resource.RLIMIT_AS)
    signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        lower(resource.RLIMIT_AS, memory_mb * 2**20)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_AS, before)


@contextmanager
def _without_slow_grammar() -> Iterator[None]:
    """JupyterLab brings a checker of addresses that jsonschema imports when it finds it; compiling
    its grammar takes 1.6 s, and no notebook schema asks for it."""
    name = "rfc3987_syntax"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None
    try:
        yield
    finally:
        del sys.modules[name]


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

    def __init__(self, orders: Connection, at_once: int):
        self._orders, self._at_once = orders, at_once
        self._waiting: deque[Order] = deque()
        self._children: dict[int, Child] = {}
        self._alive, self._held_open = os.pipe()  # ends for every child when this process ends
        self._deaths, self._wake = os.pipe()
        for fd in (self._deaths, self._wake):
            os.set_blocking(fd, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self.leave)
        signal.set_wakeup_fd(self._wake)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)

    def serve(self) -> None:
        """Until the orders end."""
        while True:
            children = {child.answers: child for child in self._children.values()}
            for ready in wait([self._orders, self._deaths, *children], self._patience()):
                if ready is self._orders:
                    try:
                        self._waiting.append(self._orders.recv())
                    except (EOFError, OSError):
                        return
                elif ready in children:
                    children[ready].answer += drain(ready)
                else:
                    drain(ready)
            self._bury()
            self._end_late()
            while self._waiting and len(self._children) < self._at_once:
                self._fork(self._waiting.popleft())

    def kill_all(self) -> None:
        """End all that runs."""
        for pid in list(self._children):
            kill(pid)

    def leave(self, *_) -> None:
        """End all and leave at once; what this process holds need not be taken apart."""
        self.kill_all()
        os._exit(0)

    def _patience(self) -> float | None:
        ends = [child.deadline for child in self._children.values()]
        return max(0.0, min(ends) - time.monotonic()) if ends else None

    def _fork(self, order: Order) -> None:
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            self._become_child(ours, theirs, order)
        os.close(theirs)
        os.set_blocking(ours, False)
        self._children[pid] = Child(order.number, ours, time.monotonic() + order.timeout)

    def _become_child(self, ours: int, theirs: int, order: Order) -> None:
        """In the child: answer the call and leave; never return."""
        try:
            gc.enable()
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            self._orders.close()
            others = (child.answers for child in self._children.values())
            for fd in (self._held_open, self._deaths, self._wake, ours, *others):
                os.close(fd)
            os.setsid()
            threading.Thread(target=end_with, args=[self._alive], daemon=True).start()
            redirect(order.log)
            limit(order.memory_mb)
            with open(theirs, "wb") as pipe:
                pipe.write(answer(order.call))
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)

    def _bury(self) -> None:
        """Tell the end of every child that has ended, whatever ended it."""
        for pid in list(self._children):
            found, status, usage = os.wait4(pid, os.WNOHANG)
            if not found:
                continue
            child = self._children.pop(pid)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)  # what it may have started
            child.answer += drain(child.answers)
            os.close(child.answers)
            ending = Ending(
                child.number,
                bytes(child.answer),
                os.waitstatus_to_exitcode(status),
                child.timed_out,
                usage.ru_utime + usage.ru_stime,
                usage.ru_maxrss / 1024,
            )
            self._orders.send(ending)
            self._kill_strays()

    def _kill_strays(self) -> None:
        """End what a child that has ended had started in a group of its own."""
        own = Path(f"/proc/self/task/{os.getpid()}/children")
        for pid in map(int, own.read_text().split()) if own.is_file() else ():
            if pid not in self._children:
                kill(pid)
                os.waitpid(pid, 0)

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


def drain(fd: int) -> bytes:
    """All that can be read without waiting."""
    found = bytearray()
    with suppress(BlockingIOError):
        while piece := os.read(fd, 65536):
            found += piece
    return bytes(found)


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
    lower(resource.RLIMIT_FSIZE, LARGEST_FILE)
    if memory_mb is not None:
        lower(resource.RLIMIT_AS, memory_mb * 2**20)


def lower(what: int, most: int) -> None:
    """Set a limit of this process, as far as it may."""
    hard = resource.getrlimit(what)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, hard))


def kill(pid: int) -> None:
    """End a child that has not been waited for, with all it started."""
    kill_started(pid)
    for end in (os.killpg, os.kill):
        # The group does not exist before the child has called setsid.
        with suppress(ProcessLookupError, PermissionError):
            end(pid, signal.SIGKILL)
