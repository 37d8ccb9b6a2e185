"""Writing so that a crash leaves either the old result or the new one, never half of one."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ecolib.errors import Problem, RunError


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold a county-year for one run at a time.

    The lock is the operating system's and ends with its process, so none is ever left behind.

    Raises
    ------
    RunError
        When another run holds it, or the folder cannot be written to.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out / ".lock")
        lock.acquire(timeout=0)
    except Timeout:
        raise RunError(
            Problem(
                str(out),
                "另一次运行正在写这个县这一年的结果，请等它结束",
                "another run is writing the results of this county and year; wait for it to end",
            )
        ) from None
    except OSError as error:
        raise RunError(
            Problem(
                str(out),
                f"无法写入（{error.strerror}）",
                f"cannot be written to ({error.strerror})",
            )
        ) from error
    try:
        clear_leftovers(out)
        yield
    finally:
        # A worker of a run that was killed a moment before may still have begun something.
        clear_leftovers(out)
        lock.release()


def clear_leftovers(out: Path) -> None:
    """Take away what a run that was killed left half done."""
    for folder in (out, out / "indicators"):
        for path in [*folder.glob(".task-*"), *folder.glob(".old-*")]:
            shutil.rmtree(path, ignore_errors=True)


def new_folder(parent: Path, name: str) -> Path:
    """A folder to work in, readable for whom the umask allows, as results are shared."""
    folder = parent / f".task-{name}-{uuid.uuid4().hex[:12]}"
    folder.mkdir(parents=True)
    return folder


def swap_in(new: Path, final: Path) -> None:
    """Put a finished folder in the place of an older one; its marker counts from then on."""
    flush(new)
    old = final.with_name(f".old-{final.name}")
    if old.exists():
        shutil.rmtree(old)
    if final.exists():
        os.replace(final, old)
    os.replace(new, final)
    shutil.rmtree(old, ignore_errors=True)


def flush(folder: Path) -> None:
    """Make sure that what was written has reached the disk before it is named as finished."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
