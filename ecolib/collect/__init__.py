"""Asking bureaus for their figures: a workbook for each to fill in, and filing what they return."""

from ecolib.collect.filing import file_returned, outstanding, write_templates

__all__ = ["file_returned", "outstanding", "write_templates"]
