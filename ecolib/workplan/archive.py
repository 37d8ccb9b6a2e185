"""The archive of proof: for each indicator what its definition and its target ask for, what is named,
what is on file with its hash, what is missing and who owes it.

A paper is on file when its file lies in `data/<county>/evidence/`; named by its title alone it is cited.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecolib.assess.case import Case
from ecolib.assess.documents import RESULT
from ecolib.assess.lineage import items_of
from ecolib.data.moments import iso_of, year_of
from ecolib.data.papers import evidence_folder, file_of
from ecolib.files import file_hash
from ecolib.grouping import grouped
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.indicators.targets import is_assigned, requirements_of
from ecolib.texts import Name, Note

#: How an asked paper stands, the best first.
STANDINGS = ("on_file", "cited", "missing")
#: What proves no single requirement.
WHOLE = ""


@dataclass(frozen=True)
class Paper:
    """One paper of an indicator; `requirement` is what it proves, "" for the indicator as a whole.

    Attributes
    ----------
    path
        Its file in the archive of the county; None where there is none.
    sha256
        The hash of that file.
    altered
        Whether the file is another one than was registered.
    note
        What the table remarks on it, such as that it is a norm and proves nothing.
    code
        The row of the plan that it proves done.
    """

    indicator: str
    requirement: str
    year: int | None
    title: str
    position: str
    number: str = ""
    issuer: str = ""
    date: str = ""
    pages: int = 0
    note: str = ""
    code: str = ""
    path: Path | None = None
    sha256: str = ""
    altered: bool = False

    @property
    def standing(self) -> str:
        return "on_file" if self.path is not None else "cited"


@dataclass(frozen=True)
class Asked:
    """One thing that an indicator asks for in a year.

    Attributes
    ----------
    kind
        "requirement" that must be in place, "figure" of an item, "target" that a higher authority
        set, its "result" of the year.
    what
        Its name.
    requirement
        Under which key a paper proves it.
    papers
        Those that prove it, on file or cited.
    owner
        The unit that owes it.
    """

    indicator: Indicator
    kind: str
    what: Name | Note
    requirement: str
    year: int
    owner: str
    papers: tuple[Paper, ...]

    @property
    def standing(self) -> str:
        return min((p.standing for p in self.papers), key=STANDINGS.index, default="missing")


@dataclass(frozen=True)
class Archive:
    """The archive of a county for a year: what is asked for, every paper of each indicator, and those
    of none that is asked for, such as the acceptance of a project."""

    asked: tuple[Asked, ...]
    papers: Mapping[str, tuple[Paper, ...]]
    others: tuple[Paper, ...] = ()

    @property
    def missing(self) -> tuple[Asked, ...]:
        """What nothing proves yet, binding indicators first, by the unit that owes it."""
        found = (a for a in self.asked if a.standing == "missing")
        return tuple(sorted(found, key=lambda a: (a.owner, a.indicator.kind != "binding")))


def archive(case: Case) -> Archive:
    """What an archive for the year of the case holds and lacks; made once for all pages."""
    return case.once("archive", "", lambda: _archive(case))


def applicable(case: Case) -> list[Indicator]:
    """The indicators that a county is judged by; a group that does not apply takes its parts along."""
    excused = set(case.params.not_applicable)
    return [e for e in case.list.values() if not e.is_group and not {e.id, e.group} & excused]


def _archive(case: Case) -> Archive:
    entries = applicable(case)
    papers = {entry.id: tuple(_papers(entry, case)) for entry in entries}
    asked = (one for entry in entries for one in _asked(entry, case, papers[entry.id]))
    served = {key for entry in entries for key in (entry.id, entry.group)}
    rest = [own for key, own in _registered(case).items() if not key or key not in served]
    return Archive(tuple(asked), papers, tuple(paper for own in rest for paper in own))


def _papers(entry: Indicator, case: Case) -> Iterator[Paper]:
    """The papers of an indicator: those registered, then those that documents and figures name."""
    registered = _registered(case)
    own = [p for key in (entry.id, entry.group) if key for p in registered.get(key, ())]
    yield from own
    known = {(p.requirement, p.title) for p in own}
    filed = {p.title: p for papers in registered.values() for p in papers if p.path}
    for row in _naming(entry, case):
        key = row["requirement"] or WHOLE, row["title"]
        if key not in known:
            known.add(key)
            same = filed.get(row["title"])  # one paper may serve several indicators
            on_file = {"path": same.path, "sha256": same.sha256} if same else {}
            yield _paper(entry.id, row, **on_file)


def _naming(entry: Indicator, case: Case) -> Iterator[Mapping[str, Any]]:
    for row in case.documents(entry):
        if row["title"] and row["holds"]:
            yield row
    items = set(items_of(entry))
    for row in case.rows("items"):
        if row["item"] in items and row["title"]:
            yield {**row, "requirement": row["item"]}


def _registered(case: Case) -> Mapping[str, list[Paper]]:
    """The rows of the evidence table by indicator, each with its file and hash."""

    def paper(row: Mapping[str, Any]) -> Paper:
        path = file_of(evidence_folder(case.root, case.county), row["attachment"])
        hash_ = file_hash(path) if path else ""
        altered = bool(hash_ and row["sha256"] and row["sha256"].lower() != hash_)
        own = {"code": row["code"] or "", "note": row["note"] or "", "altered": altered}
        return _paper(row["indicator"] or "", row, path=path, sha256=hash_, **own)

    papers = map(paper, case.rows("evidence"))
    return case.once("evidence", "", lambda: grouped((p.indicator, p) for p in papers))


def _paper(indicator: str, row: Mapping[str, Any], **more: Any) -> Paper:
    return Paper(
        indicator=indicator,
        requirement=row["requirement"] or WHOLE,
        year=row["year"],
        title=row["title"],
        position=row["position"],
        number=row["number"] or "",
        issuer=row.get("issuer") or "",
        date=iso_of(row["date"]),
        pages=int(row.get("pages") or 0),
        **more,
    )


def _later(paper: Paper, year: int) -> bool:
    """Whether a paper is of a later year, or dated so late that it cannot prove this one."""
    return (paper.year or year) > year or (year_of(paper.date) or year) > year + 1


def _asked(entry: Indicator, case: Case, papers: tuple[Paper, ...]) -> Iterator[Asked]:
    def proving(*requirements: str) -> tuple[Paper, ...]:
        """The papers of the year, or of none, that prove one of these."""
        own = (paper for paper in papers if paper.requirement in requirements)
        return tuple(p for p in own if p.year in (None, case.year) and not _later(p, case.year))

    for key in requirements_of(entry.target):
        name = Name("requirement", f"{entry.id}.{key}")
        own = tuple(p for p in papers if p.requirement == key and not _later(p, case.year))
        yield Asked(entry, "requirement", name, key, case.year, entry.keeper_of(key), own)
    figures = [name for name in entry.asked if name in known_items()]
    if not figures and not requirements_of(entry.target):
        figures = [entry.id]
    for item in figures:
        owner = known_items()[item].owner
        yield Asked(entry, "figure", Name("item", item), item, case.year, owner, proving(item))
    if is_assigned(entry.target):
        # The paper by which it was set may be named by the parameters of the county.
        given = case.params.assignment(entry.id, case.year)
        set_by = (
            Paper(entry.id, "target", case.year, given.document, given.position) if given else None
        )
        own = (*proving("target"), *((set_by,) if set_by else ()))
        target, result = Note("archive.target"), Note("archive.result")
        yield Asked(entry, "target", target, "target", case.year, entry.owner[0], own)
        own = proving(*RESULT)
        yield Asked(entry, "result", result, RESULT[0], case.year, entry.owner[0], own)
