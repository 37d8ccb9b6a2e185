"""Several counties and years at once, for who compares them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ecolib.assess import dataset
from ecolib.assess.frames import results_frame, worded
from ecolib.assess.opening import open_case
from ecolib.data.params import check_county, check_year
from ecolib.errors import DataError, several
from ecolib.files import project_root
from ecolib.fingerprint import library, results_of


def results(
    counties: str | Iterable[str],
    years: int | Iterable[int],
    lang: str = "zh",
    *,
    root: Path | str | None = None,
) -> pd.DataFrame:
    """All results of counties and years as one tidy table.

    What `ecolib batch` has put into the data set, and what nothing has changed for since, is read from
    there; all else is worked out from the data in memory. The table is the same.

    Parameters
    ----------
    counties, years
        One or several; counties by id or name, each read once and told once.
    lang
        "zh" or "en": of names, units, targets, reasons and owners. Codes (`verdict`, `basis`,
        `kind`, `trend`) are the same in both; `verdict_word` is for reading.
    root
        As for `open_case`.

    Returns
    -------
    DataFrame
        One row an indicator or part, county and year, with the columns of `frames.COLUMNS`:
        `group` is the id of what a part belongs to, `low` and `high` the ends of what the value can
        be, `bound` the number that the target asks for, `change` since last year and
        `change_base` since the base year in the unit, `needs` how many things are owed.

    Raises
    ------
    ParamsError, DataError
        When a county, a year or a file is not right.
    """
    base, wanted = project_root(root), [check_year(year) for year in several(years)]
    ids = [check_county(county, base) for county in several(counties)] if wanted else []
    ids, wanted = list(dict.fromkeys(ids)), list(dict.fromkeys(wanted))
    kept, case, frames = _kept(ids, wanted, base), None, []
    for county in ids:
        for year in wanted:
            if (county, year) in kept:
                frames.append(worded(kept[county, year], lang))
                continue
            same = case is not None and case.county == county
            case = case.in_year(year) if same else open_case(county, year, root=base)
            frames.append(results_frame(case.evaluate_all(), case, lang))
    return pd.concat(frames, ignore_index=True) if frames else results_frame([], None, lang)


def _kept(counties: list[str], years: list[int], base: Path) -> dict[tuple[str, int], pd.DataFrame]:
    """The county-years of the data set that stand on what is there now."""
    folder = base / dataset.FOLDER
    try:
        told = dataset.provenance(folder)
        if told["library"] != library():
            return {}
        found = dataset.read("results", counties=counties, years=years, folder=folder)
    except DataError:  # none, or none that can be read
        return {}
    by_county_year = dict(iter(found.groupby(["county", "year"], sort=False)))
    return {
        (county, year): table
        for (county, year), table in by_county_year.items()
        if told["states"][year].get(county) == results_of(base, county, year)
    }
