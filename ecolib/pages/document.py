"""A Word document of chapters, paragraphs and tables, in the styles of the report but for no template:
the bulletin, the report on the plan, the table of tasks. The same content gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ecolib.pages.word_fill import Properties, fill
from ecolib.pages.wordml import (
    HEAD,
    SPACES,
    Table,
    document,
    page_numbers,
    para,
    run,
    section,
    section_end,
)
from ecolib.texts import text

UNNUMBERED = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'
MARKED = (
    '<w:r><w:rPr><w:rStyle w:val="ToFill"/><w:rFonts w:hint="eastAsia"/></w:rPr><w:t>{}</w:t></w:r>'
)
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


@dataclass(frozen=True)
class Part:
    """A heading, what is said under it, and the tables that follow; an annex lies across the page."""

    heading: str
    said: Sequence[str] = ()
    grids: Sequence[Grid] = ()
    below: Sequence[Part] = field(default=())


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
        The lines of its title with their styles (`wordml`).
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
    if template is not None:
        lines = [line for _, line in title]
        content = {"header": header, "title": lines, "parts": parts, "signed": list(signed),
                   "annexes": annexes}  # fmt: skip
        return fill(template, lambda _: content, Properties(header, lang))
    body = [para(style, *_runs(line, lang)) for style, line in title]
    for part in parts:
        body += _part(part, lang, UPRIGHT, ("Heading2", "Heading3"))
    body += [para("CoverMark", *_runs(line, lang)) for line in signed]
    end = section(numbers=page_numbers("decimal"))
    if annexes:
        if parts:
            body.append(section_end(numbers=page_numbers("decimal")))
        for annex in annexes:
            body += _part(annex, lang, ACROSS, ("Heading2", "Heading3"))
        end = section(across=True)
    xml = f"{HEAD}<w:document {SPACES}><w:body>{''.join(body)}{end}</w:body></w:document>"
    return document(xml, header, lang)


def _part(part: Part, lang: str, width: float, styles: Sequence[str]) -> list[str]:
    found = [para(styles[0], part.heading, extra=UNNUMBERED)] if part.heading else []
    found += [para("Normal", *_runs(said, lang)) for said in part.said]
    for grid in part.grids:
        found += _grid(grid, lang, width)
    for below in part.below:
        found += _part(below, lang, width, styles[1:])
    return found


def _grid(grid: Grid, lang: str, width: float) -> list[str]:
    whole = sum(grid.columns.values())
    table = Table([width * share / whole for share in grid.columns.values()], small=True)
    table.head(*grid.columns)
    # A column of short texts stands in the middle.
    kinds = "".join(
        "n" if max(map(len, column)) <= SHORT else "t" for column in zip(*grid.cells, strict=True)
    )
    for row in grid.rows:
        if isinstance(row, str):
            table.band(row)
        else:
            table.line(*row, kinds=kinds)
    title = [para("TableTitle", grid.title)] if grid.title else []
    return [*title, table.xml(), para("TableNote", *_runs(grid.note, lang))]


def _runs(said: str, lang: str) -> list[str]:
    """A text with what is to be filled in by hand in yellow."""
    blank = text("export.blank", lang)
    pieces = re.split(f"({re.escape(blank)})", said)
    return [MARKED.format(piece) if piece == blank else run(piece) for piece in pieces if piece]
