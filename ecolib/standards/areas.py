"""Sites between two years: areas that must not shrink and a nature that must not change.

Areas are in one unit throughout, whichever it is; nothing here converts units.
"""

from __future__ import annotations

import pandas as pd

# Areas are printed with a few decimals; binary fractions of them differ by far less than this.
NOISE = 1e-9
#: From the gravest to the least.
LOSSES = ("decreased", "nature_changed", "function_lowered")


def check_sites(areas: pd.DataFrame, before: int, after: int) -> pd.DataFrame:
    """Area not decreased and nature not changed, site by site, between two years.

    Parameters
    ----------
    areas
        `year`, `site`, `area`, with one row a year and site; if there, `type` (the nature: another
        type in `after` is a change), `nature_changed` and `function_lowered` (declared in the year
        `after`).

    Returns
    -------
    DataFrame
        By site: `before`, `after`, `change`; whether it `decreased`, `nature_changed`,
        `function_lowered`; and the `finding`, a name of the closed set "site_finding": the first
        loss, else what is open, else "kept".
    """
    old, new = (areas[areas["year"] == year].set_index("site") for year in (before, after))
    sites = pd.DataFrame({"before": old["area"], "after": new["area"]}).rename_axis("site")
    change = sites["after"] - sites["before"]
    nature = _nature_changed(old, new, sites.index)
    sites = sites.assign(
        change=change,
        decreased=change < -NOISE,
        nature_changed=nature.fillna(False).astype(bool),
        function_lowered=_declared(new, "function_lowered", sites.index).fillna(False).astype(bool),
    )
    finding = pd.Series("kept", sites.index).mask(nature.isna(), "nature_unknown")
    finding = finding.mask(change.isna(), "not_reported")
    finding = finding.mask(~sites.index.isin(old.index) & sites["after"].notna(), "new")
    for loss in reversed(LOSSES):
        finding = finding.mask(sites[loss], loss)
    return sites.assign(finding=finding)


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
