"""Laboratory results as they are written: numbers, `<0.01`, `0.01L`, `ND`, 无 and 有.

Read results, like the means made of them, are `Values`: arrays side by side, so that a year of a
county is a few sums over them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd

from ecolib.errors import DataError, hint
from ecolib.standards import OPEN_END, by_edition, standard
from ecolib.standards.derived import ADMINISTRATIVE, Remarks
from ecolib.texts import Name, Note, names_of, word, words

PLACES = ("section", "well", "source")
#: Kinds of water with limits of their own.
BODIES = {"surface_water": ("lake", "river"), "groundwater": ("",)}
#: The tables that name what is measured in water; the first one to name an item is followed.
NAMED_IN = ("surface_water_items", "groundwater_items", "source_water")
#: Judged by 无 (absent) or 有 (present); these two words are no result for any other item.
PRESENCE_ITEMS = frozenset({"odour", "visible_matter"})
#: The share of its detection limit as which a result below detection enters means and classes.
BELOW_DETECTION = 0.5

_NUMBER = r"[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+"
_BELOW = re.compile(rf"(?:[<〈]=?\s*({_NUMBER})\s*L?|({_NUMBER})\s*\(?L\)?)", re.IGNORECASE)
_NOT_DETECTED = re.compile(r"N\.?D\.?|L|未检出|不得检出|未檢出", re.IGNORECASE)
_EMPTY = re.compile(r"-+|—+|/|nan|none|<na>|", re.IGNORECASE)
_PRESENCE = {"无": 0.0, "有": 1.0}


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
    value, upper
        What enters means and classes, NaN where there is no result; and the most it can be, with
        the detection limit in full.
    below, unreadable
        Every result is below detection; any cannot be read.
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
    upper: np.ndarray
    below: np.ndarray
    unreadable: np.ndarray
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


def parse_values(values: pd.Series) -> pd.DataFrame:
    """Read laboratory results from numbers or text.

    Returns
    -------
    DataFrame
        On the index of `values`: `text` as written; `value`, the number (NaN where none is
        known; 0 for 无, 1 for 有); `detection_limit`, NaN unless written; `below`, a result below
        detection; `presence`, written as 无 or 有; `empty`, no result at all; `unreadable`,
        neither a number nor any of these.
    """
    # The same few texts stand in thousands of rows.
    at, written = pd.factorize(values.astype("string").fillna(""))
    texts = [unicodedata.normalize("NFKC", text).strip() for text in written]
    found = [_BELOW.fullmatch(text) for text in texts]
    limit = np.array([float(m[1] or m[2]) if m else np.nan for m in found], dtype=float)
    below = np.array([_NOT_DETECTED.fullmatch(text) is not None for text in texts], dtype=bool)
    below |= ~np.isnan(limit)
    presence = np.array([text in _PRESENCE for text in texts], dtype=bool)
    empty = np.array([_EMPTY.fullmatch(text) is not None for text in texts], dtype=bool)
    number = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce").to_numpy(dtype=float)
    number = np.where(below | np.isinf(number), np.nan, number)
    value = np.where(presence, [_PRESENCE.get(text, np.nan) for text in texts], number)
    columns = {
        "text": np.array(texts, dtype=object),
        "value": value,
        "detection_limit": limit,
        "below": below,
        "presence": presence,
        "empty": empty,
        "unreadable": np.isnan(value) & ~below & ~empty,
    }
    return pd.DataFrame({name: column[at] for name, column in columns.items()}, index=values.index)


def read_samples(
    samples: pd.DataFrame, standard_name: str, *, parsed: pd.DataFrame | None = None
) -> tuple[Values, pd.DataFrame]:
    """Check and read long samples; see `classify` for their columns.

    A result below detection enters as half its detection limit; without a limit it is unreadable,
    like a negative concentration or a word that is no result of the item.

    Parameters
    ----------
    parsed
        What `parse_values` makes of the column `value`, where that is known already.

    Returns
    -------
    (Values, DataFrame)
        The results ordered by place, date and item, so that nothing depends on the order of rows;
        and in the same order what `parse_values` says of them.

    Raises
    ------
    DataError
        Names every missing column, unknown item, unknown water body and missing date.
    """
    place = place_column(samples)
    bodies = BODIES[standard_name]
    surface = standard_name == "surface_water"
    check_columns(samples, ["date", "item", "value"] + ["body"] * surface, where="samples")
    parsed = parse_values(samples["value"]) if parsed is None else parsed
    point, points = _coded(samples[place], str.strip)
    item, items = _coded(samples["item"], lambda name: name.strip().lower())
    day = pd.to_datetime(samples["date"], errors="coerce").to_numpy(dtype="datetime64[D]")
    body, kinds = np.zeros(len(samples), dtype=int), list(bodies)
    if surface:
        body, kinds = _coded(samples["body"], str)
    _check(point, points, item, items, body, kinds, np.isnat(day), bodies)
    names = points
    if "lake" in samples:
        lake, lakes = _coded(samples["lake"], str)
        names = sorted({*points, *lakes})
        number = {name: at for at, name in enumerate(names)}
        point = np.array([number[name] for name in points], dtype=int)[point]
        within = np.array([*(number[name] for name in lakes), -1])[lake]
    whole = np.where(within < 0, point, within) if "lake" in samples else point
    below = parsed["below"].to_numpy()
    limit, value = parsed["detection_limit"].to_numpy(), parsed["value"].to_numpy()
    presence = np.array([name in PRESENCE_ITEMS for name in items], dtype=bool)
    negative = np.array([name != "water_temp" for name in items], dtype=bool)
    bad = parsed["unreadable"].to_numpy() | ((value < 0) & negative[item])
    bad |= parsed["presence"].to_numpy() & ~presence[item]
    known = np.where(bad, np.nan, value)
    upper = np.where(below, limit, known)
    value = np.where(below, limit * BELOW_DETECTION, known)
    text = parsed["text"].to_numpy(dtype=object)
    rank = {written: at for at, written in enumerate(sorted(set(text)))}
    order = np.lexsort((np.array([rank[t] for t in text], dtype=int), value, item, day, point))
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
        upper=upper,
        below=below,
        unreadable=bad | (np.isnan(value) & ~parsed["empty"].to_numpy()),
        n_below=below.astype(int),
        samples=(~np.isnan(value)).astype(int),
        months=(~np.isnan(value)).astype(int),
        visits=np.ones(len(samples), dtype=int),
    )
    return readings.at(order), parsed.iloc[order]


def place_column(samples: pd.DataFrame) -> str:
    """The column that names the place of a sample: `section`, `well` or `source`."""
    found = [name for name in PLACES if name in samples]
    if not found:
        raise DataError(Note("no_place_column", about="samples"))
    return found[0]


def check_columns(table: pd.DataFrame, needed: list[str], *, where: str) -> None:
    """Refuse a table without the columns `needed`, naming every one that is missing."""
    missing = [name for name in needed if name not in table]
    if missing:
        raise DataError(
            Note("no_column", about=where, column=name, hint=hint(name, table.columns))
            for name in missing
        )


def unknown(found: Iterable[str], known: Iterable[str]) -> list[dict[str, Any]]:
    """The arguments `name` and `hint` of a note for each name found that is none of those known."""
    known = list(known)
    return [{"name": n, "hint": hint(n, known)} for n in sorted(set(found) - set(known))]


def _coded(column: pd.Series, clean: Callable[[str], str]) -> tuple[np.ndarray, list[str]]:
    """A column of names as numbers, -1 for none, and the names, cleaned and in order."""
    at, found = pd.factorize(column)
    cleaned = [clean(str(name)) for name in found]
    names = sorted(set(cleaned))
    number = {name: i for i, name in enumerate(names)}
    return np.array([*(number[name] for name in cleaned), -1])[at], names


def _nameless(numbers: np.ndarray) -> list[str]:
    return ["?"] if (numbers < 0).any() else []


def _check(
    point: np.ndarray,
    points: list[str],
    item: np.ndarray,
    items: list[str],
    body: np.ndarray,
    kinds: list[str],
    undated: np.ndarray,
    bodies: tuple[str, ...],
) -> None:
    items, named_kinds = [*items, *_nameless(item)], [*kinds, *_nameless(body)]
    problems = [
        Note("unknown_code", about="samples.item", **said) for said in unknown(items, known_items())
    ]
    problems += [
        Note("unknown_code", about="samples.body", **said) for said in unknown(named_kinds, bodies)
    ]
    named = point >= 0
    kept = named & (body >= 0)
    pairs = np.unique(point[kept] * len(kinds) + body[kept])
    for number in np.flatnonzero(np.bincount(pairs // max(1, len(kinds))) > 1):
        problems.append(Note("river_and_lake", about=f"samples.{points[number]}"))
    if lost := int((undated | ~named).sum()):
        problems.append(Note("no_date_or_place", about="samples", count=lost))
    if problems:
        raise DataError(problems)


# --- what things are called ---------------------------------------------------


@cache
def known_items() -> frozenset[str]:
    """Every item code that a water standard of any edition names, or that is also measured."""
    days = pd.Series(["2018-04-30", "2018-05-01"])  # the last and first day of two editions
    editions = [rows["item"] for name in NAMED_IN for _, rows in by_edition(name, days)]
    return frozenset().union(*editions, words("also_measured"))


def item_names(days: pd.Series) -> Mapping[str, tuple[str, str]]:
    """Names in Chinese and English by item code, of the editions in force on the days."""
    names: dict[str, tuple[str, str]] = {}
    for table in NAMED_IN:
        for _, rows in by_edition(table, days):
            for code, zh, en in zip(rows["item"], rows["zh"], rows["en"], strict=True):
                names.setdefault(code, (zh, en))
    for code, said in words("also_measured").items():
        names.setdefault(code, (said["zh"], said["en"]))
    return names


@cache
def _names_now(*tables: str) -> Mapping[str, Mapping[str, str]]:
    """Names by language and code, of the newest editions."""
    names: dict[str, dict[str, str]] = {"zh": {}, "en": {}}
    for table in tables:
        rows = standard(table, on=OPEN_END)
        for lang, known in names.items():
            for code, said in zip(rows["item"], rows[lang], strict=True):
                known.setdefault(code, said)
    return names


@names_of("water_item")
def _item_name(item: str, lang: str) -> str:
    """What an item is called in surface water, else in groundwater or drinking sources."""
    if (name := _names_now(*NAMED_IN)[lang].get(item)) is not None:
        return name
    return word("also_measured", item, lang) if item in words("also_measured") else item


@names_of("groundwater_item")
def _groundwater_name(item: str, lang: str) -> str:
    return _names_now("groundwater_items")[lang].get(item, item)


names_of("control_level")(partial(word, "control_level"))
names_of("waters")(partial(word, "waters"))


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
        remarks.gap(year, Note("results_without_list", year=int(year)))
    for (year, name), group in off[~off["year"].isin(without_list)].groupby(["year", place]):
        known = listed.loc[listed["year"] == year, place]
        said = {"place": name, "year": int(year), "count": len(group), "hint": hint(name, known)}
        remarks.add(year, Note("place_not_listed", **said))


def _codes(rows: pd.DataFrame, remarks: Remarks) -> pd.Series:
    """Codes of the items, from codes or the names of the standards in either language."""
    names = item_names(rows["date"])
    code_of = {_plain(said): code for code, pair in names.items() for said in pair}
    code_of |= {_plain(code): code for code in names}
    at, written = pd.factorize(rows["item"])
    codes = np.array([*(code_of.get(_plain(name)) for name in written), None], dtype=object)[at]
    codes = pd.Series(codes, index=rows.index, dtype=object)
    if (unknown := codes.isna()).any():
        known = [*names, *(zh for zh, _ in names.values()), *(en for _, en in names.values())]
        for (year, name), group in rows[unknown].groupby(["year", "item"]):
            said = {"item": name, "count": len(group), "hint": hint(name, known)}
            remarks.add(year, Note("no_such_substance", **said))
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
            "bad": Note("results_unreadable", count=int(bad.sum()), shown="、".join(shown))
            if shown
            else "",
        }
        remarks.add(year, Note("results_below_detection", **said))


@lru_cache(maxsize=4096)
def _plain(name: object) -> str:
    return unicodedata.normalize("NFKC", str(name)).strip().casefold()
