"""EI of HJ 192-2015 from land cover and yearly inputs, and what became of which land."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ecolib.errors import EcolibError
from ecolib.standards.derived import Derived, derives
from ecolib.standards.ecology.index import (
    METHOD,
    SUB_INDICES,
    EcologicalStatus,
    SubIndices,
    ei_from_sub_indices,
    sub_indices,
)
from ecolib.standards.ecology.land import cover_by_subtype, land_changes, land_transitions
from ecolib.standards.remarks import Remarks
from ecolib.texts import Name, Note

ADMINISTRATIVE = ["position", "note", "file", "sheet", "row", "submitted"]


@derives(*(f"ei_{name}" for name in SUB_INDICES), "ei_restriction")
def ecological_index(land_cover, ei_yearly, ei_events, county):
    """The five sub-indices by year, rounded and capped as they enter EI (HJ 192-2015).

    The restriction term follows only for years with an event; that there was none has to be
    handed in as the item `ei_restriction` = 0, because an empty table says nothing.

    Detail: `ei_computed` by year (the sub-indices, `ei`, its `grade` after events), `ei_events`,
    `ei_method`; and of the land cover `land_changes` and `land_transitions`, as the functions of
    these names give them.
    """
    remarks = Remarks()
    cover = cover_by_subtype(land_cover)
    land = {
        "land_changes": land_changes(cover, county.base_year),
        "land_transitions": land_transitions(land_cover),
    }
    yearly = ei_yearly.astype({"year": int}).set_index("year")
    yearly = yearly.drop(columns=ADMINISTRATIVE, errors="ignore").astype(float)
    events = ei_events[["year", "event"]].astype({"year": int})
    years = sorted({*cover["year"], *yearly.index})
    day = f"{max(years, default=2015)}-12-31"
    try:
        found = sub_indices(cover, yearly, on=day)
        status = ei_from_sub_indices(found.values, on=day, events=events)
    except EcolibError as error:
        return replace(remarks.refusal(error, years), detail=land)
    _remark(found, status, remarks)
    given = {f"ei_{name}": status.table[name] for name in SUB_INDICES}
    with_event = status.table.index.isin(events["year"])
    given["ei_restriction"] = status.table["restriction"].where(with_event)
    detail = {
        "ei_computed": status.table[[*SUB_INDICES, "ei", "grade"]],
        "ei_events": ei_events[["year", "event", "statement"]],
        "ei_method": pd.DataFrame(METHOD.items(), columns=["setting", "note"]),
    }
    return Derived(given, detail | land, **remarks.said())


def _remark(found: SubIndices, status: EcologicalStatus, remarks: Remarks) -> None:
    """What keeps a sub-index from being computed is a gap; what was assumed or capped is a note."""
    missing = status.table.isna()
    for year, said in (*found.notes, *status.notes):
        about = f"ei_{said.about}"
        tell = remarks.gap if missing.at[year, said.about] else remarks.add
        tell(year, Note("ei_about", about=about, item=Name("item", about), said=said))
