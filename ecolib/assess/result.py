"""What came out: one `Result` an indicator, saved as JSON so that reports only ever read it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pandas as pd

from ecolib.data import Issue
from ecolib.indicators.targets import Verdict
from ecolib.texts import Note, plain, restored

BASES = ("computed", "reported", "declared")


@dataclass(frozen=True)
class Change:
    """The value against an earlier year; `direction` is improving, worsening or stable."""

    year: int
    before: float
    difference: float
    direction: str


@dataclass(frozen=True)
class Trend:
    """The reading of a trend test on the history; `status` is one of the four trend words."""

    status: str
    n: int
    p: float
    slope: float
    slope_low: float
    slope_high: float
    method: str
    explain_zh: str
    explain_en: str

    def explain(self, lang: str) -> str:
        return self.explain_zh if lang == "zh" else self.explain_en


@dataclass(frozen=True)
class Result:
    """One indicator of one county and year.

    Attributes
    ----------
    series
        Columns year, value, basis, low, high: the history up to `year`.
    outlook_zh, outlook_en
        When the target is reached if the trend goes on; empty where that cannot be said.
    detail
        Intermediate tables: what decided.
    interval
        The 95 % confidence limits of the value where it comes from a sample, else None.
    provenance
        Every figure and document used, with file, sheet, cell and position.
    """

    indicator: str
    number: str
    county: str
    year: int
    unit: str
    verdict: Verdict
    value: float = math.nan
    basis: str = ""
    coverage: float = math.nan
    target_zh: str = ""
    target_en: str = ""
    series: pd.DataFrame = field(default_factory=pd.DataFrame)
    change: dict[str, Change] = field(default_factory=dict)
    trend: Trend | None = None
    outlook_zh: str = ""
    outlook_en: str = ""
    parts: tuple[Result, ...] = ()
    detail: dict[str, pd.DataFrame] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    interval: tuple[float, float] | None = None
    provenance: pd.DataFrame = field(default_factory=pd.DataFrame)

    def target(self, lang: str) -> str:
        return self.target_zh if lang == "zh" else self.target_en

    def outlook(self, lang: str) -> str:
        return self.outlook_zh if lang == "zh" else self.outlook_en

    @property
    def owner_parts(self) -> tuple[Result, ...]:
        """The parts of a group, or the result itself: what can be looked at one by one."""
        return self.parts or (self,)


def to_json(result: Result) -> str:
    """The result as JSON text; the same result always gives the same bytes."""
    return json.dumps(_plain(result), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def from_json(text: str) -> Result:
    return _result(json.loads(text))


def load(path: Path) -> Result:
    return from_json(path.read_text(encoding="utf-8"))


def _plain(result: Result) -> dict:
    data = {name: getattr(result, name) for name in result.__dataclass_fields__}
    data["verdict"] = asdict(result.verdict)
    data["value"], data["coverage"] = _number(result.value), _number(result.coverage)
    data["series"] = _frame(result.series)
    data["change"] = {k: _clean(asdict(c)) for k, c in result.change.items()}
    data["trend"] = None if result.trend is None else _clean(asdict(result.trend))
    data["parts"] = [_plain(part) for part in result.parts]
    data["detail"] = {name: _frame(table) for name, table in result.detail.items()}
    data["issues"] = [issue.asdict() for issue in result.issues]
    data["provenance"] = _frame(result.provenance)
    return data


def _result(data: dict) -> Result:
    return Result(
        **{
            **data,
            "verdict": Verdict(**data["verdict"]),
            "value": _back(data["value"]),
            "coverage": _back(data["coverage"]),
            "series": _unframe(data["series"]),
            "change": {k: Change(**_numbers(c, Change)) for k, c in data["change"].items()},
            "trend": Trend(**_numbers(data["trend"], Trend)) if data["trend"] else None,
            "parts": tuple(_result(part) for part in data["parts"]),
            "detail": {name: _unframe(table) for name, table in data["detail"].items()},
            "issues": tuple(Issue(**issue) for issue in data["issues"]),
            "interval": tuple(data["interval"]) if data["interval"] else None,
            "provenance": _unframe(data["provenance"]),
        }
    )


def _frame(table: pd.DataFrame) -> dict:
    cells = table.astype(object).where(table.notna(), None)
    return {
        "columns": [str(c) for c in table.columns],
        "rows": [[_cell(v) for v in row] for row in cells.itertuples(index=False, name=None)],
    }


def _unframe(data: dict) -> pd.DataFrame:
    rows = [[restored(v) if isinstance(v, dict | list) else v for v in row] for row in data["rows"]]
    return pd.DataFrame(rows, columns=data["columns"])


def _cell(value):
    if isinstance(value, Note | tuple):
        return plain(value)
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() else value.isoformat()
    if hasattr(value, "item"):
        value = value.item()
    return _number(value) if isinstance(value, float) else value


def _number(value: float) -> float | str | None:
    if math.isnan(value):
        return None
    return str(value) if math.isinf(value) else float(value)


def _clean(data: dict) -> dict:
    return {k: _number(v) if isinstance(v, float) else v for k, v in data.items()}


def _numbers(data: dict, kind: type) -> dict:
    floats = {n for n, f in kind.__dataclass_fields__.items() if f.type == "float"}
    return {k: _back(v) if k in floats else v for k, v in data.items()}


def _back(value: float | str | None) -> float:
    return math.nan if value is None else float(value)


def results_table(results: Iterable[Result]) -> pd.DataFrame:
    """`results.csv`: one row an indicator and part, in the order given."""
    from ecolib.indicators.catalogue import find

    rows = []
    for result in results:
        for each in (result, *result.parts):
            entry = find(each.indicator)
            change = {
                name: each.change[name].difference if name in each.change else math.nan
                for name in ("last_year", "base_year")
            }
            rows.append(
                {
                    "number": each.number,
                    "indicator": each.indicator,
                    "name_zh": entry.zh.title,
                    "name_en": entry.en.title,
                    "system": entry.system,
                    "kind": entry.kind,
                    "year": each.year,
                    "value": each.value,
                    "unit": each.unit,
                    "basis": each.basis,
                    "target_zh": each.target_zh,
                    "target_en": each.target_en,
                    "verdict": each.verdict.status,
                    "reason_zh": each.verdict.reason_zh,
                    "reason_en": each.verdict.reason_en,
                    "change_last_year": change["last_year"],
                    "change_base_year": change["base_year"],
                    "trend": each.trend.status if each.trend else "undetermined",
                    "p": each.trend.p if each.trend else math.nan,
                    "n": each.trend.n if each.trend else 0,
                    "coverage": each.coverage,
                    "owner": ";".join(entry.owner),
                }
            )
    return pd.DataFrame(rows)
