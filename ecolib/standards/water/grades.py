"""The words for a class or for shares of classes, and for how they changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from ecolib.standards import standard
from ecolib.standards.water.settings import WaterSettings

_CHANGES = {
    2: ("明显好转", "marked improvement"),
    1: ("有所好转", "some improvement"),
    0: ("无明显变化", "no marked change"),
    -1: ("有所下降", "some decline"),
    -2: ("明显下降", "marked decline"),
}


@dataclass(frozen=True)
class WaterGrade:
    """Qualitative grade of Huanban 2011 no. 22, from 1 (excellent) to 5 (heavy pollution)."""

    level: int
    zh: str
    en: str
    colour_zh: str
    colour_en: str


@dataclass(frozen=True)
class WaterChange:
    """A change between two periods: `step` from -2 (marked decline) to 2, with its words."""

    step: int
    zh: str
    en: str


def class_grade(water_class: int, *, on: dt.date | str) -> WaterGrade:
    """Grade of a section (or of mean concentrations) of class 1 to 6."""
    rows = standard("surface_water_grades", on=on)
    return _grade(rows[rows["worst_class"] >= water_class].iloc[0])


def share_grade(
    good_share: float,
    worse_than_v_share: float,
    *,
    on: dt.date | str,
    settings: WaterSettings | None = None,
) -> WaterGrade:
    """Grade of a county or basin from the shares in percent of class I-III and of worse than V.

    The first grade whose condition holds: I-III from 90 % excellent, from 75 % good; then worse
    than V below 20 % light, below 40 % moderate, otherwise heavy pollution. Heavy asks for I-III
    below 60 % too, which follows from 40 % worse than V but for equality: see
    `WaterSettings.sixty_forty`.
    """
    settings = settings or WaterSettings()
    rows = standard("surface_water_grades", on=on)
    tie = (good_share, worse_than_v_share) == (60, 40) and settings.sixty_forty == "moderate"
    reached = good_share >= rows["good_from"]
    below = worse_than_v_share < rows["worse_than_v_below"]
    last = rows["grade"] == (4 if tie else 5)
    return _grade(rows[reached | below | last].iloc[0])


def grade_change(
    before: int,
    after: int,
    *,
    good_change: float = 0.0,
    worse_than_v_change: float = 0.0,
    settings: WaterSettings | None = None,
) -> WaterChange:
    """Change between two grade levels; with the same level, that of the shares.

    One level is "some" change, two or more are "marked". With the same level dG - dD counts, in
    percentage points (dG: share of I-III, dD: share worse than V, now less before); leave both
    at 0 for a section, or where shares are not used.
    """
    settings = settings or WaterSettings()
    if before != after:
        step = max(-2, min(2, before - after))
    else:
        # Shares are quotients: their difference may miss a round limit in the last bits.
        balance = round(float(good_change - worse_than_v_change), 9)
        size = (abs(balance) > settings.some_change) + (abs(balance) > settings.marked_change)
        step = size if balance > 0 else -size
    return WaterChange(step, *_CHANGES[step])


def compare_sections(classes: pd.DataFrame) -> pd.DataFrame:
    """Change of every section between its consecutive evaluable periods.

    Parameters
    ----------
    classes
        The result of `section_classes` for surface water.

    Returns
    -------
    DataFrame
        `section`, `period`, `against`, `class_before`, `class`, `step`, `zh`, `en`.
    """
    known = classes[classes["evaluable"]].sort_values(["section", "period"])
    rows = []
    for section, own in known.groupby("section"):
        for old, new in zip(own.index[:-1], own.index[1:], strict=True):
            before, after = int(own.at[old, "class"]), int(own.at[new, "class"])
            levels = (
                class_grade(value, on=f"{own.at[at, 'year']}-12-31").level
                for value, at in ((before, old), (after, new))
            )
            change = grade_change(*levels)
            periods = own.at[new, "period"], own.at[old, "period"]
            rows.append((section, *periods, before, after, change.step, change.zh, change.en))
    columns = ["section", "period", "against", "class_before", "class", "step", "zh", "en"]
    return pd.DataFrame(rows, columns=columns)


def compare_periods(grades: pd.DataFrame, *, settings: WaterSettings | None = None) -> pd.DataFrame:
    """Change of the county between each period and the one before, and the first.

    Parameters
    ----------
    grades
        `CountyGrade.table`, or rows with `period`, `method`, `level`, `good_share` and
        `worse_than_v_share`.

    Returns
    -------
    DataFrame
        `period`, `against`, `level_before`, `level`, `good_change` and `worse_than_v_change` in
        percentage points (NaN where one of the two was judged by means), `step`, `zh`, `en`.
    """
    graded = grades[grades["level"].notna()].sort_values("period").reset_index(drop=True)
    pairs = {(max(at - 1, 0), at) for at in range(1, len(graded))}
    pairs |= {(0, at) for at in range(1, len(graded))}
    rows = []
    for old, new in sorted(pairs, key=lambda pair: (pair[1], -pair[0])):
        before, after = graded.loc[old], graded.loc[new]
        shares = before["method"] == after["method"] == "shares"
        good = after["good_share"] - before["good_share"] if shares else float("nan")
        worst = after["worse_than_v_share"] - before["worse_than_v_share"] if shares else good
        moved = {"good_change": good, "worse_than_v_change": worst} if shares else {}
        levels = int(before["level"]), int(after["level"])
        change = grade_change(*levels, **moved, settings=settings)
        rows.append(
            (after["period"], before["period"], *levels, good, worst, change.step, change.zh,
             change.en)
        )  # fmt: skip
    columns = ["period", "against", "level_before", "level", "good_change", "worse_than_v_change"]
    return pd.DataFrame(rows, columns=[*columns, "step", "zh", "en"])


def _grade(row: pd.Series) -> WaterGrade:
    return WaterGrade(int(row["grade"]), row["zh"], row["en"], row["colour_zh"], row["colour_en"])
