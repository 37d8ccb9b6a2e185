"""Seasonal trends of monthly values."""

from __future__ import annotations

import pandas as pd

from ecolib.trends.seasonal import seasonal_kendall

ALPHA = 0.05
COLUMNS = ["status", "n", "p", "slope", "slope_low", "slope_high"]


def season_trend(by_month: pd.DataFrame, *, better: str = "down") -> pd.DataFrame:
    """Seasonal Kendall test (Hirsch and Slack 1984) of monthly values; no row without values.

    Parameters
    ----------
    by_month
        Columns `year`, `month`, `value`; months without a value are NaN or absent.
    better
        "down" where less is better, else "up".

    Returns
    -------
    DataFrame
        One row: `status`, `n`, `p`, `slope`, `slope_low`, `slope_high` (a year), `first`, `last`
        (years), `explain_zh`, `explain_en`.
    """
    known = by_month.dropna(subset="value")
    if known.empty:
        return pd.DataFrame(columns=COLUMNS)
    trend = seasonal_kendall(
        known["year"], known["value"], seasons=known["month"], alpha=ALPHA, better=better
    ).trend
    row = {name: getattr(trend, name) for name in COLUMNS}
    row |= {"first": known["year"].min(), "last": known["year"].max()}
    row |= {f"explain_{lang}": trend.explain(lang) for lang in ("zh", "en")}
    return pd.DataFrame([row])
