"""From sections to the county: which count, grade, main pollutants, change."""

import numpy as np
import pandas as pd
import pytest
from water import county_grade, section_classes

from ecolib.errors import StandardError
from ecolib.standards.water.county import (
    assessed_sections,
    class_grade,
    compare_periods,
    compare_sections,
    grade_change,
    share_grade,
)
from ecolib.texts import Note, name_of, word

DAY = "2019-12-31"
# A permanganate index well inside each class of GB 3838 (limits 2, 4, 6, 10, 15).
OF_CLASS = {1: 1.0, 2: 3.0, 3: 5.0, 4: 8.0, 5: 12.0, 6: 20.0}


def year_of(section, *, year=2019, months=12, body="river", **items):
    rows = [
        (section, f"{year}-{month:02}-05", body, item, value)
        for month in range(1, months + 1)
        for item, value in items.items()
    ]
    return pd.DataFrame(rows, columns=["section", "date", "body", "item", "value"])


def county(classes, *, year=2019):
    parts = [
        year_of(f"S{n}", year=year, cod_mn=OF_CLASS[number], do=8)
        for n, number in enumerate(classes)
    ]
    return pd.concat(parts)


def names(count):
    return [f"S{n}" for n in range(count)]


def grade(level):
    return name_of("water_grade", str(level), "zh")


def worded(pollutants):
    return "、".join(note.text("zh") for note in pollutants)


class TestWhichSections:
    @pytest.mark.parametrize(
        ("levels", "expected"),
        [
            (["city", "national", "provincial"], "national"),
            (["city", "provincial", "county"], "provincial"),
            (["county", "city"], "city"),
            (["county", "other"], None),
        ],
    )
    def test_the_highest_level_present_counts_alone(self, levels, expected):
        table = pd.DataFrame({"section": levels, "level": levels})
        assert assessed_sections(table)["level"].tolist() == ([expected] if expected else [])


class TestGrades:
    @pytest.mark.parametrize(
        ("good", "worst", "expected"),
        [
            # Yangtze main stem, tributaries, boundary sections; Zijiang 42 of 44 (bulletins)
            (96.9, 0, "优"), (72.6, 8.1, "轻度污染"), (78.9, 5.3, "良好"), (100 * 42 / 44, 0, "优"),
            # at the limits of the shares
            (90, 10, "优"), (89.999, 0, "良好"), (75, 25, "良好"), (74.999, 19.999, "轻度污染"),
            (74.9, 20, "中度污染"), (60, 39.999, "中度污染"), (59.9, 40, "重度污染"), (0, 100, "重度污染"),
            (60, 40, "重度污染"),
        ],
    )  # fmt: skip
    def test_shares(self, good, worst, expected):
        assert grade(share_grade(good, worst, on=DAY)) == expected

    def test_better_shares_never_give_a_worse_grade(self):
        total = 30
        level = {
            (good, worst): share_grade(100 * good / total, 100 * worst / total, on=DAY)
            for good in range(total + 1)
            for worst in range(total + 1 - good)
        }
        for (good, worst), own in level.items():
            assert 1 <= own <= 5
            assert own >= level.get((good + 1, worst), 1)
            assert own <= level.get((good, worst + 1), 5)

    @pytest.mark.parametrize(
        ("water_class", "zh", "colour"),
        [
            (1, "优", "blue"), (2, "优", "blue"), (3, "良好", "green"), (4, "轻度污染", "yellow"),
            (5, "中度污染", "orange"), (6, "重度污染", "red"),
        ],
    )  # fmt: skip
    def test_sections(self, water_class, zh, colour):
        level = class_grade(water_class, on=DAY)
        assert (grade(level), name_of("water_colour", str(level), "en")) == (zh, colour)

    def test_before_the_method_there_is_no_grade(self):
        with pytest.raises(StandardError, match="2011-03-09"):
            class_grade(3, on="2011-03-08")


