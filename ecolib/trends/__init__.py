"""Trend tests that are exact where others approximate, and that say in words what they found."""

from ecolib.trends.censored import censored_kendall
from ecolib.trends.change_points import (
    ChangePoint,
    buishand_q,
    buishand_range,
    buishand_u,
    pettitt,
    snht,
)
from ecolib.trends.cox_stuart import cox_stuart
from ecolib.trends.monotone import mann_kendall
from ecolib.trends.outlook import Outlook, outlook
from ecolib.trends.partial import partial_kendall
from ecolib.trends.rank_stacks import RankStack, pettitt_stack, spearman_stack
from ecolib.trends.regression import LeastSquares, least_squares
from ecolib.trends.result import TrendResult
from ecolib.trends.seasonal import GroupedTrend, regional_kendall, seasonal_kendall
from ecolib.trends.seasonal_stack import seasonal_kendall_stack
from ecolib.trends.serial import block_bootstrap, hamed_rao, yue_wang
from ecolib.trends.slope import SlopeResult, sen_slope
from ecolib.trends.spearman import spearman
from ecolib.trends.stack import TrendStack, mann_kendall_stack
from ecolib.trends.whitening import pre_whitening, trend_free_pre_whitening, wang_swail

__all__ = [
    "ChangePoint",
    "GroupedTrend",
    "LeastSquares",
    "Outlook",
    "RankStack",
    "SlopeResult",
    "TrendResult",
    "TrendStack",
    "block_bootstrap",
    "buishand_q",
    "buishand_range",
    "buishand_u",
    "censored_kendall",
    "cox_stuart",
    "hamed_rao",
    "least_squares",
    "mann_kendall",
    "mann_kendall_stack",
    "outlook",
    "partial_kendall",
    "pettitt",
    "pettitt_stack",
    "pre_whitening",
    "regional_kendall",
    "seasonal_kendall",
    "seasonal_kendall_stack",
    "sen_slope",
    "snht",
    "spearman",
    "spearman_stack",
    "trend_free_pre_whitening",
    "wang_swail",
    "yue_wang",
]
