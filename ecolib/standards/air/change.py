"""Comparing years: the state that concentrations refer to, and the fall of PM2.5."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecolib.standards import by_edition, standard
from ecolib.standards.air.lookup import place_columns
from ecolib.standards.air.rounding import half_even_ratio
from ecolib.standards.air.settings import DEFAULT, AirSettings

GASES = ("so2", "no2", "co", "o3", "o3_1h")
NOW_KELVIN = 298.15
OTHER_STATE = (
    "2018-09-01 起颗粒物浓度由标准状态改为实际状态，两年数值口径不同",
    "particles refer to actual conditions since 2018-09-01 and to the standard state before: "
    "the two years are not on one footing",
)


def at_298k(daily: pd.DataFrame) -> pd.DataFrame:
    """`daily` with every gas at 298.15 K, so that years before and after 2018-09-01 compare.

    Until then gases were reported at 273.15 K (GB 3095-2012 before its 2018 amendment): the volume
    grows with temperature, so their values shrink by 273.15 / 298.15 = 0.916. Particles are left
    alone: they changed to actual conditions, for which no single factor exists. Never judge by the
    result; limits apply to values as they were reported.
    """
    factor = np.ones(len(daily))
    for mask, rows in by_edition("air_reference", daily["date"]):
        kelvin = rows.loc[rows["kind"] == "gas", "temperature_k"].iloc[0]
        factor[mask] = kelvin / NOW_KELVIN
    return daily.assign(**{gas: daily[gas] * factor for gas in GASES if gas in daily})


def pm25_fall(
    statistics: pd.DataFrame, *, base_year: int, settings: AirSettings = DEFAULT
) -> pd.DataFrame:
    """Fall of the annual PM2.5 mean against `base_year`, per cent; negative for a rise.

    100 (base - value) / base at one decimal, half-even.

    Parameters
    ----------
    statistics
        As from `annual_statistics` or `judge_statistics`.

    Returns
    -------
    DataFrame
        Place, `year`, `base_year`, `base`, `value` (ug/m3), `fall` (NaN when either year is not
        evaluable or the base is 0), `same_state` (false when the two years refer to different
        conditions, so that part of the fall may be the change of 2018-09-01), `note_zh`, `note_en`.
    """
    mean = statistics[(statistics["pollutant"] == "pm25") & (statistics["statistic"] == "mean")]
    column = "rounded" if settings.fall_from == "rounded" else "value"
    place = place_columns(mean)
    out = mean[[*place, "year"]].assign(base_year=base_year, value=mean[column])
    bases = out[out["year"] == base_year].rename(columns={"value": "base"})
    on = [*place, "base_year"]
    out = out.merge(bases[[*on, "base"]], how="left", on=on)
    base = out["base"].mask(out["base"] == 0)
    out["fall"] = half_even_ratio(100 * (base - out["value"]), base, 1)
    states = {year: _particle_states(year) for year in {base_year, *out["year"]}}
    same = [len(states[base_year] | states[year]) == 1 for year in out["year"]]
    out["same_state"] = same
    out["note_zh"], out["note_en"] = (
        ["" if s else sentence for s in same] for sentence in OTHER_STATE
    )
    return out[
        [*place, "year", "base_year", "base", "value", "fall", "same_state", "note_zh", "note_en"]
    ]


def _particle_states(year: int) -> set[float]:
    """Temperatures that particle volumes refer to within `year`; NaN-free, 0 for actual ones."""
    ends = (standard("air_reference", on=f"{year}-{day}") for day in ("01-01", "12-31"))
    kelvin = (rows.loc[rows["kind"] == "particle", "temperature_k"].iloc[0] for rows in ends)
    return {0.0 if np.isnan(k) else float(k) for k in kelvin}
