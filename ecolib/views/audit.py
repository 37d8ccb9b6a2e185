"""The data audit: corrections, remarks on the files, rows refused, claims against the figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess.annual import Annual, input_files
from ecolib.checks.audit import by_cause
from ecolib.data.corrections import Applied
from ecolib.data.dictionary import column_heading
from ecolib.indicators.catalogue import known_items
from ecolib.report import FINDING_MARKS, pick
from ecolib.texts import Note, amount, text, word, words
from ecolib.views.output import Html, Pieces, absent, element, joined, pieces, section, table
from ecolib.views.phrases import colon, list_banner, stop
from ecolib.views.summary_table import linked, scrolling, stylesheet, table_head

if TYPE_CHECKING:
    from ecolib.assess.case import Case


SEVERITIES = ("error", "warning", "note")


def heading(case: Case, lang: str) -> Html:
    """County and year as the one h1; a fictional county says so."""
    name = case.params.county.name(lang)
    title = pick((f"{name} {case.year} 年数据核查", f"{name}: data audit of {case.year}"), lang)
    about = pick(
        (
            "读入的数据有什么问题，文件里印出的结论与数据是否相符",
            "What is wrong with the data handed in, and whether printed claims agree with them",
        ),
        lang,
    )
    back = element("a", pick(("年度评估", "annual report"), lang), href=f"report.{lang}.html")
    return joined(
        stylesheet(),
        element("h1", title),
        element("p", about, " · ", back, class_="place"),
        *list_banner(case, lang),
    )


def issues(case: Case, lang: str) -> Pieces:
    """Corrections, then every other remark on the data, by severity and file, to the cell."""
    return pieces(
        section(pick(("更正", "Corrections"), lang), "corrections"),
        corrections_table(case.corrections(), lang),
        _remarks(case, lang),
    )


def _remarks(case: Case, lang: str) -> Pieces:
    # What was corrected stands in a table of its own.
    found = tuple(issue for issue in case.issues() if issue.rule != "corrected")
    title = section(pick(("数据提示", "Remarks on the data"), lang), "issues")
    if not found:
        none = ("没有发现问题。", "Nothing was found wrong.")
        return pieces(joined(title, absent(pick(none, lang))))
    told = [
        f"{word('severity', s, lang)} {sum(i.severity == s for i in found)}" for s in SEVERITIES
    ]
    comma = pick(("，", ", "), lang)
    lead = pick((f"共 {len(found)} 条", f"{len(found)} in all"), lang)
    tables = [_issues_of(s, [i for i in found if i.severity == s], lang) for s in SEVERITIES]
    return pieces(
        joined(title, element("p", lead + colon(lang) + comma.join(told))),
        _by_file(found, lang),
        *tables,
    )


def _by_file(found: tuple[Note, ...], lang: str) -> Html:
    """How many remarks of which severity each file has."""
    counts = pd.crosstab(
        pd.Series([_file(i, lang) for i in found], name="file"),
        pd.Series([i.severity for i in found], name="severity"),
    )
    counts = counts.reindex(columns=list(SEVERITIES), fill_value=0)
    names = {s: word("severity", s, lang) for s in SEVERITIES}
    frame = counts.rename(columns=names).rename_axis(word("label", "file", lang)).reset_index()
    caption = pick(("各文件的提示条数", "Remarks by file"), lang)
    return table(frame, caption=caption, numbers=tuple(names.values()))


def _issues_of(severity: str, found: list[Note], lang: str) -> Html | None:
    if not found:
        return None
    found = sorted(found, key=lambda i: i.source.file)
    frame = pd.DataFrame(
        {
            word("label", "file", lang): [_file(i, lang) for i in found],
            word("label", "cell", lang): [
                " ".join(filter(None, (i.source.sheet, i.source.cell))) for i in found
            ],
            pick(("列或统计项", "Column or item"), lang): [_column(i, lang) for i in found],
            pick(("写的是", "Found"), lang): [i.args["shown"] for i in found],
            pick(("说明", "What it means"), lang): [i.text(lang) for i in found],
        }
    )
    name = word("severity", severity, lang)
    title = element("h3", f"{name} ({len(found)})", id=f"issues-{severity}")
    caption = pick((f"“{name}”逐条", f"Remarks of severity '{name}'"), lang)
    return joined(title, table(frame.replace("", None), caption=caption))


def _file(issue: Note, lang: str) -> str:
    return issue.source.file or pick(("（不在某一个文件）", "(no one file)"), lang)


def _column(issue: Note, lang: str) -> str:
    """The name of an item, or the heading of a column."""
    item = known_items().get(issue.about)
    return column_heading(issue.about, lang) if item is None else getattr(item, lang)


def files(case: Case, lang: str) -> Html:
    """Rows read, used and refused by file, and their sum."""
    read = input_files(case)[["file", "read", "used", "refused"]]
    names = [
        word("label", "file", lang),
        pick(("读入行", "Rows read"), lang),
        pick(("采用行", "Used"), lang),
        pick(("拒收行", "Refused"), lang),
    ]
    head = [element("th", names[0], scope="col")]
    head += [element("th", name, scope="col", class_="number") for name in names[1:]]
    rows = [_counts_row(row) for row in read.itertuples(index=False, name=None)]
    total = (pick(("合计", "All files"), lang), *read[["read", "used", "refused"]].sum())
    caption = pick(
        ("每个文件读入、采用和拒收的行数", "Rows read, used and refused by file"),
        lang,
    )
    note = pick(
        ("读入行 = 采用行 + 拒收行；拒收的原因见数据提示。", "Read = used + refused; why rows were "
         "refused stands among the remarks."),
        lang,
    )  # fmt: skip
    return joined(
        section(pick(("读入的行", "Rows read"), lang), "rows"),
        element("p", note),
        scrolling(
            caption,
            element("thead", element("tr", *head)),
            element("tbody", *rows, _counts_row(total, style="total")),
            style="dense",
        ),
    )


def _counts_row(row: tuple, *, style: str = "") -> Html:
    counts = [element("td", f"{int(n):,}", class_="number") for n in row[1:]]
    return element("tr", element("th", str(row[0]), scope="row"), *counts, class_=style)


def claims(found: pd.DataFrame, lang: str, *, case: Case) -> Html:
    """Every printed claim by what was found, with the arithmetic."""
    title = section(pick(("文件中的结论", "Printed claims"), lang), "claims")
    if found.empty:
        none = ("没有登记文件中的结论。", "No printed claims were handed in.")
        return joined(title, absent(pick(none, lang)))
    lead = pick(
        (
            f"共核对 {len(found)} 条，各按它所说年份的数据核对。容差为印出数字末位的半个单位加基础数的舍入。"
            "无法核对不算相符。",
            f"{len(found)} claims, each held against the data of its own year. The tolerance is half "
            "a unit of the last printed digit plus the rounding of the inputs. What cannot be "
            "checked does not count as agreement.",
        ),
        lang,
    )
    parts = [_claims_of(finding, found, case, lang) for finding in words("finding")]
    return joined(title, element("p", lead), *filter(None, parts))


def _claims_of(finding: str, found: pd.DataFrame, case: Case, lang: str) -> Html | None:
    """The claims with one finding, by the rule that decided the first of each cause."""
    rows = found[found["finding"] == finding]
    if rows.empty:
        return None
    mark, name = FINDING_MARKS[finding], word("finding", finding, lang)
    parts = [element("h3", f"{mark} {name} ({len(rows)})", id=f"claims-{finding}")]
    first = rows.groupby("cause")["rule"].transform("first")
    for rule in sorted(first.unique(), key=list(words("rule")).index):
        decided = rows[first == rule]
        by = word("rule", rule, lang)
        caption = f"{name}{colon(lang)}{by} · {len(decided)}"
        parts.append(_claims_table(decided, caption, case, lang))
    return joined(*parts)


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
    frame = pd.DataFrame([_corrected(done, lang) for done in applied], columns=columns)
    caption = pick(
        ("对数据的更正（原始文件未改动）", "Corrections of the data (the files stay as they are)"),
        lang,
    )
    return table(frame, caption=caption, numbers=(columns[1], columns[-1]))


def _corrected(done: Applied, lang: str) -> tuple:
    entry = done.correction
    return (
        " ".join(filter(None, (done.file, done.sheet))),
        done.row,
        done.what.text(lang),
        amount(done.was, done.unit, lang),
        _now(done, lang),
        getattr(entry.reason, lang),
        getattr(entry.source, lang),
        entry.date.isoformat(),
    )


def _now(done: Applied, lang: str) -> str:
    if done.correction.do in ("drop", "flag"):
        return word("correction", done.correction.do, lang)
    return amount(done.now, done.unit, lang)


def contradictions(annual: Annual, lang: str) -> Html:
    """Every claim that the figures contradict, this year's first, with the arithmetic."""
    claims, year = annual.claims, annual.case.year
    title = section(pick(("文中结论与数据不符", "Claims against the figures"), lang), "claims")
    if claims.empty:
        none = pick(("没有登记文件中的结论。", "No printed claims were handed in."), lang)
        return joined(title, absent(none))
    page = pick(("数据核查页", "data audit"), lang)
    link = element("a", page, href=f"audit.{lang}.html")
    tail = pick(("全部列在", "All of them are in the "), lang)
    lead = element("p", _claims_lead(claims, lang), " ", tail, link, stop(lang))
    wrong = claims[claims["finding"] == "contradicts"]
    if wrong.empty:
        return joined(title, lead)
    # A stable sort keeps the order of the list within this year and within earlier years.
    wrong = wrong.assign(earlier=wrong["year"] != year).sort_values("earlier", kind="stable")
    caption = pick(("与数据不符的结论", "Claims that the figures contradict"), lang)
    return joined(title, lead, _claims_table(wrong, caption, annual.case, lang))


