"""What was corrected in the data handed in: was, is, why, who and when."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ecolib.data.corrections import Applied
from ecolib.report.words import pick
from ecolib.texts import word
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
    return table(frame, caption=caption, numbers=(columns[1], columns[-1]))


def _row(done: Applied, lang: str) -> tuple:
    entry = done.correction
    return (
        " ".join(filter(None, (done.file, done.sheet))),
        done.row,
        done.what.text(lang),
        _amount(done.was, done.unit, lang),
        _now(done, lang),
        getattr(entry.reason, lang),
        getattr(entry.source, lang),
        entry.date.isoformat(),
    )


def _now(done: Applied, lang: str) -> str:
    if done.correction.do in ("drop", "flag"):
        return word("correction", done.correction.do, lang)
    return _amount(done.now, done.unit, lang)


def _amount(value: str, unit: str, lang: str) -> str:
    return f"{value} {unit_name(unit, lang)}".strip()
