"""The data audit: remarks on the files, rows read and refused, printed claims against the figures."""

from __future__ import annotations

from importlib.resources import files as package_files
from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess.annual import input_files
from ecolib.data.dictionary import column_heading
from ecolib.indicators.catalogue import known_items
from ecolib.report.words import FINDING_MARKS, pick
from ecolib.texts import Note, word, words
from ecolib.views.corrections import corrections_table
from ecolib.views.output import Html, Pieces, absent, element, joined, pieces, section, table
from ecolib.views.summary_claims import claims_table
from ecolib.views.summary_counts import scrolling

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
    css = (package_files("ecolib.views") / "summary.css").read_text(encoding="utf-8")
    back = element("a", pick(("年度评估", "annual report"), lang), href=f"report.{lang}.html")
    return joined(
        Html(f"<style>{css}</style>"),
        element("h1", title),
        element("p", about, " · ", back, class_="place"),
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
    colon, comma = ("：", "，") if lang == "zh" else (": ", ", ")
    lead = pick((f"共 {len(found)} 条", f"{len(found)} in all"), lang)
    tables = [_issues_of(s, [i for i in found if i.severity == s], lang) for s in SEVERITIES]
    return pieces(
        joined(title, element("p", lead + colon + comma.join(told))),
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
    caption = pick((f"级别为“{name}”的提示", f"Remarks of severity '{name}'"), lang)
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


def claims(found: pd.DataFrame, lang: str) -> Html:
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
    parts = [_claims_of(finding, found, lang) for finding in words("finding")]
    return joined(title, element("p", lead), *filter(None, parts))


def _claims_of(finding: str, found: pd.DataFrame, lang: str) -> Html | None:
    """The claims with one finding, by the rule that decided."""
    rows = found[found["finding"] == finding]
    if rows.empty:
        return None
    mark, name = FINDING_MARKS[finding], word("finding", finding, lang)
    parts = [element("h3", f"{mark} {name} ({len(rows)})", id=f"claims-{finding}")]
    for rule in sorted(rows["rule"].unique(), key=list(words("rule")).index):
        decided = rows[rows["rule"] == rule]
        by = word("rule", rule, lang)
        colon = "：" if lang == "zh" else ": "
        caption = f"{name}{colon}{by} ({len(decided)})"
        parts.append(claims_table(decided, caption, lang))
    return joined(*parts)
