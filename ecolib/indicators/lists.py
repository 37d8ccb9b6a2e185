"""Lists: which indicators count, under which number and kind, and when they are met, as dated data.

A list is a file `params/lists/<name>.yml` of a project; the national one, which this library carries,
is that of its own repository. A list that extends another says what differs: what it numbers anew,
what it judges otherwise, what it adds from the indicators declared in code, what it leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from pathlib import Path

from pydantic import ValidationError

from ecolib.data import dictionary
from ecolib.data.keys import problem, problems_of
from ecolib.data.list_file import Asked, ListFile
from ecolib.data.params import DEFAULT_LIST, named_codes
from ecolib.data.yaml_file import Document, few, read_yaml
from ecolib.errors import DataError, ParamsError, hint
from ecolib.indicators.declaring import Indicator, declared
from ecolib.indicators.targets import (
    Assigned,
    Both,
    ByClimate,
    ByTerrain,
    Either,
    InPlace,
    Limit,
    NoLoss,
    NotWorse,
    Parts,
    Target,
    WhereGiven,
)
from ecolib.texts import Name, Note, Words, quoted, spoken_here

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
#: How a year stands to the validity of a list.
IN_FORCE, BEFORE, AFTER = "in_force", "before", "after"

# --- a list ---------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class IndicatorList(Mapping[str, Indicator]):
    """The indicators of a list by id, in its order, parts after their group; and what it is.

    Attributes
    ----------
    base
        The list that it extends.
    files
        The files it was read from, its own first.
    """

    name: str
    file: ListFile
    entries: Mapping[str, Indicator]
    base: IndicatorList | None
    files: tuple[Path, ...]

    def __getitem__(self, name: str) -> Indicator:
        return self.entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __repr__(self) -> str:
        return f"{self.name} ({self.document.text(spoken_here())})"

    @property
    def document(self) -> Words:
        """The document of the list itself, in which the county's own indicators stand."""
        return Words(self.file.document.zh, self.file.document.en)

    @property
    def national(self) -> IndicatorList:
        """The list itself, or the one that a county's own starts from."""
        return self.base.national if self.file.local and self.base is not None else self

    @property
    def top_level(self) -> tuple[Indicator, ...]:
        """The indicators without the parts."""
        return tuple(i for i in self.values() if i.group is None)

    def parts_of(self, entry: Indicator) -> tuple[Indicator, ...]:
        """The parts of a group, in order; empty for a plain indicator."""
        return tuple(i for i in self.values() if i.group == entry.id)

    def find(self, name: str) -> Indicator:
        """The indicator with this id, number or name ("urban_sewage_rate", "29", "7a", "空气质量").

        A part of the Chinese name will do, where only one indicator has it.

        Raises
        ------
        DataError
            When there is none; the message names the nearest.
        """
        given = str(name).strip()
        entry = self.get(given) or self._by_name.get(given.casefold())
        if entry is not None:
            return entry
        titles = [i.zh.title for i in self.values() if given in i.zh.title and not given.isascii()]
        if len(titles) == 1:
            return self._by_name[titles[0].casefold()]
        if any(given in (i.id, i.zh.title, i.en.title) for i in declared().values()):
            raise DataError(Note("not_on_the_list", name=quoted(given), list=self.name))
        several = Note("did_you_mean", near=tuple(titles))
        near = several if titles else self._nearest(given)
        raise DataError(Note("no_such_indicator", name=quoted(given), hint=near))

    def _nearest(self, given: str) -> Note | str:
        """The clause that names the nearest indicator; with its number where that is a title."""
        titles = (title for i in self.values() for title in (i.zh.title, i.en.title))
        near = hint(given, [*self, *titles])
        if not near or near.nearest in self:
            return near.settled()
        number = self._by_name[near.nearest.casefold()].number
        return Note("did_you_mean_indicator", name=near.nearest, number=number)

    @cached_property
    def _by_name(self) -> Mapping[str, Indicator]:
        """By number and title in either language; a group goes before a part of the same title."""
        named = reversed(list(self.values()))
        return {n.casefold(): i for i in named for n in (i.zh.title, i.en.title, i.number)}

    def status(self, year: int) -> str:
        """Whether a year lies within the validity of the list, before or after it."""
        if year < self.file.valid_from:
            return BEFORE
        return IN_FORCE if self.file.valid_to is None or year <= self.file.valid_to else AFTER

    def warning(self, year: int) -> Note | None:
        """What has to be said of every verdict of a year outside the validity."""
        status = self.status(year)
        if status == IN_FORCE:
            return None
        short = Words(self.file.short.zh, self.file.short.en)
        told = {"shown": "", "year": year, "list": short, "document": self.document}
        if status == BEFORE:
            return Note("list.before", severity="warning", first=self.file.valid_from, **told)
        later = (s.document for s in self.file.successors if s.valid_from <= year)
        newer = tuple(Words(document.zh, document.en) for document in later)
        named = Note("list.newer", documents=newer) if newer else ""
        return Note("list.after", severity="warning", newer=named, **told)


