"""A province at once: seconds, scaling, growth, memory, and what is found of planted faults.

    uv run python benchmarks/province.py [--counties 122] [--years 2010-2020] [--pages 12]

The province is invented (`benchmarks/invented.py`). Every figure is of `ecolib batch` in a process of
its own. Ratios are taken in one run, their two sides one after the other and each the best of
`--rounds`, so that they hold where the seconds do not: on one core and on two, half the counties, half
the years, nothing changed, one figure changed. Memory is the largest sum over the processes that lived
at once, shared pages counted once (PSS). A cluster is computed and marked as computed. `--pages N` runs
the notebooks of one year of N counties too.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from invented import SEED
from invented import Province as Invented
from run import Watch, children_cpu

from ecolib.assess import dataset
from ecolib.assess import province as counted
from ecolib.assess.province import Province, open_province
from ecolib.indicators.catalogue import declared

COMMAND = [sys.executable, "-c", "from ecolib.cli import main; main()", "batch", "--quiet"]
CLUSTER = 100
#: What a planted fault must be told by, and about what: rules of notes, or a table of its own.
TOLD_BY = {
    "unit": {"unit_suspected", "jump", "beyond_reason", "part_exceeds_whole"},
    "beyond": {"part_exceeds_whole", "unit_suspected", "jump"},
    "repeated": {"repeated_figure"},
    "balance": {"balance"},
    "reported": {"reported_differs"},
    "bounds": {"out_of_bounds", "reported_differs"},
}


class Used(NamedTuple):
    """Seconds on the clock, CPU seconds, MiB at once."""

    wall: float
    cpu: float
    memory: float


def batch(folder: Path, *options: object, cores: int = 2) -> Used:
    """`ecolib batch` on so many cores."""
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(everywhere)[:cores])
    watch = Watch()
    before, started = children_cpu(), time.perf_counter()
    try:
        command = [*COMMAND, *map(str, options)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    finally:
        os.sched_setaffinity(0, everywhere)
    wall = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    _said(f"{wall:.1f} s on {cores} for batch {' '.join(map(str, options))[:60]}")
    return Used(wall, children_cpu() - before, watch.stop())


def _said(what: str) -> None:
    """How far it is, for whoever waits."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def from_nothing(folder: Path, rounds: int, *options: object, cores: int = 2) -> Used:
    """The best of some rounds, nothing there before."""
    found = []
    for _ in range(rounds):
        shutil.rmtree(folder / "outputs", ignore_errors=True)
        found.append(batch(folder, "--results-only", *options, cores=cores))
    return min(found)


# --- what is found --------------------------------------------------------------------------------


def found_of_planted(folder: Path) -> pd.DataFrame:
    """By kind: how many were planted, how many of them are told, how many of what is told are planted."""
    key = pd.DataFrame(json.loads((folder / "key.json").read_text(encoding="utf-8"))["planted"])
    source = folder / dataset.FOLDER
    notes = dataset.read("notes", folder=source)
    rows = [_needs(key, dataset.read("needs", folder=source), folder)]
    remarks = notes[notes["role"].isin(("data", "remark", "verdict"))]
    for kind, rules in TOLD_BY.items():
        planted = key[key["kind"] == kind]
        told = remarks[remarks["rule"].isin(rules)]
        rows.append(_matched(kind, planted, told, key))
    rows.append(_claims(key, notes[notes["role"] == "claim"]))
    rows += _between_counties(key, open_province(int(key["year"].max()), source))
    return pd.DataFrame(rows, columns=["kind", "planted", "found", "told", "true"])


def _matched(kind: str, planted: pd.DataFrame, told: pd.DataFrame, key: pd.DataFrame) -> tuple:
    """A fault is found where its county is told of it from its year on; a remark is true where its
    county has any planted fault in what it speaks of."""
    by_item: dict[tuple, set[int]] = {}
    for note in told.itertuples():
        for subject in _subjects(note):
            by_item.setdefault((note.county, subject), set()).add(note.year)
    found = sum(
        any(year >= p.year for year in by_item.get((p.county, p.subject), ()))
        for p in planted.itertuples()
    )
    faulty = set(zip(key["county"], key["subject"], strict=True))
    first = {"unit": "unit_suspected", "beyond": "part_exceeds_whole"}.get(kind)
    told = told[told["rule"] == first] if first else told
    once = told.drop_duplicates(["county", "rule", "about", "cell", "file"])
    true = sum(any((n.county, s) in faulty for s in _subjects(n)) for n in once.itertuples())
    return kind, len(planted), found, len(once), true


def _subjects(note) -> set[str]:
    """What a note speaks of: items, indicators, and what these are computed from."""
    named = {note.about, note.indicator, *_names_in(note.note)}
    return named | {i for name in named if name in declared() for i in declared()[name].inputs}


def _names_in(note: str) -> set[str]:
    """Every item and indicator that a note names in its arguments."""
    names: set[str] = set()

    def walk(value: object) -> None:
        match value:
            case {"name": [_, str(code)]}:
                names.add(code)
            case dict():
                for one in value.values():
                    walk(one)
            case list():
                for one in value:
                    walk(one)

    walk(json.loads(note))
    return names


