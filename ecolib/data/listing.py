"""The remarks on a county's data as people work through them: what must be mended first.

A version that a later one replaces is one line, and so are remarks that say the very same of many
cells, which are listed. Warnings and notes that the year before has too are one line a file; errors
are always told. Whoever wants each in a line asks for the whole list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

from ecolib.data.dictionary import Names, column_heading
from ecolib.texts import SEVERITIES, Name, Note, Source, word

CELL = re.compile(r"([A-Z]*)(\d*)")
#: More remarks on a sheet that say the very same become one, which names so many of the cells.
FEW, CELLS = 3, 40


def whole_list(notes: Iterable[Note]) -> list[Note]:
    """Every remark, with the cells in which versions differ; errors first, then by place."""
    versions = ("restated.file",)  # other remarks name cells; this one has a remark on each
    return _sorted(
        one
        for note in notes
        for one in (note, *(note.args["cells"] if note.code in versions else ()))
    )


def work_list(notes: Iterable[Note], before: Iterable[Note]) -> list[Note]:
    """The remarks without the warnings and notes of the year before, counted in one line a file.

    Parameters
    ----------
    before
        The remarks on what had been submitted a year earlier.
    """
    told, new = set(before), []
    again: dict[str, list[Note]] = {}
    for note in notes:
        if note.severity != "error" and note.source.file and note in told:
            again.setdefault(note.source.file, []).append(note)
        else:
            new.append(note)
    # One line for one remark saves nothing.
    folded = (f[0] if len(f) == 1 else _told_before(file, f) for file, f in again.items())

    def order(note: Note) -> tuple:
        """Of two as grave, what is new comes first."""
        old = note.code == "listing.before" or note.args.get("first", note) in told
        severity, *where = _place(note)
        return severity, old, *where

    return sorted([*_alike(new), *folded], key=order)


def _alike(notes: Iterable[Note]) -> Iterator[Note]:
    """The remarks of one sheet that say the very same of several cells as one that lists the cells."""
    groups: dict[tuple, list[Note]] = {}
    for note in notes:
        place = note.source.file, note.source.sheet, bool(note.source.cell)
        groups.setdefault((note.code, note.about, *place, note.text("zh")), []).append(note)
    for same in groups.values():
        if len(same) <= FEW or not same[0].source.cell:
            yield from same
            continue
        first, *rest = _sorted(same)
        cells = tuple(note.source.cell for note in rest[:CELLS]) + ("…",) * (len(rest) > CELLS)
        place = {"severity": first.severity, "about": first.about, "source": first.source}
        yield Note("listing.alike", **place, first=first, cells=cells, count=len(rest), same=same)


def to_send(notes: Iterable[Note]) -> Iterator[Note]:
    """A work list for those who have no more than the list: each cell by itself, and without what the
    list of the year before told."""
    for note in notes:
        if note.code != "listing.before":
            yield from note.args.get("same", (note,))


def counts(notes: Collection[Note]) -> dict[str, int]:
    """How many remarks there are of each severity, the gravest first."""
    found = dict.fromkeys(SEVERITIES, 0)
    for note in notes:
        found[note.severity] += 1 + (note.args["count"] if note.code == "listing.alike" else 0)
    return found


def counted(notes: Collection[Note]) -> tuple[Note, ...]:
    """The same as words, `错误 2`."""
    found = counts(notes).items()
    return tuple(Note("listing.count", severity_of=Name("severity", s), n=n) for s, n in found)


def _told_before(file: str, notes: Sequence[Note]) -> Note:
    gravest = min((note.severity for note in notes), key=SEVERITIES.index)
    found = tuple(count for count in counted(notes) if count.args["n"])
    place = {"severity": gravest, "source": Source(file)}
    return Note("listing.before", shown=str(len(notes)), **place, counts=found)


def _sorted(notes: Iterable[Note]) -> list[Note]:
    return sorted(notes, key=_place)


def _place(note: Note) -> tuple:
    column, row = CELL.match(note.source.cell).groups()
    where = (note.source.file, note.source.sheet, int(row or 0), len(column), column)
    return SEVERITIES.index(note.severity), *where


def folded(notes: Iterable[Note], most: int, kind: Callable[[Note], Any]) -> list[Note]:
    """The remarks of one sheet, a flood of one kind ended by a remark on how many more there are."""
    kept: list[Note] = []
    floods: dict[Any, list[Note]] = {}
    for note in notes:
        flood = floods.setdefault(kind(note), [])
        flood.append(note)
        if len(flood) <= most:
            kept.append(note)
    rests = (flood[most:] for flood in floods.values())
    return kept + [more(rest[0], len(rest)) for rest in rests if rest]


def more(first: Note, count: int) -> Note:
    """The remark that there are so many more like the first of them."""
    place = {"severity": first.severity, "about": first.about, "source": first.source}
    return Note("more", **place, shown=str(count), count=count, cell=first.source.cell, first=first)


def subjects(note: Note, names: Names) -> tuple[Name | str, ...]:
    """What the row of a remark speaks of; else the item or indicator that the remark is about."""
    if of := note.args.get("of"):
        return tuple(of)
    for kind in ("item", "indicator"):
        if note.about in names.of(kind)[0]:
            return (Name(kind, note.about),)
    return (note.args["row"],) if note.rule == "restated" and "row" in note.args else ()


def subject(note: Note, names: Names, lang: str) -> str:
    """The same in words."""
    said = subjects(note, names)
    return " ".join(of.text(lang) if isinstance(of, Name) else str(of) for of in said)


def line(note: Note, names: Names, lang: str) -> str:
    """A remark for a screen: severity, file, sheet, cell, what it speaks of, and what is the matter."""
    # A cell of several lines is shown in one.
    said, of = re.sub(r"[\r\n]+", " ", note.text(lang)), subject(note, names, lang)
    place = " ".join(
        filter(None, (str(note.source), of if of.casefold() not in said.casefold() else ""))
    )
    return f"{word('severity', note.severity, lang)}  {f'{place}: ' if place else ''}{said}"


def issue_row(note: Note) -> dict[str, str]:
    """A remark on the data as a row of `issues.csv`."""
    return {
        "file": note.source.file,
        "sheet": note.source.sheet,
        "cell": note.source.cell,
        "column": column_heading(note.about, "zh"),
        "rule": note.rule,
        "severity": note.severity,
        "value": note.found("zh"),
        "message_zh": note.text("zh"),
        "message_en": note.text("en"),
    }


def record(note: Note, names: Names, table: str) -> dict[str, Any]:
    """A remark on a sheet of a table as plain data, for programs."""
    named, _, column = note.about.partition(".")
    known = column_heading(note.about, "zh") != note.about
    of = subjects(note, names)
    return {
        "severity": note.severity,
        "rule": note.rule,
        "code": note.code,
        "file": note.source.file,
        "sheet": note.source.sheet,
        "cell": note.source.cell,
        "table": named if known else table,
        "column": column if known else "",
        "of": [one.code if isinstance(one, Name) else str(one) for one in of],
        "of_zh": subject(note, names, "zh"),
        "of_en": subject(note, names, "en"),
        "found": note.found("zh"),
        "message_zh": note.text("zh"),
        "message_en": note.text("en"),
    }