# --- reading --------------------------------------------------------------------------------------


def folders(root: Path | None) -> tuple[Path, ...]:
    """Where lists are looked for: in the project, then in this library.

    A wheel holds a copy of `params/lists/2019-76.yml`, a checkout the file itself.
    """
    carried = Path(__file__).parent / "carried"
    if not carried.is_dir():
        carried = Path(__file__).parents[2] / "params" / "lists"
    own = () if root is None else (root / "params" / "lists",)
    return tuple(dict.fromkeys((*own, carried)))


def list_names(root: Path | None) -> list[str]:
    """The lists that a county of a project may choose: its own, and the one carried."""
    own = () if root is None else (root / "params" / "lists").glob("*.yml")
    return sorted({DEFAULT_LIST, *(p.stem for p in own if NAME.fullmatch(p.stem))})


def load_list(
    name: str, root: Path | None = None, *, asked_in: str = "", _above: tuple[str, ...] = ()
) -> IndicatorList:
    """Read and check a list.

    Parameters
    ----------
    root
        The project folder; without one there is the list that this library carries.
    asked_in
        The file and key that name the list, for what is said where there is none.

    Raises
    ------
    ParamsError
        When there is none of the name, or with everything that is wrong in its file: an unknown
        indicator, key, requirement or unit with the nearest known one and its line.
    """
    known = list_names(root)
    if name not in known or name in _above:
        if name in _above:
            raise ParamsError(problem(asked_in, "list.circle", name=quoted(name)))
        told = {"name": quoted(name), "known": tuple(known), "near": hint(name, known)}
        raise ParamsError(problem(asked_in, "list.unknown", **told))
    path = next(p for f in folders(root) if (p := f / f"{name}.yml").is_file())
    data = read_yaml(path)
    where = f"lists/{path.name}: "
    problems = []
    if isinstance(data.get("indicators"), dict):
        titles = {t: i.id for i in declared().values() for t in (i.zh.title, i.en.title)}
        problems = named_codes(data, "indicators", declared(), titles, where)
    try:
        file = ListFile.model_validate(dict(data))
    except ValidationError as error:
        found = problems_of(where, error, ListFile, data)
        raise ParamsError(few([*problems, *found])) from None
    if problems:
        raise ParamsError(few(problems))
    base = None
    if file.extends:
        above, asked_in = (*_above, name), f"{where}extends"
        base = load_list(file.extends, root, asked_in=asked_in, _above=above)
    if base is not None:
        handed_on = ("pass_rule", "successors")
        absent = {key: getattr(base.file, key) for key in handed_on if not getattr(file, key)}
        file = file.model_copy(update=absent)
    entries, problems = _bound(file, base, data, where)
    if problems:
        raise ParamsError(few(problems))
    return IndicatorList(name, file, entries, base, (path, *(base.files if base else ())))


