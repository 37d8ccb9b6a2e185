"""One sheet while it is checked: its columns, what was told of its rows, and which are refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ecolib.data.checked import Unread, columns_of, taken
from ecolib.data.dictionary import Names, Table
from ecolib.data.numbers import as_printed
from ecolib.data.parse import as_text
from ecolib.data.sheet import Sheet, is_blank, listed
from ecolib.texts import Name, Note

#: Of a long cell, a remark shows this many characters.
SHOWN = 200
#: The kinds of text that say what a row speaks of.
NAMING = ("text", "substance")


class Work:
    """The columns of one sheet while they are checked; `k` counts its rows from 0."""

    def __init__(self, sheet: Sheet, table: Table, places: Mapping[str, int], names: Names):
        self.sheet, self.table, self.places, self.names = sheet, table, places, names
        self.numbers, cells = sheet.columns()
        nothing = [None] * len(self.numbers)
        self.raw = {n: cells[i] if i < len(cells) else nothing for n, i in places.items()}
        self.values: dict[str, Sequence] = {}
        self.refused: set[int] = set()
        #: The rows of finished values that are written as a bound.
        self.bounds: set[int] = set()
        #: By column and code, the rows whose cells were read in a way that must be told.
        self.marked: dict[tuple[str, str], list[int]] = {}
        self._told: list[tuple[int, int, str, Note]] = []

    def told(self) -> list[Note]:
        """What was told, row by row; of a row in the order of the steps and their columns."""
        told = [note for *_, note in sorted(self._told, key=lambda told: told[:2])]
        if self.sheet.origins is None:
            return told
        # One cell of a wide table stands in many rows.
        return list({(note.code, note.source): note for note in reversed(told)}.values())[::-1]

    def subject(self, k: int) -> tuple[Name | str, ...]:
        """What a row speaks of: the name of its item or indicator, and its place."""
        found: list[Name | str] = []
        for column in self.table.columns:
            values = self.values.get(column.name)
            if values is None or values[k] is None:
                continue
            if column.type in ("item", "indicator"):
                known = self.names.of(column.type)[0]
                found.append(Name(column.type, values[k]) if values[k] in known else values[k])
            elif column.name in self.table.key and column.type in NAMING and not column.allowed:
                found.append(values[k][:SHOWN])
        return tuple(found)

    def unread(self, folder: int | None) -> list[Unread]:
        """What was told as an error, by the year and the subjects of its row."""
        found: dict[tuple, tuple[Note, int]] = {}
        for k, _, name, note in self._told:
            used = k not in self.refused
            if note.severity != "error" or (used and not (name and self.is_judged(name))):
                continue
            # Of a row that is not used nothing is; of another one the cell.
            # Each unknown name may mean something else.
            called = note.args["value"] if note.code.startswith("unknown_") else ""
            year = folder if note.code == "before_standard" else self.year(k)
            if used and name == "last_year" and year:
                year -= 1
            key = year, self.subjects(k), name if used else "", self.unit(k), called
            first, count = found.get(key, (note, 0))
            found[key] = first, count + 1
        return [
            Unread(self.table.name, *key[:3], *rest, folder, key[3]) for key, rest in found.items()
        ]

    def unit(self, k: int) -> str:
        """The unit of a figure whose item is not known."""
        items = self.values.get("item")
        known = items is None or items[k] is not None or "unit" not in self.values
        return "" if known else self.values["unit"][k] or ""

    def year(self, k: int) -> int | None:
        """The year a row speaks of; None where it does not say or cannot be read."""
        for column in self.table.columns:
            if column.name in self.values and column.type in ("year", "date", "time"):
                value = listed(self.values[column.name][k : k + 1])[0]
                if value is not None:
                    return value if isinstance(value, int) else value.year
        return None

    def named(self) -> tuple[str, ...]:
        """The items or indicators that stand anywhere in a sheet whose headings are not understood."""
        kind = self.table.by_name[self.table.subject].type if self.table.subject else ""
        codes, titles = self.names.of(kind) if kind in ("item", "indicator") else ((), {})
        texts = {str(cell).strip() for column in self.sheet.columns()[1] for cell in listed(column)}
        return tuple(
            dict.fromkeys(titles.get(t, t) for t in sorted(texts) if t in titles or t in codes)
        )

    def subjects(self, k: int) -> tuple[str, ...]:
        values = self.values.get(self.table.subject)
        return () if values is None or values[k] is None else (str(values[k]),)

    def filled_cells(self) -> int:
        """How many cells of known columns have something in them."""
        empty = (
            int(np.isnan(cells).sum())
            if isinstance(cells, np.ndarray)
            else sum(map(is_blank, cells))
            for cells in self.raw.values()
        )
        return len(self.raw) * len(self.numbers) - sum(empty)

    def tell(
        self, k: int, step: int, name: str, note: Note, value: Any, severity: str = "error"
    ) -> None:
        whole = as_text(value)
        shown = " ".join(whole.split()) if "\n" in whole or "\r" in whole else whole
        shown = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"
        args = dict(note.args)
        if shown != whole:
            texts = {n: arg for n, arg in args.items() if isinstance(arg, str)}
            args |= {n: arg.replace(whole, shown) for n, arg in texts.items()}
        cell, about = self.cell(self.numbers[k], name), f"{self.table.name}.{name}"
        told = self.sheet.note(note.code, severity, cell, about=about, shown=shown, **args)
        self._told.append((k, step, name, told))

    def cell(self, number: int, name: str) -> str:
        return self.sheet.cell(number, self.places[name]) if name in self.places else ""

    def said(self, k: int, name: str) -> Any:
        """One value of a row, None for what no verdict looks at."""
        return listed(self.values[name][k : k + 1])[0] if self.is_judged(name) else None

    def is_judged(self, name: str) -> bool:
        column = self.table.by_name.get(name)  # None for what was read beside them
        return column is None or column.is_judged

    def columns(self, rows: Sequence[int], submitted: int | None) -> dict[str, Sequence]:
        """The columns of these rows, with where each row stands."""
        numbers = taken(self.numbers, rows)
        of_all = {"file": self.sheet.file, "sheet": self.sheet.name, "submitted": submitted}
        made = {name: [value] * len(rows) for name, value in of_all.items()}
        made["row"] = (
            [self.sheet.place(n, 0)[0] for n in numbers] if self.sheet.origins else numbers
        )
        if "value" in self.table.by_name:
            value = self.places.get("value", 0)
            made["cell"] = [self.sheet.cell(number, value) for number in numbers]
        return {
            name: made[name] if name in made else taken(self.values[name], rows) if rows else []
            for name in columns_of(self.table)
        }

    def remarks(self, rows: Sequence[int]) -> Iterator[Note]:
        """A note for each way in which cells of a column were read otherwise than they are stored."""
        used = set(rows)
        for (name, code), marked in self.marked.items():
            told = [
                k
                for k in marked
                if k in used
                and (code in ("nan", "as_bound", "endless") or self.values[name][k] is not None)
            ]
            if told:
                raw, count = self.raw[name][told[0]], len(told)
                stored = getattr(raw, "stored", raw)
                cell = self.cell(self.numbers[told[0]], name)
                first = as_text(raw)
                args = {"shown": first, "count": count, "cell": cell, "first": first}
                if isinstance(stored, int | float):
                    args["stored"] = as_printed(stored)
                about = f"{self.table.name}.{name}"
                yield self.sheet.note(code, "note", cell, about=about, **args)
