"""Trend tests that are exact where others approximate, and that say in words what they found.

A name is loaded with its module on first use, so that asking for one test does not import all of
them; no module is named as one of them, or it would take its place. Nothing here knows of counties
and indicators.
"""

from importlib import import_module

_HOMES = {
    "autocorrelation": "LeastSquares block_bootstrap hamed_rao least_squares pre_whitening "
    "trend_free_pre_whitening wang_swail yue_wang",
    "change_points": "ChangePoint buishand_q buishand_range buishand_u pettitt snht",
    "mann_kendall_test": "Outlook mann_kendall outlook",
    "monotone": "censored_kendall cox_stuart spearman",
    "result": "TrendResult",
    "seasonal": "GroupedTrend monthly_law partial_kendall regional_kendall seasonal_kendall",
    "slopes": "SlopeResult sen_slope siegel_slope",
    "stacks": "TrendStack mann_kendall_stack seasonal_kendall_stack",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}
__all__ = sorted(_HOME_OF)


def __getattr__(name: str):
    if name not in _HOME_OF:
        raise AttributeError(f"module 'ecolib.trends' has no attribute '{name}'")
    return getattr(import_module(f"ecolib.trends.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return __all__
