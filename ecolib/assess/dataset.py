"""Results of many counties and years as one Parquet data set: five tables, a partition a year.

=========  =====================================================================================
results    one row an indicator or part: value, verdict, basis, target, change, trend
needs      what is missing, of whom, and whether a verdict hangs on it
notes      every remark by code: reasons of verdicts, doubts, remarks on data, printed claims that
           the figures contradict; `note` holds it with its arguments, to be worded in a language
series     the history behind each result, as it was known in the year
inputs     the figures of items submitted for the year, with their printed digits and their cell
=========  =====================================================================================

A county-year is worked out by itself into a *part*: its five tables as streams of Arrow, one behind
the other, and a checksum. Parts of any number of machines, put into one folder, give the same data
set, byte for byte. What it stands on is told in the metadata of each file under `ecolib`.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq

from ecolib.assess.absence import absences
from ecolib.assess.case import Case
from ecolib.assess.frames import RESULTS, results_rows, with_parts
from ecolib.assess.result import Result
from ecolib.checks.audit import audit_findings
from ecolib.data.figures import significant_digits
from ecolib.data.params import check_year
from ecolib.errors import DataError, several
from ecolib.files import project_root
from ecolib.texts import Note
from ecolib.trends.series import check_choice

#: Where the data set of a project lies, below its folder.
FOLDER = Path("outputs", "_province", "dataset")
#: Key of our entry in the metadata of a file.
KEY = b"ecolib"
#: How a part is written; threads would only cost more.
SMALL = pa.ipc.IpcWriteOptions(compression="zstd", use_threads=False)
#: Where in a row of results the year stands, which the name of the partition tells.
AT = list(RESULTS).index("year")
#: Bytes of a checksum (sha256) at the end of a part.
CHECK = 32

_TEXT, _WORD = pa.string(), pa.dictionary(pa.int32(), pa.string())
_YEAR, _COUNT, _NUMBER = pa.int16(), pa.int32(), pa.float64()
_ARROW = {str: _TEXT, int: _COUNT, float: _NUMBER}


def _schema(**columns: pa.DataType) -> pa.Schema:
    """A table of county-years; the year stands in the name of its partition."""
    return pa.schema({"county": _TEXT, **columns})


#: The columns of each table, without `year`. Values are in the unit of `unit`, a code of the data
#: dictionary; years are whole numbers; closed sets are codes of `texts/words.yml`.
TABLES: Mapping[str, pa.Schema] = {
    "results": pa.schema(
        {n: _ARROW[kind] for n, kind in RESULTS.items() if n != "year"}  # of the partition
    ),
    "needs": _schema(
        indicator=_TEXT, owner=_TEXT, kind=_TEXT, of=_TEXT, what=_TEXT, unit=_TEXT,
        needed_year=_YEAR, reason=_TEXT,
    ),
    "notes": _schema(
        indicator=_TEXT, role=_TEXT, rule=_TEXT, code=_TEXT, severity=_TEXT, effect=_TEXT,
        about=_TEXT, file=_TEXT, sheet=_TEXT, cell=_TEXT, note=_TEXT,
    ),
    "series": _schema(
        indicator=_TEXT, of_year=_YEAR, value=_NUMBER, rounding=_NUMBER, basis=_TEXT, low=_NUMBER,
        high=_NUMBER, coverage=_NUMBER, computed=_NUMBER, reported=_NUMBER,
    ),
    "inputs": _schema(
        item=_TEXT, of_year=_YEAR, printed=_TEXT, printed_unit=_TEXT, digits=_COUNT, value=_NUMBER,
        rounding=_NUMBER, undated=pa.bool_(), place=_TEXT, submitted=_YEAR, file=_TEXT, sheet=_TEXT,
        cell=_TEXT,
    ),
}  # fmt: skip
Rows = dict[str, list[tuple]]


# --- a county-year as rows ------------------------------------------------------------------------


def rows_of(case: Case) -> Rows:
    """Evaluate and audit a county-year; the rows of each table, without `county`."""
    results = case.evaluate_all()
    parts = [part for result in results for part, _ in with_parts(result)]
    remarks = (*absences(case), *case.issues())
    return {
        "results": [(*row[1:AT], *row[AT + 1 :]) for row in results_rows(results, case)],
        "needs": [row for result in results for row in _needs(result)],
        "notes": [*_notes(parts), *(_note(n, "", "data") for n in remarks), *_claims(case)],
        "series": [row for part in parts for row in _series(part)],
        "inputs": list(_inputs(case)),
    }


def rows_of_failure(problems: Iterable[Note]) -> Rows:
    """What is known of a county-year that could not be worked out: why."""
    return {name: [] for name in TABLES} | {"notes": [_note(p, "", "failure") for p in problems]}


def _needs(result: Result) -> Iterator[tuple]:
    for need, name in [(one, name) for one in result.needs for name in one.indicators]:
        what = need.what
        yield (name, need.owner, need.kind, what.kind, what.code, need.unit, need.year,
               need.reason)  # fmt: skip


def _notes(parts: Sequence[Result]) -> Iterator[tuple]:
    for part in parts:
        told = {
            "verdict": part.verdict.notes,
            "doubt": part.warnings,
            "remark": part.issues,
            "outlook": part.outlook,
        }
        for role, notes in told.items():
            yield from (_note(note, part.indicator, role) for note in notes)


def _claims(case: Case) -> Iterator[tuple]:
    """The printed claims of the year that something speaks against."""
    for found in audit_findings(case, all_years=False):
        if found.outcome == "contradicts":
            note = Note("reasons", reasons=found.notes, source=found.claim.position)
            yield _note(note, found.claim.entry.id, "claim", rule=found.rule)


def _note(note: Note, indicator: str, role: str, rule: str = "") -> tuple:
    source, effect = note.source, note.args.get("effect")
    saved = json.dumps(note.to_json(), ensure_ascii=False, separators=(",", ":"))
    return (indicator, role, rule or note.rule, note.code, note.severity, effect.code if effect else "", note.about,
            source.file, source.sheet, source.cell, saved)  # fmt: skip


def _series(result: Result) -> Iterator[tuple]:
    series = result.series
    if series is None:
        return
    names = ("value", "rounding", "low", "high", "coverage", "computed", "reported")
    for year, value, rounding, *more, basis in series.rows(*names):
        yield (result.indicator, year, value, rounding, basis, *more)


def _inputs(case: Case) -> Iterator[tuple]:
    for item, figures in sorted(case.submitted.figures.items()):
        for row in figures.rows:
            if row["year"] == case.year:
                printed = row["printed"]
                digits = significant_digits(printed) if printed else None
                yield (item, row["year"], printed, row["unit"], digits, row["value"],
                       row["rounding"], row["undated"], row["place"], row["submitted"],
                       row["file"], row["sheet"], row["cell"])  # fmt: skip


# --- a part ---------------------------------------------------------------------------------------


def encoded(county: str, rows: Rows, about: Mapping[str, Any]) -> bytes:
    """A county-year as bytes; `about` is plain data on what it stands on and how it ended."""
    buffer = io.BytesIO()
    for name, schema in TABLES.items():
        columns = zip(*rows[name], strict=True) if rows[name] else [()] * (len(schema) - 1)
        arrays = [[county] * len(rows[name]), *columns]
        arrays = [pa.array(c, field.type) for c, field in zip(arrays, schema, strict=True)]
        told = schema.with_metadata({KEY: json.dumps(about, sort_keys=True)})
        with pa.ipc.new_stream(buffer, told, options=SMALL) as stream:
            stream.write_table(pa.table(arrays, schema=told))
    data = buffer.getvalue()
    return data + hashlib.sha256(data).digest()


def about(data: bytes) -> dict[str, Any] | None:
    """What a part says of itself; None where it is not whole, or not of these tables."""
    if len(data) <= CHECK or hashlib.sha256(data[:-CHECK]).digest() != data[-CHECK:]:
        return None
    source = pa.BufferReader(data)
    begun = [[*pa.ipc.MessageReader.open_stream(source)][0] for _ in TABLES]
    schemas = [pa.ipc.read_schema(message) for message in begun]
    return json.loads(schemas[0].metadata[KEY]) if schemas == [*TABLES.values()] else None


def decoded(data: bytes) -> dict[str, pa.Table]:
    """The tables of a part that is whole."""
    source, alone = pa.BufferReader(data), pa.ipc.IpcReadOptions(use_threads=False)
    return {name: pa.ipc.open_stream(source, options=alone).read_all() for name in TABLES}


# --- the data set ---------------------------------------------------------------------------------


def partition(year: int, parts: Iterable[bytes], about: Mapping[str, Any]) -> dict[str, bytes]:
    """The files of a year by table, the parts in the order given."""
    tables = [decoded(data) for data in parts]
    files = {}
    for name, schema in TABLES.items():
        whole = pa.concat_tables([table[name] for table in tables]).combine_chunks()
        told = {"table": name, "year": year, **about}
        whole = whole.cast(schema).replace_schema_metadata({KEY: json.dumps(told, sort_keys=True)})
        buffer = io.BytesIO()
        pq.write_table(whole, buffer, compression="zstd")
        files[name] = buffer.getvalue()
    return files


def read(
    table: str,
    *,
    counties: Sequence[str] | str | None = None,
    years: Sequence[int] | int | None = None,
    folder: Path | str | None = None,
) -> pd.DataFrame:
    """A table of the data set, `county` and `year` first.

    Parameters
    ----------
    table
        One of `TABLES`.
    counties, years
        Only these, one or several; None for all.
    folder
        The data set; by default that of the project.

    Raises
    ------
    DataError
        When there is no data set, or it cannot be read.
    ParamsError
        For a table that is none of them, or what is no year.
    """
    check_choice("table", table, tuple(TABLES))
    source = _folder(folder) / table
    chosen = [] if counties is None else [("county", "in", several(counties))]
    if years is not None:
        chosen.append(("year", "in", [check_year(year) for year in several(years)]))
    of_year = pa.field("year", _YEAR)
    how = {
        "schema": TABLES[table].append(of_year),
        "partitioning": pads.partitioning(pa.schema([of_year]), flavor="hive"),
    }
    try:
        found = pq.read_table(source, filters=chosen or None, **how)
    except (OSError, pa.ArrowException) as error:
        raise DataError(Note("dataset.none", source=str(source), why=str(error))) from error
    frame = found.to_pandas()
    return frame[["county", "year", *(n for n in TABLES[table].names if n != "county")]]


def provenance(folder: Path | str | None = None) -> dict[str, Any]:
    """What the data set stands on, as its files say: library, versions and the state of the data of
    each county and year.

    Raises
    ------
    DataError
        When there is no data set.
    """
    told: dict[str, Any] = {}
    found = sorted((_folder(folder) / "results").glob("year=*/data.parquet"))
    for path in found:
        one = json.loads(pq.read_schema(path).metadata[KEY])
        told |= {name: one[name] for name in ("library", "versions")}
        for name in ("states", "failed"):
            told.setdefault(name, {})[one["year"]] = one[name]
    if not found:
        raise DataError(Note("dataset.none", source=str(_folder(folder)), why=""))
    return told


def _folder(folder: Path | str | None) -> Path:
    return project_root() / FOLDER if folder is None else project_root(folder)
