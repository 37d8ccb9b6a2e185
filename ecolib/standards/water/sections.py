"""From samples to the class of a section, well or source in a month, quarter or year."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pandas as pd

from ecolib.errors import ParamsError, Problem, near
from ecolib.standards.water.classes import check_standard, judge, worst_items
from ecolib.standards.water.readings import place_column, read_samples
from ecolib.standards.water.settings import WaterSettings

_PERIODS = {"month": "M", "quarter": "Q", "year": "Y"}
_KEYS = ["place", "period"]


def section_means(
    samples: pd.DataFrame,
    standard_name: str,
    *,
    by: str = "year",
    settings: WaterSettings | None = None,
) -> pd.DataFrame:
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
    settings = settings or WaterSettings()
    check_standard(standard_name)
    read = read_samples(samples, standard_name, settings=settings)
    judged = judge(_means(read, by=by), standard_name, settings=settings)
    return judged.rename(columns={"place": place_column(samples)})


def section_classes(
    samples: pd.DataFrame,
    standard_name: str,
    *,
    by: str = "year",
    settings: WaterSettings | None = None,
) -> pd.DataFrame:
    """Class of every section (well, lake) by `by`, "year", "quarter" or "month".

    Judged on the mean of the monthly values (Huanban 2011 no. 22, data statistics);
    wells as `settings.well_year` says. The edition is the one in force on the last day of the
    period.

    Parameters
    ----------
    samples, standard_name
        As for `classify`; rows with a `lake` are points of that lake.

    Returns
    -------
    DataFrame
        The columns of `classify` by place and `period`, with `year`, `months` and `samples` that
        had data, `evaluable`, and the reason in `reason_zh` and `reason_en` where it is not; the
        class is NA there. `section_means` tells in how many months each item was measured.
    """
    settings = settings or WaterSettings()
    check_standard(standard_name)
    read = read_samples(samples, standard_name, settings=settings)
    mode = settings.well_year if standard_name == "groundwater" else "mean"
    classes = period_classes(read, standard_name, by=by, mode=mode, settings=settings)
    enough = samples_needed(standard_name, by, settings=settings)
    classes = state_evaluable(classes, **enough)
    return classes.rename(columns={"place": place_column(samples)})


def period_classes(
    read: pd.DataFrame,
    standard_name: str,
    *,
    by: str,
    mode: str,
    settings: WaterSettings,
    reference: Collection[str] | None = None,
) -> pd.DataFrame:
    """Fold readings to one class a place and period, by their means or by the worst of them."""
    values = period_values(read, by=by, mode=mode)
    judged = judge(values, standard_name, settings=settings, reference=reference)
    keys = [*_KEYS, "year", "body"]
    # Shown as below detection: an item with any such result, not only one with nothing else.
    classes = worst_items(judged.assign(below=judged["n_below"] > 0), keys)
    classes = classes.merge(_counts(read, by=by), on=_KEYS, how="left")
    return classes.fillna({"months": 0, "samples": 0}).astype({"months": int, "samples": int})


def period_values(read: pd.DataFrame, *, by: str, mode: str) -> pd.DataFrame:
    """What is judged in a period: its means ("mean") or its single readings ("worst")."""
    if mode == "mean":
        return _means(read, by=by)
    return _with_period(read, by=by).assign(n_below=read["below"].astype(int))


def samples_needed(standard_name: str, by: str, *, settings: WaterSettings) -> dict[str, object]:
    """How many months or samples a place needs in a period: arguments of `state_evaluable`."""
    if standard_name == "groundwater":
        return {"count": "samples", "needed": settings.samples_in_well_year if by == "year" else 1}
    if by == "year":
        return {"count": "months", "needed": settings.months_in_year}
    needed = settings.samples_in_quarter if by == "quarter" else 1
    return {"count": "samples", "needed": needed}


def with_silent(
    classes: pd.DataFrame, *, places: Iterable[str], periods: Iterable[str], needed: dict
) -> pd.DataFrame:
    """Add the listed places without any data, so that silence is stated too."""
    place = place_column(classes)
    grid = pd.MultiIndex.from_product([places, periods], names=[place, "period"])
    full = classes.set_index([place, "period"]).reindex(grid).reset_index()
    full["year"] = full["period"].str[:4].astype(int)
    texts = ["deciding", "exceeding", "below", "coarse", "unreadable", "not_judged", "body"]
    full = full.fillna({**dict.fromkeys(texts, ""), "items": 0, "months": 0, "samples": 0})
    full = full.astype({"items": int, "months": int, "samples": int})
    return state_evaluable(full, **needed)


def periods_of(dates: pd.Series, *, by: str) -> list[str]:
    """The periods in which there is any date, in order."""
    days = pd.to_datetime(dates, errors="coerce").dropna()
    return sorted(days.dt.to_period(_PERIODS[by]).astype(str).unique())


def state_evaluable(classes: pd.DataFrame, *, count: str, needed: int) -> pd.DataFrame:
    """Withhold the class where there is too little data and say so with the counts."""
    had = classes[count].fillna(0).astype(int)
    thin, blank = had < needed, classes["class"].isna()
    unit, of_what = {"months": ("个月", "有监测数据"), "samples": ("次", "监测")}[count]
    zh = "仅 " + had.astype(str) + f" {unit}{of_what}，至少需要 {needed} {unit}"
    en = "only " + had.astype(str) + f" {count} with data, at least {needed} needed"
    reason_zh = zh.where(thin, "没有可评价的项目")
    reason_en = en.where(thin, "no item that can be judged")
    evaluable = ~(thin | blank)
    classes = classes.assign(
        evaluable=evaluable,
        reason_zh=reason_zh.where(~evaluable, ""),
        reason_en=reason_en.where(~evaluable, ""),
    )
    numbers, texts = ["class", "class_name"], ["deciding", "exceeding"]
    classes[numbers] = classes[numbers].where(evaluable)
    classes[texts] = classes[texts].where(evaluable, "")
    return classes


def _with_period(read: pd.DataFrame, *, by: str) -> pd.DataFrame:
    """Readings with `period`, `year`, `month`, their `point`, and the lake as the place."""
    if by not in _PERIODS:
        zh, en = near(by, _PERIODS)
        raise ParamsError(
            Problem("by", f"没有时段“{by}”{zh}", f"no period '{by}'; year, quarter or month{en}")
        )
    return read.assign(
        point=read["place"],
        place=read["lake"].fillna(read["place"]),
        period=read["date"].dt.to_period(_PERIODS[by]).astype(str),
        year=read["date"].dt.year,
        month=read["date"].dt.to_period("M"),
    )


def _means(read: pd.DataFrame, *, by: str) -> pd.DataFrame:
    rows = _with_period(read, by=by)
    rows["n_below"] = rows["below"].astype(int)
    rows["samples"] = rows["value"].notna().astype(int)
    keys = [*_KEYS, "year", "body", "item"]
    months = rows.groupby([*keys, "point", "month"]).agg(
        value=("value", "mean"), upper=("upper", "mean"), below=("below", "all"),
        n_below=("n_below", "sum"), samples=("samples", "sum"), unreadable=("unreadable", "any"),
    )  # fmt: skip
    points = months.groupby([*keys, "point"]).agg(
        value=("value", "mean"), upper=("upper", "mean"), below=("below", "all"),
        n_below=("n_below", "sum"), samples=("samples", "sum"), unreadable=("unreadable", "any"),
        months=("value", "count"),
    )  # fmt: skip
    means = points.groupby(keys).agg(
        value=("value", "mean"), upper=("upper", "mean"), below=("below", "all"),
        n_below=("n_below", "sum"), samples=("samples", "min"), unreadable=("unreadable", "any"),
        months=("months", "min"),
    )  # fmt: skip
    means = means.reset_index()
    ends = pd.PeriodIndex(means["period"], freq=_PERIODS[by]).end_time.normalize()
    return means.assign(date=pd.Series(ends, index=means.index, dtype="datetime64[ns]"))


def _counts(read: pd.DataFrame, *, by: str) -> pd.DataFrame:
    rows = _with_period(read[read["value"].notna()], by=by)
    counts = rows.groupby([*_KEYS, "point"]).agg(
        months=("month", "nunique"), samples=("date", "nunique")
    )
    return counts.groupby(_KEYS).min().reset_index()
