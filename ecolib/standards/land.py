"""Land cover by the types of HJ 192-2015: what it is worth as habitat, and what became of it.

Areas are in km2. A cover has the columns `year`, `type`, `subtype` (names of the standard) and
`area_km2`, with one row a year and subtype."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from ecolib.errors import DataError, hint
from ecolib.grouping import grouped
from ecolib.standards import OPEN_END, standard
from ecolib.standards.derived import YearNote
from ecolib.texts import Name, Note

CONSTRUCTION = "建设用地"
#: A cover that adds up to the county's area within this share of it is complete.
AREA_GAP = 0.01
#: Far below anything measured, far above what binary fractions do to a difference or a product.
NOISE_DECIMALS = 9
#: The type of land whose earlier subtype no survey knows.
UNMATCHED = "unmatched"


def cover_by_subtype(land_cover: pd.DataFrame) -> pd.DataFrame:
    """The cover of a land cover table, whose rows may be transitions: those of a subtype added up.

    A missing area makes the sum missing.
    """
    key = ["year", "type", "subtype"]
    return _summed(land_cover[[*key, "area_km2"]].astype({"year": int, "area_km2": float}), key)


def _summed(areas: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Areas added up by key, in the order in which keys first appear; a hole stays a hole."""
    cells = areas[[*key, "area_km2"]].to_numpy(object).tolist()
    found = grouped((tuple(group), area) for *group, area in cells)
    rows = [(*group, float(np.sum(given))) for group, given in found.items()]
    return pd.DataFrame(rows, columns=[*key, "area_km2"])


def cover_by_year(cover: pd.DataFrame, *, on: dt.date | str) -> pd.DataFrame:
    """By year: `habitat`, `construction_km2`, `cover_km2`, and `absent`, the unlisted subtypes.

    `habitat` is the habitat quality index, not capped: A_bio * sum(weights * area) / area, with
    the area their sum (HJ 192-2015, chapter 5). A missing area, or a sum of zero, makes it NaN.

    Raises
    ------
    DataError
        Unknown types or subtypes, with the nearest name.
    """
    rows = standard("ecology_land_weights", on=on)
    type_of = dict(zip(rows["subtype"], rows["type"], strict=True))
    weights = dict(zip(rows["subtype"], rows["type_weight"] * rows["subtype_weight"], strict=True))
    cover = cover.assign(type=_plain(cover["type"]), subtype=_plain(cover["subtype"]))
    _refuse_unknown(cover, type_of)
    coefficients = standard("ecology_coefficients", on=on)
    normaliser = coefficients.loc[coefficients["term"] == "habitat", "value"].item()
    found = {}
    for year, own in cover.groupby("year"):
        area = own["area_km2"].to_numpy(float)
        points = np.array([weights[subtype] for subtype in own["subtype"]]) * area
        total = area.sum()
        listed = set(own["subtype"])
        found[year] = {
            "habitat": normaliser * points.sum() / (total if total > 0 else np.nan),
            "construction_km2": np.where(own["type"] == CONSTRUCTION, area, 0.0).sum(),
            "cover_km2": total,
            "absent": tuple(subtype for subtype in weights if subtype not in listed),
        }
    columns = ["habitat", "construction_km2", "cover_km2", "absent"]
    return pd.DataFrame.from_dict(found, orient="index", columns=columns).rename_axis("year")


def complete_cover(
    cover: pd.DataFrame, county_km2: Mapping[int, float]
) -> tuple[pd.DataFrame, list[YearNote]]:
    """`habitat` and `construction_km2` of years whose areas add up to the county's; else NaN.

    `cover` as `cover_by_year` gives it. An absent subtype may be a nought or a gap: only the total
    can tell which. The notes tell what was taken for either.
    """
    kept, notes = cover[["habitat", "construction_km2"]].astype(float), []
    for year, total, absent in zip(cover.index, cover["cover_km2"], cover["absent"], strict=True):
        area = county_km2[year]
        if not abs(total - area) <= AREA_GAP * area:
            kept.loc[year] = np.nan
            incomplete = Note("land_incomplete", cover=_km2(total), county=_km2(area))
            notes.append((year, incomplete.but(about="biological_richness")))
        elif absent:
            subtypes = tuple(Name("land_subtype", subtype) for subtype in absent)
            as_zero = Note("land_as_zero", subtypes=subtypes)
            notes.append((year, as_zero.but(about="biological_richness")))
    return kept, notes


@cache
def known_names() -> frozenset[str]:
    """The types and subtypes of land that the standard names."""
    rows = standard("ecology_land_weights", on=OPEN_END)
    return frozenset(_plain(pd.concat([rows["type"], rows["subtype"]])))


def is_known(name: str) -> bool:
    """Whether the standard names such a land."""
    return unicodedata.normalize("NFKC", name).strip() in known_names()


def _km2(area: float) -> Note:
    return Note("land_area.missing") if np.isnan(area) else Note("land_area", area=float(area))


def _plain(names: pd.Series) -> list[str]:
    """Full-width brackets and stray blanks are no other name."""
    plain = {name: unicodedata.normalize("NFKC", str(name)).strip() for name in names.unique()}
    return [plain[name] for name in names]


