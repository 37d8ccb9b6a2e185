"""EI from land cover and yearly inputs, worked by hand; sites whose nature changed."""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from counties import opened

from ecolib.standards.ecology import ecological_index
from ecolib.standards.land import cover_by_subtype, land_changes, land_transitions

ROOT = Path(__file__).parents[1]
# A county of 100 km2: half paddy field, half closed forest.
COVER = [("耕地", "水田", 50.0, None), ("林地", "有林地", 50.0, None)]
INPUTS = {
    "area_km2": 100, "ndvi": 0.7, "biodiversity": 60, "river_km": 100, "water_area_km2": 5,
    "water_resources_hm3": 60, "water_resources_mean_hm3": 55, "severe_erosion_km2": 2,
    "moderate_erosion_km2": 5, "other_stress_km2": 1, "rain_mm": 1000, "cod_t": 100, "nh3n_t": 10,
    "so2_t": 100, "dust_t": 100, "nox_t": 100, "solid_waste_t": 10,
}  # fmt: skip
# Biological richness: HQ = 511.2642131067 * (0.5 * 0.11 * 0.6 + 0.5 * 0.35 * 0.6) = 70.5545,
#   (60 + 70.5545) / 2 = 65.2772.
# Vegetation: 0.0121165124 * 7000 = 84.8156.
# Water: (84.3704083981 * 100 + 591.7908642005 * 5 + 86.3869548281 * 60) / 100 / 3 = 55.2640.
# Land stress: 236.0435677948 * (0.4 * 2 + 0.2 * 5 + 0.2 * 0 + 0.2 * 1) / 100 = 4.7209.
# Load: (0.2 * 4.3937 * 100 + 0.2 * 40.1765 * 10) / (100 * 1000) + (0.2 * 0.064866 * 100
#   + 0.1 * 4.090446 * 100 + 0.2 * 0.510305 * 100 + 0.1 * 0.0749894 * 10) / 100 = 0.5265.
BY_HAND = {
    "ei_biological_richness": 65.28,
    "ei_vegetation_cover": 84.82,
    "ei_water_density": 55.26,
    "ei_land_stress": 4.72,
    "ei_pollution_load": 0.53,
}
# 0.35 * 65.28 + 0.25 * 84.82 + 0.15 * 55.26 + 0.15 * 95.28 + 0.10 * 99.47
EI_BY_HAND = 76.581


def frame(rows: list[dict], year: int = 2020) -> pd.DataFrame:
    place = {"file": "x.csv", "sheet": "", "submitted": year, "position": "", "note": ""}
    return pd.DataFrame([{**row, **place, "row": at} for at, row in enumerate(rows, start=2)])


def cover(*rows, year=2020, earlier_year=None) -> pd.DataFrame:
    """Rows as (type, subtype, km2, earlier subtype)."""
    names = ("type", "subtype", "area_km2", "earlier_subtype")
    return frame(
        [
            {"year": year, **dict(zip(names, row, strict=True)), "earlier_year": earlier_year}
            for row in rows
        ]
    )


def yearly(year=2020, **changed) -> pd.DataFrame:
    return frame([{"year": year, **INPUTS, **changed}])


def events(*rows) -> pd.DataFrame:
    columns = ["year", "event", "statement"]
    return pd.DataFrame(rows, columns=columns)


def derive(land_cover, ei_yearly, ei_events):
    return ecological_index(land_cover, ei_yearly, ei_events, SimpleNamespace(base_year=2015))


def said(derived):
    return " ".join(note.text("zh") for _, note in derived.gaps)


def land_matrix(land_cover, before, after):
    rows = land_transitions(land_cover)
    rows = rows[(rows["since"] == before) & (rows["year"] == after)]
    return rows.pivot(index="type_before", columns="type_after", values="area_km2")


