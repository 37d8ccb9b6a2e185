"""Tables, figures and pages of results: what a `Result` holds, drawn and worded; nothing is decided.

`table(result)` gives a DataFrame, `plot(frame, ax=None)` an Axes, and a Jinja template puts them
together into a `Page`, which shows itself in JupyterLab and is written as one HTML file that needs
no script and no network.
"""

from ecolib.pages import plots, tables
from ecolib.pages.audit import audit, causes, corrections, issues
from ecolib.pages.conclusion import conclusion, verdicts
from ecolib.pages.distance import distances, plot_distances
from ecolib.pages.indicator import indicator
from ecolib.pages.listings import save_listings
from ecolib.pages.planned import plot_shares, plot_timeline, shares, timeline
from ecolib.pages.province import province
from ecolib.pages.render import Page
from ecolib.pages.report import report
from ecolib.pages.units import sheets
from ecolib.pages.work_plan import work_plan

__all__ = [
    "Page", "audit", "causes", "conclusion", "corrections", "distances", "indicator", "issues",
    "plot_distances", "plot_shares", "plot_timeline", "plots", "province", "report",
    "save_listings", "shares", "sheets", "tables", "timeline", "verdicts", "work_plan",
]  # fmt: skip
