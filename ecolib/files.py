"""Where the project is, and writing so that a crash leaves the old or the new, never half of one."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ecolib.errors import DataError, ParamsError, RunError
from ecolib.texts import Note, Words, words

#: The kinds of data file, by the ending of their names, and the largest that is read (in 10⁶ bytes).
DATA_KINDS = (".csv", ".csv.gz", ".txt", ".xlsx", ".xlsm", ".xls", ".et", ".parquet")
MAX_MB = 100
#: Set by the runner for the time of one task: the project, and a folder that is put in the place of
#: the task's own when it is finished.
ROOT_VARIABLE, FOLDER_VARIABLE = "ECOLIB_ROOT", "ECOLIB_TASK_FOLDER"
#: Names of what is not finished yet, and of what stands aside while its successor is put in place.
BEGUN, ASIDE = ".task-", ".old-"


#: What a file cannot be called, on some system or other.
NOT_IN_A_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)")
#: Bytes of a name, with room for an ending; systems allow 255.
LONGEST_NAME = 200


def file_name(text: str) -> str:
    """A text as the name of a file, without its ending, that every system takes."""
    plain = NOT_IN_A_NAME.sub("_", "".join(c for c in text if c.isprintable()))
    plain = plain.encode()[:LONGEST_NAME].decode(errors="ignore").lstrip("~$").strip(" .")
    return f"_{plain}" if not plain or DEVICES.fullmatch(plain) else plain


def project_root(given: Path | str | None = None) -> Path:
    """The folder that is given, or the nearest upwards that holds `params/defaults.yml`; else the
    current one.

    Raises
    ------
    ParamsError
        When what is given is no path.
    """
    if given is not None:
        try:
            return Path(given).resolve()
        except (TypeError, ValueError) as problem:
            raise ParamsError(Note("no_path", about="root", problem=str(problem))) from None
    if ROOT_VARIABLE in os.environ:
        return Path(os.environ[ROOT_VARIABLE])
    here = Path.cwd().resolve()
    return next((p for p in (here, *here.parents) if (p / "params/defaults.yml").is_file()), here)


def in_project(root: Path) -> Path:
    """The folder itself, where it is that of a project; else raises `ParamsError`."""
    if not (root / "params/defaults.yml").is_file():
        raise ParamsError(Note("params.no_project", folder=str(root)))
    return root


def without_data(root: Path, county: str, year: int) -> Note | None:
    """What to say where nothing at all was submitted, or nothing for the year."""
    raw = root / "data" / county / "raw"
    folder, severity = raw.relative_to(root).as_posix(), "error"
    here = f"{folder}/{year}"
    try:
        years = [int(p.name) for p in raw.glob("[0-9][0-9][0-9][0-9]") if p.is_dir()]
        if not years:
            return Note("absent.data", severity=severity, source=folder, year=year)
        if year not in years:
            known = tuple(sorted(years))
            return Note("absent.year", severity=severity, source=here, year=year, years=known)
        empty = not any((raw / str(year)).iterdir())
    except OSError:  # told by who reads it
        return None
    return Note("absent.files", severity=severity, source=here) if empty else None


def task_folder() -> Path | None:
    """Where a notebook that the runner has started writes; None when a person runs it."""
    own = os.environ.get(FOLDER_VARIABLE)
    return Path(own) if own else None


def file_hash(path: Path) -> str:
    """sha256 of a file's bytes, read piece by piece; "" for what is no file, cannot be read or is too
    large to be."""
    if not os.path.isfile(path):  # a pipe would be waited for, a device read for ever
        return ""
    try:
        if path.stat().st_size > MAX_MB * 1_000_000:
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def hashes_of(folder: Path) -> dict[str, str]:
    """The files below a folder by their hashes."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): file_hash(path) for path in files}


def reason(error: OSError) -> Words:
    """Why the system would not read or write, in the words of the catalogue where these know it."""
    said = words("os_error").get(errno.errorcode.get(error.errno or 0, ""))
    why = error.strerror or str(error)
    return Words(**said) if said else Words(why, why)


def not_a_file(path: Path) -> Note | None:
    """Why what stands at a path is not to be opened: nothing, a folder, a pipe, a device."""
    if os.path.isfile(path):
        return None
    if os.path.isdir(path):
        return Note("unreadable.is_folder")
    return Note("unreadable.special" if os.path.exists(path) else "unreadable.nowhere")


