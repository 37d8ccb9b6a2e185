"""Drinking water sources."""

import numpy as np
import pandas as pd

from ecolib.standards.water.derive import drinking_water
from ecolib.standards.water.readings import parse_values
from ecolib.standards.water.sources import source_quality
from ecolib.texts import Note

LIST = pd.DataFrame(
    {
        "source": ["River", "Lake", "Well", "Backup"],
        "kind": ["river", "lake", "groundwater", "river"],
        "year": 2019,
    }
)


def samples(*rows):
    table = pd.DataFrame(rows, columns=["source", "date", "item", "value"])
    return table.assign(date=pd.to_datetime(table["date"]))


def quality(listed, rows):
    """Every listed source and year, in order, by source where there is one year."""
    kinds = rows["source"].map(LIST.set_index("source")["kind"])
    by = np.where(kinds == "groundwater", "groundwater", "surface_water")
    parsed = parse_values(rows["value"], rows["item"], by)
    sources, _ = source_quality(listed, rows.assign(kind=kinds), parsed)
    return sources.set_index("source") if listed["year"].nunique() == 1 else sources


def good(listed, rows):
    """How many sources are good, and which are judged and are not."""
    sources = quality(listed, rows)
    judged = sources["good"].dropna().astype(bool)
    return int(judged.sum()), judged.index[~judged].tolist()


GOOD = [
    ("River", "2019-03-05", "nh3n", 0.4),
    ("Lake", "2019-03-05", "tp", 0.03),
    ("Well", "2019-03-05", "nh3n", 0.3),
]


class TestSources:
    def test_the_unmonitored_are_stated(self):
        found = quality(LIST, samples(*GOOD))
        assert found["monitored"].to_dict() == {
            "Backup": False, "Lake": True, "River": True, "Well": True,
        }  # fmt: skip
        assert found["evaluable"].equals(found["monitored"])
        assert good(LIST, samples(*GOOD)) == (3, [])

    def test_each_kind_has_its_own_standard(self):
        result = quality(LIST, samples(*GOOD))
        # nh3n 0.4: II; tp 0.03 in a lake: III; nh3n 0.3 in a well: III; nothing for the backup
        assert result.loc[["River", "Lake", "Well"], "class"].tolist() == [2, 3, 3]
        assert result.loc["Backup", "reasons"] == (Note("too_few_samples", had=0, needed=1),)
        assert pd.isna(result.loc["Backup", "good"])

    def test_one_bad_sample_spoils_the_year(self):
        bad = samples(*GOOD, ("River", "2019-09-05", "nh3n", 1.2))
        assert good(LIST, bad) == (2, ["River"])

    def test_limits_of_tables_two_and_three_count_for_surface_sources(self):
        iron = samples(*GOOD, ("River", "2019-03-05", "fe", 0.3))
        assert good(LIST, iron) == (3, [])
        over = samples(*GOOD, ("River", "2019-03-05", "fe", 0.301))
        assert good(LIST, over) == (2, ["River"])
        assert quality(LIST, over).loc["River", ["class", "over_limit"]].tolist() == [2, "fe"]

    def test_chemical_oxygen_demand_is_for_reference(self):
        assert good(LIST, samples(*GOOD, ("River", "2019-03-05", "cod", 35))) == (3, [])

    def test_a_list_that_changes_by_year(self):
        lists = pd.concat([LIST.iloc[:2].assign(year=2018), LIST])
        found = quality(lists.reset_index(drop=True), samples(*GOOD))
        silent = found[~found["monitored"]]
        assert silent[["year", "source"]].to_numpy().tolist() == [
            [2018, "Lake"], [2018, "River"], [2019, "Backup"],
        ]  # fmt: skip
        assert found["year"].tolist() == [2018, 2018, 2019, 2019, 2019, 2019]

    def test_unreadable_results_are_not_evaluable_rather_than_good(self):
        data = samples(*GOOD[:2], ("Well", "2019-03-05", "nh3n", "坏"))
        found = quality(LIST, data)
        assert found.loc["Well", ["monitored", "evaluable"]].tolist() == [True, False]
        assert good(LIST, data) == (2, [])


def test_what_was_not_detected_is_not_listed_as_over_its_limit():
    # Half of 0.8 mg/L is above the limit of 0.3 for iron, but nothing was found; 0.301 was.
    table = pd.DataFrame(
        {
            "year": 2019, "source": ["甲", "乙"], "kind": "river", "type": "", "file": "x", "sheet": "",
            "submitted": 2019, "row": [2, 3],
        }
    )  # fmt: skip
    rows = table.drop(columns=["year", "kind", "type"]).assign(
        date=pd.Timestamp("2019-03-05"), item="fe", value=["0.8L", "0.301"]
    )
    listed = drinking_water(table, rows).detail["source_items"]
    assert listed[["source", "value"]].to_numpy().tolist() == [["乙", 0.301]]


def test_a_river_that_is_a_lake_next_year_gives_no_figure_and_says_why():
    place = {"file": "x", "sheet": "", "submitted": 2020, "source": "甲"}
    table = pd.DataFrame(
        [place | {"year": 2019, "kind": "river"}, place | {"year": 2020, "kind": "lake"}]
    )
    rows = pd.DataFrame(
        [place | {"date": f"{y}-03-05", "item": "tp", "value": "0.04"} for y in (2019, 2020)]
    )
    found = drinking_water(table.assign(type="", row=[2, 3]), rows.assign(row=[2, 3]))
    assert found.items == {} and {year for year, _ in found.unread} == {2019, 2020}
    assert all("甲：既填为河流，又填为湖库" in note.text("zh") for _, note in found.gaps)
