"""Comparing years: the state that concentrations refer to, and how far a concentration fell."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecolib.standards import by_edition, standard
from ecolib.standards.air.lookup import place_columns
from ecolib.standards.air.rounding import half_even_ratio
from ecolib.standards.air.settings import DEFAULT, AirSettings

GASES = ("so2", "no2", "co", "o3", "o3_1h")
NOW_KELVIN = 298.15
LANGS = ("zh", "en")
OTHER_STATE = (
    "2018-09-01 起气体浓度改为 298.15 K 状态、颗粒物改为实际状态，两年数值口径不同",
    "since 2018-09-01 gases refer to 298.15 K and particles to actual conditions, before to the "
    "standard state: the two years are not on one footing",
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


def concentration_fall(
    statistics: pd.DataFrame,
    *,
    base_year: int,
    pollutant: str = "pm25",
    settings: AirSettings = DEFAULT,
) -> pd.DataFrame:
    """Fall of a pollutant's annual value against `base_year`, per cent; negative for a rise.

    100 (base - value) / base at one decimal, half-even; of the annual mean, for CO and O3 of the
    percentile that is evaluated.

    Parameters
    ----------
    statistics
        As from `annual_statistics` or `judge_statistics`.

    Returns
    -------
    DataFrame
        Place, `year`, `base_year`, `base`, `value` (ug/m3, CO mg/m3), `fall` (NaN when either year
        is not evaluable or the base is 0), `same_state` (false when the two years refer to
        different conditions, so that part of the fall may be the change of 2018-09-01), `note_zh`
        and `note_en`.
    """
    statistic = "percentile" if pollutant in ("co", "o3") else "mean"
    wanted = (statistics["pollutant"] == pollutant) & (statistics["statistic"] == statistic)
    column = "rounded" if settings.fall_from == "rounded" else "value"
    place = place_columns(statistics)
    rows = statistics.loc[wanted, [*place, "year"]]
    out = rows.assign(base_year=base_year, value=statistics.loc[wanted, column])
    bases = out[out["year"] == base_year].rename(columns={"value": "base"})
    on = [*place, "base_year"]
    out = out.merge(bases[[*on, "base"]], how="left", on=on)
    base = out["base"].mask(out["base"] == 0)
    out["fall"] = half_even_ratio(100 * (base - out["value"]), base, 1)
    kind = "gas" if pollutant in GASES else "particle"
    states = {year: _states(kind, year) for year in {base_year, *out["year"]}}
    same = [len(states[base_year] | states[year]) == 1 for year in out["year"]]
    notes = {f"note_{x}": ["" if s else OTHER_STATE[i] for s in same] for i, x in enumerate(LANGS)}
    return out.assign(same_state=same, **notes)[
        [*on[:-1], "year", "base_year", "base", "value", "fall", "same_state", *notes]
    ]


def _states(kind: str, year: int) -> set[str]:
    """The states that volumes of `kind` refer to within `year`: a temperature, "nan" for actual."""
    ends = (standard("air_reference", on=f"{year}-{day}") for day in ("01-01", "12-31"))
    return {str(rows.loc[rows["kind"] == kind, "temperature_k"].iloc[0]) for rows in ends}
