"""Rows checked against the data dictionary: what fits is kept, what does not is listed.

A wrong cell becomes missing; a row is refused only when a cell it cannot do without is wrong.
Nothing is repaired silently, and rows read = rows used + rows refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Annotated, Any

import pandas as pd
from pydantic import BeforeValidator, TypeAdapter, ValidationError, create_model

from ecolib.errors import near
from ecolib.readers.sheet import Sheet, is_blank
from ecolib.tables.cells import PARSERS
from ecolib.tables.dictionary import Column, Table, convert
from ecolib.tables.ids import VERSION, column_by_id, is_for_people, is_input, newer_id


@dataclass(frozen=True)
class Issue:
    """One remark on the data, placed to the cell; `severity` is error, warning or note."""

    file: str
    sheet: str
    cell: str
    column: str
    rule: str
    severity: str
    value: str
    message_zh: str
    message_en: str

    def text(self, lang: str) -> str:
        return self.message_zh if lang == "zh" else self.message_en

    def asdict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Checked:
    """The rows that fit, the remarks, and per sheet the rows read = used + refused."""

    rows: pd.DataFrame
    issues: tuple[Issue, ...]
    counts: pd.DataFrame

    @property
    def read(self) -> int:
        return int(self.counts["read"].sum())

    @property
    def refused(self) -> int:
        return int(self.counts["refused"].sum())


COUNTS = ["file", "sheet", "table", "read", "used", "refused"]


def gather(table: Table, checked: Sequence[Checked]) -> Checked:
    """Several sheets of one table as one; what a later folder restates is used as restated."""
    columns = [*_columns(table), "file", "sheet", "row", "handed_in"]
    frames = [c.rows for c in checked if len(c.rows)]
    rows = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
    issues = [issue for c in checked for issue in c.issues]
    # Items are left alone: a figure without a year is of its folder's year, see `figures`.
    if table.key and table.name != "items":
        rows = _latest(rows, table, issues)
    counts = [c.counts for c in checked]
    joined = pd.concat(counts, ignore_index=True) if counts else pd.DataFrame(columns=COUNTS)
    return Checked(rows, tuple(issues), joined)


def _latest(rows: pd.DataFrame, table: Table, issues: list[Issue]) -> pd.DataFrame:
    """One row a key, the one handed in last; a row that says something else is listed."""
    key = list(table.key)
    rows = rows.sort_values("handed_in", kind="stable")
    kept = rows.drop_duplicates(key, keep="last")
    earlier = rows.drop(kept.index)
    said = [c.name for c in table.columns if c.name not in (*key, "unit", "position", "note")]
    pairs = earlier.merge(kept, on=key, suffixes=("_before", ""))
    same = pd.Series(True, index=pairs.index)
    for name in said:
        old, new = pairs[f"{name}_before"], pairs[name]
        same &= (old == new) | (old.isna() & new.isna())
    for pair in pairs[~same].itertuples():
        shown = "、".join(str(getattr(pair, k)) for k in key)
        issues.append(
            Issue(
                pair.file,
                pair.sheet,
                f"A{pair.row}",
                "",
                "restated",
                "warning",
                shown,
                f"{shown} 已在 {pair.file_before} 中填报，内容不同，采用后填报的一行",
                f"{shown} was handed in otherwise in {pair.file_before}; the later row is used",
            )
        )
    return kept.sort_index()


def validate(
    sheet: Sheet,
    table: Table,
    *,
    known: Mapping[str, Collection[str]],
    unit_of: Mapping[str, str],
) -> Checked:
    """Check one sheet against its table.

    Parameters
    ----------
    known
        For the column types "item" and "indicator", the codes that exist; under "item titles" and
        "indicator titles", the codes by the names that people write instead.
    unit_of
        The unit each item is kept in; figures in another unit of its kind are converted.
    """
    issues: list[Issue] = []
    places = _match_header(sheet, table, issues)
    handed_in = _filled_in(sheet, places)
    usable = {c for c in table.columns if c.required} <= places.keys()
    model = _model(table.name, table)
    rows = []
    for number, cells in handed_in if usable else ():
        raw = {c.name: cells[i] if i < len(cells) else None for c, i in places.items()}
        row = _check_row(raw, model, table, known, _Reporter(sheet, number, places, issues))
        if row is None:
            continue
        _to_kept_unit(row, raw, unit_of, table, _Reporter(sheet, number, places, issues))
        rows.append(row | {"file": sheet.file, "sheet": sheet.name, "row": number})
    frame = pd.DataFrame(rows, columns=[*_columns(table), "file", "sheet", "row"])
    frame = _refuse_repeats(frame, table, sheet, issues)
    read, used = len(handed_in), len(frame)
    counts = pd.DataFrame([(sheet.file, sheet.name, table.name, read, used, read - used)])
    return Checked(frame, tuple(issues), counts.set_axis(COUNTS, axis=1))


@dataclass(frozen=True)
class _Reporter:
    sheet: Sheet
    number: int
    places: Mapping[Column, int]
    issues: list[Issue]

    def __call__(self, column: Column, rule: str, severity: str, value: Any, zh: str, en: str):
        cell = self.sheet.cell(self.number, self.places[column]) if column in self.places else ""
        shown = "" if value is None else str(value)
        self.issues.append(
            Issue(self.sheet.file, self.sheet.name, cell, column.zh, rule, severity, shown, zh, en)
        )


def _columns(table: Table) -> list[str]:
    names = [c.name for c in table.columns]
    return [*names, "printed"] if "value" in names else names


def _match_header(sheet: Sheet, table: Table, issues: list[Issue]) -> dict[Column, int]:
    """Where each column stands, by its id or else its heading; what is no column is told."""
    if (newer := newer_id(sheet)) is not None:
        issues.append(_newer_template(sheet, newer))
        return {}
    width = max(len(sheet.header), len(sheet.ids))
    header = [*sheet.header, *[""] * (width - len(sheet.header))]
    by_id = {c: i for i in reversed(range(width)) if (c := column_by_id(sheet, i, table))}
    places = dict(by_id)
    for position, heading in enumerate(header):
        if position in by_id.values() or is_for_people(sheet, position):
            continue
        column = table.column(heading)
        if column is not None and column not in places:
            places[column] = position
        elif heading:
            issues.append(_unknown_column(sheet, table, position, heading))
    issues += [
        _missing_column(sheet, column)
        for column in table.columns
        if column.required and column not in places
    ]
    return places


def _filled_in(sheet: Sheet, places: Mapping[Column, int]) -> list[tuple[int, tuple]]:
    """The rows handed in: of a template, those in which the bureau filled in anything."""
    if not sheet.ids or not places:
        return list(sheet.rows)
    inputs = [i for i in places.values() if is_input(sheet, i)]
    return [
        (number, cells)
        for number, cells in sheet.rows
        if any(i < len(cells) and not is_blank(cells[i]) for i in inputs)
    ]


def _newer_template(sheet: Sheet, position: int) -> Issue:
    found = sheet.id_parts[position]
    return Issue(
        sheet.file,
        sheet.name,
        "",
        "",
        "template_version",
        "error",
        found[0],
        f"模板是第 {found[3]} 版，本程序只认识到第 {VERSION} 版，整张表未读取；请更新程序",
        f"the template is of edition {found[3]}, this program knows edition {VERSION}; "
        "the sheet was not read; update the program",
    )


def _unknown_column(sheet: Sheet, table: Table, position: int, heading: str) -> Issue:
    zh, en = near(heading, [n for c in table.columns for n in c.names()])
    return Issue(
        sheet.file,
        sheet.name,
        sheet.cell(sheet.header_row, position),
        heading,
        "unknown_column",
        "warning",
        heading,
        f"表“{table.zh}”没有“{heading}”这一列，未读取{zh}",
        f"table '{table.en}' has no column '{heading}'; it was not read{en}",
    )


def _missing_column(sheet: Sheet, column: Column) -> Issue:
    return Issue(
        sheet.file,
        sheet.name,
        "",
        column.zh,
        "missing_column",
        "error",
        "",
        f"缺少必需的列“{column.zh}”，整张表未采用",
        f"the required column '{column.en}' is missing; no row of the sheet was used",
    )


def _check_row(
    raw: dict, model: TypeAdapter, table: Table, known, report: _Reporter
) -> dict | None:
    """The typed row, or None when a required cell is wrong or empty."""
    by_name = {c.name: c for c in table.columns}
    wrong: set[str] = set()
    try:
        row = model.validate_python(raw, context=known).__dict__.copy()
    except ValidationError as error:
        for problem in error.errors():
            column = by_name[problem["loc"][0]]
            wrong.add(column.name)
            context = problem.get("ctx", {})
            report(
                column,
                problem["type"],
                "error",
                raw.get(column.name),
                context.get("zh", problem["msg"]),
                context.get("en", problem["msg"]),
            )
        kept = {name: value for name, value in raw.items() if name not in wrong}
        if any(by_name[name].required for name in wrong):
            return None
        row = model.validate_python(kept, context=known).__dict__.copy()
    for column in table.columns:
        if column.required and row.get(column.name) is None:
            report(
                column,
                "required",
                "error",
                None,
                f"“{column.zh}”不能为空",
                f"'{column.en}' must not be empty",
            )
            return None
    return row


def _to_kept_unit(row: dict, raw: dict, unit_of, table: Table, report: _Reporter) -> None:
    """Numbers into the unit they are kept in; the printed text stays as it was."""
    number = next((c for c in table.columns if c.type == "number"), None)
    unit = next((c for c in table.columns if c.type == "unit"), None)
    if number is None or unit is None or row.get(number.name) is None:
        if "value" in row:
            row["printed"] = None
        return
    if number.name == "value":
        row["printed"] = as_printed(raw["value"])
    kept = number.unit or unit_of.get(row.get("item", ""), row["unit"])
    value = convert(row[number.name], row["unit"], kept)
    if value is None:
        report(
            unit,
            "unit",
            "error",
            row["unit"],
            f"单位“{row['unit']}”换算不成“{kept}”，该数值未采用",
            f"'{row['unit']}' cannot be turned into '{kept}'; the figure was not used",
        )
    row[number.name] = value


def _refuse_repeats(frame: pd.DataFrame, table: Table, sheet: Sheet, issues: list[Issue]):
    if not table.key or frame.empty:
        return frame
    repeated = frame.duplicated(list(table.key), keep="first")
    for row in frame[repeated].itertuples():
        shown = "、".join(str(getattr(row, k)) for k in table.key if getattr(row, k) is not None)
        issues.append(
            Issue(
                sheet.file,
                sheet.name,
                sheet.cell(row.row, 0),
                "",
                "repeated",
                "error",
                shown,
                f"同一文件内重复（{shown}），只采用先出现的一行",
                f"repeated in the same file ({shown}); only the first row is used",
            )
        )
    return frame[~repeated]


def as_printed(value: Any) -> str:
    """The figure as the file shows it, so that its decimals are known."""
    return str(value).strip() if isinstance(value, str) else f"{value:.15g}"


@cache
def _model(name: str, table: Table) -> TypeAdapter:
    fields = {
        c.name: (Annotated[Any, BeforeValidator(PARSERS[c.type](c))], None) for c in table.columns
    }
    return TypeAdapter(create_model(name, **fields))
