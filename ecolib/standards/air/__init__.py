"""Ambient air: hourly values to daily ones, AQI, the county's mean and the yearly evaluation.

Limits and break points are the dated tables `air_*.csv`; every value is judged by the edition in
force on its own day. What no text settles is a constant beside its rule, told by `derive.METHOD`.
"""

from ecolib.standards.air.annual import (
    annual_evaluation,
    annual_statistics,
    at_298k,
    composite_index,
    concentration_fall,
    judge_statistics,
)
from ecolib.standards.air.daily import county_daily, daily_air, invalid_days
from ecolib.standards.air.index import POLLUTANTS, SYMBOLS, air_index, half_even, hourly_air_index
from ecolib.standards.air.years import good_days, good_share

__all__ = [
    "POLLUTANTS",
    "SYMBOLS",
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
]
