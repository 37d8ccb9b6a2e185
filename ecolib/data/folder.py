"""The folders of a county's years: what lies in them, and the sheets of each file."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

from ecolib.data.asides import doubted
from ecolib.data.detect import meanings, recognised
from ecolib.data.dictionary import Table, table
from ecolib.data.mappings import Mapping, Mappings
from ecolib.data.readers import (
    KINDS,
    data_files,
    is_passing,
    kind_of,
    leads_out,
    read_all,
    read_columns,
    shown_name,
    unsupported,
)
from ecolib.data.sheet import TEXT_ID, Sheet, heading, standing
from ecolib.data.versions import marks_of, restated, superseded
from ecolib.errors import DataError
from ecolib.files import MAX_MB, entries_of, file_hash, not_a_file
from ecolib.grouping import grouped
from ecolib.texts import Note


@dataclass(frozen=True)
class File:
    """What one file gave: its sheets with their tables, and the remarks on it as a whole.

    `sha256` is that of the bytes it was read from, whatever the file holds later.
    """

    sheets: tuple[tuple[Sheet, str | None], ...]
    notes: tuple[Note, ...]
    sha256: str = ""


class Folder:
    """The folder of a year: its data files, and what else lies there."""

    def __init__(self, path: Path, root: Path):
        self.path, self.root, self.year = path, root, int(path.name)

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """The data files, without the returned templates that a later version replaces."""
        return tuple(path for path in data_files(self.path) if path not in self._superseded)

    @cached_property
    def _superseded(self) -> dict[Path, Path]:
        return superseded(data_files(self.path))

    @cached_property
    def restated(self) -> tuple[Note, ...]:
        """A note for each version of a template that a later one replaces."""
        return tuple(restated(old, new, self.root) for old, new in self._superseded.items())

    @cached_property
    def remarks(self) -> tuple[Note, ...]:
        """Remarks on what lies here besides good data files, and on files that are copies."""
        notes, read = [], []
        for path in entries_of(self.path):
            if is_passing(path):
                continue
            if (why := _why_not_read(path)) is None:
                read.append(path)
            else:
                notes.append(why.but(source=shown_name(path, self.root), shown=path.suffix))
        return (*notes, *_copies(read, self.root))


def astray(raw: Path, years: Collection[Path], root: Path) -> Iterator[Note]:
    """A remark on each data file and each filled folder of `raw` that lies in the folder of no year."""
    for path in entries_of(raw):
        if path in years or is_passing(path):
            continue
        if any(entries_of(path)) if os.path.isdir(path) else kind_of(path) in KINDS:
            place = {"source": shown_name(path, root), "shown": path.suffix}
            yield Note("unreadable.no_year", severity="error", **place)


def _why_not_read(path: Path) -> Note | None:
    if leads_out(path):
        return Note("unreadable.link", severity="error")
    if os.path.isdir(path):
        return Note("unreadable.folder", severity="error")
    if (why := not_a_file(path)) is not None:
        return why.but(severity="error")
    return None if kind_of(path) in KINDS else unsupported(path)


def _copies(paths: Iterable[Path], root: Path) -> Iterator[Note]:
    """Files of the same bytes as one before; only those of the same size are compared."""
    sizes = ((path.stat().st_size, path) for path in paths)
    # Larger ones are not read.
    by_size = grouped((n, path) for n, path in sizes if n <= MAX_MB * 1_000_000)
    first: dict[str, Path] = {}
    for path in (p for same in by_size.values() if len(same) > 1 for p in same):
        digest = file_hash(path)
        original = first.setdefault(digest, path) if digest else path
        if original is not path:
            place = {"source": shown_name(path, root), "shown": path.suffix}
            first_name = shown_name(original, original.parent)
            yield Note("copy", severity="warning", **place, original=first_name)


def opened(path: Path, root: Path, mappings: Mappings) -> File:
    """Read one file; that it cannot be read, or holds nothing, is a remark and not an exception."""
    try:
        found = _own_stations(path, root, mappings) or read_all(path, root)
        place = {"source": shown_name(path, root), "shown": path.suffix}
        here = path.parents[2].name
        if (of := str(marks_of(found).get("county", here))).casefold() != here.casefold():
            told = Note("unreadable.other_county", severity="error", county=of, here=here, **place)
            raise DataError(told)
        covers = ((s, text) for s in found if TEXT_ID in s.ids for _, row in s.rows for text in row)
        cover = [note for sheet, text in covers for note in doubted(sheet, standing([text]))]
        found = (
            replace(sheet, remarks=(*sheet.remarks, *cover)) for sheet in found if sheet.holds_data
        )
        sheets = tuple(recognised(sheet, mappings.of(path.name, sheet.name)) for sheet in found)
        # A template that nobody filled in is told by what its bureau owes.
        filled = any(len(sheet.rows) or sheet.ids for sheet, _ in sheets)
        notes = () if filled else (Note("empty_file", severity="warning", **place),)
    except DataError as error:
        sheets, notes = (), tuple(note.but(shown=path.suffix) for note in error.problems)
    return File(sheets, notes, file_hash(path))


def _own_stations(path: Path, root: Path, mappings: Mappings) -> list[Sheet]:
    """Of a text file with a column for each station of the country, those of the county."""
    entry = mappings.of(path.name, "")
    if entry is None or not entry.stations or not entry.table:
        return []
    wanted = partial(_station_columns, own=table(entry.table), entry=entry)
    sheet = read_columns(path, root, wanted)
    return [] if sheet is None else [sheet]


def _station_columns(header: Sequence[str], own: Table, entry: Mapping) -> list[int]:
    """The columns that a mapping makes something of, where each other column is a station.

    Empty where the first line is no heading with a column a station.
    """
    texts = heading(header)
    stations = [i for i, text in enumerate(texts) if text in entry.stations]
    rest = [i for i, text in enumerate(texts) if text not in entry.stations]
    if not stations:
        return []
    said = meanings([texts[i] for i in rest], own, entry)
    known = [i for i, m in zip(rest, said, strict=True) if m.kind]
    return stations + known if len(known) > 1 else []
