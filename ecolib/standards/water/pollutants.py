"""The main pollutants of a section and of a county, as Huanban 2011 no. 22 ranks them."""

from __future__ import annotations

import pandas as pd

from ecolib.standards import by_edition
from ecolib.standards.water.settings import WaterSettings

COLUMNS = ["main_pollutants_zh", "main_pollutants_en"]


def named(judged: pd.DataFrame, standard_name: str) -> pd.DataFrame:
    """Add the names `zh` and `en` of the items, of the edition in force on `date`."""
    parts = [
        judged[mask].merge(items[["item", "zh", "en"]], on="item", how="left")
        for mask, items in by_edition(f"{standard_name}_items", judged["date"])
    ]
    names = pd.concat(parts) if parts else judged.assign(zh="", en="")
    return names.reset_index(drop=True)


def by_multiple(
    judged: pd.DataFrame, keys: list[str], *, settings: WaterSettings | None = None
) -> pd.DataFrame:
    """Main pollutants of every group of item classes that is worse than class III.

    The worst class first, then the larger multiple over class III, which follows in brackets;
    cyanide and heavy metals before all others.

    Returns
    -------
    DataFrame
        Indexed by `keys`: `main_pollutants_zh`, `main_pollutants_en`.
    """
    settings = settings or WaterSettings()
    over = judged[judged["decides"] & (judged["class"] > 3)]
    over = over.assign(toxic=over["item"].isin(settings.toxic_first))
    order = {"toxic": False, "class": False, "exceedance": False, "item": True}
    over = named(over, "surface_water").sort_values(
        [*keys, *order], ascending=[True] * len(keys) + list(order.values())
    )
    multiple = over["exceedance"].map("({:.1f})".format).where(over["exceedance"].notna(), "")
    return _first(over, keys, multiple, settings)


def by_share(
    judged: pd.DataFrame, keys: list[str], *, settings: WaterSettings | None = None
) -> pd.DataFrame:
    """Main pollutants of every group of sections: those above class III in most sections.

    Parameters
    ----------
    judged
        Item classes of the evaluable sections, with `section`.

    Returns
    -------
    DataFrame
        Indexed by `keys`: `main_pollutants_zh`, `main_pollutants_en`, the share in brackets.
    """
    settings = settings or WaterSettings()
    shares = exceeding_shares(judged, keys)
    shares = shares[shares["above"] > 0]
    order = [True] * len(keys) + [False, False, True]
    shares = shares.sort_values([*keys, "share", "worst_multiple", "item"], ascending=order)
    return _first(shares, keys, shares["share"].map("({:.1f}%)".format), settings)


def exceeding_shares(judged: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Share of sections above class III by item: `above`, `sections`, `share`, `worst_multiple`.

    The share is of all the sections evaluated, measured for the item or not.
    """
    sections = judged.groupby(keys)["section"].nunique().rename("sections").reset_index()
    deciding = named(judged[judged["decides"]], "surface_water")
    deciding = deciding.assign(above=(deciding["class"] > 3).astype(int))
    shares = deciding.groupby([*keys, "item", "zh", "en"], as_index=False).agg(
        above=("above", "sum"), worst_multiple=("exceedance", "max")
    )
    shares = shares.merge(sections, on=keys)
    return shares.assign(share=100 * shares["above"] / shares["sections"])


def _first(
    ranked: pd.DataFrame, keys: list[str], mark: pd.Series, settings: WaterSettings
) -> pd.DataFrame:
    # An item can stand here twice, for rivers and for lakes: its worse place in the order counts.
    ranked = ranked.drop_duplicates([*keys, "item"])
    mark = mark.loc[ranked.index].astype("str")
    labels = ranked[keys].assign(
        main_pollutants_zh=ranked["zh"] + mark, main_pollutants_en=ranked["en"] + mark
    )
    first = labels.groupby(keys).head(settings.pollutants_named).groupby(keys)
    return pd.DataFrame(
        {COLUMNS[0]: first[COLUMNS[0]].agg("、".join), COLUMNS[1]: first[COLUMNS[1]].agg(", ".join)}
    )
