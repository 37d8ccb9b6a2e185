"""Moved to `ecolib.standards.seasons`; here until the other media look for it there."""

from ecolib.standards.seasons import season_trend as season_trend
