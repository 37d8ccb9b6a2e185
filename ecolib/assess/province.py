"""What the results of many counties say together, from the data set alone: tables for an analyst.

A county passes when every binding indicator that applies to it is met. Nothing is ranked by a score: the
list of indicators has none. What looks wrong here, as a figure printed alike in two counties, is told
and changes no verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations
from pathlib import Path

import numpy as np
import pandas as pd

from ecolib.assess import dataset
from ecolib.assess.result import Need
from ecolib.data.figures import significant_digits
from ecolib.errors import DataError
from ecolib.grouping import grouped
from ecolib.indicators.catalogue import Indicator, declared, known_items
from ecolib.texts import Name, Note
from ecolib.trends.result import MIN_VALUES
from ecolib.trends.seasonal import regional_kendall

#: What becomes of a county, from the best: every binding indicator met; the others all conditional;
#: none not met, some undecided; some not met.
OUTCOMES = ("passes", "conditions", "open", "fails")
UNDECIDED = ("conflict", "not_evaluable", "declared")
#: Rules of remarks that say that figures contradict each other or can hardly be right.
CONTRADICTIONS = (
    "out_of_bounds", "observed_beyond_all", "reported_differs", "monitoring_differs", "decline_differs",
    "copied_from", "part_exceeds_whole", "balance", "unit_suspected", "jump", "beyond_reason",
    "same_as_another", "repeated_figure",
)  # fmt: skip
#: A printed claim that the figures contradict.
CLAIM = "claim"
#: Counties differ in size by less than this power of ten either way; units differ by 10³ and 10⁴.
POWERS = 2.5
#: Significant digits from which two figures are hardly equal by chance: in two items, and in one.
DIGITS_OF_SEVERAL, DIGITS_OF_ONE = 5, 7
#: So many counties must have a value before their spread says anything.
ENOUGH = 10
#: Share of false discoveries among trends, as Benjamini and Hochberg (1995) control it.
FALSE = 0.05


@dataclass(frozen=True)
class Province:
    """All counties of a data set in one year, with what came before.

    Attributes
    ----------
    results
        Of all years: the table `results` of the data set.
    needs, notes, inputs
        Of the year.
    """

    year: int
    results: pd.DataFrame
    needs: pd.DataFrame
    notes: pd.DataFrame
    inputs: pd.DataFrame
    provenance: dict

    @cached_property
    def whole(self) -> pd.DataFrame:
        """The results of the year without parts of groups, by the county and the list's order."""
        return self.of_year(self.year)

    def of_year(self, year: int) -> pd.DataFrame:
        """The results of a year, groups for their parts."""
        return self.results[(self.results["year"] == year) & (self.results["group"] == "")]

    @property
    def years(self) -> list[int]:
        return sorted(map(int, self.results["year"].unique()))

    @property
    def indicators(self) -> list[str]:
        """In the order of the list."""
        return list(dict.fromkeys(self.whole["indicator"]))

    def by_indicator(self, rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
        """Rows of results by indicator and part, in the order of the list."""
        of = dict(iter(rows.groupby("indicator")))
        return ((n, of[n]) for n in dict.fromkeys(self.results["indicator"]) if n in of)

    @cached_property
    def groups(self) -> dict[str, str]:
        """By indicator, what it is a part of, or itself."""
        own, group = self.results["indicator"], self.results["group"]
        return dict(zip(own, group.where(group != "", own), strict=True))

    def names(self, lang: str) -> dict[str, str]:
        """What the counties are called."""
        return dict(zip(self.results["county"], self.results[f"county_{lang}"], strict=True))


def open_province(year: int, folder: Path | None = None) -> Province:
    """The counties of the data set in a year.

    Raises
    ------
    DataError
        When there is no data set, or nothing of the year in it.
    """
    results = dataset.read("results", folder=folder)
    if year not in set(results["year"]):
        years = tuple(sorted(map(int, results["year"].unique())))
        raise DataError(Note("dataset.no_year", year=year, years=years or Note("said.none")))
    of_year = (
        dataset.read(name, years=[year], folder=folder) for name in ("needs", "notes", "inputs")
    )
    return Province(year, results, *of_year, dataset.provenance(folder))


# --- verdicts -------------------------------------------------------------------------------------


def _asked(whole: pd.DataFrame) -> pd.DataFrame:
    """The results of binding indicators where they apply."""
    return whole[(whole["kind"] == "binding") & (whole["verdict"] != "not_applicable")]


def _counts(rows: pd.DataFrame, by: str, what: str, kinds: Sequence[str]) -> pd.DataFrame:
    """How many rows there are of each kind: a row each of `by`, a column a kind."""
    counts = rows.groupby(by)[what].value_counts().unstack(fill_value=0)
    return counts.reindex(columns=kinds, fill_value=0).rename_axis(columns=None)


def outcomes(whole: pd.DataFrame) -> pd.DataFrame:
    """What becomes of each county, best first: county, outcome, applied (binding indicators that apply),
    and how many of them are met, conditional, undecided and not met."""
    kinds = ["met", "conditional", *UNDECIDED, "not_met"]
    counts = _counts(_asked(whole), "county", "verdict", kinds)
    # A county without a binding indicator that applies is among them, and undecided.
    counts = counts.reindex(sorted(set(whole["county"])), fill_value=0).rename_axis("county")
    undecided = counts[list(UNDECIDED)].sum(axis=1)
    found = np.select(
        [counts["not_met"] > 0, (undecided > 0) | ~counts.any(axis=1), counts["conditional"] > 0],
        OUTCOMES[:0:-1],
        OUTCOMES[0],
    )
    told = {"outcome": pd.Categorical(found, OUTCOMES), "applied": counts.sum(axis=1)}
    table = counts.assign(**told, undecided=undecided).reset_index()
    table = table[["county", *told, "met", "conditional", "undecided", "not_met"]]
    order = ["outcome", "not_met", "undecided", "conditional", "county"]
    return table.sort_values(order, kind="stable", ignore_index=True)


def matrix(province: Province) -> pd.DataFrame:
    """Verdicts: a row a county, a column an indicator."""
    table = province.whole.pivot(index="county", columns="indicator", values="verdict")
    return table.reindex(index=outcomes(province.whole)["county"], columns=province.indicators)


def obstacles(province: Province) -> pd.DataFrame:
    """What keeps counties from passing: a row a binding indicator, how many counties are not there by
    it, by verdict, and `alone`, those that nothing else keeps."""
    asked = _asked(province.whole)
    short = asked[asked["verdict"] != "met"]
    alone = short[short.groupby("county")["indicator"].transform("size") == 1]
    kinds = ["not_met", *UNDECIDED, "conditional"]
    counts = _counts(short, "indicator", "verdict", kinds)
    table = counts.assign(
        counties=counts.sum(axis=1),
        alone=alone.groupby("indicator")["county"].agg(list).reindex(counts.index),
    ).reset_index()
    table["alone"] = [one if isinstance(one, list) else [] for one in table["alone"]]
    order = ["not_met", "counties", "indicator"]
    return table.sort_values(
        order, ascending=[False, False, True], kind="stable", ignore_index=True
    )


def conditions(province: Province) -> pd.DataFrame:
    """On what the counties hang that are short of conditions only: papers and figures in the order in
    which each turns the most further counties: `need` (of no indicator, as all of them ask for the same
    thing), owing and the counties turned."""
    found = outcomes(province.whole)
    hanging = set(found.loc[found["outcome"] == "conditions", "county"])
    whole = province.whole
    open_ = whole[(whole["verdict"] == "conditional") & (whole["kind"] == "binding")]
    pairs = set(open_[["county", "indicator"]].itertuples(index=False, name=None))
    owed: dict[str, set[Need]] = {county: set() for county in sorted(hanging)}
    for need in province.needs[province.needs["reason"] == "to_judge"].itertuples():
        if (need.county, province.groups[need.indicator]) in pairs and need.county in hanging:
            what, year = Name(need.of, need.what), int(need.needed_year)
            owed[need.county].add(Need(need.owner, need.kind, what, need.unit, year, True, ()))
    return pd.DataFrame(
        _greedy({county: what for county, what in owed.items() if what}),
        columns=["need", "owing", "turned"],
    )


def _greedy(owed: dict[str, set[Need]]) -> Iterator[tuple]:
    """One thing after another, each time what most counties lack; those turned that lack no more."""
    left = {county: set(what) for county, what in owed.items()}
    while left:
        counted = Counter(chain(*left.values()))
        # Of those that many lack, the one that turns the most at once.
        best = max(
            sorted(counted, key=str),
            key=lambda one: (sum(w == {one} for w in left.values()), counted[one]),
        )
        turned = sorted(county for county, what in left.items() if what == {best})
        yield best, counted[best], turned
        left = {c: what - {best} for c, what in left.items() if what != {best}}


def changes(province: Province) -> pd.DataFrame:
    """Counties by their outcome last year (rows) and this year; empty where there is no last year."""
    before = province.of_year(province.year - 1)
    if before.empty:
        return pd.DataFrame()
    then, now = (outcomes(w).set_index("county")["outcome"] for w in (before, province.whole))
    both = pd.DataFrame({"before": then, "now": now}).dropna()
    return pd.crosstab(
        pd.Categorical(both["before"], OUTCOMES),
        pd.Categorical(both["now"], OUTCOMES),
        dropna=False,
    )


def turned(province: Province) -> pd.DataFrame:
    """Binding indicators that a county has gained or lost since last year: county, indicator, before,
    now."""
    key = ["county", "indicator"]
    before = province.of_year(province.year - 1)[[*key, "verdict"]]
    now = province.whole[province.whole["kind"] == "binding"][[*key, "verdict"]]
    both = now.merge(before, on=key, suffixes=("_now", "_before"))
    moved = both[(both["verdict_now"] == "met") != (both["verdict_before"] == "met")]
    columns = {"verdict_before": "before", "verdict_now": "now"}
    return moved.rename(columns=columns)[[*key, "before", "now"]].reset_index(drop=True)


# --- what was submitted ---------------------------------------------------------------------------


def _asked_of(entry: Indicator) -> Iterator[tuple[str, str]]:
    """What an indicator asks for, and of whom."""
    for name in entry.asked:
        if name in known_items():
            yield known_items()[name].owner, name
    for requirement in entry.requirements:
        yield entry.owner[0], f"{entry.id}.{requirement}"


def completeness(province: Province) -> pd.DataFrame:
    """What was asked of each bureau for the year and what is there: county, owner, asked, missing.

    Of an indicator for which there is nothing but what a list leaves open, that is not there either.
    """
    of_year = province.results[province.results["year"] == province.year]
    key = ["county", "indicator"]
    spared = of_year["verdict"] == "not_applicable"
    applied, spared = (
        set(of_year.loc[which, key].itertuples(index=False, name=None))
        for which in (~spared, spared)
    )
    asked = {
        (county, *one): name
        for county, name in sorted(applied)
        if (county, province.groups[name]) not in spared
        for one in _asked_of(declared()[name])
    }
    needs = province.needs[province.needs["needed_year"] == province.year]
    missing = set(needs[["county", "what"]].itertuples(index=False, name=None))
    silent = (of_year["verdict"] == "not_evaluable") & (of_year["basis"] == "")
    silent = set(of_year.loc[silent, key].itertuples(index=False, name=None))
    given = set(province.inputs[["county", "item"]].itertuples(index=False, name=None))
    missing |= {(c, what) for (c, _, what), name in asked.items() if (c, name) in silent} - given
    rows = [(c, owner, (c, what) in missing) for c, owner, what in sorted(asked)]
    table = pd.DataFrame(rows, columns=["county", "owner", "missing"])
    return table.groupby(["county", "owner"], as_index=False).agg(
        asked=("missing", "size"), missing=("missing", "sum")
    )


def contradictions(province: Province) -> pd.DataFrame:
    """How often the figures of a county contradict each other: a row a county, a column a kind."""
    notes = province.notes
    found = notes[
        (notes["role"] == CLAIM)
        | (notes["role"].isin(("verdict", "data")) & notes["rule"].isin(CONTRADICTIONS))
    ]
    kind = found["rule"].where(found["role"] != CLAIM, CLAIM)
    once = found.assign(kind=kind).drop_duplicates(["county", "kind", "about", "indicator", "cell"])
    kinds = [k for k in (*CONTRADICTIONS, CLAIM) if k in set(once["kind"])]
    counties = list(dict.fromkeys(province.whole["county"]))
    return _counts(once, "county", "kind", kinds).reindex(index=counties, fill_value=0)


# --- values ---------------------------------------------------------------------------------------


def values(province: Province, year: int | None = None) -> pd.DataFrame:
    """The values of a year: county, indicator, number, unit, value, bound, sign, verdict, place (1 is
    the best) and of how many. What contradicts itself has no place among the others."""
    found = province.results[province.results["year"] == (year or province.year)]
    found = found[found["value"].notna() & (found["unit"] != "requirements")]
    found = found[~found["verdict"].isin(("not_applicable", "conflict"))]
    signs = found["indicator"].map(
        {name: -1 if e.better == "up" else 1 for name, e in declared().items()}
    )
    by_indicator = found.assign(signed=found["value"] * signs).groupby("indicator")
    columns = ["county", "indicator", "number", "unit", "value", "bound", "sign", "verdict"]
    return found[columns].assign(
        place=by_indicator["signed"].rank(method="min").astype(int),
        of=by_indicator["value"].transform("size"),
    )


def trends(province: Province) -> pd.DataFrame:
    """A common trend of all counties for each indicator: indicator, unit, n (counties), slope a year, p
    and q (with the false discoveries among all of them), trend.

    The regional Kendall test (Helsel & Frans 2006) with the covariances between counties (Hirsch &
    Slack 1984), as the weather of a year is that of all; p are then adjusted by Benjamini and
    Hochberg. Below `MIN_VALUES` years there is no word; a year that less than half as many counties
    know as know the best known one is left out.
    """
    from scipy.stats import false_discovery_control

    rows = []
    known = province.results[province.results["year"] <= province.year]
    known = known[known["value"].notna() & (known["unit"] != "requirements")]
    known = known[known["verdict"] != "conflict"]
    for name, of in province.by_indicator(known):
        # A few counties that know more years than the others must not shut these out.
        known_by = of.groupby("year")["county"].transform("nunique")
        of = of[2 * known_by >= known_by.max()]
        # A county with a gap would get mid-ranks for it, which lean towards no trend.
        years = of["year"].nunique()
        of = of[of.groupby("county")["year"].transform("nunique") == years]
        if years < MIN_VALUES or of["county"].nunique() < ENOUGH:
            continue
        found = regional_kendall(
            of["year"].to_numpy(float), of["value"].to_numpy(), sites=of["county"].to_numpy(),
            law="correlated", better=declared()[name].better,
        ).trend  # fmt: skip
        rows.append((name, of["unit"].iloc[0], of["county"].nunique(), found.slope, found.p))
    table = pd.DataFrame(rows, columns=["indicator", "unit", "n", "slope", "p"])
    table = table[table["p"].notna()].reset_index(drop=True)
    if table.empty:
        return table.assign(q=[], trend=[])
    table["q"] = false_discovery_control(table["p"])
    up = table["indicator"].map({name: e.better == "up" for name, e in declared().items()})
    better = (table["slope"] > 0) == up
    sure = (table["q"] <= FALSE) & (table["slope"] != 0)
    table["trend"] = np.select([sure & better, sure], ["improving", "worsening"], "no_clear_trend")
    return table


# --- what smells of a mistake ---------------------------------------------------------------------


def outliers(province: Province) -> pd.DataFrame:
    """Inputs that are so many powers of ten away from the same of the other counties that a unit may
    be meant otherwise: county, item, printed, printed_unit, value, unit, median, times, file, cell."""
    inputs = province.inputs[province.inputs["value"] > 0]
    logs = np.log10(inputs["value"])
    by_item = logs.groupby(inputs["item"])
    median, size = by_item.transform("median"), by_item.transform("size")
    apart = logs - median
    # Where counties differ by powers of ten anyway, that says nothing.
    spread = apart.abs().groupby(inputs["item"]).transform("median")
    odd = (apart.abs() >= POWERS) & (apart.abs() >= 5 * spread) & (size >= ENOUGH)
    middle = inputs["value"].groupby(inputs["item"]).transform("median")
    found = inputs[odd].assign(median=middle[odd], times=10 ** apart[odd])
    found["unit"] = [known_items()[name].unit for name in found["item"]]
    columns = ["county", "item", "printed", "printed_unit", "value", "unit", "median", "times", "file",
               "cell"]  # fmt: skip
    return found[columns].reset_index(drop=True)


def duplicates(province: Province) -> pd.DataFrame:
    """Figures printed alike in two counties: county, other, item, printed, printed_unit.

    Several figures alike from five digits on, or one from seven digits; in fewer it is chance. Zeros
    at the end are no digits, and one number that stands for two items is one figure.
    """
    inputs = province.inputs[province.inputs["value"].notna()]
    digits = [significant_digits(f"{value:.12g}") for value in inputs["value"]]
    inputs = inputs.assign(digits=np.array(digits, dtype=int))
    inputs = inputs[inputs["digits"] >= DIGITS_OF_SEVERAL]
    alike = []
    for (item, value), same in inputs.groupby(["item", "value"], sort=True):
        counties = sorted(set(same["county"]))
        first = same.iloc[0]
        row = (item, first["printed"], first["printed_unit"], int(first["digits"]), value)
        if len(counties) <= ENOUGH:
            alike += [(pair, row) for pair in combinations(counties, 2)]
    rows = [
        (*pair, *row[:3])
        for pair, found in sorted(grouped(alike).items())
        if len({row[4] for row in found}) > 1 or found[0][3] >= DIGITS_OF_ONE
        for row in found
    ]
    return pd.DataFrame(rows, columns=["county", "other", "item", "printed", "printed_unit"])


def every_table(province: Province) -> dict[str, Sequence | pd.DataFrame]:
    """All of the above by name, for a workbook."""
    return {
        "outcomes": outcomes(province.whole),
        "matrix": matrix(province).reset_index(),
        "obstacles": obstacles(province),
        "conditions": conditions(province),
        "completeness": completeness(province),
        "contradictions": contradictions(province).reset_index(),
        "values": values(province),
        "turned": turned(province),
        "trends": trends(province),
        "outliers": outliers(province),
        "duplicates": duplicates(province),
    }
