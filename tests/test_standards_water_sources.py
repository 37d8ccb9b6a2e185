"""Trophic state of lakes and drinking water sources."""

import math

import pandas as pd
import pytest

from ecolib.errors import DataError
from ecolib.standards.water import (
    source_quality,
    trophic_grade,
    trophic_index,
    trophic_state,
)
from ecolib.texts import Note, joined, name_of

DAY = "2019-12-31"


def named(grade):
    return name_of("trophic_grade", str(grade), "zh")


class TestTrophic:
    def test_the_formula(self):
        # chla 10: 10 (2.5 + 1.086 ln 10) = 50.0061; tp 0.05: 10 (9.436 + 1.624 ln 0.05) = 45.7093;
        # tn 1: 54.53; sd 1: 51.18; cod_mn 4: 10 (0.109 + 2.661 ln 4) = 37.9793.
        # Weights 1, 0.7056, 0.6724, 0.6889, 0.6889 over their sum 3.7558: 180.3464 / 3.7558
        means = pd.DataFrame([{"chla": 10, "tp": 0.05, "tn": 1, "sd": 1, "cod_mn": 4}])
        row = trophic_index(means, on=DAY).iloc[0]
        assert row["tli_chla"] == pytest.approx(50.0061, abs=1e-3)
        assert row["tli_tp"] == pytest.approx(45.7093, abs=1e-3)
        assert row["tli_cod_mn"] == pytest.approx(37.9793, abs=1e-3)
        assert row["tli"] == pytest.approx(48.018, abs=1e-3)
        assert named(row["grade"]) == "中营养"

    @pytest.mark.parametrize(
        ("tli", "zh"),
        [
            # Taihu, Dianchi and East Lake as published
            (63.0, "中度富营养"), (49.8, "中营养"), (54.1, "轻度富营养"), (62.7, "中度富营养"),
            (56.42, "轻度富营养"), (61.43, "中度富营养"),
            # both sides of every limit
            (29.99, "贫营养"), (30, "中营养"), (50, "中营养"), (50.01, "轻度富营养"), (60, "轻度富营养"),
            (60.01, "中度富营养"), (70, "中度富营养"), (70.01, "重度富营养"),
        ],
    )  # fmt: skip
    def test_grades(self, tli, zh):
        assert trophic_grade(pd.Series([tli]), on=DAY).map(named).tolist() == [zh]

    def test_a_missing_item_leaves_no_index(self):
        means = pd.DataFrame([{"tp": 0.05, "tn": 1.0, "sd": 0.0, "cod_mn": 4.0}])
        row = trophic_index(means, on=DAY).iloc[0]
        assert pd.isna(row["tli"]) and pd.isna(row["grade"])
        assert row["missing"] == "chla, sd"  # ln 0 is no value either

    def test_four_items_where_asked_for(self):
        # As above without sd: (50.0061 + 0.7056 * 45.7093 + 0.6724 * 54.53 + 0.6889 * 37.9793)
        # / (1 + 0.7056 + 0.6724 + 0.6889) = 145.0889 / 3.0669.
        means = pd.DataFrame(
            [
                {"chla": 10, "tp": 0.05, "tn": 1, "sd": math.nan, "cod_mn": 4},
                {"chla": 10, "tp": 0.05, "tn": 1, "sd": 1, "cod_mn": 4},
                {"chla": 10, "tp": 0.05, "tn": 1},
            ]
        )
        table = trophic_index(means, on=DAY, items_needed=4)
        assert table["tli"][0] == pytest.approx(47.308, abs=1e-3)
        assert table["tli"][1] == pytest.approx(48.018, abs=1e-3)
        assert pd.isna(table["tli"][2])
        assert table["reweighted"].tolist() == [True, False, False]
        assert not trophic_index(means, on=DAY)["reweighted"].any()

    def test_a_reweighted_state_says_so(self):
        items = {"chla": 10, "tp": 0.05, "tn": 1, "cod_mn": 4}
        rows = [
            ("L", f"2019-{month:02}-05", "lake", item, value)
            for month in range(1, 13)
            for item, value in items.items()
        ]
        data = pd.DataFrame(rows, columns=["section", "date", "body", "item", "value"])
        state = trophic_state(data, items_needed=4).iloc[0]
        assert state["evaluable"] and state["tli"] == pytest.approx(47.308, abs=1e-3)
        assert "which differs from the TLI of five items" in joined(state["reasons"], "en")

    def test_lakes_only_and_only_with_enough_months(self):
        items = {"chla": 10, "tp": 0.05, "tn": 1, "sd": 1, "cod_mn": 4}
        rows = [
            (place, f"{year}-{month:02}-05", body, item, value)
            for place, body in (("L", "lake"), ("R", "river"))
            for year, months in ((2018, 7), (2019, 8))
            for month in range(1, months + 1)
            for item, value in items.items()
        ]
        data = pd.DataFrame(rows, columns=["section", "date", "body", "item", "value"])
        table = trophic_state(data)
        assert table["section"].tolist() == ["L", "L"]
        assert table["evaluable"].tolist() == [False, True]
        assert table["reasons"][0] == (Note("too_few_months", had=7, needed=8),)
        assert pd.isna(table["tli"][0]) and table["tli"][1] == pytest.approx(48.018, abs=1e-3)
        few = trophic_state(data[data["item"] != "chla"])
        assert joined(few["reasons"][1], "zh") == "缺少项目chla"


