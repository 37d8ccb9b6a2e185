"""The archive as folders and catalogues that reviewers go through; only what was given is copied."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from ecolib.assess.case import Case
from ecolib.collect.filing import new_in_place
from ecolib.collect.returning import Cell, Listed, Row, list_book, list_of
from ecolib.errors import RunError
from ecolib.files import file_hash, file_name, write_bytes, write_text
from ecolib.indicators.catalogue import Indicator
from ecolib.pages.listings import two_digits
from ecolib.pages.notebook import page_file
from ecolib.pages.render import page
from ecolib.texts import Note, listed, name_of, text, word
from ecolib.workplan.archive import Archive, Asked, Paper, archive

#: The folders, whether anything lies in them or not; the codes of their names.
FOLDERS = (
    "contents", "general", "conditions", "indicators", "projects", "rectification", "bulletins",
    "sources", "pictures",
)  # fmt: skip


@dataclass(frozen=True)
class FiledPaper:
    """One paper of a volume, listed and copied once however much it proves.

    Attributes
    ----------
    first_page
        Where it begins among the papers on file of its volume; "" where that cannot be counted.
    file
        What its copy is called.
    """

    paper: Paper
    proves: tuple[str, ...]
    reference: str = ""
    first_page: Cell = ""
    file: str = ""


@dataclass
class Volume:
    """The papers of one indicator, of a row of the plan, or of neither.

    Attributes
    ----------
    folder
        The code of the folder that it lies in.
    stem
        What its own folder is called, "" where it has none.
    """

    folder: str
    number: str
    title: str
    stem: str
    owner: str
    entry: Indicator | None = None
    papers: list[FiledPaper] = field(default_factory=list)


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
    volumes = _volumes(case, found, lang)
    sheets = _sheets(case, found, volumes, lang)
    name = text("archive.catalogue", lang)
    with new_in_place(case, "archive") as made:
        for code in FOLDERS:
            _folder(made, code, lang).mkdir()
        _copy(case, volumes, made, lang)
        contents = _folder(made, FOLDERS[0], lang)
        write_bytes(contents / f"{name}.xlsx", list_book(case, sheets, lang))
        write_text(contents / f"{name}.html", _page(case, sheets, lang))
    folder = case.out / "archive" / contents.name
    return [folder / f"{name}.{kind}" for kind in ("xlsx", "html")]


def _folder(parent: Path, code: str, lang: str) -> Path:
    return parent / file_name(f"{FOLDERS.index(code):02}_{word('archive_folder', code, lang)}")


# --- the volumes ----------------------------------------------------------------------------------


def _volumes(case: Case, found: Archive, lang: str) -> list[Volume]:
    """A volume each indicator, what serves all parts of one before its parts; then the rows of the
    plan that serve none, and what belongs nowhere."""
    volumes = {entry.id: _of_indicator(entry, case, lang) for entry in case.list.values()}
    asked = (asked.papers for asked in found.asked)  # with those by which targets were set
    for paper in chain.from_iterable((*found.papers.values(), *asked)):
        _put(volumes[paper.indicator].papers, paper)
    for paper in found.others:
        row = case.context.plan.by_code.get(paper.code)
        if paper.indicator in volumes:  # one that does not apply
            volume = volumes[paper.indicator]
        elif row is None:
            title = word("archive_folder", "general", lang)
            volume = volumes.setdefault("", Volume("general", "", title, "", ""))
        else:
            owner = listed((case.owner(unit, lang) for unit in row.lead), lang)
            stem = file_name(f"{row.code}_{row.name}")
            own = Volume("projects", row.code, row.name, stem, owner)
            volume = volumes.setdefault(f"plan {row.code}", own)
        _put(volume.papers, paper)
    kept = [v for v in volumes.values() if v.papers or (v.entry and not v.entry.is_group)]
    for volume in kept:
        volume.papers[:] = _numbered(volume, case)
    return kept


def _of_indicator(entry: Indicator, case: Case, lang: str) -> Volume:
    """The volume of one indicator, in the folder `29_城镇污水处理率`."""
    number = two_digits(entry.number)
    title, owner = entry.words(lang).title, case.owner(entry.owner[0], lang)
    return Volume("indicators", number, title, file_name(f"{number}_{title}"), owner, entry)


def _put(papers: list[FiledPaper], paper: Paper) -> None:
    """Add a paper, or what it proves to the one of its title that is there already."""
    for at, known in enumerate(papers):
        if _is_one(known.paper, paper):
            proves = tuple(dict.fromkeys((*known.proves, paper.requirement)))
            papers[at] = FiledPaper(_completed(known.paper, paper), proves)
            return
    papers.append(FiledPaper(paper, (paper.requirement,)))


def _is_one(paper: Paper, other: Paper) -> bool:
    """Whether two rows speak of one paper: of one title, and nothing that both tell differs."""
    told = ((getattr(paper, n), getattr(other, n)) for n in ("year", "number", "path"))
    return paper.title == other.title and all(a == b for a, b in told if a and b)


def _completed(paper: Paper, other: Paper) -> Paper:
    """A paper with what only another row on it tells."""
    names = ("number", "issuer", "date", "pages", "path", "sha256")
    return replace(paper, **{n: getattr(other, n) for n in names if not getattr(paper, n)})


def _numbered(volume: Volume, case: Case) -> Iterator[FiledPaper]:
    """The papers of a volume with their numbers, `STWM-29-2019-03`: indicator or code, year, and
    place in it."""
    places: Counter[int] = Counter()
    page: Cell = 1
    for filed in volume.papers:
        paper = filed.paper
        dated = paper.date[:4]
        year = paper.year or (int(dated) if dated.isdigit() else case.year)
        places[year] += 1
        parts = ("STWM", volume.number, str(year), f"{places[year]:02}")
        reference = "-".join(filter(None, parts))
        if paper.path is None:
            yield replace(filed, reference=reference)
            continue
        names = (reference, paper.issuer, paper.title, paper.date.replace("-", ""))
        file = file_name("_".join(filter(None, names))) + paper.path.suffix
        yield replace(filed, reference=reference, first_page=page, file=f"{year}/{file}")
        page = page + paper.pages if page and paper.pages else ""


def _copy(case: Case, volumes: Sequence[Volume], made: Path, lang: str) -> None:
    """A folder for each volume, with the papers on file by year; a page where an indicator does not
    apply."""
    for volume in volumes:
        folder = _folder(made, volume.folder, lang) / volume.stem
        folder.mkdir(exist_ok=True)
        excused, entry = case.params.not_applicable, volume.entry
        if why := entry and (excused.get(entry.id) or excused.get(entry.group)):
            note = text("archive.not_applicable", lang, why=getattr(why, lang))
            write_text(folder / f"{file_name(word('status', 'not_applicable', lang))}.txt", note)
        for filed in volume.papers:
            if filed.paper.path is not None:
                target = folder / filed.file
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(filed.paper.path, target)
                if file_hash(target) != filed.paper.sha256:  # the catalogue tells that of before
                    place = filed.paper.path.relative_to(case.root).as_posix()
                    raise RunError(Note("run.changed_meanwhile", source=place))


# --- the catalogues -------------------------------------------------------------------------------


def _sheets(case: Case, found: Archive, volumes: Sequence[Volume], lang: str) -> list[Listed]:
    return [
        list_of(case, "archive.contents", _contents(found, volumes, lang), lang),
        list_of(case, "archive.materials", _materials(case, found, volumes, lang), lang),
        list_of(case, "archive.gaps", _gaps(case, found, lang), lang),
        list_of(case, "archive.papers", _listed(volumes, lang), lang),
    ]


def _contents(found: Archive, volumes: Sequence[Volume], lang: str) -> Iterator[Row]:
    for volume in volumes:
        papers = [filed.paper for filed in volume.papers]
        number, title = volume.number, volume.title
        if volume.entry:
            number = volume.entry.number
            title = text("archive.volume", lang, number=number, title=title)
        yield {
            "class": word("archive_folder", volume.folder, lang),
            "number": number,
            "indicator": volume.title,
            "volume": title,
            "span": _span(papers),
            "papers": len(papers),
            "pages": sum(paper.pages for paper in papers) or "",
            "responsible": volume.owner,
            "standing": _standing(volume, found, lang),
        }


def _span(papers: Sequence[Paper]) -> str:
    """The months from the first to the last paper, as far as they are dated."""
    months = sorted({paper.date[:7] for paper in papers if paper.date})
    return "—".join(months if len(months) < 2 else (months[0], months[-1]))


def _standing(volume: Volume, found: Archive, lang: str) -> str:
    """Whether all that an indicator asks for is on file; else how much is cited only, or missing."""
    asked = [a for a in found.asked if volume.entry and a.indicator.id == volume.entry.id]
    counts = Counter(a.standing for a in asked)
    lacking = [
        text(f"archive.{standing}", lang, count=counts[standing])
        for standing in ("missing", "cited")
        if counts[standing]
    ]
    whole = text("archive.whole", lang) if asked else ""
    return listed(lacking, lang) if lacking else whole


def _materials(case: Case, found: Archive, volumes: Sequence[Volume], lang: str) -> Iterator[Row]:
    own = {volume.entry.id: volume.papers for volume in volumes if volume.entry}
    for asked in found.asked:
        filed = [f for p in asked.papers for f in own[p.indicator] if _is_one(f.paper, p)]
        yield _asked(asked, case, lang) | {
            "standing": word("paper_standing", asked.standing, lang),
            "reference": listed((f.reference for f in filed), lang),
            "page": listed((str(f.first_page) for f in filed if f.first_page), lang),
        }


def _gaps(case: Case, found: Archive, lang: str) -> Iterator[Row]:
    for asked in found.missing:
        yield _asked(asked, case, lang) | {"kind": word("kind", asked.indicator.kind, lang)}


def _asked(asked: Asked, case: Case, lang: str) -> Row:
    """What an indicator asks for, of whom, and what kind of proof that is."""
    entry = asked.indicator
    return {
        "number": entry.number,
        "indicator": entry.words(lang).title,
        "proves": asked.what.text(lang),
        "asked_kind": word("asked_kind", asked.kind, lang),
        "year": asked.year,
        "responsible": case.owner(asked.owner, lang),
    }


def _listed(volumes: Sequence[Volume], lang: str) -> Iterator[Row]:
    papers = [(volume, filed) for volume in volumes for filed in volume.papers]
    for volume, filed in papers:
        paper = filed.paper
        altered = text("archive.altered", lang) if paper.altered else ""
        yield {
            "reference": filed.reference,
            "paper_number": paper.number,
            "issuer": paper.issuer,
            "paper": paper.title,
            "date": paper.date,
            "pages": paper.pages or "",
            "first_page": filed.first_page,
            "year": paper.year or "",
            "proves": _said((_proves(volume, key, lang) for key in filed.proves), lang),
            "file": filed.file.rpartition("/")[2],
            "standing": word("paper_standing", paper.standing, lang),
            "hash": paper.sha256,
            "position": paper.position,
            "remark": _said((altered, paper.note), lang),
        }


def _said(parts: Iterable[str], lang: str) -> str:
    """Several remarks as one, each once."""
    return text("report.sentences", lang, sentences=(*filter(None, dict.fromkeys(parts)),))


def _proves(volume: Volume, requirement: str, lang: str) -> str:
    """A requirement by name; the volume where it is the whole, or a figure or a result of it."""
    if volume.entry is None or not requirement:
        return volume.title
    try:
        return name_of("requirement", f"{volume.entry.id}.{requirement}", lang)
    except KeyError:
        return volume.title


def _page(case: Case, sheets: Sequence[Listed], lang: str) -> str:
    """The same lists as one page."""
    county = case.params.county.name(lang)
    title = text("archive.page", lang, county=county)
    place = text("report.place", lang, county=county, year=case.year)
    made = page("listings", lang, title=title, place=place, styles=["report"], sheets=sheets)
    return page_file(made, lang)
