"""The trophic state of lakes and reservoirs. No indicator asks for it; an analyst may."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from ecolib.errors import check_kind
from ecolib.standards import OPEN_END, standard
from ecolib.texts.sentences import names_of
from ecolib.trends.series import as_numbers, check_whole

ITEMS = ("chla", "tp", "tn", "sd", "cod_mn")


def trophic_index(
    means: pd.DataFrame, *, on: dt.date | str, items_needed: int = len(ITEMS)
) -> pd.DataFrame:
    """TLI of mean values, 10 (a + b ln C) of each item weighted by its r2 with chlorophyll a.

    Parameters
    ----------
    means
        A row a lake, with the columns `chla` (mg/m3), `tp`, `tn`, `cod_mn` (mg/L) and `sd`
        (transparency, m).
    on
        The day whose standard holds.
    items_needed
        With fewer items there is no `tli`. The method asks for all five; papers and bulletins
        also take four and share out the weight of the fifth, which 4 allows.

    Returns
    -------
    DataFrame
        On the same index: `tli_chla` ... `tli_cod_mn`, `tli`, `grade` (see `trophic_grade`) and
        `missing`: items without a positive, finite value. `reweighted` is true where there is a `tli` all
        the same: that is another quantity than TLI of five items, and has to be called so.

    Raises
    ------
    DataError, ParamsError
        When something in `means` is no number, or `items_needed` is none of 1 to 5.
    StandardError
        When no method is on file for the day.

    Notes
    -----
    Assessment method Huanban 2011 no. 22, trophic state. The weights are not rounded.
    """
    rows = standard("trophic", on=on).set_index("item").loc[list(ITEMS)]
    check_kind("means", means, "DataFrame")
    check_whole("items_needed", items_needed, 1, len(ITEMS))
    values = {i: as_numbers(means[i], i) if i in means else np.nan for i in ITEMS}
    values = pd.DataFrame(values, index=means.index, dtype=float)
    positive = values.where((values > 0) & (values < np.inf))
    parts = 10 * (rows["intercept"] + rows["slope"] * np.log(positive))
    weights = positive.notna() * rows["r2"]
    enough = positive.notna().sum(axis=1) >= max(items_needed, 1)
    tli = ((parts * weights).sum(axis=1) / weights.sum(axis=1)).where(enough)
    missing = [", ".join(positive.columns[gap]) for gap in positive.isna().to_numpy()]
    return parts.add_prefix("tli_").assign(
        tli=tli,
        grade=trophic_grade(tli, on=on),
        missing=pd.Series(missing, index=means.index, dtype="str"),
        reweighted=enough & positive.isna().any(axis=1),
    )


def trophic_grade(tli: pd.Series, *, on: dt.date | str) -> pd.Series:
    """Grade of TLI values, from 1 (oligotrophic) to 5 (heavy eutrophic); NA without a value."""
    rows = standard("trophic_grades", on=on)
    value = tli.to_numpy(dtype=float)[:, None]
    upper = rows["upper"].to_numpy(dtype=float)
    included = rows["upper_included"].eq("yes").to_numpy()
    passed = np.where(included, value > upper, value >= upper)  # the last has no upper bound
    grade = pd.array(np.where(np.isnan(value[:, 0]), np.nan, 1 + passed.sum(axis=1)), "Int64")
    return pd.Series(grade, index=tli.index)


@names_of("trophic_grade")
def _grade_name(grade: str, lang: str) -> str:
    rows = standard("trophic_grades", on=OPEN_END)
    return rows.set_index("grade").at[int(grade), lang]
