"""The pieces a page is put together from, and frames of `ecolib.pages.tables` in a language.

A `Table` keeps two forms of a frame: `frame` as a reader sees it, and `data` with its numbers in
full, which is what the CSV file beside a page holds.
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from ecolib.assess.annual import inert_csv
from ecolib.assess.result import Result
from ecolib.pages import tables
from ecolib.pages.style import MARKS, svg
from ecolib.pages.wording import width
from ecolib.texts import Note, joined, minus, show, text, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TAGS = re.compile(r"<[^>]+>")
#: Tables up to so many rows stand open; longer ones are folded, never cut.
LONG = 15
#: Widths of digits that have room beside a figure.
BESIDE = 46
#: A cell beyond this width is a text to be read.
SENTENCE = 28


@dataclass(frozen=True)
class Table:
    """A table in a language; `numbers` are its columns of numbers, `data` holds these in full."""

    frame: pd.DataFrame
    caption: str
    numbers: tuple[str, ...]
    data: pd.DataFrame

    @property
    def long(self) -> bool:
        return len(self.frame) > LONG

    @property
    def wide(self) -> bool:
        """Whether it is too wide to stand beside its figure."""
        return sum(self._widths) > BESIDE

    @property
    def style(self) -> str:
        """How it stands on a narrow screen: rows with long texts one below the other."""
        return "stack" if max(self._widths) > SENTENCE and self.wide else ""

    @cached_property
    def _widths(self) -> list[int]:
        """The widest cell of each column."""
        frame = self.frame.fillna("")
        rows = [list(frame), *frame.itertuples(index=False, name=None)]
        widths = ([width(str(_plain(cell))) for cell in row] for row in rows)
        return list(map(max, zip(*widths, strict=True)))

    def lines(self, most: int = 14) -> tuple[str, ...]:
        """What it says row by row, for who does not see it; of a long table the ends."""
        frame = self.frame.fillna("—")
        if len(frame) > most:
            frame = pd.concat([frame.head(most // 2), frame.tail(most // 2)])
        heads, lines = list(frame), []
        for first, *others in frame.itertuples(index=False, name=None):
            cells = (f"{head} {_plain(cell)}" for head, cell in zip(heads[1:], others, strict=True))
            lines.append(" ".join((str(_plain(first)), *cells)))
        return tuple(lines)

    def csv(self) -> str:
        """The table as a CSV file that Excel opens as it is."""
        return codecs.BOM_UTF8.decode() + inert_csv(self.data, float_format="%.10g")


@dataclass(frozen=True)
class Figure:
    """A figure as SVG under a title that says what is to be seen, with the table behind it."""

    svg: Markup
    title: str
    table: Table
    source: str = ""
    #: Drawn for the width of a page: a narrow screen scrolls it.
    wide: bool = False
    #: Given when the page is put together: its number, and the address of its data.
    number: str = ""
    csv: str = ""


@dataclass(frozen=True)
class Text:
    """A paragraph; `style` is a class of the style sheet."""

    said: str | Markup
    style: str = ""


@dataclass(frozen=True)
class Listing:
    """Sentences, one below the other; folded behind a `summary` where one is given."""

    said: Sequence[str | Markup]
    summary: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading within a section, that can be jumped to."""

    said: str
    id: str


@dataclass(frozen=True)
class Checklist:
    """Requirements, each with the state it is in, its documents and its states before."""

    items: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Facts:
    """Terms and what is said of each."""

    pairs: Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class Section:
    """A part of a page under its heading."""

    id: str
    title: str
    blocks: list[Any]


def heading(name: str, lang: str) -> Heading:
    """A heading of the catalogue, by its name there."""
    return Heading(text(f"heading.{name}", lang), name.replace("_", "-"))


def figure(
    axes: Axes,
    title: str,
    table: Table,
    lang: str,
    *,
    said: str = "",
    lines: Sequence[str] = (),
    source: str = "",
    wide: bool = False,
) -> Figure:
    """A drawing under its title; who does not see it hears the title, or what is `said` in its place,
    and the `lines` of the table, or others."""
    heard = text("said.alt", lang, title=said or title, rows=tuple(lines) or table.lines())
    return Figure(svg(axes, heard), title, table, source, wide)