class TestSubIndices:
    @pytest.mark.parametrize("item", BY_HAND)
    def test_by_hand(self, item):
        found = derive(cover(*COVER), yearly(), events())
        assert found.items[item].to_dict() == {2020: BY_HAND[item]}

    def test_transitions_are_added_up(self):
        split = [("耕地", "水田", 48.0, "水田"), ("耕地", "水田", 2.0, "有林地"),
                 ("林地", "有林地", 50.0, "有林地")]  # fmt: skip
        found = derive(cover(*split, earlier_year=2015), yearly(), events())
        assert found.items["ei_biological_richness"][2020] == BY_HAND["ei_biological_richness"]

    def test_a_missing_input_is_a_gap_of_its_sub_index_alone(self):
        found = derive(cover(*COVER), yearly(rain_mm=math.nan), events())
        assert math.isnan(found.items["ei_pollution_load"][2020])
        assert found.items["ei_land_stress"][2020] == BY_HAND["ei_land_stress"]
        assert said(found) == "污染负荷指数：缺少或为零，未计算：年降水量"

    def test_land_cover_with_a_hole_is_not_used(self):
        # 90 of 100 km2.
        found = derive(cover(COVER[0], ("林地", "有林地", 40.0, None)), yearly(), events())
        assert math.isnan(found.items["ei_biological_richness"][2020])
        assert math.isnan(found.items["ei_land_stress"][2020])
        assert "各地类面积合计90平方千米，行政区域面积100平方千米" in said(found)

    def test_an_unknown_type_of_land_is_a_gap_and_no_crash(self):
        found = derive(cover(("林地", "有林", 100.0, None)), yearly(), events())
        assert found.items == {}
        assert "没有地类“有林”；是否应为“有林地”" in said(found)

    def test_no_raw_data_for_one_of_the_tables(self):
        found = derive(cover(*COVER).iloc[:0], yearly(), events())
        assert math.isnan(found.items["ei_biological_richness"][2020])
        assert found.items["ei_vegetation_cover"][2020] == BY_HAND["ei_vegetation_cover"]


class TestRestriction:
    def test_without_an_event_nothing_is_claimed(self):
        found = derive(cover(*COVER), yearly(), events())
        assert found.items["ei_restriction"].isna().all()
        assert found.detail["ei_computed"]["grade"].tolist() == [1]

    @pytest.mark.parametrize(("event", "grade"), [("provincial", 2), ("national", 3)])
    def test_an_event_lowers_the_grade_and_not_the_value(self, event, grade):
        # EI 76.58 is excellent (1): one down, a national event also to fair (3) at best.
        found = derive(cover(*COVER), yearly(), events((2020, event, "事件")))
        assert found.items["ei_restriction"].to_dict() == {2020: 0.0}
        assert found.detail["ei_computed"]["ei"].tolist() == pytest.approx([EI_BY_HAND])
        assert found.detail["ei_computed"]["grade"].tolist() == [grade]


class TestCase:
    def case(self, tiny, items=(), **tables):
        case = tiny(2020, items=[("ei_restriction", 2020, 0, "index"), *items])
        for name, table in tables.items():
            table = table.drop(columns=["file", "sheet", "submitted", "row"], errors="ignore")
            path = case.root / f"data/trial/raw/2020/{name}.csv"
            table.to_csv(path, index=False, lineterminator="\n")
        return case

    def test_raw_tables_reach_the_value(self, tiny):
        case = self.case(tiny, land_cover=cover(*COVER), ei_yearly=yearly())
        result = case.evaluate("9")
        assert result.value == pytest.approx(EI_BY_HAND)
        assert result.basis == "computed"

    def test_what_is_missing_is_said_in_the_verdict(self, tiny):
        case = self.case(tiny, land_cover=cover(*COVER), ei_yearly=yearly(ndvi=math.nan))
        verdict = case.evaluate("9").verdict
        assert verdict.status == "not_evaluable"
        assert "缺少或为零，未计算：NDVI" in verdict.reason("zh")

    def test_a_sub_index_that_was_submitted_fills_what_is_missing(self, tiny):
        given = [("ei_vegetation_cover", 2020, 84.82, "index")]
        case = self.case(tiny, given, land_cover=cover(*COVER), ei_yearly=yearly(ndvi=math.nan))
        assert case.evaluate("9").value == pytest.approx(EI_BY_HAND)

    def test_sub_indices_that_contradict_the_raw_tables(self, tiny):
        given = [("ei_vegetation_cover", 2020, 90, "index")]
        case = self.case(tiny, given, land_cover=cover(*COVER), ei_yearly=yearly())
        assert case.evaluate("9").verdict.status == "conflict"

    def test_ei_alone_is_reported(self, tiny):
        result = tiny(2020, items=[("eco_index_ei", 2020, 76.6, "index")]).evaluate("9")
        assert (result.value, result.basis) == (76.6, "reported")


