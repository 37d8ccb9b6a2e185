"""Files from outside, unedited: headings in other words and units, wide tables, what a mapping says."""

from __future__ import annotations

import csv
import gzip
from datetime import date, datetime, time, timedelta
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font
from workbooks import as_text, as_xlsx

from ecolib.assess.opening import open_case
from ecolib.cli import cli
from ecolib.data import dictionary, parse
from ecolib.data.check import check
from ecolib.data.detect import recognised
from ecolib.data.dictionary import Names
from ecolib.data.headings import bare, meaning, measures, outside, split_unit, units_written
from ecolib.data.layout import laid_out
from ecolib.data.mappings import Mapping, load_mappings
from ecolib.data.readers import read_file
from ecolib.data.sheet import Grid, Sheet, letters, listed, sheet_of
from ecolib.errors import DataError
from ecolib.fingerprint import county_year
from ecolib.indicators import catalogue
from ecolib.texts import LANGS, Name

STANDARDS = Path(__file__).parents[1] / "ecolib/standards"
NAMES = Names({}, ())


def sheet(*rows, name="", file="data/trial/raw/2019/air_daily.csv") -> Sheet:
    return sheet_of(file, Grid(name, [list(row) for row in rows]))


def laid(table: str, *rows, entry: Mapping | None = None, year: int = 2019) -> Sheet:
    return laid_out(sheet(*rows), dictionary.table(table), entry, year)


def columns(found: Sheet) -> dict[str, list]:
    cells = found.columns()[1] or [[] for _ in found.header]
    return {h: listed(c) for h, c in zip(found.header, cells, strict=True) if h}


def codes(found: Sheet, *severities: str) -> list[str]:
    return [n.code for n in found.remarks if not severities or n.severity in severities]


def only(found: Sheet, code: str):
    (note,) = (n for n in found.remarks if n.code == code)
    assert all(note.text(lang) for lang in LANGS)
    return note


# --- headings ---------------------------------------------------------------------------------------


