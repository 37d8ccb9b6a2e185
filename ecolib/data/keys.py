"""What the files that people write are made of: choices, texts in two languages, and what is said
where a key or value is not right.

Parameters, corrections and mappings are models of these; `words("key")` tells what their keys mean.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from ecolib.data.dictionary import parsed, table_titles
from ecolib.data.numbers import MULTIPLES, Quantity, Unreadable, clean, parse_number
from ecolib.data.yaml_file import MANY, Document, Written, no_mapping, problem, read_yaml
from ecolib.errors import DataError, Hint, ParamsError, hint
from ecolib.texts import Note, Words, quoted, word, words

LIMITS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}
#: The unit behind a number, but for % and what changes its scale.
UNIT_BEHIND = re.compile(r"(?<=\d)\s*[^\d\s.,%％‰eE+万亿千百-][^\d万亿千百]*$")


@dataclass(frozen=True)
class Choice:
    """Takes one of `codes` by its code or its name in either language, as `words(kind)` has it."""

    kind: str
    codes: tuple[str, ...]

    def __call__(self, given: object) -> str:
        named = _bare(given)
        for code in self.codes:
            if named in map(_bare, (code, *words(self.kind)[code].values())):
                return code
        if (code := also().get(named)) in self.codes:
            return code
        raise PydanticCustomError("choice", "is none of the choices", {"choice": self})

    def names(self) -> tuple[Words, ...]:
        """What may be chosen, by name and code."""
        named = words(self.kind)
        return tuple(
            Words(f"{named[c]['zh']}（{c}）", f"{c} ({named[c]['en']})") for c in self.codes
        )


def chosen(kind: str, choices: object) -> BeforeValidator:
    """What reads a choice from a `Literal`; `kind` is its set in `words`."""
    return BeforeValidator(Choice(kind, get_args(choices)))


@cache
def also() -> dict[str, str]:
    """Other ways of writing a choice than its code and its words in both languages."""
    return {name: code for code, names in parsed("choices.yml").items() for name in names}


def _bare(name: object) -> str:
    return str(clean(name) or "").casefold().replace(" ", "")


def _as_text(given: object) -> object:
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else given


def _table_code(given: object) -> object:
    return table_titles().get(given, given) if isinstance(given, str) else given


Text = Annotated[str, Field(min_length=1)]
#: YAML reads 16 as a number and 16a as a text: a code of digits is a name all the same.
Code = Annotated[str, BeforeValidator(_as_text)]
TableName = Annotated[str, BeforeValidator(_table_code)]
TRUTHS = {"是": True, "否": False}
Truth = Annotated[bool, BeforeValidator(lambda v: TRUTHS.get(v, v) if isinstance(v, str) else v)]


Entry = TypeVar("Entry", bound=BaseModel)


class Strict(BaseModel):
    """A thing of a file: fixed, and with no other keys than its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(Strict):
    """A text, in both languages where it has been translated; a plain text is the Chinese."""

    zh: Text
    en: str = ""

    @model_validator(mode="before")
    @classmethod
    def _chinese_alone(cls, given: object) -> object:
        return with_english({"zh": given} if isinstance(given, str) else given)


def with_english(given: object) -> object:
    """What has no English text shows the Chinese one."""
    if isinstance(given, dict) and isinstance(given.get("zh"), str) and not given.get("en"):
        return {**given, "en": given["zh"]}
    return given


# --- what is said of what is wrong ----------------------------------------------------------------


def read_entries(
    path: Path, key: str, model: type[Entry]
) -> tuple[list[tuple[str, Entry]], list[Note]]:
    """The entries of a list, the only key of a file, each with the name it goes by in messages; and
    what is wrong with them. Without the file there are none.

    Raises
    ------
    DataError
        When the file cannot be read.
    """
    if not os.path.lexists(path):
        return [], []
    try:
        data = read_yaml(path)
    except ParamsError as error:
        raise DataError(error.problems) from None
    problems = [
        problem(f"{path.name}: {quoted(str(other))}", "entries.only", key=key)
        for other in data
        if other != key
    ]
    given = [] if data.get(key) is None else data[key]
    if not isinstance(given, list):
        problems.append(problem(path.name, "entries.no_list", key=key, line=data.at((key,)).line))
        given = []
    entries = []
    for at, entry in enumerate(given):
        if len(problems) > MANY:
            break
        name = f"{path.name} #{at + 1}"
        try:
            entries.append((name, model.model_validate(entry)))
        except ValidationError as error:
            problems += problems_of(f"{name}: ", error, model, data, (key, at))
    return entries, problems


def fault(name: str) -> PydanticCustomError:
    """What a validator raises, by its name in `words("fault")`."""
    return PydanticCustomError(name, word("fault", name, "en"))


def problems_of(
    where: str,
    error: ValidationError,
    model: type[BaseModel],
    data: Document | None = None,
    above: tuple = (),
) -> list[Note]:
    """What pydantic found, each with its key, its line, what was written and what would be right.

    Parameters
    ----------
    model
        That the data were checked by; its keys are those that a misspelt one may mean.
    data, above
        The file, and the keys that lead to what was checked in it.
    """
    notes: dict[str, Note] = {}
    errors = error.errors()[: MANY + 1]
    # A key by another name is not missing as well.
    meant = {
        (*found["loc"][:-1], key_meant(found["loc"][-1], model)[0])
        for found in errors
        if found["type"] == "extra_forbidden"
    }
    for found in (e for e in errors if e["type"] != "missing" or e["loc"] not in meant):
        loc = tuple(part for part in found["loc"] if part != "[key]")
        if data is not None and found["type"] != "missing":
            # What a union tried stands in no file; of its complaints the first will do.
            while loc and (*above, *loc) not in data.written:
                loc = loc[:-1]
        place = (where + ".".join(quoted(str(part)) for part in loc)).removesuffix(": ")
        written = data.at((*above, *loc)) if data is not None else None
        notes.setdefault(place, _said(place, found, loc, model, written))
    return list(notes.values())


