"""All that was saved of one county and year, read back for the annual summary.

The summary computes no indicator: it reads each `result.json`, and says of which indicators there
is none, with the cell and the traceback when a notebook failed.
"""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess.frames import results_table
from ecolib.assess.result import Result, load
from ecolib.checks.audit import COLUMNS
from ecolib.data.listing import issue_row
from ecolib.data.readers import shown_name
from ecolib.files import DAMAGED, file_hash, keep, read_json
from ecolib.indicators.catalogue import Indicator

if TYPE_CHECKING:
    from ecolib.assess.case import Case

#: For people, and the same for the summary.
AUDIT, AUDIT_DATA = "audit.csv", "audit.json"
#: How many years a report looks back.
EARLIER = 5
#: The columns of `issues.csv`.
ISSUES = (
    "file", "sheet", "cell", "column", "rule", "severity", "value", "message_zh", "message_en",
)  # fmt: skip


#: How a formula begins; a signed number is none.
FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
NUMBER = re.compile(r"[+-]?[\d.]+([eE][+-]?\d+)?")


@dataclass(frozen=True)
class Failure:
    """A notebook that did not come to its end, or a saved file that cannot be read.

    `cell` is empty when no cell is to blame; `damaged` names the file that cannot be read.
    """

    entry: Indicator
    cell: str = ""
    error: str = ""
    traceback: str = ""
    damaged: str = ""


@dataclass(frozen=True)
class Annual:
    """One county and year as saved: results in the order of the list, and what is not there."""

    case: Case
    results: tuple[Result, ...]
    failures: tuple[Failure, ...]
    fingerprints: dict[str, str]

    @property
    def unsaved(self) -> tuple[Indicator, ...]:
        """The indicators without a saved result, whatever the reason."""
        saved = {result.indicator for result in self.results}
        return tuple(entry for entry in self.case.list.top_level if entry.id not in saved)

    @cached_property
    def earlier(self) -> Mapping[int, tuple[Result, ...]]:
        """The results of the years before by the list and rules of each, the latest last."""
        return earlier(self.case)

    @cached_property
    def claims(self) -> pd.DataFrame:
        """Every printed claim with what was found, as the data audit saved it (`save_audit`)."""
        saved = _saved_audit(self.case.out / AUDIT_DATA)
        return self.case.audited() if saved is None else saved

    @cached_property
    def table(self) -> pd.DataFrame:
        """`results.csv`: one row an indicator and part."""
        table = results_table(self.results, self.case)
        of = table["group"].where(table["group"] != "", table["indicator"])
        return table.assign(fingerprint=[self.fingerprints.get(name, "") for name in of])


def earlier(case: Case) -> Mapping[int, tuple[Result, ...]]:
    """The results of the last `EARLIER` years before the year of a case in which anything was
    submitted, as they were known then."""
    return {year: tuple(case.in_year(year).evaluate_all()) for year in years_before(case)}


def years_before(case: Case) -> list[int]:
    """The last `EARLIER` years before the year of a case in which anything was submitted."""
    return sorted({year for year, _ in case.raw_files if year < case.year})[-EARLIER:]


def load_annual(case: Case) -> Annual:
    """Read what the indicators' notebooks saved under `outputs/`; nothing is computed."""
    results, failures, prints = [], [], {}
    for entry in case.list.top_level:
        folder = case.out / "indicators" / entry.id
        record, *damaged = _read(folder / "run.json", _record, entry)
        result, *unread = _read(folder / "result.json", load, entry)
        results += [] if result is None else [result]
        told = {name: str(value) for name, value in (record or {}).items() if value is not None}
        if told.get("status") == "failed":
            why = (told.get(name, "") for name in ("cell", "error", "traceback"))
            failures.append(Failure(entry, *why))
        failures += damaged + unread
        prints[entry.id] = told.get("fingerprint", "")
    return Annual(case, tuple(results), tuple(failures), prints)


def save_tables(annual: Annual) -> Path:
    """Write `results.csv` and `issues.csv`; returns their folder.

    UTF-8 with a byte order mark, so that Excel on a Chinese Windows shows the characters.
    """
    folder = annual.case.report_folder
    issues = pd.DataFrame([issue_row(note) for note in annual.case.issues()], columns=list(ISSUES))
    write_table(annual.table, folder / "results.csv")
    write_table(issues, folder / "issues.csv")
    return folder


def save_audit(case: Case) -> pd.DataFrame:
    """Hold every claim against the data, write what was found, and return it."""
    found = case.audited()
    write_table(found, case.report_folder / AUDIT)
    rows = json.dumps(found.to_dict("split")["data"], ensure_ascii=False, indent=0)
    keep(case.report_folder / AUDIT_DATA, rows + "\n")
    return found


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a CSV file for Excel: marked as UTF-8, and no text in it runs as a formula."""
    keep(path, inert_csv(table), "utf-8-sig")


def inert_csv(table: pd.DataFrame, **options) -> str:
    """A table as CSV of which Excel runs no text, nor a heading, as a formula."""
    inert = table.map(_inert).rename(columns=_inert)
    return inert.to_csv(index=False, lineterminator="\n", **options)


def _saved_audit(path: Path) -> pd.DataFrame | None:
    """What `save_audit` wrote; None when it is not there, of another version, or was damaged."""
    with suppress(*DAMAGED):
        return pd.DataFrame(read_json(path), columns=list(COLUMNS)).astype({"year": int})
    return None


def _inert(cell: object) -> object:
    """A text that Excel would run as a formula gets an apostrophe; a negative number is none."""
    runs = isinstance(cell, str) and FORMULA.match(cell) and not NUMBER.fullmatch(cell)
    return f"'{cell}" if runs else cell


def input_files(case: Case) -> pd.DataFrame:
    """Every file read: its sheets' rows read, used and refused, and its sha256."""
    counted = case.files().groupby("file", sort=False)[["read", "used", "refused"]].sum()
    paths = [path for _, path in case.raw_files]
    names = [shown_name(path, case.root) for path in paths]
    # A file that holds no known table was read for nothing; it stands here with no rows used.
    found = counted.reindex(names, fill_value=0).rename_axis("file").reset_index()
    return found.assign(sha256=[case.data.file(path).sha256 for path in paths])


def parameter_files(case: Case) -> pd.DataFrame:
    """The parameter files of the case, its corrections among them, and their sha256."""
    names = ["params/defaults.yml", f"params/{case.county}.yml"]
    # A list that this library carries is no file of the project.
    lists = [p for p in case.list.files if p.is_relative_to(case.root)]
    names += [path.relative_to(case.root).as_posix() for path in lists]
    corrections = f"data/{case.county}/corrections.yml"
    names += [corrections] if (case.root / corrections).is_file() else []
    return pd.DataFrame({"file": names, "sha256": [file_hash(case.root / n) for n in names]})


def _read(path: Path, reader: Callable, entry: Indicator) -> tuple:
    """What the reader makes of a file, None when there is none; and the failure it met."""
    try:
        return (reader(path) if path.is_file() else None,)
    except DAMAGED:
        # A file cut short or from an older version must not take the whole report down.
        return None, Failure(entry, traceback=traceback.format_exc(limit=0), damaged=path.name)


def _record(path: Path) -> dict:
    record = read_json(path)
    if not isinstance(record, dict):
        raise TypeError("the record of a run must be a mapping")
    return record
