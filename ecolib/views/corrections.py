"""What was corrected in the data handed in: was, is, why, who and when."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ecolib.catalog import indicators, known_items
from ecolib.corrections import DONE, Applied
from ecolib.report.words import pick, word
from ecolib.views.output import Html, element, table
from ecolib.views.phrases import unit_name


def corrections_table(applied: Sequence[Applied], lang: str) -> Html:
    """One row for each row of data that a correction touched; a sentence when there is none."""
    if not applied:
        none = ("对收到的数据没有作任何更正。", "No correction was made to the data handed in.")
        return element("p", pick(none, lang))
    columns = [
        word("label", "file", lang),
        pick(("行", "Row"), lang),
        pick(("统计项或列", "Item or column"), lang),
        pick(("原为", "Was"), lang),
        pick(("现为", "Is"), lang),
        pick(("原因", "Why"), lang),
        pick(("依据", "Said by"), lang),
        pick(("日期", "Date"), lang),
    ]
    frame = pd.DataFrame([_row(done, lang) for done in applied], columns=columns)
    caption = pick(
        ("对数据的更正（原始文件未改动）", "Corrections of the data (the files stay as they are)"),
        lang,
    )
    return table(frame, caption=caption)


def _row(done: Applied, lang: str) -> tuple:
    entry = done.correction
    return (
        " ".join(filter(None, (done.file, done.sheet))),
        done.row,
        _what(done, lang),
        _amount(done.was, done.unit, lang),
        _now(done, lang),
        getattr(entry.reason, lang),
        getattr(entry.source, lang),
        entry.date.isoformat(),
    )


def _what(done: Applied, lang: str) -> str:
    """The item or indicator, and the column where it is not the figure itself."""
    subject = done.subjects[0] if done.subjects else ""
    named = {**{i.id: i.words(lang).title for i in indicators().values()}}
    named |= {code: getattr(item, lang) for code, item in known_items().items()}
    column = "" if done.column.name == "value" else getattr(done.column, lang)
    return " · ".join(filter(None, (named.get(subject, subject), column)))


def _now(done: Applied, lang: str) -> str:
    if done.correction.do in ("drop", "flag"):
        return pick(DONE[done.correction.do], lang)
    return _amount(done.now, done.unit, lang)


def _amount(value: str, unit: str, lang: str) -> str:
    return f"{value} {unit_name(unit, lang)}".strip()