class TestHeadings:
    def test_a_plan_under_the_headings_of_an_office(self):
        heads = ("编号", "工作任务", "责任单位", "协办单位", "完成时限", "出处")
        found = columns(laid("tasks", heads, ("1", "甲", "乙局", "丙局", "2020年底前", "附件2")))
        assert (found["牵头单位"], found["配合单位"], found["期限"]) == (
            ["乙局"], ["丙局"], ["2020年底前"],
        )  # fmt: skip
        # Beside a unit that leads, the one that answers is nobody knows which.
        both = columns(laid("tasks", (*heads, "牵头单位"), ("1", "甲", "乙", "丙", "", "附", "丁")))
        assert both["牵头单位"] == ["丁"]

    @pytest.mark.parametrize(
        "text",
        [
            "PM2.5", "PM₂.₅", "pm2_5", "PM2.5(μg/m³)", "PM2.5（ug/m3）", "PM2.5(\u00b5g/m3)", "PM2.5 μg/m³",
            "PM2.5_ug/m3", "PM2.5浓度", "ＰＭ２.５", "P\u200bM2.5", " PM 2.5 ", "PM2.5[微克/立方米]",
            "PM2.5浓度（单位：μg/m³）",
            "PM2.5/μg/m³",
            "PM2.5/(μg/m³)",
            "细颗粒物(PM2.5)/(μg/m³)",
            "细颗粒物（PM₂.₅，μg/m³）", "细颗粒物（PM2.5）", "PM2.5日均值(ug/m3)",
        ],
    )  # fmt: skip
    def test_ways_to_head_one_column(self, text):
        found = meaning(text, "air_daily")
        assert (found.kind, found.name) == ("column", "pm25")
        assert found.unit in ("", "ug/m3")

    @pytest.mark.parametrize(
        ("text", "item", "unit"),
        [
            ("水温(℃)", "water_temp", "degC"),
            ("pH(无量纲)", "ph", ""),
            ("pH值", "ph", ""),
            ("CODMn", "cod_mn", ""),
            ("CODcr（mg/L）", "cod", "mg/L"),
            ("NH3-N", "nh3n", ""),
            ("氨氮（以N计）(mg/L)", "nh3n", "mg/L"),
            ("总磷(以P计)", "tp", ""),
            ("总磷(TP) mg/L", "tp", "mg/L"),
            ("五日生化需氧量（BOD5）", "bod5", ""),
            ("LAS(mg/l)", "las", "mg/L"),
            ("六价铬", "cr6", ""),
            ("挥发性酚类（以苯酚计）", "phenol", ""),
            ("粪大肠菌群（个/L）", "coliform", "1/L"),
            ("砷(μg/L)", "as", "ug/L"),
            ("氨氮mg/L", "nh3n", "mg/L"),
            ("氨氮（mg/L，以N计）", "nh3n", "mg/L"),
            ("氨氮\n(mg/L)（以N计）", "nh3n", "mg/L"),
            ("COD<sub>Mn</sub>", "cod_mn", ""),
            ("1，2-二氯乙烷", "dichloroethane_12", ""),
        ],
    )
    def test_names_of_laboratories(self, text, item, unit):
        found = meaning(text, "water_samples")
        assert (found.kind, found.name, found.unit) == ("item", item, unit)

    @pytest.mark.parametrize(
        "text",
        [
            "PM2.5(24小时滑动)",
            "PM2.5年均值",
            "PM2.5达标天数",
            "CO第95百分位数",
            "总磷(上月)",
            "氨氮超标倍数",
            "面积",
        ],
    )
    def test_what_only_looks_like_a_name_is_none(self, text):
        assert meaning(text, "air_daily").kind == ""
        assert meaning(text, "water_samples").kind == ""
        assert meaning(text, "land_cover").kind == ""

    def test_an_unknown_unit_is_kept_as_written(self):
        assert split_unit("CO(ppm)") == ("CO", "ppm")
        assert split_unit("氨氮（mmol/L）") == ("氨氮", "mmol/L")
        assert split_unit("NDVI(5-9月均值)") == ("NDVI(5-9月均值)", "")

    def test_every_own_heading_is_known_as_what_it_is(self):
        for name in dictionary.table_names():
            for column in dictionary.table(name).columns:
                for text in (column.zh, column.en):
                    found = meaning(text, name)
                    assert (found.kind, found.name) == ("column", column.name), (name, text)

    def test_the_lists_name_only_what_there_is_and_nothing_twice(self):
        for name in dictionary.table_names():
            said, own = outside(name), dictionary.table(name)
            assert said.columns.keys() <= own.by_name.keys()
            for column, entry in said.columns.items():
                for kind, names in entry.items():
                    for text in (
                        names if kind != "also" else [n for n in names if isinstance(n, str)]
                    ):
                        found = meaning(text, name)
                        wanted = "asked" if kind == "asked" else "column"
                        assert (found.kind, found.name) == (wanted, column), (name, text)

    def test_every_item_of_the_standards_is_known_with_its_unit(self):
        tables = {
            "surface_water_items": ("surface", "water_samples"),
            "groundwater_items": ("ground", "groundwater_samples"),
            "source_water": ("source", "drinking_source_samples"),
        }
        for file, (kind, table) in tables.items():
            with (STANDARDS / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
                for row in csv.DictReader(lines):
                    assert row["unit"] in measures()[row["item"]].units[kind]
                    for text in (row["zh"], row["en"], row["item"]):
                        found = meaning(text, table)
                        assert (found.kind, found.name) == ("item", row["item"]), (table, text)

    def test_a_name_means_one_item(self):
        named = [(bare(name), item) for item, m in measures().items() for name in m.names]
        assert len({name for name, _ in named}) == len(set(named))

    def test_units_of_items_are_written_somehow(self):
        of_all = {u for m in measures().values() for units in m.units.values() for u in units}
        assert {u for u in of_all if u.casefold() not in units_written()} == set()


# --- air --------------------------------------------------------------------------------------------

DAY = ("甲站", "2019-01-05")


class TestAir:
    def test_units_are_converted_to_the_digit(self):
        # 0.035 mg/m3 = 35 ug/m3; 0.0350 keeps its zero: 35.0; 600 ug/m3 of CO = 0.600 mg/m3.
        found = laid(
            "air_daily",
            ("点位名称", "监测日期", "PM2.5(mg/m³)", "CO(μg/m³)", "PM10(ug/m3)"),
            (*DAY, "0.035", 600, 40),
            (*DAY, "0.0350", "<600", "—"),
        )
        assert columns(found)["PM2.5"] == ["35", "35.0"]
        assert columns(found)["CO"] == ["0.600", "<0.600"]
        assert columns(found)["PM10"] == [40, "—"]
        assert codes(found, "error", "warning") == []
        assert codes(found).count("heading_converted") == 2

    def test_a_unit_that_does_not_convert_stops_its_column(self):
        found = laid("air_daily", ("站点", "日期", "CO(ppm)", "PM2.5"), (*DAY, 0.5, 20))
        note = only(found, "heading_unit")
        assert (note.severity, note.source.cell) == ("error", "C1")
        assert note.args["shown"] == "CO(ppm)" and note.args["expected"] == Name("unit", "mg/m3")
        assert "CO" not in columns(found) and columns(found)["PM2.5"] == [20]

    def test_a_bare_o3_beside_the_8_hour_one_is_asked_about(self):
        found = laid("air_daily", ("站点", "日期", "O3", "O3_8h"), (*DAY, 60, 190))
        note = only(found, "heading_asked")
        assert (note.severity, note.source.cell) == ("error", "C1")
        assert "mappings.yml" in note.text("zh")
        assert columns(found)["O3日最大8小时"] == [190]

    @pytest.mark.parametrize(
        "text", ["O3", "o3", "O3(μg/m³)", "臭氧", "臭氧浓度", "O₃", "O3均值", "O3(μg/m³)浓度"]
    )
    def test_a_bare_o3_is_never_the_8_hour_maximum(self, text):
        found = laid("air_daily", ("站点", "日期", "PM2.5", text), (*DAY, 20, 60))
        assert only(found, "heading_asked").source.cell == "D1"
        assert "O3日最大8小时" not in columns(found)

    @pytest.mark.parametrize(
        "text",
        [
            "O3_8h",
            "O3-8h(μg/m³)",
            "O3_8h_24h",
            "O3日最大8小时平均",
            "臭氧（O3_8h）",
            "O3 8h",
            "O3（8小时）",
            "O3(8h)(μg/m³)",
            "O3日最大8h",
            "O3（日最大8小时平均）",
            "臭氧8小时",
            "O3日最大8小时滑动平均浓度",
            "O3日最大8小时",
        ],
    )
    def test_names_of_the_8_hour_maximum(self, text):
        found = laid("air_daily", ("站点", "日期", "PM2.5", text), (*DAY, 20, 190))
        checked = check(found, dictionary.table("air_daily"), NAMES)
        assert checked.frame["o3"].tolist() == [190]
        assert [n for n in checked.issues if n.severity == "error"] == []

    def test_of_running_mean_and_maximum_the_maximum_is_read(self):
        found = laid("air_daily", ("站点", "日期", "O3_8h", "O3_8h_24h"), (*DAY, 60, 190))
        assert columns(found)["O3日最大8小时"] == [190]
        assert only(found, "passed_over").args["names"] == ("O3_8h",)

    def test_our_own_codes_keep_their_meaning(self):
        header = ("station", "date", "pm25", "o3")
        found = laid("air_daily", header, (*DAY, 20, 190))
        assert found.header == header and found.remarks == ()
        # With one heading of a platform among them they are not ours any more.
        mixed = laid("air_daily", ("station", "date", "pm2_5", "o3"), (*DAY, 20, 190))
        assert only(mixed, "heading_asked").source.cell == "D1"

    def test_an_hour_of_o3_is_plain(self):
        found = laid("air_hourly", ("timepoint", "stationcode", "O3", "o3_8h", "PM2.5_24h"),
                     ("2019-01-05 08:00", "9001A", 34, 23, 9))  # fmt: skip
        assert columns(found)["O3"] == [34] and codes(found, "error", "warning") == []
        assert set(only(found, "passed_over").args["names"]) == {"o3_8h", "PM2.5_24h"}

    def test_two_headings_of_one_meaning_stop_both(self):
        found = laid("air_daily", ("站点", "日期", "PM2.5", "PM10", "pm2_5"), (*DAY, 20, 40, 21))
        note = only(found, "heading_twice")
        assert note.severity == "error" and note.args["cells"] == ("C1", "E1")
        assert "PM2.5" not in columns(found) and columns(found)["PM10"] == [40]
        same = [("站点", "日期", "PM2.5", "PM2.5"), (*DAY, 20, 21)]
        assert "D1" in only(laid("air_daily", *same), "heading_twice").text("zh")
        entry = Mapping(file="*", table="air_daily", columns={"D1": "skip"})
        assert columns(laid("air_daily", *same, entry=entry))["PM2.5"] == [20]

    def test_a_sheet_with_nothing_measured_gives_no_row(self):
        found = laid("air_daily", ("点位名称", "监测日期", "颗粒甲", "AQI"), (*DAY, 7, 60))
        assert only(found, "nothing_measured").severity == "error"
        assert check(found, dictionary.table("air_daily"), NAMES).used == 0

    def test_headings_that_are_merged_over_two_rows(self):
        found = laid(
            "air_daily",
            ("站点", "日期", "污染物浓度", None, "备注"),
            (None, None, "PM2.5", "CO", None),
            (*DAY, 20, 0.5, "雾"),
        )
        assert found.header == ("站点", "日期", "PM2.5", "CO", "备注")
        assert columns(found)["备注"] == ["雾"]

    def test_a_heading_over_columns_goes_with_what_stands_below_it(self):
        """The day report of HJ 633: beside each concentration its sub-index, which is none."""
        found = laid(
            "air_daily",
            ("日期", "站点", "SO2", None, "O3", None, "PM2.5", None),
            (None, None, "分指数", "浓度（mg/m³）", "1小时", "日最大8小时平均", "分指数", "浓度"),
            (DAY[1], DAY[0], 50, 0.05, 130, 90, 57, 40),
        )
        checked = check(found, dictionary.table("air_daily"), NAMES).frame
        kept = checked[["so2", "o3_1h", "o3", "pm25"]]
        assert kept.values.tolist() == [[50.0, 130.0, 90.0, 40.0]]

    def test_the_group_of_a_question_is_no_part_of_it(self):
        head = ("基本信息", None, "调查问题", None), ("序号", "提交时间", "您是否满意？", "水")
        found = columns(laid("survey_answers", *head, (1, 43770.5, "满意", "一般")))
        assert found["题目"] == ["您是否满意"]  # and 水 alone asks for nothing
        assert found["年份"] == [2019]  # 43466 is 1 January 2019

    def test_cells_without_a_heading_are_told(self):
        found = laid("air_daily", ("站点", "日期", "PM2.5"), (*DAY, 20, None, "雾"), (*DAY, 20))
        # Of a workbook; in a text a longer row is a damaged one.
        assert codes(found) == ["longer_row"]
        book = laid_out(
            sheet(("站点", "日期", "PM2.5"), (*DAY, 20, None, "雾"), name="日报"),
            dictionary.table("air_daily"),
        )
        assert only(book, "no_heading").source.cell == "E2"

    def test_titles_above_are_no_headings(self):
        found = laid(
            "air_daily",
            ("某县环境空气质量日报（2020年）", None, None, None),
            ("导出时间：2021-01-10", None, None, "数据来源：某平台"),
            ("点位名称", "监测日期", "SO2(μg/m³)", "首要污染物"),
            (*DAY, 7, "—"),
        )
        checked = check(found, dictionary.table("air_daily"), NAMES)
        assert checked.frame["so2"].tolist() == [7]
        assert {n.rule for n in checked.issues} == {"titles", "headings_read", "passed_over"}
        assert found.cell(found.rows[0][0], 2) == "C4"

    def test_day_and_hour_make_a_moment(self):
        hours = (8, "8", "08:00", "8时", 24, 0)
        rows = [(20190105, hour, f"站{i}", 35) for i, hour in enumerate(hours)]
        found = laid("air_hourly", ("date", "hour", "station", "PM2.5"), *rows)
        checked = check(found, dictionary.table("air_hourly"), NAMES)
        eight = datetime(2019, 1, 5, 8)
        night = datetime(2019, 1, 6)  # 24:00 of the 5th
        assert checked.frame["time"].tolist() == [*[eight] * 4, night, datetime(2019, 1, 5)]

    def test_day_and_clock_in_columns_of_their_own(self):
        rows = [("站点", "日期", "时间", "PM2.5"), ("甲", datetime(2019, 1, 5), "01:00", 20),
                ("甲", datetime(2019, 1, 5), time(2), 20)]  # fmt: skip
        checked = check(laid("air_hourly", *rows), dictionary.table("air_hourly"), NAMES)
        assert checked.frame["time"].tolist() == [datetime(2019, 1, 5, 1), datetime(2019, 1, 5, 2)]
        rows = [("断面", "采样日期", "采样时间", "氨氮"), ("甲", "2019-03-05", "09:30", 0.1)]
        found = laid("water_samples", *rows)
        assert columns(found)["采样日期"] == ["2019-03-05"] and codes(found, "error") == []

    def test_year_month_and_day_in_columns_of_their_own(self):
        rows = [("年", "月", "日", "小时", "站点", "PM2.5"), (2019, "3月", 5.0, 8, "甲", 35)]
        checked = check(laid("air_hourly", *rows), dictionary.table("air_hourly"), NAMES)
        assert checked.frame["time"].tolist() == [datetime(2019, 3, 5, 8)]
        rows = [("年", "月", "日", "断面", "氨氮"), (2019, 3, 5, "甲", 0.1)]
        checked = check(laid("water_samples", *rows), dictionary.table("water_samples"), NAMES)
        assert checked.frame["date"].tolist() == [datetime(2019, 3, 5)]

    def test_the_hour_that_opens_a_year_is_the_last_of_the_year_before(self):
        rows = [("甲", "2019-01-01 00:00", 35), ("甲", "2019-01-01 01:00", 35)]
        found = sheet(("站点", "时间", "PM2.5"), *rows)
        checked = check(found, dictionary.table("air_hourly"), NAMES, submitted=2019)
        (note,) = checked.issues
        assert (note.code, note.severity, note.source.cell) == ("last_hour", "note", "B2")
        assert "2019-01-01 00:00为2018年最后一小时" in note.text("zh")

    def test_a_day_of_another_year_is_still_a_warning_with_its_hour(self):
        rows = [("甲", "2018-12-31 23:00", 35)]
        checked = check(sheet(("站点", "时间", "PM2.5"), *rows), dictionary.table("air_hourly"), NAMES,
                        submitted=2019)  # fmt: skip
        (note,) = checked.issues
        assert (note.code, note.args["shown"]) == ("outside_year", "2018-12-31 23:00")


# --- wide by station --------------------------------------------------------------------------------

HOURS = (
    ("date", "hour", "type", "9001A", "9002A"),
    ("20190105", 8, "PM2.5", 36, 40),
    ("20190105", 8, "O3", 34, None),
    ("20190105", 8, "PM2.5_24h", 23, 23),
    ("20190105", 9, "PM2.5", 37, 41),
)


class TestStations:
    def test_a_row_for_each_station_and_hour(self):
        found = laid("air_hourly", *HOURS)
        rows = check(found, dictionary.table("air_hourly"), NAMES).frame
        keys = zip(rows["station"], rows["time"].dt.hour, strict=True)
        told = dict(zip(keys, zip(rows["pm25"], rows["o3"], strict=True), strict=True))
        assert told.keys() == set(product(("9001A", "9002A"), (8, 9)))
        assert told["9001A", 8] == (36, 34) and told["9002A", 9][0] == 41
        assert rows.loc[rows["station"] == "9002A", "o3"].isna().all()

    def test_each_cell_keeps_its_place(self):
        found = laid("air_hourly", *HOURS)
        pm25, o3 = found.header.index("PM2.5"), found.header.index("O3")
        cells = {found.cell(n, pm25): row[pm25] for n, row in found.rows}
        assert cells == {"D2": 36, "D5": 37, "E2": 40, "E5": 41}
        assert {found.cell(n, o3): row[o3] for n, row in found.rows if row[o3]} == {"D3": 34}

    def test_what_cannot_be_read_is_told_at_its_cell(self):
        rows = [*HOURS[:1], ("20190105", 8, "PM2.5", "36(H)", 40)]
        checked = check(laid("air_hourly", *rows), dictionary.table("air_hourly"), NAMES)
        (note,) = (n for n in checked.issues if n.severity == "error")
        assert (note.code, note.source.cell) == ("number.marked", "D2")

    def test_the_same_hour_twice_is_told(self):
        checked = check(laid("air_hourly", *HOURS, HOURS[1]), dictionary.table("air_hourly"), NAMES)
        assert [n.source.cell for n in checked.issues if n.rule == "repeated"] == ["D6", "E6"]
        assert set(checked.frame["row"]) == {2, 5}

    def test_an_unknown_pollutant_is_told(self):
        found = laid("air_hourly", *HOURS, ("20190105", 8, "PMx", 1, 2))
        note = only(found, "unknown_type")
        assert (note.severity, note.source.cell, note.args["shown"]) == ("warning", "C6", "PMx")

    def test_a_bare_o3_of_days_is_asked_about(self):
        rows = [("date", "type", "9001A"), ("20190105", "PM2.5", 3), ("20190105", "O3", 4)]
        note = only(laid("air_daily", *rows), "heading_asked")
        assert (note.severity, note.source.cell) == ("error", "B3")

    @given(
        st.lists(
            st.tuples(
                st.integers(0, 3),
                st.sampled_from(["PM2.5", "O3", "AQI", "CO_24h"]),
                st.lists(st.sampled_from([None, 1, 2.5, "3", "坏"]), min_size=2, max_size=2),
            ),
            max_size=8,
        )
    )
    @settings(max_examples=50, deadline=None)
    def test_no_cell_is_lost_and_each_is_found_again(self, lines):
        rows = [("20190105", hour, kind, *cells) for hour, kind, cells in lines]
        found = laid("air_hourly", HOURS[0], *rows)
        got = {
            found.cell(number, position): cells[position]
            for position, text in enumerate(found.header)
            if text in ("PM2.5", "O3")
            for number, cells in found.rows
            if cells[position] is not None
        }
        wanted = {
            f"{letters(3 + c)}{r + 2}": cell
            for r, (_, kind, cells) in enumerate(lines)
            for c, cell in enumerate(cells)
            if kind in ("PM2.5", "O3") and cell is not None
        }
        assert got == wanted

    def test_what_no_heading_says_a_mapping_may(self):
        entry = Mapping(
            file="*",
            table="air_hourly",
            wide="station",
            set={"type": "PM2.5"},
            columns={"备忘": "skip"},
        )
        rows = [("date", "hour", "甲", "乙", "备忘"), ("20190105", 8, 36, 40, "x")]
        found = columns(laid("air_hourly", *rows, entry=entry))
        assert (found["站点"], found["PM2.5"]) == (["甲", "乙"], [36, 40])

    def test_only_the_stations_of_a_mapping_are_read_by_their_names(self):
        entry = Mapping(file="*", table="air_hourly", stations={"9002A": "县政府站", "7": "x"})
        found = laid("air_hourly", *HOURS, entry=entry)
        assert set(columns(found)["站点"]) == {"县政府站"}
        assert only(found, "stations_missing").args["names"] == ("7",)

    def test_of_a_long_file_too(self):
        rows = [("时间", "站点名称", "站点编码", "PM2.5")]
        rows += [
            (f"2019-01-05 {h:02d}:00", f"站{i}", f"90{i:02d}A", h)
            for h in (1, 2)
            for i in range(60)
        ]
        many = laid("air_hourly", *rows)
        assert only(many, "stations_many").args["count"] == 60 and len(many.rows) == 0
        entry = Mapping(file="*", table="air_hourly", stations={"9007A": "县政府站"})
        found = laid("air_hourly", *rows, entry=entry)
        assert columns(found)["站点"] == ["县政府站"] * 2
        assert [found.cell(n, 3) for n, _ in found.rows] == ["D9", "D69"]  # 2 + 7, 60 further down

    def test_a_file_of_the_country_without_a_mapping_is_refused(self):
        header = ("date", "hour", "type", *(f"{1000 + i}A" for i in range(60)))
        found = laid("air_hourly", header, ("20190105", 8, "PM2.5", *range(60)))
        assert only(found, "stations_many").severity == "error"
        assert len(found.rows) == 0


# --- wide by item -----------------------------------------------------------------------------------

SAMPLES = (
    ("断面名称", "采样时间", "pH(无量纲)", "氨氮(mg/L)", "砷(μg/L)", "水质类别", "备注"),
    ("甲断面", "2019-04-01", 7.8, "0.025L", "5", "Ⅱ", None),
    ("乙断面", "2019-04-02", 7.9, None, "<0.4", "Ⅱ", "下雨"),
)


class TestItems:
    def test_a_row_for_each_result_in_the_unit_of_the_standard(self):
        found = laid("water_samples", *SAMPLES)
        rows = columns(found)
        # Arsenic: 5 ug/L = 0.005 mg/L, <0.4 ug/L = <0.0004 mg/L.
        assert list(zip(rows["断面"], rows["项目"], rows["监测值"], strict=True)) == [
            ("甲断面", "ph", 7.8),
            ("甲断面", "nh3n", "0.025L"),
            ("甲断面", "as", "0.005"),
            ("乙断面", "ph", 7.9),
            ("乙断面", "as", "<0.0004"),
        ]
        value = found.header.index("监测值")
        assert [found.cell(n, value) for n, _ in found.rows] == ["C2", "D2", "E2", "C3", "E3"]
        checked = check(found, dictionary.table("water_samples"), NAMES)
        assert checked.frame["cell"].tolist() == ["C2", "D2", "E2", "C3", "E3"]
        assert checked.frame["row"].tolist() == [2, 2, 2, 3, 3]
        assert rows["备注"][-1] == "下雨"

    @pytest.mark.parametrize(
        ("cell", "kept"),
        [
            ("0.5L", "500L"), ("＜0.5", "<500"), (0.5, "500"), ("0.50", "500"), ("1.234", "1234"), ("≥2", "≥2000"),
            ("未检出", "未检出"), ("—", "—"), ("0.5(1)", "0.5(1) mg/L"), ("2.4×10³", "2.4×10³ mg/L"),
        ],
    )  # fmt: skip
    def test_digits_and_bounds_are_kept(self, cell, kept):
        # Chloroform of groundwater is kept in ug/L: 1 mg/L = 1000 ug/L.
        rows = [("监测井", "采样日期", "三氯甲烷(mg/L)"), ("1号井", "2019-04-01", cell)]
        assert columns(laid("groundwater_samples", *rows))["监测值"] == [kept]

    @pytest.mark.parametrize(("unit", "kept"), [("ug/L", "0.500"), ("mg/L", "500 ug/L≠mg/L")])
    def test_of_two_units_of_a_result_nobody_knows_which(self, unit, kept):
        # 500 ug/L of ammonia nitrogen are 0.500 mg/L; beside 500 mg/L they are neither.
        heads = ("断面", "采样日期", "项目", "监测值", "单位")
        rows = [heads, ("甲", "2019-01-05", "氨氮（μg/L）", 500, unit)]
        assert columns(laid("water_samples", *rows))["监测值"] == [kept]

    def test_a_unit_that_depends_on_the_place_stays_with_the_value(self):
        # Of a river source the limit is in mg/L, of a well in ug/L.
        rows = [
            ("水源地", "采样日期", "三氯甲烷(μg/L)"),
            ("甲", "2019-04-01", 6),
            ("甲", "2019-05-01", "<1"),
        ]
        found = laid("drinking_source_samples", *rows)
        assert columns(found)["监测值"] == ["6 ug/L", "<1 ug/L"]
        assert codes(found).count("heading_unit_kept") == 1

    def test_an_unknown_item_keeps_its_rows_and_is_told(self):
        rows = [
            ("断面", "采样日期", "氨氮", "锂(mg/L)", "备忘"),
            ("甲", "2019-04-01", 0.1, 2.5, "好"),
        ]
        found = laid("water_samples", *rows)
        assert columns(found)["项目"] == ["nh3n", "锂(mg/L)"]
        note = only(found, "unknown_measure")
        assert (note.severity, note.source.cell) == ("warning", "D1")
        assert only(found, "unknown_column").source.cell == "E1"

    def test_what_is_measured_besides_is_passed_over(self):
        rows = [("断面", "采样日期", "氨氮", "电导率(μS/cm)", "浊度(NTU)", "流量", "流域"),
                ("甲", "2019-04-01", 0.1, 250, 19, 3, "某")]  # fmt: skip
        found = laid("water_samples", *rows)
        assert codes(found, "error", "warning") == [] and columns(found)["项目"] == ["nh3n"]
        assert len(only(found, "passed_over").args["names"]) == 4

    def test_a_row_of_units_below_the_headings(self):
        rows = [("断面", "采样日期", "pH", "砷", "氨氮"), ("", "", "无量纲", "μg/L", "mg/L"),
                ("甲", "2019-04-01", 7.8, 5, 0.1)]  # fmt: skip
        found = laid("water_samples", *rows)
        assert columns(found)["监测值"] == [7.8, "0.005", 0.1]
        assert found.cell(found.rows[1][0], found.header.index("监测值")) == "D3"

    def test_a_unit_stated_above_the_table(self):
        rows = [("水质监测结果", None, None, "单位：μg/L"), ("断面", "采样日期", "pH", "砷"),
                ("甲", "2019-04-01", 7.8, 5)]  # fmt: skip
        assert columns(laid("water_samples", *rows))["监测值"] == [7.8, "0.005"]

    @pytest.mark.parametrize(
        ("stated", "values"),
        [
            ("单位：mg/L（pH无量纲，汞为μg/L）", [7.8, 5, "0.00004"]),
            ("监测结果表（单位：μg/L，砷：mg/L；除pH外）", [7.8, 5, "0.00004"]),
            ("注：汞单位为μg/L，其余为mg/L", [7.8, 5, "0.00004"]),
            ("监测单位：县环境监测站", [7.8, 5, 0.04]),
            ("单位：mg/L、μg/L", [7.8]),  # of which column is not said
        ],
    )
    def test_several_units_stated_above_the_table(self, stated, values):
        head = ("断面", "采样日期", "pH", "砷", "汞")
        found = laid("water_samples", (stated,), head, ("甲", "2019-04-01", 7.8, 5, 0.04))
        assert columns(found)["监测值"] == values

    def test_a_unit_above_our_own_headings(self):
        rows = [("单位：mg/m³（CO除外）",), ("站点", "日期", "PM2.5", "CO"), (*DAY, 0.02, 0.5)]
        assert columns(laid("air_daily", *rows))["PM2.5"] == ["20"]  # 0.02 mg/m³
        long = [("单位：μg/L",), ("断面", "采样日期", "项目", "监测值"),
                ("甲", "2019-04-01", "砷", 5), ("甲", "2019-04-01", "pH", 7.8)]  # fmt: skip
        assert columns(laid("water_samples", *long))["监测值"] == ["0.005", 7.8]

    def test_the_unit_of_figures_stands_where_no_column_holds_it(self):
        rows = [("统计项", "年份", "数值（万吨）", "出处"), ("危险废物产生量", 2019, 3, "年报")]
        assert columns(laid("items", *rows))["单位"] == ["10k t"]
        items = [
            ("统计项", "2018年", "出处"),
            ("危险废物产生量（万吨）", 3, "年鉴"),
            ("秸秆综合利用率", 90, "年鉴"),
        ]
        found = columns(laid("items", *items))
        assert (found["统计项"][0], found["单位"]) == ("危险废物产生量", ["10k t", None])
        beside = [(*rows[0], "单位"), (*rows[1], "吨")]  # 3 万吨 are not 3 吨
        table = dictionary.table("items")
        checked = check(laid_out(sheet(*beside), table), table, catalogue.names())
        assert [n.code for n in checked.issues if n.severity == "error"] == ["number.shown_unit"]

    def test_results_a_row_each_with_a_unit_each(self):
        rows = [("断面名称", "采样日期", "检测项目", "检测结果", "单位"),
                ("甲", "2019-04-01", "CODMn", "2.1", "mg/L"), ("甲", "2019-04-01", "总砷", "5", "μg/L"),
                ("甲", "2019-04-01", "氨氮", "0.1", "")]  # fmt: skip
        found = columns(laid("water_samples", *rows))
        assert list(zip(found["项目"], found["监测值"], strict=True)) == [
            ("cod_mn", "2.1"),
            ("as", "0.005"),
            ("氨氮", "0.1"),
        ]

    def test_the_plainer_name_of_a_place_and_a_day_goes_before(self):
        rows = [("点位编码", "监测点位", "断面名称", "监测日期", "采样日期", "氨氮"),
                ("x", "y", "甲", "2019-04-09", "2019-04-01", 0.1)]  # fmt: skip
        found = columns(laid("water_samples", *rows))
        assert (found["断面"], found["采样日期"]) == (["甲"], ["2019-04-01"])

    def test_means_limits_and_notes_below_are_no_records(self):
        rows = [("断面名称", "采样时间", "氨氮"), ("甲", "2019-04-01", 0.1), ("平均值", None, 0.1),
                ("Ⅲ类标准", "", 1.0), ("注：L为未检出", None, None), ("乙", None, 9.9)]  # fmt: skip
        found = laid("water_samples", *rows)
        assert columns(found)["监测值"] == [0.1, 9.9]  # a place without a day is a fault, no remark
        assert len(only(found, "rows_passed_over").args["rows"]) == 3
        checked = check(found, dictionary.table("water_samples"), NAMES)
        assert [n.source.cell for n in checked.issues if n.severity == "error"] == ["B6"]
        for mean in (
            ("年均值", None, 7),
            ("甲站", "年均值", 7),
            ("制表：张三", None, "审核：李四"),
            ("编制：张三   复核：李四", None, None),
        ):
            daily = [("点位名称", "监测日期", "PM2.5"), (*DAY, 7), mean]
            assert columns(laid("air_daily", *daily))["PM2.5"] == [7]

    def test_signatures_and_headings_within_a_table_of_ours_are_no_records(self):
        head = ("统计项", "年份", "数值", "单位", "出处")
        row = ("危险废物产生量", 2019, 3, "吨", "年报")
        other = ("单位地区生产总值用水量", None, None, None, None)  # an item without a figure
        found = laid("items", head, ("一、固体废物",), row, head, row, ("注：快报数",), other,
                     ("填表人：张三", None, "审核人：李四", None, "2020年1月5日"))  # fmt: skip
        assert [number for number, _ in found.rows] == [3, 5, 7]
        assert only(found, "rows_passed_over.aside").args["count"] == 4

    def test_one_heading_twice_is_told_and_neither_read(self):
        rows = [("断面", "采样日期", "氨氮", "总磷", "NH3-N"), ("甲", "2019-04-01", 0.1, 0.02, 0.3)]
        found = laid("water_samples", *rows)
        assert only(found, "heading_twice").args["cells"] == ("C1", "E1")
        assert columns(found)["项目"] == ["tp"]

    def test_a_result_merged_over_samples_is_of_none_of_them(self):
        rows = [
            ["断面", "采样日期", "氨氮", "总磷"],
            ["甲", "2019-04-01", 0.1, 0.02],
            [None, "2019-05-01", None, 0.03],
        ]
        grid = Grid("", rows, merged=[(1, 0, 2, 0), (1, 2, 2, 2)])
        table = dictionary.table("water_samples")
        checked = check(laid_out(sheet_of("water_samples.csv", grid), table), table, NAMES)
        assert checked.frame[["section", "item"]].to_numpy().tolist() == [["甲", "tp"]] * 2
        assert [(n.code, n.source.cell) for n in checked.issues if n.severity == "error"] == [
            ("merged", "C2"),
            ("merged", "C3"),
        ]

    def test_a_wrong_cell_is_told_once(self):
        rows = [("断面", "采样日期", "氨氮", "总磷"), ("甲", "四月", 0.1, 0.02)]
        checked = check(laid("water_samples", *rows), dictionary.table("water_samples"), NAMES)
        assert [(n.code, n.source.cell) for n in checked.issues if n.severity == "error"] == [
            ("moment", "B2")
        ]

    @given(
        st.lists(
            st.lists(
                st.sampled_from([None, "", 0, 1.5, "0.01L", "<2", "未检出", "坏"]),
                min_size=4,
                max_size=4,
            ),
            min_size=1,
            max_size=6,
        )
    )
    @settings(max_examples=50, deadline=None)
    def test_no_cell_is_lost_and_each_is_found_again(self, grid):
        header = ("断面", "采样日期", "氨氮", "pH", "总磷", "怪物(mg/L)")
        rows = [header, *(("甲", f"2019-04-{i + 1:02d}", *cells) for i, cells in enumerate(grid))]
        found = laid("water_samples", *rows)
        value = found.header.index("监测值")
        got = {found.cell(n, value): row[value] for n, row in found.rows}
        wanted = {
            f"{letters(c + 2)}{r + 2}": cell
            for r, cells in enumerate(grid)
            for c, cell in enumerate(cells)
            if cell is not None and cell != ""
        }
        assert got == wanted


class TestYears:
    HEAD = ("统计项*", "单位", 2018.0, "2019年①", "增长%", "出处")

    def test_a_row_for_each_figure(self):
        rows = (
            ("危险废物产生量", "吨", 7, 8, 14, "年鉴"),
            ("工业固体废物产生量", "吨", "—", None, None, "年鉴"),
        )
        found = laid("items", ("试县年鉴",), self.HEAD, *rows)
        assert columns(found)["年份"] == ["2018", "2019", "2018"]
        places = [found.cell(number, 2) for number, _ in found.rows]
        assert [found.header[2], *places] == ["数值", "C3", "D3", "C4"]
        assert codes(found, "warning") == ["unknown_column"]

    @pytest.mark.parametrize(
        ("below", "figures", "code"),
        [(("计划", "实际"), [8], "unknown_column"), (("数量", "增长%"), [7], "unknown_column"),
         (("上半年", "全年"), [7], "no_heading")],
    )  # fmt: skip
    def test_a_year_over_several_columns(self, below, figures, code):
        rows = [("统计项", "单位", "2019年", None, "出处"), (None, None, *below, None)]
        found = laid("items", ("表1 单位：吨",), *rows, ("危险废物产生量", "吨", 7, 8, "年鉴"))
        got = [v for v in columns(found)["数值"] if v != below[0]]
        assert [str(v).removesuffix("吨") for v in got] == [str(v) for v in figures]
        assert code in codes(found, "error" if code == "no_heading" else "warning")

    def test_a_column_of_years_or_figures_goes_before(self):
        found = laid("items", ("统计项", "年份", "数值", "单位", "出处", "2018年"),
                     ("危险废物产生量", 2019, 7, "吨", "年鉴", 6))  # fmt: skip
        assert columns(found)["数值"] == [7] and "2018年" in found.header

    def test_areas_in_the_units_of_their_headings(self):
        found = laid("land_cover", ("类型", "子类", "2018年(公顷)", "2019年（平方公里）"),
                     ("林地", "有林地", 60000, 601))  # fmt: skip
        assert columns(found)["面积（km²）"] == ["600.00", 601]


# --- wide by question -------------------------------------------------------------------------------

ASKED = "您对本县生态环境质量总体是否满意"
JOINED = "2、您是否参加过垃圾分类？[单选题]"
QUESTIONS = (
    ("编号", "提交时间", "1、您的年龄段：[单选题]", "学历", ASKED, JOINED, "来源"),
    (1, "2020/11/01 10:22", "35-59", "本科", "比较满意", "是", "微信"),
    (2.0, "2020/11/02 10:22", "60+", "高中", "一般", "偶尔", "微信"),
)


class TestQuestions:
    def test_a_row_for_each_answer_of_the_survey_its_words_name(self):
        found = laid("survey_answers", *QUESTIONS)
        rows = columns(found)
        names = ("受访者编号", "调查", "答案", "年份", "年龄")
        told = list(zip(*(rows[name] for name in names), strict=True))
        assert rows["题目"][:2] == [ASKED, "您是否参加过垃圾分类"]
        assert told == [
            (1, "满意度", "比较满意", 2020, "35-59"),
            (1, "参与度", "是", 2020, "35-59"),
            (2, "满意度", "一般", 2020, "60+"),
            (2, "参与度", "偶尔", 2020, "60+"),
        ]
        answer = found.header.index("答案")
        assert [found.cell(n, answer) for n, _ in found.rows] == ["E2", "F2", "E3", "F3"]
        assert codes(found, "error", "warning") == []
        assert list(map(parse.as_text, rows["受访者编号"])) == ["1", "1", "2", "2"]
        assert check(found, dictionary.table("survey_answers"), NAMES).used == 4

    @pytest.mark.parametrize(
        ("text", "column"),
        [
            ("您的年龄段", "age"),
            ("3.您的年龄段是（ ）", "age"),
            ("请问您的年龄是？", "age"),
            ("第2题 您的文化程度", "education"),
            ("您的学历是什么？(单选题)", "education"),
            ("Q4. 您目前的职业", "occupation"),
            ("您从事的职业是_", "occupation"),
        ],
    )
    def test_what_people_are_is_no_question(self, text, column):
        found = meaning(text, "survey_answers")
        assert (found.kind, found.name) == ("column", column)

    def test_words_of_ones_own_are_no_answers(self):
        assert meaning("7、您的意见和建议", "survey_answers").kind == "passed"
        assert meaning("您满意吗？有何建议？", "survey_answers").name == "satisfaction"

    def test_an_unanswered_question_stays_a_row(self):
        found = laid("survey_answers", ("编号", "提交时间", ASKED), (1, "2020/11/01", None))
        assert columns(found)["答案"] == [None]

    @pytest.mark.parametrize("text", ["您怎样看本县的空气？", "您对参加的活动是否满意"])
    def test_a_question_of_no_clear_survey_is_asked_about(self, text):
        rows = [("编号", "提交时间", text, ASKED), (1, "2020/11/01", "好", "满意")]
        note = only(laid("survey_answers", *rows), "question_unclear")
        assert (note.severity, note.source.cell) == ("error", "C1")
        for entry in (
            Mapping(file="*", table="survey_answers", columns={text: "满意度"}),
            Mapping(file="*", table="survey_answers", set={"survey": "satisfaction"}),
        ):
            found = laid("survey_answers", *rows, entry=entry)
            assert columns(found)["调查"] == ["满意度"] * 2 and codes(found, "error") == []
        skipped = Mapping(file="*", table="survey_answers", columns={text: "skip"})
        assert columns(laid("survey_answers", *rows, entry=skipped))["答案"] == ["满意"]

    def test_without_year_and_number_the_folder_and_the_row_are_taken_and_told(self):
        found = laid("survey_answers", (ASKED, "职业"), ("满意", "农民"), year=2021)
        assert columns(found)["年份"] == [2021] and columns(found)["受访者编号"] == ["2"]
        assert {"year_of_folder", "respondents_numbered"} <= set(codes(found, "note"))

    @pytest.mark.parametrize("wide", [True, False])
    def test_what_answers_count_as_stands_beside_them(self, wide):
        entry = Mapping(
            file="*",
            table="survey_answers",
            answers={"满意": "satisfied", "一般": "其他", "拒答": "refused", 7: "other"},
        )
        rows = [("编号", "提交时间", ASKED), (1, "2020-11-01", "满意 "), (2, "2020-11-01", "一般"),
                (3, "2020-11-01", "拒答"), (4, "2020-11-01", "随便"),
                (5, "2020-11-01", "A.满意"), (6, "2020-11-01", 7.0)]  # fmt: skip
        if not wide:
            rows = [("调查", "年份", "受访者编号", "题目", "答案"),
                    *(("满意度", 2020, n, "问", a) for n, _, a in rows[1:])]  # fmt: skip
        found = laid("survey_answers", *rows, entry=entry)
        assert columns(found)["计为"] == [
            "satisfied",
            "other",
            "refused",
            None,
            "satisfied",
            "other",
        ]
        assert check(found, dictionary.table("survey_answers"), NAMES).used == 6


# --- which table ------------------------------------------------------------------------------------


class TestWhichTable:
    @pytest.mark.parametrize(
        ("table", "name", "file", "rows"),
        [
            ("air_daily", "日报", "某县2020年空气质量日报.xlsx", [("点位名称", "监测日期", "PM2.5(μg/m³)"), (*DAY, 7)]),
            ("air_hourly", "Sheet1", "导出.xlsx", [("站点名称", "监测时间", "PM2.5"), ("甲", "2019-01-05 08:00", 7)]),
            ("air_daily", "Sheet1", "导出.xlsx", [("站点名称", "监测时间", "PM2.5"), ("甲", "2019-01-05 00:00", 7)]),
            ("air_hourly", "", "china_sites_20190105.csv", HOURS),
            ("water_samples", "Sheet1", "x.xlsx", SAMPLES),
            ("groundwater_samples", "Sheet1", "地下水2019.xlsx", [("点位名称", "采样时间", "总硬度"), (*DAY, 7)]),
            ("drinking_source_samples", "水源", "x.xlsx", [("采样点", "采样时间", "氨氮"), (*DAY, 7)]),
            ("survey_answers", "问卷", "x.xlsx", QUESTIONS),
            ("water_sections", "名单", "x.xlsx",
             [("年份", "断面名称", "水体类型", "级别", "水质目标"), (2019, "甲", "河流", "国控", "Ⅱ类")]),
        ],
    )  # fmt: skip
    def test_its_headings_tell_and_it_is_said(self, table, name, file, rows):
        found, guessed = recognised(sheet(*rows, name=name, file=f"data/t/raw/2019/{file}"))
        assert guessed == table
        assert found.remarks[-1].code == "guessed_table"

    def test_a_sheet_may_be_of_another_table_than_its_file_is_named_for(self):
        rows = [("点位名称", "采样时间", "总硬度", "氨氮"), (*DAY, 7, 0.1)]
        for name, table in (
            ("地下水", "groundwater_samples"),
            ("地表水", "water_samples"),
            ("表1", "water_samples"),
        ):
            found = sheet(*rows, name=name, file="地表水监测_2020.xlsx")
            assert recognised(found)[1] == table

    def test_several_that_fit_are_named_and_none_is_taken(self):
        rows = [("点位名称", "采样时间", "氨氮"), (*DAY, 7)]
        found, guessed = recognised(sheet(*rows, name="Sheet1", file="x.xlsx"))
        note = found.remarks[-1]
        assert guessed is None and (note.code, note.severity) == ("ambiguous_table", "error")
        assert set(note.args["candidates"]) == {
            "water_samples", "groundwater_samples", "drinking_source_samples"
        }  # fmt: skip
        assert "地下水监测" in note.text("zh")

    def test_what_is_lacking_is_said(self, tmp_path):
        rows = [("日期", "PM2.5", "PM10", "SO2"), ("2019-01-05", 20, 40, 7)]
        found, guessed = recognised(sheet(*rows, name="县政府站", file="x.xlsx"))
        note = found.remarks[-1]
        assert guessed is None and note.code == "unknown_table"
        assert "“空气日均值”，但缺少站点" in note.text("zh") and "Station are missing" in note.text(
            "en"
        )
        path = as_xlsx(tmp_path / "x.xlsx", *rows, title="县政府站")
        shown = CliRunner().invoke(cli, ["map", str(path)]).output
        assert "table: air_daily" in shown and "# set: {station: }" in shown

    @pytest.mark.parametrize("times", [("1月", "2月"), ("0时", "1时")])
    def test_a_column_for_each_time_is_said_to_be_one(self, times):
        rows = [("断面名称", "监测项目", *times), ("甲断面", "氨氮", 0.1, 0.2)]
        found, guessed = recognised(sheet(*rows, name="Sheet1", file="x.xlsx"))
        assert guessed is None and "各占一列" in found.remarks[-1].text("zh")

    @pytest.mark.parametrize(
        "rows",
        [
            [("说明",), ("本表由生态环境局填报",)],
            [("序号", "项目", "日期", "负责人"), (1, "修路", "2019-01-05", "甲")],
            [("编号", "项目名称", "评价结果"), (1, "修路", "好")],
            [("well", "year", "K+Na", "HCO3", "SO4", "TDS"), (1, 2019, 1, 2, 3, 4)],
        ],
    )
    def test_what_fits_none_is_said_to_be_unknown(self, rows):
        found, guessed = recognised(sheet(*rows, name="Sheet1", file="x.xlsx"))
        assert guessed is None and found.remarks[-1].code == "unknown_table"


# --- what stands side by side -----------------------------------------------------------------------

HOUR_HEADS = [f"{h}时" for h in range(1, 25)]
SAMPLE_SHEETS = [
    # A sheet a month: the sections side by side, limits and methods beside the items.
    ("2019年1月地表水", [("检测项目", "单位", "标准限值", "检出限", "甲断面", "乙断面"),
      ("氨氮", "mg/L", 1.0, 0.025, 0.5, "0.025L"), ("砷", "μg/L", "50", "0.3", 3, 40),
      ("水质类别", None, None, None, "Ⅱ", "Ⅲ"), ("备注：L为未检出",)],
     {"E2": ("甲断面", "2019-01-01", "氨氮", "0.5"), "F2": ("乙断面", "2019-01-01", "氨氮", "0.025L"),
      "E3": ("甲断面", "2019-01-01", "砷", "0.003"), "F3": ("乙断面", "2019-01-01", "砷", "0.040")}),
    # The day in a title, with another day that says nothing of the samples.
    ("地表水", [("某县地表水检测结果（GB 3838-2002）",), ("采样日期：2019年5月6日", None, "报告日期：2020年1月8日"),
      ("序号", "项目", "甲断面", "乙断面"), (1, "总磷（mg/L）", 0.1, None)],
     {"C4": ("甲断面", "2019-05-06", "tp", "0.1")}),
    # Sections over days, and merged over them.
    ("地表水", [("检测项目", "单位", "甲断面", None, "乙断面"),
      (None, None, "2019-01-05", "2019-02-05", date(2019, 1, 6)),
      ("氨氮", "mg/L", 0.5, 0.6, 0.7)],
     {"C3": ("甲断面", "2019-01-05", "氨氮", "0.5"), "D3": ("甲断面", "2019-02-05", "氨氮", "0.6"),
      "E3": ("乙断面", "2019-01-06", "氨氮", "0.7")}),
    # Merged over the sections the word that says nothing.
    ("2019年3月地表水", [("检测项目", "单位", "检测结果", None, "标准限值"),
      ("检测项目", "单位", "甲断面", "乙断面", "标准限值"), ("氨氮", "mg/L", 0.1, 0.2, 1.0)],
     {"C3": ("甲断面", "2019-03-01", "氨氮", "0.1"), "D3": ("乙断面", "2019-03-01", "氨氮", "0.2")}),
    # A table turned by a quarter: where and when are rows of their own.
    ("地表水", [("采样点位", "甲断面", "乙断面"), ("采样日期", "2019-01-05", "2019-01-06"), ("样品编号", "S1", "S2"),
      ("pH", 7.1, 7.2), ("氨氮（mg/L）", 0.5, 0.6)],
     {"B4": ("甲断面", "2019-01-05", "pH", "7.1"), "C4": ("乙断面", "2019-01-06", "pH", "7.2"),
      "B5": ("甲断面", "2019-01-05", "nh3n", "0.5"), "C5": ("乙断面", "2019-01-06", "nh3n", "0.6")}),
    # Months of a year named above them, with a mean among them.
    ("地表水", [("2019年监测结果",), ("断面", "项目", "单位", "一月", "2月", "年平均值", "十二月份"),
      ("甲", "砷", "μg/L", 1, 2, 1.5, None), ("乙", "氨氮", "mg/L", 0.5, None, 0.5, "0.01L"),
      ("合计", None, None, 9, 9, 9, 9), ("甲断面平均", "砷", "μg/L", 9, 9, 9, 9)],
     {"D3": ("甲", "2019-01-01", "砷", "0.001"), "E3": ("甲", "2019-02-01", "砷", "0.002"),
      "D4": ("乙", "2019-01-01", "氨氮", "0.5"), "G4": ("乙", "2019-12-01", "氨氮", "0.01L")}),
    # What compares, ranks or judges the sections beside them; a section without a result; μg/L = mg/L/1000.
    ("2019年1月地表水", [("单位：μg/L",),
      ("检测项目", "甲断面", "乙断面", "变化", "排名", "Ⅲ", "平均（年）", "甲断面同比", "RSD"),
      ("总磷",), ("氨氮", 500, None, 9, 9, 9, 9, 9, 9)],
     {"B4": ("甲断面", "2019-01-01", "氨氮", "0.500")}),
    # The day in the heading of each place.
    ("地表水", [("检测项目", "单位", "甲断面（2019-01-05）", "甲断面\n2019年2月6日", "均值（2019年）"),
      ("氨氮", "mg/L", 1, 2, 9)],
     {"C2": ("甲断面", "2019-01-05", "氨氮", "1"), "D2": ("甲断面", "2019-02-06", "氨氮", "2")}),
    # Units in a row of their own.
    ("地表水", [("2019年1月",), ("断面", "甲断面", "乙断面"), (None, "μg/L", "mg/L"),
      ("砷", 1, 0.002), ("铅", None, 0.1)],
     {"B4": ("甲断面", "2019-01-01", "砷", "0.001"), "C4": ("乙断面", "2019-01-01", "砷", "0.002"),
      "C5": ("乙断面", "2019-01-01", "铅", "0.1")}),
    # Its table in the title; a class that stands before the column of the items.
    ("3月", [("某县2019年3月地表水水质监测结果",),
      ("序号", "项目", "单位", "Ⅲ类标准限值", "大桥", "渡口", "大桥平行", "评价"),
      (1, "氨氮", "mg/L", "≤1.0", 0.2, 0.3, 9, "达标"), ("水质类别", None, None, None, "Ⅱ", "Ⅱ")],
     {"E3": ("大桥", "2019-03-01", "氨氮", "0.2"), "F3": ("渡口", "2019-03-01", "氨氮", "0.3")}),
    # A mean of months is none of them.
    ("2019年地表水", [("断面", "项目", "单位", "1月①", "2月*", "1-2月", "同比"), ("甲", "氨氮", "mg/L", 1, 2, 9, 9)],
     {"D2": ("甲", "2019-01-01", "氨氮", "1"), "E2": ("甲", "2019-02-01", "氨氮", "2")}),
]  # fmt: skip
HOUR_SHEETS = [
    ("PM2.5", [("2019年1月县政府站PM2.5小时浓度（mg/m³）",), ("站点", "日期", *HOUR_HEADS, "日均"),
      ("甲", "2019-01-05", 0.035, *[None] * 22, 0.04, 9)],
     # 0.035 mg/m³ = 35 μg/m³; hour 24 ends at 0:00 of the next day.
     {("甲", "2019-01-05 01:00", "pm25"): 35, ("甲", "2019-01-06 00:00", "pm25"): 40}),
    ("1月", [("2019年空气小时值　站点：甲　单位：μg/m³（CO为mg/m³）",), ("日", "项目", "1:00", "2:00"),
      ("1日", "PM2.5", 1, 2), ("1日", "CO", 0.1, None), ("2日", "PM2.5", None, 3), ("最大值", None, 7, 8)],
     {("甲", "2019-01-01 01:00", "pm25"): 1, ("甲", "2019-01-01 02:00", "pm25"): 2,
      ("甲", "2019-01-01 01:00", "co"): 0.1, ("甲", "2019-01-02 02:00", "pm25"): 3}),
    ("1月", [("站点：乙",), ("日期", "污染物", *range(24), "日均值"),
      (datetime(2019, 1, 31), "臭氧", 5, *[None] * 22, 6, 5.5)],
     {("乙", "2019-01-31 00:00", "o3"): 5, ("乙", "2019-01-31 23:00", "o3"): 6}),
    # The day in the title of a sheet.
    ("5日", [("日期：2019年1月5日",), ("站点", "项目", "1时", "2时"),
      ("甲", "PM2.5", 1, 2), ("全县平均", "PM2.5", 3, 4)],
     {("甲", "2019-01-05 01:00", "pm25"): 1, ("甲", "2019-01-05 02:00", "pm25"): 2}),
    ("小时值", [("站点", "日期", "PM2.5", None, "CO"), (None, None, "1时", "2时", "1时"),
      ("甲", "2019-01-05", 1, 2, 0.3)],
     {("甲", "2019-01-05 01:00", "pm25"): 1, ("甲", "2019-01-05 02:00", "pm25"): 2,
      ("甲", "2019-01-05 01:00", "co"): 0.3}),
    # The hours of an index, or of what sums up, are none of a pollutant or a station.
    ("小时值", [("站点", "日期", "PM2.5", None, "AQI", None), (None, None, *["1时", "2时"] * 2),
      ("甲", "2019-01-05", 1, 2, 9, 9)],
     {("甲", "2019-01-05 01:00", "pm25"): 1, ("甲", "2019-01-05 02:00", "pm25"): 2}),
    ("小时值", [("站点", "监测时间", "监测项目", "单位", "浓度"), ("甲", "2019-01-05 08:00", "SO2", "mg/m3", 0.007),
      ("乙", "2019-01-05 08:00", "SO2", "μg/m3", 8), ("甲", "2019-01-05 08:00", "CO", "mg/m3", 0.5)],
     {("甲", "2019-01-05 08:00", "so2"): 7, ("甲", "2019-01-05 08:00", "co"): 0.5,
      ("乙", "2019-01-05 08:00", "so2"): 8}),
]  # fmt: skip


def handed_in(path: Path, rows, title: str, table: str):
    """What is made of a workbook, its table told by its headings."""
    (found,) = read_file(as_xlsx(path / "数据.xlsx", *rows, title=title), path)
    found, guessed = recognised(found)
    assert guessed == table
    return check(
        laid_out(found, dictionary.table(table), None, 2019), dictionary.table(table), NAMES
    )


class TestSideBySide:
    @pytest.mark.parametrize(("title", "rows", "wanted"), SAMPLE_SHEETS)
    def test_results_of_a_laboratory(self, tmp_path, title, rows, wanted):
        checked = handed_in(tmp_path, rows, title, "water_samples")
        told = [
            (r["section"], f"{r['date']:%Y-%m-%d}", r["item"], r["value"]) for r in checked.rows
        ]
        assert dict(zip((r["cell"] for r in checked.rows), told, strict=True)) == wanted
        assert not checked.unread

    @pytest.mark.parametrize(("title", "rows", "wanted"), HOUR_SHEETS)
    def test_hours_of_a_day(self, tmp_path, title, rows, wanted):
        checked = handed_in(tmp_path, rows, title, "air_hourly")
        found = {
            (r["station"], f"{r['time']:%Y-%m-%d %H:%M}", n): r[n]
            for r in checked.rows
            for n in ("pm25", "so2", "co", "pm10", "no2", "o3")
            if r[n] is not None and r[n] == r[n]
        }
        assert found == wanted and not checked.unread

    @pytest.mark.parametrize(
        "title",
        ["2019年1月PM2.5超标倍数", "PM2.5有效小时数", "PM2.5分指数", "PM2.5同比变化", "PM2.5（上年同期）",
         "PM2.5第95百分位数", "PM2.5标准限值", "PM2.5预测值", "扣除沙尘后PM2.5"],
    )  # fmt: skip
    def test_a_title_says_that_nothing_below_it_was_measured(self, title):
        rows = [(f"2019年1月{title}",), ("站点", "1日", "2日"), ("甲", 35, 36)]
        own = [(title,), ("站点", "日期", "PM2.5"), ("甲", "2019-01-01", 35)]
        for found in (laid("air_daily", *rows), laid("air_daily", *own)):
            assert only(found, "title_derived").severity == "error" and not len(found.rows)
        entry = Mapping(file="*", table="air_daily")
        assert "title_derived" not in codes(laid("air_daily", *own, entry=entry))
        stated = [("评价标准：二级限值", None, "2019年1月PM2.5"), *rows[1:]]
        assert columns(laid("air_daily", *stated))["PM2.5"] == [35, 36]

    @pytest.mark.parametrize(
        ("heading", "cell", "codes"),
        [("数据状态", "无效", ["column_decides"]), ("是否异常", "是", ["column_decides"]),
         ("结果符号", ">", ["column_decides"]), ("RESULT_LETTER", "＞", ["column_decides"]),
         ("检出情况", "未检出", []), ("限定符", "=", []),
         ("是否异常", "否", []), ("样品状态", "无色", []), ("审核状态", "已审核", []),
         ("备注", "仪器故障，数据无效", ["disclaimed.figure"]), ("备注", "下雨", [])],
    )  # fmt: skip
    def test_what_is_said_of_a_row_beside_it(self, heading, cell, codes):
        table = dictionary.table("water_samples")
        rows = [("断面名称", "采样日期", "氨氮", heading), ("甲", "2019-01-05", 0.5, cell)]
        checked = check(laid("water_samples", *rows), table, NAMES)
        assert [n.code for n in checked.issues if n.severity == "error"] == codes
        assert len(checked.rows) == (codes != ["disclaimed.figure"])

    @pytest.mark.parametrize(
        ("said", "told"),
        [("注：本表数据为暂估数", True), ("备注：以上数据未经审核", True), ("注：L为未检出", False),
         ("数据来源：县监测站年报", False)],
    )  # fmt: skip
    def test_a_title_or_a_remark_against_all_figures_of_a_sheet(self, said, told):
        rows = [
            ("检测项目", "单位", "采样日期", "断面", "监测值"),
            ("氨氮", "mg/L", "2019-01-05", "甲", 0.5),
        ]
        for lines in ([(said,), *rows], [*rows, (said,)]):
            table = dictionary.table("water_samples")
            checked = check(laid("water_samples", *lines), table, NAMES)
            assert len(checked.rows) == 1 and bool(checked.unread) == told
            found = [n.code for n in checked.issues if n.severity == "error"]
            assert found == ["disclaimed.sheet"] * told

    def test_a_remark_on_a_failure_without_a_value_loses_nothing(self):
        table = dictionary.table("air_daily")
        rows = [("站点名称", "日期", "PM2.5", "备注"), ("甲", "2019-01-05", None, "设备故障")]
        assert check(laid("air_daily", *rows), table, NAMES).unread == ()

    def test_results_over_two_months_and_places_struck_through(self, tmp_path):
        heads = ("断面", "项目", "单位", "1月", "2月", "3月")

        def look(sheet):
            sheet.merge_cells("D2:E2")
            sheet["F1"].font = Font(strike=True)

        rows = [heads, ("甲", "氨氮", "mg/L", 0.5, None, 0.6), ("乙", "氨氮", "mg/L", 1, 2, 3)]
        path = as_xlsx(tmp_path / "a.xlsx", *rows, title="2019年地表水", look=look)
        (sheet,) = read_file(path, tmp_path)
        table = dictionary.table("water_samples")
        checked = check(laid_out(sheet, table, None, 2019), table, NAMES)
        assert [row["cell"] for row in checked.rows] == ["D3", "E3"]
        told = {(n.code, n.source.cell) for n in checked.issues if n.severity == "error"}
        assert told == {("merged", "D2"), ("struck", "F1")}

    @pytest.mark.parametrize(("unit", "severity"), [("μg/m³", "warning"), ("mg/m³", "error")])
    def test_units_of_nobody_knows_what(self, unit, severity):
        rows = [("站点", "时间", "PM2.5", "单位"), ("甲", "2019-01-05 08:00", 0.035, unit)]
        assert only(laid("air_hourly", *rows), "unknown_column").severity == severity

    @pytest.mark.parametrize(
        ("heads", "cells"),
        [(("站点", "浓度"), ("甲站", 1)), (("甲站", "标准限值", "变化"), (1, 75, 9))],
    )
    def test_long_files_of_air_are_none_of_water(self, tmp_path, heads, cells):
        rows = [("日期", "污染物", *heads), ("2019-01-05", "PM2.5", *cells)]
        checked = handed_in(tmp_path, rows, "Sheet1", "air_daily")
        assert [(r["station"], r["pm25"]) for r in checked.rows] == [("甲站", 1)]

    @pytest.mark.parametrize(
        "heads", [("1月", "1-2月", "1—3月"), ("1月", "2月", "1至3月累计"), ("1月", "2月", "2～3月")]
    )
    def test_months_beside_spans_of_others_wait(self, heads):
        rows = [("断面", "项目", "单位", *heads), ("甲", "氨氮", "mg/L", 1, 2, 3)]
        found = laid("water_samples", ("2019年",), *rows)
        assert "unknown_column.period" in codes(found, "error")
        assert not check(found, dictionary.table("water_samples"), NAMES).rows

    def test_what_a_program_called_anew_is_no_place(self, tmp_path):
        # 甲站.1 is what stood twice: which of the two holds is not known, nor of which place the last is.
        rows = [("日期", "污染物", "甲站", "甲站.1", "国家反馈"), ("2019-01-05", "PM2.5", 1, 9, 9)]
        checked = handed_in(tmp_path, rows, "Sheet1", "air_daily")
        assert [(r["station"], r["pm25"]) for r in checked.rows] == [("甲站", 1)]
        assert [u.note.source.cell for u in checked.unread] == ["D1"]
        rows = [("监测项目", "采样日期", "甲断面", "甲断面1"), ("氨氮", "2019-01-05", 1, 9)]
        found = laid("water_samples", *rows)
        assert not check(found, dictionary.table("water_samples"), NAMES).rows

    def test_items_as_the_tables_of_standards_print_them(self):
        rows = [("断面", "采样日期", "溶解氧 ≥", "氨氮≤"), ("甲", "2019-01-05", 8, 0.2)]
        long = [("断面", "采样日期", "项目", "结果"), ("甲", "2019-01-05", "溶解氧 ≥", 8)]
        for found, items in ((rows, ["do", "nh3n"]), (long, ["do"])):
            checked = check(laid("water_samples", *found), dictionary.table("water_samples"), NAMES)
            assert [row["item"] for row in checked.rows] == items and not checked.unread

    @pytest.mark.parametrize(
        ("heading", "severity"),
        [("数值（核定）", "error"), ("数值1", "error"), ("审核数", "error"), ("修订后", "error"),
         ("数值（上年）", "warning"), ("同比", "warning"), ("数值来源", "warning"), ("人口（万人）", "warning")],
    )  # fmt: skip
    def test_another_figure_beside_the_one_that_is_read(self, tiny, heading, severity):
        # 66.12 of 66.12 units would be met; the 60 beside it is of nobody knows which standing.
        case = tiny(2019)
        heads = ["统计项", "年份", "数值", "单位", "出处", heading]
        names = ["危险废物产生量", "危险废物利用处置量", "利用处置往年贮存量"]
        rows = [(n, 2019, v, "吨", "表", 60) for n, v in zip(names, (66.12, 66.12, 0), strict=True)]
        as_text(case.root / "data/trial/raw/2019/统计项.csv", heads, *rows)
        told = [n for n in case.issues() if n.code == "unknown_column"]
        assert [n.severity for n in told] == [severity]
        met = {"error": "not_evaluable", "warning": "met"}[severity]
        assert case.evaluate("hazardous_waste_rate").verdict.status == met

    @pytest.mark.parametrize(
        ("heading", "severity"),
        [("2019年（核定）", "error"), ("2019.1", "error"), ("2019年快报", "error"), ("Unnamed: 4", "error"),
         ("2019年计划", "warning"), ("占比（%）", "warning"), ("Unnamed: 0", "warning")],
    )  # fmt: skip
    def test_another_figure_of_a_year_that_is_read(self, heading, severity):
        year = "2019" if heading.startswith("2019.") else "2019年"
        rows = [("统计项", "单位", year, heading), ("危险废物产生量", "吨", 66, 60)]
        note = only(laid("items", *rows), "unknown_column")
        assert (note.severity, note.source.cell) == (severity, "D1")

    def test_stations_read_from_headings_are_named(self):
        rows = [("日期", "污染物", "甲站", "W1", "W11"), ("2019-01-05", "PM2.5", 1, 2, 3)]
        assert only(laid("air_daily", *rows), "places_read").args["names"] == ("甲站", "W1", "W11")

    def test_remarks_name_the_cells_of_the_file(self):
        rows = [("站点", "日期", "项目", "0时", "1时"), ("甲", "2019-01-05", "PM2.5", "坏", 20)]
        found = laid("air_hourly", *rows)
        checked = check(found, dictionary.table("air_hourly"), NAMES)
        (note,) = (n for n in checked.issues if n.severity == "error")
        assert note.source.cell == "D2"
        assert only(found, "hours_end").source.cell == "D1"

    @pytest.mark.parametrize(
        ("table", "rows"),
        [
            # No year, or two of them; two kinds of time; one unknown word; runs of the same sample.
            ("water_samples", [("断面", "项目", "1月", "2月"), ("甲", "砷", 1, 2)]),
            (
                "water_samples",
                [("2018—2019年",), ("断面", "项目", "1月", "2月"), ("甲", "砷", 1, 2)],
            ),
            (
                "water_samples",
                [("断面", "项目", "1月", "2月", "2019-03-05"), ("甲", "砷", 1, 2, 3)],
            ),
            (
                "water_samples",
                [("采样日期", "项目", "单位", "某"), ("2019-01-05", "砷", "mg/L", 1)],
            ),
            (
                "water_samples",
                [("采样日期", "项目", "第一次", "第二次"), ("2019-01-05", "砷", 1, 2)],
            ),
            ("water_samples", [("采样日期", "项目", "左岸", "右岸"), ("2019-01-05", "砷", 1, 2)]),
            ("water_samples", [("年份", "项目", "枯水期", "丰水期"), (2019, "砷", 1, 2)]),
            ("water_samples", [("年份", "项目", 1.5, 2.6), (2019, "砷", 1, 2)]),
            # Two tables, one below the other, with a day or without.
            (
                "water_samples",
                [
                    ("项目", "甲", "乙"),
                    ("砷", 1, 2),
                    ("采样日期", "2019-02-05", "2019-02-06"),
                    ("砷", 1, 2),
                ],
            ),
            (
                "water_samples",
                [
                    ("项目", "单位", "甲", "乙"),
                    ("砷", "mg/L", 1, 2),
                    ("项目", "单位", "丙", "丁"),
                    ("砷", "mg/L", 1, 2),
                ],
            ),
            # Titles between the tables, a span of months, months that run into another year.
            (
                "water_samples",
                [
                    ("2019年",),
                    ("断面", "项目", "1月", "2月"),
                    ("甲", "砷", 1, 2),
                    ("2018年",),
                    ("乙", "砷", 1, 2),
                ],
            ),
            ("water_samples", [("2019年1月至3月",), ("项目", "甲", "乙"), ("砷", 1, 2)]),
            (
                "water_samples",
                [("2019年",), ("断面", "项目", "11月", "12月", "1月"), ("甲", "砷", 1, 2, 3)],
            ),
            (
                "water_samples",
                [("2019年",), ("断面", "项目", *["1月", "2月"] * 2), ("甲", "砷", 1, 2, 3, 4)],
            ),
            ("water_samples", [("2019年1月",), ("项目", "甲（μg/L）", "乙（mg/L）"), ("砷", 1, 2)]),
            (
                "air_hourly",
                [
                    ("站点：甲",),
                    ("日期", "项目", "1时", "2时"),
                    ("2019-01-05", "PM2.5", 1, 2),
                    ("站点：乙",),
                    ("2019-01-06", "PM2.5", 1, 2),
                ],
            ),
            # Months beside the days of another year; a year of a paper, a report or of work on the file.
            (
                "water_samples",
                [("采样日期", "断面", "项目", "1月", "2月"), ("2018-03-05", "甲", "砷", 1, 2)],
            ),
            *(
                ("water_samples", [(title,), ("项目", "甲", "乙"), ("砷", 1, 2)])
                for title in ("某监〔2018〕12号 1月", "1月 2020年2月8日", "1月（2020年整理）")
            ),
            (
                "air_hourly",
                [("站点：甲、乙平均",), ("日期", "项目", "1时"), ("2019-01-05", "PM2.5", 1)],
            ),
            # Of two columns of a place nobody knows which.
            ("water_samples", [("2019年1月",), ("项目", "甲", None, "乙"), ("砷", 1, 2, 3)]),
            (
                "water_samples",
                [("2019年1月",), ("项目", "甲", "乙"), (None, "上月", "本月"), ("砷", 1, 2)],
            ),
            # An index, another substance or unit in the title; spans of 1 and 8 hours; hours over midnight.
            (
                "air_hourly",
                [("PM2.5分指数",), ("站点", "日期", "1时", "2时"), ("甲", "2019-01-05", 1, 2)],
            ),
            (
                "air_hourly",
                [("NO2和NO",), ("站点", "日期", "1时", "2时"), ("甲", "2019-01-05", 1, 2)],
            ),
            (
                "air_hourly",
                [("O3（ppb）",), ("站点", "日期", "1时", "2时"), ("甲", "2019-01-05", 1, 2)],
            ),
            (
                "air_hourly",
                [("站点", "日期", "项目", "1小时", "8小时"), ("甲", "2019-01-05", "O3", 1, 2)],
            ),
            (
                "air_hourly",
                [("站点", "日期", "项目", "1-2时", "2-3时"), ("甲", "2019-01-05", "O3", 1, 2)],
            ),
            (
                "air_hourly",
                [("站点", "日期", "项目", "23时", "0时"), ("甲", "2019-01-05", "O3", 1, 2)],
            ),
            ("air_daily", [("日期", "项目", "甲（2019-01-05）"), ("2019-01-05", "PM2.5", 1)]),
            ("air_hourly", [("日期", "项目", "1时", "2日"), ("2019-01-05", "PM2.5", 1, 2)]),
            ("air_hourly", [("站点", "日", "项目", "0时", "1时"), ("甲", 5, "PM2.5", 1, 2)]),
            ("air_hourly", [("日期", "项目", "0时", "1时"), ("2019-01-05", "PM2.5", 1, 2)]),
            ("air_hourly", [("站点", "日期", "0时", "1时"), ("甲", "2019-01-05", 1, 2)]),
        ],
    )
    def test_what_is_left_open_is_not_read(self, table, rows):
        checked = check(laid(table, *rows), dictionary.table(table), NAMES)
        assert not checked.rows and checked.unread


# --- mappings ---------------------------------------------------------------------------------------


class TestMappings:
    def test_what_it_says_of_headings_goes_before_what_they_usually_mean(self):
        entry = Mapping(
            file="*",
            table="air_daily",
            columns={"O3": "o3", "O3_8h": "skip", "颗粒": {"column": "PM2.5", "unit": "mg/m3"}},
            set={"station": "县政府站"},
        )
        rows = [("日期", "O3", "O3_8h", "颗粒"), ("2019-01-05", 60, 190, "0.035")]
        found = columns(laid("air_daily", *rows, entry=entry))
        assert found == {
            "日期": ["2019-01-05"],
            "O3日最大8小时": [60],
            "PM2.5": ["35"],
            "站点": ["县政府站"],
        }

    @pytest.mark.parametrize(
        ("text", "where", "said"),
        [
            ("- {file: a.csv, tabel: items}", "#1: tabel", "table"),
            ("- {table: items}", "#1: file", ""),
            ("- {file: a.csv, table: itmes}", "#1: table", "items"),
            ("- {file: a.csv, table: air_daily, columns: {x: pm52}}", "#1: columns.x", "pm25"),
            ("- {file: a.csv, table: air_daily, columns: {x: {column: co, unit: ppm}}}", "#1: columns.x", "ppm"),
            ("- {file: a.csv, table: air_daily, set: {statoin: x}}", "#1: set.statoin", "station"),
            ("- {file: a.csv, table: air_daily, wide: item}", "#1: wide", ""),
            ("- {file: a.csv, table: items, answers: {好: satisfied}}", "#1: answers", ""),
            ("- {file: a.csv, table: survey_answers, answers: {好: good}}", "#1: answers.好", ""),
            ("- {file: a.csv, columns: {x: pm25}}", "#1: columns", "table"),
            ("{}", "mappings.yml", ""),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_told_with_its_entry(self, tmp_path, text, where, said):
        path = tmp_path / "mappings.yml"
        path.write_text(f"mappings:\n{text}\n", encoding="utf-8")
        if text == "{}":
            path.write_text("mapping: []\n", encoding="utf-8")
        with pytest.raises(DataError) as caught:
            load_mappings(path)
        assert where in caught.value.text("zh") and said in caught.value.text("zh")

    @pytest.mark.parametrize(
        ("entry", "told"),
        [
            ("{file: nix*.csv, table: items}", "没有文件按此条读取"),
            ("{file: items.csv, sheet: 日报, table: items}", "工作表“日报”"),
            ("{file: later.csv, table: items}", ""),  # of a year to come
            ("{file: ITEMS.*, table: items}", ""),
            ("{file: items.csv, table: items, set: {unit: kg}}", "文件中已有“unit”一列"),
        ],
    )
    def test_what_is_not_used_is_told(self, tiny, entry, told):
        tiny(2020, items=[("hw_generated", 2020, "1", "t")])
        path = tiny(2019, items=[("hw_generated", 2019, "1", "t")]).root / "data/trial"
        (path / "raw/2020/items.csv").rename(path / "raw/2020/later.csv")
        (path / "mappings.yml").write_text(f"mappings:\n  - {entry}\n", encoding="utf-8")
        case = open_case("trial", 2019, root=path.parents[1])
        found = [n.text("zh") for n in case.issues() if n.code.startswith("mapping")]
        assert (told in found[0]) if told else found == []
        assert case.table("items")["value"].tolist() == [1.0]

    def test_the_example_in_the_instructions_is_right(self, root, tmp_path):
        text = (root / "data/README.md").read_text(encoding="utf-8")
        path = tmp_path / "mappings.yml"
        path.write_text(
            text.partition("```yaml\nmappings:")[2].partition("```")[0], encoding="utf-8"
        )
        path.write_text("mappings:" + path.read_text(encoding="utf-8"), encoding="utf-8")
        said = load_mappings(path)
        assert said.of("china_sites_20190101.csv", "").stations == {"1345A": "县政府站"}
        assert said.of("空气日报2020.xlsx", "x").table == "air_daily" and len(said.entries) == 4

    def test_a_sheet_of_samples_without_items_is_told(self):
        found = laid("water_samples", ("断面", "采样日期"), ("甲", "2019-04-01"))
        checked = check(found, dictionary.table("water_samples"), NAMES)
        assert checked.used == 0
        assert [n.rule for n in checked.issues] == ["missing_column"] * 2

    def test_without_a_file_nothing_is_said(self, tmp_path):
        assert load_mappings(tmp_path / "mappings.yml").of("a.csv", "") is None

    def test_the_first_entry_that_fits_counts(self, tmp_path):
        path = tmp_path / "mappings.yml"
        path.write_text(
            "mappings:\n- {file: '日报_*.xlsx', sheet: 一*, table: 空气日均值}\n- {file: '*', table: items}\n",
            encoding="utf-8",
        )
        said = load_mappings(path)
        assert said.of("日报_2020.xlsx", "一月").table == "air_daily"
        assert said.of("日报_2020.xlsx", "二月").table == "items"


# --- from files to verdicts -------------------------------------------------------------------------


def put(case, text: str) -> Path:
    """The raw folder of a county with this mapping."""
    (case.root / "data/trial/mappings.yml").write_text(text, encoding="utf-8")
    return case.root / f"data/trial/raw/{case.year}"


def hours(stations: int, folder: Path, days: int = 2, packed: bool = False) -> None:
    names = [f"{1000 + i}A" for i in range(stations)]
    for day in (date(2019, 3, 1) + timedelta(days=i) for i in range(days)):
        lines = [",".join(["date", "hour", "type", *names])]
        for hour, (n, kind) in product(range(24), enumerate(("AQI", "PM2.5", "O3", "O3_8h"))):
            cells = [str((hour + i * n) % 90) if (hour + i) % 7 else "" for i in range(stations)]
            lines.append(",".join([f"{day:%Y%m%d}", str(hour), kind, *cells]))
        data = "\n".join([*lines, ""]).encode()
        name = f"china_sites_{day:%Y%m%d}.csv"
        if packed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(data, mtime=0))
        else:
            (folder / name).write_bytes(data)


#: A sample of class II, in mg/L: phosphorus 0.1, ammonia 0.5, COD 15 are its limits in rivers.
ITEMS = {
    "pH值": 7.2, "溶解氧": 8.4, "高锰酸盐指数": 1.2, "化学需氧量": 12, "五日生化需氧量": 1.6, "氨氮": 0.3,
    "总磷": 0.09, "铜": "0.001L", "锌": "0.05L", "氟化物": 0.15, "硒": "0.0004L", "砷": 0.001, "汞": "0.00004L",
    "镉": "0.0001L", "六价铬": "0.004L", "铅": "0.001L", "氰化物": "0.001L", "挥发酚": "0.0003L",
    "石油类": "0.01L", "阴离子表面活性剂": "0.05L", "硫化物": "0.005L",
}  # fmt: skip


class TestCounty:
    @pytest.mark.parametrize(("again", "told"), [(20, 0), (30, 1)])
    def test_sheets_of_one_pollutant_each_are_put_together(self, tiny, again, told):
        case, book = tiny(2019), Workbook()
        for name, *figures in (("PM2.5", 7, 8), ("PM10", 20, None), ("PM10（2）", again, 21)):
            page = book.create_sheet(name)
            page.append(("站点", "日期", "1时", "2时"))
            page.append(("甲", "2019-01-05", *figures))
        book.save(case.root / "data/trial/raw/2019/小时值.xlsx")
        case = open_case("trial", 2019, root=case.root)
        frame = case.table("air_hourly")
        assert [list(frame[n]) for n in ("pm25", "pm10")] == [[7, 8], [20 + 10 * told, 21]]
        assert sum(n.code == "restated.row" for n in case.issues()) == told

    def test_a_value_that_is_gone_in_a_later_sheet_is_told(self, tiny):
        case, book = tiny(2019), Workbook()
        for name, pm10 in (("日均值", 20), ("日均值（2）", None)):
            page = book.create_sheet(name)
            page.append(("站点", "日期", "PM2.5", "PM10"))
            page.append(("甲", "2019-01-05", 7, pm10))
        book.save(case.root / "data/trial/raw/2019/日均值.xlsx")
        case = open_case("trial", 2019, root=case.root)
        assert case.table("air_daily")["pm10"].isna().all()
        assert sum(n.code == "restated.row" for n in case.issues()) == 1

    STATIONS = "mappings:\n- {file: 'china_sites_*', table: air_hourly, stations: {1003A: 甲, 1007A: 乙}}\n"

    @pytest.mark.parametrize("packed", [True, False])
    def test_of_files_of_the_country_the_stations_of_the_county_are_read(self, tiny, packed):
        case = tiny(2019)
        hours(120, put(case, self.STATIONS), packed=packed)
        rows = case.table("air_hourly")
        assert sorted(set(rows["station"])) == ["乙", "甲"] and len(rows) == 2 * 2 * 24
        # Station 1003A at 5:00 of the first day: PM2.5 is (5 + 3 * 1) % 90, O3 is (5 + 3 * 2) % 90.
        at = rows[(rows["station"] == "甲") & (rows["time"] == datetime(2019, 3, 1, 5))]
        assert at[["pm25", "o3"]].to_numpy().tolist() == [[8, 11]]
        assert {n.severity for n in case.issues()} == {"note"}

    def test_reading_some_columns_is_reading_all_and_keeping_some(self, tiny, monkeypatch):
        case = tiny(2019)
        hours(120, put(case, self.STATIONS), days=1)
        some = case.table("air_hourly")
        issues = [str(n.source) for n in case.issues()]
        monkeypatch.setattr("ecolib.data.folder.read_columns", lambda *_: None)
        again = tiny(2019)
        assert again.table("air_hourly").equals(some)
        assert [str(n.source) for n in again.issues()] == issues

    def test_a_cell_of_a_wide_file_is_corrected_at_its_place(self, tiny):
        case = tiny(2019)
        folder = put(case, "")
        as_text(folder / "water_samples.csv", *SAMPLES)
        (folder.parents[1] / "corrections.yml").write_text(
            "corrections:\n- {table: water_samples, rows: {row: 2, item: as}, column: value, do: set,"
            " expect: '0.005', value: '0.006', reason: {zh: 误, en: slip}, source: {zh: 函, en: letter},"
            " date: 2020-01-01}\n",
            encoding="utf-8",
        )
        rows = case.table("water_samples")
        assert rows.loc[rows["item"] == "as", "value"].tolist() == ["0.006", "<0.0004"]
        (done,) = case.corrections("water_samples")
        assert (done.cell, done.row) == ("E2", 2)

    def test_a_mapping_is_an_input_like_any_other(self, tiny):
        case = tiny(2019)
        folder = put(case, "mappings: []\n")
        as_text(folder / "air_daily.csv", ("站点", "日期", "O3"), (*DAY, 60))
        before = county_year(case.root, "trial", 2019)
        put(case, "mappings:\n- {file: air_daily.csv, table: air_daily, columns: {O3: o3}}\n")
        assert county_year(case.root, "trial", 2019) != before
        again = open_case("trial", 2019, root=case.root)
        assert again.table("air_daily")["o3"].tolist() == [60]

    def test_a_mapping_that_is_wrong_stops_with_its_key(self, tiny):
        case = tiny(2019, items=[("hw_generated", 2019, "1.5", "t")])
        put(case, "mappings:\n- {file: a.csv, tabel: items}\n")
        with pytest.raises(DataError, match="tabel"):
            case.table("items")

    def test_a_county_of_exports_alone_has_verdicts(self, tiny):
        params = tiny(2020).root / "params/trial.yml"
        params.write_text(
            "county: {zh: 试县, en: Test County, base_year: 2019}\nassigned:\n  good_air_days_ratio:\n"
            "    2020: {sense: at_least, value: 90, document: d}\n",
            encoding="utf-8",
        )
        case = open_case("trial", 2020, root=params.parents[1])
        folder = put(
            case,
            "mappings:\n- {file: 问卷*.xlsx, table: survey_answers, answers: {满意: satisfied,"
            " 不满意: other, 是: satisfied, 否: other}}\n",
        )
        for year in (2019, 2020):
            self.export(folder.parent / str(year), year)
        as_xlsx(
            folder / "问卷2020.xlsx",
            ("编号", "提交时间", ASKED, JOINED),
            *((i, "2020/11/01 10:00", "满意" if i % 10 else "不满意", "是") for i in range(400)),
            title="问卷",
        )
        assert {n.severity for n in case.issues()} == {"note"}
        # Every day is good in both years; in both years section and well are of class III or better; 360 of 400 are
        # satisfied, and all take part.
        found = {
            name: (case.evaluate(name).value, case.evaluate(name).verdict.status)
            for name in (
                "good_air_days_ratio",
                "water_class3_gain",
                "public_satisfaction",
                "public_participation",
            )
        }
        assert found == {
            "good_air_days_ratio": (100, "met"),
            "water_class3_gain": (0, "met"),
            "public_satisfaction": (90, "met"),
            "public_participation": (100, "met"),
        }
        assert len(case.table("water_samples")) == 2 * 12 * len(ITEMS)
        assert case.table("water_sections")["target"].tolist() == [2, 2]

    def export(self, folder: Path, year: int) -> None:
        """What platforms give out of a year, in their words."""
        folder.mkdir(exist_ok=True)
        days = [date(year, 1, 1) + timedelta(days=i) for i in range(365 + (year == 2020))]
        as_xlsx(
            folder / f"某县{year}年空气质量日报.xlsx",
            ("某县日报",),
            ("点位名称", "监测日期", "SO2(μg/m³)", "NO2(μg/m³)", "PM10(μg/m³)", "CO(mg/m³)",
             "O3-8h(μg/m³)", "PM2.5(μg/m³)", "AQI"),
            *(("县政府", f"{day:%Y/%m/%d}", 7, 18, 48, 0.8, 90, 20, 48) for day in days),
            title="日报",
        )  # fmt: skip
        as_xlsx(
            folder / "断面.xlsx",
            ("年份", "断面名称", "河流", "水体类型", "级别", "水质目标"),
            (year, "甲断面", "甲河", "河流", "国控", "Ⅱ类"),
            title="断面名单",
        )
        as_xlsx(
            folder / "水质.xlsx",
            ("断面名称", "采样时间", *ITEMS),
            *(("甲断面", f"{year}-{m:02d}-05", *ITEMS.values()) for m in range(1, 13)),
            title="Sheet1",
        )
        as_xlsx(
            folder / "地下水.xlsx",
            ("年度", "点位名称", "考核目标"),
            (year, "1号井", "Ⅲ类"),
            title="监测井名单",
        )
        as_xlsx(
            folder / f"{year}年地下水监测结果.xlsx",
            ("点位名称", "采样时间", "pH", "总硬度(mg/L)", "氨氮(μg/L)", "三氯甲烷(mg/L)"),
            *(("1号井", f"{year}-{m:02d}-05", 7.2, 150, 80, "0.0005L") for m in (3, 9)),
            title="Sheet1",
        )


class TestDraft:
    @pytest.mark.parametrize("lang", LANGS)
    def test_it_loads_and_reads_the_same(self, tmp_path, lang):
        for table, rows in (
            ("air_daily", [("站点", "日期", "PM2.5", "O3", "怪列"), (*DAY, 20, 60, "x")]),
            ("air_hourly", HOURS),
            ("water_samples", SAMPLES),
            ("survey_answers", QUESTIONS),
        ):
            path = as_xlsx(tmp_path / f"导出[1] '2020' {table}.xlsx", *rows, title="表 #1")
            done = CliRunner().invoke(cli, ["map", str(path), "--lang", lang])
            assert done.exit_code == 0, done.output
            said = tmp_path / "mappings.yml"
            said.write_text(done.output, encoding="utf-8")
            entry = load_mappings(said).of(path.name, "表 #1")
            assert entry is not None and entry.table == table
            # The year in the name does not matter next year.
            assert load_mappings(said).of(path.name.replace("2020", "2021"), "表 #1") == entry
            (one,) = read_file(path, tmp_path)
            own = dictionary.table(table)
            assert columns(laid_out(one, own, entry, 2020)).items() >= (
                columns(laid_out(one, own, None, 2020)).items()
            )

    def test_it_counts_the_answers_and_names_what_must_be_decided(self, tmp_path):
        path = as_xlsx(tmp_path / "问卷.xlsx", *QUESTIONS, title="问卷")
        shown = CliRunner().invoke(cli, ["map", str(path)]).output
        # What the scale of the survey knows need not be said.
        assert '#   "偶尔":   # 1' in shown and "比较满意" not in shown.partition("answers:")[2]
        path = as_xlsx(
            tmp_path / "日报.xlsx", ("站点", "日期", "PM2.5", "O3"), (*DAY, 2, 3), title="日报"
        )
        assert '#   "O3": o3' in CliRunner().invoke(cli, ["map", str(path)]).output

    def test_it_is_written_where_asked_and_nothing_is_overwritten(self, tmp_path):
        path = as_xlsx(tmp_path / "问卷.xlsx", *QUESTIONS, title="问卷")
        out = tmp_path / "draft.yml"
        assert CliRunner().invoke(cli, ["map", str(path), "--out", str(out)]).exit_code == 0
        assert load_mappings(out).of("问卷.xlsx", "问卷").table == "survey_answers"
        before = out.read_bytes()
        assert CliRunner().invoke(cli, ["map", str(path), "--out", str(out)]).exit_code != 0
        assert out.read_bytes() == before


class TestIndices:
    """IAQI of PM2.5 35 is 50 and of PM10 50 is 50 (HJ 633-2012): the index is the larger of the two."""

    def laid(self, *columns):
        rows = [("站点", "日期", "PM2.5", "PM10", "AQI")]
        rows += [("甲站", f"2020-01-{d:02}", *(c[d % 2] for c in columns)) for d in range(1, 21)]
        return laid("air_daily", *rows)

    def test_sub_indices_are_no_concentrations(self):
        sheet = self.laid((50, 42), (36, 58), (50, 58))
        assert "index_values" in {n.code for n in sheet.remarks}
        assert "PM2.5" not in sheet.header

    def test_concentrations_are_read(self):
        sheet = self.laid((35, 30), (36, 66), (50, 58))
        assert "index_values" not in {n.code for n in sheet.remarks}


class TestClasses:
    @pytest.mark.parametrize(
        "text", ["Ⅱ类", "II类", "Ⅱ", "二类", "2", 2, "2类", "ii", "Ⅱ类标准", " Ⅱ 类 "]
    )
    def test_ways_to_write_a_target(self, text):
        rows = [
            ("年份", "断面", "水体类型", "控制级别", "水质目标"),
            (2019, "甲", "河流", "国控", text),
        ]
        checked = check(laid("water_sections", *rows), dictionary.table("water_sections"), NAMES)
        assert checked.frame["target"].tolist() == [2]

    @pytest.mark.parametrize("text", ["劣Ⅴ类", "Ⅵ类", "Ⅱ-Ⅲ类", "12", "类"])
    def test_what_is_no_class_is_refused(self, text):
        rows = [
            ("年份", "断面", "水体类型", "控制级别", "水质目标"),
            (2019, "甲", "河流", "国控", text),
        ]
        checked = check(laid("water_sections", *rows), dictionary.table("water_sections"), NAMES)
        assert checked.frame["target"].isna().all()
        assert [n.source.cell for n in checked.issues if n.severity == "error"] == ["E2"]
