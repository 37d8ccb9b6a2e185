"""EI of HJ 192-2015: coefficients, sub-indices, grades, changes."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecolib.errors import DataError, StandardError
from ecolib.standards import standard
from ecolib.standards.ecology import (
    METHOD,
    ei_change,
    ei_from_sub_indices,
    grade,
    restricted_grade,
    sub_indices,
)
from ecolib.standards.land import cover_by_year
from ecolib.texts import Name, word

SHARED = Path(__file__).parents[1].parent / "shared" / "reference" / "standards"
DAY = "2019-12-31"
NAMES = [
    "biological_richness",
    "vegetation_cover",
    "water_density",
    "land_stress",
    "pollution_load",
]
BOUNDED = settings(deadline=None, derandomize=True, max_examples=40)
index_values = st.floats(0, 100).map(lambda x: round(x, 2))
five = st.lists(index_values, min_size=5, max_size=5)


def rows(*values, years=None):
    """Sub-indices as a table by year."""
    years = years or range(2017, 2017 + len(values))
    return pd.DataFrame(list(values), columns=NAMES, index=list(years))


def named(values, kind, on):
    """The bands of values by their Chinese names."""
    codes = grade(pd.Series(values), kind, on=on)
    return [None if pd.isna(code) else word(kind, str(code), "zh") for code in codes]


def habitat(land):
    """Habitat quality by year."""
    return cover_by_year(land, on=DAY)["habitat"]


def ei(land, yearly):
    return ei_from_sub_indices(sub_indices(land, yearly, on=DAY)[0], on=DAY)


def codes(notes):
    return [note.code for _, note in notes]


def texts(notes, lang="en"):
    return [note.text(lang) for _, note in notes]


def shared(name):
    if not (SHARED / name).exists():
        pytest.skip(f"{SHARED / name} is not there")
    return pd.read_csv(SHARED / name)


@pytest.fixture
def land():
    """100 km2: HQ = 511.2642131067 * (50*.35*.6 + 30*.11*.6 + 20*.04*.3)/100 = 65.0328."""
    return pd.DataFrame(
        {
            "year": 2018,
            "type": ["林地", "耕地", "建设用地"],
            "subtype": ["有林地", "水田", "城镇建设用地"],
            "area_km2": [50.0, 30.0, 20.0],
        }
    )


@pytest.fixture
def yearly():
    return pd.DataFrame(
        {
            "area_km2": 100.0,
            "ndvi": 0.6,
            "river_km": 50.0,
            "water_area_km2": 2.0,
            "water_resources_hm3": 60.0,
            "severe_erosion_km2": 2.0,
            "moderate_erosion_km2": 5.0,
            "other_stress_km2": 1.0,
            "rain_mm": 1500.0,
            "cod_t": 300.0,
            "nh3n_t": 30.0,
            "so2_t": 200.0,
            "dust_t": 100.0,
            "nox_t": 300.0,
            "solid_waste_t": 1000.0,
        },
        index=[2018],
    )


class TestTables:
    def test_weights_sum_to_one(self):
        table = standard("ecology_coefficients", on=DAY)
        sums = table[table["kind"] == "weight"].groupby("sub_index")["value"].sum()
        assert sums.index.tolist() == ["ei", "land_stress", "pollution_load"]
        assert np.allclose(sums, 1, atol=1e-12)
        land = standard("ecology_land_weights", on=DAY)
        assert np.allclose(land.groupby("type")["subtype_weight"].sum(), 1, atol=1e-12)
        assert land.drop_duplicates("type")["type_weight"].sum() == pytest.approx(1, abs=1e-12)
        assert land["subtype"].is_unique and len(land) == 20

    def test_bands_touch_without_gap(self):
        for _, bands in standard("ecology_grades", on="2022-01-01").groupby("kind"):
            bands = bands.sort_values("lower", na_position="first")
            assert bands["lower"].iloc[1:].tolist() == bands["upper"].iloc[:-1].tolist()
            assert np.isnan(bands["upper"].iloc[-1])

    def test_same_as_reference(self):
        ours = standard("ecology_land_weights", on=DAY).set_index("subtype")
        theirs = shared("hj192_2015_landuse_weights.csv").set_index("subtype_cn")
        product = ours["type_weight"] * ours["subtype_weight"]
        pd.testing.assert_series_equal(product, theirs["product"], check_names=False)
        assert (ours["type"] == theirs["class_cn"]).all()
        table = standard("ecology_coefficients", on=DAY)
        numbers = pd.to_numeric(
            shared("hj192_2015_coefficients.csv")["value"], errors="coerce"
        ).dropna()
        assert set(numbers) <= set(table["value"])

    def test_no_edition_before_2015(self):
        with pytest.raises(StandardError):
            grade(pd.Series([60.0]), "ei_grade", on="2015-03-12")


class TestGrade:
    @pytest.mark.parametrize(
        ("kind", "limit", "below", "at"),
        [
            ("ei_grade", 75, "良", "优"),
            ("ei_grade", 55, "一般", "良"),
            ("ei_grade", 35, "较差", "一般"),
            ("ei_grade", 20, "差", "较差"),
            ("ei_improvement", 1, "无明显变化", "略微变好"),
            ("ei_improvement", 3, "略微变好", "明显变好"),
            ("ei_improvement", 8, "明显变好", "显著变好"),
            ("ei_decline", 1, "无明显变化", "略微变差"),
            ("ei_decline", 3, "略微变差", "明显变差"),
            ("ei_decline", 8, "明显变差", "显著变差"),
            ("ei_fluctuation", 1, "稳定", "波动"),
            ("ei_fluctuation", 3, "波动", "较大波动"),
            ("ei_fluctuation", 8, "较大波动", "剧烈波动"),
            ("eqi_grade", 70, "二类", "一类"),
            ("eqi_grade", 55, "三类", "二类"),
            ("eqi_grade", 40, "四类", "三类"),
            ("eqi_grade", 30, "五类", "四类"),
        ],
    )
    def test_just_below_at_and_above(self, kind, limit, below, at):
        values = pd.Series([np.nextafter(limit, 0), limit, np.nextafter(limit, 100)])
        assert named(values, kind, "2022-01-01") == [below, at, at]

    def test_missing_stays_missing_and_keeps_its_place(self):
        found = grade(pd.Series({2017: np.nan, 2018: 80.0}), "ei_grade", on=DAY)
        assert found.isna().tolist() == [True, False] and found[2018] == 1

    def test_a_size_of_change_has_no_sign(self):
        assert grade(pd.Series([-5.0]), "ei_decline", on=DAY).isna().all()

    @pytest.mark.parametrize(
        ("kind", "value", "zh"),
        [
            ("ei_grade", 65.0, "良"),  # 水城县, 六盘水 2019 (Journal of Green Science, no. 4)
            ("ei_grade", 52.2, "一般"),  # 钟山区, the same
            ("ei_grade", 65.2, "良"),  # Jiangsu 2020, bulletin as printed by the press
            ("eqi_grade", 54.76, "三类"),  # Henan 2024, press
            ("eqi_grade", 59.6, "二类"),  # China 2022, national bulletin of 2023-05-29
        ],
    )
    def test_published(self, kind, value, zh):
        assert named([value], kind, "2024-12-31") == [zh]

    def test_worked_examples(self):
        table = shared("worked_examples.csv")
        kinds = {"ei_level": ("ei_grade", "EI"), "eqi_level": ("eqi_grade", "EQI")}
        table = table[table["category"].isin(kinds) & (table["recomputed"] == "yes")]
        assert len(table) == 4
        for row in table.itertuples():
            kind, name = kinds[row.category]
            value = json.loads(row.inputs_json)[name]
            expected = next(iter(json.loads(row.expected_json).values()))
            assert named([value], kind, "2024-12-31") == [expected]


class TestSubIndices:
    def test_habitat_quality_by_hand(self, land):
        # 511.2642131067 * 12.72 / 100
        assert habitat(land)[2018] == pytest.approx(65.032808, abs=1e-6)

    def test_derived_vector(self, land):
        vector = shared("derived_vectors.csv").set_index("topic").loc["hj192_HQ"]
        expected = json.loads(vector["expected_json"])["HQ"]
        given_ = json.loads(vector["inputs_json"])
        assert dict(zip(land["subtype"], land["area_km2"], strict=True)).items() <= given_.items()
        assert habitat(land)[2018] == pytest.approx(expected, abs=vector["abs_tolerance"])

    def test_all_by_hand(self, land, yearly):
        found = sub_indices(land, yearly, on=DAY)[0].loc[2018]
        # water: (84.3704083981*50 + 591.7908642005*2 + 86.3869548281*60) / (3*100)
        # stress: 236.0435677948 * (0.4*2 + 0.2*5 + 0.2*20 + 0.2*1) / 100
        # load: (0.2*4.3937397289*300 + 0.2*40.1764754986*30) / (1500*100) + (0.2*0.0648660287*200
        #       + 0.1*4.0904459321*100 + 0.2*0.5103049278*300 + 0.1*0.0749894283*1000) / 100
        expected = [65.032808, 72.699074, 35.284399, 14.162614, 0.819528]
        assert found.tolist() == pytest.approx(expected, abs=2e-6)

    def test_ei_by_hand(self, land, yearly):
        status = ei(land, yearly)
        # 0.35*65.03 + 0.25*72.70 + 0.15*35.28 + 0.15*(100-14.16) + 0.10*(100-0.82)
        row = status.table.loc[2018]
        assert row["ei"] == pytest.approx(69.0215, abs=1e-9)
        assert word("ei_grade", str(row["grade"].astype(int)), "zh") == "良"

    def test_biodiversity_and_years_without_it(self, land, yearly):
        cover = pd.concat([land, land.assign(year=2019, area_km2=[60.0, 30.0, 10.0])])
        years = pd.concat([yearly.assign(biodiversity=45.032808), yearly.set_axis([2019])])
        found, notes = sub_indices(cover, years, on=DAY)
        # 2018: (45.032808 + 65.032808)/2 = 55.032808; 2019 moves as HQ: 511.2642131067*0.147 =
        # 75.155839, that is + 10.123031
        assert found["biological_richness"].tolist() == pytest.approx(
            [55.032808, 65.155839], abs=2e-6
        )
        told = [year for year, note in notes if note.code == "ei_no_biodiversity.this_year"]
        assert told == [2019]

    def test_unknown_subtype_names_the_near_one(self, land):
        with pytest.raises(DataError, match="did you mean “灌木林地”"):
            habitat(land.assign(subtype=["灌木林", "水田", "城镇建设用地"]))

    def test_subtype_under_the_wrong_type(self, land):
        with pytest.raises(DataError, match="“有林地” belongs to “林地”, not to “草地”"):
            habitat(land.assign(type=["草地", "耕地", "建设用地"]))

    def test_full_width_brackets_are_the_same_name(self):
        rivers = pd.DataFrame(
            {"year": 2018, "type": "水域湿地", "subtype": ["河流（渠） "], "area_km2": [4.0]}
        )
        # 511.2642131067 * 0.28 * 0.1
        assert habitat(rivers)[2018] == pytest.approx(14.315398, abs=1e-6)

    def test_missing_subtype_is_a_nought_only_when_the_total_closes(self, land, yearly):
        _, notes = sub_indices(land, yearly, on=DAY)
        assert any("count as zero: shrubland" in said for said in texts(notes))
        gap, notes = sub_indices(land.iloc[:2], yearly, on=DAY)
        assert gap.loc[2018, ["biological_richness", "land_stress"]].isna().all()
        assert any(re.search("adds up to 80 km².*not complete", t) for t in texts(notes))

    def test_missing_area_is_not_zero(self, land, yearly):
        found, _ = sub_indices(land.assign(area_km2=[50, np.nan, 50]), yearly, on=DAY)
        assert np.isnan(found.loc[2018, "biological_richness"])

    def test_zero_areas_give_no_number(self, land, yearly):
        nothing = yearly.assign(area_km2=0.0)
        found, _ = sub_indices(land.assign(area_km2=0.0), nothing, on=DAY)
        assert found.loc[2018].drop("vegetation_cover").isna().all()
        status = ei(land.assign(area_km2=0.0), nothing)
        assert np.isnan(status.table.loc[2018, "ei"]) and pd.isna(status.table.loc[2018, "grade"])

    @pytest.mark.parametrize("gone", ["ndvi", "river_km", "severe_erosion_km2", "rain_mm", "cod_t"])
    def test_a_missing_input_leaves_ei_open_and_says_so(self, land, yearly, gone):
        without = yearly.drop(columns=gone)
        assert np.isnan(ei(land, without).table.loc[2018, "ei"])
        missing = [n for _, n in sub_indices(land, without, on=DAY)[1] if n.code == "ei_missing"]
        assert [note.args["inputs"] for note in missing] == [(Name("ei_input", gone),)]
        assert word("ei_input", gone, "zh") in missing[0].text("zh")

    def test_a_year_without_land_cover_or_without_inputs(self, land, yearly):
        found = sub_indices(land, yearly.set_axis([2019]), on=DAY)[0]
        assert found.index.tolist() == [2018, 2019]
        assert found.loc[2018].isna().all()
        assert found.loc[2019].notna().tolist() == [False, True, True, False, True]

    @given(st.permutations(range(3)))
    @BOUNDED
    def test_row_order_does_not_matter(self, order):
        land = pd.DataFrame(
            {
                "year": [2018, 2018, 2019],
                "type": ["林地", "耕地", "林地"],
                "subtype": ["有林地", "旱地", "有林地"],
                "area_km2": [40.0, 60.0, 100.0],
            }
        )
        found = habitat(land.iloc[list(order)])
        pd.testing.assert_series_equal(found, habitat(land))


class TestEi:
    def test_published_nantong_2017(self):
        """Bulletin of 南通市 for 2017: five sub-indices with two decimals, EI 67.97, 良."""
        status = ei_from_sub_indices(rows([30.59, 76.93, 93.94, 6.08, 1.48]), on=DAY)
        assert status.table.loc[2017, "ei"] == pytest.approx(67.97, abs=0.005)
        assert word("ei_grade", str(status.table.loc[2017, "grade"].astype(int)), "zh") == "良"

    def test_best_and_worst(self):
        status = ei_from_sub_indices(rows([100, 100, 100, 0, 0], [0, 0, 0, 100, 100]), on=DAY)
        assert status.table["ei"].tolist() == [100, 0]

    def test_cap_is_told(self):
        high = rows([107.365485, 80, 30, 10, 5])
        capped = ei_from_sub_indices(high, on=DAY)
        assert capped.table.loc[2017, "biological_richness"] == 100
        assert texts(capped.notes, "zh") == ["107.37按100计"]

    @pytest.mark.parametrize("value", [99.99, 100.0])
    def test_up_to_the_cap_nothing_is_told(self, value):
        assert ei_from_sub_indices(rows([value, 80, 30, 10, 5]), on=DAY).notes == ()

    def test_missing_sub_index(self):
        status = ei_from_sub_indices(rows([50, np.nan, 50, 10, 5]), on=DAY)
        assert np.isnan(status.table.loc[2017, "ei"]) and pd.isna(status.table.loc[2017, "grade"])
        without = rows([50, 50, 50, 10, 5]).drop(columns="land_stress")
        assert np.isnan(ei_from_sub_indices(without, on=DAY).table.loc[2017, "ei"])

    def test_negative_sub_index(self):
        with pytest.raises(DataError, match="land_stress 2017"):
            ei_from_sub_indices(rows([50, 50, 50, -1, 5]), on=DAY)

    @given(five, st.integers(0, 4), st.floats(0.01, 50))
    @BOUNDED
    def test_monotone_in_each_sub_index(self, values, which, more):
        changed = list(values)
        changed[which] = min(100.0, changed[which] + more)
        ei = ei_from_sub_indices(rows(values, changed), on=DAY).table["ei"]
        better = ei[2018] >= ei[2017] if which < 3 else ei[2018] <= ei[2017]
        assert better and ei.between(0, 100).all()


class TestRestriction:
    @pytest.mark.parametrize(
        ("ei", "national", "provincial"),
        [(80, 3, 2), (60, 3, 3), (40, 4, 4), (25, 5, 5), (10, 5, 5)],
    )
    def test_grade(self, ei, national, provincial):
        for event, expected in (("national", national), ("provincial", provincial)):
            events = pd.DataFrame({"year": [2018], "event": [event]})
            assert restricted_grade(pd.Series({2018: float(ei)}), events, on=DAY)[2018] == expected

    def test_ei_itself_stays_and_the_lower_grade_is_told(self):
        events = pd.DataFrame({"year": [2018], "event": ["provincial"]})
        values = rows([100, 100, 100, 0, 0], [100, 100, 100, 0, 0])
        status = ei_from_sub_indices(values, on=DAY, events=events)
        assert status.table["ei"].tolist() == [100, 100]
        assert status.table["grade"].tolist() == [1, 2]
        assert [(year, note.code) for year, note in status.notes] == [(2018, "ei_grade_lowered")]

    def test_gravest_event_of_a_year_and_no_other_year(self):
        events = pd.DataFrame({"year": [2018, 2018], "event": ["provincial", "national"]})
        found = restricted_grade(pd.Series({2017: 80.0, 2018: 80.0}), events, on=DAY)
        assert found.tolist() == [1, 3]

    def test_no_grade_out_of_an_event_alone(self):
        events = pd.DataFrame({"year": [2018], "event": ["national"]})
        assert restricted_grade(pd.Series({2018: np.nan}), events, on=DAY).isna().all()

    def test_restriction_points_submitted(self):
        given_ = rows([50, 50, 50, 10, 5]).assign(restriction=-3.0)
        plain = ei_from_sub_indices(rows([50, 50, 50, 10, 5]), on=DAY).table.loc[2017, "ei"]
        assert ei_from_sub_indices(given_, on=DAY).table.loc[2017, "ei"] == pytest.approx(plain - 3)


class TestChange:
    def test_contributions_by_hand(self):
        status = ei_from_sub_indices(rows([50, 60, 40, 10, 5], [54, 60, 38, 20, 5]), on=DAY)
        change = ei_change(status.points, 2017, 2018, on=DAY)
        # 0.35*4, 0, 0.15*-2, 0.15*-10, 0
        assert change.contributions.tolist() == pytest.approx([1.4, 0, -0.3, -1.5, 0, 0])
        assert change.change == pytest.approx(-0.4)
        assert (change.kind, change.grade) == ("ei_decline", 0)

    @pytest.mark.parametrize(
        ("before", "after", "zh"),
        [
            (31.3, 32.3, "略微变好"),  # in binary fractions 0.9999999999999964
            (32.3, 31.3, "略微变差"),
            (64.3, 65.29, "无明显变化"),
            (64.3, 67.3, "明显变好"),
            (64.3, 67.29, "略微变好"),
            (72.3, 64.3, "显著变差"),
            (72.29, 64.3, "明显变差"),
        ],
    )
    def test_bands(self, before, after, zh):
        # Nothing but noughts gives 25: the stresses are not there.
        nothing = rows([0] * 5, [0] * 5).assign(restriction=[before - 25, after - 25])
        status = ei_from_sub_indices(nothing, on=DAY)
        assert status.table["ei"].tolist() == [before, after]
        change = ei_change(status.points, 2017, 2018, on=DAY)
        assert word(change.kind, str(change.grade), "zh") == zh

    def test_a_year_that_is_not_there(self):
        status = ei_from_sub_indices(rows([50, 60, 40, 10, 5]), on=DAY)
        change = ei_change(status.points, 2016, 2017, on=DAY)
        assert np.isnan(change.change) and change.grade is None

    @given(five, five)
    @BOUNDED
    def test_contributions_sum_to_the_change(self, before, after):
        status = ei_from_sub_indices(rows(before, after), on=DAY)
        change = ei_change(status.points, 2017, 2018, on=DAY)
        assert change.contributions.sum() == pytest.approx(change.change, abs=1e-8)

    @given(st.permutations(range(4)))
    @BOUNDED
    def test_row_order_does_not_matter(self, order):
        values = rows([50, 60, 40, 10, 5], [54, 60, 38, 20, 5], [1, 2, 3, 4, 5], [99] * 5)
        found = ei_from_sub_indices(values.iloc[list(order)], on=DAY).table.sort_index()
        pd.testing.assert_frame_equal(found, ei_from_sub_indices(values, on=DAY).table)


def test_the_method_is_told_in_both_languages():
    for note in METHOD.values():
        assert re.search("[\u4e00-\u9fff]", note.text("zh"))
        assert not re.search("[\u4e00-\u9fff]", note.text("en"))
    assert "1.0%" in METHOD["area_gap"].text("en") and "100" in METHOD["cap"].text("zh")
