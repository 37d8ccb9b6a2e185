"""Laboratory results as they are written: numbers, `<0.01`, `0.01L`, `ND`, 无 and 有."""

from __future__ import annotations

import re

import pandas as pd

from ecolib.errors import DataError, Problem, near
from ecolib.standards import by_edition
from ecolib.standards.water.settings import WaterSettings

PLACES = ("section", "well", "source")
BODIES = ("river", "lake")
# Handed in beside the judged items; no standard here limits them in surface or ground water.
ALSO_MEASURED = frozenset({"water_temp", "ec", "turbidity", "chla", "sd"})

# Judged by 无 (absent) or 有 (present); these two words are no result for any other item.
PRESENCE_ITEMS = frozenset({"odour", "visible_matter"})

_NUMBER = r"[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+"
_BELOW = rf"^(?:[<〈]=?\s*({_NUMBER})\s*L?|({_NUMBER})\s*\(?L\)?)$"
_NOT_DETECTED = r"^(?:N\.?D\.?|L|未检出|不得检出|未檢出)$"
_EMPTY = r"^(?:|-+|—+|/|nan|none|<na>)$"
_PRESENCE = {"无": 0.0, "有": 1.0}


def parse_values(values: pd.Series) -> pd.DataFrame:
    """Read laboratory results from numbers or text.

    Returns
    -------
    DataFrame
        On the index of `values`: `text` as written; `value`, the number (NaN where none is
        known; 0 for 无, 1 for 有); `detection_limit`, NaN unless written; `below`, a result below
        detection; `presence`, written as 无 or 有; `empty`, no result at all; `unreadable`,
        neither a number nor any of these.
    """
    text = values.astype("string").str.normalize("NFKC").str.strip().fillna("")
    groups = text.str.extract(_BELOW, flags=re.IGNORECASE)
    limit = pd.to_numeric(groups[0].fillna(groups[1]), errors="coerce").astype(float)
    below = limit.notna() | text.str.fullmatch(_NOT_DETECTED, case=False)
    presence = text.isin(list(_PRESENCE))
    number = pd.to_numeric(text.where(~below), errors="coerce").astype(float)
    number = number.where(number.abs() != float("inf"))
    value = number.fillna(text.map(_PRESENCE).astype(float))
    empty = text.str.fullmatch(_EMPTY, case=False)
    return pd.DataFrame(
        {
            "text": text,
            "value": value,
            "detection_limit": limit,
            "below": below.astype(bool),
            "presence": presence.astype(bool),
            "empty": empty.astype(bool),
            "unreadable": (value.isna() & ~below & ~empty).astype(bool),
        },
        index=values.index,
    )


def read_samples(
    samples: pd.DataFrame, standard_name: str, *, settings: WaterSettings
) -> pd.DataFrame:
    """Check and parse long samples; see `classify` for their columns.

    Returns the readings ordered by place, date and item, so that nothing depends on the
    order of rows: `place`, `date`, `body`, `item`, `value` (what enters means and classes),
    `upper` (the detection limit where below, the most it can be) and the columns of
    `parse_values`.

    Raises
    ------
    DataError
        Names every missing column, unknown item, unknown water body and missing date.
    """
    place_column(samples)
    needed = ["date", "item", "value"] + ["body"] * (standard_name == "surface_water")
    check_columns(samples, needed, where="samples")
    read = parse_values(samples["value"])
    read = pd.concat([_keys(samples, standard_name), read], axis=1)
    _check_keys(read, standard_name)
    read["unreadable"] |= (read["value"] < 0) & read["item"].ne("water_temp")
    read["unreadable"] |= read["presence"] & ~read["item"].isin(PRESENCE_ITEMS)
    share = {"half": 0.5, "limit": 1.0, "zero": 0.0}[settings.below_detection]
    bare = read["below"] & read["detection_limit"].isna()
    known = read["value"].where(~read["unreadable"])
    read["value"] = known.where(~read["below"], read["detection_limit"] * share)
    read["upper"] = known.where(~read["below"], read["detection_limit"])
    if settings.nd_without_limit == "zero":
        read.loc[bare, ["value", "upper"]] = 0.0
    read["unreadable"] |= read["value"].isna() & ~read["empty"]
    order = ["place", "date", "item", "value", "text"]
    return read.sort_values(order, kind="stable").reset_index(drop=True)


def place_column(samples: pd.DataFrame) -> str:
    """The column that names the place of a sample: `section`, `well` or `source`."""
    found = [name for name in PLACES if name in samples]
    if not found:
        raise DataError(
            Problem(
                "samples", "缺少列 section、well 或 source", "no column section, well or source"
            )
        )
    return found[0]


def check_columns(table: pd.DataFrame, needed: list[str], *, where: str) -> None:
    """Refuse a table without the columns `needed`, naming every one that is missing."""
    problems = []
    for name in (name for name in needed if name not in table):
        zh, en = near(name, table.columns)
        problems.append(Problem(where, f"缺少列 {name}{zh}", f"no column {name}{en}"))
    if problems:
        raise DataError(problems)


def known_items() -> set[str]:
    """Every item code that a water standard of any edition names, or that is also measured."""
    days = pd.Series(["2018-04-30", "2018-05-01"])  # the last and first day of two editions
    tables = ("surface_water_items", "groundwater_items", "source_water")
    editions = [rows for name in tables for _, rows in by_edition(name, days)]
    return set().union(*(rows["item"] for rows in editions)) | ALSO_MEASURED


def _keys(samples: pd.DataFrame, standard_name: str) -> pd.DataFrame:
    keys = pd.DataFrame(
        {
            "place": samples[place_column(samples)].astype("string").str.strip(),
            "date": pd.to_datetime(samples["date"], errors="coerce").dt.normalize(),
            "item": samples["item"].astype("string").str.strip().str.lower(),
        },
        index=samples.index,
    )
    keys["body"] = samples["body"].astype("string") if standard_name == "surface_water" else ""
    keys["lake"] = samples["lake"].astype("string") if "lake" in samples else pd.NA
    return keys


def _check_keys(read: pd.DataFrame, standard_name: str) -> None:
    problems = []
    for column, allowed in (("item", known_items()), ("body", BODIES)):
        if column == "body" and standard_name != "surface_water":
            continue
        for name in sorted(set(read[column].fillna("?")) - set(allowed)):
            zh, en = near(name, allowed)
            problems.append(
                Problem(f"samples.{column}", f"未知代码“{name}”{zh}", f"unknown code '{name}'{en}")
            )
    bodies = read.groupby("place")["body"].nunique()
    for place in bodies.index[bodies > 1]:
        problems.append(
            Problem(
                f"samples.{place}",
                "既是河流又是湖库",
                "is a river in some rows and a lake in others",
            )
        )
    undated = int((read["date"].isna() | read["place"].isna()).sum())
    if undated:
        problems.append(
            Problem(
                "samples",
                f"{undated} 行缺少日期或点位名称",
                f"{undated} rows have no date or place",
            )
        )
    if problems:
        raise DataError(problems)
