"""Figures of a row: percentages, merged cells, units and what a quantity can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ecolib.data.dictionary import Column, Table, convert, units
from ecolib.data.numbers import Share, as_printed

#: Reports a fault of a column: (column, rule, severity, value, zh, en).
Report = Callable[[Column, str, str, object, str, str], None]


def settle(row: dict, raw: dict, table: Table, unit_of: Mapping[str, str], report: Report) -> None:
    """Bring the numbers of a row into the units they are kept in; what cannot be is missing.

    `raw` holds the cells as they were read; what they showed stays as `printed`.
    """
    number = next((c for c in table.columns if c.type == "number"), None)
    unit = next((c for c in table.columns if c.type == "unit"), None)
    paired = number if unit is not None else None
    if "value" in raw:
        row["printed"] = None if row["value"] is None else as_printed(raw["value"])
    for column in table.columns:
        if isinstance(row.get(column.name), Share):
            shares = column is paired and units()[row["unit"]].dimension == "share"
            row[column.name] = float(row[column.name]) if shares else _no_share(column, raw, report)
    if paired is not None and row[paired.name] is not None:
        row[paired.name] = _kept(row, paired, unit, unit_of, report)


def _no_share(column: Column, raw: dict, report: Report) -> None:
    shown = as_printed(raw[column.name])
    report(
        column,
        "percent",
        "error",
        shown,
        f"“{shown}”是百分数，而这里的单位不是 %，该数值未采用；请改正数值或单位",
        f"'{shown}' is a percentage, but the unit here is not %; the figure was not used; "
        "mend the figure or the unit",
    )


def _kept(row: dict, number: Column, unit: Column, unit_of: Mapping, report: Report):
    """The figure in its kept unit; None when it cannot be one."""
    item = row.get("item") or ""
    kept = number.unit or unit_of.get(item, row["unit"])
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
        return None
    least = units()[kept].min
    if least is not None and value < least:
        report(
            number,
            "range",
            "error",
            row[number.name],
            f"数量不能小于 {least:g}，该数值未采用",
            f"an amount cannot be below {least:g}; the figure was not used",
        )
        return None
    # A decline may be negative: things got worse.
    if kept == "%" and not item.endswith("_decline") and not 0 <= value <= 100:
        report(
            number,
            "share",
            "warning",
            row[number.name],
            "比例一般在 0—100 % 之间，请核对",
            "a share is within 0 to 100 %; please check",
        )
    return value
