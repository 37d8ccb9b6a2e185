"""From files to results, without pages, in CPU seconds and as multiples of one `import pandas`.

    uv run python benchmarks/core.py [--rounds 5] [--against ANOTHER_CHECKOUT] [--only WORD ...]

Every figure is of an interpreter of its own. "In process" leaves out the start of the interpreter and
the import of every module that the work uses; "from nothing" is the whole process with its children.
Rounds are interleaved: each measures everything once, in both checkouts, so that a slow minute of the
machine hits all alike. The other checkout is run by the interpreter in its own `.venv`.
"""

from __future__ import annotations

import argparse
import inspect
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
LIANSHAN, DEMO, RUN = ("lianshan", 2019), ("demo", 2020), ("run", "lianshan", "2019")
UNIT = "import pandas, from nothing"
#: Modules are compiled once and kept, as on anybody's machine, whatever this shell says. Numpy's library
#: has one thread, as in the notebooks of a run: a second one has nothing to do here, but turns for a
#: tenth of a second before it sleeps, and its time would count as ours.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
ENVIRONMENT["OPENBLAS_NUM_THREADS"] = "1"


class Checkout(NamedTuple):
    """A copy of this project and the interpreter that has it installed."""

    root: Path
    python: Path

    @property
    def command(self) -> Path:
        return self.python.parent / "ecolib"


class Used(NamedTuple):
    """What a process gave and took: CPU seconds with its children's, MiB of its own at most."""

    told: str
    cpu: float
    peak: float


# --- what is measured: runs in the other checkout too, so these know the library's few doors -------


def opened(county: str, year: int):
    from ecolib import open_case

    return open_case(county, year)


def another_year(case, year: int):
    """The same county at another year; `case` is what `opened` gave."""
    from ecolib import open_case

    return open_case(case.county, year)


def evaluated(county: str, year: int):
    case = opened(county, year)
    case.evaluate_all()
    return case


def audited(case):
    from ecolib import audit

    return audit(case)


def results(county: str, year: int) -> float:
    return seconds(lambda: evaluated(county, year))


def second_year(county: str, year: int) -> float:
    case = evaluated(county, year)
    return seconds(lambda: another_year(case, year - 1).evaluate_all())


def audit_in_open_case(county: str, year: int) -> float:
    case = evaluated(county, year)
    return seconds(lambda: audited(case))


def audit_alone(county: str, year: int) -> float:
    return seconds(lambda: audited(opened(county, year)))


def seconds(work) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def imported(modules: list[str]) -> None:
    for name in modules:
        with suppress(ImportError):
            import_module(name)


# --- how --------------------------------------------------------------------------------------------

DOORS = (opened, another_year, evaluated, audited, seconds, imported)
IN_PROCESS = {
    "Lianshan 2019, files to results": (results, LIANSHAN),
    "Lianshan 2018 after 2019, a year more": (second_year, LIANSHAN),
    "Lianshan 2019, audit in the open case": (audit_in_open_case, LIANSHAN),
    "Lianshan 2019, files to audit": (audit_alone, LIANSHAN),
    "demo 2020 with raw tables, files to results": (results, DEMO),
}
FROM_NOTHING = {
    UNIT: "import pandas",
    "Lianshan 2019, from nothing to results": f"evaluated{LIANSHAN}",
    "Lianshan 2019, from nothing to audit": f"audited(opened{LIANSHAN})",
    "demo 2020, from nothing to results": f"evaluated{DEMO}",
}
PAGES = "Lianshan 2019, ecolib run from nothing"


def source(*functions) -> str:
    head = "import json, sys, time\nfrom contextlib import suppress\nfrom importlib import import_module\n"
    return head + "\n\n".join(inspect.getsource(each) for each in (*DOORS, *functions))


