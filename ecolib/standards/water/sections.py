"""From samples to the class of a section, well or source in a period (Huanban 2011 no. 22).

Everything rests on one table, the means of every item at every point in every month
(`monthly_means`); a month, a quarter and a year of a section are means of its rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from ecolib.standards.water.classes import ItemClasses, grouped, worst_items
from ecolib.standards.water.readings import Values
from ecolib.texts import Name, Note

#: Periods a year.
PERIODS = {"month": 12, "year": 1}
#: No class is worse.
WORST = {"surface_water": 6, "groundwater": 5}
#: Months with data that a section needs in a year (normally 12); else one sample will do.
MONTHS_IN_YEAR = 8


def monthly_means(readings: Values) -> Values:
    """The mean of every item at every point in every month: what all periods are made of."""
    at = readings.place, readings.point, readings.month
    first, group = grouped(*at, readings.body, readings.item)
    known = _total(readings.samples, group, len(first))
    visits = _days_with_results(readings, *at)[first]
    means = averaged(readings, first, group)
    return replace(means, samples=known, months=(known > 0).astype(int), visits=visits)


def period_means(months: Values, by: str) -> Values:
    """Means by place and period of the monthly means; `months` and `samples` of the least point.

    Points of one lake are averaged over time first and then over the points.
    """
    period = period_of(months.month, by)
    first, group = grouped(months.place, period, months.body, months.item, months.point)
    points = replace(
        averaged(months, first, group),
        samples=_total(months.samples, group, len(first)),
        months=_total(months.months, group, len(first)),
    )
    period = period[first]
    first, group = grouped(points.place, period, points.body, points.item)
    return replace(
        averaged(points, first, group),
        day=_last_day(period[first], by),
        samples=_least(points.samples, group, len(first)),
        months=_least(points.months, group, len(first)),
    )


def period_classes(judged: ItemClasses, months: Values, place: str, by: str) -> pd.DataFrame:
    """Fold judged means or readings to one class a place and period, and count what it rests on."""
    own = judged.values
    period = period_of(own.month, by)
    first, group = grouped(own.place, period, own.body)
    number, days = _counts(months, own.place[first], period[first], by)
    columns = {
        place: own.names[own.place[first]],
        "period": _labels(period[first], by),
        "year": own.year[first],
    }
    counts = {"months": number, "samples": days}
    return pd.DataFrame(columns | worst_items(judged, group, len(first)) | counts)


def samples_needed(standard_name: str, by: str) -> tuple[str, int, int]:
    """What a place needs in a period, "months" or "samples", how many, and its worst class."""
    yearly = standard_name == "surface_water" and by == "year"
    needed = ("months", MONTHS_IN_YEAR) if yearly else ("samples", 1)
    return *needed, WORST[standard_name]


def with_silent(classes: pd.DataFrame, wanted: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """The classes of the wanted places and periods, those without any data included."""
    place = classes.columns[0]
    rows = {key: at for at, key in enumerate(zip(classes[place], classes["period"], strict=True))}
    wanted = list(wanted)
    full = classes.reindex([rows.get(key, -1) for key in wanted]).reset_index(drop=True)
    full[place] = [name for name, _ in wanted]
    full["period"] = [period for _, period in wanted]
    full["year"] = [int(period[:4]) for _, period in wanted]
    texts = ["deciding", "below", "coarse", "unreadable", "not_judged", "open"]
    full[texts] = full[texts].astype(object).fillna("")
    counts = ["items", "months", "samples"]
    full[counts] = full[counts].fillna(0).astype(int)
    return full


def state_evaluable(classes: pd.DataFrame, count: str, needed: int, bad: int) -> pd.DataFrame:
    """Withhold the class where too little is known and say so with the counts.

    An item that is open (see `ItemClasses`) leaves only a class from `bad` on standing: no good
    value could take it back.
    """
    had, known = classes[count].to_numpy(), classes["class"].notna().to_numpy()
    number = classes["class"].fillna(0).to_numpy(dtype=int)
    left_open = classes["open"].ne("").to_numpy() & (number < bad)
    reasons = np.empty(len(classes), dtype=object)
    for at, (seen, judged) in enumerate(zip(had.tolist(), known, strict=True)):
        if left_open[at]:
            names = classes["open"].iloc[at].split(", ")
            items = tuple(Name("water_item", name) for name in names)
            reasons[at] = (Note("items_left_open", items=items),)
        elif seen >= needed:
            reasons[at] = () if judged else (Note("nothing_to_judge"),)
        elif count == "months":
            reasons[at] = (Note("too_few_months", had=seen, needed=needed),)
        else:
            reasons[at] = (Note("too_few_samples", had=seen, needed=needed),)
    evaluable = (had >= needed) & known & ~left_open
    classes = classes.assign(evaluable=evaluable, reasons=reasons)
    if not evaluable.all():
        classes.loc[~evaluable, "class"] = pd.NA
        classes.loc[~evaluable, "deciding"] = ""
    return classes


def averaged(values: Values, first: np.ndarray, group: np.ndarray) -> Values:
    """One row a group, with the means of what is known."""
    count = len(first)

    def mean(given: np.ndarray) -> np.ndarray:
        known = ~np.isnan(given)
        with np.errstate(invalid="ignore"):
            return _total(np.where(known, given, 0), group, count) / _total(known, group, count)

    return replace(
        values.at(first),
        value=mean(values.value),
        lower=mean(values.lower),
        upper=mean(values.upper),
        below=_total(~values.below, group, count) == 0,
        unreadable=_total(values.unreadable, group, count) > 0,
        unread=_total(values.unread, group, count) > 0,
        n_below=_total(values.n_below, group, count),
    )


def _days_with_results(readings: Values, *at: np.ndarray) -> np.ndarray:
    """For each row the days on which anything is known where the keys `at` are those of the row."""
    first, group = grouped(*at)
    known = np.flatnonzero(readings.samples)
    days, _ = grouped(group[known], readings.day[known].astype(int))
    return np.bincount(group[known[days]], minlength=len(first))[group]


def _total(given: np.ndarray, group: np.ndarray, count: int) -> np.ndarray:
    """Sums by group; whole numbers stay whole."""
    sums = np.bincount(group, given, count)
    return sums if given.dtype == float else sums.astype(int)


def _least(given: np.ndarray, group: np.ndarray, count: int) -> np.ndarray:
    """The smallest whole number of each group; 0 for a group without any."""
    least = np.full(count, np.iinfo(int).max)
    np.minimum.at(least, group, given)
    return np.where(least == np.iinfo(int).max, 0, least)


def _counts(
    months: Values, place: np.ndarray, period: np.ndarray, by: str
) -> tuple[np.ndarray, np.ndarray]:
    """Months and days with any result by place and period, of the lake point that has fewest."""
    known = months.at(months.visits > 0)
    known = known.at(grouped(known.place, known.month, known.point)[0])
    own = period_of(known.month, by)
    first, group = grouped(known.place, own, known.point)
    number = np.bincount(group, minlength=len(first))
    days = _total(known.visits, group, len(first))
    # What is asked for stands behind what was found, so that both get the same groups.
    asked = np.concatenate([known.place[first], place]), np.concatenate([own[first], period])
    groups, group = grouped(*asked)
    found, wanted = group[: len(first)], group[len(first) :]
    return _least(number, found, len(groups))[wanted], _least(days, found, len(groups))[wanted]


def labels_of(values: Values, by: str) -> np.ndarray:
    """The periods of the rows as people write them: "2019", "2019-03"."""
    return _labels(period_of(values.month, by), by)


def period_of(month: np.ndarray, by: str) -> np.ndarray:
    """Periods counted from year 0."""
    return month // (12 // PERIODS[by])


def _last_day(period: np.ndarray, by: str) -> np.ndarray:
    after = (period + 1) * (12 // PERIODS[by]) - 1970 * 12
    return after.astype("datetime64[M]").astype("datetime64[D]") - np.timedelta64(1, "D")


def _labels(period: np.ndarray, by: str) -> np.ndarray:
    """ "2019" or "2019-03" for each period."""
    written = {"year": "{0}", "month": "{0}-{1:02}"}[by]
    numbers, at = np.unique(period, return_inverse=True)
    named = [written.format(n // PERIODS[by], n % PERIODS[by] + 1) for n in numbers.tolist()]
    return np.array(named, dtype=object)[at]
