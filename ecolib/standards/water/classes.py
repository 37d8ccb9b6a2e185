"""Single-factor class of water samples: which class, which item decided, by how much."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from ecolib.errors import DataError, StandardError, check_kind, hint
from ecolib.standards import by_edition, moments_of, with_columns
from ecolib.standards.water.names import code_of
from ecolib.standards.water.readings import BODIES, Values, parse_values, read_samples
from ecolib.texts import Note
from ecolib.trends.series import check_choice

CLASS_NAMES = {1: "Ⅰ", 2: "Ⅱ", 3: "Ⅲ", 4: "Ⅳ", 5: "Ⅴ", 6: "劣Ⅴ"}
#: The worst class that still counts as good, over which exceedance is a multiple.
GOOD = 3
# A mean of equal values may differ from them in the last bit; no laboratory reports nine digits.
SAME = 1e-9


@dataclass(frozen=True)
class ItemClasses:
    """Values with the class of each; a row as in `values`.

    Attributes
    ----------
    number
        The class, 1 to 6; 0 without a limit or a value.
    limit3, exceedance
        Upper limit of class III and (C - S) / S where it is exceeded; NaN for items without such
        a multiple (pH, dissolved oxygen).
    decides, coarse
        Takes part in the single-factor class; the class is not told by what is known: a detection
        limit is too high, or the result is only known to be above something.
    open
        Would take part, but cannot be understood, or may be good or bad: it decides neither way,
        and nothing good can be said without it.
    """

    values: Values
    number: np.ndarray
    limit3: np.ndarray
    exceedance: np.ndarray
    decides: np.ndarray
    coarse: np.ndarray
    open: np.ndarray

    @property
    def over(self) -> np.ndarray:
        """Rows that decide and are worse than class III."""
        return self.decides & (self.number > GOOD)

    def at(self, rows: np.ndarray) -> ItemClasses:
        """Some of the rows, by a mask or by their numbers."""
        arrays = [field.name for field in fields(self)][1:]
        some = {name: getattr(self, name)[rows] for name in arrays}
        return ItemClasses(self.values.at(rows), **some)

    def frame(self, place: str, **more: np.ndarray) -> pd.DataFrame:
        """The rows as a table with its year; `more` are further columns."""
        own = self.values
        columns = {
            place: own.names[own.place],
            "year": own.year,
            "item": own.items[own.item],
            "value": own.value,
            "class": class_array(self.number),
            "class_limit3": self.limit3,
            "exceedance": self.exceedance,
        }
        return pd.DataFrame(columns | more)


def classify(samples: pd.DataFrame, standard_name: str) -> pd.DataFrame:
    """Single-factor class of every sample: that of its worst item.

    Parameters
    ----------
    samples
        As for `read_samples`, with the `value` as the laboratory wrote it, the `item` by code or by
        name; any dates, with a time zone by their own clock.
    standard_name
        As for `judge`.

    Returns
    -------
    DataFrame
        One row a sample: the place column, `date`, `body` and the columns of `worst_items`.

    Raises
    ------
    DataError, ParamsError, StandardError
        A place without a name, or that is a river here and a lake there, or neither; an unknown
        standard, or a date before its first edition.
    """
    check_kind("samples", samples, "DataFrame")
    if str(standard_name) not in BODIES:
        known = {"names": tuple(BODIES), "hint": hint(standard_name, BODIES)}
        raise StandardError(Note("no_such_standard", source=str(standard_name), **known))
    place = next((name for name in ("section", "well", "source") if name in samples), "section")
    body = ("body",) if standard_name == "surface_water" else ()
    samples = with_columns(samples, place, "date", "item", "value", *body)
    if nameless := int(samples[place].isna().sum()):
        raise DataError(Note("place_left_empty", about=place, count=nameless))
    for kind in samples["body"].unique() if body else ():
        check_choice("body", kind, BODIES[standard_name])
    samples = samples.assign(
        date=moments_of(samples, "date"), item=[code_of(i) or i for i in samples["item"]]
    ).drop(columns="lake", errors="ignore")
    parsed = parse_values(samples["value"], samples["item"], standard_name)
    own = read_samples(samples, place, standard_name, parsed)
    first, group = grouped(own.point, own.day.astype(int), own.body)
    columns = {
        place: own.names[own.point[first]],
        "date": own.day[first].astype("datetime64[us]"),
        "body": np.array(own.bodies, dtype=object)[own.body[first]],
    }
    return pd.DataFrame(columns | worst_items(judge(own, standard_name), group, len(first)))


def judge(
    values: Values, standard_name: str, *, reference: Collection[str] | None = None
) -> ItemClasses:
    """The class of every value by the edition of its day; concentrations in the units of the tables.

    Parameters
    ----------
    standard_name
        "surface_water" (GB 3838-2002 table 1, with the 21 items of Huanban 2011 no. 22) or
        "groundwater" (GB/T 14848, every routine item measured).
    reference
        Names of the items that do not decide, in place of those of the item table.

    Raises
    ------
    StandardError
        A day before the first edition.

    Notes
    -----
    Equal limits take the better class. TP has limits for rivers and for lakes, TN is classed for
    lakes only. Dissolved oxygen is judged in mg/L (class I from 7.5). pH outside 6 to 9 is worse
    than class V in surface water.
    """
    size = len(values)
    number, coarse = np.zeros(size, dtype=int), np.zeros(size, dtype=bool)
    decides, unsure = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    limit3, exceedance = np.full(size, np.nan), np.full(size, np.nan)
    days = pd.Series(values.day)
    for at, rows in by_edition(standard_name, days):
        low, high = _limits(rows, values)
        low, high = low[values.body[at], values.item[at]], high[values.body[at], values.item[at]]
        value, below = values.value[at], values.below[at]
        at_value = _classes(value, low, high, below)
        has_limit = ~(np.isnan(low) & np.isnan(high)).all(axis=1)
        limited = ~np.isnan(value) & has_limit
        number[at] = np.where(limited, at_value, 0)
        ends = [_classes(end[at], low, high, below) for end in (values.lower, values.upper)]
        best, worst = np.minimum(*ends), np.maximum(*ends)
        coarse[at] = limited & (best != worst)
        # What was not detected never decides against a place, what is above a number never for it.
        against = (at_value > GOOD) & (best <= GOOD)
        for_it = np.isinf(values.upper[at]) & (at_value <= GOOD) & (worst > GOOD)
        unsure[at] = (limited & (against | for_it)) | (has_limit & values.unread[at])
        third = np.where(np.isnan(low[:, GOOD - 1]), high[:, GOOD - 1], np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            over = (third > 0) & (value > third * (1 + SAME))
            exceedance[at] = np.where(over, value / third - 1, np.nan)
        limit3[at] = third
    for at, rows in by_edition(f"{standard_name}_items", days):
        deciding = set(rows["item"][rows["evaluated"] == "yes"])
        if reference is not None:
            deciding = set(rows["item"]) - set(reference)
        taking_part = np.array([name in deciding for name in values.items], dtype=bool)
        decides[at] = taking_part[values.item[at]]
    unsure &= decides
    decides &= (number > 0) & ~unsure
    return ItemClasses(values, number, limit3, exceedance, decides, coarse, unsure)


def worst_items(
    judged: ItemClasses, group: np.ndarray, count: int
) -> dict[str, np.ndarray | pd.api.extensions.ExtensionArray]:
    """The single-factor class of each of `count` groups of values: that of its worst item.

    Returns
    -------
    dict
        `class` (1 to 6; 6 is worse than V and exists for surface water only; NA when nothing could
        be judged), `items` (how many decide), and, as lists of items: `deciding` (those of that
        class, none for class I), `below` detection, `coarse`, `unreadable`, `not_judged` (no limit
        here, or no result), `open` (see `ItemClasses`). Of several values of an item the worst
        counts.
    """
    own, number, decides = judged.values, judged.number, judged.decides
    worst = np.zeros(count, dtype=int)
    np.maximum.at(worst, group[decides], number[decides])
    held = np.zeros((count, len(own.items)), dtype=bool)
    held[group[decides], own.item[decides]] = True

    def listed(rows: np.ndarray) -> np.ndarray:
        return names_listed(group[rows], own.item[rows], own.items, count)

    return {
        "class": class_array(worst),
        "deciding": listed(decides & (number == worst[group]) & (number > 1)),
        "items": held.sum(axis=1),
        "below": listed(own.n_below > 0),
        "coarse": listed(judged.coarse),
        "unreadable": listed(own.unreadable),
        "not_judged": listed((number == 0) & ~own.unreadable),
        "open": listed(judged.open),
    }


def grouped(*keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Groups of rows that are alike in whole numbers: a first row of each, the group of each row.

    The groups stand in the order of the keys.
    """
    whole = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        low = key.min(initial=0)
        whole = whole * (int(key.max(initial=0)) - low + 1) + (key - low)
    _, first, group = np.unique(whole, return_index=True, return_inverse=True)
    return first, group


