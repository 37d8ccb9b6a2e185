"""Every printed claim beside what the figures handed in give: `audit.csv`; see `ecolib.claims`."""

from ecolib.claims import COLUMNS, audit

__all__ = ["COLUMNS", "audit"]
