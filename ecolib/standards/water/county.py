"""The county's surface water: which sections count, shares of classes, grade, main pollutants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

import numpy as np
import pandas as pd

from ecolib.errors import DataError, Problem, near
from ecolib.standards.water.classes import CLASS_NAMES, judge
from ecolib.standards.water.grades import WaterGrade, class_grade, share_grade
from ecolib.standards.water.pollutants import COLUMNS, by_multiple, by_share, exceeding_shares
from ecolib.standards.water.readings import check_columns
from ecolib.standards.water.sections import (
    periods_of,
    samples_needed,
    section_classes,
    section_means,
    with_silent,
)
from ecolib.standards.water.settings import WaterSettings

LEVELS = ("national", "provincial", "city")
# Known, but outside note 2 of indicator 8: never assessed.
OTHER_LEVELS = ("county", "other")
_GRADE = tuple(field.name for field in fields(WaterGrade))


@dataclass(frozen=True)
class CountyGrade:
    """Surface water of a county by period.

    Attributes
    ----------
    table
        One row a period: `sections` listed, `evaluated`, `not_evaluable` (names), the counts
        `n1` to `n6` by class, `good_share` (I-III) and `worse_than_v_share` in percent of the
        evaluated (under five sections for the record only), `method` ("shares", "means" under
        five sections, or "none"), `class` of the means, `level`, `zh`, `en`, `colour_zh` and
        `colour_en` of the grade, the main pollutants.
    sections
        `section_classes` of the listed sections, those without data included.
    items
        `section_means` of the evaluable sections: which substance decided.
    pollutants
        Share of sections above class III by period and item.
    """

    table: pd.DataFrame
    sections: pd.DataFrame
    items: pd.DataFrame
    pollutants: pd.DataFrame


def assessed_sections(sections: pd.DataFrame) -> pd.DataFrame:
    """The sections that count: national ones, else provincial, else city (indicator 8, note 2).

    Parameters
    ----------
    sections
        One row a section with `section` and `level`: "national", "provincial", "city", or
        "county" and "other", which never count.

    Raises
    ------
    DataError
        A level that is none of these.
    """
    check_columns(sections, ["section", "level"], where="sections")
    known = (*LEVELS, *OTHER_LEVELS)
    problems = []
    for level in sorted(set(sections["level"].fillna("?")) - set(known)):
        zh, en = near(level, known)
        problems.append(
            Problem("sections.level", f"未知级别“{level}”{zh}", f"unknown level '{level}'{en}")
        )
    if problems:
        raise DataError(problems)
    for level in LEVELS:
        if (found := sections["level"] == level).any():
            return sections[found]
    return sections.iloc[:0]


def county_grade(
    samples: pd.DataFrame,
    sections: Iterable[str],
    *,
    by: str = "year",
    settings: WaterSettings | None = None,
) -> CountyGrade:
    """Grade the surface water of a county by Huanban 2011 no. 22.

    Parameters
    ----------
    samples
        As for `classify`; samples of sections that are not listed do not count.
    sections
        Names of the sections that count, usually `assessed_sections(...)["section"]`. One without
        data in a period is stated as not evaluable.

    Notes
    -----
    From five evaluable sections on, shares of classes; below that the mean concentrations over
    the sections are judged like one section. Rivers and lakes have limits of their own, so their
    means are taken apart and the worse one gives the class. A lake named in `lake` counts as one
    section; without that column each of its points does.
    """
    settings = settings or WaterSettings()
    check_columns(samples, ["section", "date"], where="samples")
    listed = pd.Index(dict.fromkeys(sections))
    own = samples[samples["section"].isin(listed)]
    means = section_means(own, "surface_water", by=by, settings=settings)
    classes = with_silent(
        section_classes(own, "surface_water", by=by, settings=settings),
        places=_places(own, listed),
        periods=periods_of(samples["date"], by=by),
        needed=samples_needed("surface_water", by, settings=settings),
    )
    items = means.merge(classes.loc[classes["evaluable"], ["section", "period"]])
    rows = [
        _grade_period(period, part, items[items["period"] == period], settings)
        for period, part in classes.groupby("period")
    ]
    return CountyGrade(pd.DataFrame(rows), classes, items, exceeding_shares(items, ["period"]))


def _grade_period(
    period: str, classes: pd.DataFrame, items: pd.DataFrame, settings: WaterSettings
) -> dict[str, object]:
    """One row of `CountyGrade.table`."""
    known = classes[classes["evaluable"]]
    counts = {f"n{number}": int((known["class"] == number).sum()) for number in CLASS_NAMES}
    total = len(known)
    good = counts["n1"] + counts["n2"] + counts["n3"]
    row: dict[str, object] = {
        "period": period,
        "year": int(classes["year"].iloc[0]),
        "sections": len(classes),
        "evaluated": total,
        "not_evaluable": ", ".join(classes.loc[~classes["evaluable"], "section"]),
        **counts,
        "good_share": 100 * good / total if total else np.nan,
        "worse_than_v_share": 100 * counts["n6"] / total if total else np.nan,
        "method": "none",
        "class": pd.NA,
        **dict.fromkeys(_GRADE, None),
        **dict.fromkeys(COLUMNS, ""),
    }
    if not total:
        return row
    day = pd.Period(period).end_time.normalize()
    if total >= settings.few_sections:
        row["method"] = "shares"
        grade = share_grade(row["good_share"], row["worse_than_v_share"], on=day, settings=settings)
        named = by_share(items, ["period"], settings=settings)
    else:
        judged = _judge_means(items, settings)
        row["method"], row["class"] = "means", judged.loc[judged["decides"], "class"].max()
        grade = class_grade(row["class"], on=day)
        named = by_multiple(judged, ["period"], settings=settings)
    if period in named.index:
        row |= named.loc[period, COLUMNS].to_dict()
    return row | asdict(grade)


def _judge_means(items: pd.DataFrame, settings: WaterSettings) -> pd.DataFrame:
    """Item classes of the mean concentrations over the sections, by kind of water body."""
    means = items.groupby(["period", "date", "body", "item"], as_index=False).agg(
        value=("value", "mean"), upper=("upper", "mean"), below=("below", "all"),
        unreadable=("unreadable", "all"),
    )  # fmt: skip
    return judge(means, "surface_water", settings=settings)


def _places(samples: pd.DataFrame, listed: pd.Index) -> pd.Index:
    """The listed places with the points of a lake replaced by the lake."""
    if "lake" not in samples:
        return listed
    lakes = samples.dropna(subset="lake").drop_duplicates("section").set_index("section")["lake"]
    return pd.Index([lakes.get(name, name) for name in listed]).unique()
