"""What checking leaves of a sheet: rows that fit their table, and what of it could not be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ecolib.data.dictionary import Table
from ecolib.data.sheet import listed
from ecolib.texts import Note, Source

#: Where a row of a checked table stands, and the year of the folder it was submitted in.
PLACE = ("file", "sheet", "row", "submitted")


@dataclass(frozen=True)
class Unread:
    """Something of a table that was submitted and not used: nothing good can be said without it.

    Attributes
    ----------
    year
        The year that its row speaks of; None where that is not known, so that it may be any.
    subjects
        What its row names: an item, an indicator, a survey, a kind of area; empty where that is not
        known, so that it may be any.
    column
        The column that could not be read; "" for a row or a sheet as a whole.
    note
        The first remark on such a thing, with file, sheet and cell.
    count
        How many there are of the same year, subjects and column.
    folder
        The year of the folder it lies in.
    unit
        The unit of a figure whose item is not known.
    """

    table: str
    year: int | None
    subjects: tuple[str, ...]
    column: str
    note: Note
    count: int = 1
    folder: int | None = None
    unit: str = ""


@dataclass(frozen=True)
class Checked:
    """What is left of a sheet: the rows that fit its table, by column, and the remarks.

    Attributes
    ----------
    columns
        Those of `columns_of`, as lists with None where there is nothing or as arrays with NaN or
        NaT, all of the same length.
    read, cells
        How many rows there were, and cells with something in them.
    unread
        What of them was not used, though something stands there.
    """

    table: Table
    file: str
    sheet: str
    columns: Mapping[str, Sequence]
    issues: tuple[Note, ...]
    read: int
    cells: int = 0
    unread: tuple[Unread, ...] = ()
    folder: int | None = None

    @property
    def used(self) -> int:
        return len(self.columns["row"])

    @property
    def refused(self) -> int:
        return self.read - self.used

    @cached_property
    def frame(self) -> pd.DataFrame:
        return pd.DataFrame(dict(self.columns))

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The same one by one, as plain values, None where there is nothing."""
        values = zip(*map(listed, self.columns.values()), strict=True)
        return [dict(zip(self.columns, row, strict=True)) for row in values]


def columns_of(table: Table) -> tuple[str, ...]:
    """The columns of a checked table, its own first.

    Where it has a `value`, `printed` is the figure as it was written and `cell` where it stands.
    """
    own = tuple(table.by_name)
    return (*own, "printed", *PLACE, "cell") if "value" in own else (*own, *PLACE)


def taken(values: Sequence, rows: Sequence[int]) -> Sequence:
    """The values of a column in these rows, of which none comes twice."""
    if len(rows) == len(values):
        return values
    return values[rows] if isinstance(values, np.ndarray) else [values[k] for k in rows]


def source_of(row: Mapping[str, Any]) -> Source:
    """Where a row of a table stands."""
    return Source(row["file"], row["sheet"], f"A{row['row']}")
