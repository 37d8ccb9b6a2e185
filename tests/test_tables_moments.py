"""Days and clock times as stations write them."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from ecolib.data import dictionary
from ecolib.data.check import check
from ecolib.data.dictionary import Names
from ecolib.data.sheet import ColumnRows, Sheet

NOON = datetime(2020, 3, 1, 12)


def hourly(*times):
    rows = tuple((i, ("甲", t, 35)) for i, t in enumerate(times, start=2))
    sheet = Sheet("h.csv", "", ("站点", "时间", "PM2.5"), rows)
    return check(sheet, dictionary.table("air_hourly"), Names({}, ()))


def daily(day):
    sheet = Sheet("d.csv", "", ("站点", "日期", "PM2.5"), ((2, ("甲", day, 35)),))
    return check(sheet, dictionary.table("air_daily"), Names({}, ()))


def sampled(day):
    headings = ("断面", "采样日期", "项目", "监测值")
    sheet = Sheet("w.csv", "", headings, ((2, ("甲", day, "nh3n", "1")),))
    return check(sheet, dictionary.table("water_samples"), Names({}, ()))


class TestTimes:
    @pytest.mark.parametrize(
        "written",
        [
            "2020-03-01 12:00",
            "2020-03-01T12:00:00",
            "2020/3/1 12:00",
            "2020年3月1日12时",
            "2020-03-01 12",
            "２０２０-03-01 12：00",
            "2020-03-01 12:00:00.000",
            "2020/3/1 12",
            "20200301 12:00",
            "20200301 12",
            "2020030112",
            2020030112.0,
            "2020-03-01 下午12:00",
            "2020-03-01 PM 12:00",
            "2020年3月1日12时00分",
            NOON,
            # An hour of `=A2+1/24`, of which Excel shows the full minute.
            NOON - timedelta(milliseconds=1),
            NOON + timedelta(microseconds=3),
            "2020-03-01 11:59:59.999",
            "2020-03-01 12:00:00.4",
        ],
    )
    def test_ways_to_write_one_hour(self, written):
        assert hourly(written).frame["time"].tolist() == [NOON]

    def test_hour_24_is_the_next_midnight(self):
        # 2020 is a leap year: 24:00 of 28 February is 00:00 of the 29th.
        assert hourly("2020-02-28 24:00").frame["time"].tolist() == [datetime(2020, 2, 29)]

    @pytest.mark.parametrize(
        "written",
        ["2020-13-01 12:00", "2020-02-30 01:00", "2020-03-01 25:00", "2020-03-01 24:30", "noon"],
    )
    def test_what_is_no_time_is_refused_with_its_cell(self, written):
        checked = hourly(written)
        assert checked.frame.empty and checked.refused == 1
        (issue,) = checked.issues
        assert (issue.source.cell, issue.rule, issue.severity) == ("B2", "moment", "error")
        assert written in issue.text("zh") and written in issue.text("en")

    @pytest.mark.parametrize(
        "written",
        [
            "2020-03-01 11:59:59",
            "2020-03-01 11:30",
            NOON - timedelta(seconds=0.6),
            NOON + timedelta(seconds=0.6),
            "2020-03-01 上午9:05",
        ],
    )
    def test_not_on_the_hour_refuses_the_row_and_no_other(self, written):
        checked = hourly(NOON, written)
        assert checked.frame["time"].tolist() == [NOON] and checked.refused == 1
        (issue,) = checked.issues
        assert (issue.source.cell, issue.rule, issue.severity) == ("B3", "whole_hour", "error")
        assert str(written) in issue.text("zh")

    def test_a_column_of_such_times_as_an_array(self):
        times = np.array([NOON - timedelta(milliseconds=1), NOON + timedelta(hours=1)], "M8[us]")
        values, columns = np.array([35.0, 36.0]), ("站点", "时间", "PM2.5")
        sheet = Sheet("h.parquet", "", columns, ColumnRows([["甲", "甲"], times, values], first=2))
        checked = check(sheet, dictionary.table("air_hourly"), Names({}, ()))
        assert checked.frame["time"].tolist() == [NOON, NOON + timedelta(hours=1)]

    @pytest.mark.parametrize(
        "written", ["2020-03-01 上午13:00", "2020-03-01 PM 0:30", "2020-03-01 12:00:75"]
    )
    def test_clocks_that_cannot_be(self, written):
        assert [i.rule for i in hourly(written).issues] == ["moment"]

    @pytest.mark.parametrize(
        ("written", "hour"),
        [("2020-03-01 上午12:00", 0), ("2020-03-01 下午1:00", 13), ("2020-03-01 AM 9:00", 9)],
    )
    def test_halves_of_the_day(self, written, hour):
        assert hourly(written).frame["time"].tolist() == [datetime(2020, 3, 1, hour)]

    def test_one_hour_twice_counts_once_and_is_listed(self):
        checked = hourly("2020-03-01 12:00", NOON)
        assert len(checked.frame) == 1
        assert [i.rule for i in checked.issues] == ["repeated"]


class TestDays:
    @pytest.mark.parametrize(
        "written", ["2020-03-01", "2020/3/1", "2020年3月1日", "2020.3.1", "20200301", 20200301.0,
                    date(2020, 3, 1), datetime(2020, 3, 1, 0, 0, 0, 1000),
                    datetime(2020, 2, 29, 23, 59, 59, 999_900)],
    )  # fmt: skip
    def test_ways_to_write_one_day(self, written):
        assert daily(written).frame["date"].tolist() == [datetime(2020, 3, 1)]

    @pytest.mark.parametrize(
        "written",
        ["20200230", "2020-02-30", "30000", 2020.5, "202003011", "20201301", "2020年2月30日"],
    )
    def test_no_days(self, written):
        (issue,) = daily(written).issues
        assert issue.rule == "moment" and str(written) in issue.text("zh")

    @pytest.mark.parametrize("written", ["43891", 43891.0, 43891])
    def test_the_day_number_of_excel_is_read_and_told(self, written):
        # A raw file is not to be edited: refused, a year of days that lost their format was lost.
        # 43891 - 43466 (1 January 2019) = 425 = 365 + 31 + 29: 1 March 2020.
        checked = daily(written)
        assert checked.frame["date"].tolist() == [datetime(2020, 3, 1)]
        (issue,) = checked.issues
        assert (issue.code, issue.severity, issue.args["first"]) == ("serial", "note", "43891")

    @pytest.mark.parametrize("written", ["2020-03-01 09:30", "20200301 09:30",
                                         datetime(2020, 3, 1, 9, 30), "2020-02-29 24:00"])  # fmt: skip
    def test_of_a_sample_only_the_day_is_kept(self, written):
        checked = sampled(written)
        assert checked.frame["date"].tolist() == [datetime(2020, 3, 1)] and checked.issues == ()

    @pytest.mark.parametrize(
        ("written", "month"), [("201908", 8), ("2019.10", 10), ("190805", None)]
    )
    def test_a_day_without_a_century_is_no_month(self, written, month):
        checked = sampled(written)
        kept = [] if month is None else [datetime(2019, month, 1)]
        assert checked.frame["date"].tolist() == kept

    def test_a_day_has_no_time(self):
        assert [i.rule for i in daily("2020-03-01 12:00").issues] == ["date"]


class TestYears:
    @pytest.mark.parametrize(
        "written", [2020, 2020.0, "2020", "2020年", 2019.9999999, 2020.0000001]
    )
    def test_ways_to_write_one_year(self, written):
        sheet = Sheet("s.csv", "", ("水源", "年份", "类型"), ((2, ("甲", written, "河流")),))
        checked = check(sheet, dictionary.table("drinking_sources"), Names({}, ()))
        assert [i for i in checked.issues if i.rule == "year"] == []

    @pytest.mark.parametrize("written", [2019.5, 2019.99, "2019.9", 43891.0])
    def test_no_years(self, written):
        rows = ((2, ("gdp", written, 5, "万元", "p")),)
        sheet = Sheet("s.csv", "", ("统计项", "年份", "数值", "单位", "出处"), rows)
        checked = check(sheet, dictionary.table("items"), Names({}, ()))
        assert [i.rule for i in checked.issues] == ["year"]
