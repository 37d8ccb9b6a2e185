"""Good days: how many, of how many valid days, and whether the year can be judged at all."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ecolib.standards.air.rounding import half_even_ratio
from ecolib.standards.air.settings import DEFAULT, AirSettings
from ecolib.standards.air.years import enough_days, place_year_month

GOOD_UP_TO = 100


def good_share(good: ArrayLike, valid: ArrayLike) -> np.ndarray:
    """100 good / valid at one decimal, half-even; NaN without a valid day."""
    valid = np.asarray(valid, dtype=float)
    return half_even_ratio(100 * np.asarray(good, float), np.where(valid > 0, valid, np.nan), 1)


def counted_days(index: pd.DataFrame, *, settings: AirSettings = DEFAULT) -> np.ndarray:
    """Whether each day of `air_index` is a valid one, see `valid_day` of the settings."""
    aqi = index["aqi"].to_numpy(dtype=float)
    valid = ~np.isnan(aqi)
    if settings.valid_day != "any":
        exceeding = (aqi > GOOD_UP_TO) & (settings.valid_day == "complete_or_exceeding")
        valid &= index["complete"].to_numpy(dtype=bool) | exceeding
    return valid


def good_days(index: pd.DataFrame, *, settings: AirSettings = DEFAULT) -> pd.DataFrame:
    """Share of good days (AQI up to 100) among the valid days of each place and year.

    Parameters
    ----------
    index
        As from `air_index`. Days without a row count as days without a value.

    Returns
    -------
    DataFrame
        Place, `year`, `good_days`, `valid_days`, `calendar_days`, `valid`, `reason_zh`,
        `reason_en` and `share`, per cent, NaN unless `valid`. What makes a day and a year valid is
        `valid_day` and `good_share_needs` of the settings.
    """
    where, month = place_year_month(index)
    aqi = index["aqi"].to_numpy(dtype=float)
    valid = counted_days(index, settings=settings)
    marks = pd.DataFrame({"valid": valid, "good": valid & (aqi <= GOOD_UP_TO)})
    group = [where[c] for c in where]
    counts = marks["valid"].groupby([*group, month], observed=True).sum()
    # the counts that the standard asks of PM2.5 serve the good days, see `good_share_needs`
    out = enough_days(counts, "pm25", settings=settings)
    if settings.good_share_needs == "any":
        out = out.assign(valid=out["valid_days"] > 0, reason_zh="", reason_en="")
    good = marks["good"].groupby(group, observed=True).sum().to_numpy()
    out.insert(0, "good_days", good)
    out["share"] = np.where(out["valid"], good_share(good, out["valid_days"]), np.nan)
    return out.reset_index()