def _needs(key: pd.DataFrame, needs: pd.DataFrame, folder: Path) -> tuple:
    """What is missing of what the list asks for, against what is asked of somebody for the year."""
    from ecolib import open_case

    counties = key["county"].unique()
    case = open_case(counties[0], int(key["year"].max()), root=folder)
    entries = [e for e in case.list.values() if e.id not in case.params.not_applicable]
    asked = {name for entry in entries for name in entry.asked}
    papers = {f"{e.id}.{r}" for e in case.list.values() for r in e.requirements}
    missing = key[(key["kind"] == "missing") & key["subject"].isin(asked | papers)]
    planted = set(missing[["county", "year", "subject"]].itertuples(index=False, name=None))
    of_year = needs[
        (needs["needed_year"] == needs["year"]) & needs["kind"].isin(("figure", "document"))
    ]
    told = set(of_year[["county", "year", "what"]].itertuples(index=False, name=None))
    # Without any of its inputs an indicator is asked for its finished value.
    finished = {(c, y, i) for c, y, w in told if w in declared() for i in declared()[w].inputs}
    every = set(
        key[key["kind"] == "missing"][["county", "year", "subject"]].itertuples(
            index=False, name=None
        )
    )
    true = {t for t in told if t in every or any((*t[:2], i) in every for i in _inputs(t[2]))}
    return "missing", len(planted), len(planted & (told | finished)), len(told), len(true)


def _inputs(name: str) -> tuple[str, ...]:
    return declared()[name].inputs if name in declared() else ()


def _claims(key: pd.DataFrame, told: pd.DataFrame) -> tuple:
    """A claim that is told is true, too, where a planted fault has changed what it speaks of."""
    columns = ["county", "year", "subject"]
    planted = set(key[key["kind"] == "claim"][columns].itertuples(index=False, name=None))
    faulty = set(key[columns].itertuples(index=False, name=None))
    said = set(told[["county", "year", "indicator"]].itertuples(index=False, name=None))
    true = {s for s in said if any((*s[:2], i) in faulty for i in (s[2], *_inputs(s[2])))}
    return "claim", len(planted), len(planted & said), len(said), len(true)


def _between_counties(key: pd.DataFrame, found: Province) -> Iterator[tuple]:
    """What the page of the province tells of the last year: the same digits in two counties, and
    figures powers of ten away from those of the others."""
    planted = {
        (frozenset((p.county, p.twin)), p.subject)
        for p in key[key["kind"] == "between"].itertuples()
    }
    told = {
        (frozenset((d.county, d.other)), d.item) for d in counted.duplicates(found).itertuples()
    }
    yield "between", len(planted), len(planted & told), len(told), len(planted & told)
    wrong = key[(key["kind"] == "unit") & (key["year"] == found.year)]
    planted, told = (
        set(zip(table["county"], table[name], strict=True))
        for table, name in ((wrong, "subject"), (counted.outliers(found), "item"))
    )
    yield "unit, between", len(planted), len(planted & told), len(told), len(planted & told)


# --- the table ------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counties", type=int, default=122)
    parser.add_argument("--years", default="2010-2020")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--pages", type=int, default=0, metavar="COUNTIES")
    given = parser.parse_args()
    first, last = map(int, given.years.split("-"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        years = range(first, last + 1)
        _said(f"inventing {given.counties} counties")
        Invented(given.counties, years, given.seed).write(folder)
        counties = [f"c{n + 1:03}" for n in range(given.counties)]
        half, middle = counties[: len(counties) // 2], first + len(years) // 2 - 1
        whole = ("--all", "--years", given.years)
        rounds = given.rounds
        rows = {
            "half the counties": from_nothing(folder, rounds, *half, *whole[1:]),
            "half the years": from_nothing(folder, rounds, "--all", "--years", f"{first}-{middle}"),
            "on one core": from_nothing(folder, rounds, *whole, cores=1),
            "on two cores": from_nothing(folder, rounds, *whole),
            "nothing changed": batch(folder, "--results-only", *whole),
        }
        path = folder / f"data/{counties[0]}/raw/{last}/areas.csv"
        path.write_text(
            path.read_text(encoding="utf-8-sig").replace("台账", "台账2"), encoding="utf-8"
        )
        rows["one file changed"] = batch(folder, "--results-only", *whole)
        print(_table(rows, len(counties), len(years)))
        found = found_of_planted(folder)
        print("\n| planted | | found | recall | told | of them planted | precision |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        for row in found.itertuples(index=False):
            recall, precision = row.found / max(row.planted, 1), row.true / max(row.told, 1)
            cells = (row.kind, row.planted, row.found, f"{recall:.3f}", row.told, row.true)
            print("|", *(f"{cell} |" for cell in (*cells, f"{precision:.3f}")))
        if given.pages:
            used = batch(folder, *counties[: given.pages], "--years", last, "--lang", "zh")
            print(
                f"\n{given.pages} county-years with notebooks: {used.wall:.1f} s, {used.cpu:.1f} CPU s"
            )


def _table(rows: dict[str, Used], counties: int, years: int) -> str:
    number, two = counties * years, rows["on two cores"]
    each = two.cpu / number
    far = two.wall * 2 / CLUSTER
    lines = ["| | wall s | CPU s | MiB at once |", "|---|---:|---:|---:|"]
    lines += [f"| {n} | {u.wall:.1f} | {u.cpu:.1f} | {u.memory:.0f} |" for n, u in rows.items()]
    lines += [
        f"\n{number} county-years, {1000 * each:.0f} ms of CPU each",
        f"two cores against one: {rows['on one core'].wall / two.wall:.2f}",
        f"CPU of all against half the counties: {two.cpu / rows['half the counties'].cpu:.2f}",
        f"CPU of all against half the years: {two.cpu / rows['half the years'].cpu:.2f}",
        f"a cluster of {CLUSTER} cores: some {far:.1f} s and its start (computed, not measured)",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
