"""Many counties and years: each county-year is a task, and one failure stops no other.

With notebooks, a task is the run of a county-year (`ecolib.runner.running`). Without them it
evaluates and audits the county-year into a part of the data set (`ecolib.assess.dataset`), and the
years of a county travel together, as its files are read once for all. Either happens in a fresh
process (`ecolib.runner.processes`), on this machine or on another that reads the same files; what is
up to date by the fingerprint of a run is left alone. Parts are written whole or not at all by the run
that asked for them. When all that was asked for is there, from one run or several shards, the data
set is put together from them in one order, so that it does not tell how it came about.
"""

from __future__ import annotations

import gc
import os
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from ecolib.assess import dataset
from ecolib.assess.opening import open_case
from ecolib.errors import EcolibError, RunError
from ecolib.files import (
    BEGUN,
    DAMAGED,
    flush,
    hashes_of,
    locked,
    new_folder,
    read_json,
    swap_in,
    write_json,
)
from ecolib.fingerprint import county_year, digest, library, results_of, versions
from ecolib.runner import processes, running
from ecolib.runner.calls import Answer
from ecolib.runner.notebook import Outcome, Task, complete, described, languages
from ecolib.texts import LANGS, Note, text

#: Seconds that a county-year may take without notebooks; what its notebooks may take, its settings say.
LONGEST, LONGEST_RUN = 300.0, 7 * 86_400.0
#: MB of address space for a county without notebooks.
MEMORY_MB = 8000
#: Processes that one county-year with notebooks keeps busy.
WIDTH = 4
#: Seconds to wait for another shard that is putting the data set together.
PATIENCE = 600.0
#: What the data set stands on, beside its tables; its key tells whether it is that of the parts.
RECORD = "dataset.json"


