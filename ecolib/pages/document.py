"""A Word document of chapters, paragraphs and tables, in the styles of the report but for no template:
the bulletin, the report on the plan, the table of tasks. The same content gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecolib.pages.word_fill import Properties, fill
from ecolib.pages.wordml import CM, Form, document

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

    def form(self, width: float) -> Form:
        """How it looks on so many centimetres; a column of short texts stands in the middle."""
        whole = sum(self.columns.values())
        widths = [round(width * share / whole * CM) for share in self.columns.values()]
        longest = (max(map(len, column)) for column in zip(*self.cells, strict=True))
        return Form(widths, "".join("n" if n <= SHORT else "t" for n in longest), small=True)


@dataclass(frozen=True)
class Part:
    """A heading, what is said under it, and the tables that follow; an annex lies across the page."""

    heading: str
    said: Sequence[str] = ()
    grids: Sequence[Grid] = ()


def docx(
    lang: str,
    *,
    header: str,
    title: Sequence[tuple[str, str]],
    parts: Sequence[Part] = (),
    signed: Iterable[str] = (),
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
        Lines to the right below the last chapter.
    template
        An office's own, filled with the same; see `data/README.md`.

    Raises
    ------
    RunError
        When the template cannot be read or filled.
    """
    content = {"title": title, "parts": parts, "signed": list(signed), "annexes": annexes}
    if template is None:
        return document("document", header, lang, **content, upright=UPRIGHT, across=ACROSS)
    content |= {"header": header, "title": [line for _, line in title]}
    return fill(template, lambda _: content, Properties(header, lang))
