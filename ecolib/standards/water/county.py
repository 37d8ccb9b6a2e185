"""The county's surface water: which sections count, shares of classes, grade, change.

All by Huanban 2011 no. 22. Grades are levels from 1 (excellent) to 5 (heavy pollution), changes
steps from -2 (marked decline) to 2; what they are called stands in the standard and in the texts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby

import numpy as np
import pandas as pd

from ecolib.errors import ParamsError
from ecolib.standards import OPEN_END, standard
from ecolib.standards.water.classes import CLASS_NAMES, ItemClasses, grouped, judge
from ecolib.standards.water.readings import Values
from ecolib.standards.water.sections import (
    averaged,
    labels_of,
    period_classes,
    period_means,
    samples_needed,
    state_evaluable,
    with_silent,
)
from ecolib.texts import Name, Note, word
from ecolib.texts.sentences import names_of
from ecolib.trends.series import check_whole

LEVELS = ("national", "provincial", "city")
#: With fewer sections the mean concentrations over the sections are judged, no shares are used.
FEW_SECTIONS = 5
#: Percentage points of dG - dD up to which nothing changed, and up to which it is some change.
SOME_CHANGE, MARKED_CHANGE = 10.0, 20.0
POLLUTANTS_NAMED = 3
#: "Cyanide and heavy metals", which are named first; arsenic is counted with the metals.
TOXIC_ITEMS = ("cn", "hg", "cd", "cr6", "pb", "as", "cu", "zn")


@dataclass(frozen=True)
class CountyGrade:
    """Surface water of a county by period.

    Attributes
    ----------
    table
        One row a period: `sections` listed, `evaluated`, `not_evaluable` (names), the counts
        `n1` to `n6` by class, `good_share` (I-III) and `worse_than_v_share` in percent of the
        evaluated (under five sections for the record only), `method` ("shares", "means" under
        five sections, or "none"), `class` of the means, `level` of the grade, and the notes
        `main_pollutants`.
    sections
        The class of each listed section, those without data included; see `state_evaluable`.
    """

    table: pd.DataFrame
    sections: pd.DataFrame


def assessed_sections(sections: pd.DataFrame) -> pd.DataFrame:
    """The sections that count: national ones, else provincial, else city (indicator 8, note 2).

    `sections` has a row each with its `level`, of which "county" and "other" never count.
    """
    present = (sections[sections["level"] == level] for level in LEVELS)
    return next((own for own in present if len(own)), sections.iloc[:0])


def grade_periods(months: Values, wanted: list[tuple[str, str]], by: str = "year") -> CountyGrade:
    """Grade the wanted sections and periods, from the monthly means of these sections alone.

    From five evaluable sections on, shares of classes; below that the mean concentrations over the
    sections are judged like one section. Rivers and lakes have limits of their own, so their means
    are taken apart and the worse one gives the class. A lake stands as one section.
    """
    judged = judge(period_means(months, by), "surface_water")
    classes = with_silent(period_classes(judged, months, "section", by), wanted)
    classes = state_evaluable(classes, *samples_needed("surface_water", by))
    known = classes[classes["evaluable"]]
    known = set(zip(known["section"], known["period"], strict=True))
    own, labels = judged.values, labels_of(judged.values, by)
    pairs = zip(own.names[own.place], labels, strict=True)
    kept = np.array([pair in known for pair in pairs], dtype=bool)
    items, labels = judged.at(kept), labels[kept]
    parts = classes.groupby("period")
    rows = [_grade_period(period, part, items.at(labels == period)) for period, part in parts]
    return CountyGrade(pd.DataFrame(rows), classes)


def main_pollutants(judged: ItemClasses, key: Callable[[int], object]) -> Mapping[object, tuple]:
    """Main pollutants of every group of item classes that is worse than class III, as notes.

    `key` gives the group of a row. The worst class first, then the larger multiple over class
    III; cyanide and heavy metals before all others.
    """
    items, by, number = judged.values.items, judged.exceedance, judged.number

    def order(at: int) -> tuple:
        name = items[judged.values.item[at]]
        multiple = np.inf if np.isnan(by[at]) else -by[at]
        return name not in TOXIC_ITEMS, -number[at], multiple, name

    found: dict[object, dict[str, Note]] = {}
    for at in sorted(np.flatnonzero(judged.over).tolist(), key=order):
        item = items[judged.values.item[at]]
        name = Name("water_item", item)
        note = Note("pollutant_by_multiple", item=name, by=float(by[at]))
        if np.isnan(by[at]):
            note = Note("pollutant", item=name)
        # An item can stand here twice, for rivers and for lakes: its worse place counts.
        found.setdefault(key(at), {}).setdefault(item, note)
    return {at: tuple(notes.values())[:POLLUTANTS_NAMED] for at, notes in found.items()}


# --- grades and changes -------------------------------------------------------


def class_grade(water_class: int, *, on: dt.date | str) -> int:
    """Grade of a section (or of mean concentrations) of class 1 to 6; `ParamsError` for any other."""
    check_whole("water_class", water_class, 1, len(CLASS_NAMES))
    return next(row["grade"] for row in _grades(on) if row["worst_class"] >= water_class)


def share_grade(good_share: float, worse_than_v_share: float, *, on: dt.date | str) -> int:
    """Grade of a county or basin from the shares in percent of class I-III and of worse than V.

    The first grade whose condition holds: I-III from 90 % excellent, from 75 % good; then worse
    than V below 20 % light, below 40 % moderate, otherwise heavy pollution. Heavy asks for I-III
    below 60 % too, which follows from 40 % worse than V but for equality; 60 with 40 %, which the
    text leaves open, is taken as heavy.

    Raises
    ------
    ParamsError
        Shares that are none, or together more than the whole.
    """
    shares = {"good_share": good_share, "worse_than_v_share": worse_than_v_share}
    for name, share in (*shares.items(), (" + ".join(shares), sum(shares.values()))):
        if not 0 <= share <= 100.1:  # printed shares may add up to a tenth more
            raise ParamsError(Note("no_share", about=name, value=float(share)))
    *rows, last = _grades(on)
    for row in rows:
        enough = good_share >= row["good_from"]
        if enough or worse_than_v_share < row["worse_than_v_below"]:
            return row["grade"]
    return last["grade"]


def grade_change(
    before: int, after: int, *, good_change: float = 0.0, worse_than_v_change: float = 0.0
) -> int:
    """Step between two grade levels, from -2 (marked decline) to 2 (marked improvement).

    One level is "some" change, two or more are "marked". With the same level dG - dD counts, in
    percentage points (dG: share of I-III, dD: share worse than V, now less before); leave both
    at 0 for a section, or where shares are not used.
    """
    if before != after:
        return max(-2, min(2, before - after))
    # Shares are quotients: their difference may miss a round limit in the last bits.
    balance = round(float(good_change - worse_than_v_change), 9)
    size = (abs(balance) > SOME_CHANGE) + (abs(balance) > MARKED_CHANGE)
    return size if balance > 0 else -size


def compare_sections(classes: pd.DataFrame) -> pd.DataFrame:
    """Change of every section between its consecutive evaluable periods.

    Returns `section`, `period`, `against`, `class_before`, `class`, `step` (see `grade_change`).
    """
    known = classes[classes["evaluable"]].sort_values(["section", "period"])
    columns = (known[name].tolist() for name in ("section", "period", "year", "class"))
    rows = []
    for section, own in groupby(zip(*columns, strict=True), key=lambda row: row[0]):
        periods = [row[1:] for row in own]
        for (against, y0, before), (period, y1, after) in zip(periods, periods[1:], strict=False):
            levels = class_grade(before, on=f"{y0}-12-31"), class_grade(after, on=f"{y1}-12-31")
            rows.append((section, period, against, before, after, grade_change(*levels)))
    columns = ["section", "period", "against", "class_before", "class", "step"]
    return pd.DataFrame(rows, columns=columns)


def compare_periods(grades: pd.DataFrame) -> pd.DataFrame:
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
        percentage points (NaN where one of the two was judged by means), `step`.
    """
    graded = grades[grades["level"].notna()].sort_values("period").to_dict("records")
    rows = []
    for at, after in enumerate(graded[1:], start=1):
        for before in [graded[at - 1]] + [graded[0]] * (at > 1):
            good = worst = np.nan
            moved = {}
            if before["method"] == after["method"] == "shares":
                good = after["good_share"] - before["good_share"]
                worst = after["worse_than_v_share"] - before["worse_than_v_share"]
                moved = {"good_change": good, "worse_than_v_change": worst}
            levels = int(before["level"]), int(after["level"])
            step = grade_change(*levels, **moved)
            rows.append((after["period"], before["period"], *levels, good, worst, step))
    columns = ["period", "against", "level_before", "level", "good_change", "worse_than_v_change"]
    return pd.DataFrame(rows, columns=[*columns, "step"])


