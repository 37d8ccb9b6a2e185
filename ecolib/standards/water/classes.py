"""Single-factor class of water samples: which class, which item decided, by how much."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
import pandas as pd

from ecolib.errors import Problem, StandardError, near
from ecolib.standards import OPEN_END, by_edition, standard
from ecolib.standards.water.readings import place_column, read_samples
from ecolib.standards.water.settings import WaterSettings

STANDARDS = ("surface_water", "groundwater")
CLASS_NAMES = {1: "Ⅰ", 2: "Ⅱ", 3: "Ⅲ", 4: "Ⅳ", 5: "Ⅴ", 6: "劣Ⅴ"}
# A mean of equal values may differ from them in the last bit; no laboratory reports nine digits.
SAME = 1e-9


def item_classes(
    samples: pd.DataFrame, standard_name: str, *, settings: WaterSettings | None = None
) -> pd.DataFrame:
    """Class of every single result, in the order of place, date and item.

    Parameters
    ----------
    samples
        As for `classify`.
    standard_name
        "surface_water" (GB 3838-2002 table 1) or "groundwater" (GB/T 14848).

    Returns
    -------
    DataFrame
        The place column, `date`, `body`, `item`, `text` as written, `value` that was judged,
        `detection_limit`, `below`, `unreadable`, `class` (1 to 6, NA without a limit or a
        value), `class_limit3` (upper limit of class III), `exceedance` (C - S) / S over class
        III where C > S, NaN for items without such a multiple (pH, dissolved oxygen), `decides`
        (takes part in the single-factor class), `coarse` (the detection limit is too high to
        tell the class: at the limit it would be worse) and the `document` applied.
    """
    settings = settings or WaterSettings()
    check_standard(standard_name)
    read = read_samples(samples, standard_name, settings=settings)
    judged = judge(read, standard_name, settings=settings)
    columns = ["place", "date", "body", "item", "text", "value", "detection_limit", "below"]
    columns += ["unreadable", "class", "class_limit3", "exceedance", "decides", "coarse"]
    return judged[[*columns, "document"]].rename(columns={"place": place_column(samples)})


def classify(
    samples: pd.DataFrame, standard_name: str, *, settings: WaterSettings | None = None
) -> pd.DataFrame:
    """Single-factor class of every sample: that of its worst item.

    Parameters
    ----------
    samples
        Long form, one row a result: `section` (or `well`, `source`), `date`, `item`, `value`, and
        for surface water `body`, "river" or "lake" (a river-like reservoir is a river). Long,
        because results below detection are text of their own, because the items measured differ
        from sample to sample, and because a missing row is then a missing result and nothing
        else. Concentrations in the units of the item tables (mg/L; coliforms per litre).
    standard_name
        "surface_water" (GB 3838-2002 table 1, with the 21 items of Huanban 2011 no. 22) or
        "groundwater" (GB/T 14848, every routine item measured).

    Returns
    -------
    DataFrame
        One row a sample: the place column, `date`, `body`, `class` (1 to 6; 6 is worse than V
        and exists for surface water only; NA when nothing could be judged), `class_name`,
        `deciding` (items of that class, none for class I), `exceeding` (items above class III
        with their multiples), `items` (how many decide), and, as lists of items: `below`
        detection, `coarse` (see `item_classes`), `unreadable`, `not_judged` (no limit here, or no
        result); then the `document` applied. Several results of an item on a day: the worst.

    Raises
    ------
    DataError
        Unknown items or bodies, missing columns or dates.
    StandardError
        Unknown standard, or a date before its first edition.

    Notes
    -----
    Equal limits take the better class. TP has limits for rivers and for lakes, TN is classed for
    lakes only. Dissolved oxygen is judged in mg/L (class I from 7.5). pH outside 6 to 9 is worse
    than class V in surface water.
    """
    judged = item_classes(samples, standard_name, settings=settings)
    return worst_items(judged, [place_column(samples), "date", "body"])


def judge(
    readings: pd.DataFrame,
    standard_name: str,
    *,
    settings: WaterSettings,
    reference: Collection[str] | None = None,
) -> pd.DataFrame:
    """Add class, exceedance and what decides to readings with `item`, `body`, `value`, `upper`.

    `reference` names the items that do not decide, in place of those of the item table.
    """
    days = readings["date"]
    if settings.edition_on is not None:
        days = pd.Series(pd.Timestamp(settings.edition_on), index=readings.index)
    newest = standard(standard_name, on=OPEN_END)
    parts = [_judge_edition(readings.iloc[:0], newest)]
    parts += [_judge_edition(readings[at], rows) for at, rows in by_edition(standard_name, days)]
    judged = pd.concat([part for part in parts if len(part)] or parts).loc[readings.index]
    evaluated = pd.Series(False, index=readings.index)
    for at, items in by_edition(f"{standard_name}_items", days):
        deciding = set(items.loc[items["evaluated"] == "yes", "item"])
        if reference is not None:
            deciding = set(items["item"]) - set(reference)
        evaluated |= at & judged["item"].isin(deciding)
    if settings.lake_tn_decides:
        evaluated |= judged["item"].eq("tn") & judged["body"].eq("lake")
    judged["decides"] = evaluated & judged["class"].notna()
    return judged


def worst_items(judged: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Fold item classes to one row per `keys`; see `classify` for the columns."""
    deciding = judged[judged["decides"]]
    worst = deciding.groupby(keys, dropna=False)["class"].transform("max")
    at_worst = deciding[(deciding["class"] == worst) & (worst > 1)]
    over = deciding[deciding["class"] > 3].groupby([*keys, "item"], dropna=False)
    over = over["exceedance"].max().reset_index()
    groups = judged.groupby(keys, dropna=False)
    table = pd.DataFrame({"class": deciding.groupby(keys, dropna=False)["class"].max()})
    table = table.reindex(groups.size().index)
    table["class_name"] = table["class"].map(CLASS_NAMES)
    table["deciding"] = _listed(at_worst, keys, at_worst["item"])
    table["exceeding"] = _listed(over, keys, _with_multiple(over["item"], over["exceedance"]))
    table["items"] = deciding.groupby(keys, dropna=False)["item"].nunique()
    for name in ("below", "coarse", "unreadable"):
        rows = judged[judged[name]]
        table[name] = _listed(rows, keys, rows["item"])
    unlimited = judged[judged["class"].isna() & ~judged["unreadable"]]
    table["not_judged"] = _listed(unlimited, keys, unlimited["item"])
    table["document"] = groups["document"].first()
    lists = ["deciding", "exceeding", "below", "coarse", "unreadable", "not_judged"]
    table[lists] = table[lists].fillna("")
    table["items"] = table["items"].fillna(0).astype(int)
    return table.reset_index()


