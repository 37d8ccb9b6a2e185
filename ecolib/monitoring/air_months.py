"""Monthly means of a pollutant and their seasonal trend."""

from __future__ import annotations

import pandas as pd

from ecolib.standards.air import AirSettings
from ecolib.standards.air.lookup import by_day
from ecolib.trends.seasonal import seasonal_kendall

FEBRUARY = 2
ALPHA = 0.05


def months(days: pd.DataFrame, pollutant: str, *, settings: AirSettings) -> pd.DataFrame:
    """Monthly means of the county's daily values: `year`, `month`, `days` (valid ones), `value`.

    A month needs as many valid days as an annual mean asks of it (GB 3095 Table 4: 27, in February
    25); with fewer its mean is NaN.
    """
    date = pd.to_datetime(days["date"])
    by = days[pollutant].groupby([date.dt.year.rename("year"), date.dt.month.rename("month")])
    table = by.agg(days="count", value="mean").reset_index()
    first = pd.to_datetime(table[["year", "month"]].assign(day=1))
    rules = {
        rule: by_day(
            "air_validity",
            first,
            column="value",
            pollutant=pollutant,
            statistic="annual",
            rule=rule,
        )
        for rule in ("min_days_month", "min_days_february")
    }
    february = table["month"] == FEBRUARY
    needed = pd.Series(rules["min_days_month"]).mask(february, rules["min_days_february"])
    return table.assign(value=table["value"].where(table["days"] >= needed))


def season_trend(by_month: pd.DataFrame) -> pd.DataFrame:
    """Seasonal Kendall test of monthly values in which less is better; no row without values.

    Returns
    -------
    DataFrame
        One row: `status`, `n`, `p`, `slope`, `slope_low`, `slope_high` (a year), `first`, `last`
        (years), `explain_zh`, `explain_en`.
    """
    known = by_month.dropna(subset="value")
    columns = ["status", "n", "p", "slope", "slope_low", "slope_high"]
    if known.empty:
        return pd.DataFrame(columns=columns)
    trend = seasonal_kendall(
        known["year"], known["value"], seasons=known["month"], alpha=ALPHA, better="down"
    ).trend
    row = {name: getattr(trend, name) for name in columns}
    row |= {"first": known["year"].min(), "last": known["year"].max()}
    row |= {f"explain_{lang}": trend.explain(lang) for lang in ("zh", "en")}
    return pd.DataFrame([row])
