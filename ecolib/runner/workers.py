"""A fresh process for every task, forked from one that has imported the heavy libraries once.

`multiprocessing`'s fork server imports them single-threaded before it forks, so nothing leaks
between tasks (globals, rcParams, random state, environment) and none pays for the imports. Only
third-party packages are preloaded, never this project, so a change of code always counts. Where
there is no fork (Windows), processes are spawned: slower, the same results.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection, wait

from ecolib.errors import Problem, RunError

PRELOAD = [
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "latex2mathml.converter",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "nbconvert.exporters.html",
    "openpyxl",
    "pandas",
    "papermill",
    "papermill.iorw",
    "pyarrow.parquet",
    "pydantic",
    "python_calamine",
    "scipy.stats",
    "seaborn",
    "yaml",
]
#: True in a process made by `FreshProcesses`.
_FRESH = False
#: A BLAS pool that exists before a fork would hang after it.
SINGLE_THREADED = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class FreshProcesses(Executor):
    """A `concurrent.futures` executor that starts a new process for each call.

    Parameters
    ----------
    workers
        How many processes run at once.
    timeout
        Seconds after which a process is killed and its call fails.
    memory_mb
        Address space a process may take, where the system can limit it.
    """

    def __init__(self, workers: int, *, timeout: float | None = None, memory_mb: int | None = None):
        for name in SINGLE_THREADED:
            os.environ.setdefault(name, "1")
        if "forkserver" in multiprocessing.get_all_start_methods():
            self._context = multiprocessing.get_context("forkserver")
            self._context.set_forkserver_preload(PRELOAD)
        else:
            self._context = multiprocessing.get_context("spawn")
        self._threads = ThreadPoolExecutor(workers)
        self._timeout = timeout
        self._memory_mb = memory_mb
        self._running: set = set()

    def submit(self, call: Callable, /, *args, **kwargs) -> Future:
        return self._threads.submit(self._in_fresh_process, call, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)

    def __exit__(self, kind, error, trace) -> None:
        if kind is not None:
            self._stop()
        super().__exit__(kind, error, trace)

    def _stop(self) -> None:
        """Drop what waits and end what runs; finished results stay as they are."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in list(self._running):
            _kill(process)

    def _in_fresh_process(self, call: Callable, args: tuple, kwargs: dict):
        ours, theirs = self._context.Pipe(duplex=False)
        order = (theirs, self._memory_mb, call, args, kwargs)
        process = self._context.Process(target=_serve, args=order)
        process.start()
        self._running.add(process)
        theirs.close()
        try:
            if not wait([ours, process.sentinel], timeout=self._timeout):
                raise RunError(
                    Problem(
                        "worker",
                        f"超过 {self._timeout:g} 秒仍未完成，已终止",
                        f"not finished after {self._timeout:g} seconds, so it was stopped",
                    )
                )
            answer = ours.recv() if ours.poll() else None
        except EOFError:
            answer = None
        finally:
            ours.close()
            _end(process)
            self._running.discard(process)
        if answer is None:
            raise RunError(_lost(process.exitcode))
        succeeded, value = answer
        if succeeded:
            return value
        raise RunError(Problem("worker", value, value))


def in_fresh_process() -> bool:
    """Whether this process was made for one call and ends with it."""
    return _FRESH


def _serve(pipe: Connection, memory_mb: int | None, call: Callable, args, kwargs) -> None:
    """Run the call in the child; its own group, so that all it starts can be ended with it."""
    global _FRESH
    _FRESH = True
    if hasattr(os, "setsid"):
        os.setsid()
        threading.Thread(target=_end_with_parent, daemon=True).start()
    if memory_mb is not None:
        _limit_memory(memory_mb)
    if "numpy" in sys.modules:
        # Forked processes would otherwise all draw the same random numbers.
        sys.modules["numpy"].random.seed()
    try:
        answer = True, call(*args, **kwargs)
    except BaseException:
        answer = False, traceback.format_exc()
    pipe.send(answer)
    pipe.close()


def _limit_memory(megabytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))


def _end_with_parent() -> None:
    """A worker must not outlive a run that was killed and go on writing into its folders."""
    wait([multiprocessing.parent_process().sentinel])
    os.killpg(0, signal.SIGKILL)


def _end(process) -> None:
    if process.exitcode is None:
        process.join(timeout=5)
    if process.exitcode is None:
        _kill(process)
        process.join()


def _kill(process) -> None:
    """End a process and all it started."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _lost(exitcode: int | None) -> Problem:
    if exitcode is not None and exitcode < 0:
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
