"""A county and the settings of a run, read from `params/*.yml` and checked as a whole."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from numbers import Integral
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from ecolib.data.keys import (
    Named,
    Strict,
    Text,
    Truth,
    chosen,
    fault,
    problem,
    problems_of,
    with_english,
)
from ecolib.data.yaml_file import MANY, Document, few, read_yaml
from ecolib.errors import EcolibError, ParamsError, hint
from ecolib.files import in_project
from ecolib.grouping import grouped
from ecolib.texts import Note, quoted, text

#: None of the devices after which Windows lets no file be called.
COUNTY_NAME = re.compile(r"(?!(?:con|prn|aux|nul|com\d|lpt\d)$)[a-z][a-z0-9_]{0,39}")
YEARS = re.compile(r"(\d{4})年?(?:[-—–~～至](\d{4})年?)?")
#: By how much shares of the terrain, each rounded, may miss 100 together.
SHARES_ROUNDED = 1.0
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


#: No county is larger: Ruoqiang (若羌县), the largest, has 202,298 km².
LARGEST_KM2 = 210_000


class County(Strict):
    """The profile of the assessed territory; `terrain` in % of the land area, `goal_year` the
    last year of its plan, by which the targets should be reached."""

    zh: Text = Field(examples=["阳山县"])
    en: str = Field(default="", examples=["Yangshan County"])
    base_year: Year = Field(examples=[2015])
    goal_year: Year | None = Field(default=None, examples=[2025])
    fictional: Truth = Field(default=False, examples=["false"])
    area_km2: Number | None = Field(default=None, gt=0, le=LARGEST_KM2, examples=[1218.43])
    terrain: dict[Landform, Share] = Field(default={}, examples=["{mountain: 80, hill: 20}"])
    climate: Annotated[Zone, chosen("climate", Zone)] = Field(default="other", examples=["other"])
    source: Named | None = Field(default=None, examples=["县创建规划正文二、三"])
    code: str = Field(default="", examples=['"441823"'])

    _english = model_validator(mode="before")(lambda given: with_english(given))

    @field_validator("terrain")
    @classmethod
    def _whole(cls, shares: dict[str, float]) -> dict[str, float]:
        if shares and abs(sum(shares.values()) - 100) > SHARES_ROUNDED:
            raise fault("shares")
        return shares

    @field_validator("goal_year")
    @classmethod
    def _later(cls, year: int | None, info: ValidationInfo) -> int | None:
        if year is not None and year < info.data.get("base_year", year):
            raise fault("goal_first")
        return year

    def name(self, lang: str) -> str:
        """The name as shown to people; a fictional county says so every time."""
        name = self.zh if lang == "zh" else self.en
        return text("fictional_county", lang, name=name) if self.fictional else name


#: What stands for the value where a document says that none was handed down.
NONE = ("none", "未下达")


class Assignment(Strict):
    """A bound handed down for one year: a level of the indicator, or its yearly decline in %; or
    the statement of a document that none was, whose value is None."""

    sense: Annotated[Sense, chosen("sense", Sense)] = Field(examples=["不低于"])
    value: Number | None = Field(examples=[96.5])
    measure: Annotated[Quantity, chosen("measure", Quantity)] = Field(
        default="level", examples=["level"]
    )
    document: Text = Field(examples=["《××市2020年度大气污染防治工作目标》"])
    position: str = Field(default="", examples=["附件1"])

    @model_validator(mode="before")
    @classmethod
    def _none(cls, given: object) -> object:
        """Without a value there is no sense to be stated; an empty one is no such statement."""
        if not isinstance(given, dict) or "value" not in given:
            return given
        if given["value"] in NONE:
            return {"sense": "at_least", **given, "value": None}
        return {**given, "value": ""} if given["value"] is None else given


class Reporting(Strict):
    """What stands at the head of the annual report and no data file can say."""

    issuer: Named | None = Field(default=None, examples=["阳山县生态文明建设领导小组办公室"])
    data_until: dict[Year, date] = Field(default={}, examples=["{2020: 2021-04-30}"])
    issued: dict[Year, date] = Field(default={}, examples=["{2020: 2021-05-20}"])


class Settings(Strict):
    """What applies to every county unless its own file says otherwise."""

    alpha: Number = Field(default=0.05, gt=0, lt=0.5, examples=[0.05])
    level: Number = Field(default=0.95, gt=0.5, lt=1, examples=[0.95])
    history: Whole = Field(default=30, ge=1, le=200, examples=[30])
    language: Lang = Field(default="both", examples=["zh"])
    timeout: Whole = Field(default=300, ge=1, le=86_400, examples=[300])
    memory_mb: Whole = Field(default=8000, ge=1000, le=1_000_000, examples=[8000])


def _spread(by_year: object) -> object:
    """One range of years may share a target: "2018-2020"."""
    if not isinstance(by_year, dict):
        return by_year
    spread = {}
    for years, bound in by_year.items():
        if not YEARS.fullmatch(str(years).strip()):
            raise fault("years")
        if not (each := _years(years)):
            raise fault("years_reversed")
        for year in each:
            if year in spread:
                raise fault("years_twice")
            spread[year] = bound
    return spread


def _years(given: object) -> range:
    """The years of "2018-2020", of 2018 that one; none of anything else."""
    found = YEARS.fullmatch(str(given).strip())
    return range(int(found[1]), int(found[2] or found[1]) + 1) if found else range(0)


ByYear = Annotated[dict[Year, Assignment], BeforeValidator(_spread)]


#: The list of indicators that holds where no file names another.
DEFAULT_LIST = "2019-76"
#: Where a choice by year keeps what holds in all other years.
ANY_YEAR = 0


def _for_any_year(given: object) -> object:
    return {ANY_YEAR: given} if isinstance(given, str) else _spread(given)


ListByYear = Annotated[dict[Whole, Text], BeforeValidator(_for_any_year)]


class Defaults(Settings):
    """Everything `params/defaults.yml` says."""

    list: Text = Field(default=DEFAULT_LIST, examples=["2019-76"])


class Params(Strict):
    """Everything `params/<county>.yml` and `params/defaults.yml` say."""

    county: County = Field(examples=["{zh: 阳山县, base_year: 2015}"])
    owners: dict[str, Named] = Field(default={}, examples=["{ecology: 生态环境局阳山分局}"])
    assigned: dict[str, ByYear] = Field(
        default={},
        examples=["{优良天数比例: {2020: {sense: 不低于, value: 96.5, document: 《××方案》}}}"],
    )
    not_applicable: dict[str, Named] = Field(
        default={}, examples=["{海岸生态修复: 本县不临海}", "{自然岸线保有率: 本县没有自然岸线}"]
    )
    list: ListByYear = Field(default={}, examples=["{2017-2020: lianshan}"])
    report: Reporting = Field(default=Reporting(), examples=["{issued: {2020: 2021-05-20}}"])
    settings: Settings = Field(default=Settings(), examples=["{language: zh}"])

    def list_in(self, year: int) -> str:
        """The name of the list that the county is judged by in a year."""
        return self.list.get(year, self.list.get(ANY_YEAR, DEFAULT_LIST))

    def assignment(self, indicator: str, year: int) -> Assignment | None:
        """The bound handed down for a year."""
        given = self.assigned.get(indicator, {}).get(year)
        return None if given is None or given.value is None else given

    def none_assigned(self, indicator: str, year: int) -> Assignment | None:
        """The statement that none was handed down for a year, with its document."""
        given = self.assigned.get(indicator, {}).get(year)
        return None if given is None or given.value is not None else given


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
    problems = _checked(Defaults, defaults, "defaults.yml: ")[1]
    codes = {"assigned": indicators, "not_applicable": indicators, "owners": owners}
    for key, known in codes.items():
        if isinstance(data.get(key), dict):
            problems += named_codes(data, key, known, titles, where)
    own = data.get("settings", {})
    if isinstance(own, dict) and not problems:
        every = {key: value for key, value in defaults.items() if key != "list"}
        data["settings"] = {**every, **own}
    unknown = {p.source.file for p in problems}
    params, faults = _checked(Params, data, where)
    problems += [f for f in faults if not any(f.source.file.startswith(f"{u}.") for u in unknown)]
    if params is None or problems:
        raise ParamsError(few(problems))
    default = defaults.get("list", DEFAULT_LIST)
    return params.model_copy(update={"list": {ANY_YEAR: default, **params.list}})


def chosen_lists(county: str, root: Path) -> list[str]:
    """Every list that a county names, and the one of the project, as far as these can be read.

    A number in a file means what it means in these, so they come before all else.
    """
    own, every = (read_yaml(root / "params" / f"{n}.yml").get("list") for n in (county, "defaults"))
    named = own.values() if isinstance(own, dict) else (own,)
    # A list for all years leaves none to that of the project.
    every = () if isinstance(own, str) else (every or DEFAULT_LIST,)
    return list(dict.fromkeys(n for n in (*named, *every) if isinstance(n, str)))


def _checked(model: type[BaseModel], data: Document, where: str) -> tuple[Any, list[Note]]:
    try:
        return model.model_validate(dict(data)), []
    except ValidationError as error:
        return None, problems_of(where, error, model, data)


def named_codes(
    data: Document, key: str, known: Collection[str], titles: Mapping[str, str], where: str
) -> list[Note]:
    """Bring the names below a key to their codes; those that are none, with the nearest."""
    notes, by_code, coded = [], {}, {}
    for name, value in data[key].items():
        code = str(name) if str(name) in known else titles.get(str(name).strip(), str(name))
        told = {"name": quoted(str(name)), "line": data.at((key, name)).line}
        place = f"{where}{key}.{told['name']}"
        if code not in known:
            all_names = [*known, *(t for t, c in titles.items() if c in known)]
            near = hint(str(name), all_names) if len(notes) <= MANY else ""
            notes.append(problem(place, "params.unknown", near=near, **told))
        elif code in by_code:
            notes.append(problem(place, "params.same", **told | {"name": code}))
            code = str(name)
        coded[name], by_code[code] = code, value
    data[key] = by_code
    for keys in [keys for keys in data.written if len(keys) > 1 and keys[0] == key]:
        _, name, *below = keys
        data.written[(key, coded[name], *below)] = data.written[keys]
        for year in _years(below[0]) if below and key == "assigned" else ():
            data.written[(key, coded[name], year, *below[1:])] = data.written[keys]
    return notes


def county_names(root: Path) -> list[str]:
    """The counties that have a parameter file with a name that can be used.

    Raises
    ------
    ParamsError
        Outside a project.
    """
    found = (p.stem for p in (in_project(root) / "params").glob("*.yml") if p.stem != "defaults")
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
    shown = quoted(str(county))
    called = grouped(dict.fromkeys(_called(root, known)))
    found = tuple(called.get(county.strip(), ())) if isinstance(county, str) else ()
    if len(found) > 1:
        raise ParamsError(problem("", "params.several", name=shown, known=found))
    if found:
        return found[0]
    near = hint(shown, [*known, *called])
    is_id = isinstance(county, str) and COUNTY_NAME.fullmatch(county)
    code = "params.no_county" if is_id else "params.no_county_id"
    raise ParamsError(problem("", code, name=shown, known=tuple(known), near=near))


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
    """The year as a whole number between 2000 and 2100; one of numpy will do."""
    if isinstance(year, bool) or not isinstance(year, Integral) or not 2000 <= year <= 2100:
        raise ParamsError(problem("", "params.no_year", year=quoted(repr(year))))
    return int(year)
