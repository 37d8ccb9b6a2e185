"""Asking bureaus for their figures: a workbook for each to fill in, filing what they return, and
lists of what they owe and have to mend.
"""

from ecolib.collect.filing import file_returned, write_templates
from ecolib.collect.owed import outstanding, write_reminders
from ecolib.collect.returning import remarks, write_checklist

__all__ = [
    "file_returned",
    "outstanding",
    "remarks",
    "write_checklist",
    "write_reminders",
    "write_templates",
]
