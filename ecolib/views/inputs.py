"""What a result rests on: its figures and documents, what is missing, and where each stands."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess.result import Result
from ecolib.data.dictionary import unit_name
from ecolib.fingerprint import computing
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.indicators.targets import requirements_of
from ecolib.report import pick
from ecolib.texts import Note, show, word
from ecolib.views.output import (
    VERDICT_COLOURS,
    VERDICT_MARKS,
    Html,
    Pieces,
    absent,
    element,
    facts,
    folded,
    joined,
    pieces,
    section,
    table,
)
from ecolib.views.phrases import bracketed, colon, comma, input_name, numbered, semicolon

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
    entry = result.entry
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
    # A document may speak of the indicator as a whole.
    name = input_name(row["what"], entry, lang) if row["what"] else entry.words(lang).title
    place = row["place"]
    if not place:
        return name
    if place in ("redline", "protected"):
        place = word("area_kind", place, lang)
    return name + bracketed(place, lang)


def _owner(what: str, entry: Indicator) -> str:
    return known_items()[what].owner if what in known_items() else entry.owner[0]


def _tables(used: pd.DataFrame, year: int, lang: str) -> list[Html]:
    """The year of assessment in the open; other years folded when there are many."""
    if used.empty:
        text = ("没有交来任何数据或材料。", "No figure or document was handed in.")
        return [absent(pick(text, lang))]
    of_year = used["year"].isna() | (used["year"] == year).fillna(False)
    now, others = used[of_year], used[~of_year]
    shown = []
    if len(now):
        caption = (f"{year} 年（含未写年份的）", f"{year}, and those that bear no year")
        shown.append(_table(now, pick(caption, lang), lang))
    else:
        text = (f"没有 {year} 年的数据或材料。", f"Nothing was handed in for {year}.")
        shown.append(absent(pick(text, lang)))
    if len(others):
        caption = pick((f"其他年份，{len(others)} 行", f"Other years (rows: {len(others)})"), lang)
        body = _table(others, caption, lang)
        shown.append(folded(body, caption, len(others)))
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
    if result.verdict.status == "not_applicable":
        return []
    entry = result.entry
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
    listed = [element("li", name, colon(lang), owner) for name, owner in missing]
    return joined(element("p", pick(intro, lang)), element("ul", *listed, class_="remarks"))


def _coverage(parts: tuple[Result, ...], lang: str) -> list[Html]:
    said = []
    for part in parts:
        if not math.isnan(part.coverage):
            title = numbered(part.entry, lang)
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
    where = element("small", str(issue.source))
    return element("li", severity, f"{colon(lang)}{issue.text(lang)} ", where)


#: The state of a requirement looks like the verdict that follows from it.
LIKE = {
    "documented": "met", "named": "conditional", "stated": "declared", "absent": "not_evaluable",
    "denied": "not_met",
}  # fmt: skip


def requirements(result: Result, lang: str, *, case: Case) -> Pieces:
    """Each requirement with its state by year and the documents; nothing where none is asked."""
    parts = [p for p in result.owner_parts if requirements_of(case.list[p.indicator].target)]
    if not parts:
        return Pieces(())
    title = section(word("heading", "requirements", lang), "requirements")
    shown = [
        piece for part in parts for piece in (_states(part, case, lang), _papers(part, case, lang))
    ]
    return pieces(title, *shown)


def _mark(state: str, lang: str) -> Html:
    """The state of a requirement as a mark and a word."""
    name = f"{VERDICT_MARKS[LIKE[state]]} {word('evidence', state, lang)}"
    return element("span", name, class_="status", style=f"color:{VERDICT_COLOURS[LIKE[state]]}")


def _states(result: Result, case: Case, lang: str) -> Html:
    entry = case.list[result.indicator]
    states = {name: column[-5:] for name, column in case.states(entry).items()}
    count = max(map(len, states.values()))
    rows = [
        {word("label", "requirement", lang): pick(pair, lang)}
        | {
            str(year): _mark(state, lang)
            for year, state in zip(
                range(case.year - count + 1, case.year + 1), states[name], strict=True
            )
        }
        for name, pair in requirements_of(entry.target).items()
    ]
    zh = f"{numbered(entry, 'zh')}：各项要求的状态（最近 {count} 年）"
    en = f"{numbered(entry, 'en')}: state of each requirement (last {count} years)"
    return table(pd.DataFrame(rows), caption=pick((zh, en), lang))


def _papers(result: Result, case: Case, lang: str) -> Html:
    """The documents and statements of the year, and those that are still in force without one."""
    entry = case.list[result.indicator]
    wanted = requirements_of(entry.target)
    rows = [row for row in case.documents(entry) if row["year"] in (None, result.year)]
    if not rows:
        zh = f"{numbered(entry, 'zh')}：没有交来 {result.year} 年的文件或陈述。"
        en = f"{numbered(entry, 'en')}: no document or statement was handed in for {result.year}."
        return absent(pick((zh, en), lang))
    frame = pd.DataFrame(
        {
            word("label", "requirement", lang): [
                pick(wanted[r["requirement"]], lang) if r["requirement"] in wanted else None
                for r in rows
            ],
            pick(("陈述", "Statement"), lang): [r["statement"] for r in rows],
            pick(("文件、文号、日期", "Document, number, date"), lang): [
                _named(r, lang) for r in rows
            ],
            word("label", "position", lang): [r["position"] for r in rows],
        }
    )
    zh = f"{numbered(entry, 'zh')}：交来的文件和陈述"
    en = f"{numbered(entry, 'en')}: documents and statements handed in"
    return table(frame, caption=pick((zh, en), lang))


def _named(row: dict, lang: str) -> str | None:
    given = [str(v) for v in (row["title"], row["number"], row["date"]) if isinstance(v, str) and v]
    return comma(lang).join(given) if given else pick(("没有列出文件", "no document named"), lang)


def provenance(result: Result, lang: str, *, case: Case) -> Html:
    """Files and cells of every figure, the parameters of the county, versions of the software."""
    rows = pd.concat([_cells(part, lang) for part in result.owner_parts], ignore_index=True)
    return joined(
        section(word("heading", "provenance", lang), "provenance"),
        *_places(rows.drop_duplicates(), lang),
        facts(_parameters(result, lang, case)),
    )


def _cells(result: Result, lang: str) -> pd.DataFrame:
    entry = result.entry
    columns = ("file", "sheet", "cell")
    rows = [
        {name: row[name] for name in columns} | {"item": input_name(row["what"], entry, lang)}
        for row in result.lineage
    ]
    return pd.DataFrame(rows, columns=[*columns, "item"])


def _places(rows: pd.DataFrame, lang: str) -> list[Html]:
    """One row a file and item; the cells are listed, not only counted."""
    if rows.empty:
        return [absent(pick(("没有用到任何文件。", "No file was used."), lang))]
    by_place = rows.groupby(["file", "sheet", "item"], sort=False)["cell"]
    frame = by_place.agg(lambda cells: comma(lang).join(dict.fromkeys(cells))).reset_index()
    frame["sheet"] = frame["sheet"].where(frame["sheet"] != "", None)
    frame = frame.dropna(axis="columns", how="all")
    names = {name: word("label", name, lang) for name in frame.columns}
    names["cell"] = pick(("行首单元格", "First cell of the row"), lang)
    caption = pick(("每个数所在的文件和单元格", "File and cell of every figure"), lang)
    body = table(frame.rename(columns=names), caption=caption)
    count = len(rows["file"].unique())
    summary = pick((f"{count} 个文件，{len(rows)} 行", f"{count} files, {len(rows)} rows"), lang)
    return [folded(body, summary, len(frame))]


def _parameters(result: Result, lang: str, case: Case) -> list[tuple[str, str]]:
    county, settings = case.params.county, case.settings
    used = f"params/{case.county}.yml{comma(lang)}params/defaults.yml"
    kept = (
        f"显著性水平 {show(settings.alpha)}；历年最多看 {settings.history} 年",
        f"significance level {show(settings.alpha)}; at most {settings.history} years of history",
    )
    return [
        (pick(("参数文件", "Parameter files"), lang), used),
        (pick(("基准年", "Base year"), lang), str(county.base_year)),
        (pick(("设置", "Settings"), lang), pick(kept, lang)),
        (pick(("结果文件", "Result file"), lang), "result.json"),
        (pick(("软件版本", "Software"), lang), comma(lang).join(_software())),
    ]


def _software() -> list[str]:
    told = computing()
    python = told.pop("python")
    return [f"Python {python}", *(f"{name} {version}" for name, version in told.items())]
