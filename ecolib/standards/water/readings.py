"""Samples with their laboratory results, read and checked.

Read results, like the means made of them, are `Values`: arrays side by side, so that a year of a
county is a few sums over them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from ecolib.errors import DataError, hint
from ecolib.standards.derived import ADMINISTRATIVE, Remarks
from ecolib.standards.water.names import code_of, every_name, unit_of
from ecolib.standards.water.results import PRESENCE_ITEMS, is_possible, read_result
from ecolib.texts import Name, Note
from ecolib.units import factor

#: Kinds of water with limits of their own.
BODIES = {"surface_water": ("lake", "river"), "groundwater": ("",)}
#: The share of its detection limit as which a result below detection enters means and classes.
BELOW_DETECTION = 0.5


@dataclass(frozen=True)
class Values:
    """Results, or means of them, as arrays of one length; a row is an item at a place in a time.

    Attributes
    ----------
    names, items, bodies
        What `place` and `point`, what `item` and what `body` number; names and items in order.
    place, point
        The lake that the point lies in counts as the place; elsewhere the two are the same.
    month
        Counted from year 0: 12 * year + month - 1.
    day
        Of a mean the last day of its period.
    value, lower, upper
        What enters means and classes, NaN where there is no result; the least and the most it can
        be: nothing and the detection limit in full, or what it is above of.
    below, unreadable, unread
        Every result is below detection; any has no value, be it not detected without a limit; any
        cannot be understood.
    n_below, samples, months
        How many results are below detection, how many are known and in how many months.
    visits
        Days of the month on which anything is known of the point.
    """

    names: np.ndarray
    items: np.ndarray
    bodies: tuple[str, ...]
    place: np.ndarray
    point: np.ndarray
    body: np.ndarray
    item: np.ndarray
    month: np.ndarray
    day: np.ndarray
    value: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    below: np.ndarray
    unreadable: np.ndarray
    unread: np.ndarray
    n_below: np.ndarray
    samples: np.ndarray
    months: np.ndarray
    visits: np.ndarray

    def __len__(self) -> int:
        return len(self.item)

    def at(self, rows: np.ndarray) -> Values:
        """Some of the rows, by a mask or by their numbers."""
        arrays = [field.name for field in fields(self)][3:]
        return replace(self, **{name: getattr(self, name)[rows] for name in arrays})

    @property
    def year(self) -> np.ndarray:
        return self.month // 12


def parse_values(
    values: pd.Series, items: pd.Series, standard_names: str | np.ndarray
) -> pd.DataFrame:
    """Read laboratory results from numbers or text.

    Parameters
    ----------
    items
        Codes of the items, in the same order.
    standard_names
        By which standard they are judged, one for all or one for each: units of items differ.

    Returns
    -------
    DataFrame
        On the index of `values`: `text` as written; `value`, the number (NaN where none is
        known; 0 for 无, 1 for 有); `detection_limit`, NaN unless written; `above`, what the result
        is more than, NaN unless written so; `below`, a result below detection; `presence`, written
        as 无 or 有; `empty`, no result at all; `unreadable`, neither a number nor any of these,
        or one that the item cannot have.
    """
    # The same few texts stand in thousands of rows.
    keys = pd.DataFrame({"text": values.astype("string").fillna("").to_numpy(dtype=object)})
    keys["item"] = items.to_numpy(dtype=object)
    keys["by"] = standard_names
    at, pairs = pd.factorize(pd.MultiIndex.from_frame(keys))
    columns = {"text": object, "value": float, "detection_limit": float, "above": float}
    columns |= dict.fromkeys(("below", "presence", "empty", "unreadable"), bool)
    read = pd.DataFrame([_read_as(*pair) for pair in pairs], columns=list(columns)).astype(columns)
    return read.take(at).set_axis(values.index)


def _read_as(text: str, code: str, standard_name: str) -> tuple:
    read = read_result(text)
    by = factor(read.unit, unit_of(code, standard_name)) if read.unit else 1.0
    if read.unreadable or by is None or not is_possible(code, read, text):
        return text.strip(), math.nan, math.nan, math.nan, False, read.presence, False, True
    numbers = (read.value * by, read.limit * by, read.above * by)
    return text.strip(), *numbers, read.below, read.presence, read.empty, False


def read_samples(
    samples: pd.DataFrame, place: str, standard_name: str, parsed: pd.DataFrame
) -> Values:
    """Long samples as readings; one row a result.

    Long, because results below detection are text of their own, because the items measured differ
    from sample to sample, and because a missing row is then a missing result and nothing else. A
    result below detection enters as half its detection limit, one above a number as that number.
    Without a limit it has no value; a negative concentration or a word that is no result of the
    item cannot be understood.

    Parameters
    ----------
    samples
        The column of the `place` ("section", "well", "source"), `date`, `item` (a code); for
        surface water `body`, "river" or "lake" (a river-like reservoir is a river), and where points
        lie in one, its `lake`.
    parsed
        What `parse_values` makes of their values.

    Returns
    -------
    Values
        Ordered by place, date and item, so that nothing depends on the order of rows.

    Raises
    ------
    DataError
        Names every place that is a river here and a lake there.
    """
    bodies = BODIES.get(standard_name, ("",))
    point, points = _coded(samples[place])
    item, items = _coded(samples["item"])
    day = samples["date"].to_numpy(dtype="datetime64[D]")
    body, kinds = np.zeros(len(samples), dtype=int), list(bodies)
    if standard_name == "surface_water":
        body, kinds = _coded(samples["body"])
        _refuse_two_kinds(point, points, body)
    names = points
    if "lake" in samples:
        lake, lakes = _coded(samples["lake"])
        names = sorted({*points, *lakes})
        number = {name: at for at, name in enumerate(names)}
        point = np.array([number[name] for name in points], dtype=int)[point]
        within = np.array([*(number[name] for name in lakes), -1])[lake]
    whole = np.where(within < 0, point, within) if "lake" in samples else point
    below, above = parsed["below"].to_numpy(), parsed["above"].to_numpy()
    limit, value = parsed["detection_limit"].to_numpy(), parsed["value"].to_numpy()
    presence = np.array([name in PRESENCE_ITEMS for name in items], dtype=bool)
    unread = parsed["unreadable"].to_numpy() | (parsed["presence"].to_numpy() & ~presence[item])
    known = np.where(unread, np.nan, np.where(np.isnan(above), value, above))
    lower = np.where(below, np.where(np.isnan(limit), np.nan, 0.0), known)
    upper = np.where(below, limit, np.where(np.isnan(above), known, np.inf))
    value = np.where(below, limit * BELOW_DETECTION, known)
    rank, _ = pd.factorize(parsed["text"], sort=True)
    order = np.lexsort((rank, value, item, day, point))
    readings = Values(
        names=np.array(names, dtype=object),
        items=np.array(items, dtype=object),
        bodies=bodies,
        place=whole,
        point=point,
        body=np.array([bodies.index(kind) for kind in kinds], dtype=int)[body],
        item=item,
        month=day.astype("datetime64[M]").astype(int) + 1970 * 12,
        day=day,
        value=value,
        lower=lower,
        upper=upper,
        below=below,
        unreadable=unread | (np.isnan(value) & ~parsed["empty"].to_numpy()),
        unread=unread,
        n_below=below.astype(int),
        samples=(~np.isnan(value)).astype(int),
        months=(~np.isnan(value)).astype(int),
        visits=np.ones(len(samples), dtype=int),
    )
    return readings.at(order)


def _coded(column: pd.Series) -> tuple[np.ndarray, list[str]]:
    """A column of names as numbers, -1 for none, and the names in order."""
    numbers, names = pd.factorize(column.astype(object), sort=True)
    return numbers, [str(name) for name in names]


def _refuse_two_kinds(point: np.ndarray, points: list[str], body: np.ndarray) -> None:
    pairs = np.unique(np.stack([point, body]), axis=1)
    if both := np.flatnonzero(np.bincount(pairs[0]) > 1).tolist():
        raise DataError(Note("river_and_lake", source=f"samples.{points[at]}") for at in both)


# --- what was submitted --------------------------------------------------------


def listed_samples(
    samples: pd.DataFrame, listed: pd.DataFrame, place: str, remarks: Remarks
) -> pd.DataFrame:
    """Samples of listed places with what the list of their year says of the place.

    What cannot be used (an unknown item, a place that is not on the list of the year) is left out
    and remarked on; a year without any list is a gap.
    """
    rows = samples.assign(date=pd.to_datetime(samples["date"]))
    rows["year"] = rows["date"].dt.year.astype(int)
    rows = remarks.latest(rows, [place, "date", "item"], "value")
    rows["item"] = _codes(rows, remarks)
    about = listed.drop(columns=ADMINISTRATIVE, errors="ignore").reset_index(drop=True)
    number = {key: at for at, key in enumerate(zip(about[place], about["year"], strict=True))}
    keys = zip(rows[place].tolist(), rows["year"].tolist(), strict=True)
    at = np.array([number.get(key, -1) for key in keys], dtype=int)
    if (at < 0).any():
        _remark_on_unlisted(rows[at < 0], listed, place, remarks)
    used = (at >= 0) & rows["item"].notna().to_numpy()
    said = about.drop(columns=[place, "year"]).take(at[used])
    rows = rows.drop(columns=said.columns, errors="ignore")[used].reset_index(drop=True)
    return pd.concat([rows, said.reset_index(drop=True)], axis=1)


def _remark_on_unlisted(
    off: pd.DataFrame, listed: pd.DataFrame, place: str, remarks: Remarks
) -> None:
    without_list = sorted(set(off["year"]) - set(listed["year"]))
    for year in without_list:
        told = Note("results_without_list", severity="warning", year=int(year))
        remarks.gap(year, told)
        remarks.unread.append((year, told))
    for (year, name), group in off[~off["year"].isin(without_list)].groupby(["year", place]):
        known = listed.loc[listed["year"] == year, place]
        said = {"place": name, "year": int(year), "count": len(group), "hint": hint(name, known)}
        remarks.unsure(year, Note("place_not_listed", **said))


def _codes(rows: pd.DataFrame, remarks: Remarks) -> pd.Series:
    """Codes of the items, from codes or the names of the standards in either language."""
    at, written = pd.factorize(rows["item"])
    codes = np.array([*map(code_of, written), None], dtype=object)[at]
    codes = pd.Series(codes, index=rows.index, dtype=object)
    if (unknown := codes.isna()).any():
        for (year, name), group in rows[unknown].groupby(["year", "item"]):
            said = {"item": name, "count": len(group), "hint": hint(name, every_name())}
            remarks.unsure(year, Note("no_such_substance", **said))
    return codes


def remark_on_readings(
    years: pd.Series, parsed: pd.DataFrame, waters: str, remarks: Remarks
) -> None:
    """How many results were below detection or unreadable, by year; `waters` says of what."""
    for year in np.unique(years):
        group = parsed[(years == year).to_numpy()]
        below, bad = group["below"].to_numpy(), group["unreadable"].to_numpy()
        bare = int((below & group["detection_limit"].isna().to_numpy()).sum())
        shown = tuple(dict.fromkeys(group["text"].to_numpy(dtype=object)[bad]))[:5]
        said = {
            "waters": Name("waters", waters),
            "count": len(group),
            "below": int(below.sum()),
            "bare": Note("results_without_limit", count=bare) if bare else "",
            "bad": Note("results_unreadable", count=int(bad.sum()), shown=shown) if shown else "",
        }
        remarks.add(year, Note("results_below_detection", **said))
