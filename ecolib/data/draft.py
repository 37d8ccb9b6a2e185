"""A draft of `mappings.yml` from what a file holds: what was recognised, and what has to be said."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from glob import escape
from pathlib import Path

from ecolib.data.detect import at_headings, laid_below, likely_table, meanings, table_of, tables_of
from ecolib.data.dictionary import table
from ecolib.data.headings import Meaning, outside
from ecolib.data.layout import MOST_STATIONS
from ecolib.data.mappings import Mappings
from ecolib.data.sheet import Sheet, is_blank
from ecolib.standards.survey import scales
from ecolib.texts import Name, text

#: Of the stations, and of the answers to a question, of a file only this many are listed.
LISTED = 40


def draft(sheets: Sequence[Sheet], said: Mappings, lang: str) -> str:
    """The draft for the sheets of a file, as YAML with comments in a language.

    Parameters
    ----------
    said
        The entries that the county has; a sheet that has one is not asked about again.
    """
    lines = [_comment("draft.head", lang), "mappings:"]
    for sheet in sheets:
        lines += _entry(sheet, said, lang)
    if len(lines) == 2:
        lines[1] = "mappings: []"
    return "\n".join([*lines, ""])


def _entry(sheet: Sheet, said: Mappings, lang: str) -> Iterator[str]:
    file = Path(sheet.file).name
    shown = f"{file} {sheet.name}".strip()
    if sheet.ids or said.of(file, sheet.name):
        yield _comment("draft.known", lang, sheet=shown)
        return
    named = table_of(sheet)
    fitting = (named,) if named else tables_of(sheet)
    likely = None if fitting else likely_table(sheet)
    fitting = (likely[0],) if likely else fitting
    yield _comment("draft.sheet", lang, sheet=shown, rows=len(sheet.rows))
    if not fitting:
        yield _comment("draft.no_table", lang)
        return
    # The year in the name of a file is another one next year.
    pattern = re.sub(r"(?<!\d)(?:19|20)\d\d(\d\d)?(\d\d)?(?!\d)", "*", escape(file))
    yield f"  - file: {_quoted(pattern)}"
    if sheet.name:
        yield f"    sheet: {_quoted(escape(sheet.name))}"
    own = table(fitting[0])
    among = tuple(Name("table", name) for name in fitting)
    yield f"    table: {own.name}  {_comment('draft.table', lang, tables=among)}"
    for name in likely[1] if likely else ():
        column = Name("column", f"{own.name}.{name}")
        yield f"    # set: {{{name}: }}  {_comment('draft.lacking', lang, column=column)}"
    at = laid_below(sheet, at_headings(sheet, own), own)
    found = meanings(at.header, own, None)
    yield from _columns(at, found, own.name, lang)
    if outside(own.name).wide == "station":
        yield from _stations(at, found, lang)
    elif outside(own.name).wide == "question":
        yield from _answers(at, found, lang)


def _columns(sheet: Sheet, found: Sequence[Meaning], name: str, lang: str) -> Iterator[str]:
    """The headings: those that are known as comments, and what has to be decided."""
    pairs = [(t, m) for t, m in zip(sheet.header, found, strict=True) if t]
    known = tuple(f"{t} → {m.name}" for t, m in pairs if m.name and m.kind != "asked")
    yield f"    {_comment('draft.recognised', lang, names=known[:LISTED])}"
    if passed := tuple(t for t, m in pairs if m.kind == "passed"):
        yield f"    {_comment('draft.passed', lang, names=passed[:LISTED])}"
    wide = outside(name).wide == "station" and any(m.name == "type" for _, m in pairs)
    open_ = [(t, m) for t, m in pairs if m.kind == "asked" or (not m.name and m.kind != "passed")]
    open_ = [(t, m) for t, m in open_ if not (wide and not m.kind)]
    if open_:
        yield f"    # columns:  {_comment('draft.decide', lang)}"
        yield from (f"    #   {_quoted(t)}: {m.name or 'skip'}" for t, m in open_[:LISTED])


def _stations(sheet: Sheet, found: Sequence[Meaning], lang: str) -> Iterator[str]:
    """The stations of the file, where there are too many to be those of a county."""
    at = next((i for i, m in enumerate(found) if m.name == "station"), None)
    if at is None:
        names = [t for t, m in zip(sheet.header, found, strict=True) if t and not m.kind]
    else:
        cells = (row[at] for _, row in sheet.rows if at < len(row))
        names = list(dict.fromkeys(str(cell) for cell in cells if not is_blank(cell)))
    if len(names) > MOST_STATIONS:
        yield f"    # stations:  {_comment('draft.stations', lang, count=len(names))}"
        yield from (f"    #   {_quoted(name)}: {_quoted(name)}" for name in names[:LISTED])


def _answers(sheet: Sheet, found: Sequence[Meaning], lang: str) -> Iterator[str]:
    """The answers that no scale knows, each with how often it was given."""
    asked = [i for i, m in enumerate(found) if m.kind == "question" or m.name == "answer"]
    if not all(found[i].name for i in asked):
        yield f"    # set: {{survey: satisfaction}}  {_comment('draft.survey', lang)}"
    counts = Counter(
        str(row[i]).strip()
        for i in asked
        for _, row in sheet.rows
        if i < len(row) and not is_blank(row[i]) and not _is_known(str(row[i]), found[i].name)
    )
    if counts:
        yield f"    # answers:  {_comment('draft.answers', lang)}"
        for answer, count in counts.most_common(LISTED):
            yield f"    #   {_quoted(answer)}:   # {count}"


def _is_known(answer: str, survey: str) -> bool:
    """Whether the scale of a survey, or of any where it is not told, knows what an answer counts as."""
    known = scales()
    asked = [known[survey]] if survey in known else known.values()
    return any(scale.counts(answer) is not None for scale in asked)


def _quoted(name: str) -> str:
    """A text as YAML cannot mistake it."""
    return json.dumps(name, ensure_ascii=False)


def _comment(code: str, lang: str, **args) -> str:
    return f"# {text(code, lang, **args)}"