def _bound(
    file: ListFile, base: IndicatorList | None, data: Document, where: str
) -> tuple[dict[str, Indicator], list[Note]]:
    """The indicators with what the list says of them, and what is wrong with it."""
    entries = dict(base or {})
    problems = []
    for position, name in enumerate(file.without):
        left = next((i.id for i in entries.values() if name in (i.id, i.zh.title)), None)
        if left is None:
            line = data.at(("without", position)).line
            known = [*entries, *(i.zh.title for i in entries.values())]
            told = {"name": quoted(name), "near": hint(name, known), "line": line}
            problems.append(problem(f"{where}without", "params.unknown", **told))
        else:
            del entries[left]
    for name, listed in file.indicators.items():
        place = (f"{where}indicators.{name}", data.at(("indicators", name)).line)
        own = entries.get(name, declared()[name])
        asked = own.target if listed.target is None else None
        if listed.target is not None:
            asked, wrong = _target(listed.target, own, place)
            problems += wrong
        said = {"number": listed.number or own.number, "kind": listed.kind or own.kind}
        missing = [key for key, value in (*said.items(), ("target", asked)) if value in ("", None)]
        if missing and not (listed.target is not None and missing == ["target"]):
            problems.append(_wrong(place, "list.incomplete", keys=tuple(missing)))
        elif asked is not None and bool(own.inputs) == isinstance(asked, Parts):
            problems.append(_wrong(place, "list.parts" if own.inputs else "list.no_formula"))
        entries[name] = replace(own, target=asked, **said)
    return ({}, problems) if problems else _in_order(entries, data, where)


def _in_order(
    entries: Mapping[str, Indicator], data: Document, where: str
) -> tuple[dict[str, Indicator], list[Note]]:
    """By number, each part with its group; and numbers that are no order."""
    problems: list[Note] = []
    by_number: dict[str, Indicator] = {}

    def wrong(entry: Indicator, code: str, **args) -> None:
        place = (f"{where}indicators.{entry.id}", data.at(("indicators", entry.id)).line)
        problems.append(_wrong(place, code, number=entry.number, **args))

    for entry in entries.values():
        if first := by_number.get(entry.number):
            # Told at the one that stands in the file itself.
            pair = sorted((entry, first), key=lambda e: ("indicators", e.id) not in data.written)
            wrong(pair[0], "list.number_twice", other=pair[1].id)
        by_number[entry.number] = entry
    found = {}
    for entry in sorted(entries.values(), key=lambda i: i.sort_key):
        whole = by_number.get(entry.number[:-1]) if entry.number[-1].isalpha() else None
        if entry.number[-1].isalpha() and (whole is None or not whole.is_group):
            wrong(entry, "list.no_group")
        found[entry.id] = replace(entry, group=whole and whole.id)
    groups = {i.group for i in found.values()}
    for entry in found.values():
        if entry.is_group and entry.id not in groups:
            wrong(entry, "list.empty_group")
    return found, problems


def _wrong(place: tuple[str, int], code: str, **args) -> Note:
    return problem(place[0], code, line=place[1], **args)


def _target(
    asked: Asked, entry: Indicator, place: tuple[str, int]
) -> tuple[Target | None, list[Note]]:
    """A target from how it is written; what it names must be known to the indicator."""
    problems: list[Note] = []

    def unknown(name: str, known: object) -> None:
        told = {"name": quoted(name), "near": hint(name, known)}
        problems.append(_wrong(place, "params.unknown", **told))

    def read(asked: Asked) -> Target:
        (form,) = asked.model_fields_set - {"unit"}
        if asked.unit and asked.unit not in dictionary.units():
            unknown(asked.unit, dictionary.units())
        match form, getattr(asked, form):
            case (("at_least" | "at_most"), bound):
                if form != entry.sense:
                    told = {"given": Name("sense", form), "right": Name("sense", entry.sense)}
                    problems.append(_wrong(place, "list.direction", **told))
                return Limit(form, bound, asked.unit or None)
            case "by_terrain", bounds:
                return ByTerrain(bounds)
            case "by_climate", bounds:
                return ByClimate(bounds)
            case "assigned", said:
                return Assigned(said.otherwise and read(said.otherwise))
            case "not_worse", said:
                return NotWorse(said.tolerance)
            case "no_loss", said:
                return NoLoss(said.since)
            case "in_place", keys:
                named = entry.requirements
                for key in keys:
                    if key not in named:
                        unknown(key, named)
                return InPlace({key: named[key] for key in keys if key in named})
            case "where_given", within:
                return WhereGiven(read(within))
            case "both", several:
                return reduce(Both, map(read, several))
            case "either", several:
                return reduce(Either, map(read, several))
        return Parts()

    target = read(asked)
    return (None if problems else target), problems
