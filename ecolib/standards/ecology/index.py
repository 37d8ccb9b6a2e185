"""Ecological environment status index EI of HJ 192-2015: value, grade, and what moved it.

EI = 0.35 B + 0.25 V + 0.15 W + 0.15 (100 - L) + 0.10 (100 - P) + E, with the sub-indices
biological richness, vegetation cover, water network density, land stress, pollution load and
environmental restriction. Three ways in, by what a county has: `ei_from_inputs`,
`ei_from_sub_indices`, `ei_reported`; each row of the outcome says on which it rests.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ecolib.errors import DataError, Problem
from ecolib.standards import standard
from ecolib.standards.ecology.grades import ei_code, grade, restricted_grade, top_of_grade
from ecolib.standards.ecology.inputs import SubIndices, growing_season_ndvi, sub_indices
from ecolib.standards.ecology.land import habitat_quality
from ecolib.standards.ecology.settings import EcologySettings

__all__ = [
    "EcologicalStatus",
    "EcologySettings",
    "EiChange",
    "SubIndices",
    "ei_change",
    "ei_from_inputs",
    "ei_from_sub_indices",
    "ei_reported",
    "first_available",
    "grade",
    "growing_season_ndvi",
    "habitat_quality",
    "sub_indices",
]

STRESSES = ("land_stress", "pollution_load")
# Far below anything measured, far above what binary fractions do to 0.35 * 30.59.
NOISE_DECIMALS = 9


@dataclass(frozen=True)
class EcologicalStatus:
    """EI by year.

    Attributes
    ----------
    table
        By year: the sub-indices as they entered EI, `restriction`, `ei`, `grade` (1 best), its
        `zh` and `en`, `basis` ("computed" or "reported") and `computed_from` ("inputs",
        "sub_indices", or missing when EI was reported).
    points
        By year: what each sub-index adds to EI; a row sums to `ei`. NaN when EI was reported.
    notes
        `year`, `about`, `zh`, `en`: what is missing, capped or assumed.
    """

    table: pd.DataFrame
    points: pd.DataFrame
    notes: pd.DataFrame


@dataclass(frozen=True)
class EiChange:
    """EI of the year `after` less that of `before`.

    `contributions` gives the points each sub-index moved EI by and sums to `change`; all NaN
    when one of the years was reported as EI alone. `grade` is 0 (none) to 3, missing without
    both years.
    """

    before: int
    after: int
    change: float
    grade: int | None
    zh: str
    en: str
    contributions: pd.Series


def ei_from_inputs(
    land_cover: pd.DataFrame,
    yearly: pd.DataFrame,
    *,
    on: dt.date | str,
    events: pd.DataFrame | None = None,
    settings: EcologySettings | None = None,
) -> EcologicalStatus:
    """EI by year from raw inputs, as `sub_indices` and `ei_from_sub_indices` describe them."""
    found = sub_indices(land_cover, yearly, on=on, settings=settings)
    status = ei_from_sub_indices(found.values, on=on, events=events, settings=settings)
    notes = pd.concat([found.notes, status.notes], ignore_index=True)
    return EcologicalStatus(status.table.assign(computed_from="inputs"), status.points, notes)


def ei_from_sub_indices(
    values: pd.DataFrame,
    *,
    on: dt.date | str,
    events: pd.DataFrame | None = None,
    settings: EcologySettings | None = None,
) -> EcologicalStatus:
    """EI by year from finished sub-indices; a year that lacks one has no EI and a note.

    Parameters
    ----------
    values
        Indexed by year: `biological_richness`, `vegetation_cover`, `water_density`,
        `land_stress`, `pollution_load` (0-100) and, if there is one, `restriction` (points).
    events
        Restriction events: `year`, `event` ("national" or "provincial", or 国家级, 省级).

    Raises
    ------
    DataError
        Negative sub-indices, an unknown kind of event.
    """
    settings = settings or EcologySettings()
    weights = _weights(on)
    parts = values.reindex(columns=weights.index).astype(float).rename_axis("year")
    restriction = values.get("restriction", pd.Series(0.0, values.index)).astype(float)
    used, notes = _capped(parts, settings)
    points = used.assign(**{name: 100 - used[name] for name in STRESSES}) * weights
    points = points.assign(restriction=restriction).round(NOISE_DECIMALS)
    notes += _absent(points)
    ei = points.sum(axis=1, skipna=False).round(NOISE_DECIMALS)
    code = restricted_grade(ei, events, on=on)
    notes += _lowered(ei, code, on=on)
    if settings.restriction == "cap":
        lowered = (top_of_grade(code, on=on) - ei).where(code != ei_code(ei, on=on), 0)
        points = points.assign(restriction=points["restriction"] + lowered)
        ei = (ei + lowered).round(NOISE_DECIMALS)
    table = used.assign(restriction=points["restriction"], ei=ei)
    return _status(table, points, notes, code, on=on, basis="computed")


def ei_reported(
    ei: pd.Series, *, on: dt.date | str, events: pd.DataFrame | None = None
) -> EcologicalStatus:
    """Grades of finished EI values by year; nothing can be said of what moved them.

    Raises
    ------
    DataError
        When EI lies outside 0..100, or an event is of an unknown kind.
    """
    wrong = ei[(ei < 0) | (ei > 100)]
    if len(wrong):
        raise DataError(
            Problem(
                f"ei {year}", f"EI 应在 0—100 之间，实为 {value:g}", f"EI {value:g}: not 0..100"
            )
            for year, value in wrong.items()
        )
    columns = [*_weights(on).index, "restriction"]
    nothing = pd.DataFrame(np.nan, index=ei.index, columns=columns).rename_axis("year")
    ei = ei.astype(float)
    code = restricted_grade(ei, events, on=on)
    notes = _lowered(ei, code, on=on)
    return _status(nothing.assign(ei=ei), nothing, notes, code, on=on, basis="reported")


def first_available(*statuses: EcologicalStatus) -> EcologicalStatus:
    """Each year from the first status that has an EI for it; notes of all are kept."""
    taken = [s.table.index[s.table["ei"].notna()] for s in statuses]
    rest = [i.difference(pd.Index([]).append(taken[:k])) for k, i in enumerate(taken)]
    return EcologicalStatus(
        pd.concat([s.table.loc[i] for s, i in zip(statuses, rest, strict=True)]).sort_index(),
        pd.concat([s.points.loc[i] for s, i in zip(statuses, rest, strict=True)]).sort_index(),
        pd.concat([s.notes for s in statuses], ignore_index=True),
    )


def ei_change(status: EcologicalStatus, before: int, after: int, *, on: dt.date | str) -> EiChange:
    """Change of EI between two years, its grade by |dEI|, and each sub-index's part in it."""
    ei = status.table["ei"].reindex([before, after])
    change = round(ei[after] - ei[before], NOISE_DECIMALS)
    kind = "ei_decline" if change < 0 else "ei_improvement"
    band = grade(pd.Series([abs(change)]), kind, on=on).iloc[0]
    points = status.points.reindex([before, after])
    known = pd.notna(change)
    return EiChange(
        before=before,
        after=after,
        change=float(change),
        grade=int(band["code"]) if known else None,
        zh=band["zh"] if known else "无法判断",
        en=band["en"] if known else "cannot be judged",
        contributions=(points.loc[after] - points.loc[before]).round(NOISE_DECIMALS),
    )


