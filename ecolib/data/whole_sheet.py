"""What can be said only of a sheet as a whole: repeated rows, years out of place, how it was read."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ecolib.data.dictionary import Column, Table
from ecolib.data.issues import Issue
from ecolib.data.readers.sheet import Percent, Sheet

#: Tables that speak of other years by their nature: claims of goals to come.
OF_ANY_YEAR = ("claims",)


def repeats(frame: pd.DataFrame, table: Table, sheet: Sheet) -> tuple[pd.Series, list[Issue]]:
    """Which rows have the key of an earlier one, and the remarks on them."""
    if not table.key or frame.empty:
        return pd.Series(False, index=frame.index), []
    repeated = frame.duplicated(list(table.key), keep="first")
    issues = []
    for row in frame[repeated].itertuples():
        shown = "、".join(str(getattr(row, k)) for k in table.key if getattr(row, k) is not None)
        zh = f"同一文件内重复（{shown}），只采用先出现的一行"
        en = f"repeated in the same file ({shown}); only the first row is used"
        cell = sheet.cell(row.row, 0)
        issues.append(
            Issue(sheet.file, sheet.name, cell, "", "repeated", "error", shown, zh, en)
        )  # fmt: skip
    return repeated, issues


def remarks_of(sheet: Sheet, frame: pd.DataFrame, places: Mapping[Column, int]) -> list[Issue]:
    """Notes on what was read otherwise than the page shows it."""
    notes = [
        Issue(sheet.file, sheet.name, r.cell, "", r.rule, "note", r.value, r.zh, r.en)
        for r in sheet.remarks
    ]
    used = dict(zip(frame["row"], frame.index, strict=True))
    for column, position in places.items():
        if column.type != "number":
            continue
        shown = [
            number
            for number, cells in sheet.rows
            if position < len(cells)
            and isinstance(cells[position], Percent)
            and number in used
            and pd.notna(frame.at[used[number], column.name])
        ]
        if shown:
            notes.append(_as_percent(sheet, column, position, shown))
    return notes


def _as_percent(sheet: Sheet, column: Column, position: int, rows: list[int]) -> Issue:
    count, cell = len(rows), sheet.cell(rows[0], position)
    return Issue(
        sheet.file,
        sheet.name,
        cell,
        column.zh,
        "percent",
        "note",
        str(count),
        f"有 {count} 个单元格（自 {cell} 起）显示为百分数，已按显示的 % 读取",
        f"read in % as shown: cells formatted as percentages, {count} from {cell} on",
    )


def years_outside(
    sheet: Sheet, table: Table, frame: pd.DataFrame, places: Mapping[Column, int], handed_in: int
) -> list[Issue]:
    """Warnings of years after the folder's, and of days in another year than the folder's."""
    issues: list[Issue] = []
    if table.name in OF_ANY_YEAR:
        return issues
    for column, position in places.items():
        dated = column.type in ("date", "time")
        if not dated and (column.type, column.name) != ("year", "year"):
            continue
        given = frame[column.name].dropna()
        if dated:
            # The hour that ends at midnight of New Year belongs to the old year.
            moments = pd.to_datetime(given) - pd.Timedelta(
                seconds=1 if column.type == "time" else 0
            )
            outside = moments.dt.year != handed_in
        else:
            outside = given.astype(int) > handed_in
        if outside.any():
            first = frame.loc[outside[outside].index[0]]
            cell = sheet.cell(int(first["row"]), position)
            issues.append(_outside(sheet, column, cell, first[column.name], outside, handed_in))
    return issues


def _outside(sheet: Sheet, column: Column, cell: str, first, outside, handed_in: int) -> Issue:
    count = int(outside.sum())
    shown = str(first).removesuffix(" 00:00:00") if column.type != "year" else f"{first:.0f}"
    return Issue(
        sheet.file,
        sheet.name,
        cell,
        column.zh,
        "outside_year",
        "warning",
        shown,
        f"{handed_in} 年的文件夹里有 {count} 行不是该年的（首个为 {shown}），请核对年份或文件夹",
        f"rows of another year in the folder of {handed_in}: {count}, the first {shown}; "
        "check the year or the folder",
    )
