"""A folder of wheels from which a machine without internet gets ecolib: one command.

    uv run python tools/wheels.py wheels --platform win_amd64 --python 3.12

It holds every wheel that `uv.lock` names for that platform and Python, the project's own, their hashes
(`requirements.txt`) and a script that installs them with no index (`install.cmd` or `install.sh`).
uv reads the lock but downloads no wheels, so pip does; markers are answered here, as pip would answer
them for the machine it runs on. In the end uv, for that platform, is asked whether anything is missing.

The project is installed as a wheel, not from its folder: before 3.13 Python reads the path of such a
folder in the code page of the system, in which one below C:\\Users\\张三 is not found. A changed
`ecolib/` needs a new folder of wheels.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
#: A platform as wheels name it, and what markers and uv call its system.
PLATFORM = re.compile(r"(?P<system>win|manylinux_\d+_\d+|macosx_\d+_\d+)_(?P<machine>\w+)")
SYSTEMS = {
    "win": ("nt", "win32", "Windows", "pc-windows-msvc"),
    "manylinux": ("posix", "linux", "Linux", ""),
    "macosx": ("posix", "darwin", "Darwin", "apple-darwin"),
}
#: What uv calls a machine otherwise than wheels do.
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
#: The oldest glibc 2.x that a wheel was ever built for.
OLDEST_GLIBC = 5
#: The first and the last release of a Python: markers may ask for either.
RELEASES = (0, 99)
INSTALL_CMD = """@echo off
set python=py -{python}
%python% -c "" >nul 2>nul || set python=python
%python% "%~dp0install.py"
set code=%errorlevel%
pause
exit /b %code%
"""
INSTALL_SH = """#!/bin/sh
python=python{python}
command -v "$python" >/dev/null || python=python3
exec "$python" "$(dirname "$0")/install.py"
"""


def own_platform() -> str:
    """The platform of this machine, as wheels name it."""
    machine = platform.machine().lower()
    systems = {"win32": "win", "darwin": "macosx_14_0"}
    return f"{systems.get(sys.platform, 'manylinux_2_28')}_{machine}"


def environment(target: re.Match, python: str, release: int) -> dict[str, str]:
    """What markers are told of a machine (PEP 508)."""
    name, sys_platform, system, _ = SYSTEMS[target["system"].partition("_")[0]]
    machine = target["machine"].upper() if name == "nt" else target["machine"]
    return {
        "os_name": name,
        "sys_platform": sys_platform,
        "platform_system": system,
        "platform_machine": machine,
        "python_version": python,
        "python_full_version": f"{python}.{release}",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


def tags_of(target: re.Match) -> list[str]:
    """Every name that a wheel for it may bear; pip knows those of older Windows and macOS itself."""
    system, machine = target["system"], target["machine"]
    if not system.startswith("manylinux"):
        return [target[0]]
    newest = int(system.rpartition("_")[2])
    older = [f"manylinux_2_{minor}_{machine}" for minor in range(newest, OLDEST_GLIBC - 1, -1)]
    return [*older, f"manylinux2014_{machine}"]


def lines_for(exported: str, about: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Of the lines of `uv export` those that hold there: as they are, and without their marker."""
    for line in exported.replace("\\\n", " ").splitlines():
        wanted, mark, hashes = line.partition(" --hash=")
        one = Requirement(wanted)
        if one.marker is None or one.marker.evaluate(about):
            yield line, f"{one.name}{one.specifier}{mark}{hashes}"


def make(folder: Path, name: str, python: str, extras: list[str]) -> None:
    """Fill an empty folder; what installs comes last, so that half of one installs nothing.

    Raises
    ------
    SystemExit
        When the platform has no such name, the folder holds something, or a wheel cannot be had.
    """
    target = PLATFORM.fullmatch(name)
    if target is None:
        raise SystemExit(f"{name}: no platform of wheels, such as win_amd64, manylinux_2_28_x86_64")
    if folder.exists() and any(folder.iterdir()):
        raise SystemExit(f"{folder} is not empty")
    folder.mkdir(parents=True, exist_ok=True)
    tags = tags_of(target)
    chosen = [word for extra in extras for word in ("--extra", extra)]
    plain = ("--no-dev", "--no-emit-project", "--no-annotate", "--no-header")
    exported = uv("export", "--locked", *plain, *chosen)
    kept: dict[str, None] = {}
    downloads = {}
    for release in RELEASES:
        lines = list(lines_for(exported, environment(target, python, release)))
        kept |= dict.fromkeys(line for line, _ in lines)
        downloads["\n".join(bare for _, bare in lines)] = f"{python}.{release}"
    requirements = folder / "requirements.txt"
    for text, version in downloads.items():
        requirements.write_text(text, encoding="utf-8")
        to = (
            "--python-version",
            version,
            "--implementation",
            "cp",
            *map("--platform={}".format, tags),
        )
        whole = ("--only-binary=:all:", "--no-deps", "--require-hashes", "-r", str(requirements))
        uv("tool", "run", "pip", "download", "--quiet", *to, *whole, "--dest", str(folder))
    uv("build", "--wheel", "--out-dir", str(folder))
    (wheel,) = folder.glob("ecolib-*.whl")
    own = f"ecolib=={wheel.name.split('-')[1]}"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    text = "\n".join([*kept, f"{own} --hash=sha256:{digest}", ""])
    requirements.write_text(text, encoding="utf-8")
    missing_nothing(folder, target, python)
    made_for = json.dumps({"platform": name, "python": python})
    (folder / "made_for.json").write_text(made_for, encoding="utf-8")
    shutil.copy(ROOT / "tools/install_offline.py", folder / "install.py")
    script, ending, newline = INSTALL_SH, "sh", "\n"
    if target["system"] == "win":
        script, ending, newline = INSTALL_CMD, "cmd", "\r\n"
    path = folder / f"install.{ending}"
    path.write_text(script.format(python=python), encoding="ascii", newline=newline)


def missing_nothing(folder: Path, target: re.Match, python: str) -> None:
    """Ask uv to install from the folder alone for that platform, as far as it can be asked here."""
    system = SYSTEMS[target["system"].partition("_")[0]][-1] or target["system"]
    machine = MACHINES.get(target["machine"], target["machine"])
    version = ".".join(target["system"].split("_")[1:])  # which uv asks for on macOS alone
    to = ("--python-platform", f"{machine}-{system}", "--python-version", python)
    alone = ("--no-index", "--find-links", str(folder), "--require-hashes", "--no-config")
    requirements = ("-r", str(folder / "requirements.txt"))
    with tempfile.TemporaryDirectory() as empty:
        asked = ("--dry-run", "--target", empty, *to, *alone, *requirements)
        uv("pip", "install", *asked, MACOSX_DEPLOYMENT_TARGET=version)


def uv(*arguments: str, **env: str) -> str:
    """What a command of uv prints."""
    command = ["uv", "--quiet", "--no-progress", *arguments]
    given = {"stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, **given)
    if done.returncode:
        raise SystemExit(done.returncode)
    return done.stdout


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="new, in the project; it is copied with it")
    parser.add_argument("--platform", default=own_platform(), help="such as win_amd64")
    parser.add_argument("--python", default="{}.{}".format(*sys.version_info), help="such as 3.12")
    parser.add_argument("--extra", action="append", default=[], help="such as word, lab")
    asked = parser.parse_args()
    make(asked.folder.resolve(), asked.platform, asked.python, asked.extra)
