"""From stations to the county."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecolib.standards.air.lookup import check_columns, concentrations
from ecolib.standards.air.settings import DEFAULT, POLLUTANTS, AirSettings

FEW_STATIONS = 4


def county_daily(daily: pd.DataFrame, *, settings: AirSettings = DEFAULT) -> pd.DataFrame:
    """Mean of the stations' daily values, pollutant by pollutant.

    The concentrations are averaged first and the index follows from them, as HJ 663-2013 does for
    a city (clause recalled, not read); ozone is the mean of the stations' MDA8. A day counts when
    enough of the stations at work in that calendar year are valid, see `min_station_share`.

    Parameters
    ----------
    daily
        As from `daily_air`: `station`, `date`, pollutant columns; with a `county` column, each
        county by itself.

    Returns
    -------
    DataFrame
        `county` (if given), `date`, `stations` (at work that year); for each pollutant X the mean
        `X` (NaN with too few valid stations) and `X_stations` (how many were valid).
    """
    check_columns(daily, ("station", "date"))
    items = [*POLLUTANTS, *(["o3_1h"] if "o3_1h" in daily else [])]
    values = pd.DataFrame({item: concentrations(daily, item) for item in items})
    county = ["county"] if "county" in daily else []
    where = daily[[*county, "date"]].reset_index(drop=True)
    where["stations"] = _stations_at_work(daily, county)
    by = values.groupby([where[c] for c in where], observed=True, dropna=False)
    mean, valid = by.mean(), by.count()
    network = mean.index.get_level_values("stations").to_numpy()
    share = np.where(
        network < FEW_STATIONS, settings.min_station_share_few, settings.min_station_share
    )
    enough = valid.ge(share * network, axis=0) & valid.ge(1)
    return mean.where(enough).join(valid.add_suffix("_stations")).reset_index()


def _stations_at_work(daily: pd.DataFrame, county: list[str]) -> np.ndarray:
    year = pd.to_datetime(daily["date"]).dt.year.rename("year")
    by = [*(daily[c] for c in county), year]
    return daily["station"].groupby(by, observed=True, dropna=False).transform("nunique").to_numpy()
