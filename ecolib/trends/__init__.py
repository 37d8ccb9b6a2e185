"""Trend tests that are exact where others approximate, and that say in words what they found."""

from ecolib.trends.monotone import mann_kendall
from ecolib.trends.result import TrendResult
from ecolib.trends.slope import SlopeResult, sen_slope

__all__ = ["SlopeResult", "TrendResult", "mann_kendall", "sen_slope"]
