"""Pages: the words in both languages, and the self-contained HTML made from a notebook."""

from ecolib.report.render import render

__all__ = ["render"]
