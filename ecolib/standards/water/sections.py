"""From samples to the class of a section, well or source in a period, and the trophic state of lakes.

Everything rests on one table, the means of every item at every point in every month
(`monthly_means`); a month, a quarter and a year of a section are means of its rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from ecolib.errors import ParamsError, hint
from ecolib.standards import OPEN_END, by_edition, standard
from ecolib.standards.water.classes import (
    ItemClasses,
    check_standard,
    grouped,
    judge,
    worst_items,
)
from ecolib.standards.water.readings import Values, place_column, read_samples
from ecolib.texts import Name, Note, names_of

#: Periods a year.
PERIODS = {"month": 12, "quarter": 4, "year": 1}
#: No class is worse.
WORST = {"surface_water": 6, "groundwater": 5}
#: Months with data that a section needs in a year (normally 12).
MONTHS_IN_YEAR = 8
#: Samplings that a section needs in a quarter; a well or a source needs one in a year.
SAMPLES_IN_QUARTER = 2


def section_means(samples: pd.DataFrame, standard_name: str, *, by: str = "year") -> pd.DataFrame:
    """Mean of every item by place and period, with its class: the mean of its monthly means.

    Points of one lake (column `lake`) are averaged over time first and then over the points; the
    lake stands as one place.

    Returns
    -------
    DataFrame
        The place column, `period` ("2019", "2019Q1", "2019-03"), `year`, `body`, `item`, `value`,
        `upper` (with detection limits in full), `months` and `samples` with a value (of the
        lake point that has fewest), `below` (every result below detection), `n_below`,
        `unreadable`, `date`, the last day of the period, and the columns of `item_classes`.
    """
    months = _months_of(samples, standard_name, by)
    return means_table(judge(period_means(months, by), standard_name), place_column(samples), by)


def section_classes(samples: pd.DataFrame, standard_name: str, *, by: str = "year") -> pd.DataFrame:
    """Class of every section (well, lake) by `by`, "year", "quarter" or "month".

    Judged on the mean of the monthly values (Huanban 2011 no. 22, data statistics). The edition
    is the one in force on the last day of the period.

    Parameters
    ----------
    samples, standard_name
        As for `classify`; rows with a `lake` are points of that lake.

    Returns
    -------
    DataFrame
        The columns of `classify` by place and `period`, with `year`, `months` and `samples` that
        had data, `evaluable`, and the notes why it is not in `reasons`; the class is NA there.
        `section_means` tells in how many months each item was measured.
    """
    months = _months_of(samples, standard_name, by)
    judged = judge(period_means(months, by), standard_name)
    classes = period_classes(judged, months, place_column(samples), by)
    return state_evaluable(classes, *samples_needed(standard_name, by))


def monthly_means(readings: Values) -> Values:
    """The mean of every item at every point in every month: what all periods are made of."""
    at = readings.place, readings.point, readings.month
    first, group = grouped(*at, readings.body, readings.item)
    known = _total(readings.samples, group, len(first))
    visits = _days_with_results(readings, *at)[first]
    means = averaged(readings, first, group)
    return replace(means, samples=known, months=(known > 0).astype(int), visits=visits)


def period_means(months: Values, by: str) -> Values:
    """Means by place and period of the monthly means; `months` and `samples` of the least point."""
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
        "body": np.array(own.bodies, dtype=object)[own.body[first]],
    }
    counts = {"months": number, "samples": days}
    return pd.DataFrame(columns | worst_items(judged, group, first) | counts)


def means_table(judged: ItemClasses, place: str, by: str) -> pd.DataFrame:
    """Judged means as the table of `section_means`."""
    own = judged.values
    table = judged.frame(
        place,
        period=labels_of(own, by),
        year=own.year,
        upper=own.upper,
        months=own.months,
        samples=own.samples,
        n_below=own.n_below,
    )
    columns = [place, "period", "year", "body", "item", "value", "upper", "months", "samples"]
    columns += ["below", "n_below", "unreadable", "date"]
    return table[[*columns, *table.columns.difference(columns, sort=False)]]


def samples_needed(standard_name: str, by: str) -> tuple[str, int, int]:
    """What a place needs in a period, "months" or "samples", how many, and its worst class."""
    worst = WORST[standard_name]
    if standard_name == "surface_water" and by == "year":
        return "months", MONTHS_IN_YEAR, worst
    quarterly = standard_name == "surface_water" and by == "quarter"
    return "samples", SAMPLES_IN_QUARTER if quarterly else 1, worst


def with_silent(classes: pd.DataFrame, wanted: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """The classes of the wanted places and periods, those without any data included."""
    place = place_column(classes)
    rows = {key: at for at, key in enumerate(zip(classes[place], classes["period"], strict=True))}
    wanted = list(wanted)
    full = classes.reindex([rows.get(key, -1) for key in wanted]).reset_index(drop=True)
    full[place] = [name for name, _ in wanted]
    full["period"] = [period for _, period in wanted]
    full["year"] = [int(period[:4]) for _, period in wanted]
    texts = ["deciding", "exceeding", "below", "coarse", "unreadable", "not_judged", "open", "body"]
    full[texts] = full[texts].fillna("")
    counts = ["items", "months", "samples"]
    full[counts] = full[counts].fillna(0).astype(int)
    return full


def periods_of(dates: pd.Series, *, by: str) -> list[str]:
    """The periods in which there is any date, in order."""
    days = pd.to_datetime(dates, errors="coerce").dropna().to_numpy(dtype="datetime64[M]")
    periods = np.unique(period_of(days.astype(int) + 1970 * 12, by))
    return list(_labels(periods, by))


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
        classes.loc[~evaluable, ["class", "class_name"]] = pd.NA
        classes.loc[~evaluable, ["deciding", "exceeding"]] = ""
    return classes


def _months_of(samples: pd.DataFrame, standard_name: str, by: str) -> Values:
    check_standard(standard_name)
    readings, _ = read_samples(samples, standard_name)
    if by not in PERIODS:
        raise ParamsError(Note("no_period", about="by", name=by, hint=hint(by, PERIODS)))
    return monthly_means(readings)


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
    """The periods of the rows as people write them: "2019", "2019Q1", "2019-03"."""
    return _labels(period_of(values.month, by), by)


def period_of(month: np.ndarray, by: str) -> np.ndarray:
    """Periods counted from year 0."""
    return month // (12 // PERIODS[by])


def _last_day(period: np.ndarray, by: str) -> np.ndarray:
    after = (period + 1) * (12 // PERIODS[by]) - 1970 * 12
    return after.astype("datetime64[M]").astype("datetime64[D]") - np.timedelta64(1, "D")


def _labels(period: np.ndarray, by: str) -> np.ndarray:
    """ "2019", "2019Q1" or "2019-03" for each period."""
    written = {"year": "{0}", "quarter": "{0}Q{1}", "month": "{0}-{1:02}"}[by]
    numbers, at = np.unique(period, return_inverse=True)
    named = [written.format(n // PERIODS[by], n % PERIODS[by] + 1) for n in numbers.tolist()]
    return np.array(named, dtype=object)[at]


# --- the trophic state of lakes -------------------------------------------------------------------

TROPHIC_ITEMS = ("chla", "tp", "tn", "sd", "cod_mn")


def trophic_index(
    means: pd.DataFrame, *, on: dt.date | str, items_needed: int = len(TROPHIC_ITEMS)
) -> pd.DataFrame:
    """TLI of mean values, 10 (a + b ln C) of each item weighted by its r2 with chlorophyll a.

    Parameters
    ----------
    means
        Columns `chla` (mg/m3), `tp`, `tn`, `cod_mn` (mg/L) and `sd` (transparency, m).
    items_needed
        With fewer items there is no `tli`. The method asks for all five; papers and bulletins
        also take four and share out the weight of the fifth, which 4 allows.

    Returns
    -------
    DataFrame
        On the same index: `tli_chla` ... `tli_cod_mn`, `tli`, `grade` (see `trophic_grade`) and
        `missing`: items without a positive value. `reweighted` is true where there is a `tli` all
        the same: that is another quantity than TLI of five items, and has to be called so.

    Notes
    -----
    Assessment method Huanban 2011 no. 22, trophic state. The weights are not rounded.
    """
    rows = standard("trophic", on=on).set_index("item").loc[list(TROPHIC_ITEMS)]
    values = means.reindex(columns=list(TROPHIC_ITEMS)).astype(float)
    positive = values.where(values > 0)
    parts = 10 * (rows["intercept"] + rows["slope"] * np.log(positive))
    weights = positive.notna() * rows["r2"]
    enough = positive.notna().sum(axis=1) >= max(items_needed, 1)
    tli = ((parts * weights).sum(axis=1) / weights.sum(axis=1)).where(enough)
    missing = [", ".join(positive.columns[gap]) for gap in positive.isna().to_numpy()]
    return parts.add_prefix("tli_").assign(
        tli=tli,
        grade=trophic_grade(tli, on=on),
        missing=pd.Series(missing, index=means.index, dtype="str"),
        reweighted=enough & positive.isna().any(axis=1),
    )


def trophic_grade(tli: pd.Series, *, on: dt.date | str) -> pd.Series:
    """Grade of TLI values, from 1 (oligotrophic) to 5 (heavy eutrophic); NA without a value."""
    rows = standard("trophic_grades", on=on)
    value = tli.to_numpy(dtype=float)[:, None]
    upper = rows["upper"].to_numpy(dtype=float)
    included = rows["upper_included"].eq("yes").to_numpy()
    passed = np.where(included, value > upper, value >= upper)  # the last has no upper bound
    grade = pd.array(np.where(np.isnan(value[:, 0]), np.nan, 1 + passed.sum(axis=1)), "Int64")
    return pd.Series(grade, index=tli.index)


@names_of("trophic_grade")
def _grade_name(grade: str, lang: str) -> str:
    rows = standard("trophic_grades", on=OPEN_END)
    return rows.set_index("grade").at[int(grade), lang]


def trophic_state(
    samples: pd.DataFrame, *, by: str = "year", items_needed: int = len(TROPHIC_ITEMS)
) -> pd.DataFrame:
    """Trophic state of every lake and period from its samples.

    Parameters
    ----------
    samples
        As for `classify`, with the items chla, tp, tn, sd and cod_mn; rivers are left aside.
    items_needed
        As for `trophic_index`; the reasons of a reweighted index say so.

    Returns
    -------
    DataFrame
        The place column, `period`, `year`, the five means, the columns of `trophic_index`,
        `evaluable` and the `reasons`, with the same rule on months as for the class.
    """
    lakes = samples[samples["body"].eq("lake") & samples["item"].isin(TROPHIC_ITEMS)]
    keys = [place_column(samples), "period", "year"]
    means = section_means(lakes, "surface_water", by=by)
    wide = means.pivot(index=[*keys, "date"], columns="item", values="value").reset_index()
    wide = wide.reindex(columns=[*keys, "date", *TROPHIC_ITEMS])
    parts = [
        wide[mask].join(
            trophic_index(wide[mask], on=rows["valid_from"].max(), items_needed=items_needed)
        )
        for mask, rows in by_edition("trophic", wide["date"])
    ] or [wide.join(trophic_index(wide, on=OPEN_END))]
    states = pd.concat(parts).drop(columns="date").rename_axis(columns=None)
    counts = section_classes(lakes, "surface_water", by=by)
    states = states.merge(counts[[*keys, "months", "evaluable", "reasons"]], on=keys)
    incomplete = states["evaluable"] & states["tli"].isna()
    reweighted = states["evaluable"] & states["reweighted"]
    states["reasons"] = [
        (Note("items_reweighted" if told else "items_missing", items=missing),)
        if told or gap
        else reasons
        for told, gap, missing, reasons in zip(
            reweighted, incomplete, states["missing"], states["reasons"], strict=True
        )
    ]
    evaluable = states["evaluable"] & ~incomplete
    states[["tli", "grade"]] = states[["tli", "grade"]].where(evaluable)
    return states.assign(evaluable=evaluable)
