"""From the rows of the items table to one figure an item and year.

Where figures by place were handed in they are combined as the data dictionary says; where a later
folder restates a year, the later figure counts and the difference is listed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import pandas as pd

from ecolib.data import Issue, Item, units
from ecolib.data.dictionary import convert
from ecolib.data.faults import NARROW

COLUMNS = [
    "item", "year", "value", "half", "undated", "printed", "unit", "file", "sheet", "cell",
]  # fmt: skip
#: The series of an item of which nothing was handed in.
NO_SERIES = pd.DataFrame(
    {
        "value": pd.Series(dtype=float),
        "half": pd.Series(dtype=float),
        "undated": pd.Series(dtype=bool),
    },
    index=pd.Index([], dtype="int64", name="year"),
)
#: A figure of these, printed in its plain unit, is exact.
COUNTED = ("count", "people", "households", "days")
COMBINE = {"sum": "求和", "mean": "平均", "min": "取最小", "max": "取最大"}


def combine(
    rows: pd.DataFrame, items: Mapping[str, Item]
) -> tuple[pd.DataFrame, tuple[Issue, ...]]:
    """One row a figure (`COLUMNS`), and what had to be said on the way.

    `half` is half a unit of the last printed digit: the rounding a figure carries. `printed`, in
    `unit`, stands in `cell` of `file`; where places were combined it is empty, the cell their
    first.
    """
    issues: list[Issue] = []
    rows = rows[rows["value"].notna()].copy()
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS), ()
    rows["undated"] = rows["year"].isna()
    # What bears no year is taken as handed in for the year of its folder, and stays marked.
    rows["year"] = rows["year"].fillna(rows["handed_in"]).astype(int)
    rows["half"] = [_half(r, items[r.item].unit) for r in rows.itertuples()]
    rows["place"] = rows["place"].fillna("")
    rows = _latest(rows, issues)
    # Most figures are a single row for the whole county; only the others are put together.
    alone = (rows["place"] == "") & ~rows.duplicated(["item", "year"], keep=False)
    together = [
        figure
        for (code, _), group in rows[~alone].groupby(["item", "year"], sort=True)
        if (figure := _one_figure(group, items[code], issues)) is not None
    ]
    figures = pd.concat([rows.loc[alone, COLUMNS], pd.DataFrame(together, columns=COLUMNS)])
    figures = figures.astype(rows.dtypes[COLUMNS]).sort_values(["item", "year"])
    return figures.reset_index(drop=True), tuple(issues)


def series_by_item(figures: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The figures of each item, indexed by year; see `NO_SERIES` for an item without any."""
    columns = list(NO_SERIES.columns)
    return {item: rows.set_index("year")[columns] for item, rows in figures.groupby("item")}


def printed_number(printed: str) -> Decimal:
    """A figure as printed, with all its digits: full-width forms, blanks, commas and % are read."""
    return Decimal(re.sub(r"[,\s%]", "", str(printed).translate(NARROW)))


def half_digit(printed: str) -> float:
    """Half a unit of the last digit of a printed figure: 0.05 for "98.0", 0.5 for "100"."""
    return 0.5 * 10.0 ** int(printed_number(printed).as_tuple().exponent)


def significant_digits(printed: str) -> int:
    """How many significant digits are printed; the zeros that end a whole number are none."""
    _, digits, exponent = printed_number(printed).as_tuple()
    shown = "".join(map(str, digits)).lstrip("0")
    return len(shown if int(exponent) < 0 else shown.rstrip("0"))


def _half(row, unit: str) -> float:
    """Half the last printed digit, in the kept unit; none for what was counted one by one."""
    if units()[row.unit].dimension in COUNTED and units()[row.unit].factor == 1:
        return 0.0
    return convert(half_digit(row.printed), row.unit, unit) or 0.0


def _latest(rows: pd.DataFrame, issues: list[Issue]) -> pd.DataFrame:
    key = ["item", "year", "place"]
    # A figure that bears its year goes before one that is only taken to be of it.
    rows = rows.assign(dated=~rows["undated"])
    rows = rows.sort_values(["dated", "handed_in", "file", "row"], kind="stable")
    for _, group in rows[rows.duplicated(key, keep=False)].groupby(key):
        # Units leave binary noise behind: 1.1 × 10⁴ t is 11000.000000000002 t.
        if not np.allclose(group["value"], group["value"].iloc[0], rtol=1e-12, atol=0):
            last = group.iloc[-1]
            shown = " → ".join(group["printed"])
            issues.append(
                _issue(
                    last,
                    "restated",
                    "warning",
                    shown,
                    f"{last['year']} 年的数被重报（{shown}），采用最后一次",
                    f"the figure for {last['year']} was restated ({shown}); the last one is used",
                )
            )
    return rows.drop_duplicates(key, keep="last")


def _one_figure(group: pd.DataFrame, item: Item, issues: list[Issue]) -> dict | None:
    """The figure for the whole county; None where its parts cannot be put together."""
    undated = {"undated": bool(group["undated"].all())}
    whole = group[group["place"] == ""]
    if len(whole):
        return whole.iloc[-1].to_dict() | undated
    first = group.iloc[0]
    if not item.across:
        issues.append(
            _issue(
                first,
                "places",
                "error",
                "、".join(group["place"]),
                f"“{item.zh}”只有分范围的数，不能合并为全县的数",
                f"'{item.en}' has figures by place only, and these cannot be combined",
            )
        )
        return None
    issues.append(
        _issue(
            first,
            "places",
            "note",
            "、".join(group["place"]),
            f"“{item.zh}”由分范围的数合并（{COMBINE[item.across]}）",
            f"'{item.en}' is combined from figures by place ({item.across})",
        )
    )
    half = group["half"].sum() if item.across == "sum" else group["half"].max()
    value = group["value"].agg(item.across)
    return first.to_dict() | undated | {"value": value, "half": half, "printed": "", "unit": ""}


def _issue(row, rule: str, severity: str, value: str, zh: str, en: str) -> Issue:
    place = (row["file"], row["sheet"], row["cell"])
    return Issue(*place, row["item"], rule, severity, value, zh, en)
