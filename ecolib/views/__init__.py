"""Figures and tables for notebooks and pages. A view draws what a `Result` holds; it computes no
indicator. Every view takes a result and a language and gives `Html`, a `Picture` or `Pieces`.
"""

from ecolib.views.air import air
from ecolib.views.areas import areas
from ecolib.views.drivers import counts, drivers
from ecolib.views.ecology import ecology, sub_indices
from ecolib.views.findings import findings
from ecolib.views.heading import change_and_trend, heading, parts, verdict_card
from ecolib.views.history import compare, history
from ecolib.views.inputs import inputs, provenance, requirements
from ecolib.views.output import Html, Picture, Pieces, absent, picture, pieces, table
from ecolib.views.survey import survey
from ecolib.views.water import water

__all__ = [
    "Html",
    "Picture",
    "Pieces",
    "absent",
    "areas",
    "air",
    "change_and_trend",
    "compare",
    "counts",
    "drivers",
    "ecology",
    "findings",
    "heading",
    "history",
    "inputs",
    "parts",
    "picture",
    "pieces",
    "provenance",
    "requirements",
    "sub_indices",
    "survey",
    "table",
    "verdict_card",
    "water",
]
