"""Ambient air: hourly values to daily ones, AQI, the county's mean and the yearly evaluation.

Limits and break points are the dated tables `air_*.csv`; every value is judged by the edition in
force on its own day. What no text settles is a field of `AirSettings`.
"""

from ecolib.standards.air.annual import (
    annual_evaluation,
    annual_statistics,
    composite_index,
    judge_statistics,
)
from ecolib.standards.air.change import at_298k, concentration_fall
from ecolib.standards.air.county import county_daily
from ecolib.standards.air.daily import daily_air, invalid_days
from ecolib.standards.air.good_days import good_days, good_share
from ecolib.standards.air.index import air_index, hourly_air_index
from ecolib.standards.air.rounding import half_even
from ecolib.standards.air.settings import LABELS, POLLUTANTS, AirSettings, method_notes

__all__ = [
    "LABELS",
    "POLLUTANTS",
    "AirSettings",
    "air_index",
    "annual_evaluation",
    "annual_statistics",
    "at_298k",
    "composite_index",
    "concentration_fall",
    "county_daily",
    "daily_air",
    "good_days",
    "good_share",
    "half_even",
    "hourly_air_index",
    "invalid_days",
    "judge_statistics",
    "method_notes",
]
