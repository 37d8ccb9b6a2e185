"""Asking bureaus for their figures: a workbook for each to fill in, filing what they return, and
lists of what they owe and have to mend.
"""

from ecolib.collect.filing import file_returned, outstanding, write_templates
from ecolib.collect.returning import remarks, write_checklist, write_reminders

__all__ = [
    "file_returned",
    "outstanding",
    "remarks",
    "write_checklist",
    "write_reminders",
    "write_templates",
]