def class_array(number: np.ndarray) -> pd.arrays.IntegerArray:
    """Classes as a column, NA where there is none (0)."""
    return pd.arrays.IntegerArray(np.asarray(number, dtype=np.int64), number == 0)


def names_listed(group: np.ndarray, item: np.ndarray, names: np.ndarray, count: int) -> np.ndarray:
    """The different items of each of `count` groups, in order, as one text."""
    held = np.zeros((count, len(names)), dtype=bool)
    held[group, item] = True
    texts = np.full(count, "", dtype=object)
    for at in np.flatnonzero(held.any(axis=1)):
        texts[at] = ", ".join(names[held[at]])
    return texts


def _limits(rows: pd.DataFrame, values: Values) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper limits by body, item and class; NaN where a side is open or has no limit."""
    low = np.full((len(values.bodies), len(values.items), 5), np.nan)
    high = low.copy()
    number = {name: at for at, name in enumerate(values.items)}
    bodies = rows["body"] if "body" in rows else [values.bodies[0]] * len(rows)
    columns = zip(bodies, rows["item"], rows["class"], rows["low"], rows["high"], strict=True)
    for body, item, water_class, least, most in columns:
        if item in number:
            at = values.bodies.index(body), number[item], water_class - 1
            low[at], high[at] = least, most
    return low, high


def _classes(value: np.ndarray, low: np.ndarray, high: np.ndarray, below: np.ndarray) -> np.ndarray:
    """1 + number of classes whose range the value misses; the ranges are nested."""
    given = value[:, None]
    misses = (given < low * (1 - SAME)) | (given > high * (1 + SAME))
    # "Not to be detected" is written as a limit of 0, which a result below detection meets.
    misses &= ~(below[:, None] & (high == 0))
    return 1 + misses.sum(axis=1)
