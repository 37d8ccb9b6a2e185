"""Known errors of the data: what is done about which cell, why, and who said so.

`data/<county>/corrections.yml` holds the entries; the files handed in are never touched.
"""

from ecolib.data.corrections.apply import DONE, Applied, Mended, mend
from ecolib.data.corrections.entries import Correction, load_corrections, no_such_row

__all__ = ["DONE", "Applied", "Correction", "Mended", "load_corrections", "mend", "no_such_row"]
