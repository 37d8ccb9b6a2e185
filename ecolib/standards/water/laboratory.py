"""Laboratory results as handed in: names to item codes, samples to the list of their year."""

from __future__ import annotations

import unicodedata

import pandas as pd

from ecolib.errors import near
from ecolib.standards import by_edition
from ecolib.standards.remarks import Remarks
from ecolib.standards.water.readings import parse_values

NAMED_IN = ("surface_water_items", "groundwater_items", "source_water")
#: Measured beside the items of the standards.
ALSO_NAMED = {
    "ec": ("电导率", "conductivity"),
    "turbidity": ("浊度", "turbidity"),
    "chla": ("叶绿素a", "chlorophyll a"),
    "sd": ("透明度", "transparency"),
}
#: What a list says of a place beside what it is judged by.
ADMINISTRATIVE = ["position", "note", "file", "sheet", "row", "submitted"]


def item_names(days: pd.Series) -> pd.DataFrame:
    """Names `zh` and `en` by item code, of the editions in force on the days."""
    also = [(code, *words) for code, words in ALSO_NAMED.items()]
    parts = [rows for name in NAMED_IN for _, rows in by_edition(name, days)]
    parts.append(pd.DataFrame(also, columns=["item", "zh", "en"]))
    names = pd.concat(parts)[["item", "zh", "en"]]
    return names.drop_duplicates("item").set_index("item")


def with_names(rows: pd.DataFrame, column: str, names: pd.DataFrame) -> pd.DataFrame:
    """Add `<column>_zh` and `<column>_en` for a column of codes as `cod, tp`."""
    said = {
        f"{column}_{lang}": [
            comma.join(names[lang].get(code, code) for code in codes.split(", "))
            for codes in rows[column].fillna("")
        ]
        for lang, comma in (("zh", "、"), ("en", ", "))
    }
    return rows.assign(**said)


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
    about = listed.drop(columns=ADMINISTRATIVE, errors="ignore")
    rows = rows.merge(about, on=[place, "year"], how="left", indicator="listed")
    off = rows[rows["listed"] == "left_only"]
    without_list = sorted(set(off["year"]) - set(listed["year"]))
    for year in without_list:
        remarks.gap(
            year,
            f"{year} 年有监测结果，但没有当年的名单，无法计数",
            f"there are results for {year}, but no list of that year, so nothing can be counted",
        )
    off = off[~off["year"].isin(without_list)]
    for (year, name), group in off.groupby(["year", place]):
        zh, en = near(name, listed.loc[listed["year"] == year, place])
        remarks.add(
            year,
            f"“{name}”不在 {year} 年的名单中，{len(group)} 个结果未采用{zh}",
            f"'{name}' is not on the list of {year}; {len(group)} results were not used{en}",
        )
    return rows[(rows["listed"] == "both") & rows["item"].notna()].drop(columns="listed")


def _codes(rows: pd.DataFrame, remarks: Remarks) -> pd.Series:
    """Codes of the items, from codes or the names of the standards in either language."""
    names = item_names(rows["date"])
    code_of = {_plain(said): code for code, *words in names.itertuples() for said in words}
    code_of |= {_plain(code): code for code in names.index}
    codes = rows["item"].map(lambda name: code_of.get(_plain(name)))
    for (year, name), group in rows[codes.isna()].groupby(["year", "item"]):
        zh, en = near(name, [*names.index, *names["zh"], *names["en"]])
        remarks.add(
            year,
            f"没有项目“{name}”，{len(group)} 个结果未评价{zh}",
            f"there is no item '{name}'; {len(group)} results were not judged{en}",
        )
    return codes


def remark_on_readings(samples: pd.DataFrame, what: tuple[str, str], remarks: Remarks) -> None:
    """How many results were below detection or unreadable, by year."""
    read = parse_values(samples["value"]).assign(year=samples["year"])
    for year, group in read.groupby("year"):
        below, bad = int(group["below"].sum()), int(group["unreadable"].sum())
        bare = int((group["below"] & group["detection_limit"].isna()).sum())
        zh = f"{what[0]} {len(group)} 个结果中 {below} 个低于检出限"
        en = f"{what[1]}: {below} of {len(group)} results are below detection"
        if bare:
            zh += f"，其中 {bare} 个没有写明检出限，未参加评价"
            en += f", {bare} of them without a detection limit and not judged"
        if bad:
            shown = "、".join(group.loc[group["unreadable"], "text"].unique()[:5])
            zh += f"，{bad} 个无法识别（{shown}），未参加评价"
            en += f", {bad} cannot be read ({shown}) and not judged"
        remarks.add(year, zh, en)


def _plain(name: object) -> str:
    return unicodedata.normalize("NFKC", str(name)).strip().casefold()