def _claims_table(claims: pd.DataFrame, caption: str, case: Case, lang: str) -> Html:
    """A row for each cause: the claims it touches, where they stand, and what the figures say."""
    heads = [
        word("label", "indicator", lang),
        word("label", "year", lang),
        pick(("文中怎么写", "What is printed"), lang),
        pick(("数据怎么说", "What the figures say"), lang),
    ]
    body = element("tbody", *(_cause_row(*cause, case, lang) for cause in by_cause(claims, lang)))
    return scrolling(caption, table_head(heads), body, style="dense claims")


def _cause_row(rows: pd.DataFrame, told: list[str], case: Case, lang: str) -> Html:
    """All claims of one cause, and what is found of it."""
    entries = [element("div", linked(case.list[name], lang)) for name in rows["indicator"].unique()]
    years = pick(("、", ", "), lang).join(map(str, sorted(rows["year"].unique())))
    said = [
        element("div", row.claim, element("small", row.position))
        for row in rows.drop_duplicates(["claim", "position"]).itertuples()
    ]
    found = [element("div", *_told(one, lang)) for one in told]
    return element(
        "tr",
        element("th", *entries, scope="row"),
        element("td", years),
        element("td", *said),
        element("td", *found),
    )


def _told(said: str, lang: str) -> list[str | Html]:
    """The finding itself, then other readings and the note of the entry, a line each."""
    rest: list[str | Html] = []
    for begin in (text("entry_note", lang, note=""), text("other_reading", lang, readings="")):
        said, mark, tail = said.partition(begin)
        if mark:
            rest.insert(0, element("small", mark + tail))
    return [said, *rest]


def by_finding(claims: pd.DataFrame) -> tuple[int, int, int]:
    """How many claims agree with the figures, are contradicted by them, and cannot be checked."""
    n = claims["finding"].value_counts()
    agrees, against, unknown = (int(n.get(f, 0)) for f in ("agrees", "contradicts", "cannot_check"))
    return agrees, against, unknown


def _claims_lead(claims: pd.DataFrame, lang: str) -> str:
    agrees, against, unknown = by_finding(claims)
    zh = (
        f"核对了文件中的 {len(claims)} 条结论（含以前年度）：相符 {agrees} 条，不符 {against} 条，"
        f"无法核对 {unknown} 条。无法核对不算相符。"
    )
    en = (
        f"{len(claims)} printed claims (earlier years included) were held against the figures: "
        f"{agrees} agree, {against} are contradicted, {unknown} cannot be checked, which is not "
        "agreement."
    )
    return pick((zh, en), lang)
