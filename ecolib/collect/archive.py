"""The archive as folders and catalogues that reviewers go through; only what was given is copied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ecolib.assess.case import Case
from ecolib.collect.filing import cannot_write
from ecolib.collect.returning import Cell, Listed, list_book, title_of
from ecolib.errors import RunError
from ecolib.files import file_name, locked, new_folder, swap_in, write_bytes, write_text
from ecolib.indicators.catalogue import Indicator
from ecolib.pages.notebook import page_file
from ecolib.pages.render import page
from ecolib.texts import listed, name_of, text, word
from ecolib.workplan.archive import Archive, Paper, archive

#: The folders, whether anything lies in them or not; the codes of their names.
FOLDERS = (
    "contents", "general", "conditions", "indicators", "projects", "rectification", "bulletins",
    "sources", "pictures",
)  # fmt: skip
#: Columns of the catalogues, each with its width.
CONTENTS = {"no": 6, "number": 8, "indicator": 34, "papers": 8, "pages": 8, "owner": 26, "standing": 16}  # fmt: skip
PAPERS = {
    "no": 6, "reference": 20, "paper_number": 22, "issuer": 24, "paper": 46, "date": 12, "pages": 8,
    "year": 8, "proves": 30, "standing": 10, "file": 26, "hash": 20, "position": 22, "remark": 18,
}  # fmt: skip
MATERIALS = {
    "number": 8, "indicator": 30, "asked_kind": 14, "proves": 34, "year": 8, "standing": 10,
    "reference": 24, "pages": 8, "owner": 26,
}  # fmt: skip
GAPS = {"owner": 26, "number": 8, "indicator": 30, "kind": 10, "asked_kind": 14, "proves": 34, "year": 8}  # fmt: skip


def write_archive(case: Case, lang: str) -> list[Path]:
    """Build `outputs/<county>/<year>/archive` anew as a whole.

    Returns
    -------
    list of Path
        The catalogues, as workbook and as page.

    Raises
    ------
    RunError
        When a run holds the county and year, or the folder cannot be written to.
    """
    found = archive(case)
    references = _references(case, found)
    sheets = _sheets(case, found, references, lang)
    folder = case.out / "archive"
    name = text("archive.catalogue", lang)
    try:
        with locked(case.out):
            made = new_folder(case.out, "archive")
            first, *others = (_folder(made, code, lang) for code in FOLDERS)
            for made_folder in (first, *others):
                made_folder.mkdir()
            _copy(case, found, references, made, lang)
            write_bytes(first / f"{name}.xlsx", list_book(case, sheets, lang))
            write_text(first / f"{name}.html", _page(case, sheets, lang))
            swap_in(made, folder)
    except OSError as error:
        raise RunError(cannot_write(error)) from error
    return [folder / first.name / f"{name}.{kind}" for kind in ("xlsx", "html")]


def _folder(parent: Path, code: str, lang: str) -> Path:
    return parent / file_name(f"{FOLDERS.index(code):02}_{word('archive_folder', code, lang)}")


def _of(parent: Path, case: Case, entry: Indicator, lang: str) -> Path:
    """The folder of one indicator: `29_城镇污水处理率`."""
    above = _folder(parent, "indicators", lang)
    digits = entry.number.rstrip("abc")
    number = f"{int(digits):02}{entry.number[len(digits) :]}" if digits.isdigit() else entry.number
    return above / file_name(f"{number}_{entry.words(lang).title}")


def _references(case: Case, found: Archive) -> dict[int, str]:
    """The reference of each paper, `STWM-29-2019-03`: indicator, year, and its place there."""
    references: dict[int, str] = {}
    for indicator, papers in found.papers.items():
        number = case.list[indicator].number
        for place, paper in enumerate(papers, start=1):
            references[id(paper)] = f"STWM-{number}-{paper.year or case.year}-{place:02}"
    return references


def _copy(case: Case, found: Archive, references: dict[int, str], made: Path, lang: str) -> None:
    """A folder for each indicator, with the papers on file by year; a page where it does not apply."""
    for entry in case.list.values():
        if entry.is_group:
            continue
        folder = _of(made, case, entry, lang)
        why = case.params.not_applicable.get(entry.id)
        why = why or case.params.not_applicable.get(entry.group or "")
        folder.mkdir(exist_ok=True)
        if why is not None:
            note = text("archive.not_applicable", lang, why=getattr(why, lang))
            write_text(folder / f"{file_name(word('status', 'not_applicable', lang))}.txt", note)
        for paper in found.papers.get(entry.id, ()):
            if paper.path is not None:
                target = folder / str(paper.year or case.year)
                target.mkdir(exist_ok=True)
                parts = (references[id(paper)], paper.issuer, paper.title, paper.date)
                name = file_name("_".join(filter(None, parts)))
                write_bytes(target / f"{name}{paper.path.suffix}", paper.path.read_bytes())


# --- the catalogues -------------------------------------------------------------------------------


def _sheets(case: Case, found: Archive, references: dict[int, str], lang: str) -> list[Listed]:
    def sheet(code: str, columns: dict[str, int], rows: Iterable[Sequence[Cell]]) -> Listed:
        title = title_of(case, "", f"archive.{code}", lang)
        about = text(f"archive.{code}.about", lang)
        return Listed(text(f"archive.{code}", lang), title, about, columns, list(rows))

    return [
        sheet("contents", CONTENTS, _contents(case, found, lang)),
        sheet("materials", MATERIALS, _materials(case, found, references, lang)),
        sheet("gaps", GAPS, _gaps(case, found, lang)),
        sheet("papers", PAPERS, _listed(case, found, references, lang)),
    ]


def _contents(case: Case, found: Archive, lang: str) -> Iterable[Sequence[Cell]]:
    for number, (indicator, papers) in enumerate(found.papers.items(), start=1):
        entry = case.list[indicator]
        lacking = sum(a.standing == "missing" for a in found.asked if a.indicator.id == indicator)
        told = text("archive.lacking" if lacking else "archive.whole", lang, count=lacking)
        title, owner = entry.words(lang).title, case.owner(entry.owner[0], lang)
        yield number, entry.number, title, len(papers), sum(p.pages for p in papers), owner, told


def _materials(
    case: Case, found: Archive, references: dict[int, str], lang: str
) -> Iterable[Sequence[Cell]]:
    for asked in found.asked:
        entry = asked.indicator
        told = [references[id(p)] for p in asked.papers if id(p) in references]
        yield (
            entry.number,
            entry.words(lang).title,
            word("asked_kind", asked.kind, lang),
            _what(asked.what, lang),
            asked.year,
            word("paper_standing", asked.standing, lang),
            listed(told, lang),
            sum(p.pages for p in asked.papers),
            case.owner(asked.owner, lang),
        )


def _gaps(case: Case, found: Archive, lang: str) -> Iterable[Sequence[Cell]]:
    for asked in found.missing:
        entry = asked.indicator
        kind, owner = word("kind", entry.kind, lang), case.owner(asked.owner, lang)
        proof = word("asked_kind", asked.kind, lang), _what(asked.what, lang)
        yield owner, entry.number, entry.words(lang).title, kind, *proof, asked.year


def _listed(
    case: Case, found: Archive, references: dict[int, str], lang: str
) -> Iterable[Sequence[Cell]]:
    papers = [paper for papers in found.papers.values() for paper in papers]
    for number, paper in enumerate(papers, start=1):
        yield (
            number,
            references[id(paper)],
            paper.number,
            paper.issuer,
            paper.title,
            paper.date,
            paper.pages or "",
            paper.year or "",
            _proves(paper, lang),
            word("paper_standing", paper.standing, lang),
            paper.path.name if paper.path else "",
            paper.sha256,
            paper.position,
            text("archive.altered", lang) if paper.altered else "",
        )


def _proves(paper: Paper, lang: str) -> str:
    key = f"{paper.indicator}.{paper.requirement}"
    try:
        return name_of("requirement", key, lang)
    except KeyError:  # a figure, the result of an authority, or the indicator as a whole
        return name_of("indicator", paper.indicator, lang)


def _what(what, lang: str) -> str:
    return name_of(what.kind, what.code, lang) if hasattr(what, "kind") else what.text(lang)


def _page(case: Case, sheets: Sequence[Listed], lang: str) -> str:
    """The same lists as one page."""
    county = case.params.county.name(lang)
    title = text("archive.page", lang, county=county)
    place = text("report.place", lang, county=county, year=case.year)
    listed = [
        (sheet, [text(f"listing.column.{name}", lang) for name in sheet.columns])
        for sheet in sheets
    ]
    made = page("listings", lang, title=title, place=place, styles=["report"], listed=listed)
    return page_file(made, lang)
