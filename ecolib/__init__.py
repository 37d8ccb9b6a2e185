"""Reproducible yearly assessment of National Ecological Civilization Demonstration Counties."""
