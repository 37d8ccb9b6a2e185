"""The two counties of this project, read and evaluated once a process for all tests.

What comes from here is shared: a test that changes it makes a case of its own first.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ecolib.assess.case import Case
from ecolib.assess.opening import open_case
from ecolib.assess.result import Result
from ecolib.indicators.lists import load_list

ROOT = Path(__file__).parents[1]
#: The list that carries the numbers of most tests, and the one that the demo county is judged by.
LIANSHAN, NATIONAL = (load_list(name, ROOT) for name in ("lianshan", "2019-76"))

#: Indicators of the demo county with a page of each kind.
EACH_KIND = ("1", "5", "7", "8", "10", "11", "17", "20", "27", "29", "39")


@cache
def opened(county: str, year: int) -> Case:
    return open_case(county, year, root=ROOT)


@cache
def evaluated(county: str, year: int, indicator: str) -> Result:
    """One indicator, by its id or number."""
    return opened(county, year).evaluate(indicator)


def everything(county: str, year: int) -> list[Result]:
    """All indicators in the order of the list; groups carry their parts."""
    return [evaluated(county, year, entry.id) for entry in opened(county, year).list.top_level]
