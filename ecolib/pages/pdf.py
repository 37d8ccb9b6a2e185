"""A page as PDF, tagged and with an outline, printed by a browser of the machine without a window."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from ecolib.errors import RunError
from ecolib.files import reason
from ecolib.texts import Note

#: Says which browser to take; before all that are found.
VARIABLE = "ECOLIB_BROWSER"
#: Commands on the path, and where browsers live that put none there: on macOS and on Windows.
COMMANDS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge", "microsoft-edge-stable", "msedge",
)  # fmt: skip
APPLICATIONS = ("Google Chrome", "Microsoft Edge", "Chromium")
PROGRAMS = ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe",
            "Chromium/Application/chrome.exe")  # fmt: skip
FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
OPTIONS = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--no-pdf-header-footer", "--export-tagged-pdf",
    "--generate-pdf-document-outline",
)  # fmt: skip
#: Seconds that a page may take.
TIMEOUT = 120
#: When a PDF was made and changed; written as it is made, so always as long.
MADE = re.compile(rb"(/(?:CreationDate|ModDate) ?\(D:)\d{14}")


def browsers() -> Iterator[str]:
    """The browsers that could print, the one that was asked for first."""
    named = os.environ.get(VARIABLE)
    yield from filter(None, (shutil.which(name) for name in (*filter(None, [named]), *COMMANDS)))
    places = [
        Path(folder, f"{name}.app/Contents/MacOS/{name}")
        for folder in ("/Applications", Path.home() / "Applications")
        for name in APPLICATIONS
    ]
    places += [
        Path(os.environ[folder], program)
        for folder in FOLDERS
        if folder in os.environ
        for program in PROGRAMS
    ]
    yield from (str(place) for place in places if place.is_file())


def pdf(page: Path, *, year: int, timeout: float = TIMEOUT) -> bytes:
    """The PDF of an HTML page; `year` stands for the day it was made, so that it gives no other bytes.

    Raises
    ------
    RunError
        When there is no browser, or it makes none, or takes too long.
    """
    browser = next(browsers(), None)
    if browser is None:
        raise RunError(Note("export.no_browser", page=str(page)))
    # A profile of its own: one that is in use would hand the page over and leave.
    with tempfile.TemporaryDirectory(prefix="ecolib-", ignore_cleanup_errors=True) as folder:
        target = Path(folder, "page.pdf")
        # Chromium refuses its sandbox to the superuser, as in containers.
        rights = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        order = [
            browser,
            *OPTIONS,
            *rights,
            f"--user-data-dir={folder}",
            f"--print-to-pdf={target}",
        ]
        said = _run([*order, page.resolve().as_uri()], timeout)
        data = target.read_bytes() if target.is_file() else b""
    if not data.startswith(b"%PDF"):
        raise RunError(Note("export.browser_failed", why=said or Path(browser).name))
    return MADE.sub(rb"\g<1>%d1231000000" % year, data)


def _run(order: list[str], timeout: float) -> str:
    """The last thing a browser says; it and all its processes end with the time."""
    try:
        process = psutil.Popen(order, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    except OSError as error:
        raise RunError(Note("export.browser_failed", why=reason(error))) from error
    try:
        said = process.communicate(timeout=timeout)[1]
    except subprocess.TimeoutExpired:
        raise RunError(Note("export.browser_slow", seconds=f"{timeout:g}")) from None
    finally:
        _end(process)
    lines = said.decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _end(process: psutil.Popen) -> None:
    if process.poll() is not None:
        return
    for one in (*process.children(recursive=True), process):
        try:
            one.kill()
        except psutil.NoSuchProcess:
            continue
    process.communicate()
