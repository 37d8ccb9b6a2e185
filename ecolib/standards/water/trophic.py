"""Trophic state of lakes: the comprehensive index TLI from five items."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from ecolib.standards import OPEN_END, by_edition, standard
from ecolib.standards.water.readings import place_column
from ecolib.standards.water.sections import section_classes, section_means
from ecolib.texts import Note, names_of

TROPHIC_ITEMS = ("chla", "tp", "tn", "sd", "cod_mn")


def trophic_index(means: pd.DataFrame, *, on: dt.date | str) -> pd.DataFrame:
    """TLI of mean values, 10 (a + b ln C) of each item weighted by its r2 with chlorophyll a.

    Parameters
    ----------
    means
        Columns `chla` (mg/m3), `tp`, `tn`, `cod_mn` (mg/L) and `sd` (transparency, m).

    Returns
    -------
    DataFrame
        On the same index: `tli_chla` ... `tli_cod_mn`, `tli`, `grade` (see `trophic_grade`) and
        `missing`: items without a positive value. With any missing there is no `tli`: the weights
        belong to all five together.

    Notes
    -----
    Assessment method Huanban 2011 no. 22, trophic state. The weights are not rounded.
    """
    rows = standard("trophic", on=on).set_index("item").loc[list(TROPHIC_ITEMS)]
    values = means.reindex(columns=list(TROPHIC_ITEMS)).astype(float)
    positive = values.where(values > 0)
    parts = 10 * (rows["intercept"] + rows["slope"] * np.log(positive))
    tli = (parts * (rows["r2"] / rows["r2"].sum())).sum(axis=1, skipna=False)
    missing = [", ".join(positive.columns[gap]) for gap in positive.isna().to_numpy()]
    return parts.add_prefix("tli_").assign(
        tli=tli,
        grade=trophic_grade(tli, on=on),
        missing=pd.Series(missing, index=means.index, dtype="str"),
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


def trophic_state(samples: pd.DataFrame, *, by: str = "year") -> pd.DataFrame:
    """Trophic state of every lake and period from its samples.

    Parameters
    ----------
    samples
        As for `classify`, with the items chla, tp, tn, sd and cod_mn; rivers are left aside.

    Returns
    -------
    DataFrame
        The place column, `period`, `year`, the five means, the columns of `trophic_index`,
        `evaluable` and the `reasons`, with the same rule on months as for the class.
    """
    lakes = samples[samples["body"].eq("lake") & samples["item"].isin(TROPHIC_ITEMS)]
    keys = [place_column(samples), "period", "year"]
    means = section_means(lakes, "surface_water", by=by)
    wide = means.pivot(index=[*keys, "date"], columns="item", values="value").reset_index()
    wide = wide.reindex(columns=[*keys, "date", *TROPHIC_ITEMS])
    parts = [
        wide[mask].join(trophic_index(wide[mask], on=rows["valid_from"].max()))
        for mask, rows in by_edition("trophic", wide["date"])
    ] or [wide.join(trophic_index(wide, on=OPEN_END))]
    states = pd.concat(parts).drop(columns="date").rename_axis(columns=None)
    counts = section_classes(lakes, "surface_water", by=by)
    states = states.merge(counts[[*keys, "months", "evaluable", "reasons"]], on=keys)
    incomplete = states["evaluable"] & states["tli"].isna()
    states["reasons"] = [
        (Note("items_missing", items=missing),) if gap else reasons
        for gap, missing, reasons in zip(
            incomplete, states["missing"], states["reasons"], strict=True
        )
    ]
    evaluable = states["evaluable"] & ~incomplete
    states[["tli", "grade"]] = states[["tli", "grade"]].where(evaluable)
    return states.assign(evaluable=evaluable)
