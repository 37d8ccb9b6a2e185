"""Several counties and years at once, for who compares them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ecolib.assess.frames import results_frame
from ecolib.assess.opening import open_case
from ecolib.data.params import check_year


def results(
    counties: str | Iterable[str],
    years: int | Iterable[int],
    lang: str = "zh",
    *,
    root: Path | str | None = None,
) -> pd.DataFrame:
    """All results of counties and years as one tidy table, worked out from the data in memory.

    Parameters
    ----------
    counties, years
        One or several; counties by id or name, each read once.
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
    named = [counties] if isinstance(counties, str) else list(counties)
    wanted = [check_year(y) for y in ([years] if isinstance(years, int) else years)]
    frames = []
    for county in named if wanted else ():
        case = open_case(county, wanted[0], root=root)
        of_years = (case.in_year(year) for year in wanted)
        frames += [results_frame(each.evaluate_all(), each, lang) for each in of_years]
    return pd.concat(frames, ignore_index=True) if frames else results_frame([], None, lang)
