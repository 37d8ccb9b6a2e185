"""What has to be said about raw data on the way to a yearly figure, year by year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter

import pandas as pd

from ecolib.errors import DataError
from ecolib.standards.derived import Derived, year_remarks


@dataclass(frozen=True)
class Remarks:
    """Collects sentences in both languages; `said` gives the notes and gaps of a `Derived`."""

    notes: list[tuple[int, str, str]] = field(default_factory=list)
    gaps: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, year: int, zh: str, en: str) -> None:
        """Something to know about the figure of a year."""
        self.notes.append((int(year), zh, en))

    def gap(self, year: int, zh: str, en: str) -> None:
        """Why there is no figure for a year."""
        self.gaps.append((int(year), zh, en))

    def refusal(self, error: DataError, years: Iterable[int]) -> Derived:
        """No figure at all, for data that contradict each other; every year says why."""
        for year in years:
            self.gap(year, error.text("zh"), error.text("en"))
        return Derived({}, {}, **self.said())

    def said(self) -> dict[str, pd.DataFrame]:
        """The arguments `notes` and `gaps` of a `Derived`, by year."""
        given = {"notes": self.notes, "gaps": self.gaps}
        return {name: year_remarks(sorted(rows, key=itemgetter(0))) for name, rows in given.items()}

    def latest(self, rows: pd.DataFrame, key: list[str], value: str) -> pd.DataFrame:
        """Rows with a `year`, of which those handed in again count once: as handed in last."""
        ordered = rows.sort_values(["submitted", "file", "row"], kind="stable")
        again = ordered[ordered.duplicated(key, keep=False)]
        differ = again.groupby(key, dropna=False)[value].transform("nunique") > 1
        for year, group in again[differ].groupby("year"):
            count = len(group.drop_duplicates(key))
            self.add(
                year,
                f"{count} 个结果前后填报不一致，采用最后一次",
                f"{count} results were handed in again with another value; the last one counts",
            )
        return ordered.drop_duplicates(key, keep="last").sort_index().reset_index(drop=True)
