"""The command `ecolib`. Heavy imports stay inside the commands, so that `--help` is quick."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import click

import ecolib
from ecolib import screen
from ecolib.errors import EcolibError, RunError
from ecolib.files import in_project, project_root, reason, without_data
from ecolib.screen import NOT_STARTED, RAN, SOME_FAILED, show, tell
from ecolib.terminal import (
    COUNTY,
    LANG,
    PLAINLY,
    SHELLS,
    YEAR,
    Language,
    of_county_and_year,
    said,
    speak,
    to_shard,
    to_year,
    to_years,
)
from ecolib.texts import LANGS, Note, text, word

#: The kinds of `ecolib export`.
KINDS = ("docx", "xlsx", "pdf")
DOCUMENTS = ("indicators", "plan", "tasks")
LEVEL = click.Choice(["debug", "info", "warning", "error"])
PATH, FILE = click.Path(path_type=Path), click.Path(path_type=Path, dir_okay=False)
#: Where a shell asks what could follow; see `completion`.
COMPLETE = "_ECOLIB_COMPLETE"


def main() -> None:
    """Entry point; errors of ours become sentences, never tracebacks."""
    for name in ("stdin", "stdout", "stderr"):  # in the order of their numbers
        if getattr(sys, name) is None:  # closed, as some services start a program
            nothing = os.open(os.devnull, os.O_RDWR)  # takes its number before a file of ours does
            setattr(sys, name, os.fdopen(nothing, "r" if name == "stdin" else "w"))
    for stream in (sys.stdout, sys.stderr):
        # A GBK console has no ✓ and no ³; a missing glyph must not end a run, nor change a unit.
        stream.reconfigure(errors=PLAINLY)
    speak(cli)
    try:
        cli.main(prog_name="ecolib", complete_var=COMPLETE, standalone_mode=False)
    except EcolibError as error:
        click.echo(error.text(LANG), err=True)
        sys.exit(NOT_STARTED)
    except click.ClickException as error:
        error.show()
        sys.exit(NOT_STARTED)
    except OSError as error:  # what is shown goes to a full disk, or a file away meanwhile
        told = {"file": str(error.filename or said("cli.output")), "why": reason(error)}
        click.echo(said("cli.no_disk", **told), err=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left of it is not tried again
        sys.exit(NOT_STARTED)
    except (MemoryError, ImportError) as error:  # libraries are loaded on the way
        click.echo(said("cli.no_memory", why=str(error) or type(error).__name__), err=True)
        sys.exit(NOT_STARTED)
    except (click.Abort, KeyboardInterrupt):
        click.echo(said("cli.interrupted"), err=True)
        sys.exit(130)


@click.group(help=said("cli.about"), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ecolib", message="%(version)s", help=said("cli.version"))
def cli() -> None:
    """The group of all commands; their help stands in the catalogue of texts."""


@cli.command(help=said("cli.run"))
@of_county_and_year
@click.option("--only", multiple=True, metavar="ID", help=said("cli.run.only"))
@click.option("--lang", type=Language([*LANGS, "both"]), help=said("cli.run.lang"))
@click.option("--force", is_flag=True, help=said("cli.run.force"))
@click.option("--dry-run", is_flag=True, help=said("cli.run.dry_run"))
@click.option("--open", "opened", is_flag=True, help=said("cli.run.open"))
@click.option("--quiet", "-q", is_flag=True, help=said("cli.run.quiet"))
@click.option("--json", "as_json", is_flag=True, help=said("cli.run.json"))
@click.option("--dask", metavar="ADDRESS", help=said("cli.run.dask"))
@click.option("--log-level", type=LEVEL, default="warning", help=said("cli.run.log_level"))
def run(county, year, opened, log_level, **options) -> None:
    """Do what has to be done again, and show where the report is."""
    logging.basicConfig(level=log_level.upper(), format="%(levelname)s %(message)s")
    code = screen.run(county, year, **options)
    if opened and not options["dry_run"]:
        _open(county, year, options["lang"])
    sys.exit(code)


@cli.command(help=said("cli.batch"))
@click.argument("counties", nargs=-1, **COUNTY | {"metavar": said("cli.batch.counties")})
@click.option("--all", "whole", is_flag=True, help=said("cli.batch.all"))
@click.option(
    "--years", type=to_years, required=True, metavar="2017-2020", help=said("cli.batch.years")
)
@click.option("--results-only", is_flag=True, help=said("cli.batch.results_only"))
@click.option("--summary", is_flag=True, help=said("cli.batch.summary"))
@click.option("--shard", type=to_shard, metavar="I/N", help=said("cli.batch.shard"))
@click.option("--dask", metavar="ADDRESS", help=said("cli.run.dask"))
@click.option("--lang", type=Language([*LANGS, "both"]), help=said("cli.run.lang"))
@click.option("--force", is_flag=True, help=said("cli.run.force"))
@click.option("--quiet", "-q", is_flag=True, help=said("cli.run.quiet"))
@click.option("--json", "as_json", is_flag=True, help=said("cli.run.json"))
def batch(counties, whole, years, results_only, shard, lang, force, **options) -> None:
    """Many counties and years; what is up to date is left alone."""
    from ecolib.data.params import county_names
    from ecolib.runner.batch import Batch

    root = project_root()
    if bool(counties) is whole:
        raise click.UsageError(said("cli.batch.which"))
    if options["summary"] and not results_only:
        raise click.UsageError(said("cli.batch.summary_of"))
    named = county_names(root) if whole else sorted(set(counties))
    asked = Batch(root, tuple(named), years, shard or (1, 1), not results_only, lang, force)
    sys.exit(screen.batch(asked, **options))


@cli.command("open", help=said("cli.open"))
@of_county_and_year
@click.option("--lang", type=Language(LANGS))
def open_(county, year, lang) -> None:
    """The annual report in the browser."""
    _open(county, year, lang)


def _open(county: str, year: int, lang: str | None) -> None:
    wanted = (lang,) if lang in LANGS else sorted(LANGS, key=lambda other: other != LANG)
    found = screen.reports(project_root() / "outputs" / county / str(year), wanted)
    if not found:
        command = f"ecolib run {county} {year}"
        raise click.ClickException(said("cli.open.nothing", command=command))
    screen.launch(found[0])


@cli.command(help=said("cli.export"))
@of_county_and_year
@click.option("--to", "kind", type=click.Choice(KINDS), required=True, help=said("cli.export.to"))
@click.option("--template", type=PATH, metavar="FILE.docx", help=said("cli.export.template"))
@click.option(
    "--what", type=click.Choice(DOCUMENTS), default=DOCUMENTS[0], help=said("cli.export.what")
)
@click.option("--lang", type=Language(LANGS), help=said("cli.export.lang"))
@click.option("--out", type=PATH, metavar="FILE", help=said("cli.export.out"))
def export(county, year, kind, template, what, lang, out) -> None:
    """What an office hands in; what is not up to date is evaluated first, and that is said."""
    of_plan = what != DOCUMENTS[0]
    if template is not None and kind != "docx":
        raise click.UsageError(said("cli.export.no_template"))
    if of_plan and kind != "docx":
        raise click.UsageError(said("cli.export.only_docx"))
    if template is not None and not template.is_file():  # before anything is evaluated
        raise RunError(Note("export.template_missing", source=str(template)))
    from ecolib.pages import export as exports
    from ecolib.runner import running

    case = ecolib.open_case(county, year)
    spoken = case.settings.language
    lang = lang or (spoken if spoken in LANGS else LANGS[0])
    target = exports.target_of(case, kind, lang, out, what)
    pages = (lang,) if kind == "pdf" else ()
    saved = of_plan or running.unchanged(case.root, county, year, pages)
    tell(case.list.warning(year) if saved else without_data(case.root, county, year))
    if not saved:
        click.echo(said("cli.export.running" if pages else "cli.export.evaluated"), err=True)
        if pages and screen.run(county, year, lang=lang) != RAN:
            sys.exit(SOME_FAILED)
    show(exports.export(case, kind, lang, target, what, saved=saved, template=template))


@cli.command("list", help=said("cli.list"))
@click.argument("county", required=False, **COUNTY)
@click.argument("year", required=False, **YEAR)
@click.option("--lang", type=Language(LANGS), default=LANG)
def list_(county, year, lang) -> None:
    """One line an indicator: number, id, title, kind, target."""
    from ecolib.indicators.catalogue import default_list
    from ecolib.indicators.targets import described

    listed, warning = default_list(), None
    if county is not None:
        if year is None:
            raise click.UsageError(said("cli.list.year"))
        listed = ecolib.open_case(county, year).list
        warning = listed.warning(year)
    click.echo(f"{listed.document.text(lang)}")
    for entry in listed.values():
        title, kind = entry.words(lang).title, word("kind", entry.kind, lang)
        target = described(entry.target, entry.id, entry.unit).text(lang)
        click.echo(f"{entry.number:>4}  {entry.id:28} {title} [{kind}] {target}")
    tell(warning)


@cli.command(help=said("cli.check"))
@of_county_and_year
@click.option("--all", "whole", is_flag=True, help=said("cli.check.all"))
@click.option("--json", "as_json", is_flag=True, help=said("cli.check.json"))
@click.option("--out", type=FILE, metavar="FILE.xlsx", help=said("cli.check.out"))
@click.option("--lang", type=Language(LANGS), default=LANG)
def check(county, year, whole, as_json, out, lang) -> None:
    """Every remark on the data, errors first, how much was used, and what to do next."""
    from ecolib.collect import remarks, returning
    from ecolib.data import listing

    if out is not None and out.suffix.lower() != ".xlsx":
        raise click.ClickException(said("cli.check.no_workbook"))
    case = ecolib.open_case(county, year)
    notes = remarks(case, whole=whole)
    if out is not None:
        returning.write_checklist(case, notes, out, lang)
    if as_json:
        click.echo(returning.as_json(case, notes))
    else:
        for note in notes:
            click.echo(listing.line(note, case.data.names, lang))
        if out is not None:
            show(out)
        for line in returning.closing(case, notes):
            click.echo(line.text(lang))
    sys.exit(SOME_FAILED if listing.counts(notes)["error"] else RAN)


@cli.command(help=said("cli.new"))
@click.argument("county", metavar=said("cli.new.id"))
@click.option("--zh", help=said("cli.new.zh"))
@click.option("--en", help=said("cli.new.en"))
@click.option("--base-year", metavar=said("cli.year"), help=said("cli.new.base_year"))
@click.option("--goal-year", metavar=said("cli.year"), help=said("cli.new.goal_year"))
@click.option("--area", "area_km2", metavar="KM2", help=said("cli.new.area"))
@click.option("--climate", metavar="arid|other", help=said("cli.new.climate"))
@click.option("--terrain", metavar="mountain=80,hill=20", help=said("cli.new.terrain"))
@click.option(
    "--year", multiple=True, type=to_year, metavar=said("cli.year"), help=said("cli.new.year")
)
@click.option("--lang", type=Language(LANGS), expose_value=False)
def new(county, year, **options) -> None:
    """Write a parameter file and folders; ask for what was not given where somebody can answer."""
    from ecolib.new import free, new_county, value_of

    root = project_root()
    free(county, root)  # before anything is asked
    asking = sys.stdin.isatty()
    profile = {}
    read = partial(value_of, known=profile)
    for key, given in options.items():
        if given is not None:
            profile[key] = read(key, given)
        elif asking and (answer := _asked(key, read, needed=key in ("zh", "base_year"))):
            profile[key] = answer
    if asking and not year:
        year = (_asked("year", lambda _, given: to_year(given), needed=True),)
    years = [*year, *(profile[key] for key in ("base_year",) if key in profile)]
    for path in new_county(county, profile, years, root):
        show(path)
    told = {"county": county, "year": str(max(years)), "params": f"params/{county}.yml"}
    click.echo(text("new.next", LANG, **told))


def _asked(key: str, read: Callable, *, needed: bool):
    """An answer, asked for again until it can be read; None where it may be left empty."""

    def value(answer: str):
        try:
            return read(key, answer) if answer.strip() else None
        except EcolibError as error:
            raise click.UsageError(error.text(LANG)) from None

    default = {} if needed else {"default": "", "show_default": False}
    return click.prompt(text(f"new.ask.{key}", LANG), value_proc=value, **default)


@cli.command(help=said("cli.collect"))
@of_county_and_year
@click.option("--merge", type=PATH, metavar="FOLDER", help=said("cli.collect.merge"))
@click.option("--towns", default="", metavar="NAMES", help=said("cli.collect.towns"))
@click.option("--lang", type=Language(LANGS), default="zh")
def collect(county, year, merge, towns, lang) -> None:
    """Write the workbooks, or file a folder of them."""
    from ecolib.collect import write_templates

    case = ecolib.open_case(county, year)
    if merge is not None:
        sys.exit(_file_returned(case, merge, lang))
    named = dict.fromkeys(filter(None, (name.strip() for name in re.split("[、，,；;\\s]", towns))))
    for path in write_templates(case, lang=lang, towns=tuple(named)):
        show(path)


def _file_returned(case, folder: Path, lang: str) -> int:
    from ecolib.collect import file_returned, outstanding, remarks, write_reminders

    outcomes = file_returned(case, folder)
    for outcome in outcomes:
        click.echo(outcome.text(case, lang), err=outcome.status == "refused")
    case = ecolib.open_case(case.county, case.year, root=case.root)
    states = outstanding(case)
    for state in states:
        if not state.returned or state.to_judge or state.rows:
            click.echo(state.text(case, lang))
    written = write_reminders(case, states, remarks(case), lang)
    click.echo(text("reminders", lang, folder=str(screen.shown(written[0].parent))))
    if any(o.status == "filed" for o in outcomes):
        command = f"ecolib check {case.county} {case.year}"
        click.echo(text("filed.next", lang, command=command))
    return SOME_FAILED if any(o.status == "refused" for o in outcomes) else RAN


@cli.command("archive", help=said("cli.archive"))
@of_county_and_year
@click.option("--lang", type=Language(LANGS), default="zh")
def archive_(county, year, lang) -> None:
    """Build the folders of the archive and its catalogues."""
    from ecolib.collect import write_archive

    tell(without_data(project_root(), county, year))
    for path in write_archive(ecolib.open_case(county, year), lang):
        show(path)


@cli.command(help=said("cli.progress"))
@click.argument("county", **COUNTY)
@click.option("--month", required=True, metavar="YYYY-MM", help=said("cli.progress.month"))
@click.option("--on", metavar="YYYY-MM-DD", help=said("cli.progress.on"))
@click.option("--lang", type=Language(LANGS), default="zh")
def progress(county, month, on, lang) -> None:
    """What was reported of a month by the day it was due; the bulletin, and the ledger as a workbook."""
    from ecolib.collect import bulletin_lines, write_month
    from ecolib.workplan.monthly import monthly

    first, day = _day(month, "month_of"), _day(on, "moment_of") if on else None
    case = ecolib.open_case(county, first.year)
    found = monthly(case, first, day)
    for line in bulletin_lines(case, found, lang):
        click.echo(line.text(lang))
    for path in write_month(case, found, lang):
        show(path)


def _day(text: str, reader: str):
    from ecolib.data import moments

    with suppress(ValueError, OverflowError):
        if found := getattr(moments, reader)(text.strip()):
            return found.date()
    raise click.UsageError(said("cli.progress.no_day", value=text))


@cli.command("map", help=said("cli.map"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--county", help=said("cli.map.county"))
@click.option("--out", type=PATH, metavar="FILE", help=said("cli.map.out"))
@click.option("--lang", type=Language(LANGS), default=LANG)
def map_(file, county, out, lang) -> None:
    """A draft of mappings.yml from what a file holds."""
    from ecolib.data.draft import draft
    from ecolib.data.mappings import FILE, Mappings, load_mappings
    from ecolib.data.params import check_county
    from ecolib.data.readers import read_file
    from ecolib.files import write_text

    entries, root = Mappings(), project_root()
    if county:
        entries = load_mappings(root / "data" / check_county(county, root) / FILE)
    path = file.resolve()
    shown = draft(read_file(path, path.parent), entries, lang)
    if out is None:
        click.echo(shown, nl=False)
    elif out.exists():
        raise click.ClickException(said("cli.map.exists", file=str(out)))
    else:
        write_text(out, shown)


@cli.command(help=said("cli.audit"))
@of_county_and_year
@click.option("--all-years", is_flag=True, help=said("cli.audit.all_years"))
@click.option("--lang", type=Language(LANGS), default=LANG)
def audit(county, year, all_years, lang) -> None:
    """Every printed claim by what was found, and what was found once for each cause."""
    from ecolib.checks.audit import audit as audited
    from ecolib.checks.audit import by_cause
    from ecolib.pages.style import FINDING_MARKS

    tell(without_data(project_root(), county, year))
    found = audited(ecolib.open_case(county, year), all_years=all_years)
    if found.empty:
        return click.echo(text("cli.audit.none", lang, year=year))
    for finding, mark in FINDING_MARKS.items():
        rows = found[found["finding"] == finding]
        click.echo(f"\n{mark} {word('finding', finding, lang)} ({len(rows)})")
        for claims, told in by_cause(rows, lang):
            for row in claims.itertuples():
                click.echo(f"  {row.number:>4} {row.year}  {row.claim}（{row.position}）")
            for said_of_it in told:
                click.echo(f"       {said_of_it}")


@cli.command(help=said("cli.compare"))
@of_county_and_year
@click.argument("other", **YEAR)
@click.option("--lang", type=Language(LANGS), default=LANG)
def compare(county, year, other, lang) -> None:
    """What turned between two years and why, and what came in or is newly missing."""
    for each in (year, other):
        tell(without_data(project_root(), county, each))
    for sentence in ecolib.open_case(county, year).compare(other, lang).sentences():
        click.echo(sentence)


@cli.command(help=said("cli.lab"), context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def lab(options) -> None:
    """JupyterLab in the project, where the notebooks find it."""
    import subprocess
    from importlib.util import find_spec

    start, root = "notebooks/00_start_here.ipynb", in_project(project_root())
    if find_spec("jupyterlab") is None:
        raise click.ClickException(said("cli.no_lab"))
    command = [sys.executable, "-m", "jupyterlab", start, *options]
    if os.name == "posix":  # become the server, so that what ends this command ends it
        os.chdir(root)
        os.execv(command[0], command)
    with subprocess.Popen(command, cwd=root) as server:
        while server.poll() is None:
            with suppress(KeyboardInterrupt):  # the console sends it to the server too
                server.wait()
    sys.exit(server.returncode)


@cli.command(help=said("cli.completion"))
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell) -> None:
    """The script that lets a shell complete commands, counties, years and options."""
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    click.echo(made(cli, {}, "ecolib", COMPLETE).source())
