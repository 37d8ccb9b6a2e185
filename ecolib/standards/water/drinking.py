"""Drinking water sources: every source of the list of the year, monitored or not."""

from __future__ import annotations

import pandas as pd

from ecolib.standards.derived import Derived, derives
from ecolib.standards.remarks import Remarks
from ecolib.standards.settings import sentences
from ecolib.standards.water import CLASS_NAMES, WaterSettings, source_quality
from ecolib.standards.water.laboratory import (
    item_names,
    listed_samples,
    remark_on_readings,
    with_names,
)

METHOD = [
    "below_detection",
    "nd_without_limit",
    "edition_on",
    "source_year",
    "samples_in_source_year",
    "source_reference_items",
]
QUARTERS = range(1, 5)


@derives("sources_total", "sources_monitored", "sources_good")
def drinking_water(drinking_sources, drinking_source_samples):
    """Sources listed, judged and good by year; one that was not judged is not good.

    GB 3838-2002 (tables 1 to 3) for surface sources, GB/T 14848 for groundwater.
    """
    remarks = Remarks()
    listed = remarks.latest(drinking_sources, ["year", "source"], "kind")
    samples = listed_samples(drinking_source_samples, listed, "source", remarks)
    if listed.empty:
        return Derived({}, {}, **remarks.said())
    settings = WaterSettings()
    own = samples[["source", "date", "item", "value"]]
    quality = source_quality(listed[["source", "kind", "year"]], own, settings=settings)
    table = quality.table.set_index("year")
    sources = quality.sources.merge(listed[["source", "year", "type"]], on=["source", "year"])
    quarters = _quarters(sources, quality.items)
    _remark_on_silence(sources, quarters, remarks)
    remark_on_readings(samples, ("水源地", "drinking sources"), remarks)
    items = {
        "sources_total": table["sources"],
        "sources_monitored": table["evaluable"],
        "sources_good": table["good"],
    }
    names = item_names(samples["date"])
    method = sentences(settings)
    detail = {
        "source_years": _source_years(sources, quarters, names),
        "source_quarters": quarters,
        "source_items": _exceeding(quality.items, names),
        "source_method": method[method["setting"].isin(METHOD)][["setting", "zh", "en"]],
    }
    return Derived({k: v.astype(float) for k, v in items.items()}, detail, **remarks.said())


def _quarters(sources: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Worst class of each quarter: a row for every listed source, NA where nothing was judged."""
    judged = items[items["decides"]].assign(quarter=items["date"].dt.quarter)
    worst = judged.groupby(["source", "year", "quarter"])["class"].max()
    grid = sources[["source", "year"]].merge(pd.DataFrame({"quarter": QUARTERS}), how="cross")
    table = grid.join(worst, on=["source", "year", "quarter"])
    return table.assign(class_name=table["class"].map(CLASS_NAMES))


def _source_years(
    sources: pd.DataFrame, quarters: pd.DataFrame, names: pd.DataFrame
) -> pd.DataFrame:
    known = quarters.dropna(subset="class").groupby(["source", "year"])["quarter"].nunique()
    table = sources.join(known.rename("quarters"), on=["source", "year"]).fillna({"quarters": 0})
    shown = ["source", "year", "kind", "type", "monitored", "samples", "quarters", "class"]
    shown += ["class_name", "deciding", "over_limit", "good", "evaluable", "below"]
    table = table.astype({"quarters": int})[[*shown, "reason_zh", "reason_en"]]
    return with_names(with_names(table, "deciding", names), "over_limit", names)


def _exceeding(items: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    """Single results worse than class III or above a limit of GB 3838 tables 2 and 3."""
    over = (items["decides"] & (items["class"] > 3)) | (items["value"] > items["limit"])
    rows = items[over].join(names, on="item")
    rows["class_name"] = rows["class"].map(CLASS_NAMES)
    columns = ["source", "date", "item", "zh", "en", "value", "class_limit3", "limit"]
    return rows[[*columns, "exceedance", "class_name"]].reset_index(drop=True)


def _remark_on_silence(sources: pd.DataFrame, quarters: pd.DataFrame, remarks: Remarks) -> None:
    """Sources without a result in a year, or in some of its quarters."""
    for row in sources[~sources["evaluable"]].itertuples():
        remarks.add(row.year, f"“{row.source}”{row.reason_zh}", f"'{row.source}': {row.reason_en}")
    judged = quarters.merge(sources.loc[sources["evaluable"], ["source", "year"]])
    silent = judged[judged["class"].isna()]
    for (year, source), group in silent.groupby(["year", "source"]):
        listed = group["quarter"].tolist()
        zh = "、".join(f"第{q}" for q in listed)
        en = ", ".join(f"Q{q}" for q in listed)
        remarks.add(
            year,
            f"“{source}”{zh}季度没有监测结果，按其余季度评价",
            f"'{source}' has no results in {en}; it is judged by the other quarters",
        )
