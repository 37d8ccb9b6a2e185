"""A county and the settings of a run, read from `params/*.yml` and checked as a whole."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ecolib.errors import ParamsError, Problem, near

COUNTY_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
Lang = Literal["zh", "en", "both"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(_Strict):
    """A text in both languages."""

    zh: str
    en: str


class County(_Strict):
    """The profile of the assessed territory; `terrain` in % of the land area."""

    zh: str
    en: str
    base_year: int = Field(ge=1990, le=2100)
    fictional: bool = False
    area_km2: float | None = Field(default=None, gt=0)
    terrain: dict[Literal["mountain", "hill", "plain", "arid", "plateau"], float] = {}
    climate: Literal["arid", "other"] = "other"
    source: Named | None = None

    def name(self, lang: str) -> str:
        """The name as shown to people; a fictional county says so every time."""
        name = self.zh if lang == "zh" else self.en
        if not self.fictional:
            return name
        return f"{name}（虚构）" if lang == "zh" else f"{name} (fictional)"


class Assignment(_Strict):
    """A bound handed down for one year: a level of the indicator, or its yearly decline in %."""

    sense: Literal["at_least", "at_most"]
    value: float
    measure: Literal["level", "decline"] = "level"
    document: str
    position: str = ""


class Settings(_Strict):
    """What applies to every county unless its own file says otherwise."""

    alpha: float = Field(default=0.05, gt=0, lt=0.5)
    level: float = Field(default=0.95, gt=0.5, lt=1)
    history: int = Field(default=30, ge=1)
    language: Lang = "both"
    timeout: int = Field(default=300, ge=1)


class Params(_Strict):
    """Everything `params/<county>.yml` and `params/defaults.yml` say."""

    county: County
    owners: dict[str, Named] = {}
    assigned: dict[str, dict[int, Assignment]] = {}
    not_applicable: dict[str, Named] = {}
    settings: Settings = Settings()

    @field_validator("assigned", mode="before")
    @classmethod
    def _years(cls, value):
        # One range of years may share a target: "2018-2020".
        spread = {}
        for name, by_year in (value or {}).items():
            spread[name] = {}
            for years, bound in by_year.items():
                first, _, last = str(years).partition("-")
                for year in range(int(first), int(last or first) + 1):
                    spread[name][year] = bound
        return spread

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
    data = {**_read(path)}
    data["settings"] = {
        **_read(root / "params" / "defaults.yml"),
        **(data.get("settings") or {}),
    }
    try:
        params = Params.model_validate(data)
    except (ValidationError, ValueError) as error:
        raise ParamsError(_problems(path, error)) from None
    unknown = [
        *(("assigned", n, indicators) for n in params.assigned),
        *(("not_applicable", n, indicators) for n in params.not_applicable),
        *(("owners", n, owners) for n in params.owners),
    ]
    problems = [
        Problem(
            f"{path.name}: {key}.{n}",
            f"没有“{n}”{near(n, known)[0]}",
            f"no '{n}'{near(n, known)[1]}",
        )
        for key, n, known in unknown
        if n not in known
    ]
    if problems:
        raise ParamsError(problems)
    return params


def county_names(root: Path) -> list[str]:
    """The counties that have a parameter file."""
    return sorted(p.stem for p in (root / "params").glob("*.yml") if p.stem != "defaults")


def check_county(county: str, root: Path) -> str:
    """The name itself, when it is well formed and its parameter file exists."""
    known = county_names(root)
    if not isinstance(county, str) or not COUNTY_NAME.fullmatch(county) or county not in known:
        zh, en = near(str(county), known)
        listed = "、".join(known)
        raise ParamsError(
            Problem(
                "county",
                f"没有县“{county}”（params/ 中有：{listed}）{zh}",
                f"no county '{county}' (params/ has: {', '.join(known)}){en}",
            )
        )
    return county


def check_year(year: object) -> int:
    """The year as a whole number between 2000 and 2100."""
    if isinstance(year, bool) or not isinstance(year, int) or not 2000 <= year <= 2100:
        raise ParamsError(
            Problem(
                "year",
                f"年份应为 2000—2100 的整数，给出的是 {year!r}",
                f"the year must be a whole number from 2000 to 2100, not {year!r}",
            )
        )
    return year


def _read(path: Path) -> dict:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise ParamsError(
            Problem(path.name, f"读不了：{error}", f"cannot be read: {error}")
        ) from None
    if data is not None and not isinstance(data, dict):
        raise ParamsError(Problem(path.name, "应为键值结构", "must be a mapping of keys to values"))
    return data or {}


def _problems(path: Path, error: Exception) -> list[Problem]:
    if not isinstance(error, ValidationError):
        return [Problem(path.name, f"年份写法有误：{error}", f"a year is not well formed: {error}")]
    return [
        Problem(
            f"{path.name}: {'.'.join(map(str, e['loc']))}",
            f"{_ZH.get(e['type'], '不符合要求')}（给出的是 {e['input']!r}）",
            f"{e['msg']} (found {e['input']!r})",
        )
        for e in error.errors()
    ]


_ZH = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项，可能拼写有误",
    "literal_error": "不在可选值之内",
    "float_parsing": "应为数字",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "string_type": "应为文字",
    "bool_parsing": "应为 true 或 false",
    "greater_than": "数值过小",
    "greater_than_equal": "数值过小",
    "less_than": "数值过大",
    "less_than_equal": "数值过大",
}
