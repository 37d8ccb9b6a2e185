"""The data audit: printed claims against the figures, corrections, remarks on the files, rows refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from ecolib.assess.annual import input_files
from ecolib.checks.audit import by_cause
from ecolib.data.dictionary import column_heading
from ecolib.errors import check_lang
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.pages.render import Page, page, page_of
from ecolib.texts import SEVERITIES, Note, amount, text, word, words

if TYPE_CHECKING:
    from ecolib.assess.case import Case


def audit(case: Case, claims: pd.DataFrame, lang: str) -> Page:
    """The data audit of a county and year as a page; `claims` as `checks.audit.audit` gives them."""
    county = case.params.county.name(lang)
    title = text("audit.title", lang, county=county, year=case.year)
    counts = counts_of(claims)
    found = issues(case, lang)
    return page(
        "audit",
        lang,
        title=title,
        place=text("report.place", lang, county=county, year=case.year),
        said=[text("claims.lead", lang, **counts)],
        styles=["report"],
        warning=case.list.warning(case.year),
        counts=counts,
        claims=[(f, causes(claims, case, lang, finding=f)) for f in words("finding")],
        saved={entry.id for entry in case.list.top_level},
        href=lambda entry: page_of(entry, lang),
        corrections=corrections(case, lang),
        issues=found,
        severities=[(s, found[found["severity"] == s]) for s in SEVERITIES],
        by_file=_by_file(found, lang),
        files=input_files(case),
        report_page=f"report.{lang}.html",
    )


def counts_of(claims: pd.DataFrame) -> dict[str, int]:
    """How many claims were checked, and how many came to which finding."""
    found = claims["finding"].value_counts()
    return {"n": len(claims), **{name: int(found.get(name, 0)) for name in words("finding")}}


class Cause(NamedTuple):
    """Claims that one thing explains: what is told of it, and the claims with place and year."""

    years: tuple[int, ...]
    rule: str
    told: list[str]
    claims: list[tuple[str, str]]
    n: int


class Touched(NamedTuple):
    """An indicator and the causes that touch what is printed of it and its parts."""

    entry: Indicator
    causes: list[Cause]

    @property
    def n(self) -> int:
        return sum(cause.n for cause in self.causes)

    @property
    def rules(self) -> list[str]:
        return list(dict.fromkeys(cause.rule for cause in self.causes))


def causes(
    claims: pd.DataFrame, case: Case, lang: str, *, finding: str = "contradicts"
) -> list[Touched]:
    """The claims with one finding by indicator and cause, in the order of the list."""
    found: dict[str, list[Cause]] = {}
    for rows, told in by_cause(claims[claims["finding"] == finding], lang):
        entry = case.list[rows["indicator"].iloc[0]]
        printed = rows.drop_duplicates(["claim", "position"])
        cause = Cause(
            tuple(sorted(set(rows["year"].tolist()))),
            word("rule", rows["rule"].iloc[0], lang),
            told,
            list(printed[["position", "claim"]].itertuples(index=False, name=None)),
            len(rows),
        )
        found.setdefault(entry.group or entry.id, []).append(cause)
    return [Touched(e, found[e.id]) for e in case.list.top_level if e.id in found]


def issues(case: Case, lang: str) -> pd.DataFrame:
    """Every remark on the data but what was corrected: file, cell, column, found, message."""
    check_lang(lang)
    notes = [note for note in case.issues() if note.rule != "corrected"]
    notes.sort(key=lambda note: note.source.file)
    rows = [
        (
            note.severity,
            note.source.file or text("audit.no_file", lang),
            " ".join(filter(None, (note.source.sheet, note.source.cell))),
            _column(note, lang),
            note.found(lang),
            note.text(lang),
        )
        for note in notes
    ]
    return pd.DataFrame(rows, columns=["severity", "file", "cell", "column", "shown", "said"])


def _column(note: Note, lang: str) -> str:
    """The name of an item, or the heading of a column."""
    item = known_items().get(note.about)
    return column_heading(note.about, lang) if item is None else getattr(item, lang)


def _by_file(found: pd.DataFrame, lang: str) -> pd.DataFrame:
    """How many remarks of which severity each file has."""
    counts = pd.crosstab(found["file"], found["severity"])
    counts = counts.reindex(columns=list(SEVERITIES), fill_value=0)
    names = {s: word("severity", s, lang) for s in SEVERITIES}
    return counts.rename(columns=names).rename_axis(word("label", "file", lang)).reset_index()


def corrections(case: Case, lang: str) -> pd.DataFrame:
    """One row for each row of data that a correction touched."""
    columns = ("file", "row", "what", "was", "now", "why", "authority", "date")
    rows = []
    for done in case.corrections():
        entry = done.correction
        kept = entry.do in ("drop", "flag")
        rows.append(
            (
                " ".join(filter(None, (done.file, done.sheet))),
                done.row,
                done.what.text(lang),
                amount(done.was, done.unit, lang),
                word("correction", entry.do, lang) if kept else amount(done.now, done.unit, lang),
                getattr(entry.reason, lang),
                getattr(entry.source, lang),
                entry.date.isoformat(),
            )
        )
    names = [text(f"audit.column.{name}", lang) for name in columns]
    return pd.DataFrame(rows, columns=names)
