"""What the library gives for a county-year as plain data without wording, and where two such differ.

`uv run python tests/golden.py --write` writes the files of `tests/golden` anew. They may change only
with the reason in the commit. Sentences, labels and the tables of methods are left out: how a thing
is said is no result. Only the first part of this file knows the types of the library.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ecolib.assess.case import Case
from ecolib.assess.needs import needs
from ecolib.assess.opening import open_case
from ecolib.assess.result import Result
from ecolib.checks.audit import audit
from ecolib.texts import Note

COUNTY_YEARS = (
    *(("lianshan", year) for year in (2016, 2017, 2018, 2019, 2020)),
    *(("demo", year) for year in (2018, 2019, 2020)),
)
ROOT = Path(__file__).parents[1]
FOLDER = Path(__file__).parent / "golden"
#: Of numbers only the last bits may differ, as when the same sum is added up in another order.
TOLERANCE = 1e-12

# --- what the library gives -----------------------------------------------------------------------


def open_and_evaluate(county: str, year: int) -> tuple[Case, list[Result]]:
    case = open_case(county, year, root=ROOT)
    return case, case.evaluate_all()


def facts(case: Case, results: list[Result]) -> dict:
    """Everything of one county-year."""
    shown = [each for result in results for each in (result, *result.parts)]
    return {
        "indicators": {each.indicator: _indicator(each) for each in shown},
        "issues": _issues(case.issues()),
        "needs": [
            {
                "owner": need.owner,
                "kind": need.kind,
                "name": need.name("zh"),
                "unit": need.unit,
                "year": need.year,
                "reason": need.reason,
                "indicators": list(need.indicators),
            }
            for need in needs(results)
        ],
        "audit": _rows(audit(case)[_AUDIT]),
        "corrections": [
            {
                "do": done.correction.do,
                "file": done.file,
                "sheet": done.sheet,
                "row": done.row,
                "cell": done.cell,
                "column": done.column.name,
                "subjects": list(done.subjects),
                "was": done.was,
                "now": done.now,
                "unit": done.unit,
            }
            for done in case.corrections()
        ],
        "files": _rows(case.files()),
    }


def _indicator(result: Result) -> dict:
    return {
        "number": result.number,
        "unit": result.unit,
        "status": result.verdict.status,
        "value": _plain(result.value),
        "basis": result.basis,
        "coverage": _plain(result.coverage),
        "interval": result.interval and [_plain(end) for end in result.interval],
        "series": {
            str(row.pop("year")): row for row in _rows(result.frame().drop(columns="bound"))
        },
        "change": {
            name: {
                "year": change.year,
                "before": _plain(change.before),
                "difference": _plain(change.difference),
                "direction": change.direction,
            }
            for name, change in result.change.items()
        },
        "trend": result.trend
        and {name: _plain(getattr(result.trend, name)) for name in ("status", "n", *_TREND)},
        "outlook": bool(result.outlook),
        "bound": _bound(result),
        "detail": {
            name: _columns(table)
            for name, table in result.detail.items()
            if not name.endswith("_method")
        },
        "parts": [part.indicator for part in result.parts],
        "issues": _issues(result.issues),
        "warnings": [[doubt.code, doubt.args["effect"].code] for doubt in result.warnings],
        "lineage": [
            {
                **{name: value for name, value in row.items() if name != "notes"},
                "position": bool(row["position"]),
                "note": bool(row["note"] or row["notes"]),
            }
            for row in result.lineage
        ],
    }


_TREND = ("p", "slope", "slope_low", "slope_high", "method")
_AUDIT = ["number", "indicator", "year", "printed", "recomputed", "finding", "rule", "position"]


def _bound(result: Result) -> dict | None:
    if result.bound is None:
        return None
    pairs = zip(result.bound.years.tolist(), result.bound.values.tolist(), strict=True)
    by_year = {str(year): _plain(bound) for year, bound in pairs}
    return {"sign": result.bound.sign, "by_year": by_year}


def _issues(issues: tuple[Note, ...]) -> list[dict]:
    """Sorted, as nothing hangs on their order; a column that is called by its name, by its code."""
    rows = [
        {
            "rule": issue.rule,
            "severity": issue.severity,
            "file": issue.source.file,
            "sheet": issue.source.sheet,
            "cell": issue.source.cell,
            "column": issue.about.rpartition(".")[2],
            "value": issue.args["shown"],
        }
        for issue in issues
    ]
    return sorted(rows, key=_line)


# --- as plain data --------------------------------------------------------------------------------


def _columns(table: pd.DataFrame) -> dict[str, list]:
    """A table by column, without those that word something."""
    return {
        str(name): [_plain(value) for value in table[name]]
        for name in table.columns
        if not _is_wording(str(name)) and not any(isinstance(v, Note | tuple) for v in table[name])
    }


def _is_wording(column: str) -> bool:
    return column in ("zh", "en", "class_name", "reason", "note") or column.endswith(("_zh", "_en"))


def _rows(table: pd.DataFrame) -> list[dict]:
    columns = _columns(table)
    return [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]


def _plain(value: object) -> object:
    """A cell as JSON can say it: no NaN, no infinity, dates as text."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat().removesuffix("T00:00:00")
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, float) and not math.isfinite(plain):
        return None if math.isnan(plain) else str(plain)
    return plain