def _said(
    place: str, found: Mapping, loc: tuple, model: type[BaseModel], written: Written | None
) -> Note:
    kind, given = found["type"], found["input"]
    entry = field_at(model, loc)
    line = Note("params.line", line=written.line) if written else ""
    if kind == "missing":
        meaning = entry and about(*entry)
        meaning = Note("params.meaning", meaning=meaning) if meaning else ""
        return problem(place, "params.missing", meaning=meaning, line=line)
    if kind in ("dict_type", "model_type", "model_attributes_type") and written:
        shown = Written(written.line, str(given)) if isinstance(given, str) else written
        return no_mapping(place, shown, example_at(entry))
    near = ""
    if kind == "extra_forbidden" and loc and loc[-1] in keys_of(model):
        kind = "misplaced"
    elif kind == "extra_forbidden" and loc:
        near = key_meant(loc[-1], model)[1]
    elif kind == "choice":
        near = Note("params.choices", allowed=found["ctx"]["choice"].names())
    elif kind == "literal_error":
        kind, near = "choice", Note("params.choices", allowed=(found["ctx"]["expected"],))
    elif limit := found.get("ctx", {}).keys() & LIMITS.keys():
        (limit,) = limit
        near = Note("params.limit", sign=LIMITS[limit], limit=found["ctx"][limit])
    elif kind == "too_short":
        near = Note("params.limit", sign="≥", limit=found["ctx"]["min_length"])
    elif isinstance(given, str) and kind.startswith(("float", "int")) and not _of_one(entry):
        near = _as_number(given)
    said = words("fault").get(kind, words("fault")["other"])
    own = kind in ("misplaced", "string_pattern_mismatch", "too_short")
    fault = Words(said["zh"], said["en"] if own else found["msg"])
    if given is None or isinstance(given, dict | list):
        shown = ""
    else:
        whole = written is not None and isinstance(given, str | int | float)
        shown = written.text if whole and written.text != "…" else quoted(str(given))
    code = "params.fault" if shown else "params.fault_alone"
    told = {"given": shown} if shown else {}
    return problem(place, code, fault=fault, near=near, line=line, **told)


def _of_one(entry: tuple[type[BaseModel], str] | None) -> bool:
    """Whether a field is a share of one, so that 5% is not 5."""
    limits = entry[0].model_fields[entry[1]].metadata if entry else ()
    return any(getattr(limit, "lt", math.inf) <= 1 for limit in limits)


def _as_number(given: str) -> Note | str:
    """How a number that was written with commas, a sign or its unit should be written."""
    bare = UNIT_BEHIND.sub("", given)
    try:
        number = parse_number(bare)
    except Unreadable as unreadable:
        return Note("params.because", why=unreadable.note)
    if number is None:
        return ""
    unit = number.unit if isinstance(number, Quantity) else given[len(bare) :].strip()
    if unit in MULTIPLES:
        number, unit = number * 10 ** MULTIPLES[unit], ""
    right = f"{float(number):.15g}"
    if unit in ("", "年"):
        return Note("params.write", right=right)
    return Note(
        "params.write_percent" if unit in "%％" else "params.write_unit", right=right, unit=unit
    )


def field_at(model: type[BaseModel], loc: tuple) -> tuple[type[BaseModel], str] | None:
    """The model and the field that keys lead to; None where they lead to no field."""
    found = None
    for part in loc:
        if part in model.model_fields:
            found = (model, part)
            model = next(models_in(model.model_fields[part].annotation), model)
    return found


def models_in(kind: object) -> Iterator[type[BaseModel]]:
    """The models that a type is made of."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for part in get_args(kind):
        yield from models_in(part)


def keys_of(model: type[BaseModel], *above: type[BaseModel]) -> list[str]:
    """Every key that may stand in a file of a model; of one within itself, once."""
    kinds = [m for f in model.model_fields.values() for m in models_in(f.annotation)]
    below = [keys_of(m, *above, model) for m in kinds if m not in (*above, model)]
    return [*model.model_fields, *(key for keys in below for key in keys)]


def key_meant(name: object, model: type[BaseModel]) -> tuple[str, Hint]:
    """The key that a misspelt one, or a Chinese name of what it is for, may mean, and how to ask."""
    name, keys = str(name), keys_of(model)
    said = {
        meaning["zh"].partition("，")[0]: key.partition(".")[2]
        for key, meaning in words("key").items()
        if key.partition(".")[2] in keys
    }
    parts = [] if name.isascii() else [text for text in said if name in text]
    called = tuple((text, Words(key, key)) for text, key in said.items())
    near = hint(min(parts, key=len, default=name), (*keys, *said), called)
    return said.get(near.nearest, near.nearest), near


def example_at(entry: tuple[type[BaseModel], str] | None) -> str:
    if entry is None:
        return ""
    model, field = entry
    shown = (model.model_fields[field].examples or [""])[0]
    return f"{field}: {shown}" if shown else ""


def about(model: type[BaseModel], field: str) -> Words | str:
    """What a key of a model is for; nothing where that is not told."""
    said = words("key").get(f"{model.__name__}.{field}")
    return Words(**said) if said else ""