def entries_of(folder: Path) -> list[Path]:
    """What lies in a folder, by name; nothing where there is no such folder.

    Raises
    ------
    DataError
        When it cannot be looked into, or is no folder.
    """
    try:
        found = sorted(folder.iterdir(), key=lambda path: path.name)
        if not os.access(folder, os.X_OK):  # the names may be known, but no more
            raise PermissionError
        return found
    except FileNotFoundError:
        if not os.path.lexists(folder):
            return []
        why = Note("unreadable.nowhere")
    except NotADirectoryError:
        why = Note("unreadable.no_folder")
    except PermissionError:
        why = Note("unreadable.denied")
    except OSError as error:
        why = Note("unreadable.damaged", what=reason(error))
    raise DataError(why.but(severity="error", source=str(folder)))


@contextmanager
def locked(out: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold a folder of outputs for one run at a time.

    The lock is the operating system's and ends with its process, so none is ever left behind.

    Raises
    ------
    RunError
        When another run holds it for more than so many seconds, or it cannot be written to.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out / ".lock")
        lock.acquire(timeout=patience)
    except Timeout:
        raise RunError(Note("folder.in_use", source=str(out))) from None
    except OSError as error:
        raise RunError(Note("folder.read_only", source=str(out), why=reason(error))) from error
    try:
        clear_leftovers(out)
        yield
    finally:
        # A worker of a run that was killed a moment before may still have begun something.
        clear_leftovers(out)
        lock.release()


def clear_leftovers(out: Path) -> None:
    """Take away what a run that was killed left half done; what it had put aside comes back."""
    for folder in (out, out / "indicators"):
        for path in folder.glob(f"{BEGUN}*"):
            if path.is_file():
                path.unlink()
            else:
                shutil.rmtree(path, ignore_errors=True)
        for path in folder.glob(f"{ASIDE}?*"):
            final = path.with_name(path.name.removeprefix(ASIDE))
            if final.exists():
                shutil.rmtree(path, ignore_errors=True)
            else:
                os.replace(path, final)


def new_folder(parent: Path, name: str) -> Path:
    """A folder to work in, readable for whom the umask allows, as results are shared."""
    folder = parent / f"{BEGUN}{name}-{uuid.uuid4().hex[:12]}"
    folder.mkdir(parents=True)
    return folder


def swap_in(new: Path, final: Path) -> None:
    """Put a finished and flushed folder in the place of an older one; it counts from then on."""
    old = final.with_name(f"{ASIDE}{final.name}")
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        os.replace(final, old)
    os.replace(new, final)
    _flush_folder(final.parent)
    shutil.rmtree(old, ignore_errors=True)


def read_json(path: Path) -> Any:
    """What a JSON file holds; whatever is wrong with it is one of `DAMAGED`."""
    if not path.is_file():  # a pipe in its place would be waited for
        raise FileNotFoundError(path)
    return json.loads(path.read_text(encoding="utf-8"))


#: What reading a file, and taking from it what should be there, may raise.
DAMAGED = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


def keep_out(path: Path, root: Path) -> None:
    """Raise `RunError` where a file would be written among the data that counties submitted."""
    if path.resolve().is_relative_to((root / "data").resolve()):
        raise RunError(Note("folder.of_data", source=str(path)))


def keep(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write what a notebook keeps, and the folder for it.

    Raises
    ------
    RunError
        When it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding=encoding, newline="\n")
    except OSError as error:
        raise RunError(Note("folder.read_only", source=str(path), why=reason(error))) from error


def write_json(path: Path, data: Any) -> None:
    """Write a JSON file whole or not at all."""
    write_text(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, also where another process writes the same one."""
    new = path.with_name(f"{BEGUN}{uuid.uuid4().hex[:12]}")
    try:
        with new.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except OSError as error:  # a full disk, or a file that Excel holds open
        with suppress(OSError):  # a name too long was never there
            new.unlink()
        error.filename = str(path)  # by the name that people know
        raise
    _flush_folder(path.parent)


def flush(folder: Path) -> None:
    """Make sure that what was written has reached the disk before it is named as finished."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
        else:
            _flush_folder(path)
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    """Names reach the disk with their folder, where the system lets one ask for it."""
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
