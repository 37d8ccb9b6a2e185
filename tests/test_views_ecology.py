"""EI, land and area pages: what moved, who lost, and plain sentences where there are no data."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from counties import opened

from ecolib import views
from ecolib.views.output import Picture

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def demo():
    return opened("demo", 2020)


def text_of(shown) -> str:
    return "\n".join(getattr(piece, "text", "") for piece in shown.pieces)


def alts(shown) -> list[str]:
    return [piece.alt for piece in shown.pieces if isinstance(piece, Picture)]


class TestEi:
    def test_grade_and_size_of_the_change(self, tiny):
        ei = {2018: 80, 2019: 70}
        names = ("biological_richness", "vegetation_cover", "water_density")
        items = [(f"ei_{n}", y, v, "index") for n in names for y, v in ei.items()]
        items += [(f"ei_{n}", y, 0, "index") for n in ("land_stress", "pollution_load", "restriction")
                  for y in ei]  # fmt: skip
        case = tiny(2019, items=items)
        # 0.75 * 80 + 25 = 85, excellent; 0.75 * 70 + 25 = 77.5, still excellent; -7.5 is 3 to 8.
        text = text_of(views.sub_indices(case.evaluate("9"), "zh", case=case))
        assert re.search(r"2019\s+77.50\s+优\s+-7.50\s+明显变差", text)
        assert re.search(r"2018\s+85.00\s+优\s+—\s+—", text)

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_contributions_add_up_to_the_change(self, demo, lang):
        shown = views.sub_indices(demo.evaluate("10"), lang, case=demo)
        moved = alts(shown)[1]
        for part in re.split("；|; ", moved):
            total, *each = map(float, re.findall(r"[+-]\d+\.\d\d", part))
            # Seven figures rounded to a hundredth.
            assert len(each) == 6 and sum(each) == pytest.approx(total, abs=0.035)

    def test_raw_years_and_events_are_told(self, demo):
        text = text_of(views.ecology(demo.evaluate("10"), "en", case=demo))
        assert "2015, 2018, 2019, 2020" in text
        assert "No restriction event was handed in" in text
        assert "subtypes without a row count as zero" in text

    def test_without_raw_data_a_plain_sentence(self, tiny):
        case = tiny(2019, items=[("eco_index_ei", 2019, 70, "index")])
        assert "没有交来土地利用等原始数据" in text_of(
            views.ecology(case.evaluate("9"), "zh", case=case)
        )


class TestLand:
    @pytest.mark.parametrize(("lang", "kind"), [("zh", "建设用地"), ("en", "construction land")])
    def test_change_and_matrix(self, demo, lang, kind):
        shown = views.areas(demo.evaluate("11"), lang, case=demo)
        # 2.4 + 1.1 + 1.3 + 0.6 + 0.9 - 0.3 = 6.0 km2 of new construction land; of it 4.8 fields.
        assert f"{kind} 83.9 → 89.9 (+6.00)" in alts(shown)[0]
        assert "4.80" in text_of(shown)

    def test_one_survey_has_nothing_to_compare_with(self, tiny):
        case = tiny(2019, items=[("forest_area", 2019, 5, "km2")])
        assert views.areas(case.evaluate("10"), "zh", case=case).pieces == ()


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
        text = text_of(views.areas(case.evaluate("16"), "zh", case=case))
        # Since 2018 only the south lost; since 2019 the north lost more, so it stands first.
        assert "2018 年至 2020 年有损失的：南片（面积减少 -0.5 公顷）。" in text
        assert (
            "2019 年至 2020 年有损失的：北片（面积减少 -1 公顷）、南片（面积减少 -0.5 公顷）。"
            in text
        )

    @pytest.mark.parametrize(("lang", "said"), [("zh", "4.5 (-0.5)"), ("en", "4.5 (-0.5)")])
    def test_the_figure_is_described_in_numbers(self, tiny, lang, said):
        case = red_line(tiny, *self.ROWS)
        assert said in alts(views.areas(case.evaluate("16"), lang, case=case))[0]

    def test_a_changed_nature_is_told(self, tiny):
        case = red_line(tiny, ("北片", 2018, 10, "水源涵养"), ("北片", 2020, 10, "采石场"))
        text = text_of(views.areas(case.evaluate("16"), "en", case=case))
        assert "Lost from 2018 to 2020: 北片 (nature changed)." in text

    def test_a_nature_that_is_not_stated_is_not_called_unchanged(self, tiny):
        case = red_line(tiny, ("北片", 2018, 10, None), ("北片", 2020, 10, None))
        text = text_of(views.areas(case.evaluate("16"), "zh", case=case))
        assert "有的地方无法核对" in text and "性质是否改变未填报" in text

    def test_one_year_shows_what_there_is(self, tiny):
        case = red_line(tiny, ("北片", 2020, 10, "水源涵养"))
        text = text_of(views.areas(case.evaluate("16"), "zh", case=case))
        assert "北片" in text and "损失" not in text

    def test_no_areas_at_all(self, tiny):
        case = tiny(2020, items=[])
        assert views.areas(case.evaluate("16"), "zh", case=case).pieces == ()
