"""Laboratory results to counts of sections, wells and sources, by hand and on the demo county."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from counties import opened

from ecolib.assess.result import from_json, to_json
from ecolib.standards.water.derive import (
    drinking_water,
    groundwater,
    section_trends,
    surface_water,
)

ROOT = Path(__file__).parents[1]
# GB 3838-2002, ammonia nitrogen: II to 0.5, III to 1.0, IV to 1.5, V to 2.0 mg/L.
II, III, IV, BELOW_V = "0.4", "0.9", "1.2", "2.5"


def submitted(rows: list[dict], folder: int = 2020) -> pd.DataFrame:
    """Rows as the case reads them, with the file and row they stand in."""
    place = {"file": f"raw/{folder}/x.csv", "sheet": "", "submitted": folder}
    return pd.DataFrame([{**row, **place, "row": at} for at, row in enumerate(rows, start=2)])


def sections(*rows, year=2020) -> pd.DataFrame:
    """Sections as (name, level) or (name, level, lake)."""
    return submitted(
        [
            {"year": year, "section": name, "water": None, "body": "lake" if lake else "river",
             "lake": lake[0] if lake else None, "level": level, "target": 3.0}
            for name, level, *lake in rows
        ]
    )  # fmt: skip


def samples(place="section", months=range(1, 13), year=2020, item="nh3n", folder=2020, **values):
    """The same result every month, or a list with one for each."""
    rows = [
        {place: name, "date": pd.Timestamp(year, month, 5), "item": item, "value": value}
        for name, given in values.items()
        for month, value in zip(
            months, [given] * 12 if isinstance(given, str) else given, strict=False
        )
    ]
    return submitted(rows, folder)


def counts(derived, prefix="surface_sections", year=2020):
    names = ("total", "class3", "below5")
    return tuple(derived.items[f"{prefix}_{name}"].get(year) for name in names)


def said(derived, kind="notes", lang="zh"):
    return " ".join(note.text(lang) for _, note in getattr(derived, kind))


class TestWhichSectionsCount:
    GIVEN = (("甲", "national"), ("乙", "provincial"), ("丙", "provincial"), ("丁", "city"))

    @pytest.mark.parametrize(
        ("listed", "expected"),
        [
            (GIVEN, (1, 1, 0)),  # the national one alone
            (GIVEN[1:], (2, 0, 2)),  # no national one: the two provincial ones
            (GIVEN[3:], (1, 1, 0)),  # the city's only where there is nothing higher
        ],
    )
    def test_the_highest_control_level_present(self, listed, expected):
        results = {"甲": II, "乙": BELOW_V, "丙": BELOW_V, "丁": III}
        values = {name: results[name] for name, *_ in listed}
        assert counts(surface_water(sections(*listed), samples(**values))) == expected

    def test_sections_of_the_county_are_never_assessed(self):
        found = surface_water(sections(("甲", "county")), samples(甲=II))
        assert math.isnan(counts(found)[0])
        assert "没有国控、省控或市控断面" in said(found, "gaps")

    def test_points_of_one_lake_are_one_section(self):
        # The mean over the points, (0.4 + 1.8) / 2 = 1.1, is class IV.
        listed = sections(("东", "city", "平湖"), ("西", "city", "平湖"))
        assert counts(surface_water(listed, samples(东="0.4", 西="1.8"))) == (1, 0, 0)

    def test_a_river_that_is_a_lake_next_year_gives_no_figure_and_says_why(self):
        river, lake = sections(("甲", "city"), year=2019), sections(("甲", "city", "湖"))
        rows = pd.concat([samples(甲=II), samples(甲=II, year=2019)])
        found = surface_water(pd.concat([river, lake.assign(lake=None)]), rows)
        assert found.items == {}
        assert "甲：既填为河流，又填为湖库" in said(found, "gaps")

    def test_a_list_holds_for_its_own_year(self):
        both = pd.concat([samples(甲=II), samples(甲=II, year=2019)])
        found = surface_water(sections(("甲", "city")), both)
        assert list(found.items["surface_sections_total"].index) == [2020]
        assert "2019年有监测结果，但无当年名录" in said(found, "gaps")

    def test_places_that_came_or_went_since_the_list_before_are_told(self):
        # The city's sections do not count beside provincial ones: 丁 is no loss.
        before = sections(("甲", "provincial"), ("乙", "provincial"), ("丁", "city"), year=2018)
        now = sections(("甲", "provincial"), ("丙", "provincial"))
        told = said(surface_water(pd.concat([before, now]), samples(甲=II, 丙=II)))
        assert "地表水考核点位与2018年相比有调整（新增丙、不再列入乙），比例变化含" in told
        same = surface_water(pd.concat([before, now.assign(year=2019), now]), samples(甲=II, 丙=II))
        assert [year for year, note in same.notes if note.code == "list_moved"] == [2019]

    def test_wells_that_went_are_told(self):
        both = pd.concat([wells("甲", "乙").assign(year=2019), wells("甲")])
        found = groundwater(both, samples("well", months=[5], 甲="0.1"))
        assert "地下水考核点位与2019年相比有调整（不再列入乙）" in said(found)


class TestAgainstSubmittedCounts:
    @pytest.mark.parametrize(
        ("total", "bad", "said"),
        [
            # Of three sections one is worse than V and one silent: 1 or 2 of 3 are.
            (3, 1, ""),
            (3, 2, ""),
            (3, 0, "劣Ⅴ类地表水断面数填报为0个，按已有监测原始数据应不低于1个"),
            (3, 3, "劣Ⅴ类地表水断面数填报为3个，按已有监测原始数据应不高于2个"),
            (4, 1, "地表水考核断面数填报为4个，按监测原始数据核算为3个"),
        ],
    )
    def test_what_was_judged_holds_where_one_is_silent(self, tiny, total, bad, said):
        rows = [
            (section, f"2019-{month:02}-05", "nh3n", value)
            for section, value in (("甲", II), ("乙", BELOW_V))
            for month in range(1, 13)
        ]
        listed = [(2019, name, "", "river", "", "city") for name in "甲乙丙"]
        items = {"total": total, "below5": bad}
        items = [(f"surface_sections_{name}", 2019, n, "count") for name, n in items.items()]
        case = tiny(2019, water_sections=listed, water_samples=rows, items=items)
        verdict = case.evaluate("8b").verdict
        assert (verdict.status == "conflict") == bool(said)
        assert said in verdict.reason("zh")

    def test_bad_days_of_a_thin_year_hold_against_a_finished_share(self, tiny):
        # 60 days of 90 µg/m³ (AQI 120) leave at most 305 good days of 365, 83.56 %.
        days = pd.date_range("2019-01-01", periods=60).strftime("%Y-%m-%d")
        daily = [("甲", day, 90, 120, 10, 20, 0.8, 80) for day in days]
        for share, status in ((85, "conflict"), (83, "not_evaluable")):
            items = [("good_air_days_ratio", 2019, share, "%")]
            case = tiny(2019, air_daily=daily, items=items)
            assert case.evaluate("7a").verdict.status == status


class TestAcidityOnBothSides:
    def test_single_results_beyond_the_limits_are_told(self):
        # 5.0 and 9.5 in turn have a mean of 7.25, class I; none of the twelve is within 6 to 9.
        found = surface_water(sections(("甲", "city")), samples(甲=["5", "9.5"] * 6, item="ph"))
        assert counts(found) == (1, 1, 0)
        assert "“甲”有12次pH劣于Ⅲ类（5～9.5），年均值不能反映" in said(found)

    @pytest.mark.parametrize("values", [["7"] * 12, ["9.5"] * 12])
    def test_what_the_mean_shows_is_not_told_again(self, values):
        found = surface_water(sections(("甲", "city")), samples(甲=values, item="ph"))
        assert "年均值不反映" not in said(found)


class TestTheYear:
    def test_the_mean_of_the_months_decides(self):
        # (11 * 0.4 + 8.0) / 12 = 1.0333: class IV, although eleven months are class II.
        found = surface_water(sections(("甲", "city")), samples(甲=["0.4"] * 11 + ["8.0"]))
        assert counts(found) == (1, 0, 0)
        row = found.detail["section_years"].iloc[0]
        assert (row["class"], row["deciding"], row["months"]) == (4, "nh3n", 12)
        (over,) = found.detail["section_items"].to_dict("records")
        # 1.0333 / 1.0 - 1
        assert over["exceedance"] == pytest.approx(0.0333, abs=5e-5)
        months = found.detail["section_months"].set_index("period")["class"]
        assert (months["2020-11"], months["2020-12"]) == (2, 6)

    def test_worse_than_class_five(self):
        assert counts(surface_water(sections(("甲", "city")), samples(甲=BELOW_V))) == (1, 0, 1)

    @pytest.mark.parametrize(("months", "known"), [(7, False), (8, True), (11, True)])
    def test_eight_months_are_enough_and_seven_are_not(self, months, known):
        found = surface_water(sections(("甲", "city")), samples(甲=II, months=range(1, months + 1)))
        assert math.isnan(counts(found)[1]) != known
        if known:
            assert f"“甲”仅{months}个月有监测结果" in said(found)
        else:
            assert "“甲”仅7个月有监测数据，至少需8个月" in said(found, "gaps")
            assert "“甲”: only 7 months have data and at least 8 are needed" in said(
                found, "gaps", "en"
            )

    def test_one_silent_section_leaves_the_year_open(self):
        found = surface_water(sections(("甲", "city"), ("乙", "city")), samples(甲=II))
        # How many there are says the list; of the two one or two are good, and one at most is not.
        assert counts(found)[0] == 2 and all(math.isnan(n) for n in counts(found)[1:])
        assert [*found.ends.values()] == [{}, {2020: (1, 2)}, {2020: (0, 1)}]
        assert "“乙”仅0个月" in said(found, "gaps")

    def test_no_results_at_all(self):
        nothing = samples(甲=II).iloc[:0]
        found = surface_water(sections(("甲", "city")), nothing)
        assert math.isnan(counts(found)[1])
        assert "无可用的监测结果" in said(found, "gaps")

    def test_the_order_of_rows_does_not_matter(self):
        rows = samples(甲=["0.4"] * 11 + ["8.0"], 乙=III)
        listed = sections(("甲", "city"), ("乙", "city"))
        a, b = (surface_water(listed, r) for r in (rows, rows.sample(frac=1, random_state=7)))
        pd.testing.assert_frame_equal(a.detail["section_years"], b.detail["section_years"])
        assert counts(a) == counts(b) == (2, 1, 0)


class TestHowResultsAreWritten:
    @pytest.mark.parametrize("item", ["nh3n", "氨氮", "Ammonia nitrogen", " NH3N "])
    def test_items_by_code_or_name(self, item):
        found = surface_water(sections(("甲", "city")), samples(甲=IV, item=item))
        assert counts(found) == (1, 0, 0)

    def test_an_unknown_item_is_told_with_the_nearest_name(self):
        rows = pd.concat([samples(甲=II), samples(甲="9", item="总磷酸", months=[3])])
        found = surface_water(sections(("甲", "city")), rows)
        assert counts(found) == (1, 1, 0)
        assert "没有“总磷酸”这一监测项目，1个结果未评价；是否应为“总磷”" in said(found)

    def test_a_section_that_is_not_listed_is_told(self):
        found = surface_water(sections(("甲桥", "city")), samples(甲桥=II, 甲桥头=BELOW_V))
        assert counts(found) == (1, 1, 0)
        assert "“甲桥头”不在2020年名录中，12个结果未采用；是否应为“甲桥”" in said(found)

    def test_below_detection_counts_half_its_limit(self):
        # 1.8 / 2 = 0.9 mg/L: class III.
        found = surface_water(sections(("甲", "city")), samples(甲="1.8L"))
        assert counts(found) == (1, 1, 0)
        assert "共12个结果，其中12个低于检出限" in said(found)
        method = [note.text("en") for note in found.detail["water_method"]["note"]]
        assert "below the detection limit enters means and classes as half of it" in " ".join(
            method
        )

    def test_what_cannot_be_judged_is_counted(self):
        rows = samples(甲=["0.4"] * 10 + ["未检出", "待复核"])
        found = surface_water(sections(("甲", "city")), rows)
        # Nobody knows what "待复核" hides: the section is neither good nor bad.
        assert math.isnan(counts(found)[1])
        assert "1个未注明检出限" in said(found)
        assert "1个无法识别（待复核）" in said(found)

    def test_what_was_not_detected_never_decides_against_a_section(self):
        # Half of 2.4 is class IV, but nothing was found: it may as well be class I.
        found = surface_water(sections(("甲", "city")), samples(甲="2.4L"))
        assert math.isnan(counts(found)[1])
        assert [year for year, _ in found.unread] == [2020]

    def test_what_is_above_a_number_decides_against_but_never_for(self):
        # Ammonia nitrogen: class III to 1.0 mg/L, worse than V above 2.0.
        worse, unknown = (
            surface_water(sections(("甲", "city")), samples(甲=text)) for text in ("＞2.5", "＞0.4")
        )
        assert counts(worse) == (1, 0, 1)
        assert math.isnan(counts(unknown)[1])

    def test_a_result_submitted_again_replaces_the_first(self):
        again = samples(甲=BELOW_V, folder=2021)
        found = surface_water(sections(("甲", "city")), pd.concat([again, samples(甲=II)]))
        assert counts(found) == (1, 0, 1)
        assert "12个结果前后填报不一致，采用最后一次" in said(found)


def wells(*names) -> pd.DataFrame:
    return submitted([{"year": 2020, "well": n, "layer": None, "target": None} for n in names])


class TestGroundwater:
    def test_class_five_is_the_worst_there_is(self):
        # GB/T 14848-2017, ammonia nitrogen: III to 0.50, IV to 1.50, V above.
        rows = samples("well", months=[5, 11], 甲="0.50", 乙="1.50", 丙="1.51")
        found = groundwater(wells("甲", "乙", "丙"), rows)
        assert counts(found, "groundwater_points") == (3, 1, 1)

    def test_a_well_without_a_sample_leaves_the_year_open(self):
        found = groundwater(wells("甲", "乙"), samples("well", months=[5], 甲="0.1"))
        assert math.isnan(counts(found, "groundwater_points")[1])
        assert "“乙”仅监测0次" in said(found, "gaps")

    def test_odour_is_absent(self):
        # "无" is a result here, not an empty cell; "有" is worse than class IV.
        rows = samples("well", months=[5], item="odour", 甲="无", 乙="有")
        assert counts(groundwater(wells("甲", "乙"), rows), "groundwater_points") == (2, 1, 1)


def sources(**kinds) -> pd.DataFrame:
    rows = [{"year": 2020, "source": n, "kind": k, "type": "town"} for n, k in kinds.items()]
    return submitted(rows)


QUARTERS = (2, 5, 8, 11)


class TestDrinkingSources:
    def numbers(self, derived):
        return tuple(derived.items[f"sources_{n}"][2020] for n in ("total", "monitored", "good"))

    def test_what_was_not_monitored_is_not_good(self):
        rows = samples("source", months=QUARTERS, 甲=II, 乙=[II, II, II, IV])
        found = drinking_water(sources(甲="river", 乙="river", 丙="groundwater"), rows)
        # One bad sample of four is enough; nobody looked at the third source.
        assert self.numbers(found) == (3, 2, 1)
        assert "“丙”仅监测0次" in said(found)
        (over,) = found.detail["source_items"].to_dict("records")
        assert (over["source"], over["item"], over["date"]) == (
            "乙",
            "nh3n",
            pd.Timestamp(2020, 11, 5),
        )

    def test_a_limit_of_table_2_counts_too(self):
        # Nitrate: 10 mg/L in GB 3838 table 2, which knows no classes.
        nitrate = samples("source", months=[2], item="no3n", 甲="10", 乙="10.1")
        rows = pd.concat([samples("source", months=[2], 甲=II, 乙=II), nitrate])
        found = drinking_water(sources(甲="river", 乙="river"), rows)
        assert self.numbers(found) == (2, 2, 1)
        row = found.detail["source_years"].set_index("source").loc["乙"]
        assert (row["class"], row["over_limit"]) == (2, "no3n")

    def test_a_quarter_without_results_is_told(self):
        rows = samples("source", months=[2, 5, 11], 甲=II)
        found = drinking_water(sources(甲="lake"), rows)
        assert self.numbers(found) == (1, 1, 1)
        assert "“甲”第3季度无监测结果" in said(found)
        assert found.detail["source_years"]["quarters"].tolist() == [3]

    def test_samples_without_a_list(self):
        rows = samples("source", months=QUARTERS, 甲=II)
        found = drinking_water(sources(甲="river").iloc[:0], rows)
        assert found.items == {}
        assert "无当年名录，无法统计" in said(found, "gaps")

    def test_a_list_without_samples(self):
        nothing = samples("source", months=QUARTERS, 甲=II).iloc[:0]
        found = drinking_water(sources(甲="river", 乙="groundwater"), nothing)
        assert self.numbers(found) == (2, 0, 0)

    def test_a_source_off_the_list_is_told_and_does_not_stop_the_rest(self):
        rows = samples("source", months=QUARTERS, 甲=II, 乙=BELOW_V)
        found = drinking_water(sources(甲="river"), rows)
        assert self.numbers(found) == (1, 1, 1)
        assert "“乙”不在2020年名录中" in said(found)


BASE = [(f"surface_sections_{n}", 2015, v, "count") for n, v in (("total", 2), ("class3", 1))]
NO_WELLS = [
    (f"groundwater_points_{n}", y, 0, "count") for n in ("total", "class3") for y in (2015, 2020)
]


class TestCase:
    def case(self, tiny, rows, items=()):
        case = tiny(2020, items=[*BASE, *NO_WELLS, *items])
        folder = case.root / "data/trial/raw/2020"
        listed = sections(("甲", "city"), ("乙", "city"))
        for name, table in (("water_sections", listed), ("water_samples", rows)):
            table = table.drop(columns=["file", "sheet", "submitted", "row"])
            table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
        return case

    def test_raw_results_reach_the_verdict(self, tiny):
        # 2015: 1 of 2 = 50 %; 2020: 2 of 2 = 100 %: 50 points up.
        result = self.case(tiny, samples(甲=II, 乙=III)).evaluate("8a")
        assert (result.value, result.basis, result.verdict.status) == (50.0, "computed", "met")
        assert len(result.detail["section_years"]) == 2
        assert from_json(to_json(result)).value == 50.0

    def test_thin_data_say_what_is_missing_in_the_verdict(self, tiny):
        rows = pd.concat([samples(甲=II), samples(乙=II, months=[1, 2])])
        verdict = self.case(tiny, rows).evaluate("8a").verdict
        assert verdict.status == "not_evaluable"
        assert "“乙”仅2个月有监测数据，至少需8个月" in verdict.reason("zh")
        assert "only 2 months have data" in verdict.reason("en")

    def test_a_figure_that_differs_from_the_samples_is_a_conflict(self, tiny):
        handed = [("surface_sections_class3", 2020, 2, "count")]
        verdict = self.case(tiny, samples(甲=II, 乙=IV), handed).evaluate("8a").verdict
        assert verdict.status == "conflict"
        assert "按监测原始数据核算为1个" in verdict.reason("zh")


@pytest.fixture(scope="module")
def demo():
    return opened("demo", 2020)


class TestDemo:
    @pytest.mark.parametrize(
        "item",
        [f"{p}_{n}" for p in ("surface_sections", "groundwater_points")
         for n in ("total", "class3", "below5")]
        + ["sources_total", "sources_monitored", "sources_good"],
    )  # fmt: skip
    def test_samples_and_figures_submitted_agree(self, demo, item):
        derived, submitted = demo.derived_from(item).items[item], demo.reported(item)
        figures = dict(zip(submitted.years.tolist(), submitted.value.tolist(), strict=True))
        assert derived.to_dict() == {year: figures[year] for year in (2019, 2020)}

    def test_twelve_sections_of_which_eight_are_assessed(self, demo):
        years = demo.derived_from("surface_sections_total").detail["section_years"]
        now = years[years["year"] == 2020]
        assert (len(now), int(now["assessed"].sum())) == (12, 8)
        assert set(now.loc[now["assessed"], "level"]) == {"provincial"}

    def test_gaps_and_values_below_detection_are_there(self, demo):
        notes = demo.derived_from("surface_sections_total").notes
        text = " ".join(note.text("zh") for year, note in notes if year == 2020)
        for told in ("“北港渠（虚构）”仅10个月", "低于检出限", "1个未注明检出限"):
            assert told in text

    @pytest.mark.parametrize("number", ["8a", "25"])
    def test_results_are_saved_and_read_back(self, demo, number):
        result = demo.evaluate(number)
        again = from_json(to_json(result))
        lengths = {name: len(table) for name, table in result.detail.items()}
        assert {name: len(table) for name, table in again.detail.items()} == lengths
        assert (again.value, again.verdict) == (result.value, result.verdict)


class TestSectionTrends:
    """Two years by month: twelve pairs, each rising or falling by the same step."""

    def means(self, item, step):
        rows = [
            (month, year, 1.0 + month / 100 + step * (year - 2019))
            for year in (2019, 2020)
            for month in range(1, 13)
        ]
        table = pd.DataFrame(rows, columns=["month", "year", "value"])
        return table.assign(section="甲", item=item)

    @pytest.mark.parametrize(
        ("item", "step", "status"),
        [
            ("nh3n", -0.1, "improving"),
            ("nh3n", 0.1, "worsening"),
            ("do", 0.1, "improving"),
            ("do", -0.1, "worsening"),
        ],
    )
    def test_less_is_better_but_for_oxygen(self, item, step, status):
        [row] = section_trends(self.means(item, step)).to_dict("records")
        assert row["status"] == status
        assert row["slope"] == pytest.approx(step)
        assert row["n"] == 24

    def test_months_that_resemble_each_other(self):
        # Five years of trendless months with r1 = 0.5: of 200 series some 10 may pass for trends
        # at 5 %; taken as independent some 40 do.
        rng, rows = np.random.default_rng(3), []
        for section in range(200):
            value = rng.normal()
            for month in range(60):
                value = 0.5 * value + rng.normal()
                rows.append((f"{section}", month % 12 + 1, 2015 + month // 12, value + 10))
        table = pd.DataFrame(rows, columns=["section", "month", "year", "value"])
        found = section_trends(table.assign(item="nh3n"))
        assert set(found["law"]) == {"correlated"}
        assert found["status"].isin(["improving", "worsening"]).sum() <= 16

    def test_too_few_years_assume_independent_months(self):
        assert set(section_trends(self.means("nh3n", 0.1))["law"]) == {"independent"}

    def test_other_items_are_not_followed(self):
        assert section_trends(self.means("cu", -0.1)).empty