def yearly(
    axes: Axes, title: str, wide: pd.DataFrame, caption: str, heads: Mapping[Any, str], lang: str
) -> Figure:
    """A drawing of numbers by year (the index) with its table, whose columns are called by `heads`."""
    return figure(axes, title, told(wide.reset_index(), lang, caption, heads=heads), lang)


# --- frames in a language -------------------------------------------------------------------------

Form = Callable[[Any], Any]


def told(
    frame: pd.DataFrame,
    lang: str,
    caption: str,
    *,
    heads: Mapping[Any, str] | None = None,
    forms: Mapping[Any, Form] | None = None,
) -> Table:
    """A frame in a language, without the columns that have nothing in them.

    Parameters
    ----------
    heads
        Headings other than the word of the column (`column` in the catalogue).
    forms
        How the cells of a column are written, where not as they are.
    """
    heads, forms = heads or {}, forms or {}
    shown, data, numbers = {}, {}, []
    for column in frame:
        if len(frame) and all(map(is_missing, frame[column])):
            continue
        # A year is called by its number.
        year = str(column).isdigit()
        head = heads.get(column) or (str(column) if year else word("column", column, lang))
        written = [_cell(v, forms.get(column), lang) for v in frame[column]]
        numeric = pd.api.types.is_numeric_dtype(frame[column])
        numeric = numeric and not pd.api.types.is_bool_dtype(frame[column])
        shown[head] = written
        data[head] = frame[column].to_numpy() if numeric else [_plain(v) for v in written]
        if numeric and column != "year":
            numbers.append(head)
    # As objects: text columns of pandas would make plain text of finished HTML.
    return Table(pd.DataFrame(shown, dtype=object), caption, tuple(numbers), pd.DataFrame(data))


def is_missing(value: Any) -> bool:
    """Whether there is nothing to show: no value, an empty text or list."""
    if isinstance(value, str | tuple):
        return not value
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def _cell(value: Any, form: Form | None, lang: str) -> Any:
    if is_missing(value) and not isinstance(value, tuple):
        return None
    if form is not None:
        return form(value)
    match value:
        case str():
            return value
        case Note():
            return value.text(lang)
        case tuple():
            notes = all(isinstance(each, Note) for each in value)
            return joined(value, lang) if notes else text("said.list", lang, names=value)
        case float():
            return show(value, lang)
    return str(value)


def _plain(value: Any) -> Any:
    return TAGS.sub("", value).strip() if isinstance(value, Markup) else value


def badge(lang: str) -> Form:
    """How a verdict is written in a table."""
    return lambda status: toned(status, MARKS[status], word("status", status, lang))


def toned(tone: str, mark: str, said: str) -> Markup:
    """A sign and a word on a tone, as `macros.html.j2` has them."""
    return Markup('<span class="verdict {0}"><b aria-hidden="true">{1}</b>{2}</span>').format(
        tone, mark, said
    )


def decimals(count: int, lang: str, *, plus: bool = False) -> Form:
    """A number with so many decimals, with its sign where it is a difference."""
    form = f"{',' if lang == 'en' else ''}.{count}f"

    def written(value: float) -> str:
        rounded = round(value, count) + 0.0
        return f"{'+' if plus and rounded > 0 else ''}{minus(format(rounded, form))}"

    return written


def percent(share: float) -> str | None:
    """A share in % with one decimal, which both languages write alike."""
    return None if is_missing(share) else f"{share:.1f}%"


def difference(lang: str) -> Form:
    """A difference with its sign; none for zero."""
    return lambda value: f"+{show(value, lang)}" if value > 0 else show(value, lang)


def remarks(result: Result, rules: Iterable[str], lang: str) -> list[Listing]:
    """Gaps, invalid data and assumptions of the year, and the rules applied where a standard leaves a
    choice (the tables of the result named `rules`), each folded."""
    every = (p.detail.get("monitoring_notes", pd.DataFrame()) for p in result.owner_parts)
    notes = [rows.loc[rows["year"] == result.year, "note"] for rows in every if len(rows)]
    chosen = [tables.detail(result, name).get("note", ()) for name in rules]
    found = []
    for code, columns in (("heading.remarks", notes), ("heading.choices", chosen)):
        said = list(dict.fromkeys(note.text(lang) for column in columns for note in column))
        if said:
            summary = text("said.counted", lang, title=text(code, lang), count=len(said))
            found.append(Listing(said, summary))
    return found
