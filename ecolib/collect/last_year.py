"""What a unit handed in for the year before, as words beside the cells it fills in now."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ecolib.collect import words
from ecolib.collect.form import Round, heading
from ecolib.data import Column, Table, units


def unit_name(unit: str, lang: str) -> str:
    """A unit as people write it; one without a name, such as that of an index, by its code."""
    entry = units()[unit]
    return (entry.zh if lang == "zh" else entry.en) or unit


def last_figures(asking: Round, item: str) -> dict[str, object]:
    """By place ("" the whole county), the row of the items table that held for the year before."""
    rows = asking.before.table("items")
    rows = rows[(rows["item"] == item) & rows["value"].notna()]
    year = rows["year"].fillna(rows["submitted"])
    rows = rows[year == asking.before.year].sort_values("submitted", kind="stable")
    return {"" if pd.isna(row.place) else row.place: row for row in rows.itertuples()}


def figure_text(row, lang: str) -> str:
    """The figure as it was printed, with its unit."""
    return f"{row.printed} {unit_name(row.unit, lang)}".strip()


def last_rows(asking: Round, table: Table) -> pd.DataFrame:
    """The rows of a yearly table that were of the year before."""
    rows = asking.before.table(table.name)
    return rows[rows["year"] == asking.before.year]


def described(row: pd.Series, columns: Iterable[Column], lang: str) -> str:
    """The cells of a row in one text, `面积 21640.5 公顷；性质 水源涵养`."""
    parts = []
    for column in columns:
        value = row[column.name]
        if column.type == "unit" or pd.isna(value):
            continue
        unit = f" {unit_name(column.unit, lang)}" if column.unit else ""
        parts.append(f"{heading(column, lang)} {shown(column, value, lang)}{unit}")
    return ("；" if lang == "zh" else "; ").join(parts)


def shown(column: Column, value: object, lang: str) -> str:
    """A kept value as people write it."""
    if column.type == "number":
        return f"{value:.10g}"
    kept = {code: label for label, code in column.choices(lang).items()}
    return kept.get(value, str(value))


def document_text(asking: Round, rows: pd.DataFrame) -> str:
    """The document that spoke for the year before, of the rows on one requirement."""
    ends = rows["valid_to"].astype(float)
    standing = rows["year"].isna() & ~(ends < asking.before.year)
    spoke = rows[(rows["year"].astype(float) == asking.before.year) | standing]
    if spoke.empty:
        return ""
    row = spoke.sort_values(["year", "submitted"], na_position="first", kind="stable").iloc[-1]
    lang = asking.lang
    holds = words.YES_NO[0 if lang == "zh" else 1][0 if row["holds"] else 1]
    told = (row["title"], row["number"], row["date"])
    parts = [str(part) for part in told if not pd.isna(part)] or [str(row["statement"])]
    joined = ("，" if lang == "zh" else ", ").join([holds, *parts])
    return joined + (words.say(words.STANDING, lang) if pd.isna(row["year"]) else "")