class TestLand:
    BOTH = pd.concat(
        [
            cover(*COVER, year=2015),
            cover(("耕地", "水田", 48.0, "水田"), ("耕地", "水田", 1.0, "有林地"),
                  ("林地", "有林地", 49.0, "有林地"), ("林地", "有林地", 2.0, "水田"),
                  earlier_year=2015),
        ]
    )  # fmt: skip

    def test_what_became_of_what(self):
        matrix = land_matrix(self.BOTH, 2015, 2020)
        assert matrix.loc["耕地"].to_dict() == {"林地": 2.0, "耕地": 48.0}
        assert matrix.loc["林地"].to_dict() == {"林地": 49.0, "耕地": 1.0}

    def test_net_change(self):
        # Fields 48 + 1 = 49 km2 of 50; forest 49 + 2 = 51 km2 of 50.
        change = land_changes(cover_by_subtype(self.BOTH), 2015)
        assert dict(zip(change["type"], change["change"], strict=True)) == {
            "耕地": -1.0,
            "林地": 1.0,
        }

    def test_surveys_that_were_not_overlaid_have_no_matrix(self):
        both = pd.concat([cover(*COVER, year=2015), cover(*COVER)])
        assert land_transitions(both).empty


KEPT = [
    ("ecological_redline", key, 2020, "是", "未变", "公告", "〔2020〕1号", "2020-01-01", "", "")
    for key in ("nature", "function")
]


class TestNature:
    def verdict(self, tiny, *rows):
        """Rows as (site, year, ha, nature), all of the red line, and documents that nothing changed."""
        case = tiny(2020, documents=KEPT)
        table = pd.DataFrame(rows, columns=["site", "year", "area", "nature"])
        table = table.assign(kind="redline", unit="ha", position="here")
        path = case.root / "data/trial/raw/2020/areas.csv"
        table.to_csv(path, index=False, lineterminator="\n")
        return case.evaluate("16a")

    def test_another_nature_fails_whatever_the_documents_say(self, tiny):
        result = self.verdict(
            tiny, ("北片", 2018, 10, "水源涵养"), ("北片", 2020, 10, "旅游开发"),
            ("南片", 2018, 5, "水土保持"), ("南片", 2020, 9, "水土保持"),
        )  # fmt: skip
        assert result.verdict.status == "not_met"
        assert result.verdict.reason("zh") == "“北片”的性质由“水源涵养”变更为“旅游开发”"
        assert (
            "the designation of 北片 changed from “水源涵养” to “旅游开发”"
            in result.verdict.reason("en")
        )

    def test_both_losses_are_told(self, tiny):
        result = self.verdict(tiny, ("北片", 2018, 10, "水源涵养"), ("北片", 2020, 9, "建设用地"))
        assert "比2018年（10公顷）减少" in result.verdict.reason("zh")
        assert "性质由“水源涵养”变更为“建设用地”" in result.verdict.reason("zh")

    def test_the_same_nature_and_one_that_is_not_stated_are_no_change(self, tiny):
        result = self.verdict(
            tiny, ("北片", 2018, 10, "水源涵养"), ("北片", 2019, 10, None), ("北片", 2020, 10, "水源涵养 ")
        )  # fmt: skip
        assert result.verdict.status == "met"

    def test_a_change_that_was_undone_does_not_count_today(self, tiny):
        result = self.verdict(
            tiny, ("北片", 2018, 10, "水源涵养"), ("北片", 2019, 10, "采石场"), ("北片", 2020, 10, "水源涵养")
        )  # fmt: skip
        assert result.verdict.status == "met"


class TestDemo:
    def test_four_years_rest_on_raw_data_and_add_up_to_the_county(self):
        case = opened("demo", 2020)
        derived = case.derived_from("ei_biological_richness")
        known = derived.items["ei_biological_richness"].dropna()
        assert list(known.index) == [2015, 2018, 2019, 2020]
        assert not len(derived.gaps)
        rows = case.table("land_cover")
        assert rows.groupby("year")["area_km2"].sum().tolist() == pytest.approx([1903.6] * 4)
        # What was overlaid in 2020 adds up to the survey of 2015.
        matrix = land_matrix(rows, 2015, 2020)
        first = rows[rows["year"] == 2015].groupby("type")["area_km2"].sum()
        assert matrix.sum(axis=1).to_dict() == pytest.approx(first.to_dict())
