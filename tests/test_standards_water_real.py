"""Published examples, printed tables and real monitoring files kept outside the project."""

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from water import section_classes

from ecolib.standards import standard
from ecolib.standards.water.classes import CLASS_NAMES, classify
from ecolib.standards.water.county import share_grade
from ecolib.standards.water.trophic import trophic_grade, trophic_index
from ecolib.texts import name_of

SHARED = Path(__file__).parents[1].parent / "shared"
STANDARDS, REAL = SHARED / "reference" / "standards", SHARED / "data" / "real"
DAY = "2019-12-31"

pytestmark = pytest.mark.skipif(not STANDARDS.is_dir(), reason=f"{SHARED} is not here")


def rows_of(name, **wanted):
    path = STANDARDS / name
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            pytest.param(row, id=row["id"])
            for row in csv.DictReader(file)
            if all(row[key] in allowed for key, allowed in wanted.items())
        ]


class TestExamples:
    @pytest.mark.parametrize(
        "row", rows_of("worked_examples.csv", category=["basin_status"], recomputed=["yes"])
    )
    def test_basins(self, row):
        given = json.loads(row["inputs_json"])
        good = given.get("share_I_III", 100 * given.get("n_I_III", 0) / given["sections"])
        grade = share_grade(good, given.get("share_worse_V", 0), on=DAY)
        assert (
            name_of("water_grade", str(grade), "zh") == json.loads(row["expected_json"])["status"]
        )

    @pytest.mark.parametrize(
        "row", rows_of("worked_examples.csv", category=["tli_grade"], recomputed=["yes"])
    )
    def test_trophic_grades(self, row):
        value = pd.Series([json.loads(row["inputs_json"])["TLI"]])
        got = str(trophic_grade(value, on=DAY).iloc[0])
        assert name_of("trophic_grade", got, "zh") == json.loads(row["expected_json"])["grade"]

    @pytest.mark.parametrize("row", rows_of("derived_vectors.csv", topic=["TLI"]))
    def test_trophic_index(self, row):
        codes = {"chla": "chla", "TP": "tp", "TN": "tn", "SD": "sd", "CODMn": "cod_mn"}
        given, expected = (json.loads(row[key]) for key in ("inputs_json", "expected_json"))
        got = trophic_index(pd.DataFrame([{codes[k]: v for k, v in given.items()}]), on=DAY).iloc[0]
        for name, value in expected.items():
            column = "tli" if name == "TLI" else f"tli_{codes[name]}"
            assert got[column] == pytest.approx(value, abs=float(row["abs_tolerance"]))


class TestPrintedTables:
    """The dated tables of the project against the collected ones, limit by limit."""

    def test_surface_water(self):
        items = standard("surface_water_items", on=DAY).set_index("number")["item"]
        limits = standard("surface_water", on=DAY).set_index(["item", "body", "class"])
        checked = 0
        for row in csv.DictReader((STANDARDS / "gb3838_2002.csv").open(encoding="utf-8")):
            body = "lake" if row["water_body"] == "lake_reservoir" else "river"
            if row["direction"] not in ("le", "ge"):
                continue
            side = "high" if row["direction"] == "le" else "low"
            for number, name in enumerate(("I", "II", "III", "IV", "V"), 1):
                key = (items[int(row["item_no"])], body, number)
                assert limits.at[key, side] == float(row[name])
                checked += 1
        assert checked == 23 * 5

    def test_groundwater(self):
        items = standard("groundwater_items", on=DAY).set_index("number")["item"]
        limits = standard("groundwater", on=DAY).set_index(["item", "class"])
        for row in csv.DictReader((STANDARDS / "gbt14848_2017.csv").open(encoding="utf-8")):
            for number, name in enumerate(("I", "II", "III", "IV", "V"), 1):
                high = limits.at[(items[float(row["item_no"])], number), "high"]
                try:
                    assert high == float(row[name])
                except ValueError:  # a word, a range, or "more than"
                    assert np.isnan(high) or high in (0, 8.5, 9)

    def test_source_water(self):
        limits = standard("source_water", on=DAY).set_index("zh")["high"]
        rows = csv.DictReader((STANDARDS / "gb3838_2002_source_water.csv").open(encoding="utf-8"))
        names = str.maketrans("()", "（）")
        printed = {row["item_cn"].translate(names): float(row["limit_le"]) for row in rows}
        assert limits.to_dict() == printed and len(printed) == 85


