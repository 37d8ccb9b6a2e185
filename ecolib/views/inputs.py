"""The figures a result rests on, what was not handed in, coverage and remarks on the data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess.result import Result
from ecolib.indicators.catalogue import Indicator, find, known_items
from ecolib.report.words import pick
from ecolib.texts import Note, word
from ecolib.views.output import Html, absent, element, folded, joined, section, table
from ecolib.views.phrases import input_name, numbered, semicolon, unit_name

if TYPE_CHECKING:
    from ecolib.assess.case import Case


def inputs(result: Result, lang: str, *, case: Case) -> Html:
    """Every figure and document used, as printed, with its unit, owner and place in the source."""
    parts = result.owner_parts
    used = pd.concat([_rows(part, lang, case) for part in parts]).drop_duplicates()
    missing = list(dict.fromkeys(m for part in parts for m in _missing(part, lang, case)))
    return joined(
        section(word("heading", "inputs", lang), "inputs"),
        *_tables(used, result.year, lang),
        *([_list_of_missing(missing, result.year, lang)] if missing else []),
        *_coverage(parts, lang),
        section(word("heading", "issues", lang), "issues"),
        _remarks([issue for part in parts for issue in part.issues], lang),
    )


def _rows(result: Result, lang: str, case: Case) -> pd.DataFrame:
    entry = find(result.indicator)
    columns = ["item", "year", "figure", "unit", "owner", "position", "note"]
    rows = [
        (
            _name(row, entry, lang),
            row["year"],
            row["figure"],
            unit_name(row["unit"], lang),
            case.owner(_owner(row["what"], entry), lang),
            row["position"],
            semicolon(lang).join(
                [row["note"]] * bool(row["note"]) + [n.text(lang) for n in row["notes"]]
            ),
        )
        for row in result.lineage
    ]
    # Whole years beside missing ones: plain numbers would turn 2019 into 2019.0.
    return pd.DataFrame(rows, columns=columns).astype({"year": "Int64"})


def _name(row: Mapping, entry: Indicator, lang: str) -> str:
    """The name of the input, with the place or kind a row speaks of."""
    name = input_name(row["what"], entry, lang)
    place = row["place"]
    if not place:
        return name
    if place in ("redline", "protected"):
        place = word("area_kind", place, lang)
    return f"{name}（{place}）" if lang == "zh" else f"{name} ({place})"


def _owner(what: str, entry: Indicator) -> str:
    return known_items()[what].owner if what in known_items() else entry.owner[0]


def _tables(used: pd.DataFrame, year: int, lang: str) -> list[Html]:
    """The year of assessment in the open; earlier years folded when there are many."""
    if used.empty:
        text = ("没有交来任何数据或材料。", "No figure or document was handed in.")
        return [absent(pick(text, lang))]
    of_year = used["year"].isna() | (used["year"] == year).fillna(False)
    now, earlier = used[of_year], used[~of_year]
    shown = []
    if len(now):
        caption = (f"{year} 年（含未写年份的）", f"{year}, and those that bear no year")
        shown.append(_table(now, pick(caption, lang), lang))
    else:
        text = (f"没有 {year} 年的数据或材料。", f"Nothing was handed in for {year}.")
        shown.append(absent(pick(text, lang)))
    if len(earlier):
        caption = pick(
            (f"更早年份，{len(earlier)} 行", f"Earlier years, {len(earlier)} rows"), lang
        )
        body = _table(earlier, caption, lang)
        shown.append(folded(body, caption, len(earlier)))
    return shown


def _table(rows: pd.DataFrame, caption: str, lang: str) -> Html:
    names = {name: word("label", name, lang) for name in rows.columns if name != "figure"}
    names["figure"] = pick(("填报内容", "As handed in"), lang)
    filled = rows.astype(object).where(rows != "", None)
    unwritten = pick(("未写", "none"), lang)
    filled["year"] = [unwritten if pd.isna(y) else str(y) for y in rows["year"]]
    return table(filled.dropna(axis="columns", how="all").rename(columns=names), caption=caption)


def _missing(result: Result, lang: str, case: Case) -> list[tuple[str, str]]:
    """Items of the formula without a figure for the year, with the unit that owes them."""
    entry = find(result.indicator)
    given = {row["what"] for row in result.lineage if row["year"] in (None, result.year)}
    return [
        (input_name(name, entry, lang), case.owner(known_items()[name].owner, lang))
        for name in entry.inputs
        if name in known_items() and name not in given
    ]


def _list_of_missing(missing: list[tuple[str, str]], year: int, lang: str) -> Html:
    intro = (
        f"公式用得到、但没有填报 {year} 年数的统计项：",
        f"Items the formula asks for without a figure for {year}:",
    )
    listed = [
        element("li", f"{name}（{owner}）" if lang == "zh" else f"{name} ({owner})")
        for name, owner in missing
    ]
    return joined(element("p", pick(intro, lang)), element("ul", *listed, class_="remarks"))


def _coverage(parts: tuple[Result, ...], lang: str) -> list[Html]:
    said = []
    for part in parts:
        if not math.isnan(part.coverage):
            title = numbered(find(part.indicator), lang)
            percent = f"{100 * part.coverage:.1f}"
            zh = f"{title}：{part.year} 年应观测的部分实际观测了 {percent} %。"
            en = f"{title}: {percent} % of what should be observed in {part.year} was."
            said.append(element("p", pick((zh, en), lang)))
    return said


def _remarks(issues: list[Note], lang: str) -> Html:
    if not issues:
        text = ("核对所用数据，没有发现需要提示的问题。", "Nothing to remark on the figures used.")
        return element("p", pick(text, lang))
    return element("ul", *(_remark(i, lang) for i in dict.fromkeys(issues)), class_="remarks")


def _remark(issue: Note, lang: str) -> Html:
    severity = element("strong", word("severity", issue.severity, lang))
    place = str(issue.source)
    where = (f"（{place}）" if lang == "zh" else f" ({place})") if place else ""
    colon = "：" if lang == "zh" else ": "
    return element("li", severity, f"{colon}{issue.text(lang)}{where}")
