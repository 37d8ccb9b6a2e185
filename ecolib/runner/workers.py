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
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
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
    """

    def __init__(self, workers: int, *, timeout: float | None = None):
        for name in SINGLE_THREADED:
            os.environ.setdefault(name, "1")
        if "forkserver" in multiprocessing.get_all_start_methods():
            self._context = multiprocessing.get_context("forkserver")
            self._context.set_forkserver_preload(PRELOAD)
        else:
            self._context = multiprocessing.get_context("spawn")
        self._threads = ThreadPoolExecutor(workers)
        self._timeout = timeout

    def submit(self, call: Callable, /, *args, **kwargs) -> Future:
        return self._threads.submit(self._in_fresh_process, call, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)

    def _in_fresh_process(self, call: Callable, args: tuple, kwargs: dict):
        ours, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_serve, args=(theirs, call, args, kwargs))
        process.start()
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
        if answer is None:
            raise RunError(_lost(process.exitcode))
        succeeded, value = answer
        if succeeded:
            return value
        raise RunError(Problem("worker", value, value))


def _serve(pipe: Connection, call: Callable, args: tuple, kwargs: dict) -> None:
    """Run the call in the child; its own group, so that all it starts can be ended with it."""
    if hasattr(os, "setsid"):
        os.setsid()
        threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        answer = True, call(*args, **kwargs)
    except BaseException:
        answer = False, traceback.format_exc()
    pipe.send(answer)
    pipe.close()


def _end_with_parent() -> None:
    """A worker must not outlive a run that was killed and go on writing into its folders."""
    wait([multiprocessing.parent_process().sentinel])
    os.killpg(0, signal.SIGKILL)


def _end(process) -> None:
    if process.exitcode is None:
        process.join(timeout=5)
    if process.exitcode is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.join()


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
