"""Surveys of the population: shares, weights, confidence intervals."""
