"""A run as people see it: what is being done, how long it will take, where the report is."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ecolib.files import project_root, without_data
from ecolib.terminal import LANG, said
from ecolib.texts import LANGS, Note, word

if TYPE_CHECKING:
    from ecolib.runner.batch import Batch
    from ecolib.runner.notebook import Outcome, Task

#: Exit codes of `run` and `collect`: all went well, some failed or were refused, nothing could start.
RAN, SOME_FAILED, NOT_STARTED = 0, 1, 2
#: Seconds to wait for the first worker of a cluster.
PATIENCE = 20
#: Failures of a batch that are told one by one.
TOLD = 20
#: `[12/37] 7 环境空气质量 … 约需 0:40`.
BAR = "[{n_fmt}/{total_fmt}] {desc}"


def run(
    county: str,
    year: int,
    *,
    only: Sequence[str] = (),
    lang: str | None = None,
    force: bool = False,
    dry_run: bool = False,
    dask: str | None = None,
    quiet: bool = False,
    as_json: bool = False,
) -> int:
    """Do what has to be done again and show where the report is; the exit code."""
    from ecolib.assess.opening import open_case
    from ecolib.fingerprint import county_year
    from ecolib.runner import processes, running
    from ecolib.runner.notebook import languages
    from ecolib.runner.planning import LEFT_OUT

    root, langs = project_root(), languages(lang)
    only = [name for text in only for name in re.split("[,，、]", text.strip(",，、 "))]
    out = root / "outputs" / county / str(year)
    tell(without_data(root, county, year))
    try:
        if not (only or force or dry_run) and running.unchanged(root, county, year, langs):
            notice = running.notice(root, county, year)
            return _close(out, langs, [], notice, quiet=quiet, as_json=as_json)
        if only:  # before a process is started
            listed = open_case(county, year, root=root).list
            for name in (name for name in only if name not in LEFT_OUT):
                listed.find(name)
        here = dry_run or dask or not (root / "params" / f"{county}.yml").is_file()
        with _busy(said("cli.run.reading"), quiet or as_json):
            state = "" if here else county_year(root, county, year)
            asked = {"lang": lang, "only": only, "force": force}
            tasks = running.tasks_of(root, county, year, state, **asked)
        if dry_run:
            _show_plan(tasks, lang)
            return RAN
        with _executor(dask) as executor:
            outcomes = _outcomes(tasks, executor, hidden=quiet or as_json)
        return _close(out, langs, outcomes, tasks[-1].notice, quiet=quiet, as_json=as_json)
    finally:
        processes.close(root, county, year)


def batch(
    asked: Batch,
    *,
    dask: str | None = None,
    summary: bool = False,
    quiet: bool = False,
    as_json: bool = False,
) -> int:
    """Do what has to be done of many county-years and tell how it went; the exit code."""
    from ecolib.runner import batch as batches

    total = len(asked.own) * len(asked.years)
    with _executor(dask) as executor, _bar(total, quiet or as_json, lambda o: o.name) as seen:
        outcomes = batches.run(asked, executor=executor, seen=seen)
    waiting, where, pages = None, asked.root / "outputs", []
    if not asked.pages:
        waiting, where = batches.merge(asked), asked.folder / "dataset"
    if summary and not waiting:
        with _busy(said("cli.batch.summarising"), quiet or as_json):
            pages = [batches.summarise(asked)]
    failed = [o for o in (*outcomes, *pages) if o.status == "failed"]
    pairs = ((asked.root, county, year) for county in asked.own for year in asked.years)
    for note in list(filter(None, (without_data(*pair) for pair in pairs)))[:TOLD]:
        tell(note)
    if as_json:
        written = None if waiting else str(where)
        _echo_json({"county_years": [o.row for o in outcomes], "written": written})
        return SOME_FAILED if failed else RAN
    for outcome in failed[:TOLD]:
        click.echo(f"✗ {outcome.name}: {outcome.error}", err=True)
    if more := len(failed[TOLD:]):
        click.echo(said("cli.batch.more", n=more), err=True)
    if not quiet:
        count = Counter(o.status for o in outcomes)
        counts = {"done": count["ok"], "unchanged": count["unchanged"], "failed": count["failed"]}
        click.echo(said("cli.batch.done", **counts))
        made = sorted(asked.folder.glob("summary.*.html")) if pages else []
        for path in () if waiting else (where, *made):
            show(path)
    tell(waiting)
    return SOME_FAILED if failed else RAN


def tell(note: Note | None) -> None:
    if note is not None:
        click.echo(note.line(LANG), err=True)


def _show_plan(tasks: Sequence[Task], lang: str | None) -> None:
    spoken = lang if lang in LANGS else LANGS[0]
    for task in tasks:
        reason = word("task_reason", task.why, spoken) if task.why else "—"
        click.echo(f"{task.name:32} {reason}")


@contextmanager
def _executor(address: str | None) -> Iterator[Any]:
    """The workers of a dask scheduler; None stands for this machine."""
    if address is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise click.ClickException(said("cli.no_distributed")) from None
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError) as error:
        told = said("cli.no_scheduler", address=address)
        raise click.ClickException(f"{told}: {error}") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            told = said("cli.no_workers", address=address, seconds=PATIENCE)
            raise click.ClickException(told) from None
        yield client.get_executor(retries=0)


# --- on the way -----------------------------------------------------------------------------------


@contextmanager
def _busy(words: str, hidden: bool) -> Iterator[None]:
    """A line while something takes long, taken away again; on a terminal only."""
    shown = not hidden and sys.stderr.isatty()
    if shown:
        click.echo(f"{words} …", nl=False, err=True)
    try:
        yield
    finally:
        if shown:
            click.echo("\r\x1b[K", nl=False, err=True)


@contextmanager
def _bar(
    total: int, hidden: bool, title: Callable[[Outcome], str]
) -> Iterator[Callable[[Outcome], None]]:
    """A bar that counts what is done; gives what is to be called with each outcome.

    What is up to date takes no time. There is no bar where stderr is a file: it would be written
    there again and again.
    """
    from tqdm import tqdm

    off = True if hidden or not total else None
    with tqdm(total=total, disable=off, file=sys.stderr, bar_format=BAR, leave=False) as bar:
        bar.set_description_str(f"{said('cli.run.begun')} …")

        def seen(outcome: Outcome) -> None:
            if outcome.status == "unchanged":
                bar.total -= 1
            else:
                bar.update()
            bar.set_description_str(f"{title(outcome)} … {_remaining(bar.format_dict)}")
            _log(outcome)

        yield seen


def _outcomes(tasks: Sequence[Task], executor: Any, *, hidden: bool) -> list[Outcome]:
    from ecolib.runner import running

    titles = {task.name: _title(task) for task in tasks}
    todo = sum(bool(task.why) for task in tasks)
    with _bar(todo, hidden, lambda outcome: titles[outcome.name]) as seen:
        return running.run(tasks, executor=executor, seen=seen)


def _title(task: Task) -> str:
    """What a task is called where it is shown: `7 环境空气质量`, `数据核查`."""
    if task.is_report:
        return said(f"cli.run.{task.name}")
    return task.title[LANGS.index(LANG)].partition(" · ")[0]


def _remaining(state: dict) -> str:
    """How long it will take yet, if what is left goes as fast as what is done."""
    left = state["total"] - state["n"]
    seconds = round(state["elapsed"] / max(state["n"], 1) * left)
    return said("cli.run.remaining", time=f"{seconds // 60}:{seconds % 60:02}") if left else ""


def _log(outcome: Outcome) -> None:
    """What a notebook's libraries printed past it is a warning until somebody knows better."""
    log = logging.getLogger("ecolib.runner")
    log.info("%s: %s, %.1f s", outcome.name, outcome.status, outcome.seconds)
    if outcome.log:
        log.warning("%s: %s", outcome.name, outcome.log)


