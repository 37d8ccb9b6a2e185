"""Every sentence of the library, in Chinese and English side by side, and how it is filled in.

Below the pages nothing speaks a language: rules return a `Note`, a code with typed arguments, and
a page words it. A placeholder of a sentence (`ecolib.texts.sentences`) is named alike in both
languages, and its argument decides how it is written:

=====================  ==========================================================================
`Amount(93.5, "%")`    the number with its unit; with `against`, never on the wrong side of that bound
`Name("item", code)`   what that thing is called in the language; see `names_of`
a `Note`               its text, for a clause that only some sentences have
`Words("…", "…")`      what somebody else wrote, in the language
a tuple                its members as `listed` joins them (`{x:;}`: by a semicolon, `{x:,}`: by a
                       comma in either language)
a float                as `show` writes it; an int or a text as it is
`{n:day|days}`         a count with its English noun: 1 day, 2 days
`{years:years}`        years: 2017—2019年, 2017–2019
`{day:date}`           a day, month, year or period as ISO 8601 has it: `2020-01/2020-03` as
                       2020年1月—2020年3月, January 2020–March 2020; any other text as it is
a `date`               2019年9月11日, 11 September 2019; with `{m:month}` 2019年9月, September 2019
=====================  ==========================================================================

Any other format, as in `{p:.3f}`, is Python's. Quotation and book-title marks within their kind are
the inner ones (GB/T 15834-2011, 4.8 and 4.15): “没有‘毒地’事件”, 《关于印发〈……〉的通知》. Numbers are
written as GB/T 15835-2011 has it: no space before % or a Chinese unit, one before a symbol; English
parts thousands by commas, Chinese does not; the sign of a negative number is U+2212.
"""

from __future__ import annotations

import locale
import math
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from html import escape
from numbers import Number
from string import Formatter
from typing import Any

from ecolib.texts.numbers import minus, show
from ecolib.texts.sentences import catalogue, name_of, word, words

LANGS = ("zh", "en")
#: Characters that take no room: those of Unicode's class Cf (zero width, direction of writing, marks
#: of encodings) and blanks without width; the inside of a class of regular expressions.
FORMAT = (
    "\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
#: The same and all else that nobody sees: control characters but tabs and line breaks, half pairs.
INVISIBLE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff{FORMAT}]")
#: From the gravest to the least.
SEVERITIES = ("error", "warning", "note")