@dataclass(frozen=True)
class Batch:
    """What is asked for.

    Attributes
    ----------
    counties, years
        Each county in each year, both in order.
    shard
        Which part of the counties is worked on here: (1, 4) is the first of four.
    pages
        Run the notebooks; else only results are worked out.
    lang
        Of the pages: "zh", "en", "both", or None for what each county's settings say.
    force
        Do even what is up to date.
    """

    root: Path
    counties: tuple[str, ...]
    years: tuple[int, ...]
    shard: tuple[int, int] = (1, 1)
    pages: bool = False
    lang: str | None = None
    force: bool = False
    #: By county and year; see `state`.
    states: dict[tuple[str, int], str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def own(self) -> tuple[str, ...]:
        """The counties of this shard."""
        number, count = self.shard
        return self.counties[number - 1 :: count]

    @property
    def folder(self) -> Path:
        """Where the data set and its parts lie."""
        return (self.root / dataset.FOLDER).parent

    @property
    def shard_name(self) -> str:
        return "{}-of-{}".format(*self.shard)

    @property
    def langs(self) -> tuple[str, ...]:
        return languages(self.lang)

    def state(self, county: str, year: int) -> str:
        """What a county-year stands on (`ecolib.fingerprint`), looked at once a run."""
        if (county, year) not in self.states:
            standing = county_year if self.pages else results_of
            self.states[county, year] = standing(self.root, county, year)
        return self.states[county, year]

    def part(self, county: str, year: int) -> Path:
        return self.folder / "parts" / str(year) / f"{county}.arrow"


class Job(NamedTuple):
    """Years of one county that are worked out by one process, each with the state it must be in;
    `width` is how many notebooks may run at once."""

    batch: Batch
    county: str
    states: tuple[tuple[int, str], ...]
    library: str
    width: int

    def alone(self) -> Iterator[Job]:
        """A job for each of the years."""
        return (self._replace(states=(one,)) for one in self.states)


class Done(NamedTuple):
    """A county-year that came to an end: its part where no pages were asked for, and what failed."""

    year: int
    seconds: float
    part: bytes = b""
    error: str = ""


def run(
    batch: Batch,
    *,
    executor: Executor | None = None,
    seen: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """Do what has to be done, and return an outcome for every county-year of this shard.

    Parameters
    ----------
    executor
        Where county-years are worked out; by default this machine. See `ecolib.runner.run`.
    seen
        Called with each outcome as it comes in, also of what is up to date.

    Raises
    ------
    RunError
        When another run works on the same shard, or the outputs cannot be written to.
    """
    own = batch.folder / "shards" / batch.shard_name
    with locked(own):
        for path in (batch.folder / "parts").glob(f"*/{BEGUN}{batch.shard_name}-*"):
            path.unlink()  # of a run that was killed
        outcomes = _outcomes(batch, executor, seen)
        write_json(own / "run.json", [outcome.row for outcome in outcomes])
    return outcomes


def _outcomes(
    batch: Batch, executor: Executor | None, seen: Callable[[Outcome], None]
) -> list[Outcome]:
    found: dict[tuple[str, int], Outcome] = {}
    waiting: dict[Future, Job] = {}

    def ended(county: str, year: int, status: str, **more) -> None:
        outcome = Outcome(f"{county} {year}", status, **({"seconds": 0.0} | more))
        found[county, year] = outcome
        seen(outcome)

    alone = replace(batch, states={})  # which a job need not carry along
    at_once = processes.capacity()
    width = min(WIDTH, at_once) if executor is None else 1
    here = at_once // width if batch.pages else at_once
    with running.workers(executor, here, batch.root, "", 0) as pool:
        for county in batch.own:
            todo = []
            for year in batch.years:
                if state := _state_to_do(batch, county, year):
                    todo.append((year, state))
                else:
                    ended(county, year, "unchanged")
            job = Job(alone, county, tuple(todo), library(), width)
            for one in job.alone() if batch.pages else [job][: len(todo)]:
                waiting[pool.submit(execute, one)] = one
        for future, job in running.ending(waiting):
            try:
                answer = future.result()
            except Exception as error:  # also what an executor says of a machine it has lost
                lost = described(running.told_of(error, job.county))
                for year, _ in job.states:
                    ended(job.county, year, "failed", **lost)
                continue
            if answer.error is not None and len(job.states) > 1:
                # Whatever ended the process, only the year that did it is to fail.
                waiting |= {pool.submit(execute, one): one for one in job.alone()}
                continue
            for one in answer.value if answer.error is None else [_lost(job, answer)]:
                kept = _kept(batch, job.county, one)
                error = one.error or kept
                status = "failed" if error else "ok"
                ended(job.county, one.year, status, seconds=one.seconds, error=error)
    return [found[c, y] for c in batch.own for y in batch.years]


def _state_to_do(batch: Batch, county: str, year: int) -> str:
    """The state of what a county-year stands on; "" where it is up to date."""
    at = batch.root, county, year
    if batch.pages and not batch.force and running.unchanged(*at, batch.langs):
        return ""
    state, skipped = batch.state(county, year), batch.pages or batch.force
    told = {} if skipped else _about(batch.part(county, year))
    return "" if told.get("state") == state and not told["failed"] else state


def _about(part: Path) -> dict:
    """What a part says of itself; nothing where there is none that is whole."""
    with suppress(*DAMAGED):
        told = dataset.about(part.read_bytes()) if part.is_file() else None
        return told if told and {"state", "failed"} <= told.keys() else {}
    return {}


def _lost(job: Job, answer: Answer) -> Done:
    """The end of a county-year whose process left nothing."""
    (year, state), error = job.states[0], answer.error
    part = (
        b"" if job.batch.pages else _part(job, year, state, dataset.rows_of_failure([error]), True)
    )
    words = " · ".join(dict.fromkeys(error.text(lang) for lang in LANGS))
    return Done(year, 0.0, part, words[-500:])


def _kept(batch: Batch, county: str, one: Done) -> str:
    """Put a part in its place; why that cannot be done, if so."""
    if not one.part:
        return ""
    path = batch.part(county, one.year)
    new = path.with_name(f"{BEGUN}{batch.shard_name}-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # It need not have reached the disk: a part that is not whole is found by its checksum.
        new.write_bytes(one.part)
        os.replace(new, path)
    except OSError as error:
        new.unlink(missing_ok=True)
        return f"{path.name}: {error.strerror or error}"
    return ""


# --- one job, wherever it is done -----------------------------------------------------------------


def execute(job: Job) -> Answer:
    """What became of a job: a `Done` for each year, or how its process was lost.

    Raises
    ------
    RunError
        When code or library versions here are not those of the run that asks.
    """
    pages = job.batch.pages
    opened = processes.of(job.batch.root, "", 0, job.library)
    return opened.call(
        with_pages if pages else results_alone,
        job,
        timeout=LONGEST_RUN if pages else LONGEST * len(job.states),
        memory_mb=None if pages else MEMORY_MB,
        log=Path(os.devnull),
    )


def results_alone(job: Job) -> list[Done]:
    """In a process of its own: evaluate each year into its part."""
    gc.disable()  # a case is kept as long as this process lives
    case, done = None, []
    for year, state in job.states:
        started = time.perf_counter()
        try:
            if case is None:
                case = open_case(job.county, year, root=job.batch.root)
            rows, error = dataset.rows_of(case.in_year(year)), ""
            if results_of(job.batch.root, job.county, year) != state:
                place = f"data/{job.county}"
                raise RunError(Note("run.changed_meanwhile", severity="error", source=place))
        except EcolibError as failure:
            rows, error = dataset.rows_of_failure(failure.problems), str(failure)[:500]
        except Exception:
            words = traceback.format_exc()
            note = Note("worker.raised", severity="error", source="worker", traceback=words)
            rows, error = dataset.rows_of_failure([note]), words[-500:]
        part = _part(job, year, state, rows, bool(error))
        done.append(Done(year, time.perf_counter() - started, part, error))
    return done


def _part(job: Job, year: int, state: str, rows: dataset.Rows, failed: bool) -> bytes:
    about = {"county": job.county, "year": year, "state": state, "failed": failed}
    return dataset.encoded(job.county, rows, about)


def with_pages(job: Job) -> list[Done]:
    """In a process of its own: run the notebooks of a county-year."""
    batch, (year, state) = job.batch, job.states[0]
    started, at = time.perf_counter(), (batch.root, job.county, year)
    try:
        tasks = running.tasks_of(*at, state, lang=batch.lang, force=batch.force)
        with ThreadPoolExecutor(job.width) as threads:
            outcomes = running.run(tasks, executor=threads)
        failed = [o for o in outcomes if o.status == "failed"]
        error = "\n".join(f"{o.name}: {o.error}" for o in failed)[:500]
    except EcolibError as failure:
        error = str(failure)[:500]
    finally:
        processes.close(*at)
    return [Done(year, time.perf_counter() - started, error=error)]


# --- the summary ----------------------------------------------------------------------------------

#: The notebook of the summary, and the page that it becomes.
SUMMARY, PAGE = "province_summary", "summary"


def summarise(batch: Batch) -> Outcome:
    """Run the notebook of the summary for the last year of the data set, which writes its workbook too.

    Raises
    ------
    RunError
        When there is no such notebook, or another run writes here.
    """
    year, notebook = batch.years[-1], batch.root / "notebooks" / f"{SUMMARY}.ipynb"
    if not notebook.is_file():
        raise RunError(Note("notebook.missing", source=notebook.name))
    titles = tuple(text("province.title", lang, year=year) for lang in LANGS)
    task = Task(
        SUMMARY, 0, "", year, batch.root, notebook, batch.folder / SUMMARY, PAGE, titles, batch.langs,
        ("lang", "year"), "", library(), int(LONGEST), MEMORY_MB, "forced", reports=(),
    )  # fmt: skip
    with locked(batch.folder, PATIENCE):
        try:
            outcome, scratch = running.execute(task)
        finally:
            processes.close(batch.root, "", year)
        for path in sorted(scratch.iterdir()) if outcome.status == "ok" else ():
            os.replace(path, batch.folder / path.name)
    return outcome


# --- the data set ---------------------------------------------------------------------------------


def merge(batch: Batch) -> Note | None:
    """Put the data set together when every county-year asked for has a part of its present state, of
    this shard or another; else a note on how many have none.

    Raises
    ------
    RunError
        When another run keeps it for longer than anybody would wait.
    """
    pairs = [(year, county) for year in batch.years for county in batch.counties]
    states = {(y, c): batch.state(c, y) for y, c in pairs}
    told = {(y, c): _about(batch.part(c, y)) for y, c in pairs}
    missing = [pair for pair in pairs if told[pair].get("state") != states[pair]]
    if missing:
        return Note("batch.parts_missing", severity="note", n=len(missing), of=len(pairs))
    with locked(batch.folder, PATIENCE):
        final = batch.folder / dataset.FOLDER.name
        parts = {y: [batch.part(c, y).read_bytes() for c in batch.counties] for y in batch.years}
        key = digest(library(), *(data[-dataset.CHECK :] for year in parts for data in parts[year]))
        if _key_of(final) == key:
            return None
        new = new_folder(batch.folder, final.name)
        stands_on = {"library": library(), "versions": versions()}
        failed = {y: [c for c in batch.counties if told[y, c]["failed"]] for y in batch.years}
        for year in batch.years:
            of_year = {c: states[year, c] for c in batch.counties}
            about = {**stands_on, "states": of_year, "failed": failed[year]}
            for table, data in dataset.partition(year, parts[year], about).items():
                place = new / table / f"year={year}"
                place.mkdir(parents=True)
                (place / "data.parquet").write_bytes(data)
        counts = {"counties": len(batch.counties), "years": list(batch.years)}
        record = {"key": key, **counts, "failed": failed, **stands_on, "files": hashes_of(new)}
        write_json(new / RECORD, record)
        flush(new)
        swap_in(new, final)
    return None


def _key_of(folder: Path) -> str:
    """Of which parts a data set is; "" where there is none, or not all of it."""
    with suppress(*DAMAGED):
        record = read_json(folder / RECORD)
        return record["key"] if complete(folder, record) else ""
    return ""
