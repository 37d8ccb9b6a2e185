"""Areas between years: change matrices, protected sites that must not shrink, parts and totals.

Areas are in one unit throughout, whichever it is; nothing here converts units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ecolib.errors import DataError, Problem

UNMATCHED = "unmatched"
# Areas are printed with a few decimals; binary fractions of them differ by far less than this.
NOISE = 1e-9
FINDINGS = {
    "kept": ("面积未减少、性质未改变", "area not decreased, nature not changed"),
    "decreased": ("面积减少", "area decreased"),
    "nature_changed": ("性质改变", "nature changed"),
    "function_lowered": ("主导功能降低", "function lowered"),
    "nature_unknown": ("面积未减少，性质是否改变未填报", "area not decreased, nature not stated"),
    "new": ("新增，无基准年面积", "new: no area in the base year"),
    "not_reported": ("缺少其中一年的面积，无法核对", "an area is missing: cannot be checked"),
}
LOSSES = ("decreased", "nature_changed", "function_lowered")
OPEN = ("nature_unknown", "not_reported")


@dataclass(frozen=True)
class ChangeMatrix:
    """What became what between two years.

    Attributes
    ----------
    matrix
        Areas; rows are types before, columns types after. The row and column "unmatched" (only
        if needed) hold area that is known in one year alone, so that both totals stay whole.
    summary
        By type: `before`, `after`, `change`, `kept`, `lost` (to other types), `gained`.
    """

    matrix: pd.DataFrame
    summary: pd.DataFrame


@dataclass(frozen=True)
class SiteCheck:
    """Whether sites kept their area and nature.

    Attributes
    ----------
    sites
        A row a site: `before`, `after`, `change`; whether it `decreased`, `nature_changed`,
        `function_lowered`; `finding`, a key of `FINDINGS` (the first loss, else what is open,
        else "kept"), and its `zh`, `en`.
    no_loss
        False when any site lost; missing when none is known to have and some cannot be checked.
    losers
        The sites that lost, largest decrease first.
    """

    sites: pd.DataFrame
    no_loss: bool | None
    losers: pd.DataFrame


def change_matrix(pairs: pd.DataFrame) -> ChangeMatrix:
    """The change matrix of rows with `type_before`, `type_after` and `area`.

    Raises
    ------
    DataError
        Negative areas, or rows without an area: a matrix with a hole has no totals.
    """
    _refuse_areas(pairs["area"])
    table = pairs.astype({"area": float}).pivot_table(
        index="type_before", columns="type_after", values="area", aggfunc="sum", fill_value=0.0
    )
    types = sorted(set(table.index) | set(table.columns), key=lambda t: (t == UNMATCHED, t))
    table = table.reindex(index=types, columns=types, fill_value=0.0).astype(float)
    before, after = table.sum(axis=1), table.sum(axis=0)
    kept = pd.Series(table.to_numpy().diagonal(), types)
    summary = pd.DataFrame(
        {
            "before": before,
            "after": after,
            "change": after - before,
            "kept": kept,
            "lost": before - kept,
            "gained": after - kept,
        }
    ).rename_axis("type")
    return ChangeMatrix(table, summary)


def pair_patches(areas: pd.DataFrame, before: int, after: int) -> pd.DataFrame:
    """Rows for `change_matrix` from `year`, `patch`, `type`, `area`: patches met across years.

    A patch that is there in one year only, or whose area differs, is paired as far as it goes;
    the rest becomes "unmatched".

    Raises
    ------
    DataError
        A patch with two rows in one year (which part became what cannot be known); bad areas.
    """
    rows = areas[areas["year"].isin([before, after])]
    _refuse_areas(rows["area"])
    _refuse_twice(rows, ["patch", "year"])
    old, new = (
        rows[rows["year"] == y].set_index("patch")[["type", "area"]] for y in (before, after)
    )
    both = old.add_suffix("_before").join(new.add_suffix("_after"), how="outer")
    size = both[["area_before", "area_after"]].fillna(0.0)
    common = size.min(axis=1)
    types = both[["type_before", "type_after"]]
    pairs = pd.concat(
        [
            types.assign(area=common),
            types.assign(area=size["area_before"] - common, type_after=UNMATCHED),
            types.assign(area=size["area_after"] - common, type_before=UNMATCHED),
        ]
    )
    return pairs[pairs["area"] > 0].reset_index()[["patch", "type_before", "type_after", "area"]]


def shares(areas: pd.DataFrame) -> pd.DataFrame:
    """Share of each type in its year's total, as a fraction: rows are years, columns types.

    `areas` has `year`, `type`, `area`. Without a row a type has no area; a missing area, or a
    total of zero, makes the whole year NaN, because its total is not known.
    """
    _refuse_negative(areas["area"])
    rows = areas.assign(holes=areas["area"].isna())
    table = rows.pivot_table(index="year", columns="type", values="area", aggfunc="sum")
    whole = ~rows.groupby("year")["holes"].any()
    total = table.sum(axis=1).reindex(whole.index)
    table = table.reindex(whole.index).fillna(0.0)
    return table.div(total.where(whole & (total > 0)), axis=0)


def net_change(areas: pd.DataFrame, before: int, after: int) -> pd.DataFrame:
    """By type: `before`, `after`, `change`, `change_pct`, `share_before`, `share_after`.

    `areas` has `year`, `type`, `area`. A type without a row in one of the years has NaN there:
    it may be gone or not handed in.
    """
    _refuse_negative(areas["area"])
    _refuse_twice(areas, ["year", "type"])
    table = areas.pivot(index="type", columns="year", values="area").reindex(
        columns=[before, after]
    )
    change = table[after] - table[before]
    part = shares(areas).reindex([before, after])
    return pd.DataFrame(
        {
            "before": table[before],
            "after": table[after],
            "change": change,
            "change_pct": 100 * change / table[before].where(table[before] > 0),
            "share_before": part.loc[before],
            "share_after": part.loc[after],
        }
    )


def check_sites(
    areas: pd.DataFrame, before: int, after: int, *, tolerance: float = 0.0
) -> SiteCheck:
    """Area not decreased and nature not changed, site by site, between two years.

    Parameters
    ----------
    areas
        `year`, `site`, `area`; if there, `type` (the nature: another type in `after` is a
        change), `nature_changed` and `function_lowered` (declared in the year `after`).
    tolerance
        A decrease up to this much, in units of area, is measurement.

    Raises
    ------
    DataError
        A site twice in a year, negative areas.
    """
    _refuse_negative(areas["area"])
    rows = areas[areas["year"].isin([before, after])]
    _refuse_twice(rows, ["site", "year"])
    old, new = (rows[rows["year"] == y].set_index("site") for y in (before, after))
    sites = pd.DataFrame({"before": old["area"], "after": new["area"]}).rename_axis("site")
    sites = sites.assign(change=sites["after"] - sites["before"])
    nature = _nature_changed(old, new, sites.index)
    sites = sites.assign(
        decreased=sites["change"] < -(tolerance + NOISE),
        nature_changed=nature.fillna(False).astype(bool),
        function_lowered=_declared(new, "function_lowered", sites.index).fillna(False).astype(bool),
    )
    finding = pd.Series("kept", sites.index).mask(nature.isna(), "nature_unknown")
    finding = finding.mask(sites["change"].isna(), "not_reported")
    finding = finding.mask(~sites.index.isin(old.index) & sites["after"].notna(), "new")
    for loss in reversed(LOSSES):
        finding = finding.mask(sites[loss], loss)
    words = {
        k: finding.map({f: said[i] for f, said in FINDINGS.items()})
        for i, k in enumerate(("zh", "en"))
    }
    sites = sites.assign(finding=finding, **words)
    lost = sites[list(LOSSES)].any(axis=1)
    unsettled = sites.empty or finding.isin(OPEN).any()
    no_loss = False if lost.any() else None if unsettled else True
    return SiteCheck(sites, no_loss, sites[lost].sort_values("change", kind="stable"))


def compare_totals(parts: pd.DataFrame, totals: pd.Series, *, tolerance: float) -> pd.DataFrame:
    """By year: `parts` (their sum), `total`, `difference`, `agrees` (missing when unknown).

    `parts` has `year` and `area`, `totals` is indexed by year; `tolerance` is in units of area.
    A missing part makes the sum NaN.
    """
    sums = parts.groupby("year")["area"].agg(lambda area: area.sum(skipna=False))
    table = pd.DataFrame({"parts": sums, "total": totals}).rename_axis("year").astype(float)
    difference = table["parts"] - table["total"]
    agrees = (difference.abs() <= tolerance + NOISE).astype("boolean")
    return table.assign(difference=difference, agrees=agrees.where(difference.notna()))


def _declared(new: pd.DataFrame, flag: str, sites: pd.Index) -> pd.Series:
    stated = new[flag] if flag in new else pd.Series(dtype="boolean")
    return stated.astype("boolean").reindex(sites)


def _nature_changed(old: pd.DataFrame, new: pd.DataFrame, sites: pd.Index) -> pd.Series:
    """Whether the type differs or a change was declared; missing where neither is known."""
    declared = _declared(new, "nature_changed", sites)
    if "type" not in old:
        return declared
    was, now = old["type"].reindex(sites), new["type"].reindex(sites)
    differs = (was != now).astype("boolean").where(was.notna() & now.notna())
    return declared.fillna(differs) | differs.fillna(declared)


def _refuse_areas(area: pd.Series) -> None:
    _refuse_negative(area)
    if area.isna().any():
        count = int(area.isna().sum())
        raise DataError(Problem("area", f"{count} 行没有面积", f"{count} rows without an area"))


def _refuse_negative(area: pd.Series) -> None:
    if (area < 0).any():
        least = area.min()
        raise DataError(Problem("area", f"面积为负：{least:g}", f"negative area {least:g}"))


def _refuse_twice(rows: pd.DataFrame, key: Sequence[str]) -> None:
    twice = rows.loc[rows.duplicated(key), list(key)].drop_duplicates()
    if len(twice):
        said = "; ".join(" ".join(map(str, row)) for row in twice.itertuples(index=False))
        raise DataError(Problem("areas", f"重复填报：{said}", f"given twice: {said}"))