def check_standard(name: str) -> None:
    """Refuse a name that is no water standard with classes."""
    if name not in STANDARDS:
        zh, en = near(name, STANDARDS)
        raise StandardError(
            Problem(name, f"没有按类别评价的水质标准{zh}", f"no water standard with classes{en}")
        )


def _with_multiple(names: Iterable[str], multiples: Iterable[float]) -> list[str]:
    """Names with the exceedance multiple in brackets, one decimal, where there is one."""
    pairs = zip(names, multiples, strict=True)
    return [name if np.isnan(by) else f"{name}({by:.1f})" for name, by in pairs]


def _judge_edition(readings: pd.DataFrame, limits: pd.DataFrame) -> pd.DataFrame:
    keys = ["item", "body"] if "body" in limits else ["item"]
    bounds = limits.pivot(index=keys, columns="class", values=["low", "high"])
    wanted = pd.MultiIndex.from_frame(readings[keys]) if len(keys) > 1 else readings["item"]
    at = bounds.index.get_indexer(wanted)
    low, high = bounds["low"].to_numpy()[at], bounds["high"].to_numpy()[at]
    low[at < 0], high[at < 0] = np.nan, np.nan
    below = readings["below"].to_numpy(dtype=bool)
    value = readings["value"].to_numpy(dtype=float)
    limited = (at >= 0) & ~np.isnan(value)
    at_value = _classes(value, low, high, below)
    at_upper = _classes(readings["upper"].to_numpy(dtype=float), low, high, below)
    third = np.where(np.isnan(low[:, 2]), high[:, 2], np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        over = np.where((third > 0) & (value > third * (1 + SAME)), value / third - 1, np.nan)
    return readings.assign(
        **{"class": pd.array(np.where(limited, at_value, np.nan), dtype="Int64")},
        class_limit3=third,
        exceedance=over,
        coarse=limited & (at_upper > at_value),
        document=limits["document"].iloc[0],
    )


def _classes(value: np.ndarray, low: np.ndarray, high: np.ndarray, below: np.ndarray) -> np.ndarray:
    """1 + number of classes whose range the value misses; the ranges are nested."""
    given = value[:, None]
    misses = (given < low * (1 - SAME)) | (given > high * (1 + SAME))
    # "Not to be detected" is written as a limit of 0, which a result below detection meets.
    misses &= ~(below[:, None] & (high == 0))
    return 1 + misses.sum(axis=1)


def _listed(rows: pd.DataFrame, keys: list[str], names: Iterable[str]) -> pd.Series:
    """The different names of each group, in order, as one text."""
    named = rows[keys].assign(name=names).drop_duplicates()
    named = named.sort_values([*keys, "name"])
    return named.groupby(keys, dropna=False)["name"].agg(", ".join).astype("str")
