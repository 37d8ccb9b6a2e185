"""What has to be said about raw data on the way to a yearly figure, year by year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter

import pandas as pd

from ecolib.errors import EcolibError
from ecolib.standards.derived import Derived, YearNote
from ecolib.texts import Note


@dataclass(frozen=True)
class Remarks:
    """Collects notes by year; `said` gives the notes and gaps of a `Derived`."""

    notes: list[YearNote] = field(default_factory=list)
    gaps: list[YearNote] = field(default_factory=list)

    def add(self, year: int, note: Note) -> None:
        """Something to know about the figure of a year."""
        self.notes.append((int(year), note))

    def gap(self, year: int, note: Note) -> None:
        """Why there is no figure for a year."""
        self.gaps.append((int(year), note))

    def refusal(self, error: EcolibError, years: Iterable[int]) -> Derived:
        """No figure at all, for data that contradict each other; every year says why."""
        for year in years:
            for problem in error.problems:
                where = str(problem.source) or problem.about
                self.gap(year, Note("at_place", where=where, said=problem) if where else problem)
        return Derived({}, {}, **self.said())

    def said(self) -> dict[str, tuple[YearNote, ...]]:
        """The arguments `notes` and `gaps` of a `Derived`, by year."""
        given = {"notes": self.notes, "gaps": self.gaps}
        return {name: tuple(sorted(rows, key=itemgetter(0))) for name, rows in given.items()}

    def latest(self, rows: pd.DataFrame, key: list[str], value: str) -> pd.DataFrame:
        """Rows with a `year`, of which those handed in again count once: as handed in last."""
        if rows.index.is_unique and not rows.duplicated(key).any():
            return rows.sort_index().reset_index(drop=True)
        ordered = rows.sort_values(["submitted", "file", "row"], kind="stable")
        again = ordered[ordered.duplicated(key, keep=False)]
        differ = again.groupby(key, dropna=False)[value].transform("nunique") > 1
        for year, group in again[differ].groupby("year"):
            self.add(year, Note("handed_in_again", count=len(group.drop_duplicates(key))))
        return ordered.drop_duplicates(key, keep="last").sort_index().reset_index(drop=True)
