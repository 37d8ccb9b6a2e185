"""EI of HJ 192-2015 from land cover and yearly inputs, and what became of which land."""

from __future__ import annotations

import pandas as pd

from ecolib.data import items
from ecolib.errors import DataError
from ecolib.standards.areas import change_matrix, net_change
from ecolib.standards.derived import Derived, derives
from ecolib.standards.ecology.grades import restricted_grade
from ecolib.standards.ecology.index import (
    EcologicalStatus,
    EcologySettings,
    SubIndices,
    ei_from_sub_indices,
    sub_indices,
)
from ecolib.standards.remarks import Remarks
from ecolib.standards.settings import sentences

SUB_INDICES = (
    "biological_richness",
    "vegetation_cover",
    "water_density",
    "land_stress",
    "pollution_load",
)
ADMINISTRATIVE = ["position", "note", "file", "sheet", "row", "submitted"]


@derives(*(f"ei_{name}" for name in SUB_INDICES), "ei_restriction")
def ecological_index(land_cover, ei_yearly, ei_events):
    """The five sub-indices by year, rounded and capped as they enter EI (HJ 192-2015).

    The restriction term follows only for years with an event; that there was none has to be
    handed in as the item `ei_restriction` = 0, because an empty table says nothing.
    """
    remarks = Remarks()
    cover = cover_by_subtype(land_cover, remarks)
    yearly = remarks.latest(ei_yearly, ["year"], "area_km2").set_index("year")
    yearly = yearly.drop(columns=ADMINISTRATIVE, errors="ignore").astype(float)
    events = ei_events[["year", "event"]].astype({"year": int})
    years = sorted({*cover["year"], *yearly.index})
    day, settings = f"{max(years, default=2015)}-12-31", EcologySettings()
    try:
        found = sub_indices(cover, yearly, on=day, settings=settings)
        status = ei_from_sub_indices(found.values, on=day, events=events, settings=settings)
    except DataError as error:
        return remarks.refusal(error, years)
    _remark(found, status, remarks)
    given = {f"ei_{name}": status.table[name] for name in SUB_INDICES}
    with_event = status.table.index.isin(events["year"])
    given["ei_restriction"] = status.table["restriction"].where(with_event)
    lowered = restricted_grade(status.table["ei"], events, on=day)
    method = sentences(settings)[["setting", "zh", "en"]]
    detail = {
        "ei_computed": status.table[[*SUB_INDICES, "ei"]].assign(grade=lowered),
        "ei_events": ei_events[["year", "event", "statement"]],
        "ei_method": method,
    }
    return Derived(given, detail, **remarks.said())


def cover_by_subtype(land_cover: pd.DataFrame, remarks: Remarks | None = None) -> pd.DataFrame:
    """`year`, `type`, `subtype`, `area_km2`: transitions of one subtype added up.

    A missing area makes the sum missing.
    """
    key = ["year", "subtype", "earlier_year", "earlier_subtype"]
    rows = (remarks or Remarks()).latest(land_cover, key, "area_km2")
    rows = rows.astype({"year": int, "area_km2": float})
    sums = rows.groupby(["year", "type", "subtype"], sort=False)["area_km2"]
    return sums.agg(lambda areas: areas.sum(skipna=False)).reset_index()


def land_matrix(land_cover: pd.DataFrame, before: int, after: int) -> pd.DataFrame | None:
    """Land by type in `before` (rows) and `after` (columns), in km2, from the transitions handed
    in with the later survey; None where the two surveys were not overlaid."""
    rows = land_cover[(land_cover["year"] == after) & (land_cover["earlier_year"] == before)]
    if rows.empty or rows["area_km2"].isna().any():
        return None
    type_of = dict(zip(land_cover["subtype"], land_cover["type"], strict=True))
    pairs = pd.DataFrame(
        {
            "type_before": rows["earlier_subtype"].map(type_of),
            "type_after": rows["type"],
            "area": rows["area_km2"].astype(float),
        }
    )
    return change_matrix(pairs.fillna({"type_before": "unmatched"})).matrix


def land_change(land_cover: pd.DataFrame, before: int, after: int) -> pd.DataFrame:
    """Areas of the land types of two years and what changed; see `standards.areas.net_change`."""
    by_type = cover_by_subtype(land_cover).groupby(["year", "type"], as_index=False)["area_km2"]
    sums = by_type.agg(lambda areas: areas.sum(skipna=False))
    return net_change(sums.rename(columns={"area_km2": "area"}), before, after)


def _remark(found: SubIndices, status: EcologicalStatus, remarks: Remarks) -> None:
    """What keeps a sub-index from being computed is a gap; what was assumed or capped is a note."""
    missing = status.table.isna()
    for row in found.notes.itertuples():
        name = items()[f"ei_{row.about}"]
        tell = remarks.gap if missing.at[row.year, row.about] else remarks.add
        tell(row.year, f"{name.zh}：{row.zh}", f"{name.en}: {row.en}")
    for row in status.notes.itertuples():
        # That EI lacks a sub-index follows from the gaps above.
        if not missing.at[row.year, row.about]:
            name = items()[f"ei_{row.about}"]
            remarks.add(row.year, f"{name.zh}：{row.zh}", f"{name.en}: {row.en}")