# --- as files -------------------------------------------------------------------------------------


def name_of(county: str, year: int) -> str:
    return f"{county}-{year}"


def load(county: str, year: int) -> dict:
    path = FOLDER / f"{name_of(county, year)}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def write(county: str, year: int, found: dict) -> None:
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name_of(county, year)}.json"
    path.write_text(_text(found) + "\n", encoding="utf-8", newline="\n")


def _text(data: object) -> str:
    """JSON with sorted keys; what holds no further containers stands on one line."""
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    if not any(isinstance(each, dict | list) for each in inner):
        return _line(data)
    if isinstance(data, dict):
        lines = (f"{_line(key)}: {_text(data[key])}" for key in sorted(data))
        return "{\n" + ",\n".join(lines) + "\n}"
    return "[\n" + ",\n".join(map(_text, data)) + "\n]"


def _line(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, allow_nan=False)


# --- compared -------------------------------------------------------------------------------------


def differences(path: str, golden: object, found: object) -> Iterator[str]:
    """Every difference of two results with its place: `demo-2020/eco_plan/value: 1.0 -> 2.0`."""
    match golden, found:
        case dict(), dict():
            for key in sorted({*golden, *found}):
                if key not in found:
                    yield f"{path}/{key}: gone, was {_short(golden[key])}"
                elif key not in golden:
                    yield f"{path}/{key}: new, {_short(found[key])}"
                else:
                    yield from differences(f"{path}/{key}", golden[key], found[key])
        case list(), list() if any(isinstance(each, dict) for each in (*golden, *found)):
            yield from _differing_rows(path, golden, found)
        case list(), list():
            if len(golden) != len(found):
                yield f"{path}: {len(golden)} -> {len(found)} values"
            for i, (before, now) in enumerate(zip(golden, found, strict=False)):
                yield from differences(f"{path}/{i}", before, now)
        case _:
            if not _same(golden, found):
                yield f"{path}: {_short(golden)} -> {_short(found)}"


def _differing_rows(path: str, golden: list, found: list) -> Iterator[str]:
    before, now = ([_line(_whole(row)) for row in rows] for rows in (golden, found))
    gone, new = Counter(before) - Counter(now), Counter(now) - Counter(before)
    yield from (f"{path}: gone {row}" for row in gone.elements())
    yield from (f"{path}: new {row}" for row in new.elements())
    if not gone and not new and before != now:
        yield f"{path}: the same rows in another order"


def _whole(row: object) -> object:
    """A row whose whole numbers are so written, whichever way they were kept."""
    if not isinstance(row, dict):
        return row
    return {k: int(v) if isinstance(v, float) and v.is_integer() else v for k, v in row.items()}


def _same(golden: object, found: object) -> bool:
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (golden, found))
    if numbers:
        return math.isclose(golden, found, rel_tol=TOLERANCE)
    return type(golden) is type(found) and golden == found


def _short(data: object) -> str:
    line = _line(data)
    return line if len(line) <= 80 else line[:79] + "…"


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    for county, year in COUNTY_YEARS:
        write(county, year, facts(*open_and_evaluate(county, year)))
        print(name_of(county, year))