@pytest.fixture(scope="module")
def stations():
    path = REAL / "surface_water_auto_2020_06_07.csv.gz"
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    return pd.read_csv(path)


def own_classes(stations, suffix):
    """Our class of every row of the feed, in its order; the station's row number is its place."""
    columns = {"pH": "ph", "DO": "do", "CODMn": "cod_mn", "NH3N": "nh3n", "TP": "tp", "TN": "tn"}
    wide = stations[[name + suffix for name in columns]].set_axis(list(columns.values()), axis=1)
    wide = wide.assign(
        section=[f"{number:05}" for number in range(len(stations))],
        date=stations["file_date"],
        body=stations["body_inferred"].replace("either", "river"),
    )
    return classify(wide.melt(["section", "date", "body"], var_name="item"), "surface_water")


def official(stations):
    numbers = {name: number for number, name in CLASS_NAMES.items()}
    return stations["class"].map(numbers).to_numpy()


class TestStations:
    def test_every_official_class_from_the_raw_values(self, stations):
        # 3,517 of 3,517: worst of pH, DO, CODMn, NH3-N and TP, never TN
        got = own_classes(stations, "_raw")["class"].to_numpy(dtype=int)
        assert (got == official(stations)).all()

    def test_displayed_values_differ_by_rounding_at_a_limit_only(self, stations):
        # 3,509 of 3,517 (99.77 %): the other eight print a value that is rounded onto a limit
        own = own_classes(stations, "")
        got, feed = own["class"].to_numpy(dtype=int), official(stations)
        differ = np.flatnonzero(got != feed)
        assert len(differ) == 8
        names = {"ph": "pH", "do": "DO", "cod_mn": "CODMn", "nh3n": "NH3N", "tp": "TP"}
        raw = own_classes(stations, "_raw")
        limits = standard("surface_water", on=DAY)
        for at in differ:
            assert got[at] < feed[at]  # rounding onto a limit only ever looks better
            (item,) = raw["deciding"][at].split(", ")
            row = limits[(limits["item"] == item) & (limits["body"] == raw["body"][at])]
            assert stations[names[item]][at] in set(row[["low", "high"]].to_numpy().ravel())

    def test_total_nitrogen_would_spoil_the_agreement(self, stations):
        lakes = stations[(stations["body_inferred"] == "lake") & stations["TN_raw"].notna()]
        lakes = lakes.reset_index(drop=True)
        own = own_classes(lakes, "_raw")
        assert (own["class"].to_numpy(dtype=int) == official(lakes)).all()
        assert (lakes["TN_raw"] > 2).mean() > 0.2  # many would be worse than V by TN


class TestWell:
    def test_changji_by_hand(self):
        path = REAL / "groundwater_changji_well1.csv"
        if not path.is_file():
            pytest.skip(f"{path} is not here")
        wide = pd.read_csv(path).rename(
            columns={"SO4": "so4", "Cl": "cl", "TDS": "tds", "TH": "hardness", "pH": "ph"}
        )
        wide["date"] = wide["year"].astype(str) + "-07-01"
        data = wide.melt(["well", "date"], ["so4", "cl", "tds", "hardness", "ph"], var_name="item")
        later = data["date"].str[:4].astype(int).add(8).astype(str) + "-07-01"
        for dates in (data["date"], later):  # 1993 and 2017 agree on these items below 550
            table = section_classes(data.assign(date=dates), "groundwater")
            # 2012 and 2015: hardness 418, 310 and TDS are III; 2013, 2014: sulfate 282, 270 above
            # 250 is IV; 2016: hardness 476 above 450 is IV
            assert table["class"].tolist() == [3, 4, 4, 3, 4]
            assert table["deciding"].tolist()[1:3] == ["so4", "so4"]
            assert table["deciding"].iloc[4] == "hardness"
