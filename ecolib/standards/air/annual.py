"""A year of daily values: statistics, attainment, the composite index, change since a base year.

All but the change follow HJ 663-2013; its 2026 text was not obtained, so that percentiles,
validity and the composite index of 2013 serve after it too.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from ecolib.standards import moments_of, standard, with_columns
from ecolib.standards.air.index import (
    POLLUTANTS,
    by_day,
    by_key,
    concentrations,
    half_even,
    half_even_ratio,
    listed,
)
from ecolib.standards.air.years import FEBRUARY, YearDays, judging_day, needed_days
from ecolib.trends.series import check_choice

#: Single indices of the composite are rounded half-even first: found from published values.
SINGLE_INDEX_DECIMALS = 2


def annual_statistics(daily: pd.DataFrame) -> pd.DataFrame:
    """Mean and percentile of each pollutant and year, judged (HJ 663-2013).

    The percentile is the linear one at rank 1 + (n - 1) p of the sorted daily values. A statistic
    needs the valid days of `YearDays.enough_days`; without them it is NaN.

    Parameters
    ----------
    daily
        `date` and any of the pollutant columns as in `air_index`. Days without a row count as days
        without a value.

    Returns
    -------
    DataFrame
        A row for each year, pollutant and statistic ("mean", "percentile"): `valid_days`,
        `calendar_days`, `valid`, `reason` (a `Note` or None), `percentile`, `value` (NaN unless
        valid) and the columns of `judge_statistics`.
    """
    years = YearDays.of(daily)
    values = pd.DataFrame({p: concentrations(daily, p) for p in POLLUTANTS})
    days = {p: years.enough_days(values[p].notna().to_numpy(), p) for p in POLLUTANTS}
    grouped = values.groupby(years.row)
    rules = _rules()
    found = {(p, "mean"): column for p, column in grouped.mean().items()}
    for percentile, asked in rules.groupby("percentile")["pollutant"]:
        at = grouped[list(asked)].quantile(percentile / 100)
        found |= {(p, "percentile"): column for p, column in at.items()}
    columns = [
        {
            "year": years.years,
            **days[rule.pollutant],
            "pollutant": rule.pollutant,
            "statistic": rule.statistic,
            "percentile": rule.percentile,
            "value": found[rule.pollutant, rule.statistic].where(days[rule.pollutant]["valid"]),
        }
        for rule in rules.itertuples()
    ]
    return judge_statistics(pd.concat(map(pd.DataFrame, columns)))


def judge_statistics(statistics: pd.DataFrame) -> pd.DataFrame:
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
    out = with_columns(statistics, "year", "pollutant", "statistic", "value")
    out = out.reset_index(drop=True)
    day, pollutants, value = judging_day(out["year"]), list(out["pollutant"]), out["value"]
    periods = dict(zip(_pairs(_rules()), _rules()["period"], strict=True))
    for pair in dict.fromkeys(_pairs(out)):
        check_choice("pollutant, statistic", ", ".join(pair), tuple(map(", ".join, periods)))
    period = [periods[pair] for pair in _pairs(out)]
    places = {
        column: by_key(
            "air_rounding", day, zip(pollutants, strict=True), on=("pollutant",), column=column
        ).astype(int)
        for column in ("statistic_decimals", "decision_decimals")
    }
    limits = {
        grade: by_key(
            "air_limits",
            day,
            zip(pollutants, period, [grade] * len(out), strict=True),
            on=("pollutant", "period", "class"),
            column="limit",
        )
        for grade in (1, 2)
    }
    decided = half_even(value, places["decision_decimals"])
    known = ~np.isnan(decided)
    met = 1.0 + (decided > limits[1]) + (decided > limits[2])
    excess = np.where(known, np.maximum(decided - limits[2], 0), np.nan)
    return out.assign(
        period=period,
        rounded=half_even(value, places["statistic_decimals"]),
        decided=decided,
        limit_1=limits[1],
        limit_2=limits[2],
        class_met=np.where(known, met, np.nan),
        attains=pd.arrays.BooleanArray(decided <= limits[2], ~known),
        multiple=half_even_ratio(excess, limits[2], 2),
    )


def annual_evaluation(statistics: pd.DataFrame) -> pd.DataFrame:
    """One row a year: attainment of all six pollutants and the composite index.

    All six must attain (HJ 663-2013). One that fails settles it; otherwise one that is not
    evaluable leaves it open.

    Parameters
    ----------
    statistics
        As from `annual_statistics`.

    Returns
    -------
    DataFrame
        `year`, `attains` (true, false or missing), `class_met` (of the worst pollutant; NaN
        unless all are evaluable), `failing` and `not_evaluable` (codes joined by commas), and the
        columns of `composite_index`.
    """
    statistics = with_columns(statistics, "year", "pollutant", "attains", "class_met", "rounded")
    flags = statistics[["year", "pollutant"]].assign(
        open=statistics["attains"].isna(), fails=~statistics["attains"].fillna(True).astype(bool)
    )
    each = flags.groupby(["year", "pollutant"]).any().unstack()
    fails, settled = (
        (each[name].reindex(columns=POLLUTANTS) == wanted).to_numpy()
        for name, wanted in (("fails", True), ("open", False))
    )
    unknown = ~settled & ~fails
    known, failed = ~unknown.any(axis=1), fails.any(axis=1)
    worst = statistics.groupby("year")["class_met"].max()
    out = worst.index.to_frame(index=False).assign(
        attains=pd.arrays.BooleanArray(~failed, ~(known | failed)),
        class_met=np.where(known, worst, np.nan),
        failing=listed(dict(zip(POLLUTANTS, fails.T, strict=True))),
        not_evaluable=listed(dict(zip(POLLUTANTS, unknown.T, strict=True))),
    )
    in_composite = set(_pairs(_composite_rules()))
    used = statistics[[pair in in_composite for pair in _pairs(statistics)]]
    period = used.pivot(index="year", columns="pollutant", values="rounded").reindex(out["year"])
    period = period.reset_index(drop=True).assign(date=judging_day(out["year"]))
    return out.assign(**composite_index(period).drop(columns="date"))


def composite_index(period: pd.DataFrame) -> pd.DataFrame:
    """Composite index of a period: the sum of C / S over the six pollutants.

    The ranking rule 环办监测〔2018〕19号; S is the class 2 limit (annual mean, for CO 24 h, for O3
    8 h) of GB 3095 in force on `date`. Each C / S is rounded to `SINGLE_INDEX_DECIMALS` before it
    is added, an empirical rule. A weighted form attributed to HJ 663-2026 is unverified and not
    used.

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
    period, singles = with_columns(period, "date"), {}
    for rule in _composite_rules().itertuples():
        where = {"pollutant": rule.pollutant, "period": rule.period, "class": 2}
        limit = by_day("air_limits", period["date"], column="limit", **where)
        value = concentrations(period, rule.pollutant)
        singles[f"{rule.pollutant}_index"] = half_even_ratio(value, limit, SINGLE_INDEX_DECIMALS)
    return period[["date"]].assign(**singles, composite=half_even(sum(singles.values()), 2))


