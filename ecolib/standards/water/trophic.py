"""Trophic state of lakes: the comprehensive index TLI from five items."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from ecolib.standards import OPEN_END, by_edition, standard
from ecolib.standards.water.readings import place_column
from ecolib.standards.water.sections import section_classes, section_means
from ecolib.standards.water.settings import WaterSettings

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
        On the same index: `tli_chla` ... `tli_cod_mn`, `tli`, `grade` (1 to 5), `zh`, `en` and
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
    graded = trophic_grade(tli, on=on)
    return (
        parts.add_prefix("tli_")
        .assign(tli=tli)
        .join(graded)
        .assign(missing=pd.Series(missing, index=means.index, dtype="str"))
    )


def trophic_grade(tli: pd.Series, *, on: dt.date | str) -> pd.DataFrame:
    """Grade of TLI values: `grade` (1 oligotrophic to 5 heavy eutrophic; NA), `zh`, `en`."""
    rows = standard("trophic_grades", on=on).set_index("grade")
    value = tli.to_numpy(dtype=float)[:, None]
    upper = rows["upper"].to_numpy(dtype=float)
    included = rows["upper_included"].eq("yes").to_numpy()
    passed = np.where(included, value > upper, value >= upper)  # the last has no upper bound
    grade = pd.array(np.where(np.isnan(value[:, 0]), np.nan, 1 + passed.sum(axis=1)), "Int64")
    grade = pd.Series(grade, index=tli.index)
    return pd.DataFrame({"grade": grade, "zh": grade.map(rows["zh"]), "en": grade.map(rows["en"])})


def trophic_state(
    samples: pd.DataFrame, *, by: str = "year", settings: WaterSettings | None = None
) -> pd.DataFrame:
    """Trophic state of every lake and period from its samples.

    Parameters
    ----------
    samples
        As for `classify`, with the items chla, tp, tn, sd and cod_mn; rivers are left aside.

    Returns
    -------
    DataFrame
        The place column, `period`, `year`, the five means, the columns of `trophic_index`,
        `evaluable` and the reasons, with the same rule on months as for the class.
    """
    lakes = samples[samples["body"].eq("lake") & samples["item"].isin(TROPHIC_ITEMS)]
    keys = [place_column(samples), "period", "year"]
    means = section_means(lakes, "surface_water", by=by, settings=settings)
    wide = means.pivot(index=[*keys, "date"], columns="item", values="value").reset_index()
    wide = wide.reindex(columns=[*keys, "date", *TROPHIC_ITEMS])
    parts = [
        wide[mask].join(trophic_index(wide[mask], on=rows["valid_from"].max()))
        for mask, rows in by_edition("trophic", wide["date"])
    ] or [wide.join(trophic_index(wide, on=OPEN_END))]
    states = pd.concat(parts).drop(columns="date").rename_axis(columns=None)
    counts = section_classes(lakes, "surface_water", by=by, settings=settings)
    states = states.merge(counts[[*keys, "months", "evaluable", "reason_zh", "reason_en"]], on=keys)
    return _withheld(states)


def _withheld(states: pd.DataFrame) -> pd.DataFrame:
    incomplete = states["evaluable"] & states["tli"].isna()
    states.loc[incomplete, "reason_zh"] = "缺少项目 " + states["missing"]
    states.loc[incomplete, "reason_en"] = "no value for " + states["missing"]
    evaluable = states["evaluable"] & ~incomplete
    answer = ["tli", "grade", "zh", "en"]
    states[answer] = states[answer].where(evaluable)
    return states.assign(evaluable=evaluable)
