"""Asking bureaus for their figures: a workbook for each to fill in, and filing what they return."""

from ecolib.collect.templates import write_templates

__all__ = ["write_templates"]