def _weights(on: dt.date | str) -> pd.Series:
    rows = standard("ecology_coefficients", on=on)
    return rows[rows["sub_index"] == "ei"].set_index("term")["value"].rename(None).rename_axis(None)


def _capped(parts: pd.DataFrame, settings: EcologySettings) -> tuple[pd.DataFrame, list[tuple]]:
    if (parts < 0).any(axis=None):
        raise DataError(
            Problem(f"{name} {year}", f"分指数为负：{value:g}", f"negative sub-index {value:g}")
            for (year, name), value in parts[parts < 0].stack().items()
        )
    high = parts[parts > settings.cap].stack()
    notes = [
        (
            year,
            name,
            f"{value:.2f} 按 {settings.cap:g} 计",
            f"{value:.2f} counts as {settings.cap:g}",
        )
        for (year, name), value in high.dropna().items()
    ]
    return parts.clip(upper=settings.cap).round(settings.decimals), notes


def _absent(points: pd.DataFrame) -> list[tuple]:
    gone = points.isna().stack()
    return [
        (year, name, "缺少该分指数，EI 未计算", "sub-index missing: EI not computed")
        for year, name in gone.index[gone]
    ]


def _lowered(ei: pd.Series, code: pd.Series, *, on: dt.date | str) -> list[tuple]:
    lower = (code != ei_code(ei, on=on)).fillna(False)
    return [
        (year, "restriction", "因环境限制事件降低级别", "grade lowered by a restriction event")
        for year in ei.index[lower]
    ]


def _status(table, points, notes, code, *, on: dt.date | str, basis: str) -> EcologicalStatus:
    bands = standard("ecology_grades", on=on)
    words = bands[bands["kind"] == "ei_grade"].set_index("code")
    table = table.assign(
        grade=code.where(table["ei"].notna()),
        zh=code.map(words["zh"]),
        en=code.map(words["en"]),
        basis=basis,
        computed_from="sub_indices" if basis == "computed" else None,
    )
    return EcologicalStatus(
        table, points, pd.DataFrame(notes, columns=["year", "about", "zh", "en"])
    )
