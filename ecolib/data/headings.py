"""What a heading stands for: a column of a table, an item or a question, and the unit it names.

The rules are data, `headings.yml`, as are the names that platforms, laboratories and survey sites use:
`outside.yml`, `measures.csv` beside this file, units in `ecolib.units`. None of those is read for a
sheet with our own headings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, lru_cache
from itertools import chain

from ecolib.data.dictionary import Table, parsed, rows_of, table, units
from ecolib.data.sheet import LINED
from ecolib.units import Unit, key, measured

#: Between the words of a heading these say nothing.
JOINTS = frozenset("_-‐‑–—―−.·*≤≥")
GROUP = re.compile(r"[(\[【〔{]([^()\[\]【】〔〕{}]+)[)\]】〕}]")
BRACKETED = re.compile(rf"(.*?)\s*{GROUP.pattern}", re.S)
#: Where a unit without brackets may begin.
BEFORE_UNIT = re.compile(r"[\s_,:：/-]+|(?<=[^\x00-\x7f])(?=[\x00-\x7fμ])|(?<=\))(?=\w)|(?=μ)")
NOTED = re.compile(r"(?<=.)\s*(?:[①-⑳*＊]+|[(（\[〔]注\d*[)）\]〕]|\[\d\])$")
MARKUP = re.compile(r"</?\w+/?>")
#: What looks like a unit, known or not: a fraction, or the shares that gases are given in.
UNIT_LIKE = re.compile(r"[A-Za-zμ°][A-Za-z0-9μ°]*\s*/\s*[A-Za-z0-9]+|pp[mbt]v?|%|‰", re.I)


@dataclass(frozen=True)
class Meaning:
    """What a heading stands for.

    Attributes
    ----------
    kind
        "column", "item", "part", "question", "year" (of which the figures are), "beside" (of other
        times side by side), "passed" (known, and nothing is made of it), "asked" (the name means
        several things), or "" for an unknown one.
    name
        The column, item code, part or, of a question, its survey; "" where a question names none.
    rank
        1 and 2 for names that count only where none of a lower rank stands for the same.
    unit
        The unit it names: a code of `units_written`, or as written where that is not known.
    """

    kind: str = ""
    name: str = ""
    rank: int = 0
    unit: str = ""


@lru_cache(maxsize=8192)
def bare(text: str) -> str:
    """A heading without what does not matter: width, case, blanks, joints, format characters, and the
    sign of a limit, `溶解氧 ≥`."""
    plain = MARKUP.sub("", unicodedata.normalize("NFKC", text).casefold()).replace("小时", "h")
    return "".join(
        c for c in plain if c not in JOINTS and not c.isspace() and unicodedata.category(c) != "Cf"
    )


def close(text: str) -> str:
    """A heading without blanks, in which 1—2月 remains the span that it is."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


# --- what is known ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outside:
    """What the files of others hold of one table; see the head of `outside.yml`."""

    columns: Mapping[str, Mapping[str, Collection[str]]] = field(default_factory=dict)
    parts: Mapping[str, Collection[str]] = field(default_factory=dict)
    endings: tuple[str, ...] = ()
    wide: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)
    called: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    decisive: Mapping[str, str] = field(default_factory=dict)


@cache
def outside(name: str) -> Outside:
    """What is known of a table in files of others; of tables that only we have, a running number."""
    said = parsed("outside.yml").get(name) or parsed("outside.yml")["other"]
    endings = tuple(sorted(said.get("endings", ()), key=len, reverse=True))
    passed_over = tuple(_flat(said.get("passed_over", ())))
    return Outside(**said | {"endings": endings, "passed_over": passed_over})


@cache
def summaries() -> frozenset[str]:
    """What rows are called that sum others up, by `bare`."""
    return frozenset(map(bare, parsed("headings.yml")["summaries"]))


@cache
def pattern(kind: str) -> re.Pattern:
    """One of the patterns by which headings and rows of others are told."""
    return re.compile(parsed("headings.yml")[kind])


def _flat(names: Iterable) -> Iterator[str]:
    """Lists within lists, as anchors leave them, one after the other."""
    for name in names:
        yield from (name,) if isinstance(name, str) else _flat(name)


@dataclass(frozen=True)
class Measure:
    """An item of the water standards: its names, and its units by kind of sample.

    Several units stand where editions of a standard differ, or the kinds of sources.
    """

    names: tuple[str, ...]
    units: Mapping[str, tuple[str, ...]]


#: The kind of samples in each table with a column an item, as `measures.csv` calls them.
SAMPLES = {
    "water_samples": "surface",
    "groundwater_samples": "ground",
    "drinking_source_samples": "source",
}