class TestCounty:
    def test_shares_from_five_sections_on(self):
        row = county_grade(county([1, 2, 3, 4, 6]), names(5)).table.iloc[0]
        assert row[["n1", "n2", "n3", "n4", "n5", "n6"]].tolist() == [1, 1, 1, 1, 0, 1]
        assert (row["good_share"], row["worse_than_v_share"]) == (60, 20)
        assert (row["method"], grade(row["level"])) == ("shares", "中度污染")
        assert worded(row["main_pollutants"]) == "高锰酸盐指数（40.0%）"

    def test_mean_concentrations_under_five(self):
        # Two at 3 and two at 8 mg/L: the mean 5.5 is class III, good; the share would be 50 %.
        row = county_grade(county([2, 2, 4, 4]), names(4)).table.iloc[0]
        assert (row["method"], row["class"], grade(row["level"])) == ("means", 3, "良好")
        assert row["good_share"] == 50 and row["main_pollutants"] == ()

    def test_main_pollutants_of_a_section(self):
        # Longgang river 2016-04 (bulletin; concentrations worked back from its multiples)
        data = year_of("S0", nh3n=2.3, tp=0.32, cod=24, do=6)
        row = county_grade(data, ["S0"]).table.iloc[0]
        assert (row["class"], grade(row["level"])) == (6, "重度污染")
        assert worded(row["main_pollutants"]) == "氨氮（1.3）、总磷（0.6）、化学需氧量（0.2）"

    def test_heavy_metals_come_first_and_three_are_named(self):
        data = year_of("S0", nh3n=2.3, tp=0.32, cod=24, pb=0.06, do=2.5)
        # pb 0.06 is class V, over 0.05 by 0.2; do 2.5 is class V and has no multiple
        row = county_grade(data, ["S0"]).table.iloc[0]
        assert [note.text("en") for note in row["main_pollutants"]] == [
            "lead (0.2)", "ammonia nitrogen (1.3)", "total phosphorus (0.6)",
        ]  # fmt: skip

    def test_rivers_and_lakes_keep_their_own_limits_in_the_mean(self):
        # TP 0.08 in both: class II in the river, IV in the lake, which is the worse
        data = pd.concat([year_of("S0", tp=0.08), year_of("S1", body="lake", tp=0.08)])
        assert county_grade(data, names(2)).table["class"].tolist() == [4]

    def test_thin_and_silent_sections_are_stated_and_never_counted(self):
        data = pd.concat([county([2] * 5), year_of("S5", months=7, cod_mn=20)])
        result = county_grade(data, [*names(6), "silent"])
        row = result.table.iloc[0]
        assert (row["sections"], row["evaluated"], row["good_share"]) == (7, 5, 100)
        assert row["not_evaluable"] == "S5, silent"
        reasons = result.sections.set_index("section")["reasons"]
        assert reasons["S5"] == (Note("too_few_months", had=7, needed=8),)
        assert reasons["silent"] == (Note("too_few_months", had=0, needed=8),)

    def test_half_the_months_missing_everywhere_gives_no_number(self):
        row = county_grade(year_of("S0", months=6, cod_mn=1), ["S0"]).table.iloc[0]
        assert row["method"] == "none" and row["level"] is None
        assert np.isnan(row["good_share"]) and pd.isna(row["class"])

    def test_a_section_silent_in_one_year_is_stated_in_that_year(self):
        data = pd.concat([county([2, 2]), county([2], year=2020)])
        assert county_grade(data, names(2)).table["not_evaluable"].tolist() == ["", "S1"]

    def test_sections_off_the_list_do_not_count(self):
        assert county_grade(county([2, 6]), ["S0"]).table["n6"].tolist() == [0]

    def test_published_counts_give_published_shares(self):
        # Surface water of China 2016, 1,617 sections
        counts = {1: 34, 2: 676, 3: 441, 4: 217, 5: 102, 6: 147}
        values = np.repeat([OF_CLASS[k] for k in counts], list(counts.values()))
        data = pd.DataFrame({"section": [f"S{n}" for n in range(1617)], "value": values})
        data = data.assign(date="2016-06-05", body="river", item="cod_mn")
        row = county_grade(data, data["section"], by="month").table.iloc[0]
        shares = [100 * row[f"n{number}"] / row["evaluated"] for number in range(1, 7)]
        assert np.abs(np.subtract(shares, [2.1, 41.8, 27.3, 13.4, 6.3, 9.1])).max() <= 0.05

    def test_order_of_rows_and_of_names_does_not_matter(self):
        data = county([1, 3, 4, 6, 6, 2])
        mixed = data.sample(frac=1, random_state=3)
        one, two = county_grade(data, names(6)), county_grade(mixed, names(6))
        pd.testing.assert_frame_equal(one.table, two.table)


class TestChange:
    @pytest.mark.parametrize(
        ("before", "after", "expected"),
        [
            # Basins 2018 against 2017: words from the bulletin, shares from memory
            ((57.7, 16.1), (66.4, 12.4), "有所好转"), ((41.7, 32.9), (46.3, 20.0), "有所好转"),
            ((46.1, 8.3), (57.2, 2.8), "有所好转"), ((68.5, 5.6), (57.9, 12.1), "有所下降"),
            ((49.1, 18.9), (49.0, 22.1), "有所下降"), ((84.5, 2.2), (87.5, 1.8), "无明显变化"),
            ((87.3, 4.2), (84.8, 5.5), "无明显变化"),
        ],
    )  # fmt: skip
    def test_basins(self, before, after, expected):
        rows = pd.DataFrame([before, after], columns=["good_share", "worse_than_v_share"])
        rows["level"] = [share_grade(*pair, on=DAY) for pair in (before, after)]
        rows["period"], rows["method"] = ["2017", "2018"], "shares"
        (step,) = compare_periods(rows)["step"]
        assert word("water_change", str(step), "zh") == expected

    @pytest.mark.parametrize(
        ("good", "worst", "step"),
        [
            (10, 0, 0), (10.01, 0, 1), (20, 0, 1), (20.01, 0, 2), (-10, 0, 0), (0, 10.01, -1),
            (-10, 10.01, -2), (0.1 + 0.2, -9.7, 0),
        ],
    )  # fmt: skip
    def test_bands_of_the_shares(self, good, worst, step):
        assert grade_change(3, 3, good_change=good, worse_than_v_change=worst) == step

    def test_levels_come_before_shares(self):
        assert grade_change(2, 3, good_change=30) == -1
        assert word("water_change", str(grade_change(5, 2)), "en") == "marked improvement"

    def test_each_period_against_the_one_before_and_the_first(self):
        data = pd.concat(county(own, year=y) for y, own in ((2017, [6]), (2018, [4]), (2019, [2])))
        table = compare_periods(county_grade(data, ["S0"]).table)
        assert table[["period", "against"]].to_numpy().tolist() == [
            ["2018", "2017"], ["2019", "2018"], ["2019", "2017"],
        ]  # fmt: skip
        assert table["step"].tolist() == [2, 2, 2]  # heavy -> light -> excellent
        assert table["good_change"].isna().all()  # one section: no shares

    def test_sections_between_years(self):
        data = pd.concat([county([4, 2], year=2018), county([3, 3], year=2019)])
        table = compare_sections(section_classes(data, "surface_water"))
        assert table["step"].tolist() == [1, -1]
