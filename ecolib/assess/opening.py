"""Opening a county and year: the door to everything on this floor."""

from __future__ import annotations

from pathlib import Path

from ecolib.assess.assessment import assess
from ecolib.assess.case import Case, Rules
from ecolib.assess.facts import CaseFacts
from ecolib.data.county import open_county
from ecolib.data.params import check_year
from ecolib.files import project_root
from ecolib.indicators.catalogue import names

#: Cases that `open_case` gives without reading them again; see `keep_open`.
_KEPT: dict[tuple[str, int, Path], Case] = {}


def keep_open(case: Case) -> None:
    """For the rest of this process, and those forked from it, give this case when it is opened.

    Only for a process that lives as long as one run: what changes on disk is not seen any more.
    """
    _KEPT[case.county, case.year, case.root] = case


def open_case(county: str, year: int, *, root: Path | str | None = None) -> Case:
    """Open a county and year.

    Parameters
    ----------
    root
        The project folder; by default the nearest folder upwards that holds `params/`.

    Raises
    ------
    ParamsError
        When the county, the year or the parameter files are not right.
    """
    base = project_root() if root is None else Path(root).resolve()
    year = check_year(year)
    if (county, year, base) in _KEPT:
        return _KEPT[county, year, base]
    found = open_county(county, base, names())
    found.params  # noqa: B018 - what is wrong with the parameters is told at the door
    return Case(found, year, RULES)


def _facts(case: Case) -> CaseFacts:
    """The facts of a case, and on demand of the other years of its county, each worked out once."""
    years: dict[int, CaseFacts] = {}

    def at(year: int) -> CaseFacts:
        if year not in years:
            there = case if year == case.year else case.in_year(year)
            years[year] = CaseFacts(there, at)
        return years[year]

    return at(case.year)


RULES = Rules(assess=assess, facts=_facts)
