"""Figures and tables for notebooks and pages. A view draws what a `Result` holds; it computes no
indicator. Every view takes a result and a language and returns `Html`, `Picture` or `Pieces`.
"""

from ecolib.views.output import Html, Picture, Pieces, absent, picture, pieces, table

__all__ = ["Html", "Picture", "Pieces", "absent", "picture", "pieces", "table"]