def process(command: list, folder: Path) -> Used:
    """Run a command to its end."""
    running = subprocess.Popen(
        [*map(str, command)], cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    )
    told = running.stdout.read()
    _, status, usage = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise SystemExit(f"{command[0]} ended with {running.returncode}")
    kib = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Used(told, usage.ru_utime + usage.ru_stime, kib / 1024)


def modules_of(work, case: tuple, checkout: Checkout) -> list[str]:
    """Every module that is loaded once the work is done; finding out compiles them as well."""
    code = f"{source(work)}\n{work.__name__}{case}\nprint(json.dumps(sorted(sys.modules)))"
    return json.loads(process([checkout.python, "-c", code], checkout.root).told)


def in_process(work, case: tuple, checkout: Checkout, modules: list[str]) -> Used:
    code = f"{source(work)}\nimported({modules})\nprint({work.__name__}{case})"
    used = process([checkout.python, "-c", code], checkout.root)
    return used._replace(cpu=float(used.told))


def pages(checkout: Checkout) -> Used:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("params", "data", "notebooks"):
            shutil.copytree(checkout.root / name, Path(folder) / name)
        return process([checkout.command, *RUN], Path(folder))


def wanted(name: str, only: list[str]) -> bool:
    return name == UNIT or not only or any(word in name for word in only)


def one_round(
    checkout: Checkout, modules: dict[str, list[str]], only: list[str]
) -> Iterator[tuple[str, Used]]:
    for name, code in FROM_NOTHING.items():
        if wanted(name, only):
            whole = code if name == UNIT else f"{source()}\n{code}"
            yield name, process([checkout.python, "-c", whole], checkout.root)
    for name, (work, case) in IN_PROCESS.items():
        if name in modules:
            yield name, in_process(work, case, checkout, modules[name])
    if wanted(PAGES, only):
        yield PAGES, pages(checkout)


def measure(checkouts: list[Checkout], rounds: int, only: list[str]) -> list[dict[str, list[Used]]]:
    modules = [
        {n: modules_of(*how, each) for n, how in IN_PROCESS.items() if wanted(n, only)}
        for each in checkouts
    ]
    found: list[dict[str, list[Used]]] = [{} for _ in checkouts]
    for _ in range(rounds):
        for taken, checkout, known in zip(found, checkouts, modules, strict=True):
            for name, used in one_round(checkout, known, only):
                taken.setdefault(name, []).append(used)
    return found


def report(found: list[dict[str, list[Used]]]) -> Iterator[str]:
    """One row a measurement; with another checkout, its columns first and how much it took more."""
    here, *there = found
    sides = [*there, here]
    head = ["CPU s", "lowest to highest", "× import pandas", "peak MiB"] * len(sides)
    yield "| | " + " | ".join([*head, *(["other / this"] if there else [])]) + " |"
    yield "|---|" + "---:|" * (len(head) + bool(there))
    units = [median(side[UNIT]) for side in sides]
    for name in here:
        cells = []
        for side, unit in zip(sides, units, strict=True):
            times = [used.cpu for used in side[name]]
            cells += [
                f"{statistics.median(times):.3f}",
                f"{min(times):.3f} to {max(times):.3f}",
                f"{statistics.median(times) / unit:.2f}",
                f"{statistics.median(used.peak for used in side[name]):.0f}",
            ]
        if there:
            cells.append(f"{median(there[0][name]) / median(here[name]):.1f}")
        yield f"| {name} | " + " | ".join(cells) + " |"


def median(used: list[Used]) -> float:
    return statistics.median(each.cpu for each in used)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--against", type=Path, help="another checkout, with its own .venv")
    arguments.add_argument("--only", nargs="*", default=[], help="words of the rows to measure")
    given = arguments.parse_args()
    checkouts = [Checkout(ROOT, Path(sys.executable))]
    if given.against:
        root = given.against.resolve()
        checkouts.append(Checkout(root, root / ".venv/bin/python"))
    for line in report(measure(checkouts, given.rounds, given.only)):
        print(line)


if __name__ == "__main__":
    main()
