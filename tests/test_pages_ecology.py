"""EI, land and area pages: what moved, who lost, and plain sentences where there are no data."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from counties import opened
from reading import page_of, read

from ecolib.pages import tables

SUB_INDICES = {
    "ei_biological_richness": (80, 80), "ei_vegetation_cover": (70, 60),
    "ei_water_density": (50, 50), "ei_land_stress": (20, 20), "ei_pollution_load": (10, 30),
    "ei_restriction": (0, 0),
}  # fmt: skip


def figure(page, said: str) -> str:
    return next(alt for alt in page.alts if said in alt)


class TestEi:
    def test_grade_and_size_of_the_change(self, tiny):
        ei = {2018: 80, 2019: 70}
        names = ("biological_richness", "vegetation_cover", "water_density")
        items = [(f"ei_{n}", y, v, "index") for n in names for y, v in ei.items()]
        items += [(f"ei_{n}", y, 0, "index") for n in ("land_stress", "pollution_load", "restriction")
                  for y in ei]  # fmt: skip
        case = tiny(2019, items=items)
        # 0.75 * 80 + 25 = 85, excellent; 0.75 * 70 + 25 = 77.5, still excellent; -7.5 is 3 to 8.
        rows = read(case.evaluate("9"), "zh", case).table("历年分指数得分")
        assert [row[0] for row in rows] == ["2019", "2018"]
        assert rows[0][-4:] == ["77.50", "优", "−7.50", "明显变差"]
        assert rows[1][-4:] == ["85.00", "优", "—", "—"]

    def test_points_and_what_moved(self, tiny):
        items = [
            (n, y, v, "index")
            for n, vs in SUB_INDICES.items()
            for y, v in zip((2018, 2019), vs, strict=True)
        ]
        case = tiny(2019, items=items)
        points = tables.ei_points(case.evaluate("9"), case)
        # 0.35 * 80 = 28; 0.25 * 70 = 17.5 and 0.25 * 60 = 15; 0.10 * 90 = 9 and 0.10 * 70 = 7.
        assert points["biological_richness"].tolist() == pytest.approx([28, 28])
        assert points["vegetation_cover"].tolist() == pytest.approx([17.5, 15])
        assert points["pollution_load"].tolist() == pytest.approx([9, 7])
        # 15 - 17.5 = -2.5 and 7 - 9 = -2 make -4.5 in all.
        page = read(case.evaluate("9"), "en", case)
        rows = dict(page.table("Change since 2018"))
        assert rows["Vegetation cover index"] == "−2.50" and rows["EI"] == "−4.50"
        assert any("−4.50 from 2018 to 2019" in title for title in page.titles)

    def test_five_of_six_are_not_enough(self, tiny):
        items = [(n, 2019, v[0], "index") for n, v in list(SUB_INDICES.items())[:-2]]
        case = tiny(2019, items=items)
        page = read(case.evaluate("9"), "en", case)
        assert not any("EI" in title for title in page.titles)
        assert "all six sub-indices were submitted" in page.section("findings")

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_contributions_add_up_to_the_change(self, lang):
        page = page_of("demo", 2020, "10", lang)
        for since in (2015, 2019):
            caption = {"zh": f"比{since}年的变化", "en": f"Change since {since}"}[lang]
            *each, (_, total) = page.table(caption)
            # Seven figures rounded to a hundredth.
            parts = [float(value.replace("−", "-")) for _, value in each]
            assert len(parts) == 6
            assert sum(parts) == pytest.approx(float(total.replace("−", "-")), abs=0.035)

    def test_what_did_not_move_has_no_sign(self):
        values = [
            value for _, value in page_of("demo", 2020, "10", "en").table("Change since 2019")
        ]
        assert "0.00" in values and not {"+0.00", "−0.00"} & set(values)

    def test_raw_years_and_events_are_told(self):
        text = page_of("demo", 2020, "10", "en").section("findings")
        assert "2015, 2018–2020" in text
        assert "No restriction event was submitted" in text
        assert re.search("subtypes not listed as zero", text)

    def test_without_raw_data_a_plain_sentence(self, tiny):
        case = tiny(2019, items=[("eco_index_ei", 2019, 70, "index")])
        assert "未提交土地利用等原始数据" in read(case.evaluate("9"), "zh", case).section(
            "findings"
        )


class TestLand:
    @pytest.mark.parametrize(("lang", "kind"), [("zh", "建设用地"), ("en", "construction land")])
    def test_change_and_matrix(self, lang, kind):
        page = page_of("demo", 2020, "11", lang)
        # 2.4 + 1.1 + 1.3 + 0.6 + 0.9 - 0.3 = 6.0 km2 of new construction land; of it 4.8 fields.
        caption = {"zh": "2015年与2020年地类面积", "en": "Area by land type"}[lang]
        row = next(row for row in page.table(caption) if row[0] == kind)
        assert row[1:4] == ["83.90", "89.90", "+6.00"]
        case = opened("demo", 2020)
        _, matrix = tables.land(case.evaluate("11"), case)
        assert matrix.at["耕地", "建设用地"] == pytest.approx(4.8)
        assert "4.80" in page.section("findings")

    def test_one_survey_has_nothing_to_compare_with(self, tiny):
        case = tiny(2019, items=[("forest_area", 2019, 5, "km2")])
        assert read(case.evaluate("10"), "zh", case).section("findings") == ""


def red_line(tiny, *rows):
    case = tiny(2020, documents=[])
    table = pd.DataFrame(rows, columns=["site", "year", "area", "nature"])
    table = table.assign(kind="redline", unit="ha", position="here")
    path = case.root / "data/trial/raw/2020/areas.csv"
    table.to_csv(path, index=False, lineterminator="\n")
    return case


class TestAreas:
    ROWS = (
        ("北片", 2018, 10, "水源涵养"), ("北片", 2019, 12, "水源涵养"), ("北片", 2020, 11, "水源涵养"),
        ("南片", 2018, 5, "水土保持"), ("南片", 2019, 5, "水土保持"), ("南片", 2020, 4.5, "水土保持"),
    )  # fmt: skip

    def test_who_decreased_since_when(self, tiny):
        case = red_line(tiny, *self.ROWS)
        text = read(case.evaluate("16"), "zh", case).section("findings")
        # Since 2018 only the south lost; since 2019 the north lost more, so it stands first.
        assert "2018年至2020年有损失的：南片（面积减少0.5公顷）。" in text
        assert "2019年至2020年有损失的：北片（面积减少1公顷）、南片（面积减少0.5公顷）。" in text

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_the_figure_is_described_in_numbers(self, tiny, lang):
        case = red_line(tiny, *self.ROWS)
        page = read(case.evaluate("16"), lang, case)
        assert re.search(r"4\.5\s?[(（]−0\.5[)）]", figure(page, "4.5"))

    def test_a_changed_nature_is_told(self, tiny):
        case = red_line(tiny, ("北片", 2018, 10, "水源涵养"), ("北片", 2020, 10, "采石场"))
        text = read(case.evaluate("16"), "en", case).section("findings")
        assert "Lost from 2018 to 2020: 北片 (designation changed)." in text

    def test_a_nature_that_is_not_stated_is_not_called_unchanged(self, tiny):
        case = red_line(tiny, ("北片", 2018, 10, None), ("北片", 2020, 10, None))
        page = read(case.evaluate("16"), "zh", case)
        assert "有的地方无法核对" in page.text and "未填报性质是否改变" in page.text

    def test_one_year_shows_what_there_is(self, tiny):
        case = red_line(tiny, ("北片", 2020, 10, "水源涵养"))
        text = read(case.evaluate("16"), "zh", case).section("findings")
        assert "北片 10" in text and "损失" not in text

    def test_sites_show_their_change_and_gaps(self, tiny):
        rows = [("redline", "甲", 2018, 10, "ha"), ("redline", "甲", 2019, 9.5, "ha"),
                ("redline", "乙", 2019, 3, "ha")]  # fmt: skip
        case = tiny(2019, areas=rows)
        page = read(case.evaluate("16"), "en", case)
        found = {
            row[0]: row[1:]
            for row in page.table("16a Ecological protection red line: area of each site")
        }
        assert found["甲"] == ["10", "9.5", "−0.5"] and found["乙"] == ["—", "3", "—"]

    def test_no_areas_at_all(self, tiny):
        case = tiny(2020, items=[])
        assert read(case.evaluate("16"), "zh", case).section("findings") == ""
