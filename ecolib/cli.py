"""The command `ecolib`. Heavy imports stay inside the commands, so that `--help` is quick."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ecolib.errors import EcolibError
from ecolib.project import project_root

LANGS = {"zh": ("zh",), "en": ("en",), "both": ("zh", "en")}
LANG = click.Choice(list(LANGS))
#: Exit codes of `run` and `collect`: all went well, some failed or were refused, nothing could start.
RAN, SOME_FAILED, NOT_STARTED = 0, 1, 2


def main() -> None:
    """Entry point; errors of ours become sentences, never tracebacks."""
    for stream in (sys.stdout, sys.stderr):
        # A GBK console has no ✓; a missing glyph must not end a run.
        stream.reconfigure(errors="replace")
    try:
        cli.main(standalone_mode=False)
    except EcolibError as error:
        click.echo(_both(error), err=True)
        sys.exit(NOT_STARTED)
    except click.ClickException as error:
        error.show()
        sys.exit(NOT_STARTED)
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断，已完成的结果保留 · interrupted; finished results are kept", err=True)
        sys.exit(130)


def _both(error: EcolibError) -> str:
    return f"{error.text('zh')}\n{error.text('en')}"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ecolib", message="%(version)s")
def cli() -> None:
    """生态文明建设示范县年度评估 · Yearly assessment of ecological civilization counties."""


@cli.command()
@click.argument("county")
@click.argument("year", type=int)
@click.option("--only", multiple=True, metavar="ID", help="指标代码或编号 · indicator id or number")
@click.option("--lang", type=LANG, default=None, help="页面语言 · language of the pages")
@click.option("--force", is_flag=True, help="全部重算 · run even what is up to date")
@click.option("--dry-run", is_flag=True, help="只列出要做什么 · only say what would run, and why")
@click.option(
    "--dask", metavar="ADDRESS", help="Dask 调度器地址 · run on the workers of this scheduler"
)
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="warning",
    help="日志详细程度 · how much is told on the way",
)
def run(county, year, only, lang, force, dry_run, dask, log_level) -> None:
    """评估一个县的一年并生成报告 · Assess a county and year and write the report."""
    logging.basicConfig(level=log_level.upper(), format="%(levelname)s %(message)s")
    from ecolib.runner import stamp, workers

    root, langs = project_root(), LANGS[lang or "both"]
    partial = only or force or dry_run
    if not partial and stamp.unchanged(root, county, year, langs):
        _show_reports(root / "outputs" / county / str(year), langs)
        return
    if not (dry_run or dask) and (root / "params" / f"{county}.yml").is_file():
        # It imports while this process plans.
        workers.processes(root, county, year, stamp.key(root, county, year))
    try:
        sys.exit(_planned(county, year, only, lang, force, dry_run, dask))
    finally:
        workers.close(root, county, year)


def _planned(county, year, only, lang, force, dry_run, dask) -> int:
    from ecolib.assess.case import open_case
    from ecolib.runner import plan

    case = open_case(county, year)
    langs = LANGS[lang or case.settings.language]
    tasks = plan(case, only=only, force=force, langs=langs)
    if dry_run:
        _show_plan(tasks, lang)
        return RAN
    with _executor(dask) as executor:
        return _run(case, tasks, langs, executor)


def _show_plan(tasks, lang: str | None) -> None:
    from ecolib.runner.planning import REASONS

    for task in tasks:
        reason = REASONS[task.why][lang == "en"] if task.why else "—"
        click.echo(f"{task.name:32} {reason}")


@contextmanager
def _executor(address: str | None) -> Iterator:
    """The workers of a dask scheduler; None stands for this machine."""
    if address is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise click.ClickException(
            "没有安装 distributed，请先运行 uv sync --extra cluster · "
            "distributed is not installed; run: uv sync --extra cluster"
        ) from None
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError) as error:
        raise click.ClickException(
            f"连不上 Dask 调度器 {address} · cannot reach the dask scheduler at {address}: {error}"
        ) from None
    with client:
        yield client.get_executor(retries=0)


def _run(case, tasks, langs, executor) -> int:
    from tqdm import tqdm

    from ecolib import runner

    todo = sum(bool(task.why) for task in tasks)
    # No bar where stderr is a file: it would be written there again and again.
    with tqdm(total=todo, unit="nb", disable=None if todo else True, file=sys.stderr) as bar:

        def seen(outcome) -> None:
            bar.set_postfix_str(outcome.name, refresh=False)
            bar.update()
            _log(outcome)

        outcomes = runner.run(tasks, executor=executor, seen=seen)
    failed = [o for o in outcomes if o.status == "failed"]
    for outcome in failed:
        cell = "" if outcome.cell is None else f" [{outcome.cell}]"
        click.echo(f"✗ {outcome.name}{cell}: {outcome.error}", err=True)
    _show_reports(case.out, langs)
    return SOME_FAILED if failed else RAN


def _log(outcome) -> None:
    """What a notebook's libraries printed past it is a warning until somebody knows better."""
    log = logging.getLogger("ecolib.runner")
    log.info("%s: %s, %.1f s", outcome.name, outcome.status, outcome.seconds)
    if outcome.log:
        log.warning("%s: %s", outcome.name, outcome.log)


