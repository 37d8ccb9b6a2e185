"""A county and the settings of a run, read from `params/*.yml` and checked as a whole."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from ecolib.errors import ParamsError, hint
from ecolib.files import not_a_file
from ecolib.texts import Note, Words, text, word, words

COUNTY_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")
#: The largest of these files has some hundred entries.
MAX_YAML_MB, MAX_YAML_NODES = 1, 100_000
Lang = Literal["zh", "en", "both"]
Landform = Literal["mountain", "hill", "plain", "arid", "plateau"]


# Strict, because YAML reads `yes` as true, and a number would take that for 1.
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Share = Annotated[float, Field(strict=True, ge=0, le=100)]
Whole = Annotated[int, Field(strict=True)]
Year = Annotated[int, Field(strict=True, ge=1990, le=2100)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(_Strict):
    """A text in both languages."""

    zh: str
    en: str


class County(_Strict):
    """The profile of the assessed territory; `terrain` in % of the land area, `goal_year` the
    last year of its plan, by which the targets should be reached."""

    zh: str
    en: str
    base_year: Year
    goal_year: Year | None = None
    fictional: bool = False
    area_km2: Number | None = Field(default=None, gt=0)
    terrain: dict[Landform, Share] = {}
    climate: Literal["arid", "other"] = "other"
    source: Named | None = None

    def name(self, lang: str) -> str:
        """The name as shown to people; a fictional county says so every time."""
        name = self.zh if lang == "zh" else self.en
        return text("fictional_county", lang, name=name) if self.fictional else name


class Assignment(_Strict):
    """A bound handed down for one year: a level of the indicator, or its yearly decline in %."""

    sense: Literal["at_least", "at_most"]
    value: Number
    measure: Literal["level", "decline"] = "level"
    document: str
    position: str = ""


class Settings(_Strict):
    """What applies to every county unless its own file says otherwise."""

    alpha: Number = Field(default=0.05, gt=0, lt=0.5)
    level: Number = Field(default=0.95, gt=0.5, lt=1)
    history: Whole = Field(default=30, ge=1)
    language: Lang = "both"
    timeout: Whole = Field(default=300, ge=1)
    memory_mb: Whole = Field(default=8000, ge=1000)


def _fault(name: str) -> PydanticCustomError:
    return PydanticCustomError(name, word("fault", name, "en"))


def _spread(by_year: object) -> object:
    """One range of years may share a target: "2018-2020"."""
    if not isinstance(by_year, dict):
        return by_year
    spread = {}
    for years, bound in by_year.items():
        if isinstance(years, bool) or not (found := YEARS.fullmatch(str(years))):
            raise _fault("years")
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first:
            raise _fault("years_reversed")
        for year in range(first, last + 1):
            if year in spread:
                raise _fault("years_twice")
            spread[year] = bound
    return spread


class Params(_Strict):
    """Everything `params/<county>.yml` and `params/defaults.yml` say."""

    county: County
    owners: dict[str, Named] = {}
    assigned: dict[str, Annotated[dict[Year, Assignment], BeforeValidator(_spread)]] = {}
    not_applicable: dict[str, Named] = {}
    settings: Settings = Settings()

    def assignment(self, indicator: str, year: int) -> Assignment | None:
        return self.assigned.get(indicator, {}).get(year)


def load_params(
    county: str, root: Path, *, indicators: Collection[str], owners: Collection[str]
) -> Params:
    """Read and check the parameters of one county.

    Raises
    ------
    ParamsError
        With every problem: file, key, what was found, what would be right.
    """
    name = check_county(county, root)
    path = root / "params" / f"{name}.yml"
    data = read_yaml(path)
    own = data.get("settings", {})
    if isinstance(own, dict):
        data = {**data, "settings": {**read_yaml(root / "params" / "defaults.yml"), **own}}
    problems = _unknown_names(path, data, {"assigned": indicators, "not_applicable": indicators})
    problems += _unknown_names(path, data, {"owners": owners})
    try:
        params = Params.model_validate(data)
    except ValidationError as error:
        raise ParamsError([*problems_of(f"{path.name}: ", error, KEYS), *problems]) from None
    if problems:
        raise ParamsError(problems)
    return params


def _unknown_names(path: Path, data: dict, known: Mapping[str, Collection[str]]) -> list[Note]:
    """Names below a key that are not among the known ones, with the nearest."""
    notes = []
    for key, names in known.items():
        given = data.get(key)
        for name in given if isinstance(given, dict) else ():
            if name not in names:
                near = hint(name, names)
                where = f"{path.name}: {key}.{name}"
                notes.append(_problem(where, "params.unknown", name=str(name), near=near))
    return notes


def _problem(where: str, code: str, **args) -> Note:
    return Note(code, severity="error", source=where, **args)


def county_names(root: Path) -> list[str]:
    """The counties that have a parameter file."""
    return sorted(p.stem for p in (root / "params").glob("*.yml") if p.stem != "defaults")


def check_county(county: str, root: Path) -> str:
    """The name itself, when it is well formed and its parameter file exists."""
    known = county_names(root)
    if not isinstance(county, str) or not COUNTY_NAME.fullmatch(county) or county not in known:
        near = hint(str(county), known)
        raise ParamsError(
            _problem("county", "params.no_county", name=str(county), known=tuple(known), near=near)
        )
    return county


def check_year(year: object) -> int:
    """The year as a whole number between 2000 and 2100."""
    if isinstance(year, bool) or not isinstance(year, int) or not 2000 <= year <= 2100:
        raise ParamsError(_problem("year", "params.no_year", year=repr(year)))
    return year


class _Loader(yaml.SafeLoader):
    """YAML keeps the last of two equal keys in silence; here that is an error.

    So are anchors that refer to each other until a small file stands for a huge one.
    """

    def get_single_node(self):
        node = super().get_single_node()
        if node is not None and _size(node, {}) > MAX_YAML_NODES:
            raise yaml.composer.ComposerError(
                None, None, f"its anchors stand for more than {MAX_YAML_NODES} entries"
            )
        return node

    def construct_mapping(self, node, deep=False):
        keys = [k.value for k, _ in node.value if isinstance(k, yaml.ScalarNode)]
        twice = next((k for k in keys if keys.count(k) > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key '{twice}' stands twice", node.start_mark
            )
        return super().construct_mapping(node, deep)


def _size(node: yaml.Node, sizes: dict[int, float]) -> float:
    """The entries below a node with every alias written out."""
    if id(node) not in sizes:
        sizes[id(node)] = math.inf  # an alias within its own anchor never ends
        below = [] if isinstance(node, yaml.ScalarNode) else node.value
        flat = chain.from_iterable(n if isinstance(n, tuple) else (n,) for n in below)
        sizes[id(node)] = 1 + sum(_size(n, sizes) for n in flat)
    return sizes[id(node)]


def read_yaml(path: Path) -> dict:
    """The mapping in a YAML file; an empty file is an empty one.

    Raises
    ------
    ParamsError
        When the file cannot be read, is far too large or deep, repeats a key, or holds something
        else.
    """
    if (why := not_a_file(path)) is not None:
        raise ParamsError(why.but(severity="error", source=path.name))
    try:
        if path.stat().st_size > MAX_YAML_MB * 1_000_000:
            raise yaml.YAMLError(f"larger than {MAX_YAML_MB} MB")
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except RecursionError:
        raise ParamsError(_problem(path.name, "params.too_deep")) from None
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise ParamsError(_problem(path.name, "params.cannot_be_read", error=str(error))) from None
    if data is not None and not isinstance(data, dict):
        raise ParamsError(_problem(path.name, "params.no_mapping"))
    return data or {}


def problems_of(where: str, error: ValidationError, keys: Collection[str]) -> list[Note]:
    """What pydantic found, its own words in English; `keys` are those that a misspelt one may mean."""
    problems = []
    for found in error.errors():
        place = where + ".".join(map(str, found["loc"]))
        fault = found["type"] if found["type"] in words("fault") else "other"
        misspelt = found["type"] == "extra_forbidden"
        problems.append(
            _problem(
                place,
                "params.fault",
                fault=Words(word("fault", fault, "zh"), found["msg"]),
                near=hint(str(found["loc"][-1]), keys) if misspelt else "",
                given=repr(found["input"]),
            )
        )
    return problems


#: Every key a parameter file may hold, for near matches.
KEYS = [name for kind in (Params, County, Assignment, Settings) for name in kind.model_fields]