def spoken_here() -> str:
    """The language of who sits at the screen, by the locale; Chinese unless it is another one."""
    names = map(os.environ.get, ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    # Elsewhere Python takes a C locale for American English.
    of_windows = locale.getlocale()[0] if os.name == "nt" else ""
    said = (next(filter(None, names), None) or of_windows or "").casefold()
    return "zh" if said in ("", "c", "posix") or said.startswith(("zh", "chinese", "c.")) else "en"


@dataclass(frozen=True)
class Amount:
    """A number in a unit of the data dictionary, or a figure as it stands printed.

    `against` is the bound it is shown beside: rounding never carries it there, or across.
    """

    value: float | str
    unit: str = ""
    against: float | None = None


@dataclass(frozen=True)
class Name:
    """Something that has a name of its own: an item, an indicator, a unit, a table, an owner."""

    kind: str
    code: str

    def text(self, lang: str) -> str:
        return name_of(self.kind, self.code, lang)


@dataclass(frozen=True)
class Words:
    """What somebody wrote in both languages, as a county's parameters do."""

    zh: str
    en: str

    def text(self, lang: str) -> str:
        return {"zh": self.zh, "en": self.en}[lang]


class Clause:
    """A clause that is found when it is worded: `settled` gives a note, or nothing."""

    def settled(self) -> Note | str:
        raise NotImplementedError

    def text(self, lang: str) -> str:
        found = self.settled()
        return found.text(lang) if isinstance(found, Note) else found


@dataclass(frozen=True)
class Source:
    """Where something stands: a file with sheet and cell, or a file of parameters with a key."""

    file: str = ""
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        return visible(" ".join(filter(None, (self.file, self.sheet, self.cell))))


@dataclass(frozen=True, init=False)
class Note:
    """One remark about something: a code of the catalogue and the arguments of its sentence.

    Attributes
    ----------
    code
        The sentence; what stands before a dot is the rule, of which it is one wording.
    args
        The arguments by placeholder.
    severity
        "error", "warning", "note", or nothing where the note is a reason and not a remark.
    about
        The column, item or indicator it speaks of.
    source
        Where that stands, as far as it is a place.
    """

    code: str
    args: Mapping[str, Any] = field(hash=False)
    severity: str
    about: str
    source: Source

    def __init__(
        self,
        code: str,
        *,
        severity: str = "",
        about: str = "",
        source: Source | str | None = None,
        **args: Any,
    ):
        place = Source(source) if isinstance(source, str) else source or Source()
        set_ = object.__setattr__
        set_(self, "code", code)
        set_(self, "args", args)
        set_(self, "severity", severity)
        set_(self, "about", about)
        set_(self, "source", place)

    def but(self, **changes: Any) -> Note:
        """The same note with another code, severity, subject, source or other arguments."""
        now = {"severity": self.severity, "about": self.about, "source": self.source, **self.args}
        return Note(changes.pop("code", self.code), **{**now, **changes})

    @property
    def rule(self) -> str:
        return self.code.partition(".")[0]

    def text(self, lang: str) -> str:
        """The sentence in a language, "zh" or "en"."""
        return text(self.code, lang, **self.args)

    def found(self, lang: str) -> str:
        """What stands where the note points, as far as it says so."""
        return text("said.list", lang, names=shown) if (shown := self.args.get("shown")) else ""

    def line(self, lang: str) -> str:
        """The sentence with its place in front, for a screen."""
        place = str(self.source) or self.about
        return f"{place}: {self.text(lang)}" if place else self.text(lang)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """How a notebook shows it, in a tuple of others too."""
        printer.text(self.line(spoken_here()))

    def to_json(self) -> dict[str, Any]:
        """The note as plain data; what is empty is left out."""
        place = {k: v for k, v in vars(self.source).items() if v}
        rest = {"severity": self.severity, "about": self.about, "source": place}
        args = {name: plain(value) for name, value in self.args.items()}
        return {"code": self.code, "args": args} | {k: v for k, v in rest.items() if v}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Note:
        args = {name: restored(value) for name, value in data["args"].items()}
        source = Source(**data.get("source", {}))
        place = {"severity": data.get("severity", ""), "about": data.get("about", "")}
        return cls(data["code"], **place, source=source, **args)


def visible(text: str) -> str:
    """A text for people, with □ where characters stand that would not be seen."""
    return text if text.isascii() and text.isprintable() else INVISIBLE.sub("□", text)


def quoted(text: str, longest: int = 80) -> str:
    """What somebody wrote, for a message: visible, and no longer than that."""
    shown = visible(text)
    return shown if len(shown) <= longest else f"{shown[:longest]}…"


def joined(notes: Iterable[Note], lang: str, joint: str = ";") -> str:
    """The sentences of several notes as one; what two of them say alike is said once."""
    told = {note.text(lang): note for note in notes}
    # Names within a sentence are written as such.
    within = ((note, bool(joint) and at > 0) for at, note in enumerate(told.values()))
    return _JOINTS[joint][lang].join(_filled(n.code, lang, n.args, begun) for n, begun in within)


def listed(parts: Iterable[str], lang: str) -> str:
    """Several things of one kind, as a language parts them.

    By 、 or a comma; by semicolons where one of them has a comma of its own; by nothing where all are
    Chinese in quotation or book-title marks (GB/T 15834-2011, 4.5).
    """
    members = list(parts)
    if lang == "zh" and all(map(_MARKED.fullmatch, members)):
        return "".join(members)
    parted = len(members) > 1 and any(_PARTED[lang].search(_INSIDE.sub("", m)) for m in members)
    return _JOINTS[";" if parted else ""][lang].join(members)


def text(code: str, lang: str, /, **args: Any) -> str:
    """A sentence or label of the catalogue in a language.

    Raises
    ------
    KeyError
        When there is no such code, language or argument: a mistake of the program.
    """
    return _filled(code, lang, args)


def _filled(code: str, lang: str, args: Mapping[str, Any], begun: bool = False) -> str:
    """A sentence with its blanks filled in; `begun` where it stands within another one."""
    wording, said = _Wording(lang), ""
    opens, closes, joint = _BRACKETS[lang]
    for literal, blank, form, _ in wording.parse(catalogue()[code][lang]):
        if literal.startswith(opens) and said.endswith(closes):
            # Two parentheses in a row are one: GDP (constant prices, 10⁴ yuan).
            said, literal = said[: -len(closes)], joint + literal[len(opens) :]
        said += literal
        if blank is not None:
            # Where a sentence begins, after a number too, and in quotation marks a name keeps its capital.
            opened = _WORD.search(said) is not None
            wording.within = not said.endswith(("“", ". ")) if opened else begun
            said += wording.format_field(wording.get_field(blank, (), args)[0], form or "")
    for marks, inner in _NESTED:
        said = marks.sub(lambda found, inner=inner: _within(found[0], inner), said)
    return said


def _within(marked: str, inner: Mapping[int, int]) -> str:
    return marked[0] + marked[1:-1].translate(inner) + marked[-1]


#: A year, month or day as ISO 8601 writes it.
_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
#: Names of these kinds are common nouns: within an English sentence they have no capital.
COMMON = ("item", "indicator", "relation")
#: The unit of a goal that names a class of water.
CLASSES = "类"


def amount(value: float | str, unit: str, lang: str, against: float | None = None) -> str:
    """A number with its unit: `98.9%`, `66.12万吨`, `66.12 × 10⁴ t`; one that is printed, as it is."""
    printed = isinstance(value, str)
    shown = minus(value) if printed else show(value, lang, against)
    if unit == CLASSES and shown in words("water_class"):
        # GB 3838-2002 counts its classes in Roman numerals.
        shown = word("water_class", shown, lang)
        return f"{shown}{unit}" if lang == "zh" else f"class {shown}"
    if printed:
        shown = re.sub(r"(?<=\d),(?=\d{3}\b)", "", shown)
    if printed and lang == "en" and (whole := re.match(r"\W?\d{4,}", shown)):
        shown = re.sub(r"(?<=\d)(?=(\d{3})+$)", ",", whole[0]) + shown[whole.end() :]
    name = name_of("unit", unit, lang)
    if shown == "1" and name.endswith("s"):
        name = name[:-1]
    if name.startswith("10"):
        name = f"× {name}"
    return f"{shown}{'' if _attached(name) else ' '}{name}"


def ends(low: float, high: float, unit: str, against: float | None = None) -> dict[str, Amount]:
    """`low` and `high` of a range: what would be ambiguous stands at both ends (GB/T 15835): 15%～30%,
    9万～16万吨, but 100～150千克."""
    both = unit == "%" or unit.startswith("10")
    return {"low": Amount(low, unit if both else "", against), "high": Amount(high, unit, against)}


def ranged(
    low: float, high: float, unit: str, against: float | None = None, *, signs: bool = False
) -> Note | Amount:
    """The range a value must lie in: in words for a sentence (不低于85%), by `signs` for a cell (≥85%);
    without an upper or a lower end, from where on or up to where; the value itself where there is
    but one. What was written as ">85" begins with the next number (`data.numbers.bound_of`)."""
    if low == high:
        return Amount(low, unit, against)
    for end, other, closed, open_ in ((low, high, "from", "above"), (high, low, "to", "below")):
        if math.isinf(other):
            side = open_ if end == math.nextafter(round(end, 9), other) else closed
            args = {"end": Amount(end, unit, against)}
            break
    else:
        side, args = "between", ends(low, high, unit, against)
    return Note(f"signs_{side}" if signs else f"range_{side}", **args)


def _attached(unit: str) -> bool:
    """Whether a unit follows its number without a space: none, % and Chinese words."""
    return not unit or unit == "%" or "\u4e00" <= unit[0] <= "\u9fff"


def spelt_years(years: Iterable[int], lang: str) -> str:
    """Years, three and more in a row as one: `2015年、2017—2019年`, `2015, 2017–2019`."""
    runs: list[list[int]] = []
    for year in sorted(set(years)):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    dash, end = {"zh": ("—", "年"), "en": ("–", "")}[lang]
    parts = [
        f"{run[0]}{dash}{run[-1]}{end}" if len(run) > 2 else f"{year}{end}"
        for run in runs
        for year in (run if len(run) < 3 else run[:1])
    ]
    return listed(parts, lang)


def spelt_date(shown: str, lang: str) -> str:
    """A day, month or year of ISO 8601, or a period of two, in words; any other text as it is."""
    ends = [_ISO.fullmatch(end) for end in shown.split("/")]
    if not all(ends):
        return shown
    told = []
    for year, month, day in (end.groups() for end in ends):
        named = words("month")[str(int(month))][lang] if month else ""
        parts = {"zh": (f"{year}年", named, day and f"{int(day)}日"),
                 "en": (day and f"{int(day)} ", named and f"{named} ", year)}[lang]  # fmt: skip
        told.append("".join(filter(None, parts)))
    return {"zh": "—", "en": "–"}[lang].join(told)


def small_table(title: str, rows: Mapping[str, object], lang: str = "") -> str:
    """HTML of a table of two columns, escaped, for what an object shows of itself in a notebook; in a
    language where its rows go by names of the closed set "shown"."""
    import pandas as pd

    rows = {word("shown", name, lang) if lang else name: row for name, row in rows.items()}
    shown = pd.DataFrame({"": pd.Series(rows, dtype=object)}).style.hide(axis="columns")
    shown = shown.format(escape="html").format_index(escape="html").set_caption(escape(title))
    left = {"selector": "th, td, caption", "props": "text-align: left"}
    # Without a name of its own it would get another one each time.
    return shown.set_table_styles([left]).set_uuid("ecolib").to_html(cell_ids=False)


_JOINTS = {
    "": {"zh": "、", "en": ", "},
    ",": {"zh": "，", "en": ", "},
    ";": {"zh": "；", "en": "; "},
}
#: A text in quotation or book-title marks; what stands within marks or brackets; what parts a text.
_MARKED = re.compile("“[^“”]*”|《[^《》]*》")
_INSIDE = re.compile("“[^“”]*”|《[^《》]*》|（[^（）]*）|\\([^()]*\\)")
_PARTED = {"zh": re.compile("[、，；]"), "en": re.compile("[,;] ")}
#: Marks with others of their kind within, and how those are set; < and > stand for 〈 and 〉 in titles.
_NESTED = (
    (re.compile("“[^“”]*(?:“[^“”]*”[^“”]*)+”"), str.maketrans("“”", "‘’")),
    (
        re.compile("《[^《》<>]*(?:[《<][^《》<>]*[》>][^《》<>]*)+》"),
        str.maketrans("《》<>", "〈〉〈〉"),
    ),
)
_WORD = re.compile("[a-z]{2}")
#: How a parenthesis opens after a word and closes, and what parts two things within.
_BRACKETS = {"zh": ("（", "）", "，"), "en": (" (", ")", ", ")}


class _Wording(Formatter):
    """Fills in a sentence of one language; see the table at the top of the module."""

    #: Whether what is filled in stands within a sentence.
    within = False

    def __init__(self, lang: str):
        self.lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        match value:
            case str() if format_spec == "date":
                return spelt_date(visible(value), self.lang)
            case str():
                return visible(value)
            case bool():
                return str(value)
            case Amount():
                return amount(value.value, value.unit, self.lang, value.against)
            case Name():
                named = value.text(self.lang)
                lower = self.within and value.kind in COMMON and named[1:2].islower()
                return named[:1].lower() + named[1:] if lower else named
            case Note():
                return visible(_filled(value.code, self.lang, value.args, self.within))
            case Words() | Clause():
                return visible(value.text(self.lang))
            case date():
                return spelt_date(
                    value.isoformat()[: 7 if format_spec == "month" else 10], self.lang
                )
            case tuple() | list() if format_spec == "years":
                return spelt_years(value, self.lang)
            case tuple() | list():
                members = []
                for member in value:
                    members.append(self.format_field(member, ""))
                    self.within = True
                if not format_spec:
                    return listed(members, self.lang)
                return _JOINTS[format_spec][self.lang].join(members)
            case Number() if "|" in format_spec:
                said = f"{value:,}" if self.lang == "en" else str(value)
                return f"{said} {format_spec.split('|')[value != 1]}"
        if format_spec:
            return minus(format(value, format_spec))
        return show(value, self.lang) if isinstance(value, float) else minus(str(value))


def plain(value: Any) -> Any:
    """An argument, or a note itself, as data that JSON can hold."""
    match value:
        case Amount():
            beside = () if value.against is None else (plain(value.against),)
            return {"amount": [plain(value.value), value.unit, *beside]}
        case Name():
            return {"name": [value.kind, value.code]}
        case Words():
            return {"words": [value.zh, value.en]}
        case Note():
            return {"note": value.to_json()}
        case date():
            return {"date": value.isoformat()}
        case Clause():
            return plain(value.settled())
        case tuple() | list():
            return [plain(member) for member in value]
        case bool() | str() | int():
            return value
        case float():
            # JSON has no NaN and no infinity; and the scalars of numpy are floats too.
            return float(value) if math.isfinite(value) else {"float": str(float(value))}
    return value.item()


def restored(value: Any) -> Any:
    """What `plain` was given."""
    match value:
        case {"amount": [number, unit, *against]}:
            return Amount(restored(number), unit, *map(restored, against))
        case {"name": [kind, code]}:
            return Name(kind, code)
        case {"words": [zh, en]}:
            return Words(zh, en)
        case {"note": data}:
            return Note.from_json(data)
        case {"date": day}:
            return date.fromisoformat(day)
        case {"float": shown}:
            return float(shown)
        case list():
            return tuple(restored(member) for member in value)
    return value