def _show_reports(out: Path, langs) -> None:
    for path in (out / f"report.{lang}.html" for lang in langs):
        if path.is_file():
            _show(path)


def _show(path: Path) -> None:
    here = path.is_relative_to(Path.cwd())
    click.echo(path.relative_to(Path.cwd()) if here else path)


@cli.command("list")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh")
def list_(lang) -> None:
    """列出全部指标 · List the indicators."""
    from ecolib.indicators.catalogue import KINDS, indicators

    for entry in indicators().values():
        kind = KINDS[entry.kind][0 if lang == "zh" else 1]
        words = entry.words(lang)
        target = entry.target.text(lang, unit=entry.unit)
        click.echo(f"{entry.number:>4}  {entry.id:28} {words.title} [{kind}] {target}")


@cli.command()
@click.argument("county")
@click.argument("year", type=int)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh")
def check(county, year, lang) -> None:
    """只检查数据 · Validate the data without running anything."""
    from ecolib.assess.case import open_case

    case = open_case(county, year)
    issues = case.issues()
    for issue in issues:
        click.echo(f"{issue.severity:8} {issue.source}: {issue.text(lang)}")
    files = case.files()
    read, used, refused = (int(files[c].sum()) for c in ("read", "used", "refused"))
    click.echo(
        f"读入 {read} 行 = 采用 {used} 行 + 拒收 {refused} 行"
        if lang == "zh"
        else f"{read} rows read = {used} used + {refused} refused"
    )
    sys.exit(1 if any(i.severity == "error" for i in issues) else 0)


@cli.command()
@click.argument("county")
@click.argument("year", type=int)
@click.option(
    "--merge",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="归档各单位交回的填报表 · file the workbooks that came back",
)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh")
def collect(county, year, merge, lang) -> None:
    """给各单位发填报表，收回归档 · Write a workbook for each bureau; file what comes back."""
    from ecolib.assess.case import open_case
    from ecolib.collect import write_templates

    case = open_case(county, year)
    if merge is not None:
        sys.exit(_file_returned(case, merge, lang))
    for path in write_templates(case, lang=lang):
        _show(path)


def _file_returned(case, folder: Path, lang: str) -> int:
    from ecolib.collect import file_returned, outstanding
    from ecolib.collect.told import next_step, outcome_text, outstanding_text

    outcomes = file_returned(case, folder)
    for outcome in outcomes:
        click.echo(outcome_text(outcome, case, lang), err=outcome.status == "refused")
    for state in outstanding(case):
        if not state.returned or state.empty:
            click.echo(outstanding_text(state, case, lang))
    if any(o.status == "filed" for o in outcomes):
        click.echo(next_step(case, lang))
    return SOME_FAILED if any(o.status == "refused" for o in outcomes) else RAN


@cli.command()
@click.argument("county")
@click.argument("year", type=int)
@click.option(
    "--all-years", is_flag=True, help="也核查其他年份的结论 · claims about other years too"
)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh")
def audit(county, year, all_years, lang) -> None:
    """核查文件中印出的结论 · Hold what the county's document prints against the figures."""
    from ecolib.assess.case import open_case
    from ecolib.checks.audit import audit as audited
    from ecolib.report.words import FINDINGS, pick

    found = audited(open_case(county, year), all_years=all_years)
    for finding, (mark, words) in FINDINGS.items():
        rows = found[found["finding"] == finding]
        click.echo(f"\n{mark} {pick(words, lang)} ({len(rows)})")
        for row in rows.itertuples():
            told = row.explanation_zh if lang == "zh" else row.explanation_en
            click.echo(
                f"  {row.number:>4} {row.year}  {row.claim}（{row.position}）\n       {told}"
            )


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def lab(options) -> None:
    """在 JupyterLab 里打开笔记本 · Open the notebooks in JupyterLab (its own options may follow)."""
    import subprocess
    from importlib.util import find_spec

    if find_spec("jupyterlab") is None:
        raise click.ClickException(
            "没有安装 JupyterLab，请先运行 uv sync --extra lab · "
            "JupyterLab is not installed; run: uv sync --extra lab"
        )
    start = "notebooks/00_start_here.ipynb"
    command = [sys.executable, "-m", "jupyterlab", start, *options]
    sys.exit(subprocess.call(command, cwd=project_root()))