def _refuse_unknown(cover: pd.DataFrame, type_of: Mapping[str, str]) -> None:
    problems = []
    for kind, subtype in dict.fromkeys(zip(cover["type"], cover["subtype"], strict=True)):
        if subtype not in type_of:
            near = hint(subtype, type_of)
            problems.append(Note("land_unknown", source="land_cover", subtype=subtype, hint=near))
        elif kind != (right := type_of[subtype]):
            wrong = Note("land_wrong_type", subtype=subtype, right=right, given=kind)
            problems.append(wrong.but(source="land_cover"))
    if problems:
        raise DataError(problems)


def land_changes(cover: pd.DataFrame, base_year: int) -> pd.DataFrame:
    """Areas by type in each survey but the first, against an earlier one.

    That is the survey of the base year, or the first one where the base year had none.

    Returns
    -------
    DataFrame
        `since`, `year`, `type`, `before`, `after`, `change`, `change_pct` and `share`, the share of
        the type in the survey of the year. A type without a row in one of the two surveys has NaN
        there: it may be gone or not submitted.
    """
    areas = _summed(cover, ["year", "type"])
    table = areas.pivot(index="type", columns="year", values="area_km2")
    parts = shares(areas)
    found = []
    for at, year in enumerate(table.columns[1:], start=1):
        earlier = table.columns[:at]
        since = base_year if base_year in earlier else earlier[0]
        change = (table[year] - table[since]).round(NOISE_DECIMALS)
        changes = {
            "since": since,
            "year": year,
            "type": table.index,
            "before": table[since].to_numpy(),
            "after": table[year].to_numpy(),
            "change": change.to_numpy(),
            "change_pct": (100 * change / table[since].where(table[since] > 0)).to_numpy(),
            "share": parts.loc[year].where(table[year].notna()).to_numpy(),
        }
        found.append(pd.DataFrame(changes)[(table[since].notna() | table[year].notna()).to_numpy()])
    columns = ["since", "year", "type", "before", "after", "change", "change_pct", "share"]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def shares(areas: pd.DataFrame) -> pd.DataFrame:
    """Share of each type in its year's total, as a fraction: rows are years, columns types.

    `areas` has `year`, `type`, `area_km2`. Without a row a type has no area; a missing area, or a
    total of zero, makes the whole year NaN, because its total is not known.
    """
    table = areas.pivot(index="year", columns="type", values="area_km2")
    total = table.sum(axis=1)
    known = ~table.index.isin(areas.loc[areas["area_km2"].isna(), "year"]) & (total > 0)
    return table.fillna(0.0).div(total.where(known), axis=0)


def land_transitions(land_cover: pd.DataFrame) -> pd.DataFrame:
    """What became of which land: `since`, `year`, `type_before`, `type_after`, `area_km2`.

    Read off the transitions submitted with a later survey; two surveys that were not overlaid, or
    whose overlay has a hole, have no rows.
    """
    columns = ["since", "year", "type_before", "type_after", "area_km2"]
    rows = land_cover[land_cover["earlier_year"].notna()]
    found = []
    for (year, since), own in rows.groupby(["year", "earlier_year"]):
        if own["area_km2"].notna().all():
            known = land_cover[land_cover["year"] <= year]
            type_of = dict(zip(known["subtype"], known["type"], strict=True))
            pairs = {
                "type_before": [type_of.get(s, UNMATCHED) for s in own["earlier_subtype"]],
                "type_after": own["type"],
                "area_km2": own["area_km2"].astype(float),
            }
            sums = pd.DataFrame(pairs).groupby(["type_before", "type_after"], as_index=False).sum()
            found.append(sums.assign(since=int(since), year=int(year))[columns])
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


# --- sites between two years: areas that must not shrink, a nature that must not change -----------

# Areas are printed with a few decimals; binary fractions of them differ by far less than this.
NOISE = 1e-9
#: From the gravest to the least.
LOSSES = ("decreased", "nature_changed")
#: What `checked_sites` says of a site.
CHECKED = ("before", "after", "change", *LOSSES, "finding")


class Site(NamedTuple):
    """What is known of a site in a year; in a year without a row of it, nothing."""

    area: float = math.nan
    nature: str | None = None


def checked_sites(old: Mapping[str, Site], new: Mapping[str, Site]) -> dict[str, tuple]:
    """Area not decreased and nature not changed between two years: `CHECKED` by site, as submitted.

    The `finding` is a name of the closed set "site_finding": the first loss, else what is open,
    else "kept".
    """
    return {
        site: _checked(old.get(site), new.get(site, Site())) for site in dict.fromkeys((*old, *new))
    }


def _checked(old: Site | None, new: Site) -> tuple:
    was = old or Site()
    change = new.area - was.area
    stated = None not in (was.nature, new.nature)
    losses = (change < -NOISE, stated and was.nature != new.nature)
    finding = "kept" if stated else "nature_unknown"
    if math.isnan(change):
        finding = "new" if old is None and not math.isnan(new.area) else "not_reported"
    lost = (name for name, is_so in zip(LOSSES, losses, strict=True) if is_so)
    return was.area, new.area, change, *losses, next(lost, finding)
