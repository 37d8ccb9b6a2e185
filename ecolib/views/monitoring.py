"""What has to be said beside figures from raw monitoring data: remarks of the year, the method."""

from __future__ import annotations

import math

import pandas as pd

from ecolib.assess.result import Result
from ecolib.report.words import pick
from ecolib.texts import name_of
from ecolib.views.output import Html, element


def subheading(zh: str, en: str, name: str, lang: str) -> Html:
    """A heading (h3) within a section, that can be jumped to."""
    return element("h3", pick((zh, en), lang), id=name)


def detail_of(result: Result, name: str) -> pd.DataFrame:
    """A table of the result or of the first part that has it; empty where there is none."""
    for part in result.owner_parts:
        if len(part.detail.get(name, ())):
            return part.detail[name]
    return pd.DataFrame()


def remarks(result: Result, lang: str) -> list[Html]:
    """Gaps, invalid data and assumptions of the year, as sentences."""
    tables = [
        p.detail["monitoring_notes"] for p in result.owner_parts if "monitoring_notes" in p.detail
    ]
    said = [
        note.text(lang)
        for notes in tables
        for note in notes.loc[notes["year"] == result.year, "note"]
    ]
    if not said:
        return []
    title = subheading("监测数据说明", "Remarks on the monitoring data", "monitoring-notes", lang)
    items = [element("li", sentence) for sentence in dict.fromkeys(said)]
    return [title, element("ul", *items, class_="remarks")]


def method(result: Result, names: tuple[str, ...], lang: str) -> list[Html]:
    """The rules applied where a standard leaves a choice, folded."""
    tables = [detail_of(result, name) for name in names]
    said = [sentence for table in tables if len(table) for sentence in sentences_of(table, lang)]
    if not said:
        return []
    items = [element("li", sentence) for sentence in dict.fromkeys(said)]
    summary = element("summary", pick(("评价方法与取舍", "Method and choices made"), lang))
    return [element("details", summary, element("ul", *items, class_="remarks"))]


def sentences_of(table: pd.DataFrame, lang: str) -> list[str]:
    """What a table of notes says in a language."""
    return [note.text(lang) for note in table["note"]]


def named(kind: str, codes: str, lang: str) -> str:
    """What the things are called that a column lists as `cod, tp`; empty where it lists none."""
    listed = codes.split(", ") if codes else []
    return {"zh": "、", "en": ", "}[lang].join(name_of(kind, code, lang) for code in listed)


def number(value: object, decimals: int) -> str | None:
    """A figure with so many decimals; None where there is none."""
    known = value is not None and value is not pd.NA and not math.isnan(value)
    return f"{float(value):.{decimals}f}" if known else None