@cache
def measures() -> dict[str, Measure]:
    """Every item of the water standards by its code."""
    kinds = ("surface", "ground", "source")
    return {
        row["item"]: Measure(
            tuple(row["names"].split("|")), {k: tuple(row[k].split()) for k in kinds}
        )
        for row in rows_of("measures.csv")
    }


@lru_cache(maxsize=4096)
def standard_name(text: object) -> bool:
    """Whether an item is called by its code or as the standards do, or by no name that is known."""
    plain = unicodedata.normalize("NFKC", str(text)).strip().casefold()
    found = meaning(plain, "drinking_source_samples")
    return plain in _standard_names() or found.kind != "item"


@cache
def _standard_names() -> frozenset[str]:
    # The first two names of an item are those of the standards.
    named = ((item, *measure.names[:2]) for item, measure in measures().items())
    return frozenset(unicodedata.normalize("NFKC", n).casefold() for n in chain(*named))


def units_of(item: str, name: str) -> tuple[str, ...]:
    """The units in which a table keeps an item; several where that depends on date or place."""
    known, kind = measures()[item].units, SAMPLES[name]
    if kind == "source":  # of a river, a lake or a well
        return tuple(dict.fromkeys(chain(*known.values())))
    return known[kind] or next(filter(None, known.values()))


@cache
def units_written() -> dict[str, Unit]:
    """Units by every way of writing them that `key` leaves apart: those of measurements, and those
    of the data dictionary."""
    found = dict(measured())
    for known in units().values():
        unit = Unit(known.unit, frozenset({known.dimension}), Decimal(str(known.factor)))
        for name in (known.unit, known.zh, known.en, *known.also):
            if name and not name.isdigit():
                found.setdefault(key(name), unit)
    return found


def factor(unit: str, to: str) -> Decimal | None:
    """What a number in one unit is multiplied by to be in another; None where they differ in kind."""
    source, target = units_written().get(key(unit)), units_written().get(key(to))
    return None if source is None or target is None else source.to(target)


@cache
def _known(name: str) -> dict[str, Meaning]:
    """What the headings of a table mean, by `bare`; the first of two that are alike counts."""
    own, said, found = table(name), outside(name), {}

    def add(names: Iterable[str], *meaning) -> None:
        for text in names:
            found.setdefault(bare(text), Meaning(*meaning))

    for column in own.columns:
        also = said.columns.get(column.name, {})
        add(also.get("asked", ()), "asked", column.name)
        add(also.get("or_else", ()), "column", column.name, 1)
        add(also.get("codes", ()), "column", column.name, 2)
    for column in own.columns:
        also = said.columns.get(column.name, {})
        add((*column.names(), *also.get("also", ())), "column", column.name)
    for part, names in said.parts.items():
        add(names, "part", part)
    kind, items = SAMPLES.get(name), measures().items() if name in SAMPLES else ()
    for item, measure in items:
        if kind == "source" or measure.units[kind]:
            add((*measure.names, item), "item", item)
    add(said.passed_over, "passed")
    for item, measure in items:
        add((*measure.names, item), "item", item)
    return found


@cache
def _unitless(name: str) -> dict[str, Meaning]:
    """The columns whose own headings hold a unit, by what stands before it."""
    found = {}
    for column in table(name).columns:
        base, unit = split_unit(column.zh)
        if unit:
            found[bare(base)] = Meaning("column", column.name)
    return found


def column_unit(own: Table, name: str) -> str:
    """The unit a column is kept in, stated by the dictionary or within its heading; "" for none."""
    column = own.by_name[name]
    return column.unit or split_unit(column.zh)[1]


# --- one heading --------------------------------------------------------------------------------------


def split_unit(text: str) -> tuple[str, str]:
    """A heading without the unit in it, and that unit; one that is not known as it is written."""
    plain = unicodedata.normalize("NFKC", text).strip()
    for found in GROUP.finditer(plain):
        parts = found[1].removeprefix("单位").lstrip(": ").split(",")
        for part in parts:  # 二氧化硫（SO2，μg/m³）, 氨氮（mg/L，以N计）
            if not part.isdigit() and (known := units_written().get(key(part))):
                rest = ",".join(p for p in parts if p is not part)
                before = plain[: found.start()].rstrip("/ ")
                return f"{before}{f'({rest})' if rest else ''}{plain[found.end() :]}", known.unit
    found = BRACKETED.fullmatch(plain)
    if found and UNIT_LIKE.fullmatch(found[2].strip()):
        return found[1], found[2].strip()
    for found in BEFORE_UNIT.finditer(plain):
        rest = plain[found.end() :]
        known = units_written().get(key(rest))
        if known and len(rest) > 1 and ("/" in rest or not rest.isalpha()):
            return plain[: found.start()], known.unit
    return plain, ""


