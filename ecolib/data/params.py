"""A county and the settings of a run, read from `params/*.yml` and checked as a whole."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from ecolib.data.parse import Share as InPercent
from ecolib.data.parse import Unreadable, clean, parse_number
from ecolib.data.yaml_file import MANY, Document, Written, few, no_mapping, read_yaml
from ecolib.errors import EcolibError, ParamsError, hint, visible
from ecolib.texts import Note, Words, text, word, words

COUNTY_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
YEARS = re.compile(r"(\d{4})年?(?:[-—–~～至](\d{4})年?)?")
#: By how much shares of the terrain, each rounded, may miss 100 together.
SHARES_ROUNDED = 1.0
LIMITS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}
#: The unit behind a number, but for % and what changes its scale.
UNIT_BEHIND = re.compile(r"(?<=\d)\s*[^\d\s.,%％‰eE+万亿千百-][^\d万亿千百]*$")
#: Other ways of writing a choice than its code and its words in both languages.
ALSO = {
    **dict.fromkeys(("≥", ">=", "不少于", "不小于", "大于等于"), "at_least"),
    **dict.fromkeys(("≤", "<=", "不高于", "不大于", "不多于", "小于等于"), "at_most"),
    **dict.fromkeys(("山地",), "mountain"),
    **dict.fromkeys(("丘陵",), "hill"),
    **dict.fromkeys(("平原",), "plain"),
    **dict.fromkeys(("干旱", "干旱区", "干旱地区"), "arid"),
    **dict.fromkeys(("高原", "青藏高原"), "plateau"),
    **dict.fromkeys(("删去", "删除"), "drop"),
    **dict.fromkeys(("双语",), "both"),
}


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
        if (code := ALSO.get(named)) in self.codes:
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


def _bare(name: object) -> str:
    return str(clean(name) or "").casefold().replace(" ", "")


Language = Literal["zh", "en", "both"]
Lang = Annotated[Language, chosen("language", Language)]
Form = Literal["mountain", "hill", "plain", "arid", "plateau"]
Landform = Annotated[Form, chosen("landform", Form)]
Zone = Literal["arid", "other"]
Sense = Literal["at_least", "at_most"]
Quantity = Literal["level", "decline"]

# Strict, because YAML reads `yes` as true, and a number would take that for 1.
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Share = Annotated[float, Field(strict=True, ge=0, le=100)]
Whole = Annotated[int, Field(strict=True)]
Year = Annotated[int, Field(strict=True, ge=1990, le=2100)]
Text = Annotated[str, Field(min_length=1)]
TRUTHS = {"是": True, "否": False}
Truth = Annotated[bool, BeforeValidator(lambda v: TRUTHS.get(v, v) if isinstance(v, str) else v)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(_Strict):
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


class County(_Strict):
    """The profile of the assessed territory; `terrain` in % of the land area, `goal_year` the
    last year of its plan, by which the targets should be reached."""

    zh: Text = Field(examples=["阳山县"])
    en: str = Field(default="", examples=["Yangshan County"])
    base_year: Year = Field(examples=[2015])
    goal_year: Year | None = Field(default=None, examples=[2025])
    fictional: Truth = Field(default=False, examples=["false"])
    area_km2: Number | None = Field(default=None, gt=0, examples=[1218.43])
    terrain: dict[Landform, Share] = Field(default={}, examples=["{mountain: 80, hill: 20}"])
    climate: Annotated[Zone, chosen("climate", Zone)] = Field(default="other", examples=["other"])
    source: Named | None = Field(default=None, examples=["县创建规划正文二、三"])

    _english = model_validator(mode="before")(lambda given: with_english(given))

    @field_validator("terrain")
    @classmethod
    def _whole(cls, shares: dict[str, float]) -> dict[str, float]:
        if shares and abs(sum(shares.values()) - 100) > SHARES_ROUNDED:
            raise _fault("shares")
        return shares

    @field_validator("goal_year")
    @classmethod
    def _later(cls, year: int | None, info: ValidationInfo) -> int | None:
        if year is not None and year < info.data.get("base_year", year):
            raise _fault("goal_first")
        return year

    def name(self, lang: str) -> str:
        """The name as shown to people; a fictional county says so every time."""
        name = self.zh if lang == "zh" else self.en
        return text("fictional_county", lang, name=name) if self.fictional else name


class Assignment(_Strict):
    """A bound handed down for one year: a level of the indicator, or its yearly decline in %."""

    sense: Annotated[Sense, chosen("sense", Sense)] = Field(examples=["不低于"])
    value: Number = Field(examples=[96.5])
    measure: Annotated[Quantity, chosen("measure", Quantity)] = Field(
        default="level", examples=["level"]
    )
    document: Text = Field(examples=["《××市2020年度大气污染防治工作目标》"])
    position: str = Field(default="", examples=["附件1"])


class Settings(_Strict):
    """What applies to every county unless its own file says otherwise."""

    alpha: Number = Field(default=0.05, gt=0, lt=0.5, examples=[0.05])
    level: Number = Field(default=0.95, gt=0.5, lt=1, examples=[0.95])
    history: Whole = Field(default=30, ge=1, examples=[30])
    language: Lang = Field(default="both", examples=["zh"])
    timeout: Whole = Field(default=300, ge=1, examples=[300])
    memory_mb: Whole = Field(default=8000, ge=1000, examples=[8000])


def _fault(name: str) -> PydanticCustomError:
    return PydanticCustomError(name, word("fault", name, "en"))


def _spread(by_year: object) -> object:
    """One range of years may share a target: "2018-2020"."""
    if not isinstance(by_year, dict):
        return by_year
    spread = {}
    for years, bound in by_year.items():
        if not YEARS.fullmatch(str(years).strip()):
            raise _fault("years")
        if not (each := _years(years)):
            raise _fault("years_reversed")
        for year in each:
            if year in spread:
                raise _fault("years_twice")
            spread[year] = bound
    return spread


def _years(given: object) -> range:
    """The years of "2018-2020", of 2018 that one; none of anything else."""
    found = YEARS.fullmatch(str(given).strip())
    return range(int(found[1]), int(found[2] or found[1]) + 1) if found else range(0)


ByYear = Annotated[dict[Year, Assignment], BeforeValidator(_spread)]


class Params(_Strict):
    """Everything `params/<county>.yml` and `params/defaults.yml` say."""

    county: County = Field(examples=["{zh: 阳山县, base_year: 2015}"])
    owners: dict[str, Named] = Field(default={}, examples=["{ecology: 生态环境局阳山分局}"])
    assigned: dict[str, ByYear] = Field(
        default={},
        examples=["{优良天数比例: {2020: {sense: 不低于, value: 96.5, document: 《××方案》}}}"],
    )
    not_applicable: dict[str, Named] = Field(default={}, examples=["{海岸生态修复: 本县不临海}"])
    settings: Settings = Field(default=Settings(), examples=["{language: zh}"])

    def assignment(self, indicator: str, year: int) -> Assignment | None:
        return self.assigned.get(indicator, {}).get(year)


def load_params(
    county: str,
    root: Path,
    *,
    indicators: Collection[str],
    owners: Collection[str],
    titles: Mapping[str, str] = {},
) -> Params:
    """Read and check the parameters of one county.

    Parameters
    ----------
    titles
        What people call indicators and owners, and their codes.

    Raises
    ------
    ParamsError
        With every problem: file, key, line, what was found, what would be right.
    """
    name = check_county(county, root)
    data, defaults = (read_yaml(root / "params" / f"{n}.yml") for n in (name, "defaults"))
    where = f"{name}.yml: "
    problems = _checked(Settings, defaults, "defaults.yml: ")[1]
    codes = {"assigned": indicators, "not_applicable": indicators, "owners": owners}
    for key, known in codes.items():
        if isinstance(data.get(key), dict):
            problems += _named(data, key, known, titles, where)
    own = data.get("settings", {})
    if isinstance(own, dict) and not problems:
        data["settings"] = {**defaults, **own}
    unknown = {problem.source.file for problem in problems}
    params, faults = _checked(Params, data, where)
    problems += [f for f in faults if not any(f.source.file.startswith(f"{u}.") for u in unknown)]
    if params is None or problems:
        raise ParamsError(few(problems))
    return params


def _checked(model: type[BaseModel], data: Document, where: str) -> tuple[Any, list[Note]]:
    try:
        return model.model_validate(dict(data)), []
    except ValidationError as error:
        return None, problems_of(where, error, model, data)


def _named(
    data: Document, key: str, known: Collection[str], titles: Mapping[str, str], where: str
) -> list[Note]:
    """Bring the names below a key to their codes; those that are none, with the nearest."""
    notes, by_code, coded = [], {}, {}
    for name, value in data[key].items():
        code = str(name) if str(name) in known else titles.get(str(name).strip(), str(name))
        told = {"name": visible(str(name)), "line": data.at((key, name)).line}
        place = f"{where}{key}.{told['name']}"
        if code not in known:
            all_names = [*known, *(t for t, c in titles.items() if c in known)]
            near = hint(str(name), all_names) if len(notes) <= MANY else ""
            notes.append(_problem(place, "params.unknown", near=near, **told))
        elif code in by_code:
            notes.append(_problem(place, "params.same", **told | {"name": code}))
            code = str(name)
        coded[name], by_code[code] = code, value
    data[key] = by_code
    for keys in [keys for keys in data.written if len(keys) > 1 and keys[0] == key]:
        _, name, *below = keys
        data.written[(key, coded[name], *below)] = data.written[keys]
        for year in _years(below[0]) if below and key == "assigned" else ():
            data.written[(key, coded[name], year, *below[1:])] = data.written[keys]
    return notes


def _problem(where: str, code: str, **args) -> Note:
    return Note(code, severity="error", source=where, **args)


def county_names(root: Path) -> list[str]:
    """The counties that have a parameter file with a name that can be used."""
    found = (p.stem for p in (root / "params").glob("*.yml") if p.stem != "defaults")
    return sorted(name for name in found if COUNTY_NAME.fullmatch(name))


def check_county(county: str, root: Path) -> str:
    """The id of a county that has a parameter file, by its id or by its name in that file.

    Raises
    ------
    ParamsError
        When there is none; the message says which there are, or what an id may hold.
    """
    known = county_names(root)
    if isinstance(county, str) and county in known:
        return county
    shown = visible(str(county))
    if not (root / "params" / "defaults.yml").is_file():
        raise ParamsError(_problem("", "params.no_project", folder=str(root)))
    called = dict(_called(root, known))
    if isinstance(county, str) and (found := called.get(county.strip())):
        return found
    near = hint(shown, [*known, *called])
    if not isinstance(county, str) or not COUNTY_NAME.fullmatch(county):
        code = "params.no_county_id"
    else:
        code = "params.no_county"
    raise ParamsError(_problem("", code, name=shown, known=tuple(known), near=near))


def _called(root: Path, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """What counties are called, and their ids; a file that cannot be read names none."""
    for name in known:
        try:
            county = read_yaml(root / "params" / f"{name}.yml").get("county")
        except EcolibError:
            continue
        if isinstance(county, dict):
            titles = (county.get(lang) for lang in ("zh", "en"))
            yield from ((title, name) for title in titles if isinstance(title, str))


def check_year(year: object) -> int:
    """The year as a whole number between 2000 and 2100."""
    if isinstance(year, bool) or not isinstance(year, int) or not 2000 <= year <= 2100:
        raise ParamsError(_problem("", "params.no_year", year=visible(repr(year))))
    return year


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
    for found in error.errors()[: MANY + 1]:
        loc = tuple(part for part in found["loc"] if part != "[key]")
        if data is not None and found["type"] != "missing":
            # What a union tried stands in no file; of its complaints the first will do.
            while loc and (*above, *loc) not in data.written:
                loc = loc[:-1]
        place = (where + ".".join(visible(str(part)) for part in loc)).removesuffix(": ")
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
        return _problem(place, "params.missing", meaning=meaning, line=line)
    if kind in ("dict_type", "model_type", "model_attributes_type") and written:
        shown = Written(written.line, str(given)) if isinstance(given, str) else written
        return no_mapping(place, shown, example_at(entry))
    near = ""
    if kind == "extra_forbidden" and loc and loc[-1] in keys_of(model):
        kind = "misplaced"
    elif kind == "extra_forbidden" and loc:
        near = hint(str(loc[-1]), keys_of(model))
    elif kind == "choice":
        near = Note("params.choices", allowed=found["ctx"]["choice"].names())
    elif kind == "literal_error":
        kind, near = "choice", Note("params.choices", allowed=(found["ctx"]["expected"],))
    elif limit := found.get("ctx", {}).keys() & LIMITS.keys():
        (limit,) = limit
        near = Note("params.limit", sign=LIMITS[limit], limit=found["ctx"][limit])
    elif isinstance(given, str) and kind.startswith(("float", "int")) and not _of_one(entry):
        near = _as_number(given)
    said = words("fault").get(kind, words("fault")["other"])
    fault = Words(said["zh"], said["en"] if kind == "misplaced" else found["msg"])
    if given is None or isinstance(given, dict | list):
        shown = ""
    else:
        whole = written is not None and isinstance(given, str | int | float)
        shown = written.text if whole and written.text != "…" else visible(str(given))
    code = "params.fault" if shown else "params.fault_alone"
    told = {"given": shown} if shown else {}
    return _problem(place, code, fault=fault, near=near, line=line, **told)


def _of_one(entry: tuple[type[BaseModel], str] | None) -> bool:
    """Whether a field is a share of one, so that 5% is not 5."""
    return bool(entry) and entry[0] is Settings and entry[1] in ("alpha", "level")


def _as_number(given: str) -> Note | str:
    """How a number that was written with commas, a sign or its unit should be written."""
    bare = UNIT_BEHIND.sub("", given)
    try:
        number = parse_number(bare)
    except Unreadable as unreadable:
        return Note("params.because", why=unreadable.note)
    if number is None:
        return ""
    shown = f"{float(number):.15g}"
    return Note(
        "params.write_percent" if type(number) is InPercent else "params.write", right=shown
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


def keys_of(model: type[BaseModel]) -> list[str]:
    """Every key that may stand in a file of a model."""
    below = [keys_of(m) for f in model.model_fields.values() for m in models_in(f.annotation)]
    return [*model.model_fields, *(key for keys in below for key in keys)]


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
