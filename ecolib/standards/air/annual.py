"""A year of daily values: means, percentiles, attainment and the composite index (HJ 663)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecolib.errors import DataError, Problem
from ecolib.standards import standard
from ecolib.standards.air.lookup import (
    by_day,
    check_columns,
    concentrations,
    listed,
    match,
    place_columns,
)
from ecolib.standards.air.rounding import half_even, half_even_ratio, half_up_ratio
from ecolib.standards.air.settings import DEFAULT, POLLUTANTS, AirSettings
from ecolib.standards.air.years import enough_days, judging_day, place_year_month


def annual_statistics(daily: pd.DataFrame, *, settings: AirSettings = DEFAULT) -> pd.DataFrame:
    """Mean and percentile of each pollutant, place and year, judged (HJ 663-2013).

    The percentile is the linear one at rank 1 + (n - 1) p of the sorted daily values. A statistic
    needs 324 valid days a year and 27 a month, 25 in February (GB 3095 Table 4 for means; the same
    counts for the percentiles of CO and O3, see `co_o3_days`); without them it is NaN.

    Parameters
    ----------
    daily
        `date`, any of the pollutant columns as in `air_index`, `county` or `station` if several
        places are meant. Days without a row count as days without a value.

    Returns
    -------
    DataFrame
        A row for each place, year, pollutant and statistic ("mean", "percentile"): `percentile`,
        `valid_days`, `calendar_days`, `valid`, `reason_zh`, `reason_en`, `value` (NaN unless
        valid) and the columns of `judge_statistics`.
    """
    check_columns(daily, ("date",))
    where, month = place_year_month(daily)
    values = pd.DataFrame({p: concentrations(daily, p) for p in POLLUTANTS})
    year = values.groupby([where[c] for c in where], observed=True)
    counts = values.groupby([*(where[c] for c in where), month], observed=True).count()
    mean = year.mean()
    parts = []
    for rule in _rules().itertuples():
        p = rule.pollutant
        value = mean[p] if rule.statistic == "mean" else year[p].quantile(rule.percentile / 100)
        days = enough_days(counts[p], p, settings=settings)
        free = p in ("co", "o3") and settings.co_o3_days == "any"
        if free:
            days = days.assign(valid=days["valid_days"] > 0, reason_zh="", reason_en="")
        part = days.assign(
            pollutant=p,
            statistic=rule.statistic,
            percentile=rule.percentile,
            value=value.where(days["valid"]),
        )
        parts.append(part.reset_index())
    return judge_statistics(pd.concat(parts, ignore_index=True), settings=settings)


def judge_statistics(statistics: pd.DataFrame, *, settings: AirSettings = DEFAULT) -> pd.DataFrame:
    """Round yearly statistics and hold them against GB 3095 (HJ 663-2013).

    Parameters
    ----------
    statistics
        `year`, `pollutant`, `statistic` ("mean" or "percentile"), `value`.

    Returns
    -------
    DataFrame
        `statistics` with `rounded` (as printed), `decided` (as compared with the limits),
        `limit_1`, `limit_2`, `class_met` (1, 2, or 3 for worse than class 2; NaN without a value),
        `attains` (class 2; missing without a value) and `multiple`, the exceedance (C - S) / S
        over class 2 at two decimals, 0 where there is none.
    """
    out = statistics.reset_index(drop=True)
    day = judging_day(out["year"], settings)
    out["period"] = _periods(out)
    for name, column in (("rounded", "statistic_decimals"), ("decided", "decision_decimals")):
        places = match("air_rounding", day, out, on=["pollutant"], column=column)
        out[name] = half_even(out["value"], places.astype(int))
    for grade in (1, 2):
        keys = out.assign(**{"class": grade})
        on = ["pollutant", "period", "class"]
        out[f"limit_{grade}"] = match("air_limits", day, keys, on=on, column="limit")
    known = out["decided"].notna()
    met = 1 + (out["decided"] > out["limit_1"]) + (out["decided"] > out["limit_2"]).astype(int)
    out["class_met"] = met.astype(float).where(known)
    out["attains"] = (out["decided"] <= out["limit_2"]).astype("boolean").where(known, pd.NA)
    excess = (out["decided"] - out["limit_2"]).clip(lower=0).where(known)
    out["multiple"] = half_even_ratio(excess, out["limit_2"], 2)
    return out


def annual_evaluation(statistics: pd.DataFrame, *, settings: AirSettings = DEFAULT) -> pd.DataFrame:
    """One row a place and year: attainment of all six pollutants and the composite index.

    All six must attain (HJ 663-2013). One that fails settles it; otherwise one that is not
    evaluable leaves it open.

    Parameters
    ----------
    statistics
        As from `annual_statistics`.

    Returns
    -------
    DataFrame
        Place, `year`, `attains` (true, false or missing), `class_met` (of the worst pollutant; NaN
        unless all are evaluable), `failing` and `not_evaluable` (codes joined by commas), and the
        columns of `composite_index`.
    """
    place = [*place_columns(statistics), "year"]
    by = [statistics[c] for c in (*place, "pollutant")]
    unknown = statistics["attains"].isna()
    fails = ~unknown & ~statistics["attains"].fillna(True).astype(bool)
    fails = _any_by_pollutant(fails, by, absent=False)
    unknown = _any_by_pollutant(unknown, by, absent=True) & ~fails
    out = pd.DataFrame(index=fails.index)
    known, failed = ~unknown.any(axis=1), fails.any(axis=1)
    out["attains"] = (~failed).astype("boolean").where(known | failed, pd.NA)
    worst = statistics.groupby(place, observed=True)["class_met"].max()
    out["class_met"] = worst.where(known)
    out["failing"] = listed({p: fails[p].to_numpy() for p in POLLUTANTS})
    out["not_evaluable"] = listed({p: unknown[p].to_numpy() for p in POLLUTANTS})
    out = out.reset_index()
    used = statistics.merge(_rules().query("in_composite == 1")[["pollutant", "statistic"]])
    wide = used.pivot(index=place, columns="pollutant", values="rounded").reset_index()
    wide["date"] = judging_day(wide["year"], settings)
    indices = composite_index(wide, settings=settings).drop(columns="date")
    return out.merge(indices.assign(**wide[place]), on=place)


def composite_index(period: pd.DataFrame, *, settings: AirSettings = DEFAULT) -> pd.DataFrame:
    """Composite index of a period: the sum of C / S over the six pollutants.

    The ranking rule 环办监测〔2018〕19号; S is the class 2 limit (annual mean, for CO 24 h, for O3
    8 h) of GB 3095 in force on `date`. How to round is empirical, see `composite_rounding`. A
    weighted form attributed to HJ 663-2026 is unverified and not used.

    Parameters
    ----------
    period
        `date` (a day of the period) and `pm25, pm10, so2, no2` (means), `co` (95th percentile of
        daily means, mg/m3), `o3` (90th percentile of MDA8), rounded as they would be printed.

    Returns
    -------
    DataFrame
        With the index of `period`: `date`, `X_index` of each pollutant and `composite` (NaN with
        any of the six missing).
    """
    check_columns(period, ("date",))
    out = period[["date"]].copy()
    decimals = {"each_2": 2, "each_3": 3}.get(settings.composite_rounding)
    total = np.zeros(len(period))
    for rule in _rules().query("in_composite == 1").itertuples():
        p = rule.pollutant
        where = {"pollutant": p, "period": rule.period, "class": 2}
        limit = by_day("air_limits", period["date"], column="limit", **where)
        value = concentrations(period, p)
        if settings.composite_rounding == "each_2_half_up":
            single = half_up_ratio(value, limit, 2)
        else:
            single = value / limit if decimals is None else half_even_ratio(value, limit, decimals)
        out[f"{p}_index"] = single
        total = total + single
    out["composite"] = half_even(total, 2)
    return out


def _rules() -> pd.DataFrame:
    """The evaluated statistics; the one edition known serves every year."""
    return standard("air_statistics", on="2013-12-31")


def _periods(statistics: pd.DataFrame) -> np.ndarray:
    """The averaging period whose limit each statistic is held against."""
    known = _rules().set_index(["pollutant", "statistic"])["period"]
    asked = pd.MultiIndex.from_frame(statistics[["pollutant", "statistic"]])
    strange = asked.difference(known.index)
    if len(strange):
        raise DataError(
            [
                Problem(
                    f"{pollutant} {statistic}",
                    "HJ 663 不评价该统计量",
                    "HJ 663 does not evaluate this statistic",
                )
                for pollutant, statistic in strange
            ]
        )
    return known.reindex(asked).to_numpy()


def _any_by_pollutant(flags: pd.Series, by: list[pd.Series], *, absent: bool) -> pd.DataFrame:
    wide = flags.groupby(by, observed=True).any().unstack("pollutant", fill_value=absent)
    return wide.reindex(columns=list(POLLUTANTS), fill_value=absent)