@lru_cache(maxsize=65536)
def meaning(text: str, name: str) -> Meaning:
    """What a heading stands for in a table; the mark of a note behind it says nothing."""
    if LINED.fullmatch(text):
        return Meaning("passed", "struck")
    written = text = NOTED.sub("", text)
    if outside(name).wide == "question":
        text = core(text)
    own = table(name).exactly(text)
    if own is not None and text != own.name:  # a code of ours may mean something else to others
        return Meaning("column", own.name)
    known = _known(name)
    if (found := known.get(bare(text))) is not None:
        return found
    base, unit = split_unit(text)
    for candidate in _names_in(base, name):
        found = known.get(bare(candidate)) or (unit and _unitless(name).get(bare(candidate)))
        if found:
            return replace(found, unit=unit)
    if outside(name).wide == "year" and (year := pattern("year").fullmatch(base.strip())):
        return Meaning("year", year[1], unit=unit)
    for kind in outside(name).beside.keys() - {"place"}:
        if pattern(kind).fullmatch(close(text)):
            return Meaning("beside", kind)
    if outside(name).wide == "question" and len(text) > 2 and pattern("question").search(text):
        survey = survey_of(text)
        if survey == "satisfaction" and pattern("reasons").search(written):
            return Meaning("passed")
        return Meaning(
            "passed" if pattern("open").search(text) and not survey else "question", survey
        )
    return Meaning(unit=unit)


def _names_in(base: str, name: str) -> Iterator[str]:
    """A heading itself, without an ending that says nothing, and without a second name in brackets."""
    yield base
    yield re.sub(r"[()\[\]【】〔〕]", "", unicodedata.normalize("NFKC", base))
    if outside(name).wide == "question":
        yield pattern("address").sub("", base)
    known = _known(name)
    bracketed = BRACKETED.fullmatch(base)
    plain = unicodedata.normalize("NFKC", base).strip(" _-")
    for ending in outside(name).endings:
        if plain.endswith(ending) and plain != ending:
            yield plain.removesuffix(ending).strip(" _-")
            if not bracketed:
                bracketed = BRACKETED.fullmatch(plain.removesuffix(ending).strip())
    if bracketed:
        outer = next((known[bare(n)] for n in (bracketed[1],) if bare(n) in known), None)
        inner = known.get(bare(bracketed[2]))
        if outer and inner and (outer == inner or "asked" in (outer.kind, inner.kind)):
            # 细颗粒物（PM2.5）, 臭氧（O3_8h）: the name that leaves no doubt.
            yield bracketed[2] if outer.kind == "asked" else bracketed[1]


def is_another(text: str, read: Iterable[str], cells: Iterable) -> bool:
    """Whether a heading is of another figure of what is read below these; numbers stand below it."""
    told = any(pattern("another").fullmatch(text.replace(name, "=", 1)) for name in read)
    return told and any(re.fullmatch(r"[\d.,]+%?", str(cell).strip()) for cell in cells)


def core(text: str) -> str:
    """The words of a question without its number and what it asks for, `1、您的年龄？[单选题]`."""
    plain = pattern("numbering").sub("", unicodedata.normalize("NFKC", text).strip())
    while (shorter := pattern("tags").sub("", plain).strip()) != plain:
        plain = shorter
    return plain


def survey_of(question: str) -> str:
    """The survey that a question belongs to by its words; "" where they name none, or both."""
    surveys = table("survey_answers").by_name["survey"].allowed
    named = [survey for survey in surveys if pattern(survey).search(question)]
    return named[0] if len(named) == 1 else ""


def mapped(to: str, own: Table) -> Meaning | None:
    """What the right side of a mapping stands for; None where the table has nothing of that name."""
    if pattern("skip").fullmatch(bare(to)):
        return Meaning("passed")
    if (column := own.column(to)) is not None:
        return Meaning("column", column.name)
    if bare(to) in outside(own.name).parts:
        return Meaning("part", bare(to))
    if own.name in SAMPLES:
        found = _known(own.name).get(bare(to))
        return found if found and found.kind == "item" else None
    if outside(own.name).wide == "question":
        surveys = own.by_name["survey"]
        codes = surveys.choices("zh") | surveys.choices("en")
        return Meaning("question", codes[to]) if to in codes else None
    return None