def _rules() -> pd.DataFrame:
    """The evaluated statistics; the one edition known serves every year."""
    return standard("air_statistics", on="2013-12-31")


@cache
def _composite_rules() -> pd.DataFrame:
    return _rules().query("in_composite == 1")


def _pairs(table: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(table["pollutant"], table["statistic"], strict=True))


def monthly_means(daily: pd.DataFrame, pollutant: str) -> pd.DataFrame:
    """Monthly means of one place: `year`, `month`, `days` (valid ones) and `value`.

    A month needs as many valid days as an annual mean asks of it (GB 3095 Table 4: 27, in February
    25); with fewer its mean is NaN.
    """
    date = moments_of(with_columns(daily, "date"), "date")
    values = pd.Series(concentrations(daily, pollutant), daily.index)
    by = values.groupby([date.dt.year.rename("year"), date.dt.month.rename("month")])
    table = by.agg(days="count", value="mean").reset_index()
    needed = needed_days(pollutant, pd.to_datetime(table[["year", "month"]].assign(day=1)))
    february = table["month"] == FEBRUARY
    enough = np.where(february, needed["min_days_february"], needed["min_days_month"])
    return table.assign(value=table["value"].where(table["days"] >= enough))


def same_state(year: int, other: int) -> bool:
    """Whether concentrations of particles in two years refer to the same conditions.

    Until 2018-09-01 they were reported at 273.15 K (GB 3095-2012 before its 2018 amendment), then at
    actual conditions: part of a fall between two years may be that change.
    """
    return len(_states(year) | _states(other)) == 1


@cache
def _states(year: int) -> set[str]:
    """The temperatures that particles refer to within a year; "nan" for actual conditions."""
    ends = (standard("air_reference", on=f"{year}-{day}") for day in ("01-01", "12-31"))
    return {str(rows.loc[rows["kind"] == "particle", "temperature_k"].iloc[0]) for rows in ends}
