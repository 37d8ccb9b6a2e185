"""Days and clock times as stations write them."""

from datetime import date, datetime

import pytest

from ecolib.data import dictionary
from ecolib.data.check import check
from ecolib.data.dictionary import Names
from ecolib.data.sheet import Sheet

NOON = datetime(2020, 3, 1, 12)


def hourly(*times):
    rows = tuple((i, ("甲", t, 35)) for i, t in enumerate(times, start=2))
    sheet = Sheet("h.csv", "", ("站点", "时间", "PM2.5"), rows)
    return check(sheet, dictionary.table("air_hourly"), Names({}, ()))


def daily(day):
    sheet = Sheet("d.csv", "", ("站点", "日期", "PM2.5"), ((2, ("甲", day, 35)),))
    return check(sheet, dictionary.table("air_daily"), Names({}, ()))


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
            NOON,
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

    def test_one_hour_twice_counts_once_and_is_listed(self):
        checked = hourly("2020-03-01 12:00", NOON)
        assert len(checked.frame) == 1
        assert [i.rule for i in checked.issues] == ["repeated"]


class TestDays:
    @pytest.mark.parametrize(
        "written", ["2020-03-01", "2020/3/1", "2020年3月1日", "2020.3.1", date(2020, 3, 1)]
    )
    def test_ways_to_write_one_day(self, written):
        assert daily(written).frame["date"].tolist() == [datetime(2020, 3, 1)]

    def test_a_day_has_no_time(self):
        assert [i.rule for i in daily("2020-03-01 12:00").issues] == ["date"]