# --- in the end -----------------------------------------------------------------------------------


def _close(
    out: Path,
    langs: Sequence[str],
    outcomes: Sequence[Outcome],
    notice: Note | None,
    *,
    quiet: bool,
    as_json: bool,
) -> int:
    """What failed, where the reports are, and what has to be said of every verdict; the exit code."""
    failed = [o for o in outcomes if o.status == "failed"]
    pages = reports(out, langs)
    if as_json:
        # Without tasks where nothing had to be done.
        _echo_json({"tasks": [o.row for o in outcomes], "reports": list(map(str, pages))})
    else:
        for outcome in failed:
            cell = "" if outcome.cell is None else f" [{outcome.cell}]"
            click.echo(f"✗ {outcome.name}{cell}: {outcome.error}", err=True)
        for path in () if quiet else pages:
            show(path)
        tell(notice)
    return SOME_FAILED if failed else RAN


def _echo_json(told: dict[str, Any]) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=1))


def reports(out: Path, langs: Sequence[str] = LANGS) -> list[Path]:
    """The annual reports that are there, in the order of the languages."""
    paths = (out / f"report.{lang}.html" for lang in langs)
    return [path for path in paths if path.is_file()]


def show(path: Path) -> None:
    click.echo(shown(path))


def shown(path: Path) -> Path:
    """The path as seen from here."""
    here = path.is_relative_to(Path.cwd())
    return path.relative_to(Path.cwd()) if here else path


def launch(path: Path, start: Callable[[str], int] = click.launch) -> None:
    """Open a file with the program of the system; where there is none, say where it is."""
    if start(str(path)) != 0:
        raise click.ClickException(said("cli.open.failed", file=str(shown(path))))
