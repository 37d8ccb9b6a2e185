"""Asking bureaus for their figures: a workbook for each to fill in, filing what they return, and
lists of what they owe and have to mend; the archive of proof and the ledger of the plan of work.
"""

from ecolib.collect.archive import write_archive
from ecolib.collect.filing import file_returned, write_templates
from ecolib.collect.owed import outstanding, write_reminders
from ecolib.collect.progress import bulletin_lines, write_month
from ecolib.collect.returning import remarks, write_checklist

__all__ = [
    "bulletin_lines", "file_returned", "outstanding", "remarks", "write_archive", "write_checklist",
    "write_month", "write_reminders", "write_templates",
]  # fmt: skip
