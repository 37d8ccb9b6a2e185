"""Documents on the plan of work: chapters, paragraphs and tables, and the same as a Word file in the
styles of the report. The same content gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from ecolib.errors import check_lang
from ecolib.pages import planned
from ecolib.pages.style import PLAN_MARKS
from ecolib.pages.word_fill import Properties, fill
from ecolib.pages.wordml import CM, TableForm, document
from ecolib.texts import word
from ecolib.workplan.state import Standing

if TYPE_CHECKING:
    from ecolib.assess.case import Case

#: The states as tables count them.
STATES = ("done", "on_track", "due", "late", "stopped", "no_report", "contradicted", "no_date")
#: Characters of a text that is short.
SHORT = 12
#: Width between the margins in cm, upright and across.
UPRIGHT, ACROSS = 15.7, 25.7


@dataclass(frozen=True)
class Grid:
    """A table: its columns with their shares of the width; a row that is a text is a band across."""

    title: str
    columns: Mapping[str, float]
    rows: Sequence[Sequence[str] | str]
    note: str = ""

    @property
    def cells(self) -> list[Sequence[str]]:
        """The rows that are no bands."""
        return [row for row in self.rows if not isinstance(row, str)]

    def form(self, width: float) -> TableForm:
        """How it looks on so many centimetres; a column of short texts stands in the middle."""
        whole = sum(self.columns.values())
        widths = [round(width * share / whole * CM) for share in self.columns.values()]
        longest = (max(map(len, column)) for column in zip(*self.cells, strict=True))
        return TableForm(widths, "".join("n" if n <= SHORT else "t" for n in longest), small=True)


@dataclass(frozen=True)
class Part:
    """A heading, what is said under it, and the tables that follow; an annex lies across the page."""

    heading: str
    said: Sequence[str] = ()
    grids: Sequence[Grid] = ()


class Told:
    """What a document on the plan says in one language.

    Attributes
    ----------
    shown
        The column of `planned.cell` behind a heading of another name.
    """

    shown: ClassVar[Mapping[str, str]]

    def __init__(self, case: Case, lang: str):
        self.case, self.lang = case, check_lang(lang)
        self.county = case.params.county.name(lang)

    def say(self, code: str, **args: Any) -> str:
        """A sentence or heading of the document."""
        raise NotImplementedError

    def cell(self, column: str, standing: Standing) -> str:
        return planned.cell(column, standing, self.case, self.lang)

    def row(self, columns: Iterable[str], standing: Standing, **own: str) -> list[str]:
        """A row of the plan as one of a table; `own` is what the table has from elsewhere."""
        return [
            own[name] if name in own else self.cell(self.shown.get(name, name), standing)
            for name in columns
        ]

    def heads(self, columns: Mapping[str, float]) -> dict[str, float]:
        """The headings of columns; a state is its own."""
        return {
            word("plan_state", name, self.lang) if name in PLAN_MARKS else self.say(f"column.{name}"): share
            for name, share in columns.items()
        }  # fmt: skip


def numbered(rows: Iterable[Sequence[str] | str]) -> list[Sequence[str] | str]:
    """Rows with their numbers in front, and a dash where a cell is empty; bands as they are."""
    numbers = count(1)
    return [
        row if isinstance(row, str) else (str(next(numbers)), *(cell or "—" for cell in row))
        for row in rows
    ]


def docx(
    lang: str,
    *,
    header: str,
    title: Sequence[tuple[str, str]],
    parts: Sequence[Part] = (),
    signed: Iterable[str] = (),
    copied: str = "",
    annexes: Sequence[Part] = (),
    template: Path | None = None,
) -> bytes:
    """The document as the bytes of a .docx.

    Parameters
    ----------
    header
        What stands at the head of each page.
    title
        The lines of its title with their styles (`templates/styles.yml`).
    parts
        The chapters; `annexes` follow on pages that lie across.
    signed
        Lines to the right below the last chapter; `copied` is the line below them, who is sent a copy.
    template
        An office's own, filled with the same; see `data/README.md`.

    Raises
    ------
    RunError
        When the template cannot be read or filled.
    """
    content = {"title": title, "parts": parts, "signed": list(signed), "copied": copied}
    content["annexes"] = annexes
    if template is None:
        return document("document", header, lang, **content, upright=UPRIGHT, across=ACROSS)
    content |= {"header": header, "title": [line for _, line in title]}
    return fill(template, lambda _: content, Properties(header, lang))