@cache
def _grades(on: dt.date | str) -> list[dict]:
    """The grades in force, from the best to the worst; a condition is NaN where there is none."""
    return standard("surface_water_grades", on=on).to_dict("records")


def _of_grade(column: str, level: str, lang: str) -> str:
    rows = (row for row in _grades(OPEN_END) if str(row["grade"]) == level)
    return next(row[f"{column}{lang}"] for row in rows)


names_of("water_change")(partial(word, "water_change"))
names_of("water_grade")(partial(_of_grade, ""))
names_of("water_colour")(partial(_of_grade, "colour_"))


# --- one period ---------------------------------------------------------------


def _grade_period(period: str, classes: pd.DataFrame, items: ItemClasses) -> dict[str, object]:
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
        "level": None,
        "main_pollutants": (),
    }
    if not total:
        return row
    day = pd.Timestamp(items.values.day[0])
    if total >= FEW_SECTIONS:
        row["method"] = "shares"
        row["level"] = share_grade(row["good_share"], row["worse_than_v_share"], on=day)
        row["main_pollutants"] = _by_share(items)
    else:
        judged = _judge_means(items)
        row["method"], row["class"] = "means", int(judged.number[judged.decides].max())
        row["level"] = class_grade(row["class"], on=day)
        row["main_pollutants"] = main_pollutants(judged, lambda _: period).get(period, ())
    return row


def _judge_means(items: ItemClasses) -> ItemClasses:
    """Item classes of the mean concentrations over the sections, by kind of water body."""
    own = items.values
    first, group = grouped(own.body, own.item)
    return judge(averaged(own, first, group), "surface_water")


def _by_share(items: ItemClasses) -> tuple[Note, ...]:
    """Main pollutants: what lies above class III in most of the sections, measured there or not."""
    own, sections = items.values, len(np.unique(items.values.place))
    ranked = []
    for item in np.unique(own.item[items.over]):
        at = items.over & (own.item == item)
        worst = np.fmax.reduce(items.exceedance[at])
        order = (-int(at.sum()), np.inf if np.isnan(worst) else -worst, own.items[item])
        ranked.append((*order, 100 * int(at.sum()) / sections))
    return tuple(
        Note("pollutant_by_share", item=Name("water_item", name), share=share)
        for _, _, name, share in sorted(ranked)[:POLLUTANTS_NAMED]
    )
