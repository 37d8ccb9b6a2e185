"""A new county: a commented parameter file, and the folders and lists that its data go into.

The comments and examples are those of the models, so that nothing is explained twice.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from ecolib.data.corrections import Correction
from ecolib.data.dictionary import owners
from ecolib.data.keys import about, problems_of
from ecolib.data.numbers import Unreadable, parse_number
from ecolib.data.params import COUNTY_NAME, Assignment, County, Params, Reporting, Settings
from ecolib.errors import ParamsError, RunError
from ecolib.files import in_project, write_text
from ecolib.indicators.catalogue import default_list
from ecolib.indicators.targets import is_assigned
from ecolib.texts import Note, quoted, text, word

#: A text that YAML takes as it is.
PLAIN = re.compile(r"[一-鿿][\w（）() ·-]*[\w）)]")
#: One share of the terrain as people write it: `mountain=80`, `山区 80%`.
SHARE = re.compile(r"\s*([^\d\s=:：]+)\s*[=:：]?\s*([\d.]+)\s*[%％]?\s*")


def new_county(
    county: str, profile: Mapping[str, object], years: Sequence[int], root: Path
) -> list[Path]:
    """Write `params/<county>.yml` and `data/<county>/`; nothing that is there is changed.

    Parameters
    ----------
    profile
        The keys of `County` and their values; what is absent becomes a comment with an example.
    years
        The years to make folders for.

    Returns
    -------
    list of Path
        What was made, the parameter file first.

    Raises
    ------
    ParamsError
        When the id or the profile is not right, with every problem.
    RunError
        When the county is there already.
    """
    path = free(county, root)
    try:
        County.model_validate(profile)
    except ValidationError as error:
        raise ParamsError(problems_of("county.", error, County)) from None
    data = root / "data" / county
    fresh = not data.exists()
    wanted = {
        path: "\n".join([*_params(profile, max(years)), ""]),
        **{data / "raw" / str(year): None for year in sorted(set(years))},
        data / "corrections.yml": _corrections(),
        data / "mappings.yml": text("new.mappings", "zh") + "\n",
    }
    made = {at: written for at, written in wanted.items() if not at.exists()}
    try:
        # The parameter file comes last: a county is there when it is.
        for at, written in reversed(made.items()):
            at.parent.mkdir(parents=True, exist_ok=True)
            if written is None:
                at.mkdir()
            else:
                write_text(at, written)
    except OSError as error:
        for each in (data,) if fresh else made:
            if each.is_dir():
                shutil.rmtree(each, ignore_errors=True)
            else:
                each.unlink(missing_ok=True)
        raise RunError(Note("new.cannot_write", source=str(at), why=str(error))) from error
    return list(made)


def free(county: str, root: Path) -> Path:
    """Where the parameter file of a new county goes.

    Raises
    ------
    ParamsError, RunError
        When that is no id, or the county is there already.
    """
    path = root / "params" / f"{county}.yml"
    if not COUNTY_NAME.fullmatch(county) or county == "defaults":
        raise ParamsError(Note("new.no_id", name=quoted(county)))
    in_project(root)
    if path.exists() or path.is_symlink():
        raise RunError(Note("new.exists", source=f"params/{county}.yml"))
    return path


def value_of(key: str, given: str, known: Mapping[str, object] | None = None) -> object:
    """A value of the profile as it was typed: 3,330 or 2018年 or `山区80%、丘陵20%`.

    Raises
    ------
    ParamsError
        When it is none for that key, or does not go with what is known already.
    """
    value: object = given.strip()
    if key == "terrain":
        value = _terrain(given)
    elif key == "area_km2" or key.endswith("year"):
        value = _number(given.strip().removesuffix("年"))
    if key.endswith("year"):
        value = int(value) if value == int(value) else value
    try:
        County.model_validate({"zh": "县", "base_year": 2000, **(known or {}), key: value})
    except ValidationError as error:
        raise ParamsError(problems_of("county.", error, County)) from None
    return value


def _terrain(given: str) -> dict[str, float]:
    """Shares by landform."""
    parts = [SHARE.fullmatch(part) for part in re.split("[,，、;；]", given) if part.strip()]
    if not parts or not all(parts):
        raise ParamsError(Note("new.no_terrain", given=quoted(given)))
    return {part[1]: _number(part[2]) for part in parts if part}


def _number(given: str) -> float:
    try:
        found = parse_number(given)
    except Unreadable as unreadable:
        raise ParamsError(unreadable.note) from None
    return 0.0 if found is None else float(found)


# --- what is written ------------------------------------------------------------------------------


def _params(profile: Mapping[str, object], year: int) -> Iterator[str]:
    """The lines of a parameter file: every key, those without a value as comments."""
    yield from text("new.params_head", "zh").splitlines()
    yield from ("", "county:")
    for key in County.model_fields:
        yield _line(County, key, _written(profile[key]) if key in profile else None)
    for key, below in _sections(year).items():
        yield from ("", f"# {about(Params, key).zh}", f"# {key}:")
        yield from below


def _sections(year: int) -> dict[str, list[str]]:
    targets = [
        line
        for i in default_list().values()
        if is_assigned(i.target)
        for line in (f"#   {i.zh.title}:  # {i.number}", f"#     {year}: {_bound(i.better)}")
    ]
    excused = Params.model_fields["not_applicable"].examples or ()
    return {
        "owners": [f"#   {owner.owner}: {owner.zh}" for owner in owners().values()],
        "assigned": [f"#   # {about(Assignment, 'value').zh}", *targets],
        "not_applicable": [f"#   {shown.strip('{}')}" for shown in excused],
        "report": [f"#   {_line(Reporting, key, None)[4:]}" for key in Reporting.model_fields],
        "settings": [f"#   {_line(Settings, key, None)[4:]}" for key in Settings.model_fields],
    }


def _bound(better: str) -> str:
    """A target whose value and document have still to be filled in, and which is refused before."""
    sense = word("sense", "at_least" if better == "up" else "at_most", "zh")
    return f"{{sense: {sense}, value: , document: , position: ''}}"


def _line(model: type[BaseModel], key: str, value: str | None) -> str:
    example = (model.model_fields[key].examples or [""])[0]
    shown = f"{key}: {value}" if value is not None else f"# {key}: {example}"
    return f"  {shown}  # {about(model, key).zh}"


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {_written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    plain = isinstance(value, str) and PLAIN.fullmatch(value)
    return value if plain else json.dumps(value, ensure_ascii=False)


def _corrections() -> str:
    lines = text("new.corrections_head", "zh").splitlines()
    fields = [_line(Correction, key, None)[4:] for key in Correction.model_fields]
    entry = [f"# {'- ' if at == 0 else '  '}{field}" for at, field in enumerate(fields)]
    return "\n".join([*lines, "# corrections:", *entry, ""])
