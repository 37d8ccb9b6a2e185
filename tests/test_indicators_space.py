"""Indicators 16 to 18, each worked by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from series import by_year, on_series

from ecolib import open_case
from ecolib.indicators import space

ecological_redline = on_series(space.ecological_redline)
natural_coastline_rate = on_series(space.natural_coastline_rate)
nature_reserves = on_series(space.nature_reserves)
river_bank_protection_rate = on_series(space.river_bank_protection_rate)

KEPT = [
    (indicator, key, 2019, "是", "说", "公告", "〔2019〕1号", "2019-01-01", "", "")
    for indicator in ("ecological_redline", "nature_reserves")
    for key in ("nature", "function")
]


def sites(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["kind", "site", "year", "area"])


class TestEcologicalRedline:
    def test_the_sites_of_each_year_are_added(self):
        # 2018: 30,000 + 21,550 = 51,550 ha; 2019: 30,000 + 21,500 = 51,500 ha.
        found = ecological_redline(
            sites(
                ("redline", "北片", 2018, 30000.0),
                ("redline", "南片", 2018, 21550.0),
                ("redline", "北片", 2019, 30000.0),
                ("redline", "南片", 2019, 21500.0),
                ("protected", "自然保护区", 2019, 999.0),
            )
        )
        assert found.value.to_dict() == {2018: 51550, 2019: 51500}

    @pytest.mark.parametrize(
        ("before", "now", "status"),
        [("51550", "51550", "met"), ("51550", "51549.9", "not_met"), ("51550", "51551", "met")],
    )
    def test_the_area_must_not_shrink(self, tiny, before, now, status):
        areas = [("redline", "全县", 2018, before, "ha"), ("redline", "全县", 2019, now, "ha")]
        assert tiny(2019, areas=areas, documents=KEPT).evaluate("16a").verdict.status == status

    def test_square_kilometres_become_hectares(self, tiny):
        # The plan prints 515.50 km2 = 51,550 ha.
        areas = [
            ("redline", "全县", 2018, "515.50", "km2"),
            ("redline", "全县", 2019, "51550", "公顷"),
        ]
        result = tiny(2019, areas=areas, documents=KEPT).evaluate("16a")
        assert result.frame()["value"].tolist() == pytest.approx([51550, 51550])
        assert result.verdict.status == "met"

    def test_one_year_has_nothing_to_compare_with(self, tiny):
        areas = [("redline", "全县", 2019, "51550", "ha")]
        verdict = tiny(2019, areas=areas, documents=KEPT).evaluate("16a").verdict
        assert verdict.status == "not_evaluable"
        assert "2019" in verdict.reason("zh")

    def test_a_total_in_another_file_that_is_not_the_sum_says_so(self, tiny):
        tiny(2018, areas=[("redline", site, 2018, "50", "ha") for site in "甲乙"])
        reason = tiny(2018, folder=2017, areas=[("redline", "全县", 2018, "120", "ha")])
        reason = reason.evaluate("16a").verdict.reason("zh")
        assert "面积总数为120公顷，各地块合计为100公顷，两者不一致" in reason

    def test_an_area_that_a_later_folder_repeats_counts_once(self, tiny):
        tiny(2018, areas=[("redline", "全县", 2018, "100", "ha")])
        again = [("redline", "全县", 2018, "100", "ha"), ("redline", "全县", 2019, "100", "ha")]
        case = tiny(2019, areas=again, documents=KEPT)
        assert case.evaluate("16a").frame()["value"].tolist() == [100, 100]
        assert case.evaluate("16a").verdict.status == "met"
        assert [i.rule for i in case.issues()] == []

    def test_an_area_that_a_later_folder_restates_is_told(self, tiny):
        tiny(2018, areas=[("redline", "全县", 2018, "120", "ha")])
        again = [("redline", "全县", 2018, "100", "ha"), ("redline", "全县", 2019, "100", "ha")]
        case = tiny(2019, areas=again, documents=KEPT)
        assert case.evaluate("16a").frame()["value"].tolist() == [100, 100]
        (issue,) = case.issues()
        assert (issue.rule, issue.source.cell) == ("restated", "A2")
        assert "raw/2018/areas.csv" in issue.text("zh")


class TestNatureReserves:
    def test_only_protected_areas_count(self):
        # 1,200 + 300.5 = 1,500.5 ha
        found = nature_reserves(
            sites(
                ("protected", "甲", 2019, 1200.0),
                ("protected", "乙", 2019, 300.5),
                ("redline", "甲", 2019, 5000.0),
            )
        )
        assert found.value.to_dict() == {2019: 1500.5}

    def test_a_site_without_a_figure_leaves_the_year_open(self):
        found = nature_reserves(
            sites(("protected", "甲", 2019, 1200.0), ("protected", "乙", 2019, math.nan))
        )
        assert math.isnan(found.value[2019])

    def test_23035_ha_three_years_running_have_not_shrunk(self, tiny):
        areas = [("protected", "合计", y, "23035", "ha") for y in (2017, 2018, 2019)]
        assert tiny(2019, areas=areas, documents=KEPT).evaluate("16b").verdict.status == "met"

    def test_area_kept_but_nature_changed(self, tiny):
        areas = [("protected", "合计", y, "23035", "ha") for y in (2018, 2019)]
        changed = [
            (*row[:3], "否", *row[4:]) if row[:2] == ("nature_reserves", "nature") else row
            for row in KEPT
        ]
        verdict = tiny(2019, areas=areas, documents=changed).evaluate("16b").verdict
        assert verdict.status == "not_met"
        assert "designation unchanged" in verdict.reason("en")


class TestNaturalCoastlineRate:
    def test_strict_and_retained_of_the_whole_coast(self):
        # (12 + 30) / 120 = 35 %
        found = natural_coastline_rate(*(by_year({2019: v}) for v in (12, 30, 120)))
        assert found[2019] == 35

    def test_no_coast_is_no_share(self):
        found = natural_coastline_rate(*(by_year({2019: 0}) for _ in range(3)))
        assert math.isnan(found[2019])

    def test_a_part_that_was_not_submitted_is_not_zero(self):
        found = natural_coastline_rate(
            by_year({2019: 12}), by_year({2018: 30}), by_year({2019: 120})
        )
        assert math.isnan(found[2019])

    def test_more_natural_shore_than_coast_is_a_conflict(self, tiny):
        # (90 + 40) / 120 = 108.33 %
        items = [
            ("shore_strict", 2019, "90", "km"),
            ("shore_retained", 2019, "40", "km"),
            ("shore_total", 2019, "120", "km"),
        ]
        result = tiny(2019, items=items).evaluate("17")
        assert result.value == pytest.approx(108.333, abs=5e-4)
        assert result.verdict.status == "conflict"


class TestRiverBankProtectionRate:
    def test_protection_and_reserve_zones_of_all_banks(self):
        # (150 + 90) / 400 = 60 %
        found = river_bank_protection_rate(*(by_year({2019: v}) for v in (150, 90, 400)))
        assert found[2019] == 60

    def test_lengths_in_metres_and_kilometres(self, tiny):
        # 150,000 m + 90 km of 400 km
        items = [
            ("bank_protected", 2019, "150000", "m"),
            ("bank_reserved", 2019, "90", "km"),
            ("bank_total", 2019, "400", "km"),
        ]
        assert tiny(2019, items=items).evaluate("18").value == pytest.approx(60)

    def test_no_banks(self):
        assert math.isnan(river_bank_protection_rate(*(by_year({2019: 0}) for _ in range(3)))[2019])

    def test_without_an_assigned_target_it_is_computed_but_not_judged(self, tiny):
        items = [
            ("bank_protected", 2019, "150", "km"),
            ("bank_reserved", 2019, "90", "km"),
            ("bank_total", 2019, "400", "km"),
        ]
        result = tiny(2019, items=items).evaluate("18")
        assert (result.value, result.verdict.status) == (60, "not_evaluable")


@pytest.mark.parametrize(
    ("unit", "coast", "status"),
    # 51550 ha of 121843 ha; 51550 km2 of 1218.43 km2, which in a coastal county may be its sea.
    [("ha", "", "met"), ("km2", "", "conflict"), ("km2", "#", "met")],
)
def test_a_protected_area_lies_within_an_inland_county(tiny, tmp_path, unit, coast, status):
    areas = [("redline", "全县", y, "51550", unit) for y in (2018, 2019)]
    tiny(2019, areas=areas, documents=KEPT)
    file = tmp_path / "params/trial.yml"
    given = file.read_text(encoding="utf-8").replace("county: {", "county: {area_km2: 1218.43, ")
    inland = f"{coast}not_applicable: {{natural_coastline_rate: {{zh: 不临海, en: inland}}}}\n"
    file.write_text(given + inland, encoding="utf-8")
    case = open_case("trial", 2019, root=tmp_path)
    assert case.evaluate("16a").verdict.status == status
