"""The indicators and their parts, one file a system; see `ecolib.indicators.catalogue`."""
