"""Land cover by the types of HJ 192-2015: habitat quality, construction land, completeness."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence

import pandas as pd

from ecolib.errors import DataError, Problem, near
from ecolib.standards import standard
from ecolib.standards.ecology.settings import EcologySettings

CONSTRUCTION = "建设用地"


def habitat_quality(land_cover: pd.DataFrame, *, on: dt.date | str) -> pd.Series:
    """Habitat quality index by year, not capped: A_bio * sum(weights * area) / area.

    `land_cover` has `year`, `type`, `subtype` (names of the standard) and `area_km2`; the area
    is their sum. A missing area, or a sum of zero, makes the year NaN.

    Raises
    ------
    DataError
        Unknown types or subtypes (with the nearest name), rows twice, negative areas.
    """
    return cover_by_year(land_cover, on=on)["habitat"].rename("habitat_quality")


def cover_by_year(land_cover: pd.DataFrame, *, on: dt.date | str) -> pd.DataFrame:
    """By year: `habitat`, `construction_km2`, `cover_km2`, and `absent`, the unlisted subtypes."""
    weights = standard("ecology_land_weights", on=on)
    rows = land_cover.assign(type=_plain(land_cover["type"]), subtype=_plain(land_cover["subtype"]))
    _refuse_unknown(rows, weights)
    refuse_twice(rows, ["year", "subtype"], "land_cover")
    refuse_negative(rows[["area_km2"]], "land_cover")
    weights = weights.assign(weight=weights["type_weight"] * weights["subtype_weight"])
    rows = rows.merge(weights[["subtype", "weight"]], on="subtype")
    rows = rows.assign(
        points=rows["weight"] * rows["area_km2"],
        construction_km2=rows["area_km2"].where(rows["type"] == CONSTRUCTION, 0.0),
    )
    sums = rows.groupby("year")[["points", "area_km2", "construction_km2"]].agg(
        lambda areas: areas.sum(skipna=False)
    )
    listed = rows.groupby("year")["subtype"].agg(frozenset)
    normaliser = standard("ecology_coefficients", on=on).set_index("term")["value"]["habitat"]
    return pd.DataFrame(
        {
            "habitat": normaliser * sums["points"] / sums["area_km2"].where(sums["area_km2"] > 0),
            "construction_km2": sums["construction_km2"],
            "cover_km2": sums["area_km2"],
            "absent": listed.map(lambda seen: weights[~weights["subtype"].isin(seen)]),
        }
    )


def complete_cover(
    cover: pd.DataFrame, county_km2: pd.Series, settings: EcologySettings
) -> tuple[pd.DataFrame, list[tuple]]:
    """The cover of years whose areas add up to the county's; the others are NaN, and told.

    An absent subtype may be a nought or a gap: only the total can tell which.
    """
    area = county_km2.reindex(cover.index)
    complete = (cover["cover_km2"] - area).abs() <= settings.area_gap * area
    notes = []
    for year, row in cover.iterrows():
        if not complete[year]:
            zh = (
                f"地类面积合计 {_km2(row.cover_km2, '缺失')}，行政区面积 {_km2(area[year], '缺失')}"
            )
            en = f"land cover adds up to {_km2(row.cover_km2, 'missing')}, "
            en += f"the county has {_km2(area[year], 'missing')}: not complete"
            notes.append((year, "biological_richness", zh + "，不能视为完整", en))
        elif len(row.absent):
            zh = f"未填报的地类按 0 计：{'、'.join(row.absent['subtype'])}"
            en = f"subtypes without a row count as zero: {', '.join(row.absent['subtype_en'])}"
            notes.append((year, "biological_richness", zh, en))
    kept = cover[["habitat", "construction_km2"]].astype(float)
    return kept.where(complete), notes


def refuse_twice(rows: pd.DataFrame, key: Sequence[str], where: str) -> None:
    """Raise a DataError that names every `key` given more than once."""
    twice = rows.loc[rows.duplicated(key), list(key)].drop_duplicates()
    if len(twice):
        said = "; ".join(" ".join(map(str, row)) for row in twice.itertuples(index=False))
        raise DataError(Problem(where, f"重复填报：{said}", f"given twice: {said}"))


def refuse_negative(values: pd.DataFrame, where: str) -> None:
    """Raise a DataError that names every column with a negative value."""
    low = values.lt(0)
    problems = [
        Problem(f"{where}.{column}", f"出现负值 {least:g}", f"negative value {least:g}")
        for column, least in values.where(low).min()[low.any()].items()
    ]
    if problems:
        raise DataError(problems)


def _refuse_unknown(rows: pd.DataFrame, weights: pd.DataFrame) -> None:
    type_of = dict(zip(weights["subtype"], weights["type"], strict=True))
    problems = []
    for kind, subtype in rows[["type", "subtype"]].drop_duplicates().itertuples(index=False):
        if subtype not in type_of:
            zh, en = near(subtype, type_of)
            found = Problem("land_cover", f"没有地类“{subtype}”{zh}", f"no subtype '{subtype}'{en}")
            problems.append(found)
        elif kind != type_of[subtype]:
            problems.append(
                Problem(
                    "land_cover",
                    f"“{subtype}”属于“{type_of[subtype]}”，不属于“{kind}”",
                    f"'{subtype}' belongs to '{type_of[subtype]}', not to '{kind}'",
                )
            )
    if problems:
        raise DataError(problems)


def _plain(names: pd.Series) -> pd.Series:
    """Full-width brackets and stray blanks are no other name."""
    return names.map(lambda name: unicodedata.normalize("NFKC", str(name)).strip())


def _km2(area: float, missing: str) -> str:
    return missing if pd.isna(area) else f"{area:g} km²"
