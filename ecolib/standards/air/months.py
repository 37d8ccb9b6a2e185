"""Monthly means of a pollutant."""

from __future__ import annotations

import pandas as pd

from ecolib.standards.air import AirSettings
from ecolib.standards.air.lookup import by_day

FEBRUARY = 2


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
