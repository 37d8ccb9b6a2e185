"""The sheets of one table as one: what a later folder restates is used as restated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

import numpy as np

from ecolib.data.checked import Checked, Unread, columns_of, source_of, taken
from ecolib.data.corrections import Mended
from ecolib.data.detect import measured
from ecolib.data.dictionary import Names, Table
from ecolib.data.figures import Row, dated
from ecolib.data.headings import outside
from ecolib.data.parse import called
from ecolib.data.sheet import listed
from ecolib.texts import Note


@dataclass(frozen=True)
class Part:
    """One sheet of a table, corrected and checked, and what years make of it."""

    mended: Mended
    checked: Checked
    names: Names

    @cached_property
    def keys(self) -> list[tuple]:
        columns = (self.checked.columns[name] for name in self.checked.table.key)
        return list(zip(*map(listed, columns), strict=True))

    @cached_property
    def figures(self) -> list[Row]:
        return dated(self.checked.rows, self.names.items)


class Merged:
    """The sheets of one table as one; what a later folder restates is used as restated."""

    def __init__(self, table: Table, parts: Sequence[Part], names: Names):
        self.table, self.parts, self.names = table, list(parts), names
        self.pollutants = measured(table) if outside(table.name).wide == "station" else ()
        #: By sheet, the rows that are used.
        self.used: list[Sequence[int]] = [range(part.checked.used) for part in parts]
        restated: list[Note] = []
        #: Of one year two files that contradict each other: nobody knows which of them holds.
        self.contradicted: list[Unread] = []
        # Items are left alone: a figure without a year is of its folder's year, see `figures`.
        if table.key and table.name != "items" and len(parts) > 1:
            restated = self._leave_out_restated()
        self.issues = (*chain(*(part.checked.issues for part in parts)), *restated)

    def _leave_out_restated(self) -> list[Note]:
        """Keep one row a key, the one submitted last; a row that says something else is told."""
        last: dict[tuple, tuple[int, int]] = {}
        for p, part in enumerate(self.parts):
            last |= zip(part.keys, ((p, k) for k in range(len(part.keys))), strict=True)
        if len(last) == sum(len(part.keys) for part in self.parts):
            return []
        kept = set(last.values())
        notes, completed = [], {}
        for p, part in enumerate(self.parts):
            for k, key in enumerate(part.keys):
                if (p, k) not in kept:
                    q, m = last[key]
                    earlier = part.checked.rows[k]
                    later = completed.get((q, m)) or self.parts[q].checked.rows[m]
                    if (row := self._together(earlier, later)) is not None:
                        completed[q, m] = row
                        continue
                    told = list(self._restated(earlier, later))
                    notes += told
                    if told and earlier["submitted"] == later["submitted"]:
                        self.contradicted.append(self._contradicted(earlier, told[0]))
            self.used[p] = [k for k in self.used[p] if (p, k) in kept]
        for q in {q for q, _ in completed}:
            columns = {name: listed(cells) for name, cells in self.parts[q].checked.columns.items()}
            for m, name in ((m, name) for p, m in completed if p == q for name in self.pollutants):
                columns[name][m] = completed[q, m][name]
            checked = replace(self.parts[q].checked, columns=columns)
            self.parts[q] = replace(self.parts[q], checked=checked)
        return notes

    def _together(self, earlier: Row, later: Row) -> Row | None:
        """Two rows of one moment as one where each pollutant has a sheet; None where they differ, or
        where a value is gone in the later of them."""
        if not self.pollutants or earlier["submitted"] != later["submitted"]:
            return None
        own = {n: earlier[n] for n in self.pollutants if earlier[n] is not None}
        other = {n: later[n] for n in own}
        return later | own if other == own or set(other.values()) == {None} else None

    def _contradicted(self, row: Row, note: Note) -> Unread:
        moment = next((row[n] for n in ("year", "date", "time") if row.get(n) is not None), None)
        year = moment if moment is None or isinstance(moment, int) else moment.year
        said = (str(row[self.table.subject]),) if self.table.subject else ()
        return Unread(self.table.name, year, said, "", note, folder=row["submitted"])

    def _restated(self, earlier: Row, later: Row) -> Iterator[Note]:
        key = self.table.key
        said = (n for n in self.table.by_name if n not in (*key, "unit", "position", "note"))
        if any(earlier[name] != later[name] for name in said):
            shown = called(self.table, [later[name] for name in key], self.names)
            told = {"source": source_of(later), "shown": shown, "older": earlier["file"]}
            yield Note("restated.row", severity="warning", **told)

    @cached_property
    def rows(self) -> list[Row]:
        pairs = zip(self.parts, self.used, strict=True)
        return [part.checked.rows[k] for part, used in pairs for k in used]

    def columns(self) -> dict[str, Sequence]:
        """The columns of all sheets that have rows, one below the other."""
        pairs = zip(self.parts, self.used, strict=True)
        filled = [(part.checked.columns, used) for part, used in pairs if used]
        return {
            name: _joined([taken(columns[name], used) for columns, used in filled])
            for name in columns_of(self.table)
        }


def _joined(parts: Sequence[Sequence]) -> Sequence:
    if len(parts) == 1:
        return parts[0]
    if parts and all(isinstance(part, np.ndarray) for part in parts):
        return np.concatenate(parts)
    return list(chain(*map(listed, parts)))