LIST = pd.DataFrame(
    {
        "source": ["River", "Lake", "Well", "Backup"],
        "kind": ["river", "lake", "groundwater", "river"],
    }
)


def samples(*rows):
    return pd.DataFrame(rows, columns=["source", "date", "item", "value"])


GOOD = [
    ("River", "2019-03-05", "nh3n", 0.4),
    ("Lake", "2019-03-05", "tp", 0.03),
    ("Well", "2019-03-05", "nh3n", 0.3),
]


class TestSources:
    def test_coverage_and_the_unmonitored_are_stated(self):
        table = source_quality(LIST, samples(*GOOD)).table.iloc[0]
        assert (table["sources"], table["monitored"], table["good"]) == (4, 3, 3)
        assert (table["share"], table["coverage"]) == (100, 75)
        assert (table["share_at_least"], table["share_at_most"]) == (75, 100)
        assert table["unmonitored"] == "Backup" and table["not_good"] == ""

    def test_each_kind_has_its_own_standard(self):
        result = source_quality(LIST, samples(*GOOD)).sources.set_index("source")
        # nh3n 0.4: II; tp 0.03 in a lake: III; nh3n 0.3 in a well: III; nothing for the backup
        assert result.loc[["River", "Lake", "Well"], "class"].tolist() == [2, 3, 3]
        assert result.loc["Backup", "reasons"] == (Note("too_few_samples", had=0, needed=1),)
        assert pd.isna(result.loc["Backup", "good"])

    def test_one_bad_sample_spoils_the_year(self):
        bad = samples(*GOOD, ("River", "2019-09-05", "nh3n", 1.2))
        table = source_quality(LIST, bad).table.iloc[0]
        assert (table["good"], table["not_good"]) == (2, "River")

    def test_limits_of_tables_two_and_three_count_for_surface_sources(self):
        iron = samples(*GOOD, ("River", "2019-03-05", "fe", 0.3))
        assert source_quality(LIST, iron).table["good"].tolist() == [3]
        over = source_quality(LIST, samples(*GOOD, ("River", "2019-03-05", "fe", 0.301)))
        assert over.table["not_good"].tolist() == ["River"]
        assert over.sources.set_index("source").loc["River", ["class", "over_limit"]].tolist() == [
            2, "fe",
        ]  # fmt: skip

    def test_chemical_oxygen_demand_is_for_reference(self):
        data = samples(*GOOD, ("River", "2019-03-05", "cod", 35))
        assert source_quality(LIST, data).table["good"].tolist() == [3]

    def test_a_list_that_changes_by_year(self):
        lists = pd.concat([LIST.iloc[:2].assign(year=2018), LIST.assign(year=2019)])
        table = source_quality(lists, samples(*GOOD)).table
        assert table["sources"].tolist() == [2, 4]
        assert table["unmonitored"].tolist() == ["Lake, River", "Backup"]
        assert pd.isna(table["share"][0]) and table["coverage"][0] == 0

    def test_unreadable_results_are_not_evaluable_rather_than_good(self):
        data = samples(*GOOD[:2], ("Well", "2019-03-05", "nh3n", "坏"))
        row = source_quality(LIST, data).table.iloc[0]
        assert (row["unmonitored"], row["not_evaluable"]) == ("Backup", "Well")
        assert (row["good"], row["evaluable"], row["monitored"]) == (2, 2, 3)

    def test_samples_of_a_year_without_the_source_are_refused(self):
        lists = pd.concat([LIST.iloc[:2].assign(year=2018), LIST.assign(year=2019)])
        data = samples(*GOOD, ("Well", "2018-03-05", "nh3n", 0.3))
        with pytest.raises(DataError, match="“Well” has results for 2018"):
            source_quality(lists, data)

    def test_samples_off_the_list_and_unknown_kinds_are_refused(self):
        with pytest.raises(DataError, match="did you mean “River”"):
            source_quality(LIST, samples(("Rivr", "2019-03-05", "nh3n", 1)))
        with pytest.raises(DataError, match="kind “spring” is unknown"):
            source_quality(LIST.assign(kind="spring"), samples(*GOOD))
